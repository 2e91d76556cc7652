//! The plainest evaluator of the neutral form.

use serde_json::{Map, Value};

use crate::form::{Decision, Test, Tree};

/// The inputs of one trial.
pub type Inputs = Map<String, Value>;

/// Is the tree true of these inputs? An input that is not there makes its comparison false; on complete facts only fields that
/// do not apply are not there, and their comparisons are false.
pub fn holds(tree: &Tree, inputs: &Inputs) -> bool {
    match tree {
        Tree::Const(b) => *b,
        Tree::Not(inner) => !holds(inner, inputs),
        Tree::All(parts) => parts.iter().all(|p| holds(p, inputs)),
        Tree::Any(parts) => parts.iter().any(|p| holds(p, inputs)),
        Tree::Test(test) => {
            let Some(value) = inputs.get(test.input()) else { return false };
            let is = |words: &[String], v: &Value| words.iter().any(|w| v.as_str() == Some(w));
            let set = value.as_array().map(Vec::as_slice).unwrap_or_default();
            match test {
                Test::Yes(_) => value.as_bool() == Some(true),
                Test::OneOf(_, words) => is(words, value),
                Test::Includes(_, words) => set.iter().any(|v| is(words, v)),
                Test::Only(_, words) => !set.is_empty() && set.iter().all(|v| is(words, v)),
                Test::Empty(_) => set.is_empty(),
                Test::AtLeast(_, n) => value.as_i64().is_some_and(|v| v >= *n),
                Test::OnOrAfter(_, other) => {
                    let other = inputs.get(other).and_then(Value::as_i64);
                    value.as_i64().zip(other).is_some_and(|(v, o)| v >= o)
                }
            }
        }
    }
}

/// The rules that fire.
pub fn fired(decision: &Decision, inputs: &Inputs) -> Vec<usize> {
    (0..decision.rules.len()).filter(|i| holds(&decision.rules[*i].when, inputs)).collect()
}

/// Are the inputs valid?
pub fn valid(decision: &Decision, inputs: &Inputs) -> bool {
    decision.constraints.iter().all(|c| holds(c, inputs))
}

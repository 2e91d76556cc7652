//! JSON logic: one rule object per rule.

use serde_json::{Value, json};

use crate::form::{Decision, Test, Tree};
use crate::others;

/// The condition of a rule.
pub fn rule(decision: &Decision, tree: &Tree) -> Value {
    write(decision, &tree.pushed(false))
}

fn write(decision: &Decision, tree: &Tree) -> Value {
    let all = |parts: &[Tree]| Value::Array(parts.iter().map(|p| write(decision, p)).collect());
    match tree {
        Tree::Const(b) => json!(b),
        Tree::All(parts) => json!({ "and": all(parts) }),
        Tree::Any(parts) => json!({ "or": all(parts) }),
        Tree::Test(t) => test(decision, t, false),
        Tree::Not(inner) => match inner.as_ref() {
            Tree::Test(t) => test(decision, t, true),
            other => json!({ "!": [write(decision, other)] }),
        },
    }
}

fn test(decision: &Decision, test: &Test, not: bool) -> Value {
    let var = |f: &String| json!({ "var": f });
    let among = |words: &[String]| json!({ "in": [{ "var": "" }, words] });
    match test {
        Test::Yes(f) => json!({ "===": [var(f), !not] }),
        Test::OneOf(f, words) if not => json!({ "in": [var(f), others(decision, f, words)] }),
        Test::OneOf(f, words) => json!({ "in": [var(f), words] }),
        Test::Includes(f, words) if not => json!({ "none": [var(f), among(words)] }),
        Test::Includes(f, words) => json!({ "some": [var(f), among(words)] }),
        // `all` of nothing is false in JSON logic, which is what "only" wants.
        Test::Only(f, words) if not => json!({ "!": [{ "all": [var(f), among(words)] }] }),
        Test::Only(f, words) => json!({ "all": [var(f), among(words)] }),
        Test::Empty(f) => json!({ if not { "!!" } else { "!" }: [var(f)] }),
        Test::AtLeast(f, n) => json!({ if not { "<" } else { ">=" }: [var(f), n] }),
        Test::OnOrAfter(f, other) => json!({ if not { "<" } else { ">=" }: [var(f), var(other)] }),
    }
}

//! CEL: one boolean expression per rule, over flat variables. Their names begin with `given_`: a bare `type` is a word of CEL's own,
//! and would mean something even where the answer is missing.

use crate::form::{Decision, Test, Tree};
use crate::quoted;

/// The condition of a rule.
pub fn expression(_: &Decision, tree: &Tree) -> String {
    write(&tree.pushed(false))
}

fn write(tree: &Tree) -> String {
    match tree {
        Tree::Const(b) => b.to_string(),
        Tree::All(parts) => format!("({})", parts.iter().map(write).collect::<Vec<_>>().join(" && ")),
        Tree::Any(parts) => format!("({})", parts.iter().map(write).collect::<Vec<_>>().join(" || ")),
        Tree::Test(t) => test(t, false),
        Tree::Not(inner) => match inner.as_ref() {
            Tree::Test(t) => test(t, true),
            other => format!("!{}", write(other)),
        },
    }
}

/// The variable of an input.
pub fn variable(input: &str) -> String {
    format!("given_{input}")
}

fn test(test: &Test, not: bool) -> String {
    let bang = if not { "!" } else { "" };
    let f = variable(test.input());
    match test {
        Test::Yes(_) => format!("{bang}{f}"),
        Test::OneOf(_, words) => format!("{bang}({f} in [{}])", quoted(words)),
        Test::Includes(_, words) => format!("{bang}{f}.exists(v, v in [{}])", quoted(words)),
        Test::Only(_, words) => format!("{bang}(size({f}) > 0 && {f}.all(v, v in [{}]))", quoted(words)),
        Test::Empty(_) => format!("size({f}) {} 0", if not { ">" } else { "==" }),
        Test::AtLeast(_, n) => format!("{f} {} {n}", if not { "<" } else { ">=" }),
        Test::OnOrAfter(_, other) => format!("{f} {} {}", if not { "<" } else { ">=" }, variable(other)),
    }
}

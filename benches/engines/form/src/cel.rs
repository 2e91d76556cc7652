//! CEL: one boolean expression per rule, over flat variables.

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

fn test(test: &Test, not: bool) -> String {
    let bang = if not { "!" } else { "" };
    match test {
        Test::Yes(f) => format!("{bang}{f}"),
        Test::OneOf(f, words) => format!("{bang}({f} in [{}])", quoted(words)),
        Test::Includes(f, words) => format!("{bang}{f}.exists(v, v in [{}])", quoted(words)),
        Test::Only(f, words) => format!("{bang}(size({f}) > 0 && {f}.all(v, v in [{}]))", quoted(words)),
        Test::Empty(f) => format!("size({f}) {} 0", if not { ">" } else { "==" }),
        Test::AtLeast(f, n) => format!("{f} {} {n}", if not { "<" } else { ">=" }),
        Test::OnOrAfter(f, other) => format!("{f} {} {other}", if not { "<" } else { ">=" }),
    }
}

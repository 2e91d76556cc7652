//! Rego: one package per decision, one set rule, helper rules for alternatives.

use std::fmt::Write;

use crate::form::{Decision, Test, Tree};
use crate::{others, quoted};

/// The policy of a decision; `data.d<number>.fired` is the set of the numbers of rules that fire.
pub fn policy(decision: &Decision, number: usize) -> String {
    let mut out = Policy { decision, helpers: String::new(), count: 0 };
    let mut rules = String::new();
    for (i, rule) in decision.rules.iter().enumerate() {
        let body = out.body(&rule.when.pushed(false));
        let _ = write!(rules, "# {}\nfired contains {i} if {{\n{body}}}\n\n", rule.id);
    }
    format!("package d{number}\n\nimport rego.v1\n\n{rules}{}", out.helpers)
}

struct Policy<'a> {
    decision: &'a Decision,
    helpers: String,
    count: usize,
}

impl Policy<'_> {
    /// The lines of a rule's body.
    fn body(&mut self, tree: &Tree) -> String {
        match tree {
            Tree::Const(b) => format!("\t{b}\n"),
            Tree::All(parts) => parts.iter().map(|p| self.body(p)).collect(),
            Tree::Any(parts) => self.either(parts),
            Tree::Test(t) => self.test(t, false),
            Tree::Not(inner) => match inner.as_ref() {
                Tree::Test(t) => self.test(t, true),
                other => unreachable!("`Not` stands on tests alone: {other:?}"),
            },
        }
    }

    /// A helper that is true if one of the parts is.
    fn either(&mut self, parts: &[Tree]) -> String {
        let bodies: Vec<String> = parts.iter().map(|p| self.body(p)).collect();
        self.count += 1;
        let name = format!("one_of_{}", self.count);
        for body in bodies {
            let _ = write!(self.helpers, "{name} if {{\n{body}}}\n\n");
        }
        format!("\t{name}\n")
    }

    fn test(&mut self, test: &Test, not: bool) -> String {
        let member = |f: &str, words: &[String]| match words {
            [] => "\tfalse\n".to_owned(),
            words => format!("\tinput.{f} in {{{}}}\n", quoted(words)),
        };
        let every = |f: &str, words: &[String]| match words {
            [] => format!("\tcount(input.{f}) == 0\n"),
            words => format!("\tevery v in input.{f} {{ v in {{{}}} }}\n", quoted(words)),
        };
        match test {
            Test::Yes(f) => format!("\tinput.{f} == {}\n", !not),
            Test::OneOf(f, words) if not => member(f, &others(self.decision, f, words)),
            Test::OneOf(f, words) => member(f, words),
            Test::Includes(f, words) if not => every(f, &others(self.decision, f, words)),
            Test::Includes(f, words) => self.some(f, words),
            Test::Only(f, words) if not => {
                let outside = others(self.decision, f, words);
                let outside = if outside.is_empty() { "\tfalse\n".to_owned() } else { self.some(f, &outside) };
                self.count += 1;
                let name = format!("not_only_{}", self.count);
                let _ =
                    write!(self.helpers, "{name} if {{\n\tcount(input.{f}) == 0\n}}\n\n{name} if {{\n{outside}}}\n\n");
                format!("\t{name}\n")
            }
            Test::Only(f, words) => format!("\tcount(input.{f}) > 0\n{}", every(f, words)),
            Test::Empty(f) => format!("\tcount(input.{f}) {} 0\n", if not { ">" } else { "==" }),
            Test::AtLeast(f, n) => format!("\tinput.{f} {} {n}\n", if not { "<" } else { ">=" }),
            Test::OnOrAfter(f, other) => format!("\tinput.{f} {} input.{other}\n", if not { "<" } else { ">=" }),
        }
    }

    fn some(&mut self, f: &str, words: &[String]) -> String {
        self.count += 1;
        let v = format!("v{}", self.count);
        format!("\tsome {v} in input.{f}\n\t{v} in {{{}}}\n", quoted(words))
    }
}

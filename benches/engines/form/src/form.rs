//! The form itself: decisions, the inputs they read, rules as trees of tests.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// One decision. Exactly one rule fires on every complete, valid set of inputs; the audit has proved it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Decision {
    pub id: String,
    /// By name, as engines see them.
    pub inputs: BTreeMap<String, Input>,
    pub rules: Vec<Rule>,
    /// What every valid set of answers satisfies.
    pub constraints: Vec<Tree>,
    /// By answer that does not always apply: when it does.
    pub guards: BTreeMap<String, Tree>,
}

/// One value that rules read.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Input {
    pub ty: Type,
    /// The answer it is, or that it is worked out from.
    pub slot: u16,
    /// The date it depends on as well.
    pub with: Option<u16>,
    #[serde(skip)]
    pub made: Made,
}

/// How an input comes about.
#[derive(Debug, Clone, Default, PartialEq)]
pub enum Made {
    /// The answer as given.
    #[default]
    Given,
    /// The date in `slot`, moved. Engines get the day; none has months that clamp.
    Moved { months: i32, days: i64, next_day: bool },
    /// Is the country or organisation on the list in force on the day in `with`?
    Listed { list: usize },
    /// Is some place on (or off) the list in force on the day in `with`?
    Place { list: usize, outside: bool },
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Type {
    YesNo,
    Choice(Vec<String>),
    Set(Vec<String>),
    /// Hundredths.
    Number,
    /// Days since 0001-01-01; an open end is later than every day.
    Day,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Rule {
    pub id: String,
    /// Rules with the same number come to the same ruling, place and deadline.
    pub outcome: usize,
    pub says: String,
    /// Period, condition, what `unless` takes out, and when its fields apply: all of it.
    pub when: Tree,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Tree {
    Const(bool),
    All(Vec<Tree>),
    Any(Vec<Tree>),
    Not(Box<Tree>),
    Test(Test),
}

/// One comparison of one input.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Test {
    Yes(String),
    OneOf(String, Vec<String>),
    Includes(String, Vec<String>),
    /// Not empty, and nothing but these.
    Only(String, Vec<String>),
    Empty(String),
    /// The number or day is at least this.
    AtLeast(String, i64),
    /// The day is on or after the other.
    OnOrAfter(String, String),
}

impl Tree {
    /// All of them; flat, without what is always true.
    pub fn all(parts: impl IntoIterator<Item = Tree>) -> Tree {
        let mut out = Vec::new();
        for part in parts {
            match part {
                Tree::Const(true) => {}
                Tree::Const(false) => return Tree::Const(false),
                Tree::All(inner) => out.extend(inner),
                other => out.push(other),
            }
        }
        let mut seen: Vec<Tree> = Vec::new();
        for part in out {
            if !seen.contains(&part) {
                seen.push(part);
            }
        }
        match seen.len() {
            0 => Tree::Const(true),
            1 => seen.remove(0),
            _ => Tree::All(seen),
        }
    }

    /// One of them; flat, without what is never true.
    pub fn any(parts: impl IntoIterator<Item = Tree>) -> Tree {
        let mut out: Vec<Tree> = Vec::new();
        for part in parts {
            match part {
                Tree::Const(false) => {}
                Tree::Const(true) => return Tree::Const(true),
                Tree::Any(inner) => out.extend(inner),
                other if out.contains(&other) => {}
                other => out.push(other),
            }
        }
        match out.len() {
            0 => Tree::Const(false),
            1 => out.remove(0),
            _ => Tree::Any(out),
        }
    }

    pub fn negate(self) -> Tree {
        match self {
            Tree::Const(b) => Tree::Const(!b),
            Tree::Not(inner) => *inner,
            other => Tree::Not(Box::new(other)),
        }
    }

    /// The same with `Not` on tests alone, so that engines can write the opposite comparison.
    pub fn pushed(&self, negated: bool) -> Tree {
        match (self, negated) {
            (Tree::Const(b), n) => Tree::Const(b ^ n),
            (Tree::Not(inner), n) => inner.pushed(!n),
            (Tree::All(parts), false) | (Tree::Any(parts), true) => Tree::all(parts.iter().map(|p| p.pushed(negated))),
            (Tree::Any(parts), false) | (Tree::All(parts), true) => Tree::any(parts.iter().map(|p| p.pushed(negated))),
            (Tree::Test(_), false) => self.clone(),
            (Tree::Test(_), true) => Tree::Not(Box::new(self.clone())),
        }
    }

    pub fn tests(&self, visit: &mut dyn FnMut(&Test)) {
        match self {
            Tree::Const(_) => {}
            Tree::Test(t) => visit(t),
            Tree::Not(inner) => inner.tests(visit),
            Tree::All(parts) | Tree::Any(parts) => parts.iter().for_each(|p| p.tests(visit)),
        }
    }

    /// Number of tests.
    pub fn size(&self) -> usize {
        let mut n = 0;
        self.tests(&mut |_| n += 1);
        n
    }
}

impl Test {
    pub fn input(&self) -> &str {
        match self {
            Test::Yes(f)
            | Test::OneOf(f, _)
            | Test::Includes(f, _)
            | Test::Only(f, _)
            | Test::Empty(f)
            | Test::AtLeast(f, _)
            | Test::OnOrAfter(f, _) => f,
        }
    }
}

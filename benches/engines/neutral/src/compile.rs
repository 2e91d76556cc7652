//! candor's compiled rules → the neutral form. Word for word; the only thing added is what the language leaves unsaid: a
//! comparison of a field that does not apply is false.

use std::collections::BTreeMap;

use candor::condition::{Anchor, Atom, Cond, Frame, Slot};
use candor::facts::FieldType;
use candor::ruleset::{self, RuleSet};

use form::form::{Decision, Input, Made, Rule, Test, Tree, Type};

/// The decision in neutral form; `None` if it asks about other records ("any … where").
pub fn decision(rules: &RuleSet, decision: &ruleset::Decision) -> Option<Decision> {
    let quantifies = |cond: &Cond| {
        let mut any = false;
        cond.kinds(&mut |_| any = true);
        any
    };
    if decision.rules.iter().any(|r| quantifies(&r.fires)) {
        return None;
    }
    let frame = rules.frames.get(decision.kind)?;
    let mut writer = Writer { rules, frame, inputs: BTreeMap::new(), guards: BTreeMap::new() };
    let mut outcomes: Vec<String> = Vec::new();
    let mut out = Vec::new();
    for rule in &decision.rules {
        let says = format!("{} at {}, {:?}", rule.ruling.id(), rule.place, rule.deadline);
        let outcome = outcomes.iter().position(|o| *o == says).unwrap_or_else(|| {
            outcomes.push(says.clone());
            outcomes.len() - 1
        });
        out.push(Rule { id: rule.local_id().to_owned(), outcome, says, when: writer.tree(&rule.fires) });
    }
    // Constraints matter where they read what rules read, directly or through one another.
    let mut constraints: Vec<Tree> = Vec::new();
    let mut taken = vec![false; frame.constraints.len()];
    loop {
        let mut grown = false;
        for (i, constraint) in frame.constraints.iter().enumerate() {
            let mut slots = Vec::new();
            candor::logic::each_slot(&constraint.holds, &mut |s| slots.push(s));
            let read = |s: &Slot| writer.inputs.values().any(|i| i.slot == *s || i.with == Some(*s));
            if taken[i] || quantifies(&constraint.holds) || !slots.iter().any(read) {
                continue;
            }
            taken[i] = true;
            grown = true;
            // A constraint says nothing about fields that do not apply.
            let applies: Vec<Tree> = slots.iter().map(|s| writer.applies(*s).negate()).collect();
            let holds = writer.tree(&constraint.holds);
            constraints.push(Tree::any(applies.into_iter().chain([holds])));
        }
        if !grown {
            break;
        }
    }
    Some(Decision { id: decision.id.clone(), inputs: writer.inputs, rules: out, constraints, guards: writer.guards })
}

struct Writer<'a> {
    rules: &'a RuleSet,
    frame: &'a Frame,
    inputs: BTreeMap<String, Input>,
    guards: BTreeMap<String, Tree>,
}

/// A name that every engine takes as an identifier.
pub fn plain(name: &str) -> String {
    name.replace(['-', '.'], "_")
}

impl Writer<'_> {
    fn tree(&mut self, cond: &Cond) -> Tree {
        match cond {
            Cond::Const(b) => Tree::Const(*b),
            Cond::Not(inner) => self.tree(inner).negate(),
            Cond::All(parts) => Tree::all(parts.iter().map(|p| self.tree(p)).collect::<Vec<_>>()),
            Cond::Any(parts) => Tree::any(parts.iter().map(|p| self.tree(p)).collect::<Vec<_>>()),
            Cond::Exists { .. } => unreachable!("left out before"),
            Cond::Atom(atom) => {
                let mut parts = vec![self.applies(atom.slot())];
                if let Some(other) = atom.other_slot() {
                    parts.push(self.applies(other));
                }
                parts.push(self.test(atom));
                Tree::all(parts)
            }
        }
    }

    fn applies(&mut self, slot: Slot) -> Tree {
        let Some(guard) = self.frame.def(slot).guard.clone() else { return Tree::Const(true) };
        let tree = self.tree(&guard);
        self.guards.insert(self.frame.def(slot).name.clone(), tree.clone());
        tree
    }

    fn given(&mut self, slot: Slot) -> String {
        let def = self.frame.def(slot);
        let ty = match &def.ty {
            FieldType::YesNo => Type::YesNo,
            FieldType::Choice(ids) => Type::Choice(ids.clone()),
            FieldType::Set(ids) => Type::Set(ids.clone()),
            FieldType::Money | FieldType::Number => Type::Number,
            FieldType::Date(_) => Type::Day,
            // Read only through lists.
            other => unreachable!("no condition compares a {} itself", other.name()),
        };
        self.input(plain(&def.name), Input { ty, slot, with: None, made: Made::Given })
    }

    fn input(&mut self, name: String, input: Input) -> String {
        let known = self.inputs.entry(name.clone()).or_insert_with(|| input.clone());
        assert!(known.slot == input.slot && known.made == input.made, "two inputs are called {name}");
        name
    }

    fn words(&self, slot: Slot, mask: u64) -> Vec<String> {
        match &self.frame.def(slot).ty {
            FieldType::Choice(ids) | FieldType::Set(ids) => {
                ids.iter().enumerate().filter(|(i, _)| mask & (1 << i) != 0).map(|(_, id)| id.clone()).collect()
            }
            _ => Vec::new(),
        }
    }

    fn test(&mut self, atom: &Atom) -> Tree {
        match *atom {
            Atom::Choice { slot, any_of } if self.frame.def(slot).ty == FieldType::YesNo => {
                let field = self.given(slot);
                match any_of & 0b11 {
                    0b10 => Tree::Test(Test::Yes(field)),
                    0b01 => Tree::Test(Test::Yes(field)).negate(),
                    both => Tree::Const(both == 0b11),
                }
            }
            Atom::Choice { slot, any_of } => Tree::Test(Test::OneOf(self.given(slot), self.words(slot, any_of))),
            Atom::Includes { slot, any_of } => Tree::Test(Test::Includes(self.given(slot), self.words(slot, any_of))),
            Atom::Only { slot, none_but } => Tree::Test(Test::Only(self.given(slot), self.words(slot, none_but))),
            Atom::Empty { slot } => Tree::Test(Test::Empty(self.given(slot))),
            Atom::AtLeast { slot, hundredths } => Tree::Test(Test::AtLeast(self.given(slot), hundredths)),
            Atom::OnOrAfter { slot, point } => {
                let field = self.given(slot);
                match point.anchor {
                    Anchor::Day(day) => Tree::Test(Test::AtLeast(field, point.at(day))),
                    Anchor::Slot(anchor) => {
                        let mut other = self.given(anchor);
                        if (point.months, point.days, point.next_day) != (0, 0, false) {
                            let moved = |n: i64, unit: &str| match n {
                                0 => String::new(),
                                n => format!("_{}_{}_{unit}", if n < 0 { "less" } else { "plus" }, n.abs()),
                            };
                            other += &moved(i64::from(point.months), "months");
                            other += &moved(point.days + i64::from(point.next_day), "days");
                            if point.next_day && point.days != 0 {
                                other += "_after";
                            }
                            let made = Made::Moved { months: point.months, days: point.days, next_day: point.next_day };
                            other = self.input(other, Input { ty: Type::Day, slot: anchor, with: None, made });
                        }
                        Tree::Test(Test::OnOrAfter(field, other))
                    }
                }
            }
            Atom::Listed { slot, list, clock } => self.flag(slot, list, clock, "in", Made::Listed { list }),
            Atom::SomePlace { slot, list, clock, outside } => {
                let how = if outside { "outside" } else { "in" };
                self.flag(slot, list, clock, how, Made::Place { list, outside })
            }
        }
    }

    fn flag(&mut self, slot: Slot, list: usize, clock: Slot, how: &str, made: Made) -> Tree {
        let name = format!(
            "{}_{how}_{}_as_of_{}",
            self.frame.def(slot).name,
            self.rules.lists[list].id,
            self.frame.def(clock).name
        );
        let field = self.input(plain(&name), Input { ty: Type::YesNo, slot, with: Some(clock), made });
        Tree::Test(Test::Yes(field))
    }
}

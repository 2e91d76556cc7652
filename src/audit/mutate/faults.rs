//! The faults: every way in which one rule can be wrong in one place.
//!
//! Owns which faults there are and how they read. Tries nothing.

use std::collections::BTreeSet;

use chrono::Days;
use serde::Serialize;

use crate::audit::proofs::agencies;
use crate::audit::words;
use crate::condition::{Anchor, Atom, Cond, Frame, Owner, Point, Slot};
use crate::facts::FieldType;
use crate::ruleset::{CLOCKS, Deadline, Decision, Period, Rule, RuleSet, Ruling, in_force, reassembled, turning_on};

/// What is wrong with a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fault {
    /// A number in a condition is one off.
    Threshold,
    /// A date in a condition, or the distance from one, is a day off.
    Date,
    /// A period begins or ends a day early or late.
    Period,
    /// A period, a window or a list is read on another clock.
    Clock,
    /// One part of an `and` or an `or` is missing.
    Dropped,
    /// A `not` too many, or one too few.
    Negated,
    /// An `and` where an `or` belongs, or the other way round.
    Joined,
    /// A value is missing from a list of values, or stands there too many.
    Value,
    /// Another list is meant, or the other side of one.
    List,
    /// An `unless` is missing.
    Unless,
    /// The ruling is another one.
    Ruling,
    /// What is due goes to another place.
    Place,
    /// The deadline is a day off, or missing.
    Deadline,
}

impl Fault {
    pub const ALL: [Self; 13] = [
        Self::Threshold,
        Self::Date,
        Self::Period,
        Self::Clock,
        Self::Dropped,
        Self::Negated,
        Self::Joined,
        Self::Value,
        Self::List,
        Self::Unless,
        Self::Ruling,
        Self::Place,
        Self::Deadline,
    ];
    /// Those at the edge of a number, a date or a period.
    pub const BOUNDARIES: [Self; 3] = [Self::Threshold, Self::Date, Self::Period];

    /// Is it about what a rule comes to, and not about when it fires?
    pub(super) fn is_outcome(self) -> bool {
        matches!(self, Self::Ruling | Self::Place | Self::Deadline)
    }
}

/// One changed rule of a decision.
pub(super) struct Mutant {
    /// Index of the rule.
    pub rule: usize,
    pub fault: Fault,
    /// The fault, in words: `value at least 5000 becomes at least 5001`.
    pub says: String,
    /// The whole conditions that differ, by rule. None where the fault is in what the rule comes to.
    pub fires: Vec<(usize, Cond)>,
    /// The list that takes another one's place.
    pub list: Option<usize>,
}

/// A fault in a condition: what kind it is, how it reads, and the condition with it.
type Edit<C> = (Fault, String, C);

/// Every single fault of these kinds in every rule. Faults in one rule that read alike count once.
pub(super) fn mutants(rules: &RuleSet, decision: &Decision, frame: &Frame, faults: &[Fault]) -> Vec<Mutant> {
    let faulty = Faulty { rules, frame, clocks: clocks(rules, decision, frame) };
    // The rules without what people read, to be changed and changed back.
    let mut changing: Vec<Rule> = decision.rules.iter().map(bare).collect();
    let mut out = Vec::new();
    for (at, rule) in decision.rules.iter().enumerate() {
        let turning = turning_on(&decision.rules, at);
        let mut seen: BTreeSet<String> = BTreeSet::new();
        let mut add = |(fault, says, change): Edit<Change>, out: &mut Vec<Mutant>| {
            if !faults.contains(&fault) || !seen.insert(says.clone()) {
                return;
            }
            let list = match &change {
                Change::When(_, list) => *list,
                _ => None,
            };
            let fires = match change {
                Change::Outcome => Vec::new(),
                Change::Period(clock, from, until) => {
                    let period = Period { clock_slot: clock, from, until, ..rule.period.clone() };
                    let kept = std::mem::replace(&mut changing[at].in_force, in_force(&period));
                    let fires = reassembled(&changing, &turning);
                    changing[at].in_force = kept;
                    fires
                }
                Change::When(when, _) => {
                    let kept = std::mem::replace(&mut changing[at].when, when);
                    let fires = reassembled(&changing, &turning);
                    changing[at].when = kept;
                    fires
                }
                Change::Unless(unless) => {
                    let kept = std::mem::replace(&mut changing[at].unless, unless);
                    let fires = reassembled(&changing, &turning);
                    changing[at].unless = kept;
                    fires
                }
            };
            out.push(Mutant { rule: at, fault, says, fires, list });
        };
        for ((fault, says, when), list) in faulty.edits(frame, &rule.when) {
            add((fault, says, Change::When(when, list)), &mut out);
        }
        for edit in faulty.periods(rule) {
            add(edit, &mut out);
        }
        for other in &rule.unless {
            let rest = rule.unless.iter().filter(|u| *u != other).cloned().collect();
            add((Fault::Unless, format!("`unless` loses \"{other}\""), Change::Unless(rest)), &mut out);
        }
        for (fault, says) in outcomes(rules, decision, frame, rule) {
            add((fault, says, Change::Outcome), &mut out);
        }
    }
    out
}

/// What is done to a rule.
enum Change {
    When(Cond, Option<usize>),
    Unless(Vec<String>),
    Period(Slot, Option<chrono::NaiveDate>, Option<chrono::NaiveDate>),
    Outcome,
}

/// A rule without its examples and its words.
pub(super) fn bare(rule: &Rule) -> Rule {
    Rule {
        when_text: String::new(),
        because: String::new(),
        action: String::new(),
        question: String::new(),
        note: String::new(),
        authority: Vec::new(),
        examples: Vec::new(),
        stated: Vec::new(),
        ..rule.clone()
    }
}

/// Clocks that a rule of the decision may use: every moment of every agency defines them.
fn clocks(rules: &RuleSet, decision: &Decision, frame: &Frame) -> Vec<Slot> {
    let moments: Vec<_> = agencies(rules, decision)
        .into_iter()
        .flat_map(|a| a.moments.iter().filter(|m| decision.moments.contains(&m.id)))
        .collect();
    let everywhere = |clock: &str| {
        matches!(clock, "filing" | "today") || moments.iter().all(|m| m.clocks.iter().any(|c| c == clock))
    };
    CLOCKS.iter().filter(|c| everywhere(c)).filter_map(|c| frame.slot(c)).collect()
}

/// Other things that a rule could come to.
fn outcomes(rules: &RuleSet, decision: &Decision, frame: &Frame, rule: &Rule) -> Vec<(Fault, String)> {
    let other = if rule.ruling == Ruling::NothingDue { Ruling::Disclose } else { Ruling::NothingDue };
    let mut out = vec![(Fault::Ruling, format!("the ruling {} becomes {}", rule.ruling.id(), other.id()))];
    let beside = rules.place(&rule.place).and_then(|(form, _)| form.sections.iter().find(|s| s.id != rule.place));
    let place =
        if rule.place == decision.place { beside.map(|s| s.id.as_str()) } else { Some(decision.place.as_str()) };
    out.extend(place.map(|place| (Fault::Place, format!("the place {} becomes {place}", rule.place))));
    let mut deadlines = Vec::new();
    match &rule.deadline {
        Deadline::WithForm => {}
        Deadline::After { slot, days } => {
            deadlines.extend([-1, 1].map(|by| Deadline::After { slot: *slot, days: days + by }));
        }
        Deadline::Before { slot, days } => {
            deadlines.extend([-1, 1].map(|by| Deadline::Before { slot: *slot, days: days + by }));
        }
        Deadline::AsSoonAs { slot, at_latest: Some(days) } => {
            deadlines.extend([-1, 1].map(|by| Deadline::AsSoonAs { slot: *slot, at_latest: Some(days + by) }));
        }
        Deadline::AsSoonAs { .. } | Deadline::Yearly | Deadline::NotStated | Deadline::SourcesDiffer(_) => {}
    }
    if rule.deadline != Deadline::WithForm {
        deadlines.push(Deadline::WithForm);
    }
    let before = words::deadline_text(frame, &rule.deadline);
    out.extend(deadlines.iter().map(|deadline| {
        (Fault::Deadline, format!("the deadline {before} becomes {}", words::deadline_text(frame, deadline)))
    }));
    out
}

struct Faulty<'a> {
    rules: &'a RuleSet,
    /// The frame of the decision's records.
    frame: &'a Frame,
    /// Slots of that frame.
    clocks: Vec<Slot>,
}

impl Faulty<'_> {
    /// The period with one fault, in every way.
    fn periods(&self, rule: &Rule) -> Vec<Edit<Change>> {
        let period = &rule.period;
        let mut out = Vec::new();
        for (end, date) in [("from", period.from), ("until", period.until)] {
            let Some(date) = date else { continue };
            for day in [date.checked_sub_days(Days::new(1)), date.checked_add_days(Days::new(1))].into_iter().flatten()
            {
                let says = format!("`{end}` on the clock `{}`: {date} becomes {day}", period.clock);
                let (from, until) = if end == "from" { (Some(day), period.until) } else { (period.from, Some(day)) };
                out.push((Fault::Period, says, Change::Period(period.clock_slot, from, until)));
            }
        }
        for clock in self.clocks.iter().filter(|c| **c != period.clock_slot) {
            let says = format!("the period is on the clock `{}`, not `{}`", self.frame.def(*clock).name, period.clock);
            out.push((Fault::Clock, says, Change::Period(*clock, period.from, period.until)));
        }
        out
    }

    /// The condition with one fault, in every way, each with the list that takes another one's place.
    fn edits(&self, frame: &Frame, cond: &Cond) -> Vec<(Edit<Cond>, Option<usize>)> {
        match cond {
            Cond::Const(_) => Vec::new(),
            Cond::Atom(atom) => {
                let mut out: Vec<(Edit<Cond>, Option<usize>)> = self
                    .atom_edits(frame, atom)
                    .into_iter()
                    .map(|(fault, says, changed)| {
                        let list = listed(&changed).filter(|_| fault == Fault::List);
                        ((fault, says, Cond::Atom(changed)), list)
                    })
                    .collect();
                let says = format!("`{}` is turned round", words::atom_text(self.rules, frame, atom));
                out.push(((Fault::Negated, says, cond.clone().negate()), None));
                out
            }
            Cond::Not(inner) => {
                self.edits(frame, inner).into_iter().map(|((f, says, c), list)| ((f, says, c.negate()), list)).collect()
            }
            Cond::All(parts) => self.parts(frame, cond, parts, Cond::All, Cond::Any),
            Cond::Any(parts) => self.parts(frame, cond, parts, Cond::Any, Cond::All),
            Cond::Exists { kind, cond } => match self.rules.frames.get(*kind) {
                Some(frame) => self
                    .edits(frame, cond)
                    .into_iter()
                    .map(|((f, says, c), list)| ((f, says, Cond::Exists { kind: *kind, cond: Box::new(c) }), list))
                    .collect(),
                None => Vec::new(),
            },
        }
    }

    fn parts(
        &self,
        frame: &Frame,
        whole: &Cond,
        parts: &[Cond],
        join: fn(Vec<Cond>) -> Cond,
        other: fn(Vec<Cond>) -> Cond,
    ) -> Vec<(Edit<Cond>, Option<usize>)> {
        let mut out = Vec::new();
        for (i, part) in parts.iter().enumerate() {
            for ((fault, says, changed), list) in self.edits(frame, part) {
                let mut all = parts.to_vec();
                all[i] = changed;
                out.push(((fault, says, join(all)), list));
            }
            if parts.len() > 1 {
                let mut all = parts.to_vec();
                all.remove(i);
                let says = format!("`{}` is missing", words::cond_text(self.rules, frame, part));
                out.push(((Fault::Dropped, says, join(all)), None));
            }
        }
        if parts.len() > 1 {
            let (is, becomes) = if matches!(whole, Cond::All(_)) { ("and", "or") } else { ("or", "and") };
            let says = format!("`{is}` becomes `{becomes}` in {}", words::cond_text(self.rules, frame, whole));
            out.push(((Fault::Joined, says, other(parts.to_vec())), None));
        }
        out
    }

    fn atom_edits(&self, frame: &Frame, atom: &Atom) -> Vec<Edit<Atom>> {
        let mut out = Vec::new();
        let before = words::atom_text(self.rules, frame, atom);
        let mut add = |fault: Fault, changed: Atom| {
            let says = format!("`{before}` becomes `{}`", words::atom_text(self.rules, frame, &changed));
            out.push((fault, says, changed));
        };
        let def = frame.def(atom.slot());
        match *atom {
            Atom::AtLeast { slot, hundredths } => {
                // A dollar for money; for other numbers one, or less where the number itself is less than one.
                let step = if def.ty == FieldType::Money || hundredths >= 100 { 100 } else { hundredths.max(1) };
                for hundredths in [hundredths - step, hundredths + step].into_iter().filter(|h| *h >= 0) {
                    add(Fault::Threshold, Atom::AtLeast { slot, hundredths });
                }
            }
            Atom::OnOrAfter { slot, point } => {
                for by in [-1, 1] {
                    let point = match point.anchor {
                        Anchor::Day(day) => Point { anchor: Anchor::Day(day + by), ..point },
                        Anchor::Slot(_) => Point { days: point.days + by, ..point },
                    };
                    add(Fault::Date, Atom::OnOrAfter { slot, point });
                }
                if let Anchor::Slot(clock) = point.anchor {
                    for clock in self.other_clocks(frame, clock) {
                        let point = Point { anchor: Anchor::Slot(clock), ..point };
                        add(Fault::Clock, Atom::OnOrAfter { slot, point });
                    }
                }
                for slot in self.other_clocks(frame, slot) {
                    add(Fault::Clock, Atom::OnOrAfter { slot, point });
                }
            }
            Atom::Choice { slot, any_of } => {
                for any_of in other_masks(any_of, def.all_bits()) {
                    add(Fault::Value, Atom::Choice { slot, any_of });
                }
            }
            Atom::Includes { slot, any_of } => {
                for any_of in other_masks(any_of, def.all_bits()) {
                    add(Fault::Value, Atom::Includes { slot, any_of });
                }
            }
            Atom::Only { slot, none_but } => {
                for none_but in other_masks(none_but, def.all_bits()) {
                    add(Fault::Value, Atom::Only { slot, none_but });
                }
            }
            Atom::Empty { .. } => {}
            Atom::Listed { slot, list, clock } => {
                for other in other_lists(self.rules, list) {
                    add(Fault::List, Atom::Listed { slot, list: other, clock });
                }
                for clock in self.other_clocks(frame, clock) {
                    add(Fault::Clock, Atom::Listed { slot, list, clock });
                }
            }
            Atom::SomePlace { slot, list, clock, outside } => {
                add(Fault::List, Atom::SomePlace { slot, list, clock, outside: !outside });
                for other in other_lists(self.rules, list) {
                    add(Fault::List, Atom::SomePlace { slot, list: other, clock, outside });
                }
                for clock in self.other_clocks(frame, clock) {
                    add(Fault::Clock, Atom::SomePlace { slot, list, clock, outside });
                }
            }
        }
        out
    }

    /// The other clocks that could stand here, where it is a clock. Inside `any KIND where …` the clocks are another frame's.
    fn other_clocks(&self, frame: &Frame, slot: Slot) -> Vec<Slot> {
        if frame.def(slot).owner != Owner::Clock {
            return Vec::new();
        }
        let here = self.clocks.iter().filter_map(|c| frame.slot(&self.frame.def(*c).name));
        here.filter(|c| *c != slot).collect()
    }
}

/// The list that an atom looks at.
fn listed(atom: &Atom) -> Option<usize> {
    match atom {
        Atom::Listed { list, .. } | Atom::SomePlace { list, .. } => Some(*list),
        _ => None,
    }
}

/// The mask with one value less, or one more; never none, never all.
fn other_masks(mask: u64, all: u64) -> Vec<u64> {
    (0..64).map(|i| mask ^ (1 << i)).filter(|m| m & !all == 0 && *m != 0 && *m != all).collect()
}

/// Lists of the same kind.
fn other_lists(rules: &RuleSet, list: usize) -> Vec<usize> {
    let of_entities = rules.lists.get(list).is_some_and(|l| l.of_entities);
    (0..rules.lists.len()).filter(|&i| i != list && rules.lists[i].of_entities == of_entities).collect()
}

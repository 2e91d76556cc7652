//! The nearest change to a person's own facts that would alter a ruling.
//!
//! Never the country, the organisation, a list, whose it is, or a date that has passed on a clock: those are not changes a
//! person could have made, and some would read as an accusation.

use super::assess::decide;
use super::facts::FactSheet;
use super::outcome::{Outcome, State};
use crate::calendar::{FIRST, NEVER};
use crate::condition::{Anchor, Atom, Others, Owner, Slot};
use crate::facts::{FieldType, Known};
use crate::ruleset::{Decision, RuleSet};

/// One fact, changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    pub slot: Slot,
    pub from: Known,
    pub to: Known,
}

/// The smallest change found, and where it leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flip {
    pub changes: Vec<Change>,
    pub outcome: Outcome,
}

/// The nearest flip of a decided ruling, of one fact or of two. `None`: no such change was found.
pub fn nearest_flip(
    rules: &RuleSet,
    decision: &Decision,
    sheet: &FactSheet,
    others: Option<&dyn Others>,
) -> Option<Flip> {
    let State::Decided(now) = decide(rules, decision, sheet, others) else {
        return None;
    };
    let changes = candidates(rules, decision, sheet);
    let try_changes = |changes: &[Change]| -> Option<Flip> {
        let changed = changes.iter().fold(sheet.clone(), |s, c| s.with(rules, c.slot, c.to));
        // A change to a field that then does not apply changes nothing.
        if changes.iter().any(|c| changed.applies.get(usize::from(c.slot)) == Some(&crate::condition::Tri::No)) {
            return None;
        }
        match decide(rules, decision, &changed, others) {
            State::Decided(then) if (then.ruling, &then.place) != (now.ruling, &now.place) => {
                Some(Flip { changes: changes.to_vec(), outcome: then })
            }
            _ => None,
        }
    };
    changes.iter().find_map(|c| try_changes(&[*c])).or_else(|| {
        changes.iter().enumerate().find_map(|(i, a)| {
            changes.iter().skip(i + 1).filter(|b| b.slot != a.slot).find_map(|b| try_changes(&[*a, *b]))
        })
    })
}

/// Every single change worth trying: values the decision's rules can tell apart, facts the ruling rests on first.
fn candidates(rules: &RuleSet, decision: &Decision, sheet: &FactSheet) -> Vec<Change> {
    let frame = sheet.frame(rules);
    let facts = sheet.facts(rules, None);
    let mut atoms: Vec<&Atom> = Vec::new();
    for rule in &decision.rules {
        rule.fires.atoms(&mut |a| atoms.push(a));
    }
    for def in &frame.slots {
        if let Some(guard) = &def.guard {
            guard.atoms(&mut |a| atoms.push(a));
        }
    }
    let current: Vec<Slot> = match decide(rules, decision, sheet, None) {
        State::Decided(o) => o.rests_on,
        _ => Vec::new(),
    };
    let mut slots: Vec<Slot> = decision_slots(decision);
    slots.sort_by_key(|s| (!current.contains(s), *s));
    let mut out: Vec<Change> = Vec::new();
    for slot in slots {
        let def = frame.def(slot);
        let own = def.owner == Owner::Record && def.field != "held-by";
        if !own || facts.applies.get(usize::from(slot)) == Some(&crate::condition::Tri::No) {
            continue;
        }
        let from = sheet.at(slot);
        let mut add = |to: Known| {
            if to != from && !out.iter().any(|c| c.slot == slot && c.to == to) {
                out.push(Change { slot, from, to });
            }
        };
        match (&def.ty, from) {
            (FieldType::YesNo, _) => [0b01, 0b10].into_iter().for_each(|b| add(Known::Choice(b))),
            (FieldType::Choice(ids), _) => (0..ids.len()).for_each(|i| add(Known::Choice(1 << i))),
            (FieldType::Set(ids), Known::Set { has, may }) if has == may => {
                for i in 0..ids.len() {
                    // One value more, one less, or this one instead of all.
                    add(Known::Set { has: has ^ (1 << i), may: has ^ (1 << i) });
                }
                (0..ids.len()).for_each(|i| add(Known::Set { has: 1 << i, may: 1 << i }));
            }
            (FieldType::Money | FieldType::Number, _) => {
                for a in &atoms {
                    if let Atom::AtLeast { slot: s, hundredths } = **a
                        && s == slot
                    {
                        [hundredths, hundredths - 100]
                            .into_iter()
                            .filter(|n| *n >= 0)
                            .for_each(|n| add(Known::Range { lo: n, hi: n }));
                    }
                }
            }
            (FieldType::Date(open), _) => {
                for a in &atoms {
                    if let Atom::OnOrAfter { slot: s, point } = **a
                        && s == slot
                    {
                        let anchor = match point.anchor {
                            Anchor::Day(d) => Some(d),
                            Anchor::Slot(other) => match sheet.at(other) {
                                Known::Range { lo, hi } if lo == hi => Some(lo),
                                _ => None,
                            },
                        };
                        if let Some(d) = anchor.map(|d| point.at(d)) {
                            [d, d - 1]
                                .into_iter()
                                .filter(|d| (FIRST..NEVER).contains(d))
                                .for_each(|d| add(Known::Range { lo: d, hi: d }));
                        }
                    }
                }
                if *open {
                    add(Known::Range { lo: NEVER, hi: NEVER });
                }
            }
            _ => {}
        }
    }
    out
}

/// Slots that the decision's rules read, in frame order.
fn decision_slots(decision: &Decision) -> Vec<Slot> {
    let mut slots = Vec::new();
    for rule in &decision.rules {
        rule.fires.atoms(&mut |a| slots.push(a.slot()));
    }
    slots.sort_unstable();
    slots.dedup();
    slots
}

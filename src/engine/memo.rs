//! Exact reasoning, done once for facts that look the same to a decision.
//!
//! Records differ in dates and amounts, but to the conditions of one decision most of them look alike: the same comparisons
//! hold, fail or stay open. What is still possible depends on nothing else.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::condition::{Atom, Cond, Facts, Tri};
use crate::facts::Known;
use crate::logic::{Contradiction, Possible};
use crate::ruleset::Decision;

/// What was found, by decision or kind and by how the facts look.
type Findings<T> = RefCell<HashMap<(usize, Vec<Seen>), T>>;

/// Findings of one assessment.
#[derive(Debug, Default)]
pub struct Memo {
    /// By decision and by how its conditions see the facts.
    possible: Findings<Possible>,
    /// By kind and by how its constraints see the facts.
    clashes: Findings<Option<Contradiction>>,
}

/// How one comparison looks: settled, or open between these values.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Seen {
    Settled(Tri),
    Open(Option<Known>, Option<Known>),
}

impl Memo {
    /// The finding for these facts, from memory or by reasoning.
    pub(super) fn possible(
        &self,
        decision: &Decision,
        facts: &Facts<'_>,
        reason: impl FnOnce() -> Possible,
    ) -> Possible {
        let Some(seen) = look(decision, facts) else {
            return reason();
        };
        let key = (decision.index, seen);
        if let Some(found) = self.possible.borrow().get(&key) {
            return found.clone();
        }
        let found = reason();
        self.possible.borrow_mut().insert(key, found.clone());
        found
    }

    /// Whether constraints that are each open can hold together, from memory or by reasoning.
    pub(super) fn clash(
        &self,
        kind: usize,
        facts: &Facts<'_>,
        reason: impl FnOnce() -> Option<Contradiction>,
    ) -> Option<Contradiction> {
        let mut seen = Vec::new();
        for constraint in &facts.frame.constraints {
            atoms(&constraint.holds, facts, &mut seen);
        }
        self.clashes.borrow_mut().entry((kind, seen)).or_insert_with(reason).clone()
    }
}

/// How the decision's conditions, the guards they lean on and the frame's constraints see the facts. `None` where other
/// records have a say.
fn look(decision: &Decision, facts: &Facts<'_>) -> Option<Vec<Seen>> {
    let mut seen = Vec::new();
    let mut alone = true;
    for rule in &decision.rules {
        rule.fires.kinds(&mut |_| alone = false);
        atoms(&rule.fires, facts, &mut seen);
    }
    for constraint in &facts.frame.constraints {
        atoms(&constraint.holds, facts, &mut seen);
    }
    alone.then_some(seen)
}

fn atoms(cond: &Cond, facts: &Facts<'_>, seen: &mut Vec<Seen>) {
    cond.atoms(&mut |atom| one(atom, facts, seen));
}

fn one(atom: &Atom, facts: &Facts<'_>, seen: &mut Vec<Seen>) {
    let known = |slot: crate::condition::Slot| facts.known.get(usize::from(slot)).copied();
    for slot in std::iter::once(atom.slot()).chain(atom.other_slot()) {
        // Whether a field applies is settled by what its guard reads.
        if facts.applies.get(usize::from(slot)) == Some(&Tri::Unknown)
            && let Some(guard) = &facts.frame.def(slot).guard
        {
            atoms(guard, facts, seen);
        } else if facts.frame.def(slot).guard.is_some() {
            seen.push(Seen::Settled(facts.applies.get(usize::from(slot)).copied().unwrap_or(Tri::Unknown)));
        }
    }
    seen.push(match facts.holds(&Cond::Atom(atom.clone())) {
        Tri::Unknown => Seen::Open(known(atom.slot()), atom.other_slot().and_then(known)),
        settled => Seen::Settled(settled),
    });
}

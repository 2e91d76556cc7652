//! Which questions, and which of their answers, can change a ruling at all.
//!
//! Two copies of one person differ in one answer and in nothing else. If some pair of such copies is ruled differently, the answer
//! has an effect; if no decision knows such a pair, asking for it changes nothing. Exact, and added up over decisions.

use std::collections::BTreeMap;
use std::sync::Mutex;

use super::*;
use crate::logic::Copy;

/// What is known so far of every question, by record kind and field.
#[derive(Default)]
pub(in crate::audit) struct Effects(Mutex<BTreeMap<(String, String), Effect>>);

/// What the answers to one question do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::audit) enum Effect {
    /// A number, a date, a country: does it change any ruling?
    Any(bool),
    /// Choices, yes and no: answers in one group are ruled alike everywhere.
    Groups(Vec<u64>),
    /// Sets: the answers of which it has been seen to matter that they are among those given.
    Each { alive: u64, all: u64 },
}

impl Effects {
    pub(in crate::audit) fn into_map(self) -> BTreeMap<(String, String), Effect> {
        self.0.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
    }

    fn get(&self, key: &(String, String)) -> Option<Effect> {
        self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner).get(key).cloned()
    }

    /// Adds what one decision showed. The order in which decisions add to it does not matter.
    fn add(&self, key: (String, String), effect: Effect) {
        let mut all = self.0.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        let joined = match (all.remove(&key), effect) {
            (Some(Effect::Any(a)), Effect::Any(b)) => Effect::Any(a || b),
            (Some(Effect::Groups(a)), Effect::Groups(b)) => Effect::Groups(common(&a, &b)),
            (Some(Effect::Each { alive: a, .. }), Effect::Each { alive: b, all }) => Effect::Each { alive: a | b, all },
            (_, new) => new,
        };
        all.insert(key, joined);
    }
}

impl Effect {
    /// Has it been seen that every answer counts?
    fn is_full(&self) -> bool {
        match self {
            Self::Any(any) => *any,
            Self::Groups(groups) => groups.iter().all(|g| g.count_ones() < 2),
            Self::Each { alive, all } => alive == all,
        }
    }

    /// Is no answer of any consequence?
    pub(in crate::audit) fn is_none(&self) -> bool {
        match self {
            Self::Any(any) => !any,
            Self::Groups(groups) => groups.len() < 2,
            Self::Each { alive, .. } => *alive == 0,
        }
    }
}

/// The groups that two ways of grouping have in common.
fn common(a: &[u64], b: &[u64]) -> Vec<u64> {
    let mut both: Vec<u64> = a.iter().flat_map(|x| b.iter().map(move |y| x & y)).filter(|g| *g != 0).collect();
    both.sort_unstable_by_key(|g| g.trailing_zeros());
    both
}

impl<'a> Proof<'a, '_> {
    /// Tries every question that this decision can read.
    pub(super) fn effects(&mut self, effects: &Effects) {
        let outcomes = self.outcomes();
        let slots: Vec<Slot> = self.problem.slots_read().collect();
        for slot in slots {
            let def = self.frame.def(slot);
            let Some(field) = self.rules.field(self.frame, slot).filter(|f| !f.set_by_program) else { continue };
            let Some(kind) = self.frame.kind_of(slot) else { continue };
            let key = (kind.to_owned(), field.id.clone());
            let known = effects.get(&key);
            if known.as_ref().is_some_and(Effect::is_full) {
                continue;
            }
            if self.spent("which questions matter") {
                return;
            }
            let copy = self.problem.vary(&[slot], &[]);
            self.problem.assert_valid(copy);
            let differs = self.differs(&outcomes, copy, slot);
            let groups = self.problem.classes(MAIN, slot).zip(self.problem.classes(copy, slot));
            let effect = match (groups, self.blank[usize::from(slot)]) {
                (Some((here, there)), Known::Choice(_)) => {
                    let before = match known {
                        Some(Effect::Groups(groups)) => groups,
                        _ => vec![def.all_bits()],
                    };
                    Effect::Groups(self.groups(&before, &here, &there, differs))
                }
                (Some((here, there)), _) => {
                    let before = match known {
                        Some(Effect::Each { alive, .. }) => alive,
                        _ => 0,
                    };
                    Effect::Each { alive: self.alive(before, &here, &there, differs), all: def.all_bits() }
                }
                (None, _) => Effect::Any(self.problem.solve(&[differs])),
            };
            effects.add(key, effect);
        }
    }

    /// Rules with the same ruling, place and deadline, by index.
    fn outcomes(&self) -> Vec<Vec<usize>> {
        let mut outcomes: Vec<Vec<usize>> = Vec::new();
        for (i, rule) in self.decision.rules.iter().enumerate() {
            let same = |other: &usize| {
                let other = self.rule(*other);
                (rule.ruling, &rule.place, &rule.deadline) == (other.ruling, &other.place, &other.deadline)
            };
            match outcomes.iter_mut().find(|o| o.first().is_some_and(same)) {
                Some(outcome) => outcome.push(i),
                None => outcomes.push(vec![i]),
            }
        }
        outcomes
    }

    /// Holds where the record itself has some outcome that its copy does not have.
    fn differs(&mut self, outcomes: &[Vec<usize>], copy: Copy, slot: Slot) -> Lit {
        let mut ways = Vec::new();
        for outcome in outcomes {
            let here = self.problem.any(outcome.iter().map(|i| self.lits[*i]));
            let mut there = Vec::with_capacity(outcome.len());
            for &i in outcome {
                let cond = &self.decision.rules[i].fires;
                // A rule that does not read the answer says the same of both.
                let same = !self.problem.reads(cond, &[slot]);
                there.push(if same { self.lits[i] } else { self.problem.lit(copy, cond) });
            }
            let there = self.problem.any(there);
            ways.push(self.problem.all(vec![here, !there]));
        }
        self.problem.any(ways)
    }

    /// Splits groups of answers wherever two of them can be ruled differently.
    fn groups(&mut self, before: &[u64], here: &[(u64, Lit)], there: &[(u64, Lit)], differs: Lit) -> Vec<u64> {
        let mut done = Vec::new();
        let mut open = before.to_vec();
        while let Some(group) = open.pop() {
            let within: Vec<(u64, Lit)> = here.iter().copied().filter(|(class, _)| class & group != 0).collect();
            let Some(((first, first_lit), others)) = within.split_first() else {
                done.push(group);
                continue;
            };
            let mut like = group & first;
            let mut rest = 0;
            for (class, lit) in others {
                let other = there.iter().find(|(c, _)| c == class).map_or(Lit::FALSE, |(_, l)| *l);
                let mirror = there.iter().find(|(c, _)| c == first).map_or(Lit::FALSE, |(_, l)| *l);
                let apart =
                    self.problem.solve(&[*first_lit, other, differs]) || self.problem.solve(&[*lit, mirror, differs]);
                if apart { rest |= group & class } else { like |= group & class }
            }
            done.push(like);
            if rest != 0 {
                open.push(rest);
            }
        }
        done.sort_unstable_by_key(|g| g.trailing_zeros());
        done
    }

    /// The answers of a set of which it matters whether they are among those given.
    fn alive(&mut self, before: u64, here: &[(u64, Lit)], there: &[(u64, Lit)], differs: Lit) -> u64 {
        let mut alive = before;
        for (k, ((class, a), (_, b))) in here.iter().zip(there).enumerate() {
            if class & !alive == 0 {
                continue;
            }
            let mut assumed = vec![differs];
            for (j, ((_, x), (_, y))) in here.iter().zip(there).enumerate() {
                if j != k {
                    let (both, neither) = (self.problem.all(vec![*x, *y]), self.problem.all(vec![!*x, !*y]));
                    assumed.push(self.problem.any([both, neither]));
                }
            }
            let more = |last: [Lit; 2]| assumed.iter().copied().chain(last).collect::<Vec<_>>();
            if self.problem.solve(&more([*a, !*b])) || self.problem.solve(&more([!*a, *b])) {
                alive |= class;
            }
        }
        alive
    }
}

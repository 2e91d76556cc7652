//! Asks the solver for answers that tell mutants from the original, many mutants in one problem.
//!
//! No answer is a proof that a mutant is the original in other words. Answers are the smallest facts, chosen so that they tell
//! several mutants of the rule at once.

use crate::audit::proofs::{at_moments, setting};
use crate::audit::witness::{Claim, smallest};
use crate::calendar;
use crate::condition::{Anchor, Atom, Cond, Frame, Point, Slot};
use crate::facts::Known;
use crate::logic::sat::Lit;
use crate::logic::{MAIN, Problem, World};
use crate::ruleset::{Decision, RuleSet};

use super::faults::Mutant;

/// Most mutants that one set of facts is made to tell apart from the original. With more, facts become hard to read.
const TOGETHER: usize = 12;
/// Most of them that are tried without success.
const TRIES: usize = 24;

/// What a search of one decision starts from.
pub(super) struct Ground<'a> {
    pub rules: &'a RuleSet,
    pub decision: &'a Decision,
    pub frame: &'a Frame,
    pub today: calendar::Day,
    known: Vec<Known>,
    setting: Cond,
    /// For each list that is read on a clock: the clock stands where the list has an edition. Before that, nothing can be told.
    editions: Vec<Cond>,
}

impl<'a> Ground<'a> {
    /// For these mutants: what they read decides how much has to be said about moments and clocks.
    pub(super) fn new(
        rules: &'a RuleSet,
        decision: &'a Decision,
        frame: &'a Frame,
        mutants: &[&Mutant],
        today: calendar::Day,
    ) -> Self {
        let known = at_moments(decision, frame);
        let conds = conditions(decision, mutants);
        let world = World { frames: &rules.frames, lists: &rules.lists };
        let read: Vec<Slot> = Problem::new(world, decision.kind, &known, &conds).slots_read().collect();
        let setting = setting(rules, decision, frame, &read);
        let mut editions: Vec<Cond> = Vec::new();
        for cond in &conds {
            cond.atoms(&mut |atom| {
                let (Atom::Listed { list, clock, .. } | Atom::SomePlace { list, clock, .. }) = *atom else { return };
                let Some(first) = rules.lists.get(list).and_then(|l| l.editions.first()) else { return };
                let anchor = Anchor::Day(calendar::day(first.from));
                let point = Point { anchor, months: 0, days: 0, next_day: false };
                let there = Cond::Atom(Atom::OnOrAfter { slot: clock, point });
                if !editions.contains(&there) {
                    editions.push(there);
                }
            });
        }
        Self { rules, decision, frame, today, known, setting, editions }
    }
}

fn conditions<'c>(decision: &'c Decision, mutants: &[&'c Mutant]) -> Vec<&'c Cond> {
    let changed = mutants.iter().flat_map(|m| m.fires.iter().map(|(_, cond)| cond));
    decision.rules.iter().map(|r| &r.fires).chain(changed).collect()
}

/// One problem about some mutants.
pub(super) struct Search<'a> {
    ground: &'a Ground<'a>,
    mutants: &'a [&'a Mutant],
    problem: Problem<'a>,
    original: Vec<Lit>,
    editions: Vec<Lit>,
    /// By mutant: its changed conditions, by rule.
    changed: Vec<Vec<(usize, Lit)>>,
}

impl<'a> Search<'a> {
    pub(super) fn new(ground: &'a Ground<'a>, mutants: &'a [&'a Mutant]) -> Self {
        let Ground { rules, decision, known, setting, editions, .. } = ground;
        let mut conds = conditions(decision, mutants);
        conds.push(setting);
        conds.extend(editions);
        let world = World { frames: &rules.frames, lists: &rules.lists };
        let mut problem = Problem::new(world, decision.kind, known, &conds);
        problem.assert_valid(MAIN);
        let here = problem.lit(MAIN, setting);
        problem.assert_any(&[here]);
        let original: Vec<Lit> = decision.rules.iter().map(|r| problem.lit(MAIN, &r.fires)).collect();
        // Where no rule fires, the proofs have something to say, and an example has not.
        problem.assert_any(&original);
        let changed =
            mutants.iter().map(|m| m.fires.iter().map(|(i, cond)| (*i, problem.lit(MAIN, cond))).collect()).collect();
        let editions = editions.iter().map(|cond| problem.lit(MAIN, cond)).collect();
        Self { ground, mutants, problem, original, editions, changed }
    }

    /// The rules under which some valid answers tell the mutant from the original, the one found first first; none proves that
    /// there are no such answers.
    pub(super) fn rulings(&mut self, mutant: usize) -> Vec<usize> {
        let all: Vec<usize> = (0..self.original.len()).collect();
        let apart: Vec<Lit> = all.iter().map(|&k| self.apart(mutant, k)).collect();
        let somehow = self.problem.any(apart.iter().copied());
        if !self.problem.solve(&[somehow]) {
            return Vec::new();
        }
        // The mutant's own rule first: facts that it should rule say most about it.
        let own = self.mutants[mutant].rule;
        let mut order = all;
        order.sort_by_key(|&k| (k != own, !self.problem.value(apart[k])));
        order.into_iter().filter(|&k| apart[k] != Lit::FALSE).collect()
    }

    /// Rule `k` fires, and on the mutant it does not, or another one does as well.
    fn apart(&mut self, mutant: usize, k: usize) -> Lit {
        let ways: Vec<Lit> = self.wanted(mutant, k).into_iter().map(|(_, lit)| lit).collect();
        let any = self.problem.any(ways);
        self.problem.all(vec![self.original[k], any])
    }

    /// What would tell the mutant where rule `k` fires: by index of its changed conditions.
    fn wanted(&self, mutant: usize, k: usize) -> Vec<(usize, Lit)> {
        let lost = |i: usize, lit: Lit| if i == k { !lit } else { lit };
        self.changed[mutant].iter().enumerate().map(|(at, (i, lit))| (at, lost(*i, *lit))).collect()
    }

    /// The smallest facts that rule `k` rules and that tell the mutant from the original, and as many as can be of the `others`
    /// with it. `None` if there are none, or the evaluator does not confirm them.
    pub(super) fn facts(
        &mut self,
        mutant: usize,
        k: usize,
        others: impl Iterator<Item = usize>,
    ) -> Option<Vec<(Slot, Known)>> {
        let mut assumed = vec![self.original[k]];
        let mut claims = vec![Claim { cond: &self.ground.decision.rules[k].fires, holds: true }];
        let mutants = self.mutants;
        let (mut told, mut failed) = (0, 0);
        for m in std::iter::once(mutant).chain(others) {
            let wanted = self.wanted(m, k);
            let any = self.problem.any(wanted.iter().map(|(_, lit)| *lit));
            assumed.push(any);
            let fits = any != Lit::FALSE && self.problem.solve(&assumed);
            if fits && m == mutant {
                self.prefer_editions(&mut assumed);
            }
            assumed.retain(|lit| *lit != any);
            match wanted.iter().find(|(_, lit)| fits && self.holds(*lit)) {
                Some(&(at, lit)) => {
                    if !assumed.contains(&lit) {
                        assumed.push(lit);
                        let (i, cond) = &mutants[m].fires[at];
                        claims.push(Claim { cond, holds: *i != k });
                    }
                    told += 1;
                }
                None if m == mutant => return None,
                None => failed += 1,
            }
            if told >= TOGETHER || failed >= TRIES {
                break;
            }
        }
        let Ground { rules, frame, known, today, .. } = self.ground;
        let found = smallest(rules, frame, &mut self.problem, known, &[*today], &assumed, &claims);
        found.and_then(Result::ok).map(|w| w.facts)
    }

    /// Adds what can be had of days on which lists have an edition, and solves anew.
    fn prefer_editions(&mut self, assumed: &mut Vec<Lit>) {
        for at in 0..self.editions.len() {
            assumed.push(self.editions[at]);
            if assumed.contains(&Lit::FALSE) || !self.problem.solve(assumed) {
                assumed.pop();
            }
        }
        self.problem.solve(assumed);
    }

    fn holds(&self, lit: Lit) -> bool {
        lit == Lit::TRUE || (lit != Lit::FALSE && self.problem.value(lit))
    }
}

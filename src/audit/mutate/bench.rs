//! Tries mutants on examples and cases: does one of them come out otherwise than written?
//!
//! Exact, and quick where it can be: a trial looks again only at the conditions that differ, and asks the engine only where one
//! of them answers otherwise.

use crate::audit::cases::{Trial, passes};
use crate::condition::Tri;
use crate::ruleset::{Decision, RuleSet};

use super::faults::{Mutant, bare};

/// A decision to be changed and changed back, with trials laid out on it.
pub(super) struct Bench<'r> {
    rules: &'r RuleSet,
    decision: &'r Decision,
    changed: Decision,
}

/// A trial, and how each rule's condition answers on it.
pub(super) struct Laid {
    pub trial: Trial,
    answers: Vec<Tri>,
    /// The rule that must fire, if one is named.
    named: Option<usize>,
}

impl<'r> Bench<'r> {
    pub(super) fn new(rules: &'r RuleSet, decision: &'r Decision) -> Self {
        let bared = Decision { rules: decision.rules.iter().map(bare).collect(), ..headless(decision) };
        Self { rules, decision, changed: bared }
    }

    /// The trial laid out; `None` if it does not come out as written even on the decision as it is.
    pub(super) fn lay(&self, trial: Trial) -> Option<Laid> {
        passes(self.rules, &self.changed, &trial).then(|| {
            let facts = trial.sheet.facts(self.rules, None);
            let answers = self.decision.rules.iter().map(|r| facts.holds(&r.fires)).collect();
            let named = trial.names(self.decision);
            Laid { trial, answers, named }
        })
    }

    /// The rule that alone fires for certain.
    pub(super) fn certain(&self, trial: &Trial) -> Option<usize> {
        let facts = trial.sheet.facts(self.rules, None);
        let mut yes =
            (0..self.decision.rules.len()).filter(|&i| facts.holds(&self.decision.rules[i].fires) == Tri::Yes);
        let only = yes.next()?;
        yes.next().is_none().then_some(only)
    }

    /// Does the trial come out otherwise on the mutant?
    pub(super) fn catches(&mut self, laid: &Laid, mutant: &Mutant) -> bool {
        if mutant.fires.is_empty() {
            return false;
        }
        let facts = laid.trial.sheet.facts(self.rules, None);
        let mut same = true;
        for (i, cond) in &mutant.fires {
            let answer = facts.holds(cond);
            // Where the rule that must fire cannot, nothing else matters.
            if answer == Tri::No && laid.named == Some(*i) {
                return true;
            }
            same &= answer == laid.answers[*i] && (answer != Tri::Unknown || laid.is_certain());
        }
        !same && !self.passes(laid, mutant)
    }

    fn passes(&mut self, laid: &Laid, mutant: &Mutant) -> bool {
        let kept: Vec<_> = mutant
            .fires
            .iter()
            .map(|(i, cond)| std::mem::replace(&mut self.changed.rules[*i].fires, cond.clone()))
            .collect();
        let passes = passes(self.rules, &self.changed, &laid.trial);
        for ((i, _), cond) in mutant.fires.iter().zip(kept) {
            self.changed.rules[*i].fires = cond;
        }
        passes
    }
}

impl Laid {
    /// Three-valued evaluation alone rules it: one rule fires for certain.
    fn is_certain(&self) -> bool {
        self.answers.contains(&Tri::Yes)
    }
}

/// The decision without its rules.
fn headless(decision: &Decision) -> Decision {
    Decision {
        index: decision.index,
        id: decision.id.clone(),
        agency: decision.agency.clone(),
        asks: decision.asks.clone(),
        kind: decision.kind,
        place: decision.place.clone(),
        moments: decision.moments.clone(),
        renamed_from: decision.renamed_from.clone(),
        filed_by_office: decision.filed_by_office,
        rules: Vec::new(),
        file: decision.file.clone(),
    }
}

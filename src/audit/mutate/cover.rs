//! Few examples that catch many mutants: a solver's facts, and the same facts with one answer changed.
//!
//! Examples that differ in one answer read as one: the same person, the same money, and this or that kind of thing. So the
//! facts found for one mutant are varied answer by answer before the solver is asked again.

use std::collections::BTreeSet;

use crate::audit::cases::Trial;
use crate::audit::draft::Writer;
use crate::calendar::{self, PartialDate};
use crate::condition::{Frame, Slot};
use crate::facts::{Answer, FieldType, Known, Value};
use crate::ruleset::{Decision, Given, RuleSet};

use super::bench::{Bench, Laid};
use super::faults::{Fault, Mutant};
use super::search::{Ground, Search};

/// Mutants of one decision that are looked at in one problem.
const BATCH: usize = 240;

/// An example that catches something.
pub(super) struct Pick {
    /// Index of the rule that rules it.
    pub rule: usize,
    pub given: Given,
    /// The field in which it differs from the one it varies.
    pub changed: Option<String>,
    /// Which of the bases it is or varies.
    pub base: usize,
    laid: Laid,
}

/// What is to be found out about a mutant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    Left,
    Equivalent,
    /// The solver tells it apart, and the engine does not.
    OnPaper,
    /// Told apart by facts that cannot be written.
    Unwritten,
    /// Caught by this one of the picks.
    Caught(usize),
}

/// What came of a decision's mutants.
pub(super) struct Covered {
    /// By mutant.
    pub fates: Vec<Fate>,
    pub picks: Vec<Pick>,
    /// The rules and facts that picks vary.
    pub bases: Vec<(usize, Given)>,
}

/// What becomes of each mutant that no example catches, and the examples that would.
pub(super) fn cover<'r>(
    bench: &mut Bench<'r>,
    rules: &'r RuleSet,
    decision: &'r Decision,
    frame: &'r Frame,
    mutants: &[Mutant],
    today: calendar::Day,
) -> Covered {
    let mut cover = Cover {
        rules,
        decision,
        frame,
        writer: Writer::new(rules, decision, frame).reading(mutants.iter().filter_map(|m| m.list)),
        bench,
        mutants,
        fates: vec![Fate::Left; mutants.len()],
        picks: Vec::new(),
        bases: Vec::new(),
    };
    for batch in batches(mutants) {
        let of: Vec<&Mutant> = batch.iter().map(|&i| &mutants[i]).collect();
        let ground = Ground::new(rules, decision, frame, &of, today);
        cover.batch(&batch, &mut Search::new(&ground, &of));
    }
    cover.prune();
    Covered { fates: cover.fates, picks: cover.picks, bases: cover.bases }
}

/// Each other list in a problem of its own: with all of them, fields fall into too many classes. Clocks last and apart: facts
/// that tell clocks from each other are harder to read, and need not say more than that.
fn batches(mutants: &[Mutant]) -> Vec<Vec<usize>> {
    let of = |m: &Mutant| (m.fault == Fault::Clock, m.list);
    let kinds: BTreeSet<_> = mutants.iter().map(of).collect();
    let with = |kind| (0..mutants.len()).filter(|&i| of(&mutants[i]) == kind).collect::<Vec<_>>();
    kinds.into_iter().flat_map(|kind| with(kind).chunks(BATCH).map(<[usize]>::to_vec).collect::<Vec<_>>()).collect()
}

struct Cover<'a, 'r> {
    rules: &'r RuleSet,
    decision: &'r Decision,
    frame: &'r Frame,
    writer: Writer<'r>,
    bench: &'a mut Bench<'r>,
    mutants: &'a [Mutant],
    fates: Vec<Fate>,
    picks: Vec<Pick>,
    bases: Vec<(usize, Given)>,
}

impl Cover<'_, '_> {
    /// Settles the mutants of a batch, given by their indices.
    fn batch(&mut self, batch: &[usize], search: &mut Search<'_>) {
        let lists = batch.iter().filter_map(|&m| self.mutants[m].list);
        let writer = Writer::new(self.rules, self.decision, self.frame).reading(lists);
        for (at, &m) in batch.iter().enumerate() {
            if self.fates[m] != Fate::Left {
                continue;
            }
            let rulings = search.rulings(at);
            if rulings.is_empty() {
                self.fates[m] = Fate::Equivalent;
                continue;
            }
            let rule = self.mutants[m].rule;
            let others: Vec<usize> = (at + 1..batch.len())
                .filter(|&o| self.fates[batch[o]] == Fate::Left && self.mutants[batch[o]].rule == rule)
                .collect();
            let mut written = false;
            'found: for together in [&others[..], &[]] {
                for &k in &rulings {
                    let Some(facts) = search.facts(at, k, together.iter().copied()) else { continue };
                    written = true;
                    if self.take(m, &writer, &facts) {
                        break 'found;
                    }
                }
            }
            if self.fates[m] == Fate::Left {
                self.fates[m] = if written { Fate::OnPaper } else { Fate::Unwritten };
            }
        }
    }

    /// Takes the facts as an example if they catch the mutant, and what their variations catch besides.
    fn take(&mut self, mutant: usize, writer: &Writer<'_>, facts: &[(Slot, Known)]) -> bool {
        let given = writer.given(facts);
        let Some(base) = self.example(&given) else { return false };
        if !self.bench.catches(&base.laid, &self.mutants[mutant]) {
            return false;
        }
        self.bases.push((base.rule, given.clone()));
        self.keep(base);
        for (field, given) in self.variations(&given) {
            if let Some(pick) = self.example(&given) {
                self.keep(Pick { changed: Some(field), ..pick });
            }
        }
        true
    }

    /// The facts as an example of the rule that rules them for certain.
    fn example(&self, given: &Given) -> Option<Pick> {
        // Without a date, an example takes place on a day that its rule gives: it must be the same rule on that day.
        let trial = |rule: usize| Trial::draft(self.rules, self.decision, rule, given);
        let mut found = trial(0)?;
        let rule = self.bench.certain(&found)?;
        if given.on.is_none() && rule != 0 {
            found = trial(rule)?;
            if self.bench.certain(&found) != Some(rule) {
                return None;
            }
        }
        found.at = Some(rule);
        let laid = self.bench.lay(found)?;
        Some(Pick { rule, given: given.clone(), changed: None, base: 0, laid })
    }

    /// Keeps an example that catches something that is left.
    fn keep(&mut self, mut pick: Pick) {
        pick.base = self.bases.len() - 1;
        let at = self.picks.len();
        let mut useful = false;
        for (mutant, fate) in self.mutants.iter().zip(&mut self.fates) {
            if matches!(fate, Fate::Left | Fate::OnPaper | Fate::Unwritten) && self.bench.catches(&pick.laid, mutant) {
                *fate = Fate::Caught(at);
                useful = true;
            }
        }
        if useful {
            self.picks.push(pick);
        }
    }

    /// Leaves out examples whose catch others catch as well.
    fn prune(&mut self) {
        let caught: Vec<usize> = (0..self.fates.len()).filter(|&m| matches!(self.fates[m], Fate::Caught(_))).collect();
        let by: Vec<Vec<usize>> = self
            .picks
            .iter()
            .map(|p| caught.iter().copied().filter(|&m| self.bench.catches(&p.laid, &self.mutants[m])).collect())
            .collect();
        let mut times = vec![0usize; self.fates.len()];
        by.iter().flatten().for_each(|&m| times[m] += 1);
        let mut order: Vec<usize> = (0..by.len()).collect();
        order.sort_by_key(|&p| (by[p].len(), std::cmp::Reverse(p)));
        let mut kept = vec![true; by.len()];
        for p in order {
            if by[p].iter().all(|&m| times[m] > 1) {
                kept[p] = false;
                by[p].iter().for_each(|&m| times[m] -= 1);
            }
        }
        let stays: Vec<usize> = (0..by.len()).filter(|&p| kept[p]).collect();
        for &m in &caught {
            self.fates[m] = stays.iter().position(|&p| by[p].contains(&m)).map_or(Fate::Unwritten, Fate::Caught);
        }
        let mut kept = kept.into_iter();
        self.picks.retain(|_| kept.next() == Some(true));
    }

    /// The facts with one answer changed, in every way that reads naturally.
    fn variations(&self, given: &Given) -> Vec<(String, Given)> {
        let mut out = Vec::new();
        for (name, answer) in &given.answers {
            let (Some(slot), Answer::Is(value)) = (self.frame.slot(name), answer) else { continue };
            for other in self.others(&self.frame.def(slot).ty, value) {
                let mut varied = given.clone();
                varied.answers.insert(name.clone(), Answer::Is(other));
                out.push((name.clone(), varied));
            }
        }
        out
    }

    fn others(&self, ty: &FieldType, value: &Value) -> Vec<Value> {
        match (ty, value) {
            (FieldType::YesNo, Value::YesNo(yes)) => vec![Value::YesNo(!yes)],
            (FieldType::Choice(ids), Value::Choice(is)) => {
                ids.iter().filter(|id| *id != is).cloned().map(Value::Choice).collect()
            }
            (FieldType::Set(ids), Value::Set { has, complete }) => {
                let alone = ids.iter().map(|id| BTreeSet::from([id.clone()]));
                let toggled = ids.iter().map(|id| {
                    let mut set = has.clone();
                    if !set.remove(id) {
                        set.insert(id.clone());
                    }
                    set
                });
                let sets: BTreeSet<BTreeSet<String>> = alone.chain(toggled).filter(|set| set != has).collect();
                sets.into_iter().map(|has| Value::Set { has, complete: *complete }).collect()
            }
            (FieldType::Country, Value::Country(is)) => {
                self.writer.countries().into_iter().filter(|c| c != is).map(|c| Value::Country(c.to_owned())).collect()
            }
            (FieldType::Money | FieldType::Number, Value::Range { lo, hi, .. }) if lo == hi => [lo - 100, lo + 100]
                .into_iter()
                .filter(|n| *n >= 0)
                .map(|n| Value::Range { lo: n, hi: n, text: String::new() })
                .collect(),
            (FieldType::Date(_), Value::Date(day)) => [day.first.pred_opt(), day.first.succ_opt()]
                .into_iter()
                .flatten()
                .map(|day| Value::Date(PartialDate::exact(day)))
                .collect(),
            _ => Vec::new(),
        }
    }
}

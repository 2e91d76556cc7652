//! From a solver's model to the smallest facts that show something, checked by the evaluator.

use crate::calendar;
use crate::condition::{Cond, Facts, Frame, Others, Owner, Slot, Tri, applies};
use crate::facts::Known;
use crate::logic::sat::Lit;
use crate::logic::{Model, Problem};
use crate::ruleset::RuleSet;

/// What a witness shows of one condition.
pub(super) struct Claim<'c> {
    pub cond: &'c Cond,
    pub holds: bool,
}

/// Smallest facts that show the claims.
pub(super) struct Witness {
    pub facts: Vec<(Slot, Known)>,
    /// Other records that it takes: kind and facts.
    pub others: Vec<(usize, Vec<Option<Known>>)>,
}

impl Witness {
    /// What is its own of each further record: the rest is the main record's.
    pub(super) fn own_facts_of_others(&self, rules: &RuleSet) -> Vec<(usize, Vec<(Slot, Known)>)> {
        let own = |(kind, record): &(usize, Vec<Option<Known>>)| {
            let frame = rules.frames.get(*kind)?;
            let facts = (0..).zip(record).filter_map(|(s, k)| k.map(|k| (s, k)));
            let own = facts.filter(|(s, _)| matches!(frame.def(*s).owner, Owner::Record | Owner::Entity(_)));
            Some((*kind, own.collect()))
        };
        self.others.iter().filter_map(own).collect()
    }
}

/// Facts that the solver found and the evaluator does not confirm: a fault of the audit itself.
pub(super) struct Unconfirmed(pub Vec<(Slot, Known)>);

/// The plainest facts under the assumptions, less what the claims do not need. `None` if there are none.
pub(super) fn smallest(
    rules: &RuleSet,
    frame: &Frame,
    problem: &mut Problem<'_>,
    blank: &[Known],
    dates: &[calendar::Day],
    assumed: &[Lit],
    claims: &[Claim<'_>],
) -> Option<Result<Witness, Unconfirmed>> {
    let model = problem.plainest(assumed, dates)?;
    let mut facts = blank.to_vec();
    for (fact, known) in facts.iter_mut().zip(&model.facts) {
        if let Some(known) = known {
            *fact = *known;
        }
    }
    let others = ModelOthers { rules, model: &model };
    let holds = |facts: &[Known], cond: &Cond| -> Tri {
        let applies = applies(frame, facts, &rules.list_dates);
        Facts { frame, known: facts, applies: &applies, lists: &rules.list_dates, others: Some(&others) }.holds(cond)
    };
    let full: Vec<Tri> = claims.iter().map(|c| holds(&facts, c.cond)).collect();
    let wrong = claims.iter().zip(&full).any(|(c, is)| *is == if c.holds { Tri::No } else { Tri::Yes });
    if wrong {
        return Some(Err(Unconfirmed((0..).zip(facts).collect())));
    }
    // Leave out what the claims do not need: all that is left still shows them.
    for at in (0..facts.len()).rev() {
        let kept = std::mem::replace(&mut facts[at], blank[at]);
        if kept != facts[at] && claims.iter().zip(&full).any(|(c, is)| holds(&facts, c.cond) != *is) {
            facts[at] = kept;
        }
    }
    let facts =
        (0..).zip(facts).zip(blank).filter(|((_, known), blank)| known != *blank).map(|(fact, _)| fact).collect();
    Some(Ok(Witness { facts, others: model.others }))
}

/// The other records of a witness: those it names, and no more.
struct ModelOthers<'a> {
    rules: &'a RuleSet,
    model: &'a Model,
}

impl Others for ModelOthers<'_> {
    fn any(&self, kind: usize, cond: &Cond) -> Tri {
        let said = self.model.exists.iter().find(|(k, c, _)| *k == kind && c == cond).map(|(_, _, holds)| *holds);
        let Some(frame) = self.rules.frames.get(kind) else { return Tri::Unknown };
        let shown = self.model.others.iter().filter(|(k, _)| *k == kind).any(|(_, record)| {
            let mut known = frame.blank();
            for (k, fact) in known.iter_mut().zip(record) {
                if let Some(fact) = fact {
                    *k = *fact;
                }
            }
            let applies = applies(frame, &known, &self.rules.list_dates);
            let lists = &self.rules.list_dates;
            Facts { frame, known: &known, applies: &applies, lists, others: None }.holds(cond) == Tri::Yes
        });
        match (said, shown) {
            (Some(true), true) => Tri::Yes,
            (Some(false), false) => Tri::No,
            _ => Tri::Unknown,
        }
    }
}

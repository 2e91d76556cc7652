//! What shows that a plant is the defect that its kind says, by candor's solver and loader.

use candor::condition::Cond;
use candor::facts::Known;
use candor::logic::{MAIN, Problem, World, sat::Lit};
use candor::ruleset::{Decision, Loaded, RuleSet};

use super::Folder;
use crate::compile;

/// What has to be shown.
pub enum Proof {
    /// Some valid answers fire no rule; before, none did.
    Gap,
    /// Some valid answers fire the rule and another one; before, none did.
    Overlap,
    /// No valid answers fire the rule, which others could before.
    Never,
    /// Some valid answers come to something else than before.
    Differs,
    /// Every rule fires on the same answers as before, and the rule set loads.
    Same,
    /// The rule fires somewhere with a field that does not apply, where it did not before. Shown as `Differs`.
    DiffersQuietly,
    /// The rule set does not load, with one of these codes.
    Refused(&'static [&'static str]),
    /// The rule set loads. What is wrong is wrong by what was written: nothing to prove.
    Loads,
    /// Nothing to prove: it is wrong as written, whether or not the rule set loads.
    AsWritten,
    /// It loads, with all tests, and no rule fires on other answers.
    Harmless,
}

type Forms = (Option<form::form::Decision>, Option<form::form::Decision>);

/// The decision before and after, if the proof succeeds.
pub fn proved(
    proof: &Proof,
    folder: &Folder,
    decision: Option<&Decision>,
    rule: Option<&str>,
    after: &Loaded,
) -> Option<Forms> {
    if let Proof::Refused(codes) = proof {
        let found = after.problems.iter().any(|p| codes.contains(&p.code));
        return (after.rules.is_none() && found).then_some((None, None));
    }
    if matches!(proof, Proof::AsWritten) {
        return Some((None, None));
    }
    let changed = after.rules.as_ref()?;
    let Some(old) = decision else {
        return matches!(proof, Proof::Loads | Proof::Harmless).then_some((None, None));
    };
    let new = changed.decision(&old.id)?;
    let forms = || (compile::decision(&folder.rules, old), compile::decision(changed, new));
    let shown = match proof {
        Proof::Loads => return Some((None, None)),
        Proof::Harmless => same(&folder.rules, old, new),
        Proof::Same => same(&folder.rules, old, new),
        Proof::Gap => !gap(&folder.rules, old) && gap(changed, new),
        Proof::Overlap => {
            let at = new.rules.iter().position(|r| Some(r.local_id()) == rule)?;
            overlaps(changed, new, at)
                && !old
                    .rules
                    .iter()
                    .position(|r| Some(r.local_id()) == rule)
                    .is_some_and(|at| overlaps(&folder.rules, old, at))
        }
        Proof::Never => {
            let fires = |rules: &RuleSet, d: &Decision| {
                d.rule(rule.unwrap_or_default()).map(|r| satisfiable(rules, d, &[(&r.fires, true)]))
            };
            fires(changed, new) == Some(false) && fires(&folder.rules, old).unwrap_or(true)
        }
        Proof::Differs | Proof::DiffersQuietly => differs(&folder.rules, old, new),
        Proof::Refused(_) | Proof::AsWritten => false,
    };
    shown.then(forms)
}

/// Nothing known, but that the decision is taken at one of its moments.
fn start(rules: &RuleSet, decision: &Decision) -> Vec<Known> {
    let frame = &rules.frames[decision.kind];
    let mut known = frame.blank();
    if let Some(slot) = frame.slot("target.moment").or_else(|| frame.slot("moment")) {
        let def = frame.def(slot);
        let mask = decision.moments.iter().filter_map(|m| def.bit(m)).fold(0, |a, b| a | b);
        if mask != 0 {
            known[usize::from(slot)] = Known::Choice(mask);
        }
    }
    known
}

/// Can these hold (or not hold) together on valid answers?
fn satisfiable(rules: &RuleSet, decision: &Decision, wanted: &[(&Cond, bool)]) -> bool {
    let conds: Vec<&Cond> = wanted.iter().map(|(c, _)| *c).collect();
    let world = World { frames: &rules.frames, lists: &rules.lists };
    let mut problem = Problem::new(world, decision.kind, &start(rules, decision), &conds);
    let mut lits: Vec<Lit> = Vec::new();
    for (cond, holds) in wanted {
        let lit = problem.lit(MAIN, cond);
        lits.push(if *holds { lit } else { !lit });
    }
    lits.extend(problem.valid(MAIN).into_iter().map(|(_, l)| l));
    problem.solve(&lits)
}

fn gap(rules: &RuleSet, decision: &Decision) -> bool {
    let none: Vec<(&Cond, bool)> = decision.rules.iter().map(|r| (&r.fires, false)).collect();
    satisfiable(rules, decision, &none)
}

fn overlaps(rules: &RuleSet, decision: &Decision, at: usize) -> bool {
    let others = decision.rules.iter().enumerate().filter(|(i, _)| *i != at);
    others
        .into_iter()
        .any(|(_, other)| satisfiable(rules, decision, &[(&decision.rules[at].fires, true), (&other.fires, true)]))
}

/// Does every rule fire on the same answers? Rules are matched in their order in the file, or by id where that changed.
fn same(rules: &RuleSet, old: &Decision, new: &Decision) -> bool {
    old.rules.len() == new.rules.len()
        && old.rules.iter().enumerate().all(|(i, a)| {
            let b = new.rule(a.local_id()).unwrap_or(&new.rules[i]);
            a.ruling == b.ruling
                && a.place == b.place
                && a.deadline == b.deadline
                && !satisfiable(rules, old, &[(&a.fires, true), (&b.fires, false)])
                && !satisfiable(rules, old, &[(&a.fires, false), (&b.fires, true)])
        })
}

/// Do some valid answers come to another ruling, place or deadline than before, or to none?
fn differs(rules: &RuleSet, old: &Decision, new: &Decision) -> bool {
    old.rules.iter().any(|a| {
        let mut wanted: Vec<(&Cond, bool)> = vec![(&a.fires, true)];
        let alike = |b: &&candor::ruleset::Rule| (b.ruling, &b.place, &b.deadline) == (a.ruling, &a.place, &a.deadline);
        wanted.extend(new.rules.iter().filter(alike).map(|b| (&b.fires, false)));
        satisfiable(rules, old, &wanted)
    })
}

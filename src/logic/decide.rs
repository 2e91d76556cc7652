//! What a decision may still come to, given what is known, and which unanswered fields can change it.
//!
//! For the decisions that three-valued evaluation leaves open. Knows outcomes as numbers only: the engine gives each rule
//! the number of its outcome (ruling, place, deadline).

use super::problem::{MAIN, Others, Problem, World, each_slot};
use super::sat::Lit;
use crate::condition::{Cond, Frame, Slot};
use crate::facts::Known;

/// A decision about one record, and what is known.
#[derive(Clone, Copy)]
pub struct Question<'a> {
    pub world: World<'a>,
    /// The record's kind.
    pub kind: usize,
    /// By slot of the kind's frame.
    pub known: &'a [Known],
    /// Each rule's condition and the number of its outcome.
    pub rules: &'a [(&'a Cond, usize)],
    /// What other records say to the quantified conditions, where it is known.
    pub others: Option<Others<'a>>,
}

/// What may still happen.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Possible {
    /// Numbers of the outcomes that some valid completion leads to, in order of first rule.
    pub outcomes: Vec<usize>,
    /// Indices of the rules that some valid completion fires.
    pub rules: Vec<usize>,
    /// Some valid completion fires no rule.
    pub none: bool,
    /// Slots that lie in a smallest set whose joint change alters the outcome, in asking order. Empty if the outcome is definite.
    pub relevant: Vec<Slot>,
    /// Record kinds of which another (or no other) record would alter the outcome.
    pub relevant_kinds: Vec<usize>,
    /// Set if the known facts cannot all be true; nothing else is filled in then.
    pub contradiction: Option<Contradiction>,
}

/// Known facts that a constraint rules out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contradiction {
    /// Index of the constraint in the frame; where several clash together, the first.
    pub constraint: usize,
    /// The slots that clash.
    pub slots: Vec<Slot>,
}

impl Possible {
    /// Does every valid completion lead to the same outcome?
    pub fn is_definite(&self) -> bool {
        self.contradiction.is_none() && self.outcomes.len() == 1 && !self.none
    }
}

/// Do the known facts break the frame's constraints? All constraints are looked at.
pub fn contradiction(world: World<'_>, kind: usize, known: &[Known]) -> Option<Contradiction> {
    let frame = world.frames.get(kind)?;
    let holds: Vec<&Cond> = frame.constraints.iter().map(|c| &c.holds).collect();
    if holds.is_empty() {
        return None;
    }
    clash(frame, &mut Problem::new(world, kind, known, &holds))
}

fn clash(frame: &Frame, problem: &mut Problem<'_>) -> Option<Contradiction> {
    let valid = problem.valid(MAIN);
    let lits: Vec<Lit> = valid.iter().map(|(_, l)| *l).collect();
    if problem.solve(&lits) {
        return None;
    }
    // A constraint that fails alone says it best; else the first few that cannot hold together.
    let mut guilty: Vec<usize> = (0..lits.len()).collect();
    if let Some(alone) = (0..lits.len()).find(|&i| !problem.solve(&[lits[i]])) {
        guilty = vec![alone];
    } else {
        let mut at = 0;
        while at < guilty.len() {
            let mut fewer = guilty.clone();
            fewer.remove(at);
            let assumed: Vec<Lit> = fewer.iter().map(|&i| lits[i]).collect();
            if problem.solve(&assumed) {
                at += 1;
            } else {
                guilty = fewer;
            }
        }
    }
    let mut slots = Vec::new();
    for &i in &guilty {
        each_slot(&frame.constraints[valid[i].0].holds, &mut |s| {
            if !slots.contains(&s) {
                slots.push(s);
            }
        });
    }
    Some(Contradiction { constraint: guilty.first().map_or(0, |&i| valid[i].0), slots })
}

/// What may still happen, and what would settle it.
pub fn possible(question: Question<'_>) -> Possible {
    let Question { world, kind, known, rules, others } = question;
    let conds: Vec<&Cond> = rules.iter().map(|(c, _)| *c).collect();
    let mut problem = Problem::with_others(world, kind, known, &conds, others);
    let fires: Vec<Lit> = conds.iter().map(|c| problem.lit(MAIN, c)).collect();
    let valid = problem.valid(MAIN);
    let lits: Vec<Lit> = valid.iter().map(|(_, l)| *l).collect();
    if !problem.solve(&lits) {
        return Possible { contradiction: clash(&world.frames[kind], &mut problem), ..Possible::default() };
    }
    for lit in lits {
        problem.assert_any(&[lit]);
    }

    let mut can = vec![false; fires.len()];
    let harvest = |problem: &Problem<'_>, can: &mut [bool]| {
        for (can, lit) in can.iter_mut().zip(&fires) {
            *can |= problem.value(*lit);
        }
    };
    harvest(&problem, &mut can);
    for (i, &lit) in fires.iter().enumerate() {
        if !can[i] && problem.solve(&[lit]) {
            harvest(&problem, &mut can);
        }
    }
    let no_rule: Vec<Lit> = fires.iter().map(|l| !*l).collect();
    let mut answer = Possible { none: problem.solve(&no_rule), ..Possible::default() };
    for (i, (_, outcome)) in rules.iter().enumerate().filter(|(i, _)| can[*i]) {
        answer.rules.push(i);
        if !answer.outcomes.contains(outcome) {
            answer.outcomes.push(*outcome);
        }
    }
    if answer.outcomes.len() + usize::from(answer.none) > 1 {
        let by_outcome: Vec<Vec<usize>> = answer
            .outcomes
            .iter()
            .map(|o| answer.rules.iter().copied().filter(|&r| rules[r].1 == *o).collect())
            .collect();
        relevant(&mut problem, &conds, &fires, &by_outcome, &mut answer);
    }
    answer
}

/// What may differ between two completions.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Change {
    Slot(Slot),
    Kind(usize),
}

fn relevant<'a>(
    problem: &mut Problem<'a>,
    conds: &[&'a Cond],
    fires: &[Lit],
    by_outcome: &[Vec<usize>],
    answer: &mut Possible,
) {
    let mut changes: Vec<Change> = problem.slots_open().into_iter().map(Change::Slot).collect();
    changes.extend(problem.kinds_open().into_iter().map(Change::Kind));
    let here: Vec<Lit> = by_outcome.iter().map(|rules| problem.any(rules.iter().map(|&r| fires[r]))).collect();
    let alters = |problem: &mut Problem<'a>, set: &[Change]| -> bool {
        let slots: Vec<Slot> =
            set.iter().filter_map(|c| if let Change::Slot(s) = c { Some(*s) } else { None }).collect();
        let kinds: Vec<usize> =
            set.iter().filter_map(|c| if let Change::Kind(k) = c { Some(*k) } else { None }).collect();
        let copy = problem.vary(&slots, &kinds);
        // A rule that reads nothing that changes says the same of both.
        let there: Vec<Lit> = by_outcome
            .iter()
            .map(|rules| {
                let mut lits = Vec::with_capacity(rules.len());
                for &r in rules {
                    let lit = if problem.reads(conds[r], &slots) { problem.lit(copy, conds[r]) } else { fires[r] };
                    lits.push(lit);
                }
                problem.any(lits)
            })
            .collect();
        if here == there {
            return false;
        }
        problem.assert_valid(copy);
        // The two completions play the same part, so it is enough to look for an outcome that the change takes away.
        here.iter().zip(&there).any(|(&a, &b)| a != b && problem.solve(&[a, !b]))
    };
    let mut found: Vec<Change> = Vec::new();
    for &c in &changes {
        if alters(problem, &[c]) {
            found.push(c);
        }
    }
    if found.is_empty() {
        for (i, &a) in changes.iter().enumerate() {
            for &b in &changes[i + 1..] {
                if (!found.contains(&a) || !found.contains(&b)) && alters(problem, &[a, b]) {
                    found.extend([a, b].into_iter().filter(|c| !found.contains(c)).collect::<Vec<_>>());
                }
            }
        }
    }
    if found.is_empty() && alters(problem, &changes) {
        // Three or more at once: one smallest set is enough to go on asking.
        found = changes.clone();
        let mut at = 0;
        while at < found.len() {
            let mut fewer = found.clone();
            fewer.remove(at);
            if alters(problem, &fewer) {
                found = fewer;
            } else {
                at += 1;
            }
        }
    }
    for change in found {
        match change {
            Change::Slot(s) => answer.relevant.push(s),
            Change::Kind(k) => answer.relevant_kinds.push(k),
        }
    }
    answer.relevant.sort_unstable();
    answer.relevant_kinds.sort_unstable();
}

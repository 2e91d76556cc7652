//! `rules mutate`: would the examples and cases notice a slip of the pen?
//!
//! Each mutant is a decision with one fault in one rule. One is caught if some example or case no longer comes out as written.
//! Those that are not caught go to the solver: a mutant that no valid answers can tell from the original is equivalent and does
//! not count. What is left are survivors, each with facts that would catch it.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::cases::{Trial, passes, trials};
use super::proofs::{at_moments, setting};
use super::witness::{Claim, smallest};
use super::{draft, words};
use crate::calendar;
use crate::condition::{Anchor, Atom, Cond, Frame, Point, Slot};
use crate::facts::{FieldType, Known};
use crate::logic::sat::Lit;
use crate::logic::{MAIN, Problem, World};
use crate::ruleset::{Case, Decision, Rule, RuleSet, assemble, in_force};

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
    /// One part of an `and` or an `or` is missing.
    Dropped,
    /// A value is missing from a list of values, or stands there too many.
    Value,
    /// Another list is meant, or the other side of one.
    List,
    /// An `unless` is missing.
    Unless,
}

impl Fault {
    pub const ALL: [Self; 7] =
        [Self::Threshold, Self::Date, Self::Period, Self::Dropped, Self::Value, Self::List, Self::Unless];
    /// Those at the edge of a number, a date or a period.
    pub const BOUNDARIES: [Self; 3] = [Self::Threshold, Self::Date, Self::Period];
}

/// Faults in one rule that no example and no case notices, and that one more example would.
#[derive(Debug, Clone, Serialize)]
pub struct Survivor {
    pub decision: String,
    pub rule: String,
    /// The faults, in words: `value at least 5000 becomes at least 5001`.
    pub faults: Vec<String>,
    /// Facts that would catch them, where they can be written.
    pub draft: Option<Draft>,
    pub file: String,
    /// The line the rule starts at.
    pub line: usize,
}

/// Facts, and the rule that rules them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// The rule's id.
    pub rule: String,
    /// The lines of an example in TOML.
    pub facts: String,
}

/// What came of all mutants.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Mutation {
    pub mutants: usize,
    pub caught: usize,
    /// Proved to be the original in other words.
    pub equivalent: usize,
    /// Different on paper only: the solver finds answers that tell them apart, the engine rules those alike. This happens on days
    /// when a list has no edition, where a comparison with it stays undecided.
    pub on_paper: usize,
    /// Neither caught nor equivalent.
    pub survived: usize,
    pub survivors: Vec<Survivor>,
}

/// One changed rule of a decision.
struct Mutant {
    rule: usize,
    says: String,
    /// All rules' whole conditions, with the fault.
    fires: Vec<Cond>,
}

/// Makes every mutant with one of these faults in a decision that `wanted` picks, and tries the examples and cases on it.
pub fn mutate(
    rules: &RuleSet,
    cases: &[Case],
    faults: &[Fault],
    today: NaiveDate,
    wanted: &dyn Fn(&Decision) -> bool,
) -> Mutation {
    let mut out = Mutation::default();
    for decision in rules.decisions.iter().filter(|d| wanted(d)) {
        one(rules, decision, cases, faults, today, &mut out);
    }
    out
}

fn one(rules: &RuleSet, decision: &Decision, cases: &[Case], faults: &[Fault], today: NaiveDate, out: &mut Mutation) {
    let Some(frame) = rules.frames.get(decision.kind) else { return };
    let trials: Vec<Trial> =
        trials(rules, decision, cases).into_iter().filter(|t| passes(rules, decision, t)).collect();
    let mut changed = decision.clone();
    let mut left = Vec::new();
    for mutant in mutants(rules, decision, frame, faults) {
        out.mutants += 1;
        for (rule, fires) in changed.rules.iter_mut().zip(&mutant.fires) {
            rule.fires.clone_from(fires);
        }
        if trials.iter().all(|t| passes(rules, &changed, t)) {
            left.push(mutant);
        } else {
            out.caught += 1;
        }
    }
    settle(rules, &mut changed, decision, frame, left, today, out);
}

/// Tells equivalent mutants from survivors. A survivor's example is tried on those still left: it may catch them too.
fn settle(
    rules: &RuleSet,
    changed: &mut Decision,
    decision: &Decision,
    frame: &Frame,
    left: Vec<Mutant>,
    today: NaiveDate,
    out: &mut Mutation,
) {
    let mut left = std::collections::VecDeque::from(left);
    while let Some(mutant) = left.pop_front() {
        let Some(difference) = difference(rules, decision, frame, &mutant, today) else {
            out.equivalent += 1;
            continue;
        };
        let rule = &decision.rules[mutant.rule];
        let mut faults = vec![mutant.says.clone()];
        let mut passes_with = |mutant: &Mutant, trial: &Trial| {
            for (rule, fires) in changed.rules.iter_mut().zip(&mutant.fires) {
                rule.fires.clone_from(fires);
            }
            passes(rules, changed, trial)
        };
        let trial = difference.facts.as_ref().map(|facts| Trial::ruled(rules, decision, facts, difference.ruling));
        if trial.as_ref().is_some_and(|trial| passes_with(&mutant, trial)) {
            out.on_paper += 1;
            continue;
        }
        out.survived += 1;
        if let Some(trial) = &trial {
            left.retain(|other| {
                let stays = other.rule != mutant.rule || passes_with(other, trial);
                if !stays {
                    out.survived += 1;
                    faults.push(other.says.clone());
                }
                stays
            });
        }
        let draft = difference.facts.map(|facts| Draft {
            rule: decision.rules[difference.ruling].id.clone(),
            facts: draft::given(rules, decision, frame, &facts),
        });
        out.survivors.push(Survivor {
            decision: decision.id.clone(),
            rule: rule.id.clone(),
            faults,
            draft,
            file: decision.file.clone(),
            line: rule.line,
        });
    }
}

/// Answers that a mutant rules otherwise.
struct Difference {
    /// The rule that fires in the original.
    ruling: usize,
    /// The smallest such facts; `None` if the evaluator does not confirm them.
    facts: Option<Vec<(Slot, Known)>>,
}

/// Answers that tell a mutant from the original; `None` proves that there are none.
fn difference(
    rules: &RuleSet,
    decision: &Decision,
    frame: &Frame,
    mutant: &Mutant,
    today: NaiveDate,
) -> Option<Difference> {
    let world = World { frames: &rules.frames, lists: &rules.lists };
    let known = at_moments(decision, frame);
    // The rule itself first, then those that turn on it.
    let mut at: Vec<usize> =
        (0..decision.rules.len()).filter(|&i| mutant.fires[i] != decision.rules[i].fires).collect();
    at.sort_by_key(|&i| (i != mutant.rule, i));
    let mut conds: Vec<&Cond> = decision.rules.iter().map(|r| &r.fires).collect();
    conds.extend(at.iter().map(|&i| &mutant.fires[i]));
    let read: Vec<Slot> = Problem::new(world, decision.kind, &known, &conds).slots_read().collect();
    let setting = setting(rules, decision, frame, &read);
    conds.push(&setting);
    let mut problem = Problem::new(world, decision.kind, &known, &conds);
    problem.assert_valid(MAIN);
    let here = problem.lit(MAIN, &setting);
    problem.assert_any(&[here]);
    let original: Vec<Lit> = decision.rules.iter().map(|r| problem.lit(MAIN, &r.fires)).collect();

    for &i in &at {
        let mutated = problem.lit(MAIN, &mutant.fires[i]);
        // Lost: the original fires and the mutant does not. Gained: the other way round, where another rule should rule.
        let gained = (0..decision.rules.len()).filter(|&k| k != i).map(|k| (k, vec![original[k], mutated], true));
        for (ruling, assumed, holds) in std::iter::once((i, vec![original[i], !mutated], false)).chain(gained) {
            if problem.solve(&assumed) {
                let claims = [
                    Claim { cond: &decision.rules[ruling].fires, holds: true },
                    Claim { cond: &mutant.fires[i], holds },
                ];
                let dates = [calendar::day(today)];
                let found = smallest(rules, frame, &mut problem, &known, &dates, &assumed, &claims);
                return Some(Difference { ruling, facts: found.and_then(Result::ok).map(|w| w.facts) });
            }
        }
    }
    None
}

/// Every single fault in every rule.
fn mutants(rules: &RuleSet, decision: &Decision, frame: &Frame, faults: &[Fault]) -> Vec<Mutant> {
    let mut out = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let wants = |fault: Fault| faults.contains(&fault);
    for (at, rule) in decision.rules.iter().enumerate() {
        seen.clear();
        let mut add = |says: String, change: &dyn Fn(&mut Rule)| {
            // Where a fault reads like another one in the same rule, one is enough.
            if !seen.insert(says.clone()) {
                return;
            }
            let mut changed = decision.rules.clone();
            change(&mut changed[at]);
            assemble(&mut changed);
            out.push(Mutant { rule: at, says, fires: changed.into_iter().map(|r| r.fires).collect() });
        };
        for (fault, says, when) in edits(rules, frame, &rule.when) {
            if wants(fault) {
                add(says, &|r| r.when = when.clone());
            }
        }
        if wants(Fault::Period) {
            let periods = [("from", rule.period.from), ("until", rule.period.until)];
            for (end, date) in periods.into_iter().filter_map(|(end, date)| Some((end, date?))) {
                for day in
                    [date.checked_sub_days(Days::new(1)), date.checked_add_days(Days::new(1))].into_iter().flatten()
                {
                    let says = format!("`{end}` on the clock `{}`: {date} becomes {day}", rule.period.clock);
                    add(says, &|r| {
                        let moved = if end == "from" { &mut r.period.from } else { &mut r.period.until };
                        *moved = Some(day);
                        r.in_force = in_force(&r.period);
                    });
                }
            }
        }
        if wants(Fault::Unless) {
            for other in &rule.unless {
                add(format!("`unless` loses \"{other}\""), &|r| r.unless.retain(|u| u != other));
            }
        }
    }
    out
}

/// The condition with one fault, in every way.
fn edits(rules: &RuleSet, frame: &Frame, cond: &Cond) -> Vec<(Fault, String, Cond)> {
    match cond {
        Cond::Const(_) => Vec::new(),
        Cond::Atom(atom) => {
            atom_edits(rules, frame, atom).into_iter().map(|(f, says, atom)| (f, says, Cond::Atom(atom))).collect()
        }
        Cond::Not(inner) => edits(rules, frame, inner).into_iter().map(|(f, says, c)| (f, says, c.negate())).collect(),
        Cond::All(parts) => parts_edits(rules, frame, parts, Cond::All),
        Cond::Any(parts) => parts_edits(rules, frame, parts, Cond::Any),
        Cond::Exists { kind, cond } => match rules.frames.get(*kind) {
            Some(frame) => edits(rules, frame, cond)
                .into_iter()
                .map(|(f, says, c)| (f, says, Cond::Exists { kind: *kind, cond: Box::new(c) }))
                .collect(),
            None => Vec::new(),
        },
    }
}

fn parts_edits(
    rules: &RuleSet,
    frame: &Frame,
    parts: &[Cond],
    join: fn(Vec<Cond>) -> Cond,
) -> Vec<(Fault, String, Cond)> {
    let mut out = Vec::new();
    for (i, part) in parts.iter().enumerate() {
        for (fault, says, changed) in edits(rules, frame, part) {
            let mut all = parts.to_vec();
            all[i] = changed;
            out.push((fault, says, join(all)));
        }
        if parts.len() > 1 {
            let mut all = parts.to_vec();
            all.remove(i);
            out.push((Fault::Dropped, format!("`{}` is missing", words::cond_text(rules, frame, part)), join(all)));
        }
    }
    out
}

fn atom_edits(rules: &RuleSet, frame: &Frame, atom: &Atom) -> Vec<(Fault, String, Atom)> {
    let mut out = Vec::new();
    let before = words::atom_text(rules, frame, atom);
    let mut add = |fault: Fault, changed: Atom| {
        let says = format!("`{before}` becomes `{}`", words::atom_text(rules, frame, &changed));
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
            for other in other_lists(rules, list) {
                add(Fault::List, Atom::Listed { slot, list: other, clock });
            }
        }
        Atom::SomePlace { slot, list, clock, outside } => {
            add(Fault::List, Atom::SomePlace { slot, list, clock, outside: !outside });
            for other in other_lists(rules, list) {
                add(Fault::List, Atom::SomePlace { slot, list: other, clock, outside });
            }
        }
    }
    out
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

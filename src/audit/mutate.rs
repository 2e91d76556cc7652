//! `rules mutate`: would the examples and cases notice a slip of the pen?
//!
//! Each mutant is a decision with one fault in one rule. One is caught if some example or case no longer comes out as written.
//! Those that are not caught go to the solver: a mutant that no valid answers can tell from the original is equivalent and does
//! not count. What is left are survivors, each with an example that would catch it.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};
use serde::Serialize;

use super::cases::{Trial, passes, trials};
use super::proofs::{at_moments, setting};
use super::witness::{Claim, smallest};
use super::{draft, words};
use crate::calendar;
use crate::condition::{Anchor, Atom, Cond, Frame, Point, Slot};
use crate::facts::FieldType;
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

/// A fault that no example and no case notices.
#[derive(Debug, Clone, Serialize)]
pub struct Survivor {
    pub decision: String,
    pub rule: String,
    pub fault: Fault,
    /// `value at least 5000 becomes at least 5001`
    pub says: String,
    /// The example that would catch it, in TOML, where one can be written.
    pub draft: Option<String>,
    pub file: String,
    /// The line the rule starts at.
    pub line: usize,
}

/// What came of all mutants.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Mutation {
    pub mutants: usize,
    pub caught: usize,
    /// Proved to be the original in other words.
    pub equivalent: usize,
    pub survivors: Vec<Survivor>,
}

/// One changed rule of a decision.
struct Mutant {
    rule: usize,
    fault: Fault,
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
    if !left.is_empty() {
        settle(rules, decision, frame, left, today, out);
    }
}

/// Tells equivalent mutants from survivors.
fn settle(
    rules: &RuleSet,
    decision: &Decision,
    frame: &Frame,
    left: Vec<Mutant>,
    today: NaiveDate,
    out: &mut Mutation,
) {
    let world = World { frames: &rules.frames, lists: &rules.lists };
    let known = at_moments(decision, frame);
    let mut conds: Vec<&Cond> = decision.rules.iter().map(|r| &r.fires).collect();
    for mutant in &left {
        let different = mutant.fires.iter().zip(&decision.rules).filter(|(m, r)| **m != r.fires).map(|(m, _)| m);
        conds.extend(different);
    }
    let read: Vec<Slot> = Problem::new(world, decision.kind, &known, &conds).slots_read().collect();
    let setting = setting(rules, decision, frame, &read);
    conds.push(&setting);
    let mut problem = Problem::new(world, decision.kind, &known, &conds);
    problem.assert_valid(MAIN);
    let here = problem.lit(MAIN, &setting);
    problem.assert_any(&[here]);
    let original: Vec<_> = decision.rules.iter().map(|r| problem.lit(MAIN, &r.fires)).collect();
    let dates = [calendar::day(today)];

    for mutant in &left {
        // A rule fires in one and not in the other; the rule itself first, then those that turn on it.
        let mut at: Vec<usize> =
            (0..decision.rules.len()).filter(|&i| mutant.fires[i] != decision.rules[i].fires).collect();
        at.sort_by_key(|&i| (i != mutant.rule, i));
        let found = at.iter().find_map(|&i| {
            let mutated = problem.lit(MAIN, &mutant.fires[i]);
            // Lost: the original fires and the mutant does not. Gained: the other way round, where another rule should rule.
            if problem.solve(&[original[i], !mutated]) {
                return Some((i, true, vec![original[i], !mutated], i));
            }
            (0..decision.rules.len()).filter(|&k| k != i).find_map(|k| {
                let assumed = vec![original[k], mutated, !original[i]];
                problem.solve(&assumed).then_some((i, false, assumed, k))
            })
        });
        let Some((i, lost, assumed, ruling)) = found else {
            out.equivalent += 1;
            continue;
        };
        let claims = [
            Claim { cond: &decision.rules[ruling].fires, holds: true },
            Claim { cond: &mutant.fires[i], holds: !lost },
        ];
        let witness = smallest(rules, frame, &mut problem, &known, &dates, &assumed, &claims);
        let rule = &decision.rules[mutant.rule];
        let draft = witness.and_then(Result::ok).map(|witness| {
            let given = draft::given(rules, frame, &witness.facts);
            let expected = &decision.rules[ruling];
            if ruling == mutant.rule {
                format!("[[rule.example]]\n{given}")
            } else {
                format!("[[rule.near-miss]]\n{given}rule = \"{}\"\n", expected.local_id())
            }
        });
        out.survivors.push(Survivor {
            decision: decision.id.clone(),
            rule: rule.id.clone(),
            fault: mutant.fault,
            says: mutant.says.clone(),
            draft,
            file: decision.file.clone(),
            line: rule.line,
        });
    }
}

/// Every single fault in every rule.
fn mutants(rules: &RuleSet, decision: &Decision, frame: &Frame, faults: &[Fault]) -> Vec<Mutant> {
    let mut out = Vec::new();
    let mut seen: BTreeSet<String> = BTreeSet::new();
    let wants = |fault: Fault| faults.contains(&fault);
    for (at, rule) in decision.rules.iter().enumerate() {
        seen.clear();
        let mut add = |fault: Fault, says: String, change: &dyn Fn(&mut Rule)| {
            // Where a fault reads like another one in the same rule, one is enough.
            if !seen.insert(says.clone()) {
                return;
            }
            let mut changed = decision.rules.clone();
            change(&mut changed[at]);
            assemble(&mut changed);
            out.push(Mutant { rule: at, fault, says, fires: changed.into_iter().map(|r| r.fires).collect() });
        };
        for (fault, says, when) in edits(rules, frame, &rule.when) {
            if wants(fault) {
                add(fault, says, &|r| r.when = when.clone());
            }
        }
        if wants(Fault::Period) {
            let ends: [(&str, Option<NaiveDate>, fn(&mut Rule, NaiveDate)); 2] = [
                ("from", rule.period.from, |r, day| r.period.from = Some(day)),
                ("until", rule.period.until, |r, day| r.period.until = Some(day)),
            ];
            for (name, date, set) in ends {
                let Some(date) = date else { continue };
                for day in
                    [date.checked_sub_days(Days::new(1)), date.checked_add_days(Days::new(1))].into_iter().flatten()
                {
                    let says = format!("`{name}` on the clock `{}`: {date} becomes {day}", rule.period.clock);
                    add(Fault::Period, says, &|r| {
                        set(r, day);
                        r.in_force = in_force(&r.period);
                    });
                }
            }
        }
        if wants(Fault::Unless) {
            for other in &rule.unless {
                add(Fault::Unless, format!("`unless` loses \"{other}\""), &|r| r.unless.retain(|u| u != other));
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

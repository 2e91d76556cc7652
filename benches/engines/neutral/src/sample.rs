//! The facts of the benchmark: those of the rule set's official cases and examples, completed where they are silent.

use candor::condition::{Cond, Owner, Slot, Tri};
use candor::engine::FactSheet;
use candor::facts::{Answer, Value};
use candor::logic::{MAIN, Problem, World};
use candor::ruleset::{self, Agency, Case, Given, Moment, RuleSet};
use chrono::NaiveDate;

use crate::{facts, trying};
use form::form::Decision;

/// Complete facts.
pub struct Sample {
    /// The case or example.
    pub from: String,
    pub sheet: FactSheet,
}

/// Up to `most` different complete facts of a decision: cases first, then examples, then near misses.
pub fn samples(
    rules: &RuleSet,
    cases: &[Case],
    decision: &ruleset::Decision,
    form: &Decision,
    most: usize,
) -> (Vec<Sample>, usize) {
    let mut stated: Vec<(String, FactSheet)> = Vec::new();
    let users: Vec<&Agency> =
        rules.agencies.iter().filter(|a| a.id == decision.agency || a.ruled_with.contains(&decision.agency)).collect();
    for case in cases.iter().filter(|c| c.kind == decision.kind && c.expect.iter().any(|(id, _)| *id == decision.id)) {
        let at = rules.agency(&case.agency).and_then(|a| moment(&[a], decision, &case.given));
        if let (Some(moment), Some(day)) = (at, case.given.on.or(rules.meta.released)) {
            let sheet = FactSheet::given(rules, decision.kind, &case.given, moment, day);
            stated.push((format!("case {}", case.id), sheet));
        }
    }
    for fires in [true, false] {
        for rule in &decision.rules {
            for example in rule.examples.iter().filter(|e| e.fires == fires && e.edge.is_none()) {
                if let Some(moment) = moment(&users, decision, &example.given) {
                    let sheet = FactSheet::given(rules, decision.kind, &example.given, moment, day_of(rule));
                    stated.push((format!("example of {}", rule.id), sheet));
                }
            }
        }
    }
    let mut out: Vec<Sample> = Vec::new();
    let mut seen = Vec::new();
    let mut skipped = 0;
    for (from, sheet) in stated {
        if out.len() == most {
            break;
        }
        let Some(sheet) = completed(rules, decision, form, &sheet) else {
            skipped += 1;
            continue;
        };
        let inputs = facts::inputs(rules, form, &sheet);
        // Before the first edition of a list nobody can say who is on it: such facts stay incomplete.
        let whole = form.inputs.iter().all(|(name, i)| {
            let applies = |s: Slot| sheet.applies[usize::from(s)] == Tri::Yes;
            inputs.contains_key(name) || !applies(i.slot) || !i.with.is_none_or(applies)
        });
        if !whole {
            skipped += 1;
        } else if !seen.contains(&inputs) {
            seen.push(inputs);
            out.push(Sample { from, sheet });
        }
    }
    (out, skipped)
}

/// The slots whose answers may be taken away: questions that apply, were answered and are read by the decision.
pub fn removable(rules: &RuleSet, form: &Decision, sheet: &FactSheet) -> Vec<Slot> {
    let frame = &rules.frames[sheet.kind];
    let mut slots: Vec<Slot> = Vec::new();
    for rule in &form.rules {
        rule.when.tests(&mut |t| slots.push(form.inputs[t.input()].slot));
    }
    slots.sort_unstable();
    slots.dedup();
    slots.retain(|s| {
        let def = frame.def(*s);
        let asked = rules.field(frame, *s).is_some_and(|f| !f.set_by_program);
        asked && def.owner != Owner::Clock && sheet.applies[usize::from(*s)] == Tri::Yes
    });
    slots
}

fn moment<'a>(users: &[&'a Agency], decision: &ruleset::Decision, given: &Given) -> Option<&'a Moment> {
    let named = match given.answers.get("target.moment").or_else(|| given.answers.get("moment")) {
        Some(Answer::Is(Value::Choice(id))) => Some(id),
        _ => None,
    };
    named
        .into_iter()
        .chain(&decision.moments)
        .find_map(|id| users.iter().find_map(|a| a.moments.iter().find(|m| m.id == *id)))
}

/// The day an example takes place on when it gives none: the rule's `verified` day, moved into its period.
fn day_of(rule: &ruleset::Rule) -> NaiveDate {
    let mut day = rule.verified;
    if let Some(until) = rule.period.until
        && day >= until
    {
        day = until.pred_opt().unwrap_or(until);
    }
    rule.period.from.map_or(day, |from| day.max(from))
}

/// The plainest valid completion of what is stated; nothing is left under fields that do not apply.
fn completed(rules: &RuleSet, decision: &ruleset::Decision, form: &Decision, sheet: &FactSheet) -> Option<FactSheet> {
    let frame = &rules.frames[decision.kind];
    let world = World { frames: &rules.frames, lists: &rules.lists };
    let conds: Vec<&Cond> = decision.rules.iter().map(|r| &r.fires).collect();
    let mut problem = Problem::new(world, decision.kind, &sheet.known, &conds);
    for cond in &conds {
        problem.lit(MAIN, cond);
    }
    let valid: Vec<_> = problem.valid(MAIN).into_iter().map(|(_, lit)| lit).collect();
    let model = problem.plainest(&valid, &[])?;
    let mut known = sheet.known.clone();
    for (k, fact) in known.iter_mut().zip(&model.facts) {
        if let Some(fact) = fact {
            *k = *fact;
        }
    }
    let full = facts::sheet(rules, decision.kind, known);
    let mut known = full.known.clone();
    for (i, def) in frame.slots.iter().enumerate() {
        if full.applies[i] == Tri::No {
            known[i] = def.blank();
        }
    }
    let mut sheet = facts::sheet(rules, decision.kind, known);
    // What cannot matter any more was not worked out: any value will do.
    let mut slots: Vec<Slot> = form.inputs.values().flat_map(|i| [Some(i.slot), i.with]).flatten().collect();
    slots.sort_unstable();
    slots.dedup();
    for slot in slots {
        let at = usize::from(slot);
        if !sheet.known[at].is_exact() && sheet.applies[at] == Tri::Yes {
            let values = trying::values(rules, form, &sheet, slot)?;
            let mut known = sheet.known.clone();
            known[at] = *values.get(values.len() / 2)?;
            sheet = facts::sheet(rules, decision.kind, known);
        }
    }
    form::reference::valid(form, &facts::inputs(rules, form, &sheet)).then_some(sheet)
}

//! Answers as engines get them: one flat object, with nothing under the names that have no answer.

use candor::condition::{Slot, Tri};
use candor::engine::{FactSheet, Status};
use candor::facts::Known;
use candor::ruleset::RuleSet;
use serde_json::{Map, Value, json};

use form::form::{Decision, Input, Made, Type};

/// The inputs of a decision that these facts give. A field that does not apply has no value.
pub fn inputs(rules: &RuleSet, decision: &Decision, sheet: &FactSheet) -> Map<String, Value> {
    let mut out = Map::new();
    for (name, input) in &decision.inputs {
        let has = |slot: Slot| sheet.applies[usize::from(slot)] != Tri::No;
        if has(input.slot)
            && input.with.is_none_or(has)
            && let Some(value) = value(rules, input, &sheet.known)
        {
            out.insert(name.clone(), value);
        }
    }
    out
}

fn value(rules: &RuleSet, input: &Input, known: &[Known]) -> Option<Value> {
    let at = |slot: Slot| known.get(usize::from(slot)).copied();
    let day = |slot: Slot| match at(slot)? {
        Known::Range { lo, hi } if lo == hi => Some(lo),
        _ => None,
    };
    let words = |ids: &[String], bits: u64| -> Vec<String> {
        ids.iter().enumerate().filter(|(i, _)| bits & (1 << i) != 0).map(|(_, id)| id.clone()).collect()
    };
    // The bit of the edition in force; before the first one, nobody can say.
    let edition = |list: usize| {
        let clock = day(input.with?)?;
        rules.list_dates.get(list)?.iter().rev().find(|(from, _)| *from <= clock).map(|(_, bit)| *bit)
    };
    match (&input.made, at(input.slot)?) {
        (Made::Given, Known::Choice(bits)) if bits.count_ones() == 1 => match &input.ty {
            Type::YesNo => Some(json!(bits == 0b10)),
            Type::Choice(ids) => words(ids, bits).into_iter().next().map(Value::String),
            _ => None,
        },
        (Made::Given, Known::Set { has, may }) if has == may => match &input.ty {
            Type::Set(ids) => Some(json!(words(ids, has))),
            _ => None,
        },
        (Made::Given, Known::Range { lo, hi }) if lo == hi => Some(json!(lo)),
        (Made::Moved { months, days, next_day }, Known::Range { lo, hi }) if lo == hi => {
            Some(json!(candor::calendar::shift(lo, *months, *days) + i64::from(*next_day)))
        }
        (Made::Listed { list }, Known::Listed { on, may }) => {
            let bit = edition(*list)?;
            ((on & bit) == (may & bit)).then(|| json!(on & bit != 0))
        }
        (Made::Place { list, outside }, Known::Places { on, may_on, off, may_off }) => {
            let bit = edition(*list)?;
            let (is, may) = if *outside { (off, may_off) } else { (on, may_on) };
            ((is & bit) == (may & bit)).then(|| json!(is & bit != 0))
        }
        _ => None,
    }
}

/// Facts on a frame.
pub fn sheet(rules: &RuleSet, kind: usize, known: Vec<Known>) -> FactSheet {
    let frame = &rules.frames[kind];
    let applies = candor::condition::applies(frame, &known, &rules.list_dates);
    let status = known
        .iter()
        .zip(&frame.slots)
        .map(|(k, def)| if *k == def.blank() { Status::Unanswered } else { Status::Answered })
        .collect();
    FactSheet { kind, known, status, applies }
}

/// The same facts without the answers in these slots.
pub fn without(rules: &RuleSet, facts: &FactSheet, slots: &[Slot]) -> FactSheet {
    let mut known = facts.known.clone();
    for &slot in slots {
        known[usize::from(slot)] = rules.frames[facts.kind].def(slot).blank();
    }
    sheet(rules, facts.kind, known)
}

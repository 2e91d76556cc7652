//! The truth about missing answers, by trying one value of every class that a decision can tell apart.

use candor::calendar::{self, Day, FIRST, LAST, NEVER};
use candor::condition::{Slot, Tri};
use candor::engine::FactSheet;
use candor::facts::{FieldType, Known};
use candor::ruleset::RuleSet;
use form::form::{Decision, Made, Test, Type};
use form::reference::{fired, valid};

use crate::facts;

/// All that the valid completions come to: numbers of outcomes, `None` for a completion in which no rule fires.
pub type Outcomes = std::collections::BTreeSet<Option<usize>>;

/// More completions than this are not tried.
pub const MOST: usize = 200_000;

/// The outcomes of all valid completions, by trying one value of every class that the decision can tell apart for every open
/// answer, in the order in which fields are asked. `None` if there are too many.
pub fn by_trying(rules: &RuleSet, decision: &Decision, sheet: &FactSheet) -> Option<Outcomes> {
    let mut slots: Vec<Slot> = decision.inputs.values().flat_map(|i| [Some(i.slot), i.with]).flatten().collect();
    slots.sort_unstable();
    slots.dedup();
    let mut found = Outcomes::new();
    let mut left = MOST;
    try_from(rules, decision, sheet.clone(), &slots, &mut found, &mut left)?;
    Some(found)
}

fn try_from(
    rules: &RuleSet,
    decision: &Decision,
    sheet: FactSheet,
    slots: &[Slot],
    found: &mut Outcomes,
    left: &mut usize,
) -> Option<()> {
    let Some((&slot, rest)) = slots.split_first() else {
        *left = left.checked_sub(1)?;
        let inputs = facts::inputs(rules, decision, &sheet);
        if valid(decision, &inputs) {
            let fired = fired(decision, &inputs);
            if fired.is_empty() {
                found.insert(None);
            }
            found.extend(fired.into_iter().map(|i| Some(decision.rules[i].outcome)));
        }
        return Some(());
    };
    if sheet.known[usize::from(slot)].is_exact() || sheet.applies[usize::from(slot)] == Tri::No {
        return try_from(rules, decision, sheet, rest, found, left);
    }
    for value in values(rules, decision, &sheet, slot)? {
        let mut known = sheet.known.clone();
        known[usize::from(slot)] = value;
        try_from(rules, decision, facts::sheet(rules, sheet.kind, known), rest, found, left)?;
    }
    Some(())
}

/// One value of every class of values of a slot that the decision's tests can tell apart.
pub fn values(rules: &RuleSet, decision: &Decision, sheet: &FactSheet, slot: Slot) -> Option<Vec<Known>> {
    let def = rules.frames[sheet.kind].def(slot);
    let mut tests: Vec<Test> = Vec::new();
    let mut note = |t: &Test| {
        if !tests.contains(t) {
            tests.push(t.clone());
        }
    };
    decision.rules.iter().for_each(|r| r.when.tests(&mut note));
    decision.constraints.iter().chain(decision.guards.values()).for_each(|c| c.tests(&mut note));
    let mine = |name: &str| decision.inputs.get(name).is_some_and(|i| i.slot == slot && i.made == Made::Given);
    let word_sets: Vec<&Vec<String>> = tests
        .iter()
        .filter(|t| mine(t.input()))
        .filter_map(|t| match t {
            Test::OneOf(_, words) | Test::Includes(_, words) | Test::Only(_, words) => Some(words),
            _ => None,
        })
        .collect();
    // The first word of every group of words that no test tells apart, as bits.
    let groups = |ids: &[String]| -> Vec<u64> {
        let mut seen = Vec::new();
        let mut out = Vec::new();
        for (i, id) in ids.iter().enumerate() {
            let looks: Vec<bool> = word_sets.iter().map(|w| w.contains(id)).collect();
            if !seen.contains(&looks) {
                seen.push(looks);
                out.push(1u64 << i);
            }
        }
        out
    };
    let subsets = |bits: &[u64]| -> Option<Vec<u64>> {
        (bits.len() <= 12).then(|| {
            (0..1u64 << bits.len())
                .map(|pick| bits.iter().enumerate().filter(|(i, _)| pick & (1 << i) != 0).fold(0, |a, (_, b)| a | b))
                .collect()
        })
    };
    let point = |n: i64| Known::Range { lo: n, hi: n };
    Some(match (&def.ty, sheet.known[usize::from(slot)]) {
        (FieldType::YesNo, _) => vec![Known::Choice(0b01), Known::Choice(0b10)],
        (FieldType::Choice(ids), Known::Choice(may)) => {
            groups(ids).into_iter().filter(|b| b & may != 0 || may == 0).map(Known::Choice).collect()
        }
        (FieldType::Set(ids), _) => subsets(&groups(ids))?.into_iter().map(|b| Known::Set { has: b, may: b }).collect(),
        (FieldType::Money | FieldType::Number, Known::Range { lo, hi }) => {
            let mut at = vec![lo, hi];
            for t in tests.iter().filter(|t| mine(t.input())) {
                if let Test::AtLeast(_, n) = t {
                    at.extend([*n - 1, *n]);
                }
            }
            at.retain(|n| (lo..=hi).contains(n));
            at.sort_unstable();
            at.dedup();
            at.into_iter().map(point).collect()
        }
        (FieldType::Date(open), Known::Range { lo, hi }) => {
            let mut at = turns(decision, sheet, &tests);
            at.extend(at.clone().iter().map(|d| d - 1));
            at.extend([lo.max(FIRST + 20 * 366), hi.min(LAST - 20 * 366)]);
            at.retain(|d| (lo..=hi.min(LAST)).contains(d));
            at.sort_unstable();
            at.dedup();
            if *open && hi >= NEVER {
                at.push(NEVER);
            }
            at.into_iter().map(point).collect()
        }
        (FieldType::Country | FieldType::Entity, _) => patterns(rules, decision, slot, def.ty == FieldType::Entity)
            .into_iter()
            .map(|on| Known::Listed { on, may: on })
            .collect(),
        (FieldType::Places, _) => {
            let patterns = patterns(rules, decision, slot, false);
            if patterns.len() > 8 {
                return None;
            }
            (0..1u32 << patterns.len())
                .map(|pick| {
                    let here = patterns.iter().enumerate().filter(|(i, _)| pick & (1 << i) != 0).map(|(_, p)| *p);
                    let (on, off) = here.fold((0, 0), |(on, off), p| (on | p, off | !p));
                    Known::Places { on, may_on: on, off, may_off: off }
                })
                .collect()
        }
        _ => vec![sheet.known[usize::from(slot)]],
    })
}

/// Days on which a comparison of dates may turn: those written in rules and those known, moved by every move in either
/// direction, twice, for chains over a second open date.
fn turns(decision: &Decision, sheet: &FactSheet, tests: &[Test]) -> Vec<Day> {
    let mut days: Vec<Day> = Vec::new();
    for (name, input) in &decision.inputs {
        if input.made == Made::Given
            && input.ty == Type::Day
            && let Known::Range { lo, hi } = sheet.known[usize::from(input.slot)]
            && lo == hi
            && lo < NEVER
        {
            days.push(lo);
        }
        days.extend(tests.iter().filter(|t| t.input() == name).filter_map(|t| match t {
            Test::AtLeast(_, day) if input.ty == Type::Day => Some(*day),
            _ => None,
        }));
    }
    for _ in 0..2 {
        let mut more = Vec::new();
        for input in decision.inputs.values() {
            if let Made::Moved { months, days: n, next_day } = input.made {
                for d in &days {
                    more.push(calendar::shift(*d, months, n) + i64::from(next_day));
                    let back = calendar::shift(*d, -months, -n);
                    more.extend(back - 3..=back + 3);
                }
            }
        }
        more.extend(days.iter().map(|d| d + 1));
        days.extend(more);
        days.sort_unstable();
        days.dedup();
    }
    days
}

/// The combinations of list editions that a country or organisation can stand on, as far as the decision reads them.
fn patterns(rules: &RuleSet, decision: &Decision, slot: Slot, of_entities: bool) -> Vec<u64> {
    let read: Vec<usize> = decision
        .inputs
        .values()
        .filter(|i| i.slot == slot)
        .filter_map(|i| match i.made {
            Made::Listed { list } | Made::Place { list, .. } => Some(list),
            _ => None,
        })
        .collect();
    let mut by_name = std::collections::BTreeMap::<&str, u64>::new();
    for list in rules.lists.iter().enumerate().filter(|(i, l)| read.contains(i) && l.of_entities == of_entities) {
        for edition in &list.1.editions {
            for entry in &edition.entries {
                let name =
                    if of_entities { entry.names.first().map_or("", String::as_str) } else { entry.country.as_str() };
                *by_name.entry(name).or_default() |= edition.bit;
            }
        }
    }
    let mut all: Vec<u64> = by_name.into_values().chain([0]).collect();
    all.sort_unstable();
    all.dedup();
    all
}

//! Facts told as a person: `A researcher with a trip: paid for by the host, that ended 2 years and 11 months before the filing date`.
//!
//! The words are the vocabulary's (`phrase`, `phrase-not`); where it has none, the question and the answer stand in for them.
//! Owns how phrases are put together. Judges nothing, and leaves nothing out: every fact that the plain form shows is told.

use crate::calendar::{self, Day, NEVER};
use crate::condition::{Frame, Owner, Slot, SlotDef};
use crate::facts::{FieldType, Known};
use crate::report::words::{clock, date, lower_first};
use crate::ruleset::{Field, Kind, RuleSet};

/// One set of facts, told as a person. `others`: further records that it takes, by kind.
pub fn person_text(
    rules: &RuleSet,
    frame: &Frame,
    facts: &[(Slot, Known)],
    others: &[(usize, Vec<(Slot, Known)>)],
) -> String {
    let told: Vec<&(Slot, Known)> = facts.iter().filter(|(s, k)| *k != frame.def(*s).blank()).collect();
    let anchor = anchor(frame, &told);
    let phrases = |of: &dyn Fn(&SlotDef) -> bool| -> Vec<String> {
        let wanted = told.iter().filter(|(s, _)| of(frame.def(*s)));
        wanted.filter_map(|(s, k)| phrase(rules, frame, *s, *k, anchor)).collect()
    };
    let mut out = String::from("A researcher");
    let person = phrases(&|def| def.owner == Owner::Person);
    if !person.is_empty() {
        out.push_str(&format!(" {}", person.join(", ")));
    }
    if let Some((_, kind)) = rules.kind(&frame.kind).filter(|(_, k)| !k.once) {
        let comma = if person.is_empty() { "" } else { "," };
        out.push_str(&format!("{comma} with {}", kind_phrase(kind)));
    }
    let more = record(rules, frame, &phrases);
    if !more.is_empty() {
        out.push_str(&format!(": {}", more.join("; ")));
    }
    let target = phrases(&|def| def.owner == Owner::Target);
    if !target.is_empty() {
        out.push_str(&format!(". What is prepared: {}", target.join(", ")));
    }
    let clocks: Vec<String> = told
        .iter()
        .filter(|(s, _)| frame.def(*s).owner == Owner::Clock)
        .filter_map(|(s, k)| Some(format!("{} {}", clock(&frame.def(*s).name), day_of(*k)?)))
        .collect();
    if !clocks.is_empty() {
        out.push_str(&format!(". Dates: {}", clocks.join(", ")));
    }
    for (kind, facts) in others {
        let (Some(frame), Some(kind)) = (rules.frames.get(*kind), rules.kinds.get(*kind)) else { continue };
        let said = record(rules, frame, &|of| {
            let wanted = facts.iter().filter(|(s, _)| of(frame.def(*s)));
            wanted.filter_map(|(s, k)| phrase(rules, frame, *s, *k, anchor)).collect()
        });
        let said = if said.is_empty() { String::new() } else { format!(": {}", said.join("; ")) };
        out.push_str(&format!(". There is also {}{said}", kind_phrase(kind)));
    }
    out.push('.');
    out
}

/// The phrases for those slots that a test picks.
type Phrases<'p> = dyn Fn(&dyn Fn(&SlotDef) -> bool) -> Vec<String> + 'p;

/// What is told of a record: its own fields, then for each organisation it names, the lists it is on and its fields in one phrase.
fn record(rules: &RuleSet, frame: &Frame, phrases: &Phrases<'_>) -> Vec<String> {
    let named = |def: &SlotDef| def.owner == Owner::Record && def.ty == FieldType::Entity;
    let mut out = phrases(&|def| def.owner == Owner::Record && !named(def));
    for (slot, def) in (0..).zip(&frame.slots).filter(|(_, def)| named(def)) {
        let mut of = phrases(&|d| d.owner == Owner::Entity(def.field.clone()));
        of.extend(phrases(&|d| d.name == def.name && named(d)));
        if of.is_empty() {
            continue;
        }
        let template = rules.field(frame, slot).and_then(|f| f.phrase.some.as_deref());
        out.push(template.unwrap_or("with an organisation {}").replace("{}", &of.join(", ")));
    }
    out
}

fn kind_phrase(kind: &Kind) -> String {
    kind.phrase.clone().unwrap_or_else(|| with_article(&lower_first(&kind.title)))
}

/// The clock that dates are told by: the one that is filed by, or else the first that is known.
fn anchor(frame: &Frame, told: &[&(Slot, Known)]) -> Option<(Day, &'static str)> {
    const BY: [(&str, &str); 7] = [
        ("filing", "the filing date"),
        ("due", "the due date"),
        ("submission", "the day of submission"),
        ("budget-period", "the start of the budget period"),
        ("award", "the day of the award"),
        ("published", "the publication of the opportunity"),
        ("today", "today"),
    ];
    BY.into_iter().find_map(|(name, words)| {
        let slot = frame.slot(name)?;
        match told.iter().find(|(s, _)| *s == slot)?.1 {
            Known::Range { lo, hi } if lo == hi => Some((lo, words)),
            _ => None,
        }
    })
}

/// One fact as a phrase. `None` for what is not told: a text, or something entirely open.
fn phrase(rules: &RuleSet, frame: &Frame, slot: Slot, known: Known, anchor: Option<(Day, &str)>) -> Option<String> {
    let def = frame.def(slot);
    let Some(field) = rules.field(frame, slot) else { return Some(super::fact_text(rules, frame, slot, known)) };
    // What the program sets has no question; its own name says it.
    let plain = || super::fact_text(rules, frame, slot, known);
    let with = |value: &str| match &field.phrase.some {
        Some(template) => template.replace("{}", value),
        None if field.set_by_program => plain(),
        None => format!("{} {value}", field.ask),
    };
    let place = |value: &str| field.phrase.some.as_ref().map_or(value.to_owned(), |t| t.replace("{}", value));
    let not = |value: &str| field.phrase.none.clone().unwrap_or_else(|| with(value));
    Some(match known {
        Known::Given(_) => return None,
        Known::Choice(0b01) if def.ty == FieldType::YesNo => match &field.phrase.none {
            Some(text) => text.clone(),
            None => format!("{} no", field.ask),
        },
        Known::Choice(_) if def.ty == FieldType::YesNo => match &field.phrase.some {
            Some(text) => text.clone(),
            None => format!("{} yes", field.ask),
        },
        Known::Choice(mask) => with(&crate::text::list(&labels(def, field, mask), "or")),
        Known::Set { has: 0, may: 0 } => not("none"),
        Known::Set { has, .. } => with(&crate::text::list(&labels(def, field, has), "and")),
        Known::Range { lo, .. } if matches!(def.ty, FieldType::Date(_)) && lo >= NEVER => {
            not(&lower_first(field.never.as_deref().unwrap_or("never")))
        }
        Known::Range { lo, hi } if matches!(def.ty, FieldType::Date(_)) && lo == hi => with(&relative(lo, anchor)),
        // An organisation's own phrase holds all that is told of it, see `record`.
        Known::Listed { on, .. } if def.ty == FieldType::Entity => lists(rules, on),
        Known::Listed { on, .. } => place(&lists(rules, on)),
        Known::Places { on: 0, off: 0, .. } => not("none"),
        Known::Places { on, off, .. } => {
            let others = if on & off != 0 { ", and in others" } else { "" };
            place(&format!("in countries {}{others}", lists(rules, on)))
        }
        Known::Range { .. } => with(&super::words::value_text(rules, def, known)),
    })
}

/// `on the list section-1286`
fn lists(rules: &RuleSet, on: u64) -> String {
    let count = rules.lists.iter().filter(|list| list.editions.iter().any(|e| on & e.bit != 0)).count();
    match count {
        0 => "on no list".to_owned(),
        1 => format!("on the list {}", super::words::lists(rules, on)),
        _ => format!("on the lists {}", super::words::lists(rules, on)),
    }
}

fn labels(def: &SlotDef, field: &Field, mask: u64) -> Vec<String> {
    let (FieldType::Choice(ids) | FieldType::Set(ids)) = &def.ty else { return Vec::new() };
    let chosen = ids.iter().enumerate().filter(|(i, _)| *i < 64 && mask & (1 << i) != 0);
    chosen
        .map(|(_, id)| {
            let own = field.values.iter().find(|v| v.id == *id).and_then(|v| v.phrase.clone());
            own.unwrap_or_else(|| lower_first(field.label(id)))
        })
        .collect()
}

/// `2 years and 11 months before the filing date (9 June 2023)`
fn relative(day: Day, anchor: Option<(Day, &str)>) -> String {
    let Some(on) = day_of(Known::Range { lo: day, hi: day }) else { return "at some time".to_owned() };
    match anchor {
        None => format!("on {on}"),
        Some((at, "today")) if at == day => format!("today ({on})"),
        Some((at, words)) if at == day => format!("on {words} ({on})"),
        Some((at, words)) if day < at => format!("{} before {words} ({on})", distance(day, at)),
        Some((at, words)) => format!("{} after {words} ({on})", distance(at, day)),
    }
}

fn day_of(known: Known) -> Option<String> {
    match known {
        Known::Range { lo, hi } if lo == hi => calendar::date(lo).map(date),
        _ => None,
    }
}

/// The time between two days, in years, months and days: months are taken off the later day, as windows do.
fn distance(from: Day, to: Day) -> String {
    let mut months = 0;
    while months < 12_000 && calendar::shift(to, -(months + 1), 0) >= from {
        months += 1;
    }
    let days = calendar::shift(to, -months, 0) - from;
    let parts: Vec<String> = [(i64::from(months / 12), "year"), (i64::from(months % 12), "month"), (days, "day")]
        .into_iter()
        .filter(|(n, _)| *n != 0)
        .map(|(n, unit)| crate::text::count(usize::try_from(n).unwrap_or(0), unit, &format!("{unit}s")))
        .collect();
    crate::text::list(&parts, "and")
}

fn with_article(noun: &str) -> String {
    let article = if noun.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
    format!("{article} {noun}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn time_is_told_in_years_months_and_days() {
        let day = |text: &str| calendar::day(calendar::PartialDate::parse(text).unwrap().first);
        assert_eq!(distance(day("2023-06-09"), day("2026-05-09")), "2 years and 11 months");
        assert_eq!(distance(day("2024-02-29"), day("2024-03-01")), "1 day");
        assert_eq!(distance(day("2024-02-29"), day("2024-03-31")), "1 month");
        assert_eq!(distance(day("2024-02-28"), day("2024-03-31")), "1 month and 1 day");
        assert_eq!(relative(day("2024-02-28"), None), "on 28 February 2024");
        assert_eq!(
            relative(day("2024-02-28"), Some((day("2024-02-28"), "the award"))),
            "on the award (28 February 2024)"
        );
    }
}

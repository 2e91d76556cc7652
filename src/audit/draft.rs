//! Facts written as an example's TOML, for a person to confirm.

use std::collections::BTreeMap;

use crate::calendar::{self, NEVER};
use crate::condition::{Frame, Owner, Slot, SlotDef};
use crate::facts::{FieldType, Known};
use crate::ruleset::RuleSet;

/// Countries that stand for "on no list" where they are on none.
const ELSEWHERE: [&str; 4] = ["NO", "CA", "DE", "JP"];

/// The `given` and `clocks` lines of an example with these facts.
pub(super) fn given(rules: &RuleSet, frame: &Frame, facts: &[(Slot, Known)]) -> String {
    let mut own: Vec<String> = Vec::new();
    let mut nested: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut clocks: BTreeMap<&str, String> = BTreeMap::new();
    for (slot, known) in facts {
        let def = frame.def(*slot);
        let Some(value) = value(rules, def, *known) else { continue };
        match &def.owner {
            Owner::Clock => {
                clocks.insert(&def.name, value);
            }
            // An organisation is told by its name, beside whatever else is said of it. A list is matched on name and country.
            Owner::Record if def.ty == FieldType::Entity => {
                let parts = nested.entry(def.name.clone()).or_default();
                parts.insert(0, format!("name = {value}"));
                let country = format!("{}.country", def.name);
                let told = |(slot, _): &(Slot, Known)| frame.def(*slot).name == country;
                if let Some(code) = listed_country(rules, *known).filter(|_| !facts.iter().any(told)) {
                    parts.push(format!("country = {}", quoted(&code)));
                }
            }
            Owner::Record => own.push(format!("{} = {value}", def.field)),
            Owner::Entity(field) => nested.entry(field.clone()).or_default().push(format!("{} = {value}", def.field)),
            Owner::Target if frame.kind == "target" => own.push(format!("{} = {value}", def.field)),
            Owner::Person if frame.kind == "person" => own.push(format!("{} = {value}", def.field)),
            Owner::Target => nested.entry("target".into()).or_default().push(format!("{} = {value}", def.field)),
            Owner::Person => nested.entry("person".into()).or_default().push(format!("{} = {value}", def.field)),
        }
    }
    own.extend(nested.into_iter().map(|(name, parts)| format!("{name} = {{ {} }}", parts.join(", "))));
    let mut out =
        if own.is_empty() { "given = {}\n".to_owned() } else { format!("given = {{ {} }}\n", own.join(", ")) };
    out.push_str(&dated(clocks));
    out
}

/// The lines that set clocks. Those that the facts leave open must not contradict the others: an opportunity is published
/// before anything is filed, and nothing is filed after it is due.
fn dated(mut clocks: BTreeMap<&str, String>) -> String {
    // Days as text sort as days.
    let target = || clocks.iter().filter(|(name, _)| **name != "today").map(|(_, day)| day.clone());
    let (Some(first), Some(last)) = (target().min(), target().max()) else {
        return clocks.remove("today").map_or_else(String::new, |day| format!("clocks = {{ today = {day} }}\n"));
    };
    if last != first {
        clocks.entry("due").or_insert(last);
    }
    clocks.retain(|_, day| *day != first);
    let others: Vec<String> = clocks.into_iter().map(|(name, day)| format!("{name} = {day}")).collect();
    let others = if others.is_empty() { String::new() } else { format!("clocks = {{ {} }}\n", others.join(", ")) };
    format!("on = {first}\n{others}")
}

fn value(rules: &RuleSet, def: &SlotDef, known: Known) -> Option<String> {
    let named = |mask: u64| -> Vec<String> {
        match &def.ty {
            FieldType::Choice(ids) | FieldType::Set(ids) => ids
                .iter()
                .enumerate()
                .filter(|(i, _)| *i < 64 && mask & (1 << i) != 0)
                .map(|(_, id)| quoted(id))
                .collect(),
            _ => Vec::new(),
        }
    };
    match known {
        Known::Choice(0b01) if def.ty == FieldType::YesNo => Some("false".into()),
        Known::Choice(0b10) if def.ty == FieldType::YesNo => Some("true".into()),
        Known::Choice(mask) => named(mask).into_iter().next().filter(|_| mask.count_ones() == 1),
        Known::Set { has, may } => {
            let mut ids = named(has);
            if has != may {
                ids.push(quoted("not-sure"));
            }
            Some(format!("[{}]", ids.join(", ")))
        }
        Known::Range { lo, hi } if lo == hi => Some(match &def.ty {
            FieldType::Date(_) if lo >= NEVER => quoted("never"),
            FieldType::Date(_) => calendar::date(lo)?.to_string(),
            _ if lo % 100 == 0 => (lo / 100).to_string(),
            _ => format!("{}.{:02}", lo / 100, lo % 100),
        }),
        Known::Range { .. } => None,
        Known::Listed { on, .. } if def.ty == FieldType::Entity => Some(quoted(&organisation(rules, on)?)),
        Known::Listed { on, .. } => Some(quoted(&country(rules, on)?)),
        Known::Places { on, off, .. } => {
            let mut places = Vec::new();
            if on != 0 {
                places.push(quoted(&country(rules, on)?));
            }
            if off != 0 || on == 0 {
                places.extend((off != 0).then(|| country(rules, 0)).flatten().map(|c| quoted(&c)));
            }
            Some(format!("[{}]", places.join(", ")))
        }
        Known::Given(given) => given.then(|| quoted("…")),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

/// A country that is on these editions and, as far as one can be found, on no others.
fn country(rules: &RuleSet, on: u64) -> Option<String> {
    let editions = || rules.lists.iter().filter(|l| !l.of_entities).flat_map(|l| &l.editions);
    let bits =
        |code: &str| editions().filter(|e| e.entries.iter().any(|x| x.country == code)).fold(0, |all, e| all | e.bit);
    let all = editions().fold(0, |all, e| all | e.bit);
    let listed = editions().flat_map(|e| &e.entries).map(|e| e.country.as_str());
    let known: Vec<&str> = ELSEWHERE.into_iter().chain(listed).collect();
    known
        .iter()
        .find(|c| bits(c) == on & all)
        .or_else(|| known.iter().find(|c| on != 0 && bits(c) & on == on))
        .map(|c| (*c).to_owned())
}

/// Where the organisation that stands for these editions is: what a list says of it, or, where none does, of another on the
/// same editions.
fn listed_country(rules: &RuleSet, known: Known) -> Option<String> {
    let Known::Listed { on, .. } = known else { return None };
    let name = organisation(rules, on).filter(|_| on != 0)?;
    let own = rules.listed(&name).iter().map(|l| &l.country);
    let editions = rules.lists.iter().filter(|l| l.of_entities).flat_map(|l| &l.editions);
    let others = editions.filter(|e| e.bit & on != 0).flat_map(|e| &e.entries).map(|e| &e.country);
    own.chain(others).find(|c| !c.is_empty()).cloned()
}

/// An organisation that is on these editions.
fn organisation(rules: &RuleSet, on: u64) -> Option<String> {
    let editions = || rules.lists.iter().filter(|l| l.of_entities).flat_map(|l| &l.editions);
    let all = editions().fold(0, |all, e| all | e.bit);
    if on & all == 0 {
        return Some("University of Oslo".into());
    }
    let names = editions().flat_map(|e| &e.entries).flat_map(|e| e.names.first());
    let bits = |name: &str| rules.listed(name).iter().fold(0, |all, l| all | l.bit);
    let mut best = None;
    for name in names {
        match bits(name) {
            exact if exact == on & all => return Some(name.clone()),
            more if more & on == on & all && best.is_none() => best = Some(name.clone()),
            _ => {}
        }
    }
    best
}

//! Facts written as an example's TOML, for a person to confirm.

use std::collections::BTreeMap;

use crate::calendar::{self, NEVER};
use crate::condition::{Atom, Frame, Owner, Slot, SlotDef};
use crate::facts::{FieldType, Known};
use crate::ruleset::{Decision, RuleSet, Spot};

/// Countries that stand for "on no list" where they are on none.
const ELSEWHERE: [&str; 4] = ["NO", "CA", "DE", "JP"];

/// Finds names that stand on the editions that some facts need.
struct Names<'r> {
    rules: &'r RuleSet,
    /// The editions that conditions look at; of the others it does not matter who stands there.
    read: u64,
}

/// The lines of an example with these facts, ruled by a decision.
pub(super) fn given(rules: &RuleSet, decision: &Decision, frame: &Frame, facts: &[(Slot, Known)]) -> String {
    let mut read = 0;
    for rule in &decision.rules {
        rule.fires.atoms(&mut |atom| {
            if let Atom::Listed { list, .. } | Atom::SomePlace { list, .. } = atom {
                read |= rules.lists.get(*list).map_or(0, |l| l.editions.iter().fold(0, |all, e| all | e.bit));
            }
        });
    }
    let names = Names { rules, read };
    let mut own: Vec<String> = Vec::new();
    let mut nested: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut clocks: BTreeMap<&str, String> = BTreeMap::new();
    for (slot, known) in facts {
        let def = frame.def(*slot);
        let Some(value) = names.value(def, *known) else { continue };
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
                if let Some(code) = names.country_of_organisation(*known).filter(|_| !facts.iter().any(told)) {
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

impl Names<'_> {
    fn value(&self, def: &SlotDef, known: Known) -> Option<String> {
        match known {
            Known::Choice(0b01) if def.ty == FieldType::YesNo => Some("false".into()),
            Known::Choice(0b10) if def.ty == FieldType::YesNo => Some("true".into()),
            Known::Choice(mask) => ids(def, mask).into_iter().next().filter(|_| mask.count_ones() == 1),
            Known::Set { has, may } => {
                let mut ids = ids(def, has);
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
            Known::Listed { on, .. } if def.ty == FieldType::Entity => Some(quoted(&self.organisation(on)?)),
            Known::Listed { on, .. } => Some(quoted(self.country(on)?)),
            Known::Places { on, off, .. } => {
                let codes: Vec<String> = self.places(on, off)?.iter().map(|c| quoted(c)).collect();
                Some(format!("[{}]", codes.join(", ")))
            }
            Known::Given(given) => given.then(|| quoted("…")),
        }
    }

    /// A country that is on these of the editions that are read, and on none of the others.
    fn country(&self, on: u64) -> Option<&str> {
        let on = on
            & self.read
            & self
                .rules
                .lists
                .iter()
                .filter(|l| !l.of_entities)
                .flat_map(|l| &l.editions)
                .fold(0, |all, e| all | e.bit);
        ELSEWHERE.into_iter().chain(self.countries()).find(|code| self.standing(code) == on)
    }

    /// Countries of which some are on these editions, and some off those.
    fn places(&self, on: u64, off: u64) -> Option<Vec<&str>> {
        let (on, off) = (on & self.read, off & self.read);
        if on | off == 0 {
            return Some(Vec::new());
        }
        // One country for each different standing is enough, and so are three of them.
        let mut standings: Vec<(u64, &str)> = Vec::new();
        for code in ELSEWHERE.into_iter().chain(self.countries()) {
            let bits = self.standing(code);
            if bits & !on == 0 && !bits & self.read & !off == 0 && !standings.iter().any(|(b, _)| *b == bits) {
                standings.push((bits, code));
            }
        }
        let found = |chosen: &[(u64, &str)]| {
            chosen.iter().fold(0, |all, (b, _)| all | b) == on
                && chosen.iter().fold(0, |all, (b, _)| all | (!b & self.read)) == off
        };
        let n = standings.len();
        let one = (0..n).map(|i| vec![standings[i]]);
        let two = (0..n).flat_map(|i| (i + 1..n).map(move |j| [i, j])).map(|s| s.map(|i| standings[i]).to_vec());
        let chosen =
            one.chain(two).find(|chosen| found(chosen)).or_else(|| Some(standings.clone()).filter(|c| found(c)))?;
        Some(chosen.into_iter().map(|(_, code)| code).collect())
    }

    /// Every country that some list names.
    fn countries(&self) -> impl Iterator<Item = &str> {
        let editions = self.rules.lists.iter().filter(|l| !l.of_entities).flat_map(|l| &l.editions);
        editions.flat_map(|e| &e.entries).map(|e| e.country.as_str())
    }

    /// The editions that are read and that a country stands on.
    fn standing(&self, code: &str) -> u64 {
        let editions = self.rules.lists.iter().filter(|l| !l.of_entities).flat_map(|l| &l.editions);
        editions.filter(|e| e.entries.iter().any(|x| x.country == code)).fold(0, |all, e| all | e.bit) & self.read
    }

    /// An organisation that is on these editions.
    fn organisation(&self, on: u64) -> Option<String> {
        let editions = || self.rules.lists.iter().filter(|l| l.of_entities).flat_map(|l| &l.editions);
        let all = editions().fold(0, |all, e| all | e.bit) & self.read;
        if on & all == 0 {
            return Some("University of Oslo".into());
        }
        let edition = |s: &Spot| self.rules.entry_at(*s).map_or(0, |(_, edition, _)| edition.bit);
        let spots = |name: &str| self.rules.listed(name).iter().filter(|s| !s.shared);
        let bits = |name: &str| spots(name).fold(0, |all, s| all | edition(s)) & self.read;
        let names = || editions().flat_map(|e| &e.entries).flat_map(|e| e.names.first());
        // On just these editions if there is one; on more, where only the one in force is looked at, does as well.
        let exact = names().find(|name| bits(name) == on & all);
        exact.or_else(|| names().find(|name| bits(name) & on & all == on & all)).cloned()
    }

    /// Where the organisation that stands for these editions is: what a list says of it, or, where none does, of another on the
    /// same editions.
    fn country_of_organisation(&self, known: Known) -> Option<String> {
        let Known::Listed { on, .. } = known else { return None };
        let name = self.organisation(on).filter(|_| on != 0)?;
        let own = self.rules.listed(&name).iter().filter_map(|s| self.rules.entry_at(*s)).map(|(_, _, e)| &e.country);
        let editions = self.rules.lists.iter().filter(|l| l.of_entities).flat_map(|l| &l.editions);
        let others = editions.filter(|e| e.bit & on != 0).flat_map(|e| &e.entries).map(|e| &e.country);
        own.chain(others).find(|c| !c.is_empty()).cloned()
    }
}

/// The values of a choice or set, quoted.
fn ids(def: &SlotDef, mask: u64) -> Vec<String> {
    match &def.ty {
        FieldType::Choice(ids) | FieldType::Set(ids) => {
            ids.iter().enumerate().filter(|(i, _)| *i < 64 && mask & (1 << i) != 0).map(|(_, id)| quoted(id)).collect()
        }
        _ => Vec::new(),
    }
}

fn quoted(text: &str) -> String {
    format!("\"{text}\"")
}

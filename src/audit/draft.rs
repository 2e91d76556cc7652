//! A solver's facts as an example that a person can read: values with names, organisations and countries that stand where the
//! facts say, clocks that agree. Owns the choice of names; `edges` writes them down.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::calendar::{self, NEVER, PartialDate};
use crate::condition::{Atom, Frame, Owner, Slot, SlotDef};
use crate::facts::{Answer, FieldType, Known, Value};
use crate::ruleset::{Decision, Given, List, RuleSet, Spot};

/// Countries that stand for "on no list" where they are on none.
const ELSEWHERE: [&str; 4] = ["NO", "CA", "DE", "JP"];

/// Finds names that stand on the editions that some facts need.
struct Names<'r> {
    rules: &'r RuleSet,
    /// The editions that conditions look at; of the others it does not matter who stands there.
    read: u64,
}

/// Writes the facts of witnesses down as examples of one decision.
pub(super) struct Writer<'r> {
    frame: &'r Frame,
    names: Names<'r>,
}

impl<'r> Writer<'r> {
    pub(super) fn new(rules: &'r RuleSet, decision: &Decision, frame: &'r Frame) -> Self {
        let mut read = 0;
        for rule in &decision.rules {
            rule.fires.atoms(&mut |atom| {
                if let Atom::Listed { list, .. } | Atom::SomePlace { list, .. } = atom {
                    read |= editions(rules.lists.get(*list));
                }
            });
        }
        Self { frame, names: Names { rules, read } }
    }

    /// Looks at these lists as well.
    pub(super) fn reading(mut self, lists: impl Iterator<Item = usize>) -> Self {
        for list in lists {
            self.names.read |= editions(self.names.rules.lists.get(list));
        }
        self
    }

    /// An example with these facts.
    pub(super) fn given(&self, facts: &[(Slot, Known)]) -> Given {
        let frame = self.frame;
        let mut given = Given::default();
        let mut clocks = BTreeMap::new();
        for (slot, known) in facts {
            let def = frame.def(*slot);
            let Some(value) = self.names.value(def, *known) else { continue };
            match (&def.owner, value) {
                (Owner::Clock, Value::Date(day)) => {
                    clocks.insert(def.name.clone(), day.first);
                }
                // An organisation is told by its name, beside whatever else is said of it. A list is matched on name and country.
                (Owner::Record, Value::Entity(name)) => {
                    let country = format!("{}.country", def.name);
                    let told = |(slot, _): &(Slot, Known)| frame.def(*slot).name == country;
                    if let Some(code) = self.names.country_of_organisation(*known).filter(|_| !facts.iter().any(told)) {
                        given.answers.insert(country, Answer::Is(Value::Country(code)));
                    }
                    given.answers.insert(format!("{}.name", def.name), Answer::Is(Value::Text(name)));
                }
                (_, value) => {
                    given.answers.insert(def.name.clone(), Answer::Is(value));
                }
            }
        }
        (given.on, given.clocks) = dated(clocks);
        given
    }

    /// Countries that stand for all others: one of each standing on the lists.
    pub(super) fn countries(&self) -> Vec<&str> {
        let mut standings: Vec<(u64, &str)> = Vec::new();
        for code in ELSEWHERE.into_iter().chain(self.names.countries()) {
            let bits = self.names.standing(code);
            if !standings.iter().any(|(b, _)| *b == bits) {
                standings.push((bits, code));
            }
        }
        standings.into_iter().map(|(_, code)| code).collect()
    }
}

fn editions(list: Option<&List>) -> u64 {
    list.map_or(0, |l| l.editions.iter().fold(0, |all, e| all | e.bit))
}

/// The day of all clocks, and those that stand on another one. Those that the facts leave open must not contradict the others:
/// an opportunity is published before anything is filed, and nothing is filed after it is due.
fn dated(mut clocks: BTreeMap<String, NaiveDate>) -> (Option<NaiveDate>, BTreeMap<String, NaiveDate>) {
    let target = || clocks.iter().filter(|(name, _)| *name != "today").map(|(_, day)| *day);
    let (Some(first), Some(last)) = (target().min(), target().max()) else { return (None, clocks) };
    if last != first {
        clocks.entry("due".to_owned()).or_insert(last);
    }
    clocks.retain(|_, day| *day != first);
    (Some(first), clocks)
}

impl Names<'_> {
    fn value(&self, def: &SlotDef, known: Known) -> Option<Value> {
        match known {
            Known::Choice(0b01) if def.ty == FieldType::YesNo => Some(Value::YesNo(false)),
            Known::Choice(0b10) if def.ty == FieldType::YesNo => Some(Value::YesNo(true)),
            Known::Choice(mask) => ids(def, mask).next().filter(|_| mask.count_ones() == 1).map(Value::Choice),
            Known::Set { has, may } => Some(Value::Set { has: ids(def, has).collect(), complete: has == may }),
            Known::Range { lo, hi } if lo == hi => match &def.ty {
                FieldType::Date(_) if lo >= NEVER => Some(Value::Never),
                FieldType::Date(_) => Some(Value::Date(PartialDate::exact(calendar::date(lo)?))),
                _ => Some(Value::Range { lo, hi, text: String::new() }),
            },
            Known::Range { .. } => None,
            Known::Listed { on, .. } if def.ty == FieldType::Entity => Some(Value::Entity(self.organisation(on)?)),
            Known::Listed { on, .. } => Some(Value::Country(self.country(on)?.to_owned())),
            Known::Places { on, off, .. } => {
                let has = self.places(on, off)?.into_iter().map(str::to_owned).collect();
                Some(Value::Places { has, complete: true })
            }
            Known::Given(given) => given.then(|| Value::Text("…".to_owned())),
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

/// The values of a choice or set.
fn ids(def: &SlotDef, mask: u64) -> impl Iterator<Item = String> {
    let all: &[String] = match &def.ty {
        FieldType::Choice(ids) | FieldType::Set(ids) => ids,
        _ => &[],
    };
    all.iter().enumerate().filter(move |(i, _)| *i < 64 && mask & (1 << i) != 0).map(|(_, id)| id.clone())
}

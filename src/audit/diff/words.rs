//! What differs between two rule sets apart from their decisions, and how outcomes read in words.
//!
//! Owns the wording of outcomes, of fields and values that came or went, and of entries of lists. Compares no decisions.

use std::collections::BTreeSet;

use serde::Serialize;

use crate::condition::{Frame, Slot};
use crate::facts::Known;
use crate::report::words;
use crate::ruleset::{Choice, Deadline, Edition, Field, Kind, List, RuleSet, Ruling};
use crate::text::clean;

/// A question, an answer or a check of answers that only one side has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WordChange {
    pub what: Word,
    /// True if only the later side has it.
    pub added: bool,
    /// The record kind's id.
    pub kind: String,
    /// `paid-by`, `paid-by: own-money`.
    pub id: String,
    /// In a person's words.
    pub says: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Word {
    Kind,
    Question,
    Answer,
    /// The question is asked in other situations.
    Asked,
    /// What answers have to satisfy together.
    Constraint,
}

impl WordChange {
    pub(super) fn kind(kind: &Kind, added: bool) -> Self {
        Self { what: Word::Kind, added, kind: kind.id.clone(), id: kind.id.clone(), says: clean(&kind.title) }
    }

    pub(super) fn field(kind: &Kind, field: &Field, added: bool) -> Self {
        let (kind, id) = (kind.id.clone(), field.id.clone());
        Self { what: Word::Question, added, kind, id, says: clean(&field.ask) }
    }

    pub(super) fn value(kind: &str, field: &Field, value: &Choice, added: bool) -> Self {
        let id = format!("{}: {}", field.id, value.id);
        let says = format!("“{}”, as an answer to “{}”", clean(&value.label), clean(&field.ask));
        Self { what: Word::Answer, added, kind: kind.to_owned(), id, says }
    }

    pub(super) fn applies(kind: &str, field: &Field) -> Self {
        let says = clean(&field.ask);
        Self { what: Word::Asked, added: true, kind: kind.to_owned(), id: field.id.clone(), says }
    }

    pub(super) fn constraint(kind: &str, says: &str, added: bool) -> Self {
        Self { what: Word::Constraint, added, kind: kind.to_owned(), id: String::new(), says: clean(says) }
    }
}

/// Entries or dates of a list that differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ListChange {
    pub id: String,
    pub title: String,
    /// False if only the later side has the list.
    pub was_there: bool,
    /// False if only the earlier side has it.
    pub is_there: bool,
    pub editions: Vec<EditionChange>,
}

/// An edition that one side lacks, or that has other entries there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EditionChange {
    /// The day it begins.
    pub from: String,
    pub was_there: bool,
    pub is_there: bool,
    /// Names that came, compared with what was in force on that day before.
    pub added: Vec<String>,
    pub removed: Vec<String>,
}

impl ListChange {
    /// What differs between a list on both sides, if anything does.
    pub(super) fn of(old: Option<&List>, new: Option<&List>) -> Option<Self> {
        let list = new.or(old)?;
        let mut days: Vec<chrono::NaiveDate> =
            old.into_iter().chain(new).flat_map(|l| &l.editions).map(|e| e.from).collect();
        days.sort_unstable();
        days.dedup();
        let (mut was, mut is): (Option<&Edition>, Option<&Edition>) = (None, None);
        let mut editions = Vec::new();
        for day in days {
            let begins = |l: Option<&'_ List>| l.is_some_and(|l| l.editions.iter().any(|e| e.from == day));
            let (was_there, is_there) = (begins(old), begins(new));
            was = old.and_then(|l| l.editions.iter().find(|e| e.from == day)).or(was);
            is = new.and_then(|l| l.editions.iter().find(|e| e.from == day)).or(is);
            let (before, after) = (entries(list, was), entries(list, is));
            let added: Vec<String> = after.difference(&before).cloned().collect();
            let removed: Vec<String> = before.difference(&after).cloned().collect();
            if was_there != is_there || !added.is_empty() || !removed.is_empty() {
                editions.push(EditionChange { from: words::date(day), was_there, is_there, added, removed });
            }
        }
        if editions.is_empty() && old.is_some() == new.is_some() {
            return None;
        }
        Some(Self {
            id: list.id.clone(),
            title: clean(&list.title),
            was_there: old.is_some(),
            is_there: new.is_some(),
            editions,
        })
    }
}

fn entries(list: &List, edition: Option<&Edition>) -> BTreeSet<String> {
    let name = |e: &crate::ruleset::Entry| match e.names.first() {
        Some(name) if list.of_entities => clean(name),
        _ => words::country(&e.country),
    };
    edition.into_iter().flat_map(|e| &e.entries).map(name).collect()
}

/// An entry of the union's lists that stands on exactly these editions, of those in play.
pub(super) fn entry_on(union: &RuleSet, of_entities: bool, on: u64, in_play: u64) -> Option<String> {
    let mut by_name: std::collections::BTreeMap<(&str, &str), u64> = std::collections::BTreeMap::new();
    for edition in union.lists.iter().filter(|l| l.of_entities == of_entities).flat_map(|l| &l.editions) {
        for entry in &edition.entries {
            let name = if of_entities { entry.names.first().map_or("", String::as_str) } else { "" };
            let country = if of_entities { "" } else { entry.country.as_str() };
            *by_name.entry((name, country)).or_default() |= edition.bit;
        }
    }
    let found = by_name.into_iter().find(|(_, bits)| bits & in_play == on)?;
    Some(if of_entities { clean(found.0.0) } else { words::country(found.0.1) })
}

/// What is due, where and by when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    pub ruling: Ruling,
    pub place: String,
    pub deadline: Deadline,
}

/// The same in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Said {
    /// The ruling's id.
    pub ruling: &'static str,
    /// `List it, with the form`
    pub says: String,
    /// The section's id.
    pub place: String,
    /// Its form and title; empty where nothing is due there.
    pub place_title: String,
}

impl Outcome {
    /// In words; places are named as `rules`, the side it comes from, names them.
    pub fn said(&self, rules: &RuleSet, frame: &Frame) -> Said {
        let by = match (&self.deadline, self.ruling.is_duty()) {
            (Deadline::WithForm | Deadline::NotStated, false) => String::new(),
            (by, _) => format!(", {}", deadline(frame, by)),
        };
        let nothing = self.ruling == Ruling::NothingDue;
        Said {
            ruling: self.ruling.id(),
            says: clean(&format!("{}{by}", self.ruling.title())),
            place: self.place.clone(),
            place_title: if nothing { String::new() } else { clean(&words::place(rules, &self.place)) },
        }
    }
}

/// A deadline in words.
fn deadline(frame: &Frame, deadline: &Deadline) -> String {
    let name = |slot: Slot| frame.slots.get(usize::from(slot)).map_or("?", |def| def.name.as_str());
    let days = |n: i64| crate::text::count(usize::try_from(n).unwrap_or_default(), "day", "days");
    match deadline {
        Deadline::WithForm => "with the form".to_owned(),
        Deadline::After { slot, days: n } => format!("within {} after `{}`", days(*n), name(*slot)),
        Deadline::Before { slot, days: 0 } => format!("before `{}`", name(*slot)),
        Deadline::Before { slot, days: n } => format!("{} before `{}`", days(*n), name(*slot)),
        Deadline::AsSoonAs { at_latest: None, .. } => "as soon as known".to_owned(),
        Deadline::AsSoonAs { slot, at_latest: Some(n) } => {
            format!("as soon as known, at the latest {} after `{}`", days(*n), name(*slot))
        }
        Deadline::Yearly => "once a year".to_owned(),
        Deadline::NotStated => "no date stated".to_owned(),
        Deadline::SourcesDiffer(text) => format!("the sources differ: {}", clean(text)),
    }
}

/// Facts as a person would state them. Where a country or an organisation stands on lists, one that does is named.
pub(super) fn facts(union: &RuleSet, frame: &Frame, facts: &[(Slot, Known)], in_play: &dyn Fn(Slot) -> u64) -> String {
    let mut plain = Vec::new();
    let mut named = Vec::new();
    for (slot, known) in facts {
        let def = frame.def(*slot);
        let of_entities = def.ty == crate::facts::FieldType::Entity;
        let name = match known {
            Known::Listed { on, .. } if *on != 0 => entry_on(union, of_entities, *on, in_play(*slot)),
            _ => None,
        };
        match name {
            Some(name) => named.push(format!("{}: {name}", def.name)),
            None => plain.push((*slot, *known)),
        }
    }
    let mut parts = Vec::new();
    if !plain.is_empty() || named.is_empty() {
        parts.push(crate::audit::facts_text(union, frame, &plain));
    }
    named.extend(parts);
    named.join("; ")
}

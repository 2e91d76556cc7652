//! A decision's page: its question, where the answer goes and who gives it, the cards of its rules, the facts they read.

use serde::Serialize;

use super::card::{Card, cards};
use super::facts::{Read, read_by};
use super::news::{PendingNote, pending_notes};
use super::shelf::{Desk, Link};
use crate::report::words;
use crate::ruleset::Decision;

#[derive(Debug, Serialize)]
pub(super) struct Page {
    title: String,
    id: String,
    kind: Link,
    /// Set where an institution adds it.
    overlay: Option<String>,
    place: Link,
    place_help: String,
    moments: Vec<Asked>,
    filed_by_office: bool,
    file: String,
    cards: Vec<Card>,
    facts: Vec<Read>,
    pending: Vec<PendingNote>,
}

/// When an agency asks.
#[derive(Debug, Serialize)]
struct Asked {
    agency: Link,
    at: String,
}

pub(super) fn page<'r>(desk: &Desk<'_, 'r>, decision: &'r Decision) -> Page {
    let rules = desk.shelf.rules;
    let moments = desk
        .shelf
        .users(decision)
        .map(|agency| {
            let at: Vec<String> = agency
                .moments
                .iter()
                .filter(|m| decision.moments.contains(&m.id))
                .map(|m| words::lower_first(&m.title))
                .collect();
            Asked { agency: desk.agency(agency), at: at.join(", ") }
        })
        .filter(|asked| !asked.at.is_empty())
        .collect();
    Page {
        title: decision.asks.clone(),
        id: decision.id.clone(),
        kind: desk.kind(decision.kind),
        overlay: rules.overlay(decision).map(|o| o.title.clone()),
        place: desk.place(&decision.place),
        place_help: rules.place(&decision.place).map(|(_, s)| s.help.clone()).unwrap_or_default(),
        moments,
        filed_by_office: decision.filed_by_office,
        file: decision.file.clone(),
        cards: cards(desk, decision),
        facts: read_by(desk, decision),
        pending: pending_notes(desk, |law| {
            let of_kind = || rules.kinds.get(decision.kind).is_some_and(|k| law.kinds.contains(&k.id));
            let of_agency = desk.shelf.users(decision).any(|a| law.agencies.contains(&a.id));
            of_agency && (law.kinds.is_empty() || of_kind())
        }),
    }
}

//! The first page: what the book is, and the ways in; and the glossary of rulings.

use serde::Serialize;

use super::paths;
use super::shelf::{Desk, Link};
use crate::report::words;
use crate::ruleset::Ruling;

#[derive(Debug, Serialize)]
pub(super) struct Page {
    title: String,
    released: String,
    not_covered: Vec<String>,
    decisions: usize,
    /// With separators.
    rules: String,
    sources: usize,
    cases: usize,
    agencies: Vec<Entry>,
    kinds: Vec<Entry>,
    overlays: Vec<OverlayNote>,
    /// The newest entries of the changelog.
    changes: Vec<super::card::ChangeNote>,
    ways: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    link: Link,
    about: String,
}

#[derive(Debug, Serialize)]
struct OverlayNote {
    title: String,
    version: String,
    digest: String,
    contacts: Vec<String>,
}

/// So many changes stand on the first page.
const CHANGES: usize = 5;

pub(super) fn page(desk: &Desk<'_, '_>) -> Page {
    let rules = desk.shelf.rules;
    let decisions = |n: usize| crate::text::count(n, "decision", "decisions");
    let way = |path: &str, text: &str, about: String| Entry { link: desk.to(path, text), about };
    let count = crate::text::count;
    let rules_in_all: usize = rules.decisions.iter().map(|d| d.rules.len()).sum();
    Page {
        title: rules.meta.title.clone(),
        released: rules.meta.released.map(words::date).unwrap_or_default(),
        not_covered: rules.meta.not_covered.clone(),
        decisions: rules.decisions.len(),
        rules: words::hundredths(100 * i64::try_from(rules_in_all).unwrap_or_default()),
        sources: rules.sources.len(),
        cases: desk.shelf.cases.len(),
        agencies: rules
            .agencies
            .iter()
            .map(|a| Entry {
                link: Link { text: a.title.clone(), ..desk.agency(a) },
                about: decisions(rules.decisions_for(a).count()),
            })
            .collect(),
        kinds: {
            let mut kinds: Vec<_> = rules.kinds.iter().enumerate().filter(|(_, k)| k.id != "entity").collect();
            kinds.sort_by_key(|(_, k)| k.order);
            kinds
                .into_iter()
                .map(|(i, k)| Entry { link: Link { text: k.plural.clone(), ..desk.kind(i) }, about: k.summary.clone() })
                .collect()
        },
        overlays: rules
            .overlays
            .iter()
            .map(|o| OverlayNote {
                title: o.title.clone(),
                version: o.version.clone(),
                digest: o.digest.clone(),
                contacts: o.contacts.iter().map(words::contact).collect(),
            })
            .collect(),
        changes: rules
            .changes
            .iter()
            .take(CHANGES)
            .map(|c| super::card::ChangeNote {
                on: words::date(c.on),
                says: c.says.clone(),
                link: desk.to(&format!("{}#{}", paths::TIMELINE, super::timeline::anchor(c.on)), words::date(c.on)),
            })
            .collect(),
        ways: vec![
            way(paths::TIMELINE, "What changed when", "Every day on which a rule begins or ends, newest first.".into()),
            way(
                paths::SOURCES,
                "Sources",
                count(rules.sources.len(), "text", "texts") + " that the rules cite, clause by clause.",
            ),
            way(paths::FORMS, "Forms and places", "Where each answer goes.".into()),
            way(paths::LISTS, "Lists", "Countries and organisations that rules look up, edition by edition.".into()),
            way(
                paths::CASES,
                "Official cases",
                "Answers that agencies and offices have given, and what the rules say to them.".into(),
            ),
            way(paths::PENDING, "Law that is not settled", count(rules.pending.len(), "entry", "entries") + "."),
            way(paths::ROUTES, "Something found late", "Whom to tell, and a note to send.".into()),
            way(paths::RULINGS, "The words used here", "What each ruling means, and how to read a card.".into()),
        ],
    }
}

#[derive(Debug, Serialize)]
pub(super) struct Glossary {
    title: &'static str,
    rulings: Vec<Meaning>,
}

#[derive(Debug, Serialize)]
struct Meaning {
    id: &'static str,
    title: &'static str,
    says: &'static str,
    rules: usize,
}

pub(super) fn glossary(desk: &Desk<'_, '_>) -> Glossary {
    let number =
        |ruling| desk.shelf.rules.decisions.iter().flat_map(|d| &d.rules).filter(|r| r.ruling == ruling).count();
    Glossary {
        title: "The words used here",
        rulings: Ruling::ALL
            .map(|r| Meaning { id: r.id(), title: r.title(), says: meaning(r), rules: number(r) })
            .into_iter()
            .collect(),
    }
}

fn meaning(ruling: Ruling) -> &'static str {
    match ruling {
        Ruling::Stop => {
            "Do not go on with it until the office named has cleared it. It says that a law or an award may not allow it, not that anything was done wrong."
        }
        Ruling::AskOffice => {
            "The sources do not settle it, or were not read closely enough to say. The card has a question to send to your office."
        }
        Ruling::PriorApproval => "The agency wants to agree before it happens.",
        Ruling::Disclose => "It goes on the form, at the place named.",
        Ruling::TellInstitution => "Your own institution wants to know; what it then files is its own step.",
        Ruling::Certify => "Something is to be certified or signed.",
        Ruling::KeepRecord => "Nothing is sent. Keep the papers, because they can be asked for.",
        Ruling::NothingDue => {
            "Nothing is asked here, and the card says by which text. It is a ruling like any other, with a source."
        }
    }
}

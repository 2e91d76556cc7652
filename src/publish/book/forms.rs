//! Forms with the decisions that lead to each place, and lists with their editions.

use std::collections::BTreeSet;

use serde::Serialize;

use super::paths;
use super::shelf::{Desk, Link};
use crate::report::words;
use crate::ruleset::{Form, List};

#[derive(Debug, Serialize)]
pub(super) struct Overview {
    title: &'static str,
    entries: Vec<Entry>,
}

#[derive(Debug, Serialize)]
struct Entry {
    link: Link,
    about: String,
}

pub(super) fn forms(desk: &Desk<'_, '_>) -> Overview {
    let entry = |form: &Form| {
        let path = desk.shelf.paths.forms.get(&form.id).map_or(paths::FORMS, String::as_str);
        let sections: Vec<&str> = form.sections.iter().map(|s| s.title.as_str()).collect();
        Entry { link: desk.to(path, form.title.as_str()), about: sections.join("; ") }
    };
    Overview { title: "Forms and places", entries: desk.shelf.rules.forms.iter().map(entry).collect() }
}

#[derive(Debug, Serialize)]
pub(super) struct FormPage {
    title: String,
    id: String,
    sections: Vec<SectionNote>,
}

#[derive(Debug, Serialize)]
struct SectionNote {
    anchor: String,
    id: String,
    title: String,
    help: String,
    fields: Vec<FieldNote>,
    decisions: Vec<Lead>,
}

#[derive(Debug, Serialize)]
struct FieldNote {
    title: String,
    required: bool,
    limit: Option<usize>,
    help: String,
}

/// A decision whose answer can stand at a place.
#[derive(Debug, Serialize)]
struct Lead {
    agencies: String,
    decision: Link,
    /// Only some of its rules lead there.
    in_part: bool,
}

pub(super) fn form(desk: &Desk<'_, '_>, form: &Form) -> FormPage {
    let rules = desk.shelf.rules;
    let leads = |place: &str| {
        let leading = rules.decisions.iter().filter(|d| d.place == place || d.rules.iter().any(|r| r.place == place));
        leading
            .map(|d| Lead {
                agencies: desk.shelf.users(d).map(|a| a.short.as_str()).collect::<Vec<_>>().join(", "),
                decision: desk.decision(d),
                in_part: d.rules.iter().any(|r| r.place != place),
            })
            .collect()
    };
    FormPage {
        title: form.title.clone(),
        id: form.id.clone(),
        sections: form
            .sections
            .iter()
            .map(|s| SectionNote {
                anchor: paths::slug(&s.id),
                id: s.id.clone(),
                title: s.title.clone(),
                help: s.help.clone(),
                fields: s
                    .fields
                    .iter()
                    .map(|f| FieldNote {
                        title: f.title.clone(),
                        required: f.required,
                        limit: f.limit,
                        help: f.help.clone(),
                    })
                    .collect(),
                decisions: leads(&s.id),
            })
            .collect(),
    }
}

pub(super) fn lists(desk: &Desk<'_, '_>) -> Overview {
    let entry = |list: &List| {
        let path = desk.shelf.paths.lists.get(&list.id).map_or(paths::LISTS, String::as_str);
        let last = list.editions.last().map_or(0, |e| e.entries.len());
        let of = if list.of_entities { "organisations" } else { "countries" };
        let editions = crate::text::count(list.editions.len(), "edition", "editions");
        Entry {
            link: desk.to(path, list.title.as_str()),
            about: format!("{editions}; {} in the latest", crate::text::count(last, of.trim_end_matches('s'), of)),
        }
    };
    Overview { title: "Lists", entries: desk.shelf.rules.lists.iter().map(entry).collect() }
}

#[derive(Debug, Serialize)]
pub(super) struct ListPage {
    title: String,
    id: String,
    of_entities: bool,
    editions: Vec<EditionNote>,
    /// Decisions with a rule that looks things up on the list.
    decisions: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct EditionNote {
    anchor: String,
    from: String,
    source: Link,
    entries: Vec<EntryNote>,
}

#[derive(Debug, Serialize)]
struct EntryNote {
    name: String,
    others: Vec<String>,
    country: String,
    /// Not on the edition before.
    is_new: bool,
}

pub(super) fn list(desk: &Desk<'_, '_>, list: &List) -> ListPage {
    let name = |e: &crate::ruleset::Entry| match e.names.first() {
        Some(name) if list.of_entities => name.clone(),
        _ => words::country(&e.country),
    };
    let mut before: Option<BTreeSet<String>> = None;
    let mut editions = Vec::new();
    let mut names = paths::Names::default();
    for edition in &list.editions {
        let here: BTreeSet<String> = edition.entries.iter().map(name).collect();
        editions.push(EditionNote {
            anchor: names.claim(&format!("edition-{}", edition.from), ""),
            from: words::date(edition.from),
            source: desk.source(&edition.source),
            entries: edition
                .entries
                .iter()
                .map(|e| EntryNote {
                    is_new: before.as_ref().is_some_and(|b| !b.contains(&name(e))),
                    name: name(e),
                    others: e.names.iter().skip(1).cloned().collect(),
                    country: if list.of_entities { words::country(&e.country) } else { e.country.clone() },
                })
                .collect(),
        });
        before = Some(here);
    }
    editions.reverse();
    let rules = desk.shelf.rules;
    let index = rules.lists.iter().position(|l| l.id == list.id);
    let reads = |rule: &crate::ruleset::Rule| {
        let mut found = false;
        let mut look = |atom: &crate::condition::Atom| {
            use crate::condition::Atom;
            if let Atom::Listed { list, .. } | Atom::SomePlace { list, .. } = atom {
                found |= Some(*list) == index;
            }
        };
        rule.when.atoms(&mut look);
        found
    };
    ListPage {
        title: list.title.clone(),
        id: list.id.clone(),
        of_entities: list.of_entities,
        editions,
        decisions: rules
            .decisions
            .iter()
            .filter(|d| d.rules.iter().any(reads))
            .map(|d| {
                let link = desk.decision(d);
                let users: Vec<&str> = desk.shelf.users(d).map(|a| a.short.as_str()).collect();
                Link { text: format!("{}: {}", users.join(", "), link.text), ..link }
            })
            .collect(),
    }
}

//! What came of comparing the profile's organisations with the lists that its rulings read.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use crate::condition::{Atom, Owner};
use crate::engine::{Assessment, SIMILAR_LISTED, Subject};
use crate::facts::FieldType;
use crate::profile::{Entity, Profile, Target};
use crate::report::model::{Day, ListNote, NameNote};
use crate::report::words;
use crate::ruleset::{Decision, Fit, Match, RuleSet};
use crate::text::clean;

/// One note for each list, and edition of it, that a ruling of these targets looked a name up on.
pub(super) fn notes(
    rules: &RuleSet,
    profile: &Profile,
    parts: &[(&Assessment, &Target)],
    as_of: NaiveDate,
) -> Vec<ListNote> {
    // By list and day of filing: the organisations compared, in file order of the entries that name them.
    let mut compared: BTreeMap<(usize, NaiveDate), Vec<&str>> = BTreeMap::new();
    for (assessment, target) in parts {
        let filing = words::clock_date(rules, target, "filing", as_of).map_or(as_of, |d| d.last);
        for ruled in &assessment.rulings {
            let (Some(decision), Subject::Record(id)) = (rules.decisions.get(ruled.decision), &ruled.subject) else {
                continue;
            };
            let Some(record) = profile.record(id) else { continue };
            for (list, field) in read(rules, decision) {
                let Some(name) = record.text(&field) else { continue };
                let names = compared.entry((list, filing)).or_default();
                if !names.contains(&name) {
                    names.push(name);
                }
            }
        }
    }
    let mut notes: Vec<ListNote> = Vec::new();
    for ((list, filing), names) in compared {
        let Some(list_of) = rules.lists.get(list) else { continue };
        let edition = list_of.editions.iter().rposition(|e| e.from <= filing);
        let mut note = ListNote {
            list: list_of.id.clone(),
            title: clean(&list_of.title),
            edition: edition.and_then(|e| list_of.editions.get(e)).map(|e| Day::of(e.from)),
            found: Vec::new(),
            missed: Vec::new(),
        };
        if let Some(edition) = edition {
            for name in names {
                compare(rules, name, profile.entity(name), (list, edition), &mut note);
            }
        }
        let same = |n: &&mut ListNote| n.list == note.list && n.edition == note.edition;
        match notes.iter_mut().find(same) {
            Some(earlier) => {
                earlier.found.extend(note.found.into_iter().filter(|f| !earlier.found.contains(f)).collect::<Vec<_>>());
                earlier
                    .missed
                    .extend(note.missed.into_iter().filter(|m| !earlier.missed.contains(m)).collect::<Vec<_>>());
            }
            None => notes.push(note),
        }
    }
    notes.retain(|n| !n.found.is_empty() || !n.missed.is_empty());
    notes
}

/// What the lists that this agency's rulings read have of the organisation in a record's field, in a few words each.
pub(super) fn looked_up(
    rules: &RuleSet,
    profile: &Profile,
    target: &Target,
    (kind, field): (usize, &str),
    name: &str,
    as_of: NaiveDate,
) -> Vec<String> {
    let Some(agency) = rules.agency(&target.agency) else { return Vec::new() };
    let entity = profile.entity(name);
    if at_home(entity.and_then(|e| e.text("domicile"))) {
        return Vec::new();
    }
    let filing = words::clock_date(rules, target, "filing", as_of).map_or(as_of, |d| d.last);
    let mut lists: Vec<usize> = rules
        .decisions_for(agency)
        .filter(|d| d.kind == kind)
        .flat_map(|d| read(rules, d))
        .filter_map(|(list, of)| (of == field).then_some(list))
        .collect();
    lists.sort_unstable();
    lists.dedup();
    let matches = rules.look_up(name, entity.and_then(|e| e.text("country")));
    let told = entity.and_then(|e| e.text(SIMILAR_LISTED));
    let say = |at: usize| {
        let list = rules.lists.get(at)?;
        let edition = list.editions.iter().rposition(|e| e.from <= filing)?;
        let found = matches.iter().filter(|m| (m.spot.list, m.spot.edition) == (at, edition)).min_by_key(|m| m.fit);
        let says = match (found.map(|m| m.fit), told) {
            (Some(Fit::Same), _) | (Some(Fit::Unsure | Fit::Near), Some("same")) => "an entry matches",
            (Some(Fit::Unsure | Fit::Near), None) => "an entry is like it",
            (None | Some(Fit::Elsewhere | Fit::Unsure | Fit::Near), _) => "no entry matched",
        };
        Some(format!("{says} in {}, edition of {}", clean(&list.title), words::date(list.editions.get(edition)?.from)))
    };
    lists.into_iter().filter_map(say).collect()
}

/// The lists of organisations that a decision reads, each with the record's field that names the organisation.
fn read(rules: &RuleSet, decision: &Decision) -> Vec<(usize, String)> {
    let Some(frame) = rules.frames.get(decision.kind) else { return Vec::new() };
    let mut out: Vec<(usize, String)> = Vec::new();
    for rule in &decision.rules {
        rule.fires.atoms(&mut |atom| {
            if let Atom::Listed { slot, list, .. } = atom {
                let def = frame.def(*slot);
                let one = (*list, def.field.clone());
                if def.ty == FieldType::Entity && def.owner == Owner::Record && !out.contains(&one) {
                    out.push(one);
                }
            }
        });
    }
    out
}

/// Whether the organisation is at home or elsewhere in the United States: lists of foreign institutions are not read for it.
fn at_home(domicile: Option<&str>) -> bool {
    matches!(domicile, Some("own-institution" | "us"))
}

fn compare(rules: &RuleSet, name: &str, entity: Option<&Entity>, (list, edition): (usize, usize), note: &mut ListNote) {
    let text = |field: &str| entity.and_then(|e| e.text(field));
    if at_home(text("domicile")) {
        return;
    }
    let here = |m: &&Match| (m.spot.list, m.spot.edition) == (list, edition);
    let matches = rules.look_up(name, text("country"));
    let matches: Vec<&Match> = matches.iter().filter(here).collect();
    if matches.is_empty() {
        note.missed.push(clean(name));
    }
    for m in matches {
        let Some((_, _, entry)) = rules.entry_at(m.spot) else { continue };
        let seat =
            if entry.country.is_empty() { String::new() } else { format!(" ({})", words::country(&entry.country)) };
        let listed = format!("“{}”{seat}", clean(entry.names.first().map_or("", String::as_str)));
        let own = format!("“{}”", clean(name));
        let told = text(SIMILAR_LISTED);
        let (fit, says) = match (m.fit, told) {
            (Fit::Same, _) => ("same", format!("{own} is on it, as {listed}.")),
            (Fit::Elsewhere, _) => (
                "elsewhere",
                format!(
                    "{own}: no entry matched. It has an organisation of this name, {listed}; yours is in {}.",
                    words::country(text("country").unwrap_or_default())
                ),
            ),
            (Fit::Unsure | Fit::Near, Some("same")) => {
                ("same", format!("{own} is on it: you said that it is {listed}."))
            }
            (Fit::Unsure | Fit::Near, Some(_)) => {
                ("another", format!("{own}: no entry matched. You said that it is not {listed}."))
            }
            (Fit::Unsure, None) if text("country").is_none() => {
                ("unsure", format!("{own}: did you mean {listed}? Say in which country yours is."))
            }
            (Fit::Unsure, None) => (
                "unsure",
                format!(
                    "{own}: did you mean {listed}? Other organisations go by this name too. Say on its entry whether it is the \
                     same one."
                ),
            ),
            (Fit::Near, None) => (
                "near",
                format!(
                    "{own}: did you mean {listed}? The names are alike, which decides nothing. Say on its entry whether it is \
                     the same one."
                ),
            ),
        };
        note.found.push(NameNote { name: clean(name), fit, says });
    }
}

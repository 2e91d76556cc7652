//! Checks that the rule set states as conditions over an entry and those beside it.

use std::cell::RefCell;
use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use chrono::NaiveDate;

use super::super::assess::{Neighbours, View};
use super::super::facts::FactSheet;
use super::{Remark, entity, name, short};
use crate::condition::{Owner, Slot, Tri};
use crate::facts::{Answer, Value};
use crate::profile::{Profile, Record, Target};
use crate::ruleset::{Beside, Check, RuleSet};
use crate::text::{clean, plain_words};

pub(super) fn check(rules: &RuleSet, profile: &Profile, today: NaiveDate, out: &mut Vec<Remark>) {
    let (nowhere, sheets) = (Target::default(), Sheets::default());
    for check in &rules.checks {
        out.extend(look(View { rules, profile, target: &nowhere, today }, check, &sheets));
    }
}

/// What one check says of a profile.
pub fn remarks_of(rules: &RuleSet, check: &Check, profile: &Profile, today: NaiveDate) -> Option<Remark> {
    look(View { rules, profile, target: &Target::default(), today }, check, &Sheets::default())
}

/// The facts of each record, laid out once for all checks.
type Sheets = RefCell<HashMap<(usize, Option<*const Record>, *const Target), Rc<FactSheet>>>;

/// One remark for all entries of which a check says the same. `nowhere` is seen from no target in particular.
fn look(nowhere: View<'_>, check: &Check, sheets: &Sheets) -> Option<Remark> {
    let View { rules, profile, .. } = nowhere;
    let targets: Vec<&Target> = if check.agencies.is_empty() && !reads_target(rules, check) {
        vec![nowhere.target]
    } else {
        let of = |t: &&Target| check.agencies.is_empty() || check.agencies.contains(&t.agency);
        profile.targets.iter().filter(of).collect()
    };
    let kind = rules.kinds.get(check.kind)?;
    let entries: Vec<Option<&Record>> =
        if kind.once { vec![None] } else { profile.of_kind(&kind.id).map(Some).collect() };
    let mut found: Vec<(Option<&Record>, Match<'_>)> = Vec::new();
    for record in entries {
        let seen = targets.iter().find_map(|target| {
            let view = View { target, ..nowhere };
            fires(view, check, record, sheets)
        });
        found.extend(seen.map(|seen| (record, seen)));
    }
    let (first, seen) = found.first()?;
    let mut says = check
        .says
        .replace("{name}", &first.map_or_else(String::new, |r| name(kind, r)))
        .replace("{other}", &seen.other.map_or_else(String::new, |r| other_name(rules, r)))
        .replace("{mention}", &clean(seen.mention));
    match found.len() - 1 {
        0 => {}
        1 => says.push_str(" The same holds for one more entry."),
        n => says.push_str(&format!(" The same holds for {n} more entries.")),
    }
    let mut records = Vec::new();
    for record in found.iter().flat_map(|(r, seen)| r.iter().copied().chain(seen.other)) {
        if !records.contains(&record.id) {
            records.push(record.id.clone());
        }
    }
    Some(Remark::new(&check.id, says, records, fields(rules, check)))
}

/// What made a check fire.
struct Match<'a> {
    other: Option<&'a Record>,
    mention: &'a str,
}

fn fires<'a>(view: View<'a>, check: &'a Check, record: Option<&'a Record>, sheets: &Sheets) -> Option<Match<'a>> {
    // Most entries have nothing beside them, which is seen at once.
    if let Some(beside) = &check.beside
        && companions(view, record?, check, beside).next().is_none()
    {
        return None;
    }
    let sheet = || FactSheet::of(view.rules, check.kind, view.profile, record, view.target, view.today);
    let key = (check.kind, record.map(std::ptr::from_ref), std::ptr::from_ref(view.target));
    let sheet = Rc::clone(sheets.borrow_mut().entry(key).or_insert_with(|| Rc::new(sheet())));
    let entered = Neighbours { view, unsaid: Tri::No };
    let facts = sheet.facts(view.rules, Some(&entered));
    if facts.holds(&check.when) != Tri::Yes || facts.holds(&check.quiet_when) == Tri::Yes {
        return None;
    }
    let mention = match check.mentions.as_slice() {
        [] => "",
        names => mentioned(record?, names)?,
    };
    if let Some(without) = &check.without
        && companion(view, record?, check, without, Tri::Unknown).is_some()
    {
        return None;
    }
    let other = match &check.beside {
        Some(beside) => Some(companion(view, record?, check, beside, Tri::Yes)?),
        None => None,
    };
    Some(Match { other, mention })
}

/// The first entry with the same organisation for which the condition holds at least so well. Where it may hold is enough to
/// find an entry that must not be there, and an entry without an organisation may be the one; one that must be there has to
/// be certain.
fn companion<'a>(
    view: View<'a>,
    record: &'a Record,
    check: &'a Check,
    beside: &'a Beside,
    at_least: Tri,
) -> Option<&'a Record> {
    companions(view, record, check, beside).find_map(|(other, certain)| {
        let sheet = FactSheet::of(view.rules, beside.kind, view.profile, Some(other), view.target, view.today);
        let holds = sheet.facts(view.rules, None).holds(&beside.when);
        let enough = match at_least {
            Tri::Yes => certain && holds == Tri::Yes,
            Tri::Unknown | Tri::No => holds != Tri::No,
        };
        enough.then_some(other)
    })
}

/// The entries of a kind that are, or may be, with the same organisation, and whether that is certain.
fn companions<'a>(
    view: View<'a>,
    record: &'a Record,
    check: &'a Check,
    beside: &'a Beside,
) -> impl Iterator<Item = (&'a Record, bool)> {
    let kinds = view.rules.kinds.get(check.kind).zip(view.rules.kinds.get(beside.kind));
    kinds.into_iter().flat_map(move |(own, kind)| {
        let with = entity(own, record);
        view.profile.of_kind(&kind.id).filter(|other| other.id != record.id).filter_map(move |other| {
            match (with, entity(kind, other)) {
                (Some(a), Some(b)) => (a == b).then_some((other, true)),
                _ => Some((other, false)),
            }
        })
    })
}

/// The first of these names that a text of the record, or its organisation's name, holds word by word.
fn mentioned<'a>(record: &Record, names: &'a [String]) -> Option<&'a str> {
    let texts: Vec<Vec<String>> = record
        .answers
        .values()
        .filter_map(|answer| match answer {
            Answer::Is(Value::Text(text) | Value::Entity(text)) => Some(plain_words(text)),
            _ => None,
        })
        .collect();
    let holds = |text: &Vec<String>, name: &[String]| !name.is_empty() && text.windows(name.len()).any(|w| w == name);
    names.iter().map(String::as_str).find(|name| {
        let name = plain_words(name);
        texts.iter().any(|text| holds(text, &name))
    })
}

fn other_name(rules: &RuleSet, record: &Record) -> String {
    rules.kind(&record.kind).map_or_else(|| short(&record.id), |(_, kind)| name(kind, record))
}

/// True if the conditions read facts that belong to a target.
fn reads_target(rules: &RuleSet, check: &Check) -> bool {
    let Some(frame) = rules.frames.get(check.kind) else { return false };
    let of_target = |slot: Slot| {
        let def = frame.def(slot);
        def.per_target || def.owner == Owner::Target || (def.owner == Owner::Clock && def.name != "today")
    };
    let mut reads = false;
    for cond in [&check.when, &check.quiet_when] {
        cond.atoms(&mut |atom| reads |= of_target(atom.slot()) || atom.other_slot().is_some_and(of_target));
    }
    reads
}

/// The record's own fields that the condition reads, in the order of the questions.
fn fields(rules: &RuleSet, check: &Check) -> Vec<String> {
    let Some(frame) = rules.frames.get(check.kind) else { return Vec::new() };
    let mut slots: BTreeSet<Slot> = BTreeSet::new();
    check.when.atoms(&mut |atom| {
        slots.insert(atom.slot());
    });
    let own = |slot: &Slot| frame.def(*slot).owner == Owner::Record;
    slots.into_iter().filter(own).map(|slot| frame.def(slot).field.clone()).collect()
}

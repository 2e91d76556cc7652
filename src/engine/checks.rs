//! Compares entries with each other: months that add up to more than a year, an entry that should have another beside it,
//! two that look the same.
//!
//! A check is a reminder, not a ruling: it names entries and says what may need an update. It stays quiet where what is
//! unknown could explain the difference.

use std::collections::BTreeMap;

use chrono::Datelike as _;

use crate::calendar::date;
use crate::facts::{Answer, FieldType, Value, days};
use crate::profile::{Profile, Record};
use crate::ruleset::{Field, Kind, RuleSet};
use crate::text::{clean, list};

/// Something to look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Check {
    /// `year-over-twelve`, `year-over-twelve-if-funded`, `months-outside-dates`, `entry-missing` or `look-alike`.
    pub id: &'static str,
    /// One or two sentences for the person.
    pub says: String,
    /// Ids of the records it is about, in file order.
    pub records: Vec<String>,
    /// Ids of the fields to look at.
    pub fields: Vec<String>,
}

/// A year of work, in hundredths of person-months.
const YEAR: i64 = 1200;
/// The fields that say from when and until when an entry runs; the first that a kind has is meant.
const STARTS: [&str; 2] = ["started", "received"];
const ENDS: [&str; 1] = ["ended"];
/// The field and values that say whether support came about.
const OUTCOME: &str = "outcome";
const REFUSED: &str = "refused";
const AWAITING: &str = "awaiting";

/// All checks of a profile, in a fixed order.
pub fn checks(rules: &RuleSet, profile: &Profile) -> Vec<Check> {
    let mut out = Vec::new();
    let entries = commitments(rules, profile);
    over_twelve(&entries, &mut out);
    outside_dates(&entries, &mut out);
    missing(rules, profile, &mut out);
    look_alikes(rules, profile, &mut out);
    out
}

/// A record with person-months by year.
struct Commitment<'a> {
    kind: &'a Kind,
    record: &'a Record,
    field: &'a str,
    years: &'a BTreeMap<i32, i64>,
}

impl Commitment<'_> {
    /// Asked for or promised, not there yet.
    fn is_pending(&self) -> bool {
        self.record.text(OUTCOME) == Some(AWAITING)
            || matches!(bound(self.record, self.kind, &STARTS), Some(Value::Never))
    }
}

fn commitments<'a>(rules: &'a RuleSet, profile: &'a Profile) -> Vec<Commitment<'a>> {
    let mut out = Vec::new();
    for record in &profile.records {
        let Some((_, kind)) = rules.kind(&record.kind) else { continue };
        if record.text(OUTCOME) == Some(REFUSED) {
            continue;
        }
        for field in kind.fields.iter().filter(|f| f.ty == FieldType::MonthsByYear) {
            if let Some(Answer::Is(Value::MonthsByYear(years))) = record.answers.get(&field.id) {
                out.push(Commitment { kind, record, field: &field.id, years });
            }
        }
    }
    out
}

fn over_twelve(entries: &[Commitment<'_>], out: &mut Vec<Check>) {
    let mut by_year: BTreeMap<i32, (i64, i64)> = BTreeMap::new();
    for entry in entries {
        for (year, months) in entry.years {
            let (all, pending) = by_year.entry(*year).or_default();
            *all = all.saturating_add(*months);
            if entry.is_pending() {
                *pending = pending.saturating_add(*months);
            }
        }
    }
    for (year, (all, pending)) in by_year {
        if all <= YEAR {
            continue;
        }
        let concerned: Vec<&Commitment<'_>> =
            entries.iter().filter(|e| e.years.get(&year).is_some_and(|m| *m > 0)).collect();
        let these = if concerned.len() == 1 { "This entry has" } else { "These entries add up to" };
        let (id, says) = if all - pending > YEAR {
            let part =
                if pending > 0 { format!(", {} of them not decided yet", months(pending)) } else { String::new() };
            (
                "year-over-twelve",
                format!("{these} {} person-months in {year}{part}; one may need an update.", months(all)),
            )
        } else {
            // Asking for more than will be granted is ordinary; worth knowing, nothing to correct.
            let these = if concerned.len() == 1 { "this entry has" } else { "these entries add up to" };
            (
                "year-over-twelve-if-funded",
                format!(
                    "If all that is pending comes through, {these} {} person-months in {year}. Offices often ask how you would adjust.",
                    months(all)
                ),
            )
        };
        out.push(Check { id, says, records: ids(&concerned), fields: fields(&concerned) });
    }
}

fn outside_dates(entries: &[Commitment<'_>], out: &mut Vec<Check>) {
    let mut concerned = Vec::new();
    let mut example = None;
    for entry in entries {
        let excess = entry.years.iter().find_map(|(year, months)| {
            let runs = months_in(*year, entry)?;
            (*months > runs * 100).then_some((*year, *months, runs))
        });
        if let Some(excess) = excess {
            example = example.or(Some((name(entry.kind, entry.record), excess)));
            concerned.push(entry);
        }
    }
    let Some((name, (year, given, runs))) = example else { return };
    let runs = crate::text::count(usize::try_from(runs).unwrap_or_default(), "month", "months");
    let given = months(given);
    let says = match concerned.len() {
        1 => format!(
            "“{name}” has {given} person-months in {year} and runs for {runs} of that year; a date or a number may need an update."
        ),
        n => format!(
            "{n} entries have more person-months in a year than they run for, such as “{name}”: {given} in {year}, running for {runs}. \
             A date or a number may need an update."
        ),
    };
    let mut fields = fields(&concerned);
    fields.extend(
        STARTS
            .iter()
            .chain(&ENDS)
            .filter(|f| concerned.iter().any(|e| e.kind.field(f).is_some()))
            .map(|f| (*f).to_owned()),
    );
    out.push(Check { id: "months-outside-dates", says, records: ids(&concerned), fields });
}

/// In how many calendar months of a year the entry runs, at the most that its dates allow. `None` if it has not begun.
fn months_in(year: i32, entry: &Commitment<'_>) -> Option<i64> {
    let month = |day: i64| date(day).map(|d| i64::from(d.year()) * 12 + i64::from(d.month0()));
    let (january, december) = (i64::from(year) * 12, i64::from(year) * 12 + 11);
    let first = match bound(entry.record, entry.kind, &STARTS) {
        Some(Value::Never) => return None,
        Some(value) => days(value).and_then(|(first, _)| month(first)).unwrap_or(january),
        None => january,
    };
    let last =
        bound(entry.record, entry.kind, &ENDS).and_then(days).and_then(|(_, last)| month(last)).unwrap_or(december);
    Some((last.min(december) - first.max(january) + 1).max(0))
}

/// The known answer to the first of these fields that the kind has.
fn bound<'a>(record: &'a Record, kind: &Kind, fields: &[&str]) -> Option<&'a Value> {
    let field = fields.iter().find(|f| kind.field(f).is_some())?;
    match record.answers.get(*field)? {
        Answer::Is(value) => Some(value),
        Answer::NotSure => None,
    }
}

/// A yes that opens another record, without that record.
fn missing(rules: &RuleSet, profile: &Profile, out: &mut Vec<Check>) {
    for record in &profile.records {
        let Some((_, kind)) = rules.kind(&record.kind) else { continue };
        for field in &kind.fields {
            let Some((_, opened)) = field.opens.as_deref().and_then(|k| rules.kind(k)) else { continue };
            let Some(answered) = opening(field, record) else { continue };
            let with = entity(kind, record);
            // An entry without an organisation may be the one; so may any entry, if this one names none.
            let there = profile.of_kind(&opened.id).any(|other| {
                other.id != record.id && (with.is_none() || entity(opened, other).is_none_or(|e| Some(e) == with))
            });
            if there {
                continue;
            }
            let with = with.map_or(String::new(), |e| format!(" with {}", clean(e)));
            let says = format!(
                "For “{}” you answered “{}” with {answered}. There is no entry under “{}”{with} yet; you may want to add it.",
                name(kind, record),
                field.ask,
                opened.plural
            );
            out.push(Check {
                id: "entry-missing",
                says,
                records: vec![record.id.clone()],
                fields: vec![field.id.clone()],
            });
        }
    }
}

/// The words of an answer that opens another record.
fn opening(field: &Field, record: &Record) -> Option<String> {
    match record.answers.get(&field.id)? {
        Answer::Is(Value::YesNo(true)) => Some("yes".to_owned()),
        Answer::Is(Value::Set { has, .. }) if !has.is_empty() => {
            let labels: Vec<String> = has.iter().map(|v| format!("“{}”", field.label(v))).collect();
            Some(list(&labels, "and"))
        }
        _ => None,
    }
}

/// The organisation a record is with.
fn entity<'a>(kind: &Kind, record: &'a Record) -> Option<&'a str> {
    let field = kind.fields.iter().find(|f| f.ty == FieldType::Entity)?;
    match record.answers.get(&field.id)? {
        Answer::Is(Value::Entity(name)) => Some(name),
        _ => None,
    }
}

fn look_alikes(rules: &RuleSet, profile: &Profile, out: &mut Vec<Check>) {
    let mut groups: BTreeMap<(&str, Vec<String>), Vec<&Record>> = BTreeMap::new();
    for record in &profile.records {
        let Some((_, kind)) = rules.kind(&record.kind) else { continue };
        let words: Vec<String> = kind.label.iter().map(|f| record.text(f).map_or(String::new(), folded)).collect();
        // A name alone is too little: many entries have none, or only say "grant".
        if words.iter().all(|w| !w.is_empty()) {
            groups.entry((&record.kind, words)).or_default().push(record);
        }
    }
    let mut alike: Vec<(usize, Check)> = Vec::new();
    for ((kind, _), records) in groups {
        let Some((_, kind)) = rules.kind(kind) else { continue };
        let mut taken = vec![false; records.len()];
        for (i, first) in records.iter().enumerate() {
            if taken.get(i) == Some(&true) {
                continue;
            }
            let mut same = vec![*first];
            for (other, taken) in records.iter().zip(&mut taken).skip(i + 1) {
                if !*taken && agree(kind, first, other) {
                    *taken = true;
                    same.push(other);
                }
            }
            if same.len() < 2 {
                continue;
            }
            let many =
                if same.len() == 2 { "Two entries look".to_owned() } else { format!("{} entries look", same.len()) };
            let says = format!("{many} the same: “{}”. If one is a repeat, you can remove it.", name(kind, first));
            let at = profile.records.iter().position(|r| r.id == first.id).unwrap_or_default();
            let records = same.iter().map(|r| r.id.clone()).collect();
            alike.push((at, Check { id: "look-alike", says, records, fields: kind.label.clone() }));
        }
    }
    alike.sort_by_key(|(at, _)| *at);
    out.extend(alike.into_iter().map(|(_, check)| check));
}

/// True if no date, amount or choice that both give tells them apart.
fn agree(kind: &Kind, a: &Record, b: &Record) -> bool {
    kind.fields.iter().all(|field| {
        let (Some(Answer::Is(x)), Some(Answer::Is(y))) = (a.answers.get(&field.id), b.answers.get(&field.id)) else {
            return true;
        };
        match (x, y) {
            (Value::Range { lo: a, hi: b, .. }, Value::Range { lo: c, hi: d, .. }) => a <= d && c <= b,
            (Value::Text(_) | Value::Entity(_), _) => true,
            _ => match (days(x), days(y)) {
                (Some((a, b)), Some((c, d))) => a <= d && c <= b,
                _ => x == y,
            },
        }
    })
}

/// Letters and digits only, in lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What the record is called on screen.
fn name(kind: &Kind, record: &Record) -> String {
    let named = kind.label.iter().find_map(|f| record.text(f)).filter(|t| !t.trim().is_empty());
    let named = clean(named.unwrap_or(&record.id));
    let short: String = named.chars().take(60).collect();
    if short.len() < named.len() { format!("{}…", short.trim_end()) } else { named }
}

fn ids(entries: &[&Commitment<'_>]) -> Vec<String> {
    entries.iter().map(|e| e.record.id.clone()).collect()
}

fn fields(entries: &[&Commitment<'_>]) -> Vec<String> {
    let mut fields: Vec<String> = entries.iter().map(|e| e.field.to_owned()).collect();
    fields.sort();
    fields.dedup();
    fields
}

/// `150` → `1.5`
fn months(hundredths: i64) -> String {
    format!("{}.{:02}", hundredths / 100, hundredths % 100).trim_end_matches('0').trim_end_matches('.').to_owned()
}

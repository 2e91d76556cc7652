//! Person-months: more than twelve in a year or at one time, and more than an entry runs for.

use std::collections::BTreeMap;

use chrono::{Datelike as _, NaiveDate};

use super::{AWAITING, ENDS, OUTCOME, REFUSED, Remark, STARTS, known_bound, name};
use crate::calendar::{self, date};
use crate::facts::{Answer, FieldType, Value, days};
use crate::profile::{Profile, Record};
use crate::ruleset::{Kind, RuleSet};

/// A year of work, in hundredths of person-months.
const YEAR: i64 = 1200;
/// The field with a steady number of person-months a year.
const RATE: &str = "months-per-year";
/// Only work inside the appointment counts among its twelve months: consulting on the side does not.
const INSIDE: &str = "within-home-job";

pub(super) fn check(rules: &RuleSet, profile: &Profile, today: NaiveDate, out: &mut Vec<Remark>) {
    let entries = commitments(rules, profile);
    let before = out.len();
    over_twelve(&entries, out);
    if out.len() == before {
        at_once(rules, profile, today, out);
    }
    outside_dates(&entries, out);
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
            || matches!(known_bound(self.record, self.kind, &STARTS), Some(Value::Never))
    }
}

/// Records whose time is part of the person's twelve months, with their kinds.
fn working<'a>(rules: &'a RuleSet, profile: &'a Profile) -> impl Iterator<Item = (&'a Kind, &'a Record)> {
    profile.records.iter().filter_map(|record| {
        let (_, kind) = rules.kind(&record.kind)?;
        let refused = record.text(OUTCOME) == Some(REFUSED);
        let outside =
            kind.field(INSIDE).is_some() && !matches!(record.answers.get(INSIDE), Some(Answer::Is(Value::YesNo(true))));
        (!refused && !outside).then_some((kind, record))
    })
}

fn commitments<'a>(rules: &'a RuleSet, profile: &'a Profile) -> Vec<Commitment<'a>> {
    let mut out = Vec::new();
    for (kind, record) in working(rules, profile) {
        for field in kind.fields.iter().filter(|f| f.ty == FieldType::MonthsByYear) {
            if let Some(Answer::Is(Value::MonthsByYear(years))) = record.answers.get(&field.id) {
                out.push(Commitment { kind, record, field: &field.id, years });
            }
        }
    }
    out
}

fn over_twelve(entries: &[Commitment<'_>], out: &mut Vec<Remark>) {
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
        let (check, says) = if all - pending > YEAR {
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
        out.push(Remark::new(check, says, ids(&concerned), fields(&concerned)));
    }
}

/// Steady numbers of person-months a year, of all that certainly runs today.
fn at_once(rules: &RuleSet, profile: &Profile, today: NaiveDate, out: &mut Vec<Remark>) {
    let today = calendar::day(today);
    let mut sum = 0_i64;
    let mut records = Vec::new();
    for (kind, record) in working(rules, profile) {
        let runs = known_bound(record, kind, &STARTS).and_then(days).is_some_and(|(_, latest)| latest <= today)
            && known_bound(record, kind, &ENDS).and_then(days).is_some_and(|(earliest, _)| earliest > today);
        if let Some(Answer::Is(Value::Range { lo, .. })) = record.answers.get(RATE)
            && runs
            && *lo > 0
        {
            sum = sum.saturating_add(*lo);
            records.push(record.id.clone());
        }
    }
    if sum > YEAR {
        let these = if records.len() == 1 { "This entry has" } else { "These entries run at the same time with" };
        let says = format!("{these} {} person-months a year; one may need an update.", months(sum));
        out.push(Remark::new("months-at-once", says, records, vec![RATE.to_owned()]));
    }
}

fn outside_dates(entries: &[Commitment<'_>], out: &mut Vec<Remark>) {
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
    out.push(Remark::new("months-outside-dates", says, ids(&concerned), fields));
}

/// In how many calendar months of a year the entry runs, at the most that its dates allow. `None` if it has not begun.
fn months_in(year: i32, entry: &Commitment<'_>) -> Option<i64> {
    let month = |day: i64| date(day).map(|d| i64::from(d.year()) * 12 + i64::from(d.month0()));
    let (january, december) = (i64::from(year) * 12, i64::from(year) * 12 + 11);
    let first = match known_bound(entry.record, entry.kind, &STARTS) {
        Some(Value::Never) => return None,
        Some(value) => days(value).and_then(|(first, _)| month(first)).unwrap_or(january),
        None => january,
    };
    let last = known_bound(entry.record, entry.kind, &ENDS)
        .and_then(days)
        .and_then(|(_, last)| month(last))
        .unwrap_or(december);
    Some((last.min(december) - first.max(january) + 1).max(0))
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

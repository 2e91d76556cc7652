//! An answer that calls for an entry of its own, and entries that look the same.

use std::collections::BTreeMap;

use super::{ENDS, NUMBER, Remark, STARTS, entity, known_bound, name};
use crate::facts::{Answer, Value, days};
use crate::profile::{Profile, Record};
use crate::ruleset::{Choice, Field, Kind, RuleSet};
use crate::text::{clean, folded, list};

pub(super) fn check(rules: &RuleSet, profile: &Profile, out: &mut Vec<Remark>) {
    missing(rules, profile, out);
    look_alikes(rules, profile, out);
    same_number(rules, profile, out);
}

/// An answer that opens another record, without that record.
fn missing(rules: &RuleSet, profile: &Profile, out: &mut Vec<Remark>) {
    for record in &profile.records {
        let Some((_, kind)) = rules.kind(&record.kind) else { continue };
        for field in &kind.fields {
            for (opened, answered) in openings(field, record) {
                let Some((_, opened)) = rules.kind(opened) else { continue };
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
                out.push(Remark::new("entry-missing", says, vec![record.id.clone()], vec![field.id.clone()]));
            }
        }
    }
}

/// The kinds of record that an answer opens, each with the words of the answer.
fn openings<'a>(field: &'a Field, record: &Record) -> Vec<(&'a str, String)> {
    let words = |values: Vec<&Choice>| match values.as_slice() {
        [] => "yes".to_owned(),
        values => list(&values.iter().map(|v| format!("“{}”", v.label)).collect::<Vec<_>>(), "and"),
    };
    let opened = record.answers.get(&field.id).map(|answer| field.opened_by(answer)).unwrap_or_default();
    opened.into_iter().map(|(kind, values)| (kind, words(values))).collect()
}

fn look_alikes(rules: &RuleSet, profile: &Profile, out: &mut Vec<Remark>) {
    let mut groups: BTreeMap<(&str, Vec<String>), Vec<&Record>> = BTreeMap::new();
    for record in &profile.records {
        let Some((_, kind)) = rules.kind(&record.kind) else { continue };
        if let Some(words) = words(kind, record) {
            groups.entry((&record.kind, words)).or_default().push(record);
        }
    }
    let mut alike: Vec<(usize, Remark)> = Vec::new();
    for ((kind, _), records) in groups {
        let Some((_, kind)) = rules.kind(kind) else { continue };
        let mut taken = vec![false; records.len()];
        for (i, first) in records.iter().enumerate() {
            if taken.get(i) == Some(&true) {
                continue;
            }
            let mut same = vec![*first];
            for (other, taken) in records.iter().zip(&mut taken).skip(i + 1) {
                if !*taken && differing(kind, first, other).next().is_none() {
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
            alike.push((at, Remark::new("look-alike", says, records, kind.label.clone())));
        }
    }
    alike.sort_by_key(|(at, _)| *at);
    out.extend(alike.into_iter().map(|(_, remark)| remark));
}

/// Two entries with one award number that tell different things of it. Entries whose times do not meet are phases of it.
fn same_number(rules: &RuleSet, profile: &Profile, out: &mut Vec<Remark>) {
    let mut by_number: BTreeMap<(&str, String), Vec<&Record>> = BTreeMap::new();
    for record in &profile.records {
        let number = record.text(NUMBER).map(folded).filter(|n| n.chars().any(|c| c.is_ascii_digit()));
        if let Some(number) = number {
            by_number.entry((&record.kind, number)).or_default().push(record);
        }
    }
    for ((kind, _), records) in by_number {
        let (Some((_, kind)), [a, b, ..]) = (rules.kind(kind), records.as_slice()) else { continue };
        if apart(kind, a, b) {
            continue;
        }
        let mut fields: Vec<String> = differing(kind, a, b).map(|f| f.id.clone()).collect();
        if words(kind, a) != words(kind, b) {
            fields.splice(0..0, kind.label.iter().cloned());
        }
        if fields.is_empty() {
            continue; // The same through and through: a repeat, which has a remark of its own.
        }
        let says = format!(
            "“{}” and “{}” have the same award number and differ in other things; one of them may need an update.",
            name(kind, a),
            name(kind, b)
        );
        let records = vec![a.id.clone(), b.id.clone()];
        out.push(Remark::new("same-number", says, records, fields));
    }
}

/// True if one had certainly ended before the other began.
fn apart(kind: &Kind, a: &Record, b: &Record) -> bool {
    let over = |x: &Record, y: &Record| {
        let end = known_bound(x, kind, &ENDS).and_then(days).map(|(_, last)| last);
        let start = known_bound(y, kind, &STARTS).and_then(days).map(|(first, _)| first);
        end.zip(start).is_some_and(|(end, start)| end < start)
    };
    over(a, b) || over(b, a)
}

/// The words that name a record. `None` where one is missing: a name alone is too little, many entries only say "grant".
fn words(kind: &Kind, record: &Record) -> Option<Vec<String>> {
    let words: Vec<String> = kind.label.iter().map(|f| record.text(f).map_or(String::new(), folded)).collect();
    words.iter().all(|w| !w.is_empty()).then_some(words)
}

/// True if two records of a kind are called the same.
pub fn same_name(kind: &Kind, a: &Record, b: &Record) -> bool {
    words(kind, a).is_some_and(|a| Some(a) == words(kind, b))
}

/// The fields in which a date, amount or choice that both give tells two records apart.
pub fn differing<'k>(kind: &'k Kind, a: &Record, b: &Record) -> impl Iterator<Item = &'k Field> {
    kind.fields.iter().filter(move |field| {
        let (Some(Answer::Is(x)), Some(Answer::Is(y))) = (a.answers.get(&field.id), b.answers.get(&field.id)) else {
            return false;
        };
        match (x, y) {
            (Value::Range { lo: a, hi: b, .. }, Value::Range { lo: c, hi: d, .. }) => b < c || d < a,
            (Value::Text(_) | Value::Entity(_), _) => false,
            _ => match (days(x), days(y)) {
                (Some((a, b)), Some((c, d))) => b < c || d < a,
                _ => x != y,
            },
        }
    })
}

//! Edges as their files hold them: examples merged into lines, lines into blocks, blocks as TOML.
//!
//! Owns how examples are merged: those of one rule that differ in one answer become one line with `each`. What a line says is
//! exactly what its examples said.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde::{Serialize, Serializer};

use super::words::{deadline_text, quoted};
use crate::condition::Frame;
use crate::facts::{Answer, FieldType, NEVER_WORD, NOT_SURE, Value};
use crate::ruleset::{Deadline, Decision, Given, RuleSet};

/// The edges of one rule, to be written down.
#[derive(Debug, Clone, Serialize)]
pub struct Block {
    /// The rule's id.
    pub rule: String,
    /// Does it say what the rule comes to?
    pub stating: bool,
    pub edges: Vec<Row>,
}

/// One line: facts, and the values of the fields that take several.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    facts: BTreeMap<Key, String>,
    each: Vec<(Key, Vec<String>)>,
}

/// Where a fact stands in a line, in reading order. Fields have their place among the slots, for the order.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Own(usize, String),
    /// Of an organisation, of the target or of the person.
    Nested(String, usize, String),
    On,
    Clock(String),
}

impl Row {
    /// One example.
    pub(super) fn of(frame: &Frame, given: &Given) -> Self {
        let mut facts = BTreeMap::new();
        for (name, answer) in &given.answers {
            let at = frame.slot(name).map_or(usize::MAX, usize::from);
            let key = match name.split_once('.') {
                Some((whose, field)) => Key::Nested(whose.to_owned(), at, field.to_owned()),
                None => Key::Own(at, name.clone()),
            };
            facts.insert(key, answer_text(answer));
        }
        facts.extend(given.on.map(|day| (Key::On, day.to_string())));
        facts.extend(given.clocks.iter().map(|(clock, day)| (Key::Clock(clock.clone()), day.to_string())));
        Self { facts, each: Vec::new() }
    }

    /// The line of a file of edges.
    pub fn line(&self) -> String {
        let mut parts = Vec::new();
        let of = |wanted: fn(&Key) -> bool| {
            self.facts.iter().filter(|(k, _)| wanted(k)).map(|(k, v)| (k, v.clone())).collect::<Vec<_>>()
        };
        let given = of(|k| matches!(k, Key::Own(..) | Key::Nested(..)));
        parts.push(format!("given = {}", table(&given)));
        if !self.each.is_empty() {
            let lists: Vec<(&Key, String)> =
                self.each.iter().map(|(k, values)| (k, format!("[{}]", values.join(", ")))).collect();
            parts.push(format!("each = {}", table(&lists)));
        }
        parts.extend(self.facts.get(&Key::On).map(|day| format!("on = {day}")));
        let clocks = of(|k| matches!(k, Key::Clock(_)));
        if !clocks.is_empty() {
            parts.push(format!("clocks = {}", table(&clocks)));
        }
        format!("{{ {} }}", parts.join(", "))
    }

    /// The line in words, for reading.
    pub fn words(&self) -> String {
        let name = |key: &Key| match key {
            Key::Own(_, name) | Key::Clock(name) => name.clone(),
            Key::Nested(whose, _, name) => format!("{whose}.{name}"),
            Key::On => "on".to_owned(),
        };
        let plain = |text: &str| text.replace('"', "");
        let mut parts: Vec<String> = self.facts.iter().map(|(k, v)| format!("{}: {}", name(k), plain(v))).collect();
        parts.extend(self.each.iter().map(|(k, v)| format!("{}: each of {}", name(k), plain(&v.join(", ")))));
        if parts.is_empty() { "whatever the answers".to_owned() } else { parts.join("; ") }
    }

    /// How many examples it stands for.
    pub fn examples(&self) -> usize {
        self.each.iter().map(|(_, values)| values.len()).product()
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.line())
    }
}

/// An inline table; fields of an organisation, the target or the person in one of their own.
fn table(facts: &[(&Key, String)]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut nested: Vec<(&str, Vec<String>)> = Vec::new();
    for (key, value) in facts {
        match key {
            Key::Own(_, name) | Key::Clock(name) => parts.push(format!("{name} = {value}")),
            Key::On => parts.push(format!("on = {value}")),
            Key::Nested(whose, _, name) => {
                let part = format!("{name} = {value}");
                match nested.last_mut().filter(|(last, _)| last == whose) {
                    Some((_, parts)) => parts.push(part),
                    None => nested.push((whose, vec![part])),
                }
            }
        }
    }
    parts.extend(nested.into_iter().map(|(whose, parts)| format!("{whose} = {{ {} }}", parts.join(", "))));
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
}

/// Examples of one rule as few lines: those that differ in one answer only, or in two in every combination, share one.
pub fn rows(frame: &Frame, given: &[Given]) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for row in given.iter().map(|g| Row::of(frame, g)) {
        if !rows.contains(&row) {
            rows.push(row);
        }
    }
    for varied in 0..2 {
        while let Some((key, members)) = largest(&rows, varied) {
            let mut values: Vec<String> = members.iter().filter_map(|&i| rows[i].facts.get(&key).cloned()).collect();
            values.sort_by_key(|v| (place(frame, &key, v), v.clone()));
            let mut row = rows[members[0]].clone();
            row.facts.remove(&key);
            row.each.push((key, values));
            row.each.sort();
            let mut at = 0;
            rows.retain(|_| {
                at += 1;
                !members.contains(&(at - 1))
            });
            rows.push(row);
        }
    }
    rows.sort_by(|a, b| a.facts.cmp(&b.facts).then_with(|| a.each.cmp(&b.each)));
    rows
}

/// The most rows that differ in one fact only, among those that vary so many fields already.
fn largest(rows: &[Row], varied: usize) -> Option<(Key, Vec<usize>)> {
    type Rest<'r> = (&'r Key, Vec<(&'r Key, &'r String)>, &'r Vec<(Key, Vec<String>)>);
    let mut groups: BTreeMap<Rest<'_>, Vec<usize>> = BTreeMap::new();
    for (i, row) in rows.iter().enumerate().filter(|(_, r)| r.each.len() == varied) {
        for key in row.facts.keys() {
            let rest = row.facts.iter().filter(|(k, _)| *k != key).collect();
            groups.entry((key, rest, &row.each)).or_default().push(i);
        }
    }
    let (key, members) = groups
        .into_iter()
        .filter(|(_, members)| members.len() > 1)
        .max_by(|(a, m), (b, n)| m.len().cmp(&n.len()).then_with(|| b.cmp(a)))?;
    Some((key.0.clone(), members))
}

/// Where a value stands among the values of its field.
fn place(frame: &Frame, key: &Key, value: &str) -> usize {
    let slot = match key {
        Key::Own(slot, _) | Key::Nested(_, slot, _) => *slot,
        Key::On | Key::Clock(_) => usize::MAX,
    };
    match frame.slots.get(slot).map(|def| &def.ty) {
        Some(FieldType::Choice(ids)) => ids.iter().position(|id| quoted(id) == value).unwrap_or(usize::MAX),
        _ => usize::MAX,
    }
}

/// A block as a file of edges has it, marked as a draft where the file does not say so itself.
pub fn block_text(rules: &RuleSet, decision: &Decision, block: &Block, mark: bool) -> String {
    let rule = decision.rules.iter().find(|r| r.id == block.rule);
    let mut text = String::from("[[rule]]\n");
    let mut line = |key: &str, value: &str| {
        let _ = writeln!(text, "{key:<6} = {value}");
    };
    line("id", &quoted(rule.map_or("", |r| r.local_id())));
    if let (true, Some(rule), Some(frame)) = (block.stating, rule, rules.frames.get(decision.kind)) {
        line("ruling", &quoted(rule.ruling.id()));
        if rule.place != decision.place {
            line("place", &quoted(&rule.place));
        }
        if rule.deadline != Deadline::WithForm {
            line("deadline", &deadline_text(frame, &rule.deadline));
        }
    }
    if mark {
        line("draft", "true");
    }
    if !block.edges.is_empty() {
        let rows: String = block.edges.iter().map(|row| format!("  {},\n", row.line())).collect();
        line("edges", &format!("[\n{rows}]"));
    }
    text
}

/// An answer as files write it.
fn answer_text(answer: &Answer) -> String {
    let list = |has: &std::collections::BTreeSet<String>, complete: bool| {
        let more = (!complete).then(|| quoted(NOT_SURE));
        let items: Vec<String> = has.iter().map(|v| quoted(v)).chain(more).collect();
        format!("[{}]", items.join(", "))
    };
    let value = match answer {
        Answer::NotSure => return quoted(NOT_SURE),
        Answer::Is(value) => value,
    };
    match value {
        Value::YesNo(yes) => yes.to_string(),
        Value::Choice(text) | Value::Country(text) | Value::Text(text) | Value::Entity(text) => quoted(text),
        Value::Set { has, complete } | Value::Places { has, complete } => list(has, *complete),
        Value::Range { lo, hi, .. } if lo == hi && lo % 100 == 0 => (lo / 100).to_string(),
        Value::Range { lo, hi, .. } if lo == hi => format!("{}.{:02}", lo / 100, lo % 100),
        Value::Range { text, .. } => quoted(text),
        Value::Date(day) if day.is_exact() => day.first.to_string(),
        Value::Date(day) => quoted(&day.to_string()),
        Value::Never => quoted(NEVER_WORD),
        Value::MonthsByYear(years) => {
            let years: Vec<String> =
                years.iter().map(|(year, n)| format!("{year} = {}.{:02}", n / 100, n % 100)).collect();
            format!("{{ {} }}", years.join(", "))
        }
    }
}

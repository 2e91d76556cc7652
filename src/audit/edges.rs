//! Edges as their files hold them: facts as lines, with the answers that may be changed; lines as blocks; blocks as TOML.
//!
//! Owns how edges are written and how they read aloud. Reading them back is the loader's.

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

/// Facts that the block's rule rules, and what becomes of them with one answer changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    facts: BTreeMap<Key, String>,
    instead: BTreeMap<Changed, Vec<(usize, String)>>,
}

/// A field whose answer is changed, and the rule that rules then, if it is another one.
type Changed = (Key, Option<String>);

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
    /// These facts alone.
    pub fn of(frame: &Frame, given: &Given) -> Self {
        let facts = given.answers.iter().map(|(name, answer)| (key(frame, name), answer_text(answer)));
        let clocks = given.clocks.iter().map(|(clock, day)| (Key::Clock(clock.clone()), day.to_string()));
        let on = given.on.map(|day| (Key::On, day.to_string()));
        Self { facts: facts.chain(on).chain(clocks).collect(), instead: BTreeMap::new() }
    }

    /// Adds what differs in one answer, and the rule that rules it, if that is another one.
    pub fn instead(&mut self, frame: &Frame, field: Option<&str>, given: &Given, rule: Option<&str>) {
        let Some((field, answer)) = field.and_then(|f| given.answers.get_key_value(f)) else { return };
        let values = self.instead.entry((key(frame, field), rule.map(str::to_owned))).or_default();
        let text = answer_text(answer);
        values.push((place(frame, field, answer), text));
        values.sort();
        values.dedup();
    }

    /// The line of a file of edges, and one more for each answer that is changed.
    pub fn line(&self) -> String {
        let of = |wanted: fn(&Key) -> bool| -> Vec<(&Key, String)> {
            self.facts.iter().filter(|(k, _)| wanted(k)).map(|(k, v)| (k, v.clone())).collect()
        };
        let mut parts = vec![format!("given = {}", table(&of(|k| matches!(k, Key::Own(..) | Key::Nested(..)))))];
        parts.extend(self.facts.get(&Key::On).map(|day| format!("on = {day}")));
        let clocks = of(|k| matches!(k, Key::Clock(_)));
        if !clocks.is_empty() {
            parts.push(format!("clocks = {}", table(&clocks)));
        }
        if !self.instead.is_empty() {
            let lines: String = self
                .instead
                .iter()
                .map(|((key, rule), values)| {
                    let values: Vec<&str> = values.iter().map(|(_, v)| v.as_str()).collect();
                    let rule = rule.as_ref().map(|r| format!(", rule = {}", quoted(r))).unwrap_or_default();
                    format!("    {{ {} = [{}]{rule} }},\n", key.name(), values.join(", "))
                })
                .collect();
            parts.push(format!("instead = [\n{lines}  ]"));
        }
        format!("{{ {} }}", parts.join(", "))
    }

    /// The line in words, for reading: first the facts, then each changed answer with the rule it leads to.
    pub fn words(&self) -> (String, Vec<String>) {
        let plain = |text: &str| text.replace('"', "");
        let parts: Vec<String> = self.facts.iter().map(|(k, v)| format!("{}: {}", k.name(), plain(v))).collect();
        let facts = if parts.is_empty() { "whatever the answers".to_owned() } else { parts.join("; ") };
        let instead = self.instead.iter().map(|((key, rule), values)| {
            let values: Vec<String> = values.iter().map(|(_, v)| plain(v)).collect();
            let rule = rule.as_ref().map_or_else(|| "the same".to_owned(), Clone::clone);
            format!("{}: {} → {rule}", key.name(), values.join(", "))
        });
        (facts, instead.collect())
    }

    /// How many examples it stands for.
    pub fn examples(&self) -> usize {
        1 + self.instead.values().map(Vec::len).sum::<usize>()
    }
}

impl Serialize for Row {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(&self.line())
    }
}

impl Key {
    fn name(&self) -> String {
        match self {
            Self::Own(_, name) | Self::Clock(name) => name.clone(),
            Self::Nested(whose, _, name) => format!("{whose}.{name}"),
            Self::On => "on".to_owned(),
        }
    }
}

fn key(frame: &Frame, name: &str) -> Key {
    let at = frame.slot(name).map_or(usize::MAX, usize::from);
    match name.split_once('.') {
        Some((whose, field)) => Key::Nested(whose.to_owned(), at, field.to_owned()),
        None => Key::Own(at, name.to_owned()),
    }
}

/// Where an answer stands among the answers of its field.
fn place(frame: &Frame, field: &str, answer: &Answer) -> usize {
    match (frame.slot(field).map(|s| &frame.def(s).ty), answer) {
        (Some(FieldType::Choice(ids)), Answer::Is(Value::Choice(id))) => {
            ids.iter().position(|i| i == id).unwrap_or(usize::MAX)
        }
        _ => usize::MAX,
    }
}

/// An inline table; fields of an organisation, the target or the person in one of their own.
fn table(facts: &[(&Key, String)]) -> String {
    let mut parts: Vec<String> = Vec::new();
    let mut nested: Vec<(&str, Vec<String>)> = Vec::new();
    for (key, value) in facts {
        match key {
            Key::Nested(whose, _, name) => {
                let part = format!("{name} = {value}");
                match nested.last_mut().filter(|(last, _)| last == whose) {
                    Some((_, parts)) => parts.push(part),
                    None => nested.push((whose, vec![part])),
                }
            }
            _ => parts.push(format!("{} = {value}", key.name())),
        }
    }
    parts.extend(nested.into_iter().map(|(whose, parts)| format!("{whose} = {{ {} }}", parts.join(", "))));
    if parts.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", parts.join(", ")) }
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

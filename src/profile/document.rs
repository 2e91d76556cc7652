//! A profile as the TOML document it should be: tables, arrays of tables and written values, in the vocabulary's order.
//!
//! Comparing two trees says which places of a file must change; writing one out makes a new file.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::calendar::PartialDate;
use crate::facts::{Answer, Answers, NEVER_WORD, NOT_SURE, Value};

use super::layout::Step;
use super::model::{Profile, Record, Taken, Target, Told};
use super::read::{SCHEMA, SNAPSHOT, Vocabulary};

/// A part of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Node {
    /// A value as it is written.
    Leaf(String),
    /// Keys in the order they are written.
    Table(Vec<(String, Node)>),
    /// An array of tables.
    Tables(Vec<Node>),
}

impl Node {
    pub(super) fn get(&self, key: &str) -> Option<&Self> {
        match self {
            Self::Table(entries) => entries.iter().find(|(k, _)| k == key).map(|(_, n)| n),
            _ => None,
        }
    }

    /// The node at a place.
    pub(super) fn at(&self, place: &[Step]) -> Option<&Self> {
        let Some((step, rest)) = place.split_first() else { return Some(self) };
        match (self, step) {
            (Self::Table(_), Step::Key(key)) => self.get(key)?.at(rest),
            (Self::Tables(items), Step::Index(i)) => items.get(*i)?.at(rest),
            _ => None,
        }
    }

    /// What tells this element of an array from the others: its id or name.
    pub(super) fn identity(&self) -> Option<&str> {
        match self.get("id").or_else(|| self.get("name"))? {
            Self::Leaf(text) => Some(text),
            _ => None,
        }
    }

    /// The node in one line.
    pub(super) fn inline(&self) -> String {
        match self {
            Self::Leaf(text) => text.clone(),
            Self::Table(entries) if entries.is_empty() => "{}".to_owned(),
            Self::Table(entries) => {
                let entries: Vec<String> =
                    entries.iter().map(|(k, n)| format!("{} = {}", key(k), n.inline())).collect();
                format!("{{ {} }}", entries.join(", "))
            }
            Self::Tables(items) => format!("[{}]", items.iter().map(Self::inline).collect::<Vec<_>>().join(", ")),
        }
    }

    /// Writes the node's lines and then its tables, each under a header. `names` is the header's own.
    pub(super) fn write(&self, names: &[String], newline: &str, out: &mut String) {
        let Self::Table(entries) = self else { return };
        for (k, node) in entries {
            if let Self::Leaf(text) = node {
                let _ = write!(out, "{} = {text}{newline}", key(k));
            }
        }
        for (k, node) in entries {
            let mut names = names.to_vec();
            names.push(k.clone());
            match node {
                Self::Leaf(_) => {}
                Self::Table(inner) => {
                    // A table that only holds tables needs no header of its own.
                    if inner.is_empty() || inner.iter().any(|(_, n)| matches!(n, Self::Leaf(_))) {
                        let _ = write!(out, "{newline}[{}]{newline}", header(&names));
                    }
                    node.write(&names, newline, out);
                }
                Self::Tables(items) => {
                    for item in items {
                        let _ = write!(out, "{newline}[[{}]]{newline}", header(&names));
                        item.write(&names, newline, out);
                    }
                }
            }
        }
    }
}

/// The names of a header, dotted.
pub(super) fn header(names: &[String]) -> String {
    names.iter().map(|n| key(n)).collect::<Vec<_>>().join(".")
}

/// A key, quoted if it must be.
pub(super) fn key(name: &str) -> String {
    let bare = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_');
    if bare { name.to_owned() } else { quote(name) }
}

/// A text in quotes. Control characters and those that reorder text are escaped, so that the file shows what it holds.
pub(super) fn quote(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 2);
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            c if c.is_control() || matches!(c, '\u{2028}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{FEFF}') => {
                let _ = write!(out, "\\u{:04X}", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// The keys of each kind in the vocabulary's order.
#[derive(Debug, Clone, Default)]
pub(super) struct Order {
    fields: BTreeMap<String, Vec<String>>,
    kinds: Vec<String>,
}

impl Order {
    pub(super) fn of(words: Vocabulary<'_>) -> Self {
        let fields =
            words.kinds.iter().map(|k| (k.id.clone(), k.fields.iter().map(|f| f.id.clone()).collect())).collect();
        Self { fields, kinds: words.kinds.iter().map(|k| k.id.clone()).collect() }
    }

    fn answers(&self, kind: &str, answers: &Answers) -> Vec<(String, Node)> {
        let order = self.fields.get(kind);
        let rank = |field: &String| order.and_then(|o| o.iter().position(|f| f == field)).unwrap_or(usize::MAX);
        let mut fields: Vec<(&String, &Answer)> = answers.iter().collect();
        fields.sort_by_key(|(field, _)| rank(field));
        fields.into_iter().map(|(field, answer)| (field.clone(), Node::Leaf(written(answer)))).collect()
    }

    /// The whole document.
    pub(super) fn tree(&self, profile: &Profile) -> Node {
        let text = |s: &str| Node::Leaf(quote(s));
        let words = |items: &std::collections::BTreeSet<String>| {
            Node::Leaf(format!("[{}]", items.iter().map(|i| quote(i)).collect::<Vec<_>>().join(", ")))
        };
        let mut root = vec![("schema".to_owned(), text(SCHEMA))];
        if !profile.complete.is_empty() {
            root.push(("complete".to_owned(), words(&profile.complete)));
        }
        if !profile.retired.is_empty() {
            root.push(("retired".to_owned(), words(&profile.retired)));
        }
        if !profile.person.is_empty() {
            root.push(("person".to_owned(), Node::Table(self.answers("person", &profile.person))));
        }
        if !profile.targets.is_empty() {
            root.push(("target".to_owned(), Node::Tables(profile.targets.iter().map(|t| self.target(t)).collect())));
        }
        if !profile.entities.is_empty() {
            let entity = |e: &super::model::Entity| {
                let mut entries = vec![("name".to_owned(), text(&e.name))];
                entries.extend(self.answers("entity", &e.answers));
                Node::Table(entries)
            };
            root.push(("entity".to_owned(), Node::Tables(profile.entities.iter().map(entity).collect())));
        }
        if let Some(taken) = &profile.taken {
            root.push((SNAPSHOT.to_owned(), self::taken(taken)));
        }
        let mut by_kind: Vec<(&str, Vec<Node>)> = Vec::new();
        for record in &profile.records {
            let node = self.record(record);
            match by_kind.iter_mut().find(|(kind, _)| *kind == record.kind) {
                Some((_, nodes)) => nodes.push(node),
                None => by_kind.push((&record.kind, vec![node])),
            }
        }
        by_kind.sort_by_key(|(kind, _)| self.kinds.iter().position(|k| k == kind));
        root.extend(by_kind.into_iter().map(|(kind, nodes)| (kind.to_owned(), Node::Tables(nodes))));
        Node::Table(root)
    }

    fn target(&self, target: &Target) -> Node {
        let mut entries = vec![
            ("id".to_owned(), Node::Leaf(quote(&target.id))),
            ("agency".to_owned(), Node::Leaf(quote(&target.agency))),
            ("moment".to_owned(), Node::Leaf(quote(&target.moment))),
        ];
        entries.extend(self.answers("target", &target.answers));
        if !target.clocks.is_empty() {
            let clocks =
                target.clocks.iter().map(|(clock, date)| (clock.clone(), Node::Leaf(written_date(*date)))).collect();
            entries.push(("clocks".to_owned(), Node::Table(clocks)));
        }
        Node::Table(entries)
    }

    fn record(&self, record: &Record) -> Node {
        let mut entries = vec![("id".to_owned(), Node::Leaf(quote(&record.id)))];
        entries.extend(self.answers(&record.kind, &record.answers));
        if !record.for_target.is_empty() {
            let about = record
                .for_target
                .iter()
                .map(|(t, a)| (t.clone(), Node::Table(self.answers(&record.kind, a))))
                .collect();
            entries.push(("for".to_owned(), Node::Table(about)));
        }
        if !record.told.is_empty() {
            entries.push(("told".to_owned(), Node::Tables(record.told.iter().map(told).collect())));
        }
        Node::Table(entries)
    }
}

fn taken(taken: &Taken) -> Node {
    let text = |key: &str, value: &str| (key.to_owned(), Node::Leaf(quote(value)));
    let targets: Vec<String> = taken.targets.iter().map(|t| quote(t)).collect();
    Node::Table(vec![
        ("on".to_owned(), Node::Leaf(taken.on.to_string())),
        ("targets".to_owned(), Node::Leaf(format!("[{}]", targets.join(", ")))),
        text("rule-set", &taken.rule_set),
        text("version", &taken.version),
        text("digest", &taken.digest),
    ])
}

fn told(told: &Told) -> Node {
    let mut entries = Vec::new();
    let mut text = |key: &str, value: &str| {
        if !value.is_empty() {
            entries.push((key.to_owned(), Node::Leaf(quote(value))));
        }
    };
    text("who", &told.who);
    text("how", &told.how);
    text("evidence", &told.evidence);
    if let Some(on) = told.on {
        entries.insert(usize::from(!told.who.is_empty()), ("on".to_owned(), Node::Leaf(written_date(on))));
    }
    Node::Table(entries)
}

fn written_date(date: PartialDate) -> String {
    if date.is_exact() { date.to_string() } else { quote(&date.to_string()) }
}

/// An answer as a file has it; reading it gives the same answer.
fn written(answer: &Answer) -> String {
    let value = match answer {
        Answer::NotSure => return quote(NOT_SURE),
        Answer::Is(value) => value,
    };
    match value {
        Value::YesNo(b) => b.to_string(),
        Value::Choice(s) | Value::Country(s) | Value::Text(s) | Value::Entity(s) => quote(s),
        Value::Set { has, complete } | Value::Places { has, complete } => {
            let mut items: Vec<String> = has.iter().map(|i| quote(i)).collect();
            if !complete {
                items.push(quote(NOT_SURE));
            }
            format!("[{}]", items.join(", "))
        }
        Value::Range { text, .. } => {
            let plain = text.parse::<i64>().is_ok_and(|n| n.to_string() == *text)
                || text.contains('.') && text.parse::<f64>().is_ok_and(|x| x.is_finite() && x.to_string() == *text);
            if plain { text.clone() } else { quote(text) }
        }
        Value::Date(date) => written_date(*date),
        Value::Never => quote(NEVER_WORD),
        Value::MonthsByYear(years) => {
            let years: Vec<String> =
                years.iter().map(|(year, months)| format!("{year} = {}", hundredths(*months))).collect();
            if years.is_empty() { "{}".to_owned() } else { format!("{{ {} }}", years.join(", ")) }
        }
    }
}

/// `150` → `1.5`
fn hundredths(n: i64) -> String {
    let (whole, part) = (n / 100, (n % 100).abs());
    match part {
        0 => whole.to_string(),
        p if p % 10 == 0 => format!("{whole}.{}", p / 10),
        p => format!("{whole}.{p:02}"),
    }
}

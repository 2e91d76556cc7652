//! Reading the keys of one TOML table: wanted, optional and unknown ones, each problem with its place.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use chrono::NaiveDate;

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::tree::{Node, NodeValue, Pair};

/// One table being read. Keys that nobody asked for are reported by [`Table::finish`].
pub struct Table<'a> {
    pub file: &'a Arc<SourceFile>,
    pub node: &'a Node,
    /// What the table is, for messages: "a rule", "a field".
    what: &'static str,
    asked: RefCell<BTreeSet<&'static str>>,
}

/// Text and where its characters stand.
#[derive(Debug, Clone)]
pub struct Text {
    pub text: String,
    pub span: Range<usize>,
}

type Problems = Vec<Diagnostic>;

impl<'a> Table<'a> {
    pub fn new(file: &'a Arc<SourceFile>, node: &'a Node, what: &'static str) -> Self {
        Self { file, node, what, asked: RefCell::default() }
    }

    fn get(&self, key: &'static str) -> Option<&'a Pair> {
        self.asked.borrow_mut().insert(key);
        self.node.get(key)
    }

    /// Whatever stands under a key.
    pub fn raw(&self, key: &'static str) -> Option<&'a Pair> {
        self.get(key)
    }

    /// Where the table itself stands: its header, not all of its lines.
    pub fn span(&self) -> Range<usize> {
        self.node.span.clone()
    }

    fn missing(&self, key: &str, problems: &mut Problems) {
        problems.push(
            Diagnostic::error("C0101", format!("{} needs `{key}`", self.what), self.file, self.span())
                .label(format!("no `{key}` here"))
                .help(format!("add a line `{key} = …`")),
        );
    }

    fn wrong(&self, pair: &Pair, wanted: &str, problems: &mut Problems) {
        let message = format!("`{}` should be {wanted}, not {}", pair.key, pair.node.kind());
        problems.push(
            Diagnostic::error("C0102", message, self.file, pair.node.span.clone()).label(format!("expected {wanted}")),
        );
    }

    /// Text that may be left out.
    pub fn text(&self, key: &'static str, problems: &mut Problems) -> Option<Text> {
        let pair = self.get(key)?;
        match &pair.node.value {
            NodeValue::Str(s) => Some(Text { text: s.clone(), span: pair.node.span.clone() }),
            _ => {
                self.wrong(pair, "text in quotes", problems);
                None
            }
        }
    }

    /// Text that must be there; empty text where it is not, after saying so.
    pub fn need(&self, key: &'static str, problems: &mut Problems) -> Text {
        if self.get(key).is_none() {
            self.missing(key, problems);
        }
        match self.text(key, problems) {
            Some(text) if text.text.trim().is_empty() => {
                problems.push(Diagnostic::error("C0101", format!("`{key}` is empty"), self.file, text.span.clone()));
                text
            }
            Some(text) => text,
            None => Text { text: String::new(), span: self.span() },
        }
    }

    /// Text that may be left out, without its place.
    pub fn words(&self, key: &'static str, problems: &mut Problems) -> String {
        self.text(key, problems).map(|t| t.text).unwrap_or_default()
    }

    pub fn flag(&self, key: &'static str, problems: &mut Problems) -> Option<bool> {
        let pair = self.get(key)?;
        match pair.node.value {
            NodeValue::Bool(b) => Some(b),
            _ => {
                self.wrong(pair, "true or false", problems);
                None
            }
        }
    }

    pub fn int(&self, key: &'static str, problems: &mut Problems) -> Option<i64> {
        let pair = self.get(key)?;
        match pair.node.value {
            NodeValue::Int(i) => Some(i),
            _ => {
                self.wrong(pair, "a whole number", problems);
                None
            }
        }
    }

    pub fn date(&self, key: &'static str, problems: &mut Problems) -> Option<NaiveDate> {
        let pair = self.get(key)?;
        let date = match &pair.node.value {
            NodeValue::Date(d) => crate::calendar::PartialDate::parse(d).filter(|d| d.is_exact()),
            _ => None,
        };
        if date.is_none() {
            self.wrong(pair, "a day without quotes, such as 2024-05-20", problems);
        }
        date.map(|d| d.first)
    }

    /// A day that must be there.
    pub fn need_date(&self, key: &'static str, problems: &mut Problems) -> Option<NaiveDate> {
        if self.get(key).is_none() {
            self.missing(key, problems);
        }
        self.date(key, problems)
    }

    /// Does the key stand here, whatever its value?
    pub fn has(&self, key: &'static str) -> bool {
        self.get(key).is_some()
    }

    /// A list of texts; empty if left out.
    pub fn texts(&self, key: &'static str, problems: &mut Problems) -> Vec<Text> {
        let Some(pair) = self.get(key) else {
            return Vec::new();
        };
        let NodeValue::Array(items) = &pair.node.value else {
            self.wrong(pair, "a list of texts", problems);
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items {
            match &item.value {
                NodeValue::Str(s) => out.push(Text { text: s.clone(), span: item.span.clone() }),
                _ => self.wrong(pair, "a list of texts", problems),
            }
        }
        out
    }

    /// A table that may be left out.
    pub fn table(&self, key: &'static str, what: &'static str, problems: &mut Problems) -> Option<Table<'a>> {
        let pair = self.get(key)?;
        match pair.node.value {
            NodeValue::Table(_) => Some(Table::new(self.file, &pair.node, what)),
            _ => {
                self.wrong(pair, "a table", problems);
                None
            }
        }
    }

    /// A table whose keys are data, not known words.
    pub fn open_table(&self, key: &'static str, problems: &mut Problems) -> Option<&'a Node> {
        let pair = self.get(key)?;
        match pair.node.value {
            NodeValue::Table(_) => Some(&pair.node),
            _ => {
                self.wrong(pair, "a table", problems);
                None
            }
        }
    }

    /// A list of tables; empty if left out.
    pub fn tables(&self, key: &'static str, what: &'static str, problems: &mut Problems) -> Vec<Table<'a>> {
        let Some(pair) = self.get(key) else {
            return Vec::new();
        };
        let NodeValue::Array(items) = &pair.node.value else {
            self.wrong(pair, "a list of tables", problems);
            return Vec::new();
        };
        let mut out = Vec::new();
        for item in items {
            match item.value {
                NodeValue::Table(_) => out.push(Table::new(self.file, item, what)),
                _ => problems.push(
                    Diagnostic::error(
                        "C0102",
                        format!("`{}` holds {}; each of its items should be a table", pair.key, item.kind()),
                        self.file,
                        item.span.clone(),
                    )
                    .label("expected { key = value, … }"),
                ),
            }
        }
        out
    }

    /// Reports keys that mean nothing here.
    pub fn finish(self, problems: &mut Problems) {
        let asked = self.asked.borrow();
        for pair in self.node.pairs() {
            if !asked.contains(pair.key.as_str()) {
                let message = format!("{} has no `{}`", self.what, pair.key);
                let help = match crate::text::nearest(&pair.key, asked.iter().copied()) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its keys are: {}", asked.iter().copied().collect::<Vec<_>>().join(", ")),
                };
                problems.push(
                    Diagnostic::error("C0103", message, self.file, pair.key_span.clone())
                        .label("unknown key")
                        .help(help),
                );
            }
        }
    }
}

//! A TOML file as a tree in which every key and value knows its place, in the order of the file.
//!
//! Wraps the `toml` crate's recoverable parser, which reports all syntax errors but iterates alphabetically and invents
//! values after an error; a file with a syntax error yields no tree.

use std::ops::Range;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use crate::diagnostic::{Diagnostic, SourceFile};
use crate::facts::Raw;

/// A value and where it stands.
#[derive(Debug, Clone)]
pub struct Node {
    pub value: NodeValue,
    pub span: Range<usize>,
}

#[derive(Debug, Clone)]
pub enum NodeValue {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    /// As written.
    Date(String),
    Array(Vec<Node>),
    Table(Vec<Pair>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub struct Pair {
    pub key: String,
    pub key_span: Range<usize>,
    pub node: Node,
}

/// Deepest nesting that is read; deeper files are refused by the parser or here.
const DEEPEST: usize = 100;

/// Parses a file. `text` is the file's own text, or a copy in which parts nobody needs are blanked out at the same length.
/// All syntax errors are reported, and then there is no tree.
pub fn parse(file: &Arc<SourceFile>, text: &str, problems: &mut Vec<Diagnostic>) -> Option<Node> {
    let (root, errors) = DeTable::parse_recoverable(text);
    if !errors.is_empty() {
        for e in errors {
            let span = e.span().unwrap_or(0..0);
            let start = text
                .get(..span.start)
                .map_or(0, |t| t.trim_end_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | '/')).len());
            let message = format!("this is not TOML: {}", e.message());
            problems.push(
                Diagnostic::error("C0100", message, file, span)
                    .label("cannot be read from here")
                    .help(advice(e.message(), text.get(start..).unwrap_or_default())),
            );
        }
        return None;
    }
    let span = root.span();
    Some(table(root.get_ref(), span, 0))
}

/// What to do about a syntax error: the usual slips by name. `rest` is the text from the place of the error on.
fn advice(message: &str, rest: &str) -> &'static str {
    let word = rest.split_whitespace().next().unwrap_or_default();
    let dots = word.matches(['.', '/']).count();
    if word.starts_with(|c: char| c.is_ascii_digit()) && (dots == 2 || message.contains("date")) {
        "days are written year, month and day, without quotes: 2024-05-20"
    } else if word.starts_with(['“', '”', '„', '‘', '’']) {
        "texts stand in straight quotes: \"…\""
    } else if message.contains("duplicate key") {
        "a key stands once in its table; of what there can be several, each begins with double brackets, such as [[rule]]"
    } else if message.contains("invalid basic string") {
        "a text ends on its line with a quote; a longer one stands between three quotes, a condition between '''…'''"
    } else {
        "texts stand in quotes, lists in [ ], and every line is `key = value` or a [table]"
    }
}

fn table(map: &DeTable<'_>, span: Range<usize>, depth: usize) -> Node {
    let mut pairs: Vec<Pair> = map
        .iter()
        .map(|(key, value)| Pair {
            key: key.get_ref().to_string(),
            key_span: key.span(),
            node: node(value.get_ref(), value.span(), depth + 1),
        })
        .collect();
    pairs.sort_by_key(|p| p.key_span.start);
    Node { value: NodeValue::Table(pairs), span }
}

fn node(value: &DeValue<'_>, span: Range<usize>, depth: usize) -> Node {
    let value = match value {
        _ if depth > DEEPEST => NodeValue::Str("(nested too deeply)".into()),
        DeValue::String(s) => NodeValue::Str(s.to_string()),
        DeValue::Integer(i) => {
            let digits = i.as_str().replace('_', "");
            // Beyond 64 bits an integer is no amount; keep it as text so that the field's own check refuses it.
            i64::from_str_radix(&digits, i.radix()).map_or(NodeValue::Str(digits), NodeValue::Int)
        }
        DeValue::Float(f) => {
            let digits = f.as_str().replace('_', "");
            digits.parse().map_or(NodeValue::Str(digits), NodeValue::Float)
        }
        DeValue::Boolean(b) => NodeValue::Bool(*b),
        DeValue::Datetime(d) => NodeValue::Date(d.to_string()),
        DeValue::Array(items) => {
            NodeValue::Array(items.iter().map(|i| node(i.get_ref(), i.span(), depth + 1)).collect())
        }
        DeValue::Table(map) => return table(map, span, depth),
    };
    Node { value, span }
}

impl Node {
    /// The value without places.
    pub fn raw(&self) -> Raw {
        match &self.value {
            NodeValue::Bool(b) => Raw::Bool(*b),
            NodeValue::Int(i) => Raw::Int(*i),
            NodeValue::Float(f) => Raw::Float(*f),
            NodeValue::Str(s) => Raw::Str(s.clone()),
            NodeValue::Date(d) => Raw::Date(d.clone()),
            NodeValue::Array(items) => Raw::Array(items.iter().map(Self::raw).collect()),
            NodeValue::Table(pairs) => Raw::Table(pairs.iter().map(|p| (p.key.clone(), p.node.raw())).collect()),
        }
    }

    /// What kind of value this is, in words.
    pub fn kind(&self) -> &'static str {
        match self.value {
            NodeValue::Bool(_) => "true or false",
            NodeValue::Int(_) | NodeValue::Float(_) => "a number",
            NodeValue::Str(_) => "text",
            NodeValue::Date(_) => "a date",
            NodeValue::Array(_) => "a list",
            NodeValue::Table(_) => "a table",
        }
    }

    pub fn pairs(&self) -> &[Pair] {
        match &self.value {
            NodeValue::Table(pairs) => pairs,
            _ => &[],
        }
    }

    pub fn get(&self, key: &str) -> Option<&Pair> {
        self.pairs().iter().find(|p| p.key == key)
    }
}

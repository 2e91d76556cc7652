//! Facts of examples, cases and edges, and the cases themselves.

use std::path::Path;
use std::sync::Arc;

use super::super::model::*;
use super::super::read::{Table, Text};
use super::{Loader, line_of};
use crate::calendar;
use crate::condition::Frame;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::facts::{Answers, FieldType};
use crate::tree::{self, Node, NodeValue};

/// The facts in a file of their own, written as an example writes them: `given`, `on` and `clocks`.
pub fn read_facts(rules: &RuleSet, kind: usize, file: &Arc<SourceFile>) -> Result<Given, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    let given = tree::parse(file, &file.text, &mut problems).map(|node| {
        let top = Table::new(file, &node, "a file of facts");
        let given = given(&rules.frames, &top, kind, &mut problems);
        top.finish(&mut problems);
        given
    });
    given.filter(|_| problems.is_empty()).ok_or(problems)
}

/// The facts of an example or a case.
fn given(frames: &[Frame], t: &Table<'_>, kind: usize, p: &mut Vec<Diagnostic>) -> Given {
    let mut given = Given { on: t.date("on", p), ..Given::default() };
    let Some(frame) = frames.get(kind) else { return given };
    if let Some(node) = t.open_table("given", p) {
        answers(t.file, node, frame, "", &mut given.answers, p);
    }
    for pair in t.open_table("clocks", p).map(Node::pairs).unwrap_or_default() {
        let date = match &pair.node.value {
            NodeValue::Date(d) => calendar::PartialDate::parse(d).filter(|d| d.is_exact()),
            _ => None,
        };
        match (CLOCKS.contains(&pair.key.as_str()), date) {
            (true, Some(d)) => {
                given.clocks.insert(pair.key.clone(), d.first);
            }
            (false, _) => p.push(
                Diagnostic::error("C0109", format!("there is no clock `{}`", pair.key), t.file, pair.key_span.clone())
                    .did_you_mean(&pair.key, CLOCKS),
            ),
            (_, None) => {
                p.push(Diagnostic::error("C0102", "expected a day, such as 2024-05-20", t.file, pair.node.span.clone()))
            }
        }
    }
    given
}

fn answers(
    file: &Arc<SourceFile>,
    node: &Node,
    frame: &Frame,
    prefix: &str,
    out: &mut Answers,
    p: &mut Vec<Diagnostic>,
) {
    for pair in node.pairs() {
        let name = format!("{prefix}{}", pair.key);
        let slot = frame.slot(&name);
        let nested =
            matches!(pair.node.value, NodeValue::Table(_)) && slot.is_none_or(|s| frame.def(s).ty == FieldType::Entity);
        if nested {
            answers(file, &pair.node, frame, &format!("{name}."), out, p);
            continue;
        }
        let Some(slot) = slot else {
            p.push(
                Diagnostic::error(
                    "C0110",
                    format!("`{}` has no field `{name}`", frame.kind),
                    file,
                    pair.key_span.clone(),
                )
                .label("unknown field")
                .did_you_mean(&name, frame.names()),
            );
            continue;
        };
        let def = frame.def(slot);
        match def.ty.read(&pair.node.raw()) {
            Ok(answer) => {
                out.insert(def.name.clone(), answer);
            }
            Err(message) => {
                p.push(
                    Diagnostic::error("C0102", message, file, pair.node.span.clone()).label(format!("for `{name}`")),
                );
            }
        }
    }
}

impl Loader {
    /// The facts of an example or a case.
    pub(super) fn given(&self, t: &Table<'_>, kind: usize, p: &mut Vec<Diagnostic>) -> Given {
        given(&self.frames, t, kind, p)
    }

    pub(super) fn cases(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let mut problems = std::mem::take(&mut self.problems);
        let p = &mut problems;
        let top = Table::new(file, node, "a case file");
        for t in top.tables("case", "a case", p) {
            let id = t.need("id", p);
            // The rule set and an overlay may both have a case of one official answer.
            let beside = |other: &str| Path::new(other).parent() == Path::new(&file.name).parent();
            if self.cases.iter().any(|c| c.id == id.text && beside(&c.file)) {
                p.push(Diagnostic::error(
                    "C0108",
                    format!("the case `{}` stands twice", id.text),
                    file,
                    id.span.clone(),
                ));
            }
            let record = t.need("record", p);
            let kind = self.kinds.iter().position(|k| k.id == record.text);
            if kind.is_none() {
                p.push(
                    Diagnostic::error("C0110", format!("there is no record kind `{}`", record.text), file, record.span)
                        .did_you_mean(&record.text, self.kinds.iter().map(|k| k.id.as_str())),
                );
            }
            let agency = t.need("agency", p);
            if !self.agencies.iter().any(|a| a.id == agency.text) {
                p.push(
                    Diagnostic::error("C0113", format!("there is no agency `{}`", agency.text), file, agency.span)
                        .did_you_mean(&agency.text, self.agencies.iter().map(|a| a.id.as_str())),
                );
            }
            let given = self.given(&t, kind.unwrap_or(0), p);
            let before = p.len();
            let mut expect = Vec::new();
            for pair in t.open_table("expect", p).map(Node::pairs).unwrap_or_default() {
                if !self.decisions.iter().any(|d| d.id == pair.key) {
                    p.push(
                        Diagnostic::error(
                            "C0110",
                            format!("there is no decision `{}`", pair.key),
                            file,
                            pair.key_span.clone(),
                        )
                        .did_you_mean(&pair.key, self.decisions.iter().map(|d| d.id.as_str())),
                    );
                    if let (NodeValue::Table(_), Some(last)) = (&pair.node.value, p.last_mut()) {
                        last.help =
                            Some("write the decision's id in quotes: { \"nsf.trip.cpos\" = \"disclose\" }".into());
                        continue;
                    }
                }
                if !matches!(pair.node.value, NodeValue::Str(_)) {
                    let message = format!("the answer to `{}` should be a ruling in quotes, or \"open\"", pair.key);
                    p.push(Diagnostic::error("C0102", message, file, pair.node.span.clone()));
                }
                if let NodeValue::Str(word) = &pair.node.value {
                    let word = Text { text: word.clone(), span: pair.node.span.clone() };
                    if let Some(expected) = expected_ruling(&word, file, p) {
                        expect.push((pair.key.clone(), expected));
                    }
                }
            }
            if expect.is_empty() && p.len() == before {
                p.push(Diagnostic::error("C0101", "a case needs `expect`", file, id.span.clone()));
            }
            self.cases.push(Case {
                id: id.text,
                says: t.need("says", p).text,
                source: t.need("source", p).text,
                url: t.words("url", p),
                kind: kind.unwrap_or(0),
                agency: agency.text,
                given,
                expect,
                institution: t.text("institution", p).map(|t| t.text),
                disagrees: t.text("disagrees", p).map(|t| t.text),
                file: file.name.clone(),
                line: line_of(&file.text, t.span().start),
            });
            t.finish(p);
        }
        top.finish(p);
        self.problems = problems;
    }
}

pub(super) fn expected_ruling(word: &Text, file: &Arc<SourceFile>, p: &mut Vec<Diagnostic>) -> Option<Expected> {
    if word.text == "open" {
        return Some(Expected::Open);
    }
    let ruling = Ruling::parse(&word.text).map(Expected::Ruling);
    if ruling.is_none() {
        p.push(
            Diagnostic::error("C0116", format!("there is no ruling `{}`", word.text), file, word.span.clone())
                .did_you_mean(&word.text, Ruling::ALL.map(Ruling::id)),
        );
    }
    ruling
}

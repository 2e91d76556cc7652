//! Edges: facts with the rule that rules them, apart from the rule so that it stays readable.
//!
//! Owns the format of `edges/`: one file about one decision, a block for each rule, a line for each set of facts. They become
//! examples of their rules, marked with where they stand and whether somebody has read them.

use std::sync::Arc;

use chrono::NaiveDate;

use super::super::model::*;
use super::super::read::{Table, Text};
use super::cases::expected_ruling;
use super::decision::deadline;
use super::{Loader, line_of};
use crate::calendar::PartialDate;
use crate::condition::{Frame, Owner};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::tree::{Node, NodeValue};

/// Most fields that one edge may vary.
const VARIED: usize = 2;

/// One way to change the facts of an edge.
type Change = Box<dyn Fn(&mut Given)>;

impl Loader {
    pub(super) fn edges(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let mut problems = std::mem::take(&mut self.problems);
        let p = &mut problems;
        let top = Table::new(file, node, "a file of edges");
        let id = top.need("decision", p);
        let read = reading(&top, p);
        let at = self.decisions.binary_search_by(|d| d.id.as_str().cmp(&id.text)).ok();
        if at.is_none() {
            let ids = self.decisions.iter().map(|d| d.id.as_str());
            p.push(
                Diagnostic::error("C0118", format!("there is no decision `{}`", id.text), file, id.span)
                    .did_you_mean(&id.text, ids),
            );
        }
        for t in top.tables("rule", "a rule's edges", p) {
            // What a block says of itself counts, else what the file says.
            let read = reading(&t, p).or(read);
            if read.is_none() {
                p.push(
                    Diagnostic::error("C0101", "nothing says whether these edges were read", file, t.span()).help(
                        "write `read = DATE`, the day they were read against the sources, or `draft = true`, above the first rule",
                    ),
                );
            }
            if let Some(decision) = at {
                self.block(decision, read.unwrap_or_default(), &t, p);
                t.finish(p);
            }
        }
        if at.is_some() {
            top.finish(p);
        }
        self.problems = problems;
    }

    /// The edges of one rule.
    fn block(&mut self, decision: usize, read: Reading, t: &Table<'_>, p: &mut Vec<Diagnostic>) {
        let file = t.file;
        let id = t.need("id", p);
        let of = &self.decisions[decision];
        let (kind, place) = (of.kind, of.place.clone());
        let Some(rule) = of.rules.iter().position(|r| r.local_id() == id.text) else {
            p.push(no_rule(of, &id, file));
            return;
        };
        let Some(frame) = self.frames.get(kind) else { return };
        let line = line_of(&file.text, t.span().start);
        let edge = Edge { file: file.name.clone(), row: line, read: read.0 };
        let said = t.text("ruling", p);
        let stated = said.as_ref().and_then(|word| match expected_ruling(word, file, p) {
            Some(Expected::Ruling(ruling)) => Some(Stated {
                ruling,
                place: t.text("place", p).map_or(place, |t| t.text),
                deadline: deadline(frame, t, p),
                edge: edge.clone(),
                line,
            }),
            Some(_) => {
                p.push(Diagnostic::error(
                    "C0119",
                    "a rule comes to a ruling; it is never `open`",
                    file,
                    word.span.clone(),
                ));
                None
            }
            None => None,
        });
        let mut examples: Vec<(usize, Example)> = Vec::new();
        for row in t.tables("edges", "an edge", p) {
            let given = self.given(&row, kind, p);
            let line = line_of(&file.text, row.span().start);
            let edge = Edge { row: line, ..edge.clone() };
            let example = |given, line| {
                let (expects, edge) = (Expected::ThisRule, Some(edge.clone()));
                Example { fires: true, given, expects, line, edge }
            };
            for given in each(frame, &row, &given, p) {
                examples.push((rule, example(given, line)));
            }
            for change in row.tables("instead", "a changed answer", p) {
                let line = line_of(&file.text, change.span().start);
                let to = match change.text("rule", p) {
                    Some(id) => of.rules.iter().position(|r| r.local_id() == id.text).or_else(|| {
                        p.push(no_rule(of, &id, file));
                        None
                    }),
                    None => Some(rule),
                };
                for (to, given) in to.into_iter().flat_map(|to| {
                    let changed = varied_by(frame, file, change.node, &given, p);
                    changed.into_iter().map(move |given| (to, given))
                }) {
                    examples.push((to, example(given, line)));
                }
            }
            row.finish(p);
        }
        let rules = &mut self.decisions[decision].rules;
        for (rule, example) in examples {
            rules[rule].examples.push(example);
        }
        rules[rule].stated.extend(stated);
    }
}

fn no_rule(of: &Decision, id: &Text, file: &Arc<SourceFile>) -> Diagnostic {
    let ids = of.rules.iter().map(Rule::local_id);
    Diagnostic::error("C0118", format!("`{}` has no rule `{}`", of.id, id.text), file, id.span.clone())
        .did_you_mean(&id.text, ids)
}

/// The day on which somebody read the edges; none for a draft.
#[derive(Clone, Copy, Default)]
struct Reading(Option<NaiveDate>);

/// What a file or a block says about having been read, if it says anything.
fn reading(t: &Table<'_>, p: &mut Vec<Diagnostic>) -> Option<Reading> {
    let (read, draft) = (t.date("read", p), t.flag("draft", p));
    if read.is_some() && draft == Some(true) {
        p.push(
            Diagnostic::error("C0119", "edges that were read are no drafts", t.file, t.span())
                .help("leave out `draft = true` once they have been read"),
        );
    }
    match (read, draft) {
        (Some(day), _) => Some(Reading(Some(day))),
        (None, Some(true)) => Some(Reading(None)),
        (None, _) => None,
    }
}

/// The facts of an edge, once for each value that `each` gives a field; two fields give every pair of their values.
fn each(frame: &Frame, row: &Table<'_>, given: &Given, p: &mut Vec<Diagnostic>) -> Vec<Given> {
    let Some(node) = row.open_table("each", p) else { return vec![given.clone()] };
    let mut fields = Vec::new();
    varied(frame, row.file, node, "", &mut fields, p);
    if fields.is_empty() || fields.len() > VARIED {
        let message = "`each` gives the values of one field, or of two";
        p.push(
            Diagnostic::error("C0119", message, row.file, node.span.clone())
                .help("such as each = { type = [\"gift\", \"loan\"] }"),
        );
    }
    fields.iter().fold(vec![given.clone()], |all, values| all.iter().flat_map(|given| changed(given, values)).collect())
}

/// The facts with another answer to one field, once for each value that is listed.
fn varied_by(frame: &Frame, file: &Arc<SourceFile>, node: &Node, given: &Given, p: &mut Vec<Diagnostic>) -> Vec<Given> {
    let mut fields = Vec::new();
    varied(frame, file, node, "", &mut fields, p);
    if let [values] = fields.as_slice() {
        return changed(given, values);
    }
    p.push(
        Diagnostic::error("C0119", "a line of `instead` changes one field", file, node.span.clone())
            .help("such as { type = [\"gift\", \"loan\"], rule = \"the rule that rules it then\" }"),
    );
    Vec::new()
}

fn changed(given: &Given, values: &[Change]) -> Vec<Given> {
    let one = |change: &Change| {
        let mut given = given.clone();
        change(&mut given);
        given
    };
    values.iter().map(one).collect()
}

fn varied(
    frame: &Frame,
    file: &Arc<SourceFile>,
    node: &Node,
    prefix: &str,
    out: &mut Vec<Vec<Change>>,
    p: &mut Vec<Diagnostic>,
) {
    for pair in node.pairs() {
        let name = format!("{prefix}{}", pair.key);
        if name == "rule" {
            continue;
        }
        let values = match &pair.node.value {
            NodeValue::Table(_) => {
                varied(frame, file, &pair.node, &format!("{name}."), out, p);
                continue;
            }
            NodeValue::Array(values) if !values.is_empty() => values,
            _ => {
                let message = format!("`{name}` should be a list of the values it takes, not {}", pair.node.kind());
                p.push(Diagnostic::error("C0102", message, file, pair.node.span.clone()));
                continue;
            }
        };
        let slot = frame.slot(&name);
        if slot.is_none() && name != "on" {
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
        }
        let def = slot.map(|s| frame.def(s));
        let mut changes: Vec<Change> = Vec::new();
        for value in values {
            // A field may go by several names; facts have the one of its definition.
            let name = def.map_or_else(|| name.clone(), |d| d.name.clone());
            match def.filter(|d| d.owner != Owner::Clock) {
                Some(def) => match def.ty.read(&value.raw()) {
                    Ok(answer) => changes.push(Box::new(move |given| {
                        given.answers.insert(name.clone(), answer.clone());
                    })),
                    Err(message) => p.push(
                        Diagnostic::error("C0102", message, file, value.span.clone()).label(format!("for `{name}`")),
                    ),
                },
                None => match day(value) {
                    Some(day) if def.is_some() => changes.push(Box::new(move |given| {
                        given.clocks.insert(name.clone(), day);
                    })),
                    Some(day) => changes.push(Box::new(move |given| given.on = Some(day))),
                    None => p.push(Diagnostic::error(
                        "C0102",
                        "expected a day, such as 2024-05-20",
                        file,
                        value.span.clone(),
                    )),
                },
            }
        }
        out.push(changes);
    }
}

fn day(node: &Node) -> Option<NaiveDate> {
    match &node.value {
        NodeValue::Date(d) => PartialDate::parse(d).filter(PartialDate::is_exact).map(|d| d.first),
        _ => None,
    }
}

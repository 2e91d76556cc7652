//! Consistency checks: conditions over one entry and those beside it, with what to tell the person.

use std::sync::Arc;

use super::super::model::*;
use super::super::read::{Table, Text};
use super::{Loader, line_of, read_condition};
use crate::condition::Cond;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::tree::Node;

impl Loader {
    pub(super) fn checks(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let mut problems = std::mem::take(&mut self.problems);
        let p = &mut problems;
        let top = Table::new(file, node, "a file of checks");
        for t in top.tables("check", "a check", p) {
            let id = t.need("id", p);
            if self.checks.iter().any(|c| c.id == id.text) {
                let message = format!("the check `{}` stands twice", id.text);
                p.push(Diagnostic::error("C0108", message, file, id.span.clone()));
            }
            let checks = self.check(&t, &id, p);
            self.checks.extend(checks);
            t.finish(p);
        }
        top.finish(p);
        self.problems = problems;
    }

    /// One check for each kind of record that it names.
    fn check(&self, t: &Table<'_>, id: &Text, p: &mut Vec<Diagnostic>) -> Vec<Check> {
        let file = t.file;
        let kinds: Vec<usize> =
            t.texts("records", p).iter().filter_map(|record| self.record_kind(file, record, p)).collect();
        if kinds.is_empty() {
            p.push(Diagnostic::error("C0101", "a check needs `records`", file, t.span()));
        }
        let agencies = t.texts("agencies", p);
        for agency in agencies.iter().filter(|a| !self.agencies.iter().any(|x| x.id == a.text)) {
            let message = format!("there is no agency `{}`", agency.text);
            p.push(
                Diagnostic::error("C0113", message, file, agency.span.clone())
                    .did_you_mean(&agency.text, self.agencies.iter().map(|a| a.id.as_str())),
            );
        }
        let (when, quiet_when) = (t.text("when", p), t.text("quiet-when", p));
        let examples = self.check_examples(t, &kinds, p);
        let check = Check {
            id: id.text.clone(),
            title: t.need("title", p).text,
            number: t.int("number", p).unwrap_or_default(),
            kind: 0,
            agencies: agencies.into_iter().map(|a| a.text).collect(),
            when: Cond::Const(true),
            when_text: when.as_ref().map(|w| w.text.clone()).unwrap_or_default(),
            quiet_when: Cond::Const(false),
            mentions: t.texts("mentions", p).into_iter().map(|m| m.text).collect(),
            beside: self.beside("beside", t, p),
            without: self.beside("without", t, p),
            says: t.need("says", p).text,
            source: t.need("source", p).text,
            url: t.words("url", p),
            examples: Vec::new(),
            file: file.name.clone(),
            line: line_of(&file.text, t.span().start),
        };
        kinds
            .iter()
            .map(|&kind| {
                let mut read = |text: &Option<Text>| {
                    text.as_ref().and_then(|text| read_condition(&self.frames, kind, &self.lists, file, text, p))
                };
                Check {
                    kind,
                    when: read(&when).unwrap_or(Cond::Const(true)),
                    quiet_when: read(&quiet_when).unwrap_or(Cond::Const(false)),
                    examples: examples.iter().filter(|(k, _)| *k == kind).map(|(_, e)| e.clone()).collect(),
                    ..check.clone()
                }
            })
            .collect()
    }

    /// An entry with the same organisation: `{ record = "agreement", when = "…" }`.
    fn beside(&self, key: &'static str, t: &Table<'_>, p: &mut Vec<Diagnostic>) -> Option<Beside> {
        let table = t.table(key, "another entry", p)?;
        let record = table.need("record", p);
        let kind = self.record_kind(t.file, &record, p);
        let when = table.text("when", p);
        table.finish(p);
        let kind = kind?;
        let when = when.and_then(|text| read_condition(&self.frames, kind, &self.lists, t.file, &text, p));
        Some(Beside { kind, when: when.unwrap_or(Cond::Const(true)) })
    }

    /// Examples and near misses with the kind of record that each is about: the first, unless it names another.
    fn check_examples(&self, t: &Table<'_>, kinds: &[usize], p: &mut Vec<Diagnostic>) -> Vec<(usize, CheckExample)> {
        let mut out = Vec::new();
        for (key, fires) in [("example", true), ("near-miss", false)] {
            for e in t.tables(key, if fires { "an example" } else { "a near miss" }, p) {
                let named = e.text("record", p).and_then(|record| self.record_kind(t.file, &record, p));
                let kind = named.or(kinds.first().copied()).unwrap_or(0);
                if !kinds.contains(&kind) {
                    let message = "the example is about a kind of record that the check does not name";
                    p.push(Diagnostic::error("C0119", message, t.file, e.span()));
                }
                let given = self.given(&e, kind, p);
                let mut others = Vec::new();
                for o in e.tables("others", "another entry", p) {
                    let record = o.need("record", p);
                    let kind = self.record_kind(t.file, &record, p).unwrap_or(0);
                    let elsewhere = o.flag("elsewhere", p).unwrap_or(false);
                    others.push(OtherEntry { kind, given: self.given(&o, kind, p), elsewhere });
                    o.finish(p);
                }
                let line = line_of(&t.file.text, e.span().start);
                e.finish(p);
                out.push((kind, CheckExample { fires, given, others, line }));
            }
        }
        out
    }

    /// The kind of record with this id; `person` and `target` are kinds too, organisations are not.
    fn record_kind(&self, file: &Arc<SourceFile>, record: &Text, p: &mut Vec<Diagnostic>) -> Option<usize> {
        let found = self.kinds.iter().position(|k| k.id == record.text && k.id != "entity");
        if found.is_none() {
            let message = format!("there is no record kind `{}`", record.text);
            p.push(
                Diagnostic::error("C0110", message, file, record.span.clone())
                    .did_you_mean(&record.text, self.kinds.iter().map(|k| k.id.as_str())),
            );
        }
        found
    }
}

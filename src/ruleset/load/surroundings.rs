//! The rule set's own description, agencies, forms and sources.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::model::*;
use super::super::read::Table;
use super::{Loader, line_of, read_condition};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::tree::{Node, NodeValue};

impl Loader {
    pub(super) fn meta(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "ruleset.toml");
        if let Some(t) = top.table("ruleset", "[ruleset]", p) {
            let schema = t.need("schema", p);
            if schema.text != "candor.ruleset/1" {
                p.push(
                    Diagnostic::error(
                        "C0104",
                        format!("this rule set has schema `{}`", schema.text),
                        file,
                        schema.span,
                    )
                    .label("expected \"candor.ruleset/1\"")
                    .help("a newer candor may be needed"),
                );
            }
            self.meta = Meta {
                id: t.need("id", p).text,
                title: t.need("title", p).text,
                version: t.need("version", p).text,
                released: t.date("released", p),
                not_covered: t.texts("not-covered", p).into_iter().map(|t| t.text).collect(),
            };
            t.finish(p);
        }
        top.finish(p);
    }

    pub(super) fn agency(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "an agency file");
        let Some(a) = top.table("agency", "[agency]", p) else {
            p.push(Diagnostic::error("C0101", "an agency file needs an [agency] table", file, 0..0));
            return;
        };
        let mut moments = Vec::new();
        for m in a.tables("moment", "a moment", p) {
            let clocks = m.texts("clocks", p);
            for c in &clocks {
                if !CLOCKS.contains(&c.text.as_str()) || c.text == "filing" {
                    let message = format!("there is no clock `{}`", c.text);
                    p.push(Diagnostic::error("C0109", message, file, c.span.clone()).did_you_mean(&c.text, CLOCKS));
                }
            }
            let filing = m.need("filing", p);
            let clocks: Vec<String> = clocks.into_iter().map(|c| c.text).collect();
            if !clocks.contains(&filing.text) {
                p.push(Diagnostic::error("C0109", "`filing` must be one of the moment's clocks", file, filing.span));
            }
            moments.push(Moment {
                id: m.need("id", p).text,
                title: m.need("title", p).text,
                clocks,
                filing: filing.text,
                apart: m.flag("apart", p).unwrap_or(false),
            });
            m.finish(p);
        }
        if moments.is_empty() {
            p.push(Diagnostic::error("C0101", "an agency needs at least one [[agency.moment]]", file, a.span()));
        }
        let person = self.kinds.iter().position(|k| k.id == "person");
        let concerns = a
            .text("concerns", p)
            .zip(person)
            .and_then(|(text, person)| read_condition(&self.frames, person, &self.lists, file, &text, p));
        self.agencies.push(Agency {
            concerns,
            order: a.int("order", p).unwrap_or(99),
            id: a.need("id", p).text,
            title: a.need("title", p).text,
            short: a.need("short", p).text,
            ruled_with: a.texts("ruled-with", p).into_iter().map(|t| t.text).collect(),
            moments,
        });
        a.finish(p);
        top.finish(p);
    }

    pub(super) fn form(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "a form file");
        let Some(head) = top.table("form", "[form]", p) else {
            p.push(Diagnostic::error("C0101", "a form file needs a [form] table", file, 0..0));
            return;
        };
        let mut form = Form { id: head.need("id", p).text, title: head.need("title", p).text, sections: Vec::new() };
        head.finish(p);
        for s in top.tables("section", "a section", p) {
            let mut fields = Vec::new();
            for f in s.tables("fields", "a form field", p) {
                let mut from = BTreeMap::new();
                for pair in f.open_table("from", p).map(Node::pairs).unwrap_or_default() {
                    let kind = self.kinds.iter().position(|k| k.id == pair.key);
                    let NodeValue::Str(slot) = &pair.node.value else {
                        p.push(Diagnostic::error(
                            "C0102",
                            "expected a field's name in quotes",
                            file,
                            pair.node.span.clone(),
                        ));
                        continue;
                    };
                    match kind.and_then(|k| self.frames.get(k)) {
                        None => p.push(
                            Diagnostic::error(
                                "C0110",
                                format!("there is no record kind `{}`", pair.key),
                                file,
                                pair.key_span.clone(),
                            )
                            .did_you_mean(&pair.key, self.kinds.iter().map(|k| k.id.as_str())),
                        ),
                        Some(frame) if frame.slot(slot).is_none() => p.push(
                            Diagnostic::error(
                                "C0110",
                                format!("`{}` has no field `{slot}`", pair.key),
                                file,
                                pair.node.span.clone(),
                            )
                            .did_you_mean(slot, frame.names()),
                        ),
                        Some(_) => {}
                    }
                    from.insert(pair.key.clone(), slot.clone());
                }
                let mut words = BTreeMap::new();
                for pair in f.open_table("words", p).map(Node::pairs).unwrap_or_default() {
                    match &pair.node.value {
                        NodeValue::Str(word) => {
                            words.insert(pair.key.clone(), word.clone());
                        }
                        _ => {
                            p.push(Diagnostic::error(
                                "C0102",
                                "expected a word in quotes",
                                file,
                                pair.node.span.clone(),
                            ));
                        }
                    }
                }
                fields.push(FormField {
                    id: f.need("id", p).text,
                    title: f.need("title", p).text,
                    required: f.flag("required", p).unwrap_or(false),
                    limit: f.int("limit", p).and_then(|n| usize::try_from(n).ok()),
                    help: f.words("help", p),
                    from,
                    words,
                });
                f.finish(p);
            }
            let section =
                Section { id: s.need("id", p).text, title: s.need("title", p).text, help: s.words("help", p), fields };
            s.finish(p);
            form.sections.push(section);
        }
        top.finish(p);
        self.forms.push(form);
    }

    pub(super) fn sources(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "a source file");
        for s in top.tables("source", "a source", p) {
            let id = s.need("id", p);
            if self.sources.iter().any(|other| other.id == id.text) {
                p.push(Diagnostic::error(
                    "C0108",
                    format!("the source `{}` stands twice", id.text),
                    file,
                    id.span.clone(),
                ));
            }
            let read = s.text("read", p);
            if let Some(word) = read.as_ref().filter(|r| !READ.contains(&r.text.as_str())) {
                let message = format!("`read` cannot be `{}`", word.text);
                p.push(Diagnostic::error("C0116", message, file, word.span.clone()).did_you_mean(&word.text, READ));
            }
            let clauses = s
                .tables("clause", "a clause", p)
                .into_iter()
                .map(|c| {
                    let clause = Clause {
                        at: c.need("at", p).text,
                        says: c.need("says", p).text,
                        out: c.text("out", p).map(|t| t.text),
                        line: line_of(&file.text, c.span().start),
                    };
                    c.finish(p);
                    clause
                })
                .collect();
            self.sources.push(Source {
                id: id.text,
                title: s.need("title", p).text,
                issuer: s.need("issuer", p).text,
                url: s.words("url", p),
                issued: s.date("issued", p),
                effective: s.date("effective", p),
                superseded: s.date("superseded", p),
                last_verified: s.date("last-verified", p),
                read: read.map(|t| t.text).unwrap_or_default(),
                note: s.words("note", p),
                clauses,
                file: file.name.clone(),
            });
            s.finish(p);
        }
        top.finish(p);
    }
}

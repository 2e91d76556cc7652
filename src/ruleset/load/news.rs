//! What is about to change, and what has: unsettled law, and the changelog for researchers.

use std::sync::Arc;

use super::super::model::*;
use super::super::read::{Table, Text};
use super::Loader;
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::tree::Node;

impl Loader {
    pub(super) fn pending(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let mut problems = Vec::new();
        let p = &mut problems;
        let top = Table::new(file, node, "a file of pending law");
        for t in top.tables("pending", "pending law", p) {
            let id = t.need("id", p);
            if self.pending.iter().any(|other| other.id == id.text) {
                let message = format!("the pending law `{}` stands twice", id.text);
                p.push(Diagnostic::error("C0108", message, file, id.span));
            }
            let word = t.need("status", p);
            let status = PendingStatus::ALL.into_iter().find(|s| s.id() == word.text);
            if status.is_none() && !word.text.is_empty() {
                let message = format!("there is no status `{}`", word.text);
                p.push(
                    Diagnostic::error("C0116", message, file, word.span)
                        .did_you_mean(&word.text, PendingStatus::ALL.iter().map(|s| s.id())),
                );
            }
            let kinds = t.texts("kinds", p);
            for kind in &kinds {
                self.known_kind(file, kind, p);
            }
            let (verified, review_by) = (t.date("verified", p), t.date("review-by", p));
            if verified.is_none() || review_by.is_none() {
                let message = "pending law needs `verified` and `review-by`";
                p.push(Diagnostic::error("C0101", message, file, t.span()));
            }
            self.pending.push(Pending {
                id: id.text,
                title: t.need("title", p).text,
                status: status.unwrap_or(PendingStatus::Unknown),
                says: t.need("says", p).text,
                would: t.need("would", p).text,
                agencies: self.agency_ids(file, &t, p),
                kinds: kinds.into_iter().map(|k| k.text).collect(),
                authority: self.authority(&t, "pending law", p),
                verified: verified.unwrap_or_default(),
                review_by: review_by.unwrap_or_default(),
            });
            t.finish(p);
        }
        top.finish(p);
        self.problems.append(&mut problems);
    }

    pub(super) fn changes(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let mut problems = Vec::new();
        let p = &mut problems;
        let top = Table::new(file, node, "a file of changes");
        for t in top.tables("change", "a change", p) {
            let on = t.date("on", p);
            if on.is_none() {
                p.push(Diagnostic::error("C0101", "a change needs `on`, the day it took effect", file, t.span()));
            }
            self.changes.push(Change {
                on: on.unwrap_or_default(),
                agencies: self.agency_ids(file, &t, p),
                says: t.need("says", p).text,
                authority: self.authority(&t, "a change", p),
            });
            t.finish(p);
        }
        top.finish(p);
        self.problems.append(&mut problems);
    }

    /// The agencies that an entry names; at least one.
    pub(super) fn agency_ids(&self, file: &Arc<SourceFile>, t: &Table<'_>, p: &mut Vec<Diagnostic>) -> Vec<String> {
        let named = t.texts("agencies", p);
        if named.is_empty() {
            p.push(Diagnostic::error("C0101", "`agencies` is missing or empty", file, t.span()));
        }
        for Text { text, span } in &named {
            if !self.agencies.iter().any(|a| a.id == *text) {
                p.push(
                    Diagnostic::error("C0110", format!("there is no agency `{text}`"), file, span.clone())
                        .did_you_mean(text, self.agencies.iter().map(|a| a.id.as_str())),
                );
            }
        }
        named.into_iter().map(|t| t.text).collect()
    }

    fn known_kind(&self, file: &Arc<SourceFile>, kind: &Text, p: &mut Vec<Diagnostic>) {
        if !self.kinds.iter().any(|k| k.id == kind.text) {
            p.push(
                Diagnostic::error("C0110", format!("there is no record kind `{}`", kind.text), file, kind.span.clone())
                    .did_you_mean(&kind.text, self.kinds.iter().map(|k| k.id.as_str())),
            );
        }
    }
}

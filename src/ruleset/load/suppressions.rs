//! Findings of the audit that somebody has looked at and left as they are, for a reason and for a time.

use std::sync::Arc;

use super::super::model::Suppression;
use super::super::read::Table;
use super::{Loader, line_of};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::tree::Node;

impl Loader {
    pub(super) fn suppressions(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let mut problems = Vec::new();
        let p = &mut problems;
        let top = Table::new(file, node, "a file of suppressions");
        for t in top.tables("suppression", "a suppression", p) {
            let until = t.date("until", p);
            if until.is_none() {
                let message = "a suppression needs `until`, the day on which somebody looks again";
                p.push(Diagnostic::error("C0101", message, file, t.span()));
            }
            self.suppressions.push(Suppression {
                code: t.need("code", p).text,
                at: t.need("at", p).text,
                reason: t.need("reason", p).text,
                until: until.unwrap_or_default(),
                file: file.name.clone(),
                line: line_of(&file.text, t.span().start),
            });
            t.finish(p);
        }
        top.finish(p);
        self.problems.append(&mut problems);
    }
}

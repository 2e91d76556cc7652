//! Routes: how something found late is put right, by agency and stage.

use std::sync::Arc;

use super::super::model::*;
use super::super::read::{Table, Text};
use super::decision::basis;
use super::{Loader, line_of};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::tree::Node;

impl Loader {
    pub(super) fn routes(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let mut problems = std::mem::take(&mut self.problems);
        let p = &mut problems;
        let top = Table::new(file, node, "a file of routes");
        for t in top.tables("route", "a route", p) {
            let routes = self.route(&t, p);
            t.finish(p);
            self.routes.extend(routes);
        }
        top.finish(p);
        self.problems = problems;
    }

    /// One route for each agency that it names.
    fn route(&self, t: &Table<'_>, p: &mut Vec<Diagnostic>) -> Vec<Route> {
        let file = t.file;
        let word = t.need("stage", p);
        let stage = Stage::parse(&word.text);
        if stage.is_none() && !word.text.is_empty() {
            let message = format!("there is no stage `{}`", word.text);
            p.push(
                Diagnostic::error("C0116", message, file, word.span.clone())
                    .did_you_mean(&word.text, Stage::ALL.map(Stage::id)),
            );
        }
        let agencies = self.agency_ids(file, t, p);
        let moments = t.texts("moments", p);
        for agency in &agencies {
            if self.routes.iter().any(|r| r.agency == *agency && Some(r.stage) == stage) {
                let message = format!("the route for `{agency}`, `{}` stands twice", word.text);
                p.push(Diagnostic::error("C0108", message, file, word.span.clone()));
            }
            self.route_moments(self.agencies.iter().find(|a| a.id == *agency), &moments, file, p);
        }
        // A route that was looked for and not found has the day instead of a source.
        let none_found = t.date("none-found", p);
        let verified = none_found.or_else(|| t.date("verified", p));
        if verified.is_none() {
            p.push(Diagnostic::error("C0101", "a route needs `verified`, or `none-found`", file, t.span()));
        }
        let basis = if none_found.is_some() { None } else { basis(t, p) };
        let route = Route {
            agency: String::new(),
            stage: stage.unwrap_or(Stage::Standing),
            moments: moments.into_iter().map(|m| m.text).collect(),
            published: none_found.is_none(),
            first: t.need("first", p).text,
            then: t.texts("then", p).into_iter().map(|s| s.text).collect(),
            by: by(t, p),
            draft: t.need("draft", p).text,
            authority: if none_found.is_some() { Vec::new() } else { self.authority(t, "a route", p) },
            basis: basis.unwrap_or(Basis::Unverified),
            verified: verified.unwrap_or_default(),
            review_by: t.date("review-by", p),
            note: t.words("note", p),
            file: file.name.clone(),
            line: line_of(&file.text, t.span().start),
        };
        agencies.into_iter().map(|agency| Route { agency, ..route.clone() }).collect()
    }

    fn route_moments(
        &self,
        agency: Option<&Agency>,
        moments: &[Text],
        file: &Arc<SourceFile>,
        p: &mut Vec<Diagnostic>,
    ) {
        let Some(agency) = agency else { return };
        for moment in moments {
            let known = agency.moments.iter().map(|m| m.id.as_str());
            if !agency.moments.iter().any(|m| m.id == moment.text) {
                let message = format!("{} has no moment `{}`", agency.short, moment.text);
                p.push(
                    Diagnostic::error("C0113", message, file, moment.span.clone()).did_you_mean(&moment.text, known),
                );
            } else if self.routes.iter().any(|r| r.agency == agency.id && r.moments.contains(&moment.text)) {
                let message = format!("two routes of {} serve the moment `{}`", agency.short, moment.text);
                p.push(Diagnostic::error("C0108", message, file, moment.span.clone()));
            }
        }
    }
}

/// By when, written like a rule's deadline and counted from the day on which it was noticed.
fn by(t: &Table<'_>, p: &mut Vec<Diagnostic>) -> By {
    let Some(d) = t.table("by", "a deadline", p) else { return By::NotStated };
    let (soon, days) = (d.text("as-soon-as", p), d.int("at-latest-days", p));
    let (not_stated, differ) = (d.flag("not-stated", p), d.text("sources-differ", p));
    let span = d.span();
    d.finish(p);
    match (soon.as_ref().map(|s| s.text.as_str()), not_stated, differ) {
        (Some("noticed"), None, None) => By::Soon { days },
        (None, Some(true), None) => By::NotStated,
        (None, None, Some(text)) => By::SourcesDiffer(text.text),
        _ => {
            p.push(Diagnostic::error("C0123", "this is not a deadline of a route", t.file, span).help(
                "write { as-soon-as = \"noticed\", at-latest-days = 30 }, { not-stated = true } or { sources-differ = \"…\" }",
            ));
            By::NotStated
        }
    }
}

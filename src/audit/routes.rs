//! Routes for what is found late: every agency has one for each stage, or says that none was found.

use chrono::NaiveDate;

use super::Finding;
use super::structure::not_said;
use crate::ruleset::{Route, RuleSet, Stage};

pub(super) fn inspect(rules: &RuleSet, today: NaiveDate, findings: &mut Vec<Finding>) {
    for agency in &rules.agencies {
        let has = |stage: Stage| rules.routes.iter().any(|r| r.agency == agency.id && r.stage == stage);
        let stages = Stage::of(agency).iter().filter(|s| !has(**s)).map(|s| s.id());
        let moments = agency.moments.iter().map(|m| m.id.as_str()).filter(|m| rules.route(&agency.id, m).is_none());
        let missing: Vec<&str> = stages.chain(moments).collect();
        if !missing.is_empty() {
            let message = format!("{} has no route for what is found late: {}", agency.short, missing.join(", "));
            let mut finding = Finding::error("A0033", message);
            finding.file = "routes/".to_owned();
            findings.push(finding.help(
                "a route for each stage, and for each moment; or `none-found = DATE` with what may be done all the same",
            ));
        }
    }
    for route in &rules.routes {
        let texts = std::iter::once(&route.first).chain(&route.then).chain([&route.draft, &route.note]);
        if let Some(word) = texts.into_iter().find_map(|text| not_said(text)) {
            let message = format!("the route `{}`, `{}` says \"{word}\"", route.agency, route.stage.id());
            findings.push(at(route, Finding::error("A0019", message)));
        }
        if route.review_by.is_some_and(|day| day < today) {
            let message = format!("the review of the route `{}`, `{}` was due", route.agency, route.stage.id());
            findings.push(at(route, Finding::warning("A0017", message)));
        }
    }
}

fn at(route: &Route, mut finding: Finding) -> Finding {
    finding.file.clone_from(&route.file);
    finding.line = route.line;
    finding
}

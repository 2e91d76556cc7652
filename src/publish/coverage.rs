//! The page of `candor rules coverage`: what of a rule set its trials exercise, and what they leave untried.

use std::collections::BTreeMap;

use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{environment, rendered};
use crate::audit::{Coverage, Missing, Share, SourceCover};
use crate::ruleset::RuleSet;

const PAGE: &str = include_str!("templates/coverage.html");

/// What the template reads.
#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    version: &'a str,
    digest: &'a str,
    overlays: Vec<&'a str>,
    c: &'a Coverage,
    parts: Vec<Row<'a>>,
    agencies: Vec<Row<'a>>,
    wanting: Vec<Wanting<'a>>,
    /// Sources with rules that are not covered.
    partly: Vec<&'a SourceCover>,
    /// Sources with a rule that cases alone cover.
    by_case: usize,
}

/// One row of a table of shares.
#[derive(Serialize)]
struct Row<'a> {
    name: &'a str,
    shares: Vec<Cell>,
}

#[derive(Serialize)]
struct Cell {
    #[serde(flatten)]
    share: Share,
    /// Of a hundred, rounded down: what is not complete never reads as if it were.
    percent: usize,
}

/// What is missing from one agency's rules.
#[derive(Serialize)]
struct Wanting<'a> {
    agency: &'a str,
    count: usize,
    rules: Vec<Lacks<'a>>,
}

/// What is missing from one rule.
#[derive(Serialize)]
struct Lacks<'a> {
    rule: &'a str,
    file: &'a str,
    line: usize,
    items: Vec<&'a Missing>,
}

/// The coverage of a rule set as one HTML page.
pub fn coverage(rules: &RuleSet, coverage: &Coverage) -> String {
    rendered(render(rules, coverage))
}

fn render(rules: &RuleSet, coverage: &Coverage) -> Result<String, minijinja::Error> {
    let cell = |share: Share| Cell { share, percent: (share.covered * 100).checked_div(share.all).unwrap_or(100) };
    let agencies: Vec<Row<'_>> = coverage
        .agencies
        .iter()
        .map(|a| Row { name: &a.agency, shares: a.tally.parts().into_iter().map(|(_, share)| cell(share)).collect() })
        .collect();
    let parts: Vec<Row<'_>> =
        coverage.total.parts().into_iter().map(|(name, share)| Row { name, shares: vec![cell(share)] }).collect();
    let env = environment(&[("coverage.html", PAGE)])?;
    let page = Page {
        title: &rules.meta.title,
        version: &rules.meta.version,
        digest: &rules.digest,
        overlays: rules.overlays.iter().map(|o| o.title.as_str()).collect(),
        c: coverage,
        parts,
        agencies,
        wanting: wanting(coverage),
        partly: coverage.sources.iter().filter(|s| s.covered < s.rules).collect(),
        by_case: coverage.sources.iter().filter(|s| s.cases > 0).count(),
    };
    env.get_template("coverage.html")?.render(Value::from(Serde(&page)))
}

fn wanting(coverage: &Coverage) -> Vec<Wanting<'_>> {
    let mut agencies: BTreeMap<&str, Wanting<'_>> = BTreeMap::new();
    for missing in &coverage.missing {
        let agency = missing.decision.split('.').next().unwrap_or_default();
        let wanting = agencies.entry(agency).or_insert_with(|| Wanting { agency, count: 0, rules: Vec::new() });
        wanting.count += 1;
        match wanting.rules.last_mut() {
            Some(last) if last.rule == missing.rule => last.items.push(missing),
            _ => wanting.rules.push(Lacks {
                rule: &missing.rule,
                file: &missing.file,
                line: missing.line,
                items: vec![missing],
            }),
        }
    }
    agencies.into_values().collect()
}

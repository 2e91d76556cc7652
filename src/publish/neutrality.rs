//! The page of `candor rules neutrality`: which rulings turn on which foreign country or listed organisation, by whose
//! authority, and what is proved of all others.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use minijinja::value::{Serde, Value};
use serde::Serialize;

use super::{environment, rendered};
use crate::audit::{Depends, ListUse, Neutrality, SwapPair};
use crate::report::words;
use crate::ruleset::RuleSet;

const PAGE: &str = include_str!("templates/neutrality.html");

/// What the template reads.
#[derive(Serialize)]
struct Page<'a> {
    title: &'a str,
    version: &'a str,
    digest: &'a str,
    overlays: Vec<&'a str>,
    today: String,
    n: &'a Neutrality,
    summary: String,
    proved: usize,
    around: Vec<String>,
    folders: Vec<Folder<'a>>,
    lists: Vec<Listed<'a>>,
}

/// A list, and its editions in words.
#[derive(Serialize)]
struct Listed<'a> {
    list: &'a ListUse,
    editions: Vec<String>,
}

/// An agency's decisions that turn on it.
#[derive(Serialize)]
struct Folder<'a> {
    id: &'a str,
    title: String,
    decisions: Vec<Row<'a>>,
}

#[derive(Serialize)]
struct Row<'a> {
    decision: &'a Depends,
    /// By rule: its local id and its citations in words.
    rules: Vec<(&'a str, Vec<String>)>,
    untouched: Vec<&'a str>,
    pair: Option<String>,
}

/// The neutrality of a rule set as one HTML page, as of a day.
pub fn neutrality(rules: &RuleSet, found: &Neutrality, today: NaiveDate) -> String {
    rendered(render(rules, found, today))
}

fn render(rules: &RuleSet, found: &Neutrality, today: NaiveDate) -> Result<String, minijinja::Error> {
    let mut folders: BTreeMap<&str, Folder<'_>> = BTreeMap::new();
    for decision in &found.depend {
        let id = decision.agency.as_str();
        let title = rules.agency(id).map_or_else(|| id.to_owned(), |a| a.title.clone());
        let folder = folders.entry(id).or_insert_with(|| Folder { id, title, decisions: Vec::new() });
        folder.decisions.push(row(rules, decision));
    }
    let lists = found
        .lists
        .iter()
        .map(|list| {
            let editions: Vec<String> = list
                .editions
                .iter()
                .map(|e| {
                    let source = rules.source(&e.source).map_or(e.source.as_str(), |s| s.title.as_str());
                    format!("since {}: {source}", e.from)
                })
                .collect();
            Listed { list, editions }
        })
        .collect();
    let env = environment(&[("neutrality.html", PAGE)])?;
    let page = Page {
        title: &rules.meta.title,
        version: &rules.meta.version,
        digest: &rules.digest,
        overlays: rules.overlays.iter().map(|o| o.title.as_str()).collect(),
        today: words::date(today),
        n: found,
        summary: found.summary(),
        proved: found.proved(),
        around: found.around.lines(),
        folders: folders.into_values().collect(),
        lists,
    };
    env.get_template("neutrality.html")?.render(Value::from(Serde(&page)))
}

fn row<'a>(rules: &'a RuleSet, depends: &'a Depends) -> Row<'a> {
    let cited = |id: &str| -> Vec<String> {
        let rule = rules.decision(&depends.decision).and_then(|d| d.rule(id));
        rule.map(|r| r.authority.iter().map(|a| words::citation(rules, a)).collect()).unwrap_or_default()
    };
    let local = |id: &'a str| id.rsplit('.').next().unwrap_or(id);
    Row {
        decision: depends,
        rules: depends.rules.iter().map(|r| (local(&r.rule), cited(&r.rule))).collect(),
        untouched: depends.untouched.iter().map(|id| local(id)).collect(),
        pair: depends.pair.as_ref().map(SwapPair::text),
    }
}

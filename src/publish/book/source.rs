//! A source's page, with every clause and what became of it, and the list of all sources.

use std::collections::BTreeMap;

use serde::Serialize;

use super::card::{ChangeNote, Mention, mention};
use super::shelf::{At, Desk, Link, is_web, read};
use super::{paths, timeline};
use crate::audit::{self, Fate};
use crate::report::words;
use crate::ruleset::Source;

#[derive(Debug, Serialize)]
pub(super) struct Page {
    title: String,
    id: String,
    issuer: String,
    url: String,
    is_web: bool,
    dates: Vec<(&'static str, String)>,
    read: &'static str,
    note: String,
    clauses: Vec<ClauseNote>,
    citing: Vec<Citing>,
    rules: usize,
    changes: Vec<ChangeNote>,
    lists: Vec<Link>,
    pending: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct ClauseNote {
    at: String,
    says: String,
    rules: Vec<RuleNote>,
    out: String,
    open: bool,
}

/// A rule, named with its decision.
#[derive(Debug, Serialize)]
struct RuleNote {
    decision: String,
    rule: Mention,
}

/// The rules of a decision that cite the source.
#[derive(Debug, Serialize)]
struct Citing {
    decision: Link,
    id: String,
    rules: Vec<(Mention, String)>,
}

fn note(desk: &Desk<'_, '_>, at: At) -> Option<RuleNote> {
    let (decision, _) = desk.shelf.rule(at)?;
    Some(RuleNote { decision: decision.id.clone(), rule: mention(desk, at)? })
}

pub(super) fn page(desk: &Desk<'_, '_>, source: &Source) -> Page {
    let rules = desk.shelf.rules;
    let mut citing: BTreeMap<usize, Vec<(Mention, String)>> = BTreeMap::new();
    for (at, pinpoint) in desk.shelf.citing(source) {
        if let Some(mention) = mention(desk, *at) {
            citing.entry(at.0).or_default().push((mention, (*pinpoint).to_owned()));
        }
    }
    let mut dates = Vec::new();
    let mut add = |what, on: Option<chrono::NaiveDate>| dates.extend(on.map(|d| (what, words::date(d))));
    add("Issued", source.issued);
    add("In effect from", source.effective);
    add("Superseded on", source.superseded);
    add("Last checked on", source.last_verified);
    Page {
        title: source.title.clone(),
        id: source.id.clone(),
        issuer: source.issuer.clone(),
        url: source.url.clone(),
        is_web: is_web(&source.url),
        dates,
        read: read(&source.read),
        note: source.note.clone(),
        clauses: source
            .clauses
            .iter()
            .map(|clause| {
                let fate = audit::fate(rules, source, clause);
                let (rules, out) = match &fate {
                    Fate::Rules(ids) => (ids.as_slice(), ""),
                    Fate::Out(why) => ([].as_slice(), *why),
                    Fate::Open => ([].as_slice(), ""),
                };
                ClauseNote {
                    at: clause.at.clone(),
                    says: clause.says.clone(),
                    rules: rules.iter().filter_map(|id| note(desk, desk.shelf.find(id)?)).collect(),
                    out: out.to_owned(),
                    open: fate == Fate::Open,
                }
            })
            .collect(),
        rules: citing.values().map(Vec::len).sum(),
        citing: citing
            .into_iter()
            .filter_map(|(i, cited)| {
                let decision = rules.decisions.get(i)?;
                Some(Citing { decision: desk.decision(decision), id: decision.id.clone(), rules: cited })
            })
            .collect(),
        changes: rules
            .changes
            .iter()
            .filter(|c| c.authority.iter().any(|a| a.source == source.id))
            .map(|c| ChangeNote {
                on: words::date(c.on),
                says: c.says.clone(),
                link: desk.to(&format!("{}#{}", paths::TIMELINE, timeline::anchor(c.on)), words::date(c.on)),
            })
            .collect(),
        lists: rules
            .lists
            .iter()
            .filter(|l| l.editions.iter().any(|e| e.source == source.id))
            .filter_map(|l| Some(desk.to(desk.shelf.paths.lists.get(&l.id)?, l.title.as_str())))
            .collect(),
        pending: rules
            .pending
            .iter()
            .filter(|p| p.authority.iter().any(|a| a.source == source.id))
            .map(|p| desk.to(&format!("{}#{}", paths::PENDING, paths::slug(&p.id)), p.title.as_str()))
            .collect(),
    }
}

#[derive(Debug, Serialize)]
pub(super) struct ListPage {
    title: &'static str,
    groups: Vec<Group>,
    total: usize,
    in_full: usize,
    in_part: usize,
    relayed: usize,
}

#[derive(Debug, Serialize)]
struct Group {
    anchor: String,
    issuer: String,
    sources: Vec<Row>,
}

#[derive(Debug, Serialize)]
struct Row {
    link: Link,
    id: String,
    dates: String,
    read: &'static str,
    rules: usize,
}

/// All sources, by issuer.
pub(super) fn list(desk: &Desk<'_, '_>) -> ListPage {
    let rules = desk.shelf.rules;
    let mut by_issuer: BTreeMap<&str, Vec<Row>> = BTreeMap::new();
    for source in &rules.sources {
        by_issuer.entry(&source.issuer).or_default().push(Row {
            link: desk.source(&source.id),
            id: source.id.clone(),
            dates: words::source_dates(source),
            read: read(&source.read),
            rules: desk.shelf.citing(source).len(),
        });
    }
    let number = |how: &str| rules.sources.iter().filter(|s| s.read == how).count();
    ListPage {
        title: "Sources",
        total: rules.sources.len(),
        in_full: number("full"),
        in_part: number("part"),
        relayed: number("relayed"),
        groups: by_issuer
            .into_iter()
            .enumerate()
            .map(|(i, (issuer, sources))| Group {
                anchor: format!("issuer-{}", i + 1),
                issuer: issuer.to_owned(),
                sources,
            })
            .collect(),
    }
}

//! Every day on which something changes: rules begin and end, and the changelog has an entry.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::card::{Mention, mention};
use super::shelf::{Cite, Desk, Link};
use crate::report::words;

/// The anchor of a day.
pub(super) fn anchor(day: NaiveDate) -> String {
    format!("day-{day}")
}

#[derive(Debug, Serialize)]
pub(super) struct Page {
    title: &'static str,
    /// For the filter: id and short name of each agency.
    agencies: Vec<(String, String)>,
    /// Newest first.
    days: Vec<Day>,
    /// Years, with the anchor of their first entry here.
    years: Vec<Link>,
}

#[derive(Debug, Serialize)]
struct Day {
    anchor: String,
    date: String,
    /// All agencies that it concerns.
    agencies: String,
    changes: Vec<Change>,
    decisions: Vec<Turn>,
    rules: usize,
}

#[derive(Debug, Serialize)]
struct Change {
    agencies: String,
    names: String,
    says: String,
    cites: Vec<Cite>,
}

/// What begins and ends in a decision.
#[derive(Debug, Serialize)]
struct Turn {
    agencies: String,
    names: String,
    decision: Link,
    begins: Vec<Mention>,
    ends: Vec<Mention>,
}

pub(super) fn page(desk: &Desk<'_, '_>) -> Page {
    let rules = desk.shelf.rules;
    /// By decision: rules that begin, rules that end.
    type Turns = BTreeMap<usize, (Vec<usize>, Vec<usize>)>;
    let mut days: BTreeMap<NaiveDate, Turns> = BTreeMap::new();
    for (i, decision) in rules.decisions.iter().enumerate() {
        for (j, rule) in decision.rules.iter().enumerate() {
            if let Some(day) = rule.period.from {
                days.entry(day).or_default().entry(i).or_default().0.push(j);
            }
            if let Some(day) = rule.period.until {
                days.entry(day).or_default().entry(i).or_default().1.push(j);
            }
        }
    }
    for change in &rules.changes {
        days.entry(change.on).or_default();
    }
    let short = |id: &str| rules.agency(id).map_or_else(|| id.to_owned(), |a| a.short.clone());
    let days: Vec<(NaiveDate, Day)> = days
        .into_iter()
        .rev()
        .map(|(day, turns)| {
            let changes: Vec<Change> = rules
                .changes
                .iter()
                .filter(|c| c.on == day)
                .map(|c| Change {
                    agencies: c.agencies.join(" "),
                    names: c.agencies.iter().map(|id| short(id)).collect::<Vec<_>>().join(", "),
                    says: c.says.clone(),
                    cites: desk.cites(&c.authority),
                })
                .collect();
            let rules_here = turns.values().map(|(b, e)| b.len() + e.len()).sum();
            let decisions: Vec<Turn> = turns
                .into_iter()
                .filter_map(|(i, (begins, ends))| {
                    let decision = rules.decisions.get(i)?;
                    let users: Vec<_> = desk.shelf.users(decision).collect();
                    let named = |which: Vec<usize>| which.into_iter().filter_map(|j| mention(desk, (i, j))).collect();
                    Some(Turn {
                        agencies: users.iter().map(|a| a.id.as_str()).collect::<Vec<_>>().join(" "),
                        names: users.iter().map(|a| a.short.as_str()).collect::<Vec<_>>().join(", "),
                        decision: desk.decision(decision),
                        begins: named(begins),
                        ends: named(ends),
                    })
                })
                .collect();
            let mut all: Vec<&str> = changes
                .iter()
                .map(|c| c.agencies.as_str())
                .chain(decisions.iter().map(|d| d.agencies.as_str()))
                .flat_map(str::split_whitespace)
                .collect();
            all.sort_unstable();
            all.dedup();
            let agencies = all.join(" ");
            (day, Day { anchor: anchor(day), date: words::date(day), agencies, changes, decisions, rules: rules_here })
        })
        .collect();
    let mut years: Vec<Link> = Vec::new();
    for (day, entry) in &days {
        let year = day.format("%Y").to_string();
        if years.last().is_none_or(|l| l.text != year) {
            years.push(Link { href: format!("#{}", entry.anchor), text: year });
        }
    }
    Page {
        title: "What changed when",
        agencies: rules.agencies.iter().map(|a| (a.id.clone(), a.short.clone())).collect(),
        days: days.into_iter().map(|(_, day)| day).collect(),
        years,
    }
}

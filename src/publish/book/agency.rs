//! An agency's page and a record kind's page: the decisions that apply, grouped by the other of the two.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts;
use super::news::{PendingNote, pending_notes};
use super::paths;
use super::shelf::{Desk, Link};
use crate::report::words;
use crate::ruleset::{Agency, Decision, Kind, Ruling};

/// Decisions under a heading.
#[derive(Debug, Serialize)]
pub(super) struct Group {
    heading: Link,
    anchor: String,
    decisions: Vec<Row>,
}

/// A decision in a table.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Row {
    link: Link,
    id: String,
    place: String,
    /// At which moments, of the agency whose page it is.
    at: String,
    /// From where it applies, where that is not the agency's own folder.
    shared: String,
    rules: usize,
    /// The rulings that its rules give, each with their number.
    rulings: Vec<(&'static str, &'static str, usize)>,
    /// The last day on which a rule of it began.
    since: String,
}

fn row(desk: &Desk<'_, '_>, decision: &Decision, agency: Option<&Agency>) -> Row {
    let shared = match (desk.shelf.rules.overlay(decision), agency) {
        (Some(overlay), _) => overlay.title.clone(),
        (None, Some(agency)) if agency.id != decision.agency => format!("shared: {}", decision.agency),
        _ => String::new(),
    };
    let at = agency.map(|a| {
        let here = a.moments.iter().filter(|m| decision.moments.contains(&m.id));
        here.map(|m| words::lower_first(&m.title)).collect::<Vec<_>>().join(", ")
    });
    let number = |ruling: Ruling| decision.rules.iter().filter(|r| r.ruling == ruling).count();
    Row {
        link: desk.decision(decision),
        id: decision.id.clone(),
        place: words::place(desk.shelf.rules, &decision.place),
        at: at.unwrap_or_default(),
        shared,
        rules: decision.rules.len(),
        rulings: Ruling::ALL.map(|r| (r.id(), r.title(), number(r))).into_iter().filter(|(_, _, n)| *n > 0).collect(),
        since: decision.rules.iter().filter_map(|r| r.period.from).max().map(words::date).unwrap_or_default(),
    }
}

#[derive(Debug, Serialize)]
pub(super) struct AgencyPage {
    title: String,
    short: String,
    id: String,
    moments: Vec<MomentNote>,
    decisions: usize,
    rules: usize,
    groups: Vec<Group>,
    changes: Vec<super::card::ChangeNote>,
    pending: Vec<PendingNote>,
    routes: Option<Link>,
    cases: Option<Link>,
}

#[derive(Debug, Serialize)]
struct MomentNote {
    title: String,
    /// The clock that `filing` means there.
    filing: String,
}

pub(super) fn page(desk: &Desk<'_, '_>, agency: &Agency) -> AgencyPage {
    let rules = desk.shelf.rules;
    let decisions: Vec<&Decision> = rules.decisions_for(agency).collect();
    let mut by_kind: BTreeMap<(i64, usize), Vec<Row>> = BTreeMap::new();
    for decision in &decisions {
        let order = rules.kinds.get(decision.kind).map_or(0, |k| k.order);
        by_kind.entry((order, decision.kind)).or_default().push(row(desk, decision, Some(agency)));
    }
    AgencyPage {
        title: agency.title.clone(),
        short: agency.short.clone(),
        id: agency.id.clone(),
        moments: agency
            .moments
            .iter()
            .map(|m| MomentNote { title: m.title.clone(), filing: words::clock(&m.filing).to_owned() })
            .collect(),
        decisions: decisions.len(),
        rules: decisions.iter().map(|d| d.rules.len()).sum(),
        groups: by_kind
            .into_iter()
            .map(|((_, kind), decisions)| {
                let id = rules.kinds.get(kind).map_or("", |k| k.id.as_str());
                Group { heading: desk.kind(kind), anchor: format!("kind.{}", paths::slug(id)), decisions }
            })
            .collect(),
        changes: rules
            .changes
            .iter()
            .filter(|c| c.agencies.contains(&agency.id))
            .map(|c| super::card::ChangeNote {
                on: words::date(c.on),
                says: c.says.clone(),
                link: desk.to(&format!("{}#{}", paths::TIMELINE, super::timeline::anchor(c.on)), words::date(c.on)),
            })
            .collect(),
        pending: pending_notes(desk, |law| law.agencies.contains(&agency.id)),
        routes: rules.routes.iter().any(|r| r.agency == agency.id).then(|| {
            desk.to(
                &format!("{}#{}", paths::ROUTES, paths::slug(&agency.id)),
                "Something found late: whom to tell, and how",
            )
        }),
        cases: desk.shelf.cases.iter().any(|c| c.agency == agency.id).then(|| {
            desk.to(desk.shelf.paths.cases.get(&agency.id).map_or(paths::CASES, String::as_str), "Official cases")
        }),
    }
}

#[derive(Debug, Serialize)]
pub(super) struct KindPage {
    title: String,
    plural: String,
    summary: String,
    id: String,
    groups: Vec<Group>,
    fields: Vec<FieldNote>,
}

/// A question about a record.
#[derive(Debug, Serialize)]
struct FieldNote {
    id: String,
    asks: String,
    help: String,
    why: String,
    values: Vec<(String, String)>,
    per_target: bool,
}

pub(super) fn kind_page(desk: &Desk<'_, '_>, index: usize, kind: &Kind) -> KindPage {
    let rules = desk.shelf.rules;
    let mut groups: Vec<Group> = Vec::new();
    // A shared decision stands once, under the first agency that it applies to; the others are named on its page.
    for decision in rules.decisions.iter().filter(|d| d.kind == index) {
        let Some(agency) = desk.shelf.users(decision).next() else { continue };
        let row = row(desk, decision, None);
        let anchor = format!("agency.{}", paths::slug(&agency.id));
        match groups.iter_mut().find(|g| g.anchor == anchor) {
            Some(group) => group.decisions.push(row),
            None => groups.push(Group { heading: desk.agency(agency), anchor, decisions: vec![row] }),
        }
    }
    let order = |g: &Group| rules.agencies.iter().position(|a| g.anchor == format!("agency.{}", paths::slug(&a.id)));
    groups.sort_by_key(order);
    KindPage {
        title: kind.title.clone(),
        plural: kind.plural.clone(),
        summary: kind.summary.clone(),
        id: kind.id.clone(),
        groups,
        fields: kind
            .fields
            .iter()
            .filter(|f| !f.set_by_program)
            .map(|f| FieldNote {
                id: f.id.clone(),
                asks: f.ask.clone(),
                help: f.help.clone(),
                why: f.why.clone(),
                values: facts::values(f),
                per_target: f.per_target,
            })
            .collect(),
    }
}

//! Law that is not settled, and the routes for something found late.

use serde::Serialize;

use super::paths;
use super::shelf::{Cite, Desk, Link};
use crate::report::{ANYTHING, RouteNote, words};
use crate::ruleset::Pending;

/// Unsettled law, named on another page.
#[derive(Debug, Clone, Serialize)]
pub(super) struct PendingNote {
    link: Link,
    status: &'static str,
    would: String,
}

pub(super) fn pending_notes(desk: &Desk<'_, '_>, concerns: impl Fn(&Pending) -> bool) -> Vec<PendingNote> {
    let these = desk.shelf.rules.pending.iter().filter(|p| concerns(p));
    these
        .map(|p| PendingNote {
            link: desk.to(&format!("{}#{}", paths::PENDING, paths::slug(&p.id)), p.title.as_str()),
            status: p.status.title(),
            would: p.would.clone(),
        })
        .collect()
}

#[derive(Debug, Serialize)]
pub(super) struct PendingPage {
    title: &'static str,
    laws: Vec<Law>,
}

#[derive(Debug, Serialize)]
struct Law {
    anchor: String,
    title: String,
    status: &'static str,
    says: String,
    would: String,
    agencies: Vec<Link>,
    kinds: Vec<Link>,
    cites: Vec<Cite>,
    verified: String,
    review_by: String,
}

pub(super) fn pending(desk: &Desk<'_, '_>) -> PendingPage {
    let rules = desk.shelf.rules;
    let law = |p: &Pending| Law {
        anchor: paths::slug(&p.id),
        title: p.title.clone(),
        status: p.status.title(),
        says: p.says.clone(),
        would: p.would.clone(),
        agencies: p.agencies.iter().filter_map(|id| rules.agency(id)).map(|a| desk.agency(a)).collect(),
        kinds: p.kinds.iter().filter_map(|id| rules.kind(id)).map(|(i, _)| desk.kind(i)).collect(),
        cites: p.authority.iter().map(|a| desk.cite(a)).collect(),
        verified: words::date(p.verified),
        review_by: words::date(p.review_by),
    };
    PendingPage { title: "Law that is not settled", laws: rules.pending.iter().map(law).collect() }
}

#[derive(Debug, Serialize)]
pub(super) struct RoutesPage {
    title: &'static str,
    agencies: Vec<AgencyRoutes>,
}

#[derive(Debug, Serialize)]
struct AgencyRoutes {
    anchor: String,
    agency: Link,
    routes: Vec<RouteCard>,
}

#[derive(Debug, Serialize)]
struct RouteCard {
    stage: &'static str,
    note: RouteNote,
    cites: Vec<Cite>,
}

pub(super) fn routes(desk: &Desk<'_, '_>) -> RoutesPage {
    let rules = desk.shelf.rules;
    let of = |id: &str| -> Vec<RouteCard> {
        let these = rules.routes.iter().filter(|r| r.agency == id);
        these
            .map(|route| RouteCard {
                stage: route.stage.title(),
                note: RouteNote::of(rules, route, &ANYTHING),
                cites: route.authority.iter().map(|a| desk.cite(a)).collect(),
            })
            .collect()
    };
    let agencies = rules
        .agencies
        .iter()
        .map(|a| AgencyRoutes { anchor: paths::slug(&a.id), agency: desk.agency(a), routes: of(&a.id) })
        .filter(|a| !a.routes.is_empty())
        .collect();
    RoutesPage { title: "Something found late", agencies }
}

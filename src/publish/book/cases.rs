//! The official cases with their expected rulings, and what the rules say to each.

use serde::Serialize;

use super::card::{Mention, expected, mention};
use super::facts::{self, Fact};
use super::paths;
use super::shelf::{Desk, Link, is_web};
use crate::audit::{CaseResult, Verdict};
use crate::ruleset::{Agency, Case};

#[derive(Debug, Serialize)]
pub(super) struct Overview {
    title: &'static str,
    agencies: Vec<(Link, usize)>,
    /// Where the rules answer otherwise than the source, and why.
    explained: Vec<(CaseCard, Link)>,
    expectations: usize,
    agree: usize,
    differ: usize,
}

#[derive(Debug, Serialize)]
pub(super) struct Page {
    title: String,
    agency: Link,
    cases: Vec<CaseCard>,
}

#[derive(Debug, Serialize)]
pub(super) struct CaseCard {
    anchor: String,
    id: String,
    says: String,
    source: String,
    url: String,
    is_web: bool,
    kind: Link,
    facts: Vec<Fact>,
    institution: String,
    disagrees: String,
    expectations: Vec<Expectation>,
}

#[derive(Debug, Serialize)]
struct Expectation {
    decision: Link,
    expected: String,
    agrees: bool,
    /// By which rules.
    by: Vec<Mention>,
    /// In a few words, where no rule decides.
    got: String,
}

fn card(desk: &Desk<'_, '_>, case: &Case, results: &[&CaseResult]) -> CaseCard {
    let shelf = desk.shelf;
    let expectation = |result: &&CaseResult| {
        let decision = shelf.rules.decision(&result.decision)?;
        Some(Expectation {
            decision: desk.decision(decision),
            expected: expected(&result.expected),
            agrees: matches!(result.verdict, Verdict::Agrees | Verdict::AgreesAfterAll),
            by: result.rules.iter().filter_map(|id| mention(desk, shelf.find(id)?)).collect(),
            got: if result.rules.is_empty() { result.got.replace('`', "") } else { String::new() },
        })
    };
    CaseCard {
        anchor: shelf.case_anchor(&case.id).to_owned(),
        id: case.id.clone(),
        says: case.says.clone(),
        source: case.source.clone(),
        url: case.url.clone(),
        is_web: is_web(&case.url),
        kind: desk.kind(case.kind),
        facts: facts::given(shelf.rules, case.kind, &case.given),
        institution: case.institution.clone().unwrap_or_default(),
        disagrees: case.disagrees.clone().unwrap_or_default(),
        expectations: results.iter().filter_map(expectation).collect(),
    }
}

/// The results of each case, in order of the cases.
fn together<'s>(desk: &'s Desk<'_, '_>) -> impl Iterator<Item = (&'s Case, Vec<&'s CaseResult>)> {
    let mut rest = desk.shelf.results.as_slice();
    desk.shelf.cases.iter().map(move |case| {
        let (these, others) = rest.split_at(case.expect.len().min(rest.len()));
        rest = others;
        (case, these.iter().collect())
    })
}

pub(super) fn page(desk: &Desk<'_, '_>, agency: &Agency) -> Page {
    Page {
        title: format!("Official cases: {}", agency.short),
        agency: desk.agency(agency),
        cases: together(desk).filter(|(c, _)| c.agency == agency.id).map(|(c, r)| card(desk, c, &r)).collect(),
    }
}

pub(super) fn overview(desk: &Desk<'_, '_>) -> Overview {
    let shelf = desk.shelf;
    let number = |agency: &Agency| shelf.cases.iter().filter(|c| c.agency == agency.id).count();
    let agencies = shelf.rules.agencies.iter().map(|a| {
        let path = shelf.paths.cases.get(&a.id).map_or(paths::CASES, String::as_str);
        (desk.to(path, a.short.as_str()), number(a))
    });
    let verdicts = |v: &[Verdict]| shelf.results.iter().filter(|r| v.contains(&r.verdict)).count();
    Overview {
        title: "Official cases",
        agencies: agencies.filter(|(_, n)| *n > 0).collect(),
        explained: together(desk)
            .filter(|(case, _)| case.disagrees.is_some())
            .map(|(case, results)| (card(desk, case, &results), Link { text: case.id.clone(), ..desk.case(case) }))
            .collect(),
        expectations: shelf.results.len(),
        agree: verdicts(&[Verdict::Agrees, Verdict::AgreesAfterAll]),
        differ: verdicts(&[Verdict::Differs]),
    }
}

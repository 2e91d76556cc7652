//! A rule's card: what it says, when, on what authority, what was tried on it, and what stands beside it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::facts::{self, Fact, Piece};
use super::history;
use super::shelf::{At, Cite, Desk, Link};
use crate::audit::Verdict;
use crate::report::words;
use crate::ruleset::{Basis, Decision, Example, Expected, Rule, Ruling};

#[derive(Debug, Serialize)]
pub(super) struct Card {
    anchor: String,
    id: String,
    local: String,
    ruling: &'static str,
    title: &'static str,
    /// For the date filter.
    from: String,
    until: String,
    period: String,
    always: bool,
    otherwise: bool,
    when: Vec<Piece>,
    unless: Vec<Link>,
    because: String,
    action: String,
    question: String,
    /// Where it is another place than the decision's.
    place: Option<Link>,
    may_list: Option<Link>,
    contact: Option<String>,
    deadline: String,
    authority: Vec<Cite>,
    basis: String,
    is_relayed: bool,
    verified: String,
    review_by: String,
    note: String,
    examples: Vec<Vec<Fact>>,
    near_misses: Vec<NearMiss>,
    /// Examples that only pin down a number or a date.
    edges: usize,
    cases: Vec<CaseNote>,
    neighbours: Vec<Neighbour>,
    earlier: Vec<Mention>,
    later: Vec<Mention>,
    changes: Vec<ChangeNote>,
}

/// Facts that almost fire the rule.
#[derive(Debug, Serialize)]
struct NearMiss {
    /// Where it differs from the nearest example; all facts if there is none.
    facts: Vec<Fact>,
    then: Option<Mention>,
    or_else: &'static str,
}

/// A rule named on another rule's card.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Mention {
    pub(super) link: Link,
    pub(super) ruling: &'static str,
    pub(super) title: &'static str,
    pub(super) period: String,
}

/// A rule that takes over, and how one gets there.
#[derive(Debug, Serialize)]
struct Neighbour {
    rule: Mention,
    ways: Vec<String>,
}

/// A case that lands on the rule.
#[derive(Debug, Serialize)]
struct CaseNote {
    link: Link,
    source: String,
    expected: String,
    agrees: bool,
}

/// An entry of the changelog.
#[derive(Debug, Clone, Serialize)]
pub(super) struct ChangeNote {
    pub(super) on: String,
    pub(super) says: String,
    pub(super) link: Link,
}

pub(super) fn mention(desk: &Desk<'_, '_>, at: At) -> Option<Mention> {
    let (_, rule) = desk.shelf.rule(at)?;
    Some(Mention {
        link: desk.rule(at)?,
        ruling: rule.ruling.id(),
        title: rule.ruling.title(),
        period: words::period(&rule.period),
    })
}

/// The cards of a decision, in order.
pub(super) fn cards(desk: &Desk<'_, '_>, decision: &Decision) -> Vec<Card> {
    let timeline = history::Timeline::of(desk.shelf.rules, decision);
    decision.rules.iter().enumerate().map(|(j, rule)| card(desk, decision, j, rule, &timeline)).collect()
}

fn card(desk: &Desk<'_, '_>, decision: &Decision, j: usize, rule: &Rule, timeline: &history::Timeline) -> Card {
    let rules = desk.shelf.rules;
    let shown = |fires: bool| rule.examples.iter().filter(move |e| e.edge.is_none() && e.fires == fires);
    let examples: Vec<Vec<Fact>> = shown(true).map(|e| facts::given(rules, decision.kind, &e.given)).collect();
    let near_misses = shown(false).map(|e| near_miss(desk, decision, &examples, e)).collect();
    let there = |which: &[usize]| which.iter().filter_map(|i| mention(desk, (decision.index, *i))).collect();
    let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    Card {
        anchor: desk.shelf.paths.rules.get(decision.index).and_then(|r| r.get(j)).cloned().unwrap_or_default(),
        id: rule.id.clone(),
        local: rule.local_id().to_owned(),
        ruling: rule.ruling.id(),
        title: rule.ruling.title(),
        from: day(rule.period.from),
        until: day(rule.period.until),
        period: words::period(&rule.period),
        always: rule.when_text.is_empty() && !rule.otherwise,
        otherwise: rule.otherwise,
        when: if rule.when_text.is_empty() { Vec::new() } else { facts::condition(desk, decision, &rule.when_text) },
        unless: rule.unless.iter().filter_map(|id| desk.rule(sibling(decision, id)?)).collect(),
        because: rule.because.clone(),
        action: rule.action.clone(),
        question: rule.question.clone(),
        place: (rule.place != decision.place).then(|| desk.place(&rule.place)),
        may_list: rule.may_list.as_deref().map(|place| desk.place(place)),
        contact: rules.contact(decision, &rule.place).filter(|_| is_for_office(rule.ruling)).map(words::contact),
        deadline: facts::deadline(rules, decision, rule),
        authority: rule.authority.iter().map(|a| desk.cite(a)).collect(),
        basis: match rule.basis {
            Basis::Primary => "the text itself was read".to_owned(),
            _ => words::basis(rules, rule).unwrap_or_default(),
        },
        is_relayed: rule.basis != Basis::Primary,
        verified: words::date(rule.verified),
        review_by: rule.review_by.map(words::date).unwrap_or_default(),
        note: rule.note.clone(),
        examples,
        near_misses,
        edges: rule.examples.iter().filter(|e| e.edge.is_some()).count(),
        cases: desk
            .shelf
            .landed(rule)
            .filter_map(|result| {
                let case = desk.shelf.case(&result.case)?;
                Some(CaseNote {
                    link: desk.case(case),
                    source: result.source.clone(),
                    expected: expected(&result.expected),
                    agrees: result.verdict == Verdict::Agrees,
                })
            })
            .collect(),
        neighbours: neighbours(desk, decision, j, rule),
        earlier: there(&timeline.before(j)),
        later: there(&timeline.after(j)),
        changes: changes(desk, decision, rule),
    }
}

fn is_for_office(ruling: Ruling) -> bool {
    matches!(ruling, Ruling::AskOffice | Ruling::Stop | Ruling::TellInstitution | Ruling::PriorApproval)
}

/// What a case expects, in the words of the screen.
pub(super) fn expected(word: &str) -> String {
    Ruling::parse(word).map_or_else(|| word.to_owned(), |r| r.title().to_owned())
}

fn sibling(decision: &Decision, id: &str) -> Option<At> {
    let j = decision.rules.iter().position(|r| r.local_id() == id || r.id == id)?;
    Some((decision.index, j))
}

fn near_miss(desk: &Desk<'_, '_>, decision: &Decision, examples: &[Vec<Fact>], example: &Example) -> NearMiss {
    let (then, or_else) = match &example.expects {
        Expected::Rule(id) => (sibling(decision, id).and_then(|at| mention(desk, at)), ""),
        Expected::Ruling(ruling) => (None, ruling.title()),
        Expected::Open | Expected::ThisRule => (None, "It stays open"),
    };
    let all = facts::given(desk.shelf.rules, decision.kind, &example.given);
    let nearest = examples.iter().map(|e| facts::difference(e, &all)).min_by_key(Vec::len);
    NearMiss { facts: nearest.filter(|d| !d.is_empty()).unwrap_or(all), then, or_else }
}

/// The rules of the decision that take over when an answer changes, with the ways there.
fn neighbours(desk: &Desk<'_, '_>, decision: &Decision, j: usize, rule: &Rule) -> Vec<Neighbour> {
    let mut ways: BTreeMap<usize, Vec<String>> = BTreeMap::new();
    let mut add = |at: Option<At>, way: String| {
        if let Some((_, other)) = at.filter(|(_, other)| *other != j) {
            let ways = ways.entry(other).or_default();
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    };
    for id in &rule.unless {
        add(sibling(decision, id), "goes before this one".to_owned());
    }
    for (at, other) in decision.rules.iter().enumerate() {
        if other.unless.iter().any(|id| id == rule.local_id() || *id == rule.id) {
            add(Some((decision.index, at)), "gives way to this one".to_owned());
        }
    }
    let named = |example: &Example| match &example.expects {
        Expected::Rule(id) if example.edge.is_none() => sibling(decision, id),
        _ => None,
    };
    for example in &rule.examples {
        add(named(example), "one thing different".to_owned());
    }
    for (at, other) in decision.rules.iter().enumerate() {
        if other.examples.iter().filter_map(named).any(|(_, i)| i == j) {
            add(Some((decision.index, at)), "one thing different".to_owned());
        }
    }
    ways.into_iter()
        .filter_map(|(at, ways)| Some(Neighbour { rule: mention(desk, (decision.index, at))?, ways }))
        .collect()
}

/// Entries of the changelog that rest on a source of the rule and concern an agency that uses it.
fn changes(desk: &Desk<'_, '_>, decision: &Decision, rule: &Rule) -> Vec<ChangeNote> {
    let rules = desk.shelf.rules;
    rules
        .changes
        .iter()
        .filter(|c| c.authority.iter().any(|a| rule.authority.iter().any(|b| a.source == b.source)))
        .filter(|c| {
            c.agencies.iter().filter_map(|id| rules.agency(id)).any(|agency| desk.shelf.is_used(decision, agency))
        })
        .map(|c| ChangeNote {
            on: words::date(c.on),
            says: c.says.clone(),
            link: desk.to(&format!("{}#{}", super::paths::TIMELINE, super::timeline::anchor(c.on)), words::date(c.on)),
        })
        .collect()
}

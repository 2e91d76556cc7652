//! What the pages have in common: links between them, who cites what, and which case lands on which rule.
//!
//! A [`Shelf`] is made once for a book; a [`Desk`] is the shelf seen from one page, whose links are relative to it.

use std::collections::BTreeMap;

use serde::Serialize;

use super::paths::Paths;
use crate::audit::{self, CaseResult};
use crate::report::words;
use crate::ruleset::{Agency, Authority, Case, Decision, Rule, RuleSet, Source};

/// A link: relative to the page it stands on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Link {
    pub(super) href: String,
    pub(super) text: String,
}

/// A rule by its places in the rule set: decision and rule.
pub(super) type At = (usize, usize);

/// A rule set with its cross-references.
pub(super) struct Shelf<'r> {
    pub(super) rules: &'r RuleSet,
    pub(super) cases: &'r [Case],
    pub(super) paths: Paths,
    /// What came of every expectation of every case.
    pub(super) results: Vec<CaseResult>,
    by_id: BTreeMap<&'r str, At>,
    /// Places in `results`, by rule id.
    landed: BTreeMap<String, Vec<usize>>,
    /// By source id: rules that cite it, with the pinpoint.
    cited: BTreeMap<&'r str, Vec<(At, &'r str)>>,
    /// By case id.
    anchors: BTreeMap<&'r str, String>,
}

impl<'r> Shelf<'r> {
    pub(super) fn new(rules: &'r RuleSet, cases: &'r [Case]) -> Self {
        let results = audit::run_cases(rules, cases);
        let mut by_id = BTreeMap::new();
        let mut cited: BTreeMap<&str, Vec<(At, &str)>> = BTreeMap::new();
        for (i, decision) in rules.decisions.iter().enumerate() {
            for (j, rule) in decision.rules.iter().enumerate() {
                by_id.entry(rule.id.as_str()).or_insert((i, j));
                for a in &rule.authority {
                    cited.entry(&a.source).or_default().push(((i, j), &a.at));
                }
            }
        }
        let mut landed: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        for (i, result) in results.iter().enumerate() {
            for rule in &result.rules {
                landed.entry(rule.clone()).or_default().push(i);
            }
        }
        let mut names = super::paths::Names::default();
        let anchors = cases.iter().map(|c| (c.id.as_str(), names.claim(&super::paths::slug(&c.id), ""))).collect();
        Self { rules, cases, paths: Paths::of(rules), results, by_id, landed, cited, anchors }
    }

    /// Agencies whose targets a decision applies to, in their own order.
    pub(super) fn users(&self, decision: &'r Decision) -> impl Iterator<Item = &'r Agency> {
        let rules: &'r RuleSet = self.rules;
        rules.agencies.iter().filter(|a| a.id == decision.agency || a.ruled_with.contains(&decision.agency))
    }

    /// Does it apply to targets of this agency?
    pub(super) fn is_used(&self, decision: &Decision, agency: &Agency) -> bool {
        agency.id == decision.agency || agency.ruled_with.contains(&decision.agency)
    }

    pub(super) fn find(&self, rule_id: &str) -> Option<At> {
        self.by_id.get(rule_id).copied()
    }

    pub(super) fn rule(&self, at: At) -> Option<(&'r Decision, &'r Rule)> {
        let decision = self.rules.decisions.get(at.0)?;
        Some((decision, decision.rules.get(at.1)?))
    }

    /// The expectations of cases that a rule decides.
    pub(super) fn landed(&self, rule: &Rule) -> impl Iterator<Item = &CaseResult> {
        self.landed.get(&rule.id).into_iter().flatten().filter_map(|i| self.results.get(*i))
    }

    /// The rules that cite a source, with the pinpoint.
    pub(super) fn citing(&self, source: &Source) -> &[(At, &'r str)] {
        self.cited.get(source.id.as_str()).map(Vec::as_slice).unwrap_or_default()
    }

    pub(super) fn case(&self, id: &str) -> Option<&'r Case> {
        self.cases.iter().find(|c| c.id == id)
    }

    pub(super) fn case_anchor(&self, id: &str) -> &str {
        self.anchors.get(id).map_or("", String::as_str)
    }

    /// The shelf as seen from a page.
    pub(super) fn from(&self, page: &str) -> Desk<'_, 'r> {
        Desk { shelf: self, root: "../".repeat(page.matches('/').count()), page: page.to_owned() }
    }
}

/// A citation.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Cite {
    pub(super) source: Link,
    pub(super) at: String,
    pub(super) url: String,
    /// Set where the address is one of the web.
    pub(super) is_web: bool,
    pub(super) dates: String,
    /// How it was read, where that needs saying.
    pub(super) read: &'static str,
}

/// The shelf as seen from one page.
pub(super) struct Desk<'s, 'r> {
    pub(super) shelf: &'s Shelf<'r>,
    pub(super) root: String,
    /// Its own path.
    page: String,
}

impl<'r> Desk<'_, 'r> {
    /// A page or anchor of the book.
    pub(super) fn to(&self, path: &str, text: impl Into<String>) -> Link {
        let href = match path.strip_prefix(&self.page) {
            Some(anchor) if anchor.starts_with('#') => anchor.to_owned(),
            _ => format!("{}{path}", self.root),
        };
        Link { href, text: text.into() }
    }

    pub(super) fn decision(&self, decision: &Decision) -> Link {
        let path = self.shelf.paths.decisions.get(decision.index).map_or("", String::as_str);
        self.to(path, decision.asks.as_str())
    }

    /// A rule, under its local id.
    pub(super) fn rule(&self, at: At) -> Option<Link> {
        let (_, rule) = self.shelf.rule(at)?;
        let path = self.shelf.paths.decisions.get(at.0)?;
        let anchor = self.shelf.paths.rules.get(at.0)?.get(at.1)?;
        Some(self.to(&format!("{path}#{anchor}"), rule.local_id()))
    }

    pub(super) fn agency(&self, agency: &Agency) -> Link {
        self.to(self.shelf.paths.agencies.get(&agency.id).map_or("", String::as_str), agency.short.as_str())
    }

    pub(super) fn kind(&self, kind: usize) -> Link {
        let text = self.shelf.rules.kinds.get(kind).map_or("", |k| k.title.as_str());
        self.to(self.shelf.paths.kinds.get(kind).map_or("", String::as_str), text)
    }

    /// A source under its title.
    pub(super) fn source(&self, id: &str) -> Link {
        let text = self.shelf.rules.source(id).map_or(id, |s| s.title.as_str());
        self.to(self.shelf.paths.sources.get(id).map_or("", String::as_str), text)
    }

    /// A place on a form.
    pub(super) fn place(&self, id: &str) -> Link {
        let text = words::place(self.shelf.rules, id);
        match self.shelf.rules.place(id).and_then(|(form, _)| self.shelf.paths.forms.get(&form.id)) {
            Some(path) => self.to(&format!("{path}#{}", super::paths::slug(id)), text),
            None => self.to(super::paths::FORMS, text),
        }
    }

    /// A case, under what it says.
    pub(super) fn case(&self, case: &Case) -> Link {
        let path = self.shelf.paths.cases.get(&case.agency).map_or(super::paths::CASES, String::as_str);
        self.to(&format!("{path}#{}", self.shelf.case_anchor(&case.id)), case.says.as_str())
    }

    pub(super) fn cite(&self, authority: &Authority) -> Cite {
        let source = self.shelf.rules.source(&authority.source);
        let url = source.map_or("", |s| s.url.as_str());
        Cite {
            source: self.source(&authority.source),
            at: authority.at.clone(),
            url: url.to_owned(),
            is_web: is_web(url),
            dates: source.map(words::source_dates).unwrap_or_default(),
            read: source.map_or("", |s| read(&s.read)),
        }
    }

    pub(super) fn cites(&self, authority: &'r [Authority]) -> Vec<Cite> {
        authority.iter().map(|a| self.cite(a)).collect()
    }
}

/// May the address be a link?
pub(super) fn is_web(url: &str) -> bool {
    ["https://", "http://"].iter().any(|start| url.starts_with(start))
}

/// How much of a source was read, in words.
pub(super) fn read(how: &str) -> &'static str {
    match how {
        "full" => "read in full",
        "part" => "read in part",
        "relayed" => "not read itself: known as others relay it",
        _ => "",
    }
}

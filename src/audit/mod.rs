//! What `rules check` and `rules test` find: proofs about every decision, the rule set's own housekeeping, its examples and
//! its cases.
//!
//! `proofs` proves cover and no overlap, `structure` reads what needs no proof, `ledger` accounts for every clause of every source, `cases` runs examples and cases, `words` puts
//! facts into words, `render` prints. Reads a loaded rule set and never changes it; "today" is an argument.

mod cases;
mod checks;
mod coverage;
pub mod diff;
mod draft;
mod edges;
mod idle;
mod ledger;
mod mutate;
mod neutrality;
mod person;
mod proofs;
mod render;
mod routes;
mod structure;
mod suppress;
mod trace;
mod unfinished;
mod witness;
mod words;

pub use cases::{CaseResult, TestReport, Verdict, run_cases, test, test_overlays};
pub use coverage::{AgencyTally, ClauseCover, Coverage, Missing, Part, Share, SourceCover, Tally, Trials, coverage};
pub use edges::{Block, Row, block_text};
pub use ledger::{Fate, Mapped, fate, mapped};
pub use mutate::{Draft, Fault, Mutation, Survivor, Tally as MutantTally, mutate};
pub use neutrality::{
    Alike, Around, Depends, Differs, EditionUse, ListUse, Neutrality, Pairs, Side, SwapPair, Turning, Unadopted,
    neutrality,
};
pub use person::person_text;
pub use render::{ledger_line, report_json, report_text, test_json, test_text};
pub use suppress::SetAside;
pub use trace::{Conclusion, RuleTrace, Step, Trace, trace, trace_json, trace_text};
pub use words::{deadline_text, fact_text, facts_text};

use std::path::Path;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;
use serde::Serialize;

use crate::ruleset::{Decision, Rule, RuleSet};
use proofs::Effects;

/// How much a finding matters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The rule set must not be released.
    Error,
    /// Somebody should look.
    Warning,
    /// Worth knowing; nothing to do.
    Note,
}

/// Something the audit found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// Stable code such as `A0001`.
    pub code: &'static str,
    pub severity: Severity,
    /// The decision's id, where the finding is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub decision: Option<String>,
    /// Ids of the rules involved.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rules: Vec<String>,
    pub message: String,
    /// The smallest set of facts that shows it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub witness: Option<String>,
    /// The same, told as a person.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub person: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    pub file: String,
    /// 1-based; 0 where the finding has no line.
    pub line: usize,
}

/// What the audit did and found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Errors first; then by code, which is in order of weight; then by decision.
    pub findings: Vec<Finding>,
    pub decisions: usize,
    pub rules: usize,
    /// Decisions proved complete and free of overlap.
    pub proved: usize,
    /// Findings that somebody has looked at and left as they are.
    pub set_aside: Vec<SetAside>,
    /// What was not finished; everything else is.
    pub cut_short: Vec<Unfinished>,
    /// The provision ledger, by source file.
    pub ledger: Vec<Mapped>,
    /// What turns on which country or organisation it is, in a line; `rules neutrality` has the whole.
    pub neutrality: String,
}

/// A part of the analysis that was given up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Unfinished {
    /// The decision's id.
    pub decision: String,
    /// What was being looked for.
    pub at: &'static str,
}

/// How much work the analysis may do on each decision. Counted in questions to the solver, so that the same rule set is cut short
/// at the same place on every machine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budget(pub usize);

impl Default for Budget {
    /// About ten times what the largest federal decision needs.
    fn default() -> Self {
        Self(50_000)
    }
}

impl Report {
    /// Adds what was found elsewhere.
    fn add(&mut self, other: Self) {
        self.findings.extend(other.findings);
        self.cut_short.extend(other.cut_short);
        self.decisions += other.decisions;
        self.rules += other.rules;
        self.proved += other.proved;
    }

    /// May the rule set be released?
    pub fn is_clear(&self) -> bool {
        self.cut_short.is_empty() && self.findings.iter().all(|f| f.severity != Severity::Error)
    }

    pub fn count(&self, severity: Severity) -> usize {
        self.findings.iter().filter(|f| f.severity == severity).count()
    }
}

impl Finding {
    fn of(code: &'static str, severity: Severity, message: impl Into<String>) -> Self {
        Self {
            code,
            severity,
            decision: None,
            rules: Vec::new(),
            message: message.into(),
            witness: None,
            person: None,
            help: None,
            file: String::new(),
            line: 0,
        }
    }

    fn error(code: &'static str, message: impl Into<String>) -> Self {
        Self::of(code, Severity::Error, message)
    }

    fn warning(code: &'static str, message: impl Into<String>) -> Self {
        Self::of(code, Severity::Warning, message)
    }

    fn note(code: &'static str, message: impl Into<String>) -> Self {
        Self::of(code, Severity::Note, message)
    }

    fn in_decision(mut self, decision: &Decision) -> Self {
        self.decision = Some(decision.id.clone());
        self.file.clone_from(&decision.file);
        self
    }

    /// About a rule, and shown at its line.
    fn at(mut self, decision: &Decision, rule: &Rule) -> Self {
        if self.line == 0 {
            self.line = rule.line;
        }
        self.rules.push(rule.id.clone());
        self.in_decision(decision)
    }

    fn witness(mut self, facts: String) -> Self {
        self.witness = Some(facts);
        self
    }

    fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }
}

/// Proves and inspects a rule set, as of a day.
pub fn check(rules: &RuleSet, today: NaiveDate) -> Report {
    check_within(rules, today, Budget::default())
}

/// The same, with another budget.
pub fn check_within(rules: &RuleSet, today: NaiveDate, budget: Budget) -> Report {
    check_these(rules, &rules.decisions.iter().collect::<Vec<_>>(), today, budget)
}

/// The same for what overlays add. Of the rule set's own decisions only those can read any of it that read a setting; the others
/// are not proved again, and of what is merely worth a look in them nothing is said: whoever writes an overlay cannot mend it.
pub fn check_overlays(rules: &RuleSet, today: NaiveDate, budget: Budget) -> Report {
    let mut report = check_these(rules, &added(rules), today, budget);
    // A setting that is not at its default is a constant of federal rules: those that read it are proved with it too. Their
    // examples are written for the default.
    let settled: Vec<&Decision> = rules.decisions.iter().filter(|d| rules.settled(d).next().is_some()).collect();
    report.add(prove_all(rules, &settled, today, budget, &Effects::default()));
    report.findings.retain(|f| f.severity == Severity::Error || is_added(rules, &f.file));
    report.ledger.retain(|m| rules.sources.iter().any(|s| is_added(rules, &s.file) && ledger::group(s) == m.group));
    report
}

/// The decisions of overlays.
fn added(rules: &RuleSet) -> Vec<&Decision> {
    rules.decisions.iter().filter(|d| rules.overlay(d).is_some()).collect()
}

/// Is the file part of an overlay?
fn is_added(rules: &RuleSet, file: &str) -> bool {
    rules.overlays.iter().any(|o| Path::new(file).starts_with(&o.folder))
}

fn check_these(rules: &RuleSet, decisions: &[&Decision], today: NaiveDate, budget: Budget) -> Report {
    let effects = Effects::default();
    let mut report = prove_all(rules, decisions, today, budget, &effects);
    structure::inspect(rules, today, &mut report.findings);
    // What answers do can only be said where every decision was proved.
    let proved = report.proved == report.decisions && report.cut_short.is_empty();
    let whole = report.decisions == rules.decisions.len();
    idle::inspect(rules, whole, proved.then_some(effects), &mut report.findings);
    unfinished::inspect(rules, &mut report.findings);
    report.ledger = ledger::inspect(rules, &mut report.findings);
    cases::examples(rules, decisions, &mut report.findings);
    checks::inspect(rules, &mut report.findings);
    routes::inspect(rules, today, &mut report.findings);
    checks::examples(rules, &mut report.findings);
    let looked_at = |d: &Decision| whole || rules.overlay(d).is_some();
    report.neutrality = neutrality(rules, Pairs::Skip, &looked_at).summary();
    suppress::apply(rules, today, &mut report);
    // Codes are in order of weight: what gives a wrong answer comes before what merely looks odd. The sort is stable: within a
    // decision, findings stay in the order of their rules.
    report.findings.sort_by(|a, b| (a.severity, a.code, &a.decision).cmp(&(b.severity, b.code, &b.decision)));
    report
}

/// Proves every decision, on all processors. What is found does not depend on how many there are.
fn prove_all(rules: &RuleSet, decisions: &[&Decision], today: NaiveDate, budget: Budget, effects: &Effects) -> Report {
    let workers = std::thread::available_parallelism().map_or(1, usize::from).min(decisions.len().max(1));
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done: Vec<(usize, Report)> = Vec::new();
        while let Some((i, decision)) =
            Some(next.fetch_add(1, Ordering::Relaxed)).and_then(|i| Some((i, decisions.get(i)?)))
        {
            let mut report = Report::default();
            proofs::prove(rules, decision, today, budget, effects, &mut report);
            done.push((i, report));
        }
        done
    };
    let mut parts: Vec<(usize, Report)> = std::thread::scope(|scope| {
        let others: Vec<_> = (1..workers).map(|_| scope.spawn(work)).collect();
        let mut parts = work();
        for other in others {
            match other.join() {
                Ok(done) => parts.extend(done),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        parts
    });
    parts.sort_by_key(|(i, _)| *i);
    let mut whole = Report {
        decisions: decisions.len(),
        rules: decisions.iter().map(|d| d.rules.len()).sum(),
        ..Report::default()
    };
    parts.into_iter().for_each(|(_, part)| whole.add(part));
    whole
}

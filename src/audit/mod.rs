//! What `rules check` and `rules test` find: proofs about every decision, the rule set's own housekeeping, its examples and
//! its cases.
//!
//! `proofs` proves cover and no overlap, `structure` reads what needs no proof, `ledger` accounts for every clause of every source, `cases` runs examples and cases, `words` puts
//! facts into words, `render` prints. Reads a loaded rule set and never changes it; "today" is an argument.

mod cases;
mod checks;
mod draft;
mod edges;
mod ledger;
mod mutate;
mod proofs;
mod render;
mod routes;
mod structure;
mod witness;
mod words;

pub use cases::{CaseResult, TestReport, Verdict, test, test_overlays};
pub use edges::{Block, Row, block_text};
pub use ledger::{Fate, Mapped, fate, mapped};
pub use mutate::{Draft, Fault, Mutation, Survivor, Tally, mutate};
pub use render::{ledger_line, report_json, report_text, test_json, test_text};
pub use words::{deadline_text, fact_text, facts_text};

use std::path::Path;

use chrono::NaiveDate;
use serde::Serialize;

use crate::ruleset::{Decision, Rule, RuleSet};

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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    pub file: String,
    /// 1-based; 0 where the finding has no line.
    pub line: usize,
}

/// What the audit did and found.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Report {
    /// Errors first, then by decision.
    pub findings: Vec<Finding>,
    pub decisions: usize,
    pub rules: usize,
    /// Decisions proved complete and free of overlap.
    pub proved: usize,
    /// Proofs that were not finished, by decision id; everything else is.
    pub cut_short: Vec<String>,
    /// The provision ledger, by source file.
    pub ledger: Vec<Mapped>,
}

impl Report {
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
    check_these(rules, &rules.decisions.iter().collect::<Vec<_>>(), today)
}

/// The same for what overlays add. The rule set's own decisions cannot read any of it, so they are not proved again, and of
/// what is merely worth a look in them nothing is said: whoever writes an overlay cannot mend it.
pub fn check_overlays(rules: &RuleSet, today: NaiveDate) -> Report {
    let mut report = check_these(rules, &added(rules), today);
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

fn check_these(rules: &RuleSet, decisions: &[&Decision], today: NaiveDate) -> Report {
    let mut report = Report {
        decisions: decisions.len(),
        rules: decisions.iter().map(|d| d.rules.len()).sum(),
        ..Report::default()
    };
    structure::inspect(rules, today, &mut report.findings);
    for decision in decisions {
        proofs::prove(rules, decision, today, &mut report);
    }
    report.ledger = ledger::inspect(rules, &mut report.findings);
    cases::examples(rules, decisions, &mut report.findings);
    checks::inspect(rules, &mut report.findings);
    routes::inspect(rules, today, &mut report.findings);
    checks::examples(rules, &mut report.findings);
    // The sort is stable: within a decision, findings stay in the order of their rules.
    report.findings.sort_by(|a, b| (a.severity, &a.decision).cmp(&(b.severity, &b.decision)));
    report
}

//! Findings that somebody has looked at and left as they are are set aside, with their reason, until a day.
//!
//! Errors cannot be set aside. A suppression that has run out, or that meets no finding, is a finding itself.

use chrono::NaiveDate;
use serde::Serialize;

use super::{Finding, Report, Severity};
use crate::ruleset::{RuleSet, Suppression};

/// A suppression at work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SetAside {
    pub code: String,
    /// What it is about: a decision, a rule or a file.
    pub at: String,
    pub reason: String,
    /// The first day on which it no longer holds.
    pub until: String,
    /// How many findings it set aside.
    pub findings: usize,
}

/// Sets aside what the rule set's suppressions name.
pub(super) fn apply(rules: &RuleSet, today: NaiveDate, report: &mut Report) {
    for suppression in &rules.suppressions {
        let meets = |f: &Finding| suppression.code == f.code && is_about(f, &suppression.at);
        let Suppression { code, at, until, .. } = suppression;
        let said = |code, text: String, help: &str| {
            let mut finding = Finding::warning(code, text).help(help);
            (finding.file, finding.line) = (suppression.file.clone(), suppression.line);
            finding
        };
        if *until <= today {
            let text = format!("the suppression of {code} at `{at}` ran out on {until}");
            let help = "look at the finding again; mend it, or give the suppression a new `until`";
            report.findings.push(said("A0040", text, help));
            continue;
        }
        let before = report.findings.len();
        report.findings.retain(|f| f.severity == Severity::Error || !meets(f));
        let findings = before - report.findings.len();
        if findings > 0 {
            report.set_aside.push(SetAside {
                code: code.clone(),
                at: at.clone(),
                reason: suppression.reason.clone(),
                until: until.to_string(),
                findings,
            });
        } else if report.findings.iter().any(meets) {
            let text = format!("the suppression of {code} at `{at}` sets nothing aside: that finding is an error");
            report.findings.push(said("A0041", text, "mend what it is about; errors cannot be set aside"));
        } else {
            let text = format!("nothing is found any more where {code} is suppressed, at `{at}`");
            report.findings.push(said("A0041", text, "take the suppression out"));
        }
    }
}

fn is_about(finding: &Finding, at: &str) -> bool {
    finding.decision.as_deref() == Some(at) || finding.rules.iter().any(|r| r == at) || finding.file == at
}

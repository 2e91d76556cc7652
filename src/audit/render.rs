//! Prints what the audit found: calm text for people, JSON for programs.
//!
//! Owns the layout only.

use super::{Finding, Report, Severity};
use crate::text::count;

/// The report as plain text, ready for a terminal or a log.
pub fn report_text(report: &Report) -> String {
    let mut out = String::new();
    for finding in &report.findings {
        finding_text(&mut out, finding);
    }
    let proved = format!(
        "{} of {} proved complete and free of overlap, at every date",
        report.proved,
        count(report.decisions, "decision", "decisions")
    );
    out.push_str(&format!(
        "{proved}; {} looked at. {}, {}.\n",
        count(report.rules, "rule", "rules"),
        count(report.count(Severity::Error), "error", "errors"),
        count(report.count(Severity::Warning), "warning", "warnings")
    ));
    if !report.cut_short.is_empty() {
        out.push_str(&format!("Analysis cut short after too many findings: {}.\n", report.cut_short.join(", ")));
    }
    out
}

fn finding_text(out: &mut String, finding: &Finding) {
    let severity = match finding.severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    };
    out.push_str(&format!("{severity}[{}]: {}\n", finding.code, finding.message));
    if !finding.file.is_empty() {
        let line = if finding.line > 0 { format!(":{}", finding.line) } else { String::new() };
        let decision = finding.decision.as_ref().map(|d| format!("  ({d})")).unwrap_or_default();
        out.push_str(&format!("  at {}{line}{decision}\n", finding.file));
    }
    if let Some(witness) = &finding.witness {
        let label = if finding.severity == Severity::Note { "takes" } else { "example" };
        out.push_str(&format!("  {label}: {witness}\n"));
    }
    if let Some(help) = &finding.help {
        out.push_str(&format!("  help: {help}\n"));
    }
    out.push('\n');
}

/// The report for programs (`candor.rules-check/1`).
pub fn report_json(report: &Report) -> serde_json::Value {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.insert("schema".to_owned(), "candor.rules-check/1".into());
        map.insert("clear".to_owned(), report.is_clear().into());
    }
    value
}

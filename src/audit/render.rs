//! Prints what the audit found: calm text for people, JSON for programs.
//!
//! Owns the layout only.

use std::collections::{BTreeMap, BTreeSet};

use super::cases::Whose;
use super::{Finding, Mapped, Report, Severity, TestReport, Verdict};
use crate::codes;
use crate::text::count;

/// The report as plain text, ready for a terminal or a log.
///
/// Notes are counted only, unless asked for: nothing has to be done about them.
pub fn report_text(report: &Report, notes: bool) -> String {
    let mut out = String::new();
    findings_text(&mut out, report.findings.iter().filter(|f| notes || f.severity != Severity::Note));
    for s in &report.set_aside {
        let found = count(s.findings, "finding", "findings");
        out.push_str(&format!("Set aside until {}: {found} {} at {}. {}\n", s.until, s.code, s.at, s.reason));
    }
    if !report.set_aside.is_empty() {
        out.push('\n');
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
    for m in &report.ledger {
        out.push_str(&format!("{}\n", ledger_line(m)));
    }
    if !report.neutrality.is_empty() {
        out.push_str(&format!("{}\n", report.neutrality));
    }
    if !notes && report.count(Severity::Note) > 0 {
        let mut by_code: BTreeMap<&str, usize> = BTreeMap::new();
        for f in report.findings.iter().filter(|f| f.severity == Severity::Note) {
            *by_code.entry(f.code).or_default() += 1;
        }
        let counted: Vec<String> = by_code
            .iter()
            .map(|(code, n)| format!("{n} {code} ({})", codes::entry(code).map_or("", |(_, e)| &e.title)))
            .collect();
        out.push_str(&format!("Notes, shown with --notes: {}.\n", counted.join(", ")));
    }
    if !report.cut_short.is_empty() {
        out.push_str("Analysis cut short, so nothing is said of what was left (--budget gives it more):\n");
        for left in &report.cut_short {
            out.push_str(&format!("  {}: {}\n", left.decision, left.at));
        }
    }
    out
}

/// `nsf: 41 of 46 clauses have rules, 5 are out of scope`
pub fn ledger_line(m: &Mapped) -> String {
    let open = if m.open > 0 { format!(", {} not accounted for", m.open) } else { String::new() };
    let clauses = count(m.linked + m.out + m.open, "clause", "clauses");
    let sources = match m.unlisted {
        0 => String::new(),
        n => format!("; {} without a list of clauses", count(n, "source", "sources")),
    };
    format!("{}: {} of {clauses} with rules, {} out of scope{open}{sources}", m.group, m.linked, m.out)
}

/// All findings, and where to read more about them.
fn findings_text<'f>(out: &mut String, findings: impl Iterator<Item = &'f Finding>) {
    let mut codes = Vec::new();
    for finding in findings {
        finding_text(out, finding);
        codes.push(finding.code);
    }
    if let Some(line) = crate::codes::says_more(codes) {
        out.push_str(&format!("{line}\n\n"));
    }
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
        if let Some(person) = &finding.person {
            out.push_str(&format!("  example: {person}\n"));
        }
        let label = if finding.person.is_some() { "facts" } else { label };
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

/// What came of examples and cases, as plain text. Agreement is counted, everything else is shown.
pub fn test_text(report: &TestReport) -> String {
    let mut out = String::new();
    findings_text(&mut out, report.findings.iter());
    let shown = [
        (Verdict::Differs, "differs"),
        (Verdict::AgreesAfterAll, "agrees after all"),
        (Verdict::DisagreesAsExplained, "disagrees, as explained"),
    ];
    for (verdict, word) in shown {
        for r in report.results.iter().filter(|r| r.verdict == verdict) {
            let institution = r.institution.as_ref().map(|i| format!(", policy of {i}")).unwrap_or_default();
            out.push_str(&format!("{word}: {} ({}{institution})\n", r.case, r.decision));
            out.push_str(&format!("  at {}:{}\n", r.file, r.line));
            out.push_str(&format!("  the source: {}\n", r.says));
            out.push_str(&format!("  expected {}; the rules say {}\n", r.expected, r.got));
            if let Some(because) = &r.because {
                out.push_str(&format!("  because: {because}\n"));
            }
            out.push('\n');
        }
    }
    out.push_str(&format!(
        "{} run, {} otherwise than written.\n",
        count(report.examples, "example", "examples"),
        report.findings.len()
    ));
    if report.drafts > 0 {
        let drafts = count(report.drafts, "draft", "drafts");
        out.push_str(&format!(
            "{drafts} to confirm: run as well, and counted as nothing until somebody has read them.\n"
        ));
    }
    let overlays: BTreeSet<&str> = report.results.iter().filter_map(|r| r.overlay.as_deref()).collect();
    let groups = [
        (Whose::RuleSet, "Cases".to_owned()),
        (Whose::Policy, "Cases on an institution's own policy, without its overlay".to_owned()),
    ];
    let groups =
        groups.into_iter().chain(overlays.into_iter().map(|id| (Whose::Overlay(id), format!("Cases of {id}"))));
    for (whose, name) in groups {
        let of = |verdict| report.of(whose).filter(|r| r.verdict == verdict).count();
        let all = report.of(whose).count();
        if all > 0 {
            out.push_str(&format!(
                "{name}: {} of {all} as expected, {} explained, {} not.\n",
                of(Verdict::Agrees),
                of(Verdict::DisagreesAsExplained),
                of(Verdict::Differs) + of(Verdict::AgreesAfterAll)
            ));
            let silent: Vec<&str> = report.of(whose).filter(|r| r.silent).map(|r| r.case.as_str()).collect();
            if !silent.is_empty() {
                out.push_str(&format!("  Nothing due where the source sees a duty: {}.\n", silent.join(", ")));
            }
        }
    }
    out
}

/// The same for programs (`candor.rules-test/1`).
pub fn test_json(report: &TestReport) -> serde_json::Value {
    let mut value = serde_json::to_value(report).unwrap_or_default();
    if let Some(map) = value.as_object_mut() {
        map.insert("schema".to_owned(), "candor.rules-test/1".into());
        map.insert("clear".to_owned(), report.is_clear().into());
    }
    value
}

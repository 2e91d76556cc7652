//! What can be seen without a proof: sources, dates, examples, wording, and the parts that nothing uses.
//!
//! Owns the lists of words that rule sets must not use. The loader has checked that files are well-formed and that names
//! lead somewhere; nothing here repeats that.

use std::collections::BTreeSet;

use chrono::{Days, NaiveDate};

use super::Finding;
use super::proofs::agencies;
use crate::ruleset::{Basis, Decision, Rule, RuleSet, Ruling, Source};

/// After so many days without a look, a source is stale.
const STALE_DAYS: u64 = 365;
/// A review that falls due within so many days is announced.
const REVIEW_DAYS: u64 = 30;

/// Words that accuse or frighten. Rules say what to do; they do not judge.
const NOT_SAID: [&str; 24] = [
    "accuse",
    "accused",
    "crime",
    "criminal",
    "deceive",
    "dishonest",
    "disloyal",
    "espionage",
    "failed",
    "failure",
    "fraud",
    "guilty",
    "illegal",
    "illicit",
    "liar",
    "misconduct",
    "offence",
    "offense",
    "penalty",
    "prosecuted",
    "spy",
    "suspicious",
    "violate",
    "violation",
];

/// Adds what is wrong, stale or unused.
pub(super) fn inspect(rules: &RuleSet, today: NaiveDate, findings: &mut Vec<Finding>) {
    super::neutrality::fair(rules, findings);
    for decision in &rules.decisions {
        if decision.rules.is_empty() {
            findings.push(Finding::error("A0010", "a decision without rules").in_decision(decision));
        }
        moments(rules, decision, findings);
        horizon(decision, findings);
        for rule in &decision.rules {
            authority(rules, decision, rule, today, findings);
            wording(decision, rule, findings);
            places(rules, decision, rule, findings);
            examples(decision, rule, findings);
        }
    }
    sources(rules, today, findings);
    pending(rules, today, findings);
}

/// The first day that a source gives for itself.
fn first_day(source: &Source) -> Option<NaiveDate> {
    [source.issued, source.effective].into_iter().flatten().min()
}

/// Unsettled law whose review has come.
fn pending(rules: &RuleSet, today: NaiveDate, findings: &mut Vec<Finding>) {
    for law in rules.pending.iter().filter(|law| law.review_by < today) {
        let text = format!("the review of the pending law `{}` was due on {}", law.id, law.review_by);
        findings.push(Finding::warning("A0017", text).help("look where it stands, and set the next `review-by`"));
    }
}

/// The first of these words that the text uses as a word.
fn one_of<'w>(text: &str, words: &[&'w str]) -> Option<&'w str> {
    let text = text.to_lowercase();
    let said: BTreeSet<&str> = text.split(|c: char| !c.is_alphanumeric()).collect();
    words.iter().copied().find(|w| said.contains(w) || (w.contains('-') && text.contains(w)))
}

/// The first word of the text that no rule set says to a researcher.
pub(super) fn not_said(text: &str) -> Option<&'static str> {
    one_of(text, &NOT_SAID)
}

fn moments(rules: &RuleSet, decision: &Decision, findings: &mut Vec<Finding>) {
    let users = agencies(rules, decision);
    if users.is_empty() {
        let text = format!("no agency uses the decisions in `{}`", decision.agency);
        let help = "name the folder in the `ruled-with` of an agency";
        findings.push(Finding::error("A0012", text).in_decision(decision).help(help));
        return;
    }
    for moment in &decision.moments {
        if !users.iter().any(|a| a.moments.iter().any(|m| m.id == *moment)) {
            let text = format!("no agency that uses this decision has the moment `{moment}`");
            findings.push(Finding::error("A0012", text).in_decision(decision));
        }
    }
}

/// Rules in force at every date there is: no source says so.
fn horizon(decision: &Decision, findings: &mut Vec<Finding>) {
    let endless: Vec<&Rule> =
        decision.rules.iter().filter(|r| r.period.from.is_none() && r.period.until.is_none()).collect();
    if endless.is_empty() {
        return;
    }
    let ids: Vec<String> = endless.iter().map(|r| format!("`{}`", r.local_id())).collect();
    let text = format!("in force at every date, without a first day: {}", crate::text::list(&ids, "and"));
    let mut finding = Finding::warning("A0015", text);
    for rule in endless {
        finding = finding.at(decision, rule);
    }
    findings.push(finding.help("say from when the source applies; before that, `ask-office`"));
}

fn authority(rules: &RuleSet, decision: &Decision, rule: &Rule, today: NaiveDate, findings: &mut Vec<Finding>) {
    let mut add = |finding: Finding| findings.push(finding.at(decision, rule));
    if rule.basis == Basis::Unverified && rule.ruling != Ruling::AskOffice {
        add(Finding::error(
            "A0013",
            format!("`{}` rules {} on an unverified basis", rule.local_id(), rule.ruling.id()),
        )
        .help("a rule whose source nobody read may only rule `ask-office`"));
    }
    if rule.authority.is_empty() {
        add(Finding::error("A0014", format!("`{}` cites no source", rule.local_id())));
    }
    for a in &rule.authority {
        if rules.source(&a.source).is_none() {
            add(Finding::error(
                "A0014",
                format!("`{}` cites `{}`, which is not among the sources", rule.local_id(), a.source),
            ));
        } else if a.at.trim().is_empty() {
            add(Finding::error("A0014", format!("`{}` does not say where in `{}`", rule.local_id(), a.source)));
        }
    }
    if let Some(from) = rule.period.from
        && rule.ruling != Ruling::AskOffice
        && rule.note.is_empty()
        && rule.authority.iter().filter_map(|a| rules.source(&a.source)).all(|s| first_day(s).is_some_and(|d| d > from))
    {
        let text = format!("`{}` holds from {from}, and every source it cites is younger", rule.local_id());
        add(Finding::note("A0034", text)
            .help("cite a source of that time, or say in `note` how the younger one speaks for it"));
    }
    if rule.because.trim().is_empty() {
        add(Finding::error("A0014", format!("`{}` does not say why", rule.local_id())));
    }
    if rule.verified > today {
        add(Finding::error(
            "A0016",
            format!("`{}` was verified on {}, a day still to come", rule.local_id(), rule.verified),
        ));
    } else if older(rule.verified, today) {
        add(Finding::warning("A0016", format!("`{}` was last verified on {}", rule.local_id(), rule.verified))
            .help("look at its source again, and write the day into `verified`"));
    }
    if let Some(day) = rule.review_by {
        if day < today {
            add(Finding::warning("A0017", format!("the review of `{}` was due on {day}", rule.local_id())));
        } else if today.checked_add_days(Days::new(REVIEW_DAYS)).is_some_and(|soon| day <= soon) {
            add(Finding::note("A0017", format!("the review of `{}` is due on {day}", rule.local_id())));
        }
    }
    let cited: Vec<_> = rule.authority.iter().filter_map(|a| rules.source(&a.source)).collect();
    let in_force = rule.period.from.is_none_or(|d| d <= today) && rule.period.until.is_none_or(|d| d > today);
    if in_force && !cited.is_empty() && cited.iter().all(|s| s.superseded.is_some_and(|d| d <= today)) {
        add(Finding::warning(
            "A0018",
            format!("`{}` is in force, but all its sources are superseded", rule.local_id()),
        )
        .help("end its period, or cite what replaced them"));
    }
}

fn older(day: NaiveDate, today: NaiveDate) -> bool {
    day.checked_add_days(Days::new(STALE_DAYS)).is_some_and(|limit| limit < today)
}

fn wording(decision: &Decision, rule: &Rule, findings: &mut Vec<Finding>) {
    for text in [&rule.because, &rule.action, &rule.question] {
        if let Some(word) = not_said(text) {
            let message = format!("`{}` says \"{word}\" to the researcher", rule.local_id());
            let help = "say what to do and why; leave judging out";
            findings.push(Finding::error("A0019", message).at(decision, rule).help(help));
        }
    }
}

fn places(rules: &RuleSet, decision: &Decision, rule: &Rule, findings: &mut Vec<Finding>) {
    for place in std::iter::once(&rule.place).chain(&rule.may_list) {
        if rules.place(place).is_none() {
            let message = format!("`{}` names the place `{place}`, which no form has", rule.local_id());
            findings.push(Finding::error("A0020", message).at(decision, rule));
        }
    }
    if rule.may_list.is_some() && rule.ruling != Ruling::NothingDue {
        let message = format!("`{}` rules {} and has `may-list`", rule.local_id(), rule.ruling.id());
        findings
            .push(Finding::error("A0020", message).at(decision, rule).help("`may-list` goes with `nothing-due` only"));
    }
}

fn examples(decision: &Decision, rule: &Rule, findings: &mut Vec<Finding>) {
    for (fires, missing) in [(true, "an example that fires"), (false, "a near miss")] {
        if !rule.examples.iter().any(|e| e.fires == fires && e.edge.is_none()) {
            let message =
                format!("`{}` has no {}", rule.local_id(), missing.trim_start_matches("an ").trim_start_matches("a "));
            let help = format!("add {missing}: it is shown on the rule's page and run as a test");
            findings.push(Finding::error("A0021", message).at(decision, rule).help(help));
        }
    }
}

fn sources(rules: &RuleSet, today: NaiveDate, findings: &mut Vec<Finding>) {
    let cited: BTreeSet<&str> = rules
        .decisions
        .iter()
        .flat_map(|d| &d.rules)
        .flat_map(|r| &r.authority)
        .map(|a| a.source.as_str())
        .chain(rules.lists.iter().flat_map(|l| &l.editions).map(|e| e.source.as_str()))
        .chain(rules.routes.iter().flat_map(|r| &r.authority).map(|a| a.source.as_str()))
        .chain(rules.pending.iter().flat_map(|p| &p.authority).map(|a| a.source.as_str()))
        .chain(rules.changes.iter().flat_map(|c| &c.authority).map(|a| a.source.as_str()))
        .collect();
    // A source whose clauses all stand in the ledger, with the reasons why no rule does, is there for the ledger.
    let idle = rules.sources.iter().filter(|s| !cited.contains(s.id.as_str()) && s.clauses.is_empty());
    let idle: Vec<&str> = idle.map(|s| s.id.as_str()).collect();
    if !idle.is_empty() {
        findings.push(Finding::warning("A0023", format!("sources that nothing cites: {}", idle.join(", "))));
    }
    for source in rules.sources.iter().filter(|s| cited.contains(s.id.as_str())) {
        match source.last_verified {
            None => {
                let message = format!("nobody has said when the source `{}` was last looked at", source.id);
                findings.push(Finding::warning("A0024", message).help("add `last-verified`"));
            }
            Some(day) if older(day, today) => {
                let message = format!("the source `{}` was last looked at on {day}", source.id);
                findings.push(Finding::warning("A0024", message));
            }
            Some(_) => {}
        }
    }
}

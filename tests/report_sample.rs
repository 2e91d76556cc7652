//! Reports of the sample profile under the built-in rules: what must hold whatever the rules say.

use candor::diagnostic::render;
use candor::engine::{Assessment, State, Subject, View, assess};
use candor::profile::Profile;
use candor::report::{self, Extent, check};
use candor::ruleset::{RuleSet, Ruling, Tests, load_embedded};
use chrono::NaiveDate;

fn rules() -> RuleSet {
    let loaded = load_embedded(Tests::Skip);
    let shown = render(&loaded.problems, false);
    loaded.rules.unwrap_or_else(|| panic!("the built-in rules do not load:\n{shown}"))
}

/// The day on which the sample is opened.
fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date")
}

fn sample(rules: &RuleSet) -> Profile {
    candor::profile::sample(rules.into()).expect("the sample opens").profile().clone()
}

fn assessed(rules: &RuleSet, profile: &Profile) -> Vec<Assessment> {
    profile.targets.iter().map(|target| assess(View { rules, profile, target, today: today() })).collect()
}

#[test]
fn every_ruling_shows_up_and_every_reason_is_cited() {
    let rules = rules();
    let profile = sample(&rules);
    let all = assessed(&rules, &profile);
    let r = report::build(&rules, &profile, &all, &[], today());
    let json = report::json(&r);
    for ruled in all.iter().flat_map(|a| &a.rulings) {
        let State::Decided(o) = &ruled.state else { continue };
        let decision = &rules.decisions[ruled.decision];
        let said = matches!(o.ruling, Ruling::AskOffice) || matches!(ruled.timing, candor::engine::Timing::Earlier(_));
        assert!(said || json.contains(&format!("\"{}\"", decision.id)), "{} is missing", decision.id);
    }
    for t in &r.targets {
        let entries = t.forms.iter().flat_map(|f| &f.sections).flat_map(|s| &s.entries);
        let nothing = t.nothing_due.iter().flat_map(|n| &n.reasons).map(|n| &n.reason);
        for reason in entries.flat_map(|e| &e.reasons).chain(nothing) {
            assert!(!reason.citations.is_empty() && !reason.because.is_empty(), "{}", reason.rule);
        }
        let whole = t.nothing_due.iter().filter(|n| n.extent != Extent::Rest).flat_map(|n| &n.about);
        assert_eq!(whole.filter(|a| !a.id.is_empty()).count(), t.counts.nothing_due, "{}", t.title);
        let subjects: std::collections::BTreeSet<&Subject> = all
            .iter()
            .filter(|a| a.target == t.id)
            .flat_map(|a| &a.rulings)
            .map(|r| &r.subject)
            .filter(|s| matches!(s, Subject::Record(_)))
            .collect();
        assert!(t.counts.records <= subjects.len());
    }
}

#[test]
fn nobody_is_accused() {
    let rules = rules();
    let profile = sample(&rules);
    let all = assessed(&rules, &profile);
    let r = report::build(&rules, &profile, &all, &[], today());
    let c = check::build(&rules, &profile, &all, &[], today(), None);
    for text in [report::text(&r), report::markdown(&r), report::html(&r), check::text(&c)] {
        let lower = text.to_lowercase();
        for word in ["violat", "undisclosed", "suspicious", "risk score", "red flag", "misconduct"] {
            assert!(!lower.contains(word), "{word}");
        }
    }
}

#[test]
fn the_page_is_well_formed_with_the_real_rules() {
    let rules = rules();
    let profile = sample(&rules);
    let all = assessed(&rules, &profile);
    for some in [&all[..], &all[..1], &all[1..]] {
        let page = report::html(&report::build(&rules, &profile, some, &[], today()));
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        roxmltree::Document::parse_with_options(&page, options).unwrap_or_else(|e| panic!("{e}"));
    }
}

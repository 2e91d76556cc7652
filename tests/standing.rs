//! Duties that hold at all times come along without being asked for, last, and without a noise.

use std::sync::Arc;

use candor::diagnostic::SourceFile;
use candor::engine::{self, View};
use candor::profile::{self, Profile, Vocabulary};
use candor::report::{self, Matter, Report};
use candor::ruleset::{RuleSet, Tests, load_embedded};
use chrono::NaiveDate;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn rules() -> RuleSet {
    load_embedded(Tests::Skip).rules.expect("the embedded rule set loads")
}

fn profile(rules: &RuleSet, text: &str) -> Profile {
    let text = format!("schema = \"candor.profile/1\"\n{text}");
    let file = Arc::new(SourceFile { name: "p.toml".into(), text });
    let (profile, problems) = profile::read(&file, Vocabulary::from(rules));
    assert!(problems.is_empty(), "{}", candor::diagnostic::render(&problems, false));
    profile
}

const PREPARING: &str = "[[target]]\nid = \"nsf-proposal\"\nagency = \"nsf\"\nmoment = \"proposal\"\n";
const TRIP: &str = "[[trip]]\nid = \"trip-1\"\npurpose = \"Field work\"\nplace = \"IS\"\nstarted = 2027-03-01\n";

fn ids(rules: &RuleSet, text: &str) -> Vec<String> {
    engine::standing(rules, &profile(rules, text), today()).into_iter().map(|t| t.id).collect()
}

fn report(rules: &RuleSet, text: &str) -> Report {
    let mut profile = profile(rules, text);
    profile.targets.extend(engine::standing(rules, &profile, today()));
    let rulings: Vec<_> = profile
        .targets
        .iter()
        .map(|target| engine::assess(View { rules, profile: &profile, target, today: today() }))
        .collect();
    report::build(rules, &profile, &rulings, &[], today())
}

#[test]
fn standing_duties_come_along_where_there_is_something_to_rule_on() {
    let rules = rules();
    assert_eq!(ids(&rules, PREPARING), [""; 0], "nothing was entered yet");
    assert_eq!(ids(&rules, &format!("{PREPARING}{TRIP}")), ["home-standing"]);
    let own = "[[target]]\nid = \"mine\"\nagency = \"home\"\nmoment = \"standing\"\n";
    assert_eq!(ids(&rules, &format!("{own}{TRIP}")), [""; 0], "the profile has its own");
}

#[test]
fn a_laboratory_comes_along_only_for_those_whom_it_concerns() {
    let rules = rules();
    for (person, concerned) in
        [("employer = \"doe-lab\"", true), ("lab-tie = \"user\"", false), ("lab-tie = \"affiliate\"", true)]
    {
        let ids = ids(&rules, &format!("[person]\n{person}\n{TRIP}"));
        assert_eq!(ids.contains(&"doe-lab-standing".to_owned()), concerned, "{person}: {ids:?}");
    }
}

#[test]
fn the_report_has_them_last_and_what_they_leave_open_in_their_own_place() {
    let rules = rules();
    let report = report(&rules, &format!("{PREPARING}{TRIP}"));
    let titles: Vec<&str> = report.targets.iter().map(|t| t.id.as_str()).collect();
    assert_eq!(titles, ["nsf-proposal", "home-standing"]);
    let home = &report.targets[1];
    assert!(home.standing && home.filing.is_none());
    assert!(home.institution.iter().any(|g| g.title == "Waiting for answers"), "{:#?}", home.institution);
    let open = report.attention.iter().filter(|a| a.matter == Matter::Open);
    assert!(open.flat_map(|a| &a.targets).all(|t| *t == report.targets[0].title));
}

#[test]
fn asked_for_alone_they_ask_their_questions() {
    let rules = rules();
    let report = report(&rules, TRIP);
    assert_eq!(report.targets.len(), 1);
    assert!(report.attention.iter().any(|a| a.matter == Matter::Open));
}

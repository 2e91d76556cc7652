//! Something found late: its route, the note to send, and what the log says of it.

mod common;

use candor::engine::{View, assess};
use candor::profile::{Profile, Store, Vocabulary};
use candor::report::{self, Matter, Report};
use candor::ruleset::{RuleSet, Stage};
use chrono::NaiveDate;
use common::ruling_rules as rules;

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();

const LEFT_OFF: &str = r#"schema = "candor.profile/1"

[[target]]
id      = "nih-on-change"
agency  = "nih"
moment  = "on-change"
my-role = "pi"
[target.clocks]
award = 2025-06-01

[[entity]]
name     = "Swiss National Science Foundation"
domicile = "foreign"

[[support]]
id      = "support-1"
title   = "Alpine lakes"
entity  = "Swiss National Science Foundation"
outcome = "funded"
started = 2024-01-01
ended   = 2028-12-31
noticed = 2026-11-10
[support.for.nih-on-change]
left-off = true
"#;

fn report(rules: &RuleSet, text: &str) -> Report {
    let store = Store::in_memory("t", text, Vocabulary::from(rules)).unwrap_or_else(|e| panic!("{e:?}"));
    let profile: &Profile = store.profile();
    let all: Vec<_> =
        profile.targets.iter().map(|target| assess(View { rules, profile, target, today: TODAY })).collect();
    report::build(rules, profile, &all, &[], TODAY)
}

fn late(report: &Report) -> usize {
    report.attention.iter().filter(|a| a.matter == Matter::Late).count()
}

#[test]
fn what_was_left_off_has_a_route_and_a_note_to_send() {
    let rules = rules();
    let report = report(rules, LEFT_OFF);
    assert_eq!(late(&report), 1);
    let item = report.attention.iter().find(|a| a.matter == Matter::Late).unwrap();
    let route = item.route.as_ref().unwrap();
    assert_eq!(route.stage, Stage::DuringAward.id());
    assert!(route.first.contains("office") && route.then.len() > 1, "{route:?}");
    assert!(route.draft.starts_with("On 10 November 2026 I noticed that “Alpine lakes"), "{}", route.draft);
    assert!(route.draft.contains("the NIH award"), "{}", route.draft);
    let letter = report.targets[0].letter.as_ref().unwrap();
    let note = letter.questions.iter().find(|q| q.late).unwrap();
    assert_eq!(note.question, route.draft);
    assert!(note.known.iter().any(|k| k.contains("10 November 2026")), "{:?}", note.known);
    assert!(report.needs_attention());
    for text in [report::text(&report), report::markdown(&report), report::html(&report)] {
        assert!(text.contains("First: ") && text.contains("By when: "), "{text}");
        assert!(!text.contains("?."), "{text}");
    }
}

#[test]
fn nobody_is_asked_for_a_filing_date() {
    let rules = rules();
    let report = report(rules, LEFT_OFF);
    let asked: Vec<&String> = report.attention.iter().flat_map(|a| &a.questions).collect();
    assert!(asked.iter().all(|q| !q.contains("filing")), "{asked:?}");
}

#[test]
fn a_note_in_the_log_settles_it_if_it_names_the_agency_and_the_day_fits() {
    let rules = rules();
    let told = |who: &str, on: &str| {
        late(&report(rules, &format!("{LEFT_OFF}[[support.told]]\nwho = \"{who}\"\non = {on}\nhow = \"letter\"\n")))
    };
    assert_eq!(told("NIH, grants management specialist", "2026-11-12"), 0);
    assert_eq!(told("National Institutes of Health", "2026-11-10"), 0, "the day itself");
    assert_eq!(told("NIH", "2026-11-09"), 1, "before it was noticed");
    assert_eq!(told("NIH", "2026-11-25"), 1, "a day still to come");
    assert_eq!(told("my department", "2026-11-12"), 1, "that somebody knows is not that NIH was told");
    assert_eq!(told("NSF", "2026-11-12"), 1);
    assert_eq!(told("Danish Institute", "2026-11-12"), 1, "part of a word is no name");
}

#[test]
fn every_moment_of_every_agency_has_a_route() {
    let rules = rules();
    for agency in &rules.agencies {
        for moment in &agency.moments {
            assert!(rules.route(&agency.id, &moment.id).is_some(), "{}:{}", agency.id, moment.id);
        }
        for stage in Stage::of(agency) {
            let route = rules.routes.iter().find(|r| r.agency == agency.id && r.stage == *stage);
            let route = route.unwrap_or_else(|| panic!("{}: {}", agency.id, stage.id()));
            assert!(route.published != route.authority.is_empty(), "{}: {}", agency.id, stage.id());
        }
    }
}

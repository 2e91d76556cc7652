//! Overlays add and never change: every example overlay is sound and agrees with its cases, what would touch the rule set is
//! refused by name, and federal rulings are the same with and without one.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use candor::audit::{self, Severity, Verdict};
use candor::diagnostic::{SourceFile, render};
use candor::engine::{self, State, View};
use candor::profile::{self, Vocabulary};
use candor::release::Standing;
use candor::report;
use candor::ruleset::{self, Loaded, OverlayFiles, RuleSet, Tests};
use chrono::NaiveDate;

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/overlays")
}

/// The ids of all example overlays.
fn ids() -> Vec<String> {
    let mut ids: Vec<String> =
        std::fs::read_dir(folder()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    ids.sort();
    ids
}

fn overlay(id: &str) -> OverlayFiles {
    ruleset::read_overlay(&folder().join(id)).unwrap()
}

fn with(overlays: Vec<OverlayFiles>) -> Loaded {
    ruleset::load_with(ruleset::embedded(Tests::Load), overlays, Tests::Load)
}

/// Without examples and cases, which is faster.
fn to_rule(overlays: Vec<OverlayFiles>) -> Loaded {
    ruleset::load_with(ruleset::embedded(Tests::Skip), overlays, Tests::Skip)
}

fn rules(loaded: &Loaded) -> &RuleSet {
    loaded.rules.as_ref().unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)))
}

#[test]
fn every_example_overlay_is_complete_and_agrees_with_its_cases() {
    let loaded = with(ids().iter().map(|id| overlay(id)).collect());
    let rules = rules(&loaded);
    assert_eq!(
        rules.overlays.iter().map(|o| o.id.clone()).collect::<Vec<_>>(),
        ids(),
        "each stands in a folder of its id"
    );
    let checked = audit::check_overlays(rules, day(2026, 11, 24), audit::Budget::default());
    let wanting: Vec<_> = checked.findings.iter().filter(|f| f.severity != Severity::Note).collect();
    assert!(checked.is_clear() && wanting.is_empty(), "{wanting:#?}");
    assert_eq!(checked.proved, checked.decisions);
    let results = audit::test_overlays(rules, &loaded.cases).results;
    let differ: Vec<_> = results.iter().filter(|r| r.verdict != Verdict::Agrees).collect();
    assert!(differ.is_empty(), "{differ:#?}");
    for id in ids() {
        assert!(results.iter().any(|r| r.overlay.as_ref() == Some(&id)), "{id} has no cases");
    }
}

#[test]
fn federal_rulings_are_the_same_with_all_overlays_and_without() {
    let plain = to_rule(Vec::new());
    let all = to_rule(ids().iter().map(|id| overlay(id)).collect());
    let (plain, all) = (rules(&plain), rules(&all));
    assert_eq!(plain.digest, all.digest, "the digest names the rule set itself");
    assert_eq!(federal_rulings(plain), federal_rulings(all));
}

/// Every federal ruling on the sample profile, in words.
fn federal_rulings(rules: &RuleSet) -> BTreeMap<String, String> {
    let today = day(2026, 11, 24);
    let text = profile::SAMPLE;
    let file = std::sync::Arc::new(SourceFile { name: "sample".into(), text: text.into() });
    let (profile, problems) = profile::read(&file, Vocabulary::from(rules));
    assert!(!profile.records.is_empty(), "{}", render(&problems, false));
    let mut found = BTreeMap::new();
    for target in &profile.targets {
        for ruled in engine::assess(View { rules, profile: &profile, target, today }).rulings {
            let decision = &rules.decisions[ruled.decision];
            if rules.overlay(decision).is_some() {
                continue;
            }
            // Slots stand elsewhere where a kind has more of them; what they are called is the same.
            let frame = &rules.frames[decision.kind];
            let names = |slots: &[u16]| slots.iter().map(|s| frame.def(*s).name.clone()).collect::<Vec<_>>();
            let state = match &ruled.state {
                State::Decided(o) => {
                    format!("{:?} {} {:?} {:?} {:?}", o.ruling, o.place, o.deadline, o.rules, names(&o.rests_on))
                }
                State::Open(o) => format!("open {:?} {:?} {:?}", names(&o.ask), names(&o.unsure), o.possible),
                State::Contradiction { says, .. } => says.clone(),
            };
            found.insert(format!("{} {:?} {}", target.id, ruled.subject, decision.id), state);
        }
    }
    found
}

#[test]
fn the_report_names_the_overlay_and_whom_to_turn_to() {
    let loaded = with(vec![overlay("fernwood")]);
    let rules = rules(&loaded);
    let text = "schema = \"candor.profile/1\"\n\n[[target]]\nid = \"home-standing\"\nagency = \"home\"\nmoment = \"standing\"\n\n\
                [[trip]]\nid = \"trip-1\"\npurpose = \"Field work\"\nplace = \"IS\"\nx-days = 21\nstarted = 2027-07-01\nheld-by = \"me\"\n";
    let file = std::sync::Arc::new(SourceFile { name: "p.toml".into(), text: text.into() });
    let (profile, problems) = profile::read(&file, Vocabulary::from(rules));
    assert!(problems.is_empty(), "{}", render(&problems, false));
    let today = day(2026, 11, 24);
    let rulings: Vec<_> =
        profile.targets.iter().map(|target| engine::assess(View { rules, profile: &profile, target, today })).collect();
    let report = report::build(rules, &profile, &rulings, &[], today);
    for written in [report::text(&report), report::markdown(&report), report::html(&report), report::json(&report)] {
        for part in ["Fernwood University", "2026.1", "Travel Registration, travel@fernwood.example, 555-0117"] {
            assert!(written.contains(part), "no {part} in\n{written}");
        }
    }
}

#[test]
fn answers_to_an_overlay_that_is_not_here_are_kept_and_warned_about() {
    let loaded = to_rule(Vec::new());
    let text = "schema = \"candor.profile/1\"\n\n[[trip]]\nid = \"trip-1\"\nplace = \"IS\"\nx-days = 21\n\n[[x-key]]\nid = \"x-key-1\"\n";
    let file = std::sync::Arc::new(SourceFile { name: "p.toml".into(), text: text.into() });
    let (profile, problems) = profile::read(&file, Vocabulary::from(rules(&loaded)));
    assert_eq!(profile.records.len(), 1);
    assert!(problems.iter().all(|p| p.severity == candor::diagnostic::Severity::Warning));
    assert_eq!(problems.iter().map(|p| p.code).collect::<Vec<_>>(), ["C0210", "C0210"]);
}

/// The example overlay with one file more, or another in its place.
fn changed(name: &str, text: &str) -> Vec<String> {
    let mut files = overlay("fernwood");
    files.name = "fernwood".into();
    files.files.retain(|f| f.name != name);
    files.files.push(SourceFile { name: name.into(), text: text.into() });
    let loaded = with(vec![files]);
    assert!(loaded.rules.is_none(), "{name} was accepted");
    loaded.problems.iter().map(|p| format!("{} {}", p.code, p.message)).collect()
}

#[test]
fn what_would_touch_the_rule_set_is_refused_by_name() {
    let decision = std::fs::read_to_string(folder().join("fernwood/fernwood/trip/travel.toml")).unwrap();
    let form = "[form]\nid = \"more\"\ntitle = \"More\"\n[[section]]\nid = \"cpos.more\"\ntitle = \"M\"\nfields = []\n";
    let source = "[[source]]\nid = \"pappg-24-1\"\ntitle = \"Mine\"\nissuer = \"I\"\n";
    let field = "[kind]\nid = \"trip\"\n[[field]]\nid = \"paid-by\"\ntype = \"text\"\nask = \"?\"\nwhy = \"?\"\n";
    let kind = "[kind]\nid = \"trip\"\ntitle = \"Trip\"\nplural = \"T\"\nsummary = \"S\"\n";
    let constraint =
        "[kind]\nid = \"trip\"\n[[constraint]]\nid = \"c\"\nholds = \"related-to-duties\"\nsays = \"No.\"\n";
    let wanted = [
        ("nsf/trip/cpos.toml", decision.as_str(), "C0133 the overlay `fernwood` cannot add to the decisions of `nsf`"),
        ("agencies/nsf.toml", "[agency]\nid = \"nsf\"\n", "C0133 the overlay `fernwood` cannot add or change agencies"),
        ("forms/more.toml", form, "C0132 the overlay `fernwood` cannot use the place `cpos.more`"),
        ("sources/mine.toml", source, "C0131 the overlay `fernwood` cannot redefine the source `pappg-24-1`"),
        ("vocabulary/trip.toml", field, "C0134 the overlay `fernwood` cannot name a field `paid-by` of `trip`"),
        ("vocabulary/trip.toml", kind, "C0131 the overlay `fernwood` cannot redefine the kind `trip`"),
        ("vocabulary/trip.toml", constraint, "C0134 the overlay `fernwood` cannot constrain the kind `trip`"),
    ];
    for (name, text, message) in wanted {
        let problems = changed(name, text);
        assert!(problems.iter().any(|p| p == message), "{name}: {problems:#?}");
    }
    let elsewhere = decision.replace("institution.fernwood-travel", "cpos.in-kind");
    let problems = changed("fernwood/trip/travel.toml", &elsewhere);
    assert!(problems.contains(&"C0132 the overlay `fernwood` cannot use the place `cpos.in-kind`".to_owned()));
}

#[test]
fn an_overlay_says_what_it_extends_and_where_it_applies() {
    let head = |extends: &str, applies: &str| {
        format!(
            "[overlay]\nid = \"fernwood\"\ntitle = \"F\"\nversion = \"1\"\nextends = \"{extends}\"\napplies-to = [\"{applies}\"]\n"
        )
    };
    for (text, message) in [
        (head("other", "home"), "C0130 the overlay extends `other`, but these are the rules `us-federal`"),
        (head("us-federal", "hone"), "C0113 there is no agency `hone`"),
        (
            head("us-federal", "home").replace("\"fernwood\"", "\"nsf\""),
            "C0131 the overlay `nsf` has the name of a folder of the rule set",
        ),
    ] {
        let problems = changed("overlay.toml", &text);
        assert!(problems.iter().any(|p| p == message), "{problems:#?}");
    }
    let empty = OverlayFiles { name: "here".into(), files: Vec::new(), standing: Standing::default() };
    let loaded = with(vec![empty]);
    assert_eq!(loaded.problems.first().map(|p| p.message.as_str()), Some("there is no overlay.toml in here"));
}

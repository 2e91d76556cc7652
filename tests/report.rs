//! What a report says and how each format renders it, over a small invented rule set in which every ruling, deadline and
//! state occurs. The real rules change; these do not.

use std::path::Path;
use std::sync::Arc;

use candor::diagnostic::{Severity, SourceFile, render};
use candor::engine::Remark;
use candor::engine::{Assessment, Ruled, View, assess, nearest_flip};
use candor::profile::{self, Profile, Target, Vocabulary};
use candor::report::{self, Report, check};
use candor::ruleset::{RuleSet, Tests, load_dir};
use chrono::NaiveDate;
use unicode_width::UnicodeWidthStr as _;

fn rules() -> RuleSet {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/report/rules");
    let loaded = load_dir(&dir, Tests::Skip).expect("the folder can be read");
    let shown = render(&loaded.problems, false);
    let mut rules = loaded.rules.unwrap_or_else(|| panic!("{shown}"));
    rules.digest = "0123456789abcdef".repeat(4);
    rules
}

fn read(rules: &RuleSet, text: &str) -> Profile {
    let file = Arc::new(SourceFile { name: "profile.toml".into(), text: text.into() });
    let (profile, problems) = profile::read(&file, Vocabulary::from(rules));
    let usable = problems.iter().all(|p| p.severity == Severity::Warning);
    assert!(usable, "{}", render(&problems, false));
    profile
}

const PROFILE: &str = include_str!("fixtures/report/profile.toml");

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a date")
}

fn assessed(rules: &RuleSet, profile: &Profile) -> Vec<Assessment> {
    profile.targets.iter().map(|target| assess(View { rules, profile, target, today: today() })).collect()
}

fn remarks() -> Vec<Remark> {
    vec![Remark {
        says: "These two entries look alike; is one of them a repeat?".into(),
        records: vec!["trip-3".into(), "trip-4".into()],
        ..Remark::default()
    }]
}

fn built(rules: &RuleSet, profile: &Profile, targets: std::ops::Range<usize>) -> Report {
    report::build(rules, profile, &assessed(rules, profile)[targets], &remarks(), today())
}

fn checked(rules: &RuleSet, profile: &Profile, why: bool) -> check::Check {
    let flip = |target: &Target, ruled: &Ruled| {
        let view = View { rules, profile, target, today: today() };
        let decision = rules.decisions.get(ruled.decision)?;
        nearest_flip(rules, decision, &view.sheet(decision, &ruled.subject)?, None)
    };
    let find: check::FindFlip<'_> = &flip;
    check::build(rules, profile, &assessed(rules, profile), &remarks(), today(), why.then_some(find))
}

#[test]
fn plain_text_for_one_target() {
    let rules = rules();
    insta::assert_snapshot!(report::text(&built(&rules, &read(&rules, PROFILE), 0..1)));
}

#[test]
fn plain_text_for_two_targets() {
    let rules = rules();
    insta::assert_snapshot!(report::text(&built(&rules, &read(&rules, PROFILE), 0..2)));
}

#[test]
fn markdown() {
    let rules = rules();
    insta::assert_snapshot!(report::markdown(&built(&rules, &read(&rules, PROFILE), 0..2)));
}

#[test]
fn html() {
    let rules = rules();
    insta::assert_snapshot!(report::html(&built(&rules, &read(&rules, PROFILE), 0..1)));
}

#[test]
fn json() {
    let rules = rules();
    insta::assert_snapshot!(report::json(&built(&rules, &read(&rules, PROFILE), 0..1)));
}

#[test]
fn check_as_text() {
    let rules = rules();
    insta::assert_snapshot!(check::text(&checked(&rules, &read(&rules, PROFILE), false)));
}

#[test]
fn check_as_text_with_reasons() {
    let rules = rules();
    insta::assert_snapshot!(check::text(&checked(&rules, &read(&rules, PROFILE), true)));
}

#[test]
fn check_as_json() {
    let rules = rules();
    insta::assert_snapshot!(check::json(&checked(&rules, &read(&rules, PROFILE), true)));
}

#[test]
fn an_empty_profile_has_a_report_too() {
    let rules = rules();
    let text = "schema = \"candor.profile/1\"\n[[target]]\nid = \"t\"\nagency = \"ash\"\nmoment = \"proposal\"\n";
    let profile = read(&rules, text);
    insta::assert_snapshot!(report::text(&report::build(&rules, &profile, &assessed(&rules, &profile), &[], today())));
    let nothing = report::build(&rules, &Profile::default(), &[], &[], today());
    assert_eq!(nothing.summary, "No target was chosen, so nothing was ruled on.");
    xml(&report::html(&nothing));
}

#[test]
fn the_same_input_gives_the_same_bytes() {
    let once = || {
        let rules = rules();
        let profile = read(&rules, PROFILE);
        let r = built(&rules, &profile, 0..2);
        let c = checked(&rules, &profile, true);
        [report::text(&r), report::markdown(&r), report::html(&r), report::json(&r), check::text(&c), check::json(&c)]
    };
    assert_eq!(once(), once());
}

/// Names that try to become something else: markup, terminal commands, text that reorders other text.
const NAMES: [&str; 9] = [
    "<script>alert(1)</script>",
    "\\\"><img src=x onerror=alert(1)>",
    "</style><style>body{display:none}",
    "{{ 7 * 7 }} {% for %}",
    "\\u001b[2J\\u001b]0;owned\\u0007",
    "gpj.\\u202Ecod\\u2066",
    "| a | b |\\n# Heading\\n- item",
    "[x](javascript:alert(1)) ![y](https://evil.example/p.png) https://evil.example/",
    "'; DROP TABLE -- &amp; &#x3c;b&#x3e; ]]> <!-- \\u0000 --> 東京大学 \\u05d0\\u05d1",
];

fn hostile(rules: &RuleSet) -> Profile {
    let mut text = PROFILE.to_owned();
    text = text.replace("Doe, R.", NAMES[0]).replace("Reeds and *tides*", NAMES[1]);
    for (from, to) in [
        ("Associate Professor of Reeds", NAMES[2]),
        ("University of Here", NAMES[3]),
        ("my department", NAMES[4]),
        ("Institute of There", NAMES[5]),
        ("Field work", NAMES[6]),
        ("Guest", NAMES[7]),
        ("Talk", NAMES[8]),
        ("\"Visit\"", "\"<h1>Visit</h1>\""),
    ] {
        text = text.replace(from, to);
    }
    read(rules, &text)
}

fn xml(page: &str) -> roxmltree::Document<'_> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
    roxmltree::Document::parse_with_options(page, options).unwrap_or_else(|e| panic!("{e}\n{page}"))
}

#[test]
fn html_is_well_formed_and_names_stay_text() {
    let rules = rules();
    let tame = report::html(&built(&rules, &read(&rules, PROFILE), 0..2));
    let wild = report::html(&built(&rules, &hostile(&rules), 0..2));
    let shape = |page: &str| -> Vec<String> {
        // A longer name may get a note of its length, which is a span.
        let doc = xml(page);
        let elements = doc.descendants().filter(|n| n.is_element()).map(|n| n.tag_name().name().to_owned());
        elements.filter(|name| name != "span").collect()
    };
    assert_eq!(shape(&tame), shape(&wild), "hostile names changed the page's elements");
    let doc = xml(&wild);
    let text: String = doc.descendants().filter(roxmltree::Node::is_text).filter_map(|n| n.text()).collect();
    assert!(text.contains("<script>alert(1)</script>"), "the name is shown as it was written");
    assert!(!wild.chars().any(|c| c != '\n' && candor::text::is_disruptive(c)));
}

#[test]
fn html_asks_for_nothing_outside_itself() {
    let rules = rules();
    for profile in [read(&rules, PROFILE), hostile(&rules)] {
        let page = report::html(&built(&rules, &profile, 0..2));
        let doc = xml(&page);
        for node in doc.descendants().filter(|n| n.is_element()) {
            let name = node.tag_name().name();
            let loads =
                ["script", "link", "img", "iframe", "object", "embed", "audio", "video", "source", "base", "form"];
            assert!(!loads.contains(&name), "<{name}>");
            for a in node.attributes() {
                assert!(
                    !matches!(a.name(), "src" | "srcset" | "style" | "background") && !a.name().starts_with("on"),
                    "{a:?}"
                );
                if a.name() == "href" {
                    assert!(a.value().starts_with('#') || a.value().starts_with("https://example.org/"), "{a:?}");
                }
            }
        }
        let style = page.split("<style>").nth(1).and_then(|s| s.split("</style>").next()).expect("a style");
        assert!(!style.contains("url(") && !style.contains("@import"));
    }
}

#[test]
fn every_heading_level_follows_the_one_above_and_every_link_arrives() {
    let rules = rules();
    for targets in [0..1, 0..2] {
        let page = report::html(&built(&rules, &read(&rules, PROFILE), targets));
        let doc = xml(&page);
        let level = |n: &roxmltree::Node<'_, '_>| n.tag_name().name().strip_prefix('h')?.parse::<u32>().ok();
        let mut last = 0;
        for here in doc.descendants().filter(|n| n.is_element()).filter_map(|n| level(&n)) {
            assert!(here <= last + 1, "h{here} after h{last}");
            last = here;
        }
        let ids: Vec<&str> = doc.descendants().filter_map(|n| n.attribute("id")).collect();
        for href in doc.descendants().filter_map(|n| n.attribute("href")).filter_map(|h| h.strip_prefix('#')) {
            assert_eq!(ids.iter().filter(|id| **id == href).count(), 1, "#{href}");
        }
    }
}

#[test]
fn terminals_get_plain_lines_of_eighty_columns() {
    let rules = rules();
    for profile in [read(&rules, PROFILE), hostile(&rules)] {
        let r = built(&rules, &profile, 0..2);
        for text in [report::text(&r), check::text(&checked(&rules, &profile, true))] {
            for line in text.lines() {
                assert!(line.width() <= 80 || line.trim_start().starts_with("https://"), "{line}");
                assert!(!line.chars().any(candor::text::is_disruptive), "{line:?}");
                assert_eq!(line, line.trim_end());
            }
        }
        assert!(!report::markdown(&r).chars().any(|c| c != '\n' && candor::text::is_disruptive(c)));
    }
}

#[test]
fn hostile_names_in_markdown() {
    let rules = rules();
    let text = report::markdown(&built(&rules, &hostile(&rules), 0..1));
    let bare = text.replace("\\<", "").replace("\\]", "").replace("\\[", "").replace("\\:", "");
    for bad in ["<script>", "<img", "](javascript", "![y](", "\n# Heading", " https://evil"] {
        assert!(!bare.contains(bad), "{bad}");
    }
    // A table row has as many cells as its head: two.
    for line in text.lines().filter(|l| l.starts_with("| ")) {
        assert_eq!(line.replace("\\|", "").matches('|').count(), 3, "{line}");
    }
}

#[test]
fn json_reads_back_and_names_its_schema() {
    let rules = rules();
    let profile = hostile(&rules);
    let value: serde_json::Value = serde_json::from_str(&report::json(&built(&rules, &profile, 0..2))).expect("JSON");
    assert_eq!(value["schema"], "candor.report/1");
    assert_eq!(value["targets"].as_array().map(Vec::len), Some(2));
    let value: serde_json::Value = serde_json::from_str(&check::json(&checked(&rules, &profile, true))).expect("JSON");
    assert_eq!(value["schema"], "candor.check/1");
    snake_case(&value);
}

fn snake_case(value: &serde_json::Value) {
    match value {
        serde_json::Value::Object(map) => {
            for (key, inner) in map {
                assert!(key.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_'), "{key}");
                snake_case(inner);
            }
        }
        serde_json::Value::Array(items) => items.iter().for_each(snake_case),
        _ => {}
    }
}

//! Coverage: numbers of a small rule set worked out by hand, what is missing named with what to add, what cannot be told apart
//! from what is merely not there; the page; the command.

use std::process::Command;

use candor::audit::{Coverage, Missing, Part, Share, coverage};
use candor::diagnostic::{SourceFile, render};
use candor::publish;
use candor::ruleset::{RuleSet, Tests, load_files};

const TRIP: &str = r#"
[kind]
id = "trip"
title = "Trip"
plural = "Trips"
summary = "A trip."
label = []

[[field]]
id = "paid"
type = "yes-no"
ask = "Were you paid?"
why = "It matters."

[[field]]
id = "worked"
type = "yes-no"
ask = "Did you work?"
why = "It matters."

[[field]]
id = "ended"
type = "date"
ask = "When did it end?"
why = "Dates matter."
"#;

const SOURCES: &str = r#"
[[source]]
id = "src"
title = "S"
issuer = "I"

[[source.clause]]
at = "1"
says = "Say what was paid."

[[source.clause]]
at = "2"
says = "Something else."
out = "Not for the researcher."
"#;

/// Three rules: both, the rest, and everything before a day.
const RULES: &str = r#"
[decision]
id = "nsf.trip.x"
asks = "?"
record = "trip"
place = "f.s"
moments = ["proposal"]

[[rule]]
id = "both"
when = 'paid and worked'
ruling = "stop"
because = "b"
period = { clock = "filing", from = 2024-06-01 }
authority = [{ source = "src", at = "1" }]
basis = "primary"
verified = 2026-11-23
[[rule.example]]
given = { paid = true, worked = true }
on = 2024-06-01
[[rule.near-miss]]
given = { paid = true, worked = false }
on = 2024-06-01
rule = "rest"

[[rule]]
id = "rest"
when = 'not (paid and worked)'
ruling = "nothing-due"
because = "b"
period = { clock = "filing", from = 2024-06-01 }
authority = [{ source = "src", at = "1" }]
basis = "primary"
verified = 2026-11-23
[[rule.example]]
given = { paid = false, worked = false }
on = 2025-01-01
[[rule.near-miss]]
given = { paid = true, worked = true }
on = 2025-01-01
rule = "both"

[[rule]]
id = "early"
ruling = "ask-office"
ask = "?"
because = "b"
period = { clock = "filing", until = 2024-06-01 }
authority = [{ source = "src", at = "1" }]
basis = "primary"
verified = 2026-11-23
[[rule.example]]
given = {}
on = 2024-05-31
[[rule.near-miss]]
given = { paid = true, worked = true }
on = 2024-06-01
rule = "both"
"#;

const CASE: &str = "[[case]]\nid = \"c\"\nsays = \"s\"\nsource = \"x\"\nrecord = \"trip\"\nagency = \"nsf\"\non = 2025-01-01\n\
                    given = { paid = false, worked = true }\nexpect = { \"nsf.trip.x\" = \"nothing-due\" }\n";

const EDGE: &str = "decision = \"nsf.trip.x\"\nread = 2026-11-23\n[[rule]]\nid = \"early\"\nedges = [{ given = { paid = true, worked = true }, on = 2024-05-31 }]\n";

/// The files of a rule set of one decision.
fn files(decision: &str, more: &[(&str, &str)]) -> Vec<(String, String)> {
    let files = [
        (
            "ruleset.toml",
            "[ruleset]\nid = \"t\"\ntitle = \"T <1>\"\nversion = \"1\"\nschema = \"candor.ruleset/1\"\nreleased = 2026-11-23\n",
        ),
        ("vocabulary/entity.toml", include_str!("../rules/us-federal/vocabulary/entity.toml")),
        ("vocabulary/person.toml", include_str!("../rules/us-federal/vocabulary/person.toml")),
        ("vocabulary/target.toml", include_str!("../rules/us-federal/vocabulary/target.toml")),
        ("vocabulary/trip.toml", TRIP),
        ("agencies/nsf.toml", include_str!("../rules/us-federal/agencies/nsf.toml")),
        ("forms/f.toml", "[form]\nid = \"f\"\ntitle = \"F\"\n[[section]]\nid = \"f.s\"\ntitle = \"S\"\nfields = []\n"),
        ("sources/s.toml", SOURCES),
        ("nsf/trip/x.toml", decision),
    ];
    files.iter().chain(more).map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect()
}

fn covered(decision: &str, more: &[(&str, &str)]) -> (RuleSet, Coverage) {
    let files = files(decision, more).into_iter().map(|(name, text)| SourceFile { name, text }).collect();
    let loaded = load_files(files, Tests::Load);
    let rules = loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)));
    let coverage = coverage(&rules, &loaded.cases, &|_| true);
    (rules, coverage)
}

fn share(all: usize, covered: usize, examples: usize, cases: usize) -> Share {
    Share { all, covered, examples, cases, impossible: 0 }
}

fn says<'a>(coverage: &'a Coverage, part: Part) -> Vec<(&'a str, &'a str)> {
    let of = |m: &&'a Missing| m.part == part;
    coverage.missing.iter().filter(of).map(|m| (m.rule.as_str(), m.says.as_str())).collect()
}

#[test]
fn the_numbers_of_a_small_rule_set_are_those_worked_out_by_hand() {
    let (_, c) = covered(RULES, &[]);
    assert_eq!((c.trials.examples, c.trials.edges, c.trials.cases, c.trials.aside), (6, 0, 0, 0));
    // Each rule has an example and a near miss.
    assert_eq!(c.total.rules, share(3, 3, 3, 0));
    // `paid and worked`; `not (…)` and what stands inside it.
    assert_eq!(c.total.conditions, share(3, 3, 3, 0));
    // That nobody was paid is only tried where nobody worked either, so `paid` never decides as false.
    assert_eq!(c.total.comparisons, share(4, 2, 2, 0));
    assert_eq!(
        says(&c, Part::Comparison),
        [
            ("nsf.trip.x.both", "`paid` is never false where it alone decides"),
            ("nsf.trip.x.rest", "`paid` is never false where it alone decides")
        ]
    );
    // One day, three times: trials on both sides, but the day before says nothing of being paid.
    assert_eq!(c.total.dates, share(3, 3, 3, 0));
    assert_eq!(c.total.edges, share(3, 1, 1, 0));
    let edges = says(&c, Part::Edge);
    assert_eq!(edges.iter().map(|(rule, _)| *rule).collect::<Vec<_>>(), ["nsf.trip.x.both", "nsf.trip.x.rest"]);
    assert!(edges.iter().all(|(_, says)| says.contains("on the day before: 2024-06-01 (`from`")), "{edges:?}");
    assert!(c.is_complete());
    assert_eq!((c.sources.len(), c.sources[0].rules, c.sources[0].covered, c.sources[0].cases), (1, 3, 3, 0));
    let ledger = &c.ledger[0];
    assert_eq!((ledger.group.as_str(), ledger.linked, ledger.covered, ledger.cases, ledger.out), ("s", 1, 1, 0, 1));
    assert!(c.missing.iter().all(|m| m.file == "nsf/trip/x.toml" && m.line > 0 && !m.add.is_empty()));
    assert_eq!(c.agencies.len(), 1);
    assert_eq!((c.agencies[0].agency.as_str(), c.agencies[0].tally), ("nsf", c.total));
}

#[test]
fn edges_and_cases_add_what_was_missing_and_are_told_apart() {
    let (_, c) = covered(RULES, &[("edges/nsf.toml", EDGE), ("cases/nsf.toml", CASE)]);
    assert_eq!((c.trials.examples, c.trials.edges, c.trials.cases), (6, 1, 1));
    // The case tries `paid` as false where it decides, for both rules; alone it tries one side of everything.
    assert_eq!(c.total.comparisons, share(4, 4, 2, 0));
    // The edge stands on the day before, paid and at work.
    assert_eq!(c.total.edges, share(3, 2, 2, 0));
    assert_eq!(says(&c, Part::Edge).len(), 1);
    assert_eq!(c.total.rules, share(3, 3, 3, 0));
    assert_eq!(c.ledger[0].cases, 1);
    // A second case, ruled by another rule: now cases alone fire a rule and miss it.
    let second = CASE.replace("\"c\"", "\"d\"").replace("paid = false", "paid = true").replace("nothing-due", "stop");
    let (_, c) = covered(RULES, &[("cases/nsf.toml", &format!("{CASE}\n{second}"))]);
    assert_eq!(c.total.rules, share(3, 3, 3, 2));
    assert_eq!((c.total.comparisons.cases, c.sources[0].cases), (2, 2));
}

#[test]
fn a_rule_without_a_near_miss_or_whose_example_comes_out_otherwise_is_not_covered() {
    let at = RULES.find("[[rule.near-miss]]").unwrap();
    let end = at + RULES[at..].find("[[rule]]").unwrap();
    let (_, c) = covered(&format!("{}{}", &RULES[..at], &RULES[end..]), &[]);
    assert!(!c.is_complete());
    assert_eq!(says(&c, Part::Rule), [("nsf.trip.x.both", "`both` has no near miss")]);
    assert_eq!(c.missing[0].add, "a near miss: facts of which another rule rules");
    // An example that another rule rules shows nothing.
    let (_, c) = covered(
        &RULES.replacen("given = { paid = true, worked = true }", "given = { paid = true, worked = false }", 1),
        &[],
    );
    assert_eq!(c.trials.aside, 1);
    assert_eq!(says(&c, Part::Rule), []);
    let wrong = RULES.replace("worked = true }", "worked = false }");
    let (_, c) = covered(&wrong, &[]);
    assert_eq!(says(&c, Part::Rule)[0], ("nsf.trip.x.both", "nothing fires `both`"));
}

#[test]
fn a_date_is_exercised_by_trials_on_both_sides_and_its_edge_by_those_next_to_it() {
    let dated = |days: [&str; 2]| {
        let rules = RULES
            .replace("paid and worked", "ended on or after 3 months before filing")
            .replace(
                "given = { paid = true, worked = true }\non = 2024-06-01",
                &format!("given = {{ ended = {} }}\non = 2024-08-31", days[1]),
            )
            .replace(
                "given = { paid = true, worked = false }\non = 2024-06-01",
                &format!("given = {{ ended = {} }}\non = 2024-08-31", days[0]),
            )
            .replace("given = { paid = false, worked = false }", "given = { ended = 2020-01-01 }")
            .replace(
                "given = { paid = true, worked = true }\non = 2025-01-01",
                "given = { ended = 2025-01-01 }\non = 2025-01-01",
            );
        covered(&rules, &[]).1
    };
    let of = |c: &Coverage, part: Part| says(c, part).into_iter().filter(|(_, s)| s.contains("ended")).count();
    let near = dated(["2024-05-30", "2024-05-31"]);
    assert_eq!(near.trials.aside, 0);
    assert_eq!((of(&near, Part::Date), of(&near, Part::Edge)), (0, 0), "{:#?}", near.missing);
    // Both sides, but a week off: the edge is missing at both ends, for both rules.
    let far = dated(["2024-05-24", "2024-06-07"]);
    assert_eq!((of(&far, Part::Date), of(&far, Part::Edge)), (0, 4), "{:#?}", far.missing);
}

#[test]
fn what_no_answers_can_exercise_is_proved_and_not_counted() {
    // Whether anybody worked never decides: to be paid is enough and is asked for.
    let rules =
        RULES.replace("paid and worked", "paid and (paid or worked)").replace("worked = false", "worked = true");
    let rules = rules.replacen(
        "given = { paid = true, worked = true }\non = 2024-06-01\nrule",
        "given = { paid = false, worked = true }\non = 2024-06-01\nrule",
        1,
    );
    let (_, c) = covered(&rules, &[]);
    assert_eq!(c.trials.aside, 0);
    assert_eq!(c.total.comparisons, Share { all: 2, covered: 2, examples: 2, cases: 0, impossible: 2 });
    assert_eq!(says(&c, Part::Comparison), []);
}

#[test]
fn the_page_is_whole_and_asks_for_nothing_outside_itself() {
    for more in [&[][..], &[("edges/nsf.toml", EDGE), ("cases/nsf.toml", CASE)]] {
        let (rules, c) = covered(RULES, more);
        let page = publish::coverage(&rules, &c);
        let options = roxmltree::ParsingOptions { allow_dtd: true, ..Default::default() };
        let doc = roxmltree::Document::parse_with_options(&page, options).unwrap_or_else(|e| panic!("{e}\n{page}"));
        for node in doc.descendants().filter(roxmltree::Node::is_element) {
            assert!(!["script", "link", "img", "iframe", "object"].contains(&node.tag_name().name()));
            assert!(node.attributes().all(|a| !a.name().starts_with("on") && !a.value().contains("//")), "{node:?}");
        }
        let text: String = doc.descendants().filter(roxmltree::Node::is_text).filter_map(|n| n.text()).collect();
        assert!(text.contains("T <1>") && text.contains("3 of 3 rules are covered"));
        for missing in &c.missing {
            assert!(text.contains(&missing.says), "{}", missing.says);
        }
    }
}

#[test]
fn the_command_says_by_its_exit_code_whether_every_rule_is_covered() {
    let place = tempfile::tempdir().unwrap();
    let write = |decision: &str| {
        for (name, text) in files(decision, &[]) {
            let path = place.path().join("set").join(name);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
    };
    let candor = |args: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_candor"))
            .args(["rules", "coverage", "set"])
            .args(args)
            .current_dir(place.path())
            .env_clear()
            .output()
            .unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
    };
    write(RULES);
    let (code, out, _) = candor(&[]);
    assert_eq!(code, Some(0), "{out}");
    assert!(
        out.contains("`paid` is never false where it alone decides\n    add ")
            && out.ends_with("3 of 3 rules covered.\n"),
        "{out}"
    );
    let (code, out, _) = candor(&["--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!(code, Some(0));
    assert_eq!((&json["schema"], &json["total"]["rules"]["covered"]), (&"candor.rules-coverage/1".into(), &3.into()));
    let (code, _, err) = candor(&["-o", "page.html"]);
    assert_eq!((code, err.trim()), (Some(0), "Written to page.html"));
    assert!(std::fs::read_to_string(place.path().join("page.html")).unwrap().contains("rules are covered"));
    assert_eq!(candor(&["--only", "nih"]).0, Some(2));
    let at = RULES.find("[[rule.near-miss]]").unwrap();
    let end = at + RULES[at..].find("[[rule]]").unwrap();
    write(&format!("{}{}", &RULES[..at], &RULES[end..]));
    assert_eq!(candor(&["--brief"]).0, Some(1));
}

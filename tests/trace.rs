//! How a decision reads facts is shown as it was evaluated, as it was written, and as the engine rules.

#[path = "common/small.rs"]
mod small;

use std::io::Write as _;
use std::process::{Command, Stdio};
use std::sync::Arc;

use candor::audit::{Conclusion, Trace, trace, trace_text};
use candor::condition::Tri;
use candor::diagnostic::{SourceFile, render};
use candor::ruleset::{RuleSet, Tests, load_embedded, read_facts};
use chrono::NaiveDate;
use unicode_width::UnicodeWidthStr as _;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

fn small_rules() -> RuleSet {
    let loaded = small::load(small::files("small"), None);
    loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.problems, false)))
}

fn read(rules: &RuleSet, facts: &str) -> Trace {
    let decision = rules.decision("nsf.trip.cpos").unwrap();
    let file = Arc::new(SourceFile { name: "facts.toml".into(), text: facts.into() });
    let given = read_facts(rules, decision.kind, &file).unwrap_or_else(|p| panic!("{}", render(&p, false)));
    trace(rules, decision, None, &given, None, today()).unwrap()
}

#[test]
fn facts_that_decide_are_shown_with_what_they_decide() {
    let trace = read(&small_rules(), "given = { paid-by = [\"own-money\"], place = \"NO\" }\non = 2025-03-01\n");
    insta::assert_snapshot!(trace_text(&trace, false));
}

#[test]
fn what_is_missing_is_shown_with_where_each_answer_leads() {
    let trace = read(&small_rules(), "given = { place = \"NO\", value = \"not-sure\" }\non = 2025-03-01\n");
    insta::assert_snapshot!(trace_text(&trace, true));
}

#[test]
fn facts_that_contradict_each_other_are_said_to() {
    let trace = read(&small_rules(), "given = { started = 2025-02-01, ended = 2025-01-01 }\non = 2025-03-01\n");
    assert!(
        matches!(&trace.conclusion, Conclusion::Contradiction { says, .. } if says == "The end lies before the start.")
    );
}

/// Over every sixtieth example of the built-in rules, whole and with its first fact left out: a rule fires exactly if all its steps
/// hold, and the text fits.
#[test]
fn what_is_shown_is_what_is_evaluated() {
    let rules = load_embedded(Tests::Load).rules.expect("the rule set loads");
    let (mut seen, mut traced) = (0, 0);
    for decision in &rules.decisions {
        for rule in &decision.rules {
            for example in rule.examples.iter().filter(|e| e.edge.is_none()) {
                seen += 1;
                if seen % 60 != 1 {
                    continue;
                }
                let mut less = example.given.clone();
                less.answers.pop_first();
                for given in [&example.given, &less] {
                    let Some(trace) = trace(&rules, decision, Some(rule), given, None, today()) else { continue };
                    let [shown] = trace.rules.as_slice() else { panic!("one rule was asked for") };
                    let all = shown.steps.iter().map(|s| s.holds).min();
                    assert_eq!(all, Some(shown.fires), "{}: {shown:#?}", rule.id);
                    let fired = matches!(&trace.conclusion, Conclusion::Ruled { rules, .. } if rules.len() == 1 && rules[0] == shown.id);
                    assert!(fired || shown.fires != Tri::Yes || !matches!(trace.conclusion, Conclusion::Ruled { .. }));
                    for line in trace_text(&trace, true).lines() {
                        assert!(line.width() <= 80 || !line.trim().contains(' '), "{line}");
                    }
                    traced += 1;
                }
            }
        }
    }
    assert!(traced > 40, "only {traced} were tried");
}

fn candor(args: &[&str], input: &str) -> (i32, String) {
    let mut child = Command::new(env!("CARGO_BIN_EXE_candor"))
        .args(args)
        .args(["--rules", small::fixtures().join("small").to_str().unwrap()])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    let done = child.wait_with_output().unwrap();
    let text = if done.stdout.is_empty() { done.stderr } else { done.stdout };
    (done.status.code().unwrap(), String::from_utf8(text).unwrap())
}

#[test]
fn the_command_reads_facts_from_a_line_a_file_standard_input_or_a_case() {
    let facts = "given = { place = \"NO\", paid-by = [\"own-money\"], started = 2025-01-10, ended = 2025-01-20 }\non = 2025-03-01\n";
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("facts.toml");
    std::fs::write(&path, facts).unwrap();
    let explain = ["rules", "explain", "nsf.trip.cpos"];
    let with = |more: &[&str], input: &str| candor(&[&explain[..], more].concat(), input);
    let from_case = with(&["--case", "small-own-money"], "");
    assert_eq!(from_case.0, 0, "{}", from_case.1);
    assert!(from_case.1.contains("Ruling: Nothing due, by `others`"), "{}", from_case.1);
    assert_eq!(with(&["--with", path.to_str().unwrap()], ""), from_case);
    assert_eq!(with(&["--with", "-"], facts), from_case);
    let line = "place = \"NO\", paid-by = [\"own-money\"], started = 2025-01-10, ended = 2025-01-20";
    assert_eq!(with(&["--given", line, "--on", "2025-03-01"], ""), from_case);

    let (code, json) = with(&["--given", line, "--on", "2025-03-01", "--format", "json"], "");
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((code, json["schema"].as_str()), (0, Some("candor.rules-explain/1")));
    assert_eq!(json["conclusion"]["ruled"]["rules"][0], "others");
    assert_eq!(json["rules"][1]["fires"], "no");

    let (code, text) = with(&["--given", "payed-by = [\"home\"]"], "");
    assert!(code == 2 && text.contains("did you mean `paid-by`?"), "{text}");
    let (code, text) = with(&["--case", "small-own-mony"], "");
    assert!(code == 2 && text.contains("did you mean small-own-money?"), "{text}");
    let (code, text) = candor(&["rules", "explain", "nsf.trip.cpo", "--on", "2025-03-01"], "");
    assert!(code == 2 && text.contains("did you mean nsf.trip.cpos?"), "{text}");
    let (code, text) = with(&["--on", "2025-03-01", "--agency", "nih"], "");
    assert!(code == 2 && text.contains("the agency `nih`"), "{text}");
}

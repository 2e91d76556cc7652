//! Single faults planted in rules: caught, proved equivalent, or shown with an example that catches them.

mod common;

use candor::audit::{Fault, mutate, test};
use candor::diagnostic::render;
use candor::ruleset::{Tests, load_dir, load_files, read_dir};
use chrono::NaiveDate;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// The federal rule set with one decision only, written here.
fn with(rules: &str) -> (candor::ruleset::RuleSet, Vec<candor::ruleset::Case>) {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/us-federal");
    let mut files = read_dir(&dir).unwrap();
    let kept = ["lists/", "vocabulary/", "forms/", "sources/", "ruleset.toml", "agencies/"];
    files.retain(|f| kept.iter().any(|k| f.name.starts_with(k)));
    let head = "[decision]\nid = \"nsf.gift.x\"\nasks = \"?\"\nrecord = \"gift\"\nplace = \"cpos.in-kind\"\nmoments = [\"proposal\"]\n";
    let text = rules
        .replace("RULE", "[[rule]]\nruling = \"ask-office\"\nask = \"?\"\nbecause = \"B.\"\nauthority = [{ source = \"pappg-24-1\", at = \"1\" }]\nbasis = \"primary\"\nverified = 2026-11-23")
        .replace("EVER", "period = { clock = \"due\", from = 2000-01-01 }");
    files.push(candor::diagnostic::SourceFile { name: "nsf/gift/x.toml".into(), text: format!("{head}{text}") });
    let loaded = load_files(files, Tests::Load);
    let problems = render(&loaded.problems, false);
    (loaded.rules.unwrap_or_else(|| panic!("{problems}")), loaded.cases)
}

fn survivors(rules: &str, faults: &[Fault]) -> (usize, usize, Vec<String>) {
    let (rules, cases) = with(rules);
    let m = mutate(&rules, &cases, faults, today(), &|d| d.id == "nsf.gift.x");
    assert_eq!(m.mutants, m.caught + m.equivalent + m.on_paper + m.survived);
    (m.mutants, m.equivalent, m.survivors.into_iter().flat_map(|s| s.faults).collect())
}

const FLOOR: &str = r#"
RULE
id = "large"
when = "value >= 5000"
EVER
[[rule.example]]
given = { value = 5000 }
RULE
id = "small"
when = "value < 5000"
EVER
"#;

#[test]
fn a_threshold_needs_an_example_on_each_side() {
    let (mutants, _, left) = survivors(FLOOR, &[Fault::Threshold]);
    assert_eq!(mutants, 4);
    // 5,000 itself is caught by the example; nothing says that 4,999 is small.
    assert_eq!(left.len(), 2, "{left:?}");
    let mended = format!(
        "{FLOOR}[[rule.near-miss]]\ngiven = {{ value = 5000 }}\nrule = \"large\"\n[[rule.example]]\ngiven = {{ value = 4999 }}\n"
    );
    assert_eq!(survivors(&mended, &[Fault::Threshold]).2, Vec::<String>::new());
}

#[test]
fn a_fault_that_changes_nothing_is_proved_equivalent() {
    // A gift to me is never to my research, so the second half of the condition says nothing.
    let text = r#"
RULE
id = "mine"
when = "to is me and not to is unit"
EVER
[[rule.example]]
given = { to = "me" }
[[rule.near-miss]]
given = { to = "my-research" }
rule = "rest"
RULE
id = "rest"
when = "not to is me"
EVER
"#;
    let (_, equivalent, left) = survivors(text, &[Fault::Dropped]);
    assert_eq!((equivalent, left), (1, Vec::new()));
}

#[test]
fn the_examples_it_writes_pass_and_catch_what_they_were_written_for() {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/us-federal");
    let copy = tempfile::tempdir().unwrap();
    for file in read_dir(&from).unwrap() {
        let to = copy.path().join(&file.name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, file.text).unwrap();
    }
    // One decision of every agency's folder.
    let (rules, _) = common::rules();
    let mut folders = std::collections::BTreeSet::new();
    let chosen: Vec<&str> =
        rules.decisions.iter().filter(|d| folders.insert(&d.agency)).map(|d| d.id.as_str()).collect();
    for id in &chosen {
        let status = std::process::Command::new(env!("CARGO_BIN_EXE_candor"))
            .args(["rules", "mutate", "--boundaries", "--write", "--only", id])
            .arg(copy.path())
            .output()
            .unwrap();
        assert!(matches!(status.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&status.stderr));
    }
    let loaded = load_dir(copy.path(), Tests::Load).unwrap();
    let problems = render(&loaded.problems, false);
    let rules = loaded.rules.unwrap_or_else(|| panic!("{problems}"));
    let report = test(&rules, &loaded.cases);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    for id in chosen {
        let m = mutate(&rules, &loaded.cases, &Fault::BOUNDARIES, today(), &|d| d.id == id);
        assert_eq!(m.survived, 0, "{id}: {:#?}", m.survivors);
    }
}

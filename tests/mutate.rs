//! Single faults planted in rules: caught, proved equivalent, or shown with an example that catches them.

mod common;

use candor::audit::{Fault, block_text, mutate, test};
use candor::diagnostic::{SourceFile, render};
use candor::ruleset::{Case, RuleSet, Tests, load_dir, load_files, read_dir};
use chrono::NaiveDate;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// What the federal rule set has besides decisions, and the head of one written here.
fn files() -> (Vec<SourceFile>, String) {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/us-federal");
    let mut files = read_dir(&dir).unwrap();
    let kept = ["lists/", "vocabulary/", "forms/", "sources/", "ruleset.toml", "agencies/"];
    files.retain(|f| kept.iter().any(|k| f.name.starts_with(k)));
    let head = "[decision]\nid = \"nsf.gift.x\"\nasks = \"?\"\nrecord = \"gift\"\nplace = \"cpos.in-kind\"\nmoments = [\"proposal\"]\n";
    (files, head.to_owned())
}

fn expand(rules: &str) -> String {
    rules
        .replace("RULE", "[[rule]]\nruling = \"ask-office\"\nask = \"?\"\nbecause = \"B.\"\nauthority = [{ source = \"pappg-24-1\", at = \"1\" }]\nbasis = \"primary\"\nverified = 2026-11-23")
        .replace("EVER", "period = { clock = \"due\", from = 2000-01-01 }")
}

/// The federal rule set with one decision only, written here.
fn with(rules: &str) -> (RuleSet, Vec<Case>) {
    let (files, head) = files();
    load(files, &head, rules, None)
}

fn load(mut files: Vec<SourceFile>, head: &str, rules: &str, edges: Option<&str>) -> (RuleSet, Vec<Case>) {
    files.push(SourceFile { name: "nsf/gift/x.toml".into(), text: format!("{head}{}", expand(rules)) });
    files.extend(edges.map(|text| SourceFile { name: "edges/x.toml".into(), text: text.to_owned() }));
    let loaded = load_files(files, Tests::Load);
    let problems = render(&loaded.problems, false);
    (loaded.rules.unwrap_or_else(|| panic!("{problems}")), loaded.cases)
}

fn survivors(rules: &str, faults: &[Fault]) -> (usize, usize, Vec<String>) {
    let (rules, cases) = with(rules);
    let m = mutate(&rules, &cases, faults, today(), &|d| d.id == "nsf.gift.x");
    let t = m.all;
    assert_eq!(t.mutants, t.caught + t.by_drafts + t.equivalent + t.on_paper + t.survived);
    (t.mutants, t.equivalent, m.survivors.into_iter().map(|s| s.fault).collect())
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

const EDGES: &str = r#"
decision = "nsf.gift.x"
HEAD
[[rule]]
id = "small"
ruling = "ask-office"
edges = [
  { given = { value = 4999 }, instead = [
    { value = [5000], rule = "large" },
  ] },
]
"#;

/// The rules with a file of edges.
fn with_edges(rules: &str, edges: &str) -> (RuleSet, Vec<Case>) {
    let (files, head) = files();
    load(files, &head, rules, Some(edges))
}

#[test]
fn drafts_are_run_and_confirm_nothing() {
    let (rules, cases) = with_edges(FLOOR, &EDGES.replace("HEAD", "draft = true"));
    let report = test(&rules, &cases);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    assert_eq!((report.examples, report.drafts), (1, 2));
    let drafted = mutate(&rules, &cases, &Fault::ALL, today(), &|_| true);
    assert!(drafted.all.by_drafts >= 2, "{drafted:#?}");

    let (rules, cases) = with_edges(FLOOR, &EDGES.replace("HEAD", "read = 2026-11-30"));
    let report = test(&rules, &cases);
    assert_eq!((report.examples, report.drafts), (3, 0));
    let read = mutate(&rules, &cases, &Fault::ALL, today(), &|_| true);
    assert_eq!(read.all.by_drafts, 0);
    assert_eq!(read.all.caught, drafted.all.caught + drafted.all.by_drafts);
    assert_eq!(read.all.survived, drafted.all.survived);
}

#[test]
fn another_ruling_is_caught_only_where_the_ruling_is_written_down_twice() {
    let outcomes = [Fault::Ruling, Fault::Place];
    let (rules, cases) = with_edges(FLOOR, &EDGES.replace("HEAD", "read = 2026-11-30"));
    let m = mutate(&rules, &cases, &outcomes, today(), &|_| true);
    let left: Vec<&str> = m.survivors.iter().map(|s| s.rule.as_str()).collect();
    assert_eq!(left, ["nsf.gift.x.large"; 2]);
    // And where the two differ, `rules test` says so.
    let flipped = EDGES.replace("HEAD", "read = 2026-11-30").replace("ask-office", "nothing-due");
    let (rules, cases) = with_edges(FLOOR, &flipped);
    let report = test(&rules, &cases);
    assert_eq!(report.findings.iter().map(|f| f.code).collect::<Vec<_>>(), ["A0035"]);
}

#[test]
fn every_kind_of_fault_is_planted_and_accounted_for() {
    let text = r#"
RULE
id = "one"
when = "(value >= 5000 and form in {cash, thing}) or not (entity.country in countries-of-concern as of due and ended after 2020-01-01)"
period = { clock = "due", from = 2000-01-01, until = 2026-01-01 }
deadline = { after = "ended", days = 30 }
RULE
id = "two"
unless = ["one"]
period = { clock = "due", from = 2000-01-01, until = 2026-01-01 }
"#;
    let (rules, cases) = with(text);
    let m = mutate(&rules, &cases, &Fault::ALL, today(), &|_| true);
    assert_eq!(m.by_fault.keys().copied().collect::<Vec<_>>(), Fault::ALL);
    assert_eq!(m.all.caught, 0);
    // Every survivor has facts that catch it: written down and read, they leave none.
    assert!(m.survivors.iter().all(|s| s.draft.is_some()), "{:#?}", m.survivors);
    let decision = &rules.decisions[0];
    let blocks: Vec<String> = m.drafts["nsf.gift.x"].iter().map(|b| block_text(&rules, decision, b, false)).collect();
    let edges = format!("decision = \"nsf.gift.x\"\nread = 2026-11-30\n\n{}", blocks.join("\n"));
    let (rules, cases) = with_edges(text, &edges);
    let report = test(&rules, &cases);
    assert!(report.findings.is_empty(), "{edges}\n{:#?}", report.findings);
    let again = mutate(&rules, &cases, &Fault::ALL, today(), &|_| true);
    assert_eq!((again.all.survived, again.all.equivalent), (0, m.all.equivalent), "{edges}\n{:#?}", again.survivors);
}

#[test]
fn a_file_of_edges_says_what_is_wrong_with_it() {
    let problems = |edges: &str| {
        let (mut files, head) = files();
        files.push(SourceFile { name: "nsf/gift/x.toml".into(), text: format!("{head}{}", expand(FLOOR)) });
        files.push(SourceFile { name: "edges/x.toml".into(), text: edges.to_owned() });
        render(&load_files(files, Tests::Load).problems, false)
    };
    let good = EDGES.replace("HEAD", "draft = true");
    assert_eq!(problems(&good), "");
    for (slip, instead, says) in [
        ("draft = true", "", "nothing says whether these edges were read"),
        ("draft = true", "draft = true\nread = 2026-11-30", "edges that were read are no drafts"),
        ("nsf.gift.x", "nsf.gift.y", "there is no decision `nsf.gift.y`"),
        ("id = \"small\"", "id = \"smal\"", "`nsf.gift.x` has no rule `smal`"),
        ("rule = \"large\"", "rule = \"larg\"", "`nsf.gift.x` has no rule `larg`"),
        ("value = [5000]", "valu = [5000]", "`gift` has no field `valu`"),
        ("value = [5000]", "value = 5000", "`value` should be a list of the values it takes, not a number"),
        ("value = [5000]", "value = [5000], form = [\"cash\"]", "a line of `instead` changes one field"),
        ("\"ask-office\"", "\"open\"", "a rule comes to a ruling"),
        ("edges = [", "edgy = [", "a rule's edges has no `edgy`"),
    ] {
        let text = problems(&good.replacen(slip, instead, 1));
        assert!(text.contains(says), "{instead}: {text}");
    }
}

#[test]
fn the_examples_it_writes_pass_and_catch_what_they_were_written_for() {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/us-federal");
    let copy = tempfile::tempdir().unwrap();
    // The smallest decision of every agency's folder, without its edges.
    let (rules, _) = common::rules();
    let mut smallest: std::collections::BTreeMap<&str, &candor::ruleset::Decision> = std::collections::BTreeMap::new();
    for decision in &rules.decisions {
        let least = smallest.entry(&decision.agency).or_insert(decision);
        if decision.rules.len() < least.rules.len() {
            *least = decision;
        }
    }
    let chosen: Vec<&str> = smallest.values().map(|d| d.id.as_str()).collect();
    let edges: Vec<String> = chosen.iter().map(|id| format!("edges/{}.toml", id.replace('.', "/"))).collect();
    for file in read_dir(&from).unwrap().into_iter().filter(|f| !edges.contains(&f.name)) {
        let to = copy.path().join(&file.name);
        std::fs::create_dir_all(to.parent().unwrap()).unwrap();
        std::fs::write(to, file.text).unwrap();
    }
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_candor"))
        .args(["rules", "mutate", "--write"])
        .args(chosen.iter().flat_map(|id| ["--only", id]))
        .arg(copy.path())
        .output()
        .unwrap();
    assert!(matches!(status.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&status.stderr));
    let loaded = load_dir(copy.path(), Tests::Load).unwrap();
    let problems = render(&loaded.problems, false);
    let rules = loaded.rules.unwrap_or_else(|| panic!("{problems}"));
    let report = test(&rules, &loaded.cases);
    assert!(report.findings.is_empty(), "{:#?}", report.findings);
    assert!(edges.iter().all(|name| copy.path().join(name).exists()), "each of them had something to write");
    let m = mutate(&rules, &loaded.cases, &Fault::ALL, today(), &|d| chosen.contains(&d.id.as_str()));
    assert_eq!(m.all.survived, 0, "{:#?}", m.survivors);
}

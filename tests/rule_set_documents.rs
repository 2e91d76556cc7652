//! What is written about the rule set agrees with it: the changelog, the disagreements, the official answers.

mod common;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use candor::ruleset::{Tests, embedded, load_with, read_overlay};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn read(path: &str) -> String {
    std::fs::read_to_string(root().join(path)).unwrap_or_else(|e| panic!("{path}: {e}"))
}

#[test]
fn the_changelog_is_what_the_rule_set_says() {
    let printed = std::process::Command::new(env!("CARGO_BIN_EXE_candor")).args(["rules", "changes"]).output().unwrap();
    let printed = String::from_utf8(printed.stdout).unwrap();
    let hint = "print it anew: candor rules changes > rules/us-federal/CHANGELOG.md";
    assert!(read("rules/us-federal/CHANGELOG.md") == printed, "CHANGELOG.md is not current; {hint}");
}

#[test]
fn every_disagreement_is_explained_and_no_settled_one_is_kept() {
    let (_, cases) = common::rules();
    let disagreeing: BTreeSet<String> = cases.into_iter().filter(|c| c.disagrees.is_some()).map(|c| c.id).collect();
    let text = read("rules/us-federal/cases/DISAGREEMENTS.md");
    let rows = text.lines().filter_map(|line| line.strip_prefix("| `")?.split_once('`'));
    let explained: BTreeSet<String> = rows.map(|(id, _)| id.to_owned()).collect();
    assert_eq!(disagreeing, explained);
}

#[test]
fn every_question_says_what_counts_and_shows_an_answer() {
    let (rules, _) = common::rules();
    let bare: Vec<String> = rules
        .kinds
        .iter()
        .flat_map(|k| k.fields.iter().map(move |f| (k, f)))
        .filter(|(_, f)| [&f.ask, &f.help, &f.example, &f.why].iter().any(|text| text.trim().is_empty()))
        .map(|(k, f)| format!("{}.{}", k.id, f.id))
        .collect();
    assert!(bare.is_empty(), "without a help, an example or a reason: {}", bare.join(", "));
}

/// Every official answer is a case of the rule set, or of an institution's overlay. One answer may be several cases.
#[test]
fn every_official_answer_is_a_case() {
    let path = root().join("../shared/cases/official.toml");
    let Ok(text) = std::fs::read_to_string(&path) else {
        eprintln!("skipped: the bank of official answers is not on this machine");
        return;
    };
    let bank: toml::Table = text.parse().expect("the bank is TOML");
    let (_, cases) = common::rules();
    let mut ids: BTreeSet<String> = cases.into_iter().map(|c| c.id).collect();
    for overlay in folders(&root().join("examples/overlays")) {
        let loaded = load_with(embedded(Tests::Load), vec![read_overlay(&overlay).expect("an overlay")], Tests::Load);
        ids.extend(loaded.cases.into_iter().map(|c| c.id));
    }
    let official = bank["case"].as_array().expect("a list").iter().map(|c| c["id"].as_str().expect("an id"));
    let missing: Vec<&str> = official.filter(|id| !ids.iter().any(|c| c.starts_with(id))).collect();
    assert!(missing.is_empty(), "official answers without a case: {missing:?}");
}

fn folders(dir: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(dir).expect("the folder is there").map(|e| e.expect("an entry").path());
    entries.filter(|p| p.is_dir()).collect()
}

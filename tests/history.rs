//! What is new since something was sent: snapshots keep a profile as it was, checks 21 to 25 look back on them, and `diff` says
//! what changed and what that makes due.

use std::path::Path;
use std::process::{Command, Output};

mod common;

use candor::engine::Remark;
use candor::history::diff::{self, Named};
use candor::history::{Sent, since};
use candor::profile::{Profile, Store, Vocabulary};
use candor::ruleset::RuleSet;
use chrono::NaiveDate;
use common::ruling_rules as rules;

const TODAY: NaiveDate = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();

const BEFORE: &str = r#"schema = "candor.profile/1"
complete = ["support", "appointment"] # all there is

[person]
employer = "university"

[[target]]
id      = "nsf-proposal"
agency  = "nsf"
moment  = "proposal"
my-role = "pi"
[target.clocks]
due        = 2026-03-03
submission = 2026-03-03

[[entity]]
name     = "Home University"
domicile = "own-institution"

[[entity]]
name     = "Norwegian Research Council"
domicile = "foreign"
country  = "NO"
type     = "government"

[[support]]
id = "support-1"
title = "Tidal inlets" # the long one
entity = "Norwegian Research Council"
form = "grant"
outcome = "funded"
filed = 2023-01-15
started = 2024-01-01
ended = 2028-12-31
amount = 100000
award-number = "RCN 312345"
months-per-year = 1
my-role = "pi"
programme = "none"
via-home = true
obligations-left = false
[support.for.nsf-proposal]
this-proposal = false
"#;

fn profile(rules: &RuleSet, text: &str) -> Profile {
    let store = Store::in_memory("t", text, Vocabulary::from(rules)).unwrap_or_else(|e| panic!("{e:?}"));
    store.profile().clone()
}

/// What the checks say of `now`, looking back on `BEFORE`.
fn looking_back(now: &str) -> Vec<Remark> {
    let rules = rules();
    let (was, is) = (profile(rules, BEFORE), profile(rules, now));
    let sent = Sent::of(&was, &was.targets[0], TODAY);
    since(rules, &is, &is.targets[0], sent, TODAY)
}

fn ids(now: &str) -> Vec<String> {
    looking_back(now).into_iter().map(|r| r.check).collect()
}

#[test]
fn nothing_new_is_nothing_to_say() {
    assert_eq!(ids(BEFORE), [""; 0]);
}

#[test]
fn an_entry_that_was_sent_does_not_vanish() {
    let start = BEFORE.find("[[support]]").unwrap();
    assert_eq!(ids(&BEFORE[..start]), ["dropped"]);
    assert_eq!(ids(&BEFORE.replace("support-1", "support-7")), [""; 0], "entered anew under the same name");
}

#[test]
fn an_award_is_told_alike_each_time() {
    let change = |from: &str, to: &str| {
        assert!(BEFORE.contains(from));
        looking_back(&BEFORE.replace(from, to))
    };
    let amount = change("amount = 100000", "amount = 120000");
    assert_eq!(amount.len(), 1);
    assert_eq!((amount[0].check.as_str(), amount[0].fields.as_slice()), ("changed-since", &["amount".to_owned()][..]));
    assert!(amount[0].says.contains("was 100,000 dollars and is 120,000 dollars"), "{}", amount[0].says);
    assert!(amount[0].says.contains("your NSF proposal of 3 March 2026"), "{}", amount[0].says);
    assert_eq!(change("RCN 312345", "RCN 312346").len(), 1);
    assert_eq!(change("RCN 312345", "RCN 312345-02"), [], "a renewal's number");
    assert_eq!(change("amount = 100000", "amount = \"about 100000\""), [], "the same, less exactly");
    assert_eq!(change("Tidal inlets", "TIDAL  INLETS"), [], "the same words");
    assert_eq!(change("my-role = \"pi\"\nprogramme", "my-role = \"key\"\nprogramme"), [], "not told on the form");
}

#[test]
fn what_began_before_and_was_not_there_gets_its_route() {
    let grant = |started: &str| {
        let second = BEFORE[BEFORE.find("[[support]]").unwrap()..]
            .replace("support-1", "support-2")
            .replace("Tidal inlets", "Dunes")
            .replace("RCN 312345", "RCN 99")
            .replace("started = 2024-01-01", &format!("started = {started}"));
        looking_back(&format!("{BEFORE}{second}"))
    };
    let late = grant("2025-06-01");
    assert_eq!(late.iter().map(|r| r.check.as_str()).collect::<Vec<_>>(), ["began-before"]);
    assert!(late[0].says.contains("there is a route for it"), "{}", late[0].says);
    assert_eq!(grant("2026-03-03"), [], "the day itself is not before it");
    assert_eq!(grant("\"2026\""), [], "it may have been after");
    assert_eq!(grant("2026-06-01"), [], "new since, and there is no award yet");
}

#[test]
fn what_no_rule_asked_for_then_is_not_late() {
    // An unfunded proposal from before: NSF does not list it.
    let second = BEFORE[BEFORE.find("[[support]]").unwrap()..]
        .replace("support-1", "support-2")
        .replace("Tidal inlets", "Dunes")
        .replace("outcome = \"funded\"", "outcome = \"refused\"");
    assert_eq!(ids(&format!("{BEFORE}{second}")), [""; 0]);
}

#[test]
fn another_employer_starts_afresh() {
    assert_eq!(ids(&BEFORE.replace("Home University", "Other College")), ["employer-changed"]);
    assert_eq!(ids(&BEFORE.replace("employer = \"university\"", "employer = \"hospital\"")), ["employer-changed"]);
    assert_eq!(ids(&BEFORE.replace("Home University", "The Home  university").replace("The ", "")), [""; 0]);
}

#[test]
fn new_during_an_award_has_the_agencys_own_time() {
    let rules = rules();
    let was = profile(rules, &BEFORE.replace("nsf", "nih"));
    let second = BEFORE[BEFORE.find("[[support]]").unwrap()..]
        .replace("support-1", "support-2")
        .replace("Tidal inlets", "Dunes")
        .replace("RCN 312345", "RCN 99")
        .replace("started = 2024-01-01", "started = 2026-10-01\nnoticed = 2026-11-01");
    let now = format!("{BEFORE}{second}left-off = true\n")
        .replace("nsf", "nih")
        .replace("submission = 2026-03-03", "submission = 2026-03-03\naward = 2026-08-01");
    let is = profile(rules, &now);
    let found = since(rules, &is, &is.targets[0], Sent::of(&was, &was.targets[0], TODAY), TODAY);
    assert_eq!(found.iter().map(|r| r.check.as_str()).collect::<Vec<_>>(), ["new-since-award"], "{found:?}");
    assert!(found[0].says.contains("as soon as you"), "{}", found[0].says);
}

#[test]
fn a_comparison_says_what_changed_and_what_that_makes_due() {
    let rules = rules();
    let now = format!(
        "{}\n[[trip]]\nid = \"trip-1\"\npurpose = \"Talk\"\npaid-by = [\"own-money\"]\ndid = [\"talk\"]\n",
        BEFORE.replace("ended = 2028-12-31", "ended = 2024-12-31")
    );
    let (was, is) = (profile(rules, BEFORE), profile(rules, &now));
    let compare = |was: &Profile, is: &Profile| {
        let (old, new) = (Named { profile: was, name: "old.toml" }, Named { profile: is, name: "new.toml" });
        diff::build(rules, old, new, &is.targets, TODAY)
    };
    let diff = compare(&was, &is);
    let changes: Vec<(&str, diff::What)> = diff.changes.iter().map(|c| (c.id.as_str(), c.what)).collect();
    assert_eq!(changes, [("support-1", diff::What::Changed), ("trip-1", diff::What::Added)]);
    let listed = |d: &diff::Diff, was: &str, is: &str| {
        d.due
            .iter()
            .any(|x| x.decision == "nsf.support.cpos" && x.was.as_deref() == Some(was) && x.is.as_deref() == Some(is))
    };
    assert!(listed(&diff, "List it", "Nothing due"), "{:?}", diff.due);
    assert!(listed(&compare(&is, &was), "Nothing due", "List it"));
    assert!(compare(&is, &was).needs_attention);
    let same = compare(&was, &was);
    assert!(same.changes.is_empty() && same.due.is_empty() && !same.needs_attention);
    assert!(diff::text(&same).starts_with("0 changes from old.toml to new.toml."));
}

fn candor(dir: &Path, args: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_candor")).args(args).current_dir(dir).output().unwrap()
}

#[test]
fn a_snapshot_is_the_profile_as_it_was_and_is_never_changed() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("p.toml"), BEFORE).unwrap();
    let take = ["snapshot", "p.toml", "--for", "nsf-proposal", "--as-of", "2026-03-03"];
    let done = candor(dir.path(), &take);
    assert_eq!(done.status.code(), Some(0), "{}", String::from_utf8_lossy(&done.stderr));
    let kept = dir.path().join("p.snapshots/2026-03-03-nsf-proposal.toml");
    let text = std::fs::read_to_string(&kept).unwrap();
    for line in BEFORE.lines() {
        assert!(text.lines().any(|l| l == line), "lost: {line}");
    }
    let rules = rules();
    let snapshot = profile(rules, &text);
    let taken = snapshot.taken.clone().unwrap();
    assert_eq!((taken.digest, taken.targets), (rules.digest.clone(), vec!["nsf-proposal".to_owned()]));
    assert_eq!(Profile { taken: None, ..snapshot }, profile(rules, BEFORE));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&kept).unwrap().permissions().mode() & 0o777, 0o600);
    }
    // The same day again is another file; a snapshot of a snapshot and an edit of one are refused.
    assert_eq!(candor(dir.path(), &take).status.code(), Some(0));
    assert!(dir.path().join("p.snapshots/2026-03-03-nsf-proposal-2.toml").exists());
    let path = kept.to_str().unwrap();
    assert_eq!(candor(dir.path(), &["snapshot", path]).status.code(), Some(2));
    let mut store = Store::open(&kept, Vocabulary::from(rules)).unwrap();
    assert!(store.writable().is_err());
}

#[test]
fn check_looks_back_on_the_last_snapshot() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("p.toml");
    std::fs::write(&file, BEFORE).unwrap();
    assert_eq!(candor(dir.path(), &["snapshot", "p.toml", "--as-of", "2026-03-03"]).status.code(), Some(0));
    let start = BEFORE.find("[[support]]").unwrap();
    std::fs::write(&file, &BEFORE[..start]).unwrap();
    let check = candor(dir.path(), &["check", "p.toml", "--as-of", "2026-11-24"]);
    let text = String::from_utf8(check.stdout).unwrap().split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("“Tidal inlets, Norwegian Research Council” was on your NSF proposal of 3 March 2026"),
        "{text}"
    );
    let snapshot = "p.snapshots/2026-03-03-nsf-proposal.toml";
    let diff = candor(dir.path(), &["diff", snapshot, "p.toml", "--format", "json", "--as-of", "2026-11-24"]);
    let json: serde_json::Value = serde_json::from_slice(&diff.stdout).unwrap();
    assert_eq!((&json["schema"], &json["changes"][0]["what"]), (&"candor.diff/1".into(), &"removed".into()));
    assert_eq!(candor(dir.path(), &["diff", "p.toml", "p.toml"]).status.code(), Some(0));
    assert_eq!(candor(dir.path(), &["diff", "none.toml", "p.toml"]).status.code(), Some(2));
}

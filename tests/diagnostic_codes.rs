//! Every code that the program uses is explained, every explained one is used, and every example gives its own code.

#[path = "common/small.rs"]
mod small;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;
use std::sync::Arc;

use candor::audit;
use candor::codes::{self, Entry, Place};
use candor::diagnostic::{SourceFile, render};
use candor::profile::{self, Vocabulary};
use chrono::NaiveDate;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

/// Words such as `"C0103"` in the text of a source file.
fn codes_in(text: &str, out: &mut BTreeSet<String>) {
    for quoted in text.split('"') {
        let (letter, digits) = quoted.split_at_checked(1).unwrap_or_default();
        if matches!(letter, "A" | "C") && digits.len() == 4 && digits.bytes().all(|b| b.is_ascii_digit()) {
            out.insert(quoted.to_owned());
        }
    }
}

fn used(dir: &Path, out: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.ends_with("src/codes") {
            used(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            codes_in(&std::fs::read_to_string(&path).unwrap(), out);
        }
    }
}

#[test]
fn what_is_used_is_explained_and_what_is_explained_is_used() {
    let mut in_source = BTreeSet::new();
    used(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src"), &mut in_source);
    assert!(in_source.len() > 60, "the search for codes is broken");
    let explained: Vec<&str> = codes::all().map(|(code, _)| code).collect();
    let once: BTreeSet<String> = explained.iter().map(|c| (*c).to_owned()).collect();
    assert_eq!(once.len(), explained.len(), "a code is explained twice");
    let missing: Vec<_> = in_source.difference(&once).collect();
    assert!(missing.is_empty(), "add to a table in src/codes: {missing:?}");
    let idle: Vec<_> = once.difference(&in_source).collect();
    assert!(idle.is_empty(), "nothing gives these any more: {idle:?}");
}

/// The codes that loading (or, for a finding, checking) gives, with the example's mistake in or without it.
fn given(entry: &Entry, with_mistake: bool) -> (BTreeSet<&'static str>, String) {
    let mut rules = small::files("small");
    let mut overlay = small::files("small-overlay");
    let mut text = std::fs::read_to_string(small::fixtures().join("small-profile.toml")).unwrap();
    let wrong = entry.wrong.as_deref().expect("an example");
    let right = entry.right.as_deref();
    if with_mistake {
        match entry.place {
            Place::Rules => small::change(&mut rules, &entry.file, wrong, right),
            Place::Overlay => small::change(&mut overlay, &entry.file, wrong, right),
            Place::Profile => text = small::changed(&text, "the profile", wrong, right),
        }
    }
    let loaded = small::load(rules, (entry.place == Place::Overlay).then_some(overlay));
    let mut codes: BTreeSet<&'static str> = loaded.problems.iter().map(|p| p.code).collect();
    let mut shown = render(&loaded.problems, false);
    if let Some(rules) = &loaded.rules {
        if entry.place == Place::Profile {
            let file = Arc::new(SourceFile { name: "profile.toml".into(), text });
            let (_, problems) = profile::read(&file, Vocabulary::from(rules));
            codes.extend(problems.iter().map(|p| p.code));
            shown.push_str(&render(&problems, false));
        } else {
            let report = audit::check(rules, today());
            codes.extend(report.findings.iter().map(|f| f.code));
            shown.push_str(&audit::report_text(&report, true));
        }
    }
    (codes, shown)
}

#[test]
fn every_example_gives_its_own_code_and_only_with_the_mistake() {
    let mut wrong = Vec::new();
    for (code, entry) in codes::all() {
        if entry.wrong.is_none() {
            assert!(entry.no_example.is_some(), "{code} has no example and does not say why");
            continue;
        }
        let (codes, shown) = given(entry, true);
        if !codes.contains(code) {
            wrong.push(format!("{code} gives {codes:?}\n{shown}"));
        }
        let (codes, shown) = given(entry, false);
        if codes.contains(code) {
            wrong.push(format!("{code} comes without the mistake\n{shown}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn the_page_of_codes_is_current() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/diagnostics.md")).unwrap();
    let hint = "write it anew: candor rules explain-error --markdown > docs/diagnostics.md";
    assert!(page == codes::page(), "docs/diagnostics.md is not current; {hint}");
}

fn candor(args: &[&str]) -> (i32, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_candor")).args(args).output().unwrap();
    let text = String::from_utf8_lossy(if done.stdout.is_empty() { &done.stderr } else { &done.stdout }).into_owned();
    (done.status.code().unwrap(), text)
}

#[test]
fn a_code_is_explained_and_a_misspelt_one_finds_its_neighbour() {
    let (code, text) = candor(&["rules", "explain-error", "c0121"]);
    assert_eq!(code, 0);
    assert!(
        text.starts_with("C0121: ") && text.contains("To mend it:") && text.contains("unless    = [\"big\"]"),
        "{text}"
    );
    let (code, text) = candor(&["rules", "explain-error", "C0125"]);
    assert!(code == 2 && text.contains("did you mean C0124?"), "{text}");
    let (code, text) = candor(&["rules", "explain-error"]);
    assert_eq!(code, 0);
    assert!(codes::all().all(|(code, entry)| text.contains(&format!("{code}  {}", entry.title))), "{text}");
}

#[test]
fn a_list_of_problems_says_once_where_more_is_said() {
    assert_eq!(codes::says_more([]), None);
    assert_eq!(codes::says_more(["C0103", "C0103"]).unwrap(), "`candor rules explain-error C0103` says more.");
    assert_eq!(codes::says_more(["C0103", "C0101"]).unwrap(), "`candor rules explain-error CODE` says more.");
    let mut rules = small::files("small");
    small::change(&mut rules, "nsf/trip/cpos.toml", "rulling =", Some("ruling   "));
    small::change(&mut rules, "forms/cpos.toml", "titel =", Some("title  "));
    let text = render(&small::load(rules, None).problems, false);
    assert_eq!(text.matches("explain-error").count(), 1, "{text}");
    assert!(text.trim_end().ends_with("says more."), "{text}");
}

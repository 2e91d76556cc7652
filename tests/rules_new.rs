//! New rule files load, say what is left to fill in, fail until it is, and never replace a file.

#[path = "common/small.rs"]
mod small;

use std::path::Path;
use std::process::Command;

use candor::audit::{check_overlays, test_overlays};
use candor::codes;
use candor::diagnostic::render;
use candor::ruleset::{Loaded, OverlayFiles, Tests, load_with, read_dir};
use candor::scaffold::{self, DecisionWish, FILL_IN, Refused};
use chrono::NaiveDate;

fn day(y: i32, m: u32, d: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(y, m, d).unwrap()
}

fn today() -> NaiveDate {
    day(2026, 11, 24)
}

fn wish(id: &str) -> DecisionWish<'_> {
    DecisionWish {
        id,
        record: None,
        place: Some("cpos.in-kind"),
        agency: None,
        moments: &[],
        source: None,
        from: day(2026, 1, 1),
    }
}

fn problems(loaded: &Loaded) -> String {
    render(&loaded.problems, false)
}

/// Copies a folder of fixtures, so that it can be added to.
fn copy(from: &str, to: &Path) {
    for file in small::files(from) {
        let path = to.join(&file.name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, file.text).unwrap();
    }
}

fn candor(args: &[&str]) -> (i32, String, String) {
    let done = Command::new(env!("CARGO_BIN_EXE_candor")).args(args).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (done.status.code().unwrap(), text(done.stdout), text(done.stderr))
}

#[test]
fn a_new_decision_loads_and_says_what_is_left_until_it_is_filled_in() {
    let dir = tempfile::tempdir().unwrap();
    copy("small", dir.path());
    let folder = dir.path().to_str().unwrap();
    let new = ["rules", "new", "decision", "nsf.trip.visits", "--rules", folder, "--from", "2026-01-01"];
    let (code, _, error) = candor(&new);
    assert!(code == 2 && error.contains("--place"), "{error}");
    let new = [&new[..], &["--place", "cpos.in-kind"]].concat();
    let (code, text, error) = candor(&new);
    assert_eq!(code, 0, "{error}");
    assert!(text.contains("nsf/trip/visits.toml") && text.contains("cases/nsf-trip-visits.toml"), "{text}");
    assert!(text.contains("candor rules check --rules"), "{text}");

    let (code, text, error) = candor(&["rules", "check", "--rules", folder, "--as-of", "2030-01-01"]);
    assert_eq!((code, error.as_str()), (1, ""));
    let left = "still to be filled in: asks, `before` (ask, authority), `first` (because, ask, authority), `rest` (because, ask, authority)";
    assert!(text.contains(left), "{text}");
    assert!(text.contains("an example of `first` expects `first`") && text.contains("a near miss of `rest`"), "{text}");
    assert!(!text.contains("A0001") && !text.contains("A0002"), "complete and free of overlap from the start: {text}");
    let (code, text, _) = candor(&["rules", "test", "--rules", folder]);
    assert!(code == 1 && text.contains("differs: nsf-trip-visits (nsf.trip.visits)"), "{text}");

    // The same again replaces nothing.
    let before = std::fs::read_to_string(dir.path().join("nsf/trip/visits.toml")).unwrap();
    let (code, _, error) = candor(&new);
    assert!(code == 2 && error.contains("is there already"), "{error}");
    assert_eq!(std::fs::read_to_string(dir.path().join("nsf/trip/visits.toml")).unwrap(), before);
    assert_eq!(std::fs::read_dir(dir.path().join("nsf/trip")).unwrap().count(), 2, "nothing is left beside");

    // Filled in, everything passes.
    let filled = before
        .replace("given = {}   # FILL IN: facts that fire this rule", "given = { paid-by = [\"own-money\"] }")
        .replace(
            "given = {}   # FILL IN: almost the same facts, so that the other rule fires",
            "given = { paid-by = [\"home\"] }",
        )
        .replace("given = {}   # FILL IN: facts of which the source says nothing", "given = { paid-by = [\"home\"] }")
        .replace("given = {}   # FILL IN: facts that fire the rule above", "given = { paid-by = [\"own-money\"] }")
        .replace("on   = 2026-01-01\n", "given = { paid-by = [\"own-money\"] }\non   = 2026-01-01\n")
        .replace("at = \"FILL IN: where in it\"", "at = \"1\"")
        .replace("FILL IN: ", "");
    assert!(filled.contains("when      = \"paid-by includes own-money\""), "{filled}");
    std::fs::write(dir.path().join("nsf/trip/visits.toml"), filled).unwrap();
    let case = dir.path().join("cases/nsf-trip-visits.toml");
    let text = std::fs::read_to_string(&case).unwrap();
    std::fs::write(&case, text.replace("\"disclose\"", "\"ask-office\"").replace("FILL IN: ", "")).unwrap();
    let (code, text, error) = candor(&["rules", "check", "--rules", folder, "--as-of", &chrono_today()]);
    assert_eq!((code, error.as_str()), (0, ""), "{text}");
    let (code, text, _) = candor(&["rules", "test", "--rules", folder]);
    assert_eq!(code, 0, "{text}");
}

/// The scaffold is dated by the day it is made on.
fn chrono_today() -> String {
    chrono::Local::now().date_naive().to_string()
}

#[test]
fn a_decision_of_every_kind_loads_for_every_agency() {
    let rules = load_with(small::surroundings(), Vec::new(), Tests::Load).rules.unwrap();
    let mut files = small::surroundings();
    let kinds: Vec<&str> = rules.kinds.iter().map(|k| k.id.as_str()).filter(|k| *k != "entity").collect();
    for (i, agency) in rules.agencies.iter().enumerate() {
        let kind = kinds[i % kinds.len()];
        let id = format!("{}.{kind}.made-here", agency.id);
        files.extend(scaffold::decision(&rules, None, wish(&id), today()).unwrap().files);
    }
    for kind in &kinds {
        let id = format!("nsf.{kind}.made-for-the-test");
        files.extend(scaffold::decision(&rules, None, wish(&id), today()).unwrap().files);
    }
    let loaded = load_with(files, Vec::new(), Tests::Load);
    assert!(loaded.rules.is_some(), "{}", problems(&loaded));
}

#[test]
fn a_new_overlay_grows_into_one_with_a_decision_a_source_and_a_list() {
    let dir = tempfile::tempdir().unwrap();
    let (rules, overlay) = (small::fixtures().join("small"), dir.path().join("north-state"));
    let (rules, overlay) = (rules.to_str().unwrap(), overlay.to_str().unwrap());
    let with = |args: &[&str]| candor(&[args, &["--rules", rules]].concat());
    let (code, text, error) = with(&["rules", "new", "overlay", "north-state", "--into", overlay]);
    assert!(code == 0 && text.contains("overlay.toml"), "{text}{error}");
    let (code, text, error) = with(&["rules", "check", "--overlay", overlay]);
    assert!(code == 1 && error.is_empty() && text.contains("overlay.toml"), "{text}{error}");
    let steps: [&[&str]; 3] = [
        &["rules", "new", "decision", "north-state.trip.travel", "--overlay", overlay],
        &["rules", "new", "source", "travel-letter", "--overlay", overlay],
        &["rules", "new", "list", "our-places", "--source", "guide", "--overlay", overlay],
    ];
    for step in steps {
        let (code, _, error) = with(step);
        assert_eq!(code, 0, "{step:?}: {error}");
    }
    let files = OverlayFiles {
        name: "north-state".into(),
        files: read_dir(Path::new(overlay)).unwrap(),
        standing: Default::default(),
    };
    let names: Vec<&str> = files.files.iter().map(|f| f.name.as_str()).collect();
    assert!(names.contains(&"north-state/trip/travel.toml") && names.contains(&"lists/our-places.toml"), "{names:?}");
    let marked = files.files.iter().filter(|f| f.text.contains(FILL_IN)).count();
    let loaded = load_with(small::files("small"), vec![files], Tests::Load);
    let rules = loaded.rules.as_ref().unwrap_or_else(|| panic!("{}", problems(&loaded)));
    let report = check_overlays(rules, day(2030, 1, 1), candor::audit::Budget::default());
    let left = report.findings.iter().filter(|f| f.code == "A0050").count();
    // The case's texts are the one thing that the audit of rules does not read; the case itself fails.
    assert_eq!(left, marked - 1, "{:#?}", report.findings);
    assert!(!test_overlays(rules, &loaded.cases).is_clear());
    assert!(codes::entry("A0050").is_some());
}

#[test]
fn what_cannot_be_made_is_refused_with_what_to_do() {
    let loaded = small::load(small::files("small"), Some(small::files("small-overlay")));
    let rules = loaded.rules.as_ref().unwrap_or_else(|| panic!("{}", problems(&loaded)));
    let overlay = rules.overlays.first();
    let misspelt = ["propsal".to_owned()];
    let make = |wish| scaffold::decision(rules, None, wish, today()).map(|_| ()).unwrap_err();
    assert!(matches!(make(wish("trip")), Refused::Id(..)));
    assert!(matches!(make(wish("nsf.Trip")), Refused::Id(..)));
    assert!(matches!(make(wish("nsf.trip.cpos")), Refused::Needs(text) if text.contains("is there already")));
    assert!(
        matches!(make(wish("nih.trip.cpos")), Refused::NoAgency(folder, known) if folder == "nih" && known.contains("nsf"))
    );
    assert!(make(wish("nsf.trup.x")).to_string().contains("did you mean trip?"));
    assert!(
        make(DecisionWish { place: Some("cpos.inkind"), ..wish("nsf.trip.x") })
            .to_string()
            .contains("did you mean cpos.in-kind?")
    );
    assert!(
        make(DecisionWish { moments: &misspelt, ..wish("nsf.trip.x") }).to_string().contains("did you mean proposal?")
    );
    assert!(
        make(DecisionWish { source: Some("giude"), ..wish("nsf.trip.x") }).to_string().contains("did you mean guide?")
    );
    assert!(make(DecisionWish { agency: Some("nih"), ..wish("nsf.trip.x") }).to_string().contains("known are: nsf"));
    let foreign = scaffold::decision(rules, overlay, wish("nsf.trip.x"), today()).unwrap_err();
    assert!(foreign.to_string().contains("write fern.trip.x"), "{foreign}");
    let place = scaffold::decision(rules, overlay, wish("fern.trip.x"), today()).unwrap_err();
    assert!(place.to_string().contains("institution.fern-travel"), "{place}");
    assert!(matches!(scaffold::overlay(rules, "nsf", today()), Err(Refused::Id(..))));
    assert!(
        scaffold::source(rules, "guide", today()).is_err()
            && scaffold::list(rules, "listed", true, Some("guide"), today()).is_err()
    );
    let (code, _, error) = candor(&["rules", "new", "source", "letter"]);
    assert!(code == 2 && error.contains("--overlay DIR"), "{error}");
}

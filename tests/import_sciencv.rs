//! SciENcv files become suggestions that fit the vocabulary, and their arithmetic is checked.

mod words;

use std::path::{Path, PathBuf};

use candor::engine::checks;
use candor::exchange::sciencv::{ImportError, Suggestions, read};
use candor::profile::{Profile, Store, Vocabulary};
use words::vocabulary;

const SEVERAL: &[u8] = include_bytes!("fixtures/sciencv/several.xml");

/// An empty profile with all suggestions applied through the store, so that they have to fit the vocabulary.
fn applied(suggestions: &Suggestions, onto: Option<Profile>) -> Store {
    let rules = vocabulary();
    let mut store = Store::create(Path::new("unused.toml"), Vocabulary::from(&rules));
    if let Some(profile) = onto {
        store.become_profile(profile).unwrap();
    }
    for edit in &suggestions.edits {
        store.apply(edit).unwrap_or_else(|e| panic!("{edit:?}: {e}"));
    }
    store
}

#[test]
fn a_file_becomes_records_and_notes() {
    let suggestions = read(SEVERAL, &Profile::default()).unwrap();
    let store = applied(&suggestions, None);
    insta::assert_snapshot!(format!("{}\n── notes ──\n{}\n", store.text(), suggestions.notes.join("\n")));
}

#[test]
fn importing_again_adds_nothing() {
    let first = applied(&read(SEVERAL, &Profile::default()).unwrap(), None).profile().clone();
    let again = read(SEVERAL, &first).unwrap();
    assert_eq!(again.edits, []);
    assert_eq!(again.known, first.records.len());
}

#[test]
fn a_second_file_gets_new_ids() {
    let first = applied(&read(SEVERAL, &Profile::default()).unwrap(), None).profile().clone();
    let other = String::from_utf8_lossy(SEVERAL).replace("Tidal inlets", "Rocky inlets");
    let suggestions = read(other.as_bytes(), &first).unwrap();
    let both = applied(&suggestions, Some(first.clone())).profile().clone();
    assert_eq!(both.records.len(), first.records.len() + 1);
    assert!(both.record("support-3").is_some());
}

#[test]
fn what_is_not_such_a_file_is_refused_in_words() {
    let say = |bytes: &[u8]| read(bytes, &Profile::default()).unwrap_err();
    assert_eq!(say(b"<html/>"), ImportError::OtherFormat("html".into()));
    assert_eq!(say(&[0xff, 0xfe, b'<', 0]), ImportError::NotText);
    assert_eq!(say(&vec![b' '; 6 * 1024 * 1024]), ImportError::TooLarge);
    for bad in ["", "<profile>", "not xml", "<profile><a></b></profile>", "<profile>\0</profile>", "\u{1b}[31m"] {
        assert!(matches!(say(bad.as_bytes()), ImportError::NotXml(_)), "{bad:?}");
    }
    let bomb = "<!DOCTYPE p [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><profile>&b;</profile>";
    let outside = "<!DOCTYPE p [<!ENTITY a SYSTEM \"file:///etc/hostname\">]><profile>&a;</profile>";
    for bad in [bomb, outside] {
        assert!(matches!(say(bad.as_bytes()), ImportError::NotXml(_)), "{bad}");
    }
    let deep = format!("<profile>{}", "<a>".repeat(1_000_000));
    assert!(matches!(say(deep.as_bytes()), ImportError::NotXml(_)));
    let wide = format!("<profile>{}</profile>", "<a/>".repeat(300_000));
    assert!(matches!(say(wide.as_bytes()), ImportError::NotXml(_)));
}

#[test]
fn an_empty_template_suggests_nothing() {
    let blank = b"<profile><identification/><employment/><funding><support><projecttitle/><contributiontype>award</contributiontype><supporttype/></support></funding></profile>";
    assert_eq!(read(blank, &Profile::default()).unwrap(), Suggestions::default());
}

#[test]
fn hostile_text_is_kept_harmless() {
    let xml = "<profile><employment><position><positiontitle>Pro\u{202e}fessor \u{200b}</positiontitle><organization><orgname>\"]\nevil = true #</orgname></organization></position></employment></profile>";
    let store = applied(&read(xml.as_bytes(), &Profile::default()).unwrap(), None);
    assert_eq!(store.profile().records.len(), 1);
    assert!(!store.text().contains('\u{202e}'));
}

/// The published sample, if it lies where `CANDOR_SAMPLES` says or beside the project.
fn published(name: &str) -> Option<Vec<u8>> {
    let dir = std::env::var_os("CANDOR_SAMPLES")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/samples"), PathBuf::from);
    let bytes = std::fs::read(dir.join("sciencv").join(name)).ok();
    if bytes.is_none() {
        eprintln!("SKIPPED: the published sample {name} is not here; set CANDOR_SAMPLES to the folder of samples");
    }
    bytes
}

#[test]
fn the_published_sample_yields_its_two_warnings_and_no_more() {
    let Some(bytes) = published("cpos_sample.xml") else { return };
    let suggestions = read(&bytes, &Profile::default()).unwrap();
    let store = applied(&suggestions, None);
    let profile = store.profile();
    let of = |kind: &str| profile.of_kind(kind).count();
    assert_eq!((of("appointment"), of("support"), of("in-kind")), (1, 2, 2));
    let found = checks(&vocabulary(), profile, chrono::NaiveDate::from_ymd_opt(2026, 11, 24).unwrap());
    let said: Vec<&str> = found.iter().map(|c| c.says.as_str()).collect();
    assert_eq!(
        found.iter().map(|c| c.check.as_str()).collect::<Vec<_>>(),
        ["year-over-twelve", "months-outside-dates"],
        "{said:?}"
    );
    assert_eq!(
        said[0],
        "These entries add up to 36 person-months in 2025, 15 of them not decided yet; one may need an update."
    );
    assert!(said[1].contains("3 in 2025, running for 1 month."), "{}", said[1]);
    assert_eq!(found[0].records.len(), 4);
}

#[test]
fn the_published_blank_suggests_nothing() {
    let Some(bytes) = published("cpos_blank.xml") else { return };
    assert_eq!(read(&bytes, &Profile::default()).unwrap(), Suggestions::default());
}

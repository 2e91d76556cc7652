//! Files that are broken, hostile or not profiles at all: one clear message each, no panic, nothing executed or shown raw.

mod words;

use std::path::Path;
use std::sync::Arc;

use candor::diagnostic::{Diagnostic, Severity, SourceFile, render};
use candor::profile::{OpenError, SAMPLE, SaveError, Store, Vocabulary, load, read};
use proptest::prelude::*;
use words::vocabulary;

/// The problems in a text, `code line:column message | help`.
fn problems(text: &str) -> Vec<String> {
    let rules = vocabulary();
    let file = Arc::new(SourceFile { name: "p.toml".into(), text: text.into() });
    let (_, problems) = read(&file, Vocabulary::from(&rules));
    problems.iter().map(show).collect()
}

fn show(d: &Diagnostic) -> String {
    let (line, column) = d.position().unwrap_or_default();
    let level = if d.severity == Severity::Warning { "warning " } else { "" };
    format!("{level}{} {line}:{column} {} | {}", d.code, d.message, d.help.as_deref().unwrap_or_default())
}

/// The problems of `body` below a correct first line.
fn body(body: &str) -> Vec<String> {
    problems(&format!("schema = \"candor.profile/1\"\n{body}"))
}

#[test]
fn every_mistake_is_reported_at_its_place_with_what_to_do() {
    let text = r#"
complete = ["trips", "trip"]
[person]
nmae = "Rivera"
employer = "universty"
trained-on = "2026-02-30"
[[target]]
id = "p"
agency = "nsff"
moment = "proposal"
[[target]]
id = "q"
agency = "nih"
moment = "propsal"
clocks = { deu = 2026-12-10, filing = 2026-12-10, due = "2026-13" }
[[trip]]
id = "trip-1"
paid-by = "own-money"
did = ["talk", "tlak"]
place = "Norway"
for-project = true
[trip.for.p]
got-title = true
extensive = "maybe"
[trip.for.pp]
for-project = false
[[trip.told]]
whom = "NSF"
on = "yesterday"
[[trip]]
id = "trip-1"
[[trip]]
purpose = "no id"
[[trip]]
id = "a b"
[trips]
[[entity]]
name = "Oslo"
[[entity]]
name = "Oslo"
domicile = 3
[[entity]]
[[support]]
id = "support-1"
amount = -5
commitment = { 26 = 1 }
title = """two
lines"""
"#;
    insta::assert_snapshot!(body(text).join("\n"));
}

#[test]
fn a_syntax_error_is_reported_and_nothing_is_made_of_the_rest() {
    let found = body("[person]\nname = \"unclosed\nemployer = 5\n[[trip]\n");
    assert!(!found.is_empty());
    assert!(found.iter().all(|p| p.starts_with("C0100 ")), "{found:?}");
    assert!(found[0].starts_with("C0100 3:"), "{found:?}");
    let no_such_day = body("[person]\ntrained-on = 2026-02-30\n");
    assert!(no_such_day[0].starts_with("C0100 3:") && no_such_day[0].contains("invalid date"), "{no_such_day:?}");
    let twice = body("[person]\nname = \"a\"\nname = \"b\"\n");
    assert!(twice[0].contains("duplicate key"), "{twice:?}");
}

#[test]
fn the_first_line_says_what_the_file_is() {
    assert!(problems("")[0].contains("schema = \"candor.profile/1\""));
    assert!(problems("[person]\n")[0].starts_with("C0201"));
    assert!(problems("schema = 1\n")[0].starts_with("C0201 1:10"));
    assert!(
        problems("schema = \"candor.profile/2\"\n[new-thing]\n")
            == [
                "C0201 1:10 this profile has the format candor.profile/2, which is newer than this program | Open it with a newer Candor. It has not been touched."
            ]
    );
    assert!(problems("schema = \"candor.ruleset/1\"\n")[0].contains("not a profile format"));
}

#[test]
fn a_naming_record_without_an_entry_for_its_organisation_is_fine() {
    assert_eq!(body("[[trip]]\nid = \"t\"\norganiser = \"Somewhere\"\n"), [""; 0]);
}

#[test]
fn deep_nesting_and_long_lists_end_in_a_message() {
    for text in [
        "[".repeat(200_000),
        format!("a = {}", "[".repeat(200_000)),
        format!("a = {}", "{b=".repeat(100_000)),
        "a.".repeat(100_000),
    ] {
        assert!(!body(&text).is_empty());
    }
    let many: String = (0..5_000).map(|i| format!("x{i} = 1\n")).collect();
    let found = body(&many);
    assert_eq!(found.len(), 100);
    assert!(found[99].contains("4900 more"), "{}", found[99]);
}

// ── Files ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

fn refused(bytes: &[u8]) -> String {
    let rules = vocabulary();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    std::fs::write(&path, bytes).unwrap();
    let error = Store::open(&path, Vocabulary::from(&rules)).map(|_| ()).unwrap_err();
    assert_eq!(std::fs::read(&path).unwrap(), bytes, "the file is as it was");
    match error {
        OpenError::Unusable(problems) => {
            assert_eq!(problems.len(), 1, "{problems:?}");
            show(&problems[0])
        }
        other => other.to_string(),
    }
}

#[test]
fn what_is_not_text_is_named_for_what_it_is() {
    for (bytes, says) in [
        (&b"{\\rtf1\\ansi Dear office"[..], "a word-processor document"),
        (b"PK\x03\x04rest", "a packed or office document"),
        (b"%PDF-1.7", "a PDF"),
        (b"<?xml version=\"1.0\"?>", "an XML file"),
        (
            b"schema = \"candor.profile/1\"\nname = \"Z\xfcrich\"",
            "not UTF-8 text (the first byte at fault is number 38)",
        ),
        (b"schema = \"candor.profile/1\"\n\0", "binary data"),
        (&[0x7f, b'E', b'L', b'F', 0xff, 0xfe, 0, 1], "not UTF-8 text"),
    ] {
        let message = refused(bytes);
        assert!(message.contains(says), "{message}");
        assert!(message.contains("C0200"), "{message}");
    }
}

#[test]
fn a_file_of_fifty_megabytes_is_not_read() {
    let rules = vocabulary();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("big.toml");
    // Sparse: costs no space, and would cost fifty megabytes if it were read whole.
    std::fs::File::create(&path).unwrap().set_len(50 * 1024 * 1024).unwrap();
    let error = load(&path, Vocabulary::from(&rules)).unwrap_err();
    assert!(error.to_string().contains("larger than 20 MB"), "{error}");
}

#[test]
fn folders_pipes_and_missing_files_are_told_apart() {
    let rules = vocabulary();
    let words = Vocabulary::from(&rules);
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(load(dir.path(), words), Err(OpenError::NotAFile(_))));
    assert!(matches!(load(&dir.path().join("none.toml"), words), Err(OpenError::NotFound(_))));
    assert!(matches!(Store::open(&dir.path().join("none.toml"), words), Err(OpenError::NotFound(_))));
    #[cfg(unix)]
    {
        let pipe = dir.path().join("pipe");
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        assert!(matches!(Store::open(&pipe, words), Err(OpenError::NotAFile(_))), "opening a pipe would wait for ever");
        assert!(matches!(load(Path::new("/dev/zero"), words), Err(OpenError::NotAFile(_))));
    }
}

#[cfg(unix)]
#[test]
fn a_folder_without_write_permission_is_said() {
    use std::os::unix::fs::PermissionsExt as _;
    let rules = vocabulary();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    std::fs::write(&path, SAMPLE).unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o500)).unwrap();
    if std::fs::write(dir.path().join("probe"), "").is_ok() {
        eprintln!("SKIPPED: this user may write anywhere (root), so the permission does not stop it");
        return;
    }
    let mut store = Store::open(&path, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    store.apply(&candor::profile::Edit::EnsureEntity { name: "X".into() }).unwrap();
    assert!(matches!(store.save(), Err(SaveError::Folder { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), SAMPLE);
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
}

// ── What reaches the screen ────────────────────────────────────────────────────────────────────────────────────────────

#[test]
fn messages_never_carry_escapes_or_reordering_from_a_file() {
    let nasty = "[person]\nemployer = \"\\u001b]0;owned\\u0007\\u202e\"\n\"k\\u001b[31m\" = 1\n[[trip]]\nid = \"\\u202e\\u001b[2J\"\nplace = \"\u{202e}ON\"\n# \u{202e} in a comment\n";
    let rules = vocabulary();
    let file = Arc::new(SourceFile {
        name: "p\u{1b}[31m.toml".into(),
        text: format!("schema = \"candor.profile/1\"\n{nasty}"),
    });
    let (_, problems) = read(&file, Vocabulary::from(&rules));
    assert!(problems.len() >= 4);
    let shown = render(&problems, false);
    assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{shown:?}");
}

#[test]
fn right_to_left_names_are_names() {
    let rules = vocabulary();
    let text = "schema = \"candor.profile/1\"\n[person]\nname = \"حسن، علي\" # שלום\n[[entity]]\nname = \"האוניברסיטה העברית\"\ndomicile = \"foreign\"\n";
    let mut store = Store::in_memory("t", text, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(store.warnings(), []);
    store
        .apply(&candor::profile::Edit::RenameEntity {
            from: "האוניברסיטה העברית".into(), to: "جامعة القاهرة".into()
        })
        .unwrap();
    assert_eq!(store.text(), text.replace("האוניברסיטה העברית", "جامعة القاهرة"));
}

// ── Anything at all ────────────────────────────────────────────────────────────────────────────────────────────────────

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "\\PC{0,200}|[\\[\\]{}=\"'.,#\n a-z0-9-]{0,200}") {
        let _ = problems(&text);
        let _ = body(&text);
    }

    #[test]
    fn a_damaged_sample_is_read_or_refused(at in 0..SAMPLE.len(), length in 0usize..40, insert in "[\\[\\]{}=\"'.,#\n\r\t a-z0-9\u{0}\u{7f}\u{e9}\u{202e}-]{0,12}") {
        let start = (0..=at).rev().find(|i| SAMPLE.is_char_boundary(*i)).unwrap_or(0);
        let end = (start + length..=SAMPLE.len()).find(|i| SAMPLE.is_char_boundary(*i)).unwrap_or(SAMPLE.len());
        let text = format!("{}{insert}{}", &SAMPLE[..start], &SAMPLE[end..]);
        let rules = vocabulary();
        // Whatever still reads can still be edited and says so.
        if let Ok(mut store) = Store::in_memory("t", &text, Vocabulary::from(&rules)) {
            prop_assert_eq!(store.text(), &text);
            let edit = candor::profile::Edit::Complete { kind: "trip".into(), complete: !store.profile().complete.contains("trip") };
            prop_assert!(store.apply(&edit).is_ok());
        }
    }
}

//! The embedded rule set loads, and files that do not are explained where they are wrong.

use candor::diagnostic::{SourceFile, render};
use candor::ruleset::{Tests, load_embedded, load_files};

#[test]
fn the_embedded_rule_set_loads() {
    let loaded = load_embedded(Tests::Load);
    assert!(loaded.rules.is_some(), "{}", render(&loaded.problems, false));
}

/// A small rule set around one decision file.
fn with_decision(text: &str) -> Vec<SourceFile> {
    let file = |name: &str, text: &str| SourceFile { name: name.into(), text: text.into() };
    vec![
        file("ruleset.toml", "[ruleset]\nid = \"t\"\ntitle = \"T\"\nversion = \"1\"\nschema = \"candor.ruleset/1\"\n"),
        file("vocabulary/entity.toml", include_str!("../rules/us-federal/vocabulary/entity.toml")),
        file("vocabulary/person.toml", include_str!("../rules/us-federal/vocabulary/person.toml")),
        file("vocabulary/target.toml", include_str!("../rules/us-federal/vocabulary/target.toml")),
        file("vocabulary/trip.toml", include_str!("../rules/us-federal/vocabulary/trip.toml")),
        file("agencies/nsf.toml", include_str!("../rules/us-federal/agencies/nsf.toml")),
        file(
            "forms/f.toml",
            "[form]\nid = \"f\"\ntitle = \"F\"\n[[section]]\nid = \"f.s\"\ntitle = \"S\"\nfields = []\n",
        ),
        file("sources/s.toml", "[[source]]\nid = \"src\"\ntitle = \"S\"\nissuer = \"I\"\n"),
        file("nsf/trip/x.toml", text),
    ]
}

const HEAD: &str = r#"
[decision]
id      = "nsf.trip.x"
asks    = "?"
record  = "trip"
place   = "f.s"
moments = ["proposal"]

[[rule]]
id        = "a"
ruling    = "nothing-due"
because   = "b"
period    = { clock = "filing", from = 2024-05-20 }
authority = [{ source = "src", at = "p" }]
basis     = "primary"
verified  = 2026-11-23
"#;

#[test]
fn every_mistake_is_shown_at_its_characters() {
    let text =
        format!("{HEAD}when = \"paid-by only {{own-mony, home}} and not titeld  and value is five\"\nrulling = 1\n");
    let loaded = load_files(with_decision(&text), Tests::Load);
    assert!(loaded.rules.is_none());
    insta::assert_snapshot!(render(&loaded.problems, false));
}

#[test]
fn a_file_that_is_not_toml_reports_all_its_errors_and_nothing_else() {
    let loaded = load_files(with_decision("a = = 1\nb = \n[c\n"), Tests::Load);
    assert!(loaded.rules.is_none());
    assert!(loaded.problems.len() >= 2);
    assert!(loaded.problems.iter().all(|p| p.code == "C0100"), "{}", render(&loaded.problems, false));
}

#[test]
fn a_clock_that_some_moment_lacks_is_refused() {
    let text = HEAD
        .replace("[\"proposal\"]", "[\"proposal\", \"just-in-time\"]")
        .replace("clock = \"filing\"", "clock = \"due\"");
    let loaded = load_files(with_decision(&text), Tests::Load);
    assert!(loaded.problems.iter().any(|p| p.code == "C0114"), "{}", render(&loaded.problems, false));
}

#[test]
fn the_part_that_rulings_need_says_what_the_whole_says() {
    let dir = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("rules/us-federal");
    let told = |loaded: candor::ruleset::Loaded| {
        let mut rules = loaded.rules.expect("the rule set loads");
        // Lines differ where examples are left out; no ruling shows them.
        rules.decisions.iter_mut().flat_map(|d| &mut d.rules).for_each(|r| r.line = 0);
        (rules.digest.clone(), format!("{:?} {:?}", rules.decisions, rules.forms))
    };
    let whole = told(candor::ruleset::load_dir(&dir, Tests::Skip).expect("the folder can be read"));
    let part = told(load_embedded(Tests::Skip));
    assert_eq!(whole.0, part.0, "the digest");
    assert!(whole.1 == part.1, "the build script and the loader leave out different things");
}

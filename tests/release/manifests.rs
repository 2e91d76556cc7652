//! Manifests: written the same every time, read without trust.

use candor::release::{About, Change, Difference, Hash, Kind, Manifest, ManifestError};

use super::fixture;

fn about() -> About {
    About { kind: Kind::RuleSet, id: "trial".into(), version: "2026.1".into(), digest: "d".into() }
}

fn manifest(paths: &[&str]) -> Result<Manifest, ManifestError> {
    Manifest::new(about(), paths.iter().map(|p| ((*p).to_owned(), Hash::of(p.as_bytes()))))
}

#[test]
fn the_same_files_give_the_same_bytes_in_any_order() {
    let text = manifest(&["b/x.toml", "a.toml", "b.toml", "Z"]).unwrap().text();
    assert_eq!(text, manifest(&["Z", "b.toml", "b/x.toml", "a.toml"]).unwrap().text());
    let paths: Vec<&str> = text.lines().filter_map(|l| l.split_once("  ")).map(|(_, p)| p).collect();
    assert_eq!(paths, ["Z", "a.toml", "b.toml", "b/x.toml"]);
    assert_eq!(Manifest::parse(text.as_bytes()).unwrap(), manifest(&["Z", "a.toml", "b.toml", "b/x.toml"]).unwrap());
    let known = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    assert_eq!(Hash::of(b"").to_string(), known, "SHA-256 of nothing");
    assert_eq!(Hash::of_reader(b"abc".as_slice()).unwrap(), Hash::of(b"abc"));
}

#[test]
fn paths_that_lead_elsewhere_are_refused_on_both_sides() {
    let good = manifest(&["a.toml"]).unwrap().text();
    for path in [
        "../x",
        "a/../x",
        "/etc/passwd",
        "a//b",
        "./a",
        "a/.",
        "",
        "C:/x",
        "a\\b",
        "a\u{1b}[2J",
        "a\u{202e}b",
        "a\nb",
        "MANIFEST",
        "MANIFEST.minisig",
        "a/",
        "\u{FFFD}",
    ] {
        assert!(matches!(manifest(&[path]), Err(ManifestError::Path { .. })), "written: {path:?}");
        let read = Manifest::parse(good.replace("  a.toml", &format!("  {path}")).as_bytes());
        assert!(read.is_err(), "read: {path:?}");
    }
    // Two dots and spaces within a name are nothing special.
    for path in ["a..b", "..a", "b c.md", " c", "sub/MANIFEST"] {
        let text = manifest(&[path]).unwrap().text();
        assert_eq!(Manifest::parse(text.as_bytes()).unwrap().text(), text, "{path:?}");
    }
    assert!(manifest(&["a", "a"]).is_err());
}

#[test]
fn what_is_wrong_is_said_with_its_line() {
    let good = manifest(&["a.toml", "b.toml"]).unwrap().text();
    let lines: Vec<&str> = good.lines().collect();
    let with = |at: usize, line: &str| {
        let mut lines = lines.clone();
        lines[at] = line;
        Manifest::parse(format!("{}\n", lines.join("\n")).as_bytes()).unwrap_err().to_string()
    };
    assert!(with(6, lines[5]).contains("line 7: \"a.toml\" is listed twice"), "{}", with(6, lines[5]));
    assert!(with(5, "nonsense").starts_with("line 6: expected"));
    assert!(with(5, &lines[5].to_uppercase().replace("A.TOML", "a.toml")).contains("64 hexadecimal digits"));
    assert!(with(0, "# candor-manifest/2").contains("candor-manifest/2"));
    assert!(with(0, "hello").starts_with("line 1:"));
    assert!(with(1, "# something: else").starts_with("line 2:"));
    assert!(with(4, "# files: many").starts_with("line 5:"));
    assert!(with(4, "# files: 3").contains("3 files and lists 2"));
    let moved = good.replacen("  a.toml", "  c.toml", 1);
    assert!(Manifest::parse(moved.as_bytes()).unwrap_err().to_string().contains("not in order"));
    assert_eq!(Manifest::parse(good.replace('\n', "\r\n").as_bytes()), Err(ManifestError::LineEndings));
    assert_eq!(Manifest::parse(b""), Err(ManifestError::Empty));
    assert_eq!(Manifest::parse(b"\xff\xfe"), Err(ManifestError::NotText));
    for length in 0..good.len() {
        assert!(Manifest::parse(&good.as_bytes()[..length]).is_err(), "cut at {length}");
    }
    for (id, version) in [("", "1"), ("x", "1\n# x"), ("x", " ")] {
        let about = About { id: id.into(), version: version.into(), ..about() };
        assert!(matches!(Manifest::new(about, []), Err(ManifestError::Header(_))), "{id:?} {version:?}");
    }
}

#[test]
fn every_difference_is_named() {
    let listed = manifest(&["changed", "gone", "same", "unreadable"]).unwrap();
    let there = [
        ("changed", Ok(Hash::of(b"!"))),
        ("same", Ok(Hash::of(b"same"))),
        ("more", Ok(Hash::of(b"more"))),
        ("unreadable", Err("no".to_owned())),
    ];
    let of = |path: &str, change| Difference { path: path.into(), change };
    assert_eq!(
        listed.differences(there),
        [
            of("changed", Change::Changed),
            of("gone", Change::Missing),
            of("more", Change::Added),
            of("unreadable", Change::Unreadable("no".into())),
        ]
    );
    assert!(Manifest::parse(&fixture("office/MANIFEST")).is_ok());
}

//! Folders judged by what was signed: each way of tampering with the office's overlay, which minisign itself signed.

use std::path::PathBuf;

use candor::release::{Seal, Standing, State, Trusted};
use candor::ruleset::{self, Folder, OverlayFiles, RuleFiles, Tests, read_dir};

use super::{copy, fixture, fixtures, public, trusting};

/// The office's folder, to be changed.
struct Office(tempfile::TempDir);

impl Office {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(&fixtures().join("release/office"), dir.path());
        Self(dir)
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> &Self {
        let path = self.at(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
        self
    }

    fn standing(&self, trusted: &Trusted) -> Standing {
        Folder::read(self.0.path()).unwrap().standing(trusted)
    }

    /// State and words, for one who trusts the office.
    fn says(&self) -> (State, String) {
        let standing = self.standing(&trusting(&["stock.pub"]));
        (standing.state(), standing.words())
    }
}

const SIGNER: &str = "stock.pub (key D380D63989E9C59F)";

#[test]
fn an_untouched_folder_is_signed_and_unchanged() {
    let office = Office::new();
    assert_eq!(office.says(), (State::Signed, format!("signed by {SIGNER}, unchanged")));
    let nobody = office.standing(&Trusted::default());
    assert_eq!(nobody.words(), "signed by a key you have not trusted (D380D63989E9C59F)");
    assert_eq!((nobody.state(), nobody.state().is_assured()), (State::UnknownKey, false));
    // What a person does not see and the loader does not read is nobody's concern.
    office.write(".git/config", "x").write("overlay.toml~", "x").write("#overlay.toml#", "x").write(".DS_Store", "x");
    assert_eq!(office.says().0, State::Signed);
}

#[test]
fn each_way_of_tampering_is_named_by_file() {
    let changed = |files: &str| (State::Changed, format!("changed since it was signed: {files}; signed by {SIGNER}"));
    let office = Office::new();
    office.write("README.md", "another note\n");
    assert_eq!(office.says(), changed("README.md"));
    std::fs::remove_file(office.at("README.md")).unwrap();
    assert_eq!(office.says(), changed("README.md (missing)"));
    std::fs::write(office.at("LIESMICH.md"), fixture("office/README.md")).unwrap();
    assert_eq!(office.says(), changed("LIESMICH.md (added), README.md (missing)"));

    let office = Office::new();
    let rules = String::from_utf8(fixture("office/overlay.toml")).unwrap();
    office.write("overlay.toml", rules.replace("office@", "elsewhere@"));
    assert_eq!(office.says(), changed("overlay.toml"));
    let found = office.standing(&trusting(&["stock.pub"]));
    assert_eq!(found.findings().unwrap().digest_agrees(), Some(false), "the digest of the whole is another too");
    office.write("overlay.toml", rules.replace('\n', "\r\n"));
    assert_eq!(office.says(), changed("overlay.toml"));
    office.write("overlay.toml", b"\xff\xfe");
    assert_eq!(office.says(), changed("overlay.toml"));
    // For one who does not trust the key, it is changed all the same.
    let words = office.standing(&Trusted::default()).words();
    assert!(words.starts_with("changed since it was signed: overlay.toml; the key (D380D63989E9C59F)"), "{words}");
}

/// What the loader reads is named, wherever it stands; hidden files are neither read nor named.
#[test]
fn whatever_the_loader_reads_is_named() {
    let office = Office::new();
    let added = ["sources/extra.toml", "a/b/c/d.toml", "#x.toml", "y.toml", "vocabulary/z.toml"];
    for name in added.iter().chain(&[".toml.toml", ".hidden/x.toml", "a/b/c/.d.toml"]) {
        office.write(name, "");
    }
    let standing = office.standing(&trusting(&["stock.pub"]));
    let named: Vec<&str> = standing.findings().unwrap().differences.iter().map(|d| d.path.as_str()).collect();
    let read = read_dir(office.0.path()).unwrap();
    let mut unlisted: Vec<&str> = read.iter().map(|f| f.name.as_str()).filter(|n| *n != "overlay.toml").collect();
    unlisted.sort_unstable();
    assert_eq!(named, unlisted);
    assert_eq!(named.len(), added.len());
    assert_eq!(office.says().1.matches("(added)").count(), 5);
    office.write("one-more.toml", "");
    assert!(office.says().1.contains(" and 1 file more; signed by"), "{}", office.says().1);
}

#[cfg(unix)]
#[test]
fn links_are_read_through_and_circles_end() {
    let office = Office::new();
    let aside = tempfile::tempdir().unwrap();
    let target = aside.path().join("x.toml");
    std::fs::write(&target, fixture("office/overlay.toml")).unwrap();
    std::fs::remove_file(office.at("overlay.toml")).unwrap();
    std::os::unix::fs::symlink(&target, office.at("overlay.toml")).unwrap();
    assert_eq!(office.says().0, State::Signed, "the same contents");
    assert_eq!(Folder::read(office.0.path()).unwrap().links(), ["overlay.toml"]);
    std::fs::write(&target, "").unwrap();
    assert_eq!(office.says().0, State::Changed);
    std::os::unix::fs::symlink(office.0.path(), office.at("again")).unwrap();
    let error = Folder::read(office.0.path()).unwrap_err().to_string();
    assert!(error.contains("lead back"), "{error}");
}

#[test]
fn signatures_that_do_not_belong_are_not_valid() {
    let invalid = |office: &Office, says: &str| {
        let (state, words) = office.says();
        assert!(state == State::Invalid && words.contains(says), "{state:?}: {words}");
    };
    let office = Office::new();
    // Another manifest with the same signature.
    let text = String::from_utf8(fixture("office/MANIFEST")).unwrap();
    office.write("MANIFEST", text.replace("2026.2", "2026.3"));
    invalid(&office, "the signature is not valid: stock.pub (key D380D63989E9C59F) did not sign this MANIFEST");
    office.write("MANIFEST", text.replace('\n', "\r\n"));
    invalid(&office, "the MANIFEST cannot be used: its lines end in CRLF");
    office.write("MANIFEST", text.replace("  README.md", "  ../README.md"));
    invalid(&office, "the MANIFEST cannot be used: line 6: the path \"../README.md\" is refused");
    office.write("MANIFEST", [0xff]);
    invalid(&office, "not UTF-8");
    std::fs::remove_file(office.at("MANIFEST")).unwrap();
    invalid(&office, "not signed: there is a MANIFEST.minisig but no MANIFEST");
    office.write("MANIFEST", &text).write("MANIFEST.minisig", "untrusted comment: x\nRW\n");
    invalid(&office, "the signature cannot be used: not a minisign signature (it is cut short)");

    // A good signature of this manifest, by a key that is trusted or not.
    office.write("MANIFEST.minisig", fixture("locked.minisig"));
    assert_eq!(office.says().1, "signed by a key you have not trusted (575632C04B56FB31)");
    assert_eq!(office.standing(&trusting(&["stock.pub", "locked.pub"])).state(), State::Signed);
    // One that names a trusted key and is by another.
    let forged = String::from_utf8(fixture("locked.minisig")).unwrap();
    let line = |text: &str| text.lines().nth(1).unwrap().to_owned();
    let own = line(&String::from_utf8(fixture("office/MANIFEST.minisig")).unwrap());
    let mixed = format!("{}{}", &own[..14], &line(&forged)[14..]);
    office.write("MANIFEST.minisig", forged.replace(&line(&forged), &mixed));
    invalid(&office, "the signature is not valid");
    let seal = office.standing(&trusting(&["stock.pub"])).findings().unwrap().seal.clone();
    assert_eq!(seal, Seal::Broken { key: public("stock.pub").id(), name: "stock.pub".into() });
}

#[test]
fn without_a_signature_nothing_is_claimed() {
    let office = Office::new();
    std::fs::remove_file(office.at("MANIFEST.minisig")).unwrap();
    assert_eq!(office.says(), (State::Unsigned, "not signed: there is a MANIFEST but no MANIFEST.minisig".into()));
    std::fs::remove_file(office.at("MANIFEST")).unwrap();
    assert_eq!(office.says(), (State::Unsigned, "not signed".into()));
}

/// What is signed is the digest that reports print; the manifest itself is no part of it; and the standing goes with the rules.
#[test]
fn the_rules_carry_how_they_stand() {
    let folder = Folder::read(&fixtures().join("release/office")).unwrap();
    let standing = folder.standing(&trusting(&["stock.pub"]));
    let base = read_dir(&fixtures().join("tui-rules")).unwrap();
    for tests in [Tests::Load, Tests::Skip] {
        let overlay = OverlayFiles::new(&folder, standing.clone()).unwrap();
        let base = RuleFiles::new(base.clone(), Standing::Unchecked);
        let rules = ruleset::load_with(base, vec![overlay], tests).rules.unwrap();
        assert_eq!(rules.overlays[0].standing.state(), State::Signed);
        assert_eq!(rules.overlays[0].digest, folder.digest());
        assert_eq!(rules.standing.words(), "not looked at for a signature");
    }
    assert_eq!(ruleset::load_embedded(Tests::Skip).rules.unwrap().standing, Standing::BuiltIn);
}

/// An overlay's digest is over all its files, whether its examples and changes were asked for or not.
#[test]
fn the_digest_does_not_depend_on_what_was_read() {
    let office = Office::new();
    office.write("changes/2026.toml", "");
    let folder = Folder::read(office.0.path()).unwrap();
    let base = read_dir(&fixtures().join("tui-rules")).unwrap();
    for tests in [Tests::Load, Tests::Skip] {
        let overlay = OverlayFiles::new(&folder, Standing::Unchecked).unwrap();
        let rules = ruleset::load_with(base.clone(), vec![overlay], tests).rules.unwrap();
        assert_eq!(rules.overlays[0].digest, folder.digest(), "{tests:?}");
    }
}

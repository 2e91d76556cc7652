//! The commands as people and scripts run them: making keys, signing, trusting, and what is said of rules whose state is not sure.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use super::{copy, fixtures};

/// A folder with the small rule set in `ours` and the office's overlay in `office`, as the office would have them before signing.
struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        let place = Self(tempfile::tempdir().unwrap());
        copy(&fixtures().join("tui-rules"), &place.at("ours"));
        copy(&fixtures().join("release/office"), &place.at("office"));
        for name in ["MANIFEST", "MANIFEST.minisig"] {
            std::fs::remove_file(place.at("office").join(name)).unwrap();
        }
        std::fs::copy(fixtures().join("tui-profile.toml"), place.at("p.toml")).unwrap();
        place
    }

    fn at(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn command(&self, args: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_candor"));
        command.args(args.split(' ')).current_dir(self.0.path()).env_clear().env("CANDOR_HOME", self.at("home"));
        command
    }

    fn typed(&self, args: &str, input: &str) -> Ran {
        let mut child = self.command(args);
        let mut child = child.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        // A command that refuses before it reads is as it should be.
        let _ = child.stdin.take().unwrap().write_all(input.as_bytes());
        Ran(child.wait_with_output().unwrap())
    }

    fn run(&self, args: &str) -> Ran {
        self.typed(args, "")
    }

    /// Runs what must go well, and gives what it printed.
    fn ok(&self, args: &str) -> String {
        let ran = self.run(args);
        assert_eq!(ran.code(), 0, "{args}: {}", ran.all());
        ran.out()
    }

    /// With a key, and both folders signed by it.
    fn signed() -> Self {
        let place = Self::new();
        place.ok("rules keygen -o office.key --no-password");
        place.ok("rules sign ours --key office.key");
        place.ok("--rules ours rules sign office --key office.key");
        place
    }
}

struct Ran(Output);

impl Ran {
    fn code(&self) -> i32 {
        self.0.status.code().unwrap_or(-1)
    }

    fn out(&self) -> String {
        String::from_utf8_lossy(&self.0.stdout).into_owned()
    }

    fn err(&self) -> String {
        String::from_utf8_lossy(&self.0.stderr).into_owned()
    }

    fn all(&self) -> String {
        format!("{}{}", self.out(), self.err())
    }

    #[track_caller]
    fn refused(&self, why: &str) {
        assert!(self.code() == 2 && self.err().contains(why), "{}: {}", self.code(), self.all());
    }
}

#[cfg(unix)]
fn mode(path: &Path) -> u32 {
    std::os::unix::fs::PermissionsExt::mode(&std::fs::metadata(path).unwrap().permissions()) & 0o777
}

#[test]
fn keys_are_made_once_and_for_their_owner() {
    let place = Place::new();
    place.run("rules keygen -o office.key").refused("--no-password");
    assert!(!place.at("office.key").exists(), "an empty password makes no key");
    let made = place.typed("rules keygen -o office.key", "correct horse\n");
    assert!(made.code() == 0 && made.out().contains("RW"), "{}", made.all());
    let before = (std::fs::read(place.at("office.key")).unwrap(), std::fs::read(place.at("office.pub")).unwrap());
    assert!(made.out().contains(String::from_utf8_lossy(&before.1).lines().nth(1).unwrap()));
    assert!(!made.out().contains(String::from_utf8_lossy(&before.0).lines().nth(1).unwrap()));
    #[cfg(unix)]
    assert_eq!(mode(&place.at("office.key")), 0o600);
    place.run("rules keygen -o office.key --no-password").refused("is there already");
    std::fs::remove_file(place.at("office.key")).unwrap();
    place.run("rules keygen -o office.key --no-password").refused("office.pub is there already");
    assert!(!place.at("office.key").exists());
    place.run("rules keygen -o x.pub --no-password").refused("name the secret key's file");
    place.run("rules keygen -o none/x.key --no-password").refused("cannot write none/x.key");
    std::fs::write(place.at("office.key"), &before.0).unwrap();
    place.typed("rules sign ours --key office.key", "wrong\n").refused("wrong password");
    assert!(!place.at("ours/MANIFEST").exists(), "nothing was written");
    let signed = place.typed("rules sign ours --key office.key", "correct horse\n");
    assert_eq!(signed.code(), 0, "{}", signed.all());
    place.ok("rules verify ours --key office.pub");
}

#[test]
fn the_same_folder_gives_the_same_manifest() {
    let place = Place::signed();
    let first = std::fs::read(place.at("ours/MANIFEST")).unwrap();
    place.ok("rules keygen -o other.key --no-password");
    place.ok("rules sign ours --key other.key");
    assert_eq!(std::fs::read(place.at("ours/MANIFEST")).unwrap(), first);
    let text = String::from_utf8(first).unwrap();
    let digest = text.lines().find_map(|l| l.strip_prefix("# digest: ")).unwrap();
    let list = place.ok("--rules ours rules list --format json");
    assert!(list.contains(&format!("\"digest\": \"{digest}\"")), "the digest that every report prints");
}

#[test]
fn verify_says_exactly_what_differs() {
    let place = Place::signed();
    let verify = |args: &str| place.run(&format!("rules verify ours{args}"));
    let unknown = verify("");
    assert_eq!(unknown.code(), 1);
    assert!(unknown.out().contains("which you have not trusted") && unknown.out().contains("rules trust"));
    let key = std::fs::read_to_string(place.at("office.pub")).unwrap().lines().nth(1).unwrap().to_owned();
    assert_eq!(verify(&format!(" --public-key {key}")).code(), 0);
    let given = verify(" --key office.pub");
    assert!(
        given.code() == 0 && given.out().contains("unchanged") && given.out().contains("rule set tui-fixture, version")
    );

    std::fs::write(place.at("ours/agencies/nsf.toml"), "x").unwrap();
    std::fs::remove_file(place.at("ours/ruleset.toml")).unwrap();
    std::fs::write(place.at("ours/extra.toml"), "x").unwrap();
    let differs = verify(" --key office.pub");
    assert_eq!(differs.code(), 1);
    for line in
        ["not listed  extra.toml", "missing     ruleset.toml", "changed     agencies/nsf.toml", "3 are not as listed"]
    {
        assert!(differs.out().contains(line), "{line}: {}", differs.out());
    }
    let json: serde_json::Value =
        serde_json::from_slice(&verify(" --key office.pub --format json").0.stdout).expect("JSON");
    assert_eq!((&json["schema"], &json["state"]), (&"candor.rules-verify/1".into(), &"changed".into()));
    assert_eq!((&json["digest_agrees"], &json["signature"]["state"]), (&false.into(), &"valid".into()));
    let of = |path: &str| {
        let all = json["differences"].as_array().unwrap();
        all.iter().find(|d| d["path"] == path).map(|d| d["change"].clone())
    };
    assert_eq!(of("extra.toml"), Some("not-listed".into()));
    assert_eq!(of("ruleset.toml"), Some("missing".into()));

    std::fs::write(place.at("ours/MANIFEST.minisig"), "x").unwrap();
    assert_eq!(verify("").code(), 2, "a signature that is none");
    assert!(verify("").out().contains("Signature   cannot be used: not a minisign signature"));
    verify(" --key office.key").refused("this is a secret key");
    verify(" --key p.toml").refused("not a minisign public key");
    verify(" --key nowhere.pub").refused("nowhere.pub");
    place.run("rules verify nowhere").refused("cannot read nowhere");
    place.run("rules verify home/..").refused("cannot read");
    std::fs::create_dir(place.at("empty")).unwrap();
    place.run("rules verify empty").refused("is this the right folder?");
    assert_eq!(place.run("rules verify office").code(), 1, "signed, and not trusted");
}

#[test]
fn nothing_is_signed_that_could_not_be_used() {
    let place = Place::signed();
    let before = std::fs::read(place.at("ours/MANIFEST")).unwrap();
    place
        .run("--rules ours rules sign office --key office.pub")
        .refused("not a minisign secret key (it is a public key)");
    std::fs::write(place.at("ours/ruleset.toml"), "[ruleset]\nid = \"x\"\n").unwrap();
    let refused = place.run("rules sign ours --key office.key");
    refused.refused("does not load, so it was not signed");
    assert!(refused.err().contains("C0101"), "with the reasons");
    assert_eq!(std::fs::read(place.at("ours/MANIFEST")).unwrap(), before);
    place.run("rules sign home/.. --key office.key").refused("cannot read");
    place.run("rules sign . --key office.key").refused("is this the right folder?");
}

#[cfg(unix)]
#[test]
fn links_are_not_signed() {
    let place = Place::signed();
    std::os::unix::fs::symlink(place.at("p.toml"), place.at("ours/NOTES.md")).unwrap();
    place.run("rules sign ours --key office.key").refused("NOTES.md is a link");
}

#[test]
fn a_version_that_was_signed_with_other_files_is_remarked_on() {
    let place = Place::signed();
    assert_eq!(place.run("rules sign ours --key office.key").err(), "", "the same again is no matter");
    std::fs::write(place.at("ours/NEWS.md"), "news").unwrap();
    let again = place.run("rules sign ours --key office.key");
    assert!(again.code() == 0 && again.err().contains("raise `version`"), "{}", again.all());
}

#[test]
fn trust_is_an_act_and_can_be_taken_back() {
    let place = Place::signed();
    assert!(place.ok("rules trust --list").contains("no keys yet"));
    assert!(!place.at("home/trusted-keys.toml").exists(), "looking writes nothing");
    place.run("rules verify ours");
    assert!(!place.at("home/trusted-keys.toml").exists(), "nor does meeting a key");
    let told = place.ok("rules trust office.pub --name Fernwood");
    let key = std::fs::read_to_string(place.at("office.pub")).unwrap().lines().nth(1).unwrap().to_owned();
    assert!(told.contains(&key) && told.contains("Fernwood"));
    #[cfg(unix)]
    assert_eq!((mode(&place.at("home/trusted-keys.toml")), mode(&place.at("home"))), (0o600, 0o700));
    let id = told.split(' ').find(|w| w.len() == 16 && w.bytes().all(|b| b.is_ascii_hexdigit())).unwrap();
    let list = place.ok("rules trust --list");
    assert!(list.contains(id) && list.contains("Fernwood") && list.contains(&key), "{list}");
    assert!(place.ok("rules verify ours").contains(&format!("Signed by Fernwood (key {id}), unchanged.")));
    place.run("rules trust office.pub --name Fernwood").refused("trusted already");
    place.run("rules trust office.key").refused("this is a secret key");
    place.run("rules trust").refused("Usage");
    place.run("rules trust office.pub --list").refused("cannot be used with");
    place.run("rules trust --remove 0").refused("no key 0000000000000000");
    place.run("rules trust --remove fern").refused("a key's ID");
    place.ok(&format!("rules trust --remove {}", id.to_lowercase()));
    assert_eq!(place.run("rules verify ours").code(), 1);
    std::fs::write(place.at("home/trusted-keys.toml"), "schema = 1").unwrap();
    place.run("rules verify ours").refused("the list of trusted keys cannot be used");
    place.ok(&format!("rules verify ours --public-key {key}"));
}

const CHECK: &str = "check p.toml --as-of 2026-11-23";

/// Every face says how the rules stand, on the report and beside it.
#[test]
fn every_face_says_how_the_rules_stand() {
    let place = Place::signed();
    let with = |args: &str| place.run(&format!("--rules ours --overlay office {args}"));
    let report = |ending: &str| {
        let ran = with(&format!("report p.toml --as-of 2026-11-23 -o r.{ending}"));
        assert!(ran.code() < 2, "{}", ran.all());
        std::fs::read_to_string(place.at(&format!("r.{ending}"))).unwrap()
    };
    let plain = |text: &str| text.split_whitespace().collect::<Vec<_>>().join(" ");
    let everywhere = |says: &str| {
        for ending in ["html", "md", "txt", "json"] {
            assert_eq!(plain(&report(ending)).matches(says).count(), 2, "{says} in .{ending}:\n{}", report(ending));
        }
        assert_eq!(plain(&with(CHECK).out()).matches(says).count(), 2, "{says} in check:\n{}", with(CHECK).out());
    };
    everywhere("signed by a key you have not trusted (");
    place.ok("rules trust office.pub --name Fernwood");
    everywhere("signed by Fernwood (key ");
    assert_eq!(with(CHECK).err(), "", "nothing to remark on");

    std::fs::write(place.at("office/README.md"), "changed").unwrap();
    let check = with(CHECK);
    assert!(
        check.code() < 2 && plain(&check.out()).contains("Release of office: changed since it was signed: README.md")
    );
    assert!(plain(&report("html")).contains("changed since it was signed: README.md; signed by Fernwood"));
    let json: serde_json::Value = serde_json::from_str(&report("json")).unwrap();
    let release = &json["rule_set"]["overlays"][0]["release"];
    assert_eq!((&release["state"], &release["changed"][0]), (&"changed".into(), &"README.md".into()));
    assert_eq!(json["rule_set"]["release"]["state"], "signed");
    // Also where a command prints nothing about rules.
    let note = "Note: the overlay in office: changed since it was signed: README.md";
    for args in [CHECK, "rules list", "diff p.toml p.toml", "rules check"] {
        assert!(with(args).err().contains(note), "{args}: {}", with(args).all());
    }
    for name in ["MANIFEST", "MANIFEST.minisig"] {
        std::fs::remove_file(place.at("office").join(name)).unwrap();
    }
    assert!(plain(&with(CHECK).out()).contains("Release of office: not signed."));
    let talk = with("interview new.toml --as-of 2026-11-23");
    assert!(talk.out().contains("2026.2: not signed.") && talk.out().contains("signed by Fernwood"), "{}", talk.all());
}

#[test]
fn only_signed_rules_are_used_where_that_is_wanted() {
    let place = Place::signed();
    let with = |args: &str| place.run(&format!("--require-signed --rules ours {args}"));
    with(CHECK).refused("refused, because of --require-signed: signed by a key you have not trusted");
    place.ok("rules trust office.pub");
    assert!(with(CHECK).code() < 2 && with(CHECK).out().contains("signed by a key you trust ("));
    assert!(with(&format!("--overlay office {CHECK}")).code() < 2);
    std::fs::write(place.at("office/sly.toml"), "").unwrap();
    with(&format!("--overlay office {CHECK}")).refused("the overlay in office is refused");
    with(&format!("--overlay office {CHECK}")).refused("sly.toml (added)");
    with("rules list --overlay office").refused("sly.toml (added)");
    with("--overlay office").refused("sly.toml (added)");
    // The rules built in need no signature.
    assert_eq!(place.run("--require-signed rules trust --list").code(), 0);
    assert_eq!(place.run("--require-signed schema profile").code(), 0);
    std::fs::remove_file(place.at("ours/MANIFEST.minisig")).unwrap();
    with(CHECK).refused("the rule set in ours is refused, because of --require-signed: not signed");
}

/// A password is typed at the terminal, twice for a new key, and never shown.
#[cfg(unix)]
#[test]
fn passwords_are_typed_unseen() {
    let place = Place::new();
    let made = at_terminal(&place, "rules keygen -o office.key", &["sesam öffne dich", "sesam öffne dich"]);
    assert!(made.0 == 0 && made.1.contains("Key ") && !made.1.contains("sesam"), "{made:?}");
    let differ = at_terminal(&place, "rules keygen -o other.key", &["one", "two"]);
    assert!(differ.0 == 2 && differ.1.contains("the two passwords differ"), "{differ:?}");
    assert!(!place.at("other.key").exists() && !place.at("other.pub").exists());
    let signed = at_terminal(&place, "rules sign ours --key office.key", &["sesam öffne dich"]);
    assert!(signed.0 == 0 && signed.1.contains("Signed by key") && !signed.1.contains("sesam"), "{signed:?}");
    place.ok("rules verify ours --key office.pub");
}

/// Runs a command in a terminal, answering each question for a password. Exit code and all that was shown.
#[cfg(unix)]
fn at_terminal(place: &Place, args: &str, passwords: &[&str]) -> (u32, String) {
    use portable_pty::{CommandBuilder, PtySize, native_pty_system};
    let pair = native_pty_system().openpty(PtySize::default()).unwrap();
    let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_candor"));
    command.env_clear();
    command.env("CANDOR_HOME", place.at("home"));
    command.cwd(place.0.path());
    command.args(args.split(' '));
    let mut child = pair.slave.spawn_command(command).unwrap();
    drop(pair.slave);
    let mut reader = pair.master.try_clone_reader().unwrap();
    let mut writer = pair.master.take_writer().unwrap();
    let (mut shown, mut buffer, mut asked) = (Vec::new(), [0; 1024], 0);
    let shows = |flags: &str| flags.split(|c: char| !c.is_ascii_alphanumeric()).any(|flag| flag == "ECHO");
    let questions = |shown: &[u8]| String::from_utf8_lossy(shown).matches(": ").count();
    // The end of the program is an error on Linux, where its side of the terminal goes with it.
    while let Ok(n @ 1..) = std::io::Read::read(&mut reader, &mut buffer) {
        shown.extend_from_slice(&buffer[..n]);
        while asked < passwords.len() && questions(&shown) > asked {
            // The question is shown a moment before the terminal stops showing what is typed.
            let end = std::time::Instant::now() + std::time::Duration::from_secs(30);
            while pair.master.get_termios().is_some_and(|t| shows(&format!("{:?}", t.local_flags))) {
                assert!(std::time::Instant::now() < end, "what is typed would be shown");
                std::thread::yield_now();
            }
            writeln!(writer, "{}", passwords[asked]).unwrap();
            asked += 1;
        }
    }
    (child.wait().unwrap().exit_code(), String::from_utf8_lossy(&shown).into_owned())
}

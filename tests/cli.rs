//! The command line as scripts see it: exit codes, standard output, clear complaints. Drives the real binary.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

#[path = "common/many.rs"]
mod many;

struct Place(tempfile::TempDir);

impl Place {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary folder"))
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.path().join(name);
        std::fs::write(&path, text).expect("the temporary folder is writable");
        path
    }

    fn candor(&self, args: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_candor"))
            .args(args)
            .current_dir(self.0.path())
            .env_clear()
            .env("CANDOR_HOME", self.0.path().join("home"))
            .output()
            .expect("the binary runs")
    }
}

fn code(output: &Output) -> i32 {
    output.status.code().unwrap_or(-1)
}

fn err(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

const ONE_TRIP: &str = r#"schema = "candor.profile/1"
complete = ["appointment", "support", "in-kind", "collaboration", "publication", "person-tie", "trip"]
[person]
name = "Rivera, Ana"
phs-investigator = false
trained-on = 2026-06-01
[[trip]]
id = "trip-1"
purpose = "Talks in Lisbon"
place = "PT"
started = 2026-09-01
ended = 2026-09-06
paid-by = ["own-money"]
did = ["talk", "consult"]
related-to-duties = true
got-title = false
held-by = "me"
[trip.for.nsf-proposal]
for-project = false
"#;

#[test]
fn a_trip_on_own_money_is_a_cited_nothing_due() {
    let place = Place::new();
    place.file("p.toml", ONE_TRIP);
    let args = [
        "check",
        "p.toml",
        "--for",
        "nsf:proposal",
        "--due",
        "2026-12-10",
        "--as-of",
        "2026-11-23",
        "--format",
        "json",
    ];
    let output = place.candor(&args);
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("check prints JSON");
    assert_eq!(json["schema"], "candor.check/1");
    let records = json["targets"][0]["records"].as_array().expect("records");
    let trip = records.iter().find(|r| r["id"] == "trip-1").expect("the trip");
    let cpos = trip["decisions"]
        .as_array()
        .and_then(|d| d.iter().find(|d| d["id"] == "nsf.trip.cpos"))
        .expect("nsf.trip.cpos");
    assert_eq!(cpos["ruling"], "nothing-due");
    let authority = &cpos["authority"][0];
    assert!(
        authority["title"].as_str().is_some_and(|t| !t.is_empty())
            && authority["at"].as_str().is_some_and(|t| !t.is_empty())
    );
    assert_eq!(text(&place.candor(&args)), text(&output), "the same input gives the same bytes");
}

#[test]
fn reports_come_in_four_formats_and_are_private() {
    let place = Place::new();
    place.file("p.toml", ONE_TRIP);
    for (name, mark) in
        [("r.html", "<!DOCTYPE html>"), ("r.md", "# "), ("r.txt", "What to disclose"), ("r.json", "candor.report/1")]
    {
        let output = place.candor(&[
            "report",
            "p.toml",
            "--for",
            "nsf",
            "--due",
            "2026-12-10",
            "--as-of",
            "2026-11-23",
            "-o",
            name,
        ]);
        assert!(code(&output) < 2, "{name}: {}", err(&output));
        let path = place.0.path().join(name);
        let written = std::fs::read_to_string(&path).expect("the report was written");
        assert!(written.to_lowercase().contains(&mark.to_lowercase()), "{name} has no {mark}");
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(
                std::fs::metadata(&path).expect("it exists").permissions().mode() & 0o077,
                0,
                "{name} is for its owner only"
            );
        }
    }
    let output = place.candor(&["report", "p.toml", "--for", "nsf", "--due", "2026-12-10", "-o", "r.doc"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains(".html, .md, .txt or .json"), "{}", err(&output));
}

#[test]
fn exit_codes_tell_clear_from_attention_from_unusable() {
    let place = Place::new();
    place.file("empty.toml", "schema = \"candor.profile/1\"\n");
    place.file("open.toml", "schema = \"candor.profile/1\"\n[[trip]]\nid = \"trip-1\"\n");
    let check = |file: &str| {
        code(&place.candor(&["check", file, "--for", "nsf", "--due", "2026-12-10", "--as-of", "2026-11-23"]))
    };
    assert_eq!(check("open.toml"), 1, "open questions need attention");
    assert_eq!(check("none.toml"), 2, "there is no such file");
    assert_eq!(code(&place.candor(&["rules", "check"])), 0);
    assert_eq!(code(&place.candor(&["rules", "test"])), 0);
    assert_eq!(code(&place.candor(&["no-such-command", "--flag"])), 2);
    assert_eq!(code(&place.candor(&["check", "empty.toml"])), 2, "nothing says what is being prepared");
}

#[test]
fn bad_input_is_explained_and_left_alone() {
    let place = Place::new();
    let check = |file: &str| place.candor(&["check", file, "--for", "nsf", "--due", "2026-12-10"]);
    let cases: [(&str, Vec<u8>, &str); 7] = [
        ("toml.toml", b"schema = \"candor.profile/1\"\n[[trip]\nid = = 1\n".to_vec(), "not TOML"),
        (
            "field.toml",
            b"schema = \"candor.profile/1\"\n[[trip]]\nid = \"trip-1\"\npaid-bye = []\n".to_vec(),
            "paid-by",
        ),
        (
            "date.toml",
            b"schema = \"candor.profile/1\"\n[[trip]]\nid = \"trip-1\"\nstarted = \"2026-02-30\"\n".to_vec(),
            "2026-02-30",
        ),
        (
            "value.toml",
            b"schema = \"candor.profile/1\"\n[[trip]]\nid = \"trip-1\"\ndid = [\"tlak\"]\n".to_vec(),
            "talk",
        ),
        ("junk.toml", (0..4096u32).map(|i| (i.wrapping_mul(2_654_435_761) >> 13) as u8).collect(), "junk.toml"),
        ("newer.toml", b"schema = \"candor.profile/9\"\n".to_vec(), "newer"),
        ("huge.toml", vec![b'#'; 50 * 1024 * 1024], "MB"),
    ];
    for (name, bytes, wanted) in cases {
        let path = place.file(name, &bytes);
        let output = check(name);
        assert_eq!(code(&output), 2, "{name}: {}", err(&output));
        assert!(err(&output).contains(wanted), "{name} should mention {wanted}: {}", err(&output));
        assert_eq!(std::fs::read(&path).expect("still there"), bytes, "{name} was changed");
    }
}

#[test]
fn names_cannot_move_the_cursor_or_turn_the_text_around() {
    let place = Place::new();
    let hostile = ONE_TRIP.replace("Talks in Lisbon", "Talks \\u001b[2J\\u202e in مؤتمر\\u0007");
    place.file("p.toml", hostile);
    for args in [vec!["check", "p.toml"], vec!["report", "p.toml"]] {
        let mut args = args;
        args.extend(["--for", "nsf", "--due", "2026-12-10", "--as-of", "2026-11-23"]);
        let output = place.candor(&args);
        let shown = text(&output) + &err(&output);
        assert!(shown.contains("مؤتمر"), "letters stay letters");
        assert!(!shown.contains(['\u{1b}', '\u{202e}', '\u{7}']), "{args:?} shows control characters");
    }
}

#[test]
fn nothing_half_written_where_writing_fails() {
    let place = Place::new();
    place.file("p.toml", ONE_TRIP);
    place.file("file", "not a folder");
    let output = place.candor(&["report", "p.toml", "--for", "nsf", "--due", "2026-12-10", "-o", "file/r.html"]);
    assert_eq!(code(&output), 2);
    assert!(err(&output).contains("cannot write"), "{}", err(&output));
    if Path::new("/dev/full").exists() {
        let status = Command::new(env!("CARGO_BIN_EXE_candor"))
            .args(["check", "p.toml", "--for", "nsf", "--due", "2026-12-10"])
            .current_dir(place.0.path())
            .stdout(std::fs::File::create("/dev/full").expect("/dev/full opens"))
            .output()
            .expect("the binary runs");
        assert_eq!(status.status.code(), Some(2), "a full disk is said, not ignored");
        assert!(String::from_utf8_lossy(&status.stderr).contains("cannot write"));
    }
}

#[test]
fn the_plain_interview_saves_after_each_answer_and_resumes() {
    use std::io::Write as _;
    use std::process::Stdio;
    let place = Place::new();
    let talk = |lines: &str| {
        let mut child = Command::new(env!("CARGO_BIN_EXE_candor"))
            .args(["interview", "mine.toml", "--as-of", "2026-11-23"])
            .current_dir(place.0.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the binary runs");
        child.stdin.take().expect("piped").write_all(lines.as_bytes()).expect("it reads");
        child.wait_with_output().expect("it ends")
    };
    let first = talk("nsf\nproposal\n2026-12-10\n");
    assert!(text(&first).contains("Which agency?"), "{}{}", text(&first), err(&first));
    let saved = std::fs::read_to_string(place.0.path().join("mine.toml")).expect("the profile was saved");
    assert!(saved.contains("agency = \"nsf\"") && saved.contains("due = 2026-12-10"), "{saved}");
    let second = talk("quit\n");
    assert!(!text(&second).contains("Which agency?"), "it goes on where it stopped");
}

#[test]
fn many_records_are_no_trouble() {
    let place = Place::new();
    place.file("many.toml", many::profile(500));
    let output = place.candor(&["check", "many.toml", "--as-of", "2026-11-23", "--format", "json"]);
    assert!(code(&output) < 2, "{}", err(&output));
    let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("check prints JSON");
    let records = json["targets"][0]["records"].as_array().map_or(0, Vec::len);
    assert!(records >= 500, "{records} records were ruled on");
}

#[test]
fn schemas_are_json_and_know_the_vocabulary() {
    let place = Place::new();
    for (what, known) in [("profile", "paid-by"), ("decision", "because"), ("ruleset", "not-covered")] {
        let output = place.candor(&["schema", what]);
        let json: serde_json::Value = serde_json::from_slice(&output.stdout).expect("schema prints JSON");
        assert!(json.to_string().contains(known));
    }
}

#[test]
fn rules_can_be_read_and_overridden() {
    let place = Place::new();
    assert!(text(&place.candor(&["rules", "list", "--agency", "nih"])).contains("nih.trip.cpos"));
    assert!(text(&place.candor(&["rules", "show", "nsf.trip.cpos"])).contains("source"));
    assert!(text(&place.candor(&["rules", "explain", "nsf.trip.cpos"])).contains("near miss"));
    let wrong = place.candor(&["rules", "show", "nsf.trip.cpso"]);
    assert_eq!(code(&wrong), 2);
    assert!(err(&wrong).contains("nsf.trip.cpos"), "{}", err(&wrong));
    let missing = place.candor(&["--rules", "nowhere", "rules", "list"]);
    assert_eq!(code(&missing), 2);
    assert!(err(&missing).contains("nowhere"));
}

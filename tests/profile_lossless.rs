//! Whatever is edited, in whatever order: comments stay, what was not touched stays byte for byte, and the file reads back
//! as the model says. And whatever happens to the process, the file is whole.

mod words;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use candor::calendar::PartialDate;
use candor::facts::{Answer, FieldType, Raw, Value};
use candor::profile::{Edit, Profile, Record, Store, Target, Told, Vocabulary, load};
use candor::ruleset::{Field, RuleSet};
use proptest::prelude::*;
use words::vocabulary;

/// A file in a person's own style: every block has comments above, beside, inside and below.
fn commented(newline: &str) -> String {
    let mut text = String::from(
        "# c0 top of the file\nschema = \"candor.profile/1\"  # c1\ncomplete = [\"trip\"]\n\n[person]   # c2\nname = 'Rivera'   # c3\n\n",
    );
    for (i, id) in ["p", "q"].iter().enumerate() {
        text += &format!(
            "# t{i}a\n[[target]]\nid = \"{id}\" # t{i}b\nagency = \"nsf\"\nmoment = \"proposal\"\nmy-role=\"pi\"# t{i}c\n"
        );
        text += if i == 0 {
            "[target.clocks]\ndue = 2026-12-10 # t0d\n\n"
        } else {
            "clocks = { due = 2027-01-01 } # t1d\n\n"
        };
    }
    for i in 0..3 {
        text += &format!("# e{i}a\n[[entity]]\nname=\"Organisation {i}\" # e{i}b\ndomicile = \"foreign\"\n# e{i}c\n\n");
    }
    for i in 0..4 {
        let kind = ["trip", "support", "trip", "in-kind"][i];
        text += &format!("# r{i}a about this one\n  [[{kind}]] # r{i}b\n  id = \"{kind}-{}\"\t# r{i}c\n", i + 1);
        match kind {
            "trip" => {
                text += &format!(
                    "  paid-by = [\n    \"own-money\", # r{i}d\n    # r{i}e\n    \"home\",\n  ]\n  organiser = \"Organisation 0\" # r{i}f\n"
                );
                text += &if i == 0 {
                    format!(
                        "  [trip.for.p] # r{i}g\n  for-project = true # r{i}h\n  [[trip.told]] # r{i}i\n  who = \"NSF\" # r{i}j\n"
                    )
                } else {
                    format!(
                        "  for.p.for-project = true # r{i}g\n  told = [{{ who = \"NSF\" }}, {{ who = \"me\" }}] # r{i}h\n"
                    )
                };
            }
            "support" => {
                text += &format!(
                    "  title = \"\"\"A ] [ # title\"\"\" # r{i}d\n  amount = 1_000 # r{i}e\n  commitment = {{ 2026 = 1 }} # r{i}f\n"
                )
            }
            _ => {
                text += &format!("  summary = 'It''s'\n  for = {{ p = {{ for-project = false }} }} # r{i}d\n")
                    .replace("'It''s'", "\"It's\"")
            }
        }
        text += &format!("# r{i}z below\n\n");
    }
    text += "# last words";
    text.replace('\n', newline)
}

fn comments(text: &str) -> BTreeSet<String> {
    // Every comment in the file has an unmistakable mark.
    text.lines()
        .filter_map(|l| l.rfind("# ").map(|at| l[at..].trim().to_owned()))
        .filter(|c| c != "# title\"\"\"")
        .collect()
}

/// A choice made by a number: the same numbers make the same edits.
#[derive(Debug, Clone)]
struct Dice(Vec<u16>);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        let n = self.0.pop().unwrap_or(0);
        usize::from(n) % sides.max(1)
    }

    fn pick<'a, T>(&mut self, from: &'a [T]) -> Option<&'a T> {
        let at = self.roll(from.len());
        from.get(at)
    }
}

fn answer(dice: &mut Dice, field: &Field) -> Option<Answer> {
    let word = |dice: &mut Dice| {
        (*dice.pick(&["Größe", "a # b", "[[trip]]", "\"\\", "two\nlines", "\u{202e}x", ""]).unwrap()).to_owned()
    };
    let number = |dice: &mut Dice| {
        (*dice.pick(&["0", "5000", "about 5,000", "1.50", "4000 to 6000", "2.5"]).unwrap()).to_owned()
    };
    let raw = match &field.ty {
        _ if dice.roll(6) == 0 => return None,
        _ if dice.roll(6) == 0 => return Some(Answer::NotSure),
        FieldType::YesNo => Raw::Bool(dice.roll(2) == 0),
        FieldType::Choice(ids) => Raw::Str(dice.pick(ids)?.clone()),
        FieldType::Set(ids) => {
            Raw::Array((0..dice.roll(3)).filter_map(|_| dice.pick(ids)).map(|i| Raw::Str(i.clone())).collect())
        }
        FieldType::Money | FieldType::Number => Raw::Str(number(dice)),
        FieldType::Date(open) if *open && dice.roll(3) == 0 => Raw::Str("never".into()),
        FieldType::Date(_) => Raw::Str((*dice.pick(&["2026", "2026-02", "2026-02-28"])?).to_owned()),
        FieldType::Country => Raw::Str("NO".into()),
        FieldType::Places => Raw::Array(vec![Raw::Str("DE".into()), Raw::Str("not-sure".into())]),
        FieldType::Text => Raw::Str(word(dice)),
        FieldType::Entity => Raw::Str(format!("Organisation {}", dice.roll(5))),
        FieldType::MonthsByYear => {
            Raw::Table((0..dice.roll(3)).map(|i| (format!("{}", 2026 + i), Raw::Float(1.25))).collect())
        }
    };
    Some(field.ty.read(&raw).unwrap_or_else(|e| panic!("{}: {e}", field.id)))
}

/// An edit of the profile as it is, and what it touches.
fn edit(dice: &mut Dice, rules: &RuleSet, profile: &Profile) -> Option<(Edit, Vec<String>)> {
    let kind = |id: &str| rules.kind(id).map(|(_, k)| k);
    let ids: Vec<String> = profile.records.iter().map(|r| r.id.clone()).collect();
    let targets: Vec<String> = profile.targets.iter().map(|t| t.id.clone()).collect();
    let names: Vec<String> = profile.entities.iter().map(|e| e.name.clone()).collect();
    let date = |dice: &mut Dice| PartialDate::parse(["2026-05-05", "2026-05", "2026"][dice.roll(3)]);
    Some(match dice.roll(15) {
        0..=2 => {
            let id = dice.pick(&ids)?.clone();
            let fields: Vec<&Field> = kind(&profile.record(&id)?.kind)?
                .fields
                .iter()
                .filter(|f| !f.per_target && !f.set_by_program)
                .collect();
            let field = *dice.pick(&fields)?;
            (
                Edit::Answer { record: id.clone(), field: field.id.clone(), target: None, answer: answer(dice, field) },
                vec![id],
            )
        }
        3 | 4 => {
            let id = dice.pick(&ids)?.clone();
            let fields: Vec<&Field> =
                kind(&profile.record(&id)?.kind)?.fields.iter().filter(|f| f.per_target).collect();
            let field = *dice.pick(&fields)?;
            let target = dice.pick(&targets)?.clone();
            (
                Edit::Answer {
                    record: id.clone(),
                    field: field.id.clone(),
                    target: Some(target),
                    answer: answer(dice, field),
                },
                vec![id],
            )
        }
        5 => {
            let field = dice.pick(&kind("person")?.fields)?;
            (Edit::Person { field: field.id.clone(), answer: answer(dice, field) }, vec!["person".into()])
        }
        6 => {
            let fields: Vec<&Field> = kind("target")?.fields.iter().filter(|f| !f.set_by_program).collect();
            let field = *dice.pick(&fields)?;
            let target = dice.pick(&targets)?.clone();
            (
                Edit::Target { target: target.clone(), field: field.id.clone(), answer: answer(dice, field) },
                vec![target],
            )
        }
        7 => {
            let target = dice.pick(&targets)?.clone();
            let date = if dice.roll(3) == 0 { None } else { date(dice) };
            (
                Edit::Clock { target: target.clone(), clock: dice.pick(&["due", "published"])?.to_string(), date },
                vec![target],
            )
        }
        8 => {
            let fields: Vec<&Field> = kind("entity")?.fields.iter().filter(|f| f.id != "name").collect();
            let field = *dice.pick(&fields)?;
            let name = format!("Organisation {}", dice.roll(5));
            (Edit::Entity { name: name.clone(), field: field.id.clone(), answer: answer(dice, field) }, vec![name])
        }
        9 => {
            let from = dice.pick(&names)?.clone();
            let named = profile
                .records
                .iter()
                .filter(|r| r.answers.values().any(|a| *a == Answer::Is(Value::Entity(from.clone()))));
            let touched = named.map(|r| r.id.clone()).chain([from.clone()]).collect();
            (Edit::RenameEntity { from, to: format!("Renamed {}", dice.roll(100)) }, touched)
        }
        10 => {
            let kind = dice.pick(&["trip", "support", "in-kind", "appointment"])?.to_string();
            (Edit::AddRecord(Record { id: profile.new_record_id(&kind), kind, ..Record::default() }), vec![])
        }
        11 => {
            let id = dice.pick(&ids)?.clone();
            (Edit::RemoveRecord { id: id.clone() }, vec![id])
        }
        12 => {
            let id = dice.pick(&ids)?.clone();
            let told = Told { who: "office".into(), on: date(dice), how: "mail \u{7}".into(), evidence: String::new() };
            (Edit::AddTold { record: id.clone(), told }, vec![id])
        }
        13 => {
            let id = dice.pick(&ids)?.clone();
            let index = dice.roll(profile.record(&id)?.told.len());
            (Edit::RemoveTold { record: id.clone(), index }, vec![id])
        }
        _ => match dice.roll(3) {
            0 => {
                let id = profile.new_target_id("nih", "proposal");
                (
                    Edit::AddTarget(Target {
                        id,
                        agency: "nih".into(),
                        moment: "proposal".into(),
                        ..Target::default()
                    }),
                    vec![],
                )
            }
            1 => {
                let id = dice.pick(&targets)?.clone();
                let about = profile.records.iter().filter(|r| r.for_target.contains_key(&id)).map(|r| r.id.clone());
                let touched = about.chain([id.clone()]).collect();
                (Edit::RemoveTarget { id }, touched)
            }
            _ => (Edit::Complete { kind: "trip".into(), complete: dice.roll(2) == 0 }, vec![]),
        },
    })
}

/// The lines of the block that names `id`, from its header to its last value.
fn block(text: &str, id: &str) -> Option<String> {
    let layout: Vec<&str> = text.split_inclusive('\n').collect();
    let named = layout.iter().position(|l| {
        let l = l.trim_start();
        (l.starts_with("id = ") || l.starts_with("name=")) && l.contains(&format!("\"{id}\""))
    })?;
    let start = named - 1;
    let after = layout[start + 1..].iter().position(|l| l.trim().is_empty()).map_or(layout.len(), |n| start + 1 + n);
    Some(layout[start..after].concat())
}

proptest! {
    #[test]
    fn comments_and_untouched_blocks_survive_any_edits(numbers in prop::collection::vec(any::<u16>(), 150), windows in any::<bool>()) {
        let rules = vocabulary();
        let newline = if windows { "\r\n" } else { "\n" };
        let original = commented(newline);
        let kept = comments(&original);
        prop_assert!(kept.len() > 35);
        let mut store = Store::in_memory("t", &original, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
        let everything = ["p", "q", "Organisation 0", "Organisation 1", "Organisation 2", "trip-1", "support-2", "trip-3", "in-kind-4"];
        let mut touched = BTreeSet::new();
        let mut dice = Dice(numbers);
        let mut history = vec![store.profile().clone()];
        for _ in 0..12 {
            let Some((edit, touches)) = edit(&mut dice, &rules, store.profile()) else { continue };
            let mut expected = store.profile().clone();
            if expected.apply(&edit).is_err() {
                prop_assert!(store.apply(&edit).is_err());
                continue;
            }
            let before = store.text().to_owned();
            // The store itself reads the text back and compares it with the model.
            if let Err(e) = store.apply(&edit) {
                prop_assert!(false, "{edit:?}: {e}\n{before}");
            }
            prop_assert_eq!(store.profile(), &expected);
            history.push(expected);
            touched.extend(touches);
        }
        let text = store.text().to_owned();
        let left = comments(&text);
        for comment in &kept {
            prop_assert!(left.contains(comment), "{comment}\n{text}");
        }
        for id in everything.iter().filter(|id| !touched.contains(**id)) {
            let block = block(&original, id).unwrap();
            prop_assert!(text.contains(block.trim_end()), "{id}:\n{block}\n── in ──\n{text}");
        }
        if windows {
            prop_assert!(!text.replace("\r\n", "").contains('\n'));
        }
        // Undo, all the way: the model as it was, and still every comment.
        for earlier in history.iter().rev() {
            if let Err(e) = store.become_profile(earlier.clone()) {
                prop_assert!(false, "undo: {e}\n{}", store.text());
            }
        }
        let left = comments(store.text());
        prop_assert!(kept.iter().all(|c| left.contains(c)), "{}", store.text());
    }
}

// ── Whatever happens to the process ────────────────────────────────────────────────────────────────────────────────────

const CHILD: &str = "CANDOR_TEST_CHILD_FILE";

/// Not a test by itself: run by the tests below in a process of its own, it saves for ever.
#[test]
fn child_that_saves_until_it_is_killed() {
    let Some(path) = std::env::var_os(CHILD) else { return };
    let rules = vocabulary();
    let mut store = Store::open(Path::new(&path), Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    for n in 0.. {
        let name = Answer::Is(Value::Text(format!("{} {n} {}", std::process::id(), "x".repeat(20_000))));
        store.apply(&Edit::Person { field: "name".into(), answer: Some(name) }).unwrap();
        if let Err(e) = store.save() {
            println!("child: {e}");
            std::process::exit(7);
        }
    }
}

fn child(path: &Path) -> Command {
    let mut command = Command::new(std::env::current_exe().unwrap());
    command
        .args(["--exact", "child_that_saves_until_it_is_killed", "--nocapture"])
        .env(CHILD, path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    command
}

#[test]
fn killed_at_any_moment_the_file_is_whole_and_the_next_session_opens() {
    let rules = vocabulary();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    std::fs::write(&path, commented("\n")).unwrap();
    for round in 0..8_u64 {
        let before = std::fs::read(&path).unwrap();
        let mut running = child(&path).spawn().unwrap();
        let start = Instant::now();
        while std::fs::read(&path).unwrap() == before && start.elapsed() < Duration::from_secs(20) {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(Duration::from_millis(round * 3));
        running.kill().unwrap();
        running.wait().unwrap();
        let read = load(&path, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("after a kill: {e}"));
        assert!(read.text.ends_with("# last words"));
        assert!(std::fs::read(&path).unwrap() != before, "the child saved");
        assert!(load(&dir.path().join("p.toml.bak"), Vocabulary::from(&rules)).is_ok());
    }
    // The lock went with the process; what a kill left behind goes with the next session.
    let mut store = Store::open(&path, Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    store.writable().unwrap();
    drop(store);
    let mut left: Vec<String> =
        std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, ["p.toml", "p.toml.bak"]);
}

#[cfg(unix)]
#[test]
fn when_no_more_can_be_written_the_old_file_stays() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    let original = commented("\n");
    std::fs::write(&path, &original).unwrap();
    // The system refuses to let any file of this process grow beyond eight blocks, as a full disk would.
    let inner = child(&path);
    let status = Command::new("sh")
        .args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$0\" \"$@\""])
        .arg(inner.get_program())
        .args(inner.get_args())
        .env(CHILD, &path)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&status.stdout).into_owned();
    assert!(said.contains("could not be saved"), "{said}");
    assert_eq!(status.status.code(), Some(7));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), original);
}

//! Profiles on disk: what is read, what an edit does to the text, what saving does to the file.

mod words;

use std::path::Path;

use candor::calendar::PartialDate;
use candor::diagnostic::render;
use candor::facts::{Answer, FieldType, Raw, Value};
use candor::profile::{
    Edit, EditError, OpenError, Profile, Record, SAMPLE, SaveError, Store, Target, Told, Vocabulary, load, sample,
};
use candor::ruleset::RuleSet;
use words::vocabulary as rules;

fn store(text: &str, rules: &RuleSet) -> Store {
    Store::in_memory("test.toml", text, Vocabulary::from(rules)).unwrap_or_else(|e| match e {
        OpenError::Unusable(problems) => panic!("{}", render(&problems, false)),
        other => panic!("{other}"),
    })
}

fn text(s: &str) -> Option<Answer> {
    Some(Answer::Is(Value::Text(s.into())))
}

fn yes(b: bool) -> Option<Answer> {
    Some(Answer::Is(Value::YesNo(b)))
}

fn answer(record: &str, field: &str, answer: Option<Answer>) -> Edit {
    Edit::Answer { record: record.into(), field: field.into(), target: None, answer }
}

fn about(record: &str, target: &str, field: &str, answer: Option<Answer>) -> Edit {
    Edit::Answer { record: record.into(), field: field.into(), target: Some(target.into()), answer }
}

const SMALL: &str = r#"# My file
schema = "candor.profile/1" # do not change

[person]
name = "Rivera"   # as on my forms

# the proposal
[[target]]
id = "p"
agency = "nsf"
moment = "proposal"

# Norway!
[[trip]]   # the long one
id = "trip-1"
paid-by = [
  "own-money", # the flight
  "home",      # the hotel
]
got-title = false # sadly

[trip.for.p]
for-project = true # maybe

# the end
"#;

#[test]
fn the_sample_reads_without_a_word_and_is_written_back_the_same() {
    let rules = rules();
    let store = sample(Vocabulary::from(&rules)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(store.warnings(), []);
    assert_eq!(store.text(), SAMPLE);
    let profile = store.profile();
    assert_eq!((profile.targets.len(), profile.records.len()), (2, 7));
    assert!(!store.is_unsaved());
}

#[test]
fn one_value_changes_and_nothing_else() {
    let rules = rules();
    let mut s = store(SMALL, &rules);
    s.apply(&answer("trip-1", "got-title", yes(true))).unwrap();
    assert_eq!(s.text(), SMALL.replace("got-title = false # sadly", "got-title = true # sadly"));
    s.apply(&Edit::Person { field: "name".into(), answer: text("Rivera, \"Ana\" \u{202e}") }).unwrap();
    assert!(s.text().contains("name = \"Rivera, \\\"Ana\\\" \\u202E\"   # as on my forms\n"), "{}", s.text());
}

#[test]
fn line_ends_and_byte_order_mark_survive() {
    let rules = rules();
    let windows = format!("\u{feff}{}", SMALL.replace('\n', "\r\n"));
    let mut s = store(&windows, &rules);
    assert_eq!(s.text(), windows);
    s.apply(&answer("trip-1", "place", Some(Answer::Is(Value::Country("NO".into()))))).unwrap();
    s.apply(&Edit::AddRecord(Record { kind: "trip".into(), id: "trip-2".into(), ..Record::default() })).unwrap();
    s.apply(&Edit::EnsureEntity { name: "X".into() }).unwrap();
    assert!(!s.text().replace("\r\n", "").contains('\n'), "{:?}", s.text());
    assert!(s.text().starts_with("\u{feff}# My file\r\n"));
    s.apply(&answer("trip-1", "place", None)).unwrap();
    s.apply(&Edit::RemoveRecord { id: "trip-2".into() }).unwrap();
    assert!(s.text().contains("# the end\r\n"));
}

#[test]
fn every_kind_of_edit_lands_where_a_person_would_put_it() {
    let rules = rules();
    let mut s = store(SMALL, &rules);
    let date = |d: &str| PartialDate::parse(d).unwrap();
    let edits = [
        answer("trip-1", "purpose", text("Fjords")),
        about("trip-1", "p", "extensive", Some(Answer::NotSure)),
        Edit::Clock { target: "p".into(), clock: "due".into(), date: Some(date("2026-12-10")) },
        Edit::Clock { target: "p".into(), clock: "published".into(), date: Some(date("2026-03")) },
        Edit::Target { target: "p".into(), field: "title".into(), answer: text("Sand") },
        Edit::AddTarget(Target {
            id: "q".into(),
            agency: "nih".into(),
            moment: "proposal".into(),
            ..Target::default()
        }),
        about("trip-1", "q", "for-project", yes(false)),
        Edit::Entity {
            name: "University of Oslo".into(),
            field: "domicile".into(),
            answer: Some(Answer::Is(Value::Choice("foreign".into()))),
        },
        answer("trip-1", "organiser", Some(Answer::Is(Value::Entity("University of Oslo".into())))),
        Edit::RenameEntity { from: "University of Oslo".into(), to: "Universitetet i Oslo".into() },
        Edit::AddTold {
            record: "trip-1".into(),
            told: Told { who: "NSF".into(), on: Some(date("2026-01-02")), how: "form".into(), evidence: "mail".into() },
        },
        Edit::AddRecord(Record { kind: "support".into(), id: "support-1".into(), ..Record::default() }),
        answer("support-1", "commitment", Some(Answer::Is(Value::MonthsByYear([(2026, 150), (2027, 200)].into())))),
        Edit::Complete { kind: "trip".into(), complete: true },
    ];
    for edit in &edits {
        s.apply(edit).unwrap_or_else(|e| panic!("{edit:?}: {e}\n{}", s.text()));
    }
    insta::assert_snapshot!(s.text());
    // And back again: only moved comments and blank lines tell that anything happened.
    let original = store(SMALL, &rules).profile().clone();
    s.become_profile(original.clone()).unwrap();
    assert_eq!(*s.profile(), original);
    assert_eq!(s.text(), SMALL);
}

#[test]
fn comments_of_what_is_removed_stay() {
    let rules = rules();
    let mut s = store(SMALL, &rules);
    s.apply(&Edit::RemoveRecord { id: "trip-1".into() }).unwrap();
    for comment in ["# Norway!", "# the long one", "# the flight", "# the hotel", "# sadly", "# maybe", "# the end"] {
        assert!(s.text().contains(comment), "{comment}: {}", s.text());
    }
    assert!(!s.text().contains("trip.for"));
    assert_eq!(s.profile().new_record_id("trip"), "trip-2", "an id is never given out twice");
    let again = Record { kind: "trip".into(), id: "trip-1".into(), ..Record::default() };
    assert!(matches!(s.apply(&Edit::AddRecord(again)), Err(EditError::Taken { .. })));
}

#[test]
fn however_the_file_writes_its_tables_edits_find_them() {
    let rules = rules();
    let inline = "schema = \"candor.profile/1\"\ntrip = [{ id = \"trip-1\", got-title = true, for = { p = { for-project = true } } }, { id = \"trip-2\" }]\n\
        person.name = \"A\" # dotted\ntarget = [{ id = \"p\", agency = \"nsf\", moment = \"proposal\" }]\n";
    let dotted = "schema = \"candor.profile/1\"\n[[target]]\nid = 'p'\nagency = 'nsf'\nmoment = 'proposal'\nclocks.due = 2026-12-10\n\
        [[trip]]\nid = 'trip-1'\nfor.p.for-project = true # yes\ntold = [{ who = 'me' }]\n[[trip]]\nid = 'trip-2'\n[[support]]\nid = 'support-1'\n\
        [support.commitment] # by year\n2026 = 1\n2027 = 2\n";
    for start in [inline, dotted] {
        let mut s = store(start, &rules);
        let edits = [
            answer("trip-1", "got-title", yes(false)),
            about("trip-1", "p", "extensive", yes(true)),
            about("trip-1", "p", "for-project", yes(false)),
            Edit::AddTold { record: "trip-1".into(), told: Told { who: "NSF".into(), ..Told::default() } },
            Edit::Clock { target: "p".into(), clock: "submission".into(), date: PartialDate::parse("2026-12-01") },
            Edit::Person { field: "employer".into(), answer: Some(Answer::Is(Value::Choice("university".into()))) },
            Edit::AddRecord(Record { kind: "trip".into(), id: "trip-3".into(), ..Record::default() }),
            Edit::RemoveRecord { id: "trip-2".into() },
        ];
        for edit in &edits {
            s.apply(edit).unwrap_or_else(|e| panic!("{edit:?}: {e}\n{}", s.text()));
        }
        if s.profile().record("support-1").is_some() {
            s.apply(&answer("support-1", "commitment", Some(Answer::Is(Value::MonthsByYear([(2026, 150)].into())))))
                .unwrap();
            assert!(s.text().contains("commitment = { 2026 = 1.5 }") && s.text().contains("# by year"), "{}", s.text());
        }
        s.apply(&Edit::RemoveTarget { id: "p".into() }).unwrap_or_else(|e| panic!("{e}\n{}", s.text()));
        assert!(s.text().contains('#'), "{}", s.text());
    }
}

#[test]
fn what_the_vocabulary_does_not_know_is_not_kept() {
    let rules = rules();
    let mut s = store(SMALL, &rules);
    let before = s.text().to_owned();
    for edit in [
        answer("trip-1", "no-such-field", yes(true)),
        answer("trip-1", "got-title", text("a text for a yes-no")),
        answer("trip-9", "got-title", yes(true)),
        about("trip-1", "nowhere", "for-project", yes(true)),
        about("trip-1", "p", "got-title", yes(true)),
        Edit::AddRecord(Record { kind: "journey".into(), id: "journey-1".into(), ..Record::default() }),
        Edit::AddRecord(Record { kind: "trip".into(), id: "trip 1\n".into(), ..Record::default() }),
        Edit::Preparing { target: "p".into(), agency: "elsewhere".into(), moment: "proposal".into() },
        Edit::RenameEntity { from: "Nobody".into(), to: "Somebody".into() },
        Edit::RemoveTold { record: "trip-1".into(), index: 3 },
        Edit::EnsureEntity { name: "  ".into() },
    ] {
        assert!(s.apply(&edit).is_err(), "{edit:?}");
        assert_eq!(s.text(), before);
    }
    assert!(!s.is_unsaved());
}

#[test]
fn every_answer_reads_back_as_it_was_written() {
    let rules = rules();
    let mut s = store(SMALL, &rules);
    s.apply(&Edit::AddRecord(Record { kind: "support".into(), id: "support-1".into(), ..Record::default() })).unwrap();
    for written in
        ["5000", "5,000.50", "about 5000", "4000 to 6000", "over 5000", "0", "1.50", "$7,000", "1.5", "not-sure", "007"]
    {
        let read = FieldType::Money.read(&Raw::Str(written.into())).unwrap();
        s.apply(&answer("support-1", "amount", Some(read.clone()))).unwrap_or_else(|e| panic!("{written}: {e}"));
        assert_eq!(s.profile().record("support-1").unwrap().answers["amount"], read);
    }
    for written in [
        "",
        "a\nb",
        "tab\there",
        "\"quoted\" \\ back",
        "مرحبا",
        "\u{202e}evil",
        "\u{1b}[31m",
        "it's",
        "\u{7f}",
        "👩‍🔬",
        "'''",
        "#no comment",
    ] {
        s.apply(&answer("support-1", "title", text(written))).unwrap_or_else(|e| panic!("{written:?}: {e}"));
    }
}

// ── On disk ────────────────────────────────────────────────────────────────────────────────────────────────────────────

fn open(path: &Path, rules: &RuleSet) -> Store {
    Store::open(path, Vocabulary::from(rules)).unwrap_or_else(|e| panic!("{e}"))
}

fn names(dir: &Path) -> Vec<String> {
    let mut names: Vec<String> =
        std::fs::read_dir(dir).unwrap().map(|e| e.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}

#[test]
fn a_new_profile_is_made_with_its_folder_for_its_owner_only() {
    let rules = rules();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("candor/deep/profile.toml");
    let mut s = Store::create(&path, Vocabulary::from(&rules));
    s.apply(&Edit::Person { field: "name".into(), answer: text("Rivera") }).unwrap();
    s.save().unwrap();
    assert_eq!(open_after(s, &path, &rules).person["name"], text("Rivera").unwrap());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::metadata(path.parent().unwrap()).unwrap().permissions().mode() & 0o777, 0o700);
    }
    assert_eq!(names(path.parent().unwrap()), ["profile.toml"]);
}

fn open_after(store: Store, path: &Path, rules: &RuleSet) -> Profile {
    drop(store);
    load(path, Vocabulary::from(rules)).unwrap_or_else(|e| panic!("{e}")).profile
}

#[test]
fn opening_and_saving_without_a_change_touches_nothing() {
    let rules = rules();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    std::fs::write(&path, SMALL).unwrap();
    let before = std::fs::metadata(&path).unwrap().modified().unwrap();
    let mut s = open(&path, &rules);
    s.save().unwrap();
    drop(s);
    assert_eq!(std::fs::read_to_string(&path).unwrap(), SMALL);
    assert_eq!(std::fs::metadata(&path).unwrap().modified().unwrap(), before);
    assert_eq!(names(dir.path()), ["p.toml"]);
}

#[test]
fn the_backup_is_the_state_before_the_session() {
    let rules = rules();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    std::fs::write(&path, SMALL).unwrap();
    let mut s = open(&path, &rules);
    for name in ["A", "B"] {
        s.apply(&Edit::Person { field: "name".into(), answer: text(name) }).unwrap();
        s.save().unwrap();
    }
    assert_eq!(std::fs::read_to_string(dir.path().join("p.toml.bak")).unwrap(), SMALL);
    drop(s);
    let mut s = open(&path, &rules);
    s.apply(&Edit::Person { field: "name".into(), answer: text("C") }).unwrap();
    s.save().unwrap();
    assert!(std::fs::read_to_string(dir.path().join("p.toml.bak")).unwrap().contains("name = \"B\""));
}

#[test]
fn a_file_that_changed_meanwhile_is_not_overwritten() {
    let rules = rules();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    std::fs::write(&path, SMALL).unwrap();
    let mut s = open(&path, &rules);
    let theirs = SMALL.replace("Rivera", "Riviera");
    std::fs::write(&path, &theirs).unwrap();
    s.apply(&Edit::Person { field: "name".into(), answer: text("Mine") }).unwrap();
    let error = s.save().unwrap_err();
    assert!(matches!(error, SaveError::Changed(_)), "{error}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), theirs);
    // Nothing is lost: it can be saved elsewhere, but not over a third file.
    assert!(matches!(s.save_as(&path), Err(SaveError::Changed(_))));
    s.save_as(&dir.path().join("mine.toml")).unwrap();
    assert!(
        std::fs::read_to_string(dir.path().join("mine.toml")).unwrap().contains("name = \"Mine\"   # as on my forms")
    );
}

#[test]
fn two_sessions_do_not_both_write() {
    let rules = rules();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    std::fs::write(&path, SMALL).unwrap();
    let first = open(&path, &rules);
    let mut second = open(&path, &rules);
    assert!(matches!(second.writable(), Err(SaveError::InUse(_))));
    second.apply(&Edit::Person { field: "name".into(), answer: text("Second") }).unwrap();
    assert!(matches!(second.save(), Err(SaveError::InUse(_))));
    drop(first);
    second.save().unwrap();
    assert!(std::fs::read_to_string(&path).unwrap().contains("Second"));
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link() {
    let rules = rules();
    let dir = tempfile::tempdir().unwrap();
    std::fs::create_dir(dir.path().join("cloud")).unwrap();
    let real = dir.path().join("cloud/real.toml");
    std::fs::write(&real, SMALL).unwrap();
    let link = dir.path().join("link.toml");
    std::os::unix::fs::symlink("cloud/real.toml", &link).unwrap();
    let mut s = open(&link, &rules);
    s.apply(&Edit::Person { field: "name".into(), answer: text("Linked") }).unwrap();
    s.save().unwrap();
    assert!(link.is_symlink());
    assert!(std::fs::read_to_string(&real).unwrap().contains("Linked"));
}

#[test]
fn a_folder_that_cannot_be_written_to_is_said_and_nothing_is_lost() {
    let rules = rules();
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("file"), "not a folder").unwrap();
    let mut s = Store::create(&dir.path().join("file/profile.toml"), Vocabulary::from(&rules));
    s.apply(&Edit::Person { field: "name".into(), answer: text("Kept") }).unwrap();
    let error = s.save().unwrap_err();
    assert!(matches!(error, SaveError::Folder { .. } | SaveError::Io { .. }), "{error:?}");
    assert!(s.is_unsaved());
    s.save_as(&dir.path().join("elsewhere.toml")).unwrap();
    assert!(std::fs::read_to_string(dir.path().join("elsewhere.toml")).unwrap().contains("Kept"));
}

#[test]
fn a_draft_file_is_brought_up_to_date_and_kept() {
    let rules = rules();
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("p.toml");
    let draft = "# draft\nschema = \"candor.profile/0\" # old\n[[targets]]\nid = \"my_nsf\"\nagency = \"nsf\"\nmoment = \"proposal\"\nmy_role = \"pi\"\ndue = 2026-12-10 # soon\n\
        [[trips]] # t\nid = \"trip-1\"\npaid_by = [\"own-money\"] # me\n[trips.for.my_nsf]\nfor_project = false\n[[in_kinds]]\nid = \"in-kind-1\"\nneeds_my_time = true\n";
    std::fs::write(&path, draft).unwrap();
    let mut s = open(&path, &rules);
    let profile = s.profile();
    assert_eq!(profile.targets[0].clocks["due"].to_string(), "2026-12-10");
    assert_eq!(profile.record("trip-1").unwrap().for_target["my_nsf"]["for-project"], yes(false).unwrap());
    assert!(profile.record("in-kind-1").is_some());
    assert_eq!(std::fs::read_to_string(&path).unwrap(), draft, "looking changes nothing");
    s.apply(&Edit::Person { field: "name".into(), answer: text("R") }).unwrap();
    s.save().unwrap();
    let now = std::fs::read_to_string(&path).unwrap();
    for kept in [
        "# draft\nschema = \"candor.profile/1\" # old\n",
        "[[trip]] # t\n",
        "paid-by = [\"own-money\"] # me\n",
        "clocks.due = 2026-12-10 # soon\n",
    ] {
        assert!(now.contains(kept), "{kept}\n{now}");
    }
    assert_eq!(std::fs::read_to_string(dir.path().join("p.toml.v0.bak")).unwrap(), draft);
}

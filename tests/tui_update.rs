//! The app's update function, driven by keys: what is answered, what is saved, and that nothing typed is ever lost.

mod tui_common;

use candor::facts::{Answer, Value};
use candor::profile::{Edit, Profile};
use candor::tui::{App, Effect, Format, Kept, Msg, update};
use tui_common::{begun, frame, fresh, home, press, rest, screen};

const TRIPS: &str = "<down><down><down><down><down><down>";
const APPOINTMENTS: &str = "<down><down><down><down><down>";

fn profile(app: &App) -> &Profile {
    &app.doc.as_ref().unwrap().profile
}

fn saved(effects: &[Effect]) -> Vec<Edit> {
    effects
        .iter()
        .filter_map(|e| if let Effect::Save(edits) = e { Some(edits.clone()) } else { None })
        .flatten()
        .collect()
}

fn drafts(effects: &[Effect]) -> Option<&Option<String>> {
    effects.iter().rev().find_map(|e| if let Effect::KeepDrafts(text) = e { Some(text) } else { None })
}

fn answer<'a>(app: &'a App, record: &str, field: &str) -> Option<&'a Answer> {
    profile(app).record(record)?.answers.get(field)
}

#[test]
fn a_first_profile_from_welcome_to_a_ruling() {
    let mut app = fresh();
    assert_eq!(press(&mut app, "<enter><enter>"), [Effect::Create("profile.toml".into())]);
    let opened =
        Msg::Opened { profile: Box::default(), kept: Kept::File("profile.toml".into()), drafts: Default::default() };
    update(&mut app, opened);
    // NIH comes first; take NSF's proposal, with its date.
    let effects = press(&mut app, "<down><enter>2026-12-10<enter><esc>");
    assert!(matches!(saved(&effects).as_slice(), [Edit::AddTarget(_), Edit::Clock { .. }]));
    let kinds = screen(&mut app, 80, 24);
    assert!(kinds.contains("NSF proposal") && kinds.contains("10 December 2026 (in 17 days)"), "{kinds}");
    // A position: its title, where, and that it has one.
    press(&mut app, "<down><down><down><down><enter>Guest professor<enter>University of Oslo<enter>3no<enter>y");
    assert_eq!(answer(&app, "appointment-1", "titled"), Some(&Answer::Is(Value::YesNo(true))));
    let entity = profile(&app).entity("University of Oslo").unwrap();
    assert_eq!(entity.answers.get("country"), Some(&Answer::Is(Value::Country("NO".into()))));
    // Started: open end; ended: still ongoing.
    press(&mut app, "2026-01<enter><down><enter>");
    assert_eq!(answer(&app, "appointment-1", "ended"), Some(&Answer::Is(Value::Never)));
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("List it"), "{shown}");
    assert!(shown.contains("nothing left to ask"), "{shown}");
}

#[test]
fn text_is_taken_over_on_leaving_the_question_any_way() {
    for way in ["<tab>", "<down>", "<esc>", "<f2>", "<f1>", "<c-n>", "<enter>", "<pgdn>"] {
        let mut app = home();
        press(&mut app, &format!("{TRIPS}<enter>a"));
        let effects = press(&mut app, &format!("Field work{way}"));
        let want = Some(&Answer::Is(Value::Text("Field work".into())));
        assert_eq!(answer(&app, "trip-3", "purpose"), want, "{way}");
        assert_eq!(saved(&effects).len(), 1, "{way}");
    }
}

#[test]
fn text_that_cannot_be_used_is_kept_as_a_draft_and_comes_back() {
    let mut app = home();
    let effects = press(&mut app, &format!("{TRIPS}<enter><enter><tab><tab><tab><tab><tab><tab>x<esc>"));
    let _ = effects;
    let mut app = home();
    press(&mut app, &format!("{APPOINTMENTS}<enter><enter><tab><tab><tab><tab>"));
    let effects = press(&mut app, "<c-u>12/3/2020<esc>");
    let text = drafts(&effects).unwrap().clone().unwrap();
    assert!(text.contains("12/3/2020"), "{text}");
    assert!(saved(&effects).is_empty());
    // The record's line says so, and the text is there again.
    assert!(screen(&mut app, 80, 24).contains("typed, not finished"));
    press(&mut app, "<enter><tab><tab><tab><tab>");
    assert!(screen(&mut app, 80, 24).contains("12/3/2020"));
    // Put right, it is an answer, and the draft is gone.
    let effects = press(&mut app, "<c-u>2020-03-12<enter>");
    assert_eq!(drafts(&effects), Some(&None));
    assert_eq!(saved(&effects).len(), 1);
}

#[test]
fn drafts_survive_a_restart() {
    let mut app = home();
    let effects = press(&mut app, &format!("{APPOINTMENTS}<enter><enter><tab><tab><tab><tab><c-u>soon<esc>"));
    let text = drafts(&effects).unwrap().clone().unwrap();
    let kept: serde_json::Value = serde_json::from_str(&text).unwrap();
    assert_eq!(kept["schema"], "candor.draft/1");
    assert_eq!(kept["typed"]["record appointment-1 started"], "soon");
}

#[test]
fn being_told_to_end_keeps_what_is_typed() {
    // Good text becomes the answer.
    let mut app = home();
    press(&mut app, &format!("{TRIPS}<enter>aField work"));
    let effects = update(&mut app, Msg::Terminate);
    assert_eq!(saved(&effects).len(), 1);
    assert_eq!(effects.last(), Some(&Effect::Quit));
    // Text that cannot be used goes to the drafts.
    let mut app = home();
    press(&mut app, &format!("{APPOINTMENTS}<enter><enter><tab><tab><tab><tab><c-u>so"));
    let effects = update(&mut app, Msg::Terminate);
    assert!(drafts(&effects).unwrap().as_ref().unwrap().contains("\"so\""));
    assert_eq!(effects.last(), Some(&Effect::Quit));
}

#[test]
fn suspending_keeps_what_is_typed_and_stays_in_the_field() {
    let mut app = home();
    press(&mut app, &format!("{TRIPS}<enter>a"));
    let effects = press(&mut app, "Field<c-z>");
    assert!(drafts(&effects).unwrap().as_ref().unwrap().contains("Field"));
    assert_eq!(effects.last(), Some(&Effect::Suspend));
    press(&mut app, " work<enter>");
    assert_eq!(answer(&app, "trip-3", "purpose"), Some(&Answer::Is(Value::Text("Field work".into()))));
}

#[test]
fn pasted_text_is_one_clean_line() {
    let mut app = home();
    press(&mut app, &format!("{TRIPS}<enter>a"));
    press(&mut app, r"<paste:two\nlines \e[31mred>!<enter>");
    let want = Answer::Is(Value::Text("two lines [31mred!".into()));
    assert_eq!(answer(&app, "trip-3", "purpose"), Some(&want));
}

#[test]
fn letters_are_text_in_a_text_field() {
    let mut app = home();
    press(&mut app, &format!("{TRIPS}<enter>a"));
    press(&mut app, "qjk?ynsr<enter>");
    assert_eq!(answer(&app, "trip-3", "purpose"), Some(&Answer::Is(Value::Text("qjk?ynsr".into()))));
}

#[test]
fn a_record_left_empty_is_not_kept() {
    let mut app = home();
    press(&mut app, &format!("{TRIPS}a<esc>"));
    assert!(profile(&app).record("trip-3").is_none());
    assert!(screen(&mut app, 80, 24).contains("no record was kept"));
    // With something in it, it is.
    press(&mut app, "aField work<esc>");
    assert!(profile(&app).record("trip-4").is_some());
}

#[test]
fn sets_say_none_more_and_not_sure_apart() {
    let set = |has: &[&str], complete| {
        Some(Answer::Is(Value::Set { has: has.iter().map(|s| (*s).to_owned()).collect(), complete }))
    };
    let paid = |app: &App| answer(app, "trip-2", "paid-by").cloned();
    let mut app = home();
    press(&mut app, "n1");
    assert_eq!(paid(&app), set(&["own-money"], true));
    press(&mut app, "4");
    assert_eq!(paid(&app), set(&["own-money", "foreign-other"], true));
    press(&mut app, "s");
    assert_eq!(paid(&app), set(&["own-money", "foreign-other"], false));
    press(&mut app, "s14");
    assert_eq!(paid(&app), None, "nothing ticked is no answer");
    press(&mut app, "0");
    assert_eq!(paid(&app), set(&[], true), "none of these is one");
    press(&mut app, "2");
    assert_eq!(paid(&app), set(&["home"], true));
    press(&mut app, "<bs>s");
    assert_eq!(paid(&app), Some(Answer::NotSure));
    press(&mut app, "s");
    assert_eq!(paid(&app), None);
}

#[test]
fn questions_appear_when_they_apply_and_answers_are_never_dropped() {
    let mut app = home();
    press(&mut app, "n1");
    assert!(!screen(&mut app, 120, 40).contains("What was it worth"));
    press(&mut app, "14");
    assert!(screen(&mut app, 120, 40).contains("What was it worth"));
    press(&mut app, "<tab><tab><tab>");
    let shown = screen(&mut app, 120, 40);
    assert!(shown.contains("> What was it worth"), "{shown}");
    press(&mut app, "about 900<enter>");
    assert!(screen(&mut app, 120, 40).contains("about 900 dollars"));
    // Hidden again, the answer stays in the file.
    press(&mut app, "<s-tab><s-tab><s-tab><s-tab>");
    assert!(screen(&mut app, 120, 40).contains("> Who paid"));
    press(&mut app, "41");
    assert!(!screen(&mut app, 120, 40).contains("What was it worth"));
    assert!(answer(&app, "trip-2", "value").is_some());
}

#[test]
fn a_corrected_name_renames_an_organisation_only_one_record_uses() {
    let mut app = home();
    press(&mut app, &format!("{APPOINTMENTS}<enter><enter><tab>"));
    let effects = press(&mut app, "!<enter>");
    let to = "Port Ellery State University!";
    assert!(matches!(saved(&effects).as_slice(), [Edit::RenameEntity { to: t, .. }] if t == to));
    assert!(profile(&app).entity(to).unwrap().answers.contains_key("domicile"));
    // One that others use, too, becomes another one.
    let mut app = home();
    press(&mut app, &format!("{APPOINTMENTS}<enter><down><enter><tab>!<enter>"));
    assert!(profile(&app).entity("Nordfjord Institute of Marine Science").is_some());
    assert!(profile(&app).entity("Nordfjord Institute of Marine Science!").is_some());
}

#[test]
fn a_known_organisation_is_offered_and_capitals_do_not_make_another() {
    let mut app = home();
    press(&mut app, &format!("{APPOINTMENTS}<enter>aReader<enter>nordf"));
    assert!(screen(&mut app, 80, 24).contains("( ) Nordfjord Institute"));
    press(&mut app, "<down><enter>");
    let want = Some(Answer::Is(Value::Entity("Nordfjord Institute of Marine Science".into())));
    assert_eq!(answer(&app, "appointment-3", "entity"), want.as_ref());
    press(&mut app, "<s-tab>");
    press(&mut app, "<s-tab>");
    let count = profile(&app).entities.len();
    press(&mut app, "<esc>aOther<enter>PORT ELLERY state university<enter>");
    let want = Some(Answer::Is(Value::Entity("Port Ellery State University".into())));
    assert_eq!(answer(&app, "appointment-4", "entity"), want.as_ref());
    assert_eq!(profile(&app).entities.len(), count);
}

#[test]
fn enter_stays_where_the_text_is_wrong_and_says_what_was_expected() {
    let mut app = home();
    press(&mut app, &format!("{APPOINTMENTS}<enter><enter><tab><tab><tab><tab><c-u>March 2020<enter>"));
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("> When did it start?") && shown.contains("write 2026-03-09"), "{shown}");
}

#[test]
fn the_next_question_goes_from_record_to_record_until_none_is_left() {
    let mut app = home();
    press(&mut app, "n1");
    press(&mut app, "<c-n>");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("Nothing that is asked can change a ruling any more"), "{shown}");
}

#[test]
fn help_comes_back_to_the_same_place() {
    let mut app = home();
    press(&mut app, "n");
    let before = screen(&mut app, 80, 24);
    press(&mut app, "<f1>");
    assert!(screen(&mut app, 80, 24).contains("On a question with several answers"));
    press(&mut app, "<esc>");
    assert_eq!(screen(&mut app, 80, 24), before);
}

#[test]
fn leaving_with_unsaved_changes_asks_first() {
    let mut app = home();
    update(&mut app, Msg::NotSaved("the disk is full.".into()));
    let effects = press(&mut app, "q");
    assert_eq!(effects, [Effect::Save(Vec::new()), Effect::QuitWhenSaved], "tries again first");
    assert!(update(&mut app, Msg::TryQuit).is_empty());
    assert!(screen(&mut app, 80, 24).contains("Leave without saving"));
    assert!(press(&mut app, "n").is_empty());
    press(&mut app, "q");
    update(&mut app, Msg::Saved);
    assert_eq!(update(&mut app, Msg::TryQuit), [Effect::Quit]);
}

#[test]
fn a_report_is_written_in_the_format_of_its_name_and_never_over_a_file_unasked() {
    let mut app = home();
    press(&mut app, "rs<c-u>out.pdf");
    assert!(press(&mut app, "<enter>").is_empty());
    assert!(screen(&mut app, 80, 24).contains("End the name with"));
    let effects = press(&mut app, "<c-u>out.md<enter>");
    let write = |overwrite| Effect::WriteReport {
        path: "out.md".into(),
        format: Format::Markdown,
        target: "nsf-proposal".into(),
        overwrite,
    };
    assert_eq!(effects, [write(false)]);
    update(&mut app, Msg::ReportExists { path: "out.md".into(), target: "nsf-proposal".into() });
    assert_eq!(press(&mut app, "y"), [write(true)]);
    update(&mut app, Msg::ReportSaved("out.md".into()));
    assert!(screen(&mut app, 80, 24).contains("Report saved as out.md"));
}

#[test]
fn nothing_in_the_app_accuses() {
    let mut app = home();
    let mut seen = String::new();
    for keys in ["", "n", "<f2>", "<enter>", "<esc><esc><esc>", "r", "<esc>", "<end><up>", "<enter>", "<esc>", "<f1>"] {
        press(&mut app, keys);
        seen.push_str(&screen(&mut app, 120, 40).to_lowercase());
    }
    for word in ["violat", "undisclosed", "suspicio", "score", "non-complian", "noncomplian", "illegal"] {
        assert!(!seen.contains(word), "{word}");
    }
}

/// A small, repeatable source of numbers.
struct Rng(u64);

impl Rng {
    fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 33) as usize % n.max(1)
    }
}

/// Keys at random, windows of any size: nothing panics, the edits handed out say exactly what the profile says, and the
/// rulings kept up to date by halves are those of a fresh start.
#[test]
fn any_keys_at_any_size_keep_profile_file_and_rulings_in_step() {
    const KEYS: &[&str] = &[
        "<enter>",
        "<enter>",
        "<down>",
        "<down>",
        "<up>",
        "<tab>",
        "<s-tab>",
        "<esc>",
        "<pgdn>",
        "<pgup>",
        "<home>",
        "<end>",
        "<space>",
        "<del>",
        "<bs>",
        "<left>",
        "<right>",
        "<c-n>",
        "<c-t>",
        "<c-u>",
        "<c-r>",
        "<f1>",
        "<f2>",
        "a",
        "y",
        "n",
        "s",
        "1",
        "2",
        "3",
        "4",
        "0",
        "2024",
        "2026-03-01",
        "about 500",
        "NO",
        "?",
        "x",
        "t",
        "r",
        "d",
        "<paste:a\n\u{202e}b>",
        "<c-z>",
    ];
    for seed in 1..=12 {
        let mut rng = Rng(0x9E37_79B9_7F4A_7C15_u64.wrapping_mul(seed));
        let mut app = if seed % 3 == 0 { begun() } else { home() };
        let mut copy = profile(&app).clone();
        for step in 0..400 {
            let keys = KEYS[rng.below(KEYS.len())];
            let effects = press(&mut app, keys);
            for edit in saved(&effects) {
                copy.apply(&edit).unwrap_or_else(|e| panic!("seed {seed} step {step} {keys}: {e}"));
            }
            if step % 4 == 0 {
                let (columns, rows) = (rng.below(140) as u16, rng.below(50) as u16);
                let (_, cursor) = frame(&mut app, columns, rows);
                assert!(cursor.is_none_or(|(x, y)| x < columns.max(1) && y < rows.max(1)), "cursor outside");
                app.size = (80, 24);
            }
        }
        press(&mut app, "<esc><esc><esc><esc><esc><esc><esc><esc>n");
        for edit in saved(&update(&mut app, Msg::Terminate)) {
            copy.apply(&edit).unwrap();
        }
        assert_eq!(profile(&app), &copy, "seed {seed}");
        let mut again = fresh();
        again.open(profile(&app).clone(), Kept::Sample, Default::default());
        rest(&mut app);
        rest(&mut again);
        let doc = app.doc.as_ref().unwrap();
        let other = again.doc.as_ref().unwrap();
        assert_eq!(doc.desk.totals(), other.desk.totals(), "seed {seed}");
        assert_eq!(doc.desk.attention(), other.desk.attention(), "seed {seed}");
    }
}

#[test]
fn what_was_sent_is_kept_from_the_report() {
    let mut app = home();
    let target = app.doc.as_ref().unwrap().profile.targets[0].id.clone();
    assert_eq!(press(&mut app, "rf"), [Effect::Snapshot { target }]);
}

//! Every screen at the three sizes the app is made for, and one with its styles, so that no change of a screen goes unseen.

mod tui_common;

use std::fmt::Write as _;

use candor::tui::{App, Msg, Theme, update};
use tui_common::{begun, frame, fresh, home, press, screen, styles, text};

/// The same screen small, usual and wide, with the place of the cursor.
fn three(app: &mut App) -> String {
    let mut out = String::new();
    for (columns, rows) in [(60, 20), (80, 24), (120, 40)] {
        let (buffer, cursor) = frame(app, columns, rows);
        let at = cursor.map_or_else(|| "none".to_owned(), |(x, y)| format!("{x},{y}"));
        let _ = writeln!(out, "== {columns}x{rows}, cursor {at}\n{}", text(&buffer));
    }
    out
}

fn shows(name: &str, app: &mut App) {
    insta::assert_snapshot!(name, three(app));
}

#[test]
fn welcome() {
    shows("welcome", &mut fresh());
}

#[test]
fn a_prompt_for_a_file() {
    let mut app = fresh();
    press(&mut app, "<enter>");
    shows("prompt", &mut app);
}

#[test]
fn choosing_what_to_prepare() {
    shows("pick", &mut begun());
}

#[test]
fn a_new_target() {
    let mut app = begun();
    press(&mut app, "<down><enter>");
    shows("target", &mut app);
}

#[test]
fn home_with_records() {
    shows("home", &mut home());
}

#[test]
fn records_of_a_kind() {
    let mut app = home();
    press(&mut app, "<down><down><down><down><down><down><enter>");
    shows("list", &mut app);
}

#[test]
fn a_record_with_several_answers() {
    let mut app = home();
    press(&mut app, "n");
    shows("form_set", &mut app);
}

#[test]
fn a_record_with_an_organisation_and_contradicting_dates() {
    let mut app = home();
    press(&mut app, "<down><down><down><down><down><enter><down><enter><tab><tab>");
    shows("form_entity", &mut app);
}

#[test]
fn text_that_cannot_be_used_yet() {
    let mut app = home();
    press(&mut app, "<down><down><down><down><down><enter><enter><tab><tab><tab><tab>12/3/2020<enter>");
    shows("form_invalid", &mut app);
}

#[test]
fn the_rulings_of_a_record() {
    let mut app = home();
    press(&mut app, "<down><down><down><down><down><down><enter><enter><f2><down>");
    shows("rulings", &mut app);
}

#[test]
fn why_a_ruling() {
    let mut app = home();
    press(&mut app, "<down><down><down><down><down><down><enter><enter><f2><enter>");
    shows("card", &mut app);
}

#[test]
fn why_a_ruling_is_open() {
    let mut app = home();
    press(&mut app, "n<f2><enter>");
    shows("card_open", &mut app);
}

#[test]
fn help_for_a_form() {
    let mut app = home();
    press(&mut app, "n<f1>");
    shows("help", &mut app);
}

#[test]
fn a_question_before_something_is_removed() {
    let mut app = home();
    press(&mut app, "<down><down><down><down><down><down><enter>d");
    shows("confirm", &mut app);
}

#[test]
fn a_disk_that_is_full() {
    let mut app = home();
    update(&mut app, Msg::NotSaved("the disk is full.".into()));
    shows("not_saved", &mut app);
}

#[test]
fn a_window_that_is_too_small() {
    let mut app = home();
    insta::assert_snapshot!("small", format!("{}\n---\n{}", screen(&mut app, 39, 8), screen(&mut app, 8, 3)));
}

#[test]
fn styles_of_a_form_in_three_themes() {
    let mut out = String::new();
    for theme in [Theme::Colour, Theme::Mono, Theme::HighContrast] {
        let mut app = home();
        app.theme = theme;
        press(&mut app, "n");
        let (buffer, _) = frame(&mut app, 80, 24);
        let _ = writeln!(out, "== {theme:?}\n{}", styles(&buffer));
    }
    insta::assert_snapshot!("styles", out);
}

#[test]
fn the_report_is_shown_and_offers_to_be_saved() {
    let mut app = home();
    press(&mut app, "r");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("Report: NSF proposal"), "{shown}");
    press(&mut app, "s");
    let shown = screen(&mut app, 80, 24);
    assert!(shown.contains("nsf-proposal-report.html"), "{shown}");
}

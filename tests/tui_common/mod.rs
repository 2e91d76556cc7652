//! Shared by the terminal app's tests: a small rule set of their own, an app on it, and keys written as text.
#![allow(dead_code)] // each test binary uses its own part

use std::path::{Path, PathBuf};
use std::rc::Rc;

use candor::profile::{Profile, Vocabulary};
use candor::ruleset::{RuleSet, Tests, load_dir};
use candor::tui::{App, Effect, Kept, Msg, Theme, draw, update};
use chrono::NaiveDate;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

/// The rule set that holds still.
pub fn rules() -> RuleSet {
    let loaded = load_dir(&fixtures().join("tui-rules"), Tests::Load).unwrap();
    let problems = candor::diagnostic::render(&loaded.problems, false);
    loaded.rules.unwrap_or_else(|| panic!("{problems}"))
}

pub fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).unwrap()
}

pub fn profile(rules: &RuleSet) -> Profile {
    let path = fixtures().join("tui-profile.toml");
    candor::profile::load(&path, Vocabulary::from(rules)).unwrap().profile
}

/// The app on its welcome screen.
pub fn fresh() -> App {
    let mut app = App::new(Rc::new(rules()), today(), Theme::Colour);
    app.suggested = "profile.toml".into();
    app
}

/// The app on the home screen of a new profile, past the first choice.
pub fn begun() -> App {
    let mut app = fresh();
    app.open(Profile::default(), Kept::File("new.toml".into()), Default::default());
    app
}

/// The app on the home screen of the fixture profile.
pub fn home() -> App {
    let mut app = fresh();
    let profile = profile(&app.rules);
    app.open(profile, Kept::File("rivera.toml".into()), Default::default());
    app
}

/// Sends keys written as text: letters as they are, others in angle brackets: `<enter>`, `<c-n>`, `<f2>`, `<paste:text>`.
pub fn press(app: &mut App, keys: &str) -> Vec<Effect> {
    let mut effects = Vec::new();
    let mut rest = keys;
    while let Some(c) = rest.chars().next() {
        if c == '<' {
            let end = rest.find('>').unwrap();
            let name = &rest[1..end];
            rest = &rest[end + 1..];
            let msg = match name.strip_prefix("paste:") {
                Some(text) => Msg::Paste(text.replace("\\n", "\n").replace("\\e", "\u{1b}")),
                None => Msg::Key(key(name)),
            };
            effects.extend(update(app, msg));
        } else {
            rest = &rest[c.len_utf8()..];
            effects.extend(update(app, Msg::Key(KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE))));
        }
    }
    effects
}

fn key(name: &str) -> KeyEvent {
    let plain = |code| KeyEvent::new(code, KeyModifiers::NONE);
    match name {
        "enter" => plain(KeyCode::Enter),
        "esc" => plain(KeyCode::Esc),
        "tab" => plain(KeyCode::Tab),
        "s-tab" => KeyEvent::new(KeyCode::BackTab, KeyModifiers::SHIFT),
        "up" => plain(KeyCode::Up),
        "down" => plain(KeyCode::Down),
        "left" => plain(KeyCode::Left),
        "right" => plain(KeyCode::Right),
        "pgdn" => plain(KeyCode::PageDown),
        "pgup" => plain(KeyCode::PageUp),
        "home" => plain(KeyCode::Home),
        "end" => plain(KeyCode::End),
        "del" => plain(KeyCode::Delete),
        "bs" => plain(KeyCode::Backspace),
        "f1" => plain(KeyCode::F(1)),
        "f2" => plain(KeyCode::F(2)),
        "space" => plain(KeyCode::Char(' ')),
        other => match other.strip_prefix("c-").and_then(|c| c.chars().next()) {
            Some(c) => KeyEvent::new(KeyCode::Char(c), KeyModifiers::CONTROL),
            None => panic!("no key {other}"),
        },
    }
}

/// Lets the work be done that waits for a quiet moment.
pub fn rest(app: &mut App) {
    while app.is_busy() {
        update(app, Msg::Idle);
    }
}

/// Draws one frame, in a quiet moment.
pub fn frame(app: &mut App, columns: u16, rows: u16) -> (Buffer, Option<(u16, u16)>) {
    rest(app);
    app.size = (columns, rows);
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).unwrap();
    terminal.draw(|f| draw(f, app)).unwrap();
    let shown = terminal.backend().cursor_visible();
    let at = terminal.backend().cursor_position();
    (terminal.backend().buffer().clone(), shown.then_some((at.x, at.y)))
}

/// The frame as text, with trailing blanks cut.
pub fn text(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut out = String::new();
    for y in 0..area.height {
        let mut line = String::new();
        let mut skip = 0;
        for x in 0..area.width {
            let symbol = buffer[(x, y)].symbol();
            if skip == 0 {
                line.push_str(symbol);
                skip = unicode_width::UnicodeWidthStr::width(symbol).max(1);
            }
            skip -= 1;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

/// The frame as text at one size.
pub fn screen(app: &mut App, columns: u16, rows: u16) -> String {
    text(&frame(app, columns, rows).0)
}

/// Runs of cells with a style: row, columns and what it is.
pub fn styles(buffer: &Buffer) -> String {
    let area = buffer.area;
    let mut out = String::new();
    for y in 0..area.height {
        let mut x = 0;
        while x < area.width {
            let style = buffer[(x, y)].style();
            let from = x;
            while x < area.width && buffer[(x, y)].style() == style {
                x += 1;
            }
            let mut words = Vec::new();
            if let Some(fg) = style.fg.filter(|c| *c != ratatui::style::Color::Reset) {
                words.push(format!("{fg:?}"));
            }
            if let Some(bg) = style.bg.filter(|c| *c != ratatui::style::Color::Reset) {
                words.push(format!("on {bg:?}"));
            }
            if !style.add_modifier.is_empty() {
                words.push(format!("{:?}", style.add_modifier));
            }
            if !words.is_empty() {
                out.push_str(&format!("{y:>2}: {from}..{x} {}\n", words.join(" ")));
            }
        }
    }
    out
}

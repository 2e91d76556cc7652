//! Draws the README's picture of the terminal app: a record's form with its rulings, from the sample profile.
//!
//! `cargo run --example app_picture > docs/images/app.svg`

use std::fmt::Write as _;
use std::rc::Rc;

use anyhow::Context as _;
use candor::profile::{Vocabulary, sample};
use candor::ruleset::{Tests, load_embedded};
use candor::tui::{App, Kept, Msg, Theme, draw, update};
use chrono::NaiveDate;
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;
use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use ratatui::style::{Color, Modifier, Style};

const COLUMNS: u16 = 116;
const ROWS: u16 = 38;
/// The size of a character cell, in pixels.
const CELL: (f32, f32) = (8.4, 18.0);
const MARGIN: f32 = 16.0;

fn main() -> anyhow::Result<()> {
    let rules = load_embedded(Tests::Skip).rules.context("the built-in rules do not load")?;
    let store = sample(Vocabulary::from(&rules))?;
    let today = NaiveDate::from_ymd_opt(2026, 11, 23).context("no such day")?;
    let mut app = App::new(Rc::new(rules), today, Theme::Colour);
    app.open(store.profile().clone(), Kept::File("rivera.toml".into()), Default::default());
    app.size = (COLUMNS, ROWS);
    until(&mut app, KeyCode::Down, "> Appointments")?;
    press(&mut app, KeyCode::Enter);
    press(&mut app, KeyCode::Down);
    press(&mut app, KeyCode::Enter);
    until(&mut app, KeyCode::Tab, "> Is it part of a programme")?;
    let (buffer, cursor) = shot(&app)?;
    print!("{}", svg(&buffer, cursor));
    Ok(())
}

fn press(app: &mut App, code: KeyCode) {
    update(app, Msg::Key(KeyEvent::new(code, KeyModifiers::NONE)));
}

/// Presses a key until the screen shows a text.
fn until(app: &mut App, code: KeyCode, text: &str) -> anyhow::Result<()> {
    for _ in 0..40 {
        let (buffer, _) = shot(app)?;
        let shown: String = buffer.content.iter().map(|c| c.symbol()).collect();
        if shown.contains(text) {
            return Ok(());
        }
        press(app, code);
    }
    anyhow::bail!("the screen never showed {text}")
}

fn shot(app: &App) -> anyhow::Result<(Buffer, (u16, u16))> {
    let mut terminal = Terminal::new(TestBackend::new(COLUMNS, ROWS))?;
    terminal.draw(|f| draw(f, app))?;
    let at = terminal.backend().cursor_position();
    Ok((terminal.backend().buffer().clone(), (at.x, at.y)))
}

fn svg(buffer: &Buffer, cursor: (u16, u16)) -> String {
    let (width, height) = (f32::from(COLUMNS) * CELL.0 + 2.0 * MARGIN, f32::from(ROWS) * CELL.1 + 2.0 * MARGIN);
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width:.0} {height:.0}\" role=\"img\" \
         aria-label=\"Candor's form for a position, with the rulings about it beside it\">\n\
         <rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#14191f\"/>\n\
         <g font-family=\"ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace\" font-size=\"14\" \
         fill=\"#d5dbe1\" xml:space=\"preserve\">\n"
    );
    let _ = writeln!(
        out,
        "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{}\" height=\"{}\" fill=\"#5c6773\"/>",
        MARGIN + f32::from(cursor.0) * CELL.0,
        MARGIN + f32::from(cursor.1) * CELL.1 + 1.0,
        CELL.0,
        CELL.1
    );
    for y in 0..ROWS {
        let mut x = 0;
        while x < COLUMNS {
            let style = buffer[(x, y)].style();
            let from = x;
            let mut text = String::new();
            while x < COLUMNS && buffer[(x, y)].style() == style {
                text.push_str(buffer[(x, y)].symbol());
                x += 1;
            }
            pieces(&mut out, (from, y), &text, style);
        }
    }
    out.push_str("</g>\n</svg>\n");
    out
}

/// A stretch of one style, in pieces: browsers swallow blanks, so what lies between wide gaps is placed on its own.
fn pieces(out: &mut String, at: (u16, u16), text: &str, style: Style) {
    let mut column = usize::from(at.0);
    for piece in text.split_inclusive("  ") {
        let lead = piece.len() - piece.trim_start().len();
        if !piece.trim().is_empty() {
            run(out, (column + lead, usize::from(at.1)), piece.trim(), style);
        }
        column += unicode_width::UnicodeWidthStr::width(piece);
    }
}

/// Text at a cell. Its length is given, so that it lines up in any font.
fn run(out: &mut String, at: (usize, usize), text: &str, style: Style) {
    let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
    let fill = match style.fg {
        Some(Color::Cyan) => " fill=\"#6cc7d9\"",
        Some(Color::Magenta) => " fill=\"#d19ae0\"",
        Some(Color::Green) => " fill=\"#8fc97a\"",
        _ => "",
    };
    let weight = if style.add_modifier.contains(Modifier::BOLD) { " font-weight=\"700\"" } else { "" };
    let _ = writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{:.1}\"{fill}{weight}>{escaped}</text>",
        MARGIN + at.0 as f32 * CELL.0,
        MARGIN + at.1 as f32 * CELL.1 + 14.0,
        unicode_width::UnicodeWidthStr::width(text) as f32 * CELL.0,
    );
}

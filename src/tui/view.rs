//! Draws the state. Reads everything, changes nothing but scroll offsets.
//!
//! Every screen is a title line, a body, a line for what just happened, and a line of keys.

use std::cell::Cell;

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::text::Line;

use super::app::{App, Confirm, Kept, PromptFor, Screen};
use super::paper::{Paper, fit, width};
use super::theme::Meaning;
use super::{keymap, screens, words};

/// The smallest window in which the app shows itself.
pub const LEAST: (u16, u16) = (40, 12);

/// True if the window is too small to show anything but that.
pub fn too_small(size: (u16, u16)) -> bool {
    size.0 < LEAST.0 || size.1 < LEAST.1
}

/// Draws one frame.
pub fn draw(frame: &mut Frame<'_>, app: &App) {
    let area = frame.area();
    if too_small((area.width, area.height)) {
        let mut paper = Paper::new(usize::from(area.width).max(1), app.theme);
        let text = format!("Candor needs a window of {} by {} or more.", LEAST.0, LEAST.1);
        paper.para(0, &text, Meaning::Heading);
        paper.para(0, "Nothing is lost. Make the window larger, or press Ctrl-C to leave.", Meaning::Body);
        show(frame, area, &paper, 0);
        return;
    }
    let below = bottom_rows(app).min(area.height.saturating_sub(3));
    let header = Rect { height: 1, ..area };
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2 + below), ..area };
    let bottom = Rect { y: area.y + area.height.saturating_sub(below), height: below.min(area.height), ..area };
    title(frame, app, header);
    foot(frame, app, bottom);
    match app.top() {
        None => {}
        Some(Screen::Welcome { focus }) => screens::welcome::draw(frame, body, app, *focus),
        Some(Screen::Home { focus, scroll }) => screens::home::draw(frame, body, app, *focus, scroll),
        Some(Screen::Pick { focus, scroll }) => screens::pick::draw(frame, body, app, *focus, scroll),
        Some(Screen::List { kind, focus, scroll }) => screens::list::draw(frame, body, app, kind, *focus, scroll),
        Some(Screen::Form(form)) => screens::form::draw(frame, body, app, form),
        Some(Screen::Card(card)) => screens::card::draw(frame, body, app, card),
        Some(Screen::Preview { text, scroll, .. }) => screens::preview::draw(frame, body, app, text.as_deref(), scroll),
        Some(Screen::Help { contexts, scroll }) => screens::help::draw(frame, body, app, contexts, scroll),
    }
    // What is asked at the bottom has the cursor, whatever lies above.
    if app.prompt.is_some() || app.confirm.is_some() {
        foot(frame, app, bottom);
    }
}

/// What is being asked on top of the screen, as lines above the keys.
fn bottom_rows(app: &App) -> u16 {
    if app.prompt.is_some() || app.confirm.is_some() {
        return 5;
    }
    1 + u16::try_from(notice(app, usize::from(app.size.0)).len()).unwrap_or(1).max(1)
}

/// What just happened, in as many lines as it takes, up to three.
fn notice(app: &App, columns: usize) -> Vec<String> {
    let Some(notice) = &app.notice else { return Vec::new() };
    let mut lines = super::paper::wrap(&crate::text::clean(&notice.text), columns);
    if lines.len() > 3 {
        lines.truncate(3);
        if let Some(last) = lines.last_mut() {
            *last = fit(&format!("{last} …"), columns);
        }
    }
    lines
}

fn title(frame: &mut Frame<'_>, app: &App, area: Rect) {
    let mut paper = Paper::new(usize::from(area.width), app.theme);
    let name = |of: &super::form::Of| screens::form::title(app, of);
    let what = match app.top() {
        None | Some(Screen::Welcome { .. }) => String::new(),
        Some(Screen::Home { .. }) => screens::home::title(app),
        Some(Screen::Pick { .. }) => "What are you preparing?".into(),
        Some(Screen::List { kind, .. }) => app.rules.kind(kind).map_or_else(String::new, |(_, k)| k.plural.clone()),
        Some(Screen::Form(form)) => name(&form.of),
        Some(Screen::Card(_)) => "Why this ruling".into(),
        Some(Screen::Preview { target, .. }) => {
            let target = app.doc.as_ref().and_then(|d| d.profile.targets.get(*target));
            target.map_or_else(String::new, |t| format!("Report: {}", words::target(&app.rules, t)))
        }
        Some(Screen::Help { .. }) => "Help".into(),
    };
    let kept = match &app.doc {
        None => String::new(),
        Some(doc) => match (&doc.kept, &doc.unsaved) {
            (Kept::Sample, _) => "sample, not kept".into(),
            (Kept::File(name), None) => fit(&crate::text::clean(name), usize::from(area.width) / 3),
            (Kept::File(name), Some(_)) => {
                format!("{}, not saved", fit(&crate::text::clean(name), usize::from(area.width) / 4))
            }
        },
    };
    let trouble = app.doc.as_ref().is_some_and(|d| d.unsaved.is_some());
    let sep = if what.is_empty() { "" } else { "  " };
    let right = if trouble { Meaning::Trouble } else { Meaning::Aside };
    paper.two_sided(&[("Candor", Meaning::Title), (sep, Meaning::Body), (&what, Meaning::Heading)], &[(&kept, right)]);
    show(frame, area, &paper, 0);
}

fn foot(frame: &mut Frame<'_>, app: &App, area: Rect) {
    let columns = usize::from(area.width);
    let mut paper = Paper::new(columns, app.theme);
    if let Some(prompt) = &app.prompt {
        rule(&mut paper);
        let ask = match &prompt.asks {
            PromptFor::Create => "Where shall your profile be kept? It is an ordinary file of yours.",
            PromptFor::Open => "Which file shall be opened?",
            PromptFor::SaveAs => "Under which name shall the profile be kept from now on?",
            PromptFor::SaveReport { .. } => "Save the report as? The ending says which kind: .html .md .txt .json",
        };
        paper.line(&[(ask, Meaning::Heading)]);
        input(&mut paper, "  > ", &prompt.input, "", true);
        match &prompt.error {
            Some(why) => paper.line(&[(why, Meaning::Trouble)]),
            None => paper.blank(),
        }
    } else if let Some(confirm) = &app.confirm {
        rule(&mut paper);
        let (ask, more) = match confirm {
            Confirm::RemoveRecord(id) => {
                let record = app.doc.as_ref().and_then(|d| d.profile.record(id));
                let name = record.map_or_else(|| id.clone(), |r| words::record(&app.rules, r));
                (format!("Remove \"{}\"?", fit(&name, columns.saturating_sub(12))), "Its answers go with it.")
            }
            Confirm::RemoveTarget(id) => {
                let target = app.doc.as_ref().and_then(|d| d.profile.target(id));
                let name = target.map_or_else(|| id.clone(), |t| words::target(&app.rules, t));
                (
                    format!("Remove \"{}\"?", fit(&name, columns.saturating_sub(12))),
                    "Your records stay; only what you said about this one goes.",
                )
            }
            Confirm::Overwrite { path, .. } => (
                format!("There is a file {} already. Replace it?", fit(path, columns / 2)),
                "The file there now would be lost.",
            ),
            Confirm::LeaveUnsaved => (
                "Leave without saving the last changes?".into(),
                "They could not be written: see the message at the top.",
            ),
        };
        paper.line(&[(&ask, Meaning::Heading)]);
        paper.line(&[(more, Meaning::Body)]);
        paper.blank();
    } else {
        match &app.notice {
            Some(n) => {
                for line in notice(app, columns) {
                    paper.line(&[(&line, if n.trouble { Meaning::Trouble } else { Meaning::Heading })]);
                }
            }
            None => rule(&mut paper),
        }
    }
    let hints = keymap::hints(&app.contexts(), columns);
    let mut pieces: Vec<(String, Meaning)> = Vec::new();
    for (i, (key, hint)) in hints.iter().enumerate() {
        let gap = if i > 0 { "  " } else { "" };
        pieces.push((format!("{gap}{key}"), Meaning::Key));
        pieces.push((format!(" {hint}"), Meaning::Aside));
    }
    let pieces: Vec<(&str, Meaning)> = pieces.iter().map(|(t, m)| (t.as_str(), *m)).collect();
    paper.line(&pieces);
    let cursor = paper.cursor;
    show_lines(frame, area, &paper.lines, 0);
    place(frame, area, cursor, 0);
}

/// A thin line across.
pub fn rule(paper: &mut Paper) {
    let line = "─".repeat(paper.columns);
    paper.line(&[(&line, Meaning::Rule)]);
}

/// A text field: what stands in it, scrolled so that the cursor is seen, on a line of underscores; an example if empty.
pub fn input(paper: &mut Paper, lead: &str, input: &tui_input::Input, example: &str, focused: bool) {
    let room = paper.columns.saturating_sub(width(lead) + 1).clamp(8, 72);
    let scroll = input.visual_scroll(room);
    let mut shown = String::new();
    let mut skipped = 0;
    for g in unicode_segmentation::UnicodeSegmentation::graphemes(input.value(), true) {
        if skipped < scroll {
            skipped += width(g);
            continue;
        }
        if width(&shown) + width(g) > room {
            break;
        }
        shown.push_str(g);
    }
    let column = width(lead) + input.visual_cursor().saturating_sub(skipped);
    if focused {
        paper.cursor = Some((paper.lines.len(), column));
    }
    let rest = room.saturating_sub(width(&shown));
    if shown.is_empty() && !example.is_empty() {
        let text = format!("_ for example: {example}");
        paper.line(&[(lead, Meaning::Focus), (&text, Meaning::Aside)]);
    } else {
        let line = "_".repeat(rest);
        paper.line(&[(lead, Meaning::Focus), (&shown, Meaning::Focus), (&line, Meaning::Aside)]);
    }
}

/// Shows a page, scrolled as little as possible from where it was.
pub fn scrolled(frame: &mut Frame<'_>, area: Rect, paper: &Paper, scroll: &Cell<usize>, with_cursor: bool) {
    let top = paper.scroll(usize::from(area.height), scroll.get());
    scroll.set(top);
    show_lines(frame, area, &paper.lines, top);
    more(frame, area, paper, top);
    if with_cursor {
        place(frame, area, paper.cursor, top);
    }
}

/// Says on the lines around a page that there is more of it, where those lines are free.
fn more(frame: &mut Frame<'_>, area: Rect, paper: &Paper, top: usize) {
    let whole = frame.area();
    let below = top + usize::from(area.height) < paper.lines.len();
    let mut say = |y: u16, text: &str| {
        let columns = u16::try_from(width(text)).unwrap_or(0);
        let Some(x) = area.right().checked_sub(columns + 1).filter(|x| *x >= area.x) else { return };
        let free = (x..x + columns)
            .all(|x| whole.contains(Position::new(x, y)) && matches!(frame.buffer_mut()[(x, y)].symbol(), " " | "─"));
        if free {
            frame.buffer_mut().set_string(x, y, text, paper.style(Meaning::Key));
        }
    };
    if below {
        say(area.bottom(), " ↓ more ");
    }
    if let Some(y) = area.y.checked_sub(1).filter(|_| top > 0) {
        say(y, " ↑ more ");
    }
}

/// Shows a page to read; the cursor rests at its top, where a screen reader begins.
pub fn page_of(frame: &mut Frame<'_>, area: Rect, paper: &Paper, scroll: &Cell<usize>) {
    scrolled(frame, area, paper, scroll, false);
    place(frame, area, Some((0, 0)), 0);
}

fn show(frame: &mut Frame<'_>, area: Rect, paper: &Paper, top: usize) {
    show_lines(frame, area, &paper.lines, top);
}

fn show_lines(frame: &mut Frame<'_>, area: Rect, lines: &[Line<'static>], top: usize) {
    let area = area.intersection(frame.area());
    let shown = lines.iter().skip(top).take(usize::from(area.height));
    for (y, line) in (area.y..).zip(shown) {
        frame.buffer_mut().set_line(area.x, y, line, area.width);
    }
}

fn place(frame: &mut Frame<'_>, area: Rect, cursor: Option<(usize, usize)>, top: usize) {
    let Some((line, column)) = cursor else { return };
    let Some(y) = line.checked_sub(top).filter(|y| *y < usize::from(area.height)) else { return };
    let (Ok(x), Ok(y)) = (u16::try_from(column), u16::try_from(y)) else { return };
    frame.set_cursor_position(Position::new((area.x + x).min(area.right().saturating_sub(1)), area.y + y));
}

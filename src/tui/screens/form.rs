//! A form: its questions one to a line, the one in focus opened up with its answers, help and reason; the rulings beside it
//! where there is room, below it where there is less.

use std::cell::Cell;

use ratatui::Frame;
use ratatui::layout::Rect;

use super::rulings::{self, Layout};
use crate::facts::{Answer, FieldType};
use crate::report::words as plain;
use crate::tui::app::{App, Form};
use crate::tui::form::{self, Item, Key, Of, Row, Stop};
use crate::tui::paper::{Paper, fit, pad, width};
use crate::tui::theme::Meaning;
use crate::tui::typed;
use crate::tui::view::{input, rule, scrolled};
use crate::tui::words;

/// Columns from which the rulings stand beside the form.
const BESIDE: u16 = 100;

/// What the form is about, for the title line.
pub fn title(app: &App, of: &Of) -> String {
    let Some(doc) = &app.doc else { return String::new() };
    match of {
        Of::Person => "You".into(),
        Of::Target(id) => doc.profile.target(id).map_or_else(String::new, |t| words::target(&app.rules, t)),
        Of::Record(id) => doc.profile.record(id).map_or_else(String::new, |r| {
            let kind = app.rules.kind(&r.kind).map_or("", |(_, k)| k.title.as_str());
            if r.answers.is_empty() {
                format!("New: {kind}")
            } else {
                format!("{kind}: {}", words::record(&app.rules, r))
            }
        }),
    }
}

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, form: &Form) {
    if area.width >= BESIDE {
        let left = area.width * 58 / 100;
        draw_form(frame, Rect { width: left, ..area }, app, form);
        for y in area.y..area.bottom() {
            frame.buffer_mut().set_string(area.x + left + 1, y, "│", app.theme.style(Meaning::Rule));
        }
        let right = Rect { x: area.x + left + 3, width: area.width.saturating_sub(left + 3), ..area };
        rulings::draw(frame, right, app, form, Layout::Whole);
        return;
    }
    if form.rulings.is_some() {
        rulings::draw(frame, area, app, form, Layout::Whole);
        return;
    }
    // The form needs the room more; the rulings get what is left, at least the line that sums them up.
    let wanted = u16::try_from(rulings::height(app, &form.of)).unwrap_or(u16::MAX);
    let below = wanted.min(area.height.saturating_sub(13)).max(1);
    let upper = Rect { height: area.height.saturating_sub(below + 1), ..area };
    let mut line = Paper::new(usize::from(area.width), app.theme);
    rule(&mut line);
    scrolled(frame, Rect { y: upper.bottom(), height: 1, ..area }, &line, &Cell::new(0), false);
    draw_form(frame, upper, app, form);
    rulings::draw(frame, Rect { y: upper.bottom() + 1, height: below, ..area }, app, form, Layout::Lines);
}

fn draw_form(frame: &mut Frame<'_>, area: Rect, app: &App, form: &Form) {
    let mut paper = Paper::new(usize::from(area.width), app.theme);
    for item in form::items(app, &form.of) {
        match item {
            Item::Heading(text) => {
                paper.blank();
                paper.para(0, &text, Meaning::Heading);
            }
            Item::Row(row) if form.focus.as_ref() == Some(&row.key) => {
                let from = paper.lines.len();
                open(&mut paper, app, form, &row);
                paper.focus_since(from);
            }
            Item::Row(row) => closed(&mut paper, &row),
        }
    }
    scrolled(frame, area, &paper, &form.scroll, form.rulings.is_none());
}

/// The mark before a question.
fn mark(row: &Row<'_>) -> (&'static str, Meaning) {
    if row.draft.is_some() {
        ("~ ", Meaning::Trouble)
    } else if matches!(row.answer.as_deref(), Some(Answer::NotSure)) {
        ("? ", Meaning::Open)
    } else if row.decides {
        ("* ", Meaning::Decides)
    } else {
        ("  ", Meaning::Body)
    }
}

/// A question in one line.
fn closed(paper: &mut Paper, row: &Row<'_>) {
    let (answer, meaning) = match (row.draft, row.answer.as_deref()) {
        (Some(draft), _) => (format!("{draft} (not finished)"), Meaning::Trouble),
        (None, Some(Answer::NotSure)) => ("not sure".into(), Meaning::Open),
        (None, Some(answer)) => (plain::answer(&row.field, answer), Meaning::Answer),
        (None, None) if row.decides => ("decides".into(), Meaning::Decides),
        (None, None) if row.fills => ("for the form".into(), Meaning::Aside),
        (None, None) => (String::new(), Meaning::Body),
    };
    let (mark, mark_meaning) = mark(row);
    let indent = " ".repeat(row.indent);
    let room = paper.columns.saturating_sub(2 + row.indent + 2);
    // The answer gets what it needs, up to its share; the question the rest.
    let answer = fit(&crate::text::clean(&answer), (room * 45 / 100).max(14));
    let ask = pad(&row.field.ask, room.saturating_sub(width(&answer)));
    let gap = ("  ", Meaning::Body);
    paper.line(&[(mark, mark_meaning), (&indent, Meaning::Body), (&ask, Meaning::Body), gap, (&answer, meaning)]);
}

/// The question in focus.
fn open(paper: &mut Paper, app: &App, form: &Form, row: &Row<'_>) {
    let field = &*row.field;
    let indent = row.indent;
    let says = match (row.decides, row.fills) {
        (true, _) => "decides",
        (false, true) => "for the form",
        (false, false) => "",
    };
    let ask = match &row.key {
        Key::Entity { via, .. } => match entity_name(app, form, via) {
            Some(name) => format!("{name}: {}", field.ask),
            None => field.ask.clone(),
        },
        _ => field.ask.clone(),
    };
    // Room for the word at the end of the first line.
    let columns = paper.columns;
    paper.columns = columns.saturating_sub(if says.is_empty() { 0 } else { width(says) + 2 });
    let from = paper.lines.len();
    paper.hang_styled(indent, (">", Meaning::Focus), indent + 2, &ask, Meaning::Focus);
    paper.columns = columns;
    let style = paper.style(Meaning::Decides);
    if let Some(line) = paper.lines.get_mut(from).filter(|_| !says.is_empty()) {
        let used = line.width();
        line.push_span(" ".repeat(columns.saturating_sub(used + width(says))));
        line.push_span(ratatui::text::Span::styled(says, style));
    }
    let stops = form::stops(app, row, form.input.value());
    for (i, stop) in stops.iter().enumerate() {
        let here = form.rulings.is_none() && i == form.stop.min(stops.len().saturating_sub(1));
        draw_stop(paper, form, row, i, stop, here);
        if *stop != Stop::Input {
            continue;
        }
        if let Some(why) = &form.error {
            paper.para(indent + 4, why, Meaning::Trouble);
        } else if let Some(reads) = reading(row, form) {
            paper.para(indent + 4, &reads, Meaning::Aside);
        }
    }
    let mut more = |lead: &str, text: &str| {
        if !text.is_empty() {
            paper.para(indent + 2, &format!("{lead}{text}"), Meaning::Aside);
        }
    };
    more("", &field.help);
    if !typed::is_typed(&field.ty) || !form.input.value().is_empty() {
        more("For example: ", &field.example);
    }
    more("Why it is asked: ", &field.why);
}

fn entity_name(app: &App, form: &Form, via: &str) -> Option<String> {
    let Of::Record(id) = &form.of else { return None };
    app.doc.as_ref()?.profile.record(id)?.text(via).map(str::to_owned)
}

/// How a text that stands for a range, a country or a month is understood, where that is not plain to see.
fn reading(row: &Row<'_>, form: &Form) -> Option<String> {
    let ty = &row.field.ty;
    let typed_value = form.input.value().trim();
    if matches!(ty, FieldType::Text | FieldType::Entity | FieldType::MonthsByYear) || typed_value.is_empty() {
        return None;
    }
    let answer = typed::read(ty, typed_value, row.answer.as_deref()).ok()??;
    let words = plain::answer(&row.field, &answer);
    (words != typed_value).then(|| format!("That is: {words}"))
}

fn draw_stop(paper: &mut Paper, form: &Form, row: &Row<'_>, i: usize, stop: &Stop, here: bool) {
    let field = &*row.field;
    let lead = format!("{}{}", " ".repeat(row.indent + 2), if here { "> " } else { "  " });
    let typed = typed::is_typed(&field.ty);
    let (key, label) = match stop {
        Stop::Input => {
            input(paper, &lead, &form.input, &field.example, here);
            return;
        }
        Stop::Yes => ("y ".to_owned(), "Yes".to_owned()),
        Stop::No => ("n ".to_owned(), "No".to_owned()),
        Stop::Value(v) => {
            let key = if i < 9 { format!("{} ", i + 1) } else { "  ".to_owned() };
            (key, field.values.get(*v).map_or_else(String::new, |c| c.label.clone()))
        }
        Stop::Suggest(name) => (String::new(), name.clone()),
        Stop::Never => (String::new(), field.never.clone().unwrap_or_else(|| "Not yet".into())),
        Stop::Nothing if typed => (String::new(), "None".to_owned()),
        Stop::Nothing => ("0 ".to_owned(), "None of these".to_owned()),
        Stop::More if typed => (String::new(), "And more that I am not sure of".to_owned()),
        Stop::More => ("s ".to_owned(), "And something I am not sure of".to_owned()),
        Stop::NotSure if typed => (String::new(), "Not sure".to_owned()),
        Stop::NotSure => ("s ".to_owned(), "Not sure".to_owned()),
    };
    let several = matches!(field.ty, FieldType::Set(_) | FieldType::Places);
    let chosen = form::is_chosen(row, stop);
    let tick = match (several, chosen) {
        (true, true) => "[x] ",
        (true, false) => "[ ] ",
        (false, true) => "(x) ",
        (false, false) => "( ) ",
    };
    let style = match (here, chosen) {
        (true, _) => Meaning::Focus,
        (false, true) => Meaning::Answer,
        (false, false) => Meaning::Body,
    };
    if here {
        paper.cursor = Some((paper.lines.len(), width(&lead) + 1));
    }
    let hang = width(&lead) + width(tick) + width(&key);
    // Long answers wrap under their own first word.
    let parts = crate::tui::paper::wrap(&crate::text::clean(&label), paper.columns.saturating_sub(hang));
    for (n, part) in parts.iter().enumerate() {
        if n == 0 {
            paper.line(&[(&lead, Meaning::Focus), (tick, style), (&key, Meaning::Key), (part, style)]);
        } else {
            paper.line(&[(&" ".repeat(hang), Meaning::Body), (part, style)]);
        }
    }
}

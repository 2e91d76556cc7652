//! The records of one kind.

use std::cell::Cell;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::text::count;
use crate::tui::app::App;
use crate::tui::desk::Summary;
use crate::tui::form::Of;
use crate::tui::paper::Paper;
use crate::tui::theme::Meaning;
use crate::tui::view::scrolled;
use crate::tui::words;

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, kind: &str, focus: usize, scroll: &Cell<usize>) {
    let (Some(doc), Some((_, kind))) = (&app.doc, app.rules.kind(kind)) else { return };
    let mut paper = Paper::new(usize::from(area.width), app.theme);
    paper.para(0, &kind.summary, Meaning::Aside);
    paper.blank();
    let records: Vec<_> = doc.profile.of_kind(&kind.id).collect();
    let rows = usize::from(area.height);
    for (i, record) in records.iter().enumerate() {
        if i.abs_diff(focus) > rows {
            // Out of sight, whatever the scroll.
            paper.blank();
            continue;
        }
        let of = Of::Record(record.id.clone());
        let (text, meaning) = if doc.drafts.any_of(&of) {
            ("typed, not finished".to_owned(), Meaning::Decides)
        } else {
            in_short(doc.desk.summary(&of), doc.desk.open_questions(&of))
        };
        let name = words::record(&app.rules, record);
        line(&mut paper, i == focus, &name, &text, meaning);
    }
    let add = format!("+ Add: {}", kind.title);
    line(&mut paper, focus >= records.len(), &add, "a", Meaning::Key);
    paper.blank();
    let all = if doc.profile.complete.contains(&kind.id) {
        "[x] That is all there is of this kind."
    } else {
        "[ ] That is all there is of this kind. (Space ticks it; some rules need to know.)"
    };
    paper.para(0, all, Meaning::Body);
    scrolled(frame, area, &paper, scroll, true);
}

fn line(paper: &mut Paper, here: bool, name: &str, state: &str, meaning: Meaning) {
    let from = paper.lines.len();
    let mark = if here { "> " } else { "  " };
    let style = if here { Meaning::Focus } else { Meaning::Body };
    paper.two_sided(&[(mark, Meaning::Focus), (name, style)], &[(state, meaning)]);
    if here {
        paper.cursor = Some((from, 0));
        paper.focus_since(from);
    }
}

/// What stands out about a record, in a few words.
pub fn in_short(s: Summary, questions: usize) -> (String, Meaning) {
    if s.clash {
        ("two answers differ".into(), Meaning::Open)
    } else if questions > 0 {
        (format!("{} left", count(questions, "question", "questions")), Meaning::Decides)
    } else if s.office > 0 {
        ("for your office".into(), Meaning::Office)
    } else if s.duties > 0 {
        (count(s.duties, "thing to do", "things to do"), Meaning::Duty)
    } else if s.open > 0 {
        ("depends".into(), Meaning::Open)
    } else if s.clear > 0 {
        ("nothing due".into(), Meaning::Clear)
    } else {
        (String::new(), Meaning::Body)
    }
}

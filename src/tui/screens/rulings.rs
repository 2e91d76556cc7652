//! The rulings about a form's subject, as a list beside or below the form.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::engine::Ruled;
use crate::text::count;
use crate::tui::app::{App, Form};
use crate::tui::desk::Shown;
use crate::tui::form::Of;
use crate::tui::paper::{Paper, pad};
use crate::tui::theme::Meaning;
use crate::tui::view::scrolled;
use crate::tui::words;

/// Columns from which a ruling takes one line.
const ONE_LINE: usize = 70;
/// Columns of the ruling's word there.
const WORD: usize = 22;

/// How the list is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// A pane of its own: whole names, wrapped where they need to be.
    Whole,
    /// A few lines below a form: one line for each ruling.
    Lines,
}

/// Lines that the list needs below a form.
pub fn height(app: &App, of: &Of) -> usize {
    let Some(doc) = &app.doc else { return 0 };
    let headings = if doc.profile.targets.len() > 1 { doc.profile.targets.len() } else { 0 };
    1 + doc.desk.rulings(of).len() + headings
}

/// A line that sums the rulings up.
pub fn in_short(app: &App, of: &Of) -> String {
    let Some(doc) = &app.doc else { return String::new() };
    if doc.profile.targets.is_empty() {
        return "No rulings yet: say first what you are preparing.".into();
    }
    let s = doc.desk.summary(of);
    let mut parts = Vec::new();
    if s.clash {
        parts.push("two answers differ".to_owned());
    }
    if s.duties > 0 {
        parts.push(format!("{} to do", s.duties));
    }
    if s.office > 0 {
        parts.push(format!("{} for your office", s.office));
    }
    if s.open > 0 {
        parts.push(format!("{} open", s.open));
    }
    if s.clear > 0 {
        parts.push(format!("{} with nothing due", s.clear));
    }
    if parts.is_empty() {
        return "Nothing you are preparing asks about this now.".into();
    }
    let left = match doc.desk.open_questions(of) {
        0 if s.open == 0 && !s.clash => "; nothing left to ask".to_owned(),
        0 => String::new(),
        n => format!("; {} left", count(n, "question", "questions")),
    };
    format!("Rulings: {}{left}", parts.join(", "))
}

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, form: &Form, layout: Layout) {
    // With the reasons if they fit, without if not.
    let mut paper = write(area, app, form, layout, layout == Layout::Whole);
    if layout == Layout::Whole && paper.lines.len() > usize::from(area.height) {
        paper = write(area, app, form, layout, false);
    }
    scrolled(frame, area, &paper, &form.rulings_scroll, form.rulings.is_some());
}

fn write(area: Rect, app: &App, form: &Form, layout: Layout, reasons: bool) -> Paper {
    let mut paper = Paper::new(usize::from(area.width), app.theme);
    let Some(doc) = &app.doc else { return paper };
    if layout == Layout::Lines {
        paper.line(&[(&in_short(app, &form.of), Meaning::Heading)]);
    } else {
        paper.para(0, &in_short(app, &form.of), Meaning::Heading);
    }
    let several = doc.profile.targets.len() > 1;
    let mut target = "";
    for (i, ruled) in doc.desk.rulings(&form.of).iter().enumerate() {
        if several && ruled.target != target {
            if let Some(t) = doc.profile.target(ruled.target) {
                if layout == Layout::Whole {
                    paper.blank();
                }
                paper.line(&[(&words::target(&app.rules, t), Meaning::Heading)]);
            }
            target = ruled.target;
        }
        let here = form.rulings == Some(i);
        let from = paper.lines.len();
        line(&mut paper, app, ruled, here, layout);
        if reasons {
            paper.para(4, because(app, ruled), Meaning::Aside);
        }
        if here {
            paper.cursor = Some((from, 0));
            // The line that sums up stays in sight with the first ruling.
            paper.focus = Some((if i == 0 { 0 } else { from }, paper.lines.len()));
        }
    }
    paper
}

/// The reason of a decided ruling, in the rule's words.
fn because<'a>(app: &'a App, shown: &Shown<'_>) -> &'a str {
    let rule = |ruled: &Ruled| {
        let first = *ruled.state.outcome()?.rules.first()?;
        app.rules.decisions.get(ruled.decision)?.rules.get(first)
    };
    rule(shown.ruled).map_or("", |r| r.because.as_str())
}

fn line(paper: &mut Paper, app: &App, shown: &Shown<'_>, here: bool, layout: Layout) {
    let Some(target) = app.doc.as_ref().and_then(|d| d.profile.target(shown.target)) else { return };
    let line = words::ruling(&app.rules, target, shown.ruled, app.today);
    let mark = if here { "> " } else { "  " };
    let style = if here { Meaning::Focus } else { Meaning::Body };
    if paper.columns >= ONE_LINE {
        let word = pad(&line.word, WORD);
        let left = [(mark, Meaning::Focus), (&*word, line.meaning), (&*line.rest, style)];
        paper.two_sided(&left, &[(&line.soon, Meaning::Aside)]);
    } else if layout == Layout::Lines {
        paper.line(&[(mark, Meaning::Focus), (&line.word, line.meaning), (": ", Meaning::Body), (&line.rest, style)]);
    } else {
        paper.line(&[(mark, Meaning::Focus), (&line.word, line.meaning)]);
        let rest = if line.soon.is_empty() { line.rest } else { format!("{}; {}", line.rest, line.soon) };
        paper.para(4, &rest, style);
    }
}

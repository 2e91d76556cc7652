//! The first screen: what the program is for, and three ways in.

use std::cell::Cell;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::app::App;
use crate::tui::paper::Paper;
use crate::tui::screens::release;
use crate::tui::theme::Meaning;
use crate::tui::view::scrolled;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    New,
    Sample,
    Open,
}

/// The lines to choose from, with what they mean.
pub const LINES: [(Choice, &str, &str); 3] = [
    (
        Choice::New,
        "Start my own profile",
        "You enter your positions, support and other ties once, in a file of your own.",
    ),
    (Choice::Sample, "Look around with a sample", "An invented researcher. Change what you like; nothing is kept."),
    (Choice::Open, "Open a profile", "A file you made before."),
];

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, focus: usize) {
    let mut paper = Paper::new(usize::from(area.width), app.theme);
    let what = "What do funding agencies want to know of your work with others, where does it go, and by when? Candor goes \
        through it with you, record by record, and cites the rule for every answer, also when nothing is due.";
    paper.para(0, what, Meaning::Body);
    paper.blank();
    for (i, (_, title, about)) in LINES.iter().enumerate() {
        let here = i == focus;
        let from = paper.lines.len();
        let mark = if here { "> " } else { "  " };
        paper.line(&[(mark, Meaning::Focus), (title, if here { Meaning::Focus } else { Meaning::Body })]);
        paper.para(4, about, Meaning::Aside);
        if here {
            paper.cursor = Some((from, 0));
            paper.focus_since(from);
        }
    }
    paper.blank();
    let promise = "Everything stays on this computer: the program has no network code. Every answer is saved at once. \"Not \
        sure\" is always an answer, and becomes a question for your office.";
    paper.para(0, promise, Meaning::Body);
    paper.blank();
    release::draw(&mut paper, &app.rules, |_| true);
    paper.para(0, "Not legal advice; your office has the last word.", Meaning::Aside);
    scrolled(frame, area, &paper, &Cell::new(0), true);
}

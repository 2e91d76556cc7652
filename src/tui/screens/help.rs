//! Help for the screen one came from: its keys, from the key table, and how the program works, in short.

use std::cell::Cell;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::tui::app::App;
use crate::tui::keymap::{self, Context};
use crate::tui::paper::{Paper, width};
use crate::tui::theme::Meaning;
use crate::tui::view::page_of;

const MARKS: &[(&str, &str)] = &[
    ("*", "a question whose answer decides a ruling; answer these first"),
    ("~", "a question where something was typed that cannot be used yet"),
    ("?", "answered \"not sure\": not asked again; it becomes a question for your office"),
];

const GOOD_TO_KNOW: &[&str] = &[
    "Every completed answer is saved at once. Text you have not finished is kept, too.",
    "A ruling always comes with its source; open it to see why, and what would change it.",
    "Nothing leaves this computer.",
    "Without a full screen, for example with a screen reader: candor interview FILE",
];

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, contexts: &[Context], scroll: &Cell<usize>) {
    let mut paper = Paper::new(usize::from(area.width), app.theme);
    for (context, rows) in keymap::help(contexts) {
        paper.line(&[(context.title(), Meaning::Heading)]);
        let hang = (rows.iter().map(|(k, _)| width(k)).max().unwrap_or(0) + 4).min(24);
        for (keys, what) in rows {
            paper.hang_styled(2, (&keys, Meaning::Key), hang, what, Meaning::Body);
        }
        if context == Context::Input {
            let typing = "Typing changes the text. Left, Right, Home, End, Ctrl-A and Ctrl-E move in it; Ctrl-K and Ctrl-W \
                delete; a ? alone means not sure.";
            paper.para(2, typing, Meaning::Body);
        }
        paper.blank();
    }
    paper.line(&[("Marks", Meaning::Heading)]);
    for (mark, what) in MARKS {
        paper.hang_styled(2, (mark, Meaning::Key), 6, what, Meaning::Body);
    }
    paper.blank();
    paper.line(&[("Good to know", Meaning::Heading)]);
    for text in GOOD_TO_KNOW {
        paper.hang(2, "-", 4, text, Meaning::Body);
    }
    page_of(frame, area, &paper, scroll);
}

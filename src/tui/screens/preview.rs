//! The report as text, to read before it is saved.

use std::cell::Cell;

use chrono::NaiveDate;
use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::engine::{View, assess, checks, standing};
use crate::profile::{Profile, Target};
use crate::report::{self, Report};
use crate::ruleset::RuleSet;
use crate::tui::app::App;
use crate::tui::paper::{Paper, width, wrap};
use crate::tui::theme::Meaning;
use crate::tui::view::page_of;

/// The report for one target, with the duties that hold at all times.
pub fn build(rules: &RuleSet, profile: &Profile, target: &Target, today: NaiveDate) -> Report {
    let mut profile = profile.clone();
    let standing = standing(rules, &profile, today);
    profile.targets.extend(standing.iter().cloned());
    let assessments: Vec<_> = std::iter::once(target)
        .chain(&standing)
        .map(|target| assess(View { rules, profile: &profile, target, today }))
        .collect();
    report::build(rules, &profile, &assessments, &checks(rules, &profile, today), today)
}

/// Its text, by line.
pub fn text(rules: &RuleSet, profile: &Profile, target: &Target, today: NaiveDate) -> Vec<String> {
    report::text(&build(rules, profile, target, today)).lines().map(str::to_owned).collect()
}

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, text: Option<&[String]>, scroll: &Cell<usize>) {
    let (columns, rows) = (usize::from(area.width), usize::from(area.height));
    let mut paper = Paper::new(columns, app.theme);
    let Some(text) = text else {
        paper.para(0, "Putting the report together.", Meaning::Body);
        page_of(frame, area, &paper, scroll);
        return;
    };
    // Reports are long: only what is in sight is laid out, the rest is counted.
    let parts = |line: &str| if line.len() <= columns { 1 } else { wrapped(line, columns).1.len() };
    let total: usize = text.iter().map(|l| parts(l)).sum();
    let top = scroll.get().min(total.saturating_sub(rows));
    let mut at = 0;
    for line in text {
        let n = parts(line);
        if at + n <= top || at >= top + rows {
            paper.lines.extend(std::iter::repeat_n(Line::default(), n));
        } else {
            let (indent, lines) = wrapped(line, columns);
            let indent = " ".repeat(indent);
            lines.iter().for_each(|part| paper.line(&[(&indent, Meaning::Body), (part, Meaning::Body)]));
        }
        at += n;
    }
    page_of(frame, area, &paper, scroll);
}

/// A line of the report in lines that fit, and the columns before each: it keeps its own indent where it has to wrap.
fn wrapped(line: &str, columns: usize) -> (usize, Vec<String>) {
    if width(line) <= columns {
        return (0, vec![line.to_owned()]);
    }
    let text = line.trim_start();
    let indent = (line.len() - text.len()).min(columns / 3);
    (indent, wrap(text, columns.saturating_sub(indent).max(8)))
}

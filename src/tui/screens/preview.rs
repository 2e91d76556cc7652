//! The report as text, to read before it is saved.

use std::cell::Cell;

use chrono::NaiveDate;
use ratatui::Frame;
use ratatui::layout::Rect;

use crate::engine::{View, assess, checks};
use crate::profile::{Profile, Target};
use crate::report::{self, Remark, Report};
use crate::ruleset::RuleSet;
use crate::tui::app::App;
use crate::tui::paper::{Paper, width};
use crate::tui::theme::Meaning;
use crate::tui::view::page_of;

/// The report for one target.
pub fn build(rules: &RuleSet, profile: &Profile, target: &Target, today: NaiveDate) -> Report {
    let assessment = assess(View { rules, profile, target, today });
    let remarks: Vec<Remark> =
        checks(rules, profile).into_iter().map(|c| Remark { says: c.says, records: c.records }).collect();
    report::build(rules, profile, &[assessment], &remarks, today)
}

/// Its text, by line.
pub fn text(rules: &RuleSet, profile: &Profile, target: &Target, today: NaiveDate) -> Vec<String> {
    report::text(&build(rules, profile, target, today)).lines().map(str::to_owned).collect()
}

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, text: &[String], scroll: &Cell<usize>) {
    let columns = usize::from(area.width);
    let mut paper = Paper::new(columns, app.theme);
    for line in text {
        if width(line) <= columns {
            paper.line(&[(line, Meaning::Body)]);
        } else {
            // Narrower than the report: wrap on, under its own indent.
            let indent = line.len() - line.trim_start().len();
            paper.para(indent.min(columns / 3), line.trim_start(), Meaning::Body);
        }
    }
    page_of(frame, area, &paper, scroll);
}

//! Choosing what to prepare: an agency and one of its moments.

use std::cell::Cell;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::ruleset::RuleSet;
use crate::tui::app::App;
use crate::tui::paper::Paper;
use crate::tui::theme::Meaning;
use crate::tui::view::scrolled;

/// Agency and moment ids, in the order shown.
pub fn lines(rules: &RuleSet) -> Vec<(String, String)> {
    rules.agencies.iter().flat_map(|a| a.moments.iter().map(|m| (a.id.clone(), m.id.clone()))).collect()
}

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, focus: usize, scroll: &Cell<usize>) {
    let mut paper = Paper::new(usize::from(area.width), app.theme);
    let about =
        "Agencies ask for different things at different moments. You can add more later; all share your records.";
    paper.para(0, about, Meaning::Body);
    let mut i = 0;
    for agency in &app.rules.agencies {
        paper.blank();
        let heading = paper.lines.len();
        paper.line(&[(&format!("{} ({})", agency.title, agency.short), Meaning::Heading)]);
        for moment in &agency.moments {
            let here = i == focus;
            let from = paper.lines.len();
            let mark = if here { "> " } else { "  " };
            let style = if here { Meaning::Focus } else { Meaning::Body };
            paper.line(&[(mark, Meaning::Focus), (&moment.title, style)]);
            if here {
                paper.cursor = Some((from, 0));
                paper.focus = Some((if i == 0 { 0 } else { heading }, from + 1));
            }
            i += 1;
        }
    }
    scrolled(frame, area, &paper, scroll, true);
}

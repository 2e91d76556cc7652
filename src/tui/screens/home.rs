//! The home screen: what is being prepared, what is left, the records by kind, and what to look at first.

use std::cell::Cell;

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::facts::{Answer, Value};
use crate::profile::Target;
use crate::report::words as plain;
use crate::text::{clean, count};
use crate::tui::app::App;
use crate::tui::desk::Attention;
use crate::tui::form::Of;
use crate::tui::keymap::Context;
use crate::tui::paper::{Paper, pad};
use crate::tui::screens::release;
use crate::tui::theme::Meaning;
use crate::tui::view::scrolled;
use crate::tui::words;

/// A line the focus can be on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HomeLine {
    Target(String),
    AddTarget,
    Questions,
    You,
    Kind(String),
    Attention(Attention),
    /// An entry of [`crate::tui::app::Doc::checks`].
    Check(usize),
    Report,
}

/// At most so many things to look at first are listed; the report has all.
const ATTENTION: usize = 8;

/// At most so many entries to compare; the report has all.
const CHECKS: usize = 4;

/// The lines, in order.
pub fn lines(app: &App) -> Vec<HomeLine> {
    let Some(doc) = &app.doc else { return Vec::new() };
    let mut out: Vec<HomeLine> = doc.profile.targets.iter().map(|t| HomeLine::Target(t.id.clone())).collect();
    out.push(HomeLine::AddTarget);
    out.push(HomeLine::Questions);
    out.push(HomeLine::You);
    out.extend(app.rules.record_kinds().map(|k| HomeLine::Kind(k.id.clone())));
    out.extend(doc.desk.attention().iter().take(ATTENTION).cloned().map(HomeLine::Attention));
    out.extend((0..doc.checks.len().min(CHECKS)).map(HomeLine::Check));
    if !doc.profile.targets.is_empty() {
        out.push(HomeLine::Report);
    }
    out
}

pub fn contexts(app: &App, focus: usize) -> Vec<Context> {
    match lines(app).get(focus) {
        Some(HomeLine::Target(_)) => vec![Context::HomeTarget, Context::Home],
        Some(HomeLine::Kind(_)) => vec![Context::HomeKind, Context::Home],
        _ => vec![Context::Home],
    }
}

/// The person's name, once known.
pub fn title(app: &App) -> String {
    match app.doc.as_ref().and_then(|d| d.profile.person.get("name")) {
        Some(Answer::Is(Value::Text(name))) => clean(name),
        _ => String::new(),
    }
}

/// The date that counts for a target, in words.
fn when(app: &App, target: &Target) -> String {
    let moment = app.rules.agency(&target.agency).and_then(|a| plain::moment_of(a, &target.moment));
    let Some(moment) = moment else { return "not in this rule set".into() };
    if moment.filing == "today" {
        return "looked at as of today".into();
    }
    match target.clocks.get(&moment.filing).or_else(|| target.clocks.get("due")) {
        Some(d) if d.is_exact() => format!("{} ({})", plain::partial_date(d), words::away(d.first, app.today)),
        Some(d) => plain::partial_date(d),
        None => "no date yet".into(),
    }
}

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, focus: usize, scroll: &Cell<usize>) {
    let Some(doc) = &app.doc else { return };
    let mut paper = Paper::new(usize::from(area.width), app.theme);
    let all = lines(app);
    let focus = focus.min(all.len().saturating_sub(1));
    release::draw(&mut paper, &app.rules, release::comes_first);
    if !paper.lines.is_empty() {
        paper.blank();
    }
    let mut before: Option<&HomeLine> = None;
    for (i, line) in all.iter().enumerate() {
        heading(&mut paper, before, line, doc.desk.attention().len());
        let here = i == focus;
        let from = paper.lines.len();
        draw_line(&mut paper, app, line, here);
        if here {
            paper.cursor = Some((from, 0));
            // Keep a heading in sight with the first line under it.
            paper.focus = Some((if i == 0 { 0 } else { from.saturating_sub(1) }, paper.lines.len()));
        }
        before = Some(line);
    }
    paper.blank();
    release::draw(&mut paper, &app.rules, |standing| !release::comes_first(standing));
    if focus + 1 == all.len() {
        // Nothing below can have the focus: the last line brings it into sight.
        paper.focus = paper.focus.map(|(from, _)| (from, paper.lines.len()));
    }
    scrolled(frame, area, &paper, scroll, true);
}

fn draw_line(paper: &mut Paper, app: &App, line: &HomeLine, here: bool) {
    let Some(doc) = &app.doc else { return };
    let mark = if here { "> " } else { "  " };
    let style = if here { Meaning::Focus } else { Meaning::Body };
    match line {
        HomeLine::Target(id) => {
            let Some(target) = doc.profile.target(id) else { return };
            let (name, date) = (words::target(&app.rules, target), when(app, target));
            let mark = lead(here, doc.drafts.any_of(&Of::Target(id.clone())));
            paper.two_sided(&[(mark, Meaning::Focus), (&name, style)], &[(&date, Meaning::Answer)]);
        }
        HomeLine::AddTarget => {
            let text = if doc.profile.targets.is_empty() { "+ Say what you are preparing" } else { "+ Something else" };
            paper.two_sided(&[(mark, Meaning::Focus), (text, style)], &[("t", Meaning::Key)]);
        }
        HomeLine::Questions => {
            let totals = doc.desk.totals();
            if totals.decide == 0 {
                let text = if doc.profile.records.is_empty() {
                    "Go through the kinds below, from the top"
                } else {
                    "Nothing that is asked can change a ruling"
                };
                paper.line(&[(mark, Meaning::Focus), (text, style)]);
                return;
            }
            let left = count(totals.decide, "question left", "questions left");
            let text = format!("{left}, {}", about(totals.minutes()));
            paper.two_sided(
                &[(mark, Meaning::Focus), (&text, style)],
                &[("n", Meaning::Key), (" goes to the next", Meaning::Aside)],
            );
        }
        HomeLine::You => {
            let mark = lead(here, doc.drafts.any_of(&Of::Person));
            row(paper, here, mark, "You", "", doc.desk.open_questions(&Of::Person), "");
        }
        HomeLine::Kind(id) => {
            let Some((_, kind)) = app.rules.kind(id) else { return };
            let open = doc.desk.open_in_kind(id);
            let all = if doc.profile.complete.contains(id) { "[x] that is all" } else { "[ ] that is all" };
            let drafts =
                !doc.drafts.is_empty() && doc.profile.of_kind(id).any(|r| doc.drafts.any_of(&Of::Record(r.id.clone())));
            let n = doc.profile.of_kind(id).count().to_string();
            row(paper, here, lead(here, drafts), &kind.plural, &n, open, all);
        }
        HomeLine::Attention(item) => attention(paper, app, item, here),
        HomeLine::Check(i) => {
            let says = doc.checks.get(*i).map_or("", |c| c.says.as_str());
            paper.hang_styled(0, (mark, Meaning::Focus), 2, says, style);
        }
        HomeLine::Report => {
            let key = [("r", Meaning::Key)];
            paper.two_sided(&[(mark, Meaning::Focus), ("Preview the report and save it", style)], &key);
        }
    }
}

fn heading(paper: &mut Paper, before: Option<&HomeLine>, line: &HomeLine, attention: usize) {
    use HomeLine as H;
    let part = |l: &H| match l {
        H::Target(_) | H::AddTarget => 0,
        H::Questions => 1,
        H::You | H::Kind(_) => 2,
        H::Attention(_) => 3,
        H::Check(_) => 4,
        H::Report => 5,
    };
    if before.is_some_and(|b| part(b) == part(line)) {
        return;
    }
    if before.is_some() {
        paper.blank();
    }
    let text = match part(line) {
        0 => "What you are preparing".to_owned(),
        1 => "What is left".to_owned(),
        2 => "You and your records".to_owned(),
        3 if attention > ATTENTION => format!("To look at first ({ATTENTION} of {attention}; the report has all)"),
        3 => "To look at first".to_owned(),
        4 => "Entries to compare".to_owned(),
        _ => "Report".to_owned(),
    };
    paper.line(&[(&text, Meaning::Heading)]);
}

/// "about 4 minutes"
fn about(minutes: usize) -> String {
    format!("about {}", count(minutes, "minute", "minutes"))
}

/// What stands before a line: the focus, or that something typed there is not finished.
fn lead(here: bool, draft: bool) -> &'static str {
    match (here, draft) {
        (true, _) => "> ",
        (false, true) => "~ ",
        (false, false) => "  ",
    }
}

fn row(paper: &mut Paper, here: bool, mark: &str, name: &str, n: &str, open: usize, all: &str) {
    let style = if here { Meaning::Focus } else { Meaning::Body };
    let name = pad(name, paper.columns.saturating_sub(36).clamp(12, 40));
    let n = format!("{n:>4}  ");
    let open = if open > 0 { format!("{open} open") } else { String::new() };
    let pieces = [(mark, Meaning::Focus), (&*name, style), (&*n, Meaning::Answer), (&*open, Meaning::Decides)];
    paper.two_sided(&pieces, &[(all, Meaning::Aside)]);
}

fn attention(paper: &mut Paper, app: &App, item: &Attention, here: bool) {
    let Some(doc) = &app.doc else { return };
    let Some(ruled) = doc.desk.ruling(&item.target, &item.subject, item.decision) else { return };
    let Some(target) = doc.profile.target(&item.target) else { return };
    let line = words::ruling(&app.rules, target, ruled, app.today);
    let subject = words::subject(&app.rules, &doc.profile, &item.subject, &item.target);
    let mark = if here { "> " } else { "  " };
    let word = format!("{}  ", line.word);
    let rest = if line.when.starts_with("was due") { format!("{subject}, {}", line.when) } else { subject };
    let style = if here { Meaning::Focus } else { Meaning::Body };
    paper.line(&[(mark, Meaning::Focus), (&word, line.meaning), (&rest, style)]);
}

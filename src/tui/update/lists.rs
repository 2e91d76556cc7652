//! What keys do on every screen that is not a form.

use std::cell::Cell;

use super::{Effect, apply, ask_for, back, forms, quit};
use crate::profile::{Edit, Record, Target};
use crate::tui::app::{App, Confirm, Kept, PromptFor, Screen};
use crate::tui::form::Of;
use crate::tui::keymap::Action;
use crate::tui::screens::home::{self, HomeLine};
use crate::tui::screens::{card, pick, welcome};

/// Where a focus goes among `n` lines.
fn moved(action: Option<Action>, at: usize, n: usize) -> usize {
    let last = n.saturating_sub(1);
    match action {
        Some(Action::Up) => at.saturating_sub(1),
        Some(Action::Down) => (at + 1).min(last),
        Some(Action::PageUp) => at.saturating_sub(10),
        Some(Action::PageDown) => (at + 10).min(last),
        Some(Action::Top) => 0,
        Some(Action::Bottom) => last,
        _ => at.min(last),
    }
}

/// Where a page of text is scrolled to. Too far is put right when it is drawn, where its length is known.
fn scrolled(app: &App, action: Option<Action>, scroll: &Cell<usize>) {
    let page = usize::from(app.size.1).saturating_sub(5).max(1);
    let at = scroll.get();
    scroll.set(match action {
        Some(Action::Up) => at.saturating_sub(1),
        Some(Action::Down) => at.saturating_add(1),
        Some(Action::PageUp) => at.saturating_sub(page),
        Some(Action::PageDown) => at.saturating_add(page),
        Some(Action::Top) => 0,
        Some(Action::Bottom) => usize::MAX,
        _ => at,
    });
}

/// Keeps the focus within what is there, after something was removed or added.
pub fn clamp(app: &mut App) {
    if let (Some(Screen::Home { .. }), Some(doc)) = (app.screens.last(), &mut app.doc) {
        doc.checks = crate::engine::checks(&app.rules, &doc.profile, app.today);
    }
    let Some(doc) = &app.doc else { return };
    let n = match app.screens.last() {
        Some(Screen::Home { .. }) => home::lines(app).len(),
        Some(Screen::List { kind, .. }) => doc.profile.of_kind(kind).count() + 1,
        _ => return,
    };
    if let Some(Screen::Home { focus, .. } | Screen::List { focus, .. }) = app.screens.last_mut() {
        *focus = (*focus).min(n.saturating_sub(1));
    }
}

pub fn welcome(app: &mut App, action: Option<Action>) -> Vec<Effect> {
    let Some(Screen::Welcome { focus }) = app.screens.last_mut() else { return Vec::new() };
    match action {
        Some(Action::Quit) => quit(app),
        Some(Action::Enter) => match welcome::LINES.get(*focus) {
            Some((welcome::Choice::New, ..)) => {
                let text = app.suggested.clone();
                ask_for(app, PromptFor::Create, text);
                Vec::new()
            }
            Some((welcome::Choice::Sample, ..)) => vec![Effect::OpenSample],
            Some((welcome::Choice::Open, ..)) => {
                ask_for(app, PromptFor::Open, String::new());
                Vec::new()
            }
            None => Vec::new(),
        },
        _ => {
            *focus = moved(action, *focus, welcome::LINES.len());
            Vec::new()
        }
    }
}

pub fn home(app: &mut App, action: Option<Action>) -> Vec<Effect> {
    let Some(Screen::Home { focus, .. }) = app.screens.last() else { return Vec::new() };
    let lines = home::lines(app);
    let at = moved(None, *focus, lines.len());
    let line = lines.get(at).cloned();
    match (action, line) {
        (Some(Action::Quit), _) => quit(app),
        (Some(Action::AddTarget), _) | (Some(Action::Enter), Some(HomeLine::AddTarget)) => {
            app.screens.push(Screen::Pick { focus: 0, scroll: Cell::new(0) });
            Vec::new()
        }
        (Some(Action::Report), _) | (Some(Action::Enter), Some(HomeLine::Report)) => {
            open_preview(app, 0);
            Vec::new()
        }
        (Some(Action::NextQuestion), _) | (Some(Action::Enter), Some(HomeLine::Questions)) => {
            let Some(doc) = &app.doc else { return Vec::new() };
            match doc.desk.next_question(&app.rules, &doc.profile, None) {
                Some(of) => forms::open(app, of, true),
                None => app.say("No question is open that could change a ruling."),
            }
            Vec::new()
        }
        (Some(Action::SaveAs), _) => {
            let text = app.suggested.clone();
            ask_for(app, PromptFor::SaveAs, text);
            Vec::new()
        }
        (Some(Action::Enter), Some(HomeLine::Target(id))) => {
            forms::open(app, Of::Target(id), false);
            Vec::new()
        }
        (Some(Action::Delete), Some(HomeLine::Target(id))) => {
            app.confirm = Some(Confirm::RemoveTarget(id));
            Vec::new()
        }
        (Some(Action::Enter), Some(HomeLine::You)) => {
            forms::open(app, Of::Person, false);
            Vec::new()
        }
        (Some(Action::Enter), Some(HomeLine::Kind(kind))) => {
            let empty = app.doc.as_ref().is_some_and(|d| d.profile.of_kind(&kind).next().is_none());
            app.screens.push(Screen::List { kind: kind.clone(), focus: 0, scroll: Cell::new(0) });
            if empty { add(app, &kind) } else { Vec::new() }
        }
        (Some(Action::Add), Some(HomeLine::Kind(kind))) => {
            app.screens.push(Screen::List { kind: kind.clone(), focus: 0, scroll: Cell::new(0) });
            add(app, &kind)
        }
        (Some(Action::Complete), Some(HomeLine::Kind(kind))) => complete(app, &kind),
        (Some(Action::Enter), Some(HomeLine::Attention(item))) => {
            forms::open_card(app, item.subject, item.target, item.decision);
            Vec::new()
        }
        (Some(Action::Enter), Some(HomeLine::Check(i))) => {
            let record = app.doc.as_ref().and_then(|d| d.checks.get(i)?.records.first().cloned());
            if let Some(id) = record {
                forms::open(app, Of::Record(id), false);
            }
            Vec::new()
        }
        _ => {
            let to = moved(action, at, lines.len());
            if let Some(Screen::Home { focus, .. }) = app.screens.last_mut() {
                *focus = to;
            }
            Vec::new()
        }
    }
}

/// Says "that is all" of a kind, or takes it back.
fn complete(app: &mut App, kind: &str) -> Vec<Effect> {
    let Some(doc) = &app.doc else { return Vec::new() };
    let complete = !doc.profile.complete.contains(kind);
    apply(app, vec![Edit::Complete { kind: kind.to_owned(), complete }])
}

/// Adds a record and opens its form. Left empty, it goes again.
fn add(app: &mut App, kind: &str) -> Vec<Effect> {
    let Some(doc) = &app.doc else { return Vec::new() };
    let id = doc.profile.new_record_id(kind);
    let record = Record { kind: kind.to_owned(), id: id.clone(), ..Record::default() };
    let effects = apply(app, vec![Edit::AddRecord(record)]);
    let at = app.doc.as_ref().map_or(0, |d| d.profile.of_kind(kind).count().saturating_sub(1));
    if let Some(Screen::List { focus, .. }) = app.screens.last_mut() {
        *focus = at;
    }
    forms::open(app, Of::Record(id), false);
    effects
}

pub fn pick(app: &mut App, action: Option<Action>) -> Vec<Effect> {
    let Some(Screen::Pick { focus, .. }) = app.screens.last() else { return Vec::new() };
    let lines = pick::lines(&app.rules);
    match action {
        Some(Action::Back) => back(app),
        Some(Action::Enter) => {
            let (Some((agency, moment)), Some(doc)) = (lines.get(*focus), &app.doc) else { return Vec::new() };
            let id = doc.profile.new_target_id(agency, moment);
            let target = Target { id: id.clone(), agency: agency.clone(), moment: moment.clone(), ..Target::default() };
            let effects = apply(app, vec![Edit::AddTarget(target)]);
            app.screens.pop();
            let at = app.doc.as_ref().map_or(0, |d| d.profile.targets.len().saturating_sub(1));
            if let Some(Screen::Home { focus, .. }) = app.screens.last_mut() {
                *focus = at;
            }
            forms::open(app, Of::Target(id), false);
            effects
        }
        _ => {
            let to = moved(action, *focus, lines.len());
            if let Some(Screen::Pick { focus, .. }) = app.screens.last_mut() {
                *focus = to;
            }
            Vec::new()
        }
    }
}

pub fn list(app: &mut App, action: Option<Action>) -> Vec<Effect> {
    let (Some(Screen::List { kind, focus, .. }), Some(doc)) = (app.screens.last(), &app.doc) else { return Vec::new() };
    let kind = kind.clone();
    let n = doc.profile.of_kind(&kind).count();
    let at = (*focus).min(n);
    let id = doc.profile.of_kind(&kind).nth(at).map(|r| r.id.clone());
    match (action, id) {
        (Some(Action::Back), _) => back(app),
        (Some(Action::Add), _) | (Some(Action::Enter), None) => add(app, &kind),
        (Some(Action::Complete), _) => complete(app, &kind),
        (Some(Action::Enter), Some(id)) => {
            forms::open(app, Of::Record(id), false);
            Vec::new()
        }
        (Some(Action::Delete), Some(id)) => {
            app.confirm = Some(Confirm::RemoveRecord(id));
            Vec::new()
        }
        _ => {
            let to = moved(action, at, n + 1);
            if let Some(Screen::List { focus, .. }) = app.screens.last_mut() {
                *focus = to;
            }
            Vec::new()
        }
    }
}

pub fn card(app: &mut App, action: Option<Action>) -> Vec<Effect> {
    let Some(Screen::Card(this)) = app.screens.last() else { return Vec::new() };
    match action {
        Some(Action::Back) => back(app),
        Some(Action::Next | Action::Previous) => {
            if let Some((subject, target, decision)) = card::neighbour(app, this, action == Some(Action::Next)) {
                app.screens.pop();
                forms::open_card(app, subject, target, decision);
            }
            Vec::new()
        }
        _ => {
            scrolled(app, action, &this.scroll);
            Vec::new()
        }
    }
}

/// Opens the report for the target at this place.
fn open_preview(app: &mut App, target: usize) {
    let Some(doc) = &app.doc else { return };
    if doc.profile.targets.get(target).is_none() {
        app.say("A report is for one thing you are preparing: add it first, with t.");
        return;
    }
    app.screens.push(Screen::Preview { target, text: None, scroll: Cell::new(0) });
}

pub fn preview(app: &mut App, action: Option<Action>) -> Vec<Effect> {
    let (Some(Screen::Preview { target, scroll, .. }), Some(doc)) = (app.screens.last(), &app.doc) else {
        return Vec::new();
    };
    let n = doc.profile.targets.len();
    match action {
        Some(Action::Back) => back(app),
        Some(Action::Save) => {
            if let Some(t) = doc.profile.targets.get(*target) {
                let (id, text) = (t.id.clone(), format!("{}-report.html", t.id));
                ask_for(app, PromptFor::SaveReport { target: id }, text);
            }
            Vec::new()
        }
        Some(Action::Sent) => {
            let target = doc.profile.targets.get(*target).map(|t| t.id.clone());
            match (&doc.kept, target) {
                (Kept::File(_), Some(target)) => vec![Effect::Snapshot { target }],
                _ => {
                    app.warn("A snapshot stands beside the profile's file, and this profile has none yet.");
                    Vec::new()
                }
            }
        }
        Some(Action::Next | Action::Previous) if n > 1 => {
            let to = if action == Some(Action::Next) { (target + 1) % n } else { (target + n - 1) % n };
            app.screens.pop();
            open_preview(app, to);
            Vec::new()
        }
        _ => {
            scrolled(app, action, scroll);
            Vec::new()
        }
    }
}

pub fn help(app: &mut App, action: Option<Action>) -> Vec<Effect> {
    let Some(Screen::Help { scroll, .. }) = app.screens.last() else { return Vec::new() };
    if action == Some(Action::Back) {
        app.screens.pop();
    } else {
        scrolled(app, action, scroll);
    }
    Vec::new()
}

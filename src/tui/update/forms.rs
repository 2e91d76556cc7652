//! What keys do in a form: moving, typing, choosing; and keeping what was typed, whatever happens next.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::Input;

use super::{Effect, apply, back, edit_line, insert, keep_drafts};
use crate::facts::{Answer, FieldType, Value};
use crate::profile::Edit;
use crate::tui::app::{App, Card, Form, Screen};
use crate::tui::form::{self, Key, Of, Stop};
use crate::tui::keymap::Action;
use crate::tui::typed;

fn top(app: &App) -> Option<&Form> {
    match app.screens.last() {
        Some(Screen::Form(form)) => Some(form),
        _ => None,
    }
}

fn top_mut(app: &mut App) -> Option<&mut Form> {
    match app.screens.last_mut() {
        Some(Screen::Form(form)) => Some(form),
        _ => None,
    }
}

/// Opens a form, with the focus on the first question that decides something, or else the first.
pub fn open(app: &mut App, of: Of, on_question: bool) {
    let rows = form::rows(app, &of);
    let wanted = rows.iter().position(|r| r.decides).filter(|_| on_question);
    let unanswered = rows.iter().position(|r| r.answer.is_none()).filter(|_| on_question);
    let at = wanted.or(unanswered).unwrap_or(0);
    app.screens.push(Screen::Form(Box::new(Form::new(of))));
    look_at(app, at);
}

/// What the focus is on: its place among the rows, its type and answer, and its lines.
struct Here {
    rows: usize,
    at: usize,
    key: Key,
    ty: FieldType,
    answer: Option<Answer>,
    stops: Vec<Stop>,
    stop: usize,
}

fn here(app: &App) -> Option<Here> {
    let form = top(app)?;
    let rows = form::rows(app, &form.of);
    let at = form.focus.as_ref().and_then(|key| rows.iter().position(|r| r.key == *key)).unwrap_or(form.row);
    let at = at.min(rows.len().checked_sub(1)?);
    let row = rows.get(at)?;
    let stops = form::stops(app, row, form.input.value());
    Some(Here {
        rows: rows.len(),
        at,
        key: row.key.clone(),
        ty: row.field.ty.clone(),
        answer: row.answer.as_deref().cloned(),
        stop: form.stop.min(stops.len().saturating_sub(1)),
        stops,
    })
}

/// Puts the focus on the row at this place and fills its text field.
fn look_at(app: &mut App, at: usize) {
    let Some(form) = top(app) else { return };
    let rows = form::rows(app, &form.of);
    let at = at.min(rows.len().saturating_sub(1));
    let Some(row) = rows.get(at) else { return };
    let text = row.draft.map_or_else(|| typed::write(row.answer.as_deref()), str::to_owned);
    let error = row.draft.and_then(|d| typed::read(&row.field.ty, d, row.answer.as_deref()).err());
    let stops = form::stops(app, row, &text);
    let stop = stops.iter().position(|s| form::is_chosen(row, s)).unwrap_or(0);
    let key = row.key.clone();
    drop(rows);
    let Some(form) = top_mut(app) else { return };
    form.focus = Some(key);
    form.row = at;
    form.stop = stop;
    form.error = error;
    form.loaded.clone_from(&text);
    form.input = Input::new(text);
}

/// After the rows changed under the focus: stay on the same question, or on its neighbour if it is gone.
pub fn refocus(app: &mut App) {
    let Some(form) = top(app) else { return };
    let rows = form::rows(app, &form.of);
    let same = form.focus.as_ref().and_then(|key| rows.iter().position(|r| r.key == *key));
    let row = form.row;
    drop(rows);
    match same {
        Some(at) => {
            if let Some(form) = top_mut(app) {
                form.row = at;
            }
        }
        None => look_at(app, row),
    }
}

/// Takes over what was typed if it can be used, and keeps it as a draft if not.
pub fn leave(app: &mut App) -> Vec<Effect> {
    let (Some(form), Some(here)) = (top(app), here(app)) else { return Vec::new() };
    if !typed::is_typed(&here.ty) || !form.is_changed() {
        return Vec::new();
    }
    let (of, text) = (form.of.clone(), form.input.value().to_owned());
    match typed::read(&here.ty, &text, here.answer.as_ref()) {
        Ok(answer) => take(app, &of, &here.key, here.answer, answer),
        Err(_) => {
            if let Some(form) = top_mut(app) {
                form.loaded.clone_from(&text);
            }
            draft(app, &of, &here.key, Some(text))
        }
    }
}

/// Keeps what is being typed as a draft, without judging it: the program may not come back.
pub fn stash(app: &mut App) -> Vec<Effect> {
    let (Some(form), Some(here)) = (top(app), here(app)) else { return Vec::new() };
    if !typed::is_typed(&here.ty) || !form.is_changed() {
        return Vec::new();
    }
    let (of, text) = (form.of.clone(), form.input.value().to_owned());
    draft(app, &of, &here.key, Some(text))
}

fn draft(app: &mut App, of: &Of, key: &Key, text: Option<String>) -> Vec<Effect> {
    let Some(doc) = &mut app.doc else { return Vec::new() };
    if doc.drafts.put(of, key, text) { vec![keep_drafts(doc)] } else { Vec::new() }
}

/// Gives a question its answer and drops its draft.
fn take(app: &mut App, of: &Of, key: &Key, before: Option<Answer>, answer: Option<Answer>) -> Vec<Effect> {
    let mut effects = draft(app, of, key, None);
    if let Some(form) = top_mut(app) {
        form.error = None;
        form.loaded = form.input.value().to_owned();
    }
    if before == answer {
        return effects;
    }
    let Some(doc) = &app.doc else { return effects };
    let edits = match named(app, of, key, before.as_ref(), answer.as_ref()) {
        Some(edits) => edits,
        None => form::edits(doc, of, key, answer.clone()),
    };
    effects.extend(apply(app, edits));
    after(app, of, key, answer.as_ref());
    effects
}

/// Organisations: a correction of a name only this record uses renames it, so that what is known of it stays; and a name
/// that differs from a known one in capitals alone is that one.
fn named(app: &App, of: &Of, key: &Key, before: Option<&Answer>, answer: Option<&Answer>) -> Option<Vec<Edit>> {
    let doc = app.doc.as_ref()?;
    let Some(Answer::Is(Value::Entity(to))) = answer else { return None };
    let known = doc.profile.entities.iter().find(|e| e.name.to_lowercase() == to.to_lowercase());
    if let Some(known) = known {
        return Some(form::edits(doc, of, key, Some(Answer::Is(Value::Entity(known.name.clone())))));
    }
    let Some(Answer::Is(Value::Entity(from))) = before else { return None };
    doc.profile.entity(from)?;
    let is_it = |a: &Answer| matches!(a, Answer::Is(Value::Entity(n)) if n == from);
    let uses: usize = doc
        .profile
        .records
        .iter()
        .flat_map(|r| r.answers.values().chain(r.for_target.values().flat_map(|a| a.values())))
        .filter(|a| is_it(a))
        .count();
    (uses == 1).then(|| vec![Edit::RenameEntity { from: from.clone(), to: to.clone() }])
}

/// What an answer leads to besides rulings: a yes may call for a record of its own.
fn after(app: &mut App, of: &Of, key: &Key, answer: Option<&Answer>) {
    let Some(answer) = answer else { return };
    let row = form::rows(app, of).into_iter().find(|r| r.key == *key);
    let kinds: Vec<&str> = row
        .iter()
        .flat_map(|r| r.field.opened_by(answer).into_keys())
        .filter_map(|kind| Some(app.rules.kind(kind)?.1.plural.as_str()))
        .collect();
    if !kinds.is_empty() {
        let kinds: Vec<String> = kinds.iter().map(|k| format!("\"{k}\"")).collect();
        let under = crate::text::list(&kinds, "and");
        app.say(format!("That is a record of its own, too: add it under {under} when you are done here."));
    }
}

/// Chooses the line in focus. Goes on to the next question where that settles this one.
fn choose(app: &mut App, here: &Here, stop: &Stop, go_on: bool) -> Vec<Effect> {
    let Some(form) = top(app) else { return Vec::new() };
    let of = form.of.clone();
    let rows = form::rows(app, &of);
    let Some(row) = rows.get(here.at) else { return Vec::new() };
    let answer = form::choose(row, stop);
    drop(rows);
    // What stands in the text field gives way to the line chosen instead.
    let several = matches!(here.ty, FieldType::Set(_)) || matches!(stop, Stop::More);
    let mut effects = Vec::new();
    if typed::is_typed(&here.ty) && several {
        effects.extend(leave(app));
    }
    if let Some(form) = top_mut(app)
        && typed::is_typed(&here.ty)
    {
        form.input = Input::new(typed::write(answer.as_ref()));
    }
    effects.extend(take(app, &of, &here.key, here.answer.clone(), answer));
    refocus(app);
    if go_on && !several && !matches!(stop, Stop::Nothing) {
        next(app);
    }
    effects
}

/// To the next question, as the rows are now.
fn next(app: &mut App) {
    let Some(here) = here(app) else { return };
    if here.at + 1 < here.rows {
        look_at(app, here.at + 1);
    } else if app.notice.is_none() {
        look_at(app, here.at);
        app.say("That was the last question here. Esc goes back.");
    }
}

fn step(app: &mut App, by: isize) -> Vec<Effect> {
    let effects = leave(app);
    if let Some(here) = here(app) {
        look_at(app, here.at.saturating_add_signed(by));
    }
    effects
}

/// To the next question that decides something: here, or else in another form.
fn next_question(app: &mut App) -> Vec<Effect> {
    let mut effects = leave(app);
    let (Some(form), Some(here)) = (top(app), here(app)) else { return effects };
    let of = form.of.clone();
    let rows = form::rows(app, &of);
    let wanted = |(i, r): (usize, &form::Row<'_>)| r.decides.then_some(i);
    let found =
        rows.iter().enumerate().skip(here.at + 1).find_map(wanted).or_else(|| rows.iter().enumerate().find_map(wanted));
    drop(rows);
    match found {
        Some(at) if at != here.at => look_at(app, at),
        _ => {
            let Some(doc) = &app.doc else { return effects };
            match doc.desk.next_question(&app.rules, &doc.profile, Some(&of)) {
                Some(next) if next != of => {
                    effects.extend(back(app));
                    open(app, next, true);
                }
                _ if found.is_some() => app.say("This is the last question that decides something."),
                _ => app.say("Nothing that is asked can change a ruling any more."),
            }
        }
    }
    effects
}

pub fn paste(app: &mut App, text: &str) {
    let Some(here) = here(app) else { return };
    if let Some(form) = top_mut(app)
        && typed::is_typed(&here.ty)
        && form.rulings.is_none()
    {
        insert(&mut form.input, text);
        form.error = None;
        form.stop = 0;
    }
}

pub fn key(app: &mut App, action: Option<Action>, event: &KeyEvent) -> Vec<Effect> {
    if top(app).is_some_and(|f| f.rulings.is_some()) {
        return rulings(app, action);
    }
    let Some(here) = here(app) else {
        return if action == Some(Action::Back) { back(app) } else { Vec::new() };
    };
    let stop = here.stops.get(here.stop).cloned();
    let on_input = stop == Some(Stop::Input);
    // Digits choose by number.
    if let KeyCode::Char(c @ '1'..='9') = event.code
        && !typed::is_typed(&here.ty)
        && event.modifiers.difference(KeyModifiers::SHIFT).is_empty()
    {
        let nth = usize::from(c as u8 - b'1');
        if let Some(stop @ (Stop::Value(_) | Stop::Yes | Stop::No)) = here.stops.get(nth).cloned() {
            if let Some(form) = top_mut(app) {
                form.stop = nth;
            }
            return choose(app, &here, &stop, true);
        }
        return Vec::new();
    }
    match action {
        Some(Action::Back) => back(app),
        Some(Action::Up) if here.stop > 0 => {
            set_stop(app, here.stop - 1);
            Vec::new()
        }
        Some(Action::Down) if here.stop + 1 < here.stops.len() => {
            set_stop(app, here.stop + 1);
            Vec::new()
        }
        Some(Action::Up | Action::PrevField) => step(app, -1),
        Some(Action::Down | Action::NextField) => step(app, 1),
        Some(Action::PageUp) => step(app, -5),
        Some(Action::PageDown) => step(app, 5),
        Some(Action::NextQuestion) => next_question(app),
        Some(Action::Rulings) => {
            let effects = leave(app);
            if let (Some(form), Some(doc)) = (top(app), &app.doc) {
                if doc.desk.rulings(&form.of).is_empty() {
                    app.say(if doc.profile.targets.is_empty() {
                        "There are no rulings yet: first say what you are preparing, on the home screen."
                    } else {
                        "Nothing you are preparing asks about this."
                    });
                } else if let Some(form) = top_mut(app) {
                    form.rulings = Some(0);
                }
            }
            effects
        }
        Some(Action::Enter) if on_input => enter(app, &here),
        Some(Action::Enter) => stop.map_or_else(Vec::new, |s| choose(app, &here, &s, true)),
        Some(Action::Toggle) => stop.map_or_else(Vec::new, |s| choose(app, &here, &s, false)),
        Some(Action::Yes) => choose(app, &here, &Stop::Yes, true),
        Some(Action::No) => choose(app, &here, &Stop::No, true),
        Some(Action::NotSure) => {
            let not_sure = here.stops.iter().find(|s| matches!(s, Stop::NotSure | Stop::More)).cloned();
            match not_sure {
                Some(s) => choose(app, &here, &s, true),
                None => Vec::new(),
            }
        }
        Some(Action::Nothing) => choose(app, &here, &Stop::Nothing, false),
        Some(Action::ClearText) => {
            if let Some(form) = top_mut(app) {
                form.input.handle(tui_input::InputRequest::DeleteFromStart);
                form.error = None;
                form.stop = 0;
            }
            Vec::new()
        }
        Some(Action::Clear) => {
            let Some(of) = top(app).map(|f| f.of.clone()) else { return Vec::new() };
            let effects = take(app, &of, &here.key, here.answer.clone(), None);
            refocus(app);
            effects
        }
        _ if typed::is_typed(&here.ty) => {
            // Space on a line below the text field chooses that line.
            if event.code == KeyCode::Char(' ') && !on_input {
                return stop.map_or_else(Vec::new, |s| choose(app, &here, &s, false));
            }
            if let Some(form) = top_mut(app) {
                if edit_line(&mut form.input, event) {
                    form.error = None;
                }
                form.stop = 0;
            }
            Vec::new()
        }
        _ => Vec::new(),
    }
}

fn set_stop(app: &mut App, stop: usize) {
    if let Some(form) = top_mut(app) {
        form.stop = stop;
    }
}

/// Enter in a text field: take over what stands there and go on, or say what is wrong and stay.
fn enter(app: &mut App, here: &Here) -> Vec<Effect> {
    let Some(form) = top(app) else { return Vec::new() };
    let (of, text) = (form.of.clone(), form.input.value().to_owned());
    match typed::read(&here.ty, &text, here.answer.as_ref()) {
        Ok(answer) => {
            let effects = take(app, &of, &here.key, here.answer.clone(), answer);
            refocus(app);
            next(app);
            effects
        }
        Err(why) => {
            if let Some(form) = top_mut(app) {
                form.error = Some(why);
                form.loaded.clone_from(&text);
            }
            draft(app, &of, &here.key, Some(text))
        }
    }
}

/// Keys while the rulings have the focus.
fn rulings(app: &mut App, action: Option<Action>) -> Vec<Effect> {
    let (Some(form), Some(doc)) = (top(app), &app.doc) else { return Vec::new() };
    let shown = doc.desk.rulings(&form.of);
    let last = shown.len().saturating_sub(1);
    let at = form.rulings.unwrap_or(0).min(last);
    let to = match action {
        Some(Action::Up) => at.saturating_sub(1),
        Some(Action::Down) => (at + 1).min(last),
        Some(Action::PageUp) => at.saturating_sub(5),
        Some(Action::PageDown) => (at + 5).min(last),
        Some(Action::Enter) => {
            if let Some(ruled) = shown.get(at) {
                let (target, subject, decision) =
                    (ruled.target.to_owned(), ruled.ruled.subject.clone(), ruled.ruled.decision);
                drop(shown);
                open_card(app, subject, target, decision);
            }
            return Vec::new();
        }
        Some(Action::Back) => {
            if let Some(form) = top_mut(app) {
                form.rulings = None;
            }
            return Vec::new();
        }
        _ => return Vec::new(),
    };
    drop(shown);
    if let Some(form) = top_mut(app) {
        form.rulings = Some(to);
    }
    Vec::new()
}

/// Opens a ruling's card; the nearest change is looked for once it is on the screen.
pub fn open_card(app: &mut App, subject: crate::engine::Subject, target: String, decision: usize) {
    app.screens.push(Screen::Card(Card { subject, target, decision, flip: None, scroll: Default::default() }));
}

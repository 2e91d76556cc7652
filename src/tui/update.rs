//! Message in, new state and effects out. No terminal, no files, no clock.
//!
//! Every message goes through [`update`]. Forms have a file of their own, `update/forms.rs`.

mod forms;
mod lists;

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use tui_input::{Input, InputRequest};

use super::app::{App, Confirm, Doc, Form, Kept, Prompt, PromptFor, Screen};
use super::drafts::Drafts;
use super::form::Of;
use super::keymap::{self, Action, Context};
use super::{screens, typed};
use crate::profile::{Edit, Profile};
pub use forms::stash;

/// What happened.
pub enum Msg {
    Key(KeyEvent),
    /// Nothing else happens: time for a little of the work that can wait. Sent while [`App::is_busy`].
    Idle,
    Paste(String),
    Resize(u16, u16),
    /// A profile was opened or created.
    Opened {
        profile: Box<Profile>,
        kept: Kept,
        drafts: Drafts,
    },
    /// It could not be; the text says why and what to do.
    NotOpened(String),
    Saved,
    NotSaved(String),
    /// The profile is kept in this file from now on.
    Moved(String),
    ReportSaved(String),
    /// A file of that name is there already.
    ReportExists {
        path: String,
        target: String,
    },
    ReportNotSaved(String),
    /// A snapshot is kept in this file.
    SnapshotKept(String),
    SnapshotNotKept(String),
    /// Leave, if everything is saved.
    TryQuit,
    /// The program is being told to end: keep everything, ask nothing.
    Terminate,
}

/// What the app wants done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Effect {
    /// Write these changes; with none, try again what could not be written before.
    Save(Vec<Edit>),
    /// Keep this text beside the profile; `None` removes it.
    KeepDrafts(Option<String>),
    WriteReport {
        path: String,
        format: Format,
        target: String,
        overwrite: bool,
    },
    /// Keep a copy of the profile as it was sent for this target.
    Snapshot {
        target: String,
    },
    Open(String),
    Create(String),
    /// Keep the profile in another file from now on.
    SaveAs(String),
    OpenSample,
    Suspend,
    Redraw,
    /// Send [`Msg::TryQuit`] once the effects before it are done.
    QuitWhenSaved,
    Quit,
}

/// A report's format, by the ending of its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    Html,
    Markdown,
    Text,
    Json,
}

impl Format {
    pub fn of_path(path: &str) -> Option<Self> {
        let end = path.rsplit('.').next()?.to_ascii_lowercase();
        match end.as_str() {
            "html" | "htm" => Some(Self::Html),
            "md" => Some(Self::Markdown),
            "txt" => Some(Self::Text),
            "json" => Some(Self::Json),
            _ => None,
        }
    }
}

/// One step of the app.
pub fn update(app: &mut App, msg: Msg) -> Vec<Effect> {
    match msg {
        Msg::Resize(columns, rows) => {
            app.size = (columns, rows);
            Vec::new()
        }
        Msg::Key(event) => on_key(app, &event),
        Msg::Idle => {
            idle(app);
            Vec::new()
        }
        Msg::Paste(text) => {
            paste(app, &text);
            Vec::new()
        }
        Msg::Opened { profile, kept, drafts } => {
            app.prompt = None;
            app.open(*profile, kept, drafts);
            Vec::new()
        }
        Msg::NotOpened(why) => {
            match &mut app.prompt {
                Some(prompt) => prompt.error = Some(why),
                None => app.warn(why),
            }
            Vec::new()
        }
        Msg::Saved => {
            if let Some(doc) = &mut app.doc
                && doc.unsaved.take().is_some()
            {
                app.say("Saved. Nothing was lost.");
            }
            Vec::new()
        }
        Msg::NotSaved(why) => {
            if let Some(doc) = &mut app.doc {
                doc.unsaved = Some(why.clone());
            }
            app.warn(format!("{why} Your answers are kept here, and saving is tried again after the next one."));
            Vec::new()
        }
        Msg::Moved(name) => {
            app.prompt = None;
            if let Some(doc) = &mut app.doc {
                doc.kept = Kept::File(name.clone());
                doc.unsaved = None;
            }
            app.say(format!("Kept in {name} from now on."));
            Vec::new()
        }
        Msg::ReportSaved(path) => {
            app.prompt = None;
            app.say(format!("Report saved as {path}"));
            Vec::new()
        }
        Msg::SnapshotKept(path) => {
            app.say(format!("What you sent is kept as {path}"));
            Vec::new()
        }
        Msg::SnapshotNotKept(why) => {
            app.warn(format!("No snapshot could be kept ({why})."));
            Vec::new()
        }
        Msg::ReportExists { path, target } => {
            app.confirm = Some(Confirm::Overwrite { path, target });
            Vec::new()
        }
        Msg::ReportNotSaved(why) => {
            match &mut app.prompt {
                Some(prompt) => prompt.error = Some(why),
                None => app.warn(why),
            }
            Vec::new()
        }
        Msg::TryQuit => {
            if app.doc.as_ref().is_some_and(|d| d.unsaved.is_some()) {
                app.confirm = Some(Confirm::LeaveUnsaved);
                Vec::new()
            } else {
                vec![Effect::Quit]
            }
        }
        Msg::Terminate => {
            let mut effects = forms::leave(app);
            if app.doc.as_ref().is_some_and(|d| d.unsaved.is_some()) {
                effects.push(Effect::Save(Vec::new()));
            }
            effects.push(Effect::Quit);
            effects
        }
    }
}

/// How many subjects are ruled on again in one go: about a millisecond's worth.
const A_LITTLE: usize = 8;

/// Does a little of what can wait: first what the screen waits for (a card's nearest change, the report), then rulings on what
/// is not in sight.
fn idle(app: &mut App) {
    let Some(doc) = &mut app.doc else { return };
    match app.screens.last_mut() {
        Some(Screen::Card(card)) if card.flip.is_none() => {
            let flip = doc.desk.flip(&app.rules, &doc.profile, app.today, &card.target, &card.subject, card.decision);
            card.flip = Some(flip);
            return;
        }
        Some(Screen::Preview { target, text: text @ None, .. }) => {
            let target = doc.profile.targets.get(*target);
            let built = target.map(|t| screens::preview::text(&app.rules, &doc.profile, t, app.today));
            *text = Some(built.unwrap_or_default());
            return;
        }
        _ => {}
    }
    if doc.desk.work(&app.rules, &doc.profile, A_LITTLE) {
        lists::clamp(app);
        forms::refocus(app);
    }
}

fn on_key(app: &mut App, event: &KeyEvent) -> Vec<Effect> {
    let contexts = app.contexts();
    let action = keymap::lookup(&contexts, event);
    match action {
        Some(Action::Leave) => return quit(app),
        Some(Action::Suspend) => {
            let mut effects = forms::stash(app);
            effects.push(Effect::Suspend);
            return effects;
        }
        Some(Action::Redraw) => return vec![Effect::Redraw],
        _ => {}
    }
    // A message has been read by the time another key is pressed.
    app.notice = None;
    match contexts.first() {
        Some(Context::Small) => return if action == Some(Action::Back) { back(app) } else { Vec::new() },
        Some(Context::Confirm) => return confirm(app, action),
        Some(Context::Prompt) => return prompt(app, action, event),
        _ => {}
    }
    if action == Some(Action::Help) {
        let mut effects = forms::leave(app);
        app.screens.push(Screen::Help { contexts, scroll: Default::default() });
        effects.retain(|e| *e != Effect::Quit);
        return effects;
    }
    match app.top() {
        None | Some(Screen::Welcome { .. }) => lists::welcome(app, action),
        Some(Screen::Home { .. }) => lists::home(app, action),
        Some(Screen::Pick { .. }) => lists::pick(app, action),
        Some(Screen::List { .. }) => lists::list(app, action),
        Some(Screen::Form(_)) => forms::key(app, action, event),
        Some(Screen::Card(_)) => lists::card(app, action),
        Some(Screen::Preview { .. }) => lists::preview(app, action),
        Some(Screen::Help { .. }) => lists::help(app, action),
    }
}

/// Goes back one screen; from the first, leaves.
fn back(app: &mut App) -> Vec<Effect> {
    let mut effects = forms::leave(app);
    if app.screens.len() <= 1 {
        effects.extend(quit(app));
        return effects;
    }
    let gone = app.screens.pop();
    if let Some(Screen::Form(form)) = gone {
        effects.extend(drop_if_empty(app, &form));
    }
    // What lies below may look different now.
    forms::refocus(app);
    lists::clamp(app);
    effects
}

/// A record in which nothing was entered is not kept.
fn drop_if_empty(app: &mut App, form: &Form) -> Vec<Effect> {
    let (Of::Record(id), Some(doc)) = (&form.of, &app.doc) else { return Vec::new() };
    let Some(record) = doc.profile.record(id) else { return Vec::new() };
    let empty = record.answers.is_empty() && record.for_target.is_empty() && record.told.is_empty();
    if !empty || doc.drafts.any_of(&form.of) {
        return Vec::new();
    }
    let effects = apply(app, vec![Edit::RemoveRecord { id: id.clone() }]);
    app.say("Nothing was entered, so no record was kept.");
    effects
}

fn quit(app: &mut App) -> Vec<Effect> {
    let mut effects = forms::leave(app);
    if app.doc.as_ref().is_some_and(|d| d.unsaved.is_some()) {
        effects.push(Effect::Save(Vec::new()));
    }
    effects.push(Effect::QuitWhenSaved);
    effects
}

/// Makes changes to the profile, brings the rulings up to date, and asks for them to be saved.
fn apply(app: &mut App, edits: Vec<Edit>) -> Vec<Effect> {
    let shown = match app.screens.last() {
        Some(Screen::Form(form)) => Some(form.of.clone()),
        _ => None,
    };
    let Some(doc) = &mut app.doc else { return Vec::new() };
    let mut made = Vec::with_capacity(edits.len());
    let mut refused = None;
    for edit in edits {
        match doc.profile.apply(&edit) {
            Ok(()) => made.push(edit),
            Err(e) => refused = Some(e.to_string()),
        }
    }
    if !made.is_empty() {
        doc.desk.refresh(&app.rules, &doc.profile, shown.as_ref(), &made);
    }
    if let Some(why) = refused {
        app.warn(why);
    }
    if made.is_empty() { Vec::new() } else { vec![Effect::Save(made)] }
}

/// The effect that keeps the drafts as they are now.
fn keep_drafts(doc: &Doc) -> Effect {
    Effect::KeepDrafts((!doc.drafts.is_empty()).then(|| doc.drafts.to_text()))
}

fn confirm(app: &mut App, action: Option<Action>) -> Vec<Effect> {
    match action {
        Some(Action::Back) => {
            app.confirm = None;
            Vec::new()
        }
        Some(Action::Yes) => match app.confirm.take() {
            Some(Confirm::RemoveRecord(id)) => {
                if let Some(doc) = &mut app.doc {
                    doc.drafts.forget(&Of::Record(id.clone()));
                }
                let effects = apply(app, vec![Edit::RemoveRecord { id }]);
                lists::clamp(app);
                effects
            }
            Some(Confirm::RemoveTarget(id)) => {
                if let Some(doc) = &mut app.doc {
                    doc.drafts.forget(&Of::Target(id.clone()));
                }
                let effects = apply(app, vec![Edit::RemoveTarget { id }]);
                lists::clamp(app);
                effects
            }
            Some(Confirm::Overwrite { path, target }) => match Format::of_path(&path) {
                Some(format) => vec![Effect::WriteReport { path, format, target, overwrite: true }],
                None => Vec::new(),
            },
            Some(Confirm::LeaveUnsaved) => vec![Effect::Quit],
            None => Vec::new(),
        },
        _ => Vec::new(),
    }
}

fn prompt(app: &mut App, action: Option<Action>, event: &KeyEvent) -> Vec<Effect> {
    let Some(prompt) = &mut app.prompt else { return Vec::new() };
    match action {
        Some(Action::Back) => {
            app.prompt = None;
            Vec::new()
        }
        Some(Action::Enter) => {
            let path = prompt.input.value().trim().to_owned();
            if path.is_empty() {
                prompt.error = Some("Type the name of a file.".into());
                return Vec::new();
            }
            match prompt.asks.clone() {
                PromptFor::Create => vec![Effect::Create(path)],
                PromptFor::Open => vec![Effect::Open(path)],
                PromptFor::SaveAs => vec![Effect::SaveAs(path)],
                PromptFor::SaveReport { target } => match Format::of_path(&path) {
                    Some(format) => vec![Effect::WriteReport { path, format, target, overwrite: false }],
                    None => {
                        prompt.error =
                            Some("End the name with .html, .md, .txt or .json; it says which kind of file.".into());
                        Vec::new()
                    }
                },
            }
        }
        _ => {
            if edit_line(&mut prompt.input, event) {
                prompt.error = None;
            }
            Vec::new()
        }
    }
}

fn ask_for(app: &mut App, asks: PromptFor, text: String) {
    app.prompt = Some(Prompt { asks, input: Input::new(text), error: None });
}

fn paste(app: &mut App, text: &str) {
    let text = typed::one_line(text);
    if let Some(prompt) = &mut app.prompt {
        insert(&mut prompt.input, &text);
        prompt.error = None;
    } else if app.confirm.is_none() {
        forms::paste(app, &text);
    }
}

fn insert(input: &mut Input, text: &str) {
    for c in text.chars() {
        input.handle(InputRequest::InsertChar(c));
    }
}

/// Gives a key to a line of text. True if the text changed.
fn edit_line(input: &mut Input, event: &KeyEvent) -> bool {
    use InputRequest as R;
    let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
    let alt = event.modifiers.contains(KeyModifiers::ALT);
    let request = match event.code {
        KeyCode::Char(c) if ctrl => match c.to_ascii_lowercase() {
            'a' => R::GoToStart,
            'e' => R::GoToEnd,
            'b' => R::GoToPrevChar,
            'f' => R::GoToNextChar,
            'u' => R::DeleteFromStart,
            'k' => R::DeleteTillEnd,
            'w' => R::DeletePrevWord,
            'd' => R::DeleteNextChar,
            'h' => R::DeletePrevChar,
            'y' => R::Yank,
            _ => return false,
        },
        KeyCode::Char('b') if alt => R::GoToPrevWord,
        KeyCode::Char('f') if alt => R::GoToNextWord,
        KeyCode::Char('d') if alt => R::DeleteNextWord,
        KeyCode::Char(_) if alt => return false,
        KeyCode::Char(c) => {
            let before = input.value().len();
            insert(input, &typed::one_line(&c.to_string()));
            return input.value().len() != before;
        }
        KeyCode::Left if ctrl || alt => R::GoToPrevWord,
        KeyCode::Right if ctrl || alt => R::GoToNextWord,
        KeyCode::Left => R::GoToPrevChar,
        KeyCode::Right => R::GoToNextChar,
        KeyCode::Home => R::GoToStart,
        KeyCode::End => R::GoToEnd,
        KeyCode::Backspace if ctrl || alt => R::DeletePrevWord,
        KeyCode::Backspace => R::DeletePrevChar,
        KeyCode::Delete => R::DeleteNextChar,
        _ => return false,
    };
    input.handle(request).is_some_and(|changed| changed.value)
}

//! The state of the app: one struct, no terminal, no files.
//!
//! Screens lie on a stack; the last is on top. What a screen needs to draw is in the profile and the desk, so screens keep
//! only where the focus is. Scroll offsets are cells: drawing moves them as little as possible.

use std::cell::Cell;
use std::rc::Rc;

use chrono::NaiveDate;
use tui_input::Input;

use super::desk::Desk;
use super::drafts::Drafts;
use super::form::{Key, Of};
use super::keymap::Context;
use super::theme::Theme;
use crate::engine::{Remark, Subject, checks};
use crate::profile::Profile;
use crate::ruleset::RuleSet;

/// The whole state.
pub struct App {
    pub rules: Rc<RuleSet>,
    pub today: NaiveDate,
    pub theme: Theme,
    /// The open profile, if one is.
    pub doc: Option<Doc>,
    /// Never empty; the last is on top.
    pub screens: Vec<Screen>,
    /// A line asked for on top of the screen.
    pub prompt: Option<Prompt>,
    /// A question asked before something is removed.
    pub confirm: Option<Confirm>,
    /// What happened, in a line.
    pub notice: Option<Notice>,
    /// Columns and rows of the window.
    pub size: (u16, u16),
    /// Where a new profile is kept unless the person says otherwise.
    pub suggested: String,
}

/// An open profile.
pub struct Doc {
    pub profile: Profile,
    pub kept: Kept,
    pub desk: Desk,
    pub drafts: Drafts,
    /// Entries that may not fit together; looked at again when the home screen shows.
    pub checks: Vec<Remark>,
    /// Why the last change is not on disk yet.
    pub unsaved: Option<String>,
}

/// Where an open profile is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Kept {
    /// The sample: in memory, never written.
    Sample,
    /// A file, by the name to show.
    File(String),
}

pub enum Screen {
    Welcome {
        focus: usize,
    },
    Home {
        focus: usize,
        scroll: Cell<usize>,
    },
    Pick {
        focus: usize,
        scroll: Cell<usize>,
    },
    List {
        kind: String,
        focus: usize,
        scroll: Cell<usize>,
    },
    Form(Box<Form>),
    Card(Card),
    /// The text is `None` until the report was put together.
    Preview {
        target: usize,
        text: Option<Vec<String>>,
        scroll: Cell<usize>,
    },
    Help {
        contexts: Vec<Context>,
        scroll: Cell<usize>,
    },
}

/// A form in use.
pub struct Form {
    pub of: Of,
    /// The question in focus. `None` only before the first look.
    pub focus: Option<Key>,
    /// Its place among the rows, for when it vanishes.
    pub row: usize,
    /// The line within the question.
    pub stop: usize,
    /// What stands in the focused question's text field.
    pub input: Input,
    /// What stood there when the focus came.
    pub loaded: String,
    /// Why the text cannot be used.
    pub error: Option<String>,
    /// The focused ruling, while the rulings have the focus.
    pub rulings: Option<usize>,
    pub scroll: Cell<usize>,
    pub rulings_scroll: Cell<usize>,
}

/// A ruling's card.
pub struct Card {
    pub subject: Subject,
    pub target: String,
    pub decision: usize,
    /// The nearest change that would alter the ruling, in words; `None` until it was looked for.
    pub flip: Option<Vec<String>>,
    pub scroll: Cell<usize>,
}

/// A line being asked for.
pub struct Prompt {
    pub asks: PromptFor,
    pub input: Input,
    pub error: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PromptFor {
    /// The file of a new profile.
    Create,
    /// The file to open.
    Open,
    /// The file to keep the profile in from now on.
    SaveAs,
    /// The file to save a report of this target in.
    SaveReport { target: String },
}

/// Something to confirm.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Confirm {
    RemoveRecord(String),
    RemoveTarget(String),
    /// The report's file exists.
    Overwrite {
        path: String,
        target: String,
    },
    /// Changes cannot be saved; leave all the same?
    LeaveUnsaved,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub text: String,
    /// Something needs doing, as against something was done.
    pub trouble: bool,
}

impl App {
    pub fn new(rules: Rc<RuleSet>, today: NaiveDate, theme: Theme) -> Self {
        Self {
            rules,
            today,
            theme,
            doc: None,
            screens: vec![Screen::Welcome { focus: 0 }],
            prompt: None,
            confirm: None,
            notice: None,
            size: (80, 24),
            suggested: String::new(),
        }
    }

    /// Opens a profile and shows its home screen.
    pub fn open(&mut self, profile: Profile, kept: Kept, drafts: Drafts) {
        let desk = Desk::new(&self.rules, &profile, self.today);
        if !drafts.is_empty() {
            self.say("Text you typed last time without finishing is back; its questions are marked ~.");
        }
        let first = profile.targets.is_empty();
        let checks = checks(&self.rules, &profile, self.today);
        self.doc = Some(Doc { profile, kept, desk, drafts, checks, unsaved: None });
        self.screens = vec![Screen::Home { focus: 0, scroll: Cell::new(0) }];
        if first {
            self.screens.push(Screen::Pick { focus: 0, scroll: Cell::new(0) });
        }
    }

    pub fn say(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), trouble: false });
    }

    pub fn warn(&mut self, text: impl Into<String>) {
        self.notice = Some(Notice { text: text.into(), trouble: true });
    }

    /// True while there is work that can wait for a quiet moment ([`super::Msg::Idle`]).
    pub fn is_busy(&self) -> bool {
        let looking = match self.screens.last() {
            Some(Screen::Card(card)) => card.flip.is_none(),
            Some(Screen::Preview { text, .. }) => text.is_none(),
            _ => false,
        };
        self.doc.as_ref().is_some_and(|d| looking || d.desk.is_waiting())
    }

    /// The screen on top.
    pub fn top(&self) -> Option<&Screen> {
        self.screens.last()
    }

    /// The contexts in which keys are looked up now, most particular first.
    pub fn contexts(&self) -> Vec<Context> {
        if super::view::too_small(self.size) {
            return vec![Context::Small];
        }
        if self.confirm.is_some() {
            return vec![Context::Confirm];
        }
        if self.prompt.is_some() {
            return vec![Context::Prompt];
        }
        match self.top() {
            None | Some(Screen::Welcome { .. }) => vec![Context::Welcome],
            Some(Screen::Home { focus, .. }) => super::screens::home::contexts(self, *focus),
            Some(Screen::Pick { .. }) => vec![Context::Pick],
            Some(Screen::List { .. }) => vec![Context::List],
            Some(Screen::Form(form)) if form.rulings.is_some() => vec![Context::Rulings],
            Some(Screen::Form(form)) => super::form::contexts(self, form),
            Some(Screen::Card(_)) => vec![Context::Card],
            Some(Screen::Preview { .. }) => vec![Context::Preview],
            Some(Screen::Help { .. }) => vec![Context::Help],
        }
    }
}

impl Form {
    pub fn new(of: Of) -> Self {
        Self {
            of,
            focus: None,
            row: 0,
            stop: 0,
            input: Input::default(),
            loaded: String::new(),
            error: None,
            rulings: None,
            scroll: Cell::new(0),
            rulings_scroll: Cell::new(0),
        }
    }

    /// True if the text field holds something other than what it was given.
    pub fn is_changed(&self) -> bool {
        self.input.value() != self.loaded
    }
}

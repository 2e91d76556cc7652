//! The one table of keys. Footer hints and the help screen are generated from it, so they cannot drift from what keys do.
//!
//! A screen says which contexts are active, most particular first; the first binding that matches wins.

use ratatui::crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// What a key makes happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Action {
    Help,
    Leave,
    Suspend,
    Redraw,
    Back,
    Quit,
    Up,
    Down,
    PageUp,
    PageDown,
    Top,
    Bottom,
    Enter,
    Toggle,
    NextField,
    PrevField,
    Yes,
    No,
    NotSure,
    Nothing,
    Clear,
    ClearText,
    Choose,
    NextQuestion,
    Rulings,
    Add,
    Delete,
    Complete,
    AddTarget,
    Report,
    Save,
    SaveAs,
    Sent,
    Next,
    Previous,
}

/// Where a binding holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Context {
    Everywhere,
    Welcome,
    Home,
    HomeKind,
    HomeTarget,
    List,
    Pick,
    Form,
    Input,
    Unsure,
    YesNo,
    Choice,
    Set,
    Open,
    Rulings,
    Card,
    Preview,
    Help,
    Prompt,
    Confirm,
    Small,
}

impl Context {
    /// The heading on the help screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Everywhere => "Everywhere",
            Self::Welcome => "On the welcome screen",
            Self::Home => "On the home screen",
            Self::HomeKind => "On a kind of record",
            Self::HomeTarget => "On something you are preparing",
            Self::List => "In a list of records",
            Self::Pick => "Choosing from a list",
            Self::Form => "In a form",
            Self::Input => "In a field you type in",
            Self::Unsure => "In a field you type in, if you do not know",
            Self::YesNo => "On a yes-or-no question",
            Self::Choice => "On a question with one answer",
            Self::Set => "On a question with several answers",
            Self::Open => "On any question without typing",
            Self::Rulings => "In the rulings",
            Self::Card => "On a ruling",
            Self::Preview => "In the report",
            Self::Help => "On this page",
            Self::Prompt => "At a prompt",
            Self::Confirm => "At a question",
            Self::Small => "In a window that is too small",
        }
    }
}

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    pub code: KeyCode,
    pub ctrl: bool,
}

const fn key(code: KeyCode) -> Key {
    Key { code, ctrl: false }
}
const fn ch(c: char) -> Key {
    key(KeyCode::Char(c))
}
const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), ctrl: true }
}

impl Key {
    fn matches(self, event: &KeyEvent) -> bool {
        let ctrl = event.modifiers.contains(KeyModifiers::CONTROL);
        // Two quick Escs look like one with Alt.
        if event.modifiers.contains(KeyModifiers::ALT) && event.code != KeyCode::Esc {
            return false;
        }
        match (self.code, event.code) {
            (KeyCode::Char(a), KeyCode::Char(b)) if ctrl => self.ctrl && a.eq_ignore_ascii_case(&b),
            (a, b) => a == b && self.ctrl == ctrl,
        }
    }

    /// As it is printed on screen.
    pub fn name(self) -> String {
        let name = match self.code {
            KeyCode::Char(' ') => "Space".to_owned(),
            KeyCode::Char(c) if self.ctrl => c.to_ascii_uppercase().to_string(),
            KeyCode::Char(c) => c.to_string(),
            KeyCode::Enter => "Enter".into(),
            KeyCode::Esc => "Esc".into(),
            KeyCode::Tab => "Tab".into(),
            KeyCode::BackTab => "Shift-Tab".into(),
            KeyCode::Up => "↑".into(),
            KeyCode::Down => "↓".into(),
            KeyCode::Left => "←".into(),
            KeyCode::Right => "→".into(),
            KeyCode::PageUp => "PgUp".into(),
            KeyCode::PageDown => "PgDn".into(),
            KeyCode::Home => "Home".into(),
            KeyCode::End => "End".into(),
            KeyCode::Backspace => "Backspace".into(),
            KeyCode::Delete => "Del".into(),
            KeyCode::F(n) => format!("F{n}"),
            other => format!("{other:?}"),
        };
        if self.ctrl { format!("Ctrl-{name}") } else { name }
    }
}

/// One row of the table.
pub struct Binding {
    pub context: Context,
    pub keys: &'static [Key],
    pub action: Action,
    /// For the footer; empty keeps it off.
    pub hint: &'static str,
    /// For the help screen.
    pub help: &'static str,
    /// Footer hints with the smallest number go first and are dropped last.
    pub rank: u8,
}

const fn bind(
    context: Context,
    keys: &'static [Key],
    action: Action,
    rank: u8,
    hint: &'static str,
    help: &'static str,
) -> Binding {
    Binding { context, keys, action, hint, help, rank }
}

use Action as A;
use Context as C;

/// Every key of the program.
pub const TABLE: &[Binding] = &[
    // Everywhere. These win over nothing: they come last in every list of contexts.
    bind(C::Everywhere, &[key(KeyCode::F(1))], A::Help, 90, "help", "this page"),
    bind(C::Everywhere, &[ctrl('c')], A::Leave, 255, "", "leave; everything answered is already saved"),
    bind(C::Everywhere, &[ctrl('z')], A::Suspend, 255, "", "suspend; `fg` in the shell brings it back"),
    bind(C::Everywhere, &[ctrl('l')], A::Redraw, 255, "", "draw the screen again"),
    // Welcome
    bind(C::Welcome, &[key(KeyCode::Enter)], A::Enter, 1, "choose", "choose the marked line"),
    bind(C::Welcome, &[key(KeyCode::Up), ch('k')], A::Up, 30, "", "up"),
    bind(C::Welcome, &[key(KeyCode::Down), ch('j')], A::Down, 30, "move", "down"),
    bind(C::Welcome, &[ch('q'), key(KeyCode::Esc)], A::Quit, 7, "quit", "quit"),
    bind(C::Welcome, &[ch('?')], A::Help, 255, "", "help"),
    // Home
    bind(C::HomeKind, &[ch('a')], A::Add, 3, "add", "add a record of this kind"),
    bind(
        C::HomeKind,
        &[ch(' ')],
        A::Complete,
        4,
        "that is all",
        "say that you have entered all there is of this kind, or take it back",
    ),
    bind(C::HomeTarget, &[key(KeyCode::Delete)], A::Delete, 50, "remove", "remove it"),
    bind(C::Home, &[key(KeyCode::Enter)], A::Enter, 1, "open", "open the marked line"),
    bind(C::Home, &[ch('n')], A::NextQuestion, 2, "next question", "go to the next question that decides something"),
    bind(C::Home, &[ch('r')], A::Report, 5, "report", "preview the report and save it"),
    bind(C::Home, &[ch('t')], A::AddTarget, 6, "new target", "prepare something else: another agency, another form"),
    bind(C::Home, &[ch('w')], A::SaveAs, 60, "save as", "keep the profile under another name from now on"),
    bind(C::Home, &[key(KeyCode::Up), ch('k')], A::Up, 30, "", "up"),
    bind(C::Home, &[key(KeyCode::Down), ch('j')], A::Down, 30, "", "down"),
    bind(C::Home, &[key(KeyCode::PageUp)], A::PageUp, 255, "", "a page up"),
    bind(C::Home, &[key(KeyCode::PageDown)], A::PageDown, 255, "", "a page down"),
    bind(C::Home, &[key(KeyCode::Home)], A::Top, 255, "", "to the first line"),
    bind(C::Home, &[key(KeyCode::End)], A::Bottom, 255, "", "to the last line"),
    bind(C::Home, &[ch('q')], A::Quit, 7, "quit", "quit; everything answered is already saved"),
    bind(C::Home, &[ch('?')], A::Help, 255, "", "help"),
    // Lists of records
    bind(C::List, &[key(KeyCode::Enter)], A::Enter, 1, "open", "open the marked record"),
    bind(C::List, &[ch('a')], A::Add, 2, "add", "add a record"),
    bind(C::List, &[ch(' ')], A::Complete, 3, "that is all", "say that you have entered all there is, or take it back"),
    bind(C::List, &[key(KeyCode::Delete), ch('d')], A::Delete, 40, "remove", "remove the marked record"),
    bind(C::List, &[key(KeyCode::Esc), key(KeyCode::Left)], A::Back, 10, "back", "back"),
    bind(C::List, &[key(KeyCode::Up), ch('k')], A::Up, 255, "", "up"),
    bind(C::List, &[key(KeyCode::Down), ch('j')], A::Down, 255, "", "down"),
    bind(C::List, &[key(KeyCode::PageUp)], A::PageUp, 255, "", "a page up"),
    bind(C::List, &[key(KeyCode::PageDown)], A::PageDown, 255, "", "a page down"),
    bind(C::List, &[key(KeyCode::Home)], A::Top, 255, "", "to the first"),
    bind(C::List, &[key(KeyCode::End)], A::Bottom, 255, "", "to the last"),
    bind(C::List, &[ch('?')], A::Help, 255, "", "help"),
    // Choosing what to prepare
    bind(C::Pick, &[key(KeyCode::Enter)], A::Enter, 1, "choose", "choose the marked line"),
    bind(C::Pick, &[key(KeyCode::Esc)], A::Back, 10, "back", "back without choosing"),
    bind(C::Pick, &[key(KeyCode::Up), ch('k')], A::Up, 255, "", "up"),
    bind(C::Pick, &[key(KeyCode::Down), ch('j')], A::Down, 30, "move", "down"),
    bind(C::Pick, &[ch('?')], A::Help, 255, "", "help"),
    // Forms: what holds on every question
    bind(
        C::Form,
        &[key(KeyCode::Enter)],
        A::Enter,
        1,
        "choose",
        "choose what is marked, or take over what was typed, and go on",
    ),
    bind(C::Form, &[key(KeyCode::Tab)], A::NextField, 8, "next", "to the next question"),
    bind(C::Form, &[key(KeyCode::BackTab)], A::PrevField, 255, "", "to the question before"),
    bind(C::Form, &[key(KeyCode::Up)], A::Up, 255, "", "a line up"),
    bind(C::Form, &[key(KeyCode::Down)], A::Down, 255, "", "a line down"),
    bind(C::Form, &[key(KeyCode::PageUp)], A::PageUp, 255, "", "five questions up"),
    bind(C::Form, &[key(KeyCode::PageDown)], A::PageDown, 255, "", "five questions down"),
    bind(
        C::Form,
        &[key(KeyCode::F(2)), ctrl('r')],
        A::Rulings,
        6,
        "rulings",
        "to the rulings about this record, and back",
    ),
    bind(
        C::Form,
        &[ctrl('n')],
        A::NextQuestion,
        9,
        "next that decides",
        "to the next question that decides something, here or in another record",
    ),
    bind(C::Form, &[key(KeyCode::Esc)], A::Back, 4, "back", "back; what you typed is kept"),
    // Forms: what depends on the question
    bind(C::YesNo, &[ch('y')], A::Yes, 2, "yes", "yes"),
    bind(C::YesNo, &[ch('n')], A::No, 3, "no", "no"),
    bind(C::Choice, &[ch('1')], A::Choose, 255, "", "1 to 9 choose the answer with that number"),
    bind(
        C::Set,
        &[ch(' '), key(KeyCode::Enter)],
        A::Toggle,
        1,
        "tick",
        "tick the marked answer, or take the tick away",
    ),
    bind(C::Set, &[ch('1')], A::Choose, 255, "", "1 to 9 tick the answer with that number"),
    bind(C::Set, &[ch('0')], A::Nothing, 255, "", "none of these"),
    bind(C::Open, &[ch(' ')], A::Toggle, 255, "", "choose the marked answer and stay"),
    bind(C::Open, &[ch('s')], A::NotSure, 5, "not sure", "not sure; it becomes a question for your office"),
    bind(C::Open, &[key(KeyCode::Backspace), key(KeyCode::Delete)], A::Clear, 255, "", "take the answer away"),
    bind(C::Open, &[ch('?')], A::Help, 255, "", "help"),
    bind(C::Input, &[ctrl('u')], A::ClearText, 7, "clear", "take away the text before the cursor"),
    bind(C::Unsure, &[ctrl('t')], A::NotSure, 5, "not sure", "not sure; it becomes a question for your office"),
    // Rulings beside a form
    bind(C::Rulings, &[key(KeyCode::Enter)], A::Enter, 1, "why", "why this ruling, and what would change it"),
    bind(C::Rulings, &[key(KeyCode::Up), ch('k')], A::Up, 255, "", "up"),
    bind(C::Rulings, &[key(KeyCode::Down), ch('j')], A::Down, 30, "move", "down"),
    bind(C::Rulings, &[key(KeyCode::PageUp)], A::PageUp, 255, "", "a page up"),
    bind(C::Rulings, &[key(KeyCode::PageDown)], A::PageDown, 255, "", "a page down"),
    bind(
        C::Rulings,
        &[key(KeyCode::Esc), key(KeyCode::F(2)), ctrl('r'), key(KeyCode::Tab)],
        A::Back,
        2,
        "back to the form",
        "back to the form",
    ),
    bind(C::Rulings, &[ch('?')], A::Help, 255, "", "help"),
    // A ruling's card
    bind(C::Card, &[key(KeyCode::Up), ch('k')], A::Up, 255, "", "a line up"),
    bind(C::Card, &[key(KeyCode::Down), ch('j')], A::Down, 1, "scroll", "a line down"),
    bind(C::Card, &[key(KeyCode::PageUp)], A::PageUp, 255, "", "a page up"),
    bind(C::Card, &[key(KeyCode::PageDown), ch(' ')], A::PageDown, 255, "", "a page down"),
    bind(C::Card, &[key(KeyCode::Home)], A::Top, 255, "", "to the top"),
    bind(C::Card, &[key(KeyCode::End)], A::Bottom, 255, "", "to the end"),
    bind(C::Card, &[key(KeyCode::Right), ch('n')], A::Next, 3, "next ruling", "the next ruling"),
    bind(C::Card, &[key(KeyCode::Left), ch('p')], A::Previous, 255, "", "the ruling before"),
    bind(C::Card, &[key(KeyCode::Esc), key(KeyCode::Enter)], A::Back, 2, "back", "back"),
    bind(C::Card, &[ch('?')], A::Help, 255, "", "help"),
    // The report
    bind(C::Preview, &[ch('s')], A::Save, 1, "save", "save it as a file: .html, .md, .txt or .json"),
    bind(C::Preview, &[ch('f')], A::Sent, 4, "it was sent", "keep a snapshot: this went to the agency as it is now"),
    bind(C::Preview, &[key(KeyCode::Up), ch('k')], A::Up, 255, "", "a line up"),
    bind(C::Preview, &[key(KeyCode::Down), ch('j')], A::Down, 3, "scroll", "a line down"),
    bind(C::Preview, &[key(KeyCode::PageUp)], A::PageUp, 255, "", "a page up"),
    bind(C::Preview, &[key(KeyCode::PageDown), ch(' ')], A::PageDown, 255, "", "a page down"),
    bind(C::Preview, &[key(KeyCode::Home)], A::Top, 255, "", "to the top"),
    bind(C::Preview, &[key(KeyCode::End)], A::Bottom, 255, "", "to the end"),
    bind(
        C::Preview,
        &[key(KeyCode::Right), ch('n')],
        A::Next,
        6,
        "next target",
        "the report for the next thing you are preparing",
    ),
    bind(C::Preview, &[key(KeyCode::Left), ch('p')], A::Previous, 255, "", "the one before"),
    bind(C::Preview, &[key(KeyCode::Esc)], A::Back, 2, "back", "back"),
    bind(C::Preview, &[ch('?')], A::Help, 255, "", "help"),
    // Help
    bind(
        C::Help,
        &[key(KeyCode::Esc), ch('?'), ch('q'), key(KeyCode::F(1)), key(KeyCode::Enter)],
        A::Back,
        1,
        "back",
        "back",
    ),
    bind(C::Help, &[key(KeyCode::Up), ch('k')], A::Up, 255, "", "a line up"),
    bind(C::Help, &[key(KeyCode::Down), ch('j')], A::Down, 2, "scroll", "a line down"),
    bind(C::Help, &[key(KeyCode::PageUp)], A::PageUp, 255, "", "a page up"),
    bind(C::Help, &[key(KeyCode::PageDown), ch(' ')], A::PageDown, 255, "", "a page down"),
    // A prompt for one line
    bind(C::Prompt, &[key(KeyCode::Enter)], A::Enter, 1, "go on", "go on with what is typed"),
    bind(C::Prompt, &[key(KeyCode::Esc)], A::Back, 2, "back", "back"),
    // A question before something is removed
    bind(C::Confirm, &[ch('y')], A::Yes, 1, "yes", "yes"),
    bind(C::Confirm, &[ch('n'), key(KeyCode::Esc)], A::Back, 2, "no", "no"),
    // A window that is too small
    bind(C::Small, &[ch('q'), key(KeyCode::Esc)], A::Back, 1, "back", "back"),
];

/// What a key does in these contexts.
pub fn lookup(contexts: &[Context], event: &KeyEvent) -> Option<Action> {
    contexts
        .iter()
        .chain(std::iter::once(&Context::Everywhere))
        .find_map(|c| TABLE.iter().find(|b| b.context == *c && b.keys.iter().any(|k| k.matches(event))))
        .map(|b| b.action)
}

/// Footer hints for these contexts that fit, in order of importance: key and word.
pub fn hints(contexts: &[Context], columns: usize) -> Vec<(String, &'static str)> {
    let mut taken: Vec<Key> = Vec::new();
    let mut found: Vec<&Binding> = Vec::new();
    for context in contexts.iter().chain(std::iter::once(&Context::Everywhere)) {
        let here = || TABLE.iter().filter(|b| b.context == *context);
        // A key that a more particular context has taken does something else here.
        found.extend(here().filter(|b| !b.hint.is_empty() && !taken.contains(&b.keys[0])));
        taken.extend(here().flat_map(|b| b.keys));
    }
    found.sort_by_key(|b| b.rank);
    // Help always has its place; the rest shares what is left.
    let cost = |b: &Binding| super::paper::width(&b.keys[0].name()) + 1 + super::paper::width(b.hint) + 2;
    let help: usize = found.iter().filter(|b| b.action == Action::Help).map(|b| cost(b)).sum();
    let mut left = columns.saturating_sub(help);
    let mut out = Vec::new();
    for b in found {
        let hint = (b.keys[0].name(), b.hint);
        if b.action == Action::Help {
            out.push(hint);
        } else if cost(b) <= left {
            left -= cost(b);
            out.push(hint);
        }
    }
    out
}

/// The rows of the help screen for these contexts: heading, then keys and what they do. A key that a more particular
/// context has taken is left out below it.
pub fn help(contexts: &[Context]) -> Vec<(Context, Vec<(String, &'static str)>)> {
    let mut taken: Vec<Key> = Vec::new();
    let mut out = Vec::new();
    for context in contexts.iter().copied().chain(std::iter::once(Context::Everywhere)) {
        let here = || TABLE.iter().filter(move |b| b.context == context);
        let mut rows = Vec::new();
        for b in here() {
            let free: Vec<String> = b.keys.iter().filter(|k| !taken.contains(k)).map(|k| k.name()).collect();
            if !free.is_empty() {
                rows.push((free.join(" or "), b.help));
            }
        }
        taken.extend(here().flat_map(|b| b.keys));
        if !rows.is_empty() {
            out.push((context, rows));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_context_binds_a_key_twice() {
        for (i, a) in TABLE.iter().enumerate() {
            for b in &TABLE[i + 1..] {
                if a.context == b.context {
                    assert!(a.keys.iter().all(|k| !b.keys.contains(k)), "{:?}: {} and {}", a.context, a.help, b.help);
                }
            }
        }
    }

    #[test]
    fn every_binding_has_a_key_and_help() {
        assert!(TABLE.iter().all(|b| !b.keys.is_empty() && !b.help.is_empty()));
    }

    #[test]
    fn footers_fit() {
        for columns in [20, 40, 60, 80, 120] {
            let hints = hints(&[Context::YesNo, Context::Open, Context::Form], columns);
            let used: usize = hints.iter().map(|(k, h)| super::super::paper::width(k) + h.len() + 3).sum();
            assert!(used <= columns + 2, "{columns}: {used}");
            assert!(hints.iter().any(|(_, h)| *h == "help"));
        }
    }

    #[test]
    fn letters_type_in_text_fields_and_control_keys_work_there() {
        let press = |code, m| KeyEvent::new(code, m);
        let text = [Context::Input, Context::Form];
        assert_eq!(lookup(&text, &press(KeyCode::Char('q'), KeyModifiers::NONE)), None);
        assert_eq!(lookup(&text, &press(KeyCode::Char('?'), KeyModifiers::SHIFT)), None);
        assert_eq!(lookup(&text, &press(KeyCode::Char('c'), KeyModifiers::CONTROL)), Some(Action::Leave));
        assert_eq!(lookup(&text, &press(KeyCode::F(1), KeyModifiers::NONE)), Some(Action::Help));
    }
}

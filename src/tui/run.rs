//! The event loop: keys and signals in, frames out, and the effects that `update` asks for.
//!
//! Three threads that all sleep until something happens: one reads keys, one waits for signals, one owns the file and
//! writes it, so that a slow disk never holds up a key. The loop itself blocks on one channel.

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::thread;

use anyhow::Context as _;
use chrono::NaiveDate;
use ratatui::crossterm::event::{self, Event, KeyEventKind};

use super::app::{App, Kept};
use super::drafts::Drafts;
use super::keeper::{self, Job, Keeper};
use super::screens::preview;
use super::theme::Theme;
use super::update::{Effect, Format, Msg, stash, update};
use super::{term, view};
use crate::profile::{OpenError, Store, Taken, Vocabulary, sample};
use crate::report;
use crate::ruleset::RuleSet;

/// How to start.
pub struct Options {
    /// The profile to open; one that does not exist yet is begun.
    pub path: Option<PathBuf>,
    /// Open the sample instead.
    pub sample: bool,
    pub rules: RuleSet,
    pub today: NaiveDate,
    pub theme: Theme,
    /// Where a new profile is kept unless the person says otherwise.
    pub suggested: PathBuf,
}

/// How it ended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ExitInfo {
    /// The file the profile is kept in.
    pub path: Option<PathBuf>,
    /// Why the last changes are not in the file.
    pub unsaved: Option<String>,
}

/// What can wake the loop.
pub(super) enum Wake {
    Input(Event),
    /// The terminal is gone.
    Hangup,
    Signal(i32),
    Told(Msg),
    /// Work that could wait is done.
    Worked,
}

/// Runs the app until the person leaves.
///
/// # Errors
/// There is no usable terminal, or the profile named cannot be opened. The message says what to do.
pub fn run(options: Options) -> anyhow::Result<ExitInfo> {
    if let Some(why) = term::unusable() {
        let file = options.path.as_deref().unwrap_or(Path::new("FILE")).display();
        anyhow::bail!("{why}; use `candor interview {file}` for the same questions line by line");
    }
    let mut app = App::new(Rc::new(options.rules), options.today, options.theme);
    app.suggested = options.suggested.display().to_string();
    let (wake, woken) = channel();
    let mut session = Session { wake, keeper: None };
    if options.sample {
        session.sample(&mut app).context("the sample cannot be opened with this rule set")?;
    } else if let Some(path) = &options.path {
        session.open(&mut app, path, true)?;
    }
    term::restore_on_panic();
    let ended = {
        let mut terminal = term::enter().context("the terminal cannot be set up")?;
        let _guard = term::Guard;
        session.listen()?;
        let looped =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| session.turn(&mut app, &mut terminal, &woken)));
        match looped {
            Ok(ended) => ended,
            Err(panic) => {
                session.rescue(&mut app);
                std::panic::resume_unwind(panic);
            }
        }
    };
    let path = session.keeper.as_ref().map(|k| k.path.clone());
    session.finish();
    // What the keeper still had to say was said after the last frame.
    for left in woken.try_iter() {
        if let Wake::Told(msg @ (Msg::Saved | Msg::NotSaved(_))) = left {
            update(&mut app, msg);
        }
    }
    ended?;
    Ok(ExitInfo { path, unsaved: app.doc.and_then(|d| d.unsaved) })
}

struct Session {
    wake: Sender<Wake>,
    keeper: Option<Keeper>,
}

impl Session {
    /// Starts the threads that wait for keys and signals.
    fn listen(&self) -> anyhow::Result<()> {
        let wake = self.wake.clone();
        thread::Builder::new().name("keys".into()).spawn(move || {
            loop {
                let sent = match event::read() {
                    Ok(event) => wake.send(Wake::Input(event)),
                    Err(_) => {
                        let _ = wake.send(Wake::Hangup);
                        return;
                    }
                };
                if sent.is_err() {
                    return;
                }
            }
        })?;
        #[cfg(unix)]
        {
            use signal_hook::consts::{SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP};
            let mut signals = signal_hook::iterator::Signals::new([SIGCONT, SIGHUP, SIGINT, SIGTERM, SIGTSTP])?;
            let wake = self.wake.clone();
            thread::Builder::new().name("signals".into()).spawn(move || {
                for signal in signals.forever() {
                    if wake.send(Wake::Signal(signal)).is_err() {
                        return;
                    }
                }
            })?;
        }
        Ok(())
    }

    fn turn(&mut self, app: &mut App, terminal: &mut term::Term, woken: &Receiver<Wake>) -> anyhow::Result<()> {
        loop {
            let size = terminal.size().context("the terminal's size cannot be read")?;
            app.size = (size.width, size.height);
            terminal.draw(|frame| view::draw(frame, app)).context("the terminal cannot be written to")?;
            let Some(first) = wait(app, woken) else { return Ok(()) };
            // Whatever has come in meanwhile is dealt with before the next frame.
            for wake in std::iter::once(first).chain(woken.try_iter()) {
                if self.wake(app, terminal, wake)? {
                    return Ok(());
                }
            }
        }
    }

    /// Deals with one event. True: leave.
    fn wake(&mut self, app: &mut App, terminal: &mut term::Term, wake: Wake) -> anyhow::Result<bool> {
        let msg = match wake {
            // Press and repeat; some terminals report releases, too.
            Wake::Input(Event::Key(key)) if key.kind == KeyEventKind::Release => return Ok(false),
            Wake::Input(Event::Key(key)) => {
                panic_if_asked(key);
                Msg::Key(key)
            }
            Wake::Input(Event::Paste(text)) => Msg::Paste(text),
            Wake::Input(Event::Resize(columns, rows)) => Msg::Resize(columns, rows),
            Wake::Input(_) => return Ok(false),
            Wake::Hangup => Msg::Terminate,
            Wake::Told(msg) => msg,
            Wake::Worked => return Ok(false),
            #[cfg(unix)]
            Wake::Signal(signal_hook::consts::SIGTSTP) => {
                let effects = stash(app);
                self.carry_out(app, terminal, effects)?;
                suspend(terminal)?;
                return Ok(false);
            }
            #[cfg(unix)]
            Wake::Signal(signal_hook::consts::SIGCONT) => {
                resume(terminal)?;
                return Ok(false);
            }
            Wake::Signal(_) => Msg::Terminate,
        };
        let effects = update(app, msg);
        self.carry_out(app, terminal, effects)
    }

    fn carry_out(&mut self, app: &mut App, terminal: &mut term::Term, effects: Vec<Effect>) -> anyhow::Result<bool> {
        for effect in effects {
            match effect {
                Effect::Save(edits) => self.job(Job::Save(edits)),
                Effect::KeepDrafts(text) => self.job(Job::Drafts(text)),
                Effect::SaveAs(name) => self.save_as(app, &name),
                Effect::WriteReport { path, format, target, overwrite } => {
                    let msg = write_report(app, &path, format, &target, overwrite);
                    let more = update(app, msg);
                    if self.carry_out(app, terminal, more)? {
                        return Ok(true);
                    }
                }
                Effect::Snapshot { target } => {
                    let doc = app.doc.as_ref();
                    if let Some(target) = doc.and_then(|d| d.profile.target(&target)).cloned() {
                        let taken = Taken::by(&app.rules, app.today, std::slice::from_ref(&target));
                        self.job(Job::Snapshot(Box::new((target, taken))));
                    }
                }
                Effect::Open(name) => {
                    if let Err(error) = self.open(app, &expand(&name), false) {
                        update(app, Msg::NotOpened(error.to_string()));
                    }
                }
                Effect::Create(name) => {
                    let path = expand(&name);
                    if path.exists() {
                        let why = "There is a file of that name already. Open it instead, or choose another name.";
                        update(app, Msg::NotOpened(why.into()));
                    } else if let Err(error) = self.open(app, &path, true) {
                        update(app, Msg::NotOpened(error.to_string()));
                    }
                }
                Effect::OpenSample => {
                    if let Err(error) = self.sample(app) {
                        update(app, Msg::NotOpened(error.to_string()));
                    }
                }
                Effect::Suspend => suspend(terminal)?,
                Effect::Redraw => term::blank(terminal).context("the terminal cannot be written to")?,
                Effect::QuitWhenSaved => match &self.keeper {
                    Some(keeper) => keeper.send(Job::Flush),
                    None => {
                        let more = update(app, Msg::TryQuit);
                        if self.carry_out(app, terminal, more)? {
                            return Ok(true);
                        }
                    }
                },
                Effect::Quit => return Ok(true),
            }
        }
        Ok(false)
    }

    fn job(&self, job: Job) {
        if let Some(keeper) = &self.keeper {
            keeper.send(job);
        }
    }

    /// Opens a profile, or with `new` begins one where there is none.
    fn open(&mut self, app: &mut App, path: &Path, new: bool) -> Result<(), OpenError> {
        let rules = Rc::clone(&app.rules);
        let words = Vocabulary { kinds: &rules.kinds, agencies: &rules.agencies };
        let fresh = new && !path.exists();
        let mut store = if fresh { Store::create(path, words) } else { Store::open(path, words)? };
        let profile = Box::new(store.profile().clone());
        let drafts = std::fs::read_to_string(keeper::drafts_path(path)).unwrap_or_default();
        let warnings = store.warnings().len();
        let blocked = if fresh { None } else { store.writable().err().map(|e| e.to_string()) };
        let kept = Kept::File(path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned());
        self.finish();
        self.keeper = Some(Keeper::start(store, path.to_owned(), self.wake.clone()));
        update(app, Msg::Opened { profile, kept, drafts: Drafts::from_text(&drafts) });
        if let Some(why) = blocked {
            update(app, Msg::NotSaved(why));
        } else if warnings > 0 {
            let things = crate::text::count(warnings, "line", "lines");
            app.say(format!("{things} of the file deserve a look: `candor check` shows them."));
        } else if fresh {
            app.say(format!("A new profile. It is written to {} with your first answer.", path.display()));
        }
        Ok(())
    }

    fn sample(&mut self, app: &mut App) -> Result<(), OpenError> {
        let rules = Rc::clone(&app.rules);
        let store = sample(Vocabulary { kinds: &rules.kinds, agencies: &rules.agencies })?;
        let profile = Box::new(store.profile().clone());
        self.finish();
        self.keeper = None;
        update(app, Msg::Opened { profile, kept: Kept::Sample, drafts: Drafts::default() });
        Ok(())
    }

    /// Keeps the profile under another name from now on; the sample gets its first one.
    fn save_as(&mut self, app: &mut App, name: &str) {
        let path = expand(name);
        match &self.keeper {
            Some(keeper) => keeper.send(Job::SaveAs(path)),
            None => {
                let rules = Rc::clone(&app.rules);
                let words = Vocabulary { kinds: &rules.kinds, agencies: &rules.agencies };
                let saved = sample(words).map_err(|e| e.to_string()).and_then(|mut store| {
                    let profile = app.doc.as_ref().map(|d| d.profile.clone()).unwrap_or_default();
                    store.become_profile(profile).map_err(|e| e.to_string())?;
                    store.save_as(&path).map_err(|e| e.to_string())?;
                    Ok(store)
                });
                let msg = match saved {
                    Ok(store) => {
                        self.keeper = Some(Keeper::start(store, path.clone(), self.wake.clone()));
                        Msg::Moved(path.display().to_string())
                    }
                    Err(why) => Msg::NotOpened(why),
                };
                update(app, msg);
            }
        }
    }

    /// After a panic: what was being typed still goes to the drafts, if the state allows it.
    fn rescue(&mut self, app: &mut App) {
        let stashed = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| stash(app)));
        for effect in stashed.unwrap_or_default() {
            if let Effect::KeepDrafts(text) = effect {
                self.job(Job::Drafts(text));
            }
        }
        if let Some(keeper) = &self.keeper {
            eprintln!("candor: this should not have happened. Your answers are in {}.", keeper.path.display());
        }
        self.finish();
    }

    /// Waits until everything is written.
    fn finish(&mut self) {
        if let Some(keeper) = self.keeper.take() {
            keeper.finish();
        }
    }
}

/// The next thing that happens. Until something does, work that can wait is done; once there is none, the thread sleeps.
fn wait(app: &mut App, woken: &Receiver<Wake>) -> Option<Wake> {
    let was_busy = app.is_busy();
    while app.is_busy() {
        match woken.try_recv() {
            Ok(wake) => return Some(wake),
            Err(TryRecvError::Empty) => {
                update(app, Msg::Idle);
            }
            Err(TryRecvError::Disconnected) => return None,
        }
    }
    // What was worked out is shown before anything else.
    if was_busy { Some(Wake::Worked) } else { woken.recv().ok() }
}

/// Stops the program as Ctrl-Z does elsewhere, and comes back with everything drawn again.
fn suspend(terminal: &mut term::Term) -> anyhow::Result<()> {
    #[cfg(unix)]
    {
        term::restore();
        signal_hook::low_level::emulate_default_handler(signal_hook::consts::SIGTSTP).context("cannot suspend")?;
        resume(terminal)?;
    }
    #[cfg(not(unix))]
    let _ = terminal;
    Ok(())
}

#[cfg(unix)]
fn resume(terminal: &mut term::Term) -> anyhow::Result<()> {
    term::take().context("the terminal cannot be set up again")?;
    term::blank(terminal).context("the terminal cannot be written to")
}

/// `~/` as the shell would read it.
fn expand(name: &str) -> PathBuf {
    match (name.strip_prefix("~/"), directories::BaseDirs::new()) {
        (Some(rest), Some(dirs)) => dirs.home_dir().join(rest),
        _ => PathBuf::from(name),
    }
}

fn write_report(app: &App, path: &str, format: Format, target: &str, overwrite: bool) -> Msg {
    let file = expand(path);
    if file.exists() && !overwrite {
        return Msg::ReportExists { path: path.to_owned(), target: target.to_owned() };
    }
    let Some(doc) = &app.doc else { return Msg::ReportNotSaved("No profile is open.".into()) };
    let Some(target) = doc.profile.target(target) else {
        return Msg::ReportNotSaved("That target is gone.".into());
    };
    let built = preview::build(&app.rules, &doc.profile, target, app.today);
    let text = match format {
        Format::Html => report::html(&built),
        Format::Markdown => report::markdown(&built),
        Format::Text => report::text(&built),
        Format::Json => report::json(&built),
    };
    match keeper::write_private(&file, text.as_bytes()) {
        // In full: a name alone does not say in which folder to look.
        Ok(()) => Msg::ReportSaved(std::path::absolute(&file).unwrap_or(file).display().to_string()),
        Err(error) => Msg::ReportNotSaved(format!("It could not be written ({error}). Try another name or folder.")),
    }
}

/// For the test that a panic restores the terminal; not in release builds.
fn panic_if_asked(key: event::KeyEvent) {
    if cfg!(debug_assertions) && key.code == event::KeyCode::F(12) && std::env::var_os("CANDOR_TEST_PANIC").is_some() {
        panic!("asked to panic");
    }
}

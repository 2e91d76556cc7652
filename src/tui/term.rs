//! The terminal itself: the only file that switches its modes. Whatever happens, [`restore`] puts it back.
//!
//! No mouse, no keyboard enhancements, no frame ticker. `NO_COLOR` is a theme here: crossterm's own handling of it also
//! drops bold, so it is overridden.

use std::io::{self, BufWriter, IsTerminal, Stdout, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use ratatui::Terminal;
use ratatui::backend::{Backend as _, CrosstermBackend};
use ratatui::crossterm::cursor::Show;
use ratatui::crossterm::event::{DisableBracketedPaste, EnableBracketedPaste};
use ratatui::crossterm::execute;
use ratatui::crossterm::style::{ResetColor, force_color_output};
use ratatui::crossterm::terminal::{EnterAlternateScreen, LeaveAlternateScreen, disable_raw_mode, enable_raw_mode};

/// What the app draws on.
pub type Term = Terminal<CrosstermBackend<BufWriter<Stdout>>>;

/// True while the terminal is in the app's modes.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// Why the app cannot show itself here, if it cannot.
pub fn unusable() -> Option<&'static str> {
    if !io::stdin().is_terminal() || !io::stdout().is_terminal() {
        Some("this is not a terminal")
    } else if std::env::var_os("TERM").is_some_and(|t| t == "dumb") {
        Some("this terminal cannot show a full screen (TERM=dumb)")
    } else {
        None
    }
}

/// Switches to the app's modes and gives a blank screen to draw on.
pub fn enter() -> io::Result<Term> {
    force_color_output(true);
    take()?;
    let out = BufWriter::with_capacity(1 << 16, io::stdout());
    Terminal::new(CrosstermBackend::new(out))
}

/// Switches to the app's modes again, as after a suspension.
pub fn take() -> io::Result<()> {
    ACTIVE.store(true, Ordering::SeqCst);
    enable_raw_mode()?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)
}

/// Forgets what is on the screen, so that the next frame is drawn whole. Asks the terminal nothing: `Terminal::clear` would
/// ask for the cursor, and an answer may never come while the key thread is reading.
pub fn blank(terminal: &mut Term) -> io::Result<()> {
    terminal.swap_buffers();
    terminal.backend_mut().clear()
}

/// Puts the terminal back as it was. Does nothing the second time.
pub fn restore() {
    if ACTIVE.swap(false, Ordering::SeqCst) {
        let mut out = io::stdout();
        // There is nothing to be done about a terminal that no longer listens.
        let _ = execute!(out, DisableBracketedPaste, ResetColor, LeaveAlternateScreen, Show);
        let _ = disable_raw_mode();
        let _ = out.flush();
    }
}

/// Restores the terminal when it goes out of scope.
pub struct Guard;

impl Drop for Guard {
    fn drop(&mut self) {
        restore();
    }
}

/// Makes a panic restore the terminal before it prints.
pub fn restore_on_panic() {
    let before = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        restore();
        before(info);
    }));
}

//! The terminal app.
//!
//! `app` is the state, `update` turns a message into a new state and effects without touching terminal, files or clock, and
//! `view` with `screens` draws the state. `run` is the only part that waits for keys, writes files and owns the terminal.

mod app;
mod desk;
mod drafts;
mod form;
mod keeper;
mod keymap;
mod paper;
mod run;
mod screens;
mod term;
mod theme;
mod typed;
mod update;
mod view;
mod words;

pub use app::{App, Doc, Kept, Screen};
pub use run::{ExitInfo, Options, run};
pub use theme::{Meaning, Theme};
pub use update::{Effect, Format, Msg, update};
pub use view::draw;

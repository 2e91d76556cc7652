//! Reports: what the rulings mean for the forms, the institution and the calendar, in words and in four formats.
//!
//! `build` makes a `model::Report` from rulings; `text`, `markdown`, `html` and `json` render it and never touch the engine;
//! `check` is the compact form for the terminal and for scripts. `words` is the one place where values become plain words.
//! Knows no terminal and no files.

mod build;
pub mod check;
pub mod countries;
mod fill;
mod html;
mod json;
mod letter;
pub(crate) mod markdown;
mod model;
mod names;
mod route;
mod text;
pub mod words;
pub mod wrap;

pub use build::build;
pub use fill::{Filled, TooLong};
pub use html::html;
pub use json::json;
pub use letter::{Letter, Question};
pub use markdown::markdown;
pub use model::*;
pub use route::{ANYTHING, Found, RouteNote};
pub use text::text;

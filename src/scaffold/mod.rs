//! The first text of new rule files: they load, and the audit says what is still to be filled in.
//!
//! Makes texts; writes nothing. What is left to a person is marked with [`FILL_IN`], and every example and case is written so
//! that it fails until somebody has given it facts.

mod decision;
mod small;

use crate::diagnostic::SourceFile;

pub use decision::{DecisionWish, decision};
pub use small::{list, overlay, source};

/// How texts begin that a person has to replace. The audit finds them.
pub const FILL_IN: &str = "FILL IN";

/// Files to write, named relative to the folder, and what to do then.
#[derive(Debug, Clone, Default)]
pub struct Scaffold {
    pub files: Vec<SourceFile>,
    pub next: Vec<String>,
}

/// Why nothing was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    #[error("\"{0}\" cannot be an id here: {1}")]
    Id(String, &'static str),
    #[error("there is no {what} \"{word}\"; {hint}")]
    Unknown { what: &'static str, word: String, hint: String },
    #[error(
        "no agency uses the folder `{0}`; name it in the `ruled-with` of an agency first, or begin the id with one of: {1}"
    )]
    NoAgency(String, String),
    #[error("{0}")]
    Needs(String),
}

/// That a name is not known, with the nearest that is, or all.
fn unknown<'a>(what: &'static str, word: &str, known: impl Iterator<Item = &'a str> + Clone) -> Refused {
    let hint = match crate::text::nearest(word, known.clone()) {
        Some(near) => format!("did you mean {near}?"),
        None => format!("known are: {}", known.collect::<Vec<_>>().join(", ")),
    };
    Refused::Unknown { what, word: word.to_owned(), hint }
}

/// Lower-case letters, digits and hyphens.
fn is_word(word: &str) -> bool {
    let ok = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    !word.is_empty() && word.chars().all(ok) && !word.starts_with('-') && !word.ends_with('-')
}

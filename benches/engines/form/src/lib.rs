//! The rule set in a form that no engine owns, the plainest evaluator of it, and its translations. Nothing here knows candor.
//!
//! `form` is the form, `reference` the evaluator, `trial` the facts of the benchmark and the answers of engines, as files;
//! `rego`, `cel`, `logic` and `zen` write conditions in an engine's own words. All of them write `Not` by the opposite
//! comparison where there is one (`<` for "not at least", the other words for "not one of these"), as a person would, which also
//! keeps a missing answer from making a negation true.

pub mod cel;
pub mod form;
pub mod logic;
pub mod reference;
pub mod rego;
pub mod trial;
pub mod zen;

use form::{Decision, Type};

/// The words of a choice or set that are not among these.
fn others(decision: &Decision, input: &str, words: &[String]) -> Vec<String> {
    match decision.inputs.get(input).map(|i| &i.ty) {
        Some(Type::Choice(all) | Type::Set(all)) => all.iter().filter(|w| !words.contains(w)).cloned().collect(),
        _ => Vec::new(),
    }
}

/// Words in double quotes, with commas.
fn quoted(words: &[String]) -> String {
    words.iter().map(|w| format!("{w:?}")).collect::<Vec<_>>().join(", ")
}

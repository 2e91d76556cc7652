//! One researcher's file: what it holds, how it is read, changed and kept.
//!
//! `model` is the data; `store` keeps the file's own text so that a person's comments and order survive. Reading needs the
//! vocabulary and nothing else of a rule set.

mod model;

pub use model::*;

//! One researcher's file: what it holds, how it is read, changed and kept.
//!
//! `model` is the data and `edit` every change that can be made to it; `read` turns a file's text into both the data and
//! the reasons why not. `document`, `layout` and `splice` change the text as little as possible, so that a person's comments
//! and order survive; `store` and `disk` keep it safe on disk; `migrate` brings older files up to date.
//! Reading needs the vocabulary and nothing else of a rule set.

mod disk;
mod document;
mod edit;
mod layout;
mod migrate;
mod model;
mod read;
mod sample;
pub mod snapshot;
mod splice;
mod store;

pub use disk::SaveError;
pub use edit::{Edit, EditError};
pub use model::*;
pub use read::{MOST_BYTES, OpenError, ReadProfile, SCHEMA, Vocabulary, load, read};
pub use sample::{SAMPLE, sample};
pub use store::Store;

//! The invented researcher that the program opens with when somebody only wants to look around.

use super::read::{OpenError, Vocabulary};
use super::store::Store;

/// The sample's file, comments included.
pub const SAMPLE: &str = include_str!("sample.toml");

/// The sample profile, in memory: it can be edited freely and is saved only under a name of one's own.
///
/// # Errors
/// The rule set in use has another vocabulary than the built-in one.
pub fn sample(words: Vocabulary<'_>) -> Result<Store, OpenError> {
    Store::in_memory("sample.toml", SAMPLE, words)
}

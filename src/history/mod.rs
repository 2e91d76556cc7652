//! A profile and what it was before: what is new since something was sent, and what changed between two profiles.
//!
//! `sent` compares the present profile with the last snapshot for a target and makes remarks (checks 21 to 25 of
//! `docs/checks.md`); `diff` lists what changed between any two profiles and what that makes due; `under` rules on
//! one profile under two rule sets. All only ask the engine; none knows files or screens.

pub mod diff;
mod sent;
pub mod under;

pub use sent::{Sent, since};

//! Exact answers about conditions: can they hold together, must they hold, what could still change an outcome?
//!
//! `sat` is the boolean solver, `dates` the date arithmetic it lacks, `problem` turns conditions and facts into its
//! questions, `decide` answers those of the engine. Conditions and facts in, facts out: no rulings, no files, no wording.

pub mod dates;
mod decide;
mod problem;
pub mod sat;

pub use decide::{Contradiction, Possible, Question, contradiction, possible};
pub use problem::{Copy, MAIN, Model, Others, Pair, Problem, World, each_slot};

//! What is asked of every engine, and what it answers.

use std::path::Path;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::form::Decision;
use crate::reference::Inputs;

/// Everything an engine's program reads.
#[derive(Serialize, Deserialize)]
pub struct Trials {
    /// How they were made: version of the rule set, seed, counts.
    pub made: String,
    pub decisions: Vec<Decision>,
    pub trials: Vec<Trial>,
}

/// Facts about one decision.
#[derive(Serialize, Deserialize)]
pub struct Trial {
    pub decision: usize,
    /// The case or example that states the facts.
    pub from: String,
    /// Answers that were taken away.
    pub removed: Vec<String>,
    pub inputs: Inputs,
    /// The outcomes of all valid completions; `None` where no rule fires.
    pub truth: Vec<Option<usize>>,
    /// Found by trying all values, not by candor's solver.
    pub tried: bool,
    pub candor: Answer,
}

/// What an engine says.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// These rules fire, and no others.
    Fired(Vec<usize>),
    /// It says what is missing.
    Asks(Vec<String>),
    /// It stops with an error.
    Error(String),
}

/// An engine's answers, in the order of the trials.
#[derive(Serialize, Deserialize)]
pub struct Answers {
    pub engine: String,
    pub answers: Vec<Answer>,
    /// Milliseconds to read the rules.
    pub load_ms: f64,
    /// Microseconds for a decision on complete facts: median, least and greatest of the repeats' means.
    pub micros: [f64; 3],
}

/// Reads a file of this workspace's own; a program that cannot has nothing to do.
pub fn read<T: DeserializeOwned>(path: &Path) -> T {
    let text = std::fs::read_to_string(path).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
    serde_json::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}

pub fn write<T: Serialize>(path: &Path, what: &T) {
    let text = serde_json::to_string(what).expect("plain data");
    std::fs::write(path, text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
}

/// Times `run` over the complete trials: ten repeats, single thread, warm. Microseconds per decision.
pub fn timed(trials: &Trials, mut run: impl FnMut(&Trial)) -> [f64; 3] {
    let whole: Vec<&Trial> = trials.trials.iter().filter(|t| t.removed.is_empty()).collect();
    let mut means: Vec<f64> = (0..10)
        .map(|_| {
            let start = std::time::Instant::now();
            whole.iter().for_each(|t| run(t));
            start.elapsed().as_secs_f64() * 1e6 / whole.len() as f64
        })
        .collect();
    means.sort_by(f64::total_cmp);
    [(means[4] + means[5]) / 2.0, means[0], means[9]]
}

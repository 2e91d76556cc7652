//! `candor rules …`: reading, proving and testing a rule set.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use super::{Ended, explain, load};
use crate::ruleset::Tests;
use crate::text::count;

#[derive(Debug, Subcommand)]
pub enum Command {
    /// Load, type-check and prove a rule set
    Check {
        /// Its folder (default: the built-in rule set)
        dir: Option<PathBuf>,
    },
}

pub fn run(command: Command, rules: Option<&Path>) -> anyhow::Result<Ended> {
    match command {
        Command::Check { dir } => check(dir.as_deref().or(rules)),
    }
}

fn check(dir: Option<&Path>) -> anyhow::Result<Ended> {
    let loaded = load(dir, Tests::Load)?;
    explain(&loaded.problems);
    let Some(rules) = loaded.rules else {
        return Ok(Ended::Unusable);
    };
    let n: usize = rules.decisions.iter().map(|d| d.rules.len()).sum();
    println!(
        "{} {}: {}, {}, {}.",
        rules.meta.title,
        rules.meta.version,
        count(rules.decisions.len(), "decision", "decisions"),
        count(n, "rule", "rules"),
        count(loaded.cases.len(), "case", "cases")
    );
    Ok(Ended::Clear)
}

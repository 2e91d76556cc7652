//! The command line: one file per command, all thin over the library.
//!
//! Owns exit codes, standard output and the reading of the clock, the environment and arguments. Exit codes: 0 nothing
//! outstanding, 1 something needs attention, 2 unusable input or usage.

pub mod places;
mod rules;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand};

use crate::diagnostic;
use crate::ruleset::{self, Loaded, Tests};

/// How a command ended, when it ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// Nothing outstanding.
    Clear,
    /// Something needs attention.
    Attention,
    /// The input cannot be used; the reasons were printed.
    Unusable,
}

#[derive(Debug, Parser)]
#[command(
    name = "candor",
    version,
    about = "Helps researchers get their disclosures right before a grant submission. Works offline."
)]
struct Args {
    /// A folder with another rule set than the built-in one
    #[arg(long, global = true, value_name = "DIR")]
    rules: Option<PathBuf>,

    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Read, prove and test a rule set
    #[command(subcommand)]
    Rules(rules::Command),
}

/// Runs the program.
pub fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(Ended::Clear) => ExitCode::SUCCESS,
        Ok(Ended::Attention) => ExitCode::from(1),
        Ok(Ended::Unusable) => ExitCode::from(2),
        Err(error) => {
            eprintln!("candor: {}", crate::text::clean(&format!("{error:#}")));
            ExitCode::from(2)
        }
    }
}

fn run(args: Args) -> anyhow::Result<Ended> {
    match args.command {
        Some(Command::Rules(command)) => rules::run(command, args.rules.as_deref()),
        None => Ok(Ended::Clear),
    }
}

/// Loads the rule set that the arguments name, or the built-in one.
fn load(dir: Option<&Path>, tests: Tests) -> anyhow::Result<Loaded> {
    match dir {
        None => Ok(ruleset::load_embedded(tests)),
        Some(dir) => {
            ruleset::load_dir(dir, tests).with_context(|| format!("cannot read the rule set in {}", dir.display()))
        }
    }
}

/// Prints what is wrong with a rule set to standard error.
fn explain(problems: &[diagnostic::Diagnostic]) {
    if !problems.is_empty() {
        eprint!("{}", diagnostic::render(problems, false));
    }
}

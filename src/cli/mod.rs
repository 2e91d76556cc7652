//! The command line: one file per command, all thin over the library.
//!
//! Owns exit codes, standard output and the reading of the clock, the environment and arguments. Exit codes: 0 nothing
//! outstanding, 1 something needs attention, 2 unusable input or usage.

mod app;
mod check;
mod diff;
mod import;
mod interview;
pub mod places;
mod put;
mod report;
mod rules;
mod schema;
mod snapshot;
mod target;
mod trusted;

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};

use crate::condition::Set;
use crate::diagnostic::{self, Diagnostic};
use crate::profile::{OpenError, SaveError};
use crate::release::Kind;
use crate::ruleset::{self, Folder, Loaded, OverlayFiles, RuleFiles, RuleSet, Tests};

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

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub enum Format {
    #[default]
    Text,
    Json,
}

#[derive(Debug, Parser)]
#[command(
    name = "candor",
    version,
    about = "Helps researchers get their disclosures right before a grant submission. Works offline.",
    after_help = "Without a command, candor opens the terminal app. Exit codes: 0 nothing outstanding, 1 something needs \
                  attention, 2 unusable input or usage.",
    subcommand_precedence_over_arg = true
)]
struct Args {
    /// A folder with another rule set than the built-in one
    #[arg(long, global = true, value_name = "DIR")]
    rules: Option<PathBuf>,

    /// A folder with what your institution adds; may be repeated
    #[arg(long, global = true, value_name = "DIR")]
    overlay: Vec<PathBuf>,

    /// Refuse rules and overlays that are not signed by a key you trust, or changed since
    #[arg(long, global = true)]
    require_signed: bool,

    #[command(subcommand)]
    command: Option<Command>,

    /// A profile to open in the terminal app (default: your own, or the welcome screen)
    file: Option<PathBuf>,

    /// Open the built-in sample profile; nothing is saved
    #[arg(long)]
    sample: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Rule on every record of a profile
    Check(check::Command),
    /// Write the report: what to list where, what to ask, and what is not due
    Report(report::Command),
    /// Keep a copy of a profile as it was sent, beside it
    Snapshot(snapshot::Command),
    /// What changed between two profiles or snapshots, and what that makes due
    Diff(diff::Command),
    /// The interview as plain prompts, without the full-screen app
    Interview {
        /// The profile; made if it does not exist (default: your own)
        file: Option<PathBuf>,
        /// Rule as of this day instead of today
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
    },
    /// Read a file of another kind into a profile
    Import {
        /// What the file is
        #[arg(value_enum)]
        kind: ImportKind,
        /// The file to read
        file: PathBuf,
        /// The profile to add to; made if it does not exist
        #[arg(long, value_name = "PROFILE")]
        into: PathBuf,
    },
    /// Read, prove and test a rule set
    #[command(subcommand)]
    Rules(rules::Command),
    /// Print a JSON Schema for editors, or write all of them
    Schema(schema::Command),
}

/// What `candor import` can read.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum ImportKind {
    /// Current and Pending (Other) Support as SciENcv XML
    Sciencv,
}

/// Runs the program.
pub fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(Ended::Clear) => ExitCode::SUCCESS,
        Ok(Ended::Attention) => ExitCode::from(1),
        Ok(Ended::Unusable) => ExitCode::from(2),
        Err(error) => {
            complain(&error);
            ExitCode::from(2)
        }
    }
}

fn run(args: Args) -> anyhow::Result<Ended> {
    let from = RulesFrom { dir: args.rules.as_deref(), overlays: &args.overlay, require_signed: args.require_signed };
    match args.command {
        None => with_rules_owned(from, |rules| app::run(rules, args.file, args.sample)),
        Some(Command::Rules(command)) => rules::run(command, from),
        Some(Command::Check(command)) => with_rules(from, |rules| check::run(&command, rules)),
        Some(Command::Report(command)) => with_rules(from, |rules| report::run(&command, rules)),
        Some(Command::Snapshot(command)) => with_rules(from, |rules| snapshot::run(&command, rules)),
        Some(Command::Diff(command)) => with_rules(from, |rules| diff::run(&command, rules)),
        Some(Command::Interview { file, as_of }) => with_rules(from, |rules| {
            let options = target::Options { as_of, ..target::Options::default() };
            let path = file.or_else(places::default_profile).context("your home folder is unknown; name a file")?;
            interview::run(rules, &path, options.today()?, std::io::stdin().lock(), std::io::stdout().lock())
        }),
        Some(Command::Import { kind, file, into }) => with_rules(from, |rules| import::run(rules, kind, &file, &into)),
        Some(Command::Schema(command)) => with_rules(from, |rules| schema::run(rules, &command)),
    }
}

/// Where rules are read from.
#[derive(Debug, Clone, Copy)]
struct RulesFrom<'a> {
    /// None: the built-in rule set.
    dir: Option<&'a Path>,
    overlays: &'a [PathBuf],
    /// Only from trusted keys.
    require_signed: bool,
}

impl<'a> RulesFrom<'a> {
    /// The same, from the folder that a command names after itself, if it does.
    fn in_dir(self, dir: Option<&'a Path>) -> Self {
        Self { dir: dir.or(self.dir), ..self }
    }
}

fn with_rules(from: RulesFrom<'_>, then: impl FnOnce(&RuleSet) -> anyhow::Result<Ended>) -> anyhow::Result<Ended> {
    with_rules_owned(from, |rules| then(&rules))
}

fn with_rules_owned(from: RulesFrom<'_>, then: impl FnOnce(RuleSet) -> anyhow::Result<Ended>) -> anyhow::Result<Ended> {
    let loaded = load(from, Tests::Skip)?;
    match loaded.rules {
        Some(rules) => then(rules),
        None => {
            explain(&loaded.problems);
            Ok(Ended::Unusable)
        }
    }
}

/// Loads the rule set that the arguments name, or the built-in one, with the overlays on top.
fn load(from: RulesFrom<'_>, tests: Tests) -> anyhow::Result<Loaded> {
    load_settled(from, tests, Vec::new())
}

/// The same with settings that no overlay gives.
fn load_settled(from: RulesFrom<'_>, tests: Tests, settled: Vec<(String, Set)>) -> anyhow::Result<Loaded> {
    let files: ruleset::RuleFiles = match from.dir {
        None => ruleset::embedded(tests),
        Some(dir) => {
            let failed = || format!("cannot read the rule set in {}", dir.display());
            let folder = Folder::read(dir).with_context(failed)?;
            let standing = trusted::admit(Kind::RuleSet, &folder, from.require_signed)?;
            RuleFiles::new(folder.sources().with_context(failed)?, standing)
        }
    };
    let mut overlays = Vec::new();
    for dir in from.overlays {
        let failed = || format!("cannot read the overlay in {}", dir.display());
        let folder = Folder::read(dir).with_context(failed)?;
        let standing = trusted::admit(Kind::Overlay, &folder, from.require_signed)?;
        overlays.push(OverlayFiles::new(&folder, standing).with_context(failed)?);
    }
    Ok(ruleset::load_with(files.settled(settled), overlays, tests))
}

/// Prints results to standard output. A reader that went away (`| head`) is not an error.
fn out(text: &str) -> anyhow::Result<Ended> {
    let mut stdout = std::io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(e) if e.kind() != std::io::ErrorKind::BrokenPipe => Err(e).context("cannot write the result"),
        _ => Ok(Ended::Clear),
    }
}

/// Prints problems in files to standard error, with the lines they are about.
fn explain(problems: &[Diagnostic]) {
    use std::io::IsTerminal as _;
    if !problems.is_empty() {
        let colour = std::io::stderr().is_terminal() && std::env::var_os("NO_COLOR").is_none_or(|v| v.is_empty());
        eprint!("{}", diagnostic::render(problems, colour));
    }
}

/// Prints why a command failed, and what to do where that is known.
fn complain(error: &anyhow::Error) {
    if let Some(OpenError::Unusable(problems)) = error.downcast_ref() {
        explain(problems);
        return;
    }
    eprintln!("candor: {}", crate::text::clean(&format!("{error:#}")));
    if error.downcast_ref::<SaveError>().is_some() {
        eprintln!("Nothing that was saved before is lost.");
    }
}

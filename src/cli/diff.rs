//! `candor diff`: what changed between two profiles or snapshots, and what that makes due.

use std::path::PathBuf;

use clap::Args;

use super::target::Options;
use super::{Ended, Format, out};
use crate::history::diff::{self, Named};
use crate::profile::{self, Vocabulary};
use crate::ruleset::RuleSet;

#[derive(Debug, Args)]
pub struct Command {
    /// The earlier profile or snapshot
    old: PathBuf,
    /// The later one
    new: PathBuf,
    #[command(flatten)]
    options: Options,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn run(command: &Command, rules: &RuleSet) -> anyhow::Result<Ended> {
    let words = Vocabulary::from(rules);
    let (old, new) = (profile::load(&command.old, words)?, profile::load(&command.new, words)?);
    super::explain(&old.warnings);
    super::explain(&new.warnings);
    // Without a target there is nothing to rule for, but what changed can still be said.
    let none = command.options.targets.is_empty() && new.profile.targets.is_empty();
    let targets = if none { Vec::new() } else { command.options.resolve(rules, &new.profile)? };
    let (old_name, new_name) = (command.old.display().to_string(), command.new.display().to_string());
    let diff = diff::build(
        rules,
        Named { profile: &old.profile, name: &old_name },
        Named { profile: &new.profile, name: &new_name },
        &targets,
        command.options.today()?,
    );
    match command.format {
        Format::Text => out(&diff::text(&diff))?,
        Format::Json => out(&diff::json(&diff))?,
    };
    Ok(if diff.needs_attention { Ended::Attention } else { Ended::Clear })
}

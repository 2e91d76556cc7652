//! `candor check`: rules on every record of a profile.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::Args;

use super::target::Options;
use super::{Ended, Format, out};
use crate::engine::{self, Assessment, Flip, Ruled, View};
use crate::profile::{self, Profile, Target, Vocabulary};
use crate::report;
use crate::ruleset::RuleSet;

#[derive(Debug, Args)]
pub struct Command {
    /// The profile
    file: PathBuf,
    #[command(flatten)]
    options: Options,
    /// Add the nearest change that would alter each ruling
    #[arg(long)]
    why: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn run(command: &Command, rules: &RuleSet) -> anyhow::Result<Ended> {
    let profile = profile::load(&command.file, Vocabulary::from(rules))?;
    super::explain(&profile.warnings);
    let mut profile = profile.profile;
    let today = command.options.today()?;
    profile.targets = command.options.resolve(rules, &profile)?;
    profile.targets.extend(command.options.standing(rules, &profile, today));
    let assessments = assess_all(rules, &profile, today);
    let remarks = super::snapshot::remarks(rules, &profile, &command.file, today);
    let flips = |target: &Target, ruled: &Ruled| flip(View { rules, profile: &profile, target, today }, ruled);
    let why: Option<report::check::FindFlip<'_>> = if command.why { Some(&flips) } else { None };
    let check = report::check::build(rules, &profile, &assessments, &remarks, today, why);
    match command.format {
        Format::Text => out(&report::check::text(&check))?,
        Format::Json => out(&report::check::json(&check))?,
    };
    Ok(if check.needs_attention { Ended::Attention } else { Ended::Clear })
}

/// The nearest change that would alter a ruling.
fn flip(view: View<'_>, ruled: &Ruled) -> Option<Flip> {
    let decision = view.rules.decisions.get(ruled.decision)?;
    engine::nearest_flip(view.rules, decision, &view.sheet(decision, &ruled.subject)?, None)
}

/// Rules for every target of the profile.
pub fn assess_all(rules: &RuleSet, profile: &Profile, today: NaiveDate) -> Vec<Assessment> {
    profile.targets.iter().map(|target| engine::assess(View { rules, profile, target, today })).collect()
}

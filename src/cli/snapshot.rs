//! `candor snapshot`: keeps a copy of the profile as it was sent.

use std::path::PathBuf;

use anyhow::Context as _;
use chrono::NaiveDate;
use clap::Args;

use super::target::Options;
use super::{Ended, out};
use crate::engine::{self, Remark};
use crate::history::{Sent, since};
use crate::profile::{self, Profile, Store, Taken, Vocabulary, snapshot};
use crate::report::words;
use crate::ruleset::RuleSet;
use crate::text::{clean, list};

#[derive(Debug, Args)]
pub struct Command {
    /// The profile
    file: PathBuf,
    #[command(flatten)]
    options: Options,
}

pub fn run(command: &Command, rules: &RuleSet) -> anyhow::Result<Ended> {
    let words = Vocabulary::from(rules);
    let read = profile::load(&command.file, words)?;
    super::explain(&read.warnings);
    let targets = command.options.resolve(rules, &read.profile)?;
    let taken = Taken::by(rules, command.options.today()?, &targets);
    let store = Store::in_memory(&command.file.display().to_string(), &read.text, words)?;
    let text = store.snapshot(&targets, taken.clone())?;
    let path = snapshot::keep(&command.file, &taken, &text)
        .with_context(|| format!("no snapshot could be written to {}", snapshot::folder(&command.file).display()))?;
    let titles: Vec<String> = targets.iter().map(|t| words::target_label(rules, t)).collect();
    out(&format!("Snapshot for the {} kept as {}\n", list(&titles, "and the"), clean(&path.display().to_string())))
}

/// What the checks say of a profile: of its entries, and of what changed since the last snapshot for each of its targets.
pub fn remarks(rules: &RuleSet, profile: &Profile, file: &std::path::Path, today: NaiveDate) -> Vec<Remark> {
    let mut remarks = engine::checks(rules, profile, today);
    let (snapshots, unreadable) = snapshot::all(file, Vocabulary::from(rules));
    for path in unreadable {
        eprintln!("candor: {} cannot be read as a snapshot and is left out", clean(&path.display().to_string()));
    }
    for target in &profile.targets {
        let Some((snapshot, sent)) = snapshot::last(&snapshots, target) else { continue };
        let sent = Sent::of(&snapshot.profile, sent, snapshot.taken.on);
        for remark in since(rules, profile, target, sent, today) {
            // Two targets of one agency look back on the same submission.
            if !remarks.contains(&remark) {
                remarks.push(remark);
            }
        }
    }
    remarks
}

//! `candor rules diff`: whom do two rule sets answer differently?

use std::path::{Path, PathBuf};

use anyhow::bail;
use chrono::NaiveDate;
use clap::Args;

use super::exact_day;
use crate::audit::diff::{self, Diff, Sided};
use crate::cli::{Ended, Format, RulesFrom, explain, load, out};
use crate::ruleset::{Loaded, Tests};

/// The word for the rule set inside the program.
const BUILT_IN: &str = "built-in";

#[derive(Debug, Args)]
pub struct Command {
    /// The earlier rule set: its folder, or the word built-in
    old: PathBuf,
    /// The later one
    new: PathBuf,
    /// The day that examples prefer (default: today)
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(command: &Command, from: RulesFrom<'_>) -> anyhow::Result<Ended> {
    let today = match &command.as_of {
        Some(text) => exact_day("--as-of", text)?,
        None => chrono::Local::now().date_naive(),
    };
    let (Some(old), Some(new)) = (side(&command.old, from)?, side(&command.new, from)?) else {
        return Ok(Ended::Unusable);
    };
    let diff = compared(&old, &new, today)?;
    match command.format {
        Format::Text => out(&diff::text(&diff))?,
        Format::Json => out(&format!("{}\n", serde_json::to_string_pretty(&diff)?))?,
    };
    Ok(if diff.differs() { Ended::Attention } else { Ended::Clear })
}

fn compared(old: &Loaded, new: &Loaded, today: NaiveDate) -> anyhow::Result<Diff> {
    match (&old.rules, &new.rules) {
        (Some(was), Some(is)) => {
            Ok(diff::diff(Sided { rules: was, cases: &old.cases }, Sided { rules: is, cases: &new.cases }, today)?)
        }
        _ => bail!("the rule sets could not be read"),
    }
}

/// One of the two, with the overlays on top; nothing, after saying why, if it cannot be used.
fn side(name: &Path, from: RulesFrom<'_>) -> anyhow::Result<Option<Loaded>> {
    let dir = (name != Path::new(BUILT_IN)).then_some(name);
    let loaded = load(RulesFrom { dir, ..from }, Tests::Load)?;
    if loaded.rules.is_none() {
        eprintln!("The rule set {} cannot be used:", name.display());
        explain(&loaded.problems);
        return Ok(None);
    }
    Ok(Some(loaded))
}

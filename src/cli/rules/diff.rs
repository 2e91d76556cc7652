//! `candor rules diff`: whom do two rule sets answer differently?

use std::path::{Path, PathBuf};

use anyhow::bail;
use chrono::NaiveDate;
use clap::Args;

use super::exact_day;
use crate::audit::diff::{self, Diff, Sided};
use crate::cli::{Ended, Format, RulesFrom, explain, load, out, report};
use crate::history::under::{Under, under};
use crate::profile::{self, Vocabulary};
use crate::publish::letter;
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
    /// A profile to rule on under both: which of its rulings change; may be repeated
    #[arg(long, value_name = "FILE")]
    profile: Vec<PathBuf>,
    /// Where to write a change letter for researchers; the ending says the format: .md or .html
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
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
    let letter = match command.output.as_deref() {
        Some(path) => Some((path, kind_of_letter(path)?)),
        None => None,
    };
    let diff = compared(&old, &new, &command.profile, today)?;
    if let Some((path, kind)) = letter {
        let text = match kind {
            Letter::Markdown => letter::markdown(&diff),
            Letter::Html => letter::html(&diff)?,
        };
        report::write(path, &text)?;
        eprintln!("Written to {}", path.display());
        return Ok(ended(&diff));
    }
    match command.format {
        Format::Text => out(&diff::text(&diff))?,
        Format::Json => out(&format!("{}\n", serde_json::to_string_pretty(&diff)?))?,
    };
    Ok(ended(&diff))
}

fn ended(diff: &Diff) -> Ended {
    if diff.differs() { Ended::Attention } else { Ended::Clear }
}

#[derive(Clone, Copy)]
enum Letter {
    Markdown,
    Html,
}

fn kind_of_letter(path: &Path) -> anyhow::Result<Letter> {
    match path.extension().and_then(|e| e.to_str()) {
        Some("md") => Ok(Letter::Markdown),
        Some("html" | "htm") => Ok(Letter::Html),
        _ => bail!("{}: a letter's name must end in .md or .html", path.display()),
    }
}

fn compared(old: &Loaded, new: &Loaded, profiles: &[PathBuf], today: NaiveDate) -> anyhow::Result<Diff> {
    let (Some(was), Some(is)) = (&old.rules, &new.rules) else { bail!("the rule sets could not be read") };
    let (before, after) = (Sided { rules: was, cases: &old.cases }, Sided { rules: is, cases: &new.cases });
    let mut diff = diff::diff(before, after, today)?;
    for path in profiles {
        // What only one side's questions make of the answers is no news of the profile's, so it is not warned of here.
        let with_old = profile::load(path, Vocabulary::from(was))?;
        let with_new = profile::load(path, Vocabulary::from(is))?;
        let old = Under { rules: was, profile: &with_old.profile };
        let new = Under { rules: is, profile: &with_new.profile };
        diff.profiles.push(under(old, new, &path.display().to_string(), today));
    }
    Ok(diff)
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

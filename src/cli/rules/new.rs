//! `candor rules new …`: the first files of a decision, an overlay, a source or a list. Never writes over a file.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use chrono::{Local, NaiveDate};

use super::exact_day;
use crate::cli::{Ended, RulesFrom, explain, load, out};
use crate::ruleset::{RuleSet, Tests};
use crate::scaffold::{self, DecisionWish, Scaffold};

#[derive(Debug, clap::Subcommand)]
pub enum Command {
    /// A decision with its first rules, and a case; goes to the folder given with --overlay, or else --rules
    Decision(Decision),
    /// What an institution adds, in a folder of its own
    Overlay {
        /// Its id, such as north-state
        id: String,
        /// The folder to make (default: one named by the id)
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
    /// A source to cite
    Source { id: String },
    /// A dated list of countries, or of organisations
    List {
        id: String,
        /// Organisations instead of countries
        #[arg(long)]
        organisations: bool,
        /// The source that publishes it
        #[arg(long, value_name = "SOURCE")]
        source: Option<String>,
    },
}

#[derive(Debug, clap::Args)]
pub struct Decision {
    /// Its id: folder, record kind and name, such as nsf.trip.cpos
    id: String,
    /// The record kind (default: the second part of the id)
    #[arg(long, value_name = "KIND")]
    record: Option<String>,
    /// The section of a form where it is listed
    #[arg(long)]
    place: Option<String>,
    /// The agency whose moments and case are meant (default: the first that uses the folder)
    #[arg(long)]
    agency: Option<String>,
    /// When it is asked; may be repeated (default: the agency's first moment)
    #[arg(long = "moment", value_name = "MOMENT")]
    moments: Vec<String>,
    /// The source that says so
    #[arg(long)]
    source: Option<String>,
    /// The day from which the source applies (default: today)
    #[arg(long, value_name = "DATE")]
    from: Option<String>,
}

pub fn run(command: &Command, from: RulesFrom<'_>) -> anyhow::Result<Ended> {
    let loaded = load(from, Tests::Load)?;
    let Some(rules) = &loaded.rules else {
        explain(&loaded.problems);
        return Ok(Ended::Unusable);
    };
    let today = Local::now().date_naive();
    if let Command::Overlay { id, into } = command {
        let made = scaffold::overlay(rules, id, today)?;
        let dir = into.clone().unwrap_or_else(|| PathBuf::from(id));
        return write(&dir, &made, &format!("--overlay {}", dir.display()));
    }
    let (dir, option) = folder(from)?;
    let made = make(command, rules, from, today)?;
    write(dir, &made, &format!("{option} {}", dir.display()))
}

/// The folder to write to: the last overlay, or the rule set.
fn folder(from: RulesFrom<'_>) -> anyhow::Result<(&Path, &'static str)> {
    match (from.overlays.last(), from.dir) {
        (Some(overlay), _) => Ok((overlay, "--overlay")),
        (None, Some(dir)) => Ok((dir, "--rules")),
        (None, None) => bail!(
            "say which folder: --overlay DIR for what your institution adds, or --rules DIR for a rule set; the built-in rules \
             cannot be changed"
        ),
    }
}

fn make(command: &Command, rules: &RuleSet, from: RulesFrom<'_>, today: NaiveDate) -> anyhow::Result<Scaffold> {
    let overlay = (!from.overlays.is_empty()).then(|| rules.overlays.last()).flatten();
    Ok(match command {
        Command::Decision(wanted) => {
            let first = wanted.from.as_deref().map(|day| exact_day("--from", day)).transpose()?;
            let wish = DecisionWish {
                id: &wanted.id,
                record: wanted.record.as_deref(),
                place: wanted.place.as_deref(),
                agency: wanted.agency.as_deref(),
                moments: &wanted.moments,
                source: wanted.source.as_deref(),
                from: first.unwrap_or(today),
            };
            scaffold::decision(rules, overlay, wish, today)?
        }
        Command::Overlay { id, .. } => scaffold::overlay(rules, id, today)?,
        Command::Source { id } => scaffold::source(rules, id, today)?,
        Command::List { id, organisations, source } => {
            scaffold::list(rules, id, *organisations, source.as_deref(), today)?
        }
    })
}

/// Writes all files or none, and says what comes next.
fn write(dir: &Path, made: &Scaffold, options: &str) -> anyhow::Result<Ended> {
    let paths: Vec<PathBuf> = made.files.iter().map(|f| dir.join(&f.name)).collect();
    if let Some(there) = paths.iter().find(|p| p.exists()) {
        bail!("{} is there already; nothing was written", there.display());
    }
    let mut text = String::from("Written:\n");
    for (path, file) in paths.iter().zip(&made.files) {
        let parent = path.parent().unwrap_or(dir);
        std::fs::create_dir_all(parent).with_context(|| format!("cannot make the folder {}", parent.display()))?;
        put(path, parent, &file.text).with_context(|| format!("cannot write {}", path.display()))?;
        let _ = writeln!(text, "  {}", path.display());
    }
    text.push_str("\nNext:\n");
    for (i, step) in made.next.iter().enumerate() {
        let _ = writeln!(text, "  {}. {step}", i + 1);
    }
    let _ = writeln!(
        text,
        "  {}. candor rules check {options}   says what is left, and proves the rules",
        made.next.len() + 1
    );
    let _ = writeln!(text, "     candor rules test {options}    runs the examples and cases");
    out(&text)
}

/// A file that was not there, written beside and then moved.
fn put(path: &Path, parent: &Path, text: &str) -> std::io::Result<()> {
    let mut file = tempfile::NamedTempFile::new_in(parent)?;
    file.write_all(text.as_bytes())?;
    file.as_file().sync_all()?;
    file.persist_noclobber(path)?;
    Ok(())
}

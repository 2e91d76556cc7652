//! `candor report`: the outcome for each target, in the format that the file's name asks for.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::check::assess_all;
use super::target::Options;
use super::{Ended, out};
use crate::profile::{self, Vocabulary};
use crate::report::{self, Report};
use crate::ruleset::RuleSet;

#[derive(Debug, Args)]
pub struct Command {
    /// The profile
    file: PathBuf,
    #[command(flatten)]
    options: Options,
    /// Where to write it; the ending says the format: .html, .md, .txt or .json (default: text on the screen)
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

pub fn run(command: &Command, rules: &RuleSet) -> anyhow::Result<Ended> {
    let read = profile::load(&command.file, Vocabulary::from(rules))?;
    super::explain(&read.warnings);
    let mut profile = read.profile;
    let today = command.options.today()?;
    profile.targets = command.options.resolve(rules, &profile)?;
    profile.targets.extend(command.options.standing(rules, &profile, today));
    let assessments = assess_all(rules, &profile, today);
    let remarks = super::snapshot::remarks(rules, &profile, &command.file, today);
    let report = report::build(rules, &profile, &assessments, &remarks, today);
    match &command.output {
        None => out(&report::text(&report))?,
        Some(path) => {
            write(path, &render(&report, path)?)?;
            eprintln!("Written to {}", path.display());
            Ended::Clear
        }
    };
    Ok(if report.needs_attention() { Ended::Attention } else { Ended::Clear })
}

/// The report in the format that the file name's ending asks for.
pub fn render(report: &Report, path: &Path) -> anyhow::Result<String> {
    Ok(match path.extension().and_then(|e| e.to_str()) {
        Some("html" | "htm") => report::html(report),
        Some("md") => report::markdown(report),
        Some("txt") => report::text(report),
        Some("json") => report::json(report),
        _ => bail!("{}: the file name must end in .html, .md, .txt or .json", path.display()),
    })
}

/// Writes beside, syncs and renames, so that a report that was there before is never half overwritten. Only its owner can
/// read it.
pub fn write(path: &Path, text: &str) -> anyhow::Result<()> {
    use std::io::Write as _;
    let dir = path.parent().filter(|d| !d.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let failed = || format!("cannot write {}; check that the folder exists, is yours and has room", path.display());
    let mut file = tempfile::NamedTempFile::new_in(dir).with_context(failed)?;
    file.write_all(text.as_bytes()).with_context(failed)?;
    file.as_file().sync_all().with_context(failed)?;
    file.persist(path).with_context(failed)?;
    Ok(())
}

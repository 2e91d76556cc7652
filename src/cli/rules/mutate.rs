//! `candor rules mutate`: which slips of the pen no example and no case would notice.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::audit::{self, Draft, Fault, Mutation, Survivor};
use crate::cli::{Ended, Format, RulesFrom, explain, load, out};
use crate::ruleset::Tests;
use crate::text::count;

#[derive(Debug, Args)]
pub struct Command {
    /// The rule set's folder (default: the built-in rule set)
    dir: Option<PathBuf>,
    /// Only decisions whose id begins with this, such as nsf or nih.trip
    #[arg(long, value_name = "ID")]
    only: Option<String>,
    /// Only faults at the edge of a number, a date or a period
    #[arg(long)]
    boundaries: bool,
    /// Write the facts that would catch each survivor to `edges/AGENCY.toml`, to be confirmed
    #[arg(long)]
    write: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(command: &Command, from: RulesFrom<'_>) -> anyhow::Result<Ended> {
    let from = from.in_dir(command.dir.as_deref());
    let loaded = load(from, Tests::Load)?;
    explain(&loaded.problems);
    let Some(rules) = loaded.rules else { return Ok(Ended::Unusable) };
    let only = command.only.as_deref().unwrap_or_default();
    if !only.is_empty() && !rules.decisions.iter().any(|d| d.id.starts_with(only)) {
        bail!("--only {only}: no decision's id begins so; `candor rules list` lists them");
    }
    let faults: &[Fault] = if command.boundaries { &Fault::BOUNDARIES } else { &Fault::ALL };
    let today = chrono::Local::now().date_naive();
    let mutation = audit::mutate(&rules, &loaded.cases, faults, today, &|d| d.id.starts_with(only));
    match command.format {
        Format::Text => out(&text(&mutation))?,
        Format::Json => {
            let mut value = serde_json::to_value(&mutation)?;
            if let Some(map) = value.as_object_mut() {
                map.insert("schema".to_owned(), "candor.rules-mutate/1".into());
            }
            out(&format!("{}\n", serde_json::to_string_pretty(&value)?))?
        }
    };
    if command.write {
        let dir = from.dir.context("--write needs the rule set's folder: candor rules mutate DIR --write")?;
        write(dir, &mutation.survivors)?;
    }
    Ok(if mutation.survivors.is_empty() { Ended::Clear } else { Ended::Attention })
}

fn text(m: &Mutation) -> String {
    let mut text = String::new();
    for s in &m.survivors {
        let _ = writeln!(text, "{}", s.rule);
        for fault in &s.faults {
            let _ = writeln!(text, "  {fault}");
        }
        let _ = writeln!(text, "  at {}:{}", s.file, s.line);
        match &s.draft {
            Some(draft) => edge(draft).lines().for_each(|line| {
                let _ = writeln!(text, "    {line}");
            }),
            None => text.push_str("    no example could be written for it\n"),
        }
        text.push('\n');
    }
    let _ = writeln!(
        text,
        "{}: {} caught, {} equivalent by proof, {} different on paper only, {} not caught; {} would catch them.",
        count(m.mutants, "mutant", "mutants"),
        m.caught,
        m.equivalent,
        m.on_paper,
        m.survived,
        count(m.survivors.len(), "more example", "more examples")
    );
    text
}

/// Facts as a file of edges has them.
fn edge(draft: &Draft) -> String {
    format!("[[edge]]\nrule = \"{}\"\n{}", draft.rule, draft.facts)
}

/// Adds each draft to the file of edges of its agency.
fn write(dir: &Path, survivors: &[Survivor]) -> anyhow::Result<()> {
    let mut by_agency: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for draft in survivors.iter().filter_map(|s| s.draft.as_ref()) {
        let agency = draft.rule.split('.').next().unwrap_or_default();
        by_agency.entry(agency).or_default().insert(edge(draft));
    }
    let folder = dir.join("edges");
    std::fs::create_dir_all(&folder).with_context(|| format!("{} cannot be made", folder.display()))?;
    for (agency, edges) in by_agency {
        let path = folder.join(format!("{agency}.toml"));
        let mut text = match std::fs::read_to_string(&path) {
            Ok(text) => text,
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => INTRODUCTION.to_owned(),
            Err(e) => return Err(e).with_context(|| format!("{} cannot be read", path.display())),
        };
        for edge in edges {
            let _ = write!(text, "\n{edge}");
        }
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// The first lines of a new file.
const INTRODUCTION: &str = "\
# Facts on each side of a number, a date or a period, with the rule that rules them. Written by `candor rules mutate DIR --write`,
# to be read against the source before they are kept.
";

//! `candor rules mutate`: which slips of the pen no example and no case would notice.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use super::{Ended, Format, RulesFrom, explain, load, out};
use crate::audit::{self, Fault, Mutation, Survivor};
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
    /// Write the example that would catch each survivor into its decision's file, to be confirmed
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
            Some(draft) => draft.lines().for_each(|line| {
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

/// Puts each draft after the examples of its rule.
fn write(dir: &Path, survivors: &[Survivor]) -> anyhow::Result<()> {
    let mut by_file: BTreeMap<&str, BTreeMap<usize, Vec<&str>>> = BTreeMap::new();
    for s in survivors {
        if let Some(draft) = &s.draft {
            let drafts = by_file.entry(&s.file).or_default().entry(s.line).or_default();
            if !drafts.contains(&draft.as_str()) {
                drafts.push(draft);
            }
        }
    }
    for (file, rules) in by_file {
        let path = dir.join(file);
        let old = std::fs::read_to_string(&path).with_context(|| format!("{} cannot be read", path.display()))?;
        let lines: Vec<&str> = old.split_inclusive('\n').collect();
        let mut new = String::new();
        let mut done = 0;
        for (line, drafts) in rules {
            let end = end_of_rule(&lines, line);
            new.extend(lines.get(done..end).unwrap_or_default().iter().copied());
            for draft in drafts {
                let _ = write!(new, "\n# draft: confirm against the source\n{draft}");
            }
            done = end;
        }
        new.extend(lines.get(done..).unwrap_or_default().iter().copied());
        std::fs::write(&path, new).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// The index of the line after the last one that belongs to the rule which starts at `line` (from 1): comments and empty lines
/// before the next rule are the next rule's.
fn end_of_rule(lines: &[&str], line: usize) -> usize {
    let next =
        lines.iter().enumerate().skip(line).find(|(_, l)| l.starts_with("[[rule]]")).map_or(lines.len(), |(i, _)| i);
    let text = |i: usize| lines.get(i).map_or("", |l| l.trim());
    (line..next).rev().find(|&i| !text(i).is_empty() && !text(i).starts_with('#')).map_or(next, |i| i + 1)
}

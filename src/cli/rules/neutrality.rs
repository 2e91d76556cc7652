//! `candor rules neutrality`: which rulings turn on which foreign country or listed organisation, and a proof that no other does.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use super::day;
use crate::audit::{self, Neutrality, Pairs};
use crate::cli::{Ended, Format, RulesFrom, explain, load, out, report::write};
use crate::publish;
use crate::ruleset::Tests;
use crate::text::{count, list};

#[derive(Debug, Args)]
pub struct Command {
    /// The rule set's folder (default: the built-in rule set)
    dir: Option<PathBuf>,
    /// Only decisions whose id begins with this, such as nsf or nih.trip
    #[arg(long, value_name = "ID")]
    only: Option<String>,
    /// The day that dates stand at where they do not matter (default: today)
    #[arg(long, value_name = "DATE")]
    as_of: Option<String>,
    /// Write a page to read and to print, such as neutrality.html
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(command: &Command, from: RulesFrom<'_>) -> anyhow::Result<Ended> {
    let loaded = load(from.in_dir(command.dir.as_deref()), Tests::Load)?;
    explain(&loaded.problems);
    let Some(rules) = loaded.rules else { return Ok(Ended::Unusable) };
    let only = command.only.as_deref().unwrap_or_default();
    if !only.is_empty() && !rules.decisions.iter().any(|d| d.id.starts_with(only)) {
        bail!("--only {only}: no decision's id begins so; `candor rules list` lists them");
    }
    let today = day(command.as_of.clone())?.unwrap_or_else(|| chrono::Local::now().date_naive());
    // With overlays, it is theirs that somebody wants to know about.
    let whose = |d: &_| rules.overlays.is_empty() || rules.overlay(d).is_some();
    let found = audit::neutrality(&rules, Pairs::Show(today), &|d| d.id.starts_with(only) && whose(d));
    let ended = if found.is_neutral() { Ended::Clear } else { Ended::Attention };
    if let Some(path) = &command.output {
        write(path, &publish::neutrality(&rules, &found, today))?;
        eprintln!("Written to {}", path.display());
        return Ok(ended);
    }
    match command.format {
        Format::Text => out(&text(&found))?,
        Format::Json => {
            let mut value = serde_json::to_value(&found)?;
            if let Some(map) = value.as_object_mut() {
                map.insert("schema".to_owned(), "candor.rules-neutrality/1".into());
                map.insert("proved".to_owned(), found.proved().into());
                map.insert("summary".to_owned(), found.summary().into());
            }
            out(&format!("{}\n", serde_json::to_string_pretty(&value)?))?
        }
    };
    Ok(ended)
}

fn text(found: &Neutrality) -> String {
    let mut text = String::new();
    let local = |id: &str| id.rsplit('.').next().unwrap_or(id).to_owned();
    for d in &found.depend {
        let _ = writeln!(text, "{}: {}", d.decision, d.asks);
        for r in &d.rules {
            let (name, lists) = (local(&r.rule), r.lists.join(", "));
            let _ = writeln!(text, "  {name}: {}, by {lists} ({})", r.ruling, r.authority.join("; "));
        }
        if !d.untouched.is_empty() {
            let names: Vec<String> = d.untouched.iter().map(|id| local(id)).collect();
            let _ = writeln!(text, "  the same whichever it is: {}", list(&names, "and"));
        }
        match &d.pair {
            Some(pair) => {
                let _ = writeln!(text, "  {}", pair.text());
                let _ = writeln!(text, "    both with {}", pair.alike);
            }
            None => text.push_str("  no two records could be worded that show it\n"),
        }
        text.push('\n');
    }
    for a in &found.alike {
        let _ =
            writeln!(text, "{} looks at {} and comes out the same whichever it is.", a.decision, a.lists.join(", "));
    }
    if !found.lists.is_empty() {
        text.push_str("\nThe lists that make a difference:\n");
    }
    for l in &found.lists {
        let editions: Vec<String> = l.editions.iter().map(|e| format!("{} ({})", e.from, e.source)).collect();
        let (of, decisions) = (l.of, count(l.decisions, "decision", "decisions"));
        let _ = writeln!(text, "  {}: {of}, in {decisions}; editions of {}", l.id, list(&editions, "and"));
    }
    for u in &found.unadopted {
        let (sources, decisions) = (u.sources.join(", "), u.decisions.join(", "));
        let _ =
            writeln!(text, "note: nothing in these decisions cites the source of {} ({sources}): {decisions}", u.list);
    }
    for named in &found.named {
        let _ = writeln!(text, "an answer names a country: {named}");
    }
    text.push('\n');
    for line in found.around.lines() {
        let _ = writeln!(text, "{line}");
    }
    let _ = writeln!(text, "{}", found.summary());
    text
}

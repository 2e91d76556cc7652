//! `candor rules coverage`: what examples, edges and cases exercise of a rule set, and what they leave untried.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use clap::Args;

use crate::audit::{self, Coverage, Share, Tally};
use crate::cli::{Ended, Format, RulesFrom, explain, load, out, report::write};
use crate::publish;
use crate::ruleset::Tests;
use crate::text::count;

#[derive(Debug, Args)]
pub struct Command {
    /// The rule set's folder (default: the built-in rule set)
    dir: Option<PathBuf>,
    /// Only decisions whose id begins with this, such as nsf or nih.trip
    #[arg(long, value_name = "ID")]
    only: Option<String>,
    /// The sums only, without what is missing
    #[arg(long)]
    brief: bool,
    /// Write a page to read and to print, such as coverage.html
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
    // With overlays, it is theirs that somebody wants to know about.
    let whose = |d: &_| rules.overlays.is_empty() || rules.overlay(d).is_some();
    let coverage = audit::coverage(&rules, &loaded.cases, &|d| d.id.starts_with(only) && whose(d));
    let ended = if coverage.is_complete() { Ended::Clear } else { Ended::Attention };
    if let Some(path) = &command.output {
        write(path, &publish::coverage(&rules, &coverage))?;
        eprintln!("Written to {}", path.display());
        return Ok(ended);
    }
    match command.format {
        Format::Text => out(&text(&coverage, command.brief))?,
        Format::Json => {
            let mut value = serde_json::to_value(&coverage)?;
            if let Some(map) = value.as_object_mut() {
                map.insert("schema".to_owned(), "candor.rules-coverage/1".into());
                map.insert("complete".to_owned(), coverage.is_complete().into());
            }
            out(&format!("{}\n", serde_json::to_string_pretty(&value)?))?
        }
    };
    Ok(ended)
}

fn text(c: &Coverage, brief: bool) -> String {
    let mut text = String::new();
    if !brief {
        missing(&mut text, c);
    }
    let names: Vec<&str> = Tally::default().parts().iter().map(|(name, _)| *name).collect();
    row(&mut text, "covered of all", &names.iter().map(|n| (*n).to_owned()).collect::<Vec<_>>());
    let line = |tally: &Tally, of: fn(&Share) -> usize| -> Vec<String> {
        tally.parts().iter().map(|(_, share)| format!("{} of {}", of(share), share.all)).collect()
    };
    for agency in &c.agencies {
        row(&mut text, &agency.agency, &line(&agency.tally, |s| s.covered));
    }
    row(&mut text, "all", &line(&c.total, |s| s.covered));
    row(&mut text, "examples and edges alone", &line(&c.total, |s| s.examples));
    row(&mut text, "cases alone", &line(&c.total, |s| s.cases));
    text.push('\n');
    for m in &c.ledger {
        let open = if m.open > 0 { format!(", {} not accounted for", m.open) } else { String::new() };
        let _ = writeln!(
            text,
            "{}: {} of {} with rules exercised ({} by cases), {} out of scope{open}",
            m.group,
            m.covered,
            count(m.linked, "clause", "clauses"),
            m.cases,
            m.out
        );
    }
    let whole = c.sources.iter().filter(|s| s.covered == s.rules).count();
    let _ = writeln!(
        text,
        "{} of {} exercised by every rule that cites them; {} by a case.",
        whole,
        count(c.sources.len(), "source", "sources"),
        c.sources.iter().filter(|s| s.cases > 0).count()
    );
    let t = c.trials;
    let _ = writeln!(
        text,
        "By {}, {} and {}.{}{}",
        count(t.examples, "example", "examples"),
        count(t.edges, "edge", "edges"),
        count(t.cases, "expectation of cases", "expectations of cases"),
        if t.aside > 0 { format!(" {} do not come out as written and do not count.", t.aside) } else { String::new() },
        if c.quantified > 0 {
            format!(" {} about other records cannot be tried.", c.quantified)
        } else {
            String::new()
        },
    );
    let impossible: usize = c.total.parts().iter().map(|(_, share)| share.impossible).sum();
    if impossible > 0 {
        let parts = count(impossible, "part", "parts");
        let _ = writeln!(text, "{parts} can be exercised by no valid answers, by proof, and are not counted.");
    }
    let rules = c.total.rules;
    let _ = writeln!(text, "{} of {} covered.", rules.covered, count(rules.all, "rule", "rules"));
    text
}

/// What no trial exercises, rule by rule.
fn missing(text: &mut String, c: &Coverage) {
    let mut last = "";
    for m in &c.missing {
        if m.rule != last {
            let _ = writeln!(text, "{}\n  at {}:{}", m.rule, m.file, m.line);
            last = &m.rule;
        }
        let _ = writeln!(text, "  {}\n    add {}", m.says, m.add);
    }
    if !c.missing.is_empty() {
        text.push('\n');
    }
}

fn row(text: &mut String, name: &str, cells: &[String]) {
    let _ = write!(text, "{name:<26}");
    for cell in cells {
        let _ = write!(text, "{cell:>15}");
    }
    text.push('\n');
}

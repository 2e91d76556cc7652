//! `candor rules explain`: a rule's card with its examples, or, with facts, how the decision reads them.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context as _, bail};
use chrono::NaiveDate;

use super::{exact_day, show};
use crate::audit;
use crate::cli::{Ended, Format, RulesFrom, explain, load, out};
use crate::diagnostic::SourceFile;
use crate::ruleset::{Decision, Given, Loaded, Rule, RuleSet, Tests, read_facts};
use crate::text::nearest;

#[derive(Debug, clap::Args)]
pub struct Command {
    /// A decision or a rule
    id: String,
    /// Facts as an example writes them (`given`, `on`, `clocks`); `-` reads standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["given", "case"])]
    with: Option<PathBuf>,
    /// The same on one line: 'paid-by = ["own-money"], place = "NO"'
    #[arg(long, value_name = "FACTS", conflicts_with = "case")]
    given: Option<String>,
    /// The facts of a case of the rule set
    #[arg(long, value_name = "CASE")]
    case: Option<String>,
    /// The day of every clock that has no date of its own
    #[arg(long, value_name = "DATE")]
    on: Option<String>,
    /// As this agency asks, where several use the decision
    #[arg(long)]
    agency: Option<String>,
    /// Show the parts that another one has settled too
    #[arg(long)]
    all: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub fn run(command: &Command, from: RulesFrom<'_>) -> anyhow::Result<Ended> {
    let loaded = load(from, Tests::Load)?;
    let Some(rules) = &loaded.rules else {
        explain(&loaded.problems);
        return Ok(Ended::Unusable);
    };
    if command.with.is_none() && command.given.is_none() && command.case.is_none() && command.on.is_none() {
        return show(rules, &command.id, None, true);
    }
    let (decision, rule) = find(rules, &command.id)?;
    let (mut given, mut agency) = match facts(command, &loaded, rules, decision)? {
        Ok(facts) => facts,
        Err(problems) => {
            explain(&problems);
            return Ok(Ended::Unusable);
        }
    };
    if let Some(day) = &command.on {
        given.on = Some(exact_day("--on", day)?);
    }
    agency = command.agency.clone().or(agency);
    let Some(trace) = audit::trace(rules, decision, rule, &given, agency.as_deref(), today()) else {
        let moments = decision.moments.join(", ");
        match agency {
            Some(agency) => {
                bail!("the agency `{agency}` does not ask {} at any of its moments ({moments})", decision.id)
            }
            None => bail!("no agency asks {} at the moment given; its moments are {moments}", decision.id),
        }
    };
    match command.format {
        Format::Text => out(&audit::trace_text(&trace, command.all)),
        Format::Json => out(&format!("{}\n", serde_json::to_string_pretty(&audit::trace_json(&trace))?)),
    }
}

fn today() -> NaiveDate {
    chrono::Local::now().date_naive()
}

/// The decision with this id, or the rule and its decision.
fn find<'r>(rules: &'r RuleSet, id: &str) -> anyhow::Result<(&'r Decision, Option<&'r Rule>)> {
    if let Some(decision) = rules.decision(id) {
        return Ok((decision, None));
    }
    let found = rules.decisions.iter().find_map(|d| d.rules.iter().find(|r| r.id == id).map(|r| (d, Some(r))));
    let ids = || rules.decisions.iter().flat_map(|d| std::iter::once(&d.id).chain(d.rules.iter().map(|r| &r.id)));
    found.with_context(|| match nearest(id, ids().map(String::as_str)) {
        Some(near) => format!("there is no decision or rule \"{id}\"; did you mean {near}?"),
        None => format!("there is no decision or rule \"{id}\"; `candor rules list` lists them"),
    })
}

type Facts = (Given, Option<String>);

/// The facts, and the agency of a case; or what is wrong with the file.
fn facts(
    command: &Command,
    loaded: &Loaded,
    rules: &RuleSet,
    decision: &Decision,
) -> anyhow::Result<Result<Facts, Vec<crate::diagnostic::Diagnostic>>> {
    if let Some(id) = &command.case {
        let case = loaded.cases.iter().find(|c| c.id == *id);
        let near = || nearest(id, loaded.cases.iter().map(|c| c.id.as_str()));
        let case = case.with_context(|| match near() {
            Some(near) => format!("there is no case \"{id}\"; did you mean {near}?"),
            None => format!("there is no case \"{id}\""),
        })?;
        if case.kind != decision.kind {
            bail!("the case {id} is about another kind of record than {}", decision.id);
        }
        let mut given = case.given.clone();
        given.on = given.on.or(rules.meta.released);
        return Ok(Ok((given, Some(case.agency.clone()))));
    }
    let file = match (&command.with, &command.given) {
        (Some(path), _) => SourceFile { name: path.display().to_string(), text: read(path)? },
        (None, Some(facts)) => SourceFile { name: "--given".to_owned(), text: format!("given = {{ {facts} }}\n") },
        (None, None) => SourceFile { name: "--on".to_owned(), text: String::new() },
    };
    Ok(read_facts(rules, decision.kind, &Arc::new(file)).map(|given| (given, None)))
}

fn read(path: &Path) -> anyhow::Result<String> {
    if path == Path::new("-") {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).context("cannot read the facts from standard input")?;
        return Ok(text);
    }
    std::fs::read_to_string(path).with_context(|| format!("cannot read the facts in {}", path.display()))
}

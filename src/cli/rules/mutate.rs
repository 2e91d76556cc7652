//! `candor rules mutate`: which slips of the pen no example and no case would notice.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail};
use clap::Args;

use crate::audit::{self, Fault, MutantTally, Mutation, Row, Survivor};
use crate::cli::{Ended, Format, RulesFrom, explain, load, out};
use crate::condition::Frame;
use crate::report::words;
use crate::ruleset::{Deadline, Decision, Edge, Example, Rule, RuleSet, Tests};
use crate::text::count;

#[derive(Debug, Args)]
pub struct Command {
    /// The rule set's folder (default: the built-in rule set)
    dir: Option<PathBuf>,
    /// Only decisions whose id begins with this, such as nsf or nih.trip; may be given several times
    #[arg(long, value_name = "ID")]
    only: Vec<String>,
    /// Only faults at the edge of a number, a date or a period
    #[arg(long)]
    boundaries: bool,
    /// Write the facts that would catch each survivor to `edges/`, as drafts to be confirmed
    #[arg(long)]
    write: bool,
    /// Show the drafts that are to be confirmed, rule by rule, for reading against the sources; plants nothing
    #[arg(long, conflicts_with_all = ["write", "boundaries"])]
    table: bool,
    #[arg(long, value_enum, default_value_t)]
    format: Format,
}

pub(super) fn run(command: &Command, from: RulesFrom<'_>) -> anyhow::Result<Ended> {
    let from = from.in_dir(command.dir.as_deref());
    let loaded = load(from, Tests::Load)?;
    explain(&loaded.problems);
    let Some(rules) = loaded.rules else { return Ok(Ended::Unusable) };
    let wanted = |d: &Decision| command.only.is_empty() || command.only.iter().any(|id| d.id.starts_with(id));
    if let Some(id) = command.only.iter().find(|id| !rules.decisions.iter().any(|d| d.id.starts_with(*id))) {
        bail!("--only {id}: no decision's id begins so; `candor rules list` lists them");
    }
    if command.table {
        out(&table(&rules, &wanted))?;
        return Ok(Ended::Clear);
    }
    let faults: &[Fault] = if command.boundaries { &Fault::BOUNDARIES } else { &Fault::ALL };
    let today = chrono::Local::now().date_naive();
    let mutation = audit::mutate(&rules, &loaded.cases, faults, today, &wanted);
    match command.format {
        Format::Text => out(&text(&mutation))?,
        Format::Json => {
            let mut value = serde_json::to_value(&mutation)?;
            if let Some(map) = value.as_object_mut() {
                map.insert("schema".to_owned(), "candor.rules-mutate/2".into());
            }
            out(&format!("{}\n", serde_json::to_string_pretty(&value)?))?
        }
    };
    if command.write {
        let dir = from.dir.context("--write needs the rule set's folder: candor rules mutate DIR --write")?;
        write(dir, &rules, &mutation)?;
    }
    let clear = mutation.survivors.is_empty() && mutation.all.by_drafts == 0;
    Ok(if clear { Ended::Clear } else { Ended::Attention })
}

fn text(m: &Mutation) -> String {
    let mut text = String::new();
    let mut survivors = m.survivors.as_slice();
    while let Some(first) = survivors.first() {
        // Survivors of one rule that one example would catch stand together.
        let alike = |s: &&Survivor| s.rule == first.rule && s.draft == first.draft;
        let together = survivors.iter().take_while(alike).count();
        let _ = writeln!(text, "{}", first.rule);
        for s in survivors.iter().take(together) {
            let _ = writeln!(text, "  {}", s.fault);
        }
        let _ = writeln!(text, "  at {}:{}", first.file, first.line);
        match &first.draft {
            Some(draft) if draft.edge.is_empty() => {
                let _ = writeln!(text, "    would be caught if a file of edges said what {} comes to", draft.rule);
            }
            Some(draft) => {
                let _ = writeln!(text, "    {}\n    {}", draft.rule, draft.edge);
            }
            None => text.push_str("    no example could be written for it\n"),
        }
        text.push('\n');
        survivors = survivors.get(together..).unwrap_or_default();
    }
    let _ = writeln!(
        text,
        "{:<12}{:>9}{:>9}{:>11}{:>12}{:>10}{:>10}",
        "fault", "mutants", "caught", "by drafts", "equivalent", "on paper", "survived"
    );
    let mut row = |name: &str, t: &MutantTally| {
        let _ = writeln!(
            text,
            "{name:<12}{:>9}{:>9}{:>11}{:>12}{:>10}{:>10}",
            t.mutants, t.caught, t.by_drafts, t.equivalent, t.on_paper, t.survived
        );
    };
    for (fault, tally) in &m.by_fault {
        row(&format!("{fault:?}").to_lowercase(), tally);
    }
    row("all", &m.all);
    let lines: usize = m.drafts.values().flatten().map(|b| b.edges.len()).sum();
    if lines > 0 {
        let _ = writeln!(text, "\n{} of edges would catch what survived.", count(lines, "line", "lines"));
    }
    text
}

/// Drafts to be read against the sources: each rule with what it says, and the facts it is to rule, one line for each edge.
fn table(rules: &RuleSet, wanted: &dyn Fn(&Decision) -> bool) -> String {
    let mut text = String::new();
    let mut drafts = 0;
    for decision in rules.decisions.iter().filter(|d| wanted(d)) {
        let Some(frame) = rules.frames.get(decision.kind) else { continue };
        let drafted =
            |r: &Rule| r.stated.iter().any(|s| s.edge.read.is_none()) || r.examples.iter().any(|e| e.is_draft());
        if !decision.rules.iter().any(drafted) {
            continue;
        }
        let moments = decision.moments.join(", ");
        let _ = writeln!(text, "{}  {}\n  at {} (place {})", decision.id, decision.asks, moments, decision.place);
        for rule in decision.rules.iter().filter(|r| drafted(r)) {
            let _ = writeln!(text, "\n  {} → {}{}", rule.local_id(), rule.ruling.id(), comes_to(frame, decision, rule));
            let mut line = |name: &str, value: &str| {
                if !value.is_empty() {
                    let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
                    let _ = writeln!(text, "    {name:<8}{value}");
                }
            };
            line("when", if rule.otherwise { "nothing else applies" } else { &rule.when_text });
            line("unless", &rule.unless.join(", "));
            line("period", &words::period(&rule.period));
            line("because", &rule.because);
            for authority in &rule.authority {
                line("source", &format!("{} {}", authority.source, authority.at));
            }
            for row in drafted_rows(frame, decision, rule) {
                drafts += row.examples();
                let (facts, instead) = row.words();
                let _ = writeln!(text, "    - {facts}");
                for line in instead {
                    let _ = writeln!(text, "        {line}");
                }
            }
        }
        text.push('\n');
    }
    let _ = writeln!(text, "{} to confirm.", count(drafts, "draft", "drafts"));
    text
}

/// The drafts that stand under a rule, as lines: examples that share a line differ from its first in one answer.
fn drafted_rows(frame: &Frame, decision: &Decision, rule: &Rule) -> Vec<Row> {
    let mut rows: Vec<Row> = Vec::new();
    for (base, edge) in drafts(rule).filter(|(e, edge)| e.line == edge.row) {
        let mut row = Row::of(frame, &base.given);
        for other in &decision.rules {
            let to = (other.id != rule.id).then(|| other.local_id());
            let same = |(e, at): &(&Example, &Edge)| *at == edge && e.line != at.row;
            for (example, _) in drafts(other).filter(same) {
                let answers = &example.given.answers;
                let field = answers.iter().find(|(name, answer)| base.given.answers.get(*name) != Some(*answer));
                row.instead(frame, field.map(|(name, _)| name.as_str()), &example.given, to);
            }
        }
        rows.push(row);
    }
    rows
}

fn drafts(rule: &Rule) -> impl Iterator<Item = (&Example, &Edge)> {
    rule.examples.iter().filter(|e| e.is_draft()).filter_map(|e| Some((e, e.edge.as_ref()?)))
}

/// Where and by when, where that is not the usual.
fn comes_to(frame: &Frame, decision: &Decision, rule: &Rule) -> String {
    let mut text = String::new();
    if rule.place != decision.place {
        let _ = write!(text, ", place {}", rule.place);
    }
    if rule.deadline != Deadline::WithForm {
        let _ = write!(text, ", deadline {}", audit::deadline_text(frame, &rule.deadline));
    }
    text
}

/// Adds the drafts to the files of edges, one for each decision.
fn write(dir: &Path, rules: &RuleSet, mutation: &Mutation) -> anyhow::Result<()> {
    for (id, blocks) in &mutation.drafts {
        let Some(decision) = rules.decision(id) else { continue };
        let path = dir.join("edges").join(id.replace('.', "/")).with_extension("toml");
        let (mut text, new) = match std::fs::read_to_string(&path) {
            Ok(text) => (text, false),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => (format!("decision = \"{id}\"\n{DRAFT}\n"), true),
            Err(e) => return Err(e).with_context(|| format!("{} cannot be read", path.display())),
        };
        let mark = !new && !text.lines().any(|line| line == DRAFT);
        for block in blocks {
            text.push('\n');
            text.push_str(&audit::block_text(rules, decision, block, mark));
        }
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
        }
        std::fs::write(&path, text).with_context(|| format!("{} cannot be written", path.display()))?;
    }
    Ok(())
}

/// Says that the edges of a file are drafts.
const DRAFT: &str = "draft    = true # once read against the sources: read = DATE";

//! `candor rules …`: reading, proving and testing a rule set.

use std::fmt::Write as _;
use std::path::PathBuf;

use anyhow::bail;
use chrono::NaiveDate;
use clap::Subcommand;
use serde_json::json;

mod book;
mod coverage;
mod diff;
mod explain;
mod explain_error;
mod keygen;
mod mutate;
mod neutrality;
mod new;
mod news;
mod overlays;
mod sign;
mod trust;
mod verify;

use crate::audit;
use crate::calendar::PartialDate;
use crate::cli::{Ended, Format, RulesFrom, explain, load, out};
use crate::report::wrap::Page;
use crate::report::{ANYTHING, RouteNote, words};
use crate::ruleset::{Decision, Expected, Given, Rule, RuleSet, Tests};
use crate::text::{count, nearest};

#[derive(Debug, Subcommand)]
pub enum Command {
    /// List decisions and what they ask
    List {
        /// Only decisions that apply to this agency
        #[arg(long)]
        agency: Option<String>,
        /// Only rules in force on this day (every clock)
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Show a decision, a rule or a source
    Show {
        id: String,
        /// Only rules in force on this day (every clock)
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
    },
    /// Explain a rule: why it reads as it does, an example that fires it and a near miss; with facts, how it reads them
    Explain(explain::Command),
    /// Say what the code of a problem or finding means, with an example and how to mend it
    ExplainError(explain_error::Command),
    /// Start a decision, overlay, source or list: files that load, marked where you fill them in
    #[command(subcommand)]
    New(new::Command),
    /// List the sources that are cited
    Sources {
        /// With every clause, and the rules that stand for it
        #[arg(long)]
        clauses: bool,
    },
    /// What changed for researchers, newest first, as Markdown
    Changes {
        /// Only what concerns this agency
        #[arg(long)]
        agency: Option<String>,
        /// Only what took effect on this day or later
        #[arg(long, value_name = "DATE")]
        since: Option<String>,
    },
    /// How something found late is put right, by agency and stage, with a note to send
    Routes {
        /// Only this agency
        #[arg(long)]
        agency: Option<String>,
    },
    /// Law that is not settled: bills, rules before a court, statutes that have run out
    Pending,
    /// Load, type-check and prove a rule set
    Check {
        /// Its folder (default: the built-in rule set)
        dir: Option<PathBuf>,
        /// The day against which sources and reviews are old
        #[arg(long, value_name = "DATE")]
        as_of: Option<String>,
        /// Show notes as well: what is worth knowing, with nothing to do
        #[arg(long)]
        notes: bool,
        /// Most questions that the solver is asked about each decision
        #[arg(long, value_name = "N")]
        budget: Option<usize>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
    /// Write the rule set as a book: pages to search, read and print, from a folder
    Book(book::Command),
    /// What examples, edges and cases exercise of the rules, their dates and their sources, and what they do not
    Coverage(coverage::Command),
    /// Whom two rule sets answer differently, with an example of each change, or a proof that there is nobody
    Diff(diff::Command),
    /// Plant single faults and see whether the examples and cases notice
    Mutate(mutate::Command),
    /// Which rulings turn on which foreign country or listed organisation, and a proof that no other does
    Neutrality(neutrality::Command),
    /// Make a key pair to sign releases with
    Keygen(keygen::Command),
    /// Sign a rule set or overlay, for publication
    Sign(sign::Command),
    /// Who signed a rule set or overlay, and what changed since
    Verify(verify::Command),
    /// Trust a key's signatures, list whom you trust, or stop trusting
    Trust(trust::Command),
    /// Run the examples and cases of a rule set
    Test {
        /// Its folder (default: the built-in rule set)
        dir: Option<PathBuf>,
        #[arg(long, value_enum, default_value_t)]
        format: Format,
    },
}

pub(super) fn run(command: Command, from: RulesFrom<'_>) -> anyhow::Result<Ended> {
    match command {
        Command::List { agency, as_of, format } => with(from, |r| list(r, agency.as_deref(), day(as_of)?, format)),
        Command::Show { id, as_of } => with(from, |r| show(r, &id, day(as_of)?, false)),
        Command::Explain(command) => explain::run(&command, from),
        Command::ExplainError(command) => explain_error::run(&command),
        Command::New(command) => new::run(&command, from),
        Command::Sources { clauses } => with(from, |r| news::sources(r, clauses)),
        Command::Changes { agency, since } => {
            let since = since.map(|t| exact_day("--since", &t)).transpose()?;
            with(from, |r| news::changes(r, agency.as_deref(), since))
        }
        Command::Routes { agency } => with(from, |r| routes(r, agency.as_deref())),
        Command::Pending => with(from, news::pending),
        Command::Check { dir, as_of, notes, budget, format } => {
            let budget = budget.map_or_else(audit::Budget::default, audit::Budget);
            check(from.in_dir(dir.as_deref()), day(as_of)?, budget, notes, format)
        }
        Command::Book(command) => book::run(&command, from),
        Command::Coverage(command) => coverage::run(&command, from),
        Command::Diff(command) => diff::run(&command, from),
        Command::Mutate(command) => mutate::run(&command, from),
        Command::Neutrality(command) => neutrality::run(&command, from),
        Command::Keygen(command) => keygen::run(&command),
        Command::Sign(command) => sign::run(&command, from),
        Command::Verify(command) => verify::run(&command),
        Command::Trust(command) => trust::run(&command),
        Command::Test { dir, format } => test(from.in_dir(dir.as_deref()), format),
    }
}

fn routes(rules: &RuleSet, agency: Option<&str>) -> anyhow::Result<Ended> {
    let mut page = Page::default();
    for of in rules.agencies.iter().filter(|a| agency.is_none_or(|id| a.id == id)) {
        for route in rules.routes.iter().filter(|r| r.agency == of.id) {
            let note = RouteNote::of(rules, route, &ANYTHING);
            page.gap();
            page.para(0, 0, &format!("{}: {}", of.short, words::lower_first(route.stage.title())));
            for (label, text) in note.lines() {
                page.para(2, 4, &format!("{label}: {text}"));
            }
            page.para(2, 4, &format!("A note to send: {}", note.draft));
        }
    }
    match (page.finish(), agency) {
        (text, Some(id)) if text.trim().is_empty() => bail!("no routes for an agency \"{id}\""),
        (text, _) => out(&text),
    }
}

fn day(text: Option<String>) -> anyhow::Result<Option<NaiveDate>> {
    text.map(|t| exact_day("--as-of", &t)).transpose()
}

fn exact_day(option: &str, text: &str) -> anyhow::Result<NaiveDate> {
    match PartialDate::parse(text).filter(PartialDate::is_exact) {
        Some(d) => Ok(d.first),
        None => bail!("{option} {text}: write a day such as 2026-11-23"),
    }
}

fn with(from: RulesFrom<'_>, then: impl FnOnce(&RuleSet) -> anyhow::Result<Ended>) -> anyhow::Result<Ended> {
    let loaded = load(from, Tests::Load)?;
    match loaded.rules {
        Some(rules) => then(&rules),
        None => {
            explain(&loaded.problems);
            Ok(Ended::Unusable)
        }
    }
}

/// Is the rule in force if every clock stands on this day?
fn in_force(rule: &Rule, day: Option<NaiveDate>) -> bool {
    day.is_none_or(|d| rule.period.from.is_none_or(|f| f <= d) && rule.period.until.is_none_or(|u| d < u))
}

fn list(rules: &RuleSet, agency: Option<&str>, day: Option<NaiveDate>, format: Format) -> anyhow::Result<Ended> {
    let decisions: Vec<&Decision> = match agency {
        None => rules.decisions.iter().collect(),
        Some(id) => match rules.agency(id) {
            Some(a) => rules.decisions_for(a).collect(),
            None => {
                let ids: Vec<&str> = rules.agencies.iter().map(|a| a.id.as_str()).collect();
                bail!("--agency {id}: there is no such agency; known are {}", ids.join(", "));
            }
        },
    };
    if format == Format::Json {
        let items: Vec<_> = decisions
            .iter()
            .map(|d| {
                let rules: Vec<&str> = d.rules.iter().filter(|r| in_force(r, day)).map(|r| r.id.as_str()).collect();
                json!({ "id": d.id, "asks": d.asks, "place": d.place, "moments": d.moments, "rules": rules })
            })
            .collect();
        let all = json!({ "schema": "candor.rules-list/1", "rule_set": rules.meta.id, "version": rules.meta.version,
            "digest": rules.digest, "decisions": items });
        return out(&format!("{}\n", serde_json::to_string_pretty(&all)?));
    }
    let mut text = format!("{} {} ({})\n", rules.meta.title, rules.meta.version, short(&rules.digest));
    let mut kind = usize::MAX;
    let mut sorted = decisions;
    sorted.sort_by_key(|d| (d.kind, d.id.as_str()));
    for d in sorted {
        if d.kind != kind {
            kind = d.kind;
            let _ = writeln!(text, "\n{}", rules.kinds.get(kind).map_or("", |k| k.plural.as_str()));
        }
        let n = d.rules.iter().filter(|r| in_force(r, day)).count();
        let _ = writeln!(text, "  {:<36} {} ({})", d.id, d.asks, count(n, "rule", "rules"));
    }
    text.push_str("\n`candor rules show ID` shows a decision with its rules.\n");
    out(&text)
}

fn short(digest: &str) -> &str {
    digest.get(..12).unwrap_or(digest)
}

fn show(rules: &RuleSet, id: &str, day: Option<NaiveDate>, with_examples: bool) -> anyhow::Result<Ended> {
    let mut text = String::new();
    if let Some(d) = rules.decision(id) {
        let (form, section) = rules.place(&d.place).map_or(("", ""), |(f, s)| (f.title.as_str(), s.title.as_str()));
        let _ = writeln!(text, "{}\n{}\n", d.id, d.asks);
        let _ = writeln!(text, "Place    {form}: {section} ({})", d.place);
        let _ = writeln!(text, "Asked at {}", d.moments.join(", "));
        let _ = writeln!(text, "File     {}", d.file);
        for rule in d.rules.iter().filter(|r| in_force(r, day)) {
            text.push('\n');
            card(rules, d, rule, with_examples, &mut text);
        }
    } else if let Some((d, rule)) =
        rules.decisions.iter().find_map(|d| d.rules.iter().find(|r| r.id == id).map(|r| (d, r)))
    {
        let _ = writeln!(text, "{}\n", d.asks);
        card(rules, d, rule, with_examples, &mut text);
    } else if let Some(s) = rules.source(id) {
        let _ = writeln!(text, "{}\n{}, {}\n{}", s.id, s.title, s.issuer, s.url);
        let _ = writeln!(text, "{}", words::source_dates(s));
        if !s.note.is_empty() {
            let _ = writeln!(text, "{}", s.note);
        }
        let _ = writeln!(text, "\nCited by");
        for r in rules.decisions.iter().flat_map(|d| &d.rules).filter(|r| r.authority.iter().any(|a| a.source == s.id))
        {
            let _ = writeln!(text, "  {}", r.id);
        }
    } else {
        let ids = rules
            .decisions
            .iter()
            .flat_map(|d| std::iter::once(d.id.as_str()).chain(d.rules.iter().map(|r| r.id.as_str())))
            .chain(rules.sources.iter().map(|s| s.id.as_str()));
        let hint =
            nearest(id, ids).map_or("`candor rules list` lists them".to_owned(), |n| format!("did you mean {n}?"));
        bail!("there is no decision, rule or source \"{id}\"; {hint}");
    }
    out(&text)
}

/// A rule's card: what it says, when, and on what authority.
fn card(rules: &RuleSet, decision: &Decision, rule: &Rule, with_examples: bool, text: &mut String) {
    let _ = writeln!(text, "{}: {}", rule.id, rule.ruling.title());
    let mut line = |name: &str, value: &str| {
        if !value.is_empty() {
            for (i, part) in wrap(value, 66).iter().enumerate() {
                let _ = writeln!(text, "  {:<10} {part}", if i == 0 { name } else { "" });
            }
        }
    };
    line("when", if rule.otherwise { "nothing else applies" } else { &rule.when_text });
    line("unless", &rule.unless.join(", "));
    if rule.place != decision.place {
        line("place", &rule.place);
    }
    line("because", &rule.because);
    line("do", &rule.action);
    line("ask", &rule.question);
    line("period", &words::period(&rule.period));
    for a in &rule.authority {
        line("source", &words::citation(rules, a));
        if let Some(source) = rules.source(&a.source) {
            line("", &format!("{}. {}", source.issuer, source.url));
            line("", &source.note);
        }
    }
    line("basis", &format!("{}, verified {}", rule.basis.id(), rule.verified));
    line("review by", &rule.review_by.map(|d| d.to_string()).unwrap_or_default());
    line("note", &rule.note);
    if with_examples {
        for e in rule.examples.iter().filter(|e| e.edge.is_none()) {
            let (name, then) = match (&e.expects, e.fires) {
                (_, true) => ("example", String::new()),
                (Expected::Rule(other), _) => ("near miss", format!(" → {other}")),
                (Expected::Ruling(r), _) => ("near miss", format!(" → {}", r.id())),
                (Expected::Open | Expected::ThisRule, _) => ("near miss", " → open".to_owned()),
            };
            line(name, &format!("{}{then}", given(&e.given)));
        }
    }
}

/// The facts of an example, as a rule file writes them.
fn given(given: &Given) -> String {
    use crate::facts::{Answer, Value};
    let value = |a: &Answer| match a {
        Answer::NotSure => "not sure".to_owned(),
        Answer::Is(v) => match v {
            Value::YesNo(b) => if *b { "yes" } else { "no" }.to_owned(),
            Value::Choice(s) | Value::Country(s) | Value::Text(s) | Value::Entity(s) => s.clone(),
            Value::Set { has, .. } | Value::Places { has, .. } => {
                format!("{{{}}}", has.iter().map(String::as_str).collect::<Vec<_>>().join(", "))
            }
            Value::Range { text, .. } => text.clone(),
            Value::Date(d) => d.to_string(),
            Value::Never => "never".to_owned(),
            Value::MonthsByYear(_) => "…".to_owned(),
        },
    };
    let mut parts: Vec<String> = given.answers.iter().map(|(k, a)| format!("{k}: {}", value(a))).collect();
    parts.extend(given.on.map(|d| format!("on {d}")));
    parts.extend(given.clocks.iter().map(|(k, d)| format!("{k} {d}")));
    parts.join("; ")
}

fn wrap(text: &str, width: usize) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in text.split_whitespace() {
        if let Some(last) = lines.last_mut() {
            if !last.is_empty() && unicode_width::UnicodeWidthStr::width(last.as_str()) + 1 + word.len() > width {
                lines.push(word.to_owned());
            } else {
                if !last.is_empty() {
                    last.push(' ');
                }
                last.push_str(word);
            }
        }
    }
    lines
}

fn check(
    from: RulesFrom<'_>,
    as_of: Option<NaiveDate>,
    budget: audit::Budget,
    notes: bool,
    format: Format,
) -> anyhow::Result<Ended> {
    let loaded = load(from, Tests::Load)?;
    explain(&loaded.problems);
    let Some(rules) = loaded.rules else {
        return Ok(Ended::Unusable);
    };
    let today = as_of.unwrap_or_else(|| chrono::Local::now().date_naive());
    let (report, overlays) = match rules.overlays.as_slice() {
        [] => (audit::check_within(&rules, today, budget), None),
        _ => {
            let neutral = overlays::neutral(from, &rules, today)?;
            let mut report = audit::check_overlays(&rules, today, budget);
            report.findings.splice(0..0, neutral.findings.clone());
            (report, Some(neutral))
        }
    };
    match format {
        Format::Text => {
            let text = format!("{}{}", audit::report_text(&report, notes), overlays::text(&rules, overlays.as_ref()));
            out(&text)?
        }
        Format::Json => {
            let json = overlays::json(&rules, audit::report_json(&report), overlays.as_ref())?;
            out(&format!("{}\n", serde_json::to_string_pretty(&json)?))?
        }
    };
    Ok(if report.is_clear() { Ended::Clear } else { Ended::Attention })
}

fn test(from: RulesFrom<'_>, format: Format) -> anyhow::Result<Ended> {
    let loaded = load(from, Tests::Load)?;
    explain(&loaded.problems);
    let Some(rules) = loaded.rules else {
        return Ok(Ended::Unusable);
    };
    let report = match rules.overlays.as_slice() {
        [] => audit::test(&rules, &loaded.cases),
        _ => audit::test_overlays(&rules, &loaded.cases),
    };
    match format {
        Format::Text => out(&audit::test_text(&report))?,
        Format::Json => out(&format!("{}\n", serde_json::to_string_pretty(&audit::test_json(&report))?))?,
    };
    Ok(if report.is_clear() { Ended::Clear } else { Ended::Attention })
}

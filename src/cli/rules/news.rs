//! `candor rules sources`, `changes` and `pending`: what the rule set rests on, what changed, and what may.

use std::fmt::Write as _;

use anyhow::bail;
use chrono::NaiveDate;

use crate::audit::{self, Fate};
use crate::cli::{Ended, out};
use crate::report::words;
use crate::ruleset::{Authority, RuleSet};
use crate::text::count;

/// So many rules are named for a clause.
const SHOWN: usize = 3;

/// The sources, with their clauses if asked for.
pub fn sources(rules: &RuleSet, clauses: bool) -> anyhow::Result<Ended> {
    let mut text = String::new();
    for s in &rules.sources {
        let verified = s.last_verified.map(|d| d.to_string()).unwrap_or_default();
        let _ = writeln!(text, "{:<28} {verified:<10}  {:<8} {} ({})", s.id, s.read, s.title, s.issuer);
        for clause in s.clauses.iter().filter(|_| clauses) {
            let fate = match audit::fate(rules, s, clause) {
                Fate::Rules(ids) => {
                    let more = ids.len().saturating_sub(SHOWN);
                    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
                    format!("{}{more}", ids.iter().take(SHOWN).copied().collect::<Vec<_>>().join(", "))
                }
                Fate::Out(why) => format!("no rule: {why}"),
                Fate::Open => "no rule yet".to_owned(),
            };
            let _ = writeln!(text, "    {}: {}\n        {fate}", clause.at, clause.says);
        }
    }
    if clauses {
        text.push('\n');
        for mapped in audit::mapped(rules) {
            let _ = writeln!(text, "{}", audit::ledger_line(&mapped));
        }
    }
    out(&text)
}

/// The changelog for researchers.
pub fn changes(rules: &RuleSet, agency: Option<&str>, since: Option<NaiveDate>) -> anyhow::Result<Ended> {
    if let Some(id) = agency.filter(|id| rules.agency(id).is_none()) {
        let ids: Vec<&str> = rules.agencies.iter().map(|a| a.id.as_str()).collect();
        bail!("--agency {id}: there is no such agency; known are {}", ids.join(", "));
    }
    let mut text = format!("# What changed for researchers\n\n{}, version {}.\n", rules.meta.title, rules.meta.version);
    let mut day = None;
    for change in rules
        .changes
        .iter()
        .filter(|c| since.is_none_or(|d| d <= c.on) && agency.is_none_or(|a| c.agencies.iter().any(|id| id == a)))
    {
        if day != Some(change.on) {
            day = Some(change.on);
            let _ = writeln!(text, "\n## {}\n", words::date(change.on));
        }
        let agencies: Vec<&str> =
            change.agencies.iter().map(|id| rules.agency(id).map_or(id.as_str(), |a| &a.short)).collect();
        let _ =
            writeln!(text, "- **{}**: {} ({})", agencies.join(", "), change.says, citations(rules, &change.authority));
    }
    if day.is_none() {
        text.push_str("\nNothing.\n");
    }
    out(&text)
}

/// Law that is not settled.
pub fn pending(rules: &RuleSet) -> anyhow::Result<Ended> {
    let mut text = String::new();
    for law in &rules.pending {
        let _ = writeln!(text, "{}: {} ({})", law.id, law.title, law.status.title());
        let _ = writeln!(text, "  {}\n  {}", law.says, law.would);
        let _ = writeln!(text, "  For {}. {}", law.agencies.join(", "), citations(rules, &law.authority));
        let _ = writeln!(text, "  Looked at {}; again by {}.\n", law.verified, law.review_by);
    }
    let _ = writeln!(text, "{}.", count(rules.pending.len(), "entry", "entries"));
    out(&text)
}

fn citations(rules: &RuleSet, authority: &[Authority]) -> String {
    authority.iter().map(|a| words::citation(rules, a)).collect::<Vec<_>>().join("; ")
}

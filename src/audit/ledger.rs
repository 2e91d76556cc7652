//! The provision ledger: every clause of every source leads to rules, or says why it does not.
//!
//! A rule stands for a clause if one of its citations names the clause's pinpoint or a place inside it. A citation of several
//! pinpoints ("(2) and (4)") stands for each.

use std::collections::BTreeMap;

use serde::Serialize;

use super::Finding;
use crate::ruleset::{Clause, Rule, RuleSet, Source};
use crate::text::{count, list};

/// What became of a clause.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate<'r> {
    /// Ids of the rules that stand for it.
    Rules(Vec<&'r str>),
    /// Why no rule does.
    Out(&'r str),
    /// Nobody has said.
    Open,
}

/// The ledger of the sources of one file, which is one issuer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Mapped {
    /// The stem of the file's name: `nsf`.
    pub group: String,
    /// Clauses with rules.
    pub linked: usize,
    /// Clauses with a reason for having none.
    pub out: usize,
    /// Clauses with neither.
    pub open: usize,
    /// Cited sources whose clauses are not listed.
    pub unlisted: usize,
}

/// What became of one clause of a source.
pub fn fate<'r>(rules: &'r RuleSet, source: &Source, clause: &'r Clause) -> Fate<'r> {
    let linked: Vec<&str> = citing(rules, source)
        .filter(|(_, at)| pinpoints(at).any(|at| within(at, &clause.at)))
        .map(|(rule, _)| rule.id.as_str())
        .collect();
    match (&clause.out, linked.is_empty()) {
        (_, false) => Fate::Rules(linked),
        (Some(why), true) => Fate::Out(why),
        (None, true) => Fate::Open,
    }
}

/// The whole ledger, in order of file.
pub fn mapped(rules: &RuleSet) -> Vec<Mapped> {
    let mut groups: BTreeMap<&str, Mapped> = BTreeMap::new();
    for source in &rules.sources {
        let group = group(source);
        let mapped = groups.entry(group).or_insert_with(|| Mapped {
            group: group.to_owned(),
            linked: 0,
            out: 0,
            open: 0,
            unlisted: 0,
        });
        for clause in &source.clauses {
            match fate(rules, source, clause) {
                Fate::Rules(_) => mapped.linked += 1,
                Fate::Out(_) => mapped.out += 1,
                Fate::Open => mapped.open += 1,
            }
        }
        if source.clauses.is_empty() && citing(rules, source).next().is_some() {
            mapped.unlisted += 1;
        }
    }
    groups.into_values().collect()
}

/// Adds what is not accounted for.
pub(super) fn inspect(rules: &RuleSet, findings: &mut Vec<Finding>) -> Vec<Mapped> {
    for source in rules.sources.iter().filter(|s| !s.clauses.is_empty()) {
        for clause in &source.clauses {
            let finding = match (fate(rules, source, clause), &clause.out) {
                (Fate::Open, _) => {
                    Finding::warning("A0026", format!("no rule stands for {} of `{}`", clause.at, source.id))
                        .help(format!("\"{}\": cite it in a rule, or say with `out` why there is none", clause.says))
                }
                (Fate::Rules(ids), Some(_)) => Finding::error(
                    "A0027",
                    format!("{} of `{}` is marked out of scope, and {} it", clause.at, source.id, cite(&ids)),
                )
                .help("remove `out`, or the citation"),
                _ => continue,
            };
            findings.push(at(finding, source, clause.line));
        }
        let mut unlisted: Vec<String> = citing(rules, source)
            .flat_map(|(_, at)| pinpoints(at).map(str::to_owned).collect::<Vec<_>>())
            .filter(|at| !source.clauses.iter().any(|c| within(at, &c.at) || within(&c.at, at)))
            .map(|at| format!("\"{at}\""))
            .collect();
        unlisted.sort_unstable();
        unlisted.dedup();
        if !unlisted.is_empty() {
            let text =
                format!("rules cite {} of `{}`, which its clauses do not list", list(&unlisted, "and"), source.id);
            let finding =
                Finding::warning("A0028", text).help("add the clause, or write the pinpoint as the clause does");
            findings.push(at(finding, source, 0));
        }
    }
    let mut bare: BTreeMap<&str, Vec<&Source>> = BTreeMap::new();
    for source in rules.sources.iter().filter(|s| s.clauses.is_empty() && citing(rules, s).next().is_some()) {
        bare.entry(&source.file).or_default().push(source);
    }
    for sources in bare.into_values() {
        let ids: Vec<String> = sources.iter().map(|s| format!("`{}`", s.id)).collect();
        let finding =
            Finding::warning("A0029", format!("rules cite {}, whose clauses are not listed", list(&ids, "and")))
                .help("list them as [[source.clause]]");
        if let Some(source) = sources.first() {
            findings.push(at(finding, source, 0));
        }
    }
    mapped(rules)
}

fn at(mut finding: Finding, source: &Source, line: usize) -> Finding {
    finding.file.clone_from(&source.file);
    finding.line = line;
    finding
}

/// "`a.b.c` cites", "`a.b.c` and 3 others cite"
fn cite(ids: &[&str]) -> String {
    match ids {
        [] => String::new(),
        [one] => format!("`{one}` cites"),
        [first, rest @ ..] => format!("`{first}` and {} cite", count(rest.len(), "other", "others")),
    }
}

/// Rules that cite a source, with the pinpoint.
fn citing<'r>(rules: &'r RuleSet, source: &Source) -> impl Iterator<Item = (&'r Rule, &'r str)> {
    let id = source.id.clone();
    rules.decisions.iter().flat_map(|d| &d.rules).flat_map(move |rule| {
        let id = id.clone();
        rule.authority.iter().filter(move |a| a.source == id).map(move |a| (rule, a.at.as_str()))
    })
}

/// The single pinpoints of a citation.
fn pinpoints(at: &str) -> impl Iterator<Item = &str> {
    at.split(';').flat_map(|part| part.split(" and ")).map(str::trim).filter(|part| !part.is_empty())
}

/// Is the pinpoint this place, or inside it? `II.D.2.h(ii)(d)` is inside `II.D.2.h(ii)`, `II.D.20` is not inside `II.D.2`.
fn within(at: &str, place: &str) -> bool {
    at.strip_prefix(place).is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric()))
}

/// The stem of a source's file name.
pub(super) fn group(source: &Source) -> &str {
    let name = source.file.rsplit('/').next().unwrap_or(&source.file);
    name.strip_suffix(".toml").unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use super::{pinpoints, within};

    #[test]
    fn a_pinpoint_lies_within_its_own_clause_and_wider_ones() {
        assert!(within("II.D.2.h(ii)(d)", "II.D.2.h(ii)"));
        assert!(within("II.D.2.h(ii)", "II.D.2.h(ii)"));
        assert!(!within("II.D.20", "II.D.2"));
        assert!(!within("II.D.2", "II.D.2.h"));
        assert_eq!(pinpoints("(2) and (4)(A); Table 1").collect::<Vec<_>>(), ["(2)", "(4)(A)", "Table 1"]);
    }
}

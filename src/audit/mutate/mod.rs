//! `rules mutate`: would the examples and cases notice a slip of the pen?
//!
//! Each mutant is a decision with one fault in one rule. One is caught if some example or case no longer comes out as written.
//! Those that are not caught go to the solver: a mutant that no valid answers can tell from the original is equivalent and does
//! not count. What is left are survivors, each with facts that would catch it. Decisions know nothing of each other, so threads
//! share them.

mod bench;
mod cover;
mod faults;
mod search;

pub use faults::Fault;

use std::collections::BTreeMap;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

use chrono::NaiveDate;
use serde::Serialize;

use super::cases::trials;
use super::edges::{Block, Row};
use crate::calendar;
use crate::condition::Frame;
use crate::ruleset::{Case, Decision, Given, Rule, RuleSet};
use bench::{Bench, Laid};
use cover::{Covered, Fate, Pick, cover};
use faults::{Mutant, mutants};

/// A fault that no example and no case notices, and that one more example would.
#[derive(Debug, Clone, Serialize)]
pub struct Survivor {
    pub decision: String,
    pub rule: String,
    pub kind: Fault,
    /// The fault, in words: `value at least 5000 becomes at least 5001`.
    pub fault: String,
    /// An example that would catch it, where one can be written.
    pub draft: Option<Draft>,
    pub file: String,
    /// The line the rule starts at.
    pub line: usize,
}

/// Facts, and the rule that rules them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Draft {
    /// The rule's id.
    pub rule: String,
    /// A line of `edges` in TOML; empty where it is enough to state what the rule comes to.
    pub edge: String,
}

/// What came of the mutants with one kind of fault, or of all.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    pub mutants: usize,
    pub caught: usize,
    /// Caught by drafts alone, which nobody has confirmed.
    pub by_drafts: usize,
    /// Proved to be the original in other words.
    pub equivalent: usize,
    /// Different on paper only: the solver finds answers that tell them apart, the engine rules those alike. This happens on days
    /// when a list has no edition, where a comparison with it stays undecided.
    pub on_paper: usize,
    /// Neither caught nor equivalent.
    pub survived: usize,
}

/// What came of all mutants.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Mutation {
    #[serde(flatten)]
    pub all: Tally,
    pub by_fault: BTreeMap<Fault, Tally>,
    pub survivors: Vec<Survivor>,
    /// Those that differ on paper only.
    pub paper: Vec<Survivor>,
    /// By decision: the edges that would catch every survivor, as blocks of a file of edges.
    pub drafts: BTreeMap<String, Vec<Block>>,
}

/// Makes every mutant with one of these faults in a decision that `wanted` picks, and tries the examples and cases on it.
pub fn mutate(
    rules: &RuleSet,
    cases: &[Case],
    faults: &[Fault],
    today: NaiveDate,
    wanted: &(dyn Fn(&Decision) -> bool + Sync),
) -> Mutation {
    let decisions: Vec<&Decision> = rules.decisions.iter().filter(|d| wanted(d)).collect();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(BTreeMap::new());
    let work = || {
        while let Some(decision) = decisions.get(next.fetch_add(1, Ordering::Relaxed)) {
            let part = one(rules, decision, cases, faults, calendar::day(today));
            done.lock().unwrap_or_else(std::sync::PoisonError::into_inner).insert(decision.index, part);
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(decisions.len());
    std::thread::scope(|scope| {
        for _ in 1..threads {
            scope.spawn(work);
        }
        work();
    });
    let mut out = Mutation::default();
    for part in done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner).into_values() {
        out.add(part);
    }
    out
}

/// How a mutant was settled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Settled {
    Caught,
    ByDrafts,
    Equivalent,
    OnPaper,
    Survived,
}

/// One decision's mutants.
fn one(rules: &RuleSet, decision: &Decision, cases: &[Case], faults: &[Fault], today: calendar::Day) -> Mutation {
    let mut out = Mutation::default();
    let Some(frame) = rules.frames.get(decision.kind) else { return out };
    let mut bench = Bench::new(rules, decision);
    let laid: Vec<Laid> = trials(rules, decision, cases).into_iter().filter_map(|t| bench.lay(t)).collect();
    let mut left = Vec::new();
    let mut unstated = Vec::new();
    for mutant in mutants(rules, decision, frame, faults) {
        let (confirmed, drafted) = if mutant.fault.is_outcome() {
            stated(&decision.rules[mutant.rule])
        } else {
            let mut caught = |confirmed: bool| {
                laid.iter().filter(|l| l.trial.confirmed == confirmed).any(|l| bench.catches(l, &mutant))
            };
            let confirmed = caught(true);
            (confirmed, !confirmed && caught(false))
        };
        match (confirmed, drafted) {
            (true, _) => out.count(mutant.fault, Settled::Caught),
            (_, true) => out.count(mutant.fault, Settled::ByDrafts),
            _ if mutant.fault.is_outcome() => unstated.push(mutant),
            _ => left.push(mutant),
        }
    }
    let Covered { fates, picks, bases } = cover(&mut bench, rules, decision, frame, &left, today);
    let survivor = |mutant: &Mutant, draft: Option<Draft>| {
        let rule = &decision.rules[mutant.rule];
        Survivor {
            decision: decision.id.clone(),
            rule: rule.id.clone(),
            kind: mutant.fault,
            fault: mutant.says.clone(),
            draft,
            file: decision.file.clone(),
            line: rule.line,
        }
    };
    for (mutant, fate) in left.iter().zip(&fates) {
        let settled = match fate {
            Fate::Equivalent => Settled::Equivalent,
            Fate::OnPaper => Settled::OnPaper,
            Fate::Left | Fate::Unwritten | Fate::Caught(_) => Settled::Survived,
        };
        out.count(mutant.fault, settled);
        if settled == Settled::OnPaper {
            out.paper.push(survivor(mutant, None));
        }
        if settled == Settled::Survived {
            let pick = match fate {
                Fate::Caught(at) => picks.get(*at),
                _ => None,
            };
            let draft =
                pick.map(|p| Draft { rule: decision.rules[p.rule].id.clone(), edge: Row::of(frame, &p.given).line() });
            out.survivors.push(survivor(mutant, draft));
        }
    }
    for mutant in &unstated {
        out.count(mutant.fault, Settled::Survived);
        let rule = decision.rules[mutant.rule].id.clone();
        out.survivors.push(survivor(mutant, Some(Draft { rule, edge: String::new() })));
    }
    out.survivors.sort_by_key(|s| s.line);
    let rows = rows(decision, frame, &picks, &bases);
    let blocks: Vec<Block> = (0..decision.rules.len())
        .filter_map(|rule| {
            let edges: Vec<Row> = rows.iter().filter(|(r, _)| *r == rule).map(|(_, row)| row.clone()).collect();
            let stating = unstated.iter().any(|m| m.rule == rule);
            (stating || !edges.is_empty()).then(|| Block { rule: decision.rules[rule].id.clone(), stating, edges })
        })
        .collect();
    if !blocks.is_empty() {
        out.drafts.insert(decision.id.clone(), blocks);
    }
    out
}

/// The picks as lines, each with the rule it stands under: the facts, and what is picked with another answer.
fn rows(decision: &Decision, frame: &Frame, picks: &[Pick], bases: &[(usize, Given)]) -> Vec<(usize, Row)> {
    let mut out = Vec::new();
    for (at, (rule, given)) in bases.iter().enumerate() {
        let of: Vec<&Pick> = picks.iter().filter(|p| p.base == at).collect();
        if of.is_empty() {
            continue;
        }
        let mut row = Row::of(frame, given);
        for pick in of {
            let other = (pick.rule != *rule).then(|| decision.rules[pick.rule].local_id());
            row.instead(frame, pick.changed.as_deref(), &pick.given, other);
        }
        out.push((*rule, row));
    }
    out
}

/// Is what the rule comes to written down a second time: in edges that were read, in drafts?
fn stated(rule: &Rule) -> (bool, bool) {
    let said = |read: bool| {
        rule.stated.iter().any(|s| {
            let same = (s.ruling, &s.place, &s.deadline) == (rule.ruling, &rule.place, &rule.deadline);
            same && s.edge.read.is_some() == read
        })
    };
    // Only where something is ruled by it.
    let fires = rule.examples.iter().any(|e| e.fires);
    (fires && said(true), fires && said(false))
}

impl Mutation {
    fn count(&mut self, fault: Fault, settled: Settled) {
        for tally in [&mut self.all, self.by_fault.entry(fault).or_default()] {
            tally.mutants += 1;
            *match settled {
                Settled::Caught => &mut tally.caught,
                Settled::ByDrafts => &mut tally.by_drafts,
                Settled::Equivalent => &mut tally.equivalent,
                Settled::OnPaper => &mut tally.on_paper,
                Settled::Survived => &mut tally.survived,
            } += 1;
        }
    }

    fn add(&mut self, part: Self) {
        self.all.add(part.all);
        for (fault, tally) in part.by_fault {
            self.by_fault.entry(fault).or_default().add(tally);
        }
        self.survivors.extend(part.survivors);
        self.paper.extend(part.paper);
        self.drafts.extend(part.drafts);
    }
}

impl Tally {
    fn add(&mut self, other: Self) {
        self.mutants += other.mutants;
        self.caught += other.caught;
        self.by_drafts += other.by_drafts;
        self.equivalent += other.equivalent;
        self.on_paper += other.on_paper;
        self.survived += other.survived;
    }
}

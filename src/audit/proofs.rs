//! The proofs about one decision: its rules cover every valid set of answers, never overlap, can each be reached, and do
//! not turn on fields that do not apply.
//!
//! Owns what is asked of the solver and how findings are grouped. Every witness is replayed through the condition
//! evaluator before it is shown; one that does not replay is reported as an error of the audit itself.

mod effect;
mod parts;

use parts::Exclusions;

pub(super) use effect::{Effect, Effects};

use chrono::NaiveDate;

use super::person::person_text;
use super::witness::{Claim, Unconfirmed, smallest};
use super::words::facts_text;
use super::{Budget, Finding, Report, Unfinished};
use crate::calendar;
use crate::condition::{Anchor, Atom, Cond, Frame, Point, Slot};
use crate::facts::Known;
use crate::logic::sat::Lit;
use crate::logic::{MAIN, Problem, World, each_slot};
use crate::ruleset::{Agency, Decision, Rule, RuleSet};

/// Most witnesses that are looked for per decision and kind of finding. More would not be read.
const WITNESSES: usize = 60;
/// Most gaps of one decision that are shown.
const SHOWN: usize = 5;

/// Agencies whose targets the decision rules on.
pub(super) fn agencies<'a>(rules: &'a RuleSet, decision: &Decision) -> Vec<&'a Agency> {
    rules.agencies.iter().filter(|a| a.id == decision.agency || a.ruled_with.contains(&decision.agency)).collect()
}

/// Proves one decision and adds what it finds.
pub(super) fn prove(
    rules: &RuleSet,
    decision: &Decision,
    today: NaiveDate,
    budget: Budget,
    effects: &Effects,
    report: &mut Report,
) {
    let Some(frame) = rules.frames.get(decision.kind) else { return };
    let world = World { frames: &rules.frames, lists: &rules.lists };
    let known = at_moments(decision, frame);
    let fires: Vec<&Cond> = decision.rules.iter().map(|r| &r.fires).collect();
    // What the rules read decides how much has to be said about moments and clocks.
    let read: Vec<Slot> = Problem::new(world, decision.kind, &known, &fires).slots_read().collect();
    let setting = setting(rules, decision, frame, &read);
    let unguarded: Vec<Cond> = decision.rules.iter().map(written).collect();
    let excluded = parts::exclusions_of(decision);
    let mut conds = fires.clone();
    conds.push(&setting);
    conds.extend(&unguarded);
    let mut problem = Problem::new(world, decision.kind, &known, &conds);
    problem.assert_valid(MAIN);
    let here = problem.lit(MAIN, &setting);
    problem.assert_any(&[here]);
    let lits: Vec<Lit> = fires.iter().map(|c| problem.lit(MAIN, c)).collect();

    let mut proof = Proof {
        rules,
        decision,
        frame,
        problem,
        lits,
        blank: known,
        dates: vec![calendar::day(today)],
        budget,
        report,
    };
    if !proof.problem.solve(&[]) {
        let text = "no set of answers is valid for this decision at its moments";
        let help = "look at the constraints of the vocabulary and at the agency's clocks";
        proof.report.findings.push(Finding::error("A0006", text).in_decision(decision).help(help));
        return;
    }
    let before = proof.report.cut_short.len();
    let overlaps = proof.overlaps();
    let gaps = proof.gaps();
    let proved = overlaps + gaps == 0 && proof.report.cut_short.len() == before;
    proof.report.proved += usize::from(proved);
    proof.unreachable(&excluded);
    proof.guards(&unguarded);
    proof.otherwise();
    proof.idle_parts(&excluded);
    if proved {
        proof.effects(effects);
    }
}

/// What is known before any answer: the moment is one of the decision's.
pub(super) fn at_moments(decision: &Decision, frame: &Frame) -> Vec<Known> {
    let mut known = frame.blank();
    if let Some(slot) = moment_slot(frame) {
        let def = frame.def(slot);
        let mask = decision.moments.iter().filter_map(|m| def.bit(m)).fold(0, |all, bit| all | bit);
        if mask != 0
            && let Some(fact) = known.get_mut(usize::from(slot))
        {
            *fact = Known::Choice(mask);
        }
    }
    known
}

/// The slot that says which moment the target is at.
fn moment_slot(frame: &Frame) -> Option<Slot> {
    frame.slot("target.moment").or_else(|| (frame.kind == "target").then(|| frame.slot("moment")).flatten())
}

/// What holds at the decision's moments: for some agency and moment, `filing` is the clock its table names, and an
/// opportunity is published before anything is due. Only what the rules can see is said.
pub(super) fn setting(rules: &RuleSet, decision: &Decision, frame: &Frame, read: &[Slot]) -> Cond {
    let seen = |name: &str| frame.slot(name).filter(|s| read.contains(s));
    let not_before = |later: Slot, earlier: Slot| {
        let point = Point { anchor: Anchor::Slot(earlier), months: 0, days: 0, next_day: false };
        Cond::Atom(Atom::OnOrAfter { slot: later, point })
    };
    let mut ways: Vec<Cond> = Vec::new();
    for agency in agencies(rules, decision) {
        for moment in agency.moments.iter().filter(|m| decision.moments.contains(&m.id)) {
            let mut way = Cond::Const(true);
            if let Some(slot) = moment_slot(frame).filter(|s| read.contains(s))
                && let Some(any_of) = frame.def(slot).bit(&moment.id)
            {
                way = way.and(Cond::Atom(Atom::Choice { slot, any_of }));
            }
            if let (Some(filing), Some(clock)) = (seen("filing"), seen(&moment.filing)) {
                way = way.and(not_before(filing, clock)).and(not_before(clock, filing));
            }
            if let Some(published) = seen("published").filter(|_| moment.clocks.iter().any(|c| c == "published")) {
                for clock in ["due", "submission"].iter().filter(|c| moment.clocks.iter().any(|m| m == *c)) {
                    if let Some(clock) = seen(clock) {
                        way = way.and(not_before(clock, published));
                    }
                }
                if matches!(moment.filing.as_str(), "due" | "submission")
                    && let Some(filing) = seen("filing")
                {
                    way = way.and(not_before(filing, published));
                }
            }
            if way == Cond::Const(true) {
                return way;
            }
            if !ways.contains(&way) {
                ways.push(way);
            }
        }
    }
    if ways.is_empty() { Cond::Const(true) } else { Cond::Any(ways) }
}

/// The part of a rule's condition that its author wrote out: without what `unless` and `otherwise` add. Those exclude
/// other rules as a whole, fields that do not apply and all.
fn written(rule: &Rule) -> Cond {
    rule.in_force.clone().and(rule.when.clone())
}

/// A witness, ready to be shown.
struct Shown {
    /// As rule files write facts.
    facts: String,
    /// As a person.
    person: String,
}

impl Finding {
    fn shown(self, shown: Shown) -> Self {
        Self { witness: Some(shown.facts), person: Some(shown.person), ..self }
    }
}

struct Proof<'a, 'r> {
    rules: &'a RuleSet,
    decision: &'a Decision,
    frame: &'a Frame,
    problem: Problem<'a>,
    lits: Vec<Lit>,
    /// What is known before any answer: the moment is one of the decision's.
    blank: Vec<Known>,
    dates: Vec<calendar::Day>,
    budget: Budget,
    report: &'r mut Report,
}

impl<'a> Proof<'a, '_> {
    fn rule(&self, i: usize) -> &'a Rule {
        &self.decision.rules[i]
    }

    fn add(&mut self, finding: Finding) {
        self.report.findings.push(finding);
    }

    fn cut_short(&mut self, at: &'static str) {
        let left = Unfinished { decision: self.decision.id.clone(), at };
        if self.report.cut_short.last() != Some(&left) {
            self.report.cut_short.push(left);
        }
    }

    /// Is the budget used up? If so, what is being looked for is noted as unfinished.
    fn spent(&mut self, at: &'static str) -> bool {
        let spent = self.problem.asked() > self.budget.0;
        if spent {
            self.cut_short(at);
        }
        spent
    }

    /// Every pair of rules that can fire together, each with one witness. Returns how many there are.
    fn overlaps(&mut self) -> usize {
        let mut pairs = Vec::new();
        for i in 0..self.lits.len() {
            for j in i + 1..self.lits.len() {
                let both = self.problem.all(vec![self.lits[i], self.lits[j]]);
                if both != Lit::FALSE {
                    pairs.push((i, j, both));
                }
            }
        }
        let mut found = 0;
        loop {
            let some = self.problem.any(pairs.iter().map(|(_, _, both)| *both));
            if !self.problem.solve(&[some]) {
                return found;
            }
            let Some(at) = pairs.iter().position(|(_, _, both)| self.problem.value(*both)) else { return found };
            let (i, j, both) = pairs.remove(at);
            found += 1;
            if found > WITNESSES || self.spent("overlaps") {
                self.cut_short("overlaps");
                return found;
            }
            let (a, b) = (self.rule(i), self.rule(j));
            let claims = [Claim { cond: &a.fires, holds: true }, Claim { cond: &b.fires, holds: true }];
            let Some(witness) = self.witness(&[both], &claims) else { continue };
            let same = a.ruling == b.ruling && a.place == b.place && a.deadline == b.deadline;
            let text = format!(
                "two rules fire together: `{}` ({}, line {}) and `{}` ({}, line {}){}",
                a.local_id(),
                a.ruling.id(),
                a.line,
                b.local_id(),
                b.ruling.id(),
                b.line,
                if same { ", with the same ruling" } else { "" }
            );
            let help = self.how_to_part(i, j);
            let finding =
                Finding::error("A0002", text).at(self.decision, a).at(self.decision, b).shown(witness).help(help);
            self.add(finding);
        }
    }

    /// Answers that no rule covers, grouped by the rule that comes nearest. Returns how many groups there are.
    fn gaps(&mut self) -> usize {
        let decision: &'a Decision = self.decision;
        let none: Vec<Lit> = self.lits.iter().map(|l| !*l).collect();
        let part_conds: Vec<Vec<&'a Cond>> = decision.rules.iter().map(|r| parts(&r.fires)).collect();
        let mut part_lits: Vec<Vec<Lit>> = Vec::new();
        for conds in &part_conds {
            let lits = conds.iter().map(|c| self.problem.lit(MAIN, c)).collect();
            part_lits.push(lits);
        }
        // Gaps that were seen are set aside here only, so that later questions do not miss them.
        let looking = self.problem.free();
        let mut assumed = none.clone();
        assumed.push(looking);
        let mut nearest: Vec<usize> = Vec::new();
        let mut groups = 0;
        for round in 0.. {
            if !self.problem.solve(&assumed) {
                break;
            }
            if round >= WITNESSES || self.spent("gaps") {
                self.cut_short("gaps");
                break;
            }
            let claims: Vec<Claim<'_>> =
                decision.rules.iter().map(|r| Claim { cond: &r.fires, holds: false }).collect();
            let witness = self.witness(&assumed, &claims);
            // Why each rule does not fire; the next gap has to differ in one of these.
            let mut aside = vec![!looking];
            // Nearest is the rule that misses least; of two, the one that asks more and so fits better.
            let mut close: Option<(usize, (usize, usize))> = None;
            for (i, lits) in part_lits.iter().enumerate() {
                let missing: Vec<Lit> = lits.iter().copied().filter(|l| !self.problem.value(*l)).collect();
                aside.extend(missing.first());
                let misses = (missing.len(), usize::MAX - lits.len());
                if close.is_none_or(|(_, least)| misses < least) {
                    close = Some((i, misses));
                }
            }
            self.problem.assert_any(&aside);
            let at = close.map_or(usize::MAX, |(i, _)| i);
            if nearest.contains(&at) {
                continue;
            }
            nearest.push(at);
            groups += 1;
            if groups > SHOWN {
                continue;
            }
            let Some(witness) = witness else { continue };
            let mut finding =
                Finding::error("A0001", "no rule covers these answers").in_decision(decision).shown(witness);
            if let Some(rule) = decision.rules.get(at) {
                finding.message = format!("no rule covers these answers; the nearest is `{}`", rule.local_id());
                finding = finding.at(decision, rule);
            }
            let help = "widen that rule, or add one: `ask-office` where no source says";
            self.add(finding.help(help));
        }
        if groups > SHOWN {
            let text =
                format!("{} more kinds of answers that no rule covers; mend the ones above first", groups - SHOWN);
            self.add(Finding::error("A0001", text).in_decision(decision));
        }
        groups
    }

    /// Rules that no valid answers can fire.
    fn unreachable(&mut self, excluded: &'a Exclusions<'a>) {
        for (i, without) in excluded.iter().enumerate() {
            if self.spent("rules that never fire") {
                return;
            }
            if self.problem.solve(&[self.lits[i]]) {
                continue;
            }
            let rule = self.rule(i);
            let (text, help) = if rule.otherwise {
                (
                    format!("nothing is left for `{}`: the other rules cover everything", rule.local_id()),
                    "leave it out, unless it should catch what is added later".to_owned(),
                )
            } else {
                (format!("`{}` can never fire", rule.local_id()), self.why_never(rule, without))
            };
            let finding = if rule.otherwise { Finding::note("A0003", text) } else { Finding::error("A0003", text) };
            self.add(finding.at(self.decision, rule).help(help));
        }
    }

    /// Rules that are true only because a field does not apply: were the field asked anyway, some value would stop them.
    fn guards(&mut self, written: &'a [Cond]) {
        for (i, cond) in written.iter().enumerate() {
            let mut slots: Vec<Slot> = Vec::new();
            each_slot(cond, &mut |s| {
                if self.frame.def(s).guard.is_some() && !slots.contains(&s) {
                    slots.push(s);
                }
            });
            let mut told: Vec<Slot> = Vec::new();
            if self.spent("fields that do not apply") {
                return;
            }
            for slot in slots {
                let fires = self.problem.lit(MAIN, cond);
                let applies = self.problem.applies(MAIN, slot);
                let as_if = self.problem.lit_ignoring_guard(cond, slot);
                let assumed = [self.lits[i], fires, !applies, !as_if];
                // A field asked because of one already named has the same cure.
                if assumed.contains(&Lit::FALSE) || !self.problem.solve(&assumed) || self.asked_after(slot, &told) {
                    continue;
                }
                told.push(slot);
                let rule = self.rule(i);
                let claims = [Claim { cond: &rule.fires, holds: true }];
                let Some(witness) = self.witness(&assumed, &claims) else { continue };
                let name = &self.frame.def(slot).name;
                let text =
                    format!("`{}` fires because `{name}` does not apply, not because of an answer", rule.local_id());
                let help =
                    format!("write out when `{name}` applies: `(… or not (the condition under which it is asked))`");
                self.add(Finding::error("A0004", text).at(self.decision, rule).shown(witness).help(help));
            }
        }
    }

    /// Does the field apply only where one of these is asked?
    fn asked_after(&self, slot: Slot, told: &[Slot]) -> bool {
        let Some(guard) = &self.frame.def(slot).guard else { return false };
        let mut found = false;
        each_slot(guard, &mut |s| found |= told.contains(&s) || self.asked_after(s, told));
        found
    }

    /// What falls into an `otherwise`: of each choice, set and yes-no it can depend on, the values that do.
    fn otherwise(&mut self) {
        let Some(i) = self.decision.rules.iter().position(|r| r.otherwise) else { return };
        let fires = self.lits[i];
        if !self.problem.solve(&[fires]) {
            return;
        }
        let slots: Vec<Slot> = self.problem.slots_read().collect();
        let mut lines = Vec::new();
        for slot in slots {
            let Some(classes) = self.problem.classes(MAIN, slot) else { continue };
            let applies = self.problem.applies(MAIN, slot);
            let mut falls = 0u64;
            let mut all = 0u64;
            for (mask, lit) in classes {
                all |= mask;
                if self.problem.solve(&[fires, applies, lit]) {
                    falls |= mask;
                }
            }
            if falls != 0 && falls != all {
                let known = match self.blank[usize::from(slot)] {
                    Known::Set { .. } => Known::Set { has: falls, may: falls },
                    _ => Known::Choice(falls),
                };
                lines.push(super::fact_text(self.rules, self.frame, slot, known));
            }
        }
        let rule = self.rule(i);
        let text = format!("`{}` takes everything the other rules leave", rule.local_id());
        let witness = if lines.is_empty() { "answers of every value".to_owned() } else { lines.join("; ") };
        self.add(Finding::note("A0005", text).at(self.decision, rule).witness(witness));
    }

    /// The smallest facts that show the claims, in words. `None`, and an error of the audit itself, if a replay disagrees.
    fn witness(&mut self, assumed: &[Lit], claims: &[Claim<'_>]) -> Option<Shown> {
        let found = smallest(self.rules, self.frame, &mut self.problem, &self.blank, &self.dates, assumed, claims)?;
        let witness = match found {
            Ok(witness) => witness,
            Err(Unconfirmed(facts)) => {
                let text = "the audit found an example that the evaluator does not confirm; please report this";
                let finding = Finding::error("A0099", text).in_decision(self.decision);
                let shown = facts_text(self.rules, self.frame, &facts);
                self.add(finding.witness(shown));
                return None;
            }
        };
        let others = witness.own_facts_of_others(self.rules);
        let mut facts = facts_text(self.rules, self.frame, &witness.facts);
        for (kind, own) in &others {
            let Some(frame) = self.rules.frames.get(*kind) else { continue };
            facts.push_str(&format!("; another {} with {}", frame.kind, facts_text(self.rules, frame, own)));
        }
        let person = person_text(self.rules, self.frame, &witness.facts, &others);
        Some(Shown { facts, person })
    }
}

/// The conjuncts of a rule.
fn parts(cond: &Cond) -> Vec<&Cond> {
    match cond {
        Cond::All(all) => all.iter().flat_map(parts).collect(),
        other => vec![other],
    }
}

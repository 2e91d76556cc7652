//! `rules coverage`: what of the rule set its examples, edges and cases exercise, and what they leave untried.
//!
//! Owns what counts as exercised (`docs/coverage.md` states it for rule authors). Every ruling here is the engine's, every truth
//! the evaluator's; only trials that come out as written count. Official cases are told from examples: they say what a source
//! thinks, examples what the author does.

use std::collections::BTreeMap;

use serde::Serialize;

use super::cases::{Trial, passes, trials};
use super::ledger::{self, Fate, fate};
use super::proofs::{at_moments, setting};
use super::words::{atom_text, cond_text};
use crate::calendar::{self, NEVER};
use crate::condition::{Anchor, Atom, Cond, Facts, Frame, Point, Slot, Tri};
use crate::engine::{State, decide};
use crate::facts::Known;
use crate::logic::{MAIN, Problem, World};
use crate::ruleset::{Case, Decision, Period, Rule, RuleSet, assemble, in_force};

/// Kinds of evidence, as bits: who says that the trial comes out so.
type Evidence = u8;
/// An example or a near miss under its rule.
const EXAMPLE: Evidence = 1;
/// Facts that only pin down a number or a date.
const EDGE: Evidence = 2;
/// An official answer or a story, with its source.
const CASE: Evidence = 4;

/// What is exercised and what is not.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Coverage {
    pub trials: Trials,
    pub total: Tally,
    pub agencies: Vec<AgencyTally>,
    /// Sources that rules cite, in file order.
    pub sources: Vec<SourceCover>,
    /// The provision ledger, by source file.
    pub ledger: Vec<ClauseCover>,
    /// In order of decision and rule.
    pub missing: Vec<Missing>,
    /// Conditions about other records. An example knows one record, so none can exercise them.
    pub quantified: usize,
}

/// What there was to go by.
#[derive(Debug, Clone, Copy, Default, Serialize)]
pub struct Trials {
    pub examples: usize,
    pub edges: usize,
    /// Expectations of cases, one for each decision they name.
    pub cases: usize,
    /// Those that do not come out as written, and so show nothing.
    pub aside: usize,
}

/// So many of each part, and how many are exercised.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Tally {
    /// Some trial fires it, and some near miss does not.
    pub rules: Share,
    /// Each `and`, `or` and `not` of more than one comparison: both true and false.
    pub conditions: Share,
    /// Each comparison: both true and false where it alone decided.
    pub comparisons: Share,
    /// Each date of a period or a comparison: trials on both sides.
    pub dates: Share,
    /// The same dates: trials on the very day and on the day before, where that decided.
    pub edges: Share,
}

/// How many there are, and how many of them are exercised, by what.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Share {
    pub all: usize,
    pub covered: usize,
    /// By examples, near misses and edges alone.
    pub examples: usize,
    /// By cases alone.
    pub cases: usize,
    /// Those that no valid facts can exercise, by proof: not among all.
    pub impossible: usize,
}

/// An agency's tally.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct AgencyTally {
    /// The folder its decisions stand in.
    pub agency: String,
    #[serde(flatten)]
    pub tally: Tally,
}

/// A source, through the rules that cite it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SourceCover {
    pub source: String,
    pub rules: usize,
    /// Those of them that are covered.
    pub covered: usize,
    /// Those covered by cases alone.
    pub cases: usize,
}

/// The clauses of one source file, through the rules that stand for them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ClauseCover {
    /// The stem of the file's name: `nsf`.
    pub group: String,
    /// Clauses that rules stand for.
    pub linked: usize,
    /// Those of them of which every rule is covered.
    pub covered: usize,
    /// Those of which some rule is fired by a case.
    pub cases: usize,
    /// Clauses out of scope, with a reason.
    pub out: usize,
    /// Clauses that nobody has accounted for.
    pub open: usize,
}

/// What kind of part is missing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Rule,
    Condition,
    Comparison,
    Date,
    Edge,
}

/// Something that no trial exercises.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Missing {
    pub part: Part,
    pub decision: String,
    pub rule: String,
    /// What was not seen.
    pub says: String,
    /// What to add.
    pub add: String,
    pub file: String,
    /// The line the rule starts at.
    pub line: usize,
}

impl Coverage {
    /// Is every rule covered?
    pub fn is_complete(&self) -> bool {
        self.total.rules.covered == self.total.rules.all
    }
}

impl Tally {
    /// Every part with its name, in order.
    pub fn parts(&self) -> [(&'static str, Share); 5] {
        [
            ("rules", self.rules),
            ("conditions", self.conditions),
            ("comparisons", self.comparisons),
            ("dates", self.dates),
            ("edges", self.edges),
        ]
    }

    fn of(&mut self, part: Part) -> &mut Share {
        match part {
            Part::Rule => &mut self.rules,
            Part::Condition => &mut self.conditions,
            Part::Comparison => &mut self.comparisons,
            Part::Date => &mut self.dates,
            Part::Edge => &mut self.edges,
        }
    }

    fn add(&mut self, other: &Self) {
        let pairs = [
            (&mut self.rules, other.rules),
            (&mut self.conditions, other.conditions),
            (&mut self.comparisons, other.comparisons),
            (&mut self.dates, other.dates),
            (&mut self.edges, other.edges),
        ];
        for (share, more) in pairs {
            share.all += more.all;
            share.covered += more.covered;
            share.examples += more.examples;
            share.cases += more.cases;
            share.impossible += more.impossible;
        }
    }
}

/// By which evidence two sides were seen: not firing, false, before · firing, true, on or after.
#[derive(Debug, Clone, Copy, Default)]
struct Sides([Evidence; 2]);

impl Sides {
    fn saw(&mut self, second: bool, by: Evidence) {
        self.0[usize::from(second)] |= by;
    }

    fn both(self, by: Evidence) -> bool {
        self.0.iter().all(|seen| seen & by != 0)
    }

    fn lacks(self, second: bool) -> bool {
        self.0[usize::from(second)] == 0
    }
}

/// Runs every example, edge and case of the decisions that `wanted` picks, and says what they exercise.
pub fn coverage(rules: &RuleSet, cases: &[Case], wanted: &dyn Fn(&Decision) -> bool) -> Coverage {
    let mut out = Coverage::default();
    let mut agencies: BTreeMap<&str, Tally> = BTreeMap::new();
    let mut seen: BTreeMap<&str, Sides> = BTreeMap::new();
    for decision in rules.decisions.iter().filter(|d| wanted(d)) {
        let tally = agencies.entry(&decision.agency).or_default();
        one(rules, decision, cases, tally, &mut out, &mut seen);
    }
    for (agency, tally) in agencies {
        out.total.add(&tally);
        out.agencies.push(AgencyTally { agency: agency.to_owned(), tally });
    }
    out.sources = sources(rules, &seen);
    out.ledger = clauses(rules, &seen);
    out
}

/// A trial that came out as written.
struct Tried {
    trial: Trial,
    by: Evidence,
    /// The rule that fired, if one did for certain.
    fired: Option<usize>,
}

/// The trials of a decision, with what each is evidence of.
fn tried(rules: &RuleSet, decision: &Decision, cases: &[Case], counts: &mut Trials) -> Vec<Tried> {
    let mut out = Vec::new();
    // Trials do not say what they are, so each kind is laid out by itself.
    for by in [EXAMPLE, EDGE, CASE] {
        let mut part = decision.clone();
        for rule in &mut part.rules {
            rule.examples.retain(|e| !e.is_draft() && by == if e.edge.is_some() { EDGE } else { EXAMPLE });
        }
        for trial in trials(rules, &part, if by == CASE { cases } else { &[] }) {
            if !passes(rules, decision, &trial) {
                counts.aside += 1;
                continue;
            }
            *match by {
                EXAMPLE => &mut counts.examples,
                EDGE => &mut counts.edges,
                _ => &mut counts.cases,
            } += 1;
            let fired = match decide(rules, decision, &trial.sheet, None) {
                State::Decided(outcome) => match outcome.rules.as_slice() {
                    [one] => Some(*one),
                    _ => None,
                },
                _ => None,
            };
            out.push(Tried { trial, by, fired });
        }
    }
    out
}

fn one<'r>(
    rules: &'r RuleSet,
    decision: &'r Decision,
    cases: &[Case],
    tally: &mut Tally,
    out: &mut Coverage,
    seen: &mut BTreeMap<&'r str, Sides>,
) {
    let Some(frame) = rules.frames.get(decision.kind) else { return };
    let tried = tried(rules, decision, cases, &mut out.trials);
    for (at, rule) in decision.rules.iter().enumerate() {
        let mut parts = Parts::of(rules, decision, frame, at);
        let mut fires = Sides::default();
        for t in &tried {
            if t.fired == Some(at) {
                fires.saw(true, t.by);
            } else if t.trial.at == Some(at) || (t.by == CASE && t.fired.is_some()) {
                fires.saw(false, t.by);
            }
            parts.try_on(&t.trial.sheet.facts(rules, None), t.by);
        }
        out.quantified += parts.quantified;
        seen.insert(&rule.id, fires);
        let mut items = vec![Item { part: Part::Rule, sides: fires, name: rule.local_id().to_owned(), claims: None }];
        items.extend(parts.items(rules, frame));
        let impossible = impossible(rules, decision, &items);
        for (item, impossible) in items.iter().zip(impossible) {
            let share = tally.of(item.part);
            if impossible {
                share.impossible += 1;
                continue;
            }
            share.all += 1;
            share.covered += usize::from(item.sides.both(EXAMPLE | EDGE | CASE));
            share.examples += usize::from(item.sides.both(EXAMPLE | EDGE));
            share.cases += usize::from(item.sides.both(CASE));
            for second in [true, false].into_iter().filter(|s| item.sides.lacks(*s)) {
                let (says, add) = wanting(item.part, &item.name, second);
                out.missing.push(Missing {
                    part: item.part,
                    decision: decision.id.clone(),
                    rule: rule.id.clone(),
                    says,
                    add: add.to_owned(),
                    file: decision.file.clone(),
                    line: rule.line,
                });
            }
        }
    }
}

/// One part of a rule, and what was seen of it.
struct Item {
    part: Part,
    sides: Sides,
    name: String,
    /// What facts on either side would make true; `None` where the proofs of `rules check` say whether there are any.
    claims: Option<[Cond; 2]>,
}

/// Which items lack a side that no valid facts can show.
fn impossible(rules: &RuleSet, decision: &Decision, items: &[Item]) -> Vec<bool> {
    let wanted: Vec<(usize, &Cond)> = (0..)
        .zip(items)
        .filter_map(|(i, item)| Some((i, item, item.claims.as_ref()?)))
        .flat_map(|(i, item, claims)| {
            let lacking = [false, true].into_iter().zip(claims).filter(|(second, _)| item.sides.lacks(*second));
            lacking.map(move |(_, claim)| (i, claim))
        })
        .collect();
    let mut out = vec![false; items.len()];
    let Some(frame) = rules.frames.get(decision.kind).filter(|_| !wanted.is_empty()) else { return out };
    let world = World { frames: &rules.frames, lists: &rules.lists };
    let known = at_moments(decision, frame);
    let mut conds: Vec<&Cond> = wanted.iter().map(|(_, claim)| *claim).collect();
    let read: Vec<Slot> = Problem::new(world, decision.kind, &known, &conds).slots_read().collect();
    let setting = setting(rules, decision, frame, &read);
    conds.push(&setting);
    let mut problem = Problem::new(world, decision.kind, &known, &conds);
    problem.assert_valid(MAIN);
    let here = problem.lit(MAIN, &setting);
    problem.assert_any(&[here]);
    for (i, claim) in wanted {
        let lit = problem.lit(MAIN, claim);
        if let Some(out) = out.get_mut(i) {
            *out = *out || !problem.solve(&[lit]);
        }
    }
    out
}

/// What is not seen of a part, and what to add.
fn wanting(part: Part, name: &str, second: bool) -> (String, &'static str) {
    match (part, second) {
        (Part::Rule, true) => (format!("nothing fires `{name}`"), "an example that fires it"),
        (Part::Rule, false) => (format!("`{name}` has no near miss"), "a near miss: facts of which another rule rules"),
        (Part::Condition, true) => (format!("`{name}` is never true"), "an example in which it holds"),
        (Part::Condition, false) => (format!("`{name}` is never false"), "a near miss in which it does not hold"),
        (Part::Comparison, true) => (
            format!("`{name}` is never true where it alone decides"),
            "facts in which it holds, and the rule turns on it",
        ),
        (Part::Comparison, false) => (
            format!("`{name}` is never false where it alone decides"),
            "facts in which it does not hold, and the rule turns on it",
        ),
        (Part::Date, true) => (format!("no trial on or after {name}"), "facts dated then or later"),
        (Part::Date, false) => (format!("no trial before {name}"), "facts dated before it"),
        (Part::Edge, true) => (format!("no trial on the very day: {name}"), "facts dated that day, where it decides"),
        (Part::Edge, false) => {
            (format!("no trial on the day before: {name}"), "facts dated the day before, where it decides")
        }
    }
}

/// The parts of one rule, and what was seen of each.
struct Parts<'r> {
    when: &'r Cond,
    /// The whole condition less `when`: the period, and what `unless` excludes.
    rest: Cond,
    conditions: Vec<(&'r Cond, Sides)>,
    atoms: Vec<AtomSeen<'r>>,
    dates: Vec<DateSeen<'r>>,
    quantified: usize,
}

/// A comparison. However often a condition repeats it, it is one fact.
struct AtomSeen<'r> {
    atom: &'r Atom,
    /// `when` with the comparison false, and true.
    forced: [Cond; 2],
    sides: Sides,
}

/// A date that something is compared with.
struct DateSeen<'r> {
    name: String,
    turns_on: Turning<'r>,
    sides: Sides,
    /// On the day before, and on the very day.
    edge: Sides,
}

/// What a date decides.
enum Turning<'r> {
    /// A comparison in `when`, by its place among the atoms.
    Comparison(usize, &'r Atom),
    /// An end of the period: the comparison, and the whole condition without it.
    Period(Atom, Cond),
}

impl<'r> Parts<'r> {
    fn of(rules: &RuleSet, decision: &'r Decision, frame: &Frame, at: usize) -> Self {
        let rule = &decision.rules[at];
        // The other rules stay as they are: `unless` and `otherwise` read their conditions.
        let mut others: Vec<Rule> = decision.rules.clone();
        let mut whole = |change: &dyn Fn(&mut Rule)| -> Cond {
            let Some(own) = others.get_mut(at) else { return Cond::Const(false) };
            let kept = own.clone();
            change(own);
            assemble(&mut others);
            let cond = others.get(at).map_or(Cond::Const(false), |r| r.fires.clone());
            if let Some(own) = others.get_mut(at) {
                *own = kept;
            }
            cond
        };
        let mut made = Self {
            when: &rule.when,
            rest: whole(&|r| r.when = Cond::Const(true)),
            conditions: Vec::new(),
            atoms: Vec::new(),
            dates: Vec::new(),
            quantified: 0,
        };
        made.walk(&rule.when);
        for (i, seen) in made.atoms.iter().enumerate() {
            if let Atom::OnOrAfter { .. } = seen.atom {
                let name = atom_text(rules, frame, seen.atom);
                made.dates.push(DateSeen {
                    name: name.replacen(" on or after ", ": ", 1),
                    turns_on: Turning::Comparison(i, seen.atom),
                    sides: Sides::default(),
                    edge: Sides::default(),
                });
            }
        }
        for (end, date) in [("from", rule.period.from), ("until", rule.period.until)] {
            let Some(date) = date else { continue };
            let without = whole(&|r| {
                let end = if end == "from" { &mut r.period.from } else { &mut r.period.until };
                *end = None;
                r.in_force = in_force(&r.period);
            });
            let alone = Period { from: Some(date), until: None, ..rule.period.clone() };
            if let Cond::Atom(atom) = in_force(&alone) {
                made.dates.push(DateSeen {
                    name: format!("{date} (`{end}`, on the clock {})", rule.period.clock),
                    turns_on: Turning::Period(atom, without),
                    sides: Sides::default(),
                    edge: Sides::default(),
                });
            }
        }
        made
    }

    /// Collects the parts of `when`.
    fn walk(&mut self, cond: &'r Cond) {
        match cond {
            Cond::Const(_) => {}
            Cond::Exists { .. } => self.quantified += 1,
            Cond::Atom(atom) => {
                if !self.atoms.iter().any(|a| a.atom == atom) {
                    let forced = [false, true].map(|truth| forced(self.when, atom, truth));
                    self.atoms.push(AtomSeen { atom, forced, sides: Sides::default() });
                }
            }
            Cond::Not(inner) => {
                // A comparison turned round is the comparison.
                if !matches!(**inner, Cond::Atom(_)) {
                    self.condition(cond);
                }
                self.walk(inner);
            }
            Cond::All(parts) | Cond::Any(parts) => {
                self.condition(cond);
                parts.iter().for_each(|c| self.walk(c));
            }
        }
    }

    fn condition(&mut self, cond: &'r Cond) {
        if !self.conditions.iter().any(|(c, _)| *c == cond) {
            self.conditions.push((cond, Sides::default()));
        }
    }

    /// Every part, with what facts would show it.
    fn items(&self, rules: &RuleSet, frame: &Frame) -> Vec<Item> {
        let sides = |cond: Cond| [cond.clone().negate(), cond];
        let mut out = Vec::new();
        for (cond, seen) in &self.conditions {
            let claims = Some(sides((*cond).clone()));
            out.push(Item { part: Part::Condition, sides: *seen, name: cond_text(rules, frame, cond), claims });
        }
        for seen in &self.atoms {
            let decides = self.decides(seen);
            let claims = sides(Cond::Atom(seen.atom.clone())).map(|side| decides.clone().and(side));
            let name = atom_text(rules, frame, seen.atom);
            out.push(Item { part: Part::Comparison, sides: seen.sides, name, claims: Some(claims) });
        }
        for date in &self.dates {
            let (atom, decides) = match &date.turns_on {
                Turning::Comparison(i, atom) => {
                    (*atom, self.atoms.get(*i).map_or(Cond::Const(true), |seen| self.decides(seen)))
                }
                Turning::Period(atom, without) => (atom, without.clone()),
            };
            let reached = |days: i64| Cond::Atom(moved(atom, days));
            let edges = [reached(-1).and(reached(0).negate()), reached(0).and(reached(1).negate())];
            let edges = edges.map(|edge| decides.clone().and(edge));
            let name = date.name.clone();
            let claims = Some(sides(Cond::Atom(atom.clone())));
            out.push(Item { part: Part::Date, sides: date.sides, name: name.clone(), claims });
            out.push(Item { part: Part::Edge, sides: date.edge, name, claims: Some(edges) });
        }
        out
    }

    /// The condition under which the rule turns on a comparison.
    fn decides(&self, seen: &AtomSeen<'_>) -> Cond {
        let [without, with] = seen.forced.clone();
        let differ = [with.clone().and(without.clone().negate()), without.and(with.negate())];
        self.rest.clone().and(Cond::Any(differ.to_vec()))
    }

    /// Sees what a trial shows.
    fn try_on(&mut self, facts: &Facts<'_>, by: Evidence) {
        for (cond, sides) in &mut self.conditions {
            if let Some(truth) = certain(facts.holds(cond)) {
                sides.saw(truth, by);
            }
        }
        let ruled_in = facts.holds(&self.rest) == Tri::Yes;
        let mut decides = vec![false; self.atoms.len()];
        for (seen, decides) in self.atoms.iter_mut().zip(&mut decides) {
            let [without, with] = &seen.forced;
            *decides = ruled_in
                && matches!((facts.holds(without), facts.holds(with)), (Tri::No, Tri::Yes) | (Tri::Yes, Tri::No));
            if let Some(truth) = certain(facts.holds(&Cond::Atom(seen.atom.clone()))).filter(|_| *decides) {
                seen.sides.saw(truth, by);
            }
        }
        for date in &mut self.dates {
            let (atom, decides) = match &date.turns_on {
                Turning::Comparison(i, atom) => (*atom, decides.get(*i) == Some(&true)),
                Turning::Period(atom, without) => (atom, facts.holds(without) == Tri::Yes),
            };
            let Some(past) = days_past(facts, atom) else { continue };
            date.sides.saw(past >= 0, by);
            if decides && (past == 0 || past == -1) {
                date.edge.saw(past == 0, by);
            }
        }
    }
}

/// The comparison with a day so many days later.
fn moved(atom: &Atom, days: i64) -> Atom {
    match *atom {
        Atom::OnOrAfter { slot, point } => Atom::OnOrAfter { slot, point: Point { days: point.days + days, ..point } },
        _ => atom.clone(),
    }
}

fn certain(truth: Tri) -> Option<bool> {
    match truth {
        Tri::Yes => Some(true),
        Tri::No => Some(false),
        Tri::Unknown => None,
    }
}

/// The condition with every such comparison set to a truth.
fn forced(cond: &Cond, atom: &Atom, truth: bool) -> Cond {
    match cond {
        Cond::Atom(a) if a == atom => Cond::Const(truth),
        Cond::Const(_) | Cond::Atom(_) | Cond::Exists { .. } => cond.clone(),
        Cond::Not(inner) => Cond::Not(Box::new(forced(inner, atom, truth))),
        Cond::All(parts) => Cond::All(parts.iter().map(|c| forced(c, atom, truth)).collect()),
        Cond::Any(parts) => Cond::Any(parts.iter().map(|c| forced(c, atom, truth)).collect()),
    }
}

/// By how many days a date is past the one it is compared with; `None` where one of them is not known to the day, or does not
/// apply.
fn days_past(facts: &Facts<'_>, atom: &Atom) -> Option<i64> {
    let Atom::OnOrAfter { slot, point } = *atom else { return None };
    let exact = |slot: Slot| -> Option<calendar::Day> {
        let at = usize::from(slot);
        match (facts.known.get(at)?, facts.applies.get(at)?) {
            (Known::Range { lo, hi }, Tri::Yes) if lo == hi => Some(*lo),
            _ => None,
        }
    };
    let day = exact(slot)?;
    let compared = match point.anchor {
        Anchor::Day(day) => point.at(day),
        Anchor::Slot(slot) => point.at(exact(slot)?),
    };
    Some(if day >= NEVER { i64::MAX } else { day - compared })
}

fn sources(rules: &RuleSet, seen: &BTreeMap<&str, Sides>) -> Vec<SourceCover> {
    let mut out: Vec<SourceCover> = Vec::new();
    for source in &rules.sources {
        let mut cover = SourceCover { source: source.id.clone(), rules: 0, covered: 0, cases: 0 };
        for rule in rules.decisions.iter().flat_map(|d| &d.rules) {
            if let Some(sides) = seen.get(rule.id.as_str())
                && rule.authority.iter().any(|a| a.source == source.id)
            {
                cover.rules += 1;
                cover.covered += usize::from(sides.both(EXAMPLE | EDGE | CASE));
                cover.cases += usize::from(sides.both(CASE));
            }
        }
        if cover.rules > 0 {
            out.push(cover);
        }
    }
    out
}

fn clauses(rules: &RuleSet, seen: &BTreeMap<&str, Sides>) -> Vec<ClauseCover> {
    let mut groups: BTreeMap<&str, ClauseCover> = BTreeMap::new();
    let everything = seen.len() == rules.decisions.iter().map(|d| d.rules.len()).sum::<usize>();
    for source in &rules.sources {
        for clause in &source.clauses {
            let fate = fate(rules, source, clause);
            let sides: Vec<Sides> = match &fate {
                Fate::Rules(ids) => ids.iter().filter_map(|id| seen.get(id).copied()).collect(),
                _ => Vec::new(),
            };
            // Where only some decisions are looked at, only clauses that their rules stand for count.
            if sides.is_empty() && !everything {
                continue;
            }
            let group = ledger::group(source);
            let cover = groups.entry(group).or_insert_with(|| ClauseCover {
                group: group.to_owned(),
                linked: 0,
                covered: 0,
                cases: 0,
                out: 0,
                open: 0,
            });
            match fate {
                Fate::Rules(_) => {
                    cover.linked += 1;
                    cover.covered += usize::from(sides.iter().all(|s| s.both(EXAMPLE | EDGE | CASE)));
                    cover.cases += usize::from(sides.iter().any(|s| s.0[1] & CASE != 0));
                }
                Fate::Out(_) => cover.out += 1,
                Fate::Open => cover.open += 1,
            }
        }
    }
    groups.into_values().collect()
}

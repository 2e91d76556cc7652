//! How a decision reads one set of facts: every rule, every part of its condition, the facts each part read, and what follows.
//!
//! Follows the condition as it was written, each part compiled and evaluated by itself, so that what is shown is what stands
//! in the file. Decides nothing: the ruling is the engine's. `text` draws it.

mod text;

use chrono::NaiveDate;
use serde::Serialize;

pub use text::{trace_json, trace_text};

use super::cases::{example_day, moment};
use super::proofs::agencies;
use super::words::{cond_text, fact_text};
use crate::condition::{self, Atom, Cond, Expr, ExprKind, Facts, Slot, Tri};
use crate::engine::{FactSheet, State, Status, decide};
use crate::facts::{Answer, FieldType, Known, Value};
use crate::ruleset::{Agency, Decision, Given, Rule, RuleSet};

/// A decision and one set of facts.
#[derive(Debug, Clone, Serialize)]
pub struct Trace {
    pub decision: String,
    pub asks: String,
    /// The agency and its moment, as which the facts were read.
    pub agency: String,
    pub moment: String,
    pub rules: Vec<RuleTrace>,
    pub conclusion: Conclusion,
}

/// How one rule reads the facts.
#[derive(Debug, Clone, Serialize)]
pub struct RuleTrace {
    pub id: String,
    pub ruling: &'static str,
    #[serde(serialize_with = "word")]
    pub fires: Tri,
    /// Is its period over, or not begun?
    pub out_of_force: bool,
    /// Its period, its condition and what `unless` takes away, in this order; all must hold.
    pub steps: Vec<Step>,
}

/// One part of a condition.
#[derive(Debug, Clone, Serialize)]
pub struct Step {
    /// As written; `all of`, `one of` and `not` where it has parts.
    pub says: String,
    #[serde(serialize_with = "word")]
    pub holds: Tri,
    /// The facts it read: `paid-by: own-money`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// Why it is not just what the facts say: a field that does not apply, for instance.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// Another part beside it has settled the whole.
    pub settled: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Step>,
}

/// What the engine rules.
#[derive(Debug, Clone, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Conclusion {
    /// The ruling, its place and the rules that it may rest on.
    Ruled { ruling: &'static str, title: &'static str, place: String, rules: Vec<String> },
    /// It depends on answers that are missing.
    Open { between: Vec<String>, missing: Vec<Missing>, records: Vec<String> },
    /// The facts cannot all be true.
    Contradiction { fields: Vec<String>, says: String },
}

/// An answer that is missing, and where each would lead.
#[derive(Debug, Clone, Serialize)]
pub struct Missing {
    pub field: String,
    pub ask: String,
    /// Answered "not sure".
    pub not_sure: bool,
    pub answers: Vec<Leads>,
}

/// Answers that lead to the same.
#[derive(Debug, Clone, Serialize)]
pub struct Leads {
    pub answers: Vec<String>,
    /// A ruling, or `still open`, or `not possible`.
    pub to: String,
}

fn word<S: serde::Serializer>(tri: &Tri, s: S) -> Result<S::Ok, S::Error> {
    s.serialize_str(tri_word(*tri))
}

fn tri_word(tri: Tri) -> &'static str {
    match tri {
        Tri::Yes => "yes",
        Tri::No => "no",
        Tri::Unknown => "unknown",
    }
}

/// Follows a decision, or one rule of it, through the facts. `agency` picks whose moment it is, where several agencies use the
/// decision; `today` is the day of clocks that nobody gave. `None` if no such agency has such a moment.
pub fn trace(
    rules: &RuleSet,
    decision: &Decision,
    only: Option<&Rule>,
    given: &Given,
    agency: Option<&str>,
    today: NaiveDate,
) -> Option<Trace> {
    let mut users: Vec<&Agency> = agencies(rules, decision);
    users.retain(|a| agency.is_none_or(|id| a.id == id));
    let (agency, moment) = moment(&users, decision, given)?;
    let day = only.map_or(today, example_day);
    let sheet = FactSheet::given(rules, decision.kind, given, moment, day);
    let reader = Reader { rules, decision, sheet: &sheet, given, facts: sheet.facts(rules, None) };
    let shown = decision.rules.iter().filter(|r| only.is_none_or(|o| o.id == r.id));
    Some(Trace {
        decision: decision.id.clone(),
        asks: decision.asks.clone(),
        agency: agency.short.clone(),
        moment: moment.title.clone(),
        rules: shown.map(|rule| reader.rule(rule)).collect(),
        conclusion: reader.conclusion(),
    })
}

struct Reader<'a> {
    rules: &'a RuleSet,
    decision: &'a Decision,
    sheet: &'a FactSheet,
    given: &'a Given,
    facts: Facts<'a>,
}

impl Reader<'_> {
    fn rule(&self, rule: &Rule) -> RuleTrace {
        let mut steps = vec![self.leaf(period(rule), &rule.in_force)];
        if rule.otherwise {
            steps.push(self.bare("no other rule fires", self.otherwise(rule)));
        } else if let Ok(expr) = condition::parse(&rule.when_text) {
            steps.push(self.step(&expr));
        }
        for id in &rule.unless {
            let excluded = self.decision.rule(id).map_or(Tri::Unknown, |other| self.excluded(other, &rule.unless, 0));
            steps.push(self.bare(&format!("not the condition of `{id}` (unless)"), excluded.negate()));
        }
        settle(&mut steps, Tri::No);
        RuleTrace {
            id: rule.local_id().to_owned(),
            ruling: rule.ruling.title(),
            fires: self.facts.holds(&rule.fires),
            out_of_force: self.facts.holds(&rule.in_force) == Tri::No,
            steps,
        }
    }

    /// Does no rule but those with `otherwise` fire?
    fn otherwise(&self, rule: &Rule) -> Tri {
        let others = self.decision.rules.iter().filter(|r| !r.otherwise && r.id != rule.id);
        self.facts.holds(&Cond::All(others.map(|r| r.fires.clone().negate()).collect()))
    }

    /// The condition of a rule that another excludes: its `when` without its period, less what it excludes itself and the other
    /// does not exclude anyway.
    fn excluded(&self, rule: &Rule, already: &[String], depth: usize) -> Tri {
        let mut holds = self.facts.holds(&rule.when);
        if depth < self.decision.rules.len() {
            let own = rule.unless.iter().filter(|id| !already.contains(id));
            for other in own.filter_map(|id| self.decision.rule(id)) {
                holds = holds.min(self.excluded(other, already, depth + 1).negate());
            }
        }
        holds
    }

    fn step(&self, expr: &Expr) -> Step {
        let mut ignored = Vec::new(); // the loader has reported what there was
        let cond = condition::check(expr, &self.rules.frames, self.sheet.kind, self.rules, &mut ignored);
        let (says, parts, settles) = match &expr.kind {
            ExprKind::And(parts) => ("all of", parts.iter().collect(), Tri::No),
            ExprKind::Or(parts) => ("one of", parts.iter().collect(), Tri::Yes),
            ExprKind::Not(inner) if has_parts(inner) => ("not", vec![inner.as_ref()], Tri::Unknown),
            ExprKind::Exists { .. } => {
                let mut step = self.bare(&condition::expr_text(expr), self.facts.holds(&cond));
                step.note = Some("facts given here hold no other records".to_owned());
                return step;
            }
            _ => return self.leaf(condition::expr_text(expr), &cond),
        };
        let parts: Vec<&Expr> = parts;
        let mut parts: Vec<Step> = parts.into_iter().map(|part| self.step(part)).collect();
        settle(&mut parts, settles);
        Step { parts, ..self.bare(says, self.facts.holds(&cond)) }
    }

    fn bare(&self, says: &str, holds: Tri) -> Step {
        Step { says: says.to_owned(), holds, facts: Vec::new(), note: None, settled: false, parts: Vec::new() }
    }

    /// One comparison, with what it read.
    fn leaf(&self, says: String, cond: &Cond) -> Step {
        let mut read = Vec::new();
        let mut about = None;
        cond.atoms(&mut |atom| {
            about = about.or(Some(atom.slot()));
            for slot in std::iter::once(atom.slot()).chain(atom.other_slot()) {
                if !read.contains(&slot) {
                    read.push(slot);
                }
            }
        });
        // `before` and `<` carry the guard of their field along; what the guard reads is said only where it matters.
        if let Some(last) = last_slot(cond) {
            about = Some(last);
            let point = |slot: &Slot| *slot == last || other_of(cond, last).contains(slot);
            read.retain(point);
        }
        let note = about.and_then(|slot| self.applies(slot));
        let facts = read.into_iter().map(|slot| self.fact(slot)).collect();
        Step { facts, note, ..self.bare(&says, self.facts.holds(cond)) }
    }

    /// What to say of a field that does not apply, or may not.
    fn applies(&self, slot: Slot) -> Option<String> {
        let def = self.facts.frame.def(slot);
        let guard = def.guard.as_ref()?;
        let mut read = Vec::new();
        guard.atoms(&mut |a| read.push(a.slot()));
        read.dedup();
        let facts: Vec<String> = read.into_iter().map(|s| self.fact(s)).collect();
        let verb = match self.facts.applies.get(usize::from(slot)) {
            Some(Tri::No) => "does not apply",
            Some(Tri::Unknown) => "may not apply",
            _ => return None,
        };
        let when = cond_text(self.rules, self.facts.frame, guard);
        Some(format!("`{}` {verb}; it is asked when {when} ({})", def.name, facts.join("; ")))
    }

    /// `paid-by: own-money`, or that it was not answered.
    fn fact(&self, slot: Slot) -> String {
        let def = self.facts.frame.def(slot);
        let known = self.sheet.at(slot);
        match self.sheet.status_of(slot) {
            _ if known != def.blank() => {
                let text = fact_text(self.rules, self.facts.frame, slot, known);
                let given =
                    self.given.answers.get(&def.name).or_else(|| self.given.answers.get(&format!("{}.name", def.name)));
                match (given.and_then(as_given), text.split_once(": ")) {
                    (Some(given), Some((name, listed))) => format!("{name}: {given}, {listed}"),
                    _ => text,
                }
            }
            Status::NotSure => format!("{}: not sure", def.name),
            Status::Unanswered | Status::Answered => format!("{}: not answered", def.name),
        }
    }

    fn conclusion(&self) -> Conclusion {
        let ids = |which: &[usize]| -> Vec<String> {
            which.iter().filter_map(|i| self.decision.rules.get(*i)).map(|r| r.local_id().to_owned()).collect()
        };
        let name = |slot: &Slot| self.facts.frame.def(*slot).name.clone();
        match decide(self.rules, self.decision, self.sheet, None) {
            State::Decided(o) => Conclusion::Ruled {
                ruling: o.ruling.id(),
                title: o.ruling.title(),
                rules: ids(&o.rules),
                place: o.place,
            },
            State::Open(open) => Conclusion::Open {
                between: ids(&open.possible),
                missing: open.ask.iter().chain(&open.unsure).map(|slot| self.missing(*slot)).collect(),
                records: open
                    .kinds
                    .iter()
                    .filter_map(|k| self.rules.kinds.get(*k))
                    .map(|k| k.plural.to_lowercase())
                    .collect(),
            },
            State::Contradiction { slots, says } => {
                Conclusion::Contradiction { fields: slots.iter().map(name).collect(), says }
            }
        }
    }

    fn missing(&self, slot: Slot) -> Missing {
        let def = self.facts.frame.def(slot);
        let mut answers: Vec<Leads> = Vec::new();
        for known in self.answers(slot) {
            let to = match decide(self.rules, self.decision, &self.sheet.with(self.rules, slot, known), None) {
                State::Decided(o) => o.ruling.title().to_owned(),
                State::Open(_) => "still open".to_owned(),
                State::Contradiction { .. } => "not possible".to_owned(),
            };
            let text = fact_text(self.rules, self.facts.frame, slot, known);
            let text = text.split_once(": ").map_or(text.clone(), |(_, value)| value.to_owned());
            match answers.iter_mut().find(|l| l.to == to) {
                Some(leads) => leads.answers.push(text),
                None => answers.push(Leads { answers: vec![text], to }),
            }
        }
        Missing {
            field: def.name.clone(),
            ask: self.rules.field(self.facts.frame, slot).map(|f| f.ask.clone()).unwrap_or_default(),
            not_sure: self.sheet.status_of(slot) == Status::NotSure,
            answers,
        }
    }

    /// Answers that the decision's rules can tell apart. Of sets, those with one member.
    fn answers(&self, slot: Slot) -> Vec<Known> {
        let mut atoms: Vec<&Atom> = Vec::new();
        self.decision.rules.iter().for_each(|r| r.fires.atoms(&mut |a| atoms.push(a)));
        atoms.retain(|a| a.slot() == slot);
        let exactly = |n: i64| Known::Range { lo: n, hi: n };
        let set = |bits: u64| Known::Set { has: bits, may: bits };
        let mut out: Vec<Known> = match &self.facts.frame.def(slot).ty {
            FieldType::YesNo => vec![Known::Choice(0b10), Known::Choice(0b01)],
            FieldType::Choice(ids) => (0..ids.len()).map(|i| Known::Choice(1 << i)).collect(),
            FieldType::Set(ids) => std::iter::once(0).chain((0..ids.len()).map(|i| 1 << i)).map(set).collect(),
            _ => Vec::new(),
        };
        for atom in atoms {
            match *atom {
                Atom::AtLeast { hundredths, .. } => out.extend([hundredths - 100, hundredths].map(exactly)),
                Atom::Listed { list, .. } => {
                    let bits = self.rules.lists.get(list).map_or(0, |l| l.editions.iter().fold(0, |b, e| b | e.bit));
                    out.extend([bits, 0].map(|on| Known::Listed { on, may: on }));
                }
                Atom::OnOrAfter { point, .. } => {
                    let anchor = match point.anchor {
                        condition::Anchor::Day(day) => Some(day),
                        condition::Anchor::Slot(other) => match self.sheet.at(other) {
                            Known::Range { lo, hi } if lo == hi => Some(lo),
                            _ => None,
                        },
                    };
                    out.extend(anchor.into_iter().flat_map(|a| [point.at(a) - 1, point.at(a)]).map(exactly));
                }
                _ => {}
            }
        }
        let mut seen = Vec::new();
        out.retain(|k| {
            let new = !seen.contains(k);
            seen.push(*k);
            new
        });
        out.retain(|k| !matches!(k, Known::Range { lo, .. } if *lo < 0 && self.is_amount(slot)));
        out
    }

    fn is_amount(&self, slot: Slot) -> bool {
        matches!(self.facts.frame.def(slot).ty, FieldType::Money | FieldType::Number)
    }
}

/// Is it shown by its parts, not as one comparison?
fn has_parts(expr: &Expr) -> bool {
    matches!(expr.kind, ExprKind::And(_) | ExprKind::Or(_) | ExprKind::Not(_) | ExprKind::Exists { .. })
}

/// A country, organisation or places as they were given; what is known of them is only on which lists they are.
fn as_given(answer: &Answer) -> Option<String> {
    match answer {
        Answer::Is(Value::Country(text) | Value::Entity(text) | Value::Text(text)) => Some(text.clone()),
        Answer::Is(Value::Places { has, .. }) => Some(has.iter().cloned().collect::<Vec<_>>().join(", ")),
        _ => None,
    }
}

/// The slot that a comparison is about: of the last of its atoms, those before it are guards.
fn last_slot(cond: &Cond) -> Option<Slot> {
    let mut last = None;
    cond.atoms(&mut |a| last = Some(a.slot()));
    last
}

fn other_of(cond: &Cond, slot: Slot) -> Vec<Slot> {
    let mut out = Vec::new();
    cond.atoms(&mut |a| out.extend(a.other_slot().filter(|_| a.slot() == slot)));
    out
}

/// Marks the parts that no longer matter, if one of them has settled the whole.
fn settle(parts: &mut [Step], settles: Tri) {
    let Some(first) = parts.iter().position(|p| p.holds == settles).filter(|_| settles != Tri::Unknown) else { return };
    for (i, part) in parts.iter_mut().enumerate() {
        part.settled = i != first;
    }
}

fn period(rule: &Rule) -> String {
    let mut out = "in force".to_owned();
    if let Some(from) = rule.period.from {
        out.push_str(&format!(" from {from}"));
    }
    if let Some(until) = rule.period.until {
        out.push_str(&format!(" until {until}"));
    }
    if (rule.period.from, rule.period.until) == (None, None) {
        out.push_str(" at every date");
    }
    format!("{out}, by {}", rule.period.clock)
}

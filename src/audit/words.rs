//! Facts put into words, as a person who fills in answers would say them.
//!
//! Owns the wording of values and of sets of facts. Judges nothing.

use crate::calendar::{self, NEVER};
use crate::condition::{Anchor, Atom, Cond, Frame, Owner, Point, Slot, SlotDef};
use crate::facts::{FieldType, Known};
use crate::ruleset::{Deadline, RuleSet};

/// `paid-by: own-money, home; ended: 2023-06-09; filing: 2024-05-19`. Facts that leave everything open are left out.
pub fn facts_text(rules: &RuleSet, frame: &Frame, facts: &[(Slot, Known)]) -> String {
    let mut ordered: Vec<&(Slot, Known)> = facts.iter().collect();
    // The record first, what surrounds it after, the dates of the target last.
    ordered.sort_by_key(|(s, _)| match frame.def(*s).owner {
        Owner::Record => (0, *s),
        Owner::Entity(_) => (1, *s),
        Owner::Target => (2, *s),
        Owner::Person => (3, *s),
        Owner::Clock => (4, *s),
    });
    let parts: Vec<String> = ordered
        .iter()
        .filter(|(s, k)| *k != frame.def(*s).blank())
        .map(|(s, k)| fact_text(rules, frame, *s, *k))
        .collect();
    if parts.is_empty() { "whatever the answers".to_owned() } else { parts.join("; ") }
}

/// One fact: `paid-by: own-money`.
pub fn fact_text(rules: &RuleSet, frame: &Frame, slot: Slot, known: Known) -> String {
    let def = frame.def(slot);
    format!("{}: {}", def.name, value_text(rules, def, known))
}

pub(super) fn value_text(rules: &RuleSet, def: &SlotDef, known: Known) -> String {
    match known {
        Known::Choice(mask) if def.ty == FieldType::YesNo => match mask {
            0b01 => "no".to_owned(),
            0b10 => "yes".to_owned(),
            _ => "not sure".to_owned(),
        },
        Known::Choice(mask) => names(def, mask).join(" or "),
        Known::Set { has, may } => match (has, may == has) {
            (0, true) => "none".to_owned(),
            (_, true) => names(def, has).join(", "),
            (0, false) => "not sure".to_owned(),
            (_, false) => format!("{} and perhaps more", names(def, has).join(", ")),
        },
        Known::Range { lo, hi } => match &def.ty {
            FieldType::Date(_) if lo == hi => date_text(lo),
            FieldType::Date(_) => format!("{} to {}", date_text(lo), date_text(hi)),
            _ if lo == hi => hundredths_text(lo),
            _ => format!("{} to {}", hundredths_text(lo), hundredths_text(hi)),
        },
        Known::Listed { on: 0, may: 0 } => "on no list".to_owned(),
        Known::Listed { on, .. } => format!("on {}", lists(rules, on)),
        Known::Places { on, off, .. } => match (on, off) {
            (0, 0) => "none".to_owned(),
            (0, _) => "elsewhere".to_owned(),
            (on, 0) => format!("only places on {}", lists(rules, on)),
            (on, _) => format!("some on {}, some not", lists(rules, on)),
        },
        Known::Given(given) => if given { "given" } else { "not given" }.to_owned(),
    }
}

fn names(def: &SlotDef, mask: u64) -> Vec<String> {
    match &def.ty {
        FieldType::Choice(ids) | FieldType::Set(ids) => {
            ids.iter().enumerate().filter(|(i, _)| *i < 64 && mask & (1 << i) != 0).map(|(_, id)| id.clone()).collect()
        }
        _ => Vec::new(),
    }
}

fn date_text(day: i64) -> String {
    match calendar::date(day) {
        Some(date) => date.to_string(),
        None if day >= NEVER => "never".to_owned(),
        None => "before 1900".to_owned(),
    }
}

fn hundredths_text(n: i64) -> String {
    if n % 100 == 0 { (n / 100).to_string() } else { format!("{}.{:02}", n / 100, n % 100) }
}

pub(super) fn lists(rules: &RuleSet, on: u64) -> String {
    let named: Vec<String> = rules
        .lists
        .iter()
        .filter_map(|list| {
            let editions: Vec<String> =
                list.editions.iter().filter(|e| on & e.bit != 0).map(|e| e.from.to_string()).collect();
            match (editions.len(), list.editions.len()) {
                (0, _) => None,
                (_, 1) => Some(list.id.clone()),
                _ => Some(format!("{} of {}", list.id, editions.join(", "))),
            }
        })
        .collect();
    if named.is_empty() { "a list".to_owned() } else { named.join(" and ") }
}

/// A comparison, close to how the condition language writes it.
pub fn atom_text(rules: &RuleSet, frame: &Frame, atom: &Atom) -> String {
    let def = frame.def(atom.slot());
    let name = &def.name;
    let set = |mask: u64| format!("{{{}}}", names(def, mask).join(", "));
    let list = |list: usize| rules.lists.get(list).map_or("?", |l| l.id.as_str());
    match *atom {
        Atom::Choice { any_of, .. } if def.ty == FieldType::YesNo => {
            if any_of == 0b10 {
                name.clone()
            } else {
                format!("not {name}")
            }
        }
        Atom::Choice { any_of, .. } => format!("{name} in {}", set(any_of)),
        Atom::Includes { any_of, .. } => format!("{name} includes any {}", set(any_of)),
        Atom::Only { none_but, .. } => format!("{name} only {}", set(none_but)),
        Atom::Empty { .. } => format!("{name} is none"),
        Atom::AtLeast { hundredths, .. } => format!("{name} at least {}", hundredths_text(hundredths)),
        Atom::OnOrAfter { point, .. } => format!("{name} on or after {}", point_text(frame, point)),
        Atom::Listed { list: at, clock, .. } => format!("{name} in {} as of {}", list(at), frame.def(clock).name),
        Atom::SomePlace { list: at, clock, outside, .. } => {
            let which = if outside { "any outside" } else { "any in" };
            format!("{name} {which} {} as of {}", list(at), frame.def(clock).name)
        }
    }
}

/// A condition, close to how the condition language writes it.
pub fn cond_text(rules: &RuleSet, frame: &Frame, cond: &Cond) -> String {
    let join = |parts: &[Cond], word: &str| {
        let parts: Vec<String> = parts.iter().map(|c| cond_text(rules, frame, c)).collect();
        format!("({})", parts.join(word))
    };
    match cond {
        Cond::Const(truth) => truth.to_string(),
        Cond::Atom(atom) => atom_text(rules, frame, atom),
        Cond::Not(inner) => format!("not {}", cond_text(rules, frame, inner)),
        Cond::All(parts) => join(parts, " and "),
        Cond::Any(parts) => join(parts, " or "),
        Cond::Exists { kind, cond } => match rules.frames.get(*kind) {
            Some(frame) => format!("any {} where {}", frame.kind, cond_text(rules, frame, cond)),
            None => "any other record".to_owned(),
        },
    }
}

fn point_text(frame: &Frame, point: Point) -> String {
    let mut out = match point.anchor {
        Anchor::Day(day) => date_text(day),
        Anchor::Slot(slot) => frame.def(slot).name.clone(),
    };
    let mut moved = |n: i64, unit: &str| {
        if n != 0 {
            out.push_str(&format!(" {} {} {unit}", if n < 0 { "less" } else { "and" }, n.abs()));
        }
    };
    moved(i64::from(point.months), "months");
    moved(point.days, "days");
    if point.next_day {
        out.push_str(", the day after");
    }
    out
}

/// A deadline as rules write it; `none` goes with the form.
pub fn deadline_text(frame: &Frame, deadline: &Deadline) -> String {
    let name = |slot: Slot| quoted(&frame.def(slot).name);
    match deadline {
        Deadline::WithForm => "none".to_owned(),
        Deadline::After { slot, days } => format!("{{ after = {}, days = {days} }}", name(*slot)),
        Deadline::Before { slot, days } => format!("{{ before = {}, days = {days} }}", name(*slot)),
        Deadline::AsSoonAs { slot, at_latest: None } => format!("{{ as-soon-as = {} }}", name(*slot)),
        Deadline::AsSoonAs { slot, at_latest: Some(days) } => {
            format!("{{ as-soon-as = {}, at-latest-days = {days} }}", name(*slot))
        }
        Deadline::Yearly => "{ yearly = true }".to_owned(),
        Deadline::NotStated => "{ not-stated = true }".to_owned(),
        Deadline::SourcesDiffer(says) => format!("{{ sources-differ = {} }}", quoted(says)),
    }
}

/// Text as TOML writes it.
pub fn quoted(text: &str) -> String {
    toml::Value::String(text.to_owned()).to_string()
}

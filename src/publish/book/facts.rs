//! Facts and conditions in a form that a page can show: the condition as written, with each word explained, and the facts of
//! examples in words.

use serde::Serialize;

use super::shelf::Desk;
use crate::condition::{Bound, Expr, ExprKind, Owner, Slot, When, Word, parse};
use crate::logic::each_slot;
use crate::report::words;
use crate::ruleset::{Decision, Field, Given, Rule, RuleSet};

/// A stretch of a condition's text; some are explained, some lead somewhere.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(super) struct Piece {
    pub(super) text: String,
    pub(super) title: String,
    pub(super) href: String,
}

/// What a condition's word means: where it stands in the text, its explanation, and where to read more.
struct Meaning<'a> {
    word: &'a Word,
    title: String,
    href: String,
}

/// The anchor of a fact on its decision's page. No rule's id has a full stop.
pub(super) fn anchor(name: &str) -> String {
    format!("fact.{}", super::paths::slug(name))
}

/// A rule's condition as written, line breaks made spaces.
pub(super) fn condition(desk: &Desk<'_, '_>, decision: &Decision, text: &str) -> Vec<Piece> {
    let plain = |text: &str| Piece { text: text.split_whitespace().collect::<Vec<_>>().join(" "), ..Piece::default() };
    let Ok(expr) = parse(text) else { return vec![plain(text)] };
    let mut found = Vec::new();
    meanings(desk, decision.kind, true, &expr, &mut found);
    found.sort_by_key(|m| m.word.span.start);
    let mut pieces = Vec::new();
    let mut done = 0;
    for Meaning { word, title, href } in found {
        if let Some(between) = text.get(done..word.span.start).filter(|b| !b.is_empty()) {
            pieces.push(Piece { text: spaced(between), ..Piece::default() });
        }
        pieces.push(Piece { text: word.text.clone(), title, href });
        done = word.span.end;
    }
    if let Some(rest) = text.get(done..).map(str::trim_end).filter(|r| !r.is_empty()) {
        pieces.push(Piece { text: spaced(rest), ..Piece::default() });
    }
    pieces
}

/// Runs of white space as one space.
fn spaced(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        if !c.is_whitespace() {
            out.push(c);
        } else if !out.ends_with(' ') {
            out.push(' ');
        }
    }
    out
}

/// `here`: the condition is about the decision's own record, whose facts the page explains.
fn meanings<'a>(desk: &Desk<'_, '_>, kind: usize, here: bool, expr: &'a Expr, out: &mut Vec<Meaning<'a>>) {
    let rules = desk.shelf.rules;
    let name = |word: &'a Word, values: &'a [Word], out: &mut Vec<Meaning<'a>>| {
        let Some(frame) = rules.frames.get(kind) else { return };
        let Some(slot) = frame.slot(&word.text) else { return };
        // A fact may have a short name besides its own; the page knows it by its own.
        let own = frame.slots.get(usize::from(slot)).map_or("", |def| def.name.as_str());
        let href = if here { format!("#{}", anchor(own)) } else { String::new() };
        out.push(Meaning { word, title: asks(rules, kind, slot), href });
        let Some(field) = rules.field(frame, slot) else { return };
        for value in values {
            let label = field.label(&value.text);
            if label != value.text {
                out.push(Meaning { word: value, title: label.to_owned(), href: String::new() });
            }
        }
    };
    let list = |word: &'a Word, out: &mut Vec<Meaning<'a>>| {
        if let Some(list) = rules.lists.iter().find(|l| l.id == word.text)
            && let Some(path) = desk.shelf.paths.lists.get(&list.id)
        {
            out.push(Meaning { word, title: list.title.clone(), href: desk.to(path, "").href });
        }
    };
    let setting = |word: &'a Word, out: &mut Vec<Meaning<'a>>| {
        if let Some(setting) = rules.settings.iter().find(|s| s.id == word.text) {
            out.push(Meaning { word, title: setting.title.clone(), href: String::new() });
        }
    };
    match &expr.kind {
        ExprKind::Setting(id) => setting(id, out),
        ExprKind::Compare { name: word, bound, .. } => {
            name(word, &[], out);
            if let Bound::Setting(id) = bound {
                setting(id, out);
            }
        }
        ExprKind::Name(word) => name(word, &[], out),
        ExprKind::Is { name: word, value, .. } => name(word, std::slice::from_ref(value), out),
        ExprKind::In { name: word, values, .. }
        | ExprKind::Includes { name: word, values }
        | ExprKind::Only { name: word, values } => name(word, values, out),
        ExprKind::InList { name: word, list: of, clock, .. }
        | ExprKind::SomePlace { name: word, list: of, clock, .. } => {
            name(word, &[], out);
            list(of, out);
            if let Some(clock) = clock {
                name(clock, &[], out);
            }
        }
        ExprKind::Date { name: word, when, .. } | ExprKind::Within { name: word, when, .. } => {
            name(word, &[], out);
            if let When::Name(other) = when {
                name(other, &[], out);
            }
        }
        ExprKind::Not(inner) => meanings(desk, kind, here, inner, out),
        ExprKind::And(parts) | ExprKind::Or(parts) => {
            parts.iter().for_each(|part| meanings(desk, kind, here, part, out));
        }
        ExprKind::Exists { kind: of, inner } => {
            if let Some((other, kind)) = rules.kind(&of.text) {
                let href = desk.kind(other).href;
                out.push(Meaning { word: of, title: kind.plural.clone(), href });
                meanings(desk, other, false, inner, out);
            }
        }
    }
}

/// The question behind a slot; a clock has its name.
pub(super) fn asks(rules: &RuleSet, kind: usize, slot: Slot) -> String {
    let Some(frame) = rules.frames.get(kind) else { return String::new() };
    let Some(def) = frame.slots.get(usize::from(slot)) else { return String::new() };
    match rules.field(frame, slot) {
        Some(field) => field.ask.clone(),
        None => words::upper_first(words::clock(&def.field)),
    }
}

/// A fact that the rules of a decision read.
#[derive(Debug, Serialize)]
pub(super) struct Read {
    anchor: String,
    name: String,
    asks: String,
    /// Whose answer it is: the page of the kind that asks for it. None for a date.
    kind: Option<super::shelf::Link>,
    values: Vec<(String, String)>,
}

/// The facts that a decision's rules read, in asking order.
pub(super) fn read_by(desk: &Desk<'_, '_>, decision: &Decision) -> Vec<Read> {
    let rules = desk.shelf.rules;
    let Some(frame) = rules.frames.get(decision.kind) else { return Vec::new() };
    let mut slots: Vec<Slot> = Vec::new();
    for rule in &decision.rules {
        each_slot(&rule.fires, &mut |slot| slots.push(slot));
        each_slot(&rule.when, &mut |slot| slots.push(slot));
    }
    slots.sort_unstable();
    slots.dedup();
    slots
        .into_iter()
        .filter_map(|slot| Some((slot, frame.slots.get(usize::from(slot))?)))
        .map(|(slot, def)| {
            let kind = match def.owner {
                Owner::Clock => None,
                _ => frame.kind_of(slot).and_then(|id| rules.kind(id)).map(|(i, _)| desk.kind(i)),
            };
            let values = rules.field(frame, slot).map(values).unwrap_or_default();
            Read {
                anchor: anchor(&def.name),
                name: def.name.clone(),
                asks: asks(rules, decision.kind, slot),
                kind,
                values,
            }
        })
        .collect()
}

/// The values of a choice or a set: id and wording.
pub(super) fn values(field: &Field) -> Vec<(String, String)> {
    field.values.iter().map(|c| (c.id.clone(), c.label.clone())).collect()
}

/// A fact of an example.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Fact {
    pub(super) name: String,
    pub(super) value: String,
}

/// The facts that an example or a case states, in the order in which they are asked.
pub(super) fn given(rules: &RuleSet, kind: usize, given: &Given) -> Vec<Fact> {
    let Some(frame) = rules.frames.get(kind) else { return Vec::new() };
    let mut known: Vec<(Slot, Fact)> = Vec::new();
    for (name, answer) in &given.answers {
        let Some(slot) = frame.slot(name) else { continue };
        let Some(field) = rules.field(frame, slot) else { continue };
        let value = words::answer(field, answer);
        known.push((slot, Fact { name: name.clone(), value }));
    }
    known.sort_by_key(|(slot, _)| *slot);
    let mut facts: Vec<Fact> = known.into_iter().map(|(_, fact)| fact).collect();
    let day = |name: &str, on| Fact { name: name.to_owned(), value: words::date(on) };
    facts.extend(given.on.map(|on| day("on", on)));
    facts.extend(given.clocks.iter().map(|(clock, on)| day(clock, *on)));
    facts
}

/// A near miss as the facts in which it differs from an example.
pub(super) fn difference(from: &[Fact], to: &[Fact]) -> Vec<Fact> {
    let mut changed: Vec<Fact> = to.iter().filter(|f| !from.contains(f)).cloned().collect();
    let gone = from.iter().filter(|f| !to.iter().any(|t| t.name == f.name));
    changed.extend(gone.map(|f| Fact { value: "not stated".to_owned(), ..f.clone() }));
    changed
}

/// A rule's deadline in words, before any date is known.
pub(super) fn deadline(rules: &RuleSet, decision: &Decision, rule: &Rule) -> String {
    use crate::ruleset::Deadline;
    let field = |slot: Slot| {
        let name =
            rules.frames.get(decision.kind).and_then(|f| f.slots.get(usize::from(slot))).map(|d| d.name.as_str());
        format!("“{}” ({})", asks(rules, decision.kind, slot), name.unwrap_or_default())
    };
    let days = |n: i64| crate::text::count(usize::try_from(n).unwrap_or_default(), "day", "days");
    match &rule.deadline {
        Deadline::WithForm if rule.ruling.is_duty() => "With the form, by the filing date.".to_owned(),
        Deadline::WithForm => String::new(),
        Deadline::After { slot, days: n } => {
            format!("{} after the day of {}.", words::upper_first(&days(*n)), field(*slot))
        }
        Deadline::Before { slot, days: n } => {
            format!("{} before the day of {}.", words::upper_first(&days(*n)), field(*slot))
        }
        Deadline::AsSoonAs { slot, at_latest: None } => format!("As soon as known: {}.", field(*slot)),
        Deadline::AsSoonAs { slot, at_latest: Some(n) } => {
            format!("As soon as known, at the latest {} after {}.", days(*n), field(*slot))
        }
        Deadline::Yearly => "Once a year.".to_owned(),
        Deadline::NotStated => "No date is stated.".to_owned(),
        Deadline::SourcesDiffer(text) => words::sentence(&format!("The sources differ: {text}")),
    }
}

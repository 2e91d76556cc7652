//! A form made from the vocabulary: which questions it has now, in which order, with which lines to choose from.
//!
//! Pure functions of the profile, the rule set and the rulings. Nothing here changes anything or knows of keys' effects.

use std::borrow::Cow;

use super::app::{App, Doc, Form};
use super::keymap::Context;
use super::typed;
use crate::condition::Tri;
use crate::facts::{Answer, FieldType, Value};
use crate::profile::Edit;
use crate::ruleset::{Field, Kind, RuleSet};

/// What a form is about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Of {
    Person,
    /// A target, by id.
    Target(String),
    /// A record, by id.
    Record(String),
}

/// A question within a form.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Key {
    /// A field of the thing itself.
    Own(String),
    /// A field about the record and one target together.
    ForTarget { target: String, field: String },
    /// A field of the organisation that the record names in field `via`.
    Entity { via: String, field: String },
    /// A date of the target.
    Clock(String),
}

/// A line of a form.
pub enum Item<'a> {
    Heading(String),
    Row(Box<Row<'a>>),
}

/// A question with what is known about it.
pub struct Row<'a> {
    pub key: Key,
    pub field: Cow<'a, Field>,
    pub answer: Option<Cow<'a, Answer>>,
    /// Text typed and not finished.
    pub draft: Option<&'a str>,
    /// Two ways of answering it lead to different rulings.
    pub decides: bool,
    /// An entry now due on a form needs it.
    pub fills: bool,
    pub indent: usize,
}

/// A line to choose within a question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Stop {
    /// The text field.
    Input,
    Yes,
    No,
    /// The value at this place.
    Value(usize),
    /// An organisation that is already in the profile.
    Suggest(String),
    /// The date's open end.
    Never,
    /// None of these.
    Nothing,
    /// And something I am not sure of.
    More,
    NotSure,
}

const OPTIONAL: &str = "Optional details (nothing you are preparing asks for these)";

/// The kind behind a form.
pub fn kind<'a>(rules: &'a RuleSet, doc: &Doc, of: &Of) -> Option<&'a Kind> {
    let id = match of {
        Of::Person => "person",
        Of::Target(_) => "target",
        Of::Record(id) => doc.profile.record(id)?.kind.as_str(),
    };
    rules.kind(id).map(|(_, k)| k)
}

/// The form's lines, in order.
pub fn items<'a>(app: &'a App, of: &Of) -> Vec<Item<'a>> {
    let Some(doc) = &app.doc else { return Vec::new() };
    let rules = &*app.rules;
    let Some(kind) = kind(rules, doc, of) else { return Vec::new() };
    let mut build = Builder { rules, doc, of, items: Vec::new() };
    match of {
        Of::Person | Of::Target(_) => build.plain(kind),
        Of::Record(_) => build.record(kind),
    }
    build.items
}

/// The questions alone.
pub fn rows<'a>(app: &'a App, of: &Of) -> Vec<Row<'a>> {
    let only = |item| match item {
        Item::Row(row) => Some(*row),
        Item::Heading(_) => None,
    };
    items(app, of).into_iter().filter_map(only).collect()
}

struct Builder<'a, 'b> {
    rules: &'a RuleSet,
    doc: &'a Doc,
    of: &'b Of,
    items: Vec<Item<'a>>,
}

impl<'a> Builder<'a, '_> {
    /// Does the field apply, for this target or for all?
    fn applies(&self, target: Option<&str>, slot: &str) -> bool {
        let applying = self.doc.desk.applies(self.of);
        applying.is_none_or(|a| a.of(self.rules, target, slot) == Tri::Yes)
    }

    fn row(&mut self, key: Key, field: &'a Field, answer: Option<&'a Answer>, indent: usize) {
        self.add(key, Cow::Borrowed(field), answer.map(Cow::Borrowed), indent);
    }

    fn add(&mut self, key: Key, field: Cow<'a, Field>, answer: Option<Cow<'a, Answer>>, indent: usize) {
        let row = Row {
            draft: self.doc.drafts.get(self.of, &key),
            decides: answer.is_none() && self.doc.desk.decides(self.of, &key),
            fills: answer.is_none() && self.doc.desk.fills(self.of, &key),
            key,
            field,
            answer,
            indent,
        };
        self.items.push(Item::Row(Box::new(row)));
    }

    /// Person and target: dates and questions that some rule reads or that name the thing, then the rest.
    fn plain(&mut self, kind: &'a Kind) {
        let doc = self.doc;
        let target = match self.of {
            Of::Target(id) => doc.profile.target(id),
            _ => None,
        };
        let answers = target.map_or(&doc.profile.person, |t| &t.answers);
        let needs = |field: &str| match target {
            Some(t) => doc.desk.target_needs(&t.id, &kind.id, field),
            None => doc.desk.needs(&kind.id, field),
        };
        let moment = target
            .and_then(|t| self.rules.agency(&t.agency)?.moments.iter().find(|m| m.id == t.moment))
            .filter(|_| target.is_some());
        for first in [true, false] {
            let mut headed = first;
            let mut head = |items: &mut Vec<Item<'a>>| {
                if !std::mem::replace(&mut headed, true) {
                    items.push(Item::Heading(OPTIONAL.into()));
                }
            };
            if let (Some(target), Some(moment)) = (target, moment) {
                // The date that decides which rules are in force comes first.
                let mut clocks: Vec<&str> = moment.clocks.iter().map(String::as_str).collect();
                clocks.sort_by_key(|c| *c != moment.filing);
                clocks.retain(|c| !matches!(*c, "today" | "filing") && (*c == moment.filing || needs(c)) == first);
                for clock in clocks {
                    head(&mut self.items);
                    let answer = target.clocks.get(clock).map(|d| Cow::Owned(Answer::Is(Value::Date(*d))));
                    self.add(Key::Clock(clock.to_owned()), Cow::Owned(clock_field(clock)), answer, 0);
                }
            }
            for field in kind.fields.iter().filter(|f| !f.set_by_program) {
                let asked = kind.label.contains(&field.id) || needs(&field.id);
                if asked == first && self.applies(None, &field.id) {
                    head(&mut self.items);
                    self.row(Key::Own(field.id.clone()), field, answers.get(&field.id), 0);
                }
            }
        }
    }

    /// A record: what rules may read first, then what belongs to one target, then what nothing asks for.
    fn record(&mut self, kind: &'a Kind) {
        let Of::Record(id) = self.of else { return };
        let Some(record) = self.doc.profile.record(id) else { return };
        let mut optional = Vec::new();
        for field in kind.fields.iter().filter(|f| !f.set_by_program && !f.per_target) {
            if !self.applies(None, &field.id) {
                continue;
            }
            // The fields that name a record come first even if no rule reads them.
            if !kind.label.contains(&field.id) && !self.doc.desk.needs(&kind.id, &field.id) {
                optional.push(field);
                continue;
            }
            self.own(field, record);
        }
        for target in &self.doc.profile.targets {
            let asked: Vec<&Field> = kind
                .fields
                .iter()
                .filter(|f| f.per_target && !f.set_by_program)
                .filter(|f| {
                    record.answer(&f.id, true, &target.id).is_some()
                        || self.doc.desk.target_needs(&target.id, &kind.id, &f.id)
                })
                .filter(|f| self.applies(Some(&target.id), &f.id))
                .collect();
            if !asked.is_empty() {
                self.items.push(Item::Heading(format!("For {}", super::words::target(self.rules, target))));
            }
            for field in asked {
                let key = Key::ForTarget { target: target.id.clone(), field: field.id.clone() };
                self.row(key, field, record.answer(&field.id, true, &target.id), 0);
            }
        }
        if !optional.is_empty() {
            self.items.push(Item::Heading(OPTIONAL.into()));
            for field in optional {
                self.own(field, record);
            }
        }
    }

    fn own(&mut self, field: &'a Field, record: &'a crate::profile::Record) {
        let answer = record.answers.get(&field.id);
        self.row(Key::Own(field.id.clone()), field, answer, 0);
        let Some(Answer::Is(Value::Entity(name))) = answer else { return };
        let Some((_, kind)) = self.rules.kind("entity") else { return };
        let entity = self.doc.profile.entity(name);
        for f in kind.fields.iter().filter(|f| f.id != "name" && !f.set_by_program) {
            if self.applies(None, &format!("{}.{}", field.id, f.id)) {
                let key = Key::Entity { via: field.id.clone(), field: f.id.clone() };
                self.row(key, f, entity.and_then(|e| e.answers.get(&f.id)), 2);
            }
        }
    }
}

/// A target's date as a question. The wording is the program's: clocks are its own words, not the vocabulary's.
fn clock_field(clock: &str) -> Field {
    let (ask, help) = match clock {
        "published" => (
            "When was the call or funding opportunity published?",
            "It stands at the top of the call. Some rules hold only for calls published from a certain day on.",
        ),
        "due" => ("When is it due?", "The rules in force on that day are the ones that count."),
        "submission" => (
            "When will you send it, or did you?",
            "A planned day is fine; change it later. The rules in force on that day are the ones that count.",
        ),
        "award" => ("When was the award made?", "The start date on the notice of award."),
        "budget-period" => ("When did the current budget period start?", "It stands on the notice of award."),
        other => return blank_field(other, &format!("Which day is \"{other}\"?"), ""),
    };
    blank_field(clock, ask, help)
}

fn blank_field(id: &str, ask: &str, help: &str) -> Field {
    Field {
        id: id.into(),
        ty: FieldType::Date(false),
        ask: ask.into(),
        help: help.into(),
        example: "2026-12-10".into(),
        why: "Every rule holds for a stretch of time, so the date decides which rules are asked.".into(),
        values: Vec::new(),
        never: None,
        per_target: false,
        set_by_program: false,
        opens: None,
        phrase: crate::ruleset::Phrase::default(),
    }
}

/// The lines to choose from within a question, given what stands in its text field.
pub fn stops(app: &App, row: &Row<'_>, typed: &str) -> Vec<Stop> {
    let field = &*row.field;
    let values = || (0..field.values.len()).map(Stop::Value);
    match &field.ty {
        FieldType::YesNo => vec![Stop::Yes, Stop::No, Stop::NotSure],
        FieldType::Choice(_) => values().chain([Stop::NotSure]).collect(),
        FieldType::Set(_) => values().chain([Stop::Nothing, Stop::More]).collect(),
        FieldType::Date(open) => {
            let mut stops = vec![Stop::Input];
            if *open {
                stops.push(Stop::Never);
            }
            // A date of the target is either known or not given; there is no one to ask.
            if !matches!(row.key, Key::Clock(_)) {
                stops.push(Stop::NotSure);
            }
            stops
        }
        FieldType::Places => vec![Stop::Input, Stop::Nothing, Stop::More],
        FieldType::Entity => {
            let mut stops = vec![Stop::Input];
            stops.extend(suggestions(app, typed).into_iter().map(Stop::Suggest));
            stops.push(Stop::NotSure);
            stops
        }
        FieldType::Money | FieldType::Number | FieldType::Country | FieldType::MonthsByYear => {
            vec![Stop::Input, Stop::NotSure]
        }
        FieldType::Text => vec![Stop::Input],
    }
}

/// Organisations in the profile whose names contain what is typed, at most four.
fn suggestions(app: &App, typed: &str) -> Vec<String> {
    let Some(doc) = &app.doc else { return Vec::new() };
    let typed = typed.trim().to_lowercase();
    let names = doc.profile.entities.iter().map(|e| e.name.as_str()).filter(|n| !n.is_empty());
    names
        .filter(|n| n.to_lowercase().contains(&typed) && n.to_lowercase() != typed)
        .take(4)
        .map(str::to_owned)
        .collect()
}

/// True if the line is what the answer says.
pub fn is_chosen(row: &Row<'_>, stop: &Stop) -> bool {
    let answer = row.answer.as_deref();
    match (stop, answer) {
        (Stop::NotSure | Stop::More, Some(Answer::NotSure)) => true,
        (Stop::Yes, Some(Answer::Is(Value::YesNo(b)))) => *b,
        (Stop::No, Some(Answer::Is(Value::YesNo(b)))) => !b,
        (Stop::Never, Some(Answer::Is(Value::Never))) => true,
        (Stop::Value(i), Some(Answer::Is(value))) => row.field.values.get(*i).is_some_and(|c| match value {
            Value::Choice(id) => *id == c.id,
            Value::Set { has, .. } => has.contains(&c.id),
            _ => false,
        }),
        (Stop::Nothing, Some(Answer::Is(Value::Set { has, complete } | Value::Places { has, complete }))) => {
            has.is_empty() && *complete
        }
        (Stop::More, Some(Answer::Is(Value::Set { complete, .. } | Value::Places { complete, .. }))) => !complete,
        _ => false,
    }
}

/// The answer after choosing a line; `None` takes the answer away.
pub fn choose(row: &Row<'_>, stop: &Stop) -> Option<Answer> {
    let is = |v| Some(Answer::Is(v));
    match (stop, &row.field.ty) {
        (Stop::Yes, _) => is(Value::YesNo(true)),
        (Stop::No, _) => is(Value::YesNo(false)),
        (Stop::Never, _) => is(Value::Never),
        (Stop::NotSure, _) => Some(Answer::NotSure),
        (Stop::Suggest(name), _) => is(Value::Entity(name.clone())),
        (Stop::Value(i), FieldType::Choice(_)) => {
            row.field.values.get(*i).map(|c| Answer::Is(Value::Choice(c.id.clone())))
        }
        (Stop::Value(i), FieldType::Set(_)) => {
            let (mut has, complete) = match row.answer.as_deref() {
                Some(Answer::Is(Value::Set { has, complete })) => (has.clone(), *complete),
                Some(Answer::NotSure) => (Default::default(), false),
                _ => (Default::default(), true),
            };
            let id = &row.field.values.get(*i)?.id;
            if !has.remove(id) {
                has.insert(id.clone());
            }
            set(has, complete)
        }
        (Stop::Nothing, FieldType::Set(_)) if is_chosen(row, stop) => None,
        (Stop::Nothing, FieldType::Set(_)) => is(Value::Set { has: Default::default(), complete: true }),
        (Stop::More, FieldType::Set(_)) => match row.answer.as_deref() {
            Some(Answer::Is(Value::Set { has, complete })) if !has.is_empty() => set(has.clone(), !complete),
            Some(Answer::NotSure) => None,
            _ => Some(Answer::NotSure),
        },
        (Stop::Nothing, FieldType::Places) if is_chosen(row, stop) => None,
        (Stop::Nothing, FieldType::Places) => is(Value::Places { has: Default::default(), complete: true }),
        (Stop::More, FieldType::Places) => match row.answer.as_deref() {
            Some(Answer::Is(Value::Places { has, complete })) if !has.is_empty() => {
                is(Value::Places { has: has.clone(), complete: !complete })
            }
            Some(Answer::NotSure) => None,
            _ => Some(Answer::NotSure),
        },
        _ => row.answer.as_deref().cloned(),
    }
}

/// A set's answer. Nothing ticked is no answer, unless "none of these" was said.
fn set(has: std::collections::BTreeSet<String>, complete: bool) -> Option<Answer> {
    match (has.is_empty(), complete) {
        (true, true) => None,
        (true, false) => Some(Answer::NotSure),
        (false, _) => Some(Answer::Is(Value::Set { has, complete })),
    }
}

/// The changes that give a question this answer.
pub fn edits(doc: &Doc, of: &Of, key: &Key, answer: Option<Answer>) -> Vec<Edit> {
    match (of, key) {
        (Of::Person, Key::Own(field)) => vec![Edit::Person { field: field.clone(), answer }],
        (Of::Target(target), Key::Own(field)) => {
            vec![Edit::Target { target: target.clone(), field: field.clone(), answer }]
        }
        (Of::Target(target), Key::Clock(clock)) => {
            let date = match answer {
                Some(Answer::Is(Value::Date(d))) => Some(d),
                _ => None,
            };
            vec![Edit::Clock { target: target.clone(), clock: clock.clone(), date }]
        }
        (Of::Record(record), Key::Own(field)) => {
            let mut edits = Vec::new();
            if let Some(Answer::Is(Value::Entity(name))) = &answer {
                edits.push(Edit::EnsureEntity { name: name.clone() });
            }
            edits.push(Edit::Answer { record: record.clone(), field: field.clone(), target: None, answer });
            edits
        }
        (Of::Record(record), Key::ForTarget { target, field }) => {
            let target = Some(target.clone());
            vec![Edit::Answer { record: record.clone(), field: field.clone(), target, answer }]
        }
        (Of::Record(record), Key::Entity { via, field }) => {
            let name = doc.profile.record(record).and_then(|r| match r.answers.get(via) {
                Some(Answer::Is(Value::Entity(name))) => Some(name.clone()),
                _ => None,
            });
            name.into_iter().map(|name| Edit::Entity { name, field: field.clone(), answer: answer.clone() }).collect()
        }
        _ => Vec::new(),
    }
}

/// The key contexts of a form, by the question in focus.
pub fn contexts(app: &App, form: &Form) -> Vec<Context> {
    let mut contexts = Vec::new();
    let rows = rows(app, &form.of);
    if let Some(row) = form.focus.as_ref().and_then(|key| rows.iter().find(|r| r.key == *key)) {
        match &row.field.ty {
            FieldType::YesNo => contexts.push(Context::YesNo),
            FieldType::Choice(_) => contexts.push(Context::Choice),
            FieldType::Set(_) => contexts.push(Context::Set),
            _ => {
                contexts.push(Context::Input);
                if stops(app, row, form.input.value()).iter().any(|s| matches!(s, Stop::NotSure | Stop::More)) {
                    contexts.push(Context::Unsure);
                }
            }
        }
        if !typed::is_typed(&row.field.ty) {
            contexts.push(Context::Open);
        }
    }
    contexts.push(Context::Form);
    contexts
}

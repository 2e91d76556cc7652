//! Filling a form's fields from the profile, in the form's own terms.
//!
//! Blanks stay blank and say so; nothing is guessed. What does not fit the form (too long, an estimate, a year where
//! the form wants a month) is filled all the same, with a note.

use std::sync::LazyLock;

use serde::Serialize;

use crate::calendar::PartialDate;
use crate::engine::{Ruled, Subject};
use crate::facts::{Answer, FieldType, Value};
use crate::profile::Target;
use crate::report::build::Builder;
use crate::report::words;
use crate::ruleset::{Decision, Field, FormField, RuleSet, Section};
use crate::text::clean;

/// A proposal that lists itself waits for its decision.
static AWAITING: LazyLock<Answer> = LazyLock::new(|| Answer::Is(Value::Choice("awaiting".to_owned())));

/// One field of a form.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Filled {
    pub id: String,
    pub title: String,
    pub required: bool,
    pub help: String,
    /// What to write; `None` is a blank to fill in.
    pub value: Option<String>,
    /// Why it is blank, or what to look at before copying it.
    pub note: Option<String>,
    /// Characters the value has and the form takes, where it has too many.
    pub too_long: Option<TooLong>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct TooLong {
    pub length: usize,
    pub limit: usize,
}

/// What the person calls the target.
pub fn target_name(rules: &RuleSet, target: &Target) -> Option<String> {
    let field = rules.kind("target")?.1.field("title")?;
    match target.answers.get("title")? {
        Answer::Is(v) => Some(words::value(field, v)).filter(|s| !s.trim().is_empty()),
        Answer::NotSure => None,
    }
}

/// The fields of a section, filled for one record.
pub(crate) fn fill(
    b: &Builder<'_>,
    section: &Section,
    ruled: &Ruled,
    decision: &Decision,
    target: &Target,
) -> Vec<Filled> {
    section.fields.iter().map(|f| one(b, f, ruled, decision, target)).collect()
}

fn one(b: &Builder<'_>, form: &FormField, ruled: &Ruled, decision: &Decision, target: &Target) -> Filled {
    let mut out = Filled {
        id: form.id.clone(),
        title: form.title.clone(),
        required: form.required,
        help: form.help.clone(),
        value: None,
        note: None,
        too_long: None,
    };
    match find(b, form, ruled, decision, target) {
        None => {
            out.note = Some("for you to fill in".into());
        }
        Some((_, None)) => out.note = Some("not entered".into()),
        Some((_, Some(Answer::NotSure))) => out.note = Some("you were not sure".into()),
        Some((field, Some(Answer::Is(value)))) => {
            let (text, note) = in_form_terms(form, field, value);
            out.note = note;
            out.value = Some(text).filter(|t| !t.trim().is_empty());
            if out.value.is_none() {
                out.note = Some("not entered".into());
            }
        }
    }
    if let (Some(value), Some(limit)) = (&out.value, form.limit) {
        let length = value.chars().count();
        if length > limit {
            out.too_long = Some(TooLong { length, limit });
            add_note(&mut out, format!("{length} characters; the form takes {limit}"));
        }
    }
    if out.value.is_none() && !out.required {
        add_note(&mut out, "optional".to_owned());
    }
    out
}

fn add_note(filled: &mut Filled, more: String) {
    filled.note = Some(match filled.note.take() {
        Some(note) => format!("{note}; {more}"),
        None => more,
    });
}

/// The profile's field that fills the form's, and its answer. `None` when the profile has no such field.
fn find<'a>(
    b: &Builder<'a>,
    form: &FormField,
    ruled: &Ruled,
    decision: &Decision,
    target: &'a Target,
) -> Option<(&'a Field, Option<&'a Answer>)> {
    let rules = b.rules;
    let kind = rules.kinds.get(decision.kind)?;
    if let Some(name) = form.from.get(&kind.id) {
        let frame = rules.frames.get(decision.kind)?;
        // Some fields have no slot because no condition can read them; the record's own are found all the same.
        let Some(slot) = frame.slot(name) else {
            let field = kind.field(name)?;
            let Subject::Record(id) = &ruled.subject else { return Some((field, None)) };
            let answer = b.profile.record(id).and_then(|r| r.answer(name, field.per_target, &target.id));
            return Some((field, answer));
        };
        // A record that stands for the target itself has no answers of its own, but shares the target's name and is pending.
        if let Subject::Record(id) = &ruled.subject
            && b.profile.record(id).is_none()
        {
            let field = rules.field(frame, slot)?;
            let answer = match name.as_str() {
                "title" => target.answers.get("title"),
                "outcome" => Some(&*AWAITING),
                _ => None,
            };
            return Some((field, answer));
        }
        let field = rules.field(frame, slot)?;
        return Some((field, words::slot_answer(rules, b.profile, target, &ruled.subject, decision.kind, slot)));
    }
    if let Some(name) = form.from.get("person") {
        let field = rules.kind("person")?.1.field(name)?;
        return Some((field, b.profile.person.get(name)));
    }
    if let Some(name) = form.from.get("target") {
        let field = rules.kind("target")?.1.field(name)?;
        return Some((field, target.answers.get(name)));
    }
    None
}

/// A value as the form wants it, and what to look at before copying it.
fn in_form_terms(form: &FormField, field: &Field, value: &Value) -> (String, Option<String>) {
    let own_word = match value {
        Value::Choice(id) => form.words.get(id),
        Value::Date(_) => form.words.get("date"),
        Value::Never => form.words.get("never"),
        _ => None,
    };
    if let Some(word) = own_word {
        return (word.clone(), None);
    }
    match value {
        Value::Range { lo, hi, .. } if lo != hi => {
            let note =
                if field.ty == FieldType::Money { "an estimate; the form takes whole dollars" } else { "an estimate" };
            (words::value(field, value), Some(note.into()))
        }
        Value::Range { lo, .. } if field.ty == FieldType::Money => {
            (format!("${}", words::whole_dollars(*lo)), (lo % 100 != 0).then(|| "rounded to whole dollars".into()))
        }
        Value::Date(d) => date(form, d),
        Value::Never => (words::upper_first(&words::value(field, value)), None),
        Value::YesNo(_) => (words::upper_first(&words::value(field, value)), None),
        Value::Set { has, complete: false } | Value::Places { has, complete: false } if !has.is_empty() => {
            (words::value(field, value), Some("you were not sure that this is all".into()))
        }
        Value::Set { complete: false, .. } | Value::Places { complete: false, .. } => {
            (String::new(), Some("you were not sure".into()))
        }
        Value::Text(s) | Value::Entity(s) => (clean(s.trim()), None),
        _ => (words::value(field, value), None),
    }
}

/// A date in the pattern that the form's field names in its title or help, as far as the date is known.
fn date(form: &FormField, d: &PartialDate) -> (String, Option<String>) {
    let says = |pattern: &str| form.title.contains(pattern) || form.help.contains(pattern);
    let month_known = d.first.format("%Y-%m").to_string() == d.last.format("%Y-%m").to_string();
    if says("MM/DD/YYYY") {
        if d.is_exact() {
            return (d.first.format("%m/%d/%Y").to_string(), None);
        }
    } else if says("MM/YYYY") {
        if month_known {
            return (d.first.format("%m/%Y").to_string(), None);
        }
        return (d.first.format("%Y").to_string(), Some("the month is not entered".into()));
    } else if says("YYYY") {
        return (d.first.format("%Y").to_string(), None);
    }
    (words::partial_date(d), None)
}

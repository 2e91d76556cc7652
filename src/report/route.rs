//! The route for something found late: whom to talk to first, what follows, by when, and a note to send.

use chrono::{Days, NaiveDate};
use serde::Serialize;

use crate::engine::{NOTICED, Subject};
use crate::facts::{Answer, Value};
use crate::profile::{Profile, Target};
use crate::report::words;
use crate::ruleset::{Basis, By, Route, RuleSet};

/// A route in words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RouteNote {
    /// How far the award has come: `during-award`.
    pub stage: &'static str,
    /// What is known of the route: where it stands, or that none was found.
    pub basis: String,
    pub first: String,
    pub then: Vec<String>,
    /// By when, in words.
    pub by: String,
    pub note: String,
    /// The note to send.
    pub draft: String,
}

/// What was found late.
pub struct Found<'a> {
    pub what: &'a str,
    pub place: &'a str,
    pub target: &'a str,
    /// The day it was noticed, if it is known.
    pub noticed: Option<NaiveDate>,
}

/// The words for what is not known.
pub const ANYTHING: Found<'_> =
    Found { what: "[what it is]", place: "[the form]", target: "[the proposal or award]", noticed: None };

impl RouteNote {
    pub fn of(rules: &RuleSet, route: &Route, found: &Found<'_>) -> Self {
        let noticed = found.noticed.map_or_else(|| "[day]".to_owned(), words::date);
        let filled = |text: &str| {
            text.replace("{what}", found.what)
                .replace("{place}", found.place)
                .replace("{target}", found.target)
                .replace("{noticed}", &noticed)
        };
        Self {
            stage: route.stage.id(),
            basis: basis(rules, route),
            first: route.first.clone(),
            then: route.then.clone(),
            by: by(&route.by, found.noticed),
            note: route.note.clone(),
            draft: filled(&route.draft),
        }
    }

    /// Label and text, a line each; without the draft.
    pub fn lines(&self) -> Vec<(&'static str, &str)> {
        let mut out = vec![("First", self.first.as_str())];
        out.extend(self.then.iter().map(|step| ("Then", step.as_str())));
        out.push(("By when", &self.by));
        if !self.note.is_empty() {
            out.push(("Note", &self.note));
        }
        out.push(("Source", &self.basis));
        out
    }
}

/// When the person noticed it, by the record's own answer.
pub fn noticed(profile: &Profile, subject: &Subject, target: &Target) -> Option<NaiveDate> {
    let Subject::Record(id) = subject else { return None };
    let record = profile.record(id)?;
    let answer = record.answers.get(NOTICED).or_else(|| record.answer(NOTICED, true, &target.id));
    match answer? {
        Answer::Is(Value::Date(date)) if date.is_exact() => Some(date.first),
        _ => None,
    }
}

fn by(by: &By, noticed: Option<NaiveDate>) -> String {
    match by {
        By::Soon { days: None } => "as soon as you have noticed it.".to_owned(),
        By::Soon { days: Some(days) } => {
            let last = noticed.and_then(|d| d.checked_add_days(Days::new(u64::try_from(*days).ok()?)));
            let until = last.map_or_else(String::new, |d| format!(", by {}", words::date(d)));
            format!("as soon as you can, at the latest {days} days after you noticed it{until}.")
        }
        By::NotStated => "no date is stated.".to_owned(),
        By::SourcesDiffer(text) => format!("the sources differ: {text}."),
    }
}

fn basis(rules: &RuleSet, route: &Route) -> String {
    if !route.published {
        return format!("no published route was found as of {}.", words::date(route.verified));
    }
    let cited: Vec<String> = route.authority.iter().map(|a| words::citation(rules, a)).collect();
    let how_well = match route.basis {
        Basis::Primary => "",
        Basis::Secondary => "; as relayed",
        Basis::Unverified => "; understood so, the text was not read: ask your office",
    };
    format!("{}{how_well}; last looked at on {}.", cited.join("; "), words::date(route.verified))
}

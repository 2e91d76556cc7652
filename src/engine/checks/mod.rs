//! Compares entries with each other: months that add up to more than a year, an entry that should have another beside it,
//! two that look the same, an organisation under two names.
//!
//! A remark is a reminder, not a ruling: it names entries and says what may need an update. Checks stay quiet where what is
//! unknown could explain the difference. `written` runs those that the rule set states as conditions; the others count or
//! compare texts: `months`, `entries`, `names`.

mod entries;
mod months;
mod names;
mod written;

use chrono::NaiveDate;

use crate::facts::{Answer, FieldType, Value};
use crate::profile::{Profile, Record};
use crate::ruleset::{Kind, RuleSet};
use crate::text::clean;

pub use entries::{differing, same_name};
pub use written::remarks_of;

/// Something to look at.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Remark {
    /// The check that made it: `year-over-twelve`, `look-alike`, or the id of one that the rule set states.
    pub check: String,
    /// One or two sentences for the person.
    pub says: String,
    /// Ids of the records it is about, in file order.
    pub records: Vec<String>,
    /// Ids of the fields to look at.
    pub fields: Vec<String>,
    /// Where it was found late that something was missing.
    pub found_late: Option<FoundLate>,
}

impl Remark {
    pub fn new(check: &str, says: String, records: Vec<String>, fields: Vec<String>) -> Self {
        Self { check: check.to_owned(), says, records, fields, found_late: None }
    }
}

/// What something found late was missing from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundLate {
    /// The agency's id, and the moment at which it is put right.
    pub agency: String,
    pub moment: String,
    /// The place on the form, and what was sent, in words.
    pub place: String,
    pub target: String,
}

/// The fields that say from when and until when an entry runs; the first that a kind has is meant.
pub const STARTS: [&str; 3] = ["started", "received", "acquired"];
const ENDS: [&str; 1] = ["ended"];
/// The field with the number that the giver gave it.
const NUMBER: &str = "award-number";
/// The field and values that say whether support came about.
const OUTCOME: &str = "outcome";
const REFUSED: &str = "refused";
const AWAITING: &str = "awaiting";

/// All remarks on a profile as of a day, in a fixed order.
pub fn checks(rules: &RuleSet, profile: &Profile, today: NaiveDate) -> Vec<Remark> {
    let mut out = Vec::new();
    months::check(rules, profile, today, &mut out);
    entries::check(rules, profile, &mut out);
    names::check(rules, profile, &mut out);
    written::check(rules, profile, today, &mut out);
    out
}

/// The known answer to the first of these fields that the kind has.
pub fn known_bound<'a>(record: &'a Record, kind: &Kind, fields: &[&str]) -> Option<&'a Value> {
    let field = fields.iter().find(|f| kind.field(f).is_some())?;
    match record.answers.get(*field)? {
        Answer::Is(value) => Some(value),
        Answer::NotSure => None,
    }
}

/// The organisation a record is with.
fn entity<'a>(kind: &Kind, record: &'a Record) -> Option<&'a str> {
    let field = kind.fields.iter().find(|f| f.ty == FieldType::Entity)?;
    match record.answers.get(&field.id)? {
        Answer::Is(Value::Entity(name)) => Some(name),
        _ => None,
    }
}

/// What the record is called on screen.
fn name(kind: &Kind, record: &Record) -> String {
    let named = kind.label.iter().find_map(|f| record.text(f)).filter(|t| !t.trim().is_empty());
    short(named.unwrap_or(&record.id))
}

/// A name of at most 60 characters, fit for the screen.
fn short(name: &str) -> String {
    let name = clean(name);
    let short: String = name.chars().take(60).collect();
    if short.len() < name.len() { format!("{}…", short.trim_end()) } else { name }
}

//! What a profile holds.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::calendar::PartialDate;
use crate::facts::{Answer, Answers, Value};
use crate::ruleset::RuleSet;

/// One researcher's ties, entered once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Profile {
    /// Facts about the person, by field id of the kind `person`.
    pub person: Answers,
    /// What is being prepared. The first is shown first.
    pub targets: Vec<Target>,
    /// Organisations, by name.
    pub entities: Vec<Entity>,
    /// All records, in file order.
    pub records: Vec<Record>,
    /// Kinds of which the person has said "that is all".
    pub complete: BTreeSet<String>,
    /// Ids of records that were removed, so that none is given out twice: reports and snapshots still name them.
    pub retired: BTreeSet<String>,
    /// What a snapshot says of itself; none for a profile that is still written to.
    pub taken: Option<Taken>,
}

/// When and for what a snapshot was taken, and by which rules.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Taken {
    pub on: NaiveDate,
    /// Ids of the targets that were sent.
    pub targets: Vec<String>,
    /// Id, version and digest of the rule set in use.
    pub rule_set: String,
    pub version: String,
    pub digest: String,
}

/// One proposal, application, report or award.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Target {
    /// Unique in the profile, such as `nsf-proposal`.
    pub id: String,
    /// Agency id.
    pub agency: String,
    /// Moment id.
    pub moment: String,
    /// Dates by clock.
    pub clocks: BTreeMap<String, PartialDate>,
    /// Facts by field id of the kind `target`.
    pub answers: Answers,
}

/// An organisation that records name.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entity {
    pub name: String,
    /// Facts by field id of the kind `entity`, without the name.
    pub answers: Answers,
}

impl Entity {
    /// The text or choice in a field, if it was given.
    pub fn text(&self, field: &str) -> Option<&str> {
        given(&self.answers, field)
    }
}

/// One appointment, grant, trip, …
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// Kind id.
    pub kind: String,
    /// Unique in the profile, such as `trip-3`. Never changes.
    pub id: String,
    /// Facts by field id.
    pub answers: Answers,
    /// Facts about the record and one target together, by target id.
    pub for_target: BTreeMap<String, Answers>,
    /// Who was told of it.
    pub told: Vec<Told>,
}

/// An entry in a record's log.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Told {
    /// Who: `my department`, `NSF`.
    pub who: String,
    pub on: Option<PartialDate>,
    /// On what form or by what means.
    pub how: String,
    /// Where the proof is.
    pub evidence: String,
}

impl Taken {
    /// A snapshot taken on a day, for these targets, by these rules.
    pub fn by(rules: &RuleSet, on: NaiveDate, targets: &[Target]) -> Self {
        Self {
            on,
            targets: targets.iter().map(|t| t.id.clone()).collect(),
            rule_set: rules.meta.id.clone(),
            version: rules.meta.version.clone(),
            digest: rules.digest.clone(),
        }
    }
}

impl Profile {
    pub fn target(&self, id: &str) -> Option<&Target> {
        self.targets.iter().find(|t| t.id == id)
    }

    pub fn record(&self, id: &str) -> Option<&Record> {
        self.records.iter().find(|r| r.id == id)
    }

    pub fn entity(&self, name: &str) -> Option<&Entity> {
        self.entities.iter().find(|e| e.name == name)
    }

    /// Records of one kind, in order.
    pub fn of_kind<'a>(&'a self, kind: &'a str) -> impl Iterator<Item = &'a Record> {
        self.records.iter().filter(move |r| r.kind == kind)
    }
}

impl Profile {
    /// An id for a new record of this kind: `trip-4`, never one that was in use before.
    pub fn new_record_id(&self, kind: &str) -> String {
        let number = |id: &str| id.strip_prefix(kind)?.strip_prefix('-')?.parse::<u64>().ok();
        let last = self.records.iter().map(|r| r.id.as_str()).chain(self.retired.iter().map(String::as_str));
        let last = last.filter_map(number).max().unwrap_or(0);
        format!("{kind}-{}", last.saturating_add(1))
    }

    /// An id for a new target: `nsf-proposal`, then `nsf-proposal-2`.
    pub fn new_target_id(&self, agency: &str, moment: &str) -> String {
        let base = format!("{agency}-{moment}");
        let mut id = base.clone();
        let mut n = 2_u64;
        while self.target(&id).is_some() {
            id = format!("{base}-{n}");
            n += 1;
        }
        id
    }
}

impl Record {
    /// The answer to a field, wherever it is kept.
    pub fn answer(&self, field: &str, per_target: bool, target: &str) -> Option<&Answer> {
        if per_target { self.for_target.get(target)?.get(field) } else { self.answers.get(field) }
    }

    /// The text or name in a field, if it was given.
    pub fn text(&self, field: &str) -> Option<&str> {
        given(&self.answers, field)
    }
}

fn given<'a>(answers: &'a Answers, field: &str) -> Option<&'a str> {
    match answers.get(field)? {
        Answer::Is(Value::Text(s) | Value::Entity(s) | Value::Country(s) | Value::Choice(s)) => Some(s),
        _ => None,
    }
}

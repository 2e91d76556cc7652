//! What to ask next, and why.

use std::collections::BTreeMap;

use super::assess::THIS_PROPOSAL;
use super::outcome::{Assessment, State, Subject, Timing};
use crate::condition::{Owner, Slot};
use crate::facts::FieldType;
use crate::profile::Profile;
use crate::ruleset::{RuleSet, Ruling};

/// Why a question is asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// Two answers to it can lead to different outcomes.
    Decides,
    /// An entry that is due needs it.
    Fills,
}

/// One question about one subject.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    pub subject: Subject,
    /// Index of the subject's kind, and so of its frame.
    pub kind: usize,
    pub slot: Slot,
    pub reason: Reason,
    /// Indices of the decisions that wait for it.
    pub decisions: Vec<usize>,
}

/// All questions that still matter for an assessment: what decides before what fills, in the order of records and fields.
/// Nothing that was answered, or answered "not sure", is asked again.
pub fn questions(rules: &RuleSet, profile: &Profile, assessment: &Assessment) -> Vec<Question> {
    let mut found: BTreeMap<(usize, usize, Slot), Question> = BTreeMap::new();
    let order = |subject: &Subject| match subject {
        Subject::Target => 0,
        Subject::Person => 1,
        Subject::Record(id) => 2 + profile.records.iter().position(|r| r.id == *id).unwrap_or(0),
    };
    for ruled in &assessment.rulings {
        let Some(decision) = rules.decisions.get(ruled.decision) else { continue };
        // The proposal itself has no form to answer on; what it depends on is asked of the target.
        let itself = matches!(&ruled.subject, Subject::Record(id) if id == THIS_PROPOSAL);
        if ruled.timing != Timing::Now || itself {
            continue;
        }
        let (slots, reason) = match &ruled.state {
            State::Open(open) => (open.ask.clone(), Reason::Decides),
            State::Decided(outcome) if outcome.ruling == Ruling::Disclose => {
                (blanks(rules, profile, assessment, decision.kind, &outcome.place, &ruled.subject), Reason::Fills)
            }
            _ => continue,
        };
        for slot in slots {
            let key = (usize::from(reason == Reason::Fills), order(&ruled.subject), slot);
            found
                .entry(key)
                .or_insert_with(|| Question {
                    subject: ruled.subject.clone(),
                    kind: decision.kind,
                    slot,
                    reason,
                    decisions: Vec::new(),
                })
                .decisions
                .push(ruled.decision);
        }
    }
    let mut out: Vec<Question> = Vec::new();
    for question in found.into_values() {
        // What decides also fills; ask it once.
        if !out.iter().any(|q| q.subject == question.subject && q.slot == question.slot) {
            out.push(question);
        }
    }
    out
}

/// Required fields of the form entry that the profile leaves empty.
fn blanks(
    rules: &RuleSet,
    profile: &Profile,
    assessment: &Assessment,
    kind: usize,
    place: &str,
    subject: &Subject,
) -> Vec<Slot> {
    let (Some((_, section)), Some(frame), Subject::Record(id)) = (rules.place(place), rules.frames.get(kind), subject)
    else {
        return Vec::new();
    };
    let Some(record) = profile.record(id) else { return Vec::new() };
    let mut slots = Vec::new();
    for field in section.fields.iter().filter(|f| f.required) {
        let Some(slot) = field.from.get(&frame.kind).and_then(|name| frame.slot(name)) else { continue };
        let def = frame.def(slot);
        let answered = match &def.owner {
            Owner::Record => record.answer(&def.field, def.per_target, &assessment.target).is_some(),
            Owner::Entity(link) => match record.text(link) {
                Some(_) if def.field == "name" => true,
                Some(name) => profile.entity(name).is_some_and(|e| e.answers.contains_key(&def.field)),
                None => false,
            },
            Owner::Person => profile.person.contains_key(&def.field),
            Owner::Target | Owner::Clock => true,
        };
        if !answered && def.ty != FieldType::MonthsByYear {
            slots.push(slot);
        }
    }
    slots
}

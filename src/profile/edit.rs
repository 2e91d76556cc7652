//! Every change that can be made to a profile, as data.
//!
//! The terminal app's update function hands these out and applies them to its copy of the model; the store applies the same
//! edits to the file's text. An edit either happens whole or leaves the profile as it was.

use crate::calendar::PartialDate;
use crate::facts::{Answer, Answers, Value};

use super::model::{Entity, Profile, Record, Target, Told};

/// One change to a profile. An answer of `None` makes the question unanswered again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// Answers a question about the person.
    Person { field: String, answer: Option<Answer> },
    /// Adds something being prepared. Its id must be new ([`Profile::new_target_id`]).
    AddTarget(Target),
    /// Removes a target, with the answers records hold about it.
    RemoveTarget { id: String },
    /// Changes the agency and moment of a target. Its id stays.
    Preparing { target: String, agency: String, moment: String },
    /// Answers a question about a target.
    Target { target: String, field: String, answer: Option<Answer> },
    /// Sets or clears a target's date on a clock.
    Clock { target: String, clock: String, date: Option<PartialDate> },
    /// Answers a question about an organisation, which is added if it has no entry yet.
    Entity { name: String, field: String, answer: Option<Answer> },
    /// Makes sure an organisation has an entry.
    EnsureEntity { name: String },
    /// Renames an organisation here and in the records that name it.
    RenameEntity { from: String, to: String },
    /// Adds a record. Its id must be new ([`Profile::new_record_id`]).
    AddRecord(Record),
    /// Removes a record. Its id is never given out again.
    RemoveRecord { id: String },
    /// Answers a question about a record; with `target`, about the record and that target together.
    Answer { record: String, field: String, target: Option<String>, answer: Option<Answer> },
    /// Notes who was told of a record.
    AddTold { record: String, told: Told },
    /// Takes back the note at this place in the record's log, counted from 0.
    RemoveTold { record: String, index: usize },
    /// "That is all" of this kind, or not after all.
    Complete { kind: String, complete: bool },
}

/// Why an edit was not made. The profile is as it was before.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// The edit names a record, target, organisation or log entry that is not there.
    #[error("there is no {what} \"{id}\" in this profile")]
    Missing { what: &'static str, id: String },
    /// The id or name is taken, or was used by a record since removed.
    #[error("there is, or was, already a {what} \"{id}\"; choose another name")]
    Taken { what: &'static str, id: String },
    /// Ids are letters, digits, `-` and `_`; names are not empty.
    #[error("\"{id}\" cannot name a {what}: use letters, digits and hyphens")]
    BadName { what: &'static str, id: String },
    /// The answer could not be written so that it reads back the same: the field, value or moment is unknown to the rule set.
    #[error("this answer does not fit the rule set in use, so it was not kept: {why}")]
    NotKept { why: String },
}

/// True for what may name a record or target: 1 to 80 ASCII letters, digits, `-` and `_`.
pub(super) fn is_id(id: &str) -> bool {
    (1..=80).contains(&id.len()) && id.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
}

impl Profile {
    /// Makes one change.
    ///
    /// # Errors
    /// The edit names something that is not there, or an id that is taken or malformed. Nothing has changed then.
    /// Whether fields and values exist is the vocabulary's business and is not checked here.
    pub fn apply(&mut self, edit: &Edit) -> Result<(), EditError> {
        match edit {
            Edit::Person { field, answer } => put(&mut self.person, field, answer),
            Edit::AddTarget(target) => {
                named("target", &target.id)?;
                if self.target(&target.id).is_some() {
                    return Err(EditError::Taken { what: "target", id: target.id.clone() });
                }
                self.targets.push(target.clone());
            }
            Edit::RemoveTarget { id } => {
                let at = self.targets.iter().position(|t| t.id == *id).ok_or_else(|| missing("target", id))?;
                self.targets.remove(at);
                for record in &mut self.records {
                    record.for_target.remove(id);
                }
            }
            Edit::Preparing { target, agency, moment } => {
                let t = self.target_mut(target)?;
                t.agency.clone_from(agency);
                t.moment.clone_from(moment);
            }
            Edit::Target { target, field, answer } => put(&mut self.target_mut(target)?.answers, field, answer),
            Edit::Clock { target, clock, date } => {
                let clocks = &mut self.target_mut(target)?.clocks;
                match date {
                    Some(date) => clocks.insert(clock.clone(), *date),
                    None => clocks.remove(clock),
                };
            }
            Edit::Entity { name, field, answer } => put(&mut self.ensure_entity(name)?.answers, field, answer),
            Edit::EnsureEntity { name } => {
                self.ensure_entity(name)?;
            }
            Edit::RenameEntity { from, to } => self.rename_entity(from, to)?,
            Edit::AddRecord(record) => {
                named("record", &record.id)?;
                if self.record(&record.id).is_some() || self.retired.contains(&record.id) {
                    return Err(EditError::Taken { what: "record", id: record.id.clone() });
                }
                // After the last of its kind, which is where the file gets it too.
                let at = self.records.iter().rposition(|r| r.kind == record.kind).map_or(self.records.len(), |i| i + 1);
                self.records.insert(at, record.clone());
            }
            Edit::RemoveRecord { id } => {
                let at = self.records.iter().position(|r| r.id == *id).ok_or_else(|| missing("record", id))?;
                self.records.remove(at);
                self.retired.insert(id.clone());
            }
            Edit::Answer { record, field, target, answer } => {
                let known = target.as_ref().is_none_or(|t| self.target(t).is_some());
                let record = self.record_mut(record)?;
                match target {
                    None => put(&mut record.answers, field, answer),
                    Some(target) => {
                        // Answers about a target that is gone may be cleared, not added.
                        if !known && answer.is_some() {
                            return Err(missing("target", target));
                        }
                        let about = record.for_target.entry(target.clone()).or_default();
                        put(about, field, answer);
                        if about.is_empty() {
                            record.for_target.remove(target);
                        }
                    }
                }
            }
            Edit::AddTold { record, told } => self.record_mut(record)?.told.push(told.clone()),
            Edit::RemoveTold { record, index } => {
                let told = &mut self.record_mut(record)?.told;
                if *index >= told.len() {
                    return Err(missing("log entry", &index.to_string()));
                }
                told.remove(*index);
            }
            Edit::Complete { kind, complete } => {
                if *complete {
                    self.complete.insert(kind.clone());
                } else {
                    self.complete.remove(kind);
                }
            }
        }
        Ok(())
    }

    fn target_mut(&mut self, id: &str) -> Result<&mut Target, EditError> {
        self.targets.iter_mut().find(|t| t.id == id).ok_or_else(|| missing("target", id))
    }

    fn record_mut(&mut self, id: &str) -> Result<&mut Record, EditError> {
        self.records.iter_mut().find(|r| r.id == id).ok_or_else(|| missing("record", id))
    }

    fn ensure_entity(&mut self, name: &str) -> Result<&mut Entity, EditError> {
        if name.trim().is_empty() {
            return Err(EditError::BadName { what: "organisation", id: name.to_owned() });
        }
        let at = match self.entities.iter().position(|e| e.name == name) {
            Some(at) => at,
            None => {
                self.entities.push(Entity { name: name.to_owned(), ..Entity::default() });
                self.entities.len() - 1
            }
        };
        self.entities.get_mut(at).ok_or_else(|| missing("organisation", name))
    }

    fn rename_entity(&mut self, from: &str, to: &str) -> Result<(), EditError> {
        if to.trim().is_empty() {
            return Err(EditError::BadName { what: "organisation", id: to.to_owned() });
        }
        if from == to {
            return Ok(());
        }
        if self.entity(to).is_some() {
            return Err(EditError::Taken { what: "organisation", id: to.to_owned() });
        }
        let entry = self.entities.iter_mut().find(|e| e.name == from).ok_or_else(|| missing("organisation", from))?;
        to.clone_into(&mut entry.name);
        for record in &mut self.records {
            for answers in std::iter::once(&mut record.answers).chain(record.for_target.values_mut()) {
                for answer in answers.values_mut() {
                    if matches!(answer, Answer::Is(Value::Entity(name)) if name == from) {
                        *answer = Answer::Is(Value::Entity(to.to_owned()));
                    }
                }
            }
        }
        Ok(())
    }
}

fn put(answers: &mut Answers, field: &str, answer: &Option<Answer>) {
    match answer {
        Some(answer) => answers.insert(field.to_owned(), answer.clone()),
        None => answers.remove(field),
    };
}

fn missing(what: &'static str, id: &str) -> EditError {
    EditError::Missing { what, id: id.to_owned() }
}

fn named(what: &'static str, id: &str) -> Result<(), EditError> {
    if is_id(id) { Ok(()) } else { Err(EditError::BadName { what, id: id.to_owned() }) }
}

//! The consistency checks that a rule set states: do they have examples, and do these come out as written?
//!
//! An example is run as it will be in earnest: its facts become a small profile, and the check is made on that.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use super::Finding;
use super::structure::not_said;
use crate::calendar::PartialDate;
use crate::condition::Owner;
use crate::engine::remarks_of;
use crate::facts::{Answer, Value};
use crate::profile::{Entity, Profile, Record, Target};
use crate::ruleset::{Check, CheckExample, Given, RuleSet};

/// What a check must have, and the words it may not use.
pub(super) fn inspect(rules: &RuleSet, findings: &mut Vec<Finding>) {
    let mut has: BTreeMap<&str, BTreeSet<bool>> = BTreeMap::new();
    for check in &rules.checks {
        has.entry(&check.id).or_default().extend(check.examples.iter().map(|e| e.fires));
    }
    let mut seen = BTreeSet::new();
    for check in rules.checks.iter().filter(|c| seen.insert(&c.id)) {
        for (fires, missing) in [(true, "example that fires"), (false, "near miss")] {
            if !has.get(check.id.as_str()).is_some_and(|these| these.contains(&fires)) {
                let message = format!("the check `{}` has no {missing}", check.id);
                findings.push(at(check, Finding::error("A0031", message)));
            }
        }
        if let Some(word) = not_said(&check.says) {
            let message = format!("the check `{}` says \"{word}\" to the researcher", check.id);
            findings
                .push(at(check, Finding::error("A0019", message)).help("say what to do and why; leave judging out"));
        }
    }
}

/// Runs every check's examples and near misses.
pub(super) fn examples(rules: &RuleSet, findings: &mut Vec<Finding>) {
    for check in &rules.checks {
        for example in &check.examples {
            let Some((profile, today)) = profile(rules, check, example) else { continue };
            let remark = remarks_of(rules, check, &profile, today);
            if remark.is_some() == example.fires {
                continue;
            }
            let message = match &remark {
                None => format!("an example of the check `{}` stays quiet", check.id),
                Some(remark) => format!("a near miss of the check `{}` says: {}", check.id, remark.says),
            };
            let mut finding = at(check, Finding::error("A0032", message));
            finding.line = example.line;
            findings.push(finding);
        }
    }
}

fn at(check: &Check, mut finding: Finding) -> Finding {
    finding.file.clone_from(&check.file);
    finding.line = check.line;
    finding
}

/// The names of the organisations in an example.
const HERE: &str = "Organisation";
const ELSEWHERE: &str = "Another organisation";

/// The profile that an example describes, and the day it is looked at.
fn profile(rules: &RuleSet, check: &Check, example: &CheckExample) -> Option<(Profile, NaiveDate)> {
    let given = &example.given;
    let agency = check.agencies.first().cloned().or_else(|| rules.agencies.first().map(|a| a.id.clone()))?;
    let moment = rules.agency(&agency)?.moments.first()?.id.clone();
    let clocks = given.clocks.iter().map(|(clock, day)| (clock.clone(), PartialDate::exact(*day))).collect();
    let target = Target { id: "target".to_owned(), agency, moment, clocks, ..Target::default() };
    let mut profile = Profile { targets: vec![target], ..Profile::default() };
    enter(rules, &mut profile, check.kind, given, HERE, 0);
    for (i, other) in example.others.iter().enumerate() {
        let name = if other.elsewhere { ELSEWHERE } else { HERE };
        enter(rules, &mut profile, other.kind, &other.given, name, i + 1);
    }
    let today = given.clocks.get("today").copied().or(given.on).or(rules.meta.released)?;
    Some((profile, today))
}

/// Adds the facts of one entry to the profile, each where it belongs.
fn enter(rules: &RuleSet, profile: &mut Profile, kind: usize, given: &Given, organisation: &str, number: usize) {
    let (Some(frame), Some(of)) = (rules.frames.get(kind), rules.kinds.get(kind)) else { return };
    let mut record = Record { kind: of.id.clone(), id: format!("entry-{number}"), ..Record::default() };
    let mut entity = Entity { name: organisation.to_owned(), ..Entity::default() };
    let with = of.fields.iter().find(|f| f.ty == crate::facts::FieldType::Entity);
    for (name, answer) in &given.answers {
        let Some(def) = frame.slot(name).map(|s| frame.def(s)) else { continue };
        let answers = match &def.owner {
            Owner::Record if def.per_target => record.for_target.entry("target".to_owned()).or_default(),
            Owner::Record => &mut record.answers,
            Owner::Entity(_) => &mut entity.answers,
            Owner::Target if def.field == "moment" => {
                if let (Answer::Is(Value::Choice(moment)), Some(target)) = (answer, profile.targets.first_mut()) {
                    target.moment.clone_from(moment);
                }
                continue;
            }
            Owner::Target => match profile.targets.first_mut() {
                Some(target) => &mut target.answers,
                None => continue,
            },
            Owner::Person => &mut profile.person,
            Owner::Clock => continue,
        };
        answers.insert(def.field.clone(), answer.clone());
    }
    if let Some(field) = with {
        record.answers.entry(field.id.clone()).or_insert_with(|| Answer::Is(Value::Entity(organisation.to_owned())));
        if profile.entity(organisation).is_none() {
            profile.entities.push(entity);
        }
    }
    if !of.once {
        profile.records.push(record);
    }
}

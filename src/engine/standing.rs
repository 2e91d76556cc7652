//! Duties that hold at all times: targets that nobody has to add.

use chrono::NaiveDate;

use super::facts::FactSheet;
use crate::calendar::PartialDate;
use crate::condition::Tri;
use crate::profile::{Profile, Target};
use crate::ruleset::{Agency, RuleSet, STANDING};

/// A target for each agency that has standing duties only, where it concerns the person and its rules read a record of the
/// profile. One that the profile has as a target of its own is left out.
pub fn standing(rules: &RuleSet, profile: &Profile, today: NaiveDate) -> Vec<Target> {
    let new = |agency: &&Agency| agency.is_standing() && !profile.targets.iter().any(|t| t.agency == agency.id);
    rules
        .agencies
        .iter()
        .filter(new)
        .map(|agency| target(profile, agency, today))
        .filter(|target| concerns(rules, profile, target, today))
        .collect()
}

/// Are these standing duties beside something that is being prepared? What they leave open then waits in its own place.
pub fn in_background(rules: &RuleSet, profile: &Profile, target: &Target) -> bool {
    let standing = |t: &Target| rules.agency(&t.agency).is_some_and(Agency::is_standing);
    standing(target) && !profile.targets.iter().all(standing)
}

/// Every clock of the moment stands at today.
fn target(profile: &Profile, agency: &Agency, today: NaiveDate) -> Target {
    let clocks = agency.moments.iter().flat_map(|m| &m.clocks).filter(|c| *c != "today");
    Target {
        id: profile.new_target_id(&agency.id, STANDING),
        agency: agency.id.clone(),
        moment: STANDING.to_owned(),
        clocks: clocks.map(|c| (c.clone(), PartialDate::exact(today))).collect(),
        ..Target::default()
    }
}

fn concerns(rules: &RuleSet, profile: &Profile, target: &Target, today: NaiveDate) -> bool {
    let Some(agency) = rules.agency(&target.agency) else { return false };
    let person = || {
        let (kind, _) = rules.kind("person")?;
        Some(FactSheet::of(rules, kind, profile, None, target, today))
    };
    let known_to = |cond| person().is_some_and(|sheet| sheet.facts(rules, None).holds(cond) == Tri::Yes);
    let read = |kind: usize| rules.kinds.get(kind).is_some_and(|k| profile.of_kind(&k.id).next().is_some());
    agency.concerns.as_ref().is_none_or(known_to) && rules.decisions_for(agency).any(|d| read(d.kind))
}

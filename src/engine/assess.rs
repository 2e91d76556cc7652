//! Rules on every record of a profile for one target.

use chrono::NaiveDate;

use super::explain::rests_on;
use super::facts::{FactSheet, Status};
use super::memo::Memo;
use super::outcome::{Assessment, Due, Open, Outcome, Ruled, State, Subject, Timing};
use super::told::is_told;
use crate::calendar::{self, NEVER};
use crate::condition::{Cond, Facts, Others, Owner, Slot, Tri};
use crate::facts::{Answer, Answers, Known, Value};
use crate::logic;
use crate::profile::{Profile, Record, Target};
use crate::ruleset::{Agency, Deadline, Decision, Kind, Rule, RuleSet};

/// The id of the record that stands for the proposal itself, and of the field that says a record is it.
pub const THIS_PROPOSAL: &str = "this-proposal";

/// One profile seen from one target on one day: what every ruling is made from.
#[derive(Clone, Copy)]
pub struct View<'a> {
    pub rules: &'a RuleSet,
    pub profile: &'a Profile,
    pub target: &'a Target,
    pub today: NaiveDate,
}

/// Rules on everything. A target of an agency that the rule set does not know gets no rulings.
pub fn assess(view: View<'_>) -> Assessment {
    let memo = Memo::default();
    let mut rulings = Vec::new();
    if let Some(agency) = view.rules.agency(&view.target.agency) {
        rulings.extend(view.subject(agency, "target", None, Subject::Target, &memo));
        rulings.extend(view.subject(agency, "person", None, Subject::Person, &memo));
        for kind in view.rules.record_kinds() {
            for record in view.profile.of_kind(&kind.id) {
                rulings.extend(view.subject(agency, &kind.id, Some(record), Subject::Record(record.id.clone()), &memo));
            }
            rulings.extend(view.proposal_itself(agency, kind, &memo));
        }
    }
    Assessment { target: view.target.id.clone(), rulings }
}

/// Rules on one record only, as after an edit of it.
pub fn assess_record(view: View<'_>, record: &Record) -> Vec<Ruled> {
    assess_record_with(view, record, &Memo::default())
}

/// [`assess_record`] with what was found out before, for the same rule set.
pub fn assess_record_with(view: View<'_>, record: &Record, memo: &Memo) -> Vec<Ruled> {
    view.rules
        .agency(&view.target.agency)
        .map(|agency| view.subject(agency, &record.kind, Some(record), Subject::Record(record.id.clone()), memo))
        .unwrap_or_default()
}

/// Rules on the target itself, and on the proposal as an entry of its own forms.
pub fn assess_target(view: View<'_>, memo: &Memo) -> Vec<Ruled> {
    let Some(agency) = view.rules.agency(&view.target.agency) else { return Vec::new() };
    let mut rulings = view.subject(agency, "target", None, Subject::Target, memo);
    for kind in view.rules.record_kinds() {
        rulings.extend(view.proposal_itself(agency, kind, memo));
    }
    rulings
}

/// Rules on the person only.
pub fn assess_person(view: View<'_>, memo: &Memo) -> Vec<Ruled> {
    let agency = view.rules.agency(&view.target.agency);
    agency.map(|agency| view.subject(agency, "person", None, Subject::Person, memo)).unwrap_or_default()
}

impl<'a> View<'a> {
    /// The facts of a subject as a decision collected at `timing` sees them.
    pub fn sheet(&self, decision: &Decision, subject: &Subject) -> Option<FactSheet> {
        let record = match subject {
            Subject::Record(id) => Some(self.profile.record(id)?),
            Subject::Target | Subject::Person => None,
        };
        let sheet = FactSheet::of(self.rules, decision.kind, self.profile, record, self.target, self.today);
        let agency = self.rules.agency(&self.target.agency)?;
        Some(seen_from(self.rules, &sheet, decision, &timing(agency, decision, &self.target.moment)?))
    }

    /// A proposal is itself support that was asked for, and some forms list it. Nobody enters it as a record, so it is ruled
    /// on as one wherever a decision reads whether the record is this very proposal, unless a record says that it is.
    fn proposal_itself(&self, agency: &'a Agency, kind: &Kind, memo: &Memo) -> Vec<Ruled> {
        let Some(frame) = self.rules.kind(&kind.id).and_then(|(i, _)| self.rules.frames.get(i)) else {
            return Vec::new();
        };
        let Some(slot) = frame.slot(THIS_PROPOSAL).filter(|s| frame.def(*s).per_target) else { return Vec::new() };
        let yes = Answer::Is(Value::YesNo(true));
        let entered =
            self.profile.of_kind(&kind.id).any(|r| r.answer(THIS_PROPOSAL, true, &self.target.id) == Some(&yes));
        if self.target.moment != "proposal" || entered {
            return Vec::new();
        }
        let about = Answers::from([(THIS_PROPOSAL.to_owned(), yes)]);
        let record = Record {
            kind: kind.id.clone(),
            id: THIS_PROPOSAL.to_owned(),
            for_target: [(self.target.id.clone(), about)].into(),
            ..Record::default()
        };
        let mut rulings = self.subject(agency, &kind.id, Some(&record), Subject::Record(record.id.clone()), memo);
        rulings.retain(|r| {
            let mut reads = false;
            for rule in self.rules.decisions.get(r.decision).map_or(&[][..], |d| &d.rules) {
                rule.fires.atoms(&mut |a| reads |= a.slot() == slot);
            }
            reads && !matches!(r.timing, Timing::Earlier(_))
        });
        rulings
    }

    fn subject(
        &self,
        agency: &'a Agency,
        kind: &str,
        record: Option<&Record>,
        subject: Subject,
        memo: &Memo,
    ) -> Vec<Ruled> {
        let Some((kind, _)) = self.rules.kind(kind) else {
            return Vec::new();
        };
        let here = FactSheet::of(self.rules, kind, self.profile, record, self.target, self.today);
        let others = Neighbours { view: *self, unsaid: Tri::Unknown };
        // Decisions collected at the same other moments see the same facts.
        let mut elsewhere: Vec<(&[String], FactSheet)> = Vec::new();
        let mut out = Vec::new();
        for decision in self.rules.decisions_for(agency).filter(|d| d.kind == kind) {
            let Some(timing) = timing(agency, decision, &self.target.moment) else { continue };
            let sheet = if timing == Timing::Now {
                &here
            } else {
                let known = elsewhere.iter().position(|(moments, _)| *moments == decision.moments.as_slice());
                let at = known.unwrap_or_else(|| {
                    elsewhere.push((&decision.moments, seen_from(self.rules, &here, decision, &timing)));
                    elsewhere.len() - 1
                });
                &elsewhere[at].1
            };
            let state = ruling(self.rules, decision, sheet, Some(&others), memo);
            // What is due as soon as it is known does not wait for the moment at which it is usually collected.
            let known_now = matches!(&state, State::Decided(o) if matches!(o.deadline, Due::Now { .. }));
            let timing = if known_now && matches!(timing, Timing::Later(_)) { Timing::Now } else { timing };
            let told = match (&state, record) {
                (State::Decided(outcome), Some(record)) if !record.told.is_empty() => {
                    is_told(*self, record, decision, sheet, outcome)
                }
                _ => false,
            };
            out.push(Ruled { decision: decision.index, subject: subject.clone(), timing, state, told });
        }
        out
    }
}

fn seen_from(rules: &RuleSet, sheet: &FactSheet, decision: &Decision, timing: &Timing) -> FactSheet {
    match timing {
        Timing::Now => sheet.clone(),
        Timing::Later(_) => sheet.at_other_moments(rules, &decision.moments, true),
        Timing::Earlier(_) => sheet.at_other_moments(rules, &decision.moments, false),
    }
}

/// When the agency collects what the decision is about, seen from the target's moment. Everything after the award (reports,
/// changes, yearly duties) is still to come, whichever of them is being prepared. `None` if it is collected only at moments that
/// stand apart, such as joining somebody else's award or being asked to review, and the target is at another.
pub fn timing(agency: &Agency, decision: &Decision, moment: &str) -> Option<Timing> {
    if decision.moments.iter().any(|m| m == moment) {
        return Some(Timing::Now);
    }
    let place = |id: &str| agency.moments.iter().position(|m| m.id == id);
    let phase = |at: usize| at.min(2);
    let here = place(moment)?;
    let along: Vec<(usize, &String)> = decision
        .moments
        .iter()
        .filter_map(|m| Some((place(m)?, m)))
        .filter(|(at, _)| !agency.moments[*at].apart)
        .collect();
    match along.iter().find(|(at, _)| phase(*at) >= phase(here)) {
        Some((_, later)) => Some(Timing::Later((*later).clone())),
        None if agency.moments[here].apart => None,
        None => along.last().map(|(_, earlier)| Timing::Earlier((*earlier).clone())),
    }
}

/// What a decision says about these facts.
pub fn decide(rules: &RuleSet, decision: &Decision, sheet: &FactSheet, others: Option<&dyn Others>) -> State {
    ruling(rules, decision, sheet, others, &Memo::default())
}

fn ruling(rules: &RuleSet, decision: &Decision, sheet: &FactSheet, others: Option<&dyn Others>, memo: &Memo) -> State {
    let facts = sheet.facts(rules, others);
    for c in &facts.frame.constraints {
        let mut slots = Vec::new();
        c.holds.atoms(&mut |a| {
            slots.push(a.slot());
            slots.extend(a.other_slot());
        });
        let bites = slots.iter().all(|s| facts.applies.get(usize::from(*s)) == Some(&Tri::Yes));
        if bites && facts.holds(&c.holds) == Tri::No {
            return State::Contradiction { slots, says: c.says.clone() };
        }
    }
    // Two constraints that are open alone may still clash together.
    let open = facts.frame.constraints.iter().filter(|c| facts.holds(&c.holds) == Tri::Unknown).count();
    let world = logic::World { frames: &rules.frames, lists: &rules.lists };
    if open > 1
        && let Some(clash) = memo.clash(sheet.kind, &facts, || logic::contradiction(world, sheet.kind, &sheet.known))
    {
        let says = facts.frame.constraints.get(clash.constraint).map(|c| c.says.clone()).unwrap_or_default();
        return State::Contradiction { slots: clash.slots, says };
    }
    let mut certain = Vec::new();
    let mut possible = Vec::new();
    for (i, rule) in decision.rules.iter().enumerate() {
        match facts.holds(&rule.fires) {
            Tri::Yes => certain.push(i),
            Tri::Unknown => possible.push(i),
            Tri::No => {}
        }
    }
    // Rules of a decision never overlap (the audit proves it), so one that certainly fires is the only one that can.
    if let [only] = certain.as_slice() {
        return decided(rules, decision, sheet, &[*only], &facts);
    }
    if !certain.is_empty() {
        return State::Open(Open { possible: certain, ..Open::default() });
    }
    exact(rules, decision, sheet, others, &facts, possible, memo)
}

/// Settles what three-valued evaluation leaves open: what the rules that may still fire can come to in every valid
/// completion of the unknown facts, and which of those facts matter.
fn exact(
    rules: &RuleSet,
    decision: &Decision,
    sheet: &FactSheet,
    others: Option<&dyn Others>,
    facts: &Facts<'_>,
    candidates: Vec<usize>,
    memo: &Memo,
) -> State {
    let numbered: Vec<(&Cond, usize)> = candidates
        .iter()
        .map(|&i| {
            let first = candidates.iter().position(|&j| same_outcome(&decision.rules[i], &decision.rules[j]));
            (&decision.rules[i].fires, first.unwrap_or(0))
        })
        .collect();
    let ask_others = |kind: usize, cond: &Cond| match others.map(|o| o.any(kind, cond)) {
        Some(Tri::Yes) => Some(true),
        Some(Tri::No) => Some(false),
        Some(Tri::Unknown) | None => None,
    };
    let question = logic::Question {
        world: logic::World { frames: &rules.frames, lists: &rules.lists },
        kind: sheet.kind,
        known: &sheet.known,
        rules: &numbered,
        others: Some(&ask_others),
    };
    let found = memo.possible(decision, facts, || logic::possible(question));
    if let Some(clash) = found.contradiction {
        let says = facts.frame.constraints.get(clash.constraint).map(|c| c.says.clone()).unwrap_or_default();
        return State::Contradiction { slots: clash.slots, says };
    }
    let left: Vec<usize> = found.rules.iter().filter_map(|i| candidates.get(*i).copied()).collect();
    if found.is_definite() {
        return decided(rules, decision, sheet, &likeliest_first(rules, decision, sheet, left), facts);
    }
    let mut relevant: Vec<Slot> = Vec::new();
    for slot in found.relevant.into_iter().map(|s| sheet.asked_for(rules, s)) {
        if !relevant.contains(&slot) {
            relevant.push(slot);
        }
    }
    let (unsure, ask) = relevant.into_iter().partition(|s| sheet.status_of(*s) == Status::NotSure);
    State::Open(Open { ask, unsure, kinds: found.relevant_kinds, possible: left })
}

/// Rules that agree, those first that give the better reason: in force if the dates nobody gave were today's, and with more
/// of the known answers speaking for them.
fn likeliest_first(rules: &RuleSet, decision: &Decision, sheet: &FactSheet, mut which: Vec<usize>) -> Vec<usize> {
    let frame = sheet.frame(rules);
    let mut now = sheet.clone();
    if let Some(Known::Range { lo: today, .. }) = frame.slot("today").map(|s| sheet.at(s)) {
        for (i, def) in frame.slots.iter().enumerate() {
            if let (Owner::Clock, Known::Range { lo, hi }) = (&def.owner, now.known[i]) {
                let day = today.clamp(lo, hi);
                now.known[i] = Known::Range { lo: day, hi: day };
            }
        }
    }
    let facts = now.facts(rules, None);
    which.sort_by_key(|&i| {
        let rule = &decision.rules[i];
        let past = facts.holds(&rule.in_force) == Tri::No;
        let contrary = facts.holds(&rule.fires) == Tri::No;
        let own = rests_on(&facts, &rule.fires).into_iter().filter(|s| frame.def(*s).owner != Owner::Clock).count();
        (past, contrary, std::cmp::Reverse(own))
    });
    which
}

fn same_outcome(a: &Rule, b: &Rule) -> bool {
    a.ruling == b.ruling && a.place == b.place && a.deadline == b.deadline
}

fn decided(rules: &RuleSet, decision: &Decision, sheet: &FactSheet, which: &[usize], facts: &Facts<'_>) -> State {
    let Some(rule) = which.first().and_then(|i| decision.rules.get(*i)) else {
        return State::Open(Open::default());
    };
    State::Decided(Outcome {
        rules: which.to_vec(),
        ruling: rule.ruling,
        place: rule.place.clone(),
        deadline: due(rules, rule, sheet),
        rests_on: rests_on(facts, &rule.fires),
    })
}

/// The rule's deadline as a date, where the dates it counts from are known to the day.
fn due(rules: &RuleSet, rule: &Rule, sheet: &FactSheet) -> Due {
    let exact = |slot: Slot| match sheet.at(slot) {
        Known::Range { lo, hi } if lo == hi && lo != NEVER => Some(lo),
        _ => None,
    };
    let moved = |slot: Slot, days: i64| exact(slot).and_then(|d| calendar::date(calendar::shift(d, 0, days)));
    match &rule.deadline {
        Deadline::WithForm => {
            let filing = rules.frames[sheet.kind].slot("filing");
            Due::WithForm(filing.and_then(exact).and_then(calendar::date))
        }
        Deadline::After { slot, days } => Due::By(moved(*slot, *days)),
        Deadline::Before { slot, days } => Due::By(moved(*slot, -days)),
        Deadline::AsSoonAs { slot, at_latest } => Due::Now { at_latest: at_latest.and_then(|days| moved(*slot, days)) },
        Deadline::Yearly => Due::Yearly,
        Deadline::NotStated => Due::NotStated,
        Deadline::SourcesDiffer(text) => Due::SourcesDiffer(text.clone()),
    }
}

/// The other records of the profile, for conditions that quantify over them.
pub(super) struct Neighbours<'a> {
    pub view: View<'a>,
    /// What holds where no record does, and the person has not said that these are all.
    pub unsaid: Tri,
}

impl Others for Neighbours<'_> {
    fn any(&self, kind: usize, cond: &Cond) -> Tri {
        let View { rules, profile, target, today } = self.view;
        let Some(id) = rules.kinds.get(kind).map(|k| k.id.as_str()) else {
            return Tri::Unknown;
        };
        let mut any = if profile.complete.contains(id) { Tri::No } else { self.unsaid };
        for record in profile.of_kind(id) {
            let sheet = FactSheet::of(rules, kind, profile, Some(record), target, today);
            match sheet.facts(rules, None).holds(cond) {
                Tri::Yes => return Tri::Yes,
                Tri::Unknown => any = Tri::Unknown,
                Tri::No => {}
            }
        }
        any
    }
}

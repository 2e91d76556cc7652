//! What the engine answers with.

use chrono::NaiveDate;

use crate::condition::Slot;
use crate::ruleset::{Deadline, Decision, RuleSet, Ruling};

/// All rulings for one target.
#[derive(Debug, Clone)]
pub struct Assessment {
    /// Id of the target in the profile.
    pub target: String,
    /// In order of record, then decision.
    pub rulings: Vec<Ruled>,
}

/// What one decision says about one record.
#[derive(Debug, Clone)]
pub struct Ruled {
    /// Index of the decision in the rule set.
    pub decision: usize,
    pub subject: Subject,
    pub timing: Timing,
    pub state: State,
    /// The record's log says that what is asked was done, in time or later.
    pub told: bool,
}

/// The field that says when something left off a form was noticed.
pub const NOTICED: &str = "noticed";

impl Ruled {
    /// True if a day by which the person had to act has passed, and the log does not say that it was done.
    pub fn is_late(&self, decision: &Decision, today: NaiveDate) -> bool {
        self.state.outcome().is_some_and(|outcome| {
            outcome.ruling.is_duty() && !decision.filed_by_office && !self.told && outcome.deadline.is_late(today)
        })
    }

    /// True if it is about something that was left off a form already sent, and the log does not say that it was put right.
    pub fn is_found_late(&self, rules: &RuleSet, decision: &Decision) -> bool {
        let rule = self.state.outcome().and_then(|o| decision.rules.get(*o.rules.first()?));
        let frame = rules.frames.get(decision.kind);
        match (rule.map(|r| &r.deadline), frame) {
            (Some(Deadline::AsSoonAs { slot, .. }), Some(frame)) => !self.told && frame.def(*slot).field == NOTICED,
            _ => false,
        }
    }
}

/// What a decision was asked about.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Subject {
    /// The target as a whole.
    Target,
    /// The person.
    Person,
    /// A record, by id.
    Record(String),
}

/// Whether the agency collects it at the target's moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Timing {
    Now,
    /// Collected at a later moment (its id).
    Later(String),
    /// Collected at an earlier moment (its id).
    Earlier(String),
}

/// The answer itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// Every valid completion of what is unknown leads here.
    Decided(Outcome),
    /// It depends on something.
    Open(Open),
    /// The known answers cannot all be true.
    Contradiction {
        /// The slots that clash.
        slots: Vec<Slot>,
        /// The constraint's own words.
        says: String,
    },
}

/// A definite ruling.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// Indices of the rules it may rest on: one, or several that agree.
    pub rules: Vec<usize>,
    pub ruling: Ruling,
    pub place: String,
    pub deadline: Due,
    /// The slots whose values made the first rule true.
    pub rests_on: Vec<Slot>,
}

/// A ruling that waits for something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Open {
    /// Unanswered slots that can change the outcome, in asking order.
    pub ask: Vec<Slot>,
    /// Slots answered "not sure" that can change the outcome.
    pub unsure: Vec<Slot>,
    /// Record kinds of which it matters whether there are more: the person has not said "that is all".
    pub kinds: Vec<usize>,
    /// Indices of the rules that may still apply.
    pub possible: Vec<usize>,
}

impl Open {
    /// The place at which something may be due: the decision's, unless no answer leads there any more.
    pub fn place<'d>(&self, decision: &'d Decision) -> &'d str {
        let rules = self.possible.iter().filter_map(|i| decision.rules.get(*i));
        let mut places = rules.filter(|r| r.ruling != Ruling::NothingDue).map(|r| r.place.as_str());
        match places.next() {
            Some(first) if first != decision.place && !places.any(|p| p == decision.place) => first,
            _ => &decision.place,
        }
    }
}

/// By when, as a date where there is one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Due {
    /// With the form, which goes in by this date, if it is known.
    WithForm(Option<NaiveDate>),
    /// By this date; `None` if the date it counts from is not known to the day.
    By(Option<NaiveDate>),
    /// As soon as known, at the latest by the date, if one is stated and can be counted.
    Now {
        at_latest: Option<NaiveDate>,
    },
    Yearly,
    NotStated,
    SourcesDiffer(String),
}

impl Due {
    /// The last day, where there is one.
    pub fn date(&self) -> Option<NaiveDate> {
        match self {
            Self::WithForm(d) | Self::By(d) | Self::Now { at_latest: d } => *d,
            Self::Yearly | Self::NotStated | Self::SourcesDiffer(_) => None,
        }
    }

    /// True if the last day has passed.
    pub fn is_late(&self, today: NaiveDate) -> bool {
        match self {
            Self::By(Some(d)) | Self::Now { at_latest: Some(d) } => *d < today,
            _ => false,
        }
    }
}

impl State {
    pub fn outcome(&self) -> Option<&Outcome> {
        match self {
            Self::Decided(o) => Some(o),
            _ => None,
        }
    }
}

//! One profile ruled on under two rule sets: which rulings come out otherwise.
//!
//! Each side reads the profile with its own vocabulary, and rules for the profile's own targets and the duties that hold at
//! all times. Every answer is the engine's.

use chrono::NaiveDate;

use crate::audit::diff::{ProfileChange, RulingChange, twin};
use crate::engine::{self, Ruled, State, Subject, Timing, View};
use crate::profile::{Profile, Target};
use crate::report::words;
use crate::ruleset::{RuleSet, Ruling};
use crate::text::clean;

/// A rule set, and a profile as read with its words.
#[derive(Clone, Copy)]
pub struct Under<'a> {
    pub rules: &'a RuleSet,
    pub profile: &'a Profile,
}

/// Rules on everything under both.
pub fn under(old: Under<'_>, new: Under<'_>, name: &str, today: NaiveDate) -> ProfileChange {
    let mut out = ProfileChange { profile: clean(name), looked_at: 0, changes: Vec::new() };
    let (was, is) = (rulings(old, today), rulings(new, today));
    let later = |r: &(Target, Ruled)| -> Option<String> {
        let decision = old.rules.decisions.get(r.1.decision)?;
        Some(twin(old.rules, new.rules, decision).map_or_else(|| decision.id.clone(), |d| d.id.clone()))
    };
    let id = |r: &(Target, Ruled)| new.rules.decisions.get(r.1.decision).map(|d| d.id.clone());
    let mut met = vec![false; was.len()];
    for (target, ruled) in &is {
        let name = id(&(target.clone(), ruled.clone()));
        let at = was.iter().position(|w| w.0.id == target.id && w.1.subject == ruled.subject && later(w) == name);
        if let Some(met) = at.and_then(|at| met.get_mut(at)) {
            *met = true;
        }
        let before = at.and_then(|at| was.get(at)).map(|(_, r)| (old, r));
        out.add(target, before, Some((new, ruled)));
    }
    for ((target, ruled), _) in was.iter().zip(&met).filter(|(_, met)| !**met) {
        out.add(target, Some((old, ruled)), None);
    }
    out
}

fn rulings(side: Under<'_>, today: NaiveDate) -> Vec<(Target, Ruled)> {
    let Under { rules, profile } = side;
    let mut targets = profile.targets.clone();
    targets.extend(engine::standing(rules, profile, today));
    let mut out = Vec::new();
    for target in targets {
        let assessed = engine::assess(View { rules, profile, target: &target, today });
        let now = assessed.rulings.into_iter().filter(|r| r.timing == Timing::Now);
        out.extend(now.map(|r| (target.clone(), r)));
    }
    out
}

type Of<'a> = Option<(Under<'a>, &'a Ruled)>;

impl ProfileChange {
    fn add(&mut self, target: &Target, was: Of<'_>, is: Of<'_>) {
        self.looked_at += 1;
        let says = |of: Of<'_>| of.map(|(side, ruled)| said(side.rules, ruled));
        let (before, after) = (says(was), says(is));
        if before == after {
            return;
        }
        let Some((side, ruled)) = is.or(was) else { return };
        let Some(decision) = side.rules.decisions.get(ruled.decision) else { return };
        self.changes.push(RulingChange {
            target: words::target_label(side.rules, target),
            entry: match &ruled.subject {
                Subject::Target => "the proposal".to_owned(),
                Subject::Person => "you".to_owned(),
                Subject::Record(id) => side
                    .profile
                    .record(id)
                    .map_or_else(|| clean(id), |record| clean(&words::record_label(side.rules, record))),
            },
            decision: decision.id.clone(),
            asks: clean(&decision.asks),
            was: before,
            is: after,
        });
    }
}

/// The ruling in words, its place, and by when.
fn said(rules: &RuleSet, ruled: &Ruled) -> String {
    match &ruled.state {
        State::Decided(outcome) => {
            let due = words::due(&outcome.deadline, outcome.ruling);
            let due = if due.is_empty() { due } else { format!(", {due}") };
            let nothing = outcome.ruling == Ruling::NothingDue;
            let place = if nothing { String::new() } else { format!(" ({})", words::place(rules, &outcome.place)) };
            clean(&format!("{}{due}{place}", outcome.ruling.title()))
        }
        State::Open(_) => "Open: it depends on answers that are not there yet".to_owned(),
        State::Contradiction { says, .. } => clean(&format!("The answers contradict each other: {says}")),
    }
}

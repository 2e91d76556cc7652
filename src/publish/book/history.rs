//! Which rule of a decision came before another, and which after: neighbours in time on the same clock that can rule the same
//! answers.

use chrono::NaiveDate;

use crate::logic::{MAIN, Problem, World};
use crate::ruleset::{Decision, Rule, RuleSet};

/// For each rule of a decision, the rules that end where it begins.
pub(super) struct Timeline {
    /// By rule, then in order.
    before: Vec<Vec<usize>>,
}

impl Timeline {
    pub(super) fn of(rules: &RuleSet, decision: &Decision) -> Self {
        let Some(frame) = rules.frames.get(decision.kind) else { return Self { before: Vec::new() } };
        let world = World { frames: &rules.frames, lists: &rules.lists };
        let conds: Vec<_> = decision.rules.iter().map(|r| &r.when).collect();
        let mut problem = Problem::new(world, decision.kind, &frame.blank(), &conds);
        problem.assert_valid(MAIN);
        let lits: Vec<_> = conds.iter().map(|c| problem.lit(MAIN, c)).collect();
        let mut share = |i: usize, j: usize| match (lits.get(i), lits.get(j)) {
            // What `otherwise` takes is whatever is left, so it may always be the same answers.
            _ if [i, j].iter().any(|k| decision.rules.get(*k).is_some_and(|r| r.otherwise)) => true,
            (Some(a), Some(b)) => problem.solve(&[*a, *b]),
            _ => false,
        };
        let before = decision
            .rules
            .iter()
            .enumerate()
            .map(|(j, rule)| {
                let earlier = decision.rules.iter().enumerate().filter(|(_, other)| ends_where_begins(other, rule));
                earlier.map(|(i, _)| i).filter(|i| share(*i, j)).collect()
            })
            .collect();
        Self { before }
    }

    /// The rules that the same answers could have met just before rule `j` began.
    pub(super) fn before(&self, j: usize) -> Vec<usize> {
        self.before.get(j).cloned().unwrap_or_default()
    }

    /// The rules that the same answers can meet once rule `j` has ended.
    pub(super) fn after(&self, j: usize) -> Vec<usize> {
        self.before.iter().enumerate().filter(|(_, earlier)| earlier.contains(&j)).map(|(i, _)| i).collect()
    }
}

fn ends_where_begins(earlier: &Rule, later: &Rule) -> bool {
    let day: Option<NaiveDate> = later.period.from;
    day.is_some() && earlier.period.until == day && earlier.period.clock == later.period.clock
}

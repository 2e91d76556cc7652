//! From what a rule's author wrote to its whole condition.

use chrono::NaiveDate;

use super::model::{Period, Rule};
use crate::calendar;
use crate::condition::{Anchor, Atom, Cond, Point};

/// Gives each rule of a decision its whole condition: period and `when`, less what `unless` names; `otherwise` less all the
/// others. Names that lead nowhere are passed over; the loader reports them.
pub(crate) fn assemble(rules: &mut [Rule]) {
    let whole: Vec<Cond> = rules.iter().map(|rule| whole(rules, rule)).collect();
    for (rule, fires) in rules.iter_mut().zip(whole) {
        rule.fires = fires;
    }
    if rules.iter().any(|r| r.otherwise) {
        let others: Vec<Cond> = rules.iter().filter(|r| !r.otherwise).map(|r| r.fires.clone().negate()).collect();
        for rule in rules.iter_mut().filter(|r| r.otherwise) {
            rule.fires = rule.in_force.clone().and(Cond::All(others.clone()));
        }
    }
}

/// The rules whose conditions turn on a rule: itself, and those that exclude it, directly or through others.
pub(crate) fn turning_on(rules: &[Rule], at: usize) -> Vec<usize> {
    let mut turning = vec![at];
    loop {
        let more = (0..rules.len()).find(|i| {
            !turning.contains(i) && rules[*i].unless.iter().any(|id| turning.iter().any(|&t| rules[t].local_id() == id))
        });
        match more {
            Some(i) => turning.push(i),
            None => break,
        }
    }
    turning.sort_unstable();
    turning
}

/// What becomes of whole conditions when a rule changes. `rules` holds the rule as changed and every whole condition as it was;
/// `turning` are those that turn on it.
pub(crate) fn reassembled(rules: &[Rule], turning: &[usize]) -> Vec<(usize, Cond)> {
    let mut new: Vec<(usize, Cond)> =
        turning.iter().filter(|&&i| !rules[i].otherwise).map(|&i| (i, whole(rules, &rules[i]))).collect();
    new.retain(|(i, cond)| rules[*i].fires != *cond);
    let fires = |i: usize| new.iter().find(|(k, _)| *k == i).map_or(&rules[i].fires, |(_, cond)| cond);
    let last: Vec<(usize, Cond)> = (0..rules.len())
        .filter(|&i| rules[i].otherwise && (turning.contains(&i) || !new.is_empty()))
        .map(|i| {
            let others = (0..rules.len()).filter(|&k| !rules[k].otherwise).map(|k| fires(k).clone().negate()).collect();
            (i, rules[i].in_force.clone().and(Cond::All(others)))
        })
        .collect();
    new.extend(last.into_iter().filter(|(i, cond)| rules[*i].fires != *cond));
    new
}

/// What holds while a period lasts.
pub(crate) fn in_force(period: &Period) -> Cond {
    let slot = period.clock_slot;
    let from = |date: NaiveDate| {
        let point = Point { anchor: Anchor::Day(calendar::day(date)), months: 0, days: 0, next_day: false };
        Cond::Atom(Atom::OnOrAfter { slot, point })
    };
    let mut cond = Cond::Const(true);
    if let Some(date) = period.from {
        cond = cond.and(from(date));
    }
    if let Some(date) = period.until {
        cond = cond.and(from(date).negate());
    }
    cond
}

fn whole(rules: &[Rule], rule: &Rule) -> Cond {
    let within = rule.in_force.clone().and(rule.when.clone());
    exclusions(rules, rule).into_iter().fold(within, |fires, (_, taken)| fires.and(taken.negate()))
}

/// What a rule's `unless` takes away: each name, and the other rule's `when` with its own exclusions, but without its period.
pub(crate) fn exclusions<'r>(rules: &'r [Rule], rule: &'r Rule) -> Vec<(&'r str, Cond)> {
    let others = rule.unless.iter().filter_map(|id| named(rules, id));
    others.map(|other| (other.local_id(), excluded(rules, other, &rule.unless, 0))).collect()
}

/// A rule's `when` less what its own `unless` names, for a rule that excludes everything in `already` anyway: those
/// exclusions need no repeating, which keeps a long decision list linear instead of exponential. Circles are reported by the
/// loader; the depth keeps them finite here.
fn excluded(rules: &[Rule], rule: &Rule, already: &[String], depth: usize) -> Cond {
    let mut cond = rule.when.clone();
    if depth < rules.len() {
        for other in rule.unless.iter().filter(|u| !already.contains(u)).filter_map(|id| named(rules, id)) {
            cond = cond.and(excluded(rules, other, already, depth + 1).negate());
        }
    }
    cond
}

fn named<'r>(rules: &'r [Rule], local_id: &str) -> Option<&'r Rule> {
    rules.iter().find(|r| r.local_id() == local_id)
}

//! Every fault that `rules mutate` plants in the federal rule set is noticed by an example, a case or an edge, unless it is proved to
//! change nothing.

mod common;

use candor::audit::{Fault, mutate};
use chrono::NaiveDate;

#[test]
fn every_single_fault_is_noticed() {
    let (rules, cases) = common::rules();
    let day = NaiveDate::from_ymd_opt(2026, 11, 30).unwrap();
    let mutation = mutate(&rules, &cases, &Fault::ALL, day, &|_| true);
    let left: Vec<String> = mutation.survivors.iter().map(|s| format!("{}: {}", s.rule, s.fault)).collect();
    let hint = "`candor rules mutate rules/us-federal --write` writes what is missing to edges/, as drafts; read them before you keep them";
    assert!(left.is_empty(), "{} faults would go unnoticed:\n{}\n{hint}", left.len(), left.join("\n"));
    let tally = mutation.all;
    assert!(tally.caught + tally.by_drafts > 40_000, "{tally:?}");
    assert!(Fault::ALL.iter().all(|fault| mutation.by_fault.contains_key(fault)), "{:?}", mutation.by_fault.keys());
}

//! Every fault that `rules mutate` plants in the federal rule set is noticed by an example, a case or an edge, unless it is proved to
//! change nothing.
//!
//! Numbers, dates and periods are held everywhere, and by facts that somebody has read. The other faults are tried here in five folders;
//! the whole takes minutes, and `candor rules mutate rules/us-federal` is the command for it (docs/rule-audit.md has the figures).

mod common;

use candor::audit::{Fault, Mutation, mutate};
use chrono::NaiveDate;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 30).unwrap()
}

fn none_survived(mutation: &Mutation) {
    let left: Vec<String> = mutation.survivors.iter().map(|s| format!("{}: {}", s.rule, s.fault)).collect();
    let hint = "`candor rules mutate rules/us-federal --write` writes what is missing to edges/, as drafts; read them before you keep them";
    assert!(left.is_empty(), "{} faults would go unnoticed:\n{}\n{hint}", left.len(), left.join("\n"));
}

#[test]
fn moving_any_edge_by_one_is_noticed_by_something_that_was_read() {
    let (rules, cases) = common::rules();
    let mutation = mutate(&rules, &cases, &Fault::BOUNDARIES, today(), &|_| true);
    none_survived(&mutation);
    let tally = mutation.all;
    assert!(tally.caught > 8_000 && tally.by_drafts == 0, "{tally:?}");
}

#[test]
fn every_single_fault_in_five_folders_is_noticed() {
    let (rules, cases) = common::rules();
    let folders = ["common-forms", "dod", "federal", "home", "phs-fcoi"];
    let mutation = mutate(&rules, &cases, &Fault::ALL, today(), &|d| folders.contains(&d.agency.as_str()));
    none_survived(&mutation);
    let tally = mutation.all;
    assert!(tally.caught + tally.by_drafts > 12_000, "{tally:?}");
    assert!(Fault::ALL.iter().all(|fault| mutation.by_fault.contains_key(fault)), "{:?}", mutation.by_fault.keys());
}

//! Both sides of every number, date and period of the federal rule set, on every clock, are held by an example, a case or an edge.

mod common;

use candor::audit::{Fault, mutate};
use chrono::NaiveDate;

#[test]
fn moving_any_edge_by_one_is_noticed() {
    let (rules, cases) = common::rules();
    let day = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap();
    let mutation = mutate(&rules, &cases, &Fault::BOUNDARIES, day, &|_| true);
    let left: Vec<String> = mutation.survivors.iter().map(|s| format!("{}: {}", s.rule, s.faults.join("; "))).collect();
    let hint = "`candor rules mutate rules/us-federal --boundaries --write` writes what is missing to edges/; read it before you keep it";
    assert!(left.is_empty(), "{} edges are held on one side only:\n{}\n{hint}", left.len(), left.join("\n"));
    assert!(mutation.caught > 5_000, "only {} mutants were caught", mutation.caught);
}

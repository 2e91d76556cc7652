//! The cases of both rule sets under both: which of them come out otherwise.
//!
//! Every answer is the engine's.

use serde::Serialize;

use super::{Sided, twin};
use crate::audit::cases::{case_sheet, state_text};
use crate::engine::{State, decide};
use crate::ruleset::{Case, Decision, RuleSet};
use crate::text::clean;

/// A case that comes out otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CaseChange {
    pub case: String,
    pub decision: String,
    pub says: String,
    pub was: String,
    pub is: String,
}

/// The cases of either side that are ruled otherwise.
pub(super) fn touched(old: Sided<'_>, new: Sided<'_>) -> Vec<CaseChange> {
    let mut out = Vec::new();
    let lone = old.cases.iter().filter(|c| !new.cases.iter().any(|n| n.id == c.id));
    let twins: Vec<(&Decision, &Decision)> =
        old.rules.decisions.iter().filter_map(|was| Some((was, twin(old.rules, new.rules, was)?))).collect();
    for case in new.cases.iter().chain(lone) {
        for (id, _) in &case.expect {
            let Some((was, is)) = twins.iter().find(|(was, is)| is.id == *id || was.id == *id) else { continue };
            // Each side lays the facts out in its own words; those that it has no question for, it does not read.
            let (Some(before), Some(after)) = (ruled(old.rules, was, case), ruled(new.rules, is, case)) else {
                continue;
            };
            if same(&before.0, &after.0) {
                continue;
            }
            out.push(CaseChange {
                case: case.id.clone(),
                decision: is.id.clone(),
                says: clean(&case.says),
                was: before.1,
                is: after.1,
            });
        }
    }
    out
}

fn ruled(rules: &RuleSet, decision: &Decision, case: &Case) -> Option<(State, String)> {
    let sheet = case_sheet(rules, decision, case)?;
    let state = decide(rules, decision, &sheet, None);
    let text = state_text(rules, decision, &sheet, &state);
    Some((state, text))
}

/// The same outcome; or open, or contradictory, on both sides.
fn same(was: &State, is: &State) -> bool {
    match (was, is) {
        (State::Decided(a), State::Decided(b)) => {
            (a.ruling, &a.place, &a.deadline) == (b.ruling, &b.place, &b.deadline)
        }
        (State::Open(_), State::Open(_)) | (State::Contradiction { .. }, State::Contradiction { .. }) => true,
        _ => false,
    }
}

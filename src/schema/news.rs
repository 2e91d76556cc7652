//! Files of unsettled law and of changes.

use serde_json::Value as Json;

use super::parts::*;
use crate::ruleset::{PendingStatus, RuleSet};

pub fn pending(rules: &RuleSet) -> Json {
    let law = object()
        .need("id", text(), "Its id.")
        .need("title", text(), "What it is called.")
        .need("status", one_of(PendingStatus::ALL.map(PendingStatus::id)), "How unsettled it is.")
        .need("says", text(), "What is known.")
        .need("would", text(), "What it would change, or leaves unsure, for a researcher.")
        .need("agencies", some_of(agency(rules)), "Agencies whose targets it concerns.")
        .may("kinds", list_of(one_of(rules.kinds.iter().map(|k| &k.id))), "Record kinds it concerns; left out: all.")
        .need("authority", authority(rules), "Where it stands.")
        .need("verified", day(), "The day somebody last looked.")
        .need("review-by", day(), "The day to look again.");
    file_of("pending", law.done(), "Law that is not settled.")
}

pub fn changes(rules: &RuleSet) -> Json {
    let change = object()
        .need("on", day(), "The day it took effect.")
        .need("agencies", some_of(agency(rules)), "Agencies whose targets it concerns.")
        .need("says", text(), "What changed for researchers, in one sentence.")
        .need("authority", authority(rules), "Where it stands.");
    file_of("change", change.done(), "What changed for researchers.")
}

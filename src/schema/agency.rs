//! Agency files.

use serde_json::Value as Json;

use super::parts::*;
use crate::ruleset::{CLOCKS, RuleSet};

pub fn file(rules: &RuleSet) -> Json {
    let clock = || one_of(CLOCKS.into_iter().filter(|c| *c != "filing"));
    let moment = object()
        .need("id", text(), "The moment's id.")
        .need("title", text(), "Its name on screen.")
        .may("clocks", list_of(clock()), "Clocks that have a date at this moment.")
        .need("filing", clock(), "The one of them that `filing` means here.")
        .may(
            "apart",
            flag(),
            "Stands apart from the way of a proposal: what is decided only here is not shown elsewhere.",
        );
    let mut folders: Vec<&str> = rules.decisions.iter().map(|d| d.agency.as_str()).collect();
    folders.sort_unstable();
    folders.dedup();
    let agency = object()
        .need("id", text(), "The agency's id; also the folder of its decisions.")
        .need("title", text(), "Its full name.")
        .need("short", text(), "Its short name.")
        .may("order", int(), "Its place in lists.")
        .may(
            "ruled-with",
            texts(),
            &format!("Other folders whose decisions apply too. With decisions now: {}.", folders.join(", ")),
        )
        .may("concerns", condition(), "About the person: whom its standing duties concern.")
        .need("moment", some_of(moment.done()), "When it collects something.");
    object().need("agency", agency.done(), "The agency.").done()
}

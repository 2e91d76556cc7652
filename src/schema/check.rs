//! Files of checks.

use serde_json::{Value as Json, json};

use super::facts::{definitions, given_of, with_facts};
use super::parts::*;
use crate::ruleset::RuleSet;

pub fn file(rules: &RuleSet) -> Json {
    let kind = || one_of(subjects(rules));
    let beside =
        || object().need("record", kind(), "Its kind.").may("when", condition(), "What must hold of it.").done();
    let example = || {
        let example = with_facts(object())
            .may("record", kind(), "The kind of the entry; the check's first, if left out.")
            .may("others", list_of(other(rules)), "Other entries that are there.");
        by_record(rules, example.done())
    };
    let check = object()
        .need("id", text(), "The check's id.")
        .need("title", text(), "What it compares.")
        .may("number", int(), "Its number in docs/checks.md.")
        .need("records", some_of(kind()), "The kinds of record that it looks at.")
        .may("agencies", list_of(agency(rules)), "Only for targets of these.")
        .may("when", condition(), "What must hold for certain.")
        .may("quiet-when", condition(), "What explains the difference: keeps it quiet.")
        .may("mentions", texts(), "Names of which a text of the entry must hold one.")
        .may("beside", beside(), "Another entry with the same organisation that must be there.")
        .may("without", beside(), "Another entry with the same organisation that must not be there.")
        .need("says", text(), "What to tell the person; {name}, {other} and {mention} are filled in.")
        .need("source", text(), "Where the error that it catches was seen.")
        .may("url", words(), "Where it can be read.")
        .may("example", list_of(example()), "Facts that make it speak.")
        .may("near-miss", list_of(example()), "Facts that keep it quiet.");
    let mut file = file_of("check", check.done(), "Reminders about entries that differ.");
    file["definitions"] = definitions(rules);
    file
}

fn other(rules: &RuleSet) -> Json {
    let other = with_facts(object()).need("record", one_of(subjects(rules)), "Its kind.").may(
        "elsewhere",
        flag(),
        "With another organisation than the example's own entry.",
    );
    by_record(rules, other.done())
}

/// The facts of a table are those of the kind that its `record` names, where it does.
fn by_record(rules: &RuleSet, mut table: Json) -> Json {
    table["allOf"] = subjects(rules)
        .map(|kind| {
            json!({
                "if": { "properties": { "record": { "const": kind } }, "required": ["record"] },
                "then": { "properties": { "given": given_of(kind) } },
            })
        })
        .collect();
    table
}

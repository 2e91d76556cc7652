//! Files of lists.

use serde_json::{Value as Json, json};

use super::parts::*;
use crate::ruleset::RuleSet;

pub fn file(rules: &RuleSet) -> Json {
    let head = object()
        .need("id", text(), "The list's id, as conditions name it.")
        .need("title", text(), "Its title.")
        .need("of", one_of(["country", "entity"]), "What is on it: countries or organisations.");
    let entry = object()
        .may(
            "code",
            json!({ "type": "string", "pattern": "^[A-Z]{2}$" }),
            "A country's two-letter code; for lists of countries.",
        )
        .may("name", text(), "An organisation's name as the list prints it.")
        .may("aliases", texts(), "Other names that the list prints.")
        .may("corrected", texts(), "The right spelling, where the list has it wrong.")
        .may("shared", texts(), "Those of the names that other organisations go by as well.")
        .may("country", words(), "The country of the organisation's seat.");
    let edition = object()
        .need("from", day(), "The first day of this edition.")
        .need("source", source(rules), "The source it was taken from.")
        .may("entries", list_of(entry.done()), "Who or what is on it.");
    let mut file =
        object().need("list", head.done(), "The list.").may("edition", list_of(edition.done()), "Its editions.").done();
    let of = |what: &str, needs: &str| {
        json!({
            "if": { "properties": { "list": { "properties": { "of": { "const": what } }, "required": ["of"] } }, "required": ["list"] },
            "then": { "properties": { "edition": { "items": { "properties": { "entries": { "items": { "required": [needs] } } } } } } },
        })
    };
    file["allOf"] = json!([of("country", "code")]);
    file
}

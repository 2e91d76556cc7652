//! Form files.

use serde_json::{Map, Value as Json, json};

use super::parts::*;
use crate::ruleset::RuleSet;

pub fn file(rules: &RuleSet) -> Json {
    let head = object().need("id", text(), "The form's id.").need("title", text(), "Its title.");
    let from: Map<String, Json> = rules
        .kinds
        .iter()
        .zip(&rules.frames)
        .map(|(kind, frame)| {
            let mut names: Vec<&str> = frame.names().collect();
            names.sort_unstable();
            (
                kind.id.clone(),
                json!({ "enum": names, "description": format!("The answer about {}.", kind.title.to_lowercase()) }),
            )
        })
        .collect();
    let from = json!({ "type": "object", "additionalProperties": false, "properties": from });
    let by_word = json!({ "type": "object", "additionalProperties": { "type": "string" } });
    let field = object()
        .need("id", text(), "The field's id.")
        .need("title", text(), "Its words on the form.")
        .may("required", flag(), "The form asks for it in every entry.")
        .may("limit", int(), "Most characters that the form takes.")
        .may("help", words(), "What to write.")
        .may("from", from, "By record kind: the answer that fills it.")
        .may(
            "words",
            by_word,
            "The form's own word for an answer: a value's id, `date` for any date, `never` for its open end.",
        );
    let section = object()
        .need("id", text(), "The place's id, as decisions name it.")
        .need("title", text(), "Its title on the form.")
        .may("help", words(), "What belongs here.")
        .may("fields", list_of(field.done()), "Its fields, in the form's order.");
    object()
        .need("form", head.done(), "The form.")
        .may("section", list_of(section.done()), "Its sections: the places of decisions.")
        .done()
}

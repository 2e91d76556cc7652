//! A researcher's profile.

use serde_json::{Map, Value as Json, json};

use super::facts::answers;
use super::parts::*;
use crate::ruleset::{CLOCKS, Kind, RuleSet};

/// A day or part of one, with quotes or without.
fn date() -> Json {
    json!({ "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" })
}

fn closed(properties: Map<String, Json>) -> Json {
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn described(mut schema: Json, says: &str) -> Json {
    schema["description"] = json!(says);
    schema
}

pub fn file(rules: &RuleSet) -> Json {
    let kinds = one_of(rules.record_kinds().map(|k| &k.id));
    let mut properties = Map::new();
    properties.insert("schema".into(), described(json!({ "const": "candor.profile/1" }), "The format of this file."));
    properties.insert("complete".into(), described(list_of(kinds), "Kinds of record of which these are all."));
    for kind in &rules.kinds {
        let table = match kind.id.as_str() {
            "person" => closed(answers(kind, |_| true)),
            "target" => list_of(target(rules, kind)),
            "entity" => list_of(closed(answers(kind, |f| !f.per_target))),
            _ => list_of(record(kind)),
        };
        properties.insert(kind.id.clone(), described(table, &kind.summary));
    }
    let mut file = closed(properties);
    file["required"] = json!(["schema"]);
    file
}

fn target(rules: &RuleSet, kind: &Kind) -> Json {
    let mut own = answers(kind, |f| !f.set_by_program);
    own.insert("id".into(), described(text(), "Letters, digits and hyphens."));
    own.insert("agency".into(), described(agency(rules), "Who it goes to."));
    own.insert("moment".into(), described(moment(rules), "What is being prepared."));
    let clocks: Map<String, Json> =
        CLOCKS.iter().map(|c| ((*c).to_owned(), described(date(), clock_says(c)))).collect();
    own.insert("clocks".into(), described(closed(clocks), "Its dates."));
    let mut target = closed(own);
    target["required"] = json!(["id", "agency", "moment"]);
    target
}

fn record(kind: &Kind) -> Json {
    let mut own = answers(kind, |f| !f.per_target);
    let about = closed(answers(kind, |f| f.per_target));
    own.insert("id".into(), described(text(), "Letters, digits and hyphens."));
    let about = json!({ "type": "object", "additionalProperties": about });
    own.insert("for".into(), described(about, "Answers about one target, by its id."));
    let told = object()
        .may("who", words(), "Who was told.")
        .may("on", date(), "When.")
        .may("how", words(), "By which form, letter or talk.")
        .may("evidence", words(), "What shows it.");
    own.insert("told".into(), described(list_of(told.done()), "Who was told of it, and when."));
    closed(own)
}

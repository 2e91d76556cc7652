//! Files of cases and of edges: tests of rules.

use serde_json::{Map, Value as Json, json};

use super::facts::{definitions, given_of, with_facts};
use super::parts::*;
use crate::ruleset::RuleSet;

pub fn cases(rules: &RuleSet) -> Json {
    let answers: Map<String, Json> = rules
        .decisions
        .iter()
        .map(|d| {
            let mut answer = expected();
            answer["description"] = json!(d.asks);
            (d.id.clone(), answer)
        })
        .collect();
    let expect = json!({ "type": "object", "additionalProperties": false, "minProperties": 1, "properties": answers });
    let case = with_facts(object())
        .need("id", text(), "The case's id.")
        .need("says", text(), "What happened, in a sentence.")
        .need("source", text(), "Where the expected answer is from.")
        .may("url", words(), "Where it can be read.")
        .need("record", one_of(rules.kinds.iter().map(|k| &k.id)), "The kind of record that the facts are about.")
        .need("agency", agency(rules), "The agency whose targets they are seen from.")
        .need("expect", expect, "By decision: the ruling that the source gives, or `open`.")
        .may("institution", words(), "The answer rests on this institution's own policy.")
        .may("disagrees", words(), "Why the rules answer differently, on purpose.");
    let mut case = case.done();
    case["allOf"] = subjects(rules)
        .map(|kind| {
            json!({
                "if": { "properties": { "record": { "const": kind } }, "required": ["record"] },
                "then": { "properties": { "given": given_of(kind) } },
            })
        })
        .collect();
    let mut file = file_of("case", case, "Facts in, rulings out, with the source of the expectation.");
    file["definitions"] = definitions(rules);
    file
}

pub fn edges(rules: &RuleSet) -> Json {
    let ids = rules.decisions.iter().flat_map(|d| &d.rules).map(|r| &r.id);
    let edge = with_facts(object()).need("rule", one_of(ids), "The rule that rules these facts.");
    let mut edge = edge.done();
    edge["allOf"] = subjects(rules)
        .filter_map(|kind| {
            let (at, _) = rules.kind(kind)?;
            let about: Vec<&str> =
                rules.decisions.iter().filter(|d| d.kind == at).flat_map(|d| &d.rules).map(|r| r.id.as_str()).collect();
            (!about.is_empty()).then(|| {
                json!({
                    "if": { "properties": { "rule": { "enum": about } }, "required": ["rule"] },
                    "then": { "properties": { "given": given_of(kind) } },
                })
            })
        })
        .collect();
    let mut file = file_of("edge", edge, "Facts on each side of numbers, dates and periods.");
    file["definitions"] = definitions(rules);
    file
}

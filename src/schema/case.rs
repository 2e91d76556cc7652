//! Files of cases and of edges: tests of rules.

use serde_json::{Map, Value as Json, json};

use super::decision::deadline;
use super::facts::{change_of, definitions, given_of, with_facts};
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
    // What may be changed turns on the decision's kind, below.
    let some = || json!({ "type": "object" });
    let edge = with_facts(object())
        .may("instead", list_of(some()), "The same facts with one answer changed, a line for each field.")
        .may("each", some(), "Fields that take several values, all with this rule.");
    let edge = edge.done();
    let block = object()
        .need("id", text(), "The rule that rules these facts.")
        .may("read", day(), "The day on which somebody read these against the sources.")
        .may("draft", flag(), "Nobody has read them yet; they confirm nothing.")
        .may("ruling", ruling(), "What the rule comes to, written down a second time.")
        .may("place", place(rules), "Where, if not at the decision's place.")
        .may("deadline", deadline(), "By when, if not with the form.")
        .may("edges", list_of(edge), "Facts that the rule rules.");
    let mut file = object()
        .need("decision", one_of(rules.decisions.iter().map(|d| &d.id)), "The decision.")
        .may("read", day(), "The day on which somebody read the whole file against the sources.")
        .may("draft", flag(), "Nobody has read the file yet.")
        .need("rule", list_of(block.done()), "The edges of each rule.")
        .done();
    let mut changes = Map::new();
    file["allOf"] = subjects(rules)
        .filter_map(|kind| {
            let (at, of) = rules.kind(kind)?;
            let about: Vec<&str> = rules.decisions.iter().filter(|d| d.kind == at).map(|d| d.id.as_str()).collect();
            let change = format!("#/definitions/change-{kind}");
            let instead = json!({ "items": { "$ref": change } });
            let given =
                json!({ "properties": { "given": given_of(kind), "instead": instead, "each": { "$ref": change } } });
            let blocks = json!({ "items": { "properties": { "edges": { "items": given } } } });
            changes.insert(format!("change-{kind}"), change_of(rules, of));
            (!about.is_empty()).then(|| {
                json!({
                    "if": { "properties": { "decision": { "enum": about } }, "required": ["decision"] },
                    "then": { "properties": { "rule": blocks } },
                })
            })
        })
        .collect();
    file["definitions"] = definitions(rules);
    if let Some(definitions) = file["definitions"].as_object_mut() {
        definitions.extend(changes);
    }
    file
}

//! `ruleset.toml` and `overlay.toml`: what a rule set and an overlay say of themselves.

use serde_json::{Value as Json, json};

use super::parts::*;
use crate::ruleset::RuleSet;

pub fn ruleset() -> Json {
    let head = object()
        .need("id", text(), "The rule set's id.")
        .need("title", text(), "Its title.")
        .need("version", text(), "Its version; raise it whenever a ruling can change.")
        .need("schema", json!({ "const": "candor.ruleset/1" }), "The format of its files.")
        .may("released", day(), "The day of its release.")
        .may("not-covered", texts(), "What it does not cover, for reports.");
    object().need("ruleset", head.done(), "The rule set.").done()
}

pub fn file(rules: &RuleSet) -> Json {
    let head = object()
        .need("id", json!({ "type": "string", "pattern": "^[a-z0-9-]+$" }), "Its id; also the folder of its decisions.")
        .need("title", text(), "The institution's name.")
        .need("version", text(), "Its version; raise it whenever a ruling can change.")
        .may("released", day(), "The day of its release.")
        .need("extends", json!({ "const": rules.meta.id }), "The rule set that it adds to.")
        .may(
            "applies-to",
            list_of(one_of(rules.agencies.iter().map(|a| a.id.as_str()).chain(["all"]))),
            "Agencies with whose targets its rules are looked at; left out: home.",
        );
    let contact = object()
        .need("office", text(), "The office's name.")
        .may("email", words(), "Its address for mail.")
        .may("phone", words(), "Its telephone number.")
        .may("url", words(), "Its page.")
        .may("for", list_of(place(rules)), "Places it looks after; left out: all that no other contact does.");
    let settings: serde_json::Map<String, Json> = rules
        .settings
        .iter()
        .map(|s| {
            let mut value = json!({ "type": ["number", "boolean", "string"] });
            value["description"] = json!(s.title);
            (s.id.clone(), value)
        })
        .collect();
    object()
        .need("overlay", head.done(), "The overlay.")
        .may(
            "settings",
            json!({ "type": "object", "additionalProperties": false, "properties": settings }),
            "Constants of the rule set that the institution sets.",
        )
        .may("contact", list_of(contact.done()), "Offices to turn to.")
        .done()
}

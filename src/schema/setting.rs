//! Files of settings: what a source leaves to institutions.

use serde_json::{Value as Json, json};

use super::parts::*;
use crate::ruleset::RuleSet;

pub fn file(rules: &RuleSet) -> Json {
    let value = || json!({ "type": ["number", "boolean", "string"] });
    let setting = object()
        .need("id", text(), "Its id, as conditions and overlays name it.")
        .need("title", text(), "What it is, for reports.")
        .need("type", one_of(["money", "number", "yes-no"]), "What kind of value it has.")
        .need("default", value(), "Its value where no overlay sets it: the strictest.")
        .may("at-least", value(), "The least that an institution may set.")
        .may("at-most", value(), "The most that an institution may set.")
        .may("help", words(), "What it does, and when to set it.")
        .need("authority", authority(rules), "What leaves it to institutions.");
    file_of("setting", setting.done(), "Constants that an institution may set.")
}

//! Files of suppressions: findings that somebody has looked at and left as they are.

use serde_json::{Value as Json, json};

use super::parts::*;

pub fn file() -> Json {
    let code = json!({ "type": "string", "pattern": "^A[0-9]{4}$" });
    let suppression = object()
        .need("code", code, "The finding's code. Errors cannot be set aside.")
        .need("at", text(), "The decision, the rule or the file that the finding is about.")
        .need("reason", text(), "Why it is left as it is.")
        .need("until", day(), "The first day on which it no longer holds.");
    file_of("suppression", suppression.done(), "Findings that somebody has looked at and left as they are.")
}

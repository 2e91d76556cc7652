//! What schemas are put together from. Every key has a description; an object has no keys but those named.

use serde_json::{Map, Value as Json, json};

use crate::ruleset::{Basis, CLOCKS, RuleSet, Ruling};

/// An object whose keys are known.
#[derive(Default)]
pub struct Object {
    keys: Map<String, Json>,
    needed: Vec<&'static str>,
}

impl Object {
    /// A key that must be there.
    pub fn need(mut self, key: &'static str, schema: Json, says: &str) -> Self {
        self.needed.push(key);
        self.may(key, schema, says)
    }

    /// A key that may be left out.
    pub fn may(mut self, key: &str, mut schema: Json, says: &str) -> Self {
        schema["description"] = json!(says);
        self.keys.insert(key.to_owned(), schema);
        self
    }

    pub fn done(self) -> Json {
        json!({ "type": "object", "additionalProperties": false, "properties": self.keys, "required": self.needed })
    }
}

pub fn object() -> Object {
    Object::default()
}

/// Text that says something.
pub fn text() -> Json {
    json!({ "type": "string", "minLength": 1, "pattern": "\\S" })
}

/// Text that may be empty.
pub fn words() -> Json {
    json!({ "type": "string" })
}

pub fn flag() -> Json {
    json!({ "type": "boolean" })
}

pub fn int() -> Json {
    json!({ "type": "integer" })
}

/// A day without quotes; editors hand it to the schema as text.
pub fn day() -> Json {
    json!({ "type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$" })
}

pub fn one_of<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> Json {
    let words: Vec<String> = words.into_iter().map(|w| w.as_ref().to_owned()).collect();
    json!({ "type": "string", "enum": words })
}

pub fn list_of(items: Json) -> Json {
    json!({ "type": "array", "items": items })
}

pub fn some_of(items: Json) -> Json {
    json!({ "type": "array", "items": items, "minItems": 1 })
}

pub fn texts() -> Json {
    list_of(words())
}

/// A condition.
pub fn condition() -> Json {
    text()
}

pub fn ruling() -> Json {
    one_of(Ruling::ALL.map(Ruling::id))
}

/// A ruling, or that the decision is open.
pub fn expected() -> Json {
    one_of(Ruling::ALL.map(Ruling::id).into_iter().chain(["open"]))
}

pub fn basis() -> Json {
    one_of([Basis::Primary, Basis::Secondary, Basis::Unverified].map(Basis::id))
}

pub fn place(rules: &RuleSet) -> Json {
    one_of(rules.forms.iter().flat_map(|f| &f.sections).map(|s| &s.id))
}

pub fn agency(rules: &RuleSet) -> Json {
    one_of(rules.agencies.iter().map(|a| &a.id))
}

/// Ids of kinds that decisions, cases and checks can be about.
pub fn subjects(rules: &RuleSet) -> impl Iterator<Item = &str> {
    rules.kinds.iter().map(|k| k.id.as_str()).filter(|id| *id != "entity")
}

/// A moment of any agency.
pub fn moment(rules: &RuleSet) -> Json {
    let mut ids: Vec<&str> = rules.agencies.iter().flat_map(|a| &a.moments).map(|m| m.id.as_str()).collect();
    ids.sort_unstable();
    ids.dedup();
    one_of(ids)
}

pub fn source(rules: &RuleSet) -> Json {
    one_of(rules.sources.iter().map(|s| &s.id))
}

pub fn authority(rules: &RuleSet) -> Json {
    some_of(
        object()
            .need("source", source(rules), "Id of a source in sources/.")
            .need("at", text(), "Where in it: a pinpoint, as its clauses write it.")
            .done(),
    )
}

/// `clocks = { due = DATE }`
pub fn clocks() -> Json {
    let all = CLOCKS.iter().fold(object(), |o, clock| o.may(clock, day(), clock_says(clock)));
    all.done()
}

pub fn clock_says(clock: &str) -> &'static str {
    match clock {
        "published" => "The day the opportunity was published.",
        "due" => "The due date.",
        "submission" => "The day of submission.",
        "award" => "The day of the award.",
        "budget-period" => "The first day of the budget period.",
        "filing" => "The day the agency goes by at the moment in question.",
        _ => "The day on which somebody asks.",
    }
}

/// A file that is one list of tables.
pub fn file_of(key: &'static str, items: Json, says: &str) -> Json {
    let mut file = object().may(key, list_of(items), says).done();
    file["required"] = json!([]);
    file
}

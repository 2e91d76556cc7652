//! `candor schema`: JSON Schema for editors, generated from the vocabulary in use.

use clap::ValueEnum;
use serde_json::{Map, Value as Json, json};

use super::{Ended, out};
use crate::facts::FieldType;
use crate::ruleset::{Basis, CLOCKS, Field, Kind, RuleSet, Ruling};

/// Which schema.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum What {
    /// A profile
    Profile,
    /// A decision file of a rule set
    Ruleset,
}

pub fn run(rules: &RuleSet, what: What) -> anyhow::Result<Ended> {
    let schema = match what {
        What::Profile => profile(rules),
        What::Ruleset => decision(rules),
    };
    out(&format!("{}\n", serde_json::to_string_pretty(&schema)?))
}

fn date() -> Json {
    json!({ "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" })
}

fn or_not_sure(schema: Json) -> Json {
    json!({ "anyOf": [schema, { "const": crate::facts::NOT_SURE }] })
}

fn field(field: &Field) -> Json {
    let ids: Vec<&str> = field.values.iter().map(|v| v.id.as_str()).collect();
    let several = |items: Json| json!({ "type": "array", "items": or_not_sure(items), "uniqueItems": true });
    let schema = match &field.ty {
        FieldType::YesNo => json!({ "type": "boolean" }),
        FieldType::Choice(_) => json!({ "enum": ids }),
        FieldType::Set(_) => several(json!({ "enum": ids })),
        FieldType::Money | FieldType::Number => json!({ "type": ["number", "string"], "minimum": 0 }),
        FieldType::Date(open) => {
            if *open {
                json!({ "anyOf": [date(), { "const": crate::facts::NEVER_WORD }] })
            } else {
                date()
            }
        }
        FieldType::Country => json!({ "type": "string", "pattern": "^[A-Z]{2}$" }),
        FieldType::Places => several(json!({ "type": "string", "pattern": "^[A-Z]{2}$" })),
        FieldType::Text | FieldType::Entity => json!({ "type": "string" }),
        FieldType::MonthsByYear => {
            json!({ "type": "object", "additionalProperties": { "type": "number", "minimum": 0 } })
        }
    };
    let mut schema = or_not_sure(schema);
    schema["description"] = Json::String(format!("{} {}", field.ask, field.help).trim().to_owned());
    schema
}

fn fields<'a>(kind: &'a Kind, which: impl Fn(&Field) -> bool + 'a) -> Map<String, Json> {
    kind.fields.iter().filter(|f| which(f)).map(|f| (f.id.clone(), field(f))).collect()
}

fn profile(rules: &RuleSet) -> Json {
    let told = json!({ "type": "array", "items": { "type": "object", "additionalProperties": false, "properties": {
        "who": { "type": "string" }, "on": date(), "how": { "type": "string" }, "evidence": { "type": "string" } } } });
    let mut properties = Map::new();
    properties.insert("schema".into(), json!({ "const": "candor.profile/1" }));
    let kinds: Vec<&str> = rules.record_kinds().map(|k| k.id.as_str()).collect();
    properties.insert("complete".into(), json!({ "type": "array", "items": { "enum": kinds } }));
    for kind in &rules.kinds {
        let shape = match kind.id.as_str() {
            "person" => {
                json!({ "type": "object", "additionalProperties": false, "properties": fields(kind, |_| true) })
            }
            "target" => {
                let mut own = fields(kind, |f| !f.set_by_program);
                let agencies: Vec<&str> = rules.agencies.iter().map(|a| a.id.as_str()).collect();
                own.insert("id".into(), json!({ "type": "string" }));
                own.insert("agency".into(), json!({ "enum": agencies }));
                own.insert("moment".into(), json!({ "type": "string" }));
                let clocks: Map<String, Json> = CLOCKS.iter().map(|c| ((*c).to_owned(), date())).collect();
                own.insert(
                    "clocks".into(),
                    json!({ "type": "object", "properties": clocks, "additionalProperties": false }),
                );
                json!({ "type": "array", "items": { "type": "object", "required": ["id", "agency", "moment"],
                    "additionalProperties": false, "properties": own } })
            }
            id => {
                let mut own = fields(kind, |f| !f.per_target);
                if id != "entity" {
                    let about: Map<String, Json> = fields(kind, |f| f.per_target);
                    own.insert("id".into(), json!({ "type": "string" }));
                    own.insert("for".into(), json!({ "type": "object", "description": "Answers about one target, by its id.",
                        "additionalProperties": { "type": "object", "additionalProperties": false, "properties": about } }));
                    own.insert("told".into(), told.clone());
                }
                json!({ "type": "array", "description": kind.summary,
                    "items": { "type": "object", "additionalProperties": false, "properties": own } })
            }
        };
        properties.insert(kind.id.clone(), shape);
    }
    json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Candor profile", "type": "object",
        "required": ["schema"], "additionalProperties": false, "properties": properties })
}

fn decision(rules: &RuleSet) -> Json {
    let places: Vec<&str> = rules.forms.iter().flat_map(|f| &f.sections).map(|s| s.id.as_str()).collect();
    let kinds: Vec<&str> = rules.kinds.iter().filter(|k| k.id != "entity").map(|k| k.id.as_str()).collect();
    let sources: Vec<&str> = rules.sources.iter().map(|s| s.id.as_str()).collect();
    let rulings = Ruling::ALL.map(Ruling::id);
    let bases = [Basis::Primary, Basis::Secondary, Basis::Unverified].map(Basis::id);
    let text = json!({ "type": "string" });
    let texts = json!({ "type": "array", "items": { "type": "string" } });
    let example = json!({ "type": "array", "items": { "type": "object", "additionalProperties": false, "properties": {
        "given": { "type": "object" }, "on": date(), "clocks": { "type": "object" }, "rule": text, "ruling": { "type": "string" } } } });
    let rule = json!({ "type": "object", "additionalProperties": false,
        "required": ["id", "ruling", "because", "period", "authority", "basis", "verified"],
        "properties": {
            "id": text, "when": text, "unless": texts, "otherwise": { "type": "boolean" }, "exhaustive": { "type": "boolean" },
            "ruling": { "enum": rulings }, "because": text, "do": text, "ask": text,
            "place": { "enum": places }, "may-list": { "enum": places },
            "deadline": { "type": "object" },
            "period": { "type": "object", "required": ["clock"], "additionalProperties": false,
                "properties": { "clock": { "enum": CLOCKS }, "from": date(), "until": date() } },
            "authority": { "type": "array", "minItems": 1, "items": { "type": "object", "required": ["source", "at"],
                "additionalProperties": false, "properties": { "source": { "enum": sources }, "at": text } } },
            "basis": { "enum": bases }, "verified": date(), "review-by": date(), "note": text,
            "example": example, "near-miss": example } });
    json!({ "$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Candor decision file", "type": "object",
        "additionalProperties": false, "required": ["decision", "rule"],
        "properties": {
            "decision": { "type": "object", "additionalProperties": false, "required": ["id", "asks", "record", "place", "moments"],
                "properties": { "id": text, "asks": text, "record": { "enum": kinds }, "place": { "enum": places },
                    "moments": texts, "filed-by": { "enum": ["me", "office"] } } },
            "rule": { "type": "array", "minItems": 1, "items": rule } } })
}

//! Answers: the fields of a kind as a profile writes them, and the facts of examples and cases.

use serde_json::{Map, Value as Json, json};

use super::parts::{clock_says, day, list_of};
use crate::facts::{FieldType, NEVER_WORD, NOT_SURE};
use crate::ruleset::{CLOCKS, Field, Kind, RuleSet};

/// A date known to the day, the month or the year.
fn date() -> Json {
    json!({ "anyOf": [
        { "type": "string", "pattern": "^[0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?$" },
        { "type": "integer", "minimum": 1000, "maximum": 9999 },
    ] })
}

fn or_not_sure(schema: Json) -> Json {
    json!({ "anyOf": [schema, { "const": NOT_SURE }] })
}

/// An answer to a field, described by its question.
pub fn answer(field: &Field) -> Json {
    let ids: Vec<&str> = field.values.iter().map(|v| v.id.as_str()).collect();
    let several = |items: Json| list_of(or_not_sure(items));
    let country = || json!({ "type": "string", "pattern": "^[A-Z]{2}$" });
    let schema = match &field.ty {
        FieldType::YesNo => json!({ "enum": [true, false, "yes", "no"] }),
        FieldType::Choice(_) => json!({ "enum": ids }),
        FieldType::Set(_) => several(json!({ "enum": ids })),
        FieldType::Money | FieldType::Number => json!({ "type": ["number", "string"], "minimum": 0 }),
        FieldType::Date(true) => json!({ "anyOf": [date(), { "const": NEVER_WORD }] }),
        FieldType::Date(false) => date(),
        FieldType::Country => country(),
        FieldType::Places => several(country()),
        FieldType::Text | FieldType::Entity => json!({ "type": "string" }),
        FieldType::MonthsByYear => {
            json!({ "type": "object", "additionalProperties": { "type": ["number", "string"], "minimum": 0 } })
        }
    };
    let mut schema = or_not_sure(schema);
    schema["description"] = json!(format!("{} {}", field.ask, field.help).trim());
    schema
}

/// The answers to those fields of a kind that `which` picks.
pub fn answers(kind: &Kind, which: impl Fn(&Field) -> bool) -> Map<String, Json> {
    kind.fields.iter().filter(|f| which(f)).map(|f| (f.id.clone(), answer(f))).collect()
}

fn table(properties: Map<String, Json>, says: &str) -> Json {
    json!({ "type": "object", "additionalProperties": false, "properties": properties, "description": says })
}

/// The kinds whose facts surround a record's: they stand once among the definitions.
const AROUND: [(&str, &str); 3] = [
    ("entity", "Facts about the organisation."),
    ("target", "Facts about what is being prepared."),
    ("person", "Facts about the person."),
];

fn around(kind: &str) -> Json {
    json!({ "$ref": format!("#/definitions/around-{kind}") })
}

/// The facts of one kind in a `given`: its fields, those of the organisations it names, of the target and of the person.
fn given(kind: &Kind) -> Json {
    let mut properties = answers(kind, |_| true);
    for field in kind.fields.iter().filter(|f| f.ty == FieldType::Entity) {
        let named = json!({ "anyOf": [around("entity"), answer(field)], "description": field.ask });
        properties.insert(field.id.clone(), named);
    }
    for (id, says) in AROUND.iter().filter(|(id, _)| *id != "entity") {
        properties.insert((*id).to_owned(), json!({ "allOf": [around(id)], "description": says }));
    }
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

/// A changed answer of an edge about this kind: one field with the values it takes, and the rule that rules then.
pub fn change_of(rules: &RuleSet, kind: &Kind) -> Json {
    let values = |says: &str| json!({ "type": "array", "minItems": 1, "description": says });
    let lists = |of: &Kind| -> Map<String, Json> { of.fields.iter().map(|f| (f.id.clone(), values(&f.ask))).collect() };
    let mut properties = lists(kind);
    for (id, says) in AROUND {
        let Some((_, of)) = rules.kind(id) else { continue };
        let inner = table(lists(of), says);
        if id != "entity" {
            properties.insert(id.to_owned(), inner);
            continue;
        }
        for field in kind.fields.iter().filter(|f| f.ty == FieldType::Entity) {
            let either = json!({ "anyOf": [values(&field.ask), inner], "description": field.ask });
            properties.insert(field.id.clone(), either);
        }
    }
    properties.insert("on".into(), values("The days on which every clock stands."));
    properties.extend(CLOCKS.iter().map(|clock| ((*clock).to_owned(), values(clock_says(clock)))));
    let rule =
        json!({ "type": "string", "minLength": 1, "description": "The rule that rules then, if it is another one." });
    properties.insert("rule".into(), rule);
    table(properties, "The same facts with one answer changed.")
}

/// The facts of every kind, to stand under `definitions`.
pub fn definitions(rules: &RuleSet) -> Json {
    let kinds = rules.kinds.iter().filter(|k| k.id != "entity").map(|k| (k.id.clone(), given(k)));
    let around = AROUND.iter().map(|(id, says)| {
        let fields = rules.kind(id).map(|(_, k)| answers(k, |_| true)).unwrap_or_default();
        (format!("around-{id}"), table(fields, says))
    });
    kinds.chain(around).collect::<Map<_, _>>().into()
}

/// A `given` whose kind is said elsewhere in the file.
pub fn any_given() -> Json {
    json!({ "type": "object" })
}

/// The facts of this kind.
pub fn given_of(kind: &str) -> Json {
    json!({ "$ref": format!("#/definitions/{kind}") })
}

/// The keys that hold the facts of an example or a case.
pub fn with_facts(object: super::parts::Object) -> super::parts::Object {
    object
        .may(
            "given",
            any_given(),
            "The facts, as a profile writes them; `entity`, `target` and `person` reach the neighbours.",
        )
        .may("on", day(), "The day on which every clock stands.")
        .may("clocks", super::parts::clocks(), "Single clocks.")
}

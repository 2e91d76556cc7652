//! The vocabulary's phrases: each field that a rule can read can be told of somebody, in words that fit into a sentence.

mod common;

use candor::audit::person_text;
use candor::calendar::{self, PartialDate};
use candor::facts::{FieldType, Known};
use candor::ruleset::{Field, RuleSet};
use common::ruling_rules;

/// Words of the person who answers, and words that accuse. None of them belongs into a sentence about somebody.
const NOT_SAID: &str = "I i me my My mine myself we us our you You your he she his her \
    violation violates suspicious undisclosed hid hidden failed illegal misconduct";

/// Fields that can be told: a rule can read them, and a person answers them.
fn told(rules: &RuleSet) -> impl Iterator<Item = (String, &Field)> {
    let all = rules.kinds.iter().flat_map(|k| k.fields.iter().map(move |f| (format!("{}.{}", k.id, f.id), f)));
    all.filter(|(_, f)| !f.set_by_program && !matches!(f.ty, FieldType::Text | FieldType::MonthsByYear))
}

/// Everything wrong with a phrase that is to hold so many answers.
fn wrong(name: &str, text: Option<&String>, answers: usize) -> Option<String> {
    let Some(text) = text else { return Some(format!("{name}: there is none")) };
    let spoken = text.replace("Phase I ", ""); // a numeral
    let said = spoken
        .split(|c: char| !c.is_alphanumeric() && c != '-')
        .find(|word| NOT_SAID.split_whitespace().any(|not| not == *word));
    let bad = if text.matches("{}").count() != answers {
        format!("should hold `{{}}` {answers} times")
    } else if let Some(word) = said {
        format!("says “{word}”")
    } else if text.contains('?') || text.ends_with('.') || text.trim() != text || text.is_empty() {
        "does not fit into a sentence".to_owned()
    } else if text.chars().count() > 85 {
        "is too long".to_owned()
    } else {
        return None;
    };
    Some(format!("{name}: `{text}` {bad}"))
}

#[test]
fn every_field_that_a_rule_can_read_has_its_phrases() {
    let rules = ruling_rules();
    let mut found = Vec::new();
    for (name, field) in told(rules) {
        let answers = usize::from(field.ty != FieldType::YesNo);
        found.extend(wrong(&format!("{name} phrase"), field.phrase.some.as_ref(), answers));
        let none = match field.ty {
            FieldType::YesNo | FieldType::Set(_) | FieldType::Places => true,
            FieldType::Date(open) => open,
            _ => false,
        };
        match &field.phrase.none {
            Some(text) if !none => found.push(format!("{name} phrase-not: `{text}` is never told")),
            text if none => found.extend(wrong(&format!("{name} phrase-not"), text.as_ref(), 0)),
            _ => {}
        }
        for value in &field.values {
            let told = value.phrase.as_ref().unwrap_or(&value.label);
            found.extend(wrong(&format!("{name} = {}", value.id), Some(told), 0));
        }
    }
    for kind in rules.kinds.iter().filter(|k| !k.once && k.id != "entity") {
        found.extend(wrong(&kind.id, kind.phrase.as_ref(), 0));
    }
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(told(rules).count() > 150);
}

#[test]
fn facts_read_as_a_sentence_about_somebody() {
    let rules = ruling_rules();
    let (at, _) = rules.kind("trip").unwrap();
    let frame = &rules.frames[at];
    let day = |text: &str| {
        let day = calendar::day(PartialDate::parse(text).unwrap().first);
        Known::Range { lo: day, hi: day }
    };
    let one = |name: &str, id: &str| match &frame.def(frame.slot(name).unwrap()).ty {
        FieldType::Choice(ids) => Known::Choice(1 << ids.iter().position(|v| v == id).unwrap()),
        FieldType::Set(ids) => {
            let mask = 1 << ids.iter().position(|v| v == id).unwrap();
            Known::Set { has: mask, may: mask }
        }
        _ => panic!("{name} has no values"),
    };
    let facts: Vec<_> = [
        ("filing", day("2026-05-09")),
        ("person.employer", one("person.employer", "university")),
        ("paid-by", one("paid-by", "foreign-university")),
        ("did", Known::Set { has: 0, may: 0 }),
        ("my-research-time", Known::Choice(0b01)),
        ("ended", day("2023-06-09")),
        ("organiser", Known::Listed { on: 0, may: 0 }),
        ("organiser.domicile", one("organiser.domicile", "foreign")),
    ]
    .map(|(name, known)| (frame.slot(name).unwrap(), known))
    .to_vec();
    let mut ordered = facts;
    ordered.sort_by_key(|(slot, _)| *slot);
    assert_eq!(
        person_text(rules, frame, &ordered, &[]),
        "A researcher who works for a university or college, with a trip: \
         ending 2 years and 11 months before the filing date (9 June 2023); paid for by a foreign university; \
         with none of the activities asked about; with no working time committed to research there; \
         organised or hosted by an organisation abroad, on no list. Dates: filing date 9 May 2026."
    );
}

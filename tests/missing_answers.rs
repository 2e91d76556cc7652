//! Remove any one answer of any case: no ruling may become definite and different. It may stay, or depend on what is missing.

mod common;

use candor::engine::{FactSheet, State, decide};
use candor::facts::{Answer, Value};
use common::rules;

#[test]
fn one_missing_answer_never_turns_a_ruling() {
    let (rules, cases) = rules();
    let (mut removed, mut opened) = (0, 0);
    for case in &cases {
        let agency = rules.agency(&case.agency).expect("loaded cases name known agencies");
        for (id, _) in &case.expect {
            let decision = rules.decision(id).expect("loaded cases name known decisions");
            let said = match case.given.answers.get("target.moment") {
                Some(Answer::Is(Value::Choice(m))) => Some(m.clone()),
                _ => None,
            };
            let moment =
                agency.moments.iter().find(|m| said.as_ref().map_or(decision.moments.contains(&m.id), |s| *s == m.id));
            let moment = moment.expect("a decision has a moment of its agency");
            let day = case.given.on.or(rules.meta.released).expect("the embedded rule set has a date");
            let ruling = |given: &candor::ruleset::Given| {
                let sheet = FactSheet::given(&rules, decision.kind, given, moment, day);
                match decide(&rules, decision, &sheet, None) {
                    State::Decided(o) => Some((o.ruling, o.place)),
                    _ => None,
                }
            };
            let Some(whole) = ruling(&case.given) else { continue };
            for name in case.given.answers.keys().filter(|n| *n != "target.moment") {
                let mut given = case.given.clone();
                given.answers.remove(name);
                removed += 1;
                match ruling(&given) {
                    Some(other) => assert_eq!(other, whole, "{} {id}: without `{name}`", case.id),
                    None => opened += 1,
                }
            }
        }
    }
    assert!(removed > 300 && opened > 100, "{removed} answers removed, {opened} rulings opened");
}

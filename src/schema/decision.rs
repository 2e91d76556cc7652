//! Decision files.

use serde_json::{Value as Json, json};

use super::facts::{definitions, given_of, with_facts};
use super::parts::*;
use crate::facts::FieldType;
use crate::ruleset::{CLOCKS, RuleSet};

pub fn file(rules: &RuleSet) -> Json {
    let head = object()
        .need("id", text(), "The file's path with dots: nsf/trip/cpos.toml is nsf.trip.cpos.")
        .need("asks", text(), "The question, as the researcher reads it.")
        .need(
            "record",
            one_of(subjects(rules)),
            "The record kind it is about; `target` or `person` for what holds once.",
        )
        .need("place", place(rules), "The section of a form where it is listed.")
        .need("moments", some_of(moment(rules)), "When it is asked.")
        .may("renamed-from", text(), "The id it had before, so that a comparison knows it again.")
        .may("filed-by", one_of(["me", "office"]), "`office` where the institution files it.");
    let mut file = object()
        .need("decision", head.done(), "The question.")
        .need("rule", some_of(rule(rules)), "Its rules: one answer for everything a person could say.")
        .done();
    // What examples may say turns on the kind.
    file["allOf"] = subjects(rules).map(|kind| for_kind(rules, kind)).collect();
    file["definitions"] = definitions(rules);
    file
}

fn rule(rules: &RuleSet) -> Json {
    object()
        .need(
            "id",
            json!({ "type": "string", "pattern": "^[^. ]+$" }),
            "Words joined by hyphens; the decision's id and this make the full id.",
        )
        .may("when", condition(), "The condition; leave it out where the rule applies to everything in its period.")
        .may("unless", texts(), "Rules of this decision whose conditions this one excludes.")
        .may("otherwise", flag(), "Instead of `when`: fires where no other rule does. Rules ask-office.")
        .may("exhaustive", flag(), "The source says that its list is exhaustive, so that `otherwise` may rule.")
        .need("ruling", ruling(), "What is due.")
        .need("because", text(), "One or two plain sentences for the researcher.")
        .may("do", words(), "What to do, where the form does not say it.")
        .may("ask", words(), "For ask-office: the question to send, in the researcher's words.")
        .may("place", place(rules), "Another place than the decision's.")
        .may("may-list", place(rules), "Where it may be listed all the same; only with nothing-due.")
        .may("deadline", deadline(), "By when; without it, with the form.")
        .need("period", period(), "When the rule is in force: from its first day up to and without `until`.")
        .need("authority", authority(rules), "What it rests on.")
        .need("basis", basis(), "primary: the text was read; secondary: relayed; unverified: only for ask-office.")
        .need("verified", day(), "The day somebody last compared it with its source.")
        .may("review-by", day(), "The day to look again.")
        .may("note", words(), "For the rule's page: why it reads as it does.")
        .may("example", list_of(example()), "Facts that fire this rule; shown on its page and run as a test.")
        .may("near-miss", list_of(example()), "Facts that almost fire it, and what fires instead.")
        .done()
}

fn period() -> Json {
    object()
        .need("clock", one_of(CLOCKS), "The clock it is measured on; `filing` is the usual one.")
        .may("from", day(), "The first day.")
        .may("until", day(), "The first day on which it no longer holds.")
        .done()
}

pub(super) fn deadline() -> Json {
    object()
        .may("after", text(), "A date field: so many days after it.")
        .may("before", text(), "A date field: so many days before it.")
        .may("days", int(), "How many days.")
        .may("as-soon-as", text(), "A date field: as soon as that is so.")
        .may("at-latest-days", int(), "With `as-soon-as`: within so many days.")
        .may("yearly", flag(), "Every year.")
        .may("not-stated", flag(), "The source gives no date.")
        .may("sources-differ", words(), "What the sources say, where they differ.")
        .done()
}

fn example() -> Json {
    with_facts(object())
        .may("rule", words(), "For a near miss: the rule that fires instead.")
        .may("ruling", expected(), "For a near miss: the ruling instead, or `open`.")
        .done()
}

/// In a decision about this kind, facts are those of the kind and deadlines count from its dates.
fn for_kind(rules: &RuleSet, kind: &str) -> Json {
    let facts = json!({ "items": { "properties": { "given": given_of(kind) } } });
    let frame = rules.kind(kind).and_then(|(i, _)| rules.frames.get(i));
    let mut dates: Vec<&str> = frame
        .map(|f| f.names().filter(|n| f.slot(n).is_some_and(|s| matches!(f.def(s).ty, FieldType::Date(_)))).collect())
        .unwrap_or_default();
    dates.sort_unstable();
    let date = json!({ "enum": dates });
    json!({
        "if": { "properties": { "decision": { "properties": { "record": { "const": kind } }, "required": ["record"] } },
            "required": ["decision"] },
        "then": { "properties": { "rule": { "items": { "properties": {
            "example": facts, "near-miss": facts,
            "deadline": { "properties": { "after": date, "before": date, "as-soon-as": date } } } } } } },
    })
}

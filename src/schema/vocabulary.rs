//! Vocabulary files: a kind of record, its fields and what valid answers satisfy.

use serde_json::Value as Json;

use super::parts::*;
use crate::ruleset::RuleSet;

/// The types of fields. The loader's list; a test tries each.
const TYPES: [&str; 11] =
    ["yes-no", "choice", "set", "money", "number", "date", "country", "places", "text", "entity", "months-by-year"];

pub fn file(rules: &RuleSet) -> Json {
    let kinds = || one_of(rules.kinds.iter().map(|k| &k.id));
    let head = object()
        .need("id", text(), "The kind's id. To add fields to a kind that is there, give this and nothing else.")
        .may("title", text(), "One of them, on screen.")
        .may("plural", text(), "Several of them.")
        .may("phrase", text(), "One of them, inside a sentence; left out: the title with an article.")
        .may("summary", text(), "What belongs here, in one sentence.")
        .may("label", texts(), "Fields that name a record on screen.")
        .may("once", flag(), "One per profile or target, not a list.")
        .may("order", int(), "Its place in the interview.");
    let value = object()
        .need("id", text(), "The word in files and conditions.")
        .need("label", text(), "The words on screen.")
        .may("opens", kinds(), "The kind of record that this answer opens.")
        .may("phrase", text(), "The answer inside a sentence about somebody, where the label would not do.")
        .may("renamed-from", text(), "The word it had before, so that a comparison knows it again.");
    let field = object()
        .need("id", text(), "The field's id; an overlay's begin with `x-`.")
        .need("type", one_of(TYPES), "What kind of answer it takes.")
        .need("ask", text(), "The question.")
        .may("help", words(), "What counts, and what does not.")
        .may("example", words(), "An answer, as somebody would give it.")
        .need("why", text(), "Why it is asked.")
        .may("values", list_of(value.done()), "For a choice or set: its values, in order.")
        .may("never", words(), "For a date: the words of its open end, such as \"Still ongoing\".")
        .may("scope", one_of(["target"]), "Asked once for each record and target.")
        .may("set-by", words(), "The program sets it; nobody is asked.")
        .may("opens", kinds(), "The kind of record that a yes opens.")
        .may("phrase", text(), "How an answer is told of somebody; `{}` stands for it. Of a yes-no: yes.")
        .may("phrase-not", text(), "How no, none or the open end of a date is told.")
        .may("renamed-from", text(), "The id it had before, so that a comparison knows it again.")
        .may("applies-when", condition(), "When it is asked at all; reads only fields above it.");
    let constraint = object()
        .need("id", text(), "The constraint's id.")
        .need("holds", condition(), "What valid answers satisfy.")
        .need("says", text(), "What to tell somebody whose answers do not.");
    object()
        .need("kind", head.done(), "The kind of record.")
        .may("field", list_of(field.done()), "Its questions, in asking order.")
        .may("constraint", list_of(constraint.done()), "What valid answers satisfy.")
        .done()
}

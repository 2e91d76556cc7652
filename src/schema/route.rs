//! Files of routes.

use serde_json::Value as Json;

use super::parts::*;
use crate::ruleset::{RuleSet, Stage};

pub fn file(rules: &RuleSet) -> Json {
    let by = object()
        .may("as-soon-as", one_of(["noticed"]), "As soon as it is noticed.")
        .may("at-latest-days", int(), "With `as-soon-as`: within so many days.")
        .may("not-stated", flag(), "The source gives no date.")
        .may("sources-differ", words(), "What the sources say, where they differ.");
    let route = object()
        .need("agencies", some_of(agency(rules)), "Agencies whose route it is.")
        .need("stage", one_of(Stage::ALL.map(Stage::id)), "How far the proposal or award has come.")
        .may("moments", list_of(moment(rules)), "Moments at which a late item takes this route; each has one.")
        .need("first", text(), "Whom to talk to first.")
        .may("then", texts(), "What follows, in order.")
        .may("by", by.done(), "By when, counted from the day it was noticed.")
        .need("draft", text(), "A note to send; {what}, {place}, {target} and {noticed} are filled in.")
        .may(
            "none-found",
            day(),
            "The day on which no published route was found; instead of authority, basis and verified.",
        )
        .may("authority", authority(rules), "What it rests on.")
        .may("basis", basis(), "How well the source is known.")
        .may("verified", day(), "The day somebody last compared it with its source.")
        .may("review-by", day(), "The day to look again.")
        .may("note", words(), "For whoever keeps the rules.");
    file_of("route", route.done(), "How something found late is put right.")
}

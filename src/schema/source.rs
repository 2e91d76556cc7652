//! Files of sources.

use serde_json::Value as Json;

use super::parts::*;
use crate::ruleset::READ;

pub fn file() -> Json {
    let clause = object()
        .need("at", text(), "The pinpoint, as rules cite it.")
        .need("says", text(), "What it provides, in your own words.")
        .may("out", words(), "Why no rule stands for it, where none does.");
    let source = object()
        .need("id", text(), "The source's id, as `authority` cites it.")
        .need("title", text(), "Its title.")
        .need("issuer", text(), "Who issued it.")
        .may("url", words(), "Where it can be read.")
        .may("issued", day(), "The day it was issued.")
        .may("effective", day(), "The day it takes effect.")
        .may("superseded", day(), "The day it was replaced.")
        .may("last-verified", day(), "The day somebody last opened it.")
        .may("read", one_of(READ), "How much of it was read.")
        .may("note", words(), "What to know about it.")
        .may("clause", list_of(clause.done()), "Its clauses: each leads to rules or says why not.");
    file_of("source", source.done(), "Documents that rules cite.")
}

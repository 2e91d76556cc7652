//! What the search looks through: an entry for each decision, rule, source, kind, list and unsettled law, written as a script
//! that sets one variable, since a page opened from a folder may read nothing else.
//!
//! Words are folded here as the script folds what is typed: lower case, no accents, no punctuation.

use std::collections::BTreeSet;

use serde::Serialize;

use super::shelf::Shelf;
use super::{facts, paths};
use crate::logic::each_slot;
use crate::report::words;
use crate::ruleset::{Decision, Rule, Ruling};
use crate::text::{clean, plain_words};

/// The index. Short names, because there are thousands of entries.
#[derive(Debug, Serialize)]
struct Index<'a> {
    agencies: Vec<(&'a str, &'a str)>,
    kinds: Vec<&'a str>,
    rulings: Vec<(&'static str, &'static str)>,
    decisions: Vec<DecisionEntry>,
    others: Vec<Other>,
}

#[derive(Debug, Serialize)]
struct DecisionEntry {
    /// Where it stands.
    h: String,
    /// The question.
    t: String,
    /// Agencies, by place in the index.
    a: Vec<usize>,
    k: usize,
    /// Names of agencies and of the kind, words that count much, and words that count.
    n: String,
    s: String,
    w: String,
    r: Vec<RuleEntry>,
}

#[derive(Debug, Serialize)]
struct RuleEntry {
    /// The anchor.
    h: String,
    /// The ruling, by place in the index.
    g: usize,
    /// Why.
    t: String,
    /// In force from, until.
    f: String,
    u: String,
    s: String,
    w: String,
}

#[derive(Debug, Serialize)]
struct Other {
    h: String,
    /// What it is: "Source", "List", …
    y: &'static str,
    t: String,
    s: String,
    w: String,
}

/// Texts as words, each once, in order.
fn bag<'a>(texts: impl IntoIterator<Item = &'a str>) -> String {
    let words: BTreeSet<String> = texts.into_iter().flat_map(plain_words).collect();
    words.into_iter().collect::<Vec<_>>().join(" ")
}

/// `index.js`.
pub(super) fn script(shelf: &Shelf<'_>) -> String {
    let rules = shelf.rules;
    let index = Index {
        agencies: rules.agencies.iter().map(|a| (a.id.as_str(), a.short.as_str())).collect(),
        kinds: rules.kinds.iter().map(|k| k.plural.as_str()).collect(),
        rulings: Ruling::ALL.map(|r| (r.id(), r.title())).to_vec(),
        decisions: rules.decisions.iter().map(|d| decision(shelf, d)).collect(),
        others: others(shelf),
    };
    // The value is plain data: should it fail all the same, the search is empty and the book is whole.
    let json = serde_json::to_string(&index).unwrap_or_else(|_| "null".to_owned());
    // Read as a script, JSON must not hold what ends a line of one, and nothing may look like markup to whoever inlines it.
    let json = json.replace('<', "\\u003c").replace('\u{2028}', "\\u2028").replace('\u{2029}', "\\u2029");
    format!("var candorBook = {json};\n")
}

fn decision(shelf: &Shelf<'_>, decision: &Decision) -> DecisionEntry {
    let rules = shelf.rules;
    let users: Vec<usize> =
        rules.agencies.iter().enumerate().filter(|(_, a)| shelf.is_used(decision, a)).map(|(i, _)| i).collect();
    let kind = rules.kinds.get(decision.kind);
    let place = words::place(rules, &decision.place);
    let agencies = || users.iter().filter_map(|i| rules.agencies.get(*i));
    DecisionEntry {
        h: shelf.paths.decisions.get(decision.index).cloned().unwrap_or_default(),
        t: clean(&decision.asks),
        k: decision.kind,
        s: bag([decision.asks.as_str(), &decision.id]),
        n: bag(agencies()
            .flat_map(|a| [a.short.as_str(), a.id.as_str()])
            .chain(kind.iter().flat_map(|k| [k.title.as_str(), k.plural.as_str(), k.id.as_str()]))),
        w: bag(std::iter::once(place.as_str())
            .chain(agencies().map(|a| a.title.as_str()))
            .chain(kind.iter().map(|k| k.summary.as_str()))
            .chain(
                agencies()
                    .flat_map(|a| &a.moments)
                    .filter(|m| decision.moments.contains(&m.id))
                    .map(|m| m.title.as_str()),
            )),
        a: users.clone(),
        r: decision.rules.iter().enumerate().map(|(j, rule)| entry(shelf, decision, j, rule)).collect(),
    }
}

fn entry(shelf: &Shelf<'_>, decision: &Decision, j: usize, rule: &Rule) -> RuleEntry {
    let rules = shelf.rules;
    let mut read = Vec::new();
    each_slot(&rule.when, &mut |slot| read.push(slot));
    read.sort_unstable();
    read.dedup();
    let frame = rules.frames.get(decision.kind);
    let asked: Vec<String> = read.iter().map(|slot| facts::asks(rules, decision.kind, *slot)).collect();
    // The wording of the values that the condition names.
    let named: BTreeSet<&str> =
        rule.when_text.split(|c: char| !(c.is_alphanumeric() || c == '-')).filter(|w| !w.is_empty()).collect();
    let labels = read
        .iter()
        .filter_map(|slot| rules.field(frame?, *slot))
        .flat_map(|f| &f.values)
        .filter(|v| named.contains(v.id.as_str()))
        .map(|v| v.label.as_str());
    let sources = rule.authority.iter().flat_map(|a| {
        [Some(a.source.as_str()), Some(a.at.as_str()), rules.source(&a.source).map(|s| s.title.as_str())]
    });
    let day = |d: Option<chrono::NaiveDate>| d.map(|d| d.to_string()).unwrap_or_default();
    RuleEntry {
        h: shelf.paths.rules.get(decision.index).and_then(|r| r.get(j)).cloned().unwrap_or_default(),
        g: Ruling::ALL.iter().position(|r| *r == rule.ruling).unwrap_or_default(),
        t: clean(&rule.because),
        f: day(rule.period.from),
        u: day(rule.period.until),
        s: bag([rule.local_id(), &rule.when_text, rule.ruling.title(), rule.ruling.id()].into_iter().chain(labels)),
        w: bag([rule.because.as_str(), &rule.action, &rule.question, &rule.note]
            .into_iter()
            .chain(asked.iter().map(String::as_str))
            .chain(sources.flatten())),
    }
}

fn others(shelf: &Shelf<'_>) -> Vec<Other> {
    let rules = shelf.rules;
    let path = |path: Option<&String>| path.cloned().unwrap_or_default();
    let sources = rules.sources.iter().map(|s| Other {
        h: path(shelf.paths.sources.get(&s.id)),
        y: "Source",
        t: clean(&s.title),
        s: bag([s.id.as_str(), &s.title, &s.issuer]),
        w: bag(std::iter::once(s.note.as_str()).chain(s.clauses.iter().flat_map(|c| [c.at.as_str(), c.says.as_str()]))),
    });
    let lists = rules.lists.iter().map(|l| Other {
        h: path(shelf.paths.lists.get(&l.id)),
        y: "List",
        t: clean(&l.title),
        s: bag([l.id.as_str(), &l.title]),
        w: bag(l.editions.iter().flat_map(|e| &e.entries).flat_map(|e| &e.names).map(String::as_str)),
    });
    let agencies = rules.agencies.iter().map(|a| Other {
        h: path(shelf.paths.agencies.get(&a.id)),
        y: "Agency",
        t: clean(&a.title),
        s: bag([a.id.as_str(), &a.title, &a.short]),
        w: bag(a.moments.iter().map(|m| m.title.as_str())),
    });
    let kinds = rules.kinds.iter().enumerate().map(|(i, k)| Other {
        h: path(shelf.paths.kinds.get(i)),
        y: "Kind of entry",
        t: clean(&k.plural),
        s: bag([k.id.as_str(), &k.title, &k.plural]),
        w: bag(std::iter::once(k.summary.as_str()).chain(k.fields.iter().map(|f| f.ask.as_str()))),
    });
    let forms = rules.forms.iter().map(|f| Other {
        h: path(shelf.paths.forms.get(&f.id)),
        y: "Form",
        t: clean(&f.title),
        s: bag([f.id.as_str(), &f.title]),
        w: bag(f.sections.iter().flat_map(|s| [s.title.as_str(), s.help.as_str()])),
    });
    let pending = rules.pending.iter().map(|p| Other {
        h: format!("{}#{}", paths::PENDING, paths::slug(&p.id)),
        y: "Not settled",
        t: clean(&p.title),
        s: bag([p.id.as_str(), &p.title]),
        w: bag([p.says.as_str(), &p.would]),
    });
    agencies.chain(kinds).chain(forms).chain(lists).chain(sources).chain(pending).collect()
}

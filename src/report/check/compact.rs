//! The check in short: first what there is to do, then what is asked, and last what is not due, each thing once.

use super::{CheckDecision, CheckRecord, CheckTarget, Unknown, because};
use crate::report::words;
use crate::report::wrap::Page;
use crate::ruleset::Ruling;

/// How wide the ruling's column is.
const COLUMN: usize = 22;

/// A question, without the organisation it is about, and where it is asked.
struct Asked {
    words: String,
    not_sure: bool,
    /// About an organisation, the person or the target, so that one answer may serve several entries.
    elsewhere: bool,
    records: Vec<usize>,
    organisations: Vec<String>,
}

/// One target: what is asked for several entries, the entries that need something, those that need nothing, what comes later.
pub fn target(p: &mut Page, t: &CheckTarget) {
    let asked = questions(t);
    let shared: Vec<&Asked> = asked.iter().filter(|a| a.records.len() > 1).collect();
    if !shared.is_empty() {
        p.gap();
        p.para(2, 4, "Asked once, for several entries");
        for a in &shared {
            let among =
                if a.organisations.is_empty() { String::new() } else { format!(" ({})", a.organisations.join(", ")) };
            p.para(4, 6, &format!("- {}{}{among}", a.words, mark(a.not_sure)));
        }
    }
    for (i, r) in t.records.iter().enumerate().filter(|(_, r)| !quiet(r)) {
        record(p, r, asked.iter().filter(|a| a.records.as_slice() == [i]));
    }
    let quiet: Vec<&CheckRecord> = t.records.iter().filter(|r| quiet(r) && r.decisions.iter().any(not_due)).collect();
    if !quiet.is_empty() {
        p.gap();
        p.para(2, 4, "Nothing due now");
        for r in quiet {
            p.para(4, 6, &label(r));
            reason(p, main(r.decisions.iter().filter(|d| not_due(d))));
        }
    }
    later(p, t);
}

fn record<'a>(p: &mut Page, r: &CheckRecord, asked: impl Iterator<Item = &'a Asked>) {
    p.gap();
    p.para(2, 4, &label(r));
    for d in r.decisions.iter().filter(|d| now(d) && d.state == "decided" && !not_due(d)) {
        let ruling = d.ruling.and_then(Ruling::parse).map_or("", Ruling::title);
        line(p, ruling, &format!("{}{}", d.place.words, when(d)));
        if let Some(because) = because(d) {
            p.para(6, 6, &because);
        }
        // One citation is enough to look it up; all of them stand in the report and under --why.
        if let (Some(id), Some(a)) = (&d.reason.rule, d.reason.authority.first()) {
            let at = if a.at.is_empty() { String::new() } else { format!(", {}", a.at) };
            let basis = d.reason.basis_note.as_ref().map_or_else(String::new, |n| format!("; {n}"));
            p.para(6, 8, &format!("{}{at}{basis}. Rule {id}", a.title));
        }
    }
    let differ = || r.decisions.iter().filter(|d| now(d) && d.state == "contradiction");
    line(p, "Please look again", &places(differ()));
    let mut said: Vec<&str> = Vec::new();
    for says in differ().filter_map(|d| d.says.as_deref()) {
        if !said.contains(&says) {
            p.para(6, 6, says);
            said.push(says);
        }
    }
    let open = |office: bool| {
        let all = r.decisions.iter().filter(|d| now(d) && d.state == "open");
        all.filter(move |d| d.unknown.iter().all(|u| u.not_sure) == office)
    };
    line(p, "Ask your office", &places(open(true)));
    line(p, "Answers missing", &places(open(false)));
    for a in asked {
        p.para(6, 8, &format!("- {}{}", with_organisation(a), mark(a.not_sure)));
    }
    line(p, "Nothing due", &places(r.decisions.iter().filter(|d| now(d) && not_due(d))));
    reason(p, main(r.decisions.iter().filter(|d| now(d) && not_due(d))));
}

/// What is collected at another moment: each ruling and place once, with the number of entries.
fn later(p: &mut Page, t: &CheckTarget) {
    let mut seen: Vec<(String, usize)> = Vec::new();
    for d in t.records.iter().flat_map(|r| &r.decisions).filter(|d| d.timing == "later" && !not_due(d)) {
        let ruling = match d.state {
            "decided" => d.ruling.and_then(Ruling::parse).map_or("", Ruling::title),
            _ => "Not decided yet",
        };
        let words = format!("{ruling}: {}", d.place.words);
        match seen.iter_mut().find(|(seen, _)| *seen == words) {
            Some((_, n)) => *n += 1,
            None => seen.push((words, 1)),
        }
    }
    if seen.is_empty() {
        return;
    }
    p.gap();
    p.para(2, 4, "Later");
    for (words, n) in seen {
        let times = if n == 1 { String::new() } else { format!(" ({n} times)") };
        p.para(4, 6, &format!("- {words}{times}"));
    }
}

/// The questions of all open decisions that count now. One that a single answer settles for several entries, or that is
/// asked of several organisations, stands there once; any other once for each entry.
fn questions(t: &CheckTarget) -> Vec<Asked> {
    let mut all: Vec<Asked> = Vec::new();
    for (i, r) in t.records.iter().enumerate() {
        for u in r.decisions.iter().filter(|d| now(d)).flat_map(|d| &d.unknown) {
            let (organisation, words) = split(u);
            let elsewhere = u.field.contains('.');
            let same = |a: &&mut Asked| a.words == words && (a.elsewhere && elsewhere || a.records.contains(&i));
            let Some(a) = all.iter_mut().find(same) else {
                let organisations = organisation.into_iter().collect();
                all.push(Asked { words, not_sure: u.not_sure, elsewhere, records: vec![i], organisations });
                continue;
            };
            a.not_sure &= u.not_sure;
            if !a.records.contains(&i) {
                a.records.push(i);
            }
            a.organisations.extend(organisation.filter(|o| !a.organisations.contains(o)));
        }
    }
    all
}

/// A question about an organisation begins with its name.
fn split(u: &Unknown) -> (Option<String>, String) {
    match u.question.split_once(": ") {
        Some((name, words)) if u.field.contains('.') => (Some(name.to_owned()), words.to_owned()),
        _ => (None, u.question.clone()),
    }
}

/// Of several decisions, the one whose reason says most: about a form, and certain.
fn main<'a>(decisions: impl Iterator<Item = &'a CheckDecision>) -> Option<&'a CheckDecision> {
    let weight = |d: &&CheckDecision| {
        let aside = ["clearance", "institution", "office"].iter().any(|w| d.place.id.contains(w));
        (!d.or.is_empty(), d.timing != "now", aside)
    };
    decisions.min_by_key(weight)
}

fn with_organisation(a: &Asked) -> String {
    match a.organisations.as_slice() {
        [] => a.words.clone(),
        names => format!("{}: {}", names.join(", "), a.words),
    }
}

fn reason(p: &mut Page, d: Option<&CheckDecision>) {
    if let Some(d) = d {
        match because(d) {
            Some(_) if d.or.len() > 1 => {
                p.para(6, 6, "So it is with any answer that is still missing; --why gives the reasons.");
            }
            Some(because) => {
                let rule = d.reason.rule.as_ref().map_or_else(String::new, |id| format!(" Rule {id}"));
                p.para(6, 6, &format!("{because}{rule}"));
            }
            None => {}
        }
    }
}

/// A ruling and its places.
fn line(p: &mut Page, ruling: &str, what: &str) {
    if !what.is_empty() {
        p.after(&format!("    {ruling:<COLUMN$}"), 4 + COLUMN, what);
    }
}

fn when(d: &CheckDecision) -> String {
    // The form's own date stands above.
    if d.deadline.words.is_empty() || d.deadline.words.starts_with("with the form") {
        String::new()
    } else {
        format!(", {}", d.deadline.words)
    }
}

fn places<'a>(decisions: impl Iterator<Item = &'a CheckDecision>) -> String {
    let mut seen: Vec<&str> = Vec::new();
    for d in decisions {
        if !seen.contains(&d.place.words.as_str()) {
            seen.push(&d.place.words);
        }
    }
    seen.join("; ")
}

fn label(r: &CheckRecord) -> String {
    let id = if r.about.id.is_empty() { String::new() } else { format!(" ({})", r.about.id) };
    let label = words::upper_first(&r.about.label);
    if label.contains(&id) { label } else { format!("{label}{id}") }
}

fn mark(not_sure: bool) -> &'static str {
    if not_sure { " (you were not sure)" } else { "" }
}

/// Nothing about it is to be done, answered or cleared now.
fn quiet(r: &CheckRecord) -> bool {
    r.decisions.iter().all(|d| d.timing != "now" || not_due(d))
}

fn now(d: &CheckDecision) -> bool {
    d.timing == "now"
}

fn not_due(d: &CheckDecision) -> bool {
    d.state == "decided" && d.ruling == Some(Ruling::NothingDue.id())
}

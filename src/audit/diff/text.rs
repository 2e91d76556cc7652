//! Prints a comparison for people at a terminal.
//!
//! Owns the layout only: what the most people have to know comes first, the proof stands last.

use super::{Change, Citation, Class, Diff, ListChange, Version, Word, WordChange};
use crate::report::words;
use crate::report::wrap::Page;
use crate::text::{count, list};

/// The comparison as plain text.
pub fn text(diff: &Diff) -> String {
    let mut p = Page::default();
    p.para(0, 0, &format!("{} → {}", version(&diff.old), version(&diff.new)));
    p.para(0, 0, &attention_line(diff));
    changes(&mut p, diff);
    moments(&mut p, diff);
    one_sided(&mut p, diff);
    vocabulary(&mut p, &diff.words);
    lists(&mut p, &diff.lists);
    citations(&mut p, &diff.citations);
    cases(&mut p, diff);
    profiles(&mut p, diff);
    unclear(&mut p, diff);
    p.gap();
    p.para(0, 0, &proof_line(diff));
    p.finish()
}

/// How much differs, in one sentence.
pub fn attention_line(diff: &Diff) -> String {
    let mut decisions: Vec<&str> =
        diff.changes.iter().flat_map(|c| &c.decisions).map(|d| d.decision.as_str()).collect();
    decisions.extend(diff.moments.iter().map(|m| m.decision.as_str()));
    decisions.sort_unstable();
    decisions.dedup();
    let mut parts = Vec::new();
    let mut part = |n: usize, one: &str, many: &str| {
        if n > 0 {
            parts.push(format!("{} {}", n, if n == 1 { one } else { many }));
        }
    };
    part(decisions.len(), "decision answers some people differently", "decisions answer some people differently");
    part(diff.added.len(), "decision is new", "decisions are new");
    part(diff.removed.len(), "decision is gone", "decisions are gone");
    part(diff.words.iter().filter(|w| w.what == Word::Answer).count(), "answer came or went", "answers came or went");
    part(diff.unclear.len(), "decision cannot be compared", "decisions cannot be compared");
    if parts.is_empty() {
        return "Nobody is answered differently.".to_owned();
    }
    format!("{}.", list(&parts, "and"))
}

/// What is proved, in one sentence.
pub fn proof_line(diff: &Diff) -> String {
    let all = count(diff.compared, "decision", "decisions");
    let mut line = format!(
        "Proved: in {} of {all} nobody is answered differently, whatever the answers that both sides know, at every date.",
        diff.proved
    );
    if !diff.open_before_lists.is_empty() {
        line.push_str(&format!(
            " On days before a list's first edition both sides leave the ruling open: {}.",
            diff.open_before_lists.join(", ")
        ));
    }
    line
}

fn version(v: &Version) -> String {
    format!("{} {} ({})", v.id, v.version, v.digest.get(..12).unwrap_or(&v.digest))
}

fn labelled(p: &mut Page, label: &str, text: &str) {
    p.after(&format!("    {label:<6} "), 11, text);
}

fn heading(p: &mut Page, text: &str) {
    p.gap();
    p.para(0, 0, text);
}

pub(crate) fn class_title(class: Class) -> &'static str {
    match class {
        Class::DutyGained => "Something is due that was not",
        Class::DutyLost => "Something is no longer due",
        Class::Ruling => "Another ruling",
        Class::Place => "Another place",
        Class::Deadline => "Another deadline",
    }
}

/// Most examples of one change that are printed; JSON has all.
const EXAMPLES: usize = 4;

fn changes(p: &mut Page, diff: &Diff) {
    let mut class = None;
    for change in &diff.changes {
        if class != Some(change.class) {
            class = Some(change.class);
            heading(p, class_title(change.class));
        }
        p.gap();
        decisions(p, change);
        let (was, is) = outcomes(change);
        labelled(p, "was", &was);
        labelled(p, "is", &is);
        if !change.lists.is_empty() {
            labelled(p, "list", &change.lists.join(", "));
        }
        for (i, e) in change.examples.iter().take(EXAMPLES).enumerate() {
            labelled(p, if i == 0 { "e.g." } else { "also" }, &e.facts);
            p.para(11, 13, &format!("{} → {}", local(&e.was_rule), local(&e.is_rule)));
        }
        if change.examples.len() > EXAMPLES {
            p.para(11, 13, &format!("and {} more pairs of rules", change.examples.len() - EXAMPLES));
        }
        labelled(p, "why", &change.is_because);
        labelled(p, "source", &change.is_sources.join("; "));
    }
    if !diff.cut_short.is_empty() {
        p.para(0, 0, &format!("There are more changes than are shown in {}.", diff.cut_short.join(", ")));
    }
}

fn local(rule: &str) -> &str {
    rule.rsplit('.').next().unwrap_or(rule)
}

fn decisions(p: &mut Page, change: &Change) {
    match change.decisions.as_slice() {
        [one] => p.para(2, 4, &format!("{}: {}", one.decision, one.asks)),
        many => {
            let ids: Vec<&str> = many.iter().map(|d| d.decision.as_str()).collect();
            p.para(2, 4, &format!("{}: {}", count(many.len(), "decision", "decisions"), ids.join(", ")));
        }
    }
}

/// Both outcomes in words. The place is named where it is one place, and something is due there.
pub(crate) fn outcomes(change: &Change) -> (String, String) {
    let at = |said: &super::Said| {
        if said.place_title.is_empty() || change.decisions.len() > 1 {
            said.says.clone()
        } else {
            format!("{} ({})", said.says, said.place_title)
        }
    };
    (at(&change.was), at(&change.is))
}

fn moments(p: &mut Page, diff: &Diff) {
    if diff.moments.is_empty() {
        return;
    }
    heading(p, "Asked at other moments");
    for m in &diff.moments {
        p.para(2, 4, &format!("{}: {}", m.decision, m.asks));
        if !m.added.is_empty() {
            p.para(4, 6, &format!("now also for: {}", m.added.join("; ")));
        }
        if !m.removed.is_empty() {
            p.para(4, 6, &format!("no longer for: {}", m.removed.join("; ")));
        }
    }
}

fn one_sided(p: &mut Page, diff: &Diff) {
    for (title, these) in [("New decisions", &diff.added), ("Decisions that are gone", &diff.removed)] {
        if these.is_empty() {
            continue;
        }
        heading(p, title);
        for d in these {
            p.para(2, 4, &format!("{}: {}", d.decision, d.asks));
            p.para(4, 6, &format!("{}; it can come to: {}", d.place, words::lower_first(&d.rulings.join(", "))));
        }
    }
}

/// One line for a question or an answer that came or went.
pub(crate) fn word_line(w: &WordChange) -> String {
    match (w.what, w.added) {
        (Word::Kind, true) => format!("new kind of entry: {}", w.says),
        (Word::Kind, false) => format!("kind of entry that is gone: {}", w.says),
        (Word::Question, true) => format!("new question: {}", w.says),
        (Word::Question, false) => format!("question that is gone: {}", w.says),
        (Word::Answer, true) => format!("new answer: {}", w.says),
        (Word::Answer, false) => format!("answer that is gone: {}", w.says),
        (Word::Asked, _) => format!("asked in other situations: {}", w.says),
        (Word::Constraint, true) => format!("answers are now refused where: {}", w.says),
        (Word::Constraint, false) => format!("answers are no longer refused where: {}", w.says),
    }
}

fn vocabulary(p: &mut Page, changes: &[WordChange]) {
    if changes.is_empty() {
        return;
    }
    heading(p, "Questions and answers");
    for w in changes {
        let id = if w.id.is_empty() { w.kind.clone() } else { format!("{}, {}", w.kind, w.id) };
        p.para(2, 4, &format!("{} ({id})", words::upper_first(&word_line(w))));
    }
}

/// The lines for a list: what changed in which edition.
pub(crate) fn list_lines(l: &ListChange) -> Vec<String> {
    let mut lines = Vec::new();
    for e in &l.editions {
        let about = match (e.was_there, e.is_there) {
            (false, true) => format!("a new edition from {}", e.from),
            (true, false) => format!("the edition from {} is gone", e.from),
            _ => format!("from {}", e.from),
        };
        let mut parts = Vec::new();
        for (word, names) in [("now also", &e.added), ("no longer", &e.removed)] {
            if !names.is_empty() {
                parts.push(format!("{word} {}", names.join(", ")));
            }
        }
        let rest = if parts.is_empty() { "the same entries".to_owned() } else { parts.join("; ") };
        lines.push(format!("{about}: {rest}"));
    }
    lines
}

fn lists(p: &mut Page, changes: &[ListChange]) {
    if changes.is_empty() {
        return;
    }
    heading(p, "Lists");
    for l in changes {
        let state = match (l.was_there, l.is_there) {
            (false, _) => ", a new list",
            (_, false) => ", a list that is gone",
            _ => "",
        };
        p.para(2, 4, &format!("{}{state} ({})", l.title, l.id));
        list_lines(l).iter().for_each(|line| p.para(4, 6, line));
    }
}

fn citations(p: &mut Page, citations: &[Citation]) {
    if citations.is_empty() {
        return;
    }
    heading(p, "The same rulings, with other reasons or sources");
    for c in citations {
        p.para(2, 4, &format!("{}: {}", citation_head(c), c.decisions.join(", ")));
        if !c.lists.is_empty() {
            labelled(p, "list", &c.lists.join(", "));
        }
        for (was, is) in &c.texts {
            labelled(p, "was", was);
            labelled(p, "is", is);
        }
    }
}

/// What differs, in a few words.
pub(crate) fn citation_head(c: &Citation) -> String {
    let what: Vec<String> = c.what.iter().map(|w| (*w).to_owned()).collect();
    let what = format!("{} changed", list(&what, "and"));
    if c.was_rules == [c.is_rule.clone()] {
        return format!("{}, {what}", c.is_rule);
    }
    format!("{} in place of {}, {what}", c.is_rule, list(&c.was_rules, "and"))
}

fn cases(p: &mut Page, diff: &Diff) {
    if diff.cases.is_empty() {
        return;
    }
    heading(p, "Cases that come out otherwise");
    for c in &diff.cases {
        p.para(2, 4, &format!("{} ({}): {}", c.case, c.decision, c.says));
        labelled(p, "was", &c.was);
        labelled(p, "is", &c.is);
    }
}

fn profiles(p: &mut Page, diff: &Diff) {
    for profile in &diff.profiles {
        heading(p, &format!("Under both rule sets: {}", profile.profile));
        for c in &profile.changes {
            let none = |w: &Option<String>| w.clone().unwrap_or_else(|| "not asked".to_owned());
            p.para(2, 4, &format!("{}, for {}: {} ({})", c.entry, c.target, c.asks, c.decision));
            labelled(p, "was", &none(&c.was));
            labelled(p, "is", &none(&c.is));
        }
        let same = profile.looked_at - profile.changes.len();
        p.para(2, 4, &format!("{} the same.", count(same, "ruling stays", "rulings stay")));
    }
}

fn unclear(p: &mut Page, diff: &Diff) {
    if diff.unclear.is_empty() {
        return;
    }
    heading(p, "Not compared");
    for u in &diff.unclear {
        p.para(2, 4, &format!("{}: {}", u.decision, u.says));
    }
    p.para(2, 2, "`candor rules check DIR` shows what to mend first.");
}

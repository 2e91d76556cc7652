//! The change letter: what a research office sends its researchers when the rules have changed.
//!
//! Owns the letter's wording, as Markdown and as one HTML page. It says what changes, for whom, by which source, and what
//! stays the same. Nothing of anybody's profile is in it.

use std::fmt::Write as _;

use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use serde::Serialize;

use super::environment;
use crate::audit::diff::{Change, Diff, attention_line, class_title, list_lines, outcomes, proof_line, word_line};
use crate::report::markdown::escape;
use crate::report::words;

const PAGE: &str = include_str!("templates/letter.html");
/// Most examples of one change: a letter is to be read.
const EXAMPLES: usize = 3;

/// The letter as the template reads it.
#[derive(Serialize)]
struct Letter {
    title: &'static str,
    dated: String,
    versions: String,
    lead: String,
    groups: Vec<Group>,
    notes: Vec<(String, Vec<String>)>,
    same: Vec<String>,
    foot: String,
}

#[derive(Serialize)]
struct Group {
    title: &'static str,
    changes: Vec<Told>,
}

/// One change as it is told.
#[derive(Serialize)]
struct Told {
    /// The question whose answer changes.
    title: String,
    /// Where there are several: the others.
    also: Vec<String>,
    was: String,
    is: String,
    examples: Vec<String>,
    because: String,
    sources: Vec<String>,
}

/// As Markdown.
pub fn markdown(diff: &Diff) -> String {
    let l = letter(diff);
    let mut out = format!("# {}\n\n{}\n\n{}\n\n**{}**\n", l.title, l.dated, escape(&l.versions), escape(&l.lead));
    for group in &l.groups {
        let _ = write!(out, "\n## {}\n", group.title);
        for c in &group.changes {
            let _ = write!(out, "\n### {}\n\n", escape(&c.title));
            for also in &c.also {
                let _ = writeln!(out, "The same for: {}  ", escape(also));
            }
            if !c.also.is_empty() {
                out.push('\n');
            }
            let _ = writeln!(out, "- Until now: {}", escape(&c.was));
            let _ = writeln!(out, "- From now on: **{}**", escape(&c.is));
            for e in &c.examples {
                let _ = writeln!(out, "- For example: {}", escape(e));
            }
            let _ = writeln!(out, "- Why: {}", escape(&c.because));
            let _ = writeln!(out, "- Source: {}", escape(&c.sources.join("; ")));
        }
    }
    for (title, lines) in &l.notes {
        let _ = write!(out, "\n## {title}\n\n");
        lines.iter().for_each(|line| {
            let _ = writeln!(out, "- {}", escape(line));
        });
    }
    out.push_str("\n## What stays the same\n\n");
    l.same.iter().for_each(|line| {
        let _ = writeln!(out, "{}\n", escape(line));
    });
    let _ = write!(out, "---\n\n{}\n", escape(&l.foot));
    out
}

/// As one HTML page.
pub fn html(diff: &Diff) -> Result<String, minijinja::Error> {
    let env: Environment<'_> = environment(&[("letter.html", PAGE)])?;
    env.get_template("letter.html")?.render(context! { letter => Value::from(Serde(letter(diff))) })
}

fn letter(diff: &Diff) -> Letter {
    let mut groups: Vec<Group> = Vec::new();
    for change in &diff.changes {
        let title = class_title(change.class);
        match groups.last_mut().filter(|g| g.title == title) {
            Some(group) => group.changes.push(told(change)),
            None => groups.push(Group { title, changes: vec![told(change)] }),
        }
    }
    let day = chrono::NaiveDate::parse_from_str(&diff.as_of, "%Y-%m-%d").map_or(diff.as_of.clone(), words::date);
    Letter {
        title: "What changes in the disclosure rules",
        dated: day,
        versions: versions(diff),
        lead: lead(diff),
        groups,
        notes: notes(diff),
        same: same(diff),
        foot: "Candor compared the two versions of the rules question by question. If an example here is like yours and the \
               answer surprises you, ask your research office: what your institution asks for can go further."
            .to_owned(),
    }
}

fn versions(diff: &Diff) -> String {
    let (old, new) = (&diff.old, &diff.new);
    let released =
        |v: &crate::audit::diff::Version| v.released.as_ref().map(|d| format!(" of {d}")).unwrap_or_default();
    format!("{}: from version {}{} to version {}{}", new.title, old.version, released(old), new.version, released(new))
}

fn lead(diff: &Diff) -> String {
    if diff.differs() {
        attention_line(diff)
    } else {
        "Nobody is answered differently. Only wording or sources changed.".to_owned()
    }
}

fn told(change: &Change) -> Told {
    let (was, is) = outcomes(change);
    let asks = |d: &crate::audit::diff::Affected| format!("{} ({})", d.asks, words::lower_first(&d.kind));
    let mut decisions = change.decisions.iter().map(asks);
    Told {
        title: decisions.next().unwrap_or_default(),
        also: decisions.collect(),
        was,
        is,
        examples: change.examples.iter().take(EXAMPLES).map(|e| e.facts.clone()).collect(),
        because: change.is_because.clone(),
        sources: change.is_sources.clone(),
    }
}

fn notes(diff: &Diff) -> Vec<(String, Vec<String>)> {
    let mut out: Vec<(String, Vec<String>)> = Vec::new();
    let mut add = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            out.push((title.to_owned(), lines));
        }
    };
    let asked = |d: &crate::audit::diff::OneSided| format!("{} ({}). {}", d.asks, words::lower_first(&d.kind), d.place);
    add("Asked anew", diff.added.iter().map(asked).collect());
    add("No longer asked", diff.removed.iter().map(asked).collect());
    let moments = diff.moments.iter().map(|m| {
        let part = |word: &str, these: &[String]| {
            if these.is_empty() { String::new() } else { format!(" {word}: {}.", these.join("; ")) }
        };
        format!("{}{}{}", m.asks, part("Now also for", &m.added), part("No longer for", &m.removed))
    });
    add("Asked at other moments", moments.collect());
    let lists = diff.lists.iter().flat_map(|l| list_lines(l).into_iter().map(|line| format!("{}: {line}", l.title)));
    add("Lists", lists.collect());
    add("Questions and answers", diff.words.iter().map(|w| words::upper_first(&word_line(w))).collect());
    let open = diff.unclear.iter().map(|u| format!("{}: {}", u.decision, u.says));
    add("What could not be compared", open.collect());
    out
}

fn same(diff: &Diff) -> Vec<String> {
    let mut out = vec![proof_line(diff)];
    if !diff.citations.is_empty() {
        let mut decisions: Vec<&str> = diff.citations.iter().flat_map(|c| &c.decisions).map(String::as_str).collect();
        decisions.sort_unstable();
        decisions.dedup();
        let n = crate::text::count(decisions.len(), "decision", "decisions");
        out.push(format!("In {n} some answers stay as they were and rest on other reasons, sources or periods."));
    }
    out
}

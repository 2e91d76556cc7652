//! A report as plain text: 80 columns, no drawing, no colour, in an order that reads aloud well.

use crate::report::model::*;
use crate::report::wrap::Page;
use crate::report::{Filled, Letter, words};
use crate::text::count;

/// The report as plain text.
pub fn text(report: &Report) -> String {
    let mut p = Page::default();
    p.para(0, 0, &report.title);
    p.para(0, 0, &whom(report));
    p.gap();
    p.para(0, 0, &report.summary);
    let several = report.targets.len() > 1;
    if !report.attention.is_empty() {
        heading(&mut p, "Needs your attention");
        for a in &report.attention {
            attention(&mut p, a, several);
        }
    }
    for t in &report.targets {
        target(&mut p, t, several);
    }
    if !report.lists.is_empty() {
        heading(&mut p, LISTS);
        for note in &report.lists {
            p.para(2, 4, &list_head(note));
            for line in list_lines(note) {
                p.para(4, 6, &format!("- {line}"));
            }
        }
    }
    if !report.unsettled.is_empty() {
        heading(&mut p, UNSETTLED);
        for law in &report.unsettled {
            p.para(2, 4, &format!("- {}", unsettled(law)));
        }
    }
    not_looked_at(&mut p, &report.not_looked_at);
    foundations(&mut p, report);
    p.finish()
}

fn heading(p: &mut Page, title: &str) {
    p.gap();
    p.line("");
    p.para(0, 0, title);
    p.gap();
}

/// Whom and which day the report is for.
pub(crate) fn whom(report: &Report) -> String {
    match &report.name {
        Some(name) => format!("For {name}, as of {}", report.as_of.words),
        None => format!("As of {}", report.as_of.words),
    }
}

fn attention(p: &mut Page, a: &Attention, several: bool) {
    let labels: Vec<&str> = a.about.iter().map(|x| x.label.as_str()).collect();
    let head = labels.join("; ");
    p.para(2, 4, &if head.is_empty() { a.says.clone() } else { format!("{} {}", words::sentence(&head), a.says) });
    if several && !a.targets.is_empty() && a.matter != Matter::Contradiction {
        p.para(4, 4, &format!("For the {}.", a.targets.join(" and the ")));
    }
    for q in &a.questions {
        p.para(4, 6, &format!("- {q}"));
    }
    if !a.decides.is_empty() {
        p.para(4, 6, &format!("This decides: {}", a.decides.join(" ")));
    }
    if !a.todo.is_empty() {
        p.para(4, 4, &a.todo);
    }
    if let Some(r) = &a.route {
        for (label, text) in r.lines() {
            p.para(4, 6, &format!("{label}: {text}"));
        }
        if a.matter == Matter::Differ {
            p.para(4, 6, &format!("A note to send: {}", r.draft));
        }
    }
    reasons(p, 4, &a.reasons);
    p.gap();
}

fn target(p: &mut Page, t: &TargetPart, several: bool) {
    let name = t.name.as_ref().map_or_else(String::new, |n| format!(", \u{201c}{n}\u{201d}"));
    let due = t.filing.as_ref().map_or_else(String::new, |d| format!(", due {}", d.words));
    if several {
        heading(p, &format!("{}{name}{due}", t.title));
        p.para(0, 0, &t.summary);
    } else {
        heading(p, &format!("Entries to make for the {}{name}{due}", t.title));
    }
    if t.forms.is_empty() && !t.standing {
        p.gap();
        p.para(2, 2, "No entries to make.");
        p.gap();
    }
    for form in &t.forms {
        for section in &form.sections {
            p.gap();
            p.para(0, 2, &format!("{}: {}", form.title, section.title));
            if !section.help.is_empty() {
                p.para(2, 2, &section.help);
            }
            p.gap();
            for (i, e) in section.entries.iter().enumerate() {
                entry(p, i + 1, e);
            }
        }
    }
    let section = |p: &mut Page, title: &str| {
        let title = if several { format!("{title} ({})", t.title) } else { title.to_owned() };
        heading(p, &title);
    };
    if !t.certify.is_empty() {
        section(p, "To certify");
        t.certify.iter().for_each(|i| item(p, i));
    }
    if !t.institution.is_empty() {
        section(p, "At your institution");
        groups(p, &t.institution);
    }
    if let Some(l) = &t.letter {
        section(p, "Questions for your office, ready to send");
        letter(p, l);
    }
    if !t.later.is_empty() {
        section(p, "Coming later");
        groups(p, &t.later);
    }
    if !t.earlier.is_empty() {
        section(p, "Asked for earlier");
        groups(p, &t.earlier);
    }
    if !t.nothing_due.is_empty() {
        section(p, "Nothing due, and why");
        for (extent, title) in EXTENTS {
            let these: Vec<&Nothing> = t.nothing_due.iter().filter(|n| n.extent == extent).collect();
            if !these.is_empty() {
                p.gap();
                p.para(0, 0, title);
                p.gap();
                these.iter().for_each(|n| nothing(p, n));
            }
        }
    }
}

fn entry(p: &mut Page, n: usize, e: &Entry) {
    p.para(2, 5, &format!("{n}. {}", e.about.label));
    for f in &e.fields {
        p.para(5, 7, &field(f));
    }
    if !e.deadline.words.is_empty() {
        p.para(5, 7, &format!("When: {}.", e.deadline.words));
    }
    for told in &e.told {
        p.para(5, 7, &format!("Told already: {told}."));
    }
    if let Some(not_told) = &e.not_told {
        p.para(5, 7, not_told);
    }
    reasons(p, 5, &e.reasons);
    p.gap();
}

/// One filled field as a line: `Title: Guest Professor`, `Department: _____ (not entered)`.
fn field(f: &Filled) -> String {
    let note = f.note.as_ref().map_or_else(String::new, |n| format!(" ({n})"));
    format!("{}: {}{note}", f.title, f.value.as_deref().unwrap_or("_____"))
}

fn item(p: &mut Page, i: &Item) {
    // What only waits for its moment or for answers is a line in a list.
    if i.reasons.is_empty() && i.contact.is_none() && i.records.len() == 1 {
        p.para(2, 4, &format!("- {} {}", words::sentence(&i.heading), words::sentence(&i.line)));
        return;
    }
    p.para(2, 4, &i.heading);
    match i.records.as_slice() {
        [one] => {
            p.para(4, 6, &words::sentence(&i.line));
            if !one.deadline.words.is_empty() {
                p.para(4, 6, &format!("When: {}.", one.deadline.words));
            }
        }
        several => {
            for r in several {
                p.para(4, 6, &format!("- {}", with_deadline(r)));
            }
            p.para(4, 6, &words::sentence(&i.line));
        }
    }
    if let Some(contact) = &i.contact {
        p.para(4, 6, &format!("Whom: {contact}"));
    }
    reasons(p, 4, &i.reasons);
    p.gap();
}

/// A record with its own deadline, for lists of records of which the same is said.
pub(crate) fn with_deadline(r: &ItemRecord) -> String {
    if r.deadline.words.is_empty() { r.about.label.clone() } else { format!("{}: {}", r.about.label, r.deadline.words) }
}

/// What is said of questions that are counted and not listed.
pub(crate) fn undecided(g: &Group) -> Option<String> {
    (g.undecided > 0).then(|| {
        let n = count(g.undecided, "question", "questions");
        format!("{n} of that moment cannot be answered from here; make a report for it to see them.")
    })
}

fn groups(p: &mut Page, groups: &[Group]) {
    for g in groups {
        p.gap();
        p.para(0, 0, &g.title);
        p.gap();
        g.items.iter().for_each(|i| item(p, i));
        if let Some(words) = undecided(g) {
            p.para(2, 2, &words);
        }
    }
}

fn reasons(p: &mut Page, indent: usize, reasons: &[Reason]) {
    for (i, r) in reasons.iter().enumerate() {
        p.para(indent, indent + 2, &format!("{}: {}", link_word(reasons, i), r.because));
        if !r.action.is_empty() {
            p.para(indent, indent + 2, &format!("Do: {}", r.action));
        }
        source_lines(p, indent, r);
    }
}

/// ` (trip)`, for a record.
pub(crate) fn kind_note(a: &About) -> String {
    if a.id.is_empty() { String::new() } else { format!(" ({})", words::lower_first(&a.kind_title)) }
}

/// How a reason hangs together with the one before it. Where several rules of one decision may apply, nobody knows which,
/// and the words must not claim one.
pub(crate) fn link_word(reasons: &[Reason], i: usize) -> &'static str {
    let Some(this) = reasons.get(i) else { return "" };
    let before = i.checked_sub(1).and_then(|j| reasons.get(j));
    match (before, this.one_of_several) {
        (Some(b), true) if b.decision == this.decision => "Or",
        (None, false) => "Why",
        (None, true) => "Why (one of these holds, and all lead here)",
        (Some(_), false) => "Also",
        (Some(_), true) => "Also (one of these holds)",
    }
}

fn source_lines(p: &mut Page, indent: usize, r: &Reason) {
    let cited: Vec<String> = r.citations.iter().map(cite).collect();
    let basis = r.basis_note.as_ref().map_or_else(String::new, |b| format!("; {b}"));
    p.para(indent, indent + 2, &format!("Source: {}{basis}. Rule: {}", cited.join("; "), r.rule));
    if let Some(note) = &r.review_note {
        p.para(indent, indent + 2, &format!("Note: {note}."));
    }
    if let Some(place) = &r.may_list {
        p.para(indent, indent + 2, &format!("You may list it, if you wish: {}.", place.words));
    }
}

/// `Short title, pinpoint [1]`
pub(crate) fn cite(c: &Citation) -> String {
    let at = if c.at.is_empty() { String::new() } else { format!(", {}", c.at) };
    format!("{}{at} [{}]", c.short_title, c.number)
}

fn nothing(p: &mut Page, n: &Nothing) {
    for a in &n.about {
        p.para(2, 4, &format!("{}{}", a.label, kind_note(a)));
    }
    for r in &n.reasons {
        p.para(4, 6, &format!("- {} Nothing due.", r.asks.join(" ")));
        p.para(6, 6, &r.reason.because);
        source_lines(p, 6, &r.reason);
    }
    p.gap();
}

fn letter(p: &mut Page, l: &Letter) {
    for to in &l.to {
        p.para(2, 4, &format!("To: {to}"));
    }
    p.para(2, 4, &format!("Subject: {}", l.subject));
    p.gap();
    for line in l.lines() {
        let indent = line.len() - line.trim_start().len();
        let hang = match line.trim_start().split_once(' ') {
            Some(("-", _)) => indent + 2,
            Some((mark, _))
                if mark.ends_with('.') && mark.len() < 5 && mark.starts_with(|c: char| c.is_ascii_digit()) =>
            {
                indent + 3
            }
            _ => indent,
        };
        if line.is_empty() { p.gap() } else { p.para(2 + indent, 2 + hang, &line) }
    }
}

pub(crate) const LISTS: &str = "Names compared with lists";

/// Which edition of which list names were compared with.
pub(crate) fn list_head(note: &ListNote) -> String {
    match &note.edition {
        Some(day) => format!("{}, edition of {}:", note.title, day.words),
        None => format!("{}:", note.title),
    }
}

/// What was found on the edition of a list, a sentence or two each.
pub(crate) fn list_lines(note: &ListNote) -> Vec<String> {
    let mut out: Vec<String> = note.found.iter().map(|n| n.says.clone()).collect();
    if !note.missed.is_empty() {
        let names: Vec<String> = note.missed.iter().map(|n| format!("“{n}”")).collect();
        out.push(format!(
            "No entry matched in this edition: {}. Only names are compared, so this is no clearance; your office has more lists.",
            names.join("; ")
        ));
    }
    out
}

pub(crate) const UNSETTLED: &str = "Law that is not settled";

/// Unsettled law in a few sentences.
pub(crate) fn unsettled(law: &Unsettled) -> String {
    let sources: Vec<String> = law.citations.iter().map(cite).collect();
    format!(
        "{} ({}). {} {} Source: {}. Looked at {}; to be looked at again by {}.",
        law.title,
        law.status,
        law.says,
        law.would,
        sources.join("; "),
        law.verified.words,
        law.review_by.words
    )
}

fn not_looked_at(p: &mut Page, n: &NotLookedAt) {
    heading(p, "What this report did not look at");
    for line in not_looked_at_lines(n) {
        p.para(2, 4, &format!("- {line}"));
    }
}

/// What was not looked at, a sentence each.
pub(crate) fn not_looked_at_lines(n: &NotLookedAt) -> Vec<String> {
    let mut out = Vec::new();
    let mut add = |intro: &str, items: &[String]| {
        if !items.is_empty() {
            out.push(format!("{intro}: {}.", items.join("; ")));
        }
    };
    add("You said that there are none", &n.said_none);
    add("Nothing entered, and not yet said that there are none", &n.empty);
    add("Entered, but not yet said that these are all", &n.unfinished);
    let unread: Vec<String> = n.unread.iter().map(|a| a.label.clone()).collect();
    add("Entered, but no rule of this report reads them", &unread);
    add("Agencies this report is not about", &n.other_agencies);
    out.extend(n.not_covered.iter().map(|s| format!("Not covered: {}", words::lower_first(s))));
    out
}

fn foundations(p: &mut Page, r: &Report) {
    if !r.sources.is_empty() {
        heading(p, "Sources");
        for s in &r.sources {
            p.para(2, 6, &format!("[{}] {}", s.number, source(s)));
            if !s.url.is_empty() {
                p.para(6, 6, &s.url);
            }
            if !s.note.is_empty() {
                p.para(6, 6, &s.note);
            }
        }
    }
    heading(p, "What this rests on");
    for (term, value) in foundation_rows(r) {
        p.para(2, 4, &format!("{term}: {value}"));
    }
}

/// A source in one sentence.
pub(crate) fn source(s: &SourceNote) -> String {
    let issuer = if s.issuer.is_empty() { String::new() } else { format!("{}. ", s.issuer) };
    let dates = if s.dates.is_empty() { String::new() } else { format!(" {}.", words::upper_first(&s.dates)) };
    format!("{issuer}{}.{dates}", s.title)
}

/// Rule set, dates and schema, as term and value.
pub(crate) fn foundation_rows(r: &Report) -> Vec<(String, String)> {
    let released = |day: &Option<Day>| day.as_ref().map_or_else(String::new, |d| format!(", released {}", d.words));
    let mut rows = vec![
        ("As of".to_owned(), r.as_of.words.clone()),
        (
            "Rule set".to_owned(),
            format!(
                "{} ({}), version {}{}",
                r.rule_set.title,
                r.rule_set.id,
                r.rule_set.version,
                released(&r.rule_set.released)
            ),
        ),
        ("Digest".to_owned(), r.rule_set.digest.clone()),
        ("Release".to_owned(), r.rule_set.release.says.clone()),
    ];
    for o in &r.rule_set.overlays {
        let added = format!("{} ({}), version {}{}", o.title, o.id, o.version, released(&o.released));
        rows.push(("Added by your institution".to_owned(), added));
        rows.push(("Its digest".to_owned(), o.digest.clone()));
        rows.push(("Its release".to_owned(), o.release.says.clone()));
    }
    rows.extend(r.rule_set.settings.iter().map(|s| ("Set by your institution".to_owned(), s.line())));
    for t in &r.targets {
        let clocks: Vec<String> = t
            .clocks
            .iter()
            .map(|c| {
                format!(
                    "{} {}{}",
                    words::lower_first(&c.words),
                    c.date_words,
                    if c.filing { " (forms go by this one)" } else { "" }
                )
            })
            .collect();
        rows.push((format!("Dates of the {}", t.title), clocks.join("; ")));
    }
    rows.push(("Format".to_owned(), r.schema.to_owned()));
    rows
}

/// How far "nothing due" reaches, as headings, in order.
pub(crate) const EXTENTS: [(Extent, &str); 3] = [
    (Extent::All, "Nothing is due for these"),
    (Extent::Now, "Nothing is due for these now; see what comes later"),
    (Extent::Rest, "Nothing more is due for these than is said above"),
];

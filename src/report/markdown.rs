//! A report as Markdown. Every text that is not the program's own is escaped, so that no name can become markup.

use std::fmt::Write as _;

use crate::report::model::*;
use crate::report::text::{
    EXTENTS, LISTS, UNSETTLED, cite, foundation_rows, kind_note, link_word, list_head, list_lines, not_looked_at_lines,
    source, undecided, unsettled, whom, with_deadline,
};
use crate::report::{Letter, words};

/// The report as Markdown.
pub fn markdown(report: &Report) -> String {
    let mut m = Markdown::default();
    m.block(&format!("# {}", escape(&report.title)));
    m.block(&escape(&whom(report)));
    m.block(&format!("**{}**", escape(&report.summary)));
    let several = report.targets.len() > 1;
    if !report.attention.is_empty() {
        m.block("## Needs your attention");
        report.attention.iter().for_each(|a| m.attention(a, several));
    }
    report.targets.iter().for_each(|t| m.target(t, several));
    if !report.lists.is_empty() {
        m.block(&format!("## {LISTS}"));
        for note in &report.lists {
            m.block(&escape(&list_head(note)));
            m.list(&list_lines(note));
        }
    }
    if !report.unsettled.is_empty() {
        m.block(&format!("## {UNSETTLED}"));
        m.list(&report.unsettled.iter().map(unsettled).collect::<Vec<_>>());
    }
    m.block("## What this report did not look at");
    m.list(&not_looked_at_lines(&report.not_looked_at));
    if !report.sources.is_empty() {
        m.block("## Sources");
        for s in &report.sources {
            let url = if s.url.is_empty() { String::new() } else { format!(" {}", link(&s.url, &s.url)) };
            let note = if s.note.is_empty() { String::new() } else { format!(" {}", escape(&s.note)) };
            m.line(&format!("{}. {}{url}{note}", s.number, escape(&source(s))));
        }
        m.gap();
    }
    m.block("## What this rests on");
    for (term, value) in foundation_rows(report) {
        m.line(&format!("- {}: {}", escape(&term), escape(&value)));
    }
    m.out
}

#[derive(Default)]
struct Markdown {
    out: String,
}

impl Markdown {
    fn line(&mut self, line: &str) {
        self.out.push_str(line);
        self.out.push('\n');
    }

    fn gap(&mut self) {
        if !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    fn block(&mut self, text: &str) {
        if !self.out.is_empty() {
            self.gap();
        }
        self.line(text);
        self.gap();
    }

    fn list(&mut self, items: &[String]) {
        for i in items {
            self.line(&format!("- {}", escape(i)));
        }
        self.gap();
    }

    fn attention(&mut self, a: &Attention, several: bool) {
        let labels: Vec<String> = a.about.iter().map(|x| escape(&x.label)).collect();
        let head = if labels.is_empty() { String::new() } else { format!("**{}.** ", labels.join("; ")) };
        let whom = if !several || a.targets.is_empty() || a.matter == Matter::Contradiction {
            String::new()
        } else {
            format!(" For the {}.", escape(&a.targets.join(" and the ")))
        };
        self.line(format!("- {head}{}{whom} {}", escape(&a.says), escape(&a.todo)).trim_end());
        for q in &a.questions {
            self.line(&format!("  - {}", escape(q)));
        }
        if !a.decides.is_empty() {
            self.line(&format!("  - This decides: {}", escape(&a.decides.join(" "))));
        }
        if let Some(r) = &a.route {
            for (label, text) in r.lines() {
                self.line(&format!("  - {label}: {}", escape(text)));
            }
            if a.matter == Matter::Differ {
                self.line(&format!("  - A note to send: {}", escape(&r.draft)));
            }
        }
        self.reasons("  ", &a.reasons);
        self.gap();
    }

    fn target(&mut self, t: &TargetPart, several: bool) {
        let name = t.name.as_ref().map_or_else(String::new, |n| format!(", \u{201c}{}\u{201d}", escape(n)));
        let due = t.filing.as_ref().map_or_else(String::new, |d| format!(", due {}", escape(&d.words)));
        let (level, sub) = if several {
            self.block(&format!("## {}{name}{due}", escape(&t.title)));
            self.block(&escape(&t.summary));
            if !t.standing {
                self.block("### Entries to make");
            }
            ("###", "####")
        } else {
            self.block(&format!("## Entries to make for the {}{name}{due}", escape(&t.title)));
            ("##", "###")
        };
        if t.forms.is_empty() && !t.standing {
            self.block("No entries to make.");
        }
        for form in &t.forms {
            for section in &form.sections {
                self.block(&format!("{sub} {}: {}", escape(&form.title), escape(&section.title)));
                if !section.help.is_empty() {
                    self.block(&escape(&section.help));
                }
                section.entries.iter().for_each(|e| self.entry(e));
            }
        }
        if !t.certify.is_empty() {
            self.block(&format!("{level} To certify"));
            t.certify.iter().for_each(|i| self.item(i));
        }
        if !t.institution.is_empty() {
            self.block(&format!("{level} At your institution"));
            self.groups(sub, &t.institution);
        }
        if let Some(l) = &t.letter {
            self.block(&format!("{level} Questions for your office, ready to send"));
            self.letter(l);
        }
        for (title, groups) in [("Coming later", &t.later), ("Asked for earlier", &t.earlier)] {
            if !groups.is_empty() {
                self.block(&format!("{level} {title}"));
                self.groups(sub, groups);
            }
        }
        if !t.nothing_due.is_empty() {
            self.block(&format!("{level} Nothing due, and why"));
            for (extent, title) in EXTENTS {
                let these: Vec<&Nothing> = t.nothing_due.iter().filter(|n| n.extent == extent).collect();
                if !these.is_empty() {
                    self.block(&format!("{sub} {title}"));
                    these.iter().for_each(|n| self.nothing(n));
                }
            }
        }
    }

    fn entry(&mut self, e: &Entry) {
        self.block(&format!("**{}**", escape(&e.about.label)));
        if !e.fields.is_empty() {
            self.line("| On the form | Write |");
            self.line("| --- | --- |");
        }
        for f in &e.fields {
            let note = f.note.as_ref().map_or_else(String::new, |n| format!(" ({})", escape(n)));
            let value = f.value.as_deref().map_or_else(|| "\\_\\_\\_\\_\\_".to_owned(), escape);
            self.line(&format!("| {} | {value}{note} |", escape(&f.title)));
        }
        self.gap();
        if !e.deadline.words.is_empty() {
            self.line(&format!("- When: {}.", escape(&e.deadline.words)));
        }
        for told in &e.told {
            self.line(&format!("- Told already: {}.", escape(told)));
        }
        if let Some(not_told) = &e.not_told {
            self.line(&format!("- {}", escape(not_told)));
        }
        self.reasons("", &e.reasons);
        self.gap();
    }

    fn groups(&mut self, level: &str, groups: &[Group]) {
        for g in groups {
            self.block(&format!("{level} {}", escape(&g.title)));
            g.items.iter().for_each(|i| self.item(i));
            if let Some(words) = undecided(g) {
                self.block(&escape(&words));
            }
        }
    }

    fn item(&mut self, i: &Item) {
        self.block(&format!("**{}**", escape(&i.heading)));
        if i.records.len() > 1 {
            for r in &i.records {
                self.line(&format!("- {}", escape(&with_deadline(r))));
            }
            self.gap();
        }
        self.line(&format!("- {}", escape(&words::sentence(&i.line))));
        if let [one] = i.records.as_slice()
            && !one.deadline.words.is_empty()
        {
            self.line(&format!("- When: {}.", escape(&one.deadline.words)));
        }
        if let Some(contact) = &i.contact {
            self.line(&format!("- Whom: {}", escape(contact)));
        }
        self.reasons("", &i.reasons);
        self.gap();
    }

    fn reasons(&mut self, indent: &str, reasons: &[Reason]) {
        for (i, r) in reasons.iter().enumerate() {
            self.line(&format!("{indent}- {}: {}", link_word(reasons, i), escape(&r.because)));
            if !r.action.is_empty() {
                self.line(&format!("{indent}- Do: {}", escape(&r.action)));
            }
            self.sources(indent, r);
        }
    }

    fn sources(&mut self, indent: &str, r: &Reason) {
        let mut line = format!("{indent}- Source: ");
        for (i, c) in r.citations.iter().enumerate() {
            let sep = if i == 0 { "" } else { "; " };
            let words = cite(c);
            let _ = write!(line, "{sep}{}", if c.url.is_empty() { escape(&words) } else { link(&words, &c.url) });
        }
        if let Some(b) = &r.basis_note {
            let _ = write!(line, "; {}", escape(b));
        }
        let _ = write!(line, ". Rule `{}`.", r.rule.replace('`', ""));
        self.line(&line);
        if let Some(n) = &r.review_note {
            self.line(&format!("{indent}- Note: {}.", escape(n)));
        }
        if let Some(p) = &r.may_list {
            self.line(&format!("{indent}- You may list it, if you wish: {}.", escape(&p.words)));
        }
    }

    fn nothing(&mut self, n: &Nothing) {
        let names: Vec<String> =
            n.about.iter().map(|a| format!("**{}**{}", escape(&a.label), escape(&kind_note(a)))).collect();
        self.block(&names.join("; "));
        for r in &n.reasons {
            self.line(&format!("- {} Nothing due. {}", escape(&r.asks.join(" ")), escape(&r.reason.because)));
            self.sources("  ", &r.reason);
        }
        self.gap();
    }

    fn letter(&mut self, l: &Letter) {
        for to in &l.to {
            self.line(&format!("> To: {}  ", escape(to)));
        }
        self.line(&format!("> Subject: {}", escape(&l.subject)));
        self.line(">");
        for line in l.lines() {
            let text = line.trim_start();
            if text.is_empty() {
                self.line(">");
            } else if let Some(fact) = text.strip_prefix("- ") {
                self.line(&format!("> - {}", escape(fact)));
            } else {
                // Two spaces keep the line break, as in the mail.
                self.line(&format!("> {}  ", escape(text)));
            }
        }
        self.gap();
    }
}

/// Text as Markdown text: nothing in it is markup, wherever it stands in a line.
pub(crate) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for (i, c) in text.chars().enumerate() {
        match c {
            '\n' | '\r' => out.push(' '),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '>' | '|' | '~' | '#' => {
                out.push('\\');
                out.push(c);
            }
            '&' => out.push_str("&amp;"),
            '-' | '+' | '=' if i == 0 => {
                out.push('\\');
                out.push(c);
            }
            // "1. " and "1) " would begin a list.
            '.' | ')' if i > 0 && text.chars().take(i).all(|d| d.is_ascii_digit()) => {
                out.push('\\');
                out.push(c);
            }
            // A written address stays text instead of becoming a link to wherever somebody chose.
            ':' if text.chars().nth(i + 1) == Some('/') => out.push_str("\\:"),
            c => out.push(c),
        }
    }
    out
}

/// A link, if the address is a plain web address; otherwise its words.
fn link(words: &str, url: &str) -> String {
    let plain = |c: char| c.is_ascii_graphic() && !matches!(c, '<' | '>' | '(' | ')' | '\\' | '`' | '"');
    if (url.starts_with("https://") || url.starts_with("http://")) && url.chars().all(plain) {
        format!("[{}]({url})", escape(words))
    } else {
        escape(words)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_stay_names() {
        assert_eq!(escape("# *Big* [x](http://e.org) <b>|"), "\\# \\*Big\\* \\[x\\](http\\://e.org) \\<b\\>\\|");
        assert_eq!(escape("1. A-B"), "1\\. A-B");
        assert_eq!(escape("- A & B"), "\\- A &amp; B");
        assert_eq!(link("a", "javascript:alert(1)"), "a");
    }
}

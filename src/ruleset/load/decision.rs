//! Decisions and their rules.

use std::sync::Arc;

use super::super::assemble::{assemble, in_force};
use super::super::model::*;
use super::super::read::{Table, Text};
use super::cases::expected_ruling;
use super::{File, Loader, line_of, line_start, read_condition};
use crate::condition::{Cond, Frame, Owner};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::facts::FieldType;
use crate::tree::Node;

/// A rule before its siblings are known.
struct Draft {
    rule: Rule,
    unless: Vec<Text>,
    /// Rules that its near misses expect.
    expected: Vec<Text>,
    exhaustive: bool,
    file: Arc<SourceFile>,
    span: std::ops::Range<usize>,
}

impl Loader {
    pub(super) fn decision(
        &self,
        File { source: file, path, .. }: &File,
        node: &Node,
        p: &mut Vec<Diagnostic>,
    ) -> Option<Decision> {
        let (folder, _) = path.split_once('/')?;
        let top = Table::new(file, node, "a decision file");
        let head = top.table("decision", "[decision]", p);
        let Some(d) = head else {
            p.push(Diagnostic::error("C0101", "a decision file needs a [decision] table", file, 0..0));
            return None;
        };
        let id = d.need("id", p);
        let expected = path.trim_end_matches(".toml").replace('/', ".");
        if id.text != expected {
            let message = format!("the decision `{}` stands in {}", id.text, file.name);
            p.push(
                Diagnostic::error("C0111", message, file, id.span)
                    .label(format!("this file's decision is `{expected}`")),
            );
        }
        let record = d.need("record", p);
        let kind = self.kinds.iter().position(|k| k.id == record.text).filter(|&k| self.kinds[k].id != "entity");
        if kind.is_none() {
            p.push(
                Diagnostic::error("C0110", format!("there is no record kind `{}`", record.text), file, record.span)
                    .did_you_mean(&record.text, self.kinds.iter().map(|k| k.id.as_str())),
            );
        }
        let moments = d.texts("moments", p);
        if moments.is_empty() {
            p.push(Diagnostic::error("C0101", "a decision needs `moments`", file, d.span()));
        }
        let place = d.need("place", p);
        self.check_place(&place, file, p);
        let filed_by = d.text("filed-by", p);
        if let Some(by) = filed_by.as_ref().filter(|b| b.text != "me" && b.text != "office") {
            p.push(Diagnostic::error("C0102", "`filed-by` is \"me\" or \"office\"", file, by.span.clone()));
        }
        let mut decision = Decision {
            index: 0,
            id: expected,
            renamed_from: d.text("renamed-from", p).map(|t| t.text),
            agency: folder.to_owned(),
            asks: d.need("asks", p).text,
            kind: kind.unwrap_or(0),
            place: place.text,
            moments: moments.iter().map(|m| m.text.clone()).collect(),
            filed_by_office: filed_by.is_some_and(|b| b.text == "office"),
            rules: Vec::new(),
            file: file.name.clone(),
        };
        d.finish(p);
        self.check_moments(folder, &moments, file, p);
        let rules = top.tables("rule", "a rule", p);
        if rules.is_empty() {
            p.push(Diagnostic::error("C0101", "a decision needs at least one [[rule]]", file, 0..0));
        }
        let mut drafts = Vec::new();
        if let Some(kind) = kind {
            for rule in rules {
                if let Some(draft) = self.rule(&decision, kind, rule, p) {
                    drafts.push(draft);
                }
            }
        }
        top.finish(p);
        decision.rules = finish(drafts, p);
        self.check_clocks(&decision, file, p);
        Some(decision)
    }

    pub(super) fn check_place(&self, place: &Text, file: &Arc<SourceFile>, p: &mut Vec<Diagnostic>) {
        let known = || self.forms.iter().flat_map(|f| &f.sections).map(|s| s.id.as_str());
        if !place.text.is_empty() && !known().any(|id| id == place.text) {
            p.push(
                Diagnostic::error("C0112", format!("no form has a section `{}`", place.text), file, place.span.clone())
                    .label("unknown place")
                    .did_you_mean(&place.text, known()),
            );
        }
    }

    /// Agencies whose targets a folder's decisions rule.
    fn users<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = &'a Agency> {
        self.agencies.iter().filter(move |a| a.id == folder || a.ruled_with.iter().any(|r| r == folder))
    }

    fn check_moments(&self, folder: &str, moments: &[Text], file: &Arc<SourceFile>, p: &mut Vec<Diagnostic>) {
        if self.users(folder).next().is_none() {
            let message = format!("no agency uses the folder `{folder}`");
            p.push(Diagnostic::error("C0113", message, file, 0..0).help("name it in the `ruled-with` of an agency"));
        }
        for m in moments {
            let known = || self.users(folder).flat_map(|a| &a.moments).map(|m| m.id.as_str());
            if !known().any(|id| id == m.text) {
                let message = format!("no agency that uses this decision has a moment `{}`", m.text);
                p.push(Diagnostic::error("C0113", message, file, m.span.clone()).did_you_mean(&m.text, known()));
            }
        }
    }

    /// A rule may use only clocks that have a date at every moment of its decision, for every agency that uses it.
    fn check_clocks(&self, decision: &Decision, file: &Arc<SourceFile>, p: &mut Vec<Diagnostic>) {
        let Some(frame) = self.frames.get(decision.kind) else { return };
        for rule in &decision.rules {
            let mut used = vec![rule.period.clock_slot];
            rule.fires.atoms(&mut |a| used.extend(a.other_slot()));
            for slot in used {
                let def = frame.def(slot);
                if def.owner != Owner::Clock || def.name == "filing" || def.name == "today" {
                    continue;
                }
                for agency in self.users(&decision.agency) {
                    for moment in agency.moments.iter().filter(|m| decision.moments.contains(&m.id)) {
                        if !moment.clocks.contains(&def.name) {
                            let message = format!(
                                "rule `{}` uses the clock `{}`, which {} does not define at the moment `{}`",
                                rule.local_id(),
                                def.name,
                                agency.short,
                                moment.id
                            );
                            let at = line_start(&file.text, rule.line);
                            p.push(
                                Diagnostic::error("C0114", message, file, at..at + 1)
                                    .help("use `filing`, or another clock, or split the decision by moment"),
                            );
                        }
                    }
                }
            }
        }
    }

    fn rule(&self, decision: &Decision, kind: usize, t: Table<'_>, p: &mut Vec<Diagnostic>) -> Option<Draft> {
        let file = t.file;
        let frame = self.frames.get(kind)?;
        let id = t.need("id", p);
        if id.text.contains(['.', ' ']) {
            p.push(Diagnostic::error("C0115", "a rule's id is words joined by `-`", file, id.span.clone()));
        }
        let otherwise = t.flag("otherwise", p).unwrap_or(false);
        let when_text = t.text("when", p);
        let when = match &when_text {
            Some(text) if otherwise => {
                p.push(Diagnostic::error(
                    "C0115",
                    "a rule has `when` or `otherwise`, not both",
                    file,
                    text.span.clone(),
                ));
                None
            }
            Some(text) => read_condition(&self.frames, kind, &self.lists, file, text, p),
            None => Some(Cond::Const(!otherwise)),
        };
        let ruling_text = t.need("ruling", p);
        let ruling = Ruling::parse(&ruling_text.text);
        if ruling.is_none() {
            p.push(
                Diagnostic::error(
                    "C0116",
                    format!("there is no ruling `{}`", ruling_text.text),
                    file,
                    ruling_text.span.clone(),
                )
                .did_you_mean(&ruling_text.text, Ruling::ALL.map(Ruling::id)),
            );
        }
        let basis = basis(&t, p);
        if basis == Some(Basis::Unverified) && ruling.is_some_and(|r| r != Ruling::AskOffice) {
            p.push(
                Diagnostic::error(
                    "C0117",
                    "a rule whose basis is unverified can only rule ask-office",
                    file,
                    ruling_text.span,
                )
                .help("verify the source, or rule \"ask-office\""),
            );
        }
        let verified = t.need_date("verified", p);
        let period = self.period(frame, &t, p);
        let authority = self.authority(&t, "a rule", p);
        let place = t.text("place", p);
        if let Some(place) = &place {
            self.check_place(place, file, p);
        }
        let may_list = t.text("may-list", p);
        if let Some(place) = &may_list {
            self.check_place(place, file, p);
            if ruling.is_some_and(|r| r != Ruling::NothingDue) {
                p.push(Diagnostic::error(
                    "C0115",
                    "`may-list` goes with \"nothing-due\" only",
                    file,
                    place.span.clone(),
                ));
            }
        }
        let question = t.text("ask", p);
        if ruling == Some(Ruling::AskOffice) && question.is_none() {
            p.push(
                Diagnostic::error("C0101", "a rule that rules ask-office needs `ask`", file, t.span())
                    .help("write the question to send, in the researcher's words"),
            );
        }
        let deadline = match deadline(frame, &t, p) {
            Deadline::SourcesDiffer(text) => {
                Deadline::SourcesDiffer(self.filled(Text { text, span: t.span() }, file, p))
            }
            other => other,
        };
        let (mut examples, mut named) = (Vec::new(), Vec::new());
        for (key, fires) in [("example", true), ("near-miss", false)] {
            for e in t.tables(key, if fires { "an example" } else { "a near miss" }, p) {
                let given = self.given(&e, kind, p);
                let rule = e.text("rule", p);
                let expected = e.text("ruling", p);
                named.extend(rule.clone().filter(|_| !fires));
                let expects = match (&rule, &expected) {
                    (None, None) if fires => Expected::ThisRule,
                    (Some(rule), None) if !fires => Expected::Rule(rule.text.clone()),
                    (None, Some(word)) => expected_ruling(word, file, p).unwrap_or(Expected::Open),
                    _ => {
                        let message = if fires {
                            "an example fires its own rule"
                        } else {
                            "a near miss names the `rule` that fires, or a `ruling`"
                        };
                        p.push(Diagnostic::error("C0119", message, file, e.span()));
                        Expected::Open
                    }
                };
                let line = line_of(&file.text, e.span().start);
                e.finish(p);
                examples.push(Example { fires, given, expects, line, edge: None });
            }
        }
        let unless = t.texts("unless", p);
        let exhaustive = t.flag("exhaustive", p).unwrap_or(false);
        let rule = Rule {
            id: format!("{}.{}", decision.id, id.text),
            when_text: when_text.as_ref().map(|t| t.text.clone()).unwrap_or_default(),
            unless: unless.iter().map(|u| u.text.clone()).collect(),
            otherwise,
            fires: Cond::Const(false),
            in_force: in_force(&period),
            // One that cannot be read has been reported; the rule is kept, so that others can name it.
            when: when.unwrap_or(Cond::Const(false)),
            ruling: ruling.unwrap_or(Ruling::AskOffice),
            place: place.map_or_else(|| decision.place.clone(), |t| t.text),
            may_list: may_list.map(|t| t.text),
            because: self.filled(t.need("because", p), file, p),
            action: t.text("do", p).map(|text| self.filled(text, file, p)).unwrap_or_default(),
            question: question.map(|text| self.filled(text, file, p)).unwrap_or_default(),
            deadline,
            period,
            authority,
            basis: basis.unwrap_or(Basis::Unverified),
            verified: verified.unwrap_or_default(),
            review_by: t.date("review-by", p),
            note: t.text("note", p).map(|text| self.filled(text, file, p)).unwrap_or_default(),
            examples,
            stated: Vec::new(),
            line: line_of(&file.text, t.span().start),
        };
        let draft = Draft { rule, unless, expected: named, exhaustive, file: Arc::clone(file), span: id.span };
        t.finish(p);
        Some(draft)
    }

    /// The sources that something rests on; at least one.
    pub(super) fn authority(&self, t: &Table<'_>, what: &str, p: &mut Vec<Diagnostic>) -> Vec<Authority> {
        let before = p.len();
        let mut authority = Vec::new();
        for a in t.tables("authority", "an authority", p) {
            let source = a.need("source", p);
            if !source.text.is_empty() && !self.sources.iter().any(|s| s.id == source.text) {
                p.push(
                    Diagnostic::error("C0118", format!("there is no source `{}`", source.text), t.file, source.span)
                        .did_you_mean(&source.text, self.sources.iter().map(|s| s.id.as_str())),
                );
            }
            authority.push(Authority { source: source.text, at: a.need("at", p).text });
            a.finish(p);
        }
        if authority.is_empty() && p.len() == before {
            p.push(
                Diagnostic::error("C0101", format!("{what} needs `authority`"), t.file, t.span())
                    .help("for example: authority = [{ source = \"id of a source\", at = \"II.D.2\" }]"),
            );
        }
        authority
    }

    fn period(&self, frame: &Frame, t: &Table<'_>, p: &mut Vec<Diagnostic>) -> Period {
        let Some(table) = t.table("period", "a period", p) else {
            if t.has("period") {
                return Period::default();
            }
            p.push(
                Diagnostic::error("C0101", "a rule needs `period`", t.file, t.span())
                    .help("for example: period = { clock = \"filing\", from = 2024-05-20 }"),
            );
            return Period::default();
        };
        let clock = table.need("clock", p);
        let slot = frame.slot(&clock.text).filter(|s| frame.def(*s).owner == Owner::Clock);
        if slot.is_none() {
            p.push(
                Diagnostic::error("C0109", format!("there is no clock `{}`", clock.text), t.file, clock.span.clone())
                    .did_you_mean(&clock.text, CLOCKS),
            );
        }
        let (from, until) = (table.date("from", p), table.date("until", p));
        if let (Some(from), Some(until)) = (from, until)
            && from >= until
        {
            p.push(
                Diagnostic::error("C0120", "the period ends before it begins", t.file, table.span())
                    .help("`until` is the first day on which the rule no longer holds"),
            );
        }
        table.finish(p);
        Period { clock: clock.text, clock_slot: slot.unwrap_or(0), from, until }
    }
}

/// How well the sources are known.
pub(super) fn basis(t: &Table<'_>, p: &mut Vec<Diagnostic>) -> Option<Basis> {
    let word = t.need("basis", p);
    let basis = Basis::parse(&word.text);
    if basis.is_none() {
        p.push(
            Diagnostic::error("C0116", format!("there is no basis `{}`", word.text), t.file, word.span)
                .help("basis is \"primary\", \"secondary\" or \"unverified\""),
        );
    }
    basis
}

/// Reports names that lead nowhere, and gives the rules their whole conditions.
fn finish(drafts: Vec<Draft>, p: &mut Vec<Diagnostic>) -> Vec<Rule> {
    let local = |d: &Draft| d.rule.local_id().to_owned();
    for (i, draft) in drafts.iter().enumerate() {
        if drafts.iter().take(i).any(|other| local(other) == local(draft)) {
            let message = format!("the rule `{}` stands twice", local(draft));
            p.push(Diagnostic::error("C0108", message, &draft.file, draft.span.clone()));
        }
        for other in &draft.unless {
            match drafts.iter().position(|d| local(d) == other.text) {
                Some(j) if j == i => {
                    p.push(Diagnostic::error("C0121", "a rule cannot exclude itself", &draft.file, other.span.clone()));
                }
                Some(_) => {}
                None => {
                    let names: Vec<String> = drafts.iter().map(local).collect();
                    p.push(
                        Diagnostic::error(
                            "C0121",
                            format!("this decision has no rule `{}`", other.text),
                            &draft.file,
                            other.span.clone(),
                        )
                        .did_you_mean(
                            other.text.rsplit('.').next().unwrap_or_default(),
                            names.iter().map(String::as_str),
                        ),
                    );
                }
            }
        }
        for other in &draft.expected {
            if !drafts.iter().any(|d| local(d) == other.text || d.rule.id == other.text) {
                let names: Vec<String> = drafts.iter().map(local).collect();
                let message = format!("this decision has no rule `{}`", other.text);
                p.push(
                    Diagnostic::error("C0119", message, &draft.file, other.span.clone())
                        .label("the near miss expects it")
                        .did_you_mean(&other.text, names.iter().map(String::as_str)),
                );
            }
        }
        if circular(&drafts, i, &mut Vec::new()) {
            let message = format!("the `unless` of `{}` leads back to itself", local(draft));
            p.push(Diagnostic::error("C0121", message, &draft.file, draft.span.clone()));
        }
        if draft.rule.otherwise && !draft.exhaustive && draft.rule.ruling != Ruling::AskOffice {
            p.push(
                Diagnostic::error("C0122", "`otherwise` can only rule ask-office", &draft.file, draft.span.clone())
                    .help("if the source says that its list is exhaustive, add `exhaustive = true`"),
            );
        }
    }
    let mut rules: Vec<Rule> = drafts.into_iter().map(|d| d.rule).collect();
    assemble(&mut rules);
    rules
}

fn circular(drafts: &[Draft], i: usize, path: &mut Vec<usize>) -> bool {
    if path.contains(&i) {
        return true;
    }
    path.push(i);
    let found = drafts[i]
        .unless
        .iter()
        .filter_map(|u| drafts.iter().position(|d| d.rule.local_id() == u.text))
        .any(|j| circular(drafts, j, path));
    path.pop();
    found
}

pub(super) fn deadline(frame: &Frame, t: &Table<'_>, p: &mut Vec<Diagnostic>) -> Deadline {
    let Some(d) = t.table("deadline", "a deadline", p) else {
        return Deadline::WithForm;
    };
    let slot = |text: &Text, p: &mut Vec<Diagnostic>| {
        let slot = frame.slot(&text.text).filter(|s| matches!(frame.def(*s).ty, FieldType::Date(_)));
        if slot.is_none() {
            p.push(
                Diagnostic::error(
                    "C0110",
                    format!("there is no date field `{}`", text.text),
                    t.file,
                    text.span.clone(),
                )
                .did_you_mean(&text.text, frame.names()),
            );
        }
        slot.unwrap_or(0)
    };
    let days = d.int("days", p);
    let at_latest = d.int("at-latest-days", p);
    let (after, before, soon) = (d.text("after", p), d.text("before", p), d.text("as-soon-as", p));
    let (yearly, not_stated) = (d.flag("yearly", p), d.flag("not-stated", p));
    let differ = d.text("sources-differ", p);
    let span = d.span();
    d.finish(p);
    match (after, before, soon, yearly, not_stated, differ, days) {
        (Some(f), None, None, None, None, None, Some(days)) => Deadline::After { slot: slot(&f, p), days },
        (None, Some(f), None, None, None, None, Some(days)) => Deadline::Before { slot: slot(&f, p), days },
        (None, None, Some(f), None, None, None, None) => Deadline::AsSoonAs { slot: slot(&f, p), at_latest },
        (None, None, None, Some(true), None, None, None) => Deadline::Yearly,
        (None, None, None, None, Some(true), None, None) => Deadline::NotStated,
        (None, None, None, None, None, Some(text), None) => Deadline::SourcesDiffer(text.text),
        _ => {
            p.push(
                Diagnostic::error("C0123", "this is not a deadline", t.file, span)
                    .help("docs/writing-rules.md lists the forms, such as { after = \"ended\", days = 30 }"),
            );
            Deadline::NotStated
        }
    }
}

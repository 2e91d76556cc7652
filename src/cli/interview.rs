//! `candor interview`: the same interview as plain prompts, one line each, for screen readers and plain terminals.

use std::collections::BTreeSet;
use std::io::{BufRead, Write};
use std::path::Path;

use anyhow::Context as _;
use chrono::NaiveDate;

use super::Ended;
use crate::calendar::PartialDate;
use crate::engine::{self, Question, Reason, Subject, View};
use crate::facts::{Answer, FieldType, Raw, Value};
use crate::profile::{Edit, Record, Store, Target, Vocabulary};
use crate::report::{countries, words};
use crate::ruleset::{Field, Kind, RuleSet};
use crate::text::{clean, count};

/// What a prompt came back with.
enum Reply {
    Line(String),
    /// Leave this question unanswered.
    Skip,
    /// Stop here; everything is saved.
    Quit,
}

struct Talk<'a, R, W> {
    rules: &'a RuleSet,
    store: Store,
    today: NaiveDate,
    input: R,
    output: W,
    /// Questions skipped in this session are not asked again in it.
    skipped: BTreeSet<(Subject, String)>,
}

/// Runs the interview over any input and output, so that it can be tested.
pub fn run(
    rules: &RuleSet,
    path: &Path,
    today: NaiveDate,
    input: impl BufRead,
    output: impl Write,
) -> anyhow::Result<Ended> {
    let words = Vocabulary::from(rules);
    let store = if path.exists() { Store::open(path, words)? } else { Store::create(path, words) };
    let mut talk = Talk { rules, store, today, input, output, skipped: BTreeSet::new() };
    talk.store.writable()?;
    talk.say("Candor asks one thing at a time. Type ? if you are not sure, help for help, an empty line to skip, quit to stop.")?;
    talk.say("Everything is saved after each answer, in a file that only you can read.")?;
    talk.say(&format!("Rules: {} {}: {}.", rules.meta.title, rules.meta.version, rules.standing.words()))?;
    for added in &rules.overlays {
        talk.say(&format!("Added: {} {}: {}.", added.title, added.version, added.standing.words()))?;
    }
    let finished = talk.all()?;
    talk.close(finished)
}

impl<R: BufRead, W: Write> Talk<'_, R, W> {
    fn say(&mut self, text: &str) -> anyhow::Result<()> {
        writeln!(self.output, "{text}").context("cannot write the next question")
    }

    fn prompt(&mut self, text: &str) -> anyhow::Result<Reply> {
        write!(self.output, "{text} ").context("cannot write the next question")?;
        self.output.flush().context("cannot write the next question")?;
        let mut line = String::new();
        if self.input.read_line(&mut line).context("cannot read your answer")? == 0 {
            return Ok(Reply::Quit);
        }
        Ok(match line.trim() {
            "" => Reply::Skip,
            "quit" | "q" => Reply::Quit,
            text => Reply::Line(text.to_owned()),
        })
    }

    fn edit(&mut self, edit: &Edit) -> anyhow::Result<()> {
        self.store.apply(edit)?;
        self.store.save()?;
        Ok(())
    }

    /// The whole interview. False if the person stopped.
    fn all(&mut self) -> anyhow::Result<bool> {
        if self.store.profile().targets.is_empty() && !self.new_target()? {
            return Ok(false);
        }
        if !self.open_questions()? {
            return Ok(false);
        }
        let kinds: Vec<Kind> = self.rules.record_kinds().cloned().collect();
        for kind in kinds {
            if !self.kind(&kind)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn new_target(&mut self) -> anyhow::Result<bool> {
        self.say("\nWhat are you preparing?")?;
        let agencies: Vec<(String, String)> =
            self.rules.agencies.iter().map(|a| (a.id.clone(), format!("{} ({})", a.title, a.short))).collect();
        let Some(agency) = self.pick("Which agency?", &agencies)? else { return Ok(false) };
        let moments: Vec<(String, String)> = self
            .rules
            .agency(&agency)
            .map(|a| a.moments.iter().map(|m| (m.id.clone(), m.title.clone())).collect())
            .unwrap_or_default();
        let Some(moment) = self.pick("For which moment?", &moments)? else { return Ok(false) };
        let id = self.store.profile().new_target_id(&agency, &moment);
        let target = Target { id: id.clone(), agency: agency.clone(), moment: moment.clone(), ..Target::default() };
        self.edit(&Edit::AddTarget(target))?;
        let filing = self
            .rules
            .agency(&agency)
            .and_then(|a| a.moments.iter().find(|m| m.id == moment))
            .map(|m| m.filing.clone())
            .unwrap_or_default();
        self.clock(&id, &filing)
    }

    /// Asks for one date of a target. False if the person stopped.
    fn clock(&mut self, target: &str, clock: &str) -> anyhow::Result<bool> {
        loop {
            match self.prompt(&format!("{} (for example 2026-12-10):", words::clock(clock)))? {
                Reply::Quit => return Ok(false),
                Reply::Skip => return Ok(true),
                Reply::Line(text) if text == "?" => return Ok(true),
                Reply::Line(text) if text == "help" => {
                    self.say(
                        "Which rules apply depends on this date. Type ? or an empty line to come back to it later.",
                    )?;
                }
                Reply::Line(text) => match PartialDate::parse(&text) {
                    Some(date) => {
                        self.edit(&Edit::Clock {
                            target: target.to_owned(),
                            clock: clock.to_owned(),
                            date: Some(date),
                        })?;
                        return Ok(true);
                    }
                    None => self.say("That is not a date. Write for example 2026-12-10.")?,
                },
            }
        }
    }

    fn pick(&mut self, ask: &str, options: &[(String, String)]) -> anyhow::Result<Option<String>> {
        for (i, (_, label)) in options.iter().enumerate() {
            self.say(&format!("  {} {label}", i + 1))?;
        }
        loop {
            match self.prompt(ask)? {
                Reply::Quit => return Ok(None),
                Reply::Skip => self.say("Please type a number, or quit.")?,
                Reply::Line(text) if text == "?" || text == "help" => {
                    self.say(
                        "The rules differ by agency and moment, so this one is needed first. Type its number, or quit.",
                    )?;
                }
                Reply::Line(text) => {
                    let chosen = text.parse::<usize>().ok().and_then(|n| options.get(n.checked_sub(1)?));
                    match chosen.or_else(|| options.iter().find(|(id, _)| *id == text)) {
                        Some((id, _)) => return Ok(Some(id.clone())),
                        None => self.say(&format!("Please type a number from 1 to {}.", options.len()))?,
                    }
                }
            }
        }
    }

    /// Records of one kind, until there are no more. False if the person stopped.
    fn kind(&mut self, kind: &Kind) -> anyhow::Result<bool> {
        if self.store.profile().complete.contains(&kind.id) {
            return Ok(true);
        }
        self.say(&format!("\n{}. {}", kind.plural, kind.summary))?;
        loop {
            let have = self.store.profile().of_kind(&kind.id).count();
            let ask = format!(
                "{} so far. Add one? (yes, no more, or an empty line to come back later)",
                count(have, "entry", "entries")
            );
            match self.prompt(&ask)? {
                Reply::Quit => return Ok(false),
                Reply::Skip => return Ok(true),
                Reply::Line(text) if text.starts_with('y') => {
                    let id = self.store.profile().new_record_id(&kind.id);
                    self.edit(&Edit::AddRecord(Record { kind: kind.id.clone(), id: id.clone(), ..Record::default() }))?;
                    for field in kind.fields.iter().filter(|f| kind.label.contains(&f.id)) {
                        let subject = Subject::Record(id.clone());
                        if !self.ask(field, &subject, &field.id.clone(), Reason::Fills)? {
                            return Ok(false);
                        }
                    }
                    if !self.open_questions()? {
                        return Ok(false);
                    }
                }
                Reply::Line(text) if text.starts_with('n') => {
                    self.edit(&Edit::Complete { kind: kind.id.clone(), complete: true })?;
                    return Ok(true);
                }
                Reply::Line(_) => {
                    self.say(
                        "Type yes to add one, no if there are no more, or an empty line if you are not sure yet.",
                    )?;
                }
            }
        }
    }

    /// Asks everything that still matters, one question at a time. False if the person stopped.
    fn open_questions(&mut self) -> anyhow::Result<bool> {
        while let Some((target, question)) = self.next() {
            let frame = &self.rules.frames[question.kind];
            let def = frame.def(question.slot);
            let name = def.name.clone();
            if def.owner == crate::condition::Owner::Clock {
                let clock = if def.name == "filing" { self.filing_of(&target) } else { def.name.clone() };
                self.skipped.insert((Subject::Target, format!("{target}/{name}")));
                if !self.clock(&target, &clock)? {
                    return Ok(false);
                }
                continue;
            }
            let Some(field) = self.rules.field(frame, question.slot).cloned() else { continue };
            if !self.ask_for(&field, &question.subject, &name, question.reason, &target)? {
                return Ok(false);
            }
        }
        Ok(true)
    }

    fn filing_of(&self, target: &str) -> String {
        let profile = self.store.profile();
        let moment = profile.target(target).and_then(|t| {
            self.rules.agency(&t.agency)?.moments.iter().find(|m| m.id == t.moment).map(|m| m.filing.clone())
        });
        moment.unwrap_or_else(|| "submission".to_owned())
    }

    /// The next question of any target that was not skipped.
    fn next(&self) -> Option<(String, Question)> {
        let profile = self.store.profile();
        for target in &profile.targets {
            let view = View { rules: self.rules, profile, target, today: self.today };
            for q in engine::questions(self.rules, profile, &engine::assess(view)) {
                let name = &self.rules.frames[q.kind].def(q.slot).name;
                let skipped = self.skipped.contains(&(q.subject.clone(), name.clone()))
                    || self.skipped.contains(&(q.subject.clone(), format!("{}/{name}", target.id)))
                    || self.skipped.contains(&(Subject::Target, format!("{}/{name}", target.id)));
                if !skipped {
                    return Some((target.id.clone(), q));
                }
            }
        }
        None
    }

    fn ask(&mut self, field: &Field, subject: &Subject, name: &str, reason: Reason) -> anyhow::Result<bool> {
        let target = self.store.profile().targets.first().map(|t| t.id.clone()).unwrap_or_default();
        self.ask_for(field, subject, name, reason, &target)
    }

    /// One question, until it is answered, skipped or the person stops (false).
    fn ask_for(
        &mut self,
        field: &Field,
        subject: &Subject,
        name: &str,
        reason: Reason,
        target: &str,
    ) -> anyhow::Result<bool> {
        let about = match subject {
            Subject::Record(id) => {
                self.store.profile().record(id).map(|r| words::record_label(self.rules, r)).unwrap_or_default()
            }
            Subject::Target | Subject::Person => String::new(),
        };
        let about = if about.is_empty() { String::new() } else { format!(" ({})", clean(&about)) };
        self.say(&format!("\n{}{about}", field.ask))?;
        let options: Vec<(String, String)> = match &field.ty {
            FieldType::YesNo => vec![("yes".into(), "Yes".into()), ("no".into(), "No".into())],
            FieldType::Choice(_) | FieldType::Set(_) => {
                field.values.iter().map(|v| (v.id.clone(), v.label.clone())).collect()
            }
            _ => Vec::new(),
        };
        if field.ty != FieldType::YesNo {
            for (i, (_, label)) in options.iter().enumerate() {
                self.say(&format!("  {} {label}", i + 1))?;
            }
        }
        let how = match &field.ty {
            FieldType::YesNo => "yes or no:".to_owned(),
            FieldType::Choice(_) => "a number:".to_owned(),
            FieldType::Set(_) => "numbers with commas, or none:".to_owned(),
            FieldType::Date(_) => match &field.never {
                Some(never) => format!("a date, or never ({never}):"),
                None => "a date:".to_owned(),
            },
            FieldType::Country => "a country or its two-letter code, such as Norway or NO:".to_owned(),
            FieldType::Places => "countries or two-letter codes with commas, or none:".to_owned(),
            _ if !field.example.is_empty() => format!("for example {}:", field.example),
            _ => ">".to_owned(),
        };
        loop {
            let text = match self.prompt(&how)? {
                Reply::Quit => return Ok(false),
                Reply::Skip => {
                    self.skipped.insert((subject.clone(), name.to_owned()));
                    return Ok(true);
                }
                Reply::Line(text) => text,
            };
            if text == "help" {
                for help in [&field.help, &field.example, &field.why].into_iter().filter(|t| !t.is_empty()) {
                    self.say(help)?;
                }
                self.say(match reason {
                    Reason::Decides => "The answer can change a ruling.",
                    Reason::Fills => "A form entry that is due needs it.",
                })?;
                continue;
            }
            match read(field, &options, &text) {
                Ok(answer) => {
                    self.put(field, subject, name, target, answer)?;
                    return Ok(true);
                }
                Err(message) => self.say(&message)?,
            }
        }
    }

    fn put(
        &mut self,
        field: &Field,
        subject: &Subject,
        name: &str,
        target: &str,
        answer: Answer,
    ) -> anyhow::Result<()> {
        let answer = Some(answer);
        let field_id = field.id.clone();
        let edit = if let Some(rest) = name.strip_prefix("target.") {
            Edit::Target { target: target.to_owned(), field: rest.to_owned(), answer }
        } else if let Some(rest) = name.strip_prefix("person.") {
            Edit::Person { field: rest.to_owned(), answer }
        } else if let Subject::Record(id) = subject {
            match name.split_once('.') {
                Some((link, _)) => {
                    let entity = self.store.profile().record(id).and_then(|r| r.text(link)).map(str::to_owned);
                    match (entity, &answer) {
                        (Some(entity), _) if field_id != "name" => {
                            Edit::Entity { name: entity, field: field_id, answer }
                        }
                        (_, Some(Answer::Is(Value::Text(given)))) => Edit::Answer {
                            record: id.clone(),
                            field: link.to_owned(),
                            target: None,
                            answer: Some(Answer::Is(Value::Entity(given.clone()))),
                        },
                        // Without a name there is nowhere to keep the answer: ask for the name first.
                        _ => {
                            self.say("First give the organisation a name.")?;
                            let Some(link_field) = self.link_field(id, link) else { return Ok(()) };
                            self.ask(&link_field, subject, link, Reason::Decides)?;
                            let entity = self.store.profile().record(id).and_then(|r| r.text(link)).map(str::to_owned);
                            match entity {
                                Some(entity) => Edit::Entity { name: entity, field: field_id, answer },
                                None => {
                                    self.skipped.insert((subject.clone(), name.to_owned()));
                                    return Ok(());
                                }
                            }
                        }
                    }
                }
                None => {
                    let target = field.per_target.then(|| target.to_owned());
                    Edit::Answer { record: id.clone(), field: field_id, target, answer }
                }
            }
        } else {
            return Ok(());
        };
        self.edit(&edit)
    }

    fn link_field(&self, record: &str, link: &str) -> Option<Field> {
        let kind = &self.store.profile().record(record)?.kind;
        self.rules.kind(kind)?.1.field(link).cloned()
    }

    fn close(mut self, finished: bool) -> anyhow::Result<Ended> {
        let profile = self.store.profile().clone();
        let path = self.store.shown().display().to_string();
        let mut assessments = Vec::new();
        for target in &profile.targets {
            let view = View { rules: self.rules, profile: &profile, target, today: self.today };
            let assessment = engine::assess(view);
            let left = engine::questions(self.rules, &profile, &assessment).len();
            self.say(&format!(
                "\n{}: {} left.",
                words::target_label(self.rules, target),
                count(left, "question", "questions")
            ))?;
            assessments.push(assessment);
        }
        self.say(&format!("Saved in {path}."))?;
        self.say(if finished {
            "For the report: candor report FILE -o report.html"
        } else {
            "Start again with the same command to go on."
        })?;
        let report = crate::report::build(self.rules, &profile, &assessments, &[], self.today);
        Ok(if report.needs_attention() { Ended::Attention } else { Ended::Clear })
    }
}

/// Reads what was typed: a number from the list, or the value itself.
fn read(field: &Field, options: &[(String, String)], text: &str) -> Result<Answer, String> {
    if text == "?" {
        return Ok(Answer::NotSure);
    }
    let one = |word: &str| -> Raw {
        let word = word.trim();
        if word == "?" {
            return Raw::Str(crate::facts::NOT_SURE.to_owned());
        }
        let picked = word.parse::<usize>().ok().and_then(|n| options.get(n.checked_sub(1)?)).map(|(id, _)| id.clone());
        Raw::Str(picked.unwrap_or_else(|| word.to_owned()))
    };
    let several = |text: &str| match text {
        "none" => Raw::Array(Vec::new()),
        _ => Raw::Array(text.split(',').filter(|w| !w.trim().is_empty()).map(one).collect()),
    };
    let raw = match &field.ty {
        FieldType::YesNo => match text.to_ascii_lowercase().as_str() {
            "y" | "yes" => Raw::Bool(true),
            "n" | "no" => Raw::Bool(false),
            _ => return Err("Please type yes or no, or ? if you are not sure.".to_owned()),
        },
        FieldType::Choice(_) => one(text),
        FieldType::Set(_) => several(text),
        FieldType::Places if text == "none" => Raw::Array(Vec::new()),
        FieldType::Places => Raw::Array(
            text.split(',')
                .filter(|w| !w.trim().is_empty())
                .map(|w| if w.trim() == "?" { one(w) } else { Raw::Str(countries::code(w)) })
                .collect(),
        ),
        FieldType::Country => Raw::Str(countries::code(text)),
        FieldType::MonthsByYear => {
            let rows = text.split(',').filter_map(|row| {
                let (year, months) = row.split_once(':')?;
                Some((year.trim().to_owned(), Raw::Str(months.trim().to_owned())))
            });
            Raw::Table(rows.collect())
        }
        _ => Raw::Str(text.to_owned()),
    };
    field.ty.read(&raw).map_err(|e| {
        let mut e = e;
        if let Some(first) = e.get_mut(0..1) {
            first.make_ascii_uppercase();
        }
        format!("{e}.")
    })
}

//! From a file's text to a profile, or to everything that is wrong with it.
//!
//! One pass reports all problems, each with its place. A file with a syntax error is reported and not read further: the
//! parser's guesses after one are not the person's answers. Values are read by [`crate::facts::FieldType::read`].

use std::collections::BTreeSet;
use std::fs::File;
use std::io::Read as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::calendar::PartialDate;
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::facts::{Answer, Answers, Value};
use crate::ruleset::{Agency, CLOCKS, Kind, OWN_WORDS, RuleSet};
use crate::text::nearest;
use crate::tree::{self, Node, NodeValue, Pair};

use super::edit::is_id;
use super::migrate;
use super::model::{Entity, Profile, Record, Taken, Target, Told};

/// The schema this program writes.
pub const SCHEMA: &str = "candor.profile/1";
/// The table in which a snapshot says when it was taken.
pub(super) const SNAPSHOT: &str = "snapshot";
/// The largest profile that is read, in bytes. A person's lifetime of records is well under one megabyte.
pub const MOST_BYTES: u64 = 20 * 1024 * 1024;
/// More problems than this in one file help nobody.
const MOST_PROBLEMS: usize = 100;

/// The part of a rule set that gives a profile's keys their meaning.
#[derive(Debug, Clone, Copy)]
pub struct Vocabulary<'a> {
    /// All kinds, with `person`, `target` and `entity` among them.
    pub kinds: &'a [Kind],
    pub agencies: &'a [Agency],
}

impl<'a> From<&'a RuleSet> for Vocabulary<'a> {
    fn from(rules: &'a RuleSet) -> Self {
        Self { kinds: &rules.kinds, agencies: &rules.agencies }
    }
}

impl<'a> Vocabulary<'a> {
    pub(super) fn kind(self, id: &str) -> Option<&'a Kind> {
        self.kinds.iter().find(|k| k.id == id)
    }

    fn record_kinds(self) -> impl Iterator<Item = &'a Kind> {
        self.kinds.iter().filter(|k| !k.once && k.id != "entity")
    }
}

/// A profile read from disk, without the means to change it there.
#[derive(Debug, Clone)]
pub struct ReadProfile {
    pub profile: Profile,
    /// Warnings only.
    pub warnings: Vec<Diagnostic>,
    /// The text it was read from, brought up to the present schema.
    pub text: String,
    /// The schema the file itself has, when it is an older one.
    pub migrated_from: Option<String>,
}

/// Why a file cannot be used as a profile.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    #[error("there is no file \"{}\"", .0.display())]
    NotFound(PathBuf),
    #[error("\"{}\" is not an ordinary file, so it is not read as a profile", .0.display())]
    NotAFile(PathBuf),
    #[error("\"{}\" cannot be read: {source}", path.display())]
    Io { path: PathBuf, source: std::io::Error },
    /// The file was read and cannot be used; [`crate::diagnostic::render`] shows where and why.
    #[error("{}", first(.0))]
    Unusable(Vec<Diagnostic>),
}

fn first(problems: &[Diagnostic]) -> String {
    let more = problems.len().saturating_sub(1);
    let message = problems.first().map_or("the file cannot be used", |d| d.message.as_str());
    if more == 0 { message.to_owned() } else { format!("{message} (and {more} more)") }
}

/// Reads a profile without locking it. For everything that only looks.
///
/// # Errors
/// The file is missing, not a file, unreadable, over [`MOST_BYTES`], not text, or has errors in it.
pub fn load(path: &Path, words: Vocabulary<'_>) -> Result<ReadProfile, OpenError> {
    let bytes = read_bytes(path)?;
    from_bytes(&path.display().to_string(), bytes, words)
}

/// The bytes of an ordinary file of bearable size.
pub(super) fn read_bytes(path: &Path) -> Result<Vec<u8>, OpenError> {
    let io = |source: std::io::Error| match source.kind() {
        std::io::ErrorKind::NotFound => OpenError::NotFound(path.to_owned()),
        _ => OpenError::Io { path: path.to_owned(), source },
    };
    // Asked before opening: opening a pipe would wait for a writer for ever.
    if !std::fs::metadata(path).map_err(io)?.is_file() {
        return Err(OpenError::NotAFile(path.to_owned()));
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(io)?.take(MOST_BYTES + 1).read_to_end(&mut bytes).map_err(io)?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unusable(
            format!("\"{}\" is larger than {} MB, so it is not read", path.display(), MOST_BYTES / 1024 / 1024),
            "A profile is a short text file; is this the file you meant?",
        ));
    }
    Ok(bytes)
}

/// Bytes to profile; `name` is how the file is named to people.
pub(super) fn from_bytes(name: &str, bytes: Vec<u8>, words: Vocabulary<'_>) -> Result<ReadProfile, OpenError> {
    let other = |what: &str| {
        unusable(
            format!("\"{name}\" is {what}, not a profile"),
            "A profile is a TOML text file that Candor wrote or that you wrote by hand.",
        )
    };
    for (start, what) in [
        (&b"{\\rtf"[..], "a word-processor document"),
        (b"PK\x03\x04", "a packed or office document"),
        (b"%PDF", "a PDF"),
        (b"<?xml", "an XML file"),
    ] {
        if bytes.starts_with(start) {
            return Err(other(what));
        }
    }
    let text = String::from_utf8(bytes).map_err(|e| {
        let at = e.utf8_error().valid_up_to();
        unusable(
            format!("\"{name}\" is not UTF-8 text (the first byte at fault is number {})", at + 1),
            "If an editor saved it in another encoding, save it again as UTF-8.",
        )
    })?;
    if let Some(at) = text.find('\0') {
        return Err(unusable(
            format!("\"{name}\" holds binary data (a zero byte at position {})", at + 1),
            "It may have been damaged, or not be a profile. NAME.bak beside it is the state before the last session.",
        ));
    }
    let (text, migrated_from) = match migrate::to_present(&text) {
        Some((text, from)) => (text, Some(from)),
        None => (text, None),
    };
    let file = Arc::new(SourceFile { name: name.to_owned(), text });
    let (profile, problems) = read(&file, words);
    if problems.iter().any(|d| d.severity == Severity::Error) {
        return Err(OpenError::Unusable(problems));
    }
    Ok(ReadProfile { profile, warnings: problems, text: file.text.clone(), migrated_from })
}

fn unusable(message: String, help: &str) -> OpenError {
    OpenError::Unusable(vec![Diagnostic {
        code: "C0200",
        severity: Severity::Error,
        message,
        at: None,
        label: String::new(),
        help: Some(help.to_owned()),
    }])
}

/// Reads a profile's text. The profile is only to be used if no problem is an error.
pub fn read(file: &Arc<SourceFile>, words: Vocabulary<'_>) -> (Profile, Vec<Diagnostic>) {
    let mut reader = Reader { file, words, problems: Vec::new(), profile: Profile::default() };
    // A file with a syntax error has no tree, and its errors are in `problems`.
    if let Some(root) = tree::parse(file, &file.text, &mut reader.problems) {
        reader.root(&root);
    }
    let mut problems = reader.problems;
    problems.sort_by_key(|d| d.at.as_ref().map_or(0, |(_, span)| span.start));
    let more = problems.len().saturating_sub(MOST_PROBLEMS);
    if more > 0 {
        // Errors first, so that cutting the list short never hides that the file cannot be used.
        problems.sort_by_key(|d| d.severity == Severity::Warning);
        problems.truncate(MOST_PROBLEMS);
        if let Some(last) = problems.last_mut() {
            last.help = Some(format!("{more} more problems are not shown."));
        }
    }
    (reader.profile, problems)
}

struct Reader<'a> {
    file: &'a Arc<SourceFile>,
    words: Vocabulary<'a>,
    problems: Vec<Diagnostic>,
    profile: Profile,
}

/// Whose fields a table holds, for messages and for what else may stand in it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Once,
    PerTarget,
}

impl<'v> Reader<'v> {
    fn error(&mut self, code: &'static str, message: impl Into<String>, span: Range<usize>) -> &mut Diagnostic {
        self.push(Diagnostic::error(code, message, self.file, span))
    }

    fn push(&mut self, problem: Diagnostic) -> &mut Diagnostic {
        self.problems.push(problem);
        let last = self.problems.len() - 1;
        &mut self.problems[last]
    }

    fn root(&mut self, root: &Node) {
        if !self.schema(root) {
            return;
        }
        let mut records = Vec::new();
        let mut about = Vec::new();
        for Pair { key, key_span, node: item } in root.pairs() {
            match key.as_str() {
                "schema" => {}
                "complete" => {
                    for (kind, span) in self.texts(item) {
                        if self.words.record_kinds().any(|k| k.id == kind) {
                            self.profile.complete.insert(kind);
                        } else {
                            self.unknown("a kind of record", &kind, span, &self.kind_ids());
                        }
                    }
                }
                "retired" => self.profile.retired = self.texts(item).into_iter().map(|(id, _)| id).collect(),
                SNAPSHOT => self.taken(item),
                "person" => {
                    if let (Some(table), Some(kind)) = (self.table(item), self.words.kind("person")) {
                        self.profile.person = self.answers(table, kind, Place::Once, &[]);
                    }
                }
                "target" => {
                    for (table, span) in self.tables(item, "target") {
                        self.target(table, span);
                    }
                }
                "entity" => {
                    for (table, span) in self.tables(item, "entity") {
                        self.entity(table, span);
                    }
                }
                name => match self.words.record_kinds().find(|k| k.id == name) {
                    Some(kind) => {
                        for (i, (table, span)) in self.tables(item, name).into_iter().enumerate() {
                            let record = self.record(table, &span, kind, i + 1, &mut about);
                            records.push((span.start, record));
                        }
                    }
                    None => {
                        let mut known = self.kind_ids();
                        known.extend(["complete", "entity", "person", "retired", "target"].map(String::from));
                        self.unknown("a kind of record", name, key_span.clone(), &known);
                    }
                },
            }
        }
        // Arrays of one kind come together from the parser; the file may mix kinds.
        records.sort_by_key(|(start, _)| *start);
        self.profile.records = records.into_iter().map(|(_, r)| r).collect();
        self.unique();
        for (target, span) in about {
            if self.profile.target(&target).is_none() {
                let known: Vec<String> = self.profile.targets.iter().map(|t| t.id.clone()).collect();
                let hint = nearest(&target, known.iter().map(String::as_str))
                    .map_or("The answers are kept and not used.".to_owned(), |n| format!("did you mean `{n}`?"));
                let warning =
                    Diagnostic::warning("C0208", format!("no [[target]] has the id \"{}\"", target), self.file, span);
                self.push(warning.help(hint));
            }
        }
    }

    fn taken(&mut self, item: &Node) {
        let Some(table) = self.table(item) else { return };
        let day = |key: &str| match &table.get(key)?.node.value {
            NodeValue::Date(d) => PartialDate::parse(d).filter(PartialDate::is_exact).map(|d| d.first),
            _ => None,
        };
        let text = |key: &str| match &table.get(key)?.node.value {
            NodeValue::Str(s) => Some(s.clone()),
            _ => None,
        };
        let targets = table.get("targets").map(|pair| self.texts(&pair.node)).unwrap_or_default();
        let whole = (day("on"), text("rule-set"), text("version"), text("digest"));
        let (Some(on), Some(rule_set), Some(version), Some(digest)) = whole else {
            let message =
                "a snapshot says when it was taken (`on`) and by which rules (`rule-set`, `version`, `digest`)";
            self.error("C0203", message, item.span.clone());
            return;
        };
        let targets = targets.into_iter().map(|(id, _)| id).collect();
        self.profile.taken = Some(Taken { on, targets, rule_set, version, digest });
    }

    /// True if the file is a profile of the present schema.
    fn schema(&mut self, root: &Node) -> bool {
        let Some(Pair { node: item, .. }) = root.get("schema") else {
            self.error("C0201", "this does not say that it is a profile", 0..0).help =
                Some(format!("A profile starts with the line: schema = \"{SCHEMA}\""));
            return false;
        };
        match &item.value {
            NodeValue::Str(s) if s == SCHEMA => true,
            NodeValue::Str(s) => {
                let newer =
                    s.strip_prefix("candor.profile/").and_then(|v| v.parse::<u64>().ok()).is_some_and(|v| v > 1);
                let (message, help) = if newer {
                    (
                        format!("this profile has the format {s}, which is newer than this program"),
                        "Open it with a newer Candor. It has not been touched.".to_owned(),
                    )
                } else {
                    (format!("\"{s}\" is not a profile format"), format!("This program reads \"{SCHEMA}\"."))
                };
                self.error("C0201", message, item.span.clone()).help = Some(help);
                false
            }
            _ => {
                self.error("C0201", "the schema must be text", item.span.clone()).help =
                    Some(format!("Write: schema = \"{SCHEMA}\""));
                false
            }
        }
    }

    fn target(&mut self, table: &Node, span: Range<usize>) {
        let Some(kind) = self.words.kind("target") else { return };
        let mut target = Target {
            answers: self.answers(table, kind, Place::Once, &["id", "agency", "moment", "clocks"]),
            ..Target::default()
        };
        target.id = self.id(table, &span, "target", "nsf-proposal");
        let words = self.words;
        let agency_ids = || words.agencies.iter().map(|a| a.id.clone()).collect::<Vec<_>>();
        let mut agency = None;
        match self.word(table, &span, "agency", "nsf") {
            None => {}
            Some((id, at)) => {
                agency = words.agencies.iter().find(|a| a.id == id);
                if agency.is_none() {
                    self.unknown("an agency", &id, at, &agency_ids());
                }
                target.agency = id;
            }
        }
        if let Some((id, at)) = self.word(table, &span, "moment", "proposal") {
            if let Some(agency) = agency
                && !agency.moments.iter().any(|m| m.id == id)
            {
                let known: Vec<String> = agency.moments.iter().map(|m| m.id.clone()).collect();
                self.unknown("a moment", &id, at, &known);
            }
            target.moment = id;
        }
        if let Some(Pair { node: item, .. }) = table.get("clocks")
            && let Some(clocks) = self.table(item)
        {
            for Pair { key, key_span, node: item } in clocks.pairs() {
                let clock = key.as_str();
                // `filing` follows from the others and `today` is not the file's to say.
                let known: Vec<String> =
                    CLOCKS.iter().filter(|c| !matches!(**c, "filing" | "today")).map(|c| (*c).to_owned()).collect();
                if !known.iter().any(|c| c == clock) {
                    self.unknown("a date of a target", clock, key_span.clone(), &known);
                } else if let Some(date) = self.date(item) {
                    target.clocks.insert(clock.to_owned(), date);
                }
            }
        }
        self.profile.targets.push(target);
    }

    fn entity(&mut self, table: &Node, span: Range<usize>) {
        let Some(kind) = self.words.kind("entity") else { return };
        let answers = self.answers(table, kind, Place::Once, &["name"]);
        if let Some((name, at)) = self.word(table, &span, "name", "University of Oslo") {
            if name.trim().is_empty() {
                self.error("C0204", "an organisation needs a name", at);
            }
            self.profile.entities.push(Entity { name, answers });
        }
    }

    fn record(
        &mut self,
        table: &Node,
        span: &Range<usize>,
        kind: &Kind,
        number: usize,
        about: &mut Vec<(String, Range<usize>)>,
    ) -> Record {
        let mut record = Record {
            kind: kind.id.clone(),
            id: self.id(table, span, "record", &format!("{}-{number}", kind.id)),
            answers: self.answers(table, kind, Place::Once, &["id", "for", "told"]),
            ..Record::default()
        };
        if let Some(Pair { node: item, .. }) = table.get("for")
            && let Some(targets) = self.table(item)
        {
            for Pair { key, key_span, node: item } in targets.pairs() {
                let target = key.clone();
                about.push((target.clone(), key_span.clone()));
                if let Some(answers) = self.table(item) {
                    let answers = self.answers(answers, kind, Place::PerTarget, &[]);
                    record.for_target.insert(target, answers);
                }
            }
        }
        if let Some(Pair { node: item, .. }) = table.get("told") {
            for (entry, _) in self.tables(item, "told") {
                record.told.push(self.told(entry));
            }
        }
        record
    }

    fn told(&mut self, table: &Node) -> Told {
        let mut told = Told::default();
        for Pair { key, key_span, node: item } in table.pairs() {
            let name = key.as_str();
            match name {
                "who" | "how" | "evidence" => match &item.value {
                    NodeValue::Str(s) => {
                        let text = s.to_string();
                        match name {
                            "who" => told.who = text,
                            "how" => told.how = text,
                            _ => told.evidence = text,
                        }
                    }
                    _ => {
                        self.error("C0203", "expected text in quotes", item.span.clone());
                    }
                },
                "on" => told.on = self.date(item),
                other => self.unknown(
                    "a part of a log entry",
                    other,
                    key_span.clone(),
                    &["who", "on", "how", "evidence"].map(String::from),
                ),
            }
        }
        told
    }

    /// The fields of a kind in a table. `besides` are keys that others read.
    fn answers(&mut self, table: &Node, kind: &Kind, place: Place, besides: &[&str]) -> Answers {
        let mut answers = Answers::new();
        for Pair { key, key_span, node: item } in table.pairs() {
            let name = key.as_str();
            if besides.contains(&name) {
                continue;
            }
            let field = kind.field(name).filter(|f| !f.set_by_program);
            let Some(field) = field else {
                let known: Vec<String> =
                    kind.fields.iter().filter(|f| !f.set_by_program).map(|f| f.id.clone()).collect();
                self.unknown(&format!("a field of \"{}\"", kind.id), name, key_span.clone(), &known);
                continue;
            };
            if field.per_target != (place == Place::PerTarget) {
                let help = if field.per_target {
                    format!("Its answer differs from target to target: put it under [{}.for.TARGET].", kind.id)
                } else {
                    format!("It holds for every target: put it directly under [[{}]].", kind.id)
                };
                self.error("C0207", format!("`{name}` stands in the wrong place"), key_span.clone()).help = Some(help);
                continue;
            }
            match field.ty.read(&item.raw()) {
                Ok(answer) => {
                    if let Answer::Is(Value::Text(text) | Value::Entity(text)) = &answer
                        && text.contains(['\n', '\r'])
                    {
                        let warning = Diagnostic::warning(
                            "C0209",
                            format!("`{name}` has several lines"),
                            self.file,
                            item.span.clone(),
                        );
                        self.push(warning.help("It is shown as one line."));
                    }
                    answers.insert(name.to_owned(), answer);
                }
                Err(expected) => {
                    let problem =
                        Diagnostic::error("C0203", format!("`{name}`: {expected}"), self.file, item.span.clone());
                    self.push(problem.label(field.ty.name()));
                }
            }
        }
        answers
    }

    /// Ids and names that stand twice.
    fn unique(&mut self) {
        let mut seen = BTreeSet::new();
        let mut twice = Vec::new();
        for (what, id) in (self.profile.targets.iter().map(|t| ("target", &t.id)))
            .chain(self.profile.records.iter().map(|r| ("record", &r.id)))
            .chain(self.profile.entities.iter().map(|e| ("entity", &e.name)))
        {
            if !id.is_empty() && !seen.insert((what, id.clone())) {
                twice.push((what, id.clone()));
            }
        }
        for (what, id) in twice {
            let span = self.second(&id);
            let help = if what == "entity" { "Keep one entry for each organisation." } else { "Give each its own id." };
            self.error("C0205", format!("two {} are called \"{id}\"", plural(what)), span).help = Some(help.to_owned());
        }
    }

    /// Where a quoted word stands for the last time as a whole value: good enough to point at the second of two.
    fn second(&self, id: &str) -> Range<usize> {
        let quoted = |q: char| {
            let word = format!("{q}{id}{q}");
            self.file
                .text
                .rmatch_indices(&word)
                .find(|(at, _)| self.file.text.get(..*at).is_some_and(|t| t.trim_end().ends_with('=')))
                .map(|(at, _)| at..at + word.len())
        };
        quoted('"').into_iter().chain(quoted('\'')).max_by_key(|r| r.start).unwrap_or(0..0)
    }

    fn id(&mut self, table: &Node, span: &Range<usize>, what: &str, example: &str) -> String {
        let Some((id, at)) = self.word(table, span, "id", example) else { return String::new() };
        if !is_id(&id) {
            self.error("C0204", format!("\"{id}\" cannot be the id of a {what}"), at).help =
                Some(format!("Use up to 80 letters, digits and hyphens, such as \"{example}\"."));
        }
        id
    }

    /// A key that must be there and be text.
    fn word(&mut self, table: &Node, span: &Range<usize>, key: &str, example: &str) -> Option<(String, Range<usize>)> {
        match table.get(key) {
            None => {
                self.error("C0204", format!("`{key}` is missing here"), span.clone()).help =
                    Some(format!("Add a line such as: {key} = \"{example}\""));
                None
            }
            Some(Pair { node: item, .. }) => match &item.value {
                NodeValue::Str(s) => Some((s.to_string(), item.span.clone())),
                _ => {
                    self.error("C0203", format!("`{key}` must be text in quotes"), item.span.clone());
                    None
                }
            },
        }
    }

    fn date(&mut self, item: &Node) -> Option<PartialDate> {
        let written = match &item.value {
            NodeValue::Date(d) => d.to_string(),
            NodeValue::Str(s) => s.to_string(),
            NodeValue::Int(i) => i.to_string(),
            _ => String::new(),
        };
        let date = PartialDate::parse(&written);
        if date.is_none() {
            self.error("C0203", format!("\"{written}\" is not a day that exists"), item.span.clone()).help =
                Some("Write 2026-03-09, \"2026-03\" or \"2026\".".into());
        }
        date
    }

    fn table<'a>(&mut self, item: &'a Node) -> Option<&'a Node> {
        if let NodeValue::Table(_) = item.value {
            return Some(item);
        }
        self.error("C0203", "expected a table here: several lines of key = value", item.span.clone());
        None
    }

    fn tables<'a>(&mut self, item: &'a Node, name: &str) -> Vec<(&'a Node, Range<usize>)> {
        let mut tables = Vec::new();
        match &item.value {
            NodeValue::Array(items) => {
                for item in items.iter() {
                    if let Some(table) = self.table(item) {
                        tables.push((table, item.span.clone()));
                    }
                }
            }
            _ => {
                self.error(
                    "C0203",
                    format!("there can be several of \"{name}\", so it stands in double brackets"),
                    item.span.clone(),
                )
                .help = Some(format!("Write [[{name}]] above its lines."));
            }
        }
        tables
    }

    /// A list of texts.
    fn texts(&mut self, item: &Node) -> Vec<(String, Range<usize>)> {
        let mut texts = Vec::new();
        if let NodeValue::Array(items) = &item.value {
            for item in items.iter() {
                if let NodeValue::Str(s) = &item.value {
                    texts.push((s.to_string(), item.span.clone()));
                } else {
                    self.error("C0203", "expected text in quotes", item.span.clone());
                }
            }
        } else {
            self.error("C0203", "expected a list in brackets, such as [\"trip\"]", item.span.clone());
        }
        texts
    }

    fn unknown(&mut self, what: &str, word: &str, span: Range<usize>, known: &[String]) {
        if word.starts_with(OWN_WORDS) {
            let message = format!("\"{word}\" belongs to an overlay that is not here");
            let warning = Diagnostic::warning("C0210", message, self.file, span);
            self.push(warning.help("It is kept and not used. To use it, give the overlay's folder with --overlay."));
            return;
        }
        let problem = Diagnostic::error("C0202", format!("\"{word}\" is not {what}"), self.file, span);
        let help = match nearest(word, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("Known are: {}.", known.join(", ")),
        };
        self.push(problem.help(help));
    }

    fn kind_ids(&self) -> Vec<String> {
        self.words.record_kinds().map(|k| k.id.clone()).collect()
    }
}

fn plural(what: &str) -> &str {
    match what {
        "entity" => "organisations",
        "target" => "targets",
        _ => "records",
    }
}

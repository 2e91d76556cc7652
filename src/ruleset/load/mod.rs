//! A folder of TOML files → a checked [`RuleSet`], or every reason why not.
//!
//! Reading goes in layers, each needing the ones before: lists and vocabulary, then frames, then agencies, forms and sources,
//! then decisions, then cases. Conditions are parsed where they stand, so that a mistake is shown at its characters.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

mod cases;
mod checks;
mod decision;
mod news;
mod surroundings;
mod vocabulary;

use super::model::*;
use super::read::Text;
use crate::calendar;
use crate::condition::{self, Cond, Frame, Lists};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::tree::{self, Node};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/us-federal");

/// Whether examples, cases, clauses and changes are wanted too. Ruling needs none of them, and they are most of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tests {
    Skip,
    Load,
}

/// What came of loading.
#[derive(Debug)]
pub struct Loaded {
    /// `None` if there was an error.
    pub rules: Option<RuleSet>,
    pub cases: Vec<Case>,
    pub problems: Vec<Diagnostic>,
}

/// The rule set inside the binary.
pub fn load_embedded(tests: Tests) -> Loaded {
    fn collect(dir: &Dir<'_>, out: &mut Vec<SourceFile>) {
        for file in dir.files() {
            let name = file.path().to_string_lossy().replace('\\', "/");
            if name.ends_with(".toml") {
                out.push(SourceFile { name, text: String::from_utf8_lossy(file.contents()).into_owned() });
            }
        }
        dir.dirs().for_each(|d| collect(d, out));
    }
    let mut files = Vec::new();
    collect(&EMBEDDED, &mut files);
    load_files(files, tests)
}

/// The files of a rule-set folder. File names in messages are relative to `dir`.
pub fn read_dir(dir: &Path) -> std::io::Result<Vec<SourceFile>> {
    fn walk(root: &Path, dir: &Path, out: &mut Vec<SourceFile>) -> std::io::Result<()> {
        for entry in std::fs::read_dir(dir)? {
            let path = entry?.path();
            if path.is_dir() {
                walk(root, &path, out)?;
            } else if path.extension().is_some_and(|e| e == "toml") {
                let bytes = std::fs::read(&path)?;
                let text = String::from_utf8(bytes).map_err(|_| {
                    std::io::Error::new(
                        std::io::ErrorKind::InvalidData,
                        format!("{} is not UTF-8 text", path.display()),
                    )
                })?;
                let name = path.strip_prefix(root).unwrap_or(&path).to_string_lossy().replace('\\', "/");
                out.push(SourceFile { name, text });
            }
        }
        Ok(())
    }
    let mut files = Vec::new();
    walk(dir, dir, &mut files)?;
    Ok(files)
}

/// Loads a folder.
pub fn load_dir(dir: &Path, tests: Tests) -> std::io::Result<Loaded> {
    Ok(load_files(read_dir(dir)?, tests))
}

/// Loads files, named relative to the rule set's top folder.
pub fn load_files(mut files: Vec<SourceFile>, tests: Tests) -> Loaded {
    files.sort_by(|a, b| a.name.cmp(&b.name));
    let files: Vec<Arc<SourceFile>> = files.into_iter().map(Arc::new).collect();
    let (digest, parsed, problems) = parse_all(&files, tests);
    // After a syntax error the rest would only produce echoes of it.
    if problems.iter().any(|p| p.severity == Severity::Error) {
        return Loaded { rules: None, cases: Vec::new(), problems };
    }
    let mut loader = Loader { problems, ..Loader::default() };
    loader.digest = digest;
    loader.all(&parsed);
    loader.finish()
}

/// Parses all files and takes the digest, on two threads: reading TOML is most of what a start costs.
fn parse_all(files: &[Arc<SourceFile>], tests: Tests) -> (String, Vec<File>, Vec<Diagnostic>) {
    let parse = |files: &[Arc<SourceFile>]| {
        let (mut parsed, mut problems) = (Vec::new(), Vec::new());
        let unread = |f: &SourceFile| f.name.starts_with("cases/") || f.name.starts_with("changes/");
        for file in files.iter().filter(|f| tests == Tests::Load || !unread(f)) {
            let blanked = (tests == Tests::Skip).then(|| rulings_only(&file.text));
            if let Some(node) = tree::parse(file, blanked.as_deref().unwrap_or(&file.text), &mut problems) {
                parsed.push((Arc::clone(file), node));
            }
        }
        (parsed, problems)
    };
    // The second half has the digest to take as well, so it gets less to parse.
    let total: usize = files.iter().map(|f| f.text.len()).sum();
    let mut seen = 0;
    let half = files
        .iter()
        .take_while(|f| {
            seen += f.text.len();
            seen * 9 < total * 5
        })
        .count();
    let (first, second) = files.split_at(half);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| (digest(files), parse(second)));
        let (mut parsed, mut problems) = parse(first);
        let (digest, (more, more_problems)) = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        parsed.extend(more);
        problems.extend(more_problems);
        (digest, parsed, problems)
    })
}

/// The text without what no ruling needs (examples, near misses, the clauses of sources), every other character in its place.
/// That is a third of the text, and parsing is most of what a start costs. What is left out reaches from its header to the next
/// line that begins with `[`.
fn rulings_only(text: &str) -> String {
    const LEFT_OUT: [&str; 5] =
        ["[[rule.example]]", "[[rule.near-miss]]", "[[check.example]]", "[[check.near-miss]]", "[[source.clause]]"];
    let mut out = String::with_capacity(text.len());
    let mut keep = true;
    for line in text.split_inclusive('\n') {
        if line.starts_with('[') {
            keep = !LEFT_OUT.iter().any(|header| line.starts_with(header));
        }
        if keep {
            out.push_str(line);
        } else {
            out.extend(std::iter::repeat_n(' ', line.trim_end_matches('\n').len()));
            out.push('\n');
        }
    }
    // A last line without an end of its own got one too many.
    out.truncate(text.len());
    out
}

/// SHA-256 over names and contents of everything that can change a ruling.
fn digest(files: &[Arc<SourceFile>]) -> String {
    let mut hash = Sha256::new();
    for file in files.iter().filter(|f| !f.name.starts_with("cases/")) {
        hash.update((file.name.len() as u64).to_le_bytes());
        hash.update(file.name.as_bytes());
        hash.update((file.text.len() as u64).to_le_bytes());
        hash.update(file.text.as_bytes());
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

type File = (Arc<SourceFile>, Node);

#[derive(Default)]
struct Loader {
    problems: Vec<Diagnostic>,
    digest: String,
    meta: Meta,
    kinds: Vec<Kind>,
    /// By kind and field: the guard's text.
    guards: Vec<BTreeMap<String, (Arc<SourceFile>, Text)>>,
    /// By kind.
    constraints: Vec<Vec<ConstraintText>>,
    frames: Vec<Frame>,
    agencies: Vec<Agency>,
    forms: Vec<Form>,
    sources: Vec<Source>,
    pending: Vec<Pending>,
    changes: Vec<Change>,
    lists: ListSet,
    decisions: Vec<Decision>,
    checks: Vec<Check>,
    cases: Vec<Case>,
}

/// A constraint before its frame is known.
struct ConstraintText {
    id: String,
    file: Arc<SourceFile>,
    holds: Text,
    says: String,
}

#[derive(Default)]
struct ListSet(Vec<List>);

impl Lists for ListSet {
    fn list(&self, name: &str) -> Option<(usize, bool)> {
        self.0.iter().enumerate().find(|(_, l)| l.id == name).map(|(i, l)| (i, l.of_entities))
    }
    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|l| l.id.as_str()).collect()
    }
}

impl Loader {
    fn all(&mut self, files: &[File]) {
        let folder = |name: &str| files.iter().filter(move |(f, _)| f.name.starts_with(name)).collect::<Vec<_>>();
        for (file, node) in files.iter().filter(|(f, _)| f.name == "ruleset.toml") {
            self.meta(file, node);
        }
        if self.meta.id.is_empty() && !self.problems.iter().any(|p| p.severity == Severity::Error) {
            self.general(
                "C0104",
                "there is no ruleset.toml here",
                "a rule set starts with a file ruleset.toml; is this the right folder?",
            );
        }
        folder("lists/").into_iter().for_each(|(f, n)| self.list(f, n));
        folder("vocabulary/").into_iter().for_each(|(f, n)| self.kind(f, n));
        self.order_kinds();
        self.build_frames();
        folder("agencies/").into_iter().for_each(|(f, n)| self.agency(f, n));
        self.agencies.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        folder("forms/").into_iter().for_each(|(f, n)| self.form(f, n));
        folder("sources/").into_iter().for_each(|(f, n)| self.sources(f, n));
        folder("pending/").into_iter().for_each(|(f, n)| self.pending(f, n));
        folder("changes/").into_iter().for_each(|(f, n)| self.changes(f, n));
        self.changes.sort_by_key(|c| std::cmp::Reverse(c.on));
        folder("checks/").into_iter().for_each(|(f, n)| self.checks(f, n));
        const OTHER: [&str; 9] =
            ["lists", "vocabulary", "agencies", "forms", "sources", "pending", "changes", "checks", "cases"];
        let decisions: Vec<(&str, &File)> = files
            .iter()
            .filter_map(|f| Some((f.0.name.split_once('/')?.0, f)))
            .filter(|(folder, _)| !OTHER.contains(folder))
            .collect();
        // Decisions know nothing of each other, so two threads share them.
        let loader = &*self;
        let read = |decisions: &[(&str, &File)]| {
            let mut problems = Vec::new();
            let read: Vec<Decision> =
                decisions.iter().filter_map(|(folder, (f, n))| loader.decision(folder, f, n, &mut problems)).collect();
            (read, problems)
        };
        let (first, second) = decisions.split_at(decisions.len() / 2);
        let ((mut all, problems), (more, more_problems)) = std::thread::scope(|scope| {
            let other = scope.spawn(|| read(second));
            (read(first), other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        });
        all.extend(more);
        self.decisions = all;
        self.problems.extend(problems.into_iter().chain(more_problems));
        self.decisions.sort_by(|a, b| a.id.cmp(&b.id));
        self.decisions.iter_mut().enumerate().for_each(|(i, d)| d.index = i);
        self.check_references();
        folder("cases/").into_iter().for_each(|(f, n)| self.cases(f, n));
    }

    fn finish(mut self) -> Loaded {
        self.problems.sort_by_key(place);
        if self.problems.iter().any(|p| p.severity == Severity::Error) {
            return Loaded { rules: None, cases: Vec::new(), problems: self.problems };
        }
        let list_dates =
            self.lists.0.iter().map(|l| l.editions.iter().map(|e| (calendar::day(e.from), e.bit)).collect()).collect();
        Loaded {
            rules: Some(RuleSet {
                meta: self.meta,
                digest: self.digest,
                kinds: self.kinds,
                frames: self.frames,
                agencies: self.agencies,
                forms: self.forms,
                sources: self.sources,
                pending: self.pending,
                changes: self.changes,
                lists: self.lists.0,
                list_dates,
                listed: std::sync::OnceLock::new(),
                decisions: self.decisions,
                checks: self.checks,
            }),
            cases: self.cases,
            problems: self.problems,
        }
    }

    fn general(&mut self, code: &'static str, message: impl Into<String>, help: impl Into<String>) {
        self.problems.push(Diagnostic {
            code,
            severity: Severity::Error,
            message: message.into(),
            at: None,
            label: String::new(),
            help: Some(help.into()),
        });
    }

    /// References that could only be checked once everything was read.
    fn check_references(&mut self) {
        for i in 1..self.decisions.len() {
            if self.decisions[i].id == self.decisions[i - 1].id {
                let id = self.decisions[i].id.clone();
                self.general("C0108", format!("the decision `{id}` stands twice"), "remove one of them");
            }
        }
        let mut sections: Vec<&str> = self.forms.iter().flat_map(|f| &f.sections).map(|s| s.id.as_str()).collect();
        sections.sort_unstable();
        if let Some(twice) = sections.windows(2).find(|w| w[0] == w[1]) {
            let message = format!("the form section `{}` stands twice", twice[0]);
            self.general("C0108", message, "a place has one section");
        }
        for list in &self.lists.0 {
            for edition in &list.editions {
                if !self.sources.iter().any(|s| s.id == edition.source) {
                    self.problems.push(Diagnostic {
                        code: "C0118",
                        severity: Severity::Error,
                        message: format!(
                            "the list `{}` cites a source `{}` that does not exist",
                            list.id, edition.source
                        ),
                        at: None,
                        label: String::new(),
                        help: Some("add it under sources/".into()),
                    });
                }
            }
        }
    }
}

/// Parses and checks a condition where it stands in a file.
fn read_condition(
    frames: &[Frame],
    kind: usize,
    lists: &dyn Lists,
    file: &Arc<SourceFile>,
    text: &Text,
    problems: &mut Vec<Diagnostic>,
) -> Option<Cond> {
    read(file, text, problems, |expr, found| condition::check(expr, frames, kind, lists, found))
}

/// Parses a condition and hands it to `check`; what is wrong is shown at its characters in the file.
fn read(
    file: &Arc<SourceFile>,
    text: &Text,
    problems: &mut Vec<Diagnostic>,
    check: impl FnOnce(&condition::Expr, &mut Vec<condition::Problem>) -> Cond,
) -> Option<Cond> {
    let written = file.text.get(text.span.clone()).unwrap_or_default();
    let Some(offset) = written.find(&text.text) else {
        problems.push(
            Diagnostic::error("C0105", "a condition cannot hold escapes", file, text.span.clone())
                .help("write it between '…' or '''…''' and without \\"),
        );
        return None;
    };
    let start = text.span.start + offset;
    let mut found = Vec::new();
    let cond = match condition::parse(&text.text) {
        Ok(expr) => Some(check(&expr, &mut found)),
        Err(problem) => {
            found.push(problem);
            None
        }
    };
    let ok = found.is_empty();
    for f in found {
        let span = start + f.span.start..start + f.span.end;
        let mut d = Diagnostic::error(f.code, f.message, file, span).label(f.label);
        d.help = f.help;
        problems.push(d);
    }
    cond.filter(|_| ok)
}

fn line_of(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |t| t.bytes().filter(|b| *b == b'\n').count() + 1)
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}

fn place(d: &Diagnostic) -> (String, usize) {
    d.at.as_ref().map_or((String::new(), 0), |(f, s)| (f.name.clone(), s.start))
}

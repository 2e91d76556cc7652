//! A folder of TOML files → a checked [`RuleSet`], or every reason why not. Overlays, folders of their own, add to it.
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
mod edges;
mod news;
mod overlay;
mod routes;
mod settings;
mod suppressions;
mod surroundings;
mod trim;
mod vocabulary;

pub use cases::read_facts;
pub use settings::set_text;

use super::folder::Folder;
use super::model::*;
use super::read::Text;
use crate::calendar;
use crate::condition::{self, Cond, Frame, Lists, Set};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::release::Standing;
use crate::tree::{self, Node};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/us-federal");
/// The part that rulings need, and the digest of the whole, by the build script.
static RULINGS: &[u8] = include_bytes!(concat!(env!("OUT_DIR"), "/rulings.bin"));
const DIGEST: &str = env!("CANDOR_RULES_DIGEST");

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

/// What an institution adds, as found in its folder.
#[derive(Debug, Clone)]
pub struct OverlayFiles {
    /// How the folder is named to people.
    pub name: String,
    /// Named relative to the folder.
    pub files: Vec<SourceFile>,
    /// By whom they are signed.
    pub standing: Standing,
}

impl OverlayFiles {
    pub fn new(folder: &Folder, standing: Standing) -> std::io::Result<Self> {
        Ok(Self { name: folder.dir().to_string_lossy().replace('\\', "/"), files: folder.sources()?, standing })
    }
}

/// The rule set inside the binary.
pub fn load_embedded(tests: Tests) -> Loaded {
    load_with(embedded(tests), Vec::new(), tests)
}

/// A rule set's files.
#[derive(Debug)]
pub struct RuleFiles {
    files: Vec<SourceFile>,
    /// Of the files in full, where these are not.
    digest: Option<String>,
    standing: Standing,
    /// Settings that are not at their default although no overlay sets them.
    settled: Vec<(String, Set)>,
}

impl RuleFiles {
    /// Files, and by whom they are signed.
    pub fn new(files: Vec<SourceFile>, standing: Standing) -> Self {
        Self { files, digest: None, standing, settled: Vec::new() }
    }

    /// The same rule set with these settings: what an overlay's settings alone would make of it.
    pub fn settled(self, settled: Vec<(String, Set)>) -> Self {
        Self { settled, ..self }
    }
}

impl From<Vec<SourceFile>> for RuleFiles {
    fn from(files: Vec<SourceFile>) -> Self {
        Self::new(files, Standing::Unchecked)
    }
}

/// The files of the rule set inside the binary: all of them, or what rulings need.
pub fn embedded(tests: Tests) -> RuleFiles {
    match tests {
        Tests::Load => RuleFiles::new(embedded_in_full(), Standing::BuiltIn),
        Tests::Skip => {
            RuleFiles { digest: Some(DIGEST.to_owned()), ..RuleFiles::new(unpacked(RULINGS), Standing::BuiltIn) }
        }
    }
}

/// What the build script packed: length and text of a name, length and text of the file, and so on.
fn unpacked(mut packed: &[u8]) -> Vec<SourceFile> {
    let mut next = || -> Option<String> {
        let (length, rest) = packed.split_first_chunk::<4>()?;
        let (text, rest) = rest.split_at_checked(usize::try_from(u32::from_le_bytes(*length)).ok()?)?;
        packed = rest;
        Some(String::from_utf8_lossy(text).into_owned())
    };
    std::iter::from_fn(|| Some(SourceFile { name: next()?, text: next()? })).collect()
}

fn embedded_in_full() -> Vec<SourceFile> {
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
    files
}

/// The files of a rule-set folder, but hidden ones: those are an editor's or a version control's. File names in messages are
/// relative to `dir`.
pub fn read_dir(dir: &Path) -> std::io::Result<Vec<SourceFile>> {
    Folder::read(dir)?.sources()
}

/// Loads a folder.
pub fn load_dir(dir: &Path, tests: Tests) -> std::io::Result<Loaded> {
    Ok(load_files(read_dir(dir)?, tests))
}

/// The files of an overlay's folder.
pub fn read_overlay(dir: &Path) -> std::io::Result<OverlayFiles> {
    OverlayFiles::new(&Folder::read(dir)?, Standing::Unchecked)
}

/// Loads files, named relative to the rule set's top folder.
pub fn load_files(files: Vec<SourceFile>, tests: Tests) -> Loaded {
    load_with(files, Vec::new(), tests)
}

/// Loads a rule set and what overlays add to it.
pub fn load_with(rules: impl Into<RuleFiles>, overlays: Vec<OverlayFiles>, tests: Tests) -> Loaded {
    let RuleFiles { files, digest: known, standing, settled } = rules.into();
    let mut all = sorted(files.into_iter().map(File::own));
    let own = all.len();
    let mut folders = Vec::new();
    for (i, overlay) in overlays.into_iter().enumerate() {
        let folder = overlay.name.trim_end_matches('/').to_owned();
        let files = sorted(overlay.files.into_iter().map(|f| File::added(i, &folder, f)));
        folders.push(Overlay { digest: digest(&files), folder, standing: overlay.standing, ..Overlay::default() });
        all.extend(files);
    }
    let (digest, parsed, problems) = parse_all(&all, known.ok_or(own), tests);
    // After a syntax error the rest would only produce echoes of it.
    if problems.iter().any(|p| p.severity == Severity::Error) {
        return Loaded { rules: None, cases: Vec::new(), problems };
    }
    let mut loader = Loader { problems, digest, standing, settled, ..Loader::default() };
    loader.all(&parsed, folders);
    loader.finish()
}

/// A file, and where it belongs.
struct File {
    /// As messages name it.
    source: Arc<SourceFile>,
    /// Its name inside its own top folder.
    path: String,
    /// The overlay it is part of; none for the rule set's own.
    overlay: Option<usize>,
}

/// A file that was read.
type Parsed<'a> = (&'a File, Node);

impl File {
    fn own(source: SourceFile) -> Self {
        Self { path: source.name.clone(), source: Arc::new(source), overlay: None }
    }

    fn added(overlay: usize, folder: &str, file: SourceFile) -> Self {
        let source = SourceFile { name: format!("{folder}/{}", file.name), text: file.text };
        Self { source: Arc::new(source), path: file.name, overlay: Some(overlay) }
    }

    /// The first part of its path; nothing for a file at the top.
    fn folder(&self) -> &str {
        self.path.split_once('/').map_or("", |(folder, _)| folder)
    }
}

fn sorted(files: impl Iterator<Item = File>) -> Vec<File> {
    let mut files: Vec<File> = files.collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Parses all files, on two threads: reading TOML is most of what a start costs. Takes the digest of the first so many, if it is not
/// known.
fn parse_all(files: &[File], known: Result<String, usize>, tests: Tests) -> (String, Vec<Parsed<'_>>, Vec<Diagnostic>) {
    fn parse(files: &[File], tests: Tests) -> (Vec<Parsed<'_>>, Vec<Diagnostic>) {
        let (mut parsed, mut problems) = (Vec::new(), Vec::new());
        for file in files.iter().filter(|f| tests == Tests::Load || trim::is_needed(&f.path)) {
            let blanked = (tests == Tests::Skip).then(|| trim::blanked(&file.source.text));
            let text = blanked.as_deref().unwrap_or(&file.source.text);
            if let Some(node) = tree::parse(&file.source, text, &mut problems) {
                parsed.push((file, node));
            }
        }
        (parsed, problems)
    }
    // The second half has the digest to take as well, so it gets less to parse.
    let total: usize = files.iter().map(|f| f.source.text.len()).sum();
    let mut seen = 0;
    let half = files
        .iter()
        .take_while(|f| {
            seen += f.source.text.len();
            seen * 9 < total * 5
        })
        .count();
    let (first, second) = files.split_at(half);
    std::thread::scope(|scope| {
        let other = scope.spawn(|| (known.unwrap_or_else(|own| digest(&files[..own])), parse(second, tests)));
        let (mut parsed, mut problems) = parse(first, tests);
        let (digest, (more, more_problems)) = other.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        parsed.extend(more);
        problems.extend(more_problems);
        (digest, parsed, problems)
    })
}

fn digest<'a>(files: impl IntoIterator<Item = &'a File>) -> String {
    digest_of(files.into_iter().map(|f| (f.path.as_str(), f.source.text.as_bytes())))
}

/// SHA-256 over names and contents of everything that can change a ruling. In order of name.
pub(in crate::ruleset) fn digest_of<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut hash = Sha256::new();
    for (name, bytes) in files.into_iter().filter(|(name, _)| trim::is_digested(name)) {
        for part in [name.as_bytes(), bytes] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
    }
    hash.finalize().iter().map(|b| format!("{b:02x}")).collect()
}

#[derive(Default)]
struct Loader {
    problems: Vec<Diagnostic>,
    digest: String,
    standing: Standing,
    meta: Meta,
    kinds: Vec<Kind>,
    /// By kind and field: the guard's text.
    guards: Vec<BTreeMap<String, (Arc<SourceFile>, Text)>>,
    /// By kind.
    constraints: Vec<Vec<ConstraintText>>,
    frames: Vec<Frame>,
    renamed: Vec<Renamed>,
    agencies: Vec<Agency>,
    forms: Vec<Form>,
    sources: Vec<Source>,
    pending: Vec<Pending>,
    changes: Vec<Change>,
    overlays: Vec<Overlay>,
    /// Settings that are given with the rule set.
    settled: Vec<(String, Set)>,
    /// What overlays set, before it is known what may be set.
    wanted: Vec<settings::Wanted>,
    lists: ListSet,
    decisions: Vec<Decision>,
    checks: Vec<Check>,
    routes: Vec<Route>,
    cases: Vec<Case>,
    suppressions: Vec<Suppression>,
}

/// A constraint before its frame is known.
struct ConstraintText {
    id: String,
    file: Arc<SourceFile>,
    holds: Text,
    says: String,
}

#[derive(Default)]
struct ListSet(Vec<List>, Vec<Setting>);

impl Lists for ListSet {
    fn list(&self, name: &str) -> Option<(usize, bool)> {
        self.0.iter().enumerate().find(|(_, l)| l.id == name).map(|(i, l)| (i, l.of_entities))
    }
    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|l| l.id.as_str()).collect()
    }
    fn setting(&self, name: &str) -> Option<Set> {
        self.1.iter().find(|s| s.id == name).map(|s| s.value)
    }
    fn settings(&self) -> Vec<&str> {
        self.1.iter().map(|s| s.id.as_str()).collect()
    }
}

impl Loader {
    /// `overlays`: what is known of each before it is read.
    fn all(&mut self, files: &[Parsed<'_>], overlays: Vec<Overlay>) {
        for (file, node) in files.iter().filter(|(f, _)| f.path == "ruleset.toml" && f.overlay.is_none()) {
            self.meta(&file.source, node);
        }
        if self.meta.id.is_empty() && !self.problems.iter().any(|p| p.severity == Severity::Error) {
            self.general(
                "C0104",
                "there is no ruleset.toml here",
                "a rule set starts with a file ruleset.toml; is this the right folder?",
            );
        }
        let reach = self.overlays(files, overlays);
        self.each(files, "lists", Self::list);
        self.each(files, "vocabulary", Self::kind);
        self.order_kinds();
        self.build_frames();
        self.each(files, "agencies", Self::agency);
        self.agencies.sort_by(|a, b| (a.order, &a.id).cmp(&(b.order, &b.id)));
        self.apply(&reach);
        self.each(files, "forms", Self::form);
        self.check_contacts(&reach);
        self.each(files, "sources", Self::sources);
        self.each(files, "settings", Self::settings);
        self.set();
        self.each(files, "pending", Self::pending);
        self.each(files, "changes", Self::changes);
        self.changes.sort_by_key(|c| std::cmp::Reverse(c.on));
        self.each(files, "checks", Self::checks);
        self.each(files, "routes", Self::routes);
        self.each(files, "suppressions", Self::suppressions);
        const OTHER: [&str; 14] = [
            "",
            "lists",
            "vocabulary",
            "agencies",
            "forms",
            "sources",
            "settings",
            "pending",
            "changes",
            "checks",
            "routes",
            "cases",
            "edges",
            "suppressions",
        ];
        let decisions: Vec<&Parsed<'_>> =
            files.iter().filter(|(f, node)| !OTHER.contains(&f.folder()) && self.admits(f, node)).collect();
        // Decisions know nothing of each other, so two threads share them.
        let loader = &*self;
        let read = |decisions: &[&Parsed<'_>]| {
            let mut problems = Vec::new();
            let read: Vec<Decision> =
                decisions.iter().filter_map(|(file, node)| loader.decision(file, node, &mut problems)).collect();
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
        self.each(files, "cases", Self::cases);
        self.each(files, "edges", Self::edges);
    }

    /// Reads the files of a folder, the rule set's own first.
    fn each(&mut self, files: &[Parsed<'_>], folder: &str, read: fn(&mut Self, &Arc<SourceFile>, &Node)) {
        for (file, node) in files.iter().filter(|(f, _)| f.folder() == folder) {
            if self.admits(file, node) {
                read(self, &file.source, node);
            }
        }
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
                standing: self.standing,
                kinds: self.kinds,
                frames: self.frames,
                renamed: self.renamed,
                agencies: self.agencies,
                forms: self.forms,
                sources: self.sources,
                pending: self.pending,
                suppressions: self.suppressions,
                changes: self.changes,
                settings: self.lists.1,
                overlays: self.overlays,
                lists: self.lists.0,
                list_dates,
                names: std::sync::OnceLock::new(),
                decisions: self.decisions,
                checks: self.checks,
                routes: self.routes,
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
    text.get(..at).map_or(1, |t| t.matches('\n').count() + 1)
}

fn line_start(text: &str, line: usize) -> usize {
    text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum()
}

fn place(d: &Diagnostic) -> (String, usize) {
    d.at.as_ref().map_or((String::new(), 0), |(f, s)| (f.name.clone(), s.start))
}

//! A folder of TOML files → a checked [`RuleSet`], or every reason why not.
//!
//! Reading goes in layers, each needing the ones before: lists and vocabulary, then frames, then agencies, forms and sources,
//! then decisions, then cases. Conditions are parsed where they stand, so that a mistake is shown at its characters.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use chrono::NaiveDate;
use include_dir::{Dir, include_dir};
use sha2::{Digest, Sha256};

use super::model::*;
use super::read::{Table, Text};
use crate::calendar;
use crate::condition::{self, Anchor, Atom, Cond, Constraint, Frame, Lists, Owner, Point, Slot, SlotDef};
use crate::diagnostic::{Diagnostic, Severity, SourceFile};
use crate::facts::{Answers, FieldType};
use crate::tree::{self, Node, NodeValue};

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/rules/us-federal");

/// Whether examples and cases are wanted too. Ruling needs neither, and they are most of the text.
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
    let digest = digest(&files);
    let mut problems = Vec::new();
    let mut parsed = Vec::new();
    for file in files {
        if tests == Tests::Skip && file.name.starts_with("cases/") {
            continue;
        }
        let file = Arc::new(file);
        let blanked = (tests == Tests::Skip).then(|| without_examples(&file.text));
        if let Some(node) = tree::parse(&file, blanked.as_deref().unwrap_or(&file.text), &mut problems) {
            parsed.push((file, node));
        }
    }
    // After a syntax error the rest would only produce echoes of it.
    if problems.iter().any(|p| p.severity == Severity::Error) {
        return Loaded { rules: None, cases: Vec::new(), problems };
    }
    let mut loader = Loader { problems, ..Loader::default() };
    loader.digest = digest;
    loader.all(&parsed);
    loader.finish()
}

/// The text with examples and near misses blanked out, every other character in its place. They are a third of the text, and
/// parsing is most of what a start costs. An example reaches from its header to the next line that begins with `[`.
fn without_examples(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut keep = true;
    for line in text.split_inclusive('\n') {
        if line.starts_with('[') {
            keep = !line.starts_with("[[rule.example]]") && !line.starts_with("[[rule.near-miss]]");
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
fn digest(files: &[SourceFile]) -> String {
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
    /// By kind: id, condition, words.
    constraints: Vec<Vec<(String, Arc<SourceFile>, Text, String)>>,
    frames: Vec<Frame>,
    agencies: Vec<Agency>,
    forms: Vec<Form>,
    sources: Vec<Source>,
    lists: ListSet,
    decisions: Vec<Decision>,
    cases: Vec<Case>,
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

/// A rule before its siblings are known.
struct Draft {
    rule: Rule,
    when: Cond,
    unless: Vec<Text>,
    exhaustive: bool,
    file: Arc<SourceFile>,
    span: std::ops::Range<usize>,
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
        folder("forms/").into_iter().for_each(|(f, n)| self.form(f, n));
        folder("sources/").into_iter().for_each(|(f, n)| self.sources(f, n));
        const OTHER: [&str; 6] = ["lists", "vocabulary", "agencies", "forms", "sources", "cases"];
        for (file, node) in files {
            match file.name.split_once('/') {
                Some((folder, _)) if !OTHER.contains(&folder) => self.decision(folder, file, node),
                _ => {}
            }
        }
        self.decisions.sort_by(|a, b| a.id.cmp(&b.id));
        self.decisions.iter_mut().enumerate().for_each(|(i, d)| d.index = i);
        self.check_references();
        folder("cases/").into_iter().for_each(|(f, n)| self.cases(f, n));
    }

    fn finish(mut self) -> Loaded {
        self.problems.sort_by(|a, b| place(a).cmp(&place(b)));
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
                lists: self.lists.0,
                list_dates,
                listed: std::sync::OnceLock::new(),
                decisions: self.decisions,
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

    fn meta(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "ruleset.toml");
        if let Some(t) = top.table("ruleset", "[ruleset]", p) {
            let schema = t.need("schema", p);
            if schema.text != "candor.ruleset/1" {
                p.push(
                    Diagnostic::error(
                        "C0104",
                        format!("this rule set has schema `{}`", schema.text),
                        file,
                        schema.span,
                    )
                    .label("expected \"candor.ruleset/1\"")
                    .help("a newer candor may be needed"),
                );
            }
            self.meta = Meta {
                id: t.need("id", p).text,
                title: t.need("title", p).text,
                version: t.need("version", p).text,
                released: t.date("released", p),
                not_covered: t.texts("not-covered", p).into_iter().map(|t| t.text).collect(),
            };
            t.finish(p);
        }
        top.finish(p);
    }

    fn list(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "a list file");
        let Some(head) = top.table("list", "[list]", p) else {
            p.push(Diagnostic::error("C0101", "a list file needs a [list] table", file, 0..0));
            return;
        };
        let of = head.need("of", p);
        let of_entities = of.text == "entity";
        if !of_entities && of.text != "country" {
            p.push(Diagnostic::error("C0102", "`of` is \"country\" or \"entity\"", file, of.span));
        }
        let mut list =
            List { id: head.need("id", p).text, title: head.need("title", p).text, of_entities, editions: Vec::new() };
        head.finish(p);
        for e in top.tables("edition", "an edition", p) {
            let from = e.date("from", p);
            if from.is_none() {
                p.push(Diagnostic::error("C0101", "an edition needs `from`", file, e.span()));
            }
            let source = e.need("source", p).text;
            let mut entries = Vec::new();
            for entry in e.tables("entries", "an entry", p) {
                let mut names: Vec<String> = entry.text("name", p).into_iter().map(|t| t.text).collect();
                names.extend(entry.texts("aliases", p).into_iter().map(|t| t.text));
                let country = if of_entities { entry.words("country", p) } else { entry.need("code", p).text };
                if of_entities && names.is_empty() {
                    p.push(Diagnostic::error("C0101", "an entry needs `name`", file, entry.span()));
                }
                entry.finish(p);
                entries.push(Entry { country, names });
            }
            e.finish(p);
            if let Some(from) = from {
                list.editions.push(Edition { from, source, entries, bit: 0 });
            }
        }
        top.finish(p);
        list.editions.sort_by_key(|e| e.from);
        let used: usize = self.lists.0.iter().map(|l| l.editions.len()).sum();
        if used + list.editions.len() > 64 {
            self.general(
                "C0106",
                "the rule set has more than 64 editions of lists",
                "merge editions that do not differ",
            );
            return;
        }
        for (i, edition) in list.editions.iter_mut().enumerate() {
            edition.bit = 1 << (used + i);
        }
        self.lists.0.push(list);
    }

    fn kind(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "a vocabulary file");
        let Some(head) = top.table("kind", "[kind]", p) else {
            p.push(Diagnostic::error("C0101", "a vocabulary file needs a [kind] table", file, 0..0));
            return;
        };
        let mut kind = Kind {
            id: head.need("id", p).text,
            title: head.need("title", p).text,
            plural: head.need("plural", p).text,
            summary: head.need("summary", p).text,
            label: head.texts("label", p).into_iter().map(|t| t.text).collect(),
            once: head.flag("once", p).unwrap_or(false),
            order: head.int("order", p).unwrap_or(99),
            fields: Vec::new(),
        };
        head.finish(p);
        let mut guards = BTreeMap::new();
        for f in top.tables("field", "a field", p) {
            let ty = f.need("type", p);
            let mut values = Vec::new();
            for v in f.tables("values", "a value", p) {
                values.push(Choice { id: v.need("id", p).text, label: v.need("label", p).text });
                v.finish(p);
            }
            let never = f.text("never", p).map(|t| t.text);
            let ids = || values.iter().map(|v| v.id.clone()).collect::<Vec<_>>();
            let parsed = match ty.text.as_str() {
                "yes-no" => Some(FieldType::YesNo),
                "choice" => Some(FieldType::Choice(ids())),
                "set" => Some(FieldType::Set(ids())),
                "money" => Some(FieldType::Money),
                "number" => Some(FieldType::Number),
                "date" => Some(FieldType::Date(never.is_some())),
                "country" => Some(FieldType::Country),
                "places" => Some(FieldType::Places),
                "text" => Some(FieldType::Text),
                "entity" => Some(FieldType::Entity),
                "months-by-year" => Some(FieldType::MonthsByYear),
                _ => None,
            };
            let many = matches!(parsed, Some(FieldType::Choice(_) | FieldType::Set(_)));
            let message = match &parsed {
                None => Some(format!("there is no field type `{}`", ty.text)),
                Some(_) if many && values.is_empty() => Some("a choice or set needs `values`".to_owned()),
                Some(_) if values.len() > 63 => Some("a field can have at most 63 values".to_owned()),
                Some(_) if !many && !values.is_empty() => Some(format!("a {} field has no `values`", ty.text)),
                Some(FieldType::Date(_)) => None,
                Some(_) => never.as_ref().map(|_| "only a date field can have `never`".to_owned()),
            };
            if let Some(message) = message {
                p.push(Diagnostic::error("C0107", message, file, ty.span.clone()).help(
                    "types: yes-no, choice, set, money, number, date, country, places, text, entity, months-by-year",
                ));
            }
            for (i, v) in values.iter().enumerate() {
                if values.iter().take(i).any(|w| w.id == v.id) {
                    p.push(Diagnostic::error(
                        "C0108",
                        format!("the value `{}` stands twice", v.id),
                        file,
                        ty.span.clone(),
                    ));
                }
            }
            let id = f.need("id", p);
            if kind.fields.iter().any(|other| other.id == id.text) {
                p.push(Diagnostic::error(
                    "C0108",
                    format!("the field `{}` stands twice", id.text),
                    file,
                    id.span.clone(),
                ));
            }
            let scope = f.text("scope", p);
            if let Some(scope) = scope.as_ref().filter(|s| s.text != "target") {
                p.push(Diagnostic::error("C0102", "the only `scope` is \"target\"", file, scope.span.clone()));
            }
            if let Some(guard) = f.text("applies-when", p) {
                guards.insert(id.text.clone(), (Arc::clone(file), guard));
            }
            kind.fields.push(Field {
                id: id.text,
                ty: parsed.unwrap_or(FieldType::Text),
                ask: f.need("ask", p).text,
                help: f.words("help", p),
                example: f.words("example", p),
                why: f.need("why", p).text,
                values,
                never,
                per_target: scope.is_some(),
                set_by_program: f.text("set-by", p).is_some(),
                opens: f.text("opens", p).map(|t| t.text),
            });
            f.finish(p);
        }
        let mut constraints = Vec::new();
        for c in top.tables("constraint", "a constraint", p) {
            constraints.push((c.need("id", p).text, Arc::clone(file), c.need("holds", p), c.need("says", p).text));
            c.finish(p);
        }
        top.finish(p);
        if self.kinds.iter().any(|k| k.id == kind.id) {
            p.push(Diagnostic::error("C0108", format!("the kind `{}` stands twice", kind.id), file, 0..0));
            return;
        }
        self.kinds.push(kind);
        self.guards.push(guards);
        self.constraints.push(constraints);
    }

    fn order_kinds(&mut self) {
        let mut order: Vec<usize> = (0..self.kinds.len()).collect();
        order.sort_by_key(|&i| (self.kinds[i].order, self.kinds[i].id.clone()));
        self.kinds = order.iter().map(|&i| self.kinds[i].clone()).collect();
        self.guards = order.iter().map(|&i| std::mem::take(&mut self.guards[i])).collect();
        self.constraints = order.iter().map(|&i| std::mem::take(&mut self.constraints[i])).collect();
        for needed in ["entity", "target", "person"] {
            if !self.kinds.iter().any(|k| k.id == needed) {
                self.general(
                    "C0104",
                    format!("the vocabulary has no kind `{needed}`"),
                    format!("add vocabulary/{needed}.toml"),
                );
            }
        }
    }

    fn build_frames(&mut self) {
        let Self { kinds, guards, constraints, lists, problems, frames, .. } = self;
        let find = |id: &str| kinds.iter().position(|k| k.id == id);
        let (entity, target, person) = (find("entity"), find("target"), find("person"));
        for (index, kind) in kinds.iter().enumerate() {
            let mut frame = Frame::new(kind.id.clone());
            // Clocks, target and person come first: a record's guards may read them.
            for clock in CLOCKS {
                frame.add(SlotDef {
                    name: clock.to_owned(),
                    owner: Owner::Clock,
                    field: clock.to_owned(),
                    ty: FieldType::Date(false),
                    guard: None,
                    per_target: false,
                });
            }
            // (slot, kind whose guard it is, prefix of the names in the guard)
            let mut pending: Vec<(Slot, usize, String)> = Vec::new();
            let mut add = |frame: &mut Frame, of: usize, prefix: &str, owner: &Owner| {
                for field in &kinds[of].fields {
                    let slot = frame.add(SlotDef {
                        name: format!("{prefix}{}", field.id),
                        owner: owner.clone(),
                        field: field.id.clone(),
                        ty: field.ty.clone(),
                        guard: None,
                        per_target: field.per_target && *owner == Owner::Record,
                    });
                    pending.push((slot, of, prefix.to_owned()));
                    if field.ty == FieldType::Entity
                        && let Some(e) = entity
                    {
                        for sub in &kinds[e].fields {
                            let slot = frame.add(SlotDef {
                                name: format!("{prefix}{}.{}", field.id, sub.id),
                                owner: Owner::Entity(field.id.clone()),
                                field: sub.id.clone(),
                                ty: sub.ty.clone(),
                                guard: None,
                                per_target: false,
                            });
                            pending.push((slot, e, format!("{prefix}{}.", field.id)));
                        }
                    }
                }
            };
            for (singleton, owner) in [(target, Owner::Target), (person, Owner::Person)] {
                if let Some(of) = singleton {
                    add(&mut frame, of, &format!("{}.", kinds[of].id), &owner);
                }
            }
            if Some(index) != target && Some(index) != person {
                add(&mut frame, index, "", &Owner::Record);
            } else {
                // In a decision about the target itself, bare names mean the target's fields.
                for field in &kind.fields {
                    if let Some(slot) = frame.slot(&format!("{}.{}", kind.id, field.id)) {
                        frame.alias(field.id.clone(), slot);
                    }
                }
            }
            let mut view = Frame::default();
            let mut seen_from: Option<String> = None;
            for (slot, of, prefix) in pending {
                let Some((file, text)) = guards.get(of).and_then(|g| g.get(&frame.def(slot).field)) else { continue };
                // Names in a guard are those of its own kind; here they carry a prefix.
                if seen_from.as_ref() != Some(&prefix) {
                    view = frame.seen_from(&prefix);
                    seen_from = Some(prefix.clone());
                }
                let at_home = prefix.is_empty() || of == index;
                let report = at_home.then_some(&mut *problems);
                if let Some(cond) = guard(&view, lists, file, text, report, slot) {
                    view.slots[usize::from(slot)].guard = Some(cond.clone());
                    frame.slots[usize::from(slot)].guard = Some(cond);
                }
            }
            for (id, file, text, says) in constraints.get(index).into_iter().flatten() {
                let frames = std::slice::from_ref(&frame);
                if let Some(holds) = read_condition(frames, 0, lists, file, text, problems) {
                    frame.constraints.push(Constraint { id: id.clone(), holds, says: says.clone() });
                }
            }
            order_of_clocks(&mut frame);
            frames.push(frame);
        }
    }

    fn agency(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "an agency file");
        let Some(a) = top.table("agency", "[agency]", p) else {
            p.push(Diagnostic::error("C0101", "an agency file needs an [agency] table", file, 0..0));
            return;
        };
        let mut moments = Vec::new();
        for m in a.tables("moment", "a moment", p) {
            let clocks = m.texts("clocks", p);
            for c in &clocks {
                if !CLOCKS.contains(&c.text.as_str()) || c.text == "filing" {
                    let message = format!("there is no clock `{}`", c.text);
                    p.push(Diagnostic::error("C0109", message, file, c.span.clone()).did_you_mean(&c.text, CLOCKS));
                }
            }
            let filing = m.need("filing", p);
            let clocks: Vec<String> = clocks.into_iter().map(|c| c.text).collect();
            if !clocks.contains(&filing.text) {
                p.push(Diagnostic::error("C0109", "`filing` must be one of the moment's clocks", file, filing.span));
            }
            moments.push(Moment {
                id: m.need("id", p).text,
                title: m.need("title", p).text,
                clocks,
                filing: filing.text,
            });
            m.finish(p);
        }
        if moments.is_empty() {
            p.push(Diagnostic::error("C0101", "an agency needs at least one [[agency.moment]]", file, a.span()));
        }
        self.agencies.push(Agency {
            id: a.need("id", p).text,
            title: a.need("title", p).text,
            short: a.need("short", p).text,
            ruled_with: a.texts("ruled-with", p).into_iter().map(|t| t.text).collect(),
            moments,
        });
        a.finish(p);
        top.finish(p);
    }

    fn form(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "a form file");
        let Some(head) = top.table("form", "[form]", p) else {
            p.push(Diagnostic::error("C0101", "a form file needs a [form] table", file, 0..0));
            return;
        };
        let mut form = Form { id: head.need("id", p).text, title: head.need("title", p).text, sections: Vec::new() };
        head.finish(p);
        for s in top.tables("section", "a section", p) {
            let mut fields = Vec::new();
            for f in s.tables("fields", "a form field", p) {
                let mut from = BTreeMap::new();
                for pair in f.open_table("from", p).map(Node::pairs).unwrap_or_default() {
                    let kind = self.kinds.iter().position(|k| k.id == pair.key);
                    let NodeValue::Str(slot) = &pair.node.value else {
                        p.push(Diagnostic::error(
                            "C0102",
                            "expected a field's name in quotes",
                            file,
                            pair.node.span.clone(),
                        ));
                        continue;
                    };
                    match kind.and_then(|k| self.frames.get(k)) {
                        None => p.push(
                            Diagnostic::error(
                                "C0110",
                                format!("there is no record kind `{}`", pair.key),
                                file,
                                pair.key_span.clone(),
                            )
                            .did_you_mean(&pair.key, self.kinds.iter().map(|k| k.id.as_str())),
                        ),
                        Some(frame) if frame.slot(slot).is_none() => p.push(
                            Diagnostic::error(
                                "C0110",
                                format!("`{}` has no field `{slot}`", pair.key),
                                file,
                                pair.node.span.clone(),
                            )
                            .did_you_mean(slot, frame.names()),
                        ),
                        Some(_) => {}
                    }
                    from.insert(pair.key.clone(), slot.clone());
                }
                fields.push(FormField {
                    id: f.need("id", p).text,
                    title: f.need("title", p).text,
                    required: f.flag("required", p).unwrap_or(false),
                    limit: f.int("limit", p).and_then(|n| usize::try_from(n).ok()),
                    help: f.words("help", p),
                    from,
                });
                f.finish(p);
            }
            let section =
                Section { id: s.need("id", p).text, title: s.need("title", p).text, help: s.words("help", p), fields };
            s.finish(p);
            form.sections.push(section);
        }
        top.finish(p);
        self.forms.push(form);
    }

    fn sources(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "a source file");
        for s in top.tables("source", "a source", p) {
            let id = s.need("id", p);
            if self.sources.iter().any(|other| other.id == id.text) {
                p.push(Diagnostic::error(
                    "C0108",
                    format!("the source `{}` stands twice", id.text),
                    file,
                    id.span.clone(),
                ));
            }
            self.sources.push(Source {
                id: id.text,
                title: s.need("title", p).text,
                issuer: s.need("issuer", p).text,
                url: s.words("url", p),
                issued: s.date("issued", p),
                effective: s.date("effective", p),
                superseded: s.date("superseded", p),
                last_verified: s.date("last-verified", p),
                read: s.words("read", p),
                note: s.words("note", p),
            });
            s.finish(p);
        }
        top.finish(p);
    }

    fn decision(&mut self, folder: &str, file: &Arc<SourceFile>, node: &Node) {
        let mut problems = std::mem::take(&mut self.problems);
        let p = &mut problems;
        let top = Table::new(file, node, "a decision file");
        let head = top.table("decision", "[decision]", p);
        let Some(d) = head else {
            p.push(Diagnostic::error("C0101", "a decision file needs a [decision] table", file, 0..0));
            self.problems = problems;
            return;
        };
        let id = d.need("id", p);
        let expected = file.name.trim_end_matches(".toml").replace('/', ".");
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
        decision.rules = assemble(drafts, p);
        self.check_clocks(&decision, file, p);
        self.problems = problems;
        self.decisions.push(decision);
    }

    fn check_place(&self, place: &Text, file: &Arc<SourceFile>, p: &mut Vec<Diagnostic>) {
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
            None => Some(Cond::Const(true)),
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
        let basis_text = t.need("basis", p);
        let basis = Basis::parse(&basis_text.text);
        if basis.is_none() {
            p.push(
                Diagnostic::error(
                    "C0116",
                    format!("there is no basis `{}`", basis_text.text),
                    file,
                    basis_text.span.clone(),
                )
                .help("basis is \"primary\", \"secondary\" or \"unverified\""),
            );
        }
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
        let verified = t.date("verified", p);
        if verified.is_none() {
            p.push(Diagnostic::error("C0101", "a rule needs `verified`", file, t.span()));
        }
        let period = self.period(frame, &t, p);
        let mut authority = Vec::new();
        for a in t.tables("authority", "an authority", p) {
            let source = a.need("source", p);
            if !source.text.is_empty() && !self.sources.iter().any(|s| s.id == source.text) {
                p.push(
                    Diagnostic::error("C0118", format!("there is no source `{}`", source.text), file, source.span)
                        .did_you_mean(&source.text, self.sources.iter().map(|s| s.id.as_str())),
                );
            }
            authority.push(Authority { source: source.text, at: a.need("at", p).text });
            a.finish(p);
        }
        if authority.is_empty() {
            p.push(Diagnostic::error("C0101", "a rule needs `authority`", file, t.span()));
        }
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
        let deadline = deadline(frame, &t, p);
        let mut examples = Vec::new();
        for (key, fires) in [("example", true), ("near-miss", false)] {
            for e in t.tables(key, if fires { "an example" } else { "a near miss" }, p) {
                let given = self.given(&e, kind, p);
                let rule = e.text("rule", p);
                let expected = e.text("ruling", p);
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
                examples.push(Example { fires, given, expects, line });
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
            ruling: ruling.unwrap_or(Ruling::AskOffice),
            place: place.map_or_else(|| decision.place.clone(), |t| t.text),
            may_list: may_list.map(|t| t.text),
            because: t.need("because", p).text,
            action: t.words("do", p),
            question: question.map(|t| t.text).unwrap_or_default(),
            deadline,
            period,
            authority,
            basis: basis.unwrap_or(Basis::Unverified),
            verified: verified.unwrap_or_default(),
            review_by: t.date("review-by", p),
            note: t.words("note", p),
            examples,
            line: line_of(&file.text, t.span().start),
        };
        let draft = Draft { rule, when: when?, unless, exhaustive, file: Arc::clone(file), span: id.span };
        t.finish(p);
        Some(draft)
    }

    fn period(&self, frame: &Frame, t: &Table<'_>, p: &mut Vec<Diagnostic>) -> Period {
        let Some(table) = t.table("period", "a period", p) else {
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

    /// The facts of an example or a case.
    fn given(&self, t: &Table<'_>, kind: usize, p: &mut Vec<Diagnostic>) -> Given {
        let mut given = Given { on: t.date("on", p), ..Given::default() };
        let Some(frame) = self.frames.get(kind) else { return given };
        if let Some(node) = t.open_table("given", p) {
            self.answers(t.file, node, frame, "", &mut given.answers, p);
        }
        for pair in t.open_table("clocks", p).map(Node::pairs).unwrap_or_default() {
            let date = match &pair.node.value {
                NodeValue::Date(d) => calendar::PartialDate::parse(d).filter(|d| d.is_exact()),
                _ => None,
            };
            match (CLOCKS.contains(&pair.key.as_str()), date) {
                (true, Some(d)) => {
                    given.clocks.insert(pair.key.clone(), d.first);
                }
                (false, _) => p.push(
                    Diagnostic::error(
                        "C0109",
                        format!("there is no clock `{}`", pair.key),
                        t.file,
                        pair.key_span.clone(),
                    )
                    .did_you_mean(&pair.key, CLOCKS),
                ),
                (_, None) => p.push(Diagnostic::error(
                    "C0102",
                    "expected a day, such as 2024-05-20",
                    t.file,
                    pair.node.span.clone(),
                )),
            }
        }
        given
    }

    fn answers(
        &self,
        file: &Arc<SourceFile>,
        node: &Node,
        frame: &Frame,
        prefix: &str,
        out: &mut Answers,
        p: &mut Vec<Diagnostic>,
    ) {
        for pair in node.pairs() {
            let name = format!("{prefix}{}", pair.key);
            let slot = frame.slot(&name);
            let nested = matches!(pair.node.value, NodeValue::Table(_))
                && slot.is_none_or(|s| frame.def(s).ty == FieldType::Entity);
            if nested {
                self.answers(file, &pair.node, frame, &format!("{name}."), out, p);
                continue;
            }
            let Some(slot) = slot else {
                p.push(
                    Diagnostic::error(
                        "C0110",
                        format!("`{}` has no field `{name}`", frame.kind),
                        file,
                        pair.key_span.clone(),
                    )
                    .label("unknown field")
                    .did_you_mean(&name, frame.names()),
                );
                continue;
            };
            let def = frame.def(slot);
            match def.ty.read(&pair.node.raw()) {
                Ok(answer) => {
                    out.insert(def.name.clone(), answer);
                }
                Err(message) => {
                    p.push(
                        Diagnostic::error("C0102", message, file, pair.node.span.clone())
                            .label(format!("for `{name}`")),
                    );
                }
            }
        }
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

    fn cases(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let mut problems = std::mem::take(&mut self.problems);
        let p = &mut problems;
        let top = Table::new(file, node, "a case file");
        for t in top.tables("case", "a case", p) {
            let id = t.need("id", p);
            if self.cases.iter().any(|c| c.id == id.text) {
                p.push(Diagnostic::error(
                    "C0108",
                    format!("the case `{}` stands twice", id.text),
                    file,
                    id.span.clone(),
                ));
            }
            let record = t.need("record", p);
            let kind = self.kinds.iter().position(|k| k.id == record.text);
            if kind.is_none() {
                p.push(
                    Diagnostic::error("C0110", format!("there is no record kind `{}`", record.text), file, record.span)
                        .did_you_mean(&record.text, self.kinds.iter().map(|k| k.id.as_str())),
                );
            }
            let agency = t.need("agency", p);
            if !self.agencies.iter().any(|a| a.id == agency.text) {
                p.push(
                    Diagnostic::error("C0113", format!("there is no agency `{}`", agency.text), file, agency.span)
                        .did_you_mean(&agency.text, self.agencies.iter().map(|a| a.id.as_str())),
                );
            }
            let given = self.given(&t, kind.unwrap_or(0), p);
            let mut expect = Vec::new();
            for pair in t.open_table("expect", p).map(Node::pairs).unwrap_or_default() {
                if !self.decisions.iter().any(|d| d.id == pair.key) {
                    p.push(
                        Diagnostic::error(
                            "C0110",
                            format!("there is no decision `{}`", pair.key),
                            file,
                            pair.key_span.clone(),
                        )
                        .did_you_mean(&pair.key, self.decisions.iter().map(|d| d.id.as_str())),
                    );
                }
                if let NodeValue::Str(word) = &pair.node.value {
                    let word = Text { text: word.clone(), span: pair.node.span.clone() };
                    if let Some(expected) = expected_ruling(&word, file, p) {
                        expect.push((pair.key.clone(), expected));
                    }
                }
            }
            if expect.is_empty() {
                p.push(Diagnostic::error("C0101", "a case needs `expect`", file, id.span.clone()));
            }
            self.cases.push(Case {
                id: id.text,
                says: t.need("says", p).text,
                source: t.need("source", p).text,
                url: t.words("url", p),
                kind: kind.unwrap_or(0),
                agency: agency.text,
                given,
                expect,
                institution: t.text("institution", p).map(|t| t.text),
                disagrees: t.text("disagrees", p).map(|t| t.text),
                file: file.name.clone(),
                line: line_of(&file.text, t.span().start),
            });
            t.finish(p);
        }
        top.finish(p);
        self.problems = problems;
    }
}

/// Clocks that cannot stand in another order.
fn order_of_clocks(frame: &mut Frame) {
    for (earlier, later, says) in [
        ("published", "due", "The opportunity was published after the due date."),
        ("published", "submission", "The opportunity was published after the submission."),
        ("submission", "due", "The submission lies after the due date."),
    ] {
        if let (Some(a), Some(b)) = (frame.slot(earlier), frame.slot(later)) {
            let point = Point { anchor: Anchor::Slot(b), months: 0, days: 0, next_day: true };
            let holds = Cond::Atom(Atom::OnOrAfter { slot: a, point }).negate();
            frame.constraints.push(Constraint {
                id: format!("{earlier}-before-{later}"),
                holds,
                says: says.to_owned(),
            });
        }
    }
}

fn in_force(period: &Period) -> Cond {
    let slot = period.clock_slot;
    let from = |date: NaiveDate| {
        let point = Point { anchor: Anchor::Day(calendar::day(date)), months: 0, days: 0, next_day: false };
        Cond::Atom(Atom::OnOrAfter { slot, point })
    };
    let mut cond = Cond::Const(true);
    if let Some(date) = period.from {
        cond = cond.and(from(date));
    }
    if let Some(date) = period.until {
        cond = cond.and(from(date).negate());
    }
    cond
}

/// Gives each rule its whole condition: period and `when`, less what `unless` names; `otherwise` less all the others.
fn assemble(drafts: Vec<Draft>, p: &mut Vec<Diagnostic>) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let local = |d: &Draft| d.rule.local_id().to_owned();
    for (i, draft) in drafts.iter().enumerate() {
        let mut rule = draft.rule.clone();
        if drafts.iter().take(i).any(|other| local(other) == local(draft)) {
            let message = format!("the rule `{}` stands twice", local(draft));
            p.push(Diagnostic::error("C0108", message, &draft.file, draft.span.clone()));
        }
        let mut fires = rule.in_force.clone().and(draft.when.clone());
        for other in &draft.unless {
            match drafts.iter().position(|d| local(d) == other.text) {
                Some(j) if j == i => {
                    p.push(Diagnostic::error("C0121", "a rule cannot exclude itself", &draft.file, other.span.clone()));
                }
                // The other rule's `when`, with its own exclusions, but without its period.
                Some(j) => fires = fires.and(excluded(&drafts, j, 0).negate()),
                None => {
                    let names: Vec<String> = drafts.iter().map(local).collect();
                    p.push(
                        Diagnostic::error(
                            "C0121",
                            format!("this decision has no rule `{}`", other.text),
                            &draft.file,
                            other.span.clone(),
                        )
                        .did_you_mean(&other.text, names.iter().map(String::as_str)),
                    );
                }
            }
        }
        if circular(&drafts, i, &mut Vec::new()) {
            let message = format!("the `unless` of `{}` leads back to itself", local(draft));
            p.push(Diagnostic::error("C0121", message, &draft.file, draft.span.clone()));
        }
        if rule.otherwise && !draft.exhaustive && rule.ruling != Ruling::AskOffice {
            p.push(
                Diagnostic::error("C0122", "`otherwise` can only rule ask-office", &draft.file, draft.span.clone())
                    .help("if the source says that its list is exhaustive, add `exhaustive = true`"),
            );
        }
        rule.fires = fires;
        rules.push(rule);
    }
    for i in 0..rules.len() {
        if rules[i].otherwise {
            let others: Vec<Cond> = rules.iter().filter(|r| !r.otherwise).map(|r| r.fires.clone().negate()).collect();
            rules[i].fires = rules[i].in_force.clone().and(Cond::All(others));
        }
    }
    rules
}

/// A rule's `when` less what its own `unless` names. Circles are reported elsewhere; the depth keeps them finite here.
fn excluded(drafts: &[Draft], i: usize, depth: usize) -> Cond {
    let draft = &drafts[i];
    let mut cond = draft.when.clone();
    if depth < drafts.len() {
        for other in &draft.unless {
            if let Some(j) = drafts.iter().position(|d| d.rule.local_id() == other.text) {
                cond = cond.and(excluded(drafts, j, depth + 1).negate());
            }
        }
    }
    cond
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

fn expected_ruling(word: &Text, file: &Arc<SourceFile>, p: &mut Vec<Diagnostic>) -> Option<Expected> {
    if word.text == "open" {
        return Some(Expected::Open);
    }
    let ruling = Ruling::parse(&word.text).map(Expected::Ruling);
    if ruling.is_none() {
        p.push(
            Diagnostic::error("C0116", format!("there is no ruling `{}`", word.text), file, word.span.clone())
                .did_you_mean(&word.text, Ruling::ALL.map(Ruling::id)),
        );
    }
    ruling
}

fn deadline(frame: &Frame, t: &Table<'_>, p: &mut Vec<Diagnostic>) -> Deadline {
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

/// Parses and checks a condition where it stands in a file.
fn read_condition(
    frames: &[Frame],
    kind: usize,
    lists: &dyn Lists,
    file: &Arc<SourceFile>,
    text: &Text,
    problems: &mut Vec<Diagnostic>,
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
        Ok(expr) => Some(condition::check(&expr, frames, kind, lists, &mut found)),
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

/// Reads the guard of a slot. The view is the frame as the guard's own kind names it.
fn guard(
    view: &Frame,
    lists: &dyn Lists,
    file: &Arc<SourceFile>,
    text: &Text,
    report: Option<&mut Vec<Diagnostic>>,
    slot: Slot,
) -> Option<Cond> {
    let mut ignored = Vec::new();
    let problems = report.unwrap_or(&mut ignored);
    let cond = read_condition(std::slice::from_ref(view), 0, lists, file, text, problems)?;
    let mut late = false;
    cond.atoms(&mut |a| late |= a.slot() >= slot);
    let mut quantified = false;
    cond.kinds(&mut |_| quantified = true);
    if late || quantified {
        problems.push(
            Diagnostic::error(
                "C0124",
                "`applies-when` can only read fields that stand before this one",
                file,
                text.span.clone(),
            )
            .help("move the field down, or the ones it depends on up"),
        );
        return None;
    }
    Some(cond)
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

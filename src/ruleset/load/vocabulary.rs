//! Lists, kinds and their frames.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::super::model::*;
use super::super::read::{Table, Text};
use super::{ConstraintText, Loader, read, read_condition};
use crate::condition::{self, Anchor, Atom, Cond, Constraint, Frame, Lists, Owner, Point, Slot, SlotDef};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::facts::FieldType;
use crate::tree::Node;

impl Loader {
    pub(super) fn list(&mut self, file: &Arc<SourceFile>, node: &Node) {
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
            let from = e.need_date("from", p);
            let source = e.need("source", p).text;
            let mut entries = Vec::new();
            for entry in e.tables("entries", "an entry", p) {
                let mut names: Vec<String> = entry.text("name", p).into_iter().map(|t| t.text).collect();
                names.extend(entry.texts("aliases", p).into_iter().map(|t| t.text));
                names.extend(entry.texts("corrected", p).into_iter().map(|t| t.text));
                let shared = entry.texts("shared", p);
                for name in shared.iter().filter(|name| !names.contains(&name.text)) {
                    let message = "`shared` names one of the entry's own names";
                    p.push(Diagnostic::error("C0102", message, file, name.span.clone()));
                }
                let shared = shared.into_iter().map(|t| t.text).collect();
                let country = if of_entities { entry.words("country", p) } else { country_code(&entry, p) };
                if of_entities && names.is_empty() {
                    p.push(Diagnostic::error("C0101", "an entry needs `name`", file, entry.span()));
                }
                entry.finish(p);
                entries.push(Entry { country, names, shared });
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

    pub(super) fn kind(&mut self, file: &Arc<SourceFile>, node: &Node) {
        let p = &mut self.problems;
        let top = Table::new(file, node, "a vocabulary file");
        let Some(head) = top.table("kind", "[kind]", p) else {
            p.push(Diagnostic::error("C0101", "a vocabulary file needs a [kind] table", file, 0..0));
            return;
        };
        let id = head.need("id", p);
        let known = self.kinds.iter().position(|k| k.id == id.text);
        let mut kind = match known {
            // Only its id: more fields for a kind that is there.
            Some(at) => self.kinds[at].clone(),
            None => Kind {
                id: id.text.clone(),
                title: head.need("title", p).text,
                plural: head.need("plural", p).text,
                summary: head.need("summary", p).text,
                phrase: head.text("phrase", p).map(|t| t.text),
                label: head.texts("label", p).into_iter().map(|t| t.text).collect(),
                once: head.flag("once", p).unwrap_or(false),
                order: head.int("order", p).unwrap_or(99),
                fields: Vec::new(),
            },
        };
        if known.is_some() && head.node.pairs().len() > 1 {
            let message = format!("the kind `{}` stands twice", id.text);
            p.push(
                Diagnostic::error("C0108", message, file, id.span)
                    .help("to add fields to a kind, give its `id` and nothing else under [kind]"),
            );
            return;
        }
        head.finish(p);
        let guards = fields(&top, &mut kind.fields, p);
        self.renamed.extend(renamed(&id.text, &top, p));
        let mut constraints = Vec::new();
        for c in top.tables("constraint", "a constraint", p) {
            constraints.push(ConstraintText {
                id: c.need("id", p).text,
                file: Arc::clone(file),
                holds: c.need("holds", p),
                says: c.need("says", p).text,
            });
            c.finish(p);
        }
        top.finish(p);
        match known {
            Some(at) => {
                self.kinds[at] = kind;
                self.guards[at].extend(guards);
                self.constraints[at].extend(constraints);
            }
            None => {
                self.kinds.push(kind);
                self.guards.push(guards);
                self.constraints.push(constraints);
            }
        }
    }

    pub(super) fn order_kinds(&mut self) {
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

    pub(super) fn build_frames(&mut self) {
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
            for (slot, of, prefix) in pending {
                let Some((file, text)) = guards.get(of).and_then(|g| g.get(&frame.def(slot).field)) else { continue };
                // A guard's mistakes are reported once, where its own kind is read.
                let mut ignored = Vec::new();
                let at_home = prefix.is_empty() || of == index;
                let report = if at_home { &mut *problems } else { &mut ignored };
                if let Some(cond) = guard(&frame, &prefix, lists, file, text, report, slot) {
                    frame.slots[usize::from(slot)].guard = Some(cond);
                }
            }
            for c in constraints.get(index).into_iter().flatten() {
                let frames = std::slice::from_ref(&frame);
                if let Some(holds) = read_condition(frames, 0, lists, &c.file, &c.holds, problems) {
                    frame.constraints.push(Constraint { id: c.id.clone(), holds, says: c.says.clone() });
                }
            }
            order_of_clocks(&mut frame);
            frames.push(frame);
        }
    }
}

/// The code of a country's entry.
fn country_code(entry: &Table<'_>, p: &mut Vec<Diagnostic>) -> String {
    let code = entry.need("code", p);
    if !code.text.is_empty() && (code.text.len() != 2 || !code.text.bytes().all(|b| b.is_ascii_uppercase())) {
        let message = format!("`{}` is not the two-letter code of a country", code.text);
        p.push(Diagnostic::error("C0102", message, entry.file, code.span).label("expected two capitals, such as NO"));
    }
    code.text
}

type Guards = BTreeMap<String, (Arc<SourceFile>, Text)>;

/// Reads the fields of a vocabulary file, adding them to those that the kind has. Returns their guards.
fn fields(top: &Table<'_>, out: &mut Vec<Field>, p: &mut Vec<Diagnostic>) -> Guards {
    let file = top.file;
    let mut guards = BTreeMap::new();
    for f in top.tables("field", "a field", p) {
        let ty = f.need("type", p);
        let mut values = Vec::new();
        for v in f.tables("values", "a value", p) {
            values.push(Choice {
                id: v.need("id", p).text,
                label: v.need("label", p).text,
                opens: v.text("opens", p).map(|t| t.text),
                phrase: v.text("phrase", p).map(|t| t.text),
            });
            v.text("renamed-from", &mut Vec::new()); // read by `renamed`
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
                p.push(Diagnostic::error("C0108", format!("the value `{}` stands twice", v.id), file, ty.span.clone()));
            }
        }
        let id = f.need("id", p);
        if out.iter().any(|other| other.id == id.text) {
            p.push(Diagnostic::error("C0108", format!("the field `{}` stands twice", id.text), file, id.span.clone()));
        }
        let scope = f.text("scope", p);
        if let Some(scope) = scope.as_ref().filter(|s| s.text != "target") {
            p.push(Diagnostic::error("C0102", "the only `scope` is \"target\"", file, scope.span.clone()));
        }
        if let Some(guard) = f.text("applies-when", p) {
            guards.insert(id.text.clone(), (Arc::clone(file), guard));
        }
        out.push(Field {
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
            phrase: Phrase { some: f.text("phrase", p).map(|t| t.text), none: f.text("phrase-not", p).map(|t| t.text) },
        });
        f.text("renamed-from", &mut Vec::new()); // read by `renamed`
        f.finish(p);
    }
    guards
}

/// What fields and values were called before.
fn renamed(kind: &str, top: &Table<'_>, p: &mut Vec<Diagnostic>) -> Vec<Renamed> {
    let mut out = Vec::new();
    // The tables were read once: what is wrong with them is said already.
    let mut said = Vec::new();
    for f in top.tables("field", "a field", &mut said) {
        let field = f.words("id", &mut said);
        let mut add = |value: Option<String>, from: Option<Text>| {
            out.extend(from.map(|t| Renamed { kind: kind.to_owned(), field: field.clone(), value, from: t.text }));
        };
        add(None, f.text("renamed-from", p));
        for v in f.tables("values", "a value", &mut said) {
            let id = v.words("id", &mut said);
            add(Some(id), v.text("renamed-from", p));
        }
    }
    out
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

/// Reads the guard of a slot. Names in it are those of its own kind, whose fields stand in the frame under `prefix`.
fn guard(
    frame: &Frame,
    prefix: &str,
    lists: &dyn Lists,
    file: &Arc<SourceFile>,
    text: &Text,
    problems: &mut Vec<Diagnostic>,
    slot: Slot,
) -> Option<Cond> {
    let cond = read(file, text, problems, |expr, found| condition::check_under(prefix, expr, frame, lists, found))?;
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

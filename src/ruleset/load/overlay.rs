//! Overlays: what an institution may add to a rule set, and by what name anything else is refused.
//!
//! An overlay brings files of the same kinds as the rule set, read by the same readers. This module reads `overlay.toml` and
//! stands at the door: a file that would change what the rule set says is refused before it is read.

use std::ops::Range;
use std::sync::Arc;

use super::super::model::*;
use super::super::read::{Table, Text};
use super::settings::Wanted;
use super::{File, Loader, Parsed};
use crate::diagnostic::{Diagnostic, SourceFile};
use crate::tree::{Node, NodeValue};

/// Where an overlay's own places stand.
const OWN_PLACES: &str = "institution.";
/// The agency whose targets an overlay rules on when it names none: duties that hold without a proposal.
const HOME: &str = "home";
const ALL: &str = "all";

/// The agencies whose targets each overlay rules on.
pub(super) struct Reach {
    overlay: usize,
    file: Arc<SourceFile>,
    agencies: Vec<Text>,
    /// Places that its contacts look after.
    places: Vec<Text>,
}

impl Loader {
    /// Reads the `overlay.toml` of every overlay.
    pub(super) fn overlays(&mut self, files: &[Parsed<'_>], added: Vec<Overlay>) -> Vec<Reach> {
        let mut reach = Vec::new();
        for (i, mut overlay) in added.into_iter().enumerate() {
            let mut own = files.iter().filter(|(f, _)| f.overlay == Some(i));
            match own.find(|(f, _)| f.path == "overlay.toml") {
                Some((file, node)) => reach.extend(self.overlay(i, &mut overlay, &file.source, node)),
                None => self.general(
                    "C0130",
                    format!("there is no overlay.toml in {}", overlay.folder),
                    "an overlay starts with a file overlay.toml; is this the right folder?",
                ),
            }
            self.overlays.push(overlay);
        }
        reach
    }

    fn overlay(&mut self, index: usize, out: &mut Overlay, file: &Arc<SourceFile>, node: &Node) -> Option<Reach> {
        let p = &mut self.problems;
        let top = Table::new(file, node, "overlay.toml");
        let Some(t) = top.table("overlay", "[overlay]", p) else {
            p.push(Diagnostic::error("C0101", "overlay.toml needs an [overlay] table", file, 0..0));
            return None;
        };
        let id = t.need("id", p);
        let word = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if !id.text.chars().all(word) {
            let message = format!("`{}` cannot be the id of an overlay", id.text);
            p.push(
                Diagnostic::error("C0130", message, file, id.span.clone())
                    .help("use lower-case letters, digits and hyphens, such as `north-state`"),
            );
        }
        if self.overlays.iter().any(|o| o.id == id.text) {
            let message = format!("the overlay `{}` was given twice", id.text);
            p.push(Diagnostic::error("C0130", message, file, id.span.clone()));
        }
        let extends = t.need("extends", p);
        if extends.text != self.meta.id && !extends.text.is_empty() {
            let message = format!("the overlay extends `{}`, but these are the rules `{}`", extends.text, self.meta.id);
            p.push(
                Diagnostic::error("C0130", message, file, extends.span).label(format!("expected \"{}\"", self.meta.id)),
            );
        }
        let mut agencies = t.texts("applies-to", p);
        if agencies.is_empty() {
            agencies.push(Text { text: HOME.to_owned(), span: t.span() });
        }
        out.id = id.text;
        out.title = t.need("title", p).text;
        out.version = t.need("version", p).text;
        out.released = t.date("released", p);
        t.finish(p);
        let mut places = Vec::new();
        for c in top.tables("contact", "a contact", p) {
            let looks_after = c.texts("for", p);
            let contact = Contact {
                office: c.need("office", p).text,
                email: c.words("email", p),
                phone: c.words("phone", p),
                url: c.words("url", p),
                places: looks_after.iter().map(|t| t.text.clone()).collect(),
            };
            if contact.email.is_empty() && contact.phone.is_empty() && contact.url.is_empty() {
                p.push(Diagnostic::error("C0101", "a contact needs `email`, `phone` or `url`", file, c.span()));
            }
            c.finish(p);
            out.contacts.push(contact);
            places.extend(looks_after);
        }
        let settings = top.open_table("settings", p);
        top.finish(p);
        for pair in settings.into_iter().flat_map(Node::pairs) {
            self.wanted.push(Wanted::new(&out.id, file, pair));
        }
        Some(Reach { overlay: index, file: Arc::clone(file), agencies, places })
    }

    /// Contacts look after places that are there.
    pub(super) fn check_contacts(&mut self, reach: &[Reach]) {
        let mut problems = Vec::new();
        for Reach { file, places, .. } in reach {
            places.iter().for_each(|place| self.check_place(place, file, &mut problems));
        }
        self.problems.append(&mut problems);
    }

    /// Lets the agencies' targets be ruled on by the overlays' decisions too.
    pub(super) fn apply(&mut self, reach: &[Reach]) {
        for Reach { overlay, file, agencies, .. } in reach {
            let Some(id) = self.overlays.get(*overlay).map(|o| o.id.clone()) else { continue };
            if self.agencies.iter().any(|a| a.id == id || a.ruled_with.contains(&id)) {
                let message = format!("the overlay `{id}` has the name of a folder of the rule set");
                self.problems.push(
                    Diagnostic::error("C0131", message, file, 0..0).help("choose another id, for example a longer one"),
                );
                continue;
            }
            for wanted in agencies {
                let mut found = false;
                for agency in self.agencies.iter_mut().filter(|a| wanted.text == ALL || a.id == wanted.text) {
                    found = true;
                    if !agency.ruled_with.contains(&id) {
                        agency.ruled_with.push(id.clone());
                    }
                }
                if !found {
                    let message = format!("there is no agency `{}`", wanted.text);
                    let known = self.agencies.iter().map(|a| a.id.as_str()).chain([ALL]);
                    self.problems.push(
                        Diagnostic::error("C0113", message, file, wanted.span.clone())
                            .label("the overlay applies to its targets")
                            .did_you_mean(&wanted.text, known),
                    );
                }
            }
        }
    }

    /// May this file be read? The rule set's own may. An overlay's may if all it does is add.
    pub(super) fn admits(&mut self, file: &File, node: &Node) -> bool {
        let Some(id) = file.overlay.and_then(|i| self.overlays.get(i)).map(|o| o.id.clone()) else { return true };
        let before = self.problems.len();
        match file.folder() {
            "lists" => self
                .new_ids(&id, file, "list", texts(node, &["list", "id"]), |l, id| l.lists.0.iter().any(|x| x.id == id)),
            "sources" => self.new_ids(&id, file, "source", texts(node, &["source", "id"]), |l, id| {
                l.sources.iter().any(|s| s.id == id)
            }),
            "forms" => {
                self.new_ids(&id, file, "form", texts(node, &["form", "id"]), |l, id| {
                    l.forms.iter().any(|f| f.id == id)
                });
                self.new_ids(&id, file, "section", texts(node, &["section", "id"]), |l, id| {
                    l.forms.iter().flat_map(|f| &f.sections).any(|s| s.id == id)
                });
                self.own_places(&id, file, texts(node, &["section", "id"]));
            }
            "vocabulary" => self.new_words(&id, file, node),
            "cases" => self.take_over(node),
            "pending" | "changes" | "checks" | "edges" | "suppressions" => {}
            folder if folder == id => {
                for path in [&["decision", "place"][..], &["rule", "place"], &["rule", "may-list"]] {
                    self.own_places(&id, file, texts(node, path));
                }
            }
            folder => {
                let message = match folder {
                    "agencies" => format!("the overlay `{id}` cannot add or change agencies"),
                    "settings" => {
                        format!("the overlay `{id}` cannot declare settings; it gives values in overlay.toml")
                    }
                    _ => format!("the overlay `{id}` cannot add to the decisions of `{folder}`"),
                };
                self.problems.push(
                    Diagnostic::error("C0133", message, &file.source, 0..0).help(format!(
                        "an overlay's own decisions stand in its folder `{id}`, at places `{OWN_PLACES}…`"
                    )),
                );
            }
        }
        self.problems.len() == before
    }

    fn new_ids(
        &mut self,
        overlay: &str,
        file: &File,
        what: &str,
        ids: Vec<(&str, Range<usize>)>,
        taken: fn(&Self, &str) -> bool,
    ) {
        for (id, span) in ids {
            if taken(self, id) {
                let message = format!("the overlay `{overlay}` cannot redefine the {what} `{id}`");
                self.problems.push(
                    Diagnostic::error("C0131", message, &file.source, span)
                        .label("this is there already")
                        .help(format!("an overlay only adds; name yours otherwise, such as `{overlay}-{id}`")),
                );
            }
        }
    }

    fn own_places(&mut self, overlay: &str, file: &File, places: Vec<(&str, Range<usize>)>) {
        for (place, span) in places.into_iter().filter(|(p, _)| !p.starts_with(OWN_PLACES)) {
            let message = format!("the overlay `{overlay}` cannot use the place `{place}`");
            self.problems.push(
                Diagnostic::error("C0132", message, &file.source, span)
                    .label(format!("expected `{OWN_PLACES}…`"))
                    .help("what goes on an agency's form is for the rule set itself to say"),
            );
        }
    }

    /// Fields and kinds of its own names; a kind that is there keeps all that is said of it.
    fn new_words(&mut self, overlay: &str, file: &File, node: &Node) {
        let own = |name: &str| name.starts_with(OWN_WORDS);
        let mut refuse = |code, message: String, span, help: &str| {
            self.problems.push(Diagnostic::error(code, message, &file.source, span).help(help));
        };
        for (kind, span) in texts(node, &["kind", "id"]) {
            let known = self.kinds.iter().any(|k| k.id == kind);
            if !known && !own(kind) {
                let message = format!("the overlay `{overlay}` cannot name a record kind `{kind}`");
                refuse("C0134", message, span, &format!("names that an overlay adds begin with `{OWN_WORDS}`"));
                continue;
            }
            if !known || own(kind) {
                continue;
            }
            if node.get("kind").is_some_and(|k| k.node.pairs().len() > 1) {
                let message = format!("the overlay `{overlay}` cannot redefine the kind `{kind}`");
                refuse("C0131", message, span.clone(), "to add fields, give its `id` and nothing else under [kind]");
            }
            if let Some(constraint) = node.get("constraint") {
                let message = format!("the overlay `{overlay}` cannot constrain the kind `{kind}`");
                let help = "a constraint would reach the rule set's own decisions; put it into the overlay's rules";
                refuse("C0134", message, constraint.key_span.clone(), help);
            }
            for (field, span) in texts(node, &["field", "id"]).into_iter().filter(|(f, _)| !own(f)) {
                let message = format!("the overlay `{overlay}` cannot name a field `{field}` of `{kind}`");
                refuse("C0134", message, span, &format!("names that an overlay adds begin with `{OWN_WORDS}`"));
            }
        }
    }

    /// A case on an institution's own policy is decided by that institution's overlay, where there is one: the overlay's case
    /// of the same id takes its place.
    fn take_over(&mut self, node: &Node) {
        let ids: Vec<&str> = texts(node, &["case", "id"]).into_iter().map(|(id, _)| id).collect();
        self.cases.retain(|c| c.institution.is_none() || !ids.contains(&c.id.as_str()));
    }
}

/// The texts that stand under a path of keys, through lists of tables, with their places.
fn texts<'n>(node: &'n Node, path: &[&str]) -> Vec<(&'n str, Range<usize>)> {
    match (path, &node.value) {
        (_, NodeValue::Array(items)) => items.iter().flat_map(|item| texts(item, path)).collect(),
        ([], NodeValue::Str(text)) => vec![(text.as_str(), node.span.clone())],
        ([key, rest @ ..], NodeValue::Table(_)) => {
            node.get(key).map(|pair| texts(&pair.node, rest)).unwrap_or_default()
        }
        _ => Vec::new(),
    }
}

//! The rule set as a book: static pages that a browser opens from a folder, without a network.
//!
//! Owns which pages there are and what stands on each; the same rule set always gives the same bytes. Returns files as names
//! and contents, and writes none. A file for each family of pages; `shelf` has the links between them, `paths` their names.

use std::collections::BTreeSet;

use minijinja::value::{Serde, Value};
use minijinja::{Environment, context};
use serde::Serialize;

use super::environment;
use crate::ruleset::{Case, RuleSet};

mod agency;
mod card;
mod cases;
mod decision;
mod facts;
mod forms;
mod front;
mod history;
mod news;
mod paths;
mod search;
mod shelf;
mod source;
mod timeline;

use shelf::{Desk, Shelf};

/// The file by which a folder is known as a book of ours.
pub const MARKER: &str = "candor-book.txt";

/// A file of the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Relative to the book's folder, with `/`; never absolute, never upwards.
    pub path: String,
    pub bytes: Vec<u8>,
}

/// Why there is no book.
#[derive(Debug, thiserror::Error)]
#[error("a page of the book could not be made ({0:#}); this is a fault of Candor's")]
pub struct BookError(#[from] minijinja::Error);

const TEMPLATES: [(&str, &str); 16] = [
    ("frame.html", include_str!("templates/frame.html")),
    ("parts.html", include_str!("templates/parts.html")),
    ("front.html", include_str!("templates/front.html")),
    ("agency.html", include_str!("templates/agency.html")),
    ("kind.html", include_str!("templates/kind.html")),
    ("decision.html", include_str!("templates/decision.html")),
    ("source.html", include_str!("templates/source.html")),
    ("sources.html", include_str!("templates/sources.html")),
    ("timeline.html", include_str!("templates/timeline.html")),
    ("overview.html", include_str!("templates/overview.html")),
    ("form.html", include_str!("templates/form.html")),
    ("list.html", include_str!("templates/list.html")),
    ("cases.html", include_str!("templates/cases.html")),
    ("pending.html", include_str!("templates/pending.html")),
    ("routes.html", include_str!("templates/routes.html")),
    ("rulings.html", include_str!("templates/rulings.html")),
];

/// All files of the book, in order of their making. `cases` are the rule set's own, as loaded with it.
pub fn book(rules: &RuleSet, cases: &[Case]) -> Result<Vec<File>, BookError> {
    let shelf = Shelf::new(rules, cases);
    let press = Press { env: environment(&TEMPLATES)?, shelf: &shelf };
    let mut files = vec![
        press.page("front.html", paths::INDEX, front::page)?,
        press.page("timeline.html", paths::TIMELINE, timeline::page)?,
        press.page("sources.html", paths::SOURCES, source::list)?,
        press.page("overview.html", paths::FORMS, forms::forms)?,
        press.page("overview.html", paths::LISTS, forms::lists)?,
        press.page("cases.html", paths::CASES, cases::overview)?,
        press.page("pending.html", paths::PENDING, news::pending)?,
        press.page("routes.html", paths::ROUTES, news::routes)?,
        press.page("rulings.html", paths::RULINGS, front::glossary)?,
    ];
    for agency in &rules.agencies {
        if let Some(path) = shelf.paths.agencies.get(&agency.id) {
            files.push(press.page("agency.html", path, |desk| agency::page(desk, agency))?);
        }
        if let Some(path) = shelf.paths.cases.get(&agency.id) {
            files.push(press.page("cases.html", path, |desk| cases::page(desk, agency))?);
        }
    }
    for (i, (kind, path)) in rules.kinds.iter().zip(&shelf.paths.kinds).enumerate() {
        files.push(press.page("kind.html", path, |desk| agency::kind_page(desk, i, kind))?);
    }
    for form in &rules.forms {
        if let Some(path) = shelf.paths.forms.get(&form.id) {
            files.push(press.page("form.html", path, |desk| forms::form(desk, form))?);
        }
    }
    for list in &rules.lists {
        if let Some(path) = shelf.paths.lists.get(&list.id) {
            files.push(press.page("list.html", path, |desk| forms::list(desk, list))?);
        }
    }
    for source in &rules.sources {
        if let Some(path) = shelf.paths.sources.get(&source.id) {
            files.push(press.page("source.html", path, |desk| source::page(desk, source))?);
        }
    }
    for (decision, path) in rules.decisions.iter().zip(&shelf.paths.decisions) {
        files.push(press.page("decision.html", path, |desk| decision::page(desk, decision))?);
    }
    let style = [super::STYLE, include_str!("templates/book.css")].concat();
    files.push(File { path: paths::STYLE.to_owned(), bytes: style.into_bytes() });
    files.push(File { path: paths::SCRIPT.to_owned(), bytes: include_bytes!("templates/book.js").to_vec() });
    files.push(File { path: paths::WORDS.to_owned(), bytes: search::script(&shelf).into_bytes() });
    files.push(File { path: MARKER.to_owned(), bytes: marker(rules, &files).into_bytes() });
    Ok(files)
}

/// How a marker begins, and what stands above its list of files.
const MADE_BY: &str = "This folder is a book made by `candor rules book`. Making it again replaces the whole folder.";
const FILES: &str = "Files:";

fn marker(rules: &RuleSet, files: &[File]) -> String {
    let clean = crate::text::clean;
    let mut text = format!(
        "{MADE_BY}\n\nRule set: {} ({})\nVersion: {}\nDigest: {}\n\n{FILES}\n",
        clean(&rules.meta.title),
        clean(&rules.meta.id),
        clean(&rules.meta.version),
        rules.digest
    );
    for path in files.iter().map(|f| f.path.as_str()).chain([MARKER]) {
        text.push_str(path);
        text.push('\n');
    }
    text
}

/// The files that a marker lists; `None` if it is not one of ours.
pub fn listed(marker: &str) -> Option<BTreeSet<String>> {
    let mut lines = marker.lines();
    (lines.next() == Some(MADE_BY)).then_some(())?;
    lines.find(|line| *line == FILES)?;
    Some(lines.map(str::to_owned).collect())
}

/// What every page says of the rule set.
#[derive(Debug, Serialize)]
struct Imprint<'a> {
    title: &'a str,
    version: &'a str,
    digest: &'a str,
    short_digest: &'a str,
    overlays: Vec<&'a str>,
}

/// Prints pages.
struct Press<'s, 'r> {
    env: Environment<'static>,
    shelf: &'s Shelf<'r>,
}

impl<'s, 'r> Press<'s, 'r> {
    fn page<P: Serialize>(
        &self,
        template: &str,
        path: &str,
        make: impl FnOnce(&Desk<'s, 'r>) -> P,
    ) -> Result<File, minijinja::Error> {
        let rules = self.shelf.rules;
        let desk = self.shelf.from(path);
        let imprint = Imprint {
            title: &rules.meta.title,
            version: &rules.meta.version,
            digest: &rules.digest,
            short_digest: rules.digest.get(..12).unwrap_or(&rules.digest),
            overlays: rules.overlays.iter().map(|o| o.title.as_str()).collect(),
        };
        let page = make(&desk);
        let text = self.env.get_template(template)?.render(context! {
            root => &desk.root,
            path => path,
            book => Value::from(Serde(&imprint)),
            page => Value::from(Serde(&page)),
        })?;
        Ok(File { path: path.to_owned(), bytes: text.into_bytes() })
    }
}

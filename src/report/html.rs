//! A report as one HTML page that needs nothing else: no script, no font, no image, no network.
//!
//! The page is written so that it is well-formed XML too, which is how the tests read it. minijinja escapes every value.

use minijinja::syntax::SyntaxConfig;
use minijinja::value::{Serde, Value};
use minijinja::{AutoEscape, Environment, context};
use serde::Serialize;

use crate::report::text::{
    EXTENTS, LISTS, UNSETTLED, foundation_rows, list_head, list_lines, not_looked_at_lines, source, unsettled, whom,
};
use crate::report::{Extent, Report};

const PAGE: &str = include_str!("templates/report.html");
const STYLE: &str = include_str!("templates/report.css");

/// What the template reads.
#[derive(Serialize)]
struct Page<'a> {
    report: &'a Report,
    extents: [(Extent, &'static str); 3],
    sources: Vec<String>,
    lists_title: &'static str,
    lists: Vec<(String, Vec<String>)>,
    unsettled_title: &'static str,
    unsettled: Vec<String>,
    not_looked_at: Vec<String>,
    rows: Vec<(String, String)>,
    whom: String,
}

/// The report as an HTML page.
pub fn html(report: &Report) -> String {
    render(report).unwrap_or_else(|e| {
        // The template is part of the program and tested with every kind of content; this is a fault of ours.
        debug_assert!(false, "the report template failed: {e:#}");
        String::new()
    })
}

fn render(report: &Report) -> Result<String, minijinja::Error> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.add_template("report.html", PAGE)?;
    let page = Page {
        report,
        extents: EXTENTS,
        sources: report.sources.iter().map(source).collect(),
        lists_title: LISTS,
        lists: report.lists.iter().map(|n| (list_head(n), list_lines(n))).collect(),
        unsettled_title: UNSETTLED,
        unsettled: report.unsettled.iter().map(unsettled).collect(),
        not_looked_at: not_looked_at_lines(&report.not_looked_at),
        rows: foundation_rows(report),
        whom: whom(report),
    };
    env.get_template("report.html")?.render(context! {
        style => Value::from_safe_string(STYLE.to_owned()),
        ..Value::from(Serde(&page))
    })
}

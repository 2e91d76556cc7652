//! Pages for people who read a rule set rather than their own report: HTML that works from a folder, without a network.
//!
//! Owns the one frame that all such pages share (`templates/base.html` and `page.css`) and how templates are set up: every
//! value is cleaned of control characters and escaped as it is printed. Knows nothing of profiles, and writes no files.

pub mod book;
mod coverage;
pub mod letter;
mod neutrality;

pub use coverage::coverage;
pub use neutrality::neutrality;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment, Output, State, escape_formatter};

use crate::text::is_disruptive;

const BASE: &str = include_str!("templates/base.html");
const STYLE: &str = include_str!("templates/page.css");

/// Templates that may extend `base.html`, by name.
pub(crate) fn environment(
    templates: &[(&'static str, &'static str)],
) -> Result<Environment<'static>, minijinja::Error> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_formatter(print);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.add_global("style", Value::from_safe_string(STYLE.to_owned()));
    env.add_template("base.html", BASE)?;
    for (name, text) in templates {
        env.add_template(name, text)?;
    }
    Ok(env)
}

/// Prints a value so that nothing in it can be markup, end an attribute, or break XML: texts are cleaned, then escaped.
fn print(out: &mut Output<'_>, state: &mut State<'_, '_>, value: &Value) -> Result<(), minijinja::Error> {
    match value.as_str() {
        Some(text) if !value.is_safe() => Ok(out.write_str(&inert(text))?),
        _ => escape_formatter(out, state, value),
    }
}

/// The text with markup and control characters made plain.
fn inert(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.contains(|c| matches!(c, '&' | '<' | '>' | '"' | '\'') || is_disruptive(c)) {
        return text.into();
    }
    let mut plain = String::with_capacity(text.len() + 16);
    for c in crate::text::clean(text).chars() {
        match c {
            '&' => plain.push_str("&amp;"),
            '<' => plain.push_str("&lt;"),
            '>' => plain.push_str("&gt;"),
            '"' => plain.push_str("&quot;"),
            '\'' => plain.push_str("&#39;"),
            // Not characters of XML.
            '\u{FFFE}' | '\u{FFFF}' => plain.push('\u{FFFD}'),
            c => plain.push(c),
        }
    }
    plain.into()
}

/// A page, once its template has run.
fn rendered(page: Result<String, minijinja::Error>) -> String {
    page.unwrap_or_else(|e| {
        // Templates are part of the program and tested with every kind of content; this is a fault of ours.
        debug_assert!(false, "a page's template failed: {e:#}");
        String::new()
    })
}

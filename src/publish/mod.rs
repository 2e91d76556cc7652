//! Pages for people who read a rule set rather than their own report: HTML that works from a folder, without a network.
//!
//! Owns the one frame that all such pages share (`templates/base.html` and `page.css`) and how templates are set up. Every
//! value is escaped. Knows nothing of profiles, and writes no files.

mod coverage;
mod neutrality;

pub use coverage::coverage;
pub use neutrality::neutrality;

use minijinja::syntax::SyntaxConfig;
use minijinja::value::Value;
use minijinja::{AutoEscape, Environment};

const BASE: &str = include_str!("templates/base.html");
const STYLE: &str = include_str!("templates/page.css");

/// Templates that may extend `base.html`, by name.
pub(crate) fn environment(
    templates: &[(&'static str, &'static str)],
) -> Result<Environment<'static>, minijinja::Error> {
    let mut env = Environment::new();
    env.set_auto_escape_callback(|_| AutoEscape::Html);
    env.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
    env.add_global("style", Value::from_safe_string(STYLE.to_owned()));
    env.add_template("base.html", BASE)?;
    for (name, text) in templates {
        env.add_template(name, text)?;
    }
    Ok(env)
}

/// A page, once its template has run.
fn rendered(page: Result<String, minijinja::Error>) -> String {
    page.unwrap_or_else(|e| {
        // Templates are part of the program and tested with every kind of content; this is a fault of ours.
        debug_assert!(false, "a page's template failed: {e:#}");
        String::new()
    })
}

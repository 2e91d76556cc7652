//! `candor rules explain-error`: what a code means, an example of it, and how to mend it.

use std::fmt::Write as _;

use anyhow::bail;

use crate::cli::{Ended, out};
use crate::codes;
use crate::report::wrap::Page;

#[derive(Debug, clap::Args)]
pub struct Command {
    /// The code, such as C0103 or A0001; without one, all are listed
    code: Option<String>,
    /// Everything as one page of Markdown
    #[arg(long, conflicts_with = "code")]
    markdown: bool,
}

pub fn run(command: &Command) -> anyhow::Result<Ended> {
    match &command.code {
        _ if command.markdown => out(&codes::page()),
        None => out(&list()),
        Some(code) => match codes::entry(code) {
            Some((code, entry)) => out(&text(code, entry)),
            None => match codes::nearest(code) {
                Some(near) => bail!("there is no code \"{code}\"; did you mean {near}?"),
                None => bail!("there is no code \"{code}\"; `candor rules explain-error` lists them"),
            },
        },
    }
}

fn list() -> String {
    let mut text = String::new();
    for (part, entries) in codes::parts() {
        let _ = writeln!(text, "{part}");
        for (code, entry) in entries {
            let _ = writeln!(text, "  {code}  {}", entry.title);
        }
        text.push('\n');
    }
    text.push_str("`candor rules explain-error CODE` says what a code means and how to mend it.\n");
    text
}

fn text(code: &str, entry: &codes::Entry) -> String {
    let mut page = Page::default();
    page.para(0, 0, &format!("{code}: {}", entry.title));
    page.gap();
    page.para(0, 0, &entry.says);
    page.gap();
    if let Some(wrong) = &entry.wrong {
        let file = if entry.file.is_empty() { "a profile" } else { &entry.file };
        page.para(0, 0, &format!("For example, in {file}:"));
        lines(&mut page, wrong);
        if let Some(right) = &entry.right {
            page.para(0, 0, "instead of");
            lines(&mut page, right);
        }
        page.gap();
    }
    if let Some(why) = &entry.no_example {
        page.para(0, 0, &format!("There is no example here: {why}."));
        page.gap();
    }
    page.para(0, 0, &format!("To mend it: {}", entry.mend));
    page.finish()
}

/// Lines of a file, as they are.
fn lines(page: &mut Page, text: &str) {
    text.lines().for_each(|line| page.line(&format!("    {line}")));
}

//! A new overlay, source or list.

use chrono::NaiveDate;

use super::{FILL_IN, Refused, Scaffold, is_word};
use crate::diagnostic::SourceFile;
use crate::ruleset::RuleSet;

const WORDS: &str = "lower-case letters, digits and hyphens";

/// The first files of an overlay: what it is, its policy and its form.
pub fn overlay(rules: &RuleSet, id: &str, today: NaiveDate) -> Result<Scaffold, Refused> {
    if !is_word(id) {
        return Err(Refused::Id(id.to_owned(), WORDS));
    }
    if rules.agencies.iter().any(|a| a.id == id || a.ruled_with.iter().any(|f| f == id)) {
        return Err(Refused::Id(id.to_owned(), "the rule set has a folder of that name"));
    }
    let extends = &rules.meta.id;
    let home = rules.agency("home").or(rules.agencies.first()).map_or("home", |a| a.id.as_str());
    let head = format!(
        r#"[overlay]
id         = "{id}"
title      = "{FILL_IN}: the institution's name"
version    = "{year}.1"
released   = {today}
extends    = "{extends}"
applies-to = ["{home}"]

[[contact]]
office = "{FILL_IN}: the office to turn to"
email  = "{FILL_IN}: its address"
"#,
        year = today.format("%Y")
    );
    let form = format!(
        r#"[form]
id    = "{id}"
title = "{FILL_IN}: the form's title"

[[section]]
id     = "institution.{id}"
title  = "{FILL_IN}: the section's title"
fields = []
"#
    );
    let file = |name: String, text: String| SourceFile { name, text };
    Ok(Scaffold {
        files: vec![
            file("overlay.toml".to_owned(), head),
            file(format!("sources/{id}.toml"), source_text(&format!("{id}-policy"), today)),
            file(format!("forms/{id}.toml"), form),
        ],
        next: vec![
            format!("Replace what is marked {FILL_IN} in the three files."),
            format!("Make the first decision: candor rules new decision {id}.KIND.NAME --overlay FOLDER"),
        ],
    })
}

/// A file with one source.
pub fn source(rules: &RuleSet, id: &str, today: NaiveDate) -> Result<Scaffold, Refused> {
    if !is_word(id) {
        return Err(Refused::Id(id.to_owned(), WORDS));
    }
    if rules.source(id).is_some() {
        return Err(Refused::Needs(format!("the source {id} is there already")));
    }
    let name = format!("sources/{id}.toml");
    Ok(Scaffold {
        files: vec![SourceFile { name, text: source_text(id, today) }],
        next: vec!["Open the source, and write down its clauses, each in your own words.".to_owned()],
    })
}

fn source_text(id: &str, today: NaiveDate) -> String {
    format!(
        r#"[[source]]
id            = "{id}"
title         = "{FILL_IN}: its title"
issuer        = "{FILL_IN}: who issued it"
url           = "{FILL_IN}: where it can be read"
last-verified = {today}
read          = "full"   # full, part or relayed
# issued      = {today}
# effective   = {today}

[[source.clause]]
at   = "1"
says = "{FILL_IN}: what it provides, in your own words"
# out = "why no rule stands for it, where none does"
"#
    )
}

/// A list with one edition.
pub fn list(
    rules: &RuleSet,
    id: &str,
    of_entities: bool,
    source: Option<&str>,
    today: NaiveDate,
) -> Result<Scaffold, Refused> {
    if !is_word(id) {
        return Err(Refused::Id(id.to_owned(), WORDS));
    }
    if rules.lists.iter().any(|l| l.id == id) {
        return Err(Refused::Needs(format!("the list {id} is there already")));
    }
    let known = || rules.sources.iter().map(|s| s.id.as_str());
    let source = match source {
        Some(id) => known().find(|s| *s == id).ok_or_else(|| super::unknown("source", id, known()))?,
        None => return Err(Refused::Needs("give the source that publishes the list with --source ID".to_owned())),
    };
    let (of, entry) = match of_entities {
        true => ("entity", format!("{{ name = \"{FILL_IN}: an organisation\", aliases = [], country = \"XX\" }}")),
        false => ("country", "{ code = \"XX\" }".to_owned()),
    };
    let text = format!(
        r#"# {FILL_IN}: whose list it is, and, where China stands on it, how it reads Hong Kong, Macau and Taiwan.
[list]
id    = "{id}"
title = "{FILL_IN}: its title"
of    = "{of}"

[[edition]]
from    = {today}   # the first day of this edition
source  = "{source}"
entries = [
  {entry},
]
"#
    );
    Ok(Scaffold {
        files: vec![SourceFile { name: format!("lists/{id}.toml"), text }],
        next: vec![format!("Replace what is marked {FILL_IN}, the entry XX, and the day of the edition.")],
    })
}

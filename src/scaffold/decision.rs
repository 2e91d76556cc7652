//! A decision with its first rules, and a case.

use chrono::NaiveDate;

use super::{FILL_IN, Refused, Scaffold, is_word, unknown};
use crate::diagnostic::SourceFile;
use crate::facts::FieldType;
use crate::ruleset::{Agency, Field, Kind, Overlay, RuleSet, Source};

/// What the new decision is to be.
#[derive(Debug, Clone, Copy)]
pub struct DecisionWish<'a> {
    /// `nsf.trip.cpos`: folder, and the path in it.
    pub id: &'a str,
    /// The record kind; the second part of the id, if it is one.
    pub record: Option<&'a str>,
    pub place: Option<&'a str>,
    /// Whose case and moments; the first agency that uses the folder.
    pub agency: Option<&'a str>,
    /// The agency's first, if none is given.
    pub moments: &'a [String],
    pub source: Option<&'a str>,
    /// The day from which the source applies.
    pub from: NaiveDate,
}

/// The files of a new decision. `overlay` is the one that it belongs to, if it is not for the rule set itself.
pub fn decision(
    rules: &RuleSet,
    overlay: Option<&Overlay>,
    wish: DecisionWish<'_>,
    today: NaiveDate,
) -> Result<Scaffold, Refused> {
    let parts: Vec<&str> = wish.id.split('.').collect();
    let [folder, second, ..] = parts.as_slice() else {
        return Err(Refused::Id(wish.id.to_owned(), "a decision's id is its path with dots, such as nsf.trip.cpos"));
    };
    if !parts.iter().all(|p| is_word(p)) {
        return Err(Refused::Id(wish.id.to_owned(), "its parts are lower-case letters, digits and hyphens"));
    }
    if let Some(overlay) = overlay.filter(|o| o.id != *folder) {
        let wanted = format!("{}.{}", overlay.id, parts.get(1..).unwrap_or_default().join("."));
        return Err(Refused::Needs(format!("an overlay's decisions begin with its own id: write {wanted}")));
    }
    if rules.decision(wish.id).is_some() {
        return Err(Refused::Needs(format!("the decision {} is there already", wish.id)));
    }
    let subjects = || rules.kinds.iter().map(|k| k.id.as_str()).filter(|id| *id != "entity");
    let record = wish.record.unwrap_or(second);
    let Some((_, kind)) = rules.kind(record).filter(|(_, k)| k.id != "entity") else {
        return Err(unknown("record kind", record, subjects()));
    };
    let (agency, moments) = when(rules, folder, wish)?;
    let place = place(rules, overlay, wish.place)?;
    let source = source(rules, overlay, folder, wish.source)?;
    let moments: Vec<String> = moments.iter().map(|m| format!("\"{m}\"")).collect();
    let path = wish.id.replace('.', "/");
    let case = wish.id.replace('.', "-");
    let text =
        Text { id: wish.id, kind, place, moments: &moments.join(", "), source: &source.id, from: wish.from, today };
    Ok(Scaffold {
        files: vec![
            SourceFile { name: format!("{path}.toml"), text: text.decision() },
            SourceFile { name: format!("cases/{case}.toml"), text: text.case(&case, &agency.id) },
        ],
        next: vec![
            format!("Replace what is marked {FILL_IN} in {path}.toml, with the source open beside it."),
            "Give each example and near miss facts (`given`): they fail until then.".to_owned(),
            format!(
                "Write into cases/{case}.toml what the source itself answers, before you look at what the rules say."
            ),
        ],
    })
}

/// The agency whose targets the decision is about, and the moments at which it asks.
fn when<'r>(rules: &'r RuleSet, folder: &str, wish: DecisionWish<'_>) -> Result<(&'r Agency, Vec<String>), Refused> {
    let users: Vec<&Agency> =
        rules.agencies.iter().filter(|a| a.id == folder || a.ruled_with.iter().any(|f| f == folder)).collect();
    let Some(first) = users.first() else {
        let mut folders: Vec<&str> = rules
            .agencies
            .iter()
            .flat_map(|a| std::iter::once(&a.id).chain(&a.ruled_with))
            .map(String::as_str)
            .collect();
        folders.sort_unstable();
        folders.dedup();
        return Err(Refused::NoAgency(folder.to_owned(), folders.join(", ")));
    };
    let agency = match wish.agency {
        None => first,
        Some(id) => users
            .iter()
            .find(|a| a.id == id)
            .ok_or_else(|| unknown("agency that uses this folder", id, users.iter().map(|a| a.id.as_str())))?,
    };
    for moment in wish.moments {
        if !agency.moments.iter().any(|m| m.id == *moment) {
            return Err(unknown("moment", moment, agency.moments.iter().map(|m| m.id.as_str())));
        }
    }
    let moments = match wish.moments {
        [] => agency.moments.first().map(|m| m.id.clone()).into_iter().collect(),
        given => given.to_vec(),
    };
    Ok((agency, moments))
}

fn place<'r>(rules: &'r RuleSet, overlay: Option<&Overlay>, wanted: Option<&str>) -> Result<&'r str, Refused> {
    let places = || {
        let all = rules.forms.iter().flat_map(|f| &f.sections).map(|s| s.id.as_str());
        all.filter(|id| overlay.is_none() || id.starts_with("institution."))
    };
    let own = overlay.map(|o| format!("institution.{}", o.id));
    let found = match (wanted, own) {
        (Some(id), _) => return places().find(|p| *p == id).ok_or_else(|| unknown("place", id, places())),
        (None, Some(own)) => places().find(|p| p.starts_with(&own)),
        (None, None) => None,
    };
    found.ok_or_else(|| {
        let known: Vec<&str> = places().collect();
        Refused::Needs(format!("give the section of a form with --place, one of: {}", known.join(", ")))
    })
}

/// The source that is cited at first: the one named, or one of the folder's own, or any.
fn source<'r>(
    rules: &'r RuleSet,
    overlay: Option<&Overlay>,
    folder: &str,
    wanted: Option<&str>,
) -> Result<&'r Source, Refused> {
    if let Some(id) = wanted {
        return rules.source(id).ok_or_else(|| unknown("source", id, rules.sources.iter().map(|s| s.id.as_str())));
    }
    let own = |s: &&Source| match overlay {
        Some(overlay) => s.file.starts_with(&format!("{}/", overlay.folder)),
        None => s.file == format!("sources/{folder}.toml"),
    };
    let found = rules.sources.iter().find(own).or_else(|| rules.sources.first());
    found.ok_or_else(|| {
        Refused::Needs("there is no source to cite yet; `candor rules new source ID` makes one".to_owned())
    })
}

/// A condition on the kind's first question that one can be written on.
fn first_condition(kind: &Kind, from: NaiveDate) -> String {
    let on = |field: &Field| -> Option<String> {
        let value = field.values.first().map(|v| v.id.as_str());
        let id = &field.id;
        match (&field.ty, value) {
            (FieldType::YesNo, _) => Some(id.clone()),
            (FieldType::Choice(_), Some(value)) => Some(format!("{id} is {value}")),
            (FieldType::Set(_), Some(value)) => Some(format!("{id} includes {value}")),
            (FieldType::Money | FieldType::Number, _) => Some(format!("{id} >= 1")),
            _ => None,
        }
    };
    let own = kind.fields.iter().filter(|f| !f.set_by_program);
    own.into_iter().find_map(on).unwrap_or_else(|| format!("filing on or after {from}"))
}

struct Text<'a> {
    id: &'a str,
    kind: &'a Kind,
    place: &'a str,
    moments: &'a str,
    source: &'a str,
    from: NaiveDate,
    today: NaiveDate,
}

impl Text<'_> {
    fn decision(&self) -> String {
        let Self { id, kind, place, moments, source, from, today } = self;
        let record = &kind.id;
        let when = first_condition(kind, *from);
        let before = from.pred_opt().unwrap_or(*from);
        format!(
            r#"# {FILL_IN}: in one sentence, what the source asks for.
[decision]
id      = "{id}"
asks    = "{FILL_IN}: the question, as the researcher reads it"
record  = "{record}"
place   = "{place}"
moments = [{moments}]

# What holds before the source applies.
[[rule]]
id        = "before"
ruling    = "ask-office"
because   = "Before {from} this rule set has no verified source."
ask       = "{FILL_IN}: the question to send about the time before"
period    = {{ clock = "filing", until = {from} }}
authority = [{{ source = "{source}", at = "{FILL_IN}: where in it" }}]
basis     = "unverified"
verified  = {today}

[[rule.example]]
on = {before}

[[rule.near-miss]]
on   = {from}
rule = "first"

# The first thing that the source says. Copy this rule for each further one; let it exclude those above: unless = ["first"].
[[rule]]
id        = "first"
when      = "{when}"   # {FILL_IN}: when the source says so
ruling    = "ask-office"   # {FILL_IN}: what it says; then `basis` is primary or secondary, and `ask` is left out
because   = "{FILL_IN}: why, in one or two plain sentences of your own"
ask       = "{FILL_IN}: the question to send, in the researcher's words"
period    = {{ clock = "filing", from = {from} }}
authority = [{{ source = "{source}", at = "{FILL_IN}: where in it" }}]
basis     = "unverified"
verified  = {today}

[[rule.example]]
given = {{}}   # {FILL_IN}: facts that fire this rule

[[rule.near-miss]]
given = {{}}   # {FILL_IN}: almost the same facts, so that the other rule fires
rule  = "rest"

# Everything else. `rules check` notes what falls into it: nothing should that the source answers.
[[rule]]
id        = "rest"
otherwise = true
ruling    = "ask-office"
because   = "{FILL_IN}: that the source does not say"
ask       = "{FILL_IN}: the question to send, in the researcher's words"
period    = {{ clock = "filing", from = {from} }}
authority = [{{ source = "{source}", at = "{FILL_IN}: where in it" }}]
basis     = "unverified"
verified  = {today}

[[rule.example]]
given = {{}}   # {FILL_IN}: facts of which the source says nothing

[[rule.near-miss]]
given = {{}}   # {FILL_IN}: facts that fire the rule above
rule  = "first"
"#
        )
    }

    fn case(&self, case: &str, agency: &str) -> String {
        let Self { id, kind, from, .. } = self;
        let record = &kind.id;
        format!(
            r#"# A case is what the source itself answers. It fails until the rules say the same.
[[case]]
id     = "{case}"
says   = "{FILL_IN}: what happened, in a sentence"
source = "{FILL_IN}: where the answer is from"
record = "{record}"
agency = "{agency}"
on     = {from}
given  = {{}}   # {FILL_IN}: the facts that the source states, and no others
expect = {{ "{id}" = "disclose" }}   # {FILL_IN}: what it answers
"#
        )
    }
}

//! Reads the XML that SciENcv takes for Current and Pending (Other) Support: positions, support, in-kind contributions.
//!
//! Names, order and limits of the elements: NLM's sample and blank files for "data ingest", and two public guides that
//! agree with each other on the limits. What the file does not say stays unanswered; an empty end date is not "ongoing".

use roxmltree::{Document, Node, ParsingOptions};

use crate::calendar::PartialDate;
use crate::facts::{Answer, Answers, FieldType, Raw, Value};
use crate::profile::{Edit, Profile, Record};
use crate::text::{clean, count};

/// The largest file that is read, in bytes. A hundred entries with full texts are under one megabyte.
pub const MOST_BYTES: usize = 5 * 1024 * 1024;
/// More elements than any person's file has.
const MOST_NODES: u32 = 200_000;
/// Deeper than any element of the format; the parser follows nesting on the stack.
const DEEPEST: usize = 64;

/// What SciENcv's elements hold at most, in characters.
const LIMITS: [(&str, usize); 7] = [
    ("projecttitle", 300),
    ("awardnumber", 50),
    ("supportsource", 60),
    ("location", 60),
    ("inkinddescription", 500),
    ("overallobjectives", 1_500),
    ("potentialoverlap", 5_000),
];

/// Elements that no record of a profile has a field for.
const NOT_KEPT: [(&str, &str); 4] = [
    ("awardnumber", "award numbers"),
    ("location", "places of performance"),
    ("overallobjectives", "objectives"),
    ("potentialoverlap", "overlap statements"),
];

/// What a file suggests for a profile.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Suggestions {
    /// To be applied in this order, to the profile they were made for.
    pub edits: Vec<Edit>,
    /// What deserves a look, in the order of the file.
    pub notes: Vec<String>,
    /// Entries that the profile has already.
    pub known: usize,
}

/// Why a file gives no suggestions at all.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    #[error("the file is larger than {} MB, so it is not read", MOST_BYTES / 1024 / 1024)]
    TooLarge,
    #[error("the file is not UTF-8 text; save it again as UTF-8")]
    NotText,
    #[error("the file is not well-formed XML: {0}")]
    NotXml(String),
    #[error("the file starts with <{0}>, not with <profile>: it is not SciENcv's file for current and pending support")]
    OtherFormat(String),
}

/// Reads a file's bytes into suggestions for `profile`.
///
/// # Errors
/// The file is too large, not UTF-8, not XML (one with a document type is refused, so that no entity can expand), or XML
/// of another kind. A mistake inside one entry is a note, not an error.
pub fn read(bytes: &[u8], profile: &Profile) -> Result<Suggestions, ImportError> {
    if bytes.len() > MOST_BYTES {
        return Err(ImportError::TooLarge);
    }
    let text = std::str::from_utf8(bytes).map_err(|_| ImportError::NotText)?;
    if nesting(text) > DEEPEST {
        return Err(ImportError::NotXml("its elements are nested too deeply".into()));
    }
    let options = ParsingOptions { allow_dtd: false, nodes_limit: MOST_NODES, ..ParsingOptions::default() };
    // Guides show files that start with a blank line, which XML forbids before its declaration.
    let text = text.trim_start_matches('\u{feff}').trim_start();
    let document =
        Document::parse_with_options(text, options).map_err(|e| ImportError::NotXml(clean(&e.to_string())))?;
    let root = document.root_element();
    if root.tag_name().name() != "profile" {
        return Err(ImportError::OtherFormat(clean(root.tag_name().name()).chars().take(40).collect()));
    }
    let mut import = Import { profile: profile.clone(), out: Suggestions::default(), dropped: Vec::new() };
    if let Some(person) = child(root, "identification") {
        import.person(person);
    }
    for position in children(root, "employment", "position") {
        import.position(position);
    }
    for support in children(root, "funding", "support") {
        import.support(support);
    }
    if !import.dropped.is_empty() {
        let what = crate::text::list(&import.dropped, "and");
        import.out.notes.push(format!("A profile has no place for {what}; keep your SciENcv file for them."));
    }
    if import.out.known > 0 {
        let entries = count(import.out.known, "entry is", "entries are");
        import.out.notes.push(format!("{entries} in your profile already and left as they are."));
    }
    Ok(import.out)
}

/// How deep tags could nest, counted generously and without parsing.
fn nesting(text: &str) -> usize {
    let (mut depth, mut most) = (0_usize, 0);
    let bytes = text.as_bytes();
    for (i, b) in bytes.iter().enumerate() {
        match (b, bytes.get(i + 1)) {
            (b'<', Some(b'/')) => depth = depth.saturating_sub(1),
            (b'<', Some(b'?' | b'!')) => {}
            (b'<', _) => depth += 1,
            (b'/', Some(b'>')) => depth = depth.saturating_sub(1),
            _ => {}
        }
        most = most.max(depth);
    }
    most
}

fn child<'a, 'i>(node: Node<'a, 'i>, name: &str) -> Option<Node<'a, 'i>> {
    node.children().find(|n| n.is_element() && n.tag_name().name() == name)
}

fn children<'a, 'i>(
    root: Node<'a, 'i>,
    outer: &'static str,
    inner: &'static str,
) -> impl Iterator<Item = Node<'a, 'i>> {
    let all = root.children().filter(move |n| n.tag_name().name() == outer);
    all.flat_map(move |n| n.children().filter(move |c| c.is_element() && c.tag_name().name() == inner))
}

/// An element's own text, on one line.
fn words(node: Node<'_, '_>, name: &str) -> String {
    let Some(node) = child(node, name) else { return String::new() };
    let text: String = node.children().filter_map(|c| c.text().filter(|_| c.is_text())).collect();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

struct Import {
    /// The profile as it will be, so that ids are new and repeats are seen.
    profile: Profile,
    out: Suggestions,
    dropped: Vec<String>,
}

impl Import {
    fn suggest(&mut self, edit: Edit) {
        if self.profile.apply(&edit).is_ok() {
            self.out.edits.push(edit);
        }
    }

    fn note(&mut self, about: &str, says: &str) {
        let about: String = clean(about).chars().take(60).collect();
        self.out.notes.push(if about.is_empty() { says.to_owned() } else { format!("“{about}”: {says}") });
    }

    fn person(&mut self, person: Node<'_, '_>) {
        let Some(name) = child(person, "name") else { return };
        // A certified biographical sketch calls them by other names than the upload file.
        let either =
            |a: &str, b: &str| Some(words(name, a)).filter(|s| !s.is_empty()).unwrap_or_else(|| words(name, b));
        let given = [either("firstname", "givennames"), words(name, "middlename")].join(" ");
        let (given, last) = (given.trim(), either("lastname", "surname"));
        let full =
            if last.is_empty() || given.is_empty() { format!("{last}{given}") } else { format!("{last}, {given}") };
        if !full.is_empty() && !self.profile.person.contains_key("name") {
            self.suggest(Edit::Person { field: "name".into(), answer: Some(Answer::Is(Value::Text(full))) });
        }
    }

    fn position(&mut self, position: Node<'_, '_>) {
        let title = words(position, "positiontitle");
        let organisation = child(position, "organization");
        let name = organisation.map(|o| words(o, "orgname")).unwrap_or_default();
        if title.is_empty() && name.is_empty() {
            return;
        }
        let mut answers = Answers::new();
        text(&mut answers, "title", &title);
        if !title.is_empty() {
            answers.insert("titled".into(), Answer::Is(Value::YesNo(true)));
        }
        self.entity(&mut answers, &name, &organisation.map(|o| words(o, "country")).unwrap_or_default());
        for (element, field) in [("startdate", "started"), ("enddate", "ended")] {
            if let Some(date) = self.date(position, element, &title) {
                answers.insert(field.into(), Answer::Is(Value::Date(date)));
            }
        }
        if !answers.contains_key("ended") && position.attribute("current").is_some_and(|c| c == "yes") {
            answers.insert("ended".into(), Answer::Is(Value::Never));
        }
        self.record("appointment", answers, &["title", "entity"]);
    }

    fn support(&mut self, support: Node<'_, '_>) {
        let title = words(support, "projecttitle");
        let summary = words(support, "inkinddescription");
        let source = words(support, "supportsource");
        let in_kind = match words(support, "contributiontype").as_str() {
            "award" => false,
            "inkind" => true,
            other => {
                if !(title.is_empty() && summary.is_empty() && source.is_empty()) {
                    let name = if title.is_empty() { &summary } else { &title };
                    self.note(
                        name,
                        &format!("the type \"{}\" is neither award nor inkind, so it was left out.", clean(other)),
                    );
                }
                return;
            }
        };
        let name = if in_kind { &summary } else { &title };
        if name.is_empty() && source.is_empty() {
            return; // the blank template
        }
        self.lengths(support, name);
        for (element, what) in NOT_KEPT {
            if !words(support, element).is_empty() && !self.dropped.iter().any(|d| d == what) {
                self.dropped.push(what.to_owned());
            }
        }
        let mut answers = Answers::new();
        self.entity(&mut answers, &source, "");
        self.amount(&mut answers, support, if in_kind { "value" } else { "amount" }, name);
        let months = self.months(&mut answers, support, name);
        let start = self.date(support, "startdate", name);
        let end = self.date(support, "enddate", name);
        let pending = match words(support, "supporttype").as_str() {
            "current" => Some(false),
            "pending" => Some(true),
            "" => None,
            other => {
                self.note(
                    name,
                    &format!("the status \"{}\" is neither current nor pending; say what became of it.", clean(other)),
                );
                None
            }
        };
        if let Some(end) = end {
            answers.insert("ended".into(), Answer::Is(Value::Date(end)));
        }
        if in_kind {
            text(&mut answers, "summary", &summary);
            // What is only promised has not been received, whatever date is planned.
            let received = if pending == Some(true) { Some(Value::Never) } else { start.map(Value::Date) };
            if let Some(received) = received {
                answers.insert("received".into(), Answer::Is(received));
            }
            if pending == Some(true)
                && let Some(start) = start
            {
                self.note(name, &format!("expected {start}; it is entered as not received yet."));
            }
            if let Some(months) = months {
                answers.insert("needs-my-time".into(), Answer::Is(Value::YesNo(months > 0)));
            }
            self.record("in-kind", answers, &["summary", "entity"]);
        } else {
            text(&mut answers, "title", &title);
            if let Some(pending) = pending {
                let outcome = if pending { "awaiting" } else { "funded" };
                answers.insert("outcome".into(), Answer::Is(Value::Choice(outcome.into())));
            }
            if let Some(start) = start {
                answers.insert("started".into(), Answer::Is(Value::Date(start)));
            }
            self.record("support", answers, &["title", "entity"]);
        }
    }

    /// Adds a record, unless the profile has one of that kind with the same words in these fields.
    fn record(&mut self, kind: &str, answers: Answers, named_by: &[&str]) {
        let same =
            |r: &Record| named_by.iter().all(|f| r.answers.get(*f) == answers.get(*f)) && agree(&r.answers, &answers);
        if self.profile.of_kind(kind).any(same) {
            self.out.known += 1;
            return;
        }
        let id = self.profile.new_record_id(kind);
        if let Some(Answer::Is(Value::Entity(name))) = answers.get("entity")
            && self.profile.entity(name).is_none()
        {
            self.suggest(Edit::EnsureEntity { name: name.clone() });
        }
        self.suggest(Edit::AddRecord(Record { kind: kind.to_owned(), id, answers, ..Record::default() }));
    }

    fn entity(&mut self, answers: &mut Answers, name: &str, country: &str) {
        if name.is_empty() {
            return;
        }
        answers.insert("entity".into(), Answer::Is(Value::Entity(name.to_owned())));
        if self.profile.entity(name).is_some_and(|e| e.answers.contains_key("domicile")) {
            return;
        }
        // A country outside the US settles where the organisation belongs; one inside leaves own or other open.
        let us = ["us", "usa", "u.s.", "u.s.a.", "united states", "united states of america"];
        if country.is_empty() || us.contains(&country.to_lowercase().as_str()) {
            return;
        }
        let mut say = |field: &str, value: Value| {
            self.suggest(Edit::Entity {
                name: name.to_owned(),
                field: field.to_owned(),
                answer: Some(Answer::Is(value)),
            });
        };
        say("domicile", Value::Choice("foreign".into()));
        if country.len() == 2 && country.bytes().all(|b| b.is_ascii_uppercase()) {
            say("country", Value::Country(country.to_owned()));
        } else {
            self.note(name, &format!("the file gives the country as {}; enter its two-letter code.", clean(country)));
        }
    }

    fn amount(&mut self, answers: &mut Answers, support: Node<'_, '_>, field: &str, name: &str) {
        let written = words(support, "awardamount");
        if written.is_empty() {
            return;
        }
        let plain = written.len() <= 13 && written.bytes().all(|b| b.is_ascii_digit());
        match FieldType::Money.read(&Raw::Str(written.clone())) {
            Ok(answer) if plain => {
                answers.insert(field.to_owned(), answer);
            }
            _ => self.note(
                name,
                &format!("the amount \"{}\" is not a whole number of dollars, so it was left out.", clean(&written)),
            ),
        }
    }

    /// Person-months by calendar year, and their least and most a year. Returns the most, in hundredths.
    fn months(&mut self, answers: &mut Answers, support: Node<'_, '_>, name: &str) -> Option<i64> {
        let mut years = Vec::new();
        for node in child(support, "commitment")?.children().filter(|n| n.tag_name().name() == "personmonth") {
            let written = node.text().unwrap_or_default().trim().to_owned();
            if written.is_empty() {
                continue;
            }
            let year = node.attribute("year").unwrap_or_default().trim().to_owned();
            let read = FieldType::MonthsByYear.read(&Raw::Table(vec![(year.clone(), Raw::Str(written.clone()))]));
            if let Ok(Answer::Is(Value::MonthsByYear(one))) = read {
                years.extend(one);
            } else {
                self.note(
                    name,
                    &format!(
                        "\"{}\" person-months in \"{}\" is not a number for a year, so it was left out.",
                        clean(&written),
                        clean(&year)
                    ),
                );
            }
        }
        let least = years.iter().map(|(_, m)| *m).min()?;
        let most = years.iter().map(|(_, m)| *m).max()?;
        let show =
            |n: i64| format!("{}.{:02}", n / 100, n % 100).trim_end_matches('0').trim_end_matches('.').to_owned();
        let a_year = if least == most { show(least) } else { format!("{} to {}", show(least), show(most)) };
        if let Ok(a_year) = FieldType::Number.read(&Raw::Str(a_year)) {
            answers.insert("months-per-year".into(), a_year);
        }
        answers.insert("commitment".into(), Answer::Is(Value::MonthsByYear(years.into_iter().collect())));
        Some(most)
    }

    /// A date in one piece (`2025-12-01`) or in parts (`year`, `month`, `day`).
    fn date(&mut self, node: Node<'_, '_>, element: &str, name: &str) -> Option<PartialDate> {
        let date = child(node, element)?;
        let mut written = words(node, element);
        if written.is_empty() {
            written = words(date, "year");
            for part in ["month", "day"] {
                let part = words(date, part);
                if part.is_empty() {
                    break;
                }
                written = format!("{written}-{part:0>2}");
            }
        }
        if written.is_empty() {
            return None;
        }
        let read = PartialDate::parse(&written);
        if read.is_none() {
            self.note(name, &format!("\"{}\" is not a date, so it was left out.", clean(&written)));
        }
        read
    }

    fn lengths(&mut self, support: Node<'_, '_>, name: &str) {
        for (element, most) in LIMITS {
            let length = words(support, element).chars().count();
            if length > most {
                self.note(name, &format!("<{element}> has {length} characters; SciENcv takes {most}."));
            }
        }
    }
}

fn text(answers: &mut Answers, field: &str, text: &str) {
    if !text.is_empty() {
        answers.insert(field.to_owned(), Answer::Is(Value::Text(text.to_owned())));
    }
}

/// False if the two give different dates or amounts: then they are two entries with one name, such as two phases.
fn agree(a: &Answers, b: &Answers) -> bool {
    ["started", "received", "amount", "value"].iter().all(|f| match (a.get(*f), b.get(*f)) {
        (Some(Answer::Is(x)), Some(Answer::Is(y))) => x == y,
        _ => true,
    })
}

//! Answers, dates, rulings and citations in plain words.
//!
//! The one place that decides how a value reads; the reports, `check` and the terminal app share it. Whatever a person
//! or a file wrote comes out cleaned: nothing returned here holds control or reordering characters.

use chrono::{Datelike, NaiveDate};

use crate::calendar::{self, PartialDate};
use crate::condition::{Owner, Slot};
use crate::engine::{Due, Subject, Timing};
use crate::facts::{Answer, FieldType, Known, Value};
use crate::profile::{Profile, Record, Target, Told};
use crate::report::countries;
use crate::ruleset::{Agency, Authority, Basis, Contact, Field, Moment, Period, Rule, RuleSet, Ruling, Source};
use crate::text::{clean, list};

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];

/// `10 December 2026`
pub fn date(d: NaiveDate) -> String {
    format!("{} {} {}", d.day(), month(d), d.year())
}

fn month(d: NaiveDate) -> &'static str {
    MONTHS.get(d.month0() as usize).copied().unwrap_or("")
}

/// `10 December 2026`, `December 2026` or `2026`, as far as it is known.
pub fn partial_date(d: &PartialDate) -> String {
    if d.is_exact() {
        date(d.first)
    } else if d.first.month() == d.last.month() {
        format!("{} {}", month(d.first), d.first.year())
    } else {
        d.first.year().to_string()
    }
}

/// `NO` → `Norway`; a code nobody knows stays as it is.
pub fn country(code: &str) -> String {
    countries::name(code).map_or_else(|| clean(code), str::to_owned)
}

/// Hundredths with separators and no needless decimals: `900000` → `9,000`, `150` → `1.5`.
pub fn hundredths(n: i64) -> String {
    let whole = grouped(&(n / 100).to_string());
    match n % 100 {
        0 => whole,
        part if part % 10 == 0 => format!("{whole}.{}", part / 10),
        part => format!("{whole}.{part:02}"),
    }
}

/// Cents as whole dollars, halves up: `899_950` → `9,000`.
pub fn whole_dollars(cents: i64) -> String {
    grouped(&cents.saturating_add(50).div_euclid(100).to_string())
}

fn grouped(digits: &str) -> String {
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// An estimate as it was written, with its numbers made regular: `About 9000` → `about 9,000`.
fn estimate(text: &str) -> String {
    let lower = clean(text).to_lowercase();
    lower
        .split_whitespace()
        .map(|word| {
            let bare: String = word.chars().filter(|c| !matches!(c, ',' | '_' | '$')).collect();
            let (whole, part) = bare.split_once('.').unwrap_or((&bare, ""));
            let number = !whole.is_empty() && bare.bytes().all(|b| b.is_ascii_digit() || b == b'.');
            match (number, part.is_empty()) {
                (true, true) => grouped(whole),
                (true, false) => format!("{}.{part}", grouped(whole)),
                (false, _) => word.to_owned(),
            }
        })
        .collect::<Vec<_>>()
        .join(" ")
}

/// An answer in words, as a reply to the field's question: `yes`, `Guest professor`, `about 9,000 dollars`, `June 2023`,
/// `still ongoing`, `not sure`.
pub fn answer(field: &Field, answer: &Answer) -> String {
    match answer {
        Answer::NotSure => "not sure".to_owned(),
        Answer::Is(v) => value(field, v),
    }
}

/// A value in words. Values are worded by the field's own labels where it has them.
pub fn value(field: &Field, value: &Value) -> String {
    match value {
        Value::YesNo(true) => "yes".to_owned(),
        Value::YesNo(false) => "no".to_owned(),
        Value::Choice(id) => clean(field.label(id)),
        Value::Set { has, complete } => {
            // In the order of the field, not of the ids.
            let known = field.values.iter().filter(|c| has.contains(&c.id)).map(|c| clean(&c.label));
            let stray = has.iter().filter(|id| !field.values.iter().any(|c| c.id == **id)).map(|id| clean(id));
            several(known.chain(stray).collect(), *complete)
        }
        Value::Places { has, complete } => several(has.iter().map(|c| country(c)).collect(), *complete),
        Value::Range { lo, hi, text } => {
            let number = if lo == hi { hundredths(*lo) } else { estimate(text) };
            match field.ty {
                FieldType::Money if number == "1" => "1 dollar".to_owned(),
                FieldType::Money => format!("{number} dollars"),
                _ => number,
            }
        }
        Value::Date(d) => partial_date(d),
        Value::Never => lower_first(&clean(field.never.as_deref().unwrap_or("not yet"))),
        Value::Country(code) => country(code),
        Value::Text(s) | Value::Entity(s) => clean(s),
        Value::MonthsByYear(years) => {
            let rows: Vec<String> = years.iter().map(|(y, m)| format!("{y}: {}", hundredths(*m))).collect();
            if rows.is_empty() { "none".to_owned() } else { rows.join("; ") }
        }
    }
}

/// A known fact in words, for answers nobody gave: what the nearest change would have been.
pub fn known(rules: &RuleSet, kind: usize, slot: Slot, fact: Known) -> String {
    let Some(frame) = rules.frames.get(kind) else { return String::new() };
    let Some((def, field)) = frame.slots.get(usize::from(slot)).zip(rules.field(frame, slot)) else {
        return String::new();
    };
    let bits = |mask: u64| -> Vec<String> {
        match &def.ty {
            FieldType::Choice(ids) | FieldType::Set(ids) => ids
                .iter()
                .enumerate()
                .filter(|(i, _)| *i < 64 && mask & (1 << i) != 0)
                .map(|(_, id)| clean(field.label(id)))
                .collect(),
            FieldType::YesNo => {
                [(1, "no"), (2, "yes")].iter().filter(|(b, _)| mask & b != 0).map(|(_, w)| (*w).to_owned()).collect()
            }
            _ => Vec::new(),
        }
    };
    match fact {
        Known::Choice(mask) => list(&bits(mask), "or"),
        Known::Set { has, may } => several(bits(has), has == may),
        Known::Range { lo, hi } if matches!(def.ty, FieldType::Date(_)) => {
            match (calendar::date(lo), calendar::date(hi)) {
                (Some(a), Some(b)) if a == b => date(a),
                (Some(a), Some(b)) => format!("from {} to {}", date(a), date(b)),
                (Some(a), None) => format!("{} or later", date(a)),
                _ => value(field, &Value::Never),
            }
        }
        Known::Range { lo, hi } => {
            value(field, &Value::Range { lo, hi, text: format!("{} to {}", hundredths(lo), hundredths(hi)) })
        }
        Known::Listed { .. } | Known::Places { .. } | Known::Given(_) => String::new(),
    }
}

fn several(items: Vec<String>, complete: bool) -> String {
    match (items.is_empty(), complete) {
        (true, true) => "none".to_owned(),
        (true, false) => "not sure".to_owned(),
        (false, true) => items.join("; "),
        (false, false) => format!("{}; perhaps more", items.join("; ")),
    }
}

/// The first letter made small, unless the word is an acronym or a name in capitals.
pub fn lower_first(text: &str) -> String {
    let mut chars = text.chars();
    match (chars.next(), chars.next()) {
        (Some(a), Some(b)) if a.is_uppercase() && !b.is_uppercase() => {
            a.to_lowercase().chain(text.chars().skip(1)).collect()
        }
        _ => text.to_owned(),
    }
}

/// The text with a full stop, unless it ends a sentence already.
pub fn sentence(text: &str) -> String {
    if text.ends_with(['.', '?', '!']) { text.to_owned() } else { format!("{text}.") }
}

/// The first letter made a capital.
pub fn upper_first(text: &str) -> String {
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |c| c.to_uppercase().chain(chars).collect())
}

/// What names a record on screen: its label fields in words, or its kind and id where they are empty.
pub fn record_label(rules: &RuleSet, record: &Record) -> String {
    let Some((_, kind)) = rules.kind(&record.kind) else {
        return clean(&record.id);
    };
    let words: Vec<String> = kind
        .label
        .iter()
        .filter_map(|id| {
            let field = kind.field(id)?;
            match record.answers.get(id)? {
                Answer::NotSure => None,
                Answer::Is(v) => Some(value(field, v)),
            }
        })
        .filter(|w| !w.trim().is_empty())
        .collect();
    if words.is_empty() { format!("{} without a name ({})", kind.title, clean(&record.id)) } else { words.join(", ") }
}

/// A place on a form in words: `Biographical Sketch: Appointments and Positions`.
pub fn place(rules: &RuleSet, id: &str) -> String {
    rules.place(id).map_or_else(|| id.to_owned(), |(form, section)| format!("{}: {}", form.title, section.title))
}

/// `NSF proposal`, `NIH just-in-time information`.
pub fn target_label(rules: &RuleSet, target: &Target) -> String {
    match rules.agency(&target.agency) {
        Some(agency) => {
            let moment =
                moment_of(agency, &target.moment).map_or_else(|| clean(&target.moment), |m| lower_first(&m.title));
            format!("{} {moment}", agency.short)
        }
        None => format!("{} {}", clean(&target.agency), clean(&target.moment)),
    }
}

/// An office and how to reach it, in one line.
pub fn contact(contact: &Contact) -> String {
    let ways = [&contact.email, &contact.phone, &contact.url];
    let ways: Vec<&str> = ways.into_iter().map(String::as_str).filter(|w| !w.is_empty()).collect();
    format!("{}, {}", contact.office, ways.join(", "))
}

/// A moment of an agency, by id.
pub fn moment_of<'a>(agency: &'a Agency, id: &str) -> Option<&'a Moment> {
    agency.moments.iter().find(|m| m.id == id)
}

/// A clock in words: `due date`.
pub fn clock(id: &str) -> &str {
    match id {
        "published" => "publication of the funding opportunity",
        "due" => "due date",
        "submission" => "date of submission",
        "award" => "date of the award",
        "budget-period" => "start of the budget period",
        "filing" => "filing date",
        "today" => "today",
        other => other,
    }
}

/// By when, in words; empty where a date would say nothing (things to keep, nothing due, questions).
pub fn due(due: &Due, ruling: Ruling) -> String {
    if matches!(ruling, Ruling::NothingDue | Ruling::KeepRecord | Ruling::Stop | Ruling::AskOffice)
        && matches!(due, Due::WithForm(_) | Due::NotStated)
    {
        return String::new();
    }
    match due {
        Due::WithForm(Some(d)) => format!("with the form, by {}", date(*d)),
        Due::WithForm(None) => "with the form".to_owned(),
        Due::By(Some(d)) => format!("by {}", date(*d)),
        Due::By(None) => "by a date that cannot be counted yet".to_owned(),
        Due::Now { at_latest: Some(d) } => format!("as soon as you can, at the latest by {}", date(*d)),
        Due::Now { at_latest: None } => "as soon as you know of it".to_owned(),
        Due::Yearly => "once a year".to_owned(),
        Due::NotStated => "no date is stated".to_owned(),
        Due::SourcesDiffer(s) => format!("the sources differ: {}", clean(s)),
    }
}

/// A date that has passed, in words: `was due by 3 March 2026`.
pub fn was_due(due: &Due) -> String {
    due.date().map_or_else(|| "was due earlier".to_owned(), |d| format!("was due by {}", date(d)))
}

/// An entry of a record's log in words: `my department, on 3 May 2026, yearly form`.
pub fn told(t: &Told) -> String {
    let mut parts = vec![if t.who.is_empty() { "someone".to_owned() } else { clean(&t.who) }];
    if let Some(on) = &t.on {
        parts.push(if on.is_exact() { format!("on {}", partial_date(on)) } else { format!("in {}", partial_date(on)) });
    }
    if !t.how.is_empty() {
        parts.push(clean(&t.how));
    }
    if !t.evidence.is_empty() {
        parts.push(format!("evidence: {}", clean(&t.evidence)));
    }
    parts.join(", ")
}

/// How soon before a rule's review date a report mentions it, in days.
const REVIEW_SOON: i64 = 30;

/// Set when the rule's source should be looked at again soon, or should have been.
pub fn review(rule: &Rule, as_of: NaiveDate) -> Option<String> {
    let by = rule.review_by?;
    let left = by.signed_duration_since(as_of).num_days();
    if left < 0 {
        Some(format!("this rule was to be checked again by {}; ask your office whether it still holds", date(by)))
    } else if left <= REVIEW_SOON {
        Some(format!("this rule is to be checked again by {}", date(by)))
    } else {
        None
    }
}

/// A source's dates: `in effect from 20 May 2024, last checked on 23 November 2026`.
pub fn source_dates(s: &Source) -> String {
    let mut parts = Vec::new();
    let mut add = |what: &str, on: Option<NaiveDate>| parts.extend(on.map(|d| format!("{what} {}", date(d))));
    add("issued", s.issued);
    add("in effect from", s.effective);
    add("superseded on", s.superseded);
    add("last checked on", s.last_verified);
    parts.join(", ")
}

/// A ruling as a short heading. The same words as on screen.
pub fn ruling(r: Ruling) -> &'static str {
    r.title()
}

/// When the agency collects it, relative to the target: `now`, `later, at just-in-time information`.
pub fn timing(rules: &RuleSet, agency: &str, timing: &Timing) -> String {
    let at = |id: &str| {
        rules.agency(agency).and_then(|a| moment_of(a, id)).map_or_else(
            || clean(id),
            |m| format!("{} {}", rules.agency(agency).map_or("", |a| &a.short), lower_first(&m.title)),
        )
    };
    match timing {
        Timing::Now => "now".to_owned(),
        Timing::Later(m) => format!("later, at the {}", at(m)),
        Timing::Earlier(m) => format!("earlier, at the {}", at(m)),
    }
}

/// A rule's period: `for a due date from 20 May 2024`.
pub fn period(p: &Period) -> String {
    let what = if p.clock == "today" { String::new() } else { format!("for a {} ", clock(&p.clock)) };
    match (p.from, p.until) {
        (None, None) => "at any date".to_owned(),
        (Some(a), None) => format!("{what}from {}", date(a)),
        (None, Some(b)) => format!("{what}before {}", date(b)),
        (Some(a), Some(b)) => format!("{what}from {} and before {}", date(a), date(b)),
    }
}

/// A source's title up to its first comma, for use beside its number: the full title stands in the list of sources.
pub fn short_title(title: &str) -> &str {
    title.split_once(", ").map_or(title, |(short, _)| short)
}

/// A citation in full: `Proposal and Award … Guide, II.D.2.h(ii)`.
pub fn citation(rules: &RuleSet, authority: &Authority) -> String {
    let title = rules.source(&authority.source).map_or_else(|| clean(&authority.source), |s| s.title.clone());
    if authority.at.is_empty() { title } else { format!("{title}, {}", authority.at) }
}

/// How well the rule's source is known, where that needs saying: `as relayed by Arizona State University`.
pub fn basis(rules: &RuleSet, rule: &Rule) -> Option<String> {
    match rule.basis {
        Basis::Primary => None,
        Basis::Unverified => Some("the source has not been checked, so this is a question and no more".to_owned()),
        Basis::Secondary => {
            let mut by: Vec<String> = Vec::new();
            for a in &rule.authority {
                // "Arizona State University, relaying NSF": who relays is of interest here. An issuer without such words
                // was read in copies.
                let who = rules.source(&a.source).and_then(|s| {
                    s.issuer.split_once(", relaying").or_else(|| s.issuer.split_once(", quoting")).map(|(who, _)| who)
                });
                if let Some(who) = who
                    && !by.iter().any(|b| b == who)
                {
                    by.push(who.to_owned());
                }
            }
            Some(if by.is_empty() {
                "read in copies, not on the issuer's own page".to_owned()
            } else {
                format!("as relayed by {}", list(&by, "and"))
            })
        }
    }
}

/// The answer in a slot, wherever it is kept; `None` for clocks, the moment and what was not answered.
pub fn slot_answer<'a>(
    rules: &RuleSet,
    profile: &'a Profile,
    target: &'a Target,
    subject: &Subject,
    kind: usize,
    slot: Slot,
) -> Option<&'a Answer> {
    let def = rules.frames.get(kind)?.slots.get(usize::from(slot))?;
    let record = match subject {
        Subject::Record(id) => profile.record(id),
        Subject::Target | Subject::Person => None,
    };
    let own = match subject {
        Subject::Target => target.answers.get(&def.field),
        Subject::Person => profile.person.get(&def.field),
        Subject::Record(_) => record.and_then(|r| r.answer(&def.field, def.per_target, &target.id)),
    };
    match &def.owner {
        Owner::Record => own,
        Owner::Entity(field) => profile.entity(record?.text(field)?)?.answers.get(&def.field),
        Owner::Target => target.answers.get(&def.field),
        Owner::Person => profile.person.get(&def.field),
        Owner::Clock => None,
    }
}

/// A fact in a slot: its name for programs, the question, and the answer in words.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Fact {
    pub field: String,
    pub question: String,
    pub value: String,
}

/// The fact in a slot, `None` when it is not known. Clocks count: their value is the date.
pub fn fact(
    rules: &RuleSet,
    profile: &Profile,
    target: &Target,
    subject: &Subject,
    kind: usize,
    slot: Slot,
    as_of: NaiveDate,
) -> Option<Fact> {
    let frame = rules.frames.get(kind)?;
    let def = frame.slots.get(usize::from(slot))?;
    if def.owner == Owner::Clock {
        let on = clock_date(rules, target, &def.field, as_of)?;
        return Some(Fact {
            field: def.name.clone(),
            question: upper_first(clock(&def.field)),
            value: partial_date(&on),
        });
    }
    let field = rules.field(frame, slot)?;
    // An organisation's name is how the record refers to it, not an answer about it.
    if let (Owner::Entity(of), "name", Subject::Record(id)) = (&def.owner, def.field.as_str(), subject) {
        let name = profile.record(id)?.text(of)?;
        return Some(Fact { field: def.name.clone(), question: field.ask.clone(), value: clean(name) });
    }
    // The moment is the target's own, not an answer.
    if def.owner == Owner::Target && def.field == "moment" {
        let id = target.moment.clone();
        return Some(Fact { field: def.name.clone(), question: field.ask.clone(), value: clean(field.label(&id)) });
    }
    let given = slot_answer(rules, profile, target, subject, kind, slot)?;
    let mut value = answer(field, given);
    // A ruling rests on an organisation itself only where it was looked up on a list.
    if let (Answer::Is(Value::Entity(name)), Owner::Record) = (given, &def.owner) {
        let found = super::names::looked_up(rules, profile, target, (kind, &def.field), name, as_of);
        if !found.is_empty() {
            value = format!("{value} ({})", found.join("; "));
        }
    }
    Some(Fact { field: def.name.clone(), question: question(rules, profile, subject, kind, slot), value })
}

/// [`question`], as it is put for a target: nobody knows a filing date, which is another date that depends on the moment.
pub fn question_at(
    rules: &RuleSet,
    profile: &Profile,
    target: &Target,
    subject: &Subject,
    kind: usize,
    slot: Slot,
) -> String {
    let def = rules.frames.get(kind).and_then(|f| f.slots.get(usize::from(slot)));
    let filing = def.is_some_and(|d| d.owner == Owner::Clock && d.field == "filing");
    match rules.agency(&target.agency).and_then(|a| moment_of(a, &target.moment)) {
        Some(moment) if filing => format!("What is the {}?", clock(&moment.filing)),
        _ => question(rules, profile, subject, kind, slot),
    }
}

/// The question behind a slot; for a fact of an organisation, with the organisation's name.
pub fn question(rules: &RuleSet, profile: &Profile, subject: &Subject, kind: usize, slot: Slot) -> String {
    let Some(frame) = rules.frames.get(kind) else { return String::new() };
    let Some(def) = frame.slots.get(usize::from(slot)) else { return String::new() };
    let ask = match &def.owner {
        Owner::Clock => return format!("What is the {}?", clock(&def.field)),
        _ => rules.field(frame, slot).map_or_else(|| def.name.clone(), |f| f.ask.clone()),
    };
    match (&def.owner, subject) {
        (Owner::Entity(field), Subject::Record(id)) => match profile.record(id).and_then(|r| r.text(field)) {
            Some(name) => format!("{}: {ask}", clean(name)),
            None => ask,
        },
        _ => ask,
    }
}

/// The date of a clock at a target; `filing` is the clock its moment names, `today` the day of the report.
pub fn clock_date(rules: &RuleSet, target: &Target, id: &str, as_of: NaiveDate) -> Option<PartialDate> {
    match id {
        "today" => Some(PartialDate::exact(as_of)),
        "filing" => {
            let moment = moment_of(rules.agency(&target.agency)?, &target.moment)?;
            clock_date(rules, target, &moment.filing, as_of)
        }
        other => target.clocks.get(other).copied(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facts::{FieldType, Raw};
    use crate::ruleset::Choice;

    fn field(ty: FieldType) -> Field {
        let choice = |id: &str, label: &str| Choice { id: id.into(), label: label.into(), opens: None, phrase: None };
        Field {
            id: "f".into(),
            ty,
            ask: "?".into(),
            help: String::new(),
            example: String::new(),
            why: String::new(),
            values: vec![choice("b", "The second"), choice("a", "The first")],
            never: Some("Still ongoing".into()),
            per_target: false,
            set_by_program: false,
            opens: None,
            phrase: crate::ruleset::Phrase::default(),
        }
    }

    fn says(ty: FieldType, raw: Raw) -> String {
        let given = ty.read(&raw).expect("an answer");
        answer(&field(ty), &given)
    }

    fn text(s: &str) -> Raw {
        Raw::Str(s.into())
    }

    #[test]
    fn answers_read_as_people_speak() {
        let set = || FieldType::Set(vec!["a".into(), "b".into()]);
        let list = |ids: &[&str]| Raw::Array(ids.iter().map(|s| text(s)).collect());
        for (ty, raw, words) in [
            (FieldType::YesNo, Raw::Bool(true), "yes"),
            (FieldType::YesNo, text("not-sure"), "not sure"),
            (FieldType::Choice(vec!["a".into()]), text("a"), "The first"),
            (set(), list(&["a", "b"]), "The second; The first"),
            (set(), list(&["a", "not-sure"]), "The first; perhaps more"),
            (set(), list(&[]), "none"),
            (set(), list(&["not-sure"]), "not sure"),
            (FieldType::Money, Raw::Int(9000), "9,000 dollars"),
            (FieldType::Money, Raw::Int(1), "1 dollar"),
            (FieldType::Money, text("about 9000"), "about 9,000 dollars"),
            (FieldType::Money, text("4000 to 5000.50"), "4,000 to 5,000.50 dollars"),
            (FieldType::Money, text("over $1_000_000"), "over 1,000,000 dollars"),
            (FieldType::Number, Raw::Float(1.5), "1.5"),
            (FieldType::Number, text("0.25"), "0.25"),
            (FieldType::Date(true), text("2023-06"), "June 2023"),
            (FieldType::Date(true), text("2023"), "2023"),
            (FieldType::Date(true), text("2023-06-09"), "9 June 2023"),
            (FieldType::Date(true), text("never"), "still ongoing"),
            (FieldType::Country, text("NO"), "Norway"),
            (FieldType::Country, text("ZZ"), "ZZ"),
            (FieldType::Places, list(&["DE", "JP"]), "Germany; Japan"),
            (FieldType::Text, text("a\u{1b}[2Jb"), "a\\u{1b}[2Jb"),
            (FieldType::MonthsByYear, Raw::Table(vec![("2026".into(), Raw::Float(1.5))]), "2026: 1.5"),
        ] {
            assert_eq!(says(ty, raw), words);
        }
    }

    #[test]
    fn amounts_are_rounded_to_whole_dollars_and_grouped() {
        assert_eq!(whole_dollars(899_950), "9,000");
        assert_eq!(whole_dollars(49), "0");
        assert_eq!(whole_dollars(123_456_789_000), "1,234,567,890");
        assert_eq!(hundredths(1205), "12.05");
    }

    #[test]
    fn capitals_of_names_and_acronyms_stay() {
        assert_eq!(lower_first("Update before an award"), "update before an award");
        assert_eq!(lower_first("NIH application"), "NIH application");
        assert_eq!(upper_first("été"), "Été");
        assert_eq!(upper_first(""), "");
    }

    #[test]
    fn deadlines_and_periods() {
        let on = |s: &str| s.parse::<NaiveDate>().ok();
        assert_eq!(due(&Due::WithForm(on("2026-12-10")), Ruling::Disclose), "with the form, by 10 December 2026");
        assert_eq!(due(&Due::WithForm(on("2026-12-10")), Ruling::NothingDue), "");
        assert_eq!(due(&Due::Now { at_latest: None }, Ruling::Disclose), "as soon as you know of it");
        assert_eq!(due(&Due::NotStated, Ruling::KeepRecord), "");
        assert_eq!(was_due(&Due::By(on("2026-03-03"))), "was due by 3 March 2026");
        let p = Period { clock: "due".into(), clock_slot: 0, from: on("2024-05-20"), until: None };
        assert_eq!(period(&p), "for a due date from 20 May 2024");
    }

    #[test]
    fn titles_are_cut_at_their_first_comma() {
        assert_eq!(short_title("42 U.S.C. 6605, disclosure of funding"), "42 U.S.C. 6605");
        assert_eq!(short_title("Important Notice 149"), "Important Notice 149");
    }
}

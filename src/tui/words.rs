//! The app's own sentences about rulings, records and targets. Values, dates and citations come from `report::words`.

use chrono::NaiveDate;

use super::theme::Meaning;
use crate::condition::SlotDef;
use crate::engine::{Due, Flip, Ruled, State, Subject, THIS_PROPOSAL, Timing};
use crate::facts::{Answer, FieldType, Known, Value};
use crate::profile::{Profile, Record, Target};
use crate::report::words;
use crate::ruleset::{Decision, Field, RuleSet, Ruling};
use crate::{calendar, text};

/// `NSF proposal: Coastal sediment …`
pub fn target(rules: &RuleSet, target: &Target) -> String {
    let label = words::target_label(rules, target);
    match title(target) {
        Some(title) => format!("{label}: {title}"),
        None => label,
    }
}

/// What the person calls a target.
fn title(target: &Target) -> Option<String> {
    match target.answers.get("title")? {
        Answer::Is(Value::Text(s)) if !s.trim().is_empty() => Some(text::clean(s)),
        _ => None,
    }
}

/// What names a record in lists; what kind it is where it has no name yet.
pub fn record(rules: &RuleSet, record: &Record) -> String {
    words::record_label(rules, record)
}

/// What a ruling is about, in words.
pub fn subject(rules: &RuleSet, profile: &Profile, subject: &Subject, target_id: &str) -> String {
    match subject {
        Subject::Person => "You".to_owned(),
        Subject::Target => profile.target(target_id).map_or_else(|| target_id.to_owned(), |t| target(rules, t)),
        Subject::Record(id) if id == THIS_PROPOSAL => "This proposal itself".to_owned(),
        Subject::Record(id) => match profile.record(id) {
            Some(r) => {
                let kind = rules.kind(&r.kind).map_or("", |(_, k)| k.title.as_str());
                format!("{kind}: {}", record(rules, r))
            }
            None => id.clone(),
        },
    }
}

/// The section and form of a place: `Synergistic Activities, Biographical Sketch`.
pub fn place(rules: &RuleSet, id: &str) -> String {
    match rules.place(id) {
        Some((form, section)) if form.title == section.title => section.title.clone(),
        Some((form, section)) => format!("{}, {}", section.title, form.title),
        None => text::clean(id),
    }
}

/// A ruling in one or two short pieces: the word for it with its meaning, and the rest.
pub struct Line {
    pub word: String,
    pub meaning: Meaning,
    pub rest: String,
    /// By when; empty where that says nothing.
    pub when: String,
    /// The same in few words.
    pub soon: String,
}

/// A ruling as a line in a list.
pub fn ruling(rules: &RuleSet, target: &Target, ruled: &Ruled, today: NaiveDate) -> Line {
    let decision = rules.decisions.get(ruled.decision);
    let (later, soon) = match &ruled.timing {
        Timing::Now => (String::new(), ""),
        other @ Timing::Later(_) => (words::timing(rules, &target.agency, other), "later"),
        other @ Timing::Earlier(_) => (words::timing(rules, &target.agency, other), "earlier"),
    };
    let line = |word: &str, meaning, rest, when: String, short: String| {
        let (when, soon) = if later.is_empty() { (when, short) } else { (later.clone(), soon.to_owned()) };
        Line { word: word.to_owned(), meaning, rest, when, soon }
    };
    match &ruled.state {
        State::Contradiction { says, .. } => {
            line("Two answers differ", Meaning::Open, says.clone(), String::new(), String::new())
        }
        State::Open(open) => {
            let n = open.ask.len();
            let word = if n == 0 && !open.unsure.is_empty() { "A question for your office" } else { "Depends" };
            let left = if n > 0 { format!("{} left", text::count(n, "question", "questions")) } else { String::new() };
            let at = decision.map_or_else(String::new, |d| place(rules, open.place(d)));
            line(word, Meaning::Open, at, left.clone(), left)
        }
        State::Decided(outcome) => {
            let late = decision.is_some_and(|d| ruled.is_late(d, today));
            let when =
                if late { words::was_due(&outcome.deadline) } else { words::due(&outcome.deadline, outcome.ruling) };
            let short = match (&outcome.deadline, late) {
                (Due::WithForm(Some(d)), false) if !when.is_empty() => format!("by {}", words::date(*d)),
                (Due::Now { .. }, false) => "as soon as you can".to_owned(),
                (Due::NotStated | Due::SourcesDiffer(_) | Due::By(None), _) => String::new(),
                _ => when.clone(),
            };
            line(outcome.ruling.title(), meaning(outcome.ruling), place(rules, &outcome.place), when, short)
        }
    }
}

/// The style of a ruling.
pub fn meaning(ruling: Ruling) -> Meaning {
    match ruling {
        Ruling::Stop | Ruling::AskOffice => Meaning::Office,
        Ruling::NothingDue | Ruling::KeepRecord => Meaning::Clear,
        Ruling::PriorApproval | Ruling::Disclose | Ruling::TellInstitution | Ruling::Certify => Meaning::Duty,
    }
}

/// The nearest change, as sentences: what would be different, and where it leads.
pub fn flip(rules: &RuleSet, profile: &Profile, decision: &Decision, subject: &Subject, flip: &Flip) -> Vec<String> {
    let Some(frame) = rules.frames.get(decision.kind) else { return Vec::new() };
    let mut out = Vec::new();
    for change in &flip.changes {
        let Some(field) = rules.field(frame, change.slot) else { continue };
        let ask = words::question(rules, profile, subject, decision.kind, change.slot);
        out.push(format!("{ask} If the answer were: {}.", known(field, frame.def(change.slot), change.to)));
    }
    let place = place(rules, &flip.outcome.place);
    let then = match flip.outcome.ruling {
        Ruling::NothingDue => format!("Then nothing would be due ({place})."),
        Ruling::Disclose => format!("Then it would be listed ({place})."),
        other => format!("Then: {} ({place}).", words::lower_first(other.title())),
    };
    out.push(then);
    out
}

/// A set of possible values in words.
fn known(field: &Field, def: &SlotDef, known: Known) -> String {
    let labels = |bits: u64| -> Vec<String> {
        let on = |i: usize| bits >> i & 1 == 1;
        field.values.iter().enumerate().filter(|(i, _)| on(*i)).map(|(_, c)| c.label.clone()).collect()
    };
    match (&def.ty, known) {
        (FieldType::YesNo, Known::Choice(0b10)) => "yes".into(),
        (FieldType::YesNo, Known::Choice(_)) => "no".into(),
        (_, Known::Choice(bits)) => labels(bits).join(" or "),
        (_, Known::Set { has: 0, .. }) => "none of these".into(),
        (_, Known::Set { has, .. }) => labels(has).join("; "),
        (FieldType::Date(_), Known::Range { lo, .. }) => match calendar::date(lo) {
            Some(d) => words::date(d),
            None => field.never.as_deref().map_or_else(|| "not yet".into(), words::lower_first),
        },
        (FieldType::Money, Known::Range { lo, .. }) => format!("{} dollars", words::hundredths(lo)),
        (_, Known::Range { lo, .. }) => words::hundredths(lo),
        _ => "something else".into(),
    }
}

/// How far off a date is: `in 17 days`, `today`, `3 days ago`.
pub fn away(date: NaiveDate, today: NaiveDate) -> String {
    match date.signed_duration_since(today).num_days() {
        0 => "today".into(),
        1 => "tomorrow".into(),
        -1 => "yesterday".into(),
        n if n > 0 => format!("in {n} days"),
        n => format!("{} days ago", -n),
    }
}

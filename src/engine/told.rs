//! What a record's log says of a ruling: was the agency or the institution told, in time or later?
//!
//! "My university knows" is not "the sponsor was told": a note counts only for those it names.

use super::assess::View;
use super::facts::FactSheet;
use super::outcome::Outcome;
use crate::calendar::{self, Day, FIRST, PartialDate};
use crate::facts::{Answer, Known, Value};
use crate::profile::{Record, Told};
use crate::ruleset::{Deadline, Decision, Ruling};
use crate::text::plain_words;

/// Words that name an institution's own offices.
const OFFICES: [&str; 4] = ["institution", "university", "office", "employer"];

/// True if a note in the record's log does what the ruling asks: it names the agency, the target or the form (for what goes to
/// the institution: an office of it), and is dated on or after the day that the time runs from.
pub(super) fn is_told(
    view: View<'_>,
    record: &Record,
    decision: &Decision,
    sheet: &FactSheet,
    outcome: &Outcome,
) -> bool {
    let Some(since) = runs_from(decision, sheet, outcome) else { return false };
    let today = calendar::day(view.today);
    record.told.iter().any(|told| {
        let on = told.on.filter(PartialDate::is_exact).map(|d| calendar::day(d.first));
        on.is_some_and(|on| since <= on && on <= today) && names(view, decision, outcome, told)
    })
}

/// The day from which a note can be about this ruling.
fn runs_from(decision: &Decision, sheet: &FactSheet, outcome: &Outcome) -> Option<Day> {
    let rule = decision.rules.get(*outcome.rules.first()?)?;
    match &rule.deadline {
        Deadline::After { days, .. } => outcome.deadline.date().map(|due| calendar::day(due) - days),
        // What is due before an event may be sent at any time before it.
        Deadline::Before { .. } => Some(FIRST),
        Deadline::AsSoonAs { slot, .. } => match sheet.at(*slot) {
            Known::Range { lo, .. } => Some(lo),
            _ => None,
        },
        Deadline::WithForm | Deadline::Yearly | Deadline::NotStated | Deadline::SourcesDiffer(_) => None,
    }
}

/// Does the note name whom the ruling is about?
fn names(view: View<'_>, decision: &Decision, outcome: &Outcome, told: &Told) -> bool {
    let said: Vec<String> = [&told.who, &told.how].iter().flat_map(|text| plain_words(text)).collect();
    let says = |name: &str| {
        let name = plain_words(name);
        !name.is_empty() && said.windows(name.len()).any(|words| words == name)
    };
    let at_home = outcome.ruling == Ruling::TellInstitution
        || decision.filed_by_office
        || outcome.place.starts_with("institution.");
    if at_home {
        let own = Answer::Is(Value::Choice("own-institution".to_owned()));
        let mut institutions = view.profile.entities.iter().filter(|e| e.answers.get("domicile") == Some(&own));
        return OFFICES.iter().any(|word| says(word)) || institutions.any(|e| says(&e.name));
    }
    let agency = view.rules.agency(&view.target.agency);
    let form = view.rules.place(&outcome.place).map(|(form, _)| form.title.as_str());
    agency.is_some_and(|a| says(&a.short) || says(&a.title)) || says(&view.target.id) || form.is_some_and(says)
}

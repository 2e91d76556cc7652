//! What was last sent to an agency, against the profile of today.

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::calendar;
use crate::engine::{self, FoundLate, Remark, Ruled, STARTS, Subject, Timing, View, differing, known_bound, same_name};
use crate::facts::{Answer, FieldType, Value, days};
use crate::profile::{Profile, Record, Target};
use crate::report::words;
use crate::ruleset::{Decision, Kind, RuleSet, Ruling};
use crate::text::{folded, list};

/// A submission: the profile as it was, the target it was for, and the day.
#[derive(Debug, Clone, Copy)]
pub struct Sent<'a> {
    pub profile: &'a Profile,
    pub target: &'a Target,
    pub on: NaiveDate,
}

impl<'a> Sent<'a> {
    /// A submission that a snapshot was taken for. It went in on its submission date, if that is known to the day.
    pub fn of(profile: &'a Profile, target: &'a Target, taken_on: NaiveDate) -> Self {
        let submitted = target.clocks.get("submission").filter(|d| d.is_exact()).map(|d| d.first);
        Self { profile, target, on: submitted.unwrap_or(taken_on) }
    }
}

/// What the present profile, seen from `target`, has that the submission had not, and the reverse.
pub fn since(rules: &RuleSet, profile: &Profile, target: &Target, sent: Sent<'_>, today: NaiveDate) -> Vec<Remark> {
    let now = Comparison { rules, profile, target, sent, today };
    let mut out = Vec::new();
    now.employer(&mut out);
    now.dropped(&mut out);
    now.changed(&mut out);
    now.new_entries(&mut out);
    out
}

struct Comparison<'a> {
    rules: &'a RuleSet,
    profile: &'a Profile,
    target: &'a Target,
    sent: Sent<'a>,
    today: NaiveDate,
}

impl Comparison<'_> {
    /// `your NSF proposal of 3 March 2026`
    fn submission(&self) -> String {
        format!("your {} of {}", words::target_label(self.rules, self.sent.target), words::date(self.sent.on))
    }

    fn agency(&self) -> &str {
        self.rules.agency(&self.sent.target.agency).map_or(self.sent.target.agency.as_str(), |a| a.short.as_str())
    }

    fn then<'b>(&'b self, profile: &'b Profile) -> View<'b> {
        View { rules: self.rules, profile, target: self.sent.target, today: self.sent.on }
    }

    /// Records that belonged on the forms that were sent, by the rules of that day.
    fn listed(&self) -> BTreeSet<String> {
        let rulings = engine::assess(self.then(self.sent.profile)).rulings;
        rulings
            .into_iter()
            .filter(is_listed)
            .filter_map(|r| match r.subject {
                Subject::Record(id) => Some(id),
                Subject::Target | Subject::Person => None,
            })
            .collect()
    }

    /// 21: listed then, without an entry now, and not because it had ended.
    fn dropped(&self, out: &mut Vec<Remark>) {
        let listed = self.listed();
        for record in self.sent.profile.records.iter().filter(|r| listed.contains(&r.id)) {
            let Some((_, kind)) = self.rules.kind(&record.kind) else { continue };
            let ended = record.answers.get("ended").and_then(known_days).is_some_and(|(_, last)| last <= self.day());
            if ended || counterpart(self.profile, kind, record).is_some() {
                continue;
            }
            let says = format!(
                "“{}” was on {} and has no entry any more. If it ended, keep the entry and give it its end date; if it goes on, \
                 it needs one.",
                label(self.rules, record),
                self.submission()
            );
            out.push(Remark::new("dropped", says, vec![record.id.clone()], Vec::new()));
        }
    }

    /// 23: listed then and still there, with another number, title, amount, time or date.
    fn changed(&self, out: &mut Vec<Remark>) {
        let listed = self.listed();
        for was in self.sent.profile.records.iter().filter(|r| listed.contains(&r.id)) {
            let (Some((_, kind)), Some(is)) = (self.rules.kind(&was.kind), self.profile.record(&was.id)) else {
                continue;
            };
            let told_of =
                |ty: &FieldType| matches!(ty, FieldType::Money | FieldType::MonthsByYear | FieldType::Date(_));
            let facts = differing(kind, was, is).filter(|f| told_of(&f.ty) && f.id != "noticed").map(|f| f.id.as_str());
            let titles = kind.label.iter().map(String::as_str).filter(|f| retold(was, is, f, false));
            let number = ["award-number"].into_iter().filter(|f| retold(was, is, f, true));
            let fields: Vec<String> = titles.chain(number).chain(facts).map(str::to_owned).collect();
            if fields.is_empty() {
                continue;
            }
            let asked: Vec<String> = fields.iter().filter_map(|f| Some(change(kind.field(f)?, was, is))).collect();
            let says = format!(
                "“{}” differs from {}: {}. If that changed, the next form to {} says so; if it did not, one of the two needs an \
                 update.",
                label(self.rules, is),
                self.submission(),
                list(&asked, "and"),
                self.agency(),
            );
            out.push(Remark::new("changed-since", says, vec![is.id.clone()], fields));
        }
    }

    /// 24: what was told to one institution was not told to another.
    fn employer(&self, out: &mut Vec<Remark>) {
        let (was, is) = (employers(self.sent.profile), employers(self.profile));
        let other_kind = match (self.sent.profile.person.get("employer"), self.profile.person.get("employer")) {
            (Some(Answer::Is(was)), Some(Answer::Is(is))) => was != is,
            _ => false,
        };
        if other_kind || (!was.is_empty() && !is.is_empty() && was.is_disjoint(&is)) {
            let says = format!(
                "Your employer changed since {}. What your log says was told to your institution was told to the former one: go \
                 through your entries again with your new office, whose own rules apply now.",
                self.submission()
            );
            let fields = vec!["employer".to_owned()];
            out.push(Remark::new("employer-changed", says, Vec::new(), fields));
        }
    }

    /// 22 and 25: entries that were not there then.
    fn new_entries(&self, out: &mut Vec<Remark>) {
        for record in &self.profile.records {
            let Some((_, kind)) = self.rules.kind(&record.kind) else { continue };
            if counterpart(self.sent.profile, kind, record).is_some() {
                continue;
            }
            let began = known_bound(record, kind, &STARTS).and_then(days);
            if began.is_some_and(|(_, latest)| latest < calendar::day(self.sent.on)) {
                self.began_before(record, out);
            } else if began.is_some_and(|(first, _)| first <= self.day()) {
                self.began_since(record, out);
            }
        }
    }

    /// 22: it would have belonged on the forms by the rules of that day.
    fn began_before(&self, record: &Record, out: &mut Vec<Remark>) {
        let then = engine::assess_record(self.then(self.profile), record);
        let Some(outcome) = then.iter().find(|r| is_listed(r)).and_then(|r| r.state.outcome()) else { return };
        let place = words::place(self.rules, &outcome.place);
        let says = format!(
            "“{}” began before {} and was not on it. By the rules of that day it belonged there ({place}). This is ordinary, and \
             there is a route for it: tell your research office first.",
            label(self.rules, record),
            self.submission(),
        );
        // Once there is an award, what was left off before it is put right as a change of the award.
        let moment = if self.is_awarded() { ON_CHANGE } else { &self.sent.target.moment };
        out.push(Remark {
            found_late: Some(FoundLate {
                agency: self.sent.target.agency.clone(),
                moment: moment.to_owned(),
                place,
                target: words::target_label(self.rules, self.sent.target),
            }),
            ..Remark::new("began-before", says, vec![record.id.clone()], Vec::new())
        });
    }

    /// 25: new during an award; what the agency wants of that between reports.
    fn began_since(&self, record: &Record, out: &mut Vec<Remark>) {
        let Some(agency) = self.rules.agency(&self.target.agency) else { return };
        if !self.is_awarded() || !agency.moments.iter().any(|m| m.id == ON_CHANGE) {
            return;
        }
        let mut target = self.target.clone();
        target.moment = ON_CHANGE.to_owned();
        let view = View { rules: self.rules, profile: self.profile, target: &target, today: self.today };
        let duties: Vec<String> = engine::assess_record(view, record)
            .iter()
            .filter(|r| r.timing == Timing::Now)
            .filter_map(|r| {
                let outcome = r.state.outcome()?;
                let decision = self.rules.decisions.get(r.decision)?;
                (outcome.ruling.is_duty() && at_change(decision)).then(|| {
                    let due = words::due(&outcome.deadline, outcome.ruling);
                    let due = if due.is_empty() { due } else { format!(", {due}") };
                    format!("{}{due}", words::place(self.rules, &outcome.place))
                })
            })
            .collect();
        if !duties.is_empty() {
            let says = format!(
                "“{}” is new since {}. {} has a time of its own for that: {}.",
                label(self.rules, record),
                self.submission(),
                self.agency(),
                list(&duties, "and")
            );
            out.push(Remark::new("new-since-award", says, vec![record.id.clone()], Vec::new()));
        }
    }

    fn is_awarded(&self) -> bool {
        self.target.clocks.contains_key("award") || !BEFORE_AWARD.contains(&self.target.moment.as_str())
    }

    fn day(&self) -> i64 {
        calendar::day(self.today)
    }
}

/// Moments before there is an award.
const BEFORE_AWARD: [&str; 4] = ["proposal", "just-in-time", "before-award", "standing"];
const ON_CHANGE: &str = "on-change";

fn at_change(decision: &Decision) -> bool {
    decision.moments.iter().any(|m| m == ON_CHANGE)
}

/// On a form that goes in at the target's moment.
fn is_listed(ruled: &Ruled) -> bool {
    ruled.timing == Timing::Now && ruled.state.outcome().is_some_and(|o| o.ruling == Ruling::Disclose)
}

/// The same entry in another profile: the same record, or one entered anew under the same name.
fn counterpart<'p>(profile: &'p Profile, kind: &Kind, record: &Record) -> Option<&'p Record> {
    let same = profile.record(&record.id).filter(|r| r.kind == record.kind);
    same.or_else(|| profile.records.iter().find(|r| r.kind == record.kind && same_name(kind, r, record)))
}

/// True if both give a text and the two differ; a number that was only made longer is a renewal's or a supplement's.
fn retold(was: &Record, is: &Record, field: &str, may_grow: bool) -> bool {
    match (was.text(field).map(folded), is.text(field).map(folded)) {
        (Some(was), Some(is)) if !was.is_empty() && !is.is_empty() => {
            was != is && !(may_grow && (is.starts_with(&was) || is.ends_with(&was)))
        }
        _ => false,
    }
}

fn change(field: &crate::ruleset::Field, was: &Record, is: &Record) -> String {
    let words =
        |r: &Record| r.answers.get(&field.id).map_or_else(|| "no answer".to_owned(), |a| words::answer(field, a));
    format!("“{}” was {} and is {}", field.ask, words(was), words(is))
}

fn known_days(answer: &Answer) -> Option<(i64, i64)> {
    match answer {
        Answer::Is(value) => days(value),
        Answer::NotSure => None,
    }
}

fn label(rules: &RuleSet, record: &Record) -> String {
    words::record_label(rules, record)
}

/// The names of the person's own institutions.
fn employers(profile: &Profile) -> BTreeSet<String> {
    let own = Answer::Is(Value::Choice("own-institution".to_owned()));
    profile.entities.iter().filter(|e| e.answers.get("domicile") == Some(&own)).map(|e| folded(&e.name)).collect()
}

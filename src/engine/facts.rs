//! Lays what a profile says about one record and one target out on the record kind's frame.

use std::borrow::Cow;

use chrono::NaiveDate;

use crate::calendar::{self, FIRST, LAST};
use crate::condition::{Facts, Frame, Others, Owner, Slot, SlotDef, Tri, applies};
use crate::facts::{Answer, Known, Value, days};
use crate::profile::{Profile, Record, Target};
use crate::ruleset::{Fit, Given, Moment, RuleSet};

/// The field of an organisation that says whether a listed one with a similar name is the same.
pub const SIMILAR_LISTED: &str = "similar-listed";

/// Whether a slot was answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    Unanswered,
    /// Answered "not sure", wholly or in part. Never asked again.
    NotSure,
    Answered,
}

/// Everything known about one subject of decisions: a record, the target or the person, seen from one target.
#[derive(Debug, Clone)]
pub struct FactSheet {
    /// Index of the record kind, and so of the frame.
    pub kind: usize,
    /// By slot.
    pub known: Vec<Known>,
    /// By slot.
    pub status: Vec<Status>,
    /// By slot: does the field apply?
    pub applies: Vec<Tri>,
}

impl FactSheet {
    /// The facts of a record (`None`: of the target or person itself) for a target, on the day `today`.
    pub fn of(
        rules: &RuleSet,
        kind: usize,
        profile: &Profile,
        record: Option<&Record>,
        target: &Target,
        today: NaiveDate,
    ) -> Self {
        let answer = |def: &SlotDef| -> Option<Cow<'_, Answer>> {
            match &def.owner {
                Owner::Record => record?.answer(&def.field, def.per_target, &target.id).map(Cow::Borrowed),
                Owner::Entity(field) => {
                    let name = match record?.answers.get(field)? {
                        Answer::Is(Value::Entity(name)) => name,
                        _ => return None,
                    };
                    if def.field == "name" {
                        return Some(Cow::Owned(Answer::Is(Value::Text(name.clone()))));
                    }
                    profile.entity(name)?.answers.get(&def.field).map(Cow::Borrowed)
                }
                Owner::Target if def.field == "moment" => {
                    Some(Cow::Owned(Answer::Is(Value::Choice(target.moment.clone()))))
                }
                Owner::Target => target.answers.get(&def.field).map(Cow::Borrowed),
                Owner::Person => profile.person.get(&def.field).map(Cow::Borrowed),
                Owner::Clock => target.clocks.get(&def.name).map(|d| Cow::Owned(Answer::Is(Value::Date(*d)))),
            }
        };
        let mut sheet = Self::build(rules, kind, answer);
        let moment = rules.agency(&target.agency).and_then(|a| a.moments.iter().find(|m| m.id == target.moment));
        sheet.set_clocks(rules, moment, today);
        sheet
    }

    /// The facts of an example or a case, at a moment of an agency. `default_day` stands in for dates that are not given.
    pub fn given(rules: &RuleSet, kind: usize, given: &Given, moment: &Moment, default_day: NaiveDate) -> Self {
        let day = given.on.unwrap_or(default_day);
        let answer = |def: &SlotDef| -> Option<Cow<'_, Answer>> {
            if let Some(answer) = given.answers.get(&def.name) {
                return Some(Cow::Borrowed(answer));
            }
            match def.owner {
                Owner::Target if def.field == "moment" => {
                    Some(Cow::Owned(Answer::Is(Value::Choice(moment.id.clone()))))
                }
                Owner::Clock => {
                    let date =
                        given.clocks.get(&def.name).or_else(|| moment.clocks.contains(&def.name).then_some(&day))?;
                    Some(Cow::Owned(crate::facts::on(*date)))
                }
                _ => None,
            }
        };
        let mut sheet = Self::build(rules, kind, answer);
        let today = given.clocks.get("today").copied().unwrap_or(day);
        sheet.set_clocks(rules, Some(moment), today);
        // `filing` may be set directly, where a case only knows that one.
        if let (Some(date), Some(slot)) = (given.clocks.get("filing"), rules.frames[kind].slot("filing")) {
            sheet.put(slot, exactly(*date), Status::Answered);
        }
        sheet.settle(rules);
        sheet
    }

    /// These facts, and nothing else known.
    pub fn exactly(rules: &RuleSet, kind: usize, facts: &[(Slot, Known)]) -> Self {
        let frame = &rules.frames[kind];
        let mut sheet = Self {
            kind,
            known: frame.blank(),
            status: vec![Status::Unanswered; frame.slots.len()],
            applies: Vec::new(),
        };
        for (slot, known) in facts {
            sheet.put(*slot, *known, Status::Answered);
        }
        sheet.settle(rules);
        sheet
    }

    fn build<'a>(rules: &'a RuleSet, kind: usize, answer: impl Fn(&'a SlotDef) -> Option<Cow<'a, Answer>>) -> Self {
        let frame = &rules.frames[kind];
        let mut known = Vec::with_capacity(frame.slots.len());
        let mut status = Vec::with_capacity(frame.slots.len());
        for def in &frame.slots {
            let answer = answer(def);
            let (k, s) = match answer.as_deref() {
                None => (def.blank(), Status::Unanswered),
                Some(Answer::NotSure) => (def.blank(), Status::NotSure),
                Some(Answer::Is(value)) => {
                    let partly =
                        matches!(value, Value::Set { complete: false, .. } | Value::Places { complete: false, .. });
                    let k = known_of(rules, def, value);
                    (k, if partly { Status::NotSure } else { Status::Answered })
                }
            };
            known.push(k);
            status.push(s);
        }
        let mut sheet = Self { kind, known, status, applies: Vec::new() };
        sheet.resolve_entities(rules, &answer);
        sheet
    }

    /// Looks organisations up on the lists. Needs the entity's name, and its country where the entry has one.
    fn resolve_entities<'a>(&mut self, rules: &'a RuleSet, answer: &impl Fn(&'a SlotDef) -> Option<Cow<'a, Answer>>) {
        let frame = &rules.frames[self.kind];
        for (i, def) in frame.slots.iter().enumerate() {
            if def.ty != crate::facts::FieldType::Entity {
                continue;
            }
            let sub = |field: &str| {
                frame.slot(&format!("{}.{field}", def.name)).and_then(|s| answer(frame.def(s))).map(Cow::into_owned)
            };
            let own = match answer(def).map(Cow::into_owned) {
                Some(Answer::Is(Value::Entity(name))) => Some(name),
                _ => None,
            };
            let name = own.or_else(|| match sub("name") {
                Some(Answer::Is(Value::Text(name))) => Some(name),
                _ => None,
            });
            let Some(name) = name else { continue };
            let country = match (sub("country"), sub("domicile")) {
                (Some(Answer::Is(Value::Country(code))), _) => Some(code),
                (_, Some(Answer::Is(Value::Choice(d)))) if d == "us" || d == "own-institution" => Some("US".to_owned()),
                _ => None,
            };
            // What the person said of names that are like this one, or that several organisations go by.
            let said = match sub(SIMILAR_LISTED) {
                Some(Answer::Is(Value::Choice(said))) => Some(said),
                _ => None,
            };
            let (mut on, mut may) = (0, 0);
            for found in rules.look_up(&name, country.as_deref()) {
                let Some((_, edition, _)) = rules.entry_at(found.spot) else { continue };
                match (found.fit, said.as_deref()) {
                    (Fit::Same, _) | (Fit::Unsure | Fit::Near, Some("same")) => on |= edition.bit,
                    (Fit::Unsure | Fit::Near, None) => may |= edition.bit,
                    (Fit::Elsewhere, _) | (Fit::Unsure | Fit::Near, Some(_)) => {}
                }
            }
            self.known[i] = Known::Listed { on, may: on | may };
            self.status[i] = Status::Answered;
        }
    }

    /// Puts the derived clocks in place: `today`, what `filing` means at this moment, and, where the day of submission is not
    /// known, the days on which it can still happen.
    fn set_clocks(&mut self, rules: &RuleSet, moment: Option<&Moment>, today: NaiveDate) {
        let frame = &rules.frames[self.kind];
        let slot = |name: &str| frame.slot(name);
        if let Some(s) = slot("today") {
            self.put(s, exactly(today), Status::Answered);
        }
        let today = calendar::day(today);
        if let (Some(due), Some(submission)) = (slot("due"), slot("submission"))
            && self.status[usize::from(submission)] == Status::Unanswered
            && self.status[usize::from(due)] == Status::Answered
            && let Known::Range { hi: last, .. } = self.known[usize::from(due)]
        {
            // What is being prepared has not been submitted yet. A due date in the past says nothing about when it was.
            let first = if last >= today { today } else { FIRST };
            let first = match slot("published").map(|p| self.known[usize::from(p)]) {
                Some(Known::Range { lo, .. }) => first.max(lo).min(last),
                _ => first,
            };
            self.known[usize::from(submission)] = Known::Range { lo: first, hi: last };
        }
        // Reports and changes have no due date here. One that is being prepared goes in today or later.
        let undated = moment.is_some_and(|m| !m.clocks.iter().any(|c| c == "due"));
        if let Some(submission) = slot("submission").map(usize::from)
            && undated
            && self.status[submission] == Status::Unanswered
        {
            self.known[submission] = Known::Range { lo: today, hi: LAST };
        }
        if let (Some(filing), Some(clock)) = (slot("filing"), moment.and_then(|m| slot(&m.filing))) {
            let clock = usize::from(clock);
            self.put(filing, self.known[clock], self.status[clock]);
        }
        self.settle(rules);
    }

    /// The same facts seen from a decision that is collected at other moments than the target's: later, the days still to
    /// come; earlier, those gone by.
    pub fn at_other_moments(&self, rules: &RuleSet, moments: &[String], later: bool) -> Self {
        let frame = &rules.frames[self.kind];
        let mut sheet = self.clone();
        let bounds = |name: &str| match frame.slot(name).map(|s| self.known[usize::from(s)]) {
            Some(Known::Range { lo, hi }) => (lo, hi),
            _ => (FIRST, LAST),
        };
        let (today, _) = bounds("today");
        let (known_first, known_last) = bounds("filing");
        let range = if later {
            Known::Range { lo: known_first.max(today).min(LAST), hi: LAST }
        } else {
            Known::Range { lo: FIRST, hi: known_last.min(LAST) }
        };
        for (i, def) in frame.slots.iter().enumerate() {
            if def.owner == Owner::Clock && def.name != "today" {
                let here = matches!(def.name.as_str(), "filing" | "submission");
                sheet.known[i] = if here { range } else { def.blank() };
                sheet.status[i] = Status::Unanswered;
            }
        }
        if let Some(slot) = frame.slot("target.moment") {
            let def = frame.def(slot);
            let mask = moments.iter().filter_map(|m| def.bit(m)).fold(0, |a, b| a | b);
            sheet.known[usize::from(slot)] = Known::Choice(if mask == 0 { def.all_bits() } else { mask });
        }
        sheet.settle(rules);
        sheet
    }

    fn put(&mut self, slot: Slot, known: Known, status: Status) {
        self.known[usize::from(slot)] = known;
        self.status[usize::from(slot)] = status;
    }

    /// Replaces one fact and works out again which fields apply.
    pub fn with(&self, rules: &RuleSet, slot: Slot, known: Known) -> Self {
        let mut sheet = self.clone();
        sheet.put(slot, known, Status::Answered);
        sheet.settle(rules);
        sheet
    }

    fn settle(&mut self, rules: &RuleSet) {
        self.applies = applies(&rules.frames[self.kind], &self.known, &rules.list_dates);
    }

    /// The view that conditions read.
    pub fn facts<'a>(&'a self, rules: &'a RuleSet, others: Option<&'a dyn Others>) -> Facts<'a> {
        Facts {
            frame: &rules.frames[self.kind],
            known: &self.known,
            applies: &self.applies,
            lists: &rules.list_dates,
            others,
        }
    }

    pub fn frame<'a>(&self, rules: &'a RuleSet) -> &'a Frame {
        &rules.frames[self.kind]
    }

    /// What is known of a slot.
    pub fn at(&self, slot: Slot) -> Known {
        self.known[usize::from(slot)]
    }

    /// The slot to ask about where whether an organisation is on a list is what is missing: its country, if that is not
    /// known, or else whether it is the one with the similar name.
    pub fn asked_for(&self, rules: &RuleSet, slot: Slot) -> Slot {
        let frame = &rules.frames[self.kind];
        let def = frame.def(slot);
        let undecided = matches!(self.at(slot), Known::Listed { on, may } if on != may);
        if def.ty != crate::facts::FieldType::Entity || !undecided || self.status_of(slot) == Status::Unanswered {
            return slot;
        }
        let of = |field: &str| frame.slot(&format!("{}.{field}", def.name));
        let open = |s: &Slot| self.status_of(*s) != Status::Answered && self.applies[usize::from(*s)] != Tri::No;
        of("country").filter(open).or_else(|| of(SIMILAR_LISTED).filter(open)).unwrap_or(slot)
    }

    /// Was the slot answered?
    pub fn status_of(&self, slot: Slot) -> Status {
        self.status[usize::from(slot)]
    }
}

fn exactly(date: NaiveDate) -> Known {
    let day = calendar::day(date);
    Known::Range { lo: day, hi: day }
}

/// An answer seen as the set of values it leaves possible. An answer of another type than the field's leaves all.
pub fn known_of(rules: &RuleSet, def: &SlotDef, value: &Value) -> Known {
    let bits = |ids: &std::collections::BTreeSet<String>| ids.iter().filter_map(|id| def.bit(id)).fold(0, |a, b| a | b);
    match value {
        Value::YesNo(yes) => Known::Choice(if *yes { 0b10 } else { 0b01 }),
        Value::Choice(id) => def.bit(id).map_or_else(|| def.blank(), Known::Choice),
        Value::Set { has, complete } => {
            let has = bits(has);
            Known::Set { has, may: if *complete { has } else { def.all_bits() } }
        }
        Value::Range { lo, hi, .. } => Known::Range { lo: *lo, hi: *hi },
        Value::Date(_) | Value::Never => days(value).map_or_else(|| def.blank(), |(lo, hi)| Known::Range { lo, hi }),
        Value::Country(code) => {
            let on = country_bits(rules, code);
            Known::Listed { on, may: on }
        }
        Value::Places { has, complete } => {
            let all = country_lists(rules);
            let (mut on, mut off) = (0, 0);
            for code in has {
                let bits = country_bits(rules, code);
                on |= bits;
                off |= all & !bits;
            }
            let rest = if *complete { 0 } else { all };
            Known::Places { on, may_on: on | rest, off, may_off: off | rest }
        }
        Value::Text(_) | Value::MonthsByYear(_) => Known::Given(true),
        // Resolved against the lists once its country is known.
        Value::Entity(_) => def.blank(),
    }
}

/// The country-list editions a country stands on.
fn country_bits(rules: &RuleSet, code: &str) -> u64 {
    rules
        .lists
        .iter()
        .filter(|l| !l.of_entities)
        .flat_map(|l| &l.editions)
        .filter(|e| e.entries.iter().any(|entry| entry.country == code))
        .fold(0, |bits, e| bits | e.bit)
}

fn country_lists(rules: &RuleSet) -> u64 {
    rules.lists.iter().filter(|l| !l.of_entities).flat_map(|l| &l.editions).fold(0, |bits, e| bits | e.bit)
}

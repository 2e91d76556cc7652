//! The rulings as they stand, kept up to date with the profile.
//!
//! After an edit only what it can touch is ruled on again: the record, those that name the same organisation, and kinds with
//! rules that look across records. Also says which questions still matter, and to whom the answer belongs.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use chrono::NaiveDate;

use super::form::{Key, Of};
use crate::condition::{Atom, Owner, Slot, Tri};
use crate::engine::{
    Assessment, FactSheet, Memo, Reason, Ruled, State, Subject, THIS_PROPOSAL, Timing, View, assess_person,
    assess_record_with, assess_target, nearest_flip, questions,
};
use crate::facts::{Answer, Value};
use crate::profile::{Edit, Profile, Record, Target};
use crate::ruleset::{Deadline, RuleSet, Ruling};

/// Seconds that one question takes, about.
const SECONDS_A_QUESTION: usize = 20;

/// At most so many subjects are ruled on again before the next frame; the rest waits for [`Desk::work`].
const AT_ONCE: usize = 12;

#[derive(Default)]
pub struct Desk {
    /// Ids, in the profile's order.
    targets: Vec<String>,
    by: HashMap<Of, About>,
    /// Still to be ruled on again; until then they are shown as they were.
    waiting: VecDeque<Of>,
    /// Questions about the person and the targets that rulings on anything wait for.
    shared: BTreeMap<Of, BTreeSet<Key>>,
    /// Questions that decide, by record kind.
    open: BTreeMap<String, usize>,
    /// By kind: slots that a decision of some target reads, or an entry on its forms prints.
    needed: HashMap<String, BTreeMap<String, BTreeSet<usize>>>,
    attention: Vec<Attention>,
    totals: Totals,
    today: NaiveDate,
    /// What exact reasoning found so far.
    memo: Memo,
}

/// What is known about one form's subject.
#[derive(Default)]
struct About {
    /// With the index of the target, in order of target and urgency.
    rulings: Vec<(usize, Ruled)>,
    decides: BTreeSet<Key>,
    fills: BTreeSet<Key>,
    /// Questions that belong to somebody else.
    elsewhere: Vec<(Of, Key)>,
    /// Which of its fields apply.
    applies: Applying,
}

/// A ruling with its target's id.
#[derive(Clone, Copy)]
pub struct Shown<'a> {
    pub target: &'a str,
    pub ruled: &'a Ruled,
}

/// Something to look at before the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attention {
    pub subject: Subject,
    pub target: String,
    pub decision: usize,
}

/// What is left.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Totals {
    /// Questions that decide something.
    pub decide: usize,
    /// Questions that an entry on a form needs.
    pub fill: usize,
}

impl Totals {
    /// Rough minutes for all of them, at least one if there is any.
    pub fn minutes(self) -> usize {
        ((self.decide + self.fill) * SECONDS_A_QUESTION).div_ceil(60)
    }
}

/// Rulings on one record in short.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Summary {
    /// Something to do: list, tell, certify, ask for approval.
    pub duties: usize,
    /// Wait for, or ask, an office.
    pub office: usize,
    pub clear: usize,
    pub open: usize,
    pub clash: bool,
}

impl Desk {
    pub fn new(rules: &RuleSet, profile: &Profile, today: NaiveDate) -> Self {
        let mut desk = Self { today, ..Self::default() };
        desk.everything(rules, profile);
        desk.work(rules, profile, AT_ONCE);
        desk.tally(rules, profile);
        desk
    }

    /// Brings the rulings up to date after these edits: at once for what was edited and for `shown`, later for the rest.
    pub fn refresh(&mut self, rules: &RuleSet, profile: &Profile, shown: Option<&Of>, edits: &[Edit]) {
        let mut now: Vec<Of> = Vec::new();
        let mut kinds: BTreeSet<String> = BTreeSet::new();
        let mut later: BTreeSet<String> = BTreeSet::new();
        for edit in edits {
            match edit {
                Edit::Person { field, .. } => {
                    now.push(Of::Person);
                    later.extend(reading(rules, &Owner::Person, field));
                }
                Edit::AddTarget(_) | Edit::RemoveTarget { .. } | Edit::Preparing { .. } => {
                    self.everything(rules, profile)
                }
                Edit::Target { target, field, .. } => {
                    now.push(Of::Target(target.clone()));
                    later.extend(reading(rules, &Owner::Target, field));
                }
                Edit::Clock { target, .. } => {
                    now.push(Of::Target(target.clone()));
                    later.extend(rules.kinds.iter().map(|k| k.id.clone()));
                }
                Edit::Entity { name, .. } | Edit::EnsureEntity { name } | Edit::RenameEntity { to: name, .. } => {
                    for record in profile.records.iter().filter(|r| names_entity(r, name)) {
                        now.push(Of::Record(record.id.clone()));
                        kinds.insert(record.kind.clone());
                    }
                }
                Edit::AddRecord(record) => {
                    now.push(Of::Record(record.id.clone()));
                    kinds.insert(record.kind.clone());
                }
                Edit::RemoveRecord { id } => {
                    let of = Of::Record(id.clone());
                    self.by.remove(&of);
                    self.waiting.retain(|w| *w != of);
                    // Its kind is the id without the number.
                    kinds.insert(id.rsplit_once('-').map_or(id.as_str(), |(kind, _)| kind).to_owned());
                }
                Edit::Answer { record, field, .. } => {
                    now.push(Of::Record(record.clone()));
                    kinds.extend(profile.record(record).map(|r| r.kind.clone()));
                    if field == THIS_PROPOSAL {
                        now.extend(profile.targets.iter().map(|t| Of::Target(t.id.clone())));
                    }
                }
                Edit::Complete { kind, .. } => {
                    kinds.insert(kind.clone());
                }
                Edit::AddTold { .. } | Edit::RemoveTold { .. } => {}
            }
        }
        later.extend(watching(rules, &kinds));
        if later.contains("person") {
            now.push(Of::Person);
        }
        if later.contains("target") {
            now.extend(profile.targets.iter().map(|t| Of::Target(t.id.clone())));
        }
        now.extend(profile.records.iter().filter(|r| later.contains(&r.kind)).map(|r| Of::Record(r.id.clone())));
        // What is on the screen first.
        if let Some(shown) = shown.filter(|s| now.contains(s) || self.waiting.contains(s)) {
            now.insert(0, shown.clone());
        }
        let mut seen: HashSet<Of> = HashSet::new();
        now.retain(|of| seen.insert(of.clone()));
        self.waiting.retain(|of| !seen.contains(of));
        for of in now.into_iter().rev() {
            self.waiting.push_front(of);
        }
        self.work(rules, profile, AT_ONCE);
        self.tally(rules, profile);
    }

    /// True while something waits to be ruled on again.
    pub fn is_waiting(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Rules on up to `n` of what waits. True when that was the last.
    pub fn work(&mut self, rules: &RuleSet, profile: &Profile, n: usize) -> bool {
        let before = self.waiting.len();
        for of in self.waiting.drain(..n.min(before)).collect::<Vec<_>>() {
            self.rule_on(rules, profile, of);
        }
        if before > 0 && self.waiting.is_empty() {
            self.tally(rules, profile);
            return true;
        }
        false
    }

    /// Puts everything in line to be ruled on again.
    fn everything(&mut self, rules: &RuleSet, profile: &Profile) {
        self.targets = profile.targets.iter().map(|t| t.id.clone()).collect();
        self.needed = needed(rules, profile);
        let all = order(rules, profile);
        let there: HashSet<&Of> = all.iter().collect();
        self.by.retain(|of, _| there.contains(of));
        // Rulings name targets by their place, which may have changed.
        self.by.values_mut().for_each(|about| about.rulings.clear());
        self.waiting = all.into();
    }

    /// Rules on one subject, for all its targets, and works out its questions.
    fn rule_on(&mut self, rules: &RuleSet, profile: &Profile, of: Of) {
        let today = self.today;
        let record = match &of {
            Of::Record(id) => match profile.record(id) {
                Some(record) => Some(record),
                None => return,
            },
            _ => None,
        };
        let mut about = About { applies: Applying::new(rules, profile, &of, record, today), ..About::default() };
        for (at, target) in profile.targets.iter().enumerate() {
            let view = View { rules, profile, target, today };
            let rulings = match (&of, record) {
                (_, Some(record)) => assess_record_with(view, record, &self.memo),
                (Of::Person, _) => assess_person(view, &self.memo),
                (Of::Target(id), _) if *id == target.id => assess_target(view, &self.memo),
                _ => continue,
            };
            let assessment = Assessment { target: target.id.clone(), rulings };
            for question in questions(rules, profile, &assessment) {
                let whose = belongs(rules, profile, target, &question.subject, question.kind, question.slot);
                let Some((whose, key)) = whose else { continue };
                if whose != of {
                    if question.reason == Reason::Decides {
                        about.elsewhere.push((whose, key));
                    }
                } else if question.reason == Reason::Decides {
                    about.fills.remove(&key);
                    about.decides.insert(key);
                } else if !about.decides.contains(&key) {
                    about.fills.insert(key);
                }
            }
            let mut rulings = assessment.rulings;
            rulings.sort_by_key(|r| (rank(rules, r, today), r.decision));
            about.rulings.extend(rulings.into_iter().map(|r| (at, r)));
        }
        // A field that does not apply yet is asked once its guard is settled.
        let applies = std::mem::take(&mut about.applies);
        let asked = |key: &Key| match key {
            Key::Own(field) => applies.of(rules, None, field) == Tri::Yes,
            Key::ForTarget { target, field } => applies.of(rules, Some(target), field) == Tri::Yes,
            Key::Entity { via, field } => applies.of(rules, None, &format!("{via}.{field}")) == Tri::Yes,
            Key::Clock(_) => true,
        };
        about.decides.retain(asked);
        about.fills.retain(asked);
        about.applies = applies;
        self.by.insert(of, about);
    }

    fn tally(&mut self, rules: &RuleSet, profile: &Profile) {
        self.shared.clear();
        self.attention.clear();
        self.open.clear();
        let mut entities: BTreeSet<(&str, String)> = BTreeSet::new();
        let mut totals = Totals::default();
        for of in order(rules, profile) {
            let Some(about) = self.by.get(&of) else { continue };
            for (whose, key) in &about.elsewhere {
                self.shared.entry(whose.clone()).or_default().insert(key.clone());
            }
            let record = match &of {
                Of::Record(id) => profile.record(id),
                _ => None,
            };
            let mut count = |keys: &BTreeSet<Key>| {
                let mut n = 0;
                for key in keys {
                    match key {
                        // Asked once for all records that name the organisation.
                        Key::Entity { via, field } => {
                            let name = record.and_then(|r| r.text(via)).unwrap_or_default();
                            n += usize::from(entities.insert((name, field.clone())));
                        }
                        _ => n += 1,
                    }
                }
                n
            };
            if let Some(record) = record {
                totals.decide += count(&about.decides);
                *self.open.entry(record.kind.clone()).or_default() += about.decides.len();
            } else {
                self.shared.entry(of.clone()).or_default().extend(about.decides.iter().cloned());
            }
            totals.fill += count(&about.fills);
            for (at, ruled) in &about.rulings {
                if rank(rules, ruled, self.today) <= RANK_ATTENTION {
                    self.attention.push(Attention {
                        subject: ruled.subject.clone(),
                        target: self.targets.get(*at).cloned().unwrap_or_default(),
                        decision: ruled.decision,
                    });
                }
            }
        }
        totals.decide += self.shared.values().map(BTreeSet::len).sum::<usize>();
        self.totals = totals;
    }

    /// The rulings on a form's subject, most pressing first within each target.
    pub fn rulings(&self, of: &Of) -> Vec<Shown<'_>> {
        let rulings = self.by.get(of).map(|a| a.rulings.as_slice()).unwrap_or_default();
        rulings
            .iter()
            .filter_map(|(at, ruled)| Some(Shown { target: self.targets.get(*at)?.as_str(), ruled }))
            .collect()
    }

    /// One ruling.
    pub fn ruling(&self, target: &str, subject: &Subject, decision: usize) -> Option<&Ruled> {
        let at = self.targets.iter().position(|t| t == target)?;
        let about = self.by.get(&of(subject, target))?;
        about.rulings.iter().find(|(t, r)| *t == at && r.decision == decision).map(|(_, r)| r)
    }

    pub fn summary(&self, of: &Of) -> Summary {
        let mut s = Summary::default();
        for (_, ruled) in self.by.get(of).map(|a| a.rulings.as_slice()).unwrap_or_default() {
            if ruled.timing != Timing::Now {
                continue;
            }
            match &ruled.state {
                State::Contradiction { .. } => s.clash = true,
                State::Open(_) => s.open += 1,
                State::Decided(o) => match o.ruling {
                    Ruling::NothingDue | Ruling::KeepRecord => s.clear += 1,
                    Ruling::AskOffice | Ruling::Stop => s.office += 1,
                    _ => s.duties += 1,
                },
            }
        }
        s
    }

    pub fn decides(&self, of: &Of, key: &Key) -> bool {
        self.by.get(of).is_some_and(|a| a.decides.contains(key)) || self.shared.get(of).is_some_and(|s| s.contains(key))
    }

    pub fn fills(&self, of: &Of, key: &Key) -> bool {
        self.by.get(of).is_some_and(|a| a.fills.contains(key))
    }

    /// How many questions about this still decide something.
    pub fn open_questions(&self, of: &Of) -> usize {
        match of {
            Of::Record(_) => self.by.get(of).map_or(0, |a| a.decides.len()),
            _ => self.shared.get(of).map_or(0, BTreeSet::len),
        }
    }

    /// The same for all records of a kind.
    pub fn open_in_kind(&self, kind: &str) -> usize {
        self.open.get(kind).copied().unwrap_or(0)
    }

    pub fn totals(&self) -> Totals {
        self.totals
    }

    pub fn attention(&self) -> &[Attention] {
        &self.attention
    }

    /// The next subject with a question that decides something, after this one, going round.
    pub fn next_question(&self, rules: &RuleSet, profile: &Profile, after: Option<&Of>) -> Option<Of> {
        let all = order(rules, profile);
        let start = after.and_then(|a| all.iter().position(|of| of == a)).map_or(0, |i| i + 1);
        let (before, rest) = all.split_at(start.min(all.len()));
        rest.iter().chain(before).find(|of| self.open_questions(of) > 0).cloned()
    }

    /// Does a decision of any target read this field, or a form print it? With no target, everything counts.
    pub fn needs(&self, kind: &str, field: &str) -> bool {
        self.targets.is_empty() || self.needed.get(kind).is_some_and(|k| k.contains_key(field))
    }

    /// The same for one target.
    pub fn target_needs(&self, target: &str, kind: &str, field: &str) -> bool {
        let Some(at) = self.targets.iter().position(|t| t == target) else { return false };
        self.needed.get(kind).and_then(|k| k.get(field)).is_some_and(|targets| targets.contains(&at))
    }

    /// Which fields of a form apply.
    pub fn applies(&self, of: &Of) -> Option<&Applying> {
        self.by.get(of).map(|a| &a.applies)
    }

    /// The nearest change that would alter a ruling, as lines; empty if there is none or it is not decided.
    pub fn flip(
        &self,
        rules: &RuleSet,
        profile: &Profile,
        today: NaiveDate,
        target: &str,
        subject: &Subject,
        decision: usize,
    ) -> Vec<String> {
        let flip = || {
            let target = profile.target(target)?;
            let decision = rules.decisions.get(decision)?;
            let sheet = View { rules, profile, target, today }.sheet(decision, subject)?;
            let flip = nearest_flip(rules, decision, &sheet, None)?;
            Some(super::words::flip(rules, profile, decision, subject, &flip))
        };
        flip().unwrap_or_default()
    }
}

/// Which fields of a form apply, by target.
#[derive(Default)]
pub struct Applying {
    kind: usize,
    /// By target id (empty where there is no target): by slot.
    by_target: Vec<(String, Vec<Tri>)>,
}

impl Applying {
    fn new(rules: &RuleSet, profile: &Profile, of: &Of, record: Option<&Record>, today: NaiveDate) -> Self {
        let kind = match of {
            Of::Person => "person",
            Of::Target(_) => "target",
            Of::Record(_) => record.map_or("", |r| r.kind.as_str()),
        };
        let Some((kind, _)) = rules.kind(kind) else { return Self::default() };
        let applies = |target: &Target| FactSheet::of(rules, kind, profile, record, target, today).applies;
        let targets: Vec<&Target> = match of {
            Of::Target(id) => profile.target(id).into_iter().collect(),
            _ => profile.targets.iter().collect(),
        };
        let mut by_target: Vec<_> = targets.into_iter().map(|t| (t.id.clone(), applies(t))).collect();
        if by_target.is_empty() {
            by_target.push((String::new(), applies(&Target::default())));
        }
        Self { kind, by_target }
    }

    /// Does the field apply, for this target or (the same for all of them) for none?
    pub fn of(&self, rules: &RuleSet, target: Option<&str>, slot: &str) -> Tri {
        let applies = match target {
            Some(target) => self.by_target.iter().find(|(id, _)| id == target),
            None => self.by_target.first(),
        };
        let slot = rules.frames.get(self.kind).and_then(|f| f.slot(slot));
        match (applies, slot) {
            (Some((_, applies)), Some(slot)) => applies.get(usize::from(slot)).copied().unwrap_or(Tri::Yes),
            _ => Tri::Yes,
        }
    }
}

/// Up to here a ruling belongs among what needs attention.
const RANK_ATTENTION: u8 = 4;

/// How pressing a ruling is.
fn rank(rules: &RuleSet, ruled: &Ruled, today: NaiveDate) -> u8 {
    if ruled.timing != Timing::Now {
        return 12;
    }
    match &ruled.state {
        State::Contradiction { .. } => 0,
        State::Decided(_) if rules.decisions.get(ruled.decision).is_some_and(|d| ruled.is_late(d, today)) => 1,
        State::Decided(o) => match o.ruling {
            Ruling::Stop => 2,
            Ruling::PriorApproval => 3,
            Ruling::AskOffice => 4,
            Ruling::Disclose => 5,
            Ruling::TellInstitution => 6,
            Ruling::Certify => 7,
            Ruling::KeepRecord => 9,
            Ruling::NothingDue => 10,
        },
        State::Open(_) => 8,
    }
}

/// The form that a subject's questions stand in.
pub fn of(subject: &Subject, target: &str) -> Of {
    match subject {
        Subject::Target => Of::Target(target.to_owned()),
        Subject::Person => Of::Person,
        // The proposal as an entry of its own forms is the target's business.
        Subject::Record(id) if id == THIS_PROPOSAL => Of::Target(target.to_owned()),
        Subject::Record(id) => Of::Record(id.clone()),
    }
}

/// Everything that can be asked about, in the order of the interview.
fn order(rules: &RuleSet, profile: &Profile) -> Vec<Of> {
    let targets = profile.targets.iter().map(|t| Of::Target(t.id.clone()));
    let records = rules
        .record_kinds()
        .flat_map(|k| profile.records.iter().filter(move |r| r.kind == k.id))
        .map(|r| Of::Record(r.id.clone()));
    targets.chain([Of::Person]).chain(records).collect()
}

fn names_entity(record: &Record, name: &str) -> bool {
    record.answers.values().any(|a| matches!(a, Answer::Is(Value::Entity(n)) if n == name))
}

/// Kinds with a rule, or a guard, that reads this field of the person or the target.
fn reading(rules: &RuleSet, owner: &Owner, field: &str) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for (i, (kind, frame)) in rules.kinds.iter().zip(&rules.frames).enumerate() {
        let mut reads = false;
        let mut look = |a: &Atom| {
            let slots = std::iter::once(a.slot()).chain(a.other_slot());
            reads |= slots.map(|s| frame.def(s)).any(|d| d.owner == *owner && d.field == field);
        };
        for decision in rules.decisions.iter().filter(|d| d.kind == i) {
            decision.rules.iter().for_each(|r| r.fires.atoms(&mut look));
        }
        frame.slots.iter().filter_map(|s| s.guard.as_ref()).for_each(|g| g.atoms(&mut look));
        if reads {
            out.insert(kind.id.clone());
        }
    }
    // A record kind's own fields are named by `Owner::Record` in its own frame.
    out.insert(if *owner == Owner::Person { "person".to_owned() } else { "target".to_owned() });
    out
}

/// Kinds with rules that look across records of these kinds.
fn watching(rules: &RuleSet, kinds: &BTreeSet<String>) -> BTreeSet<String> {
    let mut out = BTreeSet::new();
    for decision in &rules.decisions {
        for rule in &decision.rules {
            rule.fires.kinds(&mut |k| {
                if rules.kinds.get(k).is_some_and(|k| kinds.contains(&k.id))
                    && let Some(watcher) = rules.kinds.get(decision.kind)
                {
                    out.insert(watcher.id.clone());
                }
            });
        }
    }
    out
}

/// Whose question a slot is, and which.
fn belongs(
    rules: &RuleSet,
    profile: &Profile,
    target: &Target,
    subject: &Subject,
    kind: usize,
    slot: Slot,
) -> Option<(Of, Key)> {
    let frame = rules.frames.get(kind)?;
    let def = frame.slots.get(usize::from(slot))?;
    let field = def.field.clone();
    let here = of(subject, &target.id);
    let itself = matches!(subject, Subject::Record(id) if id == THIS_PROPOSAL);
    match &def.owner {
        Owner::Record | Owner::Entity(_) if itself => None,
        Owner::Record if def.per_target => Some((here, Key::ForTarget { target: target.id.clone(), field })),
        Owner::Record => Some((here, Key::Own(field))),
        Owner::Entity(via) => {
            let named = match subject {
                Subject::Record(id) => profile.record(id).and_then(|r| r.text(via)).is_some(),
                _ => false,
            };
            // An organisation has to be named before anything can be said of it.
            let key =
                if named && field != "name" { Key::Entity { via: via.clone(), field } } else { Key::Own(via.clone()) };
            Some((here, key))
        }
        Owner::Target if field == "moment" => None,
        Owner::Target => Some((Of::Target(target.id.clone()), Key::Own(field))),
        Owner::Person => Some((Of::Person, Key::Own(field))),
        Owner::Clock => {
            let moment = rules.agency(&target.agency)?.moments.iter().find(|m| m.id == target.moment)?;
            let clock = if field == "filing" { moment.filing.clone() } else { field };
            let asked = clock != "today" && moment.clocks.contains(&clock);
            asked.then(|| (Of::Target(target.id.clone()), Key::Clock(clock)))
        }
    }
}

/// By kind and field: the targets whose decisions read it, directly or to know whether another field applies, or whose forms
/// print it.
fn needed(rules: &RuleSet, profile: &Profile) -> HashMap<String, BTreeMap<String, BTreeSet<usize>>> {
    let mut out: HashMap<String, BTreeMap<String, BTreeSet<usize>>> = HashMap::new();
    for (at, target) in profile.targets.iter().enumerate() {
        let Some(agency) = rules.agency(&target.agency) else { continue };
        for decision in rules.decisions_for(agency) {
            let (Some(kind), Some(frame)) = (rules.kinds.get(decision.kind), rules.frames.get(decision.kind)) else {
                continue;
            };
            let mut slots: BTreeSet<Slot> = BTreeSet::new();
            for rule in &decision.rules {
                rule.fires.atoms(&mut |a| {
                    slots.insert(a.slot());
                    slots.extend(a.other_slot());
                });
                if let Deadline::After { slot, .. } | Deadline::Before { slot, .. } | Deadline::AsSoonAs { slot, .. } =
                    rule.deadline
                {
                    slots.insert(slot);
                }
                for place in [Some(&rule.place), rule.may_list.as_ref()].into_iter().flatten() {
                    let fields = rules.place(place).map(|(_, s)| s.fields.as_slice()).unwrap_or_default();
                    slots.extend(fields.iter().filter_map(|f| frame.slot(f.from.get(&kind.id)?)));
                }
            }
            let mut todo: Vec<Slot> = slots.iter().copied().collect();
            while let Some(slot) = todo.pop() {
                if let Some(guard) = frame.slots.get(usize::from(slot)).and_then(|d| d.guard.as_ref()) {
                    guard.atoms(&mut |a| {
                        for s in std::iter::once(a.slot()).chain(a.other_slot()) {
                            if slots.insert(s) {
                                todo.push(s);
                            }
                        }
                    });
                }
            }
            let filing = agency.moments.iter().find(|m| m.id == target.moment).map(|m| m.filing.as_str());
            for slot in slots {
                let Some(def) = frame.slots.get(usize::from(slot)) else { continue };
                let (kind, field) = match &def.owner {
                    Owner::Record => (kind.id.as_str(), def.field.as_str()),
                    Owner::Entity(via) => (kind.id.as_str(), via.as_str()),
                    Owner::Target => ("target", def.field.as_str()),
                    Owner::Person => ("person", def.field.as_str()),
                    Owner::Clock if def.field == "filing" => ("target", filing.unwrap_or("filing")),
                    Owner::Clock => ("target", def.field.as_str()),
                };
                out.entry(kind.to_owned()).or_default().entry(field.to_owned()).or_default().insert(at);
            }
        }
    }
    out
}

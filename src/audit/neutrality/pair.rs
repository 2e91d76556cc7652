//! Two records that differ only in a country or an organisation, and are ruled differently: found by the solver, made as small
//! as it goes, given real names from the lists, and ruled by the engine before they are shown.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use serde::Serialize;

use super::{HOME, Twin, is_which, moments};
use crate::audit::words::facts_text;
use crate::calendar::{self, NEVER};
use crate::condition::{Cond, Facts, Frame, Others, Owner, Slot, SlotDef, Tri, applies};
use crate::engine::{FactSheet, State, decide};
use crate::facts::{Answer, FieldType, Known, Value, on};
use crate::logic::MAIN;
use crate::logic::sat::Lit;
use crate::report::words;
use crate::ruleset::{Decision, Given, Moment, RuleSet};

/// Foreign countries that stand for "on no list" where they are on none.
const ELSEWHERE: [&str; 4] = ["NO", "CA", "DE", "JP"];
/// What an organisation that no list names is called.
const UNLISTED: &str = "an organisation on no list";

/// The same record twice, but for a country or an organisation, and what becomes of each.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SwapPair {
    /// `the same trip`
    pub subject: String,
    /// The facts that both share.
    pub alike: String,
    pub differs: Vec<Differs>,
    pub once: Side,
    pub then: Side,
}

/// One fact in which the two differ.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Differs {
    pub field: String,
    pub once: String,
    pub then: String,
}

/// What becomes of one of the two.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Side {
    pub ruling: &'static str,
    pub rule: String,
}

impl SwapPair {
    /// `the same trip, once with place China (CN) and once with Norway (NO): stop and nothing-due`
    pub fn text(&self) -> String {
        let side = |of: fn(&Differs) -> &String| -> String {
            let parts: Vec<String> = self.differs.iter().map(|d| format!("{} {}", d.field, of(d))).collect();
            crate::text::list(&parts, "and")
        };
        let then = match self.differs.as_slice() {
            [one] => one.then.clone(),
            _ => side(|d| &d.then),
        };
        format!(
            "{}, once with {} and once with {then}: {} (`{}`) and {} (`{}`)",
            self.subject,
            side(|d| &d.once),
            self.once.ruling,
            local(&self.once.rule),
            self.then.ruling,
            local(&self.then.rule)
        )
    }
}

fn local(rule: &str) -> &str {
    rule.rsplit('.').next().unwrap_or(rule)
}

/// Where a country, an organisation or a set of places stands, on each side.
#[derive(Clone)]
struct Standing {
    slot: Slot,
    /// Editions that conditions in play look at.
    read: u64,
    once: Vec<u64>,
    then: Vec<u64>,
}

/// The other records of one side: those the pair names, and no more.
struct Records<'a> {
    rules: &'a RuleSet,
    sheets: Vec<(usize, FactSheet)>,
}

impl Others for Records<'_> {
    fn any(&self, kind: usize, cond: &Cond) -> Tri {
        let mut any = Tri::No;
        for (_, sheet) in self.sheets.iter().filter(|(k, _)| *k == kind) {
            match sheet.facts(self.rules, None).holds(cond) {
                Tri::Yes => return Tri::Yes,
                Tri::Unknown => any = Tri::Unknown,
                Tri::No => {}
            }
        }
        any
    }
}

/// The plainest pair that some of these sides allow and that the engine confirms.
#[allow(clippy::too_many_arguments)] // one call, from one place
pub(super) fn find<'a>(
    rules: &'a RuleSet,
    decision: &Decision,
    frame: &Frame,
    twin: &mut Twin<'a>,
    sides: impl Iterator<Item = Vec<Lit>>,
    blank: &[Known],
    wishes: &'a [Cond],
    today: NaiveDate,
) -> Option<SwapPair> {
    for assumed in sides {
        let assumed = wished(twin, assumed, wishes);
        if twin.problem.plainest(&assumed, &[calendar::day(today)]).is_none() {
            continue;
        }
        let Some(found) = Found::read(rules, decision, frame, twin, blank) else { continue };
        let small = found.clone().smaller(rules, decision, blank);
        // What is left out may matter to the engine after all; then all of it is shown.
        if let Some(pair) =
            small.worded(rules, decision, blank, today).or_else(|| found.worded(rules, decision, blank, today))
        {
            return Some(pair);
        }
    }
    None
}

/// The assumptions with as much of what makes a pair plain as fits: the second record is on no list, organisations are abroad,
/// lists have editions.
fn wished<'a>(twin: &mut Twin<'a>, mut assumed: Vec<Lit>, wishes: &'a [Cond]) -> Vec<Lit> {
    let mut wanted: Vec<Lit> = wishes.iter().map(|c| twin.problem.lit(MAIN, c)).collect();
    for slot in twin.problem.swapped(twin.twin) {
        let (standings, _) = twin.problem.standings(twin.twin, slot);
        wanted.extend(standings.iter().filter(|(bits, _)| *bits != 0).map(|(_, lit)| !*lit));
    }
    for wish in wanted {
        assumed.push(wish);
        if !twin.problem.solve(&assumed) {
            assumed.pop();
        }
    }
    assumed
}

/// A pair as the solver has it.
#[derive(Clone)]
struct Found<'f> {
    frame: &'f Frame,
    /// By slot, of each side.
    once: Vec<Known>,
    then: Vec<Known>,
    standings: Vec<Standing>,
    /// The other records of each side, kind by kind.
    others: [Vec<(usize, FactSheet)>; 2],
    /// The rules that fire.
    fires: [usize; 2],
}

impl<'f> Found<'f> {
    /// What the solver found last; `None` if the evaluator does not confirm it.
    fn read(
        rules: &RuleSet,
        decision: &Decision,
        frame: &'f Frame,
        twin: &mut Twin<'_>,
        blank: &[Known],
    ) -> Option<Self> {
        let at = |lits: &[Lit], twin: &Twin<'_>| lits.iter().position(|l| twin.problem.value(*l));
        let fires = [at(&twin.here, twin)?, at(&twin.there, twin)?];
        let ((once, then), others) = twin.problem.worlds();
        let filled = |facts: &[Option<Known>]| -> Vec<Known> {
            blank.iter().zip(facts).map(|(blank, fact)| fact.unwrap_or(*blank)).collect()
        };
        let sheets = |second: bool| -> Vec<(usize, FactSheet)> {
            let facts = |record: &[Option<Known>]| -> Vec<(Slot, Known)> {
                (0..).zip(record).filter_map(|(s, k)| Some((s, (*k)?))).collect()
            };
            let sheet = |kind: usize, record: &[Option<Known>]| FactSheet::exactly(rules, kind, &facts(record));
            others.iter().map(|(kind, (a, b))| (*kind, sheet(*kind, if second { b } else { a }))).collect()
        };
        let mut made = Self {
            frame,
            once: filled(&once),
            then: filled(&then),
            standings: Vec::new(),
            others: [sheets(false), sheets(true)],
            fires,
        };
        for slot in twin.problem.swapped(MAIN) {
            let (ours, _) = twin.problem.standings(MAIN, slot);
            let (theirs, _) = twin.problem.standings(twin.twin, slot);
            let present = |all: &[(u64, Lit)]| -> Vec<u64> {
                all.iter().filter(|(_, lit)| twin.problem.value(*lit)).map(|(bits, _)| *bits).collect()
            };
            let read = ours.iter().fold(0, |all, (bits, _)| all | bits);
            made.standings.push(Standing { slot, read, once: present(&ours), then: present(&theirs) });
        }
        made.lay_out();
        made.confirmed(rules, decision).then_some(made)
    }

    /// Puts the standings among the facts.
    fn lay_out(&mut self) {
        for standing in &self.standings {
            let at = usize::from(standing.slot);
            let ty = &self.frame.def(standing.slot).ty;
            for (facts, side) in [(&mut self.once, &standing.once), (&mut self.then, &standing.then)] {
                if let Some(fact) = facts.get_mut(at) {
                    *fact = known(ty, standing.read, side);
                }
            }
        }
    }

    fn side(&self, rules: &RuleSet, decision: &Decision, second: bool) -> Tri {
        let known = if second { &self.then } else { &self.once };
        let applies = applies(self.frame, known, &rules.list_dates);
        let others = Records { rules, sheets: self.others[usize::from(second)].clone() };
        let facts =
            Facts { frame: self.frame, known, applies: &applies, lists: &rules.list_dates, others: Some(&others) };
        decision.rules.get(self.fires[usize::from(second)]).map_or(Tri::Unknown, |r| facts.holds(&r.fires))
    }

    fn confirmed(&self, rules: &RuleSet, decision: &Decision) -> bool {
        self.side(rules, decision, false) == Tri::Yes && self.side(rules, decision, true) == Tri::Yes
    }

    /// The same with fewer differences, and without the facts that neither side needs.
    fn smaller(mut self, rules: &RuleSet, decision: &Decision, blank: &[Known]) -> Self {
        for at in 0..self.standings.len() {
            for first in [false, true] {
                let mut fewer = self.clone();
                if let Some(standing) = fewer.standings.get_mut(at) {
                    if first {
                        standing.once.clone_from(&standing.then);
                    } else {
                        standing.then.clone_from(&standing.once);
                    }
                }
                fewer.lay_out();
                if fewer.confirmed(rules, decision) {
                    self = fewer;
                    break;
                }
            }
        }
        for at in (0..blank.len()).rev() {
            if self.once.get(at) != self.then.get(at) {
                continue;
            }
            let mut fewer = self.clone();
            for facts in [&mut fewer.once, &mut fewer.then] {
                if let (Some(fact), Some(blank)) = (facts.get_mut(at), blank.get(at)) {
                    *fact = *blank;
                }
            }
            fewer.standings.retain(|s| usize::from(s.slot) != at);
            if fewer.confirmed(rules, decision) {
                self = fewer;
            }
        }
        self
    }

    /// The pair in words, once the engine has ruled both records by their names.
    fn worded(&self, rules: &RuleSet, decision: &Decision, blank: &[Known], today: NaiveDate) -> Option<SwapPair> {
        let named: Vec<(Slot, Names, Names)> = self
            .standings
            .iter()
            .map(|s| {
                let once = self.names(rules, s, false)?;
                // The same standing is the same country: only what makes a difference differs.
                let then = if s.once == s.then { once.clone() } else { self.names(rules, s, true)? };
                Some((s.slot, once, then))
            })
            .collect::<Option<_>>()?;
        let ruled = |moment: &Moment, second: bool| -> bool {
            let given = self.given(&named, blank, second);
            let sheet = FactSheet::given(rules, decision.kind, &given, moment, today);
            let others = Records { rules, sheets: self.others[usize::from(second)].clone() };
            let state = decide(rules, decision, &sheet, Some(&others));
            matches!(state, State::Decided(o) if o.rules == [self.fires[usize::from(second)]])
        };
        let allowed = |moment: &Moment| {
            let slot = self.frame.slot("target.moment").or_else(|| self.frame.slot("moment"));
            slot.is_none_or(|slot| {
                let bit = self.frame.def(slot).bit(&moment.id).unwrap_or(0);
                matches!(self.once.get(usize::from(slot)), Some(Known::Choice(may)) if may & bit != 0)
            })
        };
        moments(rules, decision)
            .filter(|(_, m)| allowed(m))
            .find(|(_, moment)| ruled(moment, false) && ruled(moment, true))?;

        let swapped: Vec<Slot> = self.standings.iter().map(|s| s.slot).collect();
        let alike: Vec<(Slot, Known)> = (0..)
            .zip(&self.once)
            .zip(blank)
            .filter(|((slot, known), blank)| *known != *blank && !swapped.contains(slot))
            .map(|((slot, known), _)| (slot, *known))
            .collect();
        let mut shared = vec![facts_text(rules, self.frame, &alike)];
        shared.retain(|text| !alike.is_empty() && !text.is_empty());
        let mut differs = Vec::new();
        for (slot, once, then) in &named {
            let field = self.frame.def(*slot).name.clone();
            if once == then {
                shared.push(format!("{field}: {}", once.text()));
            } else {
                differs.push(Differs { field, once: once.text(), then: then.text() });
            }
        }
        for (i, (kind, sheet)) in self.others[0].iter().enumerate() {
            self.other(rules, *kind, sheet, self.others[1].get(i).map(|(_, s)| s), &mut shared, &mut differs);
        }
        let side = |second: bool| {
            let rule = decision.rules.get(self.fires[usize::from(second)])?;
            Some(Side { ruling: rule.ruling.id(), rule: rule.id.clone() })
        };
        let kind = rules.kinds.get(decision.kind).map_or("record", |k| k.title.as_str());
        Some(SwapPair {
            subject: format!("the same {}", words::lower_first(kind)),
            alike: shared.join("; "),
            differs,
            once: side(false)?,
            then: side(true)?,
        })
    }

    /// Words another record that the pair needs, on both sides.
    fn other(
        &self,
        rules: &RuleSet,
        kind: usize,
        once: &FactSheet,
        then: Option<&FactSheet>,
        shared: &mut Vec<String>,
        differs: &mut Vec<Differs>,
    ) {
        let Some(frame) = rules.frames.get(kind) else { return };
        let own = |sheet: &FactSheet, which: bool| -> Vec<(Slot, Known)> {
            let slots = (0..).zip(sheet.known.iter().copied());
            slots
                .filter(|(s, _)| matches!(frame.def(*s).owner, Owner::Record | Owner::Entity(_)))
                .filter(|(s, k)| is_which(frame.def(*s)) == which && *k != frame.def(*s).blank())
                .collect()
        };
        shared.push(format!("another {} with {}", frame.kind, facts_text(rules, frame, &own(once, false))));
        let Some(then) = then else { return };
        for ((slot, a), (_, b)) in own(once, true).into_iter().zip(own(then, true)) {
            let said = |known: Known| -> String {
                let (bits, read) = match known {
                    Known::Listed { on, .. } => (on, u64::MAX),
                    Known::Places { on, .. } => (on, u64::MAX),
                    _ => (0, 0),
                };
                let name = match frame.def(slot).ty {
                    FieldType::Entity => organisation(rules, bits, read, None).map(|(name, _)| name),
                    _ => country(rules, bits, in_play(rules, bits)).map(|code| place(&code)),
                };
                name.unwrap_or_else(|| facts_text(rules, frame, &[(slot, known)]))
            };
            if a != b {
                let field = format!("the {}'s {}", frame.kind, frame.def(slot).name);
                differs.push(Differs { field, once: said(a), then: said(b) });
            }
        }
    }

    /// Names for where one side stands.
    fn names(&self, rules: &RuleSet, standing: &Standing, second: bool) -> Option<Names> {
        let def = self.frame.def(standing.slot);
        let side = if second { &standing.then } else { &standing.once };
        Some(match def.ty {
            FieldType::Entity => {
                let bits = side.first().copied().unwrap_or(0);
                if bits == 0 {
                    return Some(Names::Organisation(UNLISTED.to_owned(), None));
                }
                // An entry of a list stands in its country: the field that names the country has to agree.
                let country =
                    self.standings.iter().find(|s| self.frame.def(s.slot).name == format!("{}.country", def.name));
                let country =
                    country.map(|s| (if second { &s.then } else { &s.once }.first().copied().unwrap_or(0), s.read));
                let (name, country) = organisation(rules, bits, standing.read, country)?;
                Names::Organisation(name, country)
            }
            FieldType::Country => {
                let bits = side.first().copied().unwrap_or(0);
                let named = self.organisation_here(rules, def, second);
                let fits = |code: &String| standing_of(rules, code) & standing.read == bits;
                Names::Country(named.filter(fits).or_else(|| country(rules, bits, standing.read))?)
            }
            _ => Names::Places(side.iter().map(|bits| country(rules, *bits, standing.read)).collect::<Option<_>>()?),
        })
    }

    /// The country of the listed organisation whose country this field is.
    fn organisation_here(&self, rules: &RuleSet, def: &SlotDef, second: bool) -> Option<String> {
        let Owner::Entity(field) = &def.owner else { return None };
        let own = self.standings.iter().find(|s| self.frame.def(s.slot).name == *field)?;
        match self.names(rules, own, second)? {
            Names::Organisation(_, country) if def.field == "country" => country,
            _ => None,
        }
    }

    /// One side's facts as an example gives them.
    fn given(&self, named: &[(Slot, Names, Names)], blank: &[Known], second: bool) -> Given {
        let mut given = Given::default();
        let facts = if second { &self.then } else { &self.once };
        for ((slot, known), blank) in (0..).zip(facts).zip(blank) {
            let def = self.frame.def(slot);
            if known == blank || is_which(def) || def.field == "moment" {
                continue;
            }
            match (&def.owner, *known) {
                (Owner::Clock, Known::Range { lo, .. }) => {
                    given.clocks.extend(calendar::date(lo).map(|d| (def.name.clone(), d)));
                }
                _ => given.answers.extend(answer(def, *known).map(|a| (def.name.clone(), a))),
            }
        }
        for (slot, once, then) in named {
            let def = self.frame.def(*slot);
            let names = if second { then } else { once };
            let value = match names {
                Names::Country(code) => Value::Country(code.clone()),
                Names::Places(codes) => Value::Places { has: codes.iter().cloned().collect(), complete: true },
                Names::Organisation(name, country) => {
                    let field = format!("{}.country", def.name);
                    if let Some(code) = country {
                        given.answers.entry(field).or_insert(Answer::Is(Value::Country(code.clone())));
                    }
                    Value::Entity(name.clone())
                }
            };
            given.answers.insert(def.name.clone(), Answer::Is(value));
        }
        // Dates that are left open must not contradict the others: nothing is published after it is due.
        let target: Vec<NaiveDate> = given.clocks.iter().filter(|(n, _)| *n != "today").map(|(_, d)| *d).collect();
        given.on = target.iter().min().copied();
        if let Some(last) = target.iter().max().filter(|last| Some(**last) != given.on) {
            given.clocks.entry("due".to_owned()).or_insert(*last);
        }
        given
    }
}

/// Real names.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Names {
    Country(String),
    Places(Vec<String>),
    /// An organisation, and where its list says it is.
    Organisation(String, Option<String>),
}

impl Names {
    fn text(&self) -> String {
        match self {
            Self::Country(code) => place(code),
            Self::Places(codes) if codes.is_empty() => "nowhere".to_owned(),
            Self::Places(codes) => crate::text::list(&codes.iter().map(|c| place(c)).collect::<Vec<_>>(), "and"),
            Self::Organisation(name, None) => name.clone(),
            Self::Organisation(name, Some(code)) => format!("{name} ({code})"),
        }
    }
}

fn place(code: &str) -> String {
    format!("{} ({code})", words::country(code))
}

fn known(ty: &FieldType, read: u64, standings: &[u64]) -> Known {
    let on = standings.iter().fold(0, |all, bits| all | bits);
    match ty {
        FieldType::Places => {
            let off = standings.iter().fold(0, |all, bits| all | (read & !bits));
            Known::Places { on, may_on: on, off, may_off: off }
        }
        _ => Known::Listed { on, may: on },
    }
}

/// A fact as an answer; `None` for what is not known exactly.
fn answer(def: &SlotDef, known: Known) -> Option<Answer> {
    let ids = |mask: u64| -> Vec<String> {
        match &def.ty {
            FieldType::Choice(ids) | FieldType::Set(ids) => ids
                .iter()
                .enumerate()
                .filter(|(i, _)| *i < 64 && mask & (1 << i) != 0)
                .map(|(_, id)| id.clone())
                .collect(),
            _ => Vec::new(),
        }
    };
    let value = match known {
        Known::Choice(0b01) if def.ty == FieldType::YesNo => Value::YesNo(false),
        Known::Choice(0b10) if def.ty == FieldType::YesNo => Value::YesNo(true),
        Known::Choice(mask) if mask.count_ones() == 1 => Value::Choice(ids(mask).pop()?),
        Known::Set { has, may } if has == may => Value::Set { has: ids(has).into_iter().collect(), complete: true },
        Known::Range { lo, hi } if lo == hi => match &def.ty {
            FieldType::Date(_) if lo >= NEVER => Value::Never,
            FieldType::Date(_) => return calendar::date(lo).map(on),
            _ => Value::Range { lo, hi, text: lo.to_string() },
        },
        Known::Given(true) => Value::Text("…".to_owned()),
        _ => return None,
    };
    Some(Answer::Is(value))
}

/// The country-list editions that a country stands on.
fn standing_of(rules: &RuleSet, code: &str) -> u64 {
    let editions = rules.lists.iter().filter(|l| !l.of_entities).flat_map(|l| &l.editions);
    editions.filter(|e| e.entries.iter().any(|x| x.country == code)).fold(0, |all, e| all | e.bit)
}

/// The editions of the lists of countries.
fn in_play(rules: &RuleSet, bits: u64) -> u64 {
    let lists = rules.lists.iter().filter(|l| !l.of_entities);
    lists
        .filter(|l| l.editions.iter().any(|e| e.bit & bits != 0))
        .flat_map(|l| &l.editions)
        .fold(0, |all, e| all | e.bit)
}

/// A country that stands on just these of the editions that are read: a foreign one if there is one.
fn country(rules: &RuleSet, bits: u64, read: u64) -> Option<String> {
    let listed = || {
        let editions = rules.lists.iter().filter(|l| !l.of_entities).flat_map(|l| &l.editions);
        editions.flat_map(|e| &e.entries).map(|e| e.country.as_str())
    };
    let foreign = ELSEWHERE.into_iter().chain(listed().filter(|c| !HOME.contains(c)));
    foreign.chain(HOME).find(|code| standing_of(rules, code) & read == bits).map(str::to_owned)
}

/// An organisation that stands on just these of the editions that are read, in a country that stands so (`country`: on which
/// editions, of which that are read), with the country its entry gives.
fn organisation(
    rules: &RuleSet,
    bits: u64,
    read: u64,
    country: Option<(u64, u64)>,
) -> Option<(String, Option<String>)> {
    if bits == 0 {
        return Some((UNLISTED.to_owned(), None));
    }
    let mut on: BTreeMap<&str, u64> = BTreeMap::new();
    let mut order: Vec<(&str, &str)> = Vec::new();
    for edition in rules.lists.iter().filter(|l| l.of_entities).flat_map(|l| &l.editions) {
        for entry in &edition.entries {
            let Some(name) = entry.names.first().filter(|n| !entry.shared.contains(n)) else { continue };
            let known = on.entry(name).or_default();
            if *known == 0 {
                order.push((name, &entry.country));
            }
            *known |= edition.bit;
        }
    }
    let fits = |(name, code): &&(&str, &str)| {
        on.get(name).is_some_and(|all| all & read == bits & read)
            && country.is_none_or(|(bits, read)| !code.is_empty() && standing_of(rules, code) & read == bits)
    };
    let (name, code) = order.iter().find(fits)?;
    Some(((*name).to_owned(), Some((*code).to_owned()).filter(|c| !c.is_empty())))
}

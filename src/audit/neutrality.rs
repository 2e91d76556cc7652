//! Neutrality: which rulings turn on which foreign country or which listed organisation it is, by whose authority, and a proof
//! that no other ruling does.
//!
//! Two copies of one record, alike in everything but its countries and organisations, are put to the solver: can a decision
//! rule them differently? A foreign country is swapped for a foreign one; home for home. `pair` words what it finds, `asked`
//! keeps questions about origin out of the vocabulary. Judges no list: it says what a list does and who issued it.

mod asked;
mod pair;

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::Serialize;

pub(super) use self::asked::fair;
pub use self::pair::{Differs, Side, SwapPair};
use super::proofs::{agencies, at_moments, setting};
use crate::calendar;
use crate::condition::{Anchor, Atom, Cond, Frame, Owner, Point, Slot, SlotDef};
use crate::facts::{FieldType, Known};
use crate::logic::sat::Lit;
use crate::logic::{Copy, MAIN, Problem, World, each_slot};
use crate::ruleset::{Decision, List, Rule, RuleSet};
use crate::text::{count, list};

/// The United States and its territories: what is not foreign.
const HOME: [&str; 7] = ["US", "AS", "GU", "MP", "PR", "UM", "VI"];

/// What turns on which country or organisation it is, and what is proved not to.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Neutrality {
    /// Decisions looked at.
    pub decisions: usize,
    /// Those whose outcome can change with the country or organisation alone.
    pub depend: Vec<Depends>,
    /// Those that look at lists and are proved to come out the same whichever foreign country or organisation it is.
    pub alike: Vec<Alike>,
    /// Those that look at no country and no organisation, and so cannot turn on one.
    pub unread: usize,
    /// The lists that the decisions of `depend` look at, with the sources of their editions.
    pub lists: Vec<ListUse>,
    /// Conditions outside decisions: when a question is asked, what answers are valid, when a check speaks, whom duties concern.
    pub around: Around,
    /// Answers offered in the vocabulary that name a country: a way round the lists.
    pub named: Vec<String>,
    /// Lists that decisions turn on without citing a source of theirs.
    pub unadopted: Vec<Unadopted>,
}

/// A decision that turns on which country or organisation it is.
#[derive(Debug, Clone, Serialize)]
pub struct Depends {
    pub decision: String,
    /// The folder it stands in.
    pub agency: String,
    pub asks: String,
    pub file: String,
    /// The rules that another country or organisation can give way to another outcome, in order.
    pub rules: Vec<Turning>,
    /// Rules that look at a list and whose outcome never turns on it.
    pub untouched: Vec<String>,
    /// Two records alike in all else, and what becomes of each; `None` if pairs were not wanted or none could be worded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pair: Option<SwapPair>,
}

/// A rule whose ruling turns on which country or organisation it is.
#[derive(Debug, Clone, Serialize)]
pub struct Turning {
    pub rule: String,
    pub ruling: &'static str,
    /// Ids of the lists that its condition looks at, its exclusions included.
    pub lists: Vec<String>,
    /// `source at`, for every citation.
    pub authority: Vec<String>,
    pub line: usize,
}

/// A decision that looks at lists without turning on them.
#[derive(Debug, Clone, Serialize)]
pub struct Alike {
    pub decision: String,
    pub lists: Vec<String>,
    pub rules: Vec<String>,
    pub file: String,
}

/// A list, and the decisions that turn on what it names.
#[derive(Debug, Clone, Serialize)]
pub struct ListUse {
    pub id: String,
    pub title: String,
    pub of: &'static str,
    /// First day and source of each edition.
    pub editions: Vec<EditionUse>,
    /// How many decisions turn on countries or organisations and look at it.
    pub decisions: usize,
}

/// An edition of a list.
#[derive(Debug, Clone, Serialize)]
pub struct EditionUse {
    /// Its first day.
    pub from: String,
    pub source: String,
}

/// What is proved of conditions outside decisions.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Around {
    /// Conditions on fields ("applies when").
    pub fields: usize,
    pub constraints: usize,
    pub checks: usize,
    /// Conditions on whom an agency's duties concern.
    pub concerns: usize,
    /// Those whose truth can change with the country or organisation alone, in words.
    pub depend: Vec<String>,
    /// Checks that look for names in an entry's own words: not proved, but listed.
    pub by_name: Vec<String>,
}

/// A list whose own sources nothing in some decisions that turn on it cites: is it adopted by a source that is cited?
#[derive(Debug, Clone, Serialize)]
pub struct Unadopted {
    pub list: String,
    pub sources: Vec<String>,
    pub decisions: Vec<String>,
}

impl Around {
    /// What is proved, what is not, and why that is all: one sentence each.
    pub fn lines(&self) -> Vec<String> {
        let mut lines = vec![
            "The language of conditions has one way to tell countries or organisations apart: whether one stands on a list. \
             Lists are dated and cite a source."
                .to_owned(),
        ];
        let looked = format!(
            "Looked at in the same way: {} when a question is asked, {} on valid answers, {} that compare entries, {} on whom an \
             agency's duties concern.",
            count(self.fields, "condition on", "conditions on"),
            count(self.constraints, "constraint", "constraints"),
            count(self.checks, "check", "checks"),
            count(self.concerns, "condition", "conditions"),
        );
        lines.push(match self.depend.as_slice() {
            [] => format!("{looked} None of them turns on which country or organisation it is."),
            some => format!("{looked} These turn on it: {}.", some.join("; ")),
        });
        if !self.by_name.is_empty() {
            lines.push(format!(
                "Not proved: the reminders {} look for names in an entry's own words, and a name may come from one country. They \
                 rule nothing.",
                list(&self.by_name.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>(), "and")
            ));
        }
        lines.push(
            "Not proved: whether a name is taken for one on a list. The program compares spellings and asks where names are alike."
                .to_owned(),
        );
        lines
    }
}

impl Neutrality {
    /// Decisions proved to come out the same whichever foreign country or organisation it is.
    pub fn proved(&self) -> usize {
        self.unread + self.alike.len()
    }

    /// Rules whose ruling turns on it.
    pub fn rules(&self) -> usize {
        self.depend.iter().map(|d| d.rules.len()).sum()
    }

    /// Does nothing turn on a country or organisation but rulings, by lists?
    pub fn is_neutral(&self) -> bool {
        self.around.depend.is_empty() && self.named.is_empty()
    }

    /// The one line that says it all.
    pub fn summary(&self) -> String {
        format!(
            "{}: {} on which country or organisation it is (by the authorities named); {} proved not to.",
            count(self.decisions, "decision", "decisions"),
            if self.depend.len() == 1 { "1 depends".to_owned() } else { format!("{} depend", self.depend.len()) },
            self.proved()
        )
    }
}

/// How much to find out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pairs {
    /// Only what turns on what.
    Skip,
    /// With two records for each decision that show it; dates that do not matter stand at this day.
    Show(NaiveDate),
}

/// Looks at every decision that `wanted` picks, and at all conditions around them.
pub fn neutrality(rules: &RuleSet, pairs: Pairs, wanted: &dyn Fn(&Decision) -> bool) -> Neutrality {
    let mut out = Neutrality::default();
    let mut on_lists: BTreeMap<usize, usize> = BTreeMap::new();
    for decision in rules.decisions.iter().filter(|d| wanted(d)) {
        out.decisions += 1;
        match look(rules, decision, pairs) {
            Found::Unread => out.unread += 1,
            Found::Alike(alike) => out.alike.push(alike),
            Found::Depends(depends, lists) => {
                for list in lists {
                    *on_lists.entry(list).or_default() += 1;
                }
                out.depend.push(*depends);
            }
        }
    }
    let lists = on_lists.into_iter().filter_map(|(at, n)| Some((rules.lists.get(at)?, n)));
    out.lists = lists.filter(|(list, _)| !is_home(list)).map(|(list, n)| list_use(list, n)).collect();
    out.around = around(rules);
    out.named = asked::named_countries(rules);
    out.unadopted = unadopted(rules, &out.depend);
    out
}

enum Found {
    Unread,
    Alike(Alike),
    Depends(Box<Depends>, BTreeSet<usize>),
}

/// Countries and organisations: what twins may differ in.
fn is_which(def: &SlotDef) -> bool {
    matches!(def.ty, FieldType::Country | FieldType::Places | FieldType::Entity)
}

/// A question about twins.
struct Twin<'a> {
    problem: Problem<'a>,
    /// The main record's twin.
    twin: Copy,
    /// By condition asked about: does it hold of the main record, and of its twin?
    here: Vec<Lit>,
    there: Vec<Lit>,
}

impl<'a> Twin<'a> {
    /// Sets up twins of a kind, valid both and alike but for foreign countries and organisations. `always` holds of both;
    /// `conds` are asked about, `spare` may be asked about later.
    fn of(
        rules: &'a RuleSet,
        kind: usize,
        known: &[Known],
        always: Option<&'a Cond>,
        conds: &[&'a Cond],
        spare: &'a [Cond],
    ) -> Self {
        let world = World { frames: &rules.frames, lists: &rules.lists };
        let all: Vec<&'a Cond> = conds.iter().copied().chain(always).chain(spare).collect();
        let mut problem = Problem::new(world, kind, known, &all);
        let twin = problem.twin(is_which);
        let mut sides = [MAIN, twin].into_iter().map(|copy| {
            problem.assert_valid(copy);
            if let Some(always) = always {
                let lit = problem.lit(copy, always);
                problem.assert_any(&[lit]);
            }
            conds.iter().map(|c| problem.lit(copy, c)).collect::<Vec<Lit>>()
        });
        let (here, there) = (sides.next().unwrap_or_default(), sides.next().unwrap_or_default());
        drop(sides);
        let mut made = Self { problem, twin, here, there };
        made.foreign_for_foreign(rules);
        made
    }

    /// What only home can be stays as it is, and abroad stays abroad.
    fn foreign_for_foreign(&mut self, rules: &RuleSet) {
        for (a, b) in self.problem.pairs() {
            for slot in self.problem.swapped(a) {
                let (ours, one) = self.problem.standings(a, slot);
                let (theirs, _) = self.problem.standings(b, slot);
                let abroad = foreign_standings(rules, &ours);
                let (mut some_here, mut some_there) = (Vec::new(), Vec::new());
                for (((_, x), (_, y)), abroad) in ours.iter().zip(&theirs).zip(abroad) {
                    if abroad {
                        some_here.push(*x);
                        some_there.push(*y);
                    } else {
                        self.same(*x, *y);
                    }
                }
                if !one {
                    let (x, y) = (self.problem.any(some_here), self.problem.any(some_there));
                    self.same(x, y);
                }
            }
        }
    }

    fn same(&mut self, x: Lit, y: Lit) {
        self.problem.assert_any(&[!x, y]);
        self.problem.assert_any(&[x, !y]);
    }
}

/// Of these combinations of editions: can a foreign country, or any organisation, stand on just them?
fn foreign_standings(rules: &RuleSet, standings: &[(u64, Lit)]) -> Vec<bool> {
    let read = standings.iter().fold(0, |all, (bits, _)| all | bits);
    let mut foreign: BTreeMap<&str, u64> = BTreeMap::new();
    for list in &rules.lists {
        for edition in list.editions.iter().filter(|e| e.bit & read != 0) {
            for entry in &edition.entries {
                let name =
                    if list.of_entities { entry.names.first().map_or("", String::as_str) } else { &entry.country };
                *foreign.entry(name).or_default() |= edition.bit;
            }
        }
    }
    foreign.retain(|name, _| !HOME.contains(name));
    standings.iter().map(|(bits, _)| *bits == 0 || foreign.values().any(|b| b == bits)).collect()
}

fn look(rules: &RuleSet, decision: &Decision, pairs: Pairs) -> Found {
    let Some(frame) = rules.frames.get(decision.kind) else { return Found::Unread };
    let fires: Vec<&Cond> = decision.rules.iter().map(|r| &r.fires).collect();
    let lists = lists_read(rules, decision.kind, &fires);
    if lists.is_empty() {
        return Found::Unread;
    }
    let known = at_moments(decision, frame);
    let world = World { frames: &rules.frames, lists: &rules.lists };
    let read: Vec<Slot> = Problem::new(world, decision.kind, &known, &fires).slots_read().collect();
    let setting = setting(rules, decision, frame, &read);
    let wishes = wishes(rules, frame, &fires, &read);
    let mut twin = Twin::of(rules, decision.kind, &known, Some(&setting), &fires, &wishes);
    let outcome: Vec<usize> = decision.rules.iter().map(|r| outcome_of(decision, r)).collect();
    let by_outcome = |twin: &mut Twin<'_>, lits: &[Lit]| -> Vec<Lit> {
        let of = |k: usize| outcome.iter().zip(lits).filter(move |(o, _)| **o == k).map(|(_, l)| *l);
        (0..decision.rules.len()).map(|k| twin.problem.any(of(k).collect::<Vec<_>>())).collect()
    };
    let (here, there) = (twin.here.clone(), twin.there.clone());
    let (out_here, out_there) = (by_outcome(&mut twin, &here), by_outcome(&mut twin, &there));

    let mut turns = vec![false; decision.rules.len()];
    for i in 0..turns.len() {
        if turns[i] || (out_here == out_there) {
            continue;
        }
        if twin.problem.solve(&[here[i], !out_there[outcome[i]]]) {
            // Whatever fires on either side of this pair turns on it too.
            for j in 0..turns.len() {
                let value = |lit: Lit| twin.problem.value(lit);
                turns[j] |= value(here[j]) && !value(out_there[outcome[j]]);
                turns[j] |= value(there[j]) && !value(out_here[outcome[j]]);
            }
        }
    }
    let reads = |rule: &Rule| lists_in(rules, decision.kind, &rule.fires);
    let ids = |lists: &BTreeSet<usize>| lists.iter().filter_map(|l| Some(rules.lists.get(*l)?.id.clone())).collect();
    if !turns.contains(&true) {
        return Found::Alike(Alike {
            decision: decision.id.clone(),
            lists: ids(&lists),
            rules: decision.rules.iter().filter(|r| !reads(r).is_empty()).map(|r| r.id.clone()).collect(),
            file: decision.file.clone(),
        });
    }
    let mut used = BTreeSet::new();
    let mut turning = Vec::new();
    let mut untouched = Vec::new();
    for (rule, turns) in decision.rules.iter().zip(&turns) {
        let lists = reads(rule);
        if *turns {
            used.extend(lists.iter().copied());
            turning.push(Turning {
                rule: rule.id.clone(),
                ruling: rule.ruling.id(),
                lists: ids(&lists),
                authority: rule.authority.iter().map(|a| format!("{} {}", a.source, a.at)).collect(),
                line: rule.line,
            });
        } else if !lists.is_empty() {
            untouched.push(rule.id.clone());
        }
    }
    let pair = match pairs {
        Pairs::Skip => None,
        Pairs::Show(today) => {
            // The sharpest ruling first: that is what a reader looks for.
            let mut order: Vec<usize> = (0..decision.rules.len()).filter(|i| turns[*i]).collect();
            order.sort_by_key(|&i| decision.rules[i].ruling);
            let sides = order.into_iter().map(|i| vec![here[i], !out_there[outcome[i]]]);
            pair::find(rules, decision, frame, &mut twin, sides, &known, &wishes, today)
        }
    };
    let depends = Depends {
        decision: decision.id.clone(),
        agency: decision.agency.clone(),
        asks: decision.asks.clone(),
        file: decision.file.clone(),
        rules: turning,
        untouched,
        pair,
    };
    Found::Depends(Box::new(depends), used)
}

/// The first rule with the same outcome: ruling, place and deadline.
fn outcome_of(decision: &Decision, rule: &Rule) -> usize {
    let same = |r: &Rule| (r.ruling, &r.place, &r.deadline) == (rule.ruling, &rule.place, &rule.deadline);
    decision.rules.iter().position(same).unwrap_or(0)
}

/// What a pair is easier to read with: the organisations are abroad, and every list has an edition.
fn wishes(rules: &RuleSet, frame: &Frame, fires: &[&Cond], read: &[Slot]) -> Vec<Cond> {
    let mut out = Vec::new();
    for slot in read {
        let def = frame.def(*slot);
        if matches!(def.owner, Owner::Entity(_))
            && def.field == "domicile"
            && let Some(any_of) = def.bit("foreign")
        {
            out.push(Cond::Atom(Atom::Choice { slot: *slot, any_of }));
        }
    }
    for cond in fires {
        cond.atoms(&mut |atom| {
            if let Atom::Listed { list, clock, .. } | Atom::SomePlace { list, clock, .. } = *atom
                && let Some(first) = rules.lists.get(list).and_then(|l| l.editions.first())
            {
                let day = Anchor::Day(calendar::day(first.from));
                let point = Point { anchor: day, months: 0, days: 0, next_day: false };
                let since = Cond::Atom(Atom::OnOrAfter { slot: clock, point });
                if !out.contains(&since) {
                    out.push(since);
                }
            }
        });
    }
    out
}

/// The lists that conditions on a kind look at: themselves, in asking whether a field applies, and by the constraints on what
/// they read.
fn lists_read(rules: &RuleSet, kind: usize, conds: &[&Cond]) -> BTreeSet<usize> {
    let mut lists: BTreeSet<usize> = conds.iter().flat_map(|c| lists_in(rules, kind, c)).collect();
    if let Some(frame) = rules.frames.get(kind) {
        let world = World { frames: &rules.frames, lists: &rules.lists };
        let problem = Problem::new(world, kind, &frame.blank(), conds);
        for i in problem.constraints_read() {
            lists.extend(frame.constraints.get(*i).map(|c| lists_in(rules, kind, &c.holds)).unwrap_or_default());
        }
    }
    lists
}

/// The lists that a condition looks at, itself or in asking whether a field applies.
fn lists_in(rules: &RuleSet, kind: usize, cond: &Cond) -> BTreeSet<usize> {
    let mut lists = BTreeSet::new();
    let Some(frame) = rules.frames.get(kind) else { return lists };
    cond.atoms(&mut |atom| {
        if let Atom::Listed { list, .. } | Atom::SomePlace { list, .. } = atom {
            lists.insert(*list);
        }
    });
    let mut slots = BTreeSet::new();
    each_slot(cond, &mut |s| {
        slots.insert(s);
    });
    for guard in slots.into_iter().filter_map(|s| frame.def(s).guard.as_ref()) {
        lists.extend(lists_in(rules, kind, guard));
    }
    inner(cond, &mut |kind, cond| lists.extend(lists_in(rules, kind, cond)));
    lists
}

/// Calls `visit` for the inside of every quantifier.
fn inner<'c>(cond: &'c Cond, visit: &mut dyn FnMut(usize, &'c Cond)) {
    match cond {
        Cond::Const(_) | Cond::Atom(_) => {}
        Cond::Exists { kind, cond } => visit(*kind, cond),
        Cond::Not(c) => inner(c, visit),
        Cond::All(cs) | Cond::Any(cs) => cs.iter().for_each(|c| inner(c, visit)),
    }
}

/// Can the truth of a condition change with the country or organisation alone?
fn turns(rules: &RuleSet, kind: usize, cond: &Cond) -> bool {
    if lists_read(rules, kind, &[cond]).is_empty() {
        return false;
    }
    let Some(frame) = rules.frames.get(kind) else { return false };
    let Twin { mut problem, here, there, .. } = Twin::of(rules, kind, &frame.blank(), None, &[cond], &[]);
    // Twins play the same part: what holds here and not there can be turned round.
    here.iter().zip(&there).any(|(x, y)| x != y && problem.solve(&[*x, !*y]))
}

/// Can answers that a constraint allows be refused with another country or organisation?
fn refuses(rules: &RuleSet, kind: usize, at: usize) -> bool {
    let Some(holds) = rules.frames.get(kind).and_then(|f| f.constraints.get(at)).map(|c| &c.holds) else {
        return false;
    };
    if lists_in(rules, kind, holds).is_empty() {
        return false;
    }
    let world = World { frames: &rules.frames, lists: &rules.lists };
    let mut problem = Problem::new(world, kind, &rules.frames[kind].blank(), &[holds]);
    let twin = problem.twin(is_which);
    let mut sides = [MAIN, twin].map(|copy| problem.valid(copy)).into_iter();
    let (here, there) = (sides.next().unwrap_or_default(), sides.next().unwrap_or_default());
    let mut twin = Twin { problem, twin, here: Vec::new(), there: Vec::new() };
    twin.foreign_for_foreign(rules);
    let pairs = here.iter().zip(&there).filter(|((i, _), _)| *i == at);
    pairs.into_iter().any(|((_, x), (_, y))| x != y && twin.problem.solve(&[*x, !*y]))
}

fn around(rules: &RuleSet) -> Around {
    let mut out = Around::default();
    for (kind, frame) in rules.frames.iter().enumerate() {
        // What a record's frame shows of organisations, target and person is the same field again.
        let own = |def: &SlotDef| match def.owner {
            Owner::Record => true,
            Owner::Target => frame.kind == "target",
            Owner::Person => frame.kind == "person",
            Owner::Entity(_) | Owner::Clock => false,
        };
        for def in frame.slots.iter().filter(|d| own(d)) {
            if let Some(guard) = &def.guard {
                out.fields += 1;
                if turns(rules, kind, guard) {
                    out.depend.push(format!("whether `{}` of `{}` is asked", def.field, frame.kind));
                }
            }
        }
        for (at, constraint) in frame.constraints.iter().enumerate() {
            out.constraints += 1;
            if refuses(rules, kind, at) {
                out.depend.push(format!("the constraint `{}` on `{}`", constraint.id, frame.kind));
            }
        }
    }
    let mut seen = BTreeSet::new();
    for check in &rules.checks {
        let beside = check.beside.iter().chain(&check.without).map(|b| (b.kind, &b.when));
        let conds = [(check.kind, &check.when), (check.kind, &check.quiet_when)].into_iter().chain(beside);
        let depends = conds.into_iter().any(|(kind, cond)| turns(rules, kind, cond));
        if seen.insert(check.id.as_str()) {
            out.checks += 1;
            if depends {
                out.depend.push(format!("the check `{}`", check.id));
            }
            if !check.mentions.is_empty() {
                out.by_name.push(check.id.clone());
            }
        }
    }
    for agency in &rules.agencies {
        if let (Some(cond), Some((kind, _))) = (&agency.concerns, rules.kind("person")) {
            out.concerns += 1;
            if turns(rules, kind, cond) {
                out.depend.push(format!("whom the duties of {} concern", agency.short));
            }
        }
    }
    out
}

fn list_use(list: &List, decisions: usize) -> ListUse {
    ListUse {
        id: list.id.clone(),
        title: list.title.clone(),
        of: if list.of_entities { "organisations" } else { "countries" },
        editions: list
            .editions
            .iter()
            .map(|e| EditionUse { from: e.from.to_string(), source: e.source.clone() })
            .collect(),
        decisions,
    }
}

/// Lists that decisions turn on while nothing in the decision cites a source of theirs. All rules of a decision count: one that
/// rules what is left need not repeat the citation of the one that names the list.
fn unadopted(rules: &RuleSet, depend: &[Depends]) -> Vec<Unadopted> {
    let mut out = Vec::new();
    for list in rules.lists.iter().filter(|l| !is_home(l)) {
        let sources: BTreeSet<&str> = list.editions.iter().map(|e| e.source.as_str()).collect();
        let unsaid = |d: &&Depends| {
            let cites = |decision: &Decision| {
                decision.rules.iter().flat_map(|r| &r.authority).any(|a| sources.contains(a.source.as_str()))
            };
            d.rules.iter().any(|r| r.lists.contains(&list.id)) && !rules.decision(&d.decision).is_some_and(cites)
        };
        let decisions: Vec<String> = depend.iter().filter(unsaid).map(|d| d.decision.clone()).collect();
        if !decisions.is_empty() {
            let sources = sources.into_iter().map(str::to_owned).collect();
            out.push(Unadopted { list: list.id.clone(), sources, decisions });
        }
    }
    out
}

/// Does the list tell home from abroad, and nothing else?
fn is_home(list: &List) -> bool {
    !list.of_entities && list.editions.iter().flat_map(|e| &e.entries).all(|e| HOME.contains(&e.country.as_str()))
}

/// The moments of a decision with their agencies, for a pair to be ruled at.
fn moments<'a>(
    rules: &'a RuleSet,
    decision: &'a Decision,
) -> impl Iterator<Item = (&'a crate::ruleset::Agency, &'a crate::ruleset::Moment)> {
    let users = agencies(rules, decision);
    users
        .into_iter()
        .flat_map(|a| a.moments.iter().map(move |m| (a, m)))
        .filter(|(_, m)| decision.moments.contains(&m.id))
}

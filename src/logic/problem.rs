//! Conditions over a frame as a question for the solver, and its answers as facts.
//!
//! Owns the encoding: what a field may still be becomes a few booleans (one per class of values that the conditions
//! in play can tell apart), dates become comparisons that [`dates`](super::dates) checks lazily. Exact: a condition is
//! satisfiable here if and only if some valid set of answers makes it true. Knows nothing of rulings or files.

mod conditions;
mod plain;
mod twins;

use std::collections::{BTreeMap, HashMap};

pub use self::twins::Pair;
use self::twins::Twins;
use super::dates::{self, Compare, Domain, Side};
use super::sat::{Batsat, Lit, Sat};
use crate::calendar::{self, Day, NEVER};
use crate::condition::{Anchor, Atom, Cond, Frame, Owner, Point, Slot};
use crate::facts::{FieldType, Known};
use crate::ruleset::List;

/// What conditions refer to by index.
#[derive(Clone, Copy)]
pub struct World<'a> {
    /// By record kind.
    pub frames: &'a [Frame],
    pub lists: &'a [List],
}

/// A copy of a kind's slots: the record itself, a variation of it, or the witness of a quantifier.
pub type Copy = usize;

/// The copy that stands for the record in question.
pub const MAIN: Copy = 0;

/// Says whether some other record of the kind makes the condition true, where that is known.
pub type Others<'a> = &'a dyn Fn(usize, &Cond) -> Option<bool>;

/// A set of conditions, the facts known so far, and a solver.
pub struct Problem<'a> {
    world: World<'a>,
    sat: Batsat,
    others: Option<Others<'a>>,
    copies: Vec<CopyOf>,
    cells: Vec<Cell>,
    /// Masks that tell values apart, and whether the slot is read at all, by frame.
    read: Vec<Vec<Reading>>,
    gates: HashMap<Vec<Lit>, Lit, Quick>,
    exists: Vec<Quantified<'a>>,
    /// Constraints in play, by frame.
    constraints: Vec<Vec<usize>>,
    compares: Vec<(Compare, Lit)>,
    by_compare: HashMap<Compare, Lit, Quick>,
    domains: Vec<Domain>,
    /// By date variable: is it compared with another one?
    linked: Vec<bool>,
    days: Vec<Day>,
    ignore_guard: Option<Slot>,
    asked: usize,
    /// Set where records are compared with twins of theirs.
    twins: Option<Twins>,
}

struct CopyOf {
    frame: usize,
    cells: Vec<Option<usize>>,
    known: Vec<Known>,
    /// Whose cells stand in for the slots that this copy shares.
    shares: Option<Shared>,
    /// The copy that this one is the twin of.
    twin_of: Option<Copy>,
    /// A variation's own slots, and the kinds whose other records may differ.
    varies: Option<(Vec<Slot>, Vec<usize>)>,
}

/// Which slots of a copy are those of another copy.
struct Shared {
    /// The copy with whose eyes guards are read.
    with: Copy,
    /// By slot: the other copy and its slot, `None` for slots of its own.
    slots: Vec<Option<(Copy, Slot)>>,
}

#[derive(Default, Clone)]
struct Reading {
    read: bool,
    masks: Vec<u64>,
    /// Bits of list editions in play.
    editions: u64,
    lists: Vec<usize>,
}

struct Cell {
    copy: Copy,
    slot: Slot,
    known: Known,
    applies: Option<Lit>,
    form: Form,
}

enum Form {
    /// Choices and list memberships: exactly one class holds.
    OneOf(Vec<(u64, Lit)>),
    /// Sets and places: any classes are present.
    Some(Vec<(u64, Lit)>),
    Number(BTreeMap<i64, Lit>),
    Date(usize, BTreeMap<Day, Lit>),
    Opaque,
}

#[derive(Clone, Copy)]
struct Quantified<'a> {
    kind: usize,
    cond: &'a Cond,
    within: Copy,
    holds: Lit,
    witness: Copy,
}

/// One valid set of answers.
#[derive(Debug, Clone)]
pub struct Model {
    /// By slot of the main copy; `None` where no condition in play reads the slot.
    pub facts: Vec<Option<Known>>,
    /// For every quantifier that holds: the kind and the record that makes it hold.
    pub others: Vec<(usize, Vec<Option<Known>>)>,
    /// Quantified conditions and whether they hold.
    pub exists: Vec<(usize, Cond, bool)>,
}

impl<'a> Problem<'a> {
    /// A problem about the conditions `conds` on a record of this kind, of which `known` is known. Conditions asked about later
    /// must be among `conds` or parts of them.
    pub fn new(world: World<'a>, kind: usize, known: &[Known], conds: &[&'a Cond]) -> Self {
        Self::with_others(world, kind, known, conds, None)
    }

    /// The same, where something is known of other records.
    pub fn with_others(
        world: World<'a>,
        kind: usize,
        known: &[Known],
        conds: &[&'a Cond],
        others: Option<Others<'a>>,
    ) -> Self {
        let mut made = Self {
            world,
            sat: Batsat::new(),
            others,
            copies: Vec::new(),
            cells: Vec::new(),
            read: vec![Vec::new(); world.frames.len()],
            gates: HashMap::default(),
            exists: Vec::new(),
            constraints: vec![Vec::new(); world.frames.len()],
            compares: Vec::new(),
            by_compare: HashMap::default(),
            domains: Vec::new(),
            linked: Vec::new(),
            days: Vec::new(),
            ignore_guard: None,
            asked: 0,
            twins: None,
        };
        made.copies.push(CopyOf {
            frame: kind,
            cells: vec![None; world.frames[kind].slots.len()],
            known: known.to_vec(),
            shares: None,
            twin_of: None,
            varies: None,
        });
        for cond in conds {
            made.scan(kind, cond);
        }
        loop {
            let before = made.constraints.iter().map(Vec::len).sum::<usize>();
            (0..world.frames.len())
                .filter(|f| !made.read[*f].is_empty())
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|f| made.scan_constraints(f));
            if made.constraints.iter().map(Vec::len).sum::<usize>() == before {
                break;
            }
        }
        made
    }

    /// The frame of the main copy.
    pub fn frame(&self) -> &'a Frame {
        &self.world.frames[self.copies[MAIN].frame]
    }

    /// Slots of the main copy that conditions in play read, guards and constraints included.
    pub fn slots_read(&self) -> impl Iterator<Item = Slot> {
        let read = &self.read[self.copies[MAIN].frame];
        read.iter().enumerate().filter(|(_, r)| r.read).filter_map(|(i, _)| Slot::try_from(i).ok())
    }

    /// Does the condition read one of these slots of the main copy, itself or in asking whether a field applies?
    pub fn reads(&self, cond: &Cond, slots: &[Slot]) -> bool {
        let frame = self.frame();
        let mut found = false;
        each_slot(cond, &mut |s| {
            found = found
                || slots.contains(&s)
                || frame.def(s).guard.as_ref().is_some_and(|guard| self.reads(guard, slots));
        });
        found || quantifies(cond)
    }

    /// Those of them that are not known exactly.
    pub fn slots_open(&self) -> Vec<Slot> {
        let known = &self.copies[MAIN].known;
        self.slots_read().filter(|s| !known[usize::from(*s)].is_exact()).collect()
    }

    /// Kinds of which it is open whether some record makes a condition in play true.
    pub fn kinds_open(&self) -> Vec<usize> {
        let mut kinds: Vec<usize> = self.exists.iter().filter(|q| q.within == MAIN).map(|q| q.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// Indices of the constraints in play on the main copy.
    pub fn constraints_read(&self) -> &[usize] {
        &self.constraints[self.copies[MAIN].frame]
    }

    // ---- what is in play -------------------------------------------------------------------------------------------

    fn reading(&mut self, frame: usize, slot: Slot) -> &mut Reading {
        let read = &mut self.read[frame];
        if read.is_empty() {
            read.resize(self.world.frames[frame].slots.len(), Reading::default());
        }
        &mut read[usize::from(slot)]
    }

    /// The frame and slot that own a slot of a witness: what it shares with the main record is the main record's.
    fn home(&self, frame: usize, slot: Slot) -> (usize, Slot) {
        let main = self.copies[MAIN].frame;
        if frame == main {
            return (frame, slot);
        }
        let def = self.world.frames[frame].def(slot);
        match def.owner {
            Owner::Record | Owner::Entity(_) => (frame, slot),
            Owner::Target | Owner::Person | Owner::Clock => {
                shared_slot(&self.world.frames[main], def.owner.clone(), &def.field)
                    .map_or((frame, slot), |s| (main, s))
            }
        }
    }

    fn scan(&mut self, frame: usize, cond: &'a Cond) {
        match cond {
            Cond::Const(_) => {}
            Cond::Not(c) => self.scan(frame, c),
            Cond::All(cs) | Cond::Any(cs) => cs.iter().for_each(|c| self.scan(frame, c)),
            Cond::Exists { kind, cond } => {
                if *kind < self.world.frames.len() {
                    self.scan(*kind, cond);
                }
            }
            Cond::Atom(atom) => {
                let (f, s) = self.home(frame, atom.slot());
                self.scan_slot(f, s);
                if let Some(other) = atom.other_slot() {
                    let (f, s) = self.home(frame, other);
                    self.scan_slot(f, s);
                }
                match *atom {
                    Atom::Choice { any_of: mask, .. }
                    | Atom::Includes { any_of: mask, .. }
                    | Atom::Only { none_but: mask, .. } => {
                        let masks = &mut self.reading(f, s).masks;
                        if !masks.contains(&mask) {
                            masks.push(mask);
                        }
                    }
                    Atom::Listed { list, .. } | Atom::SomePlace { list, .. } => {
                        let bits = self.editions(list);
                        let reading = self.reading(f, s);
                        reading.editions |= bits;
                        if !reading.lists.contains(&list) {
                            reading.lists.push(list);
                        }
                    }
                    Atom::Empty { .. } | Atom::AtLeast { .. } | Atom::OnOrAfter { .. } => {}
                }
            }
        }
    }

    fn scan_slot(&mut self, frame: usize, slot: Slot) {
        let reading = self.reading(frame, slot);
        if !std::mem::replace(&mut reading.read, true)
            && let Some(guard) = &self.world.frames[frame].slots[usize::from(slot)].guard
        {
            self.scan(frame, guard);
        }
    }

    /// Constraints matter where they read a slot that something else reads.
    fn scan_constraints(&mut self, frame: usize) {
        let all = &self.world.frames[frame].constraints;
        loop {
            let mut grown = false;
            for (i, constraint) in all.iter().enumerate() {
                if self.constraints[frame].contains(&i) {
                    continue;
                }
                let mut touched = false;
                each_slot(&constraint.holds, &mut |s| {
                    let (f, s) = self.home(frame, s);
                    touched |= self.read[f].get(usize::from(s)).is_some_and(|r| r.read);
                });
                if touched {
                    self.constraints[frame].push(i);
                    self.scan(frame, &constraint.holds);
                    grown = true;
                }
            }
            if !grown {
                return;
            }
        }
    }

    fn editions(&self, list: usize) -> u64 {
        self.world.lists.get(list).map_or(0, |l| l.editions.iter().fold(0, |bits, e| bits | e.bit))
    }

    // ---- gates -----------------------------------------------------------------------------------------------------

    /// A literal that holds if and only if all of these do.
    pub fn all(&mut self, mut lits: Vec<Lit>) -> Lit {
        lits.sort_unstable();
        lits.dedup();
        lits.retain(|l| *l != Lit::TRUE);
        // A literal and its negation are neighbours once sorted.
        if lits.contains(&Lit::FALSE) || lits.windows(2).any(|w| w[0] == !w[1]) {
            return Lit::FALSE;
        }
        match lits.as_slice() {
            [] => return Lit::TRUE,
            [one] => return *one,
            _ => {}
        }
        if let Some(gate) = self.gates.get(&lits) {
            return *gate;
        }
        let gate = self.sat.fresh();
        let mut long = Vec::with_capacity(lits.len() + 1);
        long.push(gate);
        for &l in &lits {
            self.sat.clause(&[!gate, l]);
            long.push(!l);
        }
        self.sat.clause(&long);
        self.gates.insert(lits, gate);
        gate
    }

    /// A literal that holds if and only if one of these does.
    pub fn any(&mut self, lits: impl IntoIterator<Item = Lit>) -> Lit {
        !self.all(lits.into_iter().map(|l| !l).collect())
    }

    /// Asserts that one of these holds, for good.
    pub fn assert_any(&mut self, lits: &[Lit]) {
        self.sat.clause(lits);
    }

    /// A new, free boolean.
    pub fn free(&mut self) -> Lit {
        self.sat.fresh()
    }

    // ---- copies ----------------------------------------------------------------------------------------------------

    /// A copy of the main record that may differ from it in these slots, and in other records of these kinds, and in
    /// nothing else.
    pub fn vary(&mut self, slots: &[Slot], kinds: &[usize]) -> Copy {
        let main = &self.copies[MAIN];
        let shared = (0..main.cells.len())
            .map(|i| Slot::try_from(i).ok().filter(|s| !slots.contains(s)).map(|s| (MAIN, s)))
            .collect();
        let copy = CopyOf {
            frame: main.frame,
            cells: vec![None; main.cells.len()],
            known: main.known.clone(),
            shares: Some(Shared { with: MAIN, slots: shared }),
            twin_of: None,
            varies: Some((slots.to_vec(), kinds.to_vec())),
        };
        self.copies.push(copy);
        self.copies.len() - 1
    }

    fn witness(&mut self, kind: usize, within: Copy) -> Copy {
        let frame = &self.world.frames[kind];
        let main = &self.world.frames[self.copies[within].frame];
        let slots = frame
            .slots
            .iter()
            .map(|def| match def.owner {
                Owner::Record | Owner::Entity(_) => None,
                Owner::Target | Owner::Person | Owner::Clock => {
                    shared_slot(main, def.owner.clone(), &def.field).map(|s| (within, s))
                }
            })
            .collect();
        self.copies.push(CopyOf {
            frame: kind,
            cells: vec![None; frame.slots.len()],
            known: frame.blank(),
            shares: Some(Shared { with: within, slots }),
            twin_of: None,
            varies: None,
        });
        self.copies.len() - 1
    }

    /// The classes of values of a copy's choice, yes-no or set that conditions can tell apart, each with the literal that says it
    /// is chosen or present. `None` for fields of other types.
    pub fn classes(&mut self, copy: Copy, slot: Slot) -> Option<Vec<(u64, Lit)>> {
        let cell = self.cell(copy, slot);
        match (&self.cells[cell].form, self.cells[cell].known) {
            (Form::OneOf(classes), Known::Choice(_)) | (Form::Some(classes), Known::Set { .. }) => {
                Some(classes.clone())
            }
            _ => None,
        }
    }

    /// The constraints in play, for a copy, as one literal per constraint.
    pub fn valid(&mut self, copy: Copy) -> Vec<(usize, Lit)> {
        let frame = self.copies[copy].frame;
        let indices = self.constraints[frame].clone();
        let constraints = &self.world.frames[frame].constraints;
        indices
            .into_iter()
            .map(|i| {
                let holds = &constraints[i].holds;
                let mut slots = Vec::new();
                each_slot(holds, &mut |s| {
                    if !slots.contains(&s) {
                        slots.push(s);
                    }
                });
                // A constraint says nothing about fields that do not apply.
                let mut parts: Vec<Lit> = slots.into_iter().map(|s| !self.applies(copy, s)).collect();
                parts.push(self.lit(copy, holds));
                (i, self.any(parts))
            })
            .collect()
    }

    /// Asserts the constraints in play for a copy.
    pub fn assert_valid(&mut self, copy: Copy) {
        for (_, holds) in self.valid(copy) {
            self.sat.clause(&[holds]);
        }
    }

    // ---- cells -----------------------------------------------------------------------------------------------------

    fn cell(&mut self, copy: Copy, slot: Slot) -> usize {
        let at = usize::from(slot);
        if let Some(cell) = self.copies[copy].cells[at] {
            return cell;
        }
        let shared = self.copies[copy].shares.as_ref().and_then(|s| s.slots[at]);
        let cell = match shared {
            Some((with, slot)) => self.cell(with, slot),
            None => {
                let known = self.copies[copy].known[at];
                let form = self.form(copy, slot, known);
                self.cells.push(Cell { copy, slot, known, applies: None, form });
                self.cells.len() - 1
            }
        };
        self.copies[copy].cells[at] = Some(cell);
        cell
    }

    fn form(&mut self, copy: Copy, slot: Slot, known: Known) -> Form {
        let frame = self.copies[copy].frame;
        let (f, s) = self.home(frame, slot);
        let reading = self.reading(f, s).clone();
        let ty = &self.world.frames[frame].def(slot).ty;
        match (ty, known) {
            (FieldType::YesNo | FieldType::Choice(_), Known::Choice(mask)) => {
                let groups = groups(mask, &reading.masks);
                Form::OneOf(self.one_of(groups))
            }
            (FieldType::Set(_), Known::Set { has, may }) => {
                let all = self.world.frames[frame].def(slot).all_bits();
                let classes = groups(all, &reading.masks)
                    .into_iter()
                    .map(|class| {
                        let lit = match () {
                            () if has & class != 0 => Lit::TRUE,
                            () if may & class == 0 => Lit::FALSE,
                            () => self.sat.fresh(),
                        };
                        (class, lit)
                    })
                    .collect();
                Form::Some(classes)
            }
            (FieldType::Country | FieldType::Entity, Known::Listed { on, may }) => {
                let mut patterns = self.patterns(&reading);
                patterns.retain(|p| (on & reading.editions) & !p == 0 && p & !may == 0);
                if patterns.is_empty() {
                    // Facts that no single entry explains (two entries share a name) are still facts.
                    patterns = self.patterns(&reading).into_iter().map(|p| (p | on) & may & reading.editions).collect();
                    patterns.sort_unstable();
                    patterns.dedup();
                }
                Form::OneOf(self.one_of(patterns))
            }
            (FieldType::Places, Known::Places { on, may_on, off, may_off }) => {
                let classes: Vec<(u64, Lit)> =
                    self.patterns(&reading).into_iter().map(|p| (p, self.sat.fresh())).collect();
                for bit in bits(reading.editions) {
                    let (ins, outs): (Vec<_>, Vec<_>) = classes.iter().partition(|(p, _)| p & bit != 0);
                    for (group, has, may) in
                        [(ins, on & bit != 0, may_on & bit != 0), (outs, off & bit != 0, may_off & bit != 0)]
                    {
                        if has {
                            self.sat.clause(&group.iter().map(|(_, l)| *l).collect::<Vec<_>>());
                        }
                        if !may {
                            group.iter().for_each(|(_, l)| self.sat.clause(&[!*l]));
                        }
                    }
                }
                Form::Some(classes)
            }
            (FieldType::Money | FieldType::Number, Known::Range { .. }) => Form::Number(BTreeMap::new()),
            (FieldType::Date(_), Known::Range { lo, hi }) => {
                self.domains.push(Domain::of(lo, hi));
                self.linked.push(false);
                Form::Date(self.domains.len() - 1, BTreeMap::new())
            }
            _ => Form::Opaque,
        }
    }

    /// The combinations of editions that a country or organisation can stand on, the empty one first.
    fn patterns(&self, reading: &Reading) -> Vec<u64> {
        let mut found = [vec![0u64], vec![0u64]];
        for (side, entities) in [(0, false), (1, true)] {
            let mut by_name: BTreeMap<&str, u64> = BTreeMap::new();
            for list in
                reading.lists.iter().filter_map(|l| self.world.lists.get(*l)).filter(|l| l.of_entities == entities)
            {
                for edition in &list.editions {
                    for entry in &edition.entries {
                        let name =
                            if entities { entry.names.first().map_or("", String::as_str) } else { &entry.country };
                        *by_name.entry(name).or_default() |= edition.bit;
                    }
                }
            }
            found[side].extend(by_name.into_values());
            found[side].sort_unstable();
            found[side].dedup();
        }
        let mut all: Vec<u64> = found[0].iter().flat_map(|a| found[1].iter().map(move |b| a | b)).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    fn one_of(&mut self, groups: Vec<u64>) -> Vec<(u64, Lit)> {
        match groups.as_slice() {
            [one] => vec![(*one, Lit::TRUE)],
            // The first is preferred: fresh variables are false unless something needs them.
            [first, second] => {
                let lit = self.sat.fresh();
                vec![(*first, !lit), (*second, lit)]
            }
            _ => {
                let classes: Vec<(u64, Lit)> = groups.into_iter().map(|g| (g, self.sat.fresh())).collect();
                self.sat.clause(&classes.iter().map(|(_, l)| *l).collect::<Vec<_>>());
                for (i, (_, a)) in classes.iter().enumerate() {
                    for (_, b) in &classes[i + 1..] {
                        self.sat.clause(&[!*a, !*b]);
                    }
                }
                classes
            }
        }
    }

    /// A literal that says whether the field applies at all.
    pub fn applies(&mut self, copy: Copy, slot: Slot) -> Lit {
        let cell = self.cell(copy, slot);
        let Cell { copy: owner, slot, applies, .. } = self.cells[cell];
        if copy == owner
            && let Some(lit) = applies
        {
            return lit;
        }
        let guard = &self.world.frames[self.copies[owner].frame].slots[usize::from(slot)].guard;
        let lit = match guard {
            None => Lit::TRUE,
            // The guard is read with this copy's eyes: a variation may differ in the guard's slots only.
            Some(guard) => {
                let mut reader = copy;
                while self.copies[reader].frame != self.copies[owner].frame
                    && let Some(shares) = &self.copies[reader].shares
                {
                    reader = shares.with;
                }
                self.lit(reader, guard)
            }
        };
        if copy == owner {
            self.cells[cell].applies = Some(lit);
        }
        lit
    }

    // ---- answers ---------------------------------------------------------------------------------------------------

    /// Is there a valid set of answers in which all of these hold?
    pub fn solve(&mut self, assumptions: &[Lit]) -> bool {
        if assumptions.contains(&Lit::FALSE) {
            return false;
        }
        loop {
            self.asked += 1;
            if !self.sat.solve(assumptions) {
                return false;
            }
            let mut holds = Vec::new();
            let mut lits = Vec::new();
            for &(compare, lit) in &self.compares {
                // Comparisons with days alone are settled by their chains.
                if self.linked[compare.x] {
                    let value = self.sat.value(lit);
                    holds.push((compare, value));
                    lits.push(if value { !lit } else { lit });
                }
            }
            if holds.is_empty() {
                self.days.clear();
                return true;
            }
            match dates::solve(&self.domains, &holds) {
                Ok(days) => {
                    self.days = days;
                    return true;
                }
                Err(clash) => {
                    let clause: Vec<Lit> = clash.into_iter().map(|i| lits[i]).collect();
                    self.sat.clause(&clause);
                }
            }
        }
    }

    /// How often the solver has been asked so far, questions that dates sent back included: a measure of work that is the same on
    /// every machine.
    pub fn asked(&self) -> usize {
        self.asked
    }

    /// The assumptions that clashed when `solve` last failed.
    pub fn clash(&mut self) -> Vec<Lit> {
        self.sat.clash()
    }

    /// The literal's value in the answer found last.
    pub fn value(&self, lit: Lit) -> bool {
        self.sat.value(lit)
    }

    /// The answer found last.
    pub fn model(&self) -> Model {
        let exists: Vec<&Quantified<'_>> = self.exists.iter().filter(|q| q.within == MAIN).collect();
        Model {
            facts: self.facts(MAIN),
            others: exists.iter().filter(|q| self.value(q.holds)).map(|q| (q.kind, self.facts(q.witness))).collect(),
            exists: exists.iter().map(|q| (q.kind, q.cond.clone(), self.value(q.holds))).collect(),
        }
    }

    fn facts(&self, copy: Copy) -> Vec<Option<Known>> {
        self.copies[copy].cells.iter().map(|cell| cell.map(|c| self.fact(c))).collect()
    }

    fn fact(&self, cell: usize) -> Known {
        let Cell { known, form, .. } = &self.cells[cell];
        match (form, *known) {
            (Form::OneOf(classes), Known::Choice(mask)) => {
                let class = classes.iter().find(|(_, l)| self.value(*l)).map_or(mask, |(class, _)| *class);
                Known::Choice(first_bit(class & mask))
            }
            (Form::OneOf(classes), Known::Listed { on, may }) => {
                let pattern = classes.iter().find(|(_, l)| self.value(*l)).map_or(on, |(pattern, _)| *pattern);
                let all = classes.iter().fold(0, |all, (p, _)| all | p);
                // Editions that no condition reads are left out, unless they are known.
                let is = pattern | (on & !all & may);
                Known::Listed { on: is, may: is }
            }
            (Form::Some(classes), Known::Set { has, may }) => {
                let mut is = has;
                for (class, lit) in classes {
                    if self.value(*lit) && has & class == 0 {
                        is |= first_bit(class & may);
                    }
                }
                Known::Set { has: is, may: is }
            }
            (Form::Some(classes), Known::Places { .. }) => {
                let all = classes.iter().fold(0, |all, (p, _)| all | p);
                let (mut on, mut off) = (0, 0);
                for (pattern, _) in classes.iter().filter(|(_, l)| self.value(*l)) {
                    on |= pattern;
                    off |= all & !pattern;
                }
                Known::Places { on, may_on: on, off, may_off: off }
            }
            (Form::Number(chain), Known::Range { lo, hi }) => {
                let at = chain
                    .iter()
                    .filter(|(_, l)| self.value(**l))
                    .map(|(n, _)| *n)
                    .next_back()
                    .unwrap_or(lo)
                    .max(lo)
                    .min(hi);
                Known::Range { lo: at, hi: at }
            }
            (Form::Date(x, chain), Known::Range { .. }) => {
                let day = match self.days.get(*x) {
                    Some(day) if self.linked[*x] => *day,
                    _ => chain
                        .iter()
                        .filter(|(_, l)| self.value(**l))
                        .map(|(d, _)| *d)
                        .next_back()
                        .unwrap_or(self.domains[*x].lo),
                };
                Known::Range { lo: day, hi: day }
            }
            (_, known) => known,
        }
    }
}

/// Calls `visit` for every slot that a condition reads outside quantifiers.
pub fn each_slot(cond: &Cond, visit: &mut dyn FnMut(Slot)) {
    cond.atoms(&mut |atom| {
        visit(atom.slot());
        if let Some(other) = atom.other_slot() {
            visit(other);
        }
    });
}

fn shared_slot(frame: &Frame, owner: Owner, field: &str) -> Option<Slot> {
    let at = frame.slots.iter().position(|def| def.owner == owner && def.field == field)?;
    Slot::try_from(at).ok()
}

/// Does the condition look at other records?
fn quantifies(cond: &Cond) -> bool {
    let mut any = false;
    cond.kinds(&mut |_| any = true);
    any
}

/// A quick hash for small keys that nobody outside chooses.
#[derive(Default)]
struct Mix(u64);

type Quick = std::hash::BuildHasherDefault<Mix>;

impl std::hash::Hasher for Mix {
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }

    fn write(&mut self, bytes: &[u8]) {
        for chunk in bytes.chunks(8) {
            let mut word = [0; 8];
            word[..chunk.len()].copy_from_slice(chunk);
            self.write_u64(u64::from_le_bytes(word));
        }
    }

    fn write_u32(&mut self, n: u32) {
        self.write_u64(u64::from(n));
    }

    fn write_u64(&mut self, n: u64) {
        self.0 = (self.0.rotate_left(5) ^ n).wrapping_mul(0x517c_c1b7_2722_0a95);
    }

    fn write_usize(&mut self, n: usize) {
        self.write_u64(n as u64);
    }
}

fn neighbours(chain: &BTreeMap<i64, Lit>, at: i64) -> (Option<Lit>, Option<Lit>) {
    (chain.range(..at).next_back().map(|(_, l)| *l), chain.range(at..).next().map(|(_, l)| *l))
}

fn bits(mask: u64) -> impl Iterator<Item = u64> {
    (0..64).map(|i| 1u64 << i).filter(move |b| mask & b != 0)
}

fn first_bit(mask: u64) -> u64 {
    mask & mask.wrapping_neg()
}

/// Splits the values of `all` into the classes that `masks` can tell apart, in order of their first value.
fn groups(all: u64, masks: &[u64]) -> Vec<u64> {
    let mut classes: Vec<u64> = if all == 0 { Vec::new() } else { vec![all] };
    for mask in masks {
        let mut next = Vec::with_capacity(classes.len() + 1);
        for class in classes {
            next.extend([class & mask, class & !mask].into_iter().filter(|c| *c != 0));
        }
        classes = next;
    }
    classes.sort_unstable_by_key(|c| c.trailing_zeros());
    classes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_grouped_by_what_masks_tell_apart() {
        assert_eq!(groups(0b1111, &[0b0011, 0b0110]), [0b0001, 0b0010, 0b0100, 0b1000]);
        assert_eq!(groups(0b1111, &[0b0110]), [0b1001, 0b0110]);
        assert_eq!(groups(0b1110, &[]), [0b1110]);
        assert!(groups(0, &[1]).is_empty());
    }
}

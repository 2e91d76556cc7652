//! Twins: a second copy of everything that may differ from the first in some kinds of facts only, and in nothing else.
//!
//! A record and its twin are the two records of a proof that such facts change nothing. Every other record that a quantifier
//! finds has a twin too, so that the two worlds hold the same records but for those facts. Ask about the main record first and
//! about its twin after: what is asked of a twin is tied to what has been asked of the main record.

use super::*;
use crate::condition::SlotDef;

/// What is kept about twins.
pub(super) struct Twins {
    /// The facts in which twins may differ.
    may: fn(&SlotDef) -> bool,
    /// The main record's twin.
    main: Copy,
    /// What nobody can say, because a list has no edition yet, is the same of both twins.
    unsaid: HashMap<(Copy, Atom), Lit>,
}

/// Two records, or two sides of one, by slot; `None` where no condition in play reads the slot.
pub type Pair = (Vec<Option<Known>>, Vec<Option<Known>>);

impl<'a> Problem<'a> {
    /// The main record's twin, which may differ from it in these facts, as may all other records from theirs. One per problem,
    /// made before anything is asked.
    pub fn twin(&mut self, may: fn(&SlotDef) -> bool) -> Copy {
        let main = self.twin_of(MAIN, MAIN, may);
        self.twins = Some(Twins { may, main, unsaid: HashMap::new() });
        main
    }

    /// Every record that has a twin, with it: first the one that belongs to the main record's world.
    pub fn pairs(&self) -> Vec<(Copy, Copy)> {
        let of = |(twin, copy): (Copy, &CopyOf)| Some((copy.twin_of?, twin));
        let pairs = self.copies.iter().enumerate().filter_map(of);
        pairs.map(|(a, b)| if self.is_here(a) { (a, b) } else { (b, a) }).collect()
    }

    /// The slots of a copy in which it may differ from its twin and that conditions in play read.
    pub fn swapped(&self, copy: Copy) -> Vec<Slot> {
        let Some(twins) = &self.twins else { return Vec::new() };
        let frame = self.copies[copy].frame;
        let slots = self.world.frames[frame].slots.iter().enumerate();
        slots
            .filter(|(_, def)| (twins.may)(def))
            .filter_map(|(i, _)| Slot::try_from(i).ok())
            .filter(|s| {
                let (f, s) = self.home(frame, *s);
                self.read[f].get(usize::from(s)).is_some_and(|r| r.read)
            })
            .collect()
    }

    /// The combinations of editions that a country, organisation or set of places can stand on, each with the literal that says
    /// so, and whether exactly one holds.
    pub fn standings(&mut self, copy: Copy, slot: Slot) -> (Vec<(u64, Lit)>, bool) {
        let cell = self.cell(copy, slot);
        match (&self.cells[cell].form, self.cells[cell].known) {
            (Form::OneOf(classes), Known::Listed { .. }) => (classes.clone(), true),
            (Form::Some(classes), Known::Places { .. }) => (classes.clone(), false),
            _ => (Vec::new(), true),
        }
    }

    /// The answer found last, as the two worlds: the main record with its twin, and every other record that a quantifier found,
    /// with its kind.
    pub fn worlds(&self) -> (Pair, Vec<(usize, Pair)>) {
        let main = self.twins.as_ref().map_or(MAIN, |t| t.main);
        let mut others = Vec::new();
        for q in self.exists.iter().filter(|q| self.value(q.holds)) {
            let (own, other) = (self.facts(q.witness), self.facts(self.other_twin(q.witness).unwrap_or(q.witness)));
            others.push((q.kind, if q.within == MAIN { (own, other) } else { (other, own) }));
        }
        ((self.facts(MAIN), self.facts(main)), others)
    }

    /// Does a condition on another record read facts in which twins may differ?
    pub(super) fn reads_swapped(&self, kind: usize, cond: &Cond) -> bool {
        let Some(twins) = &self.twins else { return false };
        let frame = &self.world.frames[kind];
        let mut reads = false;
        each_slot(cond, &mut |slot| {
            let def = frame.def(slot);
            reads = reads || (twins.may)(def) || def.guard.as_ref().is_some_and(|g| self.reads_swapped(kind, g));
        });
        reads
    }

    /// Ties a quantifier just made to those of the other world: its witness has a twin there, and theirs have twins here.
    pub(super) fn pair_records(&mut self, made: usize) {
        let Some(twins) = &self.twins else { return };
        let (may, main) = (twins.may, twins.main);
        let Quantified { kind, cond, within, holds, witness } = self.exists[made];
        if within != main {
            return;
        }
        self.tie(witness, holds, MAIN, may);
        for i in 0..made {
            let Quantified { kind: k, cond: theirs, within, holds: they_hold, witness: they } = self.exists[i];
            if k != kind || within != MAIN {
                continue;
            }
            let here = self.tie(they, they_hold, main, may);
            let lit = self.lit(here, cond);
            self.sat.clause(&[!they_hold, holds, !lit]);
            let there = self.tie(witness, holds, MAIN, may);
            let lit = self.lit(there, theirs);
            self.sat.clause(&[!holds, they_hold, !lit]);
        }
    }

    /// The twin of a record, in the world of `within`; valid wherever the record is there.
    fn tie(&mut self, of: Copy, holds: Lit, within: Copy, may: fn(&SlotDef) -> bool) -> Copy {
        if let Some(twin) = self.other_twin(of) {
            return twin;
        }
        let twin = self.twin_of(of, within, may);
        for (_, valid) in self.valid(twin) {
            self.sat.clause(&[!holds, valid]);
        }
        twin
    }

    fn twin_of(&mut self, of: Copy, within: Copy, may: fn(&SlotDef) -> bool) -> Copy {
        let CopyOf { frame, known, .. } = &self.copies[of];
        let (frame, known) = (*frame, known.clone());
        // What surrounds a record belongs to its world: the twin shares it with the main record there.
        let main = &self.world.frames[self.copies[within].frame];
        let slots = (0..)
            .zip(&self.world.frames[frame].slots)
            .map(|(slot, def)| match def.owner {
                Owner::Target | Owner::Person | Owner::Clock if of != MAIN => {
                    shared_slot(main, def.owner.clone(), &def.field).map(|s| (within, s))
                }
                _ => (!may(def)).then_some((of, slot)),
            })
            .collect();
        let cells = vec![None; known.len()];
        let shares = Some(Shared { with: within, slots });
        self.copies.push(CopyOf { frame, cells, known, shares, twin_of: Some(of), varies: None });
        self.copies.len() - 1
    }

    fn other_twin(&self, of: Copy) -> Option<Copy> {
        self.copies.iter().position(|c| c.twin_of == Some(of))
    }

    /// Does the copy belong to the main record's world?
    fn is_here(&self, copy: Copy) -> bool {
        let main = self.twins.as_ref().map(|t| t.main);
        copy == MAIN || (Some(copy) != main && self.copies[copy].shares.as_ref().is_none_or(|s| s.with == MAIN))
    }

    /// A literal for what a list that has no edition yet would say.
    pub(super) fn unsaid(&mut self, copy: Copy, said: &Atom) -> Lit {
        let of = self.copies[copy].twin_of.unwrap_or(copy);
        match &mut self.twins {
            Some(twins) => *twins.unsaid.entry((of, said.clone())).or_insert_with(|| self.sat.fresh()),
            None => self.sat.fresh(),
        }
    }
}

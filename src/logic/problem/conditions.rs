//! Conditions as literals: what each comparison means over the cells of its slot.

use super::*;

impl<'a> Problem<'a> {
    /// A literal that holds if and only if the condition is true of this copy.
    pub fn lit(&mut self, copy: Copy, cond: &'a Cond) -> Lit {
        match cond {
            Cond::Const(b) => {
                if *b {
                    Lit::TRUE
                } else {
                    Lit::FALSE
                }
            }
            Cond::Atom(atom) => self.atom(copy, atom),
            Cond::Not(c) => !self.lit(copy, c),
            Cond::All(cs) => {
                let mut lits = Vec::with_capacity(cs.len());
                for c in cs {
                    let lit = self.lit(copy, c);
                    if lit == Lit::FALSE {
                        return Lit::FALSE;
                    }
                    lits.push(lit);
                }
                self.all(lits)
            }
            Cond::Any(cs) => {
                let mut lits = Vec::with_capacity(cs.len());
                for c in cs {
                    let lit = self.lit(copy, c);
                    if lit == Lit::TRUE {
                        return Lit::TRUE;
                    }
                    lits.push(lit);
                }
                self.any(lits)
            }
            Cond::Exists { kind, cond } => self.some_record(copy, *kind, cond),
        }
    }

    /// The condition, read as if this field applied always.
    pub fn lit_ignoring_guard(&mut self, cond: &'a Cond, slot: Slot) -> Lit {
        self.ignore_guard = Some(slot);
        let lit = self.lit(MAIN, cond);
        self.ignore_guard = None;
        lit
    }

    fn some_record(&mut self, copy: Copy, kind: usize, cond: &'a Cond) -> Lit {
        if kind >= self.world.frames.len() {
            return Lit::FALSE;
        }
        if let Some(known) = self.others.and_then(|others| others(kind, cond)) {
            return if known { Lit::TRUE } else { Lit::FALSE };
        }
        if let Some((slots, kinds)) = &self.copies[copy].varies
            && !kinds.contains(&kind)
            && !self.reads_shared(kind, cond, slots)
        {
            return self.some_record(MAIN, kind, cond);
        }
        if self.copies[copy].twin_of == Some(MAIN) && !self.reads_swapped(kind, cond) {
            return self.some_record(MAIN, kind, cond);
        }
        if let Some(q) = self.exists.iter().find(|q| q.kind == kind && q.within == copy && q.cond == cond) {
            return q.holds;
        }
        let witness = self.witness(kind, copy);
        let holds = self.sat.fresh();
        let mine = self.lit(witness, cond);
        self.sat.clause(&[!holds, mine]);
        for (_, valid) in self.valid(witness) {
            self.sat.clause(&[!holds, valid]);
        }
        // The record in question is one of its kind.
        if self.copies[copy].frame == kind {
            let here = self.lit(copy, cond);
            self.sat.clause(&[holds, !here]);
        }
        // What holds of no record does not hold of the records that other quantifiers found.
        for i in 0..self.exists.len() {
            let q = &self.exists[i];
            if q.kind != kind || q.within != copy {
                continue;
            }
            let (theirs, their_witness, their_cond) = (q.holds, q.witness, q.cond);
            let here = self.lit(their_witness, cond);
            self.sat.clause(&[holds, !theirs, !here]);
            let there = self.lit(witness, their_cond);
            self.sat.clause(&[theirs, !holds, !there]);
        }
        self.exists.push(Quantified { kind, cond, within: copy, holds, witness });
        self.pair_records(self.exists.len() - 1);
        holds
    }

    /// Does a condition on another record read one of these slots of the main one?
    fn reads_shared(&self, kind: usize, cond: &Cond, slots: &[Slot]) -> bool {
        let main = &self.world.frames[self.copies[MAIN].frame];
        let mut reads = false;
        each_slot(cond, &mut |slot| {
            let def = self.world.frames[kind].def(slot);
            if !matches!(def.owner, Owner::Record | Owner::Entity(_)) {
                reads |= shared_slot(main, def.owner.clone(), &def.field).is_some_and(|s| slots.contains(&s));
            }
        });
        reads
    }

    fn atom(&mut self, copy: Copy, atom: &Atom) -> Lit {
        let slot = atom.slot();
        let applies =
            if self.ignore_guard == Some(slot) && copy == MAIN { Lit::TRUE } else { self.applies(copy, slot) };
        if applies == Lit::FALSE {
            return Lit::FALSE;
        }
        let mut parts = vec![applies];
        if let Some(other) = atom.other_slot() {
            parts.push(self.applies(copy, other));
        }
        let cell = self.cell(copy, slot);
        parts.push(match *atom {
            Atom::Choice { any_of, .. } => self.one_among(cell, any_of),
            Atom::Includes { any_of, .. } => {
                let lits = self.present(cell, |class| class & any_of != 0);
                self.any(lits)
            }
            Atom::Only { none_but, .. } => {
                let inside = self.present(cell, |class| class & none_but != 0);
                let inside = self.any(inside);
                let mut all: Vec<Lit> =
                    self.present(cell, |class| class & none_but == 0).into_iter().map(|l| !l).collect();
                all.push(inside);
                self.all(all)
            }
            Atom::Empty { .. } => {
                let lits = self.present(cell, |_| true);
                !self.any(lits)
            }
            Atom::AtLeast { hundredths, .. } => self.at_least(cell, hundredths),
            Atom::OnOrAfter { point, .. } => self.on_or_after(copy, cell, point),
            Atom::Listed { .. } => self.in_edition(copy, atom, |p, bit| p.one_among(cell, bit)),
            Atom::SomePlace { outside, .. } => self.in_edition(copy, atom, |p, bit| {
                let lits = p.present(cell, |class| (class & bit == 0) == outside);
                p.any(lits)
            }),
        });
        self.all(parts)
    }

    fn one_among(&mut self, cell: usize, any_of: u64) -> Lit {
        let Form::OneOf(classes) = &self.cells[cell].form else { return Lit::FALSE };
        let (inside, outside): (Vec<_>, Vec<_>) = classes.iter().partition(|(class, _)| class & any_of != 0);
        let lits = |part: Vec<(u64, Lit)>| part.into_iter().map(|(_, l)| l).collect::<Vec<_>>();
        // Exactly one holds, so the shorter side says it all, and complements share one gate.
        if outside.is_empty() {
            Lit::TRUE
        } else if inside.len() <= outside.len() {
            self.any(lits(inside))
        } else {
            !self.any(lits(outside))
        }
    }

    fn present(&self, cell: usize, wanted: impl Fn(u64) -> bool) -> Vec<Lit> {
        match &self.cells[cell].form {
            Form::Some(classes) => classes.iter().filter(|(class, _)| wanted(*class)).map(|(_, l)| *l).collect(),
            _ => Vec::new(),
        }
    }

    fn at_least(&mut self, cell: usize, hundredths: i64) -> Lit {
        let (Known::Range { lo, hi }, Form::Number(chain)) = (self.cells[cell].known, &self.cells[cell].form) else {
            return Lit::FALSE;
        };
        if hundredths <= lo {
            return Lit::TRUE;
        }
        if hundredths > hi {
            return Lit::FALSE;
        }
        if let Some(lit) = chain.get(&hundredths) {
            return *lit;
        }
        let (below, above) = neighbours(chain, hundredths);
        let lit = self.sat.fresh();
        self.chain(lit, below, above);
        if let Form::Number(chain) = &mut self.cells[cell].form {
            chain.insert(hundredths, lit);
        }
        lit
    }

    /// Reaching a threshold means reaching every lower one.
    fn chain(&mut self, lit: Lit, below: Option<Lit>, above: Option<Lit>) {
        if let Some(below) = below {
            self.sat.clause(&[!lit, below]);
        }
        if let Some(above) = above {
            self.sat.clause(&[!above, lit]);
        }
    }

    fn on_or_after(&mut self, copy: Copy, cell: usize, point: Point) -> Lit {
        let Form::Date(x, _) = self.cells[cell].form else { return Lit::FALSE };
        match point.anchor {
            Anchor::Day(day) => self.reached(cell, point.at(day)),
            Anchor::Slot(slot) => {
                let other = self.cell(copy, slot);
                let Form::Date(y, _) = self.cells[other].form else { return Lit::FALSE };
                let (dx, dy) = (self.domains[x], self.domains[y]);
                let Point { months, days, next_day, .. } = point;
                if dy.lo == dy.top() {
                    return self.reached(cell, point.at(dy.lo));
                }
                if dx.lo == dx.top() {
                    // v >= f(y) says that y stays below the first day that f takes past v.
                    return !self.reached(other, dates::least_beyond(dx.lo, months, days, next_day));
                }
                if dx.lo >= point.at(dy.top()) {
                    return Lit::TRUE;
                }
                if dx.top() < point.at(dy.lo) {
                    return Lit::FALSE;
                }
                self.compare(Compare { x, side: Side::Var { var: y, months, days, next_day } })
            }
        }
    }

    /// The date in this cell is on or after the day.
    pub(super) fn reached(&mut self, cell: usize, day: Day) -> Lit {
        let Form::Date(x, chain) = &self.cells[cell].form else { return Lit::FALSE };
        let (x, domain) = (*x, self.domains[*x]);
        if day <= domain.lo {
            return Lit::TRUE;
        }
        // Days that the variable cannot take are as good as the next one it can.
        let Some(day) = domain.at_least(day) else { return Lit::FALSE };
        if let Some(lit) = chain.get(&day) {
            return *lit;
        }
        let (below, above) = neighbours(chain, day);
        let lit = self.sat.fresh();
        self.chain(lit, below, above);
        self.compares.push((Compare { x, side: Side::Day(day) }, lit));
        if let Form::Date(_, chain) = &mut self.cells[cell].form {
            chain.insert(day, lit);
        }
        lit
    }

    fn compare(&mut self, compare: Compare) -> Lit {
        if let Some(lit) = self.by_compare.get(&compare) {
            return *lit;
        }
        let lit = self.sat.fresh();
        if let Side::Var { var, months, days, next_day } = compare.side {
            self.linked[compare.x] = true;
            self.linked[var] = true;
            for i in 0..self.compares.len() {
                let (other, theirs) = self.compares[i];
                let Side::Var { var: v, months: m, days: d, next_day: n } = other.side else { continue };
                if other.x == compare.x && v == var {
                    // A longer move reaches a later day, whatever it starts from.
                    if months <= m && days <= d && next_day <= n {
                        self.sat.clause(&[!theirs, lit]);
                    } else if months >= m && days >= d && next_day >= n {
                        self.sat.clause(&[!lit, theirs]);
                    }
                } else if other.x == var && v == compare.x && (months, days, m, d) == (0, 0, 0, 0) && !(next_day && n) {
                    self.sat.clause(&[lit, theirs]);
                }
            }
        }
        self.compares.push((compare, lit));
        self.by_compare.insert(compare, lit);
        lit
    }

    fn in_edition(&mut self, copy: Copy, said: &Atom, on: impl Fn(&mut Self, u64) -> Lit) -> Lit {
        let (Atom::Listed { list, clock, .. } | Atom::SomePlace { list, clock, .. }) = *said else { return Lit::FALSE };
        let Some(list) = self.world.lists.get(list) else { return Lit::FALSE };
        let clock = self.cell(copy, clock);
        let mut ways = Vec::new();
        for (i, edition) in list.editions.iter().enumerate() {
            let from = self.reached(clock, calendar::day(edition.from));
            let until = match list.editions.get(i + 1) {
                Some(next) => self.reached(clock, calendar::day(next.from)),
                None => Lit::FALSE,
            };
            let current = self.all(vec![from, !until]);
            if current != Lit::FALSE {
                let listed = on(self, edition.bit);
                ways.push(self.all(vec![current, listed]));
            }
        }
        // Before the first edition nobody can say: the proofs let it go either way.
        let known = list.editions.first().map_or(Lit::FALSE, |e| self.reached(clock, calendar::day(e.from)));
        if known != Lit::TRUE {
            let either = self.unsaid(copy, said);
            ways.push(self.all(vec![!known, either]));
        }
        self.any(ways)
    }
}

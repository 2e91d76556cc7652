//! The plainest valid answers: those a person would think of first.

use super::*;

impl Problem<'_> {
    /// The plainest valid answers in which the assumptions hold: slot by slot, the first value that still works. Dates are
    /// tried in the order of `dates`, then those the conditions turn on. `None` if there are none.
    pub fn plainest(&mut self, assumptions: &[Lit], dates: &[Day]) -> Option<Model> {
        if !self.solve(assumptions) {
            return None;
        }
        let mut fixed = assumptions.to_vec();
        let mut cells: Vec<usize> = self.copies[MAIN].cells.iter().flatten().copied().collect();
        // Clocks first: what is near a date depends on them.
        cells.sort_by_key(|&c| {
            let owner = &self.world.frames[self.copies[self.cells[c].copy].frame].def(self.cells[c].slot).owner;
            (*owner != Owner::Clock, c)
        });
        for copy in 1..self.copies.len() {
            let own = self.copies[copy].cells.iter().flatten().copied().filter(|c| self.cells[*c].copy == copy);
            cells.extend(own.collect::<Vec<_>>());
        }
        // Fewer other records are plainer.
        for i in 0..self.exists.len() {
            let holds = self.exists[i].holds;
            self.prefer(&mut fixed, !holds);
        }
        for cell in cells {
            match &self.cells[cell].form {
                Form::OneOf(classes) => {
                    let mut classes = classes.clone();
                    classes.sort_by_key(|(class, _)| class.trailing_zeros().wrapping_add(1) % 65);
                    for (_, lit) in classes {
                        if self.prefer(&mut fixed, lit) {
                            break;
                        }
                    }
                }
                Form::Some(classes) => {
                    // Late values first, so that the early ones are those that stay.
                    for (_, lit) in classes.clone().into_iter().rev() {
                        self.prefer(&mut fixed, !lit);
                    }
                }
                Form::Number(chain) => {
                    for (_, lit) in chain.clone() {
                        self.prefer(&mut fixed, !lit);
                    }
                }
                Form::Date(..) => self.prefer_date(&mut fixed, cell, dates),
                Form::Opaque => {}
            }
        }
        // The last question may have been refused: ask for the answer that was settled on.
        self.solve(&fixed).then(|| self.model())
    }

    /// Adds the literal if it can hold as well.
    fn prefer(&mut self, fixed: &mut Vec<Lit>, lit: Lit) -> bool {
        match lit {
            Lit::TRUE => return true,
            Lit::FALSE => return false,
            _ => fixed.push(lit),
        }
        let fits = self.solve(fixed);
        if !fits {
            fixed.pop();
        }
        fits
    }

    fn prefer_date(&mut self, fixed: &mut Vec<Lit>, cell: usize, dates: &[Day]) {
        let Form::Date(x, chain) = &self.cells[cell].form else { return };
        let x = *x;
        let mut tries: Vec<Day> = Vec::new();
        let mut near: Vec<Day> = chain.keys().flat_map(|d| [*d, *d - 1]).filter(|d| *d < NEVER).collect();
        // Where this date is compared with others, the days at which the comparison turns.
        self.solve(fixed);
        for (compare, _) in &self.compares {
            if let Side::Var { var, months, days, next_day } = compare.side
                && let (Some(a), Some(b)) = (self.days.get(compare.x), self.days.get(var))
            {
                if compare.x == x {
                    let at = dates::moved(*b, months, days, next_day);
                    near.extend([at, at - 1]);
                } else if var == x {
                    let beyond = dates::least_beyond(*a, months, days, next_day);
                    near.extend([beyond, beyond - 1]);
                }
            }
        }
        near.sort_unstable_by(|a, b| b.cmp(a));
        tries.extend(dates);
        if self.domains[x].never && self.domains[x].lo < NEVER {
            tries.push(NEVER);
        }
        tries.extend(near);
        if let Known::Range { lo, .. } = self.fact(cell) {
            tries.push(lo);
        }
        for day in tries {
            if self.domains[x].at_least(day) != Some(day) {
                continue;
            }
            let from = self.reached(cell, day);
            let beyond = self.reached(cell, day + 1);
            if from == Lit::FALSE || beyond == Lit::TRUE {
                continue;
            }
            let before = fixed.len();
            fixed.extend([from, !beyond].into_iter().filter(|l| !l.is_const()));
            if self.solve(fixed) {
                return;
            }
            fixed.truncate(before);
        }
    }
}

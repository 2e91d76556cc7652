//! The boolean solver behind a small trait.
//!
//! Owns literals and the one place that names the solver crate. Knows nothing of conditions, dates or rules.

use batsat::{BasicSolver, SolverInterface, lbool};

/// A boolean variable or its negation. Variable 0 is the constant `true`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Lit(u32);

impl Lit {
    pub const TRUE: Self = Self(0);
    pub const FALSE: Self = Self(1);

    /// Is it one of the two constants?
    pub fn is_const(self) -> bool {
        self.0 < 2
    }

    fn var(self) -> u32 {
        self.0 >> 1
    }

    fn positive(self) -> bool {
        self.0 & 1 == 0
    }
}

impl std::ops::Not for Lit {
    type Output = Self;
    fn not(self) -> Self {
        Self(self.0 ^ 1)
    }
}

/// What the encoding needs of a solver.
pub trait Sat {
    /// A new variable, preferred false.
    fn fresh(&mut self) -> Lit;
    /// Asserts that one of these holds.
    fn clause(&mut self, lits: &[Lit]);
    /// Is there a model in which all assumptions hold?
    fn solve(&mut self, assumptions: &[Lit]) -> bool;
    /// The literal's value in the model that the last successful `solve` found.
    fn value(&self, lit: Lit) -> bool;
    /// The assumptions that clashed in the last `solve` that failed.
    fn clash(&mut self) -> Vec<Lit>;
}

/// [`Sat`] by batsat. Deterministic: the same calls give the same answers.
pub struct Batsat {
    solver: BasicSolver,
    vars: u32,
    scratch: Vec<batsat::Lit>,
}

impl Batsat {
    pub fn new() -> Self {
        let mut made = Self { solver: BasicSolver::default(), vars: 0, scratch: Vec::new() };
        let truth = made.fresh();
        debug_assert_eq!(truth, Lit::TRUE);
        made.clause(&[truth]);
        made
    }
}

impl Default for Batsat {
    fn default() -> Self {
        Self::new()
    }
}

fn outward(lit: Lit) -> batsat::Lit {
    batsat::Lit::new(batsat::Var::unsafe_from_idx(lit.var()), lit.positive())
}

impl Sat for Batsat {
    fn fresh(&mut self) -> Lit {
        let var = self.solver.new_var_default();
        debug_assert_eq!(var.idx(), self.vars);
        self.vars += 1;
        Lit(var.idx() << 1)
    }

    fn clause(&mut self, lits: &[Lit]) {
        self.scratch.clear();
        self.scratch.extend(lits.iter().copied().map(outward));
        self.solver.add_clause_reuse(&mut self.scratch);
    }

    fn solve(&mut self, assumptions: &[Lit]) -> bool {
        let assumed: Vec<batsat::Lit> = assumptions.iter().copied().map(outward).collect();
        self.solver.solve_limited(&assumed) == lbool::TRUE
    }

    fn value(&self, lit: Lit) -> bool {
        if lit.is_const() {
            return lit == Lit::TRUE;
        }
        self.solver.value_lit(outward(lit)) == lbool::TRUE
    }

    fn clash(&mut self) -> Vec<Lit> {
        // The crate hands back the negated assumptions.
        self.solver.unsat_core().iter().map(|l| !Lit((l.var().idx() << 1) | u32::from(!l.sign()))).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clashing_assumptions_come_back_as_they_were_given() {
        let mut s = Batsat::new();
        let (a, b, c) = (s.fresh(), s.fresh(), s.fresh());
        s.clause(&[!a, !b]);
        assert!(s.solve(&[a, c]));
        assert!(s.value(a) && !s.value(b) && s.value(Lit::TRUE) && !s.value(Lit::FALSE));
        assert!(!s.solve(&[a, b, c]));
        let mut clash = s.clash();
        clash.sort();
        assert_eq!(clash, [a, b]);
    }
}

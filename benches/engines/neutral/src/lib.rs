//! From candor's compiled rules to the neutral form, and to facts about it.
//!
//! `compile` writes the form, `facts` lays answers out for it, `trying` finds the truth about missing answers by trying all values,
//! `sample` chooses the facts of the benchmark. Nothing here decides with candor's engine or solver, but for the completion of
//! stated facts in `sample`.

pub mod compile;
pub mod facts;
pub mod plant;
pub mod sample;
pub mod trying;

/// A small repeatable source of numbers (xorshift64*).
pub struct Rng(u64);

impl Rng {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1)
    }

    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_F491_4F6C_DD1D) >> 33) as usize % n.max(1)
    }
}

//! Rulings: what each decision says about each record, as of the target's dates, with what is known and what is not.
//!
//! `facts` lays a record's answers out on its frame; `assess` rules; `explain` says what a ruling rests on; `flip` finds the
//! nearest change; `interview` what to ask next; `checks` compares entries. Knows no screen, no file, no clock on the wall.

mod assess;
mod checks;
mod explain;
mod facts;
mod flip;
mod interview;
mod memo;
mod outcome;
mod standing;
mod told;

pub use assess::{
    THIS_PROPOSAL, View, assess, assess_person, assess_record, assess_record_with, assess_target, decide,
};
pub use checks::{FoundLate, Remark, STARTS, checks, differing, known_bound, remarks_of, same_name};
pub use explain::rests_on;
pub use facts::{FactSheet, SIMILAR_LISTED, Status};
pub use flip::{Change, Flip, nearest_flip};
pub use interview::{Question, Reason, questions};
pub use memo::Memo;
pub use outcome::*;
pub use standing::{in_background, standing};

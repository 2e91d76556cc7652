//! Candor tells a researcher, record by record, what an agency wants disclosed, where and by when, or that nothing
//! is due, and why.
//!
//! The flow runs one way: [`condition`] → [`ruleset`] → [`engine`] → [`report`]; [`audit`] proves the rule set, and
//! [`tui`] and [`cli`] are thin faces. Nothing below the faces prints, reads the clock or knows where files live:
//! "today" is always an argument. `docs/ARCHITECTURE.md` has the picture.

pub mod audit;
pub mod calendar;
pub mod cli;
pub mod codes;
pub mod condition;
pub mod diagnostic;
pub mod engine;
pub mod exchange;
pub mod facts;
pub mod history;
pub mod logic;
pub mod profile;
pub mod publish;
pub mod release;
pub mod report;
pub mod ruleset;
pub mod scaffold;
pub mod schema;
pub mod text;
pub mod tree;
pub mod tui;

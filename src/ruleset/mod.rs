//! The rule set: vocabulary, agencies, forms, sources, lists, decisions and their rules, loaded from TOML.
//!
//! `model` says what a rule set is; `read` walks TOML keeping every place; `load` turns a folder (or the embedded one) into a
//! checked [`RuleSet`], or into all the reasons why not. It knows no profile and no screen.

mod assemble;
mod folder;
mod load;
mod model;
mod names;
mod read;

pub(crate) use assemble::{assemble, exclusions, in_force, reassembled, turning_on};
pub use folder::Folder;
pub use load::{
    Loaded, OverlayFiles, RuleFiles, Tests, embedded, load_dir, load_embedded, load_files, load_with, read_dir,
    read_facts, read_overlay, set_text,
};
pub use model::*;
pub use names::{Fit, Match, Spot};

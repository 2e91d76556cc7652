//! Reading and writing other programs' files, one file per format.
//!
//! What is read becomes suggestions, as [`crate::profile::Edit`]s and notes; nothing is changed until somebody applies
//! them. Nothing here asks a network.

pub mod sciencv;

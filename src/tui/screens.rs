//! One file per screen: what it shows, and the lines its focus moves over.

pub mod card;
pub mod form;
pub mod help;
pub mod home;
pub mod list;
pub mod pick;
pub mod preview;
pub mod release;
pub mod rulings;
pub mod welcome;

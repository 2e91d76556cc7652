//! `candor` without a command: the terminal app.

use std::path::PathBuf;

use anyhow::bail;

use super::{Ended, places};
use crate::ruleset::RuleSet;
use crate::tui::{self, Theme};

/// Opens the app on the file named, the sample, the person's own profile, or, the first time, the welcome screen.
pub fn run(rules: RuleSet, file: Option<PathBuf>, sample: bool) -> anyhow::Result<Ended> {
    let own = places::default_profile();
    let path = match (file, sample) {
        (Some(_), true) => bail!("name a profile or use --sample, not both"),
        (_, true) => None,
        (Some(file), false) => Some(file),
        (None, false) => own.clone().filter(|p| p.exists()),
    };
    let ended = tui::run(tui::Options {
        path,
        sample,
        rules,
        today: chrono::Local::now().date_naive(),
        theme: theme(),
        suggested: own.unwrap_or_else(|| PathBuf::from("profile.toml")),
    })?;
    match ended.unsaved {
        Some(why) => bail!("the last changes were not saved: {why}"),
        None => Ok(Ended::Clear),
    }
}

/// `NO_COLOR` asks for no colours, `CANDOR_THEME` for one of `colour`, `mono` and `high-contrast`.
fn theme() -> Theme {
    let set = |name: &str| std::env::var(name).ok().filter(|v| !v.is_empty());
    match set("CANDOR_THEME").as_deref() {
        Some("high-contrast") => Theme::HighContrast,
        Some("mono") => Theme::Mono,
        Some("colour" | "color") => Theme::Colour,
        _ if set("NO_COLOR").is_some() => Theme::Mono,
        _ => Theme::Colour,
    }
}

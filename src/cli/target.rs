//! What is being prepared, from `--for`, the dates beside it and the profile's own targets.

use anyhow::{Context as _, bail};
use chrono::NaiveDate;
use clap::Args;

use crate::calendar::PartialDate;
use crate::engine;
use crate::profile::{Profile, Target};
use crate::ruleset::{CLOCKS, RuleSet};
use crate::text::nearest;

/// The options that say what to rule for, shared by several commands.
#[derive(Debug, Default, Args)]
pub struct Options {
    /// What you are preparing, such as nsf:proposal; may be repeated (default: what the profile says)
    #[arg(long = "for", value_name = "AGENCY:MOMENT")]
    pub targets: Vec<String>,

    /// The due date
    #[arg(long, value_name = "DATE")]
    pub due: Option<String>,

    /// Another date, such as published=2026-06-01; may be repeated
    #[arg(long = "clock", value_name = "NAME=DATE")]
    pub clocks: Vec<String>,

    /// Leave out duties that hold at all times; with --for they are left out anyway
    #[arg(long)]
    pub no_standing: bool,

    /// Rule as of this day instead of today
    #[arg(long, value_name = "DATE")]
    pub as_of: Option<String>,
}

impl Options {
    /// The day to rule on.
    pub fn today(&self) -> anyhow::Result<NaiveDate> {
        match &self.as_of {
            None => Ok(chrono::Local::now().date_naive()),
            Some(text) => exact(text).context("--as-of"),
        }
    }

    /// The targets to rule for. A `--for` that names a target of the profile uses its facts; dates given here win.
    pub fn resolve(&self, rules: &RuleSet, profile: &Profile) -> anyhow::Result<Vec<Target>> {
        let mut clocks = Vec::new();
        if let Some(due) = &self.due {
            clocks.push(("due".to_owned(), exact(due).context("--due")?));
        }
        for text in &self.clocks {
            let (name, date) = text.split_once('=').with_context(|| format!("--clock {text}: write NAME=DATE"))?;
            if !CLOCKS.contains(&name) || matches!(name, "filing" | "today") {
                let known = "published, due, submission, award, budget-period";
                bail!("--clock {name}: there is no such date; the dates are {known}");
            }
            clocks.push((name.to_owned(), exact(date).with_context(|| format!("--clock {name}"))?));
        }
        let mut targets = Vec::new();
        for wanted in &self.targets {
            targets.push(self.find(wanted, rules, profile)?);
        }
        if self.targets.is_empty() {
            targets = profile.targets.clone();
        }
        if targets.is_empty() {
            bail!("nothing says what you are preparing; add for example --for nsf:proposal --due 2026-12-10");
        }
        for target in &mut targets {
            for (name, date) in &clocks {
                target.clocks.insert(name.clone(), PartialDate::exact(*date));
            }
            if let Some(agency) = rules.agency(&target.agency)
                && !agency.moments.iter().any(|m| m.id == target.moment)
            {
                let known: Vec<&str> = agency.moments.iter().map(|m| m.id.as_str()).collect();
                bail!("{} has no moment \"{}\"; its moments are {}", agency.short, target.moment, known.join(", "));
            }
        }
        Ok(targets)
    }

    /// Duties that hold at all times, beside what the profile prepares.
    pub fn standing(&self, rules: &RuleSet, profile: &Profile, today: NaiveDate) -> Vec<Target> {
        if self.no_standing || !self.targets.is_empty() {
            return Vec::new();
        }
        engine::standing(rules, profile, today)
    }

    fn find(&self, wanted: &str, rules: &RuleSet, profile: &Profile) -> anyhow::Result<Target> {
        if let Some(target) = profile.target(wanted) {
            return Ok(target.clone());
        }
        let (agency, moment) = wanted.split_once(':').unwrap_or((wanted, "proposal"));
        if rules.agency(agency).is_none() {
            let ids: Vec<&str> = rules.agencies.iter().map(|a| a.id.as_str()).collect();
            let hint = nearest(agency, ids.iter().copied()).map(|n| format!("did you mean {n}? ")).unwrap_or_default();
            bail!("--for {wanted}: no rules for an agency \"{agency}\"; {hint}known are {}", ids.join(", "));
        }
        let same = profile.targets.iter().find(|t| t.agency == agency && t.moment == moment);
        Ok(same.cloned().unwrap_or_else(|| Target {
            id: format!("{agency}-{moment}"),
            agency: agency.to_owned(),
            moment: moment.to_owned(),
            ..Target::default()
        }))
    }
}

fn exact(text: &str) -> anyhow::Result<NaiveDate> {
    PartialDate::parse(text)
        .filter(PartialDate::is_exact)
        .map(|d| d.first)
        .with_context(|| format!("\"{text}\" is not a day; write for example 2026-12-10"))
}

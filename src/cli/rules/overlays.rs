//! What `candor rules check --overlay` says of the rule set itself: nothing changes, or only what declared settings change.

use anyhow::bail;
use chrono::NaiveDate;
use serde_json::Value;

use crate::audit::diff::{self, Neutral};
use crate::cli::{RulesFrom, load_settled};
use crate::condition::Set;
use crate::report::SettingNote;
use crate::ruleset::{RuleSet, Tests};

/// Proves it, against the rule set without overlays.
pub(super) fn neutral(from: RulesFrom<'_>, with: &RuleSet, today: NaiveDate) -> anyhow::Result<Neutral> {
    let bare = RulesFrom { overlays: &[], ..from };
    let values: Vec<(String, Set)> =
        with.settings.iter().filter(|s| !s.is_default()).map(|s| (s.id.clone(), s.value)).collect();
    let own = load_settled(bare, Tests::Skip, Vec::new())?;
    let settled = if values.is_empty() { None } else { Some(load_settled(bare, Tests::Skip, values)?) };
    let Some(own) = own.rules else { bail!("the rule set cannot be used without its overlays") };
    let settled = settled.map_or_else(|| Some(own.clone()), |loaded| loaded.rules);
    let Some(settled) = settled else { bail!("the rule set cannot be used with these settings") };
    Ok(diff::neutral(&own, &settled, with, today)?)
}

/// The lines below a report.
pub(super) fn text(rules: &RuleSet, neutral: Option<&Neutral>) -> String {
    let mut out = String::new();
    for note in SettingNote::all(rules) {
        out.push_str(&format!("Set by the overlay: {}.\n", note.line()));
    }
    for line in neutral.map(Neutral::lines).unwrap_or_default() {
        out.push_str(&format!("{line}\n"));
    }
    out
}

/// The report for programs, with the same.
pub(super) fn json(rules: &RuleSet, mut report: Value, neutral: Option<&Neutral>) -> anyhow::Result<Value> {
    if let (Some(map), Some(neutral)) = (report.as_object_mut(), neutral) {
        map.insert("rule_set".to_owned(), serde_json::to_value(neutral)?);
        map.insert("settings".to_owned(), serde_json::to_value(SettingNote::all(rules))?);
    }
    Ok(report)
}

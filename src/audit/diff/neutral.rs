//! What overlays do to the rule set's own decisions: nothing, or what a declared setting does.
//!
//! Two comparisons prove it. The rule set with the overlays' settings alone must be the rule set with the overlays; and the
//! rule set as it is, against the one with those settings, shows what the settings do.

use chrono::NaiveDate;
use serde::Serialize;

use super::{CannotCompare, Change, Diff, Sided, diff_of};
use crate::audit::Finding;
use crate::ruleset::{Decision, RuleSet, Ruling};
use crate::text::count;

/// What was proved of the rule set's own decisions.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Neutral {
    pub decisions: usize,
    /// Those in which nobody is answered differently.
    pub unchanged: usize,
    /// Those that answer differently because of a declared setting.
    pub through: Vec<Through>,
    /// What must not be.
    #[serde(skip)]
    pub findings: Vec<Finding>,
}

/// A decision of the rule set that a setting changes, with an example.
#[derive(Debug, Clone, Serialize)]
pub struct Through {
    pub decision: String,
    pub settings: Vec<String>,
    pub was: String,
    pub is: String,
    pub facts: String,
}

/// Compares the rule set (`own`), the same with the overlays' settings alone (`settled`), and with the overlays (`with`).
pub fn neutral(own: &RuleSet, settled: &RuleSet, with: &RuleSet, today: NaiveDate) -> Result<Neutral, CannotCompare> {
    let theirs = |d: &Decision| own.decision(&d.id).is_some();
    let sided = |rules| Sided { rules, cases: &[] };
    let besides = diff_of(sided(settled), sided(with), today, &theirs)?;
    let by_settings = diff_of(sided(own), sided(settled), today, &theirs)?;
    let mut out = Neutral { decisions: own.decisions.len(), unchanged: by_settings.proved, ..Neutral::default() };
    out.findings.extend(touched(own, &besides));
    for change in &by_settings.changes {
        for d in &change.decisions {
            let settings = with.decision(&d.decision).map(|d| with.settled(d).map(|s| s.id.clone()).collect());
            let settings: Vec<String> = settings.unwrap_or_default();
            if settings.is_empty() {
                out.findings.extend(finding(own, &d.decision, Some(change)));
            }
            out.through.push(Through {
                decision: d.decision.clone(),
                settings,
                was: title(change.was.ruling),
                is: title(change.is.ruling),
                facts: change.examples.first().map(|e| e.facts.clone()).unwrap_or_default(),
            });
        }
    }
    for unclear in &by_settings.unclear {
        let text = format!("with the overlay's settings this decision cannot be proved: {}", unclear.says);
        let mut f = Finding::error("A0080", text);
        f.decision = Some(unclear.decision.clone());
        out.findings
            .push(f.help("the setting's bounds may be wider than the rules allow; tell whoever keeps the rule set"));
    }
    Ok(out)
}

/// The word on screen for a ruling's id.
fn title(id: &str) -> String {
    Ruling::parse(id).map_or_else(|| id.to_owned(), |r| r.title().to_owned())
}

/// Decisions that come out otherwise although no setting says so.
fn touched(own: &RuleSet, besides: &Diff) -> Vec<Finding> {
    let changes = besides.changes.iter().flat_map(|c| c.decisions.iter().map(move |d| (d.decision.as_str(), Some(c))));
    let moments = besides.moments.iter().map(|m| (m.decision.as_str(), None));
    let gone = besides.removed.iter().map(|d| (d.decision.as_str(), None));
    let unclear = besides.unclear.iter().map(|u| (u.decision.as_str(), None));
    let all = changes.chain(moments).chain(gone).chain(unclear);
    all.filter_map(|(id, change)| finding(own, id, change)).collect()
}

fn finding(own: &RuleSet, id: &str, change: Option<&Change>) -> Option<Finding> {
    let decision = own.decision(id)?;
    let mut text = format!("the overlay changes the decision `{id}`, which is not its own");
    if let Some(change) = change {
        text = format!("{text}: {}, was {}", change.is.says, change.was.says);
    }
    let mut finding = Finding::error("A0080", text).in_decision(decision);
    finding.witness = change.and_then(|c| c.examples.first()).map(|e| e.facts.clone());
    Some(finding.help("an overlay adds decisions at places of its own; only declared settings reach the rule set's"))
}

impl Neutral {
    /// What is proved, in words: a line, and one for each decision that a setting changes.
    pub fn lines(&self) -> Vec<String> {
        let decisions = |n| count(n, "decision", "decisions");
        if !self.findings.is_empty() {
            return vec![format!(
                "Not proved: {} of the rule set would change; see above.",
                decisions(self.findings.len())
            )];
        }
        let mut ids: Vec<&str> = self.through.iter().map(|t| t.decision.as_str()).collect();
        ids.sort_unstable();
        ids.dedup();
        if ids.is_empty() {
            let all = decisions(self.decisions);
            return vec![format!("Proved: of the rule set's own {all} none answers anybody differently, at any date.")];
        }
        let mut out = vec![format!(
            "Proved: of the rule set's own {}, {} answer as before; {} otherwise, through declared settings alone:",
            decisions(self.decisions),
            self.unchanged,
            ids.len()
        )];
        for t in &self.through {
            out.push(format!("  {}: {}, was {} ({})", t.decision, t.is, t.was, t.settings.join(", ")));
            out.push(format!("    for example {}", t.facts));
        }
        out
    }
}

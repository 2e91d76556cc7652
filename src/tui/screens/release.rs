//! What rules the app goes by, and whether it is sure who made them: the lines on the first screens.

use crate::release::Standing;
use crate::ruleset::RuleSet;
use crate::text::clean;
use crate::tui::paper::Paper;
use crate::tui::theme::Meaning;

/// The lines on the rule set and the overlays of which `wanted` holds.
pub fn draw(paper: &mut Paper, rules: &RuleSet, wanted: impl Fn(&Standing) -> bool) {
    let own = ("Rules", &rules.meta.title, &rules.meta.version, &rules.standing);
    let added = rules.overlays.iter().map(|o| ("Added", &o.title, &o.version, &o.standing));
    for (what, title, version, standing) in std::iter::once(own).chain(added).filter(|(.., s)| wanted(s)) {
        let meaning = if standing.state().is_tampered() { Meaning::Trouble } else { Meaning::Aside };
        let text = format!("{what}: {}, {}: {}.", clean(title), clean(version), standing.words());
        paper.para(0, &text, meaning);
    }
}

/// Should the person see this before anything else?
pub fn comes_first(standing: &Standing) -> bool {
    standing.findings().is_some_and(|found| !found.state().is_assured())
}

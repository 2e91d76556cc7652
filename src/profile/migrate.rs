//! Brings a profile of an older format up to date by changing its text, so that comments stay.
//!
//! `candor.profile/0` was the draft format: plural tables (`[[trips]]`), snake_case keys (`paid_by`), and the target's dates
//! directly in the target (`due = …`). Only names changed, so only names are rewritten.

use super::layout::Layout;
use super::read::SCHEMA;

/// The format before this one.
const DRAFT: &str = "candor.profile/0";

/// The text in the present format and the format it had; `None` when it is not an older one (or not readable as TOML at
/// all, which the reader reports).
pub(super) fn to_present(text: &str) -> Option<(String, String)> {
    if !text.contains(DRAFT) {
        return None; // spares every other file being looked at twice
    }
    let layout = Layout::of(text)?;
    let schema = layout.sections.first()?.entries.iter().find(|e| e.path == ["schema"])?;
    let written = text.get(schema.value.clone())?;
    if written.trim_matches(['"', '\'']) != DRAFT {
        return None;
    }
    let mut changes = vec![(schema.value.clone(), format!("\"{SCHEMA}\""))];
    for section in &layout.sections {
        let heads_table = |name: &str| section.path.first().is_some_and(|s| s.is(name));
        for (depth, (span, name)) in section.names.iter().enumerate() {
            let new = if depth == 0 { singular(name).to_owned() } else { name.replace('_', "-") };
            // What follows `for` is a target's id, which its owner chose.
            let is_id = depth > 0 && section.names.get(depth - 1).is_some_and(|(_, n)| n == "for");
            if new != *name && !is_id {
                changes.push((span.clone(), new));
            }
        }
        for entry in &section.entries {
            for (depth, (span, name)) in entry.names.iter().enumerate() {
                let is_id = match depth.checked_sub(1) {
                    Some(before) => entry.names.get(before).is_some_and(|(_, n)| n == "for"),
                    None => section.names.last().is_some_and(|(_, n)| n == "for"),
                };
                if is_id {
                    continue;
                }
                let mut new = name.replace('_', "-");
                let in_target = section.names.len() == 1 && (heads_table("targets") || heads_table("target"));
                if depth == 0
                    && in_target
                    && matches!(new.as_str(), "due" | "submission" | "published" | "award" | "budget-period")
                {
                    new = format!("clocks.{new}");
                }
                if new != *name {
                    changes.push((span.clone(), new));
                }
            }
        }
    }
    changes.sort_by_key(|(span, _)| span.start);
    let mut out = String::with_capacity(text.len() + 64);
    let mut done = 0;
    for (span, new) in changes {
        out.push_str(text.get(done..span.start)?);
        out.push_str(&new);
        done = span.end;
    }
    out.push_str(text.get(done..)?);
    Some((out, DRAFT.to_owned()))
}

fn singular(name: &str) -> &str {
    match name {
        "entities" => "entity",
        "targets" => "target",
        "appointments" => "appointment",
        "supports" => "support",
        "in_kinds" | "in_kind" => "in-kind",
        "collaborations" => "collaboration",
        "trips" => "trip",
        "publications" => "publication",
        "person_ties" => "person-tie",
        other => other,
    }
}

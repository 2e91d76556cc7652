//! A report as JSON, for programs. The keys are those of [`Report`], in its order.

use crate::report::Report;

/// The report as indented JSON with a final line break.
pub fn json(report: &Report) -> String {
    // A `Report` holds strings, numbers and lists only, which always serialise.
    let mut out = serde_json::to_string_pretty(report).unwrap_or_default();
    out.push('\n');
    out
}

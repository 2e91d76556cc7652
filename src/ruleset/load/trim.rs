//! What of a rule set's text no ruling needs. The build script reads this file too, so it uses nothing but the standard library.

/// Folders that only tests and people need.
const UNREAD: [&str; 4] = ["cases/", "changes/", "edges/", "suppressions/"];
/// Folders whose files cannot change a ruling: all but those, and the changelog, are in the digest.
const UNDIGESTED: [&str; 3] = ["cases/", "edges/", "suppressions/"];
/// Tables that only tests and people need. Each reaches from its header to the next line that begins with `[`.
const LEFT_OUT: [&str; 5] =
    ["[[rule.example]]", "[[rule.near-miss]]", "[[check.example]]", "[[check.near-miss]]", "[[source.clause]]"];

/// Does a ruling need this file?
pub fn is_needed(path: &str) -> bool {
    !UNREAD.iter().any(|folder| path.starts_with(folder))
}

/// Is the file part of the digest?
pub fn is_digested(path: &str) -> bool {
    !UNDIGESTED.iter().any(|folder| path.starts_with(folder))
}

/// The text without the tables that no ruling needs, every other character in its place.
#[allow(dead_code)] // the loader's
pub fn blanked(text: &str) -> String {
    trimmed(text, |out, line| {
        out.extend(std::iter::repeat_n(' ', line.trim_end_matches('\n').len()));
        if line.ends_with('\n') {
            out.push('\n');
        }
    })
}

/// The text without the tables that no ruling needs, shorter by as much.
#[allow(dead_code)] // the build script's
pub fn shortened(text: &str) -> String {
    trimmed(text, |_, _| {})
}

fn trimmed(text: &str, leave_out: impl Fn(&mut String, &str)) -> String {
    let mut out = String::with_capacity(text.len());
    let mut keep = true;
    for line in text.split_inclusive('\n') {
        if line.starts_with('[') {
            keep = !LEFT_OUT.iter().any(|header| line.starts_with(header));
        }
        if keep {
            out.push_str(line);
        } else {
            leave_out(&mut out, line);
        }
    }
    out
}

//! Lines of plain text of at most a given width, measured as a terminal measures it.

use unicode_segmentation::UnicodeSegmentation as _;
use unicode_width::UnicodeWidthStr as _;

/// The width of plain-text reports.
pub const WIDTH: usize = 80;

/// Collects wrapped lines.
#[derive(Debug, Default)]
pub struct Page {
    out: String,
}

impl Page {
    /// A paragraph, its first line indented by `first` columns and the others by `rest`.
    pub fn para(&mut self, first: usize, rest: usize, text: &str) {
        self.after(&" ".repeat(first), rest, text);
    }

    /// A paragraph after some words of its first line, which keep their spaces.
    pub fn after(&mut self, start: &str, rest: usize, text: &str) {
        let mut line = start.to_owned();
        let mut used = line.width();
        let mut empty = true;
        for word in text.split_whitespace() {
            for piece in pieces(word, WIDTH.saturating_sub(rest)) {
                let wide = piece.width();
                if !empty && used + 1 + wide > WIDTH {
                    self.line(&line);
                    line = " ".repeat(rest);
                    used = rest;
                    empty = true;
                }
                if !empty {
                    line.push(' ');
                    used += 1;
                }
                line.push_str(piece);
                used += wide;
                empty = false;
            }
        }
        if !empty {
            self.line(&line);
        }
    }

    /// A line as it is.
    pub fn line(&mut self, line: &str) {
        self.out.push_str(line.trim_end());
        self.out.push('\n');
    }

    /// One empty line, never two.
    pub fn gap(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") {
            self.out.push('\n');
        }
    }

    /// The text, ending in one line break.
    pub fn finish(self) -> String {
        let mut out = self.out;
        while out.ends_with("\n\n") {
            out.pop();
        }
        out
    }
}

/// A word, or the parts of one that no line can hold. Addresses stay whole, so that they can be copied.
fn pieces(word: &str, room: usize) -> Vec<&str> {
    if word.width() <= room || word.starts_with("https://") || word.starts_with("http://") {
        return vec![word];
    }
    let (mut out, mut start, mut used) = (Vec::new(), 0, 0);
    for (at, g) in word.grapheme_indices(true) {
        let wide = g.width();
        if used + wide > room && at > start {
            out.push(&word[start..at]);
            start = at;
            used = 0;
        }
        used += wide;
    }
    out.push(&word[start..]);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_what_a_terminal_can_show() {
        let mut page = Page::default();
        page.para(0, 2, &"東京大学 ".repeat(30));
        page.para(2, 4, &"x".repeat(300));
        let text = page.finish();
        assert!(text.lines().all(|l| l.width() <= WIDTH), "{text}");
        assert_eq!(text.matches('x').count(), 300);
        assert_eq!(text.matches("東京").count(), 30);
    }

    #[test]
    fn addresses_stay_whole_and_gaps_do_not_add_up() {
        let mut page = Page::default();
        let url = format!("https://example.org/{}", "a".repeat(90));
        page.para(4, 4, &url);
        page.gap();
        page.gap();
        page.line("end");
        page.gap();
        assert_eq!(page.finish(), format!("    {url}\n\nend\n"));
    }
}

//! Text laid out for a screen: wrapped by display width, with the place of the cursor and of the focus.
//!
//! Screens write on a [`Paper`] from top to bottom; `view` then shows the part that fits. All text that came from a person
//! or a file passes through [`crate::text::clean`] here, so no screen can forget it.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

use super::theme::{Meaning, Theme};
use crate::text::clean;

/// Columns that a text takes.
pub fn width(text: &str) -> usize {
    UnicodeWidthStr::width(text)
}

/// The text cut to so many columns, with an ellipsis if something was cut.
pub fn fit(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    let mut out = String::new();
    let mut used = 0;
    for g in text.graphemes(true) {
        let w = width(g);
        if used + w + 1 > columns {
            break;
        }
        out.push_str(g);
        used += w;
    }
    if columns > 0 {
        out.push('…');
    }
    out
}

/// The text padded or cut to exactly so many columns.
pub fn pad(text: &str, columns: usize) -> String {
    let mut out = fit(text, columns);
    let used = width(&out);
    out.extend(std::iter::repeat_n(' ', columns.saturating_sub(used)));
    out
}

/// The text in lines of at most `columns`; breaks at spaces, and inside words only where a word is longer than a line.
pub fn wrap(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    let mut used = 0;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let w = width(word);
        if used > 0 && used + 1 + w <= columns {
            line.push(' ');
            line.push_str(word);
            used += 1 + w;
            continue;
        }
        if used > 0 {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        if w <= columns {
            line.push_str(word);
            used = w;
            continue;
        }
        for g in word.graphemes(true) {
            let gw = width(g);
            if used > 0 && used + gw > columns {
                lines.push(std::mem::take(&mut line));
                used = 0;
            }
            line.push_str(g);
            used += gw;
        }
    }
    if !line.is_empty() || lines.is_empty() {
        lines.push(line);
    }
    lines
}

/// A growing page of finished lines.
pub struct Paper {
    pub columns: usize,
    pub theme: Theme,
    pub lines: Vec<Line<'static>>,
    /// Where the real cursor belongs: line and column.
    pub cursor: Option<(usize, usize)>,
    /// The lines to keep in sight: first and one past the last.
    pub focus: Option<(usize, usize)>,
}

impl Paper {
    pub fn new(columns: usize, theme: Theme) -> Self {
        Self { columns, theme, lines: Vec::new(), cursor: None, focus: None }
    }

    pub fn style(&self, meaning: Meaning) -> Style {
        self.theme.style(meaning)
    }

    pub fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    /// One line of several pieces, cut at the right edge.
    pub fn line(&mut self, pieces: &[(&str, Meaning)]) {
        let mut spans = Vec::with_capacity(pieces.len());
        let mut left = self.columns;
        for (text, meaning) in pieces {
            let text = fit(&clean(text), left);
            left -= width(&text).min(left);
            spans.push(Span::styled(text, self.style(*meaning)));
        }
        self.lines.push(Line::from(spans));
    }

    /// A paragraph, wrapped, every line indented.
    pub fn para(&mut self, indent: usize, text: &str, meaning: Meaning) {
        self.hang(indent, "", indent, text, meaning);
    }

    /// A paragraph that starts with `first` at `indent` and continues at column `hang`.
    pub fn hang(&mut self, indent: usize, first: &str, hang: usize, text: &str, meaning: Meaning) {
        self.hang_styled(indent, (first, Meaning::Body), hang, text, meaning);
    }

    /// [`Paper::hang`], with a meaning of its own for the first piece.
    pub fn hang_styled(&mut self, indent: usize, first: (&str, Meaning), hang: usize, text: &str, meaning: Meaning) {
        if text.is_empty() {
            return;
        }
        let style = self.style(meaning);
        let columns = self.columns.saturating_sub(hang).max(8);
        for (i, part) in wrap(&clean(text), columns).into_iter().enumerate() {
            let mut spans = Vec::with_capacity(3);
            if i == 0 && !first.0.is_empty() {
                spans.push(Span::raw(" ".repeat(indent)));
                spans.push(Span::styled(pad(first.0, hang.saturating_sub(indent)), self.style(first.1)));
            } else {
                spans.push(Span::raw(" ".repeat(hang)));
            }
            spans.push(Span::styled(part, style));
            self.lines.push(Line::from(spans));
        }
    }

    /// A line with something at its right edge.
    pub fn two_sided(&mut self, left: &[(&str, Meaning)], right: &[(&str, Meaning)]) {
        let right_text: Vec<(String, Meaning)> = right.iter().map(|(t, m)| (clean(t), *m)).collect();
        let right_width: usize = right_text.iter().map(|(t, _)| width(t)).sum();
        let room = self.columns.saturating_sub(right_width + usize::from(right_width > 0));
        let mut used = 0;
        let mut spans = Vec::new();
        for (text, meaning) in left {
            let text = fit(&clean(text), room - used.min(room));
            used += width(&text);
            spans.push(Span::styled(text, self.style(*meaning)));
        }
        if right_width > 0 {
            spans.push(Span::raw(" ".repeat(self.columns.saturating_sub(used + right_width))));
            spans.extend(right_text.into_iter().map(|(t, m)| Span::styled(t, self.style(m))));
        }
        self.lines.push(Line::from(spans));
    }

    /// Marks the lines written since `from` as the focus.
    pub fn focus_since(&mut self, from: usize) {
        self.focus = Some((from, self.lines.len()));
    }

    /// The first line to show in a window of `rows`, moving as little as possible from `before`.
    pub fn scroll(&self, rows: usize, before: usize) -> usize {
        let last = self.lines.len().saturating_sub(rows);
        let mut top = before.min(last);
        if let Some((from, to)) = self.focus {
            // The start of the focus matters more than its end.
            if to > top + rows {
                top = to - rows;
            }
            if from < top {
                top = from;
            }
        }
        if let Some((line, _)) = self.cursor {
            if line >= top + rows {
                top = line + 1 - rows;
            }
            if line < top {
                top = line;
            }
        }
        top.min(last)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrapping_counts_columns_not_characters() {
        assert_eq!(wrap("one two three", 7), ["one two", "three"]);
        assert_eq!(wrap("東京大学 研究", 8), ["東京大学", "研究"]);
        assert_eq!(wrap("abcdefghij", 4), ["abcd", "efgh", "ij"]);
        assert_eq!(wrap("", 4), [""]);
        assert_eq!(wrap("東京", 1).len(), 2);
    }

    #[test]
    fn fitting_never_splits_a_grapheme_and_never_exceeds() {
        assert_eq!(fit("University", 6), "Unive…");
        for text in ["👩‍👩‍👧‍👦 family", "한국어 연구", "مرحبا بكم", "e\u{301}tude"] {
            for n in 0..12 {
                assert!(width(&fit(text, n)) <= n, "{text} {n}");
                assert_eq!(width(&pad(text, n)), n, "{text} {n}");
            }
        }
    }
}

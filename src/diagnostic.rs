//! What to tell somebody whose file does not work: what happened, where, and what to do.
//!
//! Every problem in a file becomes a [`Diagnostic`]; [`render`] is the one place that draws them.

use std::fmt::Write as _;
use std::ops::Range;
use std::sync::Arc;

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// A file that was read, kept so that problems in it can be shown.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceFile {
    /// How the file is named to people: a path, or a path inside the embedded rule set.
    pub name: String,
    /// Its whole text.
    pub text: String,
}

/// So many names can be read at a glance.
const FEW: usize = 12;

/// How serious a [`Diagnostic`] is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The file can be used; something in it deserves a look.
    Warning,
    /// The file cannot be used as it is.
    Error,
}

/// One problem in one file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code such as `C0103`.
    pub code: &'static str,
    /// Whether the file can still be used.
    pub severity: Severity,
    /// What happened, in one sentence.
    pub message: String,
    /// The file and the bytes at fault, when the problem has a place.
    pub at: Option<(Arc<SourceFile>, Range<usize>)>,
    /// A few words under the marked characters: what was expected.
    pub label: String,
    /// What to do.
    pub help: Option<String>,
}

impl Diagnostic {
    /// An error at a place in a file.
    pub fn error(code: &'static str, message: impl Into<String>, file: &Arc<SourceFile>, span: Range<usize>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            at: Some((Arc::clone(file), span)),
            label: String::new(),
            help: None,
        }
    }

    /// The same, only worth a look.
    pub fn warning(code: &'static str, message: impl Into<String>, file: &Arc<SourceFile>, span: Range<usize>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, message, file, span) }
    }

    /// Adds the words shown under the marked characters.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = label.into();
        self
    }

    /// Adds what to do.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the nearest known name, if one is near, or all of them if they are few.
    pub fn did_you_mean<'a>(self, word: &str, known: impl IntoIterator<Item = &'a str>) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        match crate::text::nearest(word, known.iter().copied()) {
            Some(name) => self.help(format!("did you mean `{name}`?")),
            None if !known.is_empty() && known.len() <= FEW => self.help(format!("known are: {}", known.join(", "))),
            None => self,
        }
    }

    /// Line and column (both from 1, columns in characters) of the first marked character.
    pub fn position(&self) -> Option<(usize, usize)> {
        let (file, span) = self.at.as_ref()?;
        let before = file.text.get(..span.start)?;
        let line = before.bytes().filter(|b| *b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().map_or(0, |l| l.chars().count()) + 1;
        Some((line, column))
    }
}

/// Draws problems for a terminal, with the lines they are about. `colour` adds ANSI styles.
pub fn render(diagnostics: &[Diagnostic], colour: bool) -> String {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let mut out = String::new();
    for d in diagnostics {
        let level = match d.severity {
            Severity::Error => Level::ERROR,
            Severity::Warning => Level::WARNING,
        };
        let message = crate::text::clean(&d.message);
        let mut group = level.primary_title(&message).id(d.code).elements(Vec::<annotate_snippets::Element<'_>>::new());
        let shown; // lives as long as the group
        if let Some((file, span)) = &d.at {
            shown = window(&file.text, span.clone());
            let label = crate::text::clean(&d.label);
            group = group.element(
                Snippet::source(shown.text.clone())
                    .path(crate::text::clean(&file.name))
                    .line_start(shown.first_line)
                    .annotation(AnnotationKind::Primary.span(shown.span.clone()).label(label)),
            );
        }
        if let Some(help) = &d.help {
            group = group.element(Level::HELP.message(crate::text::clean(help)));
        }
        let _ = writeln!(out, "{}", renderer.render(&[group]));
    }
    if let Some(line) = crate::codes::says_more(diagnostics.iter().map(|d| d.code)) {
        let _ = writeln!(out, "{line}");
    }
    out
}

struct Window {
    text: String,
    first_line: usize,
    span: Range<usize>,
}

/// The line or lines a span touches, with escapes made visible, and the span within them.
fn window(text: &str, span: Range<usize>) -> Window {
    let floor = |mut i: usize| {
        i = i.min(text.len());
        while !text.is_char_boundary(i) {
            i -= 1;
        }
        i
    };
    let (start, end) = (floor(span.start), floor(span.end.max(span.start)));
    let from = text[..start].rfind('\n').map_or(0, |i| i + 1);
    // A span over many lines (a whole table) is shown by its first line.
    let line_end = text[start..].find('\n').map_or(text.len(), |i| start + i);
    let end = end.min(line_end);
    let (before, marked, after) = (&text[from..start], &text[start..end], &text[end..line_end]);
    let limit = |s: &str, n: usize| s.chars().take(n).collect::<String>();
    let before = crate::text::clean(&limit(before, 400));
    let marked = crate::text::clean(&limit(marked, 400));
    let after = crate::text::clean(&limit(after, 400));
    Window {
        first_line: text[..from].bytes().filter(|b| *b == b'\n').count() + 1,
        span: before.len()..before.len() + marked.len(),
        text: format!("{before}{marked}{after}"),
    }
}

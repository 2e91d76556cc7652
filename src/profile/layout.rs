//! Where everything stands in a TOML text: headers, keys, values, comments, lines.
//!
//! The one place that knows TOML's syntax apart from its meaning. Changing text by these places keeps every other byte as
//! it was, line ends and byte-order mark included.

use std::borrow::Cow;
use std::collections::HashMap;
use std::ops::Range;

use toml_parser::Source;
use toml_parser::parser::{Event, EventKind, RecursionGuard, parse_document};

/// A step into a document.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub(super) enum Step {
    Key(String),
    /// Element of an array of tables, from 0.
    Index(usize),
}

impl Step {
    pub(super) fn is(&self, name: &str) -> bool {
        matches!(self, Self::Key(k) if k == name)
    }
}

/// A table, array or value in a document.
pub(super) type Place = Vec<Step>;

/// How an entry lies to a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Meets {
    /// The entry is the place's value.
    At,
    /// The entry is part of the place.
    Inside,
    /// The place is part of the entry's value.
    Around,
}

/// The text's skeleton, in order.
#[derive(Debug)]
pub(super) struct Layout {
    /// The first has no header and holds what stands before the first header.
    pub(super) sections: Vec<Section>,
}

/// A header and the lines up to the next one.
#[derive(Debug)]
pub(super) struct Section {
    /// The table this is, with the index of each array element.
    pub(super) path: Place,
    /// The names in the header and where they stand.
    pub(super) names: Vec<(Range<usize>, String)>,
    /// The header's line with its line end; empty for the first section.
    pub(super) line: Range<usize>,
    /// The comment after the header.
    pub(super) comment: Option<Range<usize>>,
    pub(super) entries: Vec<Entry>,
}

/// `key = value` and the line or lines it stands on.
#[derive(Debug)]
pub(super) struct Entry {
    /// The key's parts, within the section.
    pub(super) path: Vec<String>,
    pub(super) names: Vec<(Range<usize>, String)>,
    pub(super) value: Range<usize>,
    /// Comments inside the value.
    pub(super) inner: Vec<Range<usize>>,
    /// The comment after the value.
    pub(super) comment: Option<Range<usize>>,
    /// From the first character of its first line to its last line's end.
    pub(super) line: Range<usize>,
}

impl Section {
    /// The place of an entry's value.
    pub(super) fn place(&self, entry: &Entry) -> Place {
        self.path.iter().cloned().chain(entry.path.iter().cloned().map(Step::Key)).collect()
    }

    /// How an entry's value lies to a place, without building its own place: a file has thousands of them.
    pub(super) fn meets(&self, entry: &Entry, place: &[Step]) -> Option<Meets> {
        let rest = match place.get(..self.path.len()) {
            Some(start) if start == self.path => place.get(self.path.len()..).unwrap_or_default(),
            // The place is around the whole section.
            None if self.path.starts_with(place) => return Some(Meets::Inside),
            _ => return None,
        };
        if !rest.iter().zip(&entry.path).all(|(step, name)| step.is(name)) {
            return None;
        }
        Some(match rest.len().cmp(&entry.path.len()) {
            std::cmp::Ordering::Less => Meets::Inside,
            std::cmp::Ordering::Equal => Meets::At,
            std::cmp::Ordering::Greater => Meets::Around,
        })
    }

    /// Just after the last thing in the section that is not a comment or blank line.
    pub(super) fn end(&self) -> usize {
        self.entries.last().map_or(self.line.end, |e| e.line.end)
    }
}

impl Layout {
    /// The layout of a text, or `None` if it has not the shape of TOML. Values are not looked into: the reader does that.
    pub(super) fn of(text: &str) -> Option<Self> {
        let source = Source::new(text);
        let tokens = source.lex().into_vec();
        let mut events: Vec<Event> = Vec::with_capacity(tokens.len());
        let mut errors: Vec<toml_parser::ParseError> = Vec::new();
        // The depth at which the reader, too, gives up.
        parse_document(&tokens, &mut RecursionGuard::new(&mut events, 80), &mut errors);
        if !errors.is_empty() || events.iter().any(|e| e.kind() == EventKind::Error) {
            return None;
        }
        let mut builder = Builder {
            text,
            source,
            sections: vec![Section::empty()],
            lengths: HashMap::new(),
            line_start: start_of_text(text),
        };
        let mut events = events.as_slice();
        while let Some((event, rest)) = events.split_first() {
            events = match event.kind() {
                EventKind::StdTableOpen | EventKind::ArrayTableOpen => builder.header(event, rest),
                EventKind::SimpleKey => builder.entry(event, rest),
                EventKind::Newline => {
                    builder.line_start = event.span().end();
                    rest
                }
                _ => rest,
            };
        }
        Some(Self { sections: builder.sections })
    }

    /// All entries with the sections they stand in.
    pub(super) fn entries(&self) -> impl Iterator<Item = (&Section, &Entry)> {
        self.sections.iter().flat_map(|s| s.entries.iter().map(move |e| (s, e)))
    }
}

/// A byte-order mark is not part of the first line.
fn start_of_text(text: &str) -> usize {
    if text.starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 }
}

impl Section {
    fn empty() -> Self {
        Self { path: Vec::new(), names: Vec::new(), line: 0..0, comment: None, entries: Vec::new() }
    }
}

struct Builder<'t> {
    text: &'t str,
    source: Source<'t>,
    sections: Vec<Section>,
    /// Elements so far of each array of tables.
    lengths: HashMap<Place, usize>,
    line_start: usize,
}

impl<'t> Builder<'t> {
    fn name(&self, event: &Event) -> (Range<usize>, String) {
        let mut name = Cow::Borrowed("");
        if let Some(raw) = self.source.get(event) {
            raw.decode_key(&mut name, &mut ());
        }
        (event.span().start()..event.span().end(), name.into_owned())
    }

    fn header<'e>(&mut self, open: &Event, mut events: &'e [Event]) -> &'e [Event] {
        let array = open.kind() == EventKind::ArrayTableOpen;
        let mut names = Vec::new();
        while let Some((event, rest)) = events.split_first() {
            events = rest;
            match event.kind() {
                EventKind::SimpleKey => names.push(self.name(event)),
                EventKind::StdTableClose | EventKind::ArrayTableClose => break,
                _ => {}
            }
        }
        let mut path: Place = Vec::new();
        for (i, (_, name)) in names.iter().enumerate() {
            path.push(Step::Key(name.clone()));
            if array && i + 1 == names.len() {
                let length = self.lengths.entry(path.clone()).or_default();
                *length += 1;
                path.push(Step::Index(*length - 1));
            } else if let Some(length) = self.lengths.get(&path) {
                path.push(Step::Index(length.saturating_sub(1)));
            }
        }
        let start = self.line_start;
        let (comment, end, rest) = self.finish_line(events);
        self.sections.push(Section { path, names, line: start..end, comment, entries: Vec::new() });
        rest
    }

    fn entry<'e>(&mut self, first: &Event, mut events: &'e [Event]) -> &'e [Event] {
        let start = self.line_start;
        let mut names = vec![self.name(first)];
        let mut inner = Vec::new();
        let mut value: Option<Range<usize>> = None;
        let mut depth = 0_usize;
        let mut in_key = true;
        while let Some((event, rest)) = events.split_first() {
            let span = event.span().start()..event.span().end();
            let mut grow = |depth: usize| {
                let from = value.as_ref().map_or(span.start, |v| v.start);
                value = Some(from..span.end);
                depth == 0
            };
            let done = match event.kind() {
                EventKind::SimpleKey if in_key => {
                    names.push(self.name(event));
                    false
                }
                EventKind::KeyValSep => {
                    in_key = false;
                    false
                }
                EventKind::ArrayOpen | EventKind::InlineTableOpen => {
                    depth += 1;
                    grow(depth)
                }
                EventKind::ArrayClose | EventKind::InlineTableClose => {
                    depth = depth.saturating_sub(1);
                    grow(depth)
                }
                EventKind::Scalar => grow(depth),
                EventKind::Comment if depth > 0 => {
                    inner.push(span);
                    false
                }
                _ => false,
            };
            events = rest;
            if done {
                break;
            }
        }
        let (comment, end, rest) = self.finish_line(events);
        let path = names.iter().map(|(_, n)| n.clone()).collect();
        let entry = Entry { path, names, value: value.unwrap_or(end..end), inner, comment, line: start..end };
        if let Some(section) = self.sections.last_mut() {
            section.entries.push(entry);
        }
        rest
    }

    /// The comment that ends the line, and the line's end.
    fn finish_line<'e>(&mut self, mut events: &'e [Event]) -> (Option<Range<usize>>, usize, &'e [Event]) {
        let mut comment = None;
        while let Some((event, rest)) = events.split_first() {
            let span = event.span().start()..event.span().end();
            events = rest;
            match event.kind() {
                EventKind::Comment => comment = Some(span),
                EventKind::Newline => {
                    self.line_start = span.end;
                    return (comment, span.end, events);
                }
                _ => {}
            }
        }
        self.line_start = self.text.len();
        (comment, self.text.len(), events)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_entry_knows_its_place_and_lines() {
        let text = "\u{feff}# top\r\na = 1 # one\r\n[[trip]] # t\r\nid = \"x\"\r\nset = [\r\n  1, # why\r\n]\r\n[trip.for.n]\r\nb.c = { d = 1 }\r\n[[trip]]\r\n[[trip.told]]\r\nwho = 'me'";
        let layout = Layout::of(text).unwrap();
        let show = |p: &Place| {
            p.iter()
                .map(|s| match s {
                    Step::Key(k) => k.clone(),
                    Step::Index(i) => i.to_string(),
                })
                .collect::<Vec<_>>()
                .join(".")
        };
        let places: Vec<String> =
            layout.entries().map(|(s, e)| format!("{}={}", show(&s.place(e)), &text[e.value.clone()])).collect();
        assert_eq!(
            places,
            [
                "a=1",
                "trip.0.id=\"x\"",
                "trip.0.set=[\r\n  1, # why\r\n]",
                "trip.0.for.n.b.c={ d = 1 }",
                "trip.1.told.0.who='me'"
            ]
        );
        let (_, a) = layout.entries().next().unwrap();
        assert_eq!(&text[a.line.clone()], "a = 1 # one\r\n");
        let (_, set) = layout.entries().nth(2).unwrap();
        assert_eq!(set.inner.len(), 1);
        assert_eq!(&text[set.line.clone()], "set = [\r\n  1, # why\r\n]\r\n");
    }

    #[test]
    fn what_is_not_toml_has_no_layout() {
        assert!(Layout::of("[a").is_none());
        assert!(Layout::of(&"[".repeat(100_000)).is_none());
    }
}

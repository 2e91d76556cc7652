//! Makes a file's text say what the profile says, touching only what differs.
//!
//! Two trees are compared; each difference becomes a small change at its place in the text: a value, a line, a block of
//! lines. All other bytes stay, and no comment is ever deleted: one that stood in or behind something removed moves to a
//! line of its own. The store reads the result back before it believes it.

use super::document::{Node, header, key};
use std::collections::{HashMap, HashSet};

use super::layout::{Entry, Layout, Meets, Place, Section, Step};

/// The text changed so that it says `new` where it said `old`. `None` if the text is not TOML.
pub(super) fn splice(text: &str, old: &Node, new: &Node) -> Option<String> {
    let mut changes = Changes::default();
    changes.compare(old, new, &mut Vec::new(), &mut Vec::new());
    let newline = match text.find('\n') {
        Some(at) if at > 0 && text.as_bytes().get(at - 1) == Some(&b'\r') => "\r\n",
        _ => "\n",
    };
    let mut doc = Document { text: text.to_owned(), newline };
    // While values change, removed elements still hold their index. When elements are added, those before them are
    // already as they will be: outer arrays first, and each from its beginning.
    let moved = !(changes.additions.is_empty() && changes.removals.is_empty());
    let both = moved.then(|| joined(old, new));
    let both = both.as_ref().unwrap_or(new);
    for (place, node) in &changes.puts {
        doc.put(place, node, both)?;
    }
    for place in changes.removals.iter().rev() {
        doc.remove(place, new)?;
    }
    changes.additions.sort_by_key(|(array, _, _)| array.len());
    for (array, index, node) in &changes.additions {
        doc.add(array, Some(*index), node, new)?;
    }
    Some(doc.text)
}

#[derive(Default)]
struct Changes {
    /// Values that changed, and keys that are new, by their place in the old tree.
    puts: Vec<(Place, Node)>,
    /// By place in the old tree.
    removals: Vec<Place>,
    /// Elements that are new in an array of tables: the array's place and their index, both in the new tree.
    additions: Vec<(Place, usize, Node)>,
}

impl Changes {
    fn compare(&mut self, old: &Node, new: &Node, was_at: &mut Place, is_at: &mut Place) {
        match (old, new) {
            (Node::Table(before), Node::Table(after)) => {
                for (k, was) in before {
                    was_at.push(Step::Key(k.clone()));
                    is_at.push(Step::Key(k.clone()));
                    match new.get(k) {
                        Some(is) => self.compare(was, is, was_at, is_at),
                        None => self.removals.push(was_at.clone()),
                    }
                    was_at.pop();
                    is_at.pop();
                }
                for (k, is) in after {
                    if old.get(k).is_none() {
                        let place = was_at.iter().cloned().chain([Step::Key(k.clone())]).collect();
                        self.puts.push((place, is.clone()));
                    }
                }
            }
            (Node::Tables(before), Node::Tables(after)) => {
                let pairs: HashMap<usize, usize> = pairs(before, after).into_iter().collect();
                for (b, was) in before.iter().enumerate() {
                    was_at.push(Step::Index(b));
                    match pairs.get(&b).and_then(|a| Some((*a, after.get(*a)?))) {
                        Some((a, is)) => {
                            is_at.push(Step::Index(a));
                            self.compare(was, is, was_at, is_at);
                            is_at.pop();
                        }
                        None => self.removals.push(was_at.clone()),
                    }
                    was_at.pop();
                }
                let kept: HashSet<usize> = pairs.into_values().collect();
                for (a, is) in after.iter().enumerate() {
                    if !kept.contains(&a) {
                        self.additions.push((is_at.clone(), a, is.clone()));
                    }
                }
            }
            _ if old == new => {}
            _ => self.puts.push((was_at.clone(), new.clone())),
        }
    }
}

/// Which element of one array of tables is which of the other.
fn pairs(before: &[Node], after: &[Node]) -> Vec<(usize, usize)> {
    if before.iter().chain(after).all(|n| n.identity().is_some()) {
        let place = |list: &[Node], id: Option<&str>| list.iter().position(|n| n.identity() == id);
        let renamed = |b: &Node, a: &Node| {
            b.identity() != a.identity()
                && place(after, b.identity()).is_none()
                && place(before, a.identity()).is_none()
        };
        if before.len() == after.len()
            && before.iter().zip(after).all(|(b, a)| b.identity() == a.identity() || renamed(b, a))
        {
            return (0..before.len()).map(|i| (i, i)).collect();
        }
        // Positions by identity, so that a thousand records are compared in one pass.
        let index: HashMap<Option<&str>, usize> = after.iter().enumerate().map(|(i, n)| (n.identity(), i)).collect();
        return before.iter().enumerate().filter_map(|(i, b)| Some((i, *index.get(&b.identity())?))).collect();
    }
    let head = before.iter().zip(after).take_while(|(b, a)| b == a).count();
    let rest = before.len().min(after.len()) - head;
    let tail = before.iter().rev().zip(after.iter().rev()).take(rest).take_while(|(b, a)| b == a).count();
    (0..head).map(|i| (i, i)).chain((0..tail).rev().map(|i| (before.len() - 1 - i, after.len() - 1 - i))).collect()
}

/// The new tree with the old one's array elements: removed ones still there, new ones not yet.
fn joined(old: &Node, new: &Node) -> Node {
    match (old, new) {
        (Node::Table(before), Node::Table(after)) => {
            let mut entries: Vec<(String, Node)> = after
                .iter()
                .map(|(k, is)| (k.clone(), old.get(k).map_or_else(|| is.clone(), |was| joined(was, is))))
                .collect();
            entries
                .extend(before.iter().filter(|(k, n)| new.get(k).is_none() && matches!(n, Node::Tables(_))).cloned());
            Node::Table(entries)
        }
        (Node::Tables(before), Node::Tables(after)) => {
            let pairs: HashMap<usize, usize> = pairs(before, after).into_iter().collect();
            let kept = before.iter().enumerate().map(|(b, was)| {
                let is = pairs.get(&b).and_then(|a| after.get(*a));
                is.map_or_else(|| was.clone(), |is| joined(was, is))
            });
            Node::Tables(kept.collect())
        }
        _ => new.clone(),
    }
}

struct Document {
    text: String,
    newline: &'static str,
}

/// The entry a place lies strictly inside of: an inline table or array of them.
fn around<'l>(layout: &'l Layout, place: &[Step]) -> Option<(&'l Section, &'l Entry)> {
    layout.entries().find(|(s, e)| s.meets(e, place) == Some(Meets::Around))
}

impl Document {
    fn layout(&self) -> Option<Layout> {
        Layout::of(&self.text)
    }

    /// Sets a value or writes a new table.
    fn put(&mut self, place: &[Step], node: &Node, tree: &Node) -> Option<()> {
        let layout = self.layout()?;
        if let Some((section, entry)) = around(&layout, place) {
            return self.write_again(&section.place(entry), entry, tree);
        }
        match node {
            Node::Leaf(value) => {
                if let Some((_, entry)) = layout.entries().find(|(s, e)| s.meets(e, place) == Some(Meets::At)) {
                    self.replace(entry, value);
                    return Some(());
                }
                let inside = |p: &[Step]| p.len() > place.len() && p.starts_with(place);
                if layout.sections.iter().any(|s| inside(&s.path) || s.path == place)
                    || layout.entries().any(|(s, e)| s.meets(e, place) == Some(Meets::Inside))
                {
                    // Months by year written as a table of its own.
                    self.remove(place, tree)?;
                    return self.insert(&self.layout()?, place, value, tree);
                }
                self.insert(&layout, place, value, tree)
            }
            Node::Table(entries) => {
                for (k, child) in entries {
                    let mut inner = place.to_vec();
                    inner.push(Step::Key(k.clone()));
                    self.put(&inner, child, tree)?;
                }
                Some(())
            }
            Node::Tables(items) => items.iter().try_for_each(|item| self.add(place, None, item, tree)),
        }
    }

    /// Writes an inline value again from the tree, or removes it when the tree no longer has it.
    fn write_again(&mut self, place: &[Step], entry: &Entry, tree: &Node) -> Option<()> {
        match tree.at(place) {
            Some(node) => self.replace(entry, &node.inline()),
            None => self.delete_lines(entry.line.clone(), entry.inner.iter().chain(&entry.comment)),
        }
        Some(())
    }

    /// Changes a value and nothing else on its lines. Comments inside the old value move above it.
    fn replace(&mut self, entry: &Entry, value: &str) {
        if self.text.get(entry.value.clone()) == Some(value) {
            return;
        }
        let indent = self.indent(entry.line.start);
        let moved: String = entry
            .inner
            .iter()
            .filter_map(|c| self.text.get(c.clone()))
            .map(|comment| format!("{indent}{comment}{}", self.newline))
            .collect();
        self.text.replace_range(entry.value.clone(), value);
        self.text.insert_str(entry.line.start, &moved);
    }

    /// Adds a line to the table it belongs in, beside its neighbours in the vocabulary's order.
    fn insert(&mut self, layout: &Layout, place: &[Step], value: &str, tree: &Node) -> Option<()> {
        let (last, parent) = place.split_last()?;
        let Step::Key(name) = last else { return None };
        if let Some(section) = layout.sections.iter().find(|s| s.path == parent) {
            let mut at = section.line.end;
            if parent.is_empty() {
                at = section
                    .entries
                    .first()
                    .map_or(if self.text.starts_with('\u{feff}') { 3 } else { 0 }, |e| e.line.end);
            }
            if let Some(Node::Table(siblings)) = tree.at(parent) {
                let before = siblings.iter().take_while(|(k, _)| k != name);
                let ends = before.filter_map(|(k, _)| {
                    section.entries.iter().filter(|e| e.path.first() == Some(k)).map(|e| e.line.end).max()
                });
                at = ends.last().unwrap_or(at);
            } else {
                at = section.end();
            }
            let indent = section.entries.last().map_or(String::new(), |e| self.indent(e.line.start));
            self.insert_lines(at, &format!("{indent}{} = {value}{}", key(name), self.newline));
            return Some(());
        }
        // A table written as dotted keys cannot be given a header: one more dotted key.
        for depth in (1..place.len()).rev() {
            let ancestor = place.get(..depth)?;
            let sibling = layout
                .entries()
                .filter(|(s, e)| {
                    s.path.len() < depth && matches!(s.meets(e, ancestor), Some(Meets::At | Meets::Inside))
                })
                .last();
            if let Some((section, entry)) = sibling {
                let names: Vec<String> = place
                    .get(section.path.len()..)?
                    .iter()
                    .map(|s| match s {
                        Step::Key(k) => k.clone(),
                        Step::Index(i) => i.to_string(),
                    })
                    .collect();
                let indent = self.indent(entry.line.start);
                self.insert_lines(entry.line.end, &format!("{indent}{} = {value}{}", header(&names), self.newline));
                return Some(());
            }
        }
        let block = format!("[{}]{n}{} = {value}{n}", header(&names(parent)), key(name), n = self.newline);
        let at = self.end_of(layout, parent);
        self.insert_block(at, &block);
        Some(())
    }

    /// Adds an element to an array of tables: behind the one that comes before it, or at the end.
    fn add(&mut self, array: &[Step], index: Option<usize>, node: &Node, tree: &Node) -> Option<()> {
        let layout = self.layout()?;
        let inline =
            layout.entries().find(|(s, e)| s.meets(e, array) == Some(Meets::At)).or_else(|| around(&layout, array));
        if let Some((section, entry)) = inline {
            return self.write_again(&section.place(entry), entry, tree);
        }
        let names = names(array);
        let mut block = format!("[[{}]]{}", header(&names), self.newline);
        node.write(&names, self.newline, &mut block);
        let element = |i: usize| array.iter().cloned().chain([Step::Index(i)]).collect::<Place>();
        let first = layout.sections.iter().find(|s| s.path == element(0));
        let at = match (index, first) {
            (Some(0), Some(first)) => self.before_comments(first.line.start),
            (Some(i), _) if i > 0 => self.end_of(&layout, &element(i - 1)),
            _ => self.end_of(&layout, array),
        };
        self.insert_block(at, &block);
        Some(())
    }

    /// Removes everything at and below a place.
    fn remove(&mut self, place: &[Step], tree: &Node) -> Option<()> {
        let layout = self.layout()?;
        if let Some((section, entry)) = around(&layout, place) {
            return self.write_again(&section.place(entry), entry, tree);
        }
        for section in layout.sections.iter().rev() {
            let whole = !section.names.is_empty() && section.path.starts_with(place);
            for entry in section.entries.iter().rev() {
                if whole || matches!(section.meets(entry, place), Some(Meets::At | Meets::Inside)) {
                    self.delete_lines(entry.line.clone(), entry.inner.iter().chain(&entry.comment));
                }
            }
            if whole {
                self.delete_lines(section.line.clone(), section.comment.iter());
            }
        }
        Some(())
    }

    /// Where a block that belongs to a table or array goes: after the last line of it, or of the nearest table around
    /// it, or of the file.
    fn end_of(&self, layout: &Layout, place: &[Step]) -> usize {
        for depth in (1..=place.len()).rev() {
            let Some(ancestor) = place.get(..depth) else { continue };
            if let Some(section) = layout.sections.iter().rev().find(|s| s.path.starts_with(ancestor)) {
                return self.after_comments(section.end());
            }
        }
        self.text.len()
    }

    /// Past the comment lines that follow directly, unless they stand directly above a header: then they are its.
    fn after_comments(&self, from: usize) -> usize {
        let mut at = from;
        for line in self.text.get(from..).unwrap_or_default().split_inclusive('\n') {
            match line.trim_start().as_bytes().first() {
                Some(b'#') => at += line.len(),
                Some(b'[') => return from,
                _ => return at,
            }
        }
        at
    }

    /// Before the comment lines that stand directly above.
    fn before_comments(&self, header: usize) -> usize {
        let mut at = header;
        for line in self.text.get(..header).unwrap_or_default().split_inclusive('\n').rev() {
            if !line.trim_start().starts_with('#') {
                break;
            }
            at -= line.len();
        }
        at
    }

    fn indent(&self, line_start: usize) -> String {
        let line = self.text.get(line_start..).unwrap_or_default();
        line.chars().take_while(|c| *c == ' ' || *c == '\t').collect()
    }

    fn insert_lines(&mut self, at: usize, lines: &str) {
        let before = self.text.get(..at).unwrap_or_default();
        let unfinished = !before.is_empty() && !before.ends_with('\n') && before != "\u{feff}";
        let first = if unfinished { self.newline } else { "" };
        self.text.insert_str(at, &format!("{first}{lines}"));
    }

    /// Inserts lines with a blank line on either side.
    fn insert_block(&mut self, at: usize, block: &str) {
        let before = self.text.get(..at).unwrap_or_default();
        let after = self.text.get(at..).unwrap_or_default();
        let blank = |line: Option<&str>| line.is_none_or(|l| l.trim().is_empty());
        let mut lines = String::new();
        if !before.trim_start_matches('\u{feff}').is_empty() && !blank(before.lines().next_back()) {
            lines.push_str(self.newline);
        }
        lines.push_str(block);
        if !blank(after.lines().next()) {
            lines.push_str(self.newline);
        }
        self.insert_lines(at, &lines);
    }

    /// Deletes whole lines, leaving their comments on lines of their own, and one of two blank lines that would meet.
    fn delete_lines<'c>(
        &mut self,
        lines: std::ops::Range<usize>,
        comments: impl Iterator<Item = &'c std::ops::Range<usize>>,
    ) {
        let indent = self.indent(lines.start);
        let ended = self.text.get(lines.clone()).is_some_and(|l| l.ends_with('\n'));
        let mut kept: Vec<String> =
            comments.filter_map(|c| self.text.get(c.clone())).map(|c| format!("{indent}{c}")).collect();
        if ended && !kept.is_empty() {
            kept.push(String::new());
        }
        let kept = kept.join(self.newline);
        let (mut start, mut end) = (lines.start, lines.end);
        if kept.is_empty() {
            let blank_before =
                self.text.get(..lines.start).is_some_and(|b| b.ends_with("\n\n") || b.ends_with("\r\n\r\n"));
            let next = self.text.get(end..).unwrap_or_default();
            let next_line = next.split_inclusive('\n').next().unwrap_or_default();
            if blank_before && next_line.trim().is_empty() {
                end += next_line.len();
            }
            if blank_before && next.is_empty() {
                start -= if self.text.get(..start).is_some_and(|b| b.ends_with("\r\n")) { 2 } else { 1 };
            }
        }
        self.text.replace_range(start..end, &kept);
    }
}

fn names(place: &[Step]) -> Vec<String> {
    let name = |s: &Step| match s {
        Step::Key(k) => Some(k.clone()),
        Step::Index(_) => None,
    };
    place.iter().filter_map(name).collect()
}

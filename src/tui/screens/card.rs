//! A ruling's card: what it says and why, the answers it rests on, its source, what would change it, and the other rules of
//! the same decision.

use ratatui::Frame;
use ratatui::layout::Rect;

use crate::condition::Slot;
use crate::engine::{Open, Outcome, State, Subject};
use crate::profile::Target;
use crate::report::words as plain;
use crate::ruleset::{Decision, Rule};
use crate::tui::app::{App, Card};
use crate::tui::form::Of;
use crate::tui::paper::{Paper, width};
use crate::tui::theme::Meaning;
use crate::tui::view::page_of;
use crate::tui::words;

/// The ruling after or before this one, about the same subject.
pub fn neighbour(app: &App, card: &Card, forward: bool) -> Option<(Subject, String, usize)> {
    let doc = app.doc.as_ref()?;
    let of = match &card.subject {
        Subject::Target => Of::Target(card.target.clone()),
        Subject::Person => Of::Person,
        Subject::Record(id) => Of::Record(id.clone()),
    };
    let all = doc.desk.rulings(&of);
    let at = all.iter().position(|s| s.target == card.target && s.ruled.decision == card.decision)?;
    let n = all.len();
    let shown = all.get(if forward { (at + 1) % n } else { (at + n - 1) % n })?;
    Some((shown.ruled.subject.clone(), shown.target.to_owned(), shown.ruled.decision))
}

pub fn draw(frame: &mut Frame<'_>, area: Rect, app: &App, card: &Card) {
    let mut page = Page { paper: Paper::new(usize::from(area.width).min(100), app.theme), app, card };
    // A card whose ruling is gone, because its target is, stays empty.
    let _ = page.write();
    page_of(frame, area, &page.paper, &card.scroll);
}

struct Page<'a> {
    paper: Paper,
    app: &'a App,
    card: &'a Card,
}

impl Page<'_> {
    fn write(&mut self) -> Option<()> {
        let (app, card) = (self.app, self.card);
        let (doc, rules) = (app.doc.as_ref()?, &*app.rules);
        let target = doc.profile.target(&card.target)?;
        let decision = rules.decisions.get(card.decision)?;
        let ruled = doc.desk.ruling(&card.target, &card.subject, card.decision)?;
        let line = words::ruling(rules, target, ruled, app.today);
        self.paper.hang_styled(0, (&line.word, line.meaning), width(&line.word) + 2, &line.rest, Meaning::Heading);
        self.paper.para(0, &words::subject(rules, &doc.profile, &card.subject, &card.target), Meaning::Body);
        if card.subject != Subject::Target {
            self.paper.para(0, &format!("for {}", words::target(rules, target)), Meaning::Body);
        }
        if !line.when.is_empty() {
            self.paper.para(0, &plain::upper_first(&line.when), Meaning::Answer);
        }
        self.section("The question");
        self.body(&decision.asks);
        if decision.filed_by_office {
            self.body("Your institution files it, not you.");
        }
        match &ruled.state {
            State::Decided(outcome) => self.decided(target, decision, outcome),
            State::Open(open) => self.open(decision, open),
            State::Contradiction { slots, says } => {
                self.section("What does not fit together");
                self.body(says);
                for slot in slots {
                    self.fact(target, decision, *slot);
                }
                self.body("Put one of them right in the form; until then nothing is ruled here.");
            }
        }
        Some(())
    }

    fn section(&mut self, title: &str) {
        self.paper.blank();
        self.paper.line(&[(title, Meaning::Heading)]);
    }

    fn body(&mut self, text: &str) {
        self.paper.para(2, text, Meaning::Body);
    }

    fn fact(&mut self, target: &Target, decision: &Decision, slot: Slot) {
        let Some(doc) = &self.app.doc else { return };
        let (rules, subject) = (&self.app.rules, &self.card.subject);
        if let Some(f) = plain::fact(rules, &doc.profile, target, subject, decision.kind, slot, self.app.today) {
            let colon = if f.question.ends_with(['?', '.', ':']) { "" } else { ":" };
            let text = format!("{}{colon} {}", f.question, f.value);
            self.paper.hang(2, "-", 4, &text, Meaning::Body);
        }
    }

    fn decided(&mut self, target: &Target, decision: &Decision, outcome: &Outcome) {
        let fired: Vec<&Rule> = outcome.rules.iter().filter_map(|i| decision.rules.get(*i)).collect();
        self.section(if fired.len() > 1 { "Why (one of these; all lead here)" } else { "Why" });
        for rule in &fired {
            self.body(&rule.because);
        }
        if let Some(rule) = fired.first() {
            if !rule.action.is_empty() {
                self.section("What to do");
                self.body(&rule.action);
            }
            if !rule.question.is_empty() {
                self.section("A question you could send");
                self.body(&rule.question);
            }
            if let Some(place) = &rule.may_list {
                self.paper.blank();
                self.body(&format!("You may still list it, if you like: {}.", words::place(&self.app.rules, place)));
            }
        }
        if !outcome.rests_on.is_empty() {
            self.section("It rests on");
            for slot in &outcome.rests_on {
                self.fact(target, decision, *slot);
            }
        }
        self.section("What would change it");
        let card = self.card;
        match &card.flip {
            None => self.body("Looking for it."),
            Some(lines) if lines.is_empty() => {
                self.body("No change of one or two of your own answers was found that would.");
            }
            Some(lines) => lines.iter().for_each(|line| self.body(line)),
        }
        for rule in &fired {
            self.source(rule);
        }
        self.others(decision, &outcome.rules, "Other rules of this decision");
    }

    fn open(&mut self, decision: &Decision, open: &Open) {
        let (app, card) = (self.app, self.card);
        let Some(doc) = &app.doc else { return };
        let list = |page: &mut Self, slots: &[Slot]| {
            for slot in slots {
                let ask = match doc.profile.target(&card.target) {
                    Some(target) => {
                        plain::question_at(&app.rules, &doc.profile, target, &card.subject, decision.kind, *slot)
                    }
                    None => plain::question(&app.rules, &doc.profile, &card.subject, decision.kind, *slot),
                };
                page.paper.hang(2, "-", 4, &ask, Meaning::Body);
            }
        };
        if !open.ask.is_empty() {
            self.section("It depends on");
            list(self, &open.ask);
        }
        if !open.unsure.is_empty() {
            self.section("You were not sure about");
            list(self, &open.unsure);
            self.body("Your office can help with that; the report has the question ready to send.");
        }
        self.section("It could be");
        for rule in open.possible.iter().filter_map(|i| decision.rules.get(*i)) {
            self.other(rule);
        }
        self.others(decision, &open.possible, "No longer possible");
    }

    /// Where a rule stands, and how well that is known.
    fn source(&mut self, rule: &Rule) {
        let rules = &*self.app.rules;
        self.section("Source");
        for authority in &rule.authority {
            self.paper.hang(2, "-", 4, &plain::citation(rules, authority), Meaning::Body);
            if let Some(source) = rules.source(&authority.source).filter(|s| !s.url.is_empty()) {
                self.paper.para(4, &source.url, Meaning::Answer);
            }
        }
        let basis = plain::basis(rules, rule).unwrap_or_else(|| "read in the agency's own text".to_owned());
        let checked = plain::date(rule.verified);
        let line = format!("{}; last checked on {checked}.", plain::upper_first(&basis));
        self.paper.para(2, &line, Meaning::Aside);
        self.paper.para(2, &format!("In force {}.", plain::period(&rule.period)), Meaning::Aside);
        if let Some(review) = plain::review(rule, self.app.today) {
            self.paper.para(2, &format!("{}.", plain::upper_first(&review)), Meaning::Office);
        }
        if !rule.note.is_empty() {
            self.paper.para(2, &format!("Note: {}", rule.note), Meaning::Aside);
        }
        self.paper.para(2, &format!("Rule {}", rule.id), Meaning::Aside);
    }

    fn others(&mut self, decision: &Decision, except: &[usize], title: &str) {
        let rest = decision.rules.iter().enumerate().filter(|(i, _)| !except.contains(i)).map(|(_, r)| r);
        let rest: Vec<&Rule> = rest.collect();
        if rest.is_empty() {
            return;
        }
        self.section(title);
        for rule in rest {
            self.other(rule);
        }
    }

    fn other(&mut self, rule: &Rule) {
        let lead = format!("{}:", rule.ruling.title());
        let hang = (2 + width(&lead) + 1).min(self.paper.columns / 2);
        let text = format!("{} ({})", rule.because, plain::period(&rule.period));
        self.paper.hang_styled(2, (&lead, words::meaning(rule.ruling)), hang, &text, Meaning::Body);
    }
}

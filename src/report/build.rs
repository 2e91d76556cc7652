//! Building a report from rulings.
//!
//! Reads the rule set, the profile and what the engine said; decides what goes where and in which order. The only date
//! that is not a fact is `as_of`, so the same input gives the same report.

mod attention;

use std::collections::BTreeSet;

use chrono::NaiveDate;

use crate::condition::Slot;
use crate::engine::{Assessment, Open, Outcome, Remark, Ruled, State, Subject, Timing, in_background};
use crate::facts::Answer;
use crate::profile::{Profile, Target};
use crate::report::model::*;
use crate::report::route::{self, Found, RouteNote};
use crate::report::{fill, letter, names, words};
use crate::ruleset::{Agency, Authority, Decision, Pending, Rule, RuleSet, Ruling, Section, Stage};
use crate::text::{clean, count};

/// Builds the report. `assessments` are in the order of the report; those whose target the profile lacks are left out.
pub fn build(
    rules: &RuleSet,
    profile: &Profile,
    assessments: &[Assessment],
    remarks: &[Remark],
    as_of: NaiveDate,
) -> Report {
    let mut b = Builder::new(rules, profile, as_of);
    let parts: Vec<(&Assessment, &Target)> =
        assessments.iter().filter_map(|a| profile.target(&a.target).map(|t| (a, t))).collect();
    let attention = b.attention(&parts, remarks);
    let targets: Vec<TargetPart> = parts.iter().map(|(a, t)| b.target(a, t)).collect();
    let name = profile.person.get("name").and_then(|a| {
        let field = rules.kind("person")?.1.field("name")?;
        match a {
            Answer::Is(v) => Some(words::value(field, v)),
            Answer::NotSure => None,
        }
    });
    Report {
        schema: SCHEMA,
        title: "What to disclose, and where".to_owned(),
        name,
        as_of: Day::of(as_of),
        summary: overall(&targets),
        attention,
        lists: names::notes(rules, profile, &parts, as_of),
        unsettled: b.unsettled(&parts),
        not_looked_at: b.not_looked_at(&parts),
        targets,
        sources: b.source_notes(),
        rule_set: RuleSetNote {
            id: rules.meta.id.clone(),
            title: rules.meta.title.clone(),
            version: rules.meta.version.clone(),
            released: rules.meta.released.map(Day::of),
            digest: rules.digest.clone(),
            release: ReleaseNote::of(&rules.standing),
            overlays: rules
                .overlays
                .iter()
                .map(|o| OverlayNote {
                    id: o.id.clone(),
                    title: o.title.clone(),
                    version: o.version.clone(),
                    released: o.released.map(Day::of),
                    digest: o.digest.clone(),
                    release: ReleaseNote::of(&o.standing),
                })
                .collect(),
            settings: SettingNote::all(rules),
        },
    }
}

fn overall(targets: &[TargetPart]) -> String {
    if targets.is_empty() {
        return "No target was chosen, so nothing was ruled on.".to_owned();
    }
    let parts: Vec<String> = targets
        .iter()
        .enumerate()
        .map(|(i, t)| if i == 0 { t.summary.clone() } else { words::lower_first(&t.summary) })
        .map(|s| s.trim_end_matches('.').to_owned())
        .collect();
    format!("{}.", parts.join("; "))
}

/// What the building of one report shares: the inputs, and the numbers given to sources so far.
pub(crate) struct Builder<'a> {
    pub rules: &'a RuleSet,
    pub profile: &'a Profile,
    pub as_of: NaiveDate,
    cited: Vec<&'a str>,
    /// Labels that more than one record has; these get the id added.
    twice: BTreeSet<String>,
}

impl<'a> Builder<'a> {
    pub fn new(rules: &'a RuleSet, profile: &'a Profile, as_of: NaiveDate) -> Self {
        let mut seen = BTreeSet::new();
        let mut twice = BTreeSet::new();
        for record in &profile.records {
            let key = format!("{}/{}", record.kind, words::record_label(rules, record));
            if !seen.insert(key.clone()) {
                twice.insert(key);
            }
        }
        Self { rules, profile, as_of, cited: Vec::new(), twice }
    }

    pub fn decision(&self, ruled: &Ruled) -> Option<&'a Decision> {
        self.rules.decisions.get(ruled.decision)
    }

    pub fn about(&self, ruled: &Ruled, target: &Target) -> About {
        let kind = self.decision(ruled).and_then(|d| self.rules.kinds.get(d.kind));
        match &ruled.subject {
            Subject::Target => About {
                kind: "target".into(),
                kind_title: "Target".into(),
                id: String::new(),
                label: format!("The {} as a whole", words::target_label(self.rules, target)),
            },
            Subject::Person => {
                About { kind: "person".into(), kind_title: "You".into(), id: String::new(), label: "You".into() }
            }
            Subject::Record(id) => match self.profile.record(id) {
                Some(_) => self.about_record(id),
                // The target itself stands among the records: the proposal is listed as pending on its own form.
                None => About {
                    kind: kind.map_or_else(String::new, |k| k.id.clone()),
                    kind_title: kind.map_or_else(String::new, |k| k.title.clone()),
                    id: clean(id),
                    label: match fill::target_name(self.rules, target) {
                        Some(name) => format!("{name} (this {})", words::target_label(self.rules, target)),
                        None => format!("This {}", words::target_label(self.rules, target)),
                    },
                },
            },
        }
    }

    pub fn about_record(&self, id: &str) -> About {
        let Some(record) = self.profile.record(id) else {
            return About { kind: String::new(), kind_title: String::new(), id: clean(id), label: clean(id) };
        };
        let mut label = words::record_label(self.rules, record);
        if self.twice.contains(&format!("{}/{label}", record.kind)) {
            label = format!("{label}, {}", clean(id));
        }
        About {
            kind: clean(&record.kind),
            kind_title: self.rules.kind(&record.kind).map_or_else(|| clean(&record.kind), |(_, k)| k.title.clone()),
            id: clean(id),
            label,
        }
    }

    pub fn place(&self, id: &str) -> Place {
        Place { id: id.to_owned(), words: words::place(self.rules, id) }
    }

    /// The office to turn to about a place, where an overlay names one.
    pub fn contact(&self, decision: &Decision, place: &str) -> Option<String> {
        self.rules.contact(decision, place).map(words::contact)
    }

    fn cite(&mut self, authority: &'a Authority) -> Citation {
        let number = match self.cited.iter().position(|id| *id == authority.source) {
            Some(i) => i + 1,
            None => {
                self.cited.push(&authority.source);
                self.cited.len()
            }
        };
        let source = self.rules.source(&authority.source);
        let title = source.map_or_else(|| authority.source.clone(), |s| s.title.clone());
        Citation {
            number,
            source: authority.source.clone(),
            short_title: words::short_title(&title).to_owned(),
            title,
            at: authority.at.clone(),
            url: source.map_or_else(String::new, |s| s.url.clone()),
        }
    }

    fn reason(&mut self, decision: &Decision, rule: &'a Rule) -> Reason {
        Reason {
            decision: decision.id.clone(),
            rule: rule.id.clone(),
            one_of_several: false,
            because: rule.because.clone(),
            action: rule.action.clone(),
            citations: rule.authority.iter().map(|a| self.cite(a)).collect(),
            basis: rule.basis.id(),
            basis_note: words::basis(self.rules, rule),
            review_note: words::review(rule, self.as_of),
            may_list: rule.may_list.as_deref().map(|p| self.place(p)),
        }
    }

    /// The rules that a definite ruling may rest on; several that read alike are one reason.
    fn reasons(&mut self, decision: &'a Decision, rules: &[usize]) -> Vec<Reason> {
        let mut out: Vec<Reason> = Vec::new();
        for rule in rules.iter().filter_map(|i| decision.rules.get(*i)) {
            if !out.iter().any(|r| r.because == rule.because && r.action == rule.action) {
                let reason = self.reason(decision, rule);
                out.push(reason);
            }
        }
        let several = out.len() > 1;
        out.iter_mut().for_each(|r| r.one_of_several = several);
        out
    }

    /// True if a day has passed, or something was left off a form, and the log does not say that it was put right.
    pub fn is_late(&self, ruled: &Ruled, decision: &Decision) -> bool {
        ruled.is_late(decision, self.as_of) || ruled.is_found_late(self.rules, decision)
    }

    /// How something found late is put right at a target.
    pub fn route(&self, ruled: &Ruled, target: &Target, what: &str, place: &str) -> Option<RouteNote> {
        let route = self.rules.route(&target.agency, &target.moment)?;
        let title = match (route.stage, self.rules.agency(&target.agency)) {
            (Stage::DuringAward | Stage::AfterAward, Some(agency)) => format!("{} award", agency.short),
            _ => words::target_label(self.rules, target),
        };
        let noticed = route::noticed(self.profile, &ruled.subject, target);
        Some(RouteNote::of(self.rules, route, &Found { what, place, target: &title, noticed }))
    }

    pub fn deadline(&self, ruled: &Ruled, decision: &Decision, outcome: &Outcome) -> Deadline {
        if decision.filed_by_office && outcome.ruling != Ruling::NothingDue {
            // The office's date is not the person's.
            return Deadline { words: "your office keeps the date".into(), date: None, late: false };
        }
        let words = words::due(&outcome.deadline, outcome.ruling);
        let late = ruled.is_late(decision, self.as_of);
        Deadline {
            words: if late { words::was_due(&outcome.deadline) } else { words.clone() },
            date: if words.is_empty() { None } else { outcome.deadline.date().map(|d| d.to_string()) },
            late,
        }
    }

    /// `says_ruling`: the section it stands in does not say what the ruling is.
    fn item(
        &mut self,
        ruled: &Ruled,
        decision: &'a Decision,
        outcome: &Outcome,
        target: &Target,
        says_ruling: bool,
    ) -> Item {
        let place = self.place(&outcome.place);
        Item {
            records: vec![ItemRecord {
                about: self.about(ruled, target),
                deadline: self.deadline(ruled, decision, outcome),
            }],
            heading: self.heading(ruled, decision, target),
            line: match says_ruling {
                true => format!("{}: {}", outcome.ruling.title(), place.words),
                false => place.words.clone(),
            },
            decision: decision.id.clone(),
            asks: decision.asks.clone(),
            ruling: outcome.ruling.id(),
            says: outcome.ruling.title(),
            place,
            by_office: decision.filed_by_office,
            contact: asks_institution(decision, outcome.ruling)
                .then(|| self.contact(decision, &outcome.place))
                .flatten(),
            reasons: self.reasons(decision, &outcome.rules),
        }
    }

    /// What an item is headed with: the record, or the question where there is no record.
    fn heading(&self, ruled: &Ruled, decision: &Decision, target: &Target) -> String {
        match &ruled.subject {
            Subject::Record(_) => self.about(ruled, target).label,
            Subject::Target | Subject::Person => decision.asks.clone(),
        }
    }

    // ---- one target ----

    fn target(&mut self, assessment: &Assessment, target: &Target) -> TargetPart {
        let mut counts = Counts::default();
        let forms = self.forms(assessment, target, &mut counts);
        let mut certify = Vec::new();
        let mut duties: Vec<(Ruling, Item)> = Vec::new();
        for (ruled, decision, outcome) in self.decided(assessment, &Timing::Now) {
            if outcome.ruling == Ruling::Stop {
                counts.stop += 1;
            }
            let elsewhere = decision.filed_by_office || outcome.ruling != Ruling::Certify;
            if outcome.ruling == Ruling::Certify && !elsewhere {
                certify.push(self.item(ruled, decision, outcome, target, false));
            } else if matches!(outcome.ruling, Ruling::TellInstitution | Ruling::PriorApproval | Ruling::KeepRecord)
                || (decision.filed_by_office && matches!(outcome.ruling, Ruling::Disclose | Ruling::Certify))
            {
                duties.push((outcome.ruling, self.item(ruled, decision, outcome, target, false)));
            }
        }
        counts.certify = certify.len();
        counts.institution = duties.iter().filter(|(r, _)| *r != Ruling::KeepRecord).count();
        let certify = alike(certify);
        let mut institution = institution_groups(duties);
        if in_background(self.rules, self.profile, target) {
            institution.extend(self.still_open(assessment, target));
        }
        let letter = letter::build(self, assessment, target);
        counts.questions = letter.as_ref().map_or(0, |l| l.questions.len());
        let later = self.elsewhen(assessment, target, |t| match t {
            Timing::Later(m) => Some(m),
            _ => None,
        });
        let earlier = self.elsewhen(assessment, target, |t| match t {
            Timing::Earlier(m) => Some(m),
            _ => None,
        });
        let nothing_due = self.nothing(assessment, target, &mut counts);
        let agency = self.rules.agency(&target.agency);
        let standing = agency.is_some_and(Agency::is_standing);
        let filing = words::clock_date(self.rules, target, "filing", self.as_of);
        let title = words::target_label(self.rules, target);
        TargetPart {
            id: clean(&target.id),
            agency: agency.map_or_else(|| clean(&target.agency), |a| a.short.clone()),
            moment: clean(&target.moment),
            name: fill::target_name(self.rules, target),
            filing: filing.filter(|d| d.is_exact() && !standing).map(|d| Day::of(d.first)),
            standing,
            summary: summary(&title, &counts, standing, !later.is_empty()),
            title,
            counts,
            forms,
            certify,
            institution,
            letter,
            later,
            earlier,
            nothing_due,
            clocks: self.clocks(target),
        }
    }

    fn decided<'r>(&self, assessment: &'r Assessment, timing: &Timing) -> Vec<(&'r Ruled, &'a Decision, &'r Outcome)> {
        assessment
            .rulings
            .iter()
            .filter(|r| r.timing == *timing)
            .filter_map(|r| Some((r, self.decision(r)?, r.state.outcome()?)))
            .collect()
    }

    /// The entries to make, by form and section in the rule set's order. Two decisions that want one record in one
    /// section make one entry with two reasons.
    fn forms(&mut self, assessment: &Assessment, target: &Target, counts: &mut Counts) -> Vec<FormPart> {
        let due: Vec<_> = self
            .decided(assessment, &Timing::Now)
            .into_iter()
            .filter(|(_, d, o)| o.ruling == Ruling::Disclose && !d.filed_by_office)
            .collect();
        let rules = self.rules;
        let mut forms = Vec::new();
        for form in &rules.forms {
            let mut sections = Vec::new();
            for section in &form.sections {
                let mut entries: Vec<(&Subject, Entry)> = Vec::new();
                for (ruled, decision, outcome) in due.iter().filter(|(_, _, o)| o.place == section.id) {
                    let reasons = self.reasons(decision, &outcome.rules);
                    let deadline = self.deadline(ruled, decision, outcome);
                    if let Some((_, entry)) = entries.iter_mut().find(|(s, _)| **s == ruled.subject) {
                        entry.reasons.extend(reasons);
                        entry.deadline = sooner(entry.deadline.clone(), deadline);
                        continue;
                    }
                    let entry = Entry {
                        about: self.about(ruled, target),
                        fields: if for_records(section, &ruled.subject) {
                            Vec::new()
                        } else {
                            fill::fill(self, section, ruled, decision, target)
                        },
                        deadline,
                        reasons,
                        told: self.told(&ruled.subject),
                        not_told: self.not_told(&ruled.subject, target),
                    };
                    entries.push((&ruled.subject, entry));
                }
                if !entries.is_empty() {
                    counts.entries += entries.len();
                    sections.push(SectionPart {
                        id: section.id.clone(),
                        title: section.title.clone(),
                        help: section.help.clone(),
                        entries: entries.into_iter().map(|(_, e)| e).collect(),
                    });
                }
            }
            if !sections.is_empty() {
                forms.push(FormPart { id: form.id.clone(), title: form.title.clone(), sections });
            }
        }
        forms
    }

    /// That somebody knows is not that the agency was told: says so where the log has notes, but none of this agency.
    fn not_told(&self, subject: &Subject, target: &Target) -> Option<String> {
        let Subject::Record(id) = subject else { return None };
        let told = &self.profile.record(id)?.told;
        let agency = self.rules.agency(&target.agency)?;
        let names = [agency.short.to_lowercase(), agency.title.to_lowercase()];
        let noted = told.iter().any(|t| names.iter().any(|n| t.who.to_lowercase().contains(n.as_str())));
        (!told.is_empty() && !noted).then(|| format!("Your log has no note that {} was told.", agency.short))
    }

    fn told(&self, subject: &Subject) -> Vec<String> {
        let Subject::Record(id) = subject else { return Vec::new() };
        let Some(record) = self.profile.record(id) else { return Vec::new() };
        record.told.iter().map(words::told).collect()
    }

    /// What other moments ask for, by moment. "Nothing due" stands in its own section. What an earlier moment leaves open
    /// is only counted: it has a report of its own.
    fn elsewhen<'t>(
        &mut self,
        assessment: &'t Assessment,
        target: &Target,
        which: impl Fn(&'t Timing) -> Option<&'t String>,
    ) -> Vec<Group> {
        let agency = self.rules.agency(&target.agency);
        let mut groups: Vec<Group> = Vec::new();
        for ruled in &assessment.rulings {
            let (Some(moment), Some(decision)) = (which(&ruled.timing), self.decision(ruled)) else { continue };
            let earlier = matches!(ruled.timing, Timing::Earlier(_));
            let item = match &ruled.state {
                State::Decided(o) if o.ruling == Ruling::NothingDue => continue,
                State::Decided(o) => {
                    let mut item = self.item(ruled, decision, o, target, true);
                    if earlier {
                        // What was due at an earlier moment has its own date; this target's would mislead.
                        item.records.iter_mut().for_each(|r| r.deadline = Deadline::default());
                    }
                    Some(item)
                }
                State::Open(open) if may_matter(decision, open) => {
                    if earlier {
                        None
                    } else {
                        Some(self.undecided(ruled, decision, target))
                    }
                }
                State::Open(_) | State::Contradiction { .. } => continue,
            };
            let at = groups.iter().position(|g| g.id == *moment).unwrap_or_else(|| {
                let title = agency.and_then(|a| {
                    words::moment_of(a, moment).map(|m| format!("{} {}", a.short, words::lower_first(&m.title)))
                });
                groups.push(Group {
                    id: clean(moment),
                    title: title.unwrap_or_else(|| clean(moment)),
                    items: Vec::new(),
                    undecided: 0,
                });
                groups.len() - 1
            });
            let Some(group) = groups.get_mut(at) else { continue };
            match item {
                None => group.undecided += 1,
                Some(item) => add_open(&mut group.items, item),
            }
        }
        for group in &mut groups {
            group.items = alike(std::mem::take(&mut group.items));
        }
        // In the order in which the agency lists its moments.
        let order = |id: &str| agency.and_then(|a| a.moments.iter().position(|m| m.id == id)).unwrap_or(usize::MAX);
        groups.sort_by_key(|g| order(&g.id));
        groups
    }

    /// What standing duties leave open, by record.
    fn still_open(&self, assessment: &Assessment, target: &Target) -> Option<Group> {
        let mut items = Vec::new();
        for ruled in assessment.rulings.iter().filter(|r| r.timing == Timing::Now) {
            if let (State::Open(_), Some(decision)) = (&ruled.state, self.decision(ruled)) {
                add_open(&mut items, self.undecided(ruled, decision, target));
            }
        }
        let title = "Waiting for answers".to_owned();
        (!items.is_empty()).then(|| Group { id: OPEN.to_owned(), title, items, undecided: 0 })
    }

    /// An item for what a later moment may ask.
    fn undecided(&self, ruled: &Ruled, decision: &Decision, target: &Target) -> Item {
        Item {
            records: vec![ItemRecord { about: self.about(ruled, target), deadline: Deadline::default() }],
            heading: self.heading(ruled, decision, target),
            line: match ruled.subject {
                Subject::Record(_) => format!("{OPEN_LATER}: {}", decision.asks),
                Subject::Target | Subject::Person => OPEN_LATER.to_owned(),
            },
            decision: decision.id.clone(),
            asks: decision.asks.clone(),
            ruling: OPEN,
            says: OPEN_LATER,
            place: self.place(&decision.place),
            by_office: decision.filed_by_office,
            contact: None,
            reasons: Vec::new(),
        }
    }

    fn nothing(&mut self, assessment: &Assessment, target: &Target, counts: &mut Counts) -> Vec<Nothing> {
        let mut subjects: Vec<&Subject> = Vec::new();
        for ruled in &assessment.rulings {
            if !matches!(ruled.timing, Timing::Earlier(_)) && !subjects.contains(&&ruled.subject) {
                subjects.push(&ruled.subject);
            }
        }
        let mut out = Vec::new();
        for subject in subjects {
            let of_subject = |r: &&Ruled| r.subject == *subject;
            let is_nothing = |r: &Ruled| r.state.outcome().is_some_and(|o| o.ruling == Ruling::NothingDue);
            let now: Vec<&Ruled> =
                assessment.rulings.iter().filter(of_subject).filter(|r| r.timing == Timing::Now).collect();
            let later: Vec<&Ruled> =
                assessment.rulings.iter().filter(of_subject).filter(|r| matches!(r.timing, Timing::Later(_))).collect();
            let open = now.iter().any(|r| matches!(&r.state, State::Open(o) if !o.ask.is_empty()));
            let now_clear = !(now.is_empty() && later.is_empty()) && now.iter().all(|r| is_nothing(r));
            let later_clear = later.iter().all(|r| is_nothing(r));
            let extent = match (now_clear, later_clear) {
                (true, true) => Extent::All,
                (true, false) => Extent::Now,
                (false, _) => Extent::Rest,
            };
            // The proposal itself is ruled on like a record, but nobody entered it as one.
            let entered = matches!(subject, Subject::Record(id) if self.profile.record(id).is_some());
            if entered {
                counts.records += 1;
                counts.open += usize::from(open);
                if now_clear {
                    counts.nothing_due += 1;
                    counts.nothing_due_is_for_now |= !later_clear;
                }
            } else {
                counts.open += usize::from(open);
            }
            let mut reasons: Vec<NothingReason> = Vec::new();
            let Some(about) = now.first().or(later.first()).map(|r| self.about(r, target)) else { continue };
            for ruled in now.iter().chain(&later).filter(|r| is_nothing(r)) {
                let (Some(decision), Some(outcome)) = (self.decision(ruled), ruled.state.outcome()) else { continue };
                let Some(reason) = self.reasons(decision, &outcome.rules).into_iter().next() else { continue };
                match reasons
                    .iter_mut()
                    .find(|n| n.reason.because == reason.because && n.reason.citations == reason.citations)
                {
                    Some(n) => {
                        if !n.asks.contains(&decision.asks) {
                            n.asks.push(decision.asks.clone());
                        }
                        n.decisions.push(decision.id.clone());
                    }
                    None => reasons.push(NothingReason {
                        asks: vec![decision.asks.clone()],
                        decisions: vec![decision.id.clone()],
                        reason,
                    }),
                }
            }
            match out.iter_mut().find(|n: &&mut Nothing| n.extent == extent && n.reasons == reasons) {
                Some(same) => same.about.push(about),
                None if !reasons.is_empty() => out.push(Nothing { about: vec![about], extent, reasons }),
                None => {}
            }
        }
        out.sort_by_key(|n| n.extent); // stable
        out
    }

    fn clocks(&self, target: &Target) -> Vec<ClockNote> {
        let moment = self.rules.agency(&target.agency).and_then(|a| words::moment_of(a, &target.moment));
        let named = moment.map(|m| m.clocks.clone()).unwrap_or_default();
        named
            .iter()
            .map(|id| {
                let on = words::clock_date(self.rules, target, id, self.as_of);
                ClockNote {
                    id: id.clone(),
                    words: words::upper_first(words::clock(id)),
                    date: on.map(|d| d.to_string()),
                    date_words: on.as_ref().map_or_else(|| "not given".to_owned(), words::partial_date),
                    filing: moment.is_some_and(|m| m.filing == *id && id != "today"),
                }
            })
            .collect()
    }

    // ---- what is not settled ----

    /// Unsettled law of these targets' agencies that concerns a kind of record the profile has.
    fn unsettled(&mut self, parts: &[(&Assessment, &Target)]) -> Vec<Unsettled> {
        let agencies: BTreeSet<&str> = parts.iter().map(|(_, t)| t.agency.as_str()).collect();
        let concerned = |law: &&Pending| {
            law.agencies.iter().any(|a| agencies.contains(a.as_str()))
                && (law.kinds.is_empty() || law.kinds.iter().any(|k| self.profile.of_kind(k).next().is_some()))
        };
        let laws: Vec<&'a Pending> = self.rules.pending.iter().filter(concerned).collect();
        laws.into_iter()
            .map(|law| Unsettled {
                id: law.id.clone(),
                title: law.title.clone(),
                status: law.status.title(),
                says: law.says.clone(),
                would: law.would.clone(),
                citations: law.authority.iter().map(|a| self.cite(a)).collect(),
                verified: Day::of(law.verified),
                review_by: Day::of(law.review_by),
            })
            .collect()
    }

    // ---- what was not looked at ----

    fn not_looked_at(&self, parts: &[(&Assessment, &Target)]) -> NotLookedAt {
        let agencies: BTreeSet<&str> = parts.iter().map(|(_, t)| t.agency.as_str()).collect();
        let ruled: BTreeSet<&str> = parts
            .iter()
            .flat_map(|(a, _)| &a.rulings)
            .filter_map(|r| match &r.subject {
                Subject::Record(id) => Some(id.as_str()),
                _ => None,
            })
            .collect();
        let mut out = NotLookedAt {
            not_covered: self.rules.meta.not_covered.clone(),
            other_agencies: self
                .rules
                .agencies
                .iter()
                .filter(|a| !agencies.contains(a.id.as_str()))
                .map(|a| a.title.clone())
                .collect(),
            ..NotLookedAt::default()
        };
        for kind in self.rules.record_kinds() {
            let some = self.profile.of_kind(&kind.id).next().is_some();
            let complete = self.profile.complete.contains(&kind.id);
            match (some, complete) {
                (false, true) => out.said_none.push(kind.plural.clone()),
                (false, false) => out.empty.push(kind.plural.clone()),
                (true, false) => out.unfinished.push(kind.plural.clone()),
                (true, true) => {}
            }
        }
        out.unread = self
            .profile
            .records
            .iter()
            .filter(|r| !ruled.contains(r.id.as_str()))
            .map(|r| self.about_record(&r.id))
            .collect();
        out
    }

    fn source_notes(&self) -> Vec<SourceNote> {
        self.cited
            .iter()
            .enumerate()
            .map(|(i, id)| {
                let number = i + 1;
                match self.rules.source(id) {
                    Some(s) => SourceNote {
                        number,
                        id: s.id.clone(),
                        title: s.title.clone(),
                        issuer: s.issuer.clone(),
                        url: s.url.clone(),
                        dates: words::source_dates(s),
                        note: s.note.clone(),
                    },
                    None => SourceNote {
                        number,
                        id: (*id).to_owned(),
                        title: (*id).to_owned(),
                        issuer: String::new(),
                        url: String::new(),
                        dates: String::new(),
                        note: String::new(),
                    },
                }
            })
            .collect()
    }
}

/// What to do about something late, with and without a route in the rule set.
const ROUTE_KNOWN: &str = "This is ordinary, and there is a route for it. The draft below is ready to send.";
const ROUTE_ASKED: &str =
    "This is ordinary, and there is a route for it: send it through your research office. The draft below asks how.";

/// The ruling's id of an item that is not decided.
const OPEN: &str = "open";
const OPEN_LATER: &str = "Not decided yet";

/// Could an open decision still come to anything but "nothing due"?
fn may_matter(decision: &Decision, open: &Open) -> bool {
    open.possible.iter().filter_map(|i| decision.rules.get(*i)).any(|r| r.ruling != Ruling::NothingDue)
}

/// Adds an item; what is undecided about one record becomes one item with several questions.
fn add_open(items: &mut Vec<Item>, item: Item) {
    let same = items
        .iter_mut()
        .find(|i| i.ruling == OPEN && item.ruling == OPEN && i.records == item.records && i.heading == item.heading);
    match same {
        Some(same) => {
            same.line = format!("{} {}", same.line, item.asks);
            same.asks = format!("{} {}", same.asks, item.asks);
        }
        None => items.push(item),
    }
}

/// Items of which the very same is said for the very same reasons become one item with several records.
fn alike(items: Vec<Item>) -> Vec<Item> {
    let mut out: Vec<Item> = Vec::new();
    for item in items {
        let same = out.iter_mut().find(|o| {
            item.ruling != OPEN
                && o.decision == item.decision
                && o.line == item.line
                && o.reasons == item.reasons
                && o.by_office == item.by_office
        });
        match same {
            Some(same) => {
                same.heading = same.asks.clone();
                same.records.extend(item.records);
            }
            None => out.push(item),
        }
    }
    out
}

/// True if nothing is asked any more and it only matters whether there are more records of some kind.
fn waits_for_all(open: &Open) -> bool {
    open.ask.is_empty() && open.unsure.is_empty() && !open.kinds.is_empty()
}

/// Rulings that are settled with somebody at the institution.
fn asks_institution(decision: &Decision, ruling: Ruling) -> bool {
    decision.filed_by_office
        || matches!(ruling, Ruling::TellInstitution | Ruling::PriorApproval | Ruling::AskOffice | Ruling::Stop)
}

/// The deadline that comes first; a stated day before none.
/// A duty of the person or the whole proposal at a place that lists records: its fields are the records', so none is shown.
fn for_records(section: &Section, subject: &Subject) -> bool {
    let own = |f: &crate::ruleset::FormField| f.from.keys().any(|kind| kind == "target" || kind == "person");
    !matches!(subject, Subject::Record(_))
        && section.fields.iter().any(|f| !f.from.is_empty())
        && !section.fields.iter().any(own)
}

fn sooner(a: Deadline, b: Deadline) -> Deadline {
    match (&a.date, &b.date) {
        (Some(x), Some(y)) if y < x => b,
        (None, Some(_)) => b,
        _ => a,
    }
}

fn institution_groups(duties: Vec<(Ruling, Item)>) -> Vec<Group> {
    let mut groups = Vec::new();
    let mut rest = duties;
    let mut take = |id: &str, title: &str, fits: &dyn Fn(Ruling, &Item) -> bool| {
        let (these, others): (Vec<_>, Vec<_>) = std::mem::take(&mut rest).into_iter().partition(|(r, i)| fits(*r, i));
        rest = others;
        if !these.is_empty() {
            groups.push(Group {
                id: id.to_owned(),
                title: title.to_owned(),
                items: alike(these.into_iter().map(|(_, i)| i).collect()),
                undecided: 0,
            });
        }
    };
    take("prior-approval", "Ask for approval first", &|r, _| r == Ruling::PriorApproval);
    take("tell-institution", "Tell your institution", &|r, i| r == Ruling::TellInstitution && !i.by_office);
    take("filed-by-office", "Your institution files these; give your office what it needs", &|_, i| i.by_office);
    take("keep-record", "Keep the papers", &|_, _| true);
    groups
}

fn some(parts: &mut Vec<String>, n: usize, one: &str, many: &str) {
    if n > 0 {
        parts.push(count(n, one, many));
    }
}

fn summary(title: &str, c: &Counts, standing: bool, later: bool) -> String {
    let due = c.entries + c.certify + c.institution + c.stop + c.questions + c.open;
    if c.records == 0 && due == 0 {
        return format!("No records were entered that {title} rules read, so there is nothing to say yet.");
    }
    if due == 0 && c.nothing_due == c.records {
        let now = if later { "now " } else { "" };
        return format!(
            "Nothing is due {now}for the {title}: {} checked.",
            count(c.records, "record was", "records were")
        );
    }
    let mut parts = match c.entries {
        0 if standing => Vec::new(),
        0 => vec![format!("no entries to make for the {title}")],
        n => vec![format!("{} to make for the {title}", count(n, "entry", "entries"))],
    };
    some(&mut parts, c.stop, "matter to clear with your office first", "matters to clear with your office first");
    some(&mut parts, c.certify, "statement to certify", "statements to certify");
    some(&mut parts, c.institution, "thing to settle with your institution", "things to settle with your institution");
    some(&mut parts, c.questions, "question for your office", "questions for your office");
    match c.open {
        0 => {}
        1 => parts.push("answers missing in 1 place".to_owned()),
        n => parts.push(format!("answers missing in {n} places")),
    }
    if c.nothing_due > 0 {
        let now = if c.nothing_due_is_for_now { "due now" } else { "due" };
        parts.push(format!("nothing {now} for {} of {}", c.nothing_due, count(c.records, "record", "records")));
    }
    if standing {
        let settled = if parts.is_empty() { "nothing to settle now" } else { "" };
        return format!("{title}: {}{settled}.", parts.join(", "));
    }
    format!("{}.", words::upper_first(&parts.join(", ")))
}

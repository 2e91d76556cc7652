//! Runs the rule set's examples and cases through the engine and compares rulings.
//!
//! Owns what counts as agreement. Nothing here decides anything itself: every answer is the engine's.

use chrono::NaiveDate;
use serde::Serialize;

use super::proofs::agencies;
use super::words::{deadline_text, facts_text};
use super::{Finding, added, is_added};
use crate::engine::{FactSheet, State, decide};
use crate::facts::{Answer, Value};
use crate::ruleset::{Agency, Case, Decision, Example, Expected, Given, Moment, Rule, RuleSet, Ruling, Stated};

/// How a case turned out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    Agrees,
    Differs,
    /// The rule set answers otherwise than the source, and says why.
    DisagreesAsExplained,
    /// The case explains a disagreement, but there is none.
    AgreesAfterAll,
}

/// One expectation of a case, and what came of it.
#[derive(Debug, Clone, Serialize)]
pub struct CaseResult {
    pub case: String,
    pub decision: String,
    pub expected: String,
    /// The ruling and the rules it rests on, or what is open.
    pub got: String,
    /// Ids of the rules that it rests on; none where it is open.
    #[serde(skip)]
    pub rules: Vec<String>,
    pub verdict: Verdict,
    /// The source sees a duty, the rules see nothing due: the one kind of error that must not happen.
    pub silent: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub institution: Option<String>,
    /// The overlay whose decision was asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub overlay: Option<String>,
    /// Why it differs, where the case says so.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub because: Option<String>,
    pub says: String,
    pub source: String,
    pub file: String,
    pub line: usize,
}

/// Whose rules an expectation is about.
#[derive(Debug, Clone, Copy)]
pub(super) enum Whose<'a> {
    RuleSet,
    /// An institution's own policy, of which no overlay was given.
    Policy,
    Overlay(&'a str),
}

/// All examples and cases.
#[derive(Debug, Clone, Default, Serialize)]
pub struct TestReport {
    /// Examples, near misses and edges that were run.
    pub examples: usize,
    /// Edges that were run as well, and that nobody has read yet.
    pub drafts: usize,
    /// Those that came out otherwise.
    pub findings: Vec<Finding>,
    pub results: Vec<CaseResult>,
}

impl TestReport {
    /// Did everything come out as written?
    pub fn is_clear(&self) -> bool {
        self.findings.is_empty()
            && self.results.iter().all(|r| matches!(r.verdict, Verdict::Agrees | Verdict::DisagreesAsExplained))
    }

    /// How many expectations came out so, of federal rules or of institutions' own.
    pub fn count(&self, verdict: Verdict, institutions: bool) -> usize {
        let whose = if institutions { Whose::Policy } else { Whose::RuleSet };
        self.of(whose).filter(|r| r.verdict == verdict).count()
    }

    /// The expectations of one kind.
    pub(super) fn of<'a>(&'a self, whose: Whose<'a>) -> impl Iterator<Item = &'a CaseResult> {
        self.results.iter().filter(move |r| match whose {
            Whose::Overlay(id) => r.overlay.as_deref() == Some(id),
            Whose::Policy => r.overlay.is_none() && r.institution.is_some(),
            Whose::RuleSet => r.overlay.is_none() && r.institution.is_none(),
        })
    }
}

/// Runs all examples and cases.
pub fn test(rules: &RuleSet, cases: &[Case]) -> TestReport {
    let mut report = test_these(rules, &rules.decisions.iter().collect::<Vec<_>>(), cases.iter());
    report.examples += rules.checks.iter().map(|c| c.examples.len()).sum::<usize>();
    super::checks::examples(rules, &mut report.findings);
    report
}

/// Runs the cases alone: an entry for each expectation, in order.
pub fn run_cases(rules: &RuleSet, cases: &[Case]) -> Vec<CaseResult> {
    test_these(rules, &[], cases.iter()).results
}

/// Runs the examples and cases that overlays bring.
pub fn test_overlays(rules: &RuleSet, cases: &[Case]) -> TestReport {
    test_these(rules, &added(rules), cases.iter().filter(|c| is_added(rules, &c.file)))
}

fn test_these<'c>(rules: &RuleSet, decisions: &[&Decision], cases: impl Iterator<Item = &'c Case>) -> TestReport {
    let all = || decisions.iter().flat_map(|d| &d.rules).flat_map(|r| &r.examples);
    let drafts = all().filter(|e| e.is_draft()).count();
    let mut report = TestReport { examples: all().count() - drafts, drafts, ..TestReport::default() };
    examples(rules, decisions, &mut report.findings);
    for case in cases {
        report.results.extend(case.expect.iter().map(|(id, expected)| run_case(rules, case, id, expected)));
    }
    report
}

/// Runs the examples and near misses of every rule of these decisions.
pub(super) fn examples(rules: &RuleSet, decisions: &[&Decision], findings: &mut Vec<Finding>) {
    for decision in decisions {
        let users = agencies(rules, decision);
        for (i, rule) in decision.rules.iter().enumerate() {
            for example in &rule.examples {
                // What no agency ever asks is a finding of its own.
                if let Some((agency, moment)) = moment(&users, decision, &example.given) {
                    findings.extend(run_example(rules, decision, i, rule, example, agency, moment));
                }
            }
            findings.extend(rule.stated.iter().filter_map(|stated| compare(rules, decision, rule, stated)));
        }
    }
}

/// The moment that the facts name, or the decision's first that one of the agencies has.
pub(super) fn moment<'a>(users: &[&'a Agency], decision: &Decision, given: &Given) -> Option<(&'a Agency, &'a Moment)> {
    let named = match given.answers.get("target.moment").or_else(|| given.answers.get("moment")) {
        Some(Answer::Is(Value::Choice(id))) => Some(id),
        _ => None,
    };
    named
        .into_iter()
        .chain(&decision.moments)
        .find_map(|id| users.iter().find_map(|a| a.moments.iter().find(|m| m.id == *id).map(|m| (*a, m))))
}

/// What a file of edges says that a rule comes to, against what the rule says.
fn compare(rules: &RuleSet, decision: &Decision, rule: &Rule, stated: &Stated) -> Option<Finding> {
    let frame = rules.frames.get(decision.kind)?;
    let differing = [
        ("ruling", stated.ruling.id().to_owned(), rule.ruling.id().to_owned()),
        ("place", stated.place.clone(), rule.place.clone()),
        ("deadline", deadline_text(frame, &stated.deadline), deadline_text(frame, &rule.deadline)),
    ];
    let (what, there, here) = differing.into_iter().find(|(_, there, here)| there != here)?;
    let text = format!("the edges of `{}` say {what} {there}; the rule says {here}", rule.local_id());
    let mut finding = Finding::error("A0035", text).help("one of the two is a slip: look at the source");
    finding.line = stated.line;
    let mut finding = finding.at(decision, rule);
    finding.file.clone_from(&stated.edge.file);
    Some(finding)
}

/// An example or a case laid out on its frame, to be tried on the decision or on a changed one.
pub(super) struct Trial {
    pub sheet: FactSheet,
    /// The rule that an example stands under.
    pub at: Option<usize>,
    expects: Expected,
    /// False for a draft.
    pub confirmed: bool,
}

impl Trial {
    /// A draft: these facts, given as an example of the rule.
    pub(super) fn draft(rules: &RuleSet, decision: &Decision, at: usize, given: &Given) -> Option<Self> {
        let users = agencies(rules, decision);
        let (_, moment) = moment(&users, decision, given)?;
        let sheet = FactSheet::given(rules, decision.kind, given, moment, example_day(decision.rules.get(at)?));
        Some(Self { sheet, at: Some(at), expects: Expected::ThisRule, confirmed: false })
    }

    /// The rule that must fire, if one is named.
    pub(super) fn names(&self, decision: &Decision) -> Option<usize> {
        match &self.expects {
            Expected::ThisRule => self.at,
            Expected::Rule(id) => decision.rules.iter().position(|r| r.local_id() == id || r.id == *id),
            Expected::Ruling(_) | Expected::Open => None,
        }
    }
}

/// All examples and cases of a decision.
pub(super) fn trials(rules: &RuleSet, decision: &Decision, cases: &[Case]) -> Vec<Trial> {
    let users = agencies(rules, decision);
    let examples = decision.rules.iter().enumerate().flat_map(|(at, rule)| {
        rule.examples.iter().filter_map({
            let users = &users;
            move |example| {
                let (_, moment) = moment(users, decision, &example.given)?;
                let sheet = FactSheet::given(rules, decision.kind, &example.given, moment, example_day(rule));
                let expects = example.expects.clone();
                Some(Trial { sheet, at: Some(at), expects, confirmed: !example.is_draft() })
            }
        })
    });
    let cases = cases.iter().flat_map(|case| {
        case.expect.iter().filter(|(id, _)| *id == decision.id).filter_map(|(_, expects)| {
            let sheet = case_sheet(rules, decision, case)?;
            Some(Trial { sheet, at: None, expects: expects.clone(), confirmed: true })
        })
    });
    examples.chain(cases).collect()
}

/// Does the trial come out as written?
pub(super) fn passes(rules: &RuleSet, decision: &Decision, trial: &Trial) -> bool {
    meets(decision, trial.at, &trial.expects, &decide(rules, decision, &trial.sheet, None))
}

/// Is this what was expected? `at` is the rule of an example.
fn meets(decision: &Decision, at: Option<usize>, expects: &Expected, state: &State) -> bool {
    let fired: &[usize] = state.outcome().map_or(&[], |o| &o.rules);
    let own = at.is_some_and(|at| fired.contains(&at));
    match expects {
        Expected::ThisRule => at.is_some_and(|at| fired == [at]),
        Expected::Rule(id) => {
            !own && fired.iter().any(|i| decision.rules.get(*i).is_some_and(|r| r.local_id() == id || r.id == *id))
        }
        Expected::Ruling(ruling) => !own && state.outcome().is_some_and(|o| o.ruling == *ruling),
        Expected::Open => matches!(state, State::Open(_)),
    }
}

/// The facts of a case.
pub(super) fn case_sheet(rules: &RuleSet, decision: &Decision, case: &Case) -> Option<FactSheet> {
    let agency = rules.agency(&case.agency)?;
    let (_, moment) = moment(&[agency], decision, &case.given)?;
    // Every clock that a case does not date stands at `on`; the release day is the last resort.
    let day = case.given.on.or(rules.meta.released)?;
    Some(FactSheet::given(rules, decision.kind, &case.given, moment, day))
}

fn run_example(
    rules: &RuleSet,
    decision: &Decision,
    at: usize,
    rule: &Rule,
    example: &Example,
    agency: &Agency,
    moment: &Moment,
) -> Option<Finding> {
    let sheet = FactSheet::given(rules, decision.kind, &example.given, moment, example_day(rule));
    let state = decide(rules, decision, &sheet, None);
    if meets(decision, Some(at), &example.expects, &state) {
        return None;
    }
    let wanted = match &example.expects {
        Expected::ThisRule => format!("`{}`", rule.local_id()),
        Expected::Rule(id) => format!("`{id}`"),
        Expected::Ruling(ruling) => ruling.id().to_owned(),
        Expected::Open => "open".to_owned(),
    };
    let what = match (&example.edge, example.fires) {
        (Some(_), _) if example.is_draft() => "a draft",
        (Some(_), _) => "an edge",
        (None, true) => "an example",
        (None, false) => "a near miss",
    };
    let text = format!(
        "{what} of `{}` expects {wanted}; it comes out as {}",
        rule.local_id(),
        state_text(rules, decision, &sheet, &state)
    );
    let known: Vec<_> = (0..).zip(sheet.known.iter().copied()).collect();
    let mut finding = Finding::error("A0030", text).witness(facts_text(rules, sheet.frame(rules), &known));
    finding.line = example.line;
    let mut finding = finding.at(decision, rule);
    if let Some(edge) = &example.edge {
        finding.file.clone_from(&edge.file);
    }
    Some(finding.help(format!("ruled as {} at the moment `{}`", agency.short, moment.id)))
}

/// The day an example takes place on when it gives none: the rule's `verified` day, moved into its period.
pub(super) fn example_day(rule: &Rule) -> NaiveDate {
    let mut day = rule.verified;
    if let Some(until) = rule.period.until
        && day >= until
    {
        day = until.pred_opt().unwrap_or(until);
    }
    match rule.period.from {
        Some(from) if day < from => from,
        _ => day,
    }
}

fn run_case(rules: &RuleSet, case: &Case, id: &str, expected: &Expected) -> CaseResult {
    let ruled = rules.decision(id).and_then(|decision| {
        let sheet = case_sheet(rules, decision, case)?;
        let state = decide(rules, decision, &sheet, None);
        Some((decision, sheet, state))
    });
    let fine = ruled.as_ref().is_some_and(|(decision, _, state)| meets(decision, None, expected, state));
    let verdict = match (fine, &case.disagrees) {
        (true, None) => Verdict::Agrees,
        (false, None) => Verdict::Differs,
        (false, Some(_)) => Verdict::DisagreesAsExplained,
        (true, Some(_)) => Verdict::AgreesAfterAll,
    };
    CaseResult {
        case: case.id.clone(),
        decision: id.to_owned(),
        expected: match expected {
            Expected::ThisRule => "this rule".to_owned(),
            Expected::Rule(id) => id.clone(),
            Expected::Ruling(ruling) => ruling.id().to_owned(),
            Expected::Open => "open".to_owned(),
        },
        got: match &ruled {
            Some((decision, sheet, state)) => state_text(rules, decision, sheet, state),
            None => "not ruled on: the agency does not use this decision at that moment".to_owned(),
        },
        rules: ruled.as_ref().map(|(decision, _, state)| resting_on(decision, state)).unwrap_or_default(),
        verdict,
        silent: !fine
            && !matches!(expected, Expected::Ruling(Ruling::NothingDue))
            && ruled.as_ref().and_then(|(_, _, s)| s.outcome()).is_some_and(|o| o.ruling == Ruling::NothingDue),
        institution: case.institution.clone(),
        overlay: rules.decision(id).and_then(|d| rules.overlay(d)).map(|o| o.id.clone()),
        because: case.disagrees.clone(),
        says: case.says.clone(),
        source: case.source.clone(),
        file: case.file.clone(),
        line: case.line,
    }
}

fn resting_on(decision: &Decision, state: &State) -> Vec<String> {
    let fired = state.outcome().map(|o| o.rules.as_slice()).unwrap_or_default();
    fired.iter().filter_map(|i| decision.rules.get(*i)).map(|r| r.id.clone()).collect()
}

/// A ruling in a few words, with the rules it rests on.
pub(super) fn state_text(rules: &RuleSet, decision: &Decision, sheet: &FactSheet, state: &State) -> String {
    let named = |which: &[usize]| -> String {
        let ids: Vec<String> =
            which.iter().filter_map(|i| decision.rules.get(*i)).map(|r| format!("`{}`", r.local_id())).collect();
        crate::text::list(&ids, "or")
    };
    match state {
        State::Decided(outcome) => format!("{} by {}", outcome.ruling.id(), named(&outcome.rules)),
        State::Open(open) => {
            let frame = sheet.frame(rules);
            let needs: Vec<String> = open.ask.iter().chain(&open.unsure).map(|s| frame.def(*s).name.clone()).collect();
            if open.possible.is_empty() {
                return "ruled by no rule".to_owned();
            }
            let between = named(&open.possible);
            if needs.is_empty() {
                format!("open between {between}")
            } else {
                format!("open between {between}, for want of {}", needs.join(", "))
            }
        }
        State::Contradiction { says, .. } => format!("a contradiction: {says}"),
    }
}

//! Stand-in for `candor rules test` until it lands: runs examples, near misses and cases of a rule-set folder.
use candor::engine::{FactSheet, State, decide};
use candor::ruleset::*;

fn main() {
    let dir = std::env::args().nth(1).unwrap_or("rules/us-federal".into());
    let loaded = load_dir(std::path::Path::new(&dir), Tests::Load).unwrap();
    print!("{}", candor::diagnostic::render(&loaded.problems, false));
    let Some(rules) = loaded.rules else { std::process::exit(2) };
    let show = |d: &Decision, s: &State, sheet: &FactSheet| match s {
        State::Decided(o) => format!(
            "{} by {}",
            o.ruling.id(),
            o.rules.iter().map(|i| d.rules[*i].local_id()).collect::<Vec<_>>().join("/")
        ),
        State::Open(o) => format!(
            "open between {}; needs {}",
            o.possible.iter().map(|i| d.rules[*i].local_id()).collect::<Vec<_>>().join("/"),
            o.ask
                .iter()
                .chain(&o.unsure)
                .map(|s| sheet.frame(&rules).def(*s).name.as_str())
                .collect::<Vec<_>>()
                .join(", ")
        ),
        State::Contradiction { says, .. } => format!("contradiction: {says}"),
    };
    let (mut ok, mut bad) = (0, 0);
    for d in &rules.decisions {
        let agency = rules.agencies.iter().find(|a| a.id == d.agency || a.ruled_with.contains(&d.agency)).unwrap();
        let moment = agency.moments.iter().find(|m| d.moments.contains(&m.id)).unwrap();
        for (i, r) in d.rules.iter().enumerate() {
            for e in &r.examples {
                let p = &r.period;
                let mut day = r.verified;
                if p.until.is_some_and(|u| day >= u) {
                    day = p.until.unwrap().pred_opt().unwrap();
                }
                if p.from.is_some_and(|f| day < f) {
                    day = p.from.unwrap();
                }
                let wanted = e.given.answers.get("target.moment");
                let moment = agency.moments.iter().find(|m| matches!(wanted, Some(candor::facts::Answer::Is(candor::facts::Value::Choice(id))) if *id == m.id)).unwrap_or(moment);
                let sheet = FactSheet::given(&rules, d.kind, &e.given, moment, day);
                let s = decide(&rules, d, &sheet, None);
                let fine = match (&e.expects, &s) {
                    (Expected::ThisRule, State::Decided(o)) => o.rules == [i],
                    (Expected::Rule(x), State::Decided(o)) => {
                        o.rules.iter().any(|j| d.rules[*j].local_id() == x) && !o.rules.contains(&i)
                    }
                    (Expected::Ruling(x), State::Decided(o)) => o.ruling == *x && !o.rules.contains(&i),
                    (Expected::Open, State::Open(_)) => true,
                    _ => false,
                };
                if fine {
                    ok += 1
                } else {
                    bad += 1;
                    println!(
                        "{}:{} {} {}: expected {:?}, got {}",
                        d.file,
                        e.line,
                        if e.fires { "example of" } else { "near miss of" },
                        r.local_id(),
                        e.expects,
                        show(d, &s, &sheet)
                    );
                }
            }
        }
    }
    for c in &loaded.cases {
        let agency = rules.agency(&c.agency).unwrap();
        for (id, want) in &c.expect {
            let d = rules.decision(id).unwrap();
            let wanted = c.given.answers.get("target.moment");
            let moment = agency
                .moments
                .iter()
                .find(|m| match wanted {
                    Some(candor::facts::Answer::Is(candor::facts::Value::Choice(w))) => *w == m.id,
                    _ => d.moments.contains(&m.id),
                })
                .unwrap();
            let sheet =
                FactSheet::given(&rules, d.kind, &c.given, moment, c.given.on.unwrap_or(rules.meta.released.unwrap()));
            let s = decide(&rules, d, &sheet, None);
            let fine = match (want, &s) {
                (Expected::Ruling(x), State::Decided(o)) => o.ruling == *x,
                (Expected::Open, State::Open(_)) => true,
                _ => false,
            };
            match (fine, &c.disagrees) {
                (true, None) => ok += 1,
                (false, Some(why)) => println!("disagrees as said: {} {id}: {} ({why})", c.id, show(d, &s, &sheet)),
                (true, Some(_)) => println!("{} says it disagrees but agrees on {id}", c.id),
                (false, None) => {
                    bad += 1;
                    println!(
                        "{}:{} case {} {id}: expected {want:?}, got {}",
                        c.file,
                        c.line,
                        c.id,
                        show(d, &s, &sheet)
                    );
                }
            }
        }
    }
    println!("{ok} as expected, {bad} not");
}

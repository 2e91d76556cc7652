//! Stand-in for `candor rules check` and `rules test` on a folder.
use candor::audit;
use candor::ruleset::{Tests, load_dir};

fn main() {
    let dir = std::env::args().nth(1).unwrap_or("rules/us-federal".into());
    let loaded = load_dir(std::path::Path::new(&dir), Tests::Load).unwrap();
    print!("{}", candor::diagnostic::render(&loaded.problems, false));
    let Some(rules) = loaded.rules else { std::process::exit(2) };
    let started = std::time::Instant::now();
    let report = audit::check(&rules, chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
    print!("{}", audit::report_text(&report));
    eprintln!("check took {:?}", started.elapsed());
    let started = std::time::Instant::now();
    print!("{}", audit::test_text(&audit::test(&rules, &loaded.cases)));
    eprintln!("test took {:?}", started.elapsed());
}

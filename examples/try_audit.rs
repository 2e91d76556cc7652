use candor::ruleset::*;
fn main() {
    let loaded =
        load_dir(std::path::Path::new(&std::env::args().nth(1).unwrap_or("rules/us-federal".into())), Tests::Load)
            .unwrap();
    print!("{}", candor::diagnostic::render(&loaded.problems, false));
    let Some(rules) = loaded.rules else { std::process::exit(2) };
    let t = std::time::Instant::now();
    let report = candor::audit::check(&rules, chrono::NaiveDate::from_ymd_opt(2026, 11, 23).unwrap());
    print!("{}", candor::audit::report_text(&report));
    eprintln!("audit {:?}", t.elapsed());
}

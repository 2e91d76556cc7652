//! What a research officer waits for: proving the federal rule set (DESIGN section 6: 2 s with everything), loading it with its tests,
//! running them, and how the proofs grow with ten and a hundred times as many decisions.

use std::hint::black_box;
use std::time::{Duration, Instant};

use candor::audit;
use candor::ruleset::{RuleSet, Tests, load_embedded};
use chrono::NaiveDate;
use criterion::{Criterion, criterion_group, criterion_main};

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 30).expect("a day that exists")
}

/// The rule set with every decision so many times, under other ids. Vocabulary, lists and sources stay as they are.
fn times(rules: &RuleSet, n: usize) -> RuleSet {
    let mut many = rules.clone();
    for copy in 1..n {
        for decision in &rules.decisions {
            let mut decision = decision.clone();
            decision.id = format!("{}-{copy}", decision.id);
            decision.index = many.decisions.len();
            many.decisions.push(decision);
        }
    }
    many
}

fn benches(c: &mut Criterion) {
    let loaded = load_embedded(Tests::Load);
    let rules = loaded.rules.expect("the embedded rule set loads");
    let mut group = c.benchmark_group("audit");
    group.sample_size(10).measurement_time(Duration::from_secs(20));
    group.bench_function("load with cases and edges", |b| b.iter(|| load_embedded(black_box(Tests::Load))));
    group.bench_function("check", |b| b.iter(|| audit::check(black_box(&rules), today())));
    group.bench_function("test", |b| b.iter(|| audit::test(black_box(&rules), &loaded.cases)));
    group.finish();
    for n in [1, 10, 100] {
        let many = times(&rules, n);
        let start = Instant::now();
        let report = audit::check(&many, today());
        let took = start.elapsed();
        assert_eq!(report.proved, many.decisions.len());
        println!("check, {} decisions with {} rules: {:.2} s", report.decisions, report.rules, took.as_secs_f64());
    }
}

criterion_group!(all, benches);
criterion_main!(all);

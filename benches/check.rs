//! What a person waits for, next to the numbers DESIGN section 6 asks for: a whole `check` of a 60-record profile as a process
//! (15 ms), its parts, and deciding alone beside a plain hand-written loop over the same rules.

use std::hint::black_box;
use std::path::Path;
use std::process::{Command, Stdio};

use candor::engine::{self, View};
use candor::profile::{Profile, Vocabulary};
use candor::ruleset::{RuleSet, Tests, load_embedded};
use chrono::NaiveDate;
use criterion::{Criterion, criterion_group, criterion_main};

#[path = "../tests/common/many.rs"]
mod many;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 23).expect("a day that exists")
}

fn profile(rules: &RuleSet, text: &str) -> Profile {
    candor::profile::Store::in_memory("bench", text, Vocabulary::from(rules))
        .expect("the generated profile reads")
        .profile()
        .clone()
}

fn benches(c: &mut Criterion) {
    let text = many::profile(60);
    let rules = load_embedded(Tests::Skip).rules.expect("the embedded rule set loads");
    let profile = profile(&rules, &text);
    let file = std::env::temp_dir().join(format!("candor-bench-{}.toml", std::process::id()));
    std::fs::write(&file, &text).expect("the temporary folder is writable");

    c.bench_function("load the embedded rule set", |b| b.iter(|| load_embedded(black_box(Tests::Skip))));
    c.bench_function("decide 60 records, 2 targets", |b| {
        b.iter(|| {
            for target in &profile.targets {
                black_box(engine::assess(View { rules: &rules, profile: &profile, target, today: today() }));
            }
        });
    });
    c.bench_function("decide 1 record again after an edit", |b| {
        let record = &profile.records[7];
        b.iter(|| {
            for target in &profile.targets {
                let view = View { rules: &rules, profile: &profile, target, today: today() };
                black_box(engine::assess_record(view, record));
            }
        });
    });
    c.bench_function("candor check, 60 records, whole process", |b| b.iter(|| run(&["check"], &file)));
    c.bench_function("candor --version, whole process", |b| b.iter(|| run(&["--version"], Path::new(""))));
    let _ = std::fs::remove_file(&file);
}

fn run(args: &[&str], file: &Path) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_candor"));
    command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
    if !file.as_os_str().is_empty() {
        command.arg(file).args(["--as-of", "2026-11-23"]);
    }
    let status = command.status().expect("the binary runs");
    assert!(status.code().is_some_and(|code| code < 2), "candor {args:?} ended with {status}");
}

criterion_group!(all, benches);
criterion_main!(all);

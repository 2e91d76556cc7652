//! Writes the rule set in neutral form as JSON, and a line about its size.

use candor::ruleset::{Tests, load_embedded};

fn main() {
    let loaded = load_embedded(Tests::Load);
    let rules = loaded.rules.expect("the built-in rules load");
    let forms: Vec<_> = rules.decisions.iter().filter_map(|d| neutral::compile::decision(&rules, d)).collect();
    let sizes: Vec<usize> = forms.iter().flat_map(|d| d.rules.iter().map(|r| r.when.size())).collect();
    eprintln!(
        "{} of {} decisions, {} rules, {} tests (largest rule {})",
        forms.len(),
        rules.decisions.len(),
        sizes.len(),
        sizes.iter().sum::<usize>(),
        sizes.iter().max().unwrap_or(&0)
    );
    println!("{}", serde_json::to_string(&forms).expect("plain data"));
}

//! How long a key takes until the next frame is drawn, with 500 records and the built-in rules. Measured and held to its limit
//! in release builds only: `cargo test --release --test tui_speed -- --nocapture`.
#![cfg(not(debug_assertions))]

#[path = "common/many.rs"]
mod many;
mod tui_common;

use std::rc::Rc;
use std::time::{Duration, Instant};

use candor::profile::{Store, Vocabulary};
use candor::ruleset::{Tests, load_embedded};
use candor::tui::{App, Kept, Theme, draw};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tui_common::{press, rest, today};

/// From home to a trip in the middle of the list, its questions, its rulings and why; the person; the report; a target's date.
const KEYS: &str = "<home>|<down>|<down>|<down>|<down>|<down>|<down>|<down>|<down>|<down>|<enter>|<pgdn>|<pgdn>|<down>|<enter>|x|y|<tab>|\
    <down>|<tab>|<tab>|<tab>|1|<down>|<space>|4|<tab>|n|<tab>|y|<tab>|<c-n>|1|<c-n>|s|<f2>|<down>|<enter>|<down>|<esc>|<esc>|<esc>|\
    <esc>|<home>|<down>|<down>|<down>|<down>|<enter>|<tab>|<tab>|n|<s-tab>|y|<esc>|<end>|r|<pgdn>|<end>|<esc>|<home>|<enter>|<bs>|\
    5|<tab>|<esc>|n|s|<esc>";

#[test]
fn a_key_takes_five_milliseconds_at_most_with_500_records() {
    let rules = load_embedded(Tests::Skip).rules.unwrap();
    let store = Store::in_memory("many", &many::profile(500), Vocabulary::from(&rules)).unwrap();
    let mut app = App::new(Rc::new(rules), today(), Theme::Colour);
    let begun = Instant::now();
    app.open(store.profile().clone(), Kept::File("many.toml".into()), Default::default());
    app.size = (120, 40);
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).unwrap();
    terminal.draw(|f| draw(f, &app)).unwrap();
    println!("opening 500 records, 2 targets: {:?}", begun.elapsed());

    let mut times: Vec<(Duration, &str)> = Vec::new();
    for _ in 0..20 {
        for key in KEYS.split('|').map(str::trim) {
            let begun = Instant::now();
            press(&mut app, key);
            terminal.draw(|f| draw(f, &app)).unwrap();
            times.push((begun.elapsed(), key));
            // What happens between two keys.
            rest(&mut app);
        }
    }
    times.sort();
    let at = |per_mille: usize| times[(times.len() - 1) * per_mille / 1000];
    println!("{} keys: median {:?}, p99 {:?}, most {:?}", times.len(), at(500), at(990), at(1000));
    assert!(at(990).0 <= Duration::from_millis(5), "{:?}", at(990));
}

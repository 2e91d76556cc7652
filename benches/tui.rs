//! The terminal app's numbers, next to DESIGN section 6: first frame (25 ms) of the real binary in a pseudo-terminal, and key to
//! repaint (p99 5 ms) with 500 records. Prints; asserts nothing.

#[path = "../tests/common/many.rs"]
mod many;
#[path = "../tests/tui_common/mod.rs"]
mod tui_common;

use std::io::Read as _;
use std::rc::Rc;
use std::time::{Duration, Instant};

use candor::profile::{Store, Vocabulary};
use candor::ruleset::{Tests, load_embedded};
use candor::tui::{App, Kept, Theme, draw};
use portable_pty::{CommandBuilder, PtySize, native_pty_system};
use ratatui::Terminal;
use ratatui::backend::TestBackend;
use tui_common::{press, today};

/// Into a record and out: moving, typing, answering, asking for the next question, looking at rulings.
const KEYS: [&str; 33] = [
    "<down>", "<down>", "<down>", "<down>", "<enter>", "<down>", "<down>", "<enter>", "x", "<tab>", "<down>", "<tab>",
    "y", "n", "<tab>", "<c-n>", "1", "<c-n>", "s", "<f2>", "<down>", "<enter>", "<esc>", "<esc>", "<esc>", "<esc>",
    "<esc>", "n", "n", "<c-n>", "2", "<bs>", "<esc>",
];

fn main() {
    // `cargo test --benches` asks a benchmark only whether it builds.
    if std::env::args().any(|a| a == "--test") {
        return;
    }
    first_frame(&["--sample"], "first frame, the sample");
    let file = std::env::temp_dir().join(format!("candor-bench-tui-{}.toml", std::process::id()));
    std::fs::write(&file, many::profile(500)).expect("the temporary folder is writable");
    first_frame(&[file.to_str().expect("the temporary folder has a plain name")], "first frame, 500 records");
    let _ = std::fs::remove_file(&file);
    repaint();
}

fn first_frame(args: &[&str], what: &str) {
    let mut times = Vec::new();
    for _ in 0..15 {
        let pair = native_pty_system()
            .openpty(PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 })
            .expect("a pseudo-terminal opens");
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_candor"));
        command.args(args);
        command.env("TERM", "xterm-256color");
        command.env("CANDOR_HOME", std::env::temp_dir());
        let mut reader = pair.master.try_clone_reader().expect("it can be read");
        let begun = Instant::now();
        let mut child = pair.slave.spawn_command(command).expect("the binary runs");
        let (mut seen, mut buffer) = (Vec::new(), [0u8; 8192]);
        while let Ok(n @ 1..) = reader.read(&mut buffer) {
            seen.extend_from_slice(&buffer[..n]);
            if String::from_utf8_lossy(&seen).contains("What is left") {
                break;
            }
        }
        times.push(begun.elapsed());
        let _ = child.kill();
        let _ = child.wait();
    }
    show(what, times);
}

fn repaint() {
    let rules = load_embedded(Tests::Skip).rules.expect("the embedded rule set loads");
    let store =
        Store::in_memory("many", &many::profile(500), Vocabulary::from(&rules)).expect("the generated profile reads");
    let mut app = App::new(Rc::new(rules), today(), Theme::Colour);
    app.open(store.profile().clone(), Kept::File("many.toml".into()), Default::default());
    app.size = (120, 40);
    let mut terminal = Terminal::new(TestBackend::new(120, 40)).expect("a test terminal");
    let mut times = Vec::new();
    for round in 0..40 {
        for key in KEYS {
            let begun = Instant::now();
            press(&mut app, key);
            let _ = terminal.draw(|f| draw(f, &app));
            times.push(begun.elapsed());
        }
        if round % 10 == 9 {
            press(&mut app, "<esc><esc><esc><esc><esc><esc>n<home>");
        }
    }
    show("key to repaint, 500 records", times);
}

fn show(what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |per_mille: usize| times.get((times.len() - 1) * per_mille / 1000).copied().unwrap_or_default();
    println!(
        "{what}: {} times, least {:?}, median {:?}, p99 {:?}, most {:?}",
        times.len(),
        at(0),
        at(500),
        at(990),
        at(1000)
    );
}

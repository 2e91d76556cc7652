//! The real binary in a real (pseudo) terminal: set-up and restoring, signals, resizing, colours, and that nothing typed is
//! lost. Every wait is for content or an exit, with a limit; nothing sleeps for a fixed time.
#![cfg(unix)]

use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

use portable_pty::{Child, CommandBuilder, MasterPty, PtySize, native_pty_system};

const LIMIT: Duration = Duration::from_secs(30);

struct Pty {
    master: Box<dyn MasterPty + Send>,
    writer: Box<dyn Write + Send>,
    child: Box<dyn Child + Send + Sync>,
    output: Receiver<Vec<u8>>,
    parser: vt100::Parser,
    raw: Vec<u8>,
}

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures")
}

impl Pty {
    fn start(home: &Path, args: &[&str], env: &[(&str, &str)]) -> Self {
        Self::with_rules(home, Some(fixtures().join("tui-rules")), args, env)
    }

    fn with_rules(home: &Path, rules: Option<PathBuf>, args: &[&str], env: &[(&str, &str)]) -> Self {
        let size = PtySize { rows: 24, cols: 80, pixel_width: 0, pixel_height: 0 };
        let pair = native_pty_system().openpty(size).unwrap();
        let mut command = CommandBuilder::new(env!("CARGO_BIN_EXE_candor"));
        command.env_clear();
        command.cwd(home);
        command.env("HOME", home);
        command.env("CANDOR_HOME", home.join("candor"));
        command.env("TERM", "xterm-256color");
        for (name, value) in env {
            command.env(name, value);
        }
        if let Some(rules) = rules {
            command.arg("--rules");
            command.arg(rules);
        }
        command.args(args);
        let child = pair.slave.spawn_command(command).unwrap();
        drop(pair.slave);
        let mut reader = pair.master.try_clone_reader().unwrap();
        let (send, output) = channel();
        std::thread::spawn(move || {
            let mut buffer = [0; 4096];
            while let Ok(n) = reader.read(&mut buffer) {
                if n == 0 || send.send(buffer[..n].to_vec()).is_err() {
                    return;
                }
            }
        });
        let writer = pair.master.take_writer().unwrap();
        Self { master: pair.master, writer, child, output, parser: vt100::Parser::new(24, 80, 0), raw: Vec::new() }
    }

    fn send(&mut self, keys: &str) {
        self.writer.write_all(keys.as_bytes()).unwrap();
        self.writer.flush().unwrap();
    }

    fn screen(&self) -> String {
        self.parser.screen().contents()
    }

    fn take(&mut self, bytes: Vec<u8>) {
        self.parser.process(&bytes);
        self.raw.extend(bytes);
    }

    /// Waits until the screen is as wanted.
    fn wait(&mut self, what: &str, wanted: impl Fn(&vt100::Screen) -> bool) {
        let end = Instant::now() + LIMIT;
        while !wanted(self.parser.screen()) {
            let left = end.saturating_duration_since(Instant::now());
            match self.output.recv_timeout(left) {
                Ok(bytes) => self.take(bytes),
                Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => {
                    panic!("never saw {what}:\n{}", self.screen())
                }
            }
        }
    }

    fn see(&mut self, text: &str) {
        self.wait(text, |s| s.contents().contains(text));
    }

    /// Sends keys and waits for what they lead to.
    fn then(&mut self, keys: &str, text: &str) {
        self.send(keys);
        self.see(text);
    }

    /// Waits for the end and reads all that is left. The exit code.
    fn end(&mut self) -> u32 {
        let end = Instant::now() + LIMIT;
        loop {
            match self.output.recv_timeout(Duration::from_millis(20)) {
                Ok(bytes) => self.take(bytes),
                Err(RecvTimeoutError::Disconnected) => return self.child.wait().unwrap().exit_code(),
                Err(RecvTimeoutError::Timeout) => {
                    if let Some(status) = self.child.try_wait().unwrap() {
                        while let Ok(bytes) = self.output.recv_timeout(Duration::from_millis(50)) {
                            self.take(bytes);
                        }
                        return status.exit_code();
                    }
                    assert!(Instant::now() < end, "did not end:\n{}", self.screen());
                }
            }
        }
    }

    fn signal(&self, name: &str) {
        let pid = self.child.process_id().unwrap().to_string();
        let sent = std::process::Command::new("kill").args([&format!("-{name}"), &pid]).status().unwrap();
        assert!(sent.success());
    }

    /// The terminal is as it was before: no alternate screen, cursor shown, no bracketed paste.
    fn is_restored(&self) -> bool {
        let screen = self.parser.screen();
        !screen.alternate_screen() && !screen.hide_cursor() && !screen.bracketed_paste()
    }
}

fn home() -> tempfile::TempDir {
    tempfile::tempdir().unwrap()
}

/// A copy of the fixture profile in a folder of its own.
fn rivera(home: &Path) -> PathBuf {
    let path = home.join("rivera.toml");
    std::fs::copy(fixtures().join("tui-profile.toml"), &path).unwrap();
    path
}

fn open(home: &Path, env: &[(&str, &str)]) -> (Pty, PathBuf) {
    let path = rivera(home);
    let mut pty = Pty::start(home, &["rivera.toml"], env);
    pty.see("What you are preparing");
    (pty, path)
}

const ENTER: &str = "\r";
const DOWN: &str = "\x1b[B";
const CTRL_C: &str = "\x03";
const CTRL_U: &str = "\x15";
const CTRL_Z: &str = "\x1a";

/// From the home screen of the fixture into a new trip's form.
fn new_trip(pty: &mut Pty) {
    for _ in 0..6 {
        pty.send(DOWN);
    }
    pty.then("a", "New: Trip");
}

#[test]
fn a_new_profile_with_three_records_is_there_when_opened_again_and_its_report_is_saved() {
    let home = home();
    let mut pty = Pty::start(home.path(), &[], &[]);
    pty.see("Start my own profile");
    pty.then(ENTER, "Where shall your profile be kept?");
    pty.then(&format!("{CTRL_U}mine.toml{ENTER}"), "What are you preparing?");
    pty.then(&format!("{DOWN}{ENTER}"), "When is it due?");
    pty.then("2026-12-10\r", "10 December 2026");
    pty.then("Tides\r", "NSF proposal: Tides");
    pty.then("\x1b", "You and your records");
    // Two trips and a position.
    for _ in 0..5 {
        pty.send(DOWN);
    }
    pty.then("a", "New: Trip");
    pty.then("Oslo meeting\r", "Trip: Oslo meeting");
    pty.then("NO\r", "Trip: Oslo meeting, Norway");
    pty.then("1", "Nothing due");
    pty.then("\x1b", "+ Add: Trip");
    pty.then("aField work\r", "Trip: Field work");
    pty.then("\x1b", "+ Add: Trip");
    pty.then("\x1b", "You and your records");
    pty.then("\x1b[Aa", "New: Appointment");
    pty.then("Reader\r", "Appointment: Reader");
    pty.then("\x1b", "+ Add: Appointment");
    pty.then("\x1b", "You and your records");
    pty.send("q");
    assert_eq!(pty.end(), 0);
    assert!(pty.is_restored());

    let file = std::fs::read_to_string(home.path().join("mine.toml")).unwrap();
    for text in ["Tides", "2026-12-10", "Oslo meeting", "Field work", "Reader", "own-money"] {
        assert!(file.contains(text), "{text}:\n{file}");
    }
    use std::os::unix::fs::PermissionsExt as _;
    let mode = |name: &str| std::fs::metadata(home.path().join(name)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("mine.toml"), 0o600);

    let mut pty = Pty::start(home.path(), &["mine.toml"], &[]);
    pty.see("NSF proposal: Tides");
    pty.then("r", "Report: NSF proposal: Tides");
    pty.then("s", "Save the report as?");
    pty.then(&format!("{CTRL_U}out.html\r"), "Report saved as");
    pty.then("\x1b", "You and your records");
    pty.send("q");
    assert_eq!(pty.end(), 0);
    let report = std::fs::read_to_string(home.path().join("out.html")).unwrap();
    assert!(report.contains("Oslo meeting"));
    assert_eq!(mode("out.html"), 0o600);
}

#[test]
fn ctrl_c_leaves_from_anywhere_and_restores_the_terminal() {
    let home = home();
    let (mut pty, path) = open(home.path(), &[]);
    assert!(pty.parser.screen().alternate_screen());
    new_trip(&mut pty);
    pty.then("Half typed", "Half typed");
    pty.send(CTRL_C);
    assert_eq!(pty.end(), 0);
    assert!(pty.is_restored());
    assert!(std::fs::read_to_string(path).unwrap().contains("Half typed"));
}

#[test]
fn being_told_to_end_keeps_typed_text() {
    for signal in ["TERM", "HUP"] {
        let home = home();
        let (mut pty, path) = open(home.path(), &[]);
        new_trip(&mut pty);
        // Good text becomes the answer; a date that is none becomes a draft.
        pty.then("Field work\r", "Trip: Field work");
        pty.then("Norw", "Norw");
        pty.signal(signal);
        pty.end();
        assert!(pty.is_restored(), "{signal}");
        assert!(std::fs::read_to_string(&path).unwrap().contains("Field work"), "{signal}");
        let draft = home.path().join("rivera.toml.draft");
        assert!(std::fs::read_to_string(&draft).unwrap().contains("Norw"), "{signal}");
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(&draft).unwrap().permissions().mode() & 0o777, 0o600);

        let mut pty = Pty::start(home.path(), &["rivera.toml"], &[]);
        pty.see("~ Trips");
        for _ in 0..6 {
            pty.send(DOWN);
        }
        pty.then(ENTER, "typed, not finished");
        pty.then(&format!("{DOWN}{DOWN}{ENTER}"), "Norw (not finished)");
        pty.send(CTRL_C);
        assert_eq!(pty.end(), 0);
    }
}

#[test]
fn a_window_can_change_its_size_at_any_time() {
    let home = home();
    let (mut pty, _) = open(home.path(), &[]);
    pty.then("n", "Who paid");
    for (rows, columns, text) in
        [(40_u16, 120_u16, "│"), (20, 60, "Who paid"), (5, 30, "Candor needs a window"), (24, 80, "Who paid")]
    {
        pty.parser.screen_mut().set_size(rows, columns);
        pty.master.resize(PtySize { rows, cols: columns, pixel_width: 0, pixel_height: 0 }).unwrap();
        pty.see(text);
    }
    pty.send(CTRL_C);
    assert_eq!(pty.end(), 0);
}

/// Parameters of all SGR sequences in the output.
fn sgr(raw: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(raw);
    let mut found = Vec::new();
    for part in text.split("\x1b[").skip(1) {
        let end = part.find(|c: char| !(c.is_ascii_digit() || c == ';')).unwrap_or(part.len());
        if part[end..].starts_with('m') {
            found.push(part[..end].to_owned());
        }
    }
    found
}

#[test]
fn no_color_means_no_colour_but_still_bold() {
    let coloured =
        |code: &str| code.split(';').any(|n| matches!(n.parse::<u32>(), Ok(30..=38 | 40..=48 | 90..=97 | 100..=107)));
    let home = home();
    let (mut pty, _) = open(home.path(), &[("NO_COLOR", "1")]);
    pty.then("n", "Who paid");
    pty.send(CTRL_C);
    pty.end();
    let codes = sgr(&pty.raw);
    assert!(!codes.iter().any(|c| coloured(c)), "{codes:?}");
    assert!(codes.iter().any(|c| c == "1"), "{codes:?}");

    let (mut pty, _) = open(home.path(), &[("NO_COLOR", "")]);
    pty.send(CTRL_C);
    pty.end();
    assert!(sgr(&pty.raw).iter().any(|c| coloured(c)), "an empty NO_COLOR is none");
}

#[test]
fn suspended_and_brought_back_it_is_as_it_was() {
    let home = home();
    let (mut pty, _) = open(home.path(), &[]);
    new_trip(&mut pty);
    pty.then("Field", "Field");
    pty.send(CTRL_Z);
    pty.wait("the terminal restored", |s| !s.alternate_screen());
    assert!(pty.is_restored());
    let stat = format!("/proc/{}/stat", pty.child.process_id().unwrap());
    let end = Instant::now() + LIMIT;
    while Path::new(&stat).exists() && !std::fs::read_to_string(&stat).unwrap().contains(") T ") {
        assert!(Instant::now() < end, "never stopped");
        std::thread::yield_now();
    }
    pty.signal("CONT");
    pty.wait("the form again", |s| s.alternate_screen() && s.contents().contains("Field"));
    pty.then(" work\r", "Trip: Field work");
    pty.send(CTRL_C);
    assert_eq!(pty.end(), 0);
    assert!(pty.is_restored());
}

#[test]
#[cfg(debug_assertions)]
fn a_panic_restores_the_terminal_and_keeps_what_was_typed() {
    let home = home();
    let (mut pty, path) = open(home.path(), &[("CANDOR_TEST_PANIC", "1")]);
    new_trip(&mut pty);
    pty.then("Field work\r", "Trip: Field work");
    pty.then("Norw", "Norw");
    pty.send("\x1b[24~");
    assert_ne!(pty.end(), 0);
    assert!(pty.is_restored());
    assert!(pty.screen().contains("Your answers are in"), "{}", pty.screen());
    assert!(std::fs::read_to_string(path).unwrap().contains("Field work"));
    assert!(std::fs::read_to_string(home.path().join("rivera.toml.draft")).unwrap().contains("Norw"));
}

#[test]
fn a_bracketed_paste_is_text_not_keys() {
    let home = home();
    let (mut pty, path) = open(home.path(), &[]);
    new_trip(&mut pty);
    pty.then("\x1b[200~two\r\nlines\x1b[201~", "two lines");
    pty.then("\r", "Trip: two lines");
    pty.send(CTRL_C);
    assert_eq!(pty.end(), 0);
    assert!(std::fs::read_to_string(path).unwrap().contains("two lines"));
}

#[test]
fn a_file_that_cannot_be_written_is_said_calmly_and_nothing_is_lost() {
    let home = home();
    let (mut pty, path) = open(home.path(), &[]);
    // Somebody else changes the file meanwhile.
    let before = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, format!("{before}\n# edited elsewhere\n")).unwrap();
    new_trip(&mut pty);
    pty.then("Field work\r", "not saved");
    pty.then("\x1b", "+ Add: Trip");
    pty.then("\x1b", "What you are preparing");
    pty.then("q", "Leave without saving");
    pty.then("n", "What you are preparing");
    pty.then("w", "Under which name");
    pty.then(&format!("{CTRL_U}other.toml\r"), "Kept in");
    pty.send("q");
    assert_eq!(pty.end(), 0);
    assert!(std::fs::read_to_string(home.path().join("other.toml")).unwrap().contains("Field work"));
    assert!(std::fs::read_to_string(&path).unwrap().contains("edited elsewhere"));
}

#[test]
fn without_a_usable_terminal_it_points_to_the_interview() {
    let home = home();
    let mut pty = Pty::start(home.path(), &[], &[("TERM", "dumb")]);
    assert_eq!(pty.end(), 2);
    assert!(pty.screen().contains("candor interview"), "{}", pty.screen());
    assert!(!pty.raw.contains(&0x1b));

    let piped = std::process::Command::new(env!("CARGO_BIN_EXE_candor"))
        .env("CANDOR_HOME", home.path())
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    assert_eq!(piped.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&piped.stderr).contains("candor interview"));
    assert!(piped.stdout.is_empty());
}

#[test]
fn the_sample_opens_with_the_built_in_rules_and_is_never_written() {
    let home = home();
    let mut pty = Pty::with_rules(home.path(), None, &["--sample"], &[]);
    pty.see("sample, not kept");
    pty.then("n", "decides");
    pty.send(CTRL_C);
    assert_eq!(pty.end(), 0);
    let left: Vec<_> = std::fs::read_dir(home.path()).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
}

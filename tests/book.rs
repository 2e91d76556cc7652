//! The rule set as a book: every link arrives, every page is sound and asks for nothing outside the folder, everything is in
//! it, nothing in a rule set can become markup or leave the folder, and no folder but a book of ours is replaced.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use candor::diagnostic::{SourceFile, render};
use candor::publish::book::{File, MARKER, book};
use candor::ruleset::{Loaded, RuleSet, Tests, load_files, read_dir};

mod common;

struct Made {
    rules: RuleSet,
    files: Vec<File>,
}

/// The book of the embedded rule set, made once.
fn real() -> &'static Made {
    static ONCE: OnceLock<Made> = OnceLock::new();
    ONCE.get_or_init(|| {
        let (rules, cases) = common::rules();
        let files = book(&rules, &cases).expect("a book");
        Made { rules, files }
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/report/rules")
}

/// The small invented rule set, with changes to its files.
fn small(change: impl FnOnce(&mut Vec<SourceFile>)) -> Made {
    let mut files = read_dir(&folder()).expect("the folder can be read");
    change(&mut files);
    let Loaded { rules, cases, problems } = load_files(files, Tests::Load);
    let rules = rules.unwrap_or_else(|| panic!("{}", render(&problems, false)));
    let files = book(&rules, &cases).expect("a book");
    Made { rules, files }
}

fn text(file: &File) -> &str {
    std::str::from_utf8(&file.bytes).expect("UTF-8")
}

fn named<'m>(made: &'m Made, path: &str) -> &'m str {
    text(made.files.iter().find(|f| f.path == path).unwrap_or_else(|| panic!("no {path}")))
}

fn pages(made: &Made) -> impl Iterator<Item = &File> {
    made.files.iter().filter(|f| f.path.ends_with(".html"))
}

fn xml<'t>(path: &str, text: &'t str) -> roxmltree::Document<'t> {
    let options = roxmltree::ParsingOptions { allow_dtd: true, ..roxmltree::ParsingOptions::default() };
    roxmltree::Document::parse_with_options(text, options).unwrap_or_else(|e| panic!("{path}: {e}"))
}

/// A link's path from the top of the book, and its anchor.
fn target(from: &str, href: &str) -> (String, String) {
    let (path, anchor) = href.split_once('#').unwrap_or((href, ""));
    if path.is_empty() {
        return (from.to_owned(), anchor.to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            ".." => assert!(parts.pop().is_some(), "{from}: {href} leaves the book"),
            part => parts.push(part),
        }
    }
    (parts.join("/"), anchor.to_owned())
}

fn is_outside(href: &str) -> bool {
    href.starts_with("https://") || href.starts_with("http://")
}

/// Everything that must hold of any book, whatever its rule set says.
fn sound(made: &Made) {
    let mut anchors: BTreeMap<&str, BTreeSet<String>> = BTreeMap::new();
    for file in pages(made) {
        let doc = xml(&file.path, text(file));
        let here = anchors.entry(&file.path).or_default();
        for id in doc.descendants().filter_map(|n| n.attribute("id")) {
            assert!(here.insert(id.to_owned()), "{}: the id {id} stands twice", file.path);
        }
    }
    let paths: BTreeSet<&str> = made.files.iter().map(|f| f.path.as_str()).collect();
    assert_eq!(paths.len(), made.files.len(), "a path stands twice");
    let folded: BTreeSet<String> = paths.iter().map(|p| p.to_lowercase()).collect();
    assert_eq!(folded.len(), paths.len(), "two paths differ in case only");
    for path in &paths {
        assert!(path.split('/').all(|p| !p.is_empty() && !p.starts_with('.')), "{path}");
        assert!(path.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.~/".contains(&b)), "{path}");
    }
    for file in pages(made) {
        let page = text(file);
        assert!(!page.chars().any(|c| c != '\n' && candor::text::is_disruptive(c)), "{}", file.path);
        let doc = xml(&file.path, page);
        let mut level = 0;
        for node in doc.descendants().filter(roxmltree::Node::is_element) {
            let name = node.tag_name().name();
            let bad = ["img", "iframe", "object", "embed", "audio", "video", "source", "base", "svg", "style"];
            assert!(!bad.contains(&name), "{}: <{name}>", file.path);
            if let Some(here) = name.strip_prefix('h').and_then(|n| n.parse::<u32>().ok()) {
                assert!(here <= level + 1, "{}: h{here} after h{level}", file.path);
                level = here;
            }
            for a in node.attributes() {
                assert!(!a.name().starts_with("on"), "{}: {a:?}", file.path);
                assert!(!matches!(a.name(), "style" | "srcset" | "background" | "action"), "{}: {a:?}", file.path);
                let loads = match (name, a.name()) {
                    ("script", "src") | ("link", "href") => true,
                    ("a", "href") => false,
                    (_, "src" | "href") => panic!("{}: <{name} {a:?}>", file.path),
                    _ => continue,
                };
                if is_outside(a.value()) {
                    assert!(!loads, "{}: {a:?} is loaded", file.path);
                    continue;
                }
                let (path, anchor) = target(&file.path, a.value());
                let there = paths.contains(path.as_str());
                assert!(there, "{}: {} leads nowhere", file.path, a.value());
                if !anchor.is_empty() {
                    let found = anchors.get(path.as_str()).is_some_and(|ids| ids.contains(&anchor));
                    assert!(found, "{}: {} has no such anchor", file.path, a.value());
                }
            }
            if name == "script" {
                assert!(node.text().is_none_or(|t| t.trim().is_empty()), "{}: an inline script", file.path);
            }
            for attribute in ["aria-labelledby", "aria-describedby", "aria-controls", "for"] {
                for id in node.attribute(attribute).into_iter().flat_map(str::split_whitespace) {
                    assert!(anchors[file.path.as_str()].contains(id), "{}: {attribute}={id}", file.path);
                }
            }
        }
        assert!(doc.descendants().any(|n| n.has_tag_name("main")) && level > 0, "{}", file.path);
    }
}

#[test]
fn every_page_of_the_real_book_is_sound_and_every_link_arrives() {
    let made = real();
    sound(made);
    let size: usize = made.files.iter().map(|f| f.bytes.len()).sum();
    assert!(size < 28 << 20, "the book has grown to {size} bytes");
}

#[test]
fn every_rule_decision_and_source_has_its_place_under_a_name_made_of_its_id() {
    let made = real();
    for decision in &made.rules.decisions {
        let path = format!("{}.html", decision.id.replace('.', "/"));
        let page = named(made, &path);
        for rule in &decision.rules {
            let card = format!("<article class=\"card\" id=\"{}\"", rule.local_id());
            assert_eq!(page.matches(&card).count(), 1, "{}", rule.id);
        }
    }
    for source in &made.rules.sources {
        assert!(named(made, &format!("sources/{}.html", source.id)).contains(&source.id));
    }
    for agency in &made.rules.agencies {
        let page = named(made, &format!("agencies/{}.html", agency.id));
        for decision in made.rules.decisions_for(agency) {
            assert!(page.contains(&format!("../{}.html\"", decision.id.replace('.', "/"))), "{}", decision.id);
        }
    }
}

#[test]
fn a_card_says_what_the_rule_says() {
    let made = real();
    let doc_path = "nsf/trip/cpos.html";
    let doc = xml(doc_path, named(made, doc_path));
    let card = doc.descendants().find(|n| n.attribute("id") == Some("nobody-else-paid")).expect("the card");
    let said: String = card.descendants().filter_map(|n| n.text().filter(|_| n.is_text())).collect();
    let rule = made.rules.decision("nsf.trip.cpos").and_then(|d| d.rule("nobody-else-paid")).expect("the rule");
    let from = rule.period.from.map(candor::report::words::date).expect("a first day");
    let squeezed = said.split_whitespace().collect::<Vec<_>>().join(" ");
    let condition = rule.when_text.split_whitespace().collect::<Vec<_>>().join(" ");
    for part in [&rule.because, &from, &condition, &rule.authority[0].at, &"Nothing due".to_owned()] {
        assert!(squeezed.contains(part.as_str()), "{part} is not in: {squeezed}");
    }
    // The rule that stood before it for the same answers, and the other way round.
    let links: Vec<&str> = card.descendants().filter_map(|n| n.attribute("href")).collect();
    assert!(links.contains(&"#nobody-else-paid-2020"), "{links:?}");
    assert_eq!(card.attribute("data-from"), Some(rule.period.from.expect("a day").to_string().as_str()));
}

#[test]
fn cases_stand_on_the_rules_that_they_land_on() {
    let (rules, cases) = common::rules();
    let results = candor::audit::run_cases(&rules, &cases);
    assert_eq!(results.len(), cases.iter().map(|c| c.expect.len()).sum::<usize>());
    let landed: Vec<_> = results.iter().filter(|r| r.rules.len() == 1).collect();
    assert!(landed.len() > results.len() / 2);
    for result in landed.iter().step_by(17) {
        let page = named(real(), &format!("{}.html", result.decision.replace('.', "/")));
        assert!(page.contains(&format!("#{}\"", result.case)), "{} on {}", result.case, result.decision);
    }
}

/// The search index as data.
fn index(made: &Made) -> serde_json::Value {
    let script = named(made, "index.js");
    let json = script.strip_prefix("var candorBook = ").and_then(|s| s.strip_suffix(";\n")).expect("one variable");
    serde_json::from_str(json).expect("JSON")
}

#[test]
fn the_index_has_every_rule_under_its_words() {
    let made = real();
    let index = index(made);
    let listed = index["decisions"].as_array().expect("decisions");
    assert_eq!(listed.len(), made.rules.decisions.len());
    for (decision, entry) in made.rules.decisions.iter().zip(listed) {
        let (page, rules) = (entry["h"].as_str().expect("a path"), entry["r"].as_array().expect("rules"));
        assert_eq!(rules.len(), decision.rules.len());
        for (rule, entry) in decision.rules.iter().zip(rules) {
            let anchor = entry["h"].as_str().expect("an anchor");
            assert_eq!((page, anchor), (&*format!("{}.html", decision.id.replace('.', "/")), rule.local_id()));
            let words: BTreeSet<&str> =
                ["s", "w"].iter().flat_map(|k| entry[k].as_str().unwrap_or("").split(' ')).collect();
            for word in candor::text::plain_words(&format!("{} {}", rule.because, rule.ruling.title())) {
                assert!(words.contains(word.as_str()), "{}: {word}", rule.id);
            }
        }
    }
}

/// What a research officer types, and a page that has to be among the first five.
const QUERIES: [(&str, &str); 9] = [
    (
        "what does NIH ask of a paid visiting appointment abroad, since when, by which text",
        "nih/appointment/biosketch.html",
    ),
    ("nih visiting appointment abroad", "nih/appointment/biosketch.html"),
    ("nsf trip own money", "nsf/trip/cpos.html"),
    ("gift equipment nsf", "nsf/gift/facilities.html"),
    ("coauthor in china nasa", "nasa/publication/china.html"),
    ("startup equity nih", "phs-fcoi/interest/institution.html"),
    ("export control data", "home/collaboration/export.html"),
    ("pappg", "sources/pappg-24-1.html"),
    ("nsf appointm", "nsf/appointment/biosketch.html"),
];

/// The page's own script, run where there is an engine for it; the index itself is tested above in any case.
#[test]
fn the_search_finds_what_is_typed() {
    let made = real();
    let place = tempfile::tempdir().expect("a folder");
    let queries = serde_json::to_string(&QUERIES.map(|(q, _)| q)).expect("JSON");
    let driver = format!(
        "{}\n{}\nconst found = {queries}.map(q => candorFind(candorBook, q).slice(0, 5).map(g => (g.decision || g.other).h));\n\
         const then = candorFind(candorBook, \"nih appointment biosketch\", \"2020-01-01\").flatMap(g => g.rules.map(s => s.entry.rule));\n\
         console.log(JSON.stringify({{ found, then: then.map(r => [r.f, r.u]), none: candorFind(candorBook, \"zxqv\").length }}));\n",
        named(made, "index.js"),
        named(made, "book.js"),
    );
    let path = place.path().join("driver.js");
    std::fs::write(&path, driver).expect("written");
    let Ok(ran) = Command::new("node").arg(&path).output() else {
        eprintln!("no node here: the script's ranking was not tried");
        return;
    };
    assert!(ran.status.success(), "{}", String::from_utf8_lossy(&ran.stderr));
    let said: serde_json::Value = serde_json::from_slice(&ran.stdout).expect("JSON");
    for ((query, wanted), found) in QUERIES.iter().zip(said["found"].as_array().expect("results")) {
        assert!(found.as_array().is_some_and(|f| f.iter().any(|h| h == wanted)), "{query}: {found}");
    }
    assert_eq!(said["none"], 0);
    let then = said["then"].as_array().expect("rules");
    assert!(!then.is_empty());
    for period in then {
        let (from, until) = (period[0].as_str().unwrap_or(""), period[1].as_str().unwrap_or(""));
        assert!(from <= "2020-01-01" && (until.is_empty() || until > "2020-01-01"), "{period}");
    }
}

#[test]
fn the_script_speaks_to_nobody() {
    let made = small(|_| {});
    let script = named(&made, "book.js");
    for call in [
        "fetch",
        "XMLHttpRequest",
        "WebSocket",
        "EventSource",
        "sendBeacon",
        "import(",
        "import ",
        "eval",
        "Function(",
        "http:",
        "https:",
        "innerHTML",
        "document.write",
        "localStorage",
        "cookie",
    ] {
        assert!(!script.contains(call), "{call}");
    }
    assert_eq!(made.files.iter().filter(|f| f.path.ends_with(".js")).count(), 2, "the script and its index");
    let style = named(&made, "book.css");
    assert!(!style.contains("url(") && !style.contains("@import") && style.contains("@media print"));
}

#[test]
fn the_same_rule_set_gives_the_same_bytes() {
    assert_eq!(small(|_| {}).files, small(|_| {}).files);
}

#[test]
fn hostile_texts_stay_texts() {
    const EVIL: &str =
        "<script>alert(1)</script> \\\"><img src=x onerror=alert(1)> ' {{ 7 * 7 }} ]]> \\u0007 \\u202e --> &lt;";
    let made = small(|files| {
        for file in files.iter_mut() {
            file.text = file
                .text
                .replace("Your institution keeps", &format!("{EVIL} Your institution keeps"))
                .replace("title         = \"Guide", &format!("title         = \"{EVIL} Guide"))
                .replace("https://example.org/relay", "javascript:alert(1)//")
                .replace("issuer = \"Congress\"", &format!("issuer = \"{EVIL}\""))
                .replace("source = \"law\"", "source = \"../../law<b>\"")
                .replace("id     = \"law\"", "id     = \"../../law<b>\"")
                .replace("id        = \"host\"", "id        = \"/\\\"><script>x\"");
            if file.name == "ruleset.toml" {
                file.text = file.text.replace("\"Tax.\"", "\"</title><script>alert(2)</script>\"");
            }
        }
    });
    let wild: Vec<&str> = made
        .rules
        .decisions
        .iter()
        .flat_map(|d| &d.rules)
        .map(|r| r.local_id())
        .filter(|id| id.contains('<'))
        .collect();
    assert!(!wild.is_empty(), "the rule kept its name");
    sound(&made);
    for file in pages(&made) {
        let page = text(file);
        let doc = xml(&file.path, page);
        assert_eq!(doc.descendants().filter(|n| n.has_tag_name("script")).count(), 1, "{}", file.path);
        assert!(!page.contains("href=\"javascript"), "{}", file.path);
        assert!(!page.contains("49 "), "{}: a template ran", file.path);
    }
    assert!(made.files.iter().any(|f| f.path == "sources/~2e~2e~2f~2e~2e~2flaw~3cb~3e.html"));
    assert!(!named(&made, "index.js").contains('<'));
    assert!(pages(&made).any(|f| text(f).contains("&lt;script&gt;alert(1)&lt;/script&gt;")), "and is shown as written");
}

// ---- writing ---------------------------------------------------------------------------------------------------------

fn write(place: &Path, out: &str) -> Output {
    let rules = folder();
    Command::new(env!("CARGO_BIN_EXE_candor"))
        .args(["rules", "book"])
        .arg(&rules)
        .args(["-o", out])
        .current_dir(place)
        .env_clear()
        .output()
        .expect("the binary runs")
}

fn listing(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut all = BTreeMap::new();
    let mut folders = vec![dir.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).expect("a folder") {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
            } else {
                let bytes = std::fs::read(&path).expect("a file");
                all.insert(path.strip_prefix(dir).expect("below").to_owned(), bytes);
            }
        }
    }
    all
}

#[test]
fn a_book_is_written_and_written_again() {
    let place = tempfile::tempdir().expect("a folder");
    let first = write(place.path(), "new/book");
    assert!(first.status.success(), "{}", String::from_utf8_lossy(&first.stderr));
    let out = place.path().join("new/book");
    let made = listing(&out);
    let expected = small(|_| {});
    assert_eq!(made.len(), expected.files.len());
    for file in &expected.files {
        assert_eq!(made.get(Path::new(&file.path)), Some(&file.bytes), "{}", file.path);
    }
    // A page that the next edition has not goes with the old book.
    let marker = out.join(MARKER);
    let listed = std::fs::read_to_string(&marker).expect("the marker") + "gone/old.html\n";
    std::fs::write(&marker, listed).expect("written");
    std::fs::create_dir(out.join("gone")).expect("a folder");
    std::fs::write(out.join("gone/old.html"), "old").expect("written");
    assert!(write(place.path(), "new/book").status.success());
    assert_eq!(listing(&out), made);
    assert_eq!(std::fs::read_dir(place.path().join("new")).expect("a folder").count(), 1, "nothing is left beside it");
    std::fs::create_dir(place.path().join("empty")).expect("a folder");
    assert!(write(place.path(), "empty").status.success());
    assert_eq!(listing(&place.path().join("empty")), made);
}

#[test]
fn what_is_not_a_book_is_never_replaced() {
    let place = tempfile::tempdir().expect("a folder");
    let at = |name: &str| place.path().join(name);
    let refused = |out: &str, says: &str| {
        let before = listing(place.path());
        let output = write(place.path(), out);
        let err = String::from_utf8_lossy(&output.stderr).into_owned();
        assert_eq!(output.status.code(), Some(2), "{err}");
        assert!(err.contains(says) && err.contains(out), "{err}");
        assert_eq!(listing(place.path()), before);
    };
    std::fs::create_dir(at("thesis")).expect("a folder");
    std::fs::write(at("thesis/chapter.tex"), "years of work").expect("written");
    refused("thesis", "not a book");
    // A marker of one's own making does not help.
    std::fs::write(at("thesis").join(MARKER), "mine").expect("written");
    refused("thesis", "not a book");
    std::fs::write(at("file"), "a file").expect("written");
    refused("file", "not a folder");
    // Notes put into a book are nobody's to delete.
    assert!(write(place.path(), "book").status.success());
    std::fs::write(at("book/nsf-notes.txt"), "mine").expect("written");
    refused("book", "nsf-notes.txt");
    std::fs::remove_file(at("book/nsf-notes.txt")).expect("removed");
    assert!(write(place.path(), "book").status.success());
}

#[test]
fn a_broken_rule_set_leaves_the_book_alone() {
    let place = tempfile::tempdir().expect("a folder");
    assert!(write(place.path(), "book").status.success());
    let before = listing(&place.path().join("book"));
    let broken = place.path().join("broken");
    std::fs::create_dir(&broken).expect("a folder");
    std::fs::write(broken.join("ruleset.toml"), "[ruleset").expect("written");
    let output = Command::new(env!("CARGO_BIN_EXE_candor"))
        .args(["rules", "book", "broken", "-o", "book"])
        .current_dir(place.path())
        .output()
        .expect("the binary runs");
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(listing(&place.path().join("book")), before);
}

//! Texts that `candor rules new` marked and nobody has replaced yet.

use super::Finding;
use crate::ruleset::RuleSet;
use crate::scaffold::FILL_IN;

/// One finding for each file: what is left to write in it.
pub(super) fn inspect(rules: &RuleSet, findings: &mut Vec<Finding>) {
    for decision in &rules.decisions {
        let mut left = marked([("asks", decision.asks.as_str())]);
        for rule in &decision.rules {
            let cited = rule.authority.iter().map(|a| ("authority", a.at.as_str()));
            let own = [
                ("because", rule.because.as_str()),
                ("do", &rule.action),
                ("ask", &rule.question),
                ("note", &rule.note),
            ];
            let keys = marked(own.into_iter().chain(cited));
            if !keys.is_empty() {
                left.push(format!("`{}` ({})", rule.local_id(), keys.join(", ")));
            }
        }
        add(findings, &decision.file, left);
    }
    for source in &rules.sources {
        let own = [
            ("title", source.title.as_str()),
            ("issuer", &source.issuer),
            ("url", &source.url),
            ("note", &source.note),
        ];
        let clauses = source.clauses.iter().map(|c| ("clause", c.says.as_str()));
        add(findings, &source.file, marked(own.into_iter().chain(clauses)));
    }
    for list in &rules.lists {
        let names = list.editions.iter().flat_map(|e| &e.entries).flat_map(|e| &e.names).map(|n| ("name", n.as_str()));
        let left = marked(std::iter::once(("title", list.title.as_str())).chain(names));
        add(findings, &format!("lists/{}.toml", list.id), left);
    }
    for form in &rules.forms {
        let sections = form.sections.iter().map(|s| ("section", s.title.as_str()));
        let left = marked(std::iter::once(("title", form.title.as_str())).chain(sections));
        add(findings, &format!("forms/{}.toml", form.id), left);
    }
    for overlay in &rules.overlays {
        let contacts = overlay.contacts.iter().flat_map(|c| [("office", c.office.as_str()), ("email", &c.email)]);
        let left = marked(std::iter::once(("title", overlay.title.as_str())).chain(contacts));
        add(findings, &format!("{}/overlay.toml", overlay.folder), left);
    }
}

/// The keys whose texts begin with the mark.
fn marked<'t>(texts: impl IntoIterator<Item = (&'static str, &'t str)>) -> Vec<String> {
    let mut keys: Vec<String> =
        texts.into_iter().filter(|(_, text)| text.starts_with(FILL_IN)).map(|(key, _)| key.to_owned()).collect();
    keys.dedup();
    keys
}

fn add(findings: &mut Vec<Finding>, file: &str, left: Vec<String>) {
    if !left.is_empty() {
        let message = format!("still to be filled in: {}", left.join(", "));
        let help = format!("replace every text that begins with {FILL_IN}");
        let mut finding = Finding::error("A0050", message).help(help);
        file.clone_into(&mut finding.file);
        findings.push(finding);
    }
}

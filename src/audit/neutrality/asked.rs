//! Nothing asks where somebody comes from: words that no question, answer or explanation of a vocabulary may use, and answers
//! that name a country.

use super::is_which;
use crate::audit::Finding;
use crate::report::countries;
use crate::ruleset::{Field, OWN_WORDS, RuleSet};

/// What no field may ask, whatever the reason, as words or runs of words. "Tribal" is not among them: tribal governments are
/// organisations.
const NEVER_ASKED: [&str; 59] = [
    "ancestor",
    "ancestors",
    "ancestral",
    "ancestry",
    "asylum",
    "birth",
    "birthplace",
    "born",
    "caste",
    "citizen",
    "citizens",
    "citizenship",
    "citizenships",
    "country of origin",
    "creed",
    "descent",
    "diaspora",
    "dual national",
    "ethnic",
    "ethnically",
    "ethnicity",
    "expatriate",
    "faith",
    "first language",
    "foreign national",
    "green card",
    "heritage",
    "home country",
    "homeland",
    "immigrant",
    "immigrants",
    "immigration",
    "maiden name",
    "mother tongue",
    "national of",
    "national origin",
    "nationalities",
    "nationality",
    "nationals",
    "native",
    "naturalisation",
    "naturalised",
    "naturalization",
    "naturalized",
    "passport",
    "passports",
    "permanent resident",
    "place of origin",
    "race",
    "racial",
    "refugee",
    "religion",
    "religious",
    "residence permit",
    "skin color",
    "skin colour",
    "visa",
    "visas",
    "work permit",
];

/// Words by which a sentence says that something is not asked or does not count.
const DENIALS: [&str; 6] = ["not", "no", "never", "nor", "nothing", "without"];

/// Adds what asks where somebody comes from. Questions and answers may not use such a word at all; what explains them may only
/// say that it does not matter.
pub(in crate::audit) fn fair(rules: &RuleSet, findings: &mut Vec<Finding>) {
    for kind in &rules.kinds {
        let file = format!("vocabulary/{}.toml", kind.id);
        let said = [&kind.id, &kind.title, &kind.plural].into_iter().find_map(|text| asked(text));
        if let Some(word) = said.or_else(|| asked_about(&kind.summary)) {
            findings.push(refused(&format!("the kind `{}`", kind.id), word, file.clone(), 0));
        }
        for field in &kind.fields {
            let values = field.values.iter().flat_map(|v| [&v.id, &v.label]).chain(&field.never);
            let said = [&field.id, &field.ask].into_iter().chain(values).find_map(|text| asked(text));
            let explained = || [&field.help, &field.example, &field.why].into_iter().find_map(|t| asked_about(t));
            if let Some(word) = said.or_else(explained) {
                let what = format!("the field `{}` of `{}`", field.id, kind.id);
                findings.push(refused(&what, word, owner(rules, field, &file), 0));
            }
        }
    }
    for check in &rules.checks {
        let said = [&check.id, &check.title].into_iter().find_map(|text| asked(text));
        if let Some(word) = said.or_else(|| asked_about(&check.says)) {
            findings.push(refused(&format!("the check `{}`", check.id), word, check.file.clone(), check.line));
        }
    }
}

fn refused(what: &str, word: &str, file: String, line: usize) -> Finding {
    let text = format!("{what} says \"{word}\": nothing may ask about origin, citizenship or belief");
    let help = "rules attach to organisations, money, titles, places and dates; ask about those";
    let mut finding = Finding::error("A0011", text).help(help);
    finding.file = file;
    finding.line = line;
    finding
}

/// The file of a field: an overlay's own where it can only be from there.
fn owner(rules: &RuleSet, field: &Field, file: &str) -> String {
    match rules.overlays.as_slice() {
        [only] if field.id.starts_with(OWN_WORDS) => format!("{}/{file}", only.folder),
        _ => file.to_owned(),
    }
}

/// The first such word in a text.
fn asked(text: &str) -> Option<&'static str> {
    let text = format!(" {} ", words(text).join(" "));
    // Most texts hold none of them, not even within a word.
    NEVER_ASKED.into_iter().find(|w| text.contains(w) && text.contains(&format!(" {w} ")))
}

/// The first such word in a sentence that does not deny it.
fn asked_about(text: &str) -> Option<&'static str> {
    let sentences = text.split(['.', ';', '?', '!']);
    let asking = sentences.filter(|s| !words(s).iter().any(|w| DENIALS.contains(&w.as_str())));
    asking.into_iter().find_map(asked)
}

fn words(text: &str) -> Vec<String> {
    text.to_lowercase().split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Answers offered that name a country. A list is the only way to name one; an answer that does would be a way round it.
pub(super) fn named_countries(rules: &RuleSet) -> Vec<String> {
    let mut out = Vec::new();
    for kind in &rules.kinds {
        for field in &kind.fields {
            for value in &field.values {
                let label = words(&value.label);
                let named = [words(&value.id), label].into_iter().find_map(|words| country_in(&words));
                out.extend(named.map(|name| format!("`{}` of `{}` of `{}`: {name}", value.id, field.id, kind.id)));
            }
        }
    }
    // The frames hold every field again; what they say of types is what conditions go by.
    debug_assert!(rules.frames.iter().flat_map(|f| &f.slots).all(|d| !is_which(d) || d.all_bits() == 0));
    out
}

/// The first foreign country that is named among the words.
fn country_in(words: &[String]) -> Option<&'static str> {
    (1..=4).flat_map(|n| words.windows(n)).find_map(|run| {
        let text = run.join(" ");
        // Two letters are a code only where somebody means one.
        let code = (text.chars().count() > 3).then(|| countries::code(&text))?;
        countries::name(&code).filter(|_| !super::HOME.contains(&code.as_str()))
    })
}

#[cfg(test)]
mod tests {
    use super::{asked, asked_about, country_in, words};

    #[test]
    fn runs_of_words_are_found_and_parts_of_words_are_not() {
        assert_eq!(asked("What is your national origin?"), Some("national origin"));
        assert_eq!(asked("green-card-holder"), Some("green card"));
        assert_eq!(asked("Which passports?"), Some("passports"));
        assert_eq!(asked("A national plan for trace elements, braced"), None);
    }

    #[test]
    fn an_explanation_may_say_that_it_does_not_matter() {
        assert_eq!(asked_about("Affiliation decides; citizenship does not."), None);
        assert_eq!(asked_about("Affiliation does not decide. Citizenship does."), Some("citizenship"));
    }

    #[test]
    fn a_country_is_found_by_its_name_and_not_by_a_code_inside_words() {
        assert_eq!(country_in(&words("A fund in China")), Some("People's Republic of China"));
        assert_eq!(country_in(&words("no, in it, at us")), None);
        assert_eq!(country_in(&words("another organisation in the United States")), None);
    }
}

//! Cleaning text that came from a person or a file before anyone sees it, and "did you mean".

use unicode_normalization::UnicodeNormalization as _;
use unicode_normalization::char::is_combining_mark;

/// The text with everything that could change how a terminal or page shows other text made visible: control
/// characters, escape sequences and characters that reorder text become `\u{…}`; tabs and newlines become a space.
pub fn clean(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\t' | '\r' => out.push(' '),
            c if is_disruptive(c) => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// True for characters that [`clean`] makes visible.
pub fn is_disruptive(c: char) -> bool {
    c.is_control()
        || matches!(c,
            '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}')
}

/// The candidate nearest to `word`, if it is near enough to be what was meant.
pub fn nearest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates
        .into_iter()
        .map(|c| (strsim::damerau_levenshtein(word, c), c))
        .filter(|(distance, c)| *distance <= 1 + c.len().max(word.len()) / 4)
        .min()
        .map(|(_, c)| c)
}

/// `1 record`, `3 records`.
pub fn count(n: usize, one: &str, many: &str) -> String {
    format!("{n} {}", if n == 1 { one } else { many })
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(items: &[String], last: &str) -> String {
    match items {
        [] => String::new(),
        [one] => one.clone(),
        [head @ .., tail] => format!("{} {last} {tail}", head.join(", ")),
    }
}

/// Letters and digits only, in lower case, without accents: to compare texts that people wrote.
pub fn folded(text: &str) -> String {
    plain_words(text).concat()
}

/// The words of a text in lower case, without accents and punctuation.
pub fn plain_words(text: &str) -> Vec<String> {
    let mut plain = String::with_capacity(text.len());
    for c in text.nfkd().flat_map(char::to_lowercase) {
        match c {
            c if is_combining_mark(c) => {}
            // Letters with a stroke have no accent to take away.
            'ø' => plain.push('o'),
            'ł' => plain.push('l'),
            'đ' => plain.push('d'),
            'æ' => plain.push_str("ae"),
            'œ' => plain.push_str("oe"),
            'ß' => plain.push_str("ss"),
            c => plain.push(c),
        }
    }
    plain.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_become_visible_and_letters_stay() {
        assert_eq!(clean("a\u{1b}[31mb"), "a\\u{1b}[31mb");
        assert_eq!(clean("x\u{202e}y"), "x\\u{202e}y");
        assert_eq!(clean("Zürich 東京 مرحبا"), "Zürich 東京 مرحبا");
        assert_eq!(clean("two\nlines"), "two lines");
    }

    #[test]
    fn spellings_of_one_word_compare_equal() {
        assert_eq!(plain_words("Université  de Tromsø, (UiT)"), ["universite", "de", "tromso", "uit"]);
        assert_eq!(folded("東京 大学"), "東京大学");
    }

    #[test]
    fn nearest_finds_typos_and_rejects_strangers() {
        assert_eq!(nearest("titeld", ["titled", "paid"]), Some("titled"));
        assert_eq!(nearest("zebra", ["titled", "paid"]), None);
    }
}

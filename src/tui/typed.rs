//! Typed text ↔ answers, for the types of field that are typed: text, dates, amounts, countries, places, months by year.
//!
//! Reading goes through [`FieldType::read`], so a form takes what a file takes; this file only adds what hands do
//! differently: lower-case codes, commas between places, an empty field.

use crate::facts::{Answer, FieldType, NOT_SURE, Raw, Value};
use crate::report::countries::code;

/// True if the answer is typed, at least in part.
pub fn is_typed(ty: &FieldType) -> bool {
    !matches!(ty, FieldType::YesNo | FieldType::Choice(_) | FieldType::Set(_))
}

/// Text that came from a keyboard or a paste, fit for one line: no control characters, line ends as spaces.
pub fn one_line(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => {
                if !out.ends_with(' ') {
                    out.push(' ');
                }
            }
            c if crate::text::is_disruptive(c) && !matches!(c, '\u{200C}' | '\u{200D}') => {}
            c => out.push(c),
        }
    }
    out
}

/// Reads what was typed. Empty text takes the answer away. The error says what was expected.
pub fn read(ty: &FieldType, text: &str, before: Option<&Answer>) -> Result<Option<Answer>, String> {
    let text = one_line(text);
    let text = text.trim();
    if text.is_empty() {
        // An empty text field beside "still ongoing" or "not sure" leaves those alone.
        return Ok(match before {
            Some(a @ (Answer::NotSure | Answer::Is(Value::Never))) => Some(a.clone()),
            Some(a @ Answer::Is(Value::Places { has, .. })) if has.is_empty() => Some(a.clone()),
            _ => None,
        });
    }
    if text == "?" {
        return Ok(Some(Answer::NotSure));
    }
    let raw = match ty {
        FieldType::Country => Raw::Str(code(text)),
        FieldType::Places => {
            let mut items: Vec<Raw> =
                text.split([',', ';']).map(str::trim).filter(|s| !s.is_empty()).map(|s| Raw::Str(code(s))).collect();
            // "DE JP" is what hands type, too.
            if let [Raw::Str(only)] = items.as_slice()
                && only.split(' ').all(|w| w.len() == 2)
            {
                items = only.split(' ').map(|w| Raw::Str(code(w))).collect();
            }
            if matches!(before, Some(Answer::Is(Value::Places { complete: false, .. }))) {
                items.push(Raw::Str(NOT_SURE.into()));
            }
            Raw::Array(items)
        }
        FieldType::MonthsByYear => Raw::Table(months(text)?),
        _ => Raw::Str(text.to_owned()),
    };
    ty.read(&raw).map(Some)
}

/// `2026: 1.5, 2027: 2`
fn months(text: &str) -> Result<Vec<(String, Raw)>, String> {
    text.split([',', ';'])
        .map(str::trim)
        .filter(|s| !s.is_empty())
        .map(|part| {
            let (year, amount) = part
                .split_once([':', '=', ' '])
                .ok_or_else(|| format!("\"{part}\" needs a year and a number, such as 2026: 1.5"))?;
            Ok((year.trim().to_owned(), Raw::Str(amount.trim().to_owned())))
        })
        .collect()
}

/// The text that stands for an answer in its text field; empty for answers that are not typed.
pub fn write(answer: Option<&Answer>) -> String {
    let Some(Answer::Is(value)) = answer else {
        return String::new();
    };
    match value {
        Value::Text(s) | Value::Entity(s) | Value::Country(s) => one_line(s),
        Value::Range { text, .. } => text.clone(),
        Value::Date(d) => d.to_string(),
        Value::Places { has, .. } => has.iter().cloned().collect::<Vec<_>>().join(", "),
        Value::MonthsByYear(years) => {
            let part = |(y, n): (&i32, &i64)| format!("{y}: {}", decimal(*n));
            years.iter().map(part).collect::<Vec<_>>().join(", ")
        }
        Value::YesNo(_) | Value::Choice(_) | Value::Set { .. } | Value::Never => String::new(),
    }
}

/// Hundredths as a person writes them: `1.5`.
fn decimal(hundredths: i64) -> String {
    let (whole, part) = (hundredths / 100, (hundredths % 100).abs());
    match part {
        0 => whole.to_string(),
        p if p % 10 == 0 => format!("{whole}.{}", p / 10),
        p => format!("{whole}.{p:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn back(ty: &FieldType, text: &str) -> String {
        write(read(ty, text, None).unwrap().as_ref())
    }

    #[test]
    fn what_hands_type_is_understood() {
        assert_eq!(back(&FieldType::Country, "no"), "NO");
        assert_eq!(back(&FieldType::Places, "de, jp"), "DE, JP");
        assert_eq!(back(&FieldType::Places, "de jp"), "DE, JP");
        assert_eq!(back(&FieldType::MonthsByYear, "2026: 1.5, 2027 2"), "2026: 1.5, 2027: 2");
        assert_eq!(back(&FieldType::Date(true), "2026-03"), "2026-03");
        assert_eq!(back(&FieldType::Money, "$5,000"), "$5,000");
        assert_eq!(back(&FieldType::Text, "a\u{1b}[31mb\nc"), "a[31mb c");
        assert_eq!(read(&FieldType::Money, "?", None), Ok(Some(Answer::NotSure)));
        assert_eq!(read(&FieldType::Money, "  ", None), Ok(None));
    }

    #[test]
    fn errors_say_what_was_expected() {
        assert!(read(&FieldType::Date(false), "12/03/2026", None).unwrap_err().contains("2026-03-09"));
        assert!(read(&FieldType::Country, "Norwegia", None).unwrap_err().contains("two-letter"));
        assert!(read(&FieldType::MonthsByYear, "many", None).unwrap_err().contains("2026: 1.5"));
        assert!(read(&FieldType::Money, "lots", None).unwrap_err().contains("about 5000"));
    }

    #[test]
    fn an_empty_field_beside_a_chosen_option_keeps_the_option() {
        let never = Answer::Is(Value::Never);
        assert_eq!(read(&FieldType::Date(true), "", Some(&never)), Ok(Some(never.clone())));
    }
}

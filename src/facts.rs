//! Answers as people give them, and the sets of values that are still possible once they are given.
//!
//! An [`Answer`] is what a profile, an example or a case says about one field. A [`Known`] is the same thing seen by the
//! engine: everything the field may still turn out to be. Unanswered and "not sure" both leave everything possible.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;

use crate::calendar::{self, NEVER, PartialDate};

/// What was answered to one question. An unanswered question has no `Answer`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Answer {
    /// "I am not sure": never asked again, and never a value.
    NotSure,
    /// An answer.
    Is(Value),
}

/// An answer's value, by field type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// yes-no
    YesNo(bool),
    /// choice: the id of one value
    Choice(String),
    /// set: ids of values; `complete` is false when there may be more ("and something I am not sure of")
    Set { has: BTreeSet<String>, complete: bool },
    /// money (cents) or number (hundredths): least and greatest possible
    Range { lo: i64, hi: i64, text: String },
    /// date, known to the day, month or year
    Date(PartialDate),
    /// date: the field's open end ("still ongoing", "not yet")
    Never,
    /// country: an ISO 3166 alpha-2 code
    Country(String),
    /// places: codes; `complete` as for sets
    Places { has: BTreeSet<String>, complete: bool },
    /// text
    Text(String),
    /// entity: the organisation's name
    Entity(String),
    /// months-by-year: hundredths of person-months by calendar year
    MonthsByYear(BTreeMap<i32, i64>),
}

/// Answers by field id.
pub type Answers = BTreeMap<String, Answer>;

/// A plain value from a file, before the vocabulary says what it means.
#[derive(Debug, Clone, PartialEq)]
pub enum Raw {
    Bool(bool),
    Int(i64),
    Float(f64),
    Str(String),
    /// A date or date-time as written.
    Date(String),
    Array(Vec<Raw>),
    Table(Vec<(String, Raw)>),
}

/// The word that stands for "I am not sure" in files, for every type of field.
pub const NOT_SURE: &str = "not-sure";
/// The word that stands for a date field's open end in files.
pub const NEVER_WORD: &str = "never";

/// The type of a field, as far as reading an answer needs it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FieldType {
    YesNo,
    Choice(Vec<String>),
    Set(Vec<String>),
    Money,
    Number,
    /// `true` when the field has an open end.
    Date(bool),
    Country,
    Places,
    Text,
    Entity,
    MonthsByYear,
}

impl FieldType {
    /// The type's name in rule files and messages.
    pub fn name(&self) -> &'static str {
        match self {
            Self::YesNo => "yes-no",
            Self::Choice(_) => "choice",
            Self::Set(_) => "set",
            Self::Money => "money",
            Self::Number => "number",
            Self::Date(_) => "date",
            Self::Country => "country",
            Self::Places => "places",
            Self::Text => "text",
            Self::Entity => "entity",
            Self::MonthsByYear => "months-by-year",
        }
    }

    /// Reads an answer as a file or a person wrote it. The error says what was expected.
    pub fn read(&self, raw: &Raw) -> Result<Answer, String> {
        if matches!(raw, Raw::Str(s) if s == NOT_SURE) {
            return Ok(Answer::NotSure);
        }
        self.value(raw).map(Answer::Is)
    }

    fn value(&self, raw: &Raw) -> Result<Value, String> {
        let choose = |id: &str, ids: &[String]| -> Result<String, String> {
            if ids.iter().any(|v| v == id) {
                return Ok(id.to_owned());
            }
            let hint = crate::text::nearest(id, ids.iter().map(String::as_str))
                .map_or_else(|| format!("expected one of: {}", ids.join(", ")), |n| format!("did you mean \"{n}\"?"));
            Err(format!("\"{id}\" is not one of the answers; {hint}"))
        };
        match (self, raw) {
            (Self::YesNo, Raw::Bool(b)) => Ok(Value::YesNo(*b)),
            (Self::YesNo, Raw::Str(s)) if s == "yes" || s == "no" => Ok(Value::YesNo(s == "yes")),
            (Self::YesNo, _) => Err("expected true, false or \"not-sure\"".into()),
            (Self::Choice(ids), Raw::Str(s)) => choose(s, ids).map(Value::Choice),
            (Self::Choice(ids), _) => Err(format!("expected one of: {}", ids.join(", "))),
            (Self::Set(ids), Raw::Array(items)) => {
                let (has, complete) = members(items)?;
                for id in &has {
                    choose(id, ids)?;
                }
                Ok(Value::Set { has, complete })
            }
            (Self::Set(_), _) => Err("expected a list in brackets, such as [\"own-money\"]".into()),
            (Self::Places, Raw::Array(items)) => {
                let (has, complete) = members(items)?;
                for code in &has {
                    country(code)?;
                }
                Ok(Value::Places { has, complete })
            }
            (Self::Places, _) => Err("expected a list of two-letter country codes, such as [\"DE\", \"JP\"]".into()),
            (Self::Money | Self::Number, Raw::Int(n)) => exact(n.checked_mul(100), n.to_string()),
            (Self::Money | Self::Number, Raw::Float(x)) => {
                let scaled = x * 100.0;
                let whole = scaled.round();
                let fits = whole.abs() < 9e15 && (scaled - whole).abs() < 1e-6;
                exact(fits.then_some(whole as i64), x.to_string())
            }
            (Self::Money | Self::Number, Raw::Str(s)) => amount(s),
            (Self::Money | Self::Number, _) => Err("expected a number, or text such as \"about 5000\"".into()),
            (Self::Date(open), Raw::Str(s)) if s == NEVER_WORD => {
                if *open {
                    Ok(Value::Never)
                } else {
                    Err("this date has no open end; give a date or \"not-sure\"".into())
                }
            }
            (Self::Date(_), Raw::Date(s) | Raw::Str(s)) => PartialDate::parse(s).map(Value::Date).ok_or_else(|| {
                let like_a_date = s.trim().bytes().all(|b| b.is_ascii_digit() || b == b'-');
                let what = if like_a_date { "is not a day that exists" } else { "cannot be read as a date" };
                format!("\"{s}\" {what}; write 2026-03-09, 2026-03 or 2026")
            }),
            (Self::Date(_), Raw::Int(y)) => PartialDate::parse(&y.to_string())
                .map(Value::Date)
                .ok_or_else(|| "expected a date: 2026-03-09, 2026-03 or 2026".into()),
            (Self::Date(_), _) => Err("expected a date: 2026-03-09, 2026-03 or 2026".into()),
            (Self::Country, Raw::Str(s)) => country(s).map(Value::Country),
            (Self::Country, _) => Err("expected a two-letter country code, such as \"NO\"".into()),
            (Self::Text, Raw::Str(s)) => Ok(Value::Text(s.clone())),
            (Self::Text, _) => Err("expected text in quotes".into()),
            (Self::Entity, Raw::Str(s)) => Ok(Value::Entity(s.clone())),
            (Self::Entity, _) => Err("expected the organisation's name in quotes".into()),
            (Self::MonthsByYear, Raw::Table(rows)) => {
                let mut years = BTreeMap::new();
                for (year, months) in rows {
                    let y: i32 = year
                        .parse()
                        .ok()
                        .filter(|y| (1900..2200).contains(y))
                        .ok_or_else(|| format!("\"{year}\" is not a year; write {{ 2026 = 1.5 }}"))?;
                    match Self::Number.value(months)? {
                        Value::Range { lo, hi, .. } if lo == hi => years.insert(y, lo),
                        _ => return Err(format!("the months of {y} must be one number")),
                    };
                }
                Ok(Value::MonthsByYear(years))
            }
            (Self::MonthsByYear, _) => Err("expected months by year, such as { 2026 = 1.5, 2027 = 2 }".into()),
        }
    }
}

fn exact(hundredths: Option<i64>, text: String) -> Result<Value, String> {
    match hundredths {
        Some(n) if n >= 0 => Ok(Value::Range { lo: n, hi: n, text }),
        Some(_) => Err("an amount cannot be negative".into()),
        None => Err("expected a number with at most two decimals".into()),
    }
}

fn members(items: &[Raw]) -> Result<(BTreeSet<String>, bool), String> {
    let mut has = BTreeSet::new();
    let mut complete = true;
    for item in items {
        match item {
            Raw::Str(s) if s == NOT_SURE => complete = false,
            Raw::Str(s) => {
                has.insert(s.clone());
            }
            _ => return Err("expected a list of texts in quotes".into()),
        }
    }
    Ok((has, complete))
}

fn country(code: &str) -> Result<String, String> {
    if code.len() == 2 && code.bytes().all(|b| b.is_ascii_uppercase()) {
        Ok(code.to_owned())
    } else {
        Err(format!("\"{code}\" is not a two-letter country code, such as \"NO\""))
    }
}

/// The most that any amount can be: ten trillion dollars, in cents.
pub const MOST: i64 = 1_000_000_000_000_000;

/// Reads `5000`, `5,000.50`, `$5,000`, `about 5000` (ten per cent either way), `4000 to 6000`, `over 5000`, `under 5000`,
/// `at least 5000`, `at most 5000`.
fn amount(text: &str) -> Result<Value, String> {
    let bad = || format!("\"{text}\" is not an amount; write 5000, \"about 5000\", \"4000 to 6000\" or \"over 5000\"");
    let one = |s: &str| -> Option<i64> {
        let s: String = s.trim().chars().filter(|c| !matches!(c, ',' | '_' | ' ' | '$')).collect();
        let (whole, part) = s.split_once('.').unwrap_or((&s, ""));
        if whole.is_empty() || part.len() > 2 || !s.bytes().all(|b| b.is_ascii_digit() || b == b'.') {
            return None;
        }
        let cents: i64 = format!("{part:0<2}").parse().ok()?;
        whole.parse::<i64>().ok()?.checked_mul(100)?.checked_add(cents).filter(|n| *n <= MOST)
    };
    let t = text.trim().to_ascii_lowercase();
    let (lo, hi) = if let Some(rest) = t.strip_prefix("about ") {
        let n = one(rest).ok_or_else(bad)?;
        (n - n / 10, n + n / 10)
    } else if let Some(rest) = t.strip_prefix("at least ") {
        (one(rest).ok_or_else(bad)?, MOST)
    } else if let Some(rest) = t.strip_prefix("at most ") {
        (0, one(rest).ok_or_else(bad)?)
    } else if let Some(rest) = t.strip_prefix("over ") {
        (one(rest).ok_or_else(bad)? + 1, MOST)
    } else if let Some(rest) = t.strip_prefix("under ") {
        (0, one(rest).ok_or_else(bad)? - 1)
    } else if let Some((a, b)) = t.split_once(" to ") {
        (one(a).ok_or_else(bad)?, one(b).ok_or_else(bad)?)
    } else {
        let n = one(&t).ok_or_else(bad)?;
        (n, n)
    };
    if lo > hi || hi < 0 {
        return Err(bad());
    }
    Ok(Value::Range { lo, hi, text: text.trim().to_owned() })
}

/// Everything a field may still be. `Copy`, so that a record's facts are one flat array.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Known {
    /// yes-no (bit 0 no, bit 1 yes) and choice: the values still possible, one bit each.
    Choice(u64),
    /// set: values certainly in it, and values possibly in it (`has` is part of `may`).
    Set { has: u64, may: u64 },
    /// money and number in hundredths, dates in days: least and greatest possible.
    Range { lo: i64, hi: i64 },
    /// country and entity: editions of lists it certainly, and possibly, stands on. `absent` when there is none to name.
    Listed { on: u64, may: u64 },
    /// places: for list editions, some place certainly/possibly on it, some place certainly/possibly off it.
    Places { on: u64, may_on: u64, off: u64, may_off: u64 },
    /// text and the like: whether it was answered. No condition can read it.
    Given(bool),
}

impl Known {
    /// Is the field pinned to one value?
    pub fn is_exact(&self) -> bool {
        match *self {
            Self::Choice(mask) => mask.count_ones() == 1,
            Self::Set { has, may } => has == may,
            Self::Range { lo, hi } => lo == hi,
            Self::Listed { on, may } => on == may,
            Self::Places { on, may_on, off, may_off } => on == may_on && off == may_off,
            Self::Given(given) => given,
        }
    }
}

/// The first and last day of a date answer, `NEVER` for an open end.
pub fn days(value: &Value) -> Option<(i64, i64)> {
    match value {
        Value::Date(d) => Some((calendar::day(d.first), calendar::day(d.last))),
        Value::Never => Some((NEVER, NEVER)),
        _ => None,
    }
}

/// A date answer known to the day.
pub fn on(date: NaiveDate) -> Answer {
    Answer::Is(Value::Date(PartialDate::exact(date)))
}

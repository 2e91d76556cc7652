//! Days, partial dates and the month arithmetic of the rule language.
//!
//! Owns the one definition of "three years before". Knows nothing of clocks or fields.

use chrono::{Datelike, Days, Months, NaiveDate};

/// A day as a number: days since 0001-01-01 in the proleptic Gregorian calendar. Compares and subtracts cheaply.
pub type Day = i64;

/// The earliest day the program reasons about (1900-01-01).
pub const FIRST: Day = 693_596;
/// The latest day the program reasons about (2199-12-31).
pub const LAST: Day = 803_168;
/// "Still ongoing", "not yet": later than every day.
pub const NEVER: Day = LAST + 1;

/// The number of a date.
pub fn day(date: NaiveDate) -> Day {
    i64::from(date.num_days_from_ce())
}

/// The date of a day number, if it is one the program reasons about.
pub fn date(day: Day) -> Option<NaiveDate> {
    if !(FIRST..=LAST).contains(&day) {
        return None;
    }
    NaiveDate::from_num_days_from_ce_opt(i32::try_from(day).ok()?)
}

/// Moves a day by whole months, then by days. A day that the month lacks becomes the month's last day.
/// `NEVER` stays `NEVER`; results are kept within `FIRST..=LAST`. Monotone in `day`, which the proofs rely on.
pub fn shift(day: Day, months: i32, days: i64) -> Day {
    let Some(start) = date(day) else {
        return day;
    };
    let by_month = if months >= 0 {
        start.checked_add_months(Months::new(months.unsigned_abs()))
    } else {
        start.checked_sub_months(Months::new(months.unsigned_abs()))
    };
    let moved = by_month.and_then(|d| {
        if days >= 0 {
            d.checked_add_days(Days::new(days.unsigned_abs()))
        } else {
            d.checked_sub_days(Days::new(days.unsigned_abs()))
        }
    });
    match moved {
        Some(d) => self::day(d).clamp(FIRST, LAST),
        None if months < 0 || days < 0 => FIRST,
        None => LAST,
    }
}

/// A date as a person writes it: a day, a month or a year. Stored as its first and last day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct PartialDate {
    /// First possible day.
    pub first: NaiveDate,
    /// Last possible day.
    pub last: NaiveDate,
}

impl PartialDate {
    /// A date known to the day.
    pub fn exact(date: NaiveDate) -> Self {
        Self { first: date, last: date }
    }

    /// Reads `2026`, `2026-03` or `2026-03-09`. `None` if it is none of these or no such day exists.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let digits = |s: &str| s.bytes().all(|b| b.is_ascii_digit());
        let parts: Vec<&str> = text.split('-').collect();
        let within = |d: NaiveDate| (FIRST..=LAST).contains(&day(d)).then_some(d);
        match parts.as_slice() {
            [y] if y.len() == 4 && digits(y) => {
                let y = y.parse().ok()?;
                Some(Self {
                    first: within(NaiveDate::from_ymd_opt(y, 1, 1)?)?,
                    last: within(NaiveDate::from_ymd_opt(y, 12, 31)?)?,
                })
            }
            [y, m] if y.len() == 4 && m.len() == 2 && digits(y) && digits(m) => {
                let first = within(NaiveDate::from_ymd_opt(y.parse().ok()?, m.parse().ok()?, 1)?)?;
                let last = first.checked_add_months(Months::new(1))?.pred_opt()?;
                Some(Self { first, last })
            }
            [y, m, d] if y.len() == 4 && m.len() == 2 && d.len() == 2 && digits(y) && digits(m) && digits(d) => {
                let date = NaiveDate::from_ymd_opt(y.parse().ok()?, m.parse().ok()?, d.parse().ok()?)?;
                Some(Self::exact(within(date)?))
            }
            _ => None,
        }
    }

    /// True if the day is known.
    pub fn is_exact(&self) -> bool {
        self.first == self.last
    }
}

impl std::fmt::Display for PartialDate {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.is_exact() {
            write!(f, "{}", self.first.format("%Y-%m-%d"))
        } else if self.first.month() == self.last.month() {
            write!(f, "{}", self.first.format("%Y-%m"))
        } else {
            write!(f, "{}", self.first.format("%Y"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn d(text: &str) -> Day {
        day(PartialDate::parse(text).unwrap().first)
    }

    #[test]
    fn bounds_are_the_dates_they_claim_to_be() {
        assert_eq!(d("1900-01-01"), FIRST);
        assert_eq!(d("2199-12-31"), LAST);
        assert_eq!(date(NEVER), None);
    }

    #[test]
    fn months_clamp_to_the_end_of_the_month() {
        assert_eq!(shift(d("2026-03-31"), -1, 0), d("2026-02-28"));
        assert_eq!(shift(d("2024-02-29"), -36, 0), d("2021-02-28"));
        assert_eq!(shift(d("2024-02-29"), 12, 1), d("2025-03-01"));
        assert_eq!(shift(NEVER, -36, 0), NEVER);
        assert_eq!(shift(d("1900-06-01"), -36, 0), FIRST);
    }

    #[test]
    fn shift_is_monotone() {
        for months in [-36, -12, -1, 1, 36] {
            let days: Vec<Day> = (d("2023-01-01")..d("2025-01-01")).map(|x| shift(x, months, 0)).collect();
            assert!(days.windows(2).all(|w| w[0] <= w[1]), "{months}");
        }
    }

    #[test]
    fn partial_dates_are_intervals() {
        let m = PartialDate::parse("2024-02").unwrap();
        assert_eq!((day(m.first), day(m.last)), (d("2024-02-01"), d("2024-02-29")));
        assert_eq!(m.to_string(), "2024-02");
        assert_eq!(PartialDate::parse("2024").unwrap().to_string(), "2024");
        for bad in ["2024-02-30", "2024-13", "24-01-01", "2024-1-1", "", "x", "0001-01-01", "2024-02-01T00:00"] {
            assert_eq!(PartialDate::parse(bad), None, "{bad}");
        }
    }
}

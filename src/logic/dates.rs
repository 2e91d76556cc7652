//! Which dates satisfy a set of comparisons: the theory half of the decision procedure.
//!
//! Every comparison is `x >= f(y)` or `x < f(y)`, with `f` a move by months and days. Moves are monotone, so lower bounds
//! have a least solution, found by raising them until nothing changes. Knows days and variables, not fields or rules.

use crate::calendar::{self, Day, FIRST, LAST, NEVER};

/// Dates that a witness or a completion may take. Twenty years are kept free at both ends of the calendar, so that no move
/// that a rule can write runs into the calendar's edge, where moving stops being exact.
pub const EARLIEST: Day = FIRST + 7305;
/// See [`EARLIEST`].
pub const LATEST: Day = LAST - 7305;

/// The days a variable may take: an interval, and perhaps `NEVER`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Domain {
    pub lo: Day,
    pub hi: Day,
    pub never: bool,
}

impl Domain {
    /// What is left of a known interval inside the calendar's middle. A date that is known to lie outside stays outside.
    pub fn of(lo: Day, hi: Day) -> Self {
        let never = hi >= NEVER;
        if lo >= NEVER {
            return Self { lo: NEVER, hi: LAST, never: true };
        }
        let top = hi.min(LAST);
        let lo = if top >= EARLIEST { lo.max(EARLIEST) } else { lo };
        let hi = if lo <= LATEST { top.min(LATEST) } else { top };
        Self { lo, hi, never }
    }

    /// The greatest value.
    pub fn top(self) -> Day {
        if self.never { NEVER } else { self.hi }
    }

    /// The least value at or above `day`, if any.
    pub fn at_least(self, day: Day) -> Option<Day> {
        let day = day.max(self.lo);
        if day <= self.hi { Some(day) } else { (self.never && day <= NEVER).then_some(NEVER) }
    }

    /// The greatest value below `day`, if any.
    pub fn below(self, day: Day) -> Option<Day> {
        if self.never && day > NEVER {
            return Some(NEVER);
        }
        let day = (day - 1).min(self.hi);
        (day >= self.lo).then_some(day)
    }
}

/// What a variable is compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Side {
    Day(Day),
    /// Another variable, moved; `next_day` takes the day after that.
    Var {
        var: usize,
        months: i32,
        days: i64,
        next_day: bool,
    },
}

/// `x >= side`, or, when negated, `x < side`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Compare {
    pub x: usize,
    pub side: Side,
}

/// The day that a side of a comparison is when its variable is `y`.
pub fn moved(y: Day, months: i32, days: i64, next_day: bool) -> Day {
    calendar::shift(y, months, days) + i64::from(next_day)
}

/// The least `u` with `moved(u, …) > v`; past `NEVER` if there is none.
pub fn least_beyond(v: Day, months: i32, days: i64, next_day: bool) -> Day {
    let v = v - i64::from(next_day);
    if v >= LAST {
        return if v >= NEVER { NEVER + 1 } else { NEVER };
    }
    let guess = calendar::shift((v - days).clamp(FIRST, LAST), months.saturating_neg(), 0);
    let mut u = guess.clamp(FIRST, NEVER);
    while u < NEVER && calendar::shift(u, months, days) <= v {
        u += 1;
    }
    while u > FIRST && calendar::shift(u - 1, months, days) > v {
        u -= 1;
    }
    u
}

/// The least dates that satisfy all comparisons, or the comparisons (by index) that cannot hold together: none of
/// those can be left out.
pub fn solve(domains: &[Domain], holds: &[(Compare, bool)]) -> Result<Vec<Day>, Vec<usize>> {
    let all: Vec<usize> = (0..holds.len()).collect();
    match least(domains, holds, &all) {
        Ok(days) => Ok(days),
        Err(blamed) => {
            let mut core = match least(domains, holds, &blamed) {
                Err(_) => blamed,
                Ok(_) => all,
            };
            let mut next = 0;
            while next < core.len() {
                let mut fewer = core.clone();
                fewer.remove(next);
                match least(domains, holds, &fewer) {
                    Err(_) => core = fewer,
                    Ok(_) => next += 1,
                }
            }
            Err(core)
        }
    }
}

/// The least solution of the chosen comparisons, or a guess at the guilty ones.
fn least(domains: &[Domain], holds: &[(Compare, bool)], chosen: &[usize]) -> Result<Vec<Day>, Vec<usize>> {
    let mut domains = domains.to_vec();
    // Who last raised a lower bound, from which variable; and who lowered the top.
    let mut raised: Vec<Option<(usize, Option<usize>)>> = vec![None; domains.len()];
    let mut lowered: Vec<Option<usize>> = vec![None; domains.len()];
    for &i in chosen {
        let (Compare { x, side: Side::Day(day) }, false) = holds[i] else { continue };
        if domains[x].top() >= day {
            domains[x].hi = domains[x].hi.min(day - 1);
            domains[x].never &= day > NEVER;
            lowered[x] = Some(i);
        }
        if domains[x].at_least(domains[x].lo).is_none() {
            return Err(vec![i]);
        }
    }
    let mut lo: Vec<Day> = domains.iter().map(|d| d.at_least(d.lo).unwrap_or(d.lo)).collect();
    let mut round = 0usize;
    loop {
        round += 1;
        let mut last_raised = None;
        for &i in chosen {
            let (at, bound, from) = match holds[i] {
                (Compare { x, side: Side::Day(day) }, true) => (x, day, None),
                (Compare { side: Side::Day(_), .. }, false) => continue,
                (Compare { x, side: Side::Var { var, months, days, next_day } }, true) => {
                    (x, moved(lo[var], months, days, next_day), Some(var))
                }
                (Compare { x, side: Side::Var { var, months, days, next_day } }, false) => {
                    (var, least_beyond(lo[x], months, days, next_day), Some(x))
                }
            };
            if bound <= lo[at] {
                continue;
            }
            raised[at] = Some((i, from));
            match domains[at].at_least(bound) {
                Some(day) => lo[at] = day,
                None => return Err(blame(at, &raised, &lowered)),
            }
            last_raised = Some(at);
        }
        let Some(at) = last_raised else { return Ok(lo) };
        // Without a loop that climbs, every bound settles after as many rounds as there are variables.
        if round > domains.len() + 1
            && let Some(climbers) = climbing(at, &raised, holds)
        {
            for var in climbers {
                match domains[var].at_least(LAST) {
                    Some(day) => lo[var] = day,
                    None => return Err(blame(var, &raised, &lowered)),
                }
            }
        }
    }
}

/// The comparisons that raised a variable past its top.
fn blame(var: usize, raised: &[Option<(usize, Option<usize>)>], lowered: &[Option<usize>]) -> Vec<usize> {
    let mut guilty: Vec<usize> = lowered[var].into_iter().collect();
    let mut at = Some(var);
    while let Some((i, from)) = at.and_then(|v| raised[v]) {
        if guilty.contains(&i) {
            break;
        }
        guilty.push(i);
        at = from;
    }
    guilty.sort_unstable();
    guilty
}

/// The variables of a loop that raises itself in every round, whatever the dates; `None` if it may still settle.
fn climbing(start: usize, raised: &[Option<(usize, Option<usize>)>], holds: &[(Compare, bool)]) -> Option<Vec<usize>> {
    let mut path: Vec<usize> = Vec::new();
    let mut at = start;
    let begin = loop {
        if let Some(p) = path.iter().position(|&v| v == at) {
            break p;
        }
        path.push(at);
        at = raised[at]?.1?;
    };
    let mut climb = 0i64;
    for &var in &path[begin..] {
        let (i, _) = raised[var]?;
        let (Compare { side: Side::Var { months, days, next_day, .. }, .. }, kept) = holds[i] else { return None };
        let days = days + i64::from(next_day);
        // A month has 28 to 31 days, so that many months have this many days, give or take three.
        let about = i64::from(months) * 30_436_875;
        let (fewest, most) =
            if months == 0 { (0, 0) } else { (about.div_euclid(1_000_000) - 3, about.div_euclid(1_000_000) + 4) };
        climb += if kept { fewest + days } else { 1 - days - most };
    }
    (climb > 0).then(|| path[begin..].to_vec())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::PartialDate;

    fn d(text: &str) -> Day {
        calendar::day(PartialDate::parse(text).unwrap().first)
    }

    fn var(x: usize, var: usize, months: i32, days: i64) -> Compare {
        Compare { x, side: Side::Var { var, months, days, next_day: false } }
    }

    fn day(x: usize, text: &str) -> Compare {
        Compare { x, side: Side::Day(d(text)) }
    }

    #[test]
    fn the_inverse_of_a_move_is_exact() {
        for months in [-36, -12, -1, 0, 1, 13] {
            for days in [-1, 0, 1, 30] {
                for v in d("2023-12-01")..d("2024-04-15") {
                    for next in [false, true] {
                        let u = least_beyond(v, months, days, next);
                        assert!(moved(u, months, days, next) > v, "{v} {months} {days} {next}");
                        assert!(moved(u - 1, months, days, next) <= v, "{v} {months} {days} {next}");
                    }
                }
            }
        }
        assert_eq!(least_beyond(LAST, -36, 0, false), NEVER);
        assert_eq!(least_beyond(NEVER, -36, 0, true), NEVER);
        assert!(least_beyond(NEVER, 0, 0, false) > NEVER);
    }

    #[test]
    fn finds_the_least_dates_and_the_smallest_clash() {
        let wide = Domain::of(FIRST, LAST);
        let open = Domain::of(FIRST, NEVER);
        // ended within three years before due, due in force from 2024-05-20
        let holds = [(var(0, 1, -36, 0), true), (day(1, "2024-05-20"), true)];
        assert_eq!(solve(&[open, wide], &holds), Ok(vec![d("2021-05-20"), d("2024-05-20")]));
        // ended before three years before due, but on or after 2022, and due before 2024
        let holds = [
            (var(0, 1, -36, 0), false),
            (day(0, "2022-01-01"), true),
            (day(1, "2024-01-01"), false),
            (day(0, "2020-01-01"), true),
        ];
        assert_eq!(solve(&[open, wide], &holds), Err(vec![0, 1, 2]));
        // the end before the start, and not
        let holds = [(var(0, 1, 0, 0), true), (var(0, 1, 0, 0), false)];
        assert_eq!(solve(&[wide, wide], &holds), Err(vec![0, 1]));
        // loops that climb end at once, unless both dates may be `NEVER`
        let holds = [(var(0, 1, 0, 0), true), (var(1, 0, 0, 1), true)];
        assert_eq!(solve(&[wide, wide], &holds), Err(vec![0, 1]));
        assert_eq!(solve(&[open, open], &holds), Ok(vec![NEVER, NEVER]));
        // a loop that settles at the end of a month
        let holds = [(var(1, 0, -1, 0), true), (var(0, 1, 1, 1), true)];
        assert!(solve(&[wide, wide], &holds).is_ok());
    }

    #[test]
    fn domains_have_a_hole_before_never() {
        let open = Domain::of(FIRST, NEVER);
        assert_eq!(open.at_least(LATEST + 1), Some(NEVER));
        assert_eq!(open.below(NEVER), Some(LATEST));
        assert_eq!(open.below(NEVER + 1), Some(NEVER));
        assert_eq!(Domain::of(NEVER, NEVER).at_least(0), Some(NEVER));
        assert_eq!(Domain::of(FIRST, FIRST).top(), FIRST);
    }
}

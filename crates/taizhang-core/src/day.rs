//! Room: civil days and months.
//!
//! A [`Day`] is a date in the district's time zone; it never carries a time. What happened at an
//! instant is kept as microseconds elsewhere and never shares a type with a day.

use jiff::ToSpan;
use jiff::civil::Date;
use std::fmt;
use std::str::FromStr;

/// A civil day, counted from 1970-01-01 (day 0). Ordered, `Copy`, four bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Day(pub i32);

/// A civil month, counted from January of year 0 (`year * 12 + month - 1`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(pub i32);

/// The text was not a day or a month that the calendar has (1900-01-01 to 2199-12-31).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a date")]
pub struct NotADate;

const EPOCH: Date = Date::constant(1970, 1, 1);

impl Day {
    /// The first day that the book accepts.
    pub const MIN: Day = Day(-25_567);
    /// The last day that the book accepts.
    pub const MAX: Day = Day(84_005);

    /// The day of a year, month and day of month, if the calendar has it.
    pub fn of(year: i32, month: u32, day: u32) -> Result<Day, NotADate> {
        let (y, m, d) = (
            i16::try_from(year).map_err(|_| NotADate)?,
            i8::try_from(month).map_err(|_| NotADate)?,
            i8::try_from(day).map_err(|_| NotADate)?,
        );
        let date = Date::new(y, m, d).map_err(|_| NotADate)?;
        Day::from_date(date).in_range()
    }

    fn from_date(date: Date) -> Day {
        Day(date.duration_since(EPOCH).as_hours() as i32 / 24)
    }

    fn in_range(self) -> Result<Day, NotADate> {
        if self < Day::MIN || self > Day::MAX {
            Err(NotADate)
        } else {
            Ok(self)
        }
    }

    fn date(self) -> Date {
        // A day outside the calendar is refused wherever one is written; until then it shows as its edge.
        let held = self.0.clamp(Day::MIN.0, Day::MAX.0);
        EPOCH.checked_add(held.days()).unwrap_or(Date::MAX)
    }

    /// Year, month (1–12), day of month (1–31).
    pub fn ymd(self) -> (i32, u32, u32) {
        let date = self.date();
        (i32::from(date.year()), date.month() as u32, date.day() as u32)
    }

    /// The month that the day lies in.
    pub fn month(self) -> Month {
        let (year, month, _) = self.ymd();
        Month(year * 12 + month as i32 - 1)
    }

    /// The year that the day lies in.
    pub fn year(self) -> i32 {
        self.ymd().0
    }

    /// Monday is 1, Sunday is 7.
    pub fn weekday(self) -> u32 {
        self.date().weekday().to_monday_one_offset() as u32
    }

    /// The day `n` days later (earlier if negative), held within the calendar.
    pub fn plus(self, n: i32) -> Day {
        Day(self.0.saturating_add(n).clamp(Day::MIN.0, Day::MAX.0))
    }

    /// The next day.
    pub fn next(self) -> Day {
        self.plus(1)
    }

    /// The same-numbered day `n` months later, or the last day of a shorter month.
    pub fn plus_months(self, n: i32) -> Day {
        let (_, _, day) = self.ymd();
        let month = Month(self.month().0 + n);
        let last = month.last();
        let (_, _, last_dom) = last.ymd();
        if day >= last_dom {
            last
        } else {
            month.first().plus(day as i32 - 1)
        }
    }
}

impl Month {
    /// The month of a year, if there is one.
    pub fn of(year: i32, month: u32) -> Result<Month, NotADate> {
        Day::of(year, month, 1).map(Day::month)
    }

    /// Year and month (1–12).
    pub fn ym(self) -> (i32, u32) {
        (self.0.div_euclid(12), self.0.rem_euclid(12) as u32 + 1)
    }

    /// Its first day.
    pub fn first(self) -> Day {
        let (year, month) = self.ym();
        Day::of(year, month, 1).unwrap_or(if self.0 < 23_000 { Day::MIN } else { Day::MAX })
    }

    /// Its last day.
    pub fn last(self) -> Day {
        let days = self.first().date().days_in_month();
        self.first().plus(i32::from(days) - 1)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.ymd();
        write!(f, "{y:04}-{m:02}-{d:02}")
    }
}

impl FromStr for Day {
    type Err = NotADate;

    /// Reads `YYYY-MM-DD` and nothing else.
    fn from_str(text: &str) -> Result<Day, NotADate> {
        if text.len() != 10 {
            return Err(NotADate);
        }
        let date: Date = text.parse().map_err(|_| NotADate)?;
        Day::from_date(date).in_range()
    }
}

impl fmt::Display for Month {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m) = self.ym();
        write!(f, "{y:04}-{m:02}")
    }
}

impl FromStr for Month {
    type Err = NotADate;

    /// Reads `YYYY-MM` and nothing else.
    fn from_str(text: &str) -> Result<Month, NotADate> {
        let (year, month) = text.split_once('-').ok_or(NotADate)?;
        if year.len() != 4 || month.len() != 2 {
            return Err(NotADate);
        }
        Month::of(
            year.parse().map_err(|_| NotADate)?,
            month.parse().map_err(|_| NotADate)?,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_read_and_print_the_same() {
        for text in ["1900-01-01", "1970-01-01", "2024-02-29", "2024-06-30", "2199-12-31"] {
            assert_eq!(text.parse::<Day>().unwrap().to_string(), text);
        }
        for text in ["2023-02-29", "2024-6-30", "1899-12-31", "2200-01-01", "20240630", ""] {
            assert_eq!(text.parse::<Day>(), Err(NotADate), "{text}");
        }
        assert_eq!("1900-01-01".parse::<Day>().unwrap(), Day::MIN);
        assert_eq!("2199-12-31".parse::<Day>().unwrap(), Day::MAX);
    }

    #[test]
    fn months_end_where_the_calendar_says() {
        let last = |text: &str| text.parse::<Month>().unwrap().last().to_string();
        assert_eq!(last("2024-02"), "2024-02-29");
        assert_eq!(last("2023-02"), "2023-02-28");
        assert_eq!(last("2024-12"), "2024-12-31");
        assert_eq!(last("2199-12"), "2199-12-31");
        let jan31: Day = "2024-01-31".parse().unwrap();
        assert_eq!(jan31.plus_months(1).to_string(), "2024-02-29");
        assert_eq!(jan31.plus_months(-2).to_string(), "2023-11-30");
    }
}

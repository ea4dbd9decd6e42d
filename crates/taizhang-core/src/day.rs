//! Room: civil days and months.
//!
//! A [`Day`] is a date in the district's time zone; it never carries a time. What happened at an
//! instant is kept as microseconds elsewhere and never shares a type with a day.

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

impl Day {
    /// The first day that the book accepts.
    pub const MIN: Day = Day(-25_567);
    /// The last day that the book accepts.
    pub const MAX: Day = Day(84_005);

    /// The day of a year, month and day of month, if the calendar has it.
    pub fn of(year: i32, month: u32, day: u32) -> Result<Day, NotADate> {
        if !(1900..2200).contains(&year) || !(1..=12).contains(&month) || day < 1 || day > days_in(year, month) {
            return Err(NotADate);
        }
        Ok(Day(first_of(year, month) + day as i32 - 1))
    }

    /// Year, month (1–12), day of month (1–31).
    pub fn ymd(self) -> (i32, u32, u32) {
        // A day outside the calendar is refused wherever one is written; until then it shows as its edge.
        let days = self.0.clamp(Day::MIN.0, Day::MAX.0) + TO_EPOCH;
        // Years begin in March here, so that the day which some of them lack is their last.
        let era = days.div_euclid(DAYS_OF_ERA);
        let of_era = days.rem_euclid(DAYS_OF_ERA);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        (era * 400 + year + i32::from(month <= 2), month as u32, day as u32)
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
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7) as u32 + 1
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

/// Days of four centuries, after which the calendar repeats.
const DAYS_OF_ERA: i32 = 146_097;
/// Days from 0000-03-01 to 1970-01-01.
const TO_EPOCH: i32 = 719_468;

/// The first day of a month, counted from 1970-01-01.
fn first_of(year: i32, month: u32) -> i32 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let month = (month as i32 + 9) % 12;
    era * DAYS_OF_ERA + of_era * 365 + of_era / 4 - of_era / 100 + (153 * month + 2) / 5 - TO_EPOCH
}

fn days_in(year: i32, month: u32) -> u32 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
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
        let (year, month, _) = self.first().ymd();
        self.first().plus(days_in(year, month) as i32 - 1)
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (y, m, d) = self.ymd();
        let digit = |number: u32, place: u32| b'0' + (number / place % 10) as u8;
        let y = y as u32;
        let text = [
            digit(y, 1000),
            digit(y, 100),
            digit(y, 10),
            digit(y, 1),
            b'-',
            digit(m, 10),
            digit(m, 1),
            b'-',
            digit(d, 10),
            digit(d, 1),
        ];
        f.pad(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Day {
    type Err = NotADate;

    /// Reads `YYYY-MM-DD` and nothing else.
    fn from_str(text: &str) -> Result<Day, NotADate> {
        let bytes: &[u8; 10] = text.as_bytes().try_into().map_err(|_| NotADate)?;
        let number = |digits: &[u8]| {
            digits.iter().try_fold(0, |sum, digit| {
                let digit = digit.wrapping_sub(b'0');
                (digit < 10).then_some(sum * 10 + u32::from(digit))
            })
        };
        let [y0, y1, y2, y3, b'-', m0, m1, b'-', d0, d1] = *bytes else {
            return Err(NotADate);
        };
        let year = number(&[y0, y1, y2, y3]).ok_or(NotADate)?;
        let month = number(&[m0, m1]).ok_or(NotADate)?;
        Day::of(year as i32, month, number(&[d0, d1]).ok_or(NotADate)?)
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
    fn the_calendar_is_that_of_everybody() {
        for day in (Day::MIN.0..=Day::MAX.0).map(Day) {
            let there = jiff::civil::Date::constant(1970, 1, 1).saturating_add(jiff::Span::new().days(day.0));
            assert_eq!(day.to_string(), there.to_string());
            assert_eq!(day.to_string().parse(), Ok(day));
            assert_eq!(day.weekday(), there.weekday().to_monday_one_offset() as u32);
            assert_eq!(day.month().last().ymd().2, there.days_in_month() as u32, "{day}");
        }
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

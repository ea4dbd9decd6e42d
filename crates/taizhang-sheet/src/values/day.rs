//! Room: dates as people write them.
//!
//! A day with the precision that was written: `8月底前` is the last day of August, to the month. It
//! never guesses between two readings, and knows no today.

use super::Why;
use super::blank::refuse_blank;
use super::shape::{Digits, Shape, shape};
use crate::locale::words;
use crate::raw::Kind;
use crate::text::{narrowed, squeezed};

/// A date that was read. Behind a coarser precision stands the last day of the period.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ReadDay {
    /// 1900 to 2199.
    pub year: i32,
    /// 1 to 12.
    pub month: u8,
    /// 1 to 31.
    pub day: u8,
    /// How much of it was written.
    pub precision: Precision,
}

/// How exactly a date was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Precision {
    /// 2024年8月28日.
    Day,
    /// 2024年8月, 8月底前.
    Month,
    /// 三季度.
    Quarter,
    /// 上半年.
    HalfYear,
    /// 2024年, 年底.
    Year,
}

/// What the surroundings of a cell add to it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DayRules {
    /// The year of dates without one.
    pub default_year: Option<i32>,
    /// Whether a number may be the number of a day.
    pub serials: Serials,
}

/// How a number cell without a date format is taken.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Serials {
    /// Not as a day.
    #[default]
    Refused,
    /// Days counted from 1900, as nearly every workbook does.
    From1900,
    /// Days counted from 1904.
    From1904,
}

/// Reads one date.
pub fn read_day(raw: &str, kind: Kind, rules: DayRules) -> Result<ReadDay, Why> {
    refuse_blank(raw, kind)?;
    if kind == Kind::Bool {
        return Err(Why::NotADay);
    }
    let spaced = narrowed(raw);
    let text = squeezed(without_time(&spaced));
    if kind == Kind::Number
        && let Some(day) = serial(&text, rules.serials)?
    {
        return Ok(day);
    }
    let reader = Reader {
        kind,
        default_year: rules.default_year,
    };
    match reader.one(&text) {
        Err(Why::NotADay) => Err(reader.doubt(&text)),
        outcome => outcome,
    }
}

/// Numbers of days from 1980 to 2099; as years, or as year and month without a sign, they make no sense.
const SERIALS: std::ops::RangeInclusive<i64> = 29_221..=73_050;
const EPOCH_GAP: i64 = 1_462;

fn serial(text: &str, serials: Serials) -> Result<Option<ReadDay>, Why> {
    let Ok(number) = text.split('.').next().unwrap_or_default().parse::<i64>() else {
        return Ok(None);
    };
    let gap = if serials == Serials::From1904 { EPOCH_GAP } else { 0 };
    let number = number.saturating_add(gap);
    if !SERIALS.contains(&number) {
        return Ok(None);
    }
    if serials == Serials::Refused {
        return Err(Why::Serial);
    }
    Ok(Some(from_serial(number)))
}

/// Day 25,569 of the 1900 count is 1970-01-01; the rest is the proleptic Gregorian calendar, counted
/// in eras of 400 years that begin on 1 March.
fn from_serial(number: i64) -> ReadDay {
    let since_march_0 = number - 25_569 + 719_468;
    let (era, of_era) = (since_march_0.div_euclid(146_097), since_march_0.rem_euclid(146_097));
    let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * of_year + 2) / 153;
    let day = of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    ReadDay {
        year: year as i32,
        month: month as u8,
        day: day as u8,
        precision: Precision::Day,
    }
}

/// The text without a time of day behind it; in a ledger that is always what a program added.
fn without_time(text: &str) -> &str {
    let split = text.split_once(' ').or_else(|| text.split_once('T'));
    let is_time = |rest: &str| {
        let digits = rest.trim_end_matches(|c: char| c.is_ascii_alphabetic() || c == ' ');
        digits.contains(':') && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, ':' | '.'))
    };
    match split {
        Some((day, rest)) if is_time(rest) => day,
        _ => text,
    }
}

struct Reader {
    kind: Kind,
    default_year: Option<i32>,
}

impl Reader {
    /// The text as one date.
    fn one(&self, text: &str) -> Result<ReadDay, Why> {
        let shape = shape(bare(text));
        let reading = words().day_shapes.get(&shape.signs).ok_or(Why::NotADay)?;
        let number = |place: usize| shape.numbers.get(place).ok_or(Why::NotADay);
        match reading.as_str() {
            "three" => three(&shape),
            "two" => self.two(&shape),
            "digits" => digits(number(0)?),
            "year_month_day" => day(year(number(0)?)?, number(1)?.value, number(2)?.value),
            "year_month" => month_end(year(number(0)?)?, number(1)?.value, Precision::Month),
            "year" => month_end(year(number(0)?)?, 12, Precision::Year),
            "month_day" => day(self.year()?, number(0)?.value, number(1)?.value),
            "month" => month_end(self.year()?, number(0)?.value, Precision::Month),
            "this_year" => month_end(self.year()?, 12, Precision::Year),
            "quarter" => quarter(self.year()?, number(0)?.value),
            "year_quarter" => quarter(year(number(0)?)?, number(1)?.value),
            "first_half" => month_end(self.year()?, 6, Precision::HalfYear),
            "second_half" => month_end(self.year()?, 12, Precision::HalfYear),
            "year_first_half" => month_end(year(number(0)?)?, 6, Precision::HalfYear),
            "year_second_half" => month_end(year(number(0)?)?, 12, Precision::HalfYear),
            _ => Err(Why::NotADay),
        }
    }

    fn year(&self) -> Result<i32, Why> {
        self.default_year.ok_or(Why::NeedsYear)
    }

    /// Year and month with a sign between: `2024.8`, `2024-08`.
    fn two(&self, shape: &Shape) -> Result<ReadDay, Why> {
        let (first, second) = (&shape.numbers[0], &shape.numbers[1]);
        if first.text.len() == 4 && second.text.len() == 4 {
            return Err(Why::Interval);
        }
        if first.text.len() != 4 || second.text.len() > 2 {
            return Err(Why::NotADay);
        }
        // A number, and a text that may have been one, loses a closing zero: October looks like January.
        let may_have_lost = matches!(self.kind, Kind::Number | Kind::Untyped) && shape.signs == "N.N";
        if may_have_lost && second.text == "1" {
            return Err(Why::Ambiguous);
        }
        month_end(year(first)?, second.value, Precision::Month)
    }

    /// Why a text that is no date is none.
    fn doubt(&self, text: &str) -> Why {
        let words = words();
        for sign in &words.day_words.interval_signs {
            for (at, _) in text.match_indices(sign.as_str()) {
                let (left, right) = (&text[..at], &text[at + sign.len()..]);
                let is_date = |side: &str| {
                    let read = Reader {
                        kind: Kind::Text,
                        default_year: Some(2000),
                    }
                    .one(side);
                    !matches!(read, Err(Why::NotADay))
                };
                if is_date(left) && is_date(right) {
                    return Why::Interval;
                }
            }
        }
        let before = words
            .qualifiers_before
            .iter()
            .find_map(|word| text.strip_prefix(word.as_str()));
        let after = words
            .qualifiers_after
            .iter()
            .find_map(|word| text.strip_suffix(word.as_str()));
        match before.or(after).map(|rest| self.one(rest)) {
            Some(Ok(_)) => Why::Qualified,
            _ => Why::NotADay,
        }
    }
}

/// Without the words that may be left out behind a date.
fn bare(text: &str) -> &str {
    let words = &words().day_words;
    let mut text = text;
    for word in &words.done {
        text = text.strip_suffix(word.as_str()).unwrap_or(text);
    }
    for word in &words.before {
        if let Some(rest) = text.strip_suffix(word.as_str())
            && rest.ends_with(|c| words.before_needs.contains(c))
        {
            return rest;
        }
    }
    text
}

/// Three numbers with signs between: the year first, or at the end as Americans write it.
fn three(shape: &Shape) -> Result<ReadDay, Why> {
    let [first, second, third] = shape.numbers.as_slice() else {
        return Err(Why::NotADay);
    };
    if first.text.len() == 4 {
        return day(year(first)?, second.value, third.value);
    }
    if third.text.len() != 4 {
        return Err(Why::TwoDigitYear);
    }
    let year = year(third)?;
    match (first.value, second.value) {
        (a, b) if a == b || (b > 12 && a <= 12) => day(year, a, b),
        (a, b) if a > 12 && b <= 12 => day(year, b, a),
        (a, b) if a > 12 && b > 12 => Err(Why::NoSuchDay),
        _ => Err(Why::Ambiguous),
    }
}

/// Digits alone: 2024, 202408, 20240828.
fn digits(run: &Digits) -> Result<ReadDay, Why> {
    let part = |from: usize, to: usize| run.text[from..to].parse::<u32>().map_err(|_| Why::NotADay);
    let year = || match part(0, 4)? {
        year @ 1900..=2199 => Ok(year as i32),
        _ => Err(Why::NotADay),
    };
    match run.text.len() {
        4 => month_end(year()?, 12, Precision::Year),
        6 => month_end(year()?, part(4, 6)?, Precision::Month),
        8 => day(year()?, part(4, 6)?, part(6, 8)?),
        _ => Err(Why::NotADay),
    }
}

fn year(run: &Digits) -> Result<i32, Why> {
    match (run.text.len(), run.value) {
        (4, 1900..=2199) => Ok(run.value as i32),
        (2, _) => Err(Why::TwoDigitYear),
        _ => Err(Why::NotADay),
    }
}

fn quarter(year: i32, quarter: u32) -> Result<ReadDay, Why> {
    if !(1..=4).contains(&quarter) {
        return Err(Why::NoSuchDay);
    }
    month_end(year, quarter * 3, Precision::Quarter)
}

fn month_end(year: i32, month: u32, precision: Precision) -> Result<ReadDay, Why> {
    let day = days_in(year, month).ok_or(Why::NoSuchDay)?;
    Ok(ReadDay {
        year,
        month: month as u8,
        day,
        precision,
    })
}

fn day(year: i32, month: u32, day: u32) -> Result<ReadDay, Why> {
    let last = days_in(year, month).ok_or(Why::NoSuchDay)?;
    if day == 0 || day > u32::from(last) {
        return Err(Why::NoSuchDay);
    }
    Ok(ReadDay {
        year,
        month: month as u8,
        day: day as u8,
        precision: Precision::Day,
    })
}

fn days_in(year: i32, month: u32) -> Option<u8> {
    let is_leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    match month {
        2 => Some(if is_leap { 29 } else { 28 }),
        4 | 6 | 9 | 11 => Some(30),
        1..=12 => Some(31),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(raw: &str, kind: Kind, rules: DayRules) -> Result<String, Why> {
        let read = read_day(raw, kind, rules)?;
        Ok(format!(
            "{:04}-{:02}-{:02} {:?}",
            read.year, read.month, read.day, read.precision
        ))
    }

    fn in_2024(raw: &str) -> Result<String, Why> {
        read(
            raw,
            Kind::Text,
            DayRules {
                default_year: Some(2024),
                ..DayRules::default()
            },
        )
    }

    #[test]
    fn dates_as_people_write_them() {
        let table: &[(&str, &str)] = &[
            ("2024年8月28日", "2024-08-28 Day"),
            ("２０２４年８月２８号", "2024-08-28 Day"),
            ("2024 年 8 月", "2024-08-31 Month"),
            ("2024-8", "2024-08-31 Month"),
            ("2014-03", "2014-03-31 Month"),
            ("2024.8", "2024-08-31 Month"),
            ("2024.10", "2024-10-31 Month"),
            ("2024.1", "2024-01-31 Month"),
            ("2024/8/28", "2024-08-28 Day"),
            ("2024.08.28", "2024-08-28 Day"),
            ("2024-08-28 00:00:00", "2024-08-28 Day"),
            ("2024-08-28T09:30:00", "2024-08-28 Day"),
            ("08/28/2024 12:00:00 AM", "2024-08-28 Day"),
            ("28/08/2024", "2024-08-28 Day"),
            ("5/5/2024", "2024-05-05 Day"),
            ("20240828", "2024-08-28 Day"),
            ("202408", "2024-08-31 Month"),
            ("2024", "2024-12-31 Year"),
            ("2024年底", "2024-12-31 Year"),
            ("2024年度", "2024-12-31 Year"),
            ("2024年2月底前", "2024-02-29 Month"),
            ("2023年2月", "2023-02-28 Month"),
            ("8月底前", "2024-08-31 Month"),
            ("8月底前完成", "2024-08-31 Month"),
            ("8月28日前", "2024-08-28 Day"),
            ("三季度", "2024-09-30 Quarter"),
            ("2025年第一季度", "2025-03-31 Quarter"),
            ("4季度末", "2024-12-31 Quarter"),
            ("2025Q2", "2025-06-30 Quarter"),
            ("年底", "2024-12-31 Year"),
            ("年底前", "2024-12-31 Year"),
            ("上半年", "2024-06-30 HalfYear"),
            ("2025年下半年", "2025-12-31 HalfYear"),
        ];
        for (raw, expected) in table {
            assert_eq!(in_2024(raw).as_deref(), Ok(*expected), "{raw}");
        }
    }

    #[test]
    fn what_is_not_one_certain_date_is_refused_with_its_reason() {
        let table: &[(&str, Why)] = &[
            ("2013-2015", Why::Interval),
            ("2018.05-2020.12", Why::Interval),
            ("2024.3—2025.12", Why::Interval),
            ("2024年3月至2025年12月", Why::Interval),
            ("3月-12月", Why::Interval),
            ("2024-08-01~2024-09-01", Why::Interval),
            ("03/04/2024", Why::Ambiguous),
            ("24.8.28", Why::TwoDigitYear),
            ("24年8月", Why::TwoDigitYear),
            ("2024-02-30", Why::NoSuchDay),
            ("2023年2月29日", Why::NoSuchDay),
            ("2024.13", Why::NoSuchDay),
            ("5季度", Why::NoSuchDay),
            ("预计8月底", Why::Qualified),
            ("2024年8月左右", Why::Qualified),
            ("8月前", Why::NotADay),
            ("年前", Why::NotADay),
            ("2024年前", Why::NotADay),
            ("长期", Why::NotADay),
            ("3024年8月", Why::NotADay),
            ("12345", Why::NotADay),
            ("—", Why::NotApplicable),
            ("无", Why::None),
            (" ", Why::Blank),
        ];
        for (raw, expected) in table {
            assert_eq!(in_2024(raw), Err(*expected), "{raw}");
        }
    }

    #[test]
    fn the_kind_of_the_cell_decides_what_is_certain() {
        let serials = |serials| DayRules {
            default_year: None,
            serials,
        };
        let none = DayRules::default();
        let table: &[(&str, Kind, DayRules, Result<&str, Why>)] = &[
            ("2024.1", Kind::Number, none, Err(Why::Ambiguous)),
            ("2024.1", Kind::Untyped, none, Err(Why::Ambiguous)),
            ("2024.10", Kind::Untyped, none, Ok("2024-10-31 Month")),
            ("2024.8", Kind::Number, none, Ok("2024-08-31 Month")),
            ("2024.12", Kind::Number, none, Ok("2024-12-31 Month")),
            ("45532", Kind::Number, none, Err(Why::Serial)),
            ("45532", Kind::Number, serials(Serials::From1900), Ok("2024-08-28 Day")),
            ("45473", Kind::Number, serials(Serials::From1900), Ok("2024-06-30 Day")),
            (
                "45473.5",
                Kind::Number,
                serials(Serials::From1900),
                Ok("2024-06-30 Day"),
            ),
            ("44011", Kind::Number, serials(Serials::From1904), Ok("2024-06-30 Day")),
            ("45532", Kind::Text, serials(Serials::From1900), Err(Why::NotADay)),
            ("2024", Kind::Number, serials(Serials::From1900), Ok("2024-12-31 Year")),
            (
                "20240828",
                Kind::Number,
                serials(Serials::From1900),
                Ok("2024-08-28 Day"),
            ),
            ("2024-08-28", Kind::Date, none, Ok("2024-08-28 Day")),
            ("2024-08", Kind::Date, none, Ok("2024-08-31 Month")),
            ("2024-08-28 10:00:00", Kind::Date, none, Ok("2024-08-28 Day")),
            ("8月底前", Kind::Text, none, Err(Why::NeedsYear)),
            ("年底", Kind::Text, none, Err(Why::NeedsYear)),
            (
                "9223372036854775807",
                Kind::Number,
                serials(Serials::From1904),
                Err(Why::NotADay),
            ),
            ("TRUE", Kind::Bool, none, Err(Why::NotADay)),
            ("#N/A", Kind::Error, none, Err(Why::ErrorCell)),
        ];
        for (raw, kind, rules, expected) in table {
            let read = read(raw, *kind, *rules);
            assert_eq!(read.as_deref().map_err(|why| *why), *expected, "{raw} {kind:?}");
        }
    }

    #[test]
    fn day_numbers_run_through_the_calendar_without_a_gap() {
        let mut expected = (1980, 1, 1);
        for number in SERIALS {
            let read = from_serial(number);
            assert_eq!((read.year, read.month, read.day), expected, "{number}");
            let (year, month, day) = expected;
            expected = match days_in(year, u32::from(month)) {
                Some(last) if day < last => (year, month, day + 1),
                _ if month < 12 => (year, month + 1, 1),
                _ => (year + 1, 1, 1),
            };
        }
        assert_eq!(expected, (2100, 1, 1));
    }
}

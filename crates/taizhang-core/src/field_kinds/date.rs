//! Room: days with their precision, and months.
//!
//! A date that is known to the month, quarter or year is held as the last day of it. A year that
//! nobody said is never assumed: it comes from the surroundings or the text is refused. A text that
//! could be two dates is none.

use super::words::{self, DATE_SHAPES, Form};
use super::{Reading, text};
use crate::day::{Day, Month};
use crate::definition::{Lang, Period};
use crate::refusal::{Code, Refusal};
use crate::value::{Precision, Value};

pub(super) fn read(reading: &Reading<'_>, coarsest: Precision) -> Result<Value, Refusal> {
    let (day, precision) = parse(reading.text, reading.input.default_year, false)
        .map_err(|why| reading.refuse(Code::NotADate).with("hint", why))?;
    if precision > coarsest {
        let refusal = reading.refuse(Code::DateTooCoarse);
        return Err(refusal.with("expected", word(coarsest)).with("found", word(precision)));
    }
    Ok(Value::Date(day, precision))
}

pub(super) fn read_month(reading: &Reading<'_>) -> Result<Value, Refusal> {
    let refuse = |why: &str| reading.refuse(Code::NotAMonth).with("hint", why);
    match parse(reading.text, reading.input.default_year, true) {
        Ok((day, Precision::Month)) => Ok(Value::Month(day.month())),
        Ok((_, other)) => Err(refuse(word(other))),
        Err(why) => Err(refuse(why)),
    }
}

/// After its precision, in the words of the language; each form can be read again.
pub(super) fn show(day: Day, precision: Precision, lang: Lang) -> String {
    let (year, month, _) = day.ymd();
    let quarter = month.div_ceil(3);
    match (precision, lang) {
        (Precision::Day, _) => day.to_string(),
        (Precision::Month, _) => show_month(day.month(), lang),
        (Precision::Quarter, Lang::Zh) => words::show_quarter(year, quarter as usize),
        (Precision::Quarter, Lang::En) => format!("{year} Q{quarter}"),
        (Precision::Year, Lang::Zh) => words::show_year(year),
        (Precision::Year, Lang::En) => year.to_string(),
    }
}

/// The period of a bulletin that a day lies in, spelled as dates of that precision are.
pub fn show_period(period: Period, as_of: Day, lang: Lang) -> String {
    let (year, month, _) = as_of.ymd();
    match (period, lang) {
        (Period::Week, _) => format!("{}—{as_of}", period.first(as_of)),
        (Period::Month, _) => show(as_of, Precision::Month, lang),
        (Period::Quarter, _) => show(as_of, Precision::Quarter, lang),
        (Period::HalfYear, Lang::Zh) => words::show_half_year(year, month <= 6),
        (Period::HalfYear, Lang::En) => format!("{year} H{}", 1 + u32::from(month > 6)),
        (Period::Year, _) => show(as_of, Precision::Year, lang),
    }
}

/// The days of a period as programs and commands write it: `2024-06`, `2024-Q2`, `2024`, `2024-06-30`.
pub fn read_period(text: &str) -> Option<(Day, Day)> {
    let whole = |first: Month, months: i32| (first.first(), Month(first.0 + months - 1).last());
    if let Ok(day) = text.parse::<Day>() {
        return Some((day, day));
    }
    if let Ok(month) = text.parse::<Month>() {
        return Some(whole(month, 1));
    }
    let (year, rest) = text.split_at_checked(4)?;
    let year = year.parse().ok()?;
    let first = match rest {
        "" => return Some(whole(Month::of(year, 1).ok()?, 12)),
        "-Q1" => 1,
        "-Q2" => 4,
        "-Q3" => 7,
        "-Q4" => 10,
        _ => return None,
    };
    Some(whole(Month::of(year, first).ok()?, 3))
}

pub(super) fn show_month(month: Month, lang: Lang) -> String {
    let (year, month_of_year) = month.ym();
    match lang {
        Lang::Zh => words::show_month(year, month_of_year),
        Lang::En => month.to_string(),
    }
}

/// `2024-06-30`, `2024-08`, `2024-Q3`, `2024`.
pub(super) fn api(day: Day, precision: Precision) -> String {
    let (year, month, _) = day.ymd();
    match precision {
        Precision::Day => day.to_string(),
        Precision::Month => day.month().to_string(),
        Precision::Quarter => format!("{year:04}-Q{}", month.div_ceil(3)),
        Precision::Year => format!("{year:04}"),
    }
}

fn word(precision: Precision) -> &'static str {
    match precision {
        Precision::Day => "day",
        Precision::Month => "month",
        Precision::Quarter => "quarter",
        Precision::Year => "year",
    }
}

/// The last day of what the text names and how precise it is, or a hint why it names nothing.
fn parse(text: &str, default_year: Option<i32>, months: bool) -> Result<(Day, Precision), &'static str> {
    if let Ok(day) = text.parse() {
        return Ok((day, Precision::Day));
    }
    let text = text::narrow(text);
    let text = words::count_quarters(&joined(without_dead_time(&text)));
    let (shape, numbers) = shape(&text);
    let form = DATE_SHAPES
        .iter()
        .find(|(known, _)| *known == shape)
        .map(|(_, form)| *form);
    let form = form.ok_or_else(|| words::hint_of_date(&text).unwrap_or("form"))?;
    let year = default_year.ok_or("no_year");
    match (form, &numbers[..]) {
        (Form::YearMonthDay, [y, m, d]) => day(four_digits(y)?, m, d),
        (Form::MonthDay, [m, d]) => day(year?, m, d),
        (Form::YearMonth, [y, m]) if y.len() == 4 && m.len() == 4 => Err("range"),
        (Form::YearMonth, [y, m]) => month(four_digits(y)?, m),
        (Form::Month, [m]) => month(year?, m),
        (Form::YearQuarter, [y, q]) => quarter(four_digits(y)?, q),
        (Form::Quarter, [q]) => quarter(year?, q),
        (Form::Year, [y]) => whole_year(four_digits(y)?),
        (Form::ThisYear, []) => whole_year(year?),
        (Form::Digits, [digits]) => bare(digits, months),
        _ => Err("form"),
    }
}

/// Databases write days with a time that is always midnight; any other time is not dead, and
/// stays to be refused.
fn without_dead_time(text: &str) -> &str {
    match text.rsplit_once([' ', 'T']) {
        Some((date, "0:00" | "00:00" | "0:00:00" | "00:00:00" | "00:00:00.000")) => date.trim_end(),
        _ => text,
    }
}

/// Without blanks, except between digits: those would run two numbers into one. Every dash becomes
/// a hyphen.
fn joined(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for part in text.split_whitespace() {
        if out.ends_with(|c: char| c.is_ascii_digit()) && part.starts_with(|c: char| c.is_ascii_digit()) {
            out.push(' ');
        }
        out.extend(part.chars().map(|c| match c {
            '\u{2010}'..='\u{2015}' | '\u{2212}' => '-',
            c => c.to_ascii_uppercase(),
        }));
    }
    out
}

/// The text with every run of digits written N, and the runs.
fn shape(text: &str) -> (String, Vec<&str>) {
    let mut shape = String::new();
    let mut numbers = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        if end == 0 {
            shape.push(c);
            rest = &rest[c.len_utf8()..];
        } else {
            shape.push('N');
            numbers.push(&rest[..end]);
            rest = &rest[end..];
        }
    }
    (shape, numbers)
}

/// 24-8-28 and 8/28/2024 may each be read in two ways, so a year has four digits and comes first.
fn four_digits(digits: &str) -> Result<i32, &'static str> {
    let year = Some(digits)
        .filter(|digits| digits.len() == 4)
        .and_then(|digits| digits.parse().ok());
    year.ok_or("four_digits")
}

fn one_or_two_digits(digits: &str) -> Result<u32, &'static str> {
    let number = Some(digits)
        .filter(|digits| digits.len() <= 2)
        .and_then(|digits| digits.parse().ok());
    number.ok_or("form")
}

fn day(year: i32, month: &str, day: &str) -> Result<(Day, Precision), &'static str> {
    let (month, day) = (one_or_two_digits(month)?, one_or_two_digits(day)?);
    Ok((Day::of(year, month, day).map_err(|_| "no_such_day")?, Precision::Day))
}

fn month(year: i32, month: &str) -> Result<(Day, Precision), &'static str> {
    Ok((last_day(year, one_or_two_digits(month)?)?, Precision::Month))
}

fn quarter(year: i32, quarter: &str) -> Result<(Day, Precision), &'static str> {
    let quarter = one_or_two_digits(quarter)?;
    Ok((last_day(year, quarter * 3)?, Precision::Quarter))
}

fn whole_year(year: i32) -> Result<(Day, Precision), &'static str> {
    Ok((last_day(year, 12)?, Precision::Year))
}

/// Eight digits are a day, four a year. Six are a month only where a month is asked for: elsewhere
/// they could be a day with a short year.
fn bare(digits: &str, months: bool) -> Result<(Day, Precision), &'static str> {
    match digits.len() {
        8 => day(four_digits(&digits[..4])?, &digits[4..6], &digits[6..]),
        6 if months => month(four_digits(&digits[..4])?, &digits[4..]),
        4 => whole_year(four_digits(digits)?),
        _ => Err("form"),
    }
}

fn last_day(year: i32, month: u32) -> Result<Day, &'static str> {
    (28..=31)
        .rev()
        .find_map(|day| Day::of(year, month, day).ok())
        .ok_or("no_such_day")
}

//! Room: what stands above a header.
//!
//! A title, the reporting unit, one unit of measure for the whole sheet, a month. What is said twice
//! and differently is not taken at all.

use super::heading::is_measure;
use crate::locale::words;
use crate::text::{narrowed, squeezed};
use std::collections::BTreeSet;

/// The period that a sheet says it is about, as far as it says so without contradiction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SheetPeriod {
    /// The year.
    pub year: Option<i32>,
    /// The part of the year.
    pub part: Option<PeriodPart>,
}

/// A part of a year.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PeriodPart {
    /// One month, 1 to 12.
    Month(u8),
    /// From a month to a month: `1-8月`.
    Months(u8, u8),
    /// 1 to 4.
    Quarter(u8),
    /// January to June.
    FirstHalf,
    /// July to December.
    SecondHalf,
}

/// The one unit of measure that the texts name behind `单位：`.
pub(super) fn measure(texts: &[String]) -> Option<String> {
    let found: BTreeSet<String> = texts.iter().flat_map(|text| measures_in(text)).collect();
    let mut found = found.into_iter();
    let first = found.next();
    if found.next().is_some() { None } else { first }
}

fn measures_in(text: &str) -> Vec<String> {
    let spaced = narrowed(text).replace(" :", ":").replace(": ", ":");
    let mut found = Vec::new();
    for label in &words().measure_labels {
        let stretched: String = label.chars().flat_map(|c| [c, ' ']).collect();
        let spaced = spaced.replace(stretched.trim_end(), label);
        for (_, rest) in spaced
            .match_indices(&format!("{label}:"))
            .map(|(at, sign)| spaced[at..].split_at(sign.len()))
        {
            let end = rest.find([' ', ')', ',', ';', '、', ']', '】']).unwrap_or(rest.len());
            // 万元、亩 names two, and so names none for a column.
            if is_measure(&rest[..end]) && !rest[end..].starts_with(['、', ',']) {
                found.push(rest[..end].to_owned());
            }
        }
    }
    found
}

/// The period that the texts name; the name of the sheet is asked only where they are silent.
pub(super) fn period(texts: &[String], sheet: &str) -> SheetPeriod {
    let (mut years, mut parts) = (BTreeSet::new(), BTreeSet::new());
    for text in texts.iter().filter(|text| !is_signature(text)) {
        collect(text, &mut years, &mut parts);
    }
    let (mut sheet_years, mut sheet_parts) = (BTreeSet::new(), BTreeSet::new());
    collect(sheet, &mut sheet_years, &mut sheet_parts);
    let years = if years.is_empty() { sheet_years } else { years };
    let parts = if parts.is_empty() { sheet_parts } else { parts };
    SheetPeriod {
        year: sole(&years),
        part: sole(&parts),
    }
}

/// A date of filling in says nothing about the period.
fn is_signature(text: &str) -> bool {
    let text = squeezed(text);
    words().signatures.iter().any(|word| text.starts_with(word.as_str()))
}

fn sole<T: Copy + Ord>(found: &BTreeSet<T>) -> Option<T> {
    if found.len() == 1 { found.first().copied() } else { None }
}

fn collect(text: &str, years: &mut BTreeSet<i32>, parts: &mut BTreeSet<PeriodPart>) {
    let text = squeezed(text).replace(['—', '–', '~', '至'], "-");
    let words = &words().period_words;
    if text.contains(&words.first_half) {
        parts.insert(PeriodPart::FirstHalf);
    }
    if text.contains(&words.second_half) {
        parts.insert(PeriodPart::SecondHalf);
    }
    let runs = digit_runs(&text);
    for (index, run) in runs.iter().enumerate() {
        let before = index.checked_sub(1).map(|before| &runs[before]);
        let joined = before.filter(|before| text[before.end..run.start].trim_start_matches(['年', '月']) == "-");
        let behind = &text[run.end..];
        if behind.starts_with('年') && is_year(run.value) {
            years.insert(run.value);
            // 2021-2025年 is not about one year.
            years.extend(joined.map(|before| before.value).filter(|value| is_year(*value)));
        }
        let month = u8::try_from(run.value).ok().filter(|month| (1..=12).contains(month));
        if let (true, Some(last)) = (behind.starts_with('月'), month) {
            let first = joined.and_then(|before| u8::try_from(before.value).ok());
            match first.filter(|first| (1..last).contains(first)) {
                Some(first) => {
                    parts.remove(&PeriodPart::Month(first));
                    parts.insert(PeriodPart::Months(first, last));
                }
                None => _ = parts.insert(PeriodPart::Month(last)),
            }
        }
        if behind.starts_with(&words.quarter) && (1..=4).contains(&run.value) {
            parts.insert(PeriodPart::Quarter(run.value as u8));
        }
    }
}

fn is_year(value: i32) -> bool {
    (1990..2100).contains(&value)
}

struct Run {
    start: usize,
    end: usize,
    value: i32,
}

/// The numbers of a text; the numeral of a quarter counts as one.
fn digit_runs(text: &str) -> Vec<Run> {
    let mut runs: Vec<Run> = Vec::new();
    let quarter = &words().period_words.quarter;
    for (start, c) in text.char_indices() {
        let end = start + c.len_utf8();
        if let Some(digit) = c.to_digit(10) {
            match runs.last_mut().filter(|run| run.end == start) {
                Some(run) => (run.end, run.value) = (end, run.value.saturating_mul(10).saturating_add(digit as i32)),
                None => runs.push(Run {
                    start,
                    end,
                    value: digit as i32,
                }),
            }
        } else if text[end..].starts_with(quarter.as_str())
            && let Some(at) = words().day_words.numerals.chars().position(|numeral| numeral == c)
        {
            runs.push(Run {
                start,
                end,
                value: at as i32 + 1,
            });
        }
    }
    runs
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(texts: &[&str]) -> Vec<String> {
        texts.iter().map(|text| (*text).to_owned()).collect()
    }

    #[test]
    fn one_unit_for_the_sheet() {
        let table: &[(&[&str], Option<&str>)] = &[
            (&["填报单位（盖章）：县发改委　　单位：万元"], Some("万元")),
            (&["填报单位：万元镇", "单　位：亿元"], Some("亿元")),
            (&["(单位：万元)"], Some("万元")),
            (&["金额单位：元；面积单位：亩"], None),
            (&["单位：万元、亩"], None),
            (&["填报单位：县住建局"], None),
            (&["计量单位 : ％"], Some("%")),
        ];
        for (given, expected) in table {
            assert_eq!(measure(&texts(given)).as_deref(), *expected, "{given:?}");
        }
    }

    #[test]
    fn the_period_is_taken_where_nothing_contradicts() {
        use PeriodPart::*;
        let is = |year, part| SheetPeriod { year, part };
        let table: &[(&[&str], &str, SheetPeriod)] = &[
            (
                &["2024年重点项目台账", "（12月份）"],
                "Sheet1",
                is(Some(2024), Some(Month(12))),
            ),
            (&["２０２４年１—８月完成情况"], "", is(Some(2024), Some(Months(1, 8)))),
            (&["2024年1月至8月"], "", is(Some(2024), Some(Months(1, 8)))),
            (&["截至2024年三季度"], "", is(Some(2024), Some(Quarter(3)))),
            (&["上半年调度表"], "2025年", is(Some(2025), Some(FirstHalf))),
            (&["2021-2025年规划项目"], "", is(None, None)),
            (&["2024年8月", "2024年1-8月"], "", is(Some(2024), None)),
            (
                &["填报日期：2024年9月3日", "2024年8月"],
                "",
                is(Some(2024), Some(Month(8))),
            ),
            (&["项目台账"], "8月", is(None, Some(Month(8)))),
            (&["13月", "20240年"], "", is(None, None)),
        ];
        for (given, sheet, expected) in table {
            assert_eq!(period(&texts(given), sheet), *expected, "{given:?}");
        }
    }
}

//! Room: one stored value to exact text.
//!
//! A number becomes the decimal text that its reader sees, a day number an ISO date. No float is
//! ever added or multiplied here: the standard library prints, and text is cut.

use crate::locale::words;
use crate::raw::Kind;
use calamine::{Data, DataRef, ExcelDateTime};

/// Text, kind, and whether digits were already lost.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Scalar {
    pub(super) raw: String,
    pub(super) kind: Kind,
    pub(super) lossy: bool,
}

/// How a sheet shows the numbers of one style.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Shown {
    /// With a percent sign.
    pub(super) percent: bool,
    /// Dates as year and month, without a day.
    pub(super) month: bool,
}

/// The value of a cell of xlsx.
pub(super) fn of_ref(value: &DataRef<'_>, shown: Shown) -> Scalar {
    match value {
        DataRef::SharedString(text) => text_scalar((*text).to_owned()),
        DataRef::String(text) => text_scalar(text.clone()),
        DataRef::Int(value) => whole(*value),
        DataRef::Float(value) => number(*value),
        DataRef::Bool(value) => plain(bool_text(*value), Kind::Bool),
        DataRef::Error(error) => plain(error.to_string(), Kind::Error),
        DataRef::DateTime(value) => date(value, shown),
        DataRef::DateTimeIso(text) => iso_date(text),
        DataRef::DurationIso(text) => plain(text.clone(), Kind::Text),
        DataRef::Empty => Scalar::default(),
    }
}

/// The value of a cell of xls and ods. OpenDocument stores an error as its text.
pub(super) fn of_data(value: &Data) -> Scalar {
    match value {
        Data::String(text) if words().error_values.contains(&text.to_lowercase()) => plain(text.clone(), Kind::Error),
        Data::String(text) => text_scalar(text.clone()),
        Data::Int(value) => whole(*value),
        Data::Float(value) => number(*value),
        Data::Bool(value) => plain(bool_text(*value), Kind::Bool),
        Data::Error(error) => plain(error.to_string(), Kind::Error),
        Data::DateTime(value) => date(value, Shown::default()),
        Data::DateTimeIso(text) => iso_date(text),
        Data::DurationIso(text) => plain(text.clone(), Kind::Text),
        Data::Empty => Scalar::default(),
    }
}

/// What a number format shows; `id` decides where the code of a built-in format depends on the country.
pub(super) fn shown_by(code: &str, id: Option<u32>) -> Shown {
    // Built-in formats that are 年月 in the Chinese editions (ECMA-376 Part 1, 18.8.30), and mmm-yy.
    let is_built_in_month = matches!(id, Some(17 | 27 | 36 | 50 | 52 | 57));
    let bare = without_literals(code.split(';').next().unwrap_or_default());
    let has = |letter: char| bare.contains(letter);
    Shown {
        percent: has('%'),
        month: is_built_in_month || (has('y') && has('m') && !has('d') && !has('h') && !has('s')),
    }
}

/// A format code in lower case without quoted, escaped and bracketed parts.
fn without_literals(code: &str) -> String {
    let mut bare = String::new();
    let (mut quoted, mut bracketed, mut escaped) = (false, false, false);
    for letter in code.chars() {
        match letter {
            _ if escaped => escaped = false,
            '"' => quoted = !quoted,
            _ if quoted => (),
            '\\' | '_' | '*' => escaped = true,
            '[' => bracketed = true,
            ']' => bracketed = false,
            _ if bracketed => (),
            _ => bare.extend(letter.to_lowercase()),
        }
    }
    bare
}

fn plain(raw: String, kind: Kind) -> Scalar {
    Scalar {
        raw,
        kind,
        lossy: false,
    }
}

fn text_scalar(text: String) -> Scalar {
    if text.is_empty() {
        Scalar::default()
    } else {
        plain(text, Kind::Text)
    }
}

fn bool_text(value: bool) -> String {
    (if value { "TRUE" } else { "FALSE" }).to_owned()
}

/// A double holds 15 decimal digits for certain, and a spreadsheet shows no more.
const DIGITS_MAX: usize = 15;
/// The largest whole number below which a double misses none: 2⁵³.
const WHOLE_MAX: u64 = 1 << 53;

fn whole(value: i64) -> Scalar {
    let raw = value.to_string();
    let lossy = value.unsigned_abs() > WHOLE_MAX || significant(&raw) > DIGITS_MAX;
    Scalar {
        raw,
        kind: Kind::Number,
        lossy,
    }
}

pub(super) fn number(value: f64) -> Scalar {
    if !value.is_finite() {
        return plain("#NUM!".to_owned(), Kind::Error);
    }
    let raw = format!("{value}");
    if !raw.contains('.') {
        let raw = if raw == "-0" { "0".to_owned() } else { raw };
        let size = raw.trim_start_matches('-').parse::<u64>();
        let lossy = size.map_or(true, |size| size > WHOLE_MAX) || significant(&raw) > DIGITS_MAX;
        return Scalar {
            raw,
            kind: Kind::Number,
            lossy,
        };
    }
    if significant(&raw) <= DIGITS_MAX {
        return plain(raw, Kind::Number);
    }
    // 3.3000000000000003 is what adding 1.1 three times leaves; the sheet shows 3.3, and so do we.
    let precise = format!("{value:.*e}", DIGITS_MAX - 1);
    plain(written_out(&precise).unwrap_or(raw), Kind::Number)
}

/// Digits from the first that is not 0 to the last that is not 0.
fn significant(decimal: &str) -> usize {
    let digits = decimal
        .bytes()
        .filter(u8::is_ascii_digit)
        .skip_while(|digit| *digit == b'0');
    let mut count = 0;
    let mut zeros = 0;
    for digit in digits {
        zeros = if digit == b'0' { zeros + 1 } else { 0 };
        count += 1;
    }
    count - zeros
}

/// `-1.234e-2` as `-0.01234`.
fn written_out(scientific: &str) -> Option<String> {
    let (mantissa, exponent) = scientific.split_once('e')?;
    let exponent: i32 = exponent.parse().ok()?;
    let (sign, mantissa) = mantissa.strip_prefix('-').map_or(("", mantissa), |rest| ("-", rest));
    let digits: String = mantissa.chars().filter(char::is_ascii_digit).collect();
    let digits = digits.trim_end_matches('0');
    let point = exponent + 1;
    if point <= 0 {
        let zeros = "0".repeat(point.unsigned_abs() as usize);
        return Some(format!("{sign}0.{zeros}{digits}"));
    }
    let point = point as usize;
    if digits.len() <= point {
        return Some(format!("{sign}{digits}{}", "0".repeat(point - digits.len())));
    }
    Some(format!("{sign}{}.{}", &digits[..point], &digits[point..]))
}

/// The first serial number after 9999-12-31.
const SERIAL_END: f64 = 2_958_466.0;

fn date(value: &ExcelDateTime, shown: Shown) -> Scalar {
    let serial = value.as_f64();
    if value.is_duration() || !(0.0..SERIAL_END).contains(&serial) {
        return number(serial);
    }
    let (year, month, day, hour, minute, second, _) = value.to_ymd_hms_milli();
    let time = format!("{hour:02}:{minute:02}:{second:02}");
    if serial < 1.0 {
        return plain(time, Kind::Text);
    }
    let has_time = time != "00:00:00";
    if shown.month && day == 1 && !has_time {
        return plain(format!("{year:04}-{month:02}"), Kind::Date);
    }
    let day = format!("{year:04}-{month:02}-{day:02}");
    plain(if has_time { format!("{day} {time}") } else { day }, Kind::Date)
}

/// ISO text of OpenDocument, whose midnight is often written out.
fn iso_date(text: &str) -> Scalar {
    let (day, time) = text.split_once('T').unwrap_or((text, ""));
    let is_midnight = time.chars().all(|c| matches!(c, '0' | ':' | '.' | 'Z'));
    let raw = if is_midnight {
        day.to_owned()
    } else {
        format!("{day} {time}")
    };
    plain(raw, Kind::Date)
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn numbers_are_printed_as_they_are_shown() {
        let table: &[(f64, &str, bool)] = &[
            (0.0, "0", false),
            (-0.0, "0", false),
            (12.5, "12.5", false),
            (2024.1, "2024.1", false),
            (0.1 + 0.2, "0.3", false),
            (1.1 + 1.1 + 1.1, "3.3", false),
            (-1.0 / 3.0, "-0.333333333333333", false),
            (1e-7, "0.0000001", false),
            (999_999_999_999_999.0, "999999999999999", false),
            (9_007_199_254_740_993.0, "9007199254740992", true),
            (410_402_199_001_011_000.0, "410402199001011000", true),
            (1e21, "1000000000000000000000", true),
            (1e15, "1000000000000000", false),
            (123_456_789_012.345_67, "123456789012.346", false),
        ];
        for (value, raw, lossy) in table {
            let scalar = number(*value);
            assert_eq!((scalar.raw.as_str(), scalar.lossy), (*raw, *lossy), "{value}");
        }
        assert_eq!(number(f64::NAN).kind, Kind::Error);
        assert!(whole(1_234_567_890_123_456).lossy);
    }

    #[test]
    fn day_numbers_become_dates_in_both_calendars() {
        let month = Shown {
            percent: false,
            month: true,
        };
        let day = Shown::default();
        let table: &[(f64, bool, Shown, &str, Kind)] = &[
            (45_473.0, false, day, "2024-06-30", Kind::Date),
            (44_011.0, true, day, "2024-06-30", Kind::Date),
            (45_473.5, false, day, "2024-06-30 12:00:00", Kind::Date),
            (45_505.0, false, month, "2024-08", Kind::Date),
            (45_506.0, false, month, "2024-08-02", Kind::Date),
            (0.5, false, day, "12:00:00", Kind::Text),
            (-3.0, false, day, "-3", Kind::Number),
            (1e9, false, day, "1000000000", Kind::Number),
        ];
        for (serial, epoch_1904, shown, raw, kind) in table {
            let value = ExcelDateTime::new(*serial, ExcelDateTimeType::DateTime, *epoch_1904);
            let scalar = date(&value, *shown);
            assert_eq!((scalar.raw.as_str(), scalar.kind), (*raw, *kind), "{serial}");
        }
        assert_eq!(iso_date("2024-08-28T00:00:00").raw, "2024-08-28");
        assert_eq!(iso_date("2024-08-28T09:30:00").raw, "2024-08-28 09:30:00");
    }

    #[test]
    fn formats_tell_percents_and_months() {
        let table: &[(&str, Option<u32>, bool, bool)] = &[
            ("General", None, false, false),
            ("0.00%", None, true, false),
            ("yyyy\"年\"m\"月\"", None, false, true),
            ("yyyy\"年\"m\"月\"d\"日\"", None, false, false),
            ("[$-804]yyyy\\-mm;@", None, false, true),
            ("m\"月\"d\"日\"", None, false, false),
            ("yyyy-mm-dd hh:mm", None, false, false),
            ("\"100%\"0", None, false, false),
            ("General", Some(57), false, true),
        ];
        for (code, id, percent, month) in table {
            let expected = Shown {
                percent: *percent,
                month: *month,
            };
            assert_eq!(shown_by(code, *id), expected, "{code}");
        }
    }
}

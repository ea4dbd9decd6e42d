//! Room: reading what a request says — repeated query fields, days, numbers, words of a closed list — and writing
//! addresses. What cannot be read is refused by its name, and never taken for something else.

use crate::app::ask::{FigureQuestion, Span};
use crate::error::AppError;
use std::ops::RangeInclusive;
use taizhang_core::calendar::minute_of_day;
use taizhang_core::day::{Day, Month};

/// The years that a calendar or a plan can be asked for.
const YEARS: RangeInclusive<i32> = 1950..=2150;

/// What an idempotency key stands for (law 6): a request with the same key is the same request only if
/// all of this is the same. Each part is preceded by its length, so that none can pass for another.
pub(super) fn asked<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
    let mut bytes = Vec::new();
    for part in parts {
        bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
        bytes.extend_from_slice(part);
    }
    bytes
}

/// The named values of a query or form, in order; a name may come again.
#[derive(Clone, Debug, Default)]
pub(super) struct Fields(pub(super) Vec<(String, String)>);

impl Fields {
    /// The last value of a name that is not empty.
    pub(super) fn get(&self, name: &str) -> Option<&str> {
        let given = self
            .0
            .iter()
            .filter(|(of, value)| of == name && !value.trim().is_empty());
        given.map(|(_, value)| value.as_str()).next_back()
    }

    /// The last value of a name, empty or not; empty if there is none.
    pub(super) fn last(&self, name: &str) -> &str {
        let given = self.0.iter().rev().find(|(of, _)| of == name);
        given.map_or("", |(_, value)| value.as_str())
    }

    /// All values of a name.
    pub(super) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(of, _)| of == name)
            .map(|(_, value)| value.as_str())
    }

    /// A day; none if there is no such field.
    pub(super) fn day(&self, name: &str) -> Result<Option<Day>, AppError> {
        self.read(name, "http.asked.day", |text| text.parse().ok())
    }

    /// A month; none if there is no such field.
    pub(super) fn month(&self, name: &str) -> Result<Option<Month>, AppError> {
        self.read(name, "http.asked.month", |text| text.parse().ok())
    }

    /// A year that calendars and plans are made for; none if there is no such field.
    pub(super) fn year(&self, name: &str) -> Result<Option<i32>, AppError> {
        let year = |text: &str| text.parse().ok().filter(|year| YEARS.contains(year));
        self.read(name, "http.asked.year", year)
    }

    /// A minute of a day; none if there is no such field, or it is empty.
    pub(super) fn minute(&self, name: &str) -> Result<Option<u16>, AppError> {
        self.read(name, "http.asked.minute", minute_of)
    }

    /// The number of a record or an entry; none if there is no such field.
    pub(super) fn number(&self, name: &str) -> Result<Option<i64>, AppError> {
        let number = |text: &str| text.parse().ok().filter(|number| *number >= 0);
        self.read(name, "http.asked.number", number)
    }

    /// How many lines are passed over; none if there is no such field.
    pub(super) fn offset(&self, name: &str) -> Result<usize, AppError> {
        let found = self.read(name, "http.asked.number", |text| text.parse().ok());
        Ok(found?.unwrap_or(0))
    }

    /// How many, or which, from 1 on; at most `most`, and `default` if there is no such field.
    pub(super) fn count(&self, name: &str, default: usize, most: usize) -> Result<usize, AppError> {
        let count = |text: &str| text.parse().ok().filter(|count: &usize| *count > 0);
        let found = self.read(name, "http.asked.count", count)?;
        Ok(found.unwrap_or(default).min(most))
    }

    /// Yes or no; no if there is no such field.
    pub(super) fn yes(&self, name: &str) -> Result<bool, AppError> {
        let said = self.one_of(name, &["yes", "true", "1", "on", "no", "false", "0"])?;
        Ok(matches!(said, Some("yes" | "true" | "1" | "on")))
    }

    /// One of the words that a name may say; none if there is no such field. What is none of them is refused, for
    /// another view in its place would pass for the one that was asked for.
    pub(super) fn one_of<'a>(&self, name: &str, words: &[&'a str]) -> Result<Option<&'a str>, AppError> {
        let Some(text) = self.get(name).map(str::trim) else {
            return Ok(None);
        };
        let found = words.iter().find(|word| **word == text);
        found.map(|word| Some(*word)).ok_or_else(|| none_of(name, text, words))
    }

    /// Something that is read from its text; none if there is no such field.
    pub(super) fn read<T>(
        &self,
        name: &str,
        key: &'static str,
        read: impl FnOnce(&str) -> Option<T>,
    ) -> Result<Option<T>, AppError> {
        let Some(text) = self.get(name).map(str::trim) else {
            return Ok(None);
        };
        let wrong = || AppError::asked(key, &[("name", &name), ("value", &text)]);
        read(text).map(Some).ok_or_else(wrong)
    }

    /// The days of a figure: `from` and `to`, or `as_of`, or today.
    pub(super) fn span(&self, today: Day) -> Result<Span, AppError> {
        let (from, to) = (self.day("from")?, self.day("to")?);
        if let (Some(from), Some(to)) = (from, to)
            && from > to
        {
            return Err(AppError::asked("http.asked.span", &[("from", &from), ("to", &to)]));
        }
        Ok(match (from, to) {
            (Some(from), to) => Span::Between(from, to.unwrap_or(today)),
            (None, Some(to)) => Span::AsOf(to),
            (None, None) => Span::AsOf(self.day("as_of")?.unwrap_or(today)),
        })
    }

    /// The question about a figure.
    pub(super) fn question(&self, account: &str, today: Day) -> Result<FigureQuestion, AppError> {
        Ok(FigureQuestion {
            account: account.to_owned(),
            unit: self.get("unit").map(str::to_owned),
            span: self.span(today)?,
            known_at: self.get("known_at").map(str::to_owned),
        })
    }
}

/// Why a value is refused that is none of those a name may have.
pub(super) fn none_of(name: &str, value: &str, words: &[&str]) -> AppError {
    let words = words.iter().filter(|word| !word.is_empty());
    let words = words.copied().collect::<Vec<_>>().join(" / ");
    AppError::asked(
        "http.asked.one_of",
        &[("name", &name), ("value", &value), ("words", &words)],
    )
}

/// Names and values as a query of an address.
pub(super) fn encoded(pairs: &[(&str, &str)]) -> String {
    let mut out = String::new();
    for (name, value) in pairs {
        if !out.is_empty() {
            out.push('&');
        }
        escape(name, &mut out);
        out.push('=');
        escape(value, &mut out);
    }
    out
}

/// One part of an address.
pub(super) fn segment(text: &str) -> String {
    let mut out = String::new();
    escape(text, &mut out);
    out
}

fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
}

/// Only an address of our own may be gone back to after signing in.
pub(super) fn own_address(next: Option<&str>) -> &str {
    let own =
        |next: &&str| next.starts_with('/') && !next.starts_with("//") && !next.contains(['\\', '\r', '\n', '\t']);
    next.filter(own).unwrap_or("/")
}

/// `14:30` as a minute of a day.
pub(super) fn minute_of(text: &str) -> Option<u16> {
    minute_of_day(text).filter(|minute| *minute < 24 * 60)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_sent_to_another_site_after_signing_in() {
        let cases = [
            (None, "/"),
            (Some("/records/7?a=1"), "/records/7?a=1"),
            (Some("//other.example/"), "/"),
            (Some("https://other.example/"), "/"),
            (Some("/\\other.example"), "/"),
        ];
        for (next, expected) in cases {
            assert_eq!(own_address(next), expected, "{next:?}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_refused_by_its_name_and_never_taken_for_something_else() {
        let one = |name: &str, value: &str| Fields(vec![(name.to_owned(), value.to_owned())]);
        let said = |found: Result<String, AppError>| found.unwrap_or_else(|error| error.to_string());
        let words = ["mine", "units"];
        let cases = [
            ("", "None"),
            (" ", "None"),
            ("mine", "Some(\"mine\")"),
            (" units ", "Some(\"units\")"),
            ("Mine", "http.asked.one_of"),
            ("nobody", "http.asked.one_of"),
        ];
        for (value, expected) in cases {
            let found = one("view", value).one_of("view", &words);
            assert_eq!(said(found.map(|found| format!("{found:?}"))), expected, "{value}");
        }
        let counts = [
            ("", "50"),
            ("7", "7"),
            ("900", "500"),
            ("0", "http.asked.count"),
            ("-1", "http.asked.count"),
            ("x", "http.asked.count"),
        ];
        for (value, expected) in counts {
            let found = one("limit", value).count("limit", 50, 500);
            assert_eq!(said(found.map(|found| found.to_string())), expected, "{value}");
        }
        for (value, expected) in [
            ("", "false"),
            ("yes", "true"),
            ("0", "false"),
            ("perhaps", "http.asked.one_of"),
        ] {
            let found = one("filled", value).yes("filled");
            assert_eq!(said(found.map(|found| found.to_string())), expected, "{value}");
        }
        let days = [
            ("2024-02-29", "true"),
            ("2023-02-29", "http.asked.day"),
            ("2024", "http.asked.day"),
        ];
        for (value, expected) in days {
            let found = one("as_of", value).day("as_of");
            assert_eq!(
                said(found.map(|found| found.is_some().to_string())),
                expected,
                "{value}"
            );
        }
        for (value, expected) in [
            ("2024", "true"),
            ("1949", "http.asked.year"),
            ("24000", "http.asked.year"),
        ] {
            let found = one("year", value).year("year");
            assert_eq!(
                said(found.map(|found| found.is_some().to_string())),
                expected,
                "{value}"
            );
        }
        let refused = one("view", "nobody").one_of("view", &words).expect_err("refused");
        let told = crate::locale::Locale::new(taizhang_core::definition::Lang::Zh).error(&refused);
        assert!(
            told.contains("“view”") && told.contains("“nobody”") && told.contains("mine / units"),
            "{told}"
        );
    }

    #[test]
    fn addresses_hold_any_text() {
        assert_eq!(
            encoded(&[("unit", "新 区&"), ("a", "1")]),
            "unit=%E6%96%B0%20%E5%8C%BA%26&a=1"
        );
    }
}

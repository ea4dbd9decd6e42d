//! Room: reading what a request says — repeated query fields, days, spans — and writing addresses.

use crate::app::ask::{FigureQuestion, Span};
use crate::error::AppError;
use crate::locale::Locale;
use taizhang_core::calendar::minute_of_day;
use taizhang_core::day::Day;

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
    pub(super) fn day(&self, name: &str, locale: &Locale) -> Result<Option<Day>, AppError> {
        let Some(text) = self.get(name) else { return Ok(None) };
        let wrong = || AppError::BadRequest(locale.fill("http.not_a_day", &[("value", text)]));
        text.trim().parse().map(Some).map_err(|_| wrong())
    }

    /// A minute of a day; none if there is no such field, or it is empty.
    pub(super) fn minute(&self, name: &str, locale: &Locale) -> Result<Option<u16>, AppError> {
        let text = self.get(name).map(str::trim).filter(|text| !text.is_empty());
        text.map(|text| minute_of(text, locale)).transpose()
    }

    /// A whole number within bounds; `default` if there is no such field or it is none.
    pub(super) fn count(&self, name: &str, default: usize, most: usize) -> usize {
        self.get(name)
            .and_then(|text| text.trim().parse().ok())
            .unwrap_or(default)
            .min(most)
    }

    /// The days of a figure: `from` and `to`, or `as_of`, or today.
    pub(super) fn span(&self, today: Day, locale: &Locale) -> Result<Span, AppError> {
        let (from, to) = (self.day("from", locale)?, self.day("to", locale)?);
        Ok(match (from, to) {
            (Some(from), to) => Span::Between(from, to.unwrap_or(today)),
            (None, Some(to)) => Span::AsOf(to),
            (None, None) => Span::AsOf(self.day("as_of", locale)?.unwrap_or(today)),
        })
    }

    /// The question about a figure.
    pub(super) fn question(&self, account: &str, today: Day, locale: &Locale) -> Result<FigureQuestion, AppError> {
        Ok(FigureQuestion {
            account: account.to_owned(),
            unit: self.get("unit").map(str::to_owned),
            span: self.span(today, locale)?,
            known_at: self.get("known_at").map(str::to_owned),
        })
    }
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
pub(super) fn minute_of(text: &str, locale: &Locale) -> Result<u16, AppError> {
    let wrong = || AppError::BadRequest(locale.fill("http.not_a_minute", &[("value", text)]));
    minute_of_day(text).filter(|minute| *minute < 24 * 60).ok_or_else(wrong)
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
    fn addresses_hold_any_text() {
        assert_eq!(
            encoded(&[("unit", "新 区&"), ("a", "1")]),
            "unit=%E6%96%B0%20%E5%8C%BA%26&a=1"
        );
    }
}

//! Room: exact numbers and days as a card's file writes them.

use rust_decimal::Decimal;
use serde::Deserialize;
use serde::de::{Deserializer, Error, Visitor};
use std::fmt;
use taizhang_core::day::Day;

/// An exact decimal. A bare `0.06` means just that: what is kept is its shortest text, not the binary fraction.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Exact(pub Decimal);

impl<'de> Deserialize<'de> for Exact {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Exact, D::Error> {
        struct Reader;
        impl Visitor<'_> for Reader {
            type Value = Exact;

            fn expecting(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
                out.write_str("a number such as 60 or \"0.06\"")
            }

            fn visit_i64<E: Error>(self, value: i64) -> Result<Exact, E> {
                Ok(Exact(value.into()))
            }

            fn visit_f64<E: Error>(self, value: f64) -> Result<Exact, E> {
                self.visit_str(&value.to_string())
            }

            fn visit_str<E: Error>(self, text: &str) -> Result<Exact, E> {
                let number = text.parse().map(Exact);
                number.map_err(|_| E::custom(format!("`{text}` is no decimal number")))
            }
        }
        deserializer.deserialize_any(Reader)
    }
}

/// A day, in quotes or as TOML's own date.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date(pub Day);

impl<'de> Deserialize<'de> for Date {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Date, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Own(toml::value::Datetime),
        }
        let text = match Written::deserialize(deserializer)? {
            Written::Text(text) => text,
            Written::Own(date) => date.to_string(),
        };
        let wrong = |_| D::Error::custom(format!("`{text}` is no day such as 2024-06-30"));
        text.parse().map(Date).map_err(wrong)
    }
}

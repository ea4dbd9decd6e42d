//! Room: a place on the map as latitude and longitude (CGCS2000).
//!
//! Never swaps the two: it says that they seem to be swapped.

use super::amount::{Exact, Misfit};
use super::{Reading, text};
use crate::refusal::{Code, Refusal};
use crate::value::{Value, print_scaled};
use rust_decimal::Decimal;

/// Millionths of a degree, about eleven centimetres.
const PLACES: u32 = 6;
const LAT_MAX: i64 = 90_000_000;
const LON_MAX: i64 = 180_000_000;

pub(super) fn read(reading: &Reading<'_>) -> Result<Value, Refusal> {
    let narrow = text::narrow(reading.text);
    let parts: Vec<&str> = narrow
        .split([',', '\u{3001}', ' '])
        .filter(|part| !part.is_empty())
        .collect();
    let [lat, lon] = parts[..] else {
        return Err(reading.refuse(Code::NotAPlace));
    };
    let (lat, lon) = (degrees(reading, lat)?, degrees(reading, lon)?);
    match within(lat, LAT_MAX).zip(within(lon, LON_MAX)) {
        Some((lat, lon)) => Ok(Value::Place { lat, lon }),
        None if within(lon, LAT_MAX).is_some() && within(lat, LON_MAX).is_some() => {
            Err(reading.refuse(Code::NotAPlace).with("hint", "swapped"))
        }
        None => Err(reading.refuse(Code::NotAPlace).with("hint", "outside")),
    }
}

pub(super) fn show(lat: i32, lon: i32) -> String {
    format!(
        "{},{}",
        print_scaled(i64::from(lat), PLACES),
        print_scaled(i64::from(lon), PLACES)
    )
}

fn degrees(reading: &Reading<'_>, part: &str) -> Result<i64, Refusal> {
    let unsigned = part.strip_prefix(['-', '\u{2212}']).unwrap_or(part);
    let (whole, fraction) = unsigned.split_once('.').unwrap_or((unsigned, "0"));
    let all_digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    if !all_digits(whole) || !all_digits(fraction) {
        return Err(reading.refuse(Code::NotAPlace));
    }
    let exact = Exact::new(unsigned.len() < part.len(), whole, fraction);
    exact
        .and_then(|exact| exact.units(Decimal::ONE, PLACES))
        .map_err(|misfit| match misfit {
            Misfit::Places => reading
                .refuse(Code::TooManyPlaces)
                .with("places", PLACES)
                .with("measure", "°"),
            Misfit::Size => reading.refuse(Code::NotAPlace).with("hint", "outside"),
        })
}

fn within(millionths: i64, max: i64) -> Option<i32> {
    i32::try_from(millionths).ok().filter(|_| millionths.abs() <= max)
}

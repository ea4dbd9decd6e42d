//! Room: the only caller of the system clock.

use taizhang_core::day::Day;
use taizhang_store::writer::Clock;

/// Seconds that the districts' clocks are ahead of UTC: one time zone for the whole country.
const ZONE_SECONDS: i64 = 8 * 3600;

/// The machine's clock.
pub struct SystemClock {
    started: std::time::Instant,
    today: Option<Day>,
}

impl SystemClock {
    /// Starts it.
    pub fn new() -> SystemClock {
        SystemClock {
            started: std::time::Instant::now(),
            today: None,
        }
    }

    /// A clock whose "today" stands still, for a demonstration of a past year.
    pub fn standing_at(today: Day) -> SystemClock {
        SystemClock {
            started: std::time::Instant::now(),
            today: Some(today),
        }
    }
}

impl Default for SystemClock {
    fn default() -> SystemClock {
        SystemClock::new()
    }
}

impl Clock for SystemClock {
    #[allow(clippy::disallowed_methods, reason = "this is the one place that may ask the system")]
    fn now(&self) -> i64 {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
        since.map_or(0, |since| since.as_micros() as i64)
    }

    fn steady(&self) -> i64 {
        self.started.elapsed().as_micros() as i64
    }

    fn today(&self) -> Day {
        self.today.unwrap_or_else(|| day_of(self.now()))
    }
}

/// The civil day of an instant (microseconds) in the district's time zone.
pub fn day_of(instant: i64) -> Day {
    Day((instant / 1_000_000 + ZONE_SECONDS).div_euclid(86_400) as i32)
}

/// The minute of its day of an instant, in the district's time zone.
pub fn minute_of(instant: i64) -> u16 {
    ((instant / 1_000_000 + ZONE_SECONDS).rem_euclid(86_400) / 60) as u16
}

/// An instant as `2024-07-05T09:30:00+08:00`.
pub fn rfc3339(instant: i64) -> String {
    let seconds = instant.div_euclid(1_000_000) + ZONE_SECONDS;
    let of_day = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (of_day / 3600, of_day / 60 % 60, of_day % 60);
    format!("{}T{hour:02}:{minute:02}:{second:02}+08:00", day_of(instant))
}

/// Reads `2024-07-05T09:30[:00][Z|+08:00]` as microseconds; without a zone it is the district's.
pub fn instant_of(text: &str) -> Option<i64> {
    let (date, rest) = text.split_once(['T', ' '])?;
    let day: Day = date.parse().ok()?;
    let (clock, ahead) = match rest.strip_suffix('Z') {
        Some(clock) => (clock, 0),
        None => (rest.strip_suffix("+08:00").unwrap_or(rest), ZONE_SECONDS),
    };
    let parts: Vec<i64> = clock.split(':').map(|part| part.parse().ok()).collect::<Option<_>>()?;
    let seconds = match parts[..] {
        [hour, minute] if hour < 24 && minute < 60 => hour * 3600 + minute * 60,
        [hour, minute, second] if hour < 24 && minute < 60 && second < 61 => hour * 3600 + minute * 60 + second,
        _ => return None,
    };
    Some((i64::from(day.0) * 86_400 + seconds - ahead) * 1_000_000)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn instants_are_written_in_the_district_s_time() {
        let instant = instant_of("2024-06-30T23:59:59+08:00").unwrap();
        assert_eq!(rfc3339(instant), "2024-06-30T23:59:59+08:00");
        assert_eq!(instant_of("2024-06-30T15:59:59Z"), Some(instant));
        assert_eq!(day_of(instant).to_string(), "2024-06-30");
        assert_eq!(day_of(instant + 1_000_000).to_string(), "2024-07-01");
        assert_eq!(instant_of("2024-06-30"), None);
    }
}

//! Room: pace (时序进度) — a target beside what was done, on unrounded values. Rounding is the printer's.
//!
//! Completion and schedule are shares; what compares in points (growth rates, ratios) has neither, only a
//! distance. What cannot be computed is undefined, never 0.

mod light;
mod path;
mod split;

pub use light::{Light, LightMeasure, LightRule, light};
pub use path::{Path, PathFault, Share};
pub use split::{Split, SplitCheck, split_check};

use rust_decimal::Decimal;
use taizhang_core::day::Day;

/// What a figure is to reach.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Aim {
    /// The first day of its period.
    pub from: Day,
    /// The last day of its period.
    pub to: Day,
    /// The day by which all of it is to be done, if earlier than the period's end (all by November).
    pub due: Option<Day>,
    /// What is to be reached.
    pub value: Decimal,
    /// The upper end of a band.
    pub upper: Option<Decimal>,
    /// Which way is good.
    pub way: Way,
    /// How far "about" reaches, in the target's own measure.
    pub tolerance: Option<Decimal>,
    /// Values compare in points (growth rates, ratios), not as shares of the target.
    pub in_points: bool,
    /// What should be done by when.
    pub path: Path,
}

/// Which way is good.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// More is better.
    Up,
    /// It must stay at or under the value (控制在以内).
    Cap,
    /// It must lie between two values.
    Band,
    /// It must be there by the day; before it nothing is late.
    ByDay,
}

/// How a forecast was made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// What was done, divided by the share of the schedule that has passed.
    Schedule,
    /// The level stays as it is.
    Level,
}

impl Method {
    /// Its key in answers and in the locale.
    pub fn key(self) -> &'static str {
        match self {
            Method::Schedule => "schedule",
            Method::Level => "level",
        }
    }
}

/// A target on one day. Percentages are of 100, unrounded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Actual ÷ target.
    pub completion: Option<Decimal>,
    /// Actual ÷ what was planned by the day.
    pub of_plan: Option<Decimal>,
    /// The share of the target that should be done by the day.
    pub schedule: Decimal,
    /// Completion less schedule; for a cap its room left; in points, the distance on the good side.
    pub margin: Option<Decimal>,
    /// Whether the target is reached.
    pub reached: Option<bool>,
    /// What is needed a month from now on.
    pub needed: Option<Decimal>,
    /// The points that a ratio must gain a month from now on.
    pub points_needed: Option<Decimal>,
    /// What was done a month so far.
    pub rate: Option<Decimal>,
    /// The figure at the end of the period.
    pub forecast: Option<Decimal>,
    /// How the forecast was made.
    pub method: Method,
    /// Whether the forecast reaches the target.
    pub arrives: Option<bool>,
    /// Whether "about" covers what is missing.
    pub within_tolerance: bool,
}

impl Pace {
    /// How many times faster it must run from now on; none if it need not.
    pub fn faster(&self) -> Option<Decimal> {
        match (self.needed, self.rate) {
            (Some(needed), Some(rate)) if rate > Decimal::ZERO && needed > rate => Some(needed / rate),
            _ => None,
        }
    }
}

/// Why a target cannot be judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AimFault {
    /// It ends before it begins.
    #[error("it ends before it begins")]
    Turned,
    /// All is to be done outside the period.
    #[error("the day by which all is to be done lies outside the period")]
    DueOutside,
    /// A band without a second value, or with its ends turned.
    #[error("a band needs a lower and an upper value")]
    Band,
    /// A share of nothing.
    #[error("a target of zero has no completion; compare in points or cap it")]
    Zero,
    /// A tolerance below zero.
    #[error("a tolerance is not negative")]
    Tolerance,
    /// The path.
    #[error(transparent)]
    Path(#[from] PathFault),
}

impl Aim {
    /// What must hold before anything is judged by it.
    pub fn check(&self) -> Result<(), AimFault> {
        if self.to < self.from {
            return Err(AimFault::Turned);
        }
        if self.due.is_some_and(|due| due < self.from || self.to < due) {
            return Err(AimFault::DueOutside);
        }
        if self.tolerance.is_some_and(|tolerance| tolerance < Decimal::ZERO) {
            return Err(AimFault::Tolerance);
        }
        match self.way {
            Way::Band if self.upper.is_none_or(|upper| upper < self.value) => return Err(AimFault::Band),
            Way::Up if self.value.is_zero() && !self.in_points => return Err(AimFault::Zero),
            _ => {}
        }
        Ok(self.path.check(self.from, self.to)?)
    }

    /// The day by which all is to be done.
    pub fn last(&self) -> Day {
        self.due.unwrap_or(self.to)
    }

    /// The share of the target that should be done by the end of a day.
    pub fn scheduled(&self, on: Day) -> Share {
        self.path.share(self.from, self.last(), on)
    }

    fn reached(&self, actual: Decimal) -> bool {
        match self.way {
            Way::Up | Way::ByDay => actual >= self.value,
            Way::Cap => actual <= self.value,
            Way::Band => self.value <= actual && self.upper.is_none_or(|upper| actual <= upper),
        }
    }

    /// How far a value lies on the good side, in the target's own measure.
    fn distance(&self, actual: Decimal) -> Decimal {
        match self.way {
            Way::Up | Way::ByDay => actual - self.value,
            Way::Cap => self.value - actual,
            Way::Band => (actual - self.value).min(self.upper.unwrap_or(actual) - actual),
        }
    }
}

/// A target beside what was done by the end of a day. `level`: the figure is a level or a ratio of the day and
/// not a movement since the period began.
pub fn pace(aim: &Aim, actual: Option<Decimal>, on: Day, level: bool) -> Pace {
    let hundred = Decimal::ONE_HUNDRED;
    let share = aim.scheduled(on);
    let begun = share.of > Decimal::ZERO;
    let counted = actual.filter(|_| !aim.value.is_zero() && !aim.in_points);
    let completion = counted.map(|actual| hundred * actual / aim.value);
    // One division each, at the end: on schedule to the last digit is on schedule.
    let ahead = |actual: Decimal| hundred * (actual * share.by - aim.value * share.of) / (aim.value * share.by);
    let margin = match aim.way {
        _ if aim.in_points => actual.map(|actual| aim.distance(actual)),
        Way::Up => counted.map(ahead),
        Way::Cap => completion.map(|completion| hundred - completion),
        Way::Band => actual.map(|actual| aim.distance(actual)),
        // Nothing is late before its day; after it, what is missing is.
        Way::ByDay => completion.map(|completion| {
            if on > aim.last() {
                completion - hundred
            } else {
                Decimal::ZERO
            }
        }),
    };
    let months = Months::of(aim, on);
    let forecasts = !level && !aim.in_points;
    let (forecast, method) = match actual {
        Some(actual) if forecasts && begun => (Some(actual * share.by / share.of), Method::Schedule),
        Some(actual) if !forecasts => (Some(actual), Method::Level),
        _ => (None, Method::Schedule),
    };
    let short = |tolerance: Decimal, actual: Decimal| match aim.way {
        Way::Up if aim.in_points => actual + tolerance >= aim.value,
        Way::Up => (actual + tolerance) * share.by >= aim.value * share.of,
        _ => aim.distance(actual) + tolerance >= Decimal::ZERO,
    };
    let a_month = actual
        .filter(|_| months.left > Decimal::ZERO && matches!(aim.way, Way::Up | Way::ByDay))
        .map(|actual| (aim.value - actual).max(Decimal::ZERO) / months.left);
    Pace {
        completion,
        of_plan: counted
            .filter(|_| begun)
            .map(|actual| hundred * actual * share.by / (aim.value * share.of)),
        schedule: share.percent(),
        margin,
        reached: actual.map(|actual| aim.reached(actual)),
        needed: a_month.filter(|_| !aim.in_points),
        points_needed: a_month.filter(|_| aim.in_points),
        rate: actual
            .filter(|_| months.passed > Decimal::ZERO && forecasts)
            .map(|actual| actual / months.passed),
        forecast,
        method,
        arrives: forecast.map(|forecast| aim.reached(forecast)),
        within_tolerance: match (aim.tolerance, actual) {
            (Some(tolerance), Some(actual)) => short(tolerance, actual),
            _ => false,
        },
    }
}

/// Whole months that have passed and that are left until all is to be done.
struct Months {
    passed: Decimal,
    left: Decimal,
}

impl Months {
    fn of(aim: &Aim, on: Day) -> Months {
        let (passed, all) = path::months(aim.from, aim.last(), on);
        Months {
            passed: passed.into(),
            left: (all - passed).into(),
        }
    }
}

#[cfg(test)]
mod tests;

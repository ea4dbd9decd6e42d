//! Room: a pace in print. Rounded once, and only where somebody reads it: a wall is judged whole and shown in part.

use super::Pace;
use rust_decimal::Decimal;
use std::sync::Arc;
use taizhang_core::definition::{Account, Measure};
use taizhang_core::field_kinds::show_amount;
use taizhang_core::value::{print_scaled, scaled};

/// What is said of a target's figure.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// The figure, in the base unit; none if not reported.
    pub actual: Option<String>,
    /// The figure as shown.
    pub shown: String,
    /// Actual ÷ target, percent to one place; a dash without a figure.
    pub completion: String,
    /// Actual ÷ what was planned by the day, percent.
    pub of_plan: String,
    /// The share of the target that should be done by the day, percent.
    pub schedule: String,
    /// Completion less schedule, in points; for a cap its room left.
    pub margin: String,
    /// What is needed a month from now on, in the base unit.
    pub run_rate_needed: Option<String>,
    /// What was done a month so far, in the base unit.
    pub run_rate: Option<String>,
    /// Rate so far, rate needed and forecast, in the measure that the figure is shown in.
    pub in_measure: InMeasure,
    /// How many times faster it must run; none if it need not.
    pub faster: Option<String>,
    /// The figure at the end of the period at the present rate.
    pub forecast: Option<String>,
}

/// Amounts in the measure that the figure is shown in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InMeasure {
    /// What was done a month so far.
    pub rate: Option<String>,
    /// What is needed a month from now on.
    pub needed: Option<String>,
    /// What is missing to the target; none where it is reached or a limit that must not be passed.
    pub gap: Option<String>,
    /// By how much the figure is above the target's value: of a limit, what must come down again.
    pub over: Option<String>,
    /// Of a ratio: the points that are missing, and those to be gained a month from now on.
    pub points: Option<(String, String)>,
    /// The figure at the end of the period.
    pub forecast: Option<String>,
}

/// What it is printed from.
#[derive(Clone, Debug)]
pub(super) struct Sums {
    /// In the account's smallest unit; none if not reported.
    pub(super) units: Option<i64>,
    /// The target's value.
    pub(super) aim: Decimal,
    pub(super) pace: taizhang_schemes::pace::Pace,
    pub(super) manner: Arc<Manner>,
}

/// How the amounts of an account are printed.
#[derive(Debug)]
pub(super) struct Manner {
    /// As it was defined for the day.
    pub(super) account: Arc<Account>,
    /// The measure of that account.
    pub(super) measure: Option<Measure>,
    /// How many of the base unit one of the present measure is.
    pub(super) factor: Decimal,
    pub(super) measure_name: Arc<str>,
}

impl Pace {
    /// The figure in its account's smallest unit; none if not reported.
    pub fn units(&self) -> Option<i64> {
        self.sums.as_ref().and_then(|sums| sums.units)
    }

    /// Whether something is needed a month from now on.
    pub fn is_needed(&self) -> bool {
        self.sums.as_ref().is_some_and(|sums| sums.pace.needed.is_some())
    }

    /// How many times faster it must run; none if it need not.
    pub fn faster(&self) -> Option<Decimal> {
        self.sums.as_ref().and_then(|sums| sums.pace.faster())
    }

    /// What is said of its figure.
    pub fn said(&self) -> &Said {
        self.said
            .get_or_init(|| Box::new(self.sums.as_ref().map_or_else(nothing, Sums::said)))
    }
}

/// What is said of a target that cannot be judged.
fn nothing() -> Said {
    Said {
        shown: "—".to_owned(),
        completion: print(None),
        of_plan: print(None),
        schedule: print(None),
        margin: print(None),
        ..Said::default()
    }
}

impl Sums {
    fn said(&self) -> Said {
        let (pace, manner) = (&self.pace, &self.manner);
        let scale = manner.account.scale;
        let actual = self.units.map(|units| Decimal::new(units, scale));
        let gap = actual.map(|actual| self.aim - actual);
        let in_measure = |value: Option<Decimal>| value.map(|value| plain(value / manner.factor));
        Said {
            actual: self.units.map(|units| print_scaled(units, scale)),
            shown: match (self.units, &manner.measure) {
                (Some(units), Some(measure)) => show_amount(units, scale, measure),
                (Some(units), None) => print_scaled(units, scale),
                (None, _) => "—".to_owned(),
            },
            completion: print(pace.completion),
            of_plan: print(pace.of_plan),
            schedule: print(Some(pace.schedule)),
            margin: print(pace.margin),
            run_rate_needed: pace.needed.map(plain),
            run_rate: pace.rate.map(plain),
            in_measure: InMeasure {
                rate: in_measure(pace.rate),
                needed: in_measure(pace.needed),
                gap: in_measure(gap.filter(|gap| pace.needed.is_some() && *gap > Decimal::ZERO)),
                over: in_measure(gap.filter(|gap| *gap < Decimal::ZERO).map(|gap| -gap)),
                points: gap
                    .zip(pace.points_needed)
                    .filter(|(gap, _)| *gap > Decimal::ZERO)
                    .map(|(gap, needed)| (plain(gap), plain(needed))),
                forecast: in_measure(pace.forecast),
            },
            faster: pace.faster().map(|faster| print(Some(faster))),
            forecast: pace.forecast.map(plain),
        }
    }
}

/// One place, half away from zero, once.
fn print(value: Option<Decimal>) -> String {
    let places = |value| scaled(value, 1).map(|units| Decimal::new(units, 1).normalize().to_string());
    value.and_then(places).unwrap_or("—".to_owned())
}

/// An amount in the base unit, to the hundredth.
fn plain(value: Decimal) -> String {
    scaled(value, 2).map_or(value.to_string(), |units| {
        Decimal::new(units, 2).normalize().to_string()
    })
}

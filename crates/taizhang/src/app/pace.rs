//! Room: targets beside their figures. Computed on unrounded values, rounded once for print.

use super::App;
use super::ask::{FigureQuestion, FigureState};
use crate::error::AppError;
use rust_decimal::Decimal;
use taizhang_core::day::Day;
use taizhang_core::definition::{Direction, Target};
use taizhang_core::value::decimal;
use taizhang_store::figure::Span;

/// One target on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The target's id.
    pub target: String,
    /// Its name.
    pub name: String,
    /// The unit's code.
    pub unit: String,
    /// The figure, in the base unit; none if not reported.
    pub actual: Option<String>,
    /// The figure as shown.
    pub shown: String,
    /// Actual ÷ target, percent to one place; none without a figure.
    pub completion: String,
    /// The share of the period's months that has passed, percent.
    pub schedule: String,
    /// Completion less schedule, in points; for a cap its room left.
    pub margin: String,
    /// green, yellow, red, or none.
    pub light: String,
    /// What is needed a month from now on, in the base unit.
    pub run_rate_needed: Option<String>,
    /// The figure at the end of the period at the present rate.
    pub forecast: Option<String>,
}

/// Every target on a day, as the version of the pack has it that judges the day (law 4).
pub fn paces(app: &App, as_of: Day, unit: Option<&str>) -> Result<Vec<Pace>, AppError> {
    let mut asking = app.asking()?;
    let judge = asking.judge(as_of, asking.reading.n());
    let mut paces = Vec::new();
    for target in judge.targets.iter().filter(|target| target.from <= as_of) {
        let Some(account) = asking.definition.accounts.get(&target.account).cloned() else {
            continue;
        };
        let until = as_of.min(target.to);
        let span = if account.kind.is_stock() {
            Span::AsOf(until)
        } else {
            Span::Between(target.from, until)
        };
        let asked = unit.map(str::to_owned).or_else(|| target.unit.clone());
        let question = FigureQuestion {
            account: account.id.clone(),
            unit: asked,
            span,
            known_at: None,
        };
        let figure = asking.figure(&question)?;
        let actual = figure
            .value
            .as_deref()
            .filter(|_| figure.state == FigureState::Reported);
        let actual = actual.and_then(|value| value.parse::<Decimal>().ok());
        let goal = decimal(target.value, account.scale);
        let sums = Sums::new(target, as_of, goal, actual);
        paces.push(Pace {
            target: target.id.clone(),
            name: target.name.clone(),
            unit: figure.unit_code,
            actual: figure.value,
            shown: figure.shown,
            completion: print(sums.completion),
            schedule: print(Some(sums.schedule)),
            margin: print(sums.margin),
            light: sums.light.to_owned(),
            run_rate_needed: sums.needed.map(|rate| rate.round_dp(2).normalize().to_string()),
            forecast: sums.forecast.map(|sum| sum.round_dp(2).normalize().to_string()),
        });
    }
    Ok(paces)
}

struct Sums {
    completion: Option<Decimal>,
    schedule: Decimal,
    margin: Option<Decimal>,
    light: &'static str,
    needed: Option<Decimal>,
    forecast: Option<Decimal>,
}

/// More than this many points behind schedule is red, any less is yellow (a setting of most cities).
const RED: i64 = -10;

impl Sums {
    fn new(target: &Target, as_of: Day, goal: Decimal, actual: Option<Decimal>) -> Sums {
        let (passed, months) = months(target, as_of);
        let hundred = Decimal::from(100);
        let schedule = hundred * Decimal::from(passed) / Decimal::from(months);
        let completion = actual.filter(|_| !goal.is_zero()).map(|actual| hundred * actual / goal);
        let margin = match target.direction {
            Direction::Up => completion.map(|completion| completion - schedule),
            Direction::Cap => completion.map(|completion| hundred - completion),
        };
        let light = match margin {
            None => "none",
            Some(margin) if margin >= Decimal::ZERO => "green",
            Some(margin) if margin >= Decimal::from(RED) => "yellow",
            Some(_) => "red",
        };
        let left = months - passed;
        let needed = actual
            .filter(|_| left > 0)
            .map(|actual| (goal - actual).max(Decimal::ZERO) / Decimal::from(left));
        let forecast = actual
            .filter(|_| passed > 0)
            .map(|a| a * Decimal::from(months) / Decimal::from(passed));
        Sums {
            completion,
            schedule,
            margin,
            light,
            needed,
            forecast,
        }
    }
}

/// Whole months of the target's period that have passed by the end of a day, and all of them.
fn months(target: &Target, as_of: Day) -> (i64, i64) {
    let all = i64::from(target.to.month().0 - target.from.month().0 + 1).max(1);
    let ended = if as_of == as_of.month().last() { 1 } else { 0 };
    let passed = i64::from(as_of.month().0 - target.from.month().0) + ended;
    (passed.clamp(0, all), all)
}

fn print(value: Option<Decimal>) -> String {
    use rust_decimal::RoundingStrategy::MidpointAwayFromZero;
    value.map_or("—".to_owned(), |value| {
        value
            .round_dp_with_strategy(1, MidpointAwayFromZero)
            .normalize()
            .to_string()
    })
}

//! Room: lights (亮灯) by rule sets that are data. A light is computed; what overrides it is an entry.

use rust_decimal::Decimal;
use taizhang_core::day::Day;

/// What a rule looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LightMeasure {
    /// Points ahead of schedule.
    Margin,
    /// Percent of what was planned by the day.
    OfPlan,
}

/// A rule set, in force from a day to a day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LightRule {
    /// Its id.
    pub id: String,
    /// What it looks at.
    pub measure: LightMeasure,
    /// Green from here on.
    pub green: Decimal,
    /// Red below this; none if only periods in a row make red.
    pub red: Option<Decimal>,
    /// Red after so many periods in a row that were not green.
    pub periods: Option<usize>,
    /// The first day on which it judges.
    pub from: Option<Day>,
    /// The last day on which it judges.
    pub until: Option<Day>,
}

impl LightRule {
    /// What most cities use: on schedule green, more than ten points behind red.
    pub fn usual() -> LightRule {
        LightRule {
            id: "usual".to_owned(),
            measure: LightMeasure::Margin,
            green: Decimal::ZERO,
            red: Some(Decimal::from(-10)),
            periods: None,
            from: None,
            until: None,
        }
    }

    /// Whether it judges a day.
    pub fn judges(&self, on: Day) -> bool {
        self.from.is_none_or(|from| from <= on) && self.until.is_none_or(|until| on <= until)
    }
}

/// A light.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Light {
    /// Nothing can be said.
    #[default]
    None,
    /// As it should be.
    Green,
    /// Behind.
    Yellow,
    /// Far behind, or for long.
    Red,
}

impl Light {
    /// Its key in answers and in the locale.
    pub fn key(self) -> &'static str {
        match self {
            Light::None => "none",
            Light::Green => "green",
            Light::Yellow => "yellow",
            Light::Red => "red",
        }
    }
}

/// The light of a value, with those of earlier periods before it, the latest first. `about`: the target is meant
/// roughly and what is missing is within its tolerance, which is green, and beyond it never red by itself.
pub fn light(rule: &LightRule, value: Option<Decimal>, earlier: &[Option<Decimal>], about: Option<bool>) -> Light {
    let Some(value) = value else { return Light::None };
    if value >= rule.green || about == Some(true) {
        return Light::Green;
    }
    let below = rule.red.is_some_and(|red| value < red);
    let in_a_row = rule.periods.is_some_and(|periods| {
        let behind = |value: &&Option<Decimal>| value.is_some_and(|value| value < rule.green);
        1 + earlier.iter().take_while(behind).count() >= periods
    });
    match (below || in_a_row, about) {
        (true, None) => Light::Red,
        _ => Light::Yellow,
    }
}

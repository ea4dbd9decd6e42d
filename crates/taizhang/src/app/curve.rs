//! Room: what was to be done by when beside what was done (投资进度曲线), from the records that name a record, as a
//! section of the pack says. A forecast says how it was made.

use super::names::{Labels, measure_name};
use super::records::{Listed, RecordView};
use rust_decimal::prelude::ToPrimitive;
use std::collections::BTreeMap;
use taizhang_core::day::{Day, Month};
use taizhang_core::definition::{self, FieldKind};
use taizhang_core::field_kinds::show;
use taizhang_core::id::FieldNo;
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Precision, Value};

/// The longest curve, in months.
const MONTHS_MAX: i32 = 180;

/// Planned beside actual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curve {
    /// Month by month, both summed up from the start.
    pub points: Vec<CurvePoint>,
    /// The whole, as shown; none if it is not known.
    pub whole: Option<String>,
    /// What was done so far, as shown.
    pub done: String,
    /// What was done a month so far, as shown.
    pub rate: Option<String>,
    /// The month in which it is done at that rate.
    pub forecast: Option<Month>,
    /// The month that was planned.
    pub planned: Option<Month>,
    /// Months later than planned (earlier: negative).
    pub later: Option<i32>,
    /// The latest month that the reporter expects, in their words.
    pub expected: Option<Day>,
    /// What is to be done for now: in the smallest unit, as shown, and what it is called.
    pub goal: Option<(i64, String, String)>,
    /// The measure of all amounts.
    pub measure: String,
}

/// One month of a curve.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CurvePoint {
    /// The month.
    pub month: Month,
    /// What was to be done by its end, and as shown.
    pub planned: Option<(i64, String)>,
    /// What was done in it, as shown.
    pub moved: String,
    /// What was done by its end, and as shown; none after the last report.
    pub actual: Option<(i64, String)>,
}

/// The curve of a record from the records that name it; none where nobody has said an amount.
pub(super) fn curve(view: &RecordView, state: &State, listed: &Listed, drawn_by: &definition::Curve) -> Option<Curve> {
    let field = listed.register.field(drawn_by.amount)?;
    let mut amounts: BTreeMap<Month, i64> = BTreeMap::new();
    let mut expected: Option<(Month, Day)> = None;
    for row in &listed.rows {
        let month = match row.state.value(drawn_by.day) {
            Some(Value::Month(month)) => *month,
            Some(Value::Date(day, _)) => day.month(),
            _ => continue,
        };
        if let Some(Value::Num(amount)) = row.state.value(drawn_by.amount) {
            let sum = amounts.entry(month).or_default();
            *sum = sum.checked_add(*amount)?;
        }
        let says = drawn_by.expected.and_then(|no| row.state.day(no));
        expected = expected.max(says.map(|day| (month, day)));
    }
    if amounts.is_empty() {
        return None;
    }
    let measure = match &field.kind {
        FieldKind::Money { measure } => measure.as_str(),
        _ => "",
    };
    // A hundredth of the measure is so many fen as the measure has yuan; what is shown ends there.
    let step = listed.definition.measures.get(measure);
    let step = step.and_then(|measure| measure.factor.to_i64()).unwrap_or(1).max(1);
    // All is money, and told in the measure of the field that the curve is drawn by.
    let shown = |amount: i64| {
        let cell = Cell::Is(Value::Num(rounded(amount, step)));
        show(&listed.definition, field, Some(&cell), &Labels::default()).text
    };
    let mut curve = drawn(&Plan::of(drawn_by, state), &amounts, &shown);
    curve.expected = expected.map(|(_, day)| day);
    curve.goal = drawn_by.goal.and_then(|no| {
        let name = view.register.field(no)?.name.clone();
        let amount = number(state, no)?;
        Some((amount, shown(amount), name))
    });
    curve.measure = measure_name(&listed.definition, measure).to_owned();
    Some(curve)
}

fn number(state: &State, no: FieldNo) -> Option<i64> {
    match state.value(no) {
        Some(Value::Num(amount)) => Some(*amount),
        _ => None,
    }
}

/// The last month that a day may lie in which is known only so precisely.
fn last_month(day: Day, precision: Precision) -> Month {
    let month = day.month();
    match precision {
        Precision::Day | Precision::Month => month,
        Precision::Quarter => Month(month.0 + 2),
        Precision::Year => Month(month.0 + 12 - month.ym().1 as i32),
    }
}

/// What a record says of the whole.
#[derive(Clone, Copy, Debug, Default)]
struct Plan {
    whole: Option<i64>,
    from: Option<Month>,
    to: Option<Month>,
}

impl Plan {
    fn of(drawn_by: &definition::Curve, state: &State) -> Plan {
        let mut begins = drawn_by.begins.iter().filter_map(|no| state.day(*no));
        Plan {
            whole: drawn_by.whole.and_then(|no| number(state, no)),
            from: begins.next().map(Day::month),
            // An end that is known to the year alone is the last month of it.
            to: drawn_by.ends.and_then(|no| match state.value(no) {
                Some(Value::Date(day, precision)) => Some(last_month(*day, *precision)),
                _ => None,
            }),
        }
    }

    /// What is to be done by the end of a month, the same each month.
    fn by(&self, month: Month) -> Option<i64> {
        let (whole, from, to) = (self.whole?, self.from?, self.to?);
        let all = i128::from(to.0 - from.0 + 1);
        let passed = i128::from((month.0 - from.0 + 1).clamp(0, to.0 - from.0 + 1));
        (all > 0)
            .then(|| i64::try_from(i128::from(whole) * passed / all).ok())
            .flatten()
    }
}

fn drawn(plan: &Plan, amounts: &BTreeMap<Month, i64>, shown: &dyn Fn(i64) -> String) -> Curve {
    let done: i64 = amounts.values().fold(0, |sum, amount| sum.saturating_add(*amount));
    let last = amounts.keys().next_back().copied();
    let from = plan.from.or(amounts.keys().next().copied());
    let plan = &Plan { from, ..*plan };
    let began = plan.from.into_iter().chain(amounts.keys().next().copied()).min();
    let passed = last.zip(began).map(|(last, began)| i64::from(last.0 - began.0) + 1);
    let forecast = match (plan.whole, last, passed) {
        (Some(whole), Some(last), Some(_)) if done >= whole => Some(last),
        (Some(whole), Some(last), Some(passed)) if done > 0 => {
            // So many more months as the rest takes at the rate so far, a begun month counting whole.
            let rest = i128::from(whole - done) * i128::from(passed);
            let months = (rest + i128::from(done) - 1) / i128::from(done);
            i32::try_from(months)
                .ok()
                .map(|months| Month(last.0.saturating_add(months)))
        }
        _ => None,
    };
    // A forecast far away is told, not drawn: it would press what was done into a corner.
    let end = [plan.to, last].into_iter().flatten().max();
    let (first, end) = match began.zip(end) {
        Some((began, end)) => (began.0, end.0.min(began.0 + MONTHS_MAX)),
        None => (0, -1),
    };
    let mut sum = 0_i64;
    let points = (first..=end).map(|of| {
        let month = Month(of);
        let moved = amounts.get(&month).copied().unwrap_or_default();
        sum = sum.saturating_add(moved);
        CurvePoint {
            month,
            planned: plan.by(month).map(|amount| (amount, shown(amount))),
            moved: shown(moved),
            actual: last.filter(|last| month <= *last).map(|_| (sum, shown(sum))),
        }
    });
    Curve {
        points: points.collect(),
        whole: plan.whole.map(shown),
        done: shown(done),
        rate: passed.map(|passed| shown(done / passed)),
        forecast,
        planned: plan.to,
        later: forecast.zip(plan.to).map(|(forecast, planned)| forecast.0 - planned.0),
        expected: None,
        goal: None,
        measure: String::new(),
    }
}

/// To the nearest step, a half away from zero.
fn rounded(amount: i64, step: i64) -> i64 {
    let half = step / 2 * amount.signum();
    amount.saturating_add(half) / step * step
}

#[cfg(test)]
mod tests {
    use super::*;

    fn month(of: u32) -> Month {
        Month::of(2024, of).expect("a month")
    }

    #[test]
    fn what_is_shown_ends_at_a_hundredth_of_its_measure() {
        let to_ten_thousand = |amount| super::rounded(amount, 10_000);
        assert_eq!(
            [8_388_888_888, 4_999, 5_000, -5_000].map(to_ten_thousand),
            [8_388_890_000, 0, 10_000, -10_000]
        );
    }

    #[test]
    fn the_rest_at_the_rate_so_far_says_when_it_is_done() {
        let plan = Plan {
            whole: Some(1200),
            from: Some(month(1)),
            to: Some(month(12)),
        };
        let amounts = [(month(1), 50), (month(3), 100)].into();
        let curve = drawn(&plan, &amounts, &|amount| amount.to_string());
        // 150 in three months; the other 1,050 take 21 more.
        assert_eq!(
            (curve.rate.as_deref(), curve.forecast),
            (Some("50"), Some(Month(month(3).0 + 21)))
        );
        assert_eq!(curve.later, Some(12));
        let at = |of: usize| {
            (
                curve.points[of].planned.clone().map(|p| p.0),
                curve.points[of].actual.clone().map(|a| a.0),
            )
        };
        assert_eq!(
            [at(0), at(2), at(3), at(11)],
            [
                (Some(100), Some(50)),
                (Some(300), Some(150)),
                (Some(400), None),
                (Some(1200), None)
            ]
        );
    }

    #[test]
    fn without_a_whole_or_a_report_nothing_is_forecast() {
        let nothing = drawn(&Plan::default(), &BTreeMap::new(), &|amount| amount.to_string());
        assert_eq!((nothing.forecast, nothing.rate, nothing.points.len()), (None, None, 0));
        let amounts = [(month(2), 0)].into();
        let plan = Plan {
            whole: Some(10),
            ..Plan::default()
        };
        let idle = drawn(&plan, &amounts, &|amount| amount.to_string());
        assert_eq!((idle.forecast, idle.later), (None, None));
    }
}

//! Room: the course of a figure under the target that judges it — month by month what was reached and what
//! was planned, so that a chart can show one beside the other.

use super::judge::Judge;
use super::targets;
use crate::app::App;
use crate::app::ask::Figure;
use crate::error::AppError;
use rust_decimal::Decimal;
use taizhang_core::day::{Day, Month};
use taizhang_core::id::RecordNo;
use taizhang_core::value::scaled;
use taizhang_store::figure::Span;

/// The longest course that is drawn, in months.
const LONGEST: i32 = 36;

/// A figure's course to one target.
pub struct Course {
    /// The target's record.
    pub record: RecordNo,
    /// The target's name.
    pub name: String,
    /// What is to be reached, in the account's smallest unit, and as it was set; none if it cannot be judged.
    pub goal: Option<(i64, String)>,
    /// Every month of the target's period.
    pub points: Vec<Point>,
    /// The measure that amounts are shown in.
    pub measure: String,
}

/// The end of one month: amounts in the account's smallest unit, and as shown.
pub struct Point {
    /// The month.
    pub month: Month,
    /// What was reached; none for what is still to come or was not reported.
    pub actual: Option<(i64, String)>,
    /// What was planned; none where a target plans nothing before its day, or compares in points.
    pub planned: Option<(i64, String)>,
}

/// The courses of a figure to all targets of its own unit that had begun on its last day.
pub fn courses(app: &App, figure: &Figure) -> Result<Vec<Course>, AppError> {
    let mut asking = app.asking()?;
    let as_of = match figure.span {
        Span::AsOf(day) | Span::Between(_, day) => day,
    };
    let known_at = figure.known_at;
    let all = targets::on(&mut asking, as_of, known_at)?;
    let mut judge = Judge::new(asking, &[], as_of, known_at)?;
    let own = all
        .iter()
        .filter(|target| *target.account == *figure.account.id && target.unit == figure.unit);
    let own = own.filter(|target| target.from <= as_of && as_of <= target.to);
    own.map(|target| judge.course(figure, target)).collect()
}

impl Judge<'_> {
    fn course(&mut self, figure: &Figure, target: &targets::TargetRecord) -> Result<Course, AppError> {
        let account = figure.account.clone();
        let shown = |judge: &Self, value: Decimal| {
            let amount = scaled(value, account.scale)?;
            Some((amount, judge.asking.shown(&account, amount)))
        };
        let aim = target.aim.as_ref().ok();
        let (first, last) = (target.from.month(), target.to.month());
        let mut points = Vec::new();
        for at in first.0..=last.0.min(first.0 + LONGEST) {
            let month = Month(at);
            let end = month.last().min(target.to);
            let until = end.min(self.as_of);
            let actual = match month.first() <= self.as_of {
                true => self.actual(target, until)?.value,
                false => None,
            };
            let planned = aim.filter(|aim| !aim.in_points).map(|aim| planned(aim, end));
            points.push(Point {
                month,
                actual: actual.and_then(|value| shown(self, value)),
                planned: planned.and_then(|value| shown(self, value)),
            });
        }
        Ok(Course {
            record: target.record,
            name: target.name.to_string(),
            goal: aim.and_then(|aim| Some((shown(self, aim.value)?.0, target.shown.to_string()))),
            points,
            measure: figure.shown_measure.clone(),
        })
    }
}

/// What should be done by the end of a day.
fn planned(aim: &taizhang_schemes::pace::Aim, on: Day) -> Decimal {
    let share = aim.scheduled(on);
    aim.value * share.of / share.by
}

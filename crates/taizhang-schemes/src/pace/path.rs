//! Room: what share of a target should be done by when.

use rust_decimal::Decimal;
use taizhang_core::day::{Day, Month};

/// A share as a fraction: a third of something must stay a third until it is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Share {
    /// The upper part.
    pub of: Decimal,
    /// The lower part, above zero.
    pub by: Decimal,
}

impl Share {
    fn new(of: Decimal, by: Decimal) -> Share {
        Share { of, by }
    }

    /// In percent; for print.
    pub fn percent(self) -> Decimal {
        self.of * Decimal::ONE_HUNDRED / self.by
    }
}

/// How the schedule runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Path {
    /// By whole months: at the end of June half of a year's target.
    Months,
    /// By days.
    Days,
    /// Phased: by the end of each of these months so many percent, the last of them all.
    Table(Vec<(Month, Decimal)>),
}

/// What is wrong with a path.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PathFault {
    /// It cannot be read.
    #[error("write a phased path as 2024-03=20, 2024-06=45, 2024-12=100")]
    Unreadable,
    /// A month twice, or out of order.
    #[error("the months of a phased path rise")]
    Order,
    /// Percentages that fall.
    #[error("the percentages of a phased path do not fall")]
    Falls,
    /// It does not end at the target's value.
    #[error("a path ends at 100")]
    End,
    /// A month outside the target's period.
    #[error("a phased path stays within the target's period")]
    Outside,
}

impl Path {
    /// Reads a phased path: `2024-03=20, 2024-06=45, 2024-12=100`, cumulative percent by the end of each month.
    pub fn table(text: &str) -> Result<Path, PathFault> {
        let mut rows = Vec::new();
        let parts = text.split([',', ';', '，', '；', '、', '\n']);
        for part in parts.map(str::trim).filter(|part| !part.is_empty()) {
            let (month, percent) = part.split_once(['=', '：', ':']).ok_or(PathFault::Unreadable)?;
            let month = month.trim().parse::<Month>().map_err(|_| PathFault::Unreadable)?;
            let percent = percent.trim().trim_end_matches('%');
            let percent = percent.parse::<Decimal>().map_err(|_| PathFault::Unreadable)?;
            rows.push((month, percent));
        }
        Ok(Path::Table(rows))
    }

    /// What must hold of a path within a period.
    pub(super) fn check(&self, from: Day, to: Day) -> Result<(), PathFault> {
        let Path::Table(rows) = self else { return Ok(()) };
        if rows.windows(2).any(|pair| pair[1].0 <= pair[0].0) {
            return Err(PathFault::Order);
        }
        let falls = rows.windows(2).any(|pair| pair[1].1 < pair[0].1);
        if falls || rows.iter().any(|(_, percent)| *percent < Decimal::ZERO) {
            return Err(PathFault::Falls);
        }
        if rows
            .iter()
            .any(|(month, _)| *month < from.month() || to.month() < *month)
        {
            return Err(PathFault::Outside);
        }
        match rows.last() {
            Some((_, percent)) if *percent == Decimal::ONE_HUNDRED => Ok(()),
            _ => Err(PathFault::End),
        }
    }

    /// The share that should be done by the end of a day.
    pub(super) fn share(&self, from: Day, last: Day, on: Day) -> Share {
        match self {
            Path::Months => {
                let (passed, all) = months(from, last, on);
                Share::new(passed.into(), all.into())
            }
            Path::Days => {
                let all = (i64::from(last.0 - from.0) + 1).max(1);
                let passed = (i64::from(on.0 - from.0) + 1).clamp(0, all);
                Share::new(passed.into(), all.into())
            }
            // Between two phases the earlier one holds: nobody is late before a phase has ended.
            Path::Table(rows) => {
                let ended = rows.iter().rfind(|(month, _)| month.last() <= on);
                let percent = ended.map_or(Decimal::ZERO, |(_, percent)| *percent);
                Share::new(percent, Decimal::ONE_HUNDRED)
            }
        }
    }
}

/// Whole months of a period that have passed by the end of a day, and all of them.
pub(super) fn months(from: Day, last: Day, on: Day) -> (i64, i64) {
    let all = i64::from(last.month().0 - from.month().0 + 1).max(1);
    let ended = i64::from(on == on.month().last());
    let passed = i64::from(on.month().0 - from.month().0) + ended;
    (passed.clamp(0, all), all)
}

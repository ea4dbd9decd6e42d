//! Room: limits in hours of working time, such as those of a city inspection ticket.
//!
//! Basis: 民法典 第二百零一条 (hours run from the moment, not from the next day), 第二百零三条 (where
//! there are business hours, a day ends when they do). Only working days have working time. A
//! moment is a civil day and a minute of it; no time zone, no seconds.

use super::view::CalendarView;
use crate::day::Day;
use std::fmt;
use std::str::FromStr;

const DAY_MINUTES: u16 = 24 * 60;

/// A minute of a day; 1440 is its end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment {
    /// The day.
    pub day: Day,
    /// Minutes since midnight.
    pub minute: u16,
}

/// The sessions of a working day, such as `08:30-12:00,14:30-17:30`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorkingHours {
    sessions: Vec<(u16, u16)>,
}

/// What is usual: half past eight to noon, half past two to half past five.
impl Default for WorkingHours {
    fn default() -> WorkingHours {
        WorkingHours {
            sessions: vec![(8 * 60 + 30, 12 * 60), (14 * 60 + 30, 17 * 60 + 30)],
        }
    }
}

/// The sessions cannot be read, or are no sessions of one day in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HoursFault {
    /// Not written as `08:30-12:00,14:30-17:30`.
    #[error("not written as HH:MM-HH:MM, separated by commas")]
    Form,
    /// There is no session.
    #[error("there is no session")]
    Empty,
    /// A session ends before it begins, overlaps the one before, or passes midnight.
    #[error("sessions must follow each other within one day")]
    Order,
}

/// The moment at which a limit in working time ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DueAt {
    /// The last moment at which it is in time.
    pub at: Moment,
    /// Whether it may still change, as for [`Due`](super::Due).
    pub provisional: bool,
}

impl WorkingHours {
    /// Sessions as (first minute, last minute) since midnight, in order.
    pub fn new(sessions: Vec<(u16, u16)>) -> Result<WorkingHours, HoursFault> {
        if sessions.is_empty() {
            return Err(HoursFault::Empty);
        }
        let mut earliest = 0;
        for &(start, end) in &sessions {
            if start < earliest || end <= start || end > DAY_MINUTES {
                return Err(HoursFault::Order);
            }
            earliest = end;
        }
        Ok(WorkingHours { sessions })
    }

    /// Minutes of working time of a whole working day.
    pub fn day_minutes(&self) -> u32 {
        self.elapsed(DAY_MINUTES)
    }

    /// Minutes of working time of a working day that have passed at a minute of it.
    fn elapsed(&self, minute: u16) -> u32 {
        let passed = |&(start, end): &(u16, u16)| u32::from(minute.clamp(start, end) - start);
        self.sessions.iter().map(passed).sum()
    }

    /// The first minute of a day at which so much working time (from 1) has passed.
    fn reached(&self, mut elapsed: u32) -> u16 {
        for &(start, end) in &self.sessions {
            let session = u32::from(end - start);
            if elapsed <= session {
                return start + elapsed as u16;
            }
            elapsed -= session;
        }
        DAY_MINUTES
    }
}

impl FromStr for WorkingHours {
    type Err = HoursFault;

    fn from_str(text: &str) -> Result<WorkingHours, HoursFault> {
        let session = |text: &str| {
            let (start, end) = text.trim().split_once(['-', '–'])?;
            Some((minute_of_day(start)?, minute_of_day(end)?))
        };
        let sessions: Option<Vec<_>> = text.split([',', '，', '、']).map(session).collect();
        WorkingHours::new(sessions.ok_or(HoursFault::Form)?)
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.day, clock_time(self.minute))
    }
}

/// A minute of a day as `14:30`.
pub fn clock_time(minute: u16) -> String {
    format!("{:02}:{:02}", minute / 60, minute % 60)
}

/// `14:30` as a minute of a day; `24:00` is its end.
pub fn minute_of_day(text: &str) -> Option<u16> {
    let (hour, minute) = text.trim().split_once(':')?;
    let two_digits = |text: &str| text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
    if !two_digits(hour) || !two_digits(minute) {
        return None;
    }
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.parse().ok()?);
    (hour <= 24 && minute < 60).then_some(hour * 60 + minute)
}

impl CalendarView {
    /// The moment at which so many minutes of working time have passed since another; the moment
    /// itself for none. It is held at the book's last day.
    pub fn due_at(&self, hours: &WorkingHours, from: Moment, minutes: u32) -> DueAt {
        self.due_at_with_pauses(hours, from, minutes, &[]).unwrap_or(DueAt {
            at: from,
            provisional: true,
        })
    }

    /// The same with a clock that stops at the first moment of each pair and runs again at the
    /// second: working time in between does not count. `None` while it stands still.
    pub fn due_at_with_pauses(
        &self,
        hours: &WorkingHours,
        from: Moment,
        minutes: u32,
        pauses: &[(Moment, Option<Moment>)],
    ) -> Option<DueAt> {
        let mut pauses = pauses.to_vec();
        pauses.sort_unstable_by_key(|pause| pause.0);
        let (mut at, mut left) = (from, i64::from(minutes));
        let mut provisional = false;
        for (stop, resume) in pauses {
            if resume.is_some_and(|resume| resume <= at.max(stop)) {
                continue;
            }
            let counts = self.working_minutes_between(hours, at, stop.max(at));
            if counts >= left {
                break;
            }
            provisional |= stop > at && !self.knows(at.day, stop.day);
            left -= counts;
            at = resume?;
        }
        let due = self.reached(hours, at, left);
        Some(DueAt {
            provisional: due.provisional || provisional,
            ..due
        })
    }

    /// Minutes of working time from one moment to another; negative if the other is earlier.
    pub fn working_minutes_between(&self, hours: &WorkingHours, from: Moment, to: Moment) -> i64 {
        self.worked(hours, to) - self.worked(hours, from)
    }

    fn reached(&self, hours: &WorkingHours, from: Moment, left: i64) -> DueAt {
        if left == 0 {
            return DueAt {
                at: from,
                provisional: false,
            };
        }
        let total = self.worked(hours, from) + left;
        let per_day = i64::from(hours.day_minutes());
        let whole_days = (total - 1) / per_day;
        let day = self.nth(whole_days + 1);
        let minute = hours.reached((total - whole_days * per_day) as u32);
        let provisional = day == Day::MAX || !self.knows(from.day, day);
        DueAt {
            at: Moment { day, minute },
            provisional,
        }
    }

    /// Minutes of working time since the calendar's first day.
    fn worked(&self, hours: &WorkingHours, at: Moment) -> i64 {
        let until_tonight = self.count(at.day) * i64::from(hours.day_minutes());
        if !self.is_working_day(at.day).working {
            return until_tonight;
        }
        until_tonight - i64::from(hours.day_minutes()) + i64::from(hours.elapsed(at.minute))
    }
}

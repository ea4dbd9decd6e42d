//! The calendar against the slow and obvious way: one day after the other, each asked on its own.

use super::*;
use proptest::prelude::*;

/// What each announcement made of a day, straight from the tables: (day, announced on, working).
static ANNOUNCED: LazyLock<Vec<(String, String, bool)>> = LazyLock::new(|| {
    let cells = |csv: &'static str| csv.lines().skip(1).map(|line| line.split(',').collect::<Vec<_>>());
    let mut announced = Vec::new();
    for row in cells(DAYS) {
        let notice = cells(NOTICES).find(|notice| notice[0] == row[3]).unwrap()[1];
        let restated = cells(RESTATEMENTS).find(|restated| restated[0] == row[0]);
        let first_kind = restated.as_ref().map_or(row[2], |restated| restated[2]);
        announced.push((row[0].to_owned(), notice.to_owned(), first_kind == "work"));
        if let Some(restated) = restated {
            announced.push((row[0].to_owned(), restated[1].to_owned(), restated[3] == "work"));
        }
    }
    announced
});

fn is_working_day(on: Day, day: Day) -> bool {
    let (on, day_text) = (on.to_string(), day.to_string());
    // In the table's order the later announcement stands last.
    let of_day = |(named, announced_on, _): &&(String, String, bool)| *named == day_text && *announced_on <= on;
    let announced = ANNOUNCED.iter().rev().find(of_day);
    announced.map_or(day.weekday() <= 5, |announced| announced.2)
}

/// The end of a limit of `n` days, one day after the other; `None` if an open pause comes first.
fn walked_due(from: Day, n: u32, pauses: &[(Day, Option<Day>)], counts: impl Fn(Day) -> bool) -> Option<Day> {
    let (mut at, mut left) = (from, n);
    while left > 0 {
        at = at.next();
        let mut paused = pauses
            .iter()
            .filter(|(stop, resume)| at > *stop && resume.is_none_or(|resume| at <= resume));
        if paused.clone().any(|(_, resume)| resume.is_none()) {
            return None;
        }
        left -= u32::from(paused.next().is_none() && counts(at));
    }
    Some(at)
}

fn any_day() -> impl Strategy<Value = Day> {
    (day("2012-06-01").0..day("2027-06-30").0).prop_map(Day)
}

/// Pauses as (days from the start of the limit to the stop, length if it ends).
fn any_pauses() -> impl Strategy<Value = Vec<(i32, Option<i32>)>> {
    proptest::collection::vec((-10..90i32, proptest::option::weighted(0.9, -3..40i32)), 0..4)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(250))]

    #[test]
    fn a_due_day_equals_the_walk(on in any_day(), from in any_day(), n in 1..90u32) {
        let view = CALENDAR.as_known(on);
        let due = view.due(from, Limit::WorkingDays(n), true);
        prop_assert_eq!(Some(due.day), walked_due(from, n, &[], |day| is_working_day(on, day)));
        prop_assert!(is_working_day(on, due.day) && view.is_working_day(due.day).working);
        prop_assert!(due.day < view.due(from, Limit::WorkingDays(n + 1), false).day);
        prop_assert_eq!(view.working_days_between(from, due.day), n as i32);
        prop_assert_eq!(view.working_days_between(due.day, from), -(n as i32));
        let known = (from.0 + 1..=due.day.0).all(|day| view.known_years().contains(&Day(day).year()));
        prop_assert_eq!(due.provisional, !known);
    }

    #[test]
    fn rolling_ends_on_the_next_working_day(on in any_day(), from in any_day(), n in 0..60u32) {
        let view = CALENDAR.as_known(on);
        let plain = view.due(from, Limit::Days(n), false);
        let rolled = view.due(from, Limit::Days(n), true);
        prop_assert_eq!(plain, Due { day: from.plus(n as i32), provisional: false });
        prop_assert!(is_working_day(on, rolled.day));
        prop_assert!((plain.day.0..rolled.day.0).all(|day| !is_working_day(on, Day(day))));
    }

    #[test]
    fn a_paused_limit_equals_the_walk(from in any_day(), n in 0..60u32, working: bool, pauses in any_pauses()) {
        let pauses: Vec<_> = pauses
            .into_iter()
            .map(|(after, length)| (from.plus(after), length.map(|length| from.plus(after + length))))
            .collect();
        let limit = if working { Limit::WorkingDays(n) } else { Limit::Days(n) };
        let due = CALENDAR.latest().due_with_pauses(from, limit, &pauses, false);
        let walked = walked_due(from, n, &pauses, |day| !working || is_working_day(Day::MAX, day));
        prop_assert_eq!(due.map(|due| due.day), walked);
    }

    #[test]
    fn working_minutes_equal_the_walk(from in any_day(), minute in 0..1440u16, minutes in 1..2000u32) {
        let hours: WorkingHours = "08:30-12:00,14:30-17:30".parse().unwrap();
        let working = |day| CALENDAR.latest().is_working_day(day).working;
        let due = CALENDAR.latest().due_at(&hours, Moment { day: from, minute }, minutes).at;
        let (mut at, mut left) = (Moment { day: from, minute }, minutes);
        while left > 0 {
            let open = matches!(at.minute, 510..720 | 870..1050) && working(at.day);
            left -= u32::from(open);
            at.minute += 1;
            if left > 0 && at.minute == 1440 {
                at = Moment { day: at.day.next(), minute: 0 };
            }
        }
        prop_assert_eq!(due, at);
    }
}

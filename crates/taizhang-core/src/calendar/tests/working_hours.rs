//! Limits in hours of working time.

use super::*;

/// `2024-09-13 17:30`, with `?` after it if provisional.
fn shown_at(due: DueAt) -> String {
    let (h, m) = (due.at.minute / 60, due.at.minute % 60);
    format!("{} {h:02}:{m:02}{}", due.at.day, if due.provisional { "?" } else { "" })
}

fn moment(text: &str) -> Moment {
    let minute = text[11..13].parse::<u16>().unwrap() * 60 + text[14..].parse::<u16>().unwrap();
    Moment {
        day: day(&text[..10]),
        minute,
    }
}

#[test]
fn limits_in_working_hours() {
    let hours: WorkingHours = "08:30–12:00，14:30-17:30".parse().unwrap();
    assert_eq!(hours.day_minutes(), 390);
    for (from, minutes, due) in [
        ("2024-09-11 09:00", 120, "2024-09-11 11:00"),
        ("2024-09-11 09:00", 180, "2024-09-11 12:00"),
        ("2024-09-11 09:00", 181, "2024-09-11 14:31"),
        ("2024-09-11 12:30", 60, "2024-09-11 15:30"),
        ("2024-09-11 06:00", 390, "2024-09-11 17:30"),
        ("2024-09-11 17:30", 30, "2024-09-12 09:00"),
        ("2024-09-11 23:59", 390, "2024-09-12 17:30"),
        // Saturday the 14th is a make-up day, the 15th to the 17th are the festival.
        ("2024-09-14 16:30", 90, "2024-09-18 09:00"),
        ("2024-09-15 10:00", 120, "2024-09-18 10:30"),
        ("2024-09-11 09:00", 24 * 60, "2024-09-14 16:00"),
        ("2024-09-15 10:00", 0, "2024-09-15 10:00"),
        ("2026-12-31 16:30", 60, "2026-12-31 17:30"),
        ("2026-12-31 16:30", 61, "2027-01-01 08:31?"),
    ] {
        let due_at = CALENDAR.latest().due_at(&hours, moment(from), minutes);
        assert_eq!(shown_at(due_at), due, "{from} + {minutes}");
    }
}

#[test]
fn working_hours_pause_too() {
    let hours: WorkingHours = "08:30-12:00,14:30-17:30".parse().unwrap();
    for (pauses, due) in [
        (&[("2024-09-11 10:00", "2024-09-11 15:00")][..], "2024-09-11 16:00"),
        (
            &[
                ("2024-09-11 10:00", "2024-09-11 15:00"),
                ("2024-09-11 09:30", "2024-09-11 11:00"),
            ],
            "2024-09-11 16:30",
        ),
        (&[("2024-09-11 08:00", "2024-09-11 09:30")], "2024-09-11 11:30"),
        (&[("2024-09-11 10:00", "2024-09-11 08:45")], "2024-09-11 11:00"),
        (&[("2024-09-11 10:00", "")], "none"),
        (&[("2024-09-11 11:00", "")], "2024-09-11 11:00"),
    ] {
        let end = |text: &str| (!text.is_empty()).then(|| moment(text));
        let pauses: Vec<_> = pauses
            .iter()
            .map(|(stop, resume)| (moment(stop), end(resume)))
            .collect();
        let found = CALENDAR
            .latest()
            .due_at_with_pauses(&hours, moment("2024-09-11 09:00"), 120, &pauses);
        assert_eq!(found.map_or("none".to_owned(), shown_at), due, "{pauses:?}");
    }
}

#[test]
fn sessions_that_are_none_are_refused() {
    for (text, fault) in [
        ("", HoursFault::Form),
        ("8:30-12:00", HoursFault::Form),
        ("08:30-12:60", HoursFault::Form),
        ("08:30", HoursFault::Form),
        ("12:00-08:30", HoursFault::Order),
        ("08:30-08:30", HoursFault::Order),
        ("08:30-12:00,11:00-17:30", HoursFault::Order),
        ("20:00-24:01", HoursFault::Order),
    ] {
        assert_eq!(text.parse::<WorkingHours>(), Err(fault), "{text}");
    }
    assert_eq!(WorkingHours::new(vec![]), Err(HoursFault::Empty));
    assert_eq!("00:00-24:00".parse::<WorkingHours>().unwrap().day_minutes(), 1_440);
}

//! Clocks: limits side by side, pauses, extensions, lengths that a field gives, lights.

use super::desk::{Desk, day};

fn permit(desk: &mut Desk, set: &[(&str, &str)]) -> i64 {
    let project = desk.open("project", "2024-01-02", &[]);
    desk.make(project, "prepare", "2024-01-03").unwrap();
    let link = project.to_string();
    let set: Vec<(&str, &str)> = set
        .iter()
        .copied()
        .chain([("project", link.as_str()), ("step", "code")])
        .collect();
    let permit = desk.open("permit", "2024-01-03", &set);
    desk.make(permit, "accept", "2024-03-01").unwrap();
    permit
}

#[test]
fn the_statutory_and_the_promised_limit_stand_side_by_side() {
    for (promised, due) in [(Some("7"), "2024-03-12"), (Some("0"), "2024-03-01"), (None, "none")] {
        let mut desk = Desk::new();
        let set: Vec<(&str, &str)> = promised.map(|days| ("promised", days)).into_iter().collect();
        let permit = permit(&mut desk, &set);
        assert_eq!(desk.due(permit, "statutory"), "2024-03-29");
        // A promise of zero days is not the absence of a promise.
        assert_eq!(desk.due(permit, "promise"), due, "{promised:?}");
    }
}

#[test]
fn a_correction_stops_both_clocks() {
    let mut desk = Desk::new();
    let permit = permit(&mut desk, &[("promised", "7")]);
    desk.make(permit, "ask", "2024-03-05").unwrap();
    assert_eq!(desk.due(permit, "promise"), "paused");
    // The promise would have ended while the clock stood; it runs on from where it stopped.
    desk.make(permit, "resume", "2024-03-18").unwrap();
    assert_eq!(desk.due(permit, "promise"), "2024-03-25");
    assert_eq!(desk.due(permit, "statutory"), "2024-04-12");
}

#[test]
fn an_extension_in_time_moves_the_day_and_one_too_late_does_not() {
    for (on, due) in [
        ("2024-03-20", "2024-04-15"),
        ("2024-03-29", "2024-04-15"),
        ("2024-03-30", "2024-03-29"),
    ] {
        let mut desk = Desk::new();
        let permit = permit(&mut desk, &[]);
        assert_eq!(
            desk.amend(permit, on, &[("more", "10")]).unwrap_err(),
            "by_move",
            "it needs its own move"
        );
        desk.make_to(permit, "extend", on, None, &[("more", "10")]).unwrap();
        assert_eq!(desk.due(permit, "statutory"), due, "{on}");
    }
}

#[test]
fn a_named_day_that_is_a_rest_day_rolls() {
    let mut desk = Desk::new();
    let permit = permit(&mut desk, &[]);
    desk.make_to(permit, "post", "2024-03-04", None, &[("until", "2024-05-01")])
        .unwrap();
    assert_eq!(desk.due(permit, "named"), "2024-05-06");
    assert_eq!(desk.due(permit, "statutory"), "none", "the duty was done");
}

#[test]
fn the_light_turns_yellow_when_few_working_days_are_left() {
    let mut desk = Desk::new();
    let permit = permit(&mut desk, &[]);
    let duty = desk
        .duties(permit)
        .into_iter()
        .find(|duty| duty.limit == "statutory")
        .unwrap();
    // Tuesday to Friday: on the 26th three working days are left.
    assert_eq!(
        (duty.warn, duty.due),
        (Some(day("2024-03-26")), Some(day("2024-03-29")))
    );
    assert!(!duty.provisional);
}

#[test]
fn a_light_rule_holds_on_its_days_alone() {
    // The last day is the 29th; of the working days before it the 22nd has five left, the 26th three, the 15th ten.
    for (lights, warn) in [
        ("", "2024-03-26"),
        ("{ from = 2024-01-01, to = 2024-12-31, yellow = 5 }", "2024-03-22"),
        ("{ from = 2024-03-25, yellow = 10 }", "2024-03-25"),
        ("{ to = 2024-03-21, yellow = 5 }", "2024-03-26"),
        ("{ to = 2024-03-17, yellow = 10 }", "2024-03-15"),
        (
            "{ to = 2024-03-20, yellow = 1 }, { from = 2024-03-21, to = 2024-03-27, yellow = 1 }",
            "2024-03-28",
        ),
    ] {
        let mut desk = Desk::with(&[(
            "extension = \"more\", yellow = 3",
            &format!("extension = \"more\", yellow = 3, lights = [{lights}]"),
        )]);
        let permit = permit(&mut desk, &[]);
        let duties = desk.duties(permit);
        let duty = duties.iter().find(|duty| duty.limit == "statutory").unwrap();
        assert_eq!(duty.warn, Some(day(warn)), "{lights}");
    }
}

#[test]
fn a_year_without_a_notice_gives_a_provisional_day() {
    let mut desk = Desk::new();
    desk.today = day("2026-12-31");
    let project = desk.open("project", "2026-12-28", &[]);
    let link = project.to_string();
    let permit = desk.open("permit", "2026-12-28", &[("project", &link)]);
    let duty = &desk.duties(permit)[0];
    assert_eq!((duty.due, duty.provisional), (Some(day("2027-01-04")), true));
}

#[test]
fn overdue_days_are_postings_and_the_forecast_if_nobody_acts() {
    let late = ("limit = [", "unit = \"town\"\nlimit = [");
    let account = (
        "[template]",
        "[[account]]\nid = \"permit.late\"\nname = \"Late\"\nmeasure = \"件\"\nlate = { limit = \"statutory\" }\n[template]",
    );
    let unit = (
        "{ id = \"until\"",
        "{ id = \"town\", name = \"Town\", type = \"unit\" }, { id = \"until\"",
    );
    let head = (
        "[[role]]",
        "[[measure]]\nid = \"件\"\n[[unit]]\ncode = \"1\"\nname = \"T\"\nlevel = \"district\"\n[[role]]",
    );
    let mut desk = Desk::with(&[late, account, unit, head]);
    let permit = permit(&mut desk, &[("town", "99")]);
    let late: Vec<i64> = ["2024-03-29", "2024-03-30", "2034-03-30"]
        .map(|until| desk.posted(permit, until))
        .into();
    assert_eq!(
        late,
        [0, 1, 1],
        "it stands late from the day after, for ever if nobody acts"
    );
    desk.make_to(permit, "post", "2024-04-10", None, &[]).unwrap();
    assert_eq!(
        ["2024-04-09", "2024-04-10"].map(|until| desk.posted(permit, until)),
        [1, 0]
    );
}

#[test]
fn a_limit_runs_only_where_it_applies_and_a_promise_of_others_shows_no_light() {
    for (promised, due) in [("30", "2024-03-08"), ("7", "none")] {
        let mut desk = Desk::new();
        let permit = permit(&mut desk, &[("promised", promised)]);
        assert_eq!(desk.due(permit, "outside"), due, "{promised}");
        let mut lit = |limit: &str| {
            let duties = desk.duties(permit);
            let duty = duties.into_iter().find(|duty| duty.limit == limit);
            duty.map(|duty| duty.warn.is_some())
        };
        assert_eq!(lit("statutory"), Some(true));
        assert_eq!(lit("outside"), (due != "none").then_some(false));
    }
}

/// A register with a limit of four hours, and a late and a finished-late account of it.
fn by_the_hour() -> Desk {
    Desk::with(&[
        (
            "  { id = \"named\"",
            "  { id = \"hours\", name = \"Four hours\", stages = [\"accepted\"], paused = [\"correcting\"], \
             working_hours = 4, extension = \"more\" },\n  { id = \"named\"",
        ),
        ("epoch", "working_hours = \"08:30-12:00,14:30-17:30\"\nepoch"),
        (
            "[template]",
            "[[account]]\nid = \"permit.slow\"\nname = \"Slow\"\nmeasure = \"件\"\nfinished_late = { limit = \"hours\" }\n[template]",
        ),
        ("limit = [", "unit = \"town\"\nlimit = ["),
        (
            "{ id = \"until\"",
            "{ id = \"town\", name = \"Town\", type = \"unit\" }, { id = \"until\"",
        ),
        (
            "[[role]]",
            "[[measure]]\nid = \"件\"\n[[unit]]\ncode = \"1\"\nname = \"T\"\nlevel = \"district\"\n[[role]]",
        ),
    ])
}

#[test]
fn a_limit_in_hours_counts_working_time_from_the_minute_on() {
    for (accepted, due) in [
        ("2024-03-01 09:00", "2024-03-01 15:30"),
        // Friday evening: nothing counts until Monday morning.
        ("2024-03-01 17:30", "2024-03-04 15:00"),
        ("2024-03-02 10:00", "2024-03-04 15:00"),
        // Nobody said when on Friday: its end counts, in favour of who must act.
        ("2024-03-01", "2024-03-04 15:00"),
        // The make-up Sunday after the festival in April is a day like others.
        ("2024-04-07 17:00", "2024-04-08 12:00"),
    ] {
        let mut desk = by_the_hour();
        let permit = waiting(&mut desk);
        desk.make(permit, "accept", accepted).unwrap();
        assert_eq!(desk.due(permit, "hours"), due, "{accepted}");
    }
}

#[test]
fn a_pause_stops_the_minutes_and_an_extension_in_time_adds_hours() {
    let mut desk = by_the_hour();
    let permit = waiting(&mut desk);
    desk.make(permit, "accept", "2024-03-01 09:00").unwrap();
    desk.make(permit, "ask", "2024-03-01 10:00").unwrap();
    assert_eq!(desk.due(permit, "hours"), "paused");
    desk.make(permit, "resume", "2024-03-05 09:00").unwrap();
    assert_eq!(desk.due(permit, "hours"), "2024-03-05 12:00");
    desk.make_to(permit, "extend", "2024-03-05 11:59", None, &[("more", "2")])
        .unwrap();
    assert_eq!(desk.due(permit, "hours"), "2024-03-05 16:30");
    desk.make_to(permit, "extend", "2024-03-05 16:31", None, &[("more", "9")])
        .unwrap();
    assert_eq!(desk.due(permit, "hours"), "2024-03-05 16:30", "it came too late");
}

#[test]
fn what_is_done_a_minute_late_is_finished_late_on_the_same_day() {
    for (done, late) in [
        ("2024-03-01 15:30", 0),
        ("2024-03-01 15:31", 1),
        ("2024-03-04 08:30", 1),
    ] {
        let mut desk = by_the_hour();
        let permit = waiting(&mut desk);
        desk.make(permit, "accept", "2024-03-01 09:00").unwrap();
        desk.make(permit, "post", done).unwrap();
        assert_eq!(desk.posted(permit, "2024-12-31"), late, "{done}");
    }
}

fn waiting(desk: &mut Desk) -> i64 {
    let project = desk.open("project", "2024-01-02", &[]);
    desk.make(project, "prepare", "2024-01-03").unwrap();
    let link = project.to_string();
    desk.open(
        "permit",
        "2024-01-03",
        &[("project", &link), ("step", "code"), ("town", "99")],
    )
}

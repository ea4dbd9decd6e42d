//! Published numbers, and the rules of other cities, as tables.

use super::*;
use taizhang_core::value::scaled;

fn decimal(text: &str) -> Decimal {
    text.parse().expect(text)
}

fn day(text: &str) -> Day {
    text.parse().expect(text)
}

fn aim(value: &str) -> Aim {
    Aim {
        from: day("2024-01-01"),
        to: day("2024-12-31"),
        due: None,
        value: decimal(value),
        upper: None,
        way: Way::Up,
        tolerance: None,
        in_points: false,
        path: Path::Months,
    }
}

/// Rounded half up to one place, as it is printed.
fn print(value: Option<Decimal>) -> String {
    value.map_or("—".to_owned(), |value| {
        Decimal::new(scaled(value, 1).expect("small"), 1)
            .normalize()
            .to_string()
    })
}

#[test]
fn published_margins_are_those_of_unrounded_values() {
    // Actual, target, last month; completion and margin as printed by statistics bureaus.
    let table = [
        ("629.0", "647.4", "2024-10-31", "97.2", "13.8"),
        ("313.64", "1015", "2024-03-31", "30.9", "5.9"),
        ("96.4", "304", "2024-04-30", "31.7", "-1.6"),
        ("88.6", "236.2", "2024-04-30", "37.5", "4.2"),
        ("56.67", "91.21", "2024-06-30", "62.1", "12.1"),
        // New employment in towns at mid-2022, ten thousand people: half a year on a linear plan is half of the whole.
        ("654", "1100", "2024-06-30", "59.5", "9.5"),
        ("0", "100", "2024-06-30", "0", "-50"),
        ("66.7", "100", "2024-08-31", "66.7", "0"),
    ];
    for (actual, target, on, completion, margin) in table {
        let pace = pace(&aim(target), Some(decimal(actual)), day(on), false);
        assert_eq!(
            (print(pace.completion), print(pace.margin)),
            (completion.into(), margin.into()),
            "{actual}/{target}"
        );
    }
}

#[test]
fn on_schedule_to_the_last_digit_is_on_schedule() {
    // Twelfths do not end: a share rounded before its time would be behind by the last digit.
    for month in 1..=12 {
        let end = Day::of(2024, month, 1).expect("a day").month().last();
        let of = pace(&aim("12"), Some(month.into()), end, false);
        let exact = (Some(Decimal::ZERO), Some(Decimal::ONE_HUNDRED), Some(Decimal::from(12)));
        assert_eq!((of.margin, of.of_plan, of.forecast), exact, "{month}");
    }
}

#[test]
fn schedules_run_by_months_days_phases_and_towards_a_shifted_end() {
    let mut of = aim("100");
    let at = |of: &Aim, on: &str| print(Some(of.scheduled(day(on)).percent()));
    assert_eq!(at(&of, "2024-06-29"), "41.7", "June has not ended");
    assert_eq!(at(&of, "2024-06-30"), "50");
    assert_eq!(at(&of, "2025-03-31"), "100");
    of.due = Some(day("2024-11-30"));
    assert_eq!(at(&of, "2024-06-30"), "54.5");
    of.due = None;
    of.path = Path::Days;
    assert_eq!(at(&of, "2024-04-30"), "33.1", "121 of 366 days");
    of.path = Path::table("2024-03=10, 2024-06=45%；2024-12：100").expect("a path");
    assert_eq!(of.check(), Ok(()));
    assert_eq!(
        [at(&of, "2024-02-29"), at(&of, "2024-05-31"), at(&of, "2024-06-30")],
        ["0", "10", "45"]
    );
    // Both shares are printed for a phased plan: of the year, and of what was planned by now.
    let phased = pace(&of, Some(decimal("21.3")), day("2024-04-30"), false);
    assert_eq!(
        (print(phased.completion), print(phased.of_plan)),
        ("21.3".into(), "213".into())
    );
}

#[test]
fn what_is_needed_and_where_it_leads() {
    let of = pace(&aim("12"), Some(decimal("5")), day("2024-06-30"), false);
    assert_eq!(
        (print(of.needed), print(of.rate), print(of.forecast)),
        ("1.2".into(), "0.8".into(), "10".into())
    );
    assert_eq!(
        (of.method, of.arrives, of.reached),
        (Method::Schedule, Some(false), Some(false))
    );
    let level = pace(&aim("26"), Some(decimal("26")), day("2024-06-30"), true);
    assert_eq!(
        (level.method, print(level.forecast), level.arrives),
        (Method::Level, "26".into(), Some(true))
    );
    let none = pace(&aim("12"), None, day("2024-06-30"), false);
    assert_eq!(
        (none.completion, none.margin, none.forecast, none.needed),
        (None, None, None, None)
    );
    let early = pace(&aim("12"), Some(decimal("1")), day("2024-01-15"), false);
    assert_eq!(early.forecast, None, "no month has passed");
}

#[test]
fn caps_bands_growth_and_days() {
    let mut of = aim("45");
    of.way = Way::Cap;
    let capped = pace(&of, Some(decimal("48")), day("2024-06-30"), true);
    assert_eq!(
        (capped.reached, capped.margin.map(|margin| margin < Decimal::ZERO)),
        (Some(false), Some(true))
    );
    of.way = Way::Band;
    of.upper = Some(decimal("50"));
    assert_eq!(
        pace(&of, Some(decimal("48")), day("2024-06-30"), true).margin,
        Some(decimal("2"))
    );
    assert_eq!(
        pace(&of, Some(decimal("51")), day("2024-06-30"), true).reached,
        Some(false)
    );
    let mut growth = aim("7");
    growth.in_points = true;
    let grown = pace(&growth, Some(decimal("6.2")), day("2024-06-30"), true);
    assert_eq!((grown.completion, grown.margin), (None, Some(decimal("-0.8"))));
    // A ratio has no run rate, but points to gain: 0.8 in the six months that are left.
    assert_eq!((grown.needed, print(grown.points_needed)), (None, "0.1".to_owned()));
    growth.tolerance = Some(Decimal::ONE);
    assert!(pace(&growth, Some(decimal("6.2")), day("2024-06-30"), true).within_tolerance);
    assert!(!pace(&growth, Some(decimal("5.9")), day("2024-06-30"), true).within_tolerance);
    let mut done = aim("1");
    done.way = Way::ByDay;
    done.due = Some(day("2024-09-30"));
    assert_eq!(
        pace(&done, Some(Decimal::ZERO), day("2024-09-30"), true).margin,
        Some(Decimal::ZERO)
    );
    assert_eq!(
        pace(&done, Some(Decimal::ZERO), day("2024-10-01"), true).margin,
        Some(decimal("-100"))
    );
}

#[test]
fn what_cannot_be_a_target_is_told() {
    let with = |change: &dyn Fn(&mut Aim)| {
        let mut of = aim("10");
        change(&mut of);
        of.check()
    };
    let path = |text: &str| with(&|of| of.path = Path::table(text).expect(text));
    assert_eq!(with(&|of| of.to = day("2023-12-31")), Err(AimFault::Turned));
    assert_eq!(with(&|of| of.due = Some(day("2025-01-31"))), Err(AimFault::DueOutside));
    assert_eq!(with(&|of| of.way = Way::Band), Err(AimFault::Band));
    assert_eq!(with(&|of| of.value = Decimal::ZERO), Err(AimFault::Zero));
    assert_eq!(with(&|of| of.tolerance = Some(decimal("-1"))), Err(AimFault::Tolerance));
    assert_eq!(path("2024-03=20, 2024-12=95"), Err(AimFault::Path(PathFault::End)));
    assert_eq!(path(""), Err(AimFault::Path(PathFault::End)));
    assert_eq!(
        path("2024-06=60, 2024-03=20, 2024-12=100"),
        Err(AimFault::Path(PathFault::Order))
    );
    assert_eq!(
        path("2024-03=60, 2024-06=20, 2024-12=100"),
        Err(AimFault::Path(PathFault::Falls))
    );
    assert_eq!(path("2024-03=20, 2025-01=100"), Err(AimFault::Path(PathFault::Outside)));
    assert_eq!(Path::table("March=20"), Err(PathFault::Unreadable));
}

#[test]
fn lights_are_those_of_each_city() {
    let rule = |measure, green: &str, red: Option<&str>, periods| LightRule {
        measure,
        green: decimal(green),
        red: red.map(decimal),
        periods,
        ..LightRule::usual()
    };
    let one = |value: &str| Some(decimal(value));
    // Yinchuan: more than 30 points behind is red; Wuhan: under 80 percent of schedule yellow, under 60 red.
    let yinchuan = rule(LightMeasure::Margin, "-10", Some("-30"), None);
    let wuhan = rule(LightMeasure::OfPlan, "80", Some("60"), None);
    // Districts of Sanya: missed is yellow, missed two months running is red.
    let sanya = rule(LightMeasure::OfPlan, "100", None, Some(2));
    let table: [(&LightRule, &str, &[Option<Decimal>], Light); 9] = [
        (&yinchuan, "-10", &[], Light::Green),
        (&yinchuan, "-30", &[], Light::Yellow),
        (&yinchuan, "-30.01", &[], Light::Red),
        (&wuhan, "79.99", &[], Light::Yellow),
        (&wuhan, "59.9", &[], Light::Red),
        (&sanya, "99", &[one("100")], Light::Yellow),
        (&sanya, "99", &[one("98"), one("120")], Light::Red),
        (&sanya, "100", &[one("98")], Light::Green),
        (&sanya, "99", &[None, one("98")], Light::Yellow),
    ];
    for (rule, value, earlier, expected) in table {
        assert_eq!(light(rule, one(value), earlier, None), expected, "{value} {earlier:?}");
    }
    assert_eq!(light(&yinchuan, None, &[], None), Light::None);
    assert_eq!(
        light(&yinchuan, one("-40"), &[], Some(false)),
        Light::Yellow,
        "about is never red by itself"
    );
    assert_eq!(light(&yinchuan, one("-40"), &[], Some(true)), Light::Green);
}

#[test]
fn parts_may_be_more_than_the_whole_where_pressure_is_added() {
    let parts = [decimal("60"), decimal("45")];
    assert!(!split_check(decimal("100"), &parts, Split::Exact).holds);
    let added = split_check(decimal("100"), &parts, Split::AtLeast);
    assert_eq!((added.holds, added.more), (true, decimal("5")));
    assert!(!split_check(decimal("110"), &parts, Split::AtLeast).holds);
}

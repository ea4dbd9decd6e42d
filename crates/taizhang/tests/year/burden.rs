//! What the book asks of people: counted from what they wrote, held against the ceiling, and put down as figures.

use super::book::{Year, day, told};
use std::sync::atomic::Ordering;
use taizhang::app::ask::{FigureQuestion, Span};
use taizhang::app::execute::{Draft, DraftWish};
use taizhang_core::day::Month;

#[test]
fn a_month_is_counted_once_and_what_is_over_the_ceiling_is_said() {
    let year = Year::new();
    year.hire("busy", "supervision");
    year.hire("idle", "leader");
    year.clock.day.store(day("2024-03-04").0, Ordering::Relaxed);
    let busy = year.app.scope("busy").expect("a scope");
    let most = year
        .app
        .definition()
        .expect("a definition")
        .burden
        .forms
        .expect("a ceiling");
    for at in 0..=most {
        let number = format!("R-{at}");
        let set = [
            ("number", number.as_str()),
            ("name", "任务"),
            ("unit", "XH-08"),
            ("assigned_on", "2024-03-04"),
        ];
        let draft = Draft {
            register: "task".to_owned(),
            wish: DraftWish::Open,
            set: set.map(|(field, text)| (field.to_owned(), text.to_owned())).to_vec(),
            ..Draft::default()
        };
        year.app.execute(&busy, &[draft], None).expect("written");
    }
    let march: Month = "2024-03".parse().expect("a month");
    let seen = |login: &str| {
        let scope = year.app.scope(login).expect("a scope");
        year.app.loads(&scope, march).expect("loads")
    };
    let loads = seen("idle");
    assert_eq!(loads.people.len(), 2, "a leader sees all");
    let first = &loads.people[0];
    assert_eq!(
        (first.name.as_str(), first.load.forms, first.load.cells),
        ("busy", i64::from(most) + 1, 4 * i64::from(most) + 4)
    );
    assert!(first.over && !loads.people[1].over);
    assert_eq!((loads.units[0].over, loads.units[0].people), (1, 2));

    // The month is over: the round puts it down, once.
    year.clock.day.store(day("2024-04-01").0, Ordering::Relaxed);
    for _ in 0..2 {
        year.app.round().expect("a round");
    }
    let kept = year.rows("burden");
    assert_eq!(kept.len(), 1, "{kept:?}");
    assert_eq!(
        (told(&kept[0], "about"), told(&kept[0], "over")),
        ("2024-03/410402", "1")
    );
    let mut asking = year.app.asking().expect("a moment");
    let question = |account: &str| FigureQuestion {
        account: account.to_owned(),
        unit: Some("410402".to_owned()),
        span: Span::Between(day("2024-03-01"), day("2024-03-31")),
        known_at: None,
    };
    let cells = asking.figure(&question("burden.cells")).expect("a figure");
    assert_eq!(cells.value.as_deref(), Some((4 * most + 4).to_string().as_str()));
    let each = asking.figure(&question("burden.cells_each")).expect("a figure");
    assert_eq!(each.value.as_deref(), Some((2 * most + 2).to_string().as_str()));
}

//! Duties: whose desk they lie on, when they go, and that a new calendar or limit moves them at once.

use crate::Engine;
use crate::book::{Book, day, pack};
use crate::life::dump;
use taizhang_core::calendar::Moment;
use taizhang_core::command::Wish;
use taizhang_core::id::RecordNo;
use taizhang_core::value::Value;
use taizhang_store::duty::{Desk, deeds, in_hand, lights, of_record, on_desk, running};
use taizhang_store::rebuild::rebuild;
use taizhang_store::record::touched_after;
use taizhang_store::verify::verify_at;

/// A broken pump, told of on a day.
fn broken(book: &Book, well: RecordNo, on: &str) -> RecordNo {
    book.must(
        book.open("repair", on)
            .set("well", Value::Link(well))
            .text("matter", "The pump stands still"),
    )
}

fn due(book: &Book, repair: RecordNo) -> Vec<String> {
    let mut reading = book.store.read().expect("read");
    let rows = of_record(reading.conn().expect("a connection"), repair).expect("duties");
    rows.iter()
        .filter_map(|row| row.duty.due)
        .map(|due| due.to_string())
        .collect()
}

fn assert_whole(book: &Book) {
    assert_eq!(verify_at(&book.site.place).expect("a verdict").first_bad, None);
}

#[test]
fn a_duty_lies_on_its_units_desk_until_it_is_done() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let well = book.must(book.well("W1", "1.1", "2024-01-02"));
        let late = broken(&book, well, "2024-05-06");
        let soon = broken(&book, well, "2024-06-24");
        let village = book.unit("1.1");
        let desk = Desk {
            limits: vec![(book.register("repair").no, "promptly".to_owned())],
            units: Some(vec![village]),
            person: 0,
        };
        let lying = |book: &Book| -> Vec<RecordNo> {
            let mut reading = book.store.read().expect("read");
            let rows = on_desk(reading.conn().expect("a connection"), &desk, 10).expect("duties");
            rows.iter().map(|row| row.record).collect()
        };
        assert_eq!(lying(&book), [late, soon], "{engine:?}: the earliest last day first");
        let mut reading = book.store.read().expect("read");
        let noon = Moment {
            day: day("2024-06-30"),
            minute: 12 * 60,
        };
        let counted = lights(reading.conn().expect("a connection"), noon).expect("lights");
        let conn = reading.conn().expect("a connection");
        let by_person = in_hand(conn, noon).expect("in hand");
        assert_eq!(by_person, [(village, 0, counted[0].1)], "{engine:?}");
        let repairs = book.register("repair");
        for (unit, person, expected) in [
            (None, None, vec![late, soon]),
            (Some(village), None, vec![late, soon]),
            (Some(village), Some(1), Vec::new()),
        ] {
            assert_eq!(running(conn, repairs.no, unit, person).expect("running"), expected);
        }
        let touched = touched_after(conn, &repairs, late, (day("2024-06-30"), soon)).expect("touched");
        assert_eq!(touched, [soon], "{engine:?}");
        drop(reading);
        assert_eq!((counted[0].0, counted[0].1.open, counted[0].1.red), (village, 2, 1));
        let finish = book.on("repair", late, Wish::Move("finish".to_owned()), "2024-06-30");
        book.must(finish.set("cost", Value::Num(5_00)));
        assert_eq!(lying(&book), [soon]);
        book.must(book.on("repair", soon, Wish::Void, "2024-06-30"));
        assert!(
            lying(&book).is_empty(),
            "{engine:?}: a void record asks nobody for anything"
        );
        assert_whole(&book);
        let mut reading = book.store.read().expect("read");
        let done = deeds(reading.conn().expect("a connection"), 7, false, 3).expect("deeds");
        let told: Vec<(RecordNo, &str)> = done.iter().map(|deed| (deed.record, deed.act.as_str())).collect();
        assert_eq!(told, [(soon, "void"), (late, "move"), (soon, "open")]);
    }
}

#[test]
fn a_unit_that_is_inherited_takes_its_duties_along() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let well = book.must(book.well("W1", "1.1", "2024-01-02"));
        let repair = broken(&book, well, "2024-06-24");
        let other = book.unit("1.2");
        book.must(
            book.on("well", well, Wish::Amend, "2024-06-25")
                .set("village", Value::Unit(other)),
        );
        let mut reading = book.store.read().expect("read");
        let rows = of_record(reading.conn().expect("a connection"), repair).expect("duties");
        drop(reading);
        assert_eq!(rows[0].duty.unit, other, "{engine:?}");
        assert_whole(&book);
    }
}

#[test]
fn a_new_calendar_or_limit_moves_the_days_in_its_own_transaction() {
    const NOTICES: &str = "year,announced_on,notice_url\n2024,2023-10-25,x\n";
    const RESTATED: &str = "date,announced_on,kind_before,kind_after,festival,notice_year\n";
    for engine in Engine::all() {
        let mut book = Book::new(engine);
        let well = book.must(book.well("W1", "1.1", "2024-01-02"));
        let repair = broken(&book, well, "2024-06-24");
        assert_eq!(due(&book, repair), ["2024-07-08"]);
        // A notice that comes in between makes the Monday a day off.
        let days = "date,festival,kind,notice_year\n2024-07-08,Snow,off,2024\n";
        let restated = [
            ("calendar/days.csv", days),
            ("calendar/notices.csv", NOTICES),
            ("calendar/restatements.csv", RESTATED),
        ];
        book.apply(&pack(&restated), "2024-06-30", false)
            .expect("a new calendar");
        assert_eq!(due(&book, repair), ["2024-07-09"], "{engine:?}");
        assert_whole(&book);
        let shorter = include_str!("pack/repair.toml").replace("working_days = 10", "working_days = 5");
        book.apply(&pack(&[("registers/repair.toml", &shorter)]), "2024-06-30", false)
            .expect("a shorter limit");
        assert_eq!(due(&book, repair), ["2024-07-01"], "{engine:?}");
        assert_whole(&book);
        let before = dump(&book);
        book.store.writer().act(rebuild).expect("rebuilt");
        assert!(dump(&book) == before, "{engine:?}: rebuilt");
    }
}

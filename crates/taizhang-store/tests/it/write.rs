//! Writing and reading back: what is accepted stands in rows, figures, keys and the chain; what is
//! refused leaves nothing.

use crate::Engine;
use crate::book::{Book, day};
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::command::Wish;
use taizhang_core::day::Day;
use taizhang_core::decide::row;
use taizhang_core::journal::Change;
use taizhang_core::journal::chain::{head, leaf};
use taizhang_core::refusal::Code;
use taizhang_core::value::{Cell, Value};
use taizhang_store::cells::RecordRow;
use taizhang_store::engine::Sql;
use taizhang_store::figure::{Span, record_postings};
use taizhang_store::journal::{each_after, last_until};
use taizhang_store::record::{Filter, ListQuery, Op, Turn, get, list, total};
use taizhang_store::share::{Asked, shares};
use taizhang_store::writer::Outcome;

pub(crate) fn start(book: &Book, well: i64, on: &str) {
    book.must(book.on("well", well, Wish::Move("start".to_owned()), on));
}

/// Every current row equals what its timeline gives, and the chain holds from entry to entry.
pub(crate) fn assert_sound(book: &Book) {
    let mut reading = book.store.read().expect("read");
    let base = reading.head;
    let conn = reading.conn().expect("a connection");
    let mut rows: Vec<RecordRow> = Vec::new();
    for register in &book.definition.registers {
        let mut take = |found| {
            rows.push(found);
            Ok(())
        };
        taizhang_store::record::each(conn, register, &mut take).expect("rows");
    }
    let (mut n, mut hash) = (0, [0; 32]);
    each_after(conn, 0, &mut |at, there, bytes| {
        n += 1;
        hash = head(base.alg, &base.book, n, &hash, &leaf(bytes));
        assert_eq!((at, there), (n, &hash[..]));
        Ok(true)
    })
    .expect("entries");
    assert_eq!((base.n, base.hash), (n, hash));
    for found in rows {
        let is = row(&book.timeline(found.record), Some(&book.definition));
        assert_eq!(
            (found.void, found.opened_on),
            (is.void, is.opened_on),
            "record {}",
            found.record
        );
        // A void record keeps the row that it had; what it inherits is looked up if the void is withdrawn.
        if !found.void {
            assert_eq!(found.state, is.state, "record {}", found.record);
        }
    }
}

#[test]
fn a_record_lives_through_every_act() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let well = book.must(book.well("W1", "1.1", "2024-01-10"));
        start(&book, well, "2024-02-01");
        let started = book.head();
        assert_eq!(book.as_of("well.working", "2024-01-31", None), 0, "{engine:?}");
        assert_eq!(book.as_of("well.working", "2024-02-01", None), 1);
        let lower = book.unit("1.2");
        book.must(
            book.on("well", well, Wish::Amend, "2024-03-01")
                .set("village", Value::Unit(lower)),
        );
        let moved = book.head();
        book.must(book.on("well", well, Wish::Note, "2024-03-05"));
        let by_unit = |on: &str| -> Vec<(i64, i64)> {
            let cells = book.cells("well.working", Span::AsOf(day(on)), None);
            cells.into_iter().map(|((unit, _), sum)| (unit, sum.amount)).collect()
        };
        assert_eq!(by_unit("2024-02-29"), [(book.unit("1.1"), 1)]);
        assert_eq!(by_unit("2024-03-01"), [(lower, 1)]);
        let correct = Wish::Correct {
            target: started,
            withdraw: false,
            day: Some(day("2024-02-10")),
        };
        book.must(book.on("well", well, correct, "2024-06-30"));
        assert_eq!(book.as_of("well.working", "2024-02-05", None), 0);
        assert_eq!(
            book.as_of("well.working", "2024-02-05", Some(moved)),
            1,
            "as it was known then"
        );
        let between = Span::Between(day("2024-02-01"), day("2024-02-29"));
        assert_eq!(
            book.cells("well.opened", between, None)
                .values()
                .map(|sum| sum.amount)
                .sum::<i64>(),
            1
        );
        let retype = Wish::Correct {
            target: well,
            withdraw: false,
            day: None,
        };
        book.must(
            book.on("well", well, retype, "2024-06-30")
                .change("kind", Change::Set(Cell::NotApplicable)),
        );
        assert_sound(&book);
        book.must(book.on("well", well, Wish::Void, "2024-06-30"));
        assert_eq!(book.as_of("well.working", "2024-06-30", None), 0);
        assert_eq!(
            book.refused(book.on("well", well, Wish::Note, "2024-06-30")),
            Code::RecordVoid
        );
        let unvoid = Wish::Correct {
            target: book.head(),
            withdraw: true,
            day: None,
        };
        book.must(book.on("well", well, unvoid, "2024-06-30"));
        assert_eq!(book.as_of("well.working", "2024-06-30", None), 1);
        assert_sound(&book);
        let book = book.reopened();
        assert_eq!(book.as_of("well.working", "2024-06-30", None), 1);
        assert_sound(&book);
    }
}

#[test]
fn figures_of_every_day_and_every_entry_are_sums_of_postings() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        for (number, village, from) in [
            ("A", "1.1", "2022-12-31"),
            ("B", "1.2", "2023-01-01"),
            ("C", "1.1", "2023-06-15"),
            ("D", "1.2", "2024-02-29"),
        ] {
            let well = book.must(book.well(number, village, from));
            start(&book, well, from);
            book.must(book.on("well", well, Wish::Move("fail".to_owned()), "2024-03-31"));
        }
        let account = book.account("well.working");
        let postings = book.query(&format!(
            "SELECT entry, day, amount FROM posting WHERE account = {}",
            account.0
        ));
        let number = |cell: &Sql| cell.int().expect("a number");
        for known_at in 0..=book.head() {
            for on in [
                "2022-12-30",
                "2022-12-31",
                "2023-01-01",
                "2023-12-31",
                "2024-02-29",
                "2024-03-30",
                "2024-03-31",
            ] {
                let wanted: i64 = postings
                    .iter()
                    .filter(|row| number(&row[0]) <= known_at && number(&row[1]) <= i64::from(day(on).0))
                    .map(|row| number(&row[2]))
                    .sum();
                assert_eq!(
                    book.as_of("well.working", on, Some(known_at)),
                    wanted,
                    "{engine:?} {on} at {known_at}"
                );
            }
        }
        let mut reading = book.store.read().expect("read");
        let known_at = reading.n();
        let conn = reading.conn().expect("a connection");
        let asked = Asked {
            account,
            span: Span::AsOf(day("2024-03-01")),
            known_at: None,
            begun: None,
            units: Vec::new(),
        };
        let all = shares(conn, &asked, &|_, _| Some(true), (0, 10)).expect("shares");
        assert_eq!(all.iter().map(|share| share.sum.amount).sum::<i64>(), 4);
        let page = shares(conn, &asked, &|_, _| Some(true), (all[0].record, 2)).expect("shares");
        assert_eq!(page, all[1..3]);
        let lines = record_postings(conn, account, all[0].record, known_at).expect("lines");
        assert_eq!(lines.iter().map(|line| line.amount).collect::<Vec<_>>(), [1, -1]);
        let before = known_at - 1;
        let entry = taizhang_store::journal::entry(conn, known_at)
            .expect("read")
            .expect("there");
        assert_eq!(last_until(conn, entry.recorded_at, known_at).expect("found"), known_at);
        assert_eq!(
            last_until(conn, entry.recorded_at - 1, known_at).expect("found"),
            before
        );
    }
}

/// Records that were corrected again and again, and moved between units: what each contributes, to whichever units and
/// on whichever days, is the sum of its postings, as known at any entry.
#[test]
fn shares_of_corrected_and_moved_records_are_sums_of_their_postings() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let (upper, lower) = (book.unit("1.1"), book.unit("1.2"));
        let wells: Vec<i64> = ["A", "B", "C", "D"]
            .map(|number| book.must(book.well(number, "1.1", "2024-01-01")))
            .to_vec();
        wells.iter().for_each(|well| start(&book, *well, "2024-01-05"));
        for (at, on) in ["2024-05-01", "2024-03-01", "2024-04-01", "2024-02-01"]
            .into_iter()
            .enumerate()
        {
            for (no, well) in wells.iter().enumerate() {
                let amend = book.on("well", *well, Wish::Amend, on);
                let amend = amend.choice("kind", if (at + no) % 2 == 0 { "dug" } else { "drilled" });
                let village = if (at * no) % 3 == 2 { lower } else { upper };
                book.must(amend.set("village", Value::Unit(village)));
            }
        }
        book.must(book.on("well", wells[2], Wish::Void, "2024-06-01"));
        // One that is there from a later day on, another that turned out to be.
        start(&book, book.must(book.well("E", "1.1", "2024-04-10")), "2024-04-11");
        let late = book.must(book.well("F", "1.1", "2024-01-02"));
        start(&book, late, "2024-06-02");
        let later = Wish::Correct {
            target: late,
            withdraw: false,
            day: Some(day("2024-06-01")),
        };
        book.must(book.on("well", late, later, "2024-06-30"));
        let account = book.account("well.working");
        let sql = format!(
            "SELECT record, unit, day, entry, amount, reported FROM posting WHERE account = {}",
            account.0
        );
        let number = |cell: &Sql| cell.int().expect("a number");
        let postings: Vec<Vec<i64>> = book
            .query(&sql)
            .iter()
            .map(|row| row.iter().map(number).collect())
            .collect();
        assert!(postings.len() > 30, "{}", postings.len());
        // One village counts until a day, the other from it on, as if one were handed over to the whole.
        let turn = day("2024-03-15");
        let whole = |unit: i64, on: Day| (unit == upper) == (on < turn);
        let over = |unit: i64, (from, to): (Day, Day)| {
            let (first, last) = (whole(unit, from), whole(unit, to));
            (first == last).then_some(first)
        };
        let spans = [
            Span::AsOf(day("2024-01-04")),
            Span::AsOf(day("2024-03-31")),
            Span::AsOf(day("2024-06-30")),
            Span::Between(day("2024-02-15"), day("2024-04-15")),
        ];
        let mut reading = book.store.read().expect("read");
        let head = reading.n();
        let conn = reading.conn().expect("a connection");
        for span in spans {
            let (from, to) = match span {
                Span::AsOf(to) => (Day::MIN, to),
                Span::Between(from, to) => (from, to),
            };
            for known_at in (0..=head).rev() {
                let mut wanted: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
                for line in &postings {
                    let on = Day(line[2] as i32);
                    if (from..=to).contains(&on) && line[3] <= known_at && whole(line[1], on) {
                        let sum = wanted.entry(line[0]).or_default();
                        *sum = (sum.0 + line[4], sum.1 + line[5]);
                    }
                }
                wanted.retain(|_, sum| *sum != (0, 0));
                let asked = Asked {
                    account,
                    span,
                    known_at: (known_at < head).then_some(known_at),
                    begun: None,
                    units: Vec::new(),
                };
                let all = shares(conn, &asked, &over, (0, 10)).expect("shares");
                let found: BTreeMap<i64, (i64, i64)> = all
                    .iter()
                    .map(|share| (share.record, (share.sum.amount, share.sum.reported)))
                    .collect();
                assert_eq!(found, wanted, "{engine:?} {span:?} at {known_at}");
                let begun = Asked {
                    begun: Some(book.register("well").no),
                    ..asked.clone()
                };
                let of_begun = shares(conn, &begun, &over, (0, 10)).expect("shares");
                assert_eq!(
                    of_begun, all,
                    "{engine:?} {span:?} at {known_at}, by the rows of the register"
                );
                for units in [vec![lower], vec![upper, lower]] {
                    let within = |unit: i64, _: (Day, Day)| Some(units.contains(&unit));
                    let named = Asked {
                        units: units.clone(),
                        ..begun.clone()
                    };
                    assert_eq!(
                        shares(conn, &named, &|_, _| None, (0, 10)).expect("shares"),
                        shares(conn, &asked, &within, (0, 10)).expect("shares"),
                        "{engine:?} {span:?} at {known_at}, of {units:?}"
                    );
                }
                let mut walked = Vec::new();
                while let [share] =
                    shares(conn, &asked, &over, (walked.last().copied().unwrap_or(0), 1)).expect("one")[..]
                {
                    walked.push(share.record);
                }
                assert_eq!(walked, wanted.into_keys().collect::<Vec<_>>(), "one by one");
            }
        }
    }
}

#[test]
fn lists_filter_sort_and_count_alike_on_both_engines() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        for (number, village) in [
            ("b_1", "1.1"),
            ("B%2", "1.2"),
            ("a!3", "1.1"),
            ("中", "1.2"),
            ("é", "1.1"),
        ] {
            book.must(book.well(number, village, "2024-01-01"));
        }
        let upper = book.unit("1.1");
        book.must(
            book.open("well", "2024-01-01")
                .text("number", "none")
                .set("village", Value::Unit(upper)),
        );
        let register = book.register("well");
        let field = |id: &str| register.field_named(id).expect("a field").no;
        let mut reading = book.store.read().expect("read");
        let conn = reading.conn().expect("a connection");
        let mut ask = |query: &ListQuery| -> Vec<String> {
            let rows = list(conn, &register, query).expect("rows");
            assert_eq!(total(conn, &register, query).expect("a total"), rows.len() as i64);
            let number = |row: &RecordRow| match row.state.value(field("number")) {
                Some(Value::Text(text)) => text.clone(),
                other => panic!("{other:?}"),
            };
            rows.iter().map(number).collect()
        };
        let by_number = vec![(field("number"), false)];
        let all = ListQuery {
            sort: by_number.clone(),
            limit: 100,
            ..ListQuery::default()
        };
        assert_eq!(ask(&all), ["B%2", "a!3", "b_1", "none", "é", "中"], "{engine:?}");
        let units = Some(BTreeSet::from([upper]));
        assert_eq!(ask(&ListQuery { units, ..all.clone() }), ["a!3", "b_1", "none", "é"]);
        assert_eq!(
            ask(&ListQuery {
                units: Some(BTreeSet::new()),
                ..all.clone()
            }),
            [""; 0]
        );
        let kinds = ListQuery {
            sort: vec![(field("kind"), false), (field("number"), false)],
            ..all.clone()
        };
        assert_eq!(ask(&kinds)[0], "none", "{engine:?}: what is missing comes first");
        let kinds = ListQuery {
            sort: vec![(field("kind"), true), (field("number"), false)],
            ..all.clone()
        };
        assert_eq!(ask(&kinds)[5], "none", "{engine:?}: or last");
        for (op, value, wanted) in [
            (Op::Contains, "_", vec!["b_1"]),
            (Op::Contains, "%", vec!["B%2"]),
            (Op::Contains, "!", vec!["a!3"]),
            (Op::Eq, "中", vec!["中"]),
            (Op::Lt, "b_1", vec!["B%2", "a!3"]),
            (Op::Ge, "none", vec!["none", "é", "中"]),
        ] {
            let filters = vec![Filter {
                field: field("number"),
                op,
                value: Sql::from(value),
            }];
            assert_eq!(
                ask(&ListQuery { filters, ..all.clone() }),
                wanted,
                "{engine:?} {op:?} {value}"
            );
        }
        let filters = vec![Filter {
            field: field("kind"),
            op: Op::Missing,
            value: Sql::Null,
        }];
        assert_eq!(ask(&ListQuery { filters, ..all }), ["none"]);
        // Page by page, forth and back, the rows are those of the whole list, whatever is missing in them.
        for sort in [
            by_number,
            vec![(field("kind"), false)],
            vec![(field("kind"), true), (field("number"), true)],
        ] {
            let query = ListQuery {
                sort,
                limit: 100,
                ..ListQuery::default()
            };
            let whole = list(conn, &register, &query).expect("a list");
            for (at, row) in whole.iter().enumerate() {
                let mut page = |turn| {
                    let query = ListQuery {
                        limit: 2,
                        turn: Some(turn),
                        ..query.clone()
                    };
                    list(conn, &register, &query).expect("a page")
                };
                let next: Vec<_> = whole[at + 1..].iter().take(2).cloned().collect();
                assert_eq!(page(Turn::After(row.record)), next, "{engine:?} after {at}");
                let before: Vec<_> = whole[at.saturating_sub(2)..at].to_vec();
                assert_eq!(page(Turn::Before(row.record)), before, "{engine:?} before {at}");
            }
        }
        assert_eq!(get(conn, &register, 99_999).expect("read"), None);
    }
}

#[test]
fn a_key_belongs_to_one_living_record() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let first = book.must(book.well("W1", "1.1", "2024-01-01"));
        assert_eq!(book.refused(book.well("W1", "1.2", "2024-01-01")), Code::KeyTaken);
        book.must(book.on("well", first, Wish::Amend, "2024-02-01").text("number", "W2"));
        let second = book.must(book.well("W1", "1.2", "2024-01-01"));
        book.must(book.on("well", second, Wish::Void, "2024-02-01"));
        let voided = book.head();
        book.must(book.on("well", first, Wish::Amend, "2024-03-01").text("number", "W1"));
        let unvoid = Wish::Correct {
            target: voided,
            withdraw: true,
            day: None,
        };
        assert_eq!(
            book.refused(book.on("well", second, unvoid, "2024-03-01")),
            Code::KeyTaken,
            "{engine:?}"
        );
        assert_sound(&book);
    }
}

#[test]
fn a_closed_period_asks_for_a_reason() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let well = book.must(book.well("W1", "1.1", "2024-01-10"));
        start(&book, well, "2024-02-01");
        let started = book.head();
        book.close("2024-03-31");
        let unstart = || {
            let wish = Wish::Correct {
                target: started,
                withdraw: true,
                day: None,
            };
            book.on("well", well, wish, "2024-06-30")
        };
        assert_eq!(book.refused(unstart()), Code::ReasonNeeded, "{engine:?}");
        book.must(book.on("well", well, Wish::Move("fail".to_owned()), "2024-04-01"));
        let failed = book.head();
        let wish = Wish::Correct {
            target: failed,
            withdraw: true,
            day: None,
        };
        book.must(book.on("well", well, wish, "2024-06-30"));
        book.must(unstart().reason("never dug"));
        assert_eq!(book.as_of("well.working", "2024-02-01", None), 0);
        book.about_book(taizhang_core::journal::Act::Reopen {
            through: day("2024-01-31"),
        });
        book.must(book.on("well", well, Wish::Move("start".to_owned()), "2024-02-05"));
        assert_sound(&book.reopened());
    }
}

#[test]
fn long_journals_and_long_lists_of_shares_are_read_page_by_page() {
    for engine in Engine::all() {
        let book = Book::new(engine);
        let unit = book.unit("1.1");
        let fill = |at: usize, holder: &str| {
            let ask = book.open("grant", "2024-01-01").text("number", &format!("G{at}"));
            ask.set("village", Value::Unit(unit))
                .text("holder", holder)
                .set("amount", Value::Num(1))
                .command
        };
        let first = book.head() + 1;
        let commands: Vec<_> = (0..600).map(|at| fill(at, "ann")).collect();
        assert!(
            matches!(book.write(commands), Ok(Outcome::Written { .. })),
            "{engine:?}"
        );
        let account = book.account("purse.balance");
        // Many more records of the same, behind the book's back, since writing them takes long.
        book.tamper(&format!(
            "INSERT INTO posting WITH RECURSIVE k (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM k WHERE i < 8500)
             SELECT account, record + 1000 + i, entry, seq, unit, dim, day, 1, 1, 0, 0 FROM posting, k
             WHERE account = {} AND record = {first}",
            account.0
        ));
        let mut reading = book.store.read().expect("read");
        let head = reading.n();
        let conn = reading.conn().expect("a connection");
        let asked = Asked {
            account,
            span: Span::AsOf(day("2024-06-30")),
            known_at: None,
            begun: None,
            units: Vec::new(),
        };
        for (after, limit, wanted) in [(0, 10_000, 9_100), (0, 4_000, 4_000), (first + 49, 10_000, 9_050)] {
            let shares = shares(conn, &asked, &|_, _| Some(true), (after, limit)).expect("shares");
            assert_eq!(shares.len(), wanted, "{engine:?} after {after}");
            assert!(shares.iter().all(|share| share.sum.amount == 1));
        }
        let none = shares(conn, &asked, &|_, _| Some(false), (0, 10)).expect("shares");
        assert!(none.is_empty());
        let (mut seen, mut last) = (0, first - 1);
        each_after(conn, last, &mut |n, _, _| {
            assert_eq!(n, last + 1);
            (last, seen) = (n, seen + 1);
            Ok(seen < 555)
        })
        .expect("entries");
        assert_eq!(seen, 555);
        let mut seen = 0;
        each_after(conn, 0, &mut |_, _, _| {
            seen += 1;
            Ok(true)
        })
        .expect("entries");
        assert_eq!(seen, head);
    }
}

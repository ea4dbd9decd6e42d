//! A book in which something of everything has happened.

use crate::Engine;
use crate::book::{Book, day, pack};
use taizhang_core::command::Wish;
use taizhang_core::journal::{Act, Change, Release};
use taizhang_core::value::{Cell, Value};
use taizhang_store::engine::Sql;

/// Wells with a day on which they were dug, inspected by a new rule, with a second key.
const WELL: &str = include_str!("pack/well.toml");

/// Repairs that take over the kind of their well as well.
const REPAIR: &str = include_str!("pack/repair.toml");

/// A book with records of every kind, two versions of the pack, corrections, voids and a closing.
pub(crate) fn lively(engine: Engine) -> Book {
    let mut book = Book::new(engine);
    let (upper, lower) = (book.unit("1.1"), book.unit("1.2"));
    let mut wells = Vec::new();
    for (at, village) in ["1.1", "1.2", "1.1", "1.2", "1.1"].into_iter().enumerate() {
        let well = book.must(book.well(&format!("W{at}"), village, "2023-12-30"));
        book.must(book.on(
            "well",
            well,
            Wish::Move("start".to_owned()),
            &format!("2024-01-0{}", at + 1),
        ));
        wells.push(well);
    }
    let repair = |well: i64, matter: &str| {
        let link = Value::Link(well);
        book.must(
            book.open("repair", "2024-01-10")
                .set("well", link)
                .text("matter", matter),
        )
    };
    let repairs = [
        repair(wells[0], "rope"),
        repair(wells[0], "bucket"),
        repair(wells[1], "wall"),
    ];
    book.must(book.on("repair", repairs[2], Wish::Void, "2024-01-20"));
    book.must(
        book.on("well", wells[0], Wish::Amend, "2024-02-01")
            .set("village", Value::Unit(lower)),
    );
    book.must(
        book.on("well", wells[1], Wish::Amend, "2024-02-01")
            .set("village", Value::Unit(upper)),
    );
    let finish = book.on("repair", repairs[0], Wish::Move("finish".to_owned()), "2024-03-01");
    book.must(finish.set("cost", Value::Num(12_345)).evidence(&[[1; 32], [2; 32]]));
    let retyped = Wish::Correct {
        target: wells[2],
        withdraw: false,
        day: Some(day("2023-12-31")),
    };
    book.must(
        book.on("well", wells[2], retyped, "2024-06-01")
            .change("kind", Change::Set(Cell::NotApplicable)),
    );
    book.must(book.on("well", wells[3], Wish::Void, "2024-06-01"));
    let mut opening = book.well("OLD", "1.1", "2022-05-05");
    opening.command.wish = Wish::Open { opening: true };
    book.must(opening);
    purses(&book, upper);
    book.close("2024-03-31");
    book.about_book(Act::Release(Release {
        bulletin: "half-year".to_owned(),
        release_no: 1,
        as_of: day("2024-03-31"),
        known_at: book.head(),
        document: [9; 32],
        figures: vec![("well.working".to_owned(), "5".to_owned())],
    }));
    let changed = pack(&[("registers/well.toml", WELL), ("registers/repair.toml", REPAIR)]);
    let receipt = book.apply(&changed, "2024-04-01", false).expect("applied");
    assert!(receipt.postings > 0, "the new rule counts what is there");
    let dug = Value::Date(day("2024-04-30"), taizhang_core::value::Precision::Month);
    book.must(book.on("well", wells[4], Wish::Amend, "2024-05-01").set("dug_on", dug));
    book.must(
        book.on("repair", repairs[1], Wish::Note, "2024-05-02")
            .reason("still broken")
            .evidence(&[[2; 32]]),
    );
    photos(&book, repairs[1]);
    book
}

/// Files in a field: one named in a patch, and again beside it; another one in a correction.
fn photos(book: &Book, repair: i64) {
    let named = |file: u8| Value::Evidence(vec![[file; 32]]);
    let amend = book.on("repair", repair, Wish::Amend, "2024-05-03");
    book.must(amend.set("photo", named(3)).evidence(&[[3; 32]]));
    let target = book.head();
    let correct = Wish::Correct {
        target,
        withdraw: false,
        day: None,
    };
    book.must(book.on("repair", repair, correct, "2024-05-04").set("photo", named(4)));
}

fn purses(book: &Book, unit: i64) {
    let fill = |register: &str, on: &str, amount: i64| {
        let ask = book
            .open(register, on)
            .set("village", Value::Unit(unit))
            .text("holder", "ann");
        ask.set("amount", Value::Num(amount))
    };
    let grant = book.must(fill("grant", "2024-01-01", 100).text("number", "G1"));
    book.must(fill("spending", "2024-02-01", 60));
    let lower = Wish::Correct {
        target: grant,
        withdraw: false,
        day: None,
    };
    let mut lower = book
        .on("grant", grant, lower, "2024-06-30")
        .set("amount", Value::Num(50));
    lower.command.recover = true;
    book.must(lower);
}

/// Every row of every table, sorted.
pub(crate) fn dump(book: &Book) -> Vec<(String, Vec<Vec<Sql>>)> {
    let fixed = [
        "book",
        "entry",
        "landmark",
        "dimension",
        "posting",
        "bundle",
        "balance",
        "total",
        "holding",
        "unique_key",
        "value_digest",
        "opening",
        "evidence_of",
        "duty",
        "deed",
        "answered",
        "evidence",
        "credential",
    ];
    let registers = book.definition.registers.iter().map(|register| register.no.to_string());
    let tables = fixed.map(str::to_owned).into_iter().chain(registers);
    tables
        .map(|table| {
            let mut rows = book.query(&format!("SELECT * FROM {table}"));
            rows.sort();
            (table, rows)
        })
        .collect()
}

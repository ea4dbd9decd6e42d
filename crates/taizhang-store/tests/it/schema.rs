//! The tables that the migrations make, against the committed dump of each engine. A migration that
//! was changed after it was shipped, or that makes the engines differ, shows here.

use crate::Engine;
use crate::book::{TestClock, day};
use crate::life::lively;
use std::fmt::Write;
use std::path::Path;
use taizhang_store::Store;
use taizhang_store::engine::{Conn, Sql};
use taizhang_store::ledger::{Holder, standing};
use taizhang_store::verify::verify_at;

/// What to do when a dump differs. A new migration changes the dumps on purpose.
const REMEDY: &str = "a shipped migration is never edited; after adding one, run the test with TAIZHANG_WRITE_SCHEMA=1 \
                      and commit the files in crates/taizhang-store/schema";

#[test]
fn migrations_make_the_schema_that_is_written_down() {
    for engine in Engine::all() {
        let site = engine.site();
        Store::create(&site.place, [7; 16], [8; 32]).expect("created");
        let store = Store::open(&site.place, TestClock::at("2024-06-30")).expect("opened");
        let mut reading = store.read().expect("read");
        let name = if site.place.file().is_some() {
            "sqlite"
        } else {
            "postgres"
        };
        let found = dump(reading.conn().expect("a connection"), name == "sqlite");
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("schema/{name}.txt"));
        if std::env::var_os("TAIZHANG_WRITE_SCHEMA").is_some() {
            std::fs::write(&file, &found).expect("written");
        }
        let expected = std::fs::read_to_string(&file).unwrap_or_default();
        assert_eq!(found, expected, "{}: {REMEDY}", file.display());
    }
}

/// A book that was made before totals were kept gets them when it is opened, and is whole then.
#[test]
fn an_older_book_gets_its_totals_when_it_is_opened() {
    for engine in Engine::all() {
        let book = lively(engine);
        let sums = [
            "SELECT * FROM total ORDER BY account, level, period, unit",
            "SELECT * FROM balance ORDER BY account, level, period, unit, dim",
        ];
        let before = sums.map(|sql| book.query(sql));
        assert!(!before[0].is_empty(), "the book has money");
        let purse = book.account("purse.balance").0;
        book.tamper(&format!(
            "INSERT INTO balance SELECT account, 2, 2024, unit, dim, SUM(amount), SUM(reported), SUM(missing),
                    SUM(not_applicable) FROM balance WHERE account = {purse} GROUP BY account, unit, dim;
             DROP TABLE total; DROP INDEX IF EXISTS dimension_bytes; DROP TABLE bundle; DELETE FROM migration WHERE no >= 5"
        ));
        let book = book.reopened();
        assert_eq!(sums.map(|sql| book.query(sql)), before);
        assert!(verify_at(&book.site.place).expect("a verdict").ok, "as it is now");
    }
}

/// Postings are found by their holder on accounts of money, and no other posting has a place in that index.
#[test]
fn what_somebody_holds_is_found_by_an_index_of_money_alone() {
    for engine in Engine::all() {
        let book = lively(engine);
        let purse = book.account("purse.balance");
        let (holder, on) = (Holder::of("ann", &book.definition), day("2024-01-15"));
        let mut reading = book.store.read().expect("read");
        let known_at = reading.n();
        let conn = reading.conn().expect("a connection");
        let found = standing(conn, purse, &holder, on, known_at).expect("asked");
        let sql = "SELECT CAST(SUM(p.amount) AS BIGINT) FROM posting p JOIN dimension d ON d.id = p.dim
                   WHERE p.account = $1 AND p.day <= $2 AND d.text = 'ann'";
        let all = conn
            .query_one(sql, &[purse.0.into(), on.0.into()].map(Sql::Int))
            .expect("asked")
            .expect("a row");
        assert_eq!(Sql::Int(found), all[0], "{engine:?}");
        assert_ne!(found, 0);
        if book.site.place.file().is_none() {
            continue;
        }
        let sql = "SELECT sql FROM sqlite_master WHERE name LIKE 'posting_holder%'";
        let made = conn.query(sql, &[]).expect("asked");
        assert_eq!(made.len(), 1, "one, however often the pack changed");
        let (_, condition) = made[0][0].text().expect("text").split_once(" WHERE ").expect("partial");
        let working = book.account("well.working").0.to_string();
        assert!(
            condition.contains(&purse.0.to_string()) && !condition.contains(&working),
            "{condition}"
        );
        let asked = format!(
            "EXPLAIN QUERY PLAN SELECT p.day FROM posting p WHERE p.account = $1 AND p.entry <= $2 AND p.day >= $3
             AND p.day <= $4 AND {condition} AND p.dim IN (1, 2) ORDER BY p.day, p.entry, p.seq"
        );
        let values = [purse.0.into(), known_at, 0, 99_999].map(Sql::Int);
        let plan = conn.query(&asked, &values).expect("planned");
        assert!(plan[0][3].text().expect("text").contains("posting_holder"), "{plan:?}");
    }
}

/// Both engines have the same tables with the same columns in the same order.
#[test]
fn both_engines_have_the_same_columns() {
    let [sqlite, postgres] = [
        include_str!("../../schema/sqlite.txt"),
        include_str!("../../schema/postgres.txt"),
    ]
    .map(columns);
    assert!(sqlite.len() > 60, "the dumps are whole: {} columns", sqlite.len());
    assert_eq!(sqlite, postgres);
}

fn columns(dump: &str) -> Vec<(String, String)> {
    let named = dump.lines().filter_map(|line| line.strip_prefix("column "));
    let parts = named.filter_map(|line| line.split_once(' '));
    parts
        .map(|(place, rest)| (place.to_owned(), rest.contains("not null").to_string()))
        .collect()
}

/// One line for each column, key, index and check, sorted.
fn dump(conn: &mut dyn Conn, sqlite: bool) -> String {
    let mut text = String::from("# Made by the migrations; see tests/it/schema.rs.\n");
    let lines = if sqlite { SQLITE } else { POSTGRES };
    for sql in lines {
        let rows = conn.query(sql, &[]).unwrap_or_else(|error| panic!("{error}: {sql}"));
        for row in rows {
            let parts: Vec<String> = row.iter().map(part).filter(|part| !part.is_empty()).collect();
            let line = parts.join(" ").split_whitespace().collect::<Vec<_>>().join(" ");
            writeln!(text, "{line}").expect("a string takes it");
        }
    }
    text
}

fn part(value: &Sql) -> String {
    match value {
        Sql::Null => String::new(),
        Sql::Int(number) => number.to_string(),
        Sql::Text(text) => text.clone(),
        Sql::Blob(bytes) => format!("{} bytes", bytes.len()),
    }
}

const SQLITE: &[&str] = &[
    "SELECT 'column', m.name || '.' || c.name, lower(c.type),
            CASE WHEN c.\"notnull\" = 1 OR (c.pk > 0 AND c.type = 'INTEGER') THEN 'not null' END,
            CASE WHEN c.pk > 0 THEN 'key ' || c.pk END
     FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' ORDER BY m.name, c.cid",
    "SELECT 'as written', sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name",
];

const POSTGRES: &[&str] = &[
    "SELECT 'column', table_name::text || '.' || column_name::text, data_type::text,
            CASE WHEN is_nullable = 'NO' THEN 'not null' END, collation_name::text
     FROM information_schema.columns WHERE table_schema = current_schema()
     ORDER BY table_name COLLATE \"C\", ordinal_position",
    "SELECT 'constraint', c.conrelid::regclass::text, c.conname::text, pg_get_constraintdef(c.oid)
     FROM pg_constraint c JOIN pg_namespace n ON n.oid = c.connamespace
     WHERE n.nspname = current_schema() AND c.contype <> 'n' ORDER BY 2, 3",
    "SELECT 'index', tablename::text, indexname::text, replace(indexdef, current_schema()::text || '.', '')
     FROM pg_indexes WHERE schemaname = current_schema() ORDER BY 2, 3",
];

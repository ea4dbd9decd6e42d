//! What a page asks of a book is found by an index: none of its statements reads a whole table, as the engine itself
//! says. A book of five records cannot show it by the clock.

use crate::Engine;
use crate::book::Book;
use crate::life::lively;
use crate::write::start;
use std::collections::BTreeSet;
use taizhang_core::command::Wish;
use taizhang_core::day::Day;
use taizhang_core::definition::{Field, Register};
use taizhang_core::id::AccountNo;
use taizhang_store::engine::{ColumnType, Conn, Dialect, OnConflict, Sql, Table};
use taizhang_store::figure::Span;
use taizhang_store::record::{Filter, ListQuery, Op, Turn, list, total};
use taizhang_store::schema::column_type;
use taizhang_store::share::{Asked, Share, shares};
use taizhang_store::{StoreError, duty, figure, journal};

/// A connection that keeps what is asked of it.
struct Listening<'a> {
    conn: &'a mut dyn Conn,
    asked: Vec<(String, Vec<Sql>)>,
    /// How many rows it was handed.
    rows: usize,
}

impl Conn for Listening<'_> {
    fn begin_write(&mut self) -> Result<(), StoreError> {
        self.conn.begin_write()
    }
    fn begin_read(&mut self) -> Result<(), StoreError> {
        self.conn.begin_read()
    }
    fn commit(&mut self) -> Result<(), StoreError> {
        self.conn.commit()
    }
    fn rollback(&mut self) -> Result<(), StoreError> {
        self.conn.rollback()
    }
    fn execute(&mut self, sql: &str, params: &[Sql]) -> Result<u64, StoreError> {
        self.conn.execute(sql, params)
    }
    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.conn.batch(sql)
    }
    fn query_each(
        &mut self,
        sql: &str,
        params: &[Sql],
        each: &mut dyn FnMut(&[Sql]) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        self.asked.push((sql.to_owned(), params.to_vec()));
        let rows = &mut self.rows;
        self.conn.query_each(sql, params, &mut |row| {
            *rows += 1;
            each(row)
        })
    }
    fn write_many(&mut self, table: &Table, rows: &[Vec<Sql>], conflict: OnConflict) -> Result<(), StoreError> {
        self.conn.write_many(table, rows, conflict)
    }
    fn columns(&mut self, table: &str) -> Result<Vec<String>, StoreError> {
        self.conn.columns(table)
    }
    fn dialect(&self) -> Dialect {
        self.conn.dialect()
    }
}

/// The steps of everything that `ask` asks that walk through a whole table, each with its statement.
fn whole_tables(book: &Book, ask: impl FnOnce(&mut dyn Conn)) -> Vec<String> {
    let mut reading = book.store.read().expect("read");
    let mut listening = Listening {
        conn: reading.conn().expect("a connection"),
        asked: Vec::new(),
        rows: 0,
    };
    ask(&mut listening);
    let Listening { conn, asked, .. } = listening;
    assert!(!asked.is_empty(), "nothing was asked");
    let sql = "SELECT name FROM sqlite_schema WHERE type = 'table'";
    let tables = conn.query(sql, &[]).expect("the tables");
    let tables: BTreeSet<&str> = tables.iter().map(|row| row[0].text().expect("a name")).collect();
    let mut whole = Vec::new();
    for (sql, params) in asked {
        let plan = conn
            .query(&format!("EXPLAIN QUERY PLAN {sql}"), &params)
            .unwrap_or_else(|error| panic!("{error}: {sql}"));
        let steps = plan
            .iter()
            .filter_map(|row| row.last().and_then(|step| step.text().ok()));
        // A walk along an index in the order asked for ends at the limit; one through what a part of the statement
        // found names no table.
        let scans = |step: &&str| step.strip_prefix("SCAN ").is_some_and(|named| tables.contains(named));
        whole.extend(steps.filter(scans).map(|step| format!("{step}: {sql}")));
    }
    whole
}

fn value_for(field: &Field) -> Sql {
    match column_type(&field.kind, false) {
        ColumnType::Int => Sql::Int(1),
        ColumnType::Text => Sql::Text("x".to_owned()),
        ColumnType::Blob => Sql::Blob(vec![1]),
    }
}

/// What the views of a register ask: the filter with its sort, its sort alone, a late page, the units of a reader.
fn lists_of(register: &Register) -> Vec<ListQuery> {
    let fields = |no| register.fields.iter().find(|field| field.no == no).map(value_for);
    let mut all = vec![ListQuery {
        units: Some(BTreeSet::from([1])),
        limit: 50,
        ..ListQuery::default()
    }];
    for view in &register.views {
        let filter = |no| Filter {
            field: no,
            op: Op::Eq,
            value: fields(no).unwrap_or(Sql::Text("working".to_owned())),
        };
        let first = ListQuery {
            filters: view.filter.iter().map(|no| filter(*no)).collect(),
            sort: view.sort.clone(),
            limit: 50,
            ..ListQuery::default()
        };
        all.push(ListQuery {
            filters: Vec::new(),
            ..first.clone()
        });
        all.push(ListQuery {
            turn: Some(Turn::After(2)),
            ..first.clone()
        });
        all.push(first);
    }
    all
}

#[test]
fn lists_follow_the_indexes_that_their_register_asks_for() {
    let book = lively(Engine::Sqlite);
    for register in &book.definition.registers {
        for query in lists_of(register) {
            let whole = whole_tables(&book, |conn| {
                list(conn, register, &query).expect("listed");
            });
            // Without a filter and an order a list is the register in the order of its numbers, and ends at its limit.
            let is_plain =
                query.filters.is_empty() && query.sort.is_empty() && (query.units.is_none() || register.unit.is_none());
            assert!(whole.is_empty() || is_plain, "{}: {whole:#?}", register.id);
        }
        let filtered = lists_of(register).into_iter().filter(|query| !query.filters.is_empty());
        for query in filtered {
            let whole = whole_tables(&book, |conn| {
                total(conn, register, &query).expect("counted");
            });
            assert!(whole.is_empty(), "{}: {whole:#?}", register.id);
        }
    }
}

#[test]
fn figures_duties_and_papers_are_found_by_an_index() {
    let book = lively(Engine::Sqlite);
    let head = book.head();
    let day = |text: &str| text.parse::<Day>().expect("a day");
    let year = Span::Between(day("2024-01-01"), day("2024-12-31"));
    let (account, register) = (AccountNo(1), book.register("well").no);
    let whole = whole_tables(&book, |conn| {
        for span in [Span::AsOf(day("2024-06-30")), year] {
            for known_at in [head, head - 2, 2] {
                figure::cells(conn, account, span, known_at, head).expect("summed");
                for (all, begun) in [(Some(true), None), (None, None), (Some(true), Some(register))] {
                    let asked = Asked {
                        account,
                        span,
                        known_at: (known_at < head).then_some(known_at),
                        begun,
                        units: Vec::new(),
                    };
                    shares(conn, &asked, &|_, _| all, (0, 50)).expect("opened");
                }
            }
        }
        figure::first_days(conn, account, head, head).expect("read");
        figure::last_moved(conn, account, day("2024-06-30")).expect("read");
        figure::record_postings(conn, account, 5, head).expect("read");
        figure::postings_after(conn, account, head - 3, head).expect("read");
        figure::postings_between(conn, account, (0, head)).expect("read");
        figure::postings_of(conn, head).expect("read");
        duty::of_person(conn, 1, 100).expect("read");
        duty::of_unit(conn, 1, 100).expect("read");
        duty::of_record(conn, 5).expect("read");
        duty::of_records(conn, &[5, 6]).expect("read");
        duty::deeds(conn, 1, true, 50).expect("read");
        journal::entry(conn, 3).expect("read");
        journal::last_until(conn, 0, head).expect("read");
        journal::end_of_command(conn, 3, head).expect("read");
        journal::corrections(conn, (1, head)).expect("read");
        journal::releases(conn, "monthly").expect("read");
    });
    assert!(whole.is_empty(), "{whole:#?}");
}

/// What an opened figure is handed does not grow with the corrections of its records: one row for each of them.
#[test]
fn a_figure_is_opened_by_as_many_rows_after_corrections_as_before() {
    let book = Book::new(Engine::Sqlite);
    let wells: Vec<i64> = (0..60)
        .map(|at| {
            let well = book.must(book.well(&format!("W{at}"), "1.1", "2024-01-01"));
            start(&book, well, "2024-01-01");
            well
        })
        .collect();
    let asked = Asked {
        account: book.account("well.working"),
        span: Span::AsOf("2024-06-30".parse().expect("a day")),
        known_at: None,
        begun: Some(book.register("well").no),
        units: Vec::new(),
    };
    let opened_by = |asked: &Asked| {
        let mut reading = book.store.read().expect("read");
        let mut listening = Listening {
            conn: reading.conn().expect("a connection"),
            asked: Vec::new(),
            rows: 0,
        };
        let shares = shares(&mut listening, asked, &|_, _| Some(true), (0, 50)).expect("opened");
        (shares, listening.asked.len(), listening.rows)
    };
    let opened = || opened_by(&asked);
    let before = opened();
    assert_eq!((before.0.len(), before.1, before.2), (50, 1, 50));
    let postings = || {
        book.query("SELECT COUNT(*) FROM posting")[0][0]
            .int()
            .expect("a number")
    };
    let posted = postings();
    for on in ["2024-05-01", "2024-04-01", "2024-03-01", "2024-02-01"] {
        for (at, well) in wells.iter().enumerate() {
            let is_dug = (at + usize::from(on > "2024-03-15")) % 2 == 0;
            let amend = book.on("well", *well, Wish::Amend, on);
            book.must(amend.choice("kind", if is_dug { "dug" } else { "drilled" }));
        }
    }
    assert!(postings() > posted + 60, "corrections post something");
    let after = opened();
    let records = |shares: &[Share]| shares.iter().map(|share| share.record).collect::<Vec<_>>();
    assert_eq!(records(&before.0), records(&after.0));
    assert_eq!((after.1, after.2), (1, 50), "statements and rows after corrections");
    // What stands in other units is not handed over.
    let elsewhere = Asked {
        units: vec![book.unit("1.2")],
        ..asked
    };
    assert_eq!(opened_by(&elsewhere), (Vec::new(), 1, 0));
}

/// Without this the tests above could not fail.
#[test]
fn a_statement_without_an_index_is_noticed() {
    let book = lively(Engine::Sqlite);
    let whole = whole_tables(&book, |conn| {
        conn.query("SELECT COUNT(*) FROM posting WHERE amount = $1", &[Sql::Int(7)])
            .expect("read");
    });
    assert_eq!(whole.len(), 1, "{whole:?}");
}

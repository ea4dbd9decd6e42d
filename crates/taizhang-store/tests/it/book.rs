//! A small book to test with: the pack of wells and repairs that is shipped, and purses with a floor.

use crate::{Engine, Site};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use taizhang_core::command::{Command, Wish};
use taizhang_core::day::Day;
use taizhang_core::decide::timeline_of;
use taizhang_core::definition::{Definition, Register};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::journal::{Act, Change, PackVersion};
use taizhang_core::pack::{Files, IdMap, compile};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::Timeline;
use taizhang_core::value::{Cell, Value};
use taizhang_store::append::Who;
use taizhang_store::apply::{Everything, PackReceipt, PackRequest};
use taizhang_store::engine::Sql;
use taizhang_store::facts::Facts;
use taizhang_store::figure::{Cells, Span, cells};
use taizhang_store::head::{BASE, ENGINE};
use taizhang_store::writer::{Clock, Outcome, Reply, Request};
use taizhang_store::{Store, StoreError};

/// The identity of every test book.
pub(crate) const BOOK: [u8; 16] = *b"a book for tests";

/// A clock that stands until it is asked, then moves on by a microsecond.
pub(crate) struct TestClock {
    now: AtomicI64,
    today: Day,
}

impl TestClock {
    pub(crate) fn at(today: &str) -> Arc<TestClock> {
        let today: Day = today.parse().expect("a day");
        let now = AtomicI64::new(i64::from(today.0) * 86_400_000_000);
        Arc::new(TestClock { now, today })
    }

    pub(crate) fn jump(&self, micros: i64) {
        self.now.fetch_add(micros, Ordering::Relaxed);
    }
}

impl Clock for TestClock {
    fn now(&self) -> i64 {
        self.now.fetch_add(1, Ordering::Relaxed)
    }

    fn steady(&self) -> i64 {
        0
    }

    fn today(&self) -> Day {
        self.today
    }
}

/// A book with its pack applied.
pub(crate) struct Book {
    pub(crate) site: Site,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) store: Store,
    pub(crate) definition: Arc<Definition>,
    pub(crate) ids: IdMap,
}

impl Book {
    /// An open book with the pack; today is 2024-06-30.
    pub(crate) fn new(engine: Engine) -> Book {
        let site = engine.site();
        Store::create(&site.place, BOOK, [8; 32]).expect("created");
        let clock = TestClock::at("2024-06-30");
        let store = Store::open(&site.place, clock.clone()).expect("opened");
        let mut book = Book {
            site,
            clock,
            store,
            definition: Arc::default(),
            ids: IdMap::default(),
        };
        let receipt = book.apply(&pack(&[]), "2020-01-01", false).expect("applied");
        assert_eq!((receipt.entry, receipt.units), (1, 3));
        book
    }

    /// Closes the store and opens it again, as another program would.
    pub(crate) fn reopened(mut self) -> Book {
        self.store = Store::open(&self.site.place, self.clock.clone()).expect("opened again");
        self
    }

    /// Applies a version of the pack.
    pub(crate) fn apply(&mut self, own: &Files, from: &str, restates: bool) -> Result<PackReceipt, Vec<Refusal>> {
        let reading = self.store.read().expect("read");
        let planned_on = reading.caches.rules.latest().map_or(0, |version| version.n);
        drop(reading);
        self.apply_on(own, from, restates, planned_on)
    }

    /// Applies a version that was planned on another one.
    pub(crate) fn planned(&mut self, own: &Files, on: EntryNo) -> Result<PackReceipt, Vec<Refusal>> {
        self.apply_on(own, "2024-06-30", false, on)
    }

    fn apply_on(
        &mut self,
        own: &Files,
        from: &str,
        restates: bool,
        planned_on: EntryNo,
    ) -> Result<PackReceipt, Vec<Refusal>> {
        let compiled = compile(base(), own, &self.ids).unwrap_or_else(|faults| panic!("{}", faults[0]));
        let definition = taizhang_core::pack::succeed(&self.definition, compiled.definition.clone());
        let request = PackRequest {
            planned_on,
            version: PackVersion {
                from: day(from),
                files: files_of(own),
                ids: compiled.ids.to_text(),
                engine: ENGINE,
            },
            definition: compiled.definition,
            who: Who::default(),
            restates,
            reason: restates.then(|| vec![1]),
        };
        let (send, receive) = std::sync::mpsc::channel();
        let act = move |session: &mut taizhang_store::writer::Session| {
            send.send(session.apply_pack(request)?).expect("somebody waits");
            Ok(())
        };
        self.store.writer().act(act).expect("no fault");
        let receipt = receive.recv().expect("a receipt")?;
        self.definition = Arc::new(definition);
        self.ids = compiled.ids;
        Ok(receipt)
    }

    pub(crate) fn register(&self, id: &str) -> Arc<Register> {
        self.definition.register_named(id).expect("a register").clone()
    }

    pub(crate) fn account(&self, id: &str) -> AccountNo {
        self.ids.account(id).expect("an account")
    }

    /// The record of a unit by its code.
    pub(crate) fn unit(&self, code: &str) -> RecordNo {
        let reading = self.store.read().expect("read");
        reading.caches.tree(day("2024-06-30"), reading.n()).named(code)[0]
    }

    pub(crate) fn write(&self, commands: Vec<Command>) -> Reply {
        self.store.writer().write(request(commands))
    }

    /// Writes one command that must be accepted; its record.
    pub(crate) fn must(&self, command: Ask) -> RecordNo {
        match self.write(vec![command.command.clone()]) {
            Ok(Outcome::Written { records, .. }) => records[0],
            other => panic!("{other:?} for {:?}", command.command),
        }
    }

    /// Writes one command that must be refused; why.
    pub(crate) fn refused(&self, command: Ask) -> Code {
        match self.write(vec![command.command]) {
            Ok(Outcome::Refused(refused)) => refused[0].1[0].code,
            other => panic!("{other:?}"),
        }
    }

    pub(crate) fn head(&self) -> EntryNo {
        self.store.read().expect("read").n()
    }

    /// Begins a command on a record.
    pub(crate) fn on(&self, register: &str, record: RecordNo, wish: Wish, on: &str) -> Ask {
        let register = self.register(register);
        let command = Command::new(register.no, Some(record), wish, day(on));
        Ask { register, command }
    }

    /// Begins the opening of a record.
    pub(crate) fn open(&self, register: &str, on: &str) -> Ask {
        let register = self.register(register);
        let command = Command::new(register.no, None, Wish::Open { opening: false }, day(on));
        Ask { register, command }
    }

    /// A well in a village.
    pub(crate) fn well(&self, number: &str, village: &str, on: &str) -> Ask {
        let unit = self.unit(village);
        self.open("well", on)
            .text("number", number)
            .set("village", Value::Unit(unit))
            .choice("kind", "dug")
    }

    /// The timeline of a record as the journal gives it.
    pub(crate) fn timeline(&self, record: RecordNo) -> Timeline {
        let mut reading = self.store.read().expect("read");
        let rules = reading.caches.rules.clone();
        let definition = self.definition.clone();
        let conn = reading.conn().expect("a connection");
        let mut facts = Facts {
            conn,
            definition: &definition,
            waiting: None,
        };
        timeline_of(&mut facts, &rules, record).expect("a timeline")
    }

    /// Sums of an account.
    pub(crate) fn cells(&self, account: &str, span: Span, known_at: Option<EntryNo>) -> Cells {
        let mut reading = self.store.read().expect("read");
        let head = reading.n();
        let account = self.account(account);
        let known_at = known_at.unwrap_or(head);
        let found = reading.cells(account, span, known_at).expect("cells");
        let conn = reading.conn().expect("a connection");
        let read = cells(conn, account, span, known_at, head).expect("cells");
        assert_eq!(found, read, "from memory, and from the tables alone: one answer");
        found
    }

    /// The sum of an account over all units, as of a day.
    pub(crate) fn as_of(&self, account: &str, on: &str, known_at: Option<EntryNo>) -> i64 {
        self.cells(account, Span::AsOf(day(on)), known_at)
            .values()
            .map(|sum| sum.amount)
            .sum()
    }

    /// The rows of a query.
    pub(crate) fn query(&self, sql: &str) -> Vec<Vec<Sql>> {
        let mut reading = self.store.read().expect("read");
        reading
            .conn()
            .expect("a connection")
            .query(sql, &[])
            .unwrap_or_else(|error| panic!("{error}: {sql}"))
    }

    /// Runs statements behind the book's back.
    pub(crate) fn tamper(&self, sql: &str) {
        let sql = sql.to_owned();
        let act = move |session: &mut taizhang_store::writer::Session| {
            session.conn.batch(&sql)?;
            session.conn.commit()
        };
        self.store.writer().act(act).expect("done behind its back");
    }

    /// Closes all days up to one.
    pub(crate) fn close(&self, through: &str) {
        self.about_book(Act::Close { through: day(through) });
    }

    pub(crate) fn about_book(&self, act: Act) {
        let on = self.clock.today;
        let act = move |session: &mut taizhang_store::writer::Session| {
            session.append_about_book(act, on, Who::default()).map(|_| ())
        };
        self.store.writer().act(act).expect("written");
    }
}

/// A command under construction.
#[derive(Clone)]
pub(crate) struct Ask {
    register: Arc<Register>,
    pub(crate) command: Command,
}

impl Ask {
    pub(crate) fn change(mut self, field: &str, change: Change) -> Ask {
        let field = self.register.field_named(field).expect("a field").no;
        self.command.fields.push((field, change));
        self
    }

    pub(crate) fn set(self, field: &str, value: Value) -> Ask {
        self.change(field, Change::Set(Cell::Is(value)))
    }

    pub(crate) fn text(self, field: &str, text: &str) -> Ask {
        self.set(field, Value::Text(text.to_owned()))
    }

    pub(crate) fn choice(self, field: &str, id: &str) -> Ask {
        self.set(field, Value::Choice(id.to_owned()))
    }

    pub(crate) fn evidence(mut self, files: &[[u8; 32]]) -> Ask {
        self.command.evidence = files.to_vec();
        self
    }

    pub(crate) fn reason(mut self, text: &str) -> Ask {
        self.command.reason = Some(text.as_bytes().to_vec());
        self
    }
}

/// A request of somebody who may do everything.
pub(crate) fn request(commands: Vec<Command>) -> Request {
    Request {
        commands,
        prepared: None,
        who: Who { actor: 7, position: 8 },
        gate: Arc::new(Everything),
        idempotency: None,
    }
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// The shipped pack of wells and repairs with purses beside it; files named here come on top.
pub(crate) fn pack(changed: &[(&str, &str)]) -> Files {
    let mut files = read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/hello")));
    let purses = [
        ("accounts.toml", include_str!("pack/accounts.toml")),
        ("registers/grant.toml", include_str!("pack/grant.toml")),
        ("registers/spending.toml", include_str!("pack/spending.toml")),
    ];
    for (path, text) in purses.iter().chain(changed) {
        files.insert((*path).to_owned(), (*text).to_owned());
    }
    files
}

fn base() -> &'static Files {
    static BASE_FILES: std::sync::OnceLock<Files> = std::sync::OnceLock::new();
    BASE_FILES.get_or_init(|| read(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../packs/base"))))
}

fn files_of(own: &Files) -> Vec<(String, String)> {
    let based = base()
        .iter()
        .map(|(path, text)| (format!("{BASE}{path}"), text.clone()));
    let mut files: Vec<(String, String)> = based.chain(own.clone()).collect();
    files.sort();
    files
}

fn read(folder: &Path) -> Files {
    let mut files = Files::new();
    let mut left = vec![folder.to_owned()];
    while let Some(next) = left.pop() {
        for found in std::fs::read_dir(&next).expect("a folder") {
            let path = found.expect("an entry").path();
            if path.is_dir() {
                left.push(path);
            } else if path.extension().is_some_and(|kind| kind != "md") || next != folder {
                let name = path
                    .strip_prefix(folder)
                    .expect("inside")
                    .to_str()
                    .expect("UTF-8")
                    .to_owned();
                files.insert(name, std::fs::read_to_string(&path).expect("text"));
            }
        }
    }
    files
}

/// What kind of error a result holds, for tables.
pub(crate) fn kind<T>(result: Result<T, StoreError>) -> String {
    match result {
        Ok(_) => "ok".to_owned(),
        Err(error) => format!("{error:?}")
            .split(['(', ' '])
            .next()
            .unwrap_or_default()
            .to_owned(),
    }
}

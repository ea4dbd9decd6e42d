//! The district's own book under a clock that somebody turns.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};
use taizhang::app::book::read_pack;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::records::ListAsk;
use taizhang::app::{App, Options};
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;
use taizhang_core::id::RecordNo;
use taizhang_store::Place;
use taizhang_store::writer::Clock;

/// A clock that somebody else turns; every question takes it a microsecond.
pub(super) struct Turned {
    pub(super) day: AtomicI32,
    pub(super) asked: AtomicI64,
}

impl Clock for Turned {
    fn now(&self) -> i64 {
        let day = i64::from(self.day.load(Ordering::Relaxed));
        day * 86_400_000_000 + self.asked.fetch_add(1, Ordering::Relaxed)
    }

    fn steady(&self) -> i64 {
        self.now()
    }

    fn today(&self) -> Day {
        Day(self.day.load(Ordering::Relaxed))
    }
}

pub(super) struct Year {
    pub(super) app: App,
    pub(super) clock: Arc<Turned>,
    pub(super) folder: tempfile::TempDir,
}

pub(super) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

impl Year {
    pub(super) fn new() -> Year {
        Year::from(day("2024-01-01"))
    }

    /// A book of the district that begins on a day.
    pub(super) fn from(first: Day) -> Year {
        let folder = tempfile::tempdir().expect("a folder");
        let place: Place = format!("sqlite:{}", folder.path().join("book.db").display())
            .parse()
            .expect("a place");
        let clock = Arc::new(Turned {
            day: AtomicI32::new(first.0),
            asked: AtomicI64::new(0),
        });
        let options = Options {
            keys: None,
            evidence: None,
            lang: Lang::Zh,
            clock: clock.clone(),
        };
        let app = App::create(&place, options).expect("made");
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/xinhua");
        let plan = app.plan_pack(read_pack(&pack).expect("read")).expect("planned");
        app.apply_pack(&app.program_scope().expect("a scope"), plan, None, None)
            .expect("applied");
        Year { app, clock, folder }
    }

    pub(super) fn write(
        &self,
        register: &str,
        record: Option<RecordNo>,
        wish: DraftWish,
        set: &[(&str, &str)],
    ) -> Vec<RecordNo> {
        let draft = Draft {
            register: register.to_owned(),
            record,
            wish,
            set: set
                .iter()
                .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
                .collect(),
            occurred_on: Some(self.app.today()),
            ..Draft::default()
        };
        let scope = self.app.program_scope().expect("a scope");
        let receipt = self.app.execute(&scope, &[draft], None);
        receipt
            .unwrap_or_else(|error| panic!("{register} on {}: {error:?}", self.app.today()))
            .records
    }

    pub(super) fn open(&self, register: &str, set: &[(&str, &str)]) -> RecordNo {
        self.write(register, None, DraftWish::Open, set)[0]
    }

    pub(super) fn make(&self, register: &str, record: RecordNo, name: &str, set: &[(&str, &str)]) {
        self.write(register, Some(record), DraftWish::Move(name.to_owned()), set);
    }

    pub(super) fn rows(&self, register: &str) -> Vec<BTreeMap<String, String>> {
        let scope = self.app.program_scope().expect("a scope");
        let ask = ListAsk {
            register: register.to_owned(),
            limit: 1_000,
            ..ListAsk::default()
        };
        let listed = self.app.list(&scope, &ask).expect("a list");
        let fields = &listed.register.fields;
        let row = |row: &taizhang_store::cells::RecordRow| {
            let cells = fields.iter().map(|field| {
                let cell = row
                    .state
                    .cell(field.no)
                    .cloned()
                    .unwrap_or(taizhang_core::value::Cell::Missing);
                (field.id.clone(), taizhang_core::decide::brief(&cell))
            });
            let stage = ("stage".to_owned(), row.state.stage().unwrap_or_default().to_owned());
            let number = ("id".to_owned(), row.record.to_string());
            cells.chain([stage, number]).collect()
        };
        listed.rows.iter().map(row).collect()
    }
}

/// A field of a row, or nothing.
pub(super) fn told<'a>(row: &'a BTreeMap<String, String>, field: &str) -> &'a str {
    row.get(field).map_or("", String::as_str)
}

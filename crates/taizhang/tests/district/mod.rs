//! The first district's pack in a book of its own, with a clock that a test may turn; shared by the tests of what
//! the pack says.
#![allow(dead_code)]

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use taizhang::app::ask::{FigureQuestion, Span};
use taizhang::app::book::read_pack;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::{App, Options};
use taizhang::clock::SystemClock;
use taizhang::error::AppError;
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;
use taizhang_store::writer::Clock;

/// A clock that somebody else turns; every question takes it a microsecond.
pub(crate) struct Turned(AtomicI64);

impl Turned {
    pub(crate) fn to(&self, text: &str) {
        self.0.store(i64::from(day(text).0) * DAY_US, Ordering::Relaxed);
    }

    pub(crate) fn ahead(&self, minutes: i64) {
        self.0.fetch_add(minutes * 60_000_000, Ordering::Relaxed);
    }
}

pub(crate) const DAY_US: i64 = 86_400_000_000;

impl Clock for Turned {
    fn now(&self) -> i64 {
        self.0.fetch_add(1, Ordering::Relaxed)
    }

    fn steady(&self) -> i64 {
        self.now()
    }

    fn today(&self) -> Day {
        Day((self.0.load(Ordering::Relaxed) / DAY_US) as i32)
    }
}

pub(crate) struct District {
    pub(crate) app: Arc<App>,
    pub(crate) folder: tempfile::TempDir,
}

pub(crate) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

impl District {
    pub(crate) fn new() -> District {
        District::with(Arc::new(SystemClock::standing_at(day("2024-08-28"))))
    }

    /// A district on a day, and the clock that turns it.
    pub(crate) fn on(text: &str) -> (District, Arc<Turned>) {
        let clock = Arc::new(Turned(AtomicI64::new(0)));
        clock.to(text);
        (District::with(clock.clone()), clock)
    }

    fn with(clock: Arc<dyn Clock>) -> District {
        let folder = tempfile::tempdir().expect("a folder");
        let place = format!("sqlite:{}", folder.path().join("book.db").display());
        let options = Options {
            keys: None,
            evidence: None,
            lang: Lang::Zh,
            clock,
        };
        let app = App::create(&place.parse().expect("a place"), options).expect("a book");
        let files = read_pack(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/xinhua")).expect("the pack");
        let plan = app.plan_pack(files).expect("a plan");
        app.apply_pack(&app.program_scope().expect("a scope"), plan, None, None)
            .expect("applied");
        District {
            app: Arc::new(app),
            folder,
        }
    }

    pub(crate) fn draft(&self, register: &str, on: &str, set: &[(&str, &str)]) -> Draft {
        Draft {
            register: register.to_owned(),
            set: set
                .iter()
                .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
                .collect(),
            occurred_on: Some(day(on)),
            ..Draft::default()
        }
    }

    pub(crate) fn write(&self, draft: Draft) -> Result<i64, AppError> {
        let scope = self.app.program_scope()?;
        Ok(self.app.execute(&scope, &[draft], None)?.records[0])
    }

    pub(crate) fn open(&self, register: &str, on: &str, set: &[(&str, &str)]) -> i64 {
        self.write(self.draft(register, on, set)).expect(register)
    }

    /// A file that was brought, by its hash.
    pub(crate) fn file(&self, name: &str) -> [u8; 32] {
        let scope = self.app.program_scope().expect("a scope");
        let mut arriving = self.app.arriving(&scope).expect("begun");
        assert!(self.app.take(&mut arriving, b"%PDF-1.4").expect("taken"));
        self.app.keep(&scope, arriving, name).expect("kept").hash
    }

    pub(crate) fn refused(&self, draft: Draft) -> String {
        match self.write(draft) {
            Err(AppError::Refused(lines)) => lines[0].message.clone(),
            other => panic!("not refused: {other:?}"),
        }
    }

    pub(crate) fn turn(&self, register: &str, record: i64, name: &str, on: &str, set: &[(&str, &str)]) -> Draft {
        Draft {
            record: Some(record),
            wish: DraftWish::Move(name.to_owned()),
            ..self.draft(register, on, set)
        }
    }

    pub(crate) fn figure(&self, account: &str, span: Span) -> String {
        let question = FigureQuestion {
            account: account.to_owned(),
            unit: None,
            span,
            known_at: None,
        };
        let figure = self.app.asking().expect("a moment").figure(&question).expect(account);
        figure.value.unwrap_or_else(|| figure.state.key().to_owned())
    }
}

pub(crate) const YEAR: fn() -> Span = || Span::Between(day("2024-01-01"), day("2024-12-31"));

pub(crate) fn told(district: &District, result: Result<impl std::fmt::Debug, AppError>) -> String {
    let error = result.expect_err("it should be refused");
    district.app.locale().error(&error)
}

//! The district's own pack in a new book, under a clock that a test turns.

#![allow(missing_docs, unreachable_pub)] // a test's own tools

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};
use taizhang::app::book::read_pack;
use taizhang::app::{App, Options};
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;
use taizhang_core::pack::Files;
use taizhang_store::Place;
use taizhang_store::writer::Clock;

/// A clock that somebody else turns; every question takes it a microsecond.
pub struct Turned {
    pub day: AtomicI32,
    pub asked: AtomicI64,
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

/// A book that begins on a day, with its clock, in a folder that goes with the last value.
pub fn founded(first: Day) -> (App, Arc<Turned>, tempfile::TempDir) {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/xinhua");
    founded_of(first, read_pack(&pack).expect("read"))
}

/// The same under other files of a pack.
pub fn founded_of(first: Day, files: Files) -> (App, Arc<Turned>, tempfile::TempDir) {
    let folder = tempfile::tempdir().expect("a folder");
    let place = format!("sqlite:{}", folder.path().join("book.db").display());
    let place: Place = place.parse().expect("a place");
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
    let plan = app.plan_pack(files).expect("planned");
    app.apply_pack(&app.program_scope().expect("a scope"), plan, None, None)
        .expect("applied");
    (app, clock, folder)
}

//! Room: what the program does for somebody — one gate (`scope`), one way in (`execute`), one way
//! out (`ask`). Web, API, command line and importer call these; the store stays private here.

pub mod account;
pub mod ask;
pub mod awarded;
pub mod board;
pub mod book;
pub mod buildings;
pub mod burden;
pub mod candidates;
pub mod cards;
pub mod checked;
pub mod claims;
pub mod countdown;
pub mod curve;
pub mod designer;
pub mod desk;
pub mod desks;
pub mod digest;
mod digests;
pub mod duties;
pub mod evidence;
pub mod execute;
pub mod follow;
pub mod goals;
pub mod graph;
pub mod in_hand;
pub mod inquiry;
pub mod instruments;
pub mod invariants;
pub mod issue;
mod kept;
pub mod locks;
pub mod machine;
pub mod merge;
pub mod names;
pub mod news;
pub mod notice;
pub mod pace;
pub mod panel;
pub mod people;
pub mod pocket;
pub mod records;
pub mod rollover;
pub mod round;
pub mod scenario;
pub mod schemes;
pub mod scope;
pub mod scratch;
pub mod sealed;
pub mod search;
pub mod sections;
pub mod sources;
pub mod unasked;
pub mod undo;

use crate::error::AppError;
use crate::keys::{Keys, random};
use crate::locale::Locale;
use evidence::Evidence;
use kept::Kept;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use taizhang_core::calendar::Moment;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Lang};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::unit::UnitTree;
use taizhang_store::figure::Cells;
use taizhang_store::writer::Clock;
use taizhang_store::{Place, Reading, Store, StoreError};

/// An open book with its keys and words.
pub struct App {
    store: Store,
    keys: Keys,
    evidence: Evidence,
    locale: Locale,
    trees: Mutex<BTreeMap<(EntryNo, Day), Arc<UnitTree>>>,
    /// The days on which the tree of units changes, as of the last entry about a unit.
    unit_days: Mutex<BTreeMap<EntryNo, Arc<BTreeSet<Day>>>>,
    index: Mutex<search::Index>,
    scopes: Mutex<scope::Scopes>,
    kept_sums: Kept<ask::Asked, Cells>,
    kept_folds: Kept<ask::Asked, ask::Folded>,
    kept_first_days: Kept<(AccountNo, EntryNo), BTreeMap<RecordNo, Day>>,
    kept_targets: Kept<EntryNo, pace::Read>,
    kept_paces: Kept<pace::Asked, Vec<Arc<pace::Pace>>>,
}

/// How many sums are kept of each kind, some 50 bytes each.
const SUMS_KEPT: usize = 200_000;

/// How many targets are kept, as they were set and as they were judged, some 500 bytes each.
const TARGETS_KEPT: usize = 40_000;

/// How to open a book.
pub struct Options {
    /// The key file; none for the one beside an SQLite book.
    pub keys: Option<PathBuf>,
    /// The store of evidence; none for the folder beside an SQLite book.
    pub evidence: Option<Evidence>,
    /// The language of answers.
    pub lang: Lang,
    /// The clock.
    pub clock: Arc<dyn Clock>,
}

impl App {
    /// Makes an empty book with a key file of its own, and opens it.
    pub fn create(place: &Place, options: Options) -> Result<App, AppError> {
        if place.file().is_some_and(Path::exists) {
            return Err(StoreError::BookExists(place.to_string()).into());
        }
        let keys = Keys::create(&Keys::place(place, options.keys.clone())?)?;
        if let Err(error) = Store::create(place, random()?, keys.fingerprint()) {
            // It was made a moment ago for a book that there is not: nothing is sealed with it.
            let _ = std::fs::remove_file(keys.path());
            return Err(error.into());
        }
        App::open(place, options)
    }

    /// Opens a book with the key file that was made with it.
    pub fn open(place: &Place, options: Options) -> Result<App, AppError> {
        let keys_at = Keys::place(place, options.keys)?;
        let evidence = Evidence::of(place, options.evidence)?;
        // A place without a book is said before its keys are missed.
        let store = Store::open_with(place, options.clock, Arc::new(instruments::BySchemes))?;
        let keys = Keys::open(&keys_at)?;
        keys.fit(&store.read()?.head.keys)?;
        let locale = Locale::new(options.lang);
        let app = App {
            store,
            keys,
            evidence,
            locale,
            trees: Mutex::default(),
            unit_days: Mutex::default(),
            index: Mutex::default(),
            scopes: Mutex::default(),
            kept_sums: Kept::new(SUMS_KEPT),
            kept_folds: Kept::new(SUMS_KEPT),
            kept_first_days: Kept::new(SUMS_KEPT),
            kept_targets: Kept::new(TARGETS_KEPT),
            kept_paces: Kept::new(TARGETS_KEPT),
        };
        app.mend_restored()?;
        Ok(app)
    }

    /// The words of answers.
    pub fn locale(&self) -> &Locale {
        &self.locale
    }

    /// The keys.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The store of evidence.
    pub fn evidence(&self) -> &Evidence {
        &self.evidence
    }

    /// The clock.
    pub fn clock(&self) -> &dyn Clock {
        self.store.clock()
    }

    /// Today in the district's time zone.
    pub fn today(&self) -> Day {
        self.store.clock().today()
    }

    /// Now, as a minute of today.
    pub fn now(&self) -> Moment {
        Moment {
            day: self.today(),
            minute: crate::clock::minute_of(self.clock().now()),
        }
    }

    /// The open book, for operation (backup, verify); pages never see it.
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// Reads from one moment.
    pub fn reading(&self) -> Result<Reading<'_>, AppError> {
        Ok(self.store.read()?)
    }

    /// The tree of units on a day, as known at an entry; kept for the next question.
    pub fn tree(&self, reading: &Reading<'_>, day: Day, known_at: EntryNo) -> Arc<UnitTree> {
        let changed = reading.caches.units_changed_at(known_at);
        let mut trees = self.trees.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees.get(&(changed, day)) {
            return tree.clone();
        }
        let tree = Arc::new(reading.caches.tree(day, known_at));
        if trees.len() > 64 {
            trees.clear();
        }
        trees.insert((changed, day), tree.clone());
        tree
    }

    /// The days on which the tree of units changes, as known at an entry; kept for the next question.
    pub fn unit_days(&self, reading: &Reading<'_>, known_at: EntryNo) -> Arc<BTreeSet<Day>> {
        let changed = reading.caches.units_changed_at(known_at);
        let mut kept = self.unit_days.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(days) = kept.get(&changed) {
            return days.clone();
        }
        let days = Arc::new(reading.caches.units(known_at).days());
        if kept.len() > 64 {
            kept.clear();
        }
        kept.insert(changed, days.clone());
        days
    }
}

/// The present definition of a book.
pub fn definition(reading: &Reading<'_>) -> Result<Arc<Definition>, AppError> {
    let latest = reading.caches.rules.latest();
    latest.map(|version| version.definition.clone()).ok_or(AppError::NoPack)
}

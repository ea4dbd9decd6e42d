//! Room: a real book that scripts and histories are run on.

use crate::definition::{self, VERSIONS};
use crate::engine::{Engine, Site};
use crate::memory::Clerk;
use crate::table::{Deed, Figure, Question, World};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI32, AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};
use taizhang_core::command::Command;
use taizhang_core::day::Day;
use taizhang_core::definition::{AccountKind, Definition};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::journal::{Act, PackVersion};
use taizhang_core::pack::{IdMap, compile};
use taizhang_core::refusal::Code;
use taizhang_store::append::Who;
use taizhang_store::apply::PackRequest;
use taizhang_store::figure::{Cells, Span, Sum, cells, dimension_texts};
use taizhang_store::head::{BASE, ENGINE};
use taizhang_store::total::{self, Total};
use taizhang_store::verify::verify;
use taizhang_store::writer::{Clock, Outcome, Request, Session};
use taizhang_store::{Reading, Store, StoreError};

/// A day in microseconds.
const DAY: i64 = 24 * 3_600_000_000;

/// A clock whose day the scripts set.
struct ScriptClock {
    now: AtomicI64,
    today: AtomicI32,
}

impl Clock for ScriptClock {
    fn now(&self) -> i64 {
        self.now.fetch_add(1, Ordering::Relaxed)
    }

    fn steady(&self) -> i64 {
        0
    }

    fn today(&self) -> Day {
        Day(self.today.load(Ordering::Relaxed))
    }
}

/// A book on one of the engines.
pub(crate) struct OnStore {
    store: Store,
    clock: Arc<ScriptClock>,
    closed: Option<Day>,
    // After the store, so that its connections are gone when the place is.
    site: Site,
}

impl OnStore {
    /// A book under version 0 of the pack.
    pub(crate) fn new(engine: Engine) -> OnStore {
        let site = engine.site();
        Store::create(&site.place, [9; 16], [8; 32]).expect("created");
        let clock = Arc::new(ScriptClock {
            now: AtomicI64::new(1_767_225_600_000_000),
            today: AtomicI32::new(20_634),
        });
        let store = Store::open(&site.place, clock.clone()).expect("opened");
        let mut book = OnStore {
            store,
            clock,
            closed: None,
            site,
        };
        book.pack(0, Day::of(2026, 1, 1).expect("a day"), true)
            .expect("an empty book takes a pack");
        book
    }

    /// What befalls a book between two commands and must leave no trace: its program ends and another opens
    /// it, a transaction breaks off half done, the clock is set back or runs ahead.
    pub(crate) fn disturb(&mut self, at: usize) {
        match at % 4 {
            0 => self.store = Store::open(&self.site.place, self.clock.clone()).expect("opened again"),
            1 => {
                let broken = self.store.writer().act(|session| {
                    session
                        .conn
                        .batch("DELETE FROM posting; UPDATE book SET head = head + 7")?;
                    Err(StoreError::Fenced)
                });
                broken.expect_err("broken off");
            }
            2 => drop(self.clock.now.fetch_sub(3 * DAY, Ordering::Relaxed)),
            _ => drop(self.clock.now.fetch_add(DAY / 2, Ordering::Relaxed)),
        }
    }

    fn write(&mut self, command: &Command, may_restate: bool) -> Result<EntryNo, Vec<Code>> {
        let request = Request {
            commands: vec![command.clone()],
            prepared: None,
            who: Who::default(),
            gate: Arc::new(Clerk { may_restate }),
            idempotency: None,
        };
        match self.store.writer().write(request).expect("no fault") {
            Outcome::Written { last, .. } => Ok(last),
            Outcome::Refused(refused) => Err(refused[0].1.iter().map(|refusal| refusal.code).collect()),
            other => panic!("{other:?}"),
        }
    }

    fn pack(&mut self, which: usize, from: Day, may_restate: bool) -> Result<EntryNo, Vec<Code>> {
        let definition = compiled(which);
        let base = definition::base().into_iter();
        let based = base.map(|(path, text)| (format!("{BASE}{path}"), text));
        let mut files: Vec<(String, String)> = based.chain(definition::files(which)).collect();
        files.sort();
        let request = PackRequest {
            planned_on: self.planned_on(),
            version: PackVersion {
                from,
                files,
                ids: numbers().to_text(),
                engine: ENGINE,
            },
            definition,
            who: Who::default(),
            restates: may_restate,
            reason: Some(vec![1]),
        };
        let done = self.act(move |session| session.apply_pack(request));
        done.map(|receipt| receipt.entry)
            .map_err(|refusals| refusals.iter().map(|refusal| refusal.code).collect())
    }

    fn about_book(&mut self, act: Act) -> EntryNo {
        let today = self.clock.today();
        self.act(move |session| session.append_about_book(act, today, Who::default()))
            .n
    }

    fn act<T: Send + 'static>(&self, act: impl FnOnce(&mut Session) -> Result<T, StoreError> + Send + 'static) -> T {
        let (send, receive) = std::sync::mpsc::channel();
        let told = move |session: &mut Session| {
            send.send(act(session)?).expect("somebody waits");
            Ok(())
        };
        self.store.writer().act(told).expect("no fault");
        receive.recv().expect("an answer")
    }

    fn planned_on(&self) -> EntryNo {
        let reading = self.store.read().expect("read");
        reading.caches.rules.latest().map_or(0, |version| version.n)
    }

    fn present(&self) -> Arc<Definition> {
        let reading = self.store.read().expect("read");
        let latest = reading.caches.rules.latest();
        latest.map(|version| version.definition.clone()).unwrap_or_default()
    }
}

impl World for OnStore {
    fn definition(&mut self) -> Arc<Definition> {
        self.present()
    }

    fn submit(&mut self, deed: &Deed) -> Result<EntryNo, Vec<Code>> {
        match deed {
            Deed::Write {
                command,
                may_restate,
                today,
            } => {
                self.clock.today.store(today.0, Ordering::Relaxed);
                self.write(command, *may_restate)
            }
            Deed::Close(through) => {
                self.closed = Some(*through);
                Ok(self.about_book(Act::Close { through: *through }))
            }
            Deed::Reopen(through) => {
                self.closed = Some(*through);
                Ok(self.about_book(Act::Reopen { through: *through }))
            }
            Deed::Pack {
                which,
                from,
                may_restate,
            } => self.pack(*which, *from, *may_restate),
        }
    }

    /// A level by the tree of its day, a movement day by day by the tree of each.
    fn balance(&mut self, question: &Question) -> Figure {
        let present = self.present();
        let account = present.account_named(&question.account).expect("an account");
        let (account, is_money) = (account.no, account.kind == AccountKind::Money);
        let mut reading = self.store.read().expect("read");
        let head = reading.n();
        let spans = match question.from {
            None => vec![(Span::AsOf(question.to), question.to)],
            Some(from) => (from.0..=question.to.0)
                .map(Day)
                .map(|day| (Span::Between(day, day), day))
                .collect(),
        };
        let mut sum = Sum::default();
        for (span, day) in spans {
            let below = reading.caches.tree(day, question.known_at).with_below(question.unit);
            // From memory, and from the tables alone: one answer.
            let found = reading.cells(account, span, question.known_at).expect("sums");
            let conn = reading.conn().expect("a connection");
            let read = cells(conn, account, span, question.known_at, head).expect("sums");
            assert_eq!(found, read, "known at {} of {head}", question.known_at);
            if is_money {
                same_by_unit(&mut reading, account, span, question.known_at, &found);
            }
            let conn = reading.conn().expect("a connection");
            let texts = dimension_texts(conn, &found.keys().map(|(_, dim)| *dim).collect()).expect("texts");
            for ((unit, dim), cell) in found {
                let asked = question.dim.as_ref().is_none_or(|text| texts.get(&dim) == Some(text));
                if asked && below.contains(&unit) {
                    sum.add(cell);
                }
            }
        }
        Figure {
            amount: sum.amount,
            reported: sum.reported,
            missing: sum.missing,
            not_applicable: sum.not_applicable,
        }
    }

    fn check(&mut self) {
        let verdict = verify(&mut self.store.read().expect("read")).expect("no fault");
        assert!(verdict.ok, "{:?}", verdict.first_bad);
    }
}

/// The numbers that all versions give to names, as the book in memory has them.
fn numbers() -> &'static IdMap {
    static NUMBERS: OnceLock<IdMap> = OnceLock::new();
    NUMBERS.get_or_init(|| {
        (0..VERSIONS).fold(IdMap::default(), |ids, at| {
            compile(&definition::base(), &definition::files(at), &ids)
                .unwrap_or_else(|faults| panic!("version {at}: {faults:?}"))
                .ids
        })
    })
}

/// A version as a new book would compile it, with the numbers of all.
fn compiled(which: usize) -> Definition {
    static COMPILED: OnceLock<Vec<Definition>> = OnceLock::new();
    let all = COMPILED.get_or_init(|| {
        let one = |at| compile(&definition::base(), &definition::files(at), numbers()).expect("compiles");
        (0..VERSIONS).map(|at| one(at).definition).collect()
    });
    // The scripts open their own units.
    Definition {
        units: Vec::new(),
        ..all[which].clone()
    }
}

/// What was debited and credited, whoever held it, adds up to the sums of all holders: by the tables alone where
/// the head is asked for, from memory, and from the postings.
fn same_by_unit(reading: &mut Reading<'_>, account: AccountNo, span: Span, known_at: EntryNo, cells: &Cells) {
    let mut summed: BTreeMap<RecordNo, i64> = BTreeMap::new();
    for ((unit, _), cell) in cells {
        *summed.entry(*unit).or_default() += cell.amount;
    }
    summed.retain(|_, amount| *amount != 0);
    let head = reading.n();
    let remembered = reading.totals(account, span, known_at).expect("totals");
    let conn = reading.conn().expect("a connection");
    let posted = total::known(conn, account, span, known_at, head).expect("totals");
    for totals in [remembered, posted] {
        let level = |(unit, total): (RecordNo, Total)| (unit, total.debit - total.credit);
        let mut levels: BTreeMap<RecordNo, i64> = totals.into_iter().map(level).collect();
        levels.retain(|_, amount| *amount != 0);
        assert_eq!(
            levels, summed,
            "account {account:?} over {span:?} known at {known_at} of {head}"
        );
    }
}

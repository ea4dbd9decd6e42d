//! Room: a book that is open — made, opened, read at one moment, written through its one writer.

use crate::engine::{Conn, Dialect};
use crate::error::StoreError;
use crate::figure::{self, Cells, Span};
use crate::head::{Caches, Head};
use crate::known::Known;
use crate::place::Place;
use crate::schema::{SCHEMA, migrate, schema_of};
use crate::total::{self, Totals};
use crate::writer::{Clock, Writer};
use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use taizhang_core::day::Day;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::instrument::{Instruments, NoInstruments};
use taizhang_core::journal::chain::Hash;
use taizhang_core::rules::Rules;

/// How many reading connections are kept for the next question. One to a file is opened soon and keeps pages in memory; one
/// to a server costs more than what is asked on it.
const READERS: usize = 16;
const READERS_OF_A_SERVER: usize = 32;

/// What the writer and the readers of one program share.
pub struct Shared {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) instruments: Arc<dyn Instruments>,
    latest: RwLock<Arc<(Head, Caches)>>,
    known: Known,
    /// How often derived tables were written anew while this program had the book open.
    rebuilt: AtomicU64,
}

/// The moment that a reading sees. What was answered at one is right at no other: it differs with every entry, with
/// another server's takeover, with another book in the place of this one, and when tables were written anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Moment {
    rebuilt: u64,
    epoch: i64,
    n: EntryNo,
    hash: Hash,
}

impl Moment {
    /// Whether it comes behind another.
    pub fn is_after(&self, other: &Moment) -> bool {
        (self.rebuilt, self.epoch, self.n) > (other.rebuilt, other.epoch, other.n)
    }
}

impl Shared {
    pub(crate) fn publish(&self, head: Head, caches: Caches) {
        let mut latest = self.latest.write().unwrap_or_else(PoisonError::into_inner);
        // A reader that was slow must not put an older moment in the place of a newer one.
        if latest.0.epoch != head.epoch || latest.0.n <= head.n {
            *latest = Arc::new((head, caches));
        }
    }

    /// Forgets what was kept of derived tables, which were written anew.
    pub(crate) fn forget(&self) {
        self.known.clear();
        self.rebuilt.fetch_add(1, Ordering::SeqCst);
    }

    pub(crate) fn latest(&self) -> Arc<(Head, Caches)> {
        self.latest.read().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

/// An open book.
pub struct Store {
    place: Place,
    shared: Arc<Shared>,
    writer: Writer,
    readers: Mutex<Vec<Box<dyn Conn>>>,
}

/// A connection that reads from one moment, and what is known then.
pub struct Reading<'a> {
    conn: Option<Box<dyn Conn>>,
    /// The head of that moment.
    pub head: Head,
    /// Rules, closings and units of that moment.
    pub caches: Caches,
    store: &'a Store,
    rebuilt: u64,
    whole: bool,
}

impl Store {
    /// Makes an empty book: tables, identity and the digest of its keys, no entry yet.
    pub fn create(place: &Place, book: [u8; 16], keys: [u8; 32]) -> Result<(), StoreError> {
        if place.file().is_some_and(std::path::Path::exists) {
            return Err(StoreError::BookExists(place.to_string()));
        }
        let mut conn = place.create()?;
        if schema_of(&mut *conn)? > 0 {
            return Err(StoreError::BookExists(place.to_string()));
        }
        conn.begin_write()?;
        migrate(&mut *conn)?;
        Head::create(&mut *conn, book, keys)?;
        conn.commit()
    }

    /// Opens a book for reading and writing.
    pub fn open(place: &Place, clock: Arc<dyn Clock>) -> Result<Store, StoreError> {
        Store::open_with(place, clock, Arc::new(NoInstruments))
    }

    /// The same with the arithmetic of schemes of money.
    pub fn open_with(
        place: &Place,
        clock: Arc<dyn Clock>,
        instruments: Arc<dyn Instruments>,
    ) -> Result<Store, StoreError> {
        let mut conn = place.write()?;
        match schema_of(&mut *conn)? {
            0 => return Err(StoreError::NoBook(place.to_string())),
            SCHEMA.. => migrate(&mut *conn)?,
            _ => {
                conn.begin_write()?;
                migrate(&mut *conn)?;
                conn.commit()?;
            }
        }
        let head = Head::read(&mut *conn)?;
        let caches = Caches::load(&mut *conn)?;
        let shared = Arc::new(Shared {
            clock,
            instruments,
            latest: RwLock::new(Arc::new((head, caches))),
            known: Known::default(),
            rebuilt: AtomicU64::new(0),
        });
        let writer = Writer::spawn(conn, place.clone(), shared.clone())?;
        Ok(Store {
            place: place.clone(),
            shared,
            writer,
            readers: Mutex::new(Vec::new()),
        })
    }

    /// Where it is.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Its writer.
    pub fn writer(&self) -> &Writer {
        &self.writer
    }

    /// Its clock.
    pub fn clock(&self) -> &dyn Clock {
        &*self.shared.clock
    }

    /// The rules as of the last moment that was read: no moment need be opened to say what registers there are.
    pub fn rules(&self) -> Arc<Rules> {
        self.shared.latest().1.rules.clone()
    }

    /// Reads from one moment: all questions to the answer see the same entries.
    pub fn read(&self) -> Result<Reading<'_>, StoreError> {
        // Asked before the moment begins, so that it is never ahead of it.
        let latest = self.shared.latest();
        let rebuilt = self.shared.rebuilt.load(Ordering::SeqCst);
        let (mut conn, head) = self.reader()?;
        let caches = if latest.0.n == head.n && latest.0.epoch == head.epoch {
            latest.1.clone()
        } else {
            // Another server wrote, or our writer is between its commit and its publishing.
            let mut caches = latest.1.clone();
            if head.n > latest.0.n && head.epoch == latest.0.epoch {
                caches.catch_up(&mut *conn, latest.0.n)?;
                self.shared.publish(head, caches.clone());
            } else {
                caches = Caches::load(&mut *conn)?;
            }
            caches
        };
        Ok(Reading {
            conn: Some(conn),
            head,
            caches,
            store: self,
            rebuilt,
            whole: true,
        })
    }

    /// The same, if it is at hand: an SQLite book, a connection that is open, nothing written by anybody else. Then it
    /// waits for nobody, and whoever asks needs no thread to wait on.
    pub fn read_at_hand(&self) -> Option<Reading<'_>> {
        self.place.file()?;
        let rebuilt = self.shared.rebuilt.load(Ordering::SeqCst);
        let latest = self.shared.latest();
        let mut conn = self.pooled()?;
        let head = begun(&mut *conn).ok()?;
        let reading = Reading {
            conn: Some(conn),
            head,
            caches: latest.1.clone(),
            rebuilt,
            store: self,
            whole: true,
        };
        (latest.0.n == head.n && latest.0.epoch == head.epoch).then_some(reading)
    }

    /// A connection in a read transaction, and the head that it sees; a pooled one whose line broke meanwhile is passed
    /// over.
    fn reader(&self) -> Result<(Box<dyn Conn>, Head), StoreError> {
        while let Some(mut conn) = self.pooled() {
            if let Ok(head) = begun(&mut *conn) {
                return Ok((conn, head));
            }
        }
        let mut conn = self.place.read()?;
        let head = begun(&mut *conn)?;
        Ok((conn, head))
    }

    fn pooled(&self) -> Option<Box<dyn Conn>> {
        self.readers.lock().unwrap_or_else(PoisonError::into_inner).pop()
    }

    fn keep(&self, conn: Box<dyn Conn>) {
        let most = match self.place.file() {
            Some(_) => READERS,
            None => READERS_OF_A_SERVER,
        };
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if readers.len() < most {
            readers.push(conn);
        }
    }

    /// The process of a database server that answers here, if there is one: whoever measures asks what it costs.
    pub fn process(&self) -> Result<Option<i64>, StoreError> {
        self.one(|conn| match conn.dialect() {
            Dialect::Sqlite => Ok(None),
            Dialect::Postgres => {
                let row = conn.query_one("SELECT pg_backend_pid()", &[])?;
                row.map(|row| row[0].int()).transpose()
            }
        })
    }

    /// What one query alone finds, which is of one moment without a transaction of its own.
    pub fn one<T>(&self, ask: impl Fn(&mut dyn Conn) -> Result<T, StoreError>) -> Result<T, StoreError> {
        while let Some(mut conn) = self.pooled() {
            // One whose line broke meanwhile is passed over; what another one says as well is so.
            if let Ok(found) = ask(&mut *conn) {
                self.keep(conn);
                return Ok(found);
            }
        }
        let mut conn = self.place.read()?;
        let found = ask(&mut *conn)?;
        self.keep(conn);
        Ok(found)
    }
}

fn begun(conn: &mut dyn Conn) -> Result<Head, StoreError> {
    conn.begin_read()?;
    Head::read(conn)
}

impl Reading<'_> {
    /// The connection, in a read transaction.
    pub fn conn(&mut self) -> Result<&mut dyn Conn, StoreError> {
        match &mut self.conn {
            Some(conn) => Ok(&mut **conn),
            None => Err(StoreError::Engine("the reading has ended".to_owned())),
        }
    }

    /// The sums of one account over a span, as known at an entry.
    pub fn cells(&mut self, account: AccountNo, span: Span, known_at: EntryNo) -> Result<Cells, StoreError> {
        let (head, store) = (self.head, self.store);
        let conn = self.conn()?;
        if known_at < head.n
            && let Some(cells) = store.shared.known.cells(conn, &head, account, span, known_at)?
        {
            return Ok(cells);
        }
        figure::cells(conn, account, span, known_at, head.n)
    }

    /// What an account of money was debited and credited over a span, by unit, as known at an entry.
    pub fn totals(&mut self, account: AccountNo, span: Span, known_at: EntryNo) -> Result<Totals, StoreError> {
        let (head, store) = (self.head, self.store);
        let conn = self.conn()?;
        if known_at == head.n {
            return total::totals_of(conn, account, span);
        }
        match store.shared.known.totals(conn, &head, account, span, known_at)? {
            Some(totals) => Ok(totals),
            None => total::known(conn, account, span, known_at, head.n),
        }
    }

    /// On which day each unit's first posting to an account lies, among those known at an entry. What was taken back
    /// on its own day was none.
    pub fn first_days(&mut self, account: AccountNo, known_at: EntryNo) -> Result<BTreeMap<RecordNo, Day>, StoreError> {
        let (head, store) = (self.head, self.store);
        let conn = self.conn()?;
        if known_at < head.n
            && let Some(days) = store.shared.known.first_days(conn, &head, account, known_at)?
        {
            return Ok(days);
        }
        figure::first_days(conn, account, known_at, head.n)
    }

    /// The moment that it sees.
    pub fn moment(&self) -> Moment {
        Moment {
            rebuilt: self.rebuilt,
            epoch: self.head.epoch,
            n: self.head.n,
            hash: self.head.hash,
        }
    }

    /// The last entry that this moment knows.
    pub fn n(&self) -> EntryNo {
        self.head.n
    }

    /// Marks the connection as unfit for another reader, after an error on it.
    pub fn spoil(&mut self) {
        self.whole = false;
    }
}

impl Drop for Reading<'_> {
    fn drop(&mut self) {
        let Some(mut conn) = self.conn.take().filter(|_| self.whole) else {
            return;
        };
        if conn.rollback().is_ok() {
            self.store.keep(conn);
        }
    }
}

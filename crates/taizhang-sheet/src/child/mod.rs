//! Room: rows from a file that nobody trusts.
//!
//! Parsing runs in a child process with limits on memory and time; a file that breaks them kills the
//! child, and the clerk gets a sentence. Here are both ends of the pipe. Nothing here knows a format.

mod frame;
mod process;
mod produce;
mod serve;

pub(crate) use process::{apart, program};
pub(crate) use serve::bind;
pub use serve::{SUBCOMMAND, serve_child, serve_if_asked};

use crate::error::{Refused, SheetError};
use crate::raw::{Book, Merge, RawRow};
use crate::read::ReadOptions;
use crate::read::meter::Meter;
use frame::Message;
use process::Process;
use std::io::Write;
use std::path::Path;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

pub(crate) use produce::HEAD_ROWS;

/// Opens a file in a child process.
pub fn open(path: &Path, options: &ReadOptions) -> Result<RowStream, SheetError> {
    let (process, messages) = process::start(path, options)?;
    RowStream::begin(messages, Producer::Process(process), options)
}

/// Opens a file on a thread of this process. Only for tests and for files of our own making: nothing
/// here stops a file that asks for all memory.
pub fn open_in_process(path: &Path, options: &ReadOptions) -> Result<RowStream, SheetError> {
    let (sender, messages) = sync_channel(process::BATCHES_MAX);
    let (answer, asked) = channel();
    let (path, task) = (path.to_owned(), options.clone());
    thread::spawn(move || {
        let mut out = |message| sender.send(message).map_err(|_| SheetError::Stopped);
        let outcome = produce::produce(&path, &task, &mut || asked.recv().ok(), &mut out);
        if let Err(error) = outcome {
            // If nobody listens, nobody wants to know.
            let _ = out(Message::Failed(error));
        }
    });
    RowStream::begin(messages, Producer::Thread(answer), options)
}

/// The rows of one sheet, as they are parsed. Dropping it ends the child.
pub struct RowStream {
    book: Book,
    offered: Vec<SheetHead>,
    sheet: usize,
    merges: Vec<Merge>,
    batch: std::vec::IntoIter<RawRow>,
    phase: Phase,
    feed: Feed,
    meter: Meter,
}

/// The beginning of a sheet among several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SheetHead {
    /// Its place among [`Book::sheets`].
    pub index: usize,
    /// Its name.
    pub name: String,
    /// All its merged ranges.
    pub merges: Vec<Merge>,
    /// Its first rows.
    pub rows: Vec<RawRow>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Choosing,
    Rows,
    Done,
}

impl RowStream {
    /// What the file is.
    pub fn book(&self) -> &Book {
        &self.book
    }

    /// The sheets to choose from; none if there is only one, or one was named.
    pub fn offered(&self) -> &[SheetHead] {
        &self.offered
    }

    /// The name of the sheet whose rows come; before a choice, of the first that is offered.
    pub fn sheet_name(&self) -> &str {
        self.book.sheets.get(self.sheet).map_or("", |sheet| &sheet.name)
    }

    /// The merged ranges of that sheet, by their first cell.
    pub fn merges(&self) -> &[Merge] {
        &self.merges
    }

    /// Leaves offered sheets out of the choice by their names, unless none would be left.
    pub fn set_aside(&mut self, aside: &dyn Fn(&str) -> bool) {
        if self.offered.iter().any(|head| !aside(&head.name)) {
            self.offered.retain(|head| !aside(&head.name));
            self.sheet = self.offered[0].index;
        }
    }

    /// Chooses among the offered sheets, once; `index` is that of [`SheetHead::index`].
    pub fn choose(&mut self, index: usize) -> Result<(), SheetError> {
        if self.phase != Phase::Choosing {
            return Ok(());
        }
        self.phase = Phase::Done;
        self.feed.answer(index)?;
        self.start_sheet()?;
        self.offered = Vec::new();
        Ok(())
    }

    fn begin(messages: Receiver<Message>, producer: Producer, options: &ReadOptions) -> Result<RowStream, SheetError> {
        let mut feed = Feed {
            messages,
            producer,
            left: Duration::from_secs(u64::from(options.limits.seconds_max)),
        };
        let Message::Book(book) = feed.next()? else {
            return Err(GARBLED);
        };
        let shown = book.sheets.iter().filter(|sheet| !sheet.hidden).count();
        let mut stream = RowStream {
            book,
            offered: Vec::new(),
            sheet: 0,
            merges: Vec::new(),
            batch: Vec::new().into_iter(),
            phase: Phase::Choosing,
            feed,
            meter: Meter::new(&options.limits),
        };
        if options.sheet.is_some() || shown <= 1 {
            stream.start_sheet()?;
        } else {
            stream.offered = (0..shown).map(|_| stream.head()).collect::<Result<_, _>>()?;
            stream.sheet = stream.offered[0].index;
        }
        Ok(stream)
    }

    fn start_sheet(&mut self) -> Result<(), SheetError> {
        let Message::Sheet(start) = self.feed.next()? else {
            return Err(GARBLED);
        };
        (self.sheet, self.merges) = (start.index, start.merges);
        self.phase = Phase::Rows;
        Ok(())
    }

    /// The beginning of one offered sheet.
    fn head(&mut self) -> Result<SheetHead, SheetError> {
        let Message::Sheet(start) = self.feed.next()? else {
            return Err(GARBLED);
        };
        let name = self
            .book
            .sheets
            .get(start.index)
            .map(|sheet| sheet.name.clone())
            .ok_or(GARBLED)?;
        let mut rows = Vec::new();
        loop {
            match self.feed.next()? {
                Message::Rows(more) if rows.len() <= HEAD_ROWS as usize => rows.extend(more),
                Message::End => break,
                _ => return Err(GARBLED),
            }
        }
        Ok(SheetHead {
            index: start.index,
            name,
            merges: start.merges,
            rows,
        })
    }

    fn next_row(&mut self) -> Result<Option<RawRow>, SheetError> {
        if self.phase == Phase::Choosing {
            self.choose(self.sheet)?;
        }
        loop {
            if let Some(row) = self.batch.next() {
                self.meter.count(&row)?;
                return Ok(Some(row));
            }
            if self.phase == Phase::Done {
                return Ok(None);
            }
            match self.feed.next()? {
                Message::Rows(rows) => self.batch = rows.into_iter(),
                Message::End => self.phase = Phase::Done,
                _ => return Err(GARBLED),
            }
        }
    }
}

const GARBLED: SheetError = SheetError::Refused {
    reason: Refused::Garbled,
};

impl Iterator for RowStream {
    type Item = Result<RawRow, SheetError>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.next_row();
        if row.is_err() {
            self.phase = Phase::Done;
            self.batch = Vec::new().into_iter();
        }
        row.transpose()
    }
}

/// Who parses.
enum Producer {
    Process(Process),
    Thread(Sender<usize>),
}

/// Messages with a limit on the time spent waiting for them. Only the child's slowness counts:
/// a reader may take as long over a row as it likes.
struct Feed {
    messages: Receiver<Message>,
    producer: Producer,
    left: Duration,
}

impl Feed {
    fn next(&mut self) -> Result<Message, SheetError> {
        let since = Instant::now();
        let received = self.messages.recv_timeout(self.left);
        self.left = self.left.saturating_sub(since.elapsed());
        match received {
            Ok(Message::Failed(error)) => Err(error),
            Ok(message) => Ok(message),
            Err(RecvTimeoutError::Timeout) => {
                self.end();
                Err(SheetError::Refused { reason: Refused::Time })
            }
            Err(RecvTimeoutError::Disconnected) => Err(SheetError::Refused { reason: self.end() }),
        }
    }

    fn answer(&mut self, index: usize) -> Result<(), SheetError> {
        let heard = match &mut self.producer {
            Producer::Thread(answer) => answer.send(index).is_ok(),
            Producer::Process(process) => process
                .stdin()
                .is_some_and(|stdin| writeln!(stdin, "{index}").and_then(|()| stdin.flush()).is_ok()),
        };
        if heard {
            Ok(())
        } else {
            Err(SheetError::Refused { reason: self.end() })
        }
    }

    /// Ends whoever parses. A thread ends by itself once nobody listens.
    fn end(&mut self) -> Refused {
        match &mut self.producer {
            Producer::Process(process) => process.end(),
            Producer::Thread(_) => Refused::Crashed,
        }
    }
}

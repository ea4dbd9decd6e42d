//! Room: the one writer of a book. Drains waiting requests into one transaction and answers only
//! after the commit (law 6). Several servers may each have one: the book's row is locked first.

use crate::answered::{ANSWER, Answered, answer_of, answered, kept};
use crate::append::{Dims, Group, Who};
use crate::engine::{Ask, Conn, Sql};
use crate::error::StoreError;
use crate::facts::Facts;
use crate::head::{Caches, ENGINE, Head};
use crate::place::Place;
use crate::prepared::Prepared;
use crate::store::Shared;
use crate::told::Told;
use crossbeam_channel::{Receiver, Sender, unbounded};
use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;
use taizhang_core::command::Command;
use taizhang_core::day::Day;
use taizhang_core::decide::{Decision, Gate, Moment, decide};
use taizhang_core::definition::Definition;
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::journal::chain::Hash;
use taizhang_core::refusal::{Code, Refusal};

/// The clock, given from outside so that tests can drive it.
pub trait Clock: Send + Sync {
    /// Microseconds since 1970-01-01 UTC.
    fn now(&self) -> i64;
    /// Microseconds since some start, never set back or forward.
    fn steady(&self) -> i64;
    /// Today in the district's time zone.
    fn today(&self) -> Day;
}

/// How many requests share one transaction at most.
const GROUP: usize = 256;

/// How long a group waits for the next of a crowd. A commit costs a flush and thirty statements however many share it,
/// and whoever is late has the next one.
const GAP: Duration = Duration::from_micros(500);

/// After how many entries a long request's rows are handed to the engine.
const FLUSH: usize = 4_000;

/// A jump of the clock beyond this stops writing until somebody confirms it, microseconds.
const JUMP: i64 = 24 * 3600 * 1_000_000;

/// One request to write: all that it asks for, or none.
pub struct Request {
    /// The commands; none where all was decided outside the writer.
    pub commands: Vec<Command>,
    /// Decisions made outside the writer against an earlier head. They are written if they still hold, or
    /// not at all: thinking a long request over again here would keep everybody else waiting.
    pub prepared: Option<Box<Prepared>>,
    /// Who asks.
    pub who: Who,
    /// What they may.
    pub gate: Arc<dyn Gate + Send + Sync>,
    /// The idempotency key's and the body's keyed digests.
    pub idempotency: Option<([u8; 32], [u8; 32])>,
}

impl Request {
    /// Whether it may share its transaction: none of it has to be taken back without the others.
    fn is_single(&self) -> bool {
        self.commands.len() == 1 && self.prepared.is_none()
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Written: first and last entry, the records of the commands in order.
    Written {
        /// The first entry.
        first: EntryNo,
        /// The last entry.
        last: EntryNo,
        /// The records, one for each command.
        records: Vec<RecordNo>,
        /// The hash that covers the last entry and all before it.
        head: Hash,
    },
    /// The same key was answered before with these entries; nothing was written now.
    Repeated {
        /// The first entry.
        first: EntryNo,
        /// The last entry.
        last: EntryNo,
    },
    /// Somebody wrote since what the request rests on; nothing was written, prepare it anew.
    Moved,
    /// Refused: the position of each refused command and why.
    Refused(Refused),
}

/// The position of each refused command and why.
pub type Refused = Vec<(usize, Vec<Refusal>)>;

/// The answer to a request.
pub type Reply = Result<Outcome, StoreError>;

type Act = Box<dyn FnOnce(&mut Session) -> Result<(), StoreError> + Send>;

/// Told on the writer's thread what became of a request.
type Answer = Box<dyn FnOnce(Reply) + Send>;

enum Job {
    Write(Request, Answer),
    Act(Act, Box<dyn FnOnce(Result<(), StoreError>) + Send>),
}

/// A handle to the writer's thread. Cloning shares it.
#[derive(Clone)]
pub struct Writer {
    jobs: Sender<Job>,
}

impl Writer {
    pub(crate) fn spawn(conn: Box<dyn Conn>, place: Place, shared: Arc<Shared>) -> Result<Writer, StoreError> {
        let (jobs, waiting) = unbounded();
        let mut session = Session::start(conn, place, shared)?;
        std::thread::Builder::new()
            .name("writer".to_owned())
            .spawn(move || session.run(&waiting))?;
        Ok(Writer { jobs })
    }

    /// Hands a request over; `reply` is called after the commit, on the writer's thread.
    pub fn submit(&self, request: Request, reply: impl FnOnce(Reply) + Send + 'static) {
        if let Err(lost) = self.jobs.send(Job::Write(request, Box::new(reply)))
            && let Job::Write(_, reply) = lost.0
        {
            reply(Err(StoreError::Fenced));
        }
    }

    /// Hands a request over and waits.
    pub fn write(&self, request: Request) -> Reply {
        let (told, asker) = (Told::default(), std::thread::current());
        let answer = told.clone();
        self.submit(request, move |reply| answer.tell(reply, &asker));
        told.wait().unwrap_or(Err(StoreError::Fenced))
    }

    /// Runs an act about the book itself (a pack, a closing) alone in its transaction, and waits.
    pub fn act(
        &self,
        act: impl FnOnce(&mut Session) -> Result<(), StoreError> + Send + 'static,
    ) -> Result<(), StoreError> {
        let (send, receive) = crossbeam_channel::bounded(1);
        let reply = Box::new(move |result| {
            let _ = send.send(result);
        });
        self.jobs
            .send(Job::Act(Box::new(act), reply))
            .map_err(|_| StoreError::Fenced)?;
        receive.recv().unwrap_or(Err(StoreError::Fenced))
    }
}

/// Runs work of the writer's thread; a panic in it is an error of the request, not the writer's end.
fn unpanicked<T>(work: impl FnOnce() -> Result<T, StoreError>) -> Result<T, StoreError> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(StoreError::Engine(format!("panic: {}", said.unwrap_or("unknown"))))
    })
}

/// The writer's own connection and memory.
pub struct Session {
    /// The connection.
    pub conn: Box<dyn Conn>,
    /// The head as last seen.
    pub head: Head,
    /// Rules, closings, units.
    pub caches: Caches,
    /// Numbers of dimensions.
    pub dims: Dims,
    place: Place,
    shared: Arc<Shared>,
    clock_seen: (i64, i64),
    /// Whether the disk failed under the connection: it is not asked again, another one reads what is there.
    failed: bool,
}

impl Session {
    fn start(mut conn: Box<dyn Conn>, place: Place, shared: Arc<Shared>) -> Result<Session, StoreError> {
        // What readers know already: packs are dear to compile. Whatever was written since is caught up with.
        let (head, caches) = (*shared.latest()).clone();
        let dims = Dims::load(&mut *conn)?;
        let clock_seen = (shared.clock.now(), shared.clock.steady());
        Ok(Session {
            conn,
            head,
            caches,
            dims,
            place,
            shared,
            clock_seen,
            failed: false,
        })
    }

    fn run(&mut self, waiting: &Receiver<Job>) {
        let mut held: VecDeque<Job> = VecDeque::new();
        // How many ask at the same time: those of the last group, and those who came while it was committed.
        let mut crowd = 1;
        while let Some(first) = held.pop_front().or_else(|| waiting.recv().ok()) {
            match first {
                Job::Act(act, reply) => {
                    let result = self.alone(act);
                    reply(result);
                }
                Job::Write(request, reply) => {
                    let mut group = vec![(request, reply)];
                    while group.len() < GROUP && group[0].0.is_single() {
                        // A lone asker waits for nobody; of a crowd the next one is on the way already.
                        let next = match group.len() < crowd {
                            true => waiting.recv_timeout(GAP).ok(),
                            false => waiting.try_recv().ok(),
                        };
                        match next {
                            Some(Job::Write(request, reply)) if request.is_single() => group.push((request, reply)),
                            Some(other) => {
                                held.push_back(other);
                                break;
                            }
                            None => break,
                        }
                    }
                    crowd = group.len();
                    crowd += self.commit_group(group, waiting);
                }
            }
        }
    }

    fn alone(&mut self, act: Act) -> Result<(), StoreError> {
        if self.clock_jumped() {
            return Err(StoreError::ClockJumped);
        }
        if let Err(error) = self.begin() {
            self.forget();
            return Err(error);
        }
        let result = unpanicked(|| act(self));
        if let Err(error) = &result {
            self.failed |= matches!(error, StoreError::DiskFailed(_));
            self.forget();
            return result;
        }
        // An act that had nothing to write leaves its transaction open.
        self.conn.rollback()
    }

    /// Commits, then answers. Says how many came meanwhile.
    fn commit_group(&mut self, requests: Vec<(Request, Answer)>, waiting: &Receiver<Job>) -> usize {
        let (requests, replies): (Vec<_>, Vec<_>) = requests.into_iter().unzip();
        let results: Vec<Reply> = match unpanicked(|| self.try_group(&requests)) {
            Ok(outcomes) => outcomes.into_iter().map(Ok).collect(),
            Err(error) if error.is_of_the_book() => {
                self.failed |= matches!(error, StoreError::DiskFailed(_));
                self.forget();
                // Whoever waited for the same transaction is told the same.
                requests.iter().map(|_| Err(error.twin())).collect()
            }
            Err(error) if requests.len() == 1 => {
                self.forget();
                vec![Err(error)]
            }
            // One request must not take the others of its group down with it.
            Err(_) => {
                self.forget();
                requests.chunks(1).map(|one| self.by_itself(one)).collect()
            }
        };
        let meanwhile = waiting.len();
        replies
            .into_iter()
            .zip(results)
            .for_each(|(reply, result)| reply(result));
        meanwhile
    }

    fn by_itself(&mut self, request: &[Request]) -> Reply {
        match unpanicked(|| self.try_group(request)) {
            Ok(mut outcomes) => outcomes.pop().ok_or(StoreError::Fenced),
            Err(error) => {
                self.forget();
                Err(error)
            }
        }
    }

    fn try_group(&mut self, requests: &[Request]) -> Result<Vec<Outcome>, StoreError> {
        self.begin()?;
        if self.clock_jumped() {
            self.conn.rollback()?;
            let refusal = || Outcome::Refused(vec![(0, vec![Refusal::new(Code::ClockJumped)])]);
            return Ok(requests.iter().map(|_| refusal()).collect());
        }
        let mut group = Group::new(self.head);
        let mut outcomes = Vec::with_capacity(requests.len());
        for (request, before) in requests.iter().zip(self.answers_to(requests)?) {
            outcomes.push(self.one(&mut group, request, before)?);
        }
        if group.is_empty() {
            self.conn.rollback()?;
            return Ok(outcomes);
        }
        self.finish(group)?;
        Ok(outcomes)
    }

    /// Flushes, moves the head, commits, and lets readers know.
    pub fn finish(&mut self, mut group: Group) -> Result<(), StoreError> {
        let definition = self.caches.rules.latest().map(|version| version.definition.clone());
        group.flush(&mut *self.conn, &mut self.dims, definition.as_deref())?;
        group.finish(&mut *self.conn)?;
        self.head = group.head;
        for entry in &group.remembered {
            self.caches.take(entry)?;
        }
        self.shared.publish(self.head, self.caches.clone());
        Ok(())
    }

    /// Starts the transaction, locks the book's row, and catches up if another writer was here.
    fn begin(&mut self) -> Result<(), StoreError> {
        // After a failed write nobody knows what the disk holds, so nothing that the connection remembers counts.
        let begun = match self.failed {
            true => Err(StoreError::Fenced),
            false => fenced(&mut *self.conn),
        };
        let there = match begun {
            Ok(there) => there,
            Err(StoreError::Busy) => return Err(StoreError::Busy),
            Err(_) => {
                // The server restarted or the line broke; what was pending then was answered as failed.
                self.conn = self.place.write()?;
                self.head.n = -1;
                self.failed = false;
                fenced(&mut *self.conn)?
            }
        };
        if there.engine != i64::from(ENGINE) {
            return Err(StoreError::OtherEngine(there.engine, ENGINE.into()));
        }
        if there.n != self.head.n || there.epoch != self.head.epoch {
            if there.n > self.head.n && self.head.n >= 0 && there.epoch == self.head.epoch {
                self.caches.catch_up(&mut *self.conn, self.head.n)?;
            } else {
                self.caches = Caches::load(&mut *self.conn)?;
            }
            self.dims = Dims::load(&mut *self.conn)?;
            self.head = there;
        }
        Ok(())
    }

    /// After a fault: nothing pending counts, and memory is read anew at the next group.
    fn forget(&mut self) {
        // A connection that can't even roll back fails again at the next group, where it is told.
        let _ = self.conn.rollback();
        self.head.n = -1;
    }

    /// Reads everything anew that was derived from the journal, and lets readers know.
    pub(crate) fn reload(&mut self) -> Result<(), StoreError> {
        self.head = Head::read(&mut *self.conn)?;
        self.caches = Caches::load(&mut *self.conn)?;
        self.dims = Dims::load(&mut *self.conn)?;
        self.shared.forget();
        self.shared.publish(self.head, self.caches.clone());
        Ok(())
    }

    /// Microseconds since 1970-01-01 UTC.
    pub fn now(&self) -> i64 {
        self.shared.clock.now()
    }

    /// Today in the district's time zone.
    pub fn today(&self) -> Day {
        self.shared.clock.today()
    }

    fn clock_jumped(&mut self) -> bool {
        let (now, steady) = (self.shared.clock.now(), self.shared.clock.steady());
        let (seen_now, seen_steady) = self.clock_seen;
        let ahead = (now - seen_now) - (steady - seen_steady);
        if ahead > JUMP {
            return true;
        }
        self.clock_seen = (now, steady);
        false
    }

    /// What was answered to the same requests before this transaction.
    fn answers_to(&mut self, requests: &[Request]) -> Result<Vec<Answered>, StoreError> {
        let keyed = requests.iter().map(|request| {
            let (key, _) = request.idempotency?;
            Some([Sql::Int(request.who.actor), kept(&key)])
        });
        let keyed: Vec<Option<[Sql; 2]>> = keyed.collect();
        let asked: Vec<Ask<'_>> = keyed.iter().flatten().map(|values| (ANSWER, &values[..])).collect();
        let mut found = self.conn.ask(&asked)?.into_iter();
        Ok(keyed
            .iter()
            .map(|values| values.as_ref().and_then(|_| found.next()?))
            .collect())
    }

    fn one(&mut self, group: &mut Group, request: &Request, before: Answered) -> Result<Outcome, StoreError> {
        if let Some((key, body)) = request.idempotency
            && let Some(outcome) = self.answered(group, request.who.actor, (key, body), before)?
        {
            return Ok(outcome);
        }
        let Some(version) = self.caches.rules.latest().cloned() else {
            return Ok(Outcome::Refused(vec![(0, vec![Refusal::new(Code::NoPack)])]));
        };
        let prepared = match &request.prepared {
            // What others wrote in this group counts too, though it is not committed yet.
            Some(prepared) if prepared.base == group.head.n => Some(prepared),
            Some(prepared)
                if group.is_empty() && prepared.holds(&mut *self.conn, &version.definition, group.head.n)? =>
            {
                Some(prepared)
            }
            Some(_) => return Ok(Outcome::Moved),
            None => None,
        };
        let first = group.head.n + 1;
        group.begin_command();
        let records = match prepared {
            Some(prepared) => self.write_prepared(group, prepared, &version.definition, request.who)?,
            None => match self.write_decided(group, request, &version.definition)? {
                Ok(records) => records,
                Err(refused) => return Ok(Outcome::Refused(refused)),
            },
        };
        let (last, head) = (group.head.n, group.head.hash);
        if let Some((key, body)) = request.idempotency {
            group.answer(request.who.actor, key, body, first, last);
        }
        Ok(Outcome::Written {
            first,
            last,
            records,
            head,
        })
    }

    /// Writes what was decided outside, a stretch at a time: nobody's memory holds all of it.
    fn write_prepared(
        &mut self,
        group: &mut Group,
        prepared: &Prepared,
        definition: &Definition,
        who: Who,
    ) -> Result<Vec<RecordNo>, StoreError> {
        let mut records = Vec::with_capacity(prepared.decisions.len());
        prepared.each(group.head.n, &mut |ready| {
            records.push(group.place(definition, ready, who, self.shared.clock.now()).1);
            if group.waiting() >= FLUSH {
                group.flush(&mut *self.conn, &mut self.dims, Some(definition))?;
            }
            Ok(())
        })?;
        Ok(records)
    }

    /// Decides and writes all commands of a request, or says which are refused.
    fn write_decided(
        &mut self,
        group: &mut Group,
        request: &Request,
        definition: &Definition,
    ) -> Result<Result<Vec<RecordNo>, Refused>, StoreError> {
        let (mut records, mut refused) = (Vec::with_capacity(request.commands.len()), Vec::new());
        for (at, command) in request.commands.iter().enumerate() {
            match self.decide(group, &*request.gate, command)? {
                Ok(decision) if refused.is_empty() => {
                    let (_, record) = group.push(definition, decision, request.who, self.shared.clock.now());
                    records.push(record);
                    if group.waiting() >= FLUSH {
                        group.flush(&mut *self.conn, &mut self.dims, Some(definition))?;
                    }
                }
                Ok(_) => {}
                Err(refusals) => refused.push((at, refusals)),
            }
        }
        if refused.is_empty() {
            return Ok(Ok(records));
        }
        if request.commands.len() > 1 {
            // All of a request or none: it is alone in its transaction, which is given up.
            self.conn.rollback()?;
            *group = Group::new(self.head);
            self.begin()?;
            // Rows that were flushed already are gone, and with them numbers given to dimensions.
            self.dims = Dims::load(&mut *self.conn)?;
        }
        Ok(Err(refused))
    }

    fn decide(
        &mut self,
        group: &mut Group,
        gate: &dyn Gate,
        command: &Command,
    ) -> Result<Result<Decision, Vec<Refusal>>, StoreError> {
        let rules = self.caches.rules.clone();
        let Some(version) = rules.latest() else {
            return Ok(Err(vec![Refusal::new(Code::NoPack)]));
        };
        let closed_through = self.caches.closed_through(EntryNo::MAX);
        // A lock that somebody set in this very group holds for whoever comes behind it.
        let locks = self.caches.locks_with(&group.remembered);
        let moment = Moment {
            rules: &rules,
            today: self.shared.clock.today(),
            closed_through,
            locks: &locks,
            instruments: &*self.shared.instruments,
        };
        let mut facts = Facts {
            conn: &mut *self.conn,
            definition: &version.definition,
            waiting: Some(group),
        };
        match decide(&moment, gate, &mut facts, command) {
            Err(StoreError::Later) => {
                group.flush(&mut *self.conn, &mut self.dims, Some(&version.definition))?;
                let mut facts = Facts {
                    conn: &mut *self.conn,
                    definition: &version.definition,
                    waiting: None,
                };
                decide(&moment, gate, &mut facts, command)
            }
            other => other,
        }
    }

    /// What the same key was answered before, this transaction included.
    fn answered(
        &mut self,
        group: &mut Group,
        actor: RecordNo,
        (key, body): ([u8; 32], [u8; 32]),
        before: Answered,
    ) -> Result<Option<Outcome>, StoreError> {
        let now = self.now();
        if group.touches_answer(actor, key) {
            let definition = self.caches.rules.latest().map(|version| version.definition.clone());
            group.flush(&mut *self.conn, &mut self.dims, definition.as_deref())?;
            return answered(&mut *self.conn, actor, &key, &body, now);
        }
        before.map(|row| answer_of(&row, &body, now)).transpose()
    }
}

/// Starts a transaction. The fence comes first: from here on nobody else can move the head.
fn fenced(conn: &mut dyn Conn) -> Result<Head, StoreError> {
    conn.begin_write()?;
    Head::fence(conn)
}

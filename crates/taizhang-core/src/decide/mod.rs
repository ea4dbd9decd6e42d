//! Room: the only door to the journal. A command and what the book knows go in; a decision holding
//! every consequence comes out, or the reasons why not. Writes nothing; a preview is the same road.

mod apart;
mod below;
mod broken;
mod circle;
mod computed;
mod draft;
mod family;
mod floor;
mod plain;
mod rights;
mod stale;
mod unique;

pub use computed::again::{Miscomputed, computed_again};
pub use unique::{held_keys, key_text};

use crate::command::{Command, Wish};
use crate::day::Day;
use crate::definition::{Definition, Register, Verb};
use crate::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use crate::instrument::Instruments;
use crate::journal::{Change, Entry};
use crate::lock::Lock;
use crate::posting::{Duty, Posting, difference, open_duties, postings};
use crate::refusal::{Code, Refusal};
use crate::rules::Rules;
use crate::timeline::{Inheritance, State, Timeline};
use crate::value::{Cell, Value};
use below::{Follower, about_below};
use std::sync::Arc;

/// What a decision may ask of the book. Answers must all be of one moment.
pub trait Book {
    /// What can go wrong when asking.
    type Error;
    /// All entries of a record, in order; empty if there is no such record.
    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, Self::Error>;
    /// Living records whose parent field names this one, those of retired registers among them.
    fn children(&mut self, record: RecordNo) -> Result<Vec<RecordNo>, Self::Error>;
    /// A living record that belongs to a unit, or a living unit that names it as the one above; none if it
    /// is empty. A book without units has none.
    fn member(&mut self, unit: RecordNo) -> Result<Option<RecordNo>, Self::Error>;
    /// The living record that holds a unique key.
    fn key_holder(&mut self, register: RegisterNo, key: &str, text: &str) -> Result<Option<RecordNo>, Self::Error>;
    /// The text by which a record holds a unique key over a sealed field: a keyed digest, which no
    /// entry tells. A book without personal fields has none.
    fn key_held(&mut self, _: RegisterNo, _key: &str, _: RecordNo) -> Result<Option<String>, Self::Error> {
        Ok(None)
    }
    /// The keyed digest that an entry brought with a sealed field, kept beside the journal until the
    /// value is erased. A book without personal fields has none.
    fn digest(&mut self, _entry: EntryNo, _: FieldNo) -> Result<Option<String>, Self::Error> {
        Ok(None)
    }
    /// End-of-day balances of one holder: the balance before `from`, then day by day where it changes.
    fn balances(&mut self, posting: &Posting, from: Day) -> Result<Balances, Self::Error>;
}

/// A book of which only the entries of a record are told otherwise than they stand; all else is asked of the book.
pub struct Retold<B, F> {
    /// The book.
    pub book: B,
    /// The entries of a record, as they are to be told.
    pub entries: F,
}

impl<B, F> Book for Retold<B, F>
where
    B: Book,
    F: FnMut(&mut B, RecordNo) -> Result<Vec<Entry>, B::Error>,
{
    type Error = B::Error;

    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, B::Error> {
        (self.entries)(&mut self.book, record)
    }

    fn children(&mut self, record: RecordNo) -> Result<Vec<RecordNo>, B::Error> {
        self.book.children(record)
    }

    fn member(&mut self, unit: RecordNo) -> Result<Option<RecordNo>, B::Error> {
        self.book.member(unit)
    }

    fn key_holder(&mut self, register: RegisterNo, key: &str, text: &str) -> Result<Option<RecordNo>, B::Error> {
        self.book.key_holder(register, key, text)
    }

    fn key_held(&mut self, register: RegisterNo, key: &str, record: RecordNo) -> Result<Option<String>, B::Error> {
        self.book.key_held(register, key, record)
    }

    fn digest(&mut self, entry: EntryNo, field: FieldNo) -> Result<Option<String>, B::Error> {
        self.book.digest(entry, field)
    }

    fn balances(&mut self, posting: &Posting, from: Day) -> Result<Balances, B::Error> {
        self.book.balances(posting, from)
    }
}

/// The balance before a day, and the end-of-day balances from that day on where they change.
pub type Balances = (i64, Vec<(Day, i64)>);

/// Who asks.
pub trait Gate {
    /// Whether the asker may do this to records of the register that belong to the unit.
    fn may(&self, verb: Verb, register: &Register, unit: Option<RecordNo>) -> bool;
    /// Whether the asker holds one of these roles.
    fn has_role(&self, roles: &[String]) -> bool;
    /// The record of the actor who asks; 0 is the program itself.
    fn actor(&self) -> RecordNo {
        0
    }
}

/// What holds for every command of one moment.
pub struct Moment<'a> {
    /// The rules, all versions.
    pub rules: &'a Rules,
    /// Today in the district's time zone.
    pub today: Day,
    /// The last closed day.
    pub closed_through: Option<Day>,
    /// Locks that hold.
    pub locks: &'a [Lock],
    /// The arithmetic of schemes of money.
    pub instruments: &'a dyn Instruments,
}

/// Everything that one accepted command does to the book.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The entry; its number, instant and, for an opening, its record are given when it is appended.
    pub entry: Entry,
    /// What it posts; a record number 0 means the record that it opens.
    pub postings: Vec<Posting>,
    /// The current rows that change: the record's own first, then those that inherit from it.
    pub rows: Vec<Row>,
    /// Unique keys given up and taken.
    pub keys: Vec<KeyChange>,
    /// Keyed digests of the sealed values that the entry brings, by field; kept beside the journal.
    pub digests: Vec<(FieldNo, String)>,
}

/// The current state of one record.
#[derive(Clone, Debug)]
pub struct Row {
    /// Its register.
    pub register: RegisterNo,
    /// Its number; 0 for the record that is being opened.
    pub record: RecordNo,
    /// Its fields after the command.
    pub state: State,
    /// Whether it is void.
    pub void: bool,
    /// The day it began; nothing is known before it if `opening`.
    pub opened_on: Day,
    /// Whether it was taken over as of that day (期初).
    pub opening: bool,
    /// The limits that run on somebody now.
    pub duties: Vec<Duty>,
}

/// A unique key given up or taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The register.
    pub register: RegisterNo,
    /// The record that holds it; 0 for the record that is being opened.
    pub record: RecordNo,
    /// The key's id.
    pub key: String,
    /// Its text.
    pub text: String,
    /// Taken (else given up).
    pub taken: bool,
}

/// Decides one command. The outer error is the book's; the inner one the user's.
pub fn decide<B: Book>(
    moment: &Moment<'_>,
    gate: &dyn Gate,
    book: &mut B,
    command: &Command,
) -> Result<Result<Decision, Vec<Refusal>>, B::Error> {
    let Some(version) = moment.rules.latest() else {
        return Ok(Err(vec![Refusal::new(Code::NoPack)]));
    };
    let Some(register) = version.definition.register(command.register) else {
        return Ok(Err(vec![Refusal::new(Code::UnknownRegister)]));
    };
    let entries = match command.record {
        Some(record) => book.entries(record)?,
        None => Vec::new(),
    };
    let opens = matches!(command.wish, Wish::Open { .. });
    let is_there = entries.first().is_some_and(|first| first.register == command.register);
    // An opening names no record; everything else is about one that is there.
    if is_there == opens || command.record.is_some() == opens {
        return Ok(Err(vec![Refusal::new(Code::UnknownRecord)]));
    }
    let desk = Desk {
        moment,
        gate,
        register,
        command,
        definition: version.n,
    };
    desk.decide(book, entries)
}

struct Desk<'a> {
    moment: &'a Moment<'a>,
    gate: &'a dyn Gate,
    register: &'a Arc<Register>,
    command: &'a Command,
    definition: EntryNo,
}

impl Desk<'_> {
    fn decide<B: Book>(&self, book: &mut B, entries: Vec<Entry>) -> Result<Result<Decision, Vec<Refusal>>, B::Error> {
        let mut refusals = self.plain_faults(&entries);
        if !refusals.is_empty() {
            return Ok(Err(refusals));
        }
        let above = self.above(book, &entries)?;
        if let Some(above) = &above
            && let Some(refusal) = self.unfit_above(above)
        {
            return Ok(Err(vec![refusal]));
        }
        let mut entry = self.draft();
        if let Err(refusals) = self.computed(book, &entries, above.as_ref(), &mut entry)? {
            return Ok(Err(refusals));
        }
        let before = self.timeline(&entries, above.as_ref());
        let mut with = entries;
        with.push(entry);
        let after = self.timeline(&with, above.as_ref());
        let last = with.len() - 1;
        let entries = &with[..last];
        refusals.extend(self.broken(self.register, &before, &after));
        refusals.extend(self.not_permitted(entries, &before, &after));
        refusals.extend(self.stale(entries, &before));
        refusals.extend(self.circle(book, &before, &after)?);
        refusals.extend(self.awaited(book, &after)?);
        refusals.extend(self.not_apart(book, entries)?);
        if !refusals.is_empty() {
            return Ok(Err(refusals));
        }
        let followers = match self.followers(book, &before, &after)? {
            Ok(followers) => followers,
            Err(refusal) => return Ok(Err(vec![refusal])),
        };
        if let Some(refusal) = self.not_empty(book, &before, &after)? {
            return Ok(Err(vec![refusal]));
        }
        if let Some(refusal) = self.locked(&before, &after, &followers) {
            return Ok(Err(vec![refusal]));
        }
        let broken = self.broken_below(&followers);
        if !broken.is_empty() {
            return Ok(Err(broken));
        }
        let mut keys = Vec::new();
        let mut taken = self.keys(book, self.register, &before, &after, &mut keys)?;
        for below in &followers {
            let Some(register) = &below.register else { continue };
            let theirs = self.keys(book, register, &below.was, &below.is, &mut keys)?.into_iter();
            taken.extend(theirs.map(|refusal| about_below(refusal, register, below.is.record)));
        }
        if !taken.is_empty() {
            return Ok(Err(taken));
        }
        let mut lines = match self.all_lines(&before, &after, &followers) {
            Ok(lines) => lines,
            Err(refusal) => return Ok(Err(vec![refusal])),
        };
        let rows = std::iter::once(&after).chain(followers.iter().map(|below| &below.is));
        let definition = self.moment.rules.latest().map(|version| &version.definition);
        let rows = rows.map(|timeline| row(timeline, definition)).collect();
        let dropped = self.dropped(entries).to_vec();
        let mut entry = with.swap_remove(last);
        if let Err(refusals) = self.floors(book, (&mut entry, &after), &mut lines, &dropped)? {
            return Ok(Err(refusals));
        }
        if let Err(refusal) = self.closed(&lines, &before, &after) {
            return Ok(Err(vec![refusal]));
        }
        lines.sort();
        Ok(Ok(Decision {
            entry,
            postings: lines,
            rows,
            keys,
            digests: self.digests(),
        }))
    }

    /// The digests that the command brings, each with the sealed value that it is of.
    fn digests(&self) -> Vec<(FieldNo, String)> {
        let sealed = |field: FieldNo| {
            let mut said = self.command.fields.iter().filter(|(of, _)| *of == field);
            said.any(|(_, change)| matches!(change, Change::Set(Cell::Is(Value::Sealed(_)))))
        };
        let mut digests = self.command.digests.clone();
        digests.retain(|(field, _)| sealed(*field));
        digests.sort();
        digests.dedup_by_key(|(field, _)| *field);
        digests
    }

    fn timeline(&self, entries: &[Entry], above: Option<&Timeline>) -> Timeline {
        let mut timeline = Timeline::of(entries);
        timeline.register = self.register.no;
        let inheritance = above.and_then(|_| Inheritance::of(self.moment.rules, self.register.no));
        if let (Some(inheritance), Some(above)) = (&inheritance, above) {
            timeline.inherit(above, inheritance);
        }
        timeline
    }

    /// The timeline of the record above, which the command itself names when it opens a record.
    fn above<B: Book>(&self, book: &mut B, entries: &[Entry]) -> Result<Option<Timeline>, B::Error> {
        let Some(parent) = &self.register.parent else {
            return Ok(None);
        };
        let named = if entries.is_empty() {
            self.command.fields.iter().find_map(|(field, change)| match change {
                Change::Set(Cell::Is(Value::Link(record))) if *field == parent.field => Some(*record),
                _ => None,
            })
        } else {
            parent_of(&Timeline::of(entries), parent.field)
        };
        match named {
            Some(record) => timeline_of(book, self.moment.rules, record).map(Some),
            None => Ok(None),
        }
    }

    /// The record above must be there, and of the register above, or a record could hang on nothing,
    /// or on itself; and it must be alive.
    fn unfit_above(&self, above: &Timeline) -> Option<Refusal> {
        let parent = self.register.parent.as_ref()?;
        if above.events.is_empty() || above.register != parent.register {
            return Some(Refusal::at(Code::NoSuchLink, parent.field));
        }
        let stays = matches!(self.command.wish, Wish::Void | Wish::Note);
        (above.void && !stays).then(|| Refusal::new(Code::ParentVoid))
    }

    /// The command's whole difference: its own record's, and that of every record below.
    fn all_lines(&self, before: &Timeline, after: &Timeline, below: &[Follower]) -> Result<Vec<Posting>, Refusal> {
        let mut lines = self.lines(before, after)?;
        for follower in below {
            lines.extend(self.lines(&follower.was, &follower.is)?);
        }
        Ok(lines)
    }

    fn lines(&self, before: &Timeline, after: &Timeline) -> Result<Vec<Posting>, Refusal> {
        let overflow = |fault: crate::posting::Overflow| self.overflow(fault);
        let new = postings(after, self.moment.rules).map_err(overflow)?;
        let old = postings(before, self.moment.rules).map_err(overflow)?;
        // Most records are new, and P answers in order, one line a place and none that is nothing.
        if old.is_empty() {
            return Ok(new);
        }
        Ok(difference(&new, &old))
    }

    fn overflow(&self, fault: crate::posting::Overflow) -> Refusal {
        let account = self
            .moment
            .rules
            .latest()
            .and_then(|version| version.definition.accounts.get(&fault.0));
        let name = account.map_or_else(|| fault.0.to_string(), |account| account.name.clone());
        Refusal::new(Code::AmountOverflow).with("account", name)
    }
}

/// A record's timeline with all that it inherits. Depth is bounded by the pack (checked there).
pub fn timeline_of<B: Book>(book: &mut B, rules: &Rules, record: RecordNo) -> Result<Timeline, B::Error> {
    let mut timeline = Timeline::of(&book.entries(record)?);
    if let Some((inheritance, above)) = handed_down(&timeline, rules) {
        let above = timeline_of(book, rules, above)?;
        timeline.inherit(&above, &inheritance);
    }
    Ok(timeline)
}

/// The same of entries that are at hand: who replays a whole journal need not copy them.
pub fn timeline_among<'a>(entries: &impl Fn(RecordNo) -> &'a [Entry], rules: &Rules, record: RecordNo) -> Timeline {
    let mut timeline = Timeline::of(entries(record));
    if let Some((inheritance, above)) = handed_down(&timeline, rules) {
        let above = timeline_among(entries, rules, above);
        timeline.inherit(&above, &inheritance);
    }
    timeline
}

/// What a record takes over, and from which one above it.
fn handed_down(timeline: &Timeline, rules: &Rules) -> Option<(Inheritance, RecordNo)> {
    let inheritance = Inheritance::of(rules, timeline.register)?;
    let above = parent_of(timeline, inheritance.field)?;
    Some((inheritance, above))
}

/// The current row that a timeline makes under the present definition.
pub fn row(timeline: &Timeline, definition: Option<&Arc<Definition>>) -> Row {
    Row {
        register: timeline.register,
        record: timeline.record,
        state: timeline.state(),
        void: timeline.void,
        opened_on: timeline.opened_on().unwrap_or_default(),
        opening: timeline.is_taken_over(),
        duties: definition.map_or(Vec::new(), |definition| open_duties(timeline, definition)),
    }
}

/// A cell in few characters: for keys and conflicts. Sealed values say nothing.
pub fn brief(cell: &Cell) -> String {
    match cell {
        Cell::Missing | Cell::Erased | Cell::NotApplicable => String::new(),
        Cell::Is(Value::Text(text) | Value::Choice(text)) => text.clone(),
        Cell::Is(Value::Num(units)) => units.to_string(),
        Cell::Is(Value::Date(day, _)) => day.to_string(),
        Cell::Is(Value::Month(month)) => month.to_string(),
        Cell::Is(Value::Unit(record) | Value::Link(record)) => record.to_string(),
        Cell::Is(Value::Place { lat, lon }) => format!("{lat},{lon}"),
        Cell::Is(Value::Evidence(files)) => files.len().to_string(),
        Cell::Is(Value::Sealed(_)) => String::from("***"),
    }
}

fn parent_of(timeline: &Timeline, field: FieldNo) -> Option<RecordNo> {
    let opening = timeline.events.first()?;
    let at = opening.patch.binary_search_by_key(&field, |(no, _)| *no).ok()?;
    match opening.patch[at].1 {
        Cell::Is(Value::Link(record)) => Some(record),
        _ => None,
    }
}

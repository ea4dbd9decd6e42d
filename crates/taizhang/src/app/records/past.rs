//! Room: a list of an earlier day, or of an earlier knowledge, computed from the timelines of all
//! records of the register. Slow by design (it reads every entry); the list of today never comes here.

use crate::error::AppError;
use std::cmp::Ordering;
use taizhang_core::day::Day;
use taizhang_core::decide::{Book, timeline_of};
use taizhang_core::definition::Register;
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, RegisterNo, STAGE};
use taizhang_core::journal::Entry;
use taizhang_core::posting::Posting;
use taizhang_core::timeline::{State, state_on};
use taizhang_store::cells::{RecordRow, to_sql};
use taizhang_store::engine::{Conn, Sql};
use taizhang_store::record::{Filter, ListQuery, Op, Turn};
use taizhang_store::{Reading, StoreError};

/// The book as it was known at an entry, as far as timelines need it.
pub struct Known<'a> {
    /// What it is read by.
    pub conn: &'a mut dyn Conn,
    /// The last entry that was known.
    pub known_at: EntryNo,
}

impl Book for Known<'_> {
    type Error = StoreError;

    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, StoreError> {
        let mut entries = taizhang_store::facts::entries(self.conn, record)?;
        entries.retain(|entry| entry.n <= self.known_at);
        Ok(entries)
    }

    fn children(&mut self, _record: RecordNo) -> Result<Vec<RecordNo>, StoreError> {
        Ok(Vec::new())
    }

    fn member(&mut self, _: RecordNo) -> Result<Option<RecordNo>, StoreError> {
        Ok(None)
    }

    fn key_holder(&mut self, _: RegisterNo, _: &str, _: &str) -> Result<Option<RecordNo>, StoreError> {
        Ok(None)
    }

    fn balances(&mut self, _: &Posting, _: Day) -> Result<(i64, Vec<(Day, i64)>), StoreError> {
        Ok((0, Vec::new()))
    }
}

/// What a record was on a day, as known at an entry; if it was not there yet, what it is known to become.
pub(in crate::app) fn known_state(
    reading: &mut Reading<'_>,
    record: RecordNo,
    as_of: Day,
    known_at: EntryNo,
) -> Result<Option<State>, StoreError> {
    let rules = reading.caches.rules.as_known(known_at);
    let conn = reading.conn()?;
    let timeline = timeline_of(&mut Known { conn, known_at }, &rules, record)?;
    let states = timeline.states();
    let last = states.last().map(|(_, state)| state);
    Ok(state_on(&states, as_of).or(last).cloned())
}

/// One page of the list, and how many records it has in all.
pub(super) fn list(
    reading: &mut Reading<'_>,
    register: &Register,
    query: &ListQuery,
    as_of: Day,
    known_at: EntryNo,
) -> Result<(Vec<RecordRow>, i64), AppError> {
    let rules = reading.caches.rules.as_known(known_at);
    let mut numbers = Vec::new();
    taizhang_store::record::each(reading.conn()?, register, &mut |row| {
        numbers.push(row.record);
        Ok(())
    })?;
    let mut rows = Vec::new();
    for record in numbers.into_iter().filter(|record| *record <= known_at) {
        let mut known = Known {
            conn: reading.conn()?,
            known_at,
        };
        let timeline = timeline_of(&mut known, &rules, record)?;
        let states = timeline.states();
        let Some(state) = state_on(&states, as_of).filter(|_| !timeline.void) else {
            continue;
        };
        if holds(register, query, state) {
            let entries = known.entries(record)?;
            rows.push(RecordRow {
                record,
                entry: entries.last().map_or(record, |entry| entry.n),
                void: false,
                opened_on: timeline.opened_on().unwrap_or_default(),
                state: state.clone(),
            });
        }
    }
    rows.sort_by(|a, b| order(query, a, b));
    let total = rows.len() as i64;
    let at = |record: RecordNo| rows.iter().position(|row| row.record == record);
    let (from, to) = match query.turn {
        None => (query.offset, query.offset.saturating_add(query.limit)),
        Some(Turn::After(record)) => {
            let from = at(record).map_or(0, |at| at + 1);
            (from, from.saturating_add(query.limit))
        }
        Some(Turn::Before(record)) => {
            let to = at(record).unwrap_or(0);
            (to.saturating_sub(query.limit), to)
        }
    };
    Ok((rows.into_iter().take(to).skip(from).collect(), total))
}

fn holds(register: &Register, query: &ListQuery, state: &State) -> bool {
    let unit = register.unit.and_then(|field| state.unit(field));
    let within = query
        .units
        .as_ref()
        .is_none_or(|units| unit.is_some_and(|unit| units.contains(&unit)));
    let passes = |filter: &Filter| passes(filter, &column(state, filter.field));
    let mut groups = query.any.iter().filter(|group| !group.is_empty()).peekable();
    let any = groups.peek().is_none() || groups.any(|group| group.iter().all(passes));
    within && any && query.filters.iter().all(passes)
}

fn passes(filter: &Filter, there: &Sql) -> bool {
    match (filter.op, there, &filter.value) {
        (Op::Missing, there, _) => there.is_null(),
        (Op::Present, there, _) => !there.is_null(),
        (_, Sql::Null, _) | (_, _, Sql::Null) => false,
        (Op::Contains, Sql::Text(there), Sql::Text(part)) => there.contains(part.as_str()),
        (Op::Contains, ..) => false,
        (Op::Eq, there, value) => there == value,
        (Op::Ne, there, value) => there != value,
        (Op::Lt, there, value) => there < value,
        (Op::Le, there, value) => there <= value,
        (Op::Gt, there, value) => there > value,
        (Op::Ge, there, value) => there >= value,
    }
}

pub(super) fn column(state: &State, field: FieldNo) -> Sql {
    if field == STAGE {
        return state.stage().map_or(Sql::Null, Sql::from);
    }
    state.value(field).map_or(Sql::Null, to_sql)
}

fn order(query: &ListQuery, a: &RecordRow, b: &RecordRow) -> Ordering {
    for (field, down) in &query.sort {
        let by = column(&a.state, *field).cmp(&column(&b.state, *field));
        let by = if *down { by.reverse() } else { by };
        if by != Ordering::Equal {
            return by;
        }
    }
    a.record.cmp(&b.record)
}

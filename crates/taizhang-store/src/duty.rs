//! Room: duties (待办) and deeds (已办) — which limits run on whom now, and who wrote which entry. Both
//! tables are derived; a duty's light is not kept, since it changes with the day.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use std::fmt::Write as _;
use taizhang_core::calendar::Moment;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Limit, Register};
use taizhang_core::id::{EntryNo, RecordNo, RegisterNo};
use taizhang_core::journal::Spot;
use taizhang_core::journal::{Act, Entry, Patch};
use taizhang_core::posting::Duty;

/// How many records lose their duties in one statement.
const TOGETHER: usize = 500;

/// The district's civil time, before UTC.
const ZONE_SECONDS: i64 = 8 * 3600;

/// A limit that runs on somebody now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DutyRow {
    /// The record.
    pub record: RecordNo,
    /// Its register.
    pub register: RegisterNo,
    /// The rest.
    pub duty: Duty,
}

/// An entry of somebody's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deed {
    /// The entry.
    pub entry: EntryNo,
    /// Its record.
    pub record: RecordNo,
    /// What it did: `open`, `amend`, `move`, `note`, `void` or `correct`.
    pub act: String,
    /// The day on which it was recorded.
    pub day: Day,
}

/// Whose desk is looked at.
#[derive(Clone, Debug, Default)]
pub struct Desk {
    /// Limits, by register and id, whose duties in these units lie on the desk.
    pub limits: Vec<(RegisterNo, String)>,
    /// The units; none for all of the book.
    pub units: Option<Vec<RecordNo>>,
    /// The actor whose own duties lie there too; 0 for nobody.
    pub person: RecordNo,
}

/// How many duties of a unit are open, by the light of a day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Lights {
    /// All.
    pub open: i64,
    /// Overdue.
    pub red: i64,
    /// Nearly due.
    pub yellow: i64,
    /// With a clock that stands still.
    pub paused: i64,
}

impl Lights {
    /// Counts others with them.
    pub fn add(&mut self, more: Lights) {
        self.open += more.open;
        self.red += more.red;
        self.yellow += more.yellow;
        self.paused += more.paused;
    }
}

const COLUMNS: &str = "record, limit_id, register, unit, person, started, due, warn, provisional, minute";

/// The rows of table `duty` that a record's duties have.
pub(crate) fn duty_rows(register: RegisterNo, record: RecordNo, duties: &[Duty]) -> Vec<Vec<Sql>> {
    let day = |day: Option<Day>| day.map_or(Sql::Null, |day| Sql::Int(day.0.into()));
    let row = |duty: &Duty| {
        vec![
            Sql::Int(record),
            Sql::from(duty.limit.as_str()),
            Sql::Int(register.0.into()),
            Sql::Int(duty.unit),
            Sql::Int(duty.person),
            Sql::Int(duty.started.0.into()),
            day(duty.due),
            day(duty.warn),
            Sql::Int(duty.provisional.into()),
            duty.minute.map_or(Sql::Null, |minute| Sql::Int(minute.into())),
        ]
    };
    duties.iter().map(row).collect()
}

/// What somebody did by an entry, and to how many cells. The rows of a file, and what is about the book, are nobody's
/// deeds.
pub(crate) fn deed_of(entry: &Entry) -> Option<(&'static str, usize)> {
    let patch = |patch: &Patch| patch.iter().filter(|(field, _)| field.0 != 0).count();
    let deed = match &entry.act {
        Act::Open { patch: set, .. } => ("open", patch(set)),
        Act::Amend { patch: set } => ("amend", patch(set)),
        Act::Move { patch: set, .. } => ("move", patch(set)),
        Act::Note => ("note", 0),
        Act::Void => ("void", 0),
        Act::Correct(correction) => ("correct", correction.fields.len()),
        Act::Pack(_) | Act::Close { .. } | Act::Reopen { .. } | Act::Release(_) => return None,
    };
    entry.source.is_none().then_some(deed)
}

/// The row of table `deed` of what was done by an entry at its spot. The program's own entries are nobody's deeds.
pub(crate) fn deed_at(spot: &Spot, (act, cells): (&str, usize)) -> Option<Vec<Sql>> {
    if spot.actor == 0 {
        return None;
    }
    let seconds = spot.recorded_at.div_euclid(1_000_000) + ZONE_SECONDS;
    Some(vec![
        Sql::Int(spot.actor),
        Sql::Int(spot.n),
        Sql::Int(spot.record),
        Sql::from(act),
        Sql::Int(seconds.div_euclid(24 * 3600)),
        Sql::Int(cells as i64),
    ])
}

/// The row of table `deed` that an entry has.
pub(crate) fn deed_row(entry: &Entry) -> Option<Vec<Sql>> {
    deed_at(&Spot::of(entry), deed_of(entry)?)
}

/// Takes the duties of records away, before they get their new ones.
pub(crate) fn forget(conn: &mut dyn Conn, records: &[RecordNo]) -> Result<(), StoreError> {
    for some in records.chunks(TOGETHER) {
        let marks: Vec<String> = (1..=some.len()).map(|at| format!("${at}")).collect();
        let sql = format!("DELETE FROM duty WHERE record IN ({})", marks.join(", "));
        let values: Vec<Sql> = some.iter().map(|record| Sql::Int(*record)).collect();
        conn.execute(&sql, &values)?;
    }
    Ok(())
}

/// Duties of one limit, wherever they lie, the earliest last day first.
pub fn of_limit(
    conn: &mut dyn Conn,
    (register, limit): (RegisterNo, &str),
    most: i64,
) -> Result<Vec<DutyRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM duty WHERE register = $1 AND limit_id = $2 AND due IS NOT NULL ORDER BY due, record LIMIT $3"
    );
    let values = [Sql::Int(register.0.into()), Sql::from(limit), Sql::Int(most)];
    rows(conn, &sql, &values)
}

/// Duties that lie on a desk, the earliest last day first; those whose clock stands still come last.
pub fn on_desk(conn: &mut dyn Conn, desk: &Desk, limit: i64) -> Result<Vec<DutyRow>, StoreError> {
    let mut found = Vec::new();
    for (register, id) in &desk.limits {
        let of_limit = [Sql::Int(register.0.into()), Sql::from(id.as_str())];
        match &desk.units {
            None => found.extend(lying(conn, "register = $1 AND limit_id = $2", &of_limit, limit)?),
            Some(units) => {
                for unit in units {
                    let of_unit = [of_limit[0].clone(), of_limit[1].clone(), Sql::Int(*unit)];
                    let place = "register = $1 AND limit_id = $2 AND unit = $3";
                    found.extend(lying(conn, place, &of_unit, limit)?);
                }
            }
        }
    }
    if desk.person != 0 {
        let values = [Sql::Int(desk.person), Sql::Int(limit)];
        let sql = format!("SELECT {COLUMNS} FROM duty WHERE person = $1 ORDER BY due LIMIT $2");
        found.extend(rows(conn, &sql, &values)?);
    }
    found.sort_by_key(|row| (row.duty.due.unwrap_or(Day::MAX), row.record));
    found.dedup_by(|a, b| (a.record, &a.duty.limit) == (b.record, &b.duty.limit));
    found.truncate(usize::try_from(limit).unwrap_or(0));
    Ok(found)
}

/// The duties of a place that have nobody's name on them: those lie on that person's desk alone.
fn lying(conn: &mut dyn Conn, place: &str, values: &[Sql], limit: i64) -> Result<Vec<DutyRow>, StoreError> {
    let mut values = values.to_vec();
    values.push(Sql::Int(limit));
    let last = values.len();
    let mut found = Vec::new();
    for runs in ["due IS NOT NULL ORDER BY due", "due IS NULL"] {
        let sql = format!("SELECT {COLUMNS} FROM duty WHERE {place} AND person = 0 AND {runs} LIMIT ${last}");
        found.extend(rows(conn, &sql, &values)?);
    }
    Ok(found)
}

/// Every duty of a unit.
pub fn of_unit(conn: &mut dyn Conn, unit: RecordNo, limit: i64) -> Result<Vec<DutyRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM duty WHERE unit = $1 ORDER BY due, record, limit_id LIMIT $2");
    rows(conn, &sql, &[Sql::Int(unit), Sql::Int(limit)])
}

/// The records of a register over which any limit runs: of a unit or a person alone, where one is named.
pub fn running(
    conn: &mut dyn Conn,
    register: RegisterNo,
    unit: Option<RecordNo>,
    person: Option<RecordNo>,
) -> Result<Vec<RecordNo>, StoreError> {
    let mut values = vec![Sql::Int(register.0.into())];
    let mut place = String::new();
    for (column, wanted) in [("unit", unit), ("person", person)] {
        if let Some(wanted) = wanted {
            values.push(Sql::Int(wanted));
            let _ = write!(place, " AND {column} = ${}", values.len());
        }
    }
    let sql = format!("SELECT DISTINCT record FROM duty WHERE register = $1{place} ORDER BY record");
    let found = conn.query(&sql, &values)?;
    found.iter().map(|row| row[0].int()).collect()
}

/// The duties of a record.
pub fn of_record(conn: &mut dyn Conn, record: RecordNo) -> Result<Vec<DutyRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM duty WHERE record = $1 ORDER BY limit_id");
    rows(conn, &sql, &[Sql::Int(record)])
}

/// The duties of some records.
pub fn of_records(conn: &mut dyn Conn, records: &[RecordNo]) -> Result<Vec<DutyRow>, StoreError> {
    let mut found = Vec::new();
    for some in records.chunks(TOGETHER) {
        let marks: Vec<String> = (1..=some.len()).map(|at| format!("${at}")).collect();
        let marks = marks.join(", ");
        let sql = format!("SELECT {COLUMNS} FROM duty WHERE record IN ({marks}) ORDER BY record, limit_id");
        let values: Vec<Sql> = some.iter().map(|record| Sql::Int(*record)).collect();
        found.extend(rows(conn, &sql, &values)?);
    }
    Ok(found)
}

/// The duties of a person, the earliest last day first; a hand-over must find somebody for each.
pub fn of_person(conn: &mut dyn Conn, person: RecordNo, limit: i64) -> Result<Vec<DutyRow>, StoreError> {
    let sql = format!("SELECT {COLUMNS} FROM duty WHERE person = $1 ORDER BY due, record, limit_id LIMIT $2");
    rows(conn, &sql, &[Sql::Int(person), Sql::Int(limit)])
}

/// The duties of a limit whose last day lies in a span, its ends included, in the order of their days.
pub fn due_between(
    conn: &mut dyn Conn,
    register: &Register,
    limit: &Limit,
    from: Day,
    to: Day,
) -> Result<Vec<DutyRow>, StoreError> {
    let sql = format!(
        "SELECT {COLUMNS} FROM duty WHERE register = $1 AND limit_id = $2 AND due >= $3 AND due <= $4
         ORDER BY due, record"
    );
    let values = [
        Sql::Int(register.no.0.into()),
        Sql::from(limit.id.as_str()),
        Sql::Int(from.0.into()),
        Sql::Int(to.0.into()),
    ];
    rows(conn, &sql, &values)
}

/// How many duties there are by unit, and within it by the person who has them (0: nobody in particular), by the
/// light of a moment.
pub fn in_hand(conn: &mut dyn Conn, now: Moment) -> Result<Vec<(RecordNo, RecordNo, Lights)>, StoreError> {
    let sql = format!("SELECT unit, person, {COUNTED} FROM duty GROUP BY unit, person ORDER BY unit, person");
    let found = conn.query(&sql, &[Sql::Int(now.day.0.into()), Sql::Int(now.minute.into())])?;
    let each = found
        .iter()
        .map(|row| Ok((row[0].int()?, row[1].int()?, counted(&row[2..])?)));
    each.collect()
}

/// How many duties each unit has, by the light of a moment.
pub fn lights(conn: &mut dyn Conn, now: Moment) -> Result<Vec<(RecordNo, Lights)>, StoreError> {
    let sql = format!("SELECT unit, {COUNTED} FROM duty GROUP BY unit ORDER BY unit");
    let found = conn.query(&sql, &[Sql::Int(now.day.0.into()), Sql::Int(now.minute.into())])?;
    found
        .iter()
        .map(|row| Ok((row[0].int()?, counted(&row[1..])?)))
        .collect()
}

/// What is counted of duties, by the light of day `$1` and minute `$2`.
const COUNTED: &str = "COUNT(*),
    COUNT(CASE WHEN warn IS NOT NULL AND (due < $1 OR due = $1 AND minute < $2) THEN 1 END),
    COUNT(CASE WHEN warn <= $1 AND (due > $1 OR due = $1 AND (minute IS NULL OR minute >= $2)) THEN 1 END),
    COUNT(CASE WHEN due IS NULL THEN 1 END)";

fn counted(row: &[Sql]) -> Result<Lights, StoreError> {
    Ok(Lights {
        open: row[0].int()?,
        red: row[1].int()?,
        yellow: row[2].int()?,
        paused: row[3].int()?,
    })
}

/// Somebody's latest deeds, or their latest openings.
pub fn deeds(conn: &mut dyn Conn, actor: RecordNo, opened: bool, limit: i64) -> Result<Vec<Deed>, StoreError> {
    let only = if opened { "AND act = 'open'" } else { "" };
    let sql = format!("SELECT entry, record, act, day FROM deed WHERE actor = $1 {only} ORDER BY entry DESC LIMIT $2");
    let found = conn.query(&sql, &[Sql::Int(actor), Sql::Int(limit)])?;
    let deeds = found.iter().map(|row| {
        Ok(Deed {
            entry: row[0].int()?,
            record: row[1].int()?,
            act: row[2].text()?.to_owned(),
            day: day(&row[3])?,
        })
    });
    deeds.collect()
}

/// How many entries and cells each actor wrote from one day to another, by actor.
pub fn written(conn: &mut dyn Conn, from: Day, to: Day) -> Result<Vec<(RecordNo, i64, i64)>, StoreError> {
    let sql = "SELECT actor, COUNT(*), CAST(SUM(cells) AS BIGINT) FROM deed
               WHERE day >= $1 AND day <= $2 GROUP BY actor ORDER BY actor";
    let found = conn.query(sql, &[Sql::Int(from.0.into()), Sql::Int(to.0.into())])?;
    let counted = found
        .iter()
        .map(|row| Ok((row[0].int()?, row[1].int()?, row[2].int()?)));
    counted.collect()
}

/// Gives an actor a link to their calendar, in the place of an earlier one, or takes it back.
pub fn save_feed(conn: &mut dyn Conn, actor: RecordNo, link: Option<(&[u8; 32], i64)>) -> Result<(), StoreError> {
    conn.execute("DELETE FROM feed WHERE actor = $1", &[Sql::Int(actor)])?;
    if let Some((token, made_at)) = link {
        let values = [Sql::from(*token), Sql::Int(actor), Sql::Int(made_at)];
        conn.execute("INSERT INTO feed (token, actor, made_at) VALUES ($1, $2, $3)", &values)?;
    }
    Ok(())
}

/// Whose calendar a link opens.
pub fn feed_actor(conn: &mut dyn Conn, token: &[u8; 32]) -> Result<Option<RecordNo>, StoreError> {
    let row = conn.query_one("SELECT actor FROM feed WHERE token = $1", &[Sql::from(*token)])?;
    row.map(|row| row[0].int()).transpose()
}

fn rows(conn: &mut dyn Conn, sql: &str, values: &[Sql]) -> Result<Vec<DutyRow>, StoreError> {
    conn.query(sql, values)?.iter().map(|row| duty_row(row)).collect()
}

fn duty_row(row: &[Sql]) -> Result<DutyRow, StoreError> {
    let maybe = |cell: &Sql| match cell {
        Sql::Null => Ok(None),
        cell => day(cell).map(Some),
    };
    let register =
        u32::try_from(row[2].int()?).map_err(|_| StoreError::Damaged("a register in table duty".to_owned()))?;
    Ok(DutyRow {
        record: row[0].int()?,
        register: RegisterNo(register),
        duty: Duty {
            limit: row[1].text()?.to_owned(),
            unit: row[3].int()?,
            person: row[4].int()?,
            started: day(&row[5])?,
            due: maybe(&row[6])?,
            warn: maybe(&row[7])?,
            provisional: row[8].int()? != 0,
            minute: match &row[9] {
                Sql::Null => None,
                cell => u16::try_from(cell.int()?).ok(),
            },
        },
    })
}

fn day(cell: &Sql) -> Result<Day, StoreError> {
    let day = i32::try_from(cell.int()?).map(Day);
    day.map_err(|_| StoreError::Damaged("a day in table duty".to_owned()))
}

/// Whether a definition lets limits run over records of a register.
pub(crate) fn has_limits(definition: &Definition, register: RegisterNo) -> bool {
    let register = definition.register(register);
    register.is_some_and(|register| !register.limits.is_empty())
}

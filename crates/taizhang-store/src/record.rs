//! Room: records as they stand — one by number, lists by filter and sort. Plain SQL over the
//! register's own table; names of tables and columns come from numbers, values are bound.

use crate::cells::{RecordRow, from_columns, from_row};
use crate::engine::{Conn, Dialect, Sql};
use crate::error::StoreError;
use crate::schema::{LEADING, field_column, register_table, typed_table};
use std::collections::BTreeSet;
use taizhang_core::day::Day;
use taizhang_core::definition::{Field, Register};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo};

/// How a filter compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Op {
    /// Equal.
    Eq,
    /// Not equal (a missing value is not equal to anything).
    Ne,
    /// Less.
    Lt,
    /// Less or equal.
    Le,
    /// Greater.
    Gt,
    /// Greater or equal.
    Ge,
    /// Text that contains.
    Contains,
    /// Has no value.
    Missing,
    /// Has a value.
    Present,
}

/// One condition on a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// The field; 0 is the stage.
    pub field: FieldNo,
    /// How.
    pub op: Op,
    /// With what; unused for [`Op::Missing`].
    pub value: Sql,
}

/// What a list asks for.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// All must hold.
    pub filters: Vec<Filter>,
    /// Of these groups, one at least must hold whole; no group at all asks for nothing.
    pub any: Vec<Vec<Filter>>,
    /// Fields, `true` for descending; then by record.
    pub sort: Vec<(FieldNo, bool)>,
    /// Only records of these units; none for all.
    pub units: Option<BTreeSet<RecordNo>>,
    /// How many at most.
    pub limit: usize,
    /// How many to pass over.
    pub offset: usize,
    /// From which record on; its place in the order is read from its row, so that a late page costs what
    /// the first one does.
    pub turn: Option<Turn>,
}

/// A page that begins where another one ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// What follows a record.
    After(RecordNo),
    /// What stands before a record, the nearest kept.
    Before(RecordNo),
}

/// Up to so many rows are a page.
const PAGE: usize = 1_000;
/// Up to so many units, their index leads to what is wanted sooner than the order does.
const FEW_UNITS: usize = 16;

/// Totals are counted up to this; beyond it a list says "more than".
pub const TOTAL_CAP: i64 = 10_000;

/// The records of a list.
pub fn list(conn: &mut dyn Conn, register: &Register, query: &ListQuery) -> Result<Vec<RecordRow>, StoreError> {
    let (test, values) = condition(conn.dialect(), register, query);
    let Some(turn) = query.turn else {
        return part(conn, register, query, (&test, &values), (query.limit, query.offset));
    };
    // What follows a record are a few stretches of the order, nearest first. Each is walked along an index by
    // itself; all of them in one test would be a sort of the whole list.
    let wanted = query.limit.saturating_add(query.offset);
    let mut rows = Vec::new();
    for (beyond, bound) in beyond(conn, register, query, turn, values.len())? {
        let test = format!("{test} AND {beyond}");
        let values = [values.clone(), bound].concat();
        rows.extend(part(conn, register, query, (&test, &values), (wanted - rows.len(), 0))?);
        if rows.len() >= wanted {
            break;
        }
    }
    rows.drain(..query.offset.min(rows.len()));
    if matches!(turn, Turn::Before(_)) {
        rows.reverse();
    }
    Ok(rows)
}

/// Rows that pass a test, in the order asked for; before a record, in the opposite order.
fn part(
    conn: &mut dyn Conn,
    register: &Register,
    query: &ListQuery,
    (test, values): (&str, &[Sql]),
    (limit, offset): (usize, usize),
) -> Result<Vec<RecordRow>, StoreError> {
    let back = matches!(query.turn, Some(Turn::Before(_)));
    let order: Vec<String> = query
        .sort
        .iter()
        .map(|(field, down)| format!("{}{}", field_column(*field), if *down != back { " DESC" } else { "" }))
        .map(|column| conn.dialect().ordered(&column))
        .chain([if back { "id DESC" } else { "id" }.to_owned()])
        .collect();
    let mut values = values.to_vec();
    values.push(Sql::Int(i64::try_from(limit).unwrap_or(i64::MAX)));
    values.push(Sql::Int(i64::try_from(offset).unwrap_or(i64::MAX)));
    let (columns, table, order) = (columns(register), register_table(register.no), order.join(", "));
    let within = format!(
        "FROM {table} WHERE {test} ORDER BY {order} LIMIT ${} OFFSET ${}",
        values.len() - 1,
        values.len(),
    );
    // A page is chosen by numbers first, which an index alone can do; only its own rows are read then.
    let sql = match limit <= PAGE {
        true => format!("SELECT {columns} FROM {table} WHERE id IN (SELECT id {within}) ORDER BY {order}"),
        false => format!("SELECT {columns} {within}"),
    };
    let mut rows = Vec::new();
    conn.query_each(&sql, &values, &mut |row| {
        rows.push(from_row(register, row)?);
        Ok(true)
    })?;
    Ok(rows)
}

/// The stretches of the order that lie beyond a record, the nearest first: each a test and what it binds after
/// so many values; none if there is no such record. A missing value stands below all others, as the engines
/// are told to order.
fn beyond(
    conn: &mut dyn Conn,
    register: &Register,
    query: &ListQuery,
    turn: Turn,
    bound: usize,
) -> Result<Vec<(String, Vec<Sql>)>, StoreError> {
    let (record, back) = match turn {
        Turn::After(record) => (record, false),
        Turn::Before(record) => (record, true),
    };
    let keys: Vec<String> = query.sort.iter().map(|(field, _)| field_column(*field)).collect();
    let sql = format!(
        "SELECT {} FROM {} WHERE id = $1",
        keys.iter()
            .map(String::as_str)
            .chain(["id"])
            .collect::<Vec<_>>()
            .join(", "),
        register_table(register.no)
    );
    let Some(there) = conn.query_one(&sql, &[Sql::Int(record)])? else {
        return Ok(Vec::new());
    };
    let mut stretches = Vec::new();
    for last in (0..=keys.len()).rev() {
        let (mut same, mut values) = (Vec::new(), Vec::new());
        for (column, value) in keys[..last].iter().zip(&there) {
            if value.is_null() {
                same.push(format!("{column} IS NULL"));
                continue;
            }
            values.push(value.clone());
            same.push(format!("{column} = ${}", bound + values.len()));
        }
        let (column, value) = (keys.get(last).map_or("id", String::as_str), &there[last]);
        let down = query.sort.get(last).is_some_and(|(_, down)| *down) != back;
        let mut stretch = |test: String, value: Option<&Sql>| {
            let test = same.iter().map(String::as_str).chain([test.as_str()]);
            let bound = values.iter().chain(value).cloned().collect();
            stretches.push((test.collect::<Vec<_>>().join(" AND "), bound));
        };
        let mark = bound + values.len() + 1;
        match (value, down) {
            (Sql::Null, false) => stretch(format!("{column} IS NOT NULL"), None),
            // Nothing stands below what is missing.
            (Sql::Null, true) => {}
            (value, false) => stretch(format!("{column} > ${mark}"), Some(value)),
            (value, true) => {
                stretch(format!("{column} < ${mark}"), Some(value));
                if last < keys.len() {
                    stretch(format!("{column} IS NULL"), None);
                }
            }
        }
    }
    Ok(stretches)
}

/// How many records a list has, counted up to [`TOTAL_CAP`] + 1.
pub fn total(conn: &mut dyn Conn, register: &Register, query: &ListQuery) -> Result<i64, StoreError> {
    let (test, values) = condition(conn.dialect(), register, query);
    let table = register_table(register.no);
    let sql = format!(
        "SELECT COUNT(*) FROM (SELECT 1 FROM {table} WHERE {test} LIMIT {}) counted",
        TOTAL_CAP + 1
    );
    let row = conn.query_one(&sql, &values)?;
    row.map_or(Ok(0), |row| row[0].int())
}

/// One record, void or not.
pub fn get(conn: &mut dyn Conn, register: &Register, record: RecordNo) -> Result<Option<RecordRow>, StoreError> {
    let sql = format!(
        "SELECT {} FROM {} WHERE id = $1",
        columns(register),
        register_table(register.no)
    );
    let row = conn.query_one(&sql, &[Sql::Int(record)])?;
    row.map(|row| from_row(register, &row)).transpose()
}

/// All records of a register, streamed in the order of their numbers; void ones too.
pub fn each(
    conn: &mut dyn Conn,
    register: &Register,
    take: &mut dyn FnMut(RecordRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let sql = format!(
        "SELECT {} FROM {} ORDER BY id",
        columns(register),
        register_table(register.no)
    );
    conn.query_each(&sql, &[], &mut |row| {
        take(from_row(register, row)?)?;
        Ok(true)
    })
}

/// The records of a register to which something happened after an entry, of those that began by a day and have at
/// most this number; void ones too.
pub fn touched_after(
    conn: &mut dyn Conn,
    register: &Register,
    after: EntryNo,
    (began_by, up_to): (Day, RecordNo),
) -> Result<Vec<RecordNo>, StoreError> {
    let table = register_table(register.no);
    let sql = format!("SELECT id FROM {table} WHERE entry > $1 AND opened_on <= $2 AND id <= $3 ORDER BY id");
    let values = [
        Sql::Int(after),
        Sql::from(began_by.to_string().as_str()),
        Sql::Int(up_to),
    ];
    let found = conn.query(&sql, &values)?;
    found.iter().map(|row| row[0].int()).collect()
}

/// The living records of a register, in the order of their numbers, with some of their fields alone.
pub fn each_with(
    conn: &mut dyn Conn,
    register: &Register,
    fields: &[FieldNo],
    take: &mut dyn FnMut(RecordRow) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    let wanted: Vec<&Field> = register
        .fields
        .iter()
        .filter(|field| fields.contains(&field.no))
        .collect();
    let leading = LEADING.iter().map(|(name, _)| (*name).to_owned());
    let columns: Vec<String> = leading
        .chain(wanted.iter().map(|field| field_column(field.no)))
        .collect();
    let (columns, table) = (columns.join(", "), register_table(register.no));
    let sql = format!("SELECT {columns} FROM {table} WHERE void = 0 ORDER BY id");
    conn.query_each(&sql, &[], &mut |row| {
        take(from_columns(register, wanted.iter().copied(), row)?)?;
        Ok(true)
    })
}

/// Some records of a register after a number, in the order of their numbers; void ones too.
pub fn some_after(
    conn: &mut dyn Conn,
    register: &Register,
    after: RecordNo,
    most: i64,
) -> Result<Vec<RecordRow>, StoreError> {
    let sql = format!(
        "SELECT {} FROM {} WHERE id > $1 ORDER BY id LIMIT $2",
        columns(register),
        register_table(register.no)
    );
    let rows = conn.query(&sql, &[Sql::Int(after), Sql::Int(most)])?;
    rows.iter().map(|row| from_row(register, row)).collect()
}

/// How many records of a register are not void.
pub fn living(conn: &mut dyn Conn, register: &Register) -> Result<i64, StoreError> {
    let sql = format!("SELECT COUNT(*) FROM {} WHERE void = 0", register_table(register.no));
    conn.query_one(&sql, &[])?.map_or(Ok(0), |row| row[0].int())
}

/// How many records a register has, void ones too.
pub fn count(conn: &mut dyn Conn, register: &Register) -> Result<i64, StoreError> {
    let sql = format!("SELECT COUNT(*) FROM {}", register_table(register.no));
    conn.query_one(&sql, &[])?.map_or(Ok(0), |row| row[0].int())
}

fn columns(register: &Register) -> String {
    let table = typed_table(register);
    debug_assert_eq!(table.columns.len(), register.fields.len() + LEADING.len());
    table
        .columns
        .iter()
        .map(|(name, _)| name.as_str())
        .collect::<Vec<_>>()
        .join(", ")
}

fn condition(dialect: Dialect, register: &Register, query: &ListQuery) -> (String, Vec<Sql>) {
    let mut tests = vec!["void = 0".to_owned()];
    let mut values = Vec::new();
    tests.extend(query.filters.iter().map(|filter| test(filter, &mut values)));
    let groups: Vec<String> = query
        .any
        .iter()
        .filter(|group| !group.is_empty())
        .map(|group| {
            let all: Vec<String> = group.iter().map(|filter| test(filter, &mut values)).collect();
            format!("({})", all.join(" AND "))
        })
        .collect();
    if !groups.is_empty() {
        tests.push(format!("({})", groups.join(" OR ")));
    }
    if let (Some(units), Some(field)) = (&query.units, register.unit) {
        // Numbers made by the program, never text of a user; an empty list finds nothing.
        let list: Vec<String> = units.iter().map(ToString::to_string).collect();
        let list = if list.is_empty() {
            "NULL".to_owned()
        } else {
            list.join(", ")
        };
        // Many units are most of a register: a walk along the order meets enough of them soon, while one
        // along the units would have to be sorted. The sign keeps the engine from that way.
        let sign = if units.len() > FEW_UNITS && dialect == Dialect::Sqlite {
            "+"
        } else {
            ""
        };
        tests.push(format!("{sign}{} IN ({list})", field_column(field)));
    }
    (tests.join(" AND "), values)
}

/// One condition as a test; its value joins those that are bound.
fn test(filter: &Filter, values: &mut Vec<Sql>) -> String {
    let column = field_column(filter.field);
    let mark = values.len() + 1;
    let compare = |sign: &str| format!("{column} {sign} ${mark}");
    match (&filter.op, &filter.value) {
        (Op::Missing | Op::Present, _) => {}
        (Op::Contains, Sql::Text(text)) => values.push(Sql::Text(like(text))),
        (_, value) => values.push(value.clone()),
    }
    match filter.op {
        Op::Eq => compare("="),
        Op::Ne => compare("<>"),
        Op::Lt => compare("<"),
        Op::Le => compare("<="),
        Op::Gt => compare(">"),
        Op::Ge => compare(">="),
        Op::Contains => format!("{column} LIKE ${mark} ESCAPE '!'"),
        Op::Missing => format!("{column} IS NULL"),
        Op::Present => format!("{column} IS NOT NULL"),
    }
}

/// One group of a list: what its records have in common, how many they are, and the sums of some fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Group {
    /// The value of the field that is grouped by.
    pub value: Sql,
    /// How many records.
    pub count: i64,
    /// The sums in the order asked for; none if no record has a value.
    pub sums: Vec<Option<i64>>,
}

/// At most so many groups are told apart.
pub const GROUPS: usize = 500;

/// A whole list added up, by a field if one is named (0 is the stage); the largest groups first.
pub fn groups(
    conn: &mut dyn Conn,
    register: &Register,
    query: &ListQuery,
    by: Option<FieldNo>,
    sums: &[FieldNo],
) -> Result<Vec<Group>, StoreError> {
    let (test, values) = condition(conn.dialect(), register, query);
    let table = register_table(register.no);
    let key = by.map_or("NULL".to_owned(), field_column);
    // The sum of a column of BIGINT is NUMERIC on one engine.
    let sums: Vec<String> = sums
        .iter()
        .map(|field| format!(", CAST(SUM({}) AS BIGINT)", field_column(*field)))
        .collect();
    let grouped = if by.is_some() {
        format!("GROUP BY {key}")
    } else {
        String::new()
    };
    let sql = format!(
        "SELECT {key}, COUNT(*){} FROM {table} WHERE {test} {grouped} ORDER BY 2 DESC, 1 LIMIT {GROUPS}",
        sums.concat()
    );
    let rows = conn.query(&sql, &values)?;
    rows.iter()
        .map(|row| {
            let sum = |sql: &Sql| if sql.is_null() { Ok(None) } else { sql.int().map(Some) };
            Ok(Group {
                value: if by.is_some() { row[0].clone() } else { Sql::Null },
                count: row[1].int()?,
                sums: row[2..].iter().map(sum).collect::<Result<_, _>>()?,
            })
        })
        .collect()
}

fn like(text: &str) -> String {
    let escaped = text.replace('!', "!!").replace('%', "!%").replace('_', "!_");
    format!("%{escaped}%")
}

//! Room: PostgreSQL. Connects to one schema, binds and reads; nothing else.
//!
//! Obeys the rules that keep a schema-sharding engine possible: one book a statement, bulk writes as
//! `INSERT … SELECT … FROM unnest(…)` fenced by the book's epoch, only parameters and columns in lists.

use super::sqlite::conflict_text;
use super::{ColumnType, Conn, Dialect, OnConflict, Sql, Table};
use crate::error::StoreError;
use postgres::fallible_iterator::FallibleIterator;
use postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use postgres::{Client, NoTls, Row, Statement};
use std::collections::HashMap;
use std::error::Error;

/// How many rows one bulk statement carries.
const BULK: usize = 5_000;

/// How many prepared statements a connection keeps; bulk texts are few, so this bounds lists only.
const STATEMENTS: usize = 400;

pub(crate) struct PostgresConn {
    client: Client,
    statements: HashMap<String, Statement>,
    in_transaction: bool,
}

/// Where a PostgreSQL book is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PostgresPlace {
    /// The connection string without our own `schema` part.
    pub dsn: String,
    /// The schema that holds the book.
    pub schema: String,
}

impl PostgresPlace {
    /// Reads `postgres://…?schema=NAME`. The schema's name is lower-case letters, digits and `_`.
    pub fn parse(url: &str) -> Option<PostgresPlace> {
        let (base, query) = url.split_once('?')?;
        let mut schema = None;
        let mut kept = Vec::new();
        for part in query.split('&') {
            match part.strip_prefix("schema=") {
                Some(name) => schema = Some(name.to_owned()),
                None => kept.push(part),
            }
        }
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        let schema = schema.filter(|name| !name.is_empty() && name.len() <= 60 && name.chars().all(plain))?;
        let dsn = if kept.is_empty() {
            base.to_owned()
        } else {
            format!("{base}?{}", kept.join("&"))
        };
        Some(PostgresPlace { dsn, schema })
    }
}

impl PostgresConn {
    pub(crate) fn open(place: &PostgresPlace, create: bool) -> Result<PostgresConn, StoreError> {
        let mut client = Client::connect(&place.dsn, NoTls)?;
        if create {
            client.batch_execute(&format!("CREATE SCHEMA IF NOT EXISTS {}", place.schema))?;
        }
        // The name tells an administrator whose connection it is; nothing depends on it.
        client.batch_execute(&format!(
            "SET search_path TO {0}; SET application_name TO 'taizhang {0}'",
            place.schema
        ))?;
        Ok(PostgresConn {
            client,
            statements: HashMap::new(),
            in_transaction: false,
        })
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        let statement = self.client.prepare(sql)?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }
}

impl Conn for PostgresConn {
    fn begin_write(&mut self) -> Result<(), StoreError> {
        self.client.batch_execute("BEGIN")?;
        self.in_transaction = true;
        Ok(())
    }

    fn begin_read(&mut self) -> Result<(), StoreError> {
        // All reads of a question see one commit; the default would let a new one in between two statements.
        self.client
            .batch_execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")?;
        self.in_transaction = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        self.in_transaction = false;
        self.client
            .batch_execute("COMMIT")
            .map_err(|error| StoreError::OutcomeUnknown(error.to_string()))
    }

    fn rollback(&mut self) -> Result<(), StoreError> {
        if self.in_transaction {
            self.in_transaction = false;
            self.client.batch_execute("ROLLBACK")?;
        }
        Ok(())
    }

    fn execute(&mut self, sql: &str, params: &[Sql]) -> Result<u64, StoreError> {
        let statement = self.prepared(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        Ok(self.client.execute(&statement, &params)?)
    }

    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.statements.clear();
        Ok(self.client.batch_execute(sql)?)
    }

    fn query_each(
        &mut self,
        sql: &str,
        params: &[Sql],
        each: &mut dyn FnMut(&[Sql]) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepared(sql)?;
        let params: Vec<&(dyn ToSql + Sync)> = params.iter().map(|param| param as _).collect();
        let mut rows = self.client.query_raw(&statement, params)?;
        let mut out = Vec::new();
        while let Some(row) = rows.next()? {
            out.clear();
            for column in 0..row.len() {
                out.push(owned(&row, column)?);
            }
            if !each(&out)? {
                break;
            }
        }
        Ok(())
    }

    fn write_many(&mut self, table: &Table, rows: &[Vec<Sql>], conflict: OnConflict) -> Result<(), StoreError> {
        let statement = self.prepared(&bulk_text(table, conflict))?;
        for chunk in rows.chunks(BULK) {
            let columns: Vec<Column<'_>> = (0..table.columns.len())
                .map(|at| Column {
                    kind: table.columns[at].1,
                    at,
                    rows: chunk,
                })
                .collect();
            let arrays: Vec<Array<'_>> = columns.iter().map(Column::array).collect();
            let params: Vec<&(dyn ToSql + Sync)> = arrays.iter().map(Array::param).collect();
            let written = self.client.execute(&statement, &params)?;
            if conflict != OnConflict::Keep && written != chunk.len() as u64 {
                return Err(StoreError::Fenced);
            }
        }
        Ok(())
    }

    fn columns(&mut self, table: &str) -> Result<Vec<String>, StoreError> {
        let rows = self.query(
            "SELECT column_name::text FROM information_schema.columns
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position",
            &[Sql::from(table)],
        )?;
        rows.iter().map(|row| row[0].text().map(str::to_owned)).collect()
    }

    fn dialect(&self) -> Dialect {
        Dialect::Postgres
    }
}

/// `INSERT … SELECT … FROM unnest(…), book`: one statement for many rows, fenced by the book's row.
fn bulk_text(table: &Table, conflict: OnConflict) -> String {
    let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
    let arrays: Vec<String> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, (_, kind))| format!("${}::{}[]", at + 1, Dialect::Postgres.column(*kind)))
        .collect();
    let picked: Vec<String> = names.iter().map(|name| format!("u.{name}")).collect();
    format!(
        "INSERT INTO {} ({names}) SELECT {} FROM unnest({}) AS u({names}), book WHERE book.one = 1{}",
        table.name,
        picked.join(", "),
        arrays.join(", "),
        conflict_text(table, conflict),
        names = names.join(", "),
    )
}

struct Column<'a> {
    kind: ColumnType,
    at: usize,
    rows: &'a [Vec<Sql>],
}

enum Array<'a> {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<&'a str>>),
    Blob(Vec<Option<&'a [u8]>>),
}

impl<'a> Column<'a> {
    fn array(&self) -> Array<'a> {
        let cells = self.rows.iter().map(|row| &row[self.at]);
        match self.kind {
            ColumnType::Int => Array::Int(cells.map(|cell| cell.int().ok()).collect()),
            ColumnType::Text => Array::Text(cells.map(|cell| cell.text().ok()).collect()),
            ColumnType::Blob => Array::Blob(cells.map(|cell| cell.blob().ok()).collect()),
        }
    }
}

impl Array<'_> {
    fn param(&self) -> &(dyn ToSql + Sync) {
        match self {
            Array::Int(values) => values,
            Array::Text(values) => values,
            Array::Blob(values) => values,
        }
    }
}

impl ToSql for Sql {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Sql::Null => Ok(IsNull::Yes),
            Sql::Int(value) if *kind == Type::INT4 => i32::try_from(*value)?.to_sql(kind, out),
            Sql::Int(value) => value.to_sql(kind, out),
            Sql::Text(value) => value.to_sql(kind, out),
            Sql::Blob(value) => value.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [
            Type::INT4,
            Type::INT8,
            Type::TEXT,
            Type::VARCHAR,
            Type::NAME,
            Type::BYTEA,
        ]
        .contains(kind)
    }

    postgres::types::to_sql_checked!();
}

fn owned(row: &Row, column: usize) -> Result<Sql, StoreError> {
    let kind = row.columns()[column].type_();
    Ok(match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(column)?.map_or(Sql::Null, Sql::Int),
        Type::INT4 => row
            .try_get::<_, Option<i32>>(column)?
            .map_or(Sql::Null, |value| Sql::Int(value.into())),
        Type::TEXT | Type::VARCHAR | Type::NAME => {
            row.try_get::<_, Option<String>>(column)?.map_or(Sql::Null, Sql::Text)
        }
        Type::BYTEA => row.try_get::<_, Option<Vec<u8>>>(column)?.map_or(Sql::Null, Sql::Blob),
        _ => return Err(StoreError::Damaged(format!("a column of type {kind}"))),
    })
}

//! Room: PostgreSQL. Connects to one schema, binds and reads; nothing else.
//!
//! Obeys the rules that keep a schema-sharding engine possible: one book a statement, bulk writes as
//! `INSERT … SELECT … FROM unnest(…)` fenced by the book's epoch, only parameters and columns in lists.

use super::sqlite::conflict_text;
use super::{Ask, ColumnType, Conn, Dialect, OnConflict, Sql, Table};
use crate::error::StoreError;
use futures_util::Stream;
use std::collections::HashMap;
use std::error::Error as StdError;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use tokio::runtime::{Builder, Runtime};
use tokio_postgres::tls::NoTlsStream;
use tokio_postgres::types::{IsNull, ToSql, Type, private::BytesMut};
use tokio_postgres::{Client, Connection, Error, NoTls, Row, RowStream, Socket, Statement};

/// How many rows one bulk statement carries.
const BULK: usize = 5_000;

/// How many prepared statements a connection keeps; bulk texts are few, so this bounds lists only.
const STATEMENTS: usize = 400;

/// How many rows of an answer are taken together.
const ROWS: usize = 256;

/// A connection that is used by one thread at a time. What has no answer to wait for goes out with the next statement
/// that has one, since each way there and back costs more than the statement itself.
pub(crate) struct PostgresConn {
    line: Line,
    client: Arc<Client>,
    statements: HashMap<String, Statement>,
    in_transaction: bool,
    /// What goes out with the next statement, in order.
    later: Vec<Later>,
}

/// A statement that nobody waits for yet.
struct Later {
    answer: Pin<Box<dyn Future<Output = Result<u64, Error>> + Send>>,
    /// How many rows it must write.
    rows: Option<u64>,
}

/// The line to the server, and what drives it.
struct Line {
    runtime: Runtime,
    connection: Connection<Socket, NoTlsStream>,
}

impl Line {
    /// Carries bytes both ways until something is answered.
    fn wait<T>(&mut self, mut answer: impl FnMut(&mut Context<'_>) -> Poll<Result<T, Error>>) -> Result<T, Error> {
        let connection = &mut self.connection;
        self.runtime.block_on(poll_fn(|context| {
            // What is asked goes to the line first, so that one round carries it out.
            if let Poll::Ready(answer) = answer(context) {
                return Poll::Ready(answer);
            }
            loop {
                match connection.poll_message(context) {
                    Poll::Ready(Some(Ok(_))) => {}
                    Poll::Ready(Some(Err(error))) => return Poll::Ready(Err(error)),
                    Poll::Ready(None) | Poll::Pending => return answer(context),
                }
            }
        }))
    }

    /// Sends what was asked and waits for nothing.
    fn send<T>(&mut self, asked: impl Future<Output = Result<T, Error>>) -> Result<(), Error> {
        let mut asked = pin!(asked);
        let connection = &mut self.connection;
        self.runtime.block_on(poll_fn(|context| {
            let _ = asked.as_mut().poll(context);
            match connection.poll_message(context) {
                Poll::Ready(Some(Err(error))) => Poll::Ready(Err(error)),
                _ => Poll::Ready(Ok(())),
            }
        }))
    }
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
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let (client, connection) = runtime.block_on(tokio_postgres::connect(&place.dsn, NoTls))?;
        let mut conn = PostgresConn {
            line: Line { runtime, connection },
            client: Arc::new(client),
            statements: HashMap::new(),
            in_transaction: false,
            later: Vec::new(),
        };
        if create {
            conn.run(format!("CREATE SCHEMA IF NOT EXISTS {}", place.schema))?;
        }
        // The name tells an administrator whose connection it is; nothing depends on it.
        conn.run(format!(
            "SET search_path TO {0}; SET application_name TO 'taizhang {0}'",
            place.schema
        ))?;
        Ok(conn)
    }

    /// Sends what waits together with what is asked now, and waits for all of it. The first that failed is the error.
    fn trip<T>(&mut self, asked: impl Future<Output = Result<T, Error>>) -> Result<T, StoreError> {
        let (mut asked, mut answer) = (pin!(asked), None);
        let mut later = std::mem::take(&mut self.later);
        let mut written: Vec<Option<Result<u64, Error>>> = later.iter().map(|_| None).collect();
        let all = self.line.wait(|context| {
            let mut open = false;
            for (statement, written) in later.iter_mut().zip(&mut written) {
                if written.is_none() {
                    match statement.answer.as_mut().poll(context) {
                        Poll::Ready(result) => *written = Some(result),
                        Poll::Pending => open = true,
                    }
                }
            }
            if answer.is_none() {
                match asked.as_mut().poll(context) {
                    Poll::Ready(result) => answer = Some(result),
                    Poll::Pending => open = true,
                }
            }
            if open { Poll::Pending } else { Poll::Ready(Ok(())) }
        });
        for (statement, written) in later.iter().zip(written) {
            let Some(written) = written.transpose()? else { continue };
            if statement.rows.is_some_and(|rows| rows != written) {
                return Err(StoreError::Fenced);
            }
        }
        match answer {
            Some(answer) => Ok(answer?),
            // The line broke before it came.
            None => all.map_err(StoreError::from).and(Err(StoreError::Fenced)),
        }
    }

    /// Runs statements without parameters and waits.
    fn run(&mut self, sql: String) -> Result<(), StoreError> {
        let client = self.client.clone();
        self.trip(async move { client.batch_execute(&sql).await })
    }

    /// Lets a statement go out with the next.
    fn later(&mut self, sql: &'static str) {
        let client = self.client.clone();
        let answer = Box::pin(async move { client.batch_execute(sql).await.map(|()| 0) });
        self.later.push(Later { answer, rows: None });
    }

    fn prepared(&mut self, sql: &str) -> Result<Statement, StoreError> {
        if let Some(statement) = self.statements.get(sql) {
            return Ok(statement.clone());
        }
        if self.statements.len() >= STATEMENTS {
            self.statements.clear();
        }
        let client = self.client.clone();
        let statement = self.trip(client.prepare(sql))?;
        self.statements.insert(sql.to_owned(), statement.clone());
        Ok(statement)
    }

    /// The next rows of an answer; fewer than asked for at its end.
    fn rows(&mut self, stream: &mut Pin<Box<RowStream>>) -> Result<Vec<Row>, StoreError> {
        let mut rows = Vec::new();
        let taken = self.line.wait(|context| {
            while rows.len() < ROWS {
                match stream.as_mut().poll_next(context) {
                    Poll::Ready(Some(row)) => rows.push(row?),
                    Poll::Ready(None) => break,
                    Poll::Pending => return Poll::Pending,
                }
            }
            Poll::Ready(Ok(()))
        });
        taken?;
        Ok(rows)
    }
}

fn bound(params: &[Sql]) -> Vec<&(dyn ToSql + Sync)> {
    params.iter().map(|param| param as _).collect()
}

impl Conn for PostgresConn {
    fn begin_write(&mut self) -> Result<(), StoreError> {
        self.later("BEGIN");
        self.in_transaction = true;
        Ok(())
    }

    fn begin_read(&mut self) -> Result<(), StoreError> {
        // All reads of a question see one commit; the default would let a new one in between two statements.
        self.later("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
        self.in_transaction = true;
        Ok(())
    }

    fn commit(&mut self) -> Result<(), StoreError> {
        // Whether all was written as it should be is known before it counts.
        if !self.later.is_empty() {
            self.trip(async { Ok(()) })?;
        }
        self.in_transaction = false;
        self.run("COMMIT".to_owned())
            .map_err(|error| StoreError::OutcomeUnknown(error.to_string()))
    }

    fn rollback(&mut self) -> Result<(), StoreError> {
        self.later.clear();
        if std::mem::take(&mut self.in_transaction) {
            let client = self.client.clone();
            self.line.send(client.batch_execute("ROLLBACK"))?;
        }
        Ok(())
    }

    fn execute(&mut self, sql: &str, params: &[Sql]) -> Result<u64, StoreError> {
        let statement = self.prepared(sql)?;
        let client = self.client.clone();
        self.trip(async move { client.execute(&statement, &bound(params)).await })
    }

    fn batch(&mut self, sql: &str) -> Result<(), StoreError> {
        self.statements.clear();
        self.run(sql.to_owned())
    }

    fn query_each(
        &mut self,
        sql: &str,
        params: &[Sql],
        each: &mut dyn FnMut(&[Sql]) -> Result<bool, StoreError>,
    ) -> Result<(), StoreError> {
        let statement = self.prepared(sql)?;
        let client = self.client.clone();
        let stream = self.trip(async move { client.query_raw(&statement, bound(params)).await })?;
        let mut stream = Box::pin(stream);
        let mut out = Vec::new();
        loop {
            let rows = self.rows(&mut stream)?;
            for row in &rows {
                read(row, &mut out)?;
                if !each(&out)? {
                    return Ok(());
                }
            }
            if rows.len() < ROWS {
                return Ok(());
            }
        }
    }

    fn ask(&mut self, asked: &[Ask<'_>]) -> Result<Vec<Option<Vec<Sql>>>, StoreError> {
        let statements = asked.iter().map(|(sql, _)| self.prepared(sql));
        let statements: Vec<Statement> = statements.collect::<Result<_, _>>()?;
        let client = self.client.clone();
        let questions = asked.iter().zip(&statements);
        let questions = questions.map(|((_, params), statement)| {
            let client = &client;
            async move { client.query_opt(statement, &bound(params)).await }
        });
        let rows = self.trip(futures_util::future::try_join_all(questions))?;
        let read = |row: Option<Row>| {
            let mut out = Vec::new();
            row.map(|row| read(&row, &mut out).map(|()| out)).transpose()
        };
        rows.into_iter().map(read).collect()
    }

    fn write_many(&mut self, table: &Table, rows: &[Vec<Sql>], conflict: OnConflict) -> Result<(), StoreError> {
        let statement = self.prepared(&bulk_text(table, conflict))?;
        for chunk in rows.chunks(BULK) {
            let columns = table.columns.iter().enumerate();
            let arrays: Vec<Array> = columns.map(|(at, (_, kind))| Array::of(*kind, at, chunk)).collect();
            let (client, statement) = (self.client.clone(), statement.clone());
            let answer = Box::pin(async move { client.execute_raw(&statement, arrays).await });
            let rows = (conflict != OnConflict::Keep).then_some(chunk.len() as u64);
            self.later.push(Later { answer, rows });
            // A long import does not gather in memory.
            if chunk.len() == BULK {
                self.trip(async { Ok(()) })?;
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

/// One column of a bulk statement.
#[derive(Debug)]
enum Array {
    Int(Vec<Option<i64>>),
    Text(Vec<Option<String>>),
    Blob(Vec<Option<Vec<u8>>>),
}

impl Array {
    fn of(kind: ColumnType, at: usize, rows: &[Vec<Sql>]) -> Array {
        let cells = rows.iter().map(|row| &row[at]);
        match kind {
            ColumnType::Int => Array::Int(cells.map(|cell| cell.int().ok()).collect()),
            ColumnType::Text => Array::Text(cells.map(|cell| cell.text().ok().map(str::to_owned)).collect()),
            ColumnType::Blob => Array::Blob(cells.map(|cell| cell.blob().ok().map(<[u8]>::to_vec)).collect()),
        }
    }
}

impl ToSql for Array {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
        match self {
            Array::Int(values) => values.to_sql(kind, out),
            Array::Text(values) => values.to_sql(kind, out),
            Array::Blob(values) => values.to_sql(kind, out),
        }
    }

    fn accepts(kind: &Type) -> bool {
        [Type::INT8_ARRAY, Type::TEXT_ARRAY, Type::BYTEA_ARRAY].contains(kind)
    }

    tokio_postgres::types::to_sql_checked!();
}

impl ToSql for Sql {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
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

    tokio_postgres::types::to_sql_checked!();
}

fn read(row: &Row, out: &mut Vec<Sql>) -> Result<(), StoreError> {
    out.clear();
    (0..row.len()).try_for_each(|column| {
        out.push(owned(row, column)?);
        Ok(())
    })
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

//! The table with its versions and its chained entries: raw SQL with a full history.

use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use sha2::{Digest, Sha256};

/// The twenty fields, as in `packs/bench`.
pub const FIELDS: [&str; 20] = [
    "code",
    "name",
    "unit",
    "town",
    "category",
    "level",
    "status",
    "total",
    "done",
    "gov",
    "start_date",
    "end_date",
    "reported_on",
    "progress",
    "jobs",
    "lat",
    "lon",
    "contact",
    "is_key",
    "remark",
];

/// The row, its versions, the entries, and three indexes.
pub fn create(connection: &Connection) {
    let columns = FIELDS.join(",");
    let sql = format!(
        "CREATE TABLE IF NOT EXISTS ledger(id INTEGER PRIMARY KEY,{columns});
         CREATE UNIQUE INDEX IF NOT EXISTS code ON ledger(code);
         CREATE INDEX IF NOT EXISTS listed ON ledger(unit,status,total);
         CREATE INDEX IF NOT EXISTS dated ON ledger(unit,reported_on,total);
         CREATE TABLE IF NOT EXISTS version(record,since,{columns},PRIMARY KEY(record,since)) WITHOUT ROWID;
         CREATE TABLE IF NOT EXISTS entry(n INTEGER PRIMARY KEY,at,actor,act,record,hash)"
    );
    connection.execute_batch(&sql).expect("tables");
}

/// The chain's head.
#[derive(Default)]
pub struct Chain {
    n: i64,
    head: Vec<u8>,
}

impl Chain {
    /// Writes a row with its version and its entry.
    pub fn create(&mut self, connection: &Connection, row: Vec<Value>) -> i64 {
        let (columns, marks) = (FIELDS.join(","), vec!["?"; FIELDS.len()].join(","));
        let sql = format!("INSERT INTO ledger({columns}) VALUES({marks})");
        let mut insert = connection.prepare_cached(&sql).expect("prepared");
        insert.execute(params_from_iter(row.iter())).expect("inserted");
        let record = connection.last_insert_rowid();
        self.entry(connection, "create", record, &format!("{row:?}"));
        record
    }

    /// Sets the status; false if there is no such row.
    pub fn set_status(&mut self, connection: &Connection, record: i64, status: &str) -> bool {
        let mut update = connection
            .prepare_cached("UPDATE ledger SET status=? WHERE id=?")
            .expect("prepared");
        let is_there = update.execute((status, record)).expect("updated") == 1;
        if is_there {
            self.entry(connection, "update", record, status);
        }
        is_there
    }

    fn entry(&mut self, connection: &Connection, act: &str, record: i64, body: &str) {
        self.n += 1;
        let columns = FIELDS.join(",");
        let sql = format!("INSERT INTO version(record,since,{columns}) SELECT id,?2,{columns} FROM ledger WHERE id=?1");
        let mut version = connection.prepare_cached(&sql).expect("prepared");
        version.execute((record, self.n)).expect("kept");
        self.head = Sha256::new()
            .chain_update(&self.head)
            .chain_update(body)
            .finalize()
            .to_vec();
        let sql = "INSERT INTO entry(n,at,actor,act,record,hash) VALUES(?,?,1,?,?,?)";
        let mut entry = connection.prepare_cached(sql).expect("prepared");
        entry
            .execute((self.n, self.n, act, record, &self.head))
            .expect("chained");
    }
}

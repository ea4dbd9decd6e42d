//! Room: what a decision may ask, answered from the book inside one transaction.

use crate::append::Group;
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::head::entry_of;
use crate::schema::{field_column, register_table};
use taizhang_core::day::Day;
use taizhang_core::decide::Book;
use taizhang_core::definition::Definition;
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::journal::Entry;
use taizhang_core::posting::Posting;
use taizhang_core::unit::{UNIT_REGISTER, UnitFields};

/// The book as a decision sees it. What waits in a group is not in the tables yet, so asking for it
/// answers [`StoreError::Later`]; the writer flushes and asks again.
pub struct Facts<'a> {
    /// The connection, in a transaction.
    pub conn: &'a mut dyn Conn,
    /// The present definition.
    pub definition: &'a Definition,
    /// What waits to be written.
    pub waiting: Option<&'a Group>,
}

impl Facts<'_> {
    fn must_not_wait(&self, waits: impl FnOnce(&Group) -> bool) -> Result<(), StoreError> {
        if self.waiting.is_some_and(waits) {
            Err(StoreError::Later)
        } else {
            Ok(())
        }
    }
}

impl Book for Facts<'_> {
    type Error = StoreError;

    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, StoreError> {
        self.must_not_wait(|group| group.touches(record))?;
        entries(self.conn, record)
    }

    fn children(&mut self, record: RecordNo) -> Result<Vec<RecordNo>, StoreError> {
        self.must_not_wait(|group| group.touches(record))?;
        children(self.conn, self.definition, record)
    }

    fn member(&mut self, unit: RecordNo) -> Result<Option<RecordNo>, StoreError> {
        // Whatever waits may belong to it, and units are voided seldom.
        self.must_not_wait(|group| !group.is_empty())?;
        member(self.conn, self.definition, unit)
    }

    fn key_holder(&mut self, register: RegisterNo, key: &str, text: &str) -> Result<Option<RecordNo>, StoreError> {
        self.must_not_wait(|group| group.touches_key(register, key, text))?;
        key_holder(self.conn, register, key, text)
    }

    fn key_held(&mut self, register: RegisterNo, key: &str, record: RecordNo) -> Result<Option<String>, StoreError> {
        self.must_not_wait(|group| group.touches(record))?;
        let sql = "SELECT text FROM unique_key WHERE record = $1 AND register = $2 AND key = $3";
        let values = [Sql::Int(record), Sql::Int(register.0.into()), Sql::from(key)];
        let row = self.conn.query_one(sql, &values)?;
        row.map(|row| row[0].text().map(str::to_owned)).transpose()
    }

    fn digest(&mut self, entry: EntryNo, field: FieldNo) -> Result<Option<String>, StoreError> {
        // Whoever asks has read the entry before, so nothing of its record waits.
        crate::digest::digest(self.conn, entry, field)
    }

    fn balances(&mut self, posting: &Posting, from: Day) -> Result<(i64, Vec<(Day, i64)>), StoreError> {
        self.must_not_wait(|group| group.touches_holder(posting.account, &posting.dim))?;
        let sql = "SELECT day, amount FROM holding WHERE account = $1 AND dim = $2 ORDER BY day";
        let rows = self.conn.query(
            sql,
            &[Sql::Int(posting.account.0.into()), Sql::from(posting.dim.as_str())],
        )?;
        let (mut before, mut balance, mut series) = (0, 0, Vec::new());
        for row in rows {
            let day = Day(row[0].int()? as i32);
            balance += row[1].int()?;
            if day < from {
                before = balance;
            } else {
                series.push((day, balance));
            }
        }
        Ok((before, series))
    }
}

/// All entries of a record, in order.
pub fn entries(conn: &mut dyn Conn, record: RecordNo) -> Result<Vec<Entry>, StoreError> {
    let mut entries = Vec::new();
    let sql = "SELECT n, bytes FROM entry WHERE record = $1 ORDER BY n";
    conn.query_each(sql, &[Sql::Int(record)], &mut |row| {
        entries.push(entry_of(row[0].int()?, row[1].blob()?)?);
        Ok(true)
    })?;
    Ok(entries)
}

/// The living record that holds a unique key.
pub fn key_holder(
    conn: &mut dyn Conn,
    register: RegisterNo,
    key: &str,
    text: &str,
) -> Result<Option<RecordNo>, StoreError> {
    let sql = "SELECT record FROM unique_key WHERE register = $1 AND key = $2 AND text = $3";
    let row = conn.query_one(sql, &[Sql::Int(register.0.into()), Sql::from(key), Sql::from(text)])?;
    row.map(|row| row[0].int()).transpose()
}

/// The first living record that belongs to a unit, or living unit that names it as the one above.
pub fn member(conn: &mut dyn Conn, definition: &Definition, unit: RecordNo) -> Result<Option<RecordNo>, StoreError> {
    for register in definition.registers.iter().chain(&definition.retired.registers) {
        let above = UnitFields::of(register).filter(|_| register.id == UNIT_REGISTER);
        let Some(field) = above.map(UnitFields::parent).or(register.unit) else {
            continue;
        };
        let (table, column) = (register_table(register.no), field_column(field));
        let sql = format!("SELECT MIN(id) FROM {table} WHERE {column} = $1 AND void = 0");
        let row = conn.query_one(&sql, &[Sql::Int(unit)])?;
        if let Some(row) = row.filter(|row| !row[0].is_null()) {
            return row[0].int().map(Some);
        }
    }
    Ok(None)
}

/// Living records whose parent field names this one, in any register.
pub fn children(conn: &mut dyn Conn, definition: &Definition, record: RecordNo) -> Result<Vec<RecordNo>, StoreError> {
    let mut found = Vec::new();
    // Records of a register that was taken out of the pack keep following the record above.
    for register in definition.registers.iter().chain(&definition.retired.registers) {
        let Some(parent) = &register.parent else { continue };
        let (table, column) = (register_table(register.no), field_column(parent.field));
        let sql = format!("SELECT id FROM {table} WHERE {column} = $1 AND void = 0 ORDER BY id");
        for row in conn.query(&sql, &[Sql::Int(record)])? {
            found.push(row[0].int()?);
        }
    }
    Ok(found)
}

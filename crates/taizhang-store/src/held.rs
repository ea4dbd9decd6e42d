//! Room: what records and holders hold — unique keys, and the balances of accounts with a floor. The
//! only place that writes the tables `unique_key` and `holding`; decides nothing.

use crate::engine::{Conn, OnConflict, Sql};
use crate::error::StoreError;
use crate::schema::tables;
use taizhang_core::decide::KeyChange;
use taizhang_core::definition::Definition;
use taizhang_core::id::{AccountNo, RecordNo, RegisterNo};

/// The row of a key that a record holds.
pub(crate) fn key_row(register: RegisterNo, key: impl Into<Sql>, text: impl Into<Sql>, record: RecordNo) -> Vec<Sql> {
    let register = Sql::Int(register.0.into());
    vec![register, key.into(), text.into(), Sql::Int(record)]
}

/// Writes keys. One that is held already is an error of the engine.
pub(crate) fn take_keys(conn: &mut dyn Conn, rows: &[Vec<Sql>]) -> Result<(), StoreError> {
    if rows.is_empty() {
        return Ok(());
    }
    conn.write_many(&tables::unique_key(), rows, OnConflict::Fail)
}

/// Gives one key up.
pub(crate) fn free_key(conn: &mut dyn Conn, key: &KeyChange) -> Result<(), StoreError> {
    let sql = "DELETE FROM unique_key WHERE register = $1 AND key = $2 AND text = $3";
    let values = [
        Sql::Int(key.register.0.into()),
        Sql::from(key.key.as_str()),
        Sql::from(key.text.as_str()),
    ];
    conn.execute(sql, &values).map(|_| ())
}

/// Gives up all that a register's records hold under a key.
pub(crate) fn free_all(conn: &mut dyn Conn, register: RegisterNo, key: &str) -> Result<(), StoreError> {
    let sql = "DELETE FROM unique_key WHERE register = $1 AND key = $2";
    let values = [Sql::Int(register.0.into()), Sql::from(key)];
    conn.execute(sql, &values).map(|_| ())
}

/// Gives up what a record, or every record, holds under a key over sealed fields.
pub(crate) fn free_sealed(
    conn: &mut dyn Conn,
    register: RegisterNo,
    key: &str,
    record: Option<RecordNo>,
) -> Result<(), StoreError> {
    let Some(record) = record else {
        return free_all(conn, register, key);
    };
    let sql = "DELETE FROM unique_key WHERE record = $1 AND register = $2 AND key = $3";
    let values = [Sql::Int(record), Sql::Int(register.0.into()), Sql::from(key)];
    conn.execute(sql, &values).map(|_| ())
}

/// Adds what holders gained and lost, by account, holder and day.
pub(crate) fn add_holdings(
    conn: &mut dyn Conn,
    amounts: impl IntoIterator<Item = ((i64, String, i64), i64)>,
) -> Result<(), StoreError> {
    let row = |((account, dim, day), amount)| vec![Sql::Int(account), Sql::Text(dim), Sql::Int(day), Sql::Int(amount)];
    let rows: Vec<Vec<Sql>> = amounts.into_iter().map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    conn.write_many(&tables::holding(), &rows, OnConflict::Add)
}

/// Sums what holders gained and lost on accounts that have a floor from now on, and forgets it where
/// there is none any more.
pub(crate) fn watch_holders(conn: &mut dyn Conn, old: &Definition, new: &Definition) -> Result<(), StoreError> {
    for account in new.accounts.keys() {
        let (was, is) = (has_floor(old, *account), has_floor(new, *account));
        if was == is {
            continue;
        }
        let values = [Sql::Int(account.0.into())];
        conn.execute("DELETE FROM holding WHERE account = $1", &values)?;
        if is {
            let sql = "INSERT INTO holding (account, dim, day, amount)
                       SELECT p.account, COALESCE(d.text, ''), p.day, CAST(SUM(p.amount) AS BIGINT)
                       FROM posting p LEFT JOIN dimension d ON d.id = p.dim
                       WHERE p.account = $1 GROUP BY p.account, d.text, p.day";
            conn.execute(sql, &values)?;
        }
    }
    Ok(())
}

/// Whether an account's holders are watched.
pub(crate) fn has_floor(definition: &Definition, account: AccountNo) -> bool {
    let account = definition.accounts.get(&account);
    account.is_some_and(|account| account.floor.is_some())
}

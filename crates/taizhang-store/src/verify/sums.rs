//! Room: tables `balance`, `total` and `holding` against sums of postings, account by account.

use super::Found;
use super::compare::{Expected, distinct};
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::held::has_floor;
use crate::replay::Rulebook;
use crate::schema::{TOTALS, schema_of};
use crate::sums::{Balance, row};
use crate::total::{has_total, rows_of};
use std::collections::BTreeMap;
use taizhang_core::id::AccountNo;

const BALANCE: &[&str] = &[
    "account",
    "level",
    "period",
    "unit",
    "dim",
    "amount",
    "reported",
    "missing",
    "not_applicable",
];

const TOTAL: &[&str] = &[
    "account",
    "level",
    "period",
    "unit",
    "debit",
    "credit",
    "reported",
    "missing",
    "not_applicable",
];

const HOLDING: &[&str] = &["account", "dim", "day", "amount"];

/// Compares all three, given what the postings of each account add up to.
pub(super) fn balances(conn: &mut dyn Conn, rulebook: &Rulebook, sums: Vec<Balance>) -> Found {
    // A book that no program opened since totals came has none yet, and more sums instead.
    let totalled = schema_of(conn)? >= TOTALS;
    let mut by_account: BTreeMap<i64, Vec<Balance>> = BTreeMap::new();
    for sum in sums {
        let [account, level, ..] = sum.0;
        if level == 0 || !totalled || !is_money(rulebook, account)? {
            by_account.entry(account).or_default().push(sum);
        }
    }
    let mut accounts: Vec<i64> = by_account.keys().copied().collect();
    accounts.extend(distinct(conn, "balance", "account")?);
    if totalled {
        accounts.extend(distinct(conn, "total", "account")?);
    }
    accounts.extend(distinct(conn, "holding", "account")?);
    accounts.sort_unstable();
    accounts.dedup();
    for account in accounts {
        let bad = match balance(conn, account, by_account.remove(&account).unwrap_or_default())? {
            None => holding(conn, rulebook, account)?,
            bad => bad,
        };
        let bad = match bad {
            None if totalled => total(conn, rulebook, account)?,
            bad => bad,
        };
        if bad.is_some() {
            return Ok(bad);
        }
    }
    Ok(None)
}

fn balance(conn: &mut dyn Conn, account: i64, sums: Vec<Balance>) -> Found {
    let mut expected = Expected::new("balance", BALANCE, 5);
    sums.into_iter().for_each(|sum| expected.row(row(sum)));
    let columns = BALANCE.join(", ");
    let sql = format!("SELECT {columns} FROM balance WHERE account = $1 ORDER BY account, level, period, unit, dim");
    expected.against(conn, &sql, &[Sql::Int(account)])
}

/// Totals are kept of money, as the present definition has it.
fn total(conn: &mut dyn Conn, rulebook: &Rulebook, account: i64) -> Found {
    let mut expected = Expected::new("total", TOTAL, 4);
    if is_money(rulebook, account)? {
        rows_of(conn, number(account)?)?
            .into_iter()
            .for_each(|row| expected.row(row));
    }
    let columns = TOTAL.join(", ");
    let sql = format!("SELECT {columns} FROM total WHERE account = $1 ORDER BY account, level, period, unit");
    expected.against(conn, &sql, &[Sql::Int(account)])
}

fn is_money(rulebook: &Rulebook, account: i64) -> Result<bool, StoreError> {
    let (no, latest) = (number(account)?, rulebook.latest());
    Ok(latest.is_some_and(|definition| has_total(definition, no)))
}

fn number(account: i64) -> Result<AccountNo, StoreError> {
    let no = u32::try_from(account).map(AccountNo);
    no.map_err(|_| StoreError::Damaged(format!("account {account}")))
}

/// Holders are watched where the present definition sets a floor.
fn holding(conn: &mut dyn Conn, rulebook: &Rulebook, account: i64) -> Found {
    let mut expected = Expected::new("holding", HOLDING, 3);
    let no = number(account)?;
    if rulebook.latest().is_some_and(|definition| has_floor(definition, no)) {
        let sql = "SELECT p.account, COALESCE(d.text, ''), p.day, CAST(SUM(p.amount) AS BIGINT)
                   FROM posting p LEFT JOIN dimension d ON d.id = p.dim
                   WHERE p.account = $1 GROUP BY p.account, d.text, p.day";
        conn.query_each(sql, &[Sql::Int(account)], &mut |row| {
            expected.row(row.to_vec());
            Ok(true)
        })?;
    }
    let sql = format!("SELECT {} FROM holding WHERE account = $1", HOLDING.join(", "));
    expected.against(conn, &sql, &[Sql::Int(account)])
}

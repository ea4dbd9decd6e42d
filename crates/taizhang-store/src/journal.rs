//! Room: reading the journal — entries by number, by time, and those about the book.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::head::entry_of;
use taizhang_core::id::EntryNo;
use taizhang_core::journal::Entry;

/// One entry.
pub fn entry(conn: &mut dyn Conn, n: EntryNo) -> Result<Option<Entry>, StoreError> {
    let row = conn.query_one("SELECT bytes FROM entry WHERE n = $1", &[Sql::Int(n)])?;
    row.map(|row| entry_of(n, row[0].blob()?)).transpose()
}

/// The entries after one and up to another that corrected or voided something, in their order. Rows of an
/// import do neither, so that there are few of them however far the two are apart.
pub fn corrections(conn: &mut dyn Conn, (after, to): (EntryNo, EntryNo)) -> Result<Vec<EntryNo>, StoreError> {
    let sql = "SELECT entry FROM deed WHERE entry > $1 AND entry <= $2 AND act IN ('correct', 'void') ORDER BY entry";
    let rows = conn.query(sql, &[Sql::Int(after), Sql::Int(to)])?;
    rows.iter().map(|row| row[0].int()).collect()
}

/// Takes an entry's number, hash and bytes; `false` ends the walk.
pub type EachEntry<'a> = dyn FnMut(EntryNo, &[u8], &[u8]) -> Result<bool, StoreError> + 'a;

/// How many entries are asked for together: a server sends all that was asked for, though `each` ends
/// the walk at the first of them.
const PAGE: i64 = 500;

/// Entries after a number, in order: number, hash, bytes. `each` may end it by answering `false`.
pub fn each_after(conn: &mut dyn Conn, after: EntryNo, each: &mut EachEntry<'_>) -> Result<(), StoreError> {
    let sql = "SELECT n, head, bytes FROM entry WHERE n > $1 ORDER BY n LIMIT $2";
    let (mut last, mut goes_on) = (after, true);
    while goes_on {
        let mut left = PAGE;
        conn.query_each(sql, &[Sql::Int(last), Sql::Int(PAGE)], &mut |row| {
            last = row[0].int()?;
            left -= 1;
            goes_on = each(last, row[1].blob()?, row[2].blob()?)?;
            Ok(goes_on)
        })?;
        goes_on &= left == 0;
    }
    Ok(())
}

/// The last entry of the command that an entry belongs to, up to the head: what is known is known by
/// whole commands (law 4). Commands lie one after another, so this looks at a few entries only, however
/// long the command is.
pub fn end_of_command(conn: &mut dyn Conn, n: EntryNo, head: EntryNo) -> Result<EntryNo, StoreError> {
    if n <= 0 || n >= head {
        return Ok(n.clamp(0, head.max(0)));
    }
    let first = first_of_command(conn, n)?;
    let (mut inside, mut outside, mut step) = (n, head + 1, 1);
    while outside - inside > 1 {
        let probe = (inside + step).min(inside + (outside - inside) / 2);
        if first_of_command(conn, probe)? == first {
            inside = probe;
            step *= 2;
        } else {
            outside = probe;
        }
    }
    Ok(inside)
}

fn first_of_command(conn: &mut dyn Conn, n: EntryNo) -> Result<EntryNo, StoreError> {
    let entry = there(conn, n)?;
    Ok(if entry.command == 0 { n } else { entry.command })
}

/// The last entry of the last command that was recorded, to its end, not later than an instant
/// (microseconds); 0 if there is none. Instants rise with the numbers, so this looks at a few entries only.
pub fn last_until(conn: &mut dyn Conn, instant: i64, head: EntryNo) -> Result<EntryNo, StoreError> {
    let (mut low, mut high) = (0, head);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        if there(conn, middle)?.recorded_at <= instant {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    if end_of_command(conn, low, head)? == low {
        return Ok(low);
    }
    // Nobody could know a command of which only the first entries had been recorded.
    Ok(first_of_command(conn, low)? - 1)
}

fn there(conn: &mut dyn Conn, n: EntryNo) -> Result<Entry, StoreError> {
    entry(conn, n)?.ok_or_else(|| StoreError::Damaged(format!("entry {n} is missing")))
}

/// Releases of a bulletin, oldest first.
pub fn releases(conn: &mut dyn Conn, bulletin: &str) -> Result<Vec<Entry>, StoreError> {
    // From the few landmarks to their entries; by a plain JOIN, SQLite reads the whole journal.
    let sql = "SELECT e.n, e.bytes FROM landmark l CROSS JOIN entry e
               WHERE e.n = l.n AND l.kind = 'release' AND l.name = $1 ORDER BY l.n";
    let rows = conn.query(sql, &[Sql::from(bulletin)])?;
    rows.iter().map(|row| entry_of(row[0].int()?, row[1].blob()?)).collect()
}

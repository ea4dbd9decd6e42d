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

/// The last entry recorded not later than an instant (microseconds); 0 if there is none. Instants
/// rise with the numbers, so this looks at a few entries only.
pub fn last_until(conn: &mut dyn Conn, instant: i64, head: EntryNo) -> Result<EntryNo, StoreError> {
    let (mut low, mut high) = (0, head);
    while low < high {
        let middle = low + (high - low + 1) / 2;
        let found = entry(conn, middle)?.ok_or_else(|| StoreError::Damaged(format!("entry {middle} is missing")))?;
        if found.recorded_at <= instant {
            low = middle;
        } else {
            high = middle - 1;
        }
    }
    Ok(low)
}

/// Releases of a bulletin, oldest first.
pub fn releases(conn: &mut dyn Conn, bulletin: &str) -> Result<Vec<Entry>, StoreError> {
    let sql = "SELECT e.n, e.bytes FROM landmark l JOIN entry e ON e.n = l.n
               WHERE l.kind = 'release' AND l.name = $1 ORDER BY e.n";
    let rows = conn.query(sql, &[Sql::from(bulletin)])?;
    rows.iter().map(|row| entry_of(row[0].int()?, row[1].blob()?)).collect()
}

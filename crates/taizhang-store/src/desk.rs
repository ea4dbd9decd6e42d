//! Room: what people keep for themselves — preferences, and what they typed without sending it. Beside
//! the journal, never in it; losing it loses no figure.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use taizhang_core::id::RecordNo;

/// One preference of somebody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preference {
    /// Whose it is.
    pub actor: RecordNo,
    /// What it is about, made by the program and, for a saved view, its name.
    pub name: String,
    /// What was chosen.
    pub text: String,
    /// Whether others may use it.
    pub shared: bool,
}

/// The preferences of somebody whose names begin so, and those that others share, in the order of names.
pub fn preferences(conn: &mut dyn Conn, actor: RecordNo, begins: &str) -> Result<Vec<Preference>, StoreError> {
    let sql = "SELECT actor, name, text, shared FROM preference
               WHERE name >= $1 AND name < $2 AND (actor = $3 OR shared = 1) ORDER BY name, actor LIMIT 500";
    let end = format!("{begins}\u{10ffff}");
    let rows = conn.query(sql, &[Sql::from(begins), Sql::Text(end), Sql::Int(actor)])?;
    rows.iter()
        .map(|row| {
            Ok(Preference {
                actor: row[0].int()?,
                name: row[1].text()?.to_owned(),
                text: row[2].text()?.to_owned(),
                shared: row[3].int()? != 0,
            })
        })
        .collect()
}

/// Writes a preference over an earlier one; an empty text takes it away.
pub fn prefer(conn: &mut dyn Conn, chosen: &Preference) -> Result<(), StoreError> {
    let whose = [Sql::Int(chosen.actor), Sql::from(chosen.name.as_str())];
    conn.execute("DELETE FROM preference WHERE actor = $1 AND name = $2", &whose)?;
    if chosen.text.is_empty() {
        return Ok(());
    }
    let [actor, name] = whose;
    let values = [
        actor,
        name,
        Sql::from(chosen.text.as_str()),
        Sql::Int(i64::from(chosen.shared)),
    ];
    let sql = "INSERT INTO preference (actor, name, text, shared) VALUES ($1, $2, $3, $4)";
    conn.execute(sql, &values).map(|_| ())
}

/// What somebody typed into the form of a place: when, and the sealed text.
pub fn draft(conn: &mut dyn Conn, actor: RecordNo, place: &str) -> Result<Option<(i64, Vec<u8>)>, StoreError> {
    let sql = "SELECT kept_at, sealed FROM typed_draft WHERE actor = $1 AND place = $2";
    let row = conn.query_one(sql, &[Sql::Int(actor), Sql::from(place)])?;
    row.map(|row| Ok((row[0].int()?, row[1].blob()?.to_vec()))).transpose()
}

/// Keeps what somebody typed over what they typed before; none takes it away. Drafts older than an
/// instant go with it, whoever typed them.
pub fn keep_draft(
    conn: &mut dyn Conn,
    actor: RecordNo,
    place: &str,
    sealed: Option<Vec<u8>>,
    now: i64,
    older: i64,
) -> Result<(), StoreError> {
    let whose = [Sql::Int(actor), Sql::from(place)];
    conn.execute("DELETE FROM typed_draft WHERE actor = $1 AND place = $2", &whose)?;
    conn.execute("DELETE FROM typed_draft WHERE kept_at < $1", &[Sql::Int(older)])?;
    let Some(sealed) = sealed else { return Ok(()) };
    let [actor, place] = whose;
    let sql = "INSERT INTO typed_draft (actor, place, sealed, kept_at) VALUES ($1, $2, $3, $4)";
    conn.execute(sql, &[actor, place, Sql::Blob(sealed), Sql::Int(now)])
        .map(|_| ())
}

//! Room: secrets that are never in the journal — password hashes, activation codes, sessions.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use taizhang_core::id::RecordNo;

/// How an actor proves who they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Credential {
    /// The actor.
    pub actor: RecordNo,
    /// The password's hash, as PHC text.
    pub password: Option<String>,
    /// The digest of a one-time activation code.
    pub activation: Option<[u8; 32]>,
    /// Until when the code may be used, microseconds.
    pub activation_until: i64,
    /// Wrong passwords in a row.
    pub failures: i64,
    /// Until when the account is locked, microseconds.
    pub locked_until: i64,
}

/// A session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// The digest of its token.
    pub token: [u8; 32],
    /// The actor.
    pub actor: RecordNo,
    /// When it started, microseconds.
    pub started_at: i64,
    /// When it was last used.
    pub seen_at: i64,
    /// When it ends.
    pub until: i64,
    /// `staff` or `token`.
    pub kind: String,
}

/// The credential of an actor.
pub fn credential(conn: &mut dyn Conn, actor: RecordNo) -> Result<Option<Credential>, StoreError> {
    let sql = "SELECT password, activation, activation_until, failures, locked_until FROM credential WHERE actor = $1";
    let Some(row) = conn.query_one(sql, &[Sql::Int(actor)])? else {
        return Ok(None);
    };
    Ok(Some(Credential {
        actor,
        password: if row[0].is_null() {
            None
        } else {
            Some(row[0].text()?.to_owned())
        },
        activation: if row[1].is_null() {
            None
        } else {
            row[1].blob()?.try_into().ok()
        },
        activation_until: row[2].int()?,
        failures: row[3].int()?,
        locked_until: row[4].int()?,
    }))
}

/// Writes a credential over an earlier one.
pub fn save_credential(conn: &mut dyn Conn, credential: &Credential) -> Result<(), StoreError> {
    conn.execute("DELETE FROM credential WHERE actor = $1", &[Sql::Int(credential.actor)])?;
    let values = [
        Sql::Int(credential.actor),
        credential.password.clone().map_or(Sql::Null, Sql::Text),
        credential.activation.map_or(Sql::Null, Sql::from),
        Sql::Int(credential.activation_until),
        Sql::Int(credential.failures),
        Sql::Int(credential.locked_until),
    ];
    let sql = "INSERT INTO credential (actor, password, activation, activation_until, failures, locked_until)
               VALUES ($1, $2, $3, $4, $5, $6)";
    conn.execute(sql, &values).map(|_| ())
}

/// A session by the digest of its token.
pub fn session(conn: &mut dyn Conn, token: &[u8; 32]) -> Result<Option<Session>, StoreError> {
    let sql = "SELECT actor, started_at, seen_at, until, kind FROM session WHERE token = $1";
    let Some(row) = conn.query_one(sql, &[Sql::from(*token)])? else {
        return Ok(None);
    };
    Ok(Some(Session {
        token: *token,
        actor: row[0].int()?,
        started_at: row[1].int()?,
        seen_at: row[2].int()?,
        until: row[3].int()?,
        kind: row[4].text()?.to_owned(),
    }))
}

/// Writes a new session.
pub fn save_session(conn: &mut dyn Conn, session: &Session) -> Result<(), StoreError> {
    let sql = "INSERT INTO session (token, actor, started_at, seen_at, until, kind) VALUES ($1, $2, $3, $4, $5, $6)";
    let values = [
        Sql::from(session.token),
        Sql::Int(session.actor),
        Sql::Int(session.started_at),
        Sql::Int(session.seen_at),
        Sql::Int(session.until),
        Sql::from(session.kind.as_str()),
    ];
    conn.execute(sql, &values).map(|_| ())
}

/// Notes that a session is in use.
pub fn touch_session(conn: &mut dyn Conn, token: &[u8; 32], now: i64) -> Result<(), StoreError> {
    conn.execute(
        "UPDATE session SET seen_at = $1 WHERE token = $2",
        &[Sql::Int(now), Sql::from(*token)],
    )
    .map(|_| ())
}

/// Ends all sessions of an actor, or those of one kind.
pub fn end_sessions(conn: &mut dyn Conn, actor: RecordNo, kind: Option<&str>) -> Result<(), StoreError> {
    let mut values = vec![Sql::Int(actor)];
    values.extend(kind.map(Sql::from));
    let of_kind = if kind.is_some() { " AND kind = $2" } else { "" };
    conn.execute(&format!("DELETE FROM session WHERE actor = $1{of_kind}"), &values)
        .map(|_| ())
}

/// Ends a session.
pub fn end_session(conn: &mut dyn Conn, token: &[u8; 32]) -> Result<(), StoreError> {
    conn.execute("DELETE FROM session WHERE token = $1", &[Sql::from(*token)])
        .map(|_| ())
}

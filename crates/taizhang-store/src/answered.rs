//! Room: what was answered under a key before. A key is never forgotten; of its digests half is kept.

use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::writer::Outcome;
use taizhang_core::id::RecordNo;
use taizhang_core::refusal::{Code, Refusal};

/// How long a repeated request gets its first answer, microseconds; later it is told that it was done, and where.
const ANSWERED: i64 = 30 * 24 * 3600 * 1_000_000;

/// What is kept of a digest in table `answered`: half of it tells as well, and every write has two.
pub(crate) fn kept(digest: &[u8; 32]) -> Sql {
    Sql::Blob(digest[..16].to_vec())
}

/// What a key was answered before; with another body, that it was; after thirty days, at which entry it was done.
/// A key is never forgotten: what was done once is not done again, however late the request comes back.
pub fn answered(
    conn: &mut dyn Conn,
    actor: RecordNo,
    key: &[u8; 32],
    body: &[u8; 32],
    now: i64,
) -> Result<Option<Outcome>, StoreError> {
    let row = conn.query_one(ANSWER, &[actor.into(), kept(key)])?;
    row.map(|row| answer_of(&row, body, now)).transpose()
}

/// Asks for the row of a key in table `answered`.
pub(crate) const ANSWER: &str = "SELECT body, first, last, recorded_at FROM answered WHERE actor = $1 AND key = $2";

/// That row, if there is one.
pub(crate) type Answered = Option<Vec<Sql>>;

pub(crate) fn answer_of(row: &[Sql], body: &[u8; 32], now: i64) -> Result<Outcome, StoreError> {
    if now - row[3].int()? > ANSWERED {
        let done = Refusal::new(Code::DoneBefore).with("entry", row[2].int()?);
        return Ok(Outcome::Refused(vec![(0, vec![done])]));
    }
    if row[0] != kept(body) {
        return Ok(Outcome::Refused(vec![(0, vec![Refusal::new(Code::KeyReused)])]));
    }
    Ok(Outcome::Repeated {
        first: row[1].int()?,
        last: row[2].int()?,
    })
}

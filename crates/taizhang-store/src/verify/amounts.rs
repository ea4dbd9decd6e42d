//! Room: amounts that schemes computed (law 5), computed once more from the book as it was before each entry. The
//! arithmetic is brought by whoever asks; here it is only held against what the entries keep.

use super::FirstBad;
use crate::engine::{Conn, Sql};
use crate::error::StoreError;
use crate::facts;
use crate::place::Place;
use crate::replay::Rulebook;
use crate::schema::register_table;
use std::collections::{BTreeSet, HashMap};
use taizhang_core::day::Day;
use taizhang_core::decide::{Balances, Book, Miscomputed, computed_again};
use taizhang_core::definition::Register;
use taizhang_core::id::{EntryNo, RecordNo, RegisterNo};
use taizhang_core::instrument::Instruments;
use taizhang_core::journal::Entry;
use taizhang_core::posting::Posting;

/// Computes every amount of a verified book again; names the first entry that holds another.
pub fn amounts_at(place: &Place, instruments: &dyn Instruments) -> Result<Option<FirstBad>, StoreError> {
    let mut conn = place.read()?;
    conn.begin_read()?;
    let bad = amounts(&mut *conn, instruments)?;
    conn.rollback()?;
    Ok(bad)
}

fn amounts(conn: &mut dyn Conn, instruments: &dyn Instruments) -> Result<Option<FirstBad>, StoreError> {
    let rulebook = Rulebook::load(conn)?;
    let registers: BTreeSet<RegisterNo> = computing(&rulebook).map(|register| register.no).collect();
    let holders = Holders::load(conn, &rulebook)?;
    let mut first: Option<(EntryNo, Miscomputed)> = None;
    for register in registers {
        for record in records(conn, register)? {
            let entries = facts::entries(conn, record)?;
            for at in 0..entries.len() {
                let n = entries[at].n;
                if first.as_ref().is_some_and(|(earlier, _)| *earlier <= n) {
                    break;
                }
                let mut then = Then {
                    conn: &mut *conn,
                    holders: &holders,
                    n,
                };
                let rules = rulebook.known_at(n);
                if let Some(bad) = computed_again(rules, instruments, &mut then, &entries[..=at])? {
                    first = Some((n, bad));
                    break;
                }
            }
        }
    }
    Ok(first.map(|(entry, bad)| FirstBad::Amount {
        entry,
        field: bad.field,
        expected: bad.expected,
        found: bad.found,
    }))
}

/// The registers, in all their versions, that have amounts computed.
fn computing(rulebook: &Rulebook) -> impl Iterator<Item = &Register> {
    let all = rulebook.definitions().flat_map(|definition| &definition.registers);
    all.map(|register| &**register)
        .filter(|register| !register.instruments.is_empty())
}

fn records(conn: &mut dyn Conn, register: RegisterNo) -> Result<Vec<RecordNo>, StoreError> {
    let sql = format!("SELECT id FROM {} ORDER BY id", register_table(register));
    let mut records = Vec::new();
    conn.query_each(&sql, &[], &mut |row| {
        records.push(row[0].int()?);
        Ok(true)
    })?;
    Ok(records)
}

/// What one holder gained and lost: entry, day, amount.
type Moves = Vec<(EntryNo, Day, i64)>;

/// Everything posted to the accounts that schemes ask for, holder by holder.
struct Holders(HashMap<(i64, String), Moves>);

impl Holders {
    fn load(conn: &mut dyn Conn, rulebook: &Rulebook) -> Result<Holders, StoreError> {
        let asked = computing(rulebook).flat_map(|register| &register.instruments);
        let accounts = asked.flat_map(|one| &one.ledger).map(|standing| standing.account.0);
        let mut holders: HashMap<_, Moves> = HashMap::new();
        for account in accounts.collect::<BTreeSet<_>>() {
            let sql = "SELECT COALESCE(d.text, ''), p.entry, p.day, p.amount
                       FROM posting p LEFT JOIN dimension d ON d.id = p.dim WHERE p.account = $1";
            conn.query_each(sql, &[Sql::Int(account.into())], &mut |row| {
                let holder = (i64::from(account), row[0].text()?.to_owned());
                let on = i32::try_from(row[2].int()?).map_err(|_| StoreError::Damaged("a day".to_owned()))?;
                let moved = (row[1].int()?, Day(on), row[3].int()?);
                holders.entry(holder).or_default().push(moved);
                Ok(true)
            })?;
        }
        holders
            .values_mut()
            .for_each(|moves| moves.sort_by_key(|(_, day, _)| *day));
        Ok(Holders(holders))
    }

    /// A holder's balances as known before an entry.
    fn before(&self, n: EntryNo, posting: &Posting, from: Day) -> Balances {
        let holder = (i64::from(posting.account.0), posting.dim.clone());
        let moves = self.0.get(&holder).map_or(&[][..], Vec::as_slice);
        let (mut before, mut balance) = (0, 0);
        let mut series: Vec<(Day, i64)> = Vec::new();
        for (_, day, amount) in moves.iter().filter(|(entry, ..)| *entry < n) {
            balance += amount;
            match series.last_mut() {
                _ if *day < from => before = balance,
                Some((last, sum)) if last == day => *sum = balance,
                _ => series.push((*day, balance)),
            }
        }
        (before, series)
    }
}

/// The book as it was known before an entry, as far as a scheme asks.
struct Then<'a> {
    conn: &'a mut dyn Conn,
    holders: &'a Holders,
    n: EntryNo,
}

impl Book for Then<'_> {
    type Error = StoreError;

    fn entries(&mut self, record: RecordNo) -> Result<Vec<Entry>, StoreError> {
        let mut entries = facts::entries(self.conn, record)?;
        entries.retain(|entry| entry.n < self.n);
        Ok(entries)
    }

    fn balances(&mut self, posting: &Posting, from: Day) -> Result<Balances, StoreError> {
        Ok(self.holders.before(self.n, posting, from))
    }

    // No amount rests on these.

    fn children(&mut self, _: RecordNo) -> Result<Vec<RecordNo>, StoreError> {
        Ok(Vec::new())
    }

    fn member(&mut self, _: RecordNo) -> Result<Option<RecordNo>, StoreError> {
        Ok(None)
    }

    fn key_holder(&mut self, _: RegisterNo, _: &str, _: &str) -> Result<Option<RecordNo>, StoreError> {
        Ok(None)
    }
}

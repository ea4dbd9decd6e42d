//! Room: clerks who write until their server is gone, and what each of them was told. Afterwards the book
//! is held against it: everything that was acknowledged is there as it was said, and nothing twice.

use crate::client::Client;
use crate::server::Site;
use serde_json::{Value, json};
use std::collections::{BTreeMap, BTreeSet};
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use taizhang::keys::hex;
use taizhang_core::journal::encoding::decode;
use taizhang_core::journal::{Act, Entry};
use taizhang_store::journal::each_after;

/// One thing that a clerk wanted written.
#[derive(Clone, Debug)]
pub(crate) struct Wished {
    /// Its idempotency key.
    pub(crate) key: String,
    /// What was asked.
    pub(crate) body: Value,
    /// The answer, if one arrived.
    pub(crate) said: Option<Value>,
    /// How long the recording of writes was when it arrived, where there is one.
    pub(crate) heard_at: u64,
}

impl Wished {
    pub(crate) fn of(key: &str, body: Value) -> Wished {
        Wished {
            key: key.to_owned(),
            body,
            said: None,
            heard_at: 0,
        }
    }
}

/// Where repairs are opened.
pub(crate) const REPAIRS: &str = "/api/v1/registers/repair/records";

/// A repair as it is asked for. No key forbids two alike, so that doubles would be seen.
pub(crate) fn repair(matter: &str) -> Value {
    json!({ "occurred_on": "2024-02-01", "set": { "well": Site::well(), "matter": matter } })
}

/// Lets clerks write until `until` says so or the server is gone.
pub(crate) fn write(
    server: SocketAddr,
    round: usize,
    count: usize,
    until: &AtomicBool,
    recorded: &(dyn Fn() -> u64 + Sync),
) -> Vec<Wished> {
    std::thread::scope(|scope| {
        let clerks = (0..count).map(|clerk| scope.spawn(move || one(server, round, clerk, until, recorded)));
        let clerks: Vec<_> = clerks.collect();
        clerks
            .into_iter()
            .flat_map(|clerk| clerk.join().expect("no panic"))
            .collect()
    })
}

fn one(
    server: SocketAddr,
    round: usize,
    clerk: usize,
    until: &AtomicBool,
    recorded: &(dyn Fn() -> u64 + Sync),
) -> Vec<Wished> {
    let mut wished = Vec::new();
    let Ok(mut client) = Client::connect(server, &Site::token()) else {
        return wished;
    };
    for at in 0.. {
        if until.load(Ordering::Relaxed) {
            break;
        }
        let key = format!("{round}-{clerk}-{at}");
        let mut wish = Wished::of(&key, repair(&key));
        let lost = send(&mut client, &mut wish).is_err();
        wish.heard_at = recorded();
        wished.push(wish);
        if lost {
            break;
        }
    }
    wished
}

/// Asks for it, as often as one likes.
pub(crate) fn send(client: &mut Client, wish: &mut Wished) -> std::io::Result<()> {
    let said = client.post(REPAIRS, &wish.key, &wish.body)?;
    if said.status == 201 {
        wish.said = Some(said.json());
    }
    Ok(())
}

/// The journal as it is after the attack: heads and repairs.
pub(crate) struct Found {
    heads: BTreeMap<i64, String>,
    /// The entries that opened a repair.
    pub(crate) opened: BTreeSet<i64>,
    /// All entries.
    pub(crate) entries: Vec<Entry>,
}

impl Found {
    pub(crate) fn of(site: &Site) -> Found {
        let app = site.app();
        let mut found = Found {
            heads: BTreeMap::new(),
            opened: BTreeSet::new(),
            entries: Vec::new(),
        };
        let mut reading = app.reading().expect("read");
        each_after(reading.conn().expect("a connection"), 0, &mut |n, head, bytes| {
            let entry = decode(bytes).expect("an entry");
            found.heads.insert(n, hex(head));
            if matches!(entry.act, Act::Open { .. }) && n > Site::well() {
                found.opened.insert(n);
            }
            found.entries.push(entry);
            Ok(true)
        })
        .expect("the journal");
        found
    }

    /// Of what was acknowledged, what is not there as it was said.
    pub(crate) fn lost<'a>(&self, wished: impl IntoIterator<Item = &'a Wished>) -> Vec<&'a Wished> {
        let there = |said: &Value| {
            let n = said["entry"].as_i64().unwrap_or(0);
            self.heads.get(&n).is_some_and(|head| said["head"] == head.as_str())
        };
        wished
            .into_iter()
            .filter(|wish| wish.said.as_ref().is_some_and(|said| !there(said)))
            .collect()
    }
}

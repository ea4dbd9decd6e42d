//! Releases that race for one number, and what is refused before anything is released: two servers of one book on
//! either engine.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;
use taizhang::app::book::read_pack;
use taizhang::app::evidence::Evidence;
use taizhang::app::{App, Options};
use taizhang::bulletin::release::release;
use taizhang::clock::SystemClock;
use taizhang_core::definition::Lang;
use taizhang_store::Place;

/// How many release at once on each server.
const EACH: usize = 4;

fn options(folder: &Path) -> Options {
    Options {
        keys: Some(folder.join("keys")),
        evidence: Some(Evidence::folder(folder.join("evidence"))),
        lang: Lang::Zh,
        clock: Arc::new(SystemClock::standing_at("2024-06-30".parse().expect("a day"))),
    }
}

fn two_servers(place: &Place, folder: &Path) -> [App; 2] {
    let first = App::create(place, options(folder)).expect("made");
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let plan = first.plan_pack(read_pack(&pack).expect("read")).expect("planned");
    let scope = first.program_scope().expect("a scope");
    first.apply_pack(&scope, plan, None, None).expect("applied");
    let second = App::open(place, options(folder)).expect("a second server");
    [first, second]
}

/// Every release has a number of its own, and none is left out.
fn race(servers: &[App]) {
    let release = |app: &App| {
        let scope = app.program_scope().expect("a scope");
        loop {
            // A server that lost the fence to the other one says so, and is asked again.
            match release(app, &scope, "half-year", "2024-06-30".parse().expect("a day")) {
                Ok(released) => return released.release_no,
                Err(taizhang::error::AppError::Refused(lines)) => panic!("{lines:?}"),
                Err(_) => std::thread::yield_now(),
            }
        }
    };
    let numbers: Vec<u32> = std::thread::scope(|threads| {
        let racing: Vec<_> = servers
            .iter()
            .flat_map(|app| (0..EACH).map(move |_| app))
            .map(|app| threads.spawn(move || release(app)))
            .collect();
        racing.into_iter().map(|one| one.join().expect("ended")).collect()
    });
    let all: BTreeSet<u32> = numbers.iter().copied().collect();
    assert_eq!(
        (all.len(), all.last().copied()),
        (numbers.len(), Some(numbers.len() as u32)),
        "{numbers:?}"
    );
}

#[test]
fn releases_of_two_servers_on_one_file_never_share_a_number() {
    let folder = tempfile::tempdir().expect("a folder");
    let place = format!("sqlite:{}", folder.path().join("book.db").display());
    race(&two_servers(&place.parse().expect("a place"), folder.path()));
}

#[test]
fn releases_of_two_servers_on_postgres_never_share_a_number() {
    let Ok(url) = std::env::var("TAIZHANG_TEST_PG_URL") else {
        eprintln!("TAIZHANG_TEST_PG_URL is not set: PostgreSQL was not run");
        return;
    };
    let mark = if url.contains('?') { '&' } else { '?' };
    let place = format!("{url}{mark}schema=release{}", std::process::id());
    let folder = tempfile::tempdir().expect("a folder");
    race(&two_servers(&place.parse().expect("a place"), folder.path()));
}

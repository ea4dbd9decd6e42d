//! Room: the engines that tests run on, and a place of its own for every book.

use std::sync::Once;
use taizhang_store::Place;

/// A place for a book that does not exist yet, and what must outlive it.
pub(crate) struct Site {
    pub(crate) place: Place,
    #[allow(dead_code, reason = "it must outlive the book, and only some tests write beside it")]
    pub(crate) folder: tempfile::TempDir,
}

/// The engines that tests run on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgres,
}

static SAID: Once = Once::new();

impl Engine {
    /// SQLite, and PostgreSQL where a server is named.
    pub(crate) fn all() -> Vec<Engine> {
        if server().is_some() {
            return vec![Engine::Sqlite, Engine::Postgres];
        }
        SAID.call_once(|| eprintln!("TAIZHANG_TEST_PG_URL is not set: PostgreSQL was not run"));
        vec![Engine::Sqlite]
    }

    /// A fresh place. The schema's name carries the process and a running number.
    pub(crate) fn site(self) -> Site {
        use std::sync::atomic::{AtomicU32, Ordering};
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let folder = tempfile::tempdir().expect("a temporary folder");
        let text = match self {
            Engine::Sqlite => format!("sqlite:{}", folder.path().join("book.db").display()),
            Engine::Postgres => {
                let url = server().expect("a server");
                let mark = if url.contains('?') { '&' } else { '?' };
                let number = NEXT.fetch_add(1, Ordering::Relaxed);
                format!("{url}{mark}schema=t{}_{number}", std::process::id())
            }
        };
        let place = text.parse().expect("a place");
        Site { place, folder }
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Place::Postgres(place) = &self.place
            && let Ok(mut client) = postgres::Client::connect(&place.dsn, postgres::NoTls)
        {
            // Another test's server may end first; a schema left behind harms nothing.
            let _ = client.batch_execute(&format!("DROP SCHEMA IF EXISTS {} CASCADE", place.schema));
        }
    }
}

fn server() -> Option<String> {
    std::env::var("TAIZHANG_TEST_PG_URL").ok().filter(|url| !url.is_empty())
}

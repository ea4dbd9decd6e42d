//! The stores that every test of evidence runs on: a folder always, an S3-compatible store where
//! `TAIZHANG_TEST_S3` names one (`cargo xtask s3 -- cargo test -p taizhang --test evidence`).

use sha2::{Digest, Sha256};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use taizhang::app::evidence::{Credentials, Evidence, EvidencePlace, S3, S3Place, Signed, read_place, sign};
use taizhang::clock::SystemClock;
use taizhang_store::writer::Clock;

/// One store, and how to harm it behind the program's back.
pub(crate) struct Shelf {
    pub(crate) about: &'static str,
    at: At,
    /// Where files that arrive wait.
    pub(crate) waiting: tempfile::TempDir,
}

enum At {
    Folder(PathBuf),
    S3(S3Place, Credentials),
}

impl Shelf {
    /// All that there are.
    pub(crate) fn all() -> Vec<Shelf> {
        let waiting = tempfile::tempdir().expect("a folder");
        let folder = Shelf {
            about: "folder",
            at: At::Folder(waiting.path().to_owned()),
            waiting,
        };
        std::iter::once(folder).chain(Shelf::real()).collect()
    }

    /// The S3-compatible store of this run. CI always has one.
    pub(crate) fn real() -> Option<Shelf> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        let Some(endpoint) = variable("TAIZHANG_TEST_S3") else {
            assert!(
                variable("CI").is_none_or(|ci| ci == "0" || ci == "false"),
                "TAIZHANG_TEST_S3 names no store; cargo xtask test starts one"
            );
            eprintln!("TAIZHANG_TEST_S3 is not set: the S3-compatible store was not run");
            return None;
        };
        let secret = |name| variable(name).unwrap_or_else(|| panic!("{name} goes with TAIZHANG_TEST_S3"));
        let credentials = Credentials {
            access_key: secret("AWS_ACCESS_KEY_ID"),
            secret_key: secret("AWS_SECRET_ACCESS_KEY"),
            session_token: variable("AWS_SESSION_TOKEN"),
        };
        let bucket = variable("TAIZHANG_TEST_S3_BUCKET").unwrap_or_else(|| "evidence".to_owned());
        Some(Shelf::s3(&endpoint, &bucket, credentials))
    }

    /// An S3-compatible store, with a prefix of its own.
    pub(crate) fn s3(endpoint: &str, bucket: &str, credentials: Credentials) -> Shelf {
        Shelf::named(endpoint, bucket, credentials, "")
    }

    /// One that is not waited for as long as a real one.
    pub(crate) fn hasty(endpoint: &str, bucket: &str, credentials: Credentials) -> Shelf {
        Shelf::named(endpoint, bucket, credentials, "&silence=1")
    }

    fn named(endpoint: &str, bucket: &str, credentials: Credentials, more: &str) -> Shelf {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let number = NEXT.fetch_add(1, Ordering::Relaxed);
        let line = format!(
            "s3://{bucket}/t{}/{number}?endpoint={endpoint}{more}",
            std::process::id()
        );
        let Ok(EvidencePlace::S3(place)) = read_place(&line) else {
            panic!("no place: {line}");
        };
        Shelf {
            about: "s3",
            at: At::S3(place, credentials),
            waiting: tempfile::tempdir().expect("a folder"),
        }
    }

    /// The store as a program opens it.
    pub(crate) fn evidence(&self) -> Evidence {
        let waiting = self.waiting.path().to_owned();
        match &self.at {
            At::Folder(path) => Evidence::folder(path.clone()),
            At::S3(place, credentials) => Evidence::S3(Box::new(S3::at(
                place.clone(),
                credentials.clone(),
                Arc::new(SystemClock::new()),
                waiting,
            ))),
        }
    }

    /// Puts other content under a file's name, or takes it away.
    pub(crate) fn harm(&self, hash: &str, content: Option<&[u8]>) {
        match &self.at {
            At::Folder(path) => {
                let file = path.join(&hash[..2]).join(hash);
                match content {
                    Some(content) => std::fs::write(file, content).expect("harmed"),
                    None => std::fs::remove_file(file).expect("removed"),
                }
            }
            At::S3(place, credentials) => {
                let path = format!("/{}/{}/{}/{hash}", place.bucket, place.prefix, &hash[..2]);
                let method = if content.is_some() { "PUT" } else { "DELETE" };
                send(place, credentials, method, &path, content.unwrap_or_default());
            }
        }
    }

    /// How many files wait unfinished.
    pub(crate) fn unfinished(&self) -> usize {
        let there = std::fs::read_dir(self.waiting.path()).expect("a folder").flatten();
        there
            .filter(|entry| entry.file_name().to_string_lossy().contains("arriving"))
            .count()
    }
}

/// A request of somebody who may do more than the program ever asks for.
fn send(place: &S3Place, credentials: &Credentials, method: &str, path: &str, body: &[u8]) {
    let payload: String = Sha256::digest(body).iter().map(|byte| format!("{byte:02x}")).collect();
    let signed = Signed {
        method,
        host: &place.host,
        path,
        payload: &payload,
        region: &place.region,
        headers: &[],
    };
    let now = jiff::Timestamp::from_microsecond(SystemClock::new().now()).expect("an instant");
    let mut request = ureq::http::Request::builder()
        .method(method)
        .uri(format!("{}://{}{path}", place.scheme, place.host));
    for (name, value) in sign(&signed, credentials, now) {
        request = request.header(name, value);
    }
    let agent = ureq::Agent::config_builder().proxy(None).build().new_agent();
    let answer = agent.run(request.body(body).expect("a request")).expect("an answer");
    assert!(answer.status().is_success(), "{method} {path}: {}", answer.status());
}

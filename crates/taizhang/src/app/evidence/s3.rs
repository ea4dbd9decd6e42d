//! Room: evidence in an S3-compatible store: `PREFIX/aa/HASH`, asked for with three requests — is it
//! there (HEAD), put it there unless it is (PUT), give it (GET). Never lists, overwrites or deletes.

use super::arriving::Arriving;
use super::checked::Checked;
use super::fault::EvidenceFault;
use super::place::S3Place;
use super::sign::{Credentials, Signed, sign};
use crate::keys::hex;
use sha2::{Digest, Sha256};
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use taizhang_store::writer::Clock;
use ureq::http::{Request, Response, StatusCode};
use ureq::tls::{Certificate, RootCerts, TlsConfig, TlsProvider};
use ureq::{Agent, AsSendBody, Body, SendBody};

/// How long to wait for a connection.
const CONNECT: Duration = Duration::from_secs(5);
/// How long to wait before the second and last try.
const PAUSE: Duration = Duration::from_millis(300);
/// How much of a refusal is read to learn its code.
const REFUSAL_BYTES: u64 = 4096;

/// A bucket that evidence lies in.
pub struct S3 {
    place: S3Place,
    credentials: Credentials,
    clock: Arc<dyn Clock>,
    agent: Agent,
    waiting: PathBuf,
}

impl S3 {
    /// A bucket; it is not asked whether it is there. Files that arrive wait in a folder meanwhile.
    pub fn at(place: S3Place, credentials: Credentials, clock: Arc<dyn Clock>, waiting: PathBuf) -> S3 {
        S3 {
            agent: agent(&place),
            place,
            credentials,
            clock,
            waiting,
        }
    }

    /// Begins to take a file.
    pub fn arriving(&self, limit: u64) -> Result<Arriving, EvidenceFault> {
        let arriving = Arriving::begin(&self.waiting, limit)?;
        arriving.sweep(&self.waiting);
        Ok(arriving)
    }

    /// Puts a file there unless it is there, and looks whether it is.
    pub fn put(&self, arrived: &Arriving) -> Result<(), EvidenceFault> {
        let (hash, size) = (arrived.hash(), arrived.size());
        if !self.has(&hash, size)? {
            self.patiently(|| self.send_file(arrived, &hash))?;
            if !self.has(&hash, size)? {
                return Err(EvidenceFault::Away("what it took is not there".to_owned()));
            }
        }
        Ok(())
    }

    /// Begins to read a file.
    pub fn get(&self, hash: [u8; 32], size: u64) -> Result<Checked, EvidenceFault> {
        let response = self.patiently(|| self.ask("GET", &hash))?;
        match response.status() {
            StatusCode::OK => {}
            StatusCode::NOT_FOUND => return Err(EvidenceFault::Missing),
            _ => return Err(refusal(response)),
        }
        same_size(&response, size)?;
        Ok(Checked::new(response.into_body().into_reader(), hash, size))
    }

    /// Whether a file is there. One of another size was not put there by us, and is left alone.
    fn has(&self, hash: &[u8; 32], size: u64) -> Result<bool, EvidenceFault> {
        let response = self.patiently(|| self.ask("HEAD", hash))?;
        match response.status() {
            StatusCode::OK => same_size(&response, size).map(|()| true),
            StatusCode::NOT_FOUND => Ok(false),
            _ => Err(refusal(response)),
        }
    }

    fn ask(&self, method: &str, hash: &[u8; 32]) -> Result<Response<Body>, EvidenceFault> {
        let nothing = hex(&Sha256::digest([]));
        self.send(method, hash, &nothing, &[], SendBody::none())
    }

    /// The name of an object is the hash of its content, and the hash is part of what is signed: the
    /// store itself refuses any other content under this name.
    fn send_file(&self, arrived: &Arriving, hash: &[u8; 32]) -> Result<(), EvidenceFault> {
        let only_if_new = [("if-none-match", "*")];
        let put = |headers| self.send("PUT", hash, &hex(hash), headers, arrived.rewound()?);
        let mut response = put(&only_if_new)?;
        if response.status() == StatusCode::NOT_IMPLEMENTED {
            // A store that knows no conditions. We looked before, and the content can only be the same.
            response = put(&[])?;
        }
        match response.status() {
            status if status.is_success() => Ok(()),
            // Somebody else put the same file there meanwhile.
            StatusCode::PRECONDITION_FAILED | StatusCode::CONFLICT => Ok(()),
            _ => Err(refusal(response)),
        }
    }

    fn send(
        &self,
        method: &str,
        hash: &[u8; 32],
        payload: &str,
        headers: &[(&str, &str)],
        body: impl AsSendBody,
    ) -> Result<Response<Body>, EvidenceFault> {
        let path = self.path(hash);
        let now = jiff::Timestamp::from_microsecond(self.clock.now());
        let now = now.map_err(|error| EvidenceFault::Local(error.to_string()))?;
        let signed = Signed {
            method,
            host: &self.place.host,
            path: &path,
            payload,
            region: &self.place.region,
            headers,
        };
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{}://{}{path}", self.place.scheme, self.place.host));
        let proofs = sign(&signed, &self.credentials, now);
        for (name, value) in headers.iter().copied() {
            request = request.header(name, value);
        }
        for (name, value) in proofs {
            request = request.header(name, value);
        }
        // Our error must not repeat the request, since that holds the proof of who asks.
        let request = request.body(body).map_err(|_| away("no request can be made"))?;
        self.agent.run(request).map_err(|error| away(&error.to_string()))
    }

    fn path(&self, hash: &[u8; 32]) -> String {
        let name = hex(hash);
        let key = format!("{}/{name}", &name[..2]);
        let parts = [
            if self.place.in_host { "" } else { &self.place.bucket },
            &self.place.prefix,
            &key,
        ];
        let parts = parts.into_iter().filter(|part| !part.is_empty());
        parts.map(|part| format!("/{part}")).collect()
    }

    /// Tries once more what can be repeated and may go better: all that is asked here can.
    fn patiently<T>(&self, ask: impl Fn() -> Result<T, EvidenceFault>) -> Result<T, EvidenceFault> {
        match ask() {
            Err(EvidenceFault::Away(_)) => {
                std::thread::sleep(PAUSE);
                ask()
            }
            done => done,
        }
    }
}

/// The client: our own timeouts, the system's certificates, and nobody is followed elsewhere.
fn agent(place: &S3Place) -> Agent {
    let mut config = Agent::config_builder()
        .http_status_as_error(false)
        .max_redirects(0)
        .max_redirects_will_error(false)
        .user_agent("taizhang")
        .timeout_resolve(Some(CONNECT.min(place.silence)))
        .timeout_connect(Some(CONNECT.min(place.silence)))
        .timeout_recv_response(Some(place.silence))
        .timeout_per_read(Some(place.silence))
        .timeout_per_write(Some(place.silence));
    if place.scheme == "https" {
        let provider = rustls::crypto::ring::default_provider();
        let tls = TlsConfig::builder()
            .provider(TlsProvider::Rustls)
            .root_certs(system_certificates())
            .unversioned_rustls_crypto_provider(Arc::new(provider))
            .build();
        config = config.tls_config(tls);
    } else {
        // Without encryption only this machine or one that was named on purpose is spoken to.
        config = config.proxy(None);
    }
    config.build().new_agent()
}

/// What this system trusts, so that an office's own authority counts once it is installed there.
fn system_certificates() -> RootCerts {
    let found = rustls_native_certs::load_native_certs().certs;
    let owned = found.iter().map(|one| Certificate::from_der(one).to_owned());
    RootCerts::from(owned.collect::<Vec<_>>())
}

fn same_size(response: &Response<Body>, size: u64) -> Result<(), EvidenceFault> {
    let header = response.headers().get("content-length");
    let there = header.and_then(|value| value.to_str().ok()?.parse::<u64>().ok());
    match there {
        Some(there) if there != size => {
            let why = format!("it has {there} bytes instead of {size}");
            Err(EvidenceFault::Damaged(why))
        }
        _ => Ok(()),
    }
}

/// Why a store did not do it: its status, and the code that it gives in its answer's body.
fn refusal(response: Response<Body>) -> EvidenceFault {
    let status = response.status();
    let mut text = String::new();
    let body = response.into_body().into_reader();
    // What cannot be read tells nothing, and the status is known.
    let _ = body.take(REFUSAL_BYTES).read_to_string(&mut text);
    let code = text
        .split_once("<Code>")
        .and_then(|(_, rest)| rest.split_once("</Code>"));
    let code: String = code
        .map_or("", |(code, _)| code)
        .chars()
        .filter(char::is_ascii_alphanumeric)
        .collect();
    let why = format!("{} {code}", status.as_u16());
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => EvidenceFault::Denied(why),
        _ => EvidenceFault::Away(why),
    }
}

fn away(why: &str) -> EvidenceFault {
    EvidenceFault::Away(why.to_owned())
}

//! The server as a program of its own: with its own certificate, and asked by programs that hold a token.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::Arc;

/// A book of the smallest district, in a folder of its own.
struct Site {
    folder: tempfile::TempDir,
}

impl Site {
    fn new() -> Site {
        let site = Site {
            folder: tempfile::tempdir().expect("a folder"),
        };
        let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
        let made = site.run(&["init", "--pack", pack.to_str().expect("a path")]);
        assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn command(&self, args: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taizhang"));
        let book = format!("sqlite:{}", self.path("book.db").display());
        command.args(["--book", &book]).args(args);
        command
    }

    fn run(&self, args: &[&str]) -> Output {
        self.command(args).output().expect("the program starts")
    }

    /// A running server and the address that it says.
    fn serve(&self, args: &[&str]) -> (Running, String) {
        let mut child = self
            .command(&[&["serve", "--addr", "127.0.0.1:0"], args].concat())
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts");
        let mut line = String::new();
        let said = child.stdout.take().expect("its output");
        BufReader::new(said).read_line(&mut line).expect("a line");
        let url = line.trim().strip_prefix("url=").expect("an address").to_owned();
        (Running(child), url)
    }

    /// A certificate for this machine, made now and trusted by nobody else: the files and itself.
    fn certificate(&self, name: &str) -> (PathBuf, PathBuf, rustls::pki_types::CertificateDer<'static>) {
        let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("made");
        let (cert, key) = (self.path(&format!("{name}.crt")), self.path(&format!("{name}.key")));
        std::fs::write(&cert, made.cert.pem()).expect("written");
        std::fs::write(&key, made.signing_key.serialize_pem()).expect("written");
        (cert, key, made.cert.der().clone())
    }
}

struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn host(url: &str) -> &str {
    url.split("//").nth(1).expect("a host").trim_end_matches('/')
}

/// One request, and the whole answer as text; what broke the connection off is no answer.
fn asked(mut stream: impl Read + Write, path: &str, more: &str) -> String {
    let _ = write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\n{more}Connection: close\r\n\r\n"
    );
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn a_server_with_a_certificate_encrypts_and_answers_nobody_who_does_not() {
    let site = Site::new();
    let (cert, key, itself) = site.certificate("ours");
    let text = |path: &PathBuf| path.to_str().expect("a path").to_owned();
    let (cert, key) = (text(&cert), text(&key));
    let (_running, url) = site.serve(&["--tls-cert", &cert, "--tls-key", &key]);
    assert!(url.starts_with("https://"), "{url}");

    let mut roots = rustls::RootCertStore::empty();
    roots.add(itself).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().expect("a name");
    let client = rustls::ClientConnection::new(Arc::new(config), name).expect("a client");
    let plain = || TcpStream::connect(host(&url)).expect("connected");
    let answer = asked(rustls::StreamOwned::new(client, plain()), "/healthz", "");
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    let answer = asked(plain(), "/healthz", "");
    assert!(!answer.contains("HTTP/1.1 200"), "{answer}");

    let (_, other, _) = site.certificate("other");
    let other = text(&other);
    for (cert, key, word) in [
        (&cert, &other, "不配"),
        (&key, &key, "没有可用的证书"),
        (&cert, &cert, "没有可用的私钥"),
    ] {
        let refused = site.run(&["serve", "--addr", "127.0.0.1:0", "--tls-cert", cert, "--tls-key", key]);
        assert_eq!(refused.status.code(), Some(1));
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(said.contains(word), "{said}");
    }
}

#[test]
fn a_token_acts_as_somebody_until_it_is_revoked() {
    let site = Site::new();
    let made = site.run(&["token", "add", "admin", "--as", "admin"]);
    let said = String::from_utf8_lossy(&made.stdout).into_owned();
    let token = said.split("token=").nth(1).expect("a token").trim().to_owned();
    let (_running, url) = site.serve(&[]);
    let get = || {
        let stream = TcpStream::connect(host(&url)).expect("connected");
        asked(
            stream,
            "/api/v1/registers",
            &format!("Authorization: Bearer {token}\r\n"),
        )
    };
    assert!(get().starts_with("HTTP/1.1 200"), "{}", get());
    let ended = site.run(&["token", "revoke", "admin", "--as", "admin"]);
    assert!(ended.status.success());
    assert!(get().starts_with("HTTP/1.1 401"), "{}", get());
    let refused = site.run(&["token", "add", "admin", "--as", "admin", "--days", "0"]);
    assert_eq!(refused.status.code(), Some(1));
}

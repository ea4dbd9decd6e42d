//! Room: a small book, and the program serving it as a process of its own that can be killed.

use crate::client::{Client, Said};
use crate::shim::Shim;
use serde_json::json;
use std::io::{BufRead, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, OnceLock};
use taizhang::app::book::read_pack;
use taizhang::app::execute::Draft;
use taizhang::app::{App, Options};
use taizhang::clock::SystemClock;
use taizhang_core::definition::Lang;
use taizhang_core::id::RecordNo;
use taizhang_store::Place;
use taizhang_store::verify::{Verdict, verify_at};

const PASSWORD: &str = "a long password";

/// A book of wells in a folder of its own, with a clerk, and a well whose repairs are counted.
pub(crate) struct Site {
    pub(crate) folder: tempfile::TempDir,
}

/// A copy of what all sites begin as.
struct Seed {
    folder: tempfile::TempDir,
    token: String,
    well: i64,
}

impl Site {
    pub(crate) fn new() -> Site {
        let folder = tempfile::tempdir().expect("a folder");
        copy(seed().folder.path(), folder.path());
        Site { folder }
    }

    /// The session of the clerk, which outlives servers.
    pub(crate) fn token() -> String {
        seed().token.clone()
    }

    /// The well that every repair is of.
    pub(crate) fn well() -> i64 {
        seed().well
    }

    pub(crate) fn book(&self) -> PathBuf {
        self.folder.path().join("book.db")
    }

    pub(crate) fn place(&self) -> Place {
        Place::Sqlite(self.book())
    }

    /// The program opened in this process, as a reader would.
    pub(crate) fn app(&self) -> App {
        App::open(&self.place(), options()).expect("opened")
    }

    pub(crate) fn verdict(&self) -> Verdict {
        verify_at(&self.place()).expect("a verdict")
    }

    /// The command line on this book.
    pub(crate) fn command(&self, shim: Option<&Shim>) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_taizhang"));
        command.arg("--book").arg(format!("sqlite:{}", self.book().display()));
        if let Some(shim) = shim {
            shim.load(&mut command, self.folder.path());
        }
        command
    }

    pub(crate) fn serve(&self, shim: Option<&Shim>) -> Server {
        Server::start(self.command(shim))
    }
}

/// A running server; killed when it is dropped.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
}

impl Server {
    pub(crate) fn start(command: Command) -> Server {
        Server::start_with(command, &[])
    }

    /// The same with more options of `serve`.
    pub(crate) fn start_with(mut command: Command, options: &[&str]) -> Server {
        command.args(["serve", "--addr", "127.0.0.1:0"]).args(options);
        let mut child = command.stdout(Stdio::piped()).spawn().expect("the program starts");
        let mut line = String::new();
        let out = child.stdout.take().expect("piped");
        BufReader::new(out).read_line(&mut line).expect("a line");
        let address = line
            .trim()
            .strip_prefix("url=http://")
            .map(|url| url.trim_end_matches('/'));
        let address = address.unwrap_or_else(|| panic!("no address: {line}"));
        Server {
            child,
            address: address.parse().expect("an address"),
        }
    }

    /// Somebody who is signed in.
    pub(crate) fn clerk(&self) -> Client {
        Client::connect(self.address, &seed().token).expect("connected")
    }

    /// Milliseconds of CPU that it has taken so far, as the kernel counts them: in steps of ten.
    pub(crate) fn cpu_ms(&self) -> u64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).expect("it runs");
        let (_, fields) = stat.rsplit_once(')').expect("a name in brackets");
        let ticks = fields.split_whitespace().skip(11).take(2);
        ticks.map(|ticks| ticks.parse::<u64>().expect("a number")).sum::<u64>() * 10
    }

    /// Whether it still runs.
    pub(crate) fn lives(&mut self) -> bool {
        self.child.try_wait().expect("known").is_none()
    }

    /// Kills it as the power or the kernel would: nothing is finished, nobody is told.
    pub(crate) fn kill(&mut self) {
        self.child.kill().expect("killed");
        self.child.wait().expect("gone");
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // It may have ended by itself, which a test has noticed then.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for found in std::fs::read_dir(from).expect("a folder").flatten() {
        let target = to.join(found.file_name());
        if found.path().is_dir() {
            copy(&found.path(), &target);
        } else {
            std::fs::copy(found.path(), target).expect("a copy");
        }
    }
}

fn options() -> Options {
    Options {
        keys: None,
        evidence: None,
        lang: Lang::Zh,
        clock: Arc::new(SystemClock::new()),
    }
}

fn seed() -> &'static Seed {
    static SEED: OnceLock<Seed> = OnceLock::new();
    SEED.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a folder");
        let well = make(folder.path());
        let server = (Site { folder }).served();
        let token = sign_in(&server.1);
        Seed {
            folder: server.0,
            token,
            well,
        }
    })
}

impl Site {
    /// Serves the seed itself, to sign in once for all: Argon2 takes longer than a round.
    fn served(self) -> (tempfile::TempDir, Server) {
        let server = self.serve(None);
        (self.folder, server)
    }
}

/// The answer to the clerk's password.
pub(crate) fn ask_session(server: &Server) -> Said {
    let mut client = Client::connect(server.address, "").expect("connected");
    let body = json!({ "user": "clerk", "password": PASSWORD });
    client.post("/api/v1/session", "", &body).expect("answered")
}

fn sign_in(server: &Server) -> String {
    ask_session(server).json()["token"]
        .as_str()
        .expect("a token")
        .to_owned()
}

fn make(folder: &Path) -> i64 {
    let place = Place::Sqlite(folder.join("book.db"));
    let app = App::create(&place, options()).expect("made");
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let plan = app.plan_pack(read_pack(&pack).expect("read")).expect("planned");
    let program = app.program_scope().expect("a scope");
    app.apply_pack(&program, plan, None, None).expect("applied");
    for (login, role) in [("admin", "administrator"), ("clerk", "clerk")] {
        let actor = write(&app, "actor", &[("login", login), ("name", login)]);
        let named = format!("#{actor}");
        let post = [
            ("actor", named.as_str()),
            ("unit", "1"),
            ("role", role),
            ("from", "2020-01-01"),
        ];
        write(&app, "position", &post);
        app.set_password(actor, login, PASSWORD).expect("a password");
    }
    write(&app, "well", &[("number", "W"), ("village", "1.1"), ("kind", "dug")])
}

fn write(app: &App, register: &str, set: &[(&str, &str)]) -> RecordNo {
    let set = set
        .iter()
        .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()));
    let draft = Draft {
        register: register.to_owned(),
        set: set.collect(),
        occurred_on: Some("2024-01-01".parse().expect("a day")),
        ..Draft::default()
    };
    let scope = app.program_scope().expect("a scope");
    app.execute(&scope, &[draft], None).expect("written").records[0]
}

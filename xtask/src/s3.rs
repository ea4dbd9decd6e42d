//! Room: an S3-compatible store that lives for one run and leaves nothing behind but its programs.
//!
//! It is moto, a Python package, in an environment of its own under the target folder, listening on
//! the loopback address only. It holds everything in memory and ends when the pipe from here closes,
//! so an interrupted or killed run is cleaned up too.

use crate::fault::{Fault, Outcome};
use crate::metadata::Metadata;
use crate::programs::{as_if_typed, shown, succeed};
use serde::Deserialize;
use std::fs;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What is installed from the Python package index, and nothing else is asked of it.
const PACKAGES: &[&str] = &["moto[s3]==5.2.5", "flask==3.1.3", "flask-cors==6.0.5"];

/// The server, told to Python by its path.
const SCRIPT: &str = "xtask/s3_server.py";

/// A running server; dropping it stops it.
pub(crate) struct TemporaryStore {
    server: Child,
    told: Told,
}

/// What the server says of itself in its first line.
#[derive(Deserialize)]
struct Told {
    endpoint: String,
    bucket: String,
    access_key: String,
    secret_key: String,
}

impl TemporaryStore {
    /// Installs the server where it is missing, starts it and waits until it says where it is.
    pub(crate) fn start(root: &Path) -> Outcome<Self> {
        let python = installed(root)?;
        let mut command = Command::new(python);
        command
            .arg(root.join(SCRIPT))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped());
        // A group of its own, so that Ctrl-C reaches it only as the closing of the pipe.
        command.process_group(0);
        let mut server = command
            .spawn()
            .map_err(Fault::while_doing("cannot start the store of the S3 tests"))?;
        let told = server.stdout.take().map(first_line).unwrap_or_default();
        match serde_json::from_str(&told) {
            Ok(told) => Ok(Self { server, told }),
            Err(error) => {
                drop(server.stdin.take());
                let status = server.wait().map(|status| status.to_string()).unwrap_or_default();
                Err(Fault::new(format!(
                    "the store of the S3 tests did not start ({status}): {error}"
                )))
            }
        }
    }

    /// What the tests read: where it is, and what the program itself reads to be let in.
    pub(crate) fn variables(&self) -> [(&'static str, &str); 4] {
        [
            ("TAIZHANG_TEST_S3", &self.told.endpoint),
            ("TAIZHANG_TEST_S3_BUCKET", &self.told.bucket),
            ("AWS_ACCESS_KEY_ID", &self.told.access_key),
            ("AWS_SECRET_ACCESS_KEY", &self.told.secret_key),
        ]
    }
}

impl Drop for TemporaryStore {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        // A server that cannot be waited for has already gone.
        let _ = self.server.wait();
    }
}

/// `cargo xtask s3 -- CMD…`: one command run beside a temporary store.
pub(crate) fn run(root: &Path, args: &[String]) -> Outcome {
    let line = match args.split_first() {
        Some((dashes, rest)) if dashes == "--" => rest,
        _ => args,
    };
    let (program, arguments) = line
        .split_first()
        .ok_or_else(|| Fault::new("usage: cargo xtask s3 -- CMD…"))?;
    let store = TemporaryStore::start(root)?;
    let mut command = Command::new(program);
    as_if_typed(&mut command);
    command.args(arguments).envs(store.variables());
    let done = succeed(&mut command);
    drop(store);
    done
}

/// The Python that has the server; makes its environment once, after saying what goes into it.
fn installed(root: &Path) -> Outcome<PathBuf> {
    let folder = Metadata::read(root)?.target_directory.join("s3-server");
    let (python, stamp) = (folder.join("bin/python"), folder.join("installed"));
    let wanted = PACKAGES.join(" ");
    if fs::read_to_string(&stamp).is_ok_and(|there| there == wanted) {
        return Ok(python);
    }
    println!("installing into {}: {wanted}", folder.display());
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&folder);
    let mut pip = Command::new(&python);
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .args(PACKAGES);
    for command in [&mut venv, &mut pip] {
        println!("{}", shown(command));
        succeed(command)?;
    }
    fs::write(&stamp, wanted).map_err(Fault::while_doing(format!("cannot write {}", stamp.display())))?;
    Ok(python)
}

fn first_line(from: impl std::io::Read) -> String {
    let mut line = String::new();
    // A server that ended says nothing, which is told from the missing line.
    let _ = BufReader::new(from).read_line(&mut line);
    line
}

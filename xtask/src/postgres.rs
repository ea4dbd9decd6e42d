//! Room: a PostgreSQL that lives for one run and leaves nothing behind.
//!
//! It listens on a Unix socket in its own folder, never on TCP, and never runs as root. A guard
//! process in a group of its own holds the server: it ends the server and removes the folder when
//! the pipe from here closes, so an interrupted or killed run is cleaned up too.

use crate::fault::{Fault, Outcome};
use std::fs;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// The oldest PostgreSQL that the store is tested with.
pub(crate) const OLDEST_MAJOR: u32 = 15;

/// The server's superuser; a name of its own so that nobody depends on who runs the tests.
const USER: &str = "taizhang";

const POLLS: u32 = 600;
const POLL_PAUSE: Duration = Duration::from_millis(100);

/// The guard: `sh -c GUARD guard BIN ROOT USER`.
///
/// An immediate shutdown (QUIT) is right here, because the data is thrown away.
const GUARD: &str = r#"
bin=$1 root=$2 user=$3
exec 2>>"$root/log"
"$bin/initdb" -A trust -N -E UTF8 --locale=C.UTF-8 -U "$user" -D "$root/data" >>"$root/log" </dev/null || exit 1
"$bin/postgres" -D "$root/data" -k "$root" -c listen_addresses= -c max_connections=200 >>"$root/log" </dev/null &
server=$!
cat >/dev/null
kill -QUIT "$server"
wait "$server"
cd / && rm -rf "$root"
"#;

/// A running server; dropping it stops it.
pub(crate) struct TemporaryServer {
    root: PathBuf,
    guard: Child,
}

impl TemporaryServer {
    /// Makes a cluster in a temporary folder, starts it and waits until it answers.
    pub(crate) fn start() -> Outcome<Self> {
        let bin = find_binaries().ok_or_else(|| {
            Fault::new(format!(
                "found no PostgreSQL {OLDEST_MAJOR} or newer (initdb, postgres) in PATH or /usr/lib/postgresql; \
                 on Debian: apt-get install postgresql"
            ))
        })?;
        let account = account_to_run_as()?;
        let root = make_root(account.as_ref())?;
        let guard = start_guard(&bin, &root, account.as_ref())?;
        let mut server = Self { root, guard };
        server.wait_until_ready(&bin)?;
        Ok(server)
    }

    /// What the tests read: a keyword string and the same as a URL.
    pub(crate) fn variables(&self) -> [(&'static str, String); 2] {
        let host = self.root.display().to_string();
        [
            ("TAIZHANG_TEST_PG", format!("host={host} user={USER} dbname=postgres")),
            (
                "TAIZHANG_TEST_PG_URL",
                format!("postgres://{USER}@{}/postgres", percent_encoded(&host)),
            ),
        ]
    }

    /// Ends the server and removes its folder; the same as dropping, said aloud.
    pub(crate) fn stop(self) {
        drop(self);
    }

    fn wait_until_ready(&mut self, bin: &Path) -> Outcome {
        for _ in 0..POLLS {
            if let Ok(Some(status)) = self.guard.try_wait() {
                return Err(Fault::new(format!(
                    "PostgreSQL did not start ({status}):\n{}",
                    self.log()
                )));
            }
            if self.answers(bin) {
                return Ok(());
            }
            std::thread::sleep(POLL_PAUSE);
        }
        Err(Fault::new(format!(
            "PostgreSQL did not answer within a minute:\n{}",
            self.log()
        )))
    }

    fn answers(&self, bin: &Path) -> bool {
        Command::new(bin.join("pg_isready"))
            .args(["--quiet", "--dbname=postgres", "--username", USER, "--host"])
            .arg(&self.root)
            .status()
            .is_ok_and(|status| status.success())
    }

    fn log(&self) -> String {
        fs::read_to_string(self.root.join("log")).unwrap_or_else(|error| format!("(no log: {error})"))
    }
}

impl Drop for TemporaryServer {
    fn drop(&mut self) {
        drop(self.guard.stdin.take());
        // A guard that cannot be waited for has already gone; the folder is what is left to see to.
        let _ = self.guard.wait();
        // The guard may not remove the folder itself from a parent that only root writes to.
        let _ = fs::remove_dir_all(&self.root);
    }
}

/// The folder that holds initdb, postgres and pg_isready, the newest release first.
pub(crate) fn find_binaries() -> Option<PathBuf> {
    let in_path = std::env::var_os("PATH").map(|path| std::env::split_paths(&path).collect::<Vec<_>>());
    in_path
        .into_iter()
        .flatten()
        .chain(debian_folders())
        .find(|folder| is_usable(folder))
}

fn debian_folders() -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut majors: Vec<u32> = entries
        .flatten()
        .filter_map(|entry| entry.file_name().to_str()?.parse().ok())
        .collect();
    majors.sort_unstable_by(|a, b| b.cmp(a));
    majors
        .iter()
        .map(|major| PathBuf::from(format!("/usr/lib/postgresql/{major}/bin")))
        .collect()
}

fn is_usable(folder: &Path) -> bool {
    ["initdb", "postgres", "pg_isready"]
        .iter()
        .all(|name| folder.join(name).is_file())
        && major_of(folder).is_some_and(|major| major >= OLDEST_MAJOR)
}

/// Reads `postgres (PostgreSQL) 15.18 (Debian …)`, of which betas say `19beta1`.
fn major_of(folder: &Path) -> Option<u32> {
    let answer = Command::new(folder.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&answer.stdout).into_owned();
    let version = text.split_whitespace().nth(2)?;
    version.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The account that the server runs under, where that is not the caller's.
struct Account {
    uid: u32,
    gid: u32,
}

/// PostgreSQL refuses to run as root; a container's root lends it the package's account, or nobody's.
fn account_to_run_as() -> Outcome<Option<Account>> {
    if !is_root()? {
        return Ok(None);
    }
    let passwd = fs::read_to_string("/etc/passwd").map_err(Fault::while_doing("cannot read /etc/passwd"))?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| account_named(&passwd, name))
        .map(Some)
        .ok_or_else(|| Fault::new("run by root, and there is neither an account postgres nor nobody to lend"))
}

pub(crate) fn is_root() -> Outcome<bool> {
    let answer = Command::new("id")
        .arg("-u")
        .output()
        .map_err(Fault::while_doing("cannot run id -u"))?;
    Ok(answer.stdout.trim_ascii() == b"0")
}

fn account_named(passwd: &str, name: &str) -> Option<Account> {
    let fields: Vec<&str> = passwd
        .lines()
        .map(|line| line.split(':').collect())
        .find(|f: &Vec<&str>| f[0] == name)?;
    Some(Account {
        uid: fields.get(2)?.parse().ok()?,
        gid: fields.get(3)?.parse().ok()?,
    })
}

fn make_root(account: Option<&Account>) -> Outcome<PathBuf> {
    let root = std::env::temp_dir().join(format!("taizhang-pg-{}", std::process::id()));
    let doing = format!("cannot make the folder {}", root.display());
    fs::DirBuilder::new()
        .mode(0o700)
        .create(&root)
        .map_err(Fault::while_doing(&doing))?;
    if let Some(account) = account {
        chown(&root, Some(account.uid), Some(account.gid)).map_err(Fault::while_doing(&doing))?;
    }
    Ok(root)
}

fn start_guard(bin: &Path, root: &Path, account: Option<&Account>) -> Outcome<Child> {
    let mut guard = Command::new("sh");
    guard.args(["-c", GUARD, "guard"]).args([bin, root]).arg(USER);
    // The caller's folder may be closed to the lent account, and initdb wants to come back to where it started.
    guard
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    // A group of its own, so that Ctrl-C reaches the guard only as the closing of the pipe.
    guard.process_group(0);
    if let Some(account) = account {
        guard.uid(account.uid).gid(account.gid);
    }
    guard
        .spawn()
        .map_err(Fault::while_doing("cannot start the guard of PostgreSQL"))
}

fn percent_encoded(text: &str) -> String {
    text.bytes()
        .map(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => char::from(byte).to_string(),
            _ => format!("%{byte:02X}"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_folder_is_percent_encoded() {
        assert_eq!(percent_encoded("/var/a b.c-1_2"), "%2Fvar%2Fa%20b.c-1_2");
    }

    #[test]
    fn an_account_is_found_by_its_whole_name() {
        let passwd = "postgresql:x:1:2::/:/bin/sh\npostgres:x:101:104::/:/bin/sh\nshort\n";
        let account = account_named(passwd, "postgres").expect("postgres is listed");
        assert_eq!((account.uid, account.gid), (101, 104));
        assert!(account_named(passwd, "nobody").is_none());
        assert!(account_named(passwd, "short").is_none());
    }
}

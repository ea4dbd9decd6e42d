//! Room: the child as its parent sees it.
//!
//! Starts it apart from the parent's environment, listens on a thread, ends it when it is no longer
//! wanted, and tells from its exit what happened. It reads no row.

use super::frame::{self, Message};
use super::serve::SUBCOMMAND;
use crate::error::{Refused, SheetError};
use crate::read::ReadOptions;
use std::io::{BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

/// How many batches may wait for the parent; then the child waits.
pub(super) const BATCHES_MAX: usize = 4;

/// Starts the child and a thread that listens to it.
pub(super) fn start(path: &Path, options: &ReadOptions) -> Result<(Process, Receiver<Message>), SheetError> {
    let unstartable = SheetError::Refused {
        reason: Refused::Unstartable,
    };
    let json = serde_json::to_string(options).map_err(|_| unstartable.clone())?;
    let mut command = Command::new(program(options).ok_or_else(|| unstartable.clone())?);
    command.arg(SUBCOMMAND).arg(path).arg(json);
    apart(&mut command);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    let mut child = command.spawn().map_err(|_| unstartable.clone())?;
    let (stdin, stdout) = (child.stdin.take(), child.stdout.take());
    let process = Process { child, stdin };
    let (sender, receiver) = sync_channel(BATCHES_MAX);
    let listener = thread::Builder::new().name("sheet-child".into());
    let source = BufReader::with_capacity(BUFFER_BYTES, stdout.ok_or_else(|| unstartable.clone())?);
    listener
        .spawn(move || listen(source, &sender))
        .map_err(|_| unstartable)?;
    Ok((process, receiver))
}

const BUFFER_BYTES: usize = 64 * 1024;

/// Takes the parent's environment from a child: passwords are often in it, and the child reads what strangers wrote.
pub(crate) fn apart(command: &mut Command) {
    if cfg!(unix) {
        let libraries = std::env::var_os("LD_LIBRARY_PATH");
        command
            .env_clear()
            .envs(libraries.map(|value| ("LD_LIBRARY_PATH", value)));
    }
    // The allocator of the program reserves a gigabyte of addresses at once. The child would begin beyond its bound, and
    // whatever else the allocator needs later, which depends on where the system put it, would be refused.
    command.env("MIMALLOC_ARENA_RESERVE", "64MiB");
}

/// The running program; by its link in `/proc`, so that an upgrade of the file under it does no harm.
pub(crate) fn program(options: &ReadOptions) -> Option<PathBuf> {
    if let Some(program) = &options.program {
        return Some(program.clone());
    }
    if cfg!(target_os = "linux") {
        return Some(PathBuf::from("/proc/self/exe"));
    }
    std::env::current_exe().ok()
}

/// Passes on what the child says until it says no more or nobody listens.
fn listen(mut source: impl Read, sender: &SyncSender<Message>) {
    let mut buffer = Vec::new();
    loop {
        let message = match frame::read(&mut source, &mut buffer) {
            Ok(Some(message)) => message,
            // A frame that was cut off is the work of a death, which the exit tells better.
            Ok(None) => return,
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => return,
            Err(_) => Message::Failed(SheetError::Refused {
                reason: Refused::Garbled,
            }),
        };
        let is_last = matches!(message, Message::Failed(_));
        if sender.send(message).is_err() || is_last {
            return;
        }
    }
}

/// A running child; it never outlives this value.
pub(super) struct Process {
    child: Child,
    stdin: Option<ChildStdin>,
}

impl Process {
    /// Where the child listens for the chosen sheet.
    pub(super) fn stdin(&mut self) -> Option<&mut ChildStdin> {
        self.stdin.as_mut()
    }

    /// Ends the child if it still runs, and says how it ended.
    pub(super) fn end(&mut self) -> Refused {
        drop(self.stdin.take());
        // Failing to end it means that it ended by itself; waiting then gives its own exit.
        let _ = self.child.kill();
        match self.child.wait() {
            Ok(exit) => reason(exit),
            Err(_) => Refused::Crashed,
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.end();
    }
}

/// An allocation that fails ends a Rust program by SIGABRT; SIGXCPU is the limit of processor time.
#[cfg(unix)]
fn reason(exit: ExitStatus) -> Refused {
    use std::os::unix::process::ExitStatusExt;
    const SIGABRT: i32 = 6;
    const SIGXCPU: i32 = 24;
    match exit.signal() {
        Some(SIGABRT) => Refused::Memory,
        Some(SIGXCPU) => Refused::Time,
        Some(_) => Refused::Crashed,
        None if exit.success() => Refused::Garbled,
        None => Refused::Crashed,
    }
}

#[cfg(not(unix))]
fn reason(exit: ExitStatus) -> Refused {
    if exit.success() {
        Refused::Garbled
    } else {
        Refused::Crashed
    }
}

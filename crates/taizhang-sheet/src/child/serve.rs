//! Room: the child's own `main`.
//!
//! It binds itself to its limits before it looks at the file, parses, writes frames to its standard
//! output and ends. It writes no file and prints nothing else.

use super::frame::{self, Message};
use super::produce::produce;
use crate::error::{Refused, SheetError};
use crate::limits::Limits;
use crate::read::ReadOptions;
use std::ffi::OsString;
use std::io::{self, BufWriter, Write};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;

/// The hidden subcommand by which a program parses for itself.
pub const SUBCOMMAND: &str = "__read-sheet";

/// If the arguments (the program's name first) ask for the parsing child, does its work and returns
/// the exit code. A `main` calls this before anything else: no settings, no log, no database.
pub fn serve_if_asked(args: impl IntoIterator<Item = OsString>) -> Option<i32> {
    let mut args = args.into_iter().skip(1);
    (args.next()? == SUBCOMMAND).then(|| serve_child(args))
}

/// Does the child's work; the arguments are those behind [`SUBCOMMAND`].
pub fn serve_child(args: impl IntoIterator<Item = OsString>) -> i32 {
    let mut args = args.into_iter();
    let path = args.next().map(PathBuf::from);
    let options = args.next().and_then(|text| text.into_string().ok());
    let options: Option<ReadOptions> = options.and_then(|text| serde_json::from_str(&text).ok());
    let (Some(path), Some(options)) = (path, options) else {
        return EXIT_USAGE;
    };
    if bind(&options.limits).is_err() {
        return EXIT_UNBOUND;
    }
    // A panic is an answer like any other here; its text would go nowhere.
    panic::set_hook(Box::new(|_| ()));
    let mut out = BufWriter::new(io::stdout().lock());
    let mut buffer = Vec::new();
    let mut send = |message: Message| {
        let is_pause = matches!(message, Message::End);
        frame::write(&mut out, &message, &mut buffer).map_err(|_| SheetError::Stopped)?;
        if is_pause {
            out.flush().map_err(|_| SheetError::Stopped)
        } else {
            Ok(())
        }
    };
    let work = AssertUnwindSafe(|| produce(&path, &options, &mut chosen_sheet, &mut send));
    let outcome = panic::catch_unwind(work).unwrap_or(Err(SheetError::Refused {
        reason: Refused::Crashed,
    }));
    let said = outcome.or_else(|error| send(Message::Failed(error)));
    let flushed = out.flush();
    if said.is_ok() && flushed.is_ok() {
        0
    } else {
        EXIT_UNHEARD
    }
}

/// Wrong arguments.
const EXIT_USAGE: i32 = 2;
/// The limits could not be set.
const EXIT_UNBOUND: i32 = 3;
/// Nobody took the rows.
const EXIT_UNHEARD: i32 = 4;

/// The parent's answer: the index of a sheet in a line of its own.
fn chosen_sheet() -> Option<usize> {
    let mut line = String::new();
    io::stdin().read_line(&mut line).ok()?;
    line.trim().parse().ok()
}

/// Memory, processor time, no core file, no written file.
#[cfg(unix)]
pub(crate) fn bind(limits: &Limits) -> io::Result<()> {
    use rustix::process::{Resource, Rlimit, setrlimit};
    let at_most = |resource, soft, hard| {
        let limit = Rlimit {
            current: Some(soft),
            maximum: Some(hard),
        };
        setrlimit(resource, limit).map_err(io::Error::from)
    };
    let seconds = u64::from(limits.seconds_max);
    at_most(Resource::Core, 0, 0)?;
    at_most(Resource::Fsize, 0, 0)?;
    // A second apart, so that SIGXCPU comes before SIGKILL and tells the reason.
    at_most(Resource::Cpu, seconds, seconds + 1)?;
    at_most(Resource::As, limits.memory_bytes_max, limits.memory_bytes_max)
}

/// Elsewhere only the checks before opening and the parent's clock hold.
#[cfg(not(unix))]
pub(crate) fn bind(_limits: &Limits) -> io::Result<()> {
    Ok(())
}

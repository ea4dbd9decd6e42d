//! Room: the child that fills a form, and its parent. The child may read one file and write to its standard
//! output; what is wrong it says on its standard error.

use super::{FillCell, Filled, fill_here};
use crate::child::{apart, bind, program};
use crate::error::{Refused, SheetError};
use crate::limits::Limits;
use crate::read::ReadOptions;
use std::fs::File;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// The hidden subcommand by which a program fills forms for itself.
pub const SUBCOMMAND: &str = "__fill-sheet";

/// Does the child's work on the form that its argument names; answers the exit code.
pub fn serve_fill(path: Option<PathBuf>) -> i32 {
    let limits = Limits::default();
    let Some(path) = path.filter(|_| bind(&limits).is_ok()) else {
        return 2;
    };
    let mut asked = Vec::new();
    let read = std::io::stdin().read_to_end(&mut asked).ok();
    let cells: Option<Vec<FillCell>> = read.and_then(|_| serde_json::from_slice(&asked).ok());
    let (Some(cells), Ok(form)) = (cells, File::open(path)) else {
        return 2;
    };
    match fill_here(std::io::BufReader::new(form), &cells, &limits) {
        Ok((bytes, filled)) => {
            let mut out = std::io::stdout().lock();
            let head = serde_json::to_string(&filled).unwrap_or_default();
            let said = writeln!(out, "{head}")
                .and_then(|()| out.write_all(&bytes))
                .and_then(|()| out.flush());
            i32::from(said.is_err())
        }
        Err(error) => {
            eprint!("{error}");
            1
        }
    }
}

/// Fills a form in a child process: the bytes of the workbook, and what became of its cells.
pub fn fill(form: &Path, cells: &[FillCell], by: Option<PathBuf>) -> Result<(Vec<u8>, Filled), SheetError> {
    let refused = |reason| SheetError::Refused { reason };
    let options = ReadOptions {
        program: by,
        ..ReadOptions::default()
    };
    let program = program(&options).ok_or_else(|| refused(Refused::Unstartable))?;
    let mut command = Command::new(program);
    command.arg(SUBCOMMAND).arg(form);
    apart(&mut command);
    command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|_| refused(Refused::Unstartable))?;
    let asked = serde_json::to_vec(cells).map_err(SheetError::corrupt)?;
    if let Some(mut stdin) = child.stdin.take() {
        // A child that died before it had read all says so by its exit.
        let _ = stdin.write_all(&asked);
    }
    // Its own limits end it: it has so many seconds of processor time, and waits for nobody.
    let ended = child.wait_with_output().map_err(|_| refused(Refused::Crashed))?;
    if !ended.status.success() {
        let why = String::from_utf8_lossy(&ended.stderr).into_owned();
        return Err(match why.is_empty() {
            true => refused(Refused::Crashed),
            false => SheetError::corrupt(why),
        });
    }
    let line = ended
        .stdout
        .iter()
        .position(|byte| *byte == b'\n')
        .ok_or_else(|| refused(Refused::Garbled))?;
    let (head, bytes) = ended.stdout.split_at(line);
    let filled: Filled = serde_json::from_slice(head).map_err(|_| refused(Refused::Garbled))?;
    Ok((bytes[1..].to_vec(), filled))
}

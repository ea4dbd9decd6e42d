//! Room: the files of a book for leaving — each under its hash, and a list of what they are. A file
//! that is lost or harmed keeps nobody from leaving; the list says so.

use crate::app::App;
use crate::app::evidence::{FileState, Kept, each_file};
use crate::error::AppError;
use crate::keys::hex;
use serde_json::{Value, json};
use std::fs::File;
use std::io::{BufWriter, Write};
use std::path::Path;

/// Writes every file into `evidence/` of a folder, and `evidence.jsonl` beside it; how many are whole.
pub(super) fn all(app: &App, folder: &Path) -> Result<u64, AppError> {
    let files = folder.join("evidence");
    std::fs::create_dir_all(&files).map_err(|error| AppError::unwritable(&files, &error))?;
    let list = folder.join("evidence.jsonl");
    let failed = |error: std::io::Error| AppError::unwritable(&list, &error);
    let mut lines = BufWriter::new(File::create(&list).map_err(failed)?);
    let mut whole = 0;
    each_file(
        app.store(),
        app.evidence(),
        app.locale(),
        &mut |hash| {
            let out = files.join(hex(hash));
            let file = File::create(&out).map_err(|error| AppError::unwritable(&out, &error))?;
            Ok(Some(Box::new(file)))
        },
        &mut |kept| {
            if kept.state == FileState::Whole {
                whole += 1;
            } else {
                // What was read of it proves nothing; there may be nothing.
                let _ = std::fs::remove_file(files.join(hex(&kept.hash)));
            }
            writeln!(lines, "{}", line(kept)).map_err(failed)
        },
    )?;
    lines.flush().map_err(failed)?;
    Ok(whole)
}

fn line(kept: &Kept) -> Value {
    let state = match kept.state {
        FileState::Whole => "whole",
        FileState::Missing => "missing",
        FileState::Damaged => "damaged",
        FileState::Unlisted => "unlisted",
    };
    let brought = kept.brought.iter().map(|stored| {
        json!({ "actor": stored.actor, "name": stored.name, "kind": stored.kind, "size": stored.size,
                "stored_at": crate::clock::rfc3339(stored.stored_at) })
    });
    json!({ "hash": hex(&kept.hash), "state": state, "entry": kept.entry, "brought": brought.collect::<Vec<_>>() })
}

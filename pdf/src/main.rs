//! `taizhang-pdf`: a bulletin as JSON on the standard input becomes a PDF after GB/T 9704.
//!
//! A program of its own, started by `taizhang` as a child. It opens no book, no network and no file but
//! fonts and its own output. Texts go to the typesetter as data, so that none of them can be a command.

mod fonts;
mod paper;

use fonts::Fonts;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::PathBuf;
use std::process::ExitCode;

/// Inputs beyond this are no bulletin.
const INPUT_BYTES: u64 = 32 * 1024 * 1024;

fn main() -> ExitCode {
    match run() {
        Ok(told) => {
            // Whoever started this may not listen; the file is written all the same.
            let _ = writeln!(std::io::stdout(), "{told}");
            ExitCode::SUCCESS
        }
        Err(why) => {
            eprintln!("{why}");
            // Whoever started this says it in the user's language.
            ExitCode::from(if why == fonts::NONE { 3 } else { 1 })
        }
    }
}

/// Typesets; answers pages, the fonts that were found, and characters that none of them has.
fn run() -> Result<Value, String> {
    let (mut out, mut folders) = (None, Vec::new());
    let mut args = std::env::args_os().skip(1);
    while let Some(arg) = args.next() {
        match arg.to_str() {
            Some("-o") => out = args.next().map(PathBuf::from),
            Some("--fonts") => folders.extend(args.next().map(PathBuf::from)),
            Some("--version") => return Ok(json!({ "version": env!("CARGO_PKG_VERSION") })),
            _ => return Err("usage: taizhang-pdf -o OUT.pdf [--fonts FOLDER]... < bulletin.json".to_owned()),
        }
    }
    let out = out.ok_or("usage: taizhang-pdf -o OUT.pdf [--fonts FOLDER]... < bulletin.json")?;
    let mut text = String::new();
    let read = std::io::stdin().take(INPUT_BYTES + 1).read_to_string(&mut text);
    if read.map_err(|error| error.to_string())? as u64 > INPUT_BYTES {
        return Err("the input is too large for a bulletin".to_owned());
    }
    let document: Value = serde_json::from_str(&text).map_err(|error| format!("the input is no JSON: {error}"))?;
    let fonts = Fonts::find(&folders)?;
    let missing = fonts.missing(&text);
    let roles = fonts.roles();
    let (pdf, pages) = paper::typeset(document, fonts)?;
    let beside = out.with_extension("part");
    std::fs::write(&beside, pdf).map_err(|error| format!("{}: {error}", beside.display()))?;
    std::fs::rename(&beside, &out).map_err(|error| format!("{}: {error}", out.display()))?;
    Ok(json!({ "pages": pages, "fonts": roles, "missing": missing }))
}

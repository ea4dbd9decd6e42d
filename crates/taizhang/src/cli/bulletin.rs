//! Room: `bulletin`, `release`, `checkpoint`.

use super::{Common, day};
use crate::bulletin::{Written, file, pdf};
use crate::error::AppError;
use std::path::{Path, PathBuf};
use taizhang_core::day::Day;

/// `bulletin ID --as-of D -o FILE`
#[derive(clap::Args)]
pub struct BulletinArgs {
    /// The bulletin's id
    id: String,
    /// The day that it stands for
    #[arg(long, value_parser = day)]
    as_of: Day,
    /// As known at an entry or a time
    #[arg(long)]
    known_at: Option<String>,
    /// html, md, docx or pdf, by ending
    #[arg(short = 'o')]
    out: PathBuf,
}

/// `release ID --as-of D -o FILE`: what is issued is always what is known now.
#[derive(clap::Args)]
pub struct ReleaseArgs {
    /// The bulletin's id
    id: String,
    /// The day that it stands for
    #[arg(long, value_parser = day)]
    as_of: Day,
    /// html, md, docx or pdf, by ending
    #[arg(short = 'o')]
    out: PathBuf,
}

/// `checkpoint -o FILE`
#[derive(clap::Args)]
pub struct CheckpointArgs {
    /// Where to
    #[arg(short = 'o')]
    out: PathBuf,
}

/// Writes a bulletin.
pub fn write(common: &Common, args: &BulletinArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.reader(&app)?;
    let written = crate::bulletin::write(&app, &scope, &args.id, args.as_of, args.known_at.as_deref())?;
    save(&written, &args.out)
}

/// Issues a bulletin; the proof stands beside the document, with `.proof.json` added to its name.
pub fn release(common: &Common, args: &ReleaseArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.writer(&app)?;
    let released = crate::bulletin::release::release(&app, &scope, &args.id, args.as_of)?;
    save(&released.written, &args.out)?;
    let mut name = args.out.clone().into_os_string();
    name.push(".proof.json");
    put(Path::new(&name), &released.proof.text())?;
    let (no, entry) = (released.release_no, released.entry);
    println!(
        "{}",
        app.locale().say("cli.released", &[("no", &no), ("entry", &entry)])
    );
    Ok(())
}

/// Signs the head.
pub fn checkpoint(common: &Common, args: &CheckpointArgs) -> Result<(), AppError> {
    let app = common.open()?;
    put(&args.out, &crate::bulletin::release::checkpoint(&app)?.text())
}

/// Writes a bulletin as html, markdown, docx or pdf, by the file's ending.
pub fn save(written: &Written, out: &Path) -> Result<(), AppError> {
    match out.extension().and_then(|end| end.to_str()) {
        Some("html") => put(out, &file::html(written)),
        Some("md") => put(out, &written.markdown),
        Some("docx") => file::docx(written, out),
        Some("pdf") => {
            let typeset = pdf::typeset(&written.document, out)?;
            if !typeset.missing.is_empty() {
                let letters = &typeset.missing;
                eprintln!("{}", written.words.say("bulletin.pdf_missing", &[("letters", letters)]));
            }
            Ok(())
        }
        _ => Err(AppError::said("cli.bulletin_ending", &[("file", &out.display())])),
    }
}

/// Writes a file whole: beside it first, then in its place.
pub fn put(out: &Path, text: &str) -> Result<(), AppError> {
    let fault = |error: std::io::Error| AppError::unwritable(out, &error);
    let mut beside = out.to_owned().into_os_string();
    beside.push(".part");
    std::fs::write(&beside, text).map_err(fault)?;
    std::fs::rename(&beside, out).map_err(fault)
}

//! Room: `bulletin`, `release`, `checkpoint`, `restate`.

use super::{Common, day};
use crate::bulletin::series::id_of;
use crate::bulletin::{Written, file, issued, pdf, restate};
use crate::error::AppError;
use std::path::{Path, PathBuf};
use taizhang_core::day::Day;

/// `bulletin ID --as-of D -o FILE`
#[derive(clap::Args)]
pub struct BulletinArgs {
    /// The bulletin's id
    id: String,
    /// The unit that it is about, where there is one of each unit (as in `ID@UNIT`)
    #[arg(long)]
    unit: Option<String>,
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
    /// The unit that it is about, where there is one of each unit (as in `ID@UNIT`)
    #[arg(long)]
    unit: Option<String>,
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

/// `restate ID --as-of D --from K [--to K]`
#[derive(clap::Args)]
pub struct RestateArgs {
    /// The bulletin's id
    id: String,
    /// The unit that it is about, where there is one of each unit (as in `ID@UNIT`)
    #[arg(long)]
    unit: Option<String>,
    /// The day that it stands for
    #[arg(long, value_parser = day)]
    as_of: Day,
    /// The earlier moment, an entry or a time (default: what its last release knew)
    #[arg(long)]
    from: Option<String>,
    /// The later moment (default: now)
    #[arg(long)]
    to: Option<String>,
}

/// Why figures that were reported are others now (重述单).
pub fn restate(common: &Common, args: &RestateArgs) -> Result<(), AppError> {
    let app = common.open()?;
    common.reader(&app)?;
    let id = id_of(&args.id, args.unit.as_deref());
    // A bulletin that the pack took back may have releases still; one that never was has nothing to compare.
    let last = issued::list(&app, &id)?;
    if last.is_empty() {
        crate::bulletin::edited::template(&app, &id)?;
    }
    let last = last.iter().find(|one| one.withdrawn.is_none());
    let from = args.from.clone();
    let from = from.or_else(|| last.map(|one| one.release.known_at.to_string()));
    let from = from.ok_or_else(|| AppError::said("cli.restate.no_release", &[]))?;
    let (from, to) = {
        let mut asking = app.asking()?;
        (asking.known_at(Some(&from))?, asking.known_at(args.to.as_deref())?)
    };
    let changes = restate::between(&app, &id, args.as_of, (from, to))?;
    if common.json {
        let changes: Vec<serde_json::Value> = changes.iter().map(restate::Compared::json).collect();
        println!("{}", serde_json::json!({ "from": from, "to": to, "changes": changes }));
        return Ok(());
    }
    let locale = app.locale();
    let moments: [(&str, &dyn std::fmt::Display); 3] = [("from", &from), ("to", &to), ("count", &changes.len())];
    println!("{}", locale.say("cli.restate.head", &moments));
    for change in &changes {
        println!("{}: {} → {}", change.name, change.then, change.now);
        for part in &change.parts {
            let cause = locale.text(cause_key(part.cause));
            let entries: Vec<String> = part.entries.iter().map(ToString::to_string).collect();
            let more = if part.more { " …" } else { "" };
            let shown = part.shown.as_deref().unwrap_or("—");
            println!("  {cause} {shown} [{}{more}]", entries.join(" "));
        }
    }
    Ok(())
}

fn cause_key(cause: restate::Cause) -> &'static str {
    match cause {
        restate::Cause::Late => "cli.restate.late",
        restate::Cause::Correction => "cli.restate.correction",
        restate::Cause::Definition => "cli.restate.definition",
        restate::Cause::Units => "cli.restate.units",
    }
}

/// Writes a bulletin.
pub fn write(common: &Common, args: &BulletinArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.reader(&app)?;
    let id = id_of(&args.id, args.unit.as_deref());
    let written = crate::bulletin::write(&app, &scope, &id, args.as_of, args.known_at.as_deref())?;
    save(&written, &args.out)
}

/// Issues a bulletin; the proof stands beside the document, with `.proof.json` added to its name.
pub fn release(common: &Common, args: &ReleaseArgs) -> Result<(), AppError> {
    let app = common.open()?;
    let scope = common.writer(&app)?;
    let id = id_of(&args.id, args.unit.as_deref());
    let released = crate::bulletin::release::release(&app, &scope, &id, args.as_of)?;
    save(&released.written, &args.out)?;
    let mut name = args.out.clone().into_os_string();
    name.push(".proof.json");
    put(Path::new(&name), &released.proof.text())?;
    let (no, entry) = (released.release_no, released.entry);
    let answer = serde_json::json!({"release": no, "entry": entry, "proof": Path::new(&name).display().to_string()});
    common.tell(&answer, |locale| {
        locale.say("cli.released", &[("no", &no), ("entry", &entry)])
    });
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
        Some("docx") => file::docx(&written.document, out),
        Some("pdf") => {
            let typeset = pdf::typeset(&written.document, out)?;
            if !typeset.missing.is_empty() {
                let letters = &typeset.missing;
                eprintln!("{}", written.words.say("bulletin.pdf_missing", &[("letters", letters)]));
            }
            if let Some(said) = typeset.stood_in(&written.words) {
                eprintln!("{said}");
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

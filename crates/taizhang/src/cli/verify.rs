//! Room: `verify`, `rebuild`, `journal`.

mod files;
mod proofs;
mod sealed;
mod why;

use super::Common;
use crate::app::instruments::BySchemes;
use crate::app::invariants::{self, Broken};
use crate::app::sealed::Opened;
use crate::bulletin::proof::Proof;
use crate::clock::SystemClock;
use crate::error::AppError;
use crate::keys::hex;
use files::{Checked, Wrong};
use proofs::ProveArgs;
use serde_json::json;
use std::fmt::Display;
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use taizhang_store::Store;
use taizhang_store::verify::{FirstBad, Verdict, amounts_at, verify_at, verify_since};
use taizhang_store::writer::Clock;

/// `verify`
#[derive(clap::Args)]
pub struct VerifyArgs {
    /// A release's proof that the book must still contain
    #[arg(long, conflicts_with = "checkpoint")]
    release: Option<PathBuf>,
    /// A signed head that the book must still contain
    #[arg(long)]
    checkpoint: Option<PathBuf>,
    /// Check only what came after this signed head; files of evidence are not read
    #[arg(long, conflicts_with_all = ["release", "checkpoint"])]
    since: Option<PathBuf>,
    /// Do not read the files of evidence (they may be many)
    #[arg(long)]
    no_files: bool,
}

/// What to do with the journal.
#[derive(clap::Subcommand)]
pub enum JournalAct {
    /// Write it out, line by line
    Export {
        /// Where to
        #[arg(short = 'o')]
        out: PathBuf,
    },
    /// Prove that an entry stands in a signed head, or that one signed head grew out of an earlier one
    Prove(ProveArgs),
    /// Check such a proof, with no database and no journal
    Check {
        /// The proof
        file: PathBuf,
    },
    /// Check an exported journal, with no database
    Verify {
        /// The file
        file: PathBuf,
        /// The proof of a release, or a signed head, that it must contain
        #[arg(long, value_name = "PROOF")]
        release: Option<PathBuf>,
    },
}

/// Runs `verify`; exit 1 if something is wrong.
pub fn run(common: &Common, args: &VerifyArgs) -> Result<ExitCode, AppError> {
    if let Some(file) = &args.since {
        return since(common, file);
    }
    let mut verdict = verify_at(&common.place()?)?;
    if verdict.ok {
        // Whoever hashes a changed amount anew makes a book that agrees with itself, but not with its schemes.
        verdict.first_bad = amounts_at(&common.place()?, &BySchemes)?;
        verdict.ok = verdict.first_bad.is_none();
    }
    // What was found is told here in any case; the page of the machine shows that the book was sound, and when. Into
    // a book that is wrong nothing is written: it is what somebody will want to look into.
    if verdict.ok
        && let Ok(store) = Store::open(&common.place()?, Arc::new(SystemClock::new()))
    {
        let _ = crate::app::machine::note_verified(&store, &verdict);
    }
    let proof = match args.release.as_ref().or(args.checkpoint.as_ref()) {
        Some(file) if verdict.ok => {
            let store = Store::open(&common.place()?, Arc::new(SystemClock::new()))?;
            Some(crate::bulletin::check::against(&store, &common.locale(), file)?)
        }
        _ => None,
    };
    let mut beside = Beside::default();
    // Of a book that is wrong itself nothing more can be said.
    if verdict.ok {
        let store = Store::open(&common.place()?, Arc::new(SystemClock::new()))?;
        let mut reading = store.read()?;
        (beside.invariants, beside.broken) = invariants::broken(&mut reading, SystemClock::new().today())?;
        drop(reading);
        beside.sealed = Some(sealed::opened(common)?);
    }
    if verdict.ok && !args.no_files {
        beside.files = Some(files::check(common)?);
    }
    let code = told(common, &verdict, &beside);
    if let (Some(proof), false) = (proof, common.json) {
        tell_proven(common, &proof);
    }
    Ok(code)
}

/// Checks what came after a signed head.
fn since(common: &Common, file: &Path) -> Result<ExitCode, AppError> {
    let place = common.place()?;
    let proof = {
        let store = Store::open(&place, Arc::new(SystemClock::new()))?;
        crate::bulletin::check::against(&store, &common.locale(), file)?
    };
    let verdict = verify_since(&place, proof.n, &proof.head)?;
    let code = told(common, &verdict, &Beside::default());
    if !common.json {
        let said: [(&str, &dyn Display); 1] = [("entry", &proof.n)];
        println!("{}", common.locale().say("cli.verify.since", &said));
    }
    Ok(code)
}

fn tell_proven(common: &Common, proof: &Proof) {
    let said: [(&str, &dyn Display); 2] = [("entry", &proof.n), ("key", &hex(&proof.public_key))];
    println!("{}", common.locale().say("cli.verify.proven", &said));
}

/// What was asked beside the journal and its tables.
#[derive(Default)]
struct Beside {
    /// How many invariants were looked at, and those that do not hold.
    invariants: usize,
    broken: Vec<Broken>,
    /// Whether the keys open what is sealed; none inside where there is no key file.
    sealed: Option<Option<Opened>>,
    files: Option<Checked>,
    /// The journal came out of a file: there is no book behind it to be restored.
    is_exported: bool,
}

fn told(common: &Common, verdict: &Verdict, beside: &Beside) -> ExitCode {
    let (invariants, broken, files) = (beside.invariants, &beside.broken, beside.files.as_ref());
    let wrong = files.map_or(&[][..], |files| &files.wrong);
    let sealed = beside.sealed.as_ref().and_then(Option::as_ref);
    let unopened = sealed.and_then(|sealed| sealed.first_bad);
    let code = if verdict.ok && wrong.is_empty() && broken.is_empty() && unopened.is_none() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(1)
    };
    if common.json {
        let bad = verdict.first_bad.as_ref().map(|bad| match bad {
            FirstBad::Entry(n, _) => json!({"entry": n}),
            FirstBad::Amount {
                entry,
                field,
                expected,
                found,
            } => json!({"entry": entry, "column": field, "expected": expected, "found": found}),
            FirstBad::File(why) => json!({"file": why}),
            FirstBad::Cell {
                table,
                key,
                column,
                expected,
                found,
            } => {
                json!({"table": table, "key": key, "column": column, "expected": expected, "found": found})
            }
        });
        let bad = bad.or_else(|| broken.first().map(broken_json));
        let bad = bad.or_else(|| unopened.map(|entry| json!({"entry": entry, "sealed": true})));
        let bad = bad.or_else(|| wrong.first().map(Wrong::json));
        let sealed = sealed.map(|sealed| json!({"opened": sealed.count, "keyless": sealed.keyless}));
        let files = files.map(Checked::json);
        println!(
            "{}",
            json!({"ok": bad.is_none(), "entries": verdict.entries, "head": verdict.head, "first_bad": bad,
                   "undigested": verdict.undigested, "invariants": invariants,
                   "broken": broken.iter().map(broken_json).collect::<Vec<_>>(), "files": files, "sealed": sealed})
        );
        return code;
    }
    let locale = common.locale();
    match &verdict.first_bad {
        None => {
            let sums: [(&str, &dyn Display); 2] = [("entries", &verdict.entries), ("head", &verdict.head)];
            println!("{}", locale.say("cli.verify.sound", &sums));
            if verdict.undigested > 0 {
                println!(
                    "{}",
                    locale.say("cli.verify.undigested", &[("count", &verdict.undigested)])
                );
            }
        }
        Some(FirstBad::Entry(n, why)) => {
            let key = if beside.is_exported {
                "cli.verify.bad_line"
            } else {
                "cli.verify.bad_entry"
            };
            eprintln!(
                "{}",
                locale.say(key, &[("entry", n), ("why", &why::words(&locale, why))])
            );
        }
        Some(FirstBad::Amount {
            entry,
            field,
            expected,
            found,
        }) => {
            let cell: [(&str, &dyn Display); 4] = [
                ("entry", entry),
                ("field", field),
                ("expected", expected),
                ("found", found),
            ];
            eprintln!("{}", locale.say("cli.verify.bad_amount", &cell));
        }
        Some(FirstBad::File(why)) => eprintln!("{}", locale.say("cli.verify.bad_file", &[("why", why)])),
        Some(FirstBad::Cell {
            table,
            key,
            column,
            expected,
            found,
        }) => {
            let cell: [(&str, &dyn Display); 5] = [
                ("table", table),
                ("key", key),
                ("column", column),
                ("expected", expected),
                ("found", found),
            ];
            eprintln!("{}", locale.say("cli.verify.bad_cell", &cell));
        }
    }
    for each in broken {
        let words: [(&str, &dyn Display); 3] = [
            ("register", &each.register),
            ("name", &each.name),
            ("found", &each.found),
        ];
        eprintln!("{}", locale.say("cli.verify.broken", &words));
    }
    if broken.is_empty() && invariants > 0 {
        println!("{}", locale.say("cli.verify.invariants", &[("count", &invariants)]));
    }
    match &beside.sealed {
        Some(Some(sealed)) => sealed::tell(&locale, sealed),
        Some(None) => println!("{}", locale.text("cli.verify.sealed_skipped")),
        None => {}
    }
    match files {
        None if verdict.ok => println!("{}", locale.text("cli.verify.files_skipped")),
        None => {}
        Some(files) => files.tell(&locale),
    }
    code
}

fn exported() -> Beside {
    Beside {
        is_exported: true,
        ..Beside::default()
    }
}

fn broken_json(broken: &Broken) -> serde_json::Value {
    json!({"invariant": broken.id, "register": broken.register, "name": broken.name, "record": broken.record,
           "entry": broken.entry, "found": broken.found})
}

/// Runs `rebuild`.
pub fn rebuild(common: &Common) -> Result<(), AppError> {
    let place = common.place()?;
    taizhang_store::rebuild::rebuild_at(&place)?;
    let head = Store::open(&place, Arc::new(SystemClock::new()))?.read()?.head;
    let answer = json!({"ok": true, "entries": head.n, "head": hex(&head.hash), "first_bad": null});
    common.tell(&answer, |locale| locale.text("cli.verify.rebuilt").to_owned());
    // A book whose keys are lost is rebuilt too, but what sealed values are compared by needs them.
    if let Ok(app) = common.open() {
        let count = app.mend_digests()?;
        if count > 0 && !common.json {
            println!("{}", common.locale().say("cli.verify.digested", &[("count", &count)]));
        }
    }
    Ok(())
}

/// Runs `journal`.
pub fn journal(common: &Common, act: &JournalAct) -> Result<ExitCode, AppError> {
    match act {
        JournalAct::Export { out } => {
            let app = common.open()?;
            let fault = |error: std::io::Error| AppError::unwritable(out, &error);
            let mut file = std::io::BufWriter::new(std::fs::File::create(out).map_err(fault)?);
            taizhang_store::export::export(app.reading()?.conn()?, &mut file)?;
            std::io::Write::flush(&mut file).map_err(fault)?;
            let written = json!({"file": out.display().to_string()});
            common.tell(&written, |locale| {
                locale.say("cli.verify.exported", &[("file", &out.display())])
            });
            Ok(ExitCode::SUCCESS)
        }
        JournalAct::Prove(args) => proofs::prove(common, args),
        JournalAct::Check { file } => proofs::check(common, file),
        JournalAct::Verify {
            file,
            release: Some(proof),
        } => {
            let (proof, verdict) = crate::bulletin::check::against_journal(file, &common.locale(), proof)?;
            let code = told(common, &verdict, &exported());
            if verdict.ok && !common.json {
                tell_proven(common, &proof);
            }
            Ok(code)
        }
        JournalAct::Verify { file, release: None } => {
            let fault = |error: std::io::Error| AppError::unreadable(file, &error);
            let opened = std::fs::File::open(file).map_err(fault)?;
            let verdict = taizhang_store::export::verify_journal_file(&mut BufReader::new(opened))?;
            Ok(told(common, &verdict, &exported()))
        }
    }
}

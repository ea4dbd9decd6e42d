//! Room: `verify`, `rebuild`, `journal`.

mod files;

use super::Common;
use crate::app::instruments::BySchemes;
use crate::app::sealed::{Opened, open_all};
use crate::bulletin::check::against;
use crate::bulletin::proof::Proof;
use crate::bulletin::proven::{Proven, of_entry, of_growth};
use crate::bulletin::release::checkpoint;
use crate::clock::SystemClock;
use crate::error::AppError;
use crate::keys::{Keys, hex};
use crate::locale::Locale;
use files::{Checked, Wrong};
use serde_json::json;
use std::fmt::Display;
use std::io::BufReader;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use taizhang_core::id::EntryNo;
use taizhang_store::Store;
use taizhang_store::verify::{FirstBad, Verdict, amounts_at, verify_at};

/// `verify`
#[derive(clap::Args)]
pub struct VerifyArgs {
    /// A release's proof that the book must still contain
    #[arg(long, conflicts_with = "checkpoint")]
    release: Option<PathBuf>,
    /// A signed head that the book must still contain
    #[arg(long)]
    checkpoint: Option<PathBuf>,
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

/// `journal prove`
#[derive(clap::Args)]
pub struct ProveArgs {
    /// The entry that is to be proven
    #[arg(long, required_unless_present = "since", conflicts_with = "since")]
    entry: Option<EntryNo>,
    /// An earlier signed head, out of which the other one grew
    #[arg(long, value_name = "FILE")]
    since: Option<PathBuf>,
    /// The signed head that it is proven by; the present one is signed where none is named
    #[arg(long, value_name = "FILE")]
    checkpoint: Option<PathBuf>,
    /// Where to
    #[arg(short = 'o')]
    out: PathBuf,
}

/// Runs `verify`; exit 1 if something is wrong.
pub fn run(common: &Common, args: &VerifyArgs) -> Result<ExitCode, AppError> {
    let mut verdict = verify_at(&common.place()?)?;
    if verdict.ok {
        // Whoever hashes a changed amount anew makes a book that agrees with itself, but not with its schemes.
        verdict.first_bad = amounts_at(&common.place()?, &BySchemes)?;
        verdict.ok = verdict.first_bad.is_none();
    }
    // What was found is told here in any case; the page of the machine shows it where it could be noted.
    if let Ok(store) = Store::open(&common.place()?, Arc::new(SystemClock::new())) {
        let _ = crate::app::machine::note_verified(&store, &verdict);
    }
    let proof = match args.release.as_ref().or(args.checkpoint.as_ref()) {
        Some(file) if verdict.ok => {
            let store = Store::open(&common.place()?, Arc::new(SystemClock::new()))?;
            Some(crate::bulletin::check::against(&store, &common.locale(), file)?)
        }
        _ => None,
    };
    let sealed = if verdict.ok { opened(common)? } else { None };
    // A book that is wrong itself says nothing certain about its files.
    let files = if verdict.ok && !args.no_files {
        Some(files::check(common)?)
    } else {
        None
    };
    let code = told(common, &verdict, files.as_ref(), sealed.as_ref());
    if let (Some(proof), false) = (proof, common.json) {
        tell_proven(common, &proof);
    }
    Ok(code)
}

fn tell_proven(common: &Common, proof: &Proof) {
    let said: [(&str, &dyn Display); 2] = [("entry", &proof.n), ("key", &hex(&proof.public_key))];
    println!("{}", common.locale().say("cli.verify.proven", &said));
}

/// Whether the keys open what is sealed; none where the key file is not at hand, as with an auditor.
fn opened(common: &Common) -> Result<Option<Opened>, AppError> {
    let place = common.place()?;
    match Keys::place(&place, common.options()?.keys) {
        Ok(path) if path.exists() => {
            let (store, keys) = (Store::open(&place, Arc::new(SystemClock::new()))?, Keys::open(&path)?);
            keys.fit(&store.read()?.head.keys)?;
            open_all(&store, &keys).map(Some)
        }
        _ => Ok(None),
    }
}

fn tell_opened(locale: &Locale, sealed: &Opened) {
    if let Some(entry) = sealed.first_bad {
        eprintln!("{}", locale.say("cli.verify.sealed_bad", &[("entry", &entry)]));
    } else if sealed.keyless > 0 {
        let counts: [(&str, &dyn Display); 2] = [("count", &sealed.count), ("keyless", &sealed.keyless)];
        println!("{}", locale.say("cli.verify.sealed_keyless", &counts));
    } else {
        println!("{}", locale.say("cli.verify.sealed_sound", &[("count", &sealed.count)]));
    }
}

fn told(common: &Common, verdict: &Verdict, files: Option<&Checked>, sealed: Option<&Opened>) -> ExitCode {
    let wrong = files.map_or(&[][..], |files| &files.wrong);
    let unopened = sealed.and_then(|sealed| sealed.first_bad);
    let code = if verdict.ok && wrong.is_empty() && unopened.is_none() {
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
        let bad = bad.or_else(|| unopened.map(|entry| json!({"entry": entry, "sealed": true})));
        let bad = bad.or_else(|| wrong.first().map(Wrong::json));
        let sealed = sealed.map(|sealed| json!({"opened": sealed.count, "keyless": sealed.keyless}));
        let files = files.map(Checked::json);
        println!(
            "{}",
            json!({"ok": bad.is_none(), "entries": verdict.entries, "head": verdict.head, "first_bad": bad,
                   "undigested": verdict.undigested, "files": files, "sealed": sealed})
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
            eprintln!("{}", locale.say("cli.verify.bad_entry", &[("entry", n), ("why", why)]));
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
    match sealed {
        Some(sealed) => tell_opened(&locale, sealed),
        None if files.is_some() => println!("{}", locale.text("cli.verify.sealed_skipped")),
        None => {}
    }
    match files {
        None if verdict.ok => println!("{}", locale.text("cli.verify.files_skipped")),
        None => {}
        Some(files) => files.tell(&locale),
    }
    code
}

/// Runs `rebuild`.
pub fn rebuild(common: &Common) -> Result<(), AppError> {
    taizhang_store::rebuild::rebuild_at(&common.place()?)?;
    println!("{}", common.locale().text("cli.verify.rebuilt"));
    // A book whose keys are lost is rebuilt too, but what sealed values are compared by needs them.
    if let Ok(app) = common.open() {
        let count = app.mend_digests()?;
        if count > 0 {
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
            println!(
                "{}",
                app.locale().say("cli.verify.exported", &[("file", &out.display())])
            );
            Ok(ExitCode::SUCCESS)
        }
        JournalAct::Prove(args) => prove(common, args),
        JournalAct::Check { file } => check(common, file),
        JournalAct::Verify {
            file,
            release: Some(proof),
        } => {
            let (proof, verdict) = crate::bulletin::check::against_journal(file, &common.locale(), proof)?;
            let code = told(common, &verdict, None, None);
            if verdict.ok && !common.json {
                tell_proven(common, &proof);
            }
            Ok(code)
        }
        JournalAct::Verify { file, release: None } => {
            let fault = |error: std::io::Error| AppError::unreadable(file, &error);
            let opened = std::fs::File::open(file).map_err(fault)?;
            let verdict = taizhang_store::export::verify_journal_file(&mut BufReader::new(opened))?;
            Ok(told(common, &verdict, None, None))
        }
    }
}

fn prove(common: &Common, args: &ProveArgs) -> Result<ExitCode, AppError> {
    let app = common.open()?;
    let read = |file: &PathBuf| against(app.store(), app.locale(), file);
    let newest = match &args.checkpoint {
        Some(file) => read(file)?,
        None => checkpoint(&app)?,
    };
    let proven = match (&args.since, args.entry) {
        (Some(older), _) => of_growth(&app, read(older)?, newest)?,
        (None, Some(n)) => of_entry(&app, n, newest)?,
        (None, None) => return Err(AppError::said("proof.no_proof", &[])),
    };
    let fault = |error: std::io::Error| AppError::unwritable(&args.out, &error);
    std::fs::write(&args.out, proven.text()).map_err(fault)?;
    Ok(ExitCode::SUCCESS)
}

fn check(common: &Common, file: &PathBuf) -> Result<ExitCode, AppError> {
    let locale = common.locale();
    let because = |why: &str| AppError::said("proof.broken", &[("file", &file.display()), ("why", &why)]);
    let text = std::fs::read_to_string(file).map_err(|error| because(&error.to_string()))?;
    let proven = Proven::read(&text).map_err(|key| because(locale.text(key)))?;
    let entry = proven.check().map_err(|key| because(locale.text(key)))?;
    let (last, key) = (proven.newest().n, hex(&proven.newest().public_key));
    if common.json {
        let n = entry.map(|entry| entry.n);
        println!("{}", json!({"ok": true, "entry": n, "head": last, "public_key": key}));
    } else if let Some(entry) = entry {
        let said: [(&str, &dyn Display); 4] = [
            ("entry", &entry.n),
            ("day", &entry.occurred_on),
            ("last", &last),
            ("key", &key),
        ];
        println!("{}", locale.say("cli.verify.in_it", &said));
    } else {
        println!("{}", locale.say("cli.verify.grown", &[("last", &last), ("key", &key)]));
    }
    Ok(ExitCode::SUCCESS)
}

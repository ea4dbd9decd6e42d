//! Room: the command line. One file per subcommand; errors are one clear line on stderr.

pub mod bench;
pub mod bulletin;
pub mod candidates;
pub mod demo;
pub mod due;
pub mod export;
pub mod figure;
pub mod import;
pub mod init;
pub mod keys;
pub mod ledger;
pub mod operate;
pub mod pace;
pub mod pack;
pub mod panel;
pub mod practice;
pub mod quote;
pub mod rollover;
pub mod round;
pub mod scenario;
pub mod score;
pub mod serve;
pub mod verify;

use crate::app::evidence::Evidence;
use crate::app::scope::Scope;
use crate::app::{App, Options};
use crate::clock::SystemClock;
use crate::error::AppError;
use crate::locale::Locale;
use crate::message::Carriers;
use clap::error::{ContextKind, ErrorKind};
use clap::{Args, Parser, Subcommand};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use taizhang_core::calendar::minute_of_day;
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;
use taizhang_store::Place;

/// Taizhang (台账): double-entry bookkeeping for public promises.
#[derive(Parser)]
#[command(name = "taizhang", version, disable_help_subcommand = true)]
struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command understands.
#[derive(Args, Clone, Debug)]
pub struct Common {
    /// The book: sqlite:PATH or postgres://…?schema=NAME
    #[arg(long, global = true)]
    book: Option<String>,
    /// Answers as JSON
    #[arg(long, global = true)]
    json: bool,
    /// Who writes
    #[arg(long = "as", global = true, value_name = "USER")]
    user: Option<String>,
    /// zh or en
    #[arg(long, global = true, default_value = "zh", value_parser = ["zh", "en"])]
    lang: String,
    /// The key file (default: beside an SQLite book)
    #[arg(long, global = true)]
    keys: Option<PathBuf>,
    /// A folder of evidence, or s3://BUCKET/PREFIX?endpoint=URL&region=R (default: beside an SQLite book)
    #[arg(long, global = true, value_name = "FOLDER|S3")]
    evidence: Option<String>,
}

#[derive(Subcommand)]
enum Command {
    /// Make a book to practise in from a pack and its samples, serve it
    Practice(practice::PracticeArgs),
    /// Make the demonstration book, check it, serve it
    Demo(demo::DemoArgs),
    /// Make a book from a pack; prints one-time activation codes
    Init(init::InitArgs),
    /// Check a pack, or apply it to a book
    Pack {
        #[command(subcommand)]
        act: pack::PackAct,
    },
    /// Serve a book over HTTP
    Serve(serve::ServeArgs),
    /// Import a workbook (xlsx, xls, ods, csv)
    Import(import::ImportArgs),
    /// Take an import back as one
    UndoImport(import::UndoArgs),
    /// Export a register, or everything
    Export(export::ExportArgs),
    /// One figure, broken down or opened
    Figure(figure::FigureArgs),
    /// Every target with its pace
    Pace(pace::PaceArgs),
    /// Does the daily round: limits that ran out, reminders of duties that draw near or are late
    Round(round::RoundArgs),
    /// Write a bulletin
    Bulletin(bulletin::BulletinArgs),
    /// Why figures of a bulletin are others than they were reported
    Restate(bulletin::RestateArgs),
    /// Issue and sign a bulletin
    Release(bulletin::ReleaseArgs),
    /// Sign the head of the journal alone
    Checkpoint(bulletin::CheckpointArgs),
    /// Prove that everything follows from the journal
    Verify(verify::VerifyArgs),
    /// Derive everything from the journal anew
    Rebuild,
    /// Export the journal, or check an exported one
    Journal {
        #[command(subcommand)]
        act: verify::JournalAct,
    },
    /// The last day of a limit
    Due(due::DueArgs),
    /// A scorecard over a whole register: who qualifies, who lacks what
    Candidates(candidates::CandidatesArgs),
    /// The places of an event from the sheets of its judges
    Panel(panel::PanelArgs),
    /// What if (推演): targets before and after entries that are only supposed
    Scenario(scenario::ScenarioArgs),
    /// The turn of the year: which targets carry over, and with --yes the new ones
    RollOver(rollover::RollOverArgs),
    /// One case by a scorecard, every mark with its reason
    Score(score::ScoreArgs),
    /// The trial balance of all money accounts
    Trial(ledger::TrialArgs),
    /// The running ledger of a money account
    Ledger(ledger::LedgerArgs),
    /// One voucher or one loan by its scheme
    Quote(quote::QuoteArgs),
    /// People who sign in
    User {
        #[command(subcommand)]
        act: operate::UserAct,
    },
    /// Tokens of programs that use the API
    Token {
        #[command(subcommand)]
        act: operate::TokenAct,
    },
    /// Close or reopen days
    Period {
        #[command(subcommand)]
        act: operate::PeriodAct,
    },
    /// Keys
    Keys {
        #[command(subcommand)]
        act: keys::KeysAct,
    },
    /// Copy the book while it is used (keys are not in it)
    Backup {
        /// Where to
        #[arg(short = 'o')]
        out: PathBuf,
    },
    /// Make a book from a backup
    Restore {
        /// The backup
        file: PathBuf,
    },
    /// Repeat the measurements of docs/benchmarks.md
    Bench(bench::BenchArgs),
    /// Read a workbook in a process of its own
    #[command(name = "__read-sheet", hide = true)]
    ReadSheet {
        /// What the parent says
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        args: Vec<std::ffi::OsString>,
    },
    /// Fill in a form in a process of its own
    #[command(name = "__fill-sheet", hide = true)]
    FillSheet {
        /// The form
        form: PathBuf,
    },
}

/// Runs the program.
pub fn main() -> ExitCode {
    end_quietly_with_the_reader();
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return misread(&error),
    };
    let common = cli.common.clone();
    match run(cli) {
        Ok(code) => code,
        Err(error) => {
            let locale = common.locale();
            if common.json {
                eprintln!("{}", problem(&locale, &error));
            } else {
                eprintln!("{}", locale.error(&error));
            }
            ExitCode::from(error.exit_code())
        }
    }
}

/// Whoever reads our output may have enough of it (`| head`): that is no fault of ours, and no trace is printed.
/// A signal would end the program too early: a server writes to children of its own.
fn end_quietly_with_the_reader() {
    let others = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        let said = panic.payload_as_str().unwrap_or_default();
        if said.starts_with("failed printing to stdout") && said.contains("Broken pipe") {
            std::process::exit(0);
        }
        others(panic);
    }));
}

/// The arguments cannot be read. Clap finds what is wrong, and the reader's language says it; help and rarer faults are clap's.
fn misread(error: &clap::Error) -> ExitCode {
    let part = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let source = std::error::Error::source(error);
    let key = match source {
        Some(source) if source.is::<NotADay>() => "cli.not_a_day",
        Some(source) if source.is::<NotAMinute>() => "cli.not_a_minute",
        Some(source) if source.is::<std::num::ParseIntError>() => "cli.not_a_number",
        _ => match error.kind() {
            ErrorKind::MissingRequiredArgument => "cli.missing",
            ErrorKind::ArgumentConflict => "cli.conflict",
            ErrorKind::UnknownArgument => "cli.unknown",
            ErrorKind::InvalidSubcommand => "cli.no_command",
            // Nothing at all was given where a value belongs.
            ErrorKind::InvalidValue if part(ContextKind::InvalidValue).is_empty() => "cli.missing",
            ErrorKind::InvalidValue => "cli.no_choice",
            _ => error.exit(),
        },
    };
    let said: Vec<_> = std::env::args_os().collect();
    let english = said.windows(2).any(|pair| pair[0] == "--lang" && pair[1] == "en");
    let english = english || said.iter().any(|arg| arg == "--lang=en");
    let locale = Locale::new(if english { Lang::En } else { Lang::Zh });
    let (value, arg) = (part(ContextKind::InvalidValue), part(ContextKind::InvalidArg));
    let (prior, command) = (part(ContextKind::PriorArg), part(ContextKind::InvalidSubcommand));
    let choices = part(ContextKind::ValidValue);
    let words: [(&str, &str); 5] = [
        ("choices", &choices),
        ("value", &value),
        ("arg", &arg),
        ("prior", &prior),
        ("command", &command),
    ];
    eprintln!("{}", locale.fill(key, &words));
    ExitCode::from(2)
}

fn run(cli: Cli) -> Result<ExitCode, AppError> {
    let common = &cli.common;
    match cli.command {
        Command::Practice(args) => practice::run(common, &args)?,
        Command::Demo(args) => demo::run(common, &args)?,
        Command::Init(args) => init::run(common, &args)?,
        Command::Pack { act } => pack::run(common, &act)?,
        Command::Serve(args) => serve::run(common, &args)?,
        Command::Import(args) => import::run(common, &args)?,
        Command::UndoImport(args) => import::undo(common, &args)?,
        Command::Export(args) => export::run(common, &args)?,
        Command::Figure(args) => figure::run(common, &args)?,
        Command::Pace(args) => pace::run(common, &args)?,
        Command::Round(args) => round::run(common, &args)?,
        Command::Bulletin(args) => bulletin::write(common, &args)?,
        Command::Restate(args) => bulletin::restate(common, &args)?,
        Command::Release(args) => bulletin::release(common, &args)?,
        Command::Checkpoint(args) => bulletin::checkpoint(common, &args)?,
        Command::Verify(args) => return verify::run(common, &args),
        Command::Rebuild => verify::rebuild(common)?,
        Command::Journal { act } => return verify::journal(common, &act),
        Command::Due(args) => due::run(common, &args)?,
        Command::Trial(args) => ledger::trial(common, &args)?,
        Command::Ledger(args) => ledger::ledger(common, &args)?,
        Command::Quote(args) => quote::run(common, &args)?,
        Command::Score(args) => score::run(common, &args)?,
        Command::Candidates(args) => candidates::run(common, &args)?,
        Command::Panel(args) => panel::run(common, &args)?,
        Command::Scenario(args) => scenario::run(common, &args)?,
        Command::RollOver(args) => rollover::run(common, &args)?,
        Command::User { act } => operate::user(common, &act)?,
        Command::Token { act } => operate::token(common, &act)?,
        Command::Period { act } => operate::period(common, &act)?,
        Command::Keys { act } => keys::run(common, &act)?,
        Command::Backup { out } => operate::backup(common, &out)?,
        Command::Restore { file } => operate::restore(common, &file)?,
        Command::Bench(args) => bench::run(common, &args)?,
        Command::ReadSheet { args } => return Ok(ExitCode::from(taizhang_sheet::child::serve_child(args) as u8)),
        Command::FillSheet { form } => return Ok(ExitCode::from(taizhang_sheet::fill::serve_fill(Some(form)) as u8)),
    }
    Ok(ExitCode::SUCCESS)
}

impl Common {
    /// The language of answers.
    pub fn lang(&self) -> Lang {
        if self.lang == "en" { Lang::En } else { Lang::Zh }
    }

    /// Answers on standard output: as JSON where that was asked for, else in words.
    pub fn tell(&self, json: &serde_json::Value, words: impl FnOnce(&Locale) -> String) {
        match self.json {
            true => println!("{json}"),
            false => println!("{}", words(&self.locale())),
        }
    }

    /// The words of answers.
    pub fn locale(&self) -> Locale {
        Locale::new(self.lang())
    }

    /// Where the book is.
    pub fn place(&self) -> Result<Place, AppError> {
        let missing = || AppError::said("cli.book_needed", &[]);
        Ok(self.book.as_deref().ok_or_else(missing)?.parse()?)
    }

    /// Opens the book.
    pub fn open(&self) -> Result<App, AppError> {
        App::open(&self.place()?, self.options()?)
    }

    /// How the book is opened.
    pub fn options(&self) -> Result<Options, AppError> {
        let clock = Arc::new(SystemClock::new());
        let named = |text: &String| Evidence::named(text, clock.clone());
        Ok(Options {
            keys: self.keys.clone(),
            evidence: self.evidence.as_ref().map(named).transpose()?,
            lang: self.lang(),
            clock: clock.clone(),
        })
    }

    /// How messages go out: the file that was named, or the one beside an SQLite book if it is there.
    pub fn carriers(&self, named: Option<&Path>) -> Result<Carriers, AppError> {
        let beside = || -> Result<Option<PathBuf>, AppError> {
            let file = self.place()?.file().map(|book| book.with_extension("messages.toml"));
            Ok(file.filter(|file| file.is_file()))
        };
        match named {
            Some(file) => Carriers::read(file),
            None => beside()?.map_or_else(|| Ok(Carriers::default()), |file| Carriers::read(&file)),
        }
    }

    /// The scope of a command that writes: `--as` is needed.
    pub fn writer(&self, app: &App) -> Result<Scope, AppError> {
        let missing = || AppError::said("cli.user_needed", &[]);
        app.scope(self.user.as_deref().ok_or_else(missing)?)
    }

    /// The scope of a command that only reads: somebody's, or that of whoever holds the file.
    pub fn reader(&self, app: &App) -> Result<Scope, AppError> {
        match &self.user {
            Some(user) => app.scope(user),
            None => app.program_scope(),
        }
    }
}

/// Reads a day of the command line.
pub fn day(text: &str) -> Result<Day, NotADay> {
    text.parse().map_err(|_| NotADay)
}

/// Reads a day, or the last day of a period: `2024-06`, `2024-Q2`, `2024`.
pub fn last_day(text: &str) -> Result<Day, NotADay> {
    taizhang_core::field_kinds::read_period(text)
        .map(|(_, last)| last)
        .ok_or(NotADay)
}

/// The text is no day. It is worded where the language is known.
#[derive(Debug, thiserror::Error)]
#[error("write 2024-06-30")]
pub struct NotADay;

/// Reads a minute of a day.
pub fn minute(text: &str) -> Result<u16, NotAMinute> {
    minute_of_day(text)
        .filter(|minute| *minute <= 24 * 60)
        .ok_or(NotAMinute)
}

/// The text is no minute of a day.
#[derive(Debug, thiserror::Error)]
#[error("write 14:30")]
pub struct NotAMinute;

/// An error as problem+json.
fn problem(locale: &Locale, error: &AppError) -> String {
    let errors: Vec<serde_json::Value> = match error {
        AppError::Refused(lines) => lines.iter().map(refused_json).collect(),
        _ => Vec::new(),
    };
    serde_json::json!({"title": locale.error(error), "errors": errors}).to_string()
}

/// One refusal as JSON.
pub fn refused_json(line: &crate::error::RefusedLine) -> serde_json::Value {
    serde_json::json!({
        "sheet": line.sheet, "row": line.row, "column": line.column, "field": line.field,
        "value": line.value, "code": line.code, "message": line.message,
    })
}

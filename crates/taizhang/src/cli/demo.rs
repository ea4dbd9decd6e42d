//! Room: `demo` — the main job on the sample district: book from the pack, ledgers imported, bulletin
//! written and checked figure by figure, released, corrected, served.

mod acts;
mod corrections;

use super::{Common, bulletin::put, bulletin::save, day, import::placed, init, serve};
use crate::app::App;
use crate::app::ask::{FigureQuestion, FigureState};
use crate::app::claims::{Verdict, claims};
use crate::app::people::NewPerson;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::Options;
use crate::import::workbench::import_now;
use crate::import::{Beside, ImportRequest};
use crate::keys::{hex, random};
use acts::play;
pub(super) use acts::{Act, play_all};
use corrections::{Correction, restate};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Deserialize;
use std::collections::BTreeMap;
use std::fmt::Display;
use std::path::{Path, PathBuf};
use taizhang_core::day::Day;
use taizhang_core::id::RecordNo;
use taizhang_store::figure::Span;

/// `demo [--dir DIR] [--addr A] [--no-serve]`
#[derive(clap::Args)]
pub struct DemoArgs {
    /// Where the demonstration goes
    #[arg(long, default_value = "demo")]
    dir: PathBuf,
    /// The pack's folder (default: packs/xinhua, or the copy inside the program)
    #[arg(long)]
    pack: Option<PathBuf>,
    /// Where it is served
    #[arg(long, default_value = "127.0.0.1:8420")]
    addr: String,
    /// Make and check the book, serve nothing
    #[arg(long)]
    no_serve: bool,
    /// The day of the bulletin
    #[arg(long, value_parser = day, default_value = "2024-06-30")]
    as_of: Day,
}

include!(concat!(env!("OUT_DIR"), "/sample_files.rs"));

/// Says that a folder holds a demonstration, which may be replaced.
const MARK: &str = ".taizhang-demo";

/// Runs it.
pub fn run(common: &Common, args: &DemoArgs) -> Result<(), AppError> {
    clear(&args.dir)?;
    let book = args.dir.join("book.db");
    let common = Common {
        book: Some(format!("sqlite:{}", book.display())),
        ..common.clone()
    };
    let pack = the_pack(args)?;
    let samples = Samples::read(&pack)?;
    let locale = common.locale();
    let app = step(locale.text("cli.demo.book"), || init::make(&common, &pack))?;
    let passwords = step(locale.text("cli.demo.people"), || people(&app, &samples.users))?;
    for ledger in samples.ledgers.iter().filter(|ledger| !ledger.late()) {
        import(&app, &pack, ledger)?;
    }
    told(&app, play(&app, &samples.acts, false)?);
    let scope = app.program_scope()?;
    let written = step(locale.text("cli.demo.bulletin"), || {
        crate::bulletin::write(&app, &scope, "half-year", args.as_of, None)
    })?;
    let bulletins = args.dir.join("bulletins");
    std::fs::create_dir_all(&bulletins).map_err(|error| AppError::unwritable(&bulletins, &error))?;
    save(&written, &bulletins.join("half-year.html"))?;
    save(&written, &bulletins.join("half-year.md"))?;
    save(&written, &bulletins.join("half-year.docx"))?;
    if crate::bulletin::pdf::program().is_some() {
        save(&written, &bulletins.join("half-year.pdf"))?;
    } else {
        println!("{}", locale.text("bulletin.no_pdf"));
    }
    let checked = check(&app, &samples)?;
    println!("{}", locale.say("cli.demo.checked", &[("count", &checked)]));
    let released = crate::bulletin::release::release(&app, &scope, "half-year", args.as_of)?;
    put(&bulletins.join("half-year.proof.json"), &released.proof.text())?;
    println!("{}", claimed(&app, &scope)?);
    for ledger in samples.ledgers.iter().filter(|ledger| ledger.late()) {
        import(&app, &pack, ledger)?;
    }
    told(&app, play(&app, &samples.acts, true)?);
    restate(&app, &scope, &samples.corrections, &bulletins)?;
    if args.no_serve {
        println!("book={}", book.display());
        return Ok(());
    }
    serve::listen(std::sync::Arc::new(app), &args.addr, None, Options::default(), |url| {
        println!("url={url}");
        for (user, password) in &passwords {
            println!("user={user} password={password}");
        }
    })
}

/// The pack that was named, that of this folder, or the copy that the program carries, laid out beside the book.
fn the_pack(args: &DemoArgs) -> Result<PathBuf, AppError> {
    let here = Path::new("packs/xinhua");
    if let Some(named) = &args.pack {
        return Ok(named.clone());
    }
    if here.join("pack.toml").is_file() {
        return Ok(here.to_owned());
    }
    let folder = args.dir.join("pack");
    for (name, bytes) in SAMPLE_FILES {
        let path = folder.join(name);
        let parent = path.parent().unwrap_or(&folder);
        std::fs::create_dir_all(parent).map_err(|error| AppError::unwritable(parent, &error))?;
        std::fs::write(&path, bytes).map_err(|error| AppError::unwritable(&path, &error))?;
    }
    Ok(folder)
}

/// An earlier demonstration is replaced; anything else is left alone.
fn clear(dir: &Path) -> Result<(), AppError> {
    let empty = std::fs::read_dir(dir).map_or(true, |mut entries| entries.next().is_none());
    if !empty && !dir.join(MARK).is_file() {
        return Err(AppError::said("cli.demo.not_empty", &[("folder", &dir.display())]));
    }
    if !empty {
        std::fs::remove_dir_all(dir).map_err(|error| AppError::unwritable(dir, &error))?;
    }
    std::fs::create_dir_all(dir).map_err(|error| AppError::unwritable(dir, &error))?;
    std::fs::write(dir.join(MARK), "").map_err(|error| AppError::unwritable(dir, &error))
}

/// What lies beside the pack's definition: people, ledgers, what they must add up to.
struct Samples {
    users: Vec<User>,
    ledgers: Vec<Ledger>,
    acts: Vec<Act>,
    corrections: Vec<Correction>,
    published: String,
}

/// A date as TOML writes it, or as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Date {
    Toml(toml::value::Datetime),
    Text(String),
}

impl Date {
    fn day(&self) -> Result<Day, AppError> {
        let text = match self {
            Date::Toml(date) => date.to_string(),
            Date::Text(text) => text.clone(),
        };
        day(&text).map_err(|_| AppError::said("http.not_a_day", &[("value", &text)]))
    }
}

#[derive(Deserialize)]
pub(super) struct User {
    login: String,
    name: String,
    unit: String,
    role: String,
}

#[derive(Deserialize)]
pub(super) struct Ledger {
    file: String,
    register: String,
    sheet: Option<String>,
    /// Other sheets, with the registers below that they go into.
    #[serde(default)]
    with: BTreeMap<String, String>,
    occurred_on: Option<Date>,
    opening: Option<Date>,
    by: Option<String>,
    /// `release`: what was handed in only when the bulletin was out.
    after: Option<String>,
}

impl Ledger {
    fn late(&self) -> bool {
        self.after.as_deref() == Some("release")
    }
}

#[derive(Deserialize, Default)]
#[serde(default)]
struct Lists {
    user: Vec<User>,
    ledger: Vec<Ledger>,
    act: Vec<Act>,
    correction: Vec<Correction>,
}

impl Samples {
    fn read(pack: &Path) -> Result<Samples, AppError> {
        let list = |name: &str| list(&pack.join(name));
        let published = pack.join("tables/half_year_numbers.csv");
        Ok(Samples {
            users: list("users.toml")?.user,
            ledgers: list("ledgers/ledgers.toml")?.ledger,
            acts: list("ledgers/acts.toml")?.act,
            corrections: list("corrections.toml")?.correction,
            published: std::fs::read_to_string(&published).map_err(|error| AppError::unreadable(&published, &error))?,
        })
    }
}

fn list(path: &Path) -> Result<Lists, AppError> {
    let text = std::fs::read_to_string(path).map_err(|error| AppError::unreadable(path, &error))?;
    let wrong =
        |error: toml::de::Error| AppError::said("error.unreadable", &[("file", &path.display()), ("why", &error)]);
    toml::from_str(&text).map_err(wrong)
}

/// Those of a pack, where it has any.
pub(super) struct Sample {
    pub(super) users: Vec<User>,
    pub(super) ledgers: Vec<Ledger>,
    pub(super) acts: Vec<Act>,
}

/// The people, the ledgers and the acts of a pack.
pub(super) fn samples(pack: &Path) -> Result<Sample, AppError> {
    let some = |name: &str| match pack.join(name) {
        path if path.is_file() => list(&path),
        _ => Ok(Lists::default()),
    };
    Ok(Sample {
        users: some("users.toml")?.user,
        ledgers: some("ledgers/ledgers.toml")?.ledger,
        acts: some("ledgers/acts.toml")?.act,
    })
}

/// Opens the sample people and their posts; passwords are random and only printed.
pub(super) fn people(app: &App, users: &[User]) -> Result<Vec<(String, String)>, AppError> {
    let scope = app.program_scope()?;
    let mut passwords = Vec::new();
    for user in users {
        let person = NewPerson {
            login: &user.login,
            name: &user.name,
            unit: &user.unit,
            role: &user.role,
            title: &user.name,
        };
        let actor = app.hire(&scope, &person)?;
        let password = hex(&random::<6>()?);
        app.set_password(actor, &user.login, &password)?;
        passwords.push((user.login.clone(), password));
    }
    Ok(passwords)
}

pub(super) fn import(app: &App, pack: &Path, ledger: &Ledger) -> Result<(), AppError> {
    let scope = match &ledger.by {
        Some(login) => app.scope(login)?,
        None => app.program_scope()?,
    };
    let date = |date: &Option<Date>| date.as_ref().map(Date::day).transpose();
    let request = ImportRequest {
        register: ledger.register.clone(),
        file: pack.join("ledgers").join(&ledger.file),
        sheet: ledger.sheet.clone(),
        occurred_on: date(&ledger.occurred_on)?,
        opening: date(&ledger.opening)?,
        beside: Some(ledger.with.iter().map(beside).collect()),
        ..ImportRequest::default()
    };
    let bar = ProgressBar::new(0)
        .with_style(bar_style())
        .with_message(app.locale().fill("cli.demo.import", &[("file", &ledger.file)]));
    let outcome = import_now(app, &scope, &request, &|done, total| {
        bar.set_length(total);
        bar.set_position(done);
    })?;
    bar.finish_and_clear();
    if let Some(line) = outcome.errors.first() {
        return Err(AppError::BadRequest(placed(app.locale(), &ledger.file, line)));
    }
    let counts: [(&str, &dyn Display); 3] = [
        ("file", &ledger.file),
        ("rows", &outcome.rows),
        ("added", &outcome.added),
    ];
    println!("{}", app.locale().say("cli.demo.imported", &counts));
    Ok(())
}

fn beside((sheet, register): (&String, &String)) -> Beside {
    Beside {
        sheet: sheet.clone(),
        register: register.clone(),
        map: Vec::new(),
    }
}

fn bar_style() -> ProgressStyle {
    ProgressStyle::with_template("{msg} {wide_bar} {pos}/{len}").unwrap_or_else(|_| ProgressStyle::default_bar())
}

/// A step with a sign of life; steps under a second show nothing for long.
fn step<T>(name: &str, work: impl FnOnce() -> Result<T, AppError>) -> Result<T, AppError> {
    let spinner = ProgressBar::new_spinner().with_message(name.to_owned());
    spinner.enable_steady_tick(std::time::Duration::from_millis(200));
    let result = work();
    spinner.finish_and_clear();
    result
}

/// How many acts were played.
fn told(app: &App, count: usize) {
    println!("{}", app.locale().say("cli.demo.acted", &[("count", &count)]));
}

/// The living record of a register with this first key.
fn holder(app: &App, register: &str, text: &str) -> Result<RecordNo, AppError> {
    let missing = || AppError::said("cli.demo.not_found", &[("key", &text)]);
    let definition = app.definition()?;
    let register = definition.register_named(register).ok_or_else(missing)?;
    let key = register.keys.first().ok_or_else(missing)?;
    let mut reading = app.reading()?;
    let record = taizhang_store::facts::key_holder(reading.conn()?, register.no, &key.id, text)?;
    record.ok_or_else(missing)
}

/// Compares every published figure; names the first that differs.
fn check(app: &App, samples: &Samples) -> Result<usize, AppError> {
    let mut checked = 0;
    for line in samples.published.lines().skip(1) {
        let cells: Vec<&str> = line.split(',').collect();
        let [account, _, from, to, subject, _, _, expected, ..] = cells[..] else {
            continue;
        };
        // The opening day itself stands among the claims.
        let Ok(to) = to.parse::<Day>() else { continue };
        let span = from
            .parse::<Day>()
            .map_or(Span::AsOf(to), |from| Span::Between(from, to));
        compare(app, account, span, expected, subject)?;
        checked += 1;
    }
    Ok(checked)
}

fn compare(app: &App, account: &str, span: Span, expected: &str, what: &str) -> Result<(), AppError> {
    let question = FigureQuestion {
        account: account.to_owned(),
        unit: None,
        span,
        known_at: None,
    };
    let figure = app.asking()?.figure(&question)?;
    let found = match figure.state {
        FigureState::Reported => figure.value.unwrap_or_default(),
        other => other.key().to_owned(),
    };
    if found == expected {
        return Ok(());
    }
    let told: [(&str, &dyn Display); 4] = [
        ("account", &account),
        ("what", &what),
        ("expected", &expected),
        ("found", &found),
    ];
    Err(AppError::said("cli.demo.differs", &told))
}

/// Asks every claim of the report; names the first that the book says otherwise of.
fn claimed(app: &App, scope: &Scope) -> Result<String, AppError> {
    let answers = claims(app, scope, None)?;
    let count = |verdict: Verdict| answers.iter().filter(|answer| answer.verdict == verdict).count();
    if let Some(wrong) = answers.iter().find(|answer| answer.verdict == Verdict::Differs) {
        let found = wrong.against.clone().unwrap_or_default();
        let told: [(&str, &dyn Display); 3] = [("no", &wrong.claim.id), ("what", &wrong.claim.text), ("found", &found)];
        return Err(AppError::said("cli.demo.claim_differs", &told));
    }
    let (held, all) = (count(Verdict::Holds), answers.len());
    let open: [(&str, &dyn Display); 3] = [("held", &held), ("all", &all), ("open", &count(Verdict::Unproven))];
    Ok(app.locale().say("cli.demo.claimed", &open))
}

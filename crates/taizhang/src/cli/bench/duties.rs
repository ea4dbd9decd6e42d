//! Room: works of duties — last days by the calendar, what lies on a person's desk among all that is open, and a notice on
//! holidays that moves every last day. In books of their own: each record is a case on somebody's desk by name.

use super::gauge::Gauge;
use super::rows::FIRST_DAY;
use super::{BenchArgs, Common, init};
use crate::app::App;
use crate::app::book::compile;
use crate::app::desks::{Then, Whose};
use crate::app::execute::{Draft, DraftWish};
use crate::app::notice::{Festival, Notice, with_notice};
use crate::app::scope::Scope;
use crate::cli::due::base_only;
use crate::error::AppError;
use crate::import::{ImportRequest, run as import_file};
use std::fmt::Write as _;
use std::path::Path;
use taizhang_core::calendar::Limit;
use taizhang_core::day::Day;
use taizhang_core::definition::Lang;
use taizhang_core::pack::IdMap;

/// Their ids.
pub(super) const WORKS: [&str; 4] = ["due", "duties_person", "desk_then", "notice"];

/// Last days that are computed, and desks that are looked at.
const CASES: usize = 1_000_000;
const DESKS: usize = 200;
const OLD_DESKS: usize = 20;

/// How many duties lie on one desk, and how many open ones a notice touches at most.
const ON_A_DESK: usize = 200;
const TOUCHED: usize = 100_000;

/// How many rows stand in one file, and how many actors are opened by one command.
const FILE: usize = 200_000;
const TOGETHER: usize = 2_000;

/// On how many days the cases began.
const DAYS: usize = 20;

/// All of them.
pub(super) fn all(common: &Common, args: &BenchArgs, gauge: &mut Gauge) -> Result<(), AppError> {
    if gauge.wants("due") {
        due(gauge)?;
    }
    let book = |name: &str| Common {
        book: Some(format!("sqlite:{}", args.dir.join(name).display())),
        ..common.clone()
    };
    if gauge.wants("duties_person") || gauge.wants("desk_then") {
        let app = begun(&book("duties.db"), args, args.records)?;
        if gauge.wants("desk_then") {
            let name = "a person's desk at the end of a day, 200 of all that are open";
            gauge.own("desk_then", name, OLD_DESKS, || old_desks(&app))?;
        }
        if gauge.wants("duties_person") {
            let logins = (0..DESKS).map(login);
            let scopes: Vec<Scope> = logins.map(|login| app.scope(&login)).collect::<Result<_, _>>()?;
            let name = "duties of a person, 200 of all that are open";
            gauge.own("duties_person", name, DESKS, || desks(&app, &scopes))?;
        }
    }
    if gauge.wants("notice") {
        let touched = args.records.min(TOUCHED);
        let app = begun(&book("notice.db"), args, touched)?;
        let name = format!("a notice on holidays that moves {touched} open duties");
        gauge.own("notice", &name, 1, || moved(&app))?;
    }
    Ok(())
}

/// Last days of limits of each kind, from days of fourteen years, rolled or not.
fn due(gauge: &mut Gauge) -> Result<(), AppError> {
    let definition = compile(&base_only(), &IdMap::default(), Lang::En)?.definition;
    let calendar = definition.calendar.latest();
    gauge.own("due", "last day of a limit, random cases", CASES, || {
        let mut seed: u64 = 0x9E37_79B9_7F4A_7C15;
        let mut sum = 0_i64;
        for _ in 0..CASES {
            seed ^= seed << 13;
            seed ^= seed >> 7;
            seed ^= seed << 17;
            let (from, n) = (Day(15_706 + (seed % 5_113) as i32), (seed >> 20) as u32 % 120);
            let limit = match (seed >> 40) % 3 {
                0 => Limit::WorkingDays(n),
                1 => Limit::Days(n),
                _ => Limit::Months(n % 24),
            };
            sum += i64::from(calendar.due(from, limit, seed >> 63 == 1).day.0);
        }
        // What is never looked at might never be computed.
        if sum == 0 {
            Err(AppError::Fault("no day".to_owned()))
        } else {
            Ok(())
        }
    })
}

/// A book with so many open cases, two hundred on each desk.
fn begun(common: &Common, args: &BenchArgs, records: usize) -> Result<App, AppError> {
    let app = init::make(common, &args.pack)?;
    let scope = app.program_scope()?;
    let people = records.div_ceil(ON_A_DESK).max(DESKS);
    let actors: Vec<usize> = (0..people).collect();
    for some in actors.chunks(TOGETHER) {
        let drafts: Vec<Draft> = some.iter().map(|at| actor(*at)).collect();
        let made = app.execute(&scope, &drafts, None)?;
        for (at, actor) in some.iter().zip(made.records).filter(|(at, _)| **at < DESKS) {
            init::add_position(&app, &scope, actor, &unit(*at), "clerk", "")?;
        }
    }
    for from in (0..records).step_by(FILE) {
        let file = args.dir.join(format!("cases{}.csv", from / FILE));
        let rows = (from..records.min(from + FILE)).map(|at| case(at, people));
        brought(&app, &file, &rows.collect::<String>())?;
    }
    Ok(app)
}

fn brought(app: &App, file: &Path, rows: &str) -> Result<(), AppError> {
    let text = format!("Code,Name,Unit,Agent,Begun on\n{rows}");
    std::fs::write(file, text).map_err(|error| AppError::unwritable(file, &error))?;
    let request = ImportRequest {
        register: "case".to_owned(),
        file: file.to_owned(),
        ..ImportRequest::default()
    };
    let outcome = import_file(app, &app.program_scope()?, &request, &|_, _| {})?;
    match outcome.errors.first() {
        None => Ok(()),
        Some(line) => Err(AppError::BadRequest(line.message.clone())),
    }
}

fn case(at: usize, people: usize) -> String {
    let mut line = String::new();
    let day = Day(FIRST_DAY + 1 + (at / people % DAYS) as i32);
    let _ = writeln!(
        line,
        "C{at:07},Sample case {at},{},{},{day}",
        unit(at % people),
        login(at % people)
    );
    line
}

fn actor(at: usize) -> Draft {
    let set = [("login", login(at)), ("name", format!("Sample {at}"))];
    Draft {
        register: "actor".to_owned(),
        wish: DraftWish::Open,
        set: set.into_iter().map(|(field, text)| (field.to_owned(), text)).collect(),
        occurred_on: Some(Day(FIRST_DAY)),
        ..Draft::default()
    }
}

fn login(at: usize) -> String {
    format!("p{at}")
}

fn unit(at: usize) -> String {
    format!("U{:03}", 1 + at % 200)
}

fn desks(app: &App, scopes: &[Scope]) -> Result<(), AppError> {
    for scope in scopes {
        let lying = app.duties(scope)?.len();
        if lying == 0 {
            return Err(AppError::Fault("an empty desk".to_owned()));
        }
    }
    Ok(())
}

/// What lay on each desk at the end of a day, since which little happened.
fn old_desks(app: &App) -> Result<(), AppError> {
    let program = app.program_scope()?;
    let then = Then {
        as_of: Some(app.today()),
        known_at: None,
    };
    for at in 0..OLD_DESKS {
        let person = app.scope(&login(at))?.actor;
        if app.duties_then(&program, Whose::Person(person), then)?.is_empty() {
            return Err(AppError::Fault("an empty desk".to_owned()));
        }
    }
    Ok(())
}

/// A second notice of the year gives two days off, so that each last day moves.
fn moved(app: &App) -> Result<(), AppError> {
    let day = |day: i32| Day(FIRST_DAY + day);
    let notice = Notice {
        year: 2024,
        announced_on: day(14),
        address: "https://example.test/".to_owned(),
        festivals: vec![Festival {
            name: "X".to_owned(),
            from: day(56),
            to: day(57),
            work: Vec::new(),
        }],
    };
    let plan = app.plan_pack(with_notice(app.pack_files()?, &notice)?)?;
    let scope = app.program_scope()?;
    app.apply_pack(&scope, plan, None, Some("measured"))?;
    Ok(())
}

//! Room: `bench` — the measurements of docs/benchmarks.md, repeated on this machine. CPU time of the
//! whole process is what is compared; wall time is shown beside it.

mod rows;

use super::{Common, init};
use crate::app::App;
use crate::app::ask::FigureQuestion;
use crate::app::execute::Draft;
use crate::error::AppError;
use crate::import::{ImportRequest, run as import_file};
use rows::{csv, row};
use std::path::{Path, PathBuf};
use std::time::Instant;
use taizhang_core::day::Day;
use taizhang_store::engine::Sql;
use taizhang_store::figure::Span;
use taizhang_store::record::{Filter, ListQuery, Op, list};

/// `bench --dir DIR [--records N]`
#[derive(clap::Args)]
pub struct BenchArgs {
    /// An empty folder for the book and the file that is imported
    #[arg(long)]
    dir: PathBuf,
    /// How many records are imported
    #[arg(long, default_value_t = 100_000)]
    records: usize,
    /// The pack
    #[arg(long, default_value = "packs/bench")]
    pack: PathBuf,
}

/// Creates that are measured, by so many threads.
const CREATES: usize = 4_000;
const THREADS: usize = 8;

/// Runs the measurements and prints a table.
pub fn run(common: &Common, args: &BenchArgs) -> Result<(), AppError> {
    std::fs::create_dir_all(&args.dir).map_err(|error| AppError::BadRequest(error.to_string()))?;
    let place = common
        .book
        .clone()
        .unwrap_or_else(|| format!("sqlite:{}", args.dir.join("bench.db").display()));
    let common = Common {
        book: Some(place),
        ..common.clone()
    };
    let app = init::make(&common, &args.pack)?;
    let file = args.dir.join("projects.csv");
    std::fs::write(&file, csv(args.records)).map_err(|error| AppError::BadRequest(error.to_string()))?;
    println!("| work | operations | CPU-ms each | wall-ms each |\n|---|---|---|---|");
    measure("import csv, 20 columns", args.records, || import(&app, &file))?;
    measure("the same file again", args.records, || import(&app, &file))?;
    measure("create, 8 threads", CREATES, || creates(&app))?;
    measure("list: unit, status, largest first, 50", 400, || lists(&app))?;
    measure("figure as of any day, one unit and below", 400, || {
        figures(&app, Some("U007"))
    })?;
    measure("figure as of any day, the whole district", 400, || figures(&app, None))?;
    measure("verify, whole book", 1, || {
        let verdict = taizhang_store::verify::verify(&mut app.reading()?)?;
        if verdict.ok {
            Ok(())
        } else {
            Err(AppError::Fault("verify found a difference".to_owned()))
        }
    })
}

fn measure(name: &str, count: usize, work: impl FnOnce() -> Result<(), AppError>) -> Result<(), AppError> {
    let (cpu, wall) = (cpu_ms(), Instant::now());
    work()?;
    let (cpu, wall) = (cpu_ms() - cpu, wall.elapsed().as_millis() as u64);
    let each = |total: u64| {
        format!(
            "{}.{:03}",
            total / count as u64,
            total % count as u64 * 1000 / count as u64
        )
    };
    println!("| {name} | {count} | {} | {} |", each(cpu), each(wall));
    Ok(())
}

/// User and system time of this process and of children that ended, milliseconds; 0 where the system does not say.
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
    let ticks = after
        .split_whitespace()
        .skip(11)
        .take(4)
        .filter_map(|field| field.parse::<u64>().ok());
    ticks.sum::<u64>() * 10
}

fn import(app: &App, file: &Path) -> Result<(), AppError> {
    let request = ImportRequest {
        register: "project".to_owned(),
        file: file.to_owned(),
        ..ImportRequest::default()
    };
    let outcome = import_file(app, &app.program_scope()?, &request, &|_, _| {})?;
    match outcome.errors.first() {
        Some(line) => Err(AppError::BadRequest(line.message.clone())),
        None => Ok(()),
    }
}

fn creates(app: &App) -> Result<(), AppError> {
    let scope = app.program_scope()?;
    std::thread::scope(|threads| {
        let workers: Vec<_> = (0..THREADS)
            .map(|worker| {
                let scope = scope.clone();
                threads.spawn(move || {
                    (0..CREATES / THREADS).try_for_each(|at| create(app, &scope, 10_000_000 + worker * CREATES + at))
                })
            })
            .collect();
        workers.into_iter().try_for_each(|worker| {
            worker
                .join()
                .unwrap_or_else(|_| Err(AppError::Fault("a thread ended early".to_owned())))
        })
    })
}

fn create(app: &App, scope: &crate::app::scope::Scope, at: usize) -> Result<(), AppError> {
    const FIELDS: [&str; 20] = [
        "code",
        "name",
        "unit",
        "town",
        "category",
        "level",
        "status",
        "total",
        "done",
        "gov",
        "start_date",
        "end_date",
        "reported_on",
        "progress",
        "jobs",
        "lat",
        "lon",
        "contact",
        "is_key",
        "remark",
    ];
    let set = FIELDS.iter().map(|field| (*field).to_owned()).zip(row(at)).collect();
    let draft = Draft {
        register: "project".to_owned(),
        set,
        base_units: true,
        ..Draft::default()
    };
    app.execute(scope, &[draft], Some((&at.to_string(), b"body")))
        .map(|_| ())
}

fn lists(app: &App) -> Result<(), AppError> {
    let definition = app.definition()?;
    let missing = || AppError::Fault("no register".to_owned());
    let register = definition.register_named("project").ok_or_else(missing)?.clone();
    let no = |id: &str| register.field_named(id).map(|field| field.no).ok_or_else(missing);
    let (unit, status, total) = (no("unit")?, no("status")?, no("total")?);
    for at in 0..400 {
        let mut reading = app.reading()?;
        let tree = app.tree(&reading, app.today(), reading.n());
        let of = tree
            .named(&format!("U{:03}", 1 + at % 200))
            .first()
            .copied()
            .unwrap_or(0);
        let filters = vec![
            Filter {
                field: unit,
                op: Op::Eq,
                value: Sql::Int(of),
            },
            Filter {
                field: status,
                op: Op::Eq,
                value: Sql::from("done"),
            },
        ];
        let query = ListQuery {
            filters,
            sort: vec![(total, true)],
            limit: 50,
            ..ListQuery::default()
        };
        list(reading.conn()?, &register, &query)?;
    }
    Ok(())
}

fn figures(app: &App, unit: Option<&str>) -> Result<(), AppError> {
    for at in 0..400 {
        let day = Day(19_723 + at % 240);
        let question = FigureQuestion {
            account: "project.total".to_owned(),
            unit: unit.map(str::to_owned),
            span: Span::AsOf(day),
            known_at: None,
        };
        app.asking()?.figure(&question)?;
    }
    Ok(())
}

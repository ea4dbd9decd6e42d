//! Room: `bench` — the measurements of docs/benchmarks.md, repeated on this machine: in this process
//! through the doors that the server uses, then over HTTP against a server that is a child. With the
//! floors beside them (`benches/`) it says the ratios, and fails where one is too large; wall time is
//! shown and never judged.

mod books;
mod client;
mod duties;
mod gauge;
mod goals;
mod money;
mod pages;
mod rows;
mod works;

use super::{Common, init};
use crate::app::App;
use crate::error::AppError;
use client::{Server, request, run as drive};
use gauge::{Gauge, mb, memory_kb};
use rows::{FIELDS, changed, csv, files, row};
use std::path::{Path, PathBuf};
use std::process::Command;
use works::{Works, import};

/// `bench --dir DIR [--records N]`
#[derive(clap::Args)]
pub struct BenchArgs {
    /// An empty folder for the book and the files that are imported
    #[arg(long)]
    dir: PathBuf,
    /// How many records are imported
    #[arg(long, default_value_t = 100_000)]
    records: usize,
    /// On how many days they are reported
    #[arg(long, default_value_t = 240)]
    days: usize,
    /// How many requests are sent over HTTP
    #[arg(long, default_value_t = 8_000)]
    requests: usize,
    /// The pack
    #[arg(long, default_value = "packs/bench")]
    pack: PathBuf,
    /// Ask the book that an earlier run left in the folder, and import nothing
    #[arg(long)]
    again: bool,
    /// Only these works, by their ids in the JSON
    #[arg(long, value_delimiter = ',')]
    only: Vec<String>,
    /// The program of the floors, to be measured beside
    #[arg(long)]
    floors: Option<PathBuf>,
    /// After the works over HTTP, keep the server for a browser until a line is read; says where, and a token
    #[arg(long)]
    hold: bool,
    /// Fail where a ratio to a floor is above its bar
    #[arg(long, requires = "floors")]
    check: bool,
}

/// The largest ratios that are let through, in hundredths: ours to the floor's.
const CREATE: u64 = 400;
const BULK: u64 = 330;
/// A figure of a book ten times as large.
const FIGURE: u64 = 130;

/// Runs the measurements and prints a table.
pub fn run(common: &Common, args: &BenchArgs) -> Result<(), AppError> {
    std::fs::create_dir_all(&args.dir).map_err(|error| AppError::unwritable(&args.dir, &error))?;
    let place = |name: &str| format!("sqlite:{}", args.dir.join(name).display());
    let large = Common {
        book: Some(common.book.clone().unwrap_or_else(|| place("bench.db"))),
        ..common.clone()
    };
    let mut gauge = Gauge::new(&args.only);
    // Works that have books of their own need no million of projects beside them.
    if !args.only.is_empty() && args.only.iter().all(|id| duties::WORKS.contains(&id.as_str())) {
        duties::all(common, args, &mut gauge)?;
        said(common, &gauge);
        return Ok(());
    }
    let token = {
        let app = book(&large, args)?;
        app.store()
            .process()?
            .into_iter()
            .for_each(|process| gauge.beside(process));
        let mut works = Works::new(&app, &large, &args.dir, (args.records, args.days));
        if !args.again {
            works.imports(&mut gauge)?;
        }
        works.all(&mut gauge)?;
        app.new_session(app.scope(CLERK)?.actor, "bench")?.0
    };
    over_http(&large, args, &mut gauge, &token)?;
    if gauge.wants("import_xlsx") {
        let sheet = Common {
            book: Some(place("workbook.db")),
            ..common.clone()
        };
        workbook(&sheet, args, &mut gauge)?;
    }
    if gauge.wants("figure_tenth") {
        let small = Common {
            book: Some(place("tenth.db")),
            ..common.clone()
        };
        tenth(&small, args, &mut gauge)?;
    }
    let wall = Common {
        book: Some(place("wall.db")),
        ..common.clone()
    };
    goals::all(&wall, (&args.dir, &args.pack), (args.records, args.days), &mut gauge)?;
    let slips = Common {
        book: Some(place("money.db")),
        ..common.clone()
    };
    money::all(&slips, args, &mut gauge)?;
    duties::all(common, args, &mut gauge)?;
    if let Some(floors) = &args.floors {
        beside_floors(floors, args, &mut gauge)?;
    }
    said(common, &gauge);
    ratios(&gauge, args.check)
}

/// Who is signed in where works go over HTTP.
const CLERK: &str = "clerk";

/// A new book with a clerk, or the one that an earlier run left.
fn book(common: &Common, args: &BenchArgs) -> Result<App, AppError> {
    if args.again {
        return common.open();
    }
    let app = init::make(common, &args.pack)?;
    let scope = app.program_scope()?;
    let clerk = init::add_actor(&app, &scope, CLERK, CLERK)?;
    init::add_position(&app, &scope, clerk, "", "clerk", CLERK)?;
    Ok(app)
}

fn said(common: &Common, gauge: &Gauge) {
    if common.json {
        println!("{}", gauge.json());
    } else {
        println!("{}", gauge.markdown());
    }
}

/// A workbook of as many records as one may hold, into an empty book: exported from another.
fn workbook(common: &Common, args: &BenchArgs, gauge: &mut Gauge) -> Result<(), AppError> {
    let records = args.records.min(100_000);
    let file = args.dir.join("workbook.xlsx");
    {
        let place = format!("sqlite:{}", args.dir.join("source.db").display());
        let source = Common {
            book: Some(place),
            ..common.clone()
        };
        let app = init::make(&source, &args.pack)?;
        let rows = files(&args.dir, "source", records, args.days)?;
        let name = "the same rows as csv into an empty book";
        match gauge.wants("import_bulk") {
            true => gauge.own("import_bulk", name, records, || import(&app, &rows))?,
            false => import(&app, &rows)?,
        }
        crate::export::register(&app, &app.program_scope()?, "project", None, None, &file)?;
        let tenth = changed(&args.dir, records, args.days)?;
        gauge.own(
            "import_tenth",
            "the same csv again, one row in ten changed",
            records,
            || import(&app, &tenth),
        )?;
    }
    gauge.own("bare_read", "the workbook read by calamine alone", records, || {
        taizhang_sheet::bare_read(&file)
            .map(drop)
            .map_err(|error| AppError::Fault(error.to_string()))
    })?;
    let app = init::make(common, &args.pack)?;
    let name = "import xlsx into an empty book";
    gauge.own("import_xlsx", name, records, || import(&app, &[file]))
}

/// The same figure over a tenth of the records.
fn tenth(common: &Common, args: &BenchArgs, gauge: &mut Gauge) -> Result<(), AppError> {
    let app = init::make(common, &args.pack)?;
    import(&app, &files(&args.dir, "tenth", args.records / 10, args.days)?)?;
    gauge.own(
        "figure_tenth",
        "figure, district, a tenth of the records",
        args.days,
        || works::each_day(&app, args.days),
    )
}

fn over_http(common: &Common, args: &BenchArgs, gauge: &mut Gauge, token: &str) -> Result<(), AppError> {
    let wanted = [
        "start",
        "http_create_8",
        "http_create_32",
        "http_update_8",
        "pages",
        "people",
    ];
    if !args.hold && !wanted.iter().any(|id| gauge.wants(id)) {
        return Ok(());
    }
    let program = std::env::current_exe().map_err(|error| AppError::Fault(error.to_string()))?;
    let mut command = Command::new(program);
    command.args(["serve", "--addr", "127.0.0.1:0", "--book"]);
    command.arg(common.book.as_deref().unwrap_or_default());
    // Beside a file they are found; a book in a database says nothing of where they are.
    if let Some(keys) = &common.keys {
        command.arg("--keys").arg(keys);
    }
    if let Some(evidence) = &common.evidence {
        command.arg("--evidence").arg(evidence);
    }
    let server = Server::start(&mut command, "/login")?;
    let private = || mb(memory_kb(&server.process(), "smaps_rollup", "Private_Dirty:"));
    let idle = private();
    let start = (gauge::cpu_us(&server.process()), server.first_page_us);
    gauge.add(
        "start",
        "start to first page",
        1,
        start,
        vec![("private memory idle", idle)],
    );
    for (id, name, connections) in [
        ("http_create_8", "create over HTTP, 8 clients", 8),
        ("http_create_32", "create over HTTP, 32 clients", 32),
    ] {
        if gauge.wants(id) {
            let requests = creates(token, id, args.requests, (connections * 20_000_000, args.days));
            drive_at(&server, connections, &requests, gauge, id, name)?;
        }
    }
    if gauge.wants("http_update_8") {
        let first = first_record(common)?;
        let requests: Vec<Vec<u8>> = (0..args.requests)
            .map(|at| {
                let record = first + (at * 7_919 % args.records) as i64;
                let status = ["reserve", "signed", "started", "building"][at / args.records % 4];
                let body = serde_json::json!({"set": {"status": status, "jobs": (at % 400).to_string()}});
                let (path, key) = (format!("/api/v1/records/{record}"), format!("u{at}"));
                request("PATCH", &path, token, &key, &body.to_string())
            })
            .collect();
        drive_at(
            &server,
            8,
            &requests,
            gauge,
            "http_update_8",
            "update over HTTP, 8 clients",
        )?;
    }
    let book = pages::Opened {
        server: &server,
        token,
        records: (first_record(common)?, args.records),
        days: args.days,
    };
    if gauge.wants("pages") {
        pages::kinds(&book, gauge)?;
    }
    if gauge.wants("people") {
        pages::people(&book, gauge)?;
    }
    eprintln!("private memory after load: {}", private());
    if args.hold {
        eprintln!("url=http://{}\ntoken={token}", server.address);
        let read = std::io::stdin().read_line(&mut String::new());
        read.map_err(|error| AppError::Fault(error.to_string()))?;
    }
    Ok(())
}

fn first_record(common: &Common) -> Result<i64, AppError> {
    let app = common.open()?;
    let definition = app.definition()?;
    let register = definition.register_named("project").ok_or(AppError::NoPack)?;
    let query = taizhang_store::record::ListQuery {
        limit: 1,
        ..Default::default()
    };
    let mut reading = app.reading()?;
    let first = taizhang_store::record::list(reading.conn()?, register, &query)?;
    Ok(first.first().map_or(1, |row| row.record))
}

fn drive_at(
    server: &Server,
    connections: usize,
    requests: &[Vec<u8>],
    gauge: &mut Gauge,
    id: &'static str,
    name: &str,
) -> Result<(), AppError> {
    let before = gauge.database_us();
    let run = drive(server, connections, requests)?;
    let database = gauge.database_us() - before;
    let ms = |us: u64| format!("{}.{} ms", us / 1000, us / 100 % 10);
    let mut more = vec![("p50", ms(run.p50_us)), ("p99", ms(run.p99_us))];
    if database > 0 {
        let each = database / requests.len().max(1) as u64;
        more.push((
            "of it the database",
            format!("{}.{:03} CPU-ms", each / 1000, each % 1000),
        ));
    }
    gauge.add(id, name, requests.len(), (run.cpu_us + database, run.wall_us), more);
    Ok(())
}

fn creates(token: &str, run: &str, count: usize, (from, days): (usize, usize)) -> Vec<Vec<u8>> {
    let one = |at: usize| {
        let set: serde_json::Map<String, serde_json::Value> = FIELDS
            .iter()
            .map(|field| (*field).to_owned())
            .zip(row(from + at, days).into_iter().map(Into::into))
            .collect();
        let body = serde_json::json!({ "set": set }).to_string();
        let path = if token == FLOOR {
            "/r"
        } else {
            "/api/v1/registers/project/records"
        };
        request("POST", path, token, &format!("{run}{at}"), &body)
    };
    (0..count).map(one).collect()
}

/// The token of the floor's server.
const FLOOR: &str = "floor";

fn beside_floors(floors: &Path, args: &BenchArgs, gauge: &mut Gauge) -> Result<(), AppError> {
    if gauge.wants("http_create_8") {
        floor_over_http(floors, args, gauge)?;
    }
    match gauge.wants("import_csv") {
        true => floor_in_bulk(floors, args, gauge),
        false => Ok(()),
    }
}

fn floor_over_http(floors: &Path, args: &BenchArgs, gauge: &mut Gauge) -> Result<(), AppError> {
    let mut command = Command::new(floors);
    command
        .arg("http")
        .arg(args.dir.join("floor_http.db"))
        .arg("127.0.0.1:0");
    let server = Server::start(&mut command, "/")?;
    let requests = creates(FLOOR, "floor", args.requests, (0, args.days));
    let name = "floor: create over HTTP, 8 clients";
    drive_at(&server, 8, &requests, gauge, "floor_create_8", name)
}

fn floor_in_bulk(floors: &Path, args: &BenchArgs, gauge: &mut Gauge) -> Result<(), AppError> {
    let file = args.dir.join("floor.csv");
    std::fs::write(&file, csv(0..args.records, args.days)).map_err(|error| AppError::unwritable(&file, &error))?;
    let mut command = Command::new(floors);
    command.arg("bulk").arg(args.dir.join("floor_bulk.db")).arg(&file);
    let out = command.output().map_err(|error| AppError::Fault(error.to_string()))?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let said = |name: &str| {
        let value = text
            .split_whitespace()
            .find_map(|part| part.strip_prefix(name)?.strip_prefix('='));
        value.and_then(|value| value.parse::<u64>().ok())
    };
    let (Some(cpu), Some(wall)) = (said("cpu_ms"), said("wall_ms")) else {
        return Err(AppError::Fault(format!("the floor said {text}")));
    };
    let name = "floor: raw SQL with history, one transaction";
    gauge.add("floor_bulk", name, args.records, (cpu * 1000, wall * 1000), Vec::new());
    Ok(())
}

/// Says the ratios; with `check`, one above its bar is an error.
fn ratios(gauge: &Gauge, check: bool) -> Result<(), AppError> {
    let bars = [
        ("create", "http_create_8", "floor_create_8", CREATE),
        ("bulk", "import_csv", "floor_bulk", BULK),
        ("figure, tenfold book", "figure_district", "figure_tenth", FIGURE),
    ];
    let mut above = Vec::new();
    for (name, ours, floor, bar) in bars {
        let (Some(ours), Some(floor)) = (gauge.each_us(ours), gauge.each_us(floor)) else {
            continue;
        };
        let ratio = ours * 100 / floor.max(1);
        let line = format!(
            "{name}: {}.{:02}, at most {}.{:02}",
            ratio / 100,
            ratio % 100,
            bar / 100,
            bar % 100
        );
        eprintln!("{line}");
        if ratio > bar {
            above.push(line);
        }
    }
    match above.is_empty() || !check {
        true => Ok(()),
        false => Err(AppError::Fault(format!("too far from the floor: {}", above.join("; ")))),
    }
}

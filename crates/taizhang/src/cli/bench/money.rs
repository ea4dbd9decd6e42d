//! Room: works of money: slips of five movements each, what stands on one of them and on all accounts on any day, the
//! interest of a quarter, and an entry of money beside the same entry without any.

use super::client::{Server, request};
use super::gauge::Gauge;
use super::rows::FIRST_DAY;
use super::{BenchArgs, Common, drive_at, init};
use crate::app::App;
use crate::app::ask::{FigureQuestion, Span};
use crate::app::instruments::BySchemes;
use crate::error::AppError;
use crate::import::{ImportRequest, run as import_file};
use std::fmt::Write as _;
use std::process::Command;
use taizhang_core::day::Day;
use taizhang_core::instrument::{Datum, Instruments};

const WORKS: [&str; 8] = [
    "money_import",
    "money_holder",
    "money_ledger",
    "money_trial",
    "money_interest",
    "money_quarter",
    "http_plain_32",
    "http_money_32",
];

/// How many questions of a kind are asked.
const QUESTIONS: usize = 200;

/// Of so many loans the interest of a quarter is computed.
const LOANS: usize = 100_000;

/// How many slips stand in one file.
const FILE: usize = 100_000;

/// All of them, in a book of their own.
pub(super) fn all(common: &Common, args: &BenchArgs, gauge: &mut Gauge) -> Result<(), AppError> {
    if !WORKS.iter().any(|id| gauge.wants(id)) {
        return Ok(());
    }
    let token = {
        let app = init::make(common, &args.pack)?;
        let scope = app.program_scope()?;
        let clerk = init::add_actor(&app, &scope, "clerk", "clerk")?;
        init::add_position(&app, &scope, clerk, "", "clerk", "clerk")?;
        inside(&app, args, gauge)?;
        app.new_session(clerk, "bench")?.0
    };
    over_http(common, args, gauge, &token)
}

fn inside(app: &App, args: &BenchArgs, gauge: &mut Gauge) -> Result<(), AppError> {
    let slips = args.records;
    let files = (0..slips).step_by(FILE).map(|from| {
        let file = args.dir.join(format!("slips{}.csv", from / FILE));
        let text = csv(from..slips.min(from + FILE), args.days);
        std::fs::write(&file, text).map_err(|error| AppError::unwritable(&file, &error))?;
        Ok(file)
    });
    let files = files.collect::<Result<Vec<_>, AppError>>()?;
    gauge.own("money_import", "import of slips, five movements each", slips, || {
        files.into_iter().try_for_each(|file| import(app, "slip", file))
    })?;
    let last = FIRST_DAY + args.days as i32 + 50;
    let day = |at: usize| Day(FIRST_DAY + (at as i32 * 37) % (last - FIRST_DAY));
    gauge.own("money_holder", "what stands on one slip, any day", QUESTIONS, || {
        let definition = app.definition()?;
        let account = definition.accounts.values().find(|account| account.id == "slip.owed");
        let account = account.ok_or(AppError::NoPack)?;
        (0..QUESTIONS).try_for_each(|at| app.standing(account, &number(at * 7_919 % slips), day(at)).map(drop))
    })?;
    gauge.own("money_ledger", "the running ledger of one slip", QUESTIONS, || {
        let scope = app.program_scope()?;
        (0..QUESTIONS).try_for_each(|at| {
            let question = FigureQuestion {
                account: "slip.owed".to_owned(),
                unit: None,
                span: Span::AsOf(day(at)),
                known_at: None,
            };
            let holder = number(at * 7_919 % slips);
            app.asking()?
                .running(&scope, &question, Some(&holder), (0, 50))
                .map(drop)
        })
    })?;
    gauge.own("money_trial", "trial balance, any day", QUESTIONS, || {
        (0..QUESTIONS).try_for_each(
            |at| match app.asking()?.trial(None, Span::AsOf(day(at)), None)?.balanced {
                true => Ok(()),
                false => Err(AppError::Fault("the trial balance does not balance".to_owned())),
            },
        )
    })?;
    gauge.own("money_interest", "interest of a quarter, a loan", LOANS, || {
        interest(app)
    })?;
    quarter(app, args, gauge)
}

/// The interest of a quarter as a book keeps it: each loan's balances read, the amounts computed, an entry written.
fn quarter(app: &App, args: &BenchArgs, gauge: &mut Gauge) -> Result<(), AppError> {
    if !gauge.wants("money_quarter") {
        return Ok(());
    }
    let (paid, from, to) = (Day(FIRST_DAY + 100), Day(FIRST_DAY + 171), Day(FIRST_DAY + 263));
    let mut loans = String::from("IOU,Unit,Amount,Rate,LPR,Disbursed on,Due on,Repaid,Repaid on\n");
    let mut claims = String::from("Number,Loan,From,To,Accrued on\n");
    for at in 0..LOANS {
        let (unit, amount) = (1 + at % 200, 100_000 + at % 200 * 1_000);
        let part = match at % 3 {
            0 => format!("{},{}", amount / 2, from.plus(40)),
            _ => ",".to_owned(),
        };
        let due = Day(FIRST_DAY + 1_000);
        let _ = writeln!(loans, "L{at:07},U{unit:03},{amount},3.95,3.45,{paid},{due},{part}");
        let _ = writeln!(claims, "Q{at:07},L{at:07},{from},{to},{to}");
    }
    let [loans, claims] = [("loans", loans), ("claims", claims)].map(|(name, text)| {
        let file = args.dir.join(format!("{name}.csv"));
        std::fs::write(&file, text).map_err(|error| AppError::unwritable(&file, &error))?;
        Ok::<_, AppError>(file)
    });
    import(app, "loan", loans?)?;
    let claims = claims?;
    gauge.own(
        "money_quarter",
        "interest of a quarter, kept in the book, a loan",
        LOANS,
        || import(app, "loan_subsidy", claims),
    )
}

fn import(app: &App, register: &str, file: std::path::PathBuf) -> Result<(), AppError> {
    let request = ImportRequest {
        register: register.to_owned(),
        file,
        ..ImportRequest::default()
    };
    let outcome = import_file(app, &app.program_scope()?, &request, &|_, _| {})?;
    match outcome.errors.first() {
        Some(line) => Err(AppError::BadRequest(line.message.clone())),
        None => Ok(()),
    }
}

/// Interest and subsidy of one settlement period, with a repayment within it for every third loan.
fn interest(app: &App) -> Result<(), AppError> {
    let definition = app.definition()?;
    let (from, to) = (Day(FIRST_DAY + 171), Day(FIRST_DAY + 263));
    (0..LOANS).try_for_each(|at| {
        let principal = 10_000_000 + (at as i64 % 200) * 100_000;
        let mut course = vec![(from, principal)];
        if at % 3 == 0 {
            course.push((from.plus(40), principal / 2));
        }
        let case = [
            ("on", Datum::Day(to)),
            ("from", Datum::Day(from)),
            ("to", Datum::Day(to)),
            ("disbursed_on", Datum::Day(Day(FIRST_DAY + 100))),
            ("matures_on", Datum::Day(Day(FIRST_DAY + 1_000))),
            ("principal", Datum::Amount(principal)),
            ("rate", Datum::Text("3.95%".to_owned())),
            ("lpr", Datum::Text("3.45%".to_owned())),
            ("owed", Datum::Course(course)),
        ];
        let case = case.map(|(key, item)| (key.to_owned(), item)).to_vec();
        let answered = BySchemes.answer(&definition, "loan.subsidy", &case);
        answered
            .map(drop)
            .map_err(|refusal| AppError::refuse(app.locale(), &refusal))
    })
}

fn over_http(common: &Common, args: &BenchArgs, gauge: &mut Gauge, token: &str) -> Result<(), AppError> {
    if !["http_plain_32", "http_money_32"].iter().any(|id| gauge.wants(id)) {
        return Ok(());
    }
    let program = std::env::current_exe().map_err(|error| AppError::Fault(error.to_string()))?;
    let mut command = Command::new(program);
    command.args(["serve", "--addr", "127.0.0.1:0", "--book"]);
    command.arg(common.book.as_deref().unwrap_or_default());
    let server = Server::start(&mut command, "/login")?;
    let kinds = [
        (
            "http_plain_32",
            "plain_slip",
            "an entry without money over HTTP, 32 clients",
        ),
        ("http_money_32", "slip", "the same with money over HTTP, 32 clients"),
    ];
    for (id, register, name) in kinds {
        if !gauge.wants(id) {
            continue;
        }
        let requests: Vec<Vec<u8>> = (0..args.requests)
            .map(|at| {
                let set = serde_json::json!({
                    "number": format!("H{at:07}"), "unit": format!("U{:03}", 1 + at % 200), "face": "105000",
                    "used": "70000", "issued_on": "2024-03-01",
                });
                let body = serde_json::json!({ "set": set, "occurred_on": "2024-03-01" }).to_string();
                let path = format!("/api/v1/registers/{register}/records");
                request("POST", &path, token, &format!("{id}{at}"), &body)
            })
            .collect();
        drive_at(&server, 32, &requests, gauge, id, name)?;
    }
    Ok(())
}

fn number(at: usize) -> String {
    format!("S{at:07}")
}

fn csv(rows: std::ops::Range<usize>, days: usize) -> String {
    let mut out = String::from("Number,Unit,Face,Used,Issued on,Locked on,Filed on,Paid on,Ended on\n");
    for at in rows {
        let day = Day(FIRST_DAY + (at * 31 % days.max(1)) as i32);
        let face = 50_000 + at * 7_919 % 900_000;
        let unit = 1 + at * 13 % 200;
        let line = format!(
            "{},U{unit:03},{face},{},{day},{},{},{},{}",
            number(at),
            face * 2 / 3,
            day.plus(10),
            day.plus(12),
            day.plus(30),
            day.plus(45)
        );
        let _ = writeln!(out, "{line}");
    }
    out
}

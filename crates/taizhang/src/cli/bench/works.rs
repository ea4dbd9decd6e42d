//! Room: the works that are measured inside this process, through the doors that the server uses.

use super::gauge::{Gauge, mb, memory_kb, thread_us};
use super::rows::{FIELDS, FIRST_DAY, corrected, csv, files, row};
use crate::app::App;
use crate::app::ask::{By, FigureQuestion};
use crate::app::execute::Draft;
use crate::app::records::ListAsk;
use crate::app::scope::Scope;
use crate::cli::Common;
use crate::error::AppError;
use crate::import::{ImportRequest, run as import_file};
use std::path::{Path, PathBuf};
use std::time::Instant;
use taizhang_core::day::Day;
use taizhang_core::id::EntryNo;
use taizhang_store::figure::Span;

/// Creates that are measured, by so many threads.
const CREATES: usize = 8_000;
const THREADS: usize = 8;

/// How many records go into one workbook.
const WORKBOOK: usize = 100_000;

/// How many questions of a kind are asked.
pub(super) const FIGURES: usize = 400;
/// Lists and openings where two states of a book are compared.
const COMPARED: usize = 4_000;
const BREAKDOWNS: usize = 100;

/// A book and what is done to it.
pub(super) struct Works<'a> {
    app: &'a App,
    /// Where it is opened once more, for whoever asks first after a start.
    common: &'a Common,
    dir: PathBuf,
    /// The last entry before the rows were imported.
    before: EntryNo,
    records: usize,
    days: usize,
}

impl<'a> Works<'a> {
    /// Works on a book, of so many records reported on so many days.
    pub(super) fn new(app: &'a App, common: &'a Common, dir: &Path, (records, days): (usize, usize)) -> Works<'a> {
        Works {
            app,
            common,
            dir: dir.to_owned(),
            before: 1,
            records,
            days,
        }
    }

    /// Imports all rows, and the same once more if that is wanted.
    pub(super) fn imports(&mut self, gauge: &mut Gauge) -> Result<(), AppError> {
        let (app, records) = (self.app, self.records);
        let files = files(&self.dir, "projects", records, self.days)?;
        self.before = app.reading()?.n();
        match gauge.wants("import_csv") {
            true => gauge.own("import_csv", "import csv, 20 columns", records, || import(app, &files))?,
            false => import(app, &files)?,
        }
        eprintln!(
            "largest memory until here: {}",
            mb(memory_kb("self", "status", "VmHWM:"))
        );
        gauge.own("import_again", "the same file again", records, || import(app, &files))
    }

    /// All others, in this order: later ones read what earlier ones wrote.
    pub(super) fn all(&self, gauge: &mut Gauge) -> Result<(), AppError> {
        let (app, records) = (self.app, self.records);
        self.workbook(gauge)?;
        gauge.own("create_8", "create in process, 8 threads", CREATES, || self.creates())?;
        gauge.own("list", "list: unit, status, largest first, 50", FIGURES, || {
            self.lists()
        })?;
        self.figures(gauge)?;
        super::books::all(app, &self.dir, (self.before, Day(FIRST_DAY + self.days as i32)), gauge)?;
        gauge.own("verify", "verify, an entry", records, || self.verify())?;
        gauge.own("rebuild", "rebuild, an entry", records, || self.rebuild())?;
        self.saves_during_import(gauge)?;
        self.corrections(gauge)?;
        self.packs(gauge)
    }

    /// Five years of corrections: a tenth of the records, five times each, the later days first, so that every file but the
    /// first is back-dated behind what is known already. Present reads are measured before and after.
    fn corrections(&self, gauge: &mut Gauge) -> Result<(), AppError> {
        if !gauge.wants("corrections") {
            return Ok(());
        }
        let before = self.reads(gauge, ["list_before", "figure_before", "open_before"])?;
        let rows = self.records / 10;
        for year in (1..=5).rev() {
            let file = self.dir.join(format!("corrections{year}.csv"));
            let text = corrected(0..rows, self.days, year);
            std::fs::write(&file, text).map_err(|error| AppError::unwritable(&file, &error))?;
            gauge.own("corrections", "a year of corrections, a row", rows, || {
                import(self.app, &[file])
            })?;
        }
        let after = self.reads(gauge, ["list_after", "figure_after", "open_after"])?;
        for (before, after) in before.into_iter().zip(after) {
            let (Some(was), Some(is)) = (gauge.each_us(before), gauge.each_us(after)) else {
                continue;
            };
            let ratio = is * 100 / was.max(1);
            eprintln!(
                "{after}: {}.{:02} times {before}, at most 1.20",
                ratio / 100,
                ratio % 100
            );
        }
        Ok(())
    }

    fn reads(&self, gauge: &mut Gauge, ids: [&'static str; 3]) -> Result<[&'static str; 3], AppError> {
        let (app, days, [list, figure, open]) = (self.app, self.days, ids);
        let several = COMPARED / FIGURES;
        let lists = || (0..several).try_for_each(|_| self.lists());
        gauge.measured(list, "list: unit, status, largest first, 50", COMPARED, lists)?;
        gauge.measured(figure, "figure, district", days, || each_day(app, days))?;
        let opens = || (0..several).try_for_each(|_| self.opens());
        gauge.measured(open, "figure opened, first 50 records", several * BREAKDOWNS, opens)?;
        Ok(ids)
    }

    /// What somebody waits for who saves again and again while another's file is imported. By the clock: that
    /// is what is promised.
    fn saves_during_import(&self, gauge: &mut Gauge) -> Result<(), AppError> {
        if !gauge.wants("save_during_import") {
            return Ok(());
        }
        let rows = 20_000_000..20_000_000 + self.records.min(WORKBOOK);
        let file = self.dir.join("meanwhile.csv");
        std::fs::write(&file, csv(rows, self.days)).map_err(|error| AppError::unwritable(&file, &error))?;
        let (scope, mut longest, mut saves) = (self.app.program_scope()?, 0, 0);
        let writer = thread_us("writer");
        std::thread::scope(|threads| {
            let importing = threads.spawn(|| import(self.app, &[file]));
            while !importing.is_finished() {
                let began = Instant::now();
                self.create(&scope, 30_000_000 + saves)?;
                longest = longest.max(began.elapsed().as_micros() as u64);
                saves += 1;
                std::thread::sleep(std::time::Duration::from_millis(20));
            }
            let ended = importing.join();
            ended.unwrap_or_else(|_| Err(AppError::Fault("a thread ended early".to_owned())))
        })?;
        let name = "the longest of the saves during an import";
        gauge.add(
            "save_during_import",
            name,
            1,
            (thread_us("writer") - writer, longest),
            vec![
                ("saves", saves.to_string()),
                ("CPU of", "the writer, saves and all".to_owned()),
            ],
        );
        Ok(())
    }

    /// A new version of the pack, in force from today; then another from the first day.
    fn packs(&self, gauge: &mut Gauge) -> Result<(), AppError> {
        let kinds = [
            ("pack_today", "a pack in force from today", self.app.today(), "again"),
            (
                "pack_back",
                "a pack in force from the first day",
                Day(FIRST_DAY),
                "back",
            ),
        ];
        for (id, name, from, account) in kinds {
            gauge.own(id, name, 1, || self.pack(account, from))?;
        }
        Ok(())
    }

    /// Applies the present pack with one account more.
    fn pack(&self, account: &str, from: Day) -> Result<(), AppError> {
        let mut files = self.app.pack_files()?;
        let register = files.get_mut("registers/project.toml");
        let register = register.ok_or_else(|| AppError::Fault("the pack has no such register".to_owned()))?;
        // The new account is measured as those that stand there already.
        let measured = register.lines().rev().find(|line| line.starts_with("measure = "));
        let measured = measured.unwrap_or_default().to_owned();
        register.push_str(&format!(
            "\n[[account]]\nid = \"project.{account}\"\nname = \"{account}\"\n{measured}\nstock = {{ amount = \"total\" }}\n"
        ));
        let plan = self.app.plan_pack(files)?;
        let scope = self.app.program_scope()?;
        self.app.apply_pack(&scope, plan, Some(from), Some("measured"))?;
        Ok(())
    }

    /// Exported, then imported again: the sheet is read and typed and nothing changes.
    fn workbook(&self, gauge: &mut Gauge) -> Result<(), AppError> {
        if !gauge.wants("import_xlsx_again") || self.records > WORKBOOK {
            return Ok(());
        }
        let file = self.dir.join("projects.xlsx");
        crate::export::register(self.app, &self.app.program_scope()?, "project", None, None, &file)?;
        let name = "the same as xlsx: nothing changes";
        gauge.own("import_xlsx_again", name, self.records, || import(self.app, &[file]))
    }

    fn figures(&self, gauge: &mut Gauge) -> Result<(), AppError> {
        let (app, days) = (self.app, self.days);
        let asked = |account: &'static str, unit: Option<&'static str>, known: Option<EntryNo>| {
            move || figures(app, account, unit, known, days, FIGURES)
        };
        let middle = app.reading()?.n() * 3 / 4;
        let known = Some(middle);
        gauge.own(
            "figure_unit",
            "figure, one unit",
            FIGURES,
            asked("project.total", Some("U007"), None),
        )?;
        gauge.own("figure_district", "figure, district", days, || each_day(app, days))?;
        let name = "figure by status, district";
        gauge.own("figure_status", name, FIGURES, asked("project.count", None, None))?;
        gauge.own("figure_units", "figure, all 200 units", BREAKDOWNS, || {
            breakdowns(app, "project.total", None, days)
        })?;
        let name = "figure by status, all 200 units";
        gauge.own("figure_units_status", name, BREAKDOWNS, || {
            breakdowns(app, "project.count", None, days)
        })?;
        gauge.own("known_first", "as known earlier: the first question", 1, || {
            figure(app, "project.total", None, known, day(7, days))
        })?;
        if gauge.wants("known_middle") {
            // Nothing is in memory yet, and neither side of the moment is the shorter one.
            let (app, half) = (self.common.open()?, Some(app.reading()?.n() / 2));
            gauge.own("known_middle", "the same after another start, at the middle", 1, || {
                figure(&app, "project.total", None, half, day(7, days))
            })?;
        }
        gauge.own(
            "known_figure",
            "as known earlier, district",
            FIGURES,
            asked("project.total", None, known),
        )?;
        gauge.own("known_units", "as known earlier, all 200 units", BREAKDOWNS, || {
            breakdowns(app, "project.total", known, days)
        })?;
        gauge.own("open", "figure opened, first 50 records", BREAKDOWNS, || self.opens())
    }

    fn opens(&self) -> Result<(), AppError> {
        let scope = self.app.program_scope()?;
        (0..BREAKDOWNS).try_for_each(|at| {
            let question = question("project.total", None, None, day(at, self.days));
            self.app.asking()?.open(&scope, &question, 0, 50).map(|_| ())
        })
    }

    fn creates(&self) -> Result<(), AppError> {
        let scope = self.app.program_scope()?;
        std::thread::scope(|threads| {
            let workers: Vec<_> = (0..THREADS)
                .map(|worker| {
                    let scope = &scope;
                    threads.spawn(move || {
                        (0..CREATES / THREADS).try_for_each(|at| self.create(scope, 10_000_000 + worker * CREATES + at))
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

    fn create(&self, scope: &Scope, at: usize) -> Result<(), AppError> {
        let set = FIELDS
            .iter()
            .map(|field| (*field).to_owned())
            .zip(row(at, self.days))
            .collect();
        let draft = Draft {
            register: "project".to_owned(),
            set,
            base_units: true,
            ..Draft::default()
        };
        let key = at.to_string();
        self.app.execute(scope, &[draft], Some((&key, b"body"))).map(|_| ())
    }

    fn lists(&self) -> Result<(), AppError> {
        let scope = self.app.program_scope()?;
        (0..FIGURES).try_for_each(|at| {
            let is = |field: &str, value: String| (field.to_owned(), "eq".to_owned(), value);
            let ask = ListAsk {
                register: "project".to_owned(),
                filters: vec![
                    is("unit", format!("U{:03}", 1 + at % 200)),
                    is("status", "done".to_owned()),
                ],
                unit: None,
                sort: vec![("total".to_owned(), true)],
                limit: 50,
                offset: 0,
                base_units: true,
                ..ListAsk::default()
            };
            self.app.list(&scope, &ask).map(|_| ())
        })
    }

    fn verify(&self) -> Result<(), AppError> {
        let verdict = taizhang_store::verify::verify(&mut self.app.reading()?)?;
        match verdict.ok {
            true => Ok(()),
            false => Err(AppError::Fault("verify found a difference".to_owned())),
        }
    }

    fn rebuild(&self) -> Result<(), AppError> {
        Ok(self.app.store().writer().act(taizhang_store::rebuild::rebuild)?)
    }
}

/// Imports files whole, one after another.
pub(super) fn import(app: &App, files: &[PathBuf]) -> Result<(), AppError> {
    let scope = app.program_scope()?;
    files.iter().try_for_each(|file| {
        let request = ImportRequest {
            register: "project".to_owned(),
            file: file.clone(),
            ..ImportRequest::default()
        };
        let outcome = import_file(app, &scope, &request, &|_, _| {})?;
        match outcome.errors.first() {
            Some(line) => Err(AppError::BadRequest(line.message.clone())),
            None => Ok(()),
        }
    })
}

/// One figure, on many days.
fn figures(
    app: &App,
    account: &str,
    unit: Option<&str>,
    known_at: Option<EntryNo>,
    days: usize,
    count: usize,
) -> Result<(), AppError> {
    (0..count).try_for_each(|at| figure(app, account, unit, known_at, day(at, days)))
}

/// The district's figure on each day once: a question that was asked before is answered from memory, and two books are
/// compared by what they read.
pub(super) fn each_day(app: &App, days: usize) -> Result<(), AppError> {
    figures(app, "project.total", None, None, days, days)
}

/// One of the days, in no order.
fn day(at: usize, days: usize) -> i32 {
    FIRST_DAY + (at * 37 % days.max(1)) as i32
}

fn figure(app: &App, account: &str, unit: Option<&str>, known_at: Option<EntryNo>, day: i32) -> Result<(), AppError> {
    let question = question(account, unit, known_at, day);
    app.asking()?.figure(&question).map(|_| ())
}

fn breakdowns(app: &App, account: &str, known_at: Option<EntryNo>, days: usize) -> Result<(), AppError> {
    (0..BREAKDOWNS).try_for_each(|at| {
        let rows = app
            .asking()?
            .rows(&question(account, None, known_at, day(at, days)), &By::Unit)?;
        match rows.len() {
            0 | 1 => Err(AppError::Fault("a breakdown without units".to_owned())),
            _ => Ok(()),
        }
    })
}

fn question(account: &str, unit: Option<&str>, known_at: Option<EntryNo>, day: i32) -> FigureQuestion {
    FigureQuestion {
        account: account.to_owned(),
        unit: unit.map(str::to_owned),
        span: Span::AsOf(Day(day)),
        known_at: known_at.map(|n| n.to_string()),
    }
}

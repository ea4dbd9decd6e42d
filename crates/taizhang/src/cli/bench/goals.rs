//! Room: works of goals — a wall of so many indicators and units judged on a day and over twelve months, a scenario
//! of so many entries, and so many scorecards. In a book of its own, since its pack has an account for each indicator.

use super::gauge::Gauge;
use super::rows::{FIELDS, FIRST_DAY, files, row};
use super::works::import;
use crate::app::App;
use crate::app::cards::{input, of_pack};
use crate::app::execute::{Draft, DraftWish};
use crate::app::pace::paces;
use crate::app::scenario::{Scenario, Supposition};
use crate::cli::{Common, init};
use crate::error::AppError;
use std::path::Path;
use taizhang_core::day::{Day, Month};
use taizhang_schemes::scorecard::score;

/// What the wall has.
const INDICATORS: usize = 300;
const UNITS: usize = 60;

/// How many entries a scenario supposes, and how many sheets are scored.
const SUPPOSED: usize = 500;
const SHEETS: usize = 10_000;

/// How many targets are opened by one command.
const TOGETHER: usize = 2_000;

/// How often what is measured warm is asked.
const TIMES: usize = 5;

/// All of them, over so many records on so many days.
pub(super) fn all(
    common: &Common,
    (dir, pack): (&Path, &Path),
    (records, days): (usize, usize),
    gauge: &mut Gauge,
) -> Result<(), AppError> {
    sheets(gauge)?;
    let works = ["wall_cold", "wall_warm", "wall_series", "wall_middle", "scenario"];
    if !works.iter().any(|id| gauge.wants(id)) {
        return Ok(());
    }
    let own = dir.join("wall-pack");
    widened(pack, &own)?;
    let day = Day(FIRST_DAY + days as i32);
    {
        let app = init::make(common, &own)?;
        import(&app, &files(dir, "wall", records, days)?)?;
        targets(&app)?;
    }
    let app = common.open()?;
    let judged = INDICATORS * UNITS;
    let wall = |app: &App, day: Day| match paces(app, day, None)?.len() {
        all if all == judged => Ok(()),
        all => Err(AppError::Fault(format!("{all} targets judged, not {judged}"))),
    };
    gauge.own("wall_cold", "wall, 300 indicators × 60 units, cold", 1, || {
        wall(&app, day)
    })?;
    gauge.own("wall_warm", "the same wall again", TIMES, || {
        (0..TIMES).try_for_each(|_| wall(&app, day))
    })?;
    // Half of the year's months are added up then, which is the most.
    let (anew, middle) = (common.open()?, Day(FIRST_DAY + days as i32 * 3 / 4));
    gauge.own("wall_middle", "wall on a day amid the year, cold", 1, || {
        wall(&anew, middle)
    })?;
    gauge.own("wall_series", "the same wall at twelve month-ends", 1, || {
        let last = day.month();
        (0..12).try_for_each(|back| paces(&app, Month(last.0 - back).last(), None).map(|_| ()))
    })?;
    gauge.own(
        "scenario",
        "what if: 500 entries, every target before and after",
        1,
        || app.suppose(&scenario(day), day).map(|_| ()),
    )
}

/// The pack with an account for each indicator: one of three hundred kinds of project each.
fn widened(pack: &Path, own: &Path) -> Result<(), AppError> {
    for (file, text) in crate::app::book::read_pack(pack)? {
        let mut text = text;
        if file == "registers/project.toml" {
            // The new accounts are measured as the first of those that stand there already.
            let measured = text.lines().find(|line| line.starts_with("measure = "));
            let measured = measured.unwrap_or_default().to_owned();
            for at in 0..INDICATORS {
                let head = format!("\n[[account]]\nid = \"wall.i{at}\"\nname = \"i{at}\"\n{measured}\n");
                let flow = format!("flow = {{ on = \"field:reported_on\", when = 'jobs == {at}' }}\n");
                text.push_str(&head);
                text.push_str(&flow);
            }
        }
        let place = own.join(&file);
        if let Some(folder) = place.parent() {
            std::fs::create_dir_all(folder).map_err(|error| AppError::unwritable(folder, &error))?;
        }
        std::fs::write(&place, text).map_err(|error| AppError::unwritable(&place, &error))?;
    }
    Ok(())
}

/// A target for each indicator and unit.
fn targets(app: &App) -> Result<(), AppError> {
    let scope = app.program_scope()?;
    let one = |at: usize| {
        let (indicator, unit) = (at / UNITS, 1 + at % UNITS);
        let set = [
            ("code", format!("T-{at}")),
            ("name", format!("T-{at}")),
            ("account", format!("wall.i{indicator}")),
            ("unit", format!("U{unit:03}")),
            ("from", "2024-01-01".to_owned()),
            ("to", "2024-12-31".to_owned()),
            ("value", (10 + at % 40).to_string()),
            ("path", "months".to_owned()),
        ];
        Draft {
            register: "target".to_owned(),
            wish: DraftWish::Open,
            set: set.into_iter().map(|(field, text)| (field.to_owned(), text)).collect(),
            occurred_on: Some(Day(FIRST_DAY)),
            ..Draft::default()
        }
    };
    let all: Vec<usize> = (0..INDICATORS * UNITS).collect();
    all.chunks(TOGETHER).try_for_each(|some| {
        let drafts: Vec<Draft> = some.iter().map(|at| one(*at)).collect();
        app.execute(&scope, &drafts, None).map(|_| ())
    })
}

fn scenario(day: Day) -> Scenario {
    let one = |at: usize| Supposition {
        register: "project".to_owned(),
        record: None,
        on: day.to_string(),
        set: FIELDS
            .iter()
            .map(|field| (*field).to_owned())
            .zip(row(50_000_000 + at, 1))
            .collect(),
        moves: Vec::new(),
    };
    Scenario {
        name: "bench".to_owned(),
        entries: (0..SUPPOSED).map(one).collect(),
    }
}

/// Sheets of the assessment of units, each with other facts and the reason of every mark.
fn sheets(gauge: &mut Gauge) -> Result<(), AppError> {
    let locale = crate::locale::Locale::new(taizhang_core::definition::Lang::En);
    let card = of_pack(None, "demo.unit-assessment", &locale)?;
    let day = Day(FIRST_DAY + 180);
    gauge.own("cards", "scorecards, a sheet with its reasons", SHEETS, || {
        (0..SHEETS).try_for_each(|at| {
            let facts = input(&format!(
                "{{\"tasks_on_time\": {}, \"tasks_due\": 97, \"targets_on_pace\": {}, \"targets_all\": 31, \
                 \"requests_on_time\": {}, \"requests_due\": 53, \"adopted\": {}}}",
                at % 98,
                at % 32,
                at % 54,
                at % 7
            ))?;
            score(&card, &facts, day)
                .map(|outcome| drop(crate::app::cards::explained(&locale, &outcome)))
                .map_err(|fault| crate::app::cards::refused(&locale, &card, &fault))
        })
    })
}

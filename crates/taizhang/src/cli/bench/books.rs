//! Room: works of bulletins and of lists that leave: sixty figures as a page and as docx, why they are others
//! than at the first entry, the whole register as a workbook.

use super::gauge::{Gauge, mb, memory_kb};
use crate::app::App;
use crate::bulletin::{file, restate, write};
use crate::error::AppError;
use std::path::Path;
use taizhang_core::day::Day;

const BULLETIN: &str = "sixty";

/// How often a bulletin is written.
const TIMES: usize = 10;

/// All of them; `before` is the last entry before the rows were imported.
pub(super) fn all(app: &App, dir: &Path, (before, last): (i64, Day), gauge: &mut Gauge) -> Result<(), AppError> {
    let scope = app.program_scope()?;
    gauge.own("bulletin_html", "bulletin of 60 figures, html", TIMES, || {
        (0..TIMES).try_for_each(|_| write(app, &scope, BULLETIN, last, None).map(|written| drop(file::html(&written))))
    })?;
    let out = dir.join("sixty.docx");
    gauge.own("bulletin_docx", "the same as docx", TIMES, || {
        (0..TIMES).try_for_each(|_| file::docx(&write(app, &scope, BULLETIN, last, None)?.document, &out))
    })?;
    let moments = (before, app.reading()?.n());
    let compare = || restate::between(app, BULLETIN, last, moments).map(drop);
    gauge.own(
        "restate_first",
        "restatement over all entries, the first time",
        1,
        compare,
    )?;
    gauge.own("restate", "restatement over all entries", TIMES, || {
        (0..TIMES).try_for_each(|_| compare())
    })?;
    let out = dir.join("left.xlsx");
    gauge.own("export_xlsx", "export to xlsx, the whole register", 1, || {
        crate::export::register(app, &scope, "project", None, None, &out).map(|_| ())
    })?;
    eprintln!(
        "largest memory until here: {}",
        mb(memory_kb("self", "status", "VmHWM:"))
    );
    Ok(())
}

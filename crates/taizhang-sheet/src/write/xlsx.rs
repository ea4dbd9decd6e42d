//! Room: rows to an xlsx that prints as it stands.
//!
//! Title, notes, a header of one or two lines that is frozen and repeated on every page, A4 across.
//! Rows go to a temporary file at once; memory does not grow with them.

use super::spec::{decimal_text, fits_number};
use super::{Cell, ColumnKind, ColumnSpec, RowSink, SheetSpec, unwritable};
use crate::error::SheetError;
use crate::locale::message;
use crate::raw::column_letters;
use rust_xlsxwriter::{ExcelDateTime, Format, FormatAlign, FormatBorder, Formula, Workbook, Worksheet};
use std::io::{Seek, Write};
use std::panic::{self, AssertUnwindSafe};

/// Writes a workbook of one sheet.
pub struct XlsxSink<W: Write + Seek + Send> {
    spec: SheetSpec,
    out: W,
    workbook: Workbook,
    sheet: Worksheet,
    styles: Styles,
    first_body_row: u32,
    next_row: u32,
    sums: Vec<Option<i128>>,
}

impl<W: Write + Seek + Send> XlsxSink<W> {
    /// Begins a workbook.
    pub fn new(spec: SheetSpec, out: W) -> Result<XlsxSink<W>, SheetError> {
        let mut workbook = Workbook::new();
        let sheet = workbook.new_worksheet_with_constant_memory().map_err(unwritable)?;
        let styles = Styles::new(&spec);
        let sums = spec.columns.iter().map(|_| Some(0)).collect();
        let mut sink = XlsxSink {
            spec,
            out,
            workbook,
            sheet,
            styles,
            first_body_row: 0,
            next_row: 0,
            sums,
        };
        sink.guard(XlsxSink::begin)?;
        Ok(sink)
    }

    /// The writer panics where its temporary file cannot grow; a full disk is an error like any other.
    fn guard<T>(&mut self, work: impl FnOnce(&mut Self) -> Result<T, SheetError>) -> Result<T, SheetError> {
        let outcome = panic::catch_unwind(AssertUnwindSafe(|| work(self)));
        outcome.unwrap_or_else(|_| Err(unwritable("the temporary file could not be written")))
    }

    fn begin(&mut self) -> Result<(), SheetError> {
        self.sheet
            .set_name(message("write.sheet_name", &[]))
            .map_err(unwritable)?;
        for (col, column) in (0..).zip(&self.spec.columns) {
            let width = if column.width > 0 {
                column.width
            } else {
                usual_width(column.kind)
            };
            self.sheet.set_column_width(col, width).map_err(unwritable)?;
        }
        if !self.spec.title.is_empty() {
            let title = self.spec.title.clone();
            self.spanning(0, &title, &self.styles.title.clone())?;
            self.next_row = 1;
        }
        self.notes()?;
        let first_header_row = self.next_row;
        self.header()?;
        self.first_body_row = self.next_row;
        let body = self.first_body_row;
        self.sheet.set_freeze_panes(body, 0).map_err(unwritable)?;
        self.sheet
            .set_repeat_rows(first_header_row, body - 1)
            .map_err(unwritable)?;
        self.print_set_up();
        Ok(())
    }

    fn print_set_up(&mut self) {
        const A4: u8 = 9;
        self.sheet
            .set_paper_size(A4)
            .set_landscape()
            .set_print_fit_to_pages(1, 0);
        self.sheet.set_footer(message("write.page_footer", &[]));
    }

    fn notes(&mut self) -> Result<(), SheetError> {
        let (left, right) = (self.spec.as_of_note.clone(), self.spec.measure_note.clone());
        if left.is_none() && right.is_none() {
            return Ok(());
        }
        let (row, last) = (self.next_row, self.last_col());
        self.next_row += 1;
        let (left, right) = (left.unwrap_or_default(), right.unwrap_or_default());
        if last == 0 {
            let both = format!("{left}\u{3000}{right}");
            return self.string(row, 0, both.trim(), &self.styles.note.clone());
        }
        self.string(row, 0, &left, &self.styles.note.clone())?;
        self.string(row, last, &right, &self.styles.right_note.clone())
    }

    fn header(&mut self) -> Result<(), SheetError> {
        let top = self.next_row;
        let has_groups = self.spec.columns.iter().any(|column| column.group.is_some());
        let bottom = if has_groups { top + 1 } else { top };
        self.next_row = bottom + 1;
        let format = self.styles.header.clone();
        let columns = self.spec.columns.clone();
        let mut begin = 0;
        // A group ends where the next one begins, so columns are taken in runs.
        for run in columns.chunk_by(|a, b| a.group.is_some() && a.group == b.group) {
            let (first, last) = (begin as u16, (begin + run.len() - 1) as u16);
            begin += run.len();
            match &run[0].group {
                Some(group) => self.merged((top, first), (top, last), group, &format)?,
                None => self.merged((top, first), (bottom, last), &run[0].heading, &format)?,
            }
        }
        for (col, column) in (0..).zip(&columns).filter(|(_, column)| column.group.is_some()) {
            self.string(bottom, col, &column.heading, &format)?;
        }
        Ok(())
    }

    fn put_row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        let row = self.next_row;
        self.next_row += 1;
        for (index, cell) in cells.iter().enumerate() {
            let format = self.styles.columns[index].plain.clone();
            self.put(row, index as u16, cell, &format)?;
            self.add(index, cell);
        }
        Ok(())
    }

    fn put(&mut self, row: u32, col: u16, cell: &Cell, format: &Format) -> Result<(), SheetError> {
        put_cell(&mut self.sheet, row, col, cell, format)
    }

    /// Keeps the sum that stands in the file until a program computes it again.
    fn add(&mut self, index: usize, cell: &Cell) {
        let places = places(self.spec.columns[index].kind);
        if let (Some((mantissa, scale)), Some(sum)) = (cell.number(), self.sums[index]) {
            let scaled = places
                .checked_sub(scale)
                .and_then(|up| mantissa.checked_mul(10_i128.checked_pow(up)?));
            // A number finer than its column, or too large: the formula still adds it, only the kept result goes.
            self.sums[index] = scaled.and_then(|scaled| sum.checked_add(scaled));
        }
    }

    fn totals(&mut self) -> Result<(), SheetError> {
        let row = self.next_row;
        if !self.spec.totals || row == self.first_body_row {
            return Ok(());
        }
        self.next_row += 1;
        let columns = self.spec.columns.clone();
        let label = columns.iter().position(|column| column.kind == ColumnKind::Text);
        for (index, column) in columns.iter().enumerate() {
            let (col, format) = (index as u16, self.styles.columns[index].total.clone());
            if column.summed && matches!(column.kind, ColumnKind::Integer | ColumnKind::Decimal { .. }) {
                let letters = column_letters(u32::from(col) + 1);
                let sum = format!("=SUM({letters}{}:{letters}{row})", self.first_body_row + 1);
                let kept = self.sums[index].map(|sum| decimal_text(sum, places(column.kind)));
                let formula = Formula::new(sum).set_result(kept.unwrap_or_default());
                let written = self.sheet.write_formula_with_format(row, col, formula, &format);
                written.map_err(unwritable)?;
            } else {
                let text = if label == Some(index) {
                    message("write.total_label", &[])
                } else {
                    String::new()
                };
                self.string(row, col, &text, &format)?;
            }
        }
        Ok(())
    }

    fn spanning(&mut self, row: u32, text: &str, format: &Format) -> Result<(), SheetError> {
        self.merged((row, 0), (row, self.last_col()), text, format)
    }

    fn merged(&mut self, from: (u32, u16), to: (u32, u16), text: &str, format: &Format) -> Result<(), SheetError> {
        if from == to {
            return self.string(from.0, from.1, text, format);
        }
        let written = self.sheet.merge_range(from.0, from.1, to.0, to.1, text, format);
        written.map(|_| ()).map_err(unwritable)
    }

    fn string(&mut self, row: u32, col: u16, text: &str, format: &Format) -> Result<(), SheetError> {
        let written = self.sheet.write_string_with_format(row, col, text, format);
        written.map(|_| ()).map_err(unwritable)
    }

    fn last_col(&self) -> u16 {
        self.spec.columns.len().saturating_sub(1) as u16
    }
}

impl<W: Write + Seek + Send> RowSink for XlsxSink<W> {
    fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        self.spec.check(cells)?;
        self.guard(|sink| sink.put_row(cells))
    }

    fn finish(mut self: Box<Self>) -> Result<(), SheetError> {
        self.guard(XlsxSink::totals)?;
        self.guard(|sink| {
            let sheet = std::mem::replace(&mut sink.sheet, Worksheet::new());
            sink.workbook.push_worksheet(sheet);
            sink.workbook.save_to_writer(&mut sink.out).map_err(unwritable)
        })?;
        self.out.flush().map_err(unwritable)
    }
}

/// A cell as what it is: a number that a number cell cannot keep is a text.
pub(super) fn put_cell(
    sheet: &mut Worksheet,
    row: u32,
    col: u16,
    cell: &Cell,
    format: &Format,
) -> Result<(), SheetError> {
    let text = cell.text();
    let written = match cell {
        Cell::Empty => sheet.write_blank(row, col, format),
        Cell::Integer(_) | Cell::Decimal { .. } if fits_number(&text) => {
            let number: f64 = text.parse().map_err(unwritable)?;
            sheet.write_number_with_format(row, col, number, format)
        }
        Cell::Date { year, month, day } => match excel_day(*year, *month, *day) {
            Some(date) => sheet.write_datetime_with_format(row, col, &date, format),
            None => sheet.write_string_with_format(row, col, &text, format),
        },
        _ => sheet.write_string_with_format(row, col, &text, format),
    };
    written.map(|_| ()).map_err(unwritable)
}

fn places(kind: ColumnKind) -> u32 {
    if let ColumnKind::Decimal { places } = kind {
        places
    } else {
        0
    }
}

fn usual_width(kind: ColumnKind) -> u16 {
    match kind {
        ColumnKind::Text => 20,
        ColumnKind::Integer => 10,
        ColumnKind::Decimal { .. } => 14,
        ColumnKind::Date => 12,
    }
}

/// A day that a workbook can hold; others are written as texts.
fn excel_day(year: i32, month: u8, day: u8) -> Option<ExcelDateTime> {
    ExcelDateTime::from_ymd(u16::try_from(year).ok()?, month, day).ok()
}

struct Styles {
    title: Format,
    note: Format,
    right_note: Format,
    header: Format,
    columns: Vec<ColumnStyles>,
}

struct ColumnStyles {
    plain: Format,
    total: Format,
}

impl Styles {
    fn new(spec: &SheetSpec) -> Styles {
        let font = message("write.body_font", &[]);
        let text = Format::new()
            .set_font_name(&font)
            .set_font_size(10)
            .set_align(FormatAlign::VerticalCenter);
        let cell = text.clone().set_border(FormatBorder::Thin).set_text_wrap();
        let header = cell
            .clone()
            .set_bold()
            .set_align(FormatAlign::Center)
            .set_background_color(HEADER_COLOUR);
        let title_font = message("write.title_font", &[]);
        let title = text
            .clone()
            .set_font_name(title_font)
            .set_font_size(18)
            .set_align(FormatAlign::Center);
        let column_styles = |column: &ColumnSpec| {
            let plain = cell.clone().set_num_format(number_format(column.kind));
            let plain = match column.kind {
                ColumnKind::Text => plain,
                ColumnKind::Date => plain.set_align(FormatAlign::Center),
                ColumnKind::Integer | ColumnKind::Decimal { .. } => plain.set_align(FormatAlign::Right),
            };
            ColumnStyles {
                total: plain.clone().set_bold(),
                plain,
            }
        };
        let columns = spec.columns.iter().map(column_styles).collect();
        Styles {
            title,
            right_note: text.clone().set_align(FormatAlign::Right),
            note: text,
            header,
            columns,
        }
    }
}

const HEADER_COLOUR: u32 = 0x00E7_EDF5;

fn number_format(kind: ColumnKind) -> String {
    match kind {
        ColumnKind::Text => "@".to_owned(),
        ColumnKind::Integer => "0".to_owned(),
        ColumnKind::Decimal { places: 0 } => "#,##0".to_owned(),
        ColumnKind::Decimal { places } => format!("#,##0.{}", "0".repeat(places as usize)),
        ColumnKind::Date => "yyyy-mm-dd".to_owned(),
    }
}

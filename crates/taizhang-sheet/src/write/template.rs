//! Room: an empty workbook to be filled in — a heading for each column with a hint, lists to choose
//! from, kinds that a spreadsheet checks, and hidden columns by which rows are found again.

use super::whole::safe;
use super::{Cell, unwritable};
use crate::error::SheetError;
use crate::locale::message;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DataValidationRule, ExcelDateTime, Format, FormatAlign, FormatBorder,
    Formula, Workbook, Worksheet,
};
use std::io::{Seek, Write};

/// One sheet of a template.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TemplateSpec {
    /// What the sheet is called; empty for the usual name.
    pub name: String,
    /// The line over everything.
    pub title: String,
    /// How it is to be filled in, under the title.
    pub note: String,
    /// From left to right.
    pub columns: Vec<TemplateColumn>,
    /// The rows that it begins with.
    pub rows: Vec<Vec<Cell>>,
}

/// A column of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TemplateColumn {
    /// Its heading.
    pub heading: String,
    /// What to write there.
    pub hint: String,
    /// What there is to choose from.
    pub choices: Vec<String>,
    /// Whether it must be filled in.
    pub required: bool,
    /// What its cells hold.
    pub kind: TemplateKind,
    /// Not shown.
    pub hidden: bool,
}

/// What cells to be filled in hold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TemplateKind {
    /// Texts and codes.
    #[default]
    Text,
    /// Numbers with so many decimal places.
    Number(u32),
    /// Days.
    Date,
}

/// How many columns a printed sheet holds side by side.
const COLUMNS_ACROSS: u16 = 14;
/// How many rows are prepared for typing.
const ROWS: u32 = 2_000;
/// The row of the headings, counted from 0: a title and a note stand above.
const HEADER: u32 = 2;
/// The hidden sheet with lists and marks.
const LISTS: &str = "_taizhang";
const REQUIRED_COLOUR: u32 = 0x00FF_F2A8;
const HEADER_COLOUR: u32 = 0x00E7_EDF5;

/// Writes a template; `marks` are names and values of what a program finds it by, on a hidden sheet.
pub fn template<W: Write + Seek + Send>(
    sheets: &[TemplateSpec],
    marks: &[(String, String)],
    out: W,
) -> Result<(), SheetError> {
    let mut workbook = Workbook::new();
    let mut lists = Worksheet::new();
    lists.set_name(LISTS).map_err(unwritable)?;
    for (row, (name, value)) in (0..).zip(marks) {
        lists.write_string(row, 0, name).map_err(unwritable)?;
        lists.write_string(row, 1, value).map_err(unwritable)?;
    }
    // Column A and B hold the marks.
    let mut list = 2;
    let mut taken = Vec::new();
    for spec in sheets {
        let mut sheet = Worksheet::new();
        let name = match spec.name.is_empty() {
            true => message("write.sheet_name", &[]),
            false => safe(&spec.name, &taken),
        };
        sheet.set_name(&name).map_err(unwritable)?;
        taken.push((spec.name.clone(), name));
        head(&mut sheet, spec)?;
        for (col, column) in (0..).zip(&spec.columns) {
            validate(&mut sheet, (&mut lists, list), col, column)?;
            list += u16::from(!column.choices.is_empty());
        }
        body(&mut sheet, spec)?;
        workbook.push_worksheet(sheet);
    }
    lists.set_hidden(true);
    workbook.push_worksheet(lists);
    workbook.save_to_writer(out).map_err(unwritable)
}

fn head(sheet: &mut Worksheet, spec: &TemplateSpec) -> Result<(), SheetError> {
    let font = message("write.body_font", &[]);
    let text = Format::new().set_font_name(&font).set_font_size(10);
    let title = Format::new()
        .set_font_name(message("write.title_font", &[]))
        .set_font_size(18)
        .set_align(FormatAlign::Center);
    let last = spec
        .columns
        .iter()
        .filter(|column| !column.hidden)
        .count()
        .saturating_sub(1) as u16;
    for (row, line, format) in [(0, &spec.title, &title), (1, &spec.note, &text.clone().set_text_wrap())] {
        match last {
            0 => sheet
                .write_string_with_format(row, 0, line, format)
                .map_err(unwritable)?,
            last => sheet.merge_range(row, 0, row, last, line, format).map_err(unwritable)?,
        };
    }
    let plain = text
        .set_bold()
        .set_border(FormatBorder::Thin)
        .set_align(FormatAlign::Center)
        .set_text_wrap();
    let colours = [HEADER_COLOUR, REQUIRED_COLOUR].map(|colour| plain.clone().set_background_color(colour));
    for (col, column) in (0..).zip(&spec.columns) {
        let format = &colours[usize::from(column.required)];
        sheet
            .write_string_with_format(HEADER, col, &column.heading, format)
            .map_err(unwritable)?;
        let width = 12 + column.heading.chars().count().min(20) as u16;
        sheet.set_column_width(col, width).map_err(unwritable)?;
        if column.hidden {
            sheet.set_column_hidden(col).map_err(unwritable)?;
        }
    }
    sheet.set_freeze_panes(HEADER + 1, 0).map_err(unwritable)?;
    sheet.set_repeat_rows(HEADER, HEADER).map_err(unwritable)?;
    sheet.set_paper_size(9).set_landscape();
    // More columns than this would be too small to read on one sheet; they go on to the next.
    if last < COLUMNS_ACROSS {
        sheet.set_print_fit_to_pages(1, 0);
    }
    Ok(())
}

/// The hint appears beside the cell; what is not on a list is refused by the spreadsheet already.
fn validate(
    sheet: &mut Worksheet,
    (lists, at): (&mut Worksheet, u16),
    col: u16,
    column: &TemplateColumn,
) -> Result<(), SheetError> {
    if column.hidden {
        return Ok(());
    }
    let mut rule = DataValidation::new().ignore_blank(true);
    let mut is_rule = false;
    if !column.choices.is_empty() {
        for (row, choice) in (0..).zip(&column.choices) {
            lists.write_string(row, at, choice).map_err(unwritable)?;
        }
        let letters = crate::raw::column_letters(u32::from(at) + 1);
        let range = format!("={LISTS}!${letters}$1:${letters}${}", column.choices.len());
        rule = rule.allow_list_formula(Formula::new(range));
        is_rule = true;
    } else if let TemplateKind::Number(_) = column.kind {
        // A text such as 不适用 is an answer too, so a number is only advised.
        let digits = message("write.template_number", &[]);
        rule = rule.set_error_message(digits).map_err(unwritable)?;
    } else if column.kind == TemplateKind::Date {
        let from = ExcelDateTime::from_ymd(1900, 1, 1).map_err(unwritable)?;
        rule = rule.allow_date(DataValidationRule::GreaterThan(from));
        is_rule = true;
    }
    if is_rule {
        // The importer judges; the spreadsheet only warns, since it does not know every spelling.
        rule = rule.set_error_style(DataValidationErrorStyle::Warning);
    }
    let hint: String = column.hint.chars().take(250).collect();
    if !hint.is_empty() {
        rule = rule.set_input_message(hint).map_err(unwritable)?;
    }
    sheet
        .add_data_validation(HEADER + 1, col, HEADER + ROWS, col, &rule)
        .map_err(unwritable)?;
    Ok(())
}

fn body(sheet: &mut Worksheet, spec: &TemplateSpec) -> Result<(), SheetError> {
    let base = Format::new()
        .set_font_name(message("write.body_font", &[]))
        .set_font_size(10);
    let formats: Vec<Format> = spec
        .columns
        .iter()
        .map(|column| {
            base.clone().set_num_format(match column.kind {
                TemplateKind::Text => "@".to_owned(),
                TemplateKind::Number(0) => "0".to_owned(),
                TemplateKind::Number(places) => format!("0.{}", "0".repeat(places as usize)),
                TemplateKind::Date => "yyyy-mm-dd".to_owned(),
            })
        })
        .collect();
    for (col, format) in (0..).zip(&formats) {
        sheet.set_column_format(col, format).map_err(unwritable)?;
    }
    for (row, cells) in (HEADER + 1..).zip(&spec.rows) {
        for ((col, cell), format) in (0..).zip(cells).zip(&formats) {
            super::xlsx::put_cell(sheet, row, col, cell, format)?;
        }
    }
    Ok(())
}

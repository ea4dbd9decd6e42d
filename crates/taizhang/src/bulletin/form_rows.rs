//! Room: a block of a superior's form that holds a list — as many records of a view as it has lines, in the view's
//! order. What does not fit is counted, and no line is added to somebody else's form.

use super::template::Asked;
use crate::app::App;
use crate::app::records::ListAsk;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::export::cells_of;
use taizhang_core::day::Day;
use taizhang_core::definition::Register;
use taizhang_core::id::FieldNo;
use taizhang_sheet::fill::{FillCell, FillValue};
use taizhang_sheet::write::Cell;

/// What goes into a block.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct RowsAsked {
    register: String,
    view: Option<String>,
    columns: Vec<String>,
    unit: Option<String>,
    filters: Vec<(String, String, String)>,
}

/// The corners of a block, by column and row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block {
    pub(super) first: (u32, u32),
    pub(super) last: (u32, u32),
}

impl RowsAsked {
    /// Reads `project, view=focus, columns=name+town, unit=410402100, filter=stage:eq:building`.
    pub(super) fn read(text: &str) -> Option<RowsAsked> {
        let mut parts = text.split(',').map(str::trim);
        let mut asked = RowsAsked {
            register: parts.next().filter(|id| !id.is_empty())?.to_owned(),
            ..RowsAsked::default()
        };
        for part in parts {
            let (name, value) = part.split_once('=')?;
            let value = value.trim();
            match name.trim() {
                "view" => asked.view = Some(value.to_owned()),
                "columns" => asked.columns = value.split('+').map(|id| id.trim().to_owned()).collect(),
                "unit" => asked.unit = Some(value.to_owned()),
                "filter" => {
                    let mut three = value.splitn(3, ':').map(str::to_owned);
                    asked.filters.push((three.next()?, three.next()?, three.next()?));
                }
                _ => return None,
            }
        }
        Some(asked)
    }

    /// Refuses what the pack does not have.
    pub(super) fn check(&self, app: &App, scope: &Scope) -> Result<(), AppError> {
        let (_, register) = app.register(scope, &self.register)?;
        self.fields(&register).map(|_| ())
    }

    /// The columns, from left to right.
    fn fields(&self, register: &Register) -> Result<Vec<FieldNo>, AppError> {
        let view = self.view.as_deref();
        let found = register.views.iter().find(|own| view.is_none_or(|id| own.id == id));
        if let (Some(view), None) = (view, found) {
            let args: [(&str, &dyn std::fmt::Display); 2] = [("register", &register.name), ("view", &view)];
            return Err(AppError::said("form.no_view", &args));
        }
        if self.columns.is_empty() {
            return Ok(found.map_or_else(
                || register.fields.iter().map(|field| field.no).collect(),
                |view| view.columns.clone(),
            ));
        }
        let named = self.columns.iter().map(|id| {
            let args: [(&str, &dyn std::fmt::Display); 2] = [("register", &register.name), ("field", id)];
            let field = register.field_named(id);
            field
                .map(|field| field.no)
                .ok_or_else(|| AppError::said("import.map.no_field", &args))
        });
        named.collect()
    }

    /// The block's cells as of a day, and how many records found no line.
    pub(super) fn filled(
        &self,
        app: &App,
        scope: &Scope,
        (sheet, block): (&str, Block),
        as_of: Day,
    ) -> Result<(Vec<FillCell>, u64), AppError> {
        let (_, register) = app.register(scope, &self.register)?;
        let fields = self.fields(&register)?;
        let view = register
            .views
            .iter()
            .find(|own| self.view.as_ref().is_none_or(|id| own.id == *id));
        let sort = view.into_iter().flat_map(|view| &view.sort);
        let sort = sort.filter_map(|(no, down)| Some((register.field(*no)?.id.clone(), *down)));
        let lines = (block.last.1 - block.first.1 + 1) as usize;
        let ask = ListAsk {
            register: register.id.clone(),
            filters: self.filters.clone(),
            unit: self.unit.clone(),
            sort: sort.collect(),
            limit: lines,
            as_of: Some(as_of),
            ..ListAsk::default()
        };
        let (rows, total) = cells_of(app, scope, &ask, &fields)?;
        let mut cells = Vec::new();
        for (row, values) in (block.first.1..).zip(&rows) {
            for (col, value) in (block.first.0..=block.last.0).zip(values) {
                cells.extend(held(value).map(|value| FillCell {
                    sheet: sheet.to_owned(),
                    row,
                    col,
                    value,
                }));
            }
        }
        Ok((cells, (total as u64).saturating_sub(rows.len() as u64)))
    }

    /// The list that leaves with a filled form, for the log of what left.
    pub(super) fn ask(&self) -> ListAsk {
        ListAsk {
            register: self.register.clone(),
            filters: self.filters.clone(),
            unit: self.unit.clone(),
            ..ListAsk::default()
        }
    }
}

/// What a cell of a form is to hold; nothing where nothing was reported.
fn held(cell: &Cell) -> Option<FillValue> {
    match cell {
        Cell::Empty => None,
        Cell::Integer(_) | Cell::Decimal { .. } => Some(FillValue::Number(cell.text())),
        _ => Some(FillValue::Text(cell.text())),
    }
}

/// What one line of bindings asks for.
#[derive(Clone, Debug)]
pub(super) enum Wanted {
    /// One figure in one cell.
    Figure(Asked),
    /// Records in a block.
    Rows(RowsAsked, Block),
}

//! Room: a register's file as a form, and the form as the file again. What was not touched keeps its
//! bytes: order, comments and line breaks are the author's. What a file means is asked of the pack's own
//! reader; here a file is only tables, keys and texts.

mod edit;
pub mod shape;
mod trial;
mod value;

pub use edit::edited;
pub use trial::{Trial, TrialFigure};

use crate::error::AppError;
use shape::{INNER, Key, Kind, PARTS, Part, ROOT};
use std::collections::BTreeMap;
use toml_edit::{DocumentMut, Item, TableLike};

/// What a new register begins with.
pub const BLANK: &str = "name = \"\"\nabout = \"\"\nkey = []\ntitle = []\nunit = \"\"\nrow_day = \"\"\n\
    field = [\n]\nstage = [\n]\nmove = [\n]\nview = [\n]\naccount = [\n]\n";

/// A file as a form.
pub struct Sheet {
    /// What stands at the top.
    pub root: Row,
    /// The lists, each with its rows.
    pub parts: Vec<(&'static Part, Vec<Row>)>,
    /// Parts that a form has no place for; they stay as they are.
    pub others: Vec<String>,
}

/// One row: its cells in order.
#[derive(Default)]
pub struct Row {
    /// The cells.
    pub cells: Vec<Cell>,
    /// How it is fed, for a part that has ways; empty for none.
    pub way: String,
    /// What stands inside that way.
    pub inner: Vec<Cell>,
}

/// One value.
pub struct Cell {
    /// Its key in the file.
    pub id: String,
    /// Its place; none for a key that the form does not know, which is shown as TOML.
    pub key: Option<&'static Key>,
    /// Its text.
    pub text: String,
}

/// Reads a file.
pub fn sheet(text: &str) -> Result<Sheet, AppError> {
    let document = document(text)?;
    let root = document.as_table();
    let listed = |id: &str| PARTS.iter().any(|part| part.id == id);
    let parts = PARTS.iter().map(|part| (part, rows(root.get(part.id), part)));
    let parts: Vec<_> = parts.collect();
    let others = root.iter().filter(|(id, item)| !listed(id) && !item.is_value());
    let others = others.map(|(id, _)| id.to_owned()).collect();
    let mut cells = cells(root, ROOT, &[]);
    cells.retain(|cell| !listed(&cell.id));
    Ok(Sheet {
        root: Row {
            cells,
            ..Row::default()
        },
        parts,
        others,
    })
}

impl Sheet {
    /// The form with what was typed into it, though that could not be put into the file.
    pub fn with(mut self, typed: &BTreeMap<String, String>) -> Sheet {
        let over = |place: &str, row: &mut Row| {
            let there = typed.contains_key(&format!("{place}.at"));
            for cell in &mut row.cells {
                let flag = cell.key.is_some_and(|key| matches!(key.kind, Kind::Flag));
                match typed.get(&format!("{place}.{}", cell.id)) {
                    Some(text) => cell.text = text.replace("\r\n", "\n"),
                    None if flag && there => cell.text.clear(),
                    None => {}
                }
            }
            if let Some(way) = typed.get(&format!("{place}.way")) {
                row.way.clone_from(way);
            }
            for cell in &mut row.inner {
                if let Some(text) = typed.get(&format!("{place}.in.{}", cell.id)) {
                    cell.text.clone_from(text);
                }
            }
        };
        over("register.0", &mut self.root);
        for (part, rows) in &mut self.parts {
            let there = rows.len();
            rows.extend((0..ADDED).map(|_| Row::blank(part)));
            for (at, row) in rows.iter_mut().enumerate() {
                over(&format!("{}.{at}", part.id), row);
            }
            while rows.len() > there && rows.last().is_some_and(Row::is_blank) {
                rows.pop();
            }
        }
        self
    }

    /// All that a browser would send if nobody touched the form: what `edited` is tested with.
    pub fn untouched(&self) -> BTreeMap<String, String> {
        let mut sent = BTreeMap::new();
        let mut put = |place: &str, row: &Row| {
            sent.insert(format!("{place}.at"), "yes".to_owned());
            for cell in &row.cells {
                sent.insert(format!("{place}.{}", cell.id), cell.text.clone());
            }
            sent.insert(format!("{place}.way"), row.way.clone());
            for cell in &row.inner {
                sent.insert(format!("{place}.in.{}", cell.id), cell.text.clone());
            }
        };
        put("register.0", &self.root);
        for (part, rows) in &self.parts {
            for (at, row) in rows.iter().enumerate() {
                put(&format!("{}.{at}", part.id), row);
            }
        }
        sent
    }
}

/// How many rows beyond those of the file are looked for in what was typed.
const ADDED: usize = 40;

impl Row {
    fn is_blank(&self) -> bool {
        let mut cells = self.cells.iter().chain(&self.inner);
        self.way.is_empty() && cells.all(|cell| cell.text.trim().is_empty())
    }

    /// An empty row of a part.
    pub fn blank(part: &'static Part) -> Row {
        let empty = |key: &'static Key| Cell {
            id: key.id.to_owned(),
            key: Some(key),
            text: String::new(),
        };
        Row {
            cells: part.keys.iter().map(empty).collect(),
            way: String::new(),
            inner: match part.ways.is_empty() {
                true => Vec::new(),
                false => INNER.iter().map(empty).collect(),
            },
        }
    }
}

fn document(text: &str) -> Result<DocumentMut, AppError> {
    let wrong = |error: toml_edit::TomlError| AppError::said("design.unreadable", &[("why", &error.message())]);
    text.parse::<DocumentMut>().map_err(wrong)
}

fn rows(item: Option<&Item>, part: &'static Part) -> Vec<Row> {
    let Some(item) = item else { return Vec::new() };
    if let Some(tables) = item.as_array_of_tables() {
        return tables.iter().map(|table| row(table, part)).collect();
    }
    let tables = item.as_array().into_iter().flatten();
    let tables = tables.filter_map(toml_edit::Value::as_inline_table);
    tables.map(|table| row(table, part)).collect()
}

fn row(table: &dyn TableLike, part: &'static Part) -> Row {
    let way = part
        .ways
        .iter()
        .map(|(way, _)| *way)
        .find(|way| table.contains_key(way));
    let inner = way.and_then(|way| table.get(way)?.as_table_like());
    let none = toml_edit::Table::new();
    Row {
        cells: cells(table, part.keys, part.ways),
        way: way.unwrap_or_default().to_owned(),
        inner: match part.ways.is_empty() {
            true => Vec::new(),
            false => cells(inner.unwrap_or(&none), INNER, &[]),
        },
    }
}

/// The cells of a table: those that have a place, then what else stands there.
fn cells(table: &dyn TableLike, keys: &'static [Key], ways: &[(&str, &str)]) -> Vec<Cell> {
    // A table of its own, such as `[[key]]`, is no text; it stays as it is.
    let text = |key: &&Key| table.get(key.id).is_none_or(Item::is_value);
    let placed = keys.iter().filter(text).map(|key| Cell {
        id: key.id.to_owned(),
        key: Some(key),
        text: value::shown(table.get(key.id), key.kind),
    });
    let mut cells: Vec<Cell> = placed.collect();
    for (id, item) in table.iter() {
        let known = keys.iter().any(|key| key.id == id) || ways.iter().any(|(way, _)| *way == id);
        if !known && item.is_value() {
            cells.push(Cell {
                id: id.to_owned(),
                key: None,
                text: value::shown(Some(item), Kind::Raw),
            });
        }
    }
    cells
}

#[cfg(test)]
mod tests;

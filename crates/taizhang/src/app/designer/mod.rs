//! Room: a register's file as a form, and the form as the file again. What was not touched keeps its
//! bytes: order, comments and line breaks are the author's. What a file means is asked of the pack's own
//! reader; here a file is only tables, keys and texts.

mod edit;
mod parts;
pub mod shape;
mod trial;
mod value;
mod words;

pub use edit::edited;
pub use trial::{Trial, TrialFigure};

use crate::error::AppError;
use parts::{INNER, PARTS, ROOT};
use shape::{Form, Key, Kind, Part};
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
    /// Lists and tables inside it.
    pub parts: Vec<(&'static Part, Vec<Row>)>,
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
    let parts = inside(root, PARTS);
    let others = root.iter().filter(|(id, item)| !listed(id) && !item.is_value());
    let others = others.map(|(id, _)| id.to_owned()).collect();
    let cells = cells(root, ROOT, PARTS, &[]);
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
        self.root.over("register.0", typed);
        over(&mut self.parts, "", typed);
        self
    }

    /// All that a browser would send if nobody touched the form: what `edited` is tested with.
    pub fn untouched(&self) -> BTreeMap<String, String> {
        let mut sent = BTreeMap::new();
        self.root.send("register.0", &mut sent);
        send(&self.parts, "", &mut sent);
        sent
    }
}

/// How many rows beyond those of the file are looked for in what was typed.
const ADDED: usize = 40;

/// What was typed put over the rows of lists, and over rows that are not in the file yet.
fn over(parts: &mut [(&'static Part, Vec<Row>)], within: &str, typed: &BTreeMap<String, String>) {
    for (part, rows) in parts {
        let list = format!("{within}{}.", part.id);
        if !typed
            .range(list.clone()..)
            .next()
            .is_some_and(|(name, _)| name.starts_with(&list))
        {
            continue;
        }
        let there = rows.len();
        rows.extend((there..there + ADDED).map(|_| Row::blank(part)));
        for (at, row) in rows.iter_mut().enumerate() {
            row.over(&format!("{list}{at}"), typed);
        }
        while rows.len() > there && rows.last().is_some_and(Row::is_blank) {
            rows.pop();
        }
    }
}

fn send(parts: &[(&'static Part, Vec<Row>)], within: &str, sent: &mut BTreeMap<String, String>) {
    for (part, rows) in parts {
        for (at, row) in rows.iter().enumerate() {
            row.send(&format!("{within}{}.{at}", part.id), sent);
        }
    }
}

impl Row {
    fn over(&mut self, place: &str, typed: &BTreeMap<String, String>) {
        let there = typed.contains_key(&format!("{place}.at"));
        for cell in &mut self.cells {
            let flag = cell.key.is_some_and(|key| matches!(key.kind, Kind::Flag));
            match typed.get(&format!("{place}.{}", cell.id)) {
                Some(text) => cell.text = text.replace("\r\n", "\n"),
                None if flag && there => cell.text.clear(),
                None => {}
            }
        }
        if let Some(way) = typed.get(&format!("{place}.way")) {
            self.way.clone_from(way);
        }
        for cell in &mut self.inner {
            if let Some(text) = typed.get(&format!("{place}.in.{}", cell.id)) {
                cell.text.clone_from(text);
            }
        }
        over(&mut self.parts, &format!("{place}."), typed);
    }

    fn send(&self, place: &str, sent: &mut BTreeMap<String, String>) {
        sent.insert(format!("{place}.at"), "yes".to_owned());
        for cell in &self.cells {
            sent.insert(format!("{place}.{}", cell.id), cell.text.clone());
        }
        sent.insert(format!("{place}.way"), self.way.clone());
        for cell in &self.inner {
            sent.insert(format!("{place}.in.{}", cell.id), cell.text.clone());
        }
        send(&self.parts, &format!("{place}."), sent);
    }

    fn is_blank(&self) -> bool {
        let mut cells = self.cells.iter().chain(&self.inner);
        let mut inside = self.parts.iter().flat_map(|(_, rows)| rows);
        self.way.is_empty() && cells.all(|cell| cell.text.trim().is_empty()) && inside.all(Row::is_blank)
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
            parts: part.parts.iter().map(|part| (part, Vec::new())).collect(),
        }
    }
}

/// The steps of schemes that an instrument may use, each with what it answers.
pub fn steps() -> Vec<(String, String)> {
    let steps = taizhang_schemes::instrument::STEPS.iter();
    steps
        .map(|(id, _, answers)| ((*id).to_owned(), answers.join(", ")))
        .collect()
}

fn document(text: &str) -> Result<DocumentMut, AppError> {
    let wrong = |error: toml_edit::TomlError| AppError::said("design.unreadable", &[("why", &error.message())]);
    text.parse::<DocumentMut>().map_err(wrong)
}

/// The lists and tables of a table that have a place.
fn inside(table: &dyn TableLike, parts: &'static [Part]) -> Vec<(&'static Part, Vec<Row>)> {
    let offered = |part: &&Part| part.form != Form::IfThere || table.get(part.id).is_some_and(holds_tables);
    let parts = parts.iter().filter(offered);
    parts.map(|part| (part, rows(table.get(part.id), part))).collect()
}

/// Whether something is a list of tables, and not of words.
fn holds_tables(item: &Item) -> bool {
    let first = item.as_array().and_then(|array| array.get(0));
    item.is_array_of_tables() || first.is_some_and(toml_edit::Value::is_inline_table)
}

fn rows(item: Option<&Item>, part: &'static Part) -> Vec<Row> {
    let Some(item) = item else { return Vec::new() };
    if matches!(part.form, Form::One | Form::Block) {
        return item.as_table_like().map(|table| row(table, part)).into_iter().collect();
    }
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
        cells: cells(table, part.keys, part.parts, part.ways),
        way: way.unwrap_or_default().to_owned(),
        inner: match part.ways.is_empty() {
            true => Vec::new(),
            false => cells(inner.unwrap_or(&none), INNER, &[], &[]),
        },
        parts: inside(table, part.parts),
    }
}

/// The cells of a table: those that have a place, then what else stands there.
fn cells(table: &dyn TableLike, keys: &'static [Key], parts: &[Part], ways: &[(&str, &str)]) -> Vec<Cell> {
    // A key that holds tables here is a part; what has a heading of its own is no text.
    let text = |id: &str| {
        table
            .get(id)
            .is_none_or(|item| item.is_value() && !(is_part(parts, id) && holds_tables(item)))
    };
    let placed = keys.iter().filter(|key| text(key.id)).map(|key| Cell {
        id: key.id.to_owned(),
        key: Some(key),
        text: value::shown(table.get(key.id), key.kind),
    });
    let mut cells: Vec<Cell> = placed.collect();
    for (id, item) in table.iter() {
        let known = keys.iter().any(|key| key.id == id) || is_part(parts, id) || ways.iter().any(|(way, _)| *way == id);
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

fn is_part(parts: &[Part], id: &str) -> bool {
    parts.iter().any(|part| part.id == id)
}

#[cfg(test)]
mod tests;

//! Room: what was typed into the form put into the file — only where it differs from what the form showed.

use super::parts::{INNER, PARTS, ROOT};
use super::shape::{Form, Key, Kind, Part};
use super::value::{read, shown};
use super::{BLANK, document};
use crate::error::AppError;
use std::collections::BTreeMap;
use toml_edit::{Array, ArrayOfTables, InlineTable, Item, Table, TableLike, Value};

type Typed = BTreeMap<String, String>;

/// The most rows that a form adds to a list at once.
const ADDED_MAX: usize = 400;

/// The file with what was typed in its place.
pub fn edited(base: &str, typed: &Typed) -> Result<String, AppError> {
    let mut document = document(base)?;
    set(document.as_table_mut(), ROOT, "register.0", typed)?;
    // In a file that has no headings, nothing new gets one.
    let plain = !document.iter().any(|(_, item)| item.is_array_of_tables());
    for part in PARTS {
        a_part(document.as_table_mut(), part, ("", plain), typed)?;
    }
    if base == BLANK {
        document.as_table_mut().retain(|_, item| !is_empty(item));
    }
    Ok(document.to_string())
}

fn is_empty(item: &Item) -> bool {
    match item.as_value() {
        Some(Value::String(text)) => text.value().is_empty(),
        Some(Value::Array(array)) => array.is_empty(),
        _ => false,
    }
}

/// Puts one table's values in their places; a list of ways is looked at besides.
fn set(table: &mut dyn TableLike, keys: &[Key], place: &str, typed: &Typed) -> Result<bool, AppError> {
    let others: Vec<String> = table
        .iter()
        .map(|(id, _)| id.to_owned())
        .filter(|id| !keys.iter().any(|key| key.id == id))
        .collect();
    let others = others.iter().map(|id| (id.as_str(), Kind::Raw));
    let all: Vec<(&str, Kind)> = keys.iter().map(|key| (key.id, key.kind)).chain(others).collect();
    // A box that nobody ticked is not sent; that its row was there is.
    let there = typed.contains_key(&format!("{place}.at"));
    let mut grown = false;
    let all = all
        .into_iter()
        .filter(|(id, _)| table.get(id).is_none_or(Item::is_value));
    let all: Vec<(&str, Kind)> = all.collect();
    for (id, kind) in all {
        let was = shown(table.get(id), kind);
        let now = match typed.get(&format!("{place}.{id}")) {
            Some(now) => now.replace("\r\n", "\n"),
            None if there && matches!(kind, Kind::Flag) => String::new(),
            None => continue,
        };
        if now == was {
            continue;
        }
        let old = table.get(id).and_then(Item::as_value);
        let wrong = |why: String| {
            let args: [(&str, &dyn std::fmt::Display); 3] = [("place", &place), ("key", &id), ("why", &why)];
            AppError::said("design.bad_value", &args)
        };
        let new = read(&now, kind, old).map_err(wrong)?;
        grown |= put(table, id, new);
    }
    Ok(grown)
}

/// Puts a value in its place; whether a key came or went.
fn put(table: &mut dyn TableLike, id: &str, value: Option<Value>) -> bool {
    let Some(mut value) = value else {
        return table.remove(id).is_some();
    };
    if let Some(old) = table.get_mut(id).and_then(Item::as_value_mut) {
        *value.decor_mut() = old.decor().clone();
        *old = value;
        return false;
    }
    table.insert(id, Item::Value(value));
    true
}

/// One row of a part: its values, how it is fed, and what stands inside it. Whether a key came or went.
fn set_row(table: &mut dyn TableLike, part: &Part, place: &str, typed: &Typed) -> Result<bool, AppError> {
    let mut grown = set(table, part.keys, place, typed)?;
    grown |= fed(table, part, place, typed)?;
    for inner in part.parts {
        grown |= a_part(table, inner, (&format!("{place}."), part.form != Form::Block), typed)?;
    }
    Ok(grown)
}

/// How an account is fed, a table of its own.
fn fed(table: &mut dyn TableLike, part: &Part, place: &str, typed: &Typed) -> Result<bool, AppError> {
    let ways: Vec<&str> = part.ways.iter().map(|(way, _)| *way).collect();
    let was = ways.iter().copied().find(|way| table.contains_key(way));
    let Some(now) = typed.get(&format!("{place}.way")).filter(|_| !ways.is_empty()) else {
        return Ok(false);
    };
    let now = ways.iter().copied().find(|way| way == now);
    let inside = format!("{place}.in");
    let marked: Typed = match typed.contains_key(&format!("{place}.at")) {
        true => {
            let mut typed = typed.clone();
            typed.insert(format!("{inside}.at"), "yes".to_owned());
            typed
        }
        false => typed.clone(),
    };
    match (was, now) {
        (Some(was), Some(now)) if was == now => {
            let item = table.get_mut(now);
            if let Some(Value::InlineTable(inner)) = item.and_then(Item::as_value_mut) {
                if set(inner, INNER, &inside, &marked)? {
                    inner.fmt();
                }
            } else if let Some(inner) = table.get_mut(now).and_then(Item::as_table_like_mut) {
                set(inner, INNER, &inside, &marked)?;
            }
            Ok(false)
        }
        (None, None) => Ok(false),
        (was, now) => {
            if let Some(was) = was {
                table.remove(was);
            }
            if let Some(now) = now {
                let mut inner = InlineTable::new();
                set(&mut inner, INNER, &inside, &marked)?;
                table.insert(now, Item::Value(Value::InlineTable(inner)));
            }
            Ok(true)
        }
    }
}

/// A part of a table: its rows, or the one table that it is. `within` is the place that it stands in, and
/// whether a new one is written in braces. Whether it came or went.
fn a_part(table: &mut dyn TableLike, part: &Part, within: (&str, bool), typed: &Typed) -> Result<bool, AppError> {
    match part.form {
        Form::One | Form::Block => one(table, part, within, typed),
        Form::IfThere if !table.get(part.id).is_some_and(super::holds_tables) => Ok(false),
        Form::List | Form::IfThere => rows(table, part, within, typed),
    }
}

/// The one table that a part is: changed, taken out, or new.
fn one(table: &mut dyn TableLike, part: &Part, (within, _): (&str, bool), typed: &Typed) -> Result<bool, AppError> {
    let list = format!("{within}{}", part.id);
    let place = format!("{list}.0");
    if typed.contains_key(&format!("{place}.gone")) {
        return Ok(table.remove(part.id).is_some());
    }
    match table.get_mut(part.id) {
        Some(Item::Value(Value::InlineTable(inner))) => {
            if set_row(inner, part, &place, typed)? {
                inner.fmt();
            }
            if inner.is_empty() {
                return Ok(table.remove(part.id).is_some());
            }
            Ok(false)
        }
        Some(item) => {
            let Some(inner) = item.as_table_like_mut() else {
                return Ok(false);
            };
            set_row(inner, part, &place, typed)?;
            Ok(false)
        }
        None if !said(&list, 0, typed) => Ok(false),
        None if part.form == Form::Block => {
            let mut inner = Table::new();
            set_row(&mut inner, part, &place, typed)?;
            table.insert(part.id, Item::Table(inner));
            Ok(true)
        }
        None => {
            let mut inner = InlineTable::new();
            set_row(&mut inner, part, &place, typed)?;
            table.insert(part.id, Item::Value(Value::InlineTable(inner)));
            Ok(true)
        }
    }
}

/// The rows of a part: changed, taken out, put in another order, added. Whether the list came or went.
fn rows(
    table: &mut dyn TableLike,
    part: &Part,
    (within, plain): (&str, bool),
    typed: &Typed,
) -> Result<bool, AppError> {
    let list = format!("{within}{}", part.id);
    let there = table.get(part.id).map_or(0, |item| match item {
        Item::ArrayOfTables(tables) => tables.len(),
        item => item.as_array().map_or(0, Array::len),
    });
    let added: Vec<usize> = (there..there + ADDED_MAX)
        .filter(|at| said(&list, *at, typed))
        .collect();
    let new = !table.contains_key(part.id);
    if new {
        if added.is_empty() {
            return Ok(false);
        }
        let empty = match plain {
            true => Item::Value(Value::Array(Array::new())),
            false => Item::ArrayOfTables(ArrayOfTables::new()),
        };
        table.insert(part.id, empty);
    }
    let kept: Vec<usize> = (0..there)
        .filter(|at| !typed.contains_key(&format!("{list}.{at}.gone")))
        .collect();
    let rows = Rows {
        part,
        list: &list,
        there,
        kept,
        added,
        typed,
    };
    match table.get_mut(part.id) {
        Some(Item::ArrayOfTables(tables)) => rows.of_tables(tables)?,
        Some(Item::Value(Value::Array(array))) => rows.of_array(array)?,
        _ => return Ok(false),
    }
    let emptied = rows.kept.is_empty() && rows.added.is_empty() && there > 0;
    if emptied {
        table.remove(part.id);
    }
    Ok(new || emptied)
}

/// Whether anything was typed into a row that is not in the file yet.
fn said(list: &str, at: usize, typed: &Typed) -> bool {
    let place = format!("{list}.{at}.");
    let own = typed
        .range(place.clone()..)
        .take_while(|(name, _)| name.starts_with(&place));
    let mut own = own.filter(|(name, _)| !name.ends_with(".at") && !name.ends_with(".order"));
    own.any(|(_, text)| !text.trim().is_empty()) && !typed.contains_key(&format!("{place}gone"))
}

/// The rows of one list, as the file has them and as they are wanted.
struct Rows<'a> {
    part: &'a Part,
    /// Its place in the form.
    list: &'a str,
    there: usize,
    kept: Vec<usize>,
    added: Vec<usize>,
    typed: &'a Typed,
}

impl Rows<'_> {
    fn place(&self, at: usize) -> String {
        format!("{}.{at}", self.list)
    }

    /// Which row comes where: by the numbers typed, else as they were.
    fn order(&self) -> Vec<usize> {
        let number = |at: usize| {
            let text = self.typed.get(&format!("{}.order", self.place(at)));
            text.and_then(|text| text.trim().parse::<usize>().ok())
        };
        let mut rows: Vec<usize> = self.kept.iter().chain(&self.added).copied().collect();
        rows.sort_by_key(|at| {
            let here = if self.kept.contains(at) { at + 1 } else { usize::MAX };
            (number(*at).unwrap_or(here), *at)
        });
        rows
    }

    fn of_array(&self, array: &mut Array) -> Result<(), AppError> {
        for at in &self.kept {
            if let Some(table) = array.get_mut(*at).and_then(Value::as_inline_table_mut)
                && set_row(table, self.part, &self.place(*at), self.typed)?
            {
                table.fmt();
            }
        }
        let wanted = self.order();
        if wanted.iter().copied().eq(0..self.there) {
            return Ok(());
        }
        let mut values: BTreeMap<usize, Value> = array.iter().cloned().enumerate().collect();
        // One row a line, as deep as the first; the comment before it is its own.
        let first = array.get(0).and_then(|value| value.decor().prefix()?.as_str());
        let depth = first
            .and_then(|prefix| prefix.rsplit_once('\n'))
            .map(|(_, depth)| depth);
        let outermost = !self.list.contains('.');
        let broken = (self.there == 0 && outermost) || depth.is_some();
        let depth = depth.filter(|depth| depth.trim().is_empty()).unwrap_or("    ");
        let prefix = match broken {
            true => format!("\n{depth}"),
            false => " ".to_owned(),
        };
        for at in &self.added {
            let mut table = InlineTable::new();
            set_row(&mut table, self.part, &self.place(*at), self.typed)?;
            let mut value = Value::InlineTable(table);
            value.decor_mut().set_prefix(prefix.clone());
            value.decor_mut().set_suffix("");
            values.insert(*at, value);
        }
        array.clear();
        for (place, at) in wanted.iter().enumerate() {
            let Some(mut value) = values.remove(at) else { continue };
            if !broken {
                value.decor_mut().set_prefix(if place == 0 { "" } else { " " });
            }
            // White space before the bracket belongs to the list, not to whoever stands last.
            if value
                .decor()
                .suffix()
                .and_then(|suffix| suffix.as_str())
                .is_some_and(|text| text.trim().is_empty())
            {
                value.decor_mut().set_suffix("");
            }
            array.push_formatted(value);
        }
        if broken && !array.trailing().as_str().is_some_and(|text| text.contains('\n')) {
            array.set_trailing("\n");
        }
        array.set_trailing_comma(broken);
        Ok(())
    }

    fn of_tables(&self, tables: &mut ArrayOfTables) -> Result<(), AppError> {
        for at in &self.kept {
            if let Some(table) = tables.get_mut(*at) {
                set_row(table, self.part, &self.place(*at), self.typed)?;
            }
        }
        let wanted = self.order();
        if wanted.iter().copied().eq(0..self.there) {
            return Ok(());
        }
        let mut places: Vec<_> = tables.iter().filter_map(Table::position).collect();
        places.sort_unstable();
        let mut all: BTreeMap<usize, Table> = tables.iter().cloned().enumerate().collect();
        for at in &self.added {
            let mut table = Table::new();
            set_row(&mut table, self.part, &self.place(*at), self.typed)?;
            table.decor_mut().set_prefix("\n");
            all.insert(*at, table);
        }
        tables.clear();
        // What was added stands behind the last of its list, not at the end of the file.
        let last = places.last().copied();
        let mut places = places.into_iter();
        for at in wanted {
            let Some(mut table) = all.remove(&at) else { continue };
            table.set_position(places.next().or(last));
            tables.push(table);
        }
        Ok(())
    }
}

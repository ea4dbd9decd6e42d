//! Room: what was typed into the form put into the file — only where it differs from what the form showed.

use super::shape::{INNER, Key, Kind, PARTS, Part, ROOT};
use super::value::{read, shown};
use super::{BLANK, document};
use crate::error::AppError;
use std::collections::BTreeMap;
use toml_edit::{Array, ArrayOfTables, DocumentMut, InlineTable, Item, Table, TableLike, Value};

type Typed = BTreeMap<String, String>;

/// The most rows that a form adds to a list at once.
const ADDED_MAX: usize = 400;

/// The file with what was typed in its place.
pub fn edited(base: &str, typed: &Typed) -> Result<String, AppError> {
    let mut document = document(base)?;
    set(document.as_table_mut(), ROOT, "register.0", typed)?;
    for part in PARTS {
        rows(&mut document, part, typed)?;
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

/// One row of a part; how it is fed is a table of its own.
fn set_row(table: &mut dyn TableLike, part: &Part, place: &str, typed: &Typed) -> Result<bool, AppError> {
    let ways: Vec<&str> = part.ways.iter().map(|(way, _)| *way).collect();
    let was = ways.iter().copied().find(|way| table.contains_key(way));
    let mut grown = set(table, part.keys, place, typed)?;
    let Some(now) = typed.get(&format!("{place}.way")).filter(|_| !ways.is_empty()) else {
        return Ok(grown);
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
        }
        (None, None) => {}
        (was, now) => {
            if let Some(was) = was {
                table.remove(was);
            }
            if let Some(now) = now {
                let mut inner = InlineTable::new();
                set(&mut inner, INNER, &inside, &marked)?;
                table.insert(now, Item::Value(Value::InlineTable(inner)));
            }
            grown = true;
        }
    }
    Ok(grown)
}

/// The rows of a part: changed, taken out, put in another order, added.
fn rows(document: &mut DocumentMut, part: &Part, typed: &Typed) -> Result<(), AppError> {
    let root = document.as_table_mut();
    let inline = !root.iter().any(|(_, item)| item.is_array_of_tables());
    let there = root.get(part.id).map_or(0, |item| match item {
        Item::ArrayOfTables(tables) => tables.len(),
        item => item.as_array().map_or(0, Array::len),
    });
    let added: Vec<usize> = (there..there + ADDED_MAX).filter(|at| said(part, *at, typed)).collect();
    if !root.contains_key(part.id) {
        if added.is_empty() {
            return Ok(());
        }
        let list = match inline {
            true => Item::Value(Value::Array(Array::new())),
            false => Item::ArrayOfTables(ArrayOfTables::new()),
        };
        root.insert(part.id, list);
    }
    let kept: Vec<usize> = (0..there)
        .filter(|at| !typed.contains_key(&format!("{}.{at}.gone", part.id)))
        .collect();
    match root.get_mut(part.id) {
        Some(Item::ArrayOfTables(tables)) => of_tables(tables, part, there, &kept, &added, typed)?,
        Some(item) => match item.as_array_mut() {
            Some(array) => of_array(array, part, there, &kept, &added, typed)?,
            None => return Ok(()),
        },
        None => return Ok(()),
    }
    let emptied = kept.is_empty() && added.is_empty() && there > 0;
    if emptied {
        root.remove(part.id);
    }
    Ok(())
}

/// Whether anything was typed into a row that is not in the file yet.
fn said(part: &Part, at: usize, typed: &Typed) -> bool {
    let place = format!("{}.{at}.", part.id);
    let own = typed
        .range(place.clone()..)
        .take_while(|(name, _)| name.starts_with(&place));
    let mut own = own.filter(|(name, _)| !name.ends_with(".at") && !name.ends_with(".order"));
    own.any(|(_, text)| !text.trim().is_empty()) && !typed.contains_key(&format!("{place}gone"))
}

/// Which row comes where: by the numbers typed, else as they were.
fn order(part: &Part, kept: &[usize], added: &[usize], typed: &Typed) -> Vec<usize> {
    let number = |at: usize| {
        let text = typed.get(&format!("{}.{at}.order", part.id));
        text.and_then(|text| text.trim().parse::<usize>().ok())
    };
    let mut rows: Vec<usize> = kept.iter().chain(added).copied().collect();
    rows.sort_by_key(|at| {
        (
            number(*at).unwrap_or(if kept.contains(at) { at + 1 } else { usize::MAX }),
            *at,
        )
    });
    rows
}

fn of_array(
    array: &mut Array,
    part: &Part,
    there: usize,
    kept: &[usize],
    added: &[usize],
    typed: &Typed,
) -> Result<(), AppError> {
    for at in kept {
        if let Some(table) = array.get_mut(*at).and_then(Value::as_inline_table_mut)
            && set_row(table, part, &format!("{}.{at}", part.id), typed)?
        {
            table.fmt();
        }
    }
    let wanted = order(part, kept, added, typed);
    if wanted.iter().copied().eq(0..there) {
        return Ok(());
    }
    let mut values: BTreeMap<usize, Value> = array.iter().cloned().enumerate().collect();
    // One row a line, as deep as the first; the comment before it is its own.
    let first = array.get(0).and_then(|value| value.decor().prefix()?.as_str());
    let depth = first
        .and_then(|prefix| prefix.rsplit_once('\n'))
        .map(|(_, depth)| depth);
    let broken = there == 0 || depth.is_some();
    let depth = depth.filter(|depth| depth.trim().is_empty()).unwrap_or("    ");
    let prefix = if broken { format!("\n{depth}") } else { " ".to_owned() };
    for at in added {
        let mut table = InlineTable::new();
        set_row(&mut table, part, &format!("{}.{at}", part.id), typed)?;
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

fn of_tables(
    tables: &mut ArrayOfTables,
    part: &Part,
    there: usize,
    kept: &[usize],
    added: &[usize],
    typed: &Typed,
) -> Result<(), AppError> {
    for at in kept {
        if let Some(table) = tables.get_mut(*at) {
            set_row(table, part, &format!("{}.{at}", part.id), typed)?;
        }
    }
    let wanted = order(part, kept, added, typed);
    if wanted.iter().copied().eq(0..there) {
        return Ok(());
    }
    let mut places: Vec<_> = tables.iter().filter_map(Table::position).collect();
    places.sort_unstable();
    let mut all: BTreeMap<usize, Table> = tables.iter().cloned().enumerate().collect();
    for at in added {
        let mut table = Table::new();
        set_row(&mut table, part, &format!("{}.{at}", part.id), typed)?;
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

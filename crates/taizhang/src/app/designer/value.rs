//! Room: one value of a file as the text of a form, and back. A text that was not touched never comes here,
//! so what the author wrote, comments and line breaks included, stays as it was.

use super::shape::Kind;
use toml_edit::{Array, InlineTable, Item, Value};

/// What marks a choice that is no longer offered.
const RETIRED: &str = "×";

/// A value as a form shows it. What does not fit its kind is shown as TOML writes it.
pub(super) fn shown(item: Option<&Item>, kind: Kind) -> String {
    let Some(value) = item.and_then(Item::as_value) else {
        return String::new();
    };
    let fitting = match kind {
        Kind::Text | Kind::Long | Kind::One(_) => value.as_str().map(str::to_owned),
        Kind::Flag => value.as_bool().map(|yes| if yes { "yes" } else { "" }.to_owned()),
        Kind::Number => value.as_integer().map(|number| number.to_string()),
        Kind::Words => value.as_array().and_then(words),
        Kind::Choices => value.as_array().and_then(lines),
        Kind::Pairs => pairs(value),
        Kind::Raw => None,
    };
    fitting.unwrap_or_else(|| value.to_string().trim().to_owned())
}

/// The value that a text stands for; none for an empty one. `old` is what stood there.
pub(super) fn read(text: &str, kind: Kind, old: Option<&Value>) -> Result<Option<Value>, String> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let raw = || text.parse::<Value>().map_err(|error| error.message().to_owned());
    // What could only be shown as TOML comes back as TOML.
    let odd = old.is_some_and(|old| !fits(old, kind));
    Ok(Some(match kind {
        Kind::Raw => raw()?,
        _ if odd => raw()?,
        Kind::Text | Kind::Long | Kind::One(_) => Value::from(text),
        Kind::Flag => Value::from(true),
        Kind::Number => Value::from(text.parse::<i64>().map_err(|error| error.to_string())?),
        Kind::Words if text.starts_with('[') => raw()?,
        Kind::Words => Value::Array(split(text, &[',', '，', '、']).map(Value::from).collect()),
        Kind::Choices if text.starts_with('[') => raw()?,
        Kind::Choices => choices(text, old.and_then(Value::as_array)),
        Kind::Pairs if text.starts_with(['[', '{']) => raw()?,
        Kind::Pairs => paired(text),
    }))
}

fn fits(value: &Value, kind: Kind) -> bool {
    match kind {
        Kind::Text | Kind::Long | Kind::One(_) => value.is_str(),
        Kind::Flag => value.is_bool(),
        Kind::Number => value.is_integer(),
        Kind::Words => value.as_array().is_some_and(|array| words(array).is_some()),
        Kind::Choices => value.as_array().is_some_and(|array| lines(array).is_some()),
        Kind::Pairs => pairs(value).is_some(),
        Kind::Raw => true,
    }
}

/// Names with what they stand for, one a line; a name alone stands for itself.
fn pairs(value: &Value) -> Option<String> {
    let plain = |text: &str| !text.is_empty() && text.trim() == text && !text.contains(['\n', '[', '{']);
    let name = |text: &str| plain(text) && !text.contains('=');
    if let Some(array) = value.as_array() {
        let names: Option<Vec<&str>> = array.iter().map(Value::as_str).collect();
        return names
            .filter(|names| names.iter().all(|text| name(text)))
            .map(|names| names.join("\n"));
    }
    let table = value.as_inline_table()?;
    let line = |(own, theirs): (&str, &Value)| {
        let theirs = theirs.as_str()?;
        (name(own) && plain(theirs)).then(|| format!("{own} = {theirs}"))
    };
    let lines: Option<Vec<String>> = table.iter().map(line).collect();
    Some(lines?.join("\n"))
}

/// A list of names where none stands for another, else a table.
fn paired(text: &str) -> Value {
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.iter().all(|line| !line.contains('=')) {
        return Value::Array(lines.into_iter().collect());
    }
    let mut table = InlineTable::new();
    for line in lines {
        let (own, theirs) = line.split_once('=').unwrap_or((line, line));
        table.insert(own.trim(), theirs.trim().into());
    }
    Value::InlineTable(table)
}

fn split<'t>(text: &'t str, by: &'static [char]) -> impl Iterator<Item = &'t str> {
    text.split(by).map(str::trim).filter(|word| !word.is_empty())
}

/// Words as one line; none if one of them would fall apart when it is read again.
fn words(array: &Array) -> Option<String> {
    let words: Option<Vec<&str>> = array.iter().map(Value::as_str).collect();
    let words = words?;
    let whole = |word: &&str| !word.is_empty() && word.trim() == *word && !word.contains([',', '，', '、', '[', '\n']);
    words.iter().all(whole).then(|| words.join(", "))
}

/// Choices as lines: a name, or `id|name|other names|×`.
fn lines(array: &Array) -> Option<String> {
    let lines: Option<Vec<String>> = array.iter().map(line).collect();
    Some(lines?.join("\n"))
}

fn line(choice: &Value) -> Option<String> {
    let plain = |text: &str| !text.is_empty() && text.trim() == text && !text.contains(['|', '\n', '[']);
    if let Some(name) = choice.as_str() {
        return plain(name).then(|| name.to_owned());
    }
    let table = choice.as_inline_table()?;
    let known = ["id", "name", "name_en", "aliases", "retired"];
    if table.iter().any(|(key, _)| !known.contains(&key)) {
        return None;
    }
    let text = |key: &str| table.get(key).map_or(Some(""), Value::as_str);
    let (id, name) = (text("id")?, text("name")?);
    let aliases = table
        .get("aliases")
        .and_then(Value::as_array)
        .map_or(Some(String::new()), words)?;
    if !plain(id) || !plain(name) || aliases.contains('|') {
        return None;
    }
    let retired = table.get("retired").and_then(Value::as_bool).unwrap_or(false);
    let mut line = format!("{id}|{name}");
    if retired || !aliases.is_empty() {
        line.push('|');
        line.push_str(&aliases);
    }
    if retired {
        line.push('|');
        line.push_str(RETIRED);
    }
    Some(line)
}

/// Choices from their lines; a line that was there stays as it was written.
fn choices(text: &str, old: Option<&Array>) -> Value {
    let mut array = old.cloned().unwrap_or_default();
    let before: Vec<Value> = array.iter().cloned().collect();
    let prefix = before
        .last()
        .and_then(|last| last.decor().prefix()?.as_str())
        .map(str::to_owned);
    array.clear();
    for (at, wanted) in text.lines().map(str::trim).filter(|line| !line.is_empty()).enumerate() {
        if let Some(same) = before.iter().find(|value| line(value).as_deref() == Some(wanted)) {
            array.push_formatted(same.clone());
            continue;
        }
        let mut value = choice(wanted, &before);
        let lead = prefix.as_deref().filter(|prefix| prefix.trim().is_empty());
        value.decor_mut().set_prefix(if at == 0 {
            ""
        } else {
            lead.filter(|p| !p.is_empty()).unwrap_or(" ")
        });
        value.decor_mut().set_suffix("");
        array.push_formatted(value);
    }
    Value::Array(array)
}

fn choice(line: &str, before: &[Value]) -> Value {
    let mut parts = line.split('|').map(str::trim);
    let id = parts.next().unwrap_or_default();
    let Some(name) = parts.next() else {
        return Value::from(id);
    };
    // Another name in English stays with its choice.
    let same = |value: &&Value| {
        let own = value.as_inline_table().and_then(|table| table.get("id"));
        own.and_then(Value::as_str) == Some(id)
    };
    let found = before.iter().find(same).and_then(Value::as_inline_table);
    let mut table = found.cloned().unwrap_or_else(InlineTable::new);
    table.insert("id", id.into());
    table.insert("name", if name.is_empty() { id } else { name }.into());
    let aliases: Array = split(parts.next().unwrap_or_default(), &[',', '，', '、']).collect();
    match aliases.is_empty() {
        true => table.remove("aliases"),
        false => table.insert("aliases", Value::Array(aliases)),
    };
    match parts.next().is_some_and(|mark| !mark.is_empty()) {
        true => table.insert("retired", true.into()),
        false => table.remove("retired"),
    };
    table.fmt();
    Value::InlineTable(table)
}

//! Room: how a form describes a file — kinds of values, places, lists of tables. What a register's file has
//! places for stands in `parts`, the words that a place may hold in `words`.

/// How a value is written in a form.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// One line of text.
    Text,
    /// A text of several lines.
    Long,
    /// Yes or nothing.
    Flag,
    /// A whole number.
    Number,
    /// Words with commas between them.
    Words,
    /// The choices of a field, one a line.
    Choices,
    /// Names with what they stand for, one `name = value` a line.
    Pairs,
    /// As TOML writes it.
    Raw,
    /// One of these words; each with the key of its name.
    One(&'static [(&'static str, &'static str)]),
}

/// One place.
#[derive(Clone, Copy, Debug)]
pub struct Key {
    /// The key in the file.
    pub id: &'static str,
    /// The key of its name in the locale.
    pub label: &'static str,
    /// How it is written.
    pub kind: Kind,
    /// Whether it stands in the row itself; else behind "more".
    pub main: bool,
    /// The list of suggestions that fits it; empty for none.
    pub list: &'static str,
}

/// One list of tables, or one table.
#[derive(Clone, Copy, Debug)]
pub struct Part {
    /// The key in the file.
    pub id: &'static str,
    /// The key of its name.
    pub title: &'static str,
    /// The key of two sentences and a sample.
    pub about: &'static str,
    /// Its places.
    pub keys: &'static [Key],
    /// The ways of which a row has one, a table of its own: how an account is fed.
    pub ways: &'static [(&'static str, &'static str)],
    /// Lists and tables inside each of its rows.
    pub parts: &'static [Part],
    /// What it is in the file.
    pub form: Form,
}

/// What a part is in the file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// A list of tables.
    List,
    /// One table, or none; a new one stands in braces.
    One,
    /// The same, but a new one has a heading of its own, as one that holds long lists does.
    Block,
    /// A list of tables that is offered only where the file has one: its key may also hold words.
    IfThere,
}

pub(super) const fn key(id: &'static str, label: &'static str, kind: Kind) -> Key {
    Key {
        id,
        label,
        kind,
        main: false,
        list: "",
    }
}

pub(super) const fn main(id: &'static str, label: &'static str, kind: Kind) -> Key {
    Key {
        main: true,
        ..key(id, label, kind)
    }
}

pub(super) const fn of(list: &'static str, key: Key) -> Key {
    Key { list, ..key }
}

/// A list of tables without ways.
pub(super) const fn part(id: &'static str, title: &'static str, about: &'static str, keys: &'static [Key]) -> Part {
    Part {
        id,
        title,
        about,
        keys,
        ways: &[],
        parts: &[],
        form: Form::List,
    }
}

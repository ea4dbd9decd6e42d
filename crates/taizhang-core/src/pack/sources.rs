//! Room: the files of a pack as they were written, places in them, and the faults found there.
//!
//! Knows lines and columns and what a path is for; never what a pack means.

use super::Files;
use super::fault::{Fault, FaultCode};
use crate::near::nearest;
use std::cell::RefCell;

/// All files that make a definition, base first, each in the order of the paths.
pub(super) struct Sources {
    sheets: Vec<Sheet>,
    faults: RefCell<Vec<Fault>>,
}

/// One file.
pub(super) struct Sheet {
    /// Its path in its folder.
    pub(super) path: String,
    /// Its text.
    pub(super) text: String,
    /// What it is read as.
    pub(super) room: Room,
    /// Whether it belongs to the base pack and not to the pack that stands on it.
    pub(super) base: bool,
    /// The path as a fault shows it.
    shown: String,
    /// Where each line begins, in bytes.
    lines: Vec<usize>,
}

/// What a file of a pack is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Room {
    /// `pack.toml`.
    Head,
    /// A file of lists: `units.toml`, `roles.toml`, `measures.toml`, `targets.toml`, `accounts.toml`,
    /// `claims.toml`.
    List(&'static str),
    /// `units.csv`.
    Units,
    /// `registers/ID.toml`.
    Register(String),
    /// `bulletins/ID.md`.
    Bulletin(String),
    /// `papers/ID.md`.
    Paper(String),
    /// `cards/ID.toml`.
    Card(String),
    /// `schemes/ID.toml`.
    Scheme(String),
    /// `calendar/*.csv`.
    Calendar,
    /// `codes/areas*.csv`.
    Areas,
    /// `codes/industries*.csv`.
    Industries,
}

/// A place: a file and a byte in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct At {
    pub(super) sheet: usize,
    pub(super) byte: usize,
}

/// A text of the pack and where it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) at: At,
}

impl Word {
    /// A missing or wrong text, of which a fault already tells; nothing more is said about it.
    pub(super) fn is_blank(&self) -> bool {
        self.text.is_empty()
    }
}

impl Sources {
    /// Takes the files that a definition is made of; unknown ones of the pack are faults.
    pub(super) fn new(base: &Files, pack: &Files) -> Sources {
        let mut sources = Sources {
            sheets: Vec::new(),
            faults: RefCell::new(Vec::new()),
        };
        for (files, is_base) in [(base, true), (pack, false)] {
            for (path, text) in files {
                match room_of_path(path) {
                    Ok(Some(room)) => sources.sheets.push(Sheet::new(path, text, room, is_base)),
                    Ok(None) => {}
                    Err(near) => sources.fault_of_file(path, FaultCode::UnknownFile { near }),
                }
            }
        }
        sources
    }

    pub(super) fn sheets(&self) -> impl Iterator<Item = (usize, &Sheet)> {
        self.sheets.iter().enumerate()
    }

    pub(super) fn sheet(&self, at: At) -> &Sheet {
        &self.sheets[at.sheet]
    }

    pub(super) fn is_base(&self, at: At) -> bool {
        self.sheets[at.sheet].base
    }

    /// Notes a fault at a place.
    pub(super) fn fault(&self, at: At, code: FaultCode) {
        let (line, column) = self.place(at);
        let file = self.sheets[at.sheet].shown.clone();
        self.faults.borrow_mut().push(Fault {
            file,
            line,
            column,
            code,
        });
    }

    /// Notes a fault that is about a file as a whole, be it there or not.
    pub(super) fn fault_of_file(&self, path: &str, code: FaultCode) {
        self.faults.borrow_mut().push(Fault {
            file: path.to_owned(),
            line: 1,
            column: 1,
            code,
        });
    }

    /// Line and column of a place, each from 1; columns count characters.
    pub(super) fn place(&self, at: At) -> (usize, usize) {
        let sheet = &self.sheets[at.sheet];
        let byte = at.byte.min(sheet.text.len());
        let line = sheet.lines.partition_point(|start| *start <= byte);
        let before = &sheet.text.as_bytes()[sheet.lines[line - 1]..byte];
        // Every byte that is not a continuation byte begins a character.
        (line, before.iter().filter(|b| **b & 0xc0 != 0x80).count() + 1)
    }

    /// Where a line begins, counted from 1.
    pub(super) fn line_start(&self, at: At, line: usize) -> At {
        let lines = &self.sheets[at.sheet].lines;
        let byte = lines.get(line.saturating_sub(1)).or(lines.last()).copied().unwrap_or(0);
        At { byte, ..at }
    }

    /// File and line of a place, as faults name them.
    pub(super) fn line_of(&self, at: At) -> (String, usize) {
        (self.sheets[at.sheet].shown.clone(), self.place(at).0)
    }

    /// The place of a byte of a quoted text, which stands in the file behind its quotation mark.
    /// Where escapes make that hard to tell it is the place of the text.
    pub(super) fn inside(&self, word: &Word, byte: usize) -> At {
        let raw = &self.sheets[word.at.sheet].text[word.at.byte..];
        let quotes = ["\"\"\"\n", "'''\n", "\"\"\"", "'''", "\"", "'"];
        let quote = quotes.into_iter().find(|quote| raw.starts_with(quote)).unwrap_or("");
        let same = raw[quote.len()..].starts_with(&word.text);
        let offset = if same {
            quote.len() + byte.min(word.text.len())
        } else {
            0
        };
        At {
            byte: word.at.byte + offset,
            ..word.at
        }
    }

    /// The faults in the order of files, lines and columns, each once. A line that is not TOML
    /// tells of nothing else, since what was read from it is a guess.
    pub(super) fn into_faults(self) -> Vec<Fault> {
        let mut faults = self.faults.into_inner();
        let torn: Vec<(String, usize)> = faults
            .iter()
            .filter(|fault| matches!(fault.code, FaultCode::Syntax { .. }))
            .map(|fault| (fault.file.clone(), fault.line))
            .collect();
        faults.retain(|fault| {
            matches!(fault.code, FaultCode::Syntax { .. }) || !torn.contains(&(fault.file.clone(), fault.line))
        });
        faults.sort_by(|a, b| (&a.file, a.line, a.column).cmp(&(&b.file, b.line, b.column)));
        faults.dedup();
        faults
    }
}

impl Sheet {
    fn new(path: &str, text: &str, room: Room, base: bool) -> Sheet {
        let text = plain(text);
        let ends = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n');
        let lines = std::iter::once(0).chain(ends.map(|(at, _)| at + 1)).collect();
        let shown = if base { format!("base:{path}") } else { path.to_owned() };
        Sheet {
            path: path.to_owned(),
            text,
            room,
            base,
            shown,
            lines,
        }
    }
}

/// The text without a byte order mark and with plain line ends: the form that is compiled and kept.
pub(super) fn plain(text: &str) -> String {
    text.trim_start_matches('\u{feff}').replace("\r\n", "\n")
}

/// What a path is read as: `Ok(None)` is left to other rooms, `Err` is nobody's, with the nearest name.
pub(super) fn room_of_path(path: &str) -> Result<Option<Room>, Option<String>> {
    if path.split('/').any(|part| part.starts_with('.')) {
        return Ok(None);
    }
    let parts: Vec<&str> = path.split('/').collect();
    match parts.as_slice() {
        [file] => room_of_top(file),
        ["registers", file] => stem(file, ".toml").map(|id| Some(Room::Register(id))),
        ["bulletins", file] => stem(file, ".md").map(|id| Some(Room::Bulletin(id))),
        ["papers", file] => stem(file, ".md").map(|id| Some(Room::Paper(id))),
        ["cards", file] => stem(file, ".toml").map(|id| Some(Room::Card(id))),
        ["schemes", file] => stem(file, ".toml").map(|id| Some(Room::Scheme(id))),
        ["calendar", file] if CALENDAR.contains(file) => Ok(Some(Room::Calendar)),
        ["codes", file] if file.starts_with("areas") && file.ends_with(".csv") => Ok(Some(Room::Areas)),
        ["codes", file] if file.starts_with("industries") && file.ends_with(".csv") => Ok(Some(Room::Industries)),
        _ => Ok(None),
    }
}

/// The tables that make a calendar; others in the folder are for people or tests.
pub(super) const CALENDAR: [&str; 3] = ["days.csv", "notices.csv", "restatements.csv"];

const LISTS: [&str; 6] = [
    "units.toml",
    "roles.toml",
    "measures.toml",
    "targets.toml",
    "accounts.toml",
    "claims.toml",
];

/// Files at the top that other rooms read.
const OTHERS: [&str; 2] = ["users.toml", "corrections.toml"];

fn room_of_top(file: &str) -> Result<Option<Room>, Option<String>> {
    match file {
        "pack.toml" => return Ok(Some(Room::Head)),
        "units.csv" => return Ok(Some(Room::Units)),
        _ => {}
    }
    if let Some(list) = LISTS.iter().find(|list| **list == file) {
        return Ok(Some(Room::List(list.trim_end_matches("s.toml"))));
    }
    if OTHERS.contains(&file) || !(file.ends_with(".toml") || file.ends_with(".csv")) {
        return Ok(None);
    }
    Err(nearest(
        file,
        ["pack.toml", "units.csv"].into_iter().chain(LISTS).chain(OTHERS),
    ))
}

fn stem(file: &str, ending: &str) -> Result<String, Option<String>> {
    match file.strip_suffix(ending) {
        Some(stem) if !stem.is_empty() => Ok(stem.to_owned()),
        _ => Err(None),
    }
}

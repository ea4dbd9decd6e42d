//! Room: what the names in a workbook mean — by code as everywhere, by the rows before them, and by a title
//! that one record alone has. Where several have it, they are offered; nothing is chosen here.

use crate::app::names::{BookNames, Labels, title};
use crate::app::scope::Scope;
use crate::error::Candidate;
use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use taizhang_core::decide::{Gate, key_text};
use taizhang_core::definition::{Definition, FieldKind, Register, Verb};
use taizhang_core::field_kinds::{Found, Names, seals};
use taizhang_core::id::{RecordNo, RegisterNo};
use taizhang_store::cells::RecordRow;
use taizhang_store::prepared::KeyPrint;
use taizhang_store::record;

/// How many records or units are offered.
const OFFERED: usize = 20;

/// Names as a sheet's cells use them.
pub(super) struct FileNames<'a, 'b> {
    book: BookNames<'a, 'b>,
    scope: &'a Scope,
    definition: Arc<Definition>,
    /// Keys that earlier sheets of the file take, and the records that will have them.
    ahead: HashMap<KeyPrint, RecordNo>,
    /// By register, the living records by the print of their title.
    titles: HashMap<RegisterNo, Vec<(u64, RecordNo)>>,
    titled: HashMap<(RegisterNo, String), Vec<RecordNo>>,
}

impl<'a, 'b> FileNames<'a, 'b> {
    pub(super) fn new(book: BookNames<'a, 'b>, scope: &'a Scope, definition: Arc<Definition>) -> FileNames<'a, 'b> {
        FileNames {
            book,
            scope,
            definition,
            ahead: HashMap::new(),
            titles: HashMap::new(),
            titled: HashMap::new(),
        }
    }

    /// Takes in what the rows so far will be called by.
    pub(super) fn expect(&mut self, taken: &HashMap<KeyPrint, RecordNo>) {
        self.ahead.clone_from(taken);
    }

    /// Units that go by a name, each told from the others.
    pub(super) fn units(&self, text: &str) -> Vec<Candidate> {
        let units = self.book.units_named(text).into_iter().take(OFFERED);
        units
            .map(|(unit, label)| Candidate {
                value: format!("#{unit}"),
                label,
            })
            .collect()
    }

    /// Records that go by a title, each told from the others.
    pub(super) fn records(&mut self, register: RegisterNo, text: &str) -> Vec<Candidate> {
        let Some(register) = self.definition.register(register).cloned() else {
            return Vec::new();
        };
        let found = self.titled(&register, text);
        let rows = found
            .into_iter()
            .take(OFFERED)
            .filter_map(|record| self.row(&register, record));
        let rows: Vec<RecordRow> = rows.collect();
        let told = rows.into_iter().map(|row| {
            let key = register
                .keys
                .first()
                .and_then(|key| key_text(key, &row.state, &|_| None));
            let unit = register.unit.and_then(|field| row.state.unit(field));
            let unit = unit.and_then(|unit| self.book.unit_name(unit));
            let parts = [Some(text.to_owned()), key, unit, Some(format!("#{}", row.record))];
            Candidate {
                value: format!("#{}", row.record),
                label: parts.into_iter().flatten().collect::<Vec<_>>().join(" · "),
            }
        });
        told.collect()
    }

    /// The living records of a title that the sender may see.
    fn titled(&mut self, register: &Register, text: &str) -> Vec<RecordNo> {
        if !goes_by_title(register) {
            return Vec::new();
        }
        let asked = (register.no, text.to_owned());
        if let Some(found) = self.titled.get(&asked) {
            return found.clone();
        }
        let definition = self.definition.clone();
        let own = |row: &RecordRow| title(&definition, register, &row.state, row.record, &Labels::default());
        if !self.titles.contains_key(&register.no) {
            let mut titles = Vec::new();
            // A book that cannot be read now refuses the import at its next question.
            let _ = self.book.conn().and_then(|conn| {
                record::each(conn, register, &mut |row| {
                    if !row.void {
                        titles.push((print(&own(&row)), row.record));
                    }
                    Ok(())
                })
            });
            titles.sort_unstable();
            self.titles.insert(register.no, titles);
        }
        let wanted = print(text);
        let titles = self.titles.get(&register.no).map_or(&[][..], Vec::as_slice);
        let from = titles.partition_point(|(print, _)| *print < wanted);
        let alike: Vec<RecordNo> = titles[from..]
            .iter()
            .take_while(|(print, _)| *print == wanted)
            .map(|(_, record)| *record)
            .take(OFFERED * 10)
            .collect();
        let mut found = Vec::new();
        for record in alike {
            let row = self.row(register, record).filter(|row| own(row) == text);
            found.extend(row.filter(|row| self.may_see(register, row)).map(|row| row.record));
        }
        self.titled.insert(asked, found.clone());
        found
    }

    fn row(&mut self, register: &Register, record: RecordNo) -> Option<RecordRow> {
        let found = self.book.conn().and_then(|conn| record::get(conn, register, record));
        found.ok().flatten().filter(|row| !row.void)
    }

    fn may_see(&self, register: &Register, row: &RecordRow) -> bool {
        let unit = register.unit.and_then(|field| row.state.unit(field));
        self.scope.may(Verb::Read, register, unit) || self.scope.may(Verb::Write, register, unit)
    }
}

impl Names for FileNames<'_, '_> {
    fn unit(&mut self, text: &str) -> Found {
        self.book.unit(text)
    }

    fn record(&mut self, register: RegisterNo, text: &str) -> Found {
        let key = self
            .definition
            .register(register)
            .and_then(|register| register.keys.first());
        let print = key.map(|key| KeyPrint::of(register, &key.id, text));
        if let Some(record) = print.and_then(|print| self.ahead.get(&print)) {
            return Found::One(*record);
        }
        let found = self.book.record(register, text);
        let Some(register) = self.definition.register(register).cloned() else {
            return found;
        };
        if found != Found::None || text.starts_with('#') {
            return found;
        }
        match self.titled(&register, text)[..] {
            [] => Found::None,
            [one] => Found::One(one),
            _ => Found::Many,
        }
    }
}

/// Whether records are called by plain texts of their own, other than the key that is tried before.
fn goes_by_title(register: &Register) -> bool {
    let is_text = |no: &taizhang_core::id::FieldNo| {
        let field = register.field(*no);
        field.is_some_and(|field| matches!(field.kind, FieldKind::Text { .. }) && !seals(field))
    };
    let is_key = register.keys.first().is_some_and(|key| key.fields == register.title);
    !register.title.is_empty() && register.title.iter().all(is_text) && !is_key
}

fn print(text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    text.hash(&mut hasher);
    hasher.finish()
}

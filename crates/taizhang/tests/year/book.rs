//! The district's own book under a clock that somebody turns.

use crate::district::{Turned, founded};
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang::app::App;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::records::ListAsk;
use taizhang_core::day::Day;
use taizhang_core::id::RecordNo;

pub(super) struct Year {
    pub(super) app: App,
    pub(super) clock: Arc<Turned>,
    pub(super) folder: tempfile::TempDir,
}

pub(super) fn day(text: &str) -> Day {
    text.parse().expect("a day")
}

/// What somebody sends of a record, on a day.
pub(super) fn draft(register: &str, record: Option<RecordNo>, wish: DraftWish, on: Day, set: &[(&str, &str)]) -> Draft {
    Draft {
        register: register.to_owned(),
        record,
        wish,
        set: set
            .iter()
            .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()))
            .collect(),
        occurred_on: Some(on),
        ..Draft::default()
    }
}

impl Year {
    pub(super) fn new() -> Year {
        Year::from(day("2024-01-01"))
    }

    /// A book of the district that begins on a day.
    pub(super) fn from(first: Day) -> Year {
        let (app, clock, folder) = founded(first);
        Year { app, clock, folder }
    }

    pub(super) fn write(
        &self,
        register: &str,
        record: Option<RecordNo>,
        wish: DraftWish,
        set: &[(&str, &str)],
    ) -> Vec<RecordNo> {
        let draft = draft(register, record, wish, self.app.today(), set);
        let scope = self.app.program_scope().expect("a scope");
        let receipt = self.app.execute(&scope, &[draft], None);
        receipt
            .unwrap_or_else(|error| panic!("{register} on {}: {error:?}", self.app.today()))
            .records
    }

    pub(super) fn open(&self, register: &str, set: &[(&str, &str)]) -> RecordNo {
        self.write(register, None, DraftWish::Open, set)[0]
    }

    /// A project of government money that is being prepared, with its list of procedures.
    pub(super) fn prepared(&self) -> RecordNo {
        let set = [
            ("name", "电池包"),
            ("town", "410402100"),
            ("listed_on", "2024-01-01"),
            ("track", "政府投资"),
        ];
        let project = self.open("project", &set);
        self.make("project", project, "prepare", &[]);
        project
    }

    /// Somebody with this role over the whole district, from the first day of 2024.
    pub(super) fn hire(&self, login: &str, role: &str) {
        let actor = format!("#{}", self.open("actor", &[("login", login), ("name", login)]));
        let post = [
            ("actor", actor.as_str()),
            ("unit", "410402"),
            ("role", role),
            ("from", "2024-01-01"),
        ];
        self.open("position", &post);
    }

    pub(super) fn make(&self, register: &str, record: RecordNo, name: &str, set: &[(&str, &str)]) {
        self.write(register, Some(record), DraftWish::Move(name.to_owned()), set);
    }

    pub(super) fn rows(&self, register: &str) -> Vec<BTreeMap<String, String>> {
        let scope = self.app.program_scope().expect("a scope");
        let ask = ListAsk {
            register: register.to_owned(),
            limit: 1_000,
            ..ListAsk::default()
        };
        let listed = self.app.list(&scope, &ask).expect("a list");
        let fields = &listed.register.fields;
        let row = |row: &taizhang_store::cells::RecordRow| {
            let cells = fields.iter().map(|field| {
                let cell = row
                    .state
                    .cell(field.no)
                    .cloned()
                    .unwrap_or(taizhang_core::value::Cell::Missing);
                (field.id.clone(), taizhang_core::decide::brief(&cell))
            });
            let stage = ("stage".to_owned(), row.state.stage().unwrap_or_default().to_owned());
            let number = ("id".to_owned(), row.record.to_string());
            cells.chain([stage, number]).collect()
        };
        listed.rows.iter().map(row).collect()
    }
}

/// A field of a row, or nothing.
pub(super) fn told<'a>(row: &'a BTreeMap<String, String>, field: &str) -> &'a str {
    row.get(field).map_or("", String::as_str)
}

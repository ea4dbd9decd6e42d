//! The district's sample book as it would have been written: its ledgers are imported into a book of their own, and
//! what the rows say is told again from day to day, each on its own day.

use super::book::Year;
use crate::district::founded_of;
use std::collections::{BTreeMap, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::Ordering;
use taizhang::app::execute::{Draft, DraftWish};
use taizhang::app::people::NewPerson;
use taizhang::error::AppError;
use taizhang::import::{Beside, ImportRequest, run};
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, FieldKind, Register};
use taizhang_core::field_kinds::api;
use taizhang_core::id::{RecordNo, RegisterNo, STAGE};
use taizhang_core::journal::{Act, Entry, Patch, Source};
use taizhang_core::pack::Files;
use taizhang_core::value::{Cell, Value};

/// Something that a sheet says happened.
#[derive(Clone)]
pub(super) struct Said {
    pub(super) register: String,
    /// The record, by its number where it was first written; negative for what only this test tells.
    pub(super) record: RecordNo,
    pub(super) day: Day,
    pub(super) wish: DraftWish,
    /// Fields as text; records by their number there.
    pub(super) set: Vec<(String, String)>,
    /// Which of the fields name a record.
    links: Vec<String>,
    /// The days that its dates stand for, where only a month was said.
    pub(super) days: Vec<(String, String)>,
    /// The stage that it ends in.
    pub(super) stage: Option<String>,
    minute: Option<u16>,
    source: Option<Source>,
}

impl Said {
    /// Something that this test tells beside the sample.
    pub(super) fn told(register: &str, record: RecordNo, day: Day, wish: DraftWish, stage: &str) -> Said {
        Said {
            register: register.to_owned(),
            record,
            day,
            wish,
            set: Vec::new(),
            links: Vec::new(),
            days: Vec::new(),
            stage: Some(stage.to_owned()),
            minute: None,
            source: None,
        }
    }

    pub(super) fn with(mut self, set: &[(&str, &str)]) -> Said {
        let pairs = set
            .iter()
            .map(|(field, text)| ((*field).to_owned(), (*text).to_owned()));
        self.set.extend(pairs);
        self
    }
}

pub(super) fn packs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs")
}

/// What all ledgers of the sample say, in the order of their days.
pub(super) fn sample(files: &Files, last: Day) -> Vec<Said> {
    let (app, clock, folder) = founded_of(last, files.clone());
    let year = Year { app, clock, folder };
    let first = staffed(&year);
    for ledger in listed("ledgers/ledgers.toml", "ledger") {
        import(&year, &ledger);
    }
    let mut reading = year.app.reading().expect("a reading");
    let head = reading.n();
    let mut said = Vec::new();
    for n in first..=head {
        let conn = reading.conn().expect("a connection");
        let entry = taizhang_store::journal::entry(conn, n)
            .expect("read")
            .expect("an entry");
        said.extend(retold(&year, &entry));
    }
    said.sort_by_key(|said: &Said| said.day);
    said
}

/// Whether a register is told again: all are, but those whose amounts a scheme computes from what stands in the book
/// beside them, which the order of days would change, and those that name them.
fn is_retold(definition: &Definition, register: &Register) -> bool {
    let computed = |no: RegisterNo| definition.register(no).is_some_and(|of| !of.instruments.is_empty());
    let names_one = register.fields.iter().any(|field| match field.kind {
        FieldKind::Link { register } => computed(register),
        _ => false,
    });
    register.instruments.is_empty() && !names_one
}

/// Opens the sample's people, the same in each book; the number of the next entry.
fn staffed(year: &Year) -> RecordNo {
    let program = year.app.program_scope().expect("a scope");
    for user in listed("users.toml", "user") {
        let text = |key: &str| user[key].as_str().expect("text");
        let person = NewPerson {
            login: text("login"),
            name: text("name"),
            unit: text("unit"),
            role: text("role"),
            title: "",
        };
        year.app.hire(&program, &person).expect("hired");
    }
    year.app.reading().expect("a reading").n() + 1
}

fn listed(file: &str, list: &str) -> Vec<toml::Value> {
    let text = std::fs::read_to_string(packs().join("xinhua").join(file)).expect("read");
    let lists: toml::Table = text.parse().expect("TOML");
    lists[list].as_array().expect("a list").clone()
}

fn import(year: &Year, ledger: &toml::Value) {
    let text = |key: &str| ledger.get(key).map(|text| text.as_str().expect("text").to_owned());
    let date = |key: &str| text(key).map(|text| text.parse().expect("a day"));
    let beside = ledger.get("with").and_then(|with| with.as_table());
    let beside = beside.into_iter().flatten().map(|(sheet, register)| Beside {
        sheet: sheet.clone(),
        register: register.as_str().expect("a register").to_owned(),
        map: Vec::new(),
    });
    let request = ImportRequest {
        register: text("register").expect("a register"),
        file: packs().join("xinhua/ledgers").join(text("file").expect("a file")),
        sheet: text("sheet"),
        occurred_on: date("occurred_on"),
        opening: date("opening"),
        beside: Some(beside.collect()),
        trusted: true,
        ..ImportRequest::default()
    };
    let by = year.app.scope(&text("by").expect("somebody")).expect("a scope");
    let outcome = run(&year.app, &by, &request, &|_, _| {}).expect("imported");
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors.first());
}

/// An entry of a row as it can be said again.
fn retold(year: &Year, entry: &Entry) -> Option<Said> {
    let definition = year.app.definition().expect("a definition");
    let register = definition
        .register(entry.register)
        .filter(|register| is_retold(&definition, register))?;
    let nothing = Patch::new();
    let (wish, patch) = match &entry.act {
        Act::Open { patch, opening: false } => (DraftWish::Open, patch),
        Act::Open { patch, opening: true } => (DraftWish::Opening, patch),
        Act::Amend { patch } => (DraftWish::Amend, patch),
        Act::Move { name, patch } => (DraftWish::Move(name.clone()), patch),
        Act::Note => (DraftWish::Note, &nothing),
        other => panic!("a row of a ledger only opens, amends and moves: {other:?}"),
    };
    let mut said = Said::told(&register.id, entry.record, entry.occurred_on, wish, "");
    (said.stage, said.minute, said.source) = (None, entry.occurred_at, entry.source.clone());
    for (no, cell) in patch {
        if *no == STAGE {
            let Cell::Is(Value::Choice(stage)) = cell else { continue };
            said.stage = Some(stage.clone());
            continue;
        }
        let field = register.field(*no).expect("a field");
        let text = match cell {
            Cell::Is(Value::Sealed(sealed)) => year.app.keys().open_sealed(*no, sealed),
            // The files themselves stay where they were brought to.
            Cell::Is(Value::Evidence(_)) => None,
            cell => api(&definition, field, Some(cell)),
        };
        if let Cell::Is(Value::Link(_)) = cell {
            said.links.push(field.id.clone());
        }
        if let Cell::Is(Value::Date(day, _)) = cell {
            said.days.push((field.id.clone(), day.to_string()));
        }
        said.set.extend(text.map(|text| (field.id.clone(), text)));
    }
    Some(said)
}

/// A book in which the sample is told again.
pub(super) struct Retelling {
    pub(super) year: Year,
    /// Records here, by their number where they were first written.
    pub(super) here: BTreeMap<RecordNo, RecordNo>,
    /// Lower numbers are units and people, which are the same everywhere.
    first: RecordNo,
    /// What is still to be told, by day.
    waiting: VecDeque<Said>,
    /// Whose day has come, and what they name not yet.
    held: Vec<Said>,
    /// What the book did not take, which ought to be nothing.
    pub(super) refused: Vec<String>,
    /// Items that moves of projects opened by themselves, by project and matter.
    listed: BTreeMap<(String, String), RecordNo>,
}

impl Retelling {
    pub(super) fn new(year: Year, said: Vec<Said>) -> Retelling {
        Retelling {
            first: staffed(&year),
            year,
            here: BTreeMap::new(),
            waiting: said.into(),
            held: Vec::new(),
            refused: Vec::new(),
            listed: BTreeMap::new(),
        }
    }

    fn found(&self, record: RecordNo) -> Option<RecordNo> {
        let same = (0..self.first).contains(&record).then_some(record);
        self.here.get(&record).copied().or(same)
    }

    /// Something more that is to be told on its day.
    pub(super) fn add(&mut self, said: Said) {
        let at = self.waiting.partition_point(|other| other.day <= said.day);
        self.waiting.insert(at, said);
    }

    /// Tells all that happened until today; what it was.
    pub(super) fn tell(&mut self) -> Vec<Said> {
        let today = Day(self.year.clock.day.load(Ordering::Relaxed));
        while self.waiting.front().is_some_and(|said| said.day <= today) {
            self.held.extend(self.waiting.pop_front());
        }
        let mut told = Vec::new();
        loop {
            let before = told.len();
            for said in std::mem::take(&mut self.held) {
                if self.is_ready(&said) {
                    if self.write(&said) {
                        told.push(said);
                    }
                } else {
                    self.held.push(said);
                }
            }
            if told.len() == before {
                return told;
            }
        }
    }

    /// A row may name a record whose own day is still to come: then it waits for it.
    fn is_ready(&self, said: &Said) -> bool {
        let known = |field: &String| {
            let named = said.set.iter().find(|(own, _)| own == field);
            named.is_none_or(|(_, text)| self.found(text.parse().expect("a number")).is_some())
        };
        let opens = matches!(said.wish, DraftWish::Open | DraftWish::Opening);
        (opens || self.here.contains_key(&said.record)) && said.links.iter().all(known)
    }

    /// Whether the book took it.
    fn write(&mut self, said: &Said) -> bool {
        let opens = matches!(said.wish, DraftWish::Open | DraftWish::Opening);
        let there = opens.then(|| self.opened_by_template(said)).flatten();
        if let Some(record) = there {
            self.here.insert(said.record, record);
        }
        // What the template opened gets what else the row says of it.
        let (opens, key) = (opens && there.is_none(), ["project", "matter"]);
        let own = |field: &str| there.is_none() || !key.contains(&field);
        let text = |(field, text): &(String, String)| {
            let linked = said
                .links
                .contains(field)
                .then(|| self.found(text.parse().expect("a number")));
            let text = linked.flatten().map_or(text.clone(), |record| format!("#{record}"));
            (field.clone(), text)
        };
        let draft = Draft {
            register: said.register.clone(),
            record: if opens { None } else { Some(self.here[&said.record]) },
            wish: if there.is_some() {
                DraftWish::Amend
            } else {
                said.wish.clone()
            },
            set: said.set.iter().filter(|(field, _)| own(field)).map(text).collect(),
            occurred_on: Some(said.day),
            occurred_at: said.minute,
            to: said.stage.clone().filter(|_| matches!(said.wish, DraftWish::Move(_))),
            source: said.source.clone(),
            base_units: true,
            ..Draft::default()
        };
        let program = self.year.app.program_scope().expect("a scope");
        match self.year.app.execute(&program, &[draft], None) {
            Ok(receipt) if opens => {
                self.here.insert(said.record, receipt.records[0]);
                true
            }
            Ok(_) => true,
            Err(AppError::Refused(lines)) => {
                let why = &lines[0].message;
                let line = format!("{} {} {:?}: {why}", said.day, said.register, said.wish);
                self.refused.push(line);
                false
            }
            Err(error) => panic!("{error}"),
        }
    }

    /// The item that a move of the project opened by itself here, as it did there.
    fn opened_by_template(&mut self, said: &Said) -> Option<RecordNo> {
        if said.register != "procedure" {
            return None;
        }
        let of = |field: &str| {
            said.set
                .iter()
                .find(|(own, _)| own == field)
                .map(|(_, text)| text.clone())
        };
        let project = self.here[&of("project")?.parse().ok()?].to_string();
        let key = (project, of("matter")?);
        if self.listed.keys().all(|(project, _)| *project != key.0) {
            for row in self.year.rows("procedure") {
                let record = row["id"].parse().expect("a number");
                self.listed
                    .insert((row["project"].clone(), row["matter"].clone()), record);
            }
        }
        self.listed.get(&key).copied()
    }
}

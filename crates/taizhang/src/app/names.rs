//! Room: names of units and records, both ways, as of one moment.

use crate::app::App;
use std::collections::HashMap;
use std::sync::Arc;
use taizhang_core::definition::{Definition, Lang, Register};
use taizhang_core::field_kinds::{Found, Names, ShowNames, show};
use taizhang_core::id::{RecordNo, RegisterNo};
use taizhang_core::timeline::State;
use taizhang_core::unit::UnitTree;
use taizhang_store::engine::Conn;
use taizhang_store::{Reading, StoreError};

/// A measure as the pack's language writes it.
pub fn measure_name<'a>(definition: &'a Definition, id: &'a str) -> &'a str {
    let english = definition.measures.get(id).map(|measure| measure.en.as_str());
    english
        .filter(|name| definition.lang == Lang::En && !name.is_empty())
        .unwrap_or(id)
}

/// Finds and shows names. Remembers what it looked up, so that an import asks once for each name.
pub struct BookNames<'a, 'b> {
    reading: &'a mut Reading<'b>,
    definition: Arc<Definition>,
    tree: Arc<UnitTree>,
    units: HashMap<String, Found>,
    records: HashMap<(RegisterNo, String), Found>,
    foretold: HashMap<RecordNo, RegisterNo>,
}

impl<'a, 'b> BookNames<'a, 'b> {
    /// Names as of today.
    pub fn new(app: &App, reading: &'a mut Reading<'b>, definition: Arc<Definition>) -> BookNames<'a, 'b> {
        let tree = app.tree(reading, app.today(), reading.n());
        BookNames {
            reading,
            definition,
            tree,
            units: HashMap::new(),
            records: HashMap::new(),
            foretold: HashMap::new(),
        }
    }

    /// The same, with records that the command in hand opens.
    pub(super) fn with(mut self, foretold: HashMap<RecordNo, RegisterNo>) -> Self {
        self.foretold = foretold;
        self
    }

    /// A connection of the moment that names are looked up in.
    pub fn conn(&mut self) -> Result<&mut dyn Conn, StoreError> {
        self.reading.conn()
    }

    /// A unit's name.
    pub fn unit_name(&self, unit: RecordNo) -> Option<String> {
        self.tree.get(unit).map(|node| node.name.clone())
    }

    /// The units of a name, each with its code and the unit above it.
    pub fn units_named(&self, text: &str) -> Vec<(RecordNo, String)> {
        let told = |unit: RecordNo| {
            let node = self.tree.get(unit)?;
            let above = node.above.and_then(|above| self.unit_name(above));
            let parts = [above, Some(node.name.clone()), Some(node.code.clone())];
            Some((unit, parts.into_iter().flatten().collect::<Vec<_>>().join(" · ")))
        };
        self.tree.named(text).into_iter().filter_map(told).collect()
    }

    fn find_record(&mut self, register: RegisterNo, text: &str) -> Found {
        let number = text
            .strip_prefix('#')
            .and_then(|number| number.parse::<RecordNo>().ok());
        let Some(register) = self.definition.register(register).cloned() else {
            return Found::None;
        };
        let Ok(conn) = self.reading.conn() else {
            return Found::None;
        };
        if let Some(opened) = number.filter(|number| self.foretold.get(number) == Some(&register.no)) {
            return Found::One(opened);
        }
        let found = match (number, register.keys.first()) {
            (Some(record), _) => taizhang_store::record::get(conn, &register, record)
                .map(|row| row.filter(|row| !row.void).map(|row| row.record)),
            (None, Some(key)) => taizhang_store::facts::key_holder(conn, register.no, &key.id, text),
            (None, None) => Ok(None),
        };
        match found {
            Ok(Some(record)) => Found::One(record),
            _ => Found::None,
        }
    }
}

impl Names for BookNames<'_, '_> {
    fn unit(&mut self, text: &str) -> Found {
        if let Some(found) = self.units.get(text) {
            return *found;
        }
        let number = text
            .strip_prefix('#')
            .and_then(|number| number.parse::<RecordNo>().ok());
        let found = match number {
            Some(unit) if self.tree.get(unit).is_some() => Found::One(unit),
            Some(_) => Found::None,
            None => match self.tree.named(text)[..] {
                [] => Found::None,
                [one] => Found::One(one),
                _ => Found::Many,
            },
        };
        self.units.insert(text.to_owned(), found);
        found
    }

    fn record(&mut self, register: RegisterNo, text: &str) -> Found {
        let key = (register, text.to_owned());
        if let Some(found) = self.records.get(&key) {
            return *found;
        }
        let found = self.find_record(register, text);
        self.records.insert(key, found);
        found
    }
}

/// Names gathered beforehand, for showing.
#[derive(Clone, Debug, Default)]
pub struct Labels {
    /// The tree whose names units go by.
    pub tree: Arc<UnitTree>,
    /// Titles of linked records.
    pub records: HashMap<RecordNo, String>,
}

impl ShowNames for Labels {
    fn unit(&self, unit: RecordNo) -> Option<String> {
        self.tree.get(unit).map(|node| node.name.clone())
    }

    fn record(&self, record: RecordNo) -> Option<String> {
        self.records.get(&record).cloned()
    }
}

/// A record's title: its title fields, or its number.
pub fn title(definition: &Definition, register: &Register, state: &State, record: RecordNo, labels: &Labels) -> String {
    let parts: Vec<String> = register
        .title
        .iter()
        .filter_map(|no| register.field(*no))
        .map(|field| show(definition, field, state.cell(field.no), labels).text)
        .filter(|text| !text.is_empty())
        .collect();
    if parts.is_empty() {
        format!("#{record}")
    } else {
        parts.join(" ")
    }
}

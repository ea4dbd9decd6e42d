//! Room: records as rows of a sheet. Codes stay texts, amounts numbers in their field's measure, days
//! days; everything in the form that the importer reads back.

use super::{ERASED, MASKED};
use crate::app::names::{Labels, measure_name};
use crate::error::AppError;
use crate::grammar::{NOT_APPLICABLE, STAGE_HEADINGS};
use crate::locale::Locale;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use taizhang_core::day::Day;
use taizhang_core::decide::brief;
use taizhang_core::definition::{Definition, Field, FieldKind, Register, Shows};
use taizhang_core::field_kinds::{ShowNames, Shown, ShownState, seals, show};
use taizhang_core::id::{RecordNo, RegisterNo};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Precision, Value};
use taizhang_sheet::write::{Cell as Out, ColumnKind, ColumnSpec, SheetSpec};
use taizhang_store::Reading;

/// A register as a sheet.
pub(super) struct Shape<'a> {
    locale: Locale,
    definition: &'a Definition,
    register: &'a Register,
    names: Spelling,
    stage: Option<&'static str>,
}

impl<'a> Shape<'a> {
    pub(super) fn new(locale: Locale, definition: &'a Definition, register: &'a Register, labels: Labels) -> Shape<'a> {
        Shape {
            locale,
            definition,
            register,
            names: Spelling::new(labels),
            stage: stage_heading(locale, register),
        }
    }

    /// Title, notes and columns.
    pub(super) fn sheet(&self, as_of: Day, by: &str) -> SheetSpec {
        let by = match by {
            "" => String::new(),
            name => self.locale.fill("export.by", &[("name", name)]),
        };
        let fields = self.grouped().into_iter();
        let stage = self.stage.map(|heading| column(heading.to_owned(), ColumnKind::Text));
        let money: BTreeSet<&str> = self.register.fields.iter().filter_map(money_measure).collect();
        let one = money.first().filter(|_| money.len() == 1);
        SheetSpec {
            title: self.register.name.clone(),
            measure_note: one.map(|measure| {
                self.locale
                    .fill("export.measure", &[("measure", self.measure(measure))])
            }),
            as_of_note: Some(format!("{}{by}", self.locale.long_day("export.as_of", as_of, &[]))),
            columns: fields.chain(stage).collect(),
            totals: false,
        }
    }

    /// The columns of the fields; neighbours of one section of the record's page stand under its name.
    fn grouped(&self) -> Vec<ColumnSpec> {
        let section = |field: &Field| {
            let mut all = self.register.sections.iter();
            all.position(|section| matches!(&section.shows, Shows::Fields(own) if own.contains(&field.no)))
        };
        let fields: Vec<(&Field, Option<usize>)> = self
            .register
            .fields
            .iter()
            .map(|field| (field, section(field)))
            .collect();
        let mut columns = Vec::with_capacity(fields.len());
        for run in fields.chunk_by(|(_, one), (_, next)| one == next) {
            let name = run[0]
                .1
                .filter(|_| run.len() > 1)
                .map(|at| self.register.sections[at].name.clone());
            columns.extend(run.iter().map(|(field, _)| ColumnSpec {
                group: name.clone(),
                ..self.column(field)
            }));
        }
        // One group over all of them tells nothing apart.
        let is_whole = columns.windows(2).all(|pair| pair[0].group == pair[1].group);
        if is_whole {
            columns.iter_mut().for_each(|column| column.group = None);
        }
        columns
    }

    /// The cells of a record.
    pub(super) fn row(&self, state: &State) -> Vec<Out> {
        let fields = self.register.fields.iter();
        let mut row: Vec<Out> = fields.map(|field| self.cell(field, state.cell(field.no))).collect();
        if self.stage.is_some() {
            let stage = state.stage().and_then(|id| self.register.stage(id));
            row.push(stage.map_or(Out::Empty, |stage| Out::Text(stage.name.clone())));
        }
        row
    }

    fn measure(&self, id: &'a str) -> &'a str {
        measure_name(self.definition, id)
    }

    fn column(&self, field: &'a Field) -> ColumnSpec {
        let heading = match measure(&field.kind) {
            Some(measure) => {
                let args = [("name", field.name.as_str()), ("measure", self.measure(measure))];
                self.locale.fill("export.heading", &args)
            }
            None => field.name.clone(),
        };
        let kind = match &field.kind {
            _ if seals(field) => ColumnKind::Text,
            FieldKind::Integer => ColumnKind::Integer,
            FieldKind::Money { .. } => ColumnKind::Decimal { places: 2 },
            FieldKind::Quantity { scale, .. } | FieldKind::Percent { scale } => ColumnKind::Decimal { places: *scale },
            FieldKind::Date { .. } => ColumnKind::Date,
            _ => ColumnKind::Text,
        };
        column(heading, kind)
    }

    fn cell(&self, field: &Field, cell: Option<&Cell>) -> Out {
        if seals(field) && matches!(cell, Some(Cell::Is(_))) {
            return Out::Text(MASKED.to_owned());
        }
        if let Some(Cell::Is(Value::Date(day, Precision::Day))) = cell {
            let (year, month, day) = day.ymd();
            return Out::Date {
                year,
                month: month as u8,
                day: day as u8,
            };
        }
        let shown = show(self.definition, field, cell, &self.names);
        match shown.state {
            ShownState::Missing => Out::Empty,
            ShownState::NotApplicable => Out::Text(NOT_APPLICABLE.to_owned()),
            ShownState::Erased => Out::Text(self.locale.text(ERASED).to_owned()),
            ShownState::Sealed => Out::Text(MASKED.to_owned()),
            ShownState::Reported if field.is_number() => number(self.definition, field, &shown),
            ShownState::Reported => Out::Text(shown.text),
        }
    }
}

/// A heading of the stage that no field has.
pub(super) fn stage_heading(locale: Locale, register: &Register) -> Option<&'static str> {
    let is_free = |heading: &&str| {
        let mut fields = register.fields.iter();
        fields.all(|field| field.name.to_lowercase() != heading.to_lowercase())
    };
    let own = std::iter::once(locale.text("shown.stage"));
    let stage = own.chain(STAGE_HEADINGS).find(is_free);
    stage.filter(|_| !register.stages.is_empty())
}

/// A number in the measure of its heading. What that cannot express exactly names its base measure.
fn number(definition: &Definition, field: &Field, shown: &Shown) -> Out {
    let own = measure(&field.kind).and_then(|own| definition.measures.get(own));
    let said = shown.measure.as_deref().unwrap_or_default();
    let other = own.filter(|own| ![own.id.as_str(), own.en.as_str()].contains(&said));
    let (whole, fraction) = shown.text.split_once('.').unwrap_or((&shown.text, ""));
    match (other, format!("{whole}{fraction}").parse::<i128>()) {
        (None, Ok(mantissa)) => Out::Decimal {
            mantissa,
            scale: fraction.len() as u32,
        },
        (Some(own), _) => Out::Text(format!("{}{}", shown.text, measure_name(definition, &own.base))),
        (None, Err(_)) => Out::Text(shown.text.clone()),
    }
}

fn measure(kind: &FieldKind) -> Option<&str> {
    match kind {
        FieldKind::Money { measure } | FieldKind::Quantity { measure, .. } => Some(measure),
        FieldKind::Percent { .. } => Some("%"),
        _ => None,
    }
}

fn money_measure(field: &Field) -> Option<&str> {
    match &field.kind {
        FieldKind::Money { measure } => Some(measure),
        _ => None,
    }
}

fn column(heading: String, kind: ColumnKind) -> ColumnSpec {
    ColumnSpec {
        heading,
        group: None,
        kind,
        width: 0,
        summed: false,
    }
}

/// Names such that they are found again: a unit's name if only it is called so, else its code; a
/// linked record's key.
struct Spelling {
    labels: Labels,
    units: HashMap<RecordNo, String>,
}

impl Spelling {
    fn new(labels: Labels) -> Spelling {
        let mut by_name: BTreeMap<&str, u32> = BTreeMap::new();
        for (_, node) in labels.tree.iter() {
            *by_name.entry(&node.name).or_default() += 1;
            *by_name.entry(&node.code).or_default() += 1;
        }
        let spelled = labels.tree.iter().map(|(unit, node)| {
            let is_sole = |text: &str| !text.is_empty() && by_name.get(text) == Some(&1);
            let known = [&node.name, &node.code].into_iter().find(|text| is_sole(text));
            (unit, known.map_or_else(|| format!("#{unit}"), Clone::clone))
        });
        let units = spelled.collect();
        Spelling { labels, units }
    }
}

impl ShowNames for Spelling {
    fn unit(&self, unit: RecordNo) -> Option<String> {
        self.units.get(&unit).cloned()
    }

    fn record(&self, record: RecordNo) -> Option<String> {
        self.labels.records.get(&record).cloned()
    }
}

/// Finds the keys of all records that the states link to.
pub(super) fn gather_links(
    reading: &mut Reading<'_>,
    definition: &Definition,
    register: &Register,
    states: &[State],
    labels: &mut Labels,
) -> Result<(), AppError> {
    let mut wanted: BTreeSet<(RegisterNo, RecordNo)> = BTreeSet::new();
    for field in &register.fields {
        let FieldKind::Link { register } = field.kind else {
            continue;
        };
        for state in states {
            if let Some(Value::Link(record)) = state.value(field.no) {
                wanted.insert((register, *record));
            }
        }
    }
    for (register, record) in wanted {
        let Some(register) = definition.register(register) else {
            continue;
        };
        let row = taizhang_store::record::get(reading.conn()?, register, record)?;
        let label = row
            .filter(|row| !row.void)
            .and_then(|row| key_label(register, &row.state));
        labels.records.extend(label.map(|label| (record, label)));
    }
    Ok(())
}

/// A key of one open text names a record; any other is left to its number.
fn key_label(register: &Register, state: &State) -> Option<String> {
    let [field] = register.keys.first()?.fields[..] else {
        return None;
    };
    match state.value(field)? {
        value @ (Value::Text(_) | Value::Choice(_)) => Some(brief(&Cell::Is(value.clone()))),
        _ => None,
    }
}

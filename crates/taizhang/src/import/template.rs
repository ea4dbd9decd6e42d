//! Room: an empty workbook made from a register — headings in their measures, hints, lists to choose
//! from, and hidden columns by which an import finds rows and notices what changed since.

use crate::app::App;
use crate::app::names::measure_name;
use crate::app::scope::Scope;
use crate::app::scratch::Scratch;
use crate::error::AppError;
use crate::grammar::{NOT_APPLICABLE, RECORD_HEADING, VERSION_HEADING};
use std::fs::File;
use std::io::BufWriter;
use std::sync::Arc;
use taizhang_core::definition::{Definition, Field, FieldKind, Register, Verb};
use taizhang_sheet::write::{TemplateColumn, TemplateKind, TemplateSpec, template};

/// How many units a list offers; beyond it a code or a name is typed.
const UNITS_OFFERED: usize = 500;

/// How many records a filled template begins with.
const FILLED: usize = 20_000;

/// What a template holds beside the columns of its register.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct With {
    /// The records that its reader may see.
    pub records: bool,
    /// A sheet for each register right below.
    pub children: bool,
}

/// Makes the template of a register.
pub fn of_register(app: &App, scope: &Scope, register: &str, with: With) -> Result<(String, Scratch), AppError> {
    let definition = app.definition()?;
    let register = super::register_of(app, scope, &definition, register)?;
    let out = Scratch::new(".xlsx")?;
    let failed = |error: std::io::Error| AppError::unwritable(out.path(), &error);
    let hangs = |other: &&Arc<Register>| {
        let parent = other
            .parent
            .as_ref()
            .is_some_and(|parent| parent.register == register.no);
        parent && other.no != register.no && scope.may_somewhere(Verb::Import, other)
    };
    let below = definition.registers.iter().filter(hangs).filter(|_| with.children);
    let mut sheets = Vec::new();
    for own in std::iter::once(&register).chain(below) {
        let mut sheet = spec(app, scope, &definition, own)?;
        if with.children {
            sheet.name.clone_from(&own.name);
        }
        if with.records {
            sheet.rows = crate::export::template_rows(app, scope, own, FILLED)?;
        }
        sheets.push(sheet);
    }
    let marks = [
        ("register".to_owned(), register.id.clone()),
        ("entry".to_owned(), app.reading()?.n().to_string()),
    ];
    let file = BufWriter::new(File::create(out.path()).map_err(failed)?);
    template(&sheets, &marks, file).map_err(|error| AppError::BadRequest(app.locale().sheet(&error)))?;
    let name = app
        .locale()
        .fill("import.template.name", &[("register", &register.name)]);
    Ok((name, out))
}

fn spec(app: &App, scope: &Scope, definition: &Definition, register: &Register) -> Result<TemplateSpec, AppError> {
    let reading = app.reading()?;
    let tree = app.tree(&reading, app.today(), reading.n());
    let within = scope.home().map(|home| tree.with_below(home)).unwrap_or_default();
    let living = tree
        .iter()
        .filter(|(unit, node)| within.contains(unit) && !node.abolished);
    let units: Vec<String> = living.take(UNITS_OFFERED).map(|(_, node)| node.name.clone()).collect();
    let fields = register.fields.iter();
    let mut columns: Vec<TemplateColumn> = fields
        .map(|field| column(app, definition, register, field, &units))
        .collect();
    let export = crate::export::stage_heading(*app.locale(), register);
    columns.extend(export.map(|heading| TemplateColumn {
        heading: heading.to_owned(),
        choices: register.stages.iter().map(|stage| stage.name.clone()).collect(),
        ..TemplateColumn::default()
    }));
    columns.extend([RECORD_HEADING, VERSION_HEADING].map(|heading| TemplateColumn {
        heading: heading.to_owned(),
        hidden: true,
        ..TemplateColumn::default()
    }));
    Ok(TemplateSpec {
        title: register.name.clone(),
        note: app.locale().text("import.template.note").to_owned(),
        columns,
        ..TemplateSpec::default()
    })
}

fn column(app: &App, definition: &Definition, register: &Register, field: &Field, units: &[String]) -> TemplateColumn {
    let locale = app.locale();
    let measure = match &field.kind {
        FieldKind::Money { measure } | FieldKind::Quantity { measure, .. } => measure_name(definition, measure),
        FieldKind::Percent { .. } => "%",
        _ => "",
    };
    let heading = match measure {
        "" => field.name.clone(),
        measure => locale.fill("export.heading", &[("name", &field.name), ("measure", measure)]),
    };
    let choices = match &field.kind {
        FieldKind::Choice(choices) => {
            let open = choices.iter().filter(|choice| !choice.retired);
            open.map(|choice| choice.name.clone())
                .chain([NOT_APPLICABLE.to_owned()])
                .collect()
        }
        FieldKind::Unit => units.to_vec(),
        _ => Vec::new(),
    };
    let is_key = register.keys.first().is_some_and(|key| key.fields.contains(&field.no));
    let mut hints: Vec<&str> = Vec::new();
    if field.required {
        hints.push(locale.text("import.template.required"));
    }
    if is_key {
        hints.push(locale.text("import.template.key"));
    }
    hints.push(match &field.kind {
        FieldKind::Date { .. } => locale.text("import.template.date"),
        FieldKind::Month => locale.text("import.template.month"),
        FieldKind::Unit => locale.text("import.template.unit"),
        FieldKind::Link { .. } => locale.text("import.template.link"),
        _ => "",
    });
    hints.push(&field.help);
    hints.retain(|hint| !hint.is_empty());
    TemplateColumn {
        heading,
        hint: hints.join("\n"),
        choices,
        required: field.required || is_key,
        kind: match &field.kind {
            FieldKind::Integer => TemplateKind::Number(0),
            FieldKind::Money { .. } => TemplateKind::Number(2),
            FieldKind::Quantity { scale, .. } | FieldKind::Percent { scale } => TemplateKind::Number(*scale),
            FieldKind::Date {
                coarsest: taizhang_core::value::Precision::Day,
            } => TemplateKind::Date,
            _ => TemplateKind::Text,
        },
        hidden: false,
    }
}

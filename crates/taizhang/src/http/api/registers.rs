//! Room: what the book is made of — its registers with their fields, and its units.

use super::{Answer, Asked};
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Json;
use axum::extract::{Path, Query};
use serde_json::{Value, json};
use taizhang_core::definition::{Class, Definition, Field, FieldKind, Register};

pub(in crate::http) async fn list(visit: Visit) -> Answer {
    let found = visit.run(|app, scope| app.registers(scope)).await?;
    let items: Vec<Value> = found
        .iter()
        .map(|(register, records)| {
            json!({
                "id": register.id,
                "name": register.name,
                "about": register.about,
                "system": register.system,
                "records": records,
            })
        })
        .collect();
    Ok(Json(json!({ "items": items })))
}

pub(in crate::http) async fn show(visit: Visit, Path(register): Path<String>) -> Answer {
    let (definition, register) = visit.run(move |app, scope| app.register(scope, &register)).await?;
    Ok(Json(described(&definition, &register)))
}

/// The tree of a day: each unit with the number of the one above.
pub(in crate::http) async fn units(visit: Visit, Query(asked): Asked) -> Answer {
    let asked = Fields(asked);
    let body = visit.run(move |app, _| {
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
        let mut asking = app.asking()?;
        let known_at = asking.known_at(asked.get("known_at"))?;
        let tree = asking.tree(as_of, known_at);
        let items: Vec<Value> = tree
            .iter()
            .map(|(id, node)| {
                json!({
                    "id": id,
                    "code": node.code,
                    "name": node.name,
                    "level": node.level,
                    "parent": node.above,
                    "abolished": node.abolished,
                })
            })
            .collect();
        Ok(json!({ "items": items, "as_of": as_of.to_string(), "known_at": known_at }))
    });
    Ok(Json(body.await?))
}

fn described(definition: &Definition, register: &Register) -> Value {
    let no = |wanted| register.field(wanted).map(|field| field.id.clone());
    let stages: Vec<Value> = register
        .stages
        .iter()
        .map(|stage| json!({ "id": stage.id, "name": stage.name, "initial": stage.initial, "closed": stage.closed }))
        .collect();
    let moves: Vec<Value> = register
        .moves
        .iter()
        .map(|each| {
            let needs: Vec<_> = each.needs.iter().filter_map(|field| no(*field)).collect();
            json!({ "id": each.id, "name": each.name, "from": each.from, "to": each.to, "needs": needs })
        })
        .collect();
    let fields: Vec<Value> = register
        .fields
        .iter()
        .map(|field| described_field(definition, register, field))
        .collect();
    json!({
        "id": register.id,
        "name": register.name,
        "about": register.about,
        "system": register.system,
        "unit": register.unit.and_then(no),
        "title": register.title.iter().filter_map(|field| no(*field)).collect::<Vec<_>>(),
        "fields": fields,
        "stages": stages,
        "moves": moves,
    })
}

fn described_field(definition: &Definition, register: &Register, field: &Field) -> Value {
    let choices = match &field.kind {
        FieldKind::Choice(choices) => {
            let living = choices.iter().filter(|choice| !choice.retired);
            Some(
                living
                    .map(|choice| json!({ "id": choice.id, "name": choice.name }))
                    .collect::<Vec<_>>(),
            )
        }
        _ => None,
    };
    let links_to = match &field.kind {
        FieldKind::Link { register } => definition.register(*register).map(|register| register.id.clone()),
        _ => None,
    };
    json!({
        "id": field.id,
        "name": field.name,
        "type": kind_key(&field.kind),
        "required": field.required,
        "inherited": register.inherits(field.no),
        "class": class_key(field.class),
        "help": field.help,
        "measure": measure(field),
        "choices": choices,
        "to": links_to,
    })
}

/// The measure that a number is typed and shown in.
pub(in crate::http) fn measure(field: &Field) -> Option<&str> {
    match &field.kind {
        FieldKind::Quantity { measure, .. } | FieldKind::Money { measure } => Some(measure),
        FieldKind::Percent { .. } => Some("%"),
        _ => None,
    }
}

fn class_key(class: Class) -> &'static str {
    match class {
        Class::Open => "open",
        Class::Internal => "internal",
        Class::Personal => "personal",
        Class::Sensitive => "sensitive",
    }
}

fn kind_key(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { .. } => "text",
        FieldKind::Choice(_) => "choice",
        FieldKind::Integer => "integer",
        FieldKind::Quantity { .. } => "quantity",
        FieldKind::Money { .. } => "money",
        FieldKind::Percent { .. } => "percent",
        FieldKind::Date { .. } => "date",
        FieldKind::Month => "month",
        FieldKind::Unit => "unit",
        FieldKind::Person => "person",
        FieldKind::Link { .. } => "link",
        FieldKind::Place => "place",
        FieldKind::Evidence => "evidence",
        FieldKind::CreditCode => "credit_code",
        FieldKind::IdNumber => "id_number",
        FieldKind::ProjectCode => "project_code",
        FieldKind::Area => "area",
        FieldKind::Industry => "industry",
    }
}

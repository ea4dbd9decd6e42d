//! Room: a field's kind, with its measure and its register looked up.

use super::super::directory::Directory;
use super::super::fault::{FaultCode, Noun};
use super::super::source::{ChoiceSource, FieldSource, KindSource};
use super::super::sources::Word;
use super::super::words::YUAN;
use super::Ground;
use crate::definition::{Choice, Field, FieldKind};
use crate::expr::Type;
use crate::id::{FieldNo, RegisterNo};

/// The field of a source.
pub(super) fn field(ground: &Ground<'_>, source: &FieldSource, no: FieldNo) -> Field {
    Field {
        no,
        id: source.id.text.clone(),
        name: source.name.text.clone(),
        aliases: source.aliases.iter().map(|alias| alias.text.clone()).collect(),
        kind: kind(ground, source),
        required: source.required,
        class: source.class,
        help: source.help.clone(),
        by: source.by.iter().map(|name| name.text.clone()).collect(),
    }
}

fn kind(ground: &Ground<'_>, source: &FieldSource) -> FieldKind {
    match &source.kind {
        KindSource::Text { max } => FieldKind::Text { max: *max },
        KindSource::Choice(choices) => FieldKind::Choice(choice_list(ground, choices)),
        KindSource::Integer => FieldKind::Integer,
        KindSource::Quantity { measure, scale } => FieldKind::Quantity {
            measure: written(ground, measure),
            scale: *scale,
        },
        KindSource::Money { measure } => FieldKind::Money {
            measure: money_measure(ground, measure),
        },
        KindSource::Percent { scale } => FieldKind::Percent { scale: *scale },
        KindSource::Date { coarsest } => FieldKind::Date { coarsest: *coarsest },
        KindSource::Month => FieldKind::Month,
        KindSource::Unit => FieldKind::Unit,
        KindSource::Person => FieldKind::Person,
        KindSource::Link { to } => {
            let register = ground.registers.find(ground.sources, to).copied();
            FieldKind::Link {
                register: register.unwrap_or(RegisterNo(0)),
            }
        }
        KindSource::Place => FieldKind::Place,
        KindSource::Evidence => FieldKind::Evidence,
        KindSource::CreditCode => FieldKind::CreditCode,
        KindSource::IdNumber => FieldKind::IdNumber,
        KindSource::ProjectCode => FieldKind::ProjectCode,
        KindSource::Area => FieldKind::Area,
        KindSource::Industry => FieldKind::Industry,
    }
}

fn written(ground: &Ground<'_>, word: &Word) -> String {
    ground
        .measures
        .find(word)
        .map_or_else(|| word.text.clone(), |measure| measure.id.clone())
}

/// Money is kept in fen, so its measure must be a multiple of the yuan.
fn money_measure(ground: &Ground<'_>, word: &Word) -> String {
    let Some(measure) = ground.measures.find(word) else {
        return word.text.clone();
    };
    if measure.base != YUAN {
        let code = FaultCode::MeasureDiffers {
            left: measure.id.clone(),
            right: YUAN.to_owned(),
        };
        ground.sources.fault(word.at, code);
    }
    measure.id.clone()
}

/// Ids are unique, and so are all spellings that a workbook may use.
fn choice_list(ground: &Ground<'_>, choices: &[ChoiceSource]) -> Vec<Choice> {
    let mut ids = Directory::new(Noun::Choice);
    let mut spellings = Directory::new(Noun::Choice);
    for choice in choices {
        ids.add(ground.sources, &choice.id, ());
        spellings.add(ground.sources, &choice.name, ());
        choice
            .aliases
            .iter()
            .for_each(|alias| spellings.add(ground.sources, alias, ()));
    }
    choices
        .iter()
        .map(|choice| Choice {
            id: choice.id.text.clone(),
            name: choice.name.text.clone(),
            aliases: choice.aliases.iter().map(|alias| alias.text.clone()).collect(),
            retired: choice.retired,
        })
        .collect()
}

/// How the rule language sees a field's values.
pub(super) fn type_of(kind: &FieldKind) -> Type {
    match kind {
        FieldKind::Choice(choices) => Type::choice(choices.iter().map(|choice| choice.id.clone())),
        FieldKind::Integer | FieldKind::Quantity { .. } | FieldKind::Money { .. } | FieldKind::Percent { .. } => {
            Type::Number
        }
        FieldKind::Date { .. } => Type::Date,
        FieldKind::Month => Type::Month,
        FieldKind::Unit => Type::Unit,
        FieldKind::Link { .. } => Type::Link,
        FieldKind::Place | FieldKind::Evidence => Type::Evidence,
        FieldKind::Text { .. }
        | FieldKind::Person
        | FieldKind::CreditCode
        | FieldKind::IdNumber
        | FieldKind::ProjectCode
        | FieldKind::Area
        | FieldKind::Industry => Type::Text,
    }
}

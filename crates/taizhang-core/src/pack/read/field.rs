//! Room: one `[[field]]` of a register.

use super::super::fault::FaultCode;
use super::super::source::{ChoiceSource, FieldSource, KindSource};
use super::super::sources::Word;
use super::super::table::Table;
use super::super::words::YUAN;
use super::{id, name, sentence};
use crate::definition::{Class, Lang};
use crate::value::Precision;

/// Reads one field. Which further keys it has depends on its type.
pub(super) fn field(table: &Table<'_>, lang: Lang) -> FieldSource {
    let kind = kind(table, lang);
    FieldSource {
        id: id(table, "id"),
        name: name(table, lang),
        aliases: table.words("aliases"),
        required: table.flag("required"),
        class: class(table, &kind),
        help: sentence(table, lang, "help", "help_en"),
        by: table.words("by"),
        kind,
    }
}

#[derive(Clone, Copy)]
enum Type {
    Text,
    Choice,
    Integer,
    Quantity,
    Money,
    Percent,
    Date,
    Month,
    Unit,
    Person,
    Link,
    Place,
    Evidence,
    CreditCode,
    IdNumber,
    ProjectCode,
    Area,
    Industry,
}

const TYPES: [(&str, Type); 18] = [
    ("text", Type::Text),
    ("choice", Type::Choice),
    ("integer", Type::Integer),
    ("quantity", Type::Quantity),
    ("money", Type::Money),
    ("percent", Type::Percent),
    ("date", Type::Date),
    ("month", Type::Month),
    ("unit", Type::Unit),
    ("person", Type::Person),
    ("link", Type::Link),
    ("place", Type::Place),
    ("evidence", Type::Evidence),
    ("credit_code", Type::CreditCode),
    ("id_number", Type::IdNumber),
    ("project_code", Type::ProjectCode),
    ("area", Type::Area),
    ("industry", Type::Industry),
];

const PRECISIONS: [(&str, Precision); 4] = [
    ("day", Precision::Day),
    ("month", Precision::Month),
    ("quarter", Precision::Quarter),
    ("year", Precision::Year),
];

/// The most decimal places that a number may keep; with 18 digits, nine stay before the point.
const SCALE_MAX: u32 = 9;

const TEXT_DEFAULT: u32 = 200;
const TEXT_MAX: u32 = 20_000;

fn kind(table: &Table<'_>, lang: Lang) -> KindSource {
    if !table.has("type") {
        table.sources.fault(table.at, FaultCode::MissingKey { key: "type" });
    }
    let scale = || table.integer("scale", 0..=SCALE_MAX);
    match table.one_of("type", &TYPES) {
        None => unknown(table),
        Some(Type::Text) => KindSource::Text {
            max: table.integer("max", 1..=TEXT_MAX).unwrap_or(TEXT_DEFAULT),
        },
        Some(Type::Choice) => KindSource::Choice(choices(table, lang)),
        Some(Type::Integer) => KindSource::Integer,
        Some(Type::Quantity) => KindSource::Quantity {
            measure: table.needed("measure"),
            scale: scale().unwrap_or(0),
        },
        Some(Type::Money) => KindSource::Money {
            measure: table.text("measure").unwrap_or_else(|| yuan(table)),
        },
        Some(Type::Percent) => KindSource::Percent {
            scale: scale().unwrap_or(2),
        },
        Some(Type::Date) => KindSource::Date {
            coarsest: table.one_of("precision", &PRECISIONS).unwrap_or(Precision::Day),
        },
        Some(Type::Month) => KindSource::Month,
        Some(Type::Unit) => KindSource::Unit,
        Some(Type::Person) => KindSource::Person,
        Some(Type::Link) => KindSource::Link { to: table.needed("to") },
        Some(Type::Place) => KindSource::Place,
        Some(Type::Evidence) => KindSource::Evidence,
        Some(Type::CreditCode) => KindSource::CreditCode,
        Some(Type::IdNumber) => KindSource::IdNumber,
        Some(Type::ProjectCode) => KindSource::ProjectCode,
        Some(Type::Area) => KindSource::Area,
        Some(Type::Industry) => KindSource::Industry,
    }
}

/// A field whose type is unknown is read as text, and no key of any type is called unknown.
fn unknown(table: &Table<'_>) -> KindSource {
    table.forgive(&["max", "choices", "measure", "scale", "precision", "to"]);
    KindSource::Text { max: TEXT_DEFAULT }
}

fn yuan(table: &Table<'_>) -> Word {
    Word {
        text: YUAN.to_owned(),
        at: table.at,
    }
}

fn choices(table: &Table<'_>, lang: Lang) -> Vec<ChoiceSource> {
    let bare = |word: Word| ChoiceSource {
        id: word.clone(),
        name: word,
        aliases: Vec::new(),
        retired: false,
    };
    let choices = table.each_or_word("choices", bare, |choice| ChoiceSource {
        id: choice.needed("id"),
        name: name(choice, lang),
        aliases: choice.words("aliases"),
        retired: choice.flag("retired"),
    });
    if !table.has("choices") {
        table.sources.fault(table.at, FaultCode::MissingKey { key: "choices" });
    } else if choices.is_empty() {
        table.sources.fault(
            table.at_key("choices"),
            FaultCode::Empty {
                key: "choices".to_owned(),
            },
        );
    }
    choices
}

const CLASSES: [(&str, Class); 4] = [
    ("open", Class::Open),
    ("internal", Class::Internal),
    ("personal", Class::Personal),
    ("sensitive", Class::Sensitive),
];

/// The class, which for a person is at least personal and for an identity number always sensitive
/// (个人信息保护法 第二十八条).
fn class(table: &Table<'_>, kind: &KindSource) -> Class {
    let (least, allowed): (Class, &'static [&'static str]) = match kind {
        KindSource::Person => (Class::Personal, &["personal", "sensitive"]),
        KindSource::IdNumber => (Class::Sensitive, &["sensitive"]),
        _ => (Class::Open, &[]),
    };
    let class = table.one_of("class", &CLASSES).unwrap_or(least);
    if class < least {
        table
            .sources
            .fault(table.at_key("class"), FaultCode::ClassTooOpen { allowed });
    }
    class.max(least)
}

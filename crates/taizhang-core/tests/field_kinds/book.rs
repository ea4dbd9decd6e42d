//! The definition, the names and the helpers that the tables of this test share.

use rust_decimal::Decimal;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::codes::{Areas, Industries};
use taizhang_core::definition::{Choice, Class, Definition, Field, FieldKind, Measure};
use taizhang_core::field_kinds::{Found, Input, Names, ShowNames, api, read};
use taizhang_core::id::{FieldNo, RegisterNo};
use taizhang_core::refusal::Refusal;
use taizhang_core::value::{Cell, Precision};

pub(crate) const PROJECTS: RegisterNo = RegisterNo(3);

pub(crate) const UNITS: &[(i64, &str, &str)] = &[
    (1, "410402", "新华区"),
    (2, "410402100", "焦店镇"),
    (3, "A1", "幸福社区"),
    (4, "A2", "幸福社区"),
    (5, "7", "七号站"),
];

pub(crate) const RECORDS: &[(i64, &str)] = &[
    (101, "平高智能装备产业园"),
    (102, "2024001"),
    (103, "-7"),
    (104, "重名"),
    (105, "重名"),
];

pub(crate) struct Book;

impl Names for Book {
    fn unit(&mut self, text: &str) -> Found {
        let number = format!("#{}", text.trim_start_matches('#'));
        one(UNITS
            .iter()
            .filter(|(no, code, name)| {
                if text.starts_with('#') {
                    format!("#{no}") == number
                } else {
                    *code == text || *name == text
                }
            })
            .map(|(no, ..)| *no))
    }

    fn record(&mut self, register: RegisterNo, text: &str) -> Found {
        assert_eq!(register, PROJECTS);
        one(RECORDS
            .iter()
            .filter(|(no, key)| *key == text || format!("#{no}") == text)
            .map(|(no, _)| *no))
    }
}

impl ShowNames for Book {
    fn unit(&self, record: i64) -> Option<String> {
        UNITS
            .iter()
            .find(|(no, ..)| *no == record)
            .map(|(.., name)| (*name).to_owned())
    }

    fn record(&self, record: i64) -> Option<String> {
        RECORDS
            .iter()
            .find(|(no, _)| *no == record)
            .map(|(_, key)| (*key).to_owned())
    }
}

fn one(found: impl Iterator<Item = i64>) -> Found {
    let found: Vec<i64> = found.collect();
    match found[..] {
        [] => Found::None,
        [record] => Found::One(record),
        _ => Found::Many,
    }
}

pub(crate) fn definition() -> Definition {
    let measures = [
        measure("元", "yuan", "元", "1"),
        measure("万元", "10,000 yuan", "元", "10000"),
        measure("亿元", "", "元", "100000000"),
        measure("美元", "USD", "美元", "1"),
        measure("家", "", "家", "1"),
        measure("人", "people", "人", "1"),
        measure("万人", "", "人", "10000"),
        measure("㎡", "", "㎡", "1"),
        measure("亩", "mu", "㎡", "666.67"),
        measure("克", "", "克", "1"),
        measure("分钟", "", "小时", "0.0166666666666666666666666667"),
    ];
    let areas = "code,name,level\n410000,河南省,province\n410400,平顶山市,prefecture\n410402,新华区,county\n410403,卫东区,county\n";
    let industries = "code,level,parent,name\nC,section,,制造业\n38,division,C,电气机械和器材制造业\n384,group,38,电池制造\n3841,class,384,锂离子电池制造\n";
    Definition {
        measures: BTreeMap::from(measures),
        areas: Arc::new(Areas::parse(areas).unwrap()),
        industries: Arc::new(Industries::parse(industries).unwrap()),
        ..Definition::default()
    }
}

fn measure(id: &str, en: &str, base: &str, factor: &str) -> (String, Measure) {
    let factor: Decimal = factor.parse().unwrap();
    (
        id.to_owned(),
        Measure {
            id: id.to_owned(),
            en: en.to_owned(),
            base: base.to_owned(),
            factor,
        },
    )
}

pub(crate) fn field(kind: FieldKind) -> Field {
    let sealed = matches!(kind, FieldKind::Person | FieldKind::IdNumber);
    Field {
        no: FieldNo(12),
        id: "f".to_owned(),
        name: "栏目".to_owned(),
        aliases: Vec::new(),
        kind,
        required: false,
        class: if sealed { Class::Sensitive } else { Class::Open },
        help: String::new(),
        by: Vec::new(),
    }
}

pub(crate) fn money(measure: &str) -> FieldKind {
    FieldKind::Money {
        measure: measure.to_owned(),
    }
}

pub(crate) fn quantity(measure: &str, scale: u32) -> FieldKind {
    FieldKind::Quantity {
        measure: measure.to_owned(),
        scale,
    }
}

pub(crate) fn date() -> FieldKind {
    FieldKind::Date {
        coarsest: Precision::Year,
    }
}

pub(crate) fn choices() -> FieldKind {
    let choice = |id: &str, name: &str, aliases: &[&str], retired| Choice {
        id: id.to_owned(),
        name: name.to_owned(),
        aliases: aliases.iter().map(|alias| (*alias).to_owned()).collect(),
        retired,
    };
    FieldKind::Choice(vec![
        choice("province", "省重点", &["省级(重点)", "省 重 点 项 目"], false),
        choice("city", "市重点", &[], false),
        choice("none", "/", &[], false),
        choice("old", "旧类", &[], true),
        choice("old2", "市重点", &[], true),
        choice("c1", "①", &["同"], false),
        choice("c2", "1", &["同"], false),
    ])
}

/// Rows of 「text」 and what becomes of it as somebody types it. ␤ and ␉ stand for what cannot be seen.
pub(crate) fn typed(kind: &FieldKind, rows: &str) {
    table(kind, Input::default(), rows);
}

/// The same under other surroundings.
pub(crate) fn table(kind: &FieldKind, input: Input<'_>, rows: &str) {
    let (definition, field) = (definition(), field(kind.clone()));
    for row in rows.lines().map(str::trim_start).filter(|row| !row.is_empty()) {
        let (text, expected) = row.strip_prefix('「').unwrap().split_once("」 ").unwrap();
        let text = &text.replace('␤', "\n").replace('␉', "\t");
        let found = outcome(&definition, &field, &Input { text, ..input });
        assert_eq!(found, expected, "{text:?} as {kind:?}");
    }
}

/// Typed under a heading that names a measure.
pub(crate) fn under(measure: &str) -> Input<'_> {
    Input {
        measure: Some(measure),
        ..Input::default()
    }
}

/// Typed on a sheet that names a year.
pub(crate) fn in_year(year: i32) -> Input<'static> {
    Input {
        default_year: Some(year),
        ..Input::default()
    }
}

/// What a text becomes: `=` and the API's text, `missing`, `n/a`, or the refusal's key.
fn outcome(definition: &Definition, field: &Field, input: &Input<'_>) -> String {
    match read(definition, field, input, &mut Book) {
        Ok(Cell::Missing) => "missing".to_owned(),
        Ok(Cell::NotApplicable) => "n/a".to_owned(),
        Ok(cell) => format!("={}", api(definition, field, Some(&cell)).unwrap()),
        Err(refusal) => match arg(&refusal, "hint").or(arg(&refusal, "why")) {
            Some(hint) => format!("{} {hint}", refusal.code.key()),
            None => refusal.code.key().to_owned(),
        },
    }
}

pub(crate) fn arg<'a>(refusal: &'a Refusal, name: &str) -> Option<&'a str> {
    refusal
        .args
        .iter()
        .find(|(found, _)| *found == name)
        .map(|(_, value)| value.as_str())
}

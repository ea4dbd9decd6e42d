//! What readers see.

use super::book::*;
use taizhang_core::day::{Day, Month};
use taizhang_core::definition::{FieldKind, Lang};
use taizhang_core::field_kinds::{ShownState, api, show};
use taizhang_core::value::{Cell, Precision, Value};

#[test]
fn content_is_shown_as_people_write_it() {
    let mut definition = definition();
    let day = |text: &str| text.parse::<Day>().unwrap();
    let rows = [
        (
            money("万元"),
            Value::Num(3_230_000_000),
            "3230",
            Some("万元"),
            Some("10,000 yuan"),
            "3230",
        ),
        (
            money("万元"),
            Value::Num(1),
            "0.000001",
            Some("万元"),
            Some("10,000 yuan"),
            "0.000001",
        ),
        (
            money("亿元"),
            Value::Num(-566_700_000_000),
            "-56.67",
            Some("亿元"),
            Some("亿元"),
            "-56.67",
        ),
        (quantity("亩", 2), Value::Num(200_001), "3", Some("亩"), Some("mu"), "3"),
        (
            quantity("亩", 2),
            Value::Num(100_000),
            "1000",
            Some("㎡"),
            Some("㎡"),
            "1000",
        ),
        (
            FieldKind::Percent { scale: 2 },
            Value::Num(6213),
            "62.13",
            Some("%"),
            Some("%"),
            "62.13",
        ),
        (FieldKind::Integer, Value::Num(18), "18", None, None, "18"),
        (
            date(),
            Value::Date(day("2024-06-30"), Precision::Day),
            "2024-06-30",
            None,
            None,
            "2024-06-30",
        ),
        (
            date(),
            Value::Date(day("2024-08-31"), Precision::Month),
            "2024年8月",
            None,
            None,
            "2024-08",
        ),
        (
            date(),
            Value::Date(day("2024-09-30"), Precision::Quarter),
            "2024年三季度",
            None,
            None,
            "2024 Q3",
        ),
        (
            date(),
            Value::Date(day("2024-12-31"), Precision::Year),
            "2024年",
            None,
            None,
            "2024",
        ),
        (
            FieldKind::Month,
            Value::Month(Month::of(2024, 8).unwrap()),
            "2024年8月",
            None,
            None,
            "2024-08",
        ),
        (choices(), Value::Choice("old".to_owned()), "旧类", None, None, "旧类"),
        (choices(), Value::Choice("gone".to_owned()), "gone", None, None, "gone"),
        (FieldKind::Unit, Value::Unit(2), "焦店镇", None, None, "焦店镇"),
        (FieldKind::Unit, Value::Unit(99), "#99", None, None, "#99"),
        (
            FieldKind::Area,
            Value::Text("410402".to_owned()),
            "410402 河南省平顶山市新华区",
            None,
            None,
            "410402 河南省平顶山市新华区",
        ),
        (FieldKind::Industry, Value::Text("9".to_owned()), "9", None, None, "9"),
        (
            FieldKind::Place,
            Value::Place {
                lat: 33_745_300,
                lon: -1,
            },
            "33.7453,-0.000001",
            None,
            None,
            "33.7453,-0.000001",
        ),
        (
            FieldKind::Integer,
            Value::Text("was text".to_owned()),
            "was text",
            None,
            None,
            "was text",
        ),
    ];
    for (kind, value, zh, measure_zh, measure_en, en) in rows {
        let (field, cell) = (field(kind), Cell::Is(value));
        for (lang, text, measure) in [(Lang::Zh, zh, measure_zh), (Lang::En, en, measure_en)] {
            definition.lang = lang;
            let shown = show(&definition, &field, Some(&cell), &Book);
            assert_eq!(
                (&*shown.text, shown.measure.as_deref(), shown.state),
                (text, measure, ShownState::Reported)
            );
        }
    }
}

#[test]
fn what_is_no_value_is_told_apart() {
    let (definition, field) = (definition(), field(money("万元")));
    for (cell, state, sent) in [
        (None, ShownState::Missing, None),
        (Some(Cell::Missing), ShownState::Missing, None),
        (Some(Cell::NotApplicable), ShownState::NotApplicable, Some("不适用")),
        (Some(Cell::Erased), ShownState::Erased, None),
        (Some(Cell::Is(Value::Sealed(vec![1]))), ShownState::Sealed, None),
    ] {
        let shown = show(&definition, &field, cell.as_ref(), &Book);
        assert_eq!((&*shown.text, shown.state), ("", state));
        assert_eq!(api(&definition, &field, cell.as_ref()).as_deref(), sent);
    }
}

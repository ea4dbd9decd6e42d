//! What holds for every text and every content.

use super::book::*;
use proptest::prelude::*;
use rust_decimal::Decimal;
use taizhang_core::day::{Day, Month};
use taizhang_core::definition::{FieldKind, Lang};
use taizhang_core::field_kinds::{Input, api, print_amount, read, show, show_amount};
use taizhang_core::value::{Cell, Precision, Value};

proptest! {
    #[test]
    fn the_api_reads_what_it_wrote((kind, value) in held()) {
        let (definition, field, cell) = (definition(), field(kind), Cell::Is(value));
        let text = api(&definition, &field, Some(&cell)).unwrap();
        let back = read(&definition, &field, &Input::sent(&text), &mut Book);
        prop_assert_eq!(back, Ok(cell), "{}", text);
    }

    #[test]
    fn what_is_shown_can_be_read_again((kind, value) in held(), english: bool) {
        let mut definition = definition();
        definition.lang = if english { Lang::En } else { Lang::Zh };
        let (field, cell) = (field(kind), Cell::Is(value));
        let ambiguous = [Value::Unit(3), Value::Unit(4), Value::Link(104), Value::Link(105)];
        prop_assume!(!ambiguous.contains(cell.value().unwrap()));
        let shown = show(&definition, &field, Some(&cell), &Book);
        let input = Input { measure: shown.measure.as_deref(), ..Input::typed(&shown.text) };
        prop_assert_eq!(read(&definition, &field, &input, &mut Book), Ok(cell), "{}", shown.text);
    }

    #[test]
    fn any_text_is_read_or_refused(text in texts(), measure in prop_oneof![Just(None), Just(Some("亿元"))], sent: bool) {
        let definition = definition();
        for kind in kinds() {
            let field = field(kind);
            let input = Input { text: &text, measure, default_year: Some(2024), base_units: sent };
            match read(&definition, &field, &input, &mut Book) {
                Ok(cell) => {
                    let canonical = api(&definition, &field, Some(&cell)).unwrap_or_default();
                    let again = read(&definition, &field, &Input::sent(&canonical), &mut Book);
                    prop_assert_eq!(again, Ok(cell), "{:?} as {:?}", text, field.kind);
                }
                Err(refusal) => prop_assert_eq!(refusal.field, Some(field.no)),
            }
        }
    }

    #[test]
    fn printing_errs_by_half_of_the_last_place_at_most(units: i64, places in 0..6_u32) {
        let measure = &definition().measures["万元"];
        let exact: Decimal = show_amount(units, 2, measure).parse().unwrap();
        let printed: Decimal = print_amount(units, 2, measure, places).parse().unwrap();
        prop_assert_eq!(printed.scale(), places);
        prop_assert!((exact - printed).abs() <= Decimal::new(5, places + 1));
        prop_assert_eq!(exact * Decimal::from(1_000_000), Decimal::from(units));
    }
}

fn kinds() -> Vec<FieldKind> {
    vec![
        FieldKind::Text { max: 40 },
        choices(),
        FieldKind::Integer,
        quantity("万人", 1),
        quantity("亩", 2),
        quantity("分钟", 3),
        money("元"),
        money("万元"),
        money("亿元"),
        FieldKind::Percent { scale: 2 },
        date(),
        FieldKind::Date {
            coarsest: Precision::Day,
        },
        FieldKind::Month,
        FieldKind::Unit,
        FieldKind::Person,
        FieldKind::Link { register: PROJECTS },
        FieldKind::Place,
        FieldKind::Evidence,
        FieldKind::CreditCode,
        FieldKind::IdNumber,
        FieldKind::ProjectCode,
        FieldKind::Area,
        FieldKind::Industry,
    ]
}

/// A field and a content that it can hold.
fn held() -> impl Strategy<Value = (FieldKind, Value)> {
    let numbers = prop_oneof![
        Just(FieldKind::Integer),
        Just(money("元")),
        Just(money("万元")),
        Just(money("亿元")),
        Just(quantity("万人", 3)),
        Just(quantity("亩", 4)),
        Just(quantity("分钟", 2)),
        Just(quantity("没有", 9)),
        (0..=6_u32).prop_map(|scale| FieldKind::Percent { scale }),
    ];
    let (month_min, month_max) = (Day::MIN.month().0, Day::MAX.month().0);
    let hashes = proptest::collection::btree_set(any::<[u8; 32]>(), 1..4);
    let chosen = prop_oneof![Just("province"), Just("city"), Just("none"), Just("c1"), Just("c2")];
    let code = |kind: FieldKind, code: &'static str| Just((kind, Value::Text(code.to_owned())));
    prop_oneof![
        4 => (numbers, any::<i64>()).prop_map(|(kind, units)| (kind, Value::Num(units))),
        4 => dates().prop_map(|value| (date(), value)),
        1 => (month_min..=month_max).prop_map(|month| (FieldKind::Month, Value::Month(Month(month)))),
        1 => chosen.prop_map(|id| (choices(), Value::Choice(id.to_owned()))),
        1 => (-90_000_000..=90_000_000, -180_000_000..=180_000_000)
            .prop_map(|(lat, lon)| (FieldKind::Place, Value::Place { lat, lon })),
        1 => hashes.prop_map(|files| (FieldKind::Evidence, Value::Evidence(files.into_iter().collect()))),
        1 => (0..UNITS.len()).prop_map(|at| (FieldKind::Unit, Value::Unit(UNITS[at].0))),
        1 => (0..RECORDS.len())
            .prop_map(|at| (FieldKind::Link { register: PROJECTS }, Value::Link(RECORDS[at].0))),
        1 => code(FieldKind::CreditCode, "91350100M000100Y43"),
        1 => code(FieldKind::ProjectCode, "2401-410402-04-01-12345A"),
        1 => code(FieldKind::Area, "410402"),
        1 => code(FieldKind::Industry, "3841"),
    ]
}

fn dates() -> impl Strategy<Value = Value> {
    let first = (Day::MIN.0..=Day::MAX.0).prop_map(Day);
    let precision = prop_oneof![
        Just(Precision::Day),
        Just(Precision::Month),
        Just(Precision::Quarter),
        Just(Precision::Year)
    ];
    (first, precision).prop_map(|(day, precision)| {
        let (year, month, _) = day.ymd();
        let last = match precision {
            Precision::Day => return Value::Date(day, precision),
            Precision::Month => month,
            Precision::Quarter => month.div_ceil(3) * 3,
            Precision::Year => 12,
        };
        let day = (28..=31)
            .filter_map(|day| Day::of(year, last, day).ok())
            .next_back()
            .unwrap();
        Value::Date(day, precision)
    })
}

/// Random texts, many of them nearly right.
fn texts() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9年月日季度第一三底末前上半 .,，/—~Qq:T-]{0,14}",
        "[-−+]?[0-9０-９]{1,24}([,，.．][0-9]{0,5}){0,3} ?(万|亿|千|元|万元|人|%|％|㎡|m2|左右|E5|约)?",
        "[0-9０-９A-Za-zＸ #＃-]{15,26}",
        "(410402|3841|C|41 04 02)[ \u{3000}]{0,2}(新华区|制造业|卫东区)?",
    ]
}

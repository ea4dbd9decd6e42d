//! What a refusal says, and what it keeps to itself.

use super::book::*;
use taizhang_core::definition::{Choice, Class, Field, FieldKind};
use taizhang_core::field_kinds::{Input, api, read, seals, show, unsealed};
use taizhang_core::refusal::Refusal;
use taizhang_core::value::{Cell, Precision, Value};

#[test]
fn a_refusal_says_what_the_message_needs() {
    let to_the_month = FieldKind::Date {
        coarsest: Precision::Month,
    };
    for (kind, text, expected) in [
        (
            money("万元"),
            "3美元",
            "wrong_measure value=3美元 measure=美元 expected=万元",
        ),
        (
            money("万元"),
            "0.001元",
            "too_many_places value=0.001元 places=2 measure=元",
        ),
        (
            money("万元"),
            "999999999999999999",
            "number_too_large value=999999999999999999 max=92233720368547758.07 measure=元",
        ),
        (money("万元"), "约3亿元", "not_a_number value=约3亿元 hint=about"),
        (
            FieldKind::Text { max: 2 },
            "一二三",
            "text_too_long value=一二三 max=2 length=3",
        ),
        (FieldKind::Integer, " a\nb ", "not_a_text value=a b why=control"),
        (choices(), "甲", "not_a_choice value=甲 choices=省重点、市重点、/、①、1"),
        (
            choices(),
            "旧类",
            "not_a_choice value=旧类 choices=省重点、市重点、/、①、1 why=retired",
        ),
        (
            to_the_month,
            "2024年",
            "date_too_coarse value=2024年 expected=month found=year",
        ),
        (FieldKind::Unit, "幸福社区", "ambiguous_unit value=幸福社区"),
        (
            FieldKind::CreditCode,
            "91350100M000100Y4",
            "bad_code value=91350100M000100Y4 why=length expected=18 found=17",
        ),
        (
            FieldKind::CreditCode,
            "91350100M000100Y44",
            "bad_code value=91350100M000100Y44 expected=3 why=check",
        ),
        (
            FieldKind::CreditCode,
            "9135O100M000100Y43",
            "bad_code value=9135O100M000100Y43 why=alphabet expected=credit_character at=5",
        ),
    ] {
        assert_eq!(told(&refused(&field(kind), text)), expected);
    }
}

#[test]
fn a_refusal_is_short() {
    let long = refused(&field(FieldKind::Integer), &"长".repeat(41));
    assert_eq!(arg(&long, "value"), Some(&*format!("{}…", "长".repeat(39))));
    let choice = |n| Choice {
        id: format!("c{n}"),
        name: format!("第{n}"),
        aliases: vec![],
        retired: false,
    };
    let many = refused(&field(FieldKind::Choice((0..9).map(choice).collect())), "甲");
    assert_eq!(arg(&many, "choices"), Some("第0、第1、第2、第3、第4、第5、第6、第7…"));
}

#[test]
fn a_refusal_of_a_sealed_field_tells_nothing_of_what_was_typed() {
    for (kind, text, expected) in [
        (FieldKind::IdNumber, "410402190001010001", "bad_code why=check"),
        (
            FieldKind::IdNumber,
            "4104O219000101000X",
            "bad_code why=alphabet expected=digit at=5",
        ),
        (FieldKind::IdNumber, "41040219000229000X", "bad_code why=date"),
        (
            FieldKind::IdNumber,
            "410402000101000",
            "bad_code why=old_form expected=18",
        ),
        (FieldKind::CreditCode, "91350100M000100Y44", "bad_code why=check"),
        (FieldKind::Person, "张\u{7}三", "not_a_text why=control"),
        (money("万元"), "777美元", "wrong_measure expected=万元"),
        (money("万元"), "约7", "not_a_number hint=about"),
        (choices(), "绝密", "not_a_choice choices=省重点、市重点、/、①、1"),
        (
            FieldKind::Date {
                coarsest: Precision::Day,
            },
            "1990",
            "date_too_coarse expected=day found=year",
        ),
        (FieldKind::Unit, "幸福社区", "ambiguous_unit"),
    ] {
        assert_eq!(
            told(&refused(
                &Field {
                    class: Class::Personal,
                    ..field(kind)
                },
                text
            )),
            expected
        );
    }
}

fn refused(field: &Field, text: &str) -> Refusal {
    let refusal = read(&definition(), field, &Input::typed(text), &mut Book).unwrap_err();
    assert_eq!(refusal.field, Some(field.no));
    refusal
}

/// The refusal's key and, in their order, what its message names.
fn told(refusal: &Refusal) -> String {
    let args = refusal.args.iter().map(|(name, value)| format!(" {name}={value}"));
    format!("{}{}", refusal.code.key(), args.collect::<String>())
}

#[test]
fn a_sealed_field_gives_plain_text() {
    let definition = definition();
    let personal = |kind| Field {
        class: Class::Personal,
        ..field(kind)
    };
    for (kind, text, plain, shown) in [
        (FieldKind::Person, " 张三 ", "张三", "张三"),
        (
            FieldKind::IdNumber,
            "41040219000101000x",
            "41040219000101000X",
            "41040219000101000X",
        ),
        (money("万元"), "5", "50000", "5"),
        (date(), "1990年1月", "1990-01", "1990年1月"),
        (choices(), "市重点", "city", "市重点"),
        (FieldKind::Unit, "焦店镇", "2", "焦店镇"),
        (
            FieldKind::Link { register: PROJECTS },
            "平高智能装备产业园",
            "101",
            "平高智能装备产业园",
        ),
        (FieldKind::Text { max: 9 }, "备注", "备注", "备注"),
    ] {
        let field = personal(kind);
        assert!(seals(&field));
        let cell = read(&definition, &field, &Input::typed(text), &mut Book).unwrap();
        assert_eq!(cell, Cell::Is(Value::Text(plain.to_owned())));
        assert_eq!(api(&definition, &field, Some(&cell)).as_deref(), Some(plain));
        assert_eq!(show(&definition, &field, Some(&cell), &Book).text, shown);
        let open = Field {
            class: Class::Open,
            ..field.clone()
        };
        if !seals(&open) {
            let typed = read(&definition, &open, &Input::typed(text), &mut Book).unwrap();
            assert_eq!(unsealed(&definition, &field, cell), typed);
        }
    }
    let (of_choice, retired) = (personal(choices()), Cell::Is(Value::Text("old".to_owned())));
    assert_eq!(show(&definition, &of_choice, Some(&retired), &Book).text, "旧类");
    // A pack that forgot the class does not make the value open.
    assert!(seals(&Field {
        class: Class::Open,
        ..field(FieldKind::IdNumber)
    }));
}

//! Numbers: what is read, what is refused, what is shown.

use super::book::*;
use rust_decimal::Decimal;
use taizhang_core::definition::{FieldKind, Measure};
use taizhang_core::field_kinds::{Input, print_amount, show_amount};

#[test]
fn money_is_read_in_the_nearest_measure_that_is_said() {
    typed(
        &money("万元"),
        "
        「3230」 =32300000
        「 3,230 万元 」 =32300000
        「３，２３０．５０」 =32305000
        「3亿元」 =300000000
        「10亿」 =1000000000
        「300万」 =3000000
        「5百万元」 =5000000
        「100 yuan」 =100
        「0.000001」 =0.01
        「-1.5」 =-15000
        「−1.5」 =-15000
        「-0」 =0
        「+7」 =70000
        「1.2300000000000000000000000000」 =12300
        「」 missing
        「 \u{a0}\u{3000}」 missing
        「不适用」 n/a
        「—」 n/a
        「－」 n/a
        「/」 n/a
        「0.0000001」 too_many_places
        「0.001元」 too_many_places
        「0.0000000000000000001」 too_many_places
        「9223372036855」 number_too_large
        「99999999999999999999999999999999999999999999」 number_too_large
        「9999999999999999999.999999999999999999亿元」 number_too_large
        「3美元」 wrong_measure
        「3吨」 wrong_measure
        「3%」 wrong_measure
        「约3亿元」 not_a_number about
        「30余万元」 not_a_number about
        「3亿元左右」 not_a_number about
        「3–5亿元」 not_a_number range
        「2.50-4.00」 not_a_number range
        「1.2E5」 not_a_number
        「1,23」 not_a_number
        「1,0000」 not_a_number
        「0,123」 not_a_number
        「1 234」 not_a_number
        「3/4」 not_a_number
        「5.」 not_a_number
        「.5」 not_a_number
        「--5」 not_a_number
        「5²」 wrong_measure
        「三万」 not_a_number
        「无」 not_a_number
        「1␤2」 not_a_text control
        ",
    );
    table(
        &money("万元"),
        under("亿元"),
        "
        「3」 =300000000
        「3万元」 =30000
        「3万」 =30000
        ",
    );
    table(
        &money("万元"),
        under("人"),
        "
        「3」 wrong_measure
        「3万元」 =30000
        ",
    );
    table(
        &money("万元"),
        under(" "),
        "
        「3」 =30000
        ",
    );
    table(
        &money("万元"),
        under("\u{200b}"),
        "
        「3」 wrong_measure
        ",
    );
    table(
        &money("万元"),
        Input::sent(""),
        "
        「3」 =3
        「3万元」 =30000
        「92233720368547758.07」 =92233720368547758.07
        ",
    );
    table(
        &money("英镑"),
        Input::default(),
        "
        「3」 =3
        「3英镑」 =3
        「3万英镑」 =30000
        「3元」 wrong_measure
        ",
    );
}

#[test]
fn quantities_keep_the_places_of_their_base_unit() {
    typed(
        &quantity("万人", 0),
        "
        「1.2」 =12000
        「1.2万人次」 wrong_measure
        「12人」 =12
        「12 people」 =12
        「3万」 =30000
        「1.23456」 too_many_places
        ",
    );
    typed(
        &quantity("亩", 2),
        "
        「3」 =2000.01
        「1.5」 too_many_places
        「2㎡」 =2
        「2m2」 =2
        ",
    );
    typed(
        &quantity("克", 3),
        "
        「2.5千克」 =2500
        「1万克」 =10000
        ",
    );
    typed(
        &quantity("家", 0),
        "
        「18 家」 =18
        「18」 =18
        「18个」 wrong_measure
        「1.5」 too_many_places
        ",
    );
}

#[test]
fn whole_numbers_take_no_measure_that_would_convert_them() {
    typed(
        &FieldKind::Integer,
        "
        「1,234」 =1234
        「12人」 =12
        「3万」 =30000
        「1.2万」 =12000
        「7.0」 =7
        「9223372036854775807」 =9223372036854775807
        「-9223372036854775808」 =-9223372036854775808
        「9223372036854775808」 number_too_large
        「7.5」 too_many_places
        「3万人」 wrong_measure
        「3万元」 wrong_measure
        「62%」 wrong_measure
        「１２」 =12
        「①」 not_a_number
        「-」 n/a
        ",
    );
}

#[test]
fn percentages_are_never_guessed_from_their_size() {
    typed(
        &FieldKind::Percent { scale: 2 },
        "
        「62.13%」 =62.13
        「62.13％」 =62.13
        「62.13」 =62.13
        「0.6213」 too_many_places
        「0.62」 =0.62
        「127.8 %」 =127.8
        「-1.6」 =-1.6
        「62.13万」 wrong_measure
        「62元」 wrong_measure
        ",
    );
    table(
        &FieldKind::Percent { scale: 2 },
        under("%"),
        "
        「62.1」 =62.1
        ",
    );
}

#[test]
fn amounts_are_exact_until_somebody_asks_to_round() {
    let measures = definition().measures;
    for (units, scale, id, exact, places, printed) in [
        (566_700_000_000, 2, "亿元", "56.67", 2, "56.67"),
        (892_000_000_000, 2, "亿元", "89.2", 2, "89.20"),
        (100_500_000, 2, "万元", "100.5", 0, "101"),
        (-100_500_000, 2, "万元", "-100.5", 0, "-101"),
        (-4_999, 2, "万元", "-0.004999", 2, "0.00"),
        (4_999, 2, "万元", "0.004999", 2, "0.00"),
        (5_000, 2, "万元", "0.005", 2, "0.01"),
        (99_999_999, 2, "万元", "99.999999", 3, "100.000"),
        (18, 0, "家", "18", 0, "18"),
        (0, 2, "亿元", "0", 1, "0.0"),
        (1_000, 0, "亩", "1.4999925", 2, "1.50"),
        (1, 0, "分钟", "60", 0, "60"),
        (i64::MIN, 2, "元", "-92233720368547758.08", 1, "-92233720368547758.1"),
        (i64::MAX, 2, "亿元", "922337203.6854775807", 4, "922337203.6855"),
    ] {
        let measure = &measures[id];
        assert_eq!(show_amount(units, scale, measure), exact, "{units} {id}");
        assert_eq!(print_amount(units, scale, measure, places), printed, "{units} {id}");
    }
    let senseless = Measure {
        factor: Decimal::ZERO,
        ..measures["元"].clone()
    };
    assert_eq!(show_amount(-105, 2, &senseless), "-1.05");
    assert_eq!(print_amount(i64::MAX, 0, &measures["元"], 30), "9223372036854775807");
}

//! Days, their precision, and months.

use super::book::*;
use taizhang_core::day::Day;
use taizhang_core::definition::{FieldKind, Lang, Period};
use taizhang_core::field_kinds::{Input, read, read_period, show_period};
use taizhang_core::value::{Cell, Precision, Value};

#[test]
fn dates_keep_how_precisely_they_are_known() {
    let year = in_year(2024);
    table(
        &date(),
        year,
        "
        「2024-08-28」 =2024-08-28
        「2024年8月28日」 =2024-08-28
        「2024 年 8 月 28 号」 =2024-08-28
        「2024/8/28」 =2024-08-28
        「2024.8.28」 =2024-08-28
        「２０２４．８．２８」 =2024-08-28
        「2024—08—28」 =2024-08-28
        「20240828」 =2024-08-28
        「2024-08-28 00:00:00」 =2024-08-28
        「2024-08-28T00:00:00」 =2024-08-28
        「8月28日」 =2024-08-28
        「2024-08」 =2024-08
        「2024.8」 =2024-08
        「2024.1」 =2024-01
        「2024.10」 =2024-10
        「2024年8月底前」 =2024-08
        「8月底前」 =2024-08
        「2月底」 =2024-02
        「2024年三季度」 =2024-Q3
        「2024年第3季度」 =2024-Q3
        「2023Q4」 =2023-Q4
        「2023-q4」 =2023-Q4
        「三季度」 =2024-Q3
        「第一季度末」 =2024-Q1
        「2024年第四季度底前」 =2024-Q4
        「2024年」 =2024
        「2023年底前」 =2023
        「年底」 =2024
        「2024」 =2024
        「2199年底」 =2199
        「」 missing
        「-」 n/a
        「2024-02-30」 not_a_date no_such_day
        「1899-12-31」 not_a_date no_such_day
        「五季度」 not_a_date form
        「5季度」 not_a_date no_such_day
        「24-8-28」 not_a_date four_digits
        「8/28/2024」 not_a_date four_digits
        「8.28」 not_a_date four_digits
        「2024-008-1」 not_a_date form
        「202408」 not_a_date form
        「45532」 not_a_date form
        「2024-1 1」 not_a_date range
        「2024-08-28 08:30」 not_a_date range
        「0:00 0:00 0:00」 not_a_date form
        「8月28日前」 not_a_date before
        「上半年」 not_a_date half_year
        「2024年下半年」 not_a_date half_year
        「约8月」 not_a_date about
        「2018.05-2020.12」 not_a_date range
        「2013-2015」 not_a_date range
        「2024.3—2025.12」 not_a_date range
        「待定」 not_a_date form
        ",
    );
    typed(
        &date(),
        "
        「8月底前」 not_a_date no_year
        「三季度」 not_a_date no_year
        「年底」 not_a_date no_year
        ",
    );
    for (coarsest, rows) in [
        (
            Precision::Day,
            "「2024-08-28」 =2024-08-28\n「2024年8月」 date_too_coarse",
        ),
        (
            Precision::Month,
            "「2024年8月」 =2024-08\n「2024年三季度」 date_too_coarse",
        ),
        (
            Precision::Quarter,
            "「三季度」 not_a_date no_year\n「2024年」 date_too_coarse",
        ),
    ] {
        typed(&FieldKind::Date { coarsest }, rows);
    }
}

#[test]
fn a_date_is_held_as_the_last_day_of_its_period() {
    let definition = definition();
    for (text, day) in [
        ("2024-02", "2024-02-29"),
        ("2024年一季度", "2024-03-31"),
        ("2024年", "2024-12-31"),
        ("2199年12月", "2199-12-31"),
        ("1900年1月", "1900-01-31"),
    ] {
        let cell = read(&definition, &field(date()), &Input::typed(text), &mut Book).unwrap();
        let Cell::Is(Value::Date(found, _)) = cell else {
            panic!("{cell:?}")
        };
        assert_eq!(found.to_string(), day, "{text}");
    }
}

#[test]
fn a_period_is_spelled_as_dates_of_its_precision_are_and_read_as_programs_write_it() {
    let day = |text: &str| text.parse::<Day>().unwrap();
    for (period, zh, en, first) in [
        (
            Period::Week,
            "2024-05-13—2024-05-18",
            "2024-05-13—2024-05-18",
            "2024-05-13",
        ),
        (Period::Month, "2024年5月", "2024-05", "2024-05-01"),
        (Period::Quarter, "2024年二季度", "2024 Q2", "2024-04-01"),
        (Period::HalfYear, "2024年上半年", "2024 H1", "2024-01-01"),
        (Period::Year, "2024年", "2024", "2024-01-01"),
    ] {
        let on = day("2024-05-18");
        assert_eq!(show_period(period, on, Lang::Zh), zh);
        assert_eq!(show_period(period, on, Lang::En), en);
        assert_eq!(period.first(on), day(first), "{zh}");
    }
    for (text, first, last) in [
        ("2024-06-30", "2024-06-30", "2024-06-30"),
        ("2024-02", "2024-02-01", "2024-02-29"),
        ("2024-Q1", "2024-01-01", "2024-03-31"),
        ("2024-Q4", "2024-10-01", "2024-12-31"),
        ("2024", "2024-01-01", "2024-12-31"),
    ] {
        assert_eq!(read_period(text), Some((day(first), day(last))), "{text}");
    }
    for text in ["", "2024-Q5", "2024Q2", "2024-H1", "20", "二〇二四"] {
        assert_eq!(read_period(text), None, "{text}");
    }
}

#[test]
fn months_are_months_and_nothing_else() {
    let year = in_year(2024);
    table(
        &FieldKind::Month,
        year,
        "
        「2024-08」 =2024-08
        「2024年8月」 =2024-08
        「2024.10」 =2024-10
        「202408」 =2024-08
        「8月份」 =2024-08
        「2024-13」 not_a_month no_such_day
        「2024-08-28」 not_a_month day
        「2024年」 not_a_month year
        「三季度」 not_a_month quarter
        「八月」 not_a_month form
        「不适用」 n/a
        ",
    );
}

//! Properties over random sources, trees and states.

use crate::world::{Register, State, condition, program};
use proptest::prelude::*;
use taizhang_core::expr::{Type, compile, parse};
use taizhang_core::value::{Cell, Value};

/// Pieces that often make something that parses.
fn piece() -> impl Strategy<Value = String> {
    let known = prop::sample::select(vec![
        "总投资",
        "状态",
        "名称",
        "开工日期",
        "入库月份",
        "牵头单位",
        "重点",
        "(",
        ")",
        "[",
        "]",
        ",",
        "?",
        ":",
        "+",
        "-",
        "*",
        "/",
        "%",
        "==",
        "!=",
        "<",
        "<=",
        ">",
        ">=",
        "&&",
        "||",
        "!",
        "in",
        "1",
        "0.05",
        "100000000",
        "'在建'",
        "\"竣工\"",
        "true",
        "null",
        "date('2024-06-30')",
        "month('2024-06')",
        "max(",
        "min(",
        "round(",
        "has(",
        "coalesce(",
        "plus_months(",
        "plus_days(",
        "days_between(",
        "len(",
        "year(",
        "day()",
        " ",
        ".",
        "\n",
        "'",
        "（",
    ])
    .prop_map(String::from);
    prop_oneof![9 => known, 1 => any::<String>()]
}

fn some_cell() -> impl Strategy<Value = Option<Cell>> {
    prop_oneof![
        Just(None),
        Just(Some(Cell::NotApplicable)),
        any::<i64>().prop_map(|units| Some(Cell::Is(Value::Num(units)))),
        (-9_i64..9).prop_map(|units| Some(Cell::Is(Value::Num(units * 100)))),
        Just(Some(Cell::Is(Value::Choice("在建".to_string())))),
    ]
}

/// Sources of trees, with more brackets than needed.
fn bracketed() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        "[a-z\u{4e00}-\u{4e20}_][a-z0-9_]{0,3}(\\.[a-z0-9]{1,2})?".prop_filter("reserved", |name| {
            !["in", "true", "false", "null"].contains(&name.as_str())
        }),
        "[0-9]{1,3}(\\.[0-9]{1,3})?",
        "\"[^\"\\\\\n]{0,4}\"",
        Just("'\\'\"\\\\'".to_string()),
        prop::sample::select(vec!["true", "null", "date('2024-02-29')", "month('2024-12')"]).prop_map(String::from),
    ];
    leaf.prop_recursive(5, 60, 4, |inner| {
        let binary = prop::sample::select(vec![
            "||", "&&", "==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "%",
        ]);
        let list = prop::collection::vec(inner.clone(), 1..4).prop_map(|list| list.join(","));
        prop_oneof![
            (inner.clone(), binary.clone(), inner.clone()).prop_map(|(a, o, b)| format!("({a}) {o} ({b})")),
            (inner.clone(), binary, inner.clone()).prop_map(|(a, o, b)| format!("{a} {o} {b}")),
            (inner.clone(), inner.clone(), inner.clone()).prop_map(|(a, b, c)| format!("({a}) ? {b} : {c}")),
            (inner.clone(), list.clone()).prop_map(|(a, list)| format!("({a}) in [{list}]")),
            list.prop_map(|list| format!("max({list})")),
            inner.clone().prop_map(|a| format!("!({a})")),
            inner.prop_map(|a| format!("-{a}")),
        ]
    })
}

/// A number or nothing, with its source over three fields: 总投资 is 300, 户数 is 7, 完成投资 is null.
type Sum = (String, Option<i64>);

fn sum() -> impl Strategy<Value = Sum> {
    let leaf = prop_oneof![
        (0_i64..20).prop_map(|n| (n.to_string(), Some(n))),
        Just(("总投资".to_string(), Some(300))),
        Just(("户数".to_string(), Some(7))),
        Just(("完成投资".to_string(), None)),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        (inner.clone(), prop::sample::select(vec!['+', '-', '*']), inner).prop_map(|((a, x), operator, (b, y))| {
            let value = x.zip(y).map(|(x, y)| match operator {
                '+' => x + y,
                '-' => x - y,
                _ => x * y,
            });
            (format!("({a} {operator} {b})"), value)
        })
    })
}

/// A condition, with its value by Kleene's tables: null lies between false and true.
fn judged() -> impl Strategy<Value = (String, Option<bool>)> {
    let compared = (
        sum(),
        prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]),
        sum(),
    );
    let leaf = compared.prop_map(|((a, x), operator, (b, y))| {
        let value = x.zip(y).map(|(x, y)| match operator {
            "==" => x == y,
            "!=" => x != y,
            "<" => x < y,
            "<=" => x <= y,
            ">" => x > y,
            _ => x >= y,
        });
        (format!("({a} {operator} {b})"), value)
    });
    let rank = |value: Option<bool>| value.map_or(1, |yes| if yes { 2 } else { 0 });
    let value = |rank: i32| [Some(false), None, Some(true)][rank as usize];
    leaf.prop_recursive(3, 8, 2, move |inner| {
        prop_oneof![
            (inner.clone(), inner.clone())
                .prop_map(move |((a, x), (b, y))| (format!("({a} && {b})"), value(rank(x).min(rank(y))))),
            (inner.clone(), inner.clone())
                .prop_map(move |((a, x), (b, y))| (format!("({a} || {b})"), value(rank(x).max(rank(y))))),
            inner.prop_map(move |(a, x)| (format!("!{a}"), value(2 - rank(x)))),
        ]
    })
}

proptest! {
    #[test]
    fn no_source_ever_panics(pieces in prop::collection::vec(piece(), 0..24), cell in some_cell()) {
        let state = State::all(cell);
        for source in [pieces.concat(), pieces.join(" ")] {
            for wanted in [Type::Bool, Type::Number, Type::Text, Type::Date, Type::Month] {
                match compile(&source, &Register, wanted) {
                    Ok(program) => { program.eval(&state); }
                    Err(fault) => {
                        let _ = fault.to_string();
                        prop_assert!(source.get(fault.range).is_some());
                    }
                }
            }
        }
    }

    #[test]
    fn any_text_at_all_is_read_or_refused(source in any::<String>()) {
        let _ = condition(&source);
    }

    #[test]
    fn printing_and_reading_again_gives_the_same_tree(source in bracketed()) {
        let tree = parse(&source);
        prop_assume!(tree.is_ok());
        let tree = tree.unwrap();
        let printed = tree.to_string();
        let again = parse(&printed).map_err(|fault| TestCaseError::fail(format!("{printed}: {fault}")))?;
        prop_assert_eq!(&tree, &again, "{} from {}", printed, source);
        prop_assert_eq!(again.to_string(), printed);
    }

    #[test]
    fn conditions_agree_with_the_tables(judged in judged()) {
        let (source, wanted) = judged;
        let state = State::all(None)
            .with("总投资", Some(Cell::Is(Value::Num(30_000))))
            .with("户数", Some(Cell::Is(Value::Num(7))));
        prop_assume!(condition(&source).is_ok());
        prop_assert_eq!(program(&source).eval_bool(&state), wanted, "{}", source);
        // The printed form has no brackets but those that precedence needs.
        let printed = parse(&source).unwrap().to_string();
        prop_assert_eq!(program(&printed).eval_bool(&state), wanted, "{}", printed);
    }

    /// The short form for a field against a literal means what the long form means.
    #[test]
    fn short_forms_agree_with_long_ones(
        cell in some_cell(),
        operator in prop::sample::select(vec!["==", "!=", "<", "<=", ">", ">="]),
        literal in prop_oneof!["-?[0-9]{1,2}(\\.[0-9]{1,3})?", "-?[0-9]{15,25}"],
    ) {
        let state = State::all(cell);
        let value = |source: String| program(&source).eval_bool(&state);
        let long = value(format!("coalesce(总投资, null) {operator} {literal}"));
        prop_assert_eq!(value(format!("总投资 {operator} {literal}")), long);
        let mirrored = operator.replace('<', "G").replace('>', "<").replace('G', ">");
        prop_assert_eq!(value(format!("{literal} {mirrored} 总投资")), long);
        if ["==", "!="].contains(&operator) {
            let long = value(format!("coalesce(状态, null) {operator} '在建'"));
            prop_assert_eq!(value(format!("状态 {operator} '在建'")), long);
        }
    }
}

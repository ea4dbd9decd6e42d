//! Expressions × states × results.

use crate::world::{Register, State, condition, program, shown, slot_of};
use rust_decimal::Decimal;
use taizhang_core::day::{Day, Month};
use taizhang_core::expr::{AccountNames, Slot, Type, compile, compile_formula, parse};
use taizhang_core::value::{Cell, Precision, Value};

fn check(state: &State, rows: &[(&str, &str)]) {
    for (source, wanted) in rows {
        assert_eq!(shown(program(source).eval(state)), *wanted, "{source}");
    }
}

#[test]
fn values_of_a_project_being_built() {
    check(
        &State::built(),
        &[
            // Precedence and arithmetic.
            ("1 + 2 * 3", "7"),
            ("(1 + 2) * 3", "9"),
            ("10 - 4 - 3", "3"),
            ("100 / 10 / 5", "2"),
            ("-2 * -3", "6"),
            ("--2", "2"),
            ("7 % 3 - 1", "0"),
            ("-7 % 3", "-1"),
            ("0.1 + 0.2", "0.3"),
            ("总投资", "123456789.05"),
            ("总投资 - 完成投资", "63456788.55"),
            ("-户数", "7"),
            ("户数 / 2", "-3.5"),
            // Comparison, in any direction, exact to the last digit.
            ("状态 == \"在建\" && 总投资 >= 100000000", "true"),
            ("总投资 == 123456789.05", "true"),
            ("总投资 == 123456789.050", "true"),
            ("总投资 < 123456789.055", "true"),
            ("123456789.05 <= 总投资", "true"),
            ("100 > 户数", "true"),
            ("户数 != -7", "false"),
            ("户数 == 0 - 7", "true"),
            ("总投资 > 99999999999999999999999999", "false"),
            ("总投资 > 完成投资 * 2", "true"),
            ("'在建' == 状态", "true"),
            ("状态 != '在建'", "false"),
            ("parent.stage == 状态", "false"),
            ("名称 == 状态", "false"),
            ("状态 in ['储备', \"在建\"]", "true"),
            ("!(状态 in ['储备'])", "true"),
            ("户数 in [1, -7]", "true"),
            ("行业代码 >= '13' && 行业代码 < '44'", "true"),
            ("开工日期 <= date(\"2024-01-31\")", "true"),
            ("入库月份 < month('2023-12')", "true"),
            ("开工日期 in [date('2024-01-31')]", "true"),
            ("牵头单位 == 责任单位", "true"),
            ("重点", "true"),
            ("重点 == (状态 == '竣工')", "false"),
            // Choosing.
            ("状态 == '在建' ? 总投资 : 0", "123456789.05"),
            ("false ? 1 : true ? 2 : 3", "2"),
            ("true ? '甲' : 名称", "\"甲\""),
            ("状态 == '竣工' ? null : 1", "1"),
            ("false || true ? 1 : 2", "1"),
            // Functions.
            ("min(3, 户数, 2)", "-7"),
            ("max(date('2024-01-01'), 开工日期)", "2024-01-31"),
            ("abs(户数) + floor(-1.5) + floor(1.5)", "6"),
            ("round(2.345, 2) + round(-2.345, 2)", "0"),
            ("round(2.345, 2)", "2.35"),
            ("round(-2.5, 0)", "-3"),
            ("year(开工日期) + year(入库月份)", "4047"),
            ("month_of(开工日期)", "2024-01"),
            ("month_of(开工日期) == month('2024-01')", "true"),
            ("days_between(开工日期, day())", "151"),
            ("days_between(day(), 开工日期)", "-151"),
            ("plus_days(开工日期, 30)", "2024-03-01"),
            ("plus_months(开工日期, 1)", "2024-02-29"),
            ("plus_months(入库月份, 2)", "2024-01"),
            ("plus_months(month('2199-12'), 1)", "null"),
            ("plus_days(date('2199-12-31'), 1)", "null"),
            ("plus_days(date('1900-01-01'), -1)", "null"),
            ("plus_days(开工日期, 0.5)", "null"),
            ("plus_months(开工日期, 99999999999)", "null"),
            ("has(总投资) && !has(竣工日期)", "true"),
            ("has(牵头单位) && has(照片) && !has(上级项目)", "true"),
            ("is_na(竣工日期)", "false"),
            ("coalesce(竣工日期, 开工日期)", "2024-01-31"),
            ("contains(名称, \"储能\") && starts_with(行业代码, '26')", "true"),
            ("contains(状态, '建')", "true"),
            ("len(名称) + len('a\\'\"')", "7"),
            ("day()", "2024-06-30"),
            // Undefined.
            ("1 / 0", "null"),
            ("1 % 0", "null"),
            ("1 / (户数 + 7)", "null"),
            ("1 / 0 == null", "true"),
            ("79228162514264337593543950335 + 1", "null"),
            ("79228162514264337593543950335 * 总投资", "null"),
            ("牵头单位", "other"),
        ],
    );
}

/// The same answers whether nobody has said, it does not apply, or the law erased it.
#[test]
fn null_rules() {
    let states = [
        State::all(None),
        State::all(Some(Cell::Missing)),
        State::all(Some(Cell::NotApplicable)),
        State::all(Some(Cell::Erased)),
        State::all(Some(Cell::Is(Value::Sealed(vec![1])))),
    ];
    for state in states {
        check(
            &state,
            &[
                ("总投资", "null"),
                ("总投资 + 1", "null"),
                ("-总投资", "null"),
                ("总投资 > 1", "null"),
                ("1 > 总投资 * 1", "null"),
                ("总投资 == 完成投资", "null"),
                ("总投资 == null", "true"),
                ("null != 总投资", "false"),
                ("null == null", "true"),
                ("牵头单位 == null && 照片 == null", "true"),
                ("牵头单位 == 责任单位", "null"),
                ("牵头单位 != 责任单位", "null"),
                ("状态 == '在建'", "null"),
                ("状态 != '在建'", "null"),
                ("状态 in ['在建']", "null"),
                ("1 in [总投资, 1]", "true"),
                ("1 in [总投资, 2]", "null"),
                ("重点", "null"),
                ("!重点", "null"),
                ("重点 && false", "false"),
                ("false && 重点", "false"),
                ("true && 重点", "null"),
                ("重点 && 重点 && false", "false"),
                ("重点 || true", "true"),
                ("false || 重点", "null"),
                ("重点 ? 1 : 2", "null"),
                ("min(1, 总投资)", "null"),
                ("max(总投资, 1)", "null"),
                ("abs(总投资)", "null"),
                ("round(总投资, 2)", "null"),
                ("contains(名称, 'a')", "null"),
                ("starts_with('a', 名称)", "null"),
                ("len(名称)", "null"),
                ("year(开工日期)", "null"),
                ("days_between(开工日期, day())", "null"),
                ("plus_days(day(), 总投资)", "null"),
                ("coalesce(总投资, 0)", "0"),
                ("coalesce(总投资, 完成投资)", "null"),
                ("coalesce(状态, '在建') == '在建'", "true"),
                ("has(总投资)", "false"),
                ("has(总投资) || is_na(状态) == null", "false"),
            ],
        );
    }
    let asked = |cell| program("is_na(状态)").eval_bool(&State::all(Some(cell)));
    assert_eq!(asked(Cell::NotApplicable), Some(true));
    assert_eq!(asked(Cell::Missing), Some(false));
    assert_eq!(asked(Cell::Erased), Some(false));
}

#[test]
fn a_null_condition_does_not_hold_and_a_null_check_passes() {
    let (empty, built) = (State::all(None), State::built());
    for (source, state, holds, passes) in [
        ("总投资 > 1", &empty, false, true),
        ("总投资 > 1", &built, true, true),
        ("总投资 < 1", &built, false, false),
    ] {
        let program = condition(source).unwrap();
        assert_eq!(
            (program.holds(state), program.passes(state)),
            (holds, passes),
            "{source}"
        );
    }
}

/// A definition may change under old values; they read as null and never as something else.
#[test]
fn values_of_another_type_and_days_outside_the_calendar_are_null() {
    let odd = [
        Value::Text("x".to_string()),
        Value::Date(Day(i32::MAX), Precision::Day),
        Value::Month(Month(i32::MIN)),
        Value::Place { lat: 1, lon: 2 },
    ];
    let sources = [
        "总投资 > 1",
        "总投资 + 1 > 1",
        "year(开工日期) > 1",
        "plus_months(入库月份, 1) > month('2024-01')",
    ];
    for value in odd {
        let state = State::all(Some(Cell::Is(value)));
        for source in sources {
            assert_eq!(program(source).eval_bool(&state), None, "{source} {state:?}");
        }
        assert_eq!(program("has(总投资)").eval_bool(&state), Some(true));
    }
}

#[test]
fn a_program_says_what_it_reads_and_gives() {
    let source = "has(状态) && 总投资 + 完成投资 > 总投资 || day() > 开工日期";
    let program = condition(source).unwrap();
    let reads: Vec<Slot> = ["总投资", "完成投资", "状态", "开工日期"].map(slot_of).to_vec();
    assert_eq!(program.reads(), reads);
    assert!(program.reads_day());
    assert_eq!((program.source(), program.result()), (source, &Type::Bool));
    assert_eq!(program, condition(source).unwrap());
    assert_ne!(program, condition("true").unwrap());
    assert!(!condition("开工日期 > date('2024-01-01')").unwrap().reads_day());
}

/// A field against a literal has a short form, which means what the long form means, also between
/// two units of the field's scale and with the sides exchanged.
#[test]
fn short_forms_are_exact() {
    let state = State::built().with("总投资", Some(Cell::Is(Value::Num(1_234))));
    let holds = |source: String| program(&source).holds(&state);
    for literal in [
        "12.33",
        "12.335",
        "12.3399999",
        "12.34",
        "12.340",
        "12.3400001",
        "12.345",
        "12.35",
        "-12.34",
    ] {
        for (operator, mirrored) in [
            ("<", ">"),
            ("<=", ">="),
            (">", "<"),
            (">=", "<="),
            ("==", "=="),
            ("!=", "!="),
        ] {
            let long = holds(format!("(总投资 + 0) - ({literal}) {operator} 户数 - 户数"));
            assert_eq!(
                holds(format!("总投资 {operator} {literal}")),
                long,
                "总投资 {operator} {literal}"
            );
            assert_eq!(
                holds(format!("{literal} {mirrored} 总投资")),
                long,
                "{literal} {mirrored} 总投资"
            );
        }
    }
}

/// The book keeps NFC, so a literal typed in another form still meets it.
#[test]
fn literals_and_names_are_read_in_nfc() {
    let state = State::built().with("名称", Some(Cell::Is(Value::Text("caf\u{e9}".to_string()))));
    assert!(program("名称 == 'cafe\u{301}'").holds(&state));
    assert_eq!(parse("cafe\u{301} > 1"), parse("caf\u{e9} > 1"));
}

#[test]
fn a_choice_takes_only_its_own_ids() {
    let stage = || Type::choice(["在建", "竣工"]);
    assert!(compile("重点 ? '在建' : '竣工'", &Register, stage()).is_ok());
    assert!(compile("重点 ? '在建' : '停工'", &Register, stage()).is_err());
    assert!(compile("状态", &Register, Type::Text).is_ok());
    assert!(compile("名称", &Register, stage()).is_err());
}

struct Chart;

impl AccountNames for Chart {
    fn account(&self, name: &str) -> Option<Slot> {
        self.all()
            .iter()
            .position(|known| known == name)
            .map(|at| Slot(at as u32))
    }

    fn all(&self) -> Vec<String> {
        ["enterprise.hnte_new", "enterprise.all", "投资.完成", "投资.2024计划"]
            .map(String::from)
            .to_vec()
    }
}

#[test]
fn formulas_are_sums_and_ratios_of_balances() {
    let balances = [Some(30), Some(120), Some(0), None];
    let balance = |slot: Slot| balances[slot.0 as usize].map(Decimal::from);
    for (source, wanted, ratio) in [
        ("enterprise.hnte_new / enterprise.all", Some("0.25"), true),
        ("(enterprise.hnte_new + 30) / enterprise.all", Some("0.5"), true),
        ("enterprise.hnte_new / 投资.完成", None, true),
        ("enterprise.hnte_new + 投资.2024计划", None, false),
        ("coalesce(投资.2024计划, 0) + enterprise.all * 2", Some("240"), false),
        ("round(enterprise.all / 7, 2)", Some("17.14"), false),
        ("投资.完成 > 0 ? 1 : 2", Some("2"), false),
        ("has(投资.2024计划) ? 1 : 2", Some("2"), false),
    ] {
        let formula = compile_formula(source, &Chart).unwrap();
        let found = formula.eval(&balance).map(|number| number.normalize().to_string());
        assert_eq!((found.as_deref(), formula.is_ratio()), (wanted, ratio), "{source}");
    }
    let formula = compile_formula("投资.完成 / enterprise.all - 投资.完成", &Chart).unwrap();
    assert_eq!(formula.accounts(), [Slot(1), Slot(2)]);
    for (source, message) in [
        ("投资.完工", "第 1 列：没有名为“投资.完工”的科目，是否想写“投资.完成”？"),
        ("投资.完成 > 1", "第 1 列：整条表达式应得出数字，现在得出的是是否"),
        ("投资.完成 + year(day())", "第 14 列：科目公式里不能用 day()"),
        ("is_na(投资.完成) ? 1 : 2", "第 7 列：科目公式里不能用 is_na(…)"),
    ] {
        assert_eq!(compile_formula(source, &Chart).unwrap_err().to_string(), message);
    }
}

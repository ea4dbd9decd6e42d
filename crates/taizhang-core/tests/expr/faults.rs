//! The fault gallery: what is wrong, where, and what to do, to the letter.

use crate::world::{Register, State, condition};
use taizhang_core::expr::{CHARS_MAX, DEPTH_MAX, FaultKind, PARTS_MAX, Type, compile, parse};

fn check(rows: &[(&str, &str)]) {
    for (source, message) in rows {
        assert_eq!(condition(source).unwrap_err().to_string(), *message, "{source}");
    }
}

#[test]
fn what_is_misspelt() {
    check(&[
        ("", "第 1 列：表达式是空的，请写出内容"),
        ("总投资 > 1 and 重点", "第 9 列：这里写成了“and”，应写“&&”"),
        ("重点 或 重点", "第 4 列：这里写成了“或”，应写“||”"),
        ("状态 = '在建'", "第 4 列：这里写成了“=”，应写“==”"),
        ("（总投资 > 1）", "第 1 列：这里写成了“（”，应写“(”"),
        ("总投资 ≥ 1", "第 5 列：这里写成了“≥”，应写“>=”"),
        ("状态 == “在建”", "第 7 列：这里写成了““”，应写“\"”"),
        ("总投资 > １００", "第 7 列：这里写成了“１”，应写“1”"),
        ("状态 in ['在建'，'竣工']", "第 12 列：这里写成了“，”，应写“,”"),
        ("总投资 > 1 @", "第 9 列：不认识的字符“@”（U+0040），请删去"),
        (
            "总投资 >\u{200b} 1",
            "第 6 列：不认识的字符“\\u{200b}”（U+200B），请删去",
        ),
        (
            "状态 == '在建",
            "第 7 列：引号里的文字没有收尾，请在同一行补上另一个引号",
        ),
        (
            "状态 == '在\n建'",
            "第 7 列：引号里的文字没有收尾，请在同一行补上另一个引号",
        ),
        ("名称 == 'a\\n'", "第 9 列：“\\”后面只能是引号或“\\”，这里是“n”"),
        (
            "2024年投资 > 1",
            "第 1 列：“2024年投资”不是数字（最多 28 位；名称不能以数字开头，文字要加引号）",
        ),
        (
            "1.2.3 > 1",
            "第 1 列：“1.2.3”不是数字（最多 28 位；名称不能以数字开头，文字要加引号）",
        ),
    ]);
}

#[test]
fn what_does_not_fit_together() {
    check(&[
        (
            "总投资 >",
            "第 6 列：表达式没有写完，这里还应有一个值（字段、数字、带引号的文字或括号）",
        ),
        (
            "> 1",
            "第 1 列：这里应是一个值（字段、数字、带引号的文字或括号），却是“>”",
        ),
        ("总投资 > 1 2", "第 9 列：这里应是运算符或结尾，却是“2”"),
        ("(总投资 > 1", "第 1 列：括号“(”没有配对的右括号"),
        ("总投资 > 1)", "第 8 列：这里应是运算符或结尾，却是“)”"),
        ("状态 in ['在建'", "第 7 列：括号“[”没有配对的右括号"),
        ("状态 in '在建'", "第 7 列：这里应是“[”，却是“'在建'”"),
        ("重点 ? true", "第 10 列：表达式没有写完，这里还应有“:”"),
        ("max(1, 2 > 1", "第 4 列：括号“(”没有配对的右括号"),
        ("状态 in []", "第 1 列：in 后面的方括号里至少要有一个值"),
        (
            "状态 in ['在建', null]",
            "第 14 列：in 的列表里不能有 null，请另写 == null",
        ),
        (
            "开工日期 > date('2023-02-29')",
            "第 13 列：日期要写成 date(\"2024-06-30\")，且在 1900 年至 2199 年的日历中",
        ),
        (
            "开工日期 > date(名称)",
            "第 13 列：日期要写成 date(\"2024-06-30\")，且在 1900 年至 2199 年的日历中",
        ),
        (
            "入库月份 > month('2024-13')",
            "第 14 列：月份要写成 month(\"2024-06\")，且在 1900 年至 2199 年之间",
        ),
        (
            "重点 &&\n总投资 > '1'",
            "第 2 行第 7 列：数字不能与文字比较；数字不要加引号",
        ),
    ]);
}

#[test]
fn names_that_nobody_knows_or_no_rule_may_read() {
    check(&[
        ("完成额 > 1", "第 1 列：没有名为“完成额”的字段，是否想写“完成投资”？"),
        (
            "重点 && 完全不存在的栏目 > 1",
            "第 7 列：没有名为“完全不存在的栏目”的字段，请核对名称",
        ),
        (
            "parent.stag == 'open'",
            "第 1 列：没有名为“parent.stag”的字段，是否想写“parent.stage”？",
        ),
        ("开工日期 < day", "第 8 列：没有名为“day”的字段，是否想写“day()”？"),
        ("mx(1, 2) > 1", "第 1 列：没有名为“mx”的函数，是否想写“max”？"),
        ("求平均数值(1) > 1", "第 1 列：没有名为“求平均数值”的函数，请核对名称"),
        (
            "联系电话 == '1'",
            "第 1 列：字段“联系电话”的密级是个人或敏感信息，规则不得读取，请改用公开的派生字段",
        ),
        (
            "has(联系电话)",
            "第 5 列：字段“联系电话”的密级是个人或敏感信息，规则不得读取，请改用公开的派生字段",
        ),
        ("过细 > 1", "第 1 列：字段“过细”的小数位数超过 18 位，请改台账定义"),
    ]);
}

#[test]
fn types_that_do_not_meet() {
    check(&[
        ("总投资", "第 1 列：整条表达式应得出是否，现在得出的是数字"),
        ("状态 == '停工'", "第 7 列：没有名为“停工”的选项，是否想写“竣工”？"),
        ("'结束' != 状态", "第 1 列：没有名为“结束”的选项，请核对名称"),
        (
            "状态 in ['在建', '已竣工']",
            "第 14 列：没有名为“已竣工”的选项，是否想写“竣工”？",
        ),
        ("状态 == 类别", "第 7 列：两边没有相同的选项，永远不会相等"),
        ("状态 > '在建'", "第 1 列：选项没有大小之分，只能用 ==、!= 或 in 比较"),
        ("重点 < true", "第 1 列：是否没有大小之分，只能用 ==、!= 或 in 比较"),
        ("总投资 > null", "第 7 列：空值没有大小，只能用 == null 或 != null 判断"),
        ("总投资 + null > 1", "第 7 列：“+”只能用于数字，这里是空值"),
        (
            "总投资 + '1' > 1",
            "第 7 列：“+”只能用于数字，这里是文字；数字不要加引号",
        ),
        ("开工日期 + 1 > day()", "第 1 列：“+”只能用于数字，这里是日期"),
        ("-名称 > 1", "第 2 列：“-”只能用于数字，这里是文字；数字不要加引号"),
        ("!总投资", "第 2 列：“!”只能用于是否，这里是数字"),
        ("重点 && 总投资", "第 7 列：“&&”只能用于是否，这里是数字"),
        ("总投资 ? true : false", "第 1 列：“?”只能用于是否，这里是数字"),
        (
            "1 < 总投资 < 5",
            "第 9 列：比较不能连写，请写成“a < b && b < c”的样子，或者加括号",
        ),
        (
            "开工日期 > '2024-06-30'",
            "第 8 列：日期不能与文字比较；日期要写成 date(\"2024-06-30\")",
        ),
        (
            "开工日期 > month('2024-06')",
            "第 8 列：日期不能与月份比较；日期的月份是 month_of(…)",
        ),
        ("行业代码 == 26", "第 9 列：文字不能与数字比较；文字和代码要加引号"),
        ("总投资 == 重点", "第 8 列：数字不能与是否比较"),
        (
            "牵头单位 == '水务局'",
            "第 1 列：单位字段在这里只能用 has(…) 判断有没有",
        ),
        (
            "'水务局' == 牵头单位",
            "第 10 列：单位字段在这里只能用 has(…) 判断有没有",
        ),
        (
            "牵头单位 in ['水务局']",
            "第 1 列：单位字段在这里只能用 has(…) 判断有没有",
        ),
        (
            "牵头单位 == 上级项目",
            "第 1 列：单位字段在这里只能用 has(…) 判断有没有",
        ),
        ("照片 == 照片", "第 1 列：佐证字段在这里只能用 has(…) 判断有没有"),
        (
            "coalesce(牵头单位, 责任单位) == null",
            "第 10 列：单位字段在这里只能用 has(…) 判断有没有",
        ),
        (
            "(重点 ? 1 : '甲') == 1",
            "第 11 列：几个取值的类型应相同，前面是数字，这里是文字",
        ),
    ]);
}

#[test]
fn calls_that_do_not_fit() {
    check(&[
        ("max(1) > 1", "第 1 列：max(…) 至少要 2 个参数，这里有 1 个"),
        ("round(1.5) > 1", "第 1 列：round(…) 要 2 个参数，这里有 1 个"),
        ("day(1) > day()", "第 1 列：day() 的括号里不写参数"),
        (
            "round(1.5, 户数) > 1",
            "第 12 列：round(…) 的小数位数应直接写 0 到 10 的整数",
        ),
        (
            "round(1.5, 0.5) > 1",
            "第 12 列：round(…) 的小数位数应直接写 0 到 10 的整数",
        ),
        (
            "year(总投资) > 1",
            "第 6 列：year(…) 的第 1 个参数应是日期或月份，这里是数字",
        ),
        (
            "plus_days(day(), '3') > day()",
            "第 18 列：plus_days(…) 的第 2 个参数应是数字，这里是文字",
        ),
        (
            "contains(名称, 1)",
            "第 14 列：contains(…) 的第 2 个参数应是文字，这里是数字",
        ),
        (
            "max(1, day()) > 1",
            "第 8 列：几个取值的类型应相同，前面是数字，这里是日期",
        ),
        (
            "min(名称, 'a') == 'a'",
            "第 5 列：min(…) 的第 1 个参数应是数字、日期或月份，这里是文字",
        ),
        ("has(1)", "第 5 列：has(…) 的括号里只能写一个字段的名称"),
        ("is_na(总投资 + 1)", "第 7 列：is_na(…) 的括号里只能写一个字段的名称"),
    ]);
}

#[test]
fn a_fault_marks_its_bytes() {
    let fault = condition("重点 &&\n 完成额 > 1").unwrap_err();
    assert_eq!((fault.range, fault.line, fault.column), (11..20, 2, 2));
    let kind = FaultKind::UnknownField {
        name: "完成额".to_string(),
        near: Some("完成投资".to_string()),
    };
    assert_eq!(fault.kind, kind);
    let wanted = Type::choice(["在建", "竣工"]);
    let fault = compile("'停建'", &Register, wanted).unwrap_err();
    assert_eq!(fault.to_string(), "第 1 列：没有名为“停建”的选项，是否想写“在建”？");
}

#[test]
fn limits_hold_at_their_edges() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(DEPTH_MAX)).is_ok());
    assert_eq!(parse(&nested(DEPTH_MAX + 1)).unwrap_err().kind, FaultKind::TooDeep);
    // Only what is open counts, not what has been closed.
    for beside in ["(1)", "-1", "max(1, 2)", "(1 in [1] ? 1 : 2)"] {
        assert!(parse(&[beside; DEPTH_MAX + 8].join(" + ")).is_ok(), "{beside}");
    }
    let long = |chars: usize| format!("1{}", " ".repeat(chars - 1));
    assert!(parse(&long(CHARS_MAX)).is_ok());
    assert_eq!(
        parse(&long(CHARS_MAX + 1)).unwrap_err().kind,
        FaultKind::TooLong { chars: CHARS_MAX + 1 }
    );
    let sum = vec!["1"; PARTS_MAX / 2].join("+");
    assert!(parse(&format!("-{sum}")).is_ok(), "{PARTS_MAX} parts");
    assert_eq!(parse(&format!("--{sum}")).unwrap_err().kind, FaultKind::TooManyParts);
    for (source, message) in [
        (nested(33), "第 33 列：括号等嵌套超过 32 层，请拆成几条"),
        (long(2_001), "第 1 列：表达式有 2001 个字符，最多 2000 个，请拆成几条"),
        (format!("--{sum}"), "第 1 列：表达式的组成部分超过 400 个，请拆成几条"),
    ] {
        assert_eq!(condition(&source).unwrap_err().to_string(), message);
    }
}

/// Whatever nests is stopped by a limit and not by the end of the stack, which is small here.
#[test]
fn hostile_sources_never_exhaust_the_stack() {
    let run = || {
        for open in ["(", "[", "-", "!", "max(", "1 in [", "true ? ", "1 + ("] {
            for count in [250, 10_000] {
                assert!(condition(&open.repeat(count)).is_err(), "{open}");
            }
        }
        let deep = format!(
            "{}1{}",
            "true || true && 1 == 1 + 1 * (".repeat(DEPTH_MAX),
            ")".repeat(DEPTH_MAX)
        );
        assert_eq!(
            condition(&deep).unwrap_err().column,
            931,
            "the last bracket but one gives no number"
        );
        for (chain, end) in [("户数 - ", "1 > 0"), ("重点 || ", "重点"), ("重点 ? 重点 : ", "重点")] {
            let program = condition(&format!("{}{end}", chain.repeat(198)));
            let empty = State::all(None);
            let nested = chain.contains('?');
            assert_eq!(
                program.map(|program| program.holds(&empty)).ok(),
                (!nested).then_some(false),
                "{chain}"
            );
        }
    };
    std::thread::Builder::new()
        .stack_size(1024 * 1024)
        .spawn(run)
        .unwrap()
        .join()
        .unwrap();
}

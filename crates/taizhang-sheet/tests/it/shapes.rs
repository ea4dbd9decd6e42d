//! Room: the fifteen shapes that real ledgers come in, each as an invented workbook.
//!
//! The numbers in the names of the tests are those of the list of shapes.

use crate::support::{columns, fill, lines, patched, sheet, skipped, table, table_of, workbook};
use rust_xlsxwriter::{ExcelDateTime, Format, Formula};
use taizhang_sheet::table::{PeriodPart, SheetPeriod};
use taizhang_sheet::{ReadOptions, SheetError, find_table, open_in_process};

const PLAIN: &[&str] = &["序号", "项目名称", "总投资", "年度计划投资", "责任单位", "备注"];
const DISPATCH: &[&str] = &[
    "序号",
    "项目名称",
    "建设地点",
    "总投资",
    "计划投资",
    "年度目标(形象)",
    "8月完成",
    "1-8月累计",
    "分包领导",
    "责任单位",
    "备注",
];

/// Layout C: title, line of the reporting unit, a header of two rows, sections, totals and notes.
fn dispatch_lines() -> Vec<&'static str> {
    vec![
        "2024年重点项目调度台账>11",
        "填报单位（盖章）：县发改委　　单位：万元>11",
        "（1—8月份）>11",
        "序号^2|项目名称^2|建设地点^2|总投资（亿元）^2|2024年计划>2|.|完成情况>2|.|责任分工>2|.|备注^2",
        ".|.|.|.|计划投资|年度目标\\(形象)|8月完成|1-8月\\累计|分包领导|责任单位|.",
        "合计||||#2600||#250|#1700|||",
        "一、省重点项目（2个）>11",
        "（一）续建项目>11",
        "#1|甲产业园^2|东区|#12|#1000|主体封顶|#100|#800|张三|工信局^2|",
        "#2|.|西区|#3.5|#600|设备安装|#50|#400|李四|.|分两期",
        "（二）新开工项目>11",
        "#3|乙水厂|南区>2|.|#1000|开工|#100|#500|王五|水利局|",
        "小计||||#2600||#250|#1700|||",
        "注：1.数据截至8月底>11",
        "\u{a0}\u{3000}2.单位为万元>11",
    ]
}

#[test]
fn shapes_1_2_4_8_10_12_a_whole_dispatch_ledger() {
    let (found, rows) = table(&sheet(&dispatch_lines()), DISPATCH).expect("a table");
    assert_eq!(found.header_rows, (4, 5));
    assert_eq!(
        columns(&found),
        [
            "A 序号",
            "B 项目名称",
            "C 建设地点",
            "D 总投资 (亿元)",
            "E 计划投资",
            "F 年度目标(形象)",
            "G 8月完成",
            "H 1-8月累计",
            "I 分包领导",
            "J 责任单位",
            "K 备注",
        ]
    );
    assert_eq!(found.columns[6].heading, "完成情况/8月完成");
    assert_eq!(found.columns[6].group.as_deref(), Some("完成情况"));
    assert_eq!(found.columns[1].group, None);
    assert_eq!(found.sheet_measure.as_deref(), Some("万元"));
    let part = Some(PeriodPart::Months(1, 8));
    assert_eq!(found.sheet_period, SheetPeriod { year: Some(2024), part });
    assert_eq!(found.preamble.len(), 3);
    let first = "一、省重点项目（2个）/（一）续建项目";
    let second = "一、省重点项目（2个）/（二）新开工项目";
    assert_eq!(
        lines(&rows),
        [
            format!("9 [{first}] 1:n|甲产业园|东区|12:n|1000:n|主体封顶|100:n|800:n|张三|工信局|"),
            format!("10 [{first}] 2:n|甲产业园^|西区|3.5:n|600:n|设备安装|50:n|400:n|李四|工信局^|分两期"),
            format!("12 [{second}] 3:n|乙水厂|南区|<|1000:n|开工|100:n|500:n|王五|水利局|"),
        ]
    );
    assert_eq!(
        skipped(&found),
        [
            "6 total",
            "7 section",
            "8 section",
            "11 section",
            "13 total",
            "14 note",
            "15 note",
        ]
    );
    assert!(found.unmatched_columns.is_empty() && found.repeated_headings.is_empty());
}

#[test]
fn shape_1_the_header_may_stand_in_any_of_the_first_rows_and_the_best_sheet_is_taken() {
    let path = workbook(|book| {
        fill(
            book.add_worksheet().set_name("填表说明").unwrap(),
            &["项目名称怎么填", "总投资|填什么"],
        );
        fill(
            book.add_worksheet().set_name("一季度").unwrap(),
            &["项目名称|备注", "旧|"],
        );
        let august = &["8月台账>4", "", "", "序号|项目名称|总投资|备注", "#1|新|#5|"];
        fill(book.add_worksheet().set_name("8月").unwrap(), august);
        fill(book.add_worksheet().set_name("9月").unwrap(), august);
        let hidden = book.add_worksheet().set_name("底表").unwrap().set_hidden(true);
        fill(hidden, &["序号|项目名称|总投资|年度计划投资|备注", "#1|底|#5|#1|"]);
    });
    let (found, rows) = table(&path, PLAIN).expect("a table");
    assert_eq!(
        (found.sheet.as_str(), found.rivals.as_slice()),
        ("8月", &["9月".to_owned()][..])
    );
    assert_eq!(found.header_rows, (4, 4));
    assert_eq!(found.sheet_period.part, Some(PeriodPart::Month(8)));
    assert_eq!(lines(&rows), ["5 1:n|新|5:n|"]);

    let named = ReadOptions {
        sheet: Some("底表".into()),
        ..ReadOptions::default()
    };
    let (found, rows) = table_of(&path, PLAIN, &named).expect("a hidden sheet that was named");
    assert_eq!(
        (found.sheet.as_str(), lines(&rows)),
        ("底表", vec!["2 1:n|底|5:n|1:n|".to_owned()])
    );

    let named = ReadOptions {
        sheet: Some("十月".into()),
        ..ReadOptions::default()
    };
    let error = table_of(&path, PLAIN, &named).expect_err("no such sheet");
    assert!(
        matches!(&error, SheetError::NoSuchSheet { have, .. } if have.len() == 5),
        "{error}"
    );
}

#[test]
fn shape_2_lines_between_title_and_header_are_no_group_headings() {
    let table_with = |line: &'static str| {
        let path = sheet(&["项目台账>4", line, "序号|项目名称|总投资|备注", "#1|甲|#5|"]);
        table(&path, PLAIN).expect("a table").0
    };
    for line in [
        "填报单位（盖章）：县发改委>2|.|单位：万元>2|.",
        "填报单位：发改委|||单位：万元",
        "（12月份）|||（单位：万元）",
    ] {
        let found = table_with(line);
        assert_eq!(found.header_rows, (3, 3), "{line}");
        assert_eq!(found.sheet_measure.as_deref(), Some("万元"), "{line}");
        assert!(found.columns.iter().all(|column| column.group.is_none()), "{line}");
    }
}

#[test]
fn shapes_3_and_11_columns_that_change_with_the_year_are_listed_if_unknown() {
    struct Pattern;
    impl taizhang_sheet::Headings for Pattern {
        fn knows(&self, heading: &str) -> bool {
            heading == "项目名称" || heading.ends_with("年完成")
        }
    }
    let path = sheet(&["项目名称|2024年完成|2023年完成|二〇二二年完成情况", "甲||#5|#4"]);
    let mut reader = find_table(open_in_process(&path, &ReadOptions::default()).unwrap(), &Pattern).expect("a table");
    let rows: Vec<_> = reader.by_ref().map(Result::unwrap).collect();
    assert_eq!(lines(&rows), ["2 甲||5:n|4:n"]);
    let unmatched = &reader.table().unmatched_columns;
    assert_eq!(unmatched.len(), 1);
    assert_eq!(
        (unmatched[0].letter.as_str(), unmatched[0].heading.as_deref()),
        ("D", Some("二〇二二年完成情况"))
    );
}

#[test]
fn shape_4_headers_of_three_rows_without_merges_and_with_units_of_their_own() {
    let known = &[
        "项目名称",
        "完成情况/本月/投资",
        "完成情况/本月/项目数",
        "完成情况/累计/投资",
        "备注",
    ];
    let path = sheet(&[
        "项目名称^3|完成情况>3|.|.|备注^3",
        ".|本月>2|.|累计|.",
        ".|投资（万元）|项目数（个）|投资（万元）|.",
        "甲|#1|#2|#3|",
    ]);
    let (found, _) = table(&path, known).expect("a table");
    assert_eq!(found.header_rows, (1, 3));
    assert_eq!(
        columns(&found),
        [
            "A 项目名称",
            "B 完成情况/本月/投资 (万元)",
            "C 完成情况/本月/项目数 (个)",
            "D 完成情况/累计/投资 (万元)",
            "E 备注",
        ]
    );

    let unmerged = sheet(&[
        "序号|项目名称|总投资|完成情况||责任单位",
        "||（亿元）|8月完成|1-8月累计|",
        "#1|甲|#1|#2|#3|工信局",
    ]);
    let (found, rows) = table(&unmerged, DISPATCH).expect("a table");
    assert_eq!(found.header_rows, (1, 2));
    assert_eq!(columns(&found)[2..5], ["C 总投资 (亿元)", "D 8月完成", "E 1-8月累计"]);
    assert_eq!(found.columns[4].heading, "完成情况/1-8月累计");
    assert_eq!(rows.len(), 1);

    let years = &["名称", "2023年/计划", "2023年/完成", "2024年/计划", "2024年/完成"];
    let path = sheet(&["|2023年>2|.|2024年>2|.", "名称|计划|完成|计划|完成", "甲|#1|#2|#3|#4"]);
    let (found, _) = table(&path, years).expect("a table");
    let names: Vec<&str> = found.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, *years);

    // Known only by their own texts, equal headings under different groups are nobody's.
    let (found, _) = table(&path, &["名称", "计划", "完成"]).expect("a table");
    assert_eq!(
        columns(&found),
        [
            "A 名称",
            "B 2023年/计划?",
            "C 2023年/完成?",
            "D 2024年/计划?",
            "E 2024年/完成?"
        ]
    );
    assert_eq!(found.repeated_headings.len(), 2);
}

#[test]
fn shape_4_vertical_merges_have_spans_of_their_own() {
    let path = sheet(&[
        "序号|项目名称|责任单位|备注",
        "#1^3|甲^2|工信局|一",
        ".|.|水利局^3|二",
        ".|乙|.|三",
        "#2|丙|.|四",
        "#3|丁|住建局|",
    ]);
    let (_, rows) = table(&path, PLAIN).expect("a table");
    assert_eq!(
        lines(&rows),
        [
            "2 1:n|甲|工信局|一",
            "3 1:n^|甲^|水利局|二",
            "4 1:n^|乙|水利局^|三",
            "5 2:n|丙|水利局^|四",
            "6 3:n|丁|住建局|",
        ]
    );
}

#[test]
fn shape_5_blanks_stay_blank() {
    let path = sheet(&[
        "序号|项目名称|责任单位|备注",
        "#1|甲|工信局|",
        "#2|乙||　",
        "#3|丙|无|—",
    ]);
    let (_, rows) = table(&path, PLAIN).expect("a table");
    assert_eq!(lines(&rows), ["2 1:n|甲|工信局|", "3 2:n|乙||　", "4 3:n|丙|无|—"]);
}

#[test]
fn shape_6_codes_stored_as_numbers_are_marked_where_digits_were_lost() {
    let path = sheet(&[
        "项目名称|项目代码|备注",
        "甲|2401-410402-04-01-123456|",
        "乙|#410402199001011234|",
        "丙|#2401410402|",
        "丁|#12345678901234567890|",
    ]);
    let (_, rows) = table(&path, &["项目名称", "项目代码", "备注"]).expect("a table");
    assert_eq!(
        lines(&rows),
        [
            "2 甲|2401-410402-04-01-123456|",
            "3 乙|410402199001011260:n!|",
            "4 丙|2401410402:n|",
            "5 丁|12345678901234567000:n!|",
        ]
    );
}

#[test]
fn shape_7_helper_columns_are_no_columns_and_do_not_lengthen_the_table() {
    let path = workbook(|book| {
        let sheet = book.add_worksheet();
        fill(
            sheet,
            &["序号|项目名称|备注", "#1|甲|", "#2|乙|", "注：数据为快报数", "", ""],
        );
        for row in 1..6 {
            let formula = Formula::new(format!("=A{}*2", row + 1)).set_result("0");
            sheet.write_formula(row, 5, formula).unwrap();
        }
    });
    let (found, rows) = table(&path, PLAIN).expect("a table");
    assert_eq!(lines(&rows), ["2 1:n|甲|", "3 2:n|乙|"]);
    assert_eq!(skipped(&found), ["4 note", "5 blank", "6 blank"]);
    assert_eq!(found.unmatched_columns.len(), 1);
    assert_eq!(
        (
            found.unmatched_columns[0].letter.as_str(),
            &found.unmatched_columns[0].heading
        ),
        ("F", &None)
    );
}

#[test]
fn shape_9_strange_spaces_and_full_width_signs_do_not_hide_a_heading() {
    let path = sheet(&[
        "\u{a0}序　号|项目\\名称*|总投资（万元）|责 任 单 位|ＰＭ２．５",
        "#1|甲|#5|\u{a0}县政办〔2024〕3号、\\县政办〔2024〕5号|#35",
    ]);
    let (found, rows) = table(&path, &["序号", "项目名称", "总投资", "责任单位", "PM2.5"]).expect("a table");
    assert_eq!(
        columns(&found),
        ["A 序号", "B 项目名称", "C 总投资 (万元)", "D 责任单位", "E PM2.5"]
    );
    assert_eq!(
        lines(&rows),
        ["2 1:n|甲|5:n|\u{a0}县政办〔2024〕3号、\\县政办〔2024〕5号|35:n"]
    );
}

#[test]
fn shape_10_totals_and_sections_at_the_top_and_a_printed_header_again() {
    let path = sheet(&[
        "序号|项目名称|总投资|备注",
        "1|2|3|4",
        "总计（3个）||#60|",
        "省重点项目（2个）||||",
        "#1|甲|#10|",
        "#1|乙|#20|编号重复",
        "序号|项目名称|总投资|备注",
        "市重点项目>4",
        "#2|丙|#30|",
        "",
        "填报人：张三|||审核人：李四",
    ]);
    let (found, rows) = table(&path, PLAIN).expect("a table");
    assert_eq!(
        lines(&rows),
        [
            "5 [省重点项目（2个）] 1:n|甲|10:n|",
            "6 [省重点项目（2个）] 1:n|乙|20:n|编号重复",
            "9 [市重点项目] 2:n|丙|30:n|",
        ]
    );
    assert_eq!(
        skipped(&found),
        [
            "2 column_numbers",
            "3 total",
            "4 section",
            "7 repeated_header",
            "8 section",
            "11 note",
        ]
    );
    assert_eq!(found.skipped_count, 6);
    assert_eq!(found.skipped[1].text, "总计（3个）");
}

#[test]
fn shape_12_a_unit_in_the_group_holds_for_its_columns() {
    let known = &["项目名称", "总投资", "计划投资", "完成投资", "个数"];
    let path = sheet(&[
        "项目名称^2|总投资（亿元）^2|年度投资（万元）>3|.|.",
        ".|.|计划投资|完成投资（亿元）|个数（个）",
        "甲|#1|#2|#3|#4",
    ]);
    let (found, _) = table(&path, known).expect("a table");
    assert_eq!(
        columns(&found)[1..],
        [
            "B 总投资 (亿元)",
            "C 计划投资 (万元)",
            "D 完成投资 (亿元)",
            "E 个数 (个)"
        ]
    );
}

#[test]
fn shape_15_hidden_rows_dates_of_both_calendars_formulas_errors_and_percents() {
    let path = workbook(|book| {
        let sheet = book.add_worksheet();
        fill(sheet, &["项目名称|开工时间|完成率|总投资|备注", "甲", "乙", "丙"]);
        let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
        let month = Format::new().set_num_format("yyyy\"年\"m\"月\"");
        let percent = Format::new().set_num_format("0.00%");
        let date = |day| ExcelDateTime::from_ymd(2024, 8, day).unwrap();
        sheet.write_datetime_with_format(1, 1, date(28), &day).unwrap();
        sheet.write_datetime_with_format(2, 1, date(1), &month).unwrap();
        sheet.write_datetime_with_format(3, 1, date(1), &day).unwrap();
        sheet.write_number_with_format(1, 2, 0.6213, &percent).unwrap();
        sheet
            .write_formula(1, 3, Formula::new("=1.1+1.1+1.1").set_result("3.3000000000000003"))
            .unwrap();
        sheet
            .write_formula(2, 3, Formula::new("=1/0").set_result("#DIV/0!"))
            .unwrap();
        sheet.write_boolean(3, 3, true).unwrap();
        sheet.set_row_hidden(2).unwrap();
        sheet.set_column_hidden(3).unwrap();
        sheet.autofilter(0, 0, 3, 4).unwrap();
    });
    let known = &["项目名称", "开工时间", "完成率", "总投资", "备注"];
    let (found, rows) = table(&path, known).expect("a table");
    assert_eq!(
        lines(&rows),
        [
            "2 甲|2024-08-28:d|0.6213:n%|3.3:n|",
            "~3 乙|2024-08:d||#DIV/0!:e|",
            "4 丙|2024-08-01:d||TRUE:b|",
        ]
    );
    let hidden: Vec<bool> = found.columns.iter().map(|column| column.hidden).collect();
    assert_eq!(hidden, [false, false, false, true, false]);
    assert!(!found.epoch_1904);

    let mac = patched(&path, "xl/workbook.xml", "<workbookPr ", "<workbookPr date1904=\"1\" ");
    let (found, rows) = table(&mac, known).expect("a table");
    assert!(found.epoch_1904);
    // The same day number is four years and a day later when it counts from 1904.
    assert_eq!(rows[0].cells[1].raw, "2028-08-29");
}

#[test]
fn no_header_names_the_sheet_what_was_looked_for_and_what_came_close() {
    let path = sheet(&["通讯录>3", "姓名|电话|备注", "张三|#123|"]);
    let error = table(&path, PLAIN).expect_err("no header");
    let sentence = error.to_string();
    for part in ["Sheet1", "项目名称", "第 2 行", "姓名、电话、备注"] {
        assert!(sentence.contains(part), "{sentence}");
    }
    let empty = workbook(|book| _ = book.add_worksheet());
    assert_eq!(
        table(&empty, PLAIN),
        Err(SheetError::EmptySheet { sheet: "Sheet1".into() })
    );
    let far = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write_string(60, 0, "项目名称").unwrap();
        sheet.write_string(60, 1, "备注").unwrap();
    });
    assert!(matches!(
        table(&far, PLAIN),
        Err(SheetError::NoHeader { nearest: None, .. })
    ));
    let blank_first = workbook(|book| {
        book.add_worksheet().set_name("空表").unwrap();
        book.add_worksheet()
            .set_name("名单")
            .unwrap()
            .write_string(0, 0, "x")
            .unwrap();
    });
    let error = table(&blank_first, PLAIN).expect_err("no header");
    assert!(error.to_string().contains("名单"), "{error}");
    let hidden_only = patched(&empty, "xl/workbook.xml", "<sheet name", "<sheet state=\"hidden\" name");
    assert_eq!(table(&hidden_only, PLAIN), Err(SheetError::NoVisibleSheet));
}

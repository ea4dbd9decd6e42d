//! The fifteen shapes that real ledgers come in, each an invented workbook that goes through the importer into
//! records, or comes back with a question. The numbers in the names are those of the list of shapes.

use crate::desk::{Room, counts, refusals};
use crate::workbooks::{file, patched, sheet, workbook};
use std::path::Path;
use taizhang::app::book::read_pack;
use taizhang::import::{ImportOutcome, ImportRequest, run};
use taizhang_core::pack::Files;

/// A ledger of projects as counties keep it.
const PROJECT: &str = r#"
name = "项目"
key = ["name"]
blank = "keep"
field = [
  { id = "name", name = "项目名称", type = "text", required = true },
  { id = "place", name = "建设地点", type = "text" },
  { id = "code", name = "信用代码", type = "credit_code" },
  { id = "number", name = "项目编号", type = "text" },
  { id = "total", name = "总投资", type = "money", measure = "万元" },
  { id = "plan", name = "计划投资", type = "money", measure = "万元", aliases = ["2024年计划投资"] },
  { id = "done", name = "累计完成", type = "money", measure = "万元", aliases = ["1-8月累计"] },
  { id = "started", name = "开工时间", type = "date", precision = "month" },
  { id = "surveyed", name = "踏勘日期", type = "date" },
  { id = "document", name = "批复文号", type = "text" },
  { id = "unit", name = "责任单位", type = "text" },
]
check = [{ rule = "total >= 100", message = "总投资不应少于一百万元。" }]
"#;

const BLANKS_CLEAR: &str = "blank = \"clear\"";

fn room() -> Room {
    with(|text| text)
}

fn with(change: impl Fn(String) -> String) -> Room {
    taizhang::import::workbench::parse_with(env!("CARGO_BIN_EXE_taizhang").into());
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let mut files: Files = read_pack(&pack).unwrap();
    files.insert("registers/project.toml".to_owned(), change(PROJECT.to_owned()));
    Room::of(files)
}

fn import(room: &Room, path: &Path) -> ImportOutcome {
    import_with(room, path, |_| {})
}

fn import_with(room: &Room, path: &Path, change: impl Fn(&mut ImportRequest)) -> ImportOutcome {
    let mut request = ImportRequest {
        register: "project".to_owned(),
        file: path.to_owned(),
        occurred_on: Some("2024-06-30".parse().unwrap()),
        ..ImportRequest::default()
    };
    change(&mut request);
    run(&room.app, &room.scope(), &request, &|_, _| {}).unwrap()
}

/// What was imported without a fault, a line each: the fields that were filled, in the order of the register.
fn taken(room: &Room, path: &Path) -> Vec<String> {
    let outcome = import(room, path);
    assert!(!outcome.refused && outcome.errors.is_empty(), "{:?}", outcome.errors);
    rows(room)
}

fn rows(room: &Room) -> Vec<String> {
    let filled = |line: String| {
        let cells = line.split(',').filter(|cell| !cell.is_empty()).map(str::to_owned);
        cells.collect::<Vec<_>>().join(" ")
    };
    room.rows("project").into_iter().map(filled).collect()
}

#[test]
fn shapes_1_2_4_8_10_12_a_whole_dispatch_ledger_becomes_records() {
    let lines = [
        "新华区重点项目台账（样例）>8",
        "",
        "（8月份）>8",
        "填报单位（盖章）：样例街道　单位：万元>8",
        "序号^2|项目名称^2|总投资（亿元）^2|2024年计划>2|.|完成情况>2|.|责任单位^2",
        ".|.|.|计划投资|年度目标|8月完成|1-8月累计|.",
        "合计|||#2600||#250|#1700|",
        "一、省重点项目（2个）>8",
        "（一）续建项目>8",
        "#1|甲产业园|#12|#1000|主体封顶|#100|#800|工信局^2",
        "#2|乙水厂|#3.5|#600|设备安装|#50|#400|.",
        "（二）新开工项目>8",
        "#3|丙园区|#8|#1000|开工|#100|#500|水利局",
        "小计|||#2600||#250|#1700|",
        "注：1.数据截至8月底>8",
        "\u{a0}\u{3000}2.单位为万元>8",
    ];
    let (room, path) = (room(), sheet(&lines));
    let outcome = import(&room, &path);
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert_eq!(
        (outcome.rows, outcome.added, outcome.other_rows),
        (3, 3, 7),
        "{:?}",
        outcome.found
    );
    assert_eq!(outcome.found.header_rows, (5, 6));
    assert_eq!(
        rows(&room),
        [
            "甲产业园 120000 1000 800 工信局",
            "乙水厂 35000 600 400 工信局",
            "丙园区 80000 1000 500 水利局"
        ]
    );
    // The same content again changes nothing, even where the look of the file differs.
    let again = import(&room, &sheet(&lines[4..]));
    assert_eq!((again.added, again.changed, again.unchanged), (0, 0, 3));
}

#[test]
fn shape_1_the_header_of_each_sheet_stands_where_it_stands() {
    let path = workbook(|book| {
        let cover = book.add_worksheet();
        cover.set_name("说明").unwrap();
        cover.write_string(0, 0, "本表由样例街道填报").unwrap();
        let sheet = book.add_worksheet();
        sheet.set_name("台账").unwrap();
        crate::workbooks::fill(sheet, &["样例台账>2", "", "", "项目名称|建设地点", "甲|东区"]);
    });
    assert_eq!(taken(&room(), &path), ["甲 东区"]);
}

#[test]
fn shapes_3_and_11_a_column_that_changes_with_its_year_is_listed_or_known_by_its_alias() {
    let room = room();
    let outcome = import(
        &room,
        &sheet(&[
            "项目名称|2024年计划投资（万元）|2023年计划投资（万元）|2025年",
            "甲|#5|#4|",
        ]),
    );
    assert_eq!(rows(&room), ["甲 5"]);
    assert_eq!(outcome.unmatched, ["C 2023年计划投资（万元）", "D 2025年"]);
    // The next year's sheet lacks a column; what is not there says nothing.
    let outcome = import(&room, &sheet(&["项目名称|建设地点", "甲|东区"]));
    assert_eq!((outcome.changed, rows(&room)), (1, vec!["甲 东区 5".to_owned()]));
}

#[test]
fn shape_5_a_blank_keeps_or_clears_as_the_register_says_and_is_never_the_cell_above() {
    for (clear, after) in [(false, "甲 东区 5"), (true, "甲 东区")] {
        let room = with(|text| {
            if clear {
                text.replace("blank = \"keep\"", BLANKS_CLEAR)
            } else {
                text
            }
        });
        import(&room, &sheet(&["项目名称|建设地点|计划投资", "甲|东区|#5", "乙||"]));
        assert_eq!(rows(&room), ["甲 东区 5", "乙"], "no cell was filled from above");
        import(&room, &sheet(&["项目名称|建设地点|计划投资", "甲|东区|"]));
        assert_eq!(rows(&room)[0], after);
    }
}

#[test]
fn shape_6_codes_that_lost_digits_are_refused_and_texts_among_them_are_taken() {
    let room = room();
    let path = sheet(&[
        "项目名称|项目编号|信用代码",
        "甲|0071|91410400MA9KQJHP1A",
        "乙|#410402198001010000|",
        "丙|A-1|",
    ]);
    let outcome = import(&room, &path);
    assert!(outcome.refused && rows(&room).is_empty());
    assert_eq!(refusals(&outcome), [(3, "B", "digits_lost")]);
    let outcome = import_with(&room, &path, |request| request.skip_bad = true);
    assert_eq!((outcome.added, outcome.skipped), (2, 1));
    assert_eq!(rows(&room), ["甲 91410400MA9KQJHP1A 0071", "丙 A-1"]);
}

#[test]
fn shape_7_helper_columns_with_formulas_are_no_rows() {
    let path = workbook(|book| {
        let sheet = book.add_worksheet();
        crate::workbooks::fill(sheet, &["项目名称|计划投资", "甲|#5", "乙|#6", "注：样例>2"]);
        for row in 1..40 {
            let formula = rust_xlsxwriter::Formula::new(format!("=B{0}*2", row + 1)).set_result("0");
            sheet.write_formula(row, 4, formula).unwrap();
        }
    });
    assert_eq!(taken(&room(), &path), ["甲 5", "乙 6"]);
}

#[test]
fn shape_9_strange_spaces_brackets_and_two_documents_in_one_cell_stay_what_they_say() {
    let path = sheet(&[
        "项目\u{a0}名称|批复\u{3000}文号|计划投资（万元）",
        "甲|\u{a0}样政〔2024〕7号\\样政〔2024〕9号|１，０００．５０",
    ]);
    let room = room();
    assert_eq!(taken(&room, &path), ["甲 1000.5 样政〔2024〕7号；样政〔2024〕9号"]);
}

#[test]
fn shape_10_a_serial_number_used_twice_is_no_key_and_a_name_used_twice_is_named() {
    let room = room();
    let outcome = import(
        &room,
        &sheet(&["序号|项目名称|计划投资", "#1|甲|#5", "#1|乙|#6", "合计||#11"]),
    );
    assert_eq!((outcome.added, outcome.other_rows), (2, 1), "{:?}", outcome.errors);
    let outcome = import(&room, &sheet(&["序号|项目名称|计划投资", "#1|甲|#5", "#2|甲|#7"]));
    assert!(
        outcome.refused && outcome.errors[0].row == Some(3),
        "{:?}",
        outcome.errors
    );
}

#[test]
fn shape_13_ranges_rough_numbers_and_several_lines_are_asked_or_read_as_they_were_written() {
    let room = room();
    let path = sheet(&[
        "项目名称|总投资（亿元）|开工时间|责任单位",
        "甲|2.50-4.00||",
        "乙|约3亿元||",
        "丙|#3|2018.05-2020.12|",
        "丁|#3|8月底前|住建局\\水利局",
        "戊|#3|2024年8月底前|",
    ]);
    let outcome = import(&room, &path);
    assert!(outcome.refused && rows(&room).is_empty());
    let found: Vec<(u32, &str)> = outcome
        .errors
        .iter()
        .map(|line| (line.row.unwrap(), line.column.as_deref().unwrap()))
        .collect();
    // A range is no number, a rough number is not an exact one, a span of years is no month, and a month without
    // its year is nobody's: each is named at its cell, with what stands there.
    assert_eq!(found, [(2, "B"), (3, "B"), (4, "C"), (5, "C")], "{:?}", outcome.errors);
    for (line, text) in outcome
        .errors
        .iter()
        .zip(["2.50-4.00", "约3亿元", "2018.05-2020.12", "8月底前"])
    {
        assert_eq!(line.value.as_deref(), Some(text), "{line:?}");
        assert!(!line.message.is_empty());
    }
    let outcome = import_with(&room, &path, |request| request.skip_bad = true);
    assert_eq!((outcome.added, outcome.skipped), (1, 4));
    // With the year in the title the month is known, and the lines of one cell become one text.
    let titled = sheet(&[
        "2024年重点项目台账>4",
        "项目名称|总投资（亿元）|开工时间|责任单位",
        "丁|#3|8月底前|住建局\\水利局",
    ]);
    assert_eq!(import(&room, &titled).added, 1);
    let mut known = rows(&room);
    known.sort();
    assert_eq!(known, ["丁 30000 2024-08 住建局；水利局", "戊 30000 2024-08"]);
}

#[test]
fn shape_14_gbk_without_a_mark_american_days_with_a_dead_time_and_october_or_january() {
    let room = room();
    let text = "项目名称,踏勘日期,责任单位\n甲产业园,06/30/2024 00:00:00,水利局\n乙水厂,2024/6/3 0:00:00,工信局\n";
    let (bytes, _, broken) = encoding_rs::GB18030.encode(text);
    assert!(!broken);
    assert_eq!(
        taken(&room, &file(&bytes, ".csv")),
        ["甲产业园 2024-06-30 水利局", "乙水厂 2024-06-03 工信局"]
    );
    // A day that may be the third of June or the sixth of March is asked, and so is the number 2024.1.
    let doubtful = sheet(&[
        "项目名称|踏勘日期|开工时间",
        "丙|06/03/2024|",
        "丁||#2024.1",
        "戊||2024.10",
    ]);
    let outcome = import(&room, &doubtful);
    assert_eq!(
        refusals(&outcome),
        [(2, "B", "not_a_date"), (3, "C", "ambiguous")],
        "{:?}",
        outcome.errors
    );
    assert!(outcome.errors[1].message.contains("10"), "{:?}", outcome.errors[1]);
}

#[test]
fn shape_15_hidden_rows_and_sheets_dates_of_both_calendars_formulas_and_errors() {
    let path = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.set_name("台账").unwrap();
        crate::workbooks::fill(sheet, &["项目名称|踏勘日期|计划投资", "甲||", "乙||#6", "丙||#7"]);
        let day = rust_xlsxwriter::Format::new().set_num_format("yyyy-mm-dd");
        sheet.write_number_with_format(1, 1, 45_473.0, &day).unwrap();
        sheet
            .write_formula(1, 2, rust_xlsxwriter::Formula::new("=2+3").set_result("5"))
            .unwrap();
        sheet.set_row_hidden(2).unwrap();
        sheet.autofilter(0, 0, 3, 2).unwrap();
        let hidden = book.add_worksheet();
        hidden.set_name("底表").unwrap();
        hidden.set_hidden(true);
        crate::workbooks::fill(hidden, &["项目名称|计划投资", "别的|#9"]);
    });
    let room = room();
    // A hidden row is a row: it is taken, and shown as hidden where the difference is looked at.
    assert_eq!(taken(&room, &path), ["甲 5 2024-06-30", "乙 6", "丙 7"]);
    // The same number of a day counts four years and a day more from 1904.
    let late = patched(&path, "xl/workbook.xml", "<workbookPr", "<workbookPr date1904=\"1\"");
    let outcome = import_with(&room, &late, |request| request.dry_run = true);
    assert_eq!(outcome.changed, 1, "{:?}", outcome.preview);
    // A formula that failed is an error cell, and no value.
    let broken = workbook(|book| {
        let sheet = book.add_worksheet();
        crate::workbooks::fill(sheet, &["项目名称|计划投资", "丁|"]);
        sheet
            .write_formula(1, 1, rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!"))
            .unwrap();
    });
    let outcome = import(&room, &broken);
    assert!(
        outcome.refused && outcome.errors[0].column.as_deref() == Some("B"),
        "{:?}",
        outcome.errors
    );
}

/// The kinds of files that are not xlsx: what is wrong comes back in a workbook of the same sheets and cells.
#[test]
fn what_came_as_xls_ods_or_csv_comes_back_with_marked_cells_and_reasons() {
    taizhang::import::workbench::parse_with(env!("CARGO_BIN_EXE_taizhang").into());
    let room = room();
    let ods = {
        let row = |cells: &[&str]| {
            let cells: String = cells
                .iter()
                .map(|text| {
                    format!("<table:table-cell office:value-type=\"string\"><text:p>{text}</text:p></table:table-cell>")
                })
                .collect();
            format!("<table:table-row>{cells}</table:table-row>")
        };
        let lines = [
            row(&["项目名称", "计划投资", "批注"]),
            row(&["甲", "5", "我的话"]),
            row(&["乙", "很多", ""]),
        ];
        crate::workbooks::ods(&format!(
            "<table:table table:name=\"台账\">{}</table:table>",
            lines.concat()
        ))
    };
    let (gbk, ..) = encoding_rs::GB18030.encode("项目名称,计划投资,批注\n甲,5,我的话\n乙,很多,\n");
    let csv = file(&gbk, ".csv");
    let xls = Path::new(env!("CARGO_MANIFEST_DIR")).join("../taizhang-sheet/tests/data/ledger.xls");
    // (file, first row of the header from 0, its last column, wrong row, wrong column, a cell that stays)
    let files: [(&Path, usize, usize, usize, usize, &str); 3] = [
        (&xls, 2, 4, 4, 2, "甲产业园"),
        (&ods, 0, 2, 2, 1, "我的话"),
        (&csv, 0, 2, 2, 1, "我的话"),
    ];
    for (path, header, last, row, col, stays) in files {
        let out = room.path("back.xlsx");
        let outcome = import_with(&room, path, |request| {
            request.errors_out = Some(out.clone());
            request.dry_run = true;
        });
        assert!(outcome.errors_total > 0, "{path:?}");
        let mut book: calamine::Xlsx<_> = calamine::open_workbook(&out).unwrap();
        let sheet = calamine::Reader::worksheet_range_at(&mut book, 0).unwrap().unwrap();
        let at = |row: usize, col: usize| {
            sheet
                .get_value((row as u32, col as u32))
                .map(ToString::to_string)
                .unwrap_or_default()
        };
        assert_eq!(at(header, last + 1), "错误原因", "{path:?}");
        assert!(!at(row, last + 1).is_empty(), "{path:?}: {sheet:?}");
        assert!(sheet.rows().flatten().any(|cell| *cell == stays), "{path:?}");
        // The marked cell is on another ground than its neighbours, in the sheet's own words.
        let xml = crate::workbooks::part(&out, "xl/worksheets/sheet1.xml");
        let styled = |col: usize| {
            let address = format!("r=\"{}{}\"", taizhang_sheet::column_letters(col as u32 + 1), row + 1);
            let cell = xml
                .split(&address)
                .nth(1)
                .unwrap_or_default()
                .split('>')
                .next()
                .unwrap_or_default()
                .to_owned();
            cell.split("s=\"")
                .nth(1)
                .map_or(0, |text| text.split('"').next().unwrap().parse::<u32>().unwrap())
        };
        assert!(styled(col) > styled(0) || path == xls, "{path:?}: {xml}");
        assert!(
            crate::workbooks::part(&out, "xl/styles.xml").contains("FFFFC7CE"),
            "{path:?}"
        );
    }
    assert_eq!(
        counts(&import_with(&room, &csv, |request| request.skip_bad = true))[1],
        1
    );
}

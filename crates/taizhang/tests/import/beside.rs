//! A workbook of several sheets is one import: parents and what hangs below them, names that several go by, months
//! across, and the workbook given back.

use super::desk::{Room, counts, refusals};
use std::path::Path;
use taizhang::app::book::read_pack;
use taizhang::error::AppError;
use taizhang::import::template::{With, of_register};
use taizhang::import::{Answer, Beside, ImportRequest, workbench};

const FIRM: &str = r#"
name = "企业"
key = ["code"]
title = ["name"]
unit = "village"
field = [
  { id = "code", name = "企业编号", type = "text", required = true },
  { id = "name", name = "企业名称", type = "text", required = true },
  { id = "village", name = "所在村", type = "unit", required = true },
  { id = "note", name = "备注", type = "text" },
]
"#;

const RETURN: &str = r#"
name = "企业月报"
key = ["firm", "month"]
title = ["firm", "month"]
unit = "village"
parent = { field = "firm", inherit = ["village"] }
field = [
  { id = "firm", name = "企业编号", type = "link", to = "firm", required = true, aliases = ["企业"] },
  { id = "village", name = "所在村", type = "unit" },
  { id = "month", name = "月份", type = "month", required = true },
  { id = "turnover", name = "本月营业额", type = "money", measure = "万元" },
  { id = "note", name = "备注", type = "text" },
]
account = [{ id = "firm.turnover", name = "营业额", measure = "万元", flow = { on = "field:month", amount = "turnover" } }]
"#;

fn room() -> Room {
    let pack = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../packs/hello");
    let mut files = read_pack(&pack).unwrap();
    files.insert("registers/firm.toml".to_owned(), FIRM.to_owned());
    files.insert("registers/return.toml".to_owned(), RETURN.to_owned());
    Room::of(files)
}

/// The firms, above their monthly returns.
const BOTH: &[(&str, &[&[&str]])] = &[
    (
        "企业月报",
        &[
            &["企业", "月份", "本月营业额"],
            &["F-1", "2024-01", "3"],
            &["F-2", "2024-01", "4"],
            &["F-1", "2024-02", "5"],
        ],
    ),
    (
        "企业",
        &[
            &["企业编号", "企业名称", "所在村"],
            &["F-1", "甲厂", "1.1"],
            &["F-2", "乙厂", "1.2"],
        ],
    ),
];

#[test]
fn a_sheet_for_each_child_goes_in_with_its_parents_as_one_and_is_undone_as_one() {
    let room = room();
    let file = room.workbook("both.xlsx", BOTH);
    let outcome = room.import("firm", &file);
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert_eq!(counts(&outcome), [5, 5, 0, 0, 0, 0]);
    let sheets: Vec<(&str, &str, u64)> = outcome
        .sheets
        .iter()
        .map(|one| (one.found.sheet.as_str(), one.register.as_str(), one.added))
        .collect();
    assert_eq!(sheets, [("企业", "企业", 2), ("企业月报", "企业月报", 3)]);
    let (first, last) = outcome.entries.unwrap();
    assert_eq!((last - first + 1, outcome.batch), (5, Some(first)));
    // Each entry names the sheet and row that it came from, and what it inherits is that of its parent.
    let mut reading = room.app.reading().unwrap();
    let entry = taizhang_store::journal::entry(reading.conn().unwrap(), last)
        .unwrap()
        .unwrap();
    let source = entry.source.unwrap();
    assert_eq!(
        (source.batch, source.sheet.as_str(), source.row),
        (first, "企业月报", 4)
    );
    drop(reading);
    assert!(
        room.rows("return")
            .iter()
            .any(|row| row.starts_with("F-2,Lower Village,2024-01,4")),
        "{:?}",
        room.rows("return")
    );
    let head = room.head();
    let again = room.import("firm", &file);
    assert_eq!((counts(&again), room.head()), ([5, 0, 0, 5, 0, 0], head));
    workbench::undo_batch(&room.app, &room.scope(), first, "发错了").unwrap();
    assert!(room.rows("firm").is_empty() && room.rows("return").is_empty());
}

#[test]
fn a_wrong_child_keeps_its_parents_out_and_says_in_which_sheet() {
    let room = room();
    let rows: &[&[&str]] = &[
        &["企业", "月份", "本月营业额"],
        &["F-1", "2024-01", "3"],
        &["F-9", "2024-01", "4"],
    ];
    let file = room.workbook("both.xlsx", &[BOTH[1], ("企业月报", rows)]);
    let head = room.head();
    let outcome = room.import("firm", &file);
    assert!(outcome.refused);
    assert_eq!(refusals(&outcome), [(3, "A", "no_such_link")]);
    assert_eq!(
        (outcome.errors[0].sheet.as_deref(), room.head()),
        (Some("企业月报"), head)
    );
    let outcome = room
        .import_with("firm", &file, |request| request.skip_bad = true)
        .unwrap();
    assert_eq!(counts(&outcome), [4, 3, 0, 0, 0, 1]);
}

#[test]
fn other_sheets_are_assigned_by_hand_or_left_out() {
    let room = room();
    let file = room.workbook("both.xlsx", &[BOTH[1], ("一季度", BOTH[0].1)]);
    let outcome = room
        .import_with("firm", &file, |request| request.dry_run = true)
        .unwrap();
    assert_eq!((outcome.rows, outcome.other_sheets.len()), (2, 1));
    assert!(
        outcome.below.iter().any(|(id, _)| id == "return"),
        "{:?}",
        outcome.below
    );
    let beside = Beside {
        sheet: "一季度".to_owned(),
        register: "return".to_owned(),
        map: Vec::new(),
    };
    let outcome = room
        .import_with("firm", &file, |request| request.beside = Some(vec![beside]))
        .unwrap();
    assert_eq!(counts(&outcome), [5, 5, 0, 0, 0, 0]);
    let only = room.import_with("firm", &room.workbook("c.xlsx", BOTH), |request| {
        request.beside = Some(Vec::new())
    });
    assert_eq!(only.unwrap().rows, 2);
}

#[test]
fn months_across_the_sheet_of_the_parents_become_records_below_them() {
    let room = room();
    let rows: &[&[&str]] = &[
        &["企业台账（2024年）"],
        &[
            "企业编号",
            "企业名称",
            "所在村",
            "1月营业额（万元）",
            "2月营业额（万元）",
            "备注",
        ],
        &["F-1", "甲厂", "1.1", "3", "5", "好"],
        &["F-2", "乙厂", "1.2", "", "4", ""],
    ];
    let outcome = room.import("firm", &room.workbook("across.xlsx", &[("台账", rows)]));
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert_eq!(counts(&outcome), [5, 5, 0, 0, 0, 0]);
    assert!(outcome.unmatched.is_empty(), "{:?}", outcome.unmatched);
    let shown = room.rows("return");
    assert_eq!(shown.len(), 3, "{shown:?}");
    // The remark is the firm's, and not that of each month.
    assert!(shown.iter().all(|row| !row.contains('好')), "{shown:?}");
    assert!(room.rows("firm").iter().any(|row| row.contains('好')));
}

#[test]
fn a_name_that_one_alone_has_is_understood_and_one_of_several_is_asked() {
    let room = room();
    let firms: &[&[&str]] = &[
        &["企业编号", "企业名称", "所在村"],
        &["F-1", "甲厂", "1.1"],
        &["F-2", "乙厂", "1.1"],
        &["F-3", "乙厂", "1.2"],
    ];
    room.import("firm", &room.sheet("firms.csv", firms));
    let returns: &[&[&str]] = &[
        &["企业", "月份", "本月营业额"],
        &["甲厂", "2024-01", "3"],
        &["乙厂", "2024-01", "4"],
    ];
    let file = room.sheet("returns.csv", returns);
    let outcome = room.import("return", &file);
    assert_eq!(refusals(&outcome), [(3, "A", "no_such_link")]);
    let candidates = &outcome.errors[0].candidates;
    assert_eq!(candidates.len(), 2, "{candidates:?}");
    let third = candidates.iter().find(|one| one.label.contains("F-3")).unwrap();
    assert!(third.label.contains("Lower Village"), "{third:?}");
    let answer = Answer {
        sheet: None,
        column: "A".to_owned(),
        raw: "乙厂".to_owned(),
        means: third.value.clone(),
    };
    let outcome = room
        .import_with("return", &file, |request| request.answers.push(answer))
        .unwrap();
    assert_eq!(counts(&outcome), [2, 2, 0, 0, 0, 0]);
    assert!(
        room.rows("return").iter().any(|row| row.starts_with("F-3,")),
        "{:?}",
        room.rows("return")
    );
}

#[test]
fn columns_matched_by_hand_are_remembered_for_the_same_sender() {
    let room = room();
    let rows: &[&[&str]] = &[&["甲", "乙", "丙"], &["F-1", "甲厂", "1.1"]];
    let file = room.sheet("strange.csv", rows);
    let request = |map: Option<&str>| ImportRequest {
        register: "firm".to_owned(),
        file: file.clone(),
        occurred_on: Some("2024-06-01".parse().unwrap()),
        trusted: true,
        map: map.map(str::to_owned),
        ..ImportRequest::default()
    };
    let Err(AppError::Refused(lines)) = workbench::import_now(&room.app, &room.scope(), &request(None), &|_, _| {})
    else {
        panic!("nobody knows these headings");
    };
    // What is to be matched is said with the refusal.
    assert_eq!(lines[0].value.as_deref(), Some("甲\n乙\n丙"));
    let map = "[columns]\n甲 = \"code\"\n乙 = \"name\"\n丙 = \"village\"\n";
    let map = map
        .replace('甲', "\"甲\"")
        .replace('乙', "\"乙\"")
        .replace('丙', "\"丙\"");
    let outcome = workbench::import_now(&room.app, &room.scope(), &request(Some(&map)), &|_, _| {}).unwrap();
    assert_eq!(outcome.added, 1);
    let again = workbench::import_now(&room.app, &room.scope(), &request(None), &|_, _| {}).unwrap();
    assert_eq!(again.unchanged, 1);
}

#[test]
fn whatever_the_file_was_it_comes_back_whole_with_every_wrong_cell_marked() {
    workbench::parse_with(env!("CARGO_BIN_EXE_taizhang").into());
    let room = room();
    let csv: &[&[&str]] = &[
        &["企业编号", "企业名称", "所在村"],
        &["007", "甲厂", "1.1"],
        &["F-2", "乙厂", "nowhere"],
    ];
    let returns: &[&[&str]] = &[&["企业", "月份"], &["F-9", "2024-01"]];
    let files = [
        room.sheet("a.csv", csv),
        room.workbook("b.xlsx", &[("企业", csv), ("企业月报", returns)]),
    ];
    for (at, file) in files.iter().enumerate() {
        let out = room.path("marked.xlsx");
        room.import_with("firm", file, |request| request.errors_out = Some(out.clone()))
            .unwrap();
        let cells = |sheet: Option<&str>| -> Vec<Vec<String>> {
            let options = taizhang_sheet::ReadOptions {
                sheet: sheet.map(str::to_owned),
                ..Default::default()
            };
            let rows = taizhang_sheet::open_in_process(&out, &options).unwrap();
            rows.map(|row| row.unwrap().cells.into_iter().map(|cell| cell.raw).collect())
                .collect()
        };
        let first = cells((at == 1).then_some("企业"));
        assert_eq!(first[0][3], "错误原因");
        assert_eq!(first[1], ["007", "甲厂", "1.1"]);
        assert!(first[2].len() == 4 && first[2][3].contains("nowhere"), "{first:?}");
        if at == 1 {
            let second = cells(Some("企业月报"));
            assert!(second[0][2] == "错误原因" && second[1][2].contains("F-9"), "{second:?}");
        }
    }
}

#[test]
fn a_template_has_a_sheet_for_each_child_and_comes_back_unchanged() {
    let room = room();
    room.import("firm", &room.workbook("both.xlsx", BOTH));
    let with = With {
        records: true,
        children: true,
    };
    let (_, made) = of_register(&room.app, &room.scope(), "firm", with).unwrap();
    let head = room.head();
    let outcome = room.import("firm", made.path());
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert_eq!((counts(&outcome), room.head()), ([5, 0, 0, 5, 0, 0], head));
    let sheets: Vec<&str> = outcome.sheets.iter().map(|one| one.found.sheet.as_str()).collect();
    assert_eq!(sheets, ["企业", "企业月报"]);
}

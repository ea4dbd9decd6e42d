//! Workbooks into a book and out again: what is the same stays the same, what is wrong is named.

#[path = "import/beside.rs"]
mod beside;
#[path = "import/bound.rs"]
mod bound;
mod desk;
#[path = "import/early.rs"]
mod early;
#[path = "import/moved.rs"]
mod moved;
#[path = "import/shapes.rs"]
mod shapes;
#[path = "../../taizhang-sheet/tests/support/mod.rs"]
mod workbooks;

use desk::{Room, counts, refusals};
use taizhang::error::AppError;
use taizhang::export;
use taizhang::import::{ImportRequest, run};
use taizhang_core::day::Day;
use taizhang_core::journal::Act;
use taizhang_sheet::write::Cell;

const WELLS: &[&[&str]] = &[
    &["No.", "Village", "Kind", "环节"],
    &["W-1", "Upper Village", "dug", "Planned"],
    &["W-2", "Lower Village", "drilled", "Working"],
    &["W-3", "1.2", "", "Broken"],
];

#[test]
fn the_same_table_twice_changes_nothing_the_second_time() {
    for name in ["wells.csv", "wells.xlsx"] {
        let room = Room::new();
        let file = room.sheet(name, WELLS);
        let first = room.import("well", &file);
        assert!(first.errors.is_empty(), "{:?}", first.errors);
        assert_eq!(counts(&first), [3, 3, 0, 0, 0, 0], "{name}");
        // W-2 moves once and W-3 twice.
        let (from, to) = first.entries.unwrap();
        assert_eq!((to - from + 1, first.batch), (6, Some(from)));
        let head = room.head();
        let second = room.import("well", &file);
        assert_eq!(counts(&second), [3, 0, 0, 3, 0, 0], "{name}");
        assert_eq!((second.entries, room.head()), (None, head));
        let rows = room.rows("well");
        assert_eq!(rows[1], "W-2,Lower Village,drilled,Working");
        assert_eq!(rows[2], "W-3,Lower Village,,Broken");
    }
}

#[test]
fn every_entry_names_the_row_that_it_came_from() {
    let room = Room::new();
    let outcome = room.import("well", &room.sheet("wells.csv", WELLS));
    let (first, last) = outcome.entries.unwrap();
    let mut reading = room.app.reading().unwrap();
    let mut rows = Vec::new();
    for n in first..=last {
        let entry = taizhang_store::journal::entry(reading.conn().unwrap(), n)
            .unwrap()
            .unwrap();
        let source = entry.source.unwrap();
        assert_eq!(source.batch, if n == first { 0 } else { first });
        rows.push((source.row, matches!(entry.act, Act::Open { .. })));
    }
    assert_eq!(
        rows,
        [(2, true), (3, true), (3, false), (4, true), (4, false), (4, false)]
    );
}

#[test]
fn a_change_writes_only_what_changed() {
    let room = Room::new();
    room.import("well", &room.sheet("wells.csv", WELLS));
    let file = room.sheet(
        "again.csv",
        &[
            &["编号", "Number", "kind"],
            &["x", "W-1", "drilled"],
            &["x", "W-2", "drilled"],
        ],
    );
    let outcome = room.import("well", &file);
    assert_eq!(counts(&outcome), [2, 0, 1, 1, 1, 0]);
    assert_eq!(outcome.unmatched, ["A 编号"]);
    let n = outcome.entries.unwrap().0;
    let mut reading = room.app.reading().unwrap();
    let entry = taizhang_store::journal::entry(reading.conn().unwrap(), n)
        .unwrap()
        .unwrap();
    let Act::Amend { patch } = entry.act else {
        panic!("{:?}", entry.act)
    };
    assert_eq!(patch.len(), 1);
}

#[test]
fn every_wrong_cell_is_named_and_nothing_is_written() {
    taizhang::import::workbench::parse_with(env!("CARGO_BIN_EXE_taizhang").into());
    let room = Room::new();
    let rows: &[&[&str]] = &[
        &["编号", "所在村", "总投资（万元）", "开业日期", "类别", "环节"],
        &["1", "Upper Village", "约3亿元", "2024.13", "茶馆", ""],
        &["2", "Nowhere", "3", "2024-05-01", "餐饮", "开张"],
        &["3", "Upper Village", "3", "2024-05-01", "餐饮", "验收"],
        &["3", "Upper Village", "3", "2024-05-01", "餐饮", ""],
        &["", "Upper Village", "3", "2024-05-01", "餐饮", ""],
        &["5", "Upper Village", "3", "2024-05-01", "餐饮", "营业"],
        &["6", "Upper Village", "3", "2024-05-01", "餐饮", ""],
    ];
    for name in ["bad.csv", "bad.xlsx"] {
        let file = room.sheet(name, rows);
        let head = room.head();
        let errors = room.path("errors.xlsx");
        let outcome = room
            .import_with("shop", &file, |request| request.errors_out = Some(errors.clone()))
            .unwrap();
        assert!(outcome.refused);
        assert_eq!((room.head(), outcome.entries), (head, None));
        let mut found = refusals(&outcome);
        found.sort();
        let expected = [
            (2, "C", "not_a_number"),
            (2, "D", "no_such_day"),
            (2, "E", "not_a_choice"),
            (3, "B", "unknown_unit"),
            (4, "F", "stage_by_move"),
            (5, "A", "repeated_key"),
            (6, "A", "required"),
            (7, "", "move_needs"),
        ];
        // A csv does not say whether 2024.13 was a text; the core then says that it is no date.
        let loose = |(row, column, code): (u32, &'static str, &'static str)| match code {
            "not_a_date" => (row, column, "no_such_day"),
            "move_needs" => (row, "", code),
            code => (row, column, code),
        };
        let found: Vec<_> = found
            .into_iter()
            .map(|(r, c, k)| loose((r, c.to_owned().leak(), k.to_owned().leak())))
            .collect();
        assert_eq!(found, expected, "{name}");
        assert!(errors.exists());
        let skipped = room.import_with("shop", &file, |request| {
            request.skip_bad = true;
            request.dry_run = true;
        });
        assert_eq!(counts(&skipped.unwrap()), [7, 1, 0, 0, 0, 6], "{name}");
        assert_eq!(room.head(), head);
    }
    let outcome = room
        .import_with("shop", &room.path("bad.csv"), |request| request.skip_bad = true)
        .unwrap();
    assert_eq!((outcome.added, outcome.skipped, outcome.refused), (1, 6, false));
    assert_eq!(room.rows("shop").len(), 1);
}

#[test]
fn numbers_in_doubt_and_numbers_that_lost_digits_are_refused() {
    let room = Room::new();
    let number = |mantissa, scale| Cell::Decimal { mantissa, scale };
    let text = |text: &str| Cell::Text(text.to_owned());
    let file = room.typed_sheet(
        "numbers.xlsx",
        &["编号", "所在村", "总投资（亿元）", "开业日期"],
        &[
            vec![text("1"), text("1.1"), number(325, 2), number(20_241, 1)],
            vec![text("2"), text("1.1"), number(325, 2), text("2024-01-05")],
        ],
    );
    let outcome = room.import("shop", &file);
    assert_eq!(refusals(&outcome), [(2, "D", "ambiguous")]);
    let outcome = room
        .import_with("shop", &file, |request| request.skip_bad = true)
        .unwrap();
    assert_eq!(outcome.added, 1);
    assert!(
        room.rows("shop")[0].starts_with("2,Upper Village,32500,,2024-01-05"),
        "{:?}",
        room.rows("shop")
    );
}

#[test]
fn a_blank_keeps_or_clears_as_the_register_says() {
    for (blank, changed, money) in [("keep", 0, "5"), ("clear", 1, "")] {
        let room = Room::with_blank(blank);
        let head: &[&str] = &["编号", "所在村", "总投资（万元）"];
        room.import("shop", &room.sheet("a.csv", &[head, &["1", "1.1", "5"]]));
        let outcome = room.import("shop", &room.sheet("b.csv", &[head, &["1", "1.1", ""]]));
        assert_eq!(outcome.changed, changed, "{blank}");
        assert!(
            room.rows("shop")[0].starts_with(&format!("1,Upper Village,{money},")),
            "{blank}"
        );
    }
}

#[test]
fn an_opening_is_dated_and_a_row_without_a_day_is_refused() {
    let room = Room::new();
    let file = room.sheet("wells.csv", WELLS);
    let outcome = room
        .import_with("well", &file, |request| request.occurred_on = None)
        .unwrap();
    assert_eq!(
        refusals(&outcome)
            .iter()
            .filter(|(_, _, code)| *code == "no_day")
            .count(),
        3
    );
    let day: Day = "2024-01-01".parse().unwrap();
    let outcome = room
        .import_with("well", &file, |request| {
            request.occurred_on = None;
            request.opening = Some(day);
        })
        .unwrap();
    let mut reading = room.app.reading().unwrap();
    let n = outcome.entries.unwrap().0;
    let entry = taizhang_store::journal::entry(reading.conn().unwrap(), n)
        .unwrap()
        .unwrap();
    assert!(matches!(entry.act, Act::Open { opening: true, .. }));
    assert_eq!(entry.occurred_on, day);
}

#[test]
fn what_was_exported_is_imported_unchanged() {
    let room = Room::new();
    let head: &[&str] = &[
        "店号",
        "所在村",
        "总投资(亿元)",
        "完成率",
        "开业日期",
        "签约日期",
        "店主",
        "类别",
        "信用代码",
        "环节",
    ];
    let shops = room.sheet(
        "shops.csv",
        &[
            head,
            &[
                "0071",
                "Upper Village",
                "3.2301",
                "62.13",
                "2024-01-05",
                "2024年3月",
                "张三",
                "餐饮",
                "91410400MA9KQJHP1A",
                "签约",
            ],
            &["=1+1", "1.2", "—", "", "2024-05-06", "", "", "零售", "", "筹备"],
        ],
    );
    let outcome = room.import("shop", &shops);
    assert_eq!((outcome.added, outcome.errors.len()), (2, 0), "{:?}", outcome.errors);
    room.import("well", &room.sheet("wells.csv", WELLS));
    let repairs = room.sheet(
        "repairs.csv",
        &[
            &["Well", "What is wrong", "Cost", "环节"],
            &["W-1", "rope", "12.50", "Done"],
            &["W-1", "rope", "12.50", "Done"],
            &["W-3", "lid", "", "Reported"],
        ],
    );
    let outcome = room.import("repair", &repairs);
    assert_eq!((outcome.added, outcome.errors.len()), (3, 0), "{:?}", outcome.errors);
    for register in ["shop", "well", "repair"] {
        for ending in ["xlsx", "csv"] {
            let out = room.path(&format!("{register}-out.{ending}"));
            let records = export::register(&room.app, &room.scope(), register, None, None, &out).unwrap();
            let head = room.head();
            let outcome = room.import(register, &out);
            assert!(outcome.errors.is_empty(), "{register}.{ending}: {:?}", outcome.errors);
            assert_eq!(counts(&outcome), [records, 0, 0, records, 0, 0], "{register}.{ending}");
            assert_eq!(room.head(), head);
        }
    }
}

#[test]
fn personal_values_leave_the_book_masked() {
    let room = Room::new();
    let head: &[&str] = &["编号", "所在村", "店主"];
    let file = room.sheet("a.csv", &[head, &["1", "1.1", "张三"]]);
    assert_eq!(room.import("shop", &file).added, 1);
    assert_eq!(room.import("shop", &file).unchanged, 1);
    assert!(room.rows("shop")[0].contains("***"));
    assert!(!room.rows("shop")[0].contains("张三"));
    let changed = room.sheet("b.csv", &[head, &["1", "1.1", "李四"]]);
    assert_eq!(room.import("shop", &changed).changed, 1);
}

#[test]
fn an_export_tells_the_state_of_a_day_and_of_an_entry() {
    let room = Room::new();
    let head: &[&str] = &["编号", "所在村", "总投资（万元）", "开业日期"];
    room.import("shop", &room.sheet("a.csv", &[head, &["1", "1.1", "5", "2024-01-05"]]));
    let before = room.head().to_string();
    room.import(
        "shop",
        &room.sheet(
            "b.csv",
            &[head, &["1", "1.1", "8", ""], &["2", "1.1", "1", "2024-06-10"]],
        ),
    );
    let out = room.path("past.csv");
    let table = [
        (Some("2024-05-31"), None, 1, ",5,"),
        (Some("2024-06-05"), None, 1, ",8,"),
        (None, Some(&*before), 1, ",5,"),
    ];
    for (as_of, known_at, records, amount) in table {
        let as_of = as_of.map(|day| day.parse().unwrap());
        let count = export::register(&room.app, &room.scope(), "shop", as_of, known_at, &out).unwrap();
        let text = std::fs::read_to_string(&out).unwrap();
        assert_eq!(count, records);
        assert!(text.contains(amount), "{text}");
    }
}

#[test]
fn everything_leaves_in_one_folder() {
    let room = Room::new();
    room.import("well", &room.sheet("wells.csv", WELLS));
    let sums = export::all(&room.app, &room.scope(), &room.path("all")).unwrap();
    assert_eq!(sums.entries as i64, room.head());
    assert!(room.path("all/unit.csv").exists() && room.path("all/well.csv").exists());
    let journal = std::fs::read_to_string(room.path("all/journal.jsonl")).unwrap();
    assert_eq!(journal.lines().count() as u64, sums.entries + 1);
}

#[test]
fn the_senders_own_workbook_comes_back_whole_with_its_wrong_cells_marked() {
    taizhang::import::workbench::parse_with(env!("CARGO_BIN_EXE_taizhang").into());
    let room = Room::new();
    let rows: &[&[&str]] = &[
        &["编号", "所在村", "类别", "我的批注"],
        &["1", "1.1", "餐饮", "甲"],
        &["2", "nowhere", "餐饮", "乙"],
    ];
    let (file, out) = (room.sheet("a.xlsx", rows), room.path("marked.xlsx"));
    let outcome = room
        .import_with("shop", &file, |request| request.errors_out = Some(out.clone()))
        .unwrap();
    assert!(outcome.refused);
    let options = taizhang_sheet::ReadOptions::default();
    let cells: Vec<Vec<String>> = taizhang_sheet::open_in_process(&out, &options)
        .unwrap()
        .map(|row| row.unwrap().cells.into_iter().map(|cell| cell.raw).collect())
        .collect();
    let body: Vec<&Vec<String>> = cells
        .iter()
        .filter(|row| row.iter().any(|cell| cell == "餐饮"))
        .collect();
    assert_eq!(body.len(), 2, "right rows too: {cells:?}");
    assert_eq!(body[0].len(), 4, "{:?}", body[0]);
    assert_eq!(body[1][..4], ["2", "nowhere", "餐饮", "乙"].map(str::to_owned));
    assert!(body[1][4].contains("nowhere"), "{:?}", body[1]);
    let mut archive = zip::ZipArchive::new(std::fs::File::open(&out).unwrap()).unwrap();
    let mut styles = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("xl/styles.xml").unwrap(), &mut styles).unwrap();
    assert!(styles.contains("FFFFC7CE"), "{styles}");
}

#[test]
fn faults_of_the_whole_file_are_one_sentence() {
    let room = Room::new();
    let table: &[(&[&[&str]], &str)] = &[
        (&[&["店号", "编号", "所在村"], &["1", "1", "1.1"]], "repeated_column"),
        (&[&["总投资", "所在村"], &["1", "1.1"]], "no_key_column"),
        (&[&["甲", "乙"], &["1", "1.1"]], "no_header_near"),
    ];
    for (rows, code) in table {
        let Err(AppError::Refused(lines)) = room.import_with("shop", &room.sheet("a.csv", rows), |_| {}) else {
            panic!("{code} was taken");
        };
        assert_eq!(lines[0].code, *code);
    }
    let outcome = room.import(
        "shop",
        &room.sheet("a.csv", &[&["编号", "类别"], &["1", "餐饮"], &["2", "餐饮"]]),
    );
    let missing: Vec<_> = outcome.errors.iter().filter(|line| line.row.is_none()).collect();
    assert_eq!(missing.len(), 1, "{:?}", outcome.errors);
    assert!(outcome.refused && missing[0].message.contains("所在村"));
}

#[test]
fn a_map_names_columns_that_nobody_knows() {
    let room = Room::new();
    let file = room.sheet("a.csv", &[&["甲", "乙", "总投资"], &["1", "1.1", "9"]]);
    let map = "[columns]\n\"甲\" = \"number\"\n\"乙\" = \"village\"\n\"总投资\" = \"\"\n";
    let outcome = room
        .import_with("shop", &file, |request| request.map = Some(map.to_owned()))
        .unwrap();
    assert_eq!(outcome.added, 1, "{:?}", outcome.errors);
    assert!(room.rows("shop")[0].starts_with("1,Upper Village,,"));
    let wrong = "[columns]\n\"甲\" = \"nothing\"\n";
    assert!(
        room.import_with("shop", &file, |request| request.map = Some(wrong.to_owned()))
            .is_err()
    );
}

#[test]
fn somebody_who_writes_meanwhile_is_not_mistaken_for_a_row() {
    use taizhang::app::execute::Draft;
    let room = Room::new();
    let file = room.sheet("wells.csv", WELLS);
    let request = ImportRequest {
        register: "well".to_owned(),
        file,
        occurred_on: Some("2024-06-01".parse().unwrap()),
        trusted: true,
        ..ImportRequest::default()
    };
    let draft = |number: &str| Draft {
        register: "well".to_owned(),
        occurred_on: Some("2024-05-01".parse().unwrap()),
        set: vec![
            ("number".to_owned(), number.to_owned()),
            ("village".to_owned(), "1.2".to_owned()),
        ],
        ..Draft::default()
    };
    let times = std::cell::Cell::new(0);
    // Called between deciding and writing: somebody takes a row's own key, then somebody else writes what
    // no row rests on.
    let meanwhile = |done: u64, total: u64| {
        if total > 0 && done == total && times.replace(times.get() + 1) < 2 {
            let number = if times.get() == 1 { "W-1" } else { "X-1" };
            room.app.execute(&room.scope(), &[draft(number)], None).unwrap();
        }
    };
    let outcome = run(&room.app, &room.scope(), &request, &meanwhile).unwrap();
    assert_eq!(counts(&outcome), [3, 2, 1, 0, 0, 0]);
    assert_eq!(times.get(), 2);
    let rows = room.rows("well");
    assert_eq!(
        rows.iter().filter(|row| row.ends_with("Planned")).count(),
        2,
        "{rows:?}"
    );
    assert_eq!(rows.len(), 4);
}

/// Another server that saves all the while neither fails nor keeps an import from its turn; and the rows'
/// entries name their batch and their records by the numbers that they really got.
#[test]
fn an_import_gets_its_turn_on_a_busy_book() {
    use taizhang::app::execute::Draft;
    let room = Room::new();
    let other = room.another();
    let request = ImportRequest {
        register: "well".to_owned(),
        file: room.sheet("wells.csv", WELLS),
        occurred_on: Some("2024-06-01".parse().unwrap()),
        trusted: true,
        ..ImportRequest::default()
    };
    let times = std::cell::Cell::new(0);
    let meanwhile = |_: u64, _: u64| {
        times.set(times.get() + 1);
        let number = format!("X-{}", times.get());
        let draft = Draft {
            register: "well".to_owned(),
            occurred_on: Some("2024-05-01".parse().unwrap()),
            set: vec![("number".to_owned(), number), ("village".to_owned(), "1.2".to_owned())],
            ..Draft::default()
        };
        other.execute(&other.program_scope().unwrap(), &[draft], None).unwrap();
    };
    let outcome = run(&room.app, &room.scope(), &request, &meanwhile).unwrap();
    assert_eq!(outcome.added, 3);
    let (first, last) = outcome.entries.unwrap();
    assert_eq!(last, room.head(), "behind all that was saved meanwhile");
    let mut reading = room.app.reading().unwrap();
    let mut records = Vec::new();
    for n in first..=last {
        let entry = taizhang_store::journal::entry(reading.conn().unwrap(), n)
            .unwrap()
            .unwrap();
        assert_eq!(entry.source.unwrap().batch, if n == first { 0 } else { first });
        records.push((entry.record, matches!(entry.act, Act::Open { .. })));
    }
    let f = first;
    let moves = [
        (f, true),
        (f + 1, true),
        (f + 1, false),
        (f + 3, true),
        (f + 3, false),
        (f + 3, false),
    ];
    assert_eq!(records, moves);
    let verdict = taizhang_store::verify::verify(&mut reading).unwrap();
    assert_eq!(verdict.first_bad, None);
}

#[test]
fn rows_on_closed_days_need_a_reason_which_is_kept_sealed() {
    let room = Room::new();
    room.app
        .close_period(&room.scope(), "2024-03-31".parse().unwrap())
        .unwrap();
    let file = room.sheet(
        "late.csv",
        &[
            &["编号", "所在村", "总投资（万元）", "开业日期"],
            &["S-1", "1.1", "12.5", "2024-02-01"],
        ],
    );
    let mut request = ImportRequest {
        register: "shop".to_owned(),
        file,
        trusted: true,
        ..ImportRequest::default()
    };
    let refused = run(&room.app, &room.scope(), &request, &|_, _| {}).unwrap();
    assert!(refused.refused);
    assert_eq!(refused.errors[0].code, "reason_needed");
    request.reason = Some("二月漏报，补登".to_owned());
    let done = run(&room.app, &room.scope(), &request, &|_, _| {}).unwrap();
    assert_eq!((done.added, done.errors_total), (1, 0));
    let mut reading = room.app.reading().unwrap();
    let last = taizhang_store::journal::entry(reading.conn().unwrap(), done.entries.unwrap().0);
    let sealed = last.unwrap().unwrap().reason.unwrap();
    let plain = room.app.keys().open_sealed(taizhang_core::id::STAGE, &sealed);
    assert_eq!(plain.as_deref(), Some("二月漏报，补登"));
}

#[test]
fn months_across_a_sheet_become_a_record_each() {
    let room = Room::monthly();
    let rows: &[&[&str]] = &[
        &["门店名称", "2024年1月营业额（万元）", "2月营业额（万元）", "1-2月累计"],
        &["甲店", "1.5", "2", "3.5"],
        &["乙店", "", "3", "3"],
    ];
    let file = room.sheet("returns.csv", rows);
    let outcome = room.import("monthly", &file);
    // The second month needs a year, which no title tells here.
    assert!(
        outcome.refused && outcome.errors.iter().all(|line| line.code == "needs_year"),
        "{:?}",
        outcome.errors
    );
    let rows: &[&[&str]] = &[
        &[
            "门店名称",
            "2024年1月营业额（万元）",
            "2024年2月营业额（万元）",
            "1-2月累计",
        ],
        &["甲店", "1.5", "2", "3.5"],
        &["乙店", "", "3", "3"],
    ];
    let outcome = room.import("monthly", &room.sheet("monthly.csv", rows));
    assert!(outcome.errors.is_empty(), "{:?}", outcome.errors);
    assert_eq!(counts(&outcome), [3, 3, 0, 0, 0, 0]);
    let shown = room.rows("monthly");
    assert_eq!(shown.len(), 3, "{shown:?}");
    assert!(
        shown[0].starts_with("甲店,2024-01,") && shown[2].starts_with("乙店,2024-02,"),
        "{shown:?}"
    );
    let again = room.import("monthly", &room.sheet("again.csv", rows));
    assert_eq!(counts(&again), [3, 0, 0, 3, 0, 0]);
}

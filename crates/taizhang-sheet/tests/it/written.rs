//! Room: what is written is read back, by our own reader and part by part.

use crate::support::{columns, file, lines, skipped, table};
use std::io::{Cursor, Read};
use taizhang_sheet::SheetError;
use taizhang_sheet::write::{Cell, ColumnKind, ColumnSpec, CsvSink, JsonSink, RowSink, SheetSpec, XlsxSink};

const KNOWN: &[&str] = &[
    "编号",
    "项目名称",
    "总投资",
    "完成情况/8月完成",
    "完成情况/项目数",
    "开工时间",
    "备注",
];

fn spec() -> SheetSpec {
    let column = |heading: &str, group: Option<&str>, kind| ColumnSpec {
        heading: heading.to_owned(),
        group: group.map(str::to_owned),
        kind,
        width: 0,
        summed: kind != ColumnKind::Text,
    };
    SheetSpec {
        title: "2024年重点项目台账".into(),
        measure_note: Some("单位：万元".into()),
        as_of_note: Some("截至2024年8月31日".into()),
        columns: vec![
            column("编号", None, ColumnKind::Text),
            column("项目名称", None, ColumnKind::Text),
            column("总投资（亿元）", None, ColumnKind::Decimal { places: 2 }),
            column("8月完成", Some("完成情况"), ColumnKind::Decimal { places: 2 }),
            column("项目数", Some("完成情况"), ColumnKind::Integer),
            column("开工时间", None, ColumnKind::Date),
        ],
        totals: true,
    }
}

fn rows() -> Vec<Vec<Cell>> {
    let text = |text: &str| Cell::Text(text.to_owned());
    let decimal = |mantissa, scale| Cell::Decimal { mantissa, scale };
    let day = Cell::Date {
        year: 2024,
        month: 6,
        day: 30,
    };
    vec![
        vec![
            text("410402199001011234"),
            text("甲\n产业园"),
            decimal(1250, 2),
            decimal(3, 1),
            Cell::Integer(2),
            day,
        ],
        vec![
            text("007"),
            text("=1+1"),
            decimal(-5, 2),
            Cell::Empty,
            Cell::Integer(-1),
            Cell::Empty,
        ],
        vec![
            text("A1"),
            text("长数"),
            decimal(12_345_678_901_234_567, 2),
            Cell::Empty,
            Cell::Empty,
            Cell::Empty,
        ],
    ]
}

fn written(make: impl FnOnce(&mut Cursor<Vec<u8>>) -> Result<(), SheetError>) -> Vec<u8> {
    let mut out = Cursor::new(Vec::new());
    make(&mut out).expect("written");
    out.into_inner()
}

fn fill(mut sink: Box<dyn RowSink + '_>, rows: &[Vec<Cell>]) -> Result<(), SheetError> {
    for row in rows {
        sink.row(row)?;
    }
    sink.finish()
}

#[test]
fn an_xlsx_is_read_back_with_header_notes_and_totals() {
    let bytes = written(|out| fill(Box::new(XlsxSink::new(spec(), out)?), &rows()));
    let path = file(&bytes, ".xlsx");
    let (found, body) = table(&path, KNOWN).expect("a table");
    assert_eq!(found.header_rows, (3, 4));
    assert_eq!(
        columns(&found),
        [
            "A 编号",
            "B 项目名称",
            "C 总投资 (亿元)",
            "D 完成情况/8月完成",
            "E 完成情况/项目数",
            "F 开工时间",
        ]
    );
    assert_eq!(found.sheet_measure.as_deref(), Some("万元"));
    assert_eq!(found.sheet_period.year, Some(2024));
    assert_eq!(
        lines(&body),
        [
            "5 410402199001011234|甲\\产业园|12.5:n|0.3:n|2:n|2024-06-30:d",
            "6 007|=1+1|-0.05:n||-1:n|",
            "7 A1|长数|123456789012345.67|||",
        ]
    );
    assert_eq!(skipped(&found), ["8 total"]);
}

#[test]
fn an_xlsx_prints_as_it_stands_and_adds_up() {
    let bytes = written(|out| fill(Box::new(XlsxSink::new(spec(), out)?), &rows()[..2]));
    let part = |name: &str| -> String {
        let mut archive = zip::ZipArchive::new(Cursor::new(&bytes)).unwrap();
        let mut text = String::new();
        archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
        text
    };
    let sheet = part("xl/worksheets/sheet1.xml");
    for expected in [
        "orientation=\"landscape\"",
        "paperSize=\"9\"",
        "ySplit=\"4\"",
        "state=\"frozen\"",
        "fitToHeight=\"0\"",
        "<f>SUM(C5:C6)</f><v>12.45</v>",
        "<f>SUM(E5:E6)</f><v>1</v>",
        "<mergeCell ref=\"A1:F1\"/>",
        "<mergeCell ref=\"D3:E3\"/>",
        "<mergeCell ref=\"A3:A4\"/>",
    ] {
        assert!(sheet.contains(expected), "{expected} in {sheet}");
    }
    assert!(!sheet.contains("SUM(A5"), "texts are not added");
    assert!(
        part("xl/workbook.xml").contains("$3:$4"),
        "the header is repeated on every page"
    );
}

#[test]
fn a_csv_is_read_back_to_the_letter() {
    let bytes = written(|out| fill(Box::new(CsvSink::new(spec(), out)?), &rows()));
    assert!(bytes.starts_with(b"\xEF\xBB\xBF"));
    let text = String::from_utf8(bytes[3..].to_vec()).unwrap();
    assert!(
        text.starts_with("编号,项目名称,总投资（亿元）,完成情况/8月完成,完成情况/项目数,开工时间\r\n"),
        "{text}"
    );
    assert!(text.contains("007,'=1+1,-0.05,,-1,\r\n"), "{text}");
    let (found, body) = table(&file(&bytes, ".csv"), KNOWN).expect("a table");
    assert_eq!(columns(&found)[3], "D 完成情况/8月完成");
    assert_eq!(
        lines(&body),
        [
            "2 410402199001011234:u|甲\\产业园:u|12.50:u|0.3:u|2:u|2024-06-30:u",
            "3 007:u|=1+1:u|-0.05:u||-1:u|",
            "4 A1:u|长数:u|123456789012345.67:u|||",
        ]
    );
}

#[test]
fn what_a_spreadsheet_would_run_never_begins_a_csv_cell() {
    for text in ["=cmd", "+1", "-1", "@x", "\tx", "\rx", "＝x", "'=x"] {
        let one = SheetSpec {
            columns: spec().columns[..1].to_vec(),
            ..SheetSpec::default()
        };
        let row = vec![vec![Cell::Text(text.to_owned())]];
        let bytes = written(|out| fill(Box::new(CsvSink::new(one, out)?), &row));
        let line = String::from_utf8(bytes).unwrap().lines().nth(1).unwrap().to_owned();
        assert!(line.trim_start_matches('"').starts_with('\''), "{line}");
    }
}

#[test]
fn json_keeps_digits() {
    let bytes = written(|out| fill(Box::new(JsonSink::new(spec(), out)?), &rows()));
    let text = String::from_utf8(bytes.clone()).unwrap();
    assert!(
        text.contains("\"总投资（亿元）\":12.50,\"完成情况/8月完成\":0.3,"),
        "{text}"
    );
    let parsed: serde_json::Value = serde_json::from_slice(&bytes).expect("valid JSON");
    assert_eq!(parsed[2]["总投资（亿元）"], "123456789012345.67");
    assert_eq!(parsed[0]["开工时间"], "2024-06-30");
    assert!(parsed[1]["开工时间"].is_null());
    let none = written(|out| fill(Box::new(JsonSink::new(spec(), out)?), &[]));
    assert_eq!(
        serde_json::from_slice::<serde_json::Value>(&none).expect("valid JSON"),
        serde_json::json!([])
    );
}

#[test]
fn a_row_of_the_wrong_shape_is_refused() {
    let mut sink = CsvSink::new(spec(), Vec::new()).expect("begun");
    assert_eq!(sink.row(&[]), Err(SheetError::RowShape { expected: 6, found: 0 }));
    let mut sink = XlsxSink::new(spec(), Cursor::new(Vec::new())).expect("begun");
    assert_eq!(
        sink.row(&[Cell::Empty]),
        Err(SheetError::RowShape { expected: 6, found: 1 })
    );
    let long = vec![
        Cell::Text("长".repeat(40_000)),
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
        Cell::Empty,
    ];
    assert_eq!(sink.row(&long).expect_err("too long for a cell").code(), "unwritable");
}

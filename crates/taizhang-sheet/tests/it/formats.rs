//! Room: the same small ledger in every format, and what is particular to each.

use crate::support::{columns, file, lines, ods, package, shown, skipped, table, table_of, workbook};
use encoding_rs::{GB18030, UTF_8};
use std::path::{Path, PathBuf};
use taizhang_sheet::read::read;
use taizhang_sheet::{Format, Limits, ReadOptions, SheetError, open_in_process};

const KNOWN: &[&str] = &["序号", "项目名称", "总投资", "开工时间", "备注"];

const CSV: &str = "2024年重点项目台账,,,,\r\n单位：万元,,,,\r\n序号,项目名称,总投资（亿元）,开工时间,备注\r\n\
    1,甲产业园,12.50,2024-06-30,\"两行\r\n备注，含\"\"引号\"\"\"\r\n\r\n2,\"乙,水厂\",0.3,06/30/2024 12:00:00 AM,=\"007\"\r\n\
    合计,,12.80,,\r\n";

#[test]
fn csv_in_every_encoding_reads_the_same() {
    let wide = |order: fn(u16) -> [u8; 2]| -> Vec<u8> {
        let marked = format!("\u{feff}{CSV}");
        marked.encode_utf16().flat_map(order).collect()
    };
    let variants: Vec<(&str, Vec<u8>)> = vec![
        ("UTF-8", CSV.into()),
        ("UTF-8 with a mark", format!("\u{feff}{CSV}").into_bytes()),
        ("GB18030", GB18030.encode(CSV).0.into_owned()),
        ("UTF-16 little", wide(u16::to_le_bytes)),
        ("UTF-16 big", wide(u16::to_be_bytes)),
    ];
    for (name, bytes) in variants {
        let (found, rows) = table(&file(&bytes, ".csv"), KNOWN).expect(name);
        assert_eq!(
            columns(&found),
            ["A 序号", "B 项目名称", "C 总投资 (亿元)", "D 开工时间", "E 备注"],
            "{name}"
        );
        assert_eq!(found.sheet_measure.as_deref(), Some("万元"), "{name}");
        assert_eq!(
            lines(&rows),
            [
                "4 1:u|甲产业园:u|12.50:u|2024-06-30:u|两行\r\\备注，含\"引号\":u",
                "6 2:u|乙,水厂:u|0.3:u|06/30/2024 12:00:00 AM:u|007",
            ],
            "{name}"
        );
        assert_eq!(skipped(&found), ["7 total"], "{name}");
    }
}

#[test]
fn a_long_csv_keeps_every_character_wherever_the_chunks_end() {
    // Characters of one to four bytes, shifted so that each of their bytes falls on the end of a chunk.
    let name = "项目㐀𠀀é（亿元）€、a".repeat(3);
    for encoding in [UTF_8, GB18030] {
        for shift in 0..4 {
            let mut text = format!("项目名称,备注,{}\n", "a".repeat(shift));
            (0..1500).for_each(|row| text.push_str(&format!("{row}{name},备注{row}\n")));
            let (_, rows) = table(&file(&encoding.encode(&text).0, ".csv"), KNOWN).expect("a table");
            assert_eq!(rows.len(), 1500);
            for (row, body) in rows.iter().enumerate() {
                let cells = [&body.cells[0].raw, &body.cells[1].raw];
                assert_eq!(
                    cells,
                    [&format!("{row}{name}"), &format!("备注{row}")],
                    "{} {shift}",
                    encoding.name()
                );
            }
        }
    }
}

#[test]
fn csv_that_is_neither_encoding_is_refused_with_its_line() {
    let mut bytes = GB18030.encode("项目名称,备注\n甲,乙\n").0.into_owned();
    bytes.push(0xFF);
    let error = table(&file(&bytes, ".csv"), KNOWN).expect_err("a byte of no encoding");
    assert_eq!(error, SheetError::BadEncoding { byte: 20, line: 3 });
}

#[test]
fn tabs_and_semicolons_separate_too() {
    for text in ["序号\t项目名称\n1\t甲，乙\n", "序号;项目名称\n1;甲，乙\n"] {
        let (_, rows) = table(&file(text.as_bytes(), ".txt"), KNOWN).expect("a table");
        assert_eq!(lines(&rows), ["2 1:u|甲，乙:u"]);
    }
}

const ODS: &str = r#"
    <table:table table:name="台账"><table:table-column table:number-columns-repeated="4"/>
    <table:table-column table:visibility="collapse" table:number-columns-repeated="1020"/>
    <table:table-row><table:table-cell office:value-type="string" table:number-columns-spanned="5">
        <text:p>2024年重点项目台账</text:p></table:table-cell>
        <table:covered-table-cell table:number-columns-repeated="4"/></table:table-row>
    <table:table-row table:number-rows-repeated="2"><table:table-cell/></table:table-row>
    <table:table-row><table:table-cell office:value-type="string"><text:p>序号</text:p></table:table-cell>
        <table:table-cell office:value-type="string"><text:p>项目名称</text:p></table:table-cell>
        <table:table-cell office:value-type="string"><text:p>总投资</text:p><text:p>（亿元）</text:p></table:table-cell>
        <table:table-cell office:value-type="string"><text:p>开工时间</text:p></table:table-cell>
        <table:table-cell office:value-type="string"><text:p>备注</text:p></table:table-cell></table:table-row>
    <table:table-row><table:table-cell office:value-type="float" office:value="1"><text:p>1</text:p></table:table-cell>
        <table:table-cell office:value-type="string" table:number-rows-spanned="2"><text:p>甲</text:p></table:table-cell>
        <table:table-cell office:value-type="float" office:value="12.5"><text:p>12.50</text:p></table:table-cell>
        <table:table-cell office:value-type="date" office:date-value="2024-06-30"><text:p>x</text:p></table:table-cell>
        <table:table-cell/></table:table-row>
    <table:table-row table:visibility="collapse"><table:table-cell office:value-type="float" office:value="2"/>
        <table:covered-table-cell/>
        <table:table-cell office:value-type="string" calcext:value-type="error" office:string-value="">
        <text:p>#DIV/0!</text:p></table:table-cell>
        <table:table-cell office:value-type="date" office:date-value="2024-06-30T00:00:00"/>
        <table:table-cell office:value-type="boolean" office:boolean-value="true"/></table:table-row>
    <table:table-row table:number-rows-repeated="1048570"><table:table-cell table:number-columns-repeated="1024"/>
        </table:table-row></table:table>
    <table:table table:name="底表" table:style-name="hid"><table:table-row>
        <table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell></table:table-row></table:table>"#;

#[test]
fn ods_with_merges_hidden_parts_and_dates() {
    let (found, rows) = table(&ods(ODS), KNOWN).expect("a table");
    assert_eq!(found.header_rows, (4, 4));
    assert_eq!(found.columns[2].measure.as_deref(), Some("亿元"));
    assert_eq!(
        lines(&rows),
        [
            "5 1:n|甲|12.5:n|2024-06-30:d|",
            "~6 2:n|甲^|#DIV/0!:e|2024-06-30:d|TRUE:b",
        ]
    );
    assert!(found.columns[4].hidden && !found.columns[3].hidden);
}

#[test]
fn an_ods_that_would_be_dense_and_huge_is_refused_before_it_is_built() {
    let cell = r#"<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>"#;
    let far = format!(
        r#"<table:table table:name="t"><table:table-row>{cell}</table:table-row>
        <table:table-row table:number-rows-repeated="1048000"><table:table-cell/></table:table-row><table:table-row>
        <table:table-cell table:number-columns-repeated="16000"/>{cell}</table:table-row></table:table>"#
    );
    let repeated = format!(
        r#"<table:table table:name="t"><table:table-row table:number-rows-repeated="1048576">{}</table:table-row>
        </table:table>"#,
        cell.replace(
            "<table:table-cell",
            r#"<table:table-cell table:number-columns-repeated="16384""#
        )
    );
    for tables in [far, repeated] {
        let error = table(&ods(&tables), KNOWN).expect_err("too many cells");
        assert_eq!(error.code(), "over_limit", "{error}");
    }
}

fn data(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data").join(name)
}

#[test]
fn xls_of_both_calendars() {
    for (name, epoch_1904) in [("ledger.xls", false), ("ledger_1904.xls", true)] {
        let (found, rows) = table(&data(name), KNOWN).expect("a table");
        assert_eq!(found.epoch_1904, epoch_1904);
        assert_eq!(
            columns(&found),
            ["A 序号", "B 项目名称", "C 总投资 (亿元)", "D 开工时间", "E 备注"]
        );
        assert_eq!(lines(&rows)[0], "4 1:n|甲产业园|12.5:n|2024-06-30:d|");
        assert!(
            shown(&rows[1]).starts_with("5 2:n|甲产业园^|0.3:n|2024-06-30:d|"),
            "{}",
            shown(&rows[1])
        );
        assert_eq!(skipped(&found), ["6 total"]);
    }
    let stream = open_in_process(&data("ledger.xls"), &ReadOptions::default()).expect("opens");
    let sheets: Vec<(&str, bool)> = stream
        .book()
        .sheets
        .iter()
        .map(|sheet| (sheet.name.as_str(), sheet.hidden))
        .collect();
    assert_eq!(sheets, [("台账", false), ("底表", true)]);
}

#[test]
fn content_decides_and_not_the_name() {
    let xlsx = workbook(|book| _ = book.add_worksheet().write_string(0, 0, "x").unwrap());
    let renamed = file(&std::fs::read(&xlsx).unwrap(), ".csv");
    assert_eq!(
        open_in_process(&renamed, &ReadOptions::default())
            .unwrap()
            .book()
            .format,
        Format::Xlsx
    );
    let as_xls = file("项目名称,备注\n甲,乙\n".as_bytes(), ".xls");
    assert_eq!(
        open_in_process(&as_xls, &ReadOptions::default()).unwrap().book().format,
        Format::Csv
    );
    let web_page = file(b"<html><table><tr><td>x</td></tr></table></html>", ".xls");
    let error = table(&web_page, KNOWN).expect_err("a web page");
    assert!(error.to_string().contains("HTML"), "{error}");
    let document = package(
        &[
            ("[Content_Types].xml".into(), vec![]),
            ("word/document.xml".into(), vec![]),
        ],
        ".xlsx",
    );
    assert_eq!(table(&document, KNOWN).expect_err("a document").code(), "not_a_sheet");
}

#[test]
fn the_plain_reader_hands_out_rows_and_stops_when_told() {
    let path = file(CSV.as_bytes(), ".csv");
    let mut seen = Vec::new();
    let book = read(&path, None, &ReadOptions::default(), &mut |row| {
        seen.push(row.row);
        Ok(())
    });
    assert_eq!(book.map(|book| book.format), Ok(Format::Csv));
    assert_eq!(seen, [1, 2, 3, 4, 6, 7]);
    let stopped = read(&path, Some(Format::Csv), &ReadOptions::default(), &mut |_| {
        Err(SheetError::Stopped)
    });
    assert_eq!(stopped.map(|_| ()), Err(SheetError::Stopped));
    let limits = Limits {
        file_bytes_max: 10,
        ..Limits::default()
    };
    let small = table_of(
        &path,
        KNOWN,
        &ReadOptions {
            limits,
            ..ReadOptions::default()
        },
    );
    assert_eq!(small.expect_err("too large").code(), "over_limit");
}

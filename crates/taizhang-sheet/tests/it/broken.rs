//! Room: files that are broken, too large or made to do harm; each ends in an error of its own.
//!
//! Those that would take the memory of the process with them are tested behind the child's limits.

use crate::support::{file, package, patched, repacked, sheet, table, table_of, workbook};
use rust_xlsxwriter::Workbook;
use std::fs;
use taizhang_sheet::{Limit, Limits, ReadOptions, SheetError};

const KNOWN: &[&str] = &["项目名称", "备注"];

fn small() -> tempfile::TempPath {
    sheet(&["项目名称|备注", "甲|乙"])
}

fn code(path: &std::path::Path) -> &'static str {
    table(path, KNOWN).map_or_else(|error| error.code(), |_| "read")
}

#[test]
fn a_file_cut_anywhere_is_an_error_and_never_a_panic() {
    let whole = fs::read(small()).unwrap();
    for length in (0..whole.len()).step_by(37) {
        let path = file(&whole[..length], ".xlsx");
        let outcome = code(&path);
        // Four bytes and fewer are not even a zip any more.
        let expected: &[&str] = if length < 4 {
            &["empty_sheet", "no_header", "not_a_sheet"]
        } else {
            &["corrupt"]
        };
        assert!(expected.contains(&outcome) || length < 8, "{length}: {outcome}");
    }
}

#[test]
fn changed_bytes_end_in_an_error_or_in_rows() {
    let whole = fs::read(small()).unwrap();
    for at in (0..whole.len()).step_by(53) {
        let mut changed = whole.clone();
        changed[at] ^= 0x55;
        // A read that crashes comes back as "refused", since its thread is gone.
        assert_ne!(code(&file(&changed, ".xlsx")), "refused", "byte {at}");
    }
}

#[test]
fn claims_are_checked_before_anything_is_reserved() {
    let with_texts = workbook(|book: &mut Workbook| _ = book.add_worksheet().write_string(0, 0, "x").unwrap());
    let bomb = patched(
        &with_texts,
        "xl/sharedStrings.xml",
        "uniqueCount=\"1\"",
        "uniqueCount=\"9000000000\"",
    );
    let error = table(&bomb, KNOWN).expect_err("nine thousand million texts");
    assert!(
        matches!(
            error,
            SheetError::OverLimit {
                limit: Limit::SharedStrings,
                found: 9_000_000_000,
                ..
            }
        ),
        "{error}"
    );
    let lie = patched(
        &with_texts,
        "xl/sharedStrings.xml",
        "uniqueCount=\"1\"",
        "uniqueCount=\"4000000\"",
    );
    assert_eq!(code(&lie), "over_limit");

    let zeros = repacked(&small(), |name, content| {
        if name == "docProps/app.xml" {
            vec![b' '; 8 << 20]
        } else {
            content
        }
    });
    let error = table(&zeros, KNOWN).expect_err("a thousand to one");
    assert!(
        matches!(
            error,
            SheetError::OverLimit {
                limit: Limit::Ratio,
                ..
            }
        ),
        "{error}"
    );

    let tight = |limits| {
        table_of(
            &small(),
            KNOWN,
            &ReadOptions {
                limits,
                ..ReadOptions::default()
            },
        )
    };
    let limits = Limits {
        inflated_bytes_max: 1000,
        ..Limits::default()
    };
    assert_eq!(tight(limits).expect_err("inflated").code(), "over_limit");
    let limits = Limits {
        zip_entries_max: 3,
        ..Limits::default()
    };
    assert_eq!(tight(limits).expect_err("entries").code(), "over_limit");
}

#[test]
fn a_stray_cell_in_the_last_corner_is_named_and_costs_nothing() {
    let path = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "项目名称").unwrap();
        sheet.write_string(1_048_575, 16_383, "x").unwrap();
    });
    let error = table(&path, KNOWN).expect_err("too far out");
    let expected = SheetError::OverLimit {
        limit: Limit::Columns,
        found: 16_384,
        max: 512,
        row: Some(1_048_576),
    };
    assert_eq!(error, expected);
    // A blank typed there by accident harms nobody.
    let blank = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "项目名称").unwrap();
        sheet.write_string(0, 1, "备注").unwrap();
        sheet.write_string(1_048_575, 16_383, " ").unwrap();
    });
    assert_eq!(code(&blank), "read");
}

#[test]
fn limits_name_the_row() {
    let long = "长".repeat(101);
    let path = workbook(|book| {
        let sheet = book.add_worksheet();
        sheet.write_string(0, 0, "项目名称").unwrap();
        sheet.write_string(0, 1, "备注").unwrap();
        sheet.write_string(7, 1, &long).unwrap();
    });
    let limits = Limits {
        text_chars_max: 100,
        ..Limits::default()
    };
    let error = table_of(
        &path,
        KNOWN,
        &ReadOptions {
            limits,
            ..ReadOptions::default()
        },
    )
    .expect_err("too long");
    assert!(error.to_string().contains("第 8 行"), "{error}");
}

#[test]
fn encrypted_and_foreign_files_have_sentences_of_their_own() {
    let ole = |stream: &str| -> Vec<u8> {
        let name = stream.encode_utf16().flat_map(u16::to_le_bytes);
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"
            .iter()
            .copied()
            .chain([0; 1000])
            .chain(name)
            .chain([0; 64])
            .collect()
    };
    assert_eq!(code(&file(&ole("EncryptedPackage"), ".xlsx")), "encrypted");
    assert_eq!(code(&file(&ole("Workbook"), ".xls")), "corrupt");
    let part = |name: &str| (name.to_owned(), b"x".to_vec());
    assert_eq!(code(&package(&[part("xl/workbook.bin")], ".xlsx")), "not_a_sheet");
    assert_eq!(code(&package(&[part("a.txt")], ".xlsx")), "not_a_sheet");
    assert_eq!(code(&package(&[part("[Content_Types].xml")], ".xlsx")), "corrupt");
    assert_eq!(code(std::path::Path::new("no such file.xlsx")), "io");
}

#[test]
fn rows_that_go_back_and_cells_that_stand_twice_are_refused() {
    for (from, to) in [("<row r=\"2\"", "<row r=\"1\""), ("r=\"B2\"", "r=\"A2\"")] {
        let path = repacked(&small(), |name, content| {
            if name != "xl/worksheets/sheet1.xml" {
                return content;
            }
            let text = String::from_utf8(content).unwrap();
            let text = if from.starts_with("<row") {
                text.replace("r=\"A2\"", "r=\"A1\"").replace("r=\"B2\"", "r=\"B1\"")
            } else {
                text
            };
            text.replace(from, to).into_bytes()
        });
        assert_eq!(code(&path), "corrupt", "{from}");
    }
}

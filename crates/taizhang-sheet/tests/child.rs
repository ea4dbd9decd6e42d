//! Room: tests of the parsing child, as a program that re-executes itself.
//!
//! The usual harness would take the child's arguments for its own, so `main` looks at them first and
//! a harness of a library runs the list after.

#[path = "support/mod.rs"]
mod support;

use libtest_mimic::{Arguments, Trial};
use std::path::Path;
use std::process::exit;
use support::{Known, file, lines, ods, patched, sheet, workbook};
use taizhang_sheet::child::{SUBCOMMAND, serve_child, serve_if_asked};
use taizhang_sheet::{Limits, ReadOptions, Refused, RowStream, SheetError, find_table, open, open_in_process};

fn main() {
    if let Some(code) = serve_if_asked(std::env::args_os()) {
        exit(code);
    }
    let tests: &[(&str, fn())] = &[
        (
            "rows_come_through_the_pipe_as_they_are",
            rows_come_through_the_pipe_as_they_are,
        ),
        (
            "the_best_of_several_sheets_is_chosen",
            the_best_of_several_sheets_is_chosen,
        ),
        (
            "refusals_of_the_child_keep_their_names",
            refusals_of_the_child_keep_their_names,
        ),
        (
            "a_file_that_takes_all_memory_kills_the_child_only",
            a_file_that_takes_all_memory_kills_the_child_only,
        ),
        (
            "a_child_that_takes_too_long_is_ended",
            a_child_that_takes_too_long_is_ended,
        ),
        (
            "a_program_that_is_no_parser_is_noticed",
            a_program_that_is_no_parser_is_noticed,
        ),
        (
            "a_stream_that_is_dropped_ends_its_child",
            a_stream_that_is_dropped_ends_its_child,
        ),
        ("wrong_arguments_are_refused", wrong_arguments_are_refused),
    ];
    let trials = tests.iter().map(|(name, test)| {
        let test = *test;
        Trial::test(*name, move || {
            test();
            Ok(())
        })
    });
    libtest_mimic::run(&Arguments::from_args(), trials.collect()).exit();
}

const KNOWN: Known = Known(&["序号", "项目名称", "备注"]);

fn ledger() -> tempfile::TempPath {
    sheet(&[
        "台账>3",
        "序号|项目名称|备注",
        "#1|甲^2|",
        "#2|.|x",
        "#410402199001011234|乙|",
    ])
}

fn all(stream: RowStream) -> Vec<taizhang_sheet::RawRow> {
    stream.collect::<Result<_, _>>().expect("rows")
}

fn refused(path: &Path, options: &ReadOptions) -> SheetError {
    let rows = open(path, options).and_then(|stream| stream.collect::<Result<Vec<_>, _>>());
    rows.map(|rows| rows.len()).expect_err("refused")
}

fn with(limits: Limits) -> ReadOptions {
    ReadOptions {
        limits,
        ..ReadOptions::default()
    }
}

fn rows_come_through_the_pipe_as_they_are() {
    let options = ReadOptions::default();
    let stream = open(&ledger(), &options).expect("opens");
    assert_eq!(stream.merges().len(), 2);
    assert_eq!(all(stream), all(open_in_process(&ledger(), &options).expect("opens")));

    let rows = find_table(open(&ledger(), &options).expect("opens"), &KNOWN).expect("a table");
    let rows: Vec<_> = rows.collect::<Result<_, _>>().expect("rows");
    assert_eq!(
        lines(&rows),
        ["3 1:n|甲|", "4 2:n|甲^|x", "5 410402199001011260:n!|乙|"]
    );

    // Many batches, so that both ends wait for each other.
    let long = workbook(|book| {
        let sheet = book.add_worksheet();
        for row in 0..20_000 {
            sheet.write_string(row, 0, format!("第{row}行")).unwrap();
        }
    });
    let rows = all(open(&long, &options).expect("opens"));
    assert_eq!(rows.len(), 20_000);
    assert!(
        rows.iter()
            .zip(1..)
            .all(|(row, no)| row.row == no && row.cells[0].raw == format!("第{}行", no - 1))
    );
}

fn the_best_of_several_sheets_is_chosen() {
    let path = workbook(|book| {
        for (name, lines) in [
            ("说明", vec!["怎么填"]),
            ("台账", vec!["序号|项目名称|备注", "#1|甲|"]),
            ("旧", vec!["项目名称|备注", "旧|"]),
        ] {
            support::fill(book.add_worksheet().set_name(name).unwrap(), &lines);
        }
    });
    let stream = open(&path, &ReadOptions::default()).expect("opens");
    let names: Vec<&str> = stream.offered().iter().map(|head| head.name.as_str()).collect();
    assert_eq!(names, ["说明", "台账", "旧"]);
    let rows = find_table(stream, &KNOWN).expect("a table");
    assert_eq!(rows.table().sheet, "台账");
    assert_eq!(rows.count(), 1);
    // Without a choice the first sheet is read.
    assert_eq!(
        all(open(&path, &ReadOptions::default()).expect("opens"))[0].cells[0].raw,
        "怎么填"
    );
}

fn refusals_of_the_child_keep_their_names() {
    let cases = [
        (file(b"%PDF-1.7", ".xlsx"), "not_a_sheet"),
        (file(b"PK\x03\x04", ".xlsx"), "corrupt"),
        (
            patched(
                &ledger(),
                "xl/sharedStrings.xml",
                "uniqueCount=\"",
                "uniqueCount=\"99999999",
            ),
            "over_limit",
        ),
    ];
    for (path, code) in cases {
        assert_eq!(refused(&path, &ReadOptions::default()).code(), code);
    }
    assert_eq!(refused(Path::new("no such file"), &ReadOptions::default()).code(), "io");
    let named = ReadOptions {
        sheet: Some("八月".into()),
        ..ReadOptions::default()
    };
    assert_eq!(refused(&ledger(), &named).code(), "no_such_sheet");
    let few = with(Limits {
        cells_max: 5,
        ..Limits::default()
    });
    assert_eq!(refused(&ledger(), &few).code(), "over_limit");
}

/// Two cells far apart, yet within the limit of cells: only the limit of memory stops the dense range.
fn a_file_that_takes_all_memory_kills_the_child_only() {
    let cell = r#"<table:table-cell office:value-type="string"><text:p>x</text:p></table:table-cell>"#;
    let far = ods(&format!(
        r#"<table:table table:name="t"><table:table-row>{cell}</table:table-row>
        <table:table-row table:number-rows-repeated="9000"><table:table-cell/></table:table-row><table:table-row>
        <table:table-cell table:number-columns-repeated="499"/>{cell}</table:table-row></table:table>"#
    ));
    let small = with(Limits {
        memory_bytes_max: 128 << 20,
        ..Limits::default()
    });
    assert_eq!(
        refused(&far, &small),
        SheetError::Refused {
            reason: Refused::Memory
        }
    );
    // The parent lives, and with the usual memory the same file is read.
    assert_eq!(all(open(&far, &ReadOptions::default()).expect("opens")).len(), 2);
}

fn a_child_that_takes_too_long_is_ended() {
    let none = with(Limits {
        seconds_max: 0,
        ..Limits::default()
    });
    let error = refused(&ledger(), &none);
    assert_eq!(error, SheetError::Refused { reason: Refused::Time });
}

fn a_program_that_is_no_parser_is_noticed() {
    for (program, reason) in [
        ("no-such-program", Refused::Unstartable),
        ("/bin/echo", Refused::Garbled),
        ("/bin/true", Refused::Garbled),
        ("/bin/false", Refused::Crashed),
    ] {
        let options = ReadOptions {
            program: Some(program.into()),
            ..ReadOptions::default()
        };
        assert_eq!(
            refused(&ledger(), &options),
            SheetError::Refused { reason },
            "{program}"
        );
    }
}

fn a_stream_that_is_dropped_ends_its_child() {
    let long = workbook(|book| {
        let sheet = book.add_worksheet();
        for row in 0..50_000 {
            sheet.write_string(row, 0, format!("第{row}行")).unwrap();
        }
    });
    let mut stream = open(&long, &ReadOptions::default()).expect("opens");
    assert!(stream.next().is_some());
    // Dropping waits for the child, so this test would hang if it were not ended.
    drop(stream);
}

fn wrong_arguments_are_refused() {
    assert_eq!(serve_child([]), 2);
    assert_eq!(serve_child(["a.xlsx".into(), "no json".into()]), 2);
    assert_eq!(serve_if_asked(["program".into(), "serve".into()]), None);
    assert_eq!(serve_if_asked(["program".into(), SUBCOMMAND.into()]), Some(2));
}

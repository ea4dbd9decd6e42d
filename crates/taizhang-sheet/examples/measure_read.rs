//! Room: how long a large workbook takes, for people who measure.
//!
//! `measure_read make FILE` writes 100,000 rows of 20 columns; `measure_read FILE` reads it through a
//! child process and finds the table. Run it under a tool that reports processor time and memory.

use std::fs::File;
use std::io::BufWriter;
use std::path::Path;
use std::process::exit;
use taizhang_sheet::child::serve_if_asked;
use taizhang_sheet::write::{Cell, ColumnKind, ColumnSpec, RowSink, SheetSpec, XlsxSink};
use taizhang_sheet::{Headings, ReadOptions, SheetError, find_table, open};

const ROWS: u32 = 100_000;
const COLUMNS: u32 = 20;

fn main() -> Result<(), SheetError> {
    if let Some(code) = serve_if_asked(std::env::args_os()) {
        exit(code);
    }
    let args: Vec<String> = std::env::args().skip(1).collect();
    match args.as_slice() {
        [make, path] if make == "make" => write(Path::new(path)),
        [path] => read(Path::new(path)),
        _ => exit(2),
    }
}

fn write(path: &Path) -> Result<(), SheetError> {
    let column = |index: u32| ColumnSpec {
        heading: format!("field {index}"),
        group: None,
        kind: if index.is_multiple_of(2) {
            ColumnKind::Decimal { places: 2 }
        } else {
            ColumnKind::Text
        },
        width: 0,
        summed: true,
    };
    let spec = SheetSpec {
        columns: (0..COLUMNS).map(column).collect(),
        totals: true,
        ..SheetSpec::default()
    };
    let out = File::create(path).map_err(|error| SheetError::Unwritable {
        detail: error.to_string(),
    })?;
    let mut sink = Box::new(XlsxSink::new(spec, BufWriter::new(out))?);
    for row in 0..ROWS {
        let cell = |index: u32| match index % 2 {
            0 => Cell::Decimal {
                mantissa: i128::from(row * 37 + index),
                scale: 2,
            },
            _ => Cell::Text(format!("text {} of {index}", row * 7 % 5_003)),
        };
        sink.row(&(0..COLUMNS).map(cell).collect::<Vec<_>>())?;
    }
    sink.finish()
}

struct Any;

impl Headings for Any {
    fn knows(&self, heading: &str) -> bool {
        heading.starts_with("field")
    }
}

fn read(path: &Path) -> Result<(), SheetError> {
    let mut rows = 0_u64;
    for row in find_table(open(path, &ReadOptions::default())?, &Any)? {
        row?;
        rows += 1;
    }
    println!("{rows} rows");
    Ok(())
}

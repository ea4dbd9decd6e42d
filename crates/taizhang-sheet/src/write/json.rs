//! Room: rows to a JSON array of objects, one object a line.
//!
//! A number is written digit by digit, and as a text where a reader's double could not hold it.

use super::spec::fits_number;
use super::{Cell, RowSink, SheetSpec, unwritable};
use crate::error::SheetError;
use std::io::Write;

/// Writes JSON.
pub struct JsonSink<W: Write> {
    spec: SheetSpec,
    keys: Vec<String>,
    out: W,
    begun: bool,
}

impl<W: Write> JsonSink<W> {
    /// Begins a file.
    pub fn new(spec: SheetSpec, mut out: W) -> Result<JsonSink<W>, SheetError> {
        out.write_all(b"[").map_err(unwritable)?;
        let keys = spec.columns.iter().map(|column| quoted(&column.full_heading()));
        let keys = keys.collect::<Result<_, _>>()?;
        Ok(JsonSink {
            spec,
            keys,
            out,
            begun: false,
        })
    }
}

impl<W: Write> RowSink for JsonSink<W> {
    fn row(&mut self, cells: &[Cell]) -> Result<(), SheetError> {
        self.spec.check(cells)?;
        let mut line = String::from(if self.begun { ",\n{" } else { "\n{" });
        self.begun = true;
        for (index, (key, cell)) in self.keys.iter().zip(cells).enumerate() {
            if index > 0 {
                line.push(',');
            }
            line.push_str(key);
            line.push(':');
            line.push_str(&value(cell)?);
        }
        line.push('}');
        self.out.write_all(line.as_bytes()).map_err(unwritable)
    }

    fn finish(mut self: Box<Self>) -> Result<(), SheetError> {
        self.out.write_all(b"\n]\n").map_err(unwritable)?;
        self.out.flush().map_err(unwritable)
    }
}

fn value(cell: &Cell) -> Result<String, SheetError> {
    let text = cell.text();
    match cell {
        Cell::Empty => Ok("null".to_owned()),
        Cell::Integer(_) | Cell::Decimal { .. } if fits_number(&text) => Ok(text),
        _ => quoted(&text),
    }
}

fn quoted(text: &str) -> Result<String, SheetError> {
    serde_json::to_string(text).map_err(unwritable)
}

//! Room: one sheet's XML with some cells of other content; every other event goes through as it came.

use super::{FillCell, FillValue, Filled, UNBOUND};
use crate::error::SheetError;
use crate::raw::column_letters;
use quick_xml::events::{BytesEnd, BytesStart, BytesText, Event};
use quick_xml::{Reader, Writer};
use std::collections::BTreeMap;

type Row<'a> = BTreeMap<u32, &'a FillValue>;

/// Writes a sheet anew with its cells filled in.
pub(super) fn fill_sheet(
    xml: &[u8],
    (name, marked): (&str, Option<u32>),
    cells: &[&FillCell],
    filled: &mut Filled,
) -> Result<Vec<u8>, SheetError> {
    let mut rows: BTreeMap<u32, Row<'_>> = BTreeMap::new();
    for cell in cells {
        rows.entry(cell.row).or_default().insert(cell.col, &cell.value);
    }
    let mut desk = Desk {
        name,
        marked,
        rows,
        row: 0,
        here: Row::new(),
        filled,
        out: Writer::new(Vec::with_capacity(xml.len() + 1024)),
    };
    let mut reader = Reader::from_reader(xml);
    loop {
        match reader.read_event().map_err(SheetError::corrupt)? {
            Event::Eof => break,
            Event::Start(tag) if tag.local_name().as_ref() == "row" => {
                desk.open_row(&tag)?;
                desk.put(Event::Start(tag))?;
            }
            Event::Empty(tag) if tag.local_name().as_ref() == "row" => {
                desk.open_row(&tag)?;
                desk.put(Event::Start(tag.borrow()))?;
                desk.rest_of_row()?;
                desk.put(Event::End(tag.to_end()))?;
            }
            Event::End(tag) if tag.local_name().as_ref() == "row" => {
                desk.rest_of_row()?;
                desk.put(Event::End(tag))?;
            }
            Event::Start(tag) if tag.local_name().as_ref() == "c" => {
                let mut inner = Vec::new();
                loop {
                    let event = reader.read_event().map_err(SheetError::corrupt)?;
                    let is_end = matches!(&event, Event::End(end) if end.local_name().as_ref() == "c");
                    if is_end || matches!(event, Event::Eof) {
                        break;
                    }
                    inner.push(event);
                }
                desk.cell(&tag, inner)?;
            }
            Event::Empty(tag) if tag.local_name().as_ref() == "c" => desk.cell(&tag, Vec::new())?,
            Event::Empty(tag) if tag.local_name().as_ref() == "dimension" => {
                desk.put(Event::Empty(wider(&tag, cells)))?;
            }
            Event::Empty(tag) if tag.local_name().as_ref() == "sheetData" => {
                desk.put(Event::Start(tag.borrow()))?;
                desk.rows_before(u32::MAX)?;
                desk.put(Event::End(tag.to_end()))?;
            }
            Event::End(tag) if tag.local_name().as_ref() == "sheetData" => {
                desk.rows_before(u32::MAX)?;
                desk.put(Event::End(tag))?;
            }
            other => desk.put(other)?,
        }
    }
    Ok(desk.out.into_inner())
}

/// The range that a sheet says it uses, made to hold the cells too; one that it does not say stays unsaid.
fn wider<'t>(tag: &BytesStart<'t>, cells: &[&FillCell]) -> BytesStart<'t> {
    let corner = |address: &str| {
        let col = column_of(address);
        let row = address
            .trim_start_matches(|c: char| c.is_ascii_alphabetic())
            .parse::<u32>()
            .ok()?;
        (col > 0).then_some((col, row))
    };
    let said = attribute(tag, "ref").unwrap_or_default();
    let (first, last) = said.split_once(':').unwrap_or((&said, &said));
    let (Some(mut first), Some(mut last)) = (corner(first), corner(last)) else {
        return tag.clone();
    };
    for cell in cells {
        first = (first.0.min(cell.col), first.1.min(cell.row));
        last = (last.0.max(cell.col), last.1.max(cell.row));
    }
    let place = |(col, row): (u32, u32)| format!("{}{row}", column_letters(col));
    let mut anew = BytesStart::new(tag.name().as_ref().to_owned());
    anew.push_attribute(("ref", format!("{}:{}", place(first), place(last)).as_str()));
    anew
}

struct Desk<'a, 'f> {
    name: &'a str,
    /// How far the marked twin of a style is from it; none where there are no twins.
    marked: Option<u32>,
    /// Rows that are still to come.
    rows: BTreeMap<u32, Row<'a>>,
    row: u32,
    /// What is left to fill in of the row in hand.
    here: Row<'a>,
    filled: &'f mut Filled,
    out: Writer<Vec<u8>>,
}

impl Desk<'_, '_> {
    fn put(&mut self, event: Event<'_>) -> Result<(), SheetError> {
        self.out.write_event(event).map_err(SheetError::corrupt)
    }

    fn open_row(&mut self, tag: &BytesStart<'_>) -> Result<(), SheetError> {
        let own = attribute(tag, "r").and_then(|text| text.parse().ok());
        self.row = own.unwrap_or(self.row + 1);
        self.rows_before(self.row)?;
        self.here = self.rows.remove(&self.row).unwrap_or_default();
        Ok(())
    }

    /// Rows that the form does not have yet.
    fn rows_before(&mut self, row: u32) -> Result<(), SheetError> {
        while let Some((no, cells)) = self.rows.pop_first() {
            if no >= row {
                self.rows.insert(no, cells);
                break;
            }
            let mut tag = BytesStart::new("row");
            tag.push_attribute(("r", no.to_string().as_str()));
            self.put(Event::Start(tag))?;
            for (col, value) in cells {
                self.write(no, col, None, value)?;
            }
            self.put(Event::End(BytesEnd::new("row")))?;
        }
        Ok(())
    }

    fn rest_of_row(&mut self) -> Result<(), SheetError> {
        let row = self.row;
        for (col, value) in std::mem::take(&mut self.here) {
            self.write(row, col, None, value)?;
        }
        Ok(())
    }

    fn cell(&mut self, tag: &BytesStart<'_>, inner: Vec<Event<'_>>) -> Result<(), SheetError> {
        let row = self.row;
        let col = attribute(tag, "r").map_or(0, |address| column_of(&address));
        while let Some((next, value)) = self.here.pop_first() {
            if next >= col {
                self.here.insert(next, value);
                break;
            }
            self.write(row, next, None, value)?;
        }
        let address = || format!("{}!{}{row}", self.name, column_letters(col));
        let wanted = self.here.remove(&col);
        let has = |name: &str| {
            let mut events = inner.iter();
            events.any(
                |event| matches!(event, Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == name),
            )
        };
        if wanted == Some(&FillValue::Mark) {
            let twin = self.twin(tag);
            return self.as_it_was(&twin, inner);
        }
        match wanted {
            Some(value) if !has("f") => {
                let style = attribute(tag, "s");
                return self.write(row, col, style, value);
            }
            Some(_) => {
                let address = address();
                self.filled.formulas.push(address);
            }
            None if !has("v") && !has("is") && !has("f") && self.filled.unbound.len() < UNBOUND => {
                let address = address();
                self.filled.unbound.push(address);
            }
            None => {}
        }
        self.as_it_was(tag, inner)
    }

    fn as_it_was(&mut self, tag: &BytesStart<'_>, inner: Vec<Event<'_>>) -> Result<(), SheetError> {
        if inner.is_empty() {
            return self.put(Event::Empty(tag.borrow()));
        }
        self.put(Event::Start(tag.borrow()))?;
        inner.into_iter().try_for_each(|event| self.put(event))?;
        self.put(Event::End(tag.to_end()))
    }

    /// The tag of a cell on the marked ground.
    fn twin(&self, tag: &BytesStart<'_>) -> BytesStart<'static> {
        let own: u32 = attribute(tag, "s").and_then(|text| text.parse().ok()).unwrap_or(0);
        let mut twin = BytesStart::new(tag.name().as_ref().to_owned());
        let others = tag.attributes().flatten();
        others
            .filter(|attribute| attribute.key.as_ref() != "s")
            .for_each(|attribute| twin.push_attribute(attribute));
        let style = self.marked.map_or(own, |twins| own.saturating_add(twins));
        twin.push_attribute(("s", style.to_string().as_str()));
        twin
    }

    /// A cell with its own look and new content.
    fn write(&mut self, row: u32, col: u32, style: Option<String>, value: &FillValue) -> Result<(), SheetError> {
        let address = format!("{}{row}", column_letters(col));
        let mut tag = BytesStart::new("c");
        tag.push_attribute(("r", address.as_str()));
        if let Some(style) = &style {
            tag.push_attribute(("s", style.as_str()));
        }
        let (inside, text): (&[&str], &str) = match value {
            FillValue::Mark => {
                if let (None, Some(twins)) = (&style, self.marked) {
                    tag.push_attribute(("s", twins.to_string().as_str()));
                }
                return self.put(Event::Empty(tag));
            }
            FillValue::Number(number) => (&["v"], number),
            FillValue::Text(text) => {
                tag.push_attribute(("t", "inlineStr"));
                (&["is", "t"], text)
            }
        };
        self.put(Event::Start(tag))?;
        for name in inside {
            self.put(Event::Start(BytesStart::new(*name)))?;
        }
        self.put(Event::Text(BytesText::new(text)))?;
        for name in inside.iter().rev() {
            self.put(Event::End(BytesEnd::new(*name)))?;
        }
        self.put(Event::End(BytesEnd::new("c")))
    }
}

/// The column of an address such as `AB12`; 0 for none.
fn column_of(address: &str) -> u32 {
    let letters = address.bytes().take_while(u8::is_ascii_alphabetic);
    letters.fold(0_u32, |col, letter| {
        col.saturating_mul(26)
            .saturating_add(u32::from(letter.to_ascii_uppercase() - b'A') + 1)
    })
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let found = tag
        .attributes()
        .flatten()
        .find(|own| own.key.local_name().as_ref() == name)?;
    let text = found.value.into_owned();
    Some(
        text.replace("&lt;", "<")
            .replace("&gt;", ">")
            .replace("&quot;", "\"")
            .replace("&apos;", "'")
            .replace("&amp;", "&"),
    )
}

/// Takes the attributes of a tag by their names.
type Take<'a> = dyn FnMut(&dyn Fn(&str) -> Option<String>) + 'a;

/// Every tag of a name.
pub(super) fn each_tag(xml: &[u8], name: &str, take: &mut Take<'_>) -> Result<(), SheetError> {
    let mut reader = Reader::from_reader(xml);
    loop {
        match reader.read_event().map_err(SheetError::corrupt)? {
            Event::Eof => return Ok(()),
            Event::Start(tag) | Event::Empty(tag) if tag.local_name().as_ref() == name => {
                take(&|wanted| attribute(&tag, wanted));
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_marked_cell_keeps_what_it_holds() {
        let xml = "<worksheet><sheetData><row r=\"2\"><c r=\"A2\" s=\"3\" t=\"s\"><v>0</v></c><c r=\"C2\"><f>1+1</f></c>\
                   </row></sheetData></worksheet>";
        let cells = [1, 2, 3].map(|col| FillCell {
            sheet: "表".to_owned(),
            row: 2,
            col,
            value: FillValue::Mark,
        });
        let mut filled = Filled::default();
        let cells: Vec<&FillCell> = cells.iter().collect();
        let out = fill_sheet(xml.as_bytes(), ("表", Some(10)), &cells, &mut filled).unwrap();
        let expected = "<worksheet><sheetData><row r=\"2\"><c r=\"A2\" t=\"s\" s=\"13\"><v>0</v></c><c r=\"B2\" s=\"10\"/>\
                        <c r=\"C2\" s=\"10\"><f>1+1</f></c></row></sheetData></worksheet>";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn only_the_cells_that_are_bound_change() {
        let xml = "<worksheet><dimension ref=\"A2:E2\"/>\
                   <sheetData><row r=\"2\" ht=\"20\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" s=\"4\"/>\
                   <c r=\"D2\" s=\"5\"><f>SUM(B2:C2)</f><v>0</v></c><c r=\"E2\" s=\"1\"/></row></sheetData>\
                   <mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells></worksheet>";
        let cell = |row, col, value| FillCell {
            sheet: "表".to_owned(),
            row,
            col,
            value,
        };
        let number = |text: &str| FillValue::Number(text.to_owned());
        let cells = [
            cell(2, 2, number("5")),
            cell(2, 3, number("-1.50")),
            cell(2, 4, number("9")),
            cell(1, 1, FillValue::Text("<甲>".to_owned())),
            cell(4, 27, number("7")),
        ];
        let mut filled = Filled::default();
        let out = fill_sheet(
            xml.as_bytes(),
            ("表", None),
            &cells.iter().collect::<Vec<_>>(),
            &mut filled,
        )
        .unwrap();
        let expected = "<worksheet><dimension ref=\"A1:AA4\"/>\
                        <sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>&lt;甲&gt;</t></is></c></row>\
                        <row r=\"2\" ht=\"20\"><c r=\"A2\" t=\"s\"><v>0</v></c><c r=\"B2\" s=\"4\"><v>5</v></c>\
                        <c r=\"C2\"><v>-1.50</v></c><c r=\"D2\" s=\"5\"><f>SUM(B2:C2)</f><v>0</v></c>\
                        <c r=\"E2\" s=\"1\"/></row><row r=\"4\"><c r=\"AA4\"><v>7</v></c></row></sheetData>\
                        <mergeCells count=\"1\"><mergeCell ref=\"A1:B1\"/></mergeCells></worksheet>";
        assert_eq!(String::from_utf8(out).unwrap(), expected);
        assert_eq!(
            (filled.formulas, filled.unbound),
            (vec!["表!D2".to_owned()], vec!["表!E2".to_owned()])
        );
    }
}

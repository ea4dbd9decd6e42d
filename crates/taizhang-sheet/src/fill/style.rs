//! Room: the styles of a workbook with a marked twin of each — the twin of style n is n + how many there were,
//! the same in everything but its ground. No style that was there changes.

use crate::error::SheetError;
use quick_xml::events::{BytesStart, Event};
use quick_xml::{Reader, Writer};

/// The ground of a marked cell: a light red.
const GROUND: &str = "<fill><patternFill patternType=\"solid\"><fgColor rgb=\"FFFFC7CE\"/><bgColor indexed=\"64\"/></patternFill></fill>";

/// More styles than this are not doubled; a workbook has at most 64,000.
const DOUBLED: usize = 20_000;

/// The styles anew and how many there were; none where they cannot be doubled.
pub(super) fn with_marked_twins(xml: &[u8]) -> Result<Option<(Vec<u8>, u32)>, SheetError> {
    let mut reader = Reader::from_reader(xml);
    let mut out = Writer::new(Vec::with_capacity(xml.len() * 2));
    let (mut fills, mut twins, mut count) = (0_usize, Vec::new(), 0_usize);
    let mut inside = Inside::Nothing;
    loop {
        let event = reader.read_event().map_err(SheetError::corrupt)?;
        match &event {
            Event::Eof => break,
            Event::Start(tag) if inside == Inside::Nothing => match tag.local_name().as_ref() {
                "fills" => inside = Inside::Fills,
                "cellXfs" => inside = Inside::Styles,
                _ => {}
            },
            Event::Start(tag) | Event::Empty(tag) if inside == Inside::Fills && tag.local_name().as_ref() == "fill" => {
                fills += 1;
            }
            Event::End(tag) if inside == Inside::Fills && tag.local_name().as_ref() == "fills" => {
                inside = Inside::Nothing;
                out.get_mut().extend_from_slice(GROUND.as_bytes());
            }
            Event::End(tag) if inside == Inside::Styles && tag.local_name().as_ref() == "cellXfs" => {
                inside = Inside::Nothing;
                for twin in twins.drain(..) {
                    out.write_event(twin).map_err(SheetError::corrupt)?;
                }
            }
            _ => {}
        }
        let is_xf = |tag: &BytesStart<'_>| tag.local_name().as_ref() == "xf";
        if inside == Inside::Styles {
            match &event {
                Event::Start(tag) if is_xf(tag) => {
                    count += 1;
                    twins.push(Event::Start(grounded(tag, fills)));
                }
                Event::Empty(tag) if is_xf(tag) => {
                    count += 1;
                    twins.push(Event::Empty(grounded(tag, fills)));
                }
                Event::Start(tag) if tag.local_name().as_ref() == "cellXfs" => {}
                other => twins.push(other.borrow().into_owned()),
            }
        }
        let event = match &event {
            // How many there are is said only where it is still true.
            Event::Start(tag) if matches!(tag.local_name().as_ref(), "fills" | "cellXfs") => {
                Event::Start(without(tag, &["count"]))
            }
            _ => event,
        };
        out.write_event(event).map_err(SheetError::corrupt)?;
    }
    let doubled = (1..=DOUBLED).contains(&count) && fills > 0;
    Ok(doubled.then(|| (out.into_inner(), count as u32)))
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Inside {
    Nothing,
    Fills,
    Styles,
}

/// A style on the marked ground.
fn grounded(tag: &BytesStart<'_>, fill: usize) -> BytesStart<'static> {
    let mut twin = without(tag, &["fillId", "applyFill"]);
    twin.push_attribute(("fillId", fill.to_string().as_str()));
    twin.push_attribute(("applyFill", "1"));
    twin
}

fn without(tag: &BytesStart<'_>, names: &[&str]) -> BytesStart<'static> {
    let mut anew = BytesStart::new(tag.name().as_ref().to_owned());
    for attribute in tag.attributes().flatten() {
        if !names.contains(&attribute.key.as_ref()) {
            anew.push_attribute(attribute);
        }
    }
    anew
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_gets_a_marked_twin_and_none_changes() {
        let xml = "<styleSheet><fills count=\"2\"><fill><patternFill/></fill><fill/></fills>\
                   <cellStyleXfs count=\"1\"><xf fillId=\"0\"/></cellStyleXfs>\
                   <cellXfs count=\"2\"><xf numFmtId=\"4\" fillId=\"1\"/><xf><alignment wrapText=\"1\"/></xf></cellXfs></styleSheet>";
        let (anew, count) = with_marked_twins(xml.as_bytes()).unwrap().unwrap();
        let expected = format!(
            "<styleSheet><fills><fill><patternFill/></fill><fill/>{GROUND}</fills>\
             <cellStyleXfs count=\"1\"><xf fillId=\"0\"/></cellStyleXfs>\
             <cellXfs><xf numFmtId=\"4\" fillId=\"1\"/><xf><alignment wrapText=\"1\"/></xf>\
             <xf numFmtId=\"4\" fillId=\"2\" applyFill=\"1\"/>\
             <xf fillId=\"2\" applyFill=\"1\"><alignment wrapText=\"1\"/></xf></cellXfs></styleSheet>"
        );
        assert_eq!((String::from_utf8(anew).unwrap(), count), (expected, 2));
        assert_eq!(with_marked_twins(b"<styleSheet/>").unwrap(), None);
    }
}

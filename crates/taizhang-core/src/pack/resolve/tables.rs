//! Room: the calendar and the code tables that base and pack carry.
//!
//! A table of the pack takes the place of the base's of the same name; area tables add up.

use super::super::fault::FaultCode;
use super::super::sources::{At, CALENDAR, Room, Sheet, Sources};
use crate::calendar::{self, Calendar};
use crate::codes::{Areas, CsvFault, Industries};

/// Calendar, areas and industries; without tables they are empty.
pub(super) fn tables(sources: &Sources) -> (Calendar, Areas, Industries) {
    (calendar(sources), areas(sources), industries(sources))
}

fn calendar(sources: &Sources) -> Calendar {
    let tables = CALENDAR.map(|name| last(sources, &Room::Calendar, name));
    if tables.iter().all(Option::is_none) {
        return Calendar::default();
    }
    for (table, name) in tables.iter().zip(CALENDAR) {
        if table.is_none() {
            sources.fault_of_file(&format!("calendar/{name}"), FaultCode::MissingFile);
        }
    }
    let [Some((_, days)), Some((_, notices)), Some((_, restatements))] = tables else {
        return Calendar::default();
    };
    calendar::parse(&days.text, &notices.text, &restatements.text).unwrap_or_else(|fault| {
        let of_fault = |(_, sheet): &(usize, &Sheet)| sheet.path == fault.file;
        let sheet = tables
            .into_iter()
            .flatten()
            .find(of_fault)
            .map_or(0, |(sheet, _)| sheet);
        note(sources, sheet, fault);
        Calendar::default()
    })
}

fn areas(sources: &Sources) -> Areas {
    let mut areas = Areas::default();
    for (sheet, file) in sources.sheets().filter(|(_, file)| file.room == Room::Areas) {
        match Areas::parse(&file.text) {
            Ok(more) => areas = areas.with(more),
            Err(fault) => note(sources, sheet, fault),
        }
    }
    areas
}

fn industries(sources: &Sources) -> Industries {
    let Some((sheet, file)) = last(sources, &Room::Industries, "") else {
        return Industries::default();
    };
    Industries::parse(&file.text).unwrap_or_else(|fault| {
        note(sources, sheet, fault);
        Industries::default()
    })
}

/// The pack's file of this room and name, else the base's.
fn last<'a>(sources: &'a Sources, room: &Room, ending: &str) -> Option<(usize, &'a Sheet)> {
    sources
        .sheets()
        .filter(|(_, sheet)| sheet.room == *room && sheet.path.ends_with(ending))
        .last()
}

fn note(sources: &Sources, sheet: usize, fault: CsvFault) {
    let at = sources.line_start(At { sheet, byte: 0 }, fault.line);
    sources.fault(at, FaultCode::Csv(fault.why));
}

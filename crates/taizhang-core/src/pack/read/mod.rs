//! Room: from the files of a pack to what they say. One file per part of a pack.
//!
//! Finds what is written wrongly; whether names refer to something is asked in `resolve`.

mod account;
mod bulletin;
mod claim;
mod field;
mod instrument;
mod invariant;
mod limit;
mod lists;
mod paper;
mod register;
mod section;
mod template;
mod unit;

use super::fault::FaultCode;
use super::source::{Head, PackSource};
use super::sources::{At, Room, Sources, Word};
use super::table::{Table, with_root};
use crate::calendar::WorkingHours;
use crate::definition::{Burden, Digest, Lang};

/// Reads every file.
pub(super) fn pack(sources: &Sources) -> PackSource {
    let mut pack = PackSource::default();
    // The language decides which of two names is shown, so the head is read before the rest.
    for base in [true, false] {
        head(sources, &mut pack, base);
    }
    let lang = pack.head.as_ref().map_or(Lang::Zh, |head| head.lang);
    for (sheet, file) in sources.sheets() {
        let at = At { sheet, byte: 0 };
        match &file.room {
            Room::Head => {}
            Room::List(key) => with_root(sources, at, &file.text, |root| lists::list(root, key, lang, &mut pack)),
            Room::Units => unit::csv(sources, at, &mut pack.units),
            Room::Register(id) => with_root(sources, at, &file.text, |root| {
                let register = register::register(root, id, lang, &mut pack.accounts, pack.registers.len());
                pack.registers.push(register);
            }),
            Room::Bulletin(id) => pack.bulletins.extend(bulletin::bulletin(sources, at, id, lang)),
            Room::Paper(id) => pack.papers.extend(paper::paper(sources, at, id, lang)),
            Room::Card(_) | Room::Scheme(_) | Room::Calendar | Room::Areas | Room::Industries => {}
        }
    }
    pack
}

fn head(sources: &Sources, pack: &mut PackSource, base: bool) {
    let Some((sheet, file)) = sources
        .sheets()
        .find(|(_, file)| file.room == Room::Head && file.base == base)
    else {
        if !base {
            sources.fault_of_file("pack.toml", FaultCode::MissingFile);
        }
        return;
    };
    let head = with_root(sources, At { sheet, byte: 0 }, &file.text, |root| {
        let head = Head {
            at: root.at,
            id: id(root, "id"),
            name: root.needed("name"),
            lang: root
                .one_of("lang", &[("zh", Lang::Zh), ("en", Lang::En)])
                .unwrap_or_default(),
            extends: root.text("extends"),
            epoch: root.day("epoch"),
            practice: root.flag("practice"),
            order: root.words("order"),
            digest: root.inner("digest", digest),
            burden: root.inner("burden", burden),
            working_hours: root.text("working_hours").and_then(|text| working_hours(root, text)),
        };
        // The edition is for people; what counts are the bytes of the pack.
        root.text("version");
        let lang = head.lang;
        for key in ["unit", "role", "measure", "target", "account"] {
            lists::list(root, key, lang, pack);
        }
        head
    });
    if base {
        pack.base = Some(head)
    } else {
        pack.head = Some(head)
    }
}

/// The hours between which messages go out; at all others it is quiet.
fn digest(table: &Table<'_>) -> Digest {
    let all_day = Digest::default();
    let digest = Digest {
        from: table.integer("from", 0..=23).unwrap_or(all_day.from),
        until: table.integer("until", 1..=24).unwrap_or(all_day.until),
    };
    if digest.until <= digest.from {
        table.sources.fault(table.at, FaultCode::Backwards);
    }
    digest
}

/// The sessions of a working day.
fn working_hours(table: &Table<'_>, text: Word) -> Option<WorkingHours> {
    let hours = text.text.parse().ok();
    if hours.is_none() {
        table.sources.fault(text.at, FaultCode::BadHours { found: text.text });
    }
    hours
}

/// The most that the book may ask of one person in a month.
fn burden(table: &Table<'_>) -> Burden {
    let most = |key| table.integer(key, 1..=1_000_000);
    Burden {
        forms: most("forms"),
        cells: most("cells"),
        reminders: most("reminders"),
    }
}

/// Words that the rule language or the program has taken.
const RESERVED: [&str; 5] = ["stage", "true", "false", "null", "in"];

/// An id: lower-case letters, digits and `_`, beginning with a letter. Blank if it is wrong.
fn id(table: &Table<'_>, key: &'static str) -> Word {
    checked_id(table.sources, table.needed(key), false)
}

/// An id of parts separated by dots, as accounts have.
fn dotted_id(table: &Table<'_>, key: &'static str) -> Word {
    checked_id(table.sources, table.needed(key), true)
}

fn checked_id(sources: &Sources, word: Word, dotted: bool) -> Word {
    if word.is_blank() {
        return word;
    }
    let parts = || word.text.split('.');
    let code = if !parts().all(is_id) || (!dotted && parts().count() > 1) {
        FaultCode::BadId {
            found: word.text.clone(),
            dotted,
        }
    } else if RESERVED.contains(&word.text.as_str()) {
        FaultCode::ReservedId { id: word.text.clone() }
    } else {
        return word;
    };
    sources.fault(word.at, code);
    Word {
        text: String::new(),
        ..word
    }
}

fn is_id(text: &str) -> bool {
    text.len() <= 60
        && text.starts_with(|c: char| c.is_ascii_lowercase())
        && text
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A name as shown: `name`, or `name_en` in an English pack, so that the base serves both.
fn name(table: &Table<'_>, lang: Lang) -> Word {
    let (name, english) = (table.needed("name"), table.text("name_en"));
    english
        .filter(|word| lang == Lang::En && !word.is_blank())
        .unwrap_or(name)
}

/// A sentence for people, in the pack's language if it is there.
fn sentence(table: &Table<'_>, lang: Lang, key: &'static str, key_en: &'static str) -> String {
    let (text, english) = (table.prose(key), table.prose(key_en));
    if lang == Lang::En && !english.is_empty() {
        english
    } else {
        text
    }
}

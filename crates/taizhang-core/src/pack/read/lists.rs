//! Room: the lists of a pack: measures, roles, targets; units and accounts have files of their own.

use super::super::fault::FaultCode;
use super::super::source::{GrantSource, MeasureSource, PackSource, RoleSource, TargetSource};
use super::super::sources::Word;
use super::super::table::Table;
use super::{account, claim, id, name, unit};
use crate::definition::{Direction, Lang, Reach, Verb};
use crate::near::nearest;
use rust_decimal::Decimal;

/// Reads the list of a key: `[[unit]]`, `[[role]]`, `[[measure]]`, `[[target]]`, `[[claim]]` or `[[account]]`.
pub(super) fn list(root: &Table<'_>, key: &'static str, lang: Lang, pack: &mut PackSource) {
    match key {
        "unit" => pack.units.extend(root.each(key, unit::unit)),
        "role" => pack.roles.extend(root.each(key, |table| role(table, lang))),
        "measure" => pack.measures.extend(root.each(key, measure)),
        "target" => pack.targets.extend(root.each(key, |table| target(table, lang))),
        "claim" => pack.claims.extend(root.each(key, claim::claim)),
        _ => pack
            .accounts
            .extend(root.each(key, |table| account::shared(table, lang))),
    }
}

fn measure(table: &Table<'_>) -> MeasureSource {
    let id = table.needed("id");
    let factor = table.decimal("factor");
    if let Some((_, word)) = factor.as_ref().filter(|(factor, _)| *factor <= Decimal::ZERO) {
        let code = FaultCode::NotPositive {
            found: word.text.clone(),
        };
        table.sources.fault(word.at, code);
    }
    MeasureSource {
        en: table
            .text("en")
            .filter(|en| !en.is_blank())
            .unwrap_or_else(|| id.clone()),
        base: table.text("base"),
        factor: factor.map_or(Decimal::ONE, |(factor, _)| factor),
        id,
    }
}

fn target(table: &Table<'_>, lang: Lang) -> TargetSource {
    for key in ["from", "to", "value"] {
        if !table.has(key) {
            table.sources.fault(table.at, FaultCode::MissingKey { key });
        }
    }
    TargetSource {
        at: table.at,
        id: id(table, "id"),
        name: name(table, lang),
        account: table.needed("account"),
        unit: table.text("unit"),
        from: table.day("from"),
        to: table.day("to"),
        value: table.decimal("value"),
        measure: table.text("measure"),
        direction: table
            .one_of("direction", &[("up", Direction::Up), ("cap", Direction::Cap)])
            .unwrap_or(Direction::Up),
    }
}

fn role(table: &Table<'_>, lang: Lang) -> RoleSource {
    let grants = table.words_needed("may");
    RoleSource {
        id: id(table, "id"),
        name: name(table, lang),
        grants: grants.into_iter().filter_map(|word| grant(table, word)).collect(),
    }
}

const VERBS: [(&str, Verb); 9] = [
    ("read", Verb::Read),
    ("write", Verb::Write),
    ("correct", Verb::Correct),
    ("restate", Verb::Restate),
    ("import", Verb::Import),
    ("release", Verb::Release),
    ("close", Verb::Close),
    ("reveal", Verb::Reveal),
    ("administer", Verb::Administer),
];

const REACHES: [(&str, Reach); 3] = [("own", Reach::Own), ("below", Reach::Below), ("book", Reach::Book)];

/// Reads `verb:reach` or `verb:reach:register,register`.
fn grant(table: &Table<'_>, word: Word) -> Option<GrantSource> {
    let parts: Vec<&str> = word.text.split(':').map(str::trim).collect();
    let (verb, reach, registers) = match parts.as_slice() {
        [verb, reach] => (verb, reach, None),
        [verb, reach, registers] => (verb, reach, Some(registers)),
        _ => {
            table.sources.fault(word.at, FaultCode::BadGrant { found: word.text });
            return None;
        }
    };
    let of_list = registers.into_iter().flat_map(|list| list.split(','));
    let registers = of_list
        .map(|id| Word {
            text: id.trim().to_owned(),
            at: word.at,
        })
        .collect();
    let verb = among(table, &word, verb, &VERBS);
    let reach = among(table, &word, reach, &REACHES);
    Some(GrantSource {
        verb: verb?,
        reach: reach?,
        registers,
    })
}

fn among<T: Copy>(table: &Table<'_>, word: &Word, found: &str, words: &[(&'static str, T)]) -> Option<T> {
    let value = words.iter().find(|(name, _)| *name == found).map(|(_, value)| *value);
    if value.is_none() {
        let known: Vec<&'static str> = words.iter().map(|(name, _)| *name).collect();
        let near = nearest(found, known.iter().copied());
        table.sources.fault(
            word.at,
            FaultCode::UnknownWord {
                key: "may",
                found: found.to_owned(),
                near,
                known,
            },
        );
    }
    value
}

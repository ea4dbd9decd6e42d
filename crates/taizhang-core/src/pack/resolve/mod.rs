//! Room: from what a pack's files say to a definition. Every name is looked up here.
//!
//! Finds what refers to nothing and what makes no sense together. Numbers are given in the order of
//! the files, so that the order of menus can change without renumbering anything.

mod account;
mod board;
mod claim;
mod field;
mod instrument;
mod invariant;
mod lists;
mod measure;
mod paper;
mod parent;
mod posting;
mod register;
mod scope;
mod section;
mod stage;
mod tables;
mod template;
mod unit;

use super::directory::Directory;
use super::fault::{FaultCode, Noun};
use super::ids::IdMap;
use super::source::{Head, PackSource};
use super::sources::{Room, Sources};
use crate::definition::{CardFile, Definition, Lang, Register, Retired, SchemeFile};
use crate::id::RegisterNo;
use account::Accounts;
use measure::Measures;
use scope::Scope;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What every part of a definition stands on.
struct Ground<'a> {
    sources: &'a Sources,
    pack: &'a PackSource,
    lang: Lang,
    registers: Directory<RegisterNo>,
    measures: Measures<'a>,
}

/// Makes the definition and gives numbers to new names. Worth nothing if there are faults.
pub(super) fn definition(sources: &Sources, pack: &PackSource, ids: &IdMap) -> (Definition, IdMap) {
    let mut ids = ids.clone();
    check_base(sources, pack);
    let ground = &Ground {
        sources,
        pack,
        lang: pack.head.as_ref().map_or(Lang::Zh, |head| head.lang),
        registers: registers(sources, pack, &mut ids),
        measures: Measures::new(sources, &pack.measures),
    };
    let scopes: Vec<Scope<'_>> = pack
        .registers
        .iter()
        .map(|source| Scope::new(ground, source, &mut ids))
        .collect();
    let accounts = Accounts::new(ground, &scopes, &mut ids);
    let roles = lists::roles(ground);
    let mut registers: Vec<Register> = scopes
        .iter()
        .map(|scope| register::register(scope, &accounts, &roles))
        .collect();
    parent::parents(&scopes, &mut registers);
    template::templates(&scopes, &mut registers);
    section::sections(&scopes, &accounts, &mut registers);
    board::boards(&scopes, &accounts, &mut registers);
    invariant::invariants(&scopes, &accounts, &mut registers);
    let units = unit::units(ground);
    let targets = lists::targets(ground, &accounts, &units);
    let (bulletins, bulletin_names) = lists::bulletins(ground, &accounts, &units);
    let papers = paper::papers(ground, &scopes);
    let claims = claim::claims((ground, &bulletin_names), &scopes, &accounts, &units);
    let (calendar, areas, industries) = tables::tables(sources);
    accounts.check();
    if pack.base.is_some() {
        ground.measures.check_used();
    }
    let head = pack.head.as_ref();
    let definition = Definition {
        id: head.map(|head| head.id.text.clone()).unwrap_or_default(),
        name: head.map(shown).unwrap_or_default(),
        practice: head.is_some_and(|head| head.practice),
        lang: ground.lang,
        registers: in_order(ground, registers),
        accounts: accounts.into_definition(),
        measures: ground.measures.all().clone(),
        roles: roles.into_entries(),
        digest: head.and_then(|head| head.digest).unwrap_or_default(),
        burden: head.and_then(|head| head.burden).unwrap_or_default(),
        working_hours: head.and_then(|head| head.working_hours.clone()).unwrap_or_default(),
        targets,
        bulletins,
        papers,
        cards: cards(sources),
        claims,
        schemes: schemes(sources),
        units: units.seeds,
        calendar: Arc::new(calendar),
        areas: Arc::new(areas),
        industries: Arc::new(industries),
        retired: Retired::default(),
    };
    (definition, ids)
}

/// The district's name. A practice book says what it is wherever it says whose it is: on pages, bulletins,
/// exports and proofs.
fn shown(head: &Head) -> String {
    let mark = match (head.practice, head.lang) {
        (false, _) => "",
        (true, Lang::Zh) => super::words::PRACTICE,
        (true, Lang::En) => super::words_en::PRACTICE,
    };
    format!("{}{mark}", head.name.text)
}

/// The scorecards, by id; a pack's own takes the place of the base's of the same id.
fn cards(sources: &Sources) -> Vec<CardFile> {
    let mut cards = BTreeMap::new();
    for (_, sheet) in sources.sheets() {
        if let Room::Card(id) = &sheet.room {
            cards.insert(id.clone(), sheet.text.clone());
        }
    }
    cards.into_iter().map(|(id, text)| CardFile { id, text }).collect()
}

/// The schemes of money, by file; a pack's own file takes the place of the base's of the same name.
fn schemes(sources: &Sources) -> Vec<SchemeFile> {
    let mut schemes = BTreeMap::new();
    for (_, sheet) in sources.sheets() {
        if let Room::Scheme(id) = &sheet.room {
            schemes.insert(id.clone(), sheet.text.clone());
        }
    }
    let files = schemes.into_iter().map(|(id, text)| SchemeFile { id, text });
    files.collect()
}

/// A pack stands on the base that it was given, and says so; the base itself stands on nothing.
fn check_base(sources: &Sources, pack: &PackSource) {
    let Some(head) = &pack.head else { return };
    match (&pack.base, &head.extends) {
        (Some(base), Some(named)) if named.text == base.id.text => {}
        (Some(base), named) => {
            let at = named.as_ref().map_or(head.at, |named| named.at);
            sources.fault(
                at,
                FaultCode::NotExtending {
                    base: base.id.text.clone(),
                },
            );
        }
        (None, Some(named)) => sources.fault(named.at, FaultCode::MissingFile),
        (None, None) => {}
    }
    let is_base = pack.base.is_none() && head.extends.is_none();
    for register in pack.registers.iter().filter(|register| register.system) {
        if !is_base && !sources.is_base(register.at) {
            sources.fault(register.at, FaultCode::SystemOutsideBase);
        }
    }
}

fn registers(sources: &Sources, pack: &PackSource, ids: &mut IdMap) -> Directory<RegisterNo> {
    let mut registers = Directory::new(Noun::Register);
    for source in pack.registers.iter().filter(|source| !source.id.is_blank()) {
        registers.add(sources, &source.id, ids.assign_register(&source.id.text));
    }
    registers
}

/// The registers that `order` names, in its order, then the others, the program's own last.
fn in_order(ground: &Ground<'_>, mut registers: Vec<Register>) -> Vec<Arc<Register>> {
    let order = ground.pack.head.as_ref().map_or(&[][..], |head: &Head| &head.order);
    let named: Vec<Option<&RegisterNo>> = order
        .iter()
        .map(|word| ground.registers.find(ground.sources, word))
        .collect();
    let place = |register: &Register| {
        named
            .iter()
            .position(|no| *no == Some(&register.no))
            .unwrap_or(named.len())
    };
    registers.sort_by_key(|register| (place(register), register.system));
    registers.into_iter().map(Arc::new).collect()
}

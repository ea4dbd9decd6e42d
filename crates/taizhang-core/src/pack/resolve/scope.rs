//! Room: what the names inside one register stand for.

use super::super::directory::Directory;
use super::super::fault::{FaultCode, Noun, Wanted};
use super::super::ids::IdMap;
use super::super::source::RegisterSource;
use super::super::sources::Word;
use super::{Ground, field};
use crate::definition::{Field, FieldKind};
use crate::expr::{NameInfo, Names, Program, Slot, Type, compile};
use crate::id::{FieldNo, RegisterNo, STAGE};
use crate::near::nearest;

/// A register's fields, stages, moves and limits by name.
pub(super) struct Scope<'a> {
    pub(super) ground: &'a Ground<'a>,
    pub(super) source: &'a RegisterSource,
    pub(super) no: RegisterNo,
    pub(super) fields: Vec<Field>,
    ids: Directory<usize>,
    /// Names as shown (`true`) and aliases (`false`).
    headings: Directory<(usize, bool)>,
    pub(super) stages: Directory<()>,
    pub(super) moves: Directory<()>,
    pub(super) limits: Directory<()>,
}

/// The name of the stage in rules, dimensions and views.
const STAGE_NAME: &str = "stage";

impl<'a> Scope<'a> {
    pub(super) fn new(ground: &'a Ground<'a>, source: &'a RegisterSource, ids: &mut IdMap) -> Scope<'a> {
        let mut scope = Scope {
            ground,
            source,
            no: ground.registers.peek(&source.id.text).copied().unwrap_or_default(),
            fields: Vec::new(),
            ids: Directory::new(Noun::Field),
            headings: Directory::new(Noun::Heading),
            stages: Directory::new(Noun::Stage),
            moves: Directory::new(Noun::Move),
            limits: Directory::new(Noun::Limit),
        };
        scope.name_fields(ids);
        source
            .stages
            .iter()
            .for_each(|stage| scope.stages.add(ground.sources, &stage.id, ()));
        source
            .moves
            .iter()
            .for_each(|a_move| scope.moves.add(ground.sources, &a_move.id, ()));
        source
            .limits
            .iter()
            .for_each(|limit| scope.limits.add(ground.sources, &limit.id, ()));
        scope
    }

    fn name_fields(&mut self, ids: &mut IdMap) {
        let (ground, source) = (self.ground, self.source);
        for (index, described) in source.fields.iter().enumerate() {
            let named = !described.id.is_blank() && !source.id.is_blank();
            let no = if named {
                ids.assign_field(&source.id.text, &described.id.text)
            } else {
                FieldNo(0)
            };
            self.fields.push(field::field(ground, described, no));
            self.ids.add(ground.sources, &described.id, index);
        }
        for (index, described) in source.fields.iter().enumerate() {
            self.add_heading(&described.name, index, true);
            described
                .aliases
                .iter()
                .for_each(|alias| self.add_heading(alias, index, false));
        }
    }

    /// A heading must not be another field's id either, or rules could not tell them apart.
    fn add_heading(&mut self, word: &Word, index: usize, shown: bool) {
        match self.ids.peek(&word.text) {
            Some(owner) if *owner == index => {}
            Some(_) => self.ids.add(self.ground.sources, word, index),
            None => self.headings.add(self.ground.sources, word, (index, shown)),
        }
    }

    /// The field of an id or of a name as shown.
    pub(super) fn peek(&self, name: &str) -> Option<&Field> {
        let by_heading = || {
            self.headings
                .peek(name)
                .filter(|(_, shown)| *shown)
                .map(|(index, _)| index)
        };
        self.ids
            .peek(name)
            .or_else(by_heading)
            .and_then(|index| self.fields.get(*index))
    }

    /// The field of a word; a word that names none is a fault.
    pub(super) fn field(&self, word: &Word) -> Option<&Field> {
        let found = self.peek(&word.text);
        if found.is_none() && !word.is_blank() {
            let near = nearest(&word.text, self.ids.names().chain(self.headings.names()));
            let code = FaultCode::Unknown {
                what: Noun::Field,
                name: word.text.clone(),
                near,
            };
            self.ground.sources.fault(word.at, code);
        }
        found
    }

    pub(super) fn field_nos(&self, words: &[Word]) -> Vec<FieldNo> {
        words
            .iter()
            .filter_map(|word| self.field(word))
            .map(|field| field.no)
            .collect()
    }

    /// A field of a wanted kind that may be read: no personal or sensitive one (law 3).
    pub(super) fn readable(&self, word: &Word, wanted: Wanted) -> Option<&Field> {
        let field = self.field(word)?;
        let code = if field.class.is_sealed() {
            FaultCode::Sealed {
                field: word.text.clone(),
            }
        } else if !fits(&field.kind, wanted) {
            FaultCode::WrongKind {
                field: word.text.clone(),
                wanted,
            }
        } else {
            return Some(field);
        };
        self.ground.sources.fault(word.at, code);
        None
    }

    /// As [`Scope::readable`]; `stage` names the stage, if records have stages.
    pub(super) fn readable_or_stage(&self, word: &Word, wanted: Wanted) -> Option<FieldNo> {
        if self.names_stage(&word.text) {
            return Some(STAGE);
        }
        self.readable(word, wanted).map(|field| field.no)
    }

    /// Any field, or the stage.
    pub(super) fn any_or_stage(&self, word: &Word) -> Option<FieldNo> {
        if self.names_stage(&word.text) {
            return Some(STAGE);
        }
        self.field(word).map(|field| field.no)
    }

    fn names_stage(&self, name: &str) -> bool {
        name == STAGE_NAME && self.has_stages()
    }

    pub(super) fn has_stages(&self) -> bool {
        !self.source.stages.is_empty()
    }

    /// Checks a rule; its faults are placed where they stand in the file.
    pub(super) fn program(&self, word: &Word, expected: Type) -> Option<Program> {
        if word.is_blank() {
            return None;
        }
        match compile(&word.text, self, expected) {
            Ok(program) => Some(program),
            Err(fault) => {
                let at = self.ground.sources.inside(word, fault.range.start);
                self.ground.sources.fault(at, FaultCode::Rule(fault.kind));
                None
            }
        }
    }
}

/// What rules may name: fields by id or name, and the stage.
impl Names for Scope<'_> {
    fn field(&self, name: &str) -> Option<NameInfo> {
        if self.names_stage(name) {
            let ids = self.source.stages.iter().map(|stage| stage.id.text.clone());
            return Some(NameInfo {
                slot: Slot(STAGE.0),
                ty: Type::choice(ids),
                scale: 0,
                class_readable: true,
            });
        }
        let found = self.peek(name)?;
        Some(NameInfo {
            slot: Slot(found.no.0),
            ty: field::type_of(&found.kind),
            scale: found.scale(),
            class_readable: !found.class.is_sealed(),
        })
    }

    fn all(&self) -> Vec<String> {
        let stage = self.has_stages().then_some(STAGE_NAME);
        self.ids
            .names()
            .chain(self.headings.names())
            .chain(stage)
            .map(str::to_owned)
            .collect()
    }
}

fn fits(kind: &FieldKind, wanted: Wanted) -> bool {
    use FieldKind::*;
    match wanted {
        Wanted::Unit => matches!(kind, Unit),
        Wanted::Link => matches!(kind, Link { .. }),
        Wanted::Date => matches!(kind, Date { .. }),
        Wanted::DateOrMonth => matches!(kind, Date { .. } | Month),
        Wanted::Number => matches!(kind, Integer | Quantity { .. } | Money { .. } | Percent { .. }),
        Wanted::Money => matches!(kind, Money { .. }),
        Wanted::Groupable => !matches!(kind, Evidence | Place | Person | IdNumber),
        Wanted::Place => matches!(kind, Place),
        Wanted::Comparable => !matches!(kind, Evidence | Place),
    }
}

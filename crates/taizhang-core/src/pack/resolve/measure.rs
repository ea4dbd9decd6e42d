//! Room: measures, by id or by what is written, and amounts in them.

use super::super::directory::Directory;
use super::super::fault::{FaultCode, Noun};
use super::super::source::MeasureSource;
use super::super::sources::{Sources, Word};
use crate::definition::Measure;
use crate::value::scaled;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The measures of base and pack.
pub(super) struct Measures<'a> {
    sources: &'a Sources,
    list: &'a [MeasureSource],
    ids: Directory<()>,
    /// From what is written in English to the id; of several the first.
    english: BTreeMap<&'a str, &'a str>,
    by_id: BTreeMap<String, Measure>,
    used: RefCell<BTreeSet<String>>,
}

impl<'a> Measures<'a> {
    pub(super) fn new(sources: &'a Sources, list: &'a [MeasureSource]) -> Measures<'a> {
        let mut ids = Directory::new(Noun::Measure);
        let mut english = BTreeMap::new();
        for source in list {
            ids.add(sources, &source.id, ());
            english
                .entry(source.en.text.as_str())
                .or_insert(source.id.text.as_str());
        }
        let by_id = BTreeMap::new();
        let mut measures = Measures {
            sources,
            list,
            ids,
            english,
            by_id,
            used: RefCell::default(),
        };
        measures.by_id = list
            .iter()
            .map(|source| measures.measure(source))
            .map(|m| (m.id.clone(), m))
            .collect();
        measures.check_bases();
        measures
    }

    fn measure(&self, source: &MeasureSource) -> Measure {
        let base = source.base.as_ref().and_then(|base| self.id(base));
        Measure {
            id: source.id.text.clone(),
            en: source.en.text.clone(),
            base: base.unwrap_or(&source.id.text).to_owned(),
            factor: source.factor,
        }
    }

    /// The id of a word, which is an id or, for packs that are typed in English, its English.
    fn id<'w>(&'w self, word: &'w Word) -> Option<&'w str> {
        match self.english.get(word.text.as_str()) {
            Some(id) if self.ids.peek(&word.text).is_none() => Some(id),
            _ => self.ids.find(self.sources, word).map(|()| word.text.as_str()),
        }
    }

    /// The measure of a word; unknown ones are faults.
    pub(super) fn find(&self, word: &Word) -> Option<&Measure> {
        let measure = self.by_id.get(self.id(word)?)?;
        self.used.borrow_mut().insert(measure.id.clone());
        Some(measure)
    }

    pub(super) fn peek(&self, id: &str) -> Option<&Measure> {
        self.by_id.get(id)
    }

    pub(super) fn all(&self) -> &BTreeMap<String, Measure> {
        &self.by_id
    }

    /// A base is the base of itself.
    fn check_bases(&self) {
        for source in self.list {
            let Some(measure) = self.by_id.get(&source.id.text) else {
                continue;
            };
            let base = self.by_id.get(&measure.base);
            if base.is_some_and(|base| base.base != base.id) {
                let at = source.base.as_ref().unwrap_or(&source.id).at;
                self.sources.fault(
                    at,
                    FaultCode::NotABase {
                        measure: measure.base.clone(),
                    },
                );
            }
            if measure.base != measure.id {
                self.used.borrow_mut().insert(measure.base.clone());
            }
        }
    }

    /// A measure that the pack brings itself must be of use; the base's are there for all.
    pub(super) fn check_used(&self) {
        let used = self.used.borrow();
        let own = self.list.iter().filter(|source| !self.sources.is_base(source.id.at));
        for source in own.filter(|source| !source.id.is_blank() && !used.contains(&source.id.text)) {
            let code = FaultCode::Unused {
                what: Noun::Measure,
                name: source.id.text.clone(),
            };
            self.sources.fault(source.id.at, code);
        }
    }

    /// A number in a measure as a scaled integer of its base; what does not fit exactly is a fault.
    pub(super) fn amount(&self, measure: &Measure, (number, word): &(Decimal, Word), scale: u32) -> Option<i64> {
        let base = number.checked_mul(measure.factor);
        let exact = base
            .filter(|base| base.normalize().scale() <= scale)
            .and_then(|base| scaled(base, scale));
        if exact.is_none() {
            let code = FaultCode::BadNumber {
                found: word.text.clone(),
                places: scale,
            };
            self.sources.fault(word.at, code);
        }
        exact
    }
}

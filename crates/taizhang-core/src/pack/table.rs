//! Room: one TOML table, read key by key, that knows which of its keys nobody asked for.
//!
//! Every mistake becomes a fault and reading goes on, so that one check finds them all. It knows
//! shapes (text, number, list); what a key means is known by its readers.

use super::fault::{FaultCode, Shape};
use super::sources::{At, Sources, Word};
use crate::day::Day;
use crate::near::nearest;
use rust_decimal::Decimal;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::ops::RangeInclusive;
use toml::Spanned;
use toml::de::{DeTable, DeValue};
use unicode_normalization::UnicodeNormalization;

/// A table and the keys that were asked of it so far.
pub(super) struct Table<'d> {
    pub(super) sources: &'d Sources,
    pub(super) at: At,
    entries: &'d DeTable<'d>,
    /// Bytes before the TOML text in its file: the front matter of a bulletin begins later.
    shift: usize,
    asked: RefCell<BTreeSet<&'static str>>,
}

/// Parses a file's TOML and hands its root to `read`. Syntax faults are noted; what could be
/// understood is read all the same.
pub(super) fn with_root<T>(sources: &Sources, at: At, toml: &str, read: impl for<'d> FnOnce(&Table<'d>) -> T) -> T {
    let (root, errors) = DeTable::parse_recoverable(toml);
    for error in errors {
        let byte = at.byte + error.span().map_or(0, |span| span.start);
        sources.fault(
            At { byte, ..at },
            FaultCode::Syntax {
                message: error.message().to_owned(),
            },
        );
    }
    // The borrow of the table is no longer than this function, whatever the lifetime of its text.
    let table = Table {
        sources,
        at,
        entries: root.get_ref(),
        shift: at.byte,
        asked: RefCell::default(),
    };
    let result = read(&table);
    table.close();
    result
}

impl<'d> Table<'d> {
    fn take(&self, key: &'static str) -> Option<&'d Spanned<DeValue<'d>>> {
        self.asked.borrow_mut().insert(key);
        self.entries.get(key)
    }

    fn place(&self, byte: usize) -> At {
        At {
            byte: self.shift + byte,
            ..self.at
        }
    }

    /// Where a key's value stands, or the table if it does not have it.
    pub(super) fn at_key(&self, key: &str) -> At {
        self.entries
            .get(key)
            .map_or(self.at, |value| self.place(value.span().start))
    }

    /// Whether a key is there; does not count as asking for it.
    pub(super) fn has(&self, key: &str) -> bool {
        self.entries.contains_key(key)
    }

    fn wrong<T>(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: Shape) -> Option<T> {
        let code = FaultCode::WrongType {
            key: key.to_owned(),
            wanted,
        };
        self.sources.fault(self.place(value.span().start), code);
        None
    }

    fn word(&self, key: &str, value: &Spanned<DeValue<'_>>, wanted: Shape) -> Option<Word> {
        let DeValue::String(text) = value.get_ref() else {
            return self.wrong(key, value, wanted);
        };
        Some(Word {
            text: text.nfc().collect(),
            at: self.place(value.span().start),
        })
    }

    /// A text that may be missing, but not empty: an empty one is blank and a fault is noted.
    pub(super) fn text(&self, key: &'static str) -> Option<Word> {
        let word = self.word(key, self.take(key)?, Shape::Text)?;
        if word.is_blank() {
            self.sources.fault(word.at, FaultCode::Empty { key: key.to_owned() });
        }
        Some(word)
    }

    /// A text for people to read, empty if missing.
    pub(super) fn prose(&self, key: &'static str) -> String {
        let word = self.take(key).and_then(|value| self.word(key, value, Shape::Text));
        word.map(|word| word.text).unwrap_or_default()
    }

    /// A text that must be there and not empty. Blank if it is not; the fault is noted.
    pub(super) fn needed(&self, key: &'static str) -> Word {
        if !self.has(key) {
            self.sources.fault(self.at, FaultCode::MissingKey { key });
        }
        self.text(key).unwrap_or_else(|| Word {
            text: String::new(),
            at: self.at_key(key),
        })
    }

    /// `true` or `false`; `false` if missing.
    pub(super) fn flag(&self, key: &'static str) -> bool {
        let Some(value) = self.take(key) else { return false };
        value
            .get_ref()
            .as_bool()
            .or_else(|| self.wrong(key, value, Shape::Bool))
            .unwrap_or(false)
    }

    /// A whole number within a range, if there is one.
    pub(super) fn integer(&self, key: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.take(key)?;
        let Some(digits) = value.get_ref().as_integer() else {
            return self.wrong(key, value, Shape::Integer);
        };
        let number = i64::from_str_radix(digits.as_str(), digits.radix()).ok();
        let number = number
            .and_then(|number| u32::try_from(number).ok())
            .filter(|number| range.contains(number));
        if number.is_none() {
            let (least, most) = (i64::from(*range.start()), i64::from(*range.end()));
            self.sources
                .fault(self.at_key(key), FaultCode::OutOfRange { key, least, most });
        }
        number
    }

    /// A decimal number, in quotes or whole: TOML's floats are not exact and are refused.
    pub(super) fn decimal(&self, key: &'static str) -> Option<(Decimal, Word)> {
        let value = self.take(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Integer(digits) if digits.radix() == 10 => digits.as_str().to_owned(),
            _ => return self.wrong(key, value, Shape::Decimal),
        };
        let word = Word {
            text,
            at: self.at_key(key),
        };
        let plain = word
            .text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        let number = Decimal::from_str_exact(&word.text).ok().filter(|_| plain);
        if number.is_none() {
            let found = word.text.clone();
            self.sources.fault(
                word.at,
                FaultCode::BadNumber {
                    found,
                    places: Decimal::MAX_SCALE,
                },
            );
        }
        number.map(|number| (number, word))
    }

    /// A day, in quotes or as TOML's own date.
    pub(super) fn day(&self, key: &'static str) -> Option<Day> {
        let value = self.take(key)?;
        let text = match value.get_ref() {
            DeValue::String(text) => text.to_string(),
            DeValue::Datetime(date) => date.to_string(),
            _ => return self.wrong(key, value, Shape::Day),
        };
        let day = text.parse().ok();
        if day.is_none() {
            self.sources.fault(self.at_key(key), FaultCode::BadDate { found: text });
        }
        day
    }

    /// One word of a closed list, with what it stands for.
    pub(super) fn one_of<T: Copy>(&self, key: &'static str, words: &[(&'static str, T)]) -> Option<T> {
        let word = self.text(key)?;
        let found = words.iter().find(|(name, _)| *name == word.text);
        if found.is_none() {
            let known: Vec<&'static str> = words.iter().map(|(name, _)| *name).collect();
            let near = nearest(&word.text, known.iter().copied());
            self.sources.fault(
                word.at,
                FaultCode::UnknownWord {
                    key,
                    found: word.text,
                    near,
                    known,
                },
            );
        }
        found.map(|(_, value)| *value)
    }

    /// A list of texts, if the key is there. None of them is empty.
    pub(super) fn words_if(&self, key: &'static str) -> Option<Vec<Word>> {
        let value = self.take(key)?;
        let Some(array) = value.get_ref().as_array() else {
            return self.wrong(key, value, Shape::Texts);
        };
        Some(
            array
                .iter()
                .filter_map(|item| self.full_word(key, item, Shape::Texts))
                .collect(),
        )
    }

    /// A list of texts; empty if missing.
    pub(super) fn words(&self, key: &'static str) -> Vec<Word> {
        self.words_if(key).unwrap_or_default()
    }

    /// A list of texts with at least one in it.
    pub(super) fn words_needed(&self, key: &'static str) -> Vec<Word> {
        if !self.has(key) {
            self.sources.fault(self.at, FaultCode::MissingKey { key });
        }
        let words = self.words_if(key);
        if words.as_ref().is_some_and(Vec::is_empty) {
            self.sources
                .fault(self.at_key(key), FaultCode::Empty { key: key.to_owned() });
        }
        words.unwrap_or_default()
    }

    fn full_word(&self, key: &str, item: &Spanned<DeValue<'_>>, wanted: Shape) -> Option<Word> {
        let word = self.word(key, item, wanted)?;
        if word.is_blank() {
            self.sources.fault(word.at, FaultCode::Empty { key: key.to_owned() });
            return None;
        }
        Some(word)
    }

    /// Reads the table under a key, if there is one.
    pub(super) fn inner<T>(&self, key: &'static str, read: impl FnOnce(&Table<'d>) -> T) -> Option<T> {
        let value = self.take(key)?;
        let Some(inner) = self.opened(value) else {
            return self.wrong(key, value, Shape::Table);
        };
        Some(inner.read(read))
    }

    /// Reads each table of a list: `[[key]]`, or an array of inline tables.
    pub(super) fn each<T>(&self, key: &'static str, mut read: impl FnMut(&Table<'d>) -> T) -> Vec<T> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            return self.wrong(key, value, Shape::Tables).unwrap_or_default();
        };
        let mut read_one = |item: &'d Spanned<DeValue<'d>>| match self.opened(item) {
            Some(table) => Some(table.read(&mut read)),
            None => self.wrong(key, item, Shape::Tables),
        };
        array.iter().filter_map(&mut read_one).collect()
    }

    /// Reads a list whose items are texts or tables, each in its own way.
    pub(super) fn each_or_word<T>(
        &self,
        key: &'static str,
        of_word: impl Fn(Word) -> T,
        mut of_table: impl FnMut(&Table<'d>) -> T,
    ) -> Vec<T> {
        let Some(value) = self.take(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            return self.wrong(key, value, Shape::TextsOrTables).unwrap_or_default();
        };
        let mut items = Vec::new();
        for item in array.iter() {
            match self.opened(item) {
                Some(table) => items.push(table.read(&mut of_table)),
                None => items.extend(self.full_word(key, item, Shape::TextsOrTables).map(&of_word)),
            }
        }
        items
    }

    /// Whether the value of a key is a list that begins with a table.
    pub(super) fn lists_tables(&self, key: &str) -> bool {
        let array = self.entries.get(key).and_then(|value| value.get_ref().as_array());
        array
            .and_then(|array| array.iter().next())
            .is_some_and(|item| item.get_ref().is_table())
    }

    /// Pairs of texts: a list names the same on both sides, a table names both.
    pub(super) fn pairs(&self, key: &'static str) -> Vec<(Word, Word)> {
        let Some(value) = self.take(key) else { return Vec::new() };
        match value.get_ref() {
            DeValue::Array(array) => {
                let words = array
                    .iter()
                    .filter_map(|item| self.full_word(key, item, Shape::TextsOrPairs));
                words.map(|word| (word.clone(), word)).collect()
            }
            DeValue::Table(table) => {
                let pair = |(own, theirs): (&Spanned<_>, _)| self.pair(key, own, theirs);
                table.iter().filter_map(pair).collect()
            }
            _ => self.wrong(key, value, Shape::TextsOrPairs).unwrap_or_default(),
        }
    }

    fn pair(
        &self,
        key: &str,
        own: &Spanned<std::borrow::Cow<'_, str>>,
        theirs: &Spanned<DeValue<'_>>,
    ) -> Option<(Word, Word)> {
        let own = Word {
            text: own.get_ref().nfc().collect(),
            at: self.place(own.span().start),
        };
        Some((own, self.full_word(key, theirs, Shape::TextsOrPairs)?))
    }

    fn opened(&self, value: &'d Spanned<DeValue<'d>>) -> Option<Table<'d>> {
        let entries = value.get_ref().as_table()?;
        let at = self.place(value.span().start);
        Some(Table {
            sources: self.sources,
            at,
            entries,
            shift: self.shift,
            asked: RefCell::default(),
        })
    }

    fn read<T>(self, read: impl FnOnce(&Table<'d>) -> T) -> T {
        let result = read(&self);
        self.close();
        result
    }

    /// Exactly one of these keys must be there; says which, if so.
    pub(super) fn exactly_one(&self, keys: &'static [&'static str]) -> Option<&'static str> {
        let there: Vec<&'static str> = keys.iter().copied().filter(|key| self.has(key)).collect();
        if let [only] = there.as_slice() {
            return Some(only);
        }
        self.forgive(keys);
        self.sources.fault(
            self.at,
            FaultCode::ExactlyOne {
                keys,
                found: there.len(),
            },
        );
        None
    }

    /// These keys are not called unknown, since what they belong to could not be read.
    pub(super) fn forgive(&self, keys: &[&'static str]) {
        self.asked.borrow_mut().extend(keys);
    }

    /// Notes the keys that nobody asked for.
    fn close(self) {
        let asked = self.asked.borrow();
        for key in self
            .entries
            .keys()
            .filter(|key| !asked.contains(key.get_ref().as_ref()))
        {
            let known: Vec<&'static str> = asked.iter().copied().collect();
            let name = key.get_ref().to_string();
            let near = nearest(&name, known.iter().copied());
            self.sources.fault(
                self.place(key.span().start),
                FaultCode::UnknownKey { key: name, near, known },
            );
        }
    }
}

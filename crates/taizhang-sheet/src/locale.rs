//! Room: every word that a user reads, and every word by which a ledger's parts are known.
//!
//! Both stand in `locale/` as data. Nothing here decides what a word means.

use serde::Deserialize;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Display;
use std::sync::LazyLock;

static MESSAGES: LazyLock<BTreeMap<String, String>> = LazyLock::new(|| {
    // The file is part of the program and a test reads it, so an empty table cannot reach a user.
    toml::from_str(include_str!("../locale/messages.zh_CN.toml")).unwrap_or_default()
});

static WORDS: LazyLock<Words> =
    LazyLock::new(|| toml::from_str(include_str!("../locale/words.zh_CN.toml")).unwrap_or_default());

/// The sentence of a key with its places filled in; the key itself if there is no such sentence.
pub(crate) fn message(key: &str, places: &[(&str, &dyn Display)]) -> String {
    let mut text = MESSAGES.get(key).cloned().unwrap_or_else(|| key.to_owned());
    for (name, value) in places {
        text = text.replace(&format!("{{{name}}}"), &value.to_string());
    }
    text
}

/// The vocabulary of ledgers.
pub(crate) fn words() -> &'static Words {
    &WORDS
}

/// See `locale/words.zh_CN.toml`, which says what each list is for.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    pub(crate) measures: BTreeSet<String>,
    pub(crate) multipliers: BTreeSet<String>,
    pub(crate) measure_labels: Vec<String>,
    pub(crate) qualifiers_before: Vec<String>,
    pub(crate) qualifiers_after: Vec<String>,
    pub(crate) not_applicable: BTreeSet<String>,
    pub(crate) says_none: BTreeSet<String>,
    pub(crate) error_values: BTreeSet<String>,
    pub(crate) totals: Vec<String>,
    pub(crate) notes: Vec<String>,
    pub(crate) signatures: Vec<String>,
    pub(crate) serial_headings: BTreeSet<String>,
    pub(crate) numerals: String,
    pub(crate) column_counters: BTreeSet<String>,
    pub(crate) day_shapes: BTreeMap<String, String>,
    pub(crate) day_words: DayWords,
    pub(crate) period_words: PeriodWords,
}

/// Words in and around a date.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct DayWords {
    pub(crate) quarter_sign: String,
    pub(crate) numerals: String,
    pub(crate) done: Vec<String>,
    pub(crate) before: Vec<String>,
    pub(crate) before_needs: String,
    pub(crate) interval_signs: Vec<String>,
}

/// Words for a part of the year in a title.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct PeriodWords {
    pub(crate) first_half: String,
    pub(crate) second_half: String,
    pub(crate) quarter: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_files_are_read_whole() {
        assert!(MESSAGES.len() > 40, "{}", MESSAGES.len());
        assert!(words().measures.contains("万元"));
        assert!(words().day_shapes.len() > 40);
    }

    #[test]
    fn places_are_filled_and_a_missing_key_shows_itself() {
        let text = message("empty_sheet", &[("sheet", &"八月")]);
        assert_eq!(text, "工作表“八月”是空的。");
        assert_eq!(message("no.such.key", &[]), "no.such.key");
    }
}

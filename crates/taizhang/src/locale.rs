//! Room: every word that a user reads, by key. Text files in `locale/`; nothing is worded elsewhere.

use crate::error::{AppError, RefusedLine};
use std::collections::BTreeMap;
use taizhang_core::definition::{Lang, Register};
use taizhang_core::refusal::Refusal;
use taizhang_store::StoreError;

const ZH: &str = include_str!("../locale/zh_CN.toml");
const EN: &str = include_str!("../locale/en.toml");

/// The words of one language.
#[derive(Clone, Debug)]
pub struct Locale {
    lang: Lang,
    words: BTreeMap<String, String>,
}

impl Locale {
    /// Reads the words of a language; they are inside the program.
    pub fn new(lang: Lang) -> Locale {
        let source = match lang {
            Lang::Zh => ZH,
            Lang::En => EN,
        };
        let mut words = BTreeMap::new();
        if let Ok(table) = source.parse::<toml::Table>() {
            flatten("", &table, &mut words);
        }
        Locale { lang, words }
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of a key; the key itself if there is none, so that a gap shows.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// The text of a key with `{name}` replaced.
    pub fn fill(&self, key: &str, args: &[(&str, &str)]) -> String {
        let mut text = self.text(key).to_owned();
        for (name, value) in args {
            text = text.replace(&format!("{{{name}}}"), value);
        }
        text
    }

    /// All keys.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.words.keys().map(String::as_str)
    }

    /// A refusal in words, with the field's name.
    pub fn line(&self, refusal: &Refusal, register: Option<&Register>) -> RefusedLine {
        let field = refusal
            .field
            .and_then(|no| register.and_then(|register| register.field(no)));
        let name = field.map_or(String::new(), |field| field.name.clone());
        let mut args: Vec<(&str, &str)> = vec![("field", &name)];
        args.extend(refusal.args.iter().map(|(name, value)| (*name, value.as_str())));
        let arg = |wanted: &str| {
            refusal
                .args
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value.as_str())
        };
        let mut message = self.fill(&format!("refusal.{}", refusal.code.key()), &args);
        for detail in ["hint", "why"] {
            let worded = arg(detail).map(|value| format!("detail.{value}"));
            if let Some(words) = worded.as_deref().and_then(|key| self.words.get(key)) {
                message.push_str(words);
            }
        }
        RefusedLine {
            code: refusal.code.key().to_owned(),
            message: unfilled_removed(&message),
            field: field.map(|field| field.id.clone()),
            value: arg("value").map(str::to_owned),
            ..RefusedLine::default()
        }
    }

    /// An error in words.
    pub fn error(&self, error: &AppError) -> String {
        match error {
            AppError::Store(store) => self.store(store),
            AppError::Fault(why) => self.fill("error.fault", &[("why", why)]),
            other => other.to_string(),
        }
    }

    fn store(&self, error: &StoreError) -> String {
        let (key, what) = match error {
            StoreError::BadPlace(place) => ("bad_place", place.clone()),
            StoreError::NoBook(place) => ("no_book", place.clone()),
            StoreError::BookExists(place) => ("book_exists", place.clone()),
            StoreError::NewerSchema(there, here) => ("newer_schema", format!("{there} > {here}")),
            StoreError::OtherEngine(there, here) => ("other_engine", format!("{there} ≠ {here}")),
            StoreError::Fenced => ("fenced", String::new()),
            StoreError::OutcomeUnknown(why) => ("outcome_unknown", why.clone()),
            StoreError::Damaged(why) => ("damaged", why.clone()),
            StoreError::Entry(n, why) => ("damaged", format!("{n}: {why}")),
            StoreError::DiskFull => ("disk_full", String::new()),
            other => ("fault", other.to_string()),
        };
        self.fill(&format!("error.{key}"), &[("what", &what), ("why", &what)])
    }
}

fn flatten(prefix: &str, table: &toml::Table, words: &mut BTreeMap<String, String>) {
    for (key, value) in table {
        let path = if prefix.is_empty() {
            key.clone()
        } else {
            format!("{prefix}.{key}")
        };
        match value {
            toml::Value::Table(inner) => flatten(&path, inner, words),
            toml::Value::String(text) => {
                words.insert(path, text.clone());
            }
            _ => {}
        }
    }
}

/// A placeholder that nobody filled is not shown.
fn unfilled_removed(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('{') {
        out.push_str(&rest[..open]);
        match rest[open..].find('}') {
            Some(close) => rest = &rest[open + close + 1..],
            None => break,
        }
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use taizhang_core::refusal::Code;

    #[test]
    fn every_refusal_has_words_in_both_languages() {
        for lang in [Lang::Zh, Lang::En] {
            let locale = Locale::new(lang);
            for code in Code::ALL {
                let key = format!("refusal.{}", code.key());
                assert_ne!(locale.text(&key), key, "add {key} to the {lang:?} file in locale/");
            }
        }
    }

    #[test]
    fn both_languages_have_the_same_keys() {
        let (zh, en) = (Locale::new(Lang::Zh), Locale::new(Lang::En));
        assert_eq!(zh.keys().collect::<Vec<_>>(), en.keys().collect::<Vec<_>>());
    }
}

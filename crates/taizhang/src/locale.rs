//! Room: every word that a user reads, by key. Text files in `locale/`; nothing is worded elsewhere.

mod sheets;

use crate::error::{AppError, RefusedLine};
use std::collections::BTreeMap;
use std::fmt::Display;
use std::sync::LazyLock;
use taizhang_core::day::Day;
use taizhang_core::definition::{Lang, Register};
use taizhang_core::refusal::Refusal;
use taizhang_store::StoreError;
use taizhang_store::figure::Span;

static ZH: LazyLock<Words> = LazyLock::new(|| words(include_str!("../locale/zh_CN.toml")));
static EN: LazyLock<Words> = LazyLock::new(|| words(include_str!("../locale/en.toml")));

type Words = BTreeMap<String, String>;

/// The words of one language.
#[derive(Clone, Copy, Debug)]
pub struct Locale {
    lang: Lang,
    words: &'static Words,
}

/// A part of a text: words, or the name of what stands there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Words.
    Text(&'a str),
    /// A placeholder's name.
    Place(&'a str),
}

impl Locale {
    /// The words of a language; they are inside the program.
    pub fn new(lang: Lang) -> Locale {
        let words = match lang {
            Lang::Zh => &*ZH,
            Lang::En => &*EN,
        };
        Locale { lang, words }
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// The text of a key; the key itself if there is none, so that a gap shows.
    pub fn text<'a>(&self, key: &'a str) -> &'a str {
        self.words.get(key).map_or(key, String::as_str)
    }

    /// One word of a key that holds several, such as the days of the week; counted from 0.
    pub fn nth(&self, key: &'static str, at: usize) -> &'static str {
        self.text(key).split_whitespace().nth(at).unwrap_or_default()
    }

    /// The text of a key with `{name}` replaced.
    pub fn fill(&self, key: &str, args: &[(&str, &str)]) -> String {
        let value = |wanted: &str| args.iter().find(|(name, _)| *name == wanted);
        let part = |piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Place(name) => value(name).map_or(format!("{{{name}}}"), |(_, value)| (*value).to_owned()),
        };
        pieces(self.text(key)).into_iter().map(part).collect()
    }

    /// The text of a key with `{name}` replaced by anything that can be shown.
    pub fn say(&self, key: &str, args: &[(&str, &dyn Display)]) -> String {
        let texts: Vec<(&str, String)> = args.iter().map(|(name, value)| (*name, value.to_string())).collect();
        let args: Vec<(&str, &str)> = texts.iter().map(|(name, text)| (*name, text.as_str())).collect();
        self.fill(key, &args)
    }

    /// The text of a key in its parts, for a page that puts links into a sentence.
    pub fn pieces<'a>(&self, key: &'a str) -> Vec<Piece<'a>> {
        pieces(self.text(key))
    }

    /// Names as a list in a sentence.
    pub fn list<T: AsRef<str>>(&self, names: &[T]) -> String {
        let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
        names.join(self.text("list.comma"))
    }

    /// The days of a figure.
    pub fn days(&self, span: Span) -> String {
        match span {
            Span::AsOf(day) => self.say("days.as_of", &[("day", &day)]),
            Span::Between(from, to) => self.say("days.between", &[("from", &from), ("to", &to)]),
        }
    }

    /// The text of a key about a day, written out: `{year}`, `{month}` and `{day}`.
    pub fn long_day(&self, key: &str, on: Day, more: &[(&str, &dyn Display)]) -> String {
        let (year, month, day) = on.ymd();
        let month = self.nth("days.months", month as usize - 1);
        let parts: [(&str, &dyn Display); 3] = [("year", &year), ("month", &month), ("day", &day)];
        self.say(key, &[&parts, more].concat())
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
        let mut args: Vec<(&str, &str)> = field.iter().map(|field| ("field", field.name.as_str())).collect();
        args.extend(refusal.args.iter().map(|(name, value)| (*name, value.as_str())));
        let arg = |wanted: &str| {
            refusal
                .args
                .iter()
                .find(|(name, _)| *name == wanted)
                .map(|(_, value)| value.as_str())
        };
        let given = |wanted: &str| {
            args.iter()
                .find(|(name, _)| *name == wanted)
                .map_or("", |(_, value)| value)
        };
        // A placeholder that nobody filled is not shown. The core joins choices as Chinese does.
        let part = |piece| match piece {
            Piece::Text(text) => text.to_owned(),
            Piece::Place("choices") => given("choices").replace('、', self.text("list.comma")),
            Piece::Place(name) => given(name).to_owned(),
        };
        let sentence = format!("refusal.{}", refusal.code.key());
        let mut message: String = match arg("scheme_code") {
            Some(code) => self.by_scheme(code, &args),
            None => self.pieces(&sentence).into_iter().map(part).collect(),
        };
        for detail in ["hint", "why"] {
            let worded = arg(detail).map(|value| format!("detail.{value}"));
            if let Some(words) = worded.as_deref().and_then(|key| self.words.get(key)) {
                message.push_str(words);
            }
        }
        for place in ["below", "of_unit", "held_by", "clause"] {
            if let Some(which) = arg(place) {
                message.push_str(&self.fill(&format!("detail.{place}"), &[(place, which)]));
            }
        }
        RefusedLine {
            code: refusal.code.key().to_owned(),
            message,
            field: field.map(|field| field.id.clone()),
            value: arg("value").map(str::to_owned),
            ..RefusedLine::default()
        }
    }

    /// What a scheme of money says no to, with the clause and the document that it rests on.
    fn by_scheme(&self, code: &str, args: &[(&str, &str)]) -> String {
        let of = |wanted: &str| {
            args.iter()
                .find(|(name, _)| *name == wanted)
                .map_or("", |(_, value)| value)
        };
        let what = self.fill(&format!("scheme.refusal.{code}"), args);
        let key = format!("scheme.clause.{}", of("scheme_clause"));
        let clause = self.text(&key).to_owned();
        let document = of("scheme_document");
        let rests: [(&str, &str); 3] = [("what", &what), ("clause", &clause), ("document", document)];
        let said = if document.is_empty() {
            "scheme.said"
        } else {
            "scheme.said_by"
        };
        let name = of("name");
        format!(
            "{}{}",
            self.fill("scheme.by", &[("name", name)]),
            self.fill(said, &rests)
        )
    }

    /// An error in words.
    pub fn error(&self, error: &AppError) -> String {
        match error {
            AppError::Store(store) => self.store(store),
            AppError::Fault(why) => self.fill("error.fault", &[("why", why)]),
            AppError::NoPack => self.text("refusal.no_pack").to_owned(),
            AppError::Said { key, args, .. } => {
                let args: Vec<(&str, &str)> = args.iter().map(|(name, value)| (*name, value.as_str())).collect();
                self.fill(key, &args)
            }
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
            StoreError::SumOverflow => ("sum_overflow", String::new()),
            StoreError::ClockJumped => ("clock_jumped", String::new()),
            StoreError::DiskFull => ("disk_full", String::new()),
            StoreError::DiskFailed(why) => ("disk_failed", why.clone()),
            StoreError::Unopened(why) => ("unopened", why.clone()),
            StoreError::NotAJournal => ("not_a_journal", String::new()),
            StoreError::Pack(n, why) => ("damaged", format!("{n}: {why}")),
            StoreError::Busy => ("busy", String::new()),
            StoreError::OutOfMemory => ("no_memory", String::new()),
            other => ("fault", other.to_string()),
        };
        self.fill(&format!("error.{key}"), &[("what", &what), ("why", &what)])
    }
}

fn words(source: &str) -> Words {
    let mut words = Words::new();
    if let Ok(table) = source.parse::<toml::Table>() {
        flatten("", &table, &mut words);
    }
    words
}

fn flatten(prefix: &str, table: &toml::Table, words: &mut Words) {
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

fn pieces(text: &str) -> Vec<Piece<'_>> {
    let mut found = Vec::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((name, behind)) = after.split_once('}') else {
            break;
        };
        found.extend([Piece::Text(before), Piece::Place(name)]);
        rest = behind;
    }
    found.push(Piece::Text(rest));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::Path;
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

    #[test]
    fn both_languages_have_the_same_placeholders() {
        let (zh, en) = (Locale::new(Lang::Zh), Locale::new(Lang::En));
        for key in zh.keys() {
            assert_eq!(places(&zh, key), places(&en, key), "{key} in the files in locale/");
        }
    }

    #[test]
    fn no_english_text_is_left_in_chinese() {
        let en = Locale::new(Lang::En);
        for key in en.keys() {
            let han = en.text(key).chars().find(|c| ('\u{3000}'..='\u{9fff}').contains(c));
            assert_eq!(han, None, "translate {key} in locale/en.toml");
        }
    }

    #[test]
    fn every_key_that_the_program_names_has_words() {
        let locale = Locale::new(Lang::Zh);
        let sections: BTreeSet<&str> = locale.keys().filter_map(|key| key.split('.').next()).collect();
        for (file, literal) in dotted_literals() {
            let of_locale = literal.split('.').next().is_some_and(|first| sections.contains(first));
            let is_file = FILE_ENDINGS.iter().any(|ending| literal.ends_with(ending));
            if of_locale && !is_file && !literal.contains('{') {
                assert_ne!(
                    locale.text(&literal),
                    literal,
                    "{file} names {literal}: add it to locale/"
                );
            }
        }
    }

    #[test]
    fn every_text_is_said_somewhere() {
        let said: BTreeSet<String> = dotted_literals().into_iter().map(|(_, literal)| literal).collect();
        let prefixes: Vec<&str> = said
            .iter()
            .filter_map(|literal| literal.split_once('{'))
            .map(|(before, _)| before)
            .collect();
        for key in Locale::new(Lang::Zh).keys() {
            let by_prefix = prefixes
                .iter()
                .any(|prefix| prefix.ends_with('.') && key.starts_with(prefix));
            assert!(
                said.contains(key) || by_prefix,
                "nothing says {key}: take it out of locale/"
            );
        }
    }

    /// A literal that ends so is a file's name.
    const FILE_ENDINGS: [&str; 6] = [".css", ".csv", ".db", ".jsonl", ".md", ".toml"];

    fn places<'a>(locale: &Locale, key: &'a str) -> BTreeSet<&'a str> {
        let place = |piece| match piece {
            Piece::Place(name) => Some(name),
            Piece::Text(_) => None,
        };
        locale.pieces(key).into_iter().filter_map(place).collect()
    }

    /// Literals of the source that are made like keys, with their file: `a.b`, or `a.{b}` for many.
    fn dotted_literals() -> Vec<(String, String)> {
        let mut found = Vec::new();
        let mut folders = vec![Path::new(env!("CARGO_MANIFEST_DIR")).join("src")];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).expect("a folder").flatten() {
                let path = entry.path();
                if path.is_dir() {
                    folders.push(path);
                } else if path.extension().is_some_and(|ending| ending == "rs") {
                    let text = std::fs::read_to_string(&path).expect("a source file");
                    let literals = text.split('"').filter(|part| is_dotted(part));
                    found.extend(literals.map(|literal| (path.display().to_string(), literal.to_owned())));
                }
            }
        }
        assert!(found.len() > 100, "the source was not found");
        found
    }

    fn is_dotted(text: &str) -> bool {
        let of_keys = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "_.{}".contains(c);
        text.contains('.') && !text.ends_with('.') && text.chars().all(of_keys)
    }
}

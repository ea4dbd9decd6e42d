//! Room: the index that records are found by — the titles of all records in memory, with the first
//! letters of their pinyin. Derived: made from the registers' own tables when first asked, kept up by the
//! entries that came since, and gone with the process. It holds no sealed value, since no title does.

use super::super::App;
use super::super::names::{Labels, title};
use crate::error::AppError;
use pinyin::ToPinyin;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::definition::{Definition, Register};
use taizhang_core::id::{EntryNo, RecordNo, RegisterNo};
use taizhang_store::record;

/// The titles of all living records as of an entry.
#[derive(Default)]
pub struct Index {
    known: EntryNo,
    /// The pack's entry that titles were made by.
    pack: EntryNo,
    titles: BTreeMap<RecordNo, Title>,
}

struct Title {
    register: RegisterNo,
    /// In lower case.
    text: String,
    /// The first letters of its characters.
    letters: String,
}

impl Index {
    /// Records whose title or its first letters hold a text, the latest first.
    pub(super) fn find(&self, text: &str) -> impl Iterator<Item = (RecordNo, RegisterNo)> {
        let wanted = text.to_lowercase();
        let letters = wanted.len() > 1 && wanted.bytes().all(|byte| byte.is_ascii_alphanumeric());
        let fits = move |title: &Title| title.text.contains(&wanted) || letters && title.letters.contains(&wanted);
        let all = self.titles.iter().rev();
        all.filter(move |(_, title)| fits(title))
            .map(|(record, title)| (*record, title.register))
    }

    /// Brings the index up to the head of the book.
    pub(super) fn keep_up(&mut self, app: &App) -> Result<(), AppError> {
        let mut reading = app.reading()?;
        let head = reading.n();
        let Some(version) = reading.caches.rules.latest().cloned() else {
            return Ok(());
        };
        let definition = version.definition.clone();
        let labels = Labels {
            tree: app.tree(&reading, app.today(), head),
            ..Labels::default()
        };
        if self.pack != version.n {
            let mut titles = BTreeMap::new();
            for register in definition.registers.iter().filter(|register| !register.system) {
                record::each(reading.conn()?, register, &mut |row| {
                    if !row.void {
                        let text = title(&definition, register, &row.state, row.record, &labels);
                        titles.insert(row.record, Title::new(register, &text));
                    }
                    Ok(())
                })?;
            }
            (self.titles, self.pack, self.known) = (titles, version.n, head);
            return Ok(());
        }
        let mut touched = Vec::new();
        taizhang_store::journal::each_after(reading.conn()?, self.known, &mut |n, _, bytes| {
            let entry = taizhang_store::head::entry_of(n, bytes)?;
            touched.extend(entry.is_of_record().then_some((entry.record, entry.register)));
            Ok(n < head)
        })?;
        touched.sort_unstable();
        touched.dedup();
        for (record, register) in touched {
            self.titles.remove(&record);
            let Some(register) = named(&definition, register) else {
                continue;
            };
            let row = record::get(reading.conn()?, register, record)?;
            if let Some(row) = row.filter(|row| !row.void) {
                let text = title(&definition, register, &row.state, record, &labels);
                self.titles.insert(record, Title::new(register, &text));
            }
        }
        self.known = head;
        Ok(())
    }
}

fn named(definition: &Definition, register: RegisterNo) -> Option<&Arc<Register>> {
    definition.register(register).filter(|register| !register.system)
}

impl Title {
    fn new(register: &Register, text: &str) -> Title {
        Title {
            register: register.no,
            text: text.to_lowercase(),
            letters: first_letters(text),
        }
    }
}

/// The first letter of each character's pinyin; what is no Han character stays, in lower case.
pub(super) fn first_letters(text: &str) -> String {
    let letter = |c: char| match c.to_pinyin() {
        Some(pinyin) => pinyin.first_letter().to_owned(),
        None if c.is_ascii_alphanumeric() => c.to_ascii_lowercase().to_string(),
        None => String::new(),
    };
    text.chars().map(letter).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_found_by_a_part_and_by_first_letters() {
        let mut index = Index::default();
        for (record, text) in [(7, "平顶山市公共实训基地"), (9, "光明路小学 North")] {
            let title = Title {
                register: RegisterNo(1),
                text: text.to_lowercase(),
                letters: first_letters(text),
            };
            index.titles.insert(record, title);
        }
        let found = |text: &str| index.find(text).map(|(record, _)| record).collect::<Vec<_>>();
        assert_eq!(found("实训"), [7]);
        assert_eq!(found("pdss"), [7]);
        assert_eq!(found("GML"), [9]);
        assert_eq!(found("north"), [9]);
        assert_eq!(found("没有"), Vec::<RecordNo>::new());
    }
}

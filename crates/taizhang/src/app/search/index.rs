//! Room: the index that records are found by — the titles of all records in memory, with what their keys say
//! and the first letters of their pinyin, as texts that are searched from the last one. Derived: made from the
//! registers' own tables when first asked, kept up by the entries that came since, and gone with the
//! process. It holds no sealed value, since no title and no key that is shown does.

use super::super::App;
use super::super::names::{Labels, title};
use crate::error::AppError;
use memchr::memmem;
use pinyin::ToPinyin;
use std::cmp::Ordering;
use std::collections::{HashMap, HashSet};
use std::ops::Range;
use std::sync::Arc;
use taizhang_core::definition::{Definition, FieldKind, Register};
use taizhang_core::field_kinds::{seals, show};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo, RegisterNo};
use taizhang_core::timeline::State;
use taizhang_store::record;

/// How many lines are searched at once; the latest first.
const BLOCK: usize = 4096;
/// What stands between a line's words and their first letters, and after it.
const LETTERS: char = '\t';
const END: char = '\n';

/// The titles of all living records as of an entry.
#[derive(Default)]
pub struct Index {
    known: EntryNo,
    /// The pack's entry that titles were made by.
    pack: EntryNo,
    /// All lines, so many together: a text that grew as a whole would be copied, and its memory held twice.
    blocks: Vec<Block>,
    /// The lines that each register's records began with, by their numbers.
    first: Vec<(RegisterNo, Range<usize>)>,
    /// The lines of records that were changed since.
    later: HashMap<RecordNo, usize>,
    /// Lines of earlier titles.
    gone: HashSet<usize>,
}

/// Lines one after another: words in lower case, the first letters of their characters.
#[derive(Default)]
struct Block {
    text: String,
    lines: Vec<Line>,
}

struct Line {
    record: RecordNo,
    register: RegisterNo,
    begins: u32,
}

impl Block {
    fn begin(&self, line: usize) -> usize {
        let line = self.lines.get(line);
        line.map_or(self.text.len(), |line| line.begins as usize)
    }

    /// The places of its lines whose words or first letters hold a text.
    fn find(&self, wanted: &str, letters: bool) -> Vec<usize> {
        let (finder, mut found, mut from) = (memmem::Finder::new(wanted), Vec::new(), 0);
        while let Some(hit) = finder.find(&self.text.as_bytes()[from..]) {
            let at = from + hit;
            let line = self.lines.partition_point(|line| line.begins as usize <= at) - 1;
            if letters || !self.text[self.begin(line)..at].contains(LETTERS) {
                found.push(line);
            }
            from = self.begin(line + 1);
        }
        found
    }
}

impl Index {
    /// Records whose words or their first letters hold a text, the latest first.
    pub(super) fn find(&self, text: &str) -> impl Iterator<Item = (RecordNo, RegisterNo)> {
        let wanted = text.to_lowercase().replace([LETTERS, END], " ");
        let letters = wanted.len() > 1;
        let blocks = self.blocks.iter().enumerate().rev();
        blocks.flat_map(move |(no, block)| {
            let found = block.find(&wanted, letters).into_iter().rev();
            let found = found.filter(|line| !self.gone.contains(&(no * BLOCK + line)));
            let found = found.map(|line| &block.lines[line]);
            found.map(|line| (line.record, line.register)).collect::<Vec<_>>()
        })
    }

    /// How many lines there are.
    fn len(&self) -> usize {
        let last = self.blocks.last().map_or(0, |block| block.lines.len());
        self.blocks.len().saturating_sub(1) * BLOCK + last
    }

    fn line(&self, line: usize) -> &Line {
        &self.blocks[line / BLOCK].lines[line % BLOCK]
    }

    fn add(&mut self, record: RecordNo, register: RegisterNo, words: &str, name: &str) {
        if self.blocks.last().is_none_or(|block| block.lines.len() == BLOCK) {
            self.blocks.iter_mut().next_back().into_iter().for_each(|full| {
                full.text.shrink_to_fit();
                full.lines.shrink_to_fit();
            });
            self.blocks.push(Block::default());
        }
        let Some(block) = self.blocks.last_mut() else { return };
        block.lines.push(Line {
            record,
            register,
            begins: block.text.len() as u32,
        });
        let plain = |c: char| if [LETTERS, END].contains(&c) { ' ' } else { c };
        block.text.extend(words.to_lowercase().chars().map(plain));
        block.text.push(LETTERS);
        block.text.push_str(&first_letters(name));
        block.text.push(END);
    }

    /// Takes a record out, and puts it in anew if it has words.
    fn change(&mut self, record: RecordNo, register: RegisterNo, words: Option<(String, String)>) {
        self.gone.extend(self.line_of(record, register));
        self.later.remove(&record);
        if let Some((words, name)) = words {
            self.later.insert(record, self.len());
            self.add(record, register, &words, &name);
        }
    }

    fn line_of(&self, record: RecordNo, register: RegisterNo) -> Option<usize> {
        if let Some(line) = self.later.get(&record) {
            return Some(*line);
        }
        let (_, lines) = self.first.iter().find(|(no, _)| *no == register)?;
        let (mut from, mut to) = (lines.start, lines.end);
        while from < to {
            let middle = from.midpoint(to);
            match self.line(middle).record.cmp(&record) {
                Ordering::Less => from = middle + 1,
                Ordering::Equal => return Some(middle),
                Ordering::Greater => to = middle,
            }
        }
        None
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
        let worn = self.gone.len() > self.len() / 2 + BLOCK;
        if self.pack != version.n || worn {
            let mut whole = Index {
                pack: version.n,
                known: head,
                ..Index::default()
            };
            for register in definition.registers.iter().filter(|register| !register.system) {
                let begins = whole.len();
                record::each_with(reading.conn()?, register, &told(register), &mut |row| {
                    let (words, name) = said(&definition, register, &row.state, row.record, &labels);
                    whole.add(row.record, register.no, &words, &name);
                    Ok(())
                })?;
                whole.first.push((register.no, begins..whole.len()));
            }
            *self = whole;
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
            let Some(register) = named(&definition, register) else {
                continue;
            };
            let row = record::get(reading.conn()?, register, record)?.filter(|row| !row.void);
            let words = row.map(|row| said(&definition, register, &row.state, record, &labels));
            self.change(record, register.no, words);
        }
        self.known = head;
        Ok(())
    }
}

fn named(definition: &Definition, register: RegisterNo) -> Option<&Arc<Register>> {
    definition.register(register).filter(|register| !register.system)
}

/// The fields that are told of a record.
fn told(register: &Register) -> Vec<FieldNo> {
    let keys = register.keys.iter().flat_map(|key| &key.fields);
    register.title.iter().chain(keys).copied().collect()
}

/// What a record is found by, its title and its keys, and the title alone.
fn said(
    definition: &Definition,
    register: &Register,
    state: &State,
    record: RecordNo,
    labels: &Labels,
) -> (String, String) {
    let name = title(definition, register, state, record, labels);
    let mut words = name.clone();
    let keys = register.keys.iter().flat_map(|key| &key.fields);
    let keys = keys
        .filter(|no| !register.title.contains(no))
        .filter_map(|no| register.field(*no));
    for field in keys.filter(|field| matches!(field.kind, FieldKind::Text { .. }) && !seals(field)) {
        words.push(' ');
        words.push_str(&show(definition, field, state.cell(field.no), labels).text);
    }
    (words, name)
}

/// The first letter of each character's pinyin; what is no Han character stays, in lower case.
pub(super) fn first_letters(text: &str) -> String {
    let mut letters = String::with_capacity(text.len() / 2);
    for c in text.chars() {
        match c.to_pinyin() {
            Some(pinyin) => letters.push_str(pinyin.first_letter()),
            None if c.is_ascii_alphanumeric() => letters.push(c.to_ascii_lowercase()),
            None => {}
        }
    }
    letters
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_title_is_found_by_a_part_and_by_first_letters() {
        let mut index = Index::default();
        for (record, text) in [
            (7, "平顶山市公共实训基地 2401-XM-07"),
            (9, "光明路小学 North"),
            (7, "新区公共实训基地 2401-XM-07"),
        ] {
            index.change(record, RegisterNo(1), Some((text.to_owned(), text.to_owned())));
        }
        let found = |text: &str| index.find(text).map(|(record, _)| record).collect::<Vec<_>>();
        assert_eq!(found("实训"), [7]);
        assert_eq!(found("xqgg"), [7]);
        // What it was called before is no longer found, what its key says is.
        assert_eq!(found("pdss"), Vec::<RecordNo>::new());
        assert_eq!(found("2401-xm"), [7]);
        assert_eq!(found("o"), [9]);
        assert_eq!(found("g"), Vec::<RecordNo>::new());
        assert_eq!(found("GML"), [9]);
        assert_eq!(found("north"), [9]);
        assert_eq!(found("没有"), Vec::<RecordNo>::new());
    }

    #[test]
    fn a_record_of_the_first_reading_is_found_by_what_it_is_called_now() {
        let mut index = Index::default();
        for (record, text) in [(3, "一号院落"), (5, "二号院落"), (8, "三号院落")] {
            index.add(record, RegisterNo(2), text, text);
        }
        index.first.push((RegisterNo(2), 0..3));
        index.change(5, RegisterNo(2), Some(("五号院落".to_owned(), "五号院落".to_owned())));
        index.change(8, RegisterNo(2), None);
        let found = |index: &Index, text: &str| index.find(text).map(|(record, _)| record).collect::<Vec<_>>();
        assert_eq!(found(&index, "院落"), [5, 3]);
        assert_eq!(found(&index, "二号"), Vec::<RecordNo>::new());
        index.change(5, RegisterNo(2), Some(("六号院落".to_owned(), "六号院落".to_owned())));
        assert_eq!((found(&index, "五号"), found(&index, "六号")), (vec![], vec![5]));
    }

    #[test]
    fn lines_of_every_block_are_found_the_latest_first() {
        let (mut index, count) = (Index::default(), 2 * BLOCK as RecordNo + 1);
        for record in 1..=count {
            index.add(record, RegisterNo(2), &format!("n{record}."), "");
        }
        index.first.push((RegisterNo(2), 0..index.len()));
        assert_eq!((index.blocks.len(), index.len() as RecordNo), (3, count));
        let found = |index: &Index, text: &str| index.find(text).map(|(record, _)| record).collect::<Vec<_>>();
        let all: Vec<RecordNo> = (1..=count).rev().collect();
        assert_eq!(found(&index, "."), all);
        for record in [1, BLOCK as RecordNo, BLOCK as RecordNo + 1, count] {
            assert_eq!(found(&index, &format!("n{record}.")), [record]);
            index.change(record, RegisterNo(2), None);
            assert_eq!(found(&index, &format!("n{record}.")), Vec::<RecordNo>::new());
        }
    }
}

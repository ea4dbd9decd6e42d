//! Room: which rows under a header are not records.
//!
//! Totals, headings of sections, notes, the line of column numbers, a header printed again. Every
//! skipped row is reported with its reason; a row that could be a record is left to be one.

use super::header::Column;
use crate::locale::{message, words};
use crate::raw::{Kind, RawCell};
use crate::text::{is_space, squeezed};
use std::fmt;

/// Why a row is not a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SkipWhy {
    /// Nothing in the table's columns.
    Blank,
    /// 合计, 小计, 总计.
    Total,
    /// 一、省重点项目（2个）.
    Section,
    /// 注：…, 填报人：….
    Note,
    /// The header once more.
    RepeatedHeader,
    /// 1, 2, 3, … under the header.
    ColumnNumbers,
}

impl SkipWhy {
    /// A stable name for programs.
    pub fn code(self) -> &'static str {
        match self {
            SkipWhy::Blank => "blank",
            SkipWhy::Total => "total",
            SkipWhy::Section => "section",
            SkipWhy::Note => "note",
            SkipWhy::RepeatedHeader => "repeated_header",
            SkipWhy::ColumnNumbers => "column_numbers",
        }
    }
}

impl fmt::Display for SkipWhy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&message(&format!("skip.{}", self.code()), &[]))
    }
}

/// What a row under the header is.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    Record,
    Skip(SkipWhy),
    /// A section of this depth begins.
    Section(u32),
}

/// What was met before.
#[derive(Default)]
pub(super) struct Before {
    records: bool,
    notes: bool,
}

/// A row as far as it decides: its own cells with content in the table's columns, in order, each
/// with the index of its column; and how many columns the first of them takes.
pub(super) struct OwnCells<'a> {
    pub(super) cells: Vec<(usize, &'a RawCell)>,
    pub(super) first_width: u32,
}

pub(super) fn classify(own: &OwnCells, columns: &[Column], before: &mut Before) -> Verdict {
    let Some((_, first)) = own.cells.first() else {
        return Verdict::Skip(SkipWhy::Blank);
    };
    let text = squeezed(&first.raw);
    if is_repeated_header(own, columns) {
        return Verdict::Skip(SkipWhy::RepeatedHeader);
    }
    if !before.records && is_column_numbers(own, columns) {
        return Verdict::Skip(SkipWhy::ColumnNumbers);
    }
    if is_note(own, &text, columns, before.notes) {
        before.notes = true;
        return Verdict::Skip(SkipWhy::Note);
    }
    if is_total(own, &text, columns) {
        return Verdict::Skip(SkipWhy::Total);
    }
    if let Some(depth) = section_depth(own, &text, columns) {
        return Verdict::Section(depth);
    }
    (before.records, before.notes) = (true, false);
    Verdict::Record
}

fn is_repeated_header(own: &OwnCells, columns: &[Column]) -> bool {
    let is_equal = |(index, cell): &(usize, &RawCell)| super::heading::is_heading(&cell.raw, &columns[*index].parts);
    // Nearly every row is none, and its first cells tell.
    if own.cells.len() < 2 || !own.cells.iter().take(2).any(is_equal) {
        return false;
    }
    let equal = own.cells.iter().filter(|place| is_equal(place)).count();
    equal * 3 >= own.cells.len() * 2
}

fn is_column_numbers(own: &OwnCells, columns: &[Column]) -> bool {
    let counted = own.cells.iter().map(|(_, cell)| squeezed(&cell.raw));
    let numbers: Option<Vec<u32>> = counted
        .filter(|text| !words().column_counters.iter().any(|counter| counter == text))
        .map(|text| text.trim_matches(['(', ')']).parse().ok())
        .collect();
    let follows = |numbers: Vec<u32>| {
        numbers.first().is_none_or(|first| *first == 1) && numbers.windows(2).all(|pair| pair[1] == pair[0] + 1)
    };
    own.cells.len() >= 3 && own.cells.len() * 4 >= columns.len() * 3 && numbers.is_some_and(follows)
}

fn is_note(own: &OwnCells, text: &str, columns: &[Column], in_notes: bool) -> bool {
    let count = own.cells.len();
    if count > 1 && count * 2 > columns.len() {
        return false;
    }
    let opens = |word: &String, signs: &[char]| {
        let rest = text.trim_start_matches(['*', '※']).strip_prefix(word.as_str());
        rest.is_some_and(|rest| rest.starts_with(signs) || (rest.is_empty() && count == 1))
    };
    let is_opened = words()
        .notes
        .iter()
        .any(|word| opens(word, &[':', '.', '、', '1', '一', '(']));
    let is_signed = words().signatures.iter().any(|word| opens(word, &[':']));
    if is_opened || is_signed {
        return true;
    }
    let raw = &own.cells[0].1.raw;
    let numbered = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let is_numbered = numbered.len() < text.len() && numbered.starts_with(['.', '、', ')']);
    in_notes && count == 1 && (is_numbered || raw.starts_with(is_space))
}

fn is_total(own: &OwnCells, first: &str, columns: &[Column]) -> bool {
    let totals = &words().totals;
    let is_exact = |text: &str| totals.iter().any(|word| text.trim_end_matches(':') == word);
    // Behind a running number only the word alone is believed.
    let second = own
        .cells
        .get(1)
        .map(|(_, cell)| squeezed(&cell.raw))
        .unwrap_or_default();
    if is_exact(first) || (is_number(own.cells[0].1) && is_exact(&second)) {
        return true;
    }
    let counted = totals.iter().any(|word| {
        let rest = first.strip_prefix(word.as_str());
        rest.is_some_and(|rest| rest.starts_with(['(', ':', '共']) || rest.starts_with(|c: char| c.is_ascii_digit()))
    });
    // Where rows are numbered, a total is not. Where they are not, 固定资产投资合计 may be a record.
    let is_numbered = || {
        let mut cells = own.cells.iter();
        cells.any(|(index, cell)| is_serial(&columns[*index]) && is_number(cell))
    };
    let is_unnumbered = || columns.iter().any(is_serial) && !is_numbered();
    let ends = first.chars().count() <= TOTAL_CHARS_MAX && totals.iter().any(|word| first.ends_with(word.as_str()));
    counted || (ends && is_unnumbered())
}

fn is_serial(column: &Column) -> bool {
    words().serial_headings.contains(&column.name.to_lowercase())
}

/// A longer text that ends in 合计 is a sentence.
const TOTAL_CHARS_MAX: usize = 16;

/// The depth of the section that the row opens, if it opens one.
fn section_depth(own: &OwnCells, text: &str, columns: &[Column]) -> Option<u32> {
    let (index, first) = own.cells[0];
    let others_are_numbers = own.cells[1..].iter().all(|(_, cell)| is_number(cell));
    if is_number(first) || !others_are_numbers {
        return None;
    }
    if let Some(depth) = numbered_depth(text) {
        return Some(depth);
    }
    if own.cells.len() > 1 {
        return None;
    }
    let in_serial = is_serial(&columns[index]);
    let is_counted = text.ends_with(')')
        && text
            .rsplit('(')
            .next()
            .is_some_and(|count| count.trim_start_matches('共').starts_with(|c: char| c.is_ascii_digit()));
    let is_label = index == 0 && (in_serial || is_counted || text.ends_with(':'));
    (own.first_width >= 2 || is_label).then_some(0)
}

/// 一、 is 1, （一） is 2; 0 is kept for headings without a number.
fn numbered_depth(text: &str) -> Option<u32> {
    let is_numeral = |c: char| words().numerals.contains(c);
    let behind = text.trim_start_matches(is_numeral);
    if behind.len() < text.len() && behind.starts_with(['、', '.', ',']) {
        return Some(1);
    }
    let inner = text.strip_prefix('(')?;
    let behind = inner.trim_start_matches(is_numeral);
    (behind.len() < inner.len() && behind.starts_with(')')).then_some(2)
}

fn is_number(cell: &RawCell) -> bool {
    match cell.kind {
        Kind::Number => true,
        Kind::Text | Kind::Untyped => {
            let text = squeezed(&cell.raw);
            let digits = text.trim_start_matches('-').trim_end_matches('%');
            !digits.is_empty() && digits.chars().all(|c| c.is_ascii_digit() || matches!(c, '.' | ','))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn columns(names: &[&str]) -> Vec<Column> {
        let column = |(index, name): (usize, &&str)| Column {
            index,
            col: index as u32 + 1,
            letter: crate::raw::column_letters(index as u32 + 1),
            heading: (*name).to_owned(),
            name: (*name).to_owned(),
            measure: None,
            group: None,
            known: true,
            hidden: false,
            parts: vec![(*name).to_owned()],
        };
        names.iter().enumerate().map(column).collect()
    }

    /// `|` between cells, `>` behind a first cell that is merged over more columns.
    fn verdict(line: &str, before: &mut Before) -> Verdict {
        let columns = columns(&["序号", "项目名称", "总投资", "完成", "备注"]);
        let cells: Vec<RawCell> = (1..)
            .zip(line.split('|'))
            .map(|(col, raw)| RawCell {
                col,
                raw: raw.trim_end_matches('>').to_owned(),
                kind: Kind::Untyped,
                ..RawCell::default()
            })
            .collect();
        let own = OwnCells {
            cells: cells
                .iter()
                .enumerate()
                .filter(|(_, cell)| !crate::text::is_blank(&cell.raw))
                .collect(),
            first_width: if line.contains('>') { 5 } else { 1 },
        };
        classify(&own, &columns, before)
    }

    #[test]
    fn rows_are_told_apart() {
        use Verdict::*;
        let skip = Skip;
        let table: Vec<(&str, Verdict)> = vec![
            ("1|某某项目|100|20|", Record),
            ("|只有名称|||", Record),
            ("某某项目||||", Section(0)),
            ("||||", skip(SkipWhy::Blank)),
            ("合 计||300|40|", skip(SkipWhy::Total)),
            ("|合计|300|40|", skip(SkipWhy::Total)),
            ("3|小计：|300|40|", skip(SkipWhy::Total)),
            ("总计（12个）||300|40|", skip(SkipWhy::Total)),
            ("城区小计||300||", skip(SkipWhy::Total)),
            ("4|合计科技园|300|40|", Record),
            ("5|某某项目合计|300|40|", Record),
            ("一、省重点项目（2个）>||||", Section(1)),
            ("一、省重点项目（2个）||500||", Section(1)),
            ("（二）续建项目||||", Section(2)),
            ("民生实事>||||", Section(0)),
            ("|省重点项目（2个）|||", Record),
            ("6|一、二期厂房|100|1|", Record),
            ("注：1.数据截至8月底>||||", skip(SkipWhy::Note)),
            ("备注|说明文字|1|1|", Record),
            ("填报人：张三||审核人：李四||", skip(SkipWhy::Note)),
            ("序号|项目名称|总投资|完成|备注", skip(SkipWhy::RepeatedHeader)),
        ];
        for (line, expected) in table {
            assert_eq!(
                verdict(
                    line,
                    &mut Before {
                        records: true,
                        notes: false
                    }
                ),
                expected,
                "{line}"
            );
        }
    }

    #[test]
    fn a_name_that_ends_like_a_total_is_a_record_where_rows_have_no_numbers() {
        let named = |name: &str| RawCell {
            col: 1,
            raw: name.to_owned(),
            kind: Kind::Text,
            ..RawCell::default()
        };
        let amount = RawCell {
            col: 2,
            raw: "5".to_owned(),
            kind: Kind::Number,
            ..RawCell::default()
        };
        let columns = columns(&["指标", "完成", "备注"]);
        for (name, expected) in [
            ("固定资产投资合计", Verdict::Record),
            ("合计", Verdict::Skip(SkipWhy::Total)),
            ("总计（12个）", Verdict::Skip(SkipWhy::Total)),
        ] {
            let name = named(name);
            let own = OwnCells {
                cells: vec![(0, &name), (1, &amount)],
                first_width: 1,
            };
            assert_eq!(classify(&own, &columns, &mut Before::default()), expected, "{name:?}");
        }
    }

    #[test]
    fn what_came_before_decides_too() {
        let mut before = Before::default();
        assert_eq!(
            verdict("甲|乙|1|2|3", &mut before),
            Verdict::Skip(SkipWhy::ColumnNumbers)
        );
        assert_eq!(verdict("1|2|3|4|5", &mut before), Verdict::Skip(SkipWhy::ColumnNumbers));
        assert_eq!(verdict("1|项目|3|4|", &mut before), Verdict::Record);
        assert_eq!(verdict("1|2|3|4|5", &mut before), Verdict::Record);
        assert_eq!(verdict("注：一、口径>||||", &mut before), Verdict::Skip(SkipWhy::Note));
        assert_eq!(verdict("2.单位为万元>||||", &mut before), Verdict::Skip(SkipWhy::Note));
        assert_eq!(
            verdict("\u{3000}\u{a0}3、其他||||", &mut before),
            Verdict::Skip(SkipWhy::Note)
        );
    }

    #[test]
    fn every_reason_has_its_words() {
        use SkipWhy::*;
        for why in [Blank, Total, Section, Note, RepeatedHeader, ColumnNumbers] {
            assert!(!why.to_string().contains('.'), "{why:?}");
        }
    }
}

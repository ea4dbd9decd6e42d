//! Room: industries by code (国民经济行业分类, GB/T 4754-2017).
//!
//! Codes are text: a division is two digits with its leading zero, a section a letter. A project's
//! industry follows its product or use, not its owner; nothing here decides that.

use super::normalise;
use super::table::{self, CsvFault, CsvWhy, Row};
use std::collections::BTreeMap;

const FILE: &str = "codes/industries.csv";
const COLUMNS: &[&str] = &["code", "level", "parent", "name"];

/// The four levels of the classification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum IndustryLevel {
    /// 门类, one letter.
    Section,
    /// 大类, two digits.
    Division,
    /// 中类, three digits.
    Group,
    /// 小类, four digits.
    Class,
}

/// One industry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Industry {
    /// A letter, or two to four digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its level.
    pub level: IndustryLevel,
    /// The code of the industry above; none for a section.
    pub parent: Option<String>,
}

/// The classification.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Industries {
    by_code: BTreeMap<String, Industry>,
}

impl Industries {
    /// Reads a table with the columns `code,level,parent,name`.
    pub fn parse(csv: &str) -> Result<Industries, CsvFault> {
        let rows = table::read(FILE, csv, COLUMNS)?;
        let mut by_code: BTreeMap<String, Industry> = BTreeMap::new();
        let mut lines = BTreeMap::new();
        for row in &rows {
            let industry = industry(row)?;
            if let Some(first) = lines.insert(industry.code.clone(), row.line) {
                return Err(row.fault(CsvWhy::Twice {
                    key: industry.code,
                    first,
                }));
            }
            by_code.insert(industry.code.clone(), industry);
        }
        let industries = Industries { by_code };
        rows.iter().try_for_each(|row| industries.check_parent(row))?;
        Ok(industries)
    }

    /// The industry of a code.
    pub fn get(&self, code: &str) -> Option<&Industry> {
        self.by_code.get(&normalise(code))
    }

    /// The industry above this one.
    pub fn parent(&self, industry: &Industry) -> Option<&Industry> {
        self.by_code.get(industry.parent.as_ref()?)
    }

    /// The section (门类) that an industry belongs to.
    pub fn section<'a>(&'a self, industry: &'a Industry) -> &'a Industry {
        let mut at = industry;
        while let Some(above) = self.parent(at) {
            at = above;
        }
        at
    }

    /// All industries in the order of their codes: digits first, then the sections.
    pub fn iter(&self) -> impl Iterator<Item = &Industry> {
        self.by_code.values()
    }

    /// How many industries the table has.
    pub fn len(&self) -> usize {
        self.by_code.len()
    }

    /// Whether the table has no industries.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// An industry's parent exists and is one level above, so that a walk upwards always ends.
    fn check_parent(&self, row: &Row<'_>) -> Result<(), CsvFault> {
        let level = self.get(row.text("code")?).map(|industry| industry.level);
        let parent = row.optional("parent")?;
        let expected = match level {
            Some(IndustryLevel::Division) => Some(IndustryLevel::Section),
            Some(IndustryLevel::Group) => Some(IndustryLevel::Division),
            Some(IndustryLevel::Class) => Some(IndustryLevel::Group),
            Some(IndustryLevel::Section) | None => None,
        };
        let found = self.by_code.get(parent).map(|above| above.level);
        if parent.is_empty() && expected.is_none() || found.is_some() && found == expected {
            return Ok(());
        }
        Err(row.fault(CsvWhy::Dangling {
            column: "parent",
            value: parent.to_owned(),
        }))
    }
}

fn industry(row: &Row<'_>) -> Result<Industry, CsvFault> {
    let code = row.text("code")?;
    let (level, length) = match row.text("level")? {
        "section" => (IndustryLevel::Section, 1),
        "division" => (IndustryLevel::Division, 2),
        "group" => (IndustryLevel::Group, 3),
        "class" => (IndustryLevel::Class, 4),
        other => return Err(row.impossible("level", other)),
    };
    let fits = |b: u8| {
        if length == 1 {
            b.is_ascii_uppercase()
        } else {
            b.is_ascii_digit()
        }
    };
    if code.len() != length || !code.bytes().all(fits) {
        return Err(row.impossible("code", code));
    }
    let parent = Some(row.optional("parent")?).filter(|parent| !parent.is_empty());
    Ok(Industry {
        code: code.to_owned(),
        name: row.text("name")?.to_owned(),
        level,
        parent: parent.map(str::to_owned),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = include_str!("../../../../packs/base/codes/industries_gbt4754_2017.csv");

    #[test]
    fn the_classification_is_whole() {
        let industries = Industries::parse(TABLE).unwrap();
        let count = |level| industries.iter().filter(|industry| industry.level == level).count();
        assert_eq!(count(IndustryLevel::Section), 20);
        assert_eq!(count(IndustryLevel::Division), 97);
        assert_eq!(count(IndustryLevel::Group), 473);
        assert_eq!(count(IndustryLevel::Class), 1_380);
        assert_eq!(industries.len(), 1_970);
        assert!(industries.iter().all(|industry| !industry.name.contains(' ')));
    }

    #[test]
    fn names_and_sections_are_found_by_code() {
        let industries = Industries::parse(TABLE).unwrap();
        for (code, name, section) in [
            ("0111", "稻谷种植", "A"),
            ("7271", "安全服务", "L"),
            ("9051", "文化活动服务", "R"),
            ("３９", "计算机、通信和其他电子设备制造业", "C"),
            ("t", "国际组织", "T"),
        ] {
            let industry = industries.get(code).unwrap();
            assert_eq!(
                (industry.name.as_str(), industries.section(industry).code.as_str()),
                (name, section)
            );
        }
        for code in ["1", "9999", "U", ""] {
            assert_eq!(industries.get(code), None, "{code}");
        }
    }

    #[test]
    fn a_bad_table_is_refused_with_its_line() {
        let fault = |csv| Industries::parse(csv).err().map(|fault| (fault.line, fault.why));
        let value = |column, value: &str| CsvWhy::Value {
            column,
            value: value.to_owned(),
        };
        let dangling = |value: &str| CsvWhy::Dangling {
            column: "parent",
            value: value.to_owned(),
        };
        assert_eq!(
            fault("code,level,parent,name\n1,division,,农业\n"),
            Some((2, value("code", "1")))
        );
        assert_eq!(
            fault("code,level,parent,name\nA,门类,,农业\n"),
            Some((2, value("level", "门类")))
        );
        assert_eq!(
            fault("code,level,parent,name\n01,division,A,农业\n"),
            Some((2, dangling("A")))
        );
        assert_eq!(
            fault("code,level,parent,name\nA,section,B,农业\nB,section,A,业\n"),
            Some((2, dangling("B")))
        );
        assert_eq!(
            fault("code,level,parent,name\nA,section,,农业\n011,group,A,谷\n"),
            Some((3, dangling("A")))
        );
    }
}

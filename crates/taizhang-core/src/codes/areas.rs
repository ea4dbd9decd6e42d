//! Room: administrative areas by code (GB/T 2260, and the longer codes of towns and villages).
//!
//! A table of one vintage, as its caller gives it. It is no tree of units: development zones are
//! units without an area, and an area may be run by another district (托管).

use super::normalise;
use super::table::{self, CsvFault, CsvWhy, Row};
use std::collections::BTreeMap;

const FILE: &str = "codes/areas.csv";
const PLAIN: &[&str] = &["code", "name", "level"];
const WITH_PARENT: &[&str] = &["code", "name", "level", "parent"];

/// The five levels that have codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AreaLevel {
    /// 省、自治区、直辖市、特别行政区.
    Province,
    /// 地级市、地区、自治州、盟.
    Prefecture,
    /// 县、市辖区、县级市.
    County,
    /// 乡、镇、街道.
    Township,
    /// 村、社区.
    Village,
}

/// One area.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Area {
    /// 6, 9 or 12 digits.
    pub code: String,
    /// Its name in that vintage.
    pub name: String,
    /// Its level.
    pub level: AreaLevel,
    /// The code of the area it lies in, given by the table or by the digits; none for a province.
    pub parent: Option<String>,
}

/// A table of areas of one vintage.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Areas {
    by_code: BTreeMap<String, Area>,
}

impl Areas {
    /// Reads a table with the columns `code,name,level`, and `parent` where the digits do not tell.
    pub fn parse(csv: &str) -> Result<Areas, CsvFault> {
        let with_parent = table::header(csv) == WITH_PARENT.join(",");
        let rows = table::read(FILE, csv, if with_parent { WITH_PARENT } else { PLAIN })?;
        let mut by_code = BTreeMap::new();
        let mut lines = BTreeMap::new();
        for row in &rows {
            let area = area(row)?;
            if let Some(first) = lines.insert(area.code.clone(), row.line) {
                return Err(row.fault(CsvWhy::Twice { key: area.code, first }));
            }
            by_code.insert(area.code.clone(), area);
        }
        let mut areas = Areas { by_code };
        if !with_parent {
            areas.derive_parents();
        }
        Ok(areas)
    }

    /// This table with another one laid over it, such as a district's towns over the counties.
    pub fn with(mut self, other: Areas) -> Areas {
        self.by_code.extend(other.by_code);
        self
    }

    /// The area of a code; `410402000000` finds 410402, since longer codes are padded with zeros.
    pub fn get(&self, code: &str) -> Option<&Area> {
        let code = normalise(code);
        let unpadded = code.strip_suffix("000000").or(code.strip_suffix("000"));
        let long = code.len() > 6;
        self.by_code
            .get(&code)
            .or_else(|| unpadded.filter(|_| long).and_then(|short| self.by_code.get(short)))
    }

    /// The area that this one lies in.
    pub fn parent(&self, area: &Area) -> Option<&Area> {
        self.by_code.get(area.parent.as_ref()?)
    }

    /// The names from the province down to this area, such as 河南省平顶山市新华区.
    pub fn full_name(&self, area: &Area) -> String {
        let mut names = vec![area.name.as_str()];
        let mut below = area;
        // A table's parents could be circular; five levels are all there is.
        while let Some(above) = self.parent(below).filter(|above| above.level < below.level) {
            names.push(&above.name);
            below = above;
        }
        names.into_iter().rev().collect()
    }

    /// All areas in the order of their codes.
    pub fn iter(&self) -> impl Iterator<Item = &Area> {
        self.by_code.values()
    }

    /// How many areas the table has.
    pub fn len(&self) -> usize {
        self.by_code.len()
    }

    /// Whether the table has no areas.
    pub fn is_empty(&self) -> bool {
        self.by_code.is_empty()
    }

    /// A county lies in its prefecture if the table has it, else in its province: districts of a
    /// municipality (直辖市) and counties run by the province (省直辖) have no prefecture.
    fn derive_parents(&mut self) {
        let parents: Vec<(String, String)> = self
            .by_code
            .keys()
            .filter_map(|code| {
                let above = digits_above(code).find(|above| self.by_code.contains_key(above))?;
                Some((code.clone(), above))
            })
            .collect();
        for (code, parent) in parents {
            if let Some(area) = self.by_code.get_mut(&code) {
                area.parent = Some(parent);
            }
        }
    }
}

/// The codes that may lie above a code by its digits, nearest first.
fn digits_above(code: &str) -> impl Iterator<Item = String> {
    let county = code.get(..6).unwrap_or("").to_owned();
    let candidates = [
        code.get(..9).map(str::to_owned),
        Some(county.clone()),
        county.get(..4).map(|prefecture| format!("{prefecture}00")),
        county.get(..2).map(|province| format!("{province}0000")),
    ];
    let own = code.to_owned();
    candidates.into_iter().flatten().filter(move |above| *above != own)
}

fn area(row: &Row<'_>) -> Result<Area, CsvFault> {
    let code = row.text("code")?;
    let level = match row.text("level")? {
        "province" => AreaLevel::Province,
        "prefecture" => AreaLevel::Prefecture,
        "county" => AreaLevel::County,
        "township" => AreaLevel::Township,
        "village" => AreaLevel::Village,
        other => return Err(row.impossible("level", other)),
    };
    if !code.bytes().all(|b| b.is_ascii_digit()) || code.len() != digits_of(level) {
        return Err(row.impossible("code", code));
    }
    let parent = Some(row.optional("parent")?).filter(|parent| !parent.is_empty());
    Ok(Area {
        code: code.to_owned(),
        name: row.text("name")?.to_owned(),
        level,
        parent: parent.map(str::to_owned),
    })
}

fn digits_of(level: AreaLevel) -> usize {
    match level {
        AreaLevel::Province | AreaLevel::Prefecture | AreaLevel::County => 6,
        AreaLevel::Township => 9,
        AreaLevel::Village => 12,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATIONAL: &str = include_str!("../../../../packs/base/codes/areas_gbt2260_2024.csv");
    const TOWNS: &str = "code,name,level,parent\n410402,新华区,county,410400\n\
        410402100,焦店镇,township,410402\n410402100212,野王村,village,410402100\n";

    #[test]
    fn the_national_table_is_whole() {
        let areas = Areas::parse(NATIONAL).unwrap();
        let count = |level| areas.iter().filter(|area| area.level == level).count();
        assert_eq!(areas.len(), 3_213);
        assert_eq!(count(AreaLevel::Province), 34);
        assert_eq!(count(AreaLevel::Prefecture), 333);
        assert_eq!(count(AreaLevel::County), 2_846);
        for area in areas.iter() {
            assert_eq!(
                areas.parent(area).is_none(),
                area.level == AreaLevel::Province,
                "{}",
                area.code
            );
        }
    }

    #[test]
    fn names_are_found_by_code() {
        let areas = Areas::parse(NATIONAL).unwrap().with(Areas::parse(TOWNS).unwrap());
        for (code, name) in [
            ("410402", "河南省平顶山市新华区"),
            ("４１０４０２０００000", "河南省平顶山市新华区"),
            ("410402000", "河南省平顶山市新华区"),
            ("410402100000", "河南省平顶山市新华区焦店镇"),
            ("410402100212", "河南省平顶山市新华区焦店镇野王村"),
            ("410000", "河南省"),
            ("110101", "北京市东城区"),
            ("419001", "河南省济源市"),
        ] {
            assert_eq!(
                areas.get(code).map(|area| areas.full_name(area)).as_deref(),
                Some(name),
                "{code}"
            );
        }
        for code in ["410471", "4104", "", "000", "000000", "410402100213", "新华区"] {
            assert_eq!(areas.get(code), None, "{code}");
        }
    }

    #[test]
    fn a_bad_table_is_refused_with_its_line() {
        let value = |column, value: &str| CsvWhy::Value {
            column,
            value: value.to_owned(),
        };
        for (csv, line, why) in [
            ("code,name,level\n410402,新华区,区\n", 2, value("level", "区")),
            ("code,name,level\n41040,新华区,county\n", 2, value("code", "41040")),
            ("code,name,level\n410402,新华区,township\n", 2, value("code", "410402")),
            ("code,name,level\n410402,,county\n", 2, CsvWhy::Blank { column: "name" }),
            (
                "code,name,level\n410402,新华区,county\n410402,新华区,county\n",
                3,
                CsvWhy::Twice {
                    key: "410402".to_owned(),
                    first: 2,
                },
            ),
        ] {
            assert_eq!(Areas::parse(csv), Err(CsvFault { file: FILE, line, why }));
        }
    }

    #[test]
    fn circular_parents_end() {
        let csv = "code,name,level,parent\n410402,甲,county,410403\n410403,乙,county,410402\n";
        let areas = Areas::parse(csv).unwrap();
        assert_eq!(areas.full_name(areas.get("410402").unwrap()), "甲");
    }
}

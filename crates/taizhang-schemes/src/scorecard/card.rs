//! Room: what a card may say. Plain data, as its file is written; what holds between its parts is in `check`.

use super::exact::{Date, Exact};
use super::origin::Fact;
use super::panel::Panel;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;
use taizhang_core::day::Day;

/// A scorecard in one edition.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Card {
    /// Its id, `cn.tech-sme`.
    #[serde(default)]
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its name in English.
    #[serde(default)]
    pub name_en: String,
    /// The edition of the document that it follows.
    #[serde(default)]
    pub edition: String,
    /// How far it may be relied on.
    pub status: Standing,
    /// The register or kind of thing that it judges.
    #[serde(default)]
    pub subject: String,
    /// The documents that it rests on, and what is not known.
    #[serde(default)]
    pub about: String,
    /// Where each fact comes from.
    #[serde(default)]
    pub facts: BTreeMap<String, Fact>,
    /// The first day on which it may be used.
    pub valid_from: Date,
    /// The last day on which it may be used; none while it is in force.
    #[serde(default)]
    pub valid_to: Option<Date>,
    /// The full mark.
    #[serde(default)]
    pub full: Option<Exact>,
    /// Marks are whole numbers.
    #[serde(default)]
    pub integer: bool,
    /// Conditions that must all hold.
    #[serde(default, rename = "gate")]
    pub gates: Vec<Gate>,
    /// What is marked.
    #[serde(default, rename = "indicator")]
    pub indicators: Vec<Indicator>,
    /// What is averaged and weighted.
    #[serde(default, rename = "weight")]
    pub weights: Vec<Weight>,
    /// Stars, each judged alone.
    #[serde(default, rename = "star")]
    pub stars: Vec<Star>,
    /// The mark from which a star is held; without it stars are decided, not marked.
    #[serde(default)]
    pub star_pass_ge: Option<Exact>,
    /// Events that take stars, or the whole result, away.
    #[serde(default, rename = "veto")]
    pub vetoes: Vec<Veto>,
    /// Marks added or taken for what was counted.
    #[serde(default, rename = "adjust")]
    pub adjustments: Vec<Adjustment>,
    /// What is needed to pass.
    #[serde(default)]
    pub pass: Option<Pass>,
    /// What qualifies without marks.
    #[serde(default)]
    pub direct: Option<Direct>,
    /// Levels by the total, best first, or by the stars held (`ge` counts stars).
    #[serde(default, rename = "level")]
    pub levels: Vec<Level>,
    /// What a pass gives, and until when.
    #[serde(default)]
    pub result: Option<Gives>,
    /// What of the result is written into which field of the record that was judged.
    #[serde(default, rename = "write")]
    pub writes: Vec<Write>,
    /// How the sheets of a panel become one result.
    #[serde(default)]
    pub panel: Option<Panel>,
}

/// One part of a result that is kept in a field of the record that was judged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Write {
    /// The field.
    pub field: String,
    /// Which part: `total`, `stars`, `level`, `valid_until`, or the id of a star.
    pub of: String,
    /// For a star: what is written if it is held …
    #[serde(default)]
    pub yes: String,
    /// … if it is not, or instead of a level where the card is not passed …
    #[serde(default)]
    pub no: String,
    /// … and if the record held it until then and a veto takes it.
    #[serde(default)]
    pub lost: Option<String>,
    /// What a part is called in the record, where it is called otherwise: `一星` is 1.
    #[serde(default)]
    pub words: BTreeMap<String, String>,
}

/// How far a card may be relied on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Standing {
    /// From the text of a rule.
    Rule,
    /// Its parts are real, its marks are not known.
    Structure,
    /// Invented, for show; to be replaced by the district's own document.
    Illustrative,
}

/// A condition by name.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gate {
    /// Its id.
    pub id: String,
    /// What it asks.
    pub name: String,
    /// The condition.
    pub test: Test,
}

/// A condition on one value.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Test {
    /// What is looked at …
    #[serde(default)]
    pub field: Option<String>,
    /// … or a share: this …
    #[serde(default)]
    pub numerator: Option<String>,
    /// … over this.
    #[serde(default)]
    pub denominator: Option<String>,
    /// It is this.
    #[serde(default)]
    pub eq: Option<Scalar>,
    /// It is at least this.
    #[serde(default)]
    pub ge: Option<Exact>,
    /// It is above this.
    #[serde(default)]
    pub gt: Option<Exact>,
    /// It is at most this.
    #[serde(default)]
    pub le: Option<Exact>,
    /// It is below this.
    #[serde(default)]
    pub lt: Option<Exact>,
    /// The least share depends on another value.
    #[serde(default)]
    pub tiers_on: Option<String>,
    /// By how much of it, smallest first.
    #[serde(default)]
    pub tiers: Vec<Tier>,
}

/// The least share up to a size.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tier {
    /// Up to this size; none for all above.
    #[serde(default)]
    pub le: Option<Exact>,
    /// The least share.
    pub ge_ratio: Exact,
}

/// A truth or a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// Yes or no.
    Truth(bool),
    /// A number.
    Amount(Exact),
}

/// Something that is marked: by bands, in proportion, by the better of alternatives, or by a panel.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Indicator {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The full mark; none if the rule does not say.
    #[serde(default)]
    pub full: Option<Exact>,
    /// What is looked at.
    #[serde(default)]
    pub value: Option<Source>,
    /// Marks by the value, best first.
    #[serde(default)]
    pub bands: Vec<Band>,
    /// The mark is the value's share of the full one, up to all of it.
    #[serde(default)]
    pub linear: bool,
    /// The firm may choose; the better one counts.
    #[serde(default, rename = "alternative")]
    pub alternatives: Vec<Alternative>,
    /// Judges give the mark, under the indicator's id.
    #[serde(default)]
    pub panel: bool,
    /// What the judges mark one by one.
    #[serde(default)]
    pub parts: Vec<Part>,
    /// Between which marks the judges may choose, by the value.
    #[serde(default)]
    pub ranges: Vec<Range>,
}

/// One way of marking an indicator.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Alternative {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What is looked at.
    pub value: Source,
    /// Marks by the value, best first.
    pub bands: Vec<Band>,
}

/// A value among what is given: a field, or the share of two.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The field.
    #[serde(default)]
    pub field: Option<String>,
    /// The upper part of a share.
    #[serde(default)]
    pub numerator: Option<String>,
    /// The lower part of a share.
    #[serde(default)]
    pub denominator: Option<String>,
}

/// A mark for values from a bound on; the first that fits counts. Without a bound it fits all.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Band {
    /// The field that this band looks at, where bands of one indicator look at several.
    #[serde(default)]
    pub field: Option<String>,
    /// From here on.
    #[serde(default)]
    pub ge: Option<Exact>,
    /// Above this.
    #[serde(default)]
    pub gt: Option<Exact>,
    /// The mark.
    pub score: Exact,
    /// Its letter.
    #[serde(default)]
    pub code: String,
}

/// One thing that judges mark.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The full mark.
    pub full: Exact,
    /// It may be given on top, but never above the indicator's full mark.
    #[serde(default)]
    pub bonus: bool,
    /// What judges go by.
    #[serde(default)]
    pub hint: String,
}

/// Marks that judges may give from a bound on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Range {
    /// From here on.
    #[serde(default)]
    pub ge: Option<Exact>,
    /// Above this.
    #[serde(default)]
    pub gt: Option<Exact>,
    /// The least mark.
    pub min: Exact,
    /// The highest mark.
    pub max: Exact,
}

/// A share of a weighted total; lists are averaged first.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Weight {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its weight; all together are 1.
    pub weight: Exact,
}

/// A star that is held or not.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Star {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Who judges it.
    #[serde(default)]
    pub owner: String,
    /// What its mark is the sum of.
    #[serde(default)]
    pub tasks: Vec<Part>,
}

/// An event that takes away.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Veto {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// The stars that it takes; none named: the whole result.
    #[serde(default)]
    pub stars: Vec<String>,
}

/// Marks added (or taken, if negative) for each of what is counted.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Adjustment {
    /// Its id, and the field that is counted.
    pub id: String,
    /// Its name.
    pub name: String,
    /// For each one.
    pub each: Exact,
    /// At most this many marks, in the direction of `each`.
    #[serde(default)]
    pub max: Option<Exact>,
}

/// What is needed to pass; the first that fails is the reason.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Pass {
    /// The least total.
    #[serde(default)]
    pub total_ge: Option<Exact>,
    /// The total must be above this.
    #[serde(default)]
    pub total_gt: Option<Exact>,
    /// Indicators whose marks must be above something.
    #[serde(default)]
    pub above: Vec<Above>,
}

/// An indicator whose mark must be above something.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Above {
    /// The indicator.
    pub indicator: String,
    /// Its mark must be above this.
    pub gt: Exact,
}

/// What qualifies without marks: all gates, and any one of these.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Direct {
    /// The ways.
    pub any: Vec<Gate>,
}

/// A level from a total (or a number of stars) on.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Level {
    /// From here on; none for all below.
    #[serde(default)]
    pub ge: Option<Exact>,
    /// Its name.
    pub name: String,
    /// A fact without which the next lower level is given.
    #[serde(default)]
    pub requires: Option<String>,
    /// At most this share of a group may hold it.
    #[serde(default)]
    pub quota: Option<Exact>,
}

/// What a pass gives.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Gives {
    /// The kind of qualification.
    pub kind: String,
    /// It ends after so many years …
    #[serde(default)]
    pub years: Option<u32>,
    /// … or on a day (`03-31`) of the year after.
    #[serde(default)]
    pub until: Option<String>,
}

impl Card {
    /// What a name was given in a language.
    pub fn name_in(&self, english: bool) -> &str {
        match (english, self.name_en.is_empty()) {
            (true, false) => &self.name_en,
            _ => &self.name,
        }
    }

    /// The last day on which a result holds that was got on a day; none if it does not end.
    pub fn result_valid_until(&self, on: Day) -> Option<Day> {
        let gives = self.result.as_ref()?;
        let (year, month, day) = on.ymd();
        if let Some((month, day)) = gives.until.as_deref().and_then(|until| until.split_once('-')) {
            return Day::of(year + 1, month.parse().ok()?, day.parse().ok()?).ok();
        }
        let ends = |day| Day::of(year + gives.years? as i32, month, day).ok();
        ends(day).or_else(|| ends(28)).map(|day| day.plus(-1))
    }
}

impl Source {
    /// The names that it reads.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        [&self.field, &self.numerator, &self.denominator]
            .into_iter()
            .filter_map(Option::as_deref)
    }
}

/// The sum of full marks.
pub(super) fn full_of(parts: &[Part]) -> Decimal {
    parts.iter().filter(|part| !part.bonus).map(|part| part.full.0).sum()
}

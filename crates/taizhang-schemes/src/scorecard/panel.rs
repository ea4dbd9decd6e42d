//! Room: a panel of judges as a pack writes it — how sheets become one result, what is told, which prizes there are.

use super::exact::Exact;
use rust_decimal::Decimal;
use serde::Deserialize;
use std::collections::BTreeMap;

/// How the sheets of a panel become one result; fields are those of the subject's register.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Panel {
    /// The field that names the event.
    pub event: String,
    /// The field that names the group.
    pub group: String,
    /// The link to what is judged.
    pub entry: String,
    /// The field that names the judge.
    pub judge: String,
    /// The mark.
    pub mark: String,
    /// The last day of marking.
    pub closes: String,
    /// The rule.
    pub how: How,
    /// How many of the highest and of the lowest are left out.
    #[serde(default)]
    pub trim: usize,
    /// Points of the first place.
    #[serde(default)]
    pub first: Exact,
    /// Less for each next place.
    #[serde(default)]
    pub step: Exact,
    /// A formula over what the sheets come to and the entry's own marks.
    #[serde(default)]
    pub formula: String,
    /// Number fields of what is judged that the formula reads.
    #[serde(default)]
    pub marks: Vec<String>,
    /// What is told.
    pub publish: Publish,
    /// The role whose holders are the judges; each marks under the own name that they signed in with.
    #[serde(default)]
    pub judges: String,
    /// The move by which a judge casts a sheet.
    #[serde(default)]
    pub cast: String,
    /// The day on which it is cast.
    #[serde(default)]
    pub cast_on: String,
    /// A field of what is judged that names another rule.
    #[serde(default)]
    pub how_by: Option<Choosing<How>>,
    /// A field of what is judged that names what is told.
    #[serde(default)]
    pub publish_by: Option<Choosing<Publish>>,
    /// What publishing writes into what is judged.
    #[serde(default)]
    pub published: Option<Published>,
    /// Prizes by place.
    #[serde(default, rename = "prize")]
    pub prizes: Vec<Prize>,
}

/// A choice field of what is judged, and what each of its choices means.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Choosing<T> {
    /// The field.
    pub field: String,
    /// Its choices.
    pub choices: BTreeMap<String, T>,
}

/// What publishing writes, all by one move of what is judged.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Published {
    /// The move.
    #[serde(rename = "move")]
    pub by: String,
    /// The field for the place.
    pub place: String,
    /// The field for the result; it stays empty where only places are told.
    pub result: String,
    /// The field for the day.
    pub on: String,
    /// The field for the prize.
    #[serde(default)]
    pub prize: Option<String>,
    /// The field for the day by which somebody looks back …
    #[serde(default)]
    pub review: Option<String>,
    /// … so many days later.
    #[serde(default)]
    pub review_days: i32,
}

/// What a place is worth.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prize {
    /// The place; equal places get as much each.
    pub place: usize,
    /// In this group; none for all others.
    #[serde(default)]
    pub group: Option<String>,
    /// In yuan.
    pub amount: Exact,
}

/// How sheets are added up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// The mean.
    Mean,
    /// The mean without the highest and the lowest.
    Trimmed,
    /// Places become points.
    RankPoints,
    /// What the panel's formula says.
    Formula,
}

/// What is told of a contest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Publish {
    /// Results and places.
    Results,
    /// Places only.
    Places,
}

impl Panel {
    /// The prize of a place in a group, in yuan; none if it gets none.
    pub fn prize(&self, group: &str, place: usize) -> Option<Decimal> {
        let of = |wanted: Option<&str>| {
            let mut prizes = self.prizes.iter().filter(|prize| prize.place == place);
            prizes.find(|prize| prize.group.as_deref() == wanted)
        };
        of(Some(group)).or_else(|| of(None)).map(|prize| prize.amount.0)
    }
}

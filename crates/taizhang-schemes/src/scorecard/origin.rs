//! Room: where the facts of a card come from, as a pack writes it.

use serde::Deserialize;

/// Where a fact comes from.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Fact {
    /// A field of the subject's register; `field=choice` asks whether a choice is that one.
    Field(String),
    /// Something else that the book knows of the subject.
    Origin(Origin),
}

/// Something that the book knows of a subject: exactly one of `register`, `days_since`, `figure`, `targets`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Origin {
    /// Records of this register …
    #[serde(default)]
    pub register: Option<String>,
    /// … which name the subject in this link …
    #[serde(default)]
    pub by: Option<String>,
    /// … added up by this field, or else counted; …
    #[serde(default)]
    pub sum: Option<String>,
    /// … only those of which this holds: `field=choice` or `stage=…`, several choices kept apart by `|`, several conditions by `&`; …
    #[serde(default)]
    pub is: Option<String>,
    /// … dated by this field, and not after the day; …
    #[serde(default)]
    pub on: Option<String>,
    /// … in so many years up to the day, …
    #[serde(default)]
    pub years: Option<u8>,
    /// … of the calendar: two are the year of the day and the one before; …
    #[serde(default)]
    pub calendar: bool,
    /// … and not past by this field; …
    #[serde(default)]
    pub until: Option<String>,
    /// … as the mean of a year.
    #[serde(default)]
    pub yearly: bool,
    /// The days since this date of the subject.
    #[serde(default)]
    pub days_since: Option<String>,
    /// A figure of the unit that is judged: its level on the day, or its movement since 1 January.
    #[serde(default)]
    pub figure: Option<String>,
    /// The unit's own targets that can be judged: `all`, or those `on_pace`.
    #[serde(default)]
    pub targets: Option<String>,
}

impl Origin {
    /// Whether it says one way, and all that this way needs.
    pub(super) fn is_whole(&self) -> bool {
        let ways = [&self.register, &self.days_since, &self.figure, &self.targets];
        let known = self
            .targets
            .as_deref()
            .is_none_or(|what| matches!(what, "all" | "on_pace"));
        let dated = self.years.is_none() || self.on.is_some();
        let counted = self.register.is_none() || self.by.is_some();
        ways.iter().filter(|way| way.is_some()).count() == 1 && known && dated && counted
    }
}

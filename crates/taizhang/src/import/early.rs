//! Room: rows that post on a unit on days before there was one. Says so; refuses nothing.

use crate::app::App;
use crate::locale::Locale;
use std::collections::BTreeMap;
use taizhang_core::day::Day;
use taizhang_core::decide::Decision;
use taizhang_core::id::RecordNo;
use taizhang_core::posting::Posting;
use taizhang_store::Reading;

/// Rows that post on a unit on days before it was there. They are written, since what was is sometimes entered before
/// the tree of units knows its own past, but no figure of those days shows them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Early {
    /// How many rows.
    pub rows: u64,
    /// The first of them.
    pub row: u32,
    /// The name of its unit.
    pub unit: String,
    /// The day posted on.
    pub day: Day,
    /// The unit's first day.
    pub first: Day,
}

impl Early {
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::json!({"rows": self.rows, "row": self.row, "unit": self.unit, "day": self.day.to_string(),
                           "first": self.first.to_string()})
    }

    /// Those of two sheets together, with the first example.
    pub(super) fn both(one: Option<Early>, other: Option<&Early>) -> Option<Early> {
        match (one, other) {
            (Some(one), Some(other)) => Some(Early {
                rows: one.rows + other.rows,
                ..one
            }),
            (one, other) => one.or_else(|| other.cloned()),
        }
    }

    /// In words; none where there are no such rows. The page has only what was kept of the outcome.
    pub fn words(locale: &Locale, kept: &serde_json::Value) -> Option<String> {
        let text = |name: &str| match &kept[name] {
            serde_json::Value::String(text) => text.clone(),
            other => other.to_string(),
        };
        let said = ["rows", "row", "unit", "day", "first"].map(|name| (name, text(name)));
        let said: Vec<(&str, &str)> = said.iter().map(|(name, text)| (*name, text.as_str())).collect();
        kept.is_object().then(|| locale.fill("import.before_unit", &said))
    }
}

/// The first day of each unit, and its name.
#[derive(Default)]
pub(super) struct FirstDays(BTreeMap<RecordNo, (Day, String)>);

impl FirstDays {
    pub(super) fn of(app: &App, reading: &Reading<'_>) -> FirstDays {
        let tree = app.tree(reading, app.today(), reading.n());
        let named = |unit: RecordNo| tree.get(unit).map_or(String::new(), |node| node.name.clone());
        let days = reading.caches.units(reading.n()).first_days();
        FirstDays(
            days.into_iter()
                .map(|(unit, first)| (unit, (first, named(unit))))
                .collect(),
        )
    }

    /// Notes a row that posts on a unit before there was one: no figure of those days shows it.
    pub(super) fn look(&self, row: u32, written: &[Decision], noted: &mut Option<Early>) {
        let first = |posting: &Posting| self.0.get(&posting.unit).filter(|(first, _)| posting.day < *first);
        let postings = written.iter().flat_map(|decision| &decision.postings);
        let mut early = postings.filter(|posting| posting.amount != 0);
        let Some((posting, (first, unit))) = early.find_map(|posting| Some((posting, first(posting)?))) else {
            return;
        };
        let found = || Early {
            rows: 0,
            row,
            unit: unit.clone(),
            day: posting.day,
            first: *first,
        };
        noted.get_or_insert_with(found).rows += 1;
    }
}

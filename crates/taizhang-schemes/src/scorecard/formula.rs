//! Room: the formula of a panel — one result from what the sheets come to and from other marks of what is judged,
//! each by its name. A part that is missing, or a denominator of zero, leaves the result undefined, never 0.

use super::aggregate::{Aggregation, AggregationFault, aggregate};
use super::panel::Panel;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use taizhang_core::expr::{AccountNames, Formula, Slot, compile_formula};

/// What a formula may read of the sheets.
const OF_SHEETS: [&str; 7] = ["mean", "trimmed", "points", "median", "highest", "lowest", "sheets"];

struct Named<'a>(&'a [String]);

impl AccountNames for Named<'_> {
    fn account(&self, name: &str) -> Option<Slot> {
        let at = self.all().iter().position(|known| known == name)?;
        u32::try_from(at).ok().map(Slot)
    }

    fn all(&self) -> Vec<String> {
        let own = self.0.iter().cloned();
        OF_SHEETS.iter().map(|name| (*name).to_owned()).chain(own).collect()
    }
}

/// Reads a panel's formula; it may name what the sheets come to, and the number fields that the panel lists.
pub(super) fn compiled(panel: &Panel) -> Result<Formula, String> {
    compile_formula(&panel.formula, &Named(&panel.marks)).map_err(|fault| fault.to_string())
}

impl Panel {
    /// One result for each entry. `sheets[j][e]` is judge j's mark of entry e, `own[e]` the entry's own marks by the
    /// names of their fields.
    pub fn by_formula(
        &self,
        sheets: &[Vec<Option<Decimal>>],
        own: &[BTreeMap<String, Decimal>],
    ) -> Result<Vec<Decimal>, AggregationFault> {
        let formula = compiled(self).map_err(|_| AggregationFault::Undefined(0))?;
        let names = Named(&self.marks).all();
        let mut parts: BTreeMap<Slot, Vec<Option<Decimal>>> = BTreeMap::new();
        for slot in formula.accounts() {
            let name = names.get(slot.0 as usize).map_or("", String::as_str);
            let values = match OF_SHEETS.contains(&name) {
                true => self.of_sheets(name, sheets, own.len())?,
                false => own.iter().map(|marks| marks.get(name).copied()).collect(),
            };
            parts.insert(*slot, values);
        }
        let result = |entry: usize| {
            let part = |slot: Slot| parts.get(&slot)?.get(entry).copied().flatten();
            formula.eval(&part).ok_or(AggregationFault::Undefined(entry))
        };
        (0..own.len()).map(result).collect()
    }

    fn of_sheets(
        &self,
        name: &str,
        sheets: &[Vec<Option<Decimal>>],
        entries: usize,
    ) -> Result<Vec<Option<Decimal>>, AggregationFault> {
        let how = match name {
            "mean" => Some(Aggregation::Mean),
            "trimmed" => Some(Aggregation::Trimmed(self.trim)),
            "points" => Some(Aggregation::RankPoints {
                first: self.first.0,
                step: self.step.0,
            }),
            _ => None,
        };
        if let Some(how) = how {
            return Ok(aggregate(how, sheets)?.into_iter().map(Some).collect());
        }
        let one = |entry: usize| {
            let marks = sheets.iter().filter_map(|sheet| sheet.get(entry).copied().flatten());
            let mut marks: Vec<Decimal> = marks.collect();
            marks.sort();
            match name {
                "highest" => marks.last().copied(),
                "lowest" => marks.first().copied(),
                "median" => median(&marks),
                _ => Some(Decimal::from(marks.len())),
            }
        };
        Ok((0..entries).map(one).collect())
    }
}

/// The middle of sorted marks; of two, what lies half way.
fn median(marks: &[Decimal]) -> Option<Decimal> {
    let upper = marks.get(marks.len() / 2)?;
    match marks.len() % 2 {
        1 => Some(*upper),
        _ => Some((marks.get(marks.len() / 2 - 1)? + upper) / Decimal::TWO),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn panel(formula: &str) -> Panel {
        let text = format!(
            "event = 'e'\ngroup = 'g'\nentry = 'x'\njudge = 'j'\nmark = 'm'\ncloses = 'c'\nhow = 'formula'\ntrim = 1\n\
             first = 100\nstep = 3\npublish = 'results'\nmarks = ['progress', 'planned']\nformula = '{formula}'"
        );
        toml::from_str(&text).expect("a panel")
    }

    fn sheets() -> Vec<Vec<Option<Decimal>>> {
        let sheet = |marks: [i64; 2]| marks.map(|mark| Some(Decimal::from(mark))).to_vec();
        [[90, 80], [100, 70], [60, 84], [80, 82]].map(sheet).to_vec()
    }

    #[test]
    fn a_formula_weighs_what_judges_say_with_other_marks() {
        let own = |progress: i64, planned: i64| {
            let marks = [("progress", progress), ("planned", planned)];
            BTreeMap::from(marks.map(|(name, mark)| (name.to_owned(), Decimal::from(mark))))
        };
        let own = [own(50, 100), own(90, 100)];
        // Trimmed means 85 and 81; medians the same here; highest 100 and 84; lowest 60 and 70.
        let table = [
            ("trimmed * 0.7 + progress / planned * 100 * 0.3", ["74.5", "83.7"]),
            ("median", ["85", "81"]),
            ("(highest + lowest) / 2", ["80", "77"]),
            ("mean + sheets", ["86.5", "83"]),
            ("points", ["98.5", "98.5"]),
        ];
        for (formula, expected) in table {
            let results = panel(formula).by_formula(&sheets(), &own).expect(formula);
            let said: Vec<String> = results.iter().map(|one| one.normalize().to_string()).collect();
            assert_eq!(said, expected, "{formula}");
        }
    }

    #[test]
    fn what_is_missing_or_over_nothing_is_undefined_and_never_nothing() {
        let own = |planned: Option<i64>| {
            let planned = planned.map(|planned| ("planned".to_owned(), Decimal::from(planned)));
            BTreeMap::from_iter(planned.into_iter().chain([("progress".to_owned(), Decimal::TEN)]))
        };
        let divided = panel("mean + progress / planned");
        let results = |planned| divided.by_formula(&sheets(), &[own(Some(5)), own(planned)]);
        assert!(results(Some(5)).is_ok());
        assert_eq!(
            results(Some(0)),
            Err(AggregationFault::Undefined(1)),
            "a zero denominator"
        );
        assert_eq!(
            results(None),
            Err(AggregationFault::Undefined(1)),
            "a mark that nobody gave"
        );
        assert!(compiled(&panel("mean + other")).is_err(), "a name that nothing has");
    }
}

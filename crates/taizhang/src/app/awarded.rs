//! Room: a scored sheet written into the record that it judges — stars given and withdrawn, a total, a level, the day
//! until which it holds. The card says what goes where; the entry keeps why every mark is what it is.

use super::App;
use super::cards::{explained, named, refused};
use super::execute::{Draft, DraftWish, Receipt};
use super::scope::Scope;
use crate::error::AppError;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Register};
use taizhang_core::id::RecordNo;
use taizhang_core::timeline::State;
use taizhang_core::value::Value;
use taizhang_schemes::scorecard::{Card, Input, Outcome, Why, Write, score};

/// Cards whose results are kept in records of a register.
pub fn writing(definition: &Definition, register: &Register) -> Result<Vec<Card>, AppError> {
    // Only what can be one is read: this is asked for every record's page.
    let about = format!("subject = \"{}\"", register.id);
    let cards = definition.cards.iter().filter(|card| card.text.contains(&about));
    let cards = cards.map(|card| named(definition, &card.id));
    let mut cards = cards.collect::<Result<Vec<_>, _>>()?;
    cards.retain(|card| card.subject == register.id && !card.writes.is_empty());
    Ok(cards)
}

impl App {
    /// Judges a record by a card and writes the result into it, as on a day.
    pub fn award(
        &self,
        scope: &Scope,
        card: &str,
        record: RecordNo,
        input: &Input,
        on: Day,
    ) -> Result<(Outcome, Receipt), AppError> {
        let definition = self.definition()?;
        let card = named(&definition, card)?;
        let (view, state) = self.record_at(scope, record, Some(on), None)?;
        if card.writes.is_empty() || view.register.id != card.subject {
            return Err(AppError::said(
                "score.not_written",
                &[("card", &card.name), ("register", &view.register.name)],
            ));
        }
        let Some(state) = state else {
            return Err(AppError::said(
                "score.too_early",
                &[("record", &view.title), ("day", &on)],
            ));
        };
        let outcome = score(&card, input, on).map_err(|fault| refused(self.locale(), &card, &fault))?;
        if let Some(missing) = missing(&outcome) {
            return Err(AppError::said("score.unmarked", &[("name", &missing)]));
        }
        let set = card.writes.iter();
        let set = set.filter_map(|write| Some((write.field.clone(), part(write, &outcome, &view.register, &state)?)));
        let mut reason = vec![
            card.name_in(self.locale().lang() == taizhang_core::definition::Lang::En)
                .to_owned(),
        ];
        reason.extend(explained(self.locale(), &outcome));
        let draft = Draft {
            register: view.register.id.clone(),
            record: Some(record),
            wish: DraftWish::Amend,
            set: set.collect(),
            occurred_on: Some(on),
            based_on: Some(view.row.entry),
            reason: reason.join("\n"),
            ..Draft::default()
        };
        let receipt = self.execute(scope, &[draft], None)?;
        Ok((outcome, receipt))
    }
}

/// What was not marked; a sheet with gaps is looked at and not written, for a gap is no zero.
fn missing(outcome: &Outcome) -> Option<String> {
    let gap = |why: &Why| matches!(why, Why::NotGiven(_) | Why::NoDenominator(_));
    let mark = outcome.marks.iter().find(|mark| gap(&mark.why));
    mark.map(|mark| mark.name.clone())
}

/// One part of the result as the field's text; none if there is no such part.
fn part(write: &Write, outcome: &Outcome, register: &Register, state: &State) -> Option<String> {
    let said = |text: String| write.words.get(&text).cloned().unwrap_or(text);
    match write.of.as_str() {
        "total" => outcome.total.map(|total| total.normalize().to_string()),
        "stars" => outcome.held.as_ref().map(|held| held.len().to_string()),
        // Who does not pass holds no level, and what was held until then must not stay.
        "level" => match (&outcome.level, outcome.pass) {
            (Some(level), _) => Some(said(level.clone())),
            (None, Some(false)) if !write.no.is_empty() => Some(write.no.clone()),
            (None, _) => None,
        },
        "valid_until" => outcome.valid_until.map(|day| day.to_string()),
        star => {
            if outcome.held.as_ref()?.iter().any(|held| held == star) {
                return Some(write.yes.clone());
            }
            let before = register
                .field_named(&write.field)
                .and_then(|field| state.value(field.no));
            let before = match before {
                Some(Value::Choice(before)) => before.as_str(),
                _ => "",
            };
            let lost = write
                .lost
                .as_ref()
                .filter(|lost| before == write.yes || before == lost.as_str());
            Some(lost.unwrap_or(&write.no).clone())
        }
    }
}

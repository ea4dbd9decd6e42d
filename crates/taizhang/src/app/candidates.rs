//! Room: a scorecard over a whole register — who qualifies, and what the others lack. The card says which field is
//! which fact; what nobody reported stays unknown.

use super::App;
use super::cards::named;
use super::records::ListAsk;
use super::scope::Scope;
use crate::error::AppError;
use taizhang_core::day::Day;
use taizhang_core::definition::{FieldKind, Register};
use taizhang_core::id::RecordNo;
use taizhang_core::timeline::State;
use taizhang_core::value::{Value, decimal};
use taizhang_schemes::scorecard::{Card, Given, Input, Lack, Outcome, lacks, score};

/// One record by a card.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// The record.
    pub record: RecordNo,
    /// Its title.
    pub title: String,
    /// What the card says.
    pub outcome: Outcome,
    /// What it lacks, and what is not known.
    pub lacks: Vec<Lack>,
}

/// A hundred thousand firms are a province; a list beyond that is not read by anybody.
const MOST: usize = 100_000;

impl App {
    /// Every record of a card's register by the card, those that pass first, then those that lack least.
    pub fn candidates(&self, scope: &Scope, card: &str, on: Option<Day>) -> Result<(Card, Vec<Candidate>), AppError> {
        let definition = self.definition()?;
        let card = named(&definition, card)?;
        if card.facts.is_empty() {
            return Err(AppError::said("score.no_facts", &[("card", &card.id)]));
        }
        let ask = ListAsk {
            register: card.subject.clone(),
            limit: MOST,
            as_of: on,
            ..ListAsk::default()
        };
        let listed = self.list(scope, &ask)?;
        let (day, _) = super::cards::judged_on(&card, Some(on.unwrap_or(self.today())), self.today());
        let mut candidates = Vec::new();
        for row in &listed.rows {
            let input = facts(&card, &listed.register, &row.state);
            let outcome =
                score(&card, &input, day).map_err(|fault| super::cards::refused(self.locale(), &card, &fault))?;
            candidates.push(Candidate {
                record: row.record,
                title: super::names::title(
                    &listed.definition,
                    &listed.register,
                    &row.state,
                    row.record,
                    &listed.labels,
                ),
                lacks: lacks(&card, &outcome),
                outcome,
            });
        }
        candidates.sort_by_key(|one| (one.outcome.pass != Some(true), one.lacks.len(), one.record));
        Ok((card, candidates))
    }
}

/// What a record says of the card's facts. `field=choice` asks whether a choice is that one.
fn facts(card: &Card, register: &Register, state: &State) -> Input {
    let mut input = Input::new();
    for (name, source) in &card.facts {
        let (id, choice) = source
            .split_once('=')
            .map_or((source.as_str(), None), |(id, choice)| (id, Some(choice)));
        let Some(field) = register.field_named(id.trim()) else {
            continue;
        };
        let places = match &field.kind {
            FieldKind::Money { .. } => 2,
            FieldKind::Quantity { scale, .. } | FieldKind::Percent { scale } => *scale,
            _ => 0,
        };
        let given = match (state.value(field.no), choice) {
            (Some(Value::Choice(held)), Some(choice)) => Some(Given::Truth(held == choice.trim())),
            (Some(Value::Num(units)), None) => Some(Given::Number(decimal(*units, places))),
            _ => None,
        };
        input.extend(given.map(|given| (name.clone(), given)));
    }
    input
}

/// A lack in words.
pub fn lack_text(locale: &crate::locale::Locale, lack: &Lack) -> String {
    match lack {
        Lack::Gate(name) => locale.fill("score.lack.gate", &[("name", name)]),
        Lack::Unknown(name) => locale.fill("score.lack.unknown", &[("name", name)]),
        Lack::Marks(marks) => locale.say("score.lack.marks", &[("marks", &marks.round_dp(2).normalize())]),
        Lack::Low(name) => locale.fill("score.lack.low", &[("name", name)]),
        Lack::Undefined(name) => locale.fill("score.lack.undefined", &[("name", name)]),
    }
}

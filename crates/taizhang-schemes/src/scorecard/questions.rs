//! Room: what a card asks, in its own order and words, for a form that gives it by hand.

use super::card::{Card, Gate, Scalar};
use super::given::{VETOES, known};
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};

/// One question.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The name of the fact; `indicator/part` for the part of a mark.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// The full mark, where it is one.
    pub full: Option<Decimal>,
    /// Whether it is answered by yes or no.
    pub truth: bool,
    /// Of these any may be chosen: id and name.
    pub choices: Vec<(String, String)>,
}

/// Every question of a card, each once.
pub fn questions(card: &Card) -> Vec<Question> {
    let mut asked = Asked::default();
    let direct = card.direct.iter().flat_map(|direct| &direct.any);
    for gate in card.gates.iter().chain(direct) {
        asked.gate(gate);
    }
    for indicator in card.indicators.iter().filter(|indicator| indicator.panel) {
        if indicator.parts.is_empty() {
            asked.add(&indicator.id, &indicator.name, indicator.full.map(|full| full.0), false);
        }
        for part in &indicator.parts {
            let id = format!("{}/{}", indicator.id, part.id);
            asked.add(&id, &part.name, Some(part.full.0), false);
        }
        asked.seen.insert(indicator.id.clone());
    }
    for weight in &card.weights {
        asked.add(&weight.id, &weight.name, None, false);
    }
    for star in &card.stars {
        match star.tasks.is_empty() {
            true => asked.add(&star.id, &star.name, None, card.star_pass_ge.is_none()),
            false => _ = asked.seen.insert(star.id.clone()),
        }
        for task in &star.tasks {
            asked.add(
                &task.id,
                &format!("{} · {}", star.name, task.name),
                Some(task.full.0),
                false,
            );
        }
    }
    for adjust in &card.adjustments {
        asked.add(&adjust.id, &adjust.name, None, false);
    }
    for level in &card.levels {
        if let Some(fact) = &level.requires {
            asked.add(fact, fact, None, true);
        }
    }
    let names: BTreeMap<&str, &str> = named(card);
    for id in known(card).into_iter().filter(|id| *id != VETOES) {
        asked.add(id, names.get(id).copied().unwrap_or(id), None, false);
    }
    if !card.vetoes.is_empty() {
        let vetoes = card.vetoes.iter().map(|veto| (veto.id.clone(), veto.name.clone()));
        asked.add(VETOES, VETOES, None, false);
        if let Some(last) = asked.questions.last_mut() {
            last.choices = vetoes.collect();
        }
    }
    asked.questions
}

/// The names of facts that belong to one indicator alone.
fn named(card: &Card) -> BTreeMap<&str, &str> {
    let bands =
        |indicator: &'_ super::card::Indicator| indicator.bands.iter().find_map(|band| band.field.clone()).is_some();
    let of_bands = card
        .indicators
        .iter()
        .filter(|indicator| bands(indicator))
        .flat_map(|indicator| {
            let fields = indicator.bands.iter().filter_map(|band| band.field.as_deref());
            fields.map(|field| (field, indicator.name.as_str()))
        });
    of_bands.collect()
}

#[derive(Default)]
struct Asked {
    questions: Vec<Question>,
    seen: BTreeSet<String>,
}

impl Asked {
    fn add(&mut self, id: &str, name: &str, full: Option<Decimal>, truth: bool) {
        if self.seen.insert(id.to_owned()) {
            self.questions.push(Question {
                id: id.to_owned(),
                name: name.to_owned(),
                full,
                truth,
                choices: Vec::new(),
            });
        }
    }

    fn gate(&mut self, gate: &Gate) {
        if let Some(field) = &gate.test.field {
            let truth = matches!(gate.test.eq, Some(Scalar::Truth(_)));
            self.add(field, &gate.name, None, truth);
        }
    }
}

//! Room: a scorecard over a whole register — who qualifies, and what the others lack. The card says where its
//! facts come from; what nobody reported stays unknown.

use super::App;
use super::cards::named;
use super::records::ListAsk;
use super::scope::Scope;
use super::sources::Subject;
use crate::error::AppError;
use rust_decimal::Decimal;
use taizhang_core::day::Day;
use taizhang_core::id::RecordNo;
use taizhang_core::unit::UNIT_REGISTER;
use taizhang_schemes::scorecard::{Card, Given, Input, Lack, Outcome, lacks, quota_levels, score};

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
    /// Whether it holds a lower level than its total allows, since the places above are taken.
    pub by_quota: bool,
}

/// Levels under quotas: at most a share of all may hold one, and who does not fit gets the next lower.
fn under_quotas(card: &Card, candidates: &mut [Candidate]) {
    let quotas: Vec<Option<Decimal>> = card
        .levels
        .iter()
        .map(|level| level.quota.map(|quota| quota.0))
        .collect();
    if quotas.iter().all(Option::is_none) {
        return;
    }
    let level = |one: &Candidate| {
        let name = one.outcome.level.as_ref()?;
        card.levels.iter().position(|level| level.name == *name)
    };
    let marked: Vec<(usize, Decimal, usize)> = candidates
        .iter()
        .enumerate()
        .filter_map(|(at, one)| Some((at, one.outcome.total?, level(one)?)))
        .collect();
    let totals: Vec<Decimal> = marked.iter().map(|(_, total, _)| *total).collect();
    let reached: Vec<usize> = marked.iter().map(|(_, _, level)| *level).collect();
    for ((at, _, before), held) in marked.iter().zip(quota_levels(&totals, &reached, &quotas)) {
        if let (true, Some(level)) = (held != *before, card.levels.get(held)) {
            candidates[*at].outcome.level = Some(level.name.clone());
            candidates[*at].by_quota = true;
        }
    }
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
        let (day, _) = super::cards::judged_on(&card, Some(on.unwrap_or(self.today())), self.today());
        let sources = self.sources(scope, &card, day)?;
        let mut candidates = Vec::new();
        let mut judge = |record: RecordNo, title: String, input: &Input| {
            let outcome = score(&card, input, day);
            let outcome = outcome.map_err(|fault| super::cards::refused(self.locale(), &card, &fault))?;
            candidates.push(Candidate {
                record,
                title,
                lacks: lacks(&card, &outcome),
                outcome,
                by_quota: false,
            });
            Ok::<_, AppError>(())
        };
        if card.subject == UNIT_REGISTER {
            let asking = self.asking()?;
            let tree = asking.tree(day, asking.reading.n());
            for (record, node) in tree.iter().filter(|(_, node)| !node.abolished && node.above.is_some()) {
                let input = self.facts(&sources, &Subject::Unit(&node.code))?;
                // A unit that nothing is known of is not at the bottom of a ranking: it is not in it.
                if input
                    .values()
                    .any(|given| matches!(given, Given::Number(number) if !number.is_zero()))
                {
                    judge(record, node.name.clone(), &input)?;
                }
            }
            under_quotas(&card, &mut candidates);
            candidates.sort_by_key(|one| (std::cmp::Reverse(one.outcome.total), one.record));
            return Ok((card, candidates));
        }
        let ask = ListAsk {
            register: card.subject.clone(),
            limit: MOST,
            as_of: on,
            ..ListAsk::default()
        };
        let listed = self.list(scope, &ask)?;
        for row in &listed.rows {
            let input = self.facts(&sources, &Subject::Record(row.record, &listed.register, &row.state))?;
            let title = super::names::title(
                &listed.definition,
                &listed.register,
                &row.state,
                row.record,
                &listed.labels,
            );
            judge(row.record, title, &input)?;
        }
        candidates.sort_by_key(|one| (one.outcome.pass != Some(true), one.lacks.len(), one.record));
        Ok((card, candidates))
    }
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

//! Room: the result of a panel published — place, result, prize and the day of looking back go into every record that
//! was judged, all by one command. From then on they are facts of the book, and a prize rests on them.

use super::Placed;
use crate::app::App;
use crate::app::cards::named;
use crate::app::execute::{Draft, DraftWish, Receipt};
use crate::app::scope::Scope;
use crate::error::AppError;
use taizhang_core::day::Day;
use taizhang_schemes::scorecard::Published;

impl App {
    /// Publishes an event's places on a day.
    pub fn publish_places(&self, scope: &Scope, card: &str, event: &str, on: Day) -> Result<Receipt, AppError> {
        let definition = self.definition()?;
        let card = named(&definition, card)?;
        let silent = || AppError::said("panel.unpublished", &[("card", &card.id)]);
        let panel = card.panel.as_ref().ok_or_else(silent)?;
        let published = panel.published.as_ref().ok_or_else(silent)?;
        let sheets = definition.register_named(&card.subject).ok_or_else(silent)?;
        let judged = match sheets.field_named(&panel.entry).map(|field| &field.kind) {
            Some(taizhang_core::definition::FieldKind::Link { register }) => definition.register(*register),
            _ => None,
        };
        let judged = judged.ok_or_else(silent)?;
        let placed = self.placed(scope, &card.id, event)?;
        let drafts: Vec<Draft> = placed
            .iter()
            .map(|one| Draft {
                register: judged.id.clone(),
                record: Some(one.record),
                wish: DraftWish::Move(published.by.clone()),
                set: told(published, one, on),
                occurred_on: Some(on),
                base_units: true,
                ..Draft::default()
            })
            .collect();
        self.execute(scope, &drafts, None)
    }
}

fn told(published: &Published, one: &Placed, on: Day) -> Vec<(String, String)> {
    let mut set = vec![
        (published.place.clone(), one.place.to_string()),
        (published.on.clone(), on.to_string()),
    ];
    if let Some(result) = one.result {
        set.push((published.result.clone(), result.round_dp(2).normalize().to_string()));
    }
    if let (Some(field), Some(prize)) = (&published.prize, one.prize) {
        set.push((field.clone(), prize.normalize().to_string()));
    }
    if let Some(field) = &published.review {
        set.push((field.clone(), on.plus(published.review_days).to_string()));
    }
    set
}

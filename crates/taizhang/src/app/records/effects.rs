//! Room: what a draft would change, figures included, before anything is written.

use crate::app::App;
use crate::app::execute::Draft;
use crate::app::names::measure_name;
use crate::app::scope::Scope;
use crate::error::AppError;
use std::collections::BTreeMap;
use taizhang_core::day::Day;
use taizhang_core::definition::Definition;
use taizhang_core::field_kinds::{ShownState, show};
use taizhang_core::id::{AccountNo, RecordNo, STAGE};
use taizhang_core::posting::Posting;
use taizhang_core::timeline::State;
use taizhang_core::value::{Value, print_scaled};

/// What a draft would do.
pub struct Effects {
    /// Fields that would change: id, name, before, after.
    pub fields: Vec<FieldEffect>,
    /// Figures that would move.
    pub figures: Vec<FigureEffect>,
}

/// One field that would change.
pub struct FieldEffect {
    /// Its id; `stage` for the stage.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it shows now.
    pub before: String,
    /// What it would show.
    pub after: String,
}

/// One figure that would move.
pub struct FigureEffect {
    /// The account's id.
    pub account: String,
    /// Its name.
    pub name: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// From this day on (a level), or on this day (a movement).
    pub day: Day,
    /// By how much, in the base unit.
    pub amount: String,
    /// By how much, as shown with its measure; with its sign.
    pub shown: String,
}

impl App {
    /// What a draft would change. Refused as the write itself would be.
    pub fn effects(&self, scope: &Scope, draft: &Draft) -> Result<Effects, AppError> {
        let before = match draft.record {
            Some(record) => self.record(scope, record)?.row.state,
            None => State::default(),
        };
        let decisions = self.preview(scope, std::slice::from_ref(draft))?;
        let definition = self.definition()?;
        let mut effects = Effects {
            fields: Vec::new(),
            figures: Vec::new(),
        };
        for decision in &decisions {
            if let Some(row) = decision.rows.first() {
                effects
                    .fields
                    .extend(self.field_effects(&definition, draft, &before, &row.state)?);
            }
            effects
                .figures
                .extend(self.figure_effects(&definition, &decision.postings)?);
        }
        Ok(effects)
    }

    /// Which figures several drafts would move when they are written together: what one takes another may give.
    pub(in crate::app) fn figures_moved(&self, scope: &Scope, drafts: &[Draft]) -> Result<Vec<FigureEffect>, AppError> {
        let decisions = self.preview(scope, drafts)?;
        let postings: Vec<Posting> = decisions.into_iter().flat_map(|decision| decision.postings).collect();
        self.figure_effects(&*self.definition()?, &postings)
    }

    fn field_effects(
        &self,
        definition: &Definition,
        draft: &Draft,
        before: &State,
        after: &State,
    ) -> Result<Vec<FieldEffect>, AppError> {
        let Some(register) = definition.register_named(&draft.register).cloned() else {
            return Ok(Vec::new());
        };
        let mut reading = self.reading()?;
        let labels = self.labels(
            &mut reading,
            definition,
            [(&register, before), (&register, after)].into_iter(),
        )?;
        let stage = |state: &State| {
            let id = state.stage().unwrap_or_default();
            register.stage(id).map_or(id.to_owned(), |stage| stage.name.clone())
        };
        let mut found = Vec::new();
        if before.cell(STAGE) != after.cell(STAGE) {
            found.push(FieldEffect {
                id: "stage".to_owned(),
                name: String::new(),
                before: stage(before),
                after: stage(after),
            });
        }
        for field in &register.fields {
            if before.cell(field.no) == after.cell(field.no) {
                continue;
            }
            let text = |state: &State| {
                if let Some(Value::Evidence(files)) = state.value(field.no) {
                    return self.locale().say("shown.files", &[("count", &files.len())]);
                }
                let shown = show(definition, field, state.cell(field.no), &labels);
                match shown.state {
                    ShownState::Sealed => "***".to_owned(),
                    _ => shown.text,
                }
            };
            found.push(FieldEffect {
                id: field.id.clone(),
                name: field.name.clone(),
                before: text(before),
                after: text(after),
            });
        }
        Ok(found)
    }

    fn figure_effects(&self, definition: &Definition, postings: &[Posting]) -> Result<Vec<FigureEffect>, AppError> {
        let asking = self.asking()?;
        let tree = asking.tree(self.today(), asking.reading.n());
        let mut sums: BTreeMap<(AccountNo, RecordNo, Day), i64> = BTreeMap::new();
        for posting in postings {
            *sums.entry((posting.account, posting.unit, posting.day)).or_default() += posting.amount;
        }
        let mut found = Vec::new();
        for ((account, unit, day), amount) in sums.into_iter().filter(|(_, amount)| *amount != 0) {
            let Some(account) = definition.accounts.get(&account) else {
                continue;
            };
            let node = tree.get(unit);
            let sign = if amount > 0 { "+" } else { "" };
            let measure = measure_name(definition, &account.measure);
            found.push(FigureEffect {
                account: account.id.clone(),
                name: account.name.clone(),
                unit: node.map_or(String::new(), |node| node.code.clone()),
                unit_name: node.map_or(String::new(), |node| node.name.clone()),
                day,
                amount: print_scaled(amount, account.scale),
                shown: format!("{sign}{} {}", asking.shown(account, amount), measure),
            });
        }
        Ok(found)
    }
}

//! Room: what the sections of a record's page are made of — lists, curves and ledgers of what names the
//! record, for one reader, on the page's day and as known then. Reads only; draws nothing.

use super::App;
use super::ask::{FigureQuestion, Running, Span};
use super::buildings::Estate;
use super::curve::{Curve, curve};
use super::records::{ListAsk, Listed, RecordView};
use super::scope::Scope;
use crate::error::AppError;
use taizhang_core::day::Day;
use taizhang_core::definition::{Register, Related, Section, Shows, Verb};
use taizhang_core::field_kinds::show;
use taizhang_core::id::{AccountNo, FieldNo};
use taizhang_core::timeline::State;

/// How many related records one section has at most.
const ROWS: usize = 200;

/// The page's two times.
#[derive(Clone, Debug, Default)]
pub struct Times {
    /// The day; none for today.
    pub as_of: Option<Day>,
    /// An entry number or an instant; none for the head.
    pub known_at: Option<String>,
}

/// One section with its content.
pub enum Content {
    /// Some of the record's own fields.
    Fields(Vec<FieldNo>),
    /// The stages.
    Stages,
    /// Related records, and which of their fields are shown.
    Rows(Listed, Vec<FieldNo>),
    /// Amounts added up.
    Curve(Curve),
    /// The running ledger of the record's holder.
    Ledger(Running),
    /// The record among its fellows, and the field that holds the place.
    Plane(Listed, FieldNo),
    /// The record and its fellows as buildings.
    Buildings(Vec<Estate>),
}

impl App {
    /// What a section of a record shows; none where its reader may not see those records.
    pub fn section(
        &self,
        scope: &Scope,
        view: &RecordView,
        state: &State,
        section: &Section,
        times: &Times,
    ) -> Result<Option<Content>, AppError> {
        Ok(match &section.shows {
            Shows::Fields(fields) => Some(Content::Fields(fields.clone())),
            Shows::Stages => Some(Content::Stages),
            Shows::Rows { of, columns, sort } => self
                .related(scope, view, of, *sort, times)?
                .map(|listed| Content::Rows(listed, columns.clone())),
            Shows::Curve(drawn_by) => self
                .related(scope, view, &drawn_by.of, Some(drawn_by.day), times)?
                .and_then(|listed| curve(view, state, &listed, drawn_by))
                .map(Content::Curve),
            Shows::Ledger { account, holder } => self
                .holder_ledger(scope, view, state, (*account, *holder), times)?
                .map(Content::Ledger),
            Shows::Plane(place) => Some(Content::Plane(self.fellows(scope, view, times)?, *place)),
            Shows::Buildings(by) => {
                let fellows = self.fellows(scope, view, times)?;
                Some(Content::Buildings(self.buildings(scope, &fellows, by, times)?))
            }
        })
    }

    /// The records of the same register, this one among them.
    fn fellows(&self, scope: &Scope, view: &RecordView, times: &Times) -> Result<Listed, AppError> {
        let ask = ListAsk {
            register: view.register.id.clone(),
            limit: ROWS,
            as_of: times.as_of,
            known_at: times.known_at.clone(),
            ..ListAsk::default()
        };
        self.list(scope, &ask)
    }

    /// The records of a register that name this one.
    fn related(
        &self,
        scope: &Scope,
        view: &RecordView,
        of: &Related,
        sort: Option<FieldNo>,
        times: &Times,
    ) -> Result<Option<Listed>, AppError> {
        let Some(register) = view.definition.register(of.register) else {
            return Ok(None);
        };
        let Some(by) = register
            .field(of.by)
            .filter(|_| scope.may_somewhere(Verb::Read, register))
        else {
            return Ok(None);
        };
        let sort = sort.and_then(|no| register.field(no));
        let ask = ListAsk {
            register: register.id.clone(),
            filters: vec![(by.id.clone(), "eq".to_owned(), format!("#{}", view.row.record))],
            sort: sort.iter().map(|field| (field.id.clone(), false)).collect(),
            limit: ROWS,
            as_of: times.as_of,
            known_at: times.known_at.clone(),
            ..ListAsk::default()
        };
        self.list(scope, &ask).map(Some)
    }

    fn holder_ledger(
        &self,
        scope: &Scope,
        view: &RecordView,
        state: &State,
        (account, holder): (AccountNo, FieldNo),
        times: &Times,
    ) -> Result<Option<Running>, AppError> {
        let account = view.definition.accounts.get(&account);
        let field = view.register.field(holder);
        let (Some(account), Some(field)) = (account, field) else {
            return Ok(None);
        };
        let held = show(&view.definition, field, state.cell(holder), &view.labels).text;
        let last = times.as_of.unwrap_or(self.today());
        let question = FigureQuestion {
            account: account.id.clone(),
            unit: view.unit.map(|unit| format!("#{unit}")),
            span: Span::Between(view.row.opened_on.min(last), last),
            known_at: times.known_at.clone(),
        };
        let mut asking = self.asking()?;
        asking.running(scope, &question, Some(&held), (0, ROWS)).map(Some)
    }
}

/// The fields of a register that no section shows, in order.
pub fn unshown(register: &Register) -> Vec<FieldNo> {
    let named = |no: FieldNo| {
        register.sections.iter().any(|section| match &section.shows {
            Shows::Fields(fields) => fields.contains(&no),
            _ => false,
        })
    };
    let fields = register.fields.iter().map(|field| field.no);
    fields.filter(|no| !named(*no)).collect()
}

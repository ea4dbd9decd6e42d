//! Room: what a move opens below its record by a template — one draft for each item that applies and is
//! not there yet. They are written with the move, or nothing is.

use super::{Draft, DraftWish};
use crate::app::{App, definition};
use crate::error::AppError;
use std::collections::BTreeSet;
use std::sync::Arc;
use taizhang_core::definition::{Matter, Parent, Register, Template};
use taizhang_core::id::{FieldNo, RecordNo};
use taizhang_core::value::Value;
use taizhang_store::StoreError;
use taizhang_store::engine::{Conn, Sql};
use taizhang_store::record::{self, Filter, ListQuery, Op};

/// How many records a template can have opened below one record.
const BELOW_MAX: usize = 10_000;

impl App {
    /// The drafts with all that their moves open, in order.
    pub(super) fn with_opened(&self, drafts: &[Draft]) -> Result<Vec<Draft>, AppError> {
        let mut all = Vec::with_capacity(drafts.len());
        for draft in drafts {
            all.push(draft.clone());
            if let (DraftWish::Move(name), Some(record)) = (&draft.wish, draft.record) {
                all.extend(self.opened_by(draft, name, record)?);
            }
        }
        Ok(all)
    }

    fn opened_by(&self, draft: &Draft, name: &str, above: RecordNo) -> Result<Vec<Draft>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let Some(register) = definition.register_named(&draft.register) else {
            return Ok(Vec::new());
        };
        let mut opened = Vec::new();
        for below in &definition.registers {
            let (Some(template), Some(parent)) = (&below.template, &below.parent) else {
                continue;
            };
            if template.on != name || parent.register != register.no {
                continue;
            }
            let Some(row) = record::get(reading.conn()?, register, above)? else {
                continue;
            };
            let there = items_there(reading.conn()?, below, parent, template, above)?;
            let day = draft.occurred_on.unwrap_or(self.today());
            let missing = template
                .applying(&row.state, day)
                .filter(|item| !there.contains(&item.id));
            opened.extend(missing.map(|item| open(draft, below, parent, template, item, above)));
        }
        Ok(opened)
    }
}

/// The items that living records below stand for already.
pub(crate) fn items_there(
    conn: &mut dyn Conn,
    below: &Register,
    parent: &Parent,
    template: &Template,
    above: RecordNo,
) -> Result<BTreeSet<String>, StoreError> {
    let query = ListQuery {
        filters: vec![Filter {
            field: parent.field,
            op: Op::Eq,
            value: Sql::Int(above),
        }],
        limit: BELOW_MAX,
        ..ListQuery::default()
    };
    let rows = record::list(conn, below, &query)?;
    let items = rows.iter().filter_map(|row| match row.state.value(template.item) {
        Some(Value::Choice(item)) => Some(item.clone()),
        _ => None,
    });
    Ok(items.collect())
}

fn open(
    draft: &Draft,
    below: &Arc<Register>,
    parent: &Parent,
    template: &Template,
    item: &Matter,
    above: RecordNo,
) -> Draft {
    let id = |no: FieldNo| below.field(no).map_or(String::new(), |field| field.id.clone());
    let own = [
        (id(parent.field), format!("#{above}")),
        (id(template.item), item.id.clone()),
    ];
    let set = item.set.iter().map(|(field, text)| (id(*field), text.clone()));
    Draft {
        register: below.id.clone(),
        set: own.into_iter().chain(set).collect(),
        occurred_on: draft.occurred_on,
        ..Draft::default()
    }
}

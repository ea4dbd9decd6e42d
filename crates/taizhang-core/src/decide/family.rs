//! Room: what a move waits for in other records — those below that must have come so far (会签、或签),
//! and the items that come before it by the register's template (前置手续).
//!
//! They are asked for on the day of the move, when it is made. What becomes of them later is a matter
//! of their own entries: P reads no other record (law 3).

use super::{Book, Desk, parent_of, timeline_of};
use crate::command::Wish;
use crate::definition::{Below, Matter, Move, Register};
use crate::id::{FieldNo, RecordNo, RegisterNo};
use crate::refusal::{Code, Refusal};
use crate::timeline::{Inheritance, State, Timeline, state_on};
use crate::value::Value;
use std::collections::BTreeMap;

impl Desk<'_> {
    /// Why a move must wait for other records.
    pub(super) fn awaited<B: Book>(&self, book: &mut B, after: &Timeline) -> Result<Vec<Refusal>, B::Error> {
        let Wish::Move(name) = &self.command.wish else {
            return Ok(Vec::new());
        };
        let Some(a_move) = self.register.move_named(name) else {
            return Ok(Vec::new());
        };
        let mut refusals = self.behind(book, a_move)?;
        if a_move.in_order {
            refusals.extend(self.out_of_order(book, a_move, after)?);
        }
        Ok(refusals)
    }

    /// What the move asks of records below and does not find.
    fn behind<B: Book>(&self, book: &mut B, a_move: &Move) -> Result<Vec<Refusal>, B::Error> {
        let Some(record) = self.command.record.filter(|_| !a_move.below.is_empty()) else {
            return Ok(Vec::new());
        };
        let mut lacking = Vec::new();
        for wanted in &a_move.below {
            let above = match wanted.of {
                None => Some(record),
                Some(register) => self.forebear(book, record, register)?,
            };
            // A record that hangs below none has nobody beside it either.
            let children = match above {
                Some(above) => self.family(book, above)?,
                None => Vec::new(),
            };
            lacking.extend(self.lacking(a_move, wanted, &children));
        }
        Ok(lacking)
    }

    /// The nearest record of a register among those above one, or the record itself.
    fn forebear<B: Book>(
        &self,
        book: &mut B,
        record: RecordNo,
        register: RegisterNo,
    ) -> Result<Option<RecordNo>, B::Error> {
        let mut at = Some(record);
        while let Some(record) = at {
            let own = Timeline::of(&book.entries(record)?);
            if own.register == register {
                return Ok(Some(record));
            }
            let inheritance = Inheritance::of(self.moment.rules, own.register);
            at = inheritance.and_then(|inheritance| parent_of(&own, inheritance.field));
        }
        Ok(None)
    }

    fn lacking(&self, a_move: &Move, wanted: &Below, children: &[Timeline]) -> Option<Refusal> {
        let of_it: Vec<&Timeline> = children
            .iter()
            .filter(|child| child.register == wanted.register)
            .collect();
        let there = |child: &&&Timeline| {
            let state = self.on_the_day(child);
            state.is_some_and(|state| wanted.stages.iter().any(|stage| state.stage() == Some(stage)))
        };
        let arrived = of_it.iter().filter(there).count();
        let enough = if wanted.any {
            arrived > 0
        } else {
            arrived == of_it.len() && arrived > 0
        };
        let enough = enough || wanted.or_none && of_it.is_empty();
        if enough {
            return None;
        }
        let register = self.register_named(wanted);
        let stages = wanted.stages.iter().filter_map(|id| register?.stage(id));
        let stages: Vec<&str> = stages.map(|stage| stage.name.as_str()).collect();
        let name = register.map_or("", |register| register.name.as_str());
        let refusal = Refusal::new(Code::Awaits)
            .with("move", &a_move.name)
            .with("register", name)
            .with("stage", stages.join("、"))
            .with("arrived", arrived)
            .with("all", of_it.len());
        Some(match &wanted.message {
            Some(clause) => refusal.with("clause", clause),
            None => refusal,
        })
    }

    /// The items that come before the record's own and are not closed on the day.
    fn out_of_order<B: Book>(&self, book: &mut B, a_move: &Move, after: &Timeline) -> Result<Vec<Refusal>, B::Error> {
        let (Some(template), Some(parent)) = (&self.register.template, &self.register.parent) else {
            return Ok(Vec::new());
        };
        let own = self.on_the_day(after).and_then(|state| chosen(&state, template.item));
        let item = own.and_then(|own| template.items.iter().find(|item| item.id == own));
        let (Some(item), Some(above)) = (item, parent_of(after, parent.field)) else {
            return Ok(Vec::new());
        };
        let mut closed: BTreeMap<String, bool> = BTreeMap::new();
        for sibling in self.family(book, above)? {
            let last = chosen(&sibling.state(), template.item);
            let Some(name) = last.filter(|_| sibling.register == self.register.no) else {
                continue;
            };
            let state = self.on_the_day(&sibling);
            let stage = state.and_then(|state| self.register.stage(state.stage()?).cloned());
            let is_closed = stage.is_some_and(|stage| stage.closed);
            *closed.entry(name).or_default() |= is_closed;
        }
        Ok(self.not_yet(a_move, item, &closed))
    }

    fn not_yet(&self, a_move: &Move, item: &Matter, closed: &BTreeMap<String, bool>) -> Vec<Refusal> {
        // An item that was not opened for this record is none of its predecessors.
        let open = |id: &&String| closed.get(*id) == Some(&false);
        let mut missing: Vec<&String> = item.after.iter().filter(open).collect();
        let any = || item.after_any.iter();
        if any().any(|id| closed.contains_key(id)) && !any().any(|id| closed.get(id) == Some(&true)) {
            missing.extend(any().filter(open));
        }
        if missing.is_empty() {
            return Vec::new();
        }
        let names: Vec<&str> = missing.iter().map(|id| item_name(self.register, id)).collect();
        vec![
            Refusal::new(Code::NotYet)
                .with("move", &a_move.name)
                .with("items", names.join("、"))
                .with("day", self.command.occurred_on),
        ]
    }

    /// The living records below a record.
    fn family<B: Book>(&self, book: &mut B, record: RecordNo) -> Result<Vec<Timeline>, B::Error> {
        let mut family = Vec::new();
        for child in book.children(record)? {
            family.push(timeline_of(book, self.moment.rules, child)?);
        }
        Ok(family)
    }

    fn on_the_day(&self, timeline: &Timeline) -> Option<State> {
        state_on(&timeline.states(), self.command.occurred_on).cloned()
    }

    fn register_named(&self, wanted: &Below) -> Option<&Register> {
        let version = self.moment.rules.latest()?;
        version.definition.register(wanted.register).map(|register| &**register)
    }
}

/// The choice in a field.
fn chosen(state: &State, field: FieldNo) -> Option<String> {
    match state.value(field) {
        Some(Value::Choice(choice)) => Some(choice.clone()),
        _ => None,
    }
}

/// What an item is called: the name of its choice.
fn item_name<'a>(register: &'a Register, id: &'a str) -> &'a str {
    use crate::definition::FieldKind;
    let field = register
        .template
        .as_ref()
        .and_then(|template| register.field(template.item));
    let choices = field.map(|field| &field.kind);
    match choices {
        Some(FieldKind::Choice(choices)) => choices
            .iter()
            .find(|choice| choice.id == id)
            .map_or(id, |c| c.name.as_str()),
        _ => id,
    }
}

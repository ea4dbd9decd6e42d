//! Room: duties that are kept apart (职责分离): whoever did one step of a case may not do another. It is asked of
//! the entries themselves, so that no second position of the same person gets around it.

use super::{Book, Desk};
use crate::command::Wish;
use crate::definition::{FieldKind, Register};
use crate::id::EntryNo;
use crate::journal::{Act, Entry};
use crate::refusal::{Code, Refusal};
use crate::timeline::Timeline;
use crate::value::Value;
use std::sync::Arc;

/// A record's register and its entries.
type Case = (Arc<Register>, Vec<Entry>);

impl Desk<'_> {
    /// Steps that the asker did and that this move is kept apart from. The program itself is nobody.
    pub(super) fn not_apart<B: Book>(&self, book: &mut B, entries: &[Entry]) -> Result<Vec<Refusal>, B::Error> {
        let Wish::Move(name) = &self.command.wish else {
            return Ok(Vec::new());
        };
        let mut refusals = Vec::new();
        let Some(a_move) = self.register.move_named(name).filter(|_| self.gate.actor() != 0) else {
            return Ok(refusals);
        };
        for path in &a_move.apart {
            let Some((step, links)) = path.split_last() else {
                continue;
            };
            let Some((register, theirs)) = self.followed(book, entries, links)? else {
                continue;
            };
            if let Some(n) = self.did(&theirs, step) {
                let other = register.move_named(step).map_or(&register.name, |other| &other.name);
                let refusal = Refusal::new(Code::NotApart).with("move", &a_move.name);
                refusals.push(refusal.with("other", other).with("entry", n));
            }
        }
        Ok(refusals)
    }

    /// The record at the end of some links, with its entries.
    fn followed<B: Book>(&self, book: &mut B, entries: &[Entry], links: &[String]) -> Result<Option<Case>, B::Error> {
        let (mut register, mut there) = (self.register.clone(), entries.to_vec());
        for link in links {
            let field = register.field_named(link);
            let Some((field, to)) = field.and_then(|field| match field.kind {
                FieldKind::Link { register } => Some((field.no, register)),
                _ => None,
            }) else {
                return Ok(None);
            };
            let Some(Value::Link(record)) = Timeline::of(&there).state().value(field).cloned() else {
                return Ok(None);
            };
            there = book.entries(record)?;
            let version = self.moment.rules.latest();
            let Some(next) = version.and_then(|version| version.definition.register(to)) else {
                return Ok(None);
            };
            register = next.clone();
        }
        Ok(Some((register, there)))
    }

    /// The entry by which the asker did a step that stands.
    fn did(&self, entries: &[Entry], step: &str) -> Option<EntryNo> {
        let stands: Vec<EntryNo> = Timeline::of(entries).events.iter().map(|event| event.n).collect();
        let is_step = |act: &Act| match act {
            Act::Open { .. } => step == "open",
            Act::Move { name, .. } => name == step,
            _ => false,
        };
        let mine = entries.iter().filter(|entry| entry.actor == self.gate.actor());
        let mut done = mine.filter(|entry| is_step(&entry.act) && stands.contains(&entry.n));
        done.next().map(|entry| entry.n)
    }
}

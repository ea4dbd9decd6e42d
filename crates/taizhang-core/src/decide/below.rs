//! Room: what a command does to the records that inherit from its own: rows, keys and postings follow
//! the record above, tagged with its entry (law 3), and what it would break there refuses it (law 2).

use super::{Book, Desk};
use crate::definition::Register;
use crate::id::{RecordNo, RegisterNo};
use crate::refusal::{Code, Refusal};
use crate::timeline::{Inheritance, Timeline};
use crate::unit::UNIT_REGISTER;
use std::sync::Arc;

/// A record below whose timeline the command changes.
pub(super) struct Follower {
    /// Its register; none if the pack has it no more, and so has no rules for it either.
    pub(super) register: Option<Arc<Register>>,
    /// Its timeline before the command.
    pub(super) was: Timeline,
    /// Its timeline after it.
    pub(super) is: Timeline,
}

impl Desk<'_> {
    /// The records that change with this one; one that has any below it is not voided without them.
    pub(super) fn followers<B: Book>(
        &self,
        book: &mut B,
        before: &Timeline,
        after: &Timeline,
    ) -> Result<Result<Vec<Follower>, Refusal>, B::Error> {
        let mut followers = Vec::new();
        let Some(record) = self.command.record else {
            return Ok(Ok(followers));
        };
        let mut level = vec![(record, before.clone(), after.clone())];
        while let Some((record, old, new)) = level.pop() {
            for child in book.children(record)? {
                if new.void && !old.void {
                    return Ok(Err(Refusal::new(Code::LivingChildren).with("record", child)));
                }
                let own = Timeline::of(&book.entries(child)?);
                let Some(inheritance) = Inheritance::of(self.moment.rules, own.register) else {
                    continue;
                };
                let (mut was, mut is) = (own.clone(), own);
                was.inherit(&old, &inheritance);
                is.inherit(&new, &inheritance);
                if was == is {
                    continue;
                }
                level.push((child, was.clone(), is.clone()));
                let register = self.register_of(is.register);
                followers.push(Follower { register, was, is });
            }
        }
        Ok(Ok(followers))
    }

    /// A unit that still has units or records is not voided: they would stand in no figure.
    pub(super) fn not_empty<B: Book>(
        &self,
        book: &mut B,
        before: &Timeline,
        after: &Timeline,
    ) -> Result<Option<Refusal>, B::Error> {
        let unit = self.command.record.filter(|_| self.register.id == UNIT_REGISTER);
        let Some(unit) = unit.filter(|_| after.void && !before.void) else {
            return Ok(None);
        };
        let member = book.member(unit)?;
        Ok(member.map(|member| Refusal::new(Code::LivingChildren).with("record", member)))
    }

    /// What the command newly breaks in records below.
    pub(super) fn broken_below(&self, followers: &[Follower]) -> Vec<Refusal> {
        let ruled = followers
            .iter()
            .filter_map(|below| Some((below.register.as_ref()?, below)));
        let broken = ruled.flat_map(|(register, below)| {
            let broken = self.broken(register, &below.was, &below.is).into_iter();
            broken.map(|refusal| about_below(refusal, register, below.is.record))
        });
        broken.collect()
    }

    fn register_of(&self, no: RegisterNo) -> Option<Arc<Register>> {
        let version = self.moment.rules.latest()?;
        version.definition.register(no).cloned()
    }
}

/// A reason that lies in a record below: it is told which, and its field goes by name, since the
/// command's own register does not have it.
pub(super) fn about_below(mut refusal: Refusal, register: &Register, record: RecordNo) -> Refusal {
    let field = refusal.field.take().and_then(|no| register.field(no));
    let named = field.map(|field| ("field", field.name.clone()));
    refusal.args.extend(named);
    refusal.with("below", record)
}

//! Room: figures that begin on the day of a release — before it nobody is told them, not as a forecast either.

use super::Asking;
use taizhang_core::definition::{Definition, RuleKind};
use taizhang_core::id::AccountNo;
use taizhang_store::figure::Span;

impl Asking<'_> {
    /// A span without the days that lie ahead, for an account that a register posts from its day of release on.
    pub(super) fn until_release(&self, account: AccountNo, span: Span) -> Span {
        let today = self.app.today();
        match span {
            Span::AsOf(day) if day > today && begins_released(&self.definition, account) => Span::AsOf(today),
            Span::Between(from, to) if to > today && begins_released(&self.definition, account) => {
                Span::Between(from.min(today), today)
            }
            span => span,
        }
    }
}

/// Whether postings of an account lie on days of release.
fn begins_released(definition: &Definition, account: AccountNo) -> bool {
    let registers = definition.registers.iter();
    let mut rules = registers.filter_map(|register| Some((register.embargo?, &register.postings)));
    rules.any(|(embargo, rules)| {
        let mut own = rules.iter().filter(|rule| rule.account == account);
        own.any(|rule| match &rule.kind {
            RuleKind::Stock { from, .. } => *from == Some(embargo),
            RuleKind::FlowOnField { field, .. } => *field == embargo,
            _ => false,
        })
    })
}

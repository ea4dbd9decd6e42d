//! Room: the panels of a record's page, which may name fields of other registers and accounts.

use super::super::directory::{Directory, once_each};
use super::super::fault::{FaultCode, Holds, Noun, Wanted};
use super::super::source::{PanelShow, PanelSource};
use super::super::sources::Word;
use super::account::Accounts;
use super::scope::Scope;
use crate::definition::{FieldKind, Panel, Register, Related, Shows};
use crate::id::AccountNo;

/// Gives each register its panels.
pub(super) fn panels(scopes: &[Scope<'_>], accounts: &Accounts<'_>, registers: &mut [Register]) {
    for (scope, register) in scopes.iter().zip(registers.iter_mut()) {
        let mut ids = Directory::new(Noun::Panel);
        for source in &scope.source.panels {
            ids.add(scope.ground.sources, &source.id, ());
        }
        let panel = |source: &PanelSource| {
            Some(Panel {
                id: source.id.text.clone(),
                name: source.name.text.clone(),
                shows: shows(scope, scopes, accounts, source)?,
            })
        };
        register.panels = scope.source.panels.iter().filter_map(panel).collect();
    }
}

fn shows(scope: &Scope<'_>, scopes: &[Scope<'_>], accounts: &Accounts<'_>, source: &PanelSource) -> Option<Shows> {
    Some(match source.show {
        PanelShow::Fields => {
            once_each(scope.ground.sources, Noun::Field, &source.fields);
            Shows::Fields(scope.field_nos(&source.fields))
        }
        PanelShow::Stages => Shows::Stages,
        PanelShow::Rows => {
            let (theirs, of) = related(scope, scopes, source)?;
            let columns = source.fields.iter().filter_map(|word| theirs.any_or_stage(word));
            let sort = source.sort.as_ref();
            Shows::Rows {
                columns: columns.collect(),
                sort: sort.and_then(|word| theirs.readable_or_stage(word, Wanted::Comparable)),
                of,
            }
        }
        PanelShow::Curve => {
            let (theirs, of) = related(scope, scopes, source)?;
            let goal = source
                .goal
                .as_ref()
                .and_then(|word| scope.readable(word, Wanted::Money));
            Shows::Curve {
                day: theirs.readable(source.day.as_ref()?, Wanted::DateOrMonth)?.no,
                amount: theirs.readable(source.amount.as_ref()?, Wanted::Money)?.no,
                goal: goal.map(|field| field.no),
                of,
            }
        }
        PanelShow::Ledger => Shows::Ledger {
            account: money(scope, accounts, source.account.as_ref()?)?,
            holder: scope.readable(source.holder.as_ref()?, Wanted::Comparable)?.no,
        },
        PanelShow::Plane => Shows::Plane(scope.readable(source.place.as_ref()?, Wanted::Place)?.no),
    })
}

/// A money account; a page only reads it, so it is not fed by being named.
fn money(scope: &Scope<'_>, accounts: &Accounts<'_>, word: &Word) -> Option<AccountNo> {
    let shape = accounts.find(word)?;
    match shape.holds {
        Some(holds) if holds != Holds::Money => {
            let account = word.text.clone();
            let code = FaultCode::OtherAccountKind { account, holds };
            scope.ground.sources.fault(word.at, code);
            None
        }
        _ => Some(shape.no),
    }
}

/// The register whose records name this one, and the field by which they do: the one that is said, else
/// the first.
fn related<'s, 'a>(
    scope: &Scope<'a>,
    scopes: &'s [Scope<'a>],
    source: &PanelSource,
) -> Option<(&'s Scope<'a>, Related)> {
    let word = source.register.as_ref()?;
    let no = *scope.ground.registers.find(scope.ground.sources, word)?;
    let theirs = scopes.iter().find(|other| other.no == no)?;
    let names = |kind: &FieldKind| matches!(kind, FieldKind::Link { register } if *register == scope.no);
    let by = match &source.by {
        Some(by) => {
            let field = theirs.readable(by, Wanted::Link)?;
            if !names(&field.kind) {
                return wrong(theirs, by, Wanted::Link);
            }
            field.no
        }
        None => match theirs.fields.iter().find(|field| names(&field.kind)) {
            Some(field) => field.no,
            None => return wrong(scope, word, Wanted::Link),
        },
    };
    Some((theirs, Related { register: no, by }))
}

fn wrong<T>(scope: &Scope<'_>, word: &Word, wanted: Wanted) -> Option<T> {
    let code = FaultCode::WrongKind {
        field: word.text.clone(),
        wanted,
    };
    scope.ground.sources.fault(word.at, code);
    None
}

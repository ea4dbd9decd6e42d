//! Room: the invariants of a register, which may name accounts and fields of other registers.

use super::super::directory::Directory;
use super::super::fault::{Noun, Wanted};
use super::super::source::{InvariantSource, TermSource};
use super::super::sources::Word;
use super::account::Accounts;
use super::scope::Scope;
use super::section::money;
use crate::definition::{Balance, Holds, Invariant, Register, Term};
use crate::expr::Type;
use crate::id::FieldNo;

/// Gives each register its invariants.
pub(super) fn invariants(scopes: &[Scope<'_>], accounts: &Accounts<'_>, registers: &mut [Register]) {
    for (scope, register) in scopes.iter().zip(registers.iter_mut()) {
        let mut ids = Directory::new(Noun::Invariant);
        for source in &scope.source.invariants {
            ids.add(scope.ground.sources, &source.id, ());
        }
        let invariant = |source: &InvariantSource| {
            Some(Invariant {
                id: source.id.text.clone(),
                name: source.name.text.clone(),
                holds: holds(scope, scopes, accounts, source)?,
            })
        };
        register.invariants = scope.source.invariants.iter().filter_map(invariant).collect();
    }
}

fn holds(scope: &Scope<'_>, scopes: &[Scope<'_>], accounts: &Accounts<'_>, source: &InvariantSource) -> Option<Holds> {
    if let Some(rule) = &source.rule {
        return Some(Holds::Rule(scope.program(rule, Type::Bool)?));
    }
    if let Some(floor) = &source.floor {
        return Some(Holds::Floor(accounts.watched(floor)?.no));
    }
    if let Some(apart) = &source.apart {
        scope.moves.check(scope.ground.sources, apart);
        return Some(Holds::Apart(apart.text.clone()));
    }
    if let Some(balance) = &source.balance {
        let terms = source.terms.iter().filter_map(|each| term(scope, scopes, each));
        return Some(Holds::Balance(Balance {
            accounts: balance.iter().filter_map(|word| money(scope, accounts, word)).collect(),
            holder: compared(scope, &source.holder),
            terms: terms.collect(),
        }));
    }
    Some(match source.once.is_empty() {
        false => Holds::Once(compared(scope, &source.once)),
        true => Holds::Fixed(compared(scope, &source.fixed)),
    })
}

fn term(scope: &Scope<'_>, scopes: &[Scope<'_>], source: &TermSource) -> Option<Term> {
    let theirs = match &source.register {
        None => scope,
        Some(word) => {
            let no = *scope.ground.registers.find(scope.ground.sources, word)?;
            scopes.iter().find(|other| other.no == no)?
        }
    };
    Some(Term {
        register: theirs.no,
        by: compared(theirs, &source.by),
        amount: theirs.program(&source.amount, Type::Number)?,
        when: source.when.as_ref().and_then(|when| theirs.program(when, Type::Bool)),
    })
}

fn compared(scope: &Scope<'_>, words: &[Word]) -> Vec<FieldNo> {
    let fields = words.iter().filter_map(|word| scope.readable(word, Wanted::Comparable));
    fields.map(|field| field.no).collect()
}

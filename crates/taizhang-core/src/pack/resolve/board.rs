//! Room: the scoreboards of a register, which name accounts of the whole pack.

use super::super::directory::{Directory, once_each};
use super::super::fault::Noun;
use super::super::source::BoardSource;
use super::account::Accounts;
use super::scope::Scope;
use crate::definition::{Board, Register};

/// Gives each register its scoreboards.
pub(super) fn boards(scopes: &[Scope<'_>], accounts: &Accounts<'_>, registers: &mut [Register]) {
    for (scope, register) in scopes.iter().zip(registers.iter_mut()) {
        let mut ids = Directory::new(Noun::Board);
        for source in &scope.source.boards {
            ids.add(scope.ground.sources, &source.id, ());
        }
        let boards = scope.source.boards.iter();
        register.boards = boards.map(|source| board(scope, accounts, source)).collect();
    }
}

fn board(scope: &Scope<'_>, accounts: &Accounts<'_>, source: &BoardSource) -> Board {
    once_each(scope.ground.sources, Noun::Account, &source.columns);
    let account = |word| Some(accounts.find(word)?.no);
    let people = source.people.as_ref();
    Board {
        id: source.id.text.clone(),
        name: source.name.text.clone(),
        by_month: source.by_month,
        columns: source.columns.iter().filter_map(account).collect(),
        rank: source.rank.as_ref().and_then(account),
        people: people.and_then(|word| Some(scope.field(word)?.no)),
    }
}

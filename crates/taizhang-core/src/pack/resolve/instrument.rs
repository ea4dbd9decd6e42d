//! Room: instruments of a register: which fields a scheme reads and fills, which holders it asks.

use super::super::directory::Directory;
use super::super::fault::{Noun, Wanted};
use super::super::source::{InstrumentSource, StandingSource};
use super::super::sources::Word;
use super::account::Accounts;
use super::posting;
use super::scope::Scope;
use crate::definition::{Instrument, Standing};
use crate::expr::Type;
use crate::id::FieldNo;

/// The instruments. What each is given and answers by its scheme is checked where schemes are known.
pub(super) fn instruments(scope: &Scope<'_>, accounts: &Accounts<'_>) -> Vec<Instrument> {
    let mut ids = Directory::new(Noun::Instrument);
    let sources = scope.source.instruments.iter();
    sources
        .filter_map(|source| {
            ids.add(scope.ground.sources, &source.id, ());
            instrument(scope, accounts, source)
        })
        .collect()
}

fn instrument(scope: &Scope<'_>, accounts: &Accounts<'_>, source: &InstrumentSource) -> Option<Instrument> {
    let texts = |pairs: &[(Word, Word)]| -> Vec<(String, String)> {
        let both = pairs
            .iter()
            .map(|(own, theirs)| (own.text.clone(), theirs.text.clone()));
        both.collect()
    };
    let given = source.given.iter().filter_map(|(key, field)| {
        let field = scope.readable_or_stage(field, Wanted::Comparable)?;
        Some((key.text.clone(), field))
    });
    let fills = source.fills.iter().filter_map(|(field, answer)| {
        let field = scope.readable(field, Wanted::Comparable)?;
        Some((field.no, answer.text.clone()))
    });
    Some(Instrument {
        id: source.id.text.clone(),
        name: source.name.text.clone(),
        uses: source.uses.text.clone(),
        on: day(scope, &source.on)?,
        when: source.when.as_ref().and_then(|when| scope.program(when, Type::Bool)),
        given: given.collect(),
        fixed: texts(&source.fixed),
        words: texts(&source.words),
        ledger: source
            .ledger
            .iter()
            .filter_map(|standing| resolved(scope, accounts, standing))
            .collect(),
        fills: fills.collect(),
    })
}

fn day(scope: &Scope<'_>, word: &Word) -> Option<FieldNo> {
    scope.readable(word, Wanted::Date).map(|field| field.no)
}

/// Balances of holders are kept for accounts with a floor only, so that the account must have one.
fn resolved(scope: &Scope<'_>, accounts: &Accounts<'_>, source: &StandingSource) -> Option<Standing> {
    let account = accounts.watched(&source.account)?;
    let dims = posting::dims(
        scope,
        account,
        &source.account,
        Some(source.dims.as_slice()),
        source.account.at,
    );
    let span = match &source.span {
        Some((from, to)) => Some((day(scope, from)?, day(scope, to)?)),
        None => None,
    };
    Some(Standing {
        key: source.key.text.clone(),
        account: account.no,
        dims,
        span,
        within: source.within,
    })
}

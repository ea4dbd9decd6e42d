//! Room: claims — the accounts, units, registers and fields that answer them must be there.

use super::super::directory::Directory;
use super::super::fault::{FaultCode, Noun};
use super::super::source::{ClaimFigureSource, ClaimRecordSource};
use super::Ground;
use super::account::Accounts;
use super::scope::Scope;
use super::unit::Units;
use crate::definition::{Claim, ClaimFigure, ClaimRecord};

/// The claims, in the order of the file.
pub(super) fn claims(
    (ground, bulletins): (&Ground<'_>, &Directory<()>),
    scopes: &[Scope<'_>],
    accounts: &Accounts<'_>,
    units: &Units,
) -> Vec<Claim> {
    let mut ids = Directory::new(Noun::Claim);
    let mut claims = Vec::new();
    for source in &ground.pack.claims {
        ids.add(ground.sources, &source.id, ());
        if let Some(word) = &source.bulletin {
            bulletins.find(ground.sources, word);
        }
        let figure = source.figure.as_ref();
        let record = source.record.as_ref();
        claims.push(Claim {
            id: source.id.text.clone(),
            part: source.part.clone(),
            text: source.text.clone(),
            kind: source.kind,
            figure: figure.and_then(|source| of_figure(ground, accounts, units, source)),
            record: record.and_then(|source| of_record(ground, scopes, source)),
            bulletin: source.bulletin.as_ref().map(|word| word.text.clone()),
            document: source.document.clone(),
        });
    }
    claims
}

fn of_figure(
    ground: &Ground<'_>,
    accounts: &Accounts<'_>,
    units: &Units,
    source: &ClaimFigureSource,
) -> Option<ClaimFigure> {
    if let Some(unit) = &source.unit {
        units.codes.check(ground.sources, unit);
    }
    if let (Some(from), Some(to)) = (source.from, source.to)
        && to < from
    {
        ground.sources.fault(source.at, FaultCode::Backwards);
    }
    // What grew did so between two days: a level, and the earlier day before it.
    if let Some(since) = source.grown_since
        && (source.from.is_some() || source.to.is_some_and(|to| to <= since))
    {
        ground.sources.fault(source.at, FaultCode::Backwards);
    }
    Some(ClaimFigure {
        account: accounts.find(&source.account)?.no,
        unit: source.unit.as_ref().map(|unit| unit.text.clone()),
        from: source.from,
        to: source.to?,
        bound: source.bound?,
        grown_since: source.grown_since,
    })
}

fn of_record(ground: &Ground<'_>, scopes: &[Scope<'_>], source: &ClaimRecordSource) -> Option<ClaimRecord> {
    let register = *ground.registers.find(ground.sources, &source.register)?;
    let scope = scopes.iter().find(|scope| scope.no == register)?;
    let says = match (&source.field, &source.value) {
        (Some(field), Some(value)) => Some((scope.field(field)?.no, value.text.clone())),
        _ => None,
    };
    Some(ClaimRecord {
        register,
        key: source.key.text.clone(),
        as_of: source.as_of?,
        says,
    })
}

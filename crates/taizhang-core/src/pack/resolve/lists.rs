//! Room: roles, targets, bulletins.

use super::super::directory::Directory;
use super::super::fault::{FaultCode, Noun};
use super::super::source::{GrantSource, TargetSource};
use super::super::sources::Word;
use super::Ground;
use super::account::Accounts;
use super::unit::Units;
use crate::definition::{Bulletin, EachUnit, Grant, Role, Target};

/// The roles by id.
pub(super) type RoleNames = Directory<Role>;

pub(super) fn roles(ground: &Ground<'_>) -> RoleNames {
    let mut roles = Directory::new(Noun::Role);
    for source in &ground.pack.roles {
        let grants = source.grants.iter().map(|source| grant(ground, source)).collect();
        let role = Role {
            id: source.id.text.clone(),
            name: source.name.text.clone(),
            grants,
        };
        roles.add(ground.sources, &source.id, role);
    }
    roles
}

fn grant(ground: &Ground<'_>, source: &GrantSource) -> Grant {
    let known = |word: &&Word| ground.registers.find(ground.sources, word).is_some();
    let registers = source
        .registers
        .iter()
        .filter(known)
        .map(|word| word.text.clone())
        .collect();
    Grant {
        verb: source.verb,
        registers,
        reach: source.reach,
    }
}

pub(super) fn targets(ground: &Ground<'_>, accounts: &Accounts<'_>, units: &Units) -> Vec<Target> {
    let mut ids = Directory::new(Noun::Target);
    let mut targets = Vec::new();
    for source in &ground.pack.targets {
        ids.add(ground.sources, &source.id, ());
        targets.extend(target(ground, accounts, units, source));
    }
    targets
}

fn target(ground: &Ground<'_>, accounts: &Accounts<'_>, units: &Units, source: &TargetSource) -> Option<Target> {
    let account = accounts.find(&source.account);
    if let Some(unit) = &source.unit {
        units.codes.check(ground.sources, unit);
    }
    if let (Some(from), Some(to)) = (source.from, source.to)
        && to < from
    {
        ground.sources.fault(source.at, FaultCode::Backwards);
    }
    let own = source.measure.as_ref().and_then(|word| ground.measures.find(word));
    let account = account?;
    let measure = account.measure.as_ref()?;
    if let (Some(word), Some(own)) = (&source.measure, own)
        && own.base != measure.base
    {
        let code = FaultCode::MeasureDiffers {
            left: measure.id.clone(),
            right: own.id.clone(),
        };
        ground.sources.fault(word.at, code);
    }
    let value = ground
        .measures
        .amount(own.unwrap_or(measure), source.value.as_ref()?, account.scale)?;
    Some(Target {
        id: source.id.text.clone(),
        name: source.name.text.clone(),
        account: account.no,
        unit: source.unit.as_ref().map(|unit| unit.text.clone()),
        from: source.from?,
        to: source.to?,
        value,
        direction: source.direction,
    })
}

/// The bulletins with their names; the accounts that their figures name must be there.
pub(super) fn bulletins(ground: &Ground<'_>, accounts: &Accounts<'_>, units: &Units) -> (Vec<Bulletin>, Directory<()>) {
    let mut ids = Directory::new(Noun::Bulletin);
    let mut bulletins = Vec::new();
    for source in &ground.pack.bulletins {
        ids.add(ground.sources, &source.id, ());
        for figure in &source.figures {
            accounts.find(figure);
        }
        for unit in source.within.iter().chain(&source.issuer) {
            units.codes.check(ground.sources, unit);
        }
        if let Some(level) = &source.each {
            units.levels.check(ground.sources, level);
        }
        bulletins.push(Bulletin {
            id: source.id.text.clone(),
            name: source.name.text.clone(),
            period: source.period,
            public: source.public,
            template: source.template.clone(),
            scheduled: source.scheduled,
            approval: source.approval,
            head: source.head.clone(),
            number: source.number.clone(),
            issuer: source.issuer.as_ref().map(|unit| unit.text.clone()),
            each: source.each.as_ref().map(|level| EachUnit {
                level: level.text.clone(),
                within: source.within.as_ref().map(|unit| unit.text.clone()),
            }),
        });
    }
    (bulletins, ids)
}

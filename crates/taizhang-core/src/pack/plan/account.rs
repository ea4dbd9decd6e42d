//! Room: what changes in accounts, and what may not.

use super::{ChangeKind, Part, Plan, RefusalCode};
use crate::definition::{Account, AccountKind, Definition, RuleKind};
use crate::id::{AccountNo, RegisterNo};

pub(super) fn accounts(plan: &mut Plan, old: &Definition, new: &Definition) {
    for account in new.accounts.values().filter(|account| !account.retired) {
        let was = old.accounts.get(&account.no);
        let kind = match was {
            Some(was) if was == account => continue,
            Some(was) if !was.retired => ChangeKind::Changed,
            _ => ChangeKind::Added,
        };
        plan.note(
            kind,
            Part::Account,
            path(account),
            &account.name,
            feeders(account.no, &[old, new]),
        );
        if let Some(was) = was {
            let codes = refused(old, new, was, account);
            codes
                .into_iter()
                .for_each(|code| plan.refuse(code, path(account), &account.name, Vec::new()));
        }
    }
    for account in old.accounts.values().filter(|account| !account.retired) {
        if new.accounts.get(&account.no).is_none_or(|now| now.retired) {
            let affects = feeders(account.no, &[old]);
            plan.note(
                ChangeKind::Retired,
                Part::Account,
                path(account),
                &account.name,
                affects,
            );
        }
    }
}

fn path(account: &Account) -> String {
    format!("account/{}", account.id)
}

/// What was posted must keep its meaning: the amounts of an account are compared over years.
fn refused(old: &Definition, new: &Definition, was: &Account, account: &Account) -> Vec<RefusalCode> {
    let ids = |account: &Account| -> Vec<String> { account.dims.iter().map(|dim| dim.id.clone()).collect() };
    let base = |definition: &Definition, account: &Account| {
        definition
            .measures
            .get(&account.measure)
            .map(|measure| measure.base.clone())
    };
    let checks = [
        (!same_kind(&was.kind, &account.kind), RefusalCode::AccountKind),
        (
            was.scale != account.scale && !is_formula(account),
            RefusalCode::AccountScale,
        ),
        (ids(was) != ids(account), RefusalCode::AccountDims),
        (was.credit != account.credit, RefusalCode::AccountSide),
        (base(old, was) != base(new, account), RefusalCode::AccountMeasure),
    ];
    checks
        .into_iter()
        .filter(|(wrong, _)| *wrong)
        .map(|(_, code)| code)
        .collect()
}

/// A formula may be written otherwise: it is evaluated when reading, and nothing was posted.
fn same_kind(a: &AccountKind, b: &AccountKind) -> bool {
    std::mem::discriminant(a) == std::mem::discriminant(b)
}

fn is_formula(account: &Account) -> bool {
    matches!(account.kind, AccountKind::Formula(_))
}

/// The registers whose rules post to an account.
fn feeders(account: AccountNo, definitions: &[&Definition]) -> Vec<RegisterNo> {
    let mut registers: Vec<RegisterNo> = Vec::new();
    for register in definitions.iter().flat_map(|definition| &definition.registers) {
        let feeds = register.postings.iter().any(|rule| {
            let credited = matches!(&rule.kind, RuleKind::Money { credit, .. } if *credit == account);
            rule.account == account || credited
        });
        if feeds && !registers.contains(&register.no) {
            registers.push(register.no);
        }
    }
    registers
}

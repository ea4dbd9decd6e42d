//! Room: accounts and the rules that post to them.
//!
//! An account that one register feeds is declared in that register, with its rule; an account that
//! several feed is declared in `accounts.toml`, and each register has a `[[posting]]` for it.

use super::super::fault::FaultCode;
use super::super::source::{AccountKindSource, AccountSource, DimSource, PostingSource, RuleSource, TriggerSource};
use super::super::sources::Word;
use super::super::table::Table;
use super::{dotted_id, name, sentence};
use crate::definition::{Lang, Which};

/// Decimal places that an account may keep.
const SCALE_MAX: u32 = 9;

/// Reads an account of `accounts.toml`, which says its kind or its formula.
pub(super) fn shared(table: &Table<'_>, lang: Lang) -> AccountSource {
    let mut account = common(table, lang, None);
    account.kind = match table.exactly_one(&["kind", "formula"]) {
        Some("formula") => AccountKindSource::Formula(table.needed("formula")),
        Some(_) => kind(table),
        None => AccountKindSource::Unknown,
    };
    account.credit = table
        .one_of("side", &[("debit", false), ("credit", true)])
        .unwrap_or(false);
    account.floor = table.decimal("floor");
    account.recovery = table.text("recovery");
    account
}

fn kind(table: &Table<'_>) -> AccountKindSource {
    match table.one_of("kind", &[("stock", 's'), ("flow", 'f'), ("late", 'l'), ("money", 'm')]) {
        Some('s') => AccountKindSource::Stock,
        Some('f') => AccountKindSource::Flow,
        Some('l') => AccountKindSource::Late,
        Some(_) => AccountKindSource::Money,
        None => AccountKindSource::Unknown,
    }
}

/// Reads an account that a register declares: its kind is that of the rule that feeds it.
pub(super) fn in_register(table: &Table<'_>, lang: Lang, register: usize) -> (AccountSource, Option<PostingSource>) {
    let mut account = common(table, lang, Some(register));
    let key = table.exactly_one(&["stock", "flow", "late", "finished_late", "formula"]);
    account.kind = match key {
        Some("stock") => AccountKindSource::Stock,
        Some("late") => AccountKindSource::Late,
        Some("formula") => AccountKindSource::Formula(table.needed("formula")),
        Some(_) => AccountKindSource::Flow,
        None => AccountKindSource::Unknown,
    };
    let dims = account.dims.iter().map(|dim| dim.field.clone()).collect();
    let key = key.filter(|key| *key != "formula");
    let posting = key.and_then(|key| rule(table, key, account.id.clone(), Some(dims)));
    if key.is_some() && posting.is_none() {
        account.kind = AccountKindSource::Unknown;
    }
    (account, posting)
}

fn common(table: &Table<'_>, lang: Lang, register: Option<usize>) -> AccountSource {
    AccountSource {
        id: dotted_id(table, "id"),
        name: name(table, lang),
        about: sentence(table, lang, "about", "about_en"),
        measure: table.needed("measure"),
        scale: table.integer("scale", 0..=SCALE_MAX),
        dims: dims(table, lang, register.is_some()),
        public: table.flag("public"),
        shows_late: table.flag("shows_late"),
        kind: AccountKindSource::Unknown,
        credit: false,
        floor: None,
        recovery: None,
        register,
    }
}

/// A dimension is a field's id, or a table that names it otherwise.
fn dims(table: &Table<'_>, lang: Lang, in_register: bool) -> Vec<DimSource> {
    let bare = |word: Word| DimSource {
        id: word.clone(),
        name: None,
        field: word,
    };
    table.each_or_word("dims", bare, |dim| {
        let id = dim.needed("id");
        let field = if in_register { dim.text("field") } else { None };
        DimSource {
            name: Some(name(dim, lang).text),
            field: field.unwrap_or_else(|| id.clone()),
            id,
        }
    })
}

/// Reads a `[[posting]]`: it feeds an account that is declared elsewhere. Money names the accounts of
/// both its legs in the rule; `account` may stand for the one that is debited.
pub(super) fn posting(table: &Table<'_>) -> Option<PostingSource> {
    let key = table.exactly_one(&["stock", "flow", "late", "finished_late", "money"]);
    let money = key == Some("money");
    let account = if money {
        table.text("account")
    } else {
        Some(table.needed("account"))
    };
    let dims = if money { None } else { table.words_if("dims") };
    let blank = Word {
        text: String::new(),
        at: table.at,
    };
    rule(table, key?, account.unwrap_or(blank), dims)
}

/// Reads the rule under `key`.
fn rule(table: &Table<'_>, key: &'static str, account: Word, dims: Option<Vec<Word>>) -> Option<PostingSource> {
    table.inner(key, |rule| {
        let mut posting = PostingSource {
            at: rule.at,
            account,
            when: rule.text("when"),
            amount: None,
            dims,
            kind: RuleSource::Stock {
                from: None,
                until: None,
            },
        };
        posting.kind = match key {
            "flow" => flow(rule),
            "late" => RuleSource::Late {
                limit: rule.needed("limit"),
            },
            "finished_late" => RuleSource::FinishedLate {
                limit: rule.needed("limit"),
            },
            "money" => money(rule, &mut posting),
            _ => RuleSource::Stock {
                from: rule.text("from"),
                until: rule.text("until"),
            },
        };
        match key {
            "stock" | "flow" => posting.amount = rule.text("amount"),
            "money" => posting.amount = Some(rule.needed("amount")),
            _ => {}
        }
        posting
    })
}

fn flow(rule: &Table<'_>) -> RuleSource {
    let on = trigger(rule);
    let which = match on {
        TriggerSource::Move(_) => rule.one_of(
            "which",
            &[("first", Which::First), ("last", Which::Last), ("each", Which::Each)],
        ),
        _ => None,
    };
    let last_state = matches!(on, TriggerSource::Field(_)) && rule.flag("last_state");
    if matches!(on, TriggerSource::Unknown) {
        rule.forgive(&["which", "last_state"]);
    }
    RuleSource::Flow {
        on,
        which: which.unwrap_or(Which::First),
        last_state,
    }
}

fn money(rule: &Table<'_>, posting: &mut PostingSource) -> RuleSource {
    if posting.account.is_blank() {
        posting.account = rule.needed("debit");
    } else if let Some(debit) = rule.text("debit").filter(|debit| debit.text != posting.account.text) {
        rule.sources.fault(
            debit.at,
            FaultCode::ExactlyOne {
                keys: &["account", "debit"],
                found: 2,
            },
        );
    }
    posting.dims = rule.words_if("debit_dims");
    RuleSource::Money {
        on: trigger(rule),
        credit: rule.needed("credit"),
        credit_dims: rule.words_if("credit_dims"),
    }
}

/// Reads `on`: `open`, `move:ID` or `field:ID`.
fn trigger(rule: &Table<'_>) -> TriggerSource {
    let on = rule.needed("on");
    // The fault of a wrong name points at the name, which stands behind the colon.
    let named = |id: &str| Word {
        text: id.to_owned(),
        at: rule.sources.inside(&on, on.text.len() - id.len()),
    };
    match on.text.split_once(':') {
        Some(("move", id)) if !id.is_empty() => TriggerSource::Move(named(id)),
        Some(("field", id)) if !id.is_empty() => TriggerSource::Field(named(id)),
        None if on.text == "open" => TriggerSource::Open,
        _ => {
            if !on.is_blank() {
                rule.sources.fault(on.at, FaultCode::BadTrigger { found: on.text });
            }
            TriggerSource::Unknown
        }
    }
}

//! Page: all figures, by the register that feeds them, with today's value.

use super::words::grouped;
use super::{Asked, Page, controls, layout};
use crate::app::ask::{Asking, FigureQuestion};
use crate::error::AppError;
use crate::http::request::{Fields, encoded, segment};
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::Query;
use maud::{Markup, html};
use std::collections::BTreeSet;
use taizhang_core::definition::{Account, AccountKind, Definition, RuleKind};
use taizhang_core::id::AccountNo;

pub(in crate::http) async fn show(visit: Visit, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let unit = asked.get("unit").map(str::to_owned);
        let span = asked.span(app.today())?;
        let mut asking = app.asking()?;
        let ask = |account: &Account| FigureQuestion {
            account: account.id.clone(),
            unit: unit.clone(),
            span,
            known_at: None,
        };
        let definition = asking.definition.clone();
        let mut tables = Vec::new();
        for (name, accounts) in groups(app.locale(), &definition) {
            let mut rows = Vec::new();
            for account in accounts {
                rows.push(line(&mut asking, &ask(account), &asked)?);
            }
            tables.push((name, rows));
        }
        let keep = kept(&asked);
        let as_of = asked.get("as_of").map_or(app.today().to_string(), str::to_owned);
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            h1 { (t("page.way_figures")) }
            (super::parts::about(app.locale().text("help.figures")))
            @if definition.accounts.values().any(|account| account.kind == AccountKind::Money && !account.retired) {
                p { a href={ "/ledger" @if !keep.is_empty() { "?" (keep) } } { (t("page.ledger.trial")) } }
            }
            form.filters method="get" {
                label { (t("page.figures.unit_below")) input name="unit"
                    value=(asked.get("unit").unwrap_or_default()) list="units" placeholder=(t("page.control.unit")); }
                label { (t("page.stand.as_of")) input type="date" name="as_of" value=(as_of); }
                button type="submit" { (t("page.stand.go")) }
            }
            (controls::units(app, scope))
            @for (name, rows) in &tables {
                h2 { (name) }
                div.scroll { table.ledger {
                    thead { tr { th { (t("page.figures.figure")) } th.wide { (t("page.figures.about")) } th.num {
                        (t("page.figures.value")) } th { (t("page.figures.measure")) } } }
                    tbody { @for row in rows { (row) } }
                } }
            }
        };
        layout::Frame::of(app, scope, &stand, "figures").page(t("page.way_figures"), body)
    });
    Ok(page.await?)
}

fn line(asking: &mut Asking<'_>, question: &FigureQuestion, asked: &Fields) -> Result<Markup, AppError> {
    let figure = asking.figure(question)?;
    let query = kept(asked);
    let address = format!("/figures/{}", segment(&figure.account.id));
    Ok(html! {
        tr {
            td { a href={ (address) @if !query.is_empty() { "?" (query) } } { (figure.account.name) } }
            td.wide { (figure.account.about) }
            td.num { (grouped(&figure.shown)) }
            td { (figure.shown_measure) }
        }
    })
}

/// Accounts under the register that feeds them; formulas last.
fn groups<'a>(locale: &Locale, definition: &'a Definition) -> Vec<(String, Vec<&'a Account>)> {
    let mut seen: BTreeSet<AccountNo> = BTreeSet::new();
    let mut groups = Vec::new();
    for register in &definition.registers {
        let mut accounts = Vec::new();
        for rule in &register.postings {
            let credit = match &rule.kind {
                RuleKind::Money { credit, .. } => Some(*credit),
                _ => None,
            };
            for no in [Some(rule.account), credit].into_iter().flatten() {
                let account = definition.accounts.get(&no).filter(|account| !account.retired);
                accounts.extend(account.filter(|_| seen.insert(no)).map(|account| &**account));
            }
        }
        if !accounts.is_empty() {
            groups.push((register.name.clone(), accounts));
        }
    }
    let formulas: Vec<&Account> = definition
        .accounts
        .values()
        .filter(|account| matches!(account.kind, AccountKind::Formula(_)) && !account.retired)
        .map(|account| &**account)
        .collect();
    if !formulas.is_empty() {
        groups.push((locale.text("page.figure.by_formula").to_owned(), formulas));
    }
    groups
}

/// What links keep of the question.
fn kept(asked: &Fields) -> String {
    let pairs = ["unit", "as_of"].into_iter();
    let pairs: Vec<(&str, &str)> = pairs.filter_map(|name| Some((name, asked.get(name)?))).collect();
    encoded(&pairs)
}

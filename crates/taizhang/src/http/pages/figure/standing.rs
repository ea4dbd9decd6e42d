//! Parts of the figure's page: what the figure is, where it is used, what became of it since it was released,
//! and the address that says the same to whoever opens it.

use super::Here;
use crate::app::App;
use crate::app::cards;
use crate::app::pace::Pace;
use crate::app::scope::Scope;
use crate::bulletin::issued;
use crate::bulletin::restate::{Restated, restated as changed};
use crate::error::AppError;
use crate::http::request::segment;
use maud::{Markup, html};
use std::sync::Arc;
use taizhang_core::definition::{Account, AccountKind, Bulletin};
use taizhang_core::id::AccountNo;

/// How many releases of a bulletin are looked at, the latest first.
const RELEASES: usize = 6;

/// What the figure is: its definition, where it is used, what became of it since it was released, and
/// the address that says the same to whoever opens it.
pub(super) fn standing(app: &App, scope: &Scope, here: &Here<'_>, goals: &[Arc<Pace>]) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let account = &here.figure.account;
    let definition = app.definition()?;
    let named = |text: &str| text.split(['"', '\'']).any(|part| part == account.id);
    let bulletins: Vec<_> = definition
        .bulletins
        .iter()
        .filter(|bulletin| named(&bulletin.template))
        .collect();
    let formulas = definition.accounts.values().filter(|other| match &other.kind {
        AccountKind::Formula(formula) => formula.accounts().iter().any(|slot| AccountNo(slot.0) == account.no),
        _ => false,
    });
    let formulas: Vec<_> = formulas.collect();
    let feeding: Vec<_> = definition
        .registers
        .iter()
        .filter(|register| register.postings.iter().any(|rule| rule.account == account.no))
        .collect();
    let restated = restated(app, scope, account, &bulletins)?;
    let cards = cards::all(&definition)?;
    let cards: Vec<_> = cards
        .iter()
        .filter(|card| feeding.iter().any(|register| register.id == card.subject))
        .collect();
    let said = definition.claims.iter();
    let said = said.filter(|claim| claim.figure.as_ref().is_some_and(|figure| figure.account == account.no));
    let claims: Vec<_> = said.collect();
    let fixed = Here {
        known_at: Some(here.figure.known_at.to_string()),
        figure: here.figure,
    };
    Ok(html! {
        section.standing {
            h2 { (t("page.figure.standing")) }
            dl.changes {
                dt { (t("page.figure.id")) } dd { code { (account.id) } }
                dt { (t("page.figure.fed_by")) } dd {
                    @if feeding.is_empty() { (t("page.figure.by_formula")) }
                    @for register in &feeding { a href={ "/registers/" (segment(&register.id)) } { (register.name) } " " }
                }
                @if !bulletins.is_empty() { dt { (t("page.figure.bulletins")) } dd {
                    @for bulletin in &bulletins { a href={ "/bulletins/" (segment(&bulletin.id)) } { (bulletin.name) } " " }
                } }
                @if !formulas.is_empty() { dt { (t("page.figure.formulas")) } dd {
                    @for other in &formulas { a href={ "/figures/" (segment(&other.id)) } { (other.name) } " " }
                } }
                @if !goals.is_empty() { dt { (t("page.figure.goals")) } dd {
                    @for pace in goals { a href={ "/records/" (pace.record) } { (pace.name) } " " }
                } }
                @if !cards.is_empty() { dt { (t("page.figure.cards")) } dd {
                    @for card in &cards { a href={ "/cards/" (segment(&card.id)) } { (card.name) } " " }
                } }
                @if !claims.is_empty() { dt { (t("page.figure.claims")) } dd {
                    @for claim in &claims { a href="/open/claims" { (claim.id) " " (claim.text) } br; }
                } }
                @for (release, change) in &restated {
                    dt { (t("page.figure.restated")) }
                    dd { (release) " " del { (change.then) } " → " ins { (change.now) } " "
                        @for n in &change.entries { a href={ "/journal?before=" (n + 1) }
                            { (app.locale().say("page.stand.entry", &[("entry", n)])) } " " } }
                }
                dt { (t("page.figure.share")) } dd {
                    a data-copy="yes" href=(fixed.address(&account.id, &fixed.unit(), here.figure.span, &[])) {
                        (t("page.figure.share_link")) }
                }
            }
        }
    })
}

/// What became of the figure since each release that printed it, the latest release first.
fn restated(
    app: &App,
    scope: &Scope,
    account: &Account,
    bulletins: &[&Bulletin],
) -> Result<Vec<(String, Restated)>, AppError> {
    let prefix = format!("{}?", account.id);
    let mut found = Vec::new();
    for bulletin in bulletins {
        let releases = issued::list(app, &bulletin.id)?;
        let printed = releases.iter().filter(|issued| {
            let mut figures = issued.release.figures.iter();
            figures.any(|(address, _)| address.starts_with(&prefix))
        });
        for issued in printed.take(RELEASES) {
            let name = app.locale().say(
                "page.figure.release",
                &[
                    ("bulletin", &bulletin.name),
                    ("day", &issued.release.as_of),
                    ("entry", &issued.entry),
                ],
            );
            let changes = changed(app, scope, &issued.release)?.into_iter();
            let own = changes.filter(|change| change.address.starts_with(&prefix));
            found.extend(own.map(|change| (name.clone(), change)));
        }
    }
    Ok(found)
}

//! Page: the figures that the pack marks public, for anybody. It shows sums, and leads to
//! the lists that the pack makes public.

use super::words::grouped;
use super::{Page, layout, parts};
use crate::app::ask::{Figure, FigureQuestion, FigureState, Span};
use crate::http::Site;
use crate::http::request::segment;
use crate::http::stand::Stand;
use axum::extract::State;
use axum::http::request::Parts;
use maud::{Markup, html};
use taizhang_core::definition::{Account, AccountKind, Definition};

pub(in crate::http) async fn show(State(site): State<Site>, parts: Parts) -> Page {
    let stand = Stand::of(&parts);
    let page = site.run(move |app| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let (as_of, _) = super::home::latest_days(app, &stand)?;
        let definition = app.definition()?;
        let public: Vec<&Account> = definition
            .accounts
            .values()
            .filter(|account| account.public && !account.retired)
            .map(|account| &**account)
            .collect();
        let mut asking = app.asking()?;
        let mut rows = Vec::new();
        for account in &public {
            rows.push(asking.figure(&FigureQuestion {
                account: account.id.clone(),
                unit: None,
                span: Span::AsOf(as_of),
                known_at: None,
            })?);
        }
        let body = html! {
            h1 { (t("page.open.title")) }
            (parts::about(t("page.open.about")))
            nav.acts {
                a.button href="/open/check" { (t("page.check.title")) }
                a.button href="/open/bulletins" { (t("page.published.title")) }
                a.button href="/open/claims" { (t("page.claims.title")) }
            }
            (lists(&definition))
            form.filters { label { (t("page.stand.as_of")) input type="date" name="as_of" value=(as_of); }
                button type="submit" { (t("page.stand.go")) } }
            @if rows.is_empty() { (parts::empty(t("page.open.empty"), None)) }
            @else {
                div.scroll { table.ledger {
                    thead { tr { th { (t("page.figures.figure")) } th.wide { (t("page.figures.about")) }
                        th.num { (t("page.figures.value")) } th { (t("page.figures.measure")) } } }
                    tbody { @for figure in &rows {
                        tr id=(figure.account.id) {
                            td { (figure.account.name) }
                            td.wide { (figure.account.about) }
                            td.num { @match figure.state {
                                FigureState::Reported if !silent(figure) => (grouped(&figure.shown)),
                                _ => (t("shown.not_reported")),
                            } }
                            td { (figure.shown_measure) }
                        }
                    } }
                } }
            }
        };
        Ok(layout::public(app, t("page.open.title"), body))
    });
    Ok(page.await?)
}

/// Whether an amount is none because nobody has reported one yet: to the public that is no zero.
fn silent(figure: &Figure) -> bool {
    matches!(figure.account.kind, AccountKind::Flow) && figure.account.scale > 0 && figure.sum.reported == 0
}

/// The lists that the pack makes public, each a link.
fn lists(definition: &Definition) -> Markup {
    let registers = definition.registers.iter();
    let views = registers.flat_map(|register| register.views.iter().map(move |view| (register, view)));
    let public: Vec<_> = views.filter(|(_, view)| !view.public.is_empty()).collect();
    html! {
        @if !public.is_empty() { nav.acts { @for (register, view) in &public {
            a.button href={ "/open/" (segment(&register.id)) "/" (segment(&view.id)) } { (view.name) }
        } } }
    }
}

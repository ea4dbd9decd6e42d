//! Page: the figures that the pack marks public, for anybody. It shows sums only, never a record.

use super::words::grouped;
use super::{Page, layout, parts};
use crate::app::ask::{FigureQuestion, FigureState, Span};
use crate::http::Site;
use crate::http::stand::Stand;
use axum::extract::State;
use axum::http::request::Parts;
use maud::html;
use taizhang_core::definition::Account;

pub(in crate::http) async fn show(State(site): State<Site>, parts: Parts) -> Page {
    let stand = Stand::of(&parts);
    let page = site.run(move |app| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let as_of = stand.as_of(locale)?.unwrap_or(app.today());
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
            p { a.button href="/open/claims" { (t("page.claims.title")) } }
            form.filters { label { (t("page.stand.as_of")) input type="date" name="as_of" value=(as_of); }
                button type="submit" { (t("page.stand.go")) } }
            @if rows.is_empty() { (parts::empty(t("page.open.empty"), None)) }
            @else {
                div.scroll { table.ledger {
                    thead { tr { th { (t("page.figures.figure")) } th.wide { (t("page.figures.about")) }
                        th.num { (t("page.figures.value")) } th { (t("page.figures.measure")) } } }
                    tbody { @for figure in &rows {
                        tr {
                            td { (figure.account.name) }
                            td.wide { (figure.account.about) }
                            td.num { @match figure.state {
                                FigureState::Reported => (grouped(&figure.shown)),
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

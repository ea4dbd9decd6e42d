//! Page: every claim of a published report beside what the book answers. To anybody it shows sums and whether a record
//! bears a claim out, never the record itself; to whoever has signed in each answer opens.

use super::words::grouped_within;
use super::{Page, layout, parts, published};
use crate::app::App;
use crate::app::ask::Span;
use crate::app::claims::{ClaimAnswer, FigureAnswer, RecordAnswer, claims};
use crate::bulletin::issued::Issued;
use crate::error::AppError;
use crate::http::Site;
use crate::http::request::segment;
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::State;
use maud::{Markup, html};
use std::collections::BTreeSet;
use taizhang_core::definition::ClaimKind;

/// For anybody: a figure leads on only to where anybody may go.
pub(in crate::http) async fn show(State(site): State<Site>) -> Page {
    let page = site.run(|app| {
        let definition = app.definition()?;
        let shown = definition
            .accounts
            .values()
            .filter(|account| account.public && !account.retired);
        let shown: BTreeSet<String> = shown.map(|account| account.id.clone()).collect();
        let answers = claims(app, &app.program_scope()?, None)?;
        let body = told(app, &answers, &Lead::Public(shown))?;
        Ok(layout::public(app, app.locale().text("page.claims.title"), body))
    });
    Ok(page.await?)
}

/// For whoever has signed in: each answer opens, down to the records that make it.
pub(in crate::http) async fn opening(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        let answers = claims(app, scope, None)?;
        let body = told(app, &answers, &Lead::Within)?;
        Ok(layout::page(
            app,
            scope,
            "manage",
            app.locale().text("page.claims.title"),
            body,
        ))
    });
    Ok(page.await?)
}

/// Where an answer leads.
enum Lead {
    /// To the public figures, those of these accounts.
    Public(BTreeSet<String>),
    /// To the figure of its own days, and to the record.
    Within,
}

fn told(app: &App, answers: &[ClaimAnswer], lead: &Lead) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let (released, then) = as_released(app)?;
    let count = |key: &str| answers.iter().filter(|answer| answer.verdict.key() == key).count();
    Ok(html! {
        h1 { (t("page.claims.title")) small { (app.definition()?.name) } }
        (parts::about(t("page.claims.about")))
        @if answers.is_empty() { (parts::empty(t("page.claims.empty"), None)) }
        @else {
            p.lights {
                (verdict(app.locale(), "holds")) " " (count("holds")) "　" (verdict(app.locale(), "differs")) " "
                    (count("differs")) "　"
                (verdict(app.locale(), "unproven")) " " (count("unproven"))
            }
            div.scroll { table.ledger.stacked {
                thead { tr {
                    th.num { (t("page.claims.no")) } th { (t("page.claims.text")) } th { (t("page.claims.kind")) }
                    @if let Some(released) = &released {
                        th { a href={ "/open/bulletins/" (released.entry) } {
                            (app.locale().say("page.claims.released", &[
                                ("number", &released.release.release_no),
                                ("day", &released.release.as_of),
                            ])) } }
                    }
                    th { (t(if released.is_some() { "page.claims.now" } else { "page.claims.answer" })) }
                    th { (t("page.claims.verdict")) }
                } }
                tbody { @for (at, answer) in answers.iter().enumerate() {
                    (row(app.locale(), answer, released.as_ref().map(|_| then.get(at)), lead))
                } }
            } }
        }
    })
}

/// The latest public release that stands, and the claims as the book answered them then.
fn as_released(app: &App) -> Result<(Option<Issued>, Vec<ClaimAnswer>), AppError> {
    let Some(latest) = published::released(app)?.into_iter().next() else {
        return Ok((None, Vec::new()));
    };
    let released = latest.issued;
    let known_at = released.release.known_at.to_string();
    let then = claims(app, &app.program_scope()?, Some(&known_at))?;
    Ok((Some(released), then))
}

/// A line.
fn row(locale: &Locale, answer: &ClaimAnswer, then: Option<Option<&ClaimAnswer>>, lead: &Lead) -> Markup {
    let before = then.flatten().and_then(|then| then.figure.as_ref());
    let moved = before.is_some_and(|before| answer.figure.as_ref().is_some_and(|now| now.shown != before.shown));
    let kind = match answer.claim.kind {
        ClaimKind::Number => "page.claims.kind_number",
        ClaimKind::State => "page.claims.kind_state",
        ClaimKind::Comparison => "page.claims.kind_comparison",
        ClaimKind::Intent => "page.claims.kind_intent",
    };
    let t = |key: &'static str| locale.text(key);
    html! {
        tr {
            td.num { (answer.claim.id) }
            td.whole { (answer.claim.text) }
            td.word data-name=(t("page.claims.kind")) { (t(kind)) }
            @if then.is_some() { td data-name=(t("page.claims.then")) { @if let Some(before) = before {
                @let shown = grouped_within(&before.shown);
                @if moved { del { (shown) } } @else { (shown) }
            } } }
            td.whole data-name=(t(if then.is_some() { "page.claims.now" } else { "page.claims.answer" })) {
                @if let Some(figure) = &answer.figure {
                    @if let Some(address) = lead.figure(figure) { a href=(address) { (figure.name) } }
                    @else { (figure.name) }
                    " " b { (grouped_within(&figure.shown)) }
                    " " span.quiet.together { (locale.days(figure.span)) }
                    @if let Some((day, shown)) = &figure.earlier {
                        p.quiet { (locale.say("page.claims.earlier", &[("day", day), ("shown", &grouped_within(shown))])) }
                    }
                }
                @if let Some(record) = &answer.record && let Some((field, says)) = &record.says {
                    p {
                        (field) " "
                        @if let Some(address) = lead.record(record) { a href=(address) { b { (says) } } }
                        @else { b { (says) } }
                    }
                }
                @if let Some(n) = answer.release { p.quiet { (locale.say("page.stand.entry", &[("entry", &n)])) } }
            }
            td data-name=(t("page.claims.verdict")) {
                (verdict(locale, answer.verdict.key()))
                @if let Some(against) = &answer.against {
                    p.late { (locale.say("page.claims.against", &[("found", &grouped_within(against))])) }
                }
            }
        }
    }
}

impl Lead {
    fn figure(&self, figure: &FigureAnswer) -> Option<String> {
        let shown = match self {
            Lead::Public(shown) => shown,
            Lead::Within => return Some(within(figure)),
        };
        shown
            .contains(&figure.account)
            .then(|| format!("/open#{}", figure.account))
    }

    fn record(&self, answer: &RecordAnswer) -> Option<String> {
        match self {
            Lead::Public(_) => None,
            Lead::Within => answer.record.map(|record| format!("/records/{record}")),
        }
    }
}

/// The figure of the claim's own days.
fn within(figure: &FigureAnswer) -> String {
    let days = match figure.span {
        Span::AsOf(day) => format!("as_of={day}"),
        Span::Between(from, to) => format!("from={from}&to={to}"),
    };
    format!(
        "/figures/{}?unit={}&{days}",
        segment(&figure.account),
        segment(&figure.unit)
    )
}

fn verdict(locale: &Locale, key: &str) -> Markup {
    let (light, word) = match key {
        "holds" => ("green", "page.claims.holds"),
        "differs" => ("red", "page.claims.differs"),
        _ => ("none", "page.claims.unproven"),
    };
    html! { span class={ "light " (light) } { (locale.text(word)) } }
}

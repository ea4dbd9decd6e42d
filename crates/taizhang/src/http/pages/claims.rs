//! Page: every claim of a published report beside what the book answers, for anybody. It shows sums and
//! whether a record bears a claim out, never the record itself.

use super::words::grouped_within;
use super::{Page, layout, parts, published};
use crate::app::App;
use crate::app::claims::{ClaimAnswer, claims};
use crate::bulletin::issued::Issued;
use crate::error::AppError;
use crate::http::Site;
use crate::locale::Locale;
use axum::extract::State;
use maud::{Markup, html};
use std::collections::BTreeSet;
use taizhang_core::definition::ClaimKind;

pub(in crate::http) async fn show(State(site): State<Site>) -> Page {
    let page = site.run(|app| {
        let t = |key: &'static str| app.locale().text(key);
        let answers = claims(app, &app.program_scope()?, None)?;
        let (released, then) = as_released(app)?;
        let definition = app.definition()?;
        let shown = definition
            .accounts
            .values()
            .filter(|account| account.public && !account.retired);
        let shown: BTreeSet<&str> = shown.map(|account| account.id.as_str()).collect();
        let is_public = |account: &str| shown.contains(account);
        let count = |key: &str| answers.iter().filter(|answer| answer.verdict.key() == key).count();
        let body = html! {
            h1 { (t("page.claims.title")) small { (definition.name) } }
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
                        (row(app.locale(), answer, released.as_ref().map(|_| then.get(at)), &is_public))
                    } }
                } }
            }
        };
        Ok(layout::public(app, t("page.claims.title"), body))
    });
    Ok(page.await?)
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

/// A line; a figure leads on only to where anybody may go.
fn row(
    locale: &Locale,
    answer: &ClaimAnswer,
    then: Option<Option<&ClaimAnswer>>,
    is_public: &dyn Fn(&str) -> bool,
) -> Markup {
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
                    @if is_public(&figure.account) { a href={ "/open#" (figure.account) } { (figure.name) } }
                    @else { (figure.name) }
                    " " b { (grouped_within(&figure.shown)) }
                    span.quiet { " " (locale.days(figure.span)) }
                }
                @if let Some((field, says)) = answer.record.as_ref().and_then(|record| record.says.as_ref()) {
                    p { (field) " " b { (says) } }
                }
                @if let Some(n) = answer.release { p.quiet { (locale.say("page.stand.entry", &[("entry", &n)])) } }
            }
            td data-name=(t("page.claims.verdict")) {
                (verdict(locale, answer.verdict.key()))
                @if let Some(against) = &answer.against { p.late { (grouped_within(against)) } }
            }
        }
    }
}

fn verdict(locale: &Locale, key: &str) -> Markup {
    let (light, word) = match key {
        "holds" => ("green", "page.claims.holds"),
        "differs" => ("red", "page.claims.differs"),
        _ => ("none", "page.claims.unproven"),
    };
    html! { span class={ "light " (light) } { (locale.text(word)) } }
}

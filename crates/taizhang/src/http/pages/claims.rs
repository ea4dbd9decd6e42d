//! Page: every claim of a published report beside what the book answers, for anybody. It shows sums and
//! whether a record bears a claim out, never the record itself.

use super::{Page, layout, parts};
use crate::app::claims::{ClaimAnswer, claims};
use crate::http::Site;
use crate::http::request::segment;
use crate::locale::Locale;
use axum::extract::State;
use maud::{Markup, html};
use taizhang_core::definition::ClaimKind;

pub(in crate::http) async fn show(State(site): State<Site>) -> Page {
    let page = site.run(|app| {
        let t = |key: &'static str| app.locale().text(key);
        let answers = claims(app, &app.program_scope()?, None)?;
        let count = |key: &str| answers.iter().filter(|answer| answer.verdict.key() == key).count();
        let body = html! {
            h1 { (t("page.claims.title")) small { (app.definition()?.name) } }
            (parts::about(t("page.claims.about")))
            @if answers.is_empty() { (parts::empty(t("page.claims.empty"), None)) }
            @else {
                p.lights {
                    (verdict(app.locale(), "holds")) " " (count("holds")) "　" (verdict(app.locale(), "differs")) " "
                        (count("differs")) "　"
                    (verdict(app.locale(), "unproven")) " " (count("unproven"))
                }
                div.scroll { table.ledger {
                    thead { tr {
                        th.num { (t("page.claims.no")) } th { (t("page.claims.text")) } th { (t("page.claims.kind")) }
                        th { (t("page.claims.answer")) } th { (t("page.claims.verdict")) }
                    } }
                    tbody { @for answer in &answers { (row(app.locale(), answer)) } }
                } }
            }
        };
        Ok(layout::public(app, t("page.claims.title"), body))
    });
    Ok(page.await?)
}

fn row(locale: &Locale, answer: &ClaimAnswer) -> Markup {
    let kind = match answer.claim.kind {
        ClaimKind::Number => "page.claims.kind_number",
        ClaimKind::State => "page.claims.kind_state",
        ClaimKind::Comparison => "page.claims.kind_comparison",
        ClaimKind::Intent => "page.claims.kind_intent",
    };
    html! {
        tr {
            td.num { (answer.claim.id) }
            td { (answer.claim.text) }
            td { (locale.text(kind)) }
            td {
                @if let Some(figure) = &answer.figure {
                    a href={ "/figures/" (segment(&figure.account)) } { (figure.name) } " " b { (figure.shown) }
                    span.quiet { " " (locale.days(figure.span)) }
                }
                @if let Some((field, says)) = answer.record.as_ref().and_then(|record| record.says.as_ref()) {
                    p { (field) " " b { (says) } }
                }
                @if let Some(n) = answer.release { p.quiet { (locale.say("page.stand.entry", &[("entry", &n)])) } }
            }
            td { (verdict(locale, answer.verdict.key())) @if let Some(against) = &answer.against { p.late { (against) } } }
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

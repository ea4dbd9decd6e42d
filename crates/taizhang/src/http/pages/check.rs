//! Page: one record for whoever has its code (查询码), without signing in — a voucher is checked, a case is
//! looked for; and the paper that carries the code. Names are masked before they come here.

use super::words::{content, grouped};
use super::{Asked, Page, layout, parts};
use crate::app::App;
use crate::app::inquiry::Inquired;
use crate::error::AppError;
use crate::http::Site;
use crate::http::request::{Fields, segment};
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::{Path, Query, State};
use axum::http::HeaderMap;
use axum::http::header::HOST;
use maud::{Markup, html};
use qrcode::{Color, EcLevel, QrCode};

/// Quiet modules around a code, as its standard asks.
const QUIET: usize = 4;

/// The form, where the code is typed by hand.
pub(in crate::http) async fn form(State(site): State<Site>, Query(asked): Asked) -> Page {
    let code = Fields(asked).get("code").map(str::to_owned);
    let page = site.run(move |app| match &code {
        Some(code) => answer(app, code),
        None => Ok(layout::public(
            app,
            app.locale().text("page.check.title"),
            typed(app, ""),
        )),
    });
    Ok(page.await?)
}

/// Where the printed code leads.
pub(in crate::http) async fn show(State(site): State<Site>, Path(code): Path<String>) -> Page {
    Ok(site.run(move |app| answer(app, &code)).await?)
}

/// The certificate of a record, with its code.
pub(in crate::http) async fn certificate(visit: Visit, headers: HeaderMap, Path(record): Path<i64>) -> Page {
    let host = headers
        .get(HOST)
        .and_then(|host| host.to_str().ok())
        .unwrap_or_default();
    let scheme = if visit.site.options.secure { "https" } else { "http" };
    let site = format!("{scheme}://{host}");
    let page = visit.run(move |app, scope| {
        let view = app.record(scope, record)?;
        let unknown = || AppError::NotFound(app.locale().text("page.check.no_certificate").to_owned());
        app.inquiry_name(scope, &view.register, view.unit).ok_or_else(unknown)?;
        let code = app.inquiry_code(record);
        paper(
            app,
            &app.inquire(&code)?,
            &code,
            &format!("{site}/open/check/{}", segment(&code)),
        )
    });
    Ok(page.await?)
}

fn typed(app: &App, code: &str) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        h1 { (t("page.check.title")) }
        (parts::about(t("page.check.about")))
        form.filters method="get" action="/open/check" {
            label { (t("page.check.code")) input name="code" value=(code) size="30" maxlength="40" required autocomplete="off"; }
            button type="submit" { (t("page.check.go")) }
        }
    }
}

fn answer(app: &App, code: &str) -> Result<Markup, AppError> {
    let found = app.inquire(code)?;
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let name = title(&found);
    let body = html! {
        div.title {
            h1 { (name) }
            @if let Some((_, stage)) = found.stages.last() { span.stage.large { (stage) } }
            @if found.void { span.void { (t("page.record.voided")) } }
        }
        (parts::about(t("page.check.answer_about")))
        (facts(locale, &found))
        @if !found.stages.is_empty() {
            h2 { (t("page.check.course")) }
            ol.timeline { @for (day, stage) in &found.stages { li { time { (day) } " " b { (stage) } } } }
        }
        // A voucher's clock is its validity, which its own day says; only a case has a day to be finished by.
        @if let Some((due, late)) = found.due.as_ref().filter(|_| !is_certificate(&found)) {
            p.late[*late] { (locale.say(if *late { "page.check.was_due" } else { "page.check.due" }, &[("day", due)])) }
        }
        p.quiet { (locale.say("page.check.as_known", &[("day", &app.today()), ("entry", &found.known_at)])) }
        p { a href="/open/check" { (t("page.check.another")) } }
    };
    Ok(layout::public(app, name, body))
}

fn title(found: &Inquired) -> &str {
    found
        .register
        .inquiry
        .as_ref()
        .map_or("", |inquiry| inquiry.name.as_str())
}

fn is_certificate(found: &Inquired) -> bool {
    let inquiry = found.register.inquiry.as_ref();
    inquiry.is_some_and(|inquiry| inquiry.certificate)
}

/// The fields that the pack shows, and the live balances.
fn facts(locale: &Locale, found: &Inquired) -> Markup {
    html! {
        dl.fields {
            @for (no, masked) in &found.fields {
                @if let Some(field) = found.register.field(*no).filter(|_| found.state.cell(*no).is_some()) {
                    div { dt { (field.name) } dd {
                        @match masked {
                            Some(masked) => span.masked { (masked) },
                            None => (content(locale, &found.definition, field, found.state.cell(*no), &found.labels)),
                        }
                    } }
                }
            }
            @for (account, amount, measure) in &found.balances {
                div { dt { (account) } dd { b.num { (grouped(amount)) } small.measure { (measure) } } }
            }
        }
    }
}

fn paper(app: &App, found: &Inquired, code: &str, address: &str) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let certificate = is_certificate(found);
    let heading = if certificate {
        found.register.name.as_str()
    } else {
        t("page.check.slip")
    };
    let body = html! {
        article.certificate {
            p.quiet { (found.definition.name) }
            h1 { (heading) @if certificate { (t("page.check.certificate")) } }
            (facts(locale, found))
            div.code {
                (square(address)?)
                div {
                    p { (t("page.check.scan")) }
                    p.no { (code) }
                    p.quiet.address { (address) }
                }
            }
            p { (locale.say("page.check.printed", &[("day", &app.today()), ("entry", &found.known_at)])) }
            @if certificate { p.seals { span { (t("page.check.issuer")) } span { (t("page.check.receiver")) } } }
        }
        p.no-print.quiet { (t("page.check.print")) }
    };
    Ok(layout::paper(app, heading, body))
}

/// The address as a square code, drawn as one path: it prints sharp at any size, and nothing is fetched.
fn square(address: &str) -> Result<Markup, AppError> {
    let code = QrCode::with_error_correction_level(address, EcLevel::M);
    let code = code.map_err(|error| AppError::Fault(error.to_string()))?;
    let width = code.width();
    let dark = code
        .to_colors()
        .into_iter()
        .enumerate()
        .filter(|(_, color)| *color == Color::Dark);
    let path: String = dark
        .map(|(at, _)| format!("M{} {}h1v1h-1z", at % width + QUIET, at / width + QUIET))
        .collect();
    let whole = width + 2 * QUIET;
    Ok(html! {
        svg.qr viewBox={ "0 0 " (whole) " " (whole) } role="img" aria-label=(address) shape-rendering="crispEdges" {
            rect width=(whole) height=(whole) fill="#fff" {}
            path d=(path) fill="#000" {}
        }
    })
}

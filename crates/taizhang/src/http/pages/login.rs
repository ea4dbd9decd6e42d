//! Page: signing in, the first password, signing out.

use super::{Asked, layout};
use crate::app::App;
use crate::http::Site;
use crate::http::answer::{Failure, Oops};
use crate::http::request::{Fields, own_address};
use crate::http::visit::{COOKIE, Visit, token};
use axum::Form;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};

type Sent = Form<Vec<(String, String)>>;

pub(in crate::http) async fn form(State(site): State<Site>, Query(asked): Asked) -> Result<Markup, Oops> {
    let asked = Fields(asked);
    let next = own_address(asked.get("next")).to_owned();
    show(&site, "", &next, None).await
}

pub(in crate::http) async fn sign_in(State(site): State<Site>, Form(sent): Sent) -> Result<Response, Oops> {
    let sent = Fields(sent);
    let next = own_address(sent.get("next")).to_owned();
    let user = sent.get("user").unwrap_or_default().trim().to_owned();
    let password = sent.get("password").unwrap_or_default().to_owned();
    let login = user.clone();
    match site.run(move |app| app.sign_in(&login, &password)).await {
        Ok((token, _)) => Ok(([(header::SET_COOKIE, cookie(&site, &token))], Redirect::to(&next)).into_response()),
        Err(failure) => {
            let status = failure.status;
            Ok((status, show(&site, &user, &next, Some(failure)).await?).into_response())
        }
    }
}

async fn show(site: &Site, user: &str, next: &str, failure: Option<Failure>) -> Result<Markup, Oops> {
    let book = site.run(|app| Ok(app.definition()?.name.clone())).await?;
    let locale = site.app.locale();
    let t = |key: &'static str| locale.text(key);
    let body = html! {
        form.sign method="post" action="/login" {
            h1 { span.seal.large { (t("page.brand")) } (book) }
            @if let Some(failure) = failure { p.refused role="alert" { (failure.detail) } }
            input type="hidden" name="next" value=(next);
            label for="user" { (t("page.sign_in.user")) }
            input #user name="user" value=(user) autocomplete="username" required autofocus;
            label for="password" { (t("page.sign_in.password")) }
            input #password name="password" type="password" autocomplete="current-password" required;
            button.act type="submit" { (t("page.sign_in.button")) }
            p.quiet { (t("page.sign_in.first_time")) a href="/activate" { (t("page.sign_in.set_password")) } }
            p.quiet { (t("page.sign_in.public")) a href="/open" { (t("page.open.way")) } }
        }
    };
    Ok(layout::bare(&site.app, t("page.sign_in.title"), body))
}

pub(in crate::http) async fn activation(State(site): State<Site>) -> Markup {
    first_password(&site.app, "", None)
}

pub(in crate::http) async fn activate(State(site): State<Site>, Form(sent): Sent) -> Response {
    let sent = Fields(sent);
    let field = |name| sent.get(name).unwrap_or_default().to_owned();
    let (user, code, password) = (field("user"), field("code"), field("password"));
    if password != field("again") {
        let failure = Failure::new(
            StatusCode::UNPROCESSABLE_ENTITY,
            "bad_request",
            site.app.locale().text("page.sign_in.differ"),
        );
        return (failure.status, first_password(&site.app, &user, Some(failure))).into_response();
    }
    let login = user.trim().to_owned();
    match site.run(move |app| app.activate(&login, &code, &password)).await {
        Ok(()) => Redirect::to("/login").into_response(),
        Err(failure) => (failure.status, first_password(&site.app, &user, Some(failure))).into_response(),
    }
}

fn first_password(app: &App, user: &str, failure: Option<Failure>) -> Markup {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let body = html! {
        form.sign method="post" action="/activate" {
            h1 { span.seal.large { (t("page.brand")) } (t("page.sign_in.first_title")) }
            @if let Some(failure) = failure { p.refused role="alert" { (failure.detail) } }
            label for="user" { (t("page.sign_in.user")) }
            input #user name="user" value=(user) autocomplete="username" required;
            label for="code" { (t("page.sign_in.code")) }
            input #code name="code" autocomplete="one-time-code" required;
            label for="password" { (t("page.sign_in.new_password")) }
            input #password name="password" type="password" autocomplete="new-password" minlength="10" required;
            label for="again" { (t("page.sign_in.again")) }
            input #again name="again" type="password" autocomplete="new-password" required;
            button.act type="submit" { (t("page.sign_in.first_title")) }
            p.quiet { a href="/login" { (t("page.sign_in.back")) } }
        }
    };
    layout::bare(app, t("page.sign_in.first_title"), body)
}

pub(in crate::http) async fn sign_out(visit: Visit, headers: HeaderMap) -> Result<Response, Oops> {
    let token = token(&headers).unwrap_or_default();
    let gone = format!("{}; Max-Age=0", cookie(&visit.site, ""));
    visit.run(move |app, _| app.sign_out(&token)).await?;
    Ok(([(header::SET_COOKIE, gone)], Redirect::to("/login")).into_response())
}

/// The session's cookie: no script reads it, no other site sends it.
pub(super) fn cookie(site: &Site, token: &str) -> String {
    let secure = if site.options.secure { "; Secure" } else { "" };
    format!("{COOKIE}={token}; Path=/; HttpOnly; SameSite=Lax{secure}")
}

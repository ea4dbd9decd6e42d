//! What was typed into a form, files included. Files are kept as they arrive; the form then carries
//! their hashes, so that a refusal does not ask for them again.

use super::layout;
use super::login::cookie;
use crate::http::Site;
use crate::http::answer::{Failure, Oops};
use crate::http::api::evidence::{begin, broken, take};
use crate::http::request::Fields;
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::extract::{FromRequest, Multipart, Request};
use axum::http::request::Parts;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use maud::html;

/// A form that somebody sent.
pub(in crate::http) struct Typed {
    pub(super) visit: Visit,
    pub(super) fields: Fields,
    /// The cookie of the session that began with this form.
    cookie: Option<String>,
}

impl Typed {
    /// Adds to an answer the session that began with the form, if one did.
    pub(super) fn answered(cookie: Option<String>, answer: impl IntoResponse) -> Response {
        let mut answer = answer.into_response();
        if let Some(value) = cookie.and_then(|cookie| HeaderValue::from_str(&cookie).ok()) {
            answer.headers_mut().insert(header::SET_COOKIE, value);
        }
        answer
    }

    /// The visit, what was typed, and the cookie to answer with.
    pub(super) fn parts(self) -> (Visit, Fields, Option<String>) {
        (self.visit, self.fields, self.cookie)
    }
}

impl FromRequest<Site> for Typed {
    type Rejection = Response;

    async fn from_request(request: Request, site: &Site) -> Result<Typed, Response> {
        use axum::RequestExt;
        let mut request = request;
        let visit: Visit = match request.extract_parts_with_state(site).await {
            Ok(visit) => visit,
            Err(refusal) => return again(request, site, refusal).await,
        };
        let parts = Multipart::from_request(request, site)
            .await
            .map_err(IntoResponse::into_response)?;
        let fields = read(&visit, parts)
            .await
            .map_err(|failure| Oops(failure).into_response())?;
        Ok(Typed {
            visit,
            fields,
            cookie: None,
        })
    }
}

/// A form that came after its session had ended: nothing of it is lost. It comes back with a place for
/// the password, and goes on once that is right. Files can't be kept for nobody; they are asked for again.
async fn again(request: Request, site: &Site, refusal: Response) -> Result<Typed, Response> {
    use axum::RequestExt;
    let mut request = request;
    let place = request.uri().path().to_owned();
    let parts: Parts = request.extract_parts().await.unwrap_or_else(|never| match never {});
    let Ok(mut multipart) = Multipart::from_request(request, site).await else {
        return Err(refusal);
    };
    let mut fields = Vec::new();
    while let Ok(Some(part)) = multipart.next_field().await {
        let name = part.name().unwrap_or_default().to_owned();
        if part.file_name().is_none()
            && let Ok(text) = part.text().await
        {
            fields.push((name, text));
        }
    }
    let given = Fields(fields);
    let (user, password) = (
        given.get("user").map(str::to_owned),
        given.get("password").map(str::to_owned),
    );
    let kept = given
        .0
        .into_iter()
        .filter(|(name, _)| name != "user" && name != "password");
    let fields = Fields(kept.collect());
    let (login, secret) = (user.clone().unwrap_or_default(), password.unwrap_or_default());
    let signed = match secret.is_empty() {
        true => None,
        false => Some(
            site.run(move |app| {
                let (token, _) = app.sign_in(login.trim(), &secret)?;
                Ok((token, app.scope(login.trim())?))
            })
            .await,
        ),
    };
    match signed {
        Some(Ok((token, scope))) => Ok(Typed {
            visit: Visit {
                site: site.clone(),
                scope,
                stand: Stand::of(&parts),
            },
            cookie: Some(cookie(site, &token)),
            fields,
        }),
        Some(Err(failure)) => Err(ask(site, &place, user.as_deref(), Some(&failure.detail), &fields)),
        None => Err(ask(site, &place, user.as_deref(), None, &fields)),
    }
}

fn ask(site: &Site, place: &str, user: Option<&str>, wrong: Option<&str>, fields: &Fields) -> Response {
    let locale = site.app.locale();
    let t = |key: &'static str| locale.text(key);
    let body = html! {
        form.sign method="post" action=(place) enctype="multipart/form-data" {
            h1 { span.seal.large { (t("page.brand")) } (t("page.sign_in.expired")) }
            p { (t("page.sign_in.expired_help")) }
            @if let Some(wrong) = wrong { p.refused role="alert" { (wrong) } }
            @for (name, value) in &fields.0 { input type="hidden" name=(name) value=(value); }
            label for="user" { (t("page.sign_in.user")) }
            input #user name="user" value=(user.unwrap_or_default()) autocomplete="username" required;
            label for="password" { (t("page.sign_in.password")) }
            input #password name="password" type="password" autocomplete="current-password" required;
            button.act type="submit" { (t("page.sign_in.resume")) }
        }
    };
    let page = layout::bare(&site.app, t("page.sign_in.expired"), body);
    (StatusCode::UNAUTHORIZED, page).into_response()
}

async fn read(visit: &Visit, mut parts: Multipart) -> Result<Fields, Failure> {
    let mut fields = Vec::new();
    while let Some(mut part) = parts.next_field().await.map_err(|error| broken(visit, &error))? {
        let name = part.name().unwrap_or_default().to_owned();
        let Some(file) = part.file_name().map(str::to_owned) else {
            fields.push((name, part.text().await.map_err(|error| broken(visit, &error))?));
            continue;
        };
        // A browser sends a file control that nobody filled as a file of no name and no bytes.
        if file.is_empty() {
            continue;
        }
        let mut arriving = begin(visit).await?;
        while let Some(piece) = part.chunk().await.map_err(|error| broken(visit, &error))? {
            arriving = take(visit, arriving, piece).await?;
        }
        let stored = visit.run(move |app, scope| app.keep(scope, arriving, &file)).await?;
        // A control `file.ID` brings the files of one field; any other brings those of the entry.
        let holder = name.strip_prefix("file.").map(|field| format!("f.{field}"));
        fields.push((holder.unwrap_or_else(|| "evidence".to_owned()), hex(&stored.hash)));
    }
    Ok(Fields(fields))
}

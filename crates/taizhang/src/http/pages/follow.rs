//! Page: what one follows — the button that stands on records, registers and figures, and the list of what
//! became of each since it was last seen.

use super::entries::moment;
use super::parts;
use super::words::{act_name, grouped};
use crate::app::App;
use crate::app::ask::Span;
use crate::app::follow::{Followed, Since};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::request::{Fields, encoded, own_address, segment};
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use axum::extract::Form;
use axum::response::Redirect;
use maud::{Markup, html};

/// Follows something, no longer follows it, or says that all of it was seen.
pub(in crate::http) async fn make(visit: Visit, Form(typed): Form<Vec<(String, String)>>) -> Result<Redirect, Oops> {
    let typed = Fields(typed);
    let back = own_address(typed.get("back")).to_owned();
    let done = visit.run(move |app, scope| match typed.get("what").and_then(Followed::read) {
        Some(what) => app.follow(scope, &what, typed.get("do") != Some("leave")),
        None => app.seen(scope),
    });
    done.await?;
    Ok(Redirect::to(&back))
}

/// The button on the page of something that can be followed.
pub(super) fn button(app: &App, scope: &Scope, stand: &Stand, what: &Followed) -> Result<Markup, AppError> {
    let on = app.follows(scope, what)?;
    let t = |key: &'static str| app.locale().text(key);
    let (act, name) = if on {
        ("leave", t("page.follow.leave"))
    } else {
        ("follow", t("page.follow.begin"))
    };
    Ok(html! {
        form.follow.no-print method="post" action="/follow" {
            input type="hidden" name="what" value=(what.key());
            input type="hidden" name="back" value=(stand.with(&[]));
            button .on[on] type="submit" name="do" value=(act) aria-pressed=(on) title=(t("page.follow.about")) { (name) }
        }
    })
}

/// What became of all that somebody follows.
pub(super) fn list(app: &App, followed: &[Since]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let changed = followed.iter().any(Since::changed);
    html! {
        @if followed.is_empty() { (parts::empty(t("page.follow.none"), None)) }
        @else {
            ul.news.followed { @for since in followed { (line(app, since)) } }
            @if changed {
                form method="post" action="/follow" {
                    input type="hidden" name="back" value="/";
                    button type="submit" name="do" value="seen" { (t("page.follow.seen")) }
                }
            }
        }
    }
}

fn line(app: &App, since: &Since) -> Markup {
    let locale = app.locale();
    html! {
        li.unseen[since.changed()] {
            a href=(address(&since.what)) { (since.name) }
            span.quiet {
                (since.place)
                @if !since.changed() { " · " (locale.text("page.follow.same")) }
                @if let Some((then, now, measure)) = &since.moved {
                    " · " del { (grouped(then)) } " → " ins { (grouped(now)) } " " (measure)
                }
            }
            @if !since.news.is_empty() {
                ul { @for each in &since.news {
                    li { a href={ "/records/" (each.entry.record) "#entry-" (each.entry.n) } {
                        @if matches!(since.what, Followed::Register(_)) { (each.title) " " }
                        (act_name(locale, Some(&each.register), &each.entry.act)) }
                        span.quiet { @if !each.actor.is_empty() { (each.actor) " · " } (moment(each.entry.recorded_at)) }
                    }
                } }
            }
        }
    }
}

/// The page of what is followed.
fn address(what: &Followed) -> String {
    match what {
        Followed::Record(record) => format!("/records/{record}"),
        Followed::Register(id) => format!("/registers/{}", segment(id)),
        Followed::Figure(account, unit, span) => {
            let unit = format!("#{unit}");
            let (from, to) = match span {
                None => (None, None),
                Some(Span::AsOf(day)) => (None, Some(day.to_string())),
                Some(Span::Between(from, to)) => (Some(from.to_string()), Some(to.to_string())),
            };
            let mut pairs = vec![("unit", unit.as_str())];
            pairs.extend(from.as_deref().map(|from| ("from", from)));
            let last = if from.is_some() { "to" } else { "as_of" };
            pairs.extend(to.as_deref().map(|to| (last, to)));
            format!("/figures/{}?{}", segment(account), encoded(&pairs))
        }
    }
}

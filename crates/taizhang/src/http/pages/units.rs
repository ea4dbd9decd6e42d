//! Page: which unit was meant — a code, a part of a name or the first letters of its pinyin. Where only one fits, the
//! page that was asked from is shown for it at once.

use super::{Asked, layout, parts};
use crate::app::search::fits;
use crate::http::answer::Oops;
use crate::http::request::{Fields, encoded, own_address};
use crate::http::visit::Visit;
use axum::extract::Query;
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;
use taizhang_core::id::RecordNo;

/// How many units are offered.
const MOST: usize = 60;

pub(in crate::http) async fn choose(visit: Visit, Query(asked): Asked) -> Result<Response, Oops> {
    let asked = Fields(asked);
    let done = visit.run(move |app, scope| {
        let text = asked.get("q").unwrap_or_default().trim().to_owned();
        let back = own_address(asked.get("back")).to_owned();
        let only = asked.get("only").map(|_| ("only", "yes"));
        let to = |unit: Option<&str>| {
            let pairs: Vec<(&str, &str)> = unit.map(|unit| ("unit", unit)).into_iter().chain(only).collect();
            let sign = if back.contains('?') { '&' } else { '?' };
            match pairs.is_empty() {
                true => back.clone(),
                false => format!("{back}{sign}{}", encoded(&pairs)),
            }
        };
        if text.is_empty() {
            return Ok(Redirect::to(&to(asked.get("now"))).into_response());
        }
        let asking = app.asking()?;
        let tree = asking.tree(app.today(), asking.reading.n());
        let living = tree.iter().filter(|(_, node)| !node.abolished);
        let mut found: Vec<(RecordNo, String, Option<RecordNo>)> = living
            .filter(|(_, node)| fits(&node.name, &text) || node.code == text)
            .map(|(no, node)| (no, node.name.clone(), node.above))
            .collect();
        // A whole name or code is meant before any that holds it.
        if let [exact] = tree.named(&text)[..] {
            found.retain(|(no, ..)| *no == exact);
        }
        if let [(one, ..)] = &found[..] {
            return Ok(Redirect::to(&to(Some(&format!("#{one}")))).into_response());
        }
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            h1 { (t("page.stand.which")) }
            (parts::about(t("page.stand.which_about")))
            @if found.is_empty() {
                (parts::empty(&app.locale().say("page.find.none", &[("text", &text)]), Some((&back, t("page.stand.unchanged")))))
            }
            ul.found { @for (no, name, above) in found.iter().take(MOST) {
                li { a href=(to(Some(&format!("#{no}")))) { (name) }
                    @if let Some(above) = above.and_then(|above| tree.get(above)) { span.quiet { (above.name) } } }
            } }
        };
        Ok(layout::page(app, scope, "", t("page.stand.which"), body).into_response())
    });
    Ok(done.await?)
}

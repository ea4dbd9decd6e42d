//! Page: two records that were one — which is kept, what it takes over, and what each figure loses.

use super::{Asked, Page, layout, parts};
use crate::http::answer::Oops;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::extract::{Form, Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::html;

pub(in crate::http) async fn show(visit: Visit, Path(dropped): Path<i64>, Query(query): Asked) -> Page {
    let asked = Fields(query);
    let page = visit.run(move |app, scope| {
        let view = app.record(scope, dropped)?;
        let kept = asked.read("into", "http.asked.number", |text| text.trim_start_matches('#').parse().ok())?;
        let told = kept.map(|kept| app.merging(scope, (dropped, kept), "")).transpose()?;
        let name = |id: &str| view.register.field_named(id).map_or(id.to_owned(), |field| field.name.clone());
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            p.way { a href={ "/records/" (dropped) } { (view.title) } " / " (t("page.merge.title")) }
            h1 { (app.locale().say("page.merge.into_other", &[("title", &view.title)])) }
            (parts::about(t("page.merge.about")))
            form.filters method="get" {
                label { (t("page.merge.into")) input name="into" value=(asked.get("into").unwrap_or_default())
                    placeholder=(t("page.merge.record")) required; }
                button type="submit" { (t("page.merge.look")) }
            }
            @if let (Some(kept), Some((taken, figures))) = (kept, &told) {
                h2 { (t("page.merge.takes")) }
                @if taken.is_empty() { p.none { (t("page.merge.takes_nothing")) } }
                @else { ul { @for (field, text) in taken { li { (name(field)) (t("page.merge.colon")) (text) } } } }
                h2 { (t("page.merge.figures")) }
                div.scroll { table.ledger {
                    thead { tr { th { (t("page.figures.figure")) } th { (t("page.stand.unit")) } th { (t("page.form.from")) }
                        th.num { (t("page.form.by")) } } }
                    tbody { @for figure in figures {
                        tr { td { (figure.name) } td { (figure.unit_name) } td.word { (figure.day) } td.num { (figure.shown) } }
                    }
                    @if figures.is_empty() { tr { td.none colspan="4" { (t("page.merge.moves_nothing")) } } } }
                } }
                form.filters method="post" {
                    input type="hidden" name="into" value=(kept);
                    label { (t("page.form.reason")) input name="reason" required; }
                    button.act type="submit" { (t("page.merge.title")) }
                }
            }
        };
        Ok(layout::page(app, scope, "registers/merge", t("page.merge.title"), body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn write(
    visit: Visit,
    Path(dropped): Path<i64>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let done = visit.run(move |app, scope| {
        let kept = typed.number("into")?.unwrap_or(0);
        app.merge(scope, (dropped, kept), typed.get("reason").unwrap_or_default())?;
        Ok(kept)
    });
    let kept = done.await?;
    Ok(Redirect::to(&format!("/records/{kept}")).into_response())
}

//! Page: two records that were one — which is kept, what it takes over, and what each figure loses.

use super::{Asked, Page, layout};
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
        let kept = asked.get("into").and_then(|text| text.trim_start_matches('#').parse::<i64>().ok());
        let told = kept.map(|kept| app.merging(scope, (dropped, kept), "")).transpose()?;
        let name = |id: &str| view.register.field_named(id).map_or(id.to_owned(), |field| field.name.clone());
        let body = html! {
            p.way { a href={ "/records/" (dropped) } { (view.title) } " / 合并" }
            h1 { "把“" (view.title) "”并入另一条" }
            p.quiet { "两条其实是一条时用：这一条作废，另一条补上它缺的内容。作废可以撤回。" }
            form.filters method="get" {
                label { "并入哪一条" input name="into" value=(asked.get("into").unwrap_or_default()) placeholder="#条目号" required; }
                button type="submit" { "看看会怎样" }
            }
            @if let (Some(kept), Some((taken, effects))) = (kept, &told) {
                h2 { "留下的条目补上" }
                @if taken.is_empty() { p.none { "没有要补的内容。" } }
                @else { ul { @for (field, text) in taken { li { (name(field)) "：" (text) } } } }
                h2 { "各数字的变化" }
                div.scroll { table.ledger {
                    thead { tr { th { "数字" } th { "单位" } th { "自" } th.num { "变化" } } }
                    tbody { @for figure in &effects.figures {
                        tr { td { (figure.name) } td { (figure.unit_name) } td { (figure.day) } td.num { (figure.shown) } }
                    }
                    @if effects.figures.is_empty() { tr { td.none colspan="4" { "没有数字变化。" } } } }
                } }
                form.filters method="post" {
                    input type="hidden" name="into" value=(kept);
                    label { "理由" input name="reason" required; }
                    button.act type="submit" { "合并" }
                }
            }
        };
        Ok(layout::page(app, scope, "registers", "合并", body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn write(
    visit: Visit,
    Path(dropped): Path<i64>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let kept = typed.get("into").and_then(|text| text.parse::<i64>().ok()).unwrap_or(0);
    let done = visit.run(move |app, scope| app.merge(scope, (dropped, kept), typed.get("reason").unwrap_or_default()));
    done.await?;
    Ok(Redirect::to(&format!("/records/{kept}")).into_response())
}

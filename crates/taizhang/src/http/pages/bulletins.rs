//! Page: bulletins — the list, and one with every number a link to its figure.

use super::{Asked, Page, layout};
use crate::error::AppError;
use crate::http::request::{Fields, segment};
use crate::http::visit::Visit;
use axum::extract::{Path, Query};
use maud::{PreEscaped, html};

pub(in crate::http) async fn list(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        let definition = app.definition()?;
        let body = html! {
            h1 { "通报" }
            ul.shelf {
                @for bulletin in &definition.bulletins {
                    li { a href={ "/bulletins/" (segment(&bulletin.id)) } { (bulletin.name) } }
                }
            }
            @if definition.bulletins.is_empty() { p.none { "方案里还没有通报。" } }
            (super::releases::due(app)?)
            p { a href="/forms" { "填报上级表" } }
        };
        Ok(layout::page(app, scope, "bulletins", "通报", body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn show(visit: Visit, Path(id): Path<String>, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let definition = app.definition()?;
        let bulletin = definition.bulletins.iter().find(|bulletin| bulletin.id == id);
        let bulletin = bulletin.ok_or_else(|| AppError::NotFound("没有这份通报，请核对地址。".to_owned()))?;
        let as_of = asked.day("as_of", app.locale())?.unwrap_or(app.today());
        let known_at = app.asking()?.known_at(asked.get("known_at"))?;
        let text = crate::bulletin::render_html(app, scope, &id, as_of, Some(&known_at.to_string()))?;
        let body = html! {
            p.way { a href="/bulletins" { "通报" } " / " (bulletin.name) }
            form.filters.no-print method="get" {
                label { "截至" input type="date" name="as_of" value=(as_of); }
                label { "按当时所知" input name="known_at" value=(asked.get("known_at").unwrap_or_default()) placeholder="流水号或日期"; }
                button type="submit" { "查看" }
            }
            // The bulletin's room escapes what it writes; its template is the pack's.
            article.bulletin { (PreEscaped(text)) }
            p.quiet { "截至 " (as_of) " · 按流水 " (known_at) " 号所知 · 每个数字都可以点开" }
            (super::releases::around(app, scope, &id, as_of, known_at)?)
        };
        Ok(layout::page(app, scope, "bulletins", &bulletin.name, body))
    });
    Ok(page.await?)
}

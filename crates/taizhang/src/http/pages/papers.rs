//! Page: a paper of a step (文书), drafted from a record — to be printed, or taken as docx and edited. Issuing it
//! is somebody's act: the page says that it is a draft.

use super::{Asked, Page, layout, parts};
use crate::app::scratch::Scratch;
use crate::bulletin::{file, paper};
use crate::http::answer::Oops;
use crate::http::request::{Fields, encoded, segment};
use crate::http::uploaded::{DOCX, download};
use crate::http::visit::Visit;
use axum::extract::{Path, Query};
use axum::response::Response;
use maud::{PreEscaped, html};

pub(in crate::http) async fn show(visit: Visit, Path((record, id)): Path<(i64, String)>, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let page = visit.run(move |app, scope| {
        let as_of = asked.day("as_of")?;
        let drafted = paper::draft(app, scope, (record, &id), as_of, asked.get("known_at"))?;
        let t = |key: &'static str| app.locale().text(key);
        let kept: Vec<(&str, &str)> = ["as_of", "known_at"]
            .into_iter()
            .filter_map(|name| Some((name, asked.get(name)?)))
            .collect();
        let body = html! {
            p.acts.no-print {
                a href={ "/records/" (record) } { (t("page.paper.back")) } " · "
                a.button href={ "/records/" (record) "/papers/" (segment(&id)) "/docx?" (encoded(&kept)) } {
                    (app.locale().say("page.bulletin.download", &[("kind", &"docx")])) }
            }
            div.no-print { (parts::about(t("page.paper.print"))) }
            p.draft { (t("page.paper.draft")) }
            // Everything that somebody typed was made plain where the paper was drafted.
            article.bulletin.step-paper { (PreEscaped(&drafted.html)) }
            p.quiet { (drafted.said) }
        };
        Ok(layout::paper(app, &drafted.title, body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn docx(
    visit: Visit,
    Path((record, id)): Path<(i64, String)>,
    Query(asked): Asked,
) -> Result<Response, Oops> {
    let asked = Fields(asked);
    let made = visit.run(move |app, scope| {
        let as_of = asked.day("as_of")?;
        let drafted = paper::draft(app, scope, (record, &id), as_of, asked.get("known_at"))?;
        let out = Scratch::new(".docx")?;
        file::docx(&drafted.document, out.path())?;
        Ok((format!("{}.docx", drafted.title), out))
    });
    let (name, out) = made.await?;
    Ok(download(&name, DOCX, out))
}

//! Page: bulletins as they were released, for anybody — those that the pack makes public, as printed then.
//! It shows neither drafts nor the records behind a number.

use super::{Page, layout, parts};
use crate::app::App;
use crate::bulletin::issued::{self, Issued};
use crate::bulletin::series;
use crate::bulletin::write;
use crate::error::AppError;
use crate::http::Site;
use axum::extract::{Path, State};
use maud::{Markup, PreEscaped, html};

/// A release that anybody may read, with what it is called: a bulletin of one unit says of which.
pub(super) struct Published {
    pub(super) title: String,
    pub(super) issued: Issued,
}

/// Public releases, the latest first; one that was withdrawn stands no more.
pub(super) fn released(app: &App) -> Result<Vec<Published>, AppError> {
    let definition = app.definition()?;
    let mut found = Vec::new();
    for bulletin in definition.bulletins.iter().filter(|bulletin| bulletin.public) {
        for series in series::all(app, bulletin, app.today())? {
            let title = series.title(app.locale());
            let standing = issued::list(app, &series.id())?;
            let standing = standing.into_iter().filter(|one| one.withdrawn.is_none());
            found.extend(standing.map(|issued| Published {
                title: title.clone(),
                issued,
            }));
        }
    }
    found.sort_by_key(|one| std::cmp::Reverse(one.issued.entry));
    Ok(found)
}

pub(in crate::http) async fn list(State(site): State<Site>) -> Page {
    let page = site.run(|app| {
        let t = |key: &'static str| app.locale().text(key);
        let found = released(app)?;
        let body = html! {
            h1 { (t("page.published.title")) }
            (parts::about(t("page.published.about")))
            @if found.is_empty() { (parts::empty(t("page.published.none"), None)) }
            @else { div.scroll { table.ledger {
                thead { tr { th { (t("page.published.bulletin")) } th { (t("page.published.number")) }
                    th { (t("page.published.as_of")) } } }
                tbody { @for Published { title, issued: one } in &found { tr {
                    td { a href={ "/open/bulletins/" (one.entry) } { (title) } }
                    td.num { (one.release.release_no) }
                    td { (one.release.as_of) }
                } } }
            } } }
        };
        Ok(layout::public(app, t("page.published.title"), body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn show(State(site): State<Site>, Path(entry): Path<i64>) -> Page {
    let page = site.run(move |app| {
        let locale = app.locale();
        let unknown = || AppError::NotFound(locale.say("bulletin.no_release", &[("entry", &entry)]));
        let mut found = released(app)?.into_iter().map(|one| one.issued);
        let one = found.find(|one| one.entry == entry).ok_or_else(unknown)?;
        let release = &one.release;
        let known_at = release.known_at.to_string();
        let written = write(
            app,
            &app.program_scope()?,
            &release.bulletin,
            release.as_of,
            Some(&known_at),
        )?;
        let said = [
            ("number", &release.release_no as &dyn std::fmt::Display),
            ("day", &release.as_of),
            ("entry", &release.known_at),
        ];
        let body = html! {
            p.way { a href="/open/bulletins" { (locale.text("page.published.title")) } }
            (parts::about(&locale.say("page.published.stands", &said)))
            article.bulletin { (maud::PreEscaped(crate::bulletin::file::red_head(&written))) (without_links(&written.html)) }
        };
        Ok(layout::public(app, &written.title, body))
    });
    Ok(page.await?)
}

/// The text without its ways into the book, which only somebody who signed in can go.
fn without_links(html: &str) -> Markup {
    let mut out = String::with_capacity(html.len());
    let mut rest = html;
    while let Some(at) = rest.find("<a ") {
        out.push_str(&rest[..at]);
        rest = rest[at..].split_once('>').map_or("", |(_, after)| after);
    }
    out.push_str(rest);
    PreEscaped(out.replace("</a>", ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn links_go_and_the_words_between_them_stay() {
        let text = r#"<p>共 <a class="figure" href="/figures/a?b=1">12</a> 项，<abbr>甲</abbr></p>"#;
        assert_eq!(without_links(text).0, "<p>共 12 项，<abbr>甲</abbr></p>");
    }
}

//! Page: how the book and its machine are, for the office's own IT person.

use super::entries::moment;
use super::words::grouped;
use super::{Page, layout, parts};
use crate::error::AppError;
use crate::http::visit::Visit;
use maud::html;
use taizhang_core::definition::Verb;
use taizhang_core::refusal::{Code, Refusal};

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        if !scope.may_at_all(Verb::Administer) {
            return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
        }
        let t = |key: &'static str| app.locale().text(key);
        let status = app.machine()?;
        let none = t("shown.unsaid").to_owned();
        let soon = status.calendar.is_none_or(|(_, last)| last <= app.today().year());
        let lines: [(&str, String); 9] = [
            (t("page.status.program"), format!("taizhang {}", status.program)),
            (t("page.status.engine"), status.engine.to_owned()),
            (
                t("page.status.size"),
                status.book_bytes.map_or(none.clone(), |bytes| {
                    format!("{} KiB", grouped(&(bytes >> 10).to_string()))
                }),
            ),
            (t("page.status.entries"), grouped(&status.head.to_string())),
            (t("page.status.last"), status.recorded_at.map_or(none.clone(), moment)),
            (
                t("page.status.closed"),
                status.closed_through.map_or(none.clone(), |day| day.to_string()),
            ),
            (t("page.status.keys"), status.keys.to_string()),
            (t("page.status.pack"), status.pack),
            (
                t("page.status.calendar"),
                status.calendar.map_or(none, |(first, last)| format!("{first}–{last}")),
            ),
        ];
        let body = html! {
            p.way { a href="/manage" { (t("page.way_manage")) } }
            h1 { (t("page.status.title")) }
            (parts::about(t("page.status.about")))
            @if soon { p.then { (t("page.status.notice_due")) " " a href="/manage/design?file=calendar/days.csv" {
                (t("page.status.notice_form")) } } }
            dl.fields { @for (name, value) in &lines { div { dt { (name) } dd { (value) } } } }
            p.quiet { (t("page.status.backups")) }
        };
        Ok(layout::page(app, scope, "manage", t("page.status.title"), body))
    });
    Ok(page.await?)
}

//! Page: how the book and its machine are, for the office's own IT person.

use super::entries::moment;
use super::words::grouped;
use super::{Page, layout, parts};
use crate::app::App;
use crate::app::machine::Machine;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::visit::Visit;
use maud::{Markup, html};
use std::fmt::Display;
use taizhang_core::definition::Verb;
use taizhang_core::refusal::{Code, Refusal};

/// A backup older than this is said to be old, in microseconds.
const BACKUP_OLD: i64 = 2 * 86_400_000_000;
/// A check older than this is said to be old.
const VERIFY_OLD: i64 = 8 * 86_400_000_000;
/// Less free space than a tenth is said to be little.
const DISK_PART: u64 = 10;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        permitted(app, scope)?;
        sheet(app, scope, html! {})
    });
    Ok(page.await?)
}

/// Reads the whole book again, at somebody's wish.
pub(in crate::http) async fn verify(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        permitted(app, scope)?;
        let verdict = app.verify_now()?;
        let key = if verdict.ok {
            "page.status.sound"
        } else {
            "page.status.unsound"
        };
        let text = app.locale().say(key, &[("entries", &verdict.entries)]);
        sheet(
            app,
            scope,
            html! { p.saved[verdict.ok] .refused[!verdict.ok] role="status" { (text) } },
        )
    });
    Ok(page.await?)
}

fn permitted(app: &App, scope: &Scope) -> Result<(), AppError> {
    match scope.may_at_all(Verb::Administer) {
        true => Ok(()),
        false => Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted))),
    }
}

fn sheet(app: &App, scope: &Scope, said: Markup) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let status = app.machine()?;
    let worries = worries(app, &status);
    let body = html! {
        p.way { a href="/manage" { (t("page.way_manage")) } }
        h1 { (t("page.status.title")) }
        (parts::about(t("page.status.about")))
        (said)
        @for (worry, way) in &worries {
            p.then { (worry) @if let Some((address, label)) = way { " " a href=(address) { (label) } } }
        }
        dl.fields { @for (name, value) in lines(app, &status) { div { dt { (name) } dd { (value) } } } }
        form method="post" { div.acts { button type="submit" { (t("page.status.verify_now")) } } }
        p { a href="/manage/design/notice" { (t("page.notice.title")) } }
        p.quiet { (t("page.status.backups")) }
        p.quiet { (t("page.status.practice")) }
    };
    Ok(layout::page(app, scope, "manage/machine", t("page.status.title"), body))
}

fn lines(app: &App, status: &Machine) -> Vec<(&'static str, String)> {
    let locale = app.locale();
    let none = || locale.text("shown.unsaid").to_owned();
    let never = || locale.text("page.status.never").to_owned();
    let backup = status.backup.as_ref().map_or(never(), |backup| {
        let said: [(&str, &dyn Display); 3] = [
            ("at", &moment(backup.at)),
            ("entries", &backup.entries),
            ("file", &backup.file),
        ];
        locale.say("page.status.backup_said", &said)
    });
    let verified = status.verified.as_ref().map_or(never(), |check| {
        let key = if check.ok {
            "page.status.verify_sound"
        } else {
            "page.status.verify_unsound"
        };
        locale.say(key, &[("at", &moment(check.at)), ("entries", &check.entries)])
    });
    let disk = status.disk.map_or(none(), |(free, all)| {
        locale.say(
            "page.status.disk_said",
            &[("free", &mebibytes(free)), ("all", &mebibytes(all))],
        )
    });
    let calendar = status
        .calendar
        .map_or(none(), |(first, last)| format!("{first}–{last}"));
    vec![
        (locale.text("page.status.disk"), disk),
        (locale.text("page.status.backup"), backup),
        (locale.text("page.status.verify"), verified),
        (locale.text("page.status.calendar"), calendar),
        (
            locale.text("page.status.notice"),
            status.notice.map_or(none(), |day| day.to_string()),
        ),
        (
            locale.text("page.status.program"),
            format!("taizhang {}", status.program),
        ),
        (locale.text("page.status.engine"), status.engine.to_owned()),
        (
            locale.text("page.status.size"),
            status.book_bytes.map_or(none(), mebibytes),
        ),
        (locale.text("page.status.entries"), grouped(&status.head.to_string())),
        (locale.text("page.status.chain"), status.chain.clone()),
        (
            locale.text("page.status.last"),
            status.recorded_at.map_or(none(), moment),
        ),
        (
            locale.text("page.status.closed"),
            status.closed_through.map_or(none(), |day| day.to_string()),
        ),
        (locale.text("page.status.keys"), status.keys.to_string()),
        (locale.text("page.status.pack"), status.pack.clone()),
    ]
}

type Worry = (String, Option<(&'static str, &'static str)>);

/// What wants doing.
fn worries(app: &App, status: &Machine) -> Vec<Worry> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let now = app.clock().now();
    let mut found: Vec<Worry> = Vec::new();
    if status.calendar.is_none_or(|(_, last)| last <= app.today().year()) {
        let way = ("/manage/design/notice", t("page.status.notice_form"));
        found.push((t("page.status.notice_due").to_owned(), Some(way)));
    }
    if status.disk.is_some_and(|(free, all)| free < all / DISK_PART) {
        found.push((t("page.status.disk_low").to_owned(), None));
    }
    if status.backup.as_ref().is_none_or(|backup| now - backup.at > BACKUP_OLD) {
        found.push((t("page.status.backup_old").to_owned(), None));
    }
    match &status.verified {
        Some(check) if !check.ok => found.push((t("page.status.unsound_last").to_owned(), None)),
        Some(check) if now - check.at <= VERIFY_OLD => {}
        _ => found.push((t("page.status.verify_old").to_owned(), None)),
    }
    found
}

fn mebibytes(bytes: u64) -> String {
    match bytes >> 20 {
        0 => format!("{} KiB", grouped(&(bytes >> 10).to_string())),
        mebibytes => format!("{} MiB", grouped(&mebibytes.to_string())),
    }
}

//! Page: the next notice on holidays, typed from the paper into the calendar.

use super::{acts, permitted, told};
use crate::app::App;
use crate::app::notice::{Festival, Notice, with_notice};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::pages::{Page, layout, parts};
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Form;
use maud::{Markup, html};
use taizhang_core::day::Day;

const HEADS: [&str; 4] = [
    "page.notice.name",
    "page.notice.first",
    "page.notice.last",
    "page.notice.work",
];
/// How many holidays there is room for.
const ROWS: usize = 9;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        permitted(app, scope)?;
        sheet(app, scope, &Fields::default(), html! {})
    });
    Ok(page.await?)
}

pub(in crate::http) async fn change(visit: Visit, Form(typed): Form<Vec<(String, String)>>) -> Page {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        permitted(app, scope)?;
        let files = read(&typed).and_then(|notice| with_notice(app.pack_files()?, &notice));
        let said = match files {
            Ok(files) => told(app, scope, files, &typed)?.said,
            Err(error) if error.is_mendable() => {
                html! { pre.faults role="alert" { (app.locale().error(&error)) } }
            }
            Err(other) => return Err(other),
        };
        sheet(app, scope, &typed, said)
    });
    Ok(page.await?)
}

fn read(typed: &Fields) -> Result<Notice, AppError> {
    let incomplete = || AppError::said("notice.incomplete", &[]);
    let year = typed
        .get("year")
        .and_then(|year| year.trim().parse().ok())
        .ok_or_else(incomplete)?;
    let mut festivals = Vec::new();
    for at in 0..ROWS {
        let name = |part: &str| format!("{part}{at}");
        let Some(called) = typed.get(&name("name")) else {
            continue;
        };
        let from = typed.day(&name("first"))?.ok_or_else(incomplete)?;
        let mut work = Vec::new();
        let words = typed
            .get(&name("work"))
            .unwrap_or_default()
            .split([',', '，', '、', ' ']);
        for text in words.filter(|text| !text.is_empty()) {
            let wrong = |_| AppError::said("http.not_a_day", &[("value", &text)]);
            work.push(text.parse::<Day>().map_err(wrong)?);
        }
        festivals.push(Festival {
            name: called.to_owned(),
            from,
            to: typed.day(&name("last"))?.unwrap_or(from),
            work,
        });
    }
    Ok(Notice {
        year,
        announced_on: typed.day("announced_on")?.ok_or_else(incomplete)?,
        address: typed.get("address").unwrap_or_default().to_owned(),
        festivals,
    })
}

fn sheet(app: &App, scope: &Scope, typed: &Fields, said: Markup) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let definition = app.definition()?;
    let known = definition.calendar.latest().known_years();
    let next = known.last().map_or(app.today().year(), |last| last + 1).to_string();
    let text = |name: &str| typed.get(name).unwrap_or_default().to_owned();
    let festivals: Vec<&str> = t("page.notice.festivals").split_whitespace().collect();
    let line = |at: usize| {
        let label = |part: &str| format!("{} {part}", at + 1);
        let called = typed.get(&format!("name{at}")).map(str::to_owned);
        let called = called.or_else(|| {
            festivals
                .get(at)
                .filter(|_| typed.0.is_empty())
                .map(|name| (*name).to_owned())
        });
        html! { tr {
            td { input name={ "name" (at) } value=[called] aria-label=(label(t("page.notice.name"))); }
            @for (part, said) in [("first", t("page.notice.first")), ("last", t("page.notice.last"))] {
                td { input type="date" name={ (part) (at) } value=(text(&format!("{part}{at}"))) aria-label=(label(said)); }
            }
            @let work = format!("work{at}");
            td { input.large name=(work) value=(text(&work)) placeholder="2027-01-09" aria-label=(label(t("page.notice.work"))); }
        } }
    };
    let body = html! {
        p.way { a href="/manage/machine" { (t("page.status.title")) } }
        h1 { (t("page.notice.title")) }
        (parts::about(t("page.notice.about")))
        @if let (Some(first), Some(last)) = (known.first(), known.last()) {
            p.quiet { (locale.say("page.notice.known", &[("first", first), ("last", last)])) }
        }
        (said)
        form method="post" {
            div.filters {
                label { (t("page.notice.year"))
                    input name="year" value=(typed.get("year").unwrap_or(&next)) inputmode="numeric" required;
                }
                label { (t("page.notice.announced_on"))
                    input type="date" name="announced_on" value=(text("announced_on")) required;
                }
                label { (t("page.notice.address"))
                    input.large name="address" value=(text("address")) required placeholder="https://www.gov.cn/zhengce/…";
                }
            }
            div.scroll { table.ledger.places {
                thead { tr { @for key in HEADS { th { (t(key)) } } } }
                tbody { @for at in 0..ROWS { (line(at)) } }
            } }
            (acts(app))
        }
    };
    Ok(layout::page(app, scope, "manage", t("page.notice.title"), body))
}

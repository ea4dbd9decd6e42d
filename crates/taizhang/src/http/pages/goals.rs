//! Page: targets beside their figures — completion, schedule, light, what is needed from now on. The
//! tree that hangs above the targets has a page of its own once a pack defines one.

use super::{Page, layout, parts};
use crate::app::pace::{Pace, paces};
use crate::http::request::segment;
use crate::http::visit::Visit;
use crate::locale::Locale;
use maud::{Markup, html};

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let as_of = stand.as_of(locale)?.unwrap_or(app.today());
        let definition = app.definition()?;
        let mut found = paces(app, as_of, stand.unit())?;
        let rank = |light: &str| ["red", "yellow", "none", "green"].iter().position(|of| *of == light);
        found.sort_by_key(|pace| rank(&pace.light));
        let account = |pace: &Pace| {
            let target = definition.targets.iter().find(|target| target.id == pace.target)?;
            definition.accounts.get(&target.account).cloned()
        };
        let body = html! {
            h1 { (t("page.way_goals")) small { (locale.say("days.as_of", &[("day", &as_of)])) } }
            (parts::about(t("page.goals.about")))
            @if found.is_empty() { (parts::empty(t("page.goals.empty"), None)) }
            @else {
                div.scroll { table.ledger {
                    thead { tr {
                        th { (t("page.goals.target")) } th { (t("page.goals.light")) } th.num { (t("page.goals.actual")) }
                        th.num { (t("page.goals.completion")) } th { (t("page.goals.progress")) }
                        th.num { (t("page.goals.schedule")) } th.num { (t("page.goals.margin")) }
                    } }
                    tbody { @for pace in &found {
                        @let account = account(pace);
                        @let address = account.as_ref().map(|account| stand.to(&format!("/figures/{}", segment(&account.id))));
                        (row(locale, pace, address.as_deref(), account.as_ref().map_or("", |account| account.measure.as_str())))
                    } }
                } }
            }
        };
        layout::Frame::of(app, scope, &stand, "goals").page(t("page.way_goals"), body)
    });
    Ok(page.await?)
}

fn row(locale: &Locale, pace: &Pace, address: Option<&str>, measure: &str) -> Markup {
    html! {
        tr {
            td { @match address { Some(address) => a href=(address) { (pace.name) }, None => (pace.name) } }
            td { (parts::light(locale, &pace.light)) }
            td.num { (pace.shown) small.measure { (measure) } }
            td.num { (pace.completion) "%" }
            td { (parts::bar(&pace.completion, &pace.schedule)) }
            td.num { (pace.schedule) "%" }
            td.num { (pace.margin) }
        }
    }
}

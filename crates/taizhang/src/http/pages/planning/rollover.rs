//! Page: the turn of the year (年度结转) — what becomes of each target that ends; looked at first, then carried out
//! in one command.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::rollover::{Above, Carried, print};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::request::Fields;
use crate::http::visit::Visit;
use axum::Form;
use maud::{Markup, html};

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let year = stand.fields().year("year")?.unwrap_or(app.today().year());
        sheet(app, scope, year, &app.plan_roll_over(year)?, html! {})
    });
    Ok(page.await?)
}

pub(in crate::http) async fn run(visit: Visit, Form(typed): Form<Vec<(String, String)>>) -> Page {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        let year = typed.year("year")?.unwrap_or(app.today().year());
        let plan = app.plan_roll_over(year)?;
        // What was looked at is what is carried out; a figure that moved since is looked at again.
        if typed.get("seen") != Some(print(&plan).as_str()) {
            let told = html! { pre.faults role="alert" { (app.locale().text("page.rollover.moved")) } };
            return sheet(app, scope, year, &plan, told);
        }
        let told = match app.roll_over(scope, &plan) {
            Ok(Some(done)) => html! { p.saved role="status" {
                (app.locale().say("page.rollover.done", &[("first", &done.first), ("last", &done.last)]))
            } },
            Ok(None) => html! { p.saved role="status" { (app.locale().text("page.rollover.nothing")) } },
            Err(error @ AppError::Refused(_)) => html! { pre.faults role="alert" { (app.locale().error(&error)) } },
            Err(other) => return Err(other),
        };
        sheet(app, scope, year, &app.plan_roll_over(year)?, told)
    });
    Ok(page.await?)
}

fn sheet(app: &App, scope: &Scope, year: i32, plan: &[Carried], told: Markup) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let carried = plan.iter().filter(|one| one.next.is_some()).count();
    let body = html! {
        p.way { a href="/goals" { (t("page.way_goals")) } }
        h1 { (locale.say("page.rollover.title", &[("year", &year)])) }
        (parts::about(t("page.rollover.about")))
        (told)
        form.filters { label { (t("page.rollover.year")) " " input.short name="year" inputmode="numeric" value=(year); }
            button type="submit" { (t("page.stand.go")) } }
        @if plan.is_empty() { (parts::empty(t("page.rollover.empty"), None)) }
        @else {
            div.scroll { table.ledger.stacked {
                thead { tr {
                    th { (t("page.goals.target")) } th.num { (t("page.goals.value")) } th {
                        (t("page.rollover.becomes")) }
                    th.num { (t("page.rollover.next")) }
                } }
                tbody { @for one in plan { tr {
                    td { a href={ "/records/" (one.record) } { (one.name) } " " small.quiet { (one.code) } (above_line(app, one)) }
                    td.num data-name=(t("page.goals.value")) { (one.value) }
                    @match (&one.next, &one.problem) {
                        (Some((code, value)), _) => {
                            td data-name=(t("page.rollover.becomes")) { (t("page.rollover.carries")) " "
                                small.quiet { (code) } }
                            td.num data-name=(t("page.rollover.next")) { b { (value) } (parts_line(app, one)) } }
                        (None, Some(problem)) => { td data-name=(t("page.rollover.becomes")) { span.refused { (problem) } } td.num { "—" } }
                        (None, None) => { td data-name=(t("page.rollover.becomes")) { (t("page.rollover.ends")) } td.num { "—" } }
                    }
                } } }
            } }
            @if carried > 0 {
                form method="post" {
                    input type="hidden" name="year" value=(year);
                    input type="hidden" name="seen" value=(print(plan));
                    div.acts { button.act type="submit" { (locale.say("page.rollover.run", &[("count", &carried)])) }
                        span.quiet { (t("page.rollover.one")) } }
                }
            }
        }
    };
    Ok(layout::page(app, scope, "goals", t("page.rollover.short"), body))
}

/// What becomes of a part's place below its whole.
fn above_line(app: &App, one: &Carried) -> Markup {
    let locale = app.locale();
    let Some((_, above)) = one.above.as_ref().filter(|_| one.next.is_some()) else {
        return html! {};
    };
    let said = match above {
        Above::Carried(code) => locale.say("page.rollover.below", &[("code", code)]),
        Above::Stays => locale.text("page.rollover.stays").to_owned(),
        Above::Ends => locale.text("page.rollover.alone").to_owned(),
    };
    html! { br; small.quiet { (said) } }
}

/// What next year's parts come to.
fn parts_line(app: &App, one: &Carried) -> Markup {
    let Some(split) = &one.parts else { return html! {} };
    let key = if split.holds {
        "page.rollover.parts"
    } else {
        "page.rollover.parts_short"
    };
    let args: [(&str, &dyn std::fmt::Display); 2] =
        [("sum", &split.sum.normalize()), ("more", &split.more.normalize())];
    html! { br; small.quiet { (app.locale().say(key, &args)) } }
}

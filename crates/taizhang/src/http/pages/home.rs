//! Page: today — the key figures of the first bulletin, and the registers that one works in.

use super::words::grouped;
use super::{Page, layout};
use crate::app::App;
use crate::app::ask::{Figure, FigureQuestion, Span, Sum};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::request::segment;
use crate::http::visit::Visit;
use maud::{Markup, html};
use taizhang_core::day::Day;
use taizhang_core::definition::Definition;

/// How many figures stand on the page.
const FIGURES: usize = 8;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        let (as_of, span) = latest_days(app)?;
        let figures = key_figures(app, scope, span)?;
        let registers = app.registers(scope)?;
        // Registers without a record that one may see wait under "all".
        let own = registers
            .iter()
            .filter(|(register, total)| !register.system && *total > 0);
        let body = html! {
            h1 { (scope.name) "，" (greeting(app.today())) }
            @if !figures.is_empty() {
                section {
                    h2 { "要数" small { "截至 " (as_of) " · " (unit_name(&figures)) } }
                    div.figures { @for figure in &figures { (card(figure)) } }
                }
            }
            section {
                h2 { "台账" small { a href="/registers" { "全部" } } }
                ul.shelf {
                    @for (register, total) in own {
                        li { a href={ "/registers/" (segment(&register.id)) } {
                            span { (register.name) } span.num { (grouped(&total.to_string())) }
                        } }
                    }
                }
            }
        };
        Ok(layout::page(app, scope, "home", "今日", body))
    });
    Ok(page.await?)
}

fn greeting(today: Day) -> String {
    let (year, month, day) = today.ymd();
    let weekday = ["一", "二", "三", "四", "五", "六", "日"];
    let at = usize::try_from(today.weekday()).unwrap_or(1).clamp(1, 7) - 1;
    format!("今天是{year}年{month}月{day}日，星期{}", weekday[at])
}

fn unit_name(figures: &[Figure]) -> &str {
    figures.first().map_or("", |figure| figure.unit_name.as_str())
}

/// The days of the bulletin issued last, since that is what people speak of; today before the first.
fn latest_days(app: &App) -> Result<(Day, Span), AppError> {
    let definition = app.definition()?;
    let Some(bulletin) = definition.bulletins.first() else {
        return Ok((app.today(), Span::AsOf(app.today())));
    };
    let releases = crate::bulletin::restate::releases(app, &bulletin.id)?;
    let as_of = releases.last().map_or(app.today(), |(_, release)| release.as_of);
    Ok((as_of, Span::Between(bulletin.period.first(as_of), as_of)))
}

/// The key figures of one's own unit; where it has none of its own, as offices do, the whole book's.
fn key_figures(app: &App, scope: &Scope, span: Span) -> Result<Vec<Figure>, AppError> {
    let own = scope.home().map(|unit| format!("#{unit}"));
    let figures = figures_of(app, own, span)?;
    if figures.iter().any(|figure| figure.sum != Sum::default()) {
        return Ok(figures);
    }
    figures_of(app, None, span)
}

fn figures_of(app: &App, unit: Option<String>, span: Span) -> Result<Vec<Figure>, AppError> {
    let mut asking = app.asking()?;
    let mut figures = Vec::new();
    for account in key_accounts(&asking.definition) {
        let question = FigureQuestion {
            account,
            unit: unit.clone(),
            span,
            known_at: None,
        };
        figures.push(asking.figure(&question)?);
    }
    Ok(figures)
}

/// The accounts that the first bulletin speaks of, in its order; then those that targets judge.
fn key_accounts(definition: &Definition) -> Vec<String> {
    let named = definition
        .bulletins
        .first()
        .map_or("", |bulletin| bulletin.template.as_str());
    let mut found: Vec<String> = Vec::new();
    let targets = definition
        .targets
        .iter()
        .filter_map(|target| definition.accounts.get(&target.account));
    let spoken = named
        .split(['"', '\''])
        .filter_map(|text| definition.account_named(text));
    for account in spoken.chain(targets) {
        if !found.contains(&account.id) && found.len() < FIGURES {
            found.push(account.id.clone());
        }
    }
    found
}

fn card(figure: &Figure) -> Markup {
    html! {
        a.card href={ "/figures/" (crate::bulletin::address(figure)) } {
            span.name { (figure.account.name) }
            span.value { (grouped(&figure.shown)) @if figure.value.is_some() { small { (figure.shown_measure) } } }
        }
    }
}

//! Page: today — what is late, what changed in what one follows, what one started, the key figures, and
//! the registers that one works in.

use super::entries::moment;
use super::words::{act_name, grouped, stage_name};
use super::{Page, layout, parts};
use crate::app::App;
use crate::app::ask::{Figure, FigureQuestion, FigureState, Span, Sum};
use crate::app::desks::{Then, Whose};
use crate::app::duties::{self, DutyView};
use crate::app::news::{Brief, News};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::request::segment;
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use maud::{Markup, html};
use taizhang_core::day::Day;
use taizhang_core::definition::{AccountKind, Bulletin, Definition};
use taizhang_core::id::EntryNo;

/// How many figures stand on the page.
const FIGURES: usize = 8;
/// How many lines a list has here.
const LINES: usize = 8;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let t = |key: &'static str| app.locale().text(key);
        let (as_of, span) = latest_days(app, &stand)?;
        let figures = key_figures(app, scope, &stand, span)?;
        let late = late_figures(app, scope, &stand)?;
        let then = Then {
            as_of: stand.as_of()?,
            known_at: stand.known_at(),
        };
        let duties = app.desk_of(scope, Whose::Own, then)?.duties;
        let followed = app.followed_since(scope)?;
        let changed = app.changed_lately(scope, LINES)?;
        let started = app.started_by(scope, LINES)?;
        let registers = app.registers(scope)?;
        // Registers without a record that one may see wait under "all".
        let own = registers
            .iter()
            .filter(|(register, total)| !register.system && *total > 0);
        let body = html! {
            h1 { (scope.name) small { (greeting(app, app.today())) } }
            (super::parts::about(app.locale().text("help.home")))
            (super::tour::offer(app, scope)?)
            div.columns {
                div {
                    (desk(app, then.as_of, &duties))
                    (late_list(app, &stand, &late))
                    section {
                        h2 { (t("page.follow.title")) }
                        (super::follow::list(app, &followed))
                    }
                    section {
                        h2 { (t("page.home.changed")) small { a href="/journal" { (t("page.home.journal")) } } }
                        (news(app, &changed, t("page.home.nothing_changed")))
                    }
                }
                div {
                    (countdown(app, scope)?)
                    section {
                        h2 { (t("page.home.started")) small { a href="/duties?view=begun" { (t("page.home.all")) } } }
                        (begun(&started, t("page.home.nothing_started")))
                    }
                }
            }
            @if !figures.is_empty() {
                section {
                    h2 { (t("page.home.figures")) small { (app.locale().days(Span::AsOf(as_of))) " · " (unit_name(&figures)) } }
                    div.figures { @for figure in &figures { (card(figure)) } }
                }
            }
            section {
                h2 { (t("page.way_registers")) small { a href="/registers" { (t("page.home.all")) } } }
                ul.shelf {
                    @for (register, total) in own {
                        li { a href=(stand.to(&format!("/registers/{}", segment(&register.id)))) {
                            span { (register.name) } span.num { (grouped(&total.to_string())) }
                        } }
                    }
                }
            }
        };
        layout::Frame::of(app, scope, &stand, "home").page(t("page.way_home"), body)
    });
    Ok(page.await?)
}

fn greeting(app: &App, today: Day) -> String {
    let weekday = usize::try_from(today.weekday()).unwrap_or(1).clamp(1, 7) - 1;
    let weekday = app.locale().nth("page.weekdays", weekday);
    app.locale()
        .long_day("page.home.greeting", today, &[("weekday", &weekday)])
}

fn unit_name(figures: &[Figure]) -> &str {
    figures.first().map_or("", |figure| figure.unit_name.as_str())
}

/// The day that the page stands for; else that of the bulletin issued last, since that is what people
/// speak of; today before the first.
pub(super) fn latest_days(app: &App, stand: &Stand) -> Result<(Day, Span), AppError> {
    let definition = app.definition()?;
    let asked = stand.as_of()?;
    let Some((bulletin, released)) = spoken_of(app, &definition)? else {
        let day = asked.unwrap_or(app.today());
        return Ok((day, Span::AsOf(day)));
    };
    let as_of = asked.or(released).unwrap_or(app.today());
    Ok((as_of, Span::Between(bulletin.period.first(as_of), as_of)))
}

/// The bulletin that was issued last, with its day; before the first, one that the public will read.
fn spoken_of<'a>(app: &App, definition: &'a Definition) -> Result<Option<(&'a Bulletin, Option<Day>)>, AppError> {
    let mut latest: Option<(EntryNo, &Bulletin, Day)> = None;
    for bulletin in &definition.bulletins {
        let issued = crate::bulletin::restate::releases(app, &bulletin.id)?;
        if let Some((entry, release)) = issued.last()
            && latest.as_ref().is_none_or(|(last, ..)| last < entry)
        {
            latest = Some((*entry, bulletin, release.as_of));
        }
    }
    if let Some((_, bulletin, day)) = latest {
        return Ok(Some((bulletin, Some(day))));
    }
    let mut all = definition.bulletins.iter();
    let read = all.clone().find(|bulletin| bulletin.public).or(all.next());
    Ok(read.map(|bulletin| (bulletin, None)))
}

/// The unit of the page's figures.
fn unit(app: &App, scope: &Scope, stand: &Stand) -> Result<Option<String>, AppError> {
    if let Some(unit) = stand.unit() {
        return Ok(Some(unit.to_owned()));
    }
    let asking = app.asking()?;
    let tree = asking.tree(app.today(), asking.reading.n());
    Ok(Some(format!("#{}", scope.desk(&tree))))
}

/// The key figures of one's own unit; where it has none of its own, the whole book's.
fn key_figures(app: &App, scope: &Scope, stand: &Stand, span: Span) -> Result<Vec<Figure>, AppError> {
    let figures = figures_of(app, unit(app, scope, stand)?, stand, span)?;
    if stand.unit().is_some() || figures.iter().any(|figure| figure.sum != Sum::default()) {
        return Ok(figures);
    }
    figures_of(app, None, stand, span)
}

fn figures_of(app: &App, unit: Option<String>, stand: &Stand, span: Span) -> Result<Vec<Figure>, AppError> {
    let mut asking = app.asking()?;
    let mut figures = Vec::new();
    for account in key_accounts(app, &asking.definition)? {
        let question = FigureQuestion {
            account,
            unit: unit.clone(),
            span,
            known_at: stand.known_at().map(str::to_owned),
        };
        figures.push(asking.figure(&question)?);
    }
    Ok(figures)
}

/// What is overdue in the page's unit and below it, the largest first.
fn late_figures(app: &App, scope: &Scope, stand: &Stand) -> Result<Vec<Figure>, AppError> {
    let unit = unit(app, scope, stand)?;
    let day = stand.as_of()?.unwrap_or(app.today());
    let mut asking = app.asking()?;
    let accounts = asking.definition.accounts.values();
    let late: Vec<String> = accounts
        .filter(|account| account.kind == AccountKind::Late && !account.retired)
        .map(|account| account.id.clone())
        .collect();
    let mut figures = Vec::new();
    for account in late {
        let figure = asking.figure(&FigureQuestion {
            account,
            unit: unit.clone(),
            span: Span::AsOf(day),
            known_at: stand.known_at().map(str::to_owned),
        })?;
        if figure.state == FigureState::Reported && figure.sum.amount != 0 {
            figures.push(figure);
        }
    }
    figures.sort_by_key(|figure| std::cmp::Reverse(figure.sum.amount));
    Ok(figures)
}

/// The most pressing of one's duties, with light and remaining working days.
fn desk(app: &App, as_of: Option<Day>, duties: &[DutyView]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        section {
            h2 { (t("page.way_duties")) small {
                a href="/duties" { (app.locale().say("page.home.all_duties", &[("count", &duties.len())])) } " · "
                a href="/pocket" { (t("page.pocket.title")) }
            } }
            @if let Some(day) = as_of { p.then { (app.locale().say("page.record.duties_then", &[("day", &day)])) } }
            @if duties.is_empty() { p.none { (t("page.home.no_duties")) } }
            @else {
                ul.duties {
                    @for view in duties.iter().take(LINES) {
                        li { a href={ "/records/" (view.record) } {
                            span.name { (parts::light(app.locale(), view.light)) " " (view.title)
                                small { " " (view.stage.1) " · " (view.limit.1) } }
                            span.left { (duties::left(app.locale(), view)) }
                        } }
                    }
                }
            }
        }
    }
}

/// The days that were announced, with how many days are left to each; nothing where none is counted down.
pub(super) fn countdown(app: &App, scope: &Scope) -> Result<Markup, AppError> {
    let locale = app.locale();
    let found = app.countdowns(scope, LINES)?;
    let left = |view: &DutyView| {
        let (days, _) = view.remaining?;
        let key = match days {
            0 => "page.countdown.today",
            late if late < 0 => "page.countdown.passed",
            _ => "page.countdown.left",
        };
        Some((days < 0, locale.say(key, &[("days", &days.abs())])))
    };
    Ok(html! {
        @if !found.is_empty() {
            section {
                h2 { (locale.text("page.countdown.title")) }
                ul.duties.countdown {
                    @for view in &found {
                        li { a href={ "/records/" (view.record) } {
                            span.name { (view.title) small { " " (view.limit.1) @if let Some(due) = view.duty.due { " · " (due) } } }
                            @if let Some((late, days)) = left(view) { span.late[late] .left[!late] { (days) } }
                        } }
                    }
                }
            }
        }
    })
}

fn late_list(app: &App, stand: &Stand, late: &[Figure]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        section {
            h2 { (t("page.home.late")) @if let Some(first) = late.first() { small { (first.unit_name) } } }
            @if late.is_empty() { (parts::empty(t("page.home.nothing_late"), None)) }
            @else {
                ul.duties {
                    @for figure in late {
                        li { a href=(stand.to(&format!("/figures/{}", segment(&figure.account.id)))) {
                            span.name { (figure.account.name) }
                            span.late { (grouped(&figure.shown)) " " (figure.shown_measure) }
                        } }
                    }
                }
            }
        }
    }
}

fn news(app: &App, found: &[News], none: &str) -> Markup {
    html! {
        @if found.is_empty() { p.none { (none) } }
        @else {
            ul.news {
                @for each in found {
                    @let act = act_name(app.locale(), Some(&each.register), &each.entry.act);
                    li {
                        a href={ "/records/" (each.entry.record) "#entry-" (each.entry.n) } { (each.title) }
                        span.quiet {
                            (each.register.name) " · " (act)
                            @if !each.actor.is_empty() { " · " (each.actor) }
                            " · " (moment(each.entry.recorded_at))
                        }
                    }
                }
            }
        }
    }
}

/// What somebody opened, each with the stage in which it stands now.
fn begun(found: &[Brief], none: &str) -> Markup {
    html! {
        @if found.is_empty() { p.none { (none) } }
        ul.news { @for each in found {
            li {
                a href={ "/records/" (each.record) } { (each.title) }
                span.quiet { (each.register.name)
                    @if let Some(stage) = &each.stage { " · " (stage_name(&each.register, stage)) } }
            }
        } }
    }
}

/// The accounts that the bulletin of the day speaks of, in its order; then those that targets judge.
fn key_accounts(app: &App, definition: &Definition) -> Result<Vec<String>, AppError> {
    let named = spoken_of(app, definition)?.map_or("", |(bulletin, _)| bulletin.template.as_str());
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
    Ok(found)
}

fn card(figure: &Figure) -> Markup {
    html! {
        a.card href={ "/figures/" (crate::bulletin::address(figure)) } {
            span.name { (figure.account.name) }
            span.value { (grouped(&figure.shown)) @if figure.value.is_some() { small { (figure.shown_measure) } } }
        }
    }
}

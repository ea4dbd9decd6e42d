//! Page: one figure, opened — what it counts, by unit, month and dimension, and down to the records
//! and entries that it is made of.

mod course;
mod standing;

use super::chart::{Chart, Point};
use super::words::grouped;
use super::{Asked, Page, controls, follow, layout, parts};
use crate::app::App;
use crate::app::ask::{Asking, By, Figure, FigureQuestion, FigureRow, FigureState, Span, last_day};
use crate::app::follow::Followed;
use crate::app::pace::{Pace, PaceAsk, asked};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::request::{Fields, encoded, segment};
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use std::sync::Arc;
use taizhang_core::day::Month;
use taizhang_core::definition::AccountKind;
use taizhang_core::id::AccountNo;

/// How many records stand on one page.
const RECORDS: usize = 50;

pub(in crate::http) async fn show(visit: Visit, Path(account): Path<String>, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let mut question = asked.question(&account, app.today())?;
        if question.unit.is_none() {
            question.unit = Some(desk(app, scope)?);
        }
        let mut asking = app.asking()?;
        let figure = asking.figure(&question)?;
        // From here on all parts answer the same question, whatever is written meanwhile.
        let question = FigureQuestion {
            known_at: Some(figure.known_at.to_string()),
            ..question
        };
        let here = Here {
            figure: &figure,
            known_at: asked.get("known_at").map(str::to_owned),
        };
        // A figure without a day of its own is followed from day to day.
        let days = ["as_of", "from", "to"].iter().any(|name| asked.get(name).is_some());
        let followed = Followed::Figure(account.clone(), figure.unit, days.then_some(figure.span));
        let follow = follow::button(app, scope, &stand, &followed)?;
        let months = asking.rows(&question, &By::Month)?;
        let judged = judged(app, &here)?;
        let body = html! {
            (here.way(app.locale(), &asking))
            (here.head(app.locale(), &follow))
            (controls(app, scope, &asked, &figure))
            div.trend { (trend(app, &months, &here)) (course::targets(app, &judged)) }
            (course::drawn(app, &here)?)
            (breakdowns(app.locale(), &mut asking, &question, &here, &months)?)
            (made_of(app.locale(), &mut asking, &question, &here)?)
            (opened(app, &mut asking, scope, &question, &here, &asked)?)
            (standing::standing(app, scope, &here, &judged)?)
        };
        layout::Frame::of(app, scope, &stand, "figures").page(&figure.account.name, body)
    });
    Ok(page.await?)
}

/// Where somebody works; figures begin there.
fn desk(app: &App, scope: &Scope) -> Result<String, AppError> {
    let asking = app.asking()?;
    let tree = asking.tree(app.today(), asking.reading.n());
    Ok(format!("#{}", scope.desk(&tree)))
}

/// The figure that the page shows, with what its links keep.
struct Here<'a> {
    figure: &'a Figure,
    known_at: Option<String>,
}

impl Here<'_> {
    /// The address of a figure like this one.
    fn address(&self, account: &str, unit: &str, span: Span, more: &[(&str, &str)]) -> String {
        let (first, last) = match span {
            Span::AsOf(day) => (None, day.to_string()),
            Span::Between(from, to) => (Some(from.to_string()), to.to_string()),
        };
        let mut pairs = vec![("unit", unit)];
        match &first {
            Some(from) => pairs.extend([("from", from.as_str()), ("to", last.as_str())]),
            None => pairs.push(("as_of", &last)),
        }
        pairs.extend(self.known_at.as_deref().map(|known_at| ("known_at", known_at)));
        pairs.extend(more);
        format!("/figures/{}?{}", segment(account), encoded(&pairs))
    }

    fn unit(&self) -> String {
        format!("#{}", self.figure.unit)
    }

    /// The units above, each a link to its own figure.
    fn way(&self, locale: &Locale, asking: &Asking<'_>) -> Markup {
        let tree = asking.tree(last_day(self.figure.span), self.figure.known_at);
        let mut above = Vec::new();
        let mut at = tree.get(self.figure.unit).and_then(|node| node.above);
        while let Some(unit) = at.filter(|_| above.len() < 12) {
            let Some(node) = tree.get(unit) else { break };
            above.push((unit, node.name.clone()));
            at = node.above;
        }
        let account = &self.figure.account.id;
        html! {
            p.way {
                a href="/figures" { (locale.text("page.way_figures")) }
                @for (unit, name) in above.iter().rev() {
                    " / " a href=(self.address(account, &format!("#{unit}"), self.figure.span, &[])) { (name) }
                }
                " / " (self.figure.unit_name)
            }
        }
    }

    fn head(&self, locale: &Locale, follow: &Markup) -> Markup {
        let t = |key: &'static str| locale.text(key);
        let figure = self.figure;
        html! {
            section.figure {
                div.title { h1 { (figure.account.name) } (follow) }
                (super::parts::about(t("help.figure")))
                p.number.forecast[figure.forecast] {
                    @match figure.state {
                        FigureState::Reported => {
                            span.value { (grouped(&figure.shown)) }
                            span.measure { (figure.shown_measure) }
                        }
                        FigureState::NotReported => span.value.none { (t("shown.not_reported")) },
                        FigureState::NotApplicable => span.value.none { (t("shown.not_applicable")) },
                        FigureState::Checking => span.value.none { (t("shown.checking")) },
                    }
                }
                p.quiet {
                    (figure.unit_name) " · " (locale.days(figure.span)) " · " (
                        locale.say("page.figure.known", &[("entry", &figure.known_at)]))
                    @if figure.forecast { " · " span.mark { (t("page.figure.forecast")) } }
                    @if figure.sum.missing > 0 { " · " span.mark { (
                        locale.say("page.figure.missing", &[("count", &figure.sum.missing)])) } }
                    @if figure.sum.not_applicable > 0 { " · " (
                        locale.say("page.figure.not_applicable", &[("count", &figure.sum.not_applicable)])) }
                }
                @if !figure.account.about.is_empty() { p.about { (figure.account.about) } }
            }
        }
    }
}

fn controls(app: &App, scope: &Scope, asked: &Fields, figure: &Figure) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let value = |name: &str| asked.get(name).unwrap_or_default().to_owned();
    html! {
        details.ask {
            summary { (t("page.figure.ask")) }
            form.filters method="get" {
                label { (t("page.stand.unit")) input name="unit" value=(value("unit")) list="units"
                    placeholder=(t("page.control.unit")); }
                @match figure.span {
                    Span::AsOf(day) => label { (t("page.stand.as_of")) input type="date" name="as_of" value=(day); },
                    Span::Between(from, to) => {
                        label { (t("page.form.from")) input type="date" name="from" value=(from); }
                        label { (t("page.figure.to")) input type="date" name="to" value=(to); }
                    }
                }
                label { (t("page.stand.known_at")) input name="known_at" value=(value("known_at"))
                    placeholder=(t("page.control.moment")); }
                button type="submit" { (t("page.stand.go")) }
            }
            (controls::units(app, scope))
        }
    }
}

fn breakdowns(
    locale: &Locale,
    asking: &mut Asking<'_>,
    question: &FigureQuestion,
    here: &Here<'_>,
    by_month: &[FigureRow],
) -> Result<Markup, AppError> {
    let t = |key: &'static str| locale.text(key);
    let account = here.figure.account.clone();
    let span = here.figure.span;
    let by_unit = asking.rows(question, &By::Unit)?;
    let mut by_dim = Vec::new();
    for dim in &account.dims {
        by_dim.push((dim.name.clone(), asking.rows(question, &By::Dimension(dim.id.clone()))?));
    }
    let unit_address = |row: &FigureRow| Some(here.address(&account.id, &row.key, span, &[]));
    let month_address = |row: &FigureRow| {
        let month: Month = row.key.parse().ok()?;
        let last = month.last().min(last_day(span));
        let span = match span {
            Span::AsOf(_) => Span::AsOf(last),
            Span::Between(from, _) => Span::Between(month.first().max(from), last),
        };
        Some(here.address(&account.id, &here.unit(), span, &[]))
    };
    let month_title = if matches!(span, Span::AsOf(_)) {
        t("page.figure.month_ends")
    } else {
        t("page.figure.months")
    };
    Ok(html! {
        div.breakdowns {
            (table(t("page.figure.units"), &by_unit, &unit_address))
            (table(month_title, by_month, &month_address))
            @for (name, rows) in &by_dim { (table(name, rows, &|_| None)) }
        }
    })
}

/// The targets of any unit that this account is judged by, each with its light.
fn judged(app: &App, here: &Here<'_>) -> Result<Vec<Arc<Pace>>, AppError> {
    let ask = PaceAsk {
        as_of: Some(last_day(here.figure.span)),
        known_at: here.known_at.clone(),
        ..PaceAsk::default()
    };
    let mut found = asked(app, &ask)?;
    found.retain(|pace| *pace.account == *here.figure.account.id);
    Ok(found)
}

/// How it came to be, month by month, with what it is to reach.
fn trend(app: &App, rows: &[FigureRow], here: &Here<'_>) -> Markup {
    let title = app
        .locale()
        .say("page.figure.trend", &[("name", &here.figure.account.name)]);
    let chart = Chart {
        title: &title,
        line: here.figure.account.kind.is_stock(),
        points: rows
            .iter()
            .map(|row| Point {
                label: row.label.get(2..).unwrap_or(&row.label),
                amount: row.amount,
                shown: &row.shown,
            })
            .collect(),
        target: None,
    };
    html! { section { h2 { (app.locale().text("page.figure.trend_title")) } (chart.show()) } }
}

/// A breakdown: each line with its value, and how large it is beside the largest.
fn table(title: &str, rows: &[FigureRow], address: &dyn Fn(&FigureRow) -> Option<String>) -> Markup {
    let largest = rows.iter().filter_map(|row| row.amount).map(i64::unsigned_abs).max();
    let drawn = largest.filter(|largest| rows.len() > 1 && *largest > 0);
    html! {
        @if !rows.is_empty() {
            section.copied {
                h2 { (title) }
                table.ledger { tbody { @for row in rows {
                    tr {
                        td { @match address(row) {
                            Some(address) => a href=(address) { (row.label) },
                            None => (row.label),
                        } }
                        @if let Some(largest) = drawn { td.share { (parts::share(row.amount, largest)) } }
                        td.num { (grouped(&row.shown)) }
                    }
                } } }
            }
        }
    }
}

/// The figures that a formula is computed from.
fn made_of(
    locale: &Locale,
    asking: &mut Asking<'_>,
    question: &FigureQuestion,
    here: &Here<'_>,
) -> Result<Markup, AppError> {
    let AccountKind::Formula(formula) = &here.figure.account.kind else {
        return Ok(html! {});
    };
    let mut rows = Vec::new();
    for slot in formula.accounts() {
        let Some(part) = asking.definition.accounts.get(&AccountNo(slot.0)).cloned() else {
            continue;
        };
        rows.push(asking.figure(&FigureQuestion {
            account: part.id.clone(),
            ..question.clone()
        })?);
    }
    Ok(html! {
        h2 { (locale.text("page.figure.made_of")) }
        table.ledger { tbody { @for part in &rows {
            tr {
                td { a href=(here.address(&part.account.id, &here.unit(), part.span, &[])) { (part.account.name) } }
                td.num { (grouped(&part.shown)) }
                td { (part.shown_measure) }
            }
        } } }
    })
}

fn opened(
    app: &App,
    asking: &mut Asking<'_>,
    scope: &Scope,
    question: &FigureQuestion,
    here: &Here<'_>,
    asked: &Fields,
) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let figure = here.figure;
    if matches!(figure.account.kind, AccountKind::Formula(_)) {
        return Ok(html! {});
    }
    if let Some(record) = asked.number("record")? {
        return postings(app, scope, question, here, record);
    }
    let after = asked.number("after")?.unwrap_or(0);
    let found = asking.open(scope, question, after, RECORDS)?;
    let address = |more: &[(&str, &str)]| here.address(&figure.account.id, &here.unit(), figure.span, more);
    Ok(html! {
        h2 #records { (t("page.figure.opened")) }
        div.scroll { table.ledger {
            thead { tr { th { (t("page.figure.record")) } th.num { (t("page.figure.amount")) } th.end { "" } } }
            tbody {
                @for item in &found.items {
                    tr {
                        td { a href={ "/records/" (item.record) } { (item.title) } }
                        td.num { (grouped(&item.shown)) }
                        td.end { a.quiet href={ (address(&[("record", &item.record.to_string())])) "#postings" } {
                            (t("page.figure.postings")) } }
                    }
                }
                @if found.others != "0" {
                    @let measure = crate::app::names::measure_name(&asking.definition, &figure.measure);
                    tr { td.none { (t("page.figure.others")) } td.num { (grouped(&found.others)) " " (measure) } td {} }
                }
            }
            tfoot { tr {
                th { (t(if found.next.is_some() || after > 0 { "page.figure.sum_of_all" } else { "page.figure.sum" })) }
                td.num { (grouped(&figure.shown)) } td { (figure.shown_measure) }
            } }
        } }
        @if let Some(next) = found.next {
            nav.pages { a href={ (address(&[("after", &next.to_string())])) "#records" } {
                (app.locale().say("page.figure.next", &[("count", &RECORDS)])) } }
        }
    })
}

/// The postings of one record, each with the entry that made it.
fn postings(
    app: &App,
    scope: &Scope,
    question: &FigureQuestion,
    here: &Here<'_>,
    record: i64,
) -> Result<Markup, AppError> {
    let view = app.record(scope, record)?;
    let (lines, ..) = app.postings(scope, question, Some(record), 0, RECORDS)?;
    let t = |key: &'static str| app.locale().text(key);
    let figure = here.figure;
    Ok(html! {
        h2 #postings { (t("page.figure.postings")) " · " a href={ "/records/" (record) } { (view.title) } }
        div.scroll { table.ledger {
            thead { tr { th { (t("page.figure.day")) } th { (t("page.stand.unit")) } th.num { (t("page.figure.amount")) }
                th { (t("page.figure.entry")) } } }
            tbody { @for line in &lines {
                tr {
                    td { (line.day) }
                    td { (line.unit_name) }
                    td.num { (grouped(&line.shown)) }
                    td { a href={ "/records/" (record) "#entry-" (line.entry) } { (line.entry) } }
                }
            } }
        } }
        p { a href=(here.address(&figure.account.id, &here.unit(), figure.span, &[])) { (t("page.figure.back")) } }
    })
}

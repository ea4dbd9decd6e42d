//! Page: money — the trial balance, and the running ledger (明细账) of one account behind each line of it.

use super::words::grouped;
use super::{Asked, Page, layout, parts};
use crate::app::ask::{Span, TrialRow};
use crate::http::request::{Fields, encoded, segment};
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::{Path, Query};
use maud::{Markup, html};
use taizhang_core::day::Day;

const LINES: usize = 100;
/// Places of the sums of both sides.
const FEN: u32 = 2;

pub(in crate::http) async fn trial(visit: Visit, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let span = asked.span(app.today())?;
        let mut trial = app.asking()?.trial(asked.get("unit"), span, asked.get("known_at"))?;
        trial.rows.sort_by(|one, other| one.account.name.cmp(&other.account.name));
        let (moved, idle): (Vec<&TrialRow>, Vec<&TrialRow>) = trial.rows.iter().partition(|row| has_moved(row));
        let keep = kept(&asked);
        let body = html! {
            h1 { (t("page.ledger.trial")) }
            (parts::about(t("page.ledger.about")))
            (days(locale, &asked, false))
            div.scroll tabindex="0" { table.ledger.trial.stacked {
                (trial_head(locale))
                tbody { @for row in &moved { (trial_row(locale, row, &keep)) } }
                tfoot { tr { th colspan="4" { (t(if trial.balanced { "page.ledger.balanced" } else { "page.ledger.sum" })) }
                    td.num { (cents(&trial.debit, FEN)) " / " (cents(&trial.credit, FEN)) } } }
            } }
            @if !trial.balanced { p { strong { (t("ledger.unequal")) } } }
            @if !idle.is_empty() { details.idle {
                summary { (locale.say("page.ledger.idle", &[("count", &idle.len())])) }
                div.scroll tabindex="0" { table.ledger.trial.stacked {
                    (trial_head(locale))
                    tbody { @for row in &idle { (trial_row(locale, row, &keep)) } }
                } }
            } }
            p.quiet { (locale.say("page.ledger.known", &[("entry", &trial.known_at)])) }
        };
        layout::Frame::of(app, scope, &stand, "figures/ledger").page(t("page.ledger.trial"), body)
    });
    Ok(page.await?)
}

fn trial_head(locale: &Locale) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! { thead { tr { th { (t("page.ledger.account")) } th.num { (t("page.ledger.opening")) }
    th.num { (t("page.ledger.debit")) } th.num { (t("page.ledger.credit")) } th.num { (t("page.ledger.closing")) } } } }
}

fn trial_row(locale: &Locale, row: &TrialRow, keep: &str) -> Markup {
    let amount = |name: &'static str, text: &str| {
        html! { td.num data-name=(locale.text(name)) { (cents(text, row.account.scale)) } }
    };
    html! { tr {
        td { a href={ "/ledger/" (segment(&row.account.id)) (keep) } { (row.account.name) }
            " " small.measure { (row.measure) } }
        (amount("page.ledger.opening", &row.opening))
        (amount("page.ledger.debit", &row.debit))
        (amount("page.ledger.credit", &row.credit))
        (amount("page.ledger.closing", &row.closing))
    } }
}

fn has_moved(row: &TrialRow) -> bool {
    [&row.opening, &row.debit, &row.credit, &row.closing]
        .iter()
        .any(|text| *text != "0")
}

/// As many places as the account keeps, so that points stand below one another. Nothing is a dash.
fn cents(text: &str, scale: u32) -> String {
    if text == "0" {
        return "—".to_owned();
    }
    let (whole, places) = text.split_once('.').unwrap_or((text, ""));
    match scale {
        0 => grouped(text),
        _ => format!("{}.{places:0<width$}", grouped(whole), width = scale as usize),
    }
}

pub(in crate::http) async fn running(visit: Visit, Path(account): Path<String>, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let mut question = asked.question(&account, app.today())?;
        // Without a first day it is the whole account up to the day: a ledger of one day says nothing.
        if let Span::AsOf(last) = question.span {
            question.span = Span::Between(Day::MIN.plus(1), last);
        }
        let window = (asked.offset("skip")?, LINES);
        let running = app.asking()?.running(scope, &question, asked.get("holder"), window)?;
        let amount = |name: &'static str, text: &str| {
            let shown = if text.is_empty() { String::new() } else { cents(text, running.account.scale) };
            html! { td.num data-name=(t(name)) { (shown) } }
        };
        let end = if running.next.is_some() { "page.ledger.carried" } else { "page.ledger.closing" };
        let body = html! {
            p.way { a href={ "/ledger" (kept(&asked)) } { (t("page.ledger.trial")) } }
            h1 { (running.account.name) " " small.measure { (running.measure) } }
            (parts::about(&running.account.about))
            (parts::about(t("page.ledger.lines")))
            (days(locale, &asked, true))
            div.scroll tabindex="0" { table.ledger.running.stacked {
                thead { tr { th { (t("page.ledger.day")) } th { (t("page.ledger.entry")) } th { (t("page.ledger.record")) }
                    th { (t("page.ledger.dims")) } th.num { (t("page.ledger.debit")) } th.num { (t("page.ledger.credit")) }
                    th.num { (t("page.ledger.balance")) } } }
                tbody {
                    tr { td colspan="6" { (t("page.ledger.opening")) } (amount("page.ledger.balance", &running.opening)) }
                    @for line in &running.lines { tr {
                        td { (line.day) }
                        td data-name=(t("page.ledger.entry")) { (line.entry) }
                        td data-name=(t("page.ledger.record")) { @match line.record {
                            Some(record) => { a href={ "/records/" (record) } { (line.title) } }
                            None => (line.title),
                        } }
                        td data-name=(t("page.ledger.dims")) { (line.dims.join(" ")) }
                        (amount("page.ledger.debit", &line.debit))
                        (amount("page.ledger.credit", &line.credit))
                        (amount("page.ledger.balance", &line.balance))
                    } }
                    tr { td colspan="6" { (t(end)) } (amount("page.ledger.balance", &running.closing)) }
                }
            } }
            @if let Some(next) = running.next {
                p { a href={ "?skip=" (next) (kept(&asked).replacen('?', "&", 1)) } { (t("page.ledger.next")) } }
            }
            p.quiet { (locale.say("page.ledger.known", &[("entry", &running.known_at)])) }
        };
        layout::Frame::of(app, scope, &stand, "figures/ledger").page(&running.account.name, body)
    });
    Ok(page.await?)
}

/// What was asked, as the end of an address; nothing where nothing was.
fn kept(asked: &Fields) -> String {
    let names = ["unit", "as_of", "from", "to", "known_at", "holder"];
    let pairs: Vec<(&str, &str)> = names
        .iter()
        .filter_map(|name| Some((*name, asked.get(name)?)))
        .collect();
    match pairs.is_empty() {
        true => String::new(),
        false => format!("?{}", encoded(&pairs)),
    }
}

/// From which day to which, and of whom; what else was asked stays asked.
fn days(locale: &Locale, asked: &Fields, of_somebody: bool) -> Markup {
    let value = |name: &str| asked.get(name).unwrap_or_default().to_owned();
    html! {
        form.filters method="get" {
            @for name in ["unit", "as_of", "known_at"] { @if let Some(value) = asked.get(name) {
                input type="hidden" name=(name) value=(value);
            } }
            label { (locale.text("page.ledger.from")) input type="date" name="from" value=(value("from")); }
            label { (locale.text("page.ledger.to")) input type="date" name="to" value=(value("to")); }
            @if of_somebody {
                label { (locale.text("page.ledger.holder")) input name="holder" value=(value("holder")); }
            }
            button type="submit" { (locale.text("page.stand.go")) }
        }
    }
}

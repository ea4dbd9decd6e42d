//! Page: money — the trial balance, and the running ledger (明细账) of one account behind each line of it.

use super::words::grouped;
use super::{Asked, Page, layout, parts};
use crate::http::request::{Fields, encoded, segment};
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::{Path, Query};
use maud::{Markup, html};

const LINES: usize = 100;

pub(in crate::http) async fn trial(visit: Visit, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let span = asked.span(app.today(), locale)?;
        let trial = app.asking()?.trial(asked.get("unit"), span, asked.get("known_at"))?;
        let keep = kept(&asked);
        let body = html! {
            h1 { (t("page.ledger.trial")) }
            (parts::about(t("page.ledger.about")))
            (days(locale, &asked))
            div.scroll { table.ledger {
                thead { tr { th { (t("page.ledger.account")) } th.num { (t("page.ledger.opening")) }
                    th.num { (t("page.ledger.debit")) } th.num { (t("page.ledger.credit")) } th.num { (t("page.ledger.closing")) } } }
                tbody { @for row in &trial.rows { tr {
                    td { a href={ "/ledger/" (segment(&row.account.id)) "?" (keep) } { (row.account.name) } }
                    td.num { (grouped(&row.opening)) }
                    td.num { (grouped(&row.debit)) }
                    td.num { (grouped(&row.credit)) }
                    td.num { (grouped(&row.closing)) }
                } } }
            } }
            p { (locale.say("ledger.sides", &[("debit", &grouped(&trial.debit)), ("credit", &grouped(&trial.credit))]))
                @if !trial.balanced { " " strong { (t("ledger.unequal")) } } }
        };
        layout::Frame::of(app, scope, &stand, "figures/ledger").page(t("page.ledger.trial"), body)
    });
    Ok(page.await?)
}

pub(in crate::http) async fn running(visit: Visit, Path(account): Path<String>, Query(asked): Asked) -> Page {
    let asked = Fields(asked);
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let t = |key: &'static str| locale.text(key);
        let question = asked.question(&account, app.today(), locale)?;
        let window = (asked.count("skip", 0, usize::MAX), LINES);
        let running = app.asking()?.running(scope, &question, asked.get("holder"), window)?;
        let body = html! {
            p.way { a href={ "/ledger?" (kept(&asked)) } { (t("page.ledger.trial")) } }
            h1 { (running.account.name) }
            (parts::about(&running.account.about))
            (days(locale, &asked))
            div.scroll { table.ledger {
                thead { tr { th { (t("page.ledger.day")) } th { (t("page.ledger.entry")) } th.wide { (t("page.ledger.record")) }
                    th { (t("page.ledger.dims")) } th.num { (t("page.ledger.debit")) } th.num { (t("page.ledger.credit")) }
                    th.num { (t("page.ledger.balance")) } } }
                tbody {
                    tr { td colspan="6" { (t("page.ledger.opening")) } td.num { (grouped(&running.opening)) } }
                    @for line in &running.lines { tr {
                        td { (line.day) }
                        td { (line.entry) }
                        td.wide { @match line.record {
                            Some(record) => { a href={ "/records/" (record) } { (line.title) } }
                            None => (line.title),
                        } }
                        td { (line.dims.join(" ")) }
                        td.num { (grouped(&line.debit)) }
                        td.num { (grouped(&line.credit)) }
                        td.num { (grouped(&line.balance)) }
                    } }
                    tr { td colspan="6" { (t("page.ledger.closing")) } td.num { (grouped(&running.closing)) } }
                }
            } }
            @if let Some(next) = running.next { p { a href={ "?" (kept(&asked)) "&skip=" (next) } { (t("page.ledger.next")) } } }
        };
        layout::Frame::of(app, scope, &stand, "figures/ledger").page(&running.account.name, body)
    });
    Ok(page.await?)
}

/// What links keep of the question.
fn kept(asked: &Fields) -> String {
    let names = ["unit", "as_of", "from", "to", "known_at", "holder"];
    let pairs: Vec<(&str, &str)> = names
        .iter()
        .filter_map(|name| Some((*name, asked.get(name)?)))
        .collect();
    encoded(&pairs)
}

fn days(locale: &Locale, asked: &Fields) -> Markup {
    let value = |name: &str| asked.get(name).unwrap_or_default().to_owned();
    html! {
        form.filters method="get" {
            label { (locale.text("page.ledger.from")) input type="date" name="from" value=(value("from")); }
            label { (locale.text("page.ledger.to")) input type="date" name="to" value=(value("to")); }
            label { (locale.text("page.ledger.holder")) input name="holder" value=(value("holder")); }
            button type="submit" { (locale.text("page.stand.go")) }
        }
    }
}

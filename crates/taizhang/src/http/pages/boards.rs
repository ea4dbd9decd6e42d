//! Page: a scoreboard (记分榜) — figures of units side by side, or of months one below the other, each a link to its
//! figure. Who is responsible stands there only for those who may read such names.

use super::{Page, layout, parts};
use crate::app::ask::FigureRow;
use crate::app::board::{BoardLine, Scoreboard};
use crate::http::request::{encoded, segment};
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use crate::locale::Locale;
use axum::extract::Path;
use maud::{Markup, html};
use taizhang_core::day::Month;
use taizhang_core::definition::Account;

pub(in crate::http) async fn show(visit: Visit, Path((register, id)): Path<(String, String)>) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let locale = app.locale();
        let as_of = stand.as_of()?.unwrap_or(app.today());
        let board = app.scoreboard(scope, (&register, &id), stand.unit(), (as_of, stand.known_at()))?;
        let days = [("from", board.from.to_string()), ("day", as_of.to_string())];
        let days: Vec<(&str, &dyn std::fmt::Display)> = days.iter().map(|(name, day)| (*name, day as _)).collect();
        let body = html! {
            p.way { a href=(stand.to(&format!("/registers/{}", segment(&board.register.id)))) { (board.register.name) } }
            h1 { (board.board.name) }
            (parts::about(&locale.say(if board.board.by_month { "page.board.about_months" } else { "page.board.about" }, &days)))
            @if board.lines.is_empty() { (parts::empty(locale.text("page.board.none"), None)) }
            @else { (table(locale, &stand, &board)) }
            @if board.names { p.quiet { (locale.text("page.board.names")) } }
        };
        layout::Frame::of(app, scope, &stand, "registers/boards").page(&board.board.name, body)
    });
    Ok(page.await?)
}

fn table(locale: &Locale, stand: &Stand, board: &Scoreboard) -> Markup {
    let ranked = board.board.rank.is_some();
    html! {
        div.scroll { table.ledger.scoreboard {
            thead { tr {
                @if ranked { th.num { (locale.text("page.board.place")) } }
                th { (locale.text(if board.board.by_month { "page.board.month" } else { "page.board.unit" })) }
                @for column in &board.columns { th.num { (column.name) small.measure { (column.measure) } } }
                @if board.names { th { (locale.text("page.board.people")) } }
            } }
            tbody { @for line in &board.lines { tr {
                @if ranked { td.num { @match line.place { Some(place) => (place), None => "—" } } }
                td { (line.name) }
                @if line.checking { td colspan=(board.columns.len()) {
                    span.checking { (locale.text("page.check_units.waits")) } } }
                @else { @for (column, cell) in board.columns.iter().zip(&line.cells) { (figure(stand, board, column, cell)) } }
                @if board.names { td { (people(locale, line)) } }
            } } }
        } }
    }
}

fn figure(stand: &Stand, board: &Scoreboard, column: &Account, cell: &FigureRow) -> Markup {
    let (from, day) = (board.from.to_string(), board.as_of.to_string());
    let unit = if board.board.by_month {
        stand.unit()
    } else {
        Some(cell.key.as_str())
    };
    let mut asked: Vec<(&str, &str)> = unit.map(|unit| ("unit", unit)).into_iter().collect();
    let month: Option<(String, String)> =
        cell.key
            .parse::<Month>()
            .ok()
            .filter(|_| board.board.by_month)
            .map(|month| {
                let last = month.last().min(board.as_of);
                (month.first().to_string(), last.to_string())
            });
    let (from, day) = month.unwrap_or((from, day));
    match column.kind.is_stock() {
        true => asked.push(("as_of", &day)),
        false => asked.extend([("from", from.as_str()), ("to", day.as_str())]),
    }
    asked.extend(stand.known_at().map(|known_at| ("known_at", known_at)));
    html! {
        td.num { @match &cell.value {
            Some(_) => a href={ "/figures/" (segment(&column.id)) "?" (encoded(&asked)) } { (cell.shown) },
            None => span.none { "—" },
        } }
    }
}

fn people(locale: &Locale, line: &BoardLine) -> String {
    let told = line
        .people
        .iter()
        .map(|(name, count)| locale.say("page.board.person", &[("name", name), ("count", count)]));
    let told: Vec<String> = told.collect();
    locale.list(&told)
}

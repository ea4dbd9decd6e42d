//! Page: the rows of a register's form, one control per place.

use crate::app::App;
use crate::app::designer::shape::{Form, Key, Kind, Part};
use crate::app::designer::{Cell, Row, Sheet};
use maud::{Markup, html};

/// How many empty rows wait at the end of a list, and in one that has none yet.
const EMPTY_ROWS: usize = 2;
const FIRST_ROWS: usize = 5;
/// A text longer than this, or of several lines, gets several lines.
const LONG: usize = 60;

/// What stands at the top of the file.
pub(super) fn head(app: &App, sheet: &Sheet) -> Markup {
    html! {
        fieldset.part {
            legend { (app.locale().text("design.part.register")) }
            p.quiet { (app.locale().text("design.about.register")) }
            input type="hidden" name="register.0.at" value="yes";
            div.places { @for cell in &sheet.root.cells { (labelled(app, "register.0", cell)) } }
        }
    }
}

/// One part: a list with a row each and empty ones at the end, or one table.
pub(super) fn part(app: &App, part: &'static Part, list: &[Row]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    // What a new register needs first stands open.
    let first = ["field", "stage", "move", "account", "view"].contains(&part.id);
    let many = !matches!(part.form, Form::One | Form::Block);
    html! {
        details.part open[first || !list.is_empty()] {
            summary { (t(part.title)) @if many { " " small { (list.len()) } } }
            p.quiet { (t(part.about)) }
            @if many { (rows(app, part, list)) } @else { (one(app, part, list, "")) }
        }
    }
}

fn blank(part: &'static Part, list: &[Row], first: usize) -> Vec<Row> {
    let many = if list.is_empty() { first } else { EMPTY_ROWS };
    (0..many).map(|_| Row::blank(part)).collect()
}

fn rows(app: &App, part: &'static Part, list: &[Row]) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let main: Vec<&Key> = part.keys.iter().filter(|key| key.main).collect();
    let blank = blank(part, list, FIRST_ROWS);
    html! {
        div.scroll { table.ledger.places {
            thead { tr {
                th { (t("design.order")) }
                @for key in &main { th { (t(key.label)) } }
                @if !part.ways.is_empty() { th { (t("design.key.way")) } }
                th { (t("design.more")) }
                th { (t("design.gone")) }
            } }
            tbody { @for (at, row) in list.iter().chain(&blank).enumerate() { (line(app, part, at, row, at >= list.len())) } }
        } }
    }
}

fn line(app: &App, part: &'static Part, at: usize, row: &Row, new: bool) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let place = format!("{}.{at}", part.id);
    let whose = format!("{} {}", t(part.title), at + 1);
    let order = if new { String::new() } else { (at + 1).to_string() };
    html! {
        tr.new[new] {
            td {
                input type="hidden" name={ (place) ".at" } value="yes";
                input.order name={ (place) ".order" } value=(order) inputmode="numeric" aria-label={ (whose) " " (t("design.order")) };
            }
            @for cell in row.cells.iter().filter(|cell| is_main(cell)) { td { (control(app, &place, &whose, cell)) } }
            @if !part.ways.is_empty() { td { (ways(app, part, &place, &whose, row)) } }
            td { details.more {
                summary { (t("design.more")) }
                div.places { @for cell in row.cells.iter().filter(|cell| !is_main(cell)) { (labelled(app, &place, cell)) } }
            } }
            td { @if !new { input type="checkbox" name={ (place) ".gone" } value="yes" aria-label={ (whose) " " (t("design.gone")) }; } }
        }
        @let columns = part.keys.iter().filter(|key| key.main).count() + 2;
        @if !part.ways.is_empty() { tr.inside.new[new] { td {} td colspan=(columns + 1) { (inside(app, &place, row)) } } }
        @if !row.parts.is_empty() { tr.inside.new[new] { td {} td colspan=(columns) {
            @for (part, list) in &row.parts { (nested(app, part, list, &format!("{place}."))) }
        } } }
    }
}

fn is_main(cell: &Cell) -> bool {
    cell.key.is_some_and(|key| key.main)
}

/// A part inside a row, folded where it is empty.
fn nested(app: &App, part: &'static Part, list: &[Row], within: &str) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        details.more.nested open[!list.is_empty()] {
            summary { (t(part.title)) @if part.form == Form::List && !list.is_empty() { " " small { (list.len()) } } }
            p.quiet { (t(part.about)) }
            @if part.form == Form::List {
                @for (at, row) in list.iter().chain([&Row::blank(part)]).enumerate() {
                    (folded(app, part, row, &format!("{within}{}.{at}", part.id), at >= list.len()))
                }
            } @else { (one(app, part, list, within)) }
        }
    }
}

/// One table, of which there is one or none.
fn one(app: &App, part: &'static Part, list: &[Row], within: &str) -> Markup {
    let blank = Row::blank(part);
    let row = list.first().unwrap_or(&blank);
    folded(app, part, row, &format!("{within}{}.0", part.id), list.is_empty())
}

/// A row of which every place carries its name.
fn folded(app: &App, part: &'static Part, row: &Row, place: &str, new: bool) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let rare = row.cells.iter().any(|cell| !is_main(cell));
    html! {
        div.one.new[new] {
            input type="hidden" name={ (place) ".at" } value="yes";
            div.places {
                @for cell in row.cells.iter().filter(|cell| is_main(cell)) { (labelled(app, place, cell)) }
                @if !new { label.place {
                    span { (t("design.gone")) }
                    input type="checkbox" name={ (place) ".gone" } value="yes" aria-label={ (t(part.title)) " " (t("design.gone")) };
                } }
            }
            @if rare { details.more {
                summary { (t("design.more")) }
                div.places { @for cell in row.cells.iter().filter(|cell| !is_main(cell)) { (labelled(app, place, cell)) } }
            } }
            @for (part, list) in &row.parts { (nested(app, part, list, &format!("{place}."))) }
        }
    }
}

/// How an account is fed.
fn ways(app: &App, part: &'static Part, place: &str, whose: &str, row: &Row) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    html! {
        select name={ (place) ".way" } aria-label={ (whose) " " (t("design.key.way")) } {
            option value="" {}
            @for (id, label) in part.ways { option value=(id) selected[*id == row.way] { (t(label)) } }
        }
    }
}

/// What stands inside the way: when and how much.
fn inside(app: &App, place: &str, row: &Row) -> Markup {
    let inside = format!("{place}.in");
    html! {
        details.more open[row.inner.iter().any(|cell| !cell.text.is_empty())] {
            summary { (app.locale().text("design.how")) }
            div.places { @for cell in &row.inner { (labelled(app, &inside, cell)) } }
        }
    }
}

fn labelled(app: &App, place: &str, cell: &Cell) -> Markup {
    let name = label(app, cell);
    html! { label.place { span { (name) } (control(app, place, "", cell)) } }
}

fn label<'a>(app: &'a App, cell: &'a Cell) -> &'a str {
    cell.key.map_or(cell.id.as_str(), |key| app.locale().text(key.label))
}

fn control(app: &App, place: &str, whose: &str, cell: &Cell) -> Markup {
    let name = format!("{place}.{}", cell.id);
    let said = (!whose.is_empty()).then(|| format!("{whose} {}", label(app, cell)));
    let list = cell.key.map_or("", |key| key.list);
    let list = (!list.is_empty()).then(|| format!("known-{list}"));
    let kind = cell.key.map_or(Kind::Raw, |key| key.kind);
    let tall = cell.text.contains('\n') || cell.text.chars().count() > LONG;
    html! {
        @match kind {
            Kind::Flag => input type="checkbox" name=(name) value="yes" checked[cell.text == "yes"] aria-label=[said];,
            Kind::One(words) => select name=(name) aria-label=[said] {
                option value="" {}
                @for (id, label) in words { option value=(id) selected[*id == cell.text] { (app.locale().text(label)) } }
                @if !cell.text.is_empty() && !words.iter().any(|(id, _)| *id == cell.text) {
                    option value=(cell.text) selected { (cell.text) }
                }
            },
            Kind::Choices | Kind::Long | Kind::Pairs => textarea name=(name) rows=(lines(&cell.text)) aria-label=[said] {
                "\n" (cell.text)
            },
            _ if tall => textarea name=(name) rows=(lines(&cell.text)) aria-label=[said] { "\n" (cell.text) },
            Kind::Number => input.num name=(name) value=(cell.text) inputmode="numeric" aria-label=[said];,
            _ => input name=(name) value=(cell.text) list=[list] aria-label=[said] autocomplete="off";,
        }
    }
}

fn lines(text: &str) -> usize {
    text.lines().count().clamp(1, 8)
}

//! Parts of the list: what stands above and below the rows — views, filters, conditions, chosen
//! columns, pages.

use super::asking::{
    CONDITIONS, Condition, GROUPS, OPS, SIZES, any_of, conditions, filtered, needs_value, page, plain, searched, size,
    view,
};
use crate::app::desk::SavedView;
use crate::app::records::Listed;
use crate::error::AppError;
use crate::http::pages::parts;
use crate::http::pages::words::grouped;
use crate::http::request::segment;
use crate::http::stand::Stand;
use crate::locale::Locale;
use maud::{Markup, html};
use taizhang_core::definition::{Field, FieldKind, Register};

/// The ways to look at a list: what the address says, and the key of its name.
pub(super) const SHAPES: [(&str, &str); 8] = [
    ("", "page.list.shape.list"),
    ("board", "page.list.shape.board"),
    ("month", "page.list.shape.month"),
    ("gantt", "page.list.shape.gantt"),
    ("map", "page.list.shape.map"),
    ("buildings", "page.list.shape.buildings"),
    ("groups", "page.list.shape.groups"),
    ("compare", "page.list.shape.compare"),
];

/// The views of the register and of its readers as tabs.
pub(super) fn views(register: &Register, stand: &Stand, saved: &[SavedView]) -> Result<Markup, AppError> {
    let fields = stand.fields();
    let own = stand.get("saved_view");
    let here = view(register, fields)?
        .map(|view| view.id.as_str())
        .filter(|_| own.is_none());
    let mut tabs: Vec<parts::Tab<'_>> = register
        .views
        .iter()
        .map(|view| parts::Tab {
            address: stand.to_with(&format!("/registers/{}", segment(&register.id)), &[("view", &view.id)]),
            name: &view.name,
            count: None,
            here: Some(view.id.as_str()) == here,
        })
        .collect();
    tabs.extend(saved.iter().map(|view| parts::Tab {
        address: format!("/registers/{}?{}", segment(&register.id), view.query),
        name: &view.name,
        count: None,
        here: own == Some(view.name.as_str()),
    }));
    tabs.extend(register.boards.iter().map(|board| parts::Tab {
        address: stand.to(&format!(
            "/registers/{}/boards/{}",
            segment(&register.id),
            segment(&board.id)
        )),
        name: &board.name,
        count: None,
        here: false,
    }));
    Ok(html! { @if tabs.len() > 1 || !saved.is_empty() { (parts::tabs(&register.name, &tabs)) } })
}

/// The other ways to look at the same records.
pub(super) fn shapes(locale: &Locale, register: &Register, stand: &Stand) -> Markup {
    let here = stand.get("show").unwrap_or_default();
    let dated = register
        .fields
        .iter()
        .any(|field| matches!(field.kind, FieldKind::Date { .. }));
    let placed = register
        .fields
        .iter()
        .any(|field| matches!(field.kind, FieldKind::Place));
    let fits = |shape: &str| match shape {
        "board" => !register.stages.is_empty(),
        "month" | "gantt" => dated,
        "map" => placed,
        "buildings" => super::buildings::of(register).is_some(),
        _ => true,
    };
    html! {
        nav.shapes aria-label=(locale.text("page.list.shapes")) {
            @for (shape, name) in SHAPES.iter().filter(|(shape, _)| fits(shape)) {
                a href=(stand.with(&[("show", shape)])) aria-current=[(here == *shape).then_some("true")] { (locale.text(name)) }
            }
        }
    }
}

/// The quick filters.
pub(super) fn filters(locale: &Locale, register: &Register, stand: &Stand) -> Result<Markup, AppError> {
    let t = |key: &'static str| locale.text(key);
    let value = |name: &str| stand.get(name).unwrap_or_default().to_owned();
    let quick: Vec<&str> = filtered(register)
        .map(|field| field.id.as_str())
        .chain(["q", "stage"])
        .collect();
    Ok(html! {
        form.filters action=(stand.path()) {
            @if let Some(field) = searched(register) {
                label { (field.name) input type="search" name="q" value=(value("q")) placeholder=(t("page.list.contains")); }
            }
            @if !register.stages.is_empty() {
                label { (t("shown.stage")) select name="stage" {
                    option value="" { (t("page.list.all")) }
                    @for stage in &register.stages {
                        option value=(stage.id) selected[value("stage") == stage.id] { (stage.name) }
                    }
                } }
            }
            @for field in filtered(register) {
                @if let FieldKind::Choice(choices) = &field.kind {
                    label { (field.name) select name=(field.id) {
                        option value="" { (t("page.list.all")) }
                        @for choice in choices {
                            option value=(choice.name) selected[value(&field.id) == choice.name] { (choice.name) }
                        }
                    } }
                }
            }
            @for (name, value) in stand.others(&quick) { input type="hidden" name=(name) value=(value); }
            button type="submit" { (t("page.list.filter")) }
            (more(locale, register, stand))
        }
        (chips(locale, register, stand)?)
    })
}

/// The link to the conditions; they are a form of their own below.
fn more(locale: &Locale, register: &Register, stand: &Stand) -> Markup {
    let open = stand.get("more").is_some();
    let to = stand.with(&[("more", if open { "" } else { "yes" })]);
    html! {
        a.quiet href=(to) { (locale.text(if open { "page.list.fewer" } else { "page.list.more" })) }
        a.quiet href=(stand.to(&format!("/registers/{}", segment(&register.id)))) { (locale.text("page.list.clear")) }
    }
}

/// What is asked for, each with a way to take it away.
fn chips(locale: &Locale, register: &Register, stand: &Stand) -> Result<Markup, AppError> {
    let found = conditions(stand.fields())?;
    let any = any_of(stand.fields())?;
    let (within, between) = if any {
        ("page.list.or", "page.list.and")
    } else {
        ("page.list.and", "page.list.or")
    };
    let groups: Vec<Vec<&Condition>> = (1..=GROUPS)
        .map(|no| found.iter().filter(|one| one.no > 0 && one.group == no).collect())
        .filter(|group: &Vec<_>| !group.is_empty())
        .collect();
    let many = groups.len() > 1;
    let word = |key: &'static str| html! { span.quiet { (locale.text(key)) } };
    Ok(html! {
        @if !found.is_empty() {
            p.chips {
                @for one in found.iter().filter(|one| one.no == 0) { (chip(locale, register, stand, one)) }
                @for (at, group) in groups.iter().enumerate() {
                    @if at > 0 { (word(between)) }
                    @if many { "（" }
                    @for (at, one) in group.iter().enumerate() {
                        @if at > 0 { (word(within)) }
                        (chip(locale, register, stand, one))
                    }
                    @if many { "）" }
                }
            }
        }
    })
}

fn chip(locale: &Locale, register: &Register, stand: &Stand, one: &Condition) -> Markup {
    let field = register.field_named(&one.field);
    let name = field.map_or(locale.text("shown.stage"), |field| field.name.as_str());
    let stage = register.stage(&one.value).filter(|_| field.is_none());
    let [f, op, v, g] = ["f", "op", "v", "g"].map(|part| format!("{part}{}", one.no));
    html! {
        span.chip {
            (name) " " (op_word(locale, &one.op)) " "
            @if needs_value(&one.op) { b { (stage.map_or(one.value.as_str(), |stage| stage.name.as_str())) } }
            a href=(stand.with(&[(&f, ""), (&op, ""), (&v, ""), (&g, "")])) aria-label=(locale.text("page.list.drop")) { "×" }
        }
    }
}

fn op_word<'a>(locale: &'a Locale, op: &'a str) -> &'a str {
    let found = OPS.iter().find(|(of, _)| *of == op);
    found.map_or(op, |(_, key)| locale.text(key))
}

/// The conditions with and, or and relative periods; the columns; the views that readers keep.
pub(super) fn advanced(
    locale: &Locale,
    register: &Register,
    stand: &Stand,
    columns: &[&Field],
) -> Result<Markup, AppError> {
    let t = |key: &'static str| locale.text(key);
    let value = |name: String| stand.get(&name).unwrap_or_default().to_owned();
    let own: Vec<String> = (1..=CONDITIONS)
        .flat_map(|no| [format!("f{no}"), format!("op{no}"), format!("v{no}"), format!("g{no}")])
        .chain(["join".to_owned()])
        .collect();
    let own: Vec<&str> = own.iter().map(String::as_str).collect();
    let shown = conditions(stand.fields())?.last().map_or(0, |one| one.no);
    let any = any_of(stand.fields())?;
    Ok(html! {
        @if stand.get("more").is_some() {
            div.advanced {
                form action=(stand.path()) {
                    h3 { (t("page.list.conditions")) }
                    p { (t("page.list.join")) select name="join" aria-label=(t("page.list.join")) {
                        option value="all" { (t("page.list.join_all")) }
                        option value="any" selected[any] { (t("page.list.join_any")) }
                    } }
                    @for no in 1..=CONDITIONS.min(shown.max(2) + 1) {
                        p.condition {
                            select name={ "f" (no) } aria-label=(t("page.list.field")) {
                                option value="" { "—" }
                                @if !register.stages.is_empty() { option value="stage"
                                    selected[value(format!("f{no}")) == "stage"] { (t("shown.stage")) } }
                                @for field in plain(register) {
                                    option value=(field.id) selected[value(format!("f{no}")) == field.id] { (field.name) }
                                }
                            }
                            select name={ "op" (no) } aria-label=(t("page.list.compare_by")) {
                                @for (op, key) in OPS { option value=(op) selected[value(format!("op{no}")) == op] { (t(key)) } }
                            }
                            input name={ "v" (no) } value=(value(format!("v{no}"))) aria-label=(t("page.list.value"));
                            select.group name={ "g" (no) } aria-label=(t("page.list.group_of")) {
                                @for group in 1..=GROUPS {
                                    option value=(group) selected[value(format!("g{no}")) == group.to_string()] {
                                        (locale.say("page.list.group_no", &[("no", &group)])) }
                                }
                            }
                        }
                    }
                    @for (name, value) in stand.others(&own) { input type="hidden" name=(name) value=(value); }
                    button type="submit" { (t("page.list.filter")) }
                }
                form method="post" action={ "/registers/" (segment(&register.id)) "/desk" } {
                    h3 { (t("page.list.columns")) }
                    div.picks { @for field in plain(register) {
                        label.tick { input type="checkbox" name="col" value=(field.id) checked[columns.iter().any(|column|
                            column.no == field.no)]; (field.name) }
                    } }
                    button type="submit" name="do" value="columns" { (t("page.list.remember")) }
                    " " button.plain type="submit" name="do" value="forget" { (t("page.list.forget")) }
                    h3 { (t("page.list.save_view")) }
                    input type="hidden" name="query" value=(stand.query());
                    p.inline {
                        input name="name" maxlength="40" aria-label=(t("page.list.view_name")) placeholder=(t("page.list.view_name"));
                        label.tick { input type="checkbox" name="shared" value="yes"; (t("page.list.share")) }
                        button type="submit" name="do" value="view" { (t("page.list.keep")) }
                        @if let Some(name) = stand.get("saved_view") {
                            input type="hidden" name="old" value=(name);
                            button.plain type="submit" name="do" value="drop" { (locale.say("page.list.drop_view", &[("name", &name)])) }
                        }
                    }
                }
            }
        }
    })
}

/// The pages of the list.
pub(super) fn pages(locale: &Locale, listed: &Listed, stand: &Stand) -> Result<Markup, AppError> {
    let t = |key: &'static str| locale.text(key);
    let (page, size) = (page(stand.fields())?, size(stand.fields())?);
    let last = usize::try_from(listed.total).unwrap_or(0).div_ceil(size).max(1);
    let total = grouped(&listed.total.to_string());
    let turn =
        |way: &str, page: usize, record: i64| stand.with(&[("page", &page.to_string()), (way, &record.to_string())]);
    let count = if listed.total_capped {
        "page.list.over"
    } else {
        "page.list.total"
    };
    Ok(html! {
        nav.pages aria-label=(t("page.list.pages")) {
            span { (locale.say(count, &[("count", &total)])) }
            @if let Some(record) = listed.previous { a rel="prev" href=(turn("before", page.saturating_sub(1).max(1), record)) {
                (t("page.list.before")) } }
            @if last > 1 {
                span { (locale.say("page.list.page", &[("page", &page), ("last", &last)])) @if listed.total_capped { "+" } }
                form.inline action=(stand.path()) {
                    input.short name="page" inputmode="numeric" aria-label=(t("page.list.jump"));
                    @for (name, value) in stand.others(&["page"]) { input type="hidden" name=(name) value=(value); }
                    button type="submit" { (t("page.list.jump")) }
                }
            }
            @if let Some(record) = listed.next { a rel="next" href=(turn("after", page + 1, record)) { (t("page.list.after")) } }
            span.sizes { (t("page.list.each")) @for each in SIZES {
                a href=(stand.with(&[("size", &each.to_string())])) aria-current=[(each == size).then_some("true")] { (each) }
            } }
            span.quiet { (locale.say("page.list.known", &[("entry", &listed.known_at)])) }
        }
    })
}

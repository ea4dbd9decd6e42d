//! Parts of the frame: whose records the page shows, and the two times as one quiet control that is off
//! until somebody asks for another day or an earlier knowledge. Then the whole page says so.

use crate::app::App;
use crate::app::ask::Asking;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::stand::Stand;
use crate::locale::Locale;
use maud::{Markup, html};
use taizhang_core::id::RecordNo;
use taizhang_core::unit::UnitTree;

/// How many units below are offered as links; more are typed.
const OFFERED: usize = 60;

/// The bar above a page.
pub(super) fn bar(app: &App, scope: &Scope, stand: &Stand, all: bool) -> Result<Markup, AppError> {
    let locale = app.locale();
    let as_of = stand.as_of()?;
    let mut asking = app.asking()?;
    let known_at = match stand.known_at() {
        Some(text) => Some((text, asking.known_at(Some(text))?)),
        None => None,
    };
    let day = as_of.unwrap_or(app.today());
    let tree = asking.tree(day, known_at.map_or(asking.reading.n(), |(_, n)| n));
    let unit = shown_unit(&asking, &tree, scope, stand)?;
    let told = match known_at {
        Some((text, n)) => locale.say(
            "page.stand.told_then",
            &[("known", &known(locale, text)), ("entry", &n)],
        ),
        None => locale.text("page.stand.told_now").to_owned(),
    };
    Ok(html! {
        div.stand {
            (switch(locale, &tree, unit, stand, all && stand.unit().is_none()))
            (times(locale, stand))
        }
        @if as_of.is_some() || known_at.is_some() {
            p.then role="status" {
                (locale.say("page.stand.told", &[("day", &day), ("known", &told)])) " "
                a href=(stand.with(&[("as_of", ""), ("known_at", ""), ("from", ""), ("to", "")])) { (locale.text("page.stand.back")) }
            }
        }
    })
}

/// The unit that a page is about: the one asked for, else where somebody works.
pub(super) fn shown_unit(
    asking: &Asking<'_>,
    tree: &UnitTree,
    scope: &Scope,
    stand: &Stand,
) -> Result<RecordNo, AppError> {
    match stand.unit() {
        Some(text) => asking.unit(tree, Some(text)),
        None => Ok(scope.desk(tree)),
    }
}

fn known(locale: &Locale, text: &str) -> String {
    match text.parse::<i64>() {
        Ok(n) => locale.say("page.stand.entry", &[("entry", &n)]),
        Err(_) => text.to_owned(),
    }
}

fn switch(locale: &Locale, tree: &UnitTree, unit: RecordNo, stand: &Stand, all: bool) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let known = tree.get(unit).filter(|_| !all);
    let name = known.map_or(t("page.stand.whole"), |node| node.name.as_str());
    let below = if stand.only() {
        "page.stand.only"
    } else {
        "page.stand.below"
    };
    let living = tree
        .children(unit)
        .iter()
        .filter_map(|no| tree.get(*no).map(|node| (no, node)));
    let living: Vec<_> = living.filter(|(_, node)| !node.abolished).take(OFFERED).collect();
    let link = |no: RecordNo| stand.with(&[("unit", &format!("#{no}")), ("record", "")]);
    html! {
        details.switch {
            summary title=(t("page.stand.change_unit")) { span.label { (t("page.stand.unit")) } b { (name) } small { (t(below)) } }
            div.sheet {
                form.inline action="/units" {
                    input name="q" autocomplete="off" aria-label=(t("page.stand.change_unit"))
                        placeholder=(t("page.stand.unit_hint"));
                    label.tick { input type="checkbox" name="only" value="yes" checked[stand.only()]; (t("page.stand.only")) }
                    input type="hidden" name="back" value=(stand.with(&[("unit", ""), ("only", ""), ("record", "")]));
                    @if let Some(unit) = stand.unit() { input type="hidden" name="now" value=(unit); }
                    button type="submit" { (t("page.stand.go")) }
                }
                @let above = way_up(tree, unit);
                @if !above.is_empty() {
                    p { span.label { (t("page.stand.up")) }
                        @for (no, name) in &above { a href=(link(*no)) { (name) } " " }
                    }
                }
                @if !living.is_empty() {
                    p { span.label { (t("page.stand.down")) }
                        @for (no, node) in &living { a href=(link(**no)) { (node.name) } " " }
                    }
                }
            }
        }
    }
}

/// The units above, the highest first.
fn way_up(tree: &UnitTree, unit: RecordNo) -> Vec<(RecordNo, &str)> {
    let mut above = Vec::new();
    let mut at = tree.get(unit).and_then(|node| node.above);
    while let Some((no, node)) = at.filter(|_| above.len() < 12).and_then(|no| Some((no, tree.get(no)?))) {
        above.push((no, node.name.as_str()));
        at = node.above;
    }
    above.reverse();
    above
}

fn times(locale: &Locale, stand: &Stand) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let (day, then) = (stand.get("as_of"), stand.known_at());
    let shown = match (day, then) {
        (None, None) => t("page.stand.now").to_owned(),
        (Some(day), None) => locale.say("page.stand.short", &[("day", &day)]),
        (day, Some(text)) => {
            let day = day.unwrap_or(t("page.stand.today"));
            locale.say(
                "page.stand.short_known",
                &[("day", &day), ("known", &known(locale, text))],
            )
        }
    };
    html! {
        details.times .on[day.is_some() || then.is_some()] {
            summary title=(t("page.stand.change_time")) { (shown) }
            form.sheet action=(stand.path()) {
                label { (t("page.stand.as_of")) input type="date" name="as_of" value=(day.unwrap_or_default()); }
                label { (t("page.stand.known_at")) input name="known_at" value=(then.unwrap_or_default())
                    placeholder=(t("page.stand.known_hint")); }
                @for (name, value) in stand.others(&["as_of", "known_at", "from", "to"]) { input type="hidden" name=(name)
                    value=(value); }
                p.help { (t("page.stand.help")) }
                button type="submit" { (t("page.stand.go")) }
            }
        }
    }
}

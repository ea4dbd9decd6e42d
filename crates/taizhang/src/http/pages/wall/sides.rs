//! Parts of the wall: what must run faster to arrive, and the works on the plane and on the time axis.

use super::LINES;
use crate::app::App;
use crate::app::pace::Pace;
use crate::app::records::ListAsk;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::pages::axis::{self, Bar};
use crate::http::pages::plane::{self, Ways};
use crate::http::pages::records::{gantt, map};
use crate::http::pages::words::grouped;
use crate::http::request::{encoded, segment};
use crate::http::stand::Stand;
use maud::{Markup, html};
use rust_decimal::Decimal;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Field, FieldKind, Register, Verb};
use taizhang_core::id::STAGE;

/// How many works are read for the plane and the axis.
const WORKS: usize = 200;

/// What does not arrive at the present rate, what must speed up most first: the list of the second half.
pub(super) fn sprint(app: &App, stand: &Stand, paces: &[Arc<Pace>]) -> Markup {
    let locale = app.locale();
    let behind = paces.iter().filter(|pace| {
        pace.checking.is_none() && pace.is_needed() && pace.reached != Some(true) && pace.arrives == Some(false)
    });
    // What stands still comes first.
    let mut behind: Vec<(Decimal, &Arc<Pace>)> = behind
        .map(|pace| (pace.faster().unwrap_or(Decimal::MAX), pace))
        .collect();
    behind.sort_by_key(|(faster, _)| std::cmp::Reverse(*faster));
    html! {
        h2 { (locale.text("page.wall.sprint")) }
        @if behind.is_empty() { p.none { (locale.text("page.wall.all_arrive")) } }
        ul.duties.sprint { @for (_, pace) in behind.iter().take(LINES) {
            li { a href=(stand.to(&format!("/figures/{}", segment(&pace.account)))) {
                span.name { (pace.name)
                    small { (locale.say("page.wall.rates", &[
                        ("rate", &grouped(pace.said().in_measure.rate.as_deref().unwrap_or("0"))),
                        ("needed", &grouped(pace.said().in_measure.needed.as_deref().unwrap_or_default())),
                        ("measure", &pace.shown_measure),
                    ])) }
                }
                @match &pace.said().faster {
                    Some(times) => span.late { "× " (times) },
                    None => span.late { (locale.text("page.wall.stalled")) },
                }
            } }
        } }
    }
}

/// The works of the register that has most to show on an axis, on the plane and on the axis.
pub(super) fn works(
    app: &App,
    scope: &Scope,
    stand: &Stand,
    definition: &Definition,
    as_of: Day,
) -> Result<Markup, AppError> {
    let Some(register) = register(scope, definition) else {
        return Ok(html! {});
    };
    let named = |(no, down): &(_, bool)| match register.field(*no) {
        Some(field) => Some((field.id.clone(), *down)),
        None => (*no == STAGE).then(|| ("stage".to_owned(), *down)),
    };
    // The pack's first view says which of them matter most.
    let sort = register
        .views
        .first()
        .map_or_else(Vec::new, |view| view.sort.iter().filter_map(named).collect());
    let listed = app.list(
        scope,
        &ListAsk {
            register: register.id.clone(),
            unit: stand.unit().map(str::to_owned),
            sort,
            limit: WORKS,
            ..ListAsk::default()
        },
    )?;
    let address = |record| stand.to(&format!("/records/{record}"));
    let shape = |shape: &str, more: &[(&str, &str)]| {
        let pairs: Vec<(&str, &str)> = [("show", shape)].iter().chain(more).copied().collect();
        format!("/registers/{}?{}", segment(&register.id), encoded(&pairs))
    };
    let closer = |section: &str| shape("map", &[("box", section)]);
    let points = map::place(register).map_or_else(Vec::new, |field| map::points(&listed, field));
    let bars = gantt::between(register).map_or_else(Vec::new, |(begins, ends)| shown(&listed, begins, ends, as_of));
    let ways = Ways {
        record: &address,
        closer: &closer,
    };
    let locale = app.locale();
    Ok(html! {
        @if !points.is_empty() {
            h2 { a href=(shape("map", &[])) { (locale.say("page.wall.map", &[("register", &register.name)])) } }
            (plane::drawn(locale, &register.name, &points, &ways))
        }
        @if !bars.is_empty() {
            h2 { a href=(shape("gantt", &[])) { (locale.say("page.wall.axis", &[("register", &register.name)])) } }
            (axis::drawn(&register.name, axis::SMALL, &bars, as_of, &address))
        }
    })
}

/// The bars that had begun on the day, the first of the list first chosen.
fn shown(listed: &crate::app::records::Listed, begins: &Field, ends: &Field, as_of: Day) -> Vec<Bar> {
    let all = gantt::bars(listed, begins, ends);
    let begun = |record: i64| all.iter().find(|bar| bar.record == record && bar.from <= as_of);
    let mut records: Vec<i64> = listed
        .rows
        .iter()
        .map(|row| row.record)
        .filter(|record| begun(*record).is_some())
        .collect();
    records.truncate(LINES + 3);
    all.into_iter().filter(|bar| records.contains(&bar.record)).collect()
}

/// The register with stages that has most dates; one that has places too before any that has none.
fn register<'a>(scope: &Scope, definition: &'a Definition) -> Option<&'a Arc<Register>> {
    let dates = |register: &Register| {
        let dated = |field: &&Field| matches!(field.kind, FieldKind::Date { .. });
        register.fields.iter().filter(dated).count()
    };
    let fits = |register: &&Arc<Register>| {
        !register.system && !register.stages.is_empty() && scope.may_somewhere(Verb::Read, register)
    };
    let found = definition
        .registers
        .iter()
        .filter(fits)
        .max_by_key(|register| (map::place(register).is_some(), dates(register)));
    found.filter(|register| dates(register) > 1)
}

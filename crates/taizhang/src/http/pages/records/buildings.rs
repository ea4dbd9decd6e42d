//! The list as buildings: for a register whose page shows them, all that the list holds.

use super::List;
use crate::app::sections::Times;
use crate::error::AppError;
use crate::http::pages::{buildings, parts};
use maud::{Markup, html};
use taizhang_core::definition::{Buildings, Register, Shows};

/// How a register's records are buildings, if they are.
pub(super) fn of(register: &Register) -> Option<&Buildings> {
    register.sections.iter().find_map(|section| match &section.shows {
        Shows::Buildings(by) => Some(by),
        _ => None,
    })
}

pub(super) fn show(list: &List<'_>) -> Result<Markup, AppError> {
    let Some(by) = of(&list.register) else {
        return Ok(html! {});
    };
    let listed = list.app.list(list.scope, &list.all())?;
    let times = Times {
        as_of: list.ask.as_of,
        known_at: list.ask.known_at.clone(),
    };
    let estates = list.app.buildings(list.scope, &listed, by, &times)?;
    let locale = list.app.locale();
    Ok(html! {
        (list.rest(listed.total))
        @if estates.is_empty() { (parts::empty(locale.text("page.list.nothing_fits"), None)) }
        @else { (buildings::drawn(locale, list.stand, &estates, None)) }
    })
}

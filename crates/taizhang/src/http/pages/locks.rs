//! What stands over lists, forms and records that are locked: which unit, which period, and why.

use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use maud::{Markup, html};
use taizhang_core::definition::Register;
use taizhang_core::lock::Lock;
use taizhang_core::timeline::State;

/// How many locks stand over a list; the register of locks has them all.
const SHOWN: usize = 4;

/// The locks that hold for a register, over its list, its grid and its empty form.
pub(super) fn over(app: &App, scope: &Scope, register: &Register) -> Result<Markup, AppError> {
    let locks = app.locks_of(scope, register)?;
    Ok(html! {
        @for lock in locks.iter().take(SHOWN) { p.locked role="note" { (app.lock_said(register, lock)) } }
        @if locks.len() > SHOWN { p.locked role="note" {
            (app.locale().say("page.lock.more", &[("count", &(locks.len() - SHOWN))])) } }
    })
}

/// The lock under which one record stands.
pub(super) fn on(app: &App, register: &Register, state: &State) -> Result<Markup, AppError> {
    let lock = app.lock_on(register, state)?;
    Ok(html! { @if let Some(lock) = &lock { p.locked role="note" { (app.lock_said(register, lock)) } } })
}

/// The mark of a locked row of a list; the reason stands behind it.
pub(super) fn mark(app: &App, register: &Register, locks: &[Lock], state: &State) -> Markup {
    let today = app.today();
    let lock = locks.iter().find(|lock| lock.holds_of(register, state, today));
    html! { @if let Some(lock) = lock {
        " " span.lock title=(app.lock_said(register, lock)) { (app.locale().text("page.lock.mark")) }
    } }
}

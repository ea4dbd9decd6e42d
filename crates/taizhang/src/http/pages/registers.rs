//! Page: all registers that one may read.

use super::words::grouped;
use super::{Page, layout};
use crate::http::request::segment;
use crate::http::visit::Visit;
use crate::locale::Locale;
use maud::{Markup, html};
use std::sync::Arc;
use taizhang_core::definition::Register;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        let found = app.registers(scope)?;
        let (system, own): (Vec<_>, Vec<_>) = found.iter().partition(|(register, _)| register.system);
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            h1 { (t("page.way_registers")) }
            (super::parts::about(app.locale().text("help.registers")))
            (group(app.locale(), t("page.registers.own"), &own))
            (group(app.locale(), t("page.registers.base"), &system))
            @if found.is_empty() { p.none { (t("page.registers.none")) } }
        };
        Ok(layout::page(app, scope, "registers", t("page.way_registers"), body))
    });
    Ok(page.await?)
}

fn group(locale: &Locale, title: &str, registers: &[&(Arc<Register>, i64)]) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        @if !registers.is_empty() {
            h2 { (title) small { (locale.say("page.registers.count", &[("count", &registers.len())])) } }
            div.scroll { table.ledger {
                thead { tr { th { (t("page.way_registers")) } th.wide { (t("page.registers.use")) } th.num {
                    (t("page.registers.records")) } } }
                tbody {
                    @for (register, total) in registers {
                        tr {
                            td { a href={ "/registers/" (segment(&register.id)) } { (register.name) } }
                            td.wide { (register.about) }
                            td.num { (grouped(&total.to_string())) }
                        }
                    }
                }
            } }
        }
    }
}

//! Page: all registers that one may read.

use super::words::grouped;
use super::{Page, layout};
use crate::http::request::segment;
use crate::http::visit::Visit;
use maud::{Markup, html};
use std::sync::Arc;
use taizhang_core::definition::Register;

pub(in crate::http) async fn show(visit: Visit) -> Page {
    let page = visit.run(|app, scope| {
        let found = app.registers(scope)?;
        let (system, own): (Vec<_>, Vec<_>) = found.iter().partition(|(register, _)| register.system);
        let body = html! {
            h1 { "台账" }
            (group("业务台账", &own))
            (group("基础台账", &system))
            @if found.is_empty() { p.none { "您的岗位没有可以查看的台账，请联系管理员。" } }
        };
        Ok(layout::page(app, scope, "registers", "台账", body))
    });
    Ok(page.await?)
}

fn group(title: &str, registers: &[&(Arc<Register>, i64)]) -> Markup {
    html! {
        @if !registers.is_empty() {
            h2 { (title) small { "共 " (registers.len()) " 本" } }
            div.scroll { table.ledger {
                thead { tr { th { "台账" } th.wide { "用途" } th.num { "条目" } } }
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

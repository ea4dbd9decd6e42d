//! Page: a planned register tried on the records that are there.

use crate::app::App;
use crate::app::designer::Trial;
use crate::http::pages::words::{content, grouped};
use maud::{Markup, html};

pub(super) fn show(app: &App, trial: &Trial) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let (tried, total) = (trial.tried.0, grouped(&trial.tried.1.to_string()));
    html! {
        section.preview {
            h2 { (t("page.design.trial")) }
            @if tried == 0 { p { (t("page.design.no_records")) } }
            @else { p.quiet { (app.locale().say("page.design.tried", &[("tried", &tried), ("total", &total)])) } }
            @if !trial.figures.is_empty() {
                div.scroll tabindex="0" { table.ledger {
                    thead { tr {
                        th { (t("page.design.figure")) } th.num { (t("page.design.now")) } th.num { (t("page.design.then")) } th {}
                    } }
                    tbody { @for figure in &trial.figures {
                        @let same = figure.now.as_deref() == Some(figure.then.as_str());
                        tr { th scope="row" { (figure.name) }
                            td.num { (figure.now.as_deref().unwrap_or("—")) }
                            td.num { @if same { (figure.then) } @else { strong { (figure.then) } } }
                            td { (figure.measure) } }
                    } }
                } }
            }
            @if trial.rows.is_empty() && tried > 0 { p.quiet { (t("page.design.rows_hidden")) } }
            @else {
                div.scroll tabindex="0" { table.ledger.list {
                    thead { tr { @for field in &trial.columns { th { (field.name) } } } }
                    tbody { @for state in &trial.rows {
                        tr { @for field in &trial.columns {
                            td { (content(app.locale(), &trial.definition, field, state.cell(field.no), &trial.labels)) }
                        } }
                    } }
                } }
            }
        }
    }
}

//! Parts of pages: buildings as they stand beside each other — each as high as its floors, inked as far as it is
//! taken, drawn by dashes while it is being built. Drawn on the server; the table beside says the same.

use super::words::grouped;
use crate::app::buildings::{Building, Estate};
use crate::http::stand::Stand;
use crate::locale::Locale;
use maud::{Markup, html};
use taizhang_core::id::RecordNo;

const WIDTH: i64 = 96;
const FLOOR: i64 = 15;
const GROUND: i64 = 8;
/// A building is drawn no lower than so many floors, so that its name has room.
const LOWEST: i64 = 2;

/// All of them; the record that a page is about is marked.
pub(super) fn drawn(locale: &Locale, stand: &Stand, estates: &[Estate], here: Option<RecordNo>) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let buildings = estates.iter().flat_map(|estate| &estate.buildings);
    let top = buildings
        .filter_map(|building| building.floors)
        .max()
        .unwrap_or(1)
        .max(LOWEST);
    html! {
        @for estate in estates {
            section.estate {
                h3 { (estate.name) small { (locale.say("page.buildings.sum", &[("taken", &grouped(&estate.taken)),
                    ("whole", &grouped(&estate.whole)), ("share", &share(estate.percent))])) } }
                ul.buildings { @for building in &estate.buildings {
                    li.here[here == Some(building.record)] {
                        a href=(stand.to(&format!("/records/{}", building.record))) {
                            (one(building, top))
                            b { (building.title) }
                            span { @if building.unfinished { (t("page.buildings.unfinished")) } @else { (share(building.percent)) } }
                        }
                    }
                } }
            }
        }
        p.quiet { (t("page.buildings.legend")) }
        details.copied {
            summary { (t("page.record.as_table")) }
            div.scroll { table.ledger {
                thead { tr { th { (t("page.buildings.estate")) } th { (t("page.buildings.building")) }
                    th.num { (t("page.buildings.floors")) } th.num { (t("page.buildings.whole")) }
                    th.num { (t("page.buildings.taken")) } th.num { (t("page.buildings.share")) }
                    th { (t("page.buildings.holders")) } } }
                tbody { @for estate in estates { @for building in &estate.buildings { tr {
                    td { (estate.name) }
                    td { a href=(stand.to(&format!("/records/{}", building.record))) { (building.title) } }
                    td.num { @match building.floors { Some(floors) => (floors), None => "—" } }
                    td.num { (building.whole.as_deref().map_or("—".to_owned(), grouped)) }
                    td.num { (grouped(&building.taken)) }
                    td.num { @if building.unfinished { (t("page.buildings.unfinished")) } @else { (share(building.percent)) } }
                    td { @for (record, title) in &building.holders {
                        a href=(stand.to(&format!("/records/{record}"))) { (title) } " "
                    } }
                } } } }
            } }
        }
    }
}

fn share(percent: Option<i64>) -> String {
    percent.map_or("—".to_owned(), |percent| format!("{percent}%"))
}

/// One building: floors from the ground up, inked from the ground as far as it is taken.
fn one(building: &Building, top: i64) -> Markup {
    let floors = building.floors.unwrap_or(1);
    let (height, drawn) = (top * FLOOR + GROUND, floors * FLOOR);
    let roof = height - GROUND - drawn;
    let inked = building.percent.unwrap_or(0).clamp(0, 100) * drawn / 100;
    html! {
        svg.building viewBox={ "0 0 " (WIDTH) " " (height) } aria-hidden="true" {
            rect.shell.unfinished[building.unfinished] x="10" y=(roof) width=(WIDTH - 20) height=(drawn) {}
            @if !building.unfinished && inked > 0 {
                rect.taken x="10" y=(height - GROUND - inked) width=(WIDTH - 20) height=(inked) {}
            }
            @for floor in 1..floors { line.floor x1="10" x2=(WIDTH - 10) y1=(roof + floor * FLOOR) y2=(roof + floor * FLOOR) {} }
            line.ground x1="0" x2=(WIDTH) y1=(height - GROUND) y2=(height - GROUND) {}
        }
    }
}

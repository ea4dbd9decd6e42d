//! Parts of the record's page: the sections that its register's pack asks for — fields, stages, lists,
//! curves, ledgers, a plane. It knows no register; what stands where is data.

use super::Sheet;
use super::curve::drawn;
use crate::app::ask::Running;
use crate::app::names;
use crate::app::records::Listed;
use crate::app::sections::{Content, Times, unshown};
use crate::error::AppError;
use crate::http::pages::buildings;
use crate::http::pages::plane::{Place, plane};
use crate::http::pages::words::{content, grouped, stage_name};
use crate::http::request::{encoded, segment};
use maud::{Markup, html};
use taizhang_core::definition::{Field, Register, Verb};
use taizhang_core::id::{FieldNo, STAGE};
use taizhang_core::timeline::State;
use taizhang_core::value::Value;

/// A list of so few columns stands beside another section.
const NARROW: usize = 4;

impl Sheet<'_> {
    /// Every section, and below them what no section names but somebody said.
    pub(super) fn sections(&self, state: &State) -> Result<Markup, AppError> {
        let times = Times {
            as_of: self.stand.as_of()?,
            known_at: self.stand.known_at().map(str::to_owned),
        };
        let mut shown = Vec::new();
        for section in &self.view.register.sections {
            if let Some(found) = self.app.section(self.scope, &self.view, state, section, &times)? {
                shown.push((section.name.as_str(), found));
            }
        }
        let rest: Vec<FieldNo> = unshown(&self.view.register)
            .into_iter()
            .filter(|no| state.cell(*no).is_some())
            .collect();
        Ok(html! {
            div.sections {
                @for (name, found) in &shown {
                    section.whole[whole(found)] .no-print[bare(found)] {
                        h2 { (name) (self.count(found)) }
                        (self.section(name, found, state))
                    }
                }
                @if !rest.is_empty() {
                    section.whole {
                        h2 { (self.t("page.record.rest")) }
                        (self.some_fields(&rest, state))
                    }
                }
            }
        })
    }

    fn count(&self, found: &Content) -> Markup {
        html! {
            @if let Content::Rows(listed, _) = found {
                small { (self.app.locale().say("page.record.rows", &[("count", &listed.total)])) }
            }
        }
    }

    fn section(&self, name: &str, found: &Content, state: &State) -> Markup {
        match found {
            Content::Fields(fields) => self.some_fields(fields, state),
            Content::Stages => self.flow(),
            Content::Rows(listed, columns) => self.rows(listed, columns),
            Content::Curve(curve) => drawn(self.app.locale(), name, curve),
            Content::Ledger(running) => self.ledger(running),
            Content::Plane(listed, field) => self.plane(name, listed, *field),
            Content::Buildings(estates) => {
                buildings::drawn(self.app.locale(), self.stand, estates, Some(self.view.row.record))
            }
        }
    }

    /// Fields with what they hold; what nobody has said is a dash, for a form shows its gaps.
    fn some_fields(&self, fields: &[FieldNo], state: &State) -> Markup {
        let register = &self.view.register;
        let fields: Vec<&Field> = fields.iter().filter_map(|no| register.field(*no)).collect();
        html! {
            dl.fields { @for field in fields {
                div {
                    dt { (field.name) @if register.inherits(field.no) { small { (self.t("page.record.inherited")) } } }
                    dd { (self.value(field, state)) }
                }
            } }
        }
    }

    fn rows(&self, listed: &Listed, columns: &[FieldNo]) -> Markup {
        let register = &listed.register;
        let may_add = self.scope.may_somewhere(Verb::Write, register);
        html! {
            @if listed.rows.is_empty() {
                p.none { (self.t("page.record.no_rows"))
                    @if may_add { " " a href={ "/registers/" (segment(&register.id)) "/new" } { (self.t("page.list.new")) } } }
            }
            @else {
                div.scroll { table.ledger.stacked {
                    thead { tr { @for no in columns { (heading(self.t("shown.stage"), register, *no)) } th.end {} } }
                    tbody { @for row in &listed.rows { tr {
                        @for no in columns { (self.cell(listed, *no, &row.state)) }
                        td.end { a href=(self.stand.to(&format!("/records/{}", row.record))) { (self.t("page.record.open")) } }
                    } } }
                } }
                @if listed.next.is_some() {
                    p.quiet { (self.app.locale().say("page.list.first", &[("count", &listed.rows.len()), ("total", &listed.total)])) }
                }
            }
        }
    }

    fn cell(&self, listed: &Listed, no: FieldNo, state: &State) -> Markup {
        let register = &listed.register;
        html! {
            @match register.field(no) {
                Some(field) => td.num[field.is_number()] data-name=(field.name) {
                    (content(self.app.locale(), &listed.definition, field, state.cell(no), &listed.labels))
                },
                None => td data-name=(self.t("shown.stage")) {
                    @if let Some(stage) = state.stage() { span.stage { (stage_name(register, stage)) } }
                },
            }
        }
    }

    fn ledger(&self, running: &Running) -> Markup {
        let t = |key: &'static str| self.app.locale().text(key);
        html! {
            @if running.lines.is_empty() { p.none { (t("page.record.no_lines")) } }
            @else {
                div.scroll { table.ledger.stacked {
                    thead { tr { th { (t("page.ledger.day")) } th.wide { (t("page.ledger.record")) }
                        th.num { (t("page.ledger.debit")) } th.num { (t("page.ledger.credit")) } th.num { (t("page.ledger.balance")) }
                        th.num { (t("page.ledger.entry")) } } }
                    tbody { @for line in &running.lines { @let entry = (line.entry + 1).to_string(); tr {
                        td { (line.day) }
                        td.whole data-name=(t("page.ledger.record")) { @match line.record.filter(|record| *record != self.view.row.record) {
                            Some(record) => a href=(self.stand.to(&format!("/records/{record}"))) { (line.title) },
                            None => (line.title),
                        } }
                        td.num data-name=(t("page.ledger.debit")) { (grouped(&line.debit)) }
                        td.num data-name=(t("page.ledger.credit")) { (grouped(&line.credit)) }
                        td.num data-name=(t("page.ledger.balance")) { b { (stands(running, &line.balance)) } }
                        td.num data-name=(t("page.ledger.entry")) {
                            a href={ "/journal?" (encoded(&[("before", &entry)])) } { (line.entry) } }
                    } } }
                    tfoot { tr { th colspan="4" { (t("page.ledger.closing")) } td.num { (stands(running, &running.closing)) } td {} } }
                } }
            }
        }
    }

    fn plane(&self, name: &str, listed: &Listed, field: FieldNo) -> Markup {
        let mut places = Vec::new();
        for row in &listed.rows {
            let Some(Value::Place { lat, lon }) = row.state.value(field) else {
                continue;
            };
            places.push(Place {
                address: self.stand.to(&format!("/records/{}", row.record)),
                title: names::title(
                    &listed.definition,
                    &listed.register,
                    &row.state,
                    row.record,
                    &listed.labels,
                ),
                lat: i64::from(*lat),
                lon: i64::from(*lon),
                here: row.record == self.view.row.record,
            });
        }
        // The one that the page is about is drawn last, above the others.
        places.sort_by_key(|place| place.here);
        html! {
            @if places.is_empty() { p.none { (self.t("page.list.no_places")) } } @else { (plane(name, &places)) }
        }
    }
}

/// Whether a section takes the whole width of the page.
fn whole(found: &Content) -> bool {
    match found {
        Content::Rows(_, columns) => columns.len() > NARROW,
        Content::Curve(_) | Content::Plane(..) => false,
        _ => true,
    }
}

/// Whether a section holds nothing: on paper it is left out.
fn bare(found: &Content) -> bool {
    matches!(found, Content::Rows(listed, _) if listed.rows.is_empty())
}

/// A balance as its own side counts it: what is owed to a holder stands without a sign.
fn stands(running: &Running, balance: &str) -> String {
    let text = grouped(balance);
    match text.strip_prefix('-') {
        _ if !running.account.credit => text,
        Some(owed) => owed.to_owned(),
        None if balance.trim_matches(['0', '.']).is_empty() => text,
        None => format!("-{text}"),
    }
}

fn heading(stage: &str, register: &Register, no: FieldNo) -> Markup {
    let field = register.field(no);
    html! {
        th.num[field.is_some_and(Field::is_number)] {
            @if no == STAGE { (stage) } @else if let Some(field) = field { (field.name) }
        }
    }
}

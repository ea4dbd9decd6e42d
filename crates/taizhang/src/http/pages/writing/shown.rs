//! Parts of the forms: where one came from, what the button says, the day, files, and what would change.

use super::Form;
use crate::app::App;
use crate::app::evidence::unhex;
use crate::app::execute::DraftWish;
use crate::app::records::Effects;
use crate::app::scope::Scope;
use crate::http::pages::controls::ACCEPTED;
use crate::http::pages::words::stage_name;
use crate::http::request::{Fields, segment};
use crate::keys::hex;
use crate::locale::Locale;
use maud::{Markup, html};
use taizhang_core::calendar::clock_time;

impl Form {
    pub(super) fn way(&self) -> Markup {
        html! {
            p.way {
                a href={ "/registers/" (segment(&self.register.id)) } { (self.register.name) }
                @if let Some(view) = &self.view {
                    " / " a href={ "/records/" (view.row.record) } { (view.title) }
                    @if let Some(stage) = view.row.state.stage() { " · " (stage_name(&self.register, stage)) }
                }
            }
        }
    }

    pub(super) fn action(&self) -> String {
        match &self.view {
            None => format!("/registers/{}/new", segment(&self.register.id)),
            Some(view) => format!("/records/{}/{}", view.row.record, self.act()),
        }
    }

    pub(super) fn act(&self) -> &'static str {
        match self.wish {
            DraftWish::Open | DraftWish::Opening | DraftWish::Amend => "edit",
            DraftWish::Move(_) => "move",
            DraftWish::Note => "note",
            DraftWish::Void => "void",
            DraftWish::Correct { .. } => "correct",
        }
    }

    pub(super) fn hidden(&self, app: &App) -> Markup {
        html! {
            @match &self.wish {
                DraftWish::Move(name) => { input type="hidden" name="move" value=(name); (self.ends(app, name)) },
                DraftWish::Correct { target, .. } => input type="hidden" name="entry" value=(target);,
                _ => {}
            }
        }
    }

    /// The stages that a move may end in, where it leaves a choice.
    fn ends(&self, app: &App, name: &str) -> Markup {
        let Some(found) = self.register.move_named(name).filter(|found| !found.or_to.is_empty()) else {
            return html! {};
        };
        let stages = std::iter::once(&found.to).chain(&found.or_to);
        html! {
            div.field {
                label for="to" { (app.locale().text("page.form.to")) }
                div.control { select #to name="to" {
                    @for stage in stages.filter_map(|id| self.register.stage(id)) {
                        option value=(stage.id) { (stage.name) }
                    }
                } }
            }
        }
    }

    pub(super) fn back(&self) -> String {
        match &self.view {
            None => format!("/registers/{}", segment(&self.register.id)),
            Some(view) => format!("/records/{}", view.row.record),
        }
    }

    pub(super) fn button<'a>(&'a self, app: &'a App) -> &'a str {
        let t = |key: &'static str| app.locale().text(key);
        match &self.wish {
            DraftWish::Open | DraftWish::Opening => t("page.act.open"),
            DraftWish::Amend => t("page.form.amend"),
            DraftWish::Move(_) => &self.title,
            DraftWish::Note => t("page.form.write"),
            DraftWish::Void => t("page.form.void"),
            DraftWish::Correct { .. } => t("page.form.write_correction"),
        }
    }

    pub(super) fn reason_label(&self) -> &'static str {
        match self.wish {
            DraftWish::Note => "page.act.note",
            DraftWish::Correct { .. } | DraftWish::Void => "page.form.reason_basis",
            _ => "page.form.reason",
        }
    }

    pub(super) fn day(&self, app: &App, typed: &Fields) -> Markup {
        let suggested = self.target().map_or(app.today(), |entry| entry.occurred_on).to_string();
        let day = typed.get("occurred_on").map_or(suggested, str::to_owned);
        let minute = typed
            .get("occurred_at")
            .map_or_else(|| clock_time(app.now().minute), str::to_owned);
        html! {
            div.field {
                label for="occurred_on" { (app.locale().text("page.form.occurred_on"))
                    span.star title=(app.locale().text("page.control.required")) { "*" } }
                div.control { input #occurred_on type="date" name="occurred_on" value=(day) required;
                    @if self.says_minute() {
                        " " input type="time" name="occurred_at" value=(minute) aria-label=(app.locale().text("page.form.occurred_at"));
                    }
                }
                p.help { (app.locale().text("page.form.day_help")) }
            }
        }
    }

    /// Whether the form asks for the minute too: limits in hours run in this register.
    fn says_minute(&self) -> bool {
        let happens = !matches!(self.wish, DraftWish::Correct { .. } | DraftWish::Void);
        happens && self.register.counts_hours()
    }

    pub(super) fn withdraw(&self, app: &App, typed: &Fields) -> Markup {
        html! {
            @if matches!(self.wish, DraftWish::Correct { .. }) {
                div.field {
                    label { (app.locale().text("page.act.withdraw")) }
                    div.control { label.tick {
                        input type="checkbox" name="withdraw" value="yes" checked[typed.get("withdraw").is_some()];
                        " " (app.locale().text("page.form.withdraw"))
                    } }
                }
            }
        }
    }
}

pub(super) fn files(app: &App, scope: &Scope, typed: &Fields) -> Markup {
    let hashes: Vec<[u8; 32]> = typed.all("evidence").filter_map(unhex).collect();
    let kept = app.readable_files(scope, &hashes).unwrap_or_default();
    html! {
        div.field {
            label for="file" { (app.locale().text("page.form.files")) }
            div.control { input #file type="file" name="file" multiple accept=(ACCEPTED); }
            @for stored in &kept {
                input type="hidden" name="evidence" value=(hex(&stored.hash));
                p.help { (app.locale().say("page.form.uploaded", &[("name", &stored.name)])) }
            }
        }
    }
}

pub(super) fn preview(locale: &Locale, effects: &Effects) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        section.preview {
            h2 { (t("page.form.will_move")) small { (t("page.form.only_preview")) } }
            @if effects.figures.is_empty() { p { (t("page.form.moves_nothing")) } }
            @else {
                div.scroll { table.ledger {
                    thead { tr { th { (t("page.figures.figure")) } th { (t("page.stand.unit")) } th { (t("page.form.from")) }
                        th.num { (t("page.form.by")) } } }
                    tbody { @for figure in &effects.figures {
                        tr {
                            td { a href={ "/figures/" (segment(&figure.account)) } { (figure.name) } }
                            td { (figure.unit_name) }
                            td { (figure.day) }
                            td.num { (figure.shown) }
                        }
                    } }
                } }
            }
            dl.changes { @for field in &effects.fields {
                dt { @if field.id == "stage" { (t("shown.stage")) } @else { (field.name) } }
                dd { @if !field.before.is_empty() { del { (field.before) } " → " } ins { (field.after) } }
            } }
        }
    }
}

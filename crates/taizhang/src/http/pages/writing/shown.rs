//! Parts of the forms: where one came from, what the button says, the day, files, and what would change.

use super::Form;
use crate::app::App;
use crate::app::evidence::unhex;
use crate::app::execute::DraftWish;
use crate::app::records::Effects;
use crate::app::scope::Scope;
use crate::http::pages::words::stage_name;
use crate::http::request::{Fields, segment};
use crate::keys::hex;
use maud::{Markup, html};

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

    pub(super) fn hidden(&self) -> Markup {
        html! {
            @match &self.wish {
                DraftWish::Move(name) => { input type="hidden" name="move" value=(name); (self.ends(name)) },
                DraftWish::Correct { target, .. } => input type="hidden" name="entry" value=(target);,
                _ => {}
            }
        }
    }

    /// The stages that a move may end in, where it leaves a choice.
    fn ends(&self, name: &str) -> Markup {
        let Some(found) = self.register.move_named(name).filter(|found| !found.or_to.is_empty()) else {
            return html! {};
        };
        let stages = std::iter::once(&found.to).chain(&found.or_to);
        html! {
            div.field {
                label for="to" { "到哪个环节" }
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

    pub(super) fn button(&self) -> &str {
        match &self.wish {
            DraftWish::Open | DraftWish::Opening => "立账",
            DraftWish::Amend => "登记变更",
            DraftWish::Move(_) => &self.title,
            DraftWish::Note => "登记",
            DraftWish::Void => "作废这个条目",
            DraftWish::Correct { .. } => "登记更正",
        }
    }

    pub(super) fn reason_label(&self) -> &'static str {
        match self.wish {
            DraftWish::Note => "备注",
            DraftWish::Correct { .. } | DraftWish::Void => "理由（请写明依据）",
            _ => "理由",
        }
    }

    pub(super) fn day(&self, app: &App, typed: &Fields) -> Markup {
        let suggested = self.target().map_or(app.today(), |entry| entry.occurred_on).to_string();
        let day = typed.get("occurred_on").map_or(suggested, str::to_owned);
        html! {
            div.field {
                label for="occurred_on" { "发生日期" span.star title="必填" { "*" } }
                div.control { input #occurred_on type="date" name="occurred_on" value=(day) required; }
                p.help { "事情实际发生的那一天，不是登记的日子。" }
            }
        }
    }

    pub(super) fn withdraw(&self, typed: &Fields) -> Markup {
        html! {
            @if matches!(self.wish, DraftWish::Correct { .. }) {
                div.field {
                    label { "撤回" }
                    div.control { label.tick {
                        input type="checkbox" name="withdraw" value="yes" checked[typed.get("withdraw").is_some()];
                        " 这一笔根本不该有，整笔撤回"
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
            label for="file" { "佐证文件" }
            div.control { input #file type="file" name="file" multiple accept=".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.zip,.txt,.ofd"; }
            @for stored in &kept {
                input type="hidden" name="evidence" value=(hex(&stored.hash));
                p.help { "已上传：" (stored.name) }
            }
        }
    }
}

pub(super) fn preview(effects: &Effects) -> Markup {
    html! {
        section.preview {
            h2 { "这会改变哪些数字" small { "只是预览，还没有登记" } }
            @if effects.figures.is_empty() { p { "不改变任何数字。" } }
            @else {
                div.scroll { table.ledger {
                    thead { tr { th { "数字" } th { "单位" } th { "自" } th.num { "增减" } } }
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
                dt { @if field.id == "stage" { "环节" } @else { (field.name) } }
                dd { @if !field.before.is_empty() { del { (field.before) } " → " } ins { (field.after) } }
            } }
        }
    }
}

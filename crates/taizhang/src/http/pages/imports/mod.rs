//! Page: imports — the list, bringing a workbook, and one import from looking to undoing. Everything
//! works without scripts: while an import runs the page asks for itself again.

mod one;

use super::{Asked, Page, layout};
use crate::app::App;
use crate::app::scope::Scope;
use crate::clock::rfc3339;
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::api::imports::asked;
use crate::http::request::{Fields, segment};
use crate::http::uploaded::{Uploaded, XLSX, download};
use crate::http::visit::Visit;
use crate::import::template::of_register;
use crate::import::workbench::{self, Go, Upload};
use axum::extract::{Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use taizhang_core::definition::{Register, Verb};
use taizhang_sheet::Kind;

pub(in crate::http) async fn list(visit: Visit, Query(query): Asked) -> Page {
    let query = Fields(query);
    let page = visit.run(move |app, scope| {
        let body = html! {
            h1 { "导入" }
            (bringing(app, scope, query.get("register"))?)
            h2 { "导入记录" }
            (table(&workbench::list(app, scope)?))
        };
        Ok(layout::page(app, scope, "registers", "导入", body))
    });
    Ok(page.await?)
}

/// The ways from a register's list to its workbooks; `query` is that of the list.
pub(super) fn ways(scope: &Scope, register: &Register, query: &str) -> Markup {
    html! {
        @if scope.may_somewhere(Verb::Import, register) {
            a.button href={ "/imports?register=" (segment(&register.id)) } { "导入" }
            a.button href={ "/registers/" (segment(&register.id)) "/template" } { "模板" }
            a.button href={ "/registers/" (segment(&register.id)) "/export?" (query) } title="当前的列、顺序和筛选" { "导出" }
        }
    }
}

/// The form that brings a workbook.
fn bringing(app: &App, scope: &Scope, chosen: Option<&str>) -> Result<Markup, AppError> {
    let definition = app.definition()?;
    let open = definition.registers.iter();
    let open: Vec<_> = open
        .filter(|register| scope.may_somewhere(Verb::Import, register))
        .collect();
    Ok(html! {
        @if open.is_empty() {
            p.none { "您的岗位没有可以导入的台账，请联系管理员。" }
        } @else {
            form.writing method="post" action="/imports" enctype="multipart/form-data" {
                div.field {
                    label for="register" { "台账" span.star title="必填" { "*" } }
                    div.control { select #register name="register" required {
                        option value="" { "请选择" }
                        @for register in &open {
                            option value=(register.id) selected[chosen == Some(&register.id)] { (register.name) }
                        }
                    } }
                    @if let Some(register) = chosen {
                        p.help {
                            a href={ "/registers/" (segment(register)) "/template" } { "下载空白模板" } "　"
                            a href={ "/registers/" (segment(register)) "/template?filled=1" } { "下载带现有条目的模板" }
                        }
                    } @else {
                        p.help { "模板在各台账的页面上下载；自己的表也可以直接导入，系统按表头对应栏目。" }
                    }
                }
                div.field {
                    label for="file" { "文件" span.star title="必填" { "*" } }
                    div.control { input #file type="file" name="file" required accept=".xlsx,.xls,.et,.ods,.csv"; }
                    p.help { "xlsx、xls、et、ods、csv，不超过 50 兆。先核对、再写入：确认之前不会改动账簿。" }
                }
                div.field {
                    label for="occurred_on" { "发生日期" }
                    div.control { input #occurred_on type="date" name="occurred_on"; }
                    p.help { "行里没有日期时用这一天；改动已有条目时，从这一天起生效。" }
                }
                div.field {
                    label for="sheet" { "工作表" }
                    div.control { input #sheet name="sheet" placeholder="留空则自动查找"; }
                }
                div.buttons { button.act name="do" value="check" type="submit" { "上传并核对" } }
            }
        }
    })
}

fn table(uploads: &[Upload]) -> Markup {
    html! {
        div.scroll { table.ledger.list {
            thead { tr { th.no { "编号" } th { "台账" } th { "文件" } th { "时间" } th { "结果" } th.num { "行数" } } }
            tbody {
                @for upload in uploads {
                    tr {
                        td.no { a href={ "/imports/" (upload.row.id) } { (upload.row.id) } }
                        td { (upload.detail.register_name) }
                        td { a href={ "/imports/" (upload.row.id) } { (upload.detail.file_name) } }
                        td { (short_time(upload.row.started_at)) }
                        td { span.stage { (state_name(&upload.row.state)) } }
                        td.num { (upload.row.total.max(upload.row.done)) }
                    }
                }
                @if uploads.is_empty() { tr { td.none colspan="6" { "还没有导入过。" } } }
            }
        } }
    }
}

fn short_time(instant: i64) -> String {
    rfc3339(instant).replace('T', " ").chars().take(16).collect()
}

/// What a state is called.
fn state_name(state: &str) -> &'static str {
    match state {
        "waiting" => "排队中",
        "checking" => "核对中",
        "checked" => "待确认",
        "writing" => "写入中",
        "done" => "已导入",
        "refused" => "未导入：有错误",
        "undone" => "已撤销",
        "interrupted" => "中断",
        _ => "失败",
    }
}

pub(in crate::http) async fn bring(uploaded: Uploaded) -> Result<Response, Oops> {
    let Uploaded { visit, fields, file } = uploaded;
    let app = visit.site.app.clone();
    let id = visit
        .run(move |_, scope| {
            let (name, file) = file.ok_or_else(|| AppError::said("import.no_file", &[]))?;
            workbench::bring(&app, scope, file, &name, asked(&fields), Go::Check)
        })
        .await?;
    Ok(Redirect::to(&format!("/imports/{id}")).into_response())
}

pub(in crate::http) async fn show(visit: Visit, Path(id): Path<i64>) -> Page {
    let page = visit.run(move |app, scope| one::page(app, scope, &workbench::get(app, scope, id)?));
    Ok(page.await?)
}

/// Looks again with other answers, imports, or undoes.
pub(in crate::http) async fn act(visit: Visit, Path(id): Path<i64>, body: String) -> Result<Response, Oops> {
    let app = visit.site.app.clone();
    let fields = Fields(form_urlencoded(&body));
    let done = visit.run(move |_, scope| {
        match fields.get("do") {
            Some("undo") => {
                workbench::undo(&app, scope, id, fields.get("reason").unwrap_or_default())?;
            }
            Some("write") => workbench::again(&app, scope, id, Some(asked(&fields)), Go::Write)?,
            _ => workbench::again(&app, scope, id, Some(asked(&fields)), Go::Check)?,
        }
        Ok(())
    });
    done.await?;
    Ok(Redirect::to(&format!("/imports/{id}")).into_response())
}

/// The fields of a plain form.
fn form_urlencoded(body: &str) -> Vec<(String, String)> {
    let text = |part: &str| {
        let spaced = part.replace('+', " ");
        let mut bytes = Vec::with_capacity(spaced.len());
        let mut rest = spaced.as_bytes();
        while let [byte, more @ ..] = rest {
            let escaped = (*byte == b'%')
                .then(|| std::str::from_utf8(more.get(..2)?).ok())
                .flatten()
                .and_then(|hex| u8::from_str_radix(hex, 16).ok());
            (rest, _) = match escaped {
                Some(value) => (&more[2..], bytes.push(value)),
                None => (more, bytes.push(*byte)),
            };
        }
        String::from_utf8_lossy(&bytes).into_owned()
    };
    let pairs = body.split('&').filter(|pair| !pair.is_empty());
    pairs
        .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
        .map(|(name, value)| (text(name), text(value)))
        .collect()
}

pub(in crate::http) async fn workbook(visit: Visit, Path(id): Path<i64>) -> Result<Response, Oops> {
    let marked = visit.run(move |app, scope| workbench::marked(app, scope, id));
    let (name, file) = marked.await?;
    Ok(download(&name, XLSX, file))
}

pub(in crate::http) async fn template(
    visit: Visit,
    Path(register): Path<String>,
    Query(query): Asked,
) -> Result<Response, Oops> {
    let filled = Fields(query).get("filled").is_some();
    let made = visit.run(move |app, scope| of_register(app, scope, &register, filled));
    let (name, file) = made.await?;
    Ok(download(&name, XLSX, file))
}

/// The row that an entry came from, as it stood in the sender's workbook.
pub(in crate::http) async fn source(visit: Visit, Path(entry): Path<i64>) -> Page {
    let page = visit.run(move |app, scope| {
        let seen = workbench::rows_of(app, scope, entry)?;
        let body = html! {
            h1 { "第 " (entry) " 号流水的原表" }
            p { (seen.file_name) " · 工作表“" (seen.sheet) "” · 第 " (seen.row) " 行" }
            div.scroll { table.ledger {
                thead { tr { th { "单元格" } th { "原文" } th { "存放方式" } } }
                tbody { @for cell in &seen.cells {
                    tr { td.no { (cell.address) } td { (cell.raw) } td.quiet { (kind_name(cell.kind)) } }
                } }
            } }
            p.quiet { "文件校验值（SHA-256）" code { (seen.file) } }
        };
        Ok(layout::page(app, scope, "registers", "原表", body))
    });
    Ok(page.await?)
}

fn kind_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Empty => "空",
        Kind::Text => "文本",
        Kind::Untyped => "文本文件",
        Kind::Number => "数字",
        Kind::Bool => "是否",
        Kind::Date => "日期",
        Kind::Error => "公式错误",
    }
}

#[cfg(test)]
mod tests {
    use super::form_urlencoded;

    #[test]
    fn any_heading_comes_through_a_form() {
        let fields = form_urlencoded("map.%E6%80%BB%20(%25)+a=money&do=check&answer.C.2024.1=2024-01&x=%zz");
        let expected = [
            ("map.总 (%) a", "money"),
            ("do", "check"),
            ("answer.C.2024.1", "2024-01"),
            ("x", "%zz"),
        ];
        let found: Vec<(&str, &str)> = fields
            .iter()
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        assert_eq!(found, expected);
    }
}

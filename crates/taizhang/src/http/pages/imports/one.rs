//! Parts of a page: one import — what was found, what it would change, what is in doubt, what became of it.

use super::super::layout;
use super::super::words::grouped;
use super::{short_time, state_name};
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::import::meanings;
use crate::import::workbench::Upload;
use maud::{Markup, html};
use serde_json::Value;
use taizhang_core::definition::{Definition, Register};

/// How many refused cells a page lists; the workbook has them all.
const ERRORS_SHOWN: usize = 200;

pub(super) fn page(app: &App, scope: &Scope, upload: &Upload) -> Result<Markup, AppError> {
    let definition = app.definition()?;
    let (row, detail) = (&upload.row, &upload.detail);
    let register = definition.register_named(&detail.asked.register);
    let running = matches!(row.state.as_str(), "waiting" | "checking" | "writing");
    let body = html! {
        p.way { a href="/imports" { "导入" } " / 第 " (row.id) " 号" }
        div.title { h1 { (detail.register_name) small { (detail.file_name) } } span.stage.large { (state_name(&row.state)) } }
        p.quiet { (short_time(row.started_at)) " 上传" @if let Some(name) = state_note(&row.state) { " · " (name) } }
        @if running { (progress(upload)) }
        @for line in &detail.lines { p.refused role="alert" { (line.message) } }
        @if !detail.message.is_empty() { p.refused role="alert" { (detail.message) } }
        @if let Some(outcome) = &detail.outcome { (outcome_of(upload, outcome)) }
        @if !running && !matches!(row.state.as_str(), "done" | "undone") {
            (deciding(upload, &definition, register.map(|register| &**register)))
        }
        @if let Some((first, last)) = detail.entries { (written(upload, first, last)) }
        @if let Some((first, last)) = detail.undone_by {
            p.saved { "已整批撤销，见流水 " (first) " 至 " (last) " 号。" }
        }
    };
    let page = layout::page(app, scope, "registers", "导入", body);
    Ok(if running { refreshed(page) } else { page })
}

/// A page that asks for itself again.
fn refreshed(page: Markup) -> Markup {
    let meta = "<meta http-equiv=\"refresh\" content=\"2\">";
    maud::PreEscaped(page.into_string().replacen("<head>", &format!("<head>{meta}"), 1))
}

fn state_note(state: &str) -> Option<&'static str> {
    match state {
        "checked" => Some("账簿还没有改动"),
        "refused" => Some("账簿没有改动"),
        "interrupted" => Some("服务中断过，请重新核对；没有写入一半的情况"),
        _ => None,
    }
}

fn progress(upload: &Upload) -> Markup {
    let (done, total) = (upload.row.done, upload.row.total);
    html! {
        div.preview {
            @match total {
                0 => p { "正在读取，已读 " (grouped(&done.to_string())) " 行。" },
                total => p { "正在处理 " (grouped(&done.to_string())) " / " (grouped(&total.to_string())) " 行。" },
            }
            @if total > 0 { progress value=(done) max=(total) {} }
            p.quiet { "可以关闭本页，稍后从“导入”进来查看结果。" }
        }
    }
}

fn number(value: &Value, name: &str) -> String {
    grouped(&value[name].as_u64().unwrap_or(0).to_string())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn outcome_of(upload: &Upload, outcome: &Value) -> Markup {
    let will = matches!(
        upload.row.state.as_str(),
        "checked" | "refused" | "failed" | "interrupted"
    );
    let counts = [
        ("rows", "读到的行"),
        ("added", if will { "将立账" } else { "新立账" }),
        ("changed", if will { "将变更" } else { "已变更" }),
        ("unchanged", "没有变化"),
        ("skipped", "跳过的错行"),
        ("missing", "表中没有的条目"),
    ];
    let errors = items(outcome, "errors");
    html! {
        div.figures.counts { @for (name, label) in counts {
            div.card { span.name { (label) } span.value { (number(outcome, name)) } }
        } }
        @if !errors.is_empty() {
            h2 { "错误" small { "共 " (number(outcome, "errors_total")) " 处" } }
            p { a.button href={ "/imports/" (upload.row.id) "/workbook" } { "下载标出错误的原表" } }
            div.scroll { table.ledger {
                thead { tr { th { "位置" } th { "原文" } th { "问题" } } }
                tbody { @for error in errors.iter().take(ERRORS_SHOWN) {
                    tr {
                        td.no { (text(error, "column")) (error["row"].as_u64().map_or(String::new(), |row| row.to_string())) }
                        td { (text(error, "value")) }
                        td { (text(error, "message")) }
                    }
                } }
            } }
        }
        (changes(outcome))
        (absent(outcome))
    }
}

fn changes(outcome: &Value) -> Markup {
    let changes = items(outcome, "preview");
    html! {
        @if !changes.is_empty() {
            h2 { "与账簿的差别" @if changes.len() >= 200 { small { "只列前 200 行" } } }
            div.scroll { table.ledger {
                thead { tr { th.no { "行" } th { "条目" } th { "栏目" } th { "现在" } th { "将改为" } } }
                tbody { @for change in changes {
                    @let fields = items(change, "fields");
                    @let moves: Vec<&str> = items(change, "moves").iter().filter_map(Value::as_str).collect();
                    @for (at, field) in fields.iter().enumerate() {
                        tr {
                            @if at == 0 {
                                td.no rowspan=(fields.len()) { (change["row"].as_u64().unwrap_or(0)) }
                                td rowspan=(fields.len()) {
                                    @match change["id"].as_i64() {
                                        Some(record) => a href={ "/records/" (record) } { (text(change, "title")) },
                                        None => { (text(change, "title")) " " span.stage { "新立账" } },
                                    }
                                    @for step in &moves { " " span.stage { (step) } }
                                }
                            }
                            td { (text(field, "name")) }
                            td { del { (text(field, "was")) } }
                            td { (text(field, "will")) }
                        }
                    }
                    @if fields.is_empty() {
                        tr { td.no { (change["row"].as_u64().unwrap_or(0)) } td { (text(change, "title")) }
                            td colspan="3" { @for step in &moves { span.stage { (step) } } } }
                    }
                } }
            } }
        }
    }
}

fn absent(outcome: &Value) -> Markup {
    let absent = items(outcome, "absent");
    html! {
        @if !absent.is_empty() {
            details { summary { "账簿里有、表中没有的条目 " (number(outcome, "missing")) " 条（导入不会改动它们）" }
                ul.shelf { @for record in absent {
                    li { a href={ "/records/" (record["id"].as_i64().unwrap_or(0)) } { (text(record, "title")) } }
                } }
            }
        }
    }
}

/// What the sender may still say: the sheet, the columns, doubtful cells, the day; then go.
fn deciding(upload: &Upload, definition: &Definition, register: Option<&Register>) -> Markup {
    let detail = &upload.detail;
    let outcome = detail.outcome.clone().unwrap_or_default();
    let asked = &detail.asked;
    let sheets: Vec<&str> = detail
        .lines
        .iter()
        .filter_map(|line| line.value.as_deref())
        .flat_map(str::lines)
        .collect();
    let wrong = outcome["errors_total"].as_u64().unwrap_or(0);
    let nothing = ["added", "changed"]
        .iter()
        .all(|name| outcome[name].as_u64().unwrap_or(0) == 0);
    html! {
        form.writing method="post" {
            h2.inside { "核对后导入" }
            div.field {
                label for="sheet" { "工作表" }
                div.control {
                    @if sheets.is_empty() {
                        @let found = text(&outcome["found"], "sheet");
                        input #sheet name="sheet" value=(asked.sheet.as_deref().unwrap_or(found)) placeholder="留空则自动查找";
                    } @else {
                        select #sheet name="sheet" { @for sheet in &sheets { option { (sheet) } } }
                    }
                }
                @if let Some(rows) = outcome["found"]["header_rows"].as_array() {
                    p.help { "表头在第 " (rows[0].as_u64().unwrap_or(0)) " 至 " (rows[1].as_u64().unwrap_or(0)) " 行。"
                        @if let Some(measure) = outcome["found"]["measure"].as_str() { "全表计量单位：" (measure) "。" }
                        @if let Some(year) = outcome["found"]["year"].as_i64() { "表名中的年份：" (year) "。" }
                        @if text(&outcome["found"], "blank") == "clear" { "空白格会清除原有内容。" } @else { "空白格保留原有内容。" }
                    }
                }
            }
            (columns(&outcome, register))
            (doubts(&outcome))
            div.field {
                label for="occurred_on" { "发生日期" }
                div.control { input #occurred_on type="date" name="occurred_on" value=(asked.occurred_on.clone().unwrap_or_default()); }
            }
            div.field {
                label for="opening" { "作为期初" }
                div.control { input #opening type="date" name="opening" value=(asked.opening.clone().unwrap_or_default()); }
                p.help { "接收旧账时填写：各行作为这一天的状态立账，此前的数字显示为未知。" }
            }
            div.field {
                label for="reason" { "理由" }
                div.control { input #reason name="reason" placeholder="涉及已结账日期时必填"; }
            }
            div.field {
                label for="skip_bad" { "有错误时" }
                div.control { input #skip_bad type="checkbox" name="skip_bad" value="yes" checked[asked.skip_bad]; "跳过错行，其余照常导入" }
                p.help { "不勾选时，只要有一处错误，整张表都不导入。" }
            }
            div.buttons {
                @if detail.outcome.is_some() && !(nothing && wrong == 0) && (wrong == 0 || asked.skip_bad) {
                    button.act name="do" value="write" type="submit" { "确认导入" }
                }
                button name="do" value="check" type="submit" { "按以上设置重新核对" }
            }
            @if detail.outcome.is_some() && nothing && wrong == 0 { p.saved { "表中内容与账簿一致，不需要导入。" } }
        }
        @if let Some(register) = register {
            @let _ = definition;
            p.quiet { "台账“" (register.name) "”按" (key_names(register)) "识别条目。" }
        }
    }
}

fn key_names(register: &Register) -> String {
    let Some(key) = register.keys.first() else {
        return "整行内容".to_owned();
    };
    let names = key.fields.iter().filter_map(|no| register.field(*no));
    names
        .map(|field| format!("“{}”", field.name))
        .collect::<Vec<_>>()
        .join("、")
}

fn columns(outcome: &Value, register: Option<&Register>) -> Markup {
    let columns = items(&outcome["found"], "columns");
    let Some(register) = register.filter(|_| !columns.is_empty()) else {
        return html! {};
    };
    html! {
        details open[columns.iter().any(|column| column["field"].is_null())] {
            summary { "列与栏目的对应（" (columns.len()) " 列）" }
            div.scroll { table.ledger {
                thead { tr { th.no { "列" } th { "表头" } th { "对应栏目" } th { "计量单位" } } }
                tbody { @for column in columns {
                    @let field = column["field"].as_str();
                    tr {
                        td.no { (text(column, "letter")) }
                        td { (text(column, "heading")) }
                        td { select name={ "map." (text(column, "heading")) } aria-label={ (text(column, "heading")) "对应的栏目" } {
                            option value="?" selected[field.is_none()] { "（没有对应，不导入）" }
                            option value="" selected[field == Some("")] { "（有意不导入）" }
                            @if !register.stages.is_empty() { option value="stage" selected[field == Some("stage")] { "环节" } }
                            @for own in &register.fields {
                                option value=(own.id) selected[field == Some(own.id.as_str())] { (own.name) }
                            }
                        } }
                        td { (text(column, "measure")) }
                    }
                } }
            } }
        }
    }
}

/// Cells that can be read in two ways, each asked about once.
fn doubts(outcome: &Value) -> Markup {
    let mut asked: Vec<(&str, &str)> = Vec::new();
    for error in items(outcome, "errors")
        .iter()
        .filter(|error| text(error, "code") == "ambiguous")
    {
        let doubt = (text(error, "column"), text(error, "value"));
        if !doubt.1.is_empty() && !asked.contains(&doubt) {
            asked.push(doubt);
        }
    }
    html! {
        @for (column, raw) in &asked {
            div.field.wrong {
                label { (column) " 列的“" (raw) "”是" }
                div.control { select name={ "answer." (column) "." (raw) } {
                    option value="" { "请选择" }
                    @for means in meanings(raw) { option value=(means) { (means) } }
                } }
            }
        }
    }
}

fn written(upload: &Upload, first: i64, last: i64) -> Markup {
    html! {
        @if upload.row.state == "done" {
            p.saved { "写入流水 " a href={ "/journal?after=" (first - 1) } { (first) " 至 " (last) " 号" } "。" }
            form.filters method="post" {
                label { "撤销理由" input name="reason" required; }
                button.danger name="do" value="undo" type="submit" { "整批撤销" }
                span.quiet { "后来又有登记的条目会拦住撤销，并逐条说明。" }
            }
        }
    }
}

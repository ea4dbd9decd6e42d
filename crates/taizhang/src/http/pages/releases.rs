//! Page: bulletins issued, edited, compared — one release, the text in an editor, and why figures that were
//! reported are others now.

use super::{Asked, Page, layout};
use crate::app::App;
use crate::app::scope::Scope;
use crate::app::scratch::Scratch;
use crate::bulletin::issued::{self, Issued};
use crate::bulletin::restate::{self, Cause, Compared};
use crate::bulletin::{approval, drafts, edited, file, pdf, release, write};
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::request::{Fields, segment};
use crate::http::uploaded::download;
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::extract::{Form, Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use taizhang_core::day::Day;
use taizhang_core::definition::Verb;
use taizhang_core::id::EntryNo;

type Typed = Form<Vec<(String, String)>>;

/// What stands around a bulletin's text: files, issuing, its releases.
pub(super) fn around(app: &App, scope: &Scope, id: &str, as_of: Day, known_at: EntryNo) -> Result<Markup, AppError> {
    let way = format!("/bulletins/{}", segment(id));
    let file = |ending: &str| format!("{way}/file?as={ending}&as_of={as_of}&known_at={known_at}");
    let may = scope.may_at_all(Verb::Release);
    let needed = may && as_of <= app.today() && approval::is_needed(app, id)?;
    let approved = match needed {
        true => approval::of(app, id, &write(app, scope, id, as_of, None)?)?,
        false => Vec::new(),
    };
    let lacks = needed && !approved.iter().any(|actor| *actor != scope.actor);
    Ok(html! {
        div.acts.no-print {
            a.button href=(file("docx")) { "下载 docx" }
            @if pdf::program().is_some() { a.button href=(file("pdf")) { "下载 pdf" } }
            @else { span.quiet title="没有找到 taizhang-pdf；可下载 docx，或用浏览器打印" { "未装 PDF 程序" } }
            a.button href=(file("md")) { "下载 md" }
            a.button href={ (way) "/changes?as_of=" (as_of) } { "上次报的为什么变了" }
            a.button href={ (way) "/unreported?as_of=" (as_of) } { "谁还没有报" }
            a.button href="/forms" { "填报上级表" }
            @if may { a.button href={ (way) "/edit" } { "改文稿" } }
        }
        @if may && as_of <= app.today() {
            form.filters.no-print method="post" action={ (way) "/releases" } {
                input type="hidden" name="as_of" value=(as_of);
                button.act type="submit" disabled[lacks] { "发布（截至 " (as_of) "）" }
                @if needed && !approved.contains(&scope.actor) {
                    button type="submit" formaction={ (way) "/approvals" } { "审签这份文稿" }
                }
                @if lacks { span.quiet { "还没有他人审签，不能发布。" } }
                @else if needed { span.quiet { "已审签 " (approved.len()) " 人。" } }
                span.quiet { "发布后全部数字和文稿固定下来，编号并签名；不能改，只能写明理由撤回。" }
            }
        }
        (releases(&issued::list(app, id)?))
    })
}

fn releases(issued: &[Issued]) -> Markup {
    html! {
        @if !issued.is_empty() {
            h2 { "历次发布" }
            div.scroll { table.ledger {
                thead { tr { th { "编号" } th { "截至" } th { "流水" } th.num { "数字" } th { "状态" } } }
                tbody { @for one in issued {
                    tr {
                        td { a href={ "/releases/" (one.entry) } { "第 " (one.release.release_no) " 号" } }
                        td { (one.release.as_of) }
                        td.no { (one.entry) }
                        td.num { (one.release.figures.len()) }
                        td { @match &one.withdrawn {
                            Some(why) => { span.void { "已撤回" } " " (why) }
                            None => "有效",
                        } }
                    }
                } }
            } }
        }
    }
}

pub(in crate::http) async fn approve(
    visit: Visit,
    Path(id): Path<String>,
    Form(typed): Typed,
) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let way = format!("/bulletins/{}", segment(&id));
    let as_of = visit.run(move |app, scope| {
        let as_of = typed.day("as_of", app.locale())?.unwrap_or(app.today());
        approval::approve(app, scope, &id, as_of).map(|_| as_of)
    });
    Ok(Redirect::to(&format!("{way}?as_of={}", as_of.await?)).into_response())
}

pub(in crate::http) async fn issue(visit: Visit, Path(id): Path<String>, Form(typed): Typed) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let issued = visit.run(move |app, scope| {
        let as_of = typed.day("as_of", app.locale())?.unwrap_or(app.today());
        release::release(app, scope, &id, as_of)
    });
    Ok(Redirect::to(&format!("/releases/{}", issued.await?.entry)).into_response())
}

pub(in crate::http) async fn show(visit: Visit, Path(entry): Path<i64>) -> Page {
    let page = visit.run(move |app, scope| {
        let issued = issued::get(app, entry)?;
        let release = &issued.release;
        let known_at = release.known_at.to_string();
        let written = write(app, scope, &release.bulletin, release.as_of, Some(&known_at))?;
        let found: [u8; 32] = Sha256::digest(written.markdown.as_bytes()).into();
        let changes = restate::between(
            app,
            &release.bulletin,
            release.as_of,
            (release.known_at, app.reading()?.n()),
        )?;
        let head = app.entry_hash(entry)?;
        let way = format!("/bulletins/{}", segment(&release.bulletin));
        let body = html! {
            p.way { a href="/bulletins" { "通报" } " / " a href=(way) { (written.title) } " / 第 " (release.release_no) " 号" }
            div.title {
                h1 { (written.title) small { "第 " (release.release_no) " 号 · 截至 " (release.as_of) } }
                @if issued.withdrawn.is_some() { span.void { "已撤回" } }
            }
            @if let Some(why) = &issued.withdrawn { p.refused { "撤回理由：" (why) } }
            @if found != release.document {
                p.refused { "按现在的程序排出的文稿与发布时不同；以发布时交出的文件和下面的数字为准。" }
            }
            (changed(&changes, "发布以后有变化的数字"))
            @if changes.is_empty() { p.saved { "发布的数字至今没有变化。" } }
            article.bulletin { (PreEscaped(written.html.clone())) }
            h2 { "发布时的数字" }
            div.scroll { table.ledger { tbody { @for (figure, printed) in &release.figures {
                tr { td { a href={ "/figures/" (figure) "&known_at=" (release.known_at) } { (figure) } } td.num { (printed) } }
            } } } }
            h2 { "凭据" }
            p { "文稿校验值 " code { (hex(&release.document)) } }
            p { "发布流水 " (entry) " 号，链头 " code { (head) } "；数字按流水 " (release.known_at) " 号所知。" }
            p.quiet { "用 taizhang verify --release 核验证明文件；没有数据库时，用导出的流水和 docs/verify 里的程序也能核验。" }
            @if issued.withdrawn.is_none() && scope.may_at_all(Verb::Release) {
                form.filters.no-print method="post" action={ "/releases/" (entry) "/withdraw" } {
                    label { "撤回理由" input name="reason" required; }
                    button.danger type="submit" { "撤回这次发布" }
                }
            }
        };
        Ok(layout::page(app, scope, "bulletins", &written.title, body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn withdraw(
    visit: Visit,
    Path(entry): Path<i64>,
    Form(typed): Typed,
) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let done =
        visit.run(move |app, scope| issued::withdraw(app, scope, entry, typed.get("reason").unwrap_or_default()));
    done.await?;
    Ok(Redirect::to(&format!("/releases/{entry}")).into_response())
}

/// The restatement sheet between any two moments.
pub(in crate::http) async fn changes(visit: Visit, Path(id): Path<String>, Query(query): Asked) -> Page {
    let asked = Fields(query);
    let page = visit.run(move |app, scope| {
        let issued = issued::list(app, &id)?;
        let last = issued.iter().find(|one| one.withdrawn.is_none());
        let as_of = asked.day("as_of", app.locale())?;
        let as_of = as_of.or(last.map(|one| one.release.as_of)).unwrap_or(app.today());
        let then = asked.get("from").map(str::to_owned);
        let then = then.or_else(|| last.map(|one| one.release.known_at.to_string()));
        let (from, to) = {
            let mut asking = app.asking()?;
            let from = match then.as_deref() {
                Some(text) => asking.known_at(Some(text))?,
                None => 0,
            };
            (from, asking.known_at(asked.get("to"))?)
        };
        let found = match from {
            0 => Vec::new(),
            from => restate::between(app, &id, as_of, (from, to))?,
        };
        let way = format!("/bulletins/{}", segment(&id));
        let body = html! {
            p.way { a href="/bulletins" { "通报" } " / " a href=(way) { (id) } }
            h1 { "上次报的为什么变了" }
            form.filters.no-print method="get" {
                label { "截至" input type="date" name="as_of" value=(as_of); }
                label { "当时（流水号或日期）" input name="from" value=(then.unwrap_or_default()) list="moments"; }
                label { "现在（留空为最新）" input name="to" value=(asked.get("to").unwrap_or_default()) list="moments"; }
                datalist #moments { @for one in &issued {
                    option value=(one.release.known_at) { "第 " (one.release.release_no) " 号发布，截至 " (one.release.as_of) }
                } }
                button type="submit" { "比较" }
            }
            @if from == 0 { p.none { "还没有发布过；请填写要比较的流水号或日期。" } }
            @else if found.is_empty() { p.saved { "两个时点之间，这份通报的数字没有变化。" } }
            (changed(&found, &format!("截至 {as_of}：按流水 {from} 号与 {to} 号所知")))
        };
        Ok(layout::page(app, scope, "bulletins", "上次报的为什么变了", body))
    });
    Ok(page.await?)
}

fn changed(changes: &[Compared], title: &str) -> Markup {
    html! {
        @if !changes.is_empty() {
            h2 { (title) small { (changes.len()) " 个数字" } }
            div.scroll { table.ledger {
                thead { tr { th { "数字" } th.num { "当时" } th.num { "现在" } th { "其中" } } }
                tbody { @for change in changes {
                    tr {
                        td { a href={ "/figures/" (change.address) } { (change.name) } }
                        td.num { del { (change.then) } }
                        td.num { (change.now) }
                        td { @for part in &change.parts {
                            details {
                                summary {
                                    (cause_name(part.cause))
                                    @if let Some(shown) = &part.shown { " " span.num { (shown) } }
                                    @if part.count > 0 { "（" (part.count) " 笔" @if part.more { "以上" } "）" }
                                }
                                @for entry in &part.entries { a href={ "/journal?after=" (entry - 1) } { (entry) } " " }
                                @if part.more { "…" }
                            }
                        } }
                    }
                } }
            } }
        }
    }
}

fn cause_name(cause: Cause) -> &'static str {
    match cause {
        Cause::Late => "晚到的登记",
        Cause::Correction => "更正和作废",
        Cause::Definition => "口径（方案）变化",
        Cause::Units => "单位归属变化",
    }
}

/// The drafts that are due: the last whole period of each bulletin, and whether it was released.
pub(super) fn due(app: &App) -> Result<Markup, AppError> {
    let definition = app.definition()?;
    let mut lines = Vec::new();
    let drafted = drafts::all(app)?;
    for bulletin in definition.bulletins.iter().filter(|bulletin| bulletin.scheduled) {
        let as_of = drafts::last_day(bulletin, app.today());
        let mut made = drafted.iter().filter(|draft| draft.bulletin == bulletin.id);
        let issued = issued::list(app, &bulletin.id)?;
        let done = issued
            .iter()
            .find(|one| one.release.as_of == as_of && one.withdrawn.is_none());
        lines.push((
            bulletin.clone(),
            as_of,
            done.map(|one| (one.entry, one.release.release_no)),
            made.find(|draft| draft.as_of == as_of).cloned(),
        ));
    }
    Ok(html! {
        @if !lines.is_empty() {
            h2 { "到期的文稿" }
            div.scroll { table.ledger {
                thead { tr { th { "通报" } th { "截至" } th { "状态" } } }
                tbody { @for (bulletin, as_of, done, draft) in &lines {
                    tr {
                        td { a href={ "/bulletins/" (segment(&bulletin.id)) "?as_of=" (as_of) } { (bulletin.name) } }
                        td { (as_of) }
                        td { @match done {
                            Some((entry, no)) => a href={ "/releases/" (entry) } { "已发布第 " (no) " 号" },
                            None => {
                                @match draft {
                                    Some(draft) => {
                                        a href={ "/bulletins/" (segment(&bulletin.id)) "?as_of=" (as_of) "&known_at=" (draft.known_at) } {
                                            "已拟稿（按流水 " (draft.known_at) " 号）"
                                        }
                                        @if draft.silent > 0 { "，当时 " (draft.silent) " 个单位没有报" }
                                    }
                                    None => "待拟稿",
                                }
                                " · 待发布 · " a href={ "/bulletins/" (segment(&bulletin.id)) "/unreported?as_of=" (as_of) } { "谁还没有报" }
                            }
                        } }
                    }
                } }
            } }
        }
    })
}

/// The units that have not reported what a bulletin asks for.
pub(in crate::http) async fn unreported(visit: Visit, Path(id): Path<String>, Query(query): Asked) -> Page {
    let asked = Fields(query);
    let page = visit.run(move |app, scope| {
        let as_of = asked.day("as_of", app.locale())?.unwrap_or(app.today());
        let missing = crate::bulletin::unreported::units(app, scope, &id, as_of)?;
        let body = html! {
            p.way { a href="/bulletins" { "通报" } " / " a href={ "/bulletins/" (segment(&id)) } { (id) } }
            h1 { "谁还没有报" small { "截至 " (as_of) } }
            div.scroll { table.ledger {
                thead { tr { th { "单位" } th { "未报告的数字" } } }
                tbody { @for (unit, figures) in &missing { tr { td { (unit) } td { (figures.join("、")) } } }
                @if missing.is_empty() { tr { td.none colspan="2" { "这份通报用到的数字，各单位都已报告。" } } } }
            } }
        };
        Ok(layout::page(app, scope, "bulletins", "谁还没有报", body))
    });
    Ok(page.await?)
}

/// The text in an editor, with figures found by search.
pub(in crate::http) async fn edit(visit: Visit, Path(id): Path<String>, Query(query): Asked) -> Page {
    let asked = Fields(query);
    let page = visit.run(move |app, scope| editor(app, scope, &id, &asked, None, None));
    Ok(page.await?)
}

fn editor(
    app: &App,
    scope: &Scope,
    id: &str,
    asked: &Fields,
    typed: Option<&str>,
    refused: Option<&str>,
) -> Result<Markup, AppError> {
    let text = match typed {
        Some(typed) => typed.to_owned(),
        None => edited::template(app, id)?,
    };
    let definition = app.definition()?;
    let q = asked.get("q").unwrap_or_default();
    let fits = |name: &str| name.to_lowercase().contains(&q.to_lowercase());
    let accounts = definition.accounts.values();
    let found: Vec<_> = accounts
        .filter(|account| !q.is_empty() && (fits(&account.name) || fits(&account.id)))
        .take(30)
        .collect();
    let way = format!("/bulletins/{}", segment(id));
    let body = html! {
        p.way { a href="/bulletins" { "通报" } " / " a href=(way) { (id) } " / 改文稿" }
        h1 { "改文稿" }
        @if let Some(refused) = refused { p.refused role="alert" { (refused) } }
        form.filters method="get" {
            label { "查找数字" input type="search" name="q" value=(q) placeholder="名称或编号"; }
            button type="submit" { "查找" }
        }
        @if !found.is_empty() {
            div.scroll { table.ledger {
                thead { tr { th { "数字" } th { "计量单位" } th { "写法（复制到文稿）" } } }
                tbody { @for account in &found {
                    tr { td { (account.name) } td { (account.measure) } td { code { "{{ f(\"" (account.id) "\") }}" } } }
                } }
            } }
        }
        @if !q.is_empty() && found.is_empty() { p.none { "没有找到这样的数字。" } }
        form method="post" {
            textarea.manuscript name="text" rows="32" aria-label="文稿" spellcheck="false" { (text) }
            div.acts { button.act type="submit" { "保存文稿" } a.button href=(way) { "不改了" } }
        }
        details { summary { "写法" }
            ul {
                li { code { "{{ f(\"科目\", measure=\"万元\", unit=\"单位\", to=\"2024-06-30\") }}" } " 印出一个数字" }
                li { code { "{{ turn(\"科目\", than=\"2023-12-31\", up=\"增加 {} 个\", down=\"减少 {} 个\", same=\"持平\") }}" } " 按增减换说法" }
                li { code { "{{ table(\"科目\", by=\"unit\") }}" } "、" code { "{{ chart(\"科目\", by=\"month\", kind=\"line\") }}" } " 表和图" }
                li { code { "{{ typed(\"27\", source=\"出处\") }}" } " 手工填写的数字，印出来会注明" }
            }
        }
    };
    Ok(layout::page(app, scope, "bulletins", "改文稿", body))
}

pub(in crate::http) async fn save(visit: Visit, Path(id): Path<String>, Form(typed): Typed) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let done = visit.run(move |app, scope| {
        let text = typed.get("text").unwrap_or_default();
        match edited::save(app, scope, &id, text) {
            Ok(_) => Ok(Redirect::to(&format!("/bulletins/{}", segment(&id))).into_response()),
            Err(error @ (AppError::Said { .. } | AppError::Refused(_) | AppError::BadRequest(_))) => {
                let why = app.locale().error(&error);
                let page = editor(app, scope, &id, &Fields::default(), Some(text), Some(&why))?;
                Ok((axum::http::StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
            }
            Err(error) => Err(error),
        }
    });
    Ok(done.await?)
}

/// A bulletin as a file: docx, pdf, md or html.
pub(in crate::http) async fn file(visit: Visit, Path(id): Path<String>, Query(query): Asked) -> Result<Response, Oops> {
    let asked = Fields(query);
    let made = visit.run(move |app, scope| {
        let as_of = asked.day("as_of", app.locale())?.unwrap_or(app.today());
        let written = write(app, scope, &id, as_of, asked.get("known_at"))?;
        let ending = asked.get("as").unwrap_or("docx");
        let (ending, kind, out) = match ending {
            "pdf" => {
                let out = Scratch::new(".pdf")?;
                pdf::typeset(&written.document, out.path())?;
                ("pdf", "application/pdf", out)
            }
            "md" => (
                "md",
                "text/markdown; charset=utf-8",
                Scratch::holding(".md", written.markdown.as_bytes())?,
            ),
            "html" => {
                let page = file::html(&written);
                (
                    "html",
                    "text/html; charset=utf-8",
                    Scratch::holding(".html", page.as_bytes())?,
                )
            }
            _ => {
                let out = Scratch::new(".docx")?;
                file::docx(&written, out.path())?;
                (
                    "docx",
                    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
                    out,
                )
            }
        };
        Ok((format!("{}（截至{as_of}）.{ending}", written.title), kind, out))
    });
    let (name, kind, out) = made.await?;
    Ok(download(&name, kind, out))
}

//! Page: bulletins issued, edited, compared — one release, the text in an editor, and why figures that were
//! reported are others now.

use super::{Asked, Page, layout};
use crate::app::App;
use crate::app::scope::Scope;
use crate::app::scratch::Scratch;
use crate::bulletin::issued::{self, Issued};
use crate::bulletin::restate::{self, Cause, Compared};
use crate::bulletin::{approval, drafts, edited, file, pdf, release, series, write};
use crate::error::AppError;
use crate::http::answer::Oops;
use crate::http::request::{Fields, segment};
use crate::http::uploaded::{DOCX, download};
use crate::http::visit::Visit;
use crate::keys::hex;
use crate::locale::Locale;
use axum::extract::{Form, Path, Query};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, PreEscaped, html};
use sha2::{Digest, Sha256};
use taizhang_core::day::Day;
use taizhang_core::id::EntryNo;

type Typed = Form<Vec<(String, String)>>;

/// What stands around a bulletin's text: files, issuing, its releases.
pub(super) fn around(app: &App, scope: &Scope, id: &str, as_of: Day, known_at: EntryNo) -> Result<Markup, AppError> {
    let way = format!("/bulletins/{}", segment(id));
    let file = |ending: &str| format!("{way}/file?as={ending}&as_of={as_of}&known_at={known_at}");
    let may = series::may_release(app, scope, id, as_of)?;
    let t = |key: &'static str| app.locale().text(key);
    let needed = may && as_of <= app.today() && approval::is_needed(app, id)?;
    let approved = match needed {
        true => approval::of(app, id, &write(app, scope, id, as_of, None)?)?,
        false => Vec::new(),
    };
    let lacks = needed && !approved.iter().any(|actor| *actor != scope.actor);
    Ok(html! {
        div.acts.no-print {
            a.button href=(file("docx")) { (app.locale().say("page.bulletin.download", &[("kind", &"docx")])) }
            @if pdf::program().is_some() { a.button href=(file("pdf")) {
                (app.locale().say("page.bulletin.download", &[("kind", &"pdf")])) } }
            @else { span.quiet title=(t("page.bulletin.no_pdf_why")) { (t("page.bulletin.no_pdf")) } }
            a.button href=(file("md")) { (app.locale().say("page.bulletin.download", &[("kind", &"md")])) }
            a.button href={ (way) "/changes?as_of=" (as_of) } { (t("page.bulletin.changes")) }
            a.button href={ (way) "/unreported?as_of=" (as_of) } { (t("page.bulletin.unreported")) }
            a.button href="/forms" { (t("page.forms.title")) }
            a.button href={ "/bulletins/" (segment(series::split(id).0)) "/series?as_of=" (as_of) } { (t("page.bulletin.period")) }
            @if series::may_release(app, scope, series::split(id).0, as_of)? {
                a.button href={ "/bulletins/" (segment(series::split(id).0)) "/edit" } { (t("page.bulletin.edit")) } }
        }
        @if let Some(said) = pdf::last().and_then(|typeset| typeset.stood_in(app.locale())) { p.quiet.no-print { (said) } }
        @if may && as_of <= app.today() {
            form.filters.no-print method="post" action={ (way) "/releases" } {
                input type="hidden" name="as_of" value=(as_of);
                button.act type="submit" disabled[lacks] { (app.locale().say("page.bulletin.release", &[("day", &as_of)])) }
                @if needed && !approved.contains(&scope.actor) {
                    button type="submit" formaction={ (way) "/approvals" } { (t("page.bulletin.approve")) }
                }
                @if lacks { span.quiet { (t("page.bulletin.unapproved")) } }
                @else if needed { span.quiet { (app.locale().say("page.bulletin.approved", &[("count", &approved.len())])) } }
                span.quiet { (t("page.bulletin.release_about")) }
            }
        }
        (releases(app.locale(), &issued::list(app, id)?))
    })
}

fn releases(locale: &Locale, issued: &[Issued]) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        @if !issued.is_empty() {
            h2 { (t("page.bulletin.releases")) }
            div.scroll { table.ledger {
                thead { tr { th { (t("page.bulletin.no")) } th { (t("page.stand.as_of")) } th { (t("page.figure.entry")) }
                    th.num { (t("page.figures.figure")) } th { (t("page.bulletin.state")) } } }
                tbody { @for one in issued {
                    tr {
                        td { a href={ "/releases/" (one.entry) } { (
                            locale.say("page.bulletin.nth", &[("no", &one.release.release_no)])) } }
                        td { (one.release.as_of) }
                        td.no { (one.entry) }
                        td.num { (one.release.figures.len()) }
                        td { @match &one.withdrawn {
                            Some(why) => { span.void { (t("page.bulletin.withdrawn")) } " " (why) }
                            None => (t("page.bulletin.valid")),
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
        let as_of = typed.day("as_of")?.unwrap_or(app.today());
        approval::approve(app, scope, &id, as_of).map(|_| as_of)
    });
    Ok(Redirect::to(&format!("{way}?as_of={}", as_of.await?)).into_response())
}

pub(in crate::http) async fn issue(visit: Visit, Path(id): Path<String>, Form(typed): Typed) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let issued = visit.run(move |app, scope| {
        let as_of = typed.day("as_of")?.unwrap_or(app.today());
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
        let (no, as_of) = (release.release_no, release.as_of);
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            p.way { a href="/bulletins" { (t("page.way_bulletins")) } " / " a href=(way) { (written.title) } " / "
                (app.locale().say("page.bulletin.nth", &[("no", &no)])) }
            div.title {
                h1 { (written.title) small { (app.locale().say("page.bulletin.nth_as_of", &[("no", &no), ("day", &as_of)])) } }
                (super::parts::about(app.locale().text("help.bulletin")))
                @if issued.withdrawn.is_some() { span.void { (t("page.bulletin.withdrawn")) } }
            }
            @if let Some(why) = &issued.withdrawn { p.refused { (app.locale().say("page.bulletin.withdrawn_why", &[("why", why)])) } }
            @if found != release.document {
                p.refused { (t("page.bulletin.differs")) }
            }
            (changed(app.locale(), &changes, t("page.bulletin.changed_since")))
            @if changes.is_empty() { p.saved { (t("page.bulletin.unchanged")) } }
            article.bulletin { (PreEscaped(file::red_head(&written))) (PreEscaped(written.html.clone())) }
            h2 { (t("page.bulletin.figures")) }
            div.scroll { table.ledger { tbody { @for (figure, printed) in &release.figures {
                tr { td { a href={ "/figures/" (figure) "&known_at=" (release.known_at) } { (figure) } } td.num { (printed) } }
            } } } }
            h2 { (t("page.bulletin.proof")) }
            p { (t("page.bulletin.digest")) " " code { (hex(&release.document)) } }
            p { (app.locale().say("page.bulletin.at", &[("entry", &entry), ("known", &release.known_at)])) " " code { (head) } }
            p.quiet { (t("page.bulletin.verify")) }
            @if issued.withdrawn.is_none() && series::may_release(app, scope, &release.bulletin, as_of)? {
                form.filters.no-print method="post" action={ "/releases/" (entry) "/withdraw" } {
                    label { (t("page.bulletin.why_withdraw")) input name="reason" required; }
                    button.danger type="submit" { (t("page.bulletin.withdraw")) }
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
        let as_of = asked.day("as_of")?;
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
        let t = |key: &'static str| app.locale().text(key);
        let found = match from {
            0 => Vec::new(),
            from => restate::between(app, &id, as_of, (from, to))?,
        };
        let way = format!("/bulletins/{}", segment(&id));
        let body = html! {
            p.way { a href="/bulletins" { (t("page.way_bulletins")) } " / " a href=(way) { (series::named(app, &id)?) } }
            h1 { (t("page.bulletin.changes")) }
            (super::parts::about(app.locale().text("help.changes")))
            form.filters.no-print method="get" {
                label { (t("page.stand.as_of")) input type="date" name="as_of" value=(as_of); }
                label { (t("page.bulletin.then_label")) input name="from" value=(then.unwrap_or_default()) list="moments"; }
                label { (t("page.bulletin.now_label")) input name="to" value=(asked.get("to").unwrap_or_default()) list="moments"; }
                datalist #moments { @for one in &issued {
                    option value=(one.release.known_at) {
                        (app.locale().say("page.bulletin.nth_as_of", &[("no", &one.release.release_no), ("day", &one.release.as_of)])) }
                } }
                button type="submit" { (t("page.bulletin.compare")) }
            }
            @if from == 0 { p.none { (t("page.bulletin.nothing_released")) } }
            @else if found.is_empty() { p.saved { (t("page.bulletin.nothing_between")) } }
            (changed(app.locale(), &found, &app.locale().say("page.bulletin.between", &[("day", &as_of), ("from", &from), ("to", &to)])))
        };
        Ok(layout::page(app, scope, "bulletins/changes", t("page.bulletin.changes"), body))
    });
    Ok(page.await?)
}

fn changed(locale: &Locale, changes: &[Compared], title: &str) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        @if !changes.is_empty() {
            h2 { (title) small { (locale.say("page.bulletin.count", &[("count", &changes.len())])) } }
            div.scroll { table.ledger {
                thead { tr { th { (t("page.figures.figure")) } th.num { (t("page.bulletin.then")) } th.num {
                    (t("page.stand.now")) } th { (t("page.bulletin.parts")) } } }
                tbody { @for change in changes {
                    tr {
                        td { a href={ "/figures/" (change.address) } { (change.name) } }
                        td.num { del { (change.then) } }
                        td.num { (change.now) }
                        td { @for part in &change.parts {
                            details {
                                summary {
                                    (t(cause_name(part.cause)))
                                    @if let Some(shown) = &part.shown { " " span.num { (shown) } }
                                    @if part.count > 0 {
                                        " " (locale.say("page.bulletin.entries", &[("count", &part.count)])) @if part.more { "+" }
                                    }
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
        Cause::Late => "page.cause.late",
        Cause::Correction => "page.cause.correction",
        Cause::Definition => "page.cause.definition",
        Cause::Units => "page.cause.units",
    }
}

/// How far the units are with the latest period of their bulletins.
fn units_done(locale: &Locale, lines: &[series::Line]) -> String {
    let latest = || lines.iter().filter_map(|(_, issues)| issues.first());
    let released = latest().filter(|issue| issue.released.is_some()).count();
    let drafted = latest().filter(|issue| issue.drafted.is_some()).count();
    let args: [(&str, &dyn std::fmt::Display); 3] =
        [("released", &released), ("count", &lines.len()), ("drafted", &drafted)];
    locale.say("page.bulletin.units_done", &args)
}

/// The drafts that are due: the last whole period of each bulletin, and whether it was released.
pub(super) fn due(app: &App) -> Result<Markup, AppError> {
    let definition = app.definition()?;
    let mut lines = Vec::new();
    let drafted = drafts::all(app)?;
    let mut each = Vec::new();
    for bulletin in definition.bulletins.iter().filter(|bulletin| bulletin.scheduled) {
        if bulletin.each.is_some() {
            let as_of = drafts::last_day(bulletin, app.today());
            each.push((bulletin.clone(), as_of, series::lines(app, bulletin, as_of)?));
            continue;
        }
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
    let t = |key: &'static str| app.locale().text(key);
    Ok(html! {
        @if !lines.is_empty() || !each.is_empty() {
            h2 { (t("page.bulletin.due")) }
            div.scroll { table.ledger.stacked {
                thead { tr { th { (t("page.way_bulletins")) } th { (t("page.stand.as_of")) } th { (t("page.bulletin.state")) } } }
                tbody {
                  @for (bulletin, as_of, of_units) in &each { tr {
                    td.whole.named { a href={ "/bulletins/" (segment(&bulletin.id)) "/series" } { (bulletin.name) } }
                    td.word data-name=(t("page.stand.as_of")) { (as_of) }
                    td data-name=(t("page.bulletin.state")) { (units_done(app.locale(), of_units)) }
                  } }
                  @for (bulletin, as_of, done, draft) in &lines {
                    tr {
                        td.whole.named { a href={ "/bulletins/" (segment(&bulletin.id)) "?as_of=" (as_of) } { (bulletin.name) } }
                        td.word data-name=(t("page.stand.as_of")) { (as_of) }
                        td data-name=(t("page.bulletin.state")) { @match done {
                            Some((entry, no)) => a href={ "/releases/" (entry) } {
                                (app.locale().say("page.bulletin.released", &[("no", no)])) },
                            None => {
                                @match draft {
                                    Some(draft) => {
                                        a href={ "/bulletins/" (segment(&bulletin.id)) "?as_of=" (as_of) "&known_at=" (draft.known_at) } {
                                            (app.locale().say("page.bulletin.drafted", &[("entry", &draft.known_at)]))
                                        }
                                        @if draft.silent > 0 {
                                            " · " (app.locale().say("page.bulletin.silent", &[("count", &draft.silent)]))
                                        }
                                    }
                                    None => (t("page.bulletin.undrafted")),
                                }
                                " · " (t("page.bulletin.waits")) " · "
                                a href={ "/bulletins/" (segment(&bulletin.id)) "/unreported?as_of=" (as_of) } {
                                    (t("page.bulletin.unreported")) }
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
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
        let missing = crate::bulletin::unreported::units(app, scope, &id, as_of)?;
        let t = |key: &'static str| app.locale().text(key);
        let body = html! {
            p.way { a href="/bulletins" { (t("page.way_bulletins")) } " / "
                a href={ "/bulletins/" (segment(&id)) } { (series::named(app, &id)?) } }
            h1 { (t("page.bulletin.unreported")) small { (app.locale().say("days.as_of", &[("day", &as_of)])) } }
            (super::parts::about(app.locale().text("help.unreported")))
            div.scroll { table.ledger {
                thead { tr { th { (t("page.stand.unit")) } th { (t("page.bulletin.not_reported")) } } }
                tbody { @for (unit, figures) in &missing { tr { td.word { (unit) } td { (app.locale().list(figures)) } } }
                @if missing.is_empty() { tr { td.none colspan="2" { (t("page.bulletin.all_reported")) } } } }
            } }
        };
        Ok(layout::page(
            app,
            scope,
            "bulletins/unreported",
            t("page.bulletin.unreported"),
            body,
        ))
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
    let t = |key: &'static str| app.locale().text(key);
    let body = html! {
        p.way { a href="/bulletins" { (t("page.way_bulletins")) } " / "
            a href=(way) { (series::named(app, id)?) } " / " (t("page.bulletin.edit")) }
        h1 { (t("page.bulletin.edit")) }
        (super::parts::about(app.locale().text("help.edit")))
        @if let Some(refused) = refused { p.refused role="alert" { (refused) } }
        // One form: what was typed is still there after a figure was looked for.
        form method="post" {
            div.filters {
                label { (t("page.bulletin.find")) input type="search" name="q" value=(q) placeholder=(t("page.bulletin.find_hint")); }
                button name="do" value="find" type="submit" { (t("page.bulletin.find_go")) }
            }
            @if !found.is_empty() {
                div.scroll { table.ledger {
                    thead { tr { th { (t("page.figures.figure")) } th { (t("page.figures.measure")) }
                        th { (t("page.bulletin.spelling")) } } }
                    tbody { @for account in &found {
                        tr { td { (account.name) } td { (account.measure) } td { code { "{{ f(\"" (account.id) "\") }}" } } }
                    } }
                } }
            }
            @if !q.is_empty() && found.is_empty() { p.none { (t("page.bulletin.not_found")) } }
            textarea.manuscript name="text" rows="32" aria-label=(t("page.bulletin.text")) spellcheck="false" { (text) }
            div.acts { button.act name="do" value="save" type="submit" { (t("page.bulletin.save")) }
                a.button href=(way) { (t("page.bulletin.leave")) } }
        }
        details { summary { (t("page.bulletin.how")) }
            ul {
                @for (code, means) in [("page.bulletin.how_f", "page.bulletin.is_f"), ("page.bulletin.how_turn", "page.bulletin.is_turn"),
                    ("page.bulletin.how_table", "page.bulletin.is_table"), ("page.bulletin.how_typed", "page.bulletin.is_typed")] {
                    li { code { "{{ " (t(code)) " }}" } " " (t(means)) }
                }
            }
        }
    };
    Ok(layout::page(
        app,
        scope,
        "bulletins/edit",
        t("page.bulletin.edit"),
        body,
    ))
}

pub(in crate::http) async fn save(visit: Visit, Path(id): Path<String>, Form(typed): Typed) -> Result<Response, Oops> {
    let typed = Fields(typed);
    let done = visit.run(move |app, scope| {
        let text = typed.get("text").unwrap_or_default();
        if typed.get("do") == Some("find") {
            return Ok(editor(app, scope, &id, &typed, Some(text), None)?.into_response());
        }
        match edited::save(app, scope, &id, text) {
            Ok(_) => Ok(Redirect::to(&format!("/bulletins/{}", segment(&id))).into_response()),
            Err(error) if error.is_mendable() => {
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
        let as_of = asked.day("as_of")?.unwrap_or(app.today());
        let written = write(app, scope, &id, as_of, asked.get("known_at"))?;
        let ending = asked.one_of("as", &["docx", "pdf", "md", "html"])?;
        let (ending, kind, out) = match ending.unwrap_or("docx") {
            "pdf" => {
                let out = Scratch::new(".pdf")?;
                let typeset = pdf::typeset(&written.document, out.path())?;
                if !typeset.missing.is_empty() {
                    // A paper with boxes in it is not handed out without a word.
                    return Err(AppError::said("bulletin.pdf_missing", &[("letters", &typeset.missing)]));
                }
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
                file::docx(&written.document, out.path())?;
                ("docx", DOCX, out)
            }
        };
        Ok((
            format!(
                "{}.{ending}",
                app.locale()
                    .say("page.bulletin.file", &[("title", &written.title), ("day", &as_of)])
            ),
            kind,
            out,
        ))
    });
    let (name, kind, out) = made.await?;
    Ok(download(&name, kind, out))
}

//! Page: scorecards — which there are; who of a register qualifies and what the others lack; and a form that gives
//! marks with the reason of each. Nothing that is typed here is kept: the result is written where it belongs.

use super::{Page, layout, parts};
use crate::app::App;
use crate::app::candidates::lack_text;
use crate::app::cards::{all, explained, input, judged_on, named, refused};
use crate::app::scope::Scope;
use crate::app::sources::Subject;
use crate::error::AppError;
use crate::http::request::{Fields, segment};
use crate::http::visit::Visit;
use axum::Form;
use axum::extract::Path;
use maud::{Markup, html};
use serde_json::{Map, Value};
use taizhang_core::definition::Lang;
use taizhang_core::id::RecordNo;
use taizhang_schemes::scorecard::{Card, Fact, Given, Question, questions, score};

/// How many candidates a page shows; the API has them all.
const SHOWN: usize = 200;

pub(in crate::http) async fn list(visit: Visit) -> Page {
    let page = visit.run(move |app, scope| {
        let t = |key: &'static str| app.locale().text(key);
        let definition = app.definition()?;
        let cards = all(&definition)?;
        let body = html! {
            p.way { a href="/goals" { (t("page.way_goals")) } }
            h1 { (t("page.cards.title")) }
            (parts::about(t("page.cards.about")))
            div.scroll { table.ledger.stacked {
                thead { tr { th { (t("page.cards.card")) } th { (t("page.cards.valid")) } th { (t("page.cards.use"))
                    } } }
                tbody { @for card in &cards { tr {
                    td.whole { @if card.panel.is_none() || app.sees_stops(scope, &definition, card) {
                            a href={ (if card.panel.is_some() { "/panels/" } else { "/cards/" }) (segment(&card.id)) }
                                { (name(app, card)) }
                        } @else { (name(app, card)) }
                        @if !card.about.is_empty() { p.quiet { (card.about) } } }
                    td data-name=(t("page.cards.valid")) { (card.valid_from.0) " — " @if let Some(to) = card.valid_to { (to.0) } }
                    td data-name=(t("page.cards.use")) {
                        (t(if card.panel.is_some() { "page.cards.by_panel" } else if card.facts.is_empty() {
                        "page.cards.by_hand" } else { "page.cards.by_register" })) }
                } } }
            } }
        };
        Ok(layout::page(app, scope, "goals", t("page.cards.title"), body))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn show(visit: Visit, Path(id): Path<String>) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let card = named(&*app.definition()?, &id)?;
        let mut typed: Vec<(String, String)> = Vec::new();
        if let Some(record) = stand.fields().number("record")? {
            typed.push(("record".to_owned(), record.to_string()));
            typed.extend(known(app, scope, &card, record)?);
        }
        sheet(app, scope, &card, &Fields(typed), html! {})
    });
    Ok(page.await?)
}

pub(in crate::http) async fn mark(
    visit: Visit,
    Path(id): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Page {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        let card = named(&*app.definition()?, &id)?;
        let told = match judged(app, scope, &card, &typed) {
            Ok(told) => told,
            Err(error) if error.is_mendable() => {
                html! { pre.faults role="alert" { (app.locale().error(&error)) } }
            }
            Err(other) => return Err(other),
        };
        sheet(app, scope, &card, &typed, told)
    });
    Ok(page.await?)
}

/// What the book knows of a record's facts, as somebody would type them.
fn known(app: &App, scope: &Scope, card: &Card, record: RecordNo) -> Result<Vec<(String, String)>, AppError> {
    let (view, state) = app.record_at(scope, record, None, None)?;
    let Some(state) = state.filter(|_| view.register.id == card.subject && !card.facts.is_empty()) else {
        return Ok(Vec::new());
    };
    let (day, _) = judged_on(card, None, app.today());
    let facts = app.facts(
        &app.sources(scope, card, day)?,
        &Subject::Record(record, &view.register, &state),
    )?;
    let text = |given: Given| match given {
        Given::Truth(yes) => Some(if yes { "yes" } else { "no" }.to_owned()),
        Given::Number(number) => Some(number.normalize().to_string()),
        _ => None,
    };
    Ok(facts
        .into_iter()
        .filter_map(|(name, given)| Some((name, text(given)?)))
        .collect())
}

fn judged(app: &App, scope: &Scope, card: &Card, typed: &Fields) -> Result<Markup, AppError> {
    let locale = app.locale();
    let facts = input(&Value::Object(given(card, typed)).to_string())?;
    if let (Some("write"), Some(record)) = (typed.get("do"), typed.number("record")?) {
        let day = typed.day("on")?.unwrap_or(app.today());
        let (outcome, receipt) = app.award(scope, &card.id, record, &facts, day)?;
        return Ok(html! {
            p.saved role="status" { (locale.say("page.cards.written", &[("entry", &receipt.last)])) " "
                a href={ "/records/" (record) "?tab=changes" } { (locale.text("page.cards.see")) } }
            ul.counts { @for line in explained(locale, &outcome) { li { (line) } } }
        });
    }
    let (day, expired) = judged_on(card, typed.day("on")?, app.today());
    let outcome = score(card, &facts, day).map_err(|fault| refused(locale, card, &fault))?;
    Ok(html! {
        div.preview role="status" {
            h2 { (locale.say("page.cards.result", &[("day", &day)])) }
            @if expired { p.refused { (locale.text("page.cards.expired")) } }
            ul { @for line in explained(locale, &outcome) { li { (line) } } }
        }
    })
}

/// What was typed as facts; what was left empty was not given.
fn given(card: &Card, typed: &Fields) -> Map<String, Value> {
    let mut facts = Map::new();
    for question in questions(card) {
        let text = typed.get(&question.id).map(str::trim).unwrap_or_default();
        if !question.choices.is_empty() {
            let chosen: Vec<Value> = typed.all(&question.id).map(Value::from).collect();
            if !chosen.is_empty() {
                facts.insert(question.id, Value::Array(chosen));
            }
            continue;
        }
        let value = match (text, question.truth) {
            ("", _) => continue,
            ("yes", true) => Value::Bool(true),
            (_, true) => Value::Bool(false),
            (text, false) if text.contains([',', '，', '、']) => {
                let numbers = text.split([',', '，', '、']).map(|one| Value::from(one.trim()));
                Value::Array(numbers.collect())
            }
            (text, false) => Value::from(text),
        };
        match question.id.split_once('/') {
            Some((of, part)) => {
                let parts = facts.entry(of.to_owned()).or_insert_with(|| Value::Object(Map::new()));
                if let Value::Object(parts) = parts {
                    parts.insert(part.to_owned(), value);
                }
            }
            None => _ = facts.insert(question.id, value),
        }
    }
    facts
}

fn sheet(app: &App, scope: &Scope, card: &Card, typed: &Fields, told: Markup) -> Result<Markup, AppError> {
    let t = |key: &'static str| app.locale().text(key);
    let record = typed.number("record")?.filter(|_| !card.writes.is_empty());
    let judged = match record {
        Some(record) => Some((record, app.record_at(scope, record, None, None)?.0)),
        None => None,
    };
    let body = html! {
        p.way { a href="/cards" { (t("page.cards.title")) } }
        h1 { (name(app, card)) }
        (parts::about(&card.about))
        (told)
        @if !card.facts.is_empty() { (candidates(app, scope, card)?) }
        @match &judged {
            Some((record, view)) => {
                h2 { (app.locale().say("page.cards.about_record", &[("title", &view.title)])) small {
                    a href={ "/records/" (record) } { (view.register.name) } } }
                p.quiet { (t("page.cards.write_about")) }
            }
            None => {
                h2 { (t("page.cards.score")) }
                p.quiet { (t("page.cards.score_about")) }
            }
        }
        form.marking method="post" action={ "/cards/" (segment(&card.id)) } {
            @if let Some((record, _)) = &judged { input type="hidden" name="record" value=(record); }
            @for question in &questions(card) { (asked(app, question, &said(app, card, question), typed)) }
            p.inline { label { (t("page.cards.on")) " " input type="date" name="on"
                value=(typed.get("on").unwrap_or_default()); } }
            div.acts { button.act type="submit" { (t("page.cards.mark")) }
                @if let Some((_, view)) = &judged {
                    button type="submit" name="do" value="write" {
                        (app.locale().say("page.cards.write", &[("register", &view.register.name)])) }
                } @else if let (Some(register), false) = (app.definition()?.register_named(&card.subject), card.writes.is_empty()) {
                    a.button href={ "/registers/" (segment(&register.id)) } {
                        (app.locale().say("page.cards.choose", &[("register", &register.name)])) }
                } }
        }
    };
    Ok(layout::page(app, scope, "goals", name(app, card), body))
}

/// What a fact is called: as the card says, else as the field of the register that it is read from.
fn said(app: &App, card: &Card, question: &Question) -> String {
    let field = card.facts.get(&question.id).filter(|_| question.name == question.id);
    let register = app
        .definition()
        .ok()
        .and_then(|known| known.register_named(&card.subject).cloned());
    let id = field.and_then(|fact| match fact {
        Fact::Field(source) => Some(source.split('=').next().unwrap_or_default().trim()),
        Fact::Origin(_) => None,
    });
    let found = id.and_then(|id| Some(register?.field_named(id)?.name.clone()));
    found.unwrap_or_else(|| question.name.clone())
}

fn asked(app: &App, question: &Question, name: &str, typed: &Fields) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let value = typed.get(&question.id).unwrap_or_default();
    html! {
        @if !question.choices.is_empty() {
            fieldset { legend { (t("page.cards.vetoes")) }
                @for (id, name) in &question.choices {
                    label.check { input type="checkbox" name=(question.id) value=(id)
                        checked[typed.all(&question.id).any(|one| one == id)]; " " (name) }
                } }
        } @else if question.truth {
            label.fact { span { (name) } select name=(question.id) {
                option value="" { (t("page.cards.unknown")) }
                option value="yes" selected[value == "yes"] { (t("page.cards.yes")) }
                option value="no" selected[value == "no"] { (t("page.cards.no")) }
            } }
        } @else {
            label.fact { span { (name) @if let Some(full) = question.full { small.quiet { " "
                (app.locale().say("page.cards.full", &[("full", &full.normalize())])) } } }
                input name=(question.id) inputmode="decimal" value=(value); }
        }
    }
}

fn candidates(app: &App, scope: &Scope, card: &Card) -> Result<Markup, AppError> {
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let found = match app.candidates(scope, &card.id, None) {
        Ok((_, found)) => found,
        // The card is for all to read; the records that it judges only for those who may see them.
        Err(AppError::NotFound(_)) => return Ok(html! { p.quiet { (t("page.cards.not_yours")) } }),
        // A card that has expired judges nobody, and can still be read.
        Err(why) if judged_on(card, None, app.today()).1 => {
            return Ok(html! { pre.faults role="status" { (locale.error(&why)) } });
        }
        Err(other) => return Err(other),
    };
    let pass = found.iter().filter(|one| one.outcome.pass == Some(true)).count();
    let shown = |value: Option<rust_decimal::Decimal>| {
        value.map_or("—".to_owned(), |value| value.round_dp(2).normalize().to_string())
    };
    Ok(html! {
        h2 { (t("page.cards.candidates")) small { (locale.say("page.cards.pass", &[("pass", &pass), ("all",
            &found.len())])) } }
        @if found.is_empty() { (parts::empty(t("page.cards.nobody"), None)) }
        @else { div.scroll { table.ledger.stacked {
            thead { tr { th { (t("page.cards.who")) } th { (t("page.cards.verdict")) } th.num {
                (t("page.cards.total")) } th { (t("page.cards.lacks")) } } }
            tbody { @for one in found.iter().take(SHOWN) { tr {
                td.whole.named { @if card.subject == "unit" { (one.title) }
                    @else { a href={ "/cards/" (segment(&card.id)) "?record=" (one.record) } { (one.title) } } }
                td.word data-name=(t("page.cards.verdict")) { @if let (None, Some(level)) = (one.outcome.pass, &one.outcome.level) {
                        b { (level) } @if one.by_quota { " " small.quiet { (t("page.cards.by_quota")) } } }
                    @else if one.outcome.pass == Some(true) { b { (t("score.qualifies")) } }
                    @else { (locale.say("score.lacks", &[("count", &one.lacks.len())])) } }
                td.num data-name=(t("page.cards.total")) { (shown(one.outcome.total)) }
                td.whole { (locale.list(&one.lacks.iter().map(|lack| lack_text(locale, lack)).collect::<Vec<_>>())) }
            } } }
        } } }
    })
}

fn name<'a>(app: &App, card: &'a Card) -> &'a str {
    card.name_in(app.locale().lang() == Lang::En)
}

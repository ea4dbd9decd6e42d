//! Page: returns handed out to units — what is the same for all is typed once, what is asked stands line by line, units
//! are ticked; one command opens and issues them all.

use super::controls::Control;
use super::{Page, layout, parts};
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::{AppError, RefusedLine};
use crate::http::request::{Fields, segment};
use crate::http::visit::Visit;
use axum::Form;
use axum::extract::Path;
use maud::{Markup, html};
use taizhang_core::definition::{Definition, Field, Issue, Register};

pub(in crate::http) async fn show(visit: Visit, Path(register): Path<String>) -> Page {
    let page = visit.run(move |app, scope| {
        let (register, issue) = app.issued_register(scope, &register)?;
        sheet(app, scope, &register, &issue, &Fields(Vec::new()), (&[], html! {}))
    });
    Ok(page.await?)
}

pub(in crate::http) async fn run(
    visit: Visit,
    Path(register): Path<String>,
    Form(typed): Form<Vec<(String, String)>>,
) -> Page {
    let typed = Fields(typed);
    let page = visit.run(move |app, scope| {
        let (register, issue) = app.issued_register(scope, &register)?;
        let once = issue.once.iter().filter_map(|no| register.field(*no));
        let once = once.map(|field| (field.id.clone(), typed.get(&format!("f.{}", field.id)).unwrap_or_default().trim().to_owned()));
        let once: Vec<(String, String)> = once.filter(|(_, text)| !text.is_empty()).collect();
        let units: Vec<String> = typed.all("unit").map(str::to_owned).collect();
        let lines = lines(typed.get("each").unwrap_or_default());
        match app.issue(scope, (&register, &issue), &once, &units, &lines) {
            Ok(done) => {
                let count = done.records.len() / 2;
                let told = html! { p.saved role="status" { (app.locale().say("page.issue.done", &[("count", &count)])) " "
                    a href={ "/registers/" (segment(&register.id)) } { (register.name) } } };
                sheet(app, scope, &register, &issue, &Fields(Vec::new()), (&[], told))
            }
            Err(AppError::Refused(refused)) => sheet(app, scope, &register, &issue, &typed, (&refused, html! {})),
            Err(error @ AppError::Said { .. }) => {
                let told = html! { pre.faults role="alert" { (app.locale().error(&error)) } };
                sheet(app, scope, &register, &issue, &typed, (&[], told))
            }
            Err(other) => Err(other),
        }
    });
    Ok(page.await?)
}

/// What is asked, a line each; its parts are kept apart by commas or tabs.
fn lines(text: &str) -> Vec<Vec<String>> {
    let parts = |line: &str| {
        line.split(['，', ',', '\t'])
            .map(|part| part.trim().to_owned())
            .collect()
    };
    text.lines().filter(|line| !line.trim().is_empty()).map(parts).collect()
}

fn sheet(
    app: &App,
    scope: &Scope,
    register: &Register,
    issue: &Issue,
    typed: &Fields,
    (refused, told): (&[RefusedLine], Markup),
) -> Result<Markup, AppError> {
    let (locale, definition) = (app.locale(), app.definition()?);
    let t = |key: &'static str| locale.text(key);
    let names: Vec<&str> = issue
        .each
        .iter()
        .filter_map(|no| Some(register.field(*no)?.name.as_str()))
        .collect();
    let once: Vec<_> = issue.once.iter().filter_map(|no| register.field(*no)).collect();
    let asking = app.asking()?;
    let tree = asking.tree(app.today(), asking.reading.n());
    let living = tree
        .iter()
        .filter(|(_, node)| !node.abolished && node.level != "village" && node.above.is_some());
    let shown = |line: &&RefusedLine| {
        once.iter()
            .any(|field| line.field.as_deref() == Some(field.id.as_str()))
    };
    let mut others: Vec<&str> = refused
        .iter()
        .filter(|line| !shown(line))
        .map(|line| line.message.as_str())
        .collect();
    others.sort_unstable();
    others.dedup();
    let body = html! {
        p.way { a href={ "/registers/" (segment(&register.id)) } { (register.name) } }
        h1 { (locale.say("page.issue.title", &[("register", &register.name)])) }
        (parts::about(t("page.issue.about")))
        (told)
        @for line in &others { p.refused role="alert" { (line) } }
        form.writing method="post" {
            @for field in &once {
                (control(app, &definition, field, typed, refused))
            }
            div.field {
                label for="each" { (names.join("，")) span.star { "*" } }
                div.control { textarea #each name="each" rows="5" { (typed.get("each").unwrap_or_default()) } }
                p.help { (locale.say("page.issue.each", &[("names", &names.join("，"))])) }
            }
            fieldset.units-ticked { legend { (t("page.issue.units")) }
                @for (_, node) in living {
                    label.check { input type="checkbox" name="unit" value=(node.code)
                        checked[typed.all("unit").any(|code| code == node.code)]; " " (node.name) }
                } }
            div.buttons { button.act type="submit" { (t("page.issue.run")) } }
        }
        (super::controls::units(app, scope))
    };
    Ok(layout::page(app, scope, "registers", &register.name, body))
}

fn control(app: &App, definition: &Definition, field: &Field, typed: &Fields, refused: &[RefusedLine]) -> Markup {
    // The same is refused for every record alike; it is said once.
    let own = refused
        .iter()
        .find(|line| line.field.as_deref() == Some(field.id.as_str()));
    let control = Control {
        definition,
        field,
        text: typed.get(&format!("f.{}", field.id)).unwrap_or_default(),
        was: "",
        masked: false,
        required: field.required,
        computed: false,
        beside: None,
        files: Vec::new(),
        refused: own.into_iter().collect(),
        theirs: None,
        locale: app.locale(),
    };
    control.show()
}

//! Parts of the search: what can be done by its name — go to a page, open a new record, fill a sheet, bring a
//! workbook, read a bulletin. Only what its reader may do is offered.

use crate::app::App;
use crate::app::scope::Scope;
use crate::app::search::fits;
use crate::error::AppError;
use crate::http::request::segment;
use taizhang_core::definition::Verb;

/// Pages that are gone to by name: address, and the key of the name.
const PAGES: [(&str, &str); 14] = [
    ("/", "page.way_home"),
    ("/duties", "page.way_duties"),
    ("/pocket", "page.pocket.title"),
    ("/registers", "page.way_registers"),
    ("/figures", "page.way_figures"),
    ("/goals", "page.way_goals"),
    ("/wall", "page.wall.title"),
    ("/bulletins", "page.way_bulletins"),
    ("/calendar", "page.way_calendar"),
    ("/duties/handover", "page.handover.title"),
    ("/imports", "page.imports.title"),
    ("/journal", "page.home.journal"),
    ("/manage", "page.way_manage"),
    ("/claims", "page.claims.title"),
];

/// Something that can be done.
pub(super) struct Command {
    /// The key of the word for what kind of act it is.
    pub(super) kind: &'static str,
    /// What it is called.
    pub(super) name: String,
    /// Where it is done.
    pub(super) address: String,
}

/// The commands whose names hold every word of a text, by its characters or their first letters; the pages
/// where there is no text.
pub(super) fn fitting(app: &App, scope: &Scope, text: &str) -> Result<Vec<Command>, AppError> {
    let locale = app.locale();
    let definition = app.definition()?;
    let mut all: Vec<Command> = PAGES
        .iter()
        .map(|(address, key)| Command {
            kind: "page.command.go",
            name: locale.text(key).to_owned(),
            address: (*address).to_owned(),
        })
        .collect();
    if text.is_empty() {
        return Ok(all);
    }
    for register in definition.registers.iter().filter(|register| !register.system) {
        let home = format!("/registers/{}", segment(&register.id));
        let mut offer = |kind: &'static str, key: &'static str, address: String| {
            all.push(Command {
                kind,
                name: locale.say(key, &[("register", &register.name)]),
                address,
            });
        };
        if scope.may_somewhere(Verb::Write, register) {
            offer("page.command.act", "page.command.open", format!("{home}/new"));
            offer("page.command.act", "page.command.sheet", format!("{home}/grid"));
        }
        if scope.may_somewhere(Verb::Import, register) {
            let address = format!("/imports?register={}", segment(&register.id));
            offer("page.command.act", "page.command.import", address);
        }
    }
    all.extend(definition.bulletins.iter().map(|bulletin| Command {
        kind: "page.way_bulletins",
        name: bulletin.name.clone(),
        address: format!("/bulletins/{}", segment(&bulletin.id)),
    }));
    let words: Vec<&str> = text.split_whitespace().collect();
    all.retain(|command| words.iter().all(|word| fits(&command.name, word)));
    Ok(all)
}

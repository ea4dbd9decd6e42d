//! Page: the sheet that all pages are written on — head, ways by work, whose records and the two
//! times, foot.
//!
//! A page is `Frame::of(app, scope, &stand, "registers").page(title, body)`: it has the switch of units
//! and the control of the two times, and its links keep both (`stand.to("/figures")`). A page for which
//! neither means anything is `page(app, scope, "manage", title, body)`. What stands inside a page is put
//! together from the parts of `parts.rs` (help, tabs, empty lists, lights, bars) and `controls.rs` (one
//! control per kind of field); the classes of `assets/style/` are `ledger`, `figures`/`card`, `filters`,
//! `writing`/`field`, `fields`, `timeline`, `tabs`, `acts`, `board`, `quiet`, `mark`.

use super::unit_switch;
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::http::Site;
use crate::http::answer::Failure;
use crate::http::assets;
use crate::http::stand::Stand;
use crate::locale::Locale;
use axum::extract::State;
use axum::http::{StatusCode, Uri};
use axum::response::{IntoResponse, Response};
use maud::{DOCTYPE, Markup, html};

/// The ways in the head: key, address, the key of the label.
const WAYS: [(&str, &str, &str); 8] = [
    ("home", "/", "page.way_home"),
    ("duties", "/duties", "page.way_duties"),
    ("registers", "/registers", "page.way_registers"),
    ("figures", "/figures", "page.way_figures"),
    ("goals", "/goals", "page.way_goals"),
    ("bulletins", "/bulletins", "page.way_bulletins"),
    ("calendar", "/calendar", "page.way_calendar"),
    ("manage", "/manage", "page.way_manage"),
];

/// What is done on a page from beginning to end, by the way that leads there; a page that has a sample of its own
/// says so behind its way.
const SAMPLES: [(&str, &str); 23] = [
    ("home", "help.sample_home"),
    ("duties", "help.sample_duties"),
    ("duties/burden", "help.sample_burden"),
    ("duties/handover", "help.sample_handover"),
    ("registers", "help.sample_registers"),
    ("registers/boards", "help.sample_boards"),
    ("registers/grid", "help.sample_grid"),
    ("registers/imports", "help.sample_imports"),
    ("registers/merge", "help.sample_merge"),
    ("figures", "help.sample_figures"),
    ("figures/ledger", "help.sample_ledger"),
    ("goals", "help.sample_goals"),
    ("goals/tree", "help.sample_tree"),
    ("bulletins", "help.sample_bulletins"),
    ("bulletins/changes", "help.sample_changes"),
    ("bulletins/edit", "help.sample_edit"),
    ("bulletins/forms", "help.sample_forms"),
    ("bulletins/series", "help.sample_series"),
    ("bulletins/unreported", "help.sample_unreported"),
    ("calendar", "help.sample_calendar"),
    ("manage", "help.sample_manage"),
    ("manage/journal", "help.sample_journal"),
    ("manage/machine", "help.sample_machine"),
];

/// What stands around a page for somebody.
pub(super) struct Frame<'a> {
    app: &'a App,
    scope: &'a Scope,
    at: &'a str,
    stand: Option<&'a Stand>,
    wide: bool,
}

impl<'a> Frame<'a> {
    /// The frame of a page that units and the two times mean something to; `at` says which way leads here.
    pub(super) fn of(app: &'a App, scope: &'a Scope, stand: &'a Stand, at: &'a str) -> Frame<'a> {
        Frame {
            app,
            scope,
            at,
            stand: Some(stand),
            wide: false,
        }
    }

    /// For tables that need the width of the screen.
    pub(super) fn wide(self) -> Frame<'a> {
        Frame { wide: true, ..self }
    }

    /// The whole page.
    pub(super) fn page(&self, title: &str, body: Markup) -> Result<Markup, AppError> {
        let stand = match self.stand {
            Some(stand) => unit_switch::bar(self.app, self.scope, stand, self.way() == "registers")?,
            None => html! {},
        };
        Ok(self.sheet(title, stand, body))
    }

    fn sheet(&self, title: &str, stand: Markup, body: Markup) -> Markup {
        let locale = self.app.locale();
        let t = |key: &'static str| locale.text(key);
        let book = self.app.definition().map(|definition| definition.name.clone());
        let inner = html! {
            a.skip href="#main" { (t("page.skip")) }
            header.head {
                a.brand href=(self.to("/")) { span.seal { (t("page.brand")) } span.book { (book.unwrap_or_default()) } }
                nav.ways aria-label=(t("page.ways")) {
                    @for (key, address, label) in WAYS {
                        a href=(self.to(address)) aria-current=[(key == self.way()).then_some("page")] { (t(label)) }
                    }
                }
                form.find action="/search" role="search" {
                    input #find name="q" type="search" autocomplete="off" aria-label=(t("page.search"))
                        placeholder=(t("page.search")) title=(t("page.search_hint"));
                }
                div.me {
                    (self.name())
                    form method="post" action="/logout" { button.plain type="submit" { (t("page.sign_out")) } }
                }
            }
            main #main .wide[self.wide] tabindex="-1" { (stand) (body) (self.sample())
                p.printed.print-only { (locale.say("page.printed", &[("name", &self.scope.name), ("day", &self.app.today())])) } }
            footer.foot {
                span { (locale.say("page.today", &[("day", &self.app.today())])) }
                span.keys { (t("page.keys")) }
            }
            div #told .told role="status" hidden data-offline=(t("page.offline")) data-online=(t("page.online"))
                data-png=(t("page.take.png")) data-svg=(t("page.take.svg")) data-table=(t("page.take.table"))
                data-copied=(t("page.take.copied")) {}
        };
        marked(self.app, title, inner)
    }

    /// A worked sample of what is done on the pages of this way, for whoever opens it.
    fn sample(&self) -> Markup {
        let t = |key: &'static str| self.app.locale().text(key);
        let of = |wanted: &str| SAMPLES.iter().find(|(at, _)| *at == wanted);
        let Some((_, sample)) = of(self.at).or_else(|| of(self.way())) else {
            return html! {};
        };
        html! { details.help-sample { summary { (t("help.how")) } p { (t(sample)) } p { a href="/tour" { (t("page.tour.title")) } } } }
    }

    /// The way in the head under which a page stands.
    fn way(&self) -> &str {
        self.at.split('/').next().unwrap_or_default()
    }

    fn name(&self) -> Markup {
        let title = self.scope.positions.first().map(|post| post.title.as_str());
        let title = title.filter(|title| !title.is_empty() && *title != self.scope.name);
        html! { span.name { (self.scope.name) @if let Some(title) = title { small { (title) } } } }
    }

    fn to(&self, address: &str) -> String {
        self.stand.map_or(address.to_owned(), |stand| stand.to(address))
    }
}

/// A page that stands for no unit and no other time than now.
pub(super) fn page(app: &App, scope: &Scope, at: &str, title: &str, body: Markup) -> Markup {
    let frame = Frame {
        app,
        scope,
        at,
        stand: None,
        wide: false,
    };
    frame.sheet(title, html! {}, body)
}

/// A page for nobody in particular.
pub(super) fn bare(app: &App, title: &str, body: Markup) -> Markup {
    marked(app, title, html! { main #main .bare { (body) } })
}

/// A sheet that is printed and handed over.
pub(super) fn paper(app: &App, title: &str, body: Markup) -> Markup {
    marked(app, title, html! { main #main .paper { (body) } })
}

/// A page that anybody may read without signing in.
pub(super) fn public(app: &App, title: &str, body: Markup) -> Markup {
    let t = |key: &'static str| app.locale().text(key);
    let book = app.definition().map(|definition| definition.name.clone());
    let inner = html! {
        a.skip href="#main" { (t("page.skip")) }
        header.head {
            a.brand href="/open" { span.seal { (t("page.brand")) } span.book { (book.unwrap_or_default()) } }
            div.me { a href="/login" { (t("page.sign_in.button")) } }
        }
        main #main tabindex="-1" { (body) }
        footer.foot { span { (app.locale().say("page.today", &[("day", &app.today())])) } }
    };
    marked(app, title, inner)
}

/// A page for a wall screen: large, alone, and asked for anew every minute.
pub(super) fn wall(app: &App, title: &str, body: Markup) -> Markup {
    marked(app, title, html! { main #main .wall data-again="60" { (body) } })
}

/// A page that says why there is no other one.
pub(in crate::http) fn failure(app: &App, status: StatusCode, detail: &str) -> Markup {
    let locale = app.locale();
    let title = locale.text(match status {
        StatusCode::NOT_FOUND => "page.not_found",
        StatusCode::UNAUTHORIZED => "page.please_sign_in",
        StatusCode::PAYLOAD_TOO_LARGE => "page.too_large",
        status if status.is_server_error() => "page.broken",
        _ => "page.not_done",
    });
    let detail = if detail.is_empty() {
        locale.text("page.fault_later")
    } else {
        detail
    };
    let body = html! {
        h1 { span.seal.large { (locale.text("page.brand")) } (title) }
        p.refused { (detail) }
        p { a href="/" { (locale.text("page.back_home")) } }
    };
    bare(app, title, body)
}

/// The answer to an address that leads nowhere.
pub(in crate::http) async fn missing(State(site): State<Site>, uri: Uri) -> Response {
    let words = site.app.locale().text("page.no_such_page");
    if uri.path().starts_with("/api/") {
        let missing = Failure::new(StatusCode::NOT_FOUND, "not_found", words);
        return missing.problem().into_response();
    }
    let page = failure(&site.app, StatusCode::NOT_FOUND, words);
    (StatusCode::NOT_FOUND, page).into_response()
}

/// A page with the banner of a practice book, where the book is one.
fn marked(app: &App, title: &str, body: Markup) -> Markup {
    let practice = app.definition().is_ok_and(|definition| definition.practice);
    let banner = html! { @if practice { p.practice role="note" { (app.locale().text("page.practice")) } } };
    sheet(app.locale(), title, html! { (banner) (body) })
}

fn sheet(locale: &Locale, title: &str, body: Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang=(locale.text("page.lang")) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (locale.say("page.title", &[("title", &title)])) }
                link rel="stylesheet" href=(assets::STYLE.address());
                link rel="icon" href="/assets/seal.svg";
                script src=(assets::SCRIPT.address()) defer {}
            }
            body { (body) }
        }
    }
}

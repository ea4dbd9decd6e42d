//! Page: one record — what it holds, where it stands, what may be done, and how it came to be so. Each
//! tab is an address of its own; on another day, or as known then, the whole page is as it was.

mod curve;
mod sections;

use super::words::{content, stage_name};
use super::{Page, entries, follow, layout, parts};
use crate::app::App;
use crate::app::desks::Then;
use crate::app::duties::due;
use crate::app::evidence::Stored;
use crate::app::follow::Followed;
use crate::app::records::{ListAsk, RecordView};
use crate::app::scope::Scope;
use crate::bulletin::paper;
use crate::error::AppError;
use crate::http::request::{encoded, segment};
use crate::http::stand::Stand;
use crate::http::visit::Visit;
use crate::keys::hex;
use axum::extract::Path;
use maud::{Markup, html};
use taizhang_core::day::Day;
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Field, FieldKind, Move, Verb};
use taizhang_core::id::FieldNo;
use taizhang_core::journal::{Act, Entry};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value};

/// How many records of another register stand below.
const RELATED: usize = 20;

/// The tabs: what the address says, and the key of the name.
const TABS: [(&str, &str); 6] = [
    ("", "page.record.base"),
    ("flow", "page.record.flow"),
    ("evidence", "page.record.evidence"),
    ("changes", "page.record.changes"),
    ("related", "page.record.related"),
    ("duties", "page.record.duties"),
];

pub(in crate::http) async fn show(visit: Visit, Path(record): Path<i64>) -> Page {
    let stand = visit.stand.clone();
    let page = visit.run(move |app, scope| {
        let (view, state) = app.record_at(scope, record, stand.as_of()?, stand.known_at())?;
        let sheet = Sheet {
            view,
            state,
            app,
            scope,
            stand: &stand,
        };
        sheet.page()
    });
    Ok(page.await?)
}

/// The record's page for somebody.
struct Sheet<'a> {
    app: &'a App,
    scope: &'a Scope,
    stand: &'a Stand,
    view: RecordView,
    /// What it held on the page's day, as known then; none if it was not there yet.
    state: Option<State>,
}

impl Sheet<'_> {
    fn t(&self, key: &'static str) -> &str {
        self.app.locale().text(key)
    }

    fn page(&self) -> Result<Markup, AppError> {
        let (view, record) = (&self.view, self.view.row.record);
        let stage = self.state.as_ref().and_then(State::stage);
        let body = html! {
            p.way {
                a href=(self.stand.to(&format!("/registers/{}", segment(&view.register.id)))) { (view.register.name) } " / #" (record)
            }
            div.title {
                h1 { (view.title) }
                @if let Some(stage) = stage { span.stage.large { (stage_name(&view.register, stage)) } }
                @if view.row.void { span.void { (self.t("page.record.voided")) } }
                (follow::button(self.app, self.scope, self.stand, &Followed::Record(record))?)
            }
            (parts::about(self.t("help.record")))
            @if let Some(entry) = self.stand.get("saved") {
                p.saved role="status" { (self.app.locale().say("page.form.saved", &[("entry", &entry)])) }
            }
            @if let Some(state) = &self.state { (super::locks::on(self.app, &view.register, state)?) }
            (self.acts())
            @if self.has_graph() {
                p.quiet { a href={ "/records/" (self.view.row.record) "/graph" } { (self.t("page.graph.link")) } }
            }
            @if let Some(name) = self.app.inquiry_name(self.scope, &view.register, view.unit).filter(|_| !view.row.void) {
                p.quiet { a href={ "/records/" (record) "/certificate" } {
                    (self.app.locale().say("page.check.paper", &[("name", &name)])) } }
            }
            (self.papers())
            (self.tabs())
            (self.tab()?)
            (self.signatures())
        };
        layout::Frame::of(self.app, self.scope, self.stand, "registers").page(&view.title, body)
    }

    fn tabs(&self) -> Markup {
        let here = self.stand.get("tab").unwrap_or_default();
        let tab = |(key, name): &(&'static str, &'static str)| parts::Tab {
            address: self.stand.with(&[("tab", key)]),
            name: self.t(name),
            count: match *key {
                "changes" => Some(self.view.entries.len()),
                "evidence" => Some(self.files().len()),
                _ => None,
            },
            here: here == *key,
        };
        let tabs: Vec<_> = TABS.iter().map(tab).collect();
        parts::tabs(&self.view.title, &tabs)
    }

    fn tab(&self) -> Result<Markup, AppError> {
        let may_correct = self.scope.may(Verb::Correct, &self.view.register, self.view.unit);
        let tabs = TABS.map(|(key, _)| key);
        match self.stand.fields().one_of("tab", &tabs)?.unwrap_or_default() {
            "flow" => Ok(self.flow()),
            "evidence" => self.evidence(),
            "changes" => Ok(html! {
                @if may_correct { (parts::about(self.t("page.record.two_doors"))) }
                (entries::timeline(self.app, &self.view, may_correct))
            }),
            "related" => self.related(),
            "duties" => self.duties(),
            _ => Ok(html! {
                @match self.state.as_ref().filter(|_| !self.view.register.sections.is_empty()) {
                    Some(state) => (self.sections(state)?),
                    None => (self.fields()),
                }
                (self.accounts())
                details.menu.no-print open {
                    summary { h2 { (self.t("page.record.changes"))
                        small { (self.app.locale().say("page.record.count", &[("count", &self.view.entries.len())])) } } }
                    (entries::timeline(self.app, &self.view, may_correct))
                }
            }),
        }
    }

    /// Whether a template lists items below such records.
    fn has_graph(&self) -> bool {
        let no = self.view.register.no;
        let mut listed = self
            .view
            .definition
            .registers
            .iter()
            .filter(|each| each.template.is_some());
        listed.any(|each| each.parent.as_ref().is_some_and(|parent| parent.register == no))
    }

    /// The papers that can be drafted where it stands.
    fn papers(&self) -> Markup {
        let state = self.state.as_ref().filter(|_| !self.view.row.void);
        let papers = state.map_or_else(Vec::new, |state| paper::offered(&self.view, state));
        let way = |id: &str| format!("/records/{}/papers/{}", self.view.row.record, segment(id));
        html! {
            @if !papers.is_empty() {
                p.quiet { (self.t("page.paper.offered"))
                    @for paper in papers { " " a href=(self.stand.to(&way(&paper.id))) { (paper.name) } }
                }
            }
        }
    }

    fn acts(&self) -> Markup {
        let view = &self.view;
        let address = |act: &str| format!("/records/{}/{act}", view.row.record);
        let may_write = self.scope.may(Verb::Write, &view.register, view.unit);
        let may_correct = self.scope.may(Verb::Correct, &view.register, view.unit);
        html! {
            @if !view.row.void && (may_write || may_correct) {
                nav.acts aria-label=(self.t("page.record.acts")) {
                    @if may_write {
                        @for each in self.moves() {
                            a.act href={ (address("move")) "?" (encoded(&[("move", &each.id)])) } { (each.name) }
                        }
                        @for card in crate::app::awarded::writing(&view.definition, &view.register).unwrap_or_default() {
                            a.button href={ "/cards/" (segment(&card.id)) "?record=" (view.row.record) } { (self.t("page.cards.judge")) }
                        }
                        a.button href=(address("edit")) title=(self.t("page.record.amend_about")) { (self.t("page.record.amend")) }
                        a.button href=(address("note")) { (self.t("page.record.note")) }
                    }
                    @if may_correct {
                        a.button href=(self.stand.with(&[("tab", "changes")])) title=(self.t("page.record.correct_about")) {
                            (self.t("page.record.correct")) }
                        @if may_write { a.button href=(address("merge")) title=(self.t("page.merge.about")) {
                            (self.t("page.merge.title")) } }
                        a.button.danger href=(address("void")) { (self.t("page.record.void")) }
                    }
                }
            }
        }
    }

    /// The moves that its stage and one's roles allow.
    fn moves(&self) -> impl Iterator<Item = &Move> {
        let stage = self.view.row.state.stage().unwrap_or_default();
        self.view.register.moves.iter().filter(move |each| {
            let fits = each.from.iter().any(|from| from == stage);
            let own = |field| self.view.row.state.value(field) == Some(&Value::Link(self.scope.actor));
            fits && each.person.is_none_or(own) && (each.roles.is_empty() || self.scope.has_role(&each.roles))
        })
    }

    /// What is known; what nobody has said yet is named below it.
    fn fields(&self) -> Markup {
        let view = &self.view;
        let Some(state) = &self.state else {
            return parts::empty(self.t("page.record.not_yet"), None);
        };
        let (said, unsaid): (Vec<&Field>, Vec<&Field>) = view
            .register
            .fields
            .iter()
            .partition(|field| state.cell(field.no).is_some());
        let names: Vec<&str> = unsaid.iter().map(|field| field.name.as_str()).collect();
        html! {
            dl.fields {
                @for field in said {
                    div.long[matches!(field.kind, FieldKind::Text { max } if max > 200)] {
                        dt { (field.name) @if view.register.inherits(field.no) { small { (self.t("page.record.inherited")) } } }
                        dd { (self.value(field, state)) }
                    }
                }
                div { dt { (self.t("page.record.opened_on")) } dd { (view.row.opened_on) } }
            }
            @if !names.is_empty() {
                p.counts { (self.app.locale().say("page.record.unsaid", &[("names", &self.app.locale().list(&names))])) }
            }
        }
    }

    /// A field's content; a record that it names is a link, and a picture is shown.
    fn value(&self, field: &Field, state: &State) -> Markup {
        if let Some(Value::Evidence(files)) = state.value(field.no) {
            return self.held(files);
        }
        let shown = content(
            self.app.locale(),
            &self.view.definition,
            field,
            state.cell(field.no),
            &self.view.labels,
        );
        html! {
            @match state.value(field.no) {
                Some(Value::Link(record)) => a href=(self.stand.to(&format!("/records/{record}"))) { (shown) },
                _ => (shown),
            }
        }
    }

    /// The files of a field.
    fn held(&self, files: &[[u8; 32]]) -> Markup {
        let known = self.app.readable_files(self.scope, files).unwrap_or_default();
        html! {
            ul.held { @for hash in files {
                @let text = hex(hash);
                @let stored = known.iter().find(|stored| stored.hash == *hash);
                li { a href={ "/evidence/" (text) } {
                    @if stored.is_some_and(Stored::is_picture) { img src={ "/evidence/" (text) } alt="" loading="lazy"; }
                    span { (stored.map_or(&text[..12], |stored| stored.name.as_str())) }
                } }
            } }
        }
    }

    /// The figures that this record moves.
    fn accounts(&self) -> Markup {
        let view = &self.view;
        let found: Vec<_> = view
            .accounts
            .iter()
            .filter_map(|no| view.definition.accounts.get(no))
            .collect();
        let unit = view.unit.map(|unit| format!("#{unit}"));
        html! {
            @if !found.is_empty() {
                p.counts { (self.t("page.record.counted_in"))
                    @for account in found {
                        @let more: Vec<(&str, &str)> = unit.iter().map(|unit| ("unit", unit.as_str())).collect();
                        a href={ "/figures/" (segment(&account.id)) @if !more.is_empty() { "?" (encoded(&more)) } } { (account.name) } " "
                    }
                }
            }
        }
    }

    /// The stages in the order of the pack, each with the days on which it was reached.
    fn flow(&self) -> Markup {
        let register = &self.view.register;
        let now = self.state.as_ref().and_then(State::stage).unwrap_or_default();
        let steps = self.view.timeline.steps();
        let until = self.stand.as_of().ok().flatten().unwrap_or(Day::MAX);
        let reached = |id: &str| -> Vec<Day> {
            let entered = steps.iter().filter(|(happening, before, after)| {
                happening.on <= until && after.stage() == Some(id) && before.stage() != Some(id)
            });
            entered.map(|(happening, ..)| happening.on).collect()
        };
        html! {
            @if register.stages.is_empty() { (parts::empty(self.t("page.record.no_stages"), None)) }
            ol.flow {
                @for stage in &register.stages {
                    @let days = reached(&stage.id);
                    li.here[stage.id == now] .past[!days.is_empty()] aria-current=[(stage.id == now).then_some("step")] {
                        b { (stage.name) }
                        @for day in &days { time datetime=(day) { (day) } }
                        @let ways: Vec<&str> = register.moves.iter().filter(|each| each.from.contains(&stage.id)).map(|each|
                            each.name.as_str()).collect();
                        @if !ways.is_empty() { span.quiet { "→ " (ways.join(" · ")) } }
                    }
                }
            }
        }
    }

    /// Every file of the record, with the entry that brought it.
    fn files(&self) -> Vec<([u8; 32], i64, i64)> {
        let mut found = Vec::new();
        for entry in &self.view.entries {
            let of_entry = entry.evidence.iter().chain(brought(entry));
            found.extend(of_entry.map(|hash| (*hash, entry.n, entry.actor)));
        }
        found
    }

    fn evidence(&self) -> Result<Markup, AppError> {
        let files = self.files();
        let mut lines = Vec::new();
        for (hash, n, actor) in &files {
            let name = self
                .app
                .evidence_names(&[*hash], *actor)?
                .first()
                .map(|stored| stored.name.clone());
            lines.push((hex(hash), name, *n));
        }
        let picture = |name: &str| {
            let lower = name.to_lowercase();
            [".jpg", ".jpeg", ".png"].iter().any(|end| lower.ends_with(end))
        };
        let note = format!("/records/{}/note", self.view.row.record);
        let may = self.scope.may(Verb::Write, &self.view.register, self.view.unit);
        let way = may.then_some((note.as_str(), self.t("page.record.note")));
        Ok(html! {
            @if lines.is_empty() { (parts::empty(self.t("page.record.no_evidence"), way)) }
            ul.gallery { @for (hash, name, n) in &lines {
                @let name = name.as_deref().unwrap_or(&hash[..12]);
                li {
                    a href={ "/evidence/" (hash) } {
                        @if picture(name) { img src={ "/evidence/" (hash) } alt=(name) loading="lazy"; }
                        (name)
                    }
                    span.quiet { (self.app.locale().say("page.stand.entry", &[("entry", n)])) }
                }
            } }
        })
    }

    /// Records of other registers that name this one.
    fn related(&self) -> Result<Markup, AppError> {
        let mut groups = Vec::new();
        for register in &self.view.definition.registers {
            if register.system || !self.scope.may_somewhere(Verb::Read, register) {
                continue;
            }
            let names = |field: &&Field| matches!(&field.kind, FieldKind::Link { register } if *register == self.view.register.no);
            for field in register.fields.iter().filter(names) {
                let listed = self.app.list(
                    self.scope,
                    &ListAsk {
                        register: register.id.clone(),
                        filters: vec![(field.id.clone(), "eq".to_owned(), format!("#{}", self.view.row.record))],
                        as_of: self.stand.as_of()?,
                        known_at: self.stand.known_at().map(str::to_owned),
                        limit: RELATED,
                        ..ListAsk::default()
                    },
                )?;
                if listed.total > 0 {
                    groups.push((register.clone(), field.clone(), listed));
                }
            }
        }
        Ok(html! {
            @if groups.is_empty() { (parts::empty(self.t("page.record.no_related"), None)) }
            @for (register, field, listed) in &groups {
                h2 { (register.name) small { (field.name) " · " (listed.total) } }
                ul.news { @for row in &listed.rows {
                    li {
                        a href=(self.stand.to(&format!("/records/{}", row.record))) {
                            (crate::app::names::title(&listed.definition, register, &row.state, row.record, &listed.labels))
                        }
                        @if let Some(stage) = row.state.stage() { span.stage { (stage_name(register, stage)) } }
                    }
                } }
                @if listed.next.is_some() {
                    p.quiet { (self.app.locale().say("page.list.first", &[("count", &RELATED), ("total", &listed.total)])) }
                }
            }
        })
    }

    fn duties(&self) -> Result<Markup, AppError> {
        let then = Then {
            as_of: self.stand.as_of()?,
            known_at: self.stand.known_at(),
        };
        let own = self.app.record_duties(&self.view, then)?;
        Ok(html! {
            @if let Some(day) = then.as_of { p.then { (self.app.locale().say("page.record.duties_then", &[("day", &day)])) } }
            @if own.is_empty() { (parts::empty(self.t("page.record.no_duties"), None)) }
            ul.news { @for duty in &own {
                li {
                    (parts::light(self.app.locale(), duty.light))
                    span { (duty.limit.1) " · " (duty.stage.1) " · " (duty.unit.1) }
                    @if let Some(due) = due(&duty.duty) { span.quiet { (self.app.locale().say("page.record.due", &[("day", &due)])) } }
                }
            } }
        })
    }

    /// What a printed form ends with.
    fn signatures(&self) -> Markup {
        html! {
            div.signatures.print-only {
                span { (self.t("page.record.filled_by")) } span { (self.t("page.record.checked_by")) }
                    span { (self.t("page.record.head")) }
                span { (self.app.locale().say("page.record.printed", &[("day", &self.app.today()), ("entry", &self.view.head)])) }
            }
        }
    }
}

/// The files that an entry put into fields.
fn brought(entry: &Entry) -> impl Iterator<Item = &[u8; 32]> {
    let patch: &[(FieldNo, Cell)] = match &entry.act {
        Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => patch,
        _ => &[],
    };
    let files = patch.iter().filter_map(|(_, cell)| match cell {
        Cell::Is(Value::Evidence(files)) => Some(files),
        _ => None,
    });
    files.flatten()
}

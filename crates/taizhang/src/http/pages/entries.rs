//! Parts of the record's page: its timeline in words — who, when it happened, when it was written,
//! what changed. A correction stands apart from what it corrects; nothing is hidden by it.

use super::words::{act_name, plain, stage_name};
use crate::app::App;
use crate::app::records::RecordView;
use crate::clock::rfc3339;
use crate::keys::hex;
use crate::locale::{Locale, Piece};
use maud::{Markup, html};
use std::collections::BTreeMap;
use taizhang_core::calendar::clock_time;
use taizhang_core::id::{EntryNo, FieldNo, STAGE};
use taizhang_core::journal::{Act, Change, Correction, Entry, Patch};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value};

/// All entries of a record, the latest first.
pub(super) fn timeline(app: &App, view: &RecordView, may_correct: bool) -> Markup {
    let told = Told::of(app.locale(), view);
    html! {
        ol.timeline {
            @for entry in view.entries.iter().rev() { (told.entry(app, entry, may_correct)) }
        }
    }
}

/// An instant as a reader sees it.
pub(super) fn moment(instant: i64) -> String {
    rfc3339(instant)[..16].replace('T', " ")
}

struct Told<'a> {
    locale: &'a Locale,
    view: &'a RecordView,
    before: BTreeMap<EntryNo, State>,
    corrected: BTreeMap<EntryNo, (EntryNo, bool)>,
}

impl<'a> Told<'a> {
    fn of(locale: &'a Locale, view: &'a RecordView) -> Told<'a> {
        let steps = view.timeline.steps();
        let mut corrected = BTreeMap::new();
        for entry in &view.entries {
            if let Act::Correct(correction) = &entry.act {
                corrected.insert(correction.target, (entry.n, correction.withdraw));
            }
        }
        Told {
            locale,
            view,
            before: steps.into_iter().map(|(event, before, _)| (event.n, before)).collect(),
            corrected,
        }
    }

    fn t(&self, key: &'static str) -> &'a str {
        self.locale.text(key)
    }

    /// A sentence about another entry of the page, with a link to it.
    fn linked(&self, key: &'static str, entry: EntryNo) -> Markup {
        html! {
            @for piece in self.locale.pieces(key) {
                @match piece {
                    Piece::Text(text) => (text),
                    Piece::Place(_) => a href={ "#entry-" (entry) } { (entry) },
                }
            }
        }
    }

    fn entry(&self, app: &App, entry: &Entry, may_correct: bool) -> Markup {
        let view = self.view;
        let corrects = matches!(entry.act, Act::Correct(_));
        let corrected = self.corrected.get(&entry.n);
        let actor = view
            .actors
            .get(&entry.n)
            .map_or(self.t("page.act.program"), String::as_str);
        html! {
            li id={ "entry-" (entry.n) } .correction[corrects] .withdrawn[corrected.is_some_and(|(_, all)| *all)] {
                div.when {
                    time datetime=(entry.occurred_on) { (entry.occurred_on)
                        @if let Some(minute) = entry.occurred_at { " " (clock_time(minute)) } }
                    span.act { (act_name(app.locale(), Some(&view.register), &entry.act)) }
                }
                div.what {
                    p.who {
                        strong { (actor) } " " (self.locale.say("page.entry.written", &[("at", &moment(entry.recorded_at)),
                            ("entry", &entry.n)]))
                        @if let Some(source) = &entry.source { " · " a href={ "/entries/" (entry.n) "/source" } {
                            (self.locale.say("page.entry.imported", &[("sheet", &source.sheet), ("row", &source.row)])) } }
                    }
                    @if let Some((by, all)) = corrected {
                        p.mark { (self.linked(if *all { "page.entry.withdrawn_by" } else { "page.entry.corrected_by" }, *by)) }
                    }
                    (self.changes(entry))
                    @if let Some(reason) = view.reasons.get(&entry.n) { p.reason {
                        (self.locale.say("page.entry.reason", &[("reason", reason)])) } }
                    (files(app, entry))
                    @if may_correct && is_original(&entry.act) && !corrected.is_some_and(|(_, all)| *all) {
                        p.quiet { a href={ "/records/" (view.row.record) "/correct?entry=" (entry.n) } {
                            (self.t("page.entry.correct")) } }
                    }
                }
            }
        }
    }

    fn changes(&self, entry: &Entry) -> Markup {
        match &entry.act {
            Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. } => {
                let before = self.before.get(&entry.n);
                let opens = matches!(entry.act, Act::Open { .. });
                self.patch(patch, before.filter(|_| !opens))
            }
            Act::Correct(correction) => self.correction(correction),
            _ => html! {},
        }
    }

    fn patch(&self, patch: &Patch, before: Option<&State>) -> Markup {
        html! {
            dl.changes {
                @for (no, cell) in patch {
                    dt { (self.name(*no)) }
                    dd {
                        @if let Some(old) = before.and_then(|state| state.cell(*no)) {
                            del { (self.text(*no, Some(old))) } " → "
                        }
                        ins { (self.text(*no, Some(cell))) }
                    }
                }
            }
        }
    }

    /// What was written, struck out, above what should have been.
    fn correction(&self, correction: &Correction) -> Markup {
        let target = self.view.entries.iter().find(|entry| entry.n == correction.target);
        let written = |no: FieldNo| match target.map(|entry| &entry.act) {
            Some(Act::Open { patch, .. } | Act::Amend { patch } | Act::Move { patch, .. }) => {
                patch.iter().find(|(of, _)| *of == no).map(|(_, cell)| cell)
            }
            _ => None,
        };
        html! {
            p.mark {
                (self.linked(if correction.withdraw { "page.entry.withdraws" } else { "page.entry.corrects" }, correction.target))
            }
            dl.changes {
                @if let Some(day) = correction.day {
                    dt { (self.t("page.form.occurred_on")) }
                    dd { @if let Some(target) = target { del { (target.occurred_on) } " → " } ins { (day) } }
                }
                @for (no, change) in &correction.fields {
                    dt { (self.name(*no)) }
                    dd {
                        del { (self.text(*no, written(*no))) } " → "
                        @match change {
                            Change::Set(cell) => ins { (self.text(*no, Some(cell))) },
                            Change::Withdrawn => ins { (self.t("page.entry.not_said")) },
                        }
                    }
                }
            }
        }
    }

    fn name(&self, no: FieldNo) -> &str {
        if no == STAGE {
            return self.t("shown.stage");
        }
        self.view
            .register
            .field(no)
            .map_or(self.t("page.entry.retired"), |field| field.name.as_str())
    }

    fn text(&self, no: FieldNo, cell: Option<&Cell>) -> String {
        let view = self.view;
        let text = match (cell, view.register.field(no)) {
            (Some(Cell::Is(Value::Choice(stage))), None) => stage_name(&view.register, stage).to_owned(),
            (cell, Some(field)) => plain(self.locale, &view.definition, field, cell, &view.labels),
            _ => String::new(),
        };
        if text.is_empty() {
            self.t("page.entry.empty").to_owned()
        } else {
            text
        }
    }
}

/// The files that prove an entry.
fn files(app: &App, entry: &Entry) -> Markup {
    let names = app.evidence_names(&entry.evidence, entry.actor).unwrap_or_default();
    html! {
        @if !entry.evidence.is_empty() {
            ul.files {
                @for hash in &entry.evidence {
                    @let text = hex(hash);
                    @let known = names.iter().find(|stored| stored.hash == *hash);
                    li { (app.locale().text("page.entry.file")) a href={ "/evidence/" (text) } {
                        (known.map_or(&text[..12], |stored| stored.name.as_str()))
                    } }
                }
            }
        }
    }
}

/// Whether an entry can be corrected: what it says is fields, a day, or a remark.
fn is_original(act: &Act) -> bool {
    matches!(
        act,
        Act::Open { .. } | Act::Amend { .. } | Act::Move { .. } | Act::Note | Act::Void
    )
}

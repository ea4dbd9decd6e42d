//! Parts of forms: one control for each kind of field, with its measure, help and refusal.

use super::words;
use crate::app::App;
use crate::app::evidence::Stored;
use crate::app::scope::Scope;
use crate::error::RefusedLine;
use crate::grammar::NOT_APPLICABLE;
use crate::http::api::registers::measure;
use crate::keys::hex;
use crate::locale::Locale;
use maud::{Markup, html};
use taizhang_core::definition::{Definition, Field, FieldKind};
use taizhang_core::field_kinds::{ShowNames, api, seals, show};
use taizhang_core::unit::UnitTree;
use taizhang_core::value::{Cell, Precision, Value};

/// How many units a list of suggestions has at most; beyond it a code or name is typed.
const SUGGESTED: usize = 400;
/// The endings of files that are kept.
pub(super) const ACCEPTED: &str = ".pdf,.jpg,.jpeg,.png,.docx,.xlsx,.zip,.txt,.ofd";
/// Texts longer than this get more than one line.
const LONG_TEXT: u32 = 200;

/// The suggestions of units: those that one may work with.
pub(super) fn units(app: &App, scope: &Scope) -> Markup {
    let Ok(asking) = app.asking() else { return html! {} };
    let tree = asking.tree(app.today(), asking.reading.n());
    let within = scope.home().map(|home| tree.with_below(home)).unwrap_or_default();
    let living = tree
        .iter()
        .filter(|(unit, node)| within.contains(unit) && !node.abolished);
    html! {
        datalist #units {
            @for (_, node) in living.take(SUGGESTED) { option value=(node.code) { (node.name) } }
        }
    }
}

/// The text that a control holds for a content: such that reading it gives the same content again.
pub(super) fn text_of(
    locale: &Locale,
    definition: &Definition,
    field: &Field,
    cell: Option<&Cell>,
    names: &dyn ShowNames,
    tree: &UnitTree,
) -> String {
    match (cell, &field.kind) {
        (Some(Cell::Is(Value::Sealed(_))), _) => String::new(),
        (Some(Cell::NotApplicable), _) => NOT_APPLICABLE.to_owned(),
        (Some(Cell::Is(Value::Unit(unit))), _) => tree.get(*unit).map_or(format!("#{unit}"), |node| node.code.clone()),
        (Some(Cell::Is(Value::Link(record))), _) => format!("#{record}"),
        (Some(Cell::Is(Value::Num(_))), _) => {
            let shown = show(definition, field, cell, names);
            let own = measure(field).filter(|_| shown.measure.is_some());
            match shown.measure {
                Some(other) if own.is_some_and(|own| own != other && own != "%") => format!("{}{other}", shown.text),
                _ => shown.text,
            }
        }
        (Some(Cell::Is(Value::Text(_))), _) => words::plain(locale, definition, field, cell, names),
        _ => api(definition, field, cell).unwrap_or_default(),
    }
}

/// One field of a form.
pub(super) struct Control<'a> {
    pub(super) definition: &'a Definition,
    pub(super) field: &'a Field,
    /// What it holds now.
    pub(super) text: &'a str,
    /// What it held when the form was made.
    pub(super) was: &'a str,
    /// Whether there is a value that the form does not show.
    pub(super) masked: bool,
    pub(super) required: bool,
    /// Whether a scheme computes it, so that nobody has to fill it in.
    pub(super) computed: bool,
    /// What it is called instead of being a number only.
    pub(super) beside: Option<String>,
    /// The files that it holds.
    pub(super) files: Vec<Stored>,
    pub(super) refused: Vec<&'a RefusedLine>,
    /// What somebody else wrote there meanwhile, if that is another thing.
    pub(super) theirs: Option<&'a str>,
    pub(super) locale: &'a Locale,
}

impl Control<'_> {
    /// The field with its name, control, measure, help and refusals.
    pub(super) fn show(&self) -> Markup {
        let id = format!("f.{}", self.field.id);
        html! {
            div.field.wrong[!self.refused.is_empty()] {
                label for=(id) { (self.field.name) @if self.required { span.star
                    title=(self.locale.text("page.control.required")) { "*" } } }
                div.control {
                    (self.input(&id))
                    @if let Some(measure) = measure(self.field) { span.measure { (measure) } }
                    @if let Some(beside) = &self.beside { span.quiet { (beside) } }
                }
                input type="hidden" name={ "was." (self.field.id) } value=(self.was);
                @if let Some(theirs) = self.theirs { (self.choice(theirs)) }
                @for line in &self.refused { p.refused role="alert" { (line.message) } }
                @if !self.field.help.is_empty() { p.help { (self.field.help) } }
                @if self.computed { p.help { (self.locale.text("page.control.computed")) } }
            }
        }
    }

    /// Which of two values stays: the one just typed, or the one that somebody else wrote meanwhile.
    fn choice(&self, theirs: &str) -> Markup {
        let name = format!("keep.{}", self.field.id);
        let shown = if theirs.is_empty() {
            self.locale.text("shown.unsaid")
        } else {
            theirs
        };
        html! {
            p.merge {
                label.tick { input type="radio" name=(name) value="mine" checked; (self.locale.text("page.form.keep_mine")) }
                label.tick { input type="radio" name=(name) value="theirs";
                    (self.locale.say("page.form.keep_theirs", &[("value", &shown)])) }
            }
        }
    }

    /// The files that are there, each with a tick by which it stays; others are chosen, or taken with the
    /// camera of a phone.
    fn files(&self, id: &str) -> Markup {
        let t = |key: &'static str| self.locale.text(key);
        let name = format!("file.{}", self.field.id);
        html! {
            div.files {
                @if self.text == NOT_APPLICABLE {
                    label.tick { input type="checkbox" name=(id) value=(NOT_APPLICABLE) checked; (t("shown.not_applicable")) }
                }
                @for stored in &self.files {
                    @let hash = hex(&stored.hash);
                    label.tick title=(t("page.control.file_stays")) {
                        input type="checkbox" name=(id) value=(hash) checked;
                        @if stored.is_picture() { img src={ "/evidence/" (hash) } alt=""; }
                        (stored.name)
                    }
                }
                @for hash in self.text.split(',').filter(|hash| self.unnamed(hash)) {
                    input type="hidden" name=(id) value=(hash);
                }
                input type="file" id=(id) name=(name) multiple accept=(ACCEPTED);
                label.camera { (t("page.control.camera")) " " input type="file" name=(name) accept="image/*" capture="environment"; }
            }
        }
    }

    /// Whether a file stands in the field that is not known by its name: it stays.
    fn unnamed(&self, hash: &str) -> bool {
        let named = self.files.iter().any(|stored| hex(&stored.hash) == hash);
        !named && !hash.is_empty() && hash != NOT_APPLICABLE
    }

    fn input(&self, id: &str) -> Markup {
        let t = |key: &'static str| self.locale.text(key);
        let masked = self.masked.then_some(t("page.control.masked"));
        html! {
            @match &self.field.kind {
                FieldKind::Choice(choices) => select id=(id) name=(id) {
                    option value="" { (t("shown.unsaid")) }
                    @for choice in choices {
                        @if !choice.retired || choice.id == self.text {
                            option value=(choice.id) selected[choice.id == self.text || choice.name == self.text] { (choice.name) }
                        }
                    }
                    option value=(NOT_APPLICABLE) selected[self.text == NOT_APPLICABLE] { (t("shown.not_applicable")) }
                },
                FieldKind::Date { coarsest: Precision::Day } if self.text != NOT_APPLICABLE && !seals(self.field) => {
                    input type="date" id=(id) name=(id) value=(self.text);
                }
                FieldKind::Date { .. } => {
                    input id=(id) name=(id) value=(self.text) placeholder=(masked.unwrap_or(t("page.control.day")));
                }
                FieldKind::Month => input id=(id) name=(id) value=(self.text) placeholder="2024-06";,
                FieldKind::Text { max } if *max > LONG_TEXT => {
                    textarea id=(id) name=(id) rows="3" maxlength=(max) placeholder=[masked] { (self.text) }
                }
                FieldKind::Text { max } => input id=(id) name=(id) value=(self.text) maxlength=(max) placeholder=[masked];,
                FieldKind::Unit => input id=(id) name=(id) value=(self.text) list="units" placeholder=(t("page.control.unit"));,
                FieldKind::Link { register } => {
                    @let name = self.definition.register(*register).map_or("", |register| register.name.as_str());
                    input id=(id) name=(id) value=(self.text) placeholder=(self.locale.say("page.control.link", &[("register", &name)]));
                }
                kind if self.field.is_number() => {
                    @let mode = if matches!(kind, FieldKind::Integer) { "numeric" } else { "decimal" };
                    input.num id=(id) name=(id) value=(self.text) inputmode=(mode) autocomplete="off" placeholder=[masked];
                }
                FieldKind::Evidence => (self.files(id)),
                FieldKind::Place => input id=(id) name=(id) value=(self.text) placeholder=(t("page.control.place"));,
                _ => input id=(id) name=(id) value=(self.text) autocomplete="off" placeholder=[masked];,
            }
        }
    }
}

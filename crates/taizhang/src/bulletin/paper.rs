//! Room: papers of a step (文书) — a template of the pack filled in from one record, as a page or docx.
//!
//! What it says is what its reader may read of the record. It is a draft: whoever issues it prints and signs
//! it, and says so by a move; the program never does.

use super::{document, page};
use crate::app::App;
use crate::app::duties::clocks;
use crate::app::records::{ListAsk, RecordView};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::locale::Locale;
use minijinja::value::{Value, ValueKind};
use minijinja::{Environment, Error, ErrorKind, UndefinedBehavior};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Field, FieldKind, Paper, Register, Verb};
use taizhang_core::field_kinds::{ShowNames, ShownState, show};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::timeline::State;
use taizhang_core::value::{Cell, Value as Content};
use taizhang_sheet::document::{Document, Seal};

/// How many lines `rows` gives.
const ROWS_MAX: usize = 500;

/// A template asks for lists while it is rendered; more rounds than this mean that it never ends.
const ROUNDS: usize = 4;

/// A paper drafted.
#[derive(Clone, Debug)]
pub struct Drafted {
    /// Its title.
    pub title: String,
    /// The record.
    pub record: RecordNo,
    /// The text, as markdown.
    pub markdown: String,
    /// The text, as the inside of a page.
    pub html: String,
    /// The text, as a document for docx.
    pub document: Document,
    /// That it is a draft, and what it was drafted from.
    pub said: String,
}

/// Lists of records below, as a template asks for them.
#[derive(Default)]
struct Lists {
    known: BTreeMap<String, Value>,
    unknown: BTreeSet<String>,
}

/// Whose paper is drafted, on which day, for whom.
struct Drafting<'a> {
    app: &'a App,
    scope: &'a Scope,
    view: RecordView,
    state: State,
    as_of: Day,
    known_at: Option<&'a str>,
    words: Locale,
}

/// The papers that somebody can draft of a record as it stands.
pub fn offered<'a>(view: &'a RecordView, state: &State) -> Vec<&'a Paper> {
    let stage = state.stage().unwrap_or_default();
    let fits = |paper: &&Paper| {
        let here = paper.stages.is_empty() || paper.stages.iter().any(|id| id == stage);
        paper.register == view.register.no && here
    };
    view.definition.papers.iter().filter(fits).collect()
}

/// Whether each template can be read, and names no field that its register does not have.
pub fn check(definition: &Definition) -> Result<(), AppError> {
    for paper in &definition.papers {
        let name = &paper.name;
        let fault =
            |why: &dyn std::fmt::Display| AppError::said("bulletin.bad_template", &[("bulletin", name), ("why", why)]);
        let environment = environment(&Arc::default(), &paper.template).map_err(|error| fault(&error))?;
        let template = environment.get_template("paper").map_err(|error| fault(&error))?;
        let register = definition.register(paper.register);
        let known = |word: &str| {
            let own = register.is_some_and(|register| register.field_named(word).is_some());
            own || word == "this" || word == "rows" || word == "about" && paper.about.is_some()
        };
        let mut words: Vec<String> = template.undeclared_variables(false).into_iter().collect();
        words.sort();
        if let Some(word) = words.iter().find(|word| !known(word)) {
            return Err(AppError::said("paper.no_field", &[("paper", name), ("field", word)]));
        }
    }
    Ok(())
}

/// Drafts a paper of a record as it was on a day, as known then.
pub fn draft(
    app: &App,
    scope: &Scope,
    (record, id): (RecordNo, &str),
    as_of: Option<Day>,
    known_at: Option<&str>,
) -> Result<Drafted, AppError> {
    let (view, state) = app.record_at(scope, record, as_of, known_at)?;
    let unknown = || AppError::missing("paper.unknown", &[("paper", &id)]);
    let definition = view.definition.clone();
    let papers = definition.papers.iter();
    let paper = papers
        .clone()
        .find(|paper| paper.id == id && paper.register == view.register.no);
    let (paper, state) = (paper.ok_or_else(unknown)?, state.ok_or_else(unknown)?);
    let drafting = Drafting {
        app,
        scope,
        view,
        state,
        as_of: as_of.unwrap_or(app.today()),
        known_at,
        words: Locale::new(definition.lang),
    };
    drafting.draft(paper)
}

impl Drafting<'_> {
    fn draft(&self, paper: &Paper) -> Result<Drafted, AppError> {
        let markdown = self.render(paper)?;
        let entry = self.known_entry();
        let said = self
            .words
            .say("paper.draft", &[("entry", &entry), ("day", &self.as_of)]);
        let document = document::document(&markdown, &[], &[], (&paper.name, Seal::default(), vec![said.clone()]));
        Ok(Drafted {
            title: format!("{} {}", paper.name, self.view.title),
            record: self.view.row.record,
            html: page(&markdown),
            markdown,
            document,
            said,
        })
    }

    /// The record's own last entry that the paper knows.
    fn known_entry(&self) -> EntryNo {
        self.view.entries.last().map_or(self.view.row.record, |entry| entry.n)
    }

    fn render(&self, paper: &Paper) -> Result<String, AppError> {
        let name = &paper.name;
        let fault = |error: &Error| AppError::said("bulletin.bad_template", &[("bulletin", name), ("why", error)]);
        let lists: Arc<Mutex<Lists>> = Arc::default();
        let environment = environment(&lists, &paper.template).map_err(|error| fault(&error))?;
        let context = self.context(paper)?;
        for _ in 0..ROUNDS {
            let template = environment.get_template("paper").map_err(|error| fault(&error))?;
            let text = template.render(&context).map_err(|error| fault(&error))?;
            let unknown = std::mem::take(&mut held(&lists).unknown);
            if unknown.is_empty() {
                return Ok(text);
            }
            for register in unknown {
                let rows = self.rows(&register)?;
                held(&lists).known.insert(register, rows);
            }
        }
        Err(AppError::said("bulletin.restless", &[("bulletin", name)]))
    }

    /// The record's fields by their ids; `this` is the record itself, `about` the one that it is about.
    fn context(&self, paper: &Paper) -> Result<BTreeMap<String, Value>, AppError> {
        let mut context = self.fields(
            &self.view.definition,
            &self.view.register,
            &self.state,
            &self.view.labels,
        );
        context.insert("this".to_owned(), self.described(&self.view, &self.state));
        if let Some(field) = paper.about {
            context.insert("about".to_owned(), self.about(self.state.value(field))?);
        }
        Ok(context)
    }

    fn about(&self, named: Option<&Content>) -> Result<Value, AppError> {
        let Some(Content::Num(record)) = named else {
            return Ok(Value::from(BTreeMap::<String, Value>::new()));
        };
        match self.app.record_at(self.scope, *record, Some(self.as_of), self.known_at) {
            Ok((view, Some(state))) => Ok(self.described(&view, &state)),
            Ok(_) | Err(AppError::Refused(_) | AppError::NotFound(_)) => {
                let title = BTreeMap::from([("title".to_owned(), Value::from(format!("#{record}")))]);
                Ok(Value::from(title))
            }
            Err(error) => Err(error),
        }
    }

    /// What is told of a record beside its fields: title, stage, and each limit that runs.
    fn described(&self, view: &RecordView, state: &State) -> Value {
        let stage = state.stage().and_then(|id| view.register.stage(id));
        let unit = view.unit.and_then(|unit| view.labels.unit(unit));
        let mut running = BTreeMap::new();
        for (limit, due, late) in clocks(view, self.as_of) {
            let clock = BTreeMap::from([
                ("due".to_owned(), Value::from(due.to_string())),
                ("late".to_owned(), Value::from(late)),
            ]);
            running.insert(limit, Value::from(clock));
        }
        let text = |text: Option<String>| Value::from(text.unwrap_or_default());
        let told = BTreeMap::from([
            ("title".to_owned(), Value::from(view.title.clone())),
            ("record".to_owned(), Value::from(view.row.record)),
            ("register".to_owned(), Value::from(view.register.name.clone())),
            ("stage".to_owned(), text(stage.map(|stage| stage.name.clone()))),
            ("unit".to_owned(), text(unit)),
            (
                "day".to_owned(),
                Value::from(self.words.long_day("bulletin.signed_on", self.as_of, &[])),
            ),
            ("year".to_owned(), Value::from(self.as_of.ymd().0)),
            ("clock".to_owned(), Value::from(running)),
            (
                "fields".to_owned(),
                Value::from(self.fields(&view.definition, &view.register, state, &view.labels)),
            ),
        ]);
        Value::from(told)
    }

    fn fields(
        &self,
        definition: &Definition,
        register: &Register,
        state: &State,
        labels: &dyn ShowNames,
    ) -> BTreeMap<String, Value> {
        let shown = |field: &Field| said(&self.words, definition, field, state.cell(field.no), labels);
        let fields = register.fields.iter();
        fields
            .map(|field| (field.id.clone(), Value::from(shown(field))))
            .collect()
    }

    /// The living records of a register that name this one, as its reader may read them.
    fn rows(&self, id: &str) -> Result<Value, AppError> {
        let unknown = || AppError::said("paper.no_rows", &[("register", &id)]);
        let register = self.view.definition.register_named(id).ok_or_else(unknown)?;
        let own = self.view.register.no;
        let names = |field: &&Field| matches!(&field.kind, FieldKind::Link { register } if *register == own);
        let by = register.fields.iter().find(names).ok_or_else(unknown)?;
        if !self.scope.may_somewhere(Verb::Read, register) {
            return Ok(Value::from(Vec::<Value>::new()));
        }
        let ask = ListAsk {
            register: id.to_owned(),
            filters: vec![(by.id.clone(), "eq".to_owned(), format!("#{}", self.view.row.record))],
            as_of: Some(self.as_of),
            known_at: self.known_at.map(str::to_owned),
            limit: ROWS_MAX,
            ..ListAsk::default()
        };
        let listed = self.app.list(self.scope, &ask)?;
        let row = |row: &taizhang_store::cells::RecordRow| {
            let mut fields = self.fields(&listed.definition, &listed.register, &row.state, &listed.labels);
            let stage = row.state.stage().and_then(|id| listed.register.stage(id));
            let stage = stage.map_or_else(String::new, |stage| stage.name.clone());
            fields.insert("stage".to_owned(), Value::from(stage));
            Value::from(fields)
        };
        Ok(Value::from(listed.rows.iter().map(row).collect::<Vec<_>>()))
    }
}

/// A field's content in words; what nobody has said is nothing, what is sealed is a mask.
fn said(words: &Locale, definition: &Definition, field: &Field, cell: Option<&Cell>, names: &dyn ShowNames) -> String {
    let shown = show(definition, field, cell, names);
    match (shown.state, shown.measure) {
        (ShownState::Reported, Some(measure)) => format!("{}{measure}", shown.text),
        (ShownState::Reported, None) => shown.text,
        (ShownState::Missing, _) => String::new(),
        (ShownState::NotApplicable, _) => words.text("shown.not_applicable").to_owned(),
        (ShownState::Erased, _) => words.text("shown.erased").to_owned(),
        (ShownState::Sealed, _) => "***".to_owned(),
    }
}

/// The environment of one paper's template. A name that no field has is a mistake of the template.
fn environment(lists: &Arc<Mutex<Lists>>, template: &str) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(200_000));
    environment.set_undefined_behavior(UndefinedBehavior::Strict);
    environment.set_formatter(|out, _, value| {
        if value.is_undefined() {
            return Err(Error::from(ErrorKind::UndefinedError));
        }
        let text = value.to_string();
        let marked = match value.kind() {
            ValueKind::None => String::new(),
            _ => literal(&text),
        };
        out.write_str(&marked).map_err(Error::from)
    });
    let asked = lists.clone();
    environment.add_function("rows", move |register: String| {
        let mut lists = held(&asked);
        let known = lists.known.get(&register).cloned();
        if known.is_none() {
            lists.unknown.insert(register);
        }
        known.unwrap_or_else(|| Value::from(Vec::<Value>::new()))
    });
    environment.add_template_owned("paper", template.to_owned())?;
    Ok(environment)
}

fn held(lists: &Mutex<Lists>) -> MutexGuard<'_, Lists> {
    lists.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A text of somebody's that stays what it is among the marks of markdown, and in its line.
fn literal(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | super::LINE => out.push(' '),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '<' | '>' | '#' | '|' | '~' | '&' | '!' => {
                out.push('\\');
                out.push(c);
            }
            c => out.push(c),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_typed_is_no_mark_of_the_paper() {
        let lists = Arc::default();
        let environment = environment(&lists, "# {{ name }}\n\n| 项 |\n|---|\n| {{ name }} |\n").expect("a template");
        let template = environment.get_template("paper").expect("a template");
        let context = BTreeMap::from([("name", "甲 | **乙**\n# 丙 <b>")]);
        let html = page(&template.render(context).expect("rendered"));
        assert!(html.contains("<td>甲 | **乙** # 丙 &lt;b&gt;</td>"), "{html}");
        assert!(!html.contains("<b>") && !html.contains("<strong>"), "{html}");
    }

    #[test]
    fn a_field_that_is_not_there_is_a_mistake() {
        let environment = environment(&Arc::default(), "{{ nmae }}").expect("a template");
        let template = environment.get_template("paper").expect("a template");
        assert!(template.render(BTreeMap::from([("name", "甲")])).is_err());
    }
}

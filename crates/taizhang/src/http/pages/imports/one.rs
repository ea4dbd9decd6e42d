//! Parts of a page: one import — what was found, what it would change, what is in doubt, what became of it.

use super::super::words::grouped;
use super::super::{layout, parts};
use super::{short_time, state_name};
use crate::app::App;
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::import::workbench::Upload;
use crate::import::{Answer, Early, RECORD, VERSION, meanings};
use crate::locale::Locale;
use maud::{Markup, html};
use serde_json::Value;
use taizhang_core::definition::{Definition, Register};

/// How many refused cells a page lists; the workbook has them all.
const ERRORS_SHOWN: usize = 200;

pub(super) fn page(app: &App, scope: &Scope, upload: &Upload) -> Result<Markup, AppError> {
    let definition = app.definition()?;
    let (row, detail) = (&upload.row, &upload.detail);
    let register = definition.register_named(&detail.asked.register);
    let running = matches!(row.state.as_str(), "waiting" | "checking" | "writing");
    let locale = app.locale();
    let t = |key: &'static str| locale.text(key);
    let body = html! {
        p.way { a href="/imports" { (t("page.imports.title")) } " / " (locale.say("page.bulletin.nth", &[("no", &row.id)])) }
        div.title { h1 { (detail.register_name) small { (detail.file_name) } } span.stage.large { (t(state_name(&row.state))) } }
        (parts::about(t("page.imports.one_about")))
        p.quiet { (locale.say("page.imports.brought", &[("at", &short_time(row.started_at))]))
            @if let Some(name) = state_note(&row.state) { " · " (t(name)) } }
        @if running { (progress(locale, upload)) }
        @for line in &detail.lines { p.refused role="alert" { (line.message) } }
        @if !detail.message.is_empty() { p.refused role="alert" { (detail.message) } }
        @if let Some(outcome) = &detail.outcome { (outcome_of(locale, upload, outcome)) }
        @if !running && !matches!(row.state.as_str(), "done" | "undone") {
            (deciding(locale, upload, &definition, register.map(|register| &**register)))
        }
        @if let Some((first, last)) = detail.entries { (written(locale, upload, first, last)) }
        @if let Some((first, last)) = detail.undone_by {
            p.saved { (locale.say("page.imports.undone", &[("first", &first), ("last", &last)])) }
        }
    };
    let page = layout::page(app, scope, "registers/imports", t("page.imports.title"), body);
    Ok(if running { refreshed(page) } else { page })
}

/// A page that asks for itself again.
fn refreshed(page: Markup) -> Markup {
    let meta = "<meta http-equiv=\"refresh\" content=\"2\">";
    maud::PreEscaped(page.into_string().replacen("<head>", &format!("<head>{meta}"), 1))
}

fn state_note(state: &str) -> Option<&'static str> {
    match state {
        "checked" => Some("page.imports.note_checked"),
        "refused" => Some("page.imports.note_refused"),
        "interrupted" => Some("page.imports.note_interrupted"),
        _ => None,
    }
}

fn progress(locale: &Locale, upload: &Upload) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let (done, total) = (upload.row.done, upload.row.total);
    html! {
        div.preview {
            @match total {
                0 => p { (locale.say("page.imports.reading", &[("done", &grouped(&done.to_string()))])) },
                total => p { (locale.say("page.imports.working", &[("done", &grouped(&done.to_string())),
                    ("total", &grouped(&total.to_string()))])) },
            }
            @if total > 0 { progress value=(done) max=(total) {} }
            p.quiet { (t("page.imports.come_back")) }
        }
    }
}

fn number(value: &Value, name: &str) -> String {
    grouped(&value[name].as_u64().unwrap_or(0).to_string())
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value[name].as_str().unwrap_or_default()
}

fn items<'a>(value: &'a Value, name: &str) -> &'a [Value] {
    value[name].as_array().map_or(&[], Vec::as_slice)
}

fn outcome_of(locale: &Locale, upload: &Upload, outcome: &Value) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let will = matches!(
        upload.row.state.as_str(),
        "checked" | "refused" | "failed" | "interrupted"
    );
    let counts = [
        ("rows", "page.imports.n_rows"),
        (
            "added",
            if will {
                "page.imports.n_will_add"
            } else {
                "page.imports.n_added"
            },
        ),
        (
            "changed",
            if will {
                "page.imports.n_will_change"
            } else {
                "page.imports.n_changed"
            },
        ),
        ("unchanged", "page.imports.n_unchanged"),
        ("skipped", "page.imports.n_skipped"),
        ("missing", "page.imports.n_missing"),
    ];
    let errors = items(outcome, "errors");
    let parts = parts(outcome);
    let several = parts.len() > 1;
    html! {
        div.figures.counts { @for (name, label) in counts {
            div.card { span.name { (t(label)) } span.value { (number(outcome, name)) } }
        } }
        @if let Some(warning) = Early::words(locale, &outcome["before_unit"]) { p.refused { (warning) } }
        @if !errors.is_empty() {
            h2 { (t("page.imports.errors")) small { (locale.say("page.imports.count", &[("count", &number(outcome, "errors_total"))])) } }
            p { a.button href={ "/imports/" (upload.row.id) "/workbook" } { (t("page.imports.marked")) } }
            div.scroll { table.ledger {
                thead { tr { th { (t("page.imports.place")) } th { (t("page.imports.raw")) } th { (t("page.imports.problem")) } } }
                tbody { @for error in errors.iter().take(ERRORS_SHOWN) {
                    tr {
                        td.no { @if several { (text(error, "sheet")) " " } (text(error, "column"))
                            (error["row"].as_u64().map_or(String::new(), |row| row.to_string())) }
                        td { (text(error, "value")) }
                        td { (text(error, "message")) }
                    }
                } }
            } }
        }
        @if several { (by_sheet(locale, &parts, will)) }
        @for part in parts {
            (changes(locale, part, several))
            (absent(locale, part))
        }
    }
}

/// What became of each sheet; of the only one, the outcome itself.
fn parts(outcome: &Value) -> Vec<&Value> {
    let sheets: Vec<&Value> = items(outcome, "sheets").iter().collect();
    match sheets.is_empty() {
        true => vec![outcome],
        false => sheets,
    }
}

/// Which sheet goes into which register, with the counts of each.
fn by_sheet(locale: &Locale, parts: &[&Value], will: bool) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let heads = match will {
        true => ["page.imports.n_will_add", "page.imports.n_will_change"],
        false => ["page.imports.n_added", "page.imports.n_changed"],
    };
    html! {
        h2 { (t("page.imports.sheets")) small { (t("page.imports.sheets_about")) } }
        div.scroll { table.ledger {
            thead { tr { th { (t("page.imports.sheet")) } th { (t("page.way_registers")) } th.num { (t("page.imports.n_rows")) }
                @for head in heads { th.num { (t(head)) } }
                th.num { (t("page.imports.n_unchanged")) } th.num { (t("page.imports.errors")) } } }
            tbody { @for part in parts { tr {
                td { (text(&part["found"], "sheet")) }
                td { (text(part, "register")) }
                @for name in ["rows", "added", "changed", "unchanged", "errors_total"] { td.num { (number(part, name)) } }
            } } }
        } }
    }
}

fn changes(locale: &Locale, outcome: &Value, several: bool) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let changes = items(outcome, "preview");
    html! {
        @if !changes.is_empty() {
            h2 { (t("page.imports.differences")) @if several { small { (text(outcome, "register")) } }
                @if changes.len() >= 200 { small { (t("page.imports.first_rows")) } } }
            div.scroll { table.ledger {
                thead { tr { th.no { (t("page.imports.row")) } th { (t("page.figure.record")) } th {
                    (t("page.imports.field")) } th { (t("page.stand.now")) } th { (t("page.imports.will_be")) } } }
                tbody { @for change in changes {
                    @let fields = items(change, "fields");
                    @let moves: Vec<&str> = items(change, "moves").iter().filter_map(Value::as_str).collect();
                    @for (at, field) in fields.iter().enumerate() {
                        tr {
                            @if at == 0 {
                                td.no rowspan=(fields.len()) { (change["row"].as_u64().unwrap_or(0)) }
                                td rowspan=(fields.len()) {
                                    @match change["id"].as_i64() {
                                        Some(record) => a href={ "/records/" (record) } { (text(change, "title")) },
                                        None => { (text(change, "title")) " " span.stage { (t("page.imports.n_added")) } },
                                    }
                                    @for step in &moves { " " span.stage { (step) } }
                                }
                            }
                            td { (text(field, "name")) }
                            td { del { (text(field, "was")) } }
                            td { (text(field, "will")) }
                        }
                    }
                    @if fields.is_empty() {
                        tr { td.no { (change["row"].as_u64().unwrap_or(0)) } td { (text(change, "title")) }
                            td colspan="3" { @for step in &moves { span.stage { (step) } } } }
                    }
                } }
            } }
        }
    }
}

fn absent(locale: &Locale, outcome: &Value) -> Markup {
    let absent = items(outcome, "absent");
    html! {
        @if !absent.is_empty() {
            details { summary { (locale.say("page.imports.absent", &[("count", &number(outcome, "missing"))])) }
                ul.shelf { @for record in absent {
                    li { a href={ "/records/" (record["id"].as_i64().unwrap_or(0)) } { (text(record, "title")) } }
                } }
            }
        }
    }
}

/// What the sender may still say: the sheets, the columns, doubtful cells, the day; then go.
fn deciding(locale: &Locale, upload: &Upload, definition: &Definition, register: Option<&Register>) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let detail = &upload.detail;
    let outcome = detail.outcome.clone().unwrap_or_default();
    let asked = &detail.asked;
    let wrong = outcome["errors_total"].as_u64().unwrap_or(0);
    let nothing = ["added", "changed"]
        .iter()
        .all(|name| outcome[name].as_u64().unwrap_or(0) == 0);
    html! {
        form.writing method="post" {
            h2.inside { (t("page.imports.decide")) }
            (first_sheet(locale, upload, &outcome))
            (other_sheets(locale, &outcome))
            @for (at, part) in parts(&outcome).into_iter().enumerate() {
                @let (own, prefix) = match at {
                    0 => (register, "map.".to_owned()),
                    _ => (called(definition, text(part, "register")), format!("beside.{}/", text(&part["found"], "sheet"))),
                };
                (columns(locale, part, own, &prefix))
            }
            (unread_headings(locale, upload, register))
            (doubts(locale, &outcome, &asked.answers))
            div.field {
                label for="occurred_on" { (t("page.form.occurred_on")) }
                div.control { input #occurred_on type="date" name="occurred_on" value=(asked.occurred_on.clone().unwrap_or_default()); }
            }
            div.field {
                label for="opening" { (t("page.imports.opening")) }
                div.control { input #opening type="date" name="opening" value=(asked.opening.clone().unwrap_or_default()); }
                p.help { (t("page.imports.opening_about")) }
            }
            div.field {
                label for="reason" { (t("page.form.reason")) }
                div.control { input #reason name="reason" placeholder=(t("page.imports.reason_about")); }
            }
            div.field {
                label for="skip_bad" { (t("page.imports.if_wrong")) }
                div.control { input #skip_bad type="checkbox" name="skip_bad" value="yes" checked[asked.skip_bad];
                    (t("page.imports.skip")) }
                p.help { (t("page.imports.skip_about")) }
            }
            div.buttons {
                @if detail.outcome.is_some() && !(nothing && wrong == 0) && (wrong == 0 || asked.skip_bad) {
                    button.act name="do" value="write" type="submit" { (t("page.imports.write")) }
                }
                button name="do" value="check" type="submit" { (t("page.imports.again")) }
            }
            @if detail.outcome.is_some() && nothing && wrong == 0 { p.saved { (t("page.imports.same")) } }
        }
        @if let Some(register) = register {
            p.quiet { (locale.say("page.imports.keys", &[("register", &register.name), ("keys", &key_names(locale, register))])) }
        }
    }
}

fn called<'a>(definition: &'a Definition, name: &str) -> Option<&'a Register> {
    definition
        .registers
        .iter()
        .find(|register| register.name == name)
        .map(|register| &**register)
}

/// The sheet of the register itself: named, chosen among several, or found.
fn first_sheet(locale: &Locale, upload: &Upload, outcome: &Value) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let lines = upload.detail.lines.iter();
    let sheets = lines
        .filter(|line| line.code == "which_sheet")
        .filter_map(|line| line.value.as_deref());
    let sheets: Vec<&str> = sheets.flat_map(str::lines).collect();
    let found = &outcome["found"];
    html! {
        div.field {
            label for="sheet" { (t("page.imports.sheet")) }
            div.control {
                @if sheets.is_empty() {
                    input #sheet name="sheet" value=(upload.detail.asked.sheet.as_deref().unwrap_or(text(found, "sheet")))
                        placeholder=(t("page.imports.sheet_about"));
                } @else {
                    select #sheet name="sheet" { @for sheet in &sheets { option { (sheet) } } }
                }
            }
            @if let Some(rows) = found["header_rows"].as_array() {
                p.help { (locale.say("page.imports.header", &[("first", &rows[0].as_u64().unwrap_or(0)),
                    ("last", &rows[1].as_u64().unwrap_or(0))]))
                    @if let Some(measure) = found["measure"].as_str() { (
                        locale.say("page.imports.measure", &[("measure", &measure)])) }
                    @if let Some(year) = found["year"].as_i64() { (locale.say("page.imports.year", &[("year", &year)])) }
                    @if text(found, "blank") == "clear" { (t("page.imports.blank_clears")) } @else {
                        (t("page.imports.blank_keeps")) }
                }
            }
        }
    }
}

/// Into which register below every other sheet goes, and the months that stand across the first.
fn other_sheets(locale: &Locale, outcome: &Value) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let below = items(outcome, "below");
    let taken = items(outcome, "sheets").iter().skip(1);
    let taken = taken.map(|part| (text(&part["found"], "sheet"), text(part, "register")));
    let left = items(outcome, "other_sheets").iter().filter_map(Value::as_str);
    let all: Vec<(&str, &str)> = taken.chain(left.map(|sheet| (sheet, ""))).collect();
    html! {
        @if !below.is_empty() { @for (sheet, register) in &all {
            div.field {
                label { (locale.say("page.imports.other_sheet", &[("sheet", sheet)])) }
                div.control { select name={ "sheet." (sheet) } aria-label=(locale.say("page.imports.other_sheet", &[("sheet", sheet)])) {
                    option value="" { (t("page.imports.not_imported")) }
                    @for one in below {
                        option value=(text(one, "id")) selected[text(one, "name") == *register] { (text(one, "name")) }
                    }
                } }
                @if *sheet == text(&outcome["found"], "sheet") { p.help { (t("page.imports.across_about")) } }
            }
        } }
    }
}

/// Headings of a table that could not be taken as it stands, to be matched by hand.
fn unread_headings(locale: &Locale, upload: &Upload, register: Option<&Register>) -> Markup {
    let lines = upload.detail.lines.iter();
    let lines = lines.filter(|line| matches!(line.code.as_str(), "no_header_near" | "no_key_column"));
    let headings: Vec<&str> = lines
        .filter_map(|line| line.value.as_deref())
        .flat_map(str::lines)
        .collect();
    let Some(register) = register.filter(|_| !headings.is_empty()) else {
        return html! {};
    };
    let asked = &upload.detail.asked.map;
    let t = |key: &'static str| locale.text(key);
    html! {
        p { (t("page.imports.match_by_hand")) }
        div.scroll { table.ledger {
            thead { tr { th { (t("page.imports.heading")) } th { (t("page.imports.maps_to")) } } }
            tbody { @for heading in &headings {
                @let field = asked.iter().find(|(own, _)| own == heading).map(|(_, field)| field.as_str());
                tr { td { (heading) } td { (choices(locale, register, &format!("map.{heading}"), heading, field)) } }
            } }
        } }
    }
}

fn key_names(locale: &Locale, register: &Register) -> String {
    let Some(key) = register.keys.first() else {
        return locale.text("page.imports.whole_row").to_owned();
    };
    let names = key.fields.iter().filter_map(|no| register.field(*no));
    let names: Vec<String> = names.map(|field| format!("“{}”", field.name)).collect();
    locale.list(&names)
}

fn columns(locale: &Locale, outcome: &Value, register: Option<&Register>, prefix: &str) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let columns = items(&outcome["found"], "columns");
    let Some(register) = register.filter(|_| !columns.is_empty()) else {
        return html! {};
    };
    html! {
        details open[columns.iter().any(|column| column["field"].is_null())] {
            summary { (locale.say("page.imports.columns", &[("count", &columns.len()), ("register", &register.name)])) }
            div.scroll { table.ledger {
                thead { tr { th.no { (t("page.imports.column")) } th { (t("page.imports.heading")) } th {
                    (t("page.imports.maps_to")) } th { (t("page.figures.measure")) } } }
                tbody { @for column in columns.iter().filter(|column| !matches!(column["field"].as_str(), Some(RECORD | VERSION))) {
                    @let field = column["field"].as_str();
                    tr {
                        td.no { (text(column, "letter")) }
                        td { (text(column, "heading")) }
                        td { (choices(locale, register, &format!("{prefix}{}", text(column, "heading")), text(column, "heading"), field)) }
                        td { (text(column, "measure")) }
                    }
                } }
            } }
        }
    }
}

/// The fields that a column may mean.
fn choices(locale: &Locale, register: &Register, name: &str, heading: &str, field: Option<&str>) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        select name=(name) aria-label=(locale.say("page.imports.field_of", &[("heading", &heading)])) {
            option value="?" selected[field.is_none()] { (t("page.imports.no_field")) }
            option value="" selected[field == Some("")] { (t("page.imports.left_out")) }
            @if !register.stages.is_empty() { option value="stage" selected[field == Some("stage")] { (t("shown.stage")) } }
            @for own in &register.fields {
                option value=(own.id) selected[field == Some(own.id.as_str())] { (own.name) }
            }
        }
    }
}

/// Sheet, column and text of a doubtful cell, with what it may mean and how that is told.
type Doubt<'a> = (&'a str, &'a str, &'a str, Vec<(String, String)>);

/// Cells that can be read in two ways and names that several go by, each asked about once.
fn doubts(locale: &Locale, outcome: &Value, answers: &[Answer]) -> Markup {
    let t = |key: &'static str| locale.text(key);
    let mut asked: Vec<Doubt<'_>> = Vec::new();
    for error in items(outcome, "errors") {
        let (sheet, column, raw) = (text(error, "sheet"), text(error, "column"), text(error, "value"));
        let candidates = items(error, "candidates").iter();
        let mut means: Vec<(String, String)> = candidates
            .map(|one| (text(one, "value").to_owned(), text(one, "label").to_owned()))
            .collect();
        if text(error, "code") == "ambiguous" {
            means.extend(meanings(raw).into_iter().map(|means| (means.clone(), means)));
        }
        let is_new = !asked.iter().any(|one| (one.0, one.1, one.2) == (sheet, column, raw));
        if !raw.is_empty() && !means.is_empty() && is_new {
            asked.push((sheet, column, raw, means));
        }
    }
    // An answer that was given holds until it is taken back.
    let given = answers.iter().filter(|one| {
        let sheet = one.sheet.as_deref().unwrap_or_default();
        !asked
            .iter()
            .any(|doubt| (doubt.0, doubt.1, doubt.2) == (sheet, one.column.as_str(), one.raw.as_str()))
    });
    html! {
        @for one in given {
            @let said = locale.say("page.imports.answered", &[("column", &one.column), ("raw", &one.raw), ("means", &one.means)]);
            @let place = match &one.sheet {
                Some(sheet) => format!("answer.{}/{sheet}/{}", one.column, one.raw),
                None => format!("answer.{}.{}", one.column, one.raw),
            };
            div.field { label { (said) } div.control { input type="checkbox" name=(place) value=(one.means) checked; } }
        }
        @for (sheet, column, raw, means) in &asked {
            div.field.wrong {
                label { (locale.say("page.imports.doubt", &[("column", column), ("raw", raw)])) }
                div.control { select name={ "answer." (column) "/" (sheet) "/" (raw) } {
                    option value="" { (t("page.imports.choose")) }
                    @for (means, label) in means { option value=(means) { (label) } }
                } }
            }
        }
    }
}

fn written(locale: &Locale, upload: &Upload, first: i64, last: i64) -> Markup {
    let t = |key: &'static str| locale.text(key);
    html! {
        @if upload.row.state == "done" {
            p.saved { a href={ "/journal?after=" (first - 1) } { (locale.say("page.imports.written", &[("first", &first),
                ("last", &last)])) } }
            form.filters method="post" {
                label { (t("page.imports.why_undo")) input name="reason" required; }
                button.danger name="do" value="undo" type="submit" { (t("page.imports.undo")) }
                span.quiet { (t("page.imports.undo_about")) }
            }
        }
    }
}

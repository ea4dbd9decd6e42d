//! Room: bulletins — templates with live figures, printed as markdown or as a page, released and signed.
//!
//! A template says `{{ f("account.id") }}`; the number is asked here, and in the page it links to its
//! figure. Nothing is typed in by hand without saying so.

pub mod check;
pub mod proof;
pub mod release;
pub mod restate;

use crate::app::App;
use crate::app::ask::{Asking, Figure, FigureQuestion, FigureState};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::locale::Locale;
use minijinja::value::Kwargs;
use minijinja::{Environment, Error, ErrorKind, Value};
use pulldown_cmark::{Options, Parser, html};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use taizhang_core::day::Day;
use taizhang_core::definition::Bulletin;
use taizhang_core::id::EntryNo;
use taizhang_store::figure::Span;

/// Marks that stand for the n-th number while a template is rendered; no template can hold them.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';

/// A bulletin written out.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its title.
    pub title: String,
    /// The words of the pack's language: a document says the same to whoever asks for it.
    pub words: Locale,
    /// The text, as markdown.
    pub markdown: String,
    /// The text, as the inside of a page; every number is a link to its figure.
    pub html: String,
    /// Every number in the order of the text.
    pub numbers: Vec<Mention>,
    /// The day that it stands for.
    pub as_of: Day,
    /// The entry that it knows.
    pub known_at: EntryNo,
}

/// One number of a bulletin.
#[derive(Clone, Debug)]
pub struct Mention {
    /// The question's address: account, unit, days.
    pub address: String,
    /// As printed.
    pub printed: String,
    /// The figure.
    pub figure: Figure,
}

/// Writes a bulletin as of a day, as known at an entry or time: in the words that its pack had then.
pub fn write(app: &App, _scope: &Scope, id: &str, as_of: Day, known_at: Option<&str>) -> Result<Written, AppError> {
    let mut asking = app.asking()?;
    let known_at = asking.known_at(known_at)?;
    write_as(app, &mut asking, id, as_of, (known_at, known_at))
}

/// The same with the words that were known at one entry and the numbers that are known at another.
fn write_as(
    app: &App,
    asking: &mut Asking<'_>,
    id: &str,
    as_of: Day,
    (worded_at, known_at): (EntryNo, EntryNo),
) -> Result<Written, AppError> {
    let missing = || AppError::NotFound(app.locale().fill("bulletin.unknown", &[("bulletin", id)]));
    let then = asking.definition_known(worded_at);
    let bulletin = [then, asking.definition.clone()]
        .iter()
        .find_map(|definition| definition.bulletins.iter().find(|b| b.id == id).cloned())
        .ok_or_else(missing)?;
    let (text, numbers) = render(app, asking, &bulletin, as_of, known_at)?;
    let markdown = replaced(&text, &numbers, &|number| number.printed.clone());
    let html = replaced(&page(&text), &numbers, &|number| {
        let state = if number.figure.forecast {
            " class=\"figure forecast\""
        } else {
            " class=\"figure\""
        };
        format!(
            "<a{state} href=\"{}\">{}</a>",
            escaped(&link(number)),
            escaped(&number.printed)
        )
    });
    Ok(Written {
        title: bulletin.name.clone(),
        words: Locale::new(asking.definition.lang),
        markdown,
        html,
        numbers,
        as_of,
        known_at,
    })
}

/// The inside of a bulletin's page.
pub fn render_html(app: &App, scope: &Scope, id: &str, as_of: Day, known_at: Option<&str>) -> Result<String, AppError> {
    write(app, scope, id, as_of, known_at).map(|written| written.html)
}

/// What a template asks for by one call of `f` or `v`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Asked {
    account: String,
    unit: Option<String>,
    measure: Option<String>,
    places: Option<u32>,
    from: Option<Day>,
    to: Option<Day>,
}

/// What a rendering knows and what it was asked.
#[derive(Default)]
struct Notes {
    known: BTreeMap<Asked, Mention>,
    printed: Vec<Asked>,
    unknown: Vec<Asked>,
}

/// A template may choose its words by a number that it asks for, so it is rendered until it asks for
/// nothing new; more rounds than this mean that it never will.
const ROUNDS: usize = 5;

fn render(
    app: &App,
    asking: &mut Asking<'_>,
    bulletin: &Bulletin,
    as_of: Day,
    known_at: EntryNo,
) -> Result<(String, Vec<Mention>), AppError> {
    let name = &bulletin.name;
    let fault = |error: &Error| AppError::said("bulletin.bad_template", &[("bulletin", name), ("why", error)]);
    let notes: Arc<Mutex<Notes>> = Arc::default();
    let environment = environment(*app.locale(), &notes, &bulletin.template).map_err(|error| fault(&error))?;
    let (year, month, day) = as_of.ymd();
    for _ in 0..ROUNDS {
        let context = minijinja::context! { as_of => as_of.to_string(), year, month, day };
        let template = environment.get_template("bulletin").map_err(|error| fault(&error))?;
        let text = template.render(context).map_err(|error| fault(&error))?;
        let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = std::mem::take(&mut notes.unknown);
        if unknown.is_empty() {
            let numbers = notes
                .printed
                .iter()
                .filter_map(|asked| notes.known.get(asked).cloned())
                .collect();
            return Ok((text, numbers));
        }
        notes.printed.clear();
        for asked in unknown {
            let number = number(asking, &asked, bulletin.period.first(as_of), as_of, known_at)?;
            notes.known.insert(asked, number);
        }
    }
    Err(AppError::said("bulletin.restless", &[("bulletin", name)]))
}

fn environment(locale: Locale, notes: &Arc<Mutex<Notes>>, template: &str) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(200_000));
    for name in ["f", "figure"] {
        let printing = notes.clone();
        environment.add_function(name, move |account: String, options: Kwargs| {
            let asked = asked(locale, account, &options)?;
            let mut notes = printing.lock().unwrap_or_else(PoisonError::into_inner);
            if !notes.known.contains_key(&asked) {
                notes.unknown.push(asked.clone());
            }
            notes.printed.push(asked);
            Ok::<String, Error>(format!("{OPEN}{}{CLOSE}", notes.printed.len() - 1))
        });
    }
    let judging = notes.clone();
    environment.add_function("v", move |account: String, options: Kwargs| {
        let asked = asked(locale, account, &options)?;
        let mut notes = judging.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(number) = notes.known.get(&asked) else {
            notes.unknown.push(asked);
            return Ok(Value::from(0));
        };
        let amount = number
            .figure
            .value
            .as_deref()
            .and_then(|value| value.parse::<rust_decimal::Decimal>().ok());
        // Only for choosing words; a number that is printed goes through `f` and stays exact.
        Ok::<Value, Error>(amount.map_or(Value::from(()), |amount| Value::from(amount.trunc().mantissa())))
    });
    environment.add_template_owned("bulletin", template.to_owned())?;
    Ok(environment)
}

fn asked(locale: Locale, account: String, options: &Kwargs) -> Result<Asked, Error> {
    let wrong = |name: &str, text: &str| {
        let why = locale.fill("bulletin.not_a_day", &[("name", name), ("value", text)]);
        Error::new(ErrorKind::InvalidOperation, why)
    };
    let day = |name: &str| match options.get::<Option<String>>(name)? {
        Some(text) => text.parse::<Day>().map(Some).map_err(|_| wrong(name, &text)),
        None => Ok(None),
    };
    let asked = Asked {
        account,
        unit: options.get("unit")?,
        measure: options.get("measure")?,
        places: options.get("places")?,
        from: day("from")?,
        to: day("to")?,
    };
    options.assert_all_used()?;
    Ok(asked)
}

fn number(
    asking: &mut Asking<'_>,
    asked: &Asked,
    first: Day,
    as_of: Day,
    known_at: EntryNo,
) -> Result<Mention, AppError> {
    let account = asking.account(&asked.account)?;
    let to = asked.to.unwrap_or(as_of);
    let stock = account.kind.is_stock();
    let span = if stock {
        Span::AsOf(to)
    } else {
        Span::Between(asked.from.unwrap_or(first), to)
    };
    let question = FigureQuestion {
        account: asked.account.clone(),
        unit: asked.unit.clone(),
        span,
        known_at: Some(known_at.to_string()),
    };
    let figure = asking.figure(&question)?;
    let words = Locale::new(asking.definition.lang);
    let printed = match figure.state {
        FigureState::NotReported => words.text("shown.not_reported").to_owned(),
        FigureState::NotApplicable => words.text("shown.not_applicable").to_owned(),
        FigureState::Reported => shown(asking, asked, &figure)?,
    };
    Ok(Mention {
        address: address(&figure),
        printed,
        figure,
    })
}

fn shown(asking: &Asking<'_>, asked: &Asked, figure: &Figure) -> Result<String, AppError> {
    let Some(value) = &figure.value else {
        return Ok("—".to_owned());
    };
    let measure = asked.measure.as_deref().unwrap_or(&figure.account.measure);
    let amount = value.parse::<rust_decimal::Decimal>().ok();
    let units = amount.and_then(|amount| taizhang_core::value::scaled(amount, figure.account.scale));
    let shown = units.and_then(|units| asking.shown_in(&figure.account, units, measure, asked.places));
    let name = &figure.account.name;
    shown.ok_or_else(|| AppError::said("bulletin.no_measure", &[("account", name), ("measure", &measure)]))
}

/// The address of a figure: account, unit, days. The same question has the same address.
pub fn address(figure: &Figure) -> String {
    let days = match figure.span {
        Span::AsOf(day) => format!("as_of={day}"),
        Span::Between(from, to) => format!("from={from}&to={to}"),
    };
    format!("{}?unit={}&{days}", figure.account.id, figure.unit_code)
}

fn link(number: &Mention) -> String {
    format!("/figures/{}&known_at={}", number.address, number.figure.known_at)
}

fn page(text: &str) -> String {
    let mut out = String::with_capacity(text.len() * 2);
    // Raw markup of a template or of a name is shown as text: the marks of markdown are all there is.
    let events = Parser::new_ext(text, Options::ENABLE_TABLES).map(|event| match event {
        pulldown_cmark::Event::Html(raw) | pulldown_cmark::Event::InlineHtml(raw) => pulldown_cmark::Event::Text(raw),
        other => other,
    });
    html::push_html(&mut out, events);
    out
}

/// Puts what each mark stands for in its place.
fn replaced(text: &str, numbers: &[Mention], with: &dyn Fn(&Mention) -> String) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find(OPEN) {
        out.push_str(&rest[..open]);
        let after = &rest[open + OPEN.len_utf8()..];
        let Some(close) = after.find(CLOSE) else { break };
        let number = after[..close].parse::<usize>().ok().and_then(|at| numbers.get(at));
        out.push_str(&number.map_or(String::new(), with));
        rest = &after[close + CLOSE.len_utf8()..];
    }
    out.push_str(rest);
    out
}

/// Text made safe for a page.
pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

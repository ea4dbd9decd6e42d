//! Room: bulletins — templates with live figures, printed as markdown or as a page, released and signed.
//!
//! A template says `{{ f("account.id") }}`; the number is asked here, and in the page it links to its
//! figure. Nothing is typed in by hand without saying so.

pub mod approval;
mod by_hand;
mod chart;
pub mod check;
mod document;
pub mod drafts;
mod drawn;
pub mod edited;
pub mod file;
pub mod form;
mod form_rows;
pub mod issued;
pub mod paper;
pub mod pdf;
mod plan;
pub mod proof;
pub mod proven;
pub mod release;
pub mod restate;
mod rows;
pub mod series;
mod template;
pub mod unreported;

use crate::app::App;
use crate::app::ask::{Asking, Figure, FigureQuestion, FigureState};
use crate::app::scope::Scope;
use crate::error::AppError;
use crate::locale::Locale;
use drawn::{Drawn, plated};
use minijinja::Error;
use pulldown_cmark::{Options, Parser, html};
use series::Series;
use std::sync::{Arc, Mutex, PoisonError};
use taizhang_core::day::Day;
use taizhang_core::definition::Period;
use taizhang_core::field_kinds::show_period;
use taizhang_core::id::EntryNo;
use taizhang_core::journal::Act;
use taizhang_sheet::document::{Block, Document, Seal};
use taizhang_store::figure::Span;
use template::{Asked, Notes, environment};

/// Marks that stand for the n-th number while a template is rendered; no template can hold them.
const OPEN: char = '\u{e000}';
const CLOSE: char = '\u{e001}';
/// Marks that stand for the n-th chart, alone in a paragraph.
const PLATE: char = '\u{e002}';
const PLATE_END: char = '\u{e003}';

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
    /// The text, as a document for docx and pdf.
    pub document: Document,
    /// The hash that covers the entry that it knows and all before it.
    pub head: String,
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
    /// How far it is from the earlier one that it is compared with, in the base unit.
    pub change: Option<String>,
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
    let mut series = series::find(app, asking, id, (as_of, worded_at))?;
    series.bulletin = edited::latest(asking, &series.bulletin, worded_at)?;
    let rendered = render(app, asking, &series, as_of, known_at)?;
    let Rendered { text, numbers, plates } = &rendered;
    let hands = by_hand::typed(text);
    let words = Locale::new(asking.definition.lang);
    let says = (!hands.is_empty()).then(|| {
        let hands: Vec<String> = hands.into_iter().collect();
        words.say(
            "bulletin.by_hand_foot",
            &[("sign", &by_hand::SIGN), ("numbers", &words.list(&hands))],
        )
    });
    let paper = &by_hand::signed(text);
    let printed = |number: &Mention| number.printed.clone();
    let markdown = plated(&replaced(paper, numbers, &printed), plates, &|plate| plate.markdown());
    let markdown = by_hand::explained(markdown, says.as_ref());
    let html = plated(&page(text), plates, &|plate| plate.html());
    let html = by_hand::shown(&html, app.locale().text("bulletin.by_hand"));
    let html = replaced(&html, numbers, &|number| {
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
    let head = head_of(asking, known_at)?;
    let title = series.title(&words);
    let bulletin = &series.bulletin;
    let seal = Seal {
        unit: signer(asking, &series, as_of, known_at),
        day: words.long_day("bulletin.signed_on", as_of, &[]),
    };
    let blocks: Vec<Block> = plates.iter().map(Drawn::block).collect();
    let mut foot = foot(&words, as_of, known_at, &head);
    if let Some(says) = says {
        foot.insert(0, says);
    }
    let mut document = document::document(paper, numbers, &blocks, (&title, seal, foot));
    document.head.clone_from(&bulletin.head);
    let released = released_as(asking, &series.id(), (as_of, known_at))?;
    document.number = numbered(&bulletin.number, as_of, released);
    Ok(Written {
        title,
        words,
        markdown,
        html,
        document,
        head,
        numbers: rendered.numbers,
        as_of,
        known_at,
    })
}

/// The unit that signs: the one that the bulletin is about, the one that its pack names, or the first of the book.
fn signer(asking: &Asking<'_>, series: &Series, as_of: Day, known_at: EntryNo) -> String {
    if let Some((_, node)) = &series.unit {
        return node.name.clone();
    }
    let tree = asking.tree(as_of, known_at);
    let issuer = series.bulletin.issuer.as_deref();
    let named = issuer.and_then(|code| tree.named(code).first().copied());
    let signer = named.or(tree.roots().first().copied());
    signer
        .and_then(|unit| tree.get(unit))
        .map_or_else(String::new, |node| node.name.clone())
}

/// Under which number a bulletin was released with these very figures.
fn released_as(asking: &mut Asking<'_>, id: &str, (as_of, known_at): (Day, EntryNo)) -> Result<Option<u32>, AppError> {
    let entries = taizhang_store::journal::releases(asking.reading.conn()?, id)?;
    let mut numbers = entries.into_iter().filter_map(|entry| match entry.act {
        Act::Release(release) if (release.as_of, release.known_at) == (as_of, known_at) => Some(release.release_no),
        _ => None,
    });
    Ok(numbers.next())
}

/// The number under the head, with room for it where none was given yet.
pub(crate) fn numbered(pattern: &str, as_of: Day, no: Option<u32>) -> String {
    let no = no.map_or_else(|| "\u{3000}".to_owned(), |no| no.to_string());
    pattern
        .replace("{year}", &as_of.ymd().0.to_string())
        .replace("{no}", &no)
}

/// What is said at the end of a bulletin: what it knows, and how anybody can check it.
pub fn foot(words: &Locale, as_of: Day, known_at: EntryNo, head: &str) -> Vec<String> {
    vec![
        words.say("bulletin.foot", &[("day", &as_of), ("entry", &known_at)]),
        words.say("bulletin.check", &[("head", &head), ("entry", &known_at)]),
    ]
}

fn head_of(asking: &mut Asking<'_>, n: EntryNo) -> Result<String, AppError> {
    let mut found = String::new();
    taizhang_store::journal::each_after(asking.reading.conn()?, n - 1, &mut |_, hash, _| {
        found = crate::keys::hex(hash);
        Ok(false)
    })?;
    Ok(found)
}

/// The inside of a bulletin's page.
pub fn render_html(app: &App, scope: &Scope, id: &str, as_of: Day, known_at: Option<&str>) -> Result<String, AppError> {
    write(app, scope, id, as_of, known_at).map(|written| written.html)
}

/// What stands for the end of a line in a field, which keeps one line alone.
const LINE: char = '\u{2028}';

/// A text of several lines as a field keeps it.
fn in_one_line(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\n', &LINE.to_string())
}

/// The same text as it was.
fn in_lines(text: &str) -> String {
    text.replace(LINE, "\n")
}

/// Renders a text that is not kept yet, as of today.
fn try_text(app: &App, id: &str, text: &str) -> Result<(), AppError> {
    let mut asking = app.asking()?;
    let known_at = asking.reading.n();
    let mut series = series::find(app, &asking, id, (app.today(), known_at))?;
    series.bulletin.template = text.to_owned();
    render(app, &mut asking, &series, app.today(), known_at).map(|_| ())
}

/// A template rendered: its text with marks, and what they stand for.
struct Rendered {
    text: String,
    numbers: Vec<Mention>,
    plates: Vec<Drawn>,
}

/// The day of the last release of a bulletin before a day, as known.
fn last_release(asking: &mut Asking<'_>, id: &str, as_of: Day, known_at: EntryNo) -> Result<Option<Day>, AppError> {
    let entries = taizhang_store::journal::releases(asking.reading.conn()?, id)?;
    let days = entries.into_iter().filter_map(|entry| match entry.act {
        Act::Release(release) if entry.n <= known_at && release.as_of < as_of => Some(release.as_of),
        _ => None,
    });
    Ok(days.max())
}

/// A template may choose its words by a number that it asks for, so it is rendered until it asks for
/// nothing new; more rounds than this mean that it never will.
const ROUNDS: usize = 5;

fn render(
    app: &App,
    asking: &mut Asking<'_>,
    series: &Series,
    as_of: Day,
    known_at: EntryNo,
) -> Result<Rendered, AppError> {
    let bulletin = &series.bulletin;
    let name = &bulletin.name;
    let about = About {
        unit: series.unit.as_ref().map(|(unit, _)| format!("#{unit}")),
        period: bulletin.period,
        as_of,
        known_at,
    };
    let unit = series
        .unit
        .as_ref()
        .map(|(_, node)| node.name.clone())
        .unwrap_or_default();
    let fault = |error: &Error| AppError::said("bulletin.bad_template", &[("bulletin", name), ("why", error)]);
    let notes: Arc<Mutex<Notes>> = Arc::default();
    let environment = environment(*app.locale(), &notes, &bulletin.template).map_err(|error| fault(&error))?;
    let (year, month, day) = as_of.ymd();
    let last = last_release(asking, &series.id(), as_of, known_at)?.map(|day| day.to_string());
    let before = bulletin.period.first(as_of).plus(-1).to_string();
    let spoken = show_period(bulletin.period, as_of, asking.definition.lang);
    for _ in 0..ROUNDS {
        let context = minijinja::context! {
            as_of => as_of.to_string(), year, month, day, last => last.clone(), before => before.clone(),
            unit => unit.clone(), period => spoken.clone(),
        };
        let template = environment.get_template("bulletin").map_err(|error| fault(&error))?;
        let text = template.render(context).map_err(|error| fault(&error))?;
        let mut notes = notes.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown = std::mem::take(&mut notes.unknown);
        let unknown_rows = std::mem::take(&mut notes.unknown_rows);
        let unknown_plans = std::mem::take(&mut notes.unknown_plans);
        if unknown.is_empty() && unknown_rows.is_empty() && unknown_plans.is_empty() {
            let numbers = notes.printed.iter().filter_map(|asked| notes.known.get(asked).cloned());
            let numbers = numbers.collect();
            let plates = notes.plates.iter().map(|plate| Drawn::of(plate, &notes)).collect();
            return Ok(Rendered { text, numbers, plates });
        }
        notes.printed.clear();
        notes.plates.clear();
        let unknown: std::collections::BTreeSet<Asked> = unknown.into_iter().collect();
        for asked in unknown {
            let number = number(asking, &asked, &about)?;
            notes.known.insert(asked, number);
        }
        for asked in unknown_rows {
            let rows = rows::rows(asking, &asked, &about)?;
            notes.rows.insert(asked, rows);
        }
        for wanted in unknown_plans {
            let plan = plan::plan(app, &wanted, &about)?;
            notes.plans.insert(wanted, plan);
        }
    }
    Err(AppError::said("bulletin.restless", &[("bulletin", name)]))
}

/// What every figure of a text is asked for, unless the text says otherwise.
struct About {
    /// The unit; none for the whole book.
    unit: Option<String>,
    period: Period,
    as_of: Day,
    known_at: EntryNo,
}

fn number(asking: &mut Asking<'_>, asked: &Asked, about: &About) -> Result<Mention, AppError> {
    let (period, as_of) = (about.period, about.as_of);
    let account = asking.account(&asked.account)?;
    let to = asked.to.unwrap_or(as_of);
    let stock = account.kind.is_stock();
    let span = if stock {
        Span::AsOf(to)
    } else {
        Span::Between(asked.from.unwrap_or(period.first(as_of)), to)
    };
    let question = FigureQuestion {
        account: asked.account.clone(),
        unit: asked.unit.clone().or_else(|| about.unit.clone()),
        span,
        known_at: Some(about.known_at.to_string()),
    };
    let mut figure = asking.figure(&question)?;
    if asking.is_held(&figure.account.clone(), figure.unit, figure.span, figure.known_at)? {
        (figure.state, figure.value) = (FigureState::Checking, None);
    }
    let change = match asked.than {
        None => None,
        Some(than) => {
            let earlier = match stock {
                true => Span::AsOf(than),
                false => Span::Between(period.first(than), than),
            };
            let question = FigureQuestion {
                span: earlier,
                ..question
            };
            difference(&figure, &asking.figure(&question)?)
        }
    };
    let words = Locale::new(asking.definition.lang);
    let printed = match figure.state {
        _ if asked.than.is_some() => match &change {
            Some(change) => shown_as(asking, asked, &figure, change.trim_start_matches('-'))?,
            None => "—".to_owned(),
        },
        FigureState::NotReported => words.text("shown.not_reported").to_owned(),
        FigureState::NotApplicable => words.text("shown.not_applicable").to_owned(),
        FigureState::Checking => words.text("shown.checking").to_owned(),
        FigureState::Reported => shown(asking, asked, &figure)?,
    };
    let than = asked.than.map_or_else(String::new, |than| format!("&than={than}"));
    Ok(Mention {
        address: address(&figure) + &than,
        printed,
        figure,
        change,
    })
}

/// How far a figure is from an earlier one; none where either has no value.
fn difference(now: &Figure, then: &Figure) -> Option<String> {
    let of = |figure: &Figure| figure.value.as_deref()?.parse::<rust_decimal::Decimal>().ok();
    Some(of(now)?.checked_sub(of(then)?)?.to_string())
}

fn shown(asking: &Asking<'_>, asked: &Asked, figure: &Figure) -> Result<String, AppError> {
    match &figure.value {
        Some(value) => shown_as(asking, asked, figure, value),
        None => Ok("—".to_owned()),
    }
}

fn shown_as(asking: &Asking<'_>, asked: &Asked, figure: &Figure, value: &str) -> Result<String, AppError> {
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

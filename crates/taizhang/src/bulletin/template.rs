//! Room: the words that a bulletin's template may use. `f` prints a figure, `v` gives it for choosing words,
//! `turn` says which way it went, `table` and `chart` break it down, `typed` marks what a hand typed in.
//! It asks for numbers and gets them from outside; it knows none.

use super::by_hand::{self, HAND, HAND_END};
use super::plan::{AskedPlan, Plan};
use super::{CLOSE, Mention, OPEN, PLATE, PLATE_END};
use crate::locale::Locale;
use minijinja::value::{Kwargs, Rest};
use minijinja::{Environment, Error, ErrorKind, Value};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use taizhang_core::day::Day;

/// What a template asks for by one call of `f` or `v`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Asked {
    pub(super) account: String,
    pub(super) unit: Option<String>,
    pub(super) measure: Option<String>,
    pub(super) places: Option<u32>,
    pub(super) from: Option<Day>,
    pub(super) to: Option<Day>,
    /// The day of an earlier figure: what is printed is how far this one is from it.
    pub(super) than: Option<Day>,
}

/// What a template asks for by one call of `table` or `chart`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AskedRows {
    pub(super) figure: Asked,
    pub(super) by: String,
}

/// A line of a table or chart.
#[derive(Clone, Debug)]
pub(super) struct RowKnown {
    pub(super) label: String,
    /// The figure of the line, where it is one of its own.
    pub(super) figure: Option<Asked>,
    pub(super) shown: String,
    /// In the base unit.
    pub(super) value: Option<String>,
}

/// A table of a figure: its heads and lines.
#[derive(Clone, Debug, Default)]
pub(super) struct Rows {
    pub(super) heads: [String; 2],
    pub(super) lines: Vec<RowKnown>,
}

/// A chart that was asked for.
#[derive(Clone, Debug)]
pub(super) struct Plate {
    pub(super) rows: Rows,
    pub(super) is_line: bool,
}

/// What a rendering knows and what it was asked.
#[derive(Default)]
pub(super) struct Notes {
    pub(super) known: BTreeMap<Asked, Mention>,
    pub(super) printed: Vec<Asked>,
    pub(super) unknown: Vec<Asked>,
    pub(super) rows: BTreeMap<AskedRows, Rows>,
    pub(super) unknown_rows: Vec<AskedRows>,
    pub(super) plates: Vec<Plate>,
    pub(super) plans: BTreeMap<AskedPlan, Plan>,
    pub(super) unknown_plans: Vec<AskedPlan>,
}

impl Notes {
    /// The mark of a number that is printed here.
    fn mark(&mut self, asked: Asked) -> String {
        if !self.known.contains_key(&asked) {
            self.unknown.push(asked.clone());
        }
        self.printed.push(asked);
        format!("{OPEN}{}{CLOSE}", self.printed.len() - 1)
    }

    fn rows(&mut self, asked: AskedRows) -> Option<Rows> {
        let known = self.rows.get(&asked).cloned();
        if known.is_none() {
            self.unknown_rows.push(asked);
        }
        known
    }
}

/// The environment of one bulletin's template.
pub(super) fn environment(
    locale: Locale,
    notes: &Arc<Mutex<Notes>>,
    template: &str,
) -> Result<Environment<'static>, Error> {
    let mut environment = Environment::new();
    environment.set_fuel(Some(200_000));
    for name in ["f", "figure"] {
        let notes = notes.clone();
        environment.add_function(name, move |account: String, options: Kwargs| {
            let asked = asked(locale, account, &options)?;
            options.assert_all_used()?;
            Ok::<String, Error>(held(&notes).mark(asked))
        });
    }
    let judging = notes.clone();
    environment.add_function("v", move |account: String, options: Kwargs| {
        let asked = asked(locale, account, &options)?;
        options.assert_all_used()?;
        let mut notes = held(&judging);
        let Some(number) = notes.known.get(&asked) else {
            notes.unknown.push(asked);
            return Ok(Value::from(0));
        };
        let of = |value: &Option<String>| {
            value
                .as_deref()
                .and_then(|text| text.parse::<rust_decimal::Decimal>().ok())
        };
        let amount = match asked.than {
            Some(_) => of(&number.change),
            None => of(&number.figure.value),
        };
        // Only for choosing words; a number that is printed goes through `f` and stays exact.
        Ok::<Value, Error>(amount.map_or(Value::from(()), |amount| Value::from(amount.trunc().mantissa())))
    });
    let turning = notes.clone();
    environment.add_function("turn", move |account: String, options: Kwargs| {
        turn(locale, &turning, account, &options)
    });
    environment.add_function("typed", move |text: String, options: Kwargs| {
        let source: String = options.get::<Option<String>>("source")?.unwrap_or_default();
        options.assert_all_used()?;
        let key = if source.is_empty() {
            "bulletin.typed"
        } else {
            "bulletin.typed_source"
        };
        Ok::<String, Error>(locale.fill(key, &[("value", &text), ("source", &source)]))
    });
    let tabling = notes.clone();
    environment.add_function("table", move |accounts: Rest<String>, options: Kwargs| {
        let asked = accounts
            .iter()
            .map(|account| asked_rows(locale, account.clone(), &options));
        let asked = asked.collect::<Result<Vec<AskedRows>, Error>>()?;
        options.assert_all_used()?;
        let mut notes = held(&tabling);
        let known: Vec<Option<Rows>> = asked.iter().map(|asked| notes.rows(asked.clone())).collect();
        let Some(columns) = known.into_iter().collect::<Option<Vec<Rows>>>() else {
            return Ok(String::new());
        };
        let wholes = asked.into_iter().map(|asked| asked.figure).collect();
        Ok::<String, Error>(match &columns[..] {
            [] => String::new(),
            [rows] => table(locale, &mut notes, rows),
            _ => beside(locale, &mut notes, &columns, wholes),
        })
    });
    let planning = notes.clone();
    environment.add_function("plan", move |options: Kwargs| {
        let by: String = options
            .get::<Option<String>>("by")?
            .unwrap_or_else(|| "unit".to_owned());
        let all = options.get::<Option<bool>>("all")?.unwrap_or_default();
        options.assert_all_used()?;
        if !["leader", "unit", "goal"].contains(&by.as_str()) {
            let why = locale.fill("bulletin.plan.by", &[("by", &by)]);
            return Err(Error::new(ErrorKind::InvalidOperation, why));
        }
        let mut notes = held(&planning);
        let wanted = AskedPlan { by, all };
        let Some(plan) = notes.plans.get(&wanted).cloned() else {
            notes.unknown_plans.push(wanted);
            return Ok(String::new());
        };
        Ok::<String, Error>(planned(locale, &mut notes, &plan))
    });
    // What if is for deciding what to do; what is issued says what is so.
    environment.add_function("scenario", move |_: Rest<Value>| {
        let why = locale.text("bulletin.no_scenario");
        Err::<String, Error>(Error::new(ErrorKind::InvalidOperation, why))
    });
    let drawing = notes.clone();
    environment.add_function("chart", move |account: String, options: Kwargs| {
        let kind: Option<String> = options.get("kind")?;
        let asked = asked_rows(locale, account, &options)?;
        options.assert_all_used()?;
        let is_line = kind.as_deref() == Some("line");
        let mut notes = held(&drawing);
        let Some(rows) = notes.rows(asked) else {
            return Ok(String::new());
        };
        // Its figures are released with the others, though they stand in a drawing.
        for line in &rows.lines {
            line.figure.clone().map(|figure| notes.mark(figure));
        }
        notes.plates.push(Plate { rows, is_line });
        Ok::<String, Error>(format!("\n\n{PLATE}{}{PLATE_END}\n\n", notes.plates.len() - 1))
    });
    environment.add_function("by_hand", |text: String| format!("{HAND}{text}{HAND_END}"));
    environment.add_template_owned("bulletin", by_hand::marked(template))?;
    Ok(environment)
}

fn held(notes: &Mutex<Notes>) -> std::sync::MutexGuard<'_, Notes> {
    notes.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The words for a figure that rose, fell, or stayed; `{}` in them is how far.
fn turn(locale: Locale, notes: &Mutex<Notes>, account: String, options: &Kwargs) -> Result<String, Error> {
    let text = |name: &str| options.get::<Option<String>>(name);
    let (up, down, same) = (text("up")?, text("down")?, text("same")?);
    let asked = asked(locale, account, options)?;
    options.assert_all_used()?;
    if asked.than.is_none() {
        let why = locale.text("bulletin.turn_than").to_owned();
        return Err(Error::new(ErrorKind::MissingArgument, why));
    }
    let mut notes = held(notes);
    let change = match notes.known.get(&asked) {
        Some(known) => known.change.clone(),
        None => {
            notes.unknown.push(asked.clone());
            return Ok(String::new());
        }
    };
    let words = match change.as_deref() {
        None => return Ok(locale.text("bulletin.not_comparable").to_owned()),
        Some(change) if change.trim_start_matches('-').chars().all(|c| matches!(c, '0' | '.')) => same,
        Some(change) if change.starts_with('-') => down,
        Some(_) => up,
    };
    let words = words.unwrap_or_default();
    Ok(match words.contains("{}") {
        true => words.replacen("{}", &notes.mark(asked), 1),
        false => words,
    })
}

fn table(locale: Locale, notes: &mut Notes, rows: &Rows) -> String {
    let [label, number] = rows.heads.each_ref().map(|head| cell(head));
    let mut out = format!("\n\n| {label} | {number} |\n|---|---:|\n");
    for line in &rows.lines {
        let shown = match &line.figure {
            Some(figure) => notes.mark(figure.clone()),
            None => line.shown.clone(),
        };
        out.push_str(&format!("| {} | {shown} |\n", cell(&line.label)));
    }
    // A head alone would look as if something had been forgotten.
    if rows.lines.is_empty() {
        out.push_str(&format!("| {} | — |\n", locale.text("bulletin.no_lines")));
    }
    out.push('\n');
    out
}

/// Several figures side by side, by the same lines, and under each the whole of it. A line that one of them has
/// not is empty there.
fn beside(locale: Locale, notes: &mut Notes, columns: &[Rows], wholes: Vec<Asked>) -> String {
    let mut labels: Vec<&str> = Vec::new();
    for line in columns.iter().flat_map(|rows| &rows.lines) {
        if !labels.contains(&line.label.as_str()) {
            labels.push(&line.label);
        }
    }
    let heads: Vec<String> = columns.iter().map(|rows| cell(&rows.heads[1])).collect();
    let first = columns.first().map_or(String::new(), |rows| cell(&rows.heads[0]));
    let mut out = format!(
        "\n\n| {first} | {} |\n|---|{}\n",
        heads.join(" | "),
        "---:|".repeat(columns.len())
    );
    for label in labels {
        let cells = columns.iter().map(|rows| {
            let line = rows.lines.iter().find(|line| line.label == label);
            match line.map(|line| (&line.figure, &line.shown)) {
                Some((Some(figure), _)) => notes.mark(figure.clone()),
                Some((None, shown)) => shown.clone(),
                None => String::new(),
            }
        });
        let cells: Vec<String> = cells.collect();
        out.push_str(&format!("| {} | {} |\n", cell(label), cells.join(" | ")));
    }
    let wholes: Vec<String> = wholes.into_iter().map(|whole| notes.mark(whole)).collect();
    let total = locale.text("bulletin.whole");
    out.push_str(&format!("| {total} | {} |\n\n", wholes.join(" | ")));
    out
}

/// What must run faster, a table for each group.
fn planned(locale: Locale, notes: &mut Notes, plan: &Plan) -> String {
    const HEADS: [&str; 8] = [
        "bulletin.plan.target",
        "bulletin.plan.value",
        "bulletin.plan.actual",
        "bulletin.plan.margin",
        "bulletin.plan.gap",
        "bulletin.plan.rate",
        "bulletin.plan.needed",
        "bulletin.plan.light",
    ];
    if plan.is_empty() {
        return format!("\n\n{}\n\n", locale.text("bulletin.plan.none"));
    }
    let heads = HEADS.map(|head| locale.text(head));
    let mut out = String::new();
    for (group, lines) in plan {
        let count = locale.say("bulletin.plan.count", &[("count", &lines.len())]);
        out.push_str(&format!(
            "\n\n**{}**{count}\n\n| {} |\n|---|---:|---:|---:|---:|---:|---:|---|\n",
            cell(group),
            heads.join(" | ")
        ));
        for line in lines {
            let actual = match &line.figure {
                Some(figure) => notes.mark(figure.clone()),
                None => "—".to_owned(),
            };
            let light = format!("light.{}", line.light);
            let light = locale.text(&light);
            let said = [
                &cell(&line.target),
                &line.value,
                &actual,
                &line.margin,
                &line.gap,
                &line.rate,
                &line.needed,
                light,
            ];
            out.push_str(&format!("| {} |\n", said.join(" | ")));
        }
    }
    out.push('\n');
    out
}

/// A text that keeps to its cell.
fn cell(text: &str) -> String {
    text.replace('|', "｜").replace(['\n', '\r'], " ")
}

fn asked_rows(locale: Locale, account: String, options: &Kwargs) -> Result<AskedRows, Error> {
    let by: Option<String> = options.get("by")?;
    Ok(AskedRows {
        figure: asked(locale, account, options)?,
        by: by.unwrap_or_else(|| "unit".to_owned()),
    })
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
    Ok(Asked {
        account,
        unit: options.get("unit")?,
        measure: options.get("measure")?,
        places: options.get("places")?,
        from: day("from")?,
        to: day("to")?,
        than: day("than")?,
    })
}

//! Room: a figure broken down for a table or chart of a bulletin; every line is a figure of its own where it
//! can be one, so that it opens and is released like any other.

use super::About;
use super::template::{Asked, AskedRows, RowKnown, Rows};
use crate::app::ask::{Asking, By, FigureQuestion, FigureRow};
use crate::app::names::measure_name;
use crate::error::AppError;
use crate::locale::Locale;
use taizhang_core::day::Month;
use taizhang_store::figure::Span;

/// How many lines a table of a bulletin has at most.
const LINES: usize = 60;

/// The lines of a table or chart.
pub(super) fn rows(asking: &mut Asking<'_>, asked: &AskedRows, about: &About) -> Result<Rows, AppError> {
    let (first, as_of) = (about.period.first(about.as_of), about.as_of);
    let figure = &asked.figure;
    let account = asking.account(&figure.account)?;
    let to = figure.to.unwrap_or(as_of);
    let from = figure.from.unwrap_or(first);
    let span = match account.kind.is_stock() {
        true => Span::AsOf(to),
        false => Span::Between(from, to),
    };
    let by = match asked.by.as_str() {
        "unit" => By::Unit,
        "month" => By::Month,
        name => By::Dimension(name.to_owned()),
    };
    let question = FigureQuestion {
        account: figure.account.clone(),
        unit: figure.unit.clone().or_else(|| about.unit.clone()),
        span,
        known_at: Some(about.known_at.to_string()),
    };
    let found = asking.rows(&question, &by)?;
    let words = Locale::new(asking.definition.lang);
    let asked_in = figure.measure.clone().unwrap_or_else(|| account.measure.clone());
    // In the measure and the places that the template asks for, as a figure beside it is.
    let shown = |row: &FigureRow| {
        let given = figure.measure.is_some() || figure.places.is_some();
        let units = row.amount.filter(|_| given)?;
        asking.shown_in(&account, units, &asked_in, figure.places)
    };
    let shown: Vec<Option<String>> = found.iter().map(shown).collect();
    let measure = measure_name(&asking.definition, &asked_in).to_owned();
    let label = match &by {
        By::Unit => words.text("bulletin.by_unit").to_owned(),
        By::Month => words.text("bulletin.by_month").to_owned(),
        By::Dimension(name) => account
            .dims
            .iter()
            .find(|dim| dim.id == *name || dim.name == *name)
            .map_or_else(|| name.clone(), |dim| dim.name.clone()),
    };
    let head = words.fill("export.heading", &[("name", &account.name), ("measure", &measure)]);
    let lines = found.into_iter().zip(shown).take(LINES).map(|(row, shown)| RowKnown {
        figure: match &by {
            By::Unit if !row.key.is_empty() => Some(Asked {
                unit: Some(row.key.clone()),
                ..figure.clone()
            }),
            By::Month => row.key.parse::<Month>().ok().map(|month| Asked {
                from: (!account.kind.is_stock()).then(|| month.first().max(from)),
                to: Some(month.last().min(to)),
                ..figure.clone()
            }),
            _ => None,
        },
        label: row.label,
        shown: shown.unwrap_or(row.shown),
        value: row.value,
    });
    Ok(Rows {
        heads: [label, head],
        lines: lines.collect(),
    })
}

//! Room: a list as somebody sees it, as a file — the same columns, order and filter, with totals that a
//! spreadsheet adds up itself. A page of rows is in memory at a time, and every export is an entry.

use super::cells::{Shape, gather_links};
use super::sink;
use crate::app::App;
use crate::app::execute::Draft;
use crate::app::names::Labels;
use crate::app::records::{ListAsk, Turn};
use crate::app::scope::Scope;
use crate::app::scratch::Scratch;
use crate::error::AppError;
use taizhang_core::definition::{FieldKind, Register, Verb};
use taizhang_core::id::FieldNo;
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::State;
use taizhang_sheet::SheetError;
use taizhang_sheet::write::{Cell, RowSink};

/// The register of exports.
const LOG: &str = "export_log";

/// How many rows are in memory at once.
const PAGE: usize = 10_000;

/// Writes a list with these columns to a file of this ending (xlsx, csv or json).
pub fn listed(
    app: &App,
    scope: &Scope,
    ask: &ListAsk,
    columns: &[FieldNo],
    ending: &str,
) -> Result<(String, Scratch), AppError> {
    let (definition, register) = app.register(scope, &ask.register)?;
    if !scope.may_somewhere(Verb::Import, &register) {
        return Err(AppError::refuse(app.locale(), &Refusal::new(Code::NotPermitted)));
    }
    let mut narrow: Register = (*register).clone();
    narrow.fields = columns.iter().filter_map(|no| register.field(*no).cloned()).collect();
    let out = Scratch::new(&format!(".{ending}"))?;
    let told = |error: SheetError| AppError::BadRequest(app.locale().sheet(&error));
    let by = if scope.name.is_empty() {
        &scope.login
    } else {
        &scope.name
    };
    let mut sink: Option<Box<dyn RowSink>> = None;
    let (mut turn, mut rows) = (None, 0);
    loop {
        let page = ListAsk {
            limit: PAGE,
            offset: 0,
            turn,
            ..ask.clone()
        };
        let listed = app.list(scope, &page)?;
        let states: Vec<State> = listed.rows.iter().map(|row| row.state.clone()).collect();
        let mut asking = app.asking()?;
        let mut labels = Labels {
            tree: listed.labels.tree.clone(),
            ..Labels::default()
        };
        gather_links(&mut asking.reading, &definition, &narrow, &states, &mut labels)?;
        drop(asking);
        let shape = Shape::new(*app.locale(), &definition, &narrow, labels);
        let open = match &mut sink {
            Some(open) => open,
            none => {
                let mut spec = shape.sheet(ask.as_of.unwrap_or(app.today()), by);
                for (column, field) in spec.columns.iter_mut().zip(&narrow.fields) {
                    column.summed = matches!(field.kind, FieldKind::Money { .. } | FieldKind::Quantity { .. });
                }
                // A list of all that one may see is that of one's own unit.
                let own = || scope.positions.first().map(|position| format!("#{}", position.unit));
                let asked = ask.unit.clone().or_else(own);
                if let Some(unit) = asked.and_then(|text| unit_name(&listed.labels, &text)) {
                    let whose = app.locale().fill("export.whose", &[("unit", &unit)]);
                    spec.as_of_note = Some(format!("{whose}{}", spec.as_of_note.unwrap_or_default()));
                }
                spec.totals = spec.columns.iter().any(|column| column.summed);
                none.insert(sink_for(spec, &out)?.map_err(told)?)
            }
        };
        for state in &states {
            open.row(&shape.row(state)).map_err(told)?;
        }
        rows += states.len();
        turn = listed.next.map(Turn::After);
        if turn.is_none() {
            break;
        }
    }
    if let Some(sink) = sink {
        sink.finish().map_err(told)?;
    }
    log(app, scope, ask, rows, ending)?;
    Ok((format!("{}.{ending}", register.name), out))
}

/// The name of the unit that a list was asked for.
fn unit_name(labels: &Labels, text: &str) -> Option<String> {
    let by_number = text.strip_prefix('#').and_then(|number| number.parse().ok());
    let unit = by_number.or_else(|| labels.tree.named(text).first().copied())?;
    labels.tree.get(unit).map(|node| node.name.clone())
}

/// The first rows of a list with these columns, as cells; and how many there are.
pub(crate) fn cells_of(
    app: &App,
    scope: &Scope,
    ask: &ListAsk,
    columns: &[FieldNo],
) -> Result<(Vec<Vec<Cell>>, i64), AppError> {
    let (definition, register) = app.register(scope, &ask.register)?;
    let mut narrow: Register = (*register).clone();
    narrow.fields = columns.iter().filter_map(|no| register.field(*no).cloned()).collect();
    narrow.stages.clear();
    let listed = app.list(scope, ask)?;
    let states: Vec<State> = listed.rows.iter().map(|row| row.state.clone()).collect();
    let mut labels = Labels {
        tree: listed.labels.tree.clone(),
        ..Labels::default()
    };
    gather_links(&mut app.asking()?.reading, &definition, &narrow, &states, &mut labels)?;
    let shape = Shape::new(*app.locale(), &definition, &narrow, labels);
    Ok((states.iter().map(|state| shape.row(state)).collect(), listed.total))
}

fn sink_for(spec: taizhang_sheet::write::SheetSpec, out: &Scratch) -> Result<super::Sink, AppError> {
    sink(spec, out.path(), out.path())
}

/// The same of a whole register, for the command line.
pub fn logged(app: &App, scope: &Scope, register: &str, rows: u64, out: &std::path::Path) -> Result<(), AppError> {
    let ask = ListAsk {
        register: register.to_owned(),
        ..ListAsk::default()
    };
    let ending = out.extension().map(|ending| ending.to_string_lossy().to_lowercase());
    log(app, scope, &ask, rows as usize, ending.as_deref().unwrap_or_default())
}

/// Who took what along, as an entry: what left the book cannot be called back.
pub(crate) fn log(app: &App, scope: &Scope, ask: &ListAsk, rows: usize, ending: &str) -> Result<(), AppError> {
    if app.definition()?.register_named(LOG).is_none() {
        return Ok(());
    }
    let filters = ask
        .filters
        .iter()
        .map(|(field, op, value)| format!("{field} {op} {value}"));
    let filter: Vec<String> = filters
        .chain(ask.unit.iter().map(|unit| format!("unit {unit}")))
        .collect();
    let filter: String = filter.join("; ").chars().take(2_000).collect();
    let mut set = vec![
        ("register".to_owned(), ask.register.clone()),
        ("records".to_owned(), rows.to_string()),
        ("format".to_owned(), ending.to_owned()),
    ];
    if !filter.is_empty() {
        set.push(("filter".to_owned(), filter));
    }
    let draft = Draft {
        register: LOG.to_owned(),
        set,
        occurred_on: Some(app.today()),
        ..Draft::default()
    };
    app.execute(&scope.trusted(), &[draft], None).map(|_| ())
}

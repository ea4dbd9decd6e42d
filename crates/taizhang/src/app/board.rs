//! Room: scoreboards (记分榜) — some figures of a register, unit beside unit, and the place that each has by one
//! of them; or month below month, so that what began together is followed together (漏斗). Every cell is a figure that
//! can be opened; nothing is counted here.

use super::App;
use super::ask::{Asking, By, FigureQuestion, FigureRow, FigureState, Span};
use super::records::ListAsk;
use super::scope::Scope;
use crate::error::AppError;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Account, AccountKind, Board, FieldKind, Register, Verb};
use taizhang_core::id::{AccountNo, EntryNo, FieldNo};
use taizhang_core::timeline::State;
use taizhang_core::value::Value;

/// How many records are looked at for the names of who is responsible.
const RECORDS_MAX: usize = 5_000;

/// A scoreboard on a day.
pub struct Scoreboard {
    /// Its register.
    pub register: Arc<Register>,
    /// What it is made by.
    pub board: Board,
    /// The accounts of its columns.
    pub columns: Vec<Arc<Account>>,
    /// A line for each unit that has anything, the first place first.
    pub lines: Vec<BoardLine>,
    /// Whether the asker may read who is responsible.
    pub names: bool,
    /// The first day of its flows.
    pub from: Day,
    /// The day that it stands for.
    pub as_of: Day,
    /// The entry that it knows.
    pub known_at: EntryNo,
}

/// One unit's line.
pub struct BoardLine {
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its place; none where what places are given by has no value.
    pub place: Option<usize>,
    /// A cell for each column.
    pub cells: Vec<FigureRow>,
    /// It is late by a figure that it has not been asked to check: the line says nothing else, and has no place.
    pub checking: bool,
    /// Who is responsible for how many records that are not closed; empty unless the asker may read it.
    pub people: Vec<(String, usize)>,
}

impl App {
    /// A scoreboard of a register, of the units below one's own or the one asked for: stocks on a day, flows
    /// from the beginning of its year.
    pub fn scoreboard(
        &self,
        scope: &Scope,
        (register, id): (&str, &str),
        asked: Option<&str>,
        (as_of, known_at): (Day, Option<&str>),
    ) -> Result<Scoreboard, AppError> {
        let (definition, register) = self.register(scope, register)?;
        let unknown = || AppError::missing("board.unknown", &[("board", &id)]);
        let board = register
            .boards
            .iter()
            .find(|board| board.id == id)
            .ok_or_else(unknown)?;
        let from = Day::of(as_of.year(), 1, 1).unwrap_or(as_of);
        let mut asking = self.asking()?;
        let known_at = asking.known_at(known_at)?;
        let account = |no: &AccountNo| definition.accounts.get(no).cloned();
        let columns: Vec<Arc<Account>> = board.columns.iter().filter_map(account).collect();
        let days = (from, as_of);
        let tree = asking.tree(as_of, known_at);
        if board.by_month {
            let lines = months(&mut asking, &columns, asked, days, known_at)?;
            return Ok(Scoreboard {
                board: board.clone(),
                columns,
                lines,
                names: false,
                from,
                as_of,
                known_at,
                register,
            });
        }
        let mut unit = Some(asked.map_or_else(|| format!("#{}", scope.desk(&tree)), str::to_owned));
        let mut units = lines(&mut asking, &columns, unit.as_deref(), days, known_at)?;
        // A district alone below its city is no line to be compared with: its own units are.
        while let Some(only) = units.keys().next().filter(|_| units.len() == 1).cloned() {
            let below = lines(&mut asking, &columns, Some(&only), days, known_at)?;
            if below.is_empty() || unit.as_ref() == Some(&only) {
                break;
            }
            (unit, units) = (Some(only), below);
        }
        let mut scores = BTreeMap::new();
        if let Some(rank) = board.rank.as_ref().and_then(account) {
            for row in rows(&mut asking, &rank, unit.as_deref(), days, known_at)? {
                scores.insert(row.key.clone(), row);
            }
        }
        let mut lines: Vec<BoardLine> = units.into_values().collect();
        lines.iter_mut().for_each(|line| held_back(line, &mut scores));
        placed(&mut lines, &scores);
        let names = board.people.is_some() && scope.may(Verb::Reveal, &register, None);
        if let Some(field) = board.people.filter(|_| names) {
            self.name_people(scope, &register, field, (as_of, known_at), &mut lines)?;
        }
        Ok(Scoreboard {
            board: board.clone(),
            columns,
            lines,
            names,
            from,
            as_of,
            known_at,
            register,
        })
    }

    /// Puts beside each unit who answers there for what is not closed.
    fn name_people(
        &self,
        scope: &Scope,
        register: &Arc<Register>,
        field: FieldNo,
        (as_of, known_at): (Day, EntryNo),
        lines: &mut [BoardLine],
    ) -> Result<(), AppError> {
        let tree = self.asking()?.tree(as_of, known_at);
        let ask = ListAsk {
            register: register.id.clone(),
            as_of: Some(as_of),
            known_at: Some(known_at.to_string()),
            limit: RECORDS_MAX,
            ..ListAsk::default()
        };
        let mut found: BTreeMap<(String, String), usize> = BTreeMap::new();
        for row in self.list(scope, &ask)?.rows {
            let stage = row.state.stage().and_then(|id| register.stage(id));
            let unit = register.unit.and_then(|field| row.state.unit(field));
            let node = unit.and_then(|unit| tree.get(unit));
            let (Some(node), false) = (node, stage.is_some_and(|stage| stage.closed)) else {
                continue;
            };
            if let Some(name) = self.name_in(register, field, &row.state) {
                *found.entry((node.code.clone(), name)).or_default() += 1;
            }
        }
        for ((code, name), count) in found {
            if let Some(line) = lines.iter_mut().find(|line| line.code == code && !line.checking) {
                line.people.push((name, count));
            }
        }
        Ok(())
    }

    fn name_in(&self, register: &Register, field: FieldNo, state: &State) -> Option<String> {
        match (register.field(field).map(|field| &field.kind), state.value(field)?) {
            (Some(FieldKind::Person), Value::Sealed(sealed)) => self.keys().open_sealed(field, sealed),
            (_, Value::Text(name)) => Some(name.clone()),
            _ => None,
        }
    }
}

/// A line for each unit directly below one that has anything to show.
fn lines(
    asking: &mut Asking<'_>,
    columns: &[Arc<Account>],
    unit: Option<&str>,
    days: (Day, Day),
    known_at: EntryNo,
) -> Result<BTreeMap<String, BoardLine>, AppError> {
    let mut units: BTreeMap<String, BoardLine> = BTreeMap::new();
    for (at, column) in columns.iter().enumerate() {
        for row in rows(asking, column, unit, days, known_at)? {
            let counts = row.amount.is_some_and(|amount| amount != 0) || row.state == FigureState::Checking;
            let is_formula = matches!(column.kind, AccountKind::Formula(_));
            if !units.contains_key(&row.key) && (is_formula || !counts) {
                continue;
            }
            let line = units
                .entry(row.key.clone())
                .or_insert_with(|| line(&row, columns.len()));
            line.cells[at] = row;
        }
    }
    Ok(units)
}

/// A line for each month in which anything began, and the whole below them.
fn months(
    asking: &mut Asking<'_>,
    columns: &[Arc<Account>],
    unit: Option<&str>,
    days: (Day, Day),
    known_at: EntryNo,
) -> Result<Vec<BoardLine>, AppError> {
    let mut found: BTreeMap<String, BoardLine> = BTreeMap::new();
    let mut whole: Option<BoardLine> = None;
    for (at, column) in columns.iter().enumerate() {
        let question = question(column, unit, days, known_at);
        for row in asking.rows(&question, &By::Month)? {
            let line = found
                .entry(row.key.clone())
                .or_insert_with(|| line(&row, columns.len()));
            line.cells[at] = row;
        }
        let figure = asking.figure(&question)?;
        let row = FigureRow {
            key: String::new(),
            label: asking.locale().text("bulletin.whole").to_owned(),
            state: figure.state,
            amount: None,
            value: figure.value,
            shown: figure.shown,
        };
        let line = whole.get_or_insert_with(|| line(&row, columns.len()));
        line.cells[at] = row;
    }
    let began = |line: &BoardLine| {
        line.cells
            .iter()
            .any(|cell| cell.amount.is_some_and(|amount| amount != 0))
    };
    let months = found.into_values().filter(began);
    Ok(months.chain(whole).collect())
}

fn question(account: &Account, unit: Option<&str>, (from, as_of): (Day, Day), known_at: EntryNo) -> FigureQuestion {
    FigureQuestion {
        account: account.id.clone(),
        unit: unit.map(str::to_owned),
        span: match account.kind.is_stock() {
            true => Span::AsOf(as_of),
            false => Span::Between(from, as_of),
        },
        known_at: Some(known_at.to_string()),
    }
}

fn rows(
    asking: &mut Asking<'_>,
    account: &Account,
    unit: Option<&str>,
    days: (Day, Day),
    known_at: EntryNo,
) -> Result<Vec<FigureRow>, AppError> {
    asking.rows(&question(account, unit, days, known_at), &By::Unit)
}

/// Empties the line of a unit that would be shown as late and checks first: other cells would tell the same.
fn held_back(line: &mut BoardLine, scores: &mut BTreeMap<String, FigureRow>) {
    let score = scores.get(&line.code);
    let mut all = line.cells.iter().chain(score);
    if all.any(|cell| cell.state == FigureState::Checking) {
        line.checking = true;
        line.cells.iter_mut().for_each(|cell| *cell = empty(cell));
        scores.remove(&line.code);
    }
}

fn empty(row: &FigureRow) -> FigureRow {
    FigureRow {
        key: row.key.clone(),
        label: row.label.clone(),
        state: FigureState::NotReported,
        value: None,
        shown: "—".to_owned(),
        amount: None,
    }
}

fn line(row: &FigureRow, columns: usize) -> BoardLine {
    BoardLine {
        code: row.key.clone(),
        name: row.label.clone(),
        place: None,
        checking: false,
        cells: vec![empty(row); columns],
        people: Vec::new(),
    }
}

/// Gives places by a figure, the highest first; whoever has the same has the same place, and the next one
/// is as far down as there are units before it.
fn placed(lines: &mut [BoardLine], scores: &BTreeMap<String, FigureRow>) {
    let score = |line: &BoardLine| {
        let value = scores.get(&line.code)?.value.as_deref()?;
        value.parse::<rust_decimal::Decimal>().ok()
    };
    lines.sort_by(|a, b| score(b).cmp(&score(a)).then_with(|| a.code.cmp(&b.code)));
    let all: Vec<Option<rust_decimal::Decimal>> = lines.iter().map(score).collect();
    for (line, own) in lines.iter_mut().zip(&all) {
        line.place = own.map(|own| {
            1 + all
                .iter()
                .filter(|other| other.is_some_and(|other| other > own))
                .count()
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_score_has_the_same_place_and_none_has_none() {
        let row = |key: &str, value: Option<&str>| FigureRow {
            key: key.to_owned(),
            label: key.to_owned(),
            state: FigureState::Reported,
            value: value.map(str::to_owned),
            shown: String::new(),
            amount: None,
        };
        let given = [
            ("a", Some("80")),
            ("b", None),
            ("c", Some("95.5")),
            ("d", Some("80.0")),
            ("e", Some("60")),
        ];
        let scores: BTreeMap<String, FigureRow> = given
            .iter()
            .map(|(key, value)| ((*key).to_owned(), row(key, *value)))
            .collect();
        let mut lines: Vec<BoardLine> = scores.values().map(|row| line(row, 0)).collect();
        placed(&mut lines, &scores);
        let told: Vec<(&str, Option<usize>)> = lines.iter().map(|line| (line.code.as_str(), line.place)).collect();
        assert_eq!(
            told,
            [
                ("c", Some(1)),
                ("a", Some(2)),
                ("d", Some(2)),
                ("e", Some(4)),
                ("b", None)
            ]
        );
    }
}

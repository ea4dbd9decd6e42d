//! Room: reading records for somebody — one with its timeline, lists as of a day and as known at an
//! entry. Every answer passes the scope; what one may not see is not there.

use super::names::{Labels, title};
use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::{Gate, timeline_of};
use taizhang_core::definition::{Definition, Field, Register, Verb};
use taizhang_core::field_kinds::{Input, read, seals};
use taizhang_core::id::{AccountNo, EntryNo, RecordNo, STAGE};
use taizhang_core::journal::{Act, Entry};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::{State, Timeline};
use taizhang_core::value::{Cell, Precision, Value};
use taizhang_store::Reading;
use taizhang_store::cells::to_sql;
use taizhang_store::engine::Sql;
use taizhang_store::record::{self, Filter, ListQuery, Op, TOTAL_CAP};

mod effects;
pub(in crate::app) mod past;
mod postings;
mod whole;
mod written;

pub use past::Known;
pub(in crate::app) use past::known_state;

pub use effects::{Effects, FieldEffect, FigureEffect};
pub use postings::{PostingView, Postings, RawEntry, account_kind_key, reads_book};
pub use taizhang_store::cells::RecordRow;
pub use taizhang_store::record::Turn;
pub use whole::{Change, Compared, GroupView, Groups};
pub use written::Journal;

/// What a list asks for, still in words.
#[derive(Clone, Debug, Default)]
pub struct ListAsk {
    /// The register's id.
    pub register: String,
    /// Conditions: field id (or `stage`), comparison, text.
    pub filters: Vec<(String, String, String)>,
    /// Of these groups of conditions, one at least must hold whole.
    pub any: Vec<Vec<(String, String, String)>>,
    /// Only records of this unit and those below it.
    pub unit: Option<String>,
    /// Without those below the unit.
    pub only: bool,
    /// Field ids, `true` for descending.
    pub sort: Vec<(String, bool)>,
    /// How many at most.
    pub limit: usize,
    /// How many to pass over.
    pub offset: usize,
    /// The record that the page begins after or ends before.
    pub turn: Option<Turn>,
    /// The day that the list stands for; none for all that is known.
    pub as_of: Option<Day>,
    /// An entry number or instant; none for the head.
    pub known_at: Option<String>,
    /// Whether texts are ids and base units (API) instead of names.
    pub base_units: bool,
}

/// A list.
pub struct Listed {
    /// The definition that it is shown by.
    pub definition: Arc<Definition>,
    /// The register.
    pub register: Arc<Register>,
    /// Its rows.
    pub rows: Vec<RecordRow>,
    /// How many there are, up to the cap.
    pub total: i64,
    /// Whether there are more than the cap.
    pub total_capped: bool,
    /// The record that the next page begins after; none on the last page.
    pub next: Option<RecordNo>,
    /// The record that the page before ends before; none on the first page.
    pub previous: Option<RecordNo>,
    /// The entry that it knows.
    pub known_at: EntryNo,
    /// Names of units and linked records.
    pub labels: Labels,
}

/// One record with all that its reader may know.
pub struct RecordView {
    /// The definition that it is shown by.
    pub definition: Arc<Definition>,
    /// Its register.
    pub register: Arc<Register>,
    /// Its row.
    pub row: RecordRow,
    /// Its unit, if its register has one.
    pub unit: Option<RecordNo>,
    /// Its title.
    pub title: String,
    /// Its entries, oldest first.
    pub entries: Vec<Entry>,
    /// What they say, corrected.
    pub timeline: Timeline,
    /// Why each entry was written, where somebody said and it can still be read.
    pub reasons: BTreeMap<EntryNo, String>,
    /// Who wrote its entries, by entry.
    pub actors: BTreeMap<EntryNo, String>,
    /// Names of units and linked records.
    pub labels: Labels,
    /// The last entry of the book at that moment.
    pub head: EntryNo,
    /// The accounts that its postings stand on.
    pub accounts: BTreeSet<AccountNo>,
}

impl App {
    /// A register that somebody may read at least a part of.
    pub fn register(&self, scope: &Scope, id: &str) -> Result<(Arc<Definition>, Arc<Register>), AppError> {
        let definition = self.definition()?;
        let found = definition.register_named(id).cloned();
        let unknown = || AppError::NotFound(self.words(&Refusal::new(Code::UnknownRegister).with("value", id)));
        let register = found
            .filter(|register| scope.may_somewhere(Verb::Read, register))
            .ok_or_else(unknown)?;
        Ok((definition, register))
    }

    /// The registers that somebody may read, with the number of records that they see.
    pub fn registers(&self, scope: &Scope) -> Result<Vec<(Arc<Register>, i64)>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let mut found = Vec::new();
        for register in &definition.registers {
            if !scope.may_somewhere(Verb::Read, register) {
                continue;
            }
            let query = ListQuery {
                units: visible(scope, register),
                filters: released(scope, register, self.today()).into_iter().collect(),
                ..ListQuery::default()
            };
            let total = match hidden(scope, register) {
                true => 0,
                false => record::total(reading.conn()?, register, &query)?,
            };
            found.push((register.clone(), total));
        }
        Ok(found)
    }

    /// A list of records.
    pub fn list(&self, scope: &Scope, ask: &ListAsk) -> Result<Listed, AppError> {
        let (definition, register) = self.register(scope, &ask.register)?;
        let mut asking = self.asking()?;
        let known_at = asking.known_at(ask.known_at.as_deref())?;
        let mut query = self.query(scope, (&definition, &register), ask, &asking, known_at)?;
        // One row more than shown says whether there is a page beyond.
        query.limit = query.limit.saturating_add(1);
        let past = ask.as_of.is_some() || known_at < asking.reading.n();
        let reading = &mut asking.reading;
        let (mut rows, total) = if hidden(scope, &register) {
            (Vec::new(), 0)
        } else if past {
            past::list(reading, &register, &query, ask.as_of.unwrap_or(Day::MAX), known_at)?
        } else {
            let total = record::total(reading.conn()?, &register, &query)?;
            (record::list(reading.conn()?, &register, &query)?, total)
        };
        let (previous, next) = cut(&mut rows, ask);
        let day = ask.as_of.unwrap_or(self.today());
        let states = rows.iter().map(|row| (&register, &row.state));
        let labels = self.labels_known(reading, &definition, states, day, known_at)?;
        Ok(Listed {
            rows,
            total: total.min(TOTAL_CAP),
            total_capped: total > TOTAL_CAP,
            next,
            previous,
            known_at,
            labels,
            definition,
            register,
        })
    }

    fn query(
        &self,
        scope: &Scope,
        (definition, register): (&Arc<Definition>, &Arc<Register>),
        ask: &ListAsk,
        asking: &super::ask::Asking<'_>,
        known_at: EntryNo,
    ) -> Result<ListQuery, AppError> {
        let mut units = visible(scope, register);
        if let Some(unit) = ask.unit.as_deref().filter(|unit| !unit.is_empty()) {
            let tree = asking.tree(ask.as_of.unwrap_or(self.today()), known_at);
            let unit = asking.unit(&tree, Some(unit))?;
            let below = if ask.only {
                BTreeSet::from([unit])
            } else {
                tree.with_below(unit)
            };
            units = Some(match units {
                Some(units) => units.intersection(&below).copied().collect(),
                None => below,
            });
        }
        let mut filters = ask
            .filters
            .iter()
            .map(|filter| self.filter(definition, register, filter, ask.base_units))
            .collect::<Result<Vec<_>, _>>()?;
        filters.extend(released(scope, register, self.today()));
        let sort = ask
            .sort
            .iter()
            .map(|(id, down)| Ok((self.plain_field(register, id)?.map_or(STAGE, |field| field.no), *down)))
            .collect::<Result<_, AppError>>()?;
        let group = |group: &Vec<(String, String, String)>| {
            let filters = group.iter();
            filters
                .map(|filter| self.filter(definition, register, filter, ask.base_units))
                .collect()
        };
        Ok(ListQuery {
            any: ask.any.iter().map(group).collect::<Result<_, AppError>>()?,
            filters,
            sort,
            units,
            limit: ask.limit,
            offset: ask.offset,
            turn: ask.turn,
        })
    }

    /// A field that may be compared in the open; none for the stage.
    fn plain_field<'a>(&self, register: &'a Register, id: &str) -> Result<Option<&'a Field>, AppError> {
        if id == "stage" {
            return Ok(None);
        }
        let unknown = || AppError::refuse(self.locale(), &Refusal::new(Code::UnknownField).with("value", id));
        let field = register.field_named(id).filter(|field| !seals(field));
        field.map(Some).ok_or_else(unknown)
    }

    fn filter(
        &self,
        definition: &Arc<Definition>,
        register: &Register,
        (id, op, text): &(String, String, String),
        base_units: bool,
    ) -> Result<Filter, AppError> {
        let unknown = || AppError::BadRequest(self.locale().fill("http.unknown_op", &[("value", op)]));
        let op = match op.as_str() {
            "eq" => Op::Eq,
            "ne" => Op::Ne,
            "lt" => Op::Lt,
            "le" => Op::Le,
            "gt" => Op::Gt,
            "ge" => Op::Ge,
            "contains" => Op::Contains,
            "missing" => Op::Missing,
            "present" => Op::Present,
            _ => return Err(unknown()),
        };
        let Some(field) = self.plain_field(register, id)? else {
            return Ok(Filter {
                field: STAGE,
                op,
                value: Sql::from(text.as_str()),
            });
        };
        let value = match op {
            Op::Missing | Op::Present => Sql::Null,
            Op::Contains => Sql::from(text.as_str()),
            _ => self.filter_value(definition, register, field, text, base_units)?,
        };
        Ok(Filter {
            field: field.no,
            op,
            value,
        })
    }

    fn filter_value(
        &self,
        definition: &Arc<Definition>,
        register: &Register,
        field: &Field,
        text: &str,
        base_units: bool,
    ) -> Result<Sql, AppError> {
        let mut reading = self.reading()?;
        let mut names = super::names::BookNames::new(self, &mut reading, definition.clone());
        let input = Input {
            text,
            base_units,
            ..Input::default()
        };
        match read(definition, field, &input, &mut names) {
            Ok(Cell::Is(value)) => Ok(to_sql(&value)),
            Ok(_) => Ok(Sql::Null),
            Err(refusal) => Err(AppError::Refused(vec![self.locale().line(&refusal, Some(register))])),
        }
    }

    /// One record; not found for what the reader may not see.
    pub fn record(&self, scope: &Scope, record: RecordNo) -> Result<RecordView, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let unknown = || AppError::NotFound(self.words(&Refusal::new(Code::UnknownRecord)));
        let entries = taizhang_store::facts::entries(reading.conn()?, record)?;
        let first = entries.first().ok_or_else(unknown)?;
        let register = definition.register(first.register).cloned().ok_or_else(unknown)?;
        let row = record::get(reading.conn()?, &register, record)?.ok_or_else(unknown)?;
        let unit = register.unit.and_then(|field| row.state.unit(field));
        if !self.sees(scope, &register, &row.state) {
            return Err(unknown());
        }
        let rules = reading.caches.rules.clone();
        let mut known = past::Known {
            known_at: reading.n(),
            conn: reading.conn()?,
        };
        let timeline = timeline_of(&mut known, &rules, record)?;
        let states: Vec<State> = timeline.steps().into_iter().map(|(_, _, after)| after).collect();
        let shown = states.iter().chain([&row.state]).map(|state| (&register, state));
        let labels = self.labels(&mut reading, &definition, shown)?;
        let accounts = taizhang_core::posting::postings(&timeline, &rules)
            .map(|postings| postings.iter().map(|posting| posting.account).collect())
            .unwrap_or_default();
        Ok(RecordView {
            title: title(&definition, &register, &row.state, record, &labels),
            reasons: self.reasons(&entries),
            actors: self.actors(&mut reading, &definition, &entries)?,
            head: reading.n(),
            definition,
            register,
            row,
            unit,
            entries,
            timeline,
            labels,
            accounts,
        })
    }

    /// What a record held on a day, as known at an entry or a time; none if it was not there yet, or was
    /// void. One that may be read now may be read as it was.
    pub fn record_then(
        &self,
        scope: &Scope,
        record: RecordNo,
        as_of: Option<Day>,
        known_at: Option<&str>,
    ) -> Result<Option<State>, AppError> {
        Ok(self.record_at(scope, record, as_of, known_at)?.1)
    }

    /// The same with the record as it was: only the entries that were known then and lie on or before
    /// the day.
    pub fn record_at(
        &self,
        scope: &Scope,
        record: RecordNo,
        as_of: Option<Day>,
        known_at: Option<&str>,
    ) -> Result<(RecordView, Option<State>), AppError> {
        let mut view = self.record(scope, record)?;
        if as_of.is_none() && known_at.is_none() {
            let state = view.row.state.clone();
            return Ok((view, Some(state)));
        }
        let mut asking = self.asking()?;
        let known_at = asking.known_at(known_at)?;
        let last = as_of.unwrap_or(Day::MAX);
        view.entries
            .retain(|entry| entry.n <= known_at && entry.occurred_on <= last);
        if record > known_at {
            return Ok((view, None));
        }
        let rules = asking.reading.caches.rules.as_known(known_at);
        let mut known = past::Known {
            conn: asking.reading.conn()?,
            known_at,
        };
        let timeline = timeline_of(&mut known, &rules, record)?;
        let states = timeline.states();
        let state = taizhang_core::timeline::state_on(&states, last);
        let state = state.filter(|_| !timeline.void).cloned();
        view.timeline = timeline;
        Ok((view, state))
    }

    /// Names of all units today and of the records that these states link to.
    pub fn labels<'s>(
        &self,
        reading: &mut Reading<'_>,
        definition: &Definition,
        states: impl Iterator<Item = (&'s Arc<Register>, &'s State)>,
    ) -> Result<Labels, AppError> {
        let (today, head) = (self.today(), reading.n());
        self.labels_known(reading, definition, states, today, head)
    }

    /// The same names on another day, as they were known at an entry.
    fn labels_known<'s>(
        &self,
        reading: &mut Reading<'_>,
        definition: &Definition,
        states: impl Iterator<Item = (&'s Arc<Register>, &'s State)>,
        day: Day,
        known_at: EntryNo,
    ) -> Result<Labels, AppError> {
        let mut links: BTreeSet<RecordNo> = BTreeSet::new();
        for (_, state) in states {
            links.extend(state.cells().iter().filter_map(|(_, cell)| linked(cell)));
        }
        self.labels_of(reading, definition, links, (day, known_at))
    }

    /// The names that a record's title is made of, and no others.
    pub(in crate::app) fn title_labels(
        &self,
        reading: &mut Reading<'_>,
        definition: &Definition,
        (register, state): (&Register, &State),
        moment: (Day, EntryNo),
    ) -> Result<Labels, AppError> {
        let cells = register.title.iter().filter_map(|no| state.cell(*no));
        let links = cells.filter_map(linked).collect();
        self.labels_of(reading, definition, links, moment)
    }

    fn labels_of(
        &self,
        reading: &mut Reading<'_>,
        definition: &Definition,
        links: BTreeSet<RecordNo>,
        (day, known_at): (Day, EntryNo),
    ) -> Result<Labels, AppError> {
        let mut labels = Labels {
            tree: self.tree(reading, day, known_at),
            records: HashMap::new(),
        };
        for link in links {
            let Some(entry) = taizhang_store::journal::entry(reading.conn()?, link)? else {
                continue;
            };
            let Some(register) = definition.register(entry.register).cloned() else {
                continue;
            };
            let state = match known_at < reading.n() || day < self.today() {
                true => known_state(reading, link, day, known_at)?,
                false => record::get(reading.conn()?, &register, link)?.map(|row| row.state),
            };
            if let Some(state) = state {
                let name = title(definition, &register, &state, link, &labels);
                labels.records.insert(link, name);
            }
        }
        Ok(labels)
    }

    /// The hash of an entry as hexadecimal, for a receipt.
    pub fn entry_hash(&self, n: EntryNo) -> Result<String, AppError> {
        let mut reading = self.reading()?;
        let mut found = String::new();
        taizhang_store::journal::each_after(reading.conn()?, n - 1, &mut |_, hash, _| {
            found = crate::keys::hex(hash);
            Ok(false)
        })?;
        Ok(found)
    }

    /// The record that an entry is about.
    pub fn record_of_entry(&self, n: EntryNo) -> Result<RecordNo, AppError> {
        let mut reading = self.reading()?;
        let entry = taizhang_store::journal::entry(reading.conn()?, n)?;
        Ok(entry.map_or(0, |entry| entry.record))
    }

    fn words(&self, refusal: &Refusal) -> String {
        self.locale().line(refusal, None).message
    }
}

/// The word for what an entry did, as a key of the API.
pub fn act_key(act: &Act) -> &'static str {
    match act {
        Act::Open { opening: false, .. } => "open",
        Act::Open { opening: true, .. } => "opening",
        Act::Amend { .. } => "amend",
        Act::Move { .. } => "move",
        Act::Note => "note",
        Act::Void => "void",
        Act::Correct(_) => "correct",
        Act::Pack(_) => "pack",
        Act::Close { .. } => "close_period",
        Act::Reopen { .. } => "reopen_period",
        Act::Release(_) => "release",
    }
}

/// The units whose records somebody may list; none for all.
fn visible(scope: &Scope, register: &Register) -> Option<BTreeSet<RecordNo>> {
    scope.readable(register).filter(|_| register.unit.is_some())
}

/// What the records of a register that has an embargo must be for those who do not write in it: released.
fn released(scope: &Scope, register: &Register, today: Day) -> Option<Filter> {
    let field = register
        .embargo
        .filter(|_| !scope.may_somewhere(Verb::Write, register))?;
    Some(Filter {
        field,
        op: Op::Le,
        value: to_sql(&Value::Date(today, Precision::Day)),
    })
}

/// Whether a record is not to be seen yet by somebody who does not write in its register.
pub(in crate::app) fn embargoed(scope: &Scope, register: &Register, state: &State, today: Day) -> bool {
    let Some(field) = register.embargo.filter(|_| !scope.may_somewhere(Verb::Write, register)) else {
        return false;
    };
    state.day(field).is_none_or(|day| today < day)
}

impl App {
    /// Whether somebody may see a record today: by their rights, and by the day of its release.
    pub(in crate::app) fn sees(&self, scope: &Scope, register: &Register, state: &State) -> bool {
        let unit = register.unit.and_then(|field| state.unit(field));
        scope.may(Verb::Read, register, unit) && !embargoed(scope, register, state, self.today())
    }
}

/// Takes away the row that was read only to see whether there is more, and says which records the pages
/// on both sides begin from.
fn cut(rows: &mut Vec<RecordRow>, ask: &ListAsk) -> (Option<RecordNo>, Option<RecordNo>) {
    let more = rows.len() > ask.limit;
    let back = matches!(ask.turn, Some(Turn::Before(_)));
    if more && back {
        rows.remove(0);
    }
    rows.truncate(ask.limit);
    let began = if back {
        more
    } else {
        ask.turn.is_some() || ask.offset > 0
    };
    let first = rows.first().map(|row| row.record);
    let last = rows.last().map(|row| row.record);
    (first.filter(|_| began), last.filter(|_| back || more))
}

/// The record that a cell names.
fn linked(cell: &Cell) -> Option<RecordNo> {
    match cell.value() {
        Some(Value::Link(record)) => Some(*record),
        _ => None,
    }
}

/// Whether a register without units is beyond what somebody's posts reach.
fn hidden(scope: &Scope, register: &Register) -> bool {
    register.unit.is_none() && !scope.may(Verb::Read, register, None)
}

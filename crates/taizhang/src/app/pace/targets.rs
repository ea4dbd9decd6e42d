//! Room: the records of the register of targets as they stood on a day, and what is wrong with one.

use super::TARGETS;
use crate::app::ask::Asking;
use crate::app::records::past::Known;
use crate::error::AppError;
use rust_decimal::Decimal;
use std::collections::HashMap;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::timeline_of;
use taizhang_core::definition::{Account, Definition, Lang, Register};
use taizhang_core::id::{EntryNo, FieldNo, RecordNo};
use taizhang_core::refusal::{Code, Refusal};
use taizhang_core::timeline::{State, state_on};
use taizhang_core::value::Value;
use taizhang_schemes::pace::{Aim, AimFault, Light, Path, PathFault, Split, Way};

/// A target as it stood on a day.
#[derive(Clone, Debug)]
pub struct TargetRecord {
    /// Its record.
    pub record: RecordNo,
    /// Its code.
    pub code: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The id of the account that it judges.
    pub account: Arc<str>,
    /// The id of the account of the other basis.
    pub beside: Option<Arc<str>>,
    /// Its unit.
    pub unit: RecordNo,
    /// The first day of its period.
    pub from: Day,
    /// The last day of its period.
    pub to: Day,
    /// What it asks, in the base unit; or why it cannot be judged.
    pub aim: Result<Aim, String>,
    /// Its value as it was set, with qualifier and measure.
    pub shown: Arc<str>,
    /// It compares in points.
    pub in_points: bool,
    /// It is meant roughly (左右).
    pub about: bool,
    /// The light rule that it names.
    pub lights: Arc<str>,
    /// The target that it is a part of.
    pub above: Option<RecordNo>,
    /// What its own parts must come to.
    pub split: Split,
    /// What is carried over at the end of the year: `none`, `same` or `shortfall`.
    pub carry: String,
    /// The leader's position.
    pub leader: Arc<str>,
    /// The node of the tree of goals.
    pub goal: Arc<str>,
    /// Until when being behind is excused.
    pub exempt_until: Option<Day>,
    /// Why.
    pub exempt_reason: String,
    /// The light that somebody set.
    pub overridden: Option<Light>,
    /// Until when.
    pub override_until: Option<Day>,
    /// Why.
    pub override_reason: String,
}

/// The targets as known at an entry: what was never changed as it stands, the rest as it stood on each day.
pub(in crate::app) struct Read {
    plain: Vec<(Day, Arc<TargetRecord>)>,
    revised: Vec<(RecordNo, Vec<(Day, State)>)>,
}

/// Every target that was set by a day, by code. A record that was never changed is read from its row; one that was
/// revised is read as it stood on the day.
pub(in crate::app) fn on(
    asking: &mut Asking<'_>,
    as_of: Day,
    known_at: EntryNo,
) -> Result<Vec<Arc<TargetRecord>>, AppError> {
    let definition = asking.definition.clone();
    let Some(register) = definition.register_named(TARGETS) else {
        return Ok(Vec::new());
    };
    let all = all(asking, register, known_at)?;
    let set = all.plain.iter().filter(|(opened_on, _)| *opened_on <= as_of);
    let mut targets: Vec<Arc<TargetRecord>> = set.map(|(_, target)| target.clone()).collect();
    let reader = Reader::new(&definition, register);
    let revised = all.revised.iter().filter_map(|(record, states)| {
        let state = state_on(states, as_of)?;
        read(&reader, *record, state).map(Arc::new)
    });
    targets.extend(revised);
    targets.sort_by(|a, b| (&a.code, a.record).cmp(&(&b.code, b.record)));
    Ok(targets)
}

/// All of them, read once until the head moves.
fn all(asking: &mut Asking<'_>, register: &Register, known_at: EntryNo) -> Result<Arc<Read>, AppError> {
    let (app, moment) = (asking.app(), asking.reading.moment());
    if let Some(read) = app.kept_targets.get(moment, &known_at) {
        return Ok(read);
    }
    let definition = asking.definition.clone();
    let reader = Reader::new(&definition, register);
    let mut read = Read {
        plain: Vec::new(),
        revised: Vec::new(),
    };
    let mut changed = Vec::new();
    taizhang_store::record::each(asking.reading.conn()?, register, &mut |row| {
        if row.entry != row.record {
            changed.push(row.record);
        } else if row.record <= known_at {
            let target = self::read(&reader, row.record, &row.state);
            read.plain
                .extend(target.map(|target| (row.opened_on, Arc::new(target))));
        }
        Ok(())
    })?;
    read.plain
        .sort_by(|(_, a), (_, b)| (&a.code, a.record).cmp(&(&b.code, b.record)));
    for record in changed.into_iter().filter(|record| *record <= known_at) {
        let states = states_of(asking, record, known_at)?;
        read.revised.extend(states.map(|states| (record, states)));
    }
    let read = Arc::new(read);
    let weight = read.plain.len() + read.revised.len() + 1;
    app.kept_targets.put(moment, known_at, read.clone(), weight);
    Ok(read)
}

/// A living record's states; none if it is void.
fn states_of(
    asking: &mut Asking<'_>,
    record: RecordNo,
    known_at: EntryNo,
) -> Result<Option<Vec<(Day, State)>>, AppError> {
    let rules = asking.reading.caches.rules.clone();
    let mut known = Known {
        conn: asking.reading.conn()?,
        known_at,
    };
    let timeline = timeline_of(&mut known, &rules, record)?;
    Ok((!timeline.void).then(|| timeline.states()))
}

/// The living records of a small register as they stood on a day.
pub(in crate::app) fn states(
    asking: &mut Asking<'_>,
    register: &Register,
    as_of: Day,
    known_at: EntryNo,
) -> Result<Vec<(RecordNo, State)>, AppError> {
    let mut rows = Vec::new();
    taizhang_store::record::each(asking.reading.conn()?, register, &mut |row| {
        rows.push(row);
        Ok(())
    })?;
    let mut states = Vec::new();
    for row in rows.into_iter().filter(|row| row.record <= known_at) {
        if row.entry == row.record {
            if row.opened_on <= as_of {
                states.push((row.record, row.state));
            }
            continue;
        }
        let own = states_of(asking, row.record, known_at)?;
        let state = own.as_ref().and_then(|own| state_on(own, as_of));
        states.extend(state.map(|state| (row.record, state.clone())));
    }
    Ok(states)
}

/// What records of a register are read by, with ids looked up once.
pub(super) struct Reader<'a> {
    definition: &'a Definition,
    fields: HashMap<&'a str, FieldNo>,
    accounts: HashMap<&'a str, &'a Arc<Account>>,
}

/// A record's fields by id.
pub(super) struct Said<'a> {
    reader: &'a Reader<'a>,
    state: &'a State,
}

impl<'a> Reader<'a> {
    pub(super) fn new(definition: &'a Definition, register: &'a Register) -> Reader<'a> {
        let accounts = definition.accounts.values();
        Reader {
            definition,
            fields: register
                .fields
                .iter()
                .map(|field| (field.id.as_str(), field.no))
                .collect(),
            accounts: accounts.map(|account| (account.id.as_str(), account)).collect(),
        }
    }

    pub(super) fn said(&'a self, state: &'a State) -> Said<'a> {
        Said { reader: self, state }
    }
}

impl Said<'_> {
    fn value(&self, id: &str) -> Option<&Value> {
        self.reader.fields.get(id).and_then(|field| self.state.value(*field))
    }

    pub(super) fn text(&self, id: &str) -> Option<&str> {
        match self.value(id) {
            Some(Value::Text(text) | Value::Choice(text)) => Some(text.trim()),
            _ => None,
        }
    }

    pub(super) fn owned(&self, id: &str) -> String {
        self.text(id).unwrap_or_default().to_owned()
    }

    pub(super) fn day(&self, id: &str) -> Option<Day> {
        self.reader.fields.get(id).and_then(|field| self.state.day(*field))
    }

    pub(super) fn units(&self, id: &str) -> Option<i64> {
        match self.value(id) {
            Some(Value::Num(units)) => Some(*units),
            _ => None,
        }
    }
}

fn read(reader: &Reader<'_>, record: RecordNo, state: &State) -> Option<TargetRecord> {
    let (said, definition) = (reader.said(state), reader.definition);
    let aim = aim(&said);
    let unit = match said.value("unit") {
        Some(Value::Unit(unit)) => *unit,
        _ => return None,
    };
    let account = said.owned("account");
    let known = reader.accounts.get(account.as_str()).copied();
    Some(TargetRecord {
        record,
        code: said.owned("code").into(),
        name: said.owned("name").into(),
        beside: said.text("beside").map(Arc::from),
        unit,
        from: said.day("from")?,
        to: said.day("to")?,
        in_points: in_points(definition, &said, known.map(|account| &**account)),
        about: said.text("qualifier") == Some("about"),
        lights: said.owned("lights").into(),
        above: match said.value("above") {
            Some(Value::Link(above)) => Some(*above),
            _ => None,
        },
        split: match said.text("split") {
            Some("at_least") => Split::AtLeast,
            _ => Split::Exact,
        },
        carry: said.text("carry").unwrap_or("none").to_owned(),
        leader: said.owned("leader").into(),
        goal: said.owned("goal").into(),
        exempt_until: said.day("exempt_until"),
        exempt_reason: said.owned("exempt_reason"),
        overridden: match said.text("override") {
            Some("green") => Some(Light::Green),
            Some("yellow") => Some(Light::Yellow),
            Some("red") => Some(Light::Red),
            _ => None,
        },
        override_until: said.day("override_until"),
        override_reason: said.owned("override_reason"),
        shown: shown(definition, &said, known.map(|account| &**account)).into(),
        aim: aim.map_err(|(_, key)| crate::locale::Locale::new(definition.lang).text(key).to_owned()),
        account: account.into(),
    })
}

/// The value as it was set: `3230 万元以上`, `不低于 30 个`.
fn shown(definition: &Definition, said: &Said<'_>, account: Option<&Account>) -> String {
    let own = said.text("measure");
    let measure = own
        .or(account.map(|account| account.measure.as_str()))
        .unwrap_or_default();
    let measure = crate::app::names::measure_name(definition, measure);
    let upper = said.text("upper").map_or(String::new(), |upper| format!("–{upper}"));
    let space = if measure == "%" { "" } else { " " };
    let value = format!("{}{upper}{space}{measure}", said.owned("value"));
    let qualified = match said.text("qualifier") {
        Some("at_least") => "pace.qualified.at_least",
        Some("not_below") => "pace.qualified.not_below",
        Some("about") => "pace.qualified.about",
        Some("within") => "pace.qualified.within",
        Some("strive") => "pace.qualified.strive",
        _ => return value,
    };
    crate::locale::Locale::new(definition.lang).fill(qualified, &[("value", &value)])
}

fn in_points(definition: &Definition, said: &Said<'_>, account: Option<&Account>) -> bool {
    match said.text("compare") {
        Some("points") => true,
        Some(_) => false,
        None => account.is_some_and(|account| {
            let measure = definition.measures.get(&account.measure);
            measure.map_or(account.measure.as_str(), |measure| measure.base.as_str()) == "%"
        }),
    }
}

/// What a target asks, in the account's base unit; or the field that is wrong and the key of why.
fn aim(said: &Said<'_>) -> Result<Aim, (&'static str, &'static str)> {
    let definition = said.reader.definition;
    let account = said
        .text("account")
        .and_then(|id| said.reader.accounts.get(id).copied());
    let account = account.ok_or(("account", "pace.fault.account"))?;
    let measure = said.text("measure").unwrap_or(&account.measure);
    let measure = definition
        .measures
        .get(measure)
        .ok_or(("measure", "pace.fault.measure"))?;
    let base = definition.measures.get(&account.measure).map(|own| &own.base);
    if base != Some(&measure.base) {
        return Err(("measure", "pace.fault.measure"));
    }
    let amount = |id: &'static str| -> Result<Option<Decimal>, (&'static str, &'static str)> {
        let Some(text) = said.text(id).filter(|text| !text.is_empty()) else {
            return Ok(None);
        };
        let value = text
            .parse::<Decimal>()
            .ok()
            .and_then(|value| value.checked_mul(measure.factor));
        value.map(Some).ok_or((id, "pace.fault.value"))
    };
    let path = match said.text("path") {
        Some("days") => Path::Days,
        Some("phases") => {
            let text = said.text("phases").unwrap_or_default();
            Path::table(text).map_err(|fault| ("phases", path_key(fault)))?
        }
        _ => Path::Months,
    };
    let aim = Aim {
        from: said.day("from").ok_or(("from", "pace.fault.turned"))?,
        to: said.day("to").ok_or(("to", "pace.fault.turned"))?,
        due: said.day("due"),
        value: amount("value")?.ok_or(("value", "pace.fault.value"))?,
        upper: amount("upper")?,
        way: match said.text("direction") {
            Some("cap") => Way::Cap,
            Some("band") => Way::Band,
            Some("by_day") => Way::ByDay,
            _ => Way::Up,
        },
        tolerance: amount("tolerance")?,
        in_points: in_points(definition, said, Some(account)),
        path,
    };
    // More is better by when? Half of it by the end of June is a way that somebody chose, not one to be assumed.
    if said.text("path").is_none() && aim.way == Way::Up && !aim.in_points {
        return Err(("path", "pace.fault.no_path"));
    }
    aim.check().map_err(|fault| match fault {
        AimFault::Turned => ("to", "pace.fault.turned"),
        AimFault::DueOutside => ("due", "pace.fault.due"),
        AimFault::Band => ("upper", "pace.fault.band"),
        AimFault::Zero => ("value", "pace.fault.zero"),
        AimFault::Tolerance => ("tolerance", "pace.fault.tolerance"),
        AimFault::Path(fault) => ("phases", path_key(fault)),
    })?;
    Ok(aim)
}

fn path_key(fault: PathFault) -> &'static str {
    match fault {
        PathFault::Unreadable => "pace.fault.path",
        PathFault::Order => "pace.fault.path_order",
        PathFault::Falls => "pace.fault.path_falls",
        PathFault::End => "pace.fault.path_end",
        PathFault::Outside => "pace.fault.path_outside",
    }
}

/// Why a record of the register of targets may not be written as it would stand.
pub fn faults(definition: &Definition, register: &Register, state: &State, lang: Lang) -> Vec<Refusal> {
    if register.id != TARGETS {
        return Vec::new();
    }
    let Err((id, key)) = aim(&Reader::new(definition, register).said(state)) else {
        return Vec::new();
    };
    let message = crate::locale::Locale::new(lang).text(key).to_owned();
    let field = register.field_named(id);
    let refusal = match field {
        Some(field) => Refusal::at(Code::CheckFailed, field.no),
        None => Refusal::new(Code::CheckFailed),
    };
    vec![refusal.with("message", message)]
}

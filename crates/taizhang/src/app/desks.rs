//! Room: whole desks for those above them — what lies on a unit's or a person's, by light, and what lay there at the
//! end of an old day, by the rules that were in force then. An old day costs as much as there are duties on the desk and
//! as happened since: records that nobody touched since that evening and that have no duty now had none then. The desk
//! of today never comes here.

use super::duties::{DutyView, LIST_MAX};
use super::records::{Known, RecordView};
use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::calendar::Moment;
use taizhang_core::day::Day;
use taizhang_core::decide::{Gate, timeline_of};
use taizhang_core::definition::{Limit, Register, Verb};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::posting::{Duty, duties_on};
use taizhang_core::rules::Rules;
use taizhang_core::timeline::{Timeline, state_on};
use taizhang_store::cells::RecordRow;
use taizhang_store::duty::{self, DutyRow, Lights};
use taizhang_store::record;

/// How many records may have changed since an old day whose desk is asked for: some seconds of work.
const REPLAYED_MAX: usize = 50_000;

/// The end of a day, in minutes.
const EVENING: u16 = 24 * 60;

/// What lies on one desk, for those above it.
pub struct DeskView {
    /// Whose it is.
    pub name: String,
    /// The duties, the earliest last day first.
    pub duties: Vec<DutyView>,
    /// How many there are by light.
    pub lights: Lights,
    /// The people on whose desks duties of it lie: the actor, the name, how many by light.
    pub people: Vec<(RecordNo, String, Lights)>,
}

/// Whose desk is looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The reader's own.
    Own,
    /// A unit's.
    Unit(RecordNo),
    /// A person's, by the actor.
    Person(RecordNo),
}

/// The two times that a desk is looked at.
#[derive(Clone, Copy, Debug)]
pub struct Then<'a> {
    /// The day; none for today.
    pub as_of: Option<Day>,
    /// An entry number or instant; none for the head.
    pub known_at: Option<&'a str>,
}

impl App {
    /// What lies on a unit's or a person's desk, or lay there at the end of a day, as far as somebody may read it.
    pub fn desk_of(&self, scope: &Scope, whose: Whose, then: Then<'_>) -> Result<DeskView, AppError> {
        let name = match whose {
            Whose::Own => scope.name.clone(),
            Whose::Unit(unit) => {
                let reading = self.reading()?;
                let tree = self.tree(&reading, then.as_of.unwrap_or(self.today()), reading.n());
                let node = tree.get(unit).map(|node| node.name.clone());
                node.ok_or_else(|| AppError::NotFound(self.locale().text("http.unknown_unit").to_owned()))?
            }
            Whose::Person(actor) => {
                let name = self.actor_names([actor].into())?.remove(&actor);
                name.ok_or_else(|| AppError::NotFound(self.locale().text("http.unknown_person").to_owned()))?
            }
        };
        let duties = match (then.as_of, then.known_at) {
            (None, None) => self.duties_now(scope, whose)?,
            _ => self.duties_then(scope, whose, then)?,
        };
        self.desk_view(name, duties)
    }

    fn duties_now(&self, scope: &Scope, whose: Whose) -> Result<Vec<DutyView>, AppError> {
        let actor = match whose {
            Whose::Own => return self.duties(scope),
            Whose::Unit(unit) => return self.unit_duties(scope, unit),
            Whose::Person(actor) => actor,
        };
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let mut rows = duty::of_person(reading.conn()?, actor, LIST_MAX)?;
        rows.retain(|row| {
            let register = definition.register(row.register);
            register.is_some_and(|register| scope.may(Verb::Read, register, Some(row.duty.unit)))
        });
        self.shown(scope, &mut reading, &definition, rows)
    }

    /// The duties that lay on a desk at the end of a day, as known at an entry: last days, lights and working days
    /// are those of the version of the pack that was in force on that day.
    pub fn duties_then(&self, scope: &Scope, whose: Whose, then: Then<'_>) -> Result<Vec<DutyView>, AppError> {
        let mut asking = self.asking()?;
        let known_at = asking.known_at(then.known_at)?;
        let day = then.as_of.unwrap_or(self.today());
        // Records to which nothing happened since that evening are as they were, and so are their duties.
        let settled = known_at.min(asking.known_at(Some(&day.to_string()))?);
        let rules = asking.reading.caches.rules.as_known(known_at);
        let Some(judge) = rules.in_force(day).map(|version| version.definition.clone()) else {
            return Ok(Vec::new());
        };
        let mut found: Vec<(Arc<Register>, RecordRow, Duty)> = Vec::new();
        let mut replayed = 0;
        for register in judge.registers.iter().filter(|register| !register.limits.is_empty()) {
            if !scope.may_somewhere(Verb::Read, register) {
                continue;
            }
            let latest = asking.definition.register(register.no);
            let same = latest.is_some_and(|latest| run_alike(register, latest));
            let after = if same { settled } else { 0 };
            let conn = asking.reading.conn()?;
            let mut numbers: BTreeSet<RecordNo> = record::touched_after(conn, register, after, (day, known_at))?
                .into_iter()
                .collect();
            for (unit, person) in places(scope, whose, register) {
                numbers.extend(duty::running(conn, register.no, unit, person)?);
            }
            replayed += numbers.len();
            if replayed > REPLAYED_MAX {
                let args: [(&str, &dyn std::fmt::Display); 2] = [("day", &day), ("most", &REPLAYED_MAX)];
                return Err(AppError::said("page.desks.too_far", &args));
            }
            for record in numbers {
                let timeline = timeline_known(&mut asking.reading, &rules, record, known_at)?;
                let duties = duties_on(&timeline, &judge, day).into_iter();
                let lying = |duty: &Duty| {
                    lies(scope, whose, register, duty) && scope.may(Verb::Read, register, Some(duty.unit))
                };
                let duties: Vec<Duty> = duties.filter(lying).collect();
                if let Some(row) = row_on(&timeline, day).filter(|_| !duties.is_empty()) {
                    found.extend(duties.into_iter().map(|duty| (register.clone(), row.clone(), duty)));
                }
            }
        }
        found.sort_by_key(|(_, row, duty)| (duty.due.unwrap_or(Day::MAX), row.record));
        found.truncate(LIST_MAX as usize);
        let states = found.iter().map(|(register, row, _)| (register, &row.state));
        let labels = self.labels(&mut asking.reading, &judge, states)?;
        let at = evening(day);
        let views = found.into_iter();
        Ok(views
            .filter_map(|(register, row, duty)| self.view(&judge, &register, &row, &labels, (duty, at)))
            .collect())
    }

    /// The duties of one record at the end of a day, as known at an entry; those of now without a day.
    pub fn record_duties(&self, view: &RecordView, then: Then<'_>) -> Result<Vec<DutyView>, AppError> {
        let now = (then.as_of, then.known_at) == (None, None);
        let mut asking = self.asking()?;
        let known_at = asking.known_at(then.known_at)?;
        let day = then.as_of.unwrap_or(self.today());
        let rules = asking.reading.caches.rules.as_known(known_at);
        let judge = rules
            .in_force(day)
            .filter(|_| !now)
            .map(|version| version.definition.clone());
        let judge = judge.unwrap_or_else(|| view.definition.clone());
        let Some(register) = judge.register(view.register.no).cloned() else {
            return Ok(Vec::new());
        };
        let (duties, row) = if now {
            let rows = duty::of_record(asking.reading.conn()?, view.row.record)?;
            (rows.into_iter().map(|row| row.duty).collect(), Some(view.row.clone()))
        } else {
            (duties_on(&view.timeline, &judge, day), row_on(&view.timeline, day))
        };
        let Some(row) = row else { return Ok(Vec::new()) };
        let at = if now { self.now() } else { evening(day) };
        let views = duties.into_iter();
        Ok(views
            .filter_map(|duty| self.view(&judge, &register, &row, &view.labels, (duty, at)))
            .collect())
    }

    /// The worst light of each record of a list, with the limit and the last day that it stands for; at the end of
    /// a day, by the rules of that day, if one is named. Records with no open duty have none.
    pub fn lights_of(
        &self,
        register: &Register,
        records: &[RecordNo],
        then: Then<'_>,
    ) -> Result<BTreeMap<RecordNo, Lit>, AppError> {
        if register.limits.is_empty() || records.is_empty() {
            return Ok(BTreeMap::new());
        }
        let mut asking = self.asking()?;
        if (then.as_of, then.known_at) == (None, None) {
            let rows = duty::of_records(asking.reading.conn()?, records)?;
            return Ok(worst(register, rows, self.now()));
        }
        let known_at = asking.known_at(then.known_at)?;
        let day = then.as_of.unwrap_or(self.today());
        let rules = asking.reading.caches.rules.as_known(known_at);
        let Some(judge) = rules.in_force(day).map(|version| version.definition.clone()) else {
            return Ok(BTreeMap::new());
        };
        let Some(register) = judge.register(register.no) else {
            return Ok(BTreeMap::new());
        };
        let mut rows = Vec::new();
        for record in records {
            let timeline = timeline_known(&mut asking.reading, &rules, *record, known_at)?;
            let duties = duties_on(&timeline, &judge, day).into_iter();
            rows.extend(duties.map(|duty| DutyRow {
                record: *record,
                register: register.no,
                duty,
            }));
        }
        Ok(worst(register, rows, evening(day)))
    }

    fn desk_view(&self, name: String, duties: Vec<DutyView>) -> Result<DeskView, AppError> {
        let mut lights = Lights::default();
        let mut by: BTreeMap<RecordNo, Lights> = BTreeMap::new();
        for view in &duties {
            count(&mut lights, view.light, view.duty.due.is_none());
            if view.duty.person != 0 {
                count(
                    by.entry(view.duty.person).or_default(),
                    view.light,
                    view.duty.due.is_none(),
                );
            }
        }
        let names = self.actor_names(by.keys().copied().collect())?;
        let person = |(actor, lights)| Some((actor, names.get(&actor)?.clone(), lights));
        let mut people: Vec<(RecordNo, String, Lights)> = by.into_iter().filter_map(person).collect();
        people.sort_by_key(|(actor, _, lights)| (-lights.red, -lights.yellow, *actor));
        Ok(DeskView {
            name,
            duties,
            lights,
            people,
        })
    }

    /// The names of actors.
    pub(super) fn actor_names(&self, actors: BTreeSet<RecordNo>) -> Result<BTreeMap<RecordNo, String>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let Some(register) = definition.register_named("actor") else {
            return Ok(BTreeMap::new());
        };
        let name = register.field_named("name").map(|field| field.no);
        let mut names = BTreeMap::new();
        for actor in actors {
            let row = record::get(reading.conn()?, register, actor)?;
            if let Some(row) = row
                && let Some(taizhang_core::value::Value::Text(text)) = name.and_then(|field| row.state.value(field))
            {
                names.insert(actor, text.clone());
            }
        }
        Ok(names)
    }
}

/// A light with what it stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lit {
    /// `green`, `yellow`, `red`; `none` while the clock stands still.
    pub light: &'static str,
    /// The limit's name.
    pub limit: String,
    /// Its last day, with the minute where hours are counted.
    pub due: Option<String>,
}

fn worst(register: &Register, rows: Vec<DutyRow>, at: Moment) -> BTreeMap<RecordNo, Lit> {
    let rank = |light: &str| ["red", "yellow", "green", "none"].iter().position(|of| *of == light);
    let mut found: BTreeMap<RecordNo, Lit> = BTreeMap::new();
    for row in rows {
        let Some(limit) = register.limits.iter().find(|limit| limit.id == row.duty.limit) else {
            continue;
        };
        let light = super::duties::light(&row.duty, at);
        if found.get(&row.record).is_some_and(|lit| rank(lit.light) <= rank(light)) {
            continue;
        }
        let lit = Lit {
            light,
            limit: limit.name.clone(),
            due: super::duties::due(&row.duty),
        };
        found.insert(row.record, lit);
    }
    found
}

/// Where duties of a desk can lie: in units, and with people.
fn places(scope: &Scope, whose: Whose, register: &Register) -> Vec<(Option<RecordNo>, Option<RecordNo>)> {
    let mut places = match whose {
        Whose::Unit(unit) => return vec![(Some(unit), None)],
        Whose::Person(person) => return vec![(None, Some(person))],
        Whose::Own => vec![(None, Some(scope.actor))],
    };
    for position in &scope.positions {
        let of_role = |limit: &Limit| limit.desk.role.as_ref() == Some(&position.role.id);
        match scope.reached(position) {
            _ if !register.limits.iter().any(of_role) => places.push((Some(position.unit), None)),
            None => return vec![(None, None)],
            Some(units) => places.extend(units.into_iter().map(|unit| (Some(unit), None))),
        }
    }
    places
}

/// Whether the limits of two versions of a register run over the same records, however long they are and whatever
/// light they show.
fn run_alike(was: &Register, now: &Register) -> bool {
    let runs = |register: &Register| -> Vec<Limit> {
        let plain = |limit: &Limit| Limit {
            name: String::new(),
            roll: false,
            unlit: false,
            countdown: false,
            yellow: 0,
            lights: Vec::new(),
            timeout: None,
            ladder: Vec::new(),
            ..limit.clone()
        };
        register.limits.iter().map(plain).collect()
    };
    was.unit == now.unit && runs(was) == runs(now)
}

/// Whether a duty lies on a desk: of its own unit and nobody in particular, of a role, or by name.
fn lies(scope: &Scope, whose: Whose, register: &Register, duty: &Duty) -> bool {
    let limit = register.limits.iter().find(|limit| limit.id == duty.limit);
    let own = |limit: &Limit| {
        scope.positions.iter().any(|position| match &limit.desk.role {
            None => position.unit == duty.unit && scope.may(Verb::Write, register, Some(duty.unit)),
            Some(role) => {
                let reached = scope.reached(position);
                *role == position.role.id && reached.is_none_or(|units| units.contains(&duty.unit))
            }
        })
    };
    match whose {
        Whose::Unit(unit) => duty.unit == unit,
        Whose::Person(actor) => duty.person == actor,
        Whose::Own if duty.person != 0 => duty.person == scope.actor,
        Whose::Own => limit.is_some_and(own),
    }
}

fn timeline_known(
    reading: &mut taizhang_store::Reading<'_>,
    rules: &Rules,
    record: RecordNo,
    known_at: EntryNo,
) -> Result<Timeline, AppError> {
    let conn = reading.conn()?;
    Ok(timeline_of(&mut Known { conn, known_at }, rules, record)?)
}

/// A record as it was at the end of a day; none before it began, or if it is void.
fn row_on(timeline: &Timeline, day: Day) -> Option<RecordRow> {
    let states = timeline.states();
    let state = state_on(&states, day).filter(|_| !timeline.void)?;
    Some(RecordRow {
        record: timeline.record,
        entry: timeline.events.last().map_or(timeline.record, |event| event.n),
        void: false,
        opened_on: timeline.opened_on().unwrap_or_default(),
        state: state.clone(),
    })
}

fn evening(day: Day) -> Moment {
    Moment { day, minute: EVENING }
}

fn count(lights: &mut Lights, light: &str, paused: bool) {
    lights.open += 1;
    lights.red += i64::from(light == "red");
    lights.yellow += i64::from(light == "yellow");
    lights.paused += i64::from(paused);
}

//! Room: duties for somebody — what lies on their desk (待办), what they did (已办), what they began
//! (我发起), what they see as a copy (抄送), and how many duties units have by light. Answers only; the
//! light of a duty is that of the day asked for.

use super::checked::DUTIES;
use super::execute::{Draft, DraftWish};
use super::names::{Labels, title};
use super::records::RecordView;
use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use crate::keys::{hex, random};
use crate::locale::Locale;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::calendar::Moment;
use taizhang_core::day::Day;
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Definition, Holder, Limit, Register, Verb};
use taizhang_core::id::{EntryNo, RecordNo, RegisterNo};
use taizhang_core::posting::{Duty, open_duties};
use taizhang_core::unit::UnitTree;
use taizhang_store::cells::RecordRow;
pub use taizhang_store::duty::Lights;
use taizhang_store::duty::{self, Desk, DutyRow};
use taizhang_store::{Reading, record};

/// How many duties a list holds at most.
pub const LIST_MAX: i64 = 500;

/// A duty as its holder reads it.
pub struct DutyView {
    /// The record.
    pub record: RecordNo,
    /// What it is called.
    pub title: String,
    /// Its register's id and name.
    pub register: (String, String),
    /// The limit's id and name.
    pub limit: (String, String),
    /// The stage's id and name.
    pub stage: (String, String),
    /// Whose time runs there.
    pub holder: Holder,
    /// The unit, with its name.
    pub unit: (RecordNo, String),
    /// The moves that lead on from here: id and name, those that need nothing filled in first.
    pub moves: Vec<(String, String)>,
    /// All moves that lead on from here for the asker: id and name.
    pub onward: Vec<(String, String)>,
    /// The dates.
    pub duty: Duty,
    /// Natural and working days that are left; negative when it is late.
    pub remaining: Option<(i32, i32)>,
    /// Minutes of working time that are left, where hours are counted.
    pub minutes_left: Option<i64>,
    /// `green`, `yellow`, `red`; `none` while the clock stands still.
    pub light: &'static str,
}

/// An entry as its writer finds it again.
pub struct DeedView {
    /// The record.
    pub record: RecordNo,
    /// What it is called.
    pub title: String,
    /// Its register's name.
    pub register: String,
    /// What was done, as table `deed` says.
    pub act: String,
    /// The day.
    pub day: Day,
}

/// One row of a board of units.
pub struct UnitLights {
    /// The unit.
    pub unit: RecordNo,
    /// Its name.
    pub name: String,
    /// How many duties it has.
    pub lights: Lights,
    /// Some are late, and it has not been asked to check that: only its own people are told how many.
    pub checking: bool,
}

/// The light of a duty at a moment.
pub fn light(duty: &Duty, now: Moment) -> &'static str {
    let over = |due: Day| due < now.day || (due == now.day && duty.minute.is_some_and(|minute| minute < now.minute));
    match (duty.due, duty.warn) {
        (None, _) | (_, None) => "none",
        (Some(due), _) if over(due) => "red",
        (_, Some(warn)) if warn <= now.day => "yellow",
        _ => "green",
    }
}

/// How long somebody still has, or how late it is; in hours where hours are counted, else in working days.
pub fn left(locale: &Locale, view: &DutyView) -> String {
    let (minutes, days) = (view.minutes_left, view.remaining.map(|(_, working)| working));
    if let Some(minutes) = minutes {
        let (hours, rest) = (minutes.abs() / 60, minutes.abs() % 60);
        let key = if minutes < 0 {
            "page.duties.late_by_hours"
        } else {
            "page.duties.hours_left"
        };
        return locale.say(key, &[("hours", &hours), ("minutes", &rest)]);
    }
    match days {
        None => locale.text("page.duties.paused").to_owned(),
        Some(late) if late < 0 => locale.say("page.duties.late_by", &[("days", &-late)]),
        Some(left) => locale.say("page.duties.days_left", &[("days", &left)]),
    }
}

/// The last day of a duty, with its minute where hours are counted.
pub fn due(duty: &Duty) -> Option<String> {
    let day = duty.due?;
    let at = |minute| Moment { day, minute }.to_string();
    Some(duty.minute.map_or_else(|| day.to_string(), at))
}

/// The limits that run over a record as it is shown, on a day: each with its id, its last day, and by how
/// many working days it is late.
pub fn clocks(view: &RecordView, day: Day) -> Vec<(String, Day, i32)> {
    let calendar = view.definition.calendar.latest();
    let duties = open_duties(&view.timeline, &view.definition);
    let clock = |duty: Duty| {
        let due = duty.due?;
        Some((duty.limit, due, (-calendar.remaining(day, due).working_days).max(0)))
    };
    duties.into_iter().filter_map(clock).collect()
}

impl App {
    /// What lies on somebody's desk, the earliest last day first.
    pub fn duties(&self, scope: &Scope) -> Result<Vec<DutyView>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let mut rows: Vec<DutyRow> = Vec::new();
        for position in &scope.positions {
            let role = &position.role.id;
            let desk = Desk {
                limits: each_limit(&definition, |register, limit| {
                    limit.desk.role.is_none() && scope.may(Verb::Write, register, Some(position.unit))
                }),
                units: Some(vec![position.unit]),
                person: position.held_by.unwrap_or(scope.actor),
            };
            rows.extend(duty::on_desk(reading.conn()?, &desk, LIST_MAX)?);
            let of_role = |_: &Register, limit: &Limit| limit.desk.role.as_ref() == Some(role);
            let desk = Desk {
                limits: each_limit(&definition, of_role),
                units: scope.reached(position),
                person: 0,
            };
            rows.extend(duty::on_desk(reading.conn()?, &desk, LIST_MAX)?);
        }
        rows.retain(|row| {
            let register = definition.register(row.register);
            register.is_some_and(|register| scope.may(Verb::Write, register, Some(row.duty.unit)))
                || row.duty.person == scope.actor
        });
        self.shown(scope, &mut reading, &definition, rows)
    }

    /// What somebody sees as a copy: duties of their unit and those below it.
    pub fn copies(&self, scope: &Scope) -> Result<Vec<DutyView>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let mut rows: Vec<DutyRow> = Vec::new();
        for position in &scope.positions {
            let copied = |_: &Register, limit: &Limit| limit.desk.copies.contains(&position.role.id);
            let limits: Vec<(RegisterNo, String)> = each_limit(&definition, copied);
            if limits.is_empty() {
                continue;
            }
            let desk = Desk {
                limits,
                units: scope.reached(position),
                person: 0,
            };
            rows.extend(duty::on_desk(reading.conn()?, &desk, LIST_MAX)?);
        }
        self.shown(scope, &mut reading, &definition, rows)
    }

    /// The duties of a unit, as far as somebody may read their records.
    pub fn unit_duties(&self, scope: &Scope, unit: RecordNo) -> Result<Vec<DutyView>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let mut rows = duty::of_unit(reading.conn()?, unit, LIST_MAX)?;
        rows.retain(|row| {
            let register = definition.register(row.register);
            register.is_some_and(|register| scope.may(Verb::Read, register, Some(unit)))
        });
        self.shown(scope, &mut reading, &definition, rows)
    }

    /// The units that somebody's posts reach, and today's tree.
    pub(super) fn seen_units(&self, scope: &Scope) -> Result<(BTreeSet<RecordNo>, Arc<UnitTree>), AppError> {
        let reading = self.reading()?;
        let tree = self.tree(&reading, self.today(), reading.n());
        let mut seen: BTreeSet<RecordNo> = BTreeSet::new();
        for position in &scope.positions {
            match scope.reached(position) {
                None => seen.extend(tree.iter().map(|(unit, _)| unit)),
                Some(units) => seen.extend(units),
            }
        }
        Ok((seen, tree))
    }

    /// How many duties each unit below somebody's own has, those with the most late ones first.
    pub fn unit_lights(&self, scope: &Scope) -> Result<Vec<UnitLights>, AppError> {
        let (seen, tree) = self.seen_units(scope)?;
        let mut reading = self.reading()?;
        let counted = duty::lights(reading.conn()?, self.now())?;
        let head = reading.n();
        drop(reading);
        let may_show = self.may_show_late(scope, &tree, head)?;
        let mut found: Vec<UnitLights> = counted
            .into_iter()
            .filter(|(unit, _)| seen.contains(unit))
            .map(|(unit, lights)| UnitLights {
                unit,
                name: tree.get(unit).map_or(String::new(), |node| node.name.clone()),
                checking: lights.red > 0 && !may_show(unit),
                lights,
            })
            .collect();
        // Whoever still checks has no place among those that are late.
        let red = |row: &UnitLights| if row.checking { 0 } else { -row.lights.red };
        found.sort_by_key(|row| (red(row), -row.lights.yellow, row.unit));
        Ok(found)
    }

    /// Whether somebody may read of a unit, beside others, that it is late: it is their own, or it was asked first.
    pub(in crate::app) fn may_show_late<'a>(
        &self,
        scope: &'a Scope,
        tree: &'a UnitTree,
        head: EntryNo,
    ) -> Result<impl Fn(RecordNo) -> bool + use<'a>, AppError> {
        let asked = self.asking()?.asked_to_check(self.today(), head)?;
        let own = |unit: RecordNo| scope.positions.iter().any(|position| position.unit == unit);
        Ok(move |unit| own(unit) || asked.as_ref().is_none_or(|shown| shown.figure(tree, DUTIES, unit)))
    }

    /// What somebody wrote lately; only what they began, if `opened`.
    pub fn deeds(&self, scope: &Scope, opened: bool) -> Result<Vec<DeedView>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let deeds = duty::deeds(reading.conn()?, scope.actor, opened, LIST_MAX)?;
        let mut found = Vec::new();
        for deed in deeds {
            let Some((register, row)) = self.row_of(&mut reading, &definition, deed.record)? else {
                continue;
            };
            let unit = register.unit.and_then(|field| row.state.unit(field));
            if !scope.may(Verb::Read, &register, unit) {
                continue;
            }
            let labels = self.labels(&mut reading, &definition, [(&register, &row.state)].into_iter())?;
            found.push(DeedView {
                record: deed.record,
                title: title(&definition, &register, &row.state, deed.record, &labels),
                register: register.name.clone(),
                act: deed.act,
                day: deed.day,
            });
        }
        Ok(found)
    }

    /// What lies on one person's desk by name, as far as the asker may write those records.
    pub fn duties_of(&self, scope: &Scope, login: &str) -> Result<Vec<DutyView>, AppError> {
        let person = self.scope(login)?.actor;
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let mut rows = duty::of_person(reading.conn()?, person, i64::MAX)?;
        rows.retain(|row| {
            let register = definition.register(row.register);
            register.is_some_and(|register| scope.may(Verb::Write, register, Some(row.duty.unit)))
        });
        self.shown(scope, &mut reading, &definition, rows)
    }

    /// Hands all duties of one person over to another in one act: all of them, or none.
    pub fn hand_over(&self, scope: &Scope, from: &str, to: &str, reason: &str) -> Result<usize, AppError> {
        let person = |login: &str| match self.scope(login) {
            Err(AppError::Unauthorised(said)) => Err(AppError::NotFound(said)),
            found => found.map(|scope| scope.actor),
        };
        let (from, to) = (person(from)?, person(to)?);
        if from == to {
            return Err(AppError::BadRequest(self.locale().text("http.same_person").to_owned()));
        }
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let mut drafts: BTreeMap<RecordNo, Draft> = BTreeMap::new();
        for row in duty::of_person(reading.conn()?, from, i64::MAX)? {
            let Some(register) = definition.register(row.register) else {
                continue;
            };
            let limit = register.limits.iter().find(|limit| limit.id == row.duty.limit);
            let field = limit.and_then(|limit| register.field(limit.desk.person?));
            let Some(field) = field else { continue };
            let draft = drafts.entry(row.record).or_insert_with(|| Draft {
                register: register.id.clone(),
                record: Some(row.record),
                wish: DraftWish::Amend,
                occurred_on: Some(self.today()),
                reason: reason.to_owned(),
                ..Draft::default()
            });
            let said = (field.id.clone(), format!("#{to}"));
            if !draft.set.contains(&said) {
                draft.set.push(said);
            }
        }
        drop(reading);
        let drafts: Vec<Draft> = drafts.into_values().collect();
        if !drafts.is_empty() {
            self.execute(scope, &drafts, None)?;
        }
        Ok(drafts.len())
    }

    /// A new link to somebody's calendar of duties; whoever has it may read them. It takes the place of
    /// an earlier one.
    pub fn new_feed(&self, scope: &Scope) -> Result<String, AppError> {
        let token = hex(&random::<32>()?);
        let (digest, actor, now) = (feed_digest(&token), scope.actor, self.clock().now());
        self.store().writer().act(move |writer| {
            duty::save_feed(&mut *writer.conn, actor, Some((&digest, now)))?;
            writer.conn.commit()
        })?;
        Ok(token)
    }

    /// Takes somebody's calendar link back.
    pub fn revoke_feed(&self, scope: &Scope) -> Result<(), AppError> {
        let actor = scope.actor;
        Ok(self.store().writer().act(move |writer| {
            duty::save_feed(&mut *writer.conn, actor, None)?;
            writer.conn.commit()
        })?)
    }

    /// Whose calendar a link opens.
    pub fn feed_scope(&self, token: &str) -> Result<Option<Scope>, AppError> {
        let mut reading = self.reading()?;
        let Some(actor) = duty::feed_actor(reading.conn()?, &feed_digest(token))? else {
            return Ok(None);
        };
        drop(reading);
        let login = self.login_of(actor)?;
        login.map(|login| self.scope(&login)).transpose()
    }

    pub(super) fn row_of(
        &self,
        reading: &mut Reading<'_>,
        definition: &Definition,
        record: RecordNo,
    ) -> Result<Option<(Arc<Register>, RecordRow)>, AppError> {
        let Some(entry) = taizhang_store::journal::entry(reading.conn()?, record)? else {
            return Ok(None);
        };
        let Some(register) = definition.register(entry.register).cloned() else {
            return Ok(None);
        };
        let row = record::get(reading.conn()?, &register, record)?;
        Ok(row.filter(|row| !row.void).map(|row| (register, row)))
    }

    pub(super) fn shown(
        &self,
        scope: &Scope,
        reading: &mut Reading<'_>,
        definition: &Arc<Definition>,
        mut rows: Vec<DutyRow>,
    ) -> Result<Vec<DutyView>, AppError> {
        rows.sort_by(|a, b| {
            let key = |row: &DutyRow| (row.duty.due.unwrap_or(Day::MAX), row.record);
            (key(a), &a.duty.limit).cmp(&(key(b), &b.duty.limit))
        });
        rows.dedup_by(|a, b| (a.record, &a.duty.limit) == (b.record, &b.duty.limit));
        rows.truncate(LIST_MAX as usize);
        let mut found: BTreeMap<RecordNo, (Arc<Register>, RecordRow)> = BTreeMap::new();
        for row in &rows {
            let Some(register) = definition.register(row.register) else {
                continue;
            };
            let there = record::get(reading.conn()?, register, row.record)?;
            // What is not released yet is nobody's business but of who works on it.
            let kept_back = |row: &RecordRow| super::records::embargoed(scope, register, &row.state, self.today());
            let own = row.duty.person == scope.actor && scope.actor != 0;
            if let Some(there) = there.filter(|there| own || !kept_back(there)) {
                found.insert(row.record, (register.clone(), there));
            }
        }
        let states = found.values().map(|(register, row)| (register, &row.state));
        let labels = self.labels(reading, definition, states)?;
        let views = rows.into_iter().filter_map(|row| {
            let (register, there) = found.get(&row.record)?;
            let mut view = self.view(definition, register, there, &labels, (row.duty, self.now()))?;
            view.onward = onward(scope, register, there, &view.stage.0);
            view.moves.retain(|made| view.onward.contains(made));
            Some(view)
        });
        Ok(views.collect())
    }

    /// A duty as it stands at a moment.
    pub(super) fn view(
        &self,
        definition: &Definition,
        register: &Register,
        row: &RecordRow,
        labels: &Labels,
        (duty, now): (Duty, Moment),
    ) -> Option<DutyView> {
        let limit = register.limits.iter().find(|limit| limit.id == duty.limit)?;
        let stage = row.state.stage().and_then(|id| register.stage(id))?;
        let calendar = definition.calendar.latest();
        let remaining = duty.due.map(|due| calendar.remaining(now.day, due));
        let minutes_left = duty.due.zip(duty.minute).map(|(day, minute)| {
            calendar.working_minutes_between(&definition.working_hours, now, Moment { day, minute })
        });
        let leads_on = register.moves.iter().filter(|each| {
            let here = each.from.contains(&stage.id) && !each.timeout && !each.evidence;
            here && each.needs.iter().all(|field| row.state.cell(*field).is_some())
        });
        let unit = labels.tree.get(duty.unit);
        Some(DutyView {
            record: row.record,
            title: title(definition, register, &row.state, row.record, labels),
            register: (register.id.clone(), register.name.clone()),
            limit: (limit.id.clone(), limit.name.clone()),
            stage: (stage.id.clone(), stage.name.clone()),
            holder: stage.holder,
            unit: (duty.unit, unit.map_or(String::new(), |node| node.name.clone())),
            moves: leads_on.map(|each| (each.id.clone(), each.name.clone())).collect(),
            onward: Vec::new(),
            remaining: remaining.map(|left| (left.days, left.working_days)),
            minutes_left,
            light: light(&duty, now),
            duty,
        })
    }
}

/// The moves that somebody may make from a stage.
fn onward(scope: &Scope, register: &Register, row: &RecordRow, stage: &str) -> Vec<(String, String)> {
    let unit = register.unit.and_then(|field| row.state.unit(field));
    if !scope.may(Verb::Write, register, unit) {
        return Vec::new();
    }
    let named = |field| match row.state.value(field) {
        Some(taizhang_core::value::Value::Link(actor)) => *actor == scope.actor,
        _ => false,
    };
    let fits = register.moves.iter().filter(|each| {
        let here = each.from.iter().any(|from| from == stage) && !each.timeout;
        here && each.person.is_none_or(named) && (each.roles.is_empty() || scope.has_role(&each.roles))
    });
    fits.map(|each| (each.id.clone(), each.name.clone())).collect()
}

pub(super) fn each_limit(
    definition: &Definition,
    wanted: impl Fn(&Register, &Limit) -> bool,
) -> Vec<(RegisterNo, String)> {
    let mut found = Vec::new();
    for register in &definition.registers {
        let limits = register.limits.iter().filter(|limit| wanted(register, limit));
        found.extend(limits.map(|limit| (register.no, limit.id.clone())));
    }
    found
}

fn feed_digest(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

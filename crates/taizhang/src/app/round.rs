//! Room: the daily round (每日例行) — the program moves what a limit ran out for, and puts down every
//! reminder that a ladder asks for. It may be made as often as one likes: nothing fires twice, since each
//! reminder is a record with a key of its own. A step that somebody must issue is only drafted.

use super::execute::{Draft, DraftWish};
use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use std::collections::BTreeSet;
use taizhang_core::calendar::{CalendarView, Limit as CalendarLimit};
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Limit, Register, Rung};
use taizhang_core::id::RecordNo;
use taizhang_core::value::Value;
use taizhang_store::cells::RecordRow;
use taizhang_store::duty::{self, DutyRow};
use taizhang_store::engine::{Conn, Sql};
use taizhang_store::facts::key_holder;
use taizhang_store::record::{self, Filter, ListQuery, Op};

/// The register that keeps reminders, where a pack has one.
const REMINDERS: &str = "reminder";

/// How far ahead of its last day a duty can be reminded of, in natural days.
const AHEAD: i32 = 400;

/// How many reminders of one record are looked at.
const TOLD_MAX: usize = 1_000;

/// How many reminders that wait to be sent are looked at together.
const WAITING_MAX: usize = 10_000;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Rounded {
    /// Moves that the program made because a limit had run out.
    pub timeouts: usize,
    /// Reminders sent.
    pub sent: usize,
    /// Steps drafted, which somebody must issue.
    pub drafted: usize,
    /// What was refused, and is tried again the next time.
    pub refused: usize,
}

/// A step of a ladder that a duty has come to.
struct Reached<'a> {
    register: &'a Register,
    limit: &'a Limit,
    rung: &'a Rung,
    row: DutyRow,
}

impl App {
    /// Makes the round of today.
    pub fn round(&self) -> Result<Rounded, AppError> {
        let scope = self.program_scope()?;
        let mut done = Rounded::default();
        for draft in self.timed_out()? {
            match self.execute(&scope, &[draft], None) {
                Ok(_) => done.timeouts += 1,
                Err(AppError::Refused(_)) => done.refused += 1,
                Err(error) => return Err(error),
            }
        }
        self.remind(&scope, &mut done)?;
        self.keep_month(&scope)?;
        Ok(done)
    }

    /// The moves that limits ask for on the day after their last.
    fn timed_out(&self) -> Result<Vec<Draft>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let mut drafts = Vec::new();
        for (register, limit) in limits(&definition) {
            let Some(name) = &limit.timeout else { continue };
            let yesterday = self.today().plus(-1);
            for row in duty::due_between(reading.conn()?, register, limit, Day::MIN, yesterday)? {
                drafts.push(Draft {
                    register: register.id.clone(),
                    record: Some(row.record),
                    wish: DraftWish::Move(name.clone()),
                    occurred_on: row.duty.due.map(Day::next),
                    ..Draft::default()
                });
            }
        }
        Ok(drafts)
    }

    fn remind(&self, scope: &Scope, done: &mut Rounded) -> Result<(), AppError> {
        let drafts = self.reminders()?;
        for made in self.execute_each(scope, &drafts, None) {
            match made {
                Ok(_) => {}
                Err(AppError::Refused(_)) => done.refused += 1,
                Err(error) => return Err(error),
            }
        }
        // Those that need no signature go out; a round that broke off in between left some behind.
        let must_issue: BTreeSet<String> = self.drafted_rungs()?;
        for (record, rung) in self.waiting_reminders()? {
            if must_issue.contains(&rung) {
                continue;
            }
            let draft = Draft {
                register: REMINDERS.to_owned(),
                record: Some(record),
                wish: DraftWish::Move("send".to_owned()),
                ..Draft::default()
            };
            match self.execute(scope, &[draft], None) {
                Ok(_) => done.sent += 1,
                // Another server was faster.
                Err(AppError::Refused(_)) => done.refused += 1,
                Err(error) => return Err(error),
            }
        }
        let rungs = drafts
            .iter()
            .filter_map(|draft| draft.set.iter().find(|(field, _)| field == "rung"));
        done.drafted = rungs.filter(|(_, rung)| must_issue.contains(rung)).count();
        Ok(())
    }

    /// A reminder for each duty that came to a step of its ladder and was not reminded of it yet. Of
    /// several steps only the last is taken, so that a book that begins late sends no storm.
    fn reminders(&self) -> Result<Vec<Draft>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let Some(keeper) = definition.register_named(REMINDERS) else {
            return Ok(Vec::new());
        };
        let key = keeper.keys.first().map_or("key", |key| key.id.as_str());
        let (today, calendar) = (self.today(), definition.calendar.latest());
        let mut drafts = Vec::new();
        for (register, limit) in limits(&definition) {
            if limit.ladder.is_empty() {
                continue;
            }
            let rows = duty::due_between(reading.conn()?, register, limit, Day::MIN, today.plus(AHEAD))?;
            for row in rows {
                let Some(rung) = reached(calendar, limit, &row, today) else {
                    continue;
                };
                let about = about(register, limit, rung, &row);
                if row.duty.unit == 0 || key_holder(reading.conn()?, keeper.no, key, &about)?.is_some() {
                    continue;
                }
                if was_told(reading.conn()?, keeper, (register, limit, rung), row.record)? {
                    continue;
                }
                let reached = Reached {
                    register,
                    limit,
                    rung,
                    row,
                };
                drafts.push(reached.draft(about, today));
            }
        }
        Ok(drafts)
    }

    /// The steps of all ladders that somebody must issue.
    fn drafted_rungs(&self) -> Result<BTreeSet<String>, AppError> {
        let definition = self.definition()?;
        let rungs = limits(&definition).flat_map(|(_, limit)| &limit.ladder);
        Ok(rungs.filter(|rung| rung.drafted).map(|rung| rung.id.clone()).collect())
    }

    /// Reminders that are put down and not sent, with their steps.
    fn waiting_reminders(&self) -> Result<Vec<(RecordNo, String)>, AppError> {
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let Some(keeper) = definition.register_named(REMINDERS) else {
            return Ok(Vec::new());
        };
        let query = ListQuery {
            filters: vec![Filter {
                field: taizhang_core::id::STAGE,
                op: Op::Eq,
                value: Sql::from("drafted"),
            }],
            limit: WAITING_MAX,
            ..ListQuery::default()
        };
        let rows = record::list(reading.conn()?, keeper, &query)?;
        let rung = keeper.field_named("rung").map(|field| field.no);
        let waiting = rows.iter().filter_map(|row| match row.state.value(rung?) {
            Some(Value::Text(rung)) => Some((row.record, rung.clone())),
            _ => None,
        });
        Ok(waiting.collect())
    }
}

impl Reached<'_> {
    fn draft(&self, about: String, today: Day) -> Draft {
        let row = &self.row;
        let set = [
            ("about", about),
            ("record", row.record.to_string()),
            ("register", self.register.name.clone()),
            ("clock", self.limit.name.clone()),
            ("rung", self.rung.id.clone()),
            ("name", self.rung.name.clone()),
            ("unit", format!("#{}", row.duty.unit)),
            ("due", row.duty.due.map_or(String::new(), |due| due.to_string())),
            ("made_on", today.to_string()),
        ];
        Draft {
            register: REMINDERS.to_owned(),
            set: set.into_iter().map(|(field, text)| (field.to_owned(), text)).collect(),
            occurred_on: Some(today),
            ..Draft::default()
        }
    }
}

/// The last step of a ladder whose day has come.
fn reached<'a>(calendar: &CalendarView, limit: &'a Limit, row: &DutyRow, today: Day) -> Option<&'a Rung> {
    let due = row.duty.due?;
    let day = |rung: &Rung| match u32::try_from(rung.after) {
        Ok(after) => calendar.due(due, CalendarLimit::WorkingDays(after), false).day,
        Err(_) => calendar.working_days_before(due, rung.after.unsigned_abs()),
    };
    let come = limit.ladder.iter().filter(|rung| day(rung) <= today);
    come.max_by_key(|rung| rung.after)
}

/// What a reminder is the only one of: a step, of a limit, over a record, for one last day.
fn about(register: &Register, limit: &Limit, rung: &Rung, row: &DutyRow) -> String {
    let due = row.duty.due.map_or(String::new(), |due| due.to_string());
    format!("{}{due}/{}", about_run(register, row.record, limit), rung.id)
}

fn about_run(register: &Register, record: RecordNo, limit: &Limit) -> String {
    format!("{}/{record}/{}/", register.id, limit.id)
}

/// Whether a step was come to before, and nothing happened to the record since: then only the calendar moved the
/// last day, and a notice on holidays must not remind everybody of everything once more.
fn was_told(
    conn: &mut dyn Conn,
    keeper: &Register,
    (register, limit, rung): (&Register, &Limit, &Rung),
    record: RecordNo,
) -> Result<bool, AppError> {
    let (Some(of), Some(about)) = (keeper.field_named("record"), keeper.field_named("about")) else {
        return Ok(false);
    };
    let query = ListQuery {
        filters: vec![Filter {
            field: of.no,
            op: Op::Eq,
            value: Sql::Int(record),
        }],
        limit: TOLD_MAX,
        ..ListQuery::default()
    };
    let (begins, ends) = (about_run(register, record, limit), format!("/{}", rung.id));
    let same = |row: &RecordRow| match row.state.value(about.no) {
        Some(Value::Text(text)) => text.starts_with(&begins) && text.ends_with(&ends),
        _ => false,
    };
    let told = record::list(conn, keeper, &query)?;
    // A reminder's number is that of the entry that opened it.
    let Some(last) = told.iter().filter(|row| same(row)).map(|row| row.record).max() else {
        return Ok(false);
    };
    let row = record::get(conn, register, record)?;
    Ok(row.is_some_and(|row| row.entry < last))
}

fn limits(definition: &Definition) -> impl Iterator<Item = (&Register, &Limit)> {
    let registers = definition.registers.iter().map(|register| &**register);
    registers.flat_map(|register| register.limits.iter().map(move |limit| (register, limit)))
}

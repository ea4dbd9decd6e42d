//! Room: whether the asker may do this to every unit that it touches, on closed days too (law 7).

use super::Desk;
use super::below::Follower;
use crate::command::Wish;
use crate::day::Day;
use crate::definition::Verb;
use crate::id::{EntryNo, RecordNo};
use crate::journal::{Act, Entry};
use crate::lock::Lock;
use crate::posting::Posting;
use crate::refusal::{Code, Refusal};
use crate::timeline::{State, Timeline, state_on};
use crate::unit::{UNIT_REGISTER, UnitFields, UnitHistory};
use std::collections::BTreeSet;

impl Desk<'_> {
    /// The right is needed for every unit whose days change: a patch dated back into the time of
    /// another unit is that unit's matter, whatever unit the record belongs to now.
    pub(super) fn not_permitted(&self, entries: &[Entry], before: &Timeline, after: &Timeline) -> Vec<Refusal> {
        let verb = match self.command.wish {
            Wish::Correct {
                target, withdraw: true, ..
            } if self.takes_back(entries, target) => Verb::Write,
            Wish::Correct { .. } | Wish::Void => Verb::Correct,
            _ => Verb::Write,
        };
        let allowed = self
            .touched(before, after)
            .into_iter()
            .all(|unit| self.gate.may(verb, self.register, unit));
        if allowed {
            Vec::new()
        } else {
            vec![Refusal::new(Code::NotPermitted)]
        }
    }

    /// Whether somebody takes a move of their own back before anybody else has acted on the record.
    fn takes_back(&self, entries: &[Entry], target: EntryNo) -> bool {
        let mine = |entry: &Entry| entry.actor == self.gate.actor() && entry.actor != 0;
        let moved = |entry: &Entry| entry.n == target && matches!(entry.act, Act::Move { .. });
        let mut since = entries.iter().filter(|entry| entry.n >= target);
        entries.iter().any(moved) && since.all(mine)
    }

    /// The units, before and after, of every day on which the record's state becomes another one; its
    /// present unit where no day changes (a remark).
    fn touched(&self, before: &Timeline, after: &Timeline) -> BTreeSet<Option<RecordNo>> {
        let of = |timeline: &Timeline| if timeline.void { Vec::new() } else { timeline.states() };
        let (was, is) = (of(before), of(after));
        let days: BTreeSet<Day> = was.iter().chain(&is).map(|(day, _)| *day).collect();
        let unit = |state: Option<&State>| state.map(|state| self.register.unit.and_then(|field| state.unit(field)));
        let mut units: BTreeSet<Option<RecordNo>> = days
            .into_iter()
            .map(|day| (state_on(&was, day), state_on(&is, day)))
            .filter(|(was, is)| was != is)
            .flat_map(|(was, is)| [unit(was), unit(is)])
            .flatten()
            .collect();
        if units.is_empty() {
            units.insert(self.register.unit.and_then(|field| after.state().unit(field)));
        }
        units
    }

    /// A posting on a closed day needs the right to restate in its unit, and a reason; so does a state
    /// taken over after a closing, since it says that nothing was known before, and a unit that comes
    /// to stand elsewhere on a closed day, since what lies below others is another figure then (law 7).
    pub(super) fn closed(&self, lines: &[Posting], before: &Timeline, after: &Timeline) -> Result<(), Refusal> {
        let Some(through) = self.moment.closed_through else {
            return Ok(());
        };
        let touched = lines.iter().filter(|line| line.day <= through);
        let mut days: Vec<(Day, Option<RecordNo>)> = touched.map(|line| (line.day, Some(line.unit))).collect();
        if self.command.wish == (Wish::Open { opening: true }) {
            let unit = self.register.unit.and_then(|field| after.state().unit(field));
            days.push((through.min(self.command.occurred_on), unit));
        }
        days.extend(self.moved_unit(before, after, through).map(|day| (day, None)));
        let Some(first) = days.iter().map(|(day, _)| *day).min() else {
            return Ok(());
        };
        let told = |code| Refusal::new(code).with("day", first).with("through", through);
        if !days
            .iter()
            .all(|(_, unit)| self.gate.may(Verb::Restate, self.register, *unit))
        {
            return Err(told(Code::ClosedPeriod));
        }
        match self.command.reason {
            Some(_) => Ok(()),
            None => Err(told(Code::ReasonNeeded)),
        }
    }

    /// The first lock that the command would break, its own or that of a record below which inherits from it.
    pub(super) fn locked(&self, before: &Timeline, after: &Timeline, below: &[Follower]) -> Option<Refusal> {
        let broken = |lock: &&Lock| {
            let followers = below.iter().any(|follower| {
                let register = follower.register.as_deref();
                register.is_some_and(|register| lock.is_touched(register, &follower.was, &follower.is))
            });
            followers || lock.is_touched(self.register, before, after)
        };
        let lock = self.moment.locks.iter().find(broken)?;
        Some(
            Refusal::new(Code::Locked)
                .with("register", &self.register.name)
                .with("unit", &lock.unit_name)
                .with("from", lock.from)
                .with("to", lock.to)
                .with("why", &lock.reason)
                .with("lock", lock.record),
        )
    }

    /// The first closed day on which the command makes its unit stand elsewhere than before. Below a unit
    /// that is being opened nothing stands yet.
    fn moved_unit(&self, before: &Timeline, after: &Timeline, through: Day) -> Option<Day> {
        let fields = UnitFields::of(self.register).filter(|_| self.register.id == UNIT_REGISTER)?;
        let unit = self.command.record?;
        let history = |timeline: &Timeline| {
            let mut history = UnitHistory::default();
            history.add(timeline);
            history
        };
        let (was, is) = (history(before), history(after));
        let place = |units: &UnitHistory, day: Day| units.on(day, fields).get(unit).map(|node| node.above);
        let days: BTreeSet<Day> = was.days().union(&is.days()).copied().collect();
        days.into_iter()
            .take_while(|day| *day <= through)
            .find(|day| place(&was, *day) != place(&is, *day))
    }
}

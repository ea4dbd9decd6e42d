//! Room: what is wrong with a command itself, before any timeline is looked at.

use super::Desk;
use crate::command::Wish;
use crate::day::Day;
use crate::definition::{Field, Move};
use crate::id::{EntryNo, STAGE};
use crate::journal::{Act, Change, Entry};
use crate::refusal::{Code, Refusal};
use crate::timeline::Timeline;
use crate::value::{Cell, Value};

const MINUTES_OF_A_DAY: u16 = 24 * 60;

impl Desk<'_> {
    /// What is wrong with the command itself, before any timeline is looked at.
    pub(super) fn plain_faults(&self, entries: &[Entry]) -> Vec<Refusal> {
        let mut faults = Vec::new();
        let days = [Some(self.command.occurred_on), self.corrected_day()];
        for day in days.into_iter().flatten() {
            if day > self.moment.today {
                faults.push(
                    Refusal::new(Code::AfterToday)
                        .with("day", day)
                        .with("today", self.moment.today),
                );
            }
            if !(Day::MIN..=Day::MAX).contains(&day) {
                faults.push(Refusal::new(Code::OutsideCalendar).with("day", day));
            }
        }
        if self
            .command
            .occurred_at
            .is_some_and(|minute| minute >= MINUTES_OF_A_DAY)
        {
            faults.push(Refusal::new(Code::OutsideCalendar).with("day", self.command.occurred_on));
        }
        faults.extend(self.field_faults(entries));
        faults.extend(self.wish_faults(entries));
        faults
    }

    fn corrected_day(&self) -> Option<Day> {
        match self.command.wish {
            Wish::Correct { day, .. } => day,
            _ => None,
        }
    }

    fn field_faults(&self, entries: &[Entry]) -> Vec<Refusal> {
        let mut faults = Vec::new();
        for (field, change) in &self.command.fields {
            let Some(known) = self.register.field(*field) else {
                let code = if *field == STAGE {
                    Code::StageByMove
                } else {
                    Code::UnknownField
                };
                faults.push(Refusal::at(code, *field));
                continue;
            };
            if self.register.inherits(*field) {
                faults.push(Refusal::at(Code::Inherited, *field));
            }
            if self.by_another_move(known) {
                faults.push(Refusal::at(Code::ByMove, *field));
            }
            let is_parent = self
                .register
                .parent
                .as_ref()
                .is_some_and(|parent| parent.field == *field);
            if is_parent && !entries.is_empty() {
                faults.push(Refusal::at(Code::ParentFixed, *field));
            }
            let sealed = |cell: &Cell| matches!(cell, Cell::Is(Value::Sealed(_)) | Cell::Missing | Cell::NotApplicable);
            if let Change::Set(Cell::Is(value)) = change {
                faults.extend(unwritable(value).map(|code| Refusal::at(code, *field)));
            }
            if let Change::Set(cell) = change
                && known.class.is_sealed()
                && !sealed(cell)
            {
                faults.push(Refusal::at(Code::NotSealed, *field));
            }
        }
        faults
    }

    fn wish_faults(&self, entries: &[Entry]) -> Vec<Refusal> {
        let void = Timeline::of(entries).void;
        let one = |code| vec![Refusal::new(code)];
        match &self.command.wish {
            Wish::Open { .. } => Vec::new(),
            Wish::Correct { target, withdraw, day } => self.correction_faults(entries, *target, *withdraw, *day),
            _ if void => one(Code::RecordVoid),
            Wish::Amend
                if !self
                    .command
                    .fields
                    .iter()
                    .any(|(_, change)| *change != Change::Withdrawn) =>
            {
                one(Code::NothingChanges)
            }
            Wish::Amend | Wish::Note | Wish::Void => Vec::new(),
            Wish::Move(name) => match self.register.move_named(name) {
                Some(m) if m.timeout && self.gate.actor() != 0 => one(Code::NotPermitted),
                Some(m) if !self.leads_there(m) => vec![
                    Refusal::new(Code::OutOfTurn)
                        .with("entry", "")
                        .with("day", self.command.occurred_on)
                        .with("move", &m.name)
                        .with("stage", self.command.to.as_deref().unwrap_or_default()),
                ],
                None => vec![Refusal::new(Code::UnknownMove).with("move", name)],
                Some(m) if m.evidence && self.command.evidence.is_empty() => {
                    vec![Refusal::new(Code::EvidenceNeeded).with("move", &m.name)]
                }
                Some(m) if !m.roles.is_empty() && !self.gate.has_role(&m.roles) => one(Code::NotPermitted),
                Some(m) if !self.is_named(m, entries) => vec![Refusal::new(Code::NotTheSigner).with("move", &m.name)],
                Some(_) => Vec::new(),
            },
        }
    }

    /// Whether the asker is the person whom the record names for the move, if it names one. Nobody signs
    /// for another, whatever their rights; the program, which takes over what was signed, may.
    fn is_named(&self, a_move: &Move, entries: &[Entry]) -> bool {
        let asker = self.gate.actor();
        let Some(field) = a_move.person.filter(|_| asker != 0 && self.command.source.is_none()) else {
            return true;
        };
        let timeline = Timeline::of(entries);
        match timeline.state().value(field) {
            Some(Value::Link(named)) => *named == asker,
            _ => false,
        }
    }

    /// Whether the move ends in the stage that was chosen, if one was.
    fn leads_there(&self, a_move: &Move) -> bool {
        let Some(chosen) = &self.command.to else { return true };
        *chosen == a_move.to || a_move.or_to.contains(chosen)
    }

    /// Whether a field is filled by other moves only. A state taken over may bring it.
    fn by_another_move(&self, field: &Field) -> bool {
        let here = match &self.command.wish {
            Wish::Move(name) => field.by.contains(name),
            Wish::Open { opening } => *opening,
            Wish::Correct { .. } => true,
            Wish::Amend | Wish::Note | Wish::Void => false,
        };
        !field.by.is_empty() && !here
    }

    fn correction_faults(&self, entries: &[Entry], target: EntryNo, withdraw: bool, day: Option<Day>) -> Vec<Refusal> {
        let one = |code| vec![Refusal::new(code).with("entry", target)];
        let Some(original) = entries.iter().find(|entry| entry.n == target) else {
            return one(Code::NoSuchEntry);
        };
        let withdrawn = entries
            .iter()
            .any(|entry| matches!(&entry.act, Act::Correct(earlier) if earlier.target == target && earlier.withdraw));
        match original.act {
            Act::Correct(_) => one(Code::NoSuchEntry),
            _ if withdrawn => one(Code::AlreadyWithdrawn),
            Act::Open { .. } if withdraw => one(Code::WithdrawOpening),
            Act::Void if withdraw => Vec::new(),
            _ if Timeline::of(entries).void => one(Code::RecordVoid),
            _ if !withdraw && day.is_none() && self.command.fields.is_empty() => one(Code::NothingChanges),
            _ => Vec::new(),
        }
    }
}

/// Why the journal could not keep a value, or not be read back with it.
fn unwritable(value: &Value) -> Option<Code> {
    match value {
        Value::Date(day, _) if !(Day::MIN..=Day::MAX).contains(day) => Some(Code::OutsideCalendar),
        Value::Month(month) if !(Day::MIN.month()..=Day::MAX.month()).contains(month) => Some(Code::OutsideCalendar),
        Value::Unit(record) | Value::Link(record) if *record < 0 => Some(Code::NoSuchLink),
        _ => None,
    }
}

//! Room: whether a whole timeline holds together — order, moves, required fields, typed rules.
//!
//! A violation is named by the event at which it shows, so that a command is refused only for what
//! it introduces. A rule is looked at only where something that it reads has changed.

use crate::calendar::{CalendarView, Limit};
use crate::day::Day;
use crate::definition::{Check, LimitLength, Move, Register};
use crate::expr::Program;
use crate::id::{EntryNo, FieldNo, STAGE};
use crate::timeline::{HappeningKind, Seen, State, Step, Timeline};
use std::collections::BTreeSet;

/// One thing wrong with a timeline.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Violation {
    /// An event lies before the opening.
    BeforeOpening {
        /// Its entry.
        n: EntryNo,
        /// Its day.
        on: Day,
        /// The opening's day.
        opened: Day,
    },
    /// A move starts from a stage that does not allow it.
    OutOfTurn {
        /// Its entry.
        n: EntryNo,
        /// Its day.
        on: Day,
        /// The move.
        name: String,
        /// The stage on that day.
        stage: String,
    },
    /// A required field is empty.
    Required {
        /// The entry that leaves it so.
        n: EntryNo,
        /// The field.
        field: FieldNo,
    },
    /// The stage needs a field that is empty.
    StageNeeds {
        /// The entry that leaves it so.
        n: EntryNo,
        /// The field.
        field: FieldNo,
        /// The stage.
        stage: String,
    },
    /// The move needs a field that is empty.
    MoveNeeds {
        /// The move's entry.
        n: EntryNo,
        /// The field.
        field: FieldNo,
        /// The move.
        name: String,
    },
    /// The move comes before its time.
    TooEarly {
        /// The move's entry.
        n: EntryNo,
        /// The move.
        name: String,
        /// The first day on which it may be made.
        earliest: Day,
    },
    /// The move's condition does not hold.
    Guarded {
        /// The move's entry.
        n: EntryNo,
        /// The move.
        name: String,
    },
    /// A typed rule of the register is broken.
    Check {
        /// The entry at which it shows.
        n: EntryNo,
        /// The rule.
        id: String,
        /// The day.
        on: Day,
    },
}

impl Violation {
    /// Whether it is the same rule broken at the same entry. The day and the stage that it tells may be
    /// others: a correction that moves the day of an old fault introduces none (law 2).
    pub fn is_same(&self, other: &Violation) -> bool {
        self.rule() == other.rule()
    }

    /// The entry, and which requirement about what.
    fn rule(&self) -> (EntryNo, u8, FieldNo, &str) {
        match self {
            Violation::BeforeOpening { n, .. } => (*n, 0, STAGE, ""),
            Violation::OutOfTurn { n, name, .. } => (*n, 1, STAGE, name),
            Violation::Required { n, field } => (*n, 2, *field, ""),
            Violation::StageNeeds { n, field, .. } => (*n, 3, *field, ""),
            Violation::MoveNeeds { n, field, name } => (*n, 4, *field, name),
            Violation::Guarded { n, name } => (*n, 5, STAGE, name),
            Violation::Check { n, id, .. } => (*n, 6, STAGE, id),
            Violation::TooEarly { n, name, .. } => (*n, 7, STAGE, name),
        }
    }
}

/// All violations of a timeline under a register's present definition. A void record has none. What the
/// record above hands down is looked at like an own event: it may empty a field or break a rule too.
pub fn violations(timeline: &Timeline, register: &Register, calendar: &CalendarView) -> BTreeSet<Violation> {
    let mut found = BTreeSet::new();
    let Some(opened) = timeline.opened_on().filter(|_| !timeline.void) else {
        return found;
    };
    let mut entered = opened;
    for step in timeline.course() {
        if step.own && step.event.on < opened {
            found.insert(Violation::BeforeOpening {
                n: step.event.n,
                on: step.event.on,
                opened,
            });
        }
        let step = Judged { step, register };
        step.emptied(&mut found);
        step.moved(&mut found);
        found.extend(step.hurried(entered, calendar));
        if step.changed(STAGE) {
            entered = step.step.event.on;
        }
        found.extend(register.checks.iter().filter_map(|check| step.broken(check)));
    }
    found
}

struct Judged<'a> {
    step: Step<'a>,
    register: &'a Register,
}

impl Judged<'_> {
    fn opens(&self) -> bool {
        matches!(self.step.event.kind, HappeningKind::Open { .. })
    }

    fn changed(&self, field: FieldNo) -> bool {
        self.opens() || self.step.before.cell(field) != self.step.after.cell(field)
    }

    /// Required fields, and those of the stage, that are empty after the event and because of it.
    fn emptied(&self, found: &mut BTreeSet<Violation>) {
        let n = self.step.event.n;
        for field in self.register.fields.iter().filter(|field| field.required) {
            if self.step.after.cell(field.no).is_none() && self.changed(field.no) {
                found.insert(Violation::Required { n, field: field.no });
            }
        }
        let Some(stage) = self.step.after.stage().and_then(|id| self.register.stage(id)) else {
            return;
        };
        for field in &stage.needs {
            if self.step.after.cell(*field).is_none() && (self.changed(*field) || self.changed(STAGE)) {
                found.insert(Violation::StageNeeds {
                    n,
                    field: *field,
                    stage: stage.id.clone(),
                });
            }
        }
    }

    fn moved(&self, found: &mut BTreeSet<Violation>) {
        let HappeningKind::Move(name) = &self.step.event.kind else {
            return;
        };
        let (n, on) = (self.step.event.n, self.step.event.on);
        let stage = self.step.before.stage().unwrap_or_default();
        let Some(known) = self.register.move_named(name) else {
            return;
        };
        if !known.from.iter().any(|from| from == stage) {
            found.insert(Violation::OutOfTurn {
                n,
                on,
                name: name.clone(),
                stage: stage.to_owned(),
            });
        }
        for field in known
            .needs
            .iter()
            .filter(|field| self.step.after.cell(**field).is_none())
        {
            found.insert(Violation::MoveNeeds {
                n,
                field: *field,
                name: name.clone(),
            });
        }
        if !is_let_through(known, &self.step.after, on) {
            found.insert(Violation::Guarded { n, name: name.clone() });
        }
    }

    /// A move that leaves its stage before its time: the notice must hang for whole days after the day on
    /// which it was put up.
    fn hurried(&self, entered: Day, calendar: &CalendarView) -> Option<Violation> {
        let HappeningKind::Move(name) = &self.step.event.kind else {
            return None;
        };
        let wait = match self.register.move_named(name)?.wait? {
            LimitLength::WorkingDays(n) => Limit::WorkingDays(n),
            LimitLength::Days(n) => Limit::Days(n),
            LimitLength::Months(n) => Limit::Months(n),
            _ => return None,
        };
        let earliest = calendar.due(entered, wait, false).day.next();
        (self.step.event.on < earliest).then(|| Violation::TooEarly {
            n: self.step.event.n,
            name: name.clone(),
            earliest,
        })
    }

    fn broken(&self, check: &Check) -> Option<Violation> {
        let touched = |program: &Program| program.reads().iter().any(|slot| self.changed(FieldNo(slot.0)));
        if !self.opens() && !touched(&check.rule) {
            return None;
        }
        let seen = Seen {
            state: &self.step.after,
            day: self.step.event.on,
        };
        let broken = check.rule.eval_bool(&seen) == Some(false);
        broken.then(|| Violation::Check {
            n: self.step.event.n,
            id: check.id.clone(),
            on: self.step.event.on,
        })
    }
}

/// Whether a move's guard, if it has one, lets a record pass that is in this state after it.
pub fn is_let_through(step: &Move, state: &State, day: Day) -> bool {
    let guard = step.guard.as_ref();
    guard.is_none_or(|guard| guard.eval_bool(&Seen { state, day }) == Some(true))
}

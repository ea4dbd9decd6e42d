//! Room: amounts that a scheme computes (law 5): once, when writing, and kept in the entry, so that P reads
//! fields only. What is typed and differs is refused; what a later change would make untrue is too.

pub(super) mod again;
mod kept;

use super::{Book, Desk};
use crate::command::Wish;
use crate::day::Day;
use crate::definition::{Instrument, Register, Standing, Within};
use crate::id::{EntryNo, FieldNo};
use crate::instrument::{Data, Datum};
use crate::journal::{Act, Change, Entry};
use crate::posting::{Posting, difference, dims_of, postings};
use crate::refusal::{Code, Refusal};
use crate::timeline::{PENDING, Seen, State, Timeline};
use crate::value::Cell;
use kept::{cell_of, datum, drop_field, put, shown};

/// An entry whose amounts are computed, or what refuses it.
pub(super) type Computed = Result<(), Vec<Refusal>>;

/// The event that filled an instrument's day, and the state that it left.
struct Seat {
    n: EntryNo,
    on: Day,
    state: State,
}

impl Desk<'_> {
    /// Fills the entry's computed fields.
    pub(super) fn computed<B: Book>(
        &self,
        book: &mut B,
        entries: &[Entry],
        above: Option<&Timeline>,
        entry: &mut Entry,
    ) -> Result<Computed, B::Error> {
        if self.register.instruments.is_empty() || matches!(self.command.wish, Wish::Note | Wish::Void) {
            return Ok(Ok(()));
        }
        let before = self.timeline(entries, above);
        let own = match self.command.wish {
            Wish::Correct { target, .. } => target,
            _ => PENDING,
        };
        let (mut filled, mut idle) = (Vec::new(), Vec::new());
        for instrument in self.register.instruments.iter().filter(|one| self.concerns(one)) {
            let with = |entry: &Entry| {
                let mut all = entries.to_vec();
                all.push(entry.clone());
                self.timeline(&all, above)
            };
            let seat = seat(&with(entry), instrument);
            match seat {
                Some(seat) if seat.n == own => {
                    let mut bare = entry.clone();
                    for (field, _) in &instrument.fills {
                        if !filled.contains(field) {
                            self.take(entries, &mut bare, *field);
                        }
                    }
                    let after = with(&bare);
                    let state = seat_of(&after, instrument).map_or(seat.state, |seat| seat.state);
                    let ledger = self.standings(book, instrument, &state, seat.on, &before, &after)?;
                    let cells = match self.cells(instrument, &state, seat.on, ledger) {
                        Ok(cells) => cells,
                        Err(refusal) => return Ok(Err(vec![refusal])),
                    };
                    if cells.is_empty() {
                        continue;
                    }
                    *entry = bare;
                    for (field, cell) in cells {
                        if let Some(refusal) = self.typed_otherwise(instrument, field, &cell) {
                            return Ok(Err(vec![refusal]));
                        }
                        filled.push(field);
                        put(entry, field, Change::Set(cell));
                    }
                }
                Some(seat) => {
                    if let Err(refusal) = self.as_stored(instrument, &seat) {
                        return Ok(Err(vec![refusal]));
                    }
                }
                // Where the scheme does not judge, whoever writes says what is so.
                None if with(entry).state().day(instrument.on).is_some() => {}
                None => idle.push(instrument),
            }
        }
        let unfilled = idle
            .iter()
            .flat_map(|one| one.fills.iter().map(move |(field, _)| (*one, *field)));
        for (instrument, field) in unfilled.filter(|(_, field)| !filled.contains(field)) {
            let others = self.register.instruments.iter();
            if others.filter(|other| other.fills(field)).count() > 1 {
                continue;
            }
            if let Some(Cell::Is(_)) = self.typed(field) {
                return Ok(Err(vec![self.computed_later(instrument, field)]));
            }
            self.empty(entries, entry, &before, field);
        }
        Ok(Ok(()))
    }

    /// Whether a command may change what an instrument answers, or names what it fills.
    fn concerns(&self, instrument: &Instrument) -> bool {
        let whole = match self.command.wish {
            Wish::Open { .. } => true,
            Wish::Correct { withdraw, day, .. } => withdraw || day.is_some(),
            _ => false,
        };
        let named = |field| self.command.fields.iter().any(|(other, _)| *other == field);
        whole || is_about(self.register, instrument, named)
    }

    /// What was computed before stands, so that a later change must not make it untrue. What the ledger said
    /// then is a fact of then.
    pub(super) fn as_computed(&self, register: &Register, timeline: &Timeline) -> Option<Refusal> {
        let judged = register.instruments.iter().filter(|one| one.ledger.is_empty());
        let mut wrong = judged.filter_map(|one| {
            let seat = seat(timeline, one)?;
            self.as_stored_in(register, one, &seat).err()
        });
        wrong.next()
    }

    fn as_stored(&self, instrument: &Instrument, seat: &Seat) -> Result<(), Refusal> {
        if !instrument.ledger.is_empty() {
            // What it rested on then is not computed again for a later change: neither side of it may be another.
            let other = |field: &FieldNo| {
                let typed = self.typed(*field);
                typed.is_some_and(|typed| Some(typed) != seat.state.cell(*field))
            };
            return match instrument.named().find(other) {
                Some(field) => Err(self.computed_before(instrument, field, seat.n)),
                None => Ok(()),
            };
        }
        for (field, _) in &instrument.fills {
            let typed = self
                .typed(*field)
                .filter(|_| matches!(self.command.wish, Wish::Amend | Wish::Move(_)));
            if typed.is_some_and(|typed| typed != seat.state.cell(*field).unwrap_or(&Cell::Missing)) {
                return Err(self.computed_before(instrument, *field, seat.n));
            }
        }
        self.as_stored_in(self.register, instrument, seat)
    }

    fn as_stored_in(&self, register: &Register, instrument: &Instrument, seat: &Seat) -> Result<(), Refusal> {
        let cells = cells(self, register, instrument, &seat.state, seat.on, Data::new())?;
        let differs = |(field, cell): &&(FieldNo, Cell)| seat.state.cell(*field).unwrap_or(&Cell::Missing) != cell;
        match cells.iter().find(differs) {
            Some((field, _)) => Err(self.computed_before(instrument, *field, seat.n)),
            None => Ok(()),
        }
    }

    fn cells(
        &self,
        instrument: &Instrument,
        state: &State,
        on: Day,
        ledger: Data,
    ) -> Result<Vec<(FieldNo, Cell)>, Refusal> {
        cells(self, self.register, instrument, state, on, ledger)
    }

    /// What holders' accounts say, without what is being computed.
    fn standings<B: Book>(
        &self,
        book: &mut B,
        instrument: &Instrument,
        state: &State,
        on: Day,
        before: &Timeline,
        after: &Timeline,
    ) -> Result<Data, B::Error> {
        if instrument.ledger.is_empty() {
            return Ok(Data::new());
        }
        let of = |timeline: &Timeline| postings(timeline, self.moment.rules).unwrap_or_default();
        let own = difference(&of(after), &of(before));
        // Over a year, or for ever, others are asked about: the record's own part is taken out whole.
        let others = difference(&[], &of(before));
        let mut items = Data::new();
        for standing in &instrument.ledger {
            let own = if standing.within.is_some() { &others } else { &own };
            items.push((standing.key.clone(), self.standing(book, standing, state, on, own)?));
        }
        Ok(items)
    }

    fn standing<B: Book>(
        &self,
        book: &mut B,
        standing: &Standing,
        state: &State,
        on: Day,
        own: &[Posting],
    ) -> Result<Datum, B::Error> {
        let definition = self.moment.rules.latest().map(|version| &version.definition);
        let account = definition.and_then(|definition| definition.accounts.get(&standing.account));
        let side = if account.is_some_and(|account| account.credit) {
            -1
        } else {
            1
        };
        let holder = Posting {
            account: standing.account,
            unit: 0,
            dim: dims_of(self.register, state, &standing.dims),
            day: on,
            record: 0,
            amount: 0,
            reported: 0,
            missing: 0,
            not_applicable: 0,
        };
        let span = standing.span.and_then(|(from, to)| state.day(from).zip(state.day(to)));
        let year = |month, day| Day::of(on.year(), month, day).unwrap_or(on);
        let first = match standing.within {
            Some(Within::Year) => year(1, 1),
            _ => span.map_or(on, |(from, _)| from),
        };
        let (start, series) = book.balances(&holder, first)?;
        let mine = own
            .iter()
            .filter(|line| line.account == holder.account && line.dim == holder.dim);
        let mine: Vec<(Day, i64)> = mine.map(|line| (line.day, line.amount)).collect();
        let at = |day: Day| {
            let there = series
                .iter()
                .rev()
                .find(|(from, _)| *from <= day)
                .map_or(start, |(_, sum)| *sum);
            let added = mine.iter().filter(|(from, _)| *from <= day).map(|(_, amount)| amount);
            (there + added.sum::<i64>()) * side
        };
        match standing.within {
            // What others took of it since is no less than nothing.
            Some(Within::Year) => return Ok(Datum::Amount((at(year(12, 31)) - at(first.plus(-1))).max(0))),
            Some(Within::Ever) => return Ok(Datum::Amount(at(Day::MAX).max(0))),
            None => {}
        }
        let Some((from, to)) = span else {
            return Ok(Datum::Amount(at(on)));
        };
        let mut days: Vec<Day> = series.iter().chain(&mine).map(|(day, _)| *day).collect();
        days.push(from);
        days.retain(|day| (from..to).contains(day));
        days.sort();
        days.dedup();
        Ok(Datum::Course(days.into_iter().map(|day| (day, at(day))).collect()))
    }

    /// What the command says of a field.
    fn typed(&self, field: FieldNo) -> Option<&Cell> {
        self.command.fields.iter().find_map(|(other, change)| match change {
            Change::Set(cell) if *other == field => Some(cell),
            _ => None,
        })
    }

    /// Somebody typed another amount than the scheme gives.
    fn typed_otherwise(&self, instrument: &Instrument, field: FieldNo, cell: &Cell) -> Option<Refusal> {
        let typed = self
            .typed(field)
            .filter(|typed| *typed != cell && **typed != Cell::Missing)?;
        let known = self.register.field(field)?;
        let refusal = Refusal::at(Code::Computed, field).with("name", &instrument.name);
        Some(
            refusal
                .with("typed", shown(known, typed))
                .with("computed", shown(known, cell)),
        )
    }

    fn computed_later(&self, instrument: &Instrument, field: FieldNo) -> Refusal {
        let on = self.register.field(instrument.on).map(|field| field.name.clone());
        let refusal = Refusal::at(Code::ComputedLater, field).with("name", &instrument.name);
        refusal.with("on", on.unwrap_or_default())
    }

    fn computed_before(&self, instrument: &Instrument, field: FieldNo, n: EntryNo) -> Refusal {
        let refusal = Refusal::at(Code::ComputedBefore, field).with("name", &instrument.name);
        refusal.with("entry", n)
    }

    /// Takes a field out of what the entry says; a correction takes it back in the entry that it corrects.
    fn take(&self, entries: &[Entry], entry: &mut Entry, field: FieldNo) {
        let Act::Correct(correction) = &entry.act else {
            return drop_field(entry, field);
        };
        let target = Timeline::of(entries)
            .events
            .into_iter()
            .find(|event| event.n == correction.target);
        let said = target.is_some_and(|event| event.patch.iter().any(|(no, _)| *no == field));
        drop_field(entry, field);
        if said {
            put(entry, field, Change::Withdrawn);
        }
    }

    /// Nothing is computed, so that nothing stands in the field.
    fn empty(&self, entries: &[Entry], entry: &mut Entry, before: &Timeline, field: FieldNo) {
        match (&entry.act, before.state().cell(field)) {
            (Act::Correct(_), _) => self.take(entries, entry, field),
            (_, Some(_)) => put(entry, field, Change::Set(Cell::Missing)),
            (_, None) => {}
        }
    }
}

/// The computed fields with their cells.
fn cells(
    desk: &Desk<'_>,
    register: &Register,
    instrument: &Instrument,
    state: &State,
    on: Day,
    ledger: Data,
) -> Result<Vec<(FieldNo, Cell)>, Refusal> {
    let Some(version) = desk.moment.rules.latest() else {
        return Ok(Vec::new());
    };
    let mut case: Data = vec![("on".to_owned(), Datum::Day(on))];
    for (key, no) in &instrument.given {
        let item = datum(register, *no, state, &instrument.words);
        case.extend(item.map(|item| (key.clone(), item)));
    }
    let fixed = instrument.fixed.iter();
    case.extend(fixed.map(|(key, text)| (key.clone(), Datum::Text(text.clone()))));
    case.extend(ledger);
    let answers = desk
        .moment
        .instruments
        .answer(&version.definition, &instrument.uses, &case);
    let answers = answers.map_err(|refusal| placed(refusal, register, instrument))?;
    let cell = |(no, key): &(FieldNo, String)| {
        let field = register.field(*no)?;
        let answer = answers.iter().find(|(name, _)| name == key).map(|(_, item)| item);
        Some((*no, answer.map_or(Cell::Missing, |item| cell_of(field, item))))
    };
    Ok(if answers.is_empty() {
        Vec::new()
    } else {
        instrument.fills.iter().filter_map(cell).collect()
    })
}

/// A refusal of a scheme is about the field that the case was given it from.
fn placed(mut refusal: Refusal, register: &Register, instrument: &Instrument) -> Refusal {
    let place = refusal
        .args
        .iter()
        .find(|(name, _)| *name == "place")
        .map(|(_, place)| place.clone());
    let given = instrument.given.iter().find(|(key, _)| Some(key) == place.as_ref());
    refusal.field = given
        .map(|(_, field)| *field)
        .filter(|no| register.field(*no).is_some());
    refusal.with("name", &instrument.name)
}

fn seat(timeline: &Timeline, instrument: &Instrument) -> Option<Seat> {
    seat_of(timeline, instrument).filter(|seat| {
        let seen = Seen {
            state: &seat.state,
            day: seat.on,
        };
        let when = instrument.when.as_ref();
        when.is_none_or(|when| when.eval_bool(&seen) == Some(true))
    })
}

/// Whether what is named may change an instrument's answers: its fields, or the record above, whose fields it reads.
fn is_about(register: &Register, instrument: &Instrument, named: impl Fn(FieldNo) -> bool) -> bool {
    let above = register.parent.as_ref().map(|parent| parent.field);
    above.is_some_and(&named) || instrument.is_about(named)
}

/// The event that filled the day that stands in the end. What the record does not say itself is read on that day,
/// not on the one on which it was said: a split dated after a freeze is one of a frozen voucher.
fn seat_of(timeline: &Timeline, instrument: &Instrument) -> Option<Seat> {
    let stands = timeline.state().day(instrument.on)?;
    let course = timeline.course();
    let mut filled = course.into_iter().rev().filter(|step| step.own);
    let step = filled.find(|step| {
        step.event
            .patch
            .iter()
            .any(|(no, cell)| *no == instrument.on && *cell != Cell::Missing)
    })?;
    let mut state = step.after;
    if step.event.on != stands {
        state.apply(&timeline.standing_on(stands));
    }
    Some(Seat {
        n: step.event.n,
        on: stands,
        state,
    })
}

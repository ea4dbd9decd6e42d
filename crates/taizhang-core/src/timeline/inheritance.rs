//! Room: what a record takes over from the record above, day by day under the rules of the day.
//!
//! Which fields follow is a rule like any other (law 3): a pack that changes it from a day on leaves
//! the days before as they were. A register that is taken out of the pack keeps its last word.

use super::{Happening, HappeningKind, Place, State, Timeline, place};
use crate::day::Day;
use crate::definition::Parent;
use crate::id::{EntryNo, FieldNo, RegisterNo};
use crate::journal::Patch;
use crate::rules::Rules;
use crate::value::Cell;
use std::sync::Arc;

/// The link to the record above, and which fields follow it from which day on.
#[derive(Clone, Debug, PartialEq)]
pub struct Inheritance {
    /// The field that names the record above.
    pub field: FieldNo,
    /// The register above.
    pub above: RegisterNo,
    /// From a day on: pairs of an own field and the field above that it follows. By day.
    stretches: Vec<(Day, Vec<Pair>)>,
}

type Pair = (FieldNo, FieldNo);

impl Inheritance {
    /// None if records of the register never stand below another.
    pub fn of(rules: &Rules, register: RegisterNo) -> Option<Inheritance> {
        let versions = rules.versions().iter().rev();
        let mut known = versions.filter_map(|version| version.definition.register(register));
        let last: Parent = known.next()?.parent.clone()?;
        let mut starts: Vec<Day> = rules.versions().iter().map(|version| version.from).collect();
        starts.push(Day::MIN);
        starts.sort();
        starts.dedup();
        let mut stretches: Vec<(Day, Vec<Pair>)> = Vec::with_capacity(1);
        for start in starts {
            let judge = rules
                .in_force(start)
                .and_then(|version| version.definition.register(register));
            let pairs = match judge {
                Some(judge) => judge.parent.as_ref().map_or(&[][..], |parent| &parent.inherit),
                None => &last.inherit,
            };
            if stretches.last().is_none_or(|(_, before)| before != pairs) {
                stretches.push((start, pairs.to_vec()));
            }
        }
        Some(Inheritance {
            field: last.field,
            above: last.register,
            stretches,
        })
    }

    /// The pairs of a day.
    fn on(&self, day: Day) -> &[Pair] {
        let after = self.stretches.partition_point(|(from, _)| *from <= day);
        after.checked_sub(1).map_or(&[], |at| &self.stretches[at].1)
    }
}

impl Timeline {
    /// Takes over what follows the record above. What that one takes over itself from before its own
    /// opening holds from that opening on.
    pub fn inherit(&mut self, above: &Timeline, inheritance: &Inheritance) {
        let handed = handed_down(above);
        let mut inherited: Vec<Happening> = Vec::new();
        for event in &handed {
            inherited.extend(taking(event, taken_over(&event.patch, inheritance.on(event.on))));
        }
        for (day, pairs) in inheritance.stretches.iter().skip(1) {
            let before = inheritance.on(day.plus(-1));
            inherited.push(self.changeover(&handed, *day, before, pairs));
        }
        inherited.sort_by_key(place);
        self.inherited = inherited;
        self.overruled = self.overruling(&handed, inheritance);
    }

    /// On the day on which other fields follow: those that begin to take the value above, those that
    /// cease go back to the record's own.
    fn changeover(&self, handed: &[Happening], day: Day, before: &[Pair], pairs: &[Pair]) -> Happening {
        let value = |events: &[Happening], field: &FieldNo| {
            let state = state_before(events, day);
            (*field, state.cell(*field).cloned().unwrap_or(Cell::Missing))
        };
        let begin = pairs.iter().filter(|pair| !before.contains(pair));
        let begin = begin.map(|(own, theirs)| (*own, value(handed, theirs).1));
        let cease = before
            .iter()
            .filter(|(own, _)| pairs.iter().all(|(other, _)| other != own));
        let cease = cease.map(|(own, _)| value(&self.events, own));
        let mut patch: Patch = begin.chain(cease).collect();
        patch.sort_by_key(|(field, _)| *field);
        Happening {
            n: EntryNo::MIN,
            on: day,
            at: None,
            kind: HappeningKind::Amend,
            patch: Arc::new(patch),
        }
    }

    /// What the record says itself of a field on a day on which the field follows the record above does
    /// not count: the value above stands again at once.
    fn overruling(&self, handed: &[Happening], inheritance: &Inheritance) -> Vec<Happening> {
        let opening = self.events.first().map(place);
        let again = self.events.iter().filter_map(|event| {
            let follows = inheritance.on(event.on).iter();
            let said = |(own, _): &&Pair| event.patch.binary_search_by_key(own, |(field, _)| *field).is_ok();
            let said: Vec<&Pair> = follows.filter(said).collect();
            if said.is_empty() {
                return None;
            }
            // The opening comes first on its day, and before it what was handed down until its minute.
            let state = state_up_to(handed, opening.max(Some(place(event))));
            let cell = |theirs: &FieldNo| state.cell(*theirs).cloned().unwrap_or(Cell::Missing);
            let mut patch: Patch = said.into_iter().map(|(own, theirs)| (*own, cell(theirs))).collect();
            patch.sort_by_key(|(field, _)| *field);
            taking(event, patch)
        });
        again.collect()
    }
}

/// The events of the record above, its own opening first, which brings all that was before it.
fn handed_down(above: &Timeline) -> Vec<Happening> {
    let mut handed: Vec<Happening> = Vec::new();
    let mut early = State::default();
    for event in above.merged() {
        let opens = matches!(event.kind, HappeningKind::Open { .. });
        if handed.is_empty() {
            early.follow(&event.patch);
        }
        if opens {
            let patch = early.cells.clone();
            handed.push(Happening { patch, ..event.clone() });
        } else if let Some(opening) = handed.first() {
            // The opening comes first, whatever the minute; what is merged by place must not pass it.
            let (on, at, n) = place(event).max(place(opening));
            handed.push(Happening {
                on,
                at,
                n,
                ..event.clone()
            });
        }
    }
    handed
}

fn taking(event: &Happening, patch: Patch) -> Option<Happening> {
    let kind = HappeningKind::Amend;
    (!patch.is_empty()).then(|| Happening {
        kind,
        patch: Arc::new(patch),
        ..event.clone()
    })
}

fn taken_over(patch: &Patch, pairs: &[Pair]) -> Patch {
    let cell = |(own, theirs): &Pair| {
        let at = patch.binary_search_by_key(theirs, |(no, _)| *no).ok()?;
        Some((*own, patch[at].1.clone()))
    };
    let mut taken: Patch = pairs.iter().filter_map(cell).collect();
    taken.sort_by_key(|(field, _)| *field);
    taken
}

fn state_before(events: &[Happening], day: Day) -> State {
    folded(events.iter().filter(|event| event.on < day))
}

fn state_up_to(events: &[Happening], until: Option<Place>) -> State {
    folded(events.iter().filter(|event| Some(place(event)) <= until))
}

fn folded<'a>(events: impl Iterator<Item = &'a Happening>) -> State {
    let mut state = State::default();
    events.for_each(|event| state.follow(&event.patch));
    state
}

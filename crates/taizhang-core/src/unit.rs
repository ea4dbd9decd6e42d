//! Room: the tree of units, on one day as known at one moment.
//!
//! Units are records of the register `unit`; this file only reads their timelines. A name, a parent
//! or an end holds from its day on, so the past keeps its own tree (law 4).

use crate::day::Day;
use crate::definition::Register;
use crate::id::{FieldNo, RecordNo};
use crate::timeline::{State, Timeline, state_on};
use crate::value::Value;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// The id of the register whose records are the units.
pub const UNIT_REGISTER: &str = "unit";

/// The fields of the register `unit` that make the tree.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitFields {
    code: FieldNo,
    name: FieldNo,
    level: FieldNo,
    parent: FieldNo,
    abolished_on: FieldNo,
    successor: FieldNo,
}

impl UnitFields {
    /// Finds them in the register; none if it is not the base pack's.
    pub fn of(register: &Register) -> Option<UnitFields> {
        let field = |id: &str| register.field_named(id).map(|field| field.no);
        Some(UnitFields {
            code: field("code")?,
            name: field("name")?,
            level: field("level")?,
            parent: field("parent")?,
            abolished_on: field("abolished_on")?,
            successor: field("successor")?,
        })
    }

    /// The field that names the unit above.
    pub fn parent(self) -> FieldNo {
        self.parent
    }

    /// Whether a field says which unit stands above.
    pub(crate) fn leads_up(self, field: FieldNo) -> bool {
        field == self.parent || field == self.successor
    }

    /// The units that a unit's own timeline names as standing above it, on whatever day.
    pub(crate) fn above(self, timeline: &Timeline) -> BTreeSet<RecordNo> {
        let states = timeline.states();
        let named = states
            .iter()
            .flat_map(|(_, state)| [state.unit(self.parent), state.unit(self.successor)]);
        named.flatten().collect()
    }
}

/// The whole history of all units, from which the tree of any day is made.
#[derive(Clone, Debug, Default)]
pub struct UnitHistory {
    units: BTreeMap<RecordNo, Vec<(Day, State)>>,
}

impl UnitHistory {
    /// Adds a unit's timeline, or puts it in the place of an earlier one; a void unit is none.
    pub fn add(&mut self, timeline: &Timeline) {
        if timeline.void {
            self.units.remove(&timeline.record);
        } else {
            self.units.insert(timeline.record, timeline.states());
        }
    }

    /// The tree on a day. A unit opened later is not in it.
    pub fn on(&self, day: Day, fields: UnitFields) -> UnitTree {
        let nodes = self
            .units
            .iter()
            .filter_map(|(record, states)| Some((*record, node(state_on(states, day)?, day, fields))));
        UnitTree::new(nodes.collect())
    }

    /// The first day of each unit: before it a unit is in no tree, and what is posted on it in no figure.
    pub fn first_days(&self) -> BTreeMap<RecordNo, Day> {
        let first = |(unit, states): (&RecordNo, &Vec<(Day, State)>)| Some((*unit, states.first()?.0));
        self.units.iter().filter_map(first).collect()
    }

    /// The days on which any unit may change: those of its entries, and those that a field names, since
    /// a unit is abolished on its day with no entry.
    pub fn days(&self) -> BTreeSet<Day> {
        let states = self.units.values().flatten();
        let named = |(day, state): &(Day, State)| {
            let fields = state.cells().iter().filter_map(|(field, _)| state.day(*field));
            fields.chain([*day]).collect::<Vec<_>>()
        };
        states.flat_map(named).collect()
    }
}

/// One unit on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnitNode {
    /// Its code.
    pub code: String,
    /// Its name on that day.
    pub name: String,
    /// Its level.
    pub level: String,
    /// The unit above; for an abolished unit its successor.
    pub above: Option<RecordNo>,
    /// Whether it is abolished by that day.
    pub abolished: bool,
}

fn node(state: &State, day: Day, fields: UnitFields) -> UnitNode {
    let text = |field| match state.value(field) {
        Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
        _ => String::new(),
    };
    let abolished = state.day(fields.abolished_on).is_some_and(|from| from <= day);
    let successor = state.unit(fields.successor).filter(|_| abolished);
    UnitNode {
        code: text(fields.code),
        name: text(fields.name),
        level: text(fields.level),
        above: successor.or(state.unit(fields.parent)),
        abolished,
    }
}

/// The tree of one day.
#[derive(Clone, Debug, Default)]
pub struct UnitTree {
    nodes: BTreeMap<RecordNo, UnitNode>,
    below: BTreeMap<RecordNo, Vec<RecordNo>>,
    /// Every unit right before those below it, with the place behind the last of them.
    order: Vec<(RecordNo, usize)>,
    places: HashMap<RecordNo, usize>,
}

impl UnitTree {
    fn new(nodes: BTreeMap<RecordNo, UnitNode>) -> UnitTree {
        let mut below: BTreeMap<RecordNo, Vec<RecordNo>> = BTreeMap::new();
        for (record, node) in &nodes {
            if let Some(above) = node.above {
                below.entry(above).or_default().push(*record);
            }
        }
        let mut tree = UnitTree {
            nodes,
            below,
            ..UnitTree::default()
        };
        tree.put_in_order();
        tree
    }

    /// Puts every unit right before those below it. What stands below itself has no place.
    fn put_in_order(&mut self) {
        let unknown = self.below.keys().filter(|above| !self.nodes.contains_key(above));
        let tops = self.nodes.iter().filter(|(_, node)| node.above.is_none());
        let mut left: Vec<RecordNo> = tops.map(|(record, _)| record).chain(unknown).copied().collect();
        let mut open: Vec<usize> = Vec::new();
        while let Some(unit) = left.pop() {
            let above = self.nodes.get(&unit).and_then(|node| node.above);
            while let Some(at) = open.pop_if(|at| Some(self.order[*at].0) != above) {
                self.order[at].1 = self.order.len();
            }
            open.push(self.order.len());
            self.places.insert(unit, self.order.len());
            self.order.push((unit, 0));
            left.extend(self.below.get(&unit).into_iter().flatten());
        }
        for at in open {
            self.order[at].1 = self.order.len();
        }
    }

    /// The place of a unit in [`UnitTree::order`]; none for one that the tree does not know or that, the data say,
    /// stands below itself.
    pub fn place(&self, unit: RecordNo) -> Option<usize> {
        self.places.get(&unit).copied()
    }

    /// The units, each right before all those below it and with the place behind the last of them.
    pub fn order(&self) -> &[(RecordNo, usize)] {
        &self.order
    }

    /// Whether the same units stand below each other in another tree, whatever they are called there.
    pub fn hangs_as(&self, other: &UnitTree) -> bool {
        self.below == other.below && self.nodes.keys().eq(other.nodes.keys())
    }

    /// A unit of the tree.
    pub fn get(&self, unit: RecordNo) -> Option<&UnitNode> {
        self.nodes.get(&unit)
    }

    /// All units, by number.
    pub fn iter(&self) -> impl Iterator<Item = (RecordNo, &UnitNode)> {
        self.nodes.iter().map(|(record, node)| (*record, node))
    }

    /// The units directly below.
    pub fn children(&self, unit: RecordNo) -> &[RecordNo] {
        self.below.get(&unit).map_or(&[], Vec::as_slice)
    }

    /// The units without one above.
    pub fn roots(&self) -> Vec<RecordNo> {
        let known = |above: Option<RecordNo>| above.is_some_and(|above| self.nodes.contains_key(&above));
        self.iter()
            .filter(|(_, node)| !known(node.above))
            .map(|(record, _)| record)
            .collect()
    }

    /// The unit and all below it, each once, whatever the data say about circles.
    pub fn with_below(&self, unit: RecordNo) -> BTreeSet<RecordNo> {
        let mut found = BTreeSet::from([unit]);
        let mut left = vec![unit];
        while let Some(next) = left.pop() {
            left.extend(self.children(next).iter().filter(|child| found.insert(**child)));
        }
        found
    }

    /// Whether `unit` is `top` or lies below it.
    pub fn is_within(&self, unit: RecordNo, top: RecordNo) -> bool {
        let mut seen = BTreeSet::new();
        let mut at = Some(unit);
        while let Some(here) = at {
            if here == top {
                return true;
            }
            if !seen.insert(here) {
                return false;
            }
            at = self.nodes.get(&here).and_then(|node| node.above);
        }
        false
    }

    /// Whether the way up from a unit leads back to it.
    pub fn is_below_itself(&self, unit: RecordNo) -> bool {
        let above = self.nodes.get(&unit).and_then(|node| node.above);
        above.is_some_and(|above| self.is_within(above, unit))
    }

    /// The units that go by a code or, failing that, by a name.
    pub fn named(&self, text: &str) -> Vec<RecordNo> {
        let by = |pick: fn(&UnitNode) -> &str| -> Vec<RecordNo> {
            let living = self.iter().filter(|(_, node)| pick(node) == text);
            living.map(|(record, _)| record).collect()
        };
        let by_code = by(|node| &node.code);
        if by_code.is_empty() {
            by(|node| &node.name)
        } else {
            by_code
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(above: &[(RecordNo, Option<RecordNo>)]) -> UnitTree {
        let node = |above| UnitNode {
            code: String::new(),
            name: String::new(),
            level: String::new(),
            above,
            abolished: false,
        };
        UnitTree::new(above.iter().map(|(record, above)| (*record, node(*above))).collect())
    }

    fn below(tree: &UnitTree, unit: RecordNo) -> Option<BTreeSet<RecordNo>> {
        let at = tree.place(unit)?;
        let end = tree.order()[at].1;
        Some(tree.order()[at..end].iter().map(|(unit, _)| *unit).collect())
    }

    #[test]
    fn the_order_says_the_same_of_below_as_the_tree() {
        for seed in 0..200_u64 {
            // Units that hang below any other, below none, below one that there is not, or below themselves.
            let mut state = seed;
            let mut next = |among: u64| {
                state = state
                    .wrapping_mul(6_364_136_223_846_793_005)
                    .wrapping_add(1_442_695_040_888_963_407);
                (state >> 33) % among
            };
            let above: Vec<(RecordNo, Option<RecordNo>)> = (1..=12)
                .map(|unit| (unit, Some(next(15) as RecordNo).filter(|above| *above > 0)))
                .collect();
            let tree = tree(&above);
            let mut placed = 0;
            for unit in 0..=15 {
                match below(&tree, unit) {
                    Some(found) => assert_eq!(found, tree.with_below(unit), "seed {seed}, unit {unit}"),
                    None => assert!(
                        tree.get(unit).is_none() || ring_above(&tree, unit),
                        "seed {seed}: {unit} has no place"
                    ),
                }
                placed += usize::from(tree.place(unit).is_some());
            }
            assert_eq!(placed, tree.order().len(), "seed {seed}");
        }
    }

    /// Whether the way up never ends.
    fn ring_above(tree: &UnitTree, unit: RecordNo) -> bool {
        let mut at = Some(unit);
        (0..20).all(|_| {
            at = at.and_then(|here| tree.get(here)).and_then(|node| node.above);
            at.is_some()
        })
    }
}

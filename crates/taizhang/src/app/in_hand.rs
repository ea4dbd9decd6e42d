//! Room: in whose hands (在谁手里) — the units that somebody sees, with their people and what lies on each by light, and
//! what lies there with nobody's name on it. Who leads has all people's duties on one page; one desk is in `desks`.

use super::App;
use super::scope::Scope;
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::id::RecordNo;
use taizhang_store::duty::{self, Lights};

/// A unit with its people.
pub struct UnitPeople {
    /// The unit.
    pub unit: RecordNo,
    /// Its name.
    pub name: String,
    /// All that lies there.
    pub lights: Lights,
    /// Whether the unit still checks that it is late: beside others nothing is said of it meanwhile.
    pub checking: bool,
    /// What of it has nobody's name on it.
    pub unnamed: Lights,
    /// Who has the rest: the actor, the name, how many by light. Colleagues who have nothing stand there too.
    pub people: Vec<(RecordNo, String, Lights)>,
}

impl App {
    /// The units below somebody's own in which anything is to do, with their people, those with the most late
    /// duties first.
    pub fn in_hand(&self, scope: &Scope) -> Result<Vec<UnitPeople>, AppError> {
        let (seen, tree) = self.seen_units(scope)?;
        let posts = self.posts(self.today(), self.today())?;
        let mut reading = self.reading()?;
        let held = duty::in_hand(reading.conn()?, self.now())?;
        let head = reading.n();
        drop(reading);
        let may_show = self.may_show_late(scope, &tree, head)?;
        let holders: BTreeSet<RecordNo> = held.iter().map(|(_, person, _)| *person).collect();
        // Whoever left has no post any more, and may still have duties.
        let names = self.actor_names(holders)?;
        let mut units: BTreeMap<RecordNo, UnitPeople> = BTreeMap::new();
        for (unit, person, lights) in held.into_iter().filter(|(unit, ..)| seen.contains(unit)) {
            let of = units.entry(unit).or_insert_with(|| UnitPeople {
                unit,
                name: tree.get(unit).map_or(String::new(), |node| node.name.clone()),
                lights: Lights::default(),
                checking: false,
                unnamed: Lights::default(),
                people: Vec::new(),
            });
            of.lights.add(lights);
            match names.get(&person) {
                Some(name) => of.people.push((person, name.clone(), lights)),
                None => of.unnamed.add(lights),
            }
        }
        for (actor, (name, unit)) in posts {
            let of = units.get_mut(&unit);
            if let Some(of) = of.filter(|of| of.people.iter().all(|(person, ..)| *person != actor)) {
                of.people.push((actor, name, Lights::default()));
            }
        }
        let mut units: Vec<UnitPeople> = units.into_values().collect();
        for of in &mut units {
            of.checking = of.lights.red > 0 && !may_show(of.unit);
            of.people
                .sort_by_key(|(actor, _, lights)| (-lights.red, -lights.yellow, -lights.open, *actor));
        }
        let red = |of: &UnitPeople| if of.checking { 0 } else { -of.lights.red };
        units.sort_by_key(|of| (red(of), -of.lights.yellow, of.unit));
        Ok(units)
    }
}

//! Room: the tree of units that a pack brings.

use super::super::directory::Directory;
use super::super::fault::{FaultCode, Noun};
use super::super::source::UnitSource;
use super::Ground;
use crate::day::Day;
use crate::definition::UnitSeed;
use std::collections::BTreeMap;

/// The units, and their codes.
pub(super) struct Units {
    pub(super) seeds: Vec<UnitSeed>,
    pub(super) codes: Directory<()>,
    pub(super) levels: Directory<()>,
}

/// One root, every other unit below another one, and no circles.
pub(super) fn units(ground: &Ground<'_>) -> Units {
    let (mut codes, mut levels) = (Directory::new(Noun::Unit), Directory::new(Noun::Level));
    let list = &ground.pack.units;
    list.iter().for_each(|unit| codes.add(ground.sources, &unit.code, ()));
    for unit in list {
        if levels.peek(&unit.level.text).is_none() {
            levels.add(ground.sources, &unit.level, ());
        }
        unit.parent
            .iter()
            .for_each(|parent| codes.check(ground.sources, parent));
    }
    let mut roots = list.iter().filter(|unit| unit.parent.is_none());
    if let Some(first) = roots.next() {
        for second in roots {
            ground.sources.fault(
                second.code.at,
                FaultCode::SecondRoot {
                    first: first.code.text.clone(),
                },
            );
        }
    }
    check_circles(ground, list);
    let epoch = epoch(ground, list);
    let pack = ground
        .pack
        .head
        .as_ref()
        .map(|head| head.id.text.clone())
        .unwrap_or_default();
    Units {
        seeds: list.iter().map(|unit| seed(unit, &pack, epoch)).collect(),
        codes,
        levels,
    }
}

fn seed(unit: &UnitSource, pack: &str, epoch: Day) -> UnitSeed {
    UnitSeed {
        code: unit.code.text.clone(),
        code_system: unit.code_system.clone().unwrap_or_else(|| pack.to_owned()),
        name: unit.name.text.clone(),
        level: unit.level.text.clone(),
        parent: unit.parent.as_ref().map(|parent| parent.text.clone()),
        from: unit.from.unwrap_or(epoch),
    }
}

/// The day from which units hold that do not say one. A pack whose units need it must tell.
fn epoch(ground: &Ground<'_>, list: &[UnitSource]) -> Day {
    let Some(head) = &ground.pack.head else { return Day::MIN };
    if head.epoch.is_none() && list.iter().any(|unit| unit.from.is_none()) {
        ground.sources.fault(head.at, FaultCode::MissingKey { key: "epoch" });
    }
    head.epoch.unwrap_or(Day::MIN)
}

fn check_circles(ground: &Ground<'_>, list: &[UnitSource]) {
    let mut above: BTreeMap<&str, &str> = BTreeMap::new();
    for unit in list {
        let parent = unit.parent.as_ref().map_or("", |parent| parent.text.as_str());
        above.entry(&unit.code.text).or_insert(parent);
    }
    for unit in list.iter().filter(|unit| !unit.code.is_blank()) {
        let mut at = unit.code.text.as_str();
        // A walk longer than the list has come round, here or further up.
        for _ in 0..list.len() {
            let Some(parent) = above.get(at) else { break };
            at = parent;
            if at == unit.code.text {
                ground
                    .sources
                    .fault(unit.code.at, FaultCode::UnitCycle { code: at.to_owned() });
                break;
            }
        }
    }
}

//! Room: from the stage that a record is in to the one that a row names, by moves that an import may
//! make. An import attaches no evidence and stands in for no role; it says which move is missing.

use crate::locale::Locale;
use std::collections::{BTreeSet, VecDeque};
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Move, Register, Stage};

/// The stage of a text.
pub(super) fn stage_named<'a>(register: &'a Register, text: &str) -> Option<&'a Stage> {
    let mut stages = register.stages.iter();
    register.stage(text).or_else(|| stages.find(|stage| stage.name == text))
}

/// The moves from one stage to another, the fewest that do and fit the row; or the sentence why there are none.
pub(super) fn way<'a>(
    locale: &Locale,
    register: &'a Register,
    gate: &dyn Gate,
    from: Option<&str>,
    to: &Stage,
    fits: &dyn Fn(&Move) -> bool,
) -> Result<Vec<&'a Move>, String> {
    let from = from.unwrap_or_default();
    if from == to.id {
        return Ok(Vec::new());
    }
    let makeable = |m: &Move| !m.evidence && (m.roles.is_empty() || gate.has_role(&m.roles));
    // Where several moves lead on, the one whose guard lets the row pass; where none does, the kernel says why.
    let fitting = |m: &Move| makeable(m) && fits(m);
    let found = search(register, from, &to.id, &fitting);
    if let Some(way) = found.or_else(|| search(register, from, &to.id, &makeable)) {
        return Ok(way);
    }
    let name = |id: &str| register.stage(id).map_or(id.to_owned(), |stage| stage.name.clone());
    let Some(way) = search(register, from, &to.id, &|_| true) else {
        return Err(locale.fill("import.no_way", &[("from", &name(from)), ("to", &to.name)]));
    };
    let blocked = way.iter().find(|m| !makeable(m));
    let step = blocked.map_or("", |m| m.name.as_str());
    let key = match blocked.is_some_and(|m| m.evidence) {
        true => "import.step_needs_evidence",
        false => "import.step_needs_role",
    };
    Err(locale.fill(key, &[("to", &to.name), ("step", step)]))
}

/// The fewest usable moves from one stage to another.
fn search<'a>(register: &'a Register, from: &str, to: &str, usable: &dyn Fn(&Move) -> bool) -> Option<Vec<&'a Move>> {
    let mut reached = BTreeSet::from([from]);
    let mut left: VecDeque<(&str, Vec<&'a Move>)> = VecDeque::from([(from, Vec::new())]);
    while let Some((stage, way)) = left.pop_front() {
        if stage == to {
            return Some(way);
        }
        for step in register.moves.iter().filter(|m| usable(m)) {
            if step.from.iter().any(|id| id == stage) && reached.insert(&step.to) {
                let further = way.iter().copied().chain([step]).collect();
                left.push_back((&step.to, further));
            }
        }
    }
    None
}

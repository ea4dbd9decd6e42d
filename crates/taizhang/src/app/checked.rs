//! Room: what units were asked to check (单位核数) before they are shown as late — which targets and which late figures
//! of a unit may be shown so on a day. The register `unit_check` of the pack keeps the checks; a pack without it shows
//! everything at once.

use super::ask::Asking;
use super::pace::states;
use crate::error::AppError;
use std::collections::BTreeSet;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, Register};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::timeline::State;
use taizhang_core::unit::UnitTree;
use taizhang_core::value::Value;

/// The register of checks.
pub const CHECKS: &str = "unit_check";

/// So many days an answer holds where the check does not say until when.
pub(super) const HOLDS: i32 = 31;

/// What a check names beside accounts: how many limits of a unit are overdue (红灯事项).
pub const DUTIES: &str = "duties";

/// No tree of units is deeper.
const DEEPEST: usize = 32;

/// What was checked by a day: asked, and answered, found silent or decided.
pub struct Checked {
    targets: BTreeSet<RecordNo>,
    figures: BTreeSet<(String, RecordNo)>,
}

impl Checked {
    /// Whether a unit may be shown as late by a target.
    pub fn target(&self, target: RecordNo) -> bool {
        self.targets.contains(&target)
    }

    /// Whether a unit may be shown as late by a figure: it was asked, or a unit above it, of whose figure it is a part.
    fn figure(&self, tree: &UnitTree, account: &str, unit: RecordNo) -> bool {
        let mut next = Some(unit);
        for _ in 0..DEEPEST {
            let Some(unit) = next else { return false };
            if self.figures.contains(&(account.to_owned(), unit)) {
                return true;
            }
            next = tree.get(unit).and_then(|node| node.above);
        }
        false
    }
}

/// Who may be shown as late on a day.
pub struct Shown {
    checked: Checked,
    whole: Vec<RecordNo>,
}

impl Shown {
    /// Whether a unit may be shown as late by an account, or by [`DUTIES`].
    pub fn figure(&self, tree: &UnitTree, account: &str, unit: RecordNo) -> bool {
        self.whole.contains(&unit) || self.checked.figure(tree, account, unit)
    }

    /// The units of which nobody is asked.
    pub fn whole(&self) -> &[RecordNo] {
        &self.whole
    }
}

/// Who may be shown as late on a day; none if the pack does not ask units to check.
pub fn shown(asking: &mut Asking<'_>, as_of: Day, known_at: EntryNo) -> Result<Option<Shown>, AppError> {
    let Some(checked) = on(asking, as_of, known_at)? else {
        return Ok(None);
    };
    let whole = whole(asking, as_of, known_at)?;
    Ok(Some(Shown { checked, whole }))
}

/// The accounts that a check names, one or several.
pub(super) fn named(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([',', '，', '、', ';', '；', ' ']);
    parts.map(str::trim).filter(|part| !part.is_empty())
}

/// The register of checks, if the pack asks units before it shows them as late.
pub(super) fn checks(definition: &Definition) -> Option<&Arc<Register>> {
    let register = definition.register_named(CHECKS)?;
    let has = |id: &str| register.field_named(id).is_some();
    (has("target") && has("account") && has("as_of") && has("holds_until")).then_some(register)
}

/// What had been checked that counts on a day; none if the pack has no such register.
pub fn on(asking: &mut Asking<'_>, as_of: Day, known_at: EntryNo) -> Result<Option<Checked>, AppError> {
    let definition = asking.definition.clone();
    let Some(register) = checks(&definition).cloned() else {
        return Ok(None);
    };
    let mut checked = Checked {
        targets: BTreeSet::new(),
        figures: BTreeSet::new(),
    };
    let field = |id: &str| register.field_named(id).map(|field| field.no);
    for (_, state) in known(asking, &register, known_at)? {
        let closed = state.stage().and_then(|stage| register.stage(stage));
        let Some(of) = field("as_of").and_then(|field| state.day(field)) else {
            continue;
        };
        let until = field("holds_until").and_then(|field| state.day(field));
        let holds = of <= as_of && as_of <= until.unwrap_or(of.plus(HOLDS));
        if !holds || closed.is_none_or(|stage| !stage.closed) {
            continue;
        }
        match field("target").and_then(|field| state.value(field)) {
            Some(Value::Link(target)) => _ = checked.targets.insert(*target),
            _ => {
                let account = field("account").and_then(|field| state.value(field));
                let unit = register.unit.and_then(|field| state.unit(field));
                if let (Some(Value::Text(accounts)), Some(unit)) = (account, unit) {
                    let named = named(accounts).map(|account| (account.to_owned(), unit));
                    checked.figures.extend(named);
                }
            }
        }
    }
    Ok(Some(checked))
}

/// The units for which nobody is asked: those with none above, and those that all posts of the book lie within. A
/// book of one district stands below a city of which it knows nothing; the district's own targets are nobody else's to check.
pub fn whole(asking: &mut Asking<'_>, as_of: Day, known_at: EntryNo) -> Result<Vec<RecordNo>, AppError> {
    let definition = asking.definition.clone();
    let mut whole = asking.tree(as_of, known_at).roots();
    let posts = definition
        .register_named("position")
        .filter(|_| checks(&definition).is_some());
    let Some((posts, unit)) = posts.and_then(|posts| Some((posts, posts.field_named("unit")?.no))) else {
        return Ok(whole);
    };
    let posts = known(asking, posts, known_at)?;
    let units: BTreeSet<RecordNo> = posts.iter().filter_map(|(_, state)| state.unit(unit)).collect();
    let tree = asking.tree(as_of, known_at);
    // One unit's people alone are no district; units may hang in a ring.
    let mut next = units.first().copied().filter(|_| units.len() > 1);
    for _ in 0..DEEPEST {
        let Some(top) = next else { break };
        if units.iter().all(|unit| tree.is_within(*unit, top)) && !whole.contains(&top) {
            whole.push(top);
        }
        next = tree.get(top).and_then(|node| node.above);
    }
    Ok(whole)
}

/// Every record of a register as it is known; at the head, as its row says.
pub(super) fn known(
    asking: &mut Asking<'_>,
    register: &Register,
    known_at: EntryNo,
) -> Result<Vec<(RecordNo, State)>, AppError> {
    if known_at < asking.reading.n() {
        return states(asking, register, Day::MAX, known_at);
    }
    let mut rows = Vec::new();
    taizhang_store::record::each(asking.reading.conn()?, register, &mut |row| {
        rows.extend((!row.void).then_some((row.record, row.state)));
        Ok(())
    })?;
    Ok(rows)
}

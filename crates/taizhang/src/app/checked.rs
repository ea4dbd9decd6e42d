//! Room: what units were asked to check (单位核数) before they are shown as late — which targets and which late figures
//! of a unit may be shown so on a day, and the checks that are still to be asked for. The register `unit_check` of
//! the pack keeps them; a pack without it shows everything at once.

use super::App;
use super::ask::Asking;
use super::execute::{Draft, DraftWish, Receipt};
use super::pace::{Pace, PaceAsk, asked, states};
use super::scope::Scope;
use crate::error::AppError;
use std::collections::BTreeSet;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Definition, Register, Verb};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::timeline::State;
use taizhang_core::value::Value;
use taizhang_schemes::pace::Light;

/// The register of checks.
pub const CHECKS: &str = "unit_check";

/// So many days an answer holds where the check does not say until when.
const HOLDS: i32 = 31;

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

    /// Whether a unit may be shown as late by a figure of its own.
    pub fn figure(&self, account: &str, unit: RecordNo) -> bool {
        self.figures.contains(&(account.to_owned(), unit))
    }
}

/// The register of checks, if the pack asks units before it shows them as late.
fn checks(definition: &Definition) -> Option<&Arc<Register>> {
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
                if let (Some(Value::Text(account)), Some(unit)) = (account, unit) {
                    checked.figures.insert((account.clone(), unit));
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
fn known(asking: &mut Asking<'_>, register: &Register, known_at: EntryNo) -> Result<Vec<(RecordNo, State)>, AppError> {
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

/// A target by which a unit would be shown as late, and was not asked yet.
pub struct Unasked {
    /// The target.
    pub pace: Arc<Pace>,
    /// The light that it would show.
    pub light: Light,
    /// The check that is under way; none if nobody asked.
    pub waiting: Option<RecordNo>,
}

impl App {
    /// Whether somebody asks units to check.
    pub fn may_ask_units(&self, scope: &Scope) -> bool {
        let definition = self.definition();
        definition
            .is_ok_and(|definition| checks(&definition).is_some_and(|register| scope.may(Verb::Write, register, None)))
    }

    /// Targets of units that would be late on a day and wait for their unit's check.
    pub fn unasked(&self, scope: &Scope, as_of: Day) -> Result<Vec<Unasked>, AppError> {
        if !self.may_ask_units(scope) {
            return Ok(Vec::new());
        }
        let ask = PaceAsk {
            as_of: Some(as_of),
            ..PaceAsk::default()
        };
        let mut asking = self.asking()?;
        let known_at = asking.known_at(None)?;
        let definition = asking.definition.clone();
        let mut open: Vec<(RecordNo, RecordNo)> = Vec::new();
        if let Some(register) = checks(&definition).cloned() {
            let (target, of) = (register.field_named("target"), register.field_named("as_of"));
            for (record, state) in known(&mut asking, &register, known_at)? {
                let closed = state.stage().and_then(|stage| register.stage(stage));
                let same = of.and_then(|field| state.day(field.no)) == Some(as_of);
                if let (Some(Value::Link(target)), true, false) = (
                    target.and_then(|field| state.value(field.no)),
                    same,
                    closed.is_none_or(|stage| stage.closed),
                ) {
                    open.push((*target, record));
                }
            }
        }
        drop(asking);
        let paces = asked(self, &ask)?.into_iter();
        let unasked = paces.filter_map(|pace| {
            let light = pace.checking.filter(|_| !pace.ended)?;
            let waiting = open.iter().find(|(target, _)| *target == pace.record);
            let waiting = waiting.map(|(_, record)| *record);
            Some(Unasked { pace, light, waiting })
        });
        Ok(unasked.collect())
    }

    /// Asks every unit that would be shown as late to check its own figure: one command, nobody is asked twice.
    pub fn ask_units(&self, scope: &Scope, as_of: Day) -> Result<Option<Receipt>, AppError> {
        let today = self.today();
        let drafts: Vec<Draft> = self
            .unasked(scope, as_of)?
            .iter()
            .filter(|one| one.waiting.is_none())
            .map(|one| Draft {
                register: CHECKS.to_owned(),
                wish: DraftWish::Open,
                set: vec![
                    ("unit".to_owned(), one.pace.unit.to_string()),
                    ("target".to_owned(), format!("#{}", one.pace.record)),
                    ("matter".to_owned(), one.pace.name.to_string()),
                    ("account".to_owned(), one.pace.account.to_string()),
                    ("as_of".to_owned(), as_of.to_string()),
                    ("holds_until".to_owned(), as_of.plus(HOLDS).to_string()),
                    (
                        "shown".to_owned(),
                        format!("{} {}", one.pace.said().shown, one.pace.shown_measure)
                            .trim()
                            .to_owned(),
                    ),
                    ("asked_on".to_owned(), today.to_string()),
                ],
                occurred_on: Some(today),
                ..Draft::default()
            })
            .collect();
        match drafts.is_empty() {
            true => Ok(None),
            false => self.execute(scope, &drafts, None).map(Some),
        }
    }
}

//! Room: targets beside their figures. Computed on unrounded values, rounded once for print.

mod course;
mod judge;
mod lights;
mod said;
mod seeds;
mod shape;
mod targets;

pub use course::{Course, courses};
pub use lights::RuleInForce;
pub use said::{InMeasure, Said};
pub use seeds::check_seeds;
pub use shape::to_json;
pub(super) use targets::{Read, on as targets_on, states};
pub use targets::{TargetRecord, faults};

use super::App;
use super::ask::Asking;
use crate::error::AppError;
use judge::Judge;
use std::sync::{Arc, OnceLock};
use taizhang_core::day::Day;
use taizhang_core::definition::AccountKind;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::posting::Posting;
use taizhang_schemes::pace::{Light, SplitCheck};
use taizhang_store::figure::Span;

/// The register of targets.
pub const TARGETS: &str = "target";

/// One target on one day.
#[derive(Clone, Debug)]
pub struct Pace {
    /// The target's record.
    pub record: RecordNo,
    /// Its code.
    pub target: Arc<str>,
    /// Its name.
    pub name: Arc<str>,
    /// The account that it judges.
    pub account: Arc<str>,
    /// The unit's code.
    pub unit: Arc<str>,
    /// The unit's name.
    pub unit_name: Arc<str>,
    /// The target's value as it was set, with its measure and qualifier.
    pub value: Arc<str>,
    /// The measure that the figure is shown in.
    pub shown_measure: Arc<str>,
    /// The days of the figure.
    pub span: Span,
    /// The figure by the other basis as shown; never added.
    pub beside: Option<(String, String)>,
    /// green, yellow, red, or none.
    pub light: Light,
    /// The light that it would show, were its unit asked to check first; until then it shows none.
    pub checking: Option<Light>,
    /// Why the light is not what the rule says; and until when.
    pub light_set: Option<(String, Day)>,
    /// The rule that the light follows.
    pub rule: Arc<str>,
    /// Whether the target is reached.
    pub reached: Option<bool>,
    /// How the forecast was made.
    pub method: &'static str,
    /// Whether the forecast reaches the target.
    pub arrives: Option<bool>,
    /// The leader's position.
    pub leader: Arc<str>,
    /// The node of the tree of goals.
    pub goal: Arc<str>,
    /// What the parts come to that it was split into; none if it was not split.
    pub split: Option<SplitCheck>,
    /// Why it cannot be judged.
    pub problem: Option<String>,
    /// What is ended or shown only for the record.
    pub ended: bool,
    sums: Option<said::Sums>,
    said: OnceLock<Box<Said>>,
}

/// What is asked of targets.
#[derive(Clone, Debug, Default)]
pub struct PaceAsk {
    /// The day; none for today.
    pub as_of: Option<Day>,
    /// Only targets of this unit and those below it.
    pub unit: Option<String>,
    /// An entry number or instant; none for the head.
    pub known_at: Option<String>,
}

/// Every target on a day, in the order of their codes.
pub fn paces(app: &App, as_of: Day, unit: Option<&str>) -> Result<Vec<Arc<Pace>>, AppError> {
    let ask = PaceAsk {
        as_of: Some(as_of),
        unit: unit.map(str::to_owned),
        known_at: None,
    };
    asked(app, &ask)
}

/// The last day, not after one, on which a figure of a target moved while its target ran: what a page
/// falls back to when no target runs on the day it stands for.
pub fn last_judged(app: &App, until: Day) -> Result<Option<Day>, AppError> {
    let mut asking = app.asking()?;
    let known_at = asking.known_at(None)?;
    let mut last = None;
    for target in targets::on(&mut asking, until, known_at)? {
        let Ok(account) = asking.account(&target.account) else {
            continue;
        };
        let parts = match &account.kind {
            AccountKind::Formula(formula) => formula.accounts().iter().map(|slot| AccountNo(slot.0)).collect(),
            _ => vec![account.no],
        };
        for part in parts {
            let conn = asking.reading.conn()?;
            let moved = taizhang_store::figure::last_moved(conn, part, until.min(target.to))?;
            last = last.max(moved.filter(|day| *day >= target.from));
        }
    }
    Ok(last)
}

/// The day, the entry that is known, and the unit; none for all.
pub(super) type Asked = (Day, EntryNo, Option<RecordNo>);

/// The targets that were asked for, judged once until the head moves.
pub fn asked(app: &App, ask: &PaceAsk) -> Result<Vec<Arc<Pace>>, AppError> {
    let mut asking = app.asking()?;
    let (moment, asked) = (asking.reading.moment(), resolved(&mut asking, ask)?);
    if let Some(paces) = app.kept_paces.get(moment, &asked) {
        return Ok((*paces).clone());
    }
    let paces = Arc::new(judged(asking, asked)?);
    app.kept_paces.put(moment, asked, paces.clone(), paces.len() + 1);
    Ok((*paces).clone())
}

/// The same, if these postings were made too. They are counted in memory and written nowhere.
pub fn supposing(app: &App, ask: &PaceAsk, supposed: Vec<Posting>) -> Result<Vec<Arc<Pace>>, AppError> {
    let mut asking = app.asking()?;
    asking.suppose(supposed);
    let asked = resolved(&mut asking, ask)?;
    judged(asking, asked)
}

fn resolved(asking: &mut Asking<'_>, ask: &PaceAsk) -> Result<Asked, AppError> {
    let as_of = ask.as_of.unwrap_or(asking.today());
    let known_at = asking.known_at(ask.known_at.as_deref())?;
    let unit = match ask.unit.as_deref().filter(|unit| !unit.is_empty()) {
        Some(unit) => Some(asking.unit(&asking.tree(as_of, known_at), Some(unit))?),
        None => None,
    };
    Ok((as_of, known_at, unit))
}

fn judged(mut asking: Asking<'_>, (as_of, known_at, unit): Asked) -> Result<Vec<Arc<Pace>>, AppError> {
    let targets = targets::on(&mut asking, as_of, known_at)?;
    let wanted = unit.map(|unit| asking.tree(as_of, known_at).with_below(unit));
    let mut judge = Judge::new(asking, &targets, as_of, known_at)?;
    let asked = targets.iter().filter(|target| target.from <= as_of);
    let asked = asked.filter(|target| wanted.as_ref().is_none_or(|wanted| wanted.contains(&target.unit)));
    asked.map(|target| judge.pace(target).map(Arc::new)).collect()
}

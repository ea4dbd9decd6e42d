//! Room: the checks that are still to be asked for (送单位核对) — targets by which a unit would be shown as late, and
//! all late figures of a unit together, so that nobody gets more than one sheet of them.

use super::App;
use super::ask::held::tells_late;
use super::ask::{Asking, Span};
use super::checked::{CHECKS, DUTIES, HOLDS, checks, known, named};
use super::execute::{Draft, DraftWish, Receipt};
use super::names::measure_name;
use super::pace::{Pace, PaceAsk, asked};
use super::scope::Scope;
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Definition, Register, Verb};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::timeline::State;
use taizhang_core::value::Value;
use taizhang_schemes::pace::Light;

/// A target by which a unit would be shown as late, and was not asked yet.
pub struct Unasked {
    /// The target.
    pub pace: Arc<Pace>,
    /// The light that it would show.
    pub light: Light,
    /// The check that is under way; none if nobody asked.
    pub waiting: Option<RecordNo>,
}

/// The late figures of one unit that it was not asked to check yet.
pub struct UnaskedFigures {
    /// The unit's code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Each figure: what checks call it, its name, its value with the measure.
    pub figures: Vec<(String, String, String)>,
    /// The check that is under way; none if nobody asked.
    pub waiting: Option<RecordNo>,
}

/// A check that nobody has answered yet.
struct Open {
    record: RecordNo,
    target: Option<RecordNo>,
    unit: Option<RecordNo>,
    accounts: String,
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
        let open = open(&mut asking, as_of, known_at)?;
        drop(asking);
        let paces = asked(self, &ask)?.into_iter();
        let unasked = paces.filter_map(|pace| {
            let light = pace.checking.filter(|_| !pace.ended)?;
            let waiting = open.iter().find(|check| check.target == Some(pace.record));
            let waiting = waiting.map(|check| check.record);
            Some(Unasked { pace, light, waiting })
        });
        Ok(unasked.collect())
    }

    /// The late figures of each unit that stands beside others, as far as it was not asked to check them.
    pub fn unasked_figures(&self, scope: &Scope, as_of: Day) -> Result<Vec<UnaskedFigures>, AppError> {
        if !self.may_ask_units(scope) {
            return Ok(Vec::new());
        }
        let mut asking = self.asking()?;
        let known_at = asking.known_at(None)?;
        let Some(shown) = asking.asked_to_check(as_of, known_at)? else {
            return Ok(Vec::new());
        };
        let tree = asking.tree(as_of, known_at);
        let beside = shown.whole().iter().flat_map(|whole| tree.children(*whole).to_vec());
        let beside: BTreeSet<RecordNo> = beside.filter(|unit| !shown.whole().contains(unit)).collect();
        let mut found: BTreeMap<RecordNo, Vec<(String, String, String)>> = BTreeMap::new();
        let definition = asking.definition.clone();
        for account in definition.accounts.values() {
            if account.retired || !tells_late(&definition, account) {
                continue;
            }
            for unit in &beside {
                if shown.figure(&tree, &account.id, *unit) {
                    continue;
                }
                let part = asking.value(account.no, *unit, Span::AsOf(as_of), known_at)?;
                if let Some(units) = part.units.filter(|units| *units != 0) {
                    let measure = measure_name(&definition, &account.measure);
                    let value = format!("{} {measure}", asking.shown(account, units));
                    let line = (account.id.clone(), account.name.clone(), value);
                    found.entry(*unit).or_default().push(line);
                }
            }
        }
        let open = open(&mut asking, as_of, known_at)?;
        drop(asking);
        if as_of == self.today() {
            for row in self.unit_lights(scope)? {
                if row.checking && beside.contains(&row.unit) {
                    let name = self.locale().text("page.check_units.duties").to_owned();
                    let line = (DUTIES.to_owned(), name, row.lights.red.to_string());
                    found.entry(row.unit).or_default().push(line);
                }
            }
        }
        let unasked = found.into_iter().map(|(unit, figures)| {
            let sent = open.iter().filter(|check| check.unit == Some(unit));
            let covers = |check: &&Open| {
                let accounts: BTreeSet<&str> = named(&check.accounts).collect();
                figures.iter().all(|(id, ..)| accounts.contains(id.as_str()))
            };
            let waiting = sent.clone().find(covers).map(|check| check.record);
            let node = tree.get(unit);
            UnaskedFigures {
                code: node.map_or(String::new(), |node| node.code.clone()),
                name: node.map_or(String::new(), |node| node.name.clone()),
                figures,
                waiting,
            }
        });
        Ok(unasked.collect())
    }

    /// Asks every unit that would be shown as late to check its own figures: one command, nobody is asked twice.
    pub fn ask_units(&self, scope: &Scope, as_of: Day) -> Result<Option<Receipt>, AppError> {
        let mut drafts: Vec<Draft> = Vec::new();
        for one in self.unasked(scope, as_of)?.iter().filter(|one| one.waiting.is_none()) {
            let shown = format!("{} {}", one.pace.said().shown, one.pace.shown_measure);
            drafts.push(self.check(
                as_of,
                [
                    ("unit", one.pace.unit.to_string()),
                    ("target", format!("#{}", one.pace.record)),
                    ("matter", one.pace.name.to_string()),
                    ("account", one.pace.account.to_string()),
                    ("shown", shown.trim().to_owned()),
                ],
            ));
        }
        for one in self
            .unasked_figures(scope, as_of)?
            .iter()
            .filter(|one| one.waiting.is_none())
        {
            let locale = self.locale();
            let joined = |of: &dyn Fn(&(String, String, String)) -> String| -> Vec<String> {
                one.figures.iter().map(of).collect()
            };
            let names = locale.list(&joined(&|(_, name, _)| name.clone()));
            drafts.push(self.check(
                as_of,
                [
                    ("unit", one.code.clone()),
                    ("target", String::new()),
                    ("matter", locale.say("page.check_units.matter", &[("names", &names)])),
                    ("account", joined(&|(id, ..)| id.clone()).join(",")),
                    (
                        "shown",
                        locale.list(&joined(&|(_, name, value)| format!("{name} {value}"))),
                    ),
                ],
            ));
        }
        match drafts.is_empty() {
            true => Ok(None),
            false => self.execute(scope, &drafts, None).map(Some),
        }
    }

    fn check(&self, as_of: Day, set: [(&str, String); 5]) -> Draft {
        let today = self.today();
        let days = [
            ("as_of", as_of.to_string()),
            ("holds_until", as_of.plus(HOLDS).to_string()),
            ("asked_on", today.to_string()),
        ];
        let said = set.into_iter().filter(|(_, text)| !text.is_empty()).chain(days);
        Draft {
            register: CHECKS.to_owned(),
            wish: DraftWish::Open,
            set: said.map(|(field, text)| (field.to_owned(), text)).collect(),
            occurred_on: Some(today),
            ..Draft::default()
        }
    }
}

/// The checks of a day that wait for an answer or a decision.
fn open(asking: &mut Asking<'_>, as_of: Day, known_at: EntryNo) -> Result<Vec<Open>, AppError> {
    let definition: Arc<Definition> = asking.definition.clone();
    let Some(register) = checks(&definition).cloned() else {
        return Ok(Vec::new());
    };
    let value = |register: &Register, state: &State, id: &str| -> Option<Value> {
        state.value(register.field_named(id)?.no).cloned()
    };
    let mut open = Vec::new();
    for (record, state) in known(asking, &register, known_at)? {
        let closed = state.stage().and_then(|stage| register.stage(stage));
        let of = register.field_named("as_of").and_then(|field| state.day(field.no));
        if of != Some(as_of) || closed.is_none_or(|stage| stage.closed) {
            continue;
        }
        open.push(Open {
            record,
            target: match value(&register, &state, "target") {
                Some(Value::Link(target)) => Some(target),
                _ => None,
            },
            unit: register.unit.and_then(|field| state.unit(field)),
            accounts: match value(&register, &state, "account") {
                Some(Value::Text(accounts)) => accounts,
                _ => String::new(),
            },
        });
    }
    Ok(open)
}

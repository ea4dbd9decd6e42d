//! Room: one target after the other beside its figure, with all that they have in common made once.

use super::said::{Manner, Sums};
use super::targets::TargetRecord;
use super::{Pace, lights};
use crate::app::ask::{Asking, FigureQuestion};
use crate::app::checked::{self, Checked};
use crate::app::names::measure_name;
use crate::error::AppError;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, OnceLock};
use taizhang_core::day::{Day, Month};
use taizhang_core::definition::{Account, AccountKind};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_schemes::pace::{Aim, Light, LightMeasure, LightRule, light, pace, split_check};
use taizhang_store::figure::Span;

pub(super) struct Judge<'a> {
    pub(super) asking: Asking<'a>,
    pub(super) as_of: Day,
    pub(super) known_at: EntryNo,
    rules: Vec<LightRule>,
    /// What units were asked to check; none if they are not asked.
    checked: Option<Checked>,
    /// Units of which nobody is asked: the whole district, and what lies above it.
    whole: Vec<RecordNo>,
    /// The values of the parts of each target that was split, by the record of the whole.
    parts: BTreeMap<RecordNo, Vec<Decimal>>,
    accounts: HashMap<Arc<str>, Option<Arc<Account>>>,
    manners: HashMap<(Arc<str>, Day), Arc<Manner>>,
    named: HashMap<(RecordNo, Day), (Arc<str>, Arc<str>)>,
    chosen: HashMap<Arc<str>, (Arc<LightRule>, Arc<str>)>,
}

/// A figure at the end of a day.
pub(super) struct Actual {
    units: Option<i64>,
    /// The same as a decimal.
    pub(super) value: Option<Decimal>,
    /// Whether it is a level or a ratio of the day.
    level: bool,
    account: Arc<Account>,
    span: Span,
}

impl<'a> Judge<'a> {
    pub(super) fn new(
        mut asking: Asking<'a>,
        targets: &[Arc<TargetRecord>],
        as_of: Day,
        known_at: EntryNo,
    ) -> Result<Judge<'a>, AppError> {
        let mut parts: BTreeMap<RecordNo, Vec<Decimal>> = BTreeMap::new();
        for part in targets {
            if let (Some(above), Ok(aim)) = (part.above, &part.aim) {
                parts.entry(above).or_default().push(aim.value);
            }
        }
        Ok(Judge {
            rules: lights::rules(&mut asking, as_of, known_at)?,
            checked: checked::on(&mut asking, as_of, known_at)?,
            whole: checked::whole(&mut asking, as_of, known_at)?,
            asking,
            as_of,
            known_at,
            parts,
            accounts: HashMap::new(),
            manners: HashMap::new(),
            named: HashMap::new(),
            chosen: HashMap::new(),
        })
    }

    pub(super) fn pace(&mut self, target: &TargetRecord) -> Result<Pace, AppError> {
        let mut pace = self.plain(target);
        let aim = match (&target.aim, self.account(&target.account)) {
            (Err(problem), _) => {
                pace.problem = Some(problem.clone());
                return Ok(pace);
            }
            (Ok(_), None) => {
                let args = [("account", &*target.account)];
                pace.problem = Some(self.asking.locale().fill("pace.no_account", &args));
                return Ok(pace);
            }
            (Ok(aim), Some(_)) => aim,
        };
        let until = self.as_of.min(target.to);
        let actual = self.actual(target, until)?;
        let manner = self.manner(target, &actual.account, until);
        let sums = taizhang_schemes::pace::pace(aim, actual.value, until, actual.level);
        (pace.unit, pace.unit_name) = self.unit(target.unit, until);
        pace.span = actual.span;
        pace.shown_measure = manner.measure_name.clone();
        pace.reached = sums.reached;
        pace.method = sums.method.key();
        pace.arrives = sums.arrives;
        let parts = self.parts.get(&target.record);
        pace.split = parts.map(|parts| split_check(aim.value, parts, target.split));
        if let Some(beside) = &target.beside {
            pace.beside = self.beside(target, beside, until)?;
        }
        self.light(target, aim, &sums, actual.level, &mut pace)?;
        pace.sums = Some(Sums {
            units: actual.units,
            aim: aim.value,
            pace: sums,
            manner,
        });
        Ok(pace)
    }

    fn light(
        &mut self,
        target: &TargetRecord,
        aim: &Aim,
        sums: &taizhang_schemes::pace::Pace,
        level: bool,
        said: &mut Pace,
    ) -> Result<(), AppError> {
        let (rule, id) = self.rule(&target.lights);
        let measure = |sums: &taizhang_schemes::pace::Pace| match rule.measure {
            LightMeasure::OfPlan if !aim.in_points => sums.of_plan,
            _ => sums.margin,
        };
        let mut earlier = Vec::new();
        let behind = measure(sums).is_some_and(|value| value < rule.green);
        if let Some(periods) = rule.periods.filter(|_| behind) {
            let last = self.as_of.min(target.to).month();
            for back in 1..periods as i32 {
                let end = Month(last.0 - back).last();
                if end < target.from {
                    break;
                }
                let actual = self.actual(target, end)?;
                earlier.push(measure(&pace(aim, actual.value, end, level)));
            }
        }
        let about = target.about.then_some(sums.within_tolerance);
        said.rule = id;
        said.light = light(&rule, measure(sums), &earlier, about);
        let holds = |until: &Option<Day>| until.filter(|until| self.as_of <= *until);
        if let (Some(set), Some(until)) = (target.overridden, holds(&target.override_until)) {
            said.light = set;
            said.light_set = Some((target.override_reason.clone(), until));
        } else if let (true, Some(until)) = (said.light > Light::Green, holds(&target.exempt_until)) {
            said.light = Light::None;
            said.light_set = Some((target.exempt_reason.clone(), until));
        }
        let asks = self.checked.as_ref().filter(|_| !self.whole.contains(&target.unit));
        if said.light > Light::Green && asks.is_some_and(|checked| !checked.target(target.record)) {
            said.checking = Some(std::mem::take(&mut said.light));
        }
        Ok(())
    }

    /// The figure at the end of a day.
    pub(super) fn actual(&mut self, target: &TargetRecord, until: Day) -> Result<Actual, AppError> {
        let account = self.account(&target.account);
        let account = account.ok_or_else(|| AppError::Fault(format!("no account {}", target.account)))?;
        let span = span(&account, target, until);
        let part = self.asking.value(account.no, target.unit, span, self.known_at)?;
        Ok(Actual {
            units: part.units,
            value: part.units.map(|units| Decimal::new(units, part.account.scale)),
            level: part.account.kind.is_stock() || target.in_points,
            account: part.account,
            span: part.span,
        })
    }

    fn beside(
        &mut self,
        target: &TargetRecord,
        account: &Arc<str>,
        until: Day,
    ) -> Result<Option<(String, String)>, AppError> {
        let Some(account) = self.account(account) else {
            return Ok(None);
        };
        let question = FigureQuestion {
            account: account.id.clone(),
            unit: Some(format!("#{}", target.unit)),
            span: span(&account, target, until),
            known_at: Some(self.known_at.to_string()),
        };
        let figure = self.asking.figure(&question)?;
        let shown = format!("{} {}", figure.shown, figure.shown_measure);
        Ok(Some((figure.account.name.clone(), shown)))
    }

    /// The account of an id by the present pack.
    fn account(&mut self, id: &Arc<str>) -> Option<Arc<Account>> {
        if let Some(account) = self.accounts.get(id) {
            return account.clone();
        }
        let account = self.asking.definition.account_named(id).cloned();
        self.accounts.insert(id.clone(), account.clone());
        account
    }

    /// How a target's figure is printed, by its account as it was defined for the day.
    fn manner(&mut self, target: &TargetRecord, account: &Arc<Account>, until: Day) -> Arc<Manner> {
        let asked = (target.account.clone(), until);
        if let Some(manner) = self.manners.get(&asked) {
            return manner.clone();
        }
        let definition = self.asking.definition.clone();
        let present = self.account(&target.account);
        let present = present.and_then(|account| definition.measures.get(&account.measure));
        let factor = present.map(|measure| measure.factor).filter(|factor| !factor.is_zero());
        let manner = Arc::new(Manner {
            account: account.clone(),
            measure: self.asking.measure(&account.measure).cloned(),
            factor: factor.unwrap_or(Decimal::ONE),
            measure_name: measure_name(&definition, &account.measure).into(),
        });
        self.manners.insert(asked, manner.clone());
        manner
    }

    /// A unit's code and name on a day.
    fn unit(&mut self, unit: RecordNo, day: Day) -> (Arc<str>, Arc<str>) {
        let (asking, known_at) = (&self.asking, self.known_at);
        let named = self.named.entry((unit, day)).or_insert_with(|| {
            let tree = asking.tree(day, known_at);
            let node = tree.get(unit);
            let said = node.map_or(("", ""), |node| (&*node.code, &*node.name));
            (said.0.into(), said.1.into())
        });
        named.clone()
    }

    /// The light rule that a target names, and its id.
    fn rule(&mut self, id: &Arc<str>) -> (Arc<LightRule>, Arc<str>) {
        let rules = &self.rules;
        let chosen = self.chosen.entry(id.clone()).or_insert_with(|| {
            let rule = lights::chosen(rules, id);
            let id = rule.id.as_str().into();
            (Arc::new(rule), id)
        });
        chosen.clone()
    }

    fn plain(&mut self, target: &TargetRecord) -> Pace {
        let (unit, unit_name) = self.unit(target.unit, self.as_of);
        Pace {
            record: target.record,
            target: target.code.clone(),
            name: target.name.clone(),
            account: target.account.clone(),
            unit,
            unit_name,
            value: target.shown.clone(),
            shown_measure: Arc::default(),
            span: Span::AsOf(self.as_of),
            beside: None,
            light: Light::None,
            checking: None,
            light_set: None,
            rule: Arc::default(),
            reached: None,
            method: "",
            arrives: None,
            leader: target.leader.clone(),
            goal: target.goal.clone(),
            split: None,
            problem: None,
            ended: target.to < self.as_of,
            sums: None,
            said: OnceLock::new(),
        }
    }
}

/// The days that a target asks its account for.
fn span(account: &Account, target: &TargetRecord, until: Day) -> Span {
    match account.kind {
        AccountKind::Stock | AccountKind::Late | AccountKind::Money => Span::AsOf(until),
        AccountKind::Flow | AccountKind::Formula(_) => Span::Between(target.from, until),
    }
}

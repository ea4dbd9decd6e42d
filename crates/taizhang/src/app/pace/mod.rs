//! Room: targets beside their figures. Computed on unrounded values, rounded once for print.

mod course;
mod lights;
mod seeds;
mod shape;
mod targets;

pub use course::{Course, courses};
pub use lights::RuleInForce;
pub use seeds::check_seeds;
pub use shape::to_json;
pub(super) use targets::on as targets_on;
pub use targets::{TargetRecord, faults};

use super::App;
use super::ask::{Asking, FigureQuestion, FigureState};
use crate::error::AppError;
use rust_decimal::Decimal;
use std::collections::BTreeMap;
use taizhang_core::day::{Day, Month};
use taizhang_core::definition::AccountKind;
use taizhang_core::id::{AccountNo, EntryNo, RecordNo};
use taizhang_core::posting::Posting;
use taizhang_core::value::scaled;
use taizhang_schemes::pace::{Light, LightMeasure, SplitCheck, light, pace, split_check};
use taizhang_store::figure::Span;

/// The register of targets.
pub const TARGETS: &str = "target";

/// One target on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The target's record.
    pub record: RecordNo,
    /// Its code.
    pub target: String,
    /// Its name.
    pub name: String,
    /// The account that it judges.
    pub account: String,
    /// The unit's code.
    pub unit: String,
    /// The unit's name.
    pub unit_name: String,
    /// The target's value as it was set, with its measure and qualifier.
    pub value: String,
    /// The figure, in the base unit; none if not reported.
    pub actual: Option<String>,
    /// The figure as shown.
    pub shown: String,
    /// The measure that it is shown in.
    pub shown_measure: String,
    /// The days of the figure.
    pub span: Span,
    /// The figure by the other basis as shown; never added.
    pub beside: Option<(String, String)>,
    /// Actual ÷ target, percent to one place; a dash without a figure.
    pub completion: String,
    /// Actual ÷ what was planned by the day, percent.
    pub of_plan: String,
    /// The share of the target that should be done by the day, percent.
    pub schedule: String,
    /// Completion less schedule, in points; for a cap its room left.
    pub margin: String,
    /// green, yellow, red, or none.
    pub light: Light,
    /// Why the light is not what the rule says; and until when.
    pub light_set: Option<(String, Day)>,
    /// The rule that the light follows.
    pub rule: String,
    /// Whether the target is reached.
    pub reached: Option<bool>,
    /// What is needed a month from now on, in the base unit.
    pub run_rate_needed: Option<String>,
    /// What was done a month so far, in the base unit.
    pub run_rate: Option<String>,
    /// Rate so far, rate needed and forecast, in the measure that the figure is shown in.
    pub in_measure: InMeasure,
    /// How many times faster it must run; none if it need not.
    pub faster: Option<String>,
    /// The figure at the end of the period at the present rate.
    pub forecast: Option<String>,
    /// How the forecast was made.
    pub method: &'static str,
    /// Whether the forecast reaches the target.
    pub arrives: Option<bool>,
    /// The leader's position.
    pub leader: String,
    /// The node of the tree of goals.
    pub goal: String,
    /// What the parts come to that it was split into; none if it was not split.
    pub split: Option<SplitCheck>,
    /// Why it cannot be judged.
    pub problem: Option<String>,
    /// What is ended or shown only for the record.
    pub ended: bool,
}

/// Amounts in the measure that the figure is shown in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InMeasure {
    /// What was done a month so far.
    pub rate: Option<String>,
    /// What is needed a month from now on.
    pub needed: Option<String>,
    /// What is missing to the target; none where it is reached or a limit that must not be passed.
    pub gap: Option<String>,
    /// Of a ratio: the points that are missing, and those to be gained a month from now on.
    pub points: Option<(String, String)>,
    /// The figure at the end of the period.
    pub forecast: Option<String>,
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
pub fn paces(app: &App, as_of: Day, unit: Option<&str>) -> Result<Vec<Pace>, AppError> {
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

/// The targets that were asked for.
pub fn asked(app: &App, ask: &PaceAsk) -> Result<Vec<Pace>, AppError> {
    supposing(app, ask, Vec::new())
}

/// The same, if these postings were made too. They are counted in memory and written nowhere.
pub fn supposing(app: &App, ask: &PaceAsk, supposed: Vec<Posting>) -> Result<Vec<Pace>, AppError> {
    let as_of = ask.as_of.unwrap_or(app.today());
    let mut asking = app.asking()?;
    asking.suppose(supposed);
    let known_at = asking.known_at(ask.known_at.as_deref())?;
    let targets = targets::on(&mut asking, as_of, known_at)?;
    let wanted = match ask.unit.as_deref().filter(|unit| !unit.is_empty()) {
        Some(unit) => {
            let tree = asking.tree(as_of, known_at);
            Some(tree.with_below(asking.unit(&tree, Some(unit))?))
        }
        None => None,
    };
    let mut judge = Judge {
        app,
        rules: lights::rules(&mut asking, as_of, known_at)?,
        parts: parts(&targets),
        asking,
        as_of,
        known_at,
    };
    let asked = targets.iter().filter(|target| target.from <= as_of);
    let asked = asked.filter(|target| wanted.as_ref().is_none_or(|wanted| wanted.contains(&target.unit)));
    // One account after the other, so that its sums are read once; told in the order of the codes.
    let mut asked: Vec<(usize, &TargetRecord)> = asked.enumerate().collect();
    asked.sort_by_key(|(_, target)| (&target.account, target.from, target.to));
    let mut paces = Vec::with_capacity(asked.len());
    for (at, target) in asked {
        paces.push((at, judge.pace(target)?));
    }
    paces.sort_by_key(|(at, _)| *at);
    Ok(paces.into_iter().map(|(_, pace)| pace).collect())
}

/// The values of the parts of each target that was split, by the record of the whole.
fn parts(targets: &[TargetRecord]) -> BTreeMap<RecordNo, Vec<Decimal>> {
    let mut parts: BTreeMap<RecordNo, Vec<Decimal>> = BTreeMap::new();
    for part in targets {
        if let (Some(above), Ok(aim)) = (part.above, &part.aim) {
            parts.entry(above).or_default().push(aim.value);
        }
    }
    parts
}

struct Judge<'a> {
    app: &'a App,
    asking: Asking<'a>,
    rules: Vec<RuleInForce>,
    parts: BTreeMap<RecordNo, Vec<Decimal>>,
    as_of: Day,
    known_at: EntryNo,
}

impl Judge<'_> {
    fn pace(&mut self, target: &TargetRecord) -> Result<Pace, AppError> {
        let mut said = self.plain(target);
        let aim = match (&target.aim, self.asking.definition.account_named(&target.account)) {
            (Err(problem), _) => {
                said.problem = Some(problem.clone());
                return Ok(said);
            }
            (Ok(_), None) => {
                let args = [("account", target.account.as_str())];
                said.problem = Some(self.app.locale().fill("pace.no_account", &args));
                return Ok(said);
            }
            (Ok(aim), Some(_)) => aim.clone(),
        };
        let until = self.as_of.min(target.to);
        let (actual, level) = self.actual(target, until, Some(&mut said))?;
        let sums = pace(&aim, actual, until, level);
        said.completion = print(sums.completion);
        said.of_plan = print(sums.of_plan);
        said.schedule = print(Some(sums.schedule));
        said.margin = print(sums.margin);
        said.reached = sums.reached;
        said.run_rate_needed = sums.needed.map(plain);
        said.run_rate = sums.rate.map(plain);
        said.faster = match (sums.needed, sums.rate) {
            (Some(needed), Some(rate)) if rate > Decimal::ZERO && needed > rate => Some(print(Some(needed / rate))),
            _ => None,
        };
        said.forecast = sums.forecast.map(plain);
        let account = self.asking.account(&target.account)?;
        let factor = self
            .asking
            .definition
            .measures
            .get(&account.measure)
            .map(|measure| measure.factor);
        let factor = factor.filter(|factor| !factor.is_zero()).unwrap_or(Decimal::ONE);
        let shown = |value: Option<Decimal>| value.map(|value| plain(value / factor));
        said.in_measure = InMeasure {
            rate: shown(sums.rate),
            needed: shown(sums.needed),
            gap: shown(
                actual
                    .map(|actual| aim.value - actual)
                    .filter(|gap| sums.needed.is_some() && *gap > Decimal::ZERO),
            ),
            points: actual
                .zip(sums.points_needed)
                .filter(|(_, needed)| *needed > Decimal::ZERO)
                .map(|(actual, needed)| (plain(aim.value - actual), plain(needed))),
            forecast: shown(sums.forecast),
        };
        said.method = sums.method.key();
        said.arrives = sums.arrives;
        said.split = self
            .parts
            .get(&target.record)
            .map(|parts| split_check(aim.value, parts, target.split));
        if let Some(beside) = &target.beside {
            said.beside = self.beside(target, beside, until)?;
        }
        self.light(target, &aim, &sums, level, &mut said)?;
        Ok(said)
    }

    fn light(
        &mut self,
        target: &TargetRecord,
        aim: &taizhang_schemes::pace::Aim,
        sums: &taizhang_schemes::pace::Pace,
        level: bool,
        said: &mut Pace,
    ) -> Result<(), AppError> {
        let rule = lights::chosen(&self.rules, &target.lights);
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
                let (actual, _) = self.actual(target, end, None)?;
                earlier.push(measure(&pace(aim, actual, end, level)));
            }
        }
        let about = target.about.then_some(sums.within_tolerance);
        said.rule = rule.id.clone();
        said.light = light(&rule, measure(sums), &earlier, about);
        let holds = |until: &Option<Day>| until.filter(|until| self.as_of <= *until);
        if let (Some(set), Some(until)) = (target.overridden, holds(&target.override_until)) {
            said.light = set;
            said.light_set = Some((target.override_reason.clone(), until));
        } else if let (true, Some(until)) = (said.light > Light::Green, holds(&target.exempt_until)) {
            said.light = Light::None;
            said.light_set = Some((target.exempt_reason.clone(), until));
        }
        Ok(())
    }

    /// The figure at the end of a day, and whether it is a level or a ratio of the day.
    fn actual(
        &mut self,
        target: &TargetRecord,
        until: Day,
        said: Option<&mut Pace>,
    ) -> Result<(Option<Decimal>, bool), AppError> {
        let question = self.question(target, &target.account, until)?;
        let figure = self.asking.figure(&question)?;
        let level = figure.account.kind.is_stock() || target.in_points;
        let value = figure
            .value
            .as_deref()
            .filter(|_| figure.state == FigureState::Reported);
        let value = value.and_then(|value| value.parse::<Decimal>().ok());
        if let Some(said) = said {
            said.unit = figure.unit_code;
            said.unit_name = figure.unit_name;
            said.span = figure.span;
            said.actual = figure.value;
            said.shown = figure.shown;
            said.shown_measure = figure.shown_measure;
        }
        Ok((value, level))
    }

    fn question(&self, target: &TargetRecord, account: &str, until: Day) -> Result<FigureQuestion, AppError> {
        let kind = self.asking.account(account)?.kind.clone();
        let span = match kind {
            AccountKind::Stock | AccountKind::Late | AccountKind::Money => Span::AsOf(until),
            AccountKind::Flow | AccountKind::Formula(_) => Span::Between(target.from, until),
        };
        Ok(FigureQuestion {
            account: account.to_owned(),
            unit: Some(format!("#{}", target.unit)),
            span,
            known_at: Some(self.known_at.to_string()),
        })
    }

    fn beside(
        &mut self,
        target: &TargetRecord,
        account: &str,
        until: Day,
    ) -> Result<Option<(String, String)>, AppError> {
        if self.asking.definition.account_named(account).is_none() {
            return Ok(None);
        }
        let question = self.question(target, account, until)?;
        let figure = self.asking.figure(&question)?;
        let shown = format!("{} {}", figure.shown, figure.shown_measure);
        Ok(Some((figure.account.name.clone(), shown)))
    }

    fn plain(&self, target: &TargetRecord) -> Pace {
        let tree = self.asking.tree(self.as_of, self.known_at);
        let node = tree.get(target.unit);
        Pace {
            record: target.record,
            target: target.code.clone(),
            name: target.name.clone(),
            account: target.account.clone(),
            unit: node.map_or(String::new(), |node| node.code.clone()),
            unit_name: node.map_or(String::new(), |node| node.name.clone()),
            value: target.shown.clone(),
            actual: None,
            shown: "—".to_owned(),
            shown_measure: String::new(),
            span: Span::AsOf(self.as_of),
            beside: None,
            completion: print(None),
            of_plan: print(None),
            schedule: print(None),
            margin: print(None),
            light: Light::None,
            light_set: None,
            rule: String::new(),
            reached: None,
            run_rate_needed: None,
            run_rate: None,
            in_measure: InMeasure::default(),
            faster: None,
            forecast: None,
            method: "",
            arrives: None,
            leader: target.leader.clone(),
            goal: target.goal.clone(),
            split: None,
            problem: None,
            ended: target.to < self.as_of,
        }
    }
}

/// One place, half away from zero, once.
fn print(value: Option<Decimal>) -> String {
    let places = |value| scaled(value, 1).map(|units| Decimal::new(units, 1).normalize().to_string());
    value.and_then(places).unwrap_or("—".to_owned())
}

/// An amount in the base unit, to the hundredth.
fn plain(value: Decimal) -> String {
    scaled(value, 2).map_or(value.to_string(), |units| {
        Decimal::new(units, 2).normalize().to_string()
    })
}

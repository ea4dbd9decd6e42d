//! Room: the turn of the year (年度结转) — which targets carry over to the next year, and with what value. A plan
//! first; carrying it out opens the new records in one command, parts below the wholes that they were split from.

use super::App;
use super::execute::{Draft, DraftWish, Receipt};
use super::pace::{PaceAsk, TARGETS, asked, targets_on};
use super::scope::Scope;
use crate::error::AppError;
use rust_decimal::Decimal;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use taizhang_core::day::Day;
use taizhang_core::definition::Register;
use taizhang_core::field_kinds::api;
use taizhang_core::id::RecordNo;
use taizhang_schemes::pace::{Split, SplitCheck, split_check};

/// What becomes of one target.
#[derive(Clone, Debug)]
pub struct Carried {
    /// The target that ends.
    pub record: RecordNo,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: String,
    /// The code and the value of the one that takes its place; none if it just ends.
    pub next: Option<(String, String)>,
    /// Why nothing can be carried although it should be.
    pub problem: Option<String>,
    /// Of which whole it is a part, and whether it stays one.
    pub above: Option<(RecordNo, Above)>,
    /// What next year's parts come to beside next year's whole; none if no part carries over.
    pub parts: Option<SplitCheck>,
    draft: Option<Draft>,
    /// What the whole asks of its parts, and the next value in the base unit.
    split: Split,
    base: Option<Decimal>,
}

/// What becomes of a part's link to its whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Above {
    /// It hangs below the whole that takes the old one's place, by its code.
    Carried(String),
    /// The whole runs on, and so the part stays below it.
    Stays,
    /// The whole ends, so the part stands alone from now on.
    Ends,
}

impl Above {
    /// The code of the whole that takes the old one's place.
    pub fn code(&self) -> Option<&str> {
        match self {
            Above::Carried(code) => Some(code),
            Above::Stays | Above::Ends => None,
        }
    }
}

impl App {
    /// What becomes of the targets that end with a year.
    pub fn plan_roll_over(&self, year: i32) -> Result<Vec<Carried>, AppError> {
        let wrong = || AppError::said("rollover.year", &[("year", &year)]);
        let last = Day::of(year, 12, 31).map_err(|_| wrong())?;
        let first = last.plus(1);
        let mut asking = self.asking()?;
        let known_at = asking.reading.n();
        let definition = asking.definition.clone();
        let Some(register) = definition.register_named(TARGETS).cloned() else {
            return Ok(Vec::new());
        };
        let targets = targets_on(&mut asking, last.min(self.today()), known_at)?;
        let codes: Vec<&str> = targets.iter().map(|target| &*target.code).collect();
        let ask = PaceAsk {
            as_of: Some(last.min(self.today())),
            ..PaceAsk::default()
        };
        let paces = asked(self, &ask)?;
        let mut plan = Vec::new();
        for target in targets.iter().filter(|target| target.to.year() == year) {
            let row = taizhang_store::record::get(asking.reading.conn()?, &register, target.record)?;
            let field = |id: &str| {
                let field = register.field_named(id)?;
                api(&definition, field, row.as_ref()?.state.cell(field.no))
            };
            let value = field("value").unwrap_or_default();
            let mut carried = Carried {
                record: target.record,
                code: target.code.to_string(),
                name: target.name.to_string(),
                value: value.clone(),
                next: None,
                problem: None,
                above: target.above.map(|above| (above, Above::Ends)),
                parts: None,
                draft: None,
                split: target.split,
                base: None,
            };
            let code = next_code(&target.code, year);
            let there = codes.contains(&code.as_str());
            if target.carry != "none" && !there {
                let pace = paces.iter().find(|pace| pace.record == target.record);
                let missing = match (&target.aim, pace.and_then(|pace| pace.said().actual.as_deref())) {
                    (Ok(aim), Some(actual)) => actual.parse::<Decimal>().ok().map(|actual| aim.value - actual),
                    _ => None,
                };
                let set: Option<Decimal> = value.parse().ok();
                let scale = match (&target.aim, set) {
                    (Ok(aim), Some(set)) if !set.is_zero() => aim.value / set,
                    _ => Decimal::ONE,
                };
                let next = match (target.carry.as_str(), set, missing) {
                    ("same", Some(set), _) => Some(set),
                    ("shortfall", Some(set), Some(missing)) => Some(set + (missing / scale).max(Decimal::ZERO)),
                    _ => None,
                };
                match next {
                    Some(next) => {
                        carried.base = Some(next * scale);
                        let next = next.normalize().to_string();
                        let draft = turned(&register, &field, &code, &next, year, first.min(self.today()));
                        carried.draft = Some(draft);
                        carried.next = Some((code, next));
                    }
                    None => carried.problem = Some(self.locale().text("rollover.not_reported").to_owned()),
                }
            }
            plan.push(carried);
        }
        let running = |record: RecordNo| {
            targets
                .iter()
                .find(|target| target.record == record && target.to > last)
        };
        let turned = |record: RecordNo| {
            let whole = targets
                .iter()
                .find(|target| target.record == record && target.to.year() == year)?;
            let code = next_code(&whole.code, year);
            let carries = plan.iter().any(|one| one.record == record && one.next.is_some());
            (carries || codes.contains(&code.as_str())).then_some(code)
        };
        let wholes: Vec<Option<Above>> = plan
            .iter()
            .map(|one| {
                let (above, _) = one.above.as_ref()?;
                Some(match (turned(*above), running(*above)) {
                    (Some(code), _) => Above::Carried(code),
                    (None, Some(_)) => Above::Stays,
                    (None, None) => Above::Ends,
                })
            })
            .collect();
        for (one, whole) in plan.iter_mut().zip(wholes) {
            one.above = one.above.take().map(|(above, ends)| (above, whole.unwrap_or(ends)));
        }
        check_parts(&mut plan);
        Ok(plan)
    }

    /// Opens what a plan carries over, all or none; wholes first, so that their parts can hang below them.
    pub fn roll_over(&self, scope: &Scope, plan: &[Carried]) -> Result<Option<Receipt>, AppError> {
        let mut order: Vec<&Carried> = plan.iter().filter(|one| one.draft.is_some()).collect();
        if order.is_empty() {
            return Ok(None);
        }
        order.sort_by_key(|one| depth(plan, one));
        let there = self.next_records(plan)?;
        let make = |first: RecordNo| {
            let numbers = (first..).zip(&order).map(|(number, one)| (one.record, number));
            let numbers: BTreeMap<RecordNo, RecordNo> = numbers.collect();
            let draft = |one: &&Carried| {
                let mut draft = one.draft.clone()?;
                let above = one.above.as_ref().and_then(|(above, what)| match what {
                    Above::Carried(code) => numbers.get(above).or_else(|| there.get(code)).copied(),
                    Above::Stays => Some(*above),
                    Above::Ends => None,
                });
                draft
                    .set
                    .extend(above.map(|above| ("above".to_owned(), format!("#{above}"))));
                Some(draft)
            };
            order.iter().filter_map(draft).collect()
        };
        self.execute_behind(scope, &make).map(Some)
    }

    /// Records that were carried over before, by their codes: parts that follow later hang below them.
    fn next_records(&self, plan: &[Carried]) -> Result<BTreeMap<String, RecordNo>, AppError> {
        let mut reading = self.reading()?;
        let definition = super::definition(&reading)?;
        let mut there = BTreeMap::new();
        let Some((register, key)) = definition
            .register_named(TARGETS)
            .and_then(|register| Some((register.no, register.keys.first()?.id.clone())))
        else {
            return Ok(there);
        };
        for (_, above) in plan.iter().filter_map(|one| one.above.as_ref()) {
            let Above::Carried(code) = above else { continue };
            let found = taizhang_store::facts::key_holder(reading.conn()?, register, &key, code)?;
            there.extend(found.map(|record| (code.clone(), record)));
        }
        Ok(there)
    }
}

/// What a plan says, in few characters: whoever carries it out says which one was looked at.
pub fn print(plan: &[Carried]) -> String {
    let mut hash = Sha256::new();
    for one in plan {
        let (code, value) = one
            .next
            .as_ref()
            .map_or(("", ""), |(code, value)| (code.as_str(), value.as_str()));
        for part in [one.code.as_str(), code, value, &format!("{:?}", one.above)] {
            hash.update(part.as_bytes());
            hash.update([0]);
        }
    }
    hash.finalize()[..8].iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How many wholes that carry over with it stand above a part.
fn depth(plan: &[Carried], one: &Carried) -> usize {
    let (mut deep, mut at) = (0, one);
    while let Some((above, _)) = &at.above
        && let Some(next) = plan
            .iter()
            .find(|other| other.record == *above && other.draft.is_some())
        && deep < plan.len()
    {
        (deep, at) = (deep + 1, next);
    }
    deep
}

/// What next year's parts come to beside next year's wholes.
fn check_parts(plan: &mut [Carried]) {
    let mut parts: BTreeMap<RecordNo, Vec<Decimal>> = BTreeMap::new();
    for one in plan.iter() {
        if let (Some((above, Above::Carried(_))), Some(value)) = (&one.above, one.base) {
            parts.entry(*above).or_default().push(value);
        }
    }
    for one in plan {
        let own = one.base.zip(parts.get(&one.record));
        one.parts = own.map(|(whole, parts)| split_check(whole, parts, one.split));
    }
}

/// `2024-JY-01` becomes `2025-JY-01`; a code without the year gets the next one behind it.
fn next_code(code: &str, year: i32) -> String {
    let (old, new) = (year.to_string(), (year + 1).to_string());
    match code.contains(&old) {
        true => code.replace(&old, &new),
        false => format!("{code}-{new}"),
    }
}

/// The same target a year later. What was excused or overridden does not carry over.
fn turned(
    register: &Register,
    field: &impl Fn(&str) -> Option<String>,
    code: &str,
    value: &str,
    year: i32,
    set_on: Day,
) -> Draft {
    const LEFT: [&str; 7] = [
        "above",
        "set_on",
        "exempt_until",
        "exempt_reason",
        "override",
        "override_until",
        "override_reason",
    ];
    let later = |text: String| text.replace(&year.to_string(), &(year + 1).to_string());
    let mut set = vec![("set_on".to_owned(), set_on.to_string())];
    for one in register.fields.iter().filter(|one| !LEFT.contains(&one.id.as_str())) {
        let text = match one.id.as_str() {
            "code" => Some(code.to_owned()),
            "value" => Some(value.to_owned()),
            "name" | "from" | "to" | "due" | "phases" => field(&one.id).map(later),
            id => field(id),
        };
        set.extend(text.map(|text| (one.id.clone(), text)));
    }
    Draft {
        register: TARGETS.to_owned(),
        wish: DraftWish::Open,
        set,
        occurred_on: Some(set_on),
        base_units: true,
        ..Draft::default()
    }
}

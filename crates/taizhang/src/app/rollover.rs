//! Room: the turn of the year (年度结转) — which targets carry over to the next year, and with what value. A plan
//! first; carrying it out opens the new records in one command.

use super::App;
use super::execute::{Draft, DraftWish, Receipt};
use super::pace::{PaceAsk, TARGETS, asked, targets_on};
use super::scope::Scope;
use crate::error::AppError;
use rust_decimal::Decimal;
use taizhang_core::day::Day;
use taizhang_core::definition::Register;
use taizhang_core::field_kinds::api;
use taizhang_core::id::RecordNo;

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
    draft: Option<Draft>,
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
                draft: None,
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
        Ok(plan)
    }

    /// Opens what a plan carries over, all or none.
    pub fn roll_over(&self, scope: &Scope, plan: &[Carried]) -> Result<Option<Receipt>, AppError> {
        let drafts: Vec<Draft> = plan.iter().filter_map(|carried| carried.draft.clone()).collect();
        if drafts.is_empty() {
            return Ok(None);
        }
        self.execute(scope, &drafts, None).map(Some)
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

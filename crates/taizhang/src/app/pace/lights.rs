//! Room: the light rules that judge a day, read from their register.

use super::targets::{Reader, states};
use crate::app::ask::Asking;
use crate::error::AppError;
use rust_decimal::Decimal;
use taizhang_core::day::Day;
use taizhang_core::id::EntryNo;
use taizhang_schemes::pace::{LightMeasure, LightRule};

/// A rule that judges the day.
pub type RuleInForce = LightRule;

/// Places that a percentage of the register keeps.
const PLACES: u32 = 2;

/// Every rule that judges a day.
pub(super) fn rules(asking: &mut Asking<'_>, as_of: Day, known_at: EntryNo) -> Result<Vec<RuleInForce>, AppError> {
    let definition = asking.definition.clone();
    let Some(register) = definition.register_named("light_rule") else {
        return Ok(Vec::new());
    };
    let reader = Reader::new(&definition, register);
    let mut rules = Vec::new();
    for (_, state) in states(asking, register, Day::MAX, known_at)? {
        let said = reader.said(&state);
        let percent = |id: &str| said.units(id).map(|units| Decimal::new(units, PLACES));
        let Some(green) = percent("green") else { continue };
        rules.push(LightRule {
            id: said.owned("code"),
            measure: match said.text("measure") {
                Some("of_plan") => LightMeasure::OfPlan,
                _ => LightMeasure::Margin,
            },
            green,
            red: percent("red"),
            periods: said.units("periods").and_then(|periods| usize::try_from(periods).ok()),
            from: said.day("from"),
            until: said.day("until"),
        });
    }
    rules.retain(|rule: &LightRule| rule.judges(as_of));
    Ok(rules)
}

/// The rule that a target names, the latest of its editions; or what is usual.
pub(super) fn chosen(rules: &[RuleInForce], id: &str) -> RuleInForce {
    let named = rules.iter().filter(|rule| rule.id == id).max_by_key(|rule| rule.from);
    named.cloned().unwrap_or_else(LightRule::usual)
}

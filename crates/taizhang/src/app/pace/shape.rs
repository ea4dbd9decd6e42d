//! Room: a pace in the shape that other programs rely on.

use super::Pace;
use serde_json::{Value, json};

/// A pace in the shape that other programs rely on.
pub fn to_json(pace: &Pace) -> Value {
    let said = pace.said();
    json!({
        "target": &*pace.target, "name": &*pace.name, "record": pace.record, "account": &*pace.account, "unit": &*pace.unit,
        "value": &*pace.value, "actual": said.actual, "completion": said.completion, "of_plan": said.of_plan,
        "schedule": said.schedule, "margin": said.margin, "light": pace.light.key(), "light_rule": &*pace.rule,
        "light_because": pace.light_set.as_ref().map(|(reason, _)| reason),
        "reached": pace.reached, "run_rate": said.run_rate, "run_rate_needed": said.run_rate_needed,
        "faster": said.faster, "forecast": said.forecast, "forecast_method": pace.method, "arrives": pace.arrives,
        "beside": pace.beside.as_ref().map(|(name, shown)| json!({"name": name, "shown": shown})),
        "checking": pace.checking.is_some(),
        "split": pace.split.map(|split| json!({
            "sum": split.sum.normalize().to_string(), "more": split.more.normalize().to_string(), "holds": split.holds,
        })),
        "leader": &*pace.leader, "goal": &*pace.goal, "problem": pace.problem,
    })
}

//! Room: what must run faster (下半场怎么跑), as lines of a bulletin: targets that are behind, by leader, unit or goal,
//! with the gap and what is needed a month from now on. Each figure opens and is released like any other.

use super::About;
use super::template::Asked;
use crate::app::App;
use crate::app::goals::Node;
use crate::app::pace::{Pace, PaceAsk, asked};
use crate::error::AppError;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_schemes::pace::Light;
use taizhang_store::figure::Span;

/// One target that must run faster.
#[derive(Clone, Debug)]
pub(super) struct PlanLine {
    /// Its name and its unit's.
    pub(super) target: String,
    /// What it is to reach.
    pub(super) value: String,
    /// The figure that it is judged by.
    pub(super) figure: Option<Asked>,
    /// Points ahead of or behind the schedule.
    pub(super) margin: String,
    /// What is still missing, with its measure.
    pub(super) gap: String,
    /// What was done a month so far.
    pub(super) rate: String,
    /// What is needed a month from now on.
    pub(super) needed: String,
    /// Its light's key.
    pub(super) light: String,
}

/// Lines under whom or what they belong to; the group with most that is behind first.
pub(super) type Plan = Vec<(String, Vec<PlanLine>)>;

/// What a template asks for by one call of `plan`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct AskedPlan {
    /// `leader`, `unit` or `goal`.
    pub(super) by: String,
    /// Those too that are reached or in time, in the order of their groups.
    pub(super) all: bool,
}

/// Every target that is not reached and behind, or must run faster than it did; or every one that runs.
pub(super) fn plan(app: &App, wanted: &AskedPlan, about: &About) -> Result<Plan, AppError> {
    let by = wanted.by.as_str();
    let (as_of, known) = (about.as_of, about.known_at.to_string());
    let ask = PaceAsk {
        as_of: Some(as_of),
        unit: about.unit.clone(),
        known_at: Some(known.clone()),
    };
    let names = match by {
        "goal" => {
            let mut names = BTreeMap::new();
            named(
                &app.goals(&app.program_scope()?, Some(as_of), Some(&known))?,
                &mut names,
            );
            names
        }
        _ => BTreeMap::new(),
    };
    let nobody = app.locale().text("page.goals.nobody");
    let mut groups: BTreeMap<String, Vec<PlanLine>> = BTreeMap::new();
    let told = |pace: &&Arc<Pace>| if wanted.all { !pace.ended } else { must_run_faster(pace) };
    for pace in asked(app, &ask)?.iter().filter(told) {
        let group = match by {
            "leader" => pace.leader.to_string(),
            "goal" => names.get(&*pace.goal).cloned().unwrap_or_else(|| pace.goal.to_string()),
            _ => pace.unit_name.to_string(),
        };
        let group = if group.is_empty() { nobody.to_owned() } else { group };
        groups.entry(group).or_default().push(line(app, pace));
    }
    let mut plan: Plan = groups.into_iter().collect();
    if !wanted.all {
        plan.sort_by_key(|(_, lines)| std::cmp::Reverse(lines.len()));
    }
    Ok(plan)
}

fn must_run_faster(pace: &Pace) -> bool {
    let slow = pace.light > Light::Green || pace.faster().is_some();
    !pace.ended && pace.checking.is_none() && pace.reached != Some(true) && slow
}

fn line(app: &App, pace: &Pace) -> PlanLine {
    let points = |value: &String| app.locale().fill("bulletin.plan.points", &[("value", value)]);
    let amounts = &pace.said().in_measure;
    let of_points = amounts.points.as_ref();
    // A limit that is passed has no gap to fill: something must come down again.
    let over = amounts.over.as_ref().filter(|_| pace.reached != Some(true));
    let said = |key: &'static str, value: &String| app.locale().fill(key, &[("value", value)]);
    let dash = |text: &Option<String>| text.clone().unwrap_or("—".to_owned());
    let (from, to) = match pace.span {
        Span::AsOf(day) => (None, day),
        Span::Between(from, to) => (Some(from), to),
    };
    // A part of a whole is often called by its unit already.
    let target = match pace.name.contains(&*pace.unit_name) {
        true => pace.name.to_string(),
        false => app.locale().fill(
            "bulletin.plan.of",
            &[("target", &*pace.name), ("unit", &*pace.unit_name)],
        ),
    };
    PlanLine {
        target,
        value: pace.value.to_string(),
        figure: pace.problem.is_none().then(|| Asked {
            account: pace.account.to_string(),
            unit: Some(pace.unit.to_string()),
            from,
            to: Some(to),
            ..Asked::default()
        }),
        margin: pace.said().margin.clone(),
        gap: match (of_points, over) {
            (Some((gap, _)), _) => points(gap),
            (None, Some(over)) => said("bulletin.plan.over", over),
            (None, None) => dash(&amounts.gap),
        },
        rate: dash(&amounts.rate),
        needed: match (of_points, over) {
            (Some((_, needed)), _) => points(needed),
            (None, Some(over)) => said("bulletin.plan.down", over),
            (None, None) => dash(&amounts.needed),
        },
        light: pace.light.key().to_owned(),
    }
}

/// The name of every node by its code, under the name of the node that it hangs below.
fn named(nodes: &[Node], names: &mut BTreeMap<String, String>) {
    for node in nodes {
        names.insert(node.code.clone(), format!("{} {}", node.code, node.name));
        named(&node.below, names);
    }
}

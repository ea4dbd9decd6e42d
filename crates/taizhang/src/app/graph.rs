//! Room: the items of a template below one record as a graph — which waits for which, when each was or
//! will be done, and which chain decides the last day. Plain arithmetic over the calendar; a forecast is
//! what comes of the usual days, and says so.

use super::scope::Scope;
use super::{App, definition};
use crate::error::AppError;
use petgraph::algo::toposort;
use petgraph::graph::{DiGraph, NodeIndex};
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::calendar::{CalendarView, Limit};
use taizhang_core::day::Day;
use taizhang_core::decide::{Gate, timeline_of};
use taizhang_core::definition::{FieldKind, Matter, Register, Template, Verb};
use taizhang_core::id::RecordNo;
use taizhang_core::timeline::Timeline;
use taizhang_core::value::Value;
use taizhang_store::facts::Facts;

/// The items below one record.
pub struct Graph {
    /// Their register's name.
    pub name: String,
    /// In the order of the template.
    pub nodes: Vec<Node>,
    /// The item that all ask for, by its place.
    pub goal: Option<usize>,
}

/// One item.
pub struct Node {
    /// Its record.
    pub record: RecordNo,
    /// What it is called.
    pub name: String,
    /// Its stage's id and name.
    pub stage: (String, String),
    /// Whether nothing more is expected.
    pub closed: bool,
    /// How many items, one after the other, come before it.
    pub layer: usize,
    /// The day on which it was done, or will be.
    pub finish: Day,
    /// Whether it lies on the chain that decides the goal's day.
    pub critical: bool,
    /// The places of those that come before it, `true` where the law says so.
    pub before: Vec<(usize, bool)>,
    /// How many working days it usually takes.
    pub days: u32,
}

/// An item that is there, with its timeline.
struct There<'a> {
    item: &'a Matter,
    timeline: Timeline,
}

impl App {
    /// The graphs below a record: one for each register whose template stands below its own.
    pub fn graphs(&self, scope: &Scope, record: RecordNo) -> Result<Vec<Graph>, AppError> {
        let above = self.record(scope, record)?;
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let rules = reading.caches.rules.clone();
        let mut graphs = Vec::new();
        for register in &definition.registers {
            let Some(template) = &register.template else { continue };
            let below = register
                .parent
                .as_ref()
                .is_some_and(|parent| parent.register == above.register.no);
            if !below || !scope.may(Verb::Read, register, above.unit) {
                continue;
            }
            let mut facts = Facts {
                conn: reading.conn()?,
                definition: &definition,
                waiting: None,
            };
            let mut timelines = Vec::new();
            for child in taizhang_core::decide::Book::children(&mut facts, record)? {
                timelines.push(timeline_of(&mut facts, &rules, child)?);
            }
            let there = there(register, template, timelines);
            let calendar = definition.calendar.latest();
            graphs.extend((!there.is_empty()).then(|| graph(register, template, &there, calendar, self.today())));
        }
        Ok(graphs)
    }
}

fn there<'a>(register: &Register, template: &'a Template, timelines: Vec<Timeline>) -> Vec<There<'a>> {
    let mut by_item: BTreeMap<String, Timeline> = BTreeMap::new();
    for timeline in timelines
        .into_iter()
        .filter(|timeline| timeline.register == register.no)
    {
        if let Some(Value::Choice(item)) = timeline.state().value(template.item) {
            by_item.insert(item.clone(), timeline.clone());
        }
    }
    let there = template.items.iter().filter_map(|item| {
        let timeline = by_item.remove(&item.id)?;
        Some(There { item, timeline })
    });
    there.collect()
}

fn graph(
    register: &Arc<Register>,
    template: &Template,
    there: &[There<'_>],
    calendar: &CalendarView,
    today: Day,
) -> Graph {
    let mut nodes: Vec<Node> = there.iter().map(|each| node(register, template, each, there)).collect();
    for at in in_order(&nodes) {
        let before = nodes[at].before.clone();
        nodes[at].layer = before
            .iter()
            .map(|(other, _)| nodes[*other].layer + 1)
            .max()
            .unwrap_or(0);
        if !nodes[at].closed {
            let hard = before.iter().filter(|(_, hard)| *hard);
            let ready = hard.map(|(other, _)| nodes[*other].finish).max().unwrap_or(today);
            let start = ready.max(today);
            nodes[at].finish = calendar.due(start, Limit::WorkingDays(nodes[at].days), false).day;
        }
    }
    let goal = template
        .goal
        .as_ref()
        .and_then(|goal| there.iter().position(|each| each.item.id == *goal));
    let last = (0..nodes.len()).max_by_key(|at| nodes[*at].finish);
    mark_critical(&mut nodes, goal.or(last));
    Graph {
        name: register.name.clone(),
        nodes,
        goal,
    }
}

fn node(register: &Register, template: &Template, each: &There<'_>, there: &[There<'_>]) -> Node {
    let states = each.timeline.states();
    let stage = each.timeline.state().stage().and_then(|id| register.stage(id)).cloned();
    let closed = stage.as_ref().is_some_and(|stage| stage.closed);
    // The day since which it stands closed.
    let is_open = |state: &taizhang_core::timeline::State| {
        let stage = state.stage().and_then(|id| register.stage(id));
        !stage.is_some_and(|stage| stage.closed)
    };
    let open_until = states.iter().rposition(|(_, state)| is_open(state));
    let since = states.get(open_until.map_or(0, |at| at + 1)).map(|(day, _)| *day);
    let place = |id: &String| there.iter().position(|other| other.item.id == *id);
    let hard = each
        .item
        .after
        .iter()
        .chain(&each.item.after_any)
        .filter_map(place)
        .map(|at| (at, true));
    let soft = each.item.soft_after.iter().filter_map(place).map(|at| (at, false));
    Node {
        record: each.timeline.record,
        name: choice_name(register, template, &each.item.id),
        stage: stage.map_or((String::new(), String::new()), |stage| (stage.id, stage.name)),
        closed,
        layer: 0,
        finish: since.unwrap_or_default(),
        critical: false,
        before: hard.chain(soft).collect(),
        days: each.item.days,
    }
}

fn choice_name(register: &Register, template: &Template, id: &str) -> String {
    let field = register.field(template.item).map(|field| &field.kind);
    let found = match field {
        Some(FieldKind::Choice(choices)) => choices.iter().find(|choice| choice.id == id),
        _ => None,
    };
    found.map_or(id.to_owned(), |choice| choice.name.clone())
}

/// The places of the nodes, each behind all that come before it. A pack has no circles.
fn in_order(nodes: &[Node]) -> Vec<usize> {
    let mut waits: DiGraph<usize, ()> = DiGraph::with_capacity(nodes.len(), nodes.len() * 2);
    let places: Vec<NodeIndex> = (0..nodes.len()).map(|at| waits.add_node(at)).collect();
    for (at, node) in nodes.iter().enumerate() {
        for (before, _) in &node.before {
            waits.update_edge(places[*before], places[at], ());
        }
    }
    let order = toposort(&waits, None).unwrap_or_default();
    order.into_iter().map(|at| waits[at]).collect()
}

/// From an item back along whatever is done last before it, as long as it is not done.
fn mark_critical(nodes: &mut [Node], from: Option<usize>) {
    let mut at = from;
    while let Some(place) = at.filter(|place| !nodes[*place].closed) {
        nodes[place].critical = true;
        let hard = nodes[place].before.iter().filter(|(_, hard)| *hard);
        at = hard.map(|(other, _)| *other).max_by_key(|other| nodes[*other].finish);
    }
}

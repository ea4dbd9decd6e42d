//! Room: the tree of goals — any register whose records hang below each other by a link called `above`. Nodes are
//! named freely; a node's light is the worst of what hangs below it.

use super::App;
use super::ask::FigureQuestion;
use super::pace::{Pace, PaceAsk, TARGETS, asked};
use super::records::ListAsk;
use super::scope::Scope;
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Definition, FieldKind, Register};
use taizhang_core::id::RecordNo;
use taizhang_core::timeline::State;
use taizhang_core::value::Value;
use taizhang_schemes::pace::Light;
use taizhang_store::figure::Span;

/// One node.
#[derive(Clone, Debug)]
pub struct Node {
    /// Its record.
    pub record: RecordNo,
    /// Its code.
    pub code: String,
    /// Its name.
    pub name: String,
    /// What sort of node it is, in the pack's words.
    pub kind: String,
    /// Its unit's name.
    pub unit: String,
    /// The figure that it names: account, name, value.
    pub figure: Option<(String, String, String)>,
    /// The worst light of its targets and of all nodes below; none if nothing below has one.
    pub light: Light,
    /// Its own targets.
    pub targets: Vec<Arc<Pace>>,
    /// Nodes below, by code.
    pub below: Vec<Node>,
}

/// How many nodes a tree may have.
const MOST: usize = 5_000;

/// The register that hangs below itself, if the pack has one.
pub fn tree_register(definition: &Definition) -> Option<&Register> {
    let hangs = |register: &Register| {
        let above = register.field_named("above").filter(|field| field.id == "above");
        above.is_some_and(|field| matches!(field.kind, FieldKind::Link { register: to } if to == register.no))
    };
    let mut own = definition.registers.iter().filter(|register| register.id != TARGETS);
    own.find(|register| hangs(register)).map(|register| &**register)
}

impl App {
    /// The whole tree on a day; empty if the pack has none.
    pub fn goals(&self, scope: &Scope, as_of: Option<Day>, known_at: Option<&str>) -> Result<Vec<Node>, AppError> {
        let definition = self.definition()?;
        let Some(register) = tree_register(&definition) else {
            return Ok(Vec::new());
        };
        let ask = ListAsk {
            register: register.id.clone(),
            limit: MOST,
            as_of,
            known_at: known_at.map(str::to_owned),
            ..ListAsk::default()
        };
        let listed = self.list(scope, &ask)?;
        let ask = PaceAsk {
            as_of,
            unit: None,
            known_at: known_at.map(str::to_owned),
        };
        let mut targets: BTreeMap<Arc<str>, Vec<Arc<Pace>>> = BTreeMap::new();
        for pace in asked(self, &ask)?.into_iter().filter(|pace| !pace.ended) {
            targets.entry(pace.goal.clone()).or_default().push(pace);
        }
        let day = as_of.unwrap_or(self.today());
        let mut asking = self.asking()?;
        let mut nodes: BTreeMap<RecordNo, (Option<RecordNo>, Node)> = BTreeMap::new();
        for row in &listed.rows {
            let said = |id: &str| text(&listed.register, &row.state, id);
            let code = said("code");
            let figure = match asking.definition.account_named(&said("figure")).cloned() {
                None => None,
                Some(account) => {
                    let first = Day::of(day.year(), 1, 1).unwrap_or(day);
                    let span = if account.kind.is_stock() {
                        Span::AsOf(day)
                    } else {
                        Span::Between(first, day)
                    };
                    let question = FigureQuestion {
                        account: account.id.clone(),
                        unit: None,
                        span,
                        known_at: known_at.map(str::to_owned),
                    };
                    let figure = asking.figure(&question)?;
                    let shown = format!("{} {}", figure.shown, figure.shown_measure);
                    Some((account.id.clone(), account.name.clone(), shown))
                }
            };
            let unit = listed.register.unit.and_then(|field| row.state.unit(field));
            let unit = unit.and_then(|unit| listed.labels.tree.get(unit));
            let above = listed
                .register
                .field_named("above")
                .and_then(|field| row.state.value(field.no));
            let node = Node {
                record: row.record,
                name: super::names::title(
                    &listed.definition,
                    &listed.register,
                    &row.state,
                    row.record,
                    &listed.labels,
                ),
                kind: said("kind"),
                unit: unit.map_or(String::new(), |node| node.name.clone()),
                figure,
                light: Light::None,
                targets: targets.remove(&*code).unwrap_or_default(),
                below: Vec::new(),
                code,
            };
            let above = match above {
                Some(Value::Link(above)) => Some(*above),
                _ => None,
            };
            nodes.insert(row.record, (above, node));
        }
        Ok(grown(nodes))
    }
}

fn text(register: &Register, state: &State, id: &str) -> String {
    match register.field_named(id).and_then(|field| state.value(field.no)) {
        Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
        _ => String::new(),
    }
}

/// Hangs nodes below each other. A node whose upper one is not there is a root; nodes in a ring begin at the first.
fn grown(nodes: BTreeMap<RecordNo, (Option<RecordNo>, Node)>) -> Vec<Node> {
    let mut below: BTreeMap<RecordNo, Vec<RecordNo>> = BTreeMap::new();
    let mut roots = Vec::new();
    for (record, (above, _)) in &nodes {
        match above.filter(|above| nodes.contains_key(above)) {
            Some(above) => below.entry(above).or_default().push(*record),
            None => roots.push(*record),
        }
    }
    let mut seen = BTreeSet::new();
    let mut tree: Vec<Node> = roots
        .iter()
        .filter_map(|root| hung(*root, &nodes, &below, &mut seen))
        .collect();
    for record in nodes.keys() {
        tree.extend(hung(*record, &nodes, &below, &mut seen));
    }
    tree.sort_by(|a, b| a.code.cmp(&b.code));
    tree
}

fn hung(
    record: RecordNo,
    nodes: &BTreeMap<RecordNo, (Option<RecordNo>, Node)>,
    below: &BTreeMap<RecordNo, Vec<RecordNo>>,
    seen: &mut BTreeSet<RecordNo>,
) -> Option<Node> {
    if !seen.insert(record) {
        return None;
    }
    let mut node = nodes.get(&record)?.1.clone();
    let under = below.get(&record).into_iter().flatten();
    node.below = under.filter_map(|child| hung(*child, nodes, below, seen)).collect();
    node.below.sort_by(|a, b| a.code.cmp(&b.code));
    let own = node.targets.iter().map(|pace| pace.light);
    let theirs = node.below.iter().map(|child| child.light);
    node.light = own.chain(theirs).max().unwrap_or_default();
    Some(node)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn node(record: RecordNo, code: &str) -> Node {
        Node {
            record,
            code: code.to_owned(),
            name: String::new(),
            kind: String::new(),
            unit: String::new(),
            figure: None,
            light: Light::None,
            targets: Vec::new(),
            below: Vec::new(),
        }
    }

    #[test]
    fn a_ring_and_a_lost_parent_hide_nobody() {
        let links = [(1, None), (2, Some(1)), (3, Some(99)), (4, Some(5)), (5, Some(4))];
        let nodes = links.map(|(record, above)| (record, (above, node(record, &record.to_string()))));
        let tree = grown(nodes.into());
        let codes = |nodes: &[Node]| nodes.iter().map(|node| node.code.clone()).collect::<Vec<_>>();
        assert_eq!(codes(&tree), ["1", "3", "4"]);
        assert_eq!(codes(&tree[0].below), ["2"]);
        assert_eq!(codes(&tree[2].below), ["5"]);
    }
}

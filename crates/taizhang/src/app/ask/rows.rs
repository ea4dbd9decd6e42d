//! Room: a figure broken down — by the units below, by month, by a dimension.

use super::reach::Within;
use super::{Asking, Figure, FigureQuestion, FigureState, last_day, said};
use crate::error::AppError;
use std::collections::{BTreeMap, BTreeSet};
use taizhang_core::day::{Day, Month};
use taizhang_core::definition::{Account, AccountKind, FieldKind};
use taizhang_core::id::EntryNo;
use taizhang_core::posting::DIM_SEPARATOR;
use taizhang_core::value::print_scaled;
use taizhang_store::figure::{Span, Sum, dimension_texts};

/// One line of a figure broken down.
#[derive(Clone, Debug)]
pub struct FigureRow {
    /// The key: a unit's code, a month, a dimension's text.
    pub key: String,
    /// The label as shown.
    pub label: String,
    /// Whether it has a value.
    pub state: FigureState,
    /// The value in the base unit.
    pub value: Option<String>,
    /// The value as shown.
    pub shown: String,
    /// The value in the account's smallest part, for drawing; none where it is a ratio of parts.
    pub amount: Option<i64>,
}

/// How a figure is broken down.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum By {
    /// By the units directly below.
    Unit,
    /// By month.
    Month,
    /// By one of the account's dimensions.
    Dimension(String),
}

impl Asking<'_> {
    /// A figure broken down.
    pub fn rows(&mut self, question: &FigureQuestion, by: &By) -> Result<Vec<FigureRow>, AppError> {
        let figure = self.figure(question)?;
        match by {
            By::Unit => self.by_unit(&figure),
            By::Month => self.by_month(&figure),
            By::Dimension(name) => self.by_dimension(&figure, name),
        }
    }

    /// The units directly below, each with what it was below this one; what the unit has of its own
    /// stands first, so that the rows of a sum add up to it.
    fn by_unit(&mut self, figure: &Figure) -> Result<Vec<FigureRow>, AppError> {
        let (unit, known_at) = (figure.unit, figure.known_at);
        let tree = self.tree(last_day(figure.span), known_at);
        let below = self.children(unit, figure.span, known_at);
        let is_formula = matches!(figure.account.kind, AccountKind::Formula(_));
        let own = (!is_formula && !below.is_empty()).then_some((unit, Within::Alone(unit)));
        let parts = below.into_iter().map(|part| (part, Within::PartOf(part, unit)));
        let mut rows = Vec::new();
        for (of, within) in own.into_iter().chain(parts) {
            // Where there is nothing, nothing is asked further.
            if !is_formula && self.folded(figure.account.no, figure.span, known_at)?.sum(within) == Sum::default() {
                continue;
            }
            let part = self.part(figure.account.no, within, figure.span, known_at)?;
            let asked = (figure.span, known_at);
            let state = self.state_for(&figure.account, of, asked, part.state)?;
            let node = tree.get(of);
            let mut label = node.map_or(String::new(), |node| node.name.clone());
            if of == unit {
                label = self.app.locale().fill("shown.of_its_own", &[("unit", &label)]);
            }
            let key = node.map_or(String::new(), |node| node.code.clone());
            rows.push(self.row(key, label, &part.account, state, part.units));
        }
        Ok(rows)
    }

    fn by_month(&mut self, figure: &Figure) -> Result<Vec<FigureRow>, AppError> {
        let (from, to) = match figure.span {
            Span::AsOf(day) => (Month(day.month().0 - 11), day.month()),
            Span::Between(from, to) => (from.month(), to.month()),
        };
        let stock = figure.account.kind.is_stock();
        let first = match figure.span {
            Span::AsOf(_) => Day::MIN,
            Span::Between(from, _) => from,
        };
        let mut rows = Vec::new();
        for month in from.0..=to.0 {
            let month = Month(month);
            let end = month.last().min(last_day(figure.span));
            let span = if stock {
                Span::AsOf(end)
            } else {
                Span::Between(month.first().max(first), end)
            };
            let within = Within::Below(figure.unit);
            let part = self.part(figure.account.no, within, span, figure.known_at)?;
            let name = month.to_string();
            rows.push(self.row(name.clone(), name, &part.account, part.state, part.units));
        }
        Ok(rows)
    }

    fn by_dimension(&mut self, figure: &Figure, name: &str) -> Result<Vec<FigureRow>, AppError> {
        let account = figure.account.clone();
        let at = account.dims.iter().position(|dim| dim.id == name || dim.name == name);
        let missing = || AppError::said("app.no_dimension", &[("account", &account.name), ("name", &name)]);
        let at = at.ok_or_else(missing)?;
        let reach = self.reach(Within::Below(figure.unit), figure.span, figure.known_at);
        let mut sums: BTreeMap<i64, Sum> = BTreeMap::new();
        for (dim, cell) in self.cells(account.no, &reach, figure.known_at)? {
            sums.entry(dim).or_default().add(cell);
        }
        let wanted: BTreeSet<i64> = sums.keys().copied().collect();
        let texts = dimension_texts(self.reading.conn()?, &wanted)?;
        let mut by_text: BTreeMap<String, Sum> = BTreeMap::new();
        for (dim, sum) in sums {
            let text = texts.get(&dim).map_or("", String::as_str);
            let part = text.split(DIM_SEPARATOR).nth(at).unwrap_or_default();
            by_text.entry(part.to_owned()).or_default().add(sum);
        }
        let labels = self.dimension_labels(&account, at, last_day(figure.span), figure.known_at);
        let people = self.people(&account, at, by_text.keys())?;
        let fed = self.fed(account.no, last_day(figure.span), figure.known_at);
        let over_values = fed.is_some_and(|fed| fed.over_values);
        Ok(by_text
            .into_iter()
            .filter(|(_, sum)| *sum != Sum::default())
            .map(|(key, sum)| {
                let label = people.get(&key).cloned().unwrap_or_else(|| labels(&key));
                let state = said(sum, over_values).unwrap_or(FigureState::Reported);
                self.row(key, label, &account, state, Some(sum.amount))
            })
            .collect())
    }

    /// The names of the people that a dimension's texts stand for, where it is one of people.
    fn people<'t>(
        &self,
        account: &Account,
        at: usize,
        texts: impl Iterator<Item = &'t String>,
    ) -> Result<BTreeMap<String, String>, AppError> {
        let actors = self.definition.register_named("actor").map(|register| register.no);
        let names_people = self.definition.registers.iter().any(|register| {
            let mut rules = register.postings.iter().filter(|rule| rule.account == account.no);
            rules.any(|rule| {
                let field = rule.dims.get(at).and_then(|no| register.field(*no));
                let to = field.and_then(|field| match field.kind {
                    FieldKind::Link { register } => Some(register),
                    _ => None,
                });
                to.is_some() && to == actors
            })
        });
        if !names_people {
            return Ok(BTreeMap::new());
        }
        let names = self
            .app
            .actor_names(texts.filter_map(|text| text.parse().ok()).collect())?;
        Ok(names
            .into_iter()
            .map(|(actor, name)| (actor.to_string(), name))
            .collect())
    }

    /// What a dimension's text is shown as: a choice's name, a unit's name, or the text itself.
    fn dimension_labels(
        &self,
        account: &Account,
        at: usize,
        day: Day,
        known_at: EntryNo,
    ) -> impl Fn(&str) -> String + use<> {
        let mut choices: BTreeMap<String, String> = BTreeMap::new();
        let mut is_unit = false;
        for register in &self.definition.registers {
            for rule in register.postings.iter().filter(|rule| rule.account == account.no) {
                match rule
                    .dims
                    .get(at)
                    .and_then(|no| register.field(*no))
                    .map(|field| &field.kind)
                {
                    Some(FieldKind::Choice(list)) => {
                        choices.extend(list.iter().map(|choice| (choice.id.clone(), choice.name.clone())));
                    }
                    Some(FieldKind::Unit) => is_unit = true,
                    None => {
                        choices.extend(
                            register
                                .stages
                                .iter()
                                .map(|stage| (stage.id.clone(), stage.name.clone())),
                        );
                    }
                    _ => {}
                }
            }
        }
        let tree = self.tree(day, known_at);
        let unsaid = self.app.locale().text("shown.unsaid");
        move |text: &str| {
            let unit = text.parse().ok().filter(|_| is_unit).and_then(|unit| tree.get(unit));
            match (unit, choices.get(text)) {
                (Some(node), _) => node.name.clone(),
                (None, Some(name)) => name.clone(),
                (None, None) if text.is_empty() => unsaid.to_owned(),
                (None, None) => text.to_owned(),
            }
        }
    }

    fn row(&self, key: String, label: String, account: &Account, state: FigureState, units: Option<i64>) -> FigureRow {
        let units = units.filter(|_| state == FigureState::Reported);
        FigureRow {
            key,
            label,
            state,
            value: units.map(|units| print_scaled(units, account.scale)),
            amount: units,
            shown: match units {
                Some(units) => self.shown(account, units),
                None if state == FigureState::Checking => self.app.locale().text("shown.checking").to_owned(),
                None => "—".to_owned(),
            },
        }
    }
}

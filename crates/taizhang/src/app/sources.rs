//! Room: where the facts of a scorecard come from — fields of what is judged, days since one of them, records of
//! other registers that name it, figures of a unit, its targets. What nobody reported stays unknown, never 0.

use super::App;
use super::ask::FigureQuestion;
use super::pace::{Pace, PaceAsk, asked};
use super::records::ListAsk;
use super::scope::Scope;
use crate::error::AppError;
use rust_decimal::Decimal;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::definition::{Field, FieldKind, Register};
use taizhang_core::id::RecordNo;
use taizhang_core::timeline::State;
use taizhang_core::value::{Value, decimal};
use taizhang_schemes::pace::Light;
use taizhang_schemes::scorecard::{Card, Fact, Given, Input, Origin};
use taizhang_store::figure::Span;

/// As many records of another register as facts are gathered from.
const MOST: usize = 200_000;

/// What was gathered of other registers, by fact and by the record that they name.
pub struct Sources<'a> {
    card: &'a Card,
    day: Day,
    gathered: BTreeMap<&'a str, BTreeMap<RecordNo, Decimal>>,
    paces: Vec<Arc<Pace>>,
    /// Units that check first, by code.
    checking: BTreeSet<String>,
}

/// What facts are asked about: a record as it stands, or a unit by its code.
pub enum Subject<'a> {
    /// A record.
    Record(RecordNo, &'a Register, &'a State),
    /// A unit.
    Unit(&'a str),
}

impl App {
    /// Gathers what a card's facts need besides the records that it judges.
    pub fn sources<'a>(&self, scope: &Scope, card: &'a Card, day: Day) -> Result<Sources<'a>, AppError> {
        let mut sources = Sources {
            card,
            day,
            gathered: BTreeMap::new(),
            paces: Vec::new(),
            checking: self.checking(card, day)?,
        };
        for (name, fact) in &card.facts {
            let Fact::Origin(from) = fact else { continue };
            if from.targets.is_some() && sources.paces.is_empty() {
                let ask = PaceAsk {
                    as_of: Some(day),
                    ..PaceAsk::default()
                };
                sources.paces = asked(self, &ask)?;
            }
            if let Some(register) = &from.register {
                match self.gathered(scope, register, from, day) {
                    Ok(found) => _ = sources.gathered.insert(name, found),
                    // Who may not read the other register does not learn from it by a card.
                    Err(AppError::NotFound(_)) => {}
                    Err(other) => return Err(other),
                }
            }
        }
        Ok(sources)
    }

    fn gathered(
        &self,
        scope: &Scope,
        register: &str,
        from: &Origin,
        day: Day,
    ) -> Result<BTreeMap<RecordNo, Decimal>, AppError> {
        let ask = ListAsk {
            register: register.to_owned(),
            limit: MOST,
            as_of: (day < self.today()).then_some(day),
            ..ListAsk::default()
        };
        let listed = self.list(scope, &ask)?;
        let field = |id: &Option<String>| listed.register.field_named(id.as_deref()?);
        let mut found: BTreeMap<RecordNo, Decimal> = BTreeMap::new();
        for row in &listed.rows {
            let by = field(&from.by).and_then(|field| row.state.value(field.no));
            let Some(Value::Link(of)) = by else { continue };
            let on = field(&from.on).map(|field| row.state.day(field.no));
            let inside = match (on, from.years) {
                (None, _) => true,
                (Some(None), _) => false,
                (Some(Some(on)), None) => on <= day,
                (Some(Some(on)), Some(years)) if from.calendar => {
                    on <= day && on.year() > day.year() - i32::from(years)
                }
                (Some(Some(on)), Some(years)) => on <= day && on > years_before(day, years),
            };
            let until = field(&from.until).and_then(|field| row.state.day(field.no));
            if !inside || until.is_some_and(|until| until < day) || !fits(&from.is, &listed.register, &row.state) {
                continue;
            }
            let amount = match &from.sum {
                None => Some(Decimal::ONE),
                Some(_) => field(&from.sum).and_then(|field| number(field, &row.state)),
            };
            if let Some(amount) = amount {
                *found.entry(*of).or_default() += amount;
            }
        }
        if let (true, Some(years)) = (from.yearly, from.years) {
            found.values_mut().for_each(|sum| *sum /= Decimal::from(years));
        }
        Ok(found)
    }

    /// The units that a figure of a card would show as late, and that were not asked to check it.
    fn checking(&self, card: &Card, day: Day) -> Result<BTreeSet<String>, AppError> {
        let mut asking = self.asking()?;
        let known_at = asking.known_at(None)?;
        let tree = asking.tree(day, known_at);
        let mut checking = BTreeSet::new();
        for fact in card.facts.values() {
            let Fact::Origin(Origin { figure: Some(id), .. }) = fact else {
                continue;
            };
            let account = asking.account(id)?;
            for (unit, node) in tree.iter() {
                if asking.is_held(&account, unit, Span::AsOf(day), known_at)? {
                    checking.insert(node.code.clone());
                }
            }
        }
        Ok(checking)
    }

    /// The facts of one subject; nothing of a unit that would be shown as late and checks first.
    pub fn facts(&self, sources: &Sources<'_>, subject: &Subject<'_>) -> Result<Input, AppError> {
        let mut input = Input::new();
        if let Subject::Unit(code) = subject
            && sources.checking.contains(*code)
        {
            return Ok(input);
        }
        for (name, fact) in &sources.card.facts {
            let given = match (fact, subject) {
                (Fact::Field(source), Subject::Record(_, register, state)) => own(source, register, state),
                (Fact::Origin(from), _) => self.from(sources, name, from, subject)?,
                (Fact::Field(_), Subject::Unit(_)) => None,
            };
            input.extend(given.map(|given| (name.clone(), given)));
        }
        Ok(input)
    }

    fn from(
        &self,
        sources: &Sources<'_>,
        name: &str,
        from: &Origin,
        subject: &Subject<'_>,
    ) -> Result<Option<Given>, AppError> {
        let number = |value: Option<Decimal>| value.map(Given::Number);
        match subject {
            Subject::Record(record, register, state) => {
                if let Some(id) = &from.days_since {
                    let since = register.field_named(id).and_then(|field| state.day(field.no));
                    return Ok(number(since.map(|since| Decimal::from(sources.day.0 - since.0))));
                }
                let Some(gathered) = sources.gathered.get(name) else {
                    return Ok(None);
                };
                // Counting nothing is none; adding up nothing is not known.
                let none = from.sum.is_none().then_some(Decimal::ZERO);
                Ok(number(gathered.get(record).copied().or(none)))
            }
            Subject::Unit(code) => {
                if let Some(what) = &from.targets {
                    let own = sources.paces.iter().filter(|pace| *pace.unit == **code && !pace.ended);
                    let own = own.filter(|pace| pace.problem.is_none() && pace.units().is_some());
                    // How many are on pace would tell that the others are not.
                    if own.clone().any(|pace| pace.checking.is_some()) {
                        return Ok(None);
                    }
                    let count = own
                        .filter(|pace| what != "on_pace" || pace.light == Light::Green)
                        .count();
                    return Ok(number(Some(Decimal::from(count))));
                }
                let Some(account) = &from.figure else { return Ok(None) };
                let mut asking = self.asking()?;
                let first = Day::of(sources.day.year(), 1, 1).unwrap_or(sources.day);
                let span = match asking.account(account)?.kind.is_stock() {
                    true => Span::AsOf(sources.day),
                    false => Span::Between(first, sources.day),
                };
                let question = FigureQuestion {
                    account: account.clone(),
                    unit: Some((*code).to_owned()),
                    span,
                    known_at: None,
                };
                let figure = asking.figure(&question)?;
                Ok(number(figure.value.and_then(|value| value.parse().ok())))
            }
        }
    }
}

/// The same day so many years earlier; 29 February becomes the 28th.
fn years_before(day: Day, years: u8) -> Day {
    let (year, month, of) = day.ymd();
    let year = year - i32::from(years);
    Day::of(year, month, of)
        .or_else(|_| Day::of(year, month, 28))
        .unwrap_or(day)
}

/// Whether a record is as `field=choice` says; `stage=…` asks for its stage. Several, kept apart by `&`, all hold.
fn fits(is: &Option<String>, register: &Register, state: &State) -> bool {
    let mut conditions = is.as_deref().unwrap_or_default().split('&');
    conditions.all(|one| match one.split_once('=') {
        None => true,
        Some((id, wanted)) if id.trim() == "stage" => state.stage().is_some_and(|stage| one_of(wanted, stage)),
        Some((id, wanted)) => {
            let held = register.field_named(id.trim());
            let held = held.and_then(|field| state.value(field.no));
            matches!(held, Some(Value::Choice(held)) if one_of(wanted, held))
        }
    })
}

/// Whether a choice is one of those that stand there, kept apart by `|`.
fn one_of(wanted: &str, held: &str) -> bool {
    wanted.split('|').any(|one| one.trim() == held)
}

fn number(field: &Field, state: &State) -> Option<Decimal> {
    let places = match &field.kind {
        FieldKind::Money { .. } => 2,
        FieldKind::Quantity { scale, .. } | FieldKind::Percent { scale } => *scale,
        _ => 0,
    };
    match state.value(field.no)? {
        Value::Num(units) => Some(decimal(*units, places)),
        _ => None,
    }
}

/// What a record's own field says. `field=choice` asks whether a choice is that one.
fn own(source: &str, register: &Register, state: &State) -> Option<Given> {
    let (id, choice) = source
        .split_once('=')
        .map_or((source, None), |(id, choice)| (id, Some(choice)));
    let field = register.field_named(id.trim())?;
    match (state.value(field.no), choice) {
        (Some(Value::Choice(held)), Some(choice)) => Some(Given::Truth(held == choice.trim())),
        (_, None) => number(field, state).map(Given::Number),
        _ => None,
    }
}

//! Room: the scope — who asks, from which posts, and what they may. Every command and every question
//! carries one; there is no other gate.

use super::{App, definition};
use crate::error::AppError;
use std::collections::{BTreeSet, HashMap};
use std::sync::{Arc, PoisonError};
use taizhang_core::day::Day;
use taizhang_core::decide::Gate;
use taizhang_core::definition::{Reach, Register, Role, Verb};
use taizhang_core::id::{EntryNo, RecordNo};
use taizhang_core::timeline::State;
use taizhang_core::unit::UnitTree;
use taizhang_core::value::Value;
use taizhang_store::Reading;
use taizhang_store::append::Who;
use taizhang_store::engine::Sql;
use taizhang_store::record::{Filter, ListQuery, Op};

/// The level of units that are offices of the unit above them.
const OFFICE: &str = "department";

/// Who asks.
#[derive(Clone)]
pub struct Scope {
    /// The actor's record; 0 is the program itself.
    pub actor: RecordNo,
    /// The name that the actor signs in with.
    pub login: String,
    /// The actor's name as shown.
    pub name: String,
    /// The posts held today.
    pub positions: Vec<Position>,
    tree: Arc<UnitTree>,
    everything: bool,
    /// Whether it is anybody at all, who reads what is public and does nothing.
    public: bool,
    /// Whether a right to import is one to correct, as in taking one's own import back.
    undoing: bool,
}

/// Scopes that were worked out, all for one state of people, posts, units and pack, and one day.
#[derive(Default)]
pub(super) struct Scopes {
    moment: Option<((EntryNo, EntryNo, EntryNo), Day)>,
    of: HashMap<RecordNo, Scope>,
}

/// One post.
#[derive(Clone)]
pub struct Position {
    /// Its record.
    pub record: RecordNo,
    /// Its unit.
    pub unit: RecordNo,
    /// Its title as shown.
    pub title: String,
    /// Its role.
    pub role: Role,
    /// The actor who holds it, where another acts for them by a delegation.
    pub held_by: Option<RecordNo>,
}

impl App {
    /// The scope of the program itself: making a book, importing its sample ledgers.
    pub fn program_scope(&self) -> Result<Scope, AppError> {
        let reading = self.reading()?;
        let tree = self.tree(&reading, self.today(), reading.n());
        Ok(Scope {
            actor: 0,
            login: String::new(),
            name: String::new(),
            positions: Vec::new(),
            tree,
            everything: true,
            public: false,
            undoing: false,
        })
    }

    /// The scope of whoever reads a public page: what a register keeps back until its release is kept back from them.
    pub fn public_scope(&self) -> Result<Scope, AppError> {
        Ok(Scope {
            public: true,
            ..self.program_scope()?
        })
    }

    /// The scope of somebody, by the name they sign in with.
    pub fn scope(&self, login: &str) -> Result<Scope, AppError> {
        let unknown = || AppError::Unauthorised(self.locale().fill("app.unknown_user", &[("user", login)]));
        let mut reading = self.reading()?;
        let definition = definition(&reading)?;
        let register = definition.register_named("actor").ok_or_else(unknown)?.clone();
        let field = register.field_named("login").ok_or_else(unknown)?.no;
        let query = ListQuery {
            filters: vec![Filter {
                field,
                op: Op::Eq,
                value: Sql::from(login),
            }],
            limit: 1,
            ..ListQuery::default()
        };
        let found = taizhang_store::record::list(reading.conn()?, &register, &query)?;
        let actor = found.into_iter().next().ok_or_else(unknown)?;
        let text = |state: &State, id: &str| {
            let value = register
                .field_named(id)
                .and_then(|field| state.value(field.no).cloned());
            match value {
                Some(Value::Text(text) | Value::Choice(text)) => text,
                _ => String::new(),
            }
        };
        if text(&actor.state, "disabled") == "yes" {
            return Err(unknown());
        }
        let name = text(&actor.state, "name");
        let mut positions = self.positions(&mut reading, actor.record)?;
        for giver in self.delegators(&mut reading, actor.record)? {
            let delegated = self.positions(&mut reading, giver)?;
            positions.extend(delegated.into_iter().map(|position| Position {
                held_by: Some(giver),
                ..position
            }));
        }
        let tree = self.tree(&reading, self.today(), reading.n());
        Ok(Scope {
            actor: actor.record,
            login: login.to_owned(),
            name,
            positions,
            tree,
            everything: false,
            public: false,
            undoing: false,
        })
    }

    /// The scope of whoever a session belongs to. It is worked out once, until an entry about people, posts,
    /// units or the pack, or another day, may have made it another one.
    pub(super) fn scope_of(&self, reading: &mut Reading<'_>, actor: RecordNo) -> Result<Option<Scope>, AppError> {
        let moment = (reading.caches.people(), self.today());
        let known = self.known_scope(reading, actor);
        if known.is_some() {
            return Ok(known);
        }
        let Some(login) = self.login_of(actor)? else {
            return Ok(None);
        };
        let scope = self.scope(&login)?;
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        // Worked out in a moment of its own, which must not be a later one than the moment it is kept for.
        if scopes.moment == Some(moment) && self.reading()?.caches.people() == moment.0 {
            scopes.of.insert(actor, scope.clone());
        }
        Ok(Some(scope))
    }

    /// The scope of somebody, if it was worked out already.
    pub(super) fn known_scope(&self, reading: &Reading<'_>, actor: RecordNo) -> Option<Scope> {
        let moment = (reading.caches.people(), self.today());
        let mut scopes = self.scopes.lock().unwrap_or_else(PoisonError::into_inner);
        if scopes.moment != Some(moment) {
            scopes.moment = Some(moment);
            scopes.of.clear();
        }
        scopes.of.get(&actor).cloned()
    }

    /// For whom somebody acts today. What one holds by a delegation oneself is not passed on.
    fn delegators(&self, reading: &mut Reading<'_>, taker: RecordNo) -> Result<Vec<RecordNo>, AppError> {
        let definition = definition(reading)?;
        let Some(register) = definition.register_named("delegation").cloned() else {
            return Ok(Vec::new());
        };
        let no = |id: &str| register.field_named(id).map(|field| field.no);
        let (Some(giver), Some(of), Some(from), Some(until)) = (no("giver"), no("taker"), no("from"), no("until"))
        else {
            return Ok(Vec::new());
        };
        let query = ListQuery {
            filters: vec![Filter {
                field: of,
                op: Op::Eq,
                value: Sql::Int(taker),
            }],
            limit: 100,
            ..ListQuery::default()
        };
        let (rows, today) = (
            taizhang_store::record::list(reading.conn()?, &register, &query)?,
            self.today(),
        );
        let holds = |state: &State| {
            let begun = state.day(from).is_some_and(|from| from <= today);
            begun && state.day(until).is_some_and(|until| today <= until)
        };
        let givers = rows.iter().filter(|row| holds(&row.state));
        let mut found: Vec<RecordNo> = givers
            .filter_map(|row| match row.state.value(giver) {
                Some(Value::Link(giver)) if *giver != taker => Some(*giver),
                _ => None,
            })
            .collect();
        found.sort_unstable();
        found.dedup();
        Ok(found)
    }

    fn positions(&self, reading: &mut Reading<'_>, actor: RecordNo) -> Result<Vec<Position>, AppError> {
        let definition = definition(reading)?;
        let Some(register) = definition.register_named("position").cloned() else {
            return Ok(Vec::new());
        };
        let no = |id: &str| register.field_named(id).map(|field| field.no);
        let (Some(of), Some(unit), Some(role)) = (no("actor"), no("unit"), no("role")) else {
            return Ok(Vec::new());
        };
        let query = ListQuery {
            filters: vec![Filter {
                field: of,
                op: Op::Eq,
                value: Sql::Int(actor),
            }],
            limit: 100,
            ..ListQuery::default()
        };
        let today = self.today();
        let rows = taizhang_store::record::list(reading.conn()?, &register, &query)?;
        let held = |state: &State| {
            no("from").is_none_or(|field| state.day(field).is_none_or(|from| from <= today))
                && no("until").is_none_or(|field| state.day(field).is_none_or(|until| today <= until))
        };
        let text = |state: &State, field| match state.value(field) {
            Some(Value::Text(text) | Value::Choice(text)) => text.clone(),
            _ => String::new(),
        };
        Ok(rows
            .iter()
            .filter(|row| held(&row.state))
            .filter_map(|row| {
                let role = definition.roles.get(&text(&row.state, role))?.clone();
                let title = no("title").map_or(String::new(), |field| text(&row.state, field));
                Some(Position {
                    record: row.record,
                    unit: row.state.unit(unit)?,
                    title,
                    role,
                    held_by: None,
                })
            })
            .collect())
    }
}

impl Scope {
    /// The same person where the program itself judged already that they may, such as in recording that
    /// they exported something.
    pub fn trusted(&self) -> Scope {
        Scope {
            everything: true,
            ..self.clone()
        }
    }

    /// The same person taking back what they imported themselves: the right to import is enough for that.
    pub(super) fn undoing(&self) -> Scope {
        Scope {
            undoing: true,
            ..self.clone()
        }
    }

    /// The ways in which somebody may act: with their own posts first, then with each that they hold for
    /// another. What is written names the post that it was written under.
    pub fn hats(&self) -> Vec<Scope> {
        let (own, others): (Vec<Position>, Vec<Position>) = self
            .positions
            .iter()
            .cloned()
            .partition(|position| position.held_by.is_none());
        let with = |positions| Scope {
            positions,
            ..self.clone()
        };
        let others = others.into_iter().map(|position| with(vec![position]));
        std::iter::once(with(own)).chain(others).collect()
    }

    /// Who an entry names as its writer.
    pub fn who(&self) -> Who {
        Who {
            actor: self.actor,
            position: self.positions.first().map_or(0, |position| position.record),
        }
    }

    /// Whether any post gives this right anywhere.
    pub fn may_at_all(&self, verb: Verb) -> bool {
        self.everything && self.does(verb)
            || self
                .positions
                .iter()
                .filter(|p| p.held_by.is_none() || matches!(verb, Verb::Read | Verb::Write | Verb::Correct))
                .any(|p| p.role.grants.iter().any(|grant| grant.verb == verb))
    }

    /// Whether any post gives this right for a unit, whatever the register.
    pub fn may_for(&self, verb: Verb, unit: RecordNo) -> bool {
        let lent = matches!(verb, Verb::Read | Verb::Write | Verb::Correct);
        let mut posts = self.positions.iter().filter(|p| lent || p.held_by.is_none());
        let reaches = |position: &Position| {
            let mut grants = position.role.grants.iter().filter(|grant| grant.verb == verb);
            grants.any(|grant| match grant.reach {
                Reach::Book => true,
                Reach::Below => self.tree.is_within(unit, position.unit),
                Reach::Own => position.unit == unit,
            })
        };
        self.everything || posts.any(reaches)
    }

    /// Whether any post gives this right on some record of the register.
    pub fn may_somewhere(&self, verb: Verb, register: &Register) -> bool {
        self.everything && self.does(verb) || self.grants(verb, register).next().is_some()
    }

    /// Whether somebody who sees everything does this too.
    fn does(&self, verb: Verb) -> bool {
        !self.public || verb == Verb::Read
    }

    /// The units whose records of a register may be read; none for all.
    pub fn readable(&self, register: &Register) -> Option<BTreeSet<RecordNo>> {
        if self.everything || self.grants(Verb::Read, register).any(|(_, reach)| reach == Reach::Book) {
            return None;
        }
        let mut units = BTreeSet::new();
        for (position, reach) in self.grants(Verb::Read, register) {
            match reach {
                Reach::Own => {
                    units.insert(position.unit);
                }
                _ => units.extend(self.tree.with_below(position.unit)),
            }
        }
        Some(units)
    }

    /// A unit and all below it.
    pub fn below(&self, unit: RecordNo) -> BTreeSet<RecordNo> {
        self.tree.with_below(unit)
    }

    /// The units that a post's right to read reaches: its own, those below it, or all, which is none named.
    pub fn reached(&self, position: &Position) -> Option<Vec<RecordNo>> {
        let reads = position.role.grants.iter().filter(|grant| grant.verb == Verb::Read);
        let reaches: Vec<Reach> = reads.map(|grant| grant.reach).collect();
        if reaches.contains(&Reach::Book) {
            return None;
        }
        if reaches.contains(&Reach::Below) {
            return Some(self.below(position.unit).into_iter().collect());
        }
        Some(vec![position.unit])
    }

    /// The unit that pages begin at: that of the first post, or the root.
    pub fn home(&self) -> Option<RecordNo> {
        self.positions
            .first()
            .map(|position| position.unit)
            .or_else(|| self.tree.roots().first().copied())
    }

    /// The unit that pages show first: one's own with all below it. An office has no records of its own
    /// below it, and works for the unit above.
    pub fn desk(&self, tree: &UnitTree) -> RecordNo {
        let home = self.home().unwrap_or(0);
        let office = tree.children(home).is_empty();
        match tree.get(home) {
            Some(node) if office && node.level == OFFICE => node.above.unwrap_or(home),
            _ => home,
        }
    }

    fn grants<'a>(&'a self, verb: Verb, register: &'a Register) -> impl Iterator<Item = (&'a Position, Reach)> {
        let named = move |registers: &[String]| {
            if registers.is_empty() {
                !register.system
            } else {
                registers.contains(&register.id)
            }
        };
        // Only daily work is done for another.
        let lent = matches!(verb, Verb::Read | Verb::Write | Verb::Correct);
        let posts = self
            .positions
            .iter()
            .filter(move |position| lent || position.held_by.is_none());
        posts.flat_map(move |position| {
            let grants = position
                .role
                .grants
                .iter()
                .filter(move |grant| grant.verb == verb && named(&grant.registers));
            grants.map(move |grant| (position, grant.reach))
        })
    }
}

impl Gate for Scope {
    fn may(&self, verb: Verb, register: &Register, unit: Option<RecordNo>) -> bool {
        self.everything && self.does(verb)
            || self.undoing && verb == Verb::Correct && self.may(Verb::Import, register, unit)
            || self
                .grants(verb, register)
                .any(|(position, reach)| match (reach, unit) {
                    (Reach::Book, _) => true,
                    (Reach::Own, Some(unit)) => position.unit == unit,
                    (Reach::Below, Some(unit)) => self.tree.is_within(unit, position.unit),
                    (_, None) => false,
                })
    }

    fn actor(&self) -> RecordNo {
        self.actor
    }

    fn has_role(&self, roles: &[String]) -> bool {
        self.everything || self.positions.iter().any(|position| roles.contains(&position.role.id))
    }
}

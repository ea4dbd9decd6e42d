//! Room: accounts: their measure, scale and dimensions, and whether anything feeds them.

use super::super::directory::Directory;
use super::super::fault::{FaultCode, Holds, Noun};
use super::super::ids::IdMap;
use super::super::source::{AccountKindSource, AccountSource, DimSource};
use super::super::sources::Word;
use super::super::words::{YUAN, stage};
use super::Ground;
use super::scope::Scope;
use crate::definition::{Account, AccountKind, Dim, Measure};
use crate::expr::{AccountNames, Formula, Slot, compile_formula};
use crate::id::AccountNo;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::sync::Arc;

/// All accounts by id.
pub(super) struct Accounts<'a> {
    ground: &'a Ground<'a>,
    list: Vec<Shape<'a>>,
    by_id: Directory<usize>,
}

/// An account as far as the rules that feed it need to know.
pub(super) struct Shape<'a> {
    source: &'a AccountSource,
    pub(super) no: AccountNo,
    /// None if its declaration is wrong, of which a fault already tells.
    pub(super) holds: Option<Holds>,
    pub(super) measure: Option<Measure>,
    pub(super) scale: u32,
    pub(super) dims: Vec<Dim>,
    formula: Option<Formula>,
    fed: Cell<bool>,
}

impl<'a> Accounts<'a> {
    pub(super) fn new(ground: &'a Ground<'a>, scopes: &[Scope<'a>], ids: &mut IdMap) -> Accounts<'a> {
        let mut accounts = Accounts {
            ground,
            list: Vec::new(),
            by_id: Directory::new(Noun::Account),
        };
        for source in &ground.pack.accounts {
            let no = if source.id.is_blank() {
                AccountNo(0)
            } else {
                ids.assign_account(&source.id.text)
            };
            accounts.by_id.add(ground.sources, &source.id, accounts.list.len());
            let scope = source.register.and_then(|index| scopes.get(index));
            accounts.list.push(shape(ground, source, scope, no));
        }
        let formulas: Vec<Option<Formula>> = accounts.list.iter().map(|shape| accounts.formula(shape)).collect();
        for (shape, formula) in accounts.list.iter_mut().zip(formulas) {
            shape.formula = formula;
        }
        accounts
    }

    /// The account of a word; unknown ones are faults.
    pub(super) fn find(&self, word: &Word) -> Option<&Shape<'a>> {
        self.by_id
            .find(self.ground.sources, word)
            .map(|index| &self.list[*index])
    }

    /// The account that a rule posts to; it must hold what the rule posts.
    pub(super) fn fed_by(&self, word: &Word, posts: Holds) -> Option<&Shape<'a>> {
        let shape = self.find(word)?;
        shape.fed.set(true);
        match shape.holds {
            Some(holds) if holds != posts => {
                let code = FaultCode::OtherAccountKind {
                    account: word.text.clone(),
                    holds,
                };
                self.ground.sources.fault(word.at, code);
                None
            }
            _ => Some(shape),
        }
    }

    /// The money account whose holders' balances are asked for: those of accounts with a floor are kept.
    pub(super) fn watched(&self, word: &Word) -> Option<&Shape<'a>> {
        let shape = self.find(word)?;
        if shape.source.floor.is_none() {
            let account = word.text.clone();
            self.ground.sources.fault(word.at, FaultCode::NoFloor { account });
            return None;
        }
        Some(shape)
    }

    fn formula(&self, shape: &Shape<'_>) -> Option<Formula> {
        let AccountKindSource::Formula(word) = &shape.source.kind else {
            return None;
        };
        if word.is_blank() {
            return None;
        }
        let compiled = compile_formula(&word.text, self);
        compiled
            .map_err(|fault| {
                let at = self.ground.sources.inside(word, fault.range.start);
                self.ground.sources.fault(at, FaultCode::Rule(fault.kind));
            })
            .ok()
    }

    /// What only shows once all rules are known: accounts that nothing feeds, circular formulas.
    pub(super) fn check(&self) {
        self.list.iter().for_each(|shape| self.check_floor(shape));
        for shape in self.list.iter().filter(|shape| !shape.source.id.is_blank()) {
            let account = shape.source.id.text.clone();
            let is_formula = matches!(shape.holds, Some(Holds::Formula) | None);
            if !is_formula && !shape.fed.get() {
                self.ground.sources.fault(
                    shape.source.id.at,
                    FaultCode::Unfed {
                        account: account.clone(),
                    },
                );
            }
            if self.reads_itself(shape) {
                self.ground
                    .sources
                    .fault(shape.source.id.at, FaultCode::FormulaCycle { account });
            }
        }
    }

    fn reads_itself(&self, shape: &Shape<'_>) -> bool {
        let reads = |shape: &Shape<'_>| -> Vec<u32> {
            let accounts = shape.formula.as_ref().map(Formula::accounts).unwrap_or_default();
            accounts.iter().map(|slot| slot.0).collect()
        };
        let mut seen = Vec::new();
        let mut next = reads(shape);
        while let Some(no) = next.pop() {
            if seen.contains(&no) {
                continue;
            }
            seen.push(no);
            next.extend(self.list.iter().filter(|other| other.no.0 == no).flat_map(reads));
        }
        seen.contains(&shape.no.0)
    }

    /// A floor belongs to money (law 5). What a correction would push below it goes to an account of
    /// the same scale and dimensions.
    fn check_floor(&self, shape: &Shape<'_>) {
        let (floor, recovery) = (&shape.source.floor, &shape.source.recovery);
        if shape.holds.is_some_and(|holds| holds != Holds::Money) {
            let at = floor
                .as_ref()
                .map(|(_, word)| word.at)
                .or(recovery.as_ref().map(|word| word.at));
            at.into_iter()
                .for_each(|at| self.ground.sources.fault(at, FaultCode::FloorWithoutMoney));
            return;
        }
        let Some(word) = recovery else { return };
        let Some(other) = self.fed_by(word, Holds::Money) else {
            return;
        };
        let code = if other.scale != shape.scale {
            FaultCode::ScaleDiffers {
                left: shape.source.id.text.clone(),
                right: word.text.clone(),
            }
        } else if other.dims.len() != shape.dims.len() {
            FaultCode::DimCount {
                account: word.text.clone(),
                wanted: other.dims.len(),
                found: shape.dims.len(),
            }
        } else {
            return;
        };
        self.ground.sources.fault(word.at, code);
    }

    pub(super) fn into_definition(self) -> BTreeMap<AccountNo, Arc<Account>> {
        self.list
            .iter()
            .map(|shape| (shape.no, Arc::new(self.account(shape))))
            .collect()
    }

    fn account(&self, shape: &Shape<'_>) -> Account {
        let source = shape.source;
        let kind = match (shape.holds, &shape.formula) {
            (Some(Holds::Formula), Some(formula)) => AccountKind::Formula(formula.clone()),
            (Some(Holds::Flow), _) => AccountKind::Flow,
            (Some(Holds::Late), _) => AccountKind::Late,
            (Some(Holds::Money), _) => AccountKind::Money,
            _ => AccountKind::Stock,
        };
        let recovery = source.recovery.as_ref().and_then(|word| self.by_id.peek(&word.text));
        Account {
            no: shape.no,
            id: source.id.text.clone(),
            name: source.name.text.clone(),
            kind,
            measure: shape
                .measure
                .as_ref()
                .map(|measure| measure.id.clone())
                .unwrap_or_default(),
            scale: shape.scale,
            dims: shape.dims.clone(),
            credit: source.credit,
            floor: self.floor(shape),
            recovery: recovery.map(|index| self.list[*index].no),
            about: source.about.clone(),
            retired: false,
            public: source.public,
            shows_late: source.shows_late,
        }
    }

    fn floor(&self, shape: &Shape<'_>) -> Option<i64> {
        let (measure, floor) = (shape.measure.as_ref()?, shape.source.floor.as_ref()?);
        self.ground.measures.amount(measure, floor, shape.scale)
    }
}

impl AccountNames for Accounts<'_> {
    fn account(&self, name: &str) -> Option<Slot> {
        self.by_id.peek(name).map(|index| Slot(self.list[*index].no.0))
    }

    fn all(&self) -> Vec<String> {
        self.by_id.names().map(str::to_owned).collect()
    }
}

fn shape<'a>(ground: &Ground<'_>, source: &'a AccountSource, scope: Option<&Scope<'_>>, no: AccountNo) -> Shape<'a> {
    let holds = match &source.kind {
        AccountKindSource::Stock => Some(Holds::Stock),
        AccountKindSource::Flow => Some(Holds::Flow),
        AccountKindSource::Late => Some(Holds::Late),
        AccountKindSource::Money => Some(Holds::Money),
        AccountKindSource::Formula(_) => Some(Holds::Formula),
        AccountKindSource::Unknown => None,
    };
    let measure = ground.measures.find(&source.measure).cloned();
    let of_money = measure.as_ref().is_some_and(|measure| measure.base == YUAN);
    let usual = match holds {
        Some(Holds::Formula) => 2,
        Some(Holds::Late) => 0,
        _ => fed_scale(source, scope).unwrap_or(if of_money { FEN } else { 0 }),
    };
    let dims = source.dims.iter().map(|dim| dimension(ground, dim, scope));
    let mut names = Directory::new(Noun::Dim);
    source
        .dims
        .iter()
        .for_each(|dim| names.add(ground.sources, &dim.id, ()));
    let scale = source.scale.unwrap_or(usual);
    Shape {
        source,
        no,
        holds,
        measure,
        scale,
        dims: dims.collect(),
        formula: None,
        fed: Cell::new(false),
    }
}

/// Decimal places of the yuan that money keeps.
const FEN: u32 = 2;

/// The decimal places of the one field that feeds an account in its own register, or 0 if records
/// are counted. None if it is a rule over fields or fed from elsewhere.
fn fed_scale(source: &AccountSource, scope: Option<&Scope<'_>>) -> Option<u32> {
    let scope = scope?;
    let posting = scope
        .source
        .postings
        .iter()
        .find(|posting| posting.account.text == source.id.text)?;
    match &posting.amount {
        None => Some(0),
        Some(amount) => scope.peek(&amount.text).map(|field| field.scale()),
    }
}

/// A dimension goes by the name of its field, unless it has one of its own.
fn dimension(ground: &Ground<'_>, source: &DimSource, scope: Option<&Scope<'_>>) -> Dim {
    let field = scope
        .and_then(|scope| scope.peek(&source.field.text))
        .map(|field| field.name.clone());
    let unnamed = || match source.field.text.as_str() {
        "stage" => stage(ground.lang).to_owned(),
        _ => source.id.text.clone(),
    };
    Dim {
        id: source.id.text.clone(),
        name: source.name.clone().or(field).unwrap_or_else(unnamed),
    }
}

//! Room: a planned pack tried on the records that are there — what a register's first view would show, and
//! what its figures would come to. Decided in memory; nothing is written.

use crate::app::App;
use crate::app::book::PackPlan;
use crate::app::names::{Labels, measure_name};
use crate::app::scope::Scope;
use crate::error::AppError;
use std::collections::BTreeMap;
use std::sync::Arc;
use taizhang_core::day::Day;
use taizhang_core::decide::timeline_of;
use taizhang_core::definition::{Definition, Field, Register, Verb};
use taizhang_core::id::AccountNo;
use taizhang_core::pack::succeed;
use taizhang_core::posting::{Posting, postings};
use taizhang_core::rules::Version;
use taizhang_core::timeline::State;
use taizhang_store::facts::Facts;
use taizhang_store::record::{self, ListQuery};

/// How many records are tried; of a larger register those that came first.
const TRIED_MAX: usize = 2_000;
/// How many of them are shown.
const SHOWN: usize = 10;

/// What a planned pack makes of a register.
pub struct Trial {
    /// The definition as it would be.
    pub definition: Arc<Definition>,
    /// The register as it would be.
    pub register: Arc<Register>,
    /// The columns of its first view.
    pub columns: Vec<Field>,
    /// The first records, as they would be; none where the asker may not read them.
    pub rows: Vec<State>,
    /// Names of units and of linked records.
    pub labels: Labels,
    /// How many records were tried, and how many there are.
    pub tried: (usize, i64),
    /// Its figures, now and then, all days up to today.
    pub figures: Vec<TrialFigure>,
}

/// One figure, now and then.
pub struct TrialFigure {
    /// Its name.
    pub name: String,
    /// Its measure.
    pub measure: String,
    /// What it is now; none for one that is new.
    pub now: Option<String>,
    /// What it would be.
    pub then: String,
}

impl App {
    /// Tries a plan from a day on, as it would be applied, on the records of a register; none where the plan has no such register.
    pub fn try_pack(
        &self,
        scope: &Scope,
        plan: &PackPlan,
        from: Option<Day>,
        id: &str,
    ) -> Result<Option<Trial>, AppError> {
        let asking = self.asking()?;
        let mut reading = self.reading()?;
        let present = reading.caches.rules.clone();
        let old = present
            .latest()
            .map(|version| version.definition.clone())
            .unwrap_or_default();
        let definition = Arc::new(succeed(&old, plan.definition().clone()));
        let Some(register) = definition.register_named(id).cloned() else {
            return Ok(None);
        };
        let mut rules = (*present).clone();
        rules.push(Version {
            n: reading.n() + 1,
            from: self.effective_day(present.latest().is_none(), from)?,
            definition: definition.clone(),
        });
        let mut states = Vec::new();
        let (mut now, mut then) = (Sums::new(), Sums::new());
        let mut total = 0;
        let mut tried = 0;
        if let Some(was) = old
            .register(register.no)
            .filter(|_| plan.counts.contains_key(&register.no.0))
        {
            total = record::living(reading.conn()?, was)?;
            let query = ListQuery {
                limit: TRIED_MAX,
                ..ListQuery::default()
            };
            let rows = record::list(reading.conn()?, was, &query)?;
            tried = rows.len();
            for row in rows {
                let mut facts = Facts {
                    conn: reading.conn()?,
                    definition: &old,
                    waiting: None,
                };
                let before = timeline_of(&mut facts, &present, row.record)?;
                let after = timeline_of(&mut facts, &rules, row.record)?;
                let overflow = |_| AppError::said("design.too_large", &[]);
                add(&mut now, &postings(&before, &present).map_err(overflow)?, self.today());
                add(&mut then, &postings(&after, &rules).map_err(overflow)?, self.today());
                if states.len() < SHOWN {
                    states.push(after.state());
                }
            }
        }
        if !scope.may_somewhere(Verb::Read, &register) {
            states.clear();
        }
        let labels = self.labels(&mut reading, &definition, states.iter().map(|state| (&register, state)))?;
        let named = register.postings.iter().map(|rule| rule.account);
        let mut accounts: Vec<AccountNo> = named.chain(now.keys().copied()).collect();
        accounts.sort();
        accounts.dedup();
        let figures = accounts.into_iter().filter_map(|no| {
            let account = definition.accounts.get(&no)?;
            let shown = |sums: &Sums| asking.shown(account, sums.get(&no).copied().unwrap_or(0));
            let known = old.accounts.get(&no).is_some_and(|account| !account.retired);
            Some(TrialFigure {
                name: account.name.clone(),
                measure: measure_name(&definition, &account.measure).to_owned(),
                now: known.then(|| shown(&now)),
                then: shown(&then),
            })
        });
        let figures = figures.collect();
        Ok(Some(Trial {
            columns: columns(&register),
            rows: states,
            labels,
            tried: (tried, total),
            figures,
            register,
            definition,
        }))
    }
}

type Sums = BTreeMap<AccountNo, i64>;

fn add(sums: &mut Sums, lines: &[Posting], today: Day) {
    for line in lines.iter().filter(|line| line.day <= today) {
        *sums.entry(line.account).or_default() += line.amount;
    }
}

/// The columns of the first view, else all fields.
fn columns(register: &Register) -> Vec<Field> {
    let named = register
        .views
        .first()
        .map(|view| view.columns.clone())
        .unwrap_or_default();
    let columns: Vec<Field> = named.iter().filter_map(|no| register.field(*no).cloned()).collect();
    match columns.is_empty() {
        true => register.fields.clone(),
        false => columns,
    }
}

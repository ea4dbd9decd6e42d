//! Room: what applying a pack would do to a living book, before it does it.
//!
//! Compares two definitions and never looks at a record: which registers a change touches is said, so
//! that the caller can count their rows. What would lose or twist data is refused.

mod account;
mod register;

pub use register::duties_otherwise;
pub(crate) use register::judges_otherwise;

use crate::definition::{Definition, Field, Register, Retired};
use crate::id::RegisterNo;
use std::sync::Arc;

/// What applying a definition changes, and what of it is refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The changes, part by part.
    pub changes: Vec<Change>,
    /// What may not be done.
    pub refusals: Vec<Refusal>,
    /// Living registers whose records post otherwise under the new definition.
    pub reposts: Vec<RegisterNo>,
}

impl Plan {
    /// Nothing to do: the pack is applied already.
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty() && self.refusals.is_empty() && self.reposts.is_empty()
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Added, changed or retired.
    pub kind: ChangeKind,
    /// What kind of part.
    pub part: Part,
    /// Its path in the pack: `field/well/number`.
    pub path: String,
    /// Its name as shown.
    pub name: String,
    /// The registers whose records it touches.
    pub affects: Vec<RegisterNo>,
    /// What applying does not do about it, though one might think so.
    pub caution: Option<Caution>,
}

/// What applying a pack leaves to somebody's own entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Caution {
    /// A unit that the pack leaves out stays in the book.
    UnitStays,
    /// The day from which a unit exists is that of its opening, which is not moved.
    UnitDay,
}

/// What happens to a part.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ChangeKind {
    /// It is new.
    Added,
    /// It stays and is described otherwise.
    Changed,
    /// It is no longer part of the pack; its data stays.
    Retired,
}

/// The kinds of parts that a pack has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// The pack itself: its name, its language, the order of its registers.
    Pack,
    /// A register.
    Register,
    /// A field.
    Field,
    /// A stage.
    Stage,
    /// A move.
    Move,
    /// A unique key.
    Key,
    /// A check.
    Check,
    /// A limit.
    Limit,
    /// An instrument of a scheme.
    Instrument,
    /// A view.
    View,
    /// A section.
    Section,
    /// A scoreboard.
    Board,
    /// An invariant.
    Invariant,
    /// A posting rule.
    Posting,
    /// An account.
    Account,
    /// A measure.
    Measure,
    /// A role.
    Role,
    /// A target.
    Target,
    /// A bulletin.
    Bulletin,
    /// A paper.
    Paper,
    /// A scorecard.
    Card,
    /// A claim of a report.
    Claim,
    /// A file of schemes of money.
    Scheme,
    /// A unit.
    Unit,
    /// The calendar.
    Calendar,
    /// The area codes.
    Areas,
    /// The industry codes.
    Industries,
}

/// A change that may not be made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Why.
    pub code: RefusalCode,
    /// The path of the part in the pack.
    pub path: String,
    /// Its name as shown.
    pub name: String,
    /// Holds only if one of these registers has records; always, if there are none here.
    pub if_records: Vec<RegisterNo>,
}

impl Refusal {
    /// Whether the refusal holds, given how many records a register has.
    pub fn holds(&self, records: impl Fn(RegisterNo) -> u64) -> bool {
        self.if_records.is_empty() || self.if_records.iter().any(|register| records(*register) > 0)
    }
}

/// Why a change may not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalCode {
    /// A field would hold values of another type, scale or register.
    FieldKind,
    /// A field would be measured in something that cannot be converted.
    FieldMeasure,
    /// A field's class would tighten, and what was written openly cannot be taken back.
    ClassTightened,
    /// A field's values would have to be deciphered.
    ClassUnsealed,
    /// A choice would vanish.
    ChoiceRemoved,
    /// A stage would vanish.
    StageRemoved,
    /// A register would vanish.
    RegisterRemoved,
    /// An account would hold something else.
    AccountKind,
    /// An account would keep other decimal places.
    AccountScale,
    /// An account would have other dimensions.
    AccountDims,
    /// An account's balances would stand on the other side.
    AccountSide,
    /// An account would be measured in something that cannot be converted.
    AccountMeasure,
    /// A measure would be the multiple of another base, or another multiple.
    MeasureBase,
    /// A practice book would become a real one, or the other way round.
    Practice,
}

/// What it takes to go from one definition to another. `old` is what the book has now
/// ([`Definition::default`] before the first pack).
pub fn plan(old: &Definition, new: &Definition) -> Plan {
    let mut plan = Plan::default();
    pack(&mut plan, old, new);
    register::registers(&mut plan, old, new);
    account::accounts(&mut plan, old, new);
    measures(&mut plan, old, new);
    rest(&mut plan, old, new);
    plan
}

/// The new definition with what the old one had and it has not: accounts stay queryable, registers
/// and fields keep their names for the history of records.
pub fn succeed(old: &Definition, mut new: Definition) -> Definition {
    for (no, account) in &old.accounts {
        let retire = || {
            let mut account = account.as_ref().clone();
            account.retired = true;
            Arc::new(account)
        };
        new.accounts.entry(*no).or_insert_with(retire);
    }
    let mut retired = Retired::default();
    let registers = old.registers.iter().chain(&old.retired.registers);
    retired.registers.extend(
        registers
            .filter(|register| new.register(register.no).is_none())
            .cloned(),
    );
    let living = old
        .registers
        .iter()
        .flat_map(|register| register.fields.iter().map(|field| (register.no, field)));
    let earlier = old.retired.fields.iter().map(|(register, field)| (*register, field));
    for (register, field) in living.chain(earlier) {
        let stays = new
            .register(register)
            .is_none_or(|register| register.field(field.no).is_some());
        if !stays {
            retired.fields.push((register, field.clone()));
        }
    }
    new.retired = retired;
    new
}

impl Definition {
    /// A register by number, living or retired.
    fn any_register(&self, no: RegisterNo) -> Option<&Register> {
        let all = self.registers.iter().chain(&self.retired.registers);
        all.map(Arc::as_ref).find(|register| register.no == no)
    }

    /// A field of a register by id, living or retired.
    fn any_field(&self, register: RegisterNo, id: &str) -> Option<&Field> {
        let living = self
            .any_register(register)
            .and_then(|register| register.field_named(id));
        let retired = || {
            self.retired
                .fields
                .iter()
                .find(|(no, field)| *no == register && field.id == id)
        };
        living.or_else(|| retired().map(|(_, field)| field))
    }
}

fn pack(plan: &mut Plan, old: &Definition, new: &Definition) {
    let first = old.id.is_empty();
    let ids = |definition: &Definition| -> Vec<String> {
        definition
            .registers
            .iter()
            .map(|register| register.id.clone())
            .collect()
    };
    let described = (&old.id, &old.name, old.lang) == (&new.id, &new.name, new.lang)
        && (old.digest, old.burden, &old.working_hours) == (new.digest, new.burden, &new.working_hours);
    if !first && old.practice != new.practice {
        plan.refuse(RefusalCode::Practice, "pack/practice".to_owned(), &new.name, Vec::new());
    }
    if first || !described || !same_order(&ids(old), &ids(new)) {
        let kind = if first { ChangeKind::Added } else { ChangeKind::Changed };
        plan.note(kind, Part::Pack, "pack".to_owned(), &new.name, Vec::new());
    }
}

/// Everything that no record and no posting depends on.
fn rest(plan: &mut Plan, old: &Definition, new: &Definition) {
    let roles = |definition: &Definition| definition.roles.values().cloned().collect::<Vec<_>>();
    plan.compare(Part::Role, "role", &roles(old), &roles(new), &[], |role| {
        (&role.id, &role.name)
    });
    plan.compare(Part::Target, "target", &old.targets, &new.targets, &[], |target| {
        (&target.id, &target.name)
    });
    plan.compare(Part::Bulletin, "bulletin", &old.bulletins, &new.bulletins, &[], |b| {
        (&b.id, &b.name)
    });
    plan.compare(Part::Paper, "paper", &old.papers, &new.papers, &[], |paper| {
        (&paper.id, &paper.name)
    });
    plan.compare(Part::Card, "card", &old.cards, &new.cards, &[], |card| {
        (&card.id, &card.id)
    });
    plan.compare(Part::Claim, "claim", &old.claims, &new.claims, &[], |claim| {
        (&claim.id, &claim.text)
    });
    plan.compare(Part::Scheme, "scheme", &old.schemes, &new.schemes, &[], |scheme| {
        (&scheme.id, &scheme.id)
    });
    plan.compare(Part::Unit, "unit", &old.units, &new.units, &[], |unit| {
        (&unit.code, &unit.name)
    });
    cautions_about_units(plan, old, new);
    let tables = [
        (Part::Calendar, "calendar", old.calendar != new.calendar),
        (Part::Areas, "codes/areas", old.areas != new.areas),
        (Part::Industries, "codes/industries", old.industries != new.industries),
    ];
    for (part, path, differs) in tables {
        if differs {
            plan.note(ChangeKind::Changed, part, path.to_owned(), "", Vec::new());
        }
    }
}

/// Which changes of units are not made by applying.
fn cautions_about_units(plan: &mut Plan, old: &Definition, new: &Definition) {
    let from = |definition: &Definition, path: &str| {
        let unit = definition
            .units
            .iter()
            .find(|unit| path == format!("unit/{}", unit.code));
        unit.map(|unit| unit.from)
    };
    for change in plan.changes.iter_mut().filter(|change| change.part == Part::Unit) {
        change.caution = match change.kind {
            ChangeKind::Retired => Some(Caution::UnitStays),
            ChangeKind::Changed if from(old, &change.path) != from(new, &change.path) => Some(Caution::UnitDay),
            _ => None,
        };
    }
}

fn measures(plan: &mut Plan, old: &Definition, new: &Definition) {
    let list = |definition: &Definition| definition.measures.values().cloned().collect::<Vec<_>>();
    plan.compare(Part::Measure, "measure", &list(old), &list(new), &[], |measure| {
        (&measure.id, &measure.id)
    });
    for measure in new.measures.values() {
        let was = old.measures.get(&measure.id);
        if was.is_some_and(|was| (&was.base, was.factor) != (&measure.base, measure.factor)) {
            plan.refuse(
                RefusalCode::MeasureBase,
                format!("measure/{}", measure.id),
                &measure.id,
                Vec::new(),
            );
        }
    }
}

impl Plan {
    fn note(&mut self, kind: ChangeKind, part: Part, path: String, name: &str, affects: Vec<RegisterNo>) {
        self.changes.push(Change {
            kind,
            part,
            path,
            name: name.to_owned(),
            affects,
            caution: None,
        });
    }

    fn refuse(&mut self, code: RefusalCode, path: String, name: &str, if_records: Vec<RegisterNo>) {
        self.refusals.push(Refusal {
            code,
            path,
            name: name.to_owned(),
            if_records,
        });
    }

    /// Compares two lists of parts by id: what is new or different, then what is gone.
    fn compare<T: PartialEq>(
        &mut self,
        part: Part,
        folder: &str,
        old: &[T],
        new: &[T],
        affects: &[RegisterNo],
        id_and_name: impl for<'t> Fn(&'t T) -> (&'t String, &'t String),
    ) {
        let find = |list: &'_ [T], id: &String| list.iter().position(|other| id_and_name(other).0 == id);
        for item in new {
            let (id, name) = id_and_name(item);
            let kind = match find(old, id) {
                None => ChangeKind::Added,
                Some(was) if old[was] != *item => ChangeKind::Changed,
                Some(_) => continue,
            };
            self.note(kind, part, format!("{folder}/{id}"), name, affects.to_vec());
        }
        for item in old {
            let (id, name) = id_and_name(item);
            if find(new, id).is_none() {
                self.note(
                    ChangeKind::Retired,
                    part,
                    format!("{folder}/{id}"),
                    name,
                    affects.to_vec(),
                );
            }
        }
    }
}

/// Whether what two lists have in common stands in the same order.
fn same_order(old: &[String], new: &[String]) -> bool {
    let common = |list: &[String], other: &[String]| -> Vec<String> {
        list.iter().filter(|id| other.contains(id)).cloned().collect()
    };
    common(old, new) == common(new, old)
}

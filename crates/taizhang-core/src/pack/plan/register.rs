//! Room: what changes in registers, and what may not.

use super::super::shape::same_column;
use super::{ChangeKind, Part, Plan, RefusalCode, same_order};
use crate::definition::{Definition, Field, FieldKind, LimitLength, PostingRule, Register, RuleKind};

pub(super) fn registers(plan: &mut Plan, old: &Definition, new: &Definition) {
    for register in &new.registers {
        let path = format!("register/{}", register.id);
        match old.register(register.no) {
            None => {
                plan.note(ChangeKind::Added, Part::Register, path, &register.name, Vec::new());
                // A register that comes back must be able to hold what it held.
                fields(
                    plan,
                    old,
                    new,
                    &Register {
                        fields: Vec::new(),
                        ..register.as_ref().clone()
                    },
                    register,
                );
            }
            Some(was) => {
                if !same_head(was, register) {
                    plan.note(
                        ChangeKind::Changed,
                        Part::Register,
                        path,
                        &register.name,
                        vec![register.no],
                    );
                }
                parts(plan, old, new, was, register);
                if posts_otherwise(old, new, was, register) {
                    plan.reposts.push(register.no);
                }
            }
        }
    }
    for gone in old
        .registers
        .iter()
        .filter(|register| new.register(register.no).is_none())
    {
        let path = format!("register/{}", gone.id);
        plan.note(
            ChangeKind::Retired,
            Part::Register,
            path.clone(),
            &gone.name,
            vec![gone.no],
        );
        plan.refuse(RefusalCode::RegisterRemoved, path, &gone.name, vec![gone.no]);
    }
}

/// Whether everything that has no path of its own is the same.
fn same_head(old: &Register, new: &Register) -> bool {
    let ids = |register: &Register| -> Vec<String> {
        let fields = register.fields.iter().map(|field| field.id.clone());
        let stages = register.stages.iter().map(|stage| stage.id.clone());
        fields.chain(stages).collect()
    };
    (&old.id, &old.name, &old.about, old.system, &old.title) == (&new.id, &new.name, &new.about, new.system, &new.title)
        && (old.unit, &old.parent, old.row_day, old.blank) == (new.unit, &new.parent, new.row_day, new.blank)
        && (old.embargo, old.period, &old.issue) == (new.embargo, new.period, &new.issue)
        && same_order(&ids(old), &ids(new))
        && (&old.template, &old.inquiry) == (&new.template, &new.inquiry)
}

fn parts(plan: &mut Plan, old: &Definition, new: &Definition, was: &Register, register: &Register) {
    let (of, id) = ([register.no], &register.id);
    let folder = |part: &str| format!("{part}/{id}");
    fields(plan, old, new, was, register);
    plan.compare(Part::Stage, &folder("stage"), &was.stages, &register.stages, &of, |s| {
        (&s.id, &s.name)
    });
    for gone in was.stages.iter().filter(|stage| register.stage(&stage.id).is_none()) {
        plan.refuse(
            RefusalCode::StageRemoved,
            format!("stage/{id}/{}", gone.id),
            &gone.name,
            of.to_vec(),
        );
    }
    plan.compare(Part::Move, &folder("move"), &was.moves, &register.moves, &of, |m| {
        (&m.id, &m.name)
    });
    plan.compare(Part::Key, &folder("key"), &was.keys, &register.keys, &of, |key| {
        (&key.id, &key.id)
    });
    plan.compare(Part::Check, &folder("check"), &was.checks, &register.checks, &of, |c| {
        (&c.id, &c.message)
    });
    plan.compare(Part::Limit, &folder("limit"), &was.limits, &register.limits, &of, |l| {
        (&l.id, &l.name)
    });
    plan.compare(
        Part::Instrument,
        &folder("instrument"),
        &was.instruments,
        &register.instruments,
        &of,
        |instrument| (&instrument.id, &instrument.name),
    );
    plan.compare(Part::View, &folder("view"), &was.views, &register.views, &[], |view| {
        (&view.id, &view.name)
    });
    plan.compare(
        Part::Section,
        &folder("section"),
        &was.sections,
        &register.sections,
        &[],
        |section| (&section.id, &section.name),
    );
    plan.compare(
        Part::Board,
        &folder("board"),
        &was.boards,
        &register.boards,
        &[],
        |board| (&board.id, &board.name),
    );
    plan.compare(
        Part::Invariant,
        &folder("invariant"),
        &was.invariants,
        &register.invariants,
        &[],
        |invariant| (&invariant.id, &invariant.name),
    );
    postings(plan, old, new, was, register);
}

/// Rules have no ids: one that is in both versions is unchanged, the others came or went.
fn postings(plan: &mut Plan, old: &Definition, new: &Definition, was: &Register, register: &Register) {
    let sides = [
        (ChangeKind::Added, new, &register.postings, &was.postings),
        (ChangeKind::Retired, old, &was.postings, &register.postings),
    ];
    for (kind, definition, these, others) in sides {
        for rule in these.iter().filter(|rule| !others.contains(rule)) {
            let account = definition.accounts.get(&rule.account);
            let (id, name) = account.map_or(("", ""), |account| (&account.id, &account.name));
            plan.note(
                kind,
                Part::Posting,
                format!("posting/{}/{id}", register.id),
                name,
                vec![register.no],
            );
        }
    }
}

fn fields(plan: &mut Plan, old: &Definition, new: &Definition, was: &Register, register: &Register) {
    let (of, id) = ([register.no], &register.id);
    let folder = format!("field/{id}");
    if old.register(register.no).is_some() {
        plan.compare(Part::Field, &folder, &was.fields, &register.fields, &of, |field| {
            (&field.id, &field.name)
        });
    }
    for field in &register.fields {
        let Some(was) = old.any_field(register.no, &field.id) else {
            continue;
        };
        for (code, if_records) in refused(old, new, was, field) {
            let if_records = if if_records { of.to_vec() } else { Vec::new() };
            plan.refuse(code, format!("{folder}/{}", field.id), &field.name, if_records);
        }
    }
}

/// What may not be done to a field, and whether that depends on there being records.
fn refused(old: &Definition, new: &Definition, was: &Field, field: &Field) -> Vec<(RefusalCode, bool)> {
    let mut codes = Vec::new();
    if !same_column(&was.kind, &field.kind) {
        return vec![(RefusalCode::FieldKind, false)];
    }
    if base(old, &was.kind) != base(new, &field.kind) {
        codes.push((RefusalCode::FieldMeasure, false));
    }
    if field.class > was.class {
        codes.push((RefusalCode::ClassTightened, false));
    } else if was.class.is_sealed() && !field.class.is_sealed() {
        codes.push((RefusalCode::ClassUnsealed, false));
    }
    if let (FieldKind::Choice(was), FieldKind::Choice(now)) = (&was.kind, &field.kind)
        && was.iter().any(|choice| now.iter().all(|other| other.id != choice.id))
    {
        codes.push((RefusalCode::ChoiceRemoved, true));
    }
    codes
}

/// The base unit of a measured number. Money is kept in fen whatever it is shown in.
fn base<'a>(definition: &'a Definition, kind: &FieldKind) -> Option<&'a str> {
    let FieldKind::Quantity { measure, .. } = kind else {
        return None;
    };
    definition.measures.get(measure).map(|measure| measure.base.as_str())
}

/// Whether records of a register stand or post otherwise: what follows the record above, or their postings.
pub(crate) fn judges_otherwise(old: &Definition, new: &Definition, was: &Register, register: &Register) -> bool {
    inherited(was) != inherited(register) || posts_otherwise(old, new, was, register)
}

/// Whether the records of a register post otherwise: other rules, or other things that rules rest on.
fn posts_otherwise(old: &Definition, new: &Definition, was: &Register, register: &Register) -> bool {
    if was.postings.is_empty() && register.postings.is_empty() {
        return false;
    }
    let limits = was.limits != register.limits && has_clock(register.postings.iter().chain(&was.postings));
    let calendar =
        (old.calendar != new.calendar || old.working_hours != new.working_hours) && rests_on_calendar(register);
    let parent = inherited(was) != inherited(register);
    was.postings != register.postings || was.unit != register.unit || limits || calendar || parent
}

/// Whether the duties of a register's records may be others: their limits, their days, their desks.
pub fn duties_otherwise(old: &Definition, new: &Definition, was: &Register, register: &Register) -> bool {
    if was.limits.is_empty() && register.limits.is_empty() {
        return false;
    }
    let calendar = old.calendar != new.calendar || old.working_hours != new.working_hours;
    was.limits != register.limits || was.unit != register.unit || inherited(was) != inherited(register) || calendar
}

fn has_clock<'a>(mut rules: impl Iterator<Item = &'a PostingRule>) -> bool {
    rules.any(|rule| matches!(rule.kind, RuleKind::Late { .. } | RuleKind::FinishedLate { .. }))
}

fn rests_on_calendar(register: &Register) -> bool {
    let by_calendar = |length: LimitLength| {
        length.counts_hours() || matches!(length, LimitLength::WorkingDays(_) | LimitLength::WorkingDaysIn(_))
    };
    has_clock(register.postings.iter())
        && register
            .limits
            .iter()
            .any(|limit| limit.roll || by_calendar(limit.length))
}

fn inherited(register: &Register) -> Option<&[(crate::id::FieldNo, crate::id::FieldNo)]> {
    register.parent.as_ref().map(|parent| parent.inherit.as_slice())
}

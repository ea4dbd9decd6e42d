//! Room: the record above, and what is inherited from it.

use super::super::fault::{FaultCode, Wanted};
use super::super::shape::same_values;
use super::super::source::ParentSource;
use super::super::sources::Word;
use super::scope::Scope;
use crate::definition::{Class, Field, FieldKind, Parent, Register};
use crate::id::{FieldNo, RegisterNo, STAGE};

/// How many registers may stand above one another: a parent's entry posts for all below (law 3).
const DEPTH_MAX: usize = 4;

/// Gives each register its parent; circles and chains that are too long are faults.
pub(super) fn parents(scopes: &[Scope<'_>], registers: &mut [Register]) {
    for (scope, register) in scopes.iter().zip(registers.iter_mut()) {
        register.parent = scope
            .source
            .parent
            .as_ref()
            .and_then(|source| parent(scope, source, scopes));
    }
    for (index, scope) in scopes.iter().enumerate() {
        check_chain(scope, index, registers);
    }
}

fn parent(scope: &Scope<'_>, source: &ParentSource, scopes: &[Scope<'_>]) -> Option<Parent> {
    let link = scope.readable(&source.field, Wanted::Link)?;
    let FieldKind::Link { register } = link.kind else {
        return None;
    };
    let above = scopes.iter().find(|above| above.no == register)?;
    let pairs = source
        .inherit
        .iter()
        .filter_map(|(own, theirs)| pair(scope, above, own, theirs));
    Some(Parent {
        field: link.no,
        register,
        inherit: pairs.collect(),
    })
}

/// A value can follow the parent's only if it means the same in both fields. A sealed one cannot
/// follow at all: each record's person has a key of their own.
fn pair(scope: &Scope<'_>, above: &Scope<'_>, own: &Word, theirs: &Word) -> Option<(FieldNo, FieldNo)> {
    let mine: Option<&Field> = scope.readable(own, Wanted::Comparable);
    if theirs.text == "stage" && above.has_stages() {
        return stage_pair(scope, above, mine?, own);
    }
    let other = above.peek(&theirs.text);
    if other.is_none() && !theirs.is_blank() && scope.peek(&own.text).is_some() {
        above.field(theirs);
    }
    let (mine, other) = (mine?, other?);
    if !same_values(&mine.kind, &other.kind) || mine.class != other.class {
        let code = FaultCode::InheritsOther {
            own: own.text.clone(),
            theirs: theirs.text.clone(),
        };
        scope.ground.sources.fault(own.at, code);
        return None;
    }
    Some((mine.no, other.no))
}

/// The stage above as a field of the record below, so that its rules may ask for it.
fn stage_pair(scope: &Scope<'_>, above: &Scope<'_>, mine: &Field, own: &Word) -> Option<(FieldNo, FieldNo)> {
    let has = |id: &str| match &mine.kind {
        FieldKind::Choice(choices) => choices.iter().any(|choice| choice.id == id),
        _ => false,
    };
    if mine.class == Class::Open && above.source.stages.iter().all(|stage| has(&stage.id.text)) {
        return Some((mine.no, STAGE));
    }
    let code = FaultCode::InheritsOther {
        own: own.text.clone(),
        theirs: "stage".to_owned(),
    };
    scope.ground.sources.fault(own.at, code);
    None
}

fn check_chain(scope: &Scope<'_>, index: usize, registers: &[Register]) {
    let Some(source) = &scope.source.parent else { return };
    let mut chain: Vec<RegisterNo> = vec![registers[index].no];
    let mut at = &registers[index];
    while let Some(parent) = &at.parent {
        chain.push(parent.register);
        if parent.register == chain[0] {
            let path = chain.iter().map(|no| name(registers, *no)).collect();
            scope
                .ground
                .sources
                .fault(source.field.at, FaultCode::ParentCycle { path });
            return;
        }
        // A circle further up is told of where it closes.
        if chain[..chain.len() - 1].contains(&parent.register) {
            return;
        }
        let Some(above) = registers.iter().find(|register| register.no == parent.register) else {
            return;
        };
        at = above;
    }
    if chain.len() - 1 > DEPTH_MAX {
        scope
            .ground
            .sources
            .fault(source.field.at, FaultCode::ParentTooDeep { most: DEPTH_MAX });
    }
}

fn name(registers: &[Register], no: RegisterNo) -> String {
    registers
        .iter()
        .find(|register| register.no == no)
        .map(|register| register.id.clone())
        .unwrap_or_default()
}

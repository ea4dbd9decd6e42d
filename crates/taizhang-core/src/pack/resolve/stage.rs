//! Room: stages, moves and limits of a register.

use super::super::directory::once_each;
use super::super::fault::{FaultCode, Noun};
use super::super::source::{LimitSource, MoveSource};
use super::super::sources::Word;
use super::lists::RoleNames;
use super::scope::Scope;
use crate::definition::{Limit, LimitLength, Move, Stage};
use crate::expr::Type;
use std::collections::BTreeSet;

/// The stages, of which exactly one is initial: the one that says so, or the first.
pub(super) fn stages(scope: &Scope<'_>) -> Vec<Stage> {
    let sources = scope.ground.sources;
    let mut marked = scope.source.stages.iter().filter(|stage| stage.initial);
    let first = marked.next();
    for second in marked {
        let first = first.map(|stage| stage.id.text.clone()).unwrap_or_default();
        sources.fault(second.id.at, FaultCode::SecondInitial { first });
    }
    let initial = first.or(scope.source.stages.first()).map(|stage| &stage.id);
    check_reached(scope, initial);
    let stage = |stage: &super::super::source::StageSource| Stage {
        id: stage.id.text.clone(),
        name: stage.name.text.clone(),
        initial: Some(&stage.id) == initial,
        closed: stage.closed,
        needs: scope.field_nos(&stage.needs),
    };
    scope.source.stages.iter().map(stage).collect()
}

/// Every stage is the initial one or can be reached from it by moves.
fn check_reached(scope: &Scope<'_>, initial: Option<&Word>) {
    let mut reached: BTreeSet<&str> = initial.map(|word| word.text.as_str()).into_iter().collect();
    loop {
        let leads_on = |a_move: &&MoveSource| a_move.from.iter().any(|from| reached.contains(from.text.as_str()));
        let next: Vec<&str> = scope
            .source
            .moves
            .iter()
            .filter(leads_on)
            .map(|a_move| a_move.to.text.as_str())
            .collect();
        let before = reached.len();
        reached.extend(next);
        if reached.len() == before {
            break;
        }
    }
    for stage in scope.source.stages.iter().map(|stage| &stage.id) {
        if !stage.is_blank() && !reached.contains(stage.text.as_str()) {
            scope.ground.sources.fault(
                stage.at,
                FaultCode::Unreachable {
                    stage: stage.text.clone(),
                },
            );
        }
    }
}

/// The moves. A register without stages can have none.
pub(super) fn moves(scope: &Scope<'_>, roles: &RoleNames) -> Vec<Move> {
    if !scope.has_stages() {
        let first = scope.source.moves.first().map(|a_move| a_move.id.at);
        let first = first.or(scope.source.limits.first().map(|limit| limit.id.at));
        first
            .into_iter()
            .for_each(|at| scope.ground.sources.fault(at, FaultCode::NoStages));
        return Vec::new();
    }
    let sources = scope.ground.sources;
    let a_move = |source: &MoveSource| {
        once_each(sources, Noun::Stage, &source.from);
        scope.stages.check(sources, &source.to);
        Move {
            id: source.id.text.clone(),
            name: source.name.text.clone(),
            from: known_stages(scope, &source.from),
            to: source.to.text.clone(),
            needs: scope.field_nos(&source.needs),
            roles: source
                .roles
                .iter()
                .filter(|role| roles.find(sources, role).is_some())
                .map(text)
                .collect(),
            guard: source.guard.as_ref().and_then(|guard| scope.program(guard, Type::Bool)),
            evidence: source.evidence,
        }
    };
    scope.source.moves.iter().map(a_move).collect()
}

/// The limits.
pub(super) fn limits(scope: &Scope<'_>) -> Vec<Limit> {
    if !scope.has_stages() {
        return Vec::new();
    }
    scope.source.limits.iter().map(|source| limit(scope, source)).collect()
}

fn limit(scope: &Scope<'_>, source: &LimitSource) -> Limit {
    let sources = scope.ground.sources;
    once_each(sources, Noun::Stage, &source.stages);
    for both in source
        .paused
        .iter()
        .filter(|paused| source.stages.iter().any(|stage| stage.text == paused.text))
    {
        sources.fault(
            both.at,
            FaultCode::RunsAndPauses {
                stage: both.text.clone(),
            },
        );
    }
    Limit {
        id: source.id.text.clone(),
        name: source.name.text.clone(),
        stages: known_stages(scope, &source.stages),
        paused: known_stages(scope, &source.paused),
        length: source.length.unwrap_or(LimitLength::Days(1)),
        roll: source.roll,
    }
}

fn known_stages(scope: &Scope<'_>, words: &[Word]) -> Vec<String> {
    words
        .iter()
        .filter(|word| scope.stages.find(scope.ground.sources, word).is_some())
        .map(text)
        .collect()
}

fn text(word: &Word) -> String {
    word.text.clone()
}

//! Room: stages, moves and limits of a register.

use super::super::directory::{Directory, once_each};
use super::super::fault::{FaultCode, Noun, Wanted};
use super::super::source::{BelowSource, LengthSource, LimitSource, MoveSource};
use super::super::sources::Word;
use super::lists::RoleNames;
use super::scope::Scope;
use crate::day::Day;
use crate::definition::{Below, DutyDesk, FieldKind, LightRule, Limit, LimitLength, Move, Stage};
use crate::expr::Type;
use crate::id::FieldNo;
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
        holder: stage.holder,
        held_by: scope.field_nos(&stage.held_by),
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
            .flat_map(|a_move| std::iter::once(&a_move.to).chain(&a_move.or_to))
            .map(|to| to.text.as_str())
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
        once_each(sources, Noun::Stage, &source.or_to);
        scope.stages.check(sources, &source.to);
        Move {
            id: source.id.text.clone(),
            name: source.name.text.clone(),
            from: known_stages(scope, &source.from),
            to: source.to.text.clone(),
            or_to: known_stages(scope, &source.or_to),
            needs: scope.field_nos(&source.needs),
            roles: source
                .roles
                .iter()
                .filter(|role| roles.find(sources, role).is_some())
                .map(text)
                .collect(),
            person: source
                .person
                .as_ref()
                .and_then(|word| scope.readable(word, Wanted::Link))
                .map(|field| field.no),
            guard: source.guard.as_ref().and_then(|guard| scope.program(guard, Type::Bool)),
            clause: source.clause.as_ref().map(text),
            evidence: source.evidence,
            wait: source.wait,
            below: source.below.iter().filter_map(|source| below(scope, source)).collect(),
            apart: source.apart.iter().map(|word| apart(scope, word)).collect(),
            clears: scope.field_nos(&source.clears),
            in_order: source.in_order,
            timeout: source.timeout,
        }
    };
    scope.source.moves.iter().map(a_move).collect()
}

/// A step that is kept apart from a move. The first name is looked up here; what follows a link is of another
/// register.
fn apart(scope: &Scope<'_>, word: &Word) -> Vec<String> {
    let path: Vec<String> = word.text.split('.').map(str::to_owned).collect();
    let first = |text: &str| Word {
        text: text.to_owned(),
        at: word.at,
    };
    match path.as_slice() {
        [step] if step == "open" => {}
        [step] => scope.moves.check(scope.ground.sources, &first(step)),
        [link, ..] => {
            scope.readable(&first(link), Wanted::Link);
        }
        [] => {}
    }
    path
}

/// Records below that a move waits for: their register and its stages.
fn below(scope: &Scope<'_>, source: &BelowSource) -> Option<Below> {
    let ground = scope.ground;
    let register = *ground.registers.find(ground.sources, &source.register)?;
    let theirs = ground
        .pack
        .registers
        .iter()
        .find(|other| other.id.text == source.register.text)?;
    let mut stages = Directory::new(Noun::Stage);
    for stage in &theirs.stages {
        stages
            .peek(&stage.id.text)
            .is_none()
            .then(|| stages.add(ground.sources, &stage.id, ()));
    }
    let known = source
        .stages
        .iter()
        .filter(|word| stages.find(ground.sources, word).is_some());
    let of = source
        .of
        .as_ref()
        .map(|of| ground.registers.find(ground.sources, of).copied());
    if of == Some(None) {
        return None;
    }
    Some(Below {
        register,
        of: of.flatten(),
        or_none: source.or_none,
        message: source.message.as_ref().map(text),
        stages: known.map(text).collect(),
        any: source.any,
    })
}

/// The limits.
pub(super) fn limits(scope: &Scope<'_>, roles: &RoleNames) -> Vec<Limit> {
    if !scope.has_stages() {
        return Vec::new();
    }
    let limits = scope.source.limits.iter();
    limits.map(|source| limit(scope, roles, source)).collect()
}

fn limit(scope: &Scope<'_>, roles: &RoleNames, source: &LimitSource) -> Limit {
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
        when: source.when.as_ref().and_then(|rule| scope.program(rule, Type::Bool)),
        length: length(scope, source).unwrap_or_default(),
        roll: source.roll,
        extension: extension(scope, source),
        desk: desk(scope, roles, source),
        unlit: source.unlit,
        countdown: source.countdown,
        yellow: source.yellow,
        lights: lights(scope, source),
        timeout: source.timeout.as_ref().and_then(|name| timeout(scope, name)),
        ladder: source.ladder.clone(),
    }
}

/// Light rules in the order of their days; none ends before it begins or holds on another's days.
fn lights(scope: &Scope<'_>, source: &LimitSource) -> Vec<LightRule> {
    let mut rules = source.lights.clone();
    rules.sort_by_key(|(_, rule)| rule.from);
    let mut last: Option<Day> = None;
    for (at, rule) in &rules {
        if rule.to < rule.from {
            scope.ground.sources.fault(*at, FaultCode::Backwards);
        } else if last.is_some_and(|last| rule.from <= last) {
            scope.ground.sources.fault(
                *at,
                FaultCode::LightsOverlap {
                    day: rule.from.to_string(),
                },
            );
        }
        last = last.max(Some(rule.to));
    }
    rules.into_iter().map(|(_, rule)| rule).collect()
}

fn length(scope: &Scope<'_>, source: &LimitSource) -> Option<LimitLength> {
    match source.length.as_ref()? {
        LengthSource::Fixed(length) => Some(*length),
        LengthSource::WorkingDaysIn(word) => number(scope, Some(word)).map(LimitLength::WorkingDaysIn),
        LengthSource::WorkingHoursIn(word) => number(scope, Some(word)).map(LimitLength::WorkingHoursIn),
        LengthSource::Until(word) => scope
            .readable(word, Wanted::Date)
            .map(|field| LimitLength::Until(field.no)),
    }
}

/// A field with further days; where the limit ends on a named day, it may name a later one.
fn extension(scope: &Scope<'_>, source: &LimitSource) -> Option<FieldNo> {
    let word = source.extension.as_ref()?;
    let named = matches!(source.length, Some(LengthSource::Until(_)));
    let is_date = scope
        .peek(&word.text)
        .is_some_and(|field| matches!(field.kind, FieldKind::Date { .. }));
    if named && is_date {
        return scope.readable(word, Wanted::Date).map(|field| field.no);
    }
    number(scope, Some(word))
}

/// A field with a number of days, which has no decimal places.
fn number(scope: &Scope<'_>, word: Option<&Word>) -> Option<FieldNo> {
    scope.readable(word?, Wanted::Number).map(|field| field.no)
}

fn desk(scope: &Scope<'_>, roles: &RoleNames, source: &LimitSource) -> DutyDesk {
    let sources = scope.ground.sources;
    let field = |word: &Option<Word>, wanted| {
        let field = word.as_ref().and_then(|word| scope.readable(word, wanted));
        field.map(|field| field.no)
    };
    let known = |role: &&Word| roles.find(sources, role).is_some();
    DutyDesk {
        unit: field(&source.unit, Wanted::Unit),
        person: field(&source.person, Wanted::Link),
        role: source.role.as_ref().filter(known).map(text),
        copies: source.copies.iter().filter(known).map(text).collect(),
    }
}

/// The move that the program makes when a limit has run out; one that nobody else can make.
fn timeout(scope: &Scope<'_>, name: &Word) -> Option<String> {
    let sources = scope.ground.sources;
    scope.moves.find(sources, name)?;
    let named = scope.source.moves.iter().find(|a_move| a_move.id.text == name.text)?;
    if !named.timeout {
        let found = name.text.clone();
        sources.fault(name.at, FaultCode::NotATimeout { found });
        return None;
    }
    Some(name.text.clone())
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

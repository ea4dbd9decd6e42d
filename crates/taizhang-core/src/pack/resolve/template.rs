//! Room: the records that a move of the record above opens, and which of them come before which.

use super::super::directory::Directory;
use super::super::fault::{FaultCode, Noun, Wanted};
use super::super::source::{ItemSource, TemplateSource};
use super::super::sources::Word;
use super::scope::Scope;
use crate::definition::{FieldKind, Matter, Register, Template};
use crate::expr::Type;
use std::collections::BTreeSet;

/// Gives each register its template. The rules of its items are about the record above.
pub(super) fn templates(scopes: &[Scope<'_>], registers: &mut [Register]) {
    for (scope, register) in scopes.iter().zip(registers.iter_mut()) {
        let Some(source) = &scope.source.template else { continue };
        let Some(parent) = &register.parent else {
            scope
                .ground
                .sources
                .fault(source.on.at, FaultCode::TemplateWithoutParent);
            continue;
        };
        let above = scopes.iter().find(|above| above.no == parent.register);
        register.template = above.and_then(|above| template(scope, above, source));
    }
}

fn template(scope: &Scope<'_>, above: &Scope<'_>, source: &TemplateSource) -> Option<Template> {
    let sources = scope.ground.sources;
    above.moves.check(sources, &source.on);
    let field = scope.readable(&source.item, Wanted::Comparable)?;
    let FieldKind::Choice(choices) = &field.kind else {
        let code = FaultCode::WrongKind {
            field: source.item.text.clone(),
            wanted: Wanted::Groupable,
        };
        sources.fault(source.item.at, code);
        return None;
    };
    let mut items = Directory::new(Noun::Choice);
    for item in &source.items {
        if !choices.iter().any(|choice| choice.id == item.id.text) && !item.id.is_blank() {
            let code = FaultCode::Unknown {
                what: Noun::Choice,
                name: item.id.text.clone(),
                near: None,
            };
            sources.fault(item.id.at, code);
        }
        items.add(sources, &item.id, ());
    }
    check_circles(scope, source);
    let goal = source.goal.as_ref().filter(|word| items.find(sources, word).is_some());
    Some(Template {
        on: source.on.text.clone(),
        item: field.no,
        goal: goal.map(|word| word.text.clone()),
        items: source
            .items
            .iter()
            .map(|said| item(scope, above, &items, said))
            .collect(),
    })
}

fn item(scope: &Scope<'_>, above: &Scope<'_>, items: &Directory<()>, source: &ItemSource) -> Matter {
    let known = |words: &[Word]| -> Vec<String> {
        let known = words
            .iter()
            .filter(|word| items.find(scope.ground.sources, word).is_some());
        known.map(|word| word.text.clone()).collect()
    };
    let set = source.set.iter();
    Matter {
        id: source.id.text.clone(),
        when: source.when.as_ref().and_then(|when| above.program(when, Type::Bool)),
        after: known(&source.after),
        after_any: known(&source.after_any),
        soft_after: known(&source.soft_after),
        days: source.days,
        set: set
            .filter_map(|(field, text)| Some((scope.field(field)?.no, text.text.clone())))
            .collect(),
    }
}

/// No item may come before itself: whatever comes after nothing is taken away until nothing is left.
fn check_circles(scope: &Scope<'_>, source: &TemplateSource) {
    let mut left: Vec<&ItemSource> = source.items.iter().collect();
    loop {
        let names: BTreeSet<&str> = left.iter().map(|item| item.id.text.as_str()).collect();
        let before = left.len();
        left.retain(|item| waits_for(item).any(|word| names.contains(word.text.as_str())));
        if left.len() == before {
            break;
        }
    }
    if let Some(first) = left.first() {
        let path = left.iter().map(|item| item.id.text.clone()).collect();
        scope.ground.sources.fault(first.id.at, FaultCode::ItemCycle { path });
    }
}

fn waits_for(item: &ItemSource) -> impl Iterator<Item = &Word> {
    item.after.iter().chain(&item.after_any).chain(&item.soft_after)
}
